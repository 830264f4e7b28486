// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SELECT: what a parameter list changes, every way it can be wrong and where
 * the sense data points, and saved values as text.
 */
#include <linux/bits.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "lu.h"
#include "scsi_mode.h"

/**
 * struct list - a parameter list in the making
 * @six: for MODE SELECT(6).
 * @flags: byte 1 of the CDB.
 */
struct list {
	u8	buf[512];
	u32	len;
	bool	six;
	u8	flags;
};

static void list_init(struct list *l, bool six)
{
	*l = (struct list) { .six = six, .len = six ? 4 : 8, .flags = 0x10 };
}

/* A page as MODE SENSE returns its current values; returns where it is. */
static u8 *list_page(struct list *l, struct sample *s, u8 code, u8 subpage)
{
	u8 *p = l->buf + l->len;

	l->len += mode_page_build(&s->lu, mode_page_find(&s->lu, code, subpage), MODE_CURRENT, p);
	p[0] &= ~MODE_PS;
	return p;
}

static bool selected(struct sample *s, const struct list *l, u32 len,
		     struct scsi_mode_values *change)
{
	u8 cdb[TARGET_MAX_CDB] = { l->six ? 0x15 : 0x55, l->flags };
	u8 *copy = kmemdup(l->buf, len, GFP_KERNEL);
	struct scsi_mode_request rq = { .buf = copy, .len = len };
	const struct scsi_op *op;
	bool good;

	if (l->six)
		cdb[4] = l->len;
	else
		put_unaligned_be16(l->len, cdb + 7);
	memset(&s->sense, 0, sizeof(s->sense));
	op = scsi_op_find(cdb, &s->sense);
	assert_ptr_equal(op->exec, exec_mode_select);
	assert_true(scsi_op_check_cdb(op, cdb, &s->sense));
	good = scsi_mode_select(&s->lu, cdb, &rq, &s->sense);
	*change = rq.change;
	assert_int_equal(good, !s->sense.key);
	kfree(copy);
	return good;
}

static struct scsi_mode_values must_select(struct sample *s, const struct list *l)
{
	struct scsi_mode_values change;

	assert_true(selected(s, l, l->len, &change));
	return change;
}

static void must_refuse(struct sample *s, const struct list *l)
{
	struct scsi_mode_values change;

	assert_false(selected(s, l, l->len, &change));
}

static void nothing_changes_nothing(void **state)
{
	struct sample *s = *state;
	const struct mode_page *page;
	unsigned int i;
	struct list l;

	list_init(&l, true);
	assert_int_equal(must_select(s, &l).mask, 0);
	l.len = 0;
	assert_int_equal(must_select(s, &l).mask, 0);
	list_init(&l, false);
	sample_thin(s);
	s->limits.knows_space = true;
	for (i = 0; (page = mode_page_row(i)); i++)
		list_page(&l, s, page->code, page->subpage);
	assert_int_equal(must_select(s, &l).mask, 0);
}

static void fields_change(void **state)
{
	struct sample *s = *state;
	struct scsi_mode_values change;
	struct list l;
	u8 *p;

	list_init(&l, true);
	list_page(&l, s, 0x08, 0)[2] |= 0x04;
	p = list_page(&l, s, 0x0a, 0);
	p[2] |= 0x24;
	p[5] &= ~0x40;
	change = must_select(s, &l);
	assert_int_equal(change.mask, BIT(SCSI_MODE_WCE) | BIT(SCSI_MODE_TST) |
				      BIT(SCSI_MODE_D_SENSE) | BIT(SCSI_MODE_TAS));
	scsi_mode_apply(&s->attrib, &change);
	assert_int_equal(s->attrib.emulate_write_cache, 1);
	assert_int_equal(s->attrib.mode_tst, 1);
	assert_int_equal(s->attrib.mode_d_sense, 1);
	assert_int_equal(s->attrib.emulate_tas, 0);
	assert_int_equal(s->attrib.mode_swp, 0);
	/* The page that comes last counts. */
	list_init(&l, true);
	list_page(&l, s, 0x0a, 0)[4] |= 0x08;
	list_page(&l, s, 0x0a, 0);
	assert_int_equal(must_select(s, &l).mask, 0);
}

