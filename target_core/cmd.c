// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of one command: init (everything a CDB alone can fail), execute
 * (unit attention, ALUA, task set), one completion path, done.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <compat/unaligned.h>
#include "latency.h"
#include "store.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

#define CMD_MAX_PARAM	(1U << 20)	/* bytes of parameter data: 128 Ki LUNs */

/*
 * Who changes the state word: the owner moves the low byte, task management
 * adds the abort bits. An abort that finds another state or another incarnation
 * fails its compare-and-exchange and looks again, so it never hits the command
 * that reuses a tag.
 */

/**
 * target_cmd_set_state() - move a command to another state
 * @cmd: the command, owned by the caller
 * @state: where to
 *
 * Return: false if the command has been aborted; the state is changed all the same.
 */
bool target_cmd_set_state(struct target_cmd *cmd, enum target_cmd_state state)
{
	int old = atomic_read(&cmd->state);

	while (!atomic_try_cmpxchg(&cmd->state, &old, (old & ~TARGET_CMD_STATE_MASK) | state))
		;
	trace_target_cmd_state(cmd, state);
	return !(old & TARGET_CMD_ABORTED);
}

/* A new incarnation: neither an old abort mark nor an old observer applies to it. */
static void cmd_publish(struct target_cmd *cmd)
{
	unsigned int gen = (atomic_read(&cmd->state) & ~(TARGET_CMD_GEN - 1)) + TARGET_CMD_GEN;

	/* Pairs with the acquire in task management: op and itl are there first. */
	atomic_set_release(&cmd->state, gen | TARGET_CMD_DATA);
	trace_target_cmd_state(cmd, TARGET_CMD_DATA);
}

static void cmd_reset(struct target_cmd *cmd)
{
	cmd->flags &= TARGET_CMDF_ATOMIC | TARGET_CMDF_CHILD;
	cmd->op = NULL;
	cmd->itl = NULL;
	cmd->tmf = NULL;
	cmd->sgl = NULL;
	cmd->sg_cnt = 0;
	cmd->xfer_len = 0;
	cmd->scsi_len = 0;
	cmd->data_in_len = 0;
	cmd->residual = 0;
	cmd->status = TARGET_STAT_GOOD;
	cmd->sense_len = 0;
	cmd->lba = 0;
	cmd->blocks = 0;
	cmd->start = 0;
	cmd->born = jiffies;
}

/*
 * Overflow: the command had more data than the initiator's buffer; underflow:
 * less (SAM-5 5.1, RFC 7143 11.4.5). Data-out counts what was taken.
 */
static void cmd_set_residual(struct target_cmd *cmd)
{
	u32 moved = cmd->dir == TARGET_DATA_IN ? cmd->data_in_len : cmd->xfer_len;

	if (cmd->scsi_len > cmd->edtl && cmd->status == TARGET_STAT_GOOD) {
		cmd->residual = min_t(u64, cmd->scsi_len - cmd->edtl, U32_MAX);
		cmd->flags |= TARGET_CMDF_OVERFLOW;
	} else if (moved < cmd->edtl) {
		cmd->residual = cmd->edtl - moved;
		cmd->flags |= TARGET_CMDF_UNDERFLOW;
	}
}

/* D_SENSE of the control mode page, SPC-4 7.5.8 */
static bool cmd_descriptor_sense(const struct target_cmd *cmd)
{
	return cmd->itl && READ_ONCE(cmd->itl->dev->attrib.mode_d_sense);
}

static void cmd_set_sense(struct target_cmd *cmd, const struct target_sense *sense)
{
	cmd->status = TARGET_STAT_CHECK_CONDITION;
	cmd->sense = *sense;
	cmd->data_in_len = 0;
	cmd->sense_len = scsi_sense_format(sense, cmd_descriptor_sense(cmd), cmd->sense_data,
					   sizeof(cmd->sense_data));
	if (unlikely(sense->flags & TARGET_SENSE_REFERRAL) && cmd_descriptor_sense(cmd))
		target_alua_append_referral(cmd);
}

static void exec_refused(struct target_cmd *cmd)
{
	target_cmd_complete_sense(cmd, &cmd->sense);
}

