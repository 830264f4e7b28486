// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of data in any order: sets of bytes against a bitmap, writes whose PDUs are lost,
 * spoiled, repeated and shuffled, and the plans of reads.
 */
#include <stdlib.h>
#include <string.h>
#include "util.h"
#include "iscsi_burst.h"

#define BYTES	400

static u32 random_below(u32 n)
{
	return (u32)rand() % n;
}

static void test_ranges(void **state)
{
	struct iscsit_ranges set = { 0 };
	bool map[BYTES] = { 0 };
	u32 round, i, j, off, end;

	srand(1);
	for (round = 0; round < 20000; round++) {
		off = random_below(BYTES);
		end = off + random_below(min(30U, BYTES - off + 1));
		if (random_below(2)) {
			assert_true(iscsit_ranges_add(&set, off, end) || set.n == ISCSIT_RANGES_MAX);
			for (i = off; i < end; i++)
				map[i] = iscsit_ranges_has(&set, i, i + 1) || map[i];
		} else {
			iscsit_ranges_del(&set, off, end);
			for (i = off; i < end; i++)
				map[i] = false;
		}
		assert_true(set.n <= ISCSIT_RANGES_MAX);
		for (i = 0; i < set.n; i++) {
			assert_true(set.r[i].off < set.r[i].end);
			assert_true(!i || set.r[i - 1].end < set.r[i].off);
		}
		/* Never more than the map has; less only where pieces ran out. */
		for (i = 0; i < BYTES; i++) {
			if (iscsit_ranges_has(&set, i, i + 1))
				assert_true(map[i]);
			else
				map[i] = false;
		}
		for (j = 0; j < 5; j++) {
			bool all = true;

			off = random_below(BYTES);
			end = off + random_below(BYTES - off + 1);
			for (i = off; i < end; i++)
				all = all && map[i];
			assert_int_equal(iscsit_ranges_has(&set, off, end), all);
		}
	}
}

static void test_ranges_full(void **state)
{
	struct iscsit_ranges set = { 0 };
	u32 i;

	for (i = 0; i < ISCSIT_RANGES_MAX; i++)
		assert_true(iscsit_ranges_add(&set, 10 * i, 10 * i + 5));
	assert_false(iscsit_ranges_add(&set, 7, 8));
	assert_true(iscsit_ranges_add(&set, 5, 10));
	assert_true(iscsit_ranges_add(&set, 1000, 1001));
	assert_false(iscsit_ranges_has(&set, 7, 1001));
	/* No room for the piece behind: it goes, too. */
	iscsit_ranges_del(&set, 1, 2);
	assert_int_equal(set.n, ISCSIT_RANGES_MAX);
	assert_false(iscsit_ranges_has(&set, 3, 4));
	assert_true(iscsit_ranges_has(&set, 0, 1));
}

static void test_check(void **state)
{
	const struct iscsit_burst_rules strict = { .pdu_in_order = true };
	const struct iscsit_burst_rules recover = { .pdu_in_order = true, .recover = true };
	const struct iscsit_burst_rules loose = { 0 };
	const struct {
		struct iscsit_burst_pdu pdu;
		const struct iscsit_burst_rules *rules;
		int want;
	} cases[] = {
		{ { 2, 20, 10 }, &strict, ISCSIT_BURST_TAKE },
		{ { 2, 20, 80, true }, &strict, ISCSIT_BURST_TAKE },
		{ { 2, 20, 81 }, &strict, ISCSIT_BURST_PROTOCOL },
		{ { 2, 20, 0xffffffff }, &strict, ISCSIT_BURST_PROTOCOL },
		{ { 2, 9, 1 }, &loose, ISCSIT_BURST_PROTOCOL },
		{ { 2, 30, 10 }, &strict, ISCSIT_BURST_PROTOCOL },
		{ { 2, 30, 10 }, &loose, ISCSIT_BURST_TAKE },
		{ { 2, 10, 10 }, &loose, ISCSIT_BURST_TAKE },
		{ { 3, 30, 10 }, &strict, ISCSIT_BURST_LOST },
		{ { 1, 20, 10 }, &strict, ISCSIT_BURST_LOST },
		{ { 3, 30, 10 }, &recover, ISCSIT_BURST_TAKE },
		{ { 3, 10, 10 }, &recover, ISCSIT_BURST_PROTOCOL },
		{ { 1, 10, 10 }, &recover, ISCSIT_BURST_IGNORE },
	};
	struct iscsit_burst b = { .len = 100 };
	struct iscsit_seq *seq = iscsit_burst_open(&b, 7, 10, 100);
	size_t i;

	seq->datasn = 2;
	seq->pos = 20;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(iscsit_burst_check(seq, cases[i].rules, &cases[i].pdu),
				 cases[i].want);
	assert_null(iscsit_burst_find(&b, 8));
	assert_ptr_equal(iscsit_burst_find(&b, 7), seq);
}

