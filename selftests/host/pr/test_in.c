// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replies of PERSISTENT RESERVE IN, whole and cut off at every length.
 */
#include <linux/slab.h>
#include "util.h"

static u8 reply[65536];

static u32 ask(const struct pr_state *s, u8 action)
{
	struct pr_buf out = { .buf = reply, .room = sizeof(reply) };

	memset(reply, 0xee, sizeof(reply));
	pr_in(action, s, &out);
	for (u32 room = 0; room < min(out.len, 300U); room++) {
		struct pr_buf cut = { .buf = kmalloc(room, GFP_KERNEL), .room = room };

		pr_in(action, s, &cut);
		assert_int_equal(cut.len, out.len);
		assert_memory_equal(cut.buf, reply, room);
		kfree(cut.buf);
	}
	return out.len;
}

static void nothing_registered(void **state)
{
	static const u8 zero[8];

	assert_int_equal(ask(NULL, PR_READ_KEYS), 8);
	assert_memory_equal(reply, zero, 8);
	assert_int_equal(ask(NULL, PR_READ_RESERVATION), 8);
	assert_memory_equal(reply, zero, 8);
	assert_int_equal(ask(NULL, PR_READ_FULL_STATUS), 8);
	assert_memory_equal(reply, zero, 8);
}

static void keys(void **state)
{
	struct unit *u = *state;

	must_register(u, 'a', KEY_A);
	must_register(u, 'b', KEY_B);
	assert_int_equal(ask(u->s, PR_READ_KEYS), 24);
	assert_int_equal(get_unaligned_be32(reply), 2);
	assert_int_equal(get_unaligned_be32(reply + 4), 16);
	assert_int_equal(get_unaligned_be64(reply + 8), KEY_A);
	assert_int_equal(get_unaligned_be64(reply + 16), KEY_B);
}

static void reservation(void **state)
{
	struct unit *u = *state;

	must_register(u, 'a', KEY_A);
	assert_int_equal(ask(u->s, PR_READ_RESERVATION), 8);
	assert_int_equal(do_typed(u, 'a', PR_RESERVE, PR_EXCLUSIVE_ACCESS_RO, KEY_A), GOOD);
	assert_int_equal(ask(u->s, PR_READ_RESERVATION), 24);
	assert_int_equal(get_unaligned_be32(reply), 1);
	assert_int_equal(get_unaligned_be32(reply + 4), 16);
	assert_int_equal(get_unaligned_be64(reply + 8), KEY_A);
	assert_int_equal(reply[21], PR_EXCLUSIVE_ACCESS_RO);
}

static void reservation_of_all_registrants_has_no_key(void **state)
{
	struct unit *u = *state;

	must_register(u, 'a', KEY_A);
	assert_int_equal(do_typed(u, 'a', PR_RESERVE, PR_WRITE_EXCLUSIVE_AR, KEY_A), GOOD);
	assert_int_equal(ask(u->s, PR_READ_RESERVATION), 24);
	assert_int_equal(get_unaligned_be64(reply + 8), 0);
	assert_int_equal(reply[21], PR_WRITE_EXCLUSIVE_AR);
}

static void capabilities(void **state)
{
	static const u8 want[8] = { 0x00, 0x08, 0x9d, 0xb0, 0xea, 0x01, 0x00, 0x00 };
	struct unit *u = *state;

	assert_int_equal(ask(NULL, PR_REPORT_CAPABILITIES), 8);
	assert_memory_equal(reply, want, 8);
	u->s->aptpl = true;
	assert_int_equal(ask(u->s, PR_REPORT_CAPABILITIES), 8);
	assert_int_equal(reply[3], 0xb1);
	/* The type mask tells what can be reserved. */
	for (unsigned int type = 0; type < 16; type++)
		assert_int_equal(!!(get_unaligned_be16(reply + 4) & (type < 8 ? 0x100 << type :
								     1 << (type - 8))),
				 pr_type_valid(type));
}

static void full_status(void **state)
{
	struct unit *u = *state;
	struct pr_nexus nexus = nexus_of('b');
	u8 tid[PR_TID_MAX];
	u32 tid_len = pr_tid_encode(&nexus, tid), second = 8 + 24 + tid_len;

	must_register(u, 'a', KEY_A);
	must_register(u, 'b', KEY_B);
	assert_int_equal(do_typed(u, 'b', PR_RESERVE, PR_WRITE_EXCLUSIVE, KEY_B), GOOD);
	assert_int_equal(ask(u->s, PR_READ_FULL_STATUS), 8 + 2 * (24 + tid_len));
	assert_int_equal(get_unaligned_be32(reply + 4), 2 * (24 + tid_len));
	assert_int_equal(get_unaligned_be64(reply + 8), KEY_A);
	assert_int_equal(reply[8 + 12], 0);
	assert_int_equal(reply[8 + 13], 0);
	assert_int_equal(get_unaligned_be64(reply + second), KEY_B);
	assert_int_equal(reply[second + 12], 0x01);
	assert_int_equal(reply[second + 13], PR_WRITE_EXCLUSIVE);
	assert_int_equal(get_unaligned_be16(reply + second + 18), 11);
	assert_int_equal(get_unaligned_be32(reply + second + 20), tid_len);
	assert_memory_equal(reply + second + 24, tid, tid_len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_registered),
		state_test(keys),
		state_test(reservation),
		state_test(reservation_of_all_registrants_has_no_key),
		state_test(capabilities),
		state_test(full_status),
	};

	return cmocka_run_group_tests_name("pr_in", tests, NULL, NULL);
}
