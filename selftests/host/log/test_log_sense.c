// SPDX-License-Identifier: GPL-2.0-only
/*
 * LOG SENSE: every page and subpage code, the parameters of each page, page
 * controls and the parameter pointer.
 */
#include "util.h"

#define CURRENT	0x40	/* current cumulative values */

static void supported_pages(void **state)
{
	struct log_sample *l = *state;
	unsigned int i, n;
	u8 codes[64];

	n = log_sense(l, CURRENT, 0, 0) - 4;
	assert_memory_equal(l->s.buf, "\x00\x00", 2);
	memcpy(codes, l->s.buf + 4, n);
	assert_int_equal(codes[0], 0);
	for (i = 1; i < n; i++) {
		assert_true(codes[i] > codes[i - 1]);
		assert_true(log_sense(l, CURRENT | codes[i], 0, 0));
	}
	/* Twice 00h there, as it has two subpages. */
	assert_int_equal(log_sense(l, CURRENT, 0xff, 0), 4 + 2 * (n + 1));
	assert_memory_equal(l->s.buf, "\x40\xff", 2);
	assert_memory_equal(l->s.buf + 4, "\x00\x00\x00\xff\x02\x00", 6);
}

static bool listed(const u8 *list, u32 len, u8 code, u8 subcode)
{
	u32 i;

	for (i = 4; i < len; i += 2)
		if (list[i] == code && list[i + 1] == subcode)
			return true;
	return false;
}

static void every_page_and_subpage(void **state)
{
	struct log_sample *l = *state;
	u32 len = log_sense(l, CURRENT, 0xff, 0);
	unsigned int page, sub;
	u8 list[256];

	memcpy(list, l->s.buf, len);
	for (page = 0; page < 0x40; page++) {
		for (sub = 0; sub < 256; sub++) {
			bool exists = listed(list, len, page, sub);

			assert_int_equal(!!log_sense(l, CURRENT | page, sub, 0), exists);
			if (exists) {
				assert_int_equal(l->s.buf[0], (page ? 0x80 : 0) |
						 (sub ? 0x40 : 0) | page);
				assert_int_equal(l->s.buf[1], sub);
			} else if (listed(list, len, page, 0)) {
				assert_cdb_field(&l->s.sense, 3, -1);
			} else {
				assert_cdb_field(&l->s.sense, 2, 5);
			}
		}
	}
}

static void error_counters(void **state)
{
	static const u8 pages[] = { 0x02, 0x03, 0x05 };
	struct log_sample *l = *state;
	unsigned int i, code;
	const u8 *p;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		assert_int_equal(log_sense(l, CURRENT | pages[i], 0, 0), 4 + 7 * 12);
		for (code = 0; code < 7; code++) {
			p = log_param(l->s.buf, code);
			assert_memory_equal(p + 2, "\x22\x08", 2);
			assert_int_equal(get_unaligned_be64(p + 4), 1000 + 7 * i + code);
		}
	}
	assert_int_equal(log_sense(l, CURRENT | 0x06, 0, 0), 4 + 12);
	assert_int_equal(get_unaligned_be64(l->s.buf + 8), 1021);
}

static void statistics(void **state)
{
	struct log_sample *l = *state;
	unsigned int i;

	assert_int_equal(log_sense(l, CURRENT | 0x19, 0, 0), 4 + 68 + 12 + 12);
	assert_memory_equal(l->s.buf + 4, "\x00\x01\x23\x40", 4);
	for (i = 0; i < 4; i++)
		assert_int_equal(get_unaligned_be64(l->s.buf + 8 + 8 * i), 1022 + i);
	for (i = 40; i < 72; i++)
		assert_int_equal(l->s.buf[i], 0);
	assert_memory_equal(l->s.buf + 72, "\0\2\x23\x08\0\0\0\0\0\0\0\0", 12);
	assert_memory_equal(l->s.buf + 84, "\0\3\x23\x08\0\0\0\3\0\0\0\1", 12);
}

