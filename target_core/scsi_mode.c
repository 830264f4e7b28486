// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode pages, and MODE SENSE: header, block descriptor, and the current, changeable,
 * default or saved values of the pages.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "scsi_mode.h"

#define CDB_LLBAA		0x10
#define CDB_DBD			0x08
#define ALL_PAGES		0x3f
#define ALL_SUBPAGES		0xff

/* DEVICE-SPECIFIC PARAMETER, SBC-3 6.4.1 */
#define DSP_WP			0x80
#define DSP_DPOFUA		0x10

#define WORD(member)		offsetof(struct target_dev_attrib, member)

/* What can be changed, each where it takes effect. SBC-3 6.4.5, SPC-4 7.5.8 */
const struct mode_field mode_fields[SCSI_MODE_FIELDS] = {
	[SCSI_MODE_WCE] = { "WCE", 0x08, 0, 2, 2, 2, 2, { 0, 1 }, 0,
			    WORD(emulate_write_cache) },
	[SCSI_MODE_D_SENSE] = { "D_SENSE", 0x0a, 0, 2, 2, 2, 2, { 0, 1 }, 0,
				WORD(mode_d_sense) },
	[SCSI_MODE_QERR] = { "QERR", 0x0a, 0, 3, 2, 1, 3, { 0, 1, 3 }, 0, WORD(mode_qerr) },
	[SCSI_MODE_UA_INTLCK_CTRL] = { "UA_INTLCK_CTRL", 0x0a, 0, 4, 5, 4, 3, { 0, 2, 3 }, 0,
				       WORD(emulate_ua_intlck_ctrl) },
	[SCSI_MODE_SWP] = { "SWP", 0x0a, 0, 4, 3, 3, 2, { 0, 1 }, 0, WORD(mode_swp) },
	[SCSI_MODE_TAS] = { "TAS", 0x0a, 0, 5, 6, 6, 2, { 0, 1 }, 1, WORD(emulate_tas) },
};

/* Commands in any order, as far as their task attributes allow: QUEUE ALGORITHM MODIFIER 1h */
static const u8 control_fixed[10] = { [3 - 2] = 0x10 };

/* Implicit changes of the asymmetric access state are made: IALUAE */
static const u8 control_extension_fixed[28] = { [4 - 4] = 0x01 };

/* No informational exceptions: DEXCPT */
static const u8 exceptions_fixed[10] = { [2 - 2] = 0x08 };

/* Ascending, as all pages together are returned (SPC-4 6.11.1). */
static const struct mode_page mode_pages[] = {
	{ 0x01, 0x00, 2 + 0x0a },	/* Read-Write Error Recovery */
	{ 0x02, 0x00, 2 + 0x0e },	/* Disconnect-Reconnect */
	{ 0x07, 0x00, 2 + 0x0a },	/* Verify Error Recovery */
	{ 0x08, 0x00, 2 + 0x12 },	/* Caching */
	{ 0x0a, 0x00, 2 + 0x0a, control_fixed },
	{ 0x0a, 0x01, 4 + 0x1c, control_extension_fixed },
	{ 0x1c, 0x00, 2 + 0x0a, exceptions_fixed },
};

/* The page table by index, for tests and walks; NULL past the end. */
const struct mode_page *mode_page_row(unsigned int i)
{
	return i < ARRAY_SIZE(mode_pages) ? &mode_pages[i] : NULL;
}

/* The page of that code, or NULL. */
const struct mode_page *mode_page_find(u8 code, u8 subpage)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++)
		if (mode_pages[i].code == code && mode_pages[i].subpage == subpage)
			return &mode_pages[i];
	return NULL;
}

/* Whether a field is in a page. */
bool mode_field_of(const struct mode_field *f, const struct mode_page *page)
{
	return f->page == page->code && f->subpage == page->subpage;
}

/* WCE tells of a cache that only its backstore can switch. */
static bool field_is_fixed(const struct scsi_lu *lu, enum scsi_mode_id id)
{
	return id == SCSI_MODE_WCE && lu->cache_fixed;
}

/* The code that a field has in its page now. */
u8 mode_field_current(const struct scsi_lu *lu, enum scsi_mode_id id)
{
	const struct mode_field *f = &mode_fields[id];
	u32 val = READ_ONCE(*(const u32 *)((const u8 *)lu->attrib + f->word));

	if (id == SCSI_MODE_WCE)
		return lu->write_cache;
	return f->codes[min_t(u32, val, f->nr_codes - 1)];
}

static u8 field_default(const struct scsi_lu *lu, enum scsi_mode_id id)
{
	if (field_is_fixed(lu, id))
		return mode_field_current(lu, id);
	if (id == SCSI_MODE_WCE)
		return lu->limits->write_cache;
	return mode_fields[id].codes[mode_fields[id].initial];
}

static u8 field_saved(const struct scsi_lu *lu, enum scsi_mode_id id)
{
	const struct scsi_mode_values *saved = lu->mode_saved;

	if (!saved || !(READ_ONCE(saved->mask) & BIT(id)) || field_is_fixed(lu, id))
		return field_default(lu, id);
	return READ_ONCE(saved->code[id]);
}

/* The bits that some allowed code has set. */
static u8 field_changeable(const struct scsi_lu *lu, enum scsi_mode_id id)
{
	const struct mode_field *f = &mode_fields[id];
	unsigned int i;
	u8 bits = 0;

	if (field_is_fixed(lu, id))
		return 0;
	for (i = 0; i < f->nr_codes; i++)
		bits |= f->codes[i];
	return bits;
}

