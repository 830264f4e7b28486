// SPDX-License-Identifier: GPL-2.0-only
/*
 * Task attributes (SAM-5 clause 8): SIMPLE commands run at once, an ORDERED one
 * waits for all before it and holds up all after it, HEAD OF QUEUE passes.
 *
 * Without ORDERED commands the cost is one per-CPU reference. The first ORDERED
 * command puts up a barrier: it kills that reference, so that later commands
 * queue up on the delayed list in order of arrival; when the last running one
 * has ended, order_work runs the list: an ORDERED command alone, then the SIMPLE
 * ones up to the next barrier. A barrier costs an RCU grace period; hosts that
 * send ORDERED use it as a flush, seldom and with an idle queue.
 */
#include <linux/percpu-refcount.h>
#include "core.h"

static void task_set_zero(struct percpu_ref *ref)
{
	struct target_device *dev = container_of(ref, struct target_device, inflight);
	unsigned long flags;

	spin_lock_irqsave(&dev->order_lock, flags);
	dev->drained = true;
	spin_unlock_irqrestore(&dev->order_lock, flags);
	queue_work(dev->wq, &dev->order_work);
}

static void task_set_raise_barrier(struct target_device *dev)
{
	lockdep_assert_held(&dev->order_lock);
	dev->barrier = true;
	dev->drained = false;
	/* The zero callback comes after a grace period, never from inside this call. */
	percpu_ref_kill(&dev->inflight);
}

static void task_set_delay(struct target_device *dev, struct target_cmd *cmd)
{
	target_cmd_set_state(cmd, TARGET_CMD_DELAYED);
	list_add_tail(&cmd->entry, &dev->delayed);
	/* Adopted on its way here: it must not hold up the atomic command it waits for. */
	if (unlikely(atomic_read(&cmd->state) & TARGET_CMD_RANGE))
		target_medium_leave(cmd);
}

static bool task_set_enter_slow(struct target_device *dev, struct target_cmd *cmd)
{
	unsigned long flags;
	bool enter = false;

	spin_lock_irqsave(&dev->order_lock, flags);
	if (cmd->attr != TARGET_ATTR_ORDERED && !dev->barrier) {
		percpu_ref_get(&dev->inflight);
		cmd->flags |= TARGET_CMDF_INFLIGHT;
		enter = true;
	} else {
		task_set_delay(dev, cmd);
		if (!dev->barrier)
			task_set_raise_barrier(dev);
	}
	spin_unlock_irqrestore(&dev->order_lock, flags);
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
	struct target_device *dev = cmd->itl->dev;

	if (likely(cmd->attr == TARGET_ATTR_SIMPLE) &&
	    likely(percpu_ref_tryget_live(&dev->inflight))) {
		cmd->flags |= TARGET_CMDF_INFLIGHT;
		return true;
	}
	if (cmd->attr == TARGET_ATTR_HEAD_OF_QUEUE || (cmd->op->flags & SCSI_OP_IMPLICIT_HOQ))
		return true;
	return task_set_enter_slow(dev, cmd);
}

/**
 * target_task_set_leave() - a command that entered has ended
 * @dev: its device
 * @cmd_flags: its flags; the command itself may be the fabric's again
 */
void target_task_set_leave(struct target_device *dev, u16 cmd_flags)
{
	unsigned long flags;

	if (likely(cmd_flags & TARGET_CMDF_INFLIGHT)) {
		percpu_ref_put(&dev->inflight);
		return;
	}
	spin_lock_irqsave(&dev->order_lock, flags);
	dev->ordered = NULL;
	spin_unlock_irqrestore(&dev->order_lock, flags);
	queue_work(dev->wq, &dev->order_work);
}

/**
 * target_task_set_remove() - take an aborted command off the delayed list
 * @cmd: a command seen in state DELAYED
 *
 * Return: true if it was there: the caller ends it. false if its turn came first.
 */
bool target_task_set_remove(struct target_cmd *cmd)
{
	struct target_device *dev = cmd->itl->dev;
	struct target_cmd *pos;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&dev->order_lock, flags);
	list_for_each_entry(pos, &dev->delayed, entry) {
		if (pos == cmd) {
			list_del_init(&cmd->entry);
			found = true;
			break;
		}
	}
	spin_unlock_irqrestore(&dev->order_lock, flags);
	return found;
}

static struct target_cmd *task_set_next(struct target_device *dev)
{
	return list_first_entry_or_null(&dev->delayed, struct target_cmd, entry);
}

/* Move the SIMPLE commands before the next ORDERED one to @run; each counts as running. */
static void task_set_release_simple(struct target_device *dev, struct list_head *run)
{
	struct target_cmd *cmd;

	while ((cmd = task_set_next(dev)) && cmd->attr != TARGET_ATTR_ORDERED) {
		list_move_tail(&cmd->entry, run);
		cmd->flags |= TARGET_CMDF_INFLIGHT;
		percpu_ref_get(&dev->inflight);
	}
}

/* Collect what may run now: one ORDERED command, or SIMPLE ones up to the next barrier. */
static void task_set_advance(struct target_device *dev, struct list_head *run)
{
	struct target_cmd *cmd = task_set_next(dev);

	lockdep_assert_held(&dev->order_lock);
	if (!dev->barrier || !dev->drained || dev->ordered)
		return;
	if (cmd && cmd->attr == TARGET_ATTR_ORDERED) {
		dev->ordered = cmd;
		cmd->flags |= TARGET_CMDF_ORDERED;
		list_move_tail(&cmd->entry, run);
		return;
	}
	percpu_ref_resurrect(&dev->inflight);
	dev->barrier = false;
	task_set_release_simple(dev, run);
	if (task_set_next(dev))
		task_set_raise_barrier(dev);
}

static void task_set_work(struct work_struct *work)
{
	struct target_device *dev = container_of(work, struct target_device, order_work);
	struct target_cmd *cmd, *next;
	LIST_HEAD(run);

	spin_lock_irq(&dev->order_lock);
	task_set_advance(dev, &run);
	spin_unlock_irq(&dev->order_lock);

	list_for_each_entry_safe(cmd, next, &run, entry) {
		list_del_init(&cmd->entry);
		target_cmd_set_state(cmd, TARGET_CMD_ACTIVE);
		target_cmd_run(cmd);
	}
}

/**
 * target_task_set_init() - the task set of a new device
 * @dev: the device
 *
 * Return: 0 or -ENOMEM.
 */
int target_task_set_init(struct target_device *dev)
{
	spin_lock_init(&dev->order_lock);
	INIT_LIST_HEAD(&dev->delayed);
	INIT_WORK(&dev->order_work, task_set_work);
	return percpu_ref_init(&dev->inflight, task_set_zero, PERCPU_REF_ALLOW_REINIT, GFP_KERNEL);
}

/**
 * target_task_set_exit() - the device goes away; no command holds it
 * @dev: the device
 *
 * The last ORDERED command may have ended with order_work still queued.
 */
void target_task_set_exit(struct target_device *dev)
{
	cancel_work_sync(&dev->order_work);
	percpu_ref_exit(&dev->inflight);
}
