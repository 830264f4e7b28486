/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A logical unit with reservations and short words for the commands to it.
 */
#ifndef HOST_PR_UTIL_H
#define HOST_PR_UTIL_H

#include "lu.h"
#include "pr_state.h"

#define KEY_A	0xaaaa
#define KEY_B	0xbbbb
#define KEY_C	0xcccc

#define CONFLICT	TARGET_STAT_RESERVATION_CONFLICT
#define CHECK		TARGET_STAT_CHECK_CONDITION
#define GOOD		TARGET_STAT_GOOD

/**
 * struct unit - state of the logical unit, and what the last command did
 *
 * told[] collects pr_reg.ua of every registration before it is settled, by the
 * initiator's letter; gone[] likewise.
 */
struct unit {
	struct pr_state		*s;
	struct target_sense	sense;
	u8			told[26];
	bool			gone[26];
};

int unit_setup(void **state);
int unit_teardown(void **state);

struct pr_nexus nexus_of(char letter);
struct pr_nexus nexus_at(char letter, u16 tag);
u8 do_request(struct unit *u, struct pr_request *rq);
u8 do_out(struct unit *u, char from, u8 action, u64 key, u64 new_key);
u8 do_typed(struct unit *u, char from, u8 action, u8 type, u64 key);
u8 do_preempt(struct unit *u, char from, u8 type, u64 key, u64 victim);
void must_register(struct unit *u, char who, u64 key);
bool registered(struct unit *u, char who);
u64 key_of(struct unit *u, char who);
bool holds(struct unit *u, char who);
u8 told(const struct unit *u, char who);
bool gone(const struct unit *u, char who);

#define state_test(fn)	cmocka_unit_test_setup_teardown(fn, unit_setup, unit_teardown)

#endif