/* Stands in for the row of a command that was refused, passes every check and moves no data. */
static const struct scsi_op cmd_refused_op = {
	.name = "refused", .reserve = SCSI_RES_ALWAYS, .exec = exec_refused,
	.flags = SCSI_OP_ANY_LUN | SCSI_OP_NO_UA | SCSI_OP_ALUA_STANDBY | SCSI_OP_IMPLICIT_HOQ,
};

/* QERR of the control mode page, SPC-4 7.5.8 */
static bool cmd_faults_others(const struct target_cmd *cmd)
{
	return cmd->itl && !(cmd->flags & TARGET_CMDF_CHILD) &&
	       READ_ONCE(cmd->itl->dev->attrib.mode_qerr);
}

/* SAM-5 5.14: with a unit attention pending even what makes no sense is told that first. */
static void cmd_refuse_for_ua(struct target_cmd *cmd, struct target_sense *sense)
{
	if (READ_ONCE(cmd->itl->ua) && !(cmd->op && (cmd->op->flags & SCSI_OP_NO_UA)))
		target_ua_report(cmd->itl, sense);
}

/* SAM-5 5.3.3: RESERVATION CONFLICT goes before CHECK CONDITION. */
static bool cmd_refuse_for_pr(struct target_cmd *cmd)
{
	if (!cmd->op || !READ_ONCE(cmd->itl->pr_denied) || !target_pr_denies(cmd))
		return false;
	cmd->status = TARGET_STAT_RESERVATION_CONFLICT;
	target_ua_busy(cmd->itl, cmd->status);
	return true;
}

static bool cmd_refuse(struct target_cmd *cmd, struct target_sense *sense)
{
	bool own = cmd->itl && !(cmd->flags & TARGET_CMDF_CHILD);

	if (own && cmd_refuse_for_pr(cmd)) {
		cmd_set_residual(cmd);
		trace_target_cmd_refused(cmd);
		return false;
	}
	if (own)
		cmd_refuse_for_ua(cmd, sense);
	cmd_set_sense(cmd, sense);
	if (unlikely(cmd_faults_others(cmd))) {
		/* Aborting them takes time: the answer comes the way of any other command's. */
		cmd->op = &cmd_refused_op;
		cmd->xfer_len = 0;
		cmd_publish(cmd);
		return true;
	}
	cmd_set_residual(cmd);
	trace_target_cmd_refused(cmd);
	return false;
}

static void cmd_find_lun(struct target_cmd *cmd)
{
	struct target_itl *itl;

	rcu_read_lock();
	itl = xa_load(&cmd->nexus->itls, cmd->lun);
	if (itl && percpu_ref_tryget_live(&itl->ref))
		cmd->itl = itl;
	rcu_read_unlock();
}

/* Bytes the CDB asks for, before the initiator's buffer limits them. */
static u64 cmd_scsi_len(const struct target_cmd *cmd, u64 len)
{
	const struct scsi_op *op = cmd->op;
	u32 block_size = cmd->itl ? cmd->itl->dev->bd.block_size : 0;

	if (op->data_len)
		return op->data_len(cmd->cdb, block_size);
	if (op->flags & SCSI_OP_NO_DATA_IO)
		return 0;
	if (op->flags & SCSI_OP_ONE_BLOCK_OUT)
		return block_size;
	if (op->flags & SCSI_OP_BLOCKS)
		return len << cmd->itl->dev->block_shift;
	return op->dir == TARGET_DATA_NONE ? 0 : len;
}

static bool cmd_check_range(struct target_cmd *cmd, struct target_sense *sense)
{
	if (likely(scsi_on_medium(READ_ONCE(cmd->itl->dev->nr_blocks), cmd->lba, cmd->blocks)))
		return true;
	scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_LBA_OUT_OF_RANGE);
	return false;
}

static bool cmd_check_size(struct target_cmd *cmd, struct target_sense *sense)
{
	const struct scsi_op *op = cmd->op;

	if (likely(!(op->flags & SCSI_OP_BLOCKS) || cmd->scsi_len <= TARGET_MAX_XFER))
		return true;
	scsi_sense_cdb_field(sense, op->len_at, -1);
	return false;
}

static void cmd_no_such_lun(const struct target_cmd *cmd, struct target_sense *sense)
{
	scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, target_cmd_well_known(cmd) ?
		       ASC_INVALID_OPCODE : ASC_LUN_NOT_SUPPORTED);
}

