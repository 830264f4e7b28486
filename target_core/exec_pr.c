// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of PERSISTENT RESERVE IN and OUT (SPC-4 6.15, 6.16) and of RESERVE and
 * RELEASE (SPC-2 7.21, 7.27). All of them sleep.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "pr.h"
#include "store.h"

/**
 * struct pr_cmd - a PERSISTENT RESERVE OUT while it runs
 * @abort: of PREEMPT AND ABORT; lives on until the aborted commands have ended.
 * @cmd: the command.
 * @dev: its device.
 * @list: parameter list, which @out refers to.
 * @out: decoded CDB and parameter list.
 * @from: the sender.
 * @others: nexuses that @out names.
 * @nr: how many of them.
 * @room: for how many there is memory.
 * @sense: of a command that fails.
 */
struct pr_cmd {
	struct target_tmf	abort;
	struct target_cmd	*cmd;
	struct target_device	*dev;
	u8			*list;
	struct pr_out		out;
	struct pr_nexus		from;
	struct pr_nexus		*others;
	u32			nr, room;
	struct target_sense	sense;
};

static void pr_cmd_free(struct pr_cmd *pc)
{
	kvfree(pc->others);
	kvfree(pc->list);
	kfree(pc);
}

static struct pr_cmd *pr_cmd_alloc(struct target_cmd *cmd)
{
	struct pr_cmd *pc = kzalloc(sizeof(*pc), GFP_KERNEL);

	if (!pc)
		return NULL;
	pc->cmd = cmd;
	pc->dev = cmd->itl->dev;
	pc->list = kvzalloc(max_t(u32, cmd->xfer_len, 1), GFP_KERNEL);
	if (!pc->list) {
		kfree(pc);
		return NULL;
	}
	return pc;
}

static void pr_cmd_answer(const struct pr_cmd *pc, u8 status)
{
	if (status == TARGET_STAT_CHECK_CONDITION)
		target_cmd_complete_sense(pc->cmd, &pc->sense);
	else
		target_cmd_complete_status(pc->cmd, status);
}

static u8 pr_cmd_refuse(struct pr_cmd *pc, u8 key, u16 asc_ascq)
{
	scsi_sense_set(&pc->sense, key, asc_ascq);
	return TARGET_STAT_CHECK_CONDITION;
}

static u8 pr_cmd_refuse_field(struct pr_cmd *pc, u16 byte)
{
	scsi_sense_param_field(&pc->sense, byte, -1);
	return TARGET_STAT_CHECK_CONDITION;
}

/* ---- from the names in the parameter list to nexuses ---- */

static bool acl_reaches(const struct target_acl *acl, const struct target_device *dev)
{
	const struct target_lun_map *map;

	if (!target_acl_admits(acl))
		return false;
	list_for_each_entry(map, &acl->maps, acl_link)
		if (map->lun && map->lun->dev == dev)
			return true;
	return false;
}

/* Nobody is registered with a logical unit that is not mapped to them. */
static const char *find_initiator(const struct target_lun *lun, const struct pr_tid *tid)
{
	const struct target_tpg *tpg = lun->tpg;
	const struct target_acl *acl;

	lockdep_assert_held(&target_lock);
	if (tid->proto != target_pr_proto(tpg))
		return NULL;
	list_for_each_entry(acl, &tpg->acls, tpg_link)
		if (pr_tid_names(tid, acl->name))
			return acl_reaches(acl, lun->dev) ? acl->name : NULL;
	/* Who may log in without being known may be registered before. */
	return tid->proto == TARGET_PROTO_ISCSI && tpg->policy.dynamic_acls ? tid->name : NULL;
}

/* Returns false if the port does not know the initiator. */
static bool add_tid(struct pr_cmd *pc, const struct target_lun *lun, const struct pr_tid *tid)
{
	const char *name = find_initiator(lun, tid);
	struct pr_nexus *nexus = &pc->others[pc->nr];

	if (!name || pc->nr == pc->room)
		return false;
	memset(nexus, 0, sizeof(*nexus));
	strscpy(nexus->initiator, name, sizeof(nexus->initiator));
	if (tid->has_isid && READ_ONCE(pc->dev->attrib.enforce_pr_isids)) {
		memcpy(nexus->isid, tid->isid, sizeof(nexus->isid));
		nexus->has_isid = true;
	}
	target_pr_name_port(lun, nexus);
	pc->nr++;
	return true;
}

