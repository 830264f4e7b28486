// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moves the data of one segment. Usually whole blocks go to whole blocks: then one
 * buffer is written while the other is read. The rest (residue of earlier segments,
 * byte offsets, data to be held) goes through move_stream(), a piece at a time.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "xcopy.h"

static void aim_read(struct xcopy_run *run, struct target_itl *itl, u8 side, u8 buf)
{
	run->rd.itl = itl;
	run->rd.side = side;
	run->rd.buf = buf;
}

static void account(struct xcopy_run *run, u32 len, bool in_order)
{
	run->touched = true;
	if (!in_order)
		return;
	run->seg_written += len;
	WRITE_ONCE(run->x->written, run->x->written + len);
}

/* ---- whole blocks to whole blocks ---- */

/* Piece @k of the segment; from the last to the first if @backward. */
static u32 piece(const struct xcopy_run *run, const struct xcopy_plan *plan, bool backward,
		 u64 k, u64 *at)
{
	u64 count = DIV_ROUND_UP_ULL(plan->write, run->chunk);

	if (k >= count)
		return 0;
	*at = (backward ? count - 1 - k : k) * run->chunk;
	return min_t(u64, run->chunk, plan->write - *at);
}

static bool read_piece(struct xcopy_run *run, const struct xcopy_plan *plan, bool backward, u64 k)
{
	u64 at = 0;
	u32 len = piece(run, plan, backward, k, &at);

	if (!len)
		return false;
	aim_read(run, run->src, SCSI_FORWARDED_SOURCE, k & 1);
	xcopy_io_start(run, &run->rd, plan->src_pos + at, len);
	return true;
}

/*
 * In a unit that is copied onto itself the pieces go in the direction in which none
 * is overwritten before it is read, not even the one read ahead.
 */
static bool move_blocks(struct xcopy_run *run, const struct xcopy_plan *plan, bool backward)
{
	bool reading = read_piece(run, plan, backward, 0), read_ok;
	u64 k, at = 0;
	u32 len;

	if (reading && !xcopy_io_end(run, &run->rd))
		return false;
	for (k = 0; (len = piece(run, plan, backward, k, &at)); k++) {
		run->stopped = xcopy_is_stopped(run);
		if (run->stopped)
			return false;
		run->wr.buf = k & 1;
		xcopy_io_start(run, &run->wr, plan->dst_pos + at, len);
		reading = read_piece(run, plan, backward, k + 1);
		read_ok = !reading || xcopy_io_end(run, &run->rd);
		if (!xcopy_io_end(run, &run->wr))
			return false;
		account(run, len, !backward);
		if (!read_ok)
			return false;
		cond_resched();
	}
	if (backward)
		account(run, plan->write, true);
	return true;
}

/* ---- any bytes to any bytes ---- */

/* Through buffer 1 */
static bool read_bytes(struct xcopy_run *run, u8 *to, u32 len)
{
	u32 block = run->src->dev->bd.block_size;

	while (len) {
		u32 skip = run->src_pos & (block - 1);
		u32 span = min(ALIGN(skip + len, block), run->chunk);
		u32 n = min(len, span - skip);

		aim_read(run, run->src, SCSI_FORWARDED_SOURCE, 1);
		xcopy_io_start(run, &run->rd, run->src_pos - skip, span);
		if (!xcopy_io_end(run, &run->rd))
			return false;
		memcpy(to, run->buf[1] + skip, n);
		to += n;
		run->src_pos += n;
		len -= n;
	}
	return true;
}

/* The newest bytes are kept, SPC-4 5.17.4.5 */
static void hold(struct xcopy *x, const u8 *data, u32 len)
{
	u32 drop;

	if (len > XCOPY_HELD_LIMIT) {
		data += len - XCOPY_HELD_LIMIT;
		len = XCOPY_HELD_LIMIT;
		x->hdd = true;
	}
	if (x->held_len + len > XCOPY_HELD_LIMIT) {
		drop = x->held_len + len - XCOPY_HELD_LIMIT;
		memmove(x->held, x->held + drop, x->held_len - drop);
		x->held_len -= drop;
		x->hdd = true;
	}
	memcpy(x->held + x->held_len, data, len);
	x->held_len += len;
}

/* The next bytes of the segment's data: residue, then what is read. */
static bool take(struct xcopy_run *run, u8 *to, u32 len)
{
	u32 carried = min(len, run->residue.dst + run->residue.src - run->carry_at);
	u64 from = run->stream, end = from + len;

	memcpy(to, run->carry + run->carry_at, carried);
	run->carry_at += carried;
	if (!read_bytes(run, to + carried, len - carried))
		return false;
	run->stream = end;
	from = max(from, run->hold_from);
	end = min(end, run->hold_to);
	if (from < end)
		hold(run->x, to + (from - (run->stream - len)), end - from);
	return true;
}

