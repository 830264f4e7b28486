// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SENSE: header, block descriptor and a table of mode pages. No page can
 * be changed or saved yet, and the pages say so.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "scsi.h"

#define CDB_LLBAA		0x10
#define CDB_DBD			0x08
#define PC_CHANGEABLE		1
#define PC_SAVED		3
#define ALL_PAGES		0x3f
#define ALL_SUBPAGES		0xff

/* DEVICE-SPECIFIC PARAMETER, SBC-3 6.4.1 */
#define DSP_WP			0x80
#define DSP_DPOFUA		0x10

/**
 * struct mode_page - one mode page in page_0 format
 * @code: PAGE CODE.
 * @len: PAGE LENGTH.
 * @fill: current (and default) values, behind the two byte header.
 */
struct mode_page {
	u8	code;
	u8	len;
	void	(*fill)(const struct scsi_lu *lu, u8 *page);
};

/* SBC-3 6.4.5 */
static void mode_caching(const struct scsi_lu *lu, u8 *page)
{
	if (lu->write_cache)
		page[2] = 0x04;		/* WCE */
}

/* SPC-4 7.5.8 */
static void mode_control(const struct scsi_lu *lu, u8 *page)
{
	/* One task set for all nexuses, fixed format sense: TST, D_SENSE 0 */
	page[3] = 0x10;			/* QUEUE ALGORITHM MODIFIER: SIMPLE ones in any order */
	if (READ_ONCE(lu->attrib->emulate_tas))
		page[5] = 0x40;		/* TAS */
}

/* SPC-4 7.5.12 */
static void mode_exceptions(const struct scsi_lu *lu, u8 *page)
{
	page[2] = 0x08;			/* DEXCPT: no informational exceptions */
}

/* Ascending by code, as all pages together are returned (SPC-4 6.11.1). */
static const struct mode_page mode_pages[] = {
	{ 0x08, 0x12, mode_caching },
	{ 0x0a, 0x0a, mode_control },
	{ 0x1c, 0x0a, mode_exceptions },
};

static u8 *mode_add(const struct scsi_lu *lu, const struct mode_page *page, u8 pc, u8 *p)
{
	p[0] = page->code;
	p[1] = page->len;
	if (pc != PC_CHANGEABLE)	/* the mask of changeable bits is all zero */
		page->fill(lu, p);
	return p + 2 + page->len;
}

/* SPC-4 6.11.1: subpages 00h and FFh mean the same where no page has any other. */
static u8 *mode_add_pages(const struct scsi_lu *lu, const u8 *cdb, u8 *p)
{
	u8 code = cdb[2] & 0x3f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++)
		if (code == ALL_PAGES || code == mode_pages[i].code)
			p = mode_add(lu, &mode_pages[i], cdb[2] >> 6, p);
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

static bool mode_check(const u8 *cdb, struct target_sense *sense)
{
	if (cdb[2] >> 6 == PC_SAVED) {
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_SAVING_NOT_SUPPORTED);
		return false;
	}
	if (cdb[3] && cdb[3] != ALL_SUBPAGES) {
		scsi_sense_cdb_field(sense, 3, -1);
		return false;
	}
	return true;
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

	if (!mode_check(cdb, sense))
		return 0;
	if (!(cdb[1] & CDB_DBD)) {
		pages = mode_block_desc(lu, llbaa, desc);
		if (llbaa)
			buf[4] = 0x01;	/* LONGLBA */
	}
	desc[-1] = pages - desc;	/* both headers end in BLOCK DESCRIPTOR LENGTH */
	end = mode_add_pages(lu, cdb, pages);
	if (end == pages) {
		scsi_sense_cdb_field(sense, 2, 5);
		return 0;
	}
	mode_header(lu, buf, six, end - buf);
	return end - buf;
}
