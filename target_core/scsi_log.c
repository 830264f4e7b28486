// SPDX-License-Identifier: GPL-2.0-only
/*
 * LOG SENSE and LOG SELECT: a table of log pages, each a list of parameters, and
 * the check of a parameter list before anything in it counts.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "scsi_log.h"

#define PCR			0x02	/* byte 1 of LOG SELECT */
#define PC_THRESHOLD		0	/* PAGE CONTROL */
#define PC_CUMULATIVE		1
#define PC_DEFAULT		2	/* with it: the default values of those two */
#define ALL_SUBPAGES		0xff

/* Page header, SPC-4 7.3.2 */
#define LOG_HEADER		4
#define PAGE_DS			0x80	/* not saved by LOG SELECT */
#define PAGE_SPF		0x40
#define PAGE_CODE		0x3f

/* Parameter header and control byte, SPC-4 7.3.2.2 */
#define PARAM_HEADER		4
#define PARAM_TSD		0x20	/* not saved at times of the unit's own choice */
#define PARAM_BINARY		0x03	/* binary format list */
#define PARAM_COUNTER		0x02	/* unbounded data counter */
#define COUNTER_LEN		8

/**
 * struct log_reply - a log page in the making
 * @buf: SCSI_REPLY_MAX zeroed bytes.
 * @len: of them used.
 * @pc: PAGE CONTROL. Means nothing to list parameters (SPC-4 6.8).
 */
struct log_reply {
	u8	*buf;
	u32	len;
	u8	pc;
};

/**
 * struct log_page - one log page
 * @code: PAGE CODE.
 * @subcode: SUBPAGE CODE.
 * @first: its first data counter in scsi_log.counter; parameter codes count from 0.
 * @nr: how many data counters.
 * @nr_reset: how many, from @first on, LOG SELECT with PCR resets.
 * @exists: NULL, or whether the logical unit has the page.
 * @fill: adds the parameters behind the header, in ascending order of their codes,
 *	with log_param() and log_counter(). The page with all of them has to be no
 *	longer than SCSI_REPLY_MAX.
 */
struct log_page {
	u8	code;
	u8	subcode;
	u8	first;
	u8	nr;
	u8	nr_reset;
	bool	(*exists)(const struct scsi_log *log);
	void	(*fill)(const struct log_page *page, const struct scsi_log *log,
			struct log_reply *r);
};

/* Adds a parameter; returns where its @len zeroed bytes of value go. */
static u8 *log_param(struct log_reply *r, u16 code, u8 format, u8 len)
{
	u8 *p = r->buf + r->len;

	put_unaligned_be16(code, p);
	p[2] = PARAM_TSD | format;
	p[3] = len;
	r->len += PARAM_HEADER + len;
	return p + PARAM_HEADER;
}

/* ETC is 0 in all of them: nothing is compared, and no threshold is the largest one. */
static void log_counter(struct log_reply *r, u16 code, u64 value)
{
	if (!(r->pc & PC_CUMULATIVE))
		value = U64_MAX;
	else if (r->pc & PC_DEFAULT)
		value = 0;
	put_unaligned_be64(value, log_param(r, code, PARAM_COUNTER, COUNTER_LEN));
}

/* Error counters and non-medium errors, SPC-4 7.3.7 and 7.3.13 */
static void log_counters(const struct log_page *page, const struct scsi_log *log,
			 struct log_reply *r)
{
	unsigned int i;

	for (i = 0; i < page->nr; i++)
		log_counter(r, i, log->counter[page->first + i]);
}

/*
 * General statistics and performance, SPC-4 7.3.11. Times are not measured, which
 * would cost every command two looks at the clock; their fields are zero, in
 * intervals of a millisecond.
 */
static void log_statistics(const struct log_page *page, const struct scsi_log *log,
			   struct log_reply *r)
{
	u8 *p = log_param(r, 0x0001, PARAM_BINARY, 0x40);

