// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of address prefixes and redirections of logins: what is one, what is none, and which
 * addresses a list has.
 */
#include <arpa/inet.h>
#include "util.h"
#include "iscsi_prefix.h"

static struct iscsit_prefixes set;

/* From the heap, so that ASan sees a byte too far. */
static int parse(const char *text)
{
	size_t len = strlen(text);
	char *p = malloc(len ? len : 1);
	int ret;

	memcpy(p, text, len);
	ret = iscsit_prefixes_parse(&set, p, len);
	free(p);
	return ret;
}

static bool has(const char *text)
{
	bool v6 = strchr(text, ':');
	u8 addr[16];

	assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, text, addr), 1);
	return iscsit_prefixes_match(&set, addr, v6);
}

static void test_lists(void **state)
{
	assert_int_equal(parse("  10.1.0.0/16,192.0.2.7,\n, 2001:db8::/33 \n"), 0);
	assert_int_equal(set.n, 3);
	assert_string_equal(set.text, "10.1.0.0/16 192.0.2.7 2001:db8::/33");
	assert_true(has("10.1.255.255"));
	assert_false(has("10.2.0.0"));
	assert_true(has("192.0.2.7"));
	assert_false(has("192.0.2.6"));
	assert_true(has("2001:db8:7fff::1"));
	assert_false(has("2001:db8:8000::1"));
	assert_false(has("::a01:0"));
}

static void test_edges(void **state)
{
	assert_int_equal(parse(""), 0);
	assert_true(has("1.2.3.4") && has("::1"));
	assert_string_equal(set.text, "");
	assert_int_equal(parse("0.0.0.0/0"), 0);
	assert_true(has("255.255.255.255"));
	assert_false(has("::"));
	assert_int_equal(parse("::/0"), 0);
	assert_true(has("ffff::"));
	assert_false(has("1.2.3.4"));
	assert_int_equal(parse("128.0.0.0/1 ::1/128"), 0);
	assert_true(has("128.0.0.1") && has("::1"));
	assert_false(has("127.0.0.1") || has("::2"));
}

static void test_not_lists(void **state)
{
	static const char *const bad[] = {
		"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/0x8", "10.0.0",
		"10.0.0.0.0", "256.0.0.0", "a", "10.0.0.0/8/8", "::/129", "2001:db8::1/32", ":", "[::1]",
		"10.0.0.0/8;", "fe80::1%lo", "10.0.0.0/0008", "-", "/8", "/", "1.2.3.4:3260", "::g",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999",
		"11111111111111111111111111111111111111111111111111111111111111",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (parse(bad[i]) != -EINVAL)
			fail_msg("%s was taken", bad[i]);
}

static void test_many(void **state)
{
	static const char longest[] = "1111:2222:3333:4444:5555:6666:7777:8888/128 ";
	char text[(ISCSIT_PREFIX_MAX + 1) * sizeof(longest)] = "";
	int i;

	for (i = 0; i < ISCSIT_PREFIX_MAX; i++)
		strcat(text, longest);
	assert_int_equal(parse(text), 0);
	assert_int_equal(strlen(set.text), ISCSIT_PREFIX_MAX * (sizeof(longest) - 1) - 1);
	strcat(text, longest);
	assert_int_equal(parse(text), -E2BIG);
}

static void expect_redirect(const char *text, int ret, const char *shown)
{
	struct iscsit_redirect r = { .status = 0x0101, .to = "before" };
	char buf[ISCSIT_REDIRECT_MAX + 16];
	size_t len = strlen(text);
	char *p = malloc(len ? len : 1);

	memcpy(p, text, len);
	if (iscsit_redirect_parse(&r, p, len) != ret)
		fail_msg("%s", text);
	free(p);
	iscsit_redirect_show(&r, buf, sizeof(buf));
	assert_string_equal(buf, ret ? "temporary before\n" : shown);
}

static void test_redirects(void **state)
{
	static const char *const bad[] = {
		"1.2.3.4", "temporary", "permanent ", "perm 1.2.3.4", "temporary 1.2.3.4:0",
		"temporary 1.2.3.4:65536", "temporary [::1", "temporary [1.2.3.4]", "temporary ::1",
		"temporary a b", "temporary a,", "temporary a:", "temporary a:1:2", "temporary ,a", "temporary a,1,2",
		"temporary a=b", "temporary [::1]x", "temporary :3260", "none none", "temporary a_b",
		"temporary 0123456789012345678901234567890123456789012345678901234567890123456789"
		"0123456789012345678901234567890",
	};
	size_t i;

	expect_redirect("", 0, "none\n");
	expect_redirect("\n", 0, "none\n");
	expect_redirect("none\n", 0, "none\n");
	expect_redirect("temporary 1.2.3.4\n", 0, "temporary 1.2.3.4\n");
	expect_redirect("permanent  [::1]:3261,7", 0, "permanent [::1]:3261,7\n");
	expect_redirect("temporary host-1.example.org:1,65535", 0,
			"temporary host-1.example.org:1,65535\n");
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		expect_redirect(bad[i], -EINVAL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_not_lists),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_redirects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
