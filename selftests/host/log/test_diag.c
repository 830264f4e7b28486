// SPDX-License-Identifier: GPL-2.0-only
/*
 * SEND DIAGNOSTIC: every first byte of the CDB with and without a parameter list,
 * the one diagnostic page, and self-test results as text.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include "lu.h"
#include "scsi_diag.h"

static enum scsi_diag_action send(struct target_sense *sense, u8 flags, u16 len)
{
	const u8 cdb[TARGET_MAX_CDB] = { 0x1d, flags, 0, len >> 8, len & 0xff };
	enum scsi_diag_action action;

	memset(sense, 0, sizeof(*sense));
	action = scsi_send_diagnostic(cdb, sense);
	assert_int_equal(action == DIAG_REFUSED, sense->key != 0);
	return action;
}

static void every_self_test_code(void **state)
{
	static const enum scsi_diag_action want[8] = {
		DIAG_NOTHING, DIAG_BACKGROUND, DIAG_BACKGROUND, DIAG_REFUSED, DIAG_ABORT,
		DIAG_FOREGROUND, DIAG_FOREGROUND, DIAG_REFUSED,
	};
	struct target_sense sense;
	unsigned int code;

	for (code = 0; code < 8; code++) {
		assert_int_equal(send(&sense, code << 5, 0), want[code]);
		assert_int_equal(send(&sense, code << 5 | 0x13, 0), want[code]);
		if (want[code] == DIAG_REFUSED)
			assert_cdb_field(&sense, 1, 7);
		if (!code)
			continue;
		assert_int_equal(send(&sense, code << 5 | 0x04, 0), DIAG_REFUSED);
		assert_cdb_field(&sense, 1, 7);
		assert_int_equal(send(&sense, code << 5 | 0x10, 4), DIAG_REFUSED);
		assert_cdb_field(&sense, 3, -1);
	}
}

static void default_test_and_pages(void **state)
{
	struct target_sense sense;

	assert_int_equal(send(&sense, 0x04, 0), DIAG_DEFAULT_TEST);
	assert_int_equal(send(&sense, 0x14, 4), DIAG_REFUSED);
	assert_cdb_field(&sense, 3, -1);
	assert_int_equal(send(&sense, 0x10, 0), DIAG_NOTHING);
	assert_int_equal(send(&sense, 0x10, 4), DIAG_PAGE);
	assert_int_equal(send(&sense, 0x00, 4), DIAG_REFUSED);
	assert_cdb_field(&sense, 1, 4);
}

static bool page(struct target_sense *sense, const void *bytes, u32 len)
{
	u8 *list = kmalloc(len, GFP_KERNEL);
	bool ok;

	memcpy(list, bytes, len);
	memset(sense, 0, sizeof(*sense));
	ok = scsi_diagnostic_page(list, len, sense);
	assert_int_equal(ok, !sense->key);
	kfree(list);
	return ok;
}

static void the_one_page(void **state)
{
	struct target_sense sense;
	u32 len;

	assert_true(page(&sense, "\0\0\0\0", 4));
	for (len = 1; len < 4; len++) {
		assert_false(page(&sense, "\0\0\0\0", len));
		assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	}
	assert_false(page(&sense, "\0\0\0\1", 4));
	assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	assert_false(page(&sense, "\0\0\0\1\0", 5));
	assert_param_field(&sense, 2, -1);
	assert_false(page(&sense, "\x40\0\0\0", 4));
	assert_param_field(&sense, 0, -1);
	assert_false(page(&sense, "\0\1\0\0", 4));
	assert_param_field(&sense, 1, -1);
}

static void received_pages(void **state)
{
	struct sample *s = *state;
	unsigned int code;

	for (code = 0; code < 256; code++) {
		const u8 pcv[] = { 0x1c, 1, code, 0xff, 0xff, 0 };

		assert_int_equal(sample_ask(s, scsi_receive_diagnostic, pcv), code ? 0 : 5);
		if (code)
			assert_cdb_field(&s->sense, 2, -1);
		else
			assert_memory_equal(s->buf, "\0\0\0\1\0", 5);
	}
	assert_int_equal(sample_ask(s, scsi_receive_diagnostic,
				    (const u8[]) { 0x1c, 0, 0, 0xff, 0xff, 0 }), 5);
}

static void duration(void **state)
{
	struct sample *s = *state;

	assert_int_equal(scsi_selftest_minutes(&s->lu), 1);
	s->lu.nr_blocks = 12000ULL << 11;
	assert_int_equal(scsi_selftest_minutes(&s->lu), 3);
	s->lu.nr_blocks = U64_MAX;
	assert_int_equal(scsi_selftest_minutes(&s->lu), 0xffff);
}

static void results_survive_as_text(void **state)
{
	struct scsi_selftest test = {
		.code = 6, .result = 14, .number = 255, .key = 15, .asc = 255, .ascq = 255,
		.hours = 65535, .address = U64_MAX,
	}, copy = {};
	char text[SCSI_SELFTEST_TEXT];
	int len = scsi_selftest_to_text(&test, text, sizeof(text));

	assert_true(len < sizeof(text));
	assert_int_equal(strlen(text), len);
	assert_memory_equal(text, "result=", 7);
	assert_true(scsi_selftest_from_text(&copy, text + 7));
	assert_memory_equal(&copy, &test, sizeof(test));
}

static void text_that_is_no_result(void **state)
{
	static const char * const bad[] = {
		"", "x", "1 0 0 0 0 0 0", "0 0 0 0 0 0 0 0", "3 0 0 0 0 0 0 0", "4 0 0 0 0 0 0 0",
		"8 0 0 0 0 0 0 0", "1 15 0 0 0 0 0 0", "1 0 256 0 0 0 0 0", "1 0 0 16 0 0 0 0",
		"1 0 0 0 256 0 0 0", "1 0 0 0 0 256 0 0", "1 0 0 0 0 0 65536 0",
	};
	struct scsi_selftest test;
	unsigned int i;

	assert_true(scsi_selftest_from_text(&test, "1 0 0 0 0 0 0 0"));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(scsi_selftest_from_text(&test, bad[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_self_test_code),
		cmocka_unit_test(default_test_and_pages),
		cmocka_unit_test(the_one_page),
		sample_test(received_pages),
		sample_test(duration),
		cmocka_unit_test(results_survive_as_text),
		cmocka_unit_test(text_that_is_no_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
