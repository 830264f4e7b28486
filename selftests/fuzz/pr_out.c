// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run of PERSISTENT RESERVE OUT commands from four initiators, honest or not, against one
 * logical unit; after each the state has to make sense and its replies and text to fit.
 *
 * Input: per command two bytes of who and how long, ten of CDB, then the parameter list.
 */
#include "fuzz.h"
#include "pr_state.h"

#define HEAD	12

static void name(struct pr_nexus *nexus, u8 who)
{
	memset(nexus, 0, sizeof(*nexus));
	strscpy(nexus->initiator, "iqn.a", sizeof(nexus->initiator));
	nexus->initiator[4] = 'a' + (who & 3);
	strscpy(nexus->target, "iqn.t", sizeof(nexus->target));
	nexus->proto = 5;
	nexus->has_isid = who & 4;
	nexus->isid[5] = who;
}

static void name_tid(struct pr_nexus *nexus, const struct pr_tid *tid)
{
	name(nexus, 0);
	strscpy(nexus->initiator, tid->name[0] ? tid->name : "naa.1", sizeof(nexus->initiator));
	nexus->has_isid = tid->has_isid;
	memcpy(nexus->isid, tid->isid, sizeof(nexus->isid));
}

static void look_at(struct pr_state *s)
{
	struct pr_buf out = {};
	struct pr_reg *reg;
	u8 action;

	must(!s->type == !s->holder);
	must(!s->type || (pr_type_valid(s->type) && pr_find_id(s, s->holder)));
	pr_for_each(s, reg)
		must(reg->key && pr_find_id(s, reg->id) == reg && pr_find(s, &reg->nexus));
	for (action = PR_READ_KEYS; action <= PR_READ_FULL_STATUS + 1; action++) {
		u32 len;

		out.room = out.len = 0;
		if (action > PR_READ_FULL_STATUS)
			pr_text(s, &out);
		else
			pr_in(action, s, &out);
		len = out.len;
		out = (struct pr_buf) { .buf = kmalloc(len, GFP_KERNEL), .room = len };
		if (action > PR_READ_FULL_STATUS)
			pr_text(s, &out);
		else
			pr_in(action, s, &out);
		must(out.len == len);
		kfree(out.buf);
	}
}

static struct pr_state *run(struct pr_state *s, const struct pr_out *out, u8 who)
{
	static struct pr_nexus from, others[64];
	struct pr_request rq = {
		.action = out->action, .type = out->type, .key = out->key, .new_key = out->new_key,
		.spec_i_pt = out->spec_i_pt, .all_tg_pt = out->all_tg_pt, .aptpl = out->aptpl,
		.unreg = out->unreg, .from = &from, .others = others, .lost = who & 0x10,
	};
	struct target_sense sense = {};
	struct pr_state *copy;
	struct pr_tid tid;
	u32 room, pos = 0;
	u8 status;

	name(&from, who);
	while (rq.nr_others < ARRAY_SIZE(others) && pr_out_next_tid(out, &pos, &tid))
		name_tid(&others[rq.nr_others++], &tid);
	room = (s ? s->count : 0) + 1 + rq.nr_others;
	copy = kmalloc(pr_state_size(room), GFP_KERNEL);
	pr_state_copy(copy, room, s);
	status = pr_apply(copy, &rq, &sense);
	must((status == TARGET_STAT_CHECK_CONDITION) == (sense.key != 0));
	if (status) {
		kfree(copy);
		return s;
	}
	pr_settle(copy);
	look_at(copy);
	kfree(s);
	return copy;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct pr_state *s = NULL;

	while (size > HEAD) {
		u32 len = min_t(size_t, data[1], size - HEAD);
		struct target_sense sense = {};
		u8 cdb[TARGET_MAX_CDB] = {};
		u8 *list = kmemdup(data + HEAD, len, GFP_KERNEL);
		struct pr_out out;

		memcpy(cdb, data + 2, 10);
		cdb[1] = (cdb[1] & 0xf) % (PR_REPLACE_LOST + 1);
		put_unaligned_be32(len, cdb + 5);
		if (pr_out_decode(cdb, list, len, &out, &sense))
			s = run(s, &out, data[0]);
		else
			must(sense.key);
		kfree(list);
		data += HEAD + len;
		size -= HEAD + len;
	}
	kfree(s);
	return 0;
}
