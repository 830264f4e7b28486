// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command passes before it touches the medium: one that is gone or has too many orphans,
 * what START STOP UNIT has stopped or ejected, a background operation, its failure, a lost
 * reservation, faults that are injected, and the order of atomic commands (COMPARE AND WRITE,
 * ORWRITE, WRITE ATOMIC) and all others on the same blocks. All cost an ordinary command one test
 * of target_device.gate.
 *
 * A write that was aborted, and that the medium still holds, may reach it at any time. Its
 * initiator has been told, or is back with another session, and writes to the same blocks: what
 * is acknowledged then must not be undone by what was given up. So such an orphan keeps its
 * blocks to itself until it ends, like an atomic command that runs; what waits for it can be
 * aborted and ends at once.
 *
 * While no atomic command has run lately, ranges are not recorded. The first one
 * sets TARGET_GATE_RANGES, then looks at the commands that run. The two sides are
 *
 *	a command			an atomic command
 *	state = ACTIVE			gate |= TARGET_GATE_RANGES
 *	full barrier (of cmpxchg)	full barrier
 *	read gate			read the state of each command
 *
 * so that each command that touches the medium records its range itself, or is
 * seen to be active and gets its range recorded (adopted); TARGET_CMD_RANGE in the
 * state word says that it is done, whoever was first. The commands are found by
 * walking the fabrics' tags, as task management does; so the I/O path has neither a
 * list nor a counter, and an atomic command waits for nothing but what overlaps it.
 * The end of a command finds TARGET_CMD_RANGE in the exchange that looks for an
 * abort anyway. The gate opens again TARGET_RANGES_IDLE after the last atomic
 * command; ranges that are recorded then go with their commands.
 *
 * Not waited for are reads of a session that has ended and of a LUN that is being unlinked:
 * they are aborted, or about to be, so nobody was promised an order.
 */
#include <linux/workqueue.h>
#include "core.h"

#define TARGET_RANGES_IDLE	(2 * HZ)

static void medium_gate_set(struct target_device *dev, u32 bit, bool on)
{
	lockdep_assert_held(&dev->medium.lock);
	WRITE_ONCE(dev->gate, on ? dev->gate | bit : dev->gate & ~bit);
}

/**
 * target_medium_gate() - a reason to refuse commands comes or goes
 * @dev: the device
 * @bit: one of TARGET_GATE_*
 * @on: commands are refused from now on, or run again
 *
 * Any context.
 */
void target_medium_gate(struct target_device *dev, u32 bit, bool on)
{
	unsigned long flags;

	spin_lock_irqsave(&dev->medium.lock, flags);
	medium_gate_set(dev, bit, on);
	spin_unlock_irqrestore(&dev->medium.lock, flags);
}

/* Blocks nobody knows (UNMAP before its list is read), or none (up to the end): all there are. */
static void medium_set_range(struct target_cmd *cmd)
{
	/* Pairs with exec_unmap_span(). */
	u64 blocks = smp_load_acquire(&cmd->blocks);
	struct target_range *range = &cmd->range;

	range->exclusive = cmd->op->flags & SCSI_OP_ATOMIC;
	range->first = blocks || (cmd->op->flags & SCSI_OP_BLOCKS) ? cmd->lba : 0;
	range->last = blocks ? cmd->lba + blocks - 1 : U64_MAX;
}

/*
 * After a failed sanitize operation only a better one helps, after a failed format
 * operation commands that need no blocks run as always.
 */
static bool medium_failed(const struct target_cmd *cmd, struct target_sense *sense)
{
	u16 asc = READ_ONCE(cmd->itl->dev->erase_failed);
	const struct scsi_op *op = cmd->op;

	if (scsi_op_reports(op) || op->exec == exec_sanitize || op->exec == exec_start_stop)
		return false;
	if (asc == ASC_FORMAT_CORRUPTED &&
	    (!(op->flags & SCSI_OP_MEDIUM) || op->exec == exec_format_unit))
		return false;
	scsi_sense_set(sense, SENSE_MEDIUM_ERROR, asc);
	return true;
}

static void medium_away(u32 gate, struct target_sense *sense)
{
	scsi_sense_set(sense, SENSE_NOT_READY,
		       gate & TARGET_GATE_GONE ? ASC_NEEDS_OPERATOR : ASC_MEDIUM_NOT_PRESENT);
}

