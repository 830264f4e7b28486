// SPDX-License-Identifier: GPL-2.0-only
/*
 * CDB and parameter list of PERSISTENT RESERVE OUT (SPC-4 6.16): bytes of an
 * initiator, of which nothing is believed before it is checked.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "pr_state.h"

#define LIST_LEN	24	/* without TransportIDs */
#define MOVE_TIDS_AT	24
#define MOVE_TIDS_LEN	20	/* TRANSPORTID PARAMETER DATA LENGTH of REGISTER AND MOVE */
#define SPEC_TIDS_LEN	24	/* and of SPEC_I_PT */

#define BITS		20	/* byte of the next three */
#define SPEC_I_PT	0x08
#define ALL_TG_PT	0x04
#define APTPL		0x01
#define MOVE_BITS	17
#define UNREG		0x02

#define CDB_SCOPE_TYPE	2

static bool bad_length(struct target_sense *sense)
{
	scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	return false;
}

static bool uses_type(u8 action)
{
	return action == PR_RESERVE || action == PR_RELEASE || action == PR_PREEMPT ||
	       action == PR_PREEMPT_AND_ABORT || action == PR_REPLACE_LOST;
}

static bool decode_cdb(const u8 *cdb, struct pr_out *out, struct target_sense *sense)
{
	out->action = cdb[1] & 0x1f;
	out->type = cdb[CDB_SCOPE_TYPE] & 0xf;
	if (!uses_type(out->action))
		return true;
	if (cdb[CDB_SCOPE_TYPE] >> 4) {
		scsi_sense_cdb_field(sense, CDB_SCOPE_TYPE, 7);
		return false;
	}
	if (!pr_type_valid(out->type)) {
		scsi_sense_cdb_field(sense, CDB_SCOPE_TYPE, 3);
		return false;
	}
	return true;
}

/* TransportIDs fill their part of the list to the byte. */
static bool check_tids(const struct pr_out *out, struct target_sense *sense)
{
	struct pr_tid tid;
	u32 pos = 0;

	while (pos < out->tids_len) {
		u32 at = out->tids_at + pos;

		if (!pr_out_next_tid(out, &pos, &tid)) {
			scsi_sense_param_field(sense, min_t(u32, at, U16_MAX), -1);
			return false;
		}
	}
	return true;
}

static bool decode_tids(const u8 *list, u32 len, u16 length_at, struct pr_out *out)
{
	out->tids_at = length_at + 4;
	if (len < out->tids_at)
		return false;
	out->tids = list + out->tids_at;
	out->tids_len = get_unaligned_be32(list + length_at);
	return out->tids_len == len - out->tids_at;
}

static bool decode_move(const u8 *list, u32 len, struct pr_out *out, struct target_sense *sense)
{
	struct pr_tid tid;
	u32 pos = 0;

	out->unreg = list[MOVE_BITS] & UNREG;
	out->aptpl = list[MOVE_BITS] & APTPL;
	out->rtpi = get_unaligned_be16(list + 18);
	if (!decode_tids(list, len, MOVE_TIDS_LEN, out))
		return bad_length(sense);
	if (pr_out_next_tid(out, &pos, &tid) && pos == out->tids_len)
		return true;
	/* There may be none to point at. */
	scsi_sense_param_field(sense, out->tids_len ? MOVE_TIDS_AT : MOVE_TIDS_LEN, -1);
	return false;
}

static bool decode_basic(const u8 *list, u32 len, struct pr_out *out, struct target_sense *sense)
{
	bool registers = out->action == PR_REGISTER || out->action == PR_REGISTER_AND_IGNORE;

	out->spec_i_pt = list[BITS] & SPEC_I_PT;
	out->all_tg_pt = registers && list[BITS] & ALL_TG_PT;
	out->aptpl = (registers || out->action == PR_REPLACE_LOST) && list[BITS] & APTPL;
	if (!out->spec_i_pt)
		return len == LIST_LEN || bad_length(sense);
	if (out->action != PR_REGISTER) {
		scsi_sense_param_field(sense, BITS, 3);
		return false;
	}
	if (!decode_tids(list, len, SPEC_TIDS_LEN, out))
		return bad_length(sense);
	return check_tids(out, sense);
}

/**
 * pr_out_decode() - take PERSISTENT RESERVE OUT apart
 * @cdb: passed scsi_op_check_cdb()
 * @list: parameter list
 * @len: bytes of it that came
 * @out: filled in; refers to @list
 * @sense: filled in on failure
 *
 * Return: false if the command is to end with CHECK CONDITION.
 */
bool pr_out_decode(const u8 *cdb, const u8 *list, u32 len, struct pr_out *out,
		   struct target_sense *sense)
{
	u32 list_len = get_unaligned_be32(cdb + 5);

	memset(out, 0, sizeof(*out));
	if (!decode_cdb(cdb, out, sense))
		return false;
	if (list_len > len || list_len < LIST_LEN || list_len > PR_MAX_LIST)
		return bad_length(sense);
	out->key = get_unaligned_be64(list);
	out->new_key = get_unaligned_be64(list + 8);
	if (out->action == PR_REGISTER_AND_MOVE)
		return decode_move(list, list_len, out, sense);
	return decode_basic(list, list_len, out, sense);
}

/**
 * pr_out_next_tid() - walk over the TransportIDs
 * @out: decoded
 * @pos: 0 at first; moved on
 * @tid: filled in
 *
 * Return: false at the end (or, inside pr_out_decode(), at one that is malformed).
 */
bool pr_out_next_tid(const struct pr_out *out, u32 *pos, struct pr_tid *tid)
{
	u32 n;

	if (*pos >= out->tids_len)
		return false;
	n = pr_tid_decode(out->tids + *pos, out->tids_len - *pos, tid);
	*pos += n;
	return n;
}
