// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of the third-party copy commands (SPC-4 6.3 to 6.5 and 6.20 to 6.25). All
 * of them sleep.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <compat/unaligned.h>
#include "xcopy.h"

/* Service actions of RECEIVE COPY */
#define STATUS_LID1	0x00
#define DATA_LID1	0x01
#define DETAILS_LID1	0x04
#define STATUS_LID4	0x05
#define DATA_LID4	0x06

#define SA(cmd)		((cmd)->cdb[1] & 0x1f)

static u8 copy_begin(struct xcopy_run *run, struct target_sense *sense)
{
	u32 len = target_cmd_gather(run->cmd, run->param, sizeof(run->param));

	if (!xcopy_parse(SA(run->cmd), run->param, len, &run->list, sense))
		return TARGET_STAT_CHECK_CONDITION;
	return xcopy_begin(run, sense);
}

static void copy_start(struct target_cmd *cmd)
{
	struct xcopy_run *run = xcopy_alloc(cmd);
	struct target_sense sense = {};
	u8 status = run ? copy_begin(run, &sense) : TARGET_STAT_BUSY;

	if (!status) {
		xcopy_go(run);
		return;
	}
	if (run)
		xcopy_free(run);
	if (status == TARGET_STAT_CHECK_CONDITION)
		target_cmd_complete_sense(cmd, &sense);
	else
		target_cmd_complete_status(cmd, status);
}

/* EXTENDED COPY(LID1) and (LID4) */
void exec_extended_copy(struct target_cmd *cmd)
{
	unsigned int noio;

	if (!cmd->scsi_len) {
		target_cmd_complete(cmd, 0);
		return;
	}
	noio = memalloc_noio_save();
	copy_start(cmd);
	memalloc_noio_restore(noio);
}

/* COPY OPERATION ABORT, SPC-4 6.3. The medium may hold a write for longer than one waits. */
void exec_copy_operation_abort(struct target_cmd *cmd)
{
	bool ended = false;

	if (!xcopy_abort(cmd->nexus, get_unaligned_be32(cmd->cdb + 2), &ended))
		target_cmd_fail_cdb(cmd, 2, -1);
	else if (!ended)
		target_cmd_fail(cmd, SENSE_ABORTED_COMMAND, ASC_LU_COMM_TIMEOUT);
	else
		target_cmd_complete(cmd, 0);
}

/* RECEIVE COPY OPERATING PARAMETERS */
void exec_receive_copy_parameters(struct target_cmd *cmd)
{
	u8 buf[64] = {};

	target_cmd_reply(cmd, buf, xcopy_operating_parameters(buf));
}

/* Whether this service action has something to say of the operation */
static bool receive_allowed(const struct xcopy *x, u8 action)
{
	switch (action) {
	case STATUS_LID1:
		return !x->told;
	case DATA_LID1:
		return !x->run;
	case DETAILS_LID1:
		return !x->run && !x->sa;
	default:
		return true;
	}
}

static u32 receive_build(const struct xcopy *x, u8 action, u8 *buf)
{
	struct xcopy_report report = {
		.sa = x->sa, .status = x->status, .completion = x->completion, .hdd = x->hdd,
		.counter = READ_ONCE(x->counter), .segments = READ_ONCE(x->segments),
		.written = READ_ONCE(x->written), .sense = x->sense,
		.sense_len = x->told_details && action == DETAILS_LID1 ? 0 : x->sense_len,
		.held = x->held, .held_len = x->run ? 0 : x->held_len,
	};

	switch (action) {
	case STATUS_LID1:
		return xcopy_status_lid1(&report, buf);
	case DATA_LID1:
		return xcopy_data_lid1(&report, buf);
	case DETAILS_LID1:
		return xcopy_failure_details(&report, buf);
	case STATUS_LID4:
		return xcopy_status_lid4(&report, buf);
	default:
		return xcopy_data_lid4(&report, buf);
	}
}

/* What has been given in full, or was to be thrown away (ALLOCATION LENGTH 0), goes. */
static void receive_discard(struct xcopy *x, u8 action, const struct target_cmd *cmd, u32 len)
{
	bool all = !cmd->scsi_len || len <= cmd->xfer_len;

	if (x->run)
		return;
	if (action == STATUS_LID1)
		x->told = true;
	else if (action == DETAILS_LID1)
		x->told_details |= all;
	else if (action != STATUS_LID4 && all)
		x->held_len = 0;
}

/* Returns the length of the reply, 0 if there is nothing to be said. */
static u32 receive_locked(struct target_cmd *cmd, u8 *buf)
{
	u8 action = SA(cmd);
	u32 id = action >= STATUS_LID4 ? get_unaligned_be32(cmd->cdb + 2) : cmd->cdb[2];
	struct xcopy *x = xcopy_find(cmd->nexus, id);
	u32 len;

	if (!x || !receive_allowed(x, action))
		return 0;
	len = receive_build(x, action, buf);
	receive_discard(x, action, cmd, len);
	return len;
}

/* RECEIVE COPY STATUS, DATA and FAILURE DETAILS */
void exec_receive_copy(struct target_cmd *cmd)
{
	u8 *buf = kvzalloc(XCOPY_REPLY_MAX, GFP_NOIO);
	u32 len;

	if (!buf) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	mutex_lock(&target_lock);
	len = receive_locked(cmd, buf);
	mutex_unlock(&target_lock);
	if (len)
		target_cmd_reply(cmd, buf, len);
	else
		target_cmd_fail_cdb(cmd, 2, -1);
	kvfree(buf);
}
