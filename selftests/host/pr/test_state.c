// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each service action of PERSISTENT RESERVE OUT: who may, what changes, who is
 * told, and when PRGENERATION moves (SPC-4 5.13).
 */
#include <linux/slab.h>
#include <stdio.h>
#include "util.h"

static const u8 types[] = {
	PR_WRITE_EXCLUSIVE, PR_EXCLUSIVE_ACCESS, PR_WRITE_EXCLUSIVE_RO,
	PR_EXCLUSIVE_ACCESS_RO, PR_WRITE_EXCLUSIVE_AR, PR_EXCLUSIVE_ACCESS_AR,
};

static void three(struct unit *u)
{
	must_register(u, 'a', KEY_A);
	must_register(u, 'b', KEY_B);
	must_register(u, 'c', KEY_C);
}

static void reserve(struct unit *u, char who, u64 key, u8 type)
{
	assert_int_equal(do_typed(u, who, PR_RESERVE, type, key), GOOD);
}

static void start_over(struct unit *u)
{
	kfree(u->s);
	u->s = kzalloc(pr_state_size(0), GFP_KERNEL);
}

static void register_follows_the_table(void **state)
{
	struct unit *u = *state;

	assert_int_equal(do_out(u, 'a', PR_REGISTER, 1, KEY_A), CONFLICT);
	assert_int_equal(do_out(u, 'a', PR_REGISTER, 0, 0), GOOD);
	assert_false(registered(u, 'a'));
	must_register(u, 'a', KEY_A);
	assert_int_equal(do_out(u, 'a', PR_REGISTER, 0, KEY_B), CONFLICT);
	assert_int_equal(do_out(u, 'a', PR_REGISTER, KEY_B, KEY_A), CONFLICT);
	assert_int_equal(do_out(u, 'a', PR_REGISTER, KEY_A, KEY_B), GOOD);
	assert_int_equal(key_of(u, 'a'), KEY_B);
	assert_int_equal(u->s->count, 1);
	assert_int_equal(do_out(u, 'a', PR_REGISTER, KEY_A, 0), CONFLICT);
	assert_int_equal(do_out(u, 'a', PR_REGISTER, KEY_B, 0), GOOD);
	assert_false(registered(u, 'a'));
}

static void register_and_ignore_ignores_the_key(void **state)
{
	struct unit *u = *state;

	assert_int_equal(do_out(u, 'a', PR_REGISTER_AND_IGNORE, 99, 0), GOOD);
	assert_false(registered(u, 'a'));
	assert_int_equal(do_out(u, 'a', PR_REGISTER_AND_IGNORE, 99, KEY_A), GOOD);
	assert_int_equal(do_out(u, 'a', PR_REGISTER_AND_IGNORE, 99, KEY_B), GOOD);
	assert_int_equal(key_of(u, 'a'), KEY_B);
	assert_int_equal(do_out(u, 'a', PR_REGISTER_AND_IGNORE, 99, 0), GOOD);
	assert_false(registered(u, 'a'));
}

static void generation_counts_what_the_standard_says(void **state)
{
	struct unit *u = *state;

	three(u);
	assert_int_equal(u->s->generation, 3);
	reserve(u, 'a', KEY_A, PR_WRITE_EXCLUSIVE);
	assert_int_equal(do_typed(u, 'a', PR_RELEASE, PR_WRITE_EXCLUSIVE, KEY_A), GOOD);
	assert_int_equal(u->s->generation, 3);
	assert_int_equal(do_out(u, 'a', PR_REGISTER, KEY_B, KEY_C), CONFLICT);
	assert_int_equal(u->s->generation, 3);
	assert_int_equal(do_out(u, 'a', PR_REGISTER, KEY_A, KEY_A), GOOD);
	assert_int_equal(do_out(u, 'a', PR_REGISTER_AND_IGNORE, 0, KEY_A), GOOD);
	assert_int_equal(u->s->generation, 5);
	assert_int_equal(do_preempt(u, 'a', PR_WRITE_EXCLUSIVE, KEY_A, KEY_B), GOOD);
	assert_int_equal(u->s->generation, 6);
	assert_int_equal(do_out(u, 'a', PR_CLEAR, KEY_A, 0), GOOD);
	assert_int_equal(u->s->generation, 7);
}

