// SPDX-License-Identifier: GPL-2.0-only
/*
 * TransportIDs: every format there and back, and what must not be taken for one.
 */
#include <linux/slab.h>
#include "util.h"

/* From the heap at its exact size, so that ASan sees a byte too far. */
static u32 decode(const u8 *buf, u32 len, struct pr_tid *tid)
{
	u8 *copy = kmemdup(buf, len, GFP_KERNEL);
	u32 ret = pr_tid_decode(copy, len, tid);

	kfree(copy);
	return ret;
}

static void binary_names_go_there_and_back(void **state)
{
	static const struct {
		u8 proto;
		const char *name;
		u8 at, len;
		u8 bytes[16];
	} cases[] = {
		{ 0, "21:00:00:e0:8b:05:05:04", 8, 8, { 0x21, 0, 0, 0xe0, 0x8b, 5, 5, 4 } },
		{ 0, "naa.2100000000000001", 8, 8, { 0x21, 0, 0, 0, 0, 0, 0, 1 } },
		{ 3, "00a0b80000000001", 8, 8, { 0, 0xa0, 0xb8, 0, 0, 0, 0, 1 } },
		{ 4, "0xfe800000000000000002c90300a1b2c3", 8, 16,
		  { 0xfe, 0x80, 0, 0, 0, 0, 0, 0,
		    0, 2, 0xc9, 3, 0, 0xa1, 0xb2, 0xc3 } },
		{ 6, "naa.5001405a1b2c3d4e", 4, 8,
		  { 0x50, 1, 0x40, 0x5a, 0x1b, 0x2c, 0x3d, 0x4e } },
		{ 6, "0x5001405", 4, 8, { 0, 0, 0, 0, 0x05, 0x00, 0x14, 0x05 } },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pr_nexus nexus = { .proto = cases[i].proto };
		u8 buf[PR_TID_MAX];
		struct pr_tid tid;

		strcpy(nexus.initiator, cases[i].name);
		assert_int_equal(pr_tid_encode(&nexus, buf), 24);
		assert_int_equal(buf[0], cases[i].proto);
		assert_memory_equal(buf + cases[i].at, cases[i].bytes, cases[i].len);
		assert_int_equal(decode(buf, 24, &tid), 24);
		assert_int_equal(tid.proto, cases[i].proto);
		assert_true(pr_tid_names(&tid, cases[i].name));
		assert_false(pr_tid_names(&tid, "naa.0123456789abcdef"));
		assert_false(pr_tid_names(&tid, "iqn.2024-01.org.example:a"));
		assert_int_equal(decode(buf, 23, &tid), 0);
		buf[0] |= 0x40;
		assert_int_equal(decode(buf, 24, &tid), 0);
	}
}

static void a_name_that_is_no_number_is_zero(void **state)
{
	struct pr_nexus nexus = { .proto = 6, .initiator = "naa.60014050123456789abcdef012345678" };
	static const u8 zero[20];
	u8 buf[PR_TID_MAX];

	assert_int_equal(pr_tid_encode(&nexus, buf), 24);
	assert_memory_equal(buf + 4, zero, 20);
	strcpy(nexus.initiator, "naa.");
	assert_int_equal(pr_tid_encode(&nexus, buf), 24);
	nexus.proto = 9;	/* UAS has none */
	assert_int_equal(pr_tid_encode(&nexus, buf), 24);
	assert_int_equal(buf[0], 9);
}

static void iscsi_goes_there_and_back(void **state)
{
	for (unsigned int n = 1; n < PR_NAME_MAX; n++) {
		struct pr_nexus nexus = { .proto = 5, .isid = { 0x80, 1, 2, 3, 0xab, 0xcd } };
		struct pr_tid tid;
		u8 buf[PR_TID_MAX];
		u32 len;

		memset(nexus.initiator, 'x', n);
		for (unsigned int isid = 0; isid < 2; isid++) {
			nexus.has_isid = isid;
			len = pr_tid_encode(&nexus, buf);
			assert_true(len <= PR_TID_MAX && len >= 24 && len % 4 == 0);
			assert_int_equal(buf[0], isid ? 0x45 : 0x05);
			assert_int_equal(get_unaligned_be16(buf + 2), len - 4);
			assert_int_equal(buf[len - 1], 0);
			assert_int_equal(decode(buf, len, &tid), len);
			assert_string_equal(tid.name, nexus.initiator);
			assert_int_equal(tid.has_isid, isid);
			assert_true(!isid || !memcmp(tid.isid, nexus.isid, 6));
			assert_true(pr_tid_names(&tid, nexus.initiator));
			assert_int_equal(decode(buf, len - 1, &tid), 0);
		}
	}
}

