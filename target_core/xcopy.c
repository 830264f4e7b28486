// SPDX-License-Identifier: GPL-2.0-only
/*
 * The copy manager (SPC-4 5.17): copy operations from EXTENDED COPY to the results
 * that RECEIVE COPY gives.
 *
 * A copy reaches what the initiator that asked for it reaches, and nothing else: a
 * source or destination is looked for among the LUNs of the same I_T nexus, and is
 * read and written by commands of that nexus (xcopy_io.c). Write protection,
 * reservations, access states, START STOP UNIT, atomic commands and task management
 * apply to them as to the initiator's own. Other sessions of an initiator of the
 * same name do not count: whoever speaks for one may not speak for the other.
 *
 * An operation is on the list of its nexus from xcopy_begin() on, as struct xcopy. Its
 * worker has a struct xcopy_run besides, and is the only one to change that. It ends
 * when the data has been moved, or at an abort, between two pieces: of the command,
 * of one of the commands it sends, by COPY OPERATION ABORT, or because the session
 * or a LUN goes away. Then the results stay on the list for a while, without the run.
 *
 * A medium that does not answer holds an operation as it holds any command. So that
 * it does not hold up the rest of them, a unit has few operations at a time, and one
 * that will not go on lets go of the units it has sent nothing to (xcopy_let_go()).
 */
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "xcopy.h"

#define XCOPY_MAX_ALL	64	/* operations that run at a time, of all nexuses: bounds memory */
#define XCOPY_MAX_UNIT	8	/* of these, those that name one unit: it may never answer */
#define XCOPY_MAX_KEPT	16	/* results kept for one nexus */

static struct workqueue_struct *xcopy_wq;
static atomic_t xcopy_running;
static DECLARE_WAIT_QUEUE_HEAD(xcopy_ended);	/* woken whenever an operation has ended */

/* ---- the list of a nexus ---- */

/**
 * xcopy_find() - a copy operation by its list identifier
 * @nexus: who sent it; caller holds target_lock
 * @id: list identifier
 *
 * Return: the operation, running or ended, or NULL.
 */
struct xcopy *xcopy_find(struct target_nexus *nexus, u32 id)
{
	struct xcopy *x;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(x, &nexus->copies, link)
		if (x->id == id && x->usage != XCOPY_LIST_NONE)
			return x;
	return NULL;
}

static void x_free(struct xcopy *x)
{
	kfree(x->held);
	kfree(x);
}

/**
 * xcopy_drop() - forget the results of an operation
 * @x: has ended; caller holds target_lock
 */
void xcopy_drop(struct xcopy *x)
{
	lockdep_assert_held(&target_lock);
	list_del(&x->link);
	x_free(x);
}

/**
 * xcopy_forget() - forget the results of all operations that have ended
 * @nexus: of this nexus; caller holds target_lock
 * @dev: only of those sent to this unit, or NULL
 */
void xcopy_forget(struct target_nexus *nexus, const struct target_device *dev)
{
	struct xcopy *x, *next;

	lockdep_assert_held(&target_lock);
	list_for_each_entry_safe(x, next, &nexus->copies, link)
		if (!x->run && (!dev || x->unit == dev))
			xcopy_drop(x);
}

/**
 * xcopy_for_each_cmd() - the commands of the copy manager of a nexus
 * @nexus: the nexus; caller holds target_lock
 * @fn: called for each, in atomic context; also for idle ones
 * @arg: for @fn
 */
void xcopy_for_each_cmd(struct target_nexus *nexus,
			void (*fn)(struct target_cmd *cmd, void *arg), void *arg)
{
	struct xcopy *x;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(x, &nexus->copies, link) {
		if (!x->run)
			continue;
		fn(&x->run->rd.cmd, arg);
		fn(&x->run->wr.cmd, arg);
		fn(&x->run->self.cmd, arg);
	}
}

/* Operations of a nexus that run; of those that have ended only the newest are kept. */
static unsigned int count_running(struct target_nexus *nexus)
{
	unsigned int running = 0, kept = 0;
	struct xcopy *x, *prev;

	list_for_each_entry_safe_reverse(x, prev, &nexus->copies, link) {
		if (x->run)
			running++;
		else if (++kept > XCOPY_MAX_KEPT)
			xcopy_drop(x);
	}
	return running;
}

/* ---- an operation begins ---- */

/**
 * xcopy_alloc() - memory for an operation
 * @cmd: EXTENDED COPY
 *
 * Return: for xcopy_free() or xcopy_go(), or NULL.
 */
