// SPDX-License-Identifier: GPL-2.0-only
/*
 * Third-party copy: parameter lists, honest and not; what segments do with blocks of
 * different sizes; the replies; and the VPD page against the opcode table.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include "lu.h"
#include "xcopy_list.h"

/* A parameter list in the making */
struct maker {
	u8	buf[XCOPY_MAX_PARAM + 1024];
	u32	header;
	u32	cscds;
	u32	segments;
};

static void make_lid1(struct maker *m, u8 id, u8 usage)
{
	memset(m, 0, sizeof(*m));
	m->header = XCOPY_HEADER_LID1;
	m->buf[0] = id;
	m->buf[1] = usage << 3;
}

static void make_lid4(struct maker *m, u32 id, u8 usage, u8 flags)
{
	memset(m, 0, sizeof(*m));
	m->header = XCOPY_HEADER_LID4;
	m->buf[0] = 0x01;
	m->buf[1] = usage << 3;
	m->buf[3] = 0x20;
	m->buf[15] = flags;
	m->buf[16] = 0xff;
	put_unaligned_be32(id, m->buf + 20);
}

/* Writes the lengths into the header; returns the length of the whole. */
static u32 made(struct maker *m)
{
	if (m->header == XCOPY_HEADER_LID1) {
		put_unaligned_be16(m->cscds, m->buf + 2);
		put_unaligned_be32(m->segments, m->buf + 8);
	} else {
		put_unaligned_be16(m->cscds, m->buf + 42);
		put_unaligned_be16(m->segments, m->buf + 44);
	}
	return m->header + m->cscds + m->segments;
}

static u8 *add_cscd(struct maker *m)
{
	u8 *p = m->buf + m->header + m->cscds;

	p[0] = 0xe4;
	p[4] = 0x01;
	p[5] = 0x03;
	p[7] = 16;
	memset(p + 8, 0x60 + m->cscds / 32, 16);
	put_unaligned_be16(512, p + 30);
	m->cscds += XCOPY_CSCD_LEN;
	return p;
}

static u8 *add_segment(struct maker *m, u8 type, u8 len)
{
	u8 *p = m->buf + m->header + m->cscds + m->segments;

	p[0] = type;
	p[3] = len - 4;
	m->segments += len;
	return p;
}

/* On a heap block of exactly @len bytes, so that ASan sees the first byte too many. */
static bool parse(struct maker *m, u32 len, struct xcopy_list *list, struct target_sense *sense)
{
	u8 *buf = kmemdup(m->buf, len, GFP_KERNEL);
	bool ok;

	memset(sense, 0, sizeof(*sense));
	ok = xcopy_parse(m->header == XCOPY_HEADER_LID4, buf, len, list, sense);
	assert_int_equal(ok, !sense->key);
	if (ok && list->nr_cscds)
		assert_true(list->cscds[list->nr_cscds - 1].desig + 24 <= buf + len);
	kfree(buf);
	return ok;
}

static void refuses(struct maker *m, u16 asc_ascq)
{
	struct target_sense sense;
	struct xcopy_list list;

	assert_false(parse(m, made(m), &list, &sense));
	assert_sense(&sense, SENSE_ILLEGAL_REQUEST, asc_ascq);
}

static void refuses_field(struct maker *m, u16 asc_ascq, u16 byte, int bit)
{
	struct target_sense sense;
	struct xcopy_list list;

	assert_false(parse(m, made(m), &list, &sense));
	assert_sense(&sense, SENSE_ILLEGAL_REQUEST, asc_ascq);
	assert_true(sense.flags & TARGET_SENSE_FIELD);
	assert_false(sense.flags & (TARGET_SENSE_IN_CDB | TARGET_SENSE_SEGMENT));
	assert_int_equal(sense.field, byte);
	assert_int_equal(!!(sense.flags & TARGET_SENSE_BIT), bit >= 0);
	if (bit >= 0)
		assert_int_equal(sense.bit, bit);
}

static void fill_segment(u8 *p)
{
	p[1] = 0x03;
	put_unaligned_be16(0x0102, p + 4);
	put_unaligned_be16(0x0304, p + 6);
	put_unaligned_be32(0x00001234, p + 8);
	put_unaligned_be64(0x1122334455667788, p + 12);
	put_unaligned_be64(0x99aabbccddeeff00, p + 20);
}

