// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map of LBA dependent access states: its text form, and the state of runs
 * of blocks in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include "alloc_fail.h"
#include "lba_map.h"

#define OPTIMIZED	0
#define NON_OPTIMIZED	1
#define STANDBY		2
#define UNAVAILABLE	3

static struct target_lba_map *parse(const char *text)
{
	int err;
	struct target_lba_map *map = lba_map_parse(text, &err);

	assert_non_null(map);
	assert_int_equal(err, 0);
	return map;
}

static int parse_once(void *arg)
{
	int err;
	struct target_lba_map *map = lba_map_parse(arg, &err);

	assert_int_equal(!map, err != 0);
	kfree(map);
	assert_true(!err || err == -ENOMEM);
	return err;
}

static void short_of_memory(void **state)
{
	const struct alloc_fail op = { .run = parse_once };

	assert_int_equal(alloc_fail_each(&op, "0 0\n0 9 1:O 2:S\n10 19 1:S 2:O\n"), 1);
}

static void blank_text_is_no_map(void **state)
{
	static const char * const texts[] = { "", "\n", " \t\n \n" };
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		err = -1;
		assert_null(lba_map_parse(texts[i], &err));
		assert_int_equal(err, 0);
	}
}

static void bad_text_is_refused(void **state)
{
	static const char * const texts[] = {
		"x", "1", "1 2", "1 2\n", "1 2\n3", "1 2\n3 4", "1 2\n3 4 5", "1 2\n3 4 5:",
		"1 2\n3 4 5:X", "1 2\n3 4 5:O6:O x", "1 2\n4 3 5:O", "-1 2\n3 4 5:O",
		"1 2 3\n3 4 5:O", "4294967296 0\n3 4 5:O", "1 2\n18446744073709551616 4 5:O",
		"1 2\n3 99999999999999999999 5:O", "1 2\n3 4 65536:O", "1 2\n3 4 1:O\n5 6 1:O 2:O",
		"1 2\n3 4 1:O 2:O 3:O 4:O 5:O 6:O 7:O 8:O 9:O 10:O 11:O 12:O 13:O 14:O 15:O 16:O "
		"17:O",
	};
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		err = 0;
		assert_null(lba_map_parse(texts[i], &err));
		assert_int_equal(err, -EINVAL);
	}
}

/* A page full of each character that may occur ends in a verdict. */
static void long_text_is_bounded(void **state)
{
	static const char chars[] = "0 1:O\nx";
	char page[4096];
	const char *c;
	int err;

	for (c = chars; *c; c++) {
		memset(page, *c, sizeof(page) - 1);
		page[sizeof(page) - 1] = '\0';
		kfree(lba_map_parse(page, &err));
	}
}

static void many_ranges(void **state)
{
	char page[4096] = "0 0\n", out[4096];
	struct target_lba_map *map;
	size_t len = 4;

	while (len + 8 < sizeof(page)) {
		memcpy(page + len, "0 0 0:O\n", 9);
		len += 8;
	}
	map = parse(page);
	assert_int_equal(lba_map_format(map, out, sizeof(out)), len);
	assert_string_equal(out, page);
	/* It is cut off, not overrun. */
	assert_int_equal(lba_map_format(map, out, 100), 99);
	kfree(map);
}

static void text_round_trip(void **state)
{
	static const char text[] = "64 2\n0 511 1:O 2:A\n512 18446744073709551615 1:S 65535:U\n";
	struct target_lba_map *map = parse("  64\t2 \n\n 0 511 1:O  2:A \n512 "
					   "18446744073709551615 1:S 65535:U");
	char out[256];

	lba_map_format(map, out, sizeof(out));
	assert_string_equal(out, text);
	kfree(map);
}

static void states_of_ranges(void **state)
{
	struct target_lba_map *map = parse("0 0\n0 99 1:O 2:U\n100 199 1:A 2:O\n"
					   "300 18446744073709551615 1:S 2:O");

	assert_int_equal(lba_map_state(map, 1, 0, 100), OPTIMIZED);
	assert_int_equal(lba_map_state(map, 1, 0, 0), OPTIMIZED);
	assert_int_equal(lba_map_state(map, 2, 0, 1), UNAVAILABLE);
	assert_int_equal(lba_map_state(map, 1, 99, 2), NON_OPTIMIZED);
	assert_int_equal(lba_map_state(map, 2, 99, 2), UNAVAILABLE);
	assert_int_equal(lba_map_state(map, 2, 100, 100), OPTIMIZED);
	/* Nothing says what the blocks from 200 on are. */
	assert_int_equal(lba_map_state(map, 2, 100, 101), UNAVAILABLE);
	assert_int_equal(lba_map_state(map, 1, 1ULL << 40, 1 << 20), STANDBY);
	assert_int_equal(lba_map_state(map, 1, ~0ULL, 1), STANDBY);
	/* The map says nothing of group 3. */
	assert_int_equal(lba_map_state(map, 3, 0, 1), OPTIMIZED);
	kfree(map);
}