static u8 field_code(const struct scsi_lu *lu, enum scsi_mode_id id, enum mode_pc pc)
{
	switch (pc) {
	case MODE_CHANGEABLE:
		return field_changeable(lu, id);
	case MODE_DEFAULT:
		return field_default(lu, id);
	case MODE_SAVED:
		return field_saved(lu, id);
	default:
		return mode_field_current(lu, id);
	}
}

/**
 * mode_page_build() - one mode page
 * @lu: a connected logical unit
 * @page: the page
 * @pc: which of its values
 * @p: page->len zeroed bytes
 *
 * Returns: length of the page.
 */
u32 mode_page_build(const struct scsi_lu *lu, const struct mode_page *page, enum mode_pc pc,
		    u8 *p)
{
	u32 header = mode_header_len(page);
	unsigned int id;

	if (page->fixed && pc != MODE_CHANGEABLE)
		memcpy(p + header, page->fixed, page->len - header);
	p[0] = page->code;
	for (id = 0; id < SCSI_MODE_FIELDS; id++) {
		if (!mode_field_of(&mode_fields[id], page))
			continue;
		p[mode_fields[id].byte] |= field_code(lu, id, pc) << mode_fields[id].lsb;
		if (lu->can_save)
			p[0] |= MODE_PS;
	}
	if (page->subpage) {
		p[0] |= MODE_SPF;
		p[1] = page->subpage;
		put_unaligned_be16(page->len - header, p + 2);
	} else {
		p[1] = page->len - header;
	}
	return page->len;
}

/* SPC-4 6.11.1, table of page and subpage codes: FFh adds the pages in sub_page format. */
static bool mode_wanted(const struct mode_page *page, u8 code, u8 subpage)
{
	return (code == ALL_PAGES || code == page->code) &&
	       (subpage == ALL_SUBPAGES || subpage == page->subpage);
}

static u8 *mode_add_pages(const struct scsi_lu *lu, const u8 *cdb, u8 *p)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++)
		if (mode_wanted(&mode_pages[i], cdb[2] & 0x3f, cdb[3]))
			p += mode_page_build(lu, &mode_pages[i], cdb[2] >> 6, p);
	return p;
}

/* SBC-3 6.4.2: a capacity that does not fit is all ones. */
static u8 *mode_block_desc(const struct scsi_lu *lu, bool llbaa, u8 *p)
{
	if (llbaa) {
		put_unaligned_be64(lu->nr_blocks, p);
		put_unaligned_be32(lu->attrib->block_size, p + 12);
		return p + 16;
	}
	put_unaligned_be32(min_t(u64, lu->nr_blocks, U32_MAX), p);
	put_unaligned_be24(lu->attrib->block_size, p + 5);
	return p + 8;
}

static u8 mode_device_specific(const struct scsi_lu *lu)
{
	u8 param = 0;

	if (lu->write_protect)
		param |= DSP_WP;
	if (scsi_lu_dpofua(lu))
		param |= DSP_DPOFUA;
	return param;
}

static bool mode_check(const struct scsi_lu *lu, const u8 *cdb, struct target_sense *sense)
{
	u8 code = cdb[2] & 0x3f, subpage = cdb[3];
	unsigned int i;

	if (cdb[2] >> 6 == MODE_SAVED && !lu->can_save) {
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_SAVING_NOT_SUPPORTED);
		return false;
	}
	/* All pages with one subpage code but these two is reserved. */
	if (code == ALL_PAGES && subpage && subpage != ALL_SUBPAGES) {
		scsi_sense_cdb_field(sense, 3, -1);
		return false;
	}
	for (i = 0; i < ARRAY_SIZE(mode_pages); i++)
		if (mode_wanted(&mode_pages[i], code, subpage))
			return true;
	if (mode_page_find(code, 0))
		scsi_sense_cdb_field(sense, 3, -1);
	else
		scsi_sense_cdb_field(sense, 2, 5);
	return false;
}

/* MODE DATA LENGTH does not count itself, SPC-4 7.5.5. */
static void mode_header(const struct scsi_lu *lu, u8 *buf, bool six, u32 len)
{
	if (six) {
		buf[0] = len - 1;
		buf[2] = mode_device_specific(lu);
		return;
	}
	put_unaligned_be16(len - 2, buf);
	buf[3] = mode_device_specific(lu);
}

/**
 * scsi_mode_sense - MODE SENSE(6) and (10) data, SPC-4 6.11 and 6.12
 * @lu: a connected logical unit.
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @buf: SCSI_REPLY_MAX zeroed bytes.
 * @sense: filled in on error.
 *
 * Returns: length of the reply, or 0 with @sense set.
 */
u32 scsi_mode_sense(const struct scsi_lu *lu, const u8 *cdb, u8 *buf, struct target_sense *sense)
{
	bool six = cdb[0] == 0x1a, llbaa = !six && (cdb[1] & CDB_LLBAA);
	u8 *desc = buf + (six ? 4 : 8), *pages = desc, *end;

	if (!mode_check(lu, cdb, sense))
		return 0;
	if (!(cdb[1] & CDB_DBD)) {
		pages = mode_block_desc(lu, llbaa, desc);
		if (llbaa)
			buf[4] = 0x01;	/* LONGLBA */
	}
	desc[-1] = pages - desc;	/* both headers end in BLOCK DESCRIPTOR LENGTH */
	end = mode_add_pages(lu, cdb, pages);
	mode_header(lu, buf, six, end - buf);
	return end - buf;
}
