// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text segments: pairs, numbers, ranges, lists, reserved words, names and bounded output,
 * with the malformed variants a hostile initiator sends.
 */
#include "util.h"

static char long_text[10000];

/* @n times @c in a buffer of its own */
static const char *repeat(char c, u32 n)
{
	memset(long_text, c, n);
	long_text[n] = '\0';
	return long_text;
}

static int count_pairs(const char *spec)
{
	struct seg s = seg(spec);
	struct iscsit_text_iter it;
	struct iscsit_pair pair;
	int n = 0, ret;

	iscsit_text_start(&it, s.p, s.len);
	while ((ret = iscsit_text_next(&it, &pair)) > 0) {
		assert_true(pair.key >= s.p && pair.val + pair.val_len <= s.p + s.len);
		n++;
	}
	seg_free(&s);
	return ret < 0 ? ret : n;
}

static void test_pairs(void **state)
{
	assert_int_equal(count_pairs(""), 0);
	assert_int_equal(count_pairs("|||"), 0);
	assert_int_equal(count_pairs("A=1|B=2|"), 2);
	assert_int_equal(count_pairs("A=1|B=2"), 2);
	assert_int_equal(count_pairs("A=1|||B=2||"), 2);
	assert_int_equal(count_pairs("A=|"), 1);
	assert_int_equal(count_pairs("A=b=c=|"), 1);
	assert_int_equal(count_pairs("A"), -EINVAL);
	assert_int_equal(count_pairs("A=1|B|"), -EINVAL);
	assert_int_equal(count_pairs("=1|"), -EINVAL);
	assert_int_equal(count_pairs("="), -EINVAL);
	assert_int_equal(count_pairs("1A=1|"), -EINVAL);
	assert_int_equal(count_pairs("A B=1|"), -EINVAL);
	assert_int_equal(count_pairs("A\n=1|"), -EINVAL);
	assert_int_equal(count_pairs("X-com.example.a+b@c_d=1|"), 1);
}

static void test_pair_members(void **state)
{
	struct seg s = seg("MaxBurstLength=1=2|Foo=");
	struct iscsit_text_iter it;
	struct iscsit_pair pair;

	iscsit_text_start(&it, s.p, s.len);
	assert_int_equal(iscsit_text_next(&it, &pair), 1);
	assert_int_equal(pair.id, ISCSIT_KEY_MAX_BURST);
	assert_int_equal(pair.key_len, 14);
	assert_int_equal(pair.val_len, 3);
	assert_memory_equal(pair.val, "1=2", 3);
	assert_int_equal(iscsit_text_next(&it, &pair), 1);
	assert_int_equal(pair.id, ISCSIT_KEY_UNKNOWN);
	assert_int_equal(pair.val_len, 0);
	assert_int_equal(iscsit_text_next(&it, &pair), 0);
	seg_free(&s);
}

static int pair_of(const char *key, u32 n)
{
	static char spec[sizeof(long_text) + 100];

	snprintf(spec, sizeof(spec), "%.63s=%s|", key, repeat('a', n));
	return count_pairs(spec);
}

static void test_pair_limits(void **state)
{
	char spec[100];

	snprintf(spec, sizeof(spec), "%.63s=1|", repeat('K', 64));
	assert_int_equal(count_pairs(spec), 1);
	snprintf(spec, sizeof(spec), "%.64s=1|", repeat('K', 64));
	assert_int_equal(count_pairs(spec), -EINVAL);
	assert_int_equal(pair_of("InitiatorAlias", 255), 1);
	assert_int_equal(pair_of("InitiatorAlias", 256), -EINVAL);
	assert_int_equal(pair_of("CHAP_N", 256), -EINVAL);
	assert_int_equal(pair_of("CHAP_C", 8192), 1);
	assert_int_equal(pair_of("CHAP_C", 8193), -EINVAL);
	assert_int_equal(pair_of("X-unknown", 9000), 1);
}

static void expect_number(const char *text, int ret, u32 want)
{
	struct seg s = seg(text);
	u32 val = 0;

	if (iscsit_text_number(s.p, s.len, &val) != ret || val != want)
		fail_msg("number \"%s\"", text);
	seg_free(&s);
}

static void test_numbers(void **state)
{
	expect_number("0", 0, 0);
	expect_number("4294967295", 0, 0xffffffff);
	expect_number("4294967296", -EINVAL, 0);
	expect_number("99999999999999999999999999", -EINVAL, 0);
	expect_number("0x0", 0, 0);
	expect_number("0xffFFffff", 0, 0xffffffff);
	expect_number("0X10", 0, 16);
	expect_number("0x100000000", -EINVAL, 0);
	expect_number("0x000000000001", 0, 1);
	expect_number("007", -EINVAL, 0);
	expect_number("", -EINVAL, 0);
	expect_number("0x", -EINVAL, 0);
	expect_number("x1", -EINVAL, 0);
	expect_number("-1", -EINVAL, 0);
	expect_number("+1", -EINVAL, 0);
	expect_number(" 1", -EINVAL, 0);
	expect_number("1 ", -EINVAL, 0);
	expect_number("12a", -EINVAL, 0);
	expect_number("0x12g", -EINVAL, 0);
	expect_number("1,2", -EINVAL, 0);
}

