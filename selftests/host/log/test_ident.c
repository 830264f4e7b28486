// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timestamps and identifying information: what is sent comes back, and what can't
 * be sent.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include "lu.h"
#include "scsi_ident.h"

static void a_timestamp_there_and_back(void **state)
{
	u8 buf[SCSI_TIMESTAMP_BYTES] = {};
	struct target_sense sense = {};
	u64 ms = 0;

	scsi_report_timestamp(0x123456789abcULL, SCSI_TIMESTAMP_SET, buf);
	assert_memory_equal(buf, "\x00\x0a\x02\x00\x12\x34\x56\x78\x9a\xbc\x00\x00", 12);
	memset(buf, 0, 4);
	assert_true(scsi_set_timestamp(buf, sizeof(buf), &ms, &sense));
	assert_true(ms == 0x123456789abcULL);
	buf[4] = 0xf0;
	assert_true(scsi_set_timestamp(buf, sizeof(buf), &ms, &sense));
	buf[4] = 0xf1;
	assert_false(scsi_set_timestamp(buf, sizeof(buf), &ms, &sense));
	assert_param_field(&sense, 4, -1);
}

static void bad_timestamps(void **state)
{
	struct target_sense sense = {};
	unsigned int i;
	u64 ms;
	u8 *buf;

	for (i = 1; i < SCSI_TIMESTAMP_BYTES; i++) {
		buf = kzalloc(i, GFP_KERNEL);
		assert_false(scsi_set_timestamp(buf, i, &ms, &sense));
		assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
		kfree(buf);
	}
	for (i = 0; i < SCSI_TIMESTAMP_BYTES; i++) {
		buf = kzalloc(SCSI_TIMESTAMP_BYTES, GFP_KERNEL);
		buf[i] = 1;
		assert_int_equal(scsi_set_timestamp(buf, SCSI_TIMESTAMP_BYTES, &ms, &sense),
				 i >= 4 && i < 10);
		if (i < 4 || i >= 10)
			assert_param_field(&sense, i, -1);
		kfree(buf);
	}
}

static void every_information_type(void **state)
{
	struct target_sense sense = {};
	enum scsi_ident_type type;
	unsigned int code;

	for (code = 0; code < 128; code++) {
		const u8 cdb[TARGET_MAX_CDB] = { 0xa3, 5, [10] = code << 1 };
		bool known = code == 0 || code == 2 || code == 127;

		assert_int_equal(scsi_ident_type(cdb, &type, &sense), known);
		if (!known)
			assert_cdb_field(&sense, 10, 7);
		else
			assert_int_equal(type, code == 0 ? SCSI_IDENT :
					 code == 2 ? SCSI_IDENT_TEXT : SCSI_IDENT_SUPPORTED);
	}
}

static void replies(void **state)
{
	u8 *buf = kzalloc(SCSI_REPLY_MAX, GFP_KERNEL);
	u8 info[SCSI_IDENT_BYTES];

	assert_int_equal(scsi_ident_supported(buf), 12);
	assert_memory_equal(buf, "\0\0\0\x08\0\0\2\0\4\0\1\0", 12);
	memset(buf, 0, 12);
	memset(info, 'i', sizeof(info));
	assert_int_equal(scsi_report_ident(info, sizeof(info), buf), 4 + sizeof(info));
	assert_memory_equal(buf, "\0\0\2\0iii", 7);
	kfree(buf);
}

/* Where the sense data point, or -1 if the text is good. The NUL at its end counts. */
static int text_error(const char *text, u32 len)
{
	struct target_sense sense = {};
	u8 *copy = kmalloc(len, GFP_KERNEL);
	bool ok;

	memcpy(copy, text, len);
	ok = scsi_ident_check(SCSI_IDENT_TEXT, copy, len, &sense);
	kfree(copy);
	if (ok)
		return -1;
	assert_param_field(&sense, sense.field, -1);
	return sense.field;
}

static void text_is_utf_8_with_a_nul(void **state)
{
	assert_int_equal(text_error("", 1), -1);
	assert_int_equal(text_error("disk", 5), -1);
	assert_int_equal(text_error("disk", 4), 3);
	assert_int_equal(text_error("di\0k", 5), 2);
	assert_int_equal(text_error("\xc3\xa4", 3), -1);
	assert_int_equal(text_error("\xe2\x82\xac", 4), -1);
	assert_int_equal(text_error("\xf0\x9f\x92\xbe", 5), -1);
	assert_int_equal(text_error("a\xc3", 3), 1);
	assert_int_equal(text_error("a\xc3" "b", 4), 1);
	assert_int_equal(text_error("\xc0\x80", 3), 0);
	assert_int_equal(text_error("\xe0\x80\x80", 4), 0);
	assert_int_equal(text_error("\xed\xa0\x80", 4), 0);
	assert_int_equal(text_error("\xf4\x90\x80\x80", 5), 0);
	assert_int_equal(text_error("\xff", 2), 0);
}

static void information_is_anything(void **state)
{
	struct target_sense sense = {};
	u8 bytes[16];

	get_random_bytes(bytes, sizeof(bytes));
	assert_true(scsi_ident_check(SCSI_IDENT, bytes, sizeof(bytes), &sense));
	assert_true(scsi_ident_check(SCSI_IDENT_TEXT, bytes, 0, &sense));
	assert_int_equal(scsi_ident_max(SCSI_IDENT), 512);
	assert_int_equal(scsi_ident_max(SCSI_IDENT_TEXT), 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_timestamp_there_and_back),
		cmocka_unit_test(bad_timestamps),
		cmocka_unit_test(every_information_type),
		cmocka_unit_test(replies),
		cmocka_unit_test(text_is_utf_8_with_a_nul),
		cmocka_unit_test(information_is_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