/* One sequence with PDUs lost, spoiled and repeated at random; F may be lost, which a timer finds. */
static void send_sequence(struct iscsit_burst *b, struct iscsit_seq *seq, bool shuffle)
{
	const struct iscsit_burst_rules rules = { .pdu_in_order = !shuffle, .recover = true };
	u32 off = seq->range.off, end = seq->range.end, size = 1 + random_below(20);
	u32 n = (end - off + size - 1) / size, i;

	for (i = 0; i < n; i++) {
		u32 place = shuffle ? n - 1 - i : i;
		struct iscsit_burst_pdu pdu = {
			.datasn = i, .off = off + place * size, .final = i == n - 1,
		};

		pdu.len = min(size, end - pdu.off);
		if (!random_below(5))
			continue;
		assert_int_equal(iscsit_burst_check(seq, &rules, &pdu), ISCSIT_BURST_TAKE);
		if (!random_below(8))
			iscsit_burst_spoiled(b, seq, &pdu);
		else
			iscsit_burst_took(b, seq, &pdu);
	}
	seq->used = false;
}

static void test_every_write_ends(void **state)
{
	u32 round, ttt, i;

	srand(2);
	for (round = 0; round < 500; round++) {
		struct iscsit_burst b = { .len = 1 + random_below(2000) };
		u32 max_r2t = 1 + random_below(ISCSIT_SEQS_MAX), max = 1 + random_below(300);
		bool backwards = random_below(2);
		struct iscsit_range want;

		for (ttt = 0; !iscsit_burst_done(&b); ) {
			assert_true(ttt < 100000);
			while (iscsit_burst_open_count(&b) < max_r2t &&
			       iscsit_burst_want(&b, max, backwards, &want)) {
				assert_true(want.off < want.end && want.end <= b.len);
				assert_true(want.end - want.off <= max);
				assert_non_null(iscsit_burst_open(&b, ttt++, want.off, want.end));
			}
			for (i = 0; !b.seq[i].used; i++)
				;
			send_sequence(&b, &b.seq[i], random_below(2));
		}
		assert_false(iscsit_burst_want(&b, max, backwards, &want));
	}
}

static void test_want(void **state)
{
	struct iscsit_burst b = { .len = 100 };
	struct iscsit_range want;

	assert_true(iscsit_ranges_add(&b.got, 0, 10));
	assert_non_null(iscsit_burst_open(&b, 1, 10, 30));
	assert_true(iscsit_ranges_add(&b.got, 50, 60));
	assert_true(iscsit_burst_want(&b, 1000, false, &want));
	assert_true(want.off == 30 && want.end == 50);
	assert_true(iscsit_burst_want(&b, 5, false, &want));
	assert_true(want.off == 30 && want.end == 35);
	assert_true(iscsit_burst_want(&b, 1000, true, &want));
	assert_true(want.off == 60 && want.end == 100);
	assert_true(iscsit_burst_want(&b, 5, true, &want));
	assert_true(want.off == 95 && want.end == 100);
	iscsit_burst_forget(&b);
	assert_true(iscsit_burst_want(&b, 1000, false, &want));
	assert_true(want.off == 10 && want.end == 50);
}

/* Each byte once, sequences ended by F and not longer than allowed, the last one last. */
static void check_plan(const struct iscsit_plan *plan)
{
	u32 sn, end = iscsit_plan_end(plan), in_seq = 0, left = plan->total - plan->base;
	u8 *seen = calloc(plan->total, 1);
	struct iscsit_plan_pdu pdu;

	assert_non_null(seen);
	for (sn = plan->base_sn; sn != end; sn++) {
		iscsit_plan_pdu(plan, sn, &pdu);
		assert_true(pdu.len && pdu.len <= plan->dsl);
		assert_true(pdu.off >= plan->base && pdu.off + pdu.len <= plan->total);
		assert_null(memchr(seen + pdu.off, 1, pdu.len));
		memset(seen + pdu.off, 1, pdu.len);
		left -= pdu.len;
		in_seq += pdu.len;
		assert_true(in_seq <= plan->burst);
		assert_int_equal(pdu.last, !left);
		assert_true(!pdu.last || pdu.final);
		if (pdu.final)
			in_seq = 0;
	}
	assert_int_equal(left, 0);
	free(seen);
}

static void test_plans(void **state)
{
	u32 round;

	srand(3);
	for (round = 0; round < 5000; round++) {
		struct iscsit_plan plan = {
			.total = 1 + random_below(3000), .dsl = 1 + random_below(300),
			.burst = 1 + random_below(900), .base_sn = random_below(1000),
		};

		check_plan(&plan);
		plan.pdus_backwards = true;
		check_plan(&plan);
		plan.seqs_backwards = true;
		check_plan(&plan);
		plan.pdus_backwards = false;
		check_plan(&plan);
		plan.seqs_backwards = false;
		plan.base = random_below(plan.total);
		check_plan(&plan);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_ranges_full),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_want),
		cmocka_unit_test(test_every_write_ends),
		cmocka_unit_test(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
