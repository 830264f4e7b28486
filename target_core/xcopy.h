/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The copy manager: copy operations of a nexus and what one has while it runs.
 * See the head of xcopy.c.
 */
#ifndef TARGET_CORE_XCOPY_H
#define TARGET_CORE_XCOPY_H

#include <linux/completion.h>
#include "core.h"
#include "xcopy_list.h"

#define XCOPY_CHUNK	(1U << 20)	/* bytes moved at once; there are two buffers of them */
#define XCOPY_MAX_ENDS	(XCOPY_MAX_CSCDS + 1)

/**
 * struct xcopy_io - a command the copy manager sends
 * @cmd: a command of the same nexus, with TARGET_CMDF_CHILD.
 * @end: completed when @cmd has its answer.
 * @itl: where it goes. @side: which side of the segment that is, SCSI_FORWARDED_*.
 * @buf: which of the two buffers it fills or writes.
 * @sent: xcopy_io_end() has not been called for it yet.
 */
struct xcopy_io {
	struct target_cmd	cmd;
	struct completion	end;
	struct target_itl	*itl;
	u8			side;
	u8			buf;
	bool			sent;
};

/**
 * struct xcopy - a copy operation, while it runs and as long as its results are kept
 * @link: in target_nexus.copies.
 * @run: what it needs to run, NULL afterwards.
 * @unit: the logical unit it was sent to. Only compared.
 * @id: list identifier. @usage: enum xcopy_list_usage. @sa: service action.
 * @status: enum xcopy_status. @completion: SAM status, at its end.
 * @abort: COPY OPERATION ABORT has come for it. READ_ONCE.
 * @told, @told_details: results that are not given twice (LID1) have been given.
 * @hdd: held data has been discarded.
 * @counter, @segments, @written: progress, read with READ_ONCE while it runs.
 * @sense, @sense_len: of its failure.
 * @held, @held_len: data held for the initiator; NULL if none is to be.
 *
 * Everything but the progress changes under target_lock.
 */
struct xcopy {
	struct list_head	link;
	struct xcopy_run	*run;
	const struct target_device *unit;
	u32			id;
	u8			usage;
	u8			sa;
	u8			status;
	u8			completion;
	bool			abort;
	bool			told;
	bool			told_details;
	bool			hdd;
	u16			counter;
	u16			segments;
	u64			written;
	u8			sense_len;
	u8			sense[TARGET_SENSE_BYTES];
	u32			held_len;
	u8			*held;
};

/**
 * struct xcopy_run - a copy operation while it runs; its worker's own but for @rd,
 *	@wr and @self, which task management looks at
 * @x: the operation.
 * @cmd: the command to be answered at its end: EXTENDED COPY, or &self.cmd.
 * @work: on the copy manager's workqueue.
 * @ends: I_T_L nexuses of the CSCD descriptors, each referenced; NULL if not found or let go
 *	of. The last one is that of the command, if a segment means it by XCOPY_MANAGER.
 * @counted: so many of @ends, from the first, are counted in target_device.copies.
 * @gone: side of the segment whose unit has been let go of: nothing more is sent.
 * @rd, @wr: the read and the write that run.
 * @self: with IMMED: stands for the operation once EXTENDED COPY has been answered.
 * @chunk: size of each buffer in bytes. @buf: the two. @sgl: their pages.
 * @seg: number of the segment being processed. @src, @dst: its two sides.
 * @seg_written: bytes written of it, in order from its first.
 * @seg_total: bytes it is to write. @dst_block: block size they are counted in.
 * @touched: something of it has been written, in order or not.
 * @stopped: ended by an abort.
 * @residue: data of earlier segments, in @carry. @carry_at: as much of it is used up.
 * @stream: position in the data of the segment, residue first.
 * @hold_from, @hold_to: the part of it that is to be held.
 * @src_pos: next byte of the source.
 * @sense, @fwd: of its failure; fwd.source is 0 if nothing is forwarded.
 * @edge: part of a block that is to be preserved.
 * @param: the parameter list, which @list refers to.
 */
struct xcopy_run {
	struct xcopy		*x;
	struct target_cmd	*cmd;
	struct work_struct	work;
	struct xcopy_list	list;
	struct target_itl	*ends[XCOPY_MAX_ENDS];
	u8			counted;
	u8			gone;
	struct xcopy_io		rd, wr, self;
	u32			chunk;
	u8			*buf[2];
	struct scatterlist	*sgl[2];
	u16			seg;
	struct target_itl	*src, *dst;
	u64			seg_written;
	u64			seg_total;
	u32			dst_block;
	bool			touched;
	bool			stopped;
	struct xcopy_residue	residue;
	u32			carry_at;
	u64			stream;
	u64			hold_from, hold_to;
	u64			src_pos;
	struct target_sense	sense;
	struct scsi_forwarded	fwd;
	u8			carry[2 * XCOPY_MAX_BLOCK];
	u8			edge[XCOPY_MAX_BLOCK];
	u8			param[XCOPY_MAX_PARAM];
};

/* xcopy.c */
struct xcopy_run *xcopy_alloc(struct target_cmd *cmd);
void xcopy_free(struct xcopy_run *run);
u8 xcopy_begin(struct xcopy_run *run, struct target_sense *sense);
void xcopy_go(struct xcopy_run *run);
struct xcopy *xcopy_find(struct target_nexus *nexus, u32 id);
void xcopy_drop(struct xcopy *x);
bool xcopy_abort(struct target_nexus *nexus, u32 id, bool *ended);
bool xcopy_is_stopped(struct xcopy_run *run);
void xcopy_let_go(struct xcopy_run *run);

/* xcopy_io.c */
bool xcopy_buffers(struct xcopy_run *run, u64 bytes);
void xcopy_buffers_free(struct xcopy_run *run);
void xcopy_io_start(struct xcopy_run *run, struct xcopy_io *io, u64 pos, u32 len);
bool xcopy_io_end(struct xcopy_run *run, struct xcopy_io *io);
bool xcopy_test_unit(struct xcopy_run *run, struct target_itl *itl);
bool xcopy_fail(struct xcopy_run *run, u16 asc_ascq);
bool xcopy_fail_segment(struct xcopy_run *run, u16 asc_ascq, u16 byte);
bool xcopy_fail_cscd(struct xcopy_run *run, u16 asc_ascq, u8 side, u8 byte);

/* xcopy_move.c */
bool xcopy_move(struct xcopy_run *run, const struct xcopy_plan *plan);

#endif
