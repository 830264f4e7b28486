// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which commands a reservation keeps out: the tables of SPC-4 5.13.1 and SBC-3
 * 4.17 as classes of commands and, per I_T nexus, the classes it is denied.
 */
#include <linux/types.h>
#include "pr_state.h"

#define OP_REQUEST_SENSE	0x03
#define OP_INQUIRY		0x12
#define OP_START_STOP		0x1b
#define OP_PREVENT_ALLOW	0x1e
#define OP_WRITE_BUFFER		0x3b
#define OP_READ_BUFFER		0x3c
#define OP_LOG_SENSE		0x4d
#define OP_PR_OUT		0x5f
#define OP_REPORT_LUNS		0xa0
#define OP_MAINTENANCE_IN	0xa3
#define SA_REPORT_TPGS		0x0a

/* START STOP UNIT with START set and no POWER CONDITION */
static bool starts_unit(const u8 *cdb)
{
	return (cdb[4] & 0xf1) == 0x01;
}

/**
 * pr_denied() - the classes a nexus is denied
 * @type: enum pr_type
 * @relation: of the nexus to the reservation
 *
 * SPC-2 5.5.1: a RESERVE shuts out everything but INQUIRY and its like, and the
 * PERSISTENT RESERVE commands even for the nexus that holds it.
 *
 * Return: SCSI_RES_* bits, 0 for none.
 */
u8 pr_denied(u8 type, enum pr_relation relation)
{
	switch (type) {
	case PR_NONE:
		return 0;
	case PR_SPC2:
		return relation == PR_HOLDER ? SCSI_RES_PERSISTENT :
		       SCSI_RES_READ | SCSI_RES_WRITE | SCSI_RES_HARMLESS | SCSI_RES_PERSISTENT;
	case PR_WRITE_EXCLUSIVE:
		return relation == PR_HOLDER ? 0 : SCSI_RES_WRITE;
	case PR_EXCLUSIVE_ACCESS:
		return relation == PR_HOLDER ? 0 : SCSI_RES_WRITE | SCSI_RES_READ;
	case PR_WRITE_EXCLUSIVE_RO:
	case PR_WRITE_EXCLUSIVE_AR:
		return relation != PR_OTHER ? 0 : SCSI_RES_WRITE;
	default:
		return relation != PR_OTHER ? 0 : SCSI_RES_WRITE | SCSI_RES_READ;
	}
}

/**
 * pr_class() - the class of a command
 * @op: its row
 * @cdb: its CDB
 *
 * A row that says nothing is taken for the worst its flags admit. Two commands
 * are in one class or another by what is in the CDB (SBC-3 table 13).
 *
 * Return: one of SCSI_RES_*.
 */
u8 pr_class(const struct scsi_op *op, const u8 *cdb)
{
	if (op->opcode == OP_START_STOP)
		return starts_unit(cdb) ? SCSI_RES_HARMLESS : SCSI_RES_WRITE;
	if (op->opcode == OP_PREVENT_ALLOW)
		return cdb[4] & 0x03 ? SCSI_RES_WRITE : SCSI_RES_ALWAYS;
	if (op->reserve)
		return op->reserve;
	return op->flags & SCSI_OP_READS && !(op->flags & SCSI_OP_WRITES) ? SCSI_RES_READ :
									     SCSI_RES_WRITE;
}

/**
 * pr_runs_while_lost() - whether a command runs on a unit that has lost its reservations
 * @cdb: its CDB
 *
 * SPC-4 5.13.5.2 and 5.13.5.3: what tells of the unit or starts it, and what replaces
 * the reservation.
 */
bool pr_runs_while_lost(const u8 *cdb)
{
	switch (cdb[0]) {
	case OP_REQUEST_SENSE:
	case OP_INQUIRY:
	case OP_WRITE_BUFFER:
	case OP_READ_BUFFER:
	case OP_LOG_SENSE:
	case OP_REPORT_LUNS:
		return true;
	case OP_START_STOP:
		return starts_unit(cdb);
	case OP_PR_OUT:
		return (cdb[1] & 0x1f) == PR_REPLACE_LOST;
	case OP_MAINTENANCE_IN:
		return (cdb[1] & 0x1f) == SA_REPORT_TPGS;
	default:
		return false;
	}
}

/**
 * pr_conflict() - whether a command ends with RESERVATION CONFLICT
 * @type: enum pr_type
 * @relation: of the command's nexus
 * @class: of the command
 */
bool pr_conflict(u8 type, enum pr_relation relation, u8 class)
{
	return pr_denied(type, relation) & class;
}

/**
 * pr_spc2_compatible() - answer to RESERVE or RELEASE while a nexus is registered
 * @type: of the persistent reservation
 * @relation: of the command's nexus to it
 *
 * Compatible reservation handling, SPC-4 5.13.3: for whom the persistent reservation
 * is as good as their own the command succeeds and does nothing. For the
 * others, SPC-2 5.5: the two kinds exclude each other.
 *
 * Return: a SAM status.
 */
u8 pr_spc2_compatible(u8 type, enum pr_relation relation)
{
	bool shared = type == PR_WRITE_EXCLUSIVE_RO || type == PR_EXCLUSIVE_ACCESS_RO;

	if (type && (relation == PR_HOLDER || (relation == PR_REGISTRANT && shared)))
		return TARGET_STAT_GOOD;
	return TARGET_STAT_RESERVATION_CONFLICT;
}