static void honest_lid1(void **state)
{
	struct target_sense sense;
	struct xcopy_list list;
	struct maker m;
	u8 *p;

	make_lid1(&m, 0x42, XCOPY_LIST_HOLD);
	add_cscd(&m);
	p = add_cscd(&m);
	p[28] = 0x04;
	p[1] = 0x20 | 0x05;
	fill_segment(add_segment(&m, XCOPY_BLOCKS, 28));
	p = add_segment(&m, XCOPY_BYTES, 32);
	fill_segment(p);
	put_unaligned_be32(0x80000001, p + 8);
	put_unaligned_be16(0x0506, p + 28);
	put_unaligned_be16(0x0708, p + 30);
	p = add_segment(&m, XCOPY_VERIFY, 12);
	p[8] = 0x01;
	add_segment(&m, XCOPY_BLOCKS_HELD, 28);

	assert_true(parse(&m, made(&m), &list, &sense));
	assert_int_equal(list.id, 0x42);
	assert_int_equal(list.nr_cscds, 2);
	assert_int_equal(list.nr_segments, 4);
	assert_int_equal(list.cscds[0].block_len, 512);
	assert_int_equal(list.cscds[1].at, 16 + 32);
	assert_int_equal(list.cscds[1].device_type, 5);
	assert_true(list.cscds[1].null && list.cscds[1].pad && !list.cscds[0].pad);
	assert_true(list.segments[0].dc && list.segments[0].cat);
	assert_int_equal(list.segments[0].src, 0x0102);
	assert_int_equal(list.segments[0].dst, 0x0304);
	assert_int_equal(list.segments[0].count, 0x1234);
	assert_int_equal(list.segments[0].src_lba, 0x1122334455667788);
	assert_int_equal(list.segments[0].dst_lba, 0x99aabbccddeeff00);
	assert_int_equal(list.segments[1].count, 0x80000001);
	assert_int_equal(list.segments[1].src_offset, 0x0506);
	assert_int_equal(list.segments[1].dst_offset, 0x0708);
	assert_false(list.segments[1].dc);
	assert_true(list.segments[2].tur);
	assert_ptr_equal(xcopy_find_cscd(&list, 0), &list.cscds[0]);
	assert_null(xcopy_find_cscd(&list, 2));
	assert_null(xcopy_find_cscd(&list, XCOPY_MANAGER));
}

static void honest_lid4(void **state)
{
	struct target_sense sense;
	struct xcopy_list list;
	struct maker m;

	make_lid4(&m, 0x01020304, XCOPY_LIST_DISCARD, 0x02);
	add_cscd(&m);
	add_segment(&m, XCOPY_BLOCKS, 28);
	assert_true(parse(&m, made(&m), &list, &sense));
	assert_int_equal(list.id, 0x01020304);
	assert_true(list.lid4 && list.immed && !list.g_sense);
	assert_int_equal(list.cscds[0].at, 48);
	assert_null(xcopy_find_cscd(&list, 0));	/* the header has its place */
	assert_ptr_equal(xcopy_find_cscd(&list, 1), &list.cscds[0]);
	assert_null(xcopy_find_cscd(&list, 2));
}

static void every_length_of_a_cut_list(void **state)
{
	struct target_sense sense;
	struct xcopy_list list;
	struct maker m;
	unsigned int lid4;
	u32 len, full;

	for (lid4 = 0; lid4 < 2; lid4++) {
		if (lid4)
			make_lid4(&m, 1, 0, 0);
		else
			make_lid1(&m, 1, 0);
		add_cscd(&m);
		add_cscd(&m);
		add_segment(&m, XCOPY_BLOCKS, 28);
		add_segment(&m, XCOPY_VERIFY, 12);
		full = made(&m);
		for (len = 0; len < full; len++) {
			assert_false(parse(&m, len, &list, &sense));
			assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
		}
		assert_true(parse(&m, full, &list, &sense));
		assert_true(parse(&m, full + 100, &list, &sense));
	}
}

