// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ CAPACITY(10) and (16): sizes around the limits, PMI and LBA.
 */
#include "lu.h"

static u32 rc10(struct sample *s, u32 lba, u8 pmi)
{
	u8 cdb[10] = { 0x25, [8] = pmi };

	put_unaligned_be32(lba, cdb + 2);
	return sample_ask(s, scsi_read_capacity_10, cdb);
}

static u32 rc16(struct sample *s, u64 lba, u8 pmi)
{
	u8 cdb[16] = { 0x9e, 0x10, [13] = 32, [14] = pmi };

	put_unaligned_be64(lba, cdb + 2);
	return sample_ask(s, scsi_read_capacity_16, cdb);
}

static void last_block(void **state)
{
	struct sample *s = *state;

	assert_int_equal(rc10(s, 0, 0), 8);
	assert_memory_equal(s->buf, "\x00\x1f\xff\xff\x00\x00\x02\x00", 8);
	assert_int_equal(rc16(s, 0, 0), 32);
	assert_memory_equal(s->buf, "\0\0\0\0\x00\x1f\xff\xff\x00\x00\x02\x00", 12);
	assert_int_equal(s->buf[12], 0);
	assert_int_equal(s->buf[13], 3);
	assert_null(memchr_inv(s->buf + 14, 0, 18));
}

static void beyond_32_bits(void **state)
{
	static const u64 sizes[] = { 0xffffffffULL, 0x100000000ULL, 0x100000001ULL, U64_MAX };
	struct sample *s = *state;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		s->lu.nr_blocks = sizes[i];
		rc10(s, 0, 0);
		assert_int_equal(get_unaligned_be32(s->buf), i ? 0xffffffff : 0xfffffffe);
		rc16(s, 0, 0);
		assert_int_equal(get_unaligned_be64(s->buf), sizes[i] - 1);
	}
}

static void lba_needs_pmi(void **state)
{
	struct sample *s = *state;

	assert_int_equal(rc10(s, 1, 0), 0);
	assert_cdb_field(&s->sense, 2, -1);
	assert_int_equal(rc16(s, 1, 0), 0);
	assert_cdb_field(&s->sense, 2, -1);
	assert_int_equal(rc10(s, 2097151, 1), 8);
	assert_int_equal(rc16(s, 2097151, 1), 32);
	assert_int_equal(rc10(s, 2097152, 1), 0);
	assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_LBA_OUT_OF_RANGE);
	assert_int_equal(rc16(s, U64_MAX, 1), 0);
	assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_LBA_OUT_OF_RANGE);
}

static void no_blocks_at_all(void **state)
{
	struct sample *s = *state;

	s->lu.nr_blocks = 0;
	assert_int_equal(rc10(s, 0, 0), 0);
	assert_sense(&s->sense, SENSE_NOT_READY, ASC_NEEDS_OPERATOR);
	assert_int_equal(rc16(s, 0, 0), 0);
}

static void physical_blocks(void **state)
{
	struct sample *s = *state;

	s->limits.phys_exp = 200;
	s->limits.lowest_aligned = 0xffff;
	rc16(s, 0, 0);
	assert_int_equal(s->buf[13], 0x0f);
	assert_int_equal(get_unaligned_be16(s->buf + 14), 0x3fff);
	sample_thin(s);
	rc16(s, 0, 0);
	assert_int_equal(get_unaligned_be16(s->buf + 14), 0xffff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		sample_test(last_block),
		sample_test(beyond_32_bits),
		sample_test(lba_needs_pmi),
		sample_test(no_blocks_at_all),
		sample_test(physical_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