static void only_registrants_with_their_key_get_further(void **state)
{
	static const u8 actions[] = {
		PR_RESERVE, PR_RELEASE, PR_CLEAR, PR_PREEMPT, PR_PREEMPT_AND_ABORT,
		PR_REGISTER_AND_MOVE,
	};
	struct unit *u = *state;

	must_register(u, 'a', KEY_A);
	for (unsigned int i = 0; i < ARRAY_SIZE(actions); i++) {
		assert_int_equal(do_out(u, 'a', actions[i], KEY_B, KEY_A), CONFLICT);
		assert_int_equal(do_out(u, 'b', actions[i], KEY_A, KEY_A), CONFLICT);
		assert_int_equal(do_out(u, 'b', actions[i], 0, KEY_A), CONFLICT);
	}
	assert_int_equal(key_of(u, 'a'), KEY_A);
}

static void reserve_is_for_one_type_at_a_time(void **state)
{
	struct unit *u = *state;

	for (unsigned int i = 0; i < ARRAY_SIZE(types); i++) {
		bool all = pr_all_registrants(types[i]);

		start_over(u);
		three(u);
		reserve(u, 'a', KEY_A, types[i]);
		assert_true(holds(u, 'a'));
		assert_int_equal(holds(u, 'b'), all);
		for (unsigned int j = 0; j < ARRAY_SIZE(types); j++) {
			u8 again = i == j ? GOOD : CONFLICT;

			assert_int_equal(do_typed(u, 'a', PR_RESERVE, types[j], KEY_A), again);
			assert_int_equal(do_typed(u, 'b', PR_RESERVE, types[j], KEY_B),
					 all ? again : CONFLICT);
		}
	}
}

static void release_tells_the_registrants_of_shared_types(void **state)
{
	struct unit *u = *state;

	for (unsigned int i = 0; i < ARRAY_SIZE(types); i++) {
		bool shared = types[i] >= PR_WRITE_EXCLUSIVE_RO;
		bool all = pr_all_registrants(types[i]);

		start_over(u);
		three(u);
		assert_int_equal(do_typed(u, 'a', PR_RELEASE, types[i], KEY_A), GOOD);
		reserve(u, 'a', KEY_A, types[i]);
		assert_int_equal(do_typed(u, 'a', PR_RELEASE, types[(i + 1) % 6], KEY_A), CHECK);
		assert_sense(&u->sense, SENSE_ILLEGAL_REQUEST, 0x2604);
		if (!all) {
			assert_int_equal(do_typed(u, 'b', PR_RELEASE, types[i], KEY_B), GOOD);
			assert_true(holds(u, 'a'));
		}
		assert_int_equal(do_typed(u, 'a', PR_RELEASE, types[i], KEY_A), GOOD);
		assert_int_equal(u->s->type, PR_NONE);
		assert_int_equal(told(u, 'b'), shared ? PR_UA_RESERVATIONS_RELEASED : 0);
		assert_int_equal(told(u, 'c'), shared ? PR_UA_RESERVATIONS_RELEASED : 0);
		assert_int_equal(told(u, 'a'), 0);
		assert_int_equal(u->s->count, 3);
	}
}

static void unregistering_the_holder_releases(void **state)
{
	struct unit *u = *state;

	for (unsigned int i = 0; i < ARRAY_SIZE(types); i++) {
		bool all = pr_all_registrants(types[i]);
		bool ro = types[i] == PR_WRITE_EXCLUSIVE_RO || types[i] == PR_EXCLUSIVE_ACCESS_RO;

		start_over(u);
		three(u);
		reserve(u, 'a', KEY_A, types[i]);
		assert_int_equal(do_out(u, 'b', PR_REGISTER, KEY_B, 0), GOOD);
		assert_true(holds(u, 'a'));
		assert_int_equal(do_out(u, 'a', PR_REGISTER, KEY_A, 0), GOOD);
		assert_int_equal(u->s->type, all ? types[i] : PR_NONE);
		assert_int_equal(told(u, 'c'), ro ? PR_UA_RESERVATIONS_RELEASED : 0);
		assert_int_equal(holds(u, 'c'), all);
		/* The last one ends it in any case. */
		assert_int_equal(do_out(u, 'c', PR_REGISTER, KEY_C, 0), GOOD);
		assert_int_equal(u->s->type, PR_NONE);
		assert_int_equal(u->s->count, 0);
	}
}

