// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reservations of a device (SPC-4 5.13) between the pure state of pr_state.c and
 * the sessions: what each I_T_L nexus is denied, who is told, what is kept on disk.
 *
 * A change works on a copy of the state, under pr_lock. The copy goes to disk
 * first if it is to be kept; then it takes the state's place, under target_lock as
 * well, and each I_T_L nexus gets its mask of denied commands. That mask is all
 * the I/O path looks at. A failure on the way leaves everything as it was.
 *
 * Registrations are names, so they outlive sessions. A session finds its own when
 * it reaches the logical unit; target_itl.pr_id refers to it from then on.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "pr.h"

/** target_pr_init() - a new device is not reserved */
void target_pr_init(struct target_device *dev)
{
	mutex_init(&dev->pr_lock);
}

/** target_pr_exit() - the device goes away; no session is left */
void target_pr_exit(struct target_device *dev)
{
	kvfree(dev->pr);
	mutex_destroy(&dev->pr_lock);
}

/**
 * target_pr_proto() - protocol identifier of a target port
 * @tpg: the port
 */
u8 target_pr_proto(const struct target_tpg *tpg)
{
	return tpg->ops->get_proto_id ? tpg->ops->get_proto_id(tpg->wwn) : tpg->ops->proto_id;
}

/**
 * target_pr_name_port() - the target port's part of a nexus' name
 * @lun: a LUN of the device
 * @nexus: target, tpg_tag, rtpi, proto, fabric and target_lun are filled in
 */
void target_pr_name_port(const struct target_lun *lun, struct pr_nexus *nexus)
{
	const struct target_tpg *tpg = lun->tpg;

	strscpy(nexus->target, tpg->wwn->name, sizeof(nexus->target));
	strscpy(nexus->fabric, tpg->ops->name, sizeof(nexus->fabric));
	nexus->tpg_tag = tpg->tag;
	nexus->rtpi = tpg->rtpi;
	nexus->proto = target_pr_proto(tpg);
	nexus->target_lun = lun->number;
}

/**
 * target_pr_name() - the name of an I_T nexus
 * @itl: it, and the logical unit
 * @nexus: filled in
 *
 * Without enforce_pr_isids the sessions of an iSCSI initiator are all the same.
 */
void target_pr_name(const struct target_itl *itl, struct pr_nexus *nexus)
{
	const struct target_nexus *session = itl->nexus;

	memset(nexus, 0, sizeof(*nexus));
	strscpy(nexus->initiator, session->initiator, sizeof(nexus->initiator));
	if (session->has_isid && READ_ONCE(itl->dev->attrib.enforce_pr_isids)) {
		memcpy(nexus->isid, session->isid, sizeof(nexus->isid));
		nexus->has_isid = true;
	}
	nexus->mapped_lun = itl->number;
	target_pr_name_port(itl->lun, nexus);
}

/* ---- what an I_T_L nexus is denied ---- */

static void itl_deny(struct target_itl *itl)
{
	const struct target_device *dev = itl->dev;
	u8 denied;

	lockdep_assert_held(&target_lock);
	if (dev->spc2_holder)
		denied = pr_denied(PR_SPC2, dev->spc2_holder->nexus == itl->nexus ? PR_HOLDER :
										    PR_OTHER);
	else
		denied = dev->pr ? pr_denied(dev->pr->type, pr_relation(dev->pr, itl->pr_id)) : 0;
	WRITE_ONCE(itl->pr_denied, denied);
}

static void device_deny(struct target_device *dev)
{
	struct target_lun *lun;
	struct target_itl *itl;

	lockdep_assert_held(&target_lock);
	target_device_for_each_itl(dev, lun, itl)
		itl_deny(itl);
}

/**
 * target_pr_denies() - whether a reservation keeps a command out
 * @cmd: its I_T_L nexus is denied something
 *
 * Any context. With emulate_pr turned off meanwhile there is no reservation.
 */
bool target_pr_denies(const struct target_cmd *cmd)
{
	const struct target_itl *itl = cmd->itl;

	return (READ_ONCE(itl->pr_denied) & pr_class(cmd->op, cmd->cdb)) &&
	       READ_ONCE(itl->dev->attrib.emulate_pr);
}

/**
 * target_pr_lost_refuses() - whether a lost reservation keeps a command out
 * @cmd: the device has TARGET_GATE_PR_LOST
 * @sense: filled in if so
 *
 * Any context. SPC-4 5.13.5.3.2. Without emulate_pr there is nothing to lose.
 */
bool target_pr_lost_refuses(const struct target_cmd *cmd, struct target_sense *sense)
{
	if (pr_runs_while_lost(cmd->cdb) || !READ_ONCE(cmd->itl->dev->attrib.emulate_pr))
		return false;
	scsi_sense_set(sense, SENSE_DATA_PROTECT, ASC_PR_INFORMATION_LOST);
	return true;
}

/**
 * target_pr_set_spc2() - reserve or release by RESERVE(6), RELEASE(6) and their like
 * @dev: the device; caller holds target_lock
 * @holder: NULL for nobody
 */
void target_pr_set_spc2(struct target_device *dev, struct target_itl *holder)
{
	lockdep_assert_held(&target_lock);
	if (dev->spc2_holder == holder)
		return;
	dev->spc2_holder = holder;
	device_deny(dev);
}

/**
 * target_pr_reset() - a logical unit reset ends a reservation of SPC-2
 * @dev: the device; caller holds target_lock
 *
 * A persistent one stays (SPC-4 5.13.1).
 */
void target_pr_reset(struct target_device *dev)
{
	target_pr_set_spc2(dev, NULL);
}