/* The well known logical unit is always ready (SPC-4 7.7). */
static bool cmd_check_no_lun(const struct target_cmd *cmd, struct target_sense *sense)
{
	if ((cmd->op->flags & SCSI_OP_ANY_LUN) ||
	    (target_cmd_well_known(cmd) && cmd->op->exec == exec_test_unit_ready))
		return true;
	cmd_no_such_lun(cmd, sense);
	return false;
}

static bool cmd_check_lun(struct target_cmd *cmd, struct target_sense *sense)
{
	const struct scsi_op *op = cmd->op;
	struct scsi_lu lu;

	if (!cmd->itl)
		return cmd_check_no_lun(cmd, sense);
	if (unlikely(scsi_op_asks_lu(op, cmd->cdb))) {
		target_cmd_lu(cmd, &lu);
		if (!scsi_op_check_lu(op, &lu, cmd->cdb, sense))
			return false;
	}
	if (unlikely((op->flags & SCSI_OP_WRITES) && READ_ONCE(cmd->itl->write_protect))) {
		scsi_sense_set(sense, SENSE_DATA_PROTECT, ASC_WRITE_PROTECTED);
		return false;
	}
	return true;
}

/* Everything that the CDB, the LUN and the capacity can fail, in that order. */
static bool cmd_decode(struct target_cmd *cmd, struct target_sense *sense)
{
	u64 len;

	cmd->op = scsi_op_find(cmd->cdb, sense);
	if (unlikely(!cmd->op) && !cmd->itl)
		cmd_no_such_lun(cmd, sense);
	if (unlikely(!cmd->op || !cmd_check_lun(cmd, sense)))
		return false;
	if (unlikely(!scsi_op_check_cdb(cmd->op, cmd->cdb, sense)))
		return false;

	scsi_op_decode(cmd->op, cmd->cdb, &cmd->lba, &len);
	if (cmd->op->flags & SCSI_OP_BLOCKS)
		cmd->blocks = len;
	if (cmd->op->flags & SCSI_OP_BLOCKS && unlikely(!cmd_check_range(cmd, sense)))
		return false;
	cmd->scsi_len = cmd_scsi_len(cmd, len);
	if (unlikely(!cmd_check_size(cmd, sense)))
		return false;
	if (cmd->dir == cmd->op->dir)
		cmd->xfer_len = min_t(u64, cmd->scsi_len, cmd->edtl);
	/* An allocation length is no reason to allocate: no parameter data is longer than this. */
	if (!(cmd->op->flags & SCSI_OP_BLOCKS))
		cmd->xfer_len = min_t(u32, cmd->xfer_len, CMD_MAX_PARAM);
	return true;
}

/**
 * target_cmd_init() - take in a command
 * @cmd: with nexus, tag, lun, cdb, edtl, dir, attr and flags set by the fabric
 *
 * Looks up the LUN and the opcode row, takes references and makes every check
 * that the CDB alone can fail. Any context, does not sleep, calls nothing back.
 *
 * Return: true: bring cmd->xfer_len bytes of data-out (if it is data-out), set
 * or allocate cmd->sgl, then call target_cmd_execute(). false: the answer is in
 * the command already. In both cases target_cmd_done() ends it.
 */
bool target_cmd_init(struct target_cmd *cmd)
{
	struct target_sense sense = {};

	cmd_reset(cmd);
	if (unlikely(!percpu_ref_tryget_live(&cmd->nexus->ref))) {
		cmd->status = TARGET_STAT_BUSY;
		return false;
	}
	cmd->flags |= TARGET_CMDF_REFS;
	cmd_find_lun(cmd);
	if (unlikely(!cmd_decode(cmd, &sense)))
		return cmd_refuse(cmd, &sense);
	if (unlikely(cmd->attr == TARGET_ATTR_ACA)) {
		/* NormACA is 0: there is never an ACA condition to run in. */
		scsi_sense_set(&sense, SENSE_ILLEGAL_REQUEST, ASC_INVALID_MESSAGE);
		return cmd_refuse(cmd, &sense);
	}
	cmd_publish(cmd);
	return true;
}
TARGET_EXPORT(target_cmd_init);

