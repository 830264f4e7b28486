// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data: the helpers that fill in struct target_sense, the two wire
 * formats, and the one place where a backstore's errno becomes SCSI.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "scsi.h"

#define SENSE_FIXED		0x70
#define SENSE_DESCRIPTOR	0x72
#define SENSE_VALID		0x80
#define SENSE_FIXED_LEN		18
#define SENSE_DESC_HEADER	8
#define SENSE_DESC_INFO_LEN	12
#define SENSE_DESC_CMD_LEN	12
#define SENSE_DESC_SKS_LEN	8
#define SENSE_DESC_FWD_HEADER	4
#define SKSV			0x80
#define SKS_CD			0x40
#define SKS_SD			0x20
#define SKS_BPV			0x08

/**
 * scsi_sense_set - sense key and additional sense code, nothing else
 * @s: overwritten.
 * @key: SENSE_*.
 * @asc_ascq: ASC_*.
 */
void scsi_sense_set(struct target_sense *s, u8 key, u16 asc_ascq)
{
	*s = (struct target_sense) {
		.key	= key,
		.asc	= asc_ascq >> 8,
		.ascq	= asc_ascq & 0xff,
	};
}

static void scsi_sense_field(struct target_sense *s, u16 byte, int bit)
{
	s->flags |= TARGET_SENSE_FIELD;
	s->field = byte;
	if (bit >= 0) {
		s->flags |= TARGET_SENSE_BIT;
		s->bit = bit;
	}
}

/**
 * scsi_sense_cdb_field - INVALID FIELD IN CDB
 * @s: overwritten.
 * @byte: first byte of the field in error.
 * @bit: its most significant bit, or -1 if the whole byte is.
 */
void scsi_sense_cdb_field(struct target_sense *s, u16 byte, int bit)
{
	scsi_sense_set(s, SENSE_ILLEGAL_REQUEST, ASC_INVALID_FIELD_CDB);
	scsi_sense_field(s, byte, bit);
	s->flags |= TARGET_SENSE_IN_CDB;
}

/**
 * scsi_sense_param_field - INVALID FIELD IN PARAMETER LIST
 * @s: overwritten.
 * @byte: first byte of the field in error, in the parameter list.
 * @bit: its most significant bit, or -1 if the whole byte is.
 */
void scsi_sense_param_field(struct target_sense *s, u16 byte, int bit)
{
	scsi_sense_set(s, SENSE_ILLEGAL_REQUEST, ASC_INVALID_FIELD_PARAM);
	scsi_sense_field(s, byte, bit);
}

/**
 * scsi_sense_progress - NOT READY, and how far it is
 * @s: overwritten.
 * @asc_ascq: what is in progress.
 * @progress: 65536ths, as scsi_progress() counts.
 */
void scsi_sense_progress(struct target_sense *s, u16 asc_ascq, u16 progress)
{
	scsi_sense_set(s, SENSE_NOT_READY, asc_ascq);
	s->flags |= TARGET_SENSE_PROGRESS;
	s->progress = progress;
}

/**
 * scsi_progress - progress indication, SPC-4 4.5.2.4.4
 * @done: how much has been done.
 * @total: of how much.
 *
 * Returns: 65536ths; never all of them, as nothing is in progress then.
 */
u16 scsi_progress(u64 done, u64 total)
{
	for (; total >> 47; total >>= 1)
		done >>= 1;
	if (!total || done >= total)
		return U16_MAX;
	return div64_u64(done << 16, total);
}

/* Sense key specific data, SPC-4 4.5.2.4; returns whether there is any. */
static bool scsi_sense_sks(const struct target_sense *s, u8 sks[3])
{
	if (s->flags & TARGET_SENSE_FIELD) {
		sks[0] = SKSV;
		if (s->flags & TARGET_SENSE_IN_CDB)
			sks[0] |= SKS_CD;
		if (s->flags & TARGET_SENSE_SEGMENT)
			sks[0] |= SKS_SD;
		if (s->flags & TARGET_SENSE_BIT)
			sks[0] |= SKS_BPV | (s->bit & 0x7);
		put_unaligned_be16(s->field, sks + 1);
		return true;
	}
	if (s->flags & TARGET_SENSE_PROGRESS) {
		sks[0] = SKSV;
		put_unaligned_be16(s->progress, sks + 1);
		return true;
	}
	return false;
}

