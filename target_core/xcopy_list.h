/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Third-party copy, the bytes of it: parameter lists, what a segment moves, and
 * the replies. Pure, so that it builds in user space as well (selftests/host).
 */
#ifndef TARGET_CORE_XCOPY_LIST_H
#define TARGET_CORE_XCOPY_LIST_H

#include "scsi.h"

/* Limits, told by RECEIVE COPY OPERATING PARAMETERS and the VPD page 8Fh */
#define XCOPY_MAX_CSCDS		16
#define XCOPY_MAX_SEGMENTS	64
#define XCOPY_MAX_LIST		2560		/* bytes of both lists together */
#define XCOPY_MAX_SEGMENT_BYTES	(256U << 20)	/* 65535 blocks of 4096 bytes are less */
#define XCOPY_MAX_RUNNING	16		/* copy operations of one I_T nexus */
#define XCOPY_HELD_LIMIT	(16U << 10)	/* bytes held for RECEIVE COPY DATA */

#define XCOPY_HEADER_LID1	16
#define XCOPY_HEADER_LID4	48
#define XCOPY_CSCD_LEN		32
#define XCOPY_MAX_PARAM		(XCOPY_HEADER_LID4 + XCOPY_MAX_LIST)

#define XCOPY_MAX_BLOCK		4096		/* largest logical block there is */
#define XCOPY_MANAGER		0xffff		/* CSCD id: the unit the command was sent to */

/* Additional sense codes that only copying has, SPC-4 annex F */
#define ASC_OPERATION_IN_PROGRESS	0x0016
#define ASC_COPY_INFORMATION		0x0020
#define ASC_COPY_UNREACHABLE		0x0804
#define ASC_COPY_DEVICE_FAILURE		0x0d01
#define ASC_COPY_NOT_REACHABLE		0x0d02
#define ASC_COPY_DEVICE_TYPE		0x0d03
#define ASC_COPY_UNDERRUN		0x0d04
#define ASC_COPY_TOO_MANY_CSCDS		0x2606
#define ASC_COPY_CSCD_TYPE		0x2607
#define ASC_COPY_SEGMENT_TYPE		0x2609
#define ASC_COPY_INEXACT		0x260a
#define ASC_COPY_INLINE_EXCEEDED	0x260b
#define ASC_COPY_INVALID_OPERATION	0x260c
#define ASC_CLEARED_BY_SERVER		0x2f02

/** enum xcopy_list_usage - LIST ID USAGE, SPC-4 6.4.3.2 */
enum xcopy_list_usage {
	XCOPY_LIST_HOLD		= 0,
	XCOPY_LIST_RESERVED	= 1,
	XCOPY_LIST_DISCARD	= 2,
	XCOPY_LIST_NONE		= 3,
};

/** enum xcopy_segment_type - the segment descriptors there are, SPC-4 table 146 */
enum xcopy_segment_type {
	XCOPY_BLOCKS		= 0x02,	/* block -> block */
	XCOPY_VERIFY		= 0x07,	/* verify CSCD */
	XCOPY_BYTES		= 0x0a,	/* block<o> -> block<o> */
	XCOPY_BLOCKS_HELD	= 0x0d,	/* block -> block + application client */
};

#define XCOPY_CSCD_IDENTIFICATION	0xe4

/* Where a segment descriptor has the fields that errors point at */
#define XCOPY_SEG_SRC		4
#define XCOPY_SEG_DST		6
#define XCOPY_SEG_BYTES		8	/* NUMBER OF BYTES of 0Ah; TUR of 07h */
#define XCOPY_SEG_SRC_LBA	12
#define XCOPY_SEG_DST_LBA	20
#define XCOPY_SEG_SRC_OFFSET	28
#define XCOPY_SEG_DST_OFFSET	30
#define XCOPY_CSCD_BLOCK_LEN	29

/**
 * struct xcopy_cscd - one CSCD descriptor (copy source or copy destination)
 * @at: its first byte in the parameter list.
 * @device_type: PERIPHERAL DEVICE TYPE.
 * @null: a null device, of which nothing is supported.
 * @pad: PAD bit.
 * @block_len: DISK BLOCK LENGTH, 0 to have the unit asked for it.
 * @desig: designation descriptor: code set, type, a reserved byte, length and
 *	designator, in the parameter list.
 */
struct xcopy_cscd {
	u16		at;
	u8		device_type;
	bool		null;
	bool		pad;
	u32		block_len;
	const u8	*desig;
};

/**
 * struct xcopy_segment - one segment descriptor
 * @type: enum xcopy_segment_type.
 * @dc: @count is in blocks of the destination. @cat: CAT bit. @tur: TUR bit.
 * @src, @dst: CSCD descriptor ids.
 * @count: blocks, or bytes of XCOPY_BYTES.
 * @src_lba, @dst_lba: first blocks.
 * @src_offset, @dst_offset: bytes into these, of XCOPY_BYTES.
 */