static bool cmd_precheck(struct target_cmd *cmd, struct target_sense *sense)
{
	struct target_itl *itl = cmd->itl;

	/* What the initiator is to be told, the copy manager must not take away from it. */
	if (unlikely(READ_ONCE(itl->ua)) && !(cmd->op->flags & SCSI_OP_NO_UA) &&
	    !(cmd->flags & TARGET_CMDF_CHILD) && target_ua_report(itl, sense))
		return false;
	return target_alua_check(cmd, sense);
}

static struct workqueue_struct *cmd_queue(const struct target_cmd *cmd)
{
	const struct target_device *dev = cmd->itl->dev;

	return cmd->op->flags & SCSI_OP_CONTROL ? dev->ctl_wq : dev->wq;
}

static void cmd_process_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, io.work);

	if (unlikely(atomic_read(&cmd->state) & TARGET_CMD_ABORTED)) {
		target_cmd_finish(cmd);
		return;
	}
	if (cmd->op->exec == exec_unmap)
		exec_unmap_span(cmd);
	if (((cmd->op->flags & SCSI_OP_ATOMIC) || READ_ONCE(cmd->itl->dev->gate)) &&
	    !target_medium_enter(cmd))
		return;
	cmd->op->exec(cmd);
}

/**
 * target_cmd_run() - call the command's handler, where it may run
 * @cmd: the command, past all checks and at its turn in the task set
 *
 * A handler that waits for child requests runs on the device's workqueue: it
 * must not hold up a fabric's receive path behind the medium.
 */
void target_cmd_run(struct target_cmd *cmd)
{
	if (unlikely(atomic_read(&cmd->state) & TARGET_CMD_ABORTED)) {
		target_cmd_finish(cmd);
		return;
	}
	if (unlikely(cmd->flags & TARGET_CMDF_LAG)) {
		target_alua_delay(cmd);
		return;
	}
	if (unlikely(cmd->op->flags & SCSI_OP_PROCESS)) {
		/* Before it waits for a worker that waits for the medium. */
		if (target_medium_crowded(cmd))
			return;
		INIT_WORK(&cmd->io.work, cmd_process_work);
		queue_work(cmd_queue(cmd), &cmd->io.work);
		return;
	}
	if (likely(cmd->itl) && unlikely(READ_ONCE(cmd->itl->dev->gate)) &&
	    !target_medium_enter(cmd))
		return;
	cmd->op->exec(cmd);
}

/**
 * target_cmd_execute() - run a command whose data-out is there
 * @cmd: target_cmd_init() returned true
 *
 * ops->respond() is called exactly once for it, perhaps before this returns.
 * With TARGET_CMDF_ATOMIC from any context, else from one that may sleep (the
 * backstore may use it). Also the way to end a command whose data will never
 * come, once it is aborted.
 */
void target_cmd_execute(struct target_cmd *cmd)
{
	struct target_sense sense = {};

	if (unlikely(!target_cmd_set_state(cmd, TARGET_CMD_ACTIVE))) {
		target_cmd_finish(cmd);
		return;
	}
	if (likely(cmd->itl)) {
		target_latency_start(cmd);
		/* Takes precedence over CHECK CONDITION, SAM-5 5.3.3. */
		if (unlikely(READ_ONCE(cmd->itl->pr_denied)) && target_pr_denies(cmd)) {
			target_cmd_complete_status(cmd, TARGET_STAT_RESERVATION_CONFLICT);
			return;
		}
		if (unlikely(!cmd_precheck(cmd, &sense))) {
			target_cmd_complete_sense(cmd, &sense);
			return;
		}
		if (unlikely(!target_task_set_enter(cmd)))
			return;
		target_cmd_run(cmd);
	} else {
		cmd->op->exec(cmd);
	}
}
TARGET_EXPORT(target_cmd_execute);

/**
 * target_cmd_fail() - end a command in place of target_cmd_execute()
 * @cmd: target_cmd_init() returned true
 * @key: sense key
 * @asc_ascq: additional sense code and qualifier
 *
 * For what goes wrong while the fabric brings the data (digest error, protocol
 * error, no memory). Answers through ops->respond() with CHECK CONDITION.
 */
void target_cmd_fail(struct target_cmd *cmd, u8 key, u16 asc_ascq)
{
	struct target_sense sense = {};

	scsi_sense_set(&sense, key, asc_ascq);
	target_cmd_complete_sense(cmd, &sense);
}
TARGET_EXPORT(target_cmd_fail);

