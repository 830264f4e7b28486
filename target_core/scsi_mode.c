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
	[SCSI_MODE_TST] = { "TST", 0x0a, 0, 2, 7, 5, 2, { 0, 1 }, 0, WORD(mode_tst) },
	[SCSI_MODE_D_SENSE] = { "D_SENSE", 0x0a, 0, 2, 2, 2, 2, { 0, 1 }, 0,
				WORD(mode_d_sense) },
	[SCSI_MODE_QERR] = { "QERR", 0x0a, 0, 3, 2, 1, 3, { 0, 1, 3 }, 0, WORD(mode_qerr) },
	[SCSI_MODE_UA_INTLCK_CTRL] = { "UA_INTLCK_CTRL", 0x0a, 0, 4, 5, 4, 3, { 0, 2, 3 }, 0,
				       WORD(emulate_ua_intlck_ctrl) },
	[SCSI_MODE_SWP] = { "SWP", 0x0a, 0, 4, 3, 3, 2, { 0, 1 }, 0, WORD(mode_swp) },
	[SCSI_MODE_TAS] = { "TAS", 0x0a, 0, 5, 6, 6, 2, { 0, 1 }, 1, WORD(emulate_tas) },
	[SCSI_MODE_LBPERE] = { "LBPERE", 0x01, 0, 7, 7, 7, 2, { 0, 1 }, 0, WORD(mode_lbpere) },
	[SCSI_MODE_AVAILABLE_ENABLED] = { "AVAILABLE_ENABLED", 0x1c, 2, 16, 7, 7, 2, { 0, 1 }, 0,
					  WORD(mode_threshold_on[SCSI_THRESHOLD_AVAILABLE]) },
	[SCSI_MODE_AVAILABLE_COUNT] = { "AVAILABLE_COUNT", 0x1c, 2, 20, 7, 0, .word =
					WORD(mode_threshold_count[SCSI_THRESHOLD_AVAILABLE]) },
	[SCSI_MODE_USED_ENABLED] = { "USED_ENABLED", 0x1c, 2, 24, 7, 7, 2, { 0, 1 }, 0,
				     WORD(mode_threshold_on[SCSI_THRESHOLD_USED]) },
	[SCSI_MODE_USED_COUNT] = { "USED_COUNT", 0x1c, 2, 28, 7, 0, .word =
				   WORD(mode_threshold_count[SCSI_THRESHOLD_USED]) },
};

/* Commands in any order, as far as their task attributes allow: QUEUE ALGORITHM MODIFIER 1h */
static const u8 control_fixed[10] = { [3 - 2] = 0x10 };

/* The timestamp can be set: SCSIP. Implicit changes of the access state are made: IALUAE */
static const u8 control_extension_fixed[28] = { [4 - 4] = 0x03 };

/* No informational exceptions: DEXCPT */
static const u8 exceptions_fixed[10] = { [2 - 2] = 0x08 };

/*
 * Two threshold descriptors (SBC-3 6.4.8): one that is reached when less than its
 * count of LBA mapping resources is available (01h), decreasing; and one when more
 * than that is used (02h), increasing. Every I_T nexus is told: SITUA 0.
 */
static const u8 provisioning_fixed[28] = {
	[17 - 4] = 0x01, [24 - 4] = 0x01, [25 - 4] = 0x02,
};

/* Ascending, as all pages together are returned (SPC-4 6.11.1). */
static const struct mode_page mode_pages[] = {
	{ 0x01, 0x00, 2 + 0x0a },	/* Read-Write Error Recovery */
	{ 0x02, 0x00, 2 + 0x0e },	/* Disconnect-Reconnect */
	{ 0x07, 0x00, 2 + 0x0a },	/* Verify Error Recovery */
	{ 0x08, 0x00, 2 + 0x12 },	/* Caching */
	{ 0x0a, 0x00, 2 + 0x0a, control_fixed },
	{ 0x0a, 0x01, 4 + 0x1c, control_extension_fixed },
	{ 0x1c, 0x00, 2 + 0x0a, exceptions_fixed },
	{ 0x1c, 0x02, 4 + 0x1c, provisioning_fixed, scsi_lu_thresholds },
};

/* The page table by index, for tests and walks; NULL past the end. */
const struct mode_page *mode_page_row(unsigned int i)
{
	return i < ARRAY_SIZE(mode_pages) ? &mode_pages[i] : NULL;
}

