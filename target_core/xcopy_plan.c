// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one segment of a copy reads, processes and writes, and what becomes of the
 * bytes that fill no block (SPC-4 5.17.7.2, tables 115 and 116). Numbers only.
 */
#include <linux/kernel.h>
#include "xcopy_list.h"

/**
 * xcopy_sense_segment() - COPY ABORTED because of a field of the segment descriptor
 * @sense: overwritten
 * @asc_ascq: additional sense code
 * @byte: first byte of the field in the descriptor
 */
void xcopy_sense_segment(struct target_sense *sense, u16 asc_ascq, u16 byte)
{
	scsi_sense_set(sense, SENSE_COPY_ABORTED, asc_ascq);
	sense->flags |= TARGET_SENSE_FIELD | TARGET_SENSE_SEGMENT;
	sense->field = byte;
}

static u64 round_up_block(u64 bytes, u32 block_size)
{
	return (bytes + block_size - 1) & ~(u64)(block_size - 1);
}

static void plan_amounts(const struct xcopy_segment *seg, const struct xcopy_unit *src,
			 const struct xcopy_unit *dst, struct xcopy_plan *plan)
{
	const struct xcopy_residue *residue = &plan->left;

	if (seg->type == XCOPY_BYTES) {
		plan->processed = plan->write = plan->read = seg->count;
		return;
	}
	if (seg->dc) {
		plan->write = (u64)seg->count * dst->block_size;
		plan->processed = plan->write - min_t(u64, plan->write, residue->dst);
	} else {
		plan->processed = (u64)seg->count * src->block_size;
		plan->write = (plan->processed + residue->dst) & ~(u64)(dst->block_size - 1);
	}
	if (plan->processed > residue->src)
		plan->read = round_up_block(plan->processed - residue->src, src->block_size);
}

/* Table 116: what is left over, by CAT and the PAD bits of source and destination */
static bool plan_residue(const struct xcopy_segment *seg, bool src_pad, bool dst_pad,
			 const struct xcopy_unit *dst, struct xcopy_plan *plan)
{
	struct xcopy_residue *left = &plan->left;

	if (seg->cat || (!left->dst && !left->src))
		return true;
	if (!src_pad && !dst_pad)
		return false;
	if (src_pad)
		left->src = 0;
	if (!left->dst)
		return true;
	if (dst_pad) {
		/* A segment that says how much is written has no room for a padded block. */
		if (seg->dc || seg->type == XCOPY_BYTES)
			return false;
		plan->pad = dst->block_size - left->dst;
		plan->write += left->dst;
	}
	left->dst = 0;
	return true;
}

/* Byte position, or U64_MAX if it is off the medium; where nothing is done does not matter. */
static u64 plan_pos(const struct xcopy_unit *unit, u64 lba, u16 offset, u64 bytes)
{
	u64 size = unit->nr_blocks * unit->block_size, pos;

	if (!bytes)
		return 0;
	if (lba >= unit->nr_blocks)
		return U64_MAX;
	pos = lba * unit->block_size + offset;
	return pos <= size && bytes <= size - pos ? pos : U64_MAX;
}

static bool plan_places(const struct xcopy_segment *seg, const struct xcopy_unit *src,
			const struct xcopy_unit *dst, struct xcopy_plan *plan,
			struct target_sense *sense)
{
	u16 wrong = 0;

	plan->src_pos = plan_pos(src, seg->src_lba, seg->src_offset, plan->read);
	plan->dst_pos = plan_pos(dst, seg->dst_lba, seg->dst_offset, plan->write + plan->pad);
	if (seg->src_offset >= src->block_size)
		wrong = XCOPY_SEG_SRC_OFFSET;
	else if (seg->dst_offset >= dst->block_size)
		wrong = XCOPY_SEG_DST_OFFSET;
	else if (plan->src_pos == U64_MAX)
		wrong = XCOPY_SEG_SRC_LBA;
	else if (plan->dst_pos == U64_MAX)
		wrong = XCOPY_SEG_DST_LBA;
	if (wrong)
		xcopy_sense_segment(sense, ASC_NONE, wrong);
	return !wrong;
}

/**
 * xcopy_plan() - what a segment that moves data does
 * @seg: the segment
 * @src: copy source
 * @dst: copy destination
 * @plan: filled in; on entry @left is the residue of earlier segments, each part less
 *	than XCOPY_MAX_BLOCK
 * @sense: COPY ABORTED, filled in if the segment can't be processed
 *
 * Return: whether it can.
 */
bool xcopy_plan(const struct xcopy_segment *seg, const struct xcopy_unit *src,
		const struct xcopy_unit *dst, struct xcopy_plan *plan, struct target_sense *sense)
{
	*plan = (struct xcopy_plan) { .left = plan->left };
	plan_amounts(seg, src, dst, plan);
	plan->left.dst += plan->processed - plan->write;
	plan->left.src += plan->read - plan->processed;
	if (plan->write > XCOPY_MAX_SEGMENT_BYTES) {
		xcopy_sense_segment(sense, ASC_INVALID_FIELD_PARAM, XCOPY_SEG_BYTES);
		return false;
	}
	if (!plan_residue(seg, src->pad, dst->pad, dst, plan)) {
		scsi_sense_set(sense, SENSE_COPY_ABORTED, ASC_COPY_INEXACT);
		return false;
	}
	return plan_places(seg, src, dst, plan, sense);
}
