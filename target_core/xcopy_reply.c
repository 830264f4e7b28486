// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replies of the third-party copy commands (SPC-4 6.20 to 6.25) and the VPD page
 * 8Fh (7.8.17). Both tell the limits, from the same numbers.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "xcopy_list.h"

#define AVAILABLE		4	/* bytes of AVAILABLE DATA, which does not count itself */
#define HDD			0x80
#define SNLID			0x01
#define NO_DELAY		0xfffffffe	/* the operation has ended */
#define UPDATE_DELAY		100	/* milliseconds between two looks at a running operation */

/* Ascending. */
static const u8 descriptors[] = {
	XCOPY_BLOCKS, XCOPY_VERIFY, XCOPY_BYTES, XCOPY_BLOCKS_HELD, XCOPY_CSCD_IDENTIFICATION,
};

/**
 * xcopy_operating_parameters() - RECEIVE COPY OPERATING PARAMETERS data, SPC-4 6.22
 * @buf: zeroed bytes
 *
 * Granularities stay 0: one byte. Return: length.
 */
u32 xcopy_operating_parameters(u8 *buf)
{
	u32 len = 44 + sizeof(descriptors);

	put_unaligned_be32(len - AVAILABLE, buf);
	buf[4] = SNLID;
	put_unaligned_be16(XCOPY_MAX_CSCDS, buf + 8);
	put_unaligned_be16(XCOPY_MAX_SEGMENTS, buf + 10);
	put_unaligned_be32(XCOPY_MAX_LIST, buf + 12);
	put_unaligned_be32(XCOPY_MAX_SEGMENT_BYTES, buf + 16);
	put_unaligned_be32(XCOPY_HELD_LIMIT, buf + 24);
	put_unaligned_be16(XCOPY_MAX_RUNNING, buf + 34);
	buf[36] = XCOPY_MAX_RUNNING;
	buf[43] = sizeof(descriptors);
	memcpy(buf + 44, descriptors, sizeof(descriptors));
	return len;
}

static bool running(const struct xcopy_report *r)
{
	return r->status == XCOPY_FOREGROUND || r->status == XCOPY_BACKGROUND;
}

/* Of the three states LID1 has (table 254) */
static u8 status_of_lid1(const struct xcopy_report *r)
{
	if (running(r))
		return 0x00;
	return r->status == XCOPY_DONE ? XCOPY_DONE : XCOPY_FAILED;
}

/**
 * xcopy_status_lid1() - RECEIVE COPY STATUS(LID1) data, SPC-4 6.25
 * @r: the operation
 * @buf: zeroed bytes
 *
 * The transfer count is in the smallest unit that has room for it. Return: length.
 */
u32 xcopy_status_lid1(const struct xcopy_report *r, u8 *buf)
{
	u64 count = r->written;
	u8 unit = 0;

	for (; count > U32_MAX; unit++)
		count >>= 10;
	put_unaligned_be32(12 - AVAILABLE, buf);
	buf[4] = status_of_lid1(r) | (r->hdd ? HDD : 0);
	put_unaligned_be16(r->segments, buf + 5);
	buf[7] = unit;
	put_unaligned_be32(count, buf + 8);
	return 12;
}

/* What the LID4 replies begin with; returns where it ends. */
static u32 status_header(const struct xcopy_report *r, u8 *buf)
{
	u32 sense_room = ALIGN(r->sense_len, 4);

	buf[4] = r->sa;
	buf[5] = r->status;
	put_unaligned_be16(r->counter, buf + 6);
	put_unaligned_be32(running(r) ? UPDATE_DELAY : NO_DELAY, buf + 8);
	put_unaligned_be64(r->written, buf + 16);
	put_unaligned_be16(r->segments, buf + 24);
	if (!running(r))
		buf[12] = r->completion;
	/* Of an operation that was terminated there is no sense data, table 249 and below. */
	if (running(r) || r->status == XCOPY_TERMINATED)
		return 32;
	buf[13] = sense_room;
	buf[14] = r->sense_len;
	if (r->sense_len)
		memcpy(buf + 32, r->sense, r->sense_len);
	return 32 + sense_room;
}

/**
 * xcopy_status_lid4() - RECEIVE COPY STATUS(LID4) data, SPC-4 6.24
 * @r: the operation
 * @buf: zeroed bytes
 *
 * Return: length.
 */
u32 xcopy_status_lid4(const struct xcopy_report *r, u8 *buf)
{
	u32 len = status_header(r, buf);

	put_unaligned_be32(len - AVAILABLE, buf);
	return len;
}

/**
 * xcopy_data_lid4() - RECEIVE COPY DATA(LID4) data, SPC-4 6.20
 * @r: the operation
 * @buf: XCOPY_REPLY_MAX zeroed bytes
 *
 * Data is there only of an operation that went well. Return: length.
 */