static void changing_the_key_keeps_the_reservation(void **state)
{
	struct unit *u = *state;

	three(u);
	reserve(u, 'a', KEY_A, PR_EXCLUSIVE_ACCESS);
	assert_int_equal(do_out(u, 'a', PR_REGISTER, KEY_A, 0x1234), GOOD);
	assert_true(holds(u, 'a'));
	assert_int_equal(do_out(u, 'a', PR_REGISTER_AND_IGNORE, 0, 0x4321), GOOD);
	assert_true(holds(u, 'a'));
	assert_int_equal(do_typed(u, 'a', PR_RELEASE, PR_EXCLUSIVE_ACCESS, 0x4321), GOOD);
}

static void clear_removes_everything(void **state)
{
	struct unit *u = *state;

	three(u);
	reserve(u, 'a', KEY_A, PR_EXCLUSIVE_ACCESS);
	assert_int_equal(do_out(u, 'b', PR_CLEAR, KEY_B, 0), GOOD);
	assert_int_equal(u->s->count, 0);
	assert_int_equal(u->s->type, PR_NONE);
	assert_int_equal(told(u, 'a'), PR_UA_RESERVATIONS_PREEMPTED);
	assert_int_equal(told(u, 'b'), 0);
	assert_int_equal(told(u, 'c'), PR_UA_RESERVATIONS_PREEMPTED);
	assert_true(gone(u, 'a') && gone(u, 'b') && gone(u, 'c'));
}

static void preempt_without_a_reservation_removes_registrations(void **state)
{
	struct unit *u = *state;

	three(u);
	assert_int_equal(do_preempt(u, 'a', PR_WRITE_EXCLUSIVE, KEY_A, 0), CHECK);
	assert_param_field(&u->sense, 8, -1);
	assert_int_equal(do_preempt(u, 'a', PR_WRITE_EXCLUSIVE, KEY_A, 0x77), CONFLICT);
	assert_int_equal(do_preempt(u, 'a', PR_WRITE_EXCLUSIVE, KEY_A, KEY_B), GOOD);
	assert_false(registered(u, 'b'));
	assert_int_equal(told(u, 'b'), PR_UA_REGISTRATIONS_PREEMPTED);
	assert_int_equal(told(u, 'c'), 0);
	assert_int_equal(u->s->type, PR_NONE);
}

static void preempting_the_holder_takes_the_reservation(void **state)
{
	struct unit *u = *state;

	three(u);
	reserve(u, 'a', KEY_A, PR_WRITE_EXCLUSIVE);
	assert_int_equal(do_preempt(u, 'b', PR_EXCLUSIVE_ACCESS_RO, KEY_B, KEY_A), GOOD);
	assert_true(holds(u, 'b'));
	assert_int_equal(u->s->type, PR_EXCLUSIVE_ACCESS_RO);
	assert_true(gone(u, 'a'));
	assert_int_equal(told(u, 'a'), PR_UA_REGISTRATIONS_PREEMPTED);
	assert_int_equal(told(u, 'b'), 0);
	assert_int_equal(told(u, 'c'), PR_UA_RESERVATIONS_RELEASED);
	/* The same type again is no change for the others. */
	assert_int_equal(do_preempt(u, 'c', PR_EXCLUSIVE_ACCESS_RO, KEY_C, KEY_B), GOOD);
	assert_true(holds(u, 'c'));
}

static void preempting_the_same_type_tells_nobody_else(void **state)
{
	struct unit *u = *state;

	three(u);
	reserve(u, 'a', KEY_A, PR_WRITE_EXCLUSIVE);
	assert_int_equal(do_preempt(u, 'b', PR_WRITE_EXCLUSIVE, KEY_B, KEY_A), GOOD);
	assert_int_equal(told(u, 'c'), 0);
}

static void preempting_another_key_leaves_the_reservation(void **state)
{
	struct unit *u = *state;

	three(u);
	reserve(u, 'a', KEY_A, PR_WRITE_EXCLUSIVE);
	assert_int_equal(do_preempt(u, 'b', PR_EXCLUSIVE_ACCESS, KEY_B, KEY_C), GOOD);
	assert_true(holds(u, 'a'));
	assert_int_equal(u->s->type, PR_WRITE_EXCLUSIVE);
	assert_true(gone(u, 'c'));
	assert_int_equal(do_preempt(u, 'b', PR_EXCLUSIVE_ACCESS, KEY_B, 0), CHECK);
	assert_int_equal(do_preempt(u, 'b', PR_EXCLUSIVE_ACCESS, KEY_B, KEY_C), CONFLICT);
}

