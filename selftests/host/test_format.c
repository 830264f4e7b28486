// SPDX-License-Identifier: GPL-2.0-only
/*
 * FORMAT UNIT and SANITIZE: CDBs, parameter lists, what an overwrite writes, and the text
 * that is kept.
 */
#include "lu.h"
#include "scsi_format.h"

#define TEXT	(2 * SANITIZE_PATTERN_MAX + 128)

static struct scsi_format format;
static struct scsi_sanitize san, back;
static struct target_sense sense;

static bool parse(u8 byte1, const void *list, u32 len)
{
	u8 cdb[TARGET_MAX_CDB] = { 0x04, byte1 };

	memset(&sense, 0, sizeof(sense));
	memset(&format, 0xff, sizeof(format));
	return scsi_format_parse(cdb, list, len, &format, &sense);
}

static void format_without_data(void **state)
{
	u8 cdb[TARGET_MAX_CDB] = { 0x04 };

	assert_true(parse(0x00, "", 0));
	assert_false(format.immed);
	assert_int_equal(scsi_format_data_len(cdb, 512), 0);
	assert_false(parse(0x08, "", 0));		/* CMPLST */
	assert_cdb_field(&sense, 1, 3);
	assert_false(parse(0x20, "", 0));		/* LONGLIST */
	assert_cdb_field(&sense, 1, 5);
	assert_false(parse(0x16, "\0\0\0", 4));		/* a vendor's list format */
	assert_cdb_field(&sense, 1, 2);
}

static void format_headers(void **state)
{
	u8 cdb[TARGET_MAX_CDB] = { 0x04, 0x10 };

	assert_int_equal(scsi_format_data_len(cdb, 512), 4);
	cdb[1] = 0x30;
	assert_int_equal(scsi_format_data_len(cdb, 512), 8);
	assert_true(parse(0x10, "\0\x02\0\0", 4));
	assert_true(format.immed);
	assert_true(parse(0x18, "\0\xa0\0\0", 4));	/* FOV, DCRT */
	assert_false(format.immed);
	assert_true(parse(0x38, "\0\x82\0\0\0\0\0\0", 8));
	assert_true(format.immed);
	assert_false(parse(0x10, "\0\x02\0", 3));
	assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	assert_false(parse(0x30, "\0\x02\0\0", 4));
	assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
}

static void format_refusals(void **state)
{
	assert_false(parse(0x10, "\x01\0\0\0", 4));	/* PROTECTION FIELD USAGE */
	assert_param_field(&sense, 0, 0);
	assert_false(parse(0x10, "\0\x20\0\0", 4));	/* DCRT without FOV */
	assert_param_field(&sense, 1, 5);
	assert_false(parse(0x10, "\0\x88\0\0", 4));	/* IP */
	assert_param_field(&sense, 1, 3);
	assert_false(parse(0x10, "\0\x81\0\0", 4));
	assert_param_field(&sense, 1, 0);
	assert_false(parse(0x10, "\0\0\0\x08", 4));	/* a defect */
	assert_param_field(&sense, 2, -1);
	assert_false(parse(0x30, "\0\0\0\x10\0\0\0\0", 8));	/* P_I_INFORMATION */
	assert_param_field(&sense, 3, 4);
	assert_false(parse(0x30, "\0\0\0\0\0\0\0\x08", 8));
	assert_param_field(&sense, 4, -1);
}

static bool sanitize(u8 byte1, u16 len)
{
	u8 cdb[TARGET_MAX_CDB] = { 0x48, byte1, [7] = len >> 8, [8] = len & 0xff };

	memset(&sense, 0, sizeof(sense));
	return scsi_sanitize_parse(cdb, 512, &san, &sense);
}

static void sanitize_cdbs(void **state)
{
	assert_true(sanitize(0xa2, 0));
	assert_int_equal(san.action, SANITIZE_BLOCK_ERASE);
	assert_true(san.immed && san.ause);
	assert_true(sanitize(0x1f, 0));
	assert_false(san.immed || san.ause);
	assert_false(sanitize(0x02, 8));
	assert_cdb_field(&sense, 7, -1);
	assert_true(sanitize(0x01, 5));
	assert_true(sanitize(0x01, 516));
	assert_false(sanitize(0x01, 0));
	assert_cdb_field(&sense, 7, -1);
	assert_false(sanitize(0x01, 4));
	assert_false(sanitize(0x01, 517));
}

static bool list(const char *bytes, u32 len)
{
	assert_true(sanitize(0x01, 5));
	return scsi_sanitize_parse_list((const u8 *)bytes, len, 512, &san, &sense);
}

