/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reservations of a logical unit (SPC-4 5.13) as plain data: who is registered,
 * who holds what, and what each service action makes of it. No locks and no
 * objects of the core, so that all of it builds in user space as well.
 */
#ifndef TARGET_CORE_PR_STATE_H
#define TARGET_CORE_PR_STATE_H

#include "scsi.h"

#define PR_MAX_REGISTRATIONS	4096	/* per logical unit */
#define PR_NAME_MAX		224	/* with the NUL; iSCSI names are the longest */
#define PR_FABRIC_MAX		16
#define PR_MAX_LIST		(1U << 20)	/* bytes of a parameter list */
#define PR_TID_MAX		248	/* the longest TransportID: an iSCSI name with ISID */

#define ASC_INVALID_RELEASE	0x2604
#define ASC_NO_REGISTRATION_ROOM 0x5504

/* PERSISTENT RESERVE IN, SPC-4 6.15 */
enum pr_in_action {
	PR_READ_KEYS,
	PR_READ_RESERVATION,
	PR_REPORT_CAPABILITIES,
	PR_READ_FULL_STATUS,
};

/* PERSISTENT RESERVE OUT, SPC-4 6.16 */
enum pr_out_action {
	PR_REGISTER,
	PR_RESERVE,
	PR_RELEASE,
	PR_CLEAR,
	PR_PREEMPT,
	PR_PREEMPT_AND_ABORT,
	PR_REGISTER_AND_IGNORE,
	PR_REGISTER_AND_MOVE,
	PR_REPLACE_LOST,
};

/** enum pr_type - what is reserved; TYPE of SPC-4 6.15.3.4, but for the last */
enum pr_type {
	PR_NONE			= 0,
	PR_WRITE_EXCLUSIVE	= 1,
	PR_EXCLUSIVE_ACCESS	= 3,
	PR_WRITE_EXCLUSIVE_RO	= 5,	/* registrants only */
	PR_EXCLUSIVE_ACCESS_RO	= 6,
	PR_WRITE_EXCLUSIVE_AR	= 7,	/* all registrants hold it */
	PR_EXCLUSIVE_ACCESS_AR	= 8,
	PR_SPC2			= 0x10,	/* by RESERVE(6) or (10), SPC-2 5.5 */
};

/** enum pr_relation - what an I_T nexus is to the reservation */
enum pr_relation { PR_OTHER, PR_REGISTRANT, PR_HOLDER };

/**
 * struct pr_nexus - an I_T nexus by its names: it outlives the session
 * @initiator: initiator port name as the ACL spells it.
 * @isid, @has_isid: the rest of an iSCSI initiator port's name (RFC 7143 4.2.7);
 *	without it the nexus stands for every session of the initiator.
 * @target, @tpg_tag: the target port.
 * @rtpi, @proto, @fabric: what the target port is called elsewhere; not part of
 *	its identity and 0 or empty as long as it is not known.
 * @mapped_lun, @target_lun: under which numbers the logical unit was reached.
 */
struct pr_nexus {
	char	initiator[PR_NAME_MAX];
	char	target[PR_NAME_MAX];
	char	fabric[PR_FABRIC_MAX];
	u8	isid[6];
	bool	has_isid;
	u8	proto;
	u16	tpg_tag;
	u16	rtpi;
	u64	mapped_lun;
	u64	target_lun;
};

/* pr_reg.ua: what the nexus of a registration has to be told */
#define PR_UA_RESERVATIONS_PREEMPTED	0x1
#define PR_UA_RESERVATIONS_RELEASED	0x2
#define PR_UA_REGISTRATIONS_PREEMPTED	0x4

/**
 * struct pr_reg - a registration
 * @id: its number in this logical unit, never used again; 0 is no registration.
 * @generation: PRGENERATION when it was made or its key changed.
 * @all_tg_pt: it came by ALL_TG_PT; each target port has one of its own.
 * @gone: removed by the last operation. @ua: PR_UA_* of it. See pr_settle().
 */
struct pr_reg {
	struct pr_nexus nexus;
	u64	key;
	u64	id;
	u32	generation;
	bool	all_tg_pt;
	bool	gone;
	u8	ua;
};

/**
 * struct pr_state - persistent reservations of one logical unit
 * @holder: id of the registration that holds the reservation, 0 if @type is
 *	PR_NONE. With an all registrants type: one of the holders.
 * @last_id: newest pr_reg.id. @generation: PRGENERATION.
 * @room, @count: of @regs, which ascend by id.
 * @type: enum pr_type; the scope is always the logical unit.
 * @aptpl: registrations are kept through a loss of power.
 */
