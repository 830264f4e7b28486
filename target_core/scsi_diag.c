// SPDX-License-Identifier: GPL-2.0-only
/*
 * SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS, the bytes of them. Besides the
 * list of diagnostic pages there is no such page.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "scsi_diag.h"

#define PF		0x10
#define SELFTEST	0x04
#define PCV		0x01
#define PAGE_HEADER	4
#define BYTES_PER_MIN	(6000ULL << 20)	/* an extended self-test reads, as a guess */

static enum scsi_diag_action diag_refuse(struct target_sense *sense, u16 byte, int bit)
{
	scsi_sense_cdb_field(sense, byte, bit);
	return DIAG_REFUSED;
}

static enum scsi_diag_action diag_of_code(u8 code)
{
	switch (code) {
	case SELFTEST_BACK_SHORT:
	case SELFTEST_BACK_EXTENDED:
		return DIAG_BACKGROUND;
	case SELFTEST_FORE_SHORT:
	case SELFTEST_FORE_EXTENDED:
		return DIAG_FOREGROUND;
	case SELFTEST_ABORT:
		return DIAG_ABORT;
	default:
		return DIAG_REFUSED;
	}
}

/**
 * scsi_send_diagnostic - what a SEND DIAGNOSTIC asks for, SPC-4 6.42
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @sense: filled in with DIAG_REFUSED.
 *
 * No self-test takes the unit or another one off line, so that DEVOFFL and UNITOFFL
 * allow what is never done. Returns: the action.
 */
enum scsi_diag_action scsi_send_diagnostic(const u8 *cdb, struct target_sense *sense)
{
	u8 code = cdb[1] >> 5;
	bool list = get_unaligned_be16(cdb + 3);

	if (!code && !(cdb[1] & SELFTEST)) {
		if (list && !(cdb[1] & PF))
			return diag_refuse(sense, 1, 4);
		return list ? DIAG_PAGE : DIAG_NOTHING;
	}
	if (list)
		return diag_refuse(sense, 3, -1);
	if (!code)
		return DIAG_DEFAULT_TEST;
	if ((cdb[1] & SELFTEST) || diag_of_code(code) == DIAG_REFUSED)
		return diag_refuse(sense, 1, 7);
	return diag_of_code(code);
}

/**
 * scsi_diagnostic_page - check the parameter list of SEND DIAGNOSTIC, SPC-4 7.2
 * @list: the list.
 * @len: its length, not zero.
 * @sense: filled in on error.
 *
 * The one page that can be sent asks for the list of pages and has nothing in it.
 * Returns: whether the list is that page.
 */
bool scsi_diagnostic_page(const u8 *list, u32 len, struct target_sense *sense)
{
	if (len < PAGE_HEADER || len < PAGE_HEADER + get_unaligned_be16(list + 2))
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	else if (list[0])
		scsi_sense_param_field(sense, 0, -1);
	else if (list[1])
		scsi_sense_param_field(sense, 1, -1);
	else if (len > PAGE_HEADER)
		scsi_sense_param_field(sense, 2, -1);
	return !sense->key;
}

/**
 * scsi_receive_diagnostic - RECEIVE DIAGNOSTIC RESULTS data, SPC-4 6.28
 * @lu: a connected logical unit.
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @buf: SCSI_REPLY_MAX zeroed bytes.
 * @sense: filled in on error.
 *
 * Without PCV it is the page that the last SEND DIAGNOSTIC asked for, which is
 * the list of pages as well. Returns: length of the reply, or 0 with @sense set.
 */
u32 scsi_receive_diagnostic(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
			    struct target_sense *sense)
{
	if (cdb[2]) {
		scsi_sense_cdb_field(sense, 2, -1);
		return 0;
	}
	put_unaligned_be16(1, buf + 2);		/* one page, 00h */
	return PAGE_HEADER + 1;
}

/**
 * scsi_selftest_extended - does the self-test read all of the medium?
 * @code: SELF-TEST CODE.
 */
bool scsi_selftest_extended(u8 code)
{
	return code == SELFTEST_BACK_EXTENDED || code == SELFTEST_FORE_EXTENDED;
}

/**
 * scsi_selftest_minutes - about how long an extended self-test takes
 * @lu: a connected logical unit.
 */
u32 scsi_selftest_minutes(const struct scsi_lu *lu)
{
	u64 per_minute = div64_u64(BYTES_PER_MIN, lu->attrib->block_size);

	return min_t(u64, div64_u64(lu->nr_blocks, per_minute) + 1, U16_MAX);
}

/**
 * scsi_selftest_entry - a result as the log page has it, SPC-4 7.3.19
 * @test: the result.
 * @entry: SCSI_SELFTEST_BYTES zeroed bytes; an entry not in use stays zero.
 */
void scsi_selftest_entry(const struct scsi_selftest *test, u8 *entry)
{
	if (!test->code)
		return;
	entry[0] = test->code << 5 | test->result;
	entry[1] = test->number;
	put_unaligned_be16(test->hours, entry + 2);
	put_unaligned_be64(test->address, entry + 4);
	entry[12] = test->key;
	entry[13] = test->asc;
	entry[14] = test->ascq;
}

/**
 * scsi_selftest_to_text - a result as a line of a file
 * @test: the result.
 * @text: for the line, with a NUL.
 * @room: bytes there; SCSI_SELFTEST_TEXT are enough.
 *
 * Returns: length of the line.
 */
int scsi_selftest_to_text(const struct scsi_selftest *test, char *text, size_t room)
{
	return snprintf(text, room, "result=%u %u %u %u %u %u %u %llu\n", test->code, test->result,
			test->number, test->key, test->asc, test->ascq, test->hours,
			(unsigned long long)test->address);
}

/**
 * scsi_selftest_from_text - the value of such a line
 * @test: filled in.
 * @text: anything.
 *
 * Returns: whether it can be a result.
 */
bool scsi_selftest_from_text(struct scsi_selftest *test, const char *text)
{
	unsigned long long address;
	unsigned int v[7];

	if (sscanf(text, "%u %u %u %u %u %u %u %llu", &v[0], &v[1], &v[2], &v[3], &v[4], &v[5],
		   &v[6], &address) != 8)
		return false;
	if (diag_of_code(v[0]) != DIAG_BACKGROUND && diag_of_code(v[0]) != DIAG_FOREGROUND)
		return false;
	if (v[1] >= SELFTEST_RUNNING || v[2] > U8_MAX || v[3] > 0xf || v[4] > U8_MAX ||
	    v[5] > U8_MAX || v[6] > U16_MAX)
		return false;
	*test = (struct scsi_selftest) {
		.code = v[0], .result = v[1], .number = v[2], .key = v[3], .asc = v[4],
		.ascq = v[5], .hours = v[6], .address = address,
	};
	return true;
}
