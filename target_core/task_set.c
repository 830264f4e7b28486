// SPDX-License-Identifier: GPL-2.0-only
/*
 * Task attributes (SAM-5 clause 8): SIMPLE commands run at once, an ORDERED one
 * waits for all before it and holds up all after it, HEAD OF QUEUE passes.
 *
 * Without ORDERED commands the cost is one per-CPU reference. The first ORDERED
 * command puts up a barrier: it kills that reference, so that later commands
 * queue up on the delayed list in order of arrival; when the last running one
 * has ended, a work item runs the list: an ORDERED command alone, then the SIMPLE
 * ones up to the next barrier. A barrier costs an RCU grace period; hosts that
 * send ORDERED use it as a flush, seldom and with an idle queue.
 *
 * All I_T nexuses of a device share one task set, or each has its own (TST of the
 * control mode page, SPC-4 7.5.8). A command stays in the one that it entered.
 */
#include <linux/percpu-refcount.h>
#include <linux/slab.h>
#include "core.h"

static struct target_task_set *task_set_of(const struct target_cmd *cmd)
{
	struct target_itl *itl = cmd->itl;

	return unlikely(cmd->flags & TARGET_CMDF_OWN_TASKS) ? itl->own_tasks : &itl->dev->tasks;
}

static void task_set_zero(struct percpu_ref *ref)
{
	struct target_task_set *set = container_of(ref, struct target_task_set, inflight);
	unsigned long flags;

	spin_lock_irqsave(&set->lock, flags);
	set->drained = true;
	spin_unlock_irqrestore(&set->lock, flags);
	queue_work(set->dev->wq, &set->work);
}

static void task_set_raise_barrier(struct target_task_set *set)
{
	lockdep_assert_held(&set->lock);
	set->barrier = true;
	set->drained = false;
	/* The zero callback comes after a grace period, never from inside this call. */
	percpu_ref_kill(&set->inflight);
}

static void task_set_delay(struct target_task_set *set, struct target_cmd *cmd)
{
	target_cmd_set_state(cmd, TARGET_CMD_DELAYED);
	list_add_tail(&cmd->entry, &set->delayed);
	/* Adopted on its way here: it must not hold up the atomic command it waits for. */
	if (unlikely(atomic_read(&cmd->state) & TARGET_CMD_RANGE))
		target_medium_leave(cmd);
}

static bool task_set_enter_slow(struct target_task_set *set, struct target_cmd *cmd)
{
	unsigned long flags;
	bool enter = false;

	spin_lock_irqsave(&set->lock, flags);
	if (cmd->attr != TARGET_ATTR_ORDERED && !set->barrier) {
		percpu_ref_get(&set->inflight);
		cmd->flags |= TARGET_CMDF_INFLIGHT;
		enter = true;
	} else {
		task_set_delay(set, cmd);
		if (!set->barrier)
			task_set_raise_barrier(set);
	}
	spin_unlock_irqrestore(&set->lock, flags);
	return enter;
}

/**
 * target_task_set_enter() - is it the command's turn?
 * @cmd: a command with a LUN, past its checks
 *
 * Any context. Return: true to run it now; false: it runs later, by itself.
 */
bool target_task_set_enter(struct target_cmd *cmd)
{
	struct target_task_set *set = READ_ONCE(cmd->itl->tasks);

	if (unlikely(set != &cmd->itl->dev->tasks))
		cmd->flags |= TARGET_CMDF_OWN_TASKS;
	if (likely(cmd->attr == TARGET_ATTR_SIMPLE) &&
	    likely(percpu_ref_tryget_live(&set->inflight))) {
		cmd->flags |= TARGET_CMDF_INFLIGHT;
		return true;
	}
	if (cmd->attr == TARGET_ATTR_HEAD_OF_QUEUE || (cmd->op->flags & SCSI_OP_IMPLICIT_HOQ))
		return true;
	return task_set_enter_slow(set, cmd);
}

/**
 * target_task_set_leave() - a command that entered has ended
 * @cmd: about to be returned to its fabric, or an orphan
 *
 * Any context.
 */
void target_task_set_leave(struct target_cmd *cmd)
{
	struct target_task_set *set = task_set_of(cmd);
	unsigned long flags;

	if (likely(cmd->flags & TARGET_CMDF_INFLIGHT)) {
		percpu_ref_put(&set->inflight);
		return;
	}
	spin_lock_irqsave(&set->lock, flags);
	set->ordered = NULL;
	spin_unlock_irqrestore(&set->lock, flags);
	queue_work(set->dev->wq, &set->work);
}

/**
 * target_task_set_orphan() - nobody waits any more for a command that may have entered
 * @cmd: aborted; the caller keeps its end from being processed meanwhile
 *
 * Any context, more than once. An ORDERED command that came after it, and all behind that, would
 * wait as long as the medium holds this one, so for ever if the medium is dead. The command is no
 * longer there for its initiator (SAM-5 5.6), which leaves nothing to be ordered.
 */
void target_task_set_orphan(struct target_cmd *cmd)
{
	/* The owner has the flags, and finds the mark in the state when the command ends. */
	if (!(READ_ONCE(cmd->flags) & (TARGET_CMDF_INFLIGHT | TARGET_CMDF_ORDERED)))
		return;
	if (!(atomic_fetch_or(TARGET_CMD_LEFT, &cmd->state) & TARGET_CMD_LEFT))
		target_task_set_leave(cmd);
}