/**
 * target_medium_sense() - what REQUEST SENSE says of a medium that is away or stopped
 * @dev: the device
 * @sense: filled in if it is
 *
 * Pollable sense data (SPC-4 6.39). Any context.
 */
bool target_medium_sense(const struct target_device *dev, struct target_sense *sense)
{
	u32 gate = READ_ONCE(dev->gate);

	if (gate & (TARGET_GATE_GONE | TARGET_GATE_EJECTED))
		medium_away(gate, sense);
	else if (gate & TARGET_GATE_STOPPED)
		scsi_sense_set(sense, SENSE_NOT_READY, ASC_START_REQUIRED);
	else
		return false;
	return true;
}

static bool medium_refuses(struct target_cmd *cmd, u32 gate, struct target_sense *sense)
{
	if ((gate & TARGET_GATE_PR_LOST) && target_pr_lost_refuses(cmd, sense))
		return true;
	if ((gate & TARGET_GATE_BUSY) && target_background_refuses(cmd, sense))
		return true;
	if ((gate & (TARGET_GATE_GONE | TARGET_GATE_EJECTED)) &&
	    (cmd->op->flags & (SCSI_OP_MEDIUM | SCSI_OP_LOADED))) {
		medium_away(gate, sense);
		return true;
	}
	if ((gate & TARGET_GATE_STOPPED) && (cmd->op->flags & SCSI_OP_MEDIUM)) {
		scsi_sense_set(sense, SENSE_NOT_READY, ASC_START_REQUIRED);
		return true;
	}
	return (gate & TARGET_GATE_FAILED) && medium_failed(cmd, sense);
}

/**
 * target_medium_crowded() - answer a command that a medium with too many orphans has no room for
 * @cmd: a command of a LUN at its turn in the task set
 *
 * Any context. Return: whether it has been answered. TEST UNIT READY, and what needs no
 * medium, goes on.
 */
bool target_medium_crowded(struct target_cmd *cmd)
{
	if (!(READ_ONCE(cmd->itl->dev->gate) & TARGET_GATE_CROWDED) ||
	    !(cmd->op->flags & SCSI_OP_MEDIUM) || cmd->op->exec == exec_test_unit_ready)
		return false;
	target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
	return true;
}

/* Whatever keeps commands out has its answer; called again when the command has waited. */
static bool medium_ready(struct target_cmd *cmd)
{
	u32 gate = READ_ONCE(cmd->itl->dev->gate);
	struct target_sense sense = {};

	if (target_medium_crowded(cmd))
		return false;
	if (!medium_refuses(cmd, gate, &sense))
		return true;
	target_cmd_complete_sense(cmd, &sense);
	return false;
}

static void medium_resume_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, io.work);

	if (atomic_read(&cmd->state) & TARGET_CMD_ABORTED)
		target_cmd_finish(cmd);
	else if (medium_ready(cmd))
		cmd->op->exec(cmd);
}

/* The command waits no longer. The request in it is not in use yet, so neither is its work. */
static void medium_go(struct target_range *range)
{
	struct target_cmd *cmd = container_of(range, struct target_cmd, range);
	struct target_device *dev = cmd->itl->dev;
	bool ends = atomic_read(&cmd->state) & TARGET_CMD_ABORTED;

	INIT_WORK(&cmd->io.work, medium_resume_work);
	queue_work(ends ? dev->ctl_wq : dev->wq, &cmd->io.work);
}

static bool medium_adopt_active(struct target_device *dev, struct target_cmd *cmd, int seen)
{
	unsigned long flags;
	bool same;

	spin_lock_irqsave(&dev->medium.lock, flags);
	same = atomic_try_cmpxchg(&cmd->state, &seen, seen | TARGET_CMD_RANGE);
	if (same) {
		/* Its end waits for the lock: the command can't be another one yet. */
		medium_set_range(cmd);
		range_lock_add(&dev->medium.ranges, &cmd->range);
		cmd->range.blockers = 0;	/* it runs already */
	}
	spin_unlock_irqrestore(&dev->medium.lock, flags);
	return same;
}

