// SPDX-License-Identifier: GPL-2.0-only
/*
 * Task management (SAM-5 clause 7). An abort marks the command: its answer is
 * suppressed and its normal completion frees it. The request is answered when
 * the affected commands have ended or, after TARGET_ABORT_WAIT, as rejected;
 * what has not ended by then is an orphan of the device, counted there, and
 * nobody waits for it.
 */
#include <linux/workqueue.h>
#include "core.h"
#include "mode.h"
#include "trace.h"

/* Protects target_tmf.{pending,cmds}, target_cmd.{tmf,abort_entry}, orphans. */
static DEFINE_SPINLOCK(target_abort_lock);

static LIST_HEAD(orphans);	/* target_cmd.abort_entry */

#define QERR_ALL	1	/* target_dev_attrib.mode_qerr: QERR 01b */

static struct workqueue_struct *tmf_wq;

/**
 * struct tmf_scope - which commands a walk is after, and what happens to them
 * @tmf: request that waits for them, NULL to orphan them at once
 * @itl: only this I_T_L nexus, or NULL
 * @lun: only this LUN, or NULL
 * @gone_from: only this device, by ways that are no longer there; or NULL
 * @tag: only this tag, if @by_tag is set
 * @by_tag: match @tag, too
 * @own_only: only what the initiator itself has sent, not what the copy manager has
 * @fresh: only what has not been aborted so far: somebody may wait for that
 * @except: not this command, or NULL
 * @bits: abort bits
 * @found: commands that matched
 * @want: further condition of the fabric's, with @want_arg; or NULL
 * @want_arg: for @want
 * @ended: delayed commands taken off the task set, to be ended after the walk
 */
struct tmf_scope {
	struct target_tmf	*tmf;
	const struct target_itl	*itl;
	const struct target_lun	*lun;
	const struct target_device *gone_from;
	u64			tag;
	bool			by_tag;
	bool			own_only;
	bool			fresh;
	const struct target_cmd	*except;
	int			bits;
	unsigned int		found;
	bool			(*want)(const struct target_cmd *cmd, const void *arg);
	const void		*want_arg;
	struct list_head	ended;
};

static bool tmf_match(const struct tmf_scope *scope, const struct target_cmd *cmd)
{
	struct target_itl *itl = READ_ONCE(cmd->itl);

	if (cmd == scope->except || (scope->itl && itl != scope->itl))
		return false;
	if (scope->gone_from &&
	    (!itl || itl->dev != scope->gone_from || !percpu_ref_is_dying(&itl->ref)))
		return false;
	if (scope->own_only && (cmd->flags & TARGET_CMDF_CHILD))
		return false;
	if (scope->lun && (!itl || itl->lun != scope->lun))
		return false;
	if (scope->want &&
	    ((cmd->flags & TARGET_CMDF_CHILD) || !scope->want(cmd, scope->want_arg)))
		return false;
	return !scope->by_tag || cmd->tag == scope->tag;
}

/*
 * Initiators that come back again and again would leave orphans, and the memory of their sessions,
 * without end on a medium that does not answer: from some number on it is busy for all.
 */
static void tmf_orphan(struct target_cmd *cmd)
{
	lockdep_assert_held(&target_abort_lock);
	atomic_or(TARGET_CMD_ORPHAN, &cmd->state);
	list_add_tail(&cmd->abort_entry, &orphans);
	if (!cmd->itl)
		return;
	target_task_set_orphan(cmd);
	target_medium_keep(cmd);
	atomic_inc(&cmd->itl->dev->orphans_ever);
	if (atomic_inc_return(&cmd->itl->dev->orphans) == TARGET_ORPHANS_MAX)
		target_medium_gate(cmd->itl->dev, TARGET_GATE_CROWDED, true);
}

static void tmf_unorphan(struct target_cmd *cmd)
{
	lockdep_assert_held(&target_abort_lock);
	if (!(atomic_read(&cmd->state) & TARGET_CMD_ORPHAN))
		return;
	atomic_andnot(TARGET_CMD_ORPHAN, &cmd->state);
	list_del_init(&cmd->abort_entry);
	if (cmd->itl && atomic_dec_return(&cmd->itl->dev->orphans) == TARGET_ORPHANS_MAX - 1)
		target_medium_gate(cmd->itl->dev, TARGET_GATE_CROWDED, false);
}