/* The lists end where their lengths say, whatever comes behind. */
static void every_length_in_the_header(void **state)
{
	struct target_sense sense;
	struct xcopy_list list;
	struct maker m;
	u32 cscds, segments, full;

	make_lid1(&m, 1, 0);
	add_cscd(&m);
	add_segment(&m, XCOPY_BLOCKS, 28);
	add_segment(&m, XCOPY_VERIFY, 12);
	full = made(&m);
	for (cscds = 0; cscds < 80; cscds++) {
		for (segments = 0; segments < 80; segments++) {
			put_unaligned_be16(cscds, m.buf + 2);
			put_unaligned_be32(segments, m.buf + 8);
			if (!parse(&m, full, &list, &sense))
				continue;
			assert_int_equal(cscds % 32, 0);
			assert_true(16 + cscds + segments <= full);
		}
	}
	put_unaligned_be16(32, m.buf + 2);
	put_unaligned_be32(U32_MAX, m.buf + 8);
	put_unaligned_be32(U32_MAX, m.buf + 12);
	assert_false(parse(&m, full, &list, &sense));
}

static void limits(void **state)
{
	struct target_sense sense;
	struct xcopy_list list;
	struct maker m;
	unsigned int i;

	make_lid1(&m, 1, 0);
	for (i = 0; i < XCOPY_MAX_CSCDS; i++)
		add_cscd(&m);
	for (i = 0; i < XCOPY_MAX_SEGMENTS; i++)
		add_segment(&m, XCOPY_BYTES, 32);
	assert_true(parse(&m, made(&m), &list, &sense));
	assert_int_equal(made(&m), 16 + XCOPY_MAX_LIST);
	add_segment(&m, XCOPY_VERIFY, 12);
	refuses(&m, ASC_PARAM_LIST_LENGTH);

	make_lid1(&m, 1, 0);
	for (i = 0; i <= XCOPY_MAX_CSCDS; i++)
		add_cscd(&m);
	add_segment(&m, XCOPY_BLOCKS, 28);
	refuses(&m, ASC_COPY_TOO_MANY_CSCDS);

	make_lid1(&m, 1, 0);
	add_cscd(&m);
	for (i = 0; i <= XCOPY_MAX_SEGMENTS; i++)
		add_segment(&m, XCOPY_BLOCKS, 28);
	refuses(&m, ASC_TOO_MANY_SEGMENTS);

	make_lid1(&m, 1, 0);
	add_cscd(&m);
	m.buf[15] = 1;
	m.segments++;
	assert_false(parse(&m, made(&m), &list, &sense));
	m.segments--;
	made(&m);
	assert_false(parse(&m, made(&m) + 1, &list, &sense));
	assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_COPY_INLINE_EXCEEDED);
}

static void header_fields(void **state)
{
	struct maker m;

	make_lid1(&m, 1, XCOPY_LIST_RESERVED);
	refuses_field(&m, ASC_INVALID_FIELD_PARAM, 1, 4);
	make_lid1(&m, 1, XCOPY_LIST_NONE);
	refuses_field(&m, ASC_INVALID_FIELD_PARAM, 0, -1);
	make_lid4(&m, 1, XCOPY_LIST_NONE, 0);
	refuses_field(&m, ASC_INVALID_FIELD_PARAM, 20, -1);
	make_lid4(&m, 1, 0, 0);
	m.buf[0] = 2;
	refuses_field(&m, ASC_INVALID_FIELD_PARAM, 0, -1);
	make_lid4(&m, 1, 0, 0);
	m.buf[3] = 0;
	refuses_field(&m, ASC_INVALID_FIELD_PARAM, 2, -1);
	make_lid4(&m, 1, 0, 0);
	m.buf[16] = 0xe4;
	refuses_field(&m, ASC_INVALID_FIELD_PARAM, 16, -1);
	make_lid4(&m, 1, 0, 0x03);
	refuses(&m, ASC_INVALID_FIELD_CDB);
	make_lid4(&m, 0, XCOPY_LIST_NONE, 0x02);
	refuses(&m, ASC_INVALID_FIELD_CDB);
}