static u8 scsi_sense_fixed(const struct target_sense *s, u8 *out)
{
	out[0] = SENSE_FIXED;
	/* VALID stays zero where INFORMATION does not fit, SPC-4 4.5.3 */
	if ((s->flags & TARGET_SENSE_INFO) && s->info <= U32_MAX) {
		out[0] |= SENSE_VALID;
		put_unaligned_be32(s->info, out + 3);
	}
	out[2] = s->key;
	out[7] = SENSE_FIXED_LEN - 8;
	if (s->flags & TARGET_SENSE_CMD_INFO)
		put_unaligned_be32(s->cmd_info, out + 8);
	out[12] = s->asc;
	out[13] = s->ascq;
	scsi_sense_sks(s, out + 15);
	return SENSE_FIXED_LEN;
}

static u8 scsi_sense_descriptor(const struct target_sense *s, u8 *out)
{
	u8 len = SENSE_DESC_HEADER;

	out[0] = SENSE_DESCRIPTOR;
	out[1] = s->key;
	out[2] = s->asc;
	out[3] = s->ascq;
	if (s->flags & TARGET_SENSE_INFO) {
		out[len] = 0x00;
		out[len + 1] = SENSE_DESC_INFO_LEN - 2;
		out[len + 2] = SENSE_VALID;
		put_unaligned_be64(s->info, out + len + 4);
		len += SENSE_DESC_INFO_LEN;
	}
	if (s->flags & TARGET_SENSE_CMD_INFO) {
		out[len] = 0x01;
		out[len + 1] = SENSE_DESC_CMD_LEN - 2;
		put_unaligned_be64(s->cmd_info, out + len + 4);
		len += SENSE_DESC_CMD_LEN;
	}
	if (scsi_sense_sks(s, out + len + 4)) {
		out[len] = 0x02;
		out[len + 1] = SENSE_DESC_SKS_LEN - 2;
		len += SENSE_DESC_SKS_LEN;
	}
	out[7] = len - SENSE_DESC_HEADER;
	return len;
}

/**
 * scsi_sense_format - sense data for the wire, SPC-4 4.5
 * @s: what to say.
 * @descriptor: descriptor format instead of fixed.
 * @buf: written, @room bytes.
 * @room: sense data beyond it is cut off.
 *
 * Returns: bytes written.
 */
u8 scsi_sense_format(const struct target_sense *s, bool descriptor, u8 *buf, u8 room)
{
	u8 out[SENSE_DESC_HEADER + SENSE_DESC_INFO_LEN + SENSE_DESC_CMD_LEN +
	       SENSE_DESC_SKS_LEN] = {};
	u8 len = descriptor ? scsi_sense_descriptor(s, out) : scsi_sense_fixed(s, out);

	len = min(len, room);
	memcpy(buf, out, len);
	return len;
}

/**
 * scsi_sense_forward - append what a copy source or destination answered, SPC-4 5.17.7.4
 * @buf: sense data of scsi_sense_format(), TARGET_SENSE_BYTES of room.
 * @len: its length; of fixed format all of it has to be there.
 * @fwd: the answer.
 *
 * In fixed format the first or second byte of COMMAND-SPECIFIC INFORMATION says where
 * the status and sense data are. Returns: the new length.
 */
u8 scsi_sense_forward(u8 *buf, u8 len, const struct scsi_forwarded *fwd)
{
	u8 *p = buf + len;

	if ((buf[0] & 0x7f) == SENSE_DESCRIPTOR) {
		p[0] = 0x0c;
		p[1] = SENSE_DESC_FWD_HEADER - 2 + fwd->len;
		p[2] = fwd->source;
		p += 3;
	} else {
		buf[8 + fwd->source - SCSI_FORWARDED_SOURCE] = len;
	}
	*p++ = fwd->status;
	memcpy(p, fwd->data, fwd->len);
	p += fwd->len;
	buf[7] += p - buf - len;
	return p - buf;
}