static bool page_exists(const struct scsi_lu *lu, const struct mode_page *page)
{
	return !page->exists || page->exists(lu);
}

/* The page of that code, or NULL if the logical unit has none. */
const struct mode_page *mode_page_find(const struct scsi_lu *lu, u8 code, u8 subpage)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++)
		if (mode_pages[i].code == code && mode_pages[i].subpage == subpage)
			return page_exists(lu, &mode_pages[i]) ? &mode_pages[i] : NULL;
	return NULL;
}

/* Whether a field is in a page. */
bool mode_field_of(const struct mode_field *f, const struct mode_page *page)
{
	return f->page == page->code && f->subpage == page->subpage;
}

/* WCE may tell of a cache that only its backstore can switch; LBPERE needs thresholds. */
static bool field_is_fixed(const struct scsi_lu *lu, enum scsi_mode_id id)
{
	return (id == SCSI_MODE_WCE && lu->cache_fixed) ||
	       (id == SCSI_MODE_LBPERE && !scsi_lu_thresholds(lu));
}

static u32 field_of_word(const struct mode_field *f, u32 val)
{
	return f->nr_codes ? f->codes[min_t(u32, val, f->nr_codes - 1)] : val;
}

/* The code that a field has in its page now. */
u32 mode_field_current(const struct scsi_lu *lu, enum scsi_mode_id id)
{
	const struct mode_field *f = &mode_fields[id];

	if (id == SCSI_MODE_WCE)
		return lu->write_cache;
	if (id == SCSI_MODE_LBPERE && field_is_fixed(lu, id))
		return 0;
	return field_of_word(f, READ_ONCE(*(const u32 *)((const u8 *)lu->attrib + f->word)));
}

/* The code a field has in a page. */
u32 mode_field_get(const struct mode_field *f, const u8 *p)
{
	if (!f->nr_codes)
		return get_unaligned_be32(p + f->byte);
	return (p[f->byte] >> f->lsb) & (BIT(f->msb - f->lsb + 1) - 1);
}

static void field_put(const struct mode_field *f, u32 code, u8 *p)
{
	if (!f->nr_codes)
		put_unaligned_be32(code, p + f->byte);
	else
		p[f->byte] |= code << f->lsb;
}

static u32 field_default(const struct scsi_lu *lu, enum scsi_mode_id id)
{
	if (field_is_fixed(lu, id))
		return mode_field_current(lu, id);
	if (id == SCSI_MODE_WCE)
		return lu->limits->write_cache;
	return field_of_word(&mode_fields[id], mode_fields[id].initial);
}

static u32 field_saved(const struct scsi_lu *lu, enum scsi_mode_id id)
{
	const struct scsi_mode_values *saved = lu->mode_saved;

	if (!saved || !(READ_ONCE(saved->mask) & BIT(id)) || field_is_fixed(lu, id))
		return field_default(lu, id);
	return READ_ONCE(saved->code[id]);
}

/* The bits that some allowed code has set. */
static u32 field_changeable(const struct scsi_lu *lu, enum scsi_mode_id id)
{
	const struct mode_field *f = &mode_fields[id];
	unsigned int i;
	u32 bits = 0;

	if (field_is_fixed(lu, id))
		return 0;
	if (!f->nr_codes)
		return U32_MAX;
	for (i = 0; i < f->nr_codes; i++)
		bits |= f->codes[i];
	return bits;
}

static u32 field_code(const struct scsi_lu *lu, enum scsi_mode_id id, enum mode_pc pc)
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
		field_put(&mode_fields[id], field_code(lu, id, pc), p);
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
static bool mode_wanted(const struct scsi_lu *lu, const struct mode_page *page, u8 code,
			u8 subpage)
{
	return page_exists(lu, page) && (code == ALL_PAGES || code == page->code) &&
	       (subpage == ALL_SUBPAGES || subpage == page->subpage);
}

static u8 *mode_add_pages(const struct scsi_lu *lu, const u8 *cdb, u8 *p)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++)
		if (mode_wanted(lu, &mode_pages[i], cdb[2] & 0x3f, cdb[3]))
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
		if (mode_wanted(lu, &mode_pages[i], code, subpage))
			return true;
	if (mode_page_find(lu, code, 0))
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