/* The port of a restored registration becomes known when somebody comes through it. */
static void reg_refresh(struct pr_reg *reg, const struct pr_nexus *nexus)
{
	WRITE_ONCE(reg->nexus.rtpi, nexus->rtpi);
	reg->nexus.proto = nexus->proto;
	reg->nexus.mapped_lun = nexus->mapped_lun;
	reg->nexus.target_lun = nexus->target_lun;
	strscpy(reg->nexus.fabric, nexus->fabric, sizeof(reg->nexus.fabric));
}

/* Among the registrations with higher numbers than @since. */
static void itl_find(struct target_itl *itl, u64 since)
{
	struct target_device *dev = itl->dev;
	struct pr_nexus nexus;
	struct pr_reg *reg;

	itl->pr_id = 0;
	if (!dev->pr || !dev->pr->count)
		return;
	target_pr_name(itl, &nexus);
	reg = pr_find_since(dev->pr, &nexus, since);
	if (!reg)
		return;
	itl->pr_id = reg->id;
	reg_refresh(reg, &nexus);
}

/**
 * target_pr_bind() - a session reaches the logical unit
 * @itl: not published yet; caller holds target_lock
 */
void target_pr_bind(struct target_itl *itl)
{
	lockdep_assert_held(&target_lock);
	itl_find(itl, 0);
	itl_deny(itl);
}

/**
 * target_pr_unbind() - a session no longer reaches it, or was reset
 * @itl: the I_T_L nexus; caller holds target_lock
 *
 * Ends its reservation of SPC-2; a registration stays.
 */
void target_pr_unbind(struct target_itl *itl)
{
	lockdep_assert_held(&target_lock);
	if (itl->dev->spc2_holder == itl)
		target_pr_set_spc2(itl->dev, NULL);
}

/* ---- a change ---- */

/**
 * target_pr_copy() - the state to work on
 * @dev: caller holds pr_lock
 * @more: registrations it may get
 *
 * Return: for kvfree() or target_pr_publish(); NULL without memory.
 */
struct pr_state *target_pr_copy(struct target_device *dev, u32 more)
{
	u32 room = (dev->pr ? dev->pr->count : 0) + more;
	struct pr_state *copy;

	lockdep_assert_held(&dev->pr_lock);
	copy = kvmalloc(pr_state_size(room), GFP_KERNEL);
	if (!copy)
		return NULL;
	/* A session that begins meanwhile writes to the state: see itl_find(). */
	mutex_lock(&target_lock);
	pr_state_copy(copy, room, dev->pr);
	mutex_unlock(&target_lock);
	return copy;
}

static void itl_tell(struct target_itl *itl, u8 ua)
{
	if (ua & PR_UA_RESERVATIONS_PREEMPTED)
		target_ua_raise(itl, TARGET_UA_RESERVATIONS_PREEMPTED);
	if (ua & PR_UA_RESERVATIONS_RELEASED)
		target_ua_raise(itl, TARGET_UA_RESERVATIONS_RELEASED);
	if (ua & PR_UA_REGISTRATIONS_PREEMPTED)
		target_ua_raise(itl, TARGET_UA_REGISTRATIONS_PREEMPTED);
}

/* One I_T_L nexus learns what has become of its registration, or that it has one now. */
static void itl_follow(struct target_itl *itl, const struct target_nexus *from, u64 old_last_id)
{
	struct pr_state *s = itl->dev->pr;
	struct pr_reg *reg = itl->pr_id ? pr_find_id(s, itl->pr_id) : NULL;

	if (reg && itl->nexus != from) {
		itl_tell(itl, reg->ua);
		itl->pr_aborting = reg->gone;
	}
	if (!reg || reg->gone)
		itl->pr_id = 0;
	if (!itl->pr_id)
		itl_find(itl, old_last_id);
	else if (reg->nexus.rtpi != itl->lun->tpg->rtpi)
		itl_find(itl, 0);
	itl_deny(itl);
}

static void device_abort(struct target_device *dev, struct target_tmf *abort)
{
	struct target_lun *lun;
	struct target_itl *itl;

	/* Pairs with the exchange of the state word in target_cmd_execute(), before it looks. */
	smp_mb();
	target_device_for_each_itl(dev, lun, itl) {
		if (itl->pr_aborting && abort) {
			target_abort_itl(abort, itl);
			itl->prevents = false;	/* SBC-3 5.11 */
		}
		itl->pr_aborting = false;
	}
	if (!abort)
		return;
	/* What came by a LUN, or in a session, that is gone: whose it is, nobody knows any more. */
	target_abort_gone(abort, dev);
	if (atomic_read(&dev->orphans))
		abort->response = TARGET_TMF_REJECTED;
}

/**
 * target_pr_publish() - a changed copy becomes the state
 * @dev: caller holds pr_lock
 * @new: of target_pr_copy(), which it takes over
 * @from: nexus that knows without being told, or NULL
 * @abort: begun, to abort the commands of those who lost their registration, or NULL
 */
void target_pr_publish(struct target_device *dev, struct pr_state *new,
		       const struct target_nexus *from, struct target_tmf *abort)
{
	struct pr_state *old = dev->pr;
	u64 last_id = old ? old->last_id : 0;
	struct target_lun *lun;
	struct target_itl *itl;

	lockdep_assert_held(&dev->pr_lock);
	mutex_lock(&target_lock);
	dev->pr = new;
	target_device_for_each_itl(dev, lun, itl)
		itl_follow(itl, from, last_id);
	device_abort(dev, abort);
	pr_settle(new);
	mutex_unlock(&target_lock);
	kvfree(old);
}
