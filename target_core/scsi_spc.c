// SPDX-License-Identifier: GPL-2.0-only
/*
 * Primary commands that are neither INQUIRY nor mode pages, the bytes of them:
 * REPORT SUPPORTED OPERATION CODES, what REPORT LUNS is asked for and logical unit
 * number encoding.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "scsi.h"

#define REPD			0x80	/* REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS */
#define TMF_TIMEOUT		100	/* tenths of a second; tmf.c answers within half of it */
#define TMF_QUERY_TIMEOUT	20	/* of functions that wait for no command */
#define RCTD			0x80
#define REPORT_ALL		0	/* REPORTING OPTIONS */
#define REPORT_OPCODE		1
#define REPORT_OPCODE_SA	2
#define REPORT_EITHER		3
#define SERVACTV		0x01
#define CTDP			0x02	/* in the all_commands format */
#define ONE_CTDP		0x80	/* in the one_command format */
#define SUPPORT_NONE		0x01
#define SUPPORT_STANDARD	0x03
#define TIMEOUTS_LEN		12
#define LUNS_MIN_ALLOC		16

/* Command timeouts descriptor, SPC-4 6.35.4; the nominal time is not known. */
static u8 *rsoc_timeouts(const struct scsi_op *op, u8 *p)
{
	put_unaligned_be16(TIMEOUTS_LEN - 2, p);
	put_unaligned_be32(op->timeout, p + 8);
	return p + TIMEOUTS_LEN;
}

static bool rsoc_has(const struct scsi_op *op, const struct scsi_lu *lu)
{
	return op && (!op->enabled || op->enabled(lu));
}

static u8 *rsoc_descriptor(const struct scsi_op *op, bool rctd, u8 *p)
{
	p[0] = op->opcode;
	if (op->sa != SCSI_NO_SA) {
		put_unaligned_be16(op->sa, p + 2);
		p[5] = SERVACTV;
	}
	put_unaligned_be16(op->cdb_len, p + 6);
	if (!rctd)
		return p + 8;
	p[5] |= CTDP;
	return rsoc_timeouts(op, p + 8);
}

/* all_commands format, SPC-4 6.35.2 */
static u32 rsoc_all(const struct scsi_lu *lu, bool rctd, u8 *buf)
{
	const struct scsi_op *op;
	u8 *p = buf + 4;
	unsigned int i;

	for (i = 0; (op = scsi_op_row(i)); i++)
		if (rsoc_has(op, lu))
			p = rsoc_descriptor(op, rctd, p);
	put_unaligned_be32(p - buf - 4, buf);
	return p - buf;
}

/* one_command format, SPC-4 6.35.3 */
static u32 rsoc_one(const struct scsi_lu *lu, const struct scsi_op *op, bool rctd, u8 *buf)
{
	u8 *p = buf + 4;

	if (!rsoc_has(op, lu)) {
		buf[1] = SUPPORT_NONE;
		return 4;
	}
	buf[1] = SUPPORT_STANDARD;
	put_unaligned_be16(op->cdb_len, buf + 2);
	scsi_op_usage(op, lu, p);
	p += op->cdb_len;
	if (rctd) {
		buf[1] |= ONE_CTDP;
		p = rsoc_timeouts(op, p);
	}
	return p - buf;
}

/**
 * scsi_report_opcodes - REPORT SUPPORTED OPERATION CODES data, SPC-4 6.35
 * @lu: a connected logical unit.
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @buf: SCSI_REPLY_MAX zeroed bytes.
 * @sense: filled in on error.
 *
 * Returns: length of the reply, or 0 with @sense set.
 */
u32 scsi_report_opcodes(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
			struct target_sense *sense)
{
	u16 sa = get_unaligned_be16(cdb + 4);
	const struct scsi_op *op;
	bool rctd = cdb[2] & RCTD, has_sa;