u32 xcopy_data_lid4(const struct xcopy_report *r, u8 *buf)
{
	u32 len = status_header(r, buf);
	u32 held = r->status == XCOPY_DONE ? r->held_len : 0;

	if (r->hdd)
		buf[5] |= HDD;
	put_unaligned_be32(held, buf + len);
	if (held)
		memcpy(buf + len + 4, r->held, held);
	len += 4 + held;
	put_unaligned_be32(len - AVAILABLE, buf);
	return len;
}

/**
 * xcopy_data_lid1() - RECEIVE COPY DATA(LID1) data, SPC-4 6.21
 * @r: the operation, which has ended
 * @buf: XCOPY_REPLY_MAX zeroed bytes
 *
 * Return: length.
 */
u32 xcopy_data_lid1(const struct xcopy_report *r, u8 *buf)
{
	put_unaligned_be32(r->held_len, buf);
	if (r->held_len)
		memcpy(buf + AVAILABLE, r->held, r->held_len);
	return AVAILABLE + r->held_len;
}

/**
 * xcopy_failure_details() - RECEIVE COPY FAILURE DETAILS(LID1) data, SPC-4 6.23
 * @r: the operation, which has ended
 * @buf: zeroed bytes
 *
 * Return: length.
 */
u32 xcopy_failure_details(const struct xcopy_report *r, u8 *buf)
{
	if (!r->sense_len)
		return AVAILABLE;
	put_unaligned_be32(60 + r->sense_len - AVAILABLE, buf);
	buf[56] = r->completion;
	put_unaligned_be16(r->sense_len, buf + 58);
	memcpy(buf + 60, r->sense, r->sense_len);
	return 60 + r->sense_len;
}

/* ---- VPD page 8Fh ---- */

#define TPC_COMMANDS	0x0001
#define TPC_PARAMETERS	0x0004
#define TPC_DESCRIPTORS	0x0008
#define TPC_CSCD_IDS	0x000c
#define TPC_GENERAL	0x8001
#define TPC_HELD	0xc001

/* Header of a third-party copy descriptor of @len bytes; returns where the next one is. */
static u8 *tpc_end(u8 *p, u16 type, u16 len)
{
	len = ALIGN(len, 4);
	put_unaligned_be16(type, p);
	put_unaligned_be16(len - 4, p + 2);
	return p + len;
}

/* The service actions of one operation code that have a row in the opcode table */
static u8 *tpc_actions(u8 *p, u8 opcode)
{
	const struct scsi_op *op;
	unsigned int i;

	p[0] = opcode;
	for (i = 0; (op = scsi_op_row(i)); i++)
		if (op->opcode == opcode)
			p[2 + p[1]++] = op->sa;
	return p + 2 + p[1];
}

static u8 *tpc_commands(u8 *p)
{
	u8 *q = tpc_actions(p + 5, 0x83);

	q = tpc_actions(q, 0x84);
	p[4] = q - p - 5;
	return tpc_end(p, TPC_COMMANDS, q - p);
}

static u8 *tpc_parameters(u8 *p)
{
	put_unaligned_be16(XCOPY_MAX_CSCDS, p + 8);
	put_unaligned_be16(XCOPY_MAX_SEGMENTS, p + 10);
	put_unaligned_be32(XCOPY_MAX_LIST, p + 12);
	return tpc_end(p, TPC_PARAMETERS, 32);
}

static u8 *tpc_descriptors(u8 *p)
{
	p[4] = sizeof(descriptors);
	memcpy(p + 5, descriptors, sizeof(descriptors));
	return tpc_end(p, TPC_DESCRIPTORS, 5 + sizeof(descriptors));
}

static u8 *tpc_cscd_ids(u8 *p)
{
	put_unaligned_be16(2, p + 4);
	put_unaligned_be16(XCOPY_MANAGER, p + 6);
	return tpc_end(p, TPC_CSCD_IDS, 8);
}

static u8 *tpc_general(u8 *p)
{
	put_unaligned_be32(XCOPY_MAX_RUNNING, p + 4);
	put_unaligned_be32(XCOPY_MAX_RUNNING, p + 8);
	put_unaligned_be32(XCOPY_MAX_SEGMENT_BYTES, p + 12);
	return tpc_end(p, TPC_GENERAL, 36);
}

static u8 *tpc_held(u8 *p)
{
	put_unaligned_be32(XCOPY_HELD_LIMIT, p + 4);
	return tpc_end(p, TPC_HELD, 32);
}

/**
 * xcopy_vpd() - third-party copy VPD page, SPC-4 7.8.17
 * @buf: a zeroed page; filled in from byte 4 on
 *
 * Return: bytes behind the page header.
 */
u16 xcopy_vpd(u8 *buf)
{
	u8 *p = buf + 4;

	p = tpc_commands(p);
	p = tpc_parameters(p);
	p = tpc_descriptors(p);
	p = tpc_cscd_ids(p);
	p = tpc_general(p);
	p = tpc_held(p);
	return p - buf - 4;
}