static void add_self(struct pr_cmd *pc, const struct target_lun *lun)
{
	if (pc->nr == pc->room)
		return;
	pc->others[pc->nr] = pc->from;
	target_pr_name_port(lun, &pc->others[pc->nr]);
	pc->nr++;
}

/* A device linked to several LUNs of one TPG is behind one port all the same. */
static bool port_seen(const struct target_device *dev, const struct target_lun *lun)
{
	const struct target_lun *earlier;

	list_for_each_entry(earlier, &dev->luns, dev_link) {
		if (earlier == lun)
			return false;
		if (earlier->tpg == lun->tpg)
			return true;
	}
	return false;
}

static u32 count_others(const struct pr_cmd *pc)
{
	const struct target_lun *lun;
	struct pr_tid tid;
	u32 pos = 0, tids = 0, ports = 0;

	while (pr_out_next_tid(&pc->out, &pos, &tid))
		tids++;
	list_for_each_entry(lun, &pc->dev->luns, dev_link)
		ports++;
	return (pc->out.all_tg_pt ? ports : 1) * (tids + 1);
}

/* The nexuses of one port. On the sender's own every TransportID has to be known. */
static u8 add_port(struct pr_cmd *pc, const struct target_lun *lun)
{
	bool own = lun->tpg == pc->cmd->nexus->tpg;
	struct pr_tid tid;
	u32 pos = 0, at = 0;

	if (!own)
		add_self(pc, lun);
	while (pr_out_next_tid(&pc->out, &pos, &tid)) {
		if (!add_tid(pc, lun, &tid) && own)
			return pr_cmd_refuse_field(pc, min_t(u32, pc->out.tids_at + at, U16_MAX));
		at = pos;
	}
	return TARGET_STAT_GOOD;
}

static u8 add_registrants(struct pr_cmd *pc)
{
	const struct target_lun *lun;
	u8 status = add_port(pc, pc->cmd->itl->lun);

	if (status || !pc->out.all_tg_pt)
		return status;
	list_for_each_entry(lun, &pc->dev->luns, dev_link)
		if (lun->tpg != pc->cmd->nexus->tpg && !port_seen(pc->dev, lun))
			add_port(pc, lun);
	return TARGET_STAT_GOOD;
}

/* An iSCSI name without an ISID stands for all ports of the initiator; but one holds. */
static bool names_ports(const struct pr_cmd *pc, const struct pr_tid *tid)
{
	return tid->proto == TARGET_PROTO_ISCSI && !tid->has_isid &&
	       READ_ONCE(pc->dev->attrib.enforce_pr_isids);
}

/* REGISTER AND MOVE: RELATIVE TARGET PORT IDENTIFIER and TransportID */
static u8 add_destination(struct pr_cmd *pc)
{
	const struct target_lun *lun;
	struct pr_tid tid;
	u32 pos = 0;

	if (!pr_out_next_tid(&pc->out, &pos, &tid) || names_ports(pc, &tid))
		return pr_cmd_refuse_field(pc, pc->out.tids_at);
	list_for_each_entry(lun, &pc->dev->luns, dev_link) {
		if (lun->tpg->rtpi != pc->out.rtpi)
			continue;
		if (add_tid(pc, lun, &tid))
			return TARGET_STAT_GOOD;
		return pr_cmd_refuse_field(pc, pc->out.tids_at);
	}
	return pr_cmd_refuse_field(pc, 18);
}

