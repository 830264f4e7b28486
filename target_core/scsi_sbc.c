// SPDX-License-Identifier: GPL-2.0-only
/*
 * Block commands, the bytes of them: capacity data, provisioning as every page
 * reports it, and the UNMAP parameter list. The data path is exec_data.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <compat/unaligned.h>
#include "scsi.h"

#define PMI			0x01
#define RC16_LBPME		0x80
#define RC16_LBPRZ		0x40
#define DEFECT_LISTS		0x18	/* REQ_PLIST and REQ_GLIST, PLISTV and GLISTV */
#define DEFECT_FORMAT		0x07
#define DEFECT_FORMAT_MAX	0x05	/* physical sector; no formats of ours above */
#define LBA_STATUS_HEADER	8
#define LBA_STATUS_DESC		16
#define UNMAP_HEADER		8
#define UNMAP_DESC		16

/**
 * scsi_lu_unmap - has the logical unit UNMAP? (LBPU, MAXIMUM UNMAP LBA COUNT)
 * @lu: a connected logical unit.
 *
 * An administrator's switch alone does not make a medium that can.
 */
bool scsi_lu_unmap(const struct scsi_lu *lu)
{
	const struct target_dev_attrib *a = lu->attrib;

	return READ_ONCE(a->emulate_tpu) && lu->limits->max_unmap_blocks &&
	       READ_ONCE(a->max_unmap_lba_count) && READ_ONCE(a->max_unmap_block_desc_count);
}

/* Has WRITE SAME the UNMAP bit? (LBPWS, LBPWS10) */
bool scsi_lu_write_same_unmap(const struct scsi_lu *lu)
{
	return READ_ONCE(lu->attrib->emulate_tpws) && lu->limits->max_unmap_blocks;
}

/* Is the logical unit thin provisioned? (LBPME, SBC-3 4.7.3.2) */
bool scsi_lu_thin(const struct scsi_lu *lu)
{
	return scsi_lu_unmap(lu) || scsi_lu_write_same_unmap(lu);
}

/* Has the logical unit GET LBA STATUS? Not a thin one of which nobody knows what is mapped. */
bool scsi_lu_lba_status(const struct scsi_lu *lu)
{
	return lu->has_map || !scsi_lu_thin(lu);
}

/* Are DPO and FUA understood? (DPOFUA in the mode header, SBC-3 6.4.1) */
bool scsi_lu_dpofua(const struct scsi_lu *lu)
{
	return READ_ONCE(lu->attrib->emulate_fua_write);
}

/* Has the logical unit COMPARE AND WRITE? (MAXIMUM COMPARE AND WRITE LENGTH) */
bool scsi_lu_caw(const struct scsi_lu *lu)
{
	return READ_ONCE(lu->attrib->emulate_caw);
}

/* Blocks of the longest WRITE ATOMIC(16), whose length field has two bytes; 0 without it. */
u32 scsi_lu_atomic_blocks(const struct scsi_lu *lu)
{
	return min_t(u32, lu->limits->max_atomic_blocks, U16_MAX);
}

/* Has the logical unit WRITE ATOMIC(16)? (MAXIMUM ATOMIC TRANSFER LENGTH) */
bool scsi_lu_write_atomic(const struct scsi_lu *lu)
{
	return scsi_lu_atomic_blocks(lu);
}

/* Has SANITIZE BLOCK ERASE? It leaves no block mapped, so there has to be such a state. */
bool scsi_lu_block_erase(const struct scsi_lu *lu)
{
	return scsi_lu_thin(lu);
}

/* Can the medium be taken out? (RMB, SPC-4 6.4.2) */
bool scsi_lu_removable(const struct scsi_lu *lu)
{
	return READ_ONCE(lu->attrib->removable);
}

/* LBA must be zero without PMI, SBC-2 5.10; a medium of no blocks has no last one. */
static bool scsi_capacity_check(const struct scsi_lu *lu, u64 lba, bool pmi,
				struct target_sense *sense)
{
	if (lba && !pmi)
		scsi_sense_cdb_field(sense, 2, -1);
	else if (!lu->nr_blocks)
		scsi_sense_set(sense, SENSE_NOT_READY, ASC_NEEDS_OPERATOR);
	else if (lba >= lu->nr_blocks)
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_LBA_OUT_OF_RANGE);
	else
		return true;
	return false;
}