static void preempting_oneself_changes_the_type(void **state)
{
	struct unit *u = *state;

	three(u);
	reserve(u, 'a', KEY_A, PR_WRITE_EXCLUSIVE);
	assert_int_equal(do_preempt(u, 'a', PR_EXCLUSIVE_ACCESS, KEY_A, KEY_A), GOOD);
	assert_true(registered(u, 'a'));
	assert_true(holds(u, 'a'));
	assert_int_equal(u->s->type, PR_EXCLUSIVE_ACCESS);
	assert_int_equal(told(u, 'b'), PR_UA_RESERVATIONS_RELEASED);
}

static void a_shared_key_is_preempted_as_one(void **state)
{
	struct unit *u = *state;

	must_register(u, 'a', KEY_A);
	must_register(u, 'b', KEY_A);
	must_register(u, 'c', KEY_A);
	reserve(u, 'b', KEY_A, PR_WRITE_EXCLUSIVE);
	assert_int_equal(do_preempt(u, 'a', PR_WRITE_EXCLUSIVE, KEY_A, KEY_A), GOOD);
	assert_true(holds(u, 'a'));
	assert_true(gone(u, 'b') && gone(u, 'c'));
	assert_int_equal(u->s->count, 1);
}

static void preempting_all_registrants(void **state)
{
	struct unit *u = *state;

	three(u);
	reserve(u, 'a', KEY_A, PR_WRITE_EXCLUSIVE_AR);
	/* A key removes its registrations; the reservation stays, whoever made it. */
	assert_int_equal(do_preempt(u, 'b', PR_EXCLUSIVE_ACCESS, KEY_B, KEY_A), GOOD);
	assert_int_equal(u->s->type, PR_WRITE_EXCLUSIVE_AR);
	assert_true(holds(u, 'b') && holds(u, 'c') && gone(u, 'a'));
	/* Zero is everybody, and a new reservation. */
	assert_int_equal(do_preempt(u, 'c', PR_EXCLUSIVE_ACCESS, KEY_C, 0), GOOD);
	assert_int_equal(u->s->type, PR_EXCLUSIVE_ACCESS);
	assert_true(holds(u, 'c'));
	assert_int_equal(told(u, 'b'), PR_UA_REGISTRATIONS_PREEMPTED);
	assert_int_equal(u->s->count, 1);
}

static u8 do_move(struct unit *u, char from, char to, bool unreg)
{
	struct pr_nexus nexus = nexus_of(from), dest = nexus_of(to);
	struct pr_request rq = {
		.action = PR_REGISTER_AND_MOVE, .key = from == 'a' ? KEY_A : KEY_B, .new_key = 0x99,
		.from = &nexus, .others = &dest, .nr_others = 1, .unreg = unreg,
	};

	return do_request(u, &rq);
}

static void move_hands_the_reservation_over(void **state)
{
	struct unit *u = *state;

	must_register(u, 'a', KEY_A);
	must_register(u, 'b', KEY_B);
	assert_int_equal(do_move(u, 'a', 'c', false), CONFLICT);
	reserve(u, 'a', KEY_A, PR_EXCLUSIVE_ACCESS);
	assert_int_equal(do_move(u, 'b', 'c', false), CONFLICT);
	assert_int_equal(do_move(u, 'a', 'a', false), CHECK);
	assert_param_field(&u->sense, 24, -1);
	assert_int_equal(do_move(u, 'a', 'c', false), GOOD);
	assert_true(holds(u, 'c'));
	assert_int_equal(key_of(u, 'c'), 0x99);
	assert_true(registered(u, 'a') && !holds(u, 'a'));
	assert_int_equal(u->s->type, PR_EXCLUSIVE_ACCESS);
	assert_int_equal(u->s->generation, 3);
}