/**
 * target_task_set_remove() - take an aborted command off the delayed list
 * @cmd: a command seen in state DELAYED
 *
 * Return: true if it was there: the caller ends it. false if its turn came first.
 */
bool target_task_set_remove(struct target_cmd *cmd)
{
	struct target_task_set *set = task_set_of(cmd);
	struct target_cmd *pos;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&set->lock, flags);
	list_for_each_entry(pos, &set->delayed, entry) {
		if (pos == cmd) {
			list_del_init(&cmd->entry);
			found = true;
			break;
		}
	}
	spin_unlock_irqrestore(&set->lock, flags);
	return found;
}

static struct target_cmd *task_set_next(struct target_task_set *set)
{
	return list_first_entry_or_null(&set->delayed, struct target_cmd, entry);
}

/* Move the SIMPLE commands before the next ORDERED one to @run; each counts as running. */
static void task_set_release_simple(struct target_task_set *set, struct list_head *run)
{
	struct target_cmd *cmd;

	while ((cmd = task_set_next(set)) && cmd->attr != TARGET_ATTR_ORDERED) {
		list_move_tail(&cmd->entry, run);
		cmd->flags |= TARGET_CMDF_INFLIGHT;
		percpu_ref_get(&set->inflight);
	}
}

/* Collect what may run now: one ORDERED command, or SIMPLE ones up to the next barrier. */
static void task_set_advance(struct target_task_set *set, struct list_head *run)
{
	struct target_cmd *cmd = task_set_next(set);

	lockdep_assert_held(&set->lock);
	if (!set->barrier || !set->drained || set->ordered)
		return;
	if (cmd && cmd->attr == TARGET_ATTR_ORDERED) {
		set->ordered = cmd;
		cmd->flags |= TARGET_CMDF_ORDERED;
		list_move_tail(&cmd->entry, run);
		return;
	}
	percpu_ref_resurrect(&set->inflight);
	set->barrier = false;
	task_set_release_simple(set, run);
	if (task_set_next(set))
		task_set_raise_barrier(set);
}

static void task_set_work(struct work_struct *work)
{
	struct target_task_set *set = container_of(work, struct target_task_set, work);
	struct target_cmd *cmd, *next;
	LIST_HEAD(run);

	spin_lock_irq(&set->lock);
	task_set_advance(set, &run);
	spin_unlock_irq(&set->lock);

	list_for_each_entry_safe(cmd, next, &run, entry) {
		list_del_init(&cmd->entry);
		target_cmd_set_state(cmd, TARGET_CMD_ACTIVE);
		target_cmd_run(cmd);
	}
}

/**
 * target_task_set_init() - a new task set
 * @set: zeroed
 * @dev: its device
 *
 * Return: 0 or -ENOMEM.
 */
int target_task_set_init(struct target_task_set *set, struct target_device *dev)
{
	set->dev = dev;
	spin_lock_init(&set->lock);
	INIT_LIST_HEAD(&set->delayed);
	INIT_WORK(&set->work, task_set_work);
	return percpu_ref_init(&set->inflight, task_set_zero, PERCPU_REF_ALLOW_REINIT, GFP_KERNEL);
}

/**
 * target_task_set_exit() - the end of a task set that no command is in
 * @set: the task set
 *
 * The last ORDERED command may have ended with work still queued, or an aborted one
 * with the reference still dying. Sleeps.
 */
void target_task_set_exit(struct target_task_set *set)
{
	rcu_barrier();
	cancel_work_sync(&set->work);
	percpu_ref_exit(&set->inflight);
}

/**
 * target_task_set_prepare() - memory for a task set of its own
 * @itl: I_T_L nexus that may get one; caller holds target_lock
 *
 * Return: 0 or -ENOMEM.
 */
int target_task_set_prepare(struct target_itl *itl)
{
	struct target_task_set *set;
	int err;

	lockdep_assert_held(&target_lock);
	if (itl->own_tasks)
		return 0;
	set = kzalloc(sizeof(*set), GFP_KERNEL);
	if (!set)
		return -ENOMEM;
	err = target_task_set_init(set, itl->dev);
	if (err)
		kfree(set);
	else
		itl->own_tasks = set;
	return err;
}

/**
 * target_task_set_choose() - the task set that new commands enter
 * @itl: prepared if TST is 001b; caller holds target_lock
 */
void target_task_set_choose(struct target_itl *itl)
{
	bool own = itl->dev->attrib.mode_tst && itl->own_tasks;

	lockdep_assert_held(&target_lock);
	/* Pairs with the address dependency of who reads the pointer. */
	smp_store_release(&itl->tasks, own ? itl->own_tasks : &itl->dev->tasks);
}

/**
 * target_task_set_drop() - the end of an I_T_L nexus' own task set
 * @itl: no command is left
 */
void target_task_set_drop(struct target_itl *itl)
{
	if (!itl->own_tasks)
		return;
	target_task_set_exit(itl->own_tasks);
	kfree(itl->own_tasks);
	itl->own_tasks = NULL;
}
