// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: the files in which states of asymmetric access, saved mode parameters and results
 * of self-tests outlive a device. An administrator may have edited them: what is taken of one makes
 * sense, and is the same when it is written and read once more.
 *
 * Input: which file, then its text.
 */
#include "fuzz.h"
#include "alua_rules.h"
#include "scsi_diag.h"
#include "scsi_mode.h"
#include "store_text.h"

/* Room in the kernel's own buffers */
#define TEXT_MAX	512

static void group(char *text)
{
	struct alua_saved saved, back;
	char again[TEXT_MAX];

	if (!alua_saved_group(text, &saved))
		return;
	must(saved.state <= TARGET_ALUA_TRANSITIONING && saved.status <= ALUA_STATUS_IMPLICIT);
	alua_change_allowed(saved.state, 0xff, saved.status, saved.id & 1);
	must(!alua_support_bit(saved.state) == (saved.state > TARGET_ALUA_LBA_DEPENDENT &&
						saved.state < TARGET_ALUA_OFFLINE));
	must(alua_allows(saved.state, SCSI_OP_ALUA_ALWAYS));
	must(alua_allows(saved.state, 0) || alua_refusal(saved.state));
	scnprintf(again, sizeof(again),
		  "tg_pt_gp_id=%u\nalua_access_state=0x%02x\nalua_access_status=0x%02x\n",
		  saved.id, saved.state, saved.status);
	must(alua_saved_group(again, &back) && back.id == saved.id);
	must(back.state == saved.state && back.status == saved.status);
}

static void lun(char *text)
{
	struct alua_saved saved, back;
	char again[TEXT_MAX];

	if (!alua_saved_lun(text, &saved))
		return;
	must(saved.status <= ALUA_STATUS_IMPLICIT);
	scnprintf(again, sizeof(again), "alua_tg_pt_offline=%d\nalua_tg_pt_status=0x%02x\n",
		  saved.offline, saved.status);
	must(alua_saved_lun(again, &back));
	must(back.offline == saved.offline && back.status == saved.status);
}

static void parse_mode(char *text, struct scsi_mode_values *values)
{
	char *key, *value;

	while (target_store_next(&text, &key, &value))
		scsi_mode_parse(key, value, values);
}

static void mode(char *text)
{
	struct scsi_mode_values values = {}, back = {};
	struct target_dev_attrib attrib = {};
	char again[SCSI_MODE_TEXT_MAX];

	parse_mode(text, &values);
	must(!(values.mask >> SCSI_MODE_FIELDS));
	must(scsi_mode_text(&values, again, sizeof(again)) < sizeof(again));
	parse_mode(again, &back);
	must(!memcmp(&values, &back, sizeof(values)));
	scsi_mode_apply(&attrib, &values);
	must(attrib.mode_qerr < 3 && attrib.mode_tst < 2);
}

static void selftests(char *text)
{
	char *key, *value, again[SCSI_SELFTEST_TEXT];
	struct scsi_selftest test, back;
	u8 entry[SCSI_SELFTEST_BYTES] = {};
	int len;

	while (target_store_next(&text, &key, &value)) {
		if (strcmp(key, "result") || !scsi_selftest_from_text(&test, value))
			continue;
		must(test.code && test.code < 8 && test.result < SELFTEST_RUNNING);
		len = scsi_selftest_to_text(&test, again, sizeof(again));
		must(len < (int)sizeof(again));
		must(scsi_selftest_from_text(&back, strchr(again, '=') + 1));
		must(back.address == test.address && back.hours == test.hours);
		scsi_selftest_entry(&test, entry);
		must(entry[0] == (test.code << 5 | test.result));
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static void (*const files[])(char *text) = { group, lun, mode, selftests };
	struct fuzz_in in = { data, size };
	u8 which = take_u8(&in);
	char *text = take_text(&in);

	files[which % ARRAY_SIZE(files)](text);
	kfree(text);
	return 0;
}