static void every_descriptor_type(void **state)
{
	struct target_sense sense;
	struct xcopy_list list;
	unsigned int type;
	struct maker m;

	for (type = 0; type < 256; type++) {
		make_lid1(&m, 1, 0);
		add_cscd(&m)[0] = type;
		if (type == XCOPY_CSCD_IDENTIFICATION)
			assert_true(parse(&m, made(&m), &list, &sense));
		else
			refuses_field(&m, ASC_COPY_CSCD_TYPE, 16, -1);

		make_lid1(&m, 1, 0);
		add_segment(&m, type, 28);
		if (type == XCOPY_BLOCKS || type == XCOPY_BLOCKS_HELD)
			assert_true(parse(&m, made(&m), &list, &sense));
		else if (type == XCOPY_VERIFY || type == XCOPY_BYTES)
			refuses_field(&m, ASC_INVALID_FIELD_PARAM, 16 + 2, -1);
		else
			refuses_field(&m, ASC_COPY_SEGMENT_TYPE, 16, -1);
	}
}

static void descriptor_fields(void **state)
{
	struct maker m;

	make_lid1(&m, 1, 0);
	add_cscd(&m);
	add_cscd(&m)[1] = 0x80;
	refuses_field(&m, ASC_INVALID_FIELD_PARAM, 16 + 32 + 1, 7);
	make_lid1(&m, 1, 0);
	add_cscd(&m)[7] = 21;
	refuses_field(&m, ASC_INVALID_FIELD_PARAM, 16 + 7, -1);
	make_lid1(&m, 1, 0);
	add_cscd(&m);
	add_segment(&m, XCOPY_BLOCKS, 28)[1] = 0x04;
	refuses_field(&m, ASC_INVALID_FIELD_PARAM, 16 + 32 + 1, 2);
	make_lid1(&m, 0, XCOPY_LIST_NONE);
	add_segment(&m, XCOPY_BLOCKS_HELD, 28);
	refuses_field(&m, ASC_INVALID_FIELD_PARAM, 16, -1);
}

static void noise(void **state)
{
	struct target_sense sense;
	struct xcopy_list list;
	unsigned int round, i;
	struct maker m;
	u32 len;

	srandom(3);
	for (round = 0; round < 50000; round++) {
		if (round % 2)
			make_lid1(&m, round, 0);
		else
			make_lid4(&m, round, 0, 0);
		for (i = get_random_u32() % 4; i; i--)
			add_cscd(&m);
		for (i = get_random_u32() % 4; i; i--)
			add_segment(&m, get_random_u32() % 16, get_random_u32() % 4 ? 28 : 12);
		len = made(&m);
		for (i = get_random_u32() % 8; i; i--)
			m.buf[get_random_u32() % len] = get_random_u32();
		parse(&m, get_random_u32() % (len + 1), &list, &sense);
	}
}

/* ---- plans ---- */

static struct xcopy_unit unit(u32 block_size, bool pad)
{
	return (struct xcopy_unit) { .block_size = block_size, .nr_blocks = 1000, .pad = pad };
}

static bool plan(const struct xcopy_segment *seg, const struct xcopy_unit *src,
		 const struct xcopy_unit *dst, struct xcopy_residue residue, struct xcopy_plan *plan)
{
	struct target_sense sense = {};
	bool ok;

	memset(plan, 0xa5, sizeof(*plan));
	plan->left = residue;
	ok = xcopy_plan(seg, src, dst, plan, &sense);
	assert_int_equal(ok, !sense.key);
	if (!ok)
		assert_int_equal(sense.key, SENSE_COPY_ABORTED);
	return ok;
}

static void block_sizes_that_fit(void **state)
{
	struct xcopy_segment seg = { .type = XCOPY_BLOCKS, .count = 16, .src_lba = 8, .dst_lba = 3 };
	struct xcopy_unit small = unit(512, false), large = unit(4096, false);
	struct xcopy_plan p;

	assert_true(plan(&seg, &small, &large, (struct xcopy_residue) {}, &p));
	assert_int_equal(p.read, 8192);
	assert_int_equal(p.write, 8192);
	assert_int_equal(p.src_pos, 8 * 512);
	assert_int_equal(p.dst_pos, 3 * 4096);
	seg.dc = true;
	assert_true(plan(&seg, &small, &large, (struct xcopy_residue) {}, &p));
	assert_int_equal(p.read, 16 * 4096);
	assert_int_equal(p.write, 16 * 4096);
	assert_true(plan(&seg, &large, &small, (struct xcopy_residue) {}, &p));
	assert_int_equal(p.read, 8192);
	assert_int_equal(p.write, 8192);
}

