/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mode parameters as tables: the pages, and the fields in them that MODE SELECT
 * can change. MODE SENSE, MODE SELECT and the text that saved values are kept as
 * all come from these.
 */
#ifndef TARGET_CORE_SCSI_MODE_H
#define TARGET_CORE_SCSI_MODE_H

#include "scsi.h"

#define MODE_PAGE_MAX	64	/* bytes of a page with its header */
#define MODE_SPF	0x40	/* byte 0: sub_page format */
#define MODE_PS		0x80	/* byte 0: the page can be saved */

/* Page control of MODE SENSE, SPC-4 6.11.1 */
enum mode_pc {
	MODE_CURRENT,
	MODE_CHANGEABLE,
	MODE_DEFAULT,
	MODE_SAVED,
};

/**
 * struct mode_page - one mode page
 * @code: PAGE CODE.
 * @subpage: SUBPAGE CODE; 0 for a page in page_0 format.
 * @len: bytes with the header.
 * @fixed: values of the bytes behind the header, NULL for zeroes; fields of the page
 *	are zero in it.
 * @exists: NULL, or whether the logical unit has the page.
 */
struct mode_page {
	u8		code;
	u8		subpage;
	u8		len;
	const u8	*fixed;
	bool		(*exists)(const struct scsi_lu *lu);
};

/**
 * struct mode_field - a field that can be changed
 * @name: the standard's.
 * @page: PAGE CODE. @subpage: SUBPAGE CODE.
 * @byte: where in the page. @msb: its most significant bit there.
 * @lsb: its least significant bit.
 * @nr_codes: entries in @codes; 0 for a number of four bytes.
 * @codes: the values that it can have in the page. Index n stands for the value n
 *	of its word.
 * @initial: value of its word by default.
 * @word: offset of the u32 in struct target_dev_attrib where it is kept.
 */
struct mode_field {
	const char	*name;
	u8		page, subpage;
	u8		byte, msb, lsb;
	u8		nr_codes;
	u8		codes[3];
	u8		initial;
	u16		word;
};

extern const struct mode_field mode_fields[SCSI_MODE_FIELDS];

const struct mode_page *mode_page_row(unsigned int i);	/* NULL past the end */
const struct mode_page *mode_page_find(const struct scsi_lu *lu, u8 code, u8 subpage);
u32 mode_page_build(const struct scsi_lu *lu, const struct mode_page *page, enum mode_pc pc,
		    u8 *p);
bool mode_field_of(const struct mode_field *f, const struct mode_page *page);
u32 mode_field_current(const struct scsi_lu *lu, enum scsi_mode_id id);
u32 mode_field_get(const struct mode_field *f, const u8 *p);

static inline u32 mode_header_len(const struct mode_page *page)
{
	return page->subpage ? 4 : 2;
}

#endif