static u8 resolve_locked(struct pr_cmd *pc)
{
	lockdep_assert_held(&target_lock);
	if (pc->dev->spc2_holder)	/* since the check on the way here */
		return TARGET_STAT_RESERVATION_CONFLICT;
	target_pr_name(pc->cmd->itl, &pc->from);
	if (!pr_name_valid(pc->from.initiator) || !pr_name_valid(pc->from.target))
		return pr_cmd_refuse(pc, SENSE_ILLEGAL_REQUEST, ASC_NO_REGISTRATION_ROOM);
	if (!pc->out.all_tg_pt && !pc->out.tids_len)
		return TARGET_STAT_GOOD;
	pc->room = count_others(pc);
	if (pc->room > PR_MAX_REGISTRATIONS)
		return pr_cmd_refuse(pc, SENSE_ILLEGAL_REQUEST, ASC_NO_REGISTRATION_ROOM);
	pc->others = kvmalloc_array(pc->room, sizeof(*pc->others), GFP_KERNEL);
	if (!pc->others)
		return TARGET_STAT_BUSY;
	return pc->out.action == PR_REGISTER_AND_MOVE ? add_destination(pc) : add_registrants(pc);
}

/* ---- PERSISTENT RESERVE OUT ---- */

static u8 apply(struct pr_cmd *pc, struct pr_state *copy)
{
	const struct pr_out *out = &pc->out;
	struct pr_request rq = {
		.action = out->action, .type = out->type, .key = out->key, .new_key = out->new_key,
		.spec_i_pt = out->spec_i_pt, .all_tg_pt = out->all_tg_pt, .unreg = out->unreg,
		.aptpl = out->aptpl || READ_ONCE(pc->dev->attrib.force_pr_aptpl),
		.lost = target_pr_lost(pc->dev),
		.from = &pc->from, .others = pc->others, .nr_others = pc->nr,
	};
	u8 status = pr_apply(copy, &rq, &pc->sense);

	if (status)
		return status;
	if (target_pr_save(pc->dev, copy))
		return pr_cmd_refuse(pc, SENSE_HARDWARE_ERROR, ASC_LU_COMM_FAILURE);
	return TARGET_STAT_GOOD;
}

/*
 * All commands of the preempted have ended, or the medium still holds some. Those
 * might write yet, so the initiator must not take the others for fenced off.
 */
static void preempt_ended(struct target_tmf *tmf)
{
	struct pr_cmd *pc = container_of(tmf, struct pr_cmd, abort);
	u8 status = TARGET_STAT_GOOD;

	if (tmf->response == TARGET_TMF_REJECTED)
		status = pr_cmd_refuse(pc, SENSE_ABORTED_COMMAND, ASC_LU_COMM_TIMEOUT);
	pr_cmd_answer(pc, status);
	pr_cmd_free(pc);
}

static u8 pr_out_locked(struct pr_cmd *pc)
{
	bool aborts = pc->out.action == PR_PREEMPT_AND_ABORT;
	struct pr_state *copy;
	u8 status;

	lockdep_assert_held(&pc->dev->pr_lock);
	mutex_lock(&target_lock);
	status = resolve_locked(pc);
	mutex_unlock(&target_lock);
	if (status)
		return status;
	copy = target_pr_copy(pc->dev, pc->nr + 1);
	if (!copy)
		return TARGET_STAT_BUSY;
	status = apply(pc, copy);
	if (status) {
		kvfree(copy);
		return status;
	}
	if (aborts)
		target_abort_begin(&pc->abort, pc->cmd->nexus, preempt_ended);
	target_pr_publish(pc->dev, copy, pc->cmd->nexus, aborts ? &pc->abort : NULL);
	if (pc->out.action == PR_REPLACE_LOST)
		target_medium_gate(pc->dev, TARGET_GATE_PR_LOST, false);
	return TARGET_STAT_GOOD;
}

static u8 pr_out_in_turn(struct pr_cmd *pc)
{
	struct target_device *dev = pc->dev;
	u8 status;

	if (!target_store_enter(dev, TARGET_TURN_PR))
		return TARGET_STAT_BUSY;
	mutex_lock(&dev->pr_lock);
	/* It may have waited for another's file, for as long as that takes. */
	status = atomic_read(&pc->cmd->state) & TARGET_CMD_ABORTED ? TARGET_STAT_TASK_ABORTED :
								     pr_out_locked(pc);
	mutex_unlock(&dev->pr_lock);
	target_store_leave(dev, TARGET_TURN_PR);
	return status;
}

