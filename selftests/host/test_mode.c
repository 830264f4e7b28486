// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SENSE: headers, block descriptors, every page and subpage code, and the
 * page controls.
 */
#include <linux/bits.h>
#include "lu.h"

static u32 mode6(struct sample *s, u8 dbd, u8 page, u8 subpage)
{
	u8 cdb[6] = { 0x1a, dbd, page, subpage, 255 };
	u32 len = sample_ask(s, scsi_mode_sense, cdb);

	if (len)
		assert_int_equal(s->buf[0], len - 1);
	return len;
}

static u32 mode10(struct sample *s, u8 flags, u8 page, u8 subpage)
{
	u8 cdb[10] = { 0x5a, flags, page, subpage, 0, 0, 0, 0xff, 0xff };
	u32 len = sample_ask(s, scsi_mode_sense, cdb);

	if (len)
		assert_int_equal(get_unaligned_be16(s->buf), len - 2);
	return len;
}

/* Offset of a page in the reply to MODE SENSE(6), all pages and subpages, no descriptor */
static u32 find_page(struct sample *s, u8 pc, u8 page, u8 subpage)
{
	u32 len = mode6(s, 0x08, pc << 6 | 0x3f, 0xff), at = 4;

	while (at < len) {
		const u8 *p = s->buf + at;
		bool spf = p[0] & 0x40;

		if ((p[0] & 0x3f) == page && (spf ? p[1] : 0) == subpage)
			return at;
		at += spf ? 4 + get_unaligned_be16(p + 2) : 2 + p[1];
	}
	fail();
	return 0;
}

static void all_pages(void **state)
{
	static const u8 codes[] = { 0x01, 0x02, 0x07, 0x08, 0x0a, 0x1c };
	struct sample *s = *state;
	u32 pos = 12, i, len = mode6(s, 0, 0x3f, 0);

	assert_int_equal(len, 4 + 8 + 12 + 16 + 12 + 20 + 12 + 12);
	assert_int_equal(s->buf[3], 8);
	for (i = 0; i < sizeof(codes); i++) {
		assert_int_equal(s->buf[pos], codes[i]);
		pos += 2 + s->buf[pos + 1];
	}
	assert_int_equal(pos, len);
	assert_int_equal(mode10(s, 0, 0x3f, 0xff), len + 4 + 32);
	assert_int_equal(s->buf[7], 8);
	assert_int_equal(s->buf[16], 0x01);
	assert_int_equal(mode10(s, 0x08, 0x0a, 0xff), 8 + 12 + 32);
	assert_memory_equal(s->buf + 20, "\x4a\x01\x00\x1c\x03\x00", 6);
	assert_int_equal(mode10(s, 0x08, 0x0a, 0x01), 8 + 32);
}

static void block_descriptors(void **state)
{
	struct sample *s = *state;

	mode6(s, 0, 0x08, 0);
	assert_memory_equal(s->buf + 4, "\x00\x20\x00\x00\x00\x00\x02\x00", 8);
	assert_int_equal(mode6(s, 0x08, 0x08, 0), 4 + 20);
	assert_int_equal(s->buf[3], 0);
	assert_int_equal(mode10(s, 0x10, 0x08, 0), 8 + 16 + 20);
	assert_int_equal(s->buf[4], 1);
	assert_int_equal(s->buf[7], 16);
	assert_memory_equal(s->buf + 8, "\0\0\0\0\x00\x20\x00\x00\0\0\0\0\x00\x00\x02\x00", 16);
	assert_int_equal(mode10(s, 0x18, 0x08, 0), 8 + 20);
	assert_int_equal(s->buf[4], 0);
	s->lu.nr_blocks = 0x123456789aULL;
	mode6(s, 0, 0x08, 0);
	assert_int_equal(get_unaligned_be32(s->buf + 4), 0xffffffff);
	mode10(s, 0x10, 0x08, 0);
	assert_int_equal(get_unaligned_be64(s->buf + 8), 0x123456789aULL);
}

static void device_specific_parameter(void **state)
{
	struct sample *s = *state;

	mode6(s, 0, 0x3f, 0);
	assert_int_equal(s->buf[2], 0x10);
	s->lu.write_protect = true;
	s->attrib.emulate_fua_write = 0;
	mode6(s, 0, 0x3f, 0);
	assert_int_equal(s->buf[2], 0x80);
	mode10(s, 0, 0x3f, 0);
	assert_int_equal(s->buf[3], 0x80);
}

