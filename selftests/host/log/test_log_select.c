// SPDX-License-Identifier: GPL-2.0-only
/*
 * LOG SELECT: which counters the CDB or a parameter list resets, and every way a
 * list can be wrong, with its field pointer.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include "util.h"

#define PCR		0x02
#define CURRENT		0x40
#define COUNTERS	((1ULL << LOG_COUNTERS) - 1)

/* The list is copied to a heap block of its own size, so that ASan sees its end. */
static bool select_list(struct log_sample *l, u8 flags, const u8 page[2], const void *list, u16 len)
{
	u8 cdb[TARGET_MAX_CDB] = { 0x4c, flags, page[0], page[1] };
	u8 *copy = len ? kmalloc(len, GFP_KERNEL) : NULL;
	u64 reset = U64_MAX;
	bool ok;

	put_unaligned_be16(len, cdb + 7);
	if (len)
		memcpy(copy, list, len);
	memset(&l->s.sense, 0, sizeof(l->s.sense));
	assert_true(scsi_op_check_cdb(scsi_op_find(cdb, &l->s.sense), cdb, &l->s.sense));
	ok = scsi_log_select(&l->log, cdb, copy, &reset, &l->s.sense);
	assert_int_equal(ok, !l->s.sense.key);
	l->log.counter[0] = reset;
	kfree(copy);
	return ok;
}

/* What LOG SELECT without a list resets. */
static u64 select_pages(struct log_sample *l, u8 flags, u8 page, u8 subpage)
{
	const u8 codes[2] = { page, subpage };

	assert_true(select_list(l, flags, codes, NULL, 0));
	return l->log.counter[0];
}

static bool select_current(struct log_sample *l, const void *list, u16 len)
{
	return select_list(l, 0, (const u8[]) { CURRENT, 0 }, list, len);
}

static void pages_of_the_cdb(void **state)
{
	struct log_sample *l = *state;

	assert_int_equal(select_pages(l, PCR, CURRENT, 0), COUNTERS);
	assert_int_equal(select_pages(l, PCR, 0, 0), COUNTERS);
	assert_int_equal(select_pages(l, PCR, CURRENT | 0x02, 0), 0x7f);
	assert_int_equal(select_pages(l, PCR, CURRENT | 0x03, 0), 0x7f << 7);
	assert_int_equal(select_pages(l, PCR, CURRENT | 0x05, 0xff), 0x7f << 14);
	assert_int_equal(select_pages(l, PCR, CURRENT | 0x06, 0), 1 << 21);
	assert_int_equal(select_pages(l, PCR, CURRENT | 0x19, 0), 0xf << 22);
	assert_int_equal(select_pages(l, PCR, CURRENT | 0x2f, 0), 0);
}

static void default_values_without_pcr(void **state)
{
	struct log_sample *l = *state;

	assert_int_equal(select_pages(l, 0, 0x00, 0), 0);
	assert_int_equal(select_pages(l, 0, 0x40, 0), 0);
	assert_int_equal(select_pages(l, 0, 0x80, 0), 0);
	assert_int_equal(select_pages(l, 0, 0xc0, 0), COUNTERS);
	assert_int_equal(select_pages(l, 0, 0xc3, 0), 0x7f << 7);
}

static void pages_that_are_not_there(void **state)
{
	struct log_sample *l = *state;

	assert_false(select_list(l, PCR, (const u8[]) { 0x01, 0 }, NULL, 0));
	assert_cdb_field(&l->s.sense, 2, 5);
	assert_false(select_list(l, PCR, (const u8[]) { 0x02, 1 }, NULL, 0));
	assert_cdb_field(&l->s.sense, 3, -1);
	assert_false(select_list(l, PCR, (const u8[]) { 0x3f, 0xff }, NULL, 0));
	assert_cdb_field(&l->s.sense, 2, 5);
}

#define PAGE(code, len)		code, 0x00, 0x00, len
#define COUNTER(code)		0x00, code, 0x22, 0x08, 0, 0, 0, 0, 0, 0, 0, 0

static void a_list_resets_what_it_names(void **state)
{
	static const u8 one[] = { PAGE(0x03, 12), COUNTER(6) };
	static const u8 more[] = {
		PAGE(0x82, 24), COUNTER(0), COUNTER(5), PAGE(0x05, 0), PAGE(0x06, 12), COUNTER(0),
	};
	struct log_sample *l = *state;

	assert_true(select_current(l, one, sizeof(one)));
	assert_int_equal(l->log.counter[0], 1 << 13);
	assert_true(select_current(l, more, sizeof(more)));
	assert_int_equal(l->log.counter[0], 0x21 | 1 << 21);
}