static void tmf_unlink(struct target_cmd *cmd)
{
	struct target_tmf *tmf = cmd->tmf;

	lockdep_assert_held(&target_abort_lock);
	list_del_init(&cmd->abort_entry);
	cmd->tmf = NULL;
	if (!--tmf->pending)
		mod_delayed_work(tmf_wq, &tmf->end, 0);
}

static void tmf_link(struct target_cmd *cmd, struct target_tmf *tmf)
{
	if (tmf && cmd->tmf == tmf)
		return;		/* its unit is reached in two ways */
	if (cmd->tmf) {
		/* A wider request takes the command over: the narrower one can't vouch for it. */
		cmd->tmf->response = TARGET_TMF_REJECTED;
		tmf_unlink(cmd);
	}
	if (!tmf) {
		tmf_orphan(cmd);
		return;
	}
	tmf_unorphan(cmd);
	cmd->tmf = tmf;
	list_add_tail(&cmd->abort_entry, &tmf->cmds);
	tmf->pending++;
}

/**
 * target_abort_ended() - an aborted command has ended
 * @cmd: about to be returned to its fabric
 *
 * Any context. From here on task management does not touch it any more.
 */
void target_abort_ended(struct target_cmd *cmd)
{
	unsigned long flags;

	spin_lock_irqsave(&target_abort_lock, flags);
	tmf_unorphan(cmd);
	if (cmd->tmf)
		tmf_unlink(cmd);
	spin_unlock_irqrestore(&target_abort_lock, flags);
}

/*
 * Mark one command, if it is still the incarnation seen by the caller. The mark
 * and the link are one critical section: the ending command takes the lock too
 * and so finds either no mark or the link as well. What nobody waits for is an
 * orphan at once, also if a request was still waiting for it.
 */
static bool tmf_mark(const struct tmf_scope *scope, struct target_cmd *cmd, int seen)
{
	unsigned long flags;
	bool again = seen & TARGET_CMD_ABORTED;
	bool orphan = seen & TARGET_CMD_ORPHAN;
	bool marked;

	lockdep_assert_held(&target_lock);
	spin_lock_irqsave(&target_abort_lock, flags);
	marked = atomic_try_cmpxchg(&cmd->state, &seen,
				    again ? seen : seen | scope->bits);
	if (marked && (scope->tmf || !orphan))
		tmf_link(cmd, scope->tmf);
	spin_unlock_irqrestore(&target_abort_lock, flags);
	return marked;
}

/* Walks are serialised by target_lock, so nobody else sees the command between here and its end. */
static void tmf_ended_early(struct tmf_scope *scope, struct target_cmd *cmd)
{
	/* It may have been marked before it was delayed, and be on a list by that. */
	target_abort_ended(cmd);
	atomic_or(scope->bits, &cmd->state);
	list_add_tail(&cmd->abort_entry, &scope->ended);
}

static void tmf_abort_one(struct target_cmd *cmd, void *arg)
{
	struct tmf_scope *scope = arg;
	int seen;

	do {
		seen = atomic_read_acquire(&cmd->state);
		if (!(seen & TARGET_CMD_STATE_MASK) || !tmf_match(scope, cmd) ||
		    (scope->fresh && (seen & TARGET_CMD_ABORTED)))
			return;
		if ((seen & TARGET_CMD_STATE_MASK) == TARGET_CMD_DELAYED &&
		    target_task_set_remove(cmd)) {
			tmf_ended_early(scope, cmd);
			scope->found++;
			return;
		}
	} while (!tmf_mark(scope, cmd, seen));

	scope->found++;
	if (seen & TARGET_CMD_RANGE)
		target_medium_abort(cmd);
	if ((seen & TARGET_CMD_STATE_MASK) == TARGET_CMD_DATA && cmd->nexus->ops->cancel_data &&
	    !(cmd->flags & TARGET_CMDF_CHILD))
		cmd->nexus->ops->cancel_data(cmd);
}

static void tmf_find_one(struct target_cmd *cmd, void *arg)
{
	struct tmf_scope *scope = arg;
	int seen = atomic_read_acquire(&cmd->state);

	if ((seen & TARGET_CMD_STATE_MASK) && tmf_match(scope, cmd))
		scope->found++;
}

