// SPDX-License-Identifier: GPL-2.0-only
/*
 * Background operations. A device that is busy with one has TARGET_GATE_BUSY in its gate, so
 * that the I/O path asks only then whether a command may run meanwhile.
 *
 * The end of life: the work holds the device. It ends with its last piece of I/O, or with the
 * next one once it has been cancelled, which removing the device's directory does. Nobody
 * waits for it: if the medium does not answer, the device is closed when it does.
 */
#include <linux/errno.h>
#include <linux/sched.h>
#include "background.h"
#include "core.h"

#define STOP_WAIT	(5 * HZ)	/* for one piece of I/O of a cancelled operation */

static void background_answer(struct target_cmd *cmd, const struct target_background_op *op,
			      int err)
{
	if (!err)
		target_cmd_complete(cmd, 0);
	else if (op->failed)
		target_cmd_fail(cmd, SENSE_MEDIUM_ERROR, op->failed);
	else
		target_cmd_complete_error(cmd, err);
}

static void background_work(struct work_struct *work)
{
	struct target_background *bg = container_of(work, struct target_background, work);
	struct target_device *dev = container_of(bg, struct target_device, background);
	const struct target_background_op *op = bg->op;
	struct target_cmd *cmd;
	void *arg = bg->arg;
	int err;

	err = op->run(dev, arg);
	if (READ_ONCE(bg->cancel))
		err = -ECANCELED;
	op->end(dev, arg, err);
	cmd = bg->cmd;
	/* From here on another operation may start. */
	spin_lock_irq(&bg->lock);
	bg->op = NULL;
	target_medium_gate(dev, TARGET_GATE_BUSY, false);
	spin_unlock_irq(&bg->lock);
	wake_up_all(&bg->idle);
	if (cmd)
		background_answer(cmd, op, err);
	target_device_put(dev);
}

/**
 * target_background_init() - a new device
 * @dev: the device
 */
void target_background_init(struct target_device *dev)
{
	spin_lock_init(&dev->background.lock);
	init_waitqueue_head(&dev->background.idle);
	INIT_WORK(&dev->background.work, background_work);
}

/**
 * target_background_start() - start a background operation
 * @dev: the device, which the caller keeps
 * @op: what to do
 * @arg: for its functions; @op->end frees it
 * @cmd: the command that is answered when it has ended, or NULL if it has had, or will have
 *	its answer from the caller. With one that is alone on its blocks (SCSI_OP_ATOMIC) the
 *	others that wait for them are answered now.
 *
 * Process context. Return: 0, or -EBUSY while another one runs, and once the device is
 * being removed (@arg and @cmd are still the caller's).
 */
int target_background_start(struct target_device *dev, const struct target_background_op *op,
			    void *arg, struct target_cmd *cmd)
{
	struct target_background *bg = &dev->background;

	spin_lock_irq(&bg->lock);
	if (bg->op || bg->removed) {
		spin_unlock_irq(&bg->lock);
		return -EBUSY;
	}
	bg->op = op;
	bg->arg = arg;
	bg->cmd = cmd;
	bg->progress = 0;
	WRITE_ONCE(bg->cancel, false);
	target_medium_gate(dev, TARGET_GATE_BUSY, true);
	spin_unlock_irq(&bg->lock);
	if (cmd && (atomic_read(&cmd->state) & TARGET_CMD_RANGE))
		target_medium_leave(cmd);
	kref_get(&dev->ref);
	queue_work(dev->wq, &bg->work);
	return 0;
}

/* The command that waits has been aborted; it is not worth the wait for the end. */
static void background_aborted(struct target_background *bg)
{
	struct target_cmd *cmd = bg->cmd;

	if (bg->op->abort_ends) {
		WRITE_ONCE(bg->cancel, true);
		return;
	}
	bg->cmd = NULL;
	target_cmd_complete(cmd, 0);
}

/**
 * target_background_continue() - between two pieces of a background operation
 * @dev: the device
 * @done: how much has been done
 * @total: of how much
 *
 * For target_background_op.run. Return: false if the operation is to stop.
 */
bool target_background_continue(struct target_device *dev, u64 done, u64 total)
{
	struct target_background *bg = &dev->background;

	WRITE_ONCE(bg->progress, scsi_progress(done, total));
	if (bg->cmd && (atomic_read(&bg->cmd->state) & TARGET_CMD_ABORTED))
		background_aborted(bg);
	cond_resched();
	return !READ_ONCE(bg->cancel);
}

/**
 * target_background_cancel() - have a background operation stop at its next piece
 * @dev: the device
 * @op: only if it is this one
 *
 * Process context; does not wait. Return: whether it runs.
 */
bool target_background_cancel(struct target_device *dev, const struct target_background_op *op)
{
	struct target_background *bg = &dev->background;
	bool found;

	spin_lock_irq(&bg->lock);
	found = bg->op == op;
	if (found)
		WRITE_ONCE(bg->cancel, true);
	spin_unlock_irq(&bg->lock);
	return found;
}

/**
 * target_background_wait() - for the end of a background operation that was cancelled
 * @dev: the device
 * @op: only for this one
 *
 * On the device's workqueue; for no longer than a medium in order takes.
 */
void target_background_wait(struct target_device *dev, const struct target_background_op *op)
{
	struct target_background *bg = &dev->background;

	wait_event_timeout(bg->idle, READ_ONCE(bg->op) != op, STOP_WAIT);
}

/**
 * target_background_reset() - a logical unit reset
 * @dev: the device
 *
 * Process context; does not wait.
 */
void target_background_reset(struct target_device *dev)
{
	struct target_background *bg = &dev->background;

	spin_lock_irq(&bg->lock);
	if (bg->op && bg->op->reset_ends)
		WRITE_ONCE(bg->cancel, true);
	spin_unlock_irq(&bg->lock);
}

/**
 * target_background_remove() - the device's directory is removed
 * @dev: the device
 *
 * What runs stops at its next piece, and nothing starts. Process context; does not wait.
 */
void target_background_remove(struct target_device *dev)
{
	struct target_background *bg = &dev->background;

	spin_lock_irq(&bg->lock);
	bg->removed = true;
	WRITE_ONCE(bg->cancel, true);
	spin_unlock_irq(&bg->lock);
}

/**
 * target_background_sense() - what REQUEST SENSE tells of the background operation
 * @dev: the device
 * @sense: filled in if there is one
 *
 * Any context. Return: whether there is one.
 */
bool target_background_sense(struct target_device *dev, struct target_sense *sense)
{
	struct target_background *bg = &dev->background;
	const struct target_background_op *op;
	unsigned long flags;

	spin_lock_irqsave(&bg->lock, flags);
	op = bg->op;
	if (op)
		scsi_sense_progress(sense, op->asc, READ_ONCE(bg->progress));
	spin_unlock_irqrestore(&bg->lock, flags);
	return op;
}

/**
 * target_background_refuses() - is the command one that can't run meanwhile?
 * @cmd: a command of a device with TARGET_GATE_BUSY
 * @sense: filled in if it is
 *
 * Any context.
 */
bool target_background_refuses(const struct target_cmd *cmd, struct target_sense *sense)
{
	struct target_device *dev = cmd->itl->dev;
	const struct target_background_op *op = READ_ONCE(dev->background.op);

	return op && !op->shares && !scsi_op_reports(cmd->op) &&
	       target_background_sense(dev, sense);
}