/* Table 116: nine small blocks into large ones, and nine blocks out of large ones. */
static void pad_and_cat(void **state)
{
	struct xcopy_segment out = { .type = XCOPY_BLOCKS, .count = 9 };
	struct xcopy_segment in = { .type = XCOPY_BLOCKS, .count = 9, .dc = true };
	unsigned int i;

	for (i = 0; i < 8; i++) {
		bool cat = i & 4, src_pad = i & 2, dst_pad = i & 1;
		struct xcopy_unit small_src = unit(512, src_pad), large_dst = unit(4096, dst_pad);
		struct xcopy_unit large_src = unit(4096, src_pad), small_dst = unit(512, dst_pad);
		struct xcopy_plan p;
		bool ok;

		out.cat = in.cat = cat;
		ok = plan(&out, &small_src, &large_dst, (struct xcopy_residue) {}, &p);
		assert_int_equal(ok, cat || src_pad || dst_pad);
		if (ok) {
			assert_int_equal(p.read, 9 * 512);
			assert_int_equal(p.left.dst, cat ? 512 : 0);
			assert_int_equal(p.pad, !cat && dst_pad ? 4096 - 512 : 0);
			assert_int_equal(p.write, !cat && dst_pad ? 9 * 512 : 4096);
			assert_int_equal((p.write + p.pad) % 4096, 0);
		}
		ok = plan(&in, &large_src, &small_dst, (struct xcopy_residue) {}, &p);
		assert_int_equal(ok, cat || src_pad || dst_pad);
		if (ok) {
			assert_int_equal(p.read, 2 * 4096);
			assert_int_equal(p.write, 9 * 512);
			assert_int_equal(p.left.src, cat || !src_pad ? 8192 - 9 * 512 : 0);
			assert_int_equal(p.left.dst, 0);
		}
	}
}

static void residue_comes_first(void **state)
{
	struct xcopy_segment seg = { .type = XCOPY_BLOCKS, .count = 7, .cat = true };
	struct xcopy_unit small = unit(512, false), large = unit(4096, true);
	struct xcopy_residue left = { .dst = 512 };
	struct xcopy_plan p;

	assert_true(plan(&seg, &small, &large, left, &p));
	assert_int_equal(p.read, 7 * 512);
	assert_int_equal(p.write, 4096);
	assert_int_equal(p.left.dst, 0);

	left = (struct xcopy_residue) { .src = 3584 };
	seg.dc = true;
	assert_true(plan(&seg, &large, &small, left, &p));	/* all of it is there already */
	assert_int_equal(p.read, 0);
	assert_int_equal(p.write, 3584);
	assert_int_equal(p.left.src, 0);
	seg.count = 8;
	assert_true(plan(&seg, &large, &small, left, &p));
	assert_int_equal(p.read, 4096);
	assert_int_equal(p.left.src, 3584);

	left = (struct xcopy_residue) { .dst = 2048 };
	seg.count = 1;
	seg.cat = false;
	assert_false(plan(&seg, &small, &small, left, &p));
	seg.count = 0;
	seg.dc = false;
	assert_true(plan(&seg, &small, &large, left, &p));	/* nothing but the padding */
	assert_int_equal(p.write, 2048);
	assert_int_equal(p.pad, 2048);
}

static void refuses_plan(const struct xcopy_segment *seg, const struct xcopy_unit *src,
			 const struct xcopy_unit *dst, u16 byte)
{
	struct target_sense sense = {};
	struct xcopy_plan p = {};

	assert_false(xcopy_plan(seg, src, dst, &p, &sense));
	assert_sense(&sense, SENSE_COPY_ABORTED, ASC_NONE);
	assert_true(sense.flags & TARGET_SENSE_SEGMENT);
	assert_int_equal(sense.field, byte);
}