/* An atomic command always records its range itself. */
static bool medium_may_adopt(const struct target_cmd *cmd, const struct target_device *dev)
{
	const struct target_itl *itl = READ_ONCE(cmd->itl);
	const struct scsi_op *op = READ_ONCE(cmd->op);

	return itl && itl->dev == dev && op && (op->flags & (SCSI_OP_READS | SCSI_OP_WRITES)) &&
	       !(op->flags & SCSI_OP_ATOMIC);
}

static void medium_adopt(struct target_cmd *cmd, void *arg)
{
	struct target_device *dev = arg;
	int seen;

	do {
		seen = atomic_read_acquire(&cmd->state);
		if ((seen & TARGET_CMD_STATE_MASK) != TARGET_CMD_ACTIVE ||
		    (seen & TARGET_CMD_RANGE) || !medium_may_adopt(cmd, dev))
			return;
	} while (!medium_adopt_active(dev, cmd, seen));
}

/* Not by way of the device's LUNs: a command may be of one that was unlinked since. */
static void medium_adopt_all(struct target_device *dev)
{
	struct target_nexus *nexus;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(nexus, &target_nexuses, all_link)
		target_nexus_for_each_cmd(nexus, medium_adopt, dev);
}

/* Ranges are recorded when this returns, and until the caller's command has ended. */
static void medium_record_ranges(struct target_device *dev)
{
	struct target_medium *m = &dev->medium;
	bool complete;

	spin_lock_irq(&m->lock);
	m->users++;
	complete = m->complete;
	medium_gate_set(dev, TARGET_GATE_RANGES, true);
	spin_unlock_irq(&m->lock);
	if (complete)
		return;

	mutex_lock(&target_lock);
	if (!m->complete) {
		smp_mb();	/* see the head of this file */
		medium_adopt_all(dev);
		spin_lock_irq(&m->lock);
		m->complete = true;
		spin_unlock_irq(&m->lock);
	}
	mutex_unlock(&target_lock);
}

static void medium_idle_work(struct work_struct *work)
{
	struct target_device *dev = container_of(to_delayed_work(work), struct target_device,
						 medium.idle_work);

	spin_lock_irq(&dev->medium.lock);
	if (!dev->medium.users) {
		medium_gate_set(dev, TARGET_GATE_RANGES, false);
		dev->medium.complete = false;
	}
	spin_unlock_irq(&dev->medium.lock);
}

static bool medium_enter_range(struct target_cmd *cmd)
{
	struct target_device *dev = cmd->itl->dev;
	unsigned long flags;
	bool go = true;
	int old;

	if (cmd->op->flags & SCSI_OP_ATOMIC)
		medium_record_ranges(dev);
	spin_lock_irqsave(&dev->medium.lock, flags);
	old = atomic_fetch_or(TARGET_CMD_RANGE, &cmd->state);
	if (!(old & TARGET_CMD_RANGE)) {
		medium_set_range(cmd);
		go = range_lock_add(&dev->medium.ranges, &cmd->range);
		if (old & TARGET_CMD_ABORTED)
			cmd->range.blockers = 0;	/* the abort could not know of the wait */
	}
	spin_unlock_irqrestore(&dev->medium.lock, flags);
	if (!(old & TARGET_CMD_ABORTED))
		return go;
	/* Also where an orphan has been taken for one that the medium has. */
	target_cmd_finish(cmd);
	return false;
}

/**
 * target_medium_enter() - may the command run now?
 * @cmd: a command of a LUN at its turn in the task set
 *
 * To be called when target_device.gate is not zero, and for each atomic command;
 * for these in process context, otherwise in any. Return: true to go on; false:
 * it has been answered, or its handler will be called when the commands it
 * overlaps have ended.
 */
bool target_medium_enter(struct target_cmd *cmd)
{
	if (!medium_ready(cmd))
		return false;
	if ((READ_ONCE(cmd->itl->dev->gate) & TARGET_GATE_INJECT) && target_inject(cmd))
		return false;
	if (!(cmd->op->flags & (SCSI_OP_READS | SCSI_OP_WRITES)))
		return true;
	if (!(cmd->op->flags & SCSI_OP_ATOMIC) &&
	    !(READ_ONCE(cmd->itl->dev->gate) & TARGET_GATE_RANGES))
		return true;
	return medium_enter_range(cmd);
}