static void block_descriptors(void **state)
{
	struct sample *s = *state;
	struct list l;

	list_init(&l, true);
	l.buf[3] = 8;
	l.len = 12;
	put_unaligned_be24(512, l.buf + 9);
	must_select(s, &l);				/* 0: keeps its capacity */
	put_unaligned_be32(s->lu.nr_blocks, l.buf + 4);
	must_select(s, &l);
	put_unaligned_be32(U32_MAX, l.buf + 4);
	must_select(s, &l);
	put_unaligned_be32(1000, l.buf + 4);
	must_refuse(s, &l);
	assert_param_field(&s->sense, 4, -1);
	put_unaligned_be32(0, l.buf + 4);
	put_unaligned_be24(4096, l.buf + 9);
	must_refuse(s, &l);
	assert_param_field(&s->sense, 9, -1);

	list_init(&l, false);
	l.buf[4] = 1;
	l.buf[7] = 16;
	l.len = 24;
	put_unaligned_be64(s->lu.nr_blocks, l.buf + 8);
	put_unaligned_be32(512, l.buf + 20);
	must_select(s, &l);
	put_unaligned_be64(s->lu.nr_blocks + 1, l.buf + 8);
	must_refuse(s, &l);
	assert_param_field(&s->sense, 8, -1);
	put_unaligned_be64(U64_MAX, l.buf + 8);
	put_unaligned_be32(1024, l.buf + 20);
	must_refuse(s, &l);
	assert_param_field(&s->sense, 20, -1);
}

static void bad_headers(void **state)
{
	struct sample *s = *state;
	struct list l;

	list_init(&l, true);
	l.buf[0] = 0xff;				/* MODE DATA LENGTH and WP mean nothing */
	l.buf[2] = 0x90;
	must_select(s, &l);
	l.buf[1] = 1;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 1, -1);
	l.buf[1] = 0;
	l.buf[3] = 16;					/* only with LONGLBA */
	l.len = 20;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 3, -1);
	l.len = 3;
	must_refuse(s, &l);
	assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	l.buf[3] = 8;
	l.len = 11;
	must_refuse(s, &l);
	assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	list_init(&l, false);
	l.buf[4] = 0x80;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 4, 7);
	l.buf[4] = 1;
	l.buf[7] = 8;
	l.len = 16;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 6, -1);
}

static void bad_pages(void **state)
{
	struct sample *s = *state;
	struct list l;
	u8 *p;

	list_init(&l, true);
	p = list_page(&l, s, 0x08, 0);
	p[0] = 0x09;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 4, 5);
	p[0] = 0x48;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 5, -1);
	p[0] = 0x08;
	p[1] = 0x0a;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 5, -1);
	list_init(&l, false);
	p = list_page(&l, s, 0x0a, 1);
	p[3]++;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 10, -1);
	p[3]--;
	l.flags = 0;					/* PF */
	must_refuse(s, &l);
	assert_cdb_field(&s->sense, 1, 4);
}

static void what_is_fixed_stays(void **state)
{
	struct sample *s = *state;
	struct list l;
	u8 *p;

	list_init(&l, true);
	p = list_page(&l, s, 0x08, 0);
	p[2] |= 0x80;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 4 + 2, 7);
	p[2] = 0x04;
	assert_int_equal(must_select(s, &l).mask, BIT(SCSI_MODE_WCE));
	s->lu.cache_fixed = true;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 4 + 2, 2);
	list_init(&l, true);
	list_page(&l, s, 0x1c, 0)[2] = 0;		/* DEXCPT */
	must_refuse(s, &l);
	assert_param_field(&s->sense, 4 + 2, 3);
}

