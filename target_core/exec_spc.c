// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of the primary commands: they put the pure reply builders of scsi_*.c
 * and the core's objects together. They run in any context.
 */
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <compat/unaligned.h>
#include "exec.h"
#include "scsi_diag.h"

#define SENSE_DESC		0x01	/* REQUEST SENSE: DESC */
#define LUNS_HEADER		8
#define LUNS_CHUNK		32	/* logical unit numbers copied at once */

/**
 * exec_reply() - answer with what a pure builder makes
 * @cmd: the command
 * @build: the builder
 *
 * Any context.
 */
void exec_reply(struct target_cmd *cmd, exec_reply_fn build)
{
	struct target_sense sense = {};
	struct scsi_lu lu;
	u32 len;
	u8 *buf;

	/* Commands released by the task set come from any context. */
	buf = kzalloc(SCSI_REPLY_MAX, GFP_ATOMIC | __GFP_NOWARN);
	if (!buf) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	target_cmd_lu(cmd, &lu);
	len = build(&lu, cmd->cdb, buf, &sense);
	if (len)
		target_cmd_reply(cmd, buf, len);
	else
		target_cmd_complete_sense(cmd, &sense);
	kfree(buf);
}

/**
 * exec_param_list() - the parameter list of a command, in one piece
 * @cmd: with a parameter list length of two bytes, which is not zero
 *
 * Process context. Return: cmd->scsi_len bytes, for kfree(), or NULL: there is no
 * memory, or less data than the CDB says, and the command has been answered.
 */
u8 *exec_param_list(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	u8 *list = kmalloc(cmd->scsi_len, GFP_NOIO | __GFP_NOWARN);

	if (!list) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return NULL;
	}
	if (target_cmd_gather(cmd, list, cmd->scsi_len) == cmd->scsi_len)
		return list;
	kfree(list);
	scsi_sense_set(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	target_cmd_complete_sense(cmd, &sense);
	return NULL;
}

/* MODE SENSE(6) and (10) */
void exec_mode_sense(struct target_cmd *cmd)
{
	exec_reply(cmd, scsi_mode_sense);
}

/* READ CAPACITY(10) and (16) */
void exec_read_capacity(struct target_cmd *cmd)
{
	exec_reply(cmd, cmd->cdb[0] == 0x25 ? scsi_read_capacity_10 : scsi_read_capacity_16);
}

/* REPORT SUPPORTED OPERATION CODES */
void exec_report_opcodes(struct target_cmd *cmd)
{
	exec_reply(cmd, scsi_report_opcodes);
}

/* READ DEFECT DATA(10) and (12) */
void exec_read_defects(struct target_cmd *cmd)
{
	exec_reply(cmd, scsi_read_defects);
}

/* REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS */
void exec_report_tmfs(struct target_cmd *cmd)
{
	exec_reply(cmd, scsi_report_tmfs);
}

/* RECEIVE DIAGNOSTIC RESULTS */
void exec_receive_diagnostic(struct target_cmd *cmd)
{
	exec_reply(cmd, scsi_receive_diagnostic);
}

/* TEST UNIT READY: what can fail it was checked before */
void exec_test_unit_ready(struct target_cmd *cmd)
{
	target_cmd_complete(cmd, 0);
}

/*
 * REQUEST SENSE, SPC-4 6.39. Sense data travels with the status, so what is left to
 * report is a unit attention condition, which this clears, how far a background
 * operation is, and why the unit is not ready. A logical unit that is not there
 * answers with GOOD status, too.
 */
void exec_request_sense(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	u8 buf[64];
	u8 len;

	if (!cmd->itl && !target_cmd_well_known(cmd))
		scsi_sense_set(&sense, SENSE_ILLEGAL_REQUEST, ASC_LUN_NOT_SUPPORTED);
	else if (!cmd->itl)
		scsi_sense_set(&sense, SENSE_NO_SENSE, ASC_NONE);
	else if (!target_ua_take(cmd->itl, &sense) &&
		 !target_background_sense(cmd->itl->dev, &sense) &&
		 !target_medium_sense(cmd->itl->dev, &sense))
		scsi_sense_set(&sense, SENSE_NO_SENSE, ASC_NONE);
	len = scsi_sense_format(&sense, cmd->cdb[1] & SENSE_DESC, buf, sizeof(buf));
	target_cmd_reply(cmd, buf, len);
}

/* Writes a reply into the command's SGL piece by piece. */
struct reply_cursor {
	struct target_cmd	*cmd;
	u64			pos;
};

static void reply_put(struct reply_cursor *c, const u8 *buf, u32 len)
{
	const struct target_cmd *cmd = c->cmd;

	if (c->pos < cmd->xfer_len)
		sg_pcopy_from_buffer(cmd->sgl, cmd->sg_cnt, buf,
				     min_t(u64, len, cmd->xfer_len - c->pos), c->pos);
	c->pos += len;
}

/*
 * The list in one pass, so that its header agrees with it whatever is mapped
 * meanwhile. The unit attention is withdrawn first: a change from here on is
 * reported again (SPC-4 6.33).
 */
static u64 report_luns_list(struct target_cmd *cmd)
{
	struct reply_cursor c = { .cmd = cmd, .pos = LUNS_HEADER };
	u8 chunk[LUNS_CHUNK * 8];
	struct target_itl *itl;
	unsigned long index;
	u32 used = 0;

	rcu_read_lock();
	xa_for_each(&cmd->nexus->itls, index, itl)
		target_ua_clear(itl, TARGET_UA_LUNS_CHANGED);
	xa_for_each(&cmd->nexus->itls, index, itl) {
		if (!scsi_lun_encode(itl->number, chunk + used))
			continue;
		used += 8;
		if (used == sizeof(chunk)) {
			reply_put(&c, chunk, used);
			used = 0;
		}
	}
	rcu_read_unlock();
	reply_put(&c, chunk, used);
	return c.pos - LUNS_HEADER;
}

/* REPORT LUNS, SPC-5 6.33 */
void exec_report_luns(struct target_cmd *cmd)
{
	static const u8 report_luns[8] = { 0xc1, 0x01 };
	struct reply_cursor c = { .cmd = cmd };
	struct target_sense sense = {};
	u8 header[LUNS_HEADER] = {};
	bool luns, well_known;
	u64 len = 0;

	if (!scsi_report_luns_check(cmd->cdb, &luns, &well_known, &sense)) {
		target_cmd_complete_sense(cmd, &sense);
		return;
	}
	if (luns)
		len = report_luns_list(cmd);
	if (well_known) {
		c.pos = LUNS_HEADER + len;
		reply_put(&c, report_luns, sizeof(report_luns));
		len += sizeof(report_luns);
		c.pos = 0;
	}
	put_unaligned_be32(len, header);
	reply_put(&c, header, sizeof(header));

	len += LUNS_HEADER;
	cmd->scsi_len = min(cmd->scsi_len, len);
	target_cmd_complete(cmd, min_t(u64, cmd->xfer_len, len));
}
