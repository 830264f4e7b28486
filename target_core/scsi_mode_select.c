// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SELECT: what a parameter list asks to be changed, after all of it was found
 * good; and mode parameters as text, to be kept over a restart.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "scsi_mode.h"

#define CDB_PF		0x10
#define CDB_PF_BIT	4
#define LONGLBA		0x01

/**
 * struct mode_list - a parameter list on its way through the checks
 * @lu: the logical unit.
 * @buf: the list.
 * @len: bytes in it.
 * @six: the header is that of MODE SELECT(6).
 * @pos: how far it was looked at.
 * @sense: filled in by the first check that fails.
 */
struct mode_list {
	const struct scsi_lu	*lu;
	const u8		*buf;
	u32			len;
	bool			six;
	u32			pos;
	struct target_sense	*sense;
};

static bool list_bad(const struct mode_list *list, u32 byte, int bit)
{
	scsi_sense_param_field(list->sense, min_t(u32, byte, U16_MAX), bit);
	return false;
}

/* A list that ends in the middle of something. */
static bool list_short(const struct mode_list *list)
{
	scsi_sense_set(list->sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	return false;
}

/* The capacity it has: 0 and all ones ask for the largest, which is the same. */
static bool desc_keeps_capacity(const struct mode_list *list, u64 blocks, u64 max)
{
	return !blocks || blocks == max || blocks == min(list->lu->nr_blocks, max);
}

/* SBC-3 6.4.2: neither capacity nor block length can be changed this way. */
static bool check_block_desc(const struct mode_list *list, bool longlba)
{
	const u8 *p = list->buf + list->pos;
	u32 block_size = list->lu->attrib->block_size;

	if (longlba) {
		if (!desc_keeps_capacity(list, get_unaligned_be64(p), U64_MAX))
			return list_bad(list, list->pos, -1);
		if (get_unaligned_be32(p + 12) != block_size)
			return list_bad(list, list->pos + 12, -1);
		return true;
	}
	if (!desc_keeps_capacity(list, get_unaligned_be32(p), U32_MAX))
		return list_bad(list, list->pos, -1);
	if (get_unaligned_be24(p + 5) != block_size)
		return list_bad(list, list->pos + 5, -1);
	return true;
}

/*
 * Header and block descriptor, SPC-4 7.5.5. MODE DATA LENGTH and the device specific
 * parameter mean nothing here: a host may send back what MODE SENSE gave it.
 */
static bool check_header(struct mode_list *list)
{
	u32 len = list->six ? 4 : 8, type_at = list->six ? 1 : 2, desc_len;
	bool longlba;

	if (list->len < len)
		return list_short(list);
	if (list->buf[type_at])
		return list_bad(list, type_at, -1);
	longlba = !list->six && (list->buf[4] & LONGLBA);
	if (!list->six && (list->buf[4] & ~LONGLBA))
		return list_bad(list, 4, fls(list->buf[4] & ~LONGLBA) - 1);
	desc_len = list->six ? list->buf[3] : get_unaligned_be16(list->buf + 6);
	list->pos = len;
	if (!desc_len)
		return true;
	if (desc_len != (longlba ? 16 : 8))
		return list_bad(list, list->six ? 3 : 6, -1);
	if (list->len - len < desc_len)
		return list_short(list);
	if (!check_block_desc(list, longlba))
		return false;
	list->pos += desc_len;
	return true;
}

/* The page at list->pos, whole and known, or NULL. */
static const struct mode_page *check_page_header(const struct mode_list *list)
{
	const u8 *p = list->buf + list->pos;
	u32 left = list->len - list->pos, header;
	const struct mode_page *page;
	bool spf = p[0] & MODE_SPF;

	header = spf ? 4 : 2;
	if (left < header) {
		list_short(list);
		return NULL;
	}
	page = spf && !p[1] ? NULL : mode_page_find(list->lu, p[0] & 0x3f, spf ? p[1] : 0);
	if (!page) {
		if (spf && mode_page_find(list->lu, p[0] & 0x3f, 0))
			list_bad(list, list->pos + 1, -1);
		else
			list_bad(list, list->pos, 5);
		return NULL;
	}
	if ((spf ? get_unaligned_be16(p + 2) : p[1]) != page->len - header) {
		list_bad(list, list->pos + (spf ? 2 : 1), -1);
		return NULL;
	}
	if (left < page->len) {
		list_short(list);
		return NULL;
	}
	return page;
}

/* SPC-4 6.9.1: what can't be changed has to be sent as it is. */
static bool check_unchangeable(const struct mode_list *list, const struct mode_page *page)
{
	u8 current_values[MODE_PAGE_MAX] = {}, changeable[MODE_PAGE_MAX] = {}, wrong;
	const u8 *p = list->buf + list->pos;
	u32 i;

	mode_page_build(list->lu, page, MODE_CURRENT, current_values);
	mode_page_build(list->lu, page, MODE_CHANGEABLE, changeable);
	for (i = mode_header_len(page); i < page->len; i++) {
		wrong = (p[i] ^ current_values[i]) & ~changeable[i];
		if (wrong)
			return list_bad(list, list->pos + i, fls(wrong) - 1);
	}
	return true;
}

/* The value of a field's word that a code stands for, or -1. */
static s64 word_of_code(const struct mode_field *f, u32 code)
{
	unsigned int i;

	if (!f->nr_codes)
		return code;
	for (i = 0; i < f->nr_codes; i++)
		if (f->codes[i] == code)
			return i;
	return -1;
}

static bool take_fields(const struct mode_list *list, const struct mode_page *page,
			struct scsi_mode_values *change)
{
	const u8 *p = list->buf + list->pos;
	const struct mode_field *f;
	unsigned int id;
	u32 code;

	for (id = 0; id < SCSI_MODE_FIELDS; id++) {
		f = &mode_fields[id];
		if (!mode_field_of(f, page))
			continue;
		code = mode_field_get(f, p);
		if (word_of_code(f, code) < 0)
			return list_bad(list, list->pos + f->byte, f->msb);
		change->code[id] = code;
		change->mask &= ~BIT(id);
		if (code != mode_field_current(list->lu, id))
			change->mask |= BIT(id);
	}
	return true;
}

/**
 * scsi_mode_select - MODE SELECT(6) and (10) parameter list, SPC-4 6.9 and 6.10
 * @lu: a connected logical unit.
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @rq: the parameter list; rq->change is filled in.
 * @sense: filled in on error.
 *
 * Changes nothing. Returns: false with @sense set if any part of the list is bad;
 * then none of it counts.
 */
bool scsi_mode_select(const struct scsi_lu *lu, const u8 *cdb, struct scsi_mode_request *rq,
		      struct target_sense *sense)
{
	struct mode_list list = {
		.lu = lu, .buf = rq->buf, .len = rq->len, .six = cdb[0] == 0x15, .sense = sense,
	};
	const struct mode_page *page;

	rq->change.mask = 0;
	if (rq->len < (list.six ? cdb[4] : get_unaligned_be16(cdb + 7)))
		return list_short(&list);
	if (!rq->len)
		return true;
	if (!check_header(&list))
		return false;
	if (list.pos < list.len && !(cdb[1] & CDB_PF)) {
		scsi_sense_cdb_field(sense, 1, CDB_PF_BIT);
		return false;
	}
	for (; list.pos < list.len; list.pos += page->len) {
		page = check_page_header(&list);
		if (!page || !check_unchangeable(&list, page) ||
		    !take_fields(&list, page, &rq->change))
			return false;
	}
	return true;
}

/**
 * scsi_mode_values - the values of all fields, some of them changed
 * @lu: a connected logical unit.
 * @change: what differs from the current values.
 * @all: filled in.
 */
void scsi_mode_values(const struct scsi_lu *lu, const struct scsi_mode_values *change,
		      struct scsi_mode_values *all)
{
	unsigned int id;

	all->mask = BIT(SCSI_MODE_FIELDS) - 1;
	for (id = 0; id < SCSI_MODE_FIELDS; id++)
		all->code[id] = change->mask & BIT(id) ? change->code[id] :
							 mode_field_current(lu, id);
}

/**
 * scsi_mode_apply - give fields their values
 * @attrib: where they are kept.
 * @values: which, and what.
 */
void scsi_mode_apply(struct target_dev_attrib *attrib, const struct scsi_mode_values *values)
{
	const struct mode_field *f;
	unsigned int id;
	u32 val;

	for (id = 0; id < SCSI_MODE_FIELDS; id++) {
		if (!(values->mask & BIT(id)))
			continue;
		f = &mode_fields[id];
		val = word_of_code(f, values->code[id]);
		WRITE_ONCE(*(u32 *)((u8 *)attrib + f->word), val);
	}
}

/**
 * scsi_mode_text - values as lines of name=code
 * @values: the values.
 * @buf: where to.
 * @room: bytes there; SCSI_MODE_TEXT_MAX is enough.
 *
 * Returns: length of the text.
 */
u32 scsi_mode_text(const struct scsi_mode_values *values, char *buf, u32 room)
{
	unsigned int id;
	u32 len = 0;

	for (id = 0; id < SCSI_MODE_FIELDS; id++)
		if (values->mask & BIT(id))
			len += scnprintf(buf + len, room - len, "%s=%u\n", mode_fields[id].name,
					 values->code[id]);
	return len;
}

/**
 * scsi_mode_parse - one line of such a text, which anybody may have written
 * @name: in front of the equals sign.
 * @code: behind it.
 * @values: gets the field's value.
 *
 * Returns: false if there is no such field, or it can't have that value.
 */
bool scsi_mode_parse(const char *name, const char *code, struct scsi_mode_values *values)
{
	unsigned int id;
	u32 val;

	for (id = 0; id < SCSI_MODE_FIELDS; id++)
		if (!strcmp(mode_fields[id].name, name))
			break;
	if (id == SCSI_MODE_FIELDS || kstrtou32(code, 0, &val) ||
	    word_of_code(&mode_fields[id], val) < 0)
		return false;
	values->code[id] = val;
	values->mask |= BIT(id);
	return true;
}