static void move_can_unregister_the_old_holder(void **state)
{
	struct unit *u = *state;

	must_register(u, 'a', KEY_A);
	must_register(u, 'b', KEY_B);
	reserve(u, 'a', KEY_A, PR_WRITE_EXCLUSIVE_RO);
	assert_int_equal(do_move(u, 'a', 'b', true), GOOD);
	assert_true(holds(u, 'b'));
	assert_int_equal(key_of(u, 'b'), 0x99);
	assert_true(gone(u, 'a'));
	assert_int_equal(told(u, 'b'), 0);
}

static void move_of_all_registrants_is_a_conflict(void **state)
{
	struct unit *u = *state;

	must_register(u, 'a', KEY_A);
	reserve(u, 'a', KEY_A, PR_EXCLUSIVE_ACCESS_AR);
	assert_int_equal(do_move(u, 'a', 'b', false), CONFLICT);
}

static u8 do_spec(struct unit *u, char from, u64 key, const struct pr_nexus *others, u32 nr)
{
	struct pr_nexus nexus = nexus_of(from);
	struct pr_request rq = {
		.action = PR_REGISTER, .key = key, .new_key = KEY_A, .from = &nexus,
		.spec_i_pt = true, .others = others, .nr_others = nr,
	};

	return do_request(u, &rq);
}

static void spec_i_pt_registers_others(void **state)
{
	struct pr_nexus others[] = { nexus_of('b'), nexus_of('a'), nexus_of('b') };
	struct unit *u = *state;

	assert_int_equal(do_spec(u, 'a', 0, others, 3), GOOD);
	assert_int_equal(u->s->count, 2);
	assert_int_equal(key_of(u, 'b'), KEY_A);
	/* Not for those who are registered, and not of those. */
	assert_int_equal(do_spec(u, 'a', KEY_A, others, 1), CHECK);
	assert_param_field(&u->sense, 20, 3);
	assert_int_equal(do_spec(u, 'c', 0, others, 1), CHECK);
	assert_param_field(&u->sense, 24, -1);
	assert_false(registered(u, 'c'));
}

static void who_is_not_registered_ends_nothing(void **state)
{
	struct pr_nexus c = nexus_of('c'), others[] = { nexus_of('b') };
	struct pr_request rq = { .action = PR_REGISTER_AND_IGNORE, .key = 99, .from = &c };
	struct unit *u = *state;
	u32 generation;

	must_register(u, 'a', KEY_A);
	must_register(u, 'b', KEY_B);
	u->s->aptpl = true;
	generation = u->s->generation;
	assert_int_equal(do_request(u, &rq), GOOD);
	rq.action = PR_REGISTER;
	rq.key = 0;
	assert_int_equal(do_request(u, &rq), GOOD);
	rq.spec_i_pt = true;
	rq.others = others;
	rq.nr_others = 1;
	assert_int_equal(do_request(u, &rq), GOOD);
	assert_true(u->s->aptpl);
	assert_int_equal(u->s->generation, generation);
	assert_int_equal(u->s->count, 2);
}

static u8 do_all_ports(struct unit *u, u64 key, u64 new_key)
{
	struct pr_nexus nexus = nexus_of('a'), others[] = { nexus_at('a', 2), nexus_at('a', 3) };
	struct pr_request rq = {
		.action = PR_REGISTER, .key = key, .new_key = new_key, .from = &nexus,
		.all_tg_pt = true, .others = others, .nr_others = 2,
	};

	return do_request(u, &rq);
}

static void all_tg_pt_registers_through_every_port(void **state)
{
	struct pr_nexus second = nexus_at('a', 2);
	struct unit *u = *state;
	struct pr_request rq = {
		.action = PR_REGISTER, .new_key = KEY_B, .from = &second,
	};

	assert_int_equal(do_request(u, &rq), GOOD);
	assert_int_equal(do_all_ports(u, 0, KEY_A), CONFLICT);
	assert_int_equal(u->s->count, 1);
	assert_int_equal(do_all_ports(u, 0, KEY_B), GOOD);
	assert_int_equal(u->s->count, 3);
	assert_true(u->s->regs[2].all_tg_pt);
	assert_int_equal(do_all_ports(u, KEY_B, 0), GOOD);
	assert_int_equal(u->s->count, 0);
}