static void ranges_off_the_medium(void **state)
{
	static const u64 lbas[] = { 1000, 991, U64_MAX, 1ULL << 55, (1ULL << 63) - 4 };
	struct xcopy_unit u = unit(512, false);
	struct xcopy_plan p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lbas); i++) {
		struct xcopy_segment src = { .type = XCOPY_BLOCKS, .count = 10, .src_lba = lbas[i] };
		struct xcopy_segment dst = { .type = XCOPY_BYTES, .count = 5000, .dst_lba = lbas[i] };

		refuses_plan(&src, &u, &u, XCOPY_SEG_SRC_LBA);
		refuses_plan(&dst, &u, &u, XCOPY_SEG_DST_LBA);
		src.count = 0;
		assert_true(plan(&src, &u, &u, (struct xcopy_residue) {}, &p));
	}
	refuses_plan(&(struct xcopy_segment) { .type = XCOPY_BYTES, .src_offset = 512 }, &u, &u,
		     XCOPY_SEG_SRC_OFFSET);
	refuses_plan(&(struct xcopy_segment) { .type = XCOPY_BYTES, .dst_offset = 512 }, &u, &u,
		     XCOPY_SEG_DST_OFFSET);
	refuses_plan(&(struct xcopy_segment) { .type = XCOPY_BYTES, .count = 2, .src_lba = 999,
		     .src_offset = 511 }, &u, &u, XCOPY_SEG_SRC_LBA);
}

/* Whatever the segment: nothing is lost, nothing is made, nothing is left that has no room. */
static void any_plan_adds_up(void **state)
{
	unsigned int round;

	srandom(4);
	for (round = 0; round < 200000; round++) {
		static const u8 types[] = { XCOPY_BLOCKS, XCOPY_BYTES, XCOPY_BLOCKS_HELD };
		struct xcopy_segment seg = {
			.type = types[get_random_u32() % 3], .cat = get_random_u32() % 2,
			.count = get_random_u32() % 40, .src_lba = get_random_u32() % 1000,
			.dst_lba = get_random_u32() % 1000,
		};
		struct xcopy_unit src = unit(512 << get_random_u32() % 4, get_random_u32() % 2);
		struct xcopy_unit dst = unit(512 << get_random_u32() % 4, get_random_u32() % 2);
		struct xcopy_residue left = { get_random_u32() % 4096, get_random_u32() % 4096 };
		struct xcopy_plan p;

		seg.dc = seg.type != XCOPY_BYTES && get_random_u32() % 2;
		if (!plan(&seg, &src, &dst, left, &p))
			continue;
		assert_true(p.write + p.left.dst + p.left.src <= left.dst + left.src + p.read);
		assert_true(p.left.dst < XCOPY_MAX_BLOCK && p.left.src < XCOPY_MAX_BLOCK);
		assert_true(p.pad < dst.block_size);
		if (seg.cat)
			assert_int_equal(p.write + p.left.dst + p.left.src,
					 left.dst + left.src + p.read);
		if (seg.type != XCOPY_BYTES) {
			assert_int_equal(p.read % src.block_size, 0);
			assert_int_equal((p.write + p.pad) % dst.block_size, 0);
		}
		assert_true(p.src_pos + p.read <= src.nr_blocks * src.block_size);
		assert_true(p.dst_pos + p.write + p.pad <= dst.nr_blocks * dst.block_size);
	}
}

/* ---- replies ---- */

static void operating_parameters_and_vpd_agree(void **state)
{
	struct sample *s = *state;
	u8 params[64] = {};
	const u8 *p, *end;
	u32 len;

	len = xcopy_operating_parameters(params);
	assert_int_equal(get_unaligned_be32(params), len - 4);
	assert_int_equal(params[43], len - 44);
	s->attrib.emulate_3pc = 1;
	len = sample_ask(s, scsi_inquiry, (const u8[]) { 0x12, 1, 0x8f, 4, 0, 0 });
	end = s->buf + len;
	for (p = s->buf + 4; p < end; p += 4 + get_unaligned_be16(p + 2)) {
		assert_int_equal(get_unaligned_be16(p + 2) % 4, 0);
		switch (get_unaligned_be16(p)) {
		case 0x0001:
			assert_memory_equal(p + 4, "\x0d\x83\x03\x00\x01\x1c"
					    "\x84\x06\x00\x01\x03\x04\x05\x06", 14);
			break;
		case 0x0004:
			assert_memory_equal(p + 8, params + 8, 8);
			break;
		case 0x0008:
			assert_memory_equal(p + 4, params + 43, 1 + params[43]);
			break;
		case 0x000c:
			assert_memory_equal(p + 4, "\x00\x02\xff\xff", 4);
			break;
		case 0x8001:
			assert_int_equal(get_unaligned_be32(p + 4), params[36]);
			assert_memory_equal(p + 12, params + 16, 4);
			break;
		case 0xc001:
			assert_memory_equal(p + 4, params + 24, 4);
			break;
		default:
			fail();
		}
	}
	assert_ptr_equal(p, end);
}

