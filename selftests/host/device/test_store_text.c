// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text that state of a device is kept as: key=value lines, and what else may be
 * in a file that anybody could have edited.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "store_text.h"

/* Takes a text apart and puts it together again as "key:value;". */
static void assert_parsed(const char *text, const char *expected)
{
	char *copy = kstrdup(text, GFP_KERNEL), *rest = copy, *key, *value;
	char got[256] = "";

	while (target_store_next(&rest, &key, &value)) {
		strcat(got, key);
		strcat(got, ":");
		strcat(got, value);
		strcat(got, ";");
	}
	assert_string_equal(got, expected);
	kfree(copy);
}

static void lines_of_key_and_value(void **state)
{
	assert_parsed("a=1\nb=2\n", "a:1;b:2;");
	assert_parsed("a=1\nb=2", "a:1;b:2;");
	assert_parsed("text=two words = and a sign\n", "text:two words = and a sign;");
}

static void white_space_around_is_dropped(void **state)
{
	assert_parsed(" a\t= 1 \r\n", "a:1;");
	assert_parsed("a=\n", "a:;");
	assert_parsed("a=   ", "a:;");
	assert_parsed("=1", ":1;");
}

static void other_lines_are_skipped(void **state)
{
	assert_parsed("", "");
	assert_parsed("\n\n", "");
	assert_parsed("# a=1\n  # b=2\nc=3", "c:3;");
	assert_parsed("nonsense\n\xff\xfe\nc=\xff", "c:\xff;");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_key_and_value),
		cmocka_unit_test(white_space_around_is_dropped),
		cmocka_unit_test(other_lines_are_skipped),
	};

	return cmocka_run_group_tests_name("store_text", tests, NULL, NULL);
}