/**
 * target_medium_leave() - a command whose range was recorded has ended or is delayed
 * @cmd: seen with TARGET_CMD_RANGE
 *
 * Any context, also under the lock of a task set.
 */
void target_medium_leave(struct target_cmd *cmd)
{
	struct target_device *dev = cmd->itl->dev;
	struct target_medium *m = &dev->medium;
	unsigned long flags;

	spin_lock_irqsave(&m->lock, flags);
	atomic_andnot(TARGET_CMD_RANGE, &cmd->state);
	range_lock_del(&m->ranges, &cmd->range, medium_go);
	if (cmd->range.exclusive && !--m->users)
		mod_delayed_work(target_wq, &m->idle_work, TARGET_RANGES_IDLE);
	spin_unlock_irqrestore(&m->lock, flags);
}

/**
 * target_medium_abort() - a command has been marked as aborted
 * @cmd: any tag seen under RCU by task management, which holds target_lock
 *
 * If it waits for others on its blocks, it ends now instead of when they have.
 */
void target_medium_abort(struct target_cmd *cmd)
{
	const struct target_itl *itl = READ_ONCE(cmd->itl);
	const int both = TARGET_CMD_RANGE | TARGET_CMD_ABORTED;
	struct target_device *dev;
	unsigned long flags;

	if (!itl)
		return;
	dev = itl->dev;
	spin_lock_irqsave(&dev->medium.lock, flags);
	if ((atomic_read(&cmd->state) & both) == both && cmd->range.blockers) {
		cmd->range.blockers = 0;
		medium_go(&cmd->range);
	}
	spin_unlock_irqrestore(&dev->medium.lock, flags);
}

/* Its blocks are recorded already. If it still waits for others, it will never touch them. */
static bool medium_keep_recorded(struct target_device *dev, struct target_cmd *cmd)
{
	if (cmd->range.exclusive || cmd->range.blockers)
		return false;
	range_lock_keep(&dev->medium.ranges, &cmd->range);
	return true;
}

/* An atomic one without a range has not been at the medium and would record it itself. */
static bool medium_keep_active(struct target_device *dev, struct target_cmd *cmd, int seen)
{
	if ((seen & TARGET_CMD_STATE_MASK) != TARGET_CMD_ACTIVE ||
	    (cmd->op->flags & SCSI_OP_ATOMIC) ||
	    !atomic_try_cmpxchg(&cmd->state, &seen, seen | TARGET_CMD_RANGE))
		return false;
	medium_set_range(cmd);
	cmd->range.exclusive = true;
	range_lock_add(&dev->medium.ranges, &cmd->range);
	cmd->range.blockers = 0;	/* it runs already */
	return true;
}

/**
 * target_medium_keep() - a command becomes an orphan: if it writes, nobody gets at its blocks
 * @cmd: aborted; the caller keeps its end from being processed meanwhile
 *
 * Any context, more than once. target_medium_leave() ends it, when the medium gives it back.
 */
void target_medium_keep(struct target_cmd *cmd)
{
	struct target_device *dev = cmd->itl->dev;
	struct target_medium *m = &dev->medium;
	unsigned long flags;
	bool kept;
	int seen;

	if (!(cmd->op->flags & SCSI_OP_WRITES))
		return;
	spin_lock_irqsave(&m->lock, flags);
	seen = atomic_read(&cmd->state);
	kept = seen & TARGET_CMD_RANGE ? medium_keep_recorded(dev, cmd) :
					 medium_keep_active(dev, cmd, seen);
	if (kept) {
		m->users++;
		medium_gate_set(dev, TARGET_GATE_RANGES, true);
	}
	spin_unlock_irqrestore(&m->lock, flags);
}

/**
 * target_medium_init() - a new device
 * @dev: the device
 */
void target_medium_init(struct target_device *dev)
{
	spin_lock_init(&dev->medium.lock);
	range_lock_init(&dev->medium.ranges);
	INIT_DELAYED_WORK(&dev->medium.idle_work, medium_idle_work);
}

/**
 * target_medium_exit() - the device goes away; no command holds it
 * @dev: the device
 */
void target_medium_exit(struct target_device *dev)
{
	cancel_delayed_work_sync(&dev->medium.idle_work);
}