struct xcopy_run *xcopy_alloc(struct target_cmd *cmd)
{
	struct xcopy_run *run = kvzalloc(sizeof(*run), GFP_KERNEL);

	if (!run)
		return NULL;
	run->cmd = cmd;
	run->x = kzalloc(sizeof(*run->x), GFP_KERNEL);
	if (!run->x) {
		kvfree(run);
		return NULL;
	}
	return run;
}

/* Whether an earlier one is the same: a unit counts once. */
static bool end_is_repeated(const struct xcopy_run *run, unsigned int i)
{
	unsigned int j;

	for (j = 0; j < i; j++)
		if (run->ends[j] == run->ends[i])
			return true;
	return false;
}

/* In descending order, so that the first of the same ones is the last to go. */
static void put_end(struct xcopy_run *run, unsigned int i)
{
	struct target_itl *itl = run->ends[i];

	if (i < run->counted && !end_is_repeated(run, i))
		atomic_dec(&itl->dev->copies);
	run->ends[i] = NULL;
	percpu_ref_put(&itl->ref);
}

static void put_ends(struct xcopy_run *run)
{
	unsigned int i;

	for (i = ARRAY_SIZE(run->ends); i--;)
		if (run->ends[i])
			put_end(run, i);
}

static bool count_ends(struct xcopy_run *run)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(run->ends); i++) {
		struct target_itl *itl = run->ends[i];

		if (itl && !end_is_repeated(run, i) &&
		    !atomic_add_unless(&itl->dev->copies, 1, XCOPY_MAX_UNIT))
			return false;
		run->counted = i + 1;
	}
	return true;
}

static void run_free(struct xcopy_run *run)
{
	put_ends(run);
	xcopy_buffers_free(run);
	kvfree(run);
}

/**
 * xcopy_free() - drop an operation that xcopy_begin() has not been called for, or has refused
 * @run: of xcopy_alloc()
 */
void xcopy_free(struct xcopy_run *run)
{
	x_free(run->x);
	run_free(run);
}

static bool prepare(struct xcopy_run *run)
{
	const struct xcopy_list *list = &run->list;
	struct xcopy *x = run->x;
	unsigned int i;

	x->unit = run->cmd->itl->dev;
	x->id = list->id;
	x->usage = list->usage;
	x->sa = list->lid4;
	x->status = list->immed ? XCOPY_BACKGROUND : XCOPY_FOREGROUND;
	for (i = 0; i < list->nr_segments && !x->held; i++) {
		if (list->segments[i].type != XCOPY_BLOCKS_HELD)
			continue;
		x->held = kmalloc(XCOPY_HELD_LIMIT, GFP_KERNEL);
		if (!x->held)
			return false;
	}
	return true;
}

/* Lets an earlier operation of the same number go, or refuses if it still runs (5.17.4.2). */
static bool replace(struct xcopy_run *run, struct target_sense *sense)
{
	struct xcopy *old;

	if (run->x->usage == XCOPY_LIST_NONE)
		return true;
	old = xcopy_find(run->cmd->nexus, run->x->id);
	if (old && old->run) {
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, old->sa == run->x->sa ?
			       ASC_OPERATION_IN_PROGRESS : ASC_INVALID_FIELD_PARAM);
		return false;
	}
	if (old)
		xcopy_drop(old);
	return true;
}

static u8 begin_locked(struct xcopy_run *run, struct target_sense *sense)
{
	struct target_nexus *nexus = run->cmd->nexus;

	if (!replace(run, sense))
		return TARGET_STAT_CHECK_CONDITION;
	if (count_running(nexus) >= XCOPY_MAX_RUNNING)
		return TARGET_STAT_BUSY;
	if (!count_ends(run) || !atomic_add_unless(&xcopy_running, 1, XCOPY_MAX_ALL))
		return TARGET_STAT_BUSY;
	run->x->run = run;
	list_add_tail(&run->x->link, &nexus->copies);
	return TARGET_STAT_GOOD;
}

/* The I_T_L nexus of this nexus, referenced, that a CSCD descriptor names, if it is @itl. */
static void resolve_by(struct xcopy_run *run, struct target_itl *itl)
{
	unsigned int i;

	for (i = 0; i < run->list.nr_cscds; i++)
		if (!run->ends[i] && scsi_designates(&itl->dev->id, run->list.cscds[i].desig) &&
		    percpu_ref_tryget_live(&itl->ref))
			run->ends[i] = itl;
}