struct xcopy_segment {
	u8	type;
	bool	dc, cat, tur;
	u16	src, dst;
	u32	count;
	u64	src_lba, dst_lba;
	u16	src_offset, dst_offset;
};

/**
 * struct xcopy_list - a parameter list of EXTENDED COPY, taken apart
 * @lid4: of EXTENDED COPY(LID4).
 * @immed, @g_sense: bits of LID4.
 * @usage: enum xcopy_list_usage.
 * @id: LIST IDENTIFIER.
 * @first_id: CSCD descriptor id of @cscds[0].
 * @nr_cscds, @nr_segments: entries in use.
 *
 * The designators point into the list.
 */
struct xcopy_list {
	bool			lid4;
	bool			immed;
	bool			g_sense;
	u8			usage;
	u32			id;
	u16			first_id;
	u16			nr_cscds;
	u16			nr_segments;
	struct xcopy_cscd	cscds[XCOPY_MAX_CSCDS];
	struct xcopy_segment	segments[XCOPY_MAX_SEGMENTS];
};

bool xcopy_parse(bool lid4, const u8 *buf, u32 len, struct xcopy_list *list,
		 struct target_sense *sense);
const struct xcopy_cscd *xcopy_find_cscd(const struct xcopy_list *list, u16 id);

/**
 * struct xcopy_unit - what matters of a source or destination to a segment
 * @block_size: of a logical block, in bytes. @nr_blocks: capacity.
 * @pad: PAD bit of its descriptor.
 */
struct xcopy_unit {
	u32	block_size;
	u64	nr_blocks;
	bool	pad;
};

/**
 * struct xcopy_residue - data left by earlier segments, in bytes
 * @dst: destination data that did not fill a block. @src: source data not
 *	processed. In this order they precede what a segment reads.
 */
struct xcopy_residue {
	u32	dst;
	u32	src;
};

/**
 * struct xcopy_plan - what a segment does, in bytes
 * @src_pos, @dst_pos: where it reads and writes.
 * @read: source data to be added behind the residue.
 * @processed: source data that becomes destination data.
 * @write: destination data to be written. @pad: zeroes behind it.
 * @left: residue kept for the next segment; before, that of earlier ones.
 */
struct xcopy_plan {
	u64			src_pos, dst_pos;
	u64			read, processed, write;
	u32			pad;
	struct xcopy_residue	left;
};

bool xcopy_plan(const struct xcopy_segment *seg, const struct xcopy_unit *src,
		const struct xcopy_unit *dst, struct xcopy_plan *plan, struct target_sense *sense);
void xcopy_sense_segment(struct target_sense *sense, u16 asc_ascq, u16 byte);

/** enum xcopy_status - COPY OPERATION STATUS, SPC-4 table 249 */
enum xcopy_status {
	XCOPY_DONE		= 0x01,
	XCOPY_FAILED		= 0x02,
	XCOPY_FOREGROUND	= 0x11,
	XCOPY_BACKGROUND	= 0x12,
	XCOPY_TERMINATED	= 0x60,
};

/**
 * struct xcopy_report - what there is to say of a copy operation
 * @sa: service action that originated it.
 * @status: enum xcopy_status.
 * @completion: SAM status it ended with.
 * @counter: reads and writes that ended well.
 * @segments: segments processed, the current one included.
 * @written: bytes.
 * @hdd: held data has been discarded.
 * @sense, @sense_len: of its failure.
 * @held, @held_len: held data.
 */
struct xcopy_report {
	u8		sa;
	u8		status;
	u8		completion;
	bool		hdd;
	u16		counter;
	u16		segments;
	u64		written;
	u8		sense_len;
	const u8	*sense;
	u32		held_len;
	const u8	*held;
};

/* Longest reply: RECEIVE COPY DATA(LID4) */
#define XCOPY_REPLY_MAX	(32 + TARGET_SENSE_BYTES + 4 + XCOPY_HELD_LIMIT)

u32 xcopy_operating_parameters(u8 *buf);
u32 xcopy_status_lid1(const struct xcopy_report *r, u8 *buf);
u32 xcopy_status_lid4(const struct xcopy_report *r, u8 *buf);
u32 xcopy_data_lid1(const struct xcopy_report *r, u8 *buf);
u32 xcopy_data_lid4(const struct xcopy_report *r, u8 *buf);
u32 xcopy_failure_details(const struct xcopy_report *r, u8 *buf);
u16 xcopy_vpd(u8 *buf);

#endif
