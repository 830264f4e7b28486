// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ DEFECT DATA, GET LBA STATUS and REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS
 * data, COMPARE AND WRITE in the Block Limits page, and WRITE ATOMIC against that.
 */
#include "lu.h"

static u32 defects(struct sample *s, u8 opcode, u8 asked)
{
	u8 cdb[12] = { opcode };

	cdb[opcode == 0x37 ? 2 : 1] = asked;
	return sample_ask(s, scsi_read_defects, cdb);
}

static void no_defects_in_any_format(void **state)
{
	struct sample *s = *state;
	unsigned int asked;

	for (asked = 0; asked < 0x20; asked++) {
		bool format = (asked & 7) <= 5;

		assert_int_equal(defects(s, 0x37, asked), format ? 4 : 0);
		if (format) {
			assert_int_equal(s->buf[1], asked);
			assert_int_equal(get_unaligned_be16(s->buf + 2), 0);
		} else {
			assert_cdb_field(&s->sense, 2, 2);
		}
		assert_int_equal(defects(s, 0xb7, asked), format ? 8 : 0);
		if (format) {
			assert_int_equal(s->buf[1], asked);
			assert_null(memchr_inv(s->buf + 2, 0, 6));
		} else {
			assert_cdb_field(&s->sense, 1, 2);
		}
	}
}

static void task_management_functions(void **state)
{
	struct sample *s = *state;
	u8 cdb[12] = { 0xa3, 0x0d, [9] = 4 };

	assert_int_equal(sample_ask(s, scsi_report_tmfs, cdb), 4);
	assert_memory_equal(s->buf, "\xde\x07\0\0", 4);
	cdb[2] = 0x80;
	assert_int_equal(sample_ask(s, scsi_report_tmfs, cdb), 16);
	assert_memory_equal(s->buf, "\xde\x07\0\x0c\1\0\4\6\0\0\0\x64\0\0\0\x14", 16);
	cdb[9] = 3;
	assert_int_equal(sample_ask(s, scsi_report_tmfs, cdb), 0);
	assert_cdb_field(&s->sense, 6, -1);
}

static void assert_desc(const u8 *buf, unsigned int i, u64 lba, u32 blocks, u8 state)
{
	const u8 *desc = buf + 8 + 16 * i;

	assert_int_equal(get_unaligned_be64(desc), lba);
	assert_int_equal(get_unaligned_be32(desc + 8), blocks);
	assert_int_equal(desc[12], state);
	assert_null(memchr_inv(desc + 13, 0, 3));
}

static void runs_of_one_state_are_one(void **state)
{
	struct sample *s = *state;
	struct scsi_lba_status list = { .buf = s->buf, .alloc = 8 + 3 * 16 + 15 };

	assert_true(scsi_lba_status_add(&list, 7, 1, 0));
	assert_true(scsi_lba_status_add(&list, 8, 4, 0));
	assert_true(scsi_lba_status_add(&list, 12, 3, 1));
	assert_true(scsi_lba_status_add(&list, 15, U32_MAX - 1, 0));
	assert_true(scsi_lba_status_add(&list, 15 + (u64)U32_MAX - 1, 1, 0));
	/* neither in a descriptor of its own nor in the last one */
	assert_false(scsi_lba_status_add(&list, 15 + (u64)U32_MAX, 1, 0));
	assert_false(scsi_lba_status_add(&list, 15 + (u64)U32_MAX, 1, 1));
	assert_int_equal(scsi_lba_status_end(&list), 56);
	assert_int_equal(get_unaligned_be32(s->buf), 52);
	assert_desc(s->buf, 0, 7, 5, 0);
	assert_desc(s->buf, 1, 12, 3, 1);
	assert_desc(s->buf, 2, 15, U32_MAX, 0);
}

static void there_is_always_one_descriptor(void **state)
{
	struct sample *s = *state;
	u32 alloc;

	for (alloc = 0; alloc < 40; alloc++) {
		struct scsi_lba_status list = { .buf = s->buf, .alloc = alloc };

		assert_true(scsi_lba_status_add(&list, 0, 1, 1));
		assert_false(scsi_lba_status_add(&list, 1, 1, 0));
		assert_int_equal(scsi_lba_status_end(&list), 24);
	}
}

static void a_whole_reply_and_no_more(void **state)
{
	struct sample *s = *state;
	struct scsi_lba_status list = { .buf = s->buf, .alloc = SCSI_REPLY_MAX };
	u64 lba = 0;

	while (scsi_lba_status_add(&list, lba, 1, lba & 1))
		lba++;
	assert_int_equal(lba, (SCSI_REPLY_MAX - 8) / 16);
	assert_int_equal(scsi_lba_status_end(&list), 8 + 16 * lba);
}

static void compare_and_write_length(void **state)
{
	static const u8 cdb[] = { 0x12, 1, 0xb0, 0, 0xff, 0 };
	struct sample *s = *state;

	assert_int_equal(sample_ask(s, scsi_inquiry, cdb), 64);
	assert_int_equal(s->buf[5], 0);
	s->attrib.emulate_caw = 1;
	sample_ask(s, scsi_inquiry, cdb);
	assert_int_equal(s->buf[5], 255);
}

static void write_atomic_against_its_limits(void **state)
{
	u8 cdb[TARGET_MAX_CDB] = { 0x9c };
	struct sample *s = *state;
	unsigned int boundary, len;

	s->limits.max_atomic_blocks = 0x1ff;
	for (boundary = 0; boundary < 0x10000; boundary += 0xff) {
		for (len = 0; len < 0x10000; len += 0xff) {
			bool good = boundary <= 0x1ff && len <= 0x1ff;

			put_unaligned_be16(boundary, cdb + 10);
			put_unaligned_be16(len, cdb + 12);
			assert_int_equal(scsi_write_atomic_check(&s->lu, cdb, &s->sense), good);
			if (!good)
				assert_cdb_field(&s->sense, boundary > 0x1ff ? 10 : 12, -1);
		}
	}
	put_unaligned_be16(0x1ff, cdb + 10);
	put_unaligned_be16(0x1ff, cdb + 12);
	assert_true(scsi_write_atomic_check(&s->lu, cdb, &s->sense));
	s->limits.max_atomic_blocks = U32_MAX;
	memset(cdb + 10, 0xff, 4);
	assert_true(scsi_write_atomic_check(&s->lu, cdb, &s->sense));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		sample_test(no_defects_in_any_format),
		sample_test(task_management_functions),
		sample_test(runs_of_one_state_are_one),
		sample_test(there_is_always_one_descriptor),
		sample_test(a_whole_reply_and_no_more),
		sample_test(compare_and_write_length),
		sample_test(write_atomic_against_its_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