/**
 * target_cmd_forget() - end a command that the fabric takes back
 * @cmd: target_cmd_init() returned true
 *
 * In place of target_cmd_execute(), for a request that is as if never received (RFC 7143 7.3): no
 * failure, so neither are others aborted for it (QERR), nor is it counted as an error. Comes back
 * through ops->respond(), and nobody is to be told the status. Context as of
 * target_cmd_execute().
 */
void target_cmd_forget(struct target_cmd *cmd)
{
	target_cmd_complete_status(cmd, TARGET_STAT_TASK_ABORTED);
}
TARGET_EXPORT(target_cmd_forget);

/* What reads to the initiator, what writes, and the rest; VERIFY and PRE-FETCH do neither. */
static void cmd_count(const struct target_cmd *cmd)
{
	struct target_io_stats __percpu *stats = cmd->itl->stats;
	bool good = likely(cmd->status == TARGET_STAT_GOOD);

	if (scsi_op_returns_blocks(cmd->op)) {
		this_cpu_inc(stats->reads);
		if (good)
			this_cpu_add(stats->read_bytes, cmd->data_in_len);
	} else if (cmd->op->flags & SCSI_OP_WRITES) {
		this_cpu_inc(stats->writes);
		if (good)
			this_cpu_add(stats->write_bytes, cmd->xfer_len);
	} else {
		this_cpu_inc(stats->others);
		if (good)
			target_stats_other(cmd);
	}
	if (!good)
		target_stats_error(cmd);
}

/* The normal answer is dropped; TASK ABORTED takes its place if TAS asks for it. */
static void cmd_drop_answer(struct target_cmd *cmd, int state)
{
	if (cmd->itl)
		atomic_inc(&cmd->itl->dev->aborted);
	cmd->status = state & TARGET_CMD_ABORT_TAS ? TARGET_STAT_TASK_ABORTED : TARGET_STAT_GOOD;
	cmd->sense_len = 0;
	cmd->data_in_len = 0;
	target_abort_ended(cmd);
	if (atomic_read(&cmd->state) & TARGET_CMD_LEFT)
		cmd->flags &= ~(TARGET_CMDF_INFLIGHT | TARGET_CMDF_ORDERED);
}

static void cmd_finish_slow(struct target_cmd *cmd, int state)
{
	if (state & TARGET_CMD_RANGE)
		target_medium_leave(cmd);
	if (state & TARGET_CMD_ABORTED)
		cmd_drop_answer(cmd, state);
}

/**
 * target_cmd_finish() - the one completion path
 * @cmd: status, sense and data_in_len set
 *
 * Any context. The exchange of the state word decides whether an abort came
 * first. The command is the fabric's again when respond is called, so what is
 * needed of it is read before.
 */
void target_cmd_finish(struct target_cmd *cmd)
{
	const struct target_fabric_ops *ops = cmd->nexus->ops;
	int state = atomic_fetch_andnot(TARGET_CMD_STATE_MASK, &cmd->state);

	if (unlikely(state & (TARGET_CMD_ABORTED | TARGET_CMD_RANGE)))
		cmd_finish_slow(cmd, state);
	if (likely(cmd->itl)) {
		cmd_count(cmd);
		target_latency_end(cmd, state);
		if (cmd->flags & (TARGET_CMDF_INFLIGHT | TARGET_CMDF_ORDERED))
			target_task_set_leave(cmd);
	}
	cmd_set_residual(cmd);
	trace_target_cmd_finish(cmd);
	if (unlikely(cmd->flags & TARGET_CMDF_CHILD))
		xcopy_child_ended(cmd);
	else
		ops->respond(cmd);
}

/**
 * target_cmd_done() - the fabric has sent the answer
 * @cmd: after ops->respond(), or after target_cmd_init() returned false
 *
 * Drops the command's references and the pages of target_cmd_alloc_data(). The
 * memory can be used for another command at once. Any context.
 */
void target_cmd_done(struct target_cmd *cmd)
{
	struct target_nexus *nexus = cmd->nexus;

	target_cmd_free_data(cmd);
	if (likely(cmd->itl))
		percpu_ref_put(&cmd->itl->ref);
	if (likely(cmd->flags & TARGET_CMDF_REFS)) {
		cmd->flags &= ~TARGET_CMDF_REFS;
		percpu_ref_put(&nexus->ref);
	}
}
TARGET_EXPORT(target_cmd_done);

