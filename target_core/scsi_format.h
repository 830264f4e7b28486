/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FORMAT UNIT and SANITIZE, the bytes of them, and the text in which what is under way
 * outlives the device.
 */
#ifndef TARGET_CORE_SCSI_FORMAT_H
#define TARGET_CORE_SCSI_FORMAT_H

#include "scsi.h"

#define SANITIZE_OVERWRITE	0x01
#define SANITIZE_BLOCK_ERASE	0x02
#define SANITIZE_EXIT_FAILURE	0x1f
#define SANITIZE_PATTERN_MAX	4096	/* the largest logical block */

/** struct scsi_format - a FORMAT UNIT that has been checked */
struct scsi_format {
	bool	immed;
};

/** enum scsi_erase_state - how far a format or sanitize operation has come */
enum scsi_erase_state {
	ERASE_NONE,
	ERASE_FORMATTING,
	ERASE_SANITIZING,
	ERASE_SANITIZE_FAILED,
};

/**
 * struct scsi_sanitize - a sanitize operation
 * @action: SANITIZE_*.
 * @passes: OVERWRITE COUNT.
 * @invert: INVERT, every second pass writes the complement.
 * @immed: answer at once.
 * @ause: EXIT FAILURE MODE may end what follows if it fails.
 * @pattern_len: bytes of @pattern, which begins each logical block anew.
 */
struct scsi_sanitize {
	u8	action;
	u8	passes;
	bool	invert;
	bool	immed;
	bool	ause;
	u16	pattern_len;
	u8	pattern[SANITIZE_PATTERN_MAX];
};

u64 scsi_format_data_len(const u8 *cdb, u32 block_size);
bool scsi_format_parse(const u8 *cdb, const u8 *list, u32 len, struct scsi_format *format,
		       struct target_sense *sense);
bool scsi_sanitize_parse(const u8 *cdb, u32 block_size, struct scsi_sanitize *san,
			 struct target_sense *sense);
bool scsi_sanitize_parse_list(const u8 *list, u32 len, u32 block_size, struct scsi_sanitize *san,
			      struct target_sense *sense);
void scsi_sanitize_fill(const struct scsi_sanitize *san, unsigned int pass, u8 *block,
			u32 block_size);
size_t scsi_erase_save(enum scsi_erase_state state, const struct scsi_sanitize *san, char *text,
		       size_t room);
enum scsi_erase_state scsi_erase_restore(char *text, struct scsi_sanitize *san);

#endif