static bool names_manager(const struct xcopy_list *list)
{
	unsigned int i;

	for (i = 0; i < list->nr_segments; i++)
		if (list->segments[i].src == XCOPY_MANAGER ||
		    list->segments[i].dst == XCOPY_MANAGER)
			return true;
	return false;
}

static void resolve(struct xcopy_run *run)
{
	struct target_itl *itl;
	unsigned long number;

	rcu_read_lock();
	xa_for_each(&run->cmd->nexus->itls, number, itl)
		resolve_by(run, itl);
	rcu_read_unlock();
	if (!names_manager(&run->list))
		return;
	itl = run->cmd->itl;
	percpu_ref_get(&itl->ref);	/* the command has one */
	run->ends[XCOPY_MAX_CSCDS] = itl;
}

/**
 * xcopy_begin() - take in an operation
 * @run: with cmd and list
 * @sense: filled in for CHECK CONDITION
 *
 * Return: GOOD: xcopy_go() has to follow; otherwise the answer to the command.
 */
u8 xcopy_begin(struct xcopy_run *run, struct target_sense *sense)
{
	u8 status;

	if (!prepare(run))
		return TARGET_STAT_BUSY;
	resolve(run);
	mutex_lock(&target_lock);
	status = begin_locked(run, sense);
	mutex_unlock(&target_lock);
	return status;
}

/* ---- segments ---- */

/**
 * xcopy_is_stopped() - whether an operation has to end before its time
 * @run: the operation
 */
bool xcopy_is_stopped(struct xcopy_run *run)
{
	return READ_ONCE(run->x->abort) ||
	       (atomic_read(&run->cmd->state) & TARGET_CMD_ABORTED) ||
	       percpu_ref_is_dying(&run->cmd->itl->ref) ||
	       percpu_ref_is_dying(&run->cmd->nexus->ref);
}

static bool under_way(struct xcopy_io *io, const struct target_itl *itl)
{
	return io->itl == itl && io->sent && !completion_done(&io->end);
}

static bool is_needed(struct xcopy_run *run, struct target_itl *itl, bool stopped)
{
	return (!stopped && !percpu_ref_is_dying(&itl->ref)) || under_way(&run->rd, itl) ||
	       under_way(&run->wr, itl);
}

/**
 * xcopy_let_go() - let go of the units that a long wait for another one is no reason to keep
 * @run: the operation, by its worker, which waits for a command
 *
 * These are all that no command is under way to once the operation has been stopped, and before
 * that those that go away. Nothing is sent to them afterwards.
 */
void xcopy_let_go(struct xcopy_run *run)
{
	bool stopped = xcopy_is_stopped(run);
	unsigned int i;

	for (i = ARRAY_SIZE(run->ends); i--;) {
		struct target_itl *itl = run->ends[i];

		if (!itl || is_needed(run, itl, stopped))
			continue;
		if (itl == run->src)
			run->gone = SCSI_FORWARDED_SOURCE;
		if (itl == run->dst)
			run->gone = SCSI_FORWARDED_DESTINATION;
		put_end(run, i);
	}
}

/*
 * The unit behind a CSCD descriptor id, or NULL with run->sense set. That the
 * descriptor is right is looked at only here, because a segment may not need it.
 */
static struct target_itl *reach(struct xcopy_run *run, u16 id, u8 side)
{
	const struct xcopy_cscd *cscd = xcopy_find_cscd(&run->list, id);
	struct target_itl *itl;

	if (id == XCOPY_MANAGER)
		return run->cmd->itl;
	if (!cscd) {
		xcopy_fail_cscd(run, ASC_COPY_UNREACHABLE, side, 0);
		return NULL;
	}
	itl = run->ends[cscd - run->list.cscds];
	if (cscd->null || !itl)
		xcopy_fail_cscd(run, ASC_COPY_NOT_REACHABLE, side, 0);
	else if (cscd->device_type)
		xcopy_fail_cscd(run, ASC_COPY_DEVICE_TYPE, side, 0);
	else if (cscd->block_len && cscd->block_len != itl->dev->bd.block_size)
		xcopy_fail_cscd(run, ASC_INVALID_FIELD_PARAM, side, XCOPY_CSCD_BLOCK_LEN);
	else
		return itl;
	return NULL;
}

static void describe(const struct xcopy_run *run, const struct target_itl *itl, u16 id,
		     struct xcopy_unit *unit)
{
	const struct xcopy_cscd *cscd = xcopy_find_cscd(&run->list, id);

