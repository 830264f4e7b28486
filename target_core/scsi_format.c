// SPDX-License-Identifier: GPL-2.0-only
/*
 * FORMAT UNIT (SBC-3 5.3) and SANITIZE (SBC-3 4.11): CDBs and parameter lists checked, the
 * pattern of each pass of an overwrite, and the text kept while one is under way.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "scsi_format.h"
#include "store_text.h"

#define LONGLIST		0x20
#define FMTDATA			0x10
#define DEFECT_FORMAT		0x07
#define DEFECT_FORMAT_MAX	0x05
#define HEADER_SHORT		4
#define HEADER_LONG		8
#define FOV			0x80	/* parameter list byte 1 */
#define NEEDS_FOV		0x78	/* DPRY, DCRT, STPF, IP */
#define IP			0x08
#define IMMED			0x02
#define NOT_DEFINED		0x05	/* obsolete and vendor specific */

#define SANITIZE_IMMED		0x80	/* CDB byte 1 */
#define SANITIZE_AUSE		0x20
#define SANITIZE_ACTION		0x1f
#define OVERWRITE_HEADER	4
#define OVERWRITE_INVERT	0x80
#define OVERWRITE_TEST		0x60
#define OVERWRITE_COUNT		0x1f

/**
 * scsi_format_data_len - bytes of the parameter list header, which the CDB has no length for
 * @cdb: a FORMAT UNIT.
 * @block_size: unused.
 *
 * No more than the header, as defects are not listed.
 */
u64 scsi_format_data_len(const u8 *cdb, u32 block_size)
{
	if (!(cdb[1] & FMTDATA))
		return 0;
	return cdb[1] & LONGLIST ? HEADER_LONG : HEADER_SHORT;
}

static bool format_refuse(struct target_sense *sense, u16 byte, u8 bits)
{
	scsi_sense_param_field(sense, byte, fls(bits) - 1);
	return false;
}

/* The bits of byte 1: options mean something with FOV alone, and what is initialized is ours. */
static bool format_options(u8 bits, struct target_sense *sense)
{
	if (!(bits & FOV) && (bits & NEEDS_FOV))
		return format_refuse(sense, 1, bits & NEEDS_FOV);
	if (bits & (IP | NOT_DEFINED))
		return format_refuse(sense, 1, bits & (IP | NOT_DEFINED));
	return true;
}

static bool format_header(const u8 *list, bool longlist, struct target_sense *sense)
{
	u32 defects = longlist ? get_unaligned_be32(list + 4) : get_unaligned_be16(list + 2);

	if (list[0])		/* PROTECTION FIELD USAGE, and reserved */
		return format_refuse(sense, 0, list[0]);
	if (!format_options(list[1], sense))
		return false;
	if (longlist && (list[2] || list[3]))
		return format_refuse(sense, list[2] ? 2 : 3, list[2] ?: list[3]);
	if (defects) {
		scsi_sense_param_field(sense, longlist ? 4 : 2, -1);
		return false;
	}
	return true;
}

/**
 * scsi_format_parse - a FORMAT UNIT command, SBC-3 5.3
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @list: parameter list.
 * @len: bytes of it.
 * @format: filled in.
 * @sense: filled in on error.
 *
 * Protection information, an initialization pattern and defects to be reassigned are
 * refused; certification is accepted and finds nothing. Returns: whether it is correct.
 */
bool scsi_format_parse(const u8 *cdb, const u8 *list, u32 len, struct scsi_format *format,
		       struct target_sense *sense)
{
	u8 rest = cdb[1] & ~FMTDATA;

	format->immed = false;
	if (!(cdb[1] & FMTDATA) && rest) {
		scsi_sense_cdb_field(sense, 1, fls(rest) - 1);
		return false;
	}
	if ((cdb[1] & DEFECT_FORMAT) > DEFECT_FORMAT_MAX) {
		scsi_sense_cdb_field(sense, 1, 2);
		return false;
	}
	if (!(cdb[1] & FMTDATA))
		return true;
	if (len < scsi_format_data_len(cdb, 0)) {
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
		return false;
	}
	format->immed = list[1] & IMMED;
	return format_header(list, cdb[1] & LONGLIST, sense);
}

/**
 * scsi_sanitize_parse - a SANITIZE command without its parameter list, SBC-3 4.11
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @block_size: of the logical unit.
 * @san: filled in but for what the parameter list says.
 * @sense: filled in on error.
 *
 * Returns: whether it is correct; then the parameter list is to follow with
 * SANITIZE_OVERWRITE.
 */
bool scsi_sanitize_parse(const u8 *cdb, u32 block_size, struct scsi_sanitize *san,
			 struct target_sense *sense)
{
	u16 len = get_unaligned_be16(cdb + 7);

	memset(san, 0, sizeof(*san));
	san->action = cdb[1] & SANITIZE_ACTION;
	san->immed = cdb[1] & SANITIZE_IMMED;
	san->ause = cdb[1] & SANITIZE_AUSE;
	san->passes = 1;
	if (san->action == SANITIZE_OVERWRITE) {
		if (len > OVERWRITE_HEADER && len <= OVERWRITE_HEADER + block_size)
			return true;
	} else if (!len) {
		return true;
	}
	scsi_sense_cdb_field(sense, 7, -1);
	return false;
}