/* Thresholds are there where the backstore knows its space, and so is LBPERE. */
static void thresholds(void **state)
{
	struct sample *s = *state;
	struct scsi_mode_values change;
	struct list l;
	u8 *p;

	list_init(&l, false);
	list_page(&l, s, 0x01, 0)[7] = 0x80;
	must_refuse(s, &l);
	assert_param_field(&s->sense, 8 + 7, 7);
	assert_null(mode_page_find(&s->lu, 0x1c, 2));
	sample_thin(s);
	assert_null(mode_page_find(&s->lu, 0x1c, 2));
	s->limits.knows_space = true;
	p = list_page(&l, s, 0x1c, 2);
	assert_memory_equal(p + 16, "\x00\x01\0\0\0\0\0\0\x01\x02\0\0\0\0\0", 16);
	assert_int_equal(p[scsi_threshold_offset(SCSI_THRESHOLD_AVAILABLE) + 1], 0x01);
	assert_int_equal(p[scsi_threshold_offset(SCSI_THRESHOLD_USED) + 1], 0x02);
	p[16] |= 0x80;
	put_unaligned_be32(0x12345678, p + 20);
	change = must_select(s, &l);
	assert_int_equal(change.mask, BIT(SCSI_MODE_LBPERE) | BIT(SCSI_MODE_AVAILABLE_ENABLED) |
				      BIT(SCSI_MODE_AVAILABLE_COUNT));
	scsi_mode_apply(&s->attrib, &change);
	assert_int_equal(s->attrib.mode_threshold_count[SCSI_THRESHOLD_AVAILABLE], 0x12345678);
	p[25] = 0x01;					/* RESOURCE */
	must_refuse(s, &l);
	assert_param_field(&s->sense, p + 25 - l.buf, 1);
}

static void threshold_is_reached_once(void **state)
{
	bool armed = true;

	/* Available: a set of 1 MiB around 10 of them */
	assert_false(scsi_threshold_reached(SCSI_THRESHOLD_AVAILABLE, 20 << 20, 10, 20, &armed));
	assert_true(scsi_threshold_reached(SCSI_THRESHOLD_AVAILABLE, 9 << 20, 10, 20, &armed));
	assert_false(scsi_threshold_reached(SCSI_THRESHOLD_AVAILABLE, 8 << 20, 10, 20, &armed));
	assert_false(scsi_threshold_reached(SCSI_THRESHOLD_AVAILABLE, 10 << 20, 10, 20, &armed));
	assert_false(scsi_threshold_reached(SCSI_THRESHOLD_AVAILABLE, 8 << 20, 10, 20, &armed));
	assert_false(scsi_threshold_reached(SCSI_THRESHOLD_AVAILABLE, 11 << 20, 10, 20, &armed));
	assert_true(scsi_threshold_reached(SCSI_THRESHOLD_AVAILABLE, 0, 10, 20, &armed));
	armed = true;
	assert_false(scsi_threshold_reached(SCSI_THRESHOLD_USED, 10 << 20, 10, 20, &armed));
	assert_true(scsi_threshold_reached(SCSI_THRESHOLD_USED, 11 << 20, 10, 20, &armed));
	assert_false(scsi_threshold_reached(SCSI_THRESHOLD_USED, 12 << 20, 10, 20, &armed));
	assert_false(scsi_threshold_reached(SCSI_THRESHOLD_USED, 9 << 20, 10, 20, &armed));
	assert_true(scsi_threshold_reached(SCSI_THRESHOLD_USED, 11 << 20, 10, 20, &armed));
}

static void threshold_sets_count_any_capacity(void **state)
{
	assert_int_equal(scsi_threshold_exponent(2048, 512), 11);
	assert_int_equal(scsi_threshold_exponent(2048, 4096), 8);
	assert_int_equal(scsi_threshold_exponent(1ULL << 43, 512), 12);
	assert_true(U64_MAX >> scsi_threshold_exponent(U64_MAX, 512) <= U32_MAX);
}