static void aptpl_is_what_the_last_registration_said(void **state)
{
	struct pr_nexus nexus = nexus_of('a');
	struct pr_request rq = {
		.action = PR_REGISTER_AND_IGNORE, .new_key = 1, .from = &nexus, .aptpl = true,
	};
	struct unit *u = *state;

	assert_int_equal(do_request(u, &rq), GOOD);
	assert_true(u->s->aptpl);
	reserve(u, 'a', 1, PR_WRITE_EXCLUSIVE);
	assert_true(u->s->aptpl);
	rq.aptpl = false;
	assert_int_equal(do_request(u, &rq), GOOD);
	assert_false(u->s->aptpl);
}

static void names_without_isid_match_every_session(void **state)
{
	struct pr_nexus a = nexus_of('a'), loose = a, other = a;
	struct unit *u = *state;
	struct pr_request rq = { .action = PR_REGISTER, .new_key = 5, .from = &loose };

	loose.has_isid = false;
	memset(other.isid, 0, sizeof(other.isid));
	assert_false(pr_nexus_equal(&a, &other));
	assert_true(pr_nexus_equal(&a, &loose));
	assert_int_equal(do_request(u, &rq), GOOD);
	assert_non_null(pr_find(u->s, &a));
	assert_non_null(pr_find(u->s, &other));
	strcpy(other.target, "iqn.2024-01.org.example:second");
	assert_null(pr_find(u->s, &other));
}

static void numbered_nexus(struct pr_nexus *nexus, unsigned int i)
{
	*nexus = nexus_of('a');
	snprintf(nexus->initiator, sizeof(nexus->initiator), "iqn.2024-01.org.example:%u", i);
}

static void thousands_of_registrations(void **state)
{
	struct unit *u = *state;
	struct pr_nexus nexus;
	struct pr_request rq = { .action = PR_REGISTER, .from = &nexus };
	unsigned int i;

	for (i = 0; i < PR_MAX_REGISTRATIONS; i++) {
		numbered_nexus(&nexus, i);
		rq.new_key = i + 1;
		assert_int_equal(do_request(u, &rq), GOOD);
	}
	numbered_nexus(&nexus, i);
	assert_int_equal(do_request(u, &rq), CHECK);
	assert_sense(&u->sense, SENSE_ILLEGAL_REQUEST, 0x5504);
	assert_int_equal(u->s->count, PR_MAX_REGISTRATIONS);
	for (i = 0; i < PR_MAX_REGISTRATIONS; i += 7) {
		numbered_nexus(&nexus, i);
		rq.action = PR_REGISTER_AND_IGNORE;
		rq.new_key = 0;
		assert_int_equal(do_request(u, &rq), GOOD);
	}
	for (i = 0; i < u->s->count; i++)
		assert_ptr_equal(pr_find_id(u->s, u->s->regs[i].id), &u->s->regs[i]);
	assert_null(pr_find_id(u->s, 1));
	numbered_nexus(&nexus, 1);
	rq = (struct pr_request) { .action = PR_CLEAR, .key = 2, .from = &nexus };
	assert_int_equal(do_request(u, &rq), GOOD);
	assert_int_equal(u->s->count, 0);
}

/* A session that looks for itself after a change finds the new registrations, not all. */
static void the_latest_registrations(void **state)
{
	struct unit *u = *state;
	struct pr_nexus a, b;
	u64 id;

	must_register(u, 'a', KEY_A);
	id = u->s->last_id;
	must_register(u, 'b', KEY_B);
	a = nexus_of('a');
	b = nexus_of('b');
	assert_non_null(pr_find_since(u->s, &a, 0));
	assert_null(pr_find_since(u->s, &a, id));
	assert_ptr_equal(pr_find_since(u->s, &b, id), pr_find(u->s, &b));
	assert_non_null(pr_find_since(u->s, &b, id));
	assert_null(pr_find_since(u->s, &b, u->s->last_id));
	assert_null(pr_find_since(NULL, &b, 0));
}