static void tmf_walk(struct target_nexus *nexus, struct tmf_scope *scope,
		     void (*fn)(struct target_cmd *cmd, void *arg))
{
	struct target_cmd *cmd, *next;

	INIT_LIST_HEAD(&scope->ended);
	target_nexus_for_each_cmd(nexus, fn, scope);
	list_for_each_entry_safe(cmd, next, &scope->ended, abort_entry) {
		list_del_init(&cmd->abort_entry);
		target_cmd_finish(cmd);
	}
}

/**
 * target_abort_nexus() - a session ends: its commands become orphans
 * @nexus: no new command can start on it
 *
 * Caller holds target_lock. Does not wait.
 */
void target_abort_nexus(struct target_nexus *nexus)
{
	struct tmf_scope scope = { .bits = TARGET_CMD_ABORTED };

	tmf_walk(nexus, &scope, tmf_abort_one);
}

/**
 * target_nexus_abort_cmds() - some commands of a nexus become orphans
 * @nexus: open
 * @want: called in atomic context for each command that may be meant
 * @arg: for @want
 *
 * For a fabric whose sessions have several connections, when one of them is lost. Commands that
 * wait for data-out are handed to ops->cancel_data(). May sleep, does not wait.
 */
void target_nexus_abort_cmds(struct target_nexus *nexus,
			     bool (*want)(const struct target_cmd *cmd, const void *arg),
			     const void *arg)
{
	struct tmf_scope scope = { .bits = TARGET_CMD_ABORTED, .want = want, .want_arg = arg };

	mutex_lock(&target_lock);
	tmf_walk(nexus, &scope, tmf_abort_one);
	mutex_unlock(&target_lock);
}
TARGET_EXPORT(target_nexus_abort_cmds);

/**
 * target_abort_lun() - a LUN is unlinked and its I/O has not ended in time
 * @lun: the LUN; its commands become orphans
 *
 * Caller holds target_lock. Does not wait.
 */
void target_abort_lun(struct target_lun *lun)
{
	struct target_nexus *nexus;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(nexus, &lun->tpg->nexuses, tpg_link) {
		struct tmf_scope scope = { .lun = lun, .bits = TARGET_CMD_ABORTED };

		tmf_walk(nexus, &scope, tmf_abort_one);
	}
}

/**
 * target_orphans_for_each() - every orphan there is
 * @fn: called with interrupts off; the command does not end meanwhile
 * @arg: for @fn
 *
 * The only way to those of a nexus that is closed.
 */
void target_orphans_for_each(void (*fn)(struct target_cmd *cmd, void *arg), void *arg)
{
	struct target_cmd *cmd;

	spin_lock_irq(&target_abort_lock);
	list_for_each_entry(cmd, &orphans, abort_entry)
		fn(cmd, arg);
	spin_unlock_irq(&target_abort_lock);
}

/* Returns how many commands it found. */
static unsigned int tmf_abort_itl(struct target_tmf *tmf, struct target_itl *itl, int bits)
{
	struct tmf_scope scope = { .tmf = tmf, .itl = itl, .bits = bits };

	tmf_walk(itl->nexus, &scope, tmf_abort_one);
	return scope.found;
}

static int tmf_tas(const struct target_device *dev)
{
	return READ_ONCE(dev->attrib.emulate_tas) ? TARGET_CMD_ABORT_TAS : 0;
}

/* One I_T nexus of a command that fails with QERR set: its commands are aborted unseen. */
static void faulted_abort_itl(const struct target_cmd *cmd, struct target_itl *itl, bool own)
{
	int tas = own ? 0 : tmf_tas(itl->dev);
	struct tmf_scope scope = {
		.itl = itl, .except = cmd, .fresh = true, .bits = TARGET_CMD_ABORTED | tas,
	};

	tmf_walk(itl->nexus, &scope, tmf_abort_one);
	if (scope.found && !own && !tas)
		target_ua_raise(itl, TARGET_UA_COMMANDS_CLEARED);
}