static u8 pr_out_run(struct pr_cmd *pc)
{
	u32 len = target_cmd_gather(pc->cmd, pc->list, pc->cmd->xfer_len);

	if (!pr_out_decode(pc->cmd->cdb, pc->list, len, &pc->out, &pc->sense))
		return TARGET_STAT_CHECK_CONDITION;
	return pr_out_in_turn(pc);
}

/* PERSISTENT RESERVE OUT */
void exec_persistent_reserve_out(struct target_cmd *cmd)
{
	unsigned int noio = memalloc_noio_save();
	struct pr_cmd *pc = pr_cmd_alloc(cmd);
	u8 status;

	if (!pc) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		goto out;
	}
	status = pr_out_run(pc);
	if (!status && pc->out.action == PR_PREEMPT_AND_ABORT) {
		target_abort_commit(&pc->abort);
		goto out;
	}
	pr_cmd_answer(pc, status);
	pr_cmd_free(pc);
out:
	memalloc_noio_restore(noio);
}

/* ---- PERSISTENT RESERVE IN ---- */

/* Returns the part of the reply that was asked for, for kvfree(), or NULL without memory. */
static u8 *pr_in_build(struct target_cmd *cmd, u32 *len)
{
	const struct pr_state *s = cmd->itl->dev->pr;
	u8 action = cmd->cdb[1] & 0x1f;
	struct pr_buf out = {};

	lockdep_assert_held(&target_lock);
	pr_in(action, s, &out);
	*len = out.len;
	out.room = min(out.len, max_t(u32, cmd->xfer_len, 1));
	out.len = 0;
	out.buf = kvzalloc(out.room, GFP_NOIO);
	if (out.buf)
		pr_in(action, s, &out);
	return out.buf;
}

/* PERSISTENT RESERVE IN */
void exec_persistent_reserve_in(struct target_cmd *cmd)
{
	u32 len = 0;
	u8 *buf;

	mutex_lock(&target_lock);
	buf = pr_in_build(cmd, &len);
	mutex_unlock(&target_lock);
	if (!buf) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	target_cmd_reply(cmd, buf, len);
	kvfree(buf);
}

/* ---- RESERVE and RELEASE ---- */

static u8 spc2_change(const struct target_cmd *cmd, bool reserve)
{
	struct target_itl *itl = cmd->itl;
	struct target_device *dev = itl->dev;
	struct target_itl *holder = dev->spc2_holder;

	lockdep_assert_held(&target_lock);
	if (dev->pr && dev->pr->count)
		return pr_spc2_compatible(dev->pr->type, pr_relation(dev->pr, itl->pr_id));
	if (holder && holder->nexus != itl->nexus)
		return reserve ? TARGET_STAT_RESERVATION_CONFLICT : TARGET_STAT_GOOD;
	/* After a reset, or of a session that has ended meanwhile, nobody would release it. */
	if (!percpu_ref_is_dying(&itl->ref) && !(atomic_read(&cmd->state) & TARGET_CMD_ABORTED))
		target_pr_set_spc2(dev, reserve ? itl : NULL);
	return TARGET_STAT_GOOD;
}

static u8 spc2_in_turn(struct target_cmd *cmd, bool reserve)
{
	struct target_device *dev = cmd->itl->dev;
	u8 status;

	if (!target_store_enter(dev, TARGET_TURN_PR))
		return TARGET_STAT_BUSY;
	mutex_lock(&dev->pr_lock);
	mutex_lock(&target_lock);
	status = spc2_change(cmd, reserve);
	mutex_unlock(&target_lock);
	mutex_unlock(&dev->pr_lock);
	target_store_leave(dev, TARGET_TURN_PR);
	return status;
}

static void spc2_run(struct target_cmd *cmd, bool reserve)
{
	target_cmd_complete_status(cmd, spc2_in_turn(cmd, reserve));
}

/* RESERVE(6) and (10) */
void exec_reserve(struct target_cmd *cmd)
{
	spc2_run(cmd, true);
}

/* RELEASE(6) and (10) */
void exec_release(struct target_cmd *cmd)
{
	spc2_run(cmd, false);
}
