// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ BUFFER(10) and WRITE BUFFER: every mode, the ends of the buffers, and the
 * descriptors.
 */
#include "lu.h"
#include "scsi_buffer.h"

typedef bool (*decode_fn)(const u8 *cdb, struct scsi_buffer *b, struct target_sense *sense);

/** struct ask - one CDB through one of the two functions */
struct ask {
	struct scsi_buffer	b;
	struct target_sense	sense;
};

/* @code is the operation code and, in the lower byte, MODE. */
static bool ask(struct ask *a, u16 code, u8 id, u32 offset, u32 len)
{
	decode_fn fn = code >> 8 == 0x3b ? scsi_write_buffer : scsi_read_buffer;
	u8 cdb[TARGET_MAX_CDB] = { code >> 8, code & 0xff, id };
	bool ok;

	put_unaligned_be24(offset, cdb + 3);
	put_unaligned_be24(len, cdb + 6);
	memset(a, 0, sizeof(*a));
	ok = fn(cdb, &a->b, &a->sense);
	assert_int_equal(ok, !a->sense.key);
	return ok;
}

static void every_mode(void **state)
{
	static const u8 reads[] = { 0x00, 0x02, 0x03, 0x0a, 0x0b }, writes[] = { 0x00, 0x02, 0x0a };
	struct ask a;
	u8 mode;

	for (mode = 0; mode < 32; mode++) {
		assert_int_equal(ask(&a, 0x3c00 | mode, 0, 0, 8),
				 !!memchr(reads, mode, sizeof(reads)));
		if (a.sense.key)
			assert_cdb_field(&a.sense, 1, 4);
		assert_int_equal(ask(&a, 0x3b00 | mode, 0, 0, 8),
				 !!memchr(writes, mode, sizeof(writes)));
		if (a.sense.key)
			assert_cdb_field(&a.sense, 1, 4);
	}
}

static void reads_end_with_the_buffer(void **state)
{
	struct ask a;

	assert_true(ask(&a, 0x3c02, 0, 0, 0xffffff));
	assert_int_equal(a.b.len, 0xffffff);
	assert_true(ask(&a, 0x3c02, 0, 65535, 2));
	assert_int_equal(a.b.offset, 65535);
	assert_true(ask(&a, 0x3c02, 0, 65536, 2));
	assert_false(ask(&a, 0x3c02, 0, 65537, 2));
	assert_cdb_field(&a.sense, 3, -1);
	assert_false(ask(&a, 0x3c02, 1, 0, 2));
	assert_cdb_field(&a.sense, 2, -1);
	assert_true(ask(&a, 0x3c00, 0, 0, 2));
	assert_int_equal(a.b.skip, 4);
	assert_false(ask(&a, 0x3c00, 0, 1, 2));
	assert_cdb_field(&a.sense, 3, -1);
	assert_true(ask(&a, 0x3c0a, 9, 9, 9));
}

static void writes_have_to_fit(void **state)
{
	struct ask a;

	assert_true(ask(&a, 0x3b02, 0, 0, 65536));
	assert_true(ask(&a, 0x3b02, 0, 65536, 0));
	assert_false(ask(&a, 0x3b02, 0, 1, 65536));
	assert_cdb_field(&a.sense, 6, -1);
	assert_false(ask(&a, 0x3b02, 0, 65536, 0xffffff));
	assert_cdb_field(&a.sense, 6, -1);
	assert_false(ask(&a, 0x3b02, 0, 65537, 0));
	assert_cdb_field(&a.sense, 3, -1);
	assert_true(ask(&a, 0x3b00, 0, 0, 65540));
	assert_false(ask(&a, 0x3b00, 0, 0, 65541));
	assert_cdb_field(&a.sense, 6, -1);
	assert_false(ask(&a, 0x3b00, 0, 0, 3));
	assert_sense(&a.sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	assert_true(ask(&a, 0x3b00, 0, 0, 0));
	assert_true(ask(&a, 0x3b0a, 9, 9, 4096));
	assert_false(ask(&a, 0x3b0a, 0, 0, 4097));
	assert_cdb_field(&a.sense, 6, -1);
}

static void descriptors(void **state)
{
	u8 cdb[TARGET_MAX_CDB] = { 0x3c, 0x03 }, buf[4] = {};

	scsi_buffer_descriptor(cdb, buf);
	assert_memory_equal(buf, "\x00\x01\x00\x00", 4);
	memset(buf, 0, 4);
	cdb[2] = 1;
	scsi_buffer_descriptor(cdb, buf);
	assert_memory_equal(buf, "\x00\x00\x00\x00", 4);
	cdb[1] = 0x0b;
	scsi_buffer_descriptor(cdb, buf);
	assert_memory_equal(buf, "\x01\x00\x10\x00", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode),
		cmocka_unit_test(reads_end_with_the_buffer),
		cmocka_unit_test(writes_have_to_fit),
		cmocka_unit_test(descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