/* A list that ends anywhere but between two pages, or was not sent whole */
static void truncated_lists(void **state)
{
	struct scsi_mode_values change;
	struct sample *s = *state;
	struct list l;
	u32 len, whole;

	list_init(&l, true);
	list_page(&l, s, 0x08, 0)[2] ^= 4;
	list_page(&l, s, 0x0a, 1);
	whole = l.len;
	for (len = 1; len < whole; len++) {
		l.len = whole;
		assert_false(selected(s, &l, len, &change));
		assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
		l.len = len;
		if (len == 4 || len == 24)
			continue;
		must_refuse(s, &l);
		assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	}
}

static void text_round_trip(void **state)
{
	struct scsi_mode_values all, back = {}, change = {
		.mask = BIT(SCSI_MODE_SWP), .code = { [SCSI_MODE_SWP] = 1 },
	};
	struct sample *s = *state;
	char text[SCSI_MODE_TEXT_MAX], *line, *code, *rest = text;

	scsi_mode_values(&s->lu, &change, &all);
	assert_true(scsi_mode_text(&all, text, sizeof(text)) < sizeof(text) - 1);
	assert_non_null(strstr(text, "SWP=1\n"));
	while ((line = strsep(&rest, "\n")) && *line) {
		code = strchr(line, '=');
		*code++ = 0;
		assert_true(scsi_mode_parse(line, code, &back));
	}
	assert_int_equal(back.mask, all.mask);
	assert_memory_equal(back.code, all.code, sizeof(all.code));
}

static void text_by_anybody(void **state)
{
	struct scsi_mode_values v = {};

	assert_false(scsi_mode_parse("SWP", "2", &v));
	assert_false(scsi_mode_parse("SWP", "-1", &v));
	assert_false(scsi_mode_parse("SWP", "", &v));
	assert_false(scsi_mode_parse("swp", "1", &v));
	assert_false(scsi_mode_parse("", "1", &v));
	assert_false(scsi_mode_parse("TAS", "0x100", &v));
	assert_int_equal(v.mask, 0);
}

/* Lists near to right ones: whatever passes has to leave a state that MODE SENSE can tell. */
static void noise(void **state)
{
	struct scsi_mode_values change;
	struct sample *s = *state;
	unsigned int round, passed = 0;
	struct list l;

	sample_thin(s);
	srandom(3);
	for (round = 0; round < 50000; round++) {
		const struct mode_field *f;
		const struct mode_page *page;
		u32 n;

		list_init(&l, round % 2);
		s->lu.cache_fixed = round % 16 == 0;
		s->limits.knows_space = round % 4;
		for (n = get_random_u32() % 4; n; n--) {
			f = &mode_fields[get_random_u32() % SCSI_MODE_FIELDS];
			page = mode_page_row(get_random_u32() % 10);
			if (page && mode_page_find(&s->lu, page->code, page->subpage))
				list_page(&l, s, page->code, page->subpage);
			else if (mode_page_find(&s->lu, f->page, f->subpage))
				list_page(&l, s, f->page, f->subpage)[f->byte] ^= BIT(f->lsb);
		}
		for (n = get_random_u32() % 3; n; n--)
			l.buf[get_random_u32() % l.len] ^= 1 << get_random_u32() % 8;
		if (get_random_u32() % 8 == 0)
			l.len = get_random_u32() % (l.len + 1);
		if (!selected(s, &l, l.len, &change))
			continue;
		scsi_mode_apply(&s->attrib, &change);
		s->lu.write_cache = s->attrib.emulate_write_cache;
		passed += !!change.mask;
	}
	assert_true(passed > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		sample_test(nothing_changes_nothing),
		sample_test(fields_change),
		sample_test(block_descriptors),
		sample_test(bad_headers),
		sample_test(bad_pages),
		sample_test(what_is_fixed_stays),
		sample_test(thresholds),
		sample_test(threshold_is_reached_once),
		sample_test(threshold_sets_count_any_capacity),
		sample_test(truncated_lists),
		sample_test(text_round_trip),
		sample_test(text_by_anybody),
		sample_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
