// SPDX-License-Identifier: GPL-2.0-only
/*
 * nonop_delay_msecs: commands that read or write through a non-optimized port wait
 * before they run, so that initiators notice which port is the better one. Fault
 * injection delays commands the same way.
 *
 * They wait in their turn of the task set, on a list of the device by the time they
 * are due. An aborted one ends when it is due; a port's delay is no longer than 10 s.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include "core.h"

static struct workqueue_struct *wq_of(struct target_alua_delay *delay)
{
	return container_of(delay, struct target_device, alua_delay)->wq;
}

static void run_work(struct work_struct *work)
{
	target_cmd_run(container_of(work, struct target_cmd, io.work));
}

/* A tick more than asked for: the one that runs has begun, and may be counted late. */
static void arm(struct target_alua_delay *delay, u64 due)
{
	s64 left = due - ktime_get_ns();

	mod_delayed_work(wq_of(delay), &delay->work, left > 0 ? nsecs_to_jiffies(left) + 1 : 0);
}

/* A handler may sleep: each command gets a work item of its own. */
static void delay_work(struct work_struct *work)
{
	struct target_alua_delay *delay = container_of(to_delayed_work(work),
						       struct target_alua_delay, work);
	struct target_cmd *cmd, *next;
	u64 now = ktime_get_ns();

	spin_lock_irq(&delay->lock);
	list_for_each_entry_safe(cmd, next, &delay->cmds, entry) {
		if (now < cmd->due) {
			arm(delay, cmd->due);
			break;
		}
		list_del_init(&cmd->entry);
		INIT_WORK(&cmd->io.work, run_work);
		queue_work(wq_of(delay), &cmd->io.work);
	}
	spin_unlock_irq(&delay->lock);
}

/** target_alua_delay_init() - a new device delays nothing */
void target_alua_delay_init(struct target_device *dev)
{
	spin_lock_init(&dev->alua_delay.lock);
	INIT_LIST_HEAD(&dev->alua_delay.cmds);
	INIT_DELAYED_WORK(&dev->alua_delay.work, delay_work);
}

/** target_alua_delay_exit() - the device goes away; no command is left */
void target_alua_delay_exit(struct target_device *dev)
{
	cancel_delayed_work_sync(&dev->alua_delay.work);
}

static u32 cmd_delay(const struct target_cmd *cmd)
{
	const struct target_port_group *pg;
	u32 msecs;

	rcu_read_lock();
	pg = rcu_dereference(cmd->itl->lun->port_group);
	msecs = pg ? READ_ONCE(pg->nonop_delay_msecs) : 0;
	rcu_read_unlock();
	return msecs;
}

/* Groups have delays of their own: the new one goes behind those that are due before it. */
static void enqueue(struct target_alua_delay *delay, struct target_cmd *cmd)
{
	struct target_cmd *earlier;

	list_for_each_entry_reverse(earlier, &delay->cmds, entry)
		if (cmd->due >= earlier->due)
			break;
	list_add(&cmd->entry, &earlier->entry);
	if (list_is_first(&cmd->entry, &delay->cmds))
		arm(delay, cmd->due);
}

/**
 * target_cmd_delay() - run a command some time later
 * @cmd: at its turn in the task set
 * @msecs: when, and not earlier; 0 means soon
 *
 * Any context. target_cmd_run() is called for it on the device's workqueue.
 */
void target_cmd_delay(struct target_cmd *cmd, u32 msecs)
{
	struct target_alua_delay *delay = &cmd->itl->dev->alua_delay;
	unsigned long flags;

	cmd->due = ktime_get_ns() + (u64)msecs * NSEC_PER_MSEC;
	spin_lock_irqsave(&delay->lock, flags);
	enqueue(delay, cmd);
	spin_unlock_irqrestore(&delay->lock, flags);
}

/**
 * target_cmd_delay_flush() - run what is delayed now
 * @dev: a configured device
 */
void target_cmd_delay_flush(struct target_device *dev)
{
	struct target_alua_delay *delay = &dev->alua_delay;
	u64 now = ktime_get_ns();
	struct target_cmd *cmd;

	spin_lock_irq(&delay->lock);
	list_for_each_entry(cmd, &delay->cmds, entry)
		cmd->due = now;
	if (!list_empty(&delay->cmds))
		mod_delayed_work(dev->wq, &delay->work, 0);
	spin_unlock_irq(&delay->lock);
}

/**
 * target_alua_delay() - run a command when its delay is over
 * @cmd: marked TARGET_CMDF_LAG
 *
 * Any context. Calls target_cmd_run() again, at once if there is no delay.
 */
void target_alua_delay(struct target_cmd *cmd)
{
	u32 msecs = cmd_delay(cmd);

	cmd->flags &= ~TARGET_CMDF_LAG;
	if (msecs)
		target_cmd_delay(cmd, msecs);
	else
		target_cmd_run(cmd);
}
