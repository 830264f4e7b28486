// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run of MODE SELECT commands against one logical unit; after one that is accepted MODE SENSE
 * has to answer, and if it changed something the text of all values to come back as they are.
 *
 * Input: per command byte 1 of the CDB, which CDB, how long, then the parameter list.
 */
#include "fuzz.h"
#include "scsi_mode.h"

#define HEAD	3
#define COMMANDS	16	/* more tell nothing new */

static struct target_dev_attrib attrib;
static const struct target_limits limits = { .block_size = 512 };
static struct scsi_lu lu = {
	.attrib = &attrib, .limits = &limits, .nr_blocks = 2048, .connected = true,
	.can_save = true,
};

/* The rest of the core, as far as mode pages ask it. */
bool scsi_lu_thresholds(const struct scsi_lu *unit)
{
	return true;
}

bool scsi_lu_dpofua(const struct scsi_lu *unit)
{
	return false;
}

/* MODE SENSE with DBD, LLBAA, page control and either CDB as the bits of @how say */
static void sense_pages(u8 how)
{
	bool six = how & 0x02;
	const u8 cdb[TARGET_MAX_CDB] = {
		six ? 0x1a : 0x5a, six ? how & 0x08 : how & 0x18, (how & 0xc0) | 0x3f, 0xff,
		six ? 0xff : 0, 0, 0, 0xff, 0xff,
	};
	struct target_sense sense = {};
	u8 *buf = kzalloc(SCSI_REPLY_MAX, GFP_KERNEL);
	u32 len;

	lu.write_cache = attrib.emulate_write_cache;
	lu.write_protect = how & 0x04;
	len = scsi_mode_sense(&lu, cdb, buf, &sense);
	must(len && !sense.key);
	must(len == (six ? buf[0] + 1U : get_unaligned_be16(buf) + 2U));
	kfree(buf);
}

static void check_text(void)
{
	struct scsi_mode_values none = {}, all, back = {};
	char text[SCSI_MODE_TEXT_MAX], *rest = text, *line, *code;

	scsi_mode_values(&lu, &none, &all);
	must(scsi_mode_text(&all, text, sizeof(text)) < sizeof(text) - 1);
	while ((line = strsep(&rest, "\n")) && *line) {
		code = strchr(line, '=');
		*code++ = 0;
		must(scsi_mode_parse(line, code, &back));
	}
	must(!memcmp(&all, &back, sizeof(all)));
}

/* The list has been accepted. */
static void apply(const struct scsi_mode_values *change, bool save)
{
	static struct scsi_mode_values saved;

	scsi_mode_apply(&attrib, change);
	if (save) {
		scsi_mode_values(&lu, change, &saved);
		lu.mode_saved = &saved;
	}
	if (change->mask)
		check_text();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned int i;

	memset(&attrib, 0, sizeof(attrib));
	lu.mode_saved = NULL;
	attrib.block_size = 512;
	for (i = 0; i < COMMANDS && size > HEAD; i++) {
		u32 len = min_t(size_t, data[2], size - HEAD);
		struct scsi_mode_request rq = { .len = len };
		u8 cdb[TARGET_MAX_CDB] = { data[1] & 1 ? 0x15 : 0x55, data[0] & 0x11 };
		u8 *list = kmemdup(data + HEAD, len, GFP_KERNEL);
		struct target_sense sense = {};

		cdb[data[1] & 1 ? 4 : 8] = len;
		rq.buf = list;
		if (scsi_mode_select(&lu, cdb, &rq, &sense)) {
			apply(&rq.change, cdb[1] & 1);
			sense_pages(data[0] ^ data[1]);
		} else {
			must(sense.key);
		}
		kfree(list);
		data += HEAD + len;
		size -= HEAD + len;
	}
	return 0;
}