/* What one errno means to a host: a status, or sense data. */
struct scsi_errno {
	int	err;
	u8	status;
	u8	key;
	u16	asc_read;
	u16	asc_write;
};

/*
 * The block layer's errnos (errno of blk_status_t) and the file systems'. A host
 * retries BUSY and ABORTED COMMAND; it gives up on the others.
 */
static const struct scsi_errno scsi_errnos[] = {
	{ EIO,		0, SENSE_MEDIUM_ERROR,	  ASC_UNRECOVERED_READ,	  ASC_WRITE_ERROR },
	{ ENODATA,	0, SENSE_MEDIUM_ERROR,	  ASC_UNRECOVERED_READ,	  ASC_WRITE_ERROR },
	{ ENOSPC,	0, SENSE_DATA_PROTECT,	  ASC_SPACE_ALLOC_FAILED, ASC_SPACE_ALLOC_FAILED },
	{ EDQUOT,	0, SENSE_DATA_PROTECT,	  ASC_SPACE_ALLOC_FAILED, ASC_SPACE_ALLOC_FAILED },
	{ EROFS,	0, SENSE_DATA_PROTECT,	  ASC_WRITE_PROTECTED,	  ASC_WRITE_PROTECTED },
	{ EOPNOTSUPP,	0, SENSE_ILLEGAL_REQUEST, ASC_INVALID_OPCODE,	  ASC_INVALID_OPCODE },
	/* Without a cause hosts wait for the unit to become ready: Linux 100 s at each look. */
	{ ENODEV,	0, SENSE_NOT_READY,	  ASC_NEEDS_OPERATOR,	  ASC_NEEDS_OPERATOR },
	{ ENXIO,	0, SENSE_NOT_READY,	  ASC_NEEDS_OPERATOR,	  ASC_NEEDS_OPERATOR },
	{ ENOMEDIUM,	0, SENSE_NOT_READY,	  ASC_MEDIUM_NOT_PRESENT, ASC_MEDIUM_NOT_PRESENT },
	{ ETIMEDOUT,	0, SENSE_ABORTED_COMMAND, ASC_LU_COMM_TIMEOUT,	  ASC_LU_COMM_TIMEOUT },
	{ ENOLINK,	0, SENSE_ABORTED_COMMAND, ASC_LU_COMM_FAILURE,	  ASC_LU_COMM_FAILURE },
	{ EILSEQ,	0, SENSE_ABORTED_COMMAND, ASC_GUARD_CHECK_FAILED, ASC_GUARD_CHECK_FAILED },
	/* of no backstore: a self-test says so that it has failed */
	{ ENOTRECOVERABLE, 0, SENSE_HARDWARE_ERROR, ASC_SELF_TEST_FAILED, ASC_SELF_TEST_FAILED },
	{ EBADE,	TARGET_STAT_RESERVATION_CONFLICT },
	{ ENOMEM,	TARGET_STAT_BUSY },
	{ EAGAIN,	TARGET_STAT_BUSY },
	{ EBUSY,	TARGET_STAT_BUSY },
	{ ENOBUFS,	TARGET_STAT_BUSY },
};

/**
 * scsi_sense_from_errno - what a backstore's errno means to the host
 * @s: filled in when @status becomes CHECK CONDITION.
 * @err: 0 or a negative errno.
 * @write: the request was to change the medium.
 * @status: SAM status; GOOD for 0.
 *
 * An errno of no particular meaning is an internal failure of the target.
 */
void scsi_sense_from_errno(struct target_sense *s, int err, bool write, u8 *status)
{
	const struct scsi_errno *e;
	unsigned int i;

	*status = err ? TARGET_STAT_CHECK_CONDITION : TARGET_STAT_GOOD;
	if (!err)
		return;
	scsi_sense_set(s, SENSE_HARDWARE_ERROR, ASC_INTERNAL_FAILURE);
	for (i = 0; i < ARRAY_SIZE(scsi_errnos); i++) {
		e = &scsi_errnos[i];
		if (e->err != -err)
			continue;
		if (e->status)
			*status = e->status;
		else
			scsi_sense_set(s, e->key, write ? e->asc_write : e->asc_read);
		return;
	}
}
