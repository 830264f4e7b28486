/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work of a logical unit that takes long and that commands see: FORMAT UNIT, SANITIZE, a
 * self-test in the background. One at a time per device.
 */
#ifndef TARGET_CORE_BACKGROUND_H
#define TARGET_CORE_BACKGROUND_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct target_cmd;
struct target_device;
struct target_sense;

/**
 * struct target_background_op - a kind of background operation
 * @asc: additional sense code (ASC_*) with NOT READY, for REQUEST SENSE and for the commands
 *	refused meanwhile.
 * @failed: with MEDIUM ERROR, the answer of the command that waits if it fails; 0 for what the
 *	errno means.
 * @shares: commands run as always meanwhile; else only those that report, see
 *	scsi_op_reports().
 * @reset_ends: a logical unit reset cancels it.
 * @abort_ends: an abort of the command that waits for the end cancels it; else the
 *	command ends and the operation goes on.
 * @run: does it, on the device's workqueue: bounded pieces of I/O with
 *	target_background_continue() between them. Returns 0 or a negative errno.
 * @end: the device takes commands again: record the result (@err: of @run, or -ECANCELED
 *	once cancelled) and free @arg. Before the command's answer, if one waits.
 */
struct target_background_op {
	u16	asc;
	u16	failed;
	bool	shares;
	bool	reset_ends;
	bool	abort_ends;
	int	(*run)(struct target_device *dev, void *arg);
	void	(*end)(struct target_device *dev, void *arg, int err);
};

/**
 * struct target_background - the background operation of a device
 * @lock: protects @op.
 * @op: what runs, or NULL.
 * @arg: of its functions.
 * @cmd: the command to be answered at the end, or NULL. The worker's.
 * @progress: 65536ths.
 * @cancel: stop at the next piece.
 * @removed: the device is going away.
 * @idle: woken when one has ended.
 * @work: runs it; holds the device.
 */
struct target_background {
	spinlock_t				lock;
	const struct target_background_op	*op;
	void					*arg;
	struct target_cmd			*cmd;
	u16					progress;
	bool					cancel;
	bool					removed;
	wait_queue_head_t			idle;
	struct work_struct			work;
};

void target_background_init(struct target_device *dev);
int target_background_start(struct target_device *dev, const struct target_background_op *op,
			    void *arg, struct target_cmd *cmd);
bool target_background_continue(struct target_device *dev, u64 done, u64 total);
bool target_background_cancel(struct target_device *dev, const struct target_background_op *op);
void target_background_wait(struct target_device *dev, const struct target_background_op *op);
void target_background_remove(struct target_device *dev);
void target_background_reset(struct target_device *dev);
bool target_background_sense(struct target_device *dev, struct target_sense *sense);
bool target_background_refuses(const struct target_cmd *cmd, struct target_sense *sense);

#endif