	put_unaligned_be64(log->counter[LOG_READS], p);
	put_unaligned_be64(log->counter[LOG_WRITES], p + 8);
	put_unaligned_be64(log->counter[LOG_BLOCKS_IN], p + 16);
	put_unaligned_be64(log->counter[LOG_BLOCKS_OUT], p + 24);
	log_param(r, 0x0002, PARAM_BINARY, 8);		/* idle time */
	p = log_param(r, 0x0003, PARAM_BINARY, 8);
	put_unaligned_be32(3, p);			/* 1 * 10^-3 s */
	put_unaligned_be32(1, p + 4);
}

/* Self-test results, SPC-4 7.3.19: always all of the parameters. */
static void log_selftests(const struct log_page *page, const struct scsi_log *log,
			  struct log_reply *r)
{
	unsigned int i;

	for (i = 0; i < SCSI_SELFTESTS; i++)
		scsi_selftest_entry(&log->tests[i],
				    log_param(r, i + 1, PARAM_BINARY, SCSI_SELFTEST_BYTES));
}

static bool log_has_space(const struct scsi_log *log)
{
	return scsi_lu_thresholds(log->lu);
}

/* RESOURCE COUNT in threshold sets, and whose the resource is, SBC-3 6.3.3 */
static void log_resource(const struct scsi_log *log, struct log_reply *r, u16 code, u64 bytes,
			 bool shared)
{
	u32 block_size = log->lu->attrib->block_size;
	u8 exponent = scsi_threshold_exponent(log->lu->nr_blocks, block_size);
	u8 *p = log_param(r, code, PARAM_BINARY, 8);

	put_unaligned_be32(min_t(u64, (bytes / block_size) >> exponent, U32_MAX), p);
	p[4] = shared ? 0x02 : 0x01;	/* SCOPE */
}

/* Logical block provisioning, SBC-3 6.3.3 */
static void log_provisioning(const struct log_page *page, const struct scsi_log *log,
			     struct log_reply *r)
{
	log_resource(log, r, 0x0001, log->space.available, log->space.shared);
	log_resource(log, r, 0x0002, log->space.used, false);
}

/* Informational exceptions, SPC-4 7.3.12: none are detected, there is no thermometer. */
static void log_exceptions(const struct log_page *page, const struct scsi_log *log,
			   struct log_reply *r)
{
	u8 *p = log_param(r, 0x0000, PARAM_BINARY, 4);

	p[2] = 0xff;	/* temperature */
	p[3] = 0xff;	/* its threshold, by common extension */
}

static void log_supported(const struct log_page *page, const struct scsi_log *log,
			  struct log_reply *r);

/* Ascending by page and subpage code, as the list of them has to be (SPC-4 7.3.17). */
static const struct log_page log_pages[] = {
	{ 0x00, 0x00, .fill = log_supported },
	{ 0x00, 0xff, .fill = log_supported },
	{ 0x02, 0x00, LOG_WRITE_ERRORS, LOG_ERROR_PARAMS, LOG_ERROR_PARAMS, NULL, log_counters },
	{ 0x03, 0x00, LOG_READ_ERRORS, LOG_ERROR_PARAMS, LOG_ERROR_PARAMS, NULL, log_counters },
	{ 0x05, 0x00, LOG_VERIFY_ERRORS, LOG_ERROR_PARAMS, LOG_ERROR_PARAMS, NULL, log_counters },
	{ 0x06, 0x00, LOG_NON_MEDIUM, 1, 1, NULL, log_counters },
	{ LOG_PROVISIONING, 0x00, .exists = log_has_space, .fill = log_provisioning },
	{ 0x10, 0x00, .fill = log_selftests },
	{ 0x19, 0x00, LOG_READS, 0, 4, NULL, log_statistics },
	{ 0x2f, 0x00, .fill = log_exceptions },
};

static bool log_page_exists(const struct log_page *page, const struct scsi_log *log)
{
	return !page->exists || page->exists(log);
}

/* Supported pages (00h/00h), or pages and subpages (00h/FFh), SPC-4 7.3.17 and 7.3.18 */
static void log_supported(const struct log_page *page, const struct scsi_log *log,
			  struct log_reply *r)
{
	bool subpages = page->subcode;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(log_pages); i++) {
		if (!log_page_exists(&log_pages[i], log) || (!subpages && log_pages[i].subcode))
			continue;
		r->buf[r->len++] = log_pages[i].code;
		if (subpages)
			r->buf[r->len++] = log_pages[i].subcode;
	}
}