/**
 * target_cmd_complete() - end a command with status GOOD
 * @cmd: the command
 * @data_in_len: valid bytes of data-in in cmd->sgl
 */
void target_cmd_complete(struct target_cmd *cmd, u32 data_in_len)
{
	cmd->status = TARGET_STAT_GOOD;
	cmd->data_in_len = data_in_len;
	target_cmd_finish(cmd);
}

/**
 * target_cmd_complete_status() - end a command with a status and no sense data
 * @cmd: the command
 * @status: BUSY, RESERVATION CONFLICT, TASK SET FULL...
 */
void target_cmd_complete_status(struct target_cmd *cmd, u8 status)
{
	cmd->status = status;
	cmd->data_in_len = 0;
	if (cmd->itl)
		target_ua_busy(cmd->itl, status);
	target_cmd_finish(cmd);
}

/**
 * target_cmd_complete_sense() - end a command with CHECK CONDITION
 * @cmd: the command
 * @sense: what went wrong
 */
void target_cmd_complete_sense(struct target_cmd *cmd, const struct target_sense *sense)
{
	cmd_set_sense(cmd, sense);
	if (unlikely(cmd_faults_others(cmd)))
		target_abort_faulted(cmd);
	else
		target_cmd_finish(cmd);
}

/**
 * target_cmd_set_sense() - the answer to a command, still to be sent by target_cmd_finish()
 * @cmd: the command
 * @sense: what to say
 * @fwd: what a copy source or destination has answered, or NULL
 *
 * For CHECK CONDITION; a caller that wants another status with the sense data sets it.
 */
void target_cmd_set_sense(struct target_cmd *cmd, const struct target_sense *sense,
			  const struct scsi_forwarded *fwd)
{
	cmd_set_sense(cmd, sense);
	if (fwd)
		cmd->sense_len = scsi_sense_forward(cmd->sense_data, cmd->sense_len, fwd);
}

/**
 * target_cmd_fail_cdb() - end a command with INVALID FIELD IN CDB
 * @cmd: the command
 * @byte: first byte of the field
 * @bit: its most significant bit, or -1 for a whole field
 */
void target_cmd_fail_cdb(struct target_cmd *cmd, u16 byte, int bit)
{
	struct target_sense sense = {};

	scsi_sense_cdb_field(&sense, byte, bit);
	target_cmd_complete_sense(cmd, &sense);
}

/**
 * target_cmd_complete_error() - end a command with what a backstore's errno means
 * @cmd: the command
 * @err: negative errno
 *
 * The one place where an errno becomes a SCSI status. INFORMATION of a medium error is the
 * block in error (SBC-3 4.18.1) where that is known, as there is but one.
 */
void target_cmd_complete_error(struct target_cmd *cmd, int err)
{
	struct target_sense sense = {};
	u8 status = TARGET_STAT_CHECK_CONDITION;
	u32 moves = cmd->op->flags & (SCSI_OP_READS | SCSI_OP_WRITES);
	bool write = moves & SCSI_OP_WRITES;

	/* What fails of a command that flushes is writing, of any block. */
	if (!moves)
		write = cmd->op->dir != TARGET_DATA_IN;
	scsi_sense_from_errno(&sense, err, write, &status);
	if (sense.key == SENSE_MEDIUM_ERROR && moves && (cmd->op->flags & SCSI_OP_BLOCKS) &&
	    cmd->blocks == 1) {
		sense.flags |= TARGET_SENSE_INFO;
		sense.info = cmd->lba;
	}
	if (status == TARGET_STAT_CHECK_CONDITION)
		target_cmd_complete_sense(cmd, &sense);
	else
		target_cmd_complete_status(cmd, status);
}

/**
 * target_cmd_reply() - end a data-in command with a linear reply
 * @cmd: the command
 * @buf: the reply
 * @len: its length; what the allocation length does not admit is cut off (SPC-4 4.2.5.6)
 */
void target_cmd_reply(struct target_cmd *cmd, const u8 *buf, u32 len)
{
	u32 n;

	cmd->scsi_len = min_t(u64, cmd->scsi_len, len);
	n = min_t(u64, cmd->scsi_len, cmd->xfer_len);
	n = sg_copy_from_buffer(cmd->sgl, cmd->sg_cnt, buf, n);
	target_cmd_complete(cmd, n);
}

