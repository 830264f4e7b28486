// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asymmetric access as plain data (SPC-4 5.15): states, which commands each lets
 * pass, the parameter list of SET TARGET PORT GROUPS and the files that keep a state.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "alua_rules.h"
#include "scsi_buffer.h"

#define OP_WRITE_BUFFER	0x3b
#define OP_READ_BUFFER	0x3c
#define STPG_HEADER	4
#define STPG_DESC	4
#define STPG_STATE	0x0f

/**
 * alua_allows() - whether a target port in this state lets a command pass
 * @state: enum target_alua_state; LBA dependent is for the caller to resolve
 * @op_flags: of the command's row
 *
 * SPC-4 5.15.2.4: the active states everything; standby what a row says of it;
 * the others only what finds out about the state, and what changes it.
 */
bool alua_allows(u8 state, u16 op_flags)
{
	if (state <= TARGET_ALUA_NON_OPTIMIZED || (op_flags & SCSI_OP_ALUA_ALWAYS))
		return true;
	return state == TARGET_ALUA_STANDBY && (op_flags & SCSI_OP_ALUA_STANDBY);
}

/**
 * alua_passes() - as alua_allows(), for a command whose CDB may decide, too
 * @state: enum target_alua_state
 * @op: its row
 * @cdb: its CDB
 *
 * SPC-4 5.15.2.4.4: in standby READ BUFFER and WRITE BUFFER pass in their echo modes.
 */
bool alua_passes(u8 state, const struct scsi_op *op, const u8 *cdb)
{
	if (alua_allows(state, op->flags))
		return true;
	return state == TARGET_ALUA_STANDBY &&
	       (op->opcode == OP_WRITE_BUFFER || op->opcode == OP_READ_BUFFER) &&
	       scsi_buffer_echoes(cdb);
}

/**
 * alua_refusal() - the additional sense code for a command that does not pass
 * @state: enum target_alua_state; the sense key is NOT READY
 */
u16 alua_refusal(u8 state)
{
	switch (state) {
	case TARGET_ALUA_STANDBY:
		return ASC_ALUA_STANDBY;
	case TARGET_ALUA_UNAVAILABLE:
		return ASC_ALUA_UNAVAILABLE;
	case TARGET_ALUA_TRANSITIONING:
		return ASC_ALUA_TRANSITION;
	default:
		return ASC_ALUA_OFFLINE;
	}
}

/**
 * alua_support_bit() - the bit by which a group says that it supports a state
 * @state: any number
 *
 * Return: ALUA_SUP_*, 0 for what is no state.
 */
u8 alua_support_bit(u8 state)
{
	switch (state) {
	case TARGET_ALUA_OPTIMIZED:
		return ALUA_SUP_OPTIMIZED;
	case TARGET_ALUA_NON_OPTIMIZED:
		return ALUA_SUP_NON_OPTIMIZED;
	case TARGET_ALUA_STANDBY:
		return ALUA_SUP_STANDBY;
	case TARGET_ALUA_UNAVAILABLE:
		return ALUA_SUP_UNAVAILABLE;
	case TARGET_ALUA_LBA_DEPENDENT:
		return ALUA_SUP_LBA_DEPENDENT;
	case TARGET_ALUA_OFFLINE:
		return ALUA_SUP_OFFLINE;
	case TARGET_ALUA_TRANSITIONING:
		return ALUA_SUP_TRANSITION;
	default:
		return 0;
	}
}

/**
 * alua_change_allowed() - whether a group may be put into a state
 * @state: enum target_alua_state
 * @supported: ALUA_SUP_* of the group
 * @access_type: ALUA_TYPE_* of the group
 * @explicit: an initiator asks, else the administrator
 *
 * Initiators choose among the primary states that a group can be in for long
 * (SPC-4 6.45). A map and explicit changes exclude each other.
 */
bool alua_change_allowed(u8 state, u8 supported, u8 access_type, bool explicit)
{
	if (!(supported & alua_support_bit(state)))
		return false;
	if (!(access_type & (explicit ? ALUA_TYPE_EXPLICIT : ALUA_TYPE_IMPLICIT)))
		return false;
	if (explicit)
		return state <= TARGET_ALUA_UNAVAILABLE;
	return state != TARGET_ALUA_LBA_DEPENDENT || !(access_type & ALUA_TYPE_EXPLICIT);
}