static void selftests(void **state)
{
	static const u8 failed[] = {
		0, 2, 0x23, 16, 0x45, 1, 0x12, 0x34, 0, 0, 0, 0, 0, 0, 0, 9, 3, 0x11, 0, 0,
	};
	struct log_sample *l = *state;
	unsigned int i;

	l->tests[0] = (struct scsi_selftest) { .code = 1, .result = 0xf, .address = U64_MAX };
	l->tests[1] = (struct scsi_selftest) {
		.code = 2, .result = 5, .number = 1, .hours = 0x1234, .address = 9, .key = 3,
		.asc = 0x11,
	};
	assert_int_equal(log_sense(l, CURRENT | 0x10, 0, 0), 4 + 20 * 20);
	assert_memory_equal(l->s.buf + 4, "\0\1\x23\x10\x2f\0\0\0\xff\xff", 10);
	assert_memory_equal(l->s.buf + 24, failed, sizeof(failed));
	for (i = 48; i < 64; i++)
		assert_int_equal(l->s.buf[i], 0);
	assert_int_equal(get_unaligned_be16(log_param(l->s.buf, 20)), 20);
}

static void exceptions(void **state)
{
	struct log_sample *l = *state;

	assert_int_equal(log_sense(l, CURRENT | 0x2f, 0, 0), 12);
	assert_memory_equal(l->s.buf + 4, "\x00\x00\x23\x04\x00\x00\xff\xff", 8);
}

/* Counted in sets of 2^11 blocks; the part of one is not there. */
static void provisioning(void **state)
{
	struct log_sample *l = *state;

	l->log.space = (struct target_space) { .used = 3 << 20, .available = (5 << 20) - 1 };
	assert_int_equal(log_sense(l, CURRENT | 0x0c, 0, 0), 0);
	assert_cdb_field(&l->s.sense, 2, 5);
	sample_thin(&l->s);
	l->s.limits.knows_space = true;
	assert_int_equal(log_sense(l, CURRENT | 0x0c, 0, 0), 4 + 2 * 12);
	assert_memory_equal(l->s.buf + 4, "\0\1\x23\x08\0\0\0\4\1\0\0\0", 12);
	assert_memory_equal(l->s.buf + 16, "\0\2\x23\x08\0\0\0\3\1\0\0\0", 12);
	l->log.space.shared = true;
	assert_int_equal(log_sense(l, CURRENT | 0x0c, 0, 2), 4 + 12);
	assert_int_equal(l->s.buf[12], 1);
	log_sense(l, CURRENT | 0x0c, 0, 0);
	assert_int_equal(l->s.buf[12], 2);
	every_page_and_subpage(state);
	supported_pages(state);
}

static void page_controls(void **state)
{
	struct log_sample *l = *state;
	static const u64 want[] = { U64_MAX, 1000 + 7, U64_MAX, 0 };
	unsigned int pc;

	for (pc = 0; pc < 4; pc++) {
		assert_int_equal(log_sense(l, pc << 6 | 0x03, 0, 0), 4 + 7 * 12);
		assert_int_equal(get_unaligned_be64(l->s.buf + 8), want[pc]);
		/* lists are always current */
		log_sense(l, pc << 6 | 0x19, 0, 0);
		assert_int_equal(get_unaligned_be64(l->s.buf + 8), 1022);
	}
}

static void parameter_pointer(void **state)
{
	struct log_sample *l = *state;

	assert_int_equal(log_sense(l, CURRENT | 0x03, 0, 5), 4 + 2 * 12);
	assert_int_equal(get_unaligned_be16(l->s.buf + 4), 5);
	assert_int_equal(get_unaligned_be64(l->s.buf + 8), 1012);
	assert_int_equal(get_unaligned_be16(l->s.buf + 16), 6);
	assert_int_equal(log_sense(l, CURRENT | 0x03, 0, 6), 4 + 12);
	assert_int_equal(log_sense(l, CURRENT | 0x03, 0, 7), 0);
	assert_cdb_field(&l->s.sense, 5, -1);
	assert_int_equal(log_sense(l, CURRENT | 0x19, 0, 1), 4 + 68 + 12 + 12);
	assert_int_equal(log_sense(l, CURRENT | 0x19, 0, 2), 4 + 12 + 12);
	assert_int_equal(log_sense(l, CURRENT | 0x19, 0, 0xffff), 0);
	assert_int_equal(log_sense(l, CURRENT | 0x2f, 0, 1), 0);
	assert_int_equal(log_sense(l, CURRENT, 0, 1), 0);
	assert_cdb_field(&l->s.sense, 5, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		log_test(supported_pages),
		log_test(every_page_and_subpage),
		log_test(error_counters),
		log_test(statistics),
		log_test(selftests),
		log_test(exceptions),
		log_test(provisioning),
		log_test(page_controls),
		log_test(parameter_pointer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
