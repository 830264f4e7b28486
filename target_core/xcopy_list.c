// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parameter list of EXTENDED COPY (SPC-4 6.4 and 6.5): every length, type
 * and field is checked before the first segment is processed.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "xcopy_list.h"

#define FORMAT_LID4		0x01	/* PARAMETER LIST FORMAT */
#define HEADER_CSCD		0xff	/* HEADER CSCD DESCRIPTOR TYPE CODE */
#define G_SENSE			0x01
#define IMMED			0x02
#define USAGE_BIT		4	/* LIST ID USAGE: most significant bit in byte 1 */

#define CSCD_LU_ID_TYPE		0xc0
#define CSCD_NUL		0x20
#define CSCD_PAD		0x04
#define CSCD_DESIG_MAX		20

#define SEG_HEADER		4
#define SEG_DC			0x02
#define SEG_CAT			0x01
#define SEG_TUR			0x01

/* Lengths of the parts of a list, from its header */
struct parts {
	u32	header;
	u32	cscds;
	u32	segments;
	u32	inline_data;
};

static bool too_short(struct target_sense *sense)
{
	scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	return false;
}

static bool wrong_field(struct target_sense *sense, u16 byte, int bit)
{
	scsi_sense_param_field(sense, byte, bit);
	return false;
}

/* An error with a code of its own that is about a byte of the list */
static bool wrong_type(struct target_sense *sense, u16 asc_ascq, u16 byte)
{
	scsi_sense_param_field(sense, byte, -1);
	sense->asc = asc_ascq >> 8;
	sense->ascq = asc_ascq & 0xff;
	return false;
}

static bool refused(struct target_sense *sense, u16 asc_ascq)
{
	scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, asc_ascq);
	return false;
}

static bool parse_usage(const u8 *buf, u16 id_at, struct xcopy_list *list,
			struct target_sense *sense)
{
	list->usage = (buf[1] >> 3) & 0x3;
	if (list->usage == XCOPY_LIST_RESERVED)
		return wrong_field(sense, 1, USAGE_BIT);
	if (list->usage == XCOPY_LIST_NONE && list->id)
		return wrong_field(sense, id_at, -1);
	return true;
}

static bool parse_header_lid1(const u8 *buf, struct xcopy_list *list, struct parts *parts,
			      struct target_sense *sense)
{
	list->id = buf[0];
	parts->header = XCOPY_HEADER_LID1;
	parts->cscds = get_unaligned_be16(buf + 2);
	parts->segments = get_unaligned_be32(buf + 8);
	parts->inline_data = get_unaligned_be32(buf + 12);
	return parse_usage(buf, 0, list, sense);
}

/* The header has the place of CSCD descriptor 0, so the first one is number 1 (table 148). */
static bool parse_header_lid4(const u8 *buf, struct xcopy_list *list, struct parts *parts,
			      struct target_sense *sense)
{
	if (buf[0] != FORMAT_LID4)
		return wrong_field(sense, 0, -1);
	if (get_unaligned_be16(buf + 2) != XCOPY_CSCD_LEN)
		return wrong_field(sense, 2, -1);
	if (buf[16] != HEADER_CSCD)
		return wrong_field(sense, 16, -1);
	list->first_id = 1;
	list->immed = buf[15] & IMMED;
	list->g_sense = buf[15] & G_SENSE;
	list->id = get_unaligned_be32(buf + 20);
	parts->header = XCOPY_HEADER_LID4;
	parts->cscds = get_unaligned_be16(buf + 42);
	parts->segments = get_unaligned_be16(buf + 44);
	parts->inline_data = get_unaligned_be16(buf + 46);
	if (!parse_usage(buf, 20, list, sense))
		return false;
	/* The standard wants the CDB blamed for it, SPC-4 6.4.2. */
	if (list->immed && (list->g_sense || list->usage == XCOPY_LIST_NONE))
		return refused(sense, ASC_INVALID_FIELD_CDB);
	return true;
}

static bool check_parts(const struct parts *parts, u32 len, struct target_sense *sense)
{
	u64 lists = (u64)parts->cscds + parts->segments;

	if (lists > XCOPY_MAX_LIST || parts->header + lists + parts->inline_data > len)
		return too_short(sense);
	if (parts->inline_data)
		return refused(sense, ASC_COPY_INLINE_EXCEEDED);
	if (parts->cscds % XCOPY_CSCD_LEN)
		return too_short(sense);
	if (parts->cscds / XCOPY_CSCD_LEN > XCOPY_MAX_CSCDS)
		return refused(sense, ASC_COPY_TOO_MANY_CSCDS);
	return true;
}

static bool parse_cscd(const u8 *p, u16 at, struct xcopy_cscd *cscd, struct target_sense *sense)
{
	if (p[0] != XCOPY_CSCD_IDENTIFICATION)
		return wrong_type(sense, ASC_COPY_CSCD_TYPE, at);
	if (p[1] & CSCD_LU_ID_TYPE)
		return wrong_field(sense, at + 1, 7);
	if (p[7] > CSCD_DESIG_MAX)
		return wrong_field(sense, at + 7, -1);
	cscd->at = at;
	cscd->device_type = p[1] & 0x1f;
	cscd->null = p[1] & CSCD_NUL;
	cscd->desig = p + 4;
	cscd->pad = p[28] & CSCD_PAD;
	cscd->block_len = get_unaligned_be24(p + 29);
	return true;
}