/**
 * scsi_read_capacity_10 - READ CAPACITY(10) data, SBC-3 5.15
 * @lu: a connected logical unit.
 * @cdb: the CDB.
 * @buf: 8 bytes.
 * @sense: filled in on error.
 *
 * Returns: 8, or 0 with @sense set.
 */
u32 scsi_read_capacity_10(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
			  struct target_sense *sense)
{
	if (!scsi_capacity_check(lu, get_unaligned_be32(cdb + 2), cdb[8] & PMI, sense))
		return 0;
	put_unaligned_be32(min_t(u64, lu->nr_blocks - 1, U32_MAX), buf);
	put_unaligned_be32(lu->attrib->block_size, buf + 4);
	return 8;
}

/**
 * scsi_read_capacity_16 - READ CAPACITY(16) data, SBC-3 5.16
 * @lu: a connected logical unit.
 * @cdb: the CDB.
 * @buf: 32 zeroed bytes.
 * @sense: filled in on error.
 *
 * Returns: 32, or 0 with @sense set.
 */
u32 scsi_read_capacity_16(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
			  struct target_sense *sense)
{
	if (!scsi_capacity_check(lu, get_unaligned_be64(cdb + 2), cdb[14] & PMI, sense))
		return 0;
	put_unaligned_be64(lu->nr_blocks - 1, buf);
	put_unaligned_be32(lu->attrib->block_size, buf + 8);
	buf[13] = min_t(u8, lu->limits->phys_exp, 0xf);
	put_unaligned_be16(lu->limits->lowest_aligned & 0x3fff, buf + 14);
	if (scsi_lu_thin(lu)) {
		buf[14] |= RC16_LBPME;
		if (lu->attrib->unmap_zeroes_data)
			buf[14] |= RC16_LBPRZ;
	}
	return 32;
}

/**
 * scsi_read_defects - READ DEFECT DATA(10) and (12), SBC-3 5.17 and 5.18
 * @lu: a connected logical unit.
 * @cdb: the CDB.
 * @buf: 8 zeroed bytes.
 * @sense: filled in on error.
 *
 * What is behind a backstore mends itself, so every list is empty in every format
 * of an address. Returns: length of the header, or 0 with @sense set.
 */
u32 scsi_read_defects(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
		      struct target_sense *sense)
{
	bool is_10 = cdb[0] == 0x37;
	u8 asked = cdb[is_10 ? 2 : 1];

	if ((asked & DEFECT_FORMAT) > DEFECT_FORMAT_MAX) {
		scsi_sense_cdb_field(sense, is_10 ? 2 : 1, 2);
		return 0;
	}
	buf[1] = asked & (DEFECT_LISTS | DEFECT_FORMAT);
	return is_10 ? 4 : 8;
}

/**
 * scsi_lba_status_add - the next run of blocks of GET LBA STATUS data
 * @list: the data so far.
 * @lba: first block, behind the last run.
 * @blocks: how many.
 * @state: provisioning status, SBC-3 5.4.2.
 *
 * A run in the state of the last one makes that one longer. Returns: false if there
 * is no room for it.
 */
bool scsi_lba_status_add(struct scsi_lba_status *list, u64 lba, u32 blocks, u8 state)
{
	u8 *desc = list->buf + LBA_STATUS_HEADER + list->count * LBA_STATUS_DESC;
	u8 *last = desc - LBA_STATUS_DESC;

	if (list->count && last[12] == state &&
	    blocks <= U32_MAX - get_unaligned_be32(last + 8)) {
		put_unaligned_be32(get_unaligned_be32(last + 8) + blocks, last + 8);
		return true;
	}
	/* The first one always, as the allocation length may cut the reply anywhere. */
	if (list->count && scsi_lba_status_end(list) + LBA_STATUS_DESC > list->alloc)
		return false;
	put_unaligned_be64(lba, desc);
	put_unaligned_be32(blocks, desc + 8);
	desc[12] = state;
	list->count++;
	return true;
}

/**
 * scsi_lba_status_end - length of GET LBA STATUS data, which it enters in the header
 * @list: the data.
 */
u32 scsi_lba_status_end(const struct scsi_lba_status *list)
{
	u32 len = LBA_STATUS_HEADER + list->count * LBA_STATUS_DESC;

	put_unaligned_be32(len - 4, list->buf);
	return len;
}

/**
 * scsi_write_atomic_check - a WRITE ATOMIC(16) against the Block Limits page, SBC-4 5.48
 * @lu: a connected logical unit.
 * @cdb: the CDB.
 * @sense: filled in on error.
 *
 * Any LBA and any number of blocks will do. Returns: whether neither the atomic boundary nor
 * the transfer is too long.
 */