	op = scsi_op_lookup(cdb[3], sa, &has_sa);
	switch (cdb[2] & 0x7) {
	case REPORT_ALL:
		return rsoc_all(lu, rctd, buf);
	case REPORT_OPCODE:
		if (has_sa && scsi_op_any(lu, cdb[3]))
			break;
		return rsoc_one(lu, has_sa ? NULL : op, rctd, buf);
	case REPORT_OPCODE_SA:
		if (op && !has_sa)
			break;
		return rsoc_one(lu, op, rctd, buf);
	case REPORT_EITHER:
		/* an opcode without service actions answers to zero alone */
		return rsoc_one(lu, has_sa || !sa ? op : NULL, rctd, buf);
	}
	scsi_sense_cdb_field(sense, 2, 2);
	return 0;
}

/**
 * scsi_report_tmfs - REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS data, SPC-4 6.36
 * @lu: a connected logical unit.
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @buf: 16 zeroed bytes.
 * @sense: filled in on error.
 *
 * What tmf.c does; only CLEAR ACA and WAKEUP are missing. Whether there is a way
 * to ask for a function depends on the transport. Returns: length of the reply,
 * or 0 with @sense set.
 */
u32 scsi_report_tmfs(const struct scsi_lu *lu, const u8 *cdb, u8 *buf, struct target_sense *sense)
{
	if (get_unaligned_be32(cdb + 6) < 4) {
		scsi_sense_cdb_field(sense, 6, -1);
		return 0;
	}
	buf[0] = 0x80 | 0x40 | 0x10 | 0x08 | 0x04 | 0x02;	/* ATS ATSS CTSS LURS QTS TRS */
	buf[1] = 0x04 | 0x02 | 0x01;				/* QAES QTSS ITNRS */
	if (!(cdb[2] & REPD))
		return 4;
	buf[3] = 16 - 4;
	buf[4] = 0x01;						/* TMFTMOV */
	buf[6] = 0x04;						/* QTTS: short, as QAETS, QTSTS */
	buf[7] = 0x04 | 0x02;
	put_unaligned_be32(TMF_TIMEOUT, buf + 8);
	put_unaligned_be32(TMF_QUERY_TIMEOUT, buf + 12);
	return 16;
}

/**
 * scsi_report_luns_check - which logical units a REPORT LUNS asks for, SPC-5 6.33
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @luns: set: those with numbers are listed.
 * @well_known: set: the well known one is.
 * @sense: filled in on error.
 *
 * There are no administrative logical units, so that there are none to be listed and
 * nobody to ask for subsidiaries. Returns: whether the CDB is good.
 */
bool scsi_report_luns_check(const u8 *cdb, bool *luns, bool *well_known,
			    struct target_sense *sense)
{
	u8 select = cdb[2];

	*luns = select == 0x00 || select == 0x02 || select == 0x11;
	*well_known = select == 0x01 || select == 0x02;
	if (!*luns && !*well_known && select != 0x10)
		scsi_sense_cdb_field(sense, 2, -1);
	else if (get_unaligned_be32(cdb + 6) < LUNS_MIN_ALLOC)
		scsi_sense_cdb_field(sense, 6, -1);
	else
		return true;
	return false;
}

/**
 * scsi_lun_encode - a logical unit number as REPORT LUNS spells it, SAM-5 4.7
 * @number: flat number.
 * @lun: eight bytes to fill.
 *
 * Peripheral, flat space or extended flat space addressing, whichever is the
 * first that has room. Returns: whether the number can be addressed at all.
 */
bool scsi_lun_encode(u64 number, u8 lun[8])
{
	memset(lun, 0, 8);
	if (number < 0x100)
		lun[1] = number;
	else if (number < 0x4000)
		put_unaligned_be16(0x4000 | number, lun);
	else if (number < 0x1000000)
		put_unaligned_be32(0xd2000000 | number, lun);
	else
		return false;
	return true;
}
