// SPDX-License-Identifier: GPL-2.0-only
/*
 * A logical unit with reservations and short words for the commands to it.
 */
#include <linux/slab.h>
#include <stdio.h>
#include "util.h"

int unit_setup(void **state)
{
	struct unit *u = kzalloc(sizeof(*u), GFP_KERNEL);

	u->s = kzalloc(pr_state_size(0), GFP_KERNEL);
	*state = u;
	return 0;
}

int unit_teardown(void **state)
{
	struct unit *u = *state;

	kfree(u->s);
	kfree(u);
	return 0;
}

struct pr_nexus nexus_at(char letter, u16 tag)
{
	struct pr_nexus nexus = { .tpg_tag = tag, .rtpi = tag + 10, .proto = 5, .fabric = "iSCSI" };

	snprintf(nexus.initiator, sizeof(nexus.initiator), "iqn.2024-01.org.example:%c", letter);
	strcpy(nexus.target, "iqn.2024-01.org.example:target");
	memset(nexus.isid, letter, sizeof(nexus.isid));
	nexus.has_isid = true;
	return nexus;
}

struct pr_nexus nexus_of(char letter)
{
	return nexus_at(letter, 1);
}

static unsigned int slot(const struct pr_reg *reg)
{
	return reg->nexus.initiator[strlen(reg->nexus.initiator) - 1] - 'a';
}

/* A copy of exactly the size the operation may use, as the device server does it. */
u8 do_request(struct unit *u, struct pr_request *rq)
{
	u32 room = u->s->count + 1 + rq->nr_others, i;
	struct pr_state *copy = kmalloc(pr_state_size(room), GFP_KERNEL);
	u8 status;

	memset(u->told, 0, sizeof(u->told));
	memset(u->gone, 0, sizeof(u->gone));
	memset(&u->sense, 0, sizeof(u->sense));
	pr_state_copy(copy, room, u->s);
	status = pr_apply(copy, rq, &u->sense);
	assert_int_equal(status == CHECK, u->sense.key != 0);
	if (status) {
		kfree(copy);
		return status;
	}
	for (i = 0; i < copy->count; i++) {
		if (slot(&copy->regs[i]) >= ARRAY_SIZE(u->told))
			continue;
		u->told[slot(&copy->regs[i])] |= copy->regs[i].ua;
		u->gone[slot(&copy->regs[i])] |= copy->regs[i].gone;
	}
	pr_settle(copy);
	assert_true(!copy->type == !copy->holder);
	assert_true(!copy->type || pr_find_id(copy, copy->holder));
	kfree(u->s);
	u->s = copy;
	return status;
}

u8 do_out(struct unit *u, char from, u8 action, u64 key, u64 new_key)
{
	struct pr_nexus nexus = nexus_of(from);
	struct pr_request rq = { .action = action, .key = key, .new_key = new_key, .from = &nexus };

	return do_request(u, &rq);
}

u8 do_typed(struct unit *u, char from, u8 action, u8 type, u64 key)
{
	struct pr_nexus nexus = nexus_of(from);
	struct pr_request rq = { .action = action, .key = key, .type = type, .from = &nexus };

	return do_request(u, &rq);
}

u8 do_preempt(struct unit *u, char from, u8 type, u64 key, u64 victim)
{
	struct pr_nexus nexus = nexus_of(from);
	struct pr_request rq = {
		.action = PR_PREEMPT, .key = key, .new_key = victim, .type = type, .from = &nexus,
	};

	return do_request(u, &rq);
}

void must_register(struct unit *u, char who, u64 key)
{
	assert_int_equal(do_out(u, who, PR_REGISTER, 0, key), GOOD);
}

static struct pr_reg *find(struct unit *u, char who)
{
	struct pr_nexus nexus = nexus_of(who);

	return pr_find(u->s, &nexus);
}

bool registered(struct unit *u, char who)
{
	return find(u, who);
}

u64 key_of(struct unit *u, char who)
{
	return find(u, who) ? find(u, who)->key : 0;
}

bool holds(struct unit *u, char who)
{
	struct pr_reg *reg = find(u, who);

	return pr_relation(u->s, reg ? reg->id : 0) == PR_HOLDER;
}

u8 told(const struct unit *u, char who)
{
	return u->told[who - 'a'];
}

bool gone(const struct unit *u, char who)
{
	return u->gone[who - 'a'];
}