/* ---- SET TARGET PORT GROUPS ---- */

/**
 * alua_stpg_count() - how many descriptors a parameter list has
 * @asked: PARAMETER LIST LENGTH
 * @came: bytes that did
 * @sense: filled in on error
 *
 * Return: the number, 0 for no list, which is no error (SPC-4 6.45); -1 for a list
 * that was cut off, by the CDB or on its way, or is longer than any we take.
 */
int alua_stpg_count(u32 asked, u32 came, struct target_sense *sense)
{
	if (!asked)
		return 0;
	if (came < asked || asked < STPG_HEADER || (asked - STPG_HEADER) % STPG_DESC ||
	    asked > STPG_HEADER + ALUA_STPG_MAX * STPG_DESC) {
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
		return -1;
	}
	return (asked - STPG_HEADER) / STPG_DESC;
}

/**
 * alua_stpg_refuse() - INVALID FIELD IN PARAMETER LIST
 * @desc: descriptor in error
 * @byte: of the descriptor: 0 for the state, 2 for the identifier
 * @sense: filled in
 */
void alua_stpg_refuse(const struct alua_stpg *desc, unsigned int byte, struct target_sense *sense)
{
	scsi_sense_param_field(sense, min_t(u32, desc->at + byte, U16_MAX), byte ? -1 : 3);
}

/**
 * alua_stpg_desc() - one descriptor
 * @list: parameter list
 * @i: which, less than alua_stpg_count() said
 * @desc: filled in
 * @sense: filled in on error
 *
 * Return: false for a state that is not for an initiator to ask for.
 */
bool alua_stpg_desc(const u8 *list, unsigned int i, struct alua_stpg *desc,
		    struct target_sense *sense)
{
	desc->at = STPG_HEADER + i * STPG_DESC;
	desc->state = list[desc->at] & STPG_STATE;
	desc->id = get_unaligned_be16(list + desc->at + 2);
	if (desc->state <= TARGET_ALUA_UNAVAILABLE || desc->state == TARGET_ALUA_OFFLINE)
		return true;
	alua_stpg_refuse(desc, 0, sense);
	return false;
}

/* ---- the files ---- */

/* One line "name=number"; false if it is another name, or no number up to @max. */
static bool take_line(char **text, const char *name, unsigned int max, unsigned int *val)
{
	char *line = strsep(text, "\n");
	size_t len = strlen(name);

	return line && !strncmp(line, name, len) && line[len] == '=' &&
	       !kstrtouint(line + len + 1, 0, val) && *val <= max;
}

/**
 * alua_saved_group() - read <dbroot>/alua/tpgs_<serial>/<group>
 * @text: its content; taken apart in place
 * @saved: id, state and status are filled in
 *
 * Return: false if anything in it is not as it is written.
 */
bool alua_saved_group(char *text, struct alua_saved *saved)
{
	unsigned int id, state, status;

	if (!take_line(&text, "tg_pt_gp_id", U16_MAX, &id) ||
	    !take_line(&text, "alua_access_state", TARGET_ALUA_TRANSITIONING, &state) ||
	    !take_line(&text, "alua_access_status", ALUA_STATUS_IMPLICIT, &status) ||
	    !text || *text)
		return false;
	*saved = (struct alua_saved) { .id = id, .state = state, .status = status };
	return true;
}

/**
 * alua_saved_lun() - read <dbroot>/alua/<fabric>/<target>+<tag>/lun_<n>
 * @text: its content; taken apart in place
 * @saved: offline and status are filled in
 *
 * Return: false if anything in it is not as it is written.
 */
bool alua_saved_lun(char *text, struct alua_saved *saved)
{
	unsigned int offline, status;

	if (!take_line(&text, "alua_tg_pt_offline", 1, &offline) ||
	    !take_line(&text, "alua_tg_pt_status", ALUA_STATUS_IMPLICIT, &status) ||
	    !text || *text)
		return false;
	*saved = (struct alua_saved) { .offline = offline, .status = status };
	return true;
}
