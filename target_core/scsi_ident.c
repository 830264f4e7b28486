// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT and SET TIMESTAMP, REPORT and SET IDENTIFYING INFORMATION, the bytes of
 * them.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "scsi_ident.h"

#define TIMESTAMP_MAX_BYTE	0xf0	/* first byte of a time that can be set */

#define IDENT_HEADER	4
#define IDENT_DESC	4

/* Identifying information by its type: INFORMATION TYPE and longest information. */
static const struct {
	u8	code;
	u16	max;
} ident_types[SCSI_IDENT_TYPES] = {
	[SCSI_IDENT]		= { 0x00, SCSI_IDENT_BYTES },
	[SCSI_IDENT_TEXT]	= { 0x02, SCSI_IDENT_TEXT_BYTES },
};

#define IDENT_TYPE_SUPPORTED	0x7f

static void put_be48(u64 value, u8 *p)
{
	put_unaligned_be16(value >> 32, p);
	put_unaligned_be32(value, p + 2);
}

static u64 get_be48(const u8 *p)
{
	return (u64)get_unaligned_be16(p) << 32 | get_unaligned_be32(p + 2);
}

/**
 * scsi_report_timestamp - REPORT TIMESTAMP data, SPC-4 6.38
 * @ms: milliseconds since 1970 began.
 * @origin: who says so.
 * @buf: SCSI_TIMESTAMP_BYTES zeroed bytes.
 */
void scsi_report_timestamp(u64 ms, enum scsi_timestamp_origin origin, u8 *buf)
{
	put_unaligned_be16(SCSI_TIMESTAMP_BYTES - 2, buf);
	buf[2] = origin;
	put_be48(ms, buf + 4);
}

/**
 * scsi_set_timestamp - parameter list of SET TIMESTAMP, SPC-4 6.47
 * @list: the list.
 * @len: its length, not zero.
 * @ms: set to milliseconds since 1970 began.
 * @sense: filled in on error.
 *
 * Returns: whether the list is good.
 */
bool scsi_set_timestamp(const u8 *list, u32 len, u64 *ms, struct target_sense *sense)
{
	unsigned int i;

	if (len < SCSI_TIMESTAMP_BYTES) {
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
		return false;
	}
	for (i = 0; i < SCSI_TIMESTAMP_BYTES; i++) {
		if (list[i] && (i < 4 || i >= 10)) {
			scsi_sense_param_field(sense, i, -1);
			return false;
		}
	}
	if (list[4] > TIMESTAMP_MAX_BYTE) {
		scsi_sense_param_field(sense, 4, -1);
		return false;
	}
	*ms = get_be48(list + 4);
	return true;
}

/**
 * scsi_ident_type - which identifying information a CDB is about, SPC-4 6.32
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @type: set.
 * @sense: filled in on error.
 *
 * Returns: whether there is such information.
 */
bool scsi_ident_type(const u8 *cdb, enum scsi_ident_type *type, struct target_sense *sense)
{
	u8 code = cdb[10] >> 1;

	for (*type = 0; *type < SCSI_IDENT_TYPES; (*type)++)
		if (ident_types[*type].code == code)
			return true;
	*type = SCSI_IDENT_SUPPORTED;
	if (code == IDENT_TYPE_SUPPORTED)
		return true;
	scsi_sense_cdb_field(sense, 10, 7);
	return false;
}

/**
 * scsi_ident_max - longest information of a type, in bytes
 * @type: below SCSI_IDENT_TYPES.
 */
u16 scsi_ident_max(enum scsi_ident_type type)
{
	return ident_types[type].max;
}

/**
 * scsi_ident_supported - which types of identifying information there are, SPC-4 6.32.3
 * @buf: zeroed.
 *
 * Returns: length of the reply.
 */
u32 scsi_ident_supported(u8 *buf)
{
	u8 *p = buf + IDENT_HEADER;
	unsigned int i;

	for (i = 0; i < SCSI_IDENT_TYPES; i++, p += IDENT_DESC) {
		p[0] = ident_types[i].code << 1;
		put_unaligned_be16(ident_types[i].max, p + 2);
	}
	put_unaligned_be16(p - buf - IDENT_HEADER, buf + 2);
	return p - buf;
}

/**
 * scsi_report_ident - REPORT IDENTIFYING INFORMATION data, SPC-4 6.32.2
 * @info: the information.
 * @len: its length.
 * @buf: SCSI_IDENT_BYTES and a few more, zeroed.
 *
 * Returns: length of the reply.
 */
u32 scsi_report_ident(const u8 *info, u16 len, u8 *buf)
{
	put_unaligned_be16(len, buf + 2);
	memcpy(buf + IDENT_HEADER, info, len);
	return IDENT_HEADER + len;
}

/* Length of the UTF-8 sequence at @p, of at most @room bytes; 0 if it is none (RFC 3629). */
static u32 utf8_sequence(const u8 *p, u32 room)
{
	u32 len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 :
		  p[0] < 0xf5 ? 4 : 0;
	u32 i;

	if (len > room)
		return 0;
	for (i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if (len > 2 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0) ||
			(p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90)))
		return 0;
	return len;
}

/**
 * scsi_ident_check - can this be identifying information of that type?
 * @type: below SCSI_IDENT_TYPES.
 * @info: the parameter list of SET IDENTIFYING INFORMATION.
 * @len: its length, within scsi_ident_max().
 * @sense: filled in on error.
 *
 * Text is UTF-8 with a NUL at its end and nowhere else.
 */
bool scsi_ident_check(enum scsi_ident_type type, const u8 *info, u32 len,
		      struct target_sense *sense)
{
	u32 at, n;

	if (type != SCSI_IDENT_TEXT || !len)
		return true;
	for (at = 0; at < len - 1; at += n) {
		n = utf8_sequence(info + at, len - 1 - at);
		if (!n || !info[at]) {
			scsi_sense_param_field(sense, at, -1);
			return false;
		}
	}
	if (!info[at])
		return true;
	scsi_sense_param_field(sense, at, -1);
	return false;
}