static void restored_registrations_are_in_force(void **state)
{
	struct unit *u = *state;
	struct pr_reg saved = { .nexus = nexus_of('a'), .key = KEY_A };
	struct pr_state *copy = kmalloc(pr_state_size(2), GFP_KERNEL);

	pr_state_copy(copy, 2, u->s);
	kfree(u->s);
	u->s = copy;
	assert_true(pr_restore(copy, &saved, PR_WRITE_EXCLUSIVE));
	saved.nexus = nexus_of('b');
	assert_true(pr_restore(copy, &saved, PR_NONE));
	saved.nexus = nexus_of('c');
	assert_false(pr_restore(copy, &saved, PR_NONE));
	assert_true(holds(u, 'a'));
	assert_true(copy->aptpl);
	assert_int_equal(copy->generation, 0);
	must_register(u, 'c', KEY_C);
	assert_int_equal(do_typed(u, 'c', PR_RESERVE, PR_WRITE_EXCLUSIVE, KEY_C), CONFLICT);
}

static u8 do_replace(struct unit *u, char from, bool lost, u64 key, u64 new_key)
{
	struct pr_nexus nexus = nexus_of(from);
	struct pr_request rq = {
		.action = PR_REPLACE_LOST, .type = PR_EXCLUSIVE_ACCESS, .lost = lost, .aptpl = true,
		.key = key, .new_key = new_key, .from = &nexus,
	};

	return do_request(u, &rq);
}

/* SPC-4 5.13.11.3 */
static void a_lost_reservation_is_replaced(void **state)
{
	struct unit *u = *state;

	three(u);
	reserve(u, 'c', KEY_C, PR_WRITE_EXCLUSIVE_RO);
	assert_int_equal(do_replace(u, 'b', true, 0, KEY_A), GOOD);
	assert_true(gone(u, 'a') && gone(u, 'b') && gone(u, 'c'));
	assert_int_equal(told(u, 'a') | told(u, 'b') | told(u, 'c'), 0);
	assert_int_equal(u->s->count, 1);
	assert_int_equal(key_of(u, 'b'), KEY_A);
	assert_true(holds(u, 'b'));
	assert_int_equal(u->s->type, PR_EXCLUSIVE_ACCESS);
	assert_int_equal(u->s->generation, 0);
	assert_true(u->s->aptpl);
	must_register(u, 'a', KEY_A);
	assert_int_equal(u->s->generation, 1);
}

static void nothing_lost_is_nothing_to_replace(void **state)
{
	struct unit *u = *state;

	must_register(u, 'a', KEY_A);
	assert_int_equal(do_replace(u, 'a', false, 0, KEY_B), CHECK);
	assert_sense(&u->sense, SENSE_ILLEGAL_REQUEST, ASC_INVALID_RELEASE);
	assert_int_equal(do_replace(u, 'a', true, KEY_A, KEY_B), CHECK);
	assert_param_field(&u->sense, 0, -1);
	assert_int_equal(do_replace(u, 'a', true, 0, 0), CHECK);
	assert_param_field(&u->sense, 8, -1);
	assert_int_equal(key_of(u, 'a'), KEY_A);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		state_test(register_follows_the_table),
		state_test(register_and_ignore_ignores_the_key),
		state_test(generation_counts_what_the_standard_says),
		state_test(only_registrants_with_their_key_get_further),
		state_test(reserve_is_for_one_type_at_a_time),
		state_test(release_tells_the_registrants_of_shared_types),
		state_test(unregistering_the_holder_releases),
		state_test(changing_the_key_keeps_the_reservation),
		state_test(clear_removes_everything),
		state_test(preempt_without_a_reservation_removes_registrations),
		state_test(preempting_the_holder_takes_the_reservation),
		state_test(preempting_the_same_type_tells_nobody_else),
		state_test(preempting_another_key_leaves_the_reservation),
		state_test(preempting_oneself_changes_the_type),
		state_test(a_shared_key_is_preempted_as_one),
		state_test(preempting_all_registrants),
		state_test(move_hands_the_reservation_over),
		state_test(move_can_unregister_the_old_holder),
		state_test(move_of_all_registrants_is_a_conflict),
		state_test(spec_i_pt_registers_others),
		state_test(who_is_not_registered_ends_nothing),
		state_test(all_tg_pt_registers_through_every_port),
		state_test(aptpl_is_what_the_last_registration_said),
		state_test(names_without_isid_match_every_session),
		state_test(thousands_of_registrations),
		state_test(the_latest_registrations),
		state_test(restored_registrations_are_in_force),
		state_test(a_lost_reservation_is_replaced),
		state_test(nothing_lost_is_nothing_to_replace),
	};

	return cmocka_run_group_tests_name("pr_state", tests, NULL, NULL);
}