static void the_attribute_gates_it(void **state)
{
	struct sample *s = *state;
	const struct scsi_op *op;
	unsigned int i, rows = 0;
	u32 on, off;

	sample_ask(s, scsi_inquiry, (const u8[]) { 0x12, 0, 0, 0, 96, 0 });
	assert_int_equal(s->buf[5] & 0x08, 0);
	off = sample_ask(s, scsi_inquiry, (const u8[]) { 0x12, 1, 0, 0, 96, 0 });
	assert_int_equal(sample_ask(s, scsi_inquiry, (const u8[]) { 0x12, 1, 0x8f, 4, 0, 0 }), 0);
	for (i = 0; (op = scsi_op_row(i)); i++) {
		if (op->opcode != 0x83 && op->opcode != 0x84)
			continue;
		assert_false(op->enabled(&s->lu));
		rows++;
	}
	s->attrib.emulate_3pc = 1;
	sample_ask(s, scsi_inquiry, (const u8[]) { 0x12, 0, 0, 0, 96, 0 });
	assert_int_equal(s->buf[5] & 0x08, 0x08);
	on = sample_ask(s, scsi_inquiry, (const u8[]) { 0x12, 1, 0, 0, 96, 0 });
	assert_int_equal(on, off + 1);
	assert_int_equal(rows, 9);
}

static void status_replies(void **state)
{
	u8 sense[18] = { 0x70, 0, 0x0a };
	struct xcopy_report r = {
		.sa = 1, .status = XCOPY_BACKGROUND, .completion = 0x02, .counter = 7, .segments = 3,
		.written = 5ULL << 32, .sense = sense, .sense_len = sizeof(sense), .hdd = true,
	};
	u8 buf[XCOPY_REPLY_MAX] = {};

	assert_int_equal(xcopy_status_lid4(&r, buf), 32);
	assert_memory_equal(buf, "\0\0\0\x1c\x01\x12\x00\x07\0\0\0\x64\0\0\0\0", 16);
	assert_int_equal(get_unaligned_be64(buf + 16), 5ULL << 32);
	assert_int_equal(xcopy_status_lid1(&r, buf), 12);
	assert_memory_equal(buf, "\0\0\0\x08\x80\x00\x03\x01\x01\x40\0\0", 12);

	memset(buf, 0, sizeof(buf));
	r.status = XCOPY_FAILED;
	assert_int_equal(xcopy_status_lid4(&r, buf), 32 + 20);
	assert_memory_equal(buf + 8, "\xff\xff\xff\xfe\x02\x14\x12", 7);
	assert_memory_equal(buf + 32, sense, 18);
	memset(buf, 0, sizeof(buf));
	assert_int_equal(xcopy_data_lid4(&r, buf), 32 + 20 + 4);
	assert_int_equal(buf[5], 0x82);
	memset(buf, 0, sizeof(buf));
	assert_int_equal(xcopy_failure_details(&r, buf), 60 + 18);
	assert_int_equal(buf[56], 0x02);
	assert_int_equal(buf[59], 18);
	r.status = XCOPY_TERMINATED;
	assert_int_equal(xcopy_status_lid4(&r, buf), 32);
	xcopy_status_lid1(&r, buf);
	assert_int_equal(buf[4], 0x82);
}