static void faulted_abort(const struct target_cmd *cmd)
{
	struct target_device *dev = cmd->itl->dev;
	bool only_own = READ_ONCE(dev->attrib.mode_qerr) != QERR_ALL ||
			READ_ONCE(dev->attrib.mode_tst);
	struct target_lun *lun;
	struct target_itl *itl;

	lockdep_assert_held(&target_lock);
	target_device_for_each_itl(dev, lun, itl) {
		bool own = itl->nexus == cmd->nexus;

		if (own || !only_own)
			faulted_abort_itl(cmd, itl, own);
	}
}

static void faulted_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, io.work);

	mutex_lock(&target_lock);
	/* Of two that fail at once the first one aborts the other. */
	if (!(atomic_read(&cmd->state) & TARGET_CMD_ABORTED))
		faulted_abort(cmd);
	mutex_unlock(&target_lock);
	target_cmd_finish(cmd);
}

/**
 * target_abort_faulted() - a command fails with CHECK CONDITION, and QERR is set
 * @cmd: has its sense data; it is finished from process context
 *
 * Aborts the commands of the task set (01b) or those of the same I_T nexus (11b)
 * first, SPC-4 7.5.8. Nobody waits for their ends. Any context.
 */
void target_abort_faulted(struct target_cmd *cmd)
{
	INIT_WORK(&cmd->io.work, faulted_work);
	queue_work(tmf_wq, &cmd->io.work);
}

/**
 * target_abort_gone() - abort what came to a device by LUNs that were unlinked since
 * @tmf: begun
 * @dev: the device
 *
 * An I_T_L nexus ends before its commands do, and nobody finds them by the device any more. Caller
 * holds target_lock.
 */
void target_abort_gone(struct target_tmf *tmf, const struct target_device *dev)
{
	struct target_nexus *nexus;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(nexus, &target_nexuses, all_link) {
		struct tmf_scope scope = {
			.tmf = tmf, .gone_from = dev,
			.bits = TARGET_CMD_ABORTED | (nexus == tmf->nexus ? 0 : tmf_tas(dev)),
		};

		tmf_walk(nexus, &scope, tmf_abort_one);
	}
}

/* Results of copy operations do not outlive a reset of the unit that has them (SPC-4 6.24). */
static void tmf_forget_copies(struct target_device *dev)
{
	struct target_lun *lun;
	struct target_itl *itl;

	target_device_for_each_itl(dev, lun, itl)
		xcopy_forget(itl->nexus, dev);
}

/* Commands of other nexuses are answered TASK ABORTED if TAS says so (SAM-5 5.3.1). */
static void tmf_abort_device(struct target_tmf *tmf, struct target_device *dev, enum target_ua ua)
{
	struct target_lun *lun;
	struct target_itl *itl;
	int tas = tmf_tas(dev);

	lockdep_assert_held(&target_lock);
	target_device_for_each_itl(dev, lun, itl) {
		bool own = itl->nexus == tmf->nexus;
		bool found = tmf_abort_itl(tmf, itl, TARGET_CMD_ABORTED | (own ? 0 : tas));

		if (ua == TARGET_UA_LUN_RESET || (!own && !tas && found))
			target_ua_raise(itl, ua);
	}
	target_abort_gone(tmf, dev);
	if (ua == TARGET_UA_LUN_RESET) {
		target_pr_reset(dev);
		target_background_reset(dev);
		target_primary_reset(dev);
		target_mode_reset(dev);
		tmf_forget_copies(dev);
		atomic_inc(&dev->resets);
	}
	if (atomic_read(&dev->orphans))
		tmf->response = TARGET_TMF_REJECTED;
}

/* All units that the initiator may reach: others' are not its business (RFC 7143 11.5.1). */
static void tmf_reset_target(struct target_tmf *tmf)
{
	struct target_itl *itl;
	unsigned long number;

	xa_for_each(&tmf->nexus->itls, number, itl)
		tmf_abort_device(tmf, itl->dev, TARGET_UA_LUN_RESET);
}

static void tmf_reset_nexus(struct target_tmf *tmf)
{
	struct tmf_scope scope = { .tmf = tmf, .bits = TARGET_CMD_ABORTED };
	struct target_itl *itl;
	unsigned long number;

	tmf_walk(tmf->nexus, &scope, tmf_abort_one);
	xcopy_forget(tmf->nexus, NULL);
	xa_for_each(&tmf->nexus->itls, number, itl) {
		target_pr_unbind(itl);
		itl->prevents = false;
		target_ua_raise(itl, TARGET_UA_NEXUS_LOSS);
	}
}

