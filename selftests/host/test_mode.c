// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SENSE: headers, block descriptors, every page and subpage code, and the
 * page controls.
 */
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

static void all_pages(void **state)
{
	struct sample *s = *state;

	assert_int_equal(mode6(s, 0, 0x3f, 0), 4 + 8 + 20 + 12 + 12);
	assert_int_equal(s->buf[3], 8);
	assert_int_equal(s->buf[12], 0x08);
	assert_int_equal(s->buf[13], 0x12);
	assert_int_equal(s->buf[32], 0x0a);
	assert_int_equal(s->buf[44], 0x1c);
	assert_int_equal(mode10(s, 0, 0x3f, 0xff), 8 + 8 + 20 + 12 + 12);
	assert_int_equal(s->buf[7], 8);
	assert_int_equal(s->buf[16], 0x08);
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
	struct sample *s = *state;
	unsigned int page, sub;
	bool exists;

	for (page = 0; page < 0x40; page++) {
		exists = page == 0x08 || page == 0x0a || page == 0x1c || page == 0x3f;
		for (sub = 0; sub < 256; sub++) {
			if (sub && sub != 0xff) {
				assert_int_equal(mode6(s, 0, page, sub), 0);
				assert_cdb_field(&s->sense, 3, -1);
				continue;
			}
			assert_int_equal(!!mode6(s, 0, page, sub), exists);
			if (!exists)
				assert_cdb_field(&s->sense, 2, 5);
		}
	}
}

static void page_control(void **state)
{
	struct sample *s = *state;
	unsigned int i;

	s->lu.write_cache = true;
	assert_int_equal(mode6(s, 0x08, 0x3f, 0), 48);
	assert_int_equal(s->buf[4 + 2], 0x04);
	assert_int_equal(s->buf[24 + 3], 0x10);
	assert_int_equal(s->buf[24 + 5], 0x40);
	assert_int_equal(s->buf[36 + 2], 0x08);
	assert_int_equal(mode6(s, 0x08, 0x40 | 0x3f, 0), 48);
	for (i = 4; i < 48; i++)
		if (i != 4 && i != 5 && i != 24 && i != 25 && i != 36 && i != 37)
			assert_int_equal(s->buf[i], 0);
	assert_int_equal(mode6(s, 0x08, 0x80 | 0x08, 0), 24);
	assert_int_equal(s->buf[4 + 2], 0x04);
	assert_int_equal(mode6(s, 0x08, 0xc0 | 0x08, 0), 0);
	assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_SAVING_NOT_SUPPORTED);
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
		sample_test(page_control),
		sample_test(tas_follows_the_attribute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