/**
 * scsi_sanitize_parse_list - the parameter list of an overwrite, SBC-3 4.11
 * @list: parameter list.
 * @len: bytes of it.
 * @block_size: of the logical unit.
 * @san: by scsi_sanitize_parse(); completed.
 * @sense: filled in on error.
 *
 * Returns: whether it is correct.
 */
bool scsi_sanitize_parse_list(const u8 *list, u32 len, u32 block_size, struct scsi_sanitize *san,
			      struct target_sense *sense)
{
	u16 pattern;

	if (len < OVERWRITE_HEADER)
		goto too_short;
	pattern = get_unaligned_be16(list + 2);
	if (list[0] & OVERWRITE_TEST)
		return format_refuse(sense, 0, OVERWRITE_TEST);
	if (!(list[0] & OVERWRITE_COUNT))
		return format_refuse(sense, 0, OVERWRITE_COUNT);
	if (list[1])
		return format_refuse(sense, 1, list[1]);
	if (!pattern || pattern > block_size || pattern > SANITIZE_PATTERN_MAX) {
		scsi_sense_param_field(sense, 2, -1);
		return false;
	}
	if (len < OVERWRITE_HEADER + pattern)
		goto too_short;
	san->passes = list[0] & OVERWRITE_COUNT;
	san->invert = list[0] & OVERWRITE_INVERT;
	san->pattern_len = pattern;
	memcpy(san->pattern, list + OVERWRITE_HEADER, pattern);
	return true;

too_short:
	scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	return false;
}

/**
 * scsi_sanitize_fill - what a pass of an overwrite puts into each logical block
 * @san: with a pattern.
 * @pass: 0 for the first.
 * @block: filled in, @block_size bytes.
 * @block_size: of the logical unit.
 */
void scsi_sanitize_fill(const struct scsi_sanitize *san, unsigned int pass, u8 *block,
			u32 block_size)
{
	u8 invert = san->invert && (pass & 1) ? 0xff : 0;
	u32 i;

	for (i = 0; i < block_size; i++)
		block[i] = san->pattern[i % san->pattern_len] ^ invert;
}

static const char *const erase_names[] = {
	[ERASE_FORMATTING]	= "formatting",
	[ERASE_SANITIZING]	= "sanitizing",
	[ERASE_SANITIZE_FAILED]	= "sanitize failed",
};

/**
 * scsi_erase_save - the text that is kept while blocks are erased, or after that failed
 * @state: not ERASE_NONE.
 * @san: the sanitize operation; unused with ERASE_FORMATTING.
 * @text: filled in.
 * @room: bytes there; twice SANITIZE_PATTERN_MAX and 128 are enough.
 *
 * Returns: length of the text.
 */
size_t scsi_erase_save(enum scsi_erase_state state, const struct scsi_sanitize *san, char *text,
		       size_t room)
{
	size_t len = scnprintf(text, room, "state=%s\n", erase_names[state]);
	unsigned int i;

	if (state == ERASE_FORMATTING)
		return len;
	len += scnprintf(text + len, room - len,
			 "action=%u\npasses=%u\ninvert=%d\nause=%d\npattern=", san->action,
			 san->passes, san->invert, san->ause);
	for (i = 0; i < san->pattern_len; i++)
		len += scnprintf(text + len, room - len, "%02x", san->pattern[i]);
	return len + scnprintf(text + len, room - len, "\n");
}

static void erase_restore_pattern(const char *hex, struct scsi_sanitize *san)
{
	size_t len = strlen(hex) / 2;

	san->pattern_len = 0;
	if (len <= SANITIZE_PATTERN_MAX && !hex2bin(san->pattern, hex, len))
		san->pattern_len = len;
}

static void erase_restore_number(const char *key, const char *value, struct scsi_sanitize *san)
{
	u8 n;

	if (kstrtou8(value, 10, &n))
		return;
	if (!strcmp(key, "action"))
		san->action = n;
	else if (!strcmp(key, "passes"))
		san->passes = n & OVERWRITE_COUNT;
	else if (!strcmp(key, "invert"))
		san->invert = n;
	else if (!strcmp(key, "ause"))
		san->ause = n;
}

static enum scsi_erase_state erase_restore_state(const char *name)
{
	unsigned int i;

	for (i = ERASE_FORMATTING; i < ARRAY_SIZE(erase_names); i++)
		if (!strcmp(name, erase_names[i]))
			return i;
	return ERASE_NONE;
}

static bool erase_complete(const struct scsi_sanitize *san)
{
	if (san->action == SANITIZE_OVERWRITE)
		return san->passes && san->pattern_len;
	return san->action == SANITIZE_BLOCK_ERASE;
}

/**
 * scsi_erase_restore - back from the text
 * @text: ends with a NUL, may be anything; taken apart.
 * @san: filled in if the state is one of a sanitize operation.
 *
 * Returns: the state. A sanitize operation nobody can go on with has failed: the blocks
 * must not come into view.
 */
enum scsi_erase_state scsi_erase_restore(char *text, struct scsi_sanitize *san)
{
	enum scsi_erase_state state = ERASE_NONE;
	char *key, *value;

	memset(san, 0, sizeof(*san));
	while (target_store_next(&text, &key, &value)) {
		if (!strcmp(key, "state"))
			state = erase_restore_state(value);
		else if (!strcmp(key, "pattern"))
			erase_restore_pattern(value, san);
		else
			erase_restore_number(key, value, san);
	}
	if (state == ERASE_SANITIZING && !erase_complete(san))
		state = ERASE_SANITIZE_FAILED;
	return state;
}