static void overwrite_lists(void **state)
{
	assert_true(list("\x83\0\0\x02\xab\xcd", 6));
	assert_true(san.invert);
	assert_int_equal(san.passes, 3);
	assert_int_equal(san.pattern_len, 2);
	assert_false(list("\x01\0", 2));
	assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	assert_false(list("\x01\0\0\x03\xab\xcd", 6));
	assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	assert_false(list("\x21\0\0\x02\xab\xcd", 6));		/* TEST */
	assert_param_field(&sense, 0, 6);
	assert_false(list("\x80\0\0\x02\xab\xcd", 6));		/* no pass */
	assert_param_field(&sense, 0, 4);
	assert_false(list("\x01\x40\0\x02\xab\xcd", 6));
	assert_param_field(&sense, 1, 6);
	assert_false(list("\x01\0\0\0\xab\xcd", 6));
	assert_param_field(&sense, 2, -1);
	assert_false(list("\x01\0\x02\x01\xab\xcd", 6));		/* more than a block */
	assert_param_field(&sense, 2, -1);
}

static void what_an_overwrite_writes(void **state)
{
	u8 block[8];

	assert_true(list("\x83\0\0\x03\x01\x02\x03", 7));
	scsi_sanitize_fill(&san, 0, block, sizeof(block));
	assert_memory_equal(block, "\x01\x02\x03\x01\x02\x03\x01\x02", 8);
	scsi_sanitize_fill(&san, 1, block, sizeof(block));
	assert_memory_equal(block, "\xfe\xfd\xfc\xfe\xfd\xfc\xfe\xfd", 8);
	scsi_sanitize_fill(&san, 2, block, sizeof(block));
	assert_memory_equal(block, "\x01\x02\x03\x01\x02\x03\x01\x02", 8);
	san.invert = false;
	scsi_sanitize_fill(&san, 1, block, sizeof(block));
	assert_memory_equal(block, "\x01\x02\x03\x01\x02\x03\x01\x02", 8);
}

static enum scsi_erase_state restore(const char *text)
{
	char *copy = test_malloc(strlen(text) + 1);
	enum scsi_erase_state was;

	strcpy(copy, text);
	was = scsi_erase_restore(copy, &back);
	test_free(copy);
	return was;
}

static void what_is_kept_comes_back(void **state)
{
	char *text = test_malloc(TEXT);
	size_t len;

	memset(&san, 0, sizeof(san));
	san.action = SANITIZE_OVERWRITE;
	san.passes = 31;
	san.invert = san.ause = true;
	san.pattern_len = SANITIZE_PATTERN_MAX;
	memset(san.pattern, 0x5a, sizeof(san.pattern));
	len = scsi_erase_save(ERASE_SANITIZING, &san, text, TEXT);
	assert_int_equal(strlen(text), len);
	assert_int_equal(restore(text), ERASE_SANITIZING);
	assert_memory_equal(&back, &san, sizeof(san));
	scsi_erase_save(ERASE_SANITIZE_FAILED, &san, text, TEXT);
	assert_int_equal(restore(text), ERASE_SANITIZE_FAILED);
	assert_true(back.ause);
	scsi_erase_save(ERASE_FORMATTING, &san, text, TEXT);
	assert_int_equal(restore(text), ERASE_FORMATTING);
	test_free(text);
}

/* Somebody edited it: blocks that were to be erased stay out of view. */
static void damaged_text(void **state)
{
	assert_int_equal(restore(""), ERASE_NONE);
	assert_int_equal(restore("state=fine\n"), ERASE_NONE);
	assert_int_equal(restore("state=sanitizing\naction=2\n"), ERASE_SANITIZING);
	assert_int_equal(restore("state=sanitizing\n"), ERASE_SANITIZE_FAILED);
	assert_int_equal(restore("state=sanitizing\naction=1\npasses=1\npattern=\n"),
			 ERASE_SANITIZE_FAILED);
	assert_int_equal(restore("state=sanitizing\naction=1\npasses=0\npattern=00\n"),
			 ERASE_SANITIZE_FAILED);
	assert_int_equal(restore("state=sanitizing\naction=1\npasses=x\npattern=0g\n"),
			 ERASE_SANITIZE_FAILED);
	assert_int_equal(restore("state=sanitizing\naction=300\n"), ERASE_SANITIZE_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(format_without_data),
		cmocka_unit_test(format_headers),
		cmocka_unit_test(format_refusals),
		cmocka_unit_test(sanitize_cdbs),
		cmocka_unit_test(overwrite_lists),
		cmocka_unit_test(what_an_overwrite_writes),
		cmocka_unit_test(what_is_kept_comes_back),
		cmocka_unit_test(damaged_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
