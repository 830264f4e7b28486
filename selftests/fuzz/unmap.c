// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: the parameter list of UNMAP. Whatever is let through is on the medium, and no
 * more than the Block Limits page allows.
 *
 * Input: capacity, MAXIMUM UNMAP LBA COUNT, descriptors, then the parameter list.
 */
#include "fuzz.h"
#include "scsi.h"

#define LIST_HEAD_LEN	8
#define DESC_LEN	16

static void check_list(const struct scsi_lu *lu, const u8 *list, u32 len)
{
	struct target_sense sense = {};
	struct scsi_unmap_desc desc;
	int i, count = scsi_unmap_count(list, len, &sense);
	u64 total = 0;

	must((count < 0) == (sense.key != 0));
	if (count < 0)
		return;
	must(LIST_HEAD_LEN + (u32)count * DESC_LEN <= max_t(u32, len, LIST_HEAD_LEN));
	if (!scsi_unmap_check(lu, list, count, &sense)) {
		must(sense.key == SENSE_ILLEGAL_REQUEST);
		must(!(sense.flags & TARGET_SENSE_FIELD) || sense.field < len);
		return;
	}
	must(!sense.key && count <= lu->attrib->max_unmap_block_desc_count);
	for (i = 0; i < count; i++) {
		must(scsi_unmap_desc(lu, list, i, &desc, &sense));
		must(desc.lba <= lu->nr_blocks && desc.blocks <= lu->nr_blocks - desc.lba);
		total += desc.blocks;
	}
	must(total <= lu->attrib->max_unmap_lba_count);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct target_dev_attrib attrib = { .emulate_tpu = 1, .block_size = 512 };
	struct target_limits limits = { .max_unmap_blocks = 1 };
	struct scsi_lu lu = { .attrib = &attrib, .limits = &limits, .connected = true };
	struct fuzz_in in = { data, size };
	size_t len = U16_MAX;
	u8 *list;

	lu.nr_blocks = take_u64(&in);
	attrib.max_unmap_lba_count = take_u64(&in);
	attrib.max_unmap_block_desc_count = take_u8(&in);
	list = take_block(&in, &len);
	check_list(&lu, list, len);
	kfree(list);
	return 0;
}