static const struct log_page *log_find(const struct scsi_log *log, u8 code, u8 subcode)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(log_pages); i++)
		if (log_pages[i].code == code && log_pages[i].subcode == subcode)
			return log_page_exists(&log_pages[i], log) ? &log_pages[i] : NULL;
	return NULL;
}

static bool log_has_code(const struct scsi_log *log, u8 code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(log_pages); i++)
		if (log_pages[i].code == code && log_page_exists(&log_pages[i], log))
			return true;
	return false;
}

/* Which of the two fields of the CDB is wrong */
static void log_no_page(const struct scsi_log *log, const u8 *cdb, struct target_sense *sense)
{
	if (log_has_code(log, cdb[2] & PAGE_CODE))
		scsi_sense_cdb_field(sense, 3, -1);
	else
		scsi_sense_cdb_field(sense, 2, 5);
}

/*
 * PARAMETER POINTER, SPC-4 6.8: parameters with smaller codes are left out. The
 * lists of pages have no parameters. Returns whether any is left.
 */
static bool log_skip_params(struct log_reply *r, u16 pointer)
{
	u32 at = LOG_HEADER;

	while (at < r->len && get_unaligned_be16(r->buf + at) < pointer)
		at += PARAM_HEADER + r->buf[at + 3];
	if (at >= r->len)
		return false;
	memmove(r->buf + LOG_HEADER, r->buf + at, r->len - at);
	r->len -= at - LOG_HEADER;
	return true;
}

/**
 * scsi_log_sense - LOG SENSE data, SPC-4 6.8
 * @log: what the pages are filled from.
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @buf: SCSI_REPLY_MAX zeroed bytes.
 * @sense: filled in on error.
 *
 * Returns: length of the reply, or 0 with @sense set.
 */
u32 scsi_log_sense(const struct scsi_log *log, const u8 *cdb, u8 *buf, struct target_sense *sense)
{
	const struct log_page *page = log_find(log, cdb[2] & PAGE_CODE, cdb[3]);
	struct log_reply r = { .buf = buf, .len = LOG_HEADER, .pc = cdb[2] >> 6 };
	u16 pointer = get_unaligned_be16(cdb + 5);

	if (!page) {
		log_no_page(log, cdb, sense);
		return 0;
	}
	page->fill(page, log, &r);
	if (pointer && (!page->code || !log_skip_params(&r, pointer))) {
		scsi_sense_cdb_field(sense, 5, -1);
		return 0;
	}
	buf[0] = page->code | (page->code ? PAGE_DS : 0) | (page->subcode ? PAGE_SPF : 0);
	buf[1] = page->subcode;
	put_unaligned_be16(r.len - LOG_HEADER, buf + 2);
	return r.len;
}

static u64 log_reset_bits(const struct log_page *page)
{
	return ((1ULL << page->nr_reset) - 1) << page->first;
}

/* Without a parameter list the CDB names the pages, SPC-4 6.7.2. */
static bool log_select_pages(const struct scsi_log *log, const u8 *cdb, u64 *reset,
			     struct target_sense *sense)
{
	u8 code = cdb[2] & PAGE_CODE;
	bool defaults = (cdb[1] & PCR) || cdb[2] >> 6 == (PC_DEFAULT | PC_CUMULATIVE);
	bool all = !code && !cdb[3], found = false;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(log_pages); i++) {
		const struct log_page *page = &log_pages[i];

		if (!all && (page->code != code ||
			     (cdb[3] != ALL_SUBPAGES && page->subcode != cdb[3])))
			continue;
		if (!log_page_exists(page, log))
			continue;
		found = true;
		if (defaults)
			*reset |= log_reset_bits(page);
	}
	if (!found)
		log_no_page(log, cdb, sense);
	return found;
}

/* The one byte or field of a parameter list that is wrong. Returns false, always. */
static bool log_refuse(struct target_sense *sense, u32 at, int bit)
{
	scsi_sense_param_field(sense, at, bit);
	return false;
}

/* A data counter can be set to zero and to nothing else ("Reset Only", SPC-4 7.3.2.3). */
static bool log_check_counter(const struct log_page *page, const u8 *list, u32 at,
			      struct target_sense *sense)
{
	u8 control = list[at + 2] ^ (PARAM_TSD | PARAM_COUNTER);