static void held_data(void **state)
{
	u8 *held = kmalloc(XCOPY_HELD_LIMIT, GFP_KERNEL);
	u8 *buf = kzalloc(XCOPY_REPLY_MAX, GFP_KERNEL);
	struct xcopy_report r = { .status = XCOPY_DONE, .held = held, .held_len = XCOPY_HELD_LIMIT };

	memset(held, 0x5a, XCOPY_HELD_LIMIT);
	assert_int_equal(xcopy_data_lid1(&r, buf), 4 + XCOPY_HELD_LIMIT);
	assert_memory_equal(buf + 4, held, XCOPY_HELD_LIMIT);
	memset(buf, 0, XCOPY_REPLY_MAX);
	assert_int_equal(xcopy_data_lid4(&r, buf), 36 + XCOPY_HELD_LIMIT);
	assert_int_equal(get_unaligned_be32(buf + 32), XCOPY_HELD_LIMIT);
	assert_memory_equal(buf + 36, held, XCOPY_HELD_LIMIT);
	kfree(buf);
	kfree(held);
}

/* ---- names and sense data ---- */

static void designators_are_those_of_page_83(void **state)
{
	struct sample *s = *state;
	const u8 *p, *end;
	u8 other[256];
	u32 len;

	len = sample_ask(s, scsi_inquiry, (const u8[]) { 0x12, 1, 0x83, 2, 0, 0 });
	end = s->buf + len;
	for (p = s->buf + 4; p < end; p += 4 + p[3]) {
		bool unit = !(p[1] & 0x30) && (p[1] & 0xf) != 6;

		assert_int_equal(scsi_designates(&s->id, p), unit);
		memcpy(other, p, 4 + p[3]);
		other[3 + p[3]] ^= 1;
		assert_false(scsi_designates(&s->id, other));
	}
	memset(other, 0, sizeof(other));
	assert_false(scsi_designates(&s->id, other));
	s->id.serial[0] = 0;
	assert_false(scsi_designates(&s->id, other));
}

static void sense_of_a_segment(void **state)
{
	struct scsi_forwarded fwd = { .source = 2, .status = 0x02, .len = 18, .data = { 0x70 } };
	u8 buf[TARGET_SENSE_BYTES];
	struct target_sense s;
	u8 len;

	xcopy_sense_segment(&s, 0x2600, 20);
	s.flags |= TARGET_SENSE_CMD_INFO | TARGET_SENSE_INFO;
	s.cmd_info = 5;
	s.info = 9;
	len = scsi_sense_format(&s, false, buf, sizeof(buf));
	assert_memory_equal(buf, "\xf0\0\x0a\0\0\0\x09\x0a\0\0\0\x05\x26\0\0\xa0\0\x14", 18);
	len = scsi_sense_forward(buf, len, &fwd);
	assert_int_equal(len, 18 + 1 + 18);
	assert_int_equal(buf[7], len - 8);
	assert_memory_equal(buf + 8, "\x00\x12\x00\x05", 4);
	assert_memory_equal(buf + 18, "\x02\x70\x00", 3);

	len = scsi_sense_format(&s, true, buf, sizeof(buf));
	assert_memory_equal(buf + 8 + 12, "\x01\x0a\0\0\0\0\0\0\0\0\0\x05", 12);
	assert_int_equal(len, 8 + 12 + 12 + 8);
	len = scsi_sense_forward(buf, len, &fwd);
	assert_int_equal(len, 40 + 4 + 18);
	assert_int_equal(buf[7], len - 8);
	assert_memory_equal(buf + 40, "\x0c\x14\x02\x02\x70", 5);
	fwd.len = sizeof(fwd.data);
	assert_true(scsi_sense_format(&s, true, buf, sizeof(buf)) + 4 + fwd.len <= sizeof(buf));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest_lid1),
		cmocka_unit_test(honest_lid4),
		cmocka_unit_test(every_length_of_a_cut_list),
		cmocka_unit_test(every_length_in_the_header),
		cmocka_unit_test(limits),
		cmocka_unit_test(header_fields),
		cmocka_unit_test(every_descriptor_type),
		cmocka_unit_test(descriptor_fields),
		cmocka_unit_test(noise),
		cmocka_unit_test(block_sizes_that_fit),
		cmocka_unit_test(pad_and_cat),
		cmocka_unit_test(residue_comes_first),
		cmocka_unit_test(ranges_off_the_medium),
		cmocka_unit_test(any_plan_adds_up),
		sample_test(operating_parameters_and_vpd_agree),
		sample_test(the_attribute_gates_it),
		cmocka_unit_test(status_replies),
		cmocka_unit_test(held_data),
		sample_test(designators_are_those_of_page_83),
		cmocka_unit_test(sense_of_a_segment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