static void segments_alternate(void **state)
{
	struct target_lba_map *map = parse("10 2\n0 999 1:O\n10 999 1:U");

	assert_int_equal(lba_map_state(map, 1, 0, 10), OPTIMIZED);
	assert_int_equal(lba_map_state(map, 1, 10, 1), UNAVAILABLE);
	assert_int_equal(lba_map_state(map, 1, 20, 10), OPTIMIZED);
	assert_int_equal(lba_map_state(map, 1, 20, 11), UNAVAILABLE);
	kfree(map);
}

/* An initiator can't make the look-up take long: beyond a number of segments it gives up. */
static void long_runs_are_bounded(void **state)
{
	struct target_lba_map *map = parse("1 1\n0 18446744073709551615 1:O");

	assert_int_equal(lba_map_state(map, 1, 0, 100), OPTIMIZED);
	assert_int_equal(lba_map_state(map, 1, 0, 1ULL << 60), UNAVAILABLE);
	kfree(map);
}

static const u8 first_range[28] = {
	0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0, 1, 3, 0, 0, 2,
};

static void referrals_begin_with_the_block(void **state)
{
	struct target_lba_map *map = parse("0 0\n0 99 1:O 2:U\n100 199 1:A 2:O\n300 400 1:S 2:O");
	u8 *buf = calloc(1, LBA_MAP_REFERRALS);

	assert_int_equal(lba_map_referrals(map, 7, true, buf), 4 + 28);
	assert_memory_equal(buf, "\0\0\0\x1c", 4);
	assert_memory_equal(buf + 4, first_range, 28);
	memset(buf, 0, LBA_MAP_REFERRALS);
	assert_int_equal(lba_map_referrals(map, 0, false, buf), 4 + 3 * 28);
	assert_int_equal(buf[3], 3 * 28);
	memset(buf, 0, LBA_MAP_REFERRALS);
	assert_int_equal(lba_map_referrals(map, 150, false, buf), 4 + 2 * 28);
	assert_int_equal(buf[4 + 11], 100);
	/* In no range: what lies beyond. */
	memset(buf, 0, LBA_MAP_REFERRALS);
	assert_int_equal(lba_map_referrals(map, 250, false, buf), 4 + 28);
	assert_int_equal(lba_map_referrals(map, 250, true, buf), 4);
	free(buf);
	kfree(map);
}

static void sense_names_the_range_in_the_way(void **state)
{
	struct target_lba_map *map = parse("0 0\n0 99 1:O 2:U\n100 199 1:A 2:O\n200 400 1:S 2:O");
	u8 *buf = calloc(1, LBA_MAP_SENSE);

	assert_int_equal(lba_map_sense(map, 2, 0, 1, buf), 4 + 28);
	assert_memory_equal(buf, "\x0b\x1e\x01\0", 4);
	assert_memory_equal(buf + 4, first_range, 28);
	memset(buf, 0, LBA_MAP_SENSE);
	assert_int_equal(lba_map_sense(map, 1, 50, 200, buf), 4 + 28);
	assert_int_equal(buf[4 + 11], 200);
	assert_int_equal(lba_map_sense(map, 1, 401, 1, buf), 0);
	free(buf);
	kfree(map);
}

/* The fullest map there can be fits the buffers the callers have. */
static void the_largest_map_fits(void **state)
{
	char *text = malloc(1 << 18), *p = text + sprintf(text, "0 0\n");
	u8 *list = calloc(1, LBA_MAP_REFERRALS), *sense = calloc(1, LBA_MAP_SENSE);
	struct target_lba_map *map;

	for (unsigned int i = 0; i < LBA_MAP_RANGES; i++) {
		p += sprintf(p, "%u %u", i, i);
		for (unsigned int j = 1; j <= LBA_MAP_GROUPS; j++)
			p += sprintf(p, " %u:U", j);
		*p++ = '\n';
	}
	*p = '\0';
	map = parse(text);
	assert_int_equal(lba_map_referrals(map, 0, false, list), LBA_MAP_REFERRALS);
	assert_int_equal(lba_map_sense(map, 1, 0, 1, sense), LBA_MAP_SENSE);
	free(sense);
	free(list);
	free(text);
	kfree(map);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_of_memory),
		cmocka_unit_test(blank_text_is_no_map),
		cmocka_unit_test(bad_text_is_refused),
		cmocka_unit_test(long_text_is_bounded),
		cmocka_unit_test(many_ranges),
		cmocka_unit_test(text_round_trip),
		cmocka_unit_test(states_of_ranges),
		cmocka_unit_test(segments_alternate),
		cmocka_unit_test(long_runs_are_bounded),
		cmocka_unit_test(referrals_begin_with_the_block),
		cmocka_unit_test(sense_names_the_range_in_the_way),
		cmocka_unit_test(the_largest_map_fits),
	};

	return cmocka_run_group_tests_name("lba_map", tests, NULL, NULL);
}
