// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the command window: requests of several connections in the order of their numbers,
 * whatever the order they come in, and the numbers that are ignored.
 */
#include <string.h>
#include "util.h"
#include "iscsi_window.h"

#define DEPTH	64

/* Takes all that are at their turn; true if the next is @cmdsn. */
static bool next_is(struct iscsit_window *w, u32 cmdsn)
{
	struct iscsit_park *park = iscsit_window_next(w);

	return park && park->cmdsn == cmdsn && !park->on;
}

static void test_in_order(void **state)
{
	struct iscsit_park park = { 0 };
	struct iscsit_window w;
	u32 i;

	iscsit_window_init(&w, 0xfffffff0, DEPTH);
	for (i = 0; i < DEPTH; i++) {
		park.cmdsn = 0xfffffff0 + i;
		assert_true(iscsit_window_admits(&w, park.cmdsn));
		assert_int_equal(iscsit_window_take(&w, &park), ISCSIT_SN_NOW);
		assert_false(iscsit_window_admits(&w, park.cmdsn));
	}
	park.cmdsn++;
	assert_int_equal(iscsit_window_take(&w, &park), ISCSIT_SN_DROP);
	w.max_cmdsn++;
	assert_int_equal(iscsit_window_take(&w, &park), ISCSIT_SN_NOW);
}

static void test_outside(void **state)
{
	static const u32 numbers[] = { 99, 0, 100 + DEPTH, 0x80000064, 99 + 0x80000000 };
	struct iscsit_park park = { 0 };
	struct iscsit_window w;
	size_t i;

	iscsit_window_init(&w, 100, DEPTH);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		park.cmdsn = numbers[i];
		assert_int_equal(iscsit_window_take(&w, &park), ISCSIT_SN_DROP);
		assert_false(park.on);
	}
	assert_null(iscsit_window_next(&w));
}

static void test_twice(void **state)
{
	struct iscsit_park first = { .cmdsn = 102 }, second = { .cmdsn = 102 };
	struct iscsit_window w;

	iscsit_window_init(&w, 100, DEPTH);
	assert_int_equal(iscsit_window_take(&w, &first), ISCSIT_SN_PARKED);
	assert_false(iscsit_window_admits(&w, 102));
	assert_int_equal(iscsit_window_take(&w, &second), ISCSIT_SN_DROP);
	/* What is forgotten may come again. */
	iscsit_window_forget(&first);
	assert_int_equal(iscsit_window_take(&w, &second), ISCSIT_SN_PARKED);
}

/* Every order of a few requests ends in theirs. */
static void permute(u32 *order, u32 n, u32 at)
{
	struct iscsit_park park[6] = { 0 };
	struct iscsit_window w;
	u32 i, done = 0;

	if (at < n) {
		for (i = at; i < n; i++) {
			u32 t = order[at];

			order[at] = order[i];
			order[i] = t;
			permute(order, n, at + 1);
			order[i] = order[at];
			order[at] = t;
		}
		return;
	}
	iscsit_window_init(&w, 0xfffffffe, DEPTH);
	for (i = 0; i < n; i++) {
		park[i].cmdsn = 0xfffffffe + order[i];
		if (iscsit_window_take(&w, &park[i]) != ISCSIT_SN_NOW)
			continue;
		assert_int_equal(order[i], done);
		for (done++; next_is(&w, 0xfffffffe + done); done++)
			;
	}
	assert_int_equal(done, n);
	assert_int_equal(w.exp_cmdsn, 0xfffffffe + n);
}

static void test_every_order(void **state)
{
	u32 order[] = { 0, 1, 2, 3, 4, 5 };

	permute(order, 6, 0);
}

static void test_replace(void **state)
{
	struct iscsit_park park[3] = { { .cmdsn = 11 }, { .cmdsn = 12 }, { .cmdsn = 13 } };
	struct iscsit_park plug = { .kind = ISCSIT_PARK_PLUG }, first = { .cmdsn = 10 };
	struct iscsit_window w;
	int i;

	iscsit_window_init(&w, 10, DEPTH);
	for (i = 0; i < 3; i++)
		assert_int_equal(iscsit_window_take(&w, &park[i]), ISCSIT_SN_PARKED);
	iscsit_window_replace(&park[1], &plug);
	assert_false(park[1].on);
	assert_true(plug.on);
	assert_false(iscsit_window_admits(&w, 12));
	assert_int_equal(iscsit_window_take(&w, &first), ISCSIT_SN_NOW);
	assert_ptr_equal(iscsit_window_next(&w), &park[0]);
	assert_ptr_equal(iscsit_window_next(&w), &plug);
	assert_ptr_equal(iscsit_window_next(&w), &park[2]);
	assert_null(iscsit_window_next(&w));
}

/* A request that is refused at its turn: those behind it wait for another with its number. */
static void test_return(void **state)
{
	struct iscsit_park first = { .cmdsn = 10 }, again = { .cmdsn = 10 };
	struct iscsit_park park[2] = { { .cmdsn = 11 }, { .cmdsn = 12 } };
	struct iscsit_window w;

	iscsit_window_init(&w, 10, DEPTH);
	assert_int_equal(iscsit_window_take(&w, &park[0]), ISCSIT_SN_PARKED);
	assert_int_equal(iscsit_window_take(&w, &park[1]), ISCSIT_SN_PARKED);
	assert_int_equal(iscsit_window_take(&w, &first), ISCSIT_SN_NOW);
	iscsit_window_return(&w);
	assert_null(iscsit_window_next(&w));
	assert_int_equal(iscsit_window_take(&w, &again), ISCSIT_SN_NOW);
	assert_ptr_equal(iscsit_window_next(&w), &park[0]);
	iscsit_window_return(&w);
	assert_null(iscsit_window_next(&w));
	assert_int_equal(w.exp_cmdsn, 11);
	assert_true(iscsit_window_admits(&w, 11));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_every_order),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_return),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