/**
 * target_cmd_gather() - copy data-out into a linear buffer
 * @cmd: the command
 * @buf: destination
 * @len: its size
 *
 * Return: bytes copied: at most what the initiator sent.
 */
u32 target_cmd_gather(struct target_cmd *cmd, u8 *buf, u32 len)
{
	return sg_copy_to_buffer(cmd->sgl, cmd->sg_cnt, buf, min(len, cmd->xfer_len));
}

static void cmd_no_lu(struct scsi_lu *lu)
{
	static const struct target_dev_attrib attrib = { .block_size = 512, .emulate_rsoc = 1 };
	static const struct target_limits limits = { .block_size = 512 };
	static const struct target_identity id = { .vendor = "LIO-ORG", .revision = "4.0" };

	lu->attrib = &attrib;
	lu->limits = &limits;
	lu->id = &id;
}

static void cmd_port(const struct target_cmd *cmd, struct scsi_lu *lu)
{
	const struct target_tpg *tpg = cmd->nexus->tpg;

	lu->proto_id = target_tpg_proto_id(tpg);
	lu->target_name = tpg->wwn->name;
	lu->tpg_tag = tpg->tag;
	lu->rtpi = tpg->rtpi;
}

static void cmd_port_group(const struct target_cmd *cmd, struct scsi_lu *lu)
{
	const struct target_port_group *pg;

	rcu_read_lock();
	pg = rcu_dereference(cmd->itl->lun->port_group);
	if (pg && pg->has_id) {
		lu->alua_group_known = true;
		lu->tpg_id = pg->id;
		lu->alua_state = target_alua_lun_state(cmd->itl->lun);
		lu->alua_access = READ_ONCE(pg->access_type);
		lu->alua_preferred = pg->preferred;
	}
	rcu_read_unlock();
}

/**
 * target_cmd_lu() - the logical unit as the command's initiator sees it
 * @cmd: the command, between init and done
 * @lu: filled in; the pointers in it hold until target_cmd_done()
 *
 * Any context.
 */
void target_cmd_lu(const struct target_cmd *cmd, struct scsi_lu *lu)
{
	struct target_device *dev;

	memset(lu, 0, sizeof(*lu));
	cmd_port(cmd, lu);
	if (!cmd->itl) {
		cmd_no_lu(lu);
		lu->well_known = target_cmd_well_known(cmd);
		return;
	}
	dev = cmd->itl->dev;
	lu->connected = true;
	lu->attrib = &dev->attrib;
	lu->limits = &dev->bd.limits;
	lu->id = &dev->id;
	lu->nr_blocks = READ_ONCE(dev->gate) & TARGET_GATE_EJECTED ? 0 : READ_ONCE(dev->nr_blocks);
	lu->write_cache = target_device_write_cache(dev);
	lu->has_map = dev->bd.ops->map;
	lu->cache_fixed = target_device_cache_fixed(dev);
	lu->can_save = target_store_possible(dev);
	lu->mode_saved = &dev->mode_saved;
	lu->write_protect = READ_ONCE(cmd->itl->write_protect);
	lu->lu_group = READ_ONCE(dev->lu_group_id);
	target_alua_lu_referrals(dev, lu);
	cmd_port_group(cmd, lu);
}

/**
 * target_lun_decode() - flat number of an eight byte LUN
 * @lun: LUN field of the transport (SAM-5 4.7)
 *
 * Peripheral (bus 0), flat space and 24 bit extended flat addressing, and the one
 * well known logical unit there is.
 *
 * Return: the number, or ~0 for anything else: no LUN has that number.
 */
u64 target_lun_decode(const u8 lun[8])
{
	u64 rest = get_unaligned_be64(lun);

	switch (lun[0] >> 6) {
	case 0:
		if (lun[0] || rest << 16)
			return U64_MAX;
		return lun[1];
	case 1:
		if (rest << 16)
			return U64_MAX;
		return get_unaligned_be16(lun) & 0x3fff;
	case 3:
		if (rest == TARGET_LUN_REPORT_LUNS)
			return rest;
		if (lun[0] != 0xd2 || rest << 32)
			return U64_MAX;
		return get_unaligned_be32(lun) & 0xffffff;
	default:
		return U64_MAX;
	}
}
TARGET_EXPORT(target_lun_decode);
