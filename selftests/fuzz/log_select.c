// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: LOG SELECT, and LOG SENSE of every page that is there. A counter is reset only
 * by a command that is correct as a whole, and a page tells its own length.
 *
 * Input: a byte of the logical unit, which command, bytes 1 to 6 of its CDB, then the list.
 */
#include "refused.h"
#include "scsi_log.h"

#define COUNTERS_MASK	((1ULL << LOG_COUNTERS) - 1)

static struct scsi_selftest tests[SCSI_SELFTESTS];

static void do_select(struct scsi_log *log, u8 *cdb, struct fuzz_in *in)
{
	struct target_sense sense = {};
	size_t len = U16_MAX;
	u8 *list = take_block(in, &len);
	u64 reset;

	put_unaligned_be16(len, cdb + 7);
	if (scsi_log_select(log, cdb, len ? list : NULL, &reset, &sense))
		must(!sense.key && !(reset & ~COUNTERS_MASK));
	else
		check_refused(&sense, len);
	kfree(list);
}

static u32 do_sense(const struct scsi_log *log, const u8 *cdb, u8 *buf, u8 soil)
{
	struct target_sense sense = {};
	u32 len;

	soil_stack(soil);
	len = scsi_log_sense(log, cdb, buf, &sense);
	if (!len) {
		check_refused(&sense, 0);
		return 0;
	}
	must(!sense.key && len <= SCSI_REPLY_MAX && get_unaligned_be16(buf + 2) + 4U == len);
	must((buf[0] & 0x3f) == (cdb[2] & 0x3f) && buf[1] == cdb[3]);
	return len;
}

static void sense_twice(const struct scsi_log *log, const u8 *cdb)
{
	u8 *one = kzalloc(SCSI_REPLY_MAX, GFP_KERNEL), *two = kzalloc(SCSI_REPLY_MAX, GFP_KERNEL);

	must(do_sense(log, cdb, one, 0x55) == do_sense(log, cdb, two, 0xaa));
	must(!memcmp(one, two, SCSI_REPLY_MAX));
	kfree(one);
	kfree(two);
}

/* Results of self-tests come from a file, too. */
static void read_tests(struct fuzz_in *in)
{
	char *text = take_text(in), line[SCSI_SELFTEST_TEXT], again[SCSI_SELFTEST_TEXT];
	int len;

	memset(tests, 0, sizeof(tests));
	if (scsi_selftest_from_text(&tests[0], text)) {
		len = scsi_selftest_to_text(&tests[0], line, sizeof(line));
		must(len < (int)sizeof(line) && scsi_selftest_from_text(&tests[1], line + 7));
		scsi_selftest_to_text(&tests[1], again, sizeof(again));
		must(!strcmp(line, again));
	}
	kfree(text);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct target_dev_attrib attrib = { .block_size = 512, .emulate_tpu = 1,
		.max_unmap_lba_count = 1, .max_unmap_block_desc_count = 1 };
	struct target_limits limits = { .block_size = 512, .max_unmap_blocks = 1 };
	struct scsi_lu lu = { .attrib = &attrib, .limits = &limits, .connected = true };
	struct scsi_log log = { .lu = &lu, .tests = tests };
	u8 cdb[TARGET_MAX_CDB] = {}, which;
	struct fuzz_in in = { data, size };
	unsigned int i;

	which = take_u8(&in);
	limits.knows_space = which & 0x80;
	lu.nr_blocks = 1ULL << (which & 0x3f);
	log.space.available = log.space.used = U64_MAX >> (which & 0x3f);
	log.space.shared = which & 0x40;
	for (i = 0; i < LOG_COUNTERS; i++)
		log.counter[i] = 0x0101010101010101ULL * i;
	which = take_u8(&in);
	for (i = 1; i < 7; i++)
		cdb[i] = take_u8(&in);
	cdb[1] &= 0x02;
	if (which & 1) {
		do_select(&log, cdb, &in);
		return 0;
	}
	read_tests(&in);
	sense_twice(&log, cdb);
	return 0;
}