	unit->block_size = itl->dev->bd.block_size;
	unit->nr_blocks = READ_ONCE(itl->dev->nr_blocks);
	unit->pad = cscd && cscd->pad;
}

static bool do_verify(struct xcopy_run *run, const struct xcopy_segment *seg)
{
	struct target_itl *itl = reach(run, seg->src, SCSI_FORWARDED_SOURCE);

	return itl && (!seg->tur || xcopy_test_unit(run, itl));
}

static bool do_copy(struct xcopy_run *run, const struct xcopy_segment *seg)
{
	struct xcopy_unit src, dst;
	struct xcopy_plan plan = { .left = run->residue };

	run->src = reach(run, seg->src, SCSI_FORWARDED_SOURCE);
	if (!run->src)
		return false;
	run->dst = reach(run, seg->dst, SCSI_FORWARDED_DESTINATION);
	if (!run->dst)
		return false;
	describe(run, run->src, seg->src, &src);
	describe(run, run->dst, seg->dst, &dst);
	run->dst_block = dst.block_size;
	return xcopy_plan(seg, &src, &dst, &plan, &run->sense) &&
	       xcopy_move(run, &plan);
}

static bool do_segments(struct xcopy_run *run)
{
	const struct xcopy_list *list = &run->list;

	for (; run->seg < list->nr_segments; run->seg++) {
		const struct xcopy_segment *seg = &list->segments[run->seg];

		WRITE_ONCE(run->x->segments, run->seg + 1);
		run->src = NULL;
		run->dst = NULL;
		run->seg_written = 0;
		run->seg_total = 0;
		run->touched = false;
		run->stopped = xcopy_is_stopped(run);
		if (run->stopped)
			return false;
		if (!(seg->type == XCOPY_VERIFY ? do_verify : do_copy)(run, seg))
			return false;
	}
	return true;
}

/* Most that a segment moves, as far as that matters for the size of the buffers. */
static u64 largest_segment(const struct xcopy_list *list)
{
	u64 most = 0;
	unsigned int i;

	for (i = 0; i < list->nr_segments; i++) {
		u64 count = list->segments[i].count;

		if (list->segments[i].type != XCOPY_BYTES)
			count *= XCOPY_MAX_BLOCK;
		most = max(most, count + 2 * XCOPY_MAX_BLOCK);
	}
	return most;
}

/* ---- an operation ends ---- */

/* COMMAND-SPECIFIC INFORMATION has the segment, INFORMATION the blocks not written of it. */
static void tell_segment(struct xcopy_run *run)
{
	struct target_sense *sense = &run->sense;

	if (run->stopped)
		xcopy_fail(run, ASC_CLEARED_BY_SERVER);
	sense->flags |= TARGET_SENSE_CMD_INFO;
	sense->cmd_info = run->seg;
	if (run->touched) {
		sense->flags |= TARGET_SENSE_INFO;
		sense->info = DIV_ROUND_UP_ULL(run->seg_total - run->seg_written, run->dst_block);
	}
}

static void answer(struct xcopy_run *run, bool ok)
{
	struct target_cmd *cmd = run->cmd;

	if (ok && run->list.g_sense) {
		scsi_sense_set(&run->sense, SENSE_COMPLETED, ASC_COPY_INFORMATION);
		run->sense.flags |= TARGET_SENSE_CMD_INFO;
		run->sense.cmd_info = run->seg;
		target_cmd_set_sense(cmd, &run->sense, NULL);
		cmd->status = TARGET_STAT_GOOD;
	} else if (!ok) {
		tell_segment(run);
		target_cmd_set_sense(cmd, &run->sense, run->fwd.source ? &run->fwd : NULL);
	}
}

/* Whether anybody may still ask for the results: SPC-4 6.4.3.2, 5.17.7.4 h) */
static bool has_results(const struct xcopy *x)
{
	return x->usage == XCOPY_LIST_HOLD ||
	       (x->usage == XCOPY_LIST_DISCARD && x->status != XCOPY_DONE);
}

/* Nobody finds the run from here on. */
static void record(struct xcopy_run *run, bool ok)
{
	const struct target_cmd *cmd = run->cmd;
	struct xcopy *x = run->x;

	mutex_lock(&target_lock);
	x->run = NULL;
	x->status = ok ? XCOPY_DONE : run->stopped ? XCOPY_TERMINATED : XCOPY_FAILED;
	x->completion = run->stopped ? TARGET_STAT_TASK_ABORTED : cmd->status;
	x->sense_len = cmd->sense_len;
	memcpy(x->sense, cmd->sense_data, cmd->sense_len);
	if (!has_results(x))
		xcopy_drop(x);
	mutex_unlock(&target_lock);
}

