// SPDX-License-Identifier: GPL-2.0-only
/*
 * UNMAP parameter lists: whole ones, cut ones, and ones that lie. Each list is a
 * heap block of its exact size, so that ASan sees any byte read behind it.
 */
#include <linux/slab.h>
#include "lu.h"

#define MAX_LIST	(8 + 16 * 8)

struct range {
	u64	lba;
	u32	blocks;
};

/* The list of the ranges with honest lengths; returns bytes. */
static u32 list_of(u8 *list, const struct range *r, unsigned int n)
{
	unsigned int i;

	memset(list, 0, MAX_LIST);
	put_unaligned_be16(6 + 16 * n, list);
	put_unaligned_be16(16 * n, list + 2);
	for (i = 0; i < n; i++) {
		put_unaligned_be64(r[i].lba, list + 8 + 16 * i);
		put_unaligned_be32(r[i].blocks, list + 16 + 16 * i);
	}
	return 8 + 16 * n;
}

static int count(const u8 *list, u32 len, struct target_sense *sense)
{
	u8 *exact = kmemdup(list, len, GFP_KERNEL);
	int n;

	memset(sense, 0, sizeof(*sense));
	n = scsi_unmap_count(exact, len, sense);
	kfree(exact);
	assert_int_equal(n < 0, sense->key != 0);
	return n;
}

static bool check(struct sample *s, const u8 *list, u32 len)
{
	u8 *exact = kmemdup(list, len, GFP_KERNEL);
	int n = scsi_unmap_count(exact, len, &s->sense);
	bool ok;

	assert_true(n >= 0);
	ok = scsi_unmap_check(&s->lu, exact, n, &s->sense);
	kfree(exact);
	return ok;
}

static void honest_lists(void **state)
{
	static const struct range r[] = { { 0, 8 }, { 0x12345, 16 }, { 2097151, 1 } };
	struct sample *s = *state;
	struct scsi_unmap_desc d;
	u8 list[MAX_LIST];
	u32 len = list_of(list, r, 3);

	sample_thin(s);
	assert_int_equal(count(list, len, &s->sense), 3);
	assert_true(check(s, list, len));
	assert_true(scsi_unmap_desc(&s->lu, list, 1, &d, &s->sense));
	assert_int_equal(d.lba, 0x12345);
	assert_int_equal(d.blocks, 16);
}

static void span(void **state)
{
	static const struct range r[] = { { 7, 0 }, { 0x12345, 16 }, { 100, 1 }, { 2097152, 0 } };
	struct sample *s = *state;
	u8 list[MAX_LIST];
	u64 first = 1;

	sample_thin(s);
	assert_true(check(s, list, list_of(list, r, 4)));
	assert_int_equal(scsi_unmap_span(list, 4, &first), 0x12345 + 16 - 100);
	assert_int_equal(first, 100);
	assert_int_equal(scsi_unmap_span(list, 1, &first), 0);
	assert_int_equal(first, 0);
}

static void nothing_to_do(void **state)
{
	static const struct range r[] = { { 0, 0 }, { 2097152, 0 } };
	struct sample *s = *state;
	u8 list[MAX_LIST];

	sample_thin(s);
	assert_int_equal(scsi_unmap_count(NULL, 0, &s->sense), 0);
	assert_int_equal(count(list, list_of(list, r, 0), &s->sense), 0);
	assert_true(check(s, list, list_of(list, r, 2)));
}

static void every_length_of_a_cut_list(void **state)
{
	static const struct range r[] = { { 0, 8 }, { 8, 8 } };
	struct sample *s = *state;
	u8 list[MAX_LIST];
	u32 full = list_of(list, r, 2), len;

	for (len = 1; len < full; len++) {
		assert_true(count(list, len, &s->sense) < 0);
		assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	}
	assert_int_equal(count(list, full, &s->sense), 2);
	assert_int_equal(count(list, full + 8, &s->sense), 2);
}

static void an_incomplete_last_descriptor_is_ignored(void **state)
{
	static const struct range r[] = { { 0, 8 }, { 8, 8 } };
	struct sample *s = *state;
	u8 list[MAX_LIST];
	unsigned int cut;

	list_of(list, r, 2);
	for (cut = 1; cut < 16; cut++) {
		put_unaligned_be16(6 + 32 - cut, list);
		put_unaligned_be16(32 - cut, list + 2);
		assert_int_equal(count(list, 8 + 32 - cut, &s->sense), 1);
	}
}

static void every_pair_of_lengths(void **state)
{
	static const struct range r[] = { { 0, 8 } };
	struct sample *s = *state;
	unsigned int data, desc;
	u8 list[MAX_LIST];
	int n;

	list_of(list, r, 1);
	for (data = 0; data < 64; data++) {
		for (desc = 0; desc < 64; desc++) {
			put_unaligned_be16(data, list);
			put_unaligned_be16(desc, list + 2);
			n = count(list, 24, &s->sense);
			assert_true(n <= 1);
			if (n == 1)
				assert_true(desc == 16 && data == 22);
		}
	}
	put_unaligned_be32(0xffffffff, list);
	assert_true(count(list, 24, &s->sense) < 0);
	put_unaligned_be16(8, list);
	put_unaligned_be16(16, list + 2);
	assert_true(count(list, 24, &s->sense) < 0);
	assert_param_field(&s->sense, 2, -1);
}

static void ranges_off_the_medium(void **state)
{
	static const struct range r[] = {
		{ 2097152, 1 }, { 2097151, 2 }, { U64_MAX, 1 }, { U64_MAX, 0 }, { 0, U32_MAX },
		{ 0xffffffffffffff00ULL, 0x200 },
	};
	struct sample *s = *state;
	u8 list[MAX_LIST];
	unsigned int i;

	sample_thin(s);
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		assert_false(check(s, list, list_of(list, &r[i], 1)));
		assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_LBA_OUT_OF_RANGE);
	}
}

static void limits_of_the_device(void **state)
{
	static const struct range many[5] = { { 0, 1 } };
	static const struct range large[] = { { 0, 8000 }, { 8000, 192 }, { 9000, 1 } };
	struct sample *s = *state;
	u8 list[MAX_LIST];

	sample_thin(s);
	assert_true(check(s, list, list_of(list, many, 4)));
	assert_false(check(s, list, list_of(list, many, 5)));
	assert_param_field(&s->sense, 2, -1);
	assert_true(check(s, list, list_of(list, large, 2)));
	assert_false(check(s, list, list_of(list, large, 3)));
	assert_param_field(&s->sense, 8 + 2 * 16 + 8, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		sample_test(honest_lists),
		sample_test(span),
		sample_test(nothing_to_do),
		sample_test(every_length_of_a_cut_list),
		sample_test(an_incomplete_last_descriptor_is_ignored),
		sample_test(every_pair_of_lengths),
		sample_test(ranges_off_the_medium),
		sample_test(limits_of_the_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
