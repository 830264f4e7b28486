// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order of commands on the same blocks: what waits for what, and random
 * crowds against the rule itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>
#include "range_lock.h"

#define CROWD	24
#define ROUNDS	200000

static struct target_range *gone[CROWD];
static unsigned int gone_count;

static void go(struct target_range *range)
{
	gone[gone_count++] = range;
}

static bool add(struct range_lock *lock, struct target_range *r, u64 first, u64 last,
		bool exclusive)
{
	r->first = first;
	r->last = last;
	r->exclusive = exclusive;
	return range_lock_add(lock, r);
}

static void ordinary_commands_never_wait(void **state)
{
	struct target_range a, b, c;
	struct range_lock lock;

	range_lock_init(&lock);
	assert_true(add(&lock, &a, 0, U64_MAX, false));
	assert_true(add(&lock, &b, 5, 5, false));
	assert_true(add(&lock, &c, 0, 10, false));
}

static void only_what_overlaps_waits(void **state)
{
	struct target_range held, before, behind, touches, inside;
	struct range_lock lock;

	range_lock_init(&lock);
	assert_true(add(&lock, &held, 10, 19, true));
	assert_true(add(&lock, &before, 0, 9, true));
	assert_true(add(&lock, &behind, 20, U64_MAX, false));
	assert_false(add(&lock, &touches, 19, 19, false));
	assert_false(add(&lock, &inside, 12, 12, true));
	gone_count = 0;
	range_lock_del(&lock, &held, go);
	assert_int_equal(gone_count, 2);
	assert_ptr_equal(gone[0], &inside);
	assert_ptr_equal(gone[1], &touches);
}

static void an_atomic_command_waits_for_ordinary_ones(void **state)
{
	struct target_range a, b, caw, later;
	struct range_lock lock;

	range_lock_init(&lock);
	add(&lock, &a, 0, 7, false);
	add(&lock, &b, 4, 11, false);
	assert_false(add(&lock, &caw, 0, 15, true));
	assert_false(add(&lock, &later, 15, 15, false));	/* does not overtake */
	gone_count = 0;
	range_lock_del(&lock, &b, go);
	assert_int_equal(gone_count, 0);
	range_lock_del(&lock, &a, go);
	assert_int_equal(gone_count, 1);
	assert_ptr_equal(gone[0], &caw);
	range_lock_del(&lock, &caw, go);
	assert_int_equal(gone_count, 2);
	assert_ptr_equal(gone[1], &later);
}

/* The end of an aborted wait frees those behind it, but not past those before it. */
static void a_wait_can_end_early(void **state)
{
	struct target_range held, aborted, last;
	struct range_lock lock;

	range_lock_init(&lock);
	add(&lock, &held, 0, 0, true);
	assert_false(add(&lock, &aborted, 0, 5, true));
	assert_false(add(&lock, &last, 0, 5, true));
	aborted.blockers = 0;
	gone_count = 0;
	range_lock_del(&lock, &aborted, go);
	assert_int_equal(gone_count, 0);
	range_lock_del(&lock, &held, go);
	assert_int_equal(gone_count, 1);
	assert_ptr_equal(gone[0], &last);
}

/* A write that becomes an orphan: what runs beside it goes on, what comes or waits does not. */
static void a_range_can_be_kept(void **state)
{
	struct target_range held, orphan, beside, waits, later, atomic;
	struct range_lock lock;

	range_lock_init(&lock);
	add(&lock, &held, 9, 9, true);
	assert_true(add(&lock, &orphan, 0, 7, false));
	assert_true(add(&lock, &beside, 0, 7, false));
	assert_false(add(&lock, &waits, 7, 9, false));
	assert_false(add(&lock, &atomic, 0, 0, true));
	range_lock_keep(&lock, &orphan);
	range_lock_keep(&lock, &orphan);
	assert_false(add(&lock, &later, 3, 3, false));
	gone_count = 0;
	range_lock_del(&lock, &held, go);
	range_lock_del(&lock, &beside, go);
	assert_int_equal(gone_count, 0);
	range_lock_del(&lock, &orphan, go);
	assert_int_equal(gone_count, 3);
}

static bool conflicts(const struct target_range *a, const struct target_range *b)
{
	return (a->exclusive || b->exclusive) && a->first <= b->last && b->first <= a->last;
}

/*
 * A range may go on when no earlier one that is still there conflicts with it, but for
 * those that it is past: it ran when one of the two was kept.
 */
static void check_crowd(const struct target_range *crowd, const bool *there, const bool *runs,
			const bool (*past)[CROWD])
{
	unsigned int i, j;

	for (i = 0; i < CROWD; i++) {
		bool free = true;

		for (j = 0; there[i] && j < CROWD; j++)
			if (there[j] && !past[i][j] && crowd[j].seq < crowd[i].seq &&
			    conflicts(&crowd[i], &crowd[j]))
				free = false;
		if (there[i])
			assert_int_equal(runs[i], free);
	}
}

static void random_keep(struct range_lock *lock, struct target_range *crowd, unsigned int i,
			const bool *runs, bool (*past)[CROWD])
{
	unsigned int j;

	for (j = 0; !crowd[i].exclusive && j < CROWD; j++) {
		past[i][j] = true;
		past[j][i] = runs[j];
	}
	range_lock_keep(lock, &crowd[i]);
}

static void forget(bool (*past)[CROWD], unsigned int i)
{
	unsigned int j;

	for (j = 0; j < CROWD; j++)
		past[i][j] = past[j][i] = false;
}

static void random_crowds(void **state)
{
	static struct target_range crowd[CROWD];
	bool there[CROWD] = {}, runs[CROWD] = {};
	bool past[CROWD][CROWD] = {};
	struct range_lock lock;
	unsigned int n, i;

	range_lock_init(&lock);
	for (n = 0; n < ROUNDS; n++) {
		i = get_random_u32() % CROWD;
		gone_count = 0;
		if (!there[i]) {
			u64 first = get_random_u32() % 32;

			runs[i] = add(&lock, &crowd[i], first, first + get_random_u32() % 8,
				      !(get_random_u32() % 3));
			there[i] = true;
		} else if (runs[i] && !(get_random_u32() % 4)) {
			random_keep(&lock, crowd, i, runs, past);
		} else if (runs[i]) {
			range_lock_del(&lock, &crowd[i], go);
			there[i] = false;
			runs[i] = false;
			forget(past, i);
		}
		while (gone_count)
			runs[gone[--gone_count] - crowd] = true;
		check_crowd(crowd, there, runs, past);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_commands_never_wait),
		cmocka_unit_test(only_what_overlaps_waits),
		cmocka_unit_test(an_atomic_command_waits_for_ordinary_ones),
		cmocka_unit_test(a_wait_can_end_early),
		cmocka_unit_test(a_range_can_be_kept),
		cmocka_unit_test(random_crowds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