/* The command is the last thing that keeps the nexus; with IMMED that is a command of our own. */
static void finish(struct xcopy_run *run)
{
	bool own = run->cmd == &run->self.cmd;

	target_cmd_finish(run->cmd);
	if (own)
		target_cmd_done(run->cmd);
}

static void xcopy_work(struct work_struct *work)
{
	struct xcopy_run *run = container_of(work, struct xcopy_run, work);
	unsigned int noio = memalloc_noio_save();
	bool ok;

	if (xcopy_buffers(run, largest_segment(&run->list)))
		ok = do_segments(run);
	else
		ok = xcopy_fail(run, ASC_INSUFFICIENT_RESOURCES);
	answer(run, ok);
	record(run, ok);
	put_ends(run);
	finish(run);
	atomic_dec(&xcopy_running);
	wake_up_all(&xcopy_ended);
	run_free(run);
	memalloc_noio_restore(noio);
}

/*
 * The operation goes on without the command; a command of our own takes its place. If
 * there can be none the LUN is about to go: the command stays, and ends soon.
 */
static void detach(struct xcopy_run *run)
{
	struct target_cmd *cmd = run->cmd, *self = &run->self.cmd;

	init_completion(&run->self.end);
	memcpy(self->cdb, cmd->cdb, sizeof(self->cdb));
	self->nexus = cmd->nexus;
	self->lun = cmd->lun;
	self->dir = TARGET_DATA_OUT;
	self->attr = TARGET_ATTR_SIMPLE;
	self->flags = TARGET_CMDF_CHILD;
	if (!target_cmd_init(self)) {
		target_cmd_done(self);
		return;
	}
	target_cmd_set_state(self, TARGET_CMD_ACTIVE);
	if (self->itl == cmd->itl) {
		run->cmd = self;
		target_cmd_complete(cmd, 0);
	} else {
		target_cmd_finish(self);
		target_cmd_done(self);
	}
}

/**
 * xcopy_go() - let an operation run
 * @run: xcopy_begin() said GOOD
 *
 * Its command is answered when it has ended, or at once with IMMED. That is on a
 * workqueue of its own: it waits for other media than its unit's.
 */
void xcopy_go(struct xcopy_run *run)
{
	INIT_WORK(&run->work, xcopy_work);
	if (run->list.immed)
		detach(run);
	queue_work(xcopy_wq, &run->work);
}

/* ---- COPY OPERATION ABORT ---- */

static bool is_running(struct target_nexus *nexus, u32 id, bool abort)
{
	struct xcopy *x;
	bool found;

	mutex_lock(&target_lock);
	x = xcopy_find(nexus, id);
	found = x && x->run;
	if (found && abort)
		WRITE_ONCE(x->abort, true);
	mutex_unlock(&target_lock);
	return found;
}

/* To ask takes a mutex, which a condition of wait_event() must not. */
static bool ends_in_time(struct target_nexus *nexus, u32 id)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	long left = TARGET_ABORT_WAIT;
	bool running;

	add_wait_queue(&xcopy_ended, &wait);
	while ((running = is_running(nexus, id, false)) && left)
		left = wait_woken(&wait, TASK_UNINTERRUPTIBLE, left);
	remove_wait_queue(&xcopy_ended, &wait);
	return !running;
}

/**
 * xcopy_abort() - COPY OPERATION ABORT
 * @nexus: who asks
 * @id: list identifier
 * @ended: set to whether it has ended within TARGET_ABORT_WAIT
 *
 * Return: whether there was such an operation.
 */
bool xcopy_abort(struct target_nexus *nexus, u32 id, bool *ended)
{
	if (!is_running(nexus, id, true))
		return false;
	*ended = ends_in_time(nexus, id);
	return true;
}

/**
 * xcopy_start() - module start
 *
 * Return: 0 or -ENOMEM.
 */
int xcopy_start(void)
{
	xcopy_wq = alloc_workqueue("target_copy", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return xcopy_wq ? 0 : -ENOMEM;
}

/** xcopy_stop() - module end */
void xcopy_stop(void)
{
	destroy_workqueue(xcopy_wq);
}