/* Bytes of a segment descriptor behind the length field, or 0 for a type that is not known */
static u16 segment_len(u8 type)
{
	switch (type) {
	case XCOPY_BLOCKS:
	case XCOPY_BLOCKS_HELD:
		return 0x18;
	case XCOPY_VERIFY:
		return 0x08;
	case XCOPY_BYTES:
		return 0x1c;
	default:
		return 0;
	}
}

static void parse_segment_fields(const u8 *p, struct xcopy_segment *seg)
{
	seg->type = p[0];
	seg->src = get_unaligned_be16(p + XCOPY_SEG_SRC);
	if (seg->type == XCOPY_VERIFY) {
		seg->tur = p[XCOPY_SEG_BYTES] & SEG_TUR;
		return;
	}
	seg->cat = p[1] & SEG_CAT;
	seg->dst = get_unaligned_be16(p + XCOPY_SEG_DST);
	seg->src_lba = get_unaligned_be64(p + XCOPY_SEG_SRC_LBA);
	seg->dst_lba = get_unaligned_be64(p + XCOPY_SEG_DST_LBA);
	if (seg->type == XCOPY_BYTES) {
		seg->count = get_unaligned_be32(p + XCOPY_SEG_BYTES);
		seg->src_offset = get_unaligned_be16(p + XCOPY_SEG_SRC_OFFSET);
		seg->dst_offset = get_unaligned_be16(p + XCOPY_SEG_DST_OFFSET);
		return;
	}
	seg->dc = p[1] & SEG_DC;
	seg->count = get_unaligned_be16(p + 10);
}

/* Returns the bytes of the descriptor, or 0 with @sense set. */
static u32 parse_segment(const u8 *p, u32 room, u16 at, struct xcopy_list *list,
			 struct target_sense *sense)
{
	u16 len;

	if (room < SEG_HEADER)
		return too_short(sense);
	len = segment_len(p[0]);
	if (!len)
		return wrong_type(sense, ASC_COPY_SEGMENT_TYPE, at);
	if (list->nr_segments == XCOPY_MAX_SEGMENTS)
		return refused(sense, ASC_TOO_MANY_SEGMENTS);
	if (p[1] & ~(SEG_DC | SEG_CAT))
		return wrong_field(sense, at + 1, fls(p[1]) - 1);
	if (get_unaligned_be16(p + 2) != len)
		return wrong_field(sense, at + 2, -1);
	if (room < SEG_HEADER + len)
		return too_short(sense);
	/* Data can be held for an operation only that can be named afterwards. */
	if (p[0] == XCOPY_BLOCKS_HELD && list->usage == XCOPY_LIST_NONE)
		return wrong_field(sense, at, -1);
	parse_segment_fields(p, &list->segments[list->nr_segments++]);
	return SEG_HEADER + len;
}

static bool parse_segments(const u8 *buf, const struct parts *parts, struct xcopy_list *list,
			   struct target_sense *sense)
{
	u32 at = parts->header + parts->cscds, end = at + parts->segments, n;

	for (; at < end; at += n) {
		n = parse_segment(buf + at, end - at, at, list, sense);
		if (!n)
			return false;
	}
	return true;
}

static bool parse_cscds(const u8 *buf, const struct parts *parts, struct xcopy_list *list,
			struct target_sense *sense)
{
	u32 at = parts->header, end = at + parts->cscds;

	for (; at < end; at += XCOPY_CSCD_LEN)
		if (!parse_cscd(buf + at, at, &list->cscds[list->nr_cscds++], sense))
			return false;
	return true;
}

/**
 * xcopy_parse() - take a parameter list apart
 * @lid4: of EXTENDED COPY(LID4), not (LID1)
 * @buf: the list, which @list refers to afterwards
 * @len: bytes that came; more than the list has are ignored, zero is for the caller
 * @list: filled in
 * @sense: filled in on refusal: no segment has been processed (SPC-4 5.17.7.3)
 *
 * Reserved bytes are not looked at (SPC-4 lets a receiver choose), reserved bits of
 * a segment descriptor's flags are: a later standard has some there that change
 * what is to be done. Return: whether the list can be processed.
 */
bool xcopy_parse(bool lid4, const u8 *buf, u32 len, struct xcopy_list *list,
		 struct target_sense *sense)
{
	struct parts parts = {};

	memset(list, 0, sizeof(*list));
	list->lid4 = lid4;
	if (len < (lid4 ? XCOPY_HEADER_LID4 : XCOPY_HEADER_LID1))
		return too_short(sense);
	if (!(lid4 ? parse_header_lid4 : parse_header_lid1)(buf, list, &parts, sense))
		return false;
	return check_parts(&parts, len, sense) && parse_cscds(buf, &parts, list, sense) &&
	       parse_segments(buf, &parts, list, sense);
}

/**
 * xcopy_find_cscd() - the descriptor a segment refers to
 * @list: of xcopy_parse()
 * @id: CSCD descriptor id
 *
 * Return: the descriptor, or NULL if the list has none of that number.
 */
const struct xcopy_cscd *xcopy_find_cscd(const struct xcopy_list *list, u16 id)
{
	if (id < list->first_id || id - list->first_id >= list->nr_cscds)
		return NULL;
	return &list->cscds[id - list->first_id];
}
