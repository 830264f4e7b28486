// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the copy manager sends: reads and writes that are commands of the nexus it
 * works for, and so pass every check that the initiator's own would pass. Also its
 * buffers, and what it says when something fails (SPC-4 5.17.7.4).
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <compat/unaligned.h>
#include "xcopy.h"

#define OP_TEST_UNIT_READY	0x00
#define OP_READ_16		0x88
#define OP_WRITE_16		0x8a

#define IO_LONG			HZ	/* who has waited that long looks who else has to wait */

/* ---- buffers ---- */

static struct scatterlist *buffer_pages(u8 *buf, u32 size)
{
	unsigned int i, n = size >> PAGE_SHIFT;
	struct scatterlist *sgl = kvmalloc_array(n, sizeof(*sgl), GFP_KERNEL);

	if (!sgl)
		return NULL;
	sg_init_table(sgl, n);
	for (i = 0; i < n; i++) {
		u8 *p = buf + (i << PAGE_SHIFT);
		struct page *page = is_vmalloc_addr(p) ? vmalloc_to_page(p) : virt_to_page(p);

		sg_set_page(&sgl[i], page, PAGE_SIZE, 0);
	}
	return sgl;
}

/**
 * xcopy_buffers() - get the two buffers
 * @run: about to run
 * @bytes: most that one segment moves; more than XCOPY_CHUNK goes in pieces
 *
 * Linear, because a piece may have to be shifted, and in whole pages. Return: false
 * without memory; xcopy_buffers_free() is for the caller in any case.
 */
bool xcopy_buffers(struct xcopy_run *run, u64 bytes)
{
	unsigned int i;

	/* Room for a block at either end of what is moved, and never less than a few blocks. */
	run->chunk = clamp_t(u64, PAGE_ALIGN(bytes), 8 * XCOPY_MAX_BLOCK, XCOPY_CHUNK);
	for (i = 0; i < ARRAY_SIZE(run->buf); i++) {
		run->buf[i] = kvmalloc(run->chunk, GFP_KERNEL);
		run->sgl[i] = run->buf[i] ? buffer_pages(run->buf[i], run->chunk) : NULL;
		if (!run->sgl[i])
			return false;
	}
	return true;
}

/** xcopy_buffers_free() - free what xcopy_buffers() got */
void xcopy_buffers_free(struct xcopy_run *run)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(run->buf); i++) {
		kvfree(run->sgl[i]);
		kvfree(run->buf[i]);
	}
}

/* ---- failures ---- */

/**
 * xcopy_fail() - COPY ABORTED
 * @run: the operation
 * @asc_ascq: why
 *
 * Return: false.
 */
bool xcopy_fail(struct xcopy_run *run, u16 asc_ascq)
{
	scsi_sense_set(&run->sense, SENSE_COPY_ABORTED, asc_ascq);
	return false;
}

/**
 * xcopy_fail_segment() - COPY ABORTED because of a field of the segment descriptor
 * @run: the operation
 * @asc_ascq: why
 * @byte: first byte of the field in the descriptor
 *
 * Return: false.
 */
bool xcopy_fail_segment(struct xcopy_run *run, u16 asc_ascq, u16 byte)
{
	xcopy_sense_segment(&run->sense, asc_ascq, byte);
	return false;
}

/**
 * xcopy_fail_cscd() - COPY ABORTED because of the source or destination
 * @run: the operation
 * @asc_ascq: why
 * @side: SCSI_FORWARDED_SOURCE or _DESTINATION
 * @byte: of the CSCD descriptor, 0 for all of it
 *
 * Points into the CSCD descriptor, or if there is none at the number of it in the
 * segment descriptor. Return: false.
 */
bool xcopy_fail_cscd(struct xcopy_run *run, u16 asc_ascq, u8 side, u8 byte)
{
	const struct xcopy_segment *seg = &run->list.segments[run->seg];
	bool source = side == SCSI_FORWARDED_SOURCE;
	const struct xcopy_cscd *cscd = xcopy_find_cscd(&run->list, source ? seg->src : seg->dst);

	if (!cscd)
		return xcopy_fail_segment(run, asc_ascq, source ? XCOPY_SEG_SRC : XCOPY_SEG_DST);
	scsi_sense_set(&run->sense, SENSE_COPY_ABORTED, asc_ascq);
	run->sense.flags |= TARGET_SENSE_FIELD;
	run->sense.field = cscd->at + byte;
	return false;
}

static bool fail_io(struct xcopy_run *run, const struct xcopy_io *io)
{
	const struct target_cmd *cmd = &io->cmd;

	if (xcopy_is_stopped(run) || (atomic_read(&cmd->state) & TARGET_CMD_ABORTED)) {
		run->stopped = true;
		return false;
	}
	if (run->gone)
		return xcopy_fail_cscd(run, ASC_COPY_NOT_REACHABLE, run->gone, 0);
	/* Unmapped, or another unit has that number by now. */
	if (cmd->itl != io->itl)
		return xcopy_fail_cscd(run, ASC_COPY_NOT_REACHABLE, io->side, 0);
	if (!cmd->status)
		return xcopy_fail_cscd(run, ASC_COPY_UNDERRUN, io->side, 0);
	run->fwd.source = io->side;
	run->fwd.status = cmd->status;
	run->fwd.len = min_t(size_t, cmd->sense_len, sizeof(run->fwd.data));
	memcpy(run->fwd.data, cmd->sense_data, run->fwd.len);
	return xcopy_fail_cscd(run, ASC_COPY_DEVICE_FAILURE, io->side, 0);
}