static void every_page_and_subpage(void **state)
{
	static const u8 codes[] = { 0x01, 0x02, 0x07, 0x08, 0x0a, 0x1c, 0x3f };
	struct sample *s = *state;
	unsigned int page, sub;
	bool known, exists;

	for (page = 0; page < 0x40; page++) {
		known = memchr(codes, page, sizeof(codes));
		for (sub = 0; sub < 256; sub++) {
			exists = known && (!sub || sub == 0xff || (page == 0x0a && sub == 0x01));
			assert_int_equal(!!mode6(s, 0, page, sub), exists);
			if (exists)
				continue;
			if (known)
				assert_cdb_field(&s->sense, 3, -1);
			else if (page != 0x3f)
				assert_cdb_field(&s->sense, 2, 5);
		}
	}
}

static void current_values(void **state)
{
	struct sample *s = *state;

	s->lu.write_cache = true;
	assert_int_equal(s->buf[find_page(s, 0, 0x08, 0) + 2], 0x04);
	assert_memory_equal(s->buf + find_page(s, 0, 0x0a, 0) + 2, "\x00\x10\x00\x40", 4);
	assert_int_equal(s->buf[find_page(s, 0, 0x0a, 1) + 4], 0x03);
	assert_int_equal(s->buf[find_page(s, 0, 0x1c, 0) + 2], 0x08);
	s->attrib.mode_d_sense = 1;
	s->attrib.mode_swp = 1;
	assert_memory_equal(s->buf + find_page(s, 0, 0x0a, 0) + 2, "\x04\x10\x08\x40", 4);
}

static void changeable_values(void **state)
{
	struct sample *s = *state;
	u32 at, i;

	assert_int_equal(s->buf[find_page(s, 1, 0x08, 0) + 2], 0x04);
	at = find_page(s, 1, 0x0a, 0);
	assert_int_equal(s->buf[at + 2], 0x24);
	assert_int_equal(s->buf[at + 3] & 0xf0, 0);
	assert_int_equal(s->buf[at + 4] & 0x08, 0x08);
	assert_int_equal(s->buf[at + 5], 0x40);
	s->lu.cache_fixed = true;
	assert_int_equal(s->buf[find_page(s, 1, 0x08, 0) + 2], 0);
	at = find_page(s, 1, 0x1c, 0);
	for (i = 2; i < 12; i++)
		assert_int_equal(s->buf[at + i], 0);
}

static void default_values(void **state)
{
	struct sample *s = *state;

	s->lu.write_cache = true;
	s->attrib.mode_swp = 1;
	s->attrib.emulate_tas = 0;
	assert_int_equal(s->buf[find_page(s, 2, 0x08, 0) + 2], 0);
	assert_memory_equal(s->buf + find_page(s, 2, 0x0a, 0) + 2, "\x00\x10\x00\x40", 4);
	s->limits.write_cache = true;
	assert_int_equal(s->buf[find_page(s, 2, 0x08, 0) + 2], 0x04);
	s->limits.write_cache = false;
	s->lu.cache_fixed = true;
	assert_int_equal(s->buf[find_page(s, 2, 0x08, 0) + 2], 0x04);
}

/* PS says that a page can be saved; what was not is as by default. */
static void saved_values(void **state)
{
	struct scsi_mode_values saved = { .mask = BIT(SCSI_MODE_D_SENSE) };
	struct sample *s = *state;

	assert_int_equal(mode6(s, 0x08, 0xc0 | 0x08, 0), 0);
	assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_SAVING_NOT_SUPPORTED);
	assert_int_equal(s->buf[find_page(s, 0, 0x0a, 0)], 0x0a);
	s->lu.can_save = true;
	s->lu.mode_saved = &saved;
	saved.code[SCSI_MODE_D_SENSE] = 1;
	assert_int_equal(s->buf[find_page(s, 0, 0x0a, 0)], 0x8a);
	assert_int_equal(s->buf[find_page(s, 0, 0x1c, 0)], 0x1c);
	assert_int_equal(s->buf[find_page(s, 0, 0x0a, 1)], 0x4a);
	s->attrib.emulate_tas = 0;
	assert_memory_equal(s->buf + find_page(s, 3, 0x0a, 0) + 2, "\x04\x10\x00\x40", 4);
}

static void tas_follows_the_attribute(void **state)
{
	struct sample *s = *state;

	s->attrib.emulate_tas = 0;
	mode6(s, 0x08, 0x0a, 0);
	assert_int_equal(s->buf[4 + 5], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		sample_test(all_pages),
		sample_test(block_descriptors),
		sample_test(device_specific_parameter),
		sample_test(every_page_and_subpage),
		sample_test(current_values),
		sample_test(changeable_values),
		sample_test(default_values),
		sample_test(saved_values),
		sample_test(tas_follows_the_attribute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