static void a_list_and_the_cdb(void **state)
{
	static const u8 list[] = { PAGE(0x03, 12), COUNTER(6) };
	struct log_sample *l = *state;
	unsigned int pc;

	for (pc = 0; pc < 4; pc++) {
		const u8 codes[2] = { pc << 6, 0 };

		assert_int_equal(select_list(l, 0, codes, list, sizeof(list)), pc == 1);
		if (pc != 1)
			assert_cdb_field(&l->s.sense, 2, 7);
	}
	assert_false(select_list(l, PCR, (const u8[]) { CURRENT, 0 }, list, sizeof(list)));
	assert_cdb_field(&l->s.sense, 1, 1);
	assert_false(select_list(l, 0, (const u8[]) { CURRENT | 3, 0 }, list, sizeof(list)));
	assert_cdb_field(&l->s.sense, 2, 5);
	assert_false(select_list(l, 0, (const u8[]) { CURRENT, 1 }, list, sizeof(list)));
	assert_cdb_field(&l->s.sense, 3, -1);
}

/* A good list with one byte changed: the sense data points there. */
static void refused(struct log_sample *l, u16 at, u8 value, u16 pointer, int bit)
{
	u8 list[] = { PAGE(0x03, 24), COUNTER(5), COUNTER(6), PAGE(0x06, 12), COUNTER(0) };

	list[at] = value;
	assert_false(select_current(l, list, sizeof(list)));
	assert_param_field(&l->s.sense, pointer, bit);
}

static void bytes_of_a_list(void **state)
{
	struct log_sample *l = *state;

	refused(l, 0, 0x01, 0, 5);	/* no such page */
	refused(l, 0, 0x00, 0, 5);	/* nothing to set in it */
	refused(l, 0, 0x2f, 0, 5);
	refused(l, 0, 0x06, 4, -1);	/* no such parameter in it */
	refused(l, 0, 0x43, 0, 6);	/* SPF */
	refused(l, 1, 0x01, 1, -1);
	refused(l, 3, 11, 2, -1);	/* cuts a parameter off */
	refused(l, 3, 2, 2, -1);
	refused(l, 4, 0x01, 4, -1);	/* parameter 0105h */
	refused(l, 5, 7, 4, -1);
	refused(l, 17, 5, 16, -1);	/* the same twice */
	refused(l, 17, 4, 16, -1);	/* descending */
	refused(l, 6, 0xa2, 6, 7);	/* DU */
	refused(l, 6, 0x32, 6, 4);	/* ETC */
	refused(l, 6, 0x02, 6, 5);	/* TSD */
	refused(l, 6, 0x23, 6, 0);	/* a list */
	refused(l, 7, 4, 7, -1);
	refused(l, 15, 1, 8, -1);	/* another value than zero */
	refused(l, 19, 7, 19, -1);
	refused(l, 28, 0x03, 28, 5);	/* pages twice, or descending */
	refused(l, 28, 0x02, 28, 5);
}

static void lists_cut_short(void **state)
{
	static const u8 list[] = { PAGE(0x03, 24), COUNTER(5), COUNTER(6), PAGE(0x06, 0) };
	struct log_sample *l = *state;
	u16 len;

	for (len = 1; len < sizeof(list); len++) {
		if (len == 28)
			continue;	/* a whole page */
		assert_false(select_current(l, list, len));
		assert_sense(&l->s.sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	}
	assert_true(select_current(l, list, 28));
	assert_true(select_current(l, list, sizeof(list)));
}

static void noise(void **state)
{
	struct log_sample *l = *state;
	unsigned int round, i;
	u8 list[64];

	srandom(3);
	for (round = 0; round < 50000; round++) {
		u16 len = get_random_u32() % sizeof(list);

		get_random_bytes(list, sizeof(list));
		for (i = 0; round % 4 && i < len; i++)
			list[i] &= round % 2 ? 0x0f : 0x03;
		select_current(l, list, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		log_test(pages_of_the_cdb),
		log_test(default_values_without_pcr),
		log_test(pages_that_are_not_there),
		log_test(a_list_resets_what_it_names),
		log_test(a_list_and_the_cdb),
		log_test(bytes_of_a_list),
		log_test(lists_cut_short),
		log_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
