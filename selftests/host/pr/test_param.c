// SPDX-License-Identifier: GPL-2.0-only
/*
 * CDB and parameter list of PERSISTENT RESERVE OUT, honest and hostile.
 */
#include <linux/slab.h>
#include "util.h"

struct list {
	u8	cdb[TARGET_MAX_CDB];
	u8	data[1024];
	u32	sent;
	struct pr_out out;
	struct target_sense sense;
};

static void list_init(struct list *l, u8 action, u32 len)
{
	memset(l, 0, sizeof(*l));
	l->cdb[0] = 0x5f;
	l->cdb[1] = action;
	put_unaligned_be32(len, l->cdb + 5);
	put_unaligned_be64(KEY_A, l->data);
	put_unaligned_be64(KEY_B, l->data + 8);
	l->sent = len;
}

/* The list at its exact size on the heap, so that ASan sees a byte too far. */
static bool decode(struct list *l)
{
	u8 *data = kmemdup(l->data, l->sent, GFP_KERNEL);
	struct pr_tid tid;
	bool ok;
	u32 pos = 0;

	memset(&l->sense, 0, sizeof(l->sense));
	ok = pr_out_decode(l->cdb, data, l->sent, &l->out, &l->sense);
	assert_int_equal(!ok, l->sense.key != 0);
	while (ok && pr_out_next_tid(&l->out, &pos, &tid))
		;
	kfree(data);
	return ok;
}

