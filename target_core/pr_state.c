// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each service action of PERSISTENT RESERVE OUT makes of the registrations
 * and the reservation (SPC-4 5.13). An operation works on a copy of its own, which
 * the caller throws away if the operation or what follows it fails.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "pr_state.h"

#define FIELD_KEY	0	/* RESERVATION KEY in every parameter list */
#define FIELD_NEW_KEY	8
#define FIELD_BITS	20	/* SPEC_I_PT, ALL_TG_PT, APTPL */
#define BIT_SPEC_I_PT	3
#define FIELD_TIDS	24

/**
 * pr_state_size() - bytes of a state
 * @room: registrations it can have
 */
size_t pr_state_size(u32 room)
{
	return sizeof(struct pr_state) + room * sizeof(struct pr_reg);
}

/**
 * pr_state_copy() - a copy to work on
 * @to: pr_state_size(@room) bytes
 * @room: at least as many as there are
 * @from: NULL for nothing
 */
void pr_state_copy(struct pr_state *to, u32 room, const struct pr_state *from)
{
	if (from)
		memcpy(to, from, pr_state_size(from->count));
	else
		memset(to, 0, sizeof(*to));
	to->room = room;
}

/**
 * pr_type_valid() - whether a persistent reservation can be of this type
 * @type: TYPE field
 */
bool pr_type_valid(u8 type)
{
	return type == PR_WRITE_EXCLUSIVE || type == PR_EXCLUSIVE_ACCESS ||
	       (type >= PR_WRITE_EXCLUSIVE_RO && type <= PR_EXCLUSIVE_ACCESS_AR);
}

/**
 * pr_all_registrants() - whether everyone registered holds the reservation
 * @type: enum pr_type
 */
bool pr_all_registrants(u8 type)
{
	return type == PR_WRITE_EXCLUSIVE_AR || type == PR_EXCLUSIVE_ACCESS_AR;
}

static bool registrants_only(u8 type)
{
	return type == PR_WRITE_EXCLUSIVE_RO || type == PR_EXCLUSIVE_ACCESS_RO;
}

/**
 * pr_nexus_equal() - whether two names mean one I_T nexus
 * @a: one
 * @b: the other; a name without ISID matches any
 */
bool pr_nexus_equal(const struct pr_nexus *a, const struct pr_nexus *b)
{
	return a->tpg_tag == b->tpg_tag &&
	       (!a->has_isid || !b->has_isid || !memcmp(a->isid, b->isid, sizeof(a->isid))) &&
	       !strcasecmp(a->initiator, b->initiator) && !strcasecmp(a->target, b->target);
}

/**
 * pr_next() - the registration after another one
 * @s: NULL is an empty state
 * @reg: NULL for the first
 *
 * Return: NULL at the end.
 */
struct pr_reg *pr_next(const struct pr_state *s, const struct pr_reg *reg)
{
	u32 i = reg ? reg - s->regs + 1 : 0;

	for (; s && i < s->count; i++)
		if (!s->regs[i].gone)
			return (struct pr_reg *)&s->regs[i];
	return NULL;
}

/* The last registration made before the one with number @id + 1, or NULL. */
static struct pr_reg *reg_upto(const struct pr_state *s, u64 id)
{
	u32 n = s ? s->count : 0;

	while (n && s->regs[n - 1].id > id)
		n--;
	return n ? (struct pr_reg *)&s->regs[n - 1] : NULL;
}

/**
 * pr_find_since() - the registration of a nexus, among the latest
 * @s: NULL is an empty state
 * @nexus: whose
 * @id: only those with a higher number, which are looked at from the end
 *
 * So that many sessions that look for themselves after each change don't look at
 * many registrations each.
 *
 * Return: NULL if it is not registered.
 */
struct pr_reg *pr_find_since(struct pr_state *s, const struct pr_nexus *nexus, u64 id)
{
	struct pr_reg *reg = reg_upto(s, id), *loose = NULL;

	while ((reg = pr_next(s, reg))) {
		if (!pr_nexus_equal(&reg->nexus, nexus))
			continue;
		if (reg->nexus.has_isid == nexus->has_isid)
			return reg;
		loose = loose ?: reg;
	}
	return loose;
}

/**
 * pr_find() - the registration of a nexus
 * @s: NULL is an empty state
 * @nexus: whose
 *
 * Return: NULL if it is not registered.
 */
struct pr_reg *pr_find(struct pr_state *s, const struct pr_nexus *nexus)
{
	return pr_find_since(s, nexus, 0);
}

/**
 * pr_find_id() - a registration by its number, also one just removed
 * @s: NULL is an empty state
 * @id: pr_reg.id
 *
 * Return: NULL if there is none.
 */