static u32 decode_text(u8 first, const char *text, u16 room)
{
	struct pr_tid tid;
	u32 len = 4 + room, ret;
	u8 *buf = kzalloc(max(len, 24), GFP_KERNEL);

	buf[0] = first;
	put_unaligned_be16(room, buf + 2);
	memcpy(buf + 4, text, min_t(size_t, strlen(text), room));
	ret = pr_tid_decode(buf, len, &tid);
	kfree(buf);
	return ret;
}

static void hostile_iscsi_names(void **state)
{
	char name[300];

	assert_int_equal(decode_text(0x05, "iqn.a", 20), 24);
	assert_int_equal(decode_text(0x05, "iqn.a", 16), 0);
	assert_int_equal(decode_text(0x05, "iqn.a", 22), 0);
	assert_int_equal(decode_text(0x05, "", 20), 0);
	assert_int_equal(decode_text(0x85, "iqn.a", 20), 0);
	assert_int_equal(decode_text(0x05, "12345678901234567890", 20), 0);	/* no NUL */
	assert_int_equal(decode_text(0x05, "iqn.a\nres_holder=1", 20), 0);
	assert_int_equal(decode_text(0x05, "iqn.a,b", 20), 0);
	assert_int_equal(decode_text(0x05, "iqn.a,i,0x000000000000", 28), 0);
	assert_int_equal(decode_text(0x45, "iqn.a", 20), 0);
	assert_int_equal(decode_text(0x45, "iqn.a,i,0x12345678901", 28), 0);
	assert_int_equal(decode_text(0x45, "iqn.a,i,0x1234567890123", 28), 0);
	assert_int_equal(decode_text(0x45, "iqn.a,i,0x12345678901g", 28), 0);
	assert_int_equal(decode_text(0x45, ",i,0x123456789012", 20), 0);
	assert_int_equal(decode_text(0x45, "iqn.a,i,0x123456789012", 28), 32);
	memset(name, 'n', sizeof(name));
	name[299] = 0;
	assert_int_equal(decode_text(0x05, name, 400), 0);
	name[223] = 0;
	assert_int_equal(decode_text(0x05, name, 400), 404);
}

static void noise(void **state)
{
	u8 buf[64];
	struct pr_tid tid;

	srandom(1);
	for (unsigned int i = 0; i < 200000; i++) {
		u32 len = random() % sizeof(buf);

		for (unsigned int j = 0; j < sizeof(buf); j++)
			buf[j] = random() % 3 ? random() : "iqn.,0x"[random() % 8];
		if (i & 1)
			buf[0] = 0x05 | (i & 2) << 5;
		buf[2] = 0;
		buf[3] &= 0x3c;
		assert_true(decode(buf, len, &tid) <= len);
	}
	assert_int_equal(decode(buf, 0, &tid), 0);
}

static void unknown_protocols(void **state)
{
	u8 buf[24] = {};
	struct pr_tid tid;

	for (unsigned int proto = 0; proto < 16; proto++) {
		bool known = proto == 0 || proto == 3 || proto == 4 || proto == 6;

		buf[0] = proto;
		assert_int_equal(decode(buf, sizeof(buf), &tid), known ? 24 : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(binary_names_go_there_and_back),
		cmocka_unit_test(a_name_that_is_no_number_is_zero),
		cmocka_unit_test(iscsi_goes_there_and_back),
		cmocka_unit_test(hostile_iscsi_names),
		cmocka_unit_test(noise),
		cmocka_unit_test(unknown_protocols),
	};

	return cmocka_run_group_tests_name("pr_tid", tests, NULL, NULL);
}