	if (get_unaligned_be16(list + at) >= page->nr)
		return log_refuse(sense, at, -1);
	if (control)
		return log_refuse(sense, at + 2, fls(control) - 1);
	if (list[at + 3] != COUNTER_LEN)
		return log_refuse(sense, at + 3, -1);
	if (get_unaligned_be64(list + at + PARAM_HEADER))
		return log_refuse(sense, at + PARAM_HEADER, -1);
	return true;
}

/* Parameters come in ascending order of their codes, and none is cut off (SPC-4 7.3.2.1). */
static bool log_select_page(const struct log_page *page, const u8 *list, u32 at, u64 *reset,
			    struct target_sense *sense)
{
	u32 len_at = at + 2, end = at + LOG_HEADER + get_unaligned_be16(list + len_at);
	int last = -1;

	for (at += LOG_HEADER; at < end; at += PARAM_HEADER + COUNTER_LEN) {
		if (end - at < PARAM_HEADER + COUNTER_LEN)
			return log_refuse(sense, len_at, -1);
		if (get_unaligned_be16(list + at) <= last)
			return log_refuse(sense, at, -1);
		if (!log_check_counter(page, list, at, sense))
			return false;
		last = get_unaligned_be16(list + at);
		*reset |= 1ULL << (page->first + last);
	}
	return true;
}

/* The page a parameter list goes on with at @at; NULL if it may not. */
static const struct log_page *log_next_page(const struct scsi_log *log, const u8 *list, u32 at,
					    struct target_sense *sense)
{
	const struct log_page *page = log_find(log, list[at] & PAGE_CODE, list[at + 1]);

	if (page && page->nr && !(list[at] & PAGE_SPF) == !page->subcode)
		return page;
	if (page && page->nr)
		log_refuse(sense, at, 6);
	else if (list[at + 1] && log_has_code(log, list[at] & PAGE_CODE))
		log_refuse(sense, at + 1, -1);
	else
		log_refuse(sense, at, 5);
	return NULL;
}

/* Pages come in ascending order (SPC-4 6.7.1). */
static bool log_select_list(const struct scsi_log *log, const u8 *list, u32 len, u64 *reset,
			    struct target_sense *sense)
{
	const struct log_page *page, *last = NULL;
	u32 at, size;

	for (at = 0; at < len; at += size) {
		size = LOG_HEADER;
		if (len - at >= LOG_HEADER)
			size += get_unaligned_be16(list + at + 2);
		if (len - at < size) {
			scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
			return false;
		}
		page = log_next_page(log, list, at, sense);
		if (!page)
			return false;
		if (page <= last)
			return log_refuse(sense, at, 5);
		if (!log_select_page(page, list, at, reset, sense))
			return false;
		last = page;
	}
	return true;
}

/**
 * scsi_log_select - what a LOG SELECT asks for, SPC-4 6.7
 * @log: what the pages are filled from.
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @list: parameter list of as many bytes as the CDB says, or NULL if that is none.
 * @reset: set to a bit map of the data counters that go to zero.
 * @sense: filled in on error.
 *
 * Thresholds and default values can't be changed, so parameters can be sent for
 * current cumulative values alone. Returns: false with @sense set if anything is
 * wrong; then nothing at all is to be done.
 */
bool scsi_log_select(const struct scsi_log *log, const u8 *cdb, const u8 *list, u64 *reset,
		     struct target_sense *sense)
{
	u32 len = get_unaligned_be16(cdb + 7);

	*reset = 0;
	if (!len)
		return log_select_pages(log, cdb, reset, sense);
	if (cdb[1] & PCR)
		scsi_sense_cdb_field(sense, 1, 1);
	else if (cdb[2] >> 6 != PC_CUMULATIVE)
		scsi_sense_cdb_field(sense, 2, 7);
	else if (cdb[2] & PAGE_CODE)
		scsi_sense_cdb_field(sense, 2, 5);
	else if (cdb[3])
		scsi_sense_cdb_field(sense, 3, -1);
	else
		return log_select_list(log, list, len, reset, sense);
	return false;
}