static void tmf_abort_task(struct target_tmf *tmf, struct target_itl *itl)
{
	struct tmf_scope scope = {
		.tmf = tmf, .itl = itl, .tag = tmf->tag, .by_tag = true, .own_only = true,
		.bits = TARGET_CMD_ABORTED,
	};

	tmf_walk(tmf->nexus, &scope, tmf_abort_one);
	if (!scope.found)
		tmf->response = TARGET_TMF_NO_TASK;
	atomic_inc(scope.found ? &itl->dev->aborts_complete : &itl->dev->aborts_no_task);
}

static void tmf_abort_task_set(struct target_tmf *tmf, struct target_itl *itl)
{
	struct tmf_scope scope = {
		.tmf = tmf, .itl = itl, .own_only = true, .bits = TARGET_CMD_ABORTED,
	};

	tmf_walk(tmf->nexus, &scope, tmf_abort_one);
}

static void tmf_query(struct target_tmf *tmf, struct target_itl *itl, bool by_tag)
{
	struct tmf_scope scope = {
		.itl = itl, .tag = tmf->tag, .by_tag = by_tag, .own_only = true,
	};

	tmf_walk(tmf->nexus, &scope, tmf_find_one);
	if (scope.found)
		tmf->response = TARGET_TMF_SUCCEEDED;
}

/* ADDITIONAL RESPONSE INFORMATION: sense key, ASC, ASCQ of the pending event (SAM-5 7.10) */
static void tmf_query_event(struct target_tmf *tmf, struct target_itl *itl)
{
	struct target_sense sense = {};

	if (!target_ua_peek(itl, &sense))
		return;
	tmf->response = TARGET_TMF_SUCCEEDED;
	tmf->additional[0] = sense.key;
	tmf->additional[1] = sense.asc;
	tmf->additional[2] = sense.ascq;
}

static void tmf_run_lun(struct target_tmf *tmf, struct target_itl *itl)
{
	switch (tmf->fn) {
	case TARGET_TMF_ABORT_TASK:
		tmf_abort_task(tmf, itl);
		break;
	case TARGET_TMF_ABORT_TASK_SET:
		tmf_abort_task_set(tmf, itl);
		break;
	case TARGET_TMF_CLEAR_TASK_SET:
		if (READ_ONCE(itl->dev->attrib.mode_tst))
			tmf_abort_itl(tmf, itl, TARGET_CMD_ABORTED);
		else
			tmf_abort_device(tmf, itl->dev, TARGET_UA_COMMANDS_CLEARED);
		break;
	case TARGET_TMF_LUN_RESET:
		tmf_abort_device(tmf, itl->dev, TARGET_UA_LUN_RESET);
		break;
	case TARGET_TMF_QUERY_TASK:
		tmf_query(tmf, itl, true);
		break;
	case TARGET_TMF_QUERY_TASK_SET:
		tmf_query(tmf, itl, false);
		break;
	case TARGET_TMF_QUERY_ASYNC_EVENT:
		tmf_query_event(tmf, itl);
		break;
	default:	/* CLEAR ACA: NormACA is 0 */
		tmf->response = TARGET_TMF_NOT_SUPPORTED;
	}
}

static void tmf_run(struct target_tmf *tmf)
{
	struct target_itl *itl;

	mutex_lock(&target_lock);
	switch (tmf->fn) {
	case TARGET_TMF_TARGET_WARM_RESET:
	case TARGET_TMF_TARGET_COLD_RESET:
		tmf_reset_target(tmf);
		break;
	case TARGET_TMF_I_T_NEXUS_RESET:
		tmf_reset_nexus(tmf);
		break;
	default:
		itl = xa_load(&tmf->nexus->itls, tmf->lun);
		if (itl)
			tmf_run_lun(tmf, itl);
		else
			tmf->response = TARGET_TMF_NO_LUN;
	}
	mutex_unlock(&target_lock);
}