struct pr_state {
	u64	holder;
	u64	last_id;
	u32	generation;
	u32	room;
	u32	count;
	u8	type;
	bool	aptpl;
	struct pr_reg regs[];
};

/**
 * struct pr_request - a PERSISTENT RESERVE OUT command, names resolved
 * @action: enum pr_out_action. @type: TYPE.
 * @lost: the device has lost what it was to keep (SPC-4 5.13.5.3).
 * @key, @new_key: RESERVATION KEY and SERVICE ACTION RESERVATION KEY.
 * @from: where the command came from.
 * @others: REGISTER (AND IGNORE): the further nexuses SPEC_I_PT and ALL_TG_PT name.
 *	REGISTER AND MOVE: the nexus to move to.
 */
struct pr_request {
	u8	action;
	u8	type;
	bool	spec_i_pt, all_tg_pt, aptpl, unreg;
	bool	lost;
	u64	key;
	u64	new_key;
	const struct pr_nexus *from;
	const struct pr_nexus *others;
	u32	nr_others;
};

/* pr_state.c */
size_t pr_state_size(u32 room);
void pr_state_copy(struct pr_state *to, u32 room, const struct pr_state *from);
struct pr_reg *pr_find_since(struct pr_state *s, const struct pr_nexus *nexus, u64 id);
struct pr_reg *pr_find(struct pr_state *s, const struct pr_nexus *nexus);
struct pr_reg *pr_find_id(struct pr_state *s, u64 id);
struct pr_reg *pr_next(const struct pr_state *s, const struct pr_reg *reg);
bool pr_nexus_equal(const struct pr_nexus *a, const struct pr_nexus *b);
enum pr_relation pr_relation(const struct pr_state *s, u64 id);
u8 pr_apply(struct pr_state *s, const struct pr_request *rq, struct target_sense *sense);
bool pr_restore(struct pr_state *s, const struct pr_reg *saved, u8 type);
void pr_settle(struct pr_state *s);
bool pr_all_registrants(u8 type);
bool pr_type_valid(u8 type);

/* for_each over the registrations that are not gone */
#define pr_for_each(s, reg) \
	for ((reg) = pr_next(s, NULL); (reg); (reg) = pr_next(s, reg))

/* pr_conflict.c */
u8 pr_denied(u8 type, enum pr_relation relation);
u8 pr_class(const struct scsi_op *op, const u8 *cdb);
bool pr_conflict(u8 type, enum pr_relation relation, u8 class);
u8 pr_spc2_compatible(u8 type, enum pr_relation relation);
bool pr_runs_while_lost(const u8 *cdb);

/**
 * struct pr_tid - a TransportID (SPC-4 7.6.4)
 * @proto: protocol identifier. @id, @id_len: name of a protocol with binary ones.
 * @name, @isid, @has_isid: iSCSI.
 */
struct pr_tid {
	char	name[PR_NAME_MAX];
	u8	id[16];
	u8	id_len;
	u8	proto;
	u8	isid[6];
	bool	has_isid;
};

/* pr_tid.c */
u32 pr_tid_decode(const u8 *buf, u32 len, struct pr_tid *tid);
u32 pr_tid_encode(const struct pr_nexus *nexus, u8 buf[PR_TID_MAX]);
bool pr_tid_names(const struct pr_tid *tid, const char *name);
bool pr_name_valid(const char *name);

/**
 * struct pr_out - CDB and parameter list of PERSISTENT RESERVE OUT, decoded
 * @tids, @tids_len: checked TransportIDs, in the list. @tids_at: their offset in it.
 * @rtpi: of REGISTER AND MOVE. The rest is as in struct pr_request.
 */
struct pr_out {
	u8	action;
	u8	type;
	bool	spec_i_pt, all_tg_pt, aptpl, unreg;
	u16	rtpi;
	u16	tids_at;
	u64	key;
	u64	new_key;
	const u8 *tids;
	u32	tids_len;
};

/* pr_param.c */
bool pr_out_decode(const u8 *cdb, const u8 *list, u32 len, struct pr_out *out,
		   struct target_sense *sense);
bool pr_out_next_tid(const struct pr_out *out, u32 *pos, struct pr_tid *tid);

/** struct pr_buf - output that may not fit: @len counts all of it, @buf has @room */
struct pr_buf {
	u8	*buf;
	u32	room;
	u32	len;
};

void pr_in(u8 action, const struct pr_state *s, struct pr_buf *out);

/* pr_text.c */
void pr_text(const struct pr_state *s, struct pr_buf *out);
int pr_text_parse(char *text, struct pr_reg *reg, u8 *type);
int pr_text_count(const char *text);
int pr_text_next(char **text, char **record);

#endif