bool scsi_write_atomic_check(const struct scsi_lu *lu, const u8 *cdb,
			     struct target_sense *sense)
{
	u32 max = scsi_lu_atomic_blocks(lu);

	if (get_unaligned_be16(cdb + 10) > max)
		scsi_sense_cdb_field(sense, 10, -1);
	else if (get_unaligned_be16(cdb + 12) > max)
		scsi_sense_cdb_field(sense, 12, -1);
	else
		return true;
	return false;
}

/**
 * scsi_unmap_count - number of descriptors in an UNMAP parameter list, SBC-3 5.28.2
 * @list: the parameter list as received.
 * @len: bytes of it.
 * @sense: filled in on error.
 *
 * An incomplete last descriptor is ignored, as the standard says; a length that
 * reaches beyond the list is not. Returns: the number, or -EINVAL.
 */
int scsi_unmap_count(const u8 *list, u32 len, struct target_sense *sense)
{
	u16 data_len, desc_len;

	if (!len)
		return 0;
	if (len < UNMAP_HEADER)
		goto too_short;
	data_len = get_unaligned_be16(list);
	desc_len = get_unaligned_be16(list + 2);
	if (data_len > len - 2 || desc_len > len - UNMAP_HEADER)
		goto too_short;
	if (desc_len && data_len < desc_len + UNMAP_HEADER - 2) {
		scsi_sense_param_field(sense, 2, -1);
		return -EINVAL;
	}
	return desc_len / UNMAP_DESC;

too_short:
	scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	return -EINVAL;
}

static void unmap_read(const u8 *list, unsigned int i, struct scsi_unmap_desc *desc)
{
	const u8 *p = list + UNMAP_HEADER + i * UNMAP_DESC;

	desc->lba = get_unaligned_be64(p);
	desc->blocks = get_unaligned_be32(p + 8);
}

/**
 * scsi_unmap_desc - one descriptor of an UNMAP parameter list
 * @lu: a connected logical unit.
 * @list: a list with more than @i descriptors, by scsi_unmap_count().
 * @i: which one.
 * @desc: filled in.
 * @sense: filled in on error.
 *
 * Returns: whether the range is on the medium.
 */
bool scsi_unmap_desc(const struct scsi_lu *lu, const u8 *list, unsigned int i,
		     struct scsi_unmap_desc *desc, struct target_sense *sense)
{
	unmap_read(list, i, desc);
	if (!scsi_on_medium(lu->nr_blocks, desc->lba, desc->blocks)) {
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_LBA_OUT_OF_RANGE);
		return false;
	}
	return true;
}

/**
 * scsi_unmap_check - an UNMAP parameter list against the Block Limits page
 * @lu: a connected logical unit.
 * @list: a list of @count descriptors, by scsi_unmap_count().
 * @count: descriptors.
 * @sense: filled in on error.
 *
 * To be called before the first block is unmapped, so that a refused command
 * changes nothing. Returns: whether all of the list can be done.
 */
bool scsi_unmap_check(const struct scsi_lu *lu, const u8 *list, unsigned int count,
		      struct target_sense *sense)
{
	struct scsi_unmap_desc desc;
	u64 total = 0;
	unsigned int i;

	if (count > READ_ONCE(lu->attrib->max_unmap_block_desc_count)) {
		scsi_sense_param_field(sense, 2, -1);
		return false;
	}
	for (i = 0; i < count; i++) {
		if (!scsi_unmap_desc(lu, list, i, &desc, sense))
			return false;
		total += desc.blocks;
		if (total > READ_ONCE(lu->attrib->max_unmap_lba_count)) {
			scsi_sense_param_field(sense, UNMAP_HEADER + i * UNMAP_DESC + 8, -1);
			return false;
		}
	}
	return true;
}

/**
 * scsi_unmap_span - the blocks of an UNMAP parameter list, with what is between them
 * @list: a list that passed scsi_unmap_check().
 * @count: its descriptors.
 * @first: the first one, 0 if there is none.
 *
 * Returns: how many.
 */
u64 scsi_unmap_span(const u8 *list, unsigned int count, u64 *first)
{
	struct scsi_unmap_desc desc;
	u64 low = U64_MAX, end = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		unmap_read(list, i, &desc);
		if (!desc.blocks)
			continue;
		low = min(low, desc.lba);
		end = max(end, desc.lba + desc.blocks);
	}
	*first = end ? low : 0;
	return end - *first;
}