/* Answer. Whatever has not ended is let go of first, so that nothing refers to @tmf any more. */
static void tmf_end_work(struct work_struct *work)
{
	struct target_tmf *tmf = container_of(work, struct target_tmf, end.work);
	struct target_nexus *nexus = tmf->nexus;
	struct target_cmd *cmd, *next;

	spin_lock_irq(&target_abort_lock);
	list_for_each_entry_safe(cmd, next, &tmf->cmds, abort_entry) {
		tmf->response = TARGET_TMF_REJECTED;
		list_del_init(&cmd->abort_entry);
		cmd->tmf = NULL;
		tmf_orphan(cmd);
	}
	spin_unlock_irq(&target_abort_lock);
	/* A command that ended between the timer and the lock has queued this work again. */
	cancel_delayed_work(&tmf->end);

	trace_target_tmf(tmf, true);
	if (tmf->ended)
		tmf->ended(tmf);
	else
		nexus->ops->tmf_done(tmf);
	percpu_ref_put(&nexus->ref);
}

static void tmf_init(struct target_tmf *tmf)
{
	tmf->response = TARGET_TMF_COMPLETE;
	memset(tmf->additional, 0, sizeof(tmf->additional));
	tmf->pending = 1;
	INIT_LIST_HEAD(&tmf->cmds);
	INIT_DELAYED_WORK(&tmf->end, tmf_end_work);
}

/**
 * target_abort_begin() - start an abort that a command asks for
 * @tmf: memory of the caller's, zeroed
 * @nexus: of the command, which the caller keeps open meanwhile
 * @ended: called from process context when what target_abort_itl() found has
 *	ended, or with TARGET_TMF_REJECTED in tmf->response after TARGET_ABORT_WAIT
 */
void target_abort_begin(struct target_tmf *tmf, struct target_nexus *nexus,
			void (*ended)(struct target_tmf *tmf))
{
	tmf_init(tmf);
	tmf->nexus = nexus;
	tmf->fn = TARGET_TMF_ABORT_TASK_SET;
	tmf->ended = ended;
	percpu_ref_get(&nexus->ref);
}

/**
 * target_abort_itl() - abort every command of an I_T_L nexus
 * @tmf: begun
 * @itl: of another nexus; its initiator is answered TASK ABORTED if TAS says so
 *
 * Caller holds target_lock.
 */
void target_abort_itl(struct target_tmf *tmf, struct target_itl *itl)
{
	tmf_abort_itl(tmf, itl, TARGET_CMD_ABORTED | tmf_tas(itl->dev));
}

/**
 * target_abort_commit() - nothing is added any more: wait, in the background
 * @tmf: begun; the caller's again in its ended function
 */
void target_abort_commit(struct target_tmf *tmf)
{
	spin_lock_irq(&target_abort_lock);
	tmf->pending--;
	queue_delayed_work(tmf_wq, &tmf->end, tmf->pending ? TARGET_ABORT_WAIT : 0);
	spin_unlock_irq(&target_abort_lock);
}

static void tmf_start_work(struct work_struct *work)
{
	struct target_tmf *tmf = container_of(work, struct target_tmf, work);

	trace_target_tmf(tmf, false);
	tmf_run(tmf);
	target_abort_commit(tmf);
}

/**
 * target_tmf_submit() - start a task management request
 * @tmf: with nexus, lun, tag and fn set; the fabric's again in ops->tmf_done()
 *
 * Any context; does not sleep. ops->tmf_done() follows from process context
 * within TARGET_ABORT_WAIT plus scheduling time, whatever the medium does. On a
 * nexus that is closing it is called at once, with TARGET_TMF_REJECTED.
 */
void target_tmf_submit(struct target_tmf *tmf)
{
	tmf_init(tmf);
	tmf->ended = NULL;
	INIT_WORK(&tmf->work, tmf_start_work);
	if (!percpu_ref_tryget_live(&tmf->nexus->ref)) {
		tmf->response = TARGET_TMF_REJECTED;
		tmf->nexus->ops->tmf_done(tmf);
		return;
	}
	queue_work(tmf_wq, &tmf->work);
}
TARGET_EXPORT(target_tmf_submit);

/**
 * target_tmf_start() - module start
 *
 * Return: 0 or -ENOMEM.
 */
int target_tmf_start(void)
{
	tmf_wq = alloc_workqueue("target_tmf", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return tmf_wq ? 0 : -ENOMEM;
}

/** target_tmf_stop() - module end */
void target_tmf_stop(void)
{
	destroy_workqueue(tmf_wq);
}