/* ---- commands ---- */

/**
 * xcopy_child_ended() - a command of the copy manager has its answer
 * @cmd: with TARGET_CMDF_CHILD; any context
 */
void xcopy_child_ended(struct target_cmd *cmd)
{
	complete(&container_of(cmd, struct xcopy_io, cmd)->end);
}

/*
 * HEAD OF QUEUE, because EXTENDED COPY itself may be what an ORDERED command waits
 * for, or be that ORDERED command.
 */
static void io_prepare(struct xcopy_run *run, struct xcopy_io *io, u8 opcode, u8 dir)
{
	struct target_cmd *cmd = &io->cmd;

	init_completion(&io->end);
	io->sent = true;
	memset(cmd->cdb, 0, sizeof(cmd->cdb));
	cmd->cdb[0] = opcode;
	cmd->nexus = run->cmd->nexus;
	cmd->lun = io->itl->number;
	cmd->dir = dir;
	cmd->edtl = 0;
	cmd->attr = TARGET_ATTR_HEAD_OF_QUEUE;
	cmd->flags = TARGET_CMDF_CHILD;
}

static void io_send(struct xcopy_run *run, struct xcopy_io *io)
{
	struct target_cmd *cmd = &io->cmd;

	if (!target_cmd_init(cmd)) {
		complete(&io->end);
		return;
	}
	/* Who ended the session meanwhile has marked EXTENDED COPY, and seen or missed this one. */
	smp_mb();
	if (xcopy_is_stopped(run)) {
		target_cmd_fail(cmd, SENSE_ABORTED_COMMAND, 0);
		return;
	}
	if (cmd->itl != io->itl) {
		target_cmd_fail(cmd, SENSE_ILLEGAL_REQUEST, ASC_LUN_NOT_SUPPORTED);
		return;
	}
	if (cmd->edtl) {
		cmd->sgl = run->sgl[io->buf];
		cmd->sg_cnt = DIV_ROUND_UP(cmd->edtl, PAGE_SIZE);
	}
	target_cmd_execute(cmd);
}

/**
 * xcopy_io_start() - start a read or a write
 * @run: the operation
 * @io: &run->rd or &run->wr, with itl, side and buf set
 * @pos: first byte of the unit, at a block
 * @len: bytes, whole blocks, at most run->chunk
 *
 * May sleep, but does not wait for the medium. xcopy_io_end() has to follow.
 */
void xcopy_io_start(struct xcopy_run *run, struct xcopy_io *io, u64 pos, u32 len)
{
	u8 shift = io->itl->dev->block_shift;

	if (io == &run->rd)
		io_prepare(run, io, OP_READ_16, TARGET_DATA_IN);
	else
		io_prepare(run, io, OP_WRITE_16, TARGET_DATA_OUT);
	put_unaligned_be64(pos >> shift, io->cmd.cdb + 2);
	put_unaligned_be32(len >> shift, io->cmd.cdb + 10);
	io->cmd.edtl = len;
	io_send(run, io);
}

/**
 * xcopy_io_end() - wait for the end of a command
 * @run: the operation
 * @io: as given to xcopy_io_start()
 *
 * As with every command the end is up to the medium; who aborts one does not wait
 * for it longer than TARGET_ABORT_WAIT. Return: whether it went well; run->sense
 * or run->stopped is set otherwise.
 */
bool xcopy_io_end(struct xcopy_run *run, struct xcopy_io *io)
{
	struct target_cmd *cmd = &io->cmd;
	bool ok;

	while (!wait_for_completion_timeout(&io->end, IO_LONG))
		xcopy_let_go(run);
	io->sent = false;
	ok = !run->gone && !cmd->status && !(atomic_read(&cmd->state) & TARGET_CMD_ABORTED) &&
	     cmd->itl == io->itl && (cmd->dir != TARGET_DATA_IN || cmd->data_in_len == cmd->edtl);
	if (ok)
		WRITE_ONCE(run->x->counter, run->x->counter + 1);
	else
		fail_io(run, io);
	target_cmd_done(cmd);
	return ok;
}

/**
 * xcopy_test_unit() - TEST UNIT READY
 * @run: the operation
 * @itl: the unit, source of the current segment
 *
 * Return: whether the unit is ready; run->sense or run->stopped is set otherwise.
 */
bool xcopy_test_unit(struct xcopy_run *run, struct target_itl *itl)
{
	struct xcopy_io *io = &run->rd;

	io->itl = itl;
	io->side = SCSI_FORWARDED_SOURCE;
	io_prepare(run, io, OP_TEST_UNIT_READY, TARGET_DATA_NONE);
	io_send(run, io);
	return xcopy_io_end(run, io);
}
