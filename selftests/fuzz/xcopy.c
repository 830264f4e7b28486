// SPDX-License-Identifier: GPL-2.0-only
/*
 * EXTENDED COPY parameter lists, and what their segments would do to units of every block
 * size: nothing read or written off the medium, no residue that has no room.
 *
 * Input: a byte for LID4, a byte for block sizes and PAD bits, then the parameter list.
 */
#include "fuzz.h"
#include "xcopy_list.h"

#define HEAD	2

static void plan_one(const struct xcopy_segment *seg, u8 units, struct xcopy_residue *left)
{
	struct xcopy_unit src = {
		.block_size = 512 << (units & 3), .nr_blocks = 1 << 20, .pad = units & 4,
	};
	struct xcopy_unit dst = {
		.block_size = 512 << (units >> 3 & 3), .nr_blocks = 1 << 20, .pad = units & 32,
	};
	struct target_sense sense = {};
	struct xcopy_plan plan = { .left = *left };

	if (!xcopy_plan(seg, &src, &dst, &plan, &sense)) {
		must(sense.key == SENSE_COPY_ABORTED);
		return;
	}
	must(plan.src_pos + plan.read <= src.nr_blocks * src.block_size);
	must(plan.dst_pos + plan.write + plan.pad <= dst.nr_blocks * dst.block_size);
	must(plan.write <= XCOPY_MAX_SEGMENT_BYTES + XCOPY_MAX_BLOCK);
	must(plan.left.dst < XCOPY_MAX_BLOCK && plan.left.src < XCOPY_MAX_BLOCK);
	must(plan.write + plan.left.dst + plan.left.src <= left->dst + left->src + plan.read);
	*left = plan.left;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct target_sense sense = {};
	struct xcopy_residue left = {};
	struct xcopy_list list;
	unsigned int i;
	u8 *buf;

	if (size < HEAD)
		return 0;
	size -= HEAD;
	buf = kmemdup(data + HEAD, size, GFP_KERNEL);
	if (xcopy_parse(data[0] & 1, buf, size, &list, &sense)) {
		for (i = 0; i < list.nr_cscds; i++)
			must(list.cscds[i].desig[3] <= 20);
		for (i = 0; i < list.nr_segments; i++)
			if (list.segments[i].type != XCOPY_VERIFY)
				plan_one(&list.segments[i], data[1], &left);
	} else {
		must(sense.key == SENSE_ILLEGAL_REQUEST);
	}
	kfree(buf);
	return 0;
}