static void assert_bad_length(struct list *l)
{
	assert_false(decode(l));
	assert_sense(&l->sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
}

static u32 put_tid(struct list *l, u32 at, char letter)
{
	struct pr_nexus nexus = nexus_of(letter);
	u8 tid[PR_TID_MAX];
	u32 n = pr_tid_encode(&nexus, tid);

	memcpy(l->data + at, tid, n);
	return at + n;
}

static void the_basic_list(void **state)
{
	struct list l;

	for (u8 action = PR_REGISTER; action <= PR_REGISTER_AND_IGNORE; action++) {
		bool registers = action == PR_REGISTER || action == PR_REGISTER_AND_IGNORE;

		list_init(&l, action, 24);
		l.cdb[2] = PR_WRITE_EXCLUSIVE;
		l.data[20] = 0x05;
		assert_true(decode(&l));
		assert_int_equal(l.out.action, action);
		assert_int_equal(l.out.key, KEY_A);
		assert_int_equal(l.out.new_key, KEY_B);
		assert_int_equal(l.out.all_tg_pt, registers);
		assert_int_equal(l.out.aptpl, registers);
		for (u32 len = 0; len < 40; len++) {
			l.sent = len;
			put_unaligned_be32(len, l.cdb + 5);
			if (len != 24)
				assert_bad_length(&l);
		}
		/* More promised than sent */
		l.sent = 20;
		put_unaligned_be32(24, l.cdb + 5);
		assert_bad_length(&l);
		put_unaligned_be32(0xffffffff, l.cdb + 5);
		l.sent = 24;
		assert_bad_length(&l);
	}
}

static void scope_and_type(void **state)
{
	static const u8 typed[] = {
		PR_RESERVE, PR_RELEASE, PR_PREEMPT, PR_PREEMPT_AND_ABORT, PR_REPLACE_LOST,
	};
	struct list l;

	for (unsigned int i = 0; i < ARRAY_SIZE(typed); i++) {
		for (unsigned int type = 0; type < 16; type++) {
			list_init(&l, typed[i], 24);
			l.cdb[2] = type;
			assert_int_equal(decode(&l), pr_type_valid(type));
			if (!pr_type_valid(type))
				assert_cdb_field(&l.sense, 2, 3);
			l.cdb[2] |= 0x10;
			assert_false(decode(&l));
			assert_cdb_field(&l.sense, 2, 7);
		}
	}
	list_init(&l, PR_REPLACE_LOST, 24);
	l.cdb[2] = PR_EXCLUSIVE_ACCESS;
	l.data[20] = 0x05;
	assert_true(decode(&l));
	assert_true(l.out.aptpl && !l.out.all_tg_pt);
	list_init(&l, PR_REGISTER, 24);
	l.cdb[2] = 0xff;
	assert_true(decode(&l));
	assert_true(pr_type_valid(1) && pr_type_valid(3) && pr_type_valid(8));
	assert_false(pr_type_valid(0) || pr_type_valid(2) || pr_type_valid(4) || pr_type_valid(9));
}

static void spec_i_pt(void **state)
{
	struct pr_tid tid;
	struct list l;
	u32 end, pos = 0;

	list_init(&l, PR_REGISTER, 24);
	l.data[20] = 0x08;
	assert_bad_length(&l);
	end = put_tid(&l, put_tid(&l, 28, 'b'), 'c');
	put_unaligned_be32(end - 28, l.data + 24);
	put_unaligned_be32(end, l.cdb + 5);
	l.sent = end;
	assert_true(decode(&l));
	assert_true(l.out.spec_i_pt);
	l.out.tids = l.data + 28;
	assert_true(pr_out_next_tid(&l.out, &pos, &tid));
	assert_string_equal(tid.name, "iqn.2024-01.org.example:b");
	assert_true(pr_out_next_tid(&l.out, &pos, &tid));
	assert_string_equal(tid.name, "iqn.2024-01.org.example:c");
	assert_false(pr_out_next_tid(&l.out, &pos, &tid));

	l.cdb[1] = PR_REGISTER_AND_IGNORE;
	assert_false(decode(&l));
	assert_param_field(&l.sense, 20, 3);
	l.cdb[1] = PR_REGISTER;
	/* Every other length of the list and of the TransportIDs */
	for (u32 n = 0; n < 200; n++) {
		put_unaligned_be32(n, l.data + 24);
		if (n != end - 28)
			assert_bad_length(&l);
	}
	put_unaligned_be32(0xfffffffc, l.data + 24);
	assert_bad_length(&l);
	for (u32 n = 28; n < end; n++) {
		put_unaligned_be32(n, l.cdb + 5);
		put_unaligned_be32(n - 28, l.data + 24);
		l.sent = n;
		assert_int_equal(decode(&l), n == 28 || n == 28 + (end - 28) / 2);
	}
}

static void spec_i_pt_points_at_the_bad_one(void **state)
{
	struct list l;
	u32 second, end;

	list_init(&l, PR_REGISTER, 24);
	l.data[20] = 0x08;
	second = put_tid(&l, 28, 'b');
	end = put_tid(&l, second, 'c');
	l.data[second] = 0x0f;
	put_unaligned_be32(end - 28, l.data + 24);
	put_unaligned_be32(end, l.cdb + 5);
	l.sent = end;
	assert_false(decode(&l));
	assert_param_field(&l.sense, second, -1);
}

static void register_and_move(void **state)
{
	struct list l;
	u32 end;

	list_init(&l, PR_REGISTER_AND_MOVE, 24);
	assert_false(decode(&l));
	assert_param_field(&l.sense, 20, -1);	/* no TransportID */
	l.data[17] = 0x03;
	put_unaligned_be16(0x1234, l.data + 18);
	end = put_tid(&l, 24, 'b');
	put_unaligned_be32(end - 24, l.data + 20);
	put_unaligned_be32(end, l.cdb + 5);
	l.sent = end;
	assert_true(decode(&l));
	assert_true(l.out.unreg && l.out.aptpl);
	assert_int_equal(l.out.rtpi, 0x1234);
	for (u32 n = 0; n < end; n++) {
		l.sent = n;
		put_unaligned_be32(n, l.cdb + 5);
		assert_bad_length(&l);
	}
	/* Two are one too many. */
	l.sent = put_tid(&l, end, 'c');
	put_unaligned_be32(l.sent, l.cdb + 5);
	put_unaligned_be32(l.sent - 24, l.data + 20);
	assert_false(decode(&l));
	assert_param_field(&l.sense, 24, -1);
}

static void noise(void **state)
{
	struct list l;

	srandom(2);
	for (unsigned int i = 0; i < 100000; i++) {
		u32 len = random() % 120;

		list_init(&l, random() % 8, len);
		for (u32 j = 0; j < len; j++)
			l.data[j] = random() % 4 ? 0 : random();
		l.cdb[2] = random() % 10;
		l.sent = random() % 8 ? len : random() % 120;
		if (random() % 2 && len > 28)
			put_unaligned_be32(len - (l.cdb[1] == 7 ? 24 : 28),
					   l.data + (l.cdb[1] == 7 ? 20 : 24));
		if (random() % 2)
			l.data[20] |= 0x08;
		decode(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_basic_list),
		cmocka_unit_test(scope_and_type),
		cmocka_unit_test(spec_i_pt),
		cmocka_unit_test(spec_i_pt_points_at_the_bad_one),
		cmocka_unit_test(register_and_move),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests_name("pr_param", tests, NULL, NULL);
}