static void test_ranges(void **state)
{
	u32 lo, hi;

	assert_int_equal(iscsit_text_range("2048~8192", 9, &lo, &hi), 0);
	assert_int_equal(lo, 2048);
	assert_int_equal(hi, 8192);
	assert_int_equal(iscsit_text_range("0x10~32", 7, &lo, &hi), 0);
	assert_int_equal(lo, 16);
	assert_int_equal(iscsit_text_range("7", 1, &lo, &hi), 0);
	assert_int_equal(hi, 7);
	assert_int_equal(iscsit_text_range("9~8", 3, &lo, &hi), -EINVAL);
	assert_int_equal(iscsit_text_range("~8", 2, &lo, &hi), -EINVAL);
	assert_int_equal(iscsit_text_range("8~", 2, &lo, &hi), -EINVAL);
	assert_int_equal(iscsit_text_range("1~2~3", 5, &lo, &hi), -EINVAL);
}

static void test_tokens(void **state)
{
	const char *s = "CRC32C,,None,", *tok;
	u32 len = strlen(s), n;

	assert_true(iscsit_text_token(&s, &len, &tok, &n));
	assert_true(iscsit_text_is(tok, n, "CRC32C"));
	assert_true(iscsit_text_token(&s, &len, &tok, &n));
	assert_int_equal(n, 0);
	assert_true(iscsit_text_token(&s, &len, &tok, &n));
	assert_true(iscsit_text_is(tok, n, "None"));
	assert_false(iscsit_text_is(tok, n, "Non"));
	assert_false(iscsit_text_is(tok, n, "None1"));
	assert_false(iscsit_text_token(&s, &len, &tok, &n));
}

static void test_words(void **state)
{
	assert_int_equal(iscsit_text_word("Reject", 6), ISCSIT_WORD_REJECT);
	assert_int_equal(iscsit_text_word("Irrelevant", 10), ISCSIT_WORD_IRRELEVANT);
	assert_int_equal(iscsit_text_word("NotUnderstood", 13), ISCSIT_WORD_NOT_UNDERSTOOD);
	assert_int_equal(iscsit_text_word("reject", 6), ISCSIT_WORD_NONE);
	assert_int_equal(iscsit_text_word("Rejec", 5), ISCSIT_WORD_NONE);
	assert_int_equal(iscsit_text_word("", 0), ISCSIT_WORD_NONE);
}

static void test_names(void **state)
{
	char out[ISCSIT_NAME_MAX + 1], name[300];

	assert_int_equal(iscsit_name_normalize("iqn.2001-04.com.Example:A", 25, out), 0);
	assert_string_equal(out, "iqn.2001-04.com.example:a");
	assert_int_equal(iscsit_name_normalize("EUI.02004567A425678D", 20, out), 0);
	assert_int_equal(iscsit_name_normalize("naa.5", 5, out), 0);
	assert_int_equal(iscsit_name_normalize("iqn.", 4, out), -EINVAL);
	assert_int_equal(iscsit_name_normalize("foo.1", 5, out), -EINVAL);
	assert_int_equal(iscsit_name_normalize("iqn.a b", 7, out), -EINVAL);
	assert_int_equal(iscsit_name_normalize("iqn.../..", 9, out), -EINVAL);
	assert_int_equal(iscsit_name_normalize("iqn.a\nb", 7, out), -EINVAL);
	assert_int_equal(iscsit_name_normalize("iqn.a\0b", 7, out), -EINVAL);
	assert_int_equal(iscsit_name_normalize("iqn.\xc3\xa9", 6, out), 0);
	memset(name, 'a', sizeof(name));
	memcpy(name, "iqn.", 4);
	assert_int_equal(iscsit_name_normalize(name, 223, out), 0);
	assert_int_equal(strlen(out), 223);
	assert_int_equal(iscsit_name_normalize(name, 224, out), -EINVAL);
}

static void test_output(void **state)
{
	char *p = malloc(16);
	struct iscsit_textbuf b = { .p = p, .cap = 16 };

	iscsit_textbuf_add(&b, "A", "12");
	iscsit_textbuf_add_num(&b, "B", 4294967295U);
	assert_int_equal(b.len, 5 + 13 - 13);
	assert_true(b.overflow);
	/* After a pair was lost nothing more goes out. */
	iscsit_textbuf_add(&b, "C", "");
	assert_string_equal(flatten(p, b.len), "A=12|");
	b.overflow = false;
	iscsit_textbuf_add_hex(&b, "D", (const u8 *)"\x0f\xa0", 2);
	assert_string_equal(flatten(p, b.len), "A=12|D=0x0fa0|");
	iscsit_textbuf_add_raw(&b, "Exxx", 1, "");
	assert_true(b.overflow);
	b.overflow = false;
	b.len = 13;
	iscsit_textbuf_add_raw(&b, "Exxx", 1, "");
	assert_false(b.overflow);
	assert_int_equal(b.len, 16);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_pair_members),
		cmocka_unit_test(test_pair_limits),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_output),
	};

	return cmocka_run_group_tests_name("iscsi_text", tests, NULL, NULL);
}
