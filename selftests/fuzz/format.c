// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: FORMAT UNIT and SANITIZE, and the text that is kept while one is under way,
 * which has to say the same when it comes back.
 *
 * Input: which, logical block size, CDB, then the parameter list or the text.
 */
#include "refused.h"
#include "scsi_format.h"

#define TEXT_ROOM	(2 * SANITIZE_PATTERN_MAX + 128)

static struct scsi_sanitize san, back;

static void format(const u8 *cdb, const u8 *list, u32 len)
{
	struct target_sense sense = {};
	struct scsi_format fmt;

	if (!scsi_format_parse(cdb, list, min_t(u64, len, scsi_format_data_len(cdb, 512)), &fmt,
			       &sense))
		check_refused(&sense, len);
}

static void keep(enum scsi_erase_state state)
{
	char text[TEXT_ROOM];
	size_t len = scsi_erase_save(state, &san, text, sizeof(text));

	must(len < sizeof(text) - 1 && strlen(text) == len);
	must(scsi_erase_restore(text, &back) == state);
	if (state == ERASE_FORMATTING)
		return;
	must(back.action == san.action && back.passes == san.passes);
	must(back.invert == san.invert && back.ause == san.ause);
	must(back.pattern_len == san.pattern_len);
	must(!memcmp(back.pattern, san.pattern, san.pattern_len));
}

static void sanitize(const u8 *cdb, const u8 *list, u32 len, u32 block_size)
{
	u8 block[SANITIZE_PATTERN_MAX];
	struct target_sense sense = {};
	unsigned int pass;

	if (!scsi_sanitize_parse(cdb, block_size, &san, &sense)) {
		check_refused(&sense, len);
		return;
	}
	len = min_t(u32, len, get_unaligned_be16(cdb + 7));
	if (san.action == SANITIZE_OVERWRITE) {
		if (!scsi_sanitize_parse_list(list, len, block_size, &san, &sense)) {
			check_refused(&sense, len);
			return;
		}
		for (pass = 0; pass < min(san.passes, 2); pass++)
			scsi_sanitize_fill(&san, pass, block, block_size);
	}
	if (san.action == SANITIZE_EXIT_FAILURE)
		return;
	keep(ERASE_FORMATTING);
	keep(ERASE_SANITIZING);
	keep(ERASE_SANITIZE_FAILED);
}

/* A file that anybody may have edited: what is made of it can be gone on with. */
static void restore(char *text)
{
	enum scsi_erase_state state = scsi_erase_restore(text, &san);

	must(state <= ERASE_SANITIZE_FAILED && san.pattern_len <= SANITIZE_PATTERN_MAX);
	if (state != ERASE_SANITIZING)
		return;
	must(san.action == SANITIZE_BLOCK_ERASE || (san.passes && san.pattern_len));
	keep(state);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const u8 actions[] = {
		SANITIZE_OVERWRITE, SANITIZE_BLOCK_ERASE, SANITIZE_EXIT_FAILURE,
	};
	struct fuzz_in in = { data, size };
	u8 which = take_u8(&in), cdb[TARGET_MAX_CDB] = {};
	u32 block_size = 512 << (take_u8(&in) & 3);
	size_t len = SANITIZE_PATTERN_MAX + 16;
	u8 *list;

	if (which & 1) {
		char *text = take_text(&in);

		restore(text);
		kfree(text);
		return 0;
	}
	cdb[1] = take_u8(&in);
	put_unaligned_be16(take_u16(&in), cdb + 7);
	list = take_block(&in, &len);
	if (which & 2) {
		cdb[1] &= 0x3f;
		format(cdb, list, len);
	} else {
		cdb[1] = (cdb[1] & 0xa0) | actions[which / 4 % ARRAY_SIZE(actions)];
		sanitize(cdb, list, len, block_size);
	}
	kfree(list);
	return 0;
}