/* Reads one block of the destination into buffer 1. */
static bool read_edge(struct xcopy_run *run, u64 pos)
{
	aim_read(run, run->dst, SCSI_FORWARDED_DESTINATION, 1);
	xcopy_io_start(run, &run->rd, pos, run->dst_block);
	return xcopy_io_end(run, &run->rd);
}

/* Buffer 0 to @pos; what else is in the first and the last block stays as it is. */
static bool write_bytes(struct xcopy_run *run, u64 pos, u32 len)
{
	u32 mask = run->dst_block - 1, head = pos & mask, tail = (pos + len) & mask;
	u64 first = pos - head, last = pos + len - tail;
	u32 span = ALIGN(head + len, run->dst_block);

	if (tail) {
		if (!read_edge(run, last))
			return false;
		memcpy(run->edge, run->buf[1], run->dst_block);
	}
	if (head && !read_edge(run, first))
		return false;
	memcpy(run->buf[1] + head, run->buf[0], len);
	if (tail)
		memcpy(run->buf[1] + head + len, run->edge + tail, run->dst_block - tail);
	run->wr.buf = 1;
	xcopy_io_start(run, &run->wr, first, span);
	if (!xcopy_io_end(run, &run->wr))
		return false;
	account(run, len, true);
	return true;
}

/* At most this much at once, so that the blocks around it fit into the other buffer. */
static u32 stream_piece(const struct xcopy_run *run)
{
	return run->chunk - 2 * XCOPY_MAX_BLOCK;
}

static bool write_stream(struct xcopy_run *run, const struct xcopy_plan *plan)
{
	u64 end = plan->write + plan->pad, at, n;
	u32 data;

	for (at = 0; at < end; at += n) {
		run->stopped = xcopy_is_stopped(run);
		if (run->stopped)
			return false;
		n = min_t(u64, end - at, stream_piece(run));
		data = min_t(u64, n, plan->write - min(plan->write, at));
		if (!take(run, run->buf[0], data))
			return false;
		memset(run->buf[0] + data, 0, n - data);
		if (!write_bytes(run, plan->dst_pos + at, n))
			return false;
		cond_resched();
	}
	return true;
}

/* What the segment leaves is the end of its data; some of it may be held and then go. */
static bool keep_residue(struct xcopy_run *run, const struct xcopy_plan *plan)
{
	u32 left = plan->left.dst + plan->left.src;
	u32 more = run->hold_to - min(run->hold_to, run->stream);

	if (!take(run, run->buf[0], max(left, more)))
		return false;
	memcpy(run->carry, run->buf[0], left);
	return true;
}

static bool move_stream(struct xcopy_run *run, const struct xcopy_plan *plan)
{
	bool holds = run->list.segments[run->seg].type == XCOPY_BLOCKS_HELD;

	run->stream = 0;
	run->carry_at = 0;
	run->src_pos = plan->src_pos;
	run->hold_from = holds ? run->residue.dst : 0;
	run->hold_to = holds ? run->residue.dst + plan->processed : 0;
	return write_stream(run, plan) && keep_residue(run, plan);
}

/* ---- which way ---- */

static bool is_plain(const struct xcopy_run *run, const struct xcopy_plan *plan)
{
	u32 src_mask = run->src->dev->bd.block_size - 1, dst_mask = run->dst_block - 1;

	return !run->residue.dst && !run->residue.src && !plan->pad && plan->read == plan->write &&
	       run->list.segments[run->seg].type != XCOPY_BLOCKS_HELD &&
	       !((plan->src_pos | plan->write) & src_mask) &&
	       !((plan->dst_pos | plan->write) & dst_mask);
}

/* Would writing from the first byte on destroy data before it is read? */
static bool runs_into_itself(const struct xcopy_run *run, const struct xcopy_plan *plan)
{
	u32 carried = run->residue.dst + run->residue.src;

	return run->src->dev == run->dst->dev && plan->read &&
	       plan->dst_pos + carried > plan->src_pos &&
	       plan->dst_pos < plan->src_pos + plan->read;
}

/**
 * xcopy_move() - move the data of the current segment
 * @run: the operation, with src, dst and dst_block set
 * @plan: of xcopy_plan()
 *
 * A range that overlaps itself arrives as it was before. That can't be done for
 * what does not fill whole blocks and does not fit into a buffer; it is refused.
 * Return: whether it went well; run->sense or run->stopped is set otherwise.
 */
bool xcopy_move(struct xcopy_run *run, const struct xcopy_plan *plan)
{
	bool backward = runs_into_itself(run, plan), ok;
	bool fits = plan->write + plan->pad <= stream_piece(run) && !plan->left.dst &&
		    !plan->left.src;

	run->seg_total = plan->write + plan->pad;
	run->wr.itl = run->dst;
	run->wr.side = SCSI_FORWARDED_DESTINATION;
	if (is_plain(run, plan))
		ok = move_blocks(run, plan, backward);
	else if (backward && !fits)
		return xcopy_fail(run, ASC_COPY_INVALID_OPERATION);
	else
		ok = move_stream(run, plan);
	run->residue = plan->left;
	return ok;
}