struct pr_reg *pr_find_id(struct pr_state *s, u64 id)
{
	u32 lo = 0, hi = s ? s->count : 0;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;

		if (s->regs[mid].id == id)
			return &s->regs[mid];
		if (s->regs[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static bool is_holder(const struct pr_state *s, const struct pr_reg *reg)
{
	return s->type && (pr_all_registrants(s->type) || s->holder == reg->id);
}

/**
 * pr_relation() - what a nexus is to the reservation
 * @s: NULL is an empty state
 * @id: of its registration, 0 for none
 */
enum pr_relation pr_relation(const struct pr_state *s, u64 id)
{
	if (!s || !id)
		return PR_OTHER;
	if (s->type && (pr_all_registrants(s->type) || s->holder == id))
		return PR_HOLDER;
	return PR_REGISTRANT;
}

/**
 * pr_settle() - forget what the last operation removed and whom it told
 * @s: after the caller has acted on pr_reg.gone and pr_reg.ua
 */
void pr_settle(struct pr_state *s)
{
	u32 i, kept = 0;

	for (i = 0; i < s->count; i++) {
		if (s->regs[i].gone)
			continue;
		if (kept != i)
			s->regs[kept] = s->regs[i];
		s->regs[kept++].ua = 0;
	}
	s->count = kept;
}

/* ---- parts of the operations ---- */

static u8 refuse(struct target_sense *sense, u16 asc_ascq)
{
	scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, asc_ascq);
	return TARGET_STAT_CHECK_CONDITION;
}

static u8 refuse_field(struct target_sense *sense, u16 byte, int bit)
{
	scsi_sense_param_field(sense, byte, bit);
	return TARGET_STAT_CHECK_CONDITION;
}

/* Tell every registered nexus but one. */
static void tell_others(struct pr_state *s, const struct pr_reg *except, u8 ua)
{
	struct pr_reg *reg;

	pr_for_each(s, reg)
		if (reg != except)
			reg->ua |= ua;
}

static void set_reservation(struct pr_state *s, const struct pr_reg *holder, u8 type)
{
	s->type = type;
	s->holder = holder ? holder->id : 0;
}

static struct pr_reg *add(struct pr_state *s, const struct pr_nexus *nexus, u64 key)
{
	struct pr_reg *reg;

	if (s->count == s->room || s->count >= PR_MAX_REGISTRATIONS)
		return NULL;
	reg = &s->regs[s->count++];
	memset(reg, 0, sizeof(*reg));
	reg->nexus = *nexus;
	reg->key = key;
	reg->id = ++s->last_id;
	reg->generation = s->generation;
	return reg;
}

/* Of an all registrants reservation someone else becomes the one on record. */
static void pass_on(struct pr_state *s)
{
	struct pr_reg *reg = pr_next(s, NULL);

	set_reservation(s, reg, reg ? s->type : PR_NONE);
}

/* A registration ends by the will of its own nexus, SPC-4 5.13.11.2.3. */
static void unregister(struct pr_state *s, struct pr_reg *reg)
{
	bool held = s->type && s->holder == reg->id;

	reg->gone = true;
	reg->ua = 0;
	if (!held)
		return;
	if (pr_all_registrants(s->type)) {
		pass_on(s);
		return;
	}
	if (registrants_only(s->type))
		tell_others(s, reg, PR_UA_RESERVATIONS_RELEASED);
	set_reservation(s, NULL, PR_NONE);
}

/* ---- REGISTER and REGISTER AND IGNORE EXISTING KEY, SPC-4 5.13.7 ---- */

static bool same_port(const struct pr_nexus *a, const struct pr_nexus *b)
{
	return a->has_isid == b->has_isid && !memcmp(a->isid, b->isid, sizeof(a->isid)) &&
	       !strcasecmp(a->initiator, b->initiator);
}

/*
 * May the other nexuses of the request be registered, too? Those of SPEC_I_PT must
 * not be yet. Those of ALL_TG_PT may be, with the old or the new key: the command
 * may come through each of several ports in turn.
 */
static u8 check_others(struct pr_state *s, const struct pr_request *rq, struct target_sense *sense)
{
	const struct pr_reg *reg;
	u32 i;

	for (i = 0; i < rq->nr_others; i++) {
		reg = pr_find(s, &rq->others[i]);
		if (!reg || rq->action == PR_REGISTER_AND_IGNORE)
			continue;
		if (!same_port(&rq->others[i], rq->from))
			return refuse_field(sense, FIELD_TIDS, -1);
		if (reg->key != rq->key && reg->key != rq->new_key)
			return TARGET_STAT_RESERVATION_CONFLICT;
	}
	return TARGET_STAT_GOOD;
}

static bool register_one(struct pr_state *s, const struct pr_request *rq,
			 const struct pr_nexus *nexus)
{
	struct pr_reg *reg = pr_find(s, nexus);

	if (!reg)
		reg = add(s, nexus, rq->new_key);
	if (!reg)
		return false;
	reg->key = rq->new_key;
	reg->generation = s->generation;
	reg->all_tg_pt = rq->all_tg_pt;
	return true;
}

static u8 register_all(struct pr_state *s, const struct pr_request *rq, struct target_sense *sense)
{
	bool fits = register_one(s, rq, rq->from);
	u32 i;

	for (i = 0; fits && i < rq->nr_others; i++)
		fits = register_one(s, rq, &rq->others[i]);
	return fits ? TARGET_STAT_GOOD : refuse(sense, ASC_NO_REGISTRATION_ROOM);
}

static void unregister_all(struct pr_state *s, const struct pr_request *rq)
{
	struct pr_reg *reg = pr_find(s, rq->from);
	u32 i;

	if (reg)
		unregister(s, reg);
	for (i = 0; i < rq->nr_others; i++) {
		reg = pr_find(s, &rq->others[i]);
		if (reg)
			unregister(s, reg);
	}
}

static u8 apply_register(struct pr_state *s, const struct pr_request *rq,
			 struct target_sense *sense)
{
	struct pr_reg *reg = pr_find(s, rq->from);
	u8 status;

	if (rq->action == PR_REGISTER && rq->key != (reg ? reg->key : 0))
		return TARGET_STAT_RESERVATION_CONFLICT;
	/* Who is not registered has nothing to end, nor a say in what the others' last by. */
	if (!reg && !rq->new_key && (rq->spec_i_pt || !rq->nr_others))
		return TARGET_STAT_GOOD;
	if (rq->spec_i_pt && reg)
		return refuse_field(sense, FIELD_BITS, BIT_SPEC_I_PT);
	status = check_others(s, rq, sense);
	if (status)
		return status;
	if (rq->new_key)
		status = register_all(s, rq, sense);
	else
		unregister_all(s, rq);
	s->aptpl = rq->aptpl;
	s->generation++;
	return status;
}

/* ---- the service actions that need a registration ---- */

static u8 apply_reserve(struct pr_state *s, const struct pr_request *rq, struct pr_reg *reg)
{
	if (!s->type)
		set_reservation(s, reg, rq->type);
	else if (!is_holder(s, reg) || s->type != rq->type)
		return TARGET_STAT_RESERVATION_CONFLICT;
	return TARGET_STAT_GOOD;
}

static u8 apply_release(struct pr_state *s, const struct pr_request *rq, struct pr_reg *reg,
			struct target_sense *sense)
{
	if (!is_holder(s, reg))
		return TARGET_STAT_GOOD;
	if (s->type != rq->type)
		return refuse(sense, ASC_INVALID_RELEASE);
	if (registrants_only(s->type) || pr_all_registrants(s->type))
		tell_others(s, reg, PR_UA_RESERVATIONS_RELEASED);
	set_reservation(s, NULL, PR_NONE);
	return TARGET_STAT_GOOD;
}

static u8 apply_clear(struct pr_state *s, struct pr_reg *own)
{
	struct pr_reg *reg;

	tell_others(s, own, PR_UA_RESERVATIONS_PREEMPTED);
	pr_for_each(s, reg)
		reg->gone = true;
	set_reservation(s, NULL, PR_NONE);
	s->generation++;
	return TARGET_STAT_GOOD;
}

/* Remove everybody else with the key (0: everybody else). Returns whether the key was known. */
static bool preempt_registrations(struct pr_state *s, const struct pr_reg *own, u64 key)
{
	struct pr_reg *reg;
	bool known = !key;

	pr_for_each(s, reg) {
		if (key && reg->key != key)
			continue;
		known = true;
		if (reg == own)
			continue;
		reg->gone = true;
		reg->ua = PR_UA_REGISTRATIONS_PREEMPTED;
	}
	return known;
}

/* SPC-4 5.13.11.2.4: which of a reservation and registrations a key preempts */
static u8 apply_preempt(struct pr_state *s, const struct pr_request *rq, struct pr_reg *own,
			struct target_sense *sense)
{
	bool all = pr_all_registrants(s->type);
	struct pr_reg *holder = s->type && !all ? pr_find_id(s, s->holder) : NULL;
	bool take = all ? !rq->new_key : holder && holder->key == rq->new_key;

	if (!rq->new_key && !all)
		return refuse_field(sense, FIELD_NEW_KEY, -1);
	if (!preempt_registrations(s, own, rq->new_key))
		return TARGET_STAT_RESERVATION_CONFLICT;
	if (take) {
		if (s->type != rq->type)
			tell_others(s, own, PR_UA_RESERVATIONS_RELEASED);
		set_reservation(s, own, rq->type);
	} else if (all && pr_find_id(s, s->holder)->gone) {
		pass_on(s);
	}
	s->generation++;
	return TARGET_STAT_GOOD;
}

/* SPC-4 5.13.8 */
static u8 apply_move(struct pr_state *s, const struct pr_request *rq, struct pr_reg *own,
		     struct target_sense *sense)
{
	struct pr_reg *to;

	if (!is_holder(s, own) || pr_all_registrants(s->type))
		return TARGET_STAT_RESERVATION_CONFLICT;
	if (!rq->new_key)
		return refuse_field(sense, FIELD_NEW_KEY, -1);
	if (pr_nexus_equal(rq->others, rq->from))
		return refuse_field(sense, FIELD_TIDS, -1);
	to = pr_find(s, rq->others) ?: add(s, rq->others, rq->new_key);
	if (!to)
		return refuse(sense, ASC_NO_REGISTRATION_ROOM);
	to->key = rq->new_key;
	to->generation = s->generation++;
	set_reservation(s, to, s->type);
	own->gone = rq->unreg;
	s->aptpl = rq->aptpl;
	return TARGET_STAT_GOOD;
}

/* SPC-4 5.13.11.3. Nobody is told: who was registered is not known for certain. */
static u8 apply_replace(struct pr_state *s, const struct pr_request *rq, struct target_sense *sense)
{
	struct pr_reg *reg;

	if (!rq->lost)
		return refuse(sense, ASC_INVALID_RELEASE);
	if (rq->key)
		return refuse_field(sense, FIELD_KEY, -1);
	if (!rq->new_key)
		return refuse_field(sense, FIELD_NEW_KEY, -1);
	pr_for_each(s, reg)
		reg->gone = true;
	s->generation = 0;
	reg = add(s, rq->from, rq->new_key);
	if (!reg)
		return refuse(sense, ASC_NO_REGISTRATION_ROOM);
	set_reservation(s, reg, rq->type);
	s->aptpl = rq->aptpl;
	return TARGET_STAT_GOOD;
}

/**
 * pr_apply() - carry out a service action
 * @s: a copy, with room for one registration more than @rq->nr_others
 * @rq: what to do
 * @sense: filled in with CHECK CONDITION
 *
 * After GOOD pr_reg.gone and pr_reg.ua say what changed for whom. After any other
 * status the copy is of no use.
 *
 * Return: a SAM status.
 */
u8 pr_apply(struct pr_state *s, const struct pr_request *rq, struct target_sense *sense)
{
	struct pr_reg *own;

	if (rq->action == PR_REGISTER || rq->action == PR_REGISTER_AND_IGNORE)
		return apply_register(s, rq, sense);
	if (rq->action == PR_REPLACE_LOST)
		return apply_replace(s, rq, sense);
	own = pr_find(s, rq->from);
	if (!own || own->key != rq->key)
		return TARGET_STAT_RESERVATION_CONFLICT;
	switch (rq->action) {
	case PR_RESERVE:
		return apply_reserve(s, rq, own);
	case PR_RELEASE:
		return apply_release(s, rq, own, sense);
	case PR_CLEAR:
		return apply_clear(s, own);
	case PR_REGISTER_AND_MOVE:
		return apply_move(s, rq, own, sense);
	default:
		return apply_preempt(s, rq, own, sense);
	}
}

/*
 * The same nexus by another name. An ISID that is known stays: a name without it would be that of
 * other registrations, too.
 */
static void rename_nexus(struct pr_nexus *nexus, const struct pr_nexus *name)
{
	struct pr_nexus old = *nexus;

	*nexus = *name;
	if (name->has_isid || !old.has_isid)
		return;
	nexus->has_isid = true;
	memcpy(nexus->isid, old.isid, sizeof(nexus->isid));
}

/**
 * pr_restore() - put back a registration that was kept through a loss of power
 * @s: a copy with room for it
 * @saved: nexus, key and all_tg_pt of it
 * @type: of the reservation it holds, PR_NONE if it holds none
 *
 * It is in force at once, before its initiator comes back: a reservation that
 * waited for that would let the others write meanwhile.
 *
 * Return: false if there is no room.
 */
bool pr_restore(struct pr_state *s, const struct pr_reg *saved, u8 type)
{
	struct pr_reg *reg = pr_find(s, &saved->nexus) ?: add(s, &saved->nexus, saved->key);

	if (!reg)
		return false;
	rename_nexus(&reg->nexus, &saved->nexus);
	reg->key = saved->key;
	reg->all_tg_pt = saved->all_tg_pt;
	if (type)
		set_reservation(s, reg, type);
	s->aptpl = true;
	return true;
}
