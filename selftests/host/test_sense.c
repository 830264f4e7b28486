// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data in both formats, in every room, and the meaning of errnos.
 */
#include "lu.h"

static u8 format(const struct target_sense *s, bool descriptor, u8 *buf)
{
	memset(buf, 0xee, TARGET_SENSE_BYTES);
	return scsi_sense_format(s, descriptor, buf, TARGET_SENSE_BYTES);
}

static void fixed_format(void **state)
{
	u8 buf[TARGET_SENSE_BYTES];
	struct target_sense s;

	scsi_sense_set(&s, SENSE_UNIT_ATTENTION, 0x2907);
	assert_int_equal(format(&s, false, buf), 18);
	assert_int_equal(buf[0], 0x70);
	assert_int_equal(buf[2], 0x06);
	assert_int_equal(buf[7], 10);
	assert_int_equal(buf[12], 0x29);
	assert_int_equal(buf[13], 0x07);
	assert_int_equal(buf[15], 0);
	assert_int_equal(buf[18], 0xee);
}

static void descriptor_format(void **state)
{
	u8 buf[TARGET_SENSE_BYTES];
	struct target_sense s;

	scsi_sense_set(&s, SENSE_UNIT_ATTENTION, 0x2907);
	assert_int_equal(format(&s, true, buf), 8);
	assert_int_equal(buf[0], 0x72);
	assert_int_equal(buf[1], 0x06);
	assert_int_equal(buf[2], 0x29);
	assert_int_equal(buf[3], 0x07);
	assert_int_equal(buf[7], 0);
}

static void field_pointer(void **state)
{
	u8 buf[TARGET_SENSE_BYTES];
	struct target_sense s;

	scsi_sense_cdb_field(&s, 0x0102, 5);
	format(&s, false, buf);
	assert_memory_equal(buf + 15, "\xcd\x01\x02", 3);
	assert_int_equal(format(&s, true, buf), 16);
	assert_int_equal(buf[7], 8);
	assert_memory_equal(buf + 8, "\x02\x06\x00\x00\xcd\x01\x02\x00", 8);

	scsi_sense_cdb_field(&s, 3, -1);
	format(&s, false, buf);
	assert_memory_equal(buf + 15, "\xc0\x00\x03", 3);
	scsi_sense_param_field(&s, 8, -1);
	format(&s, false, buf);
	assert_memory_equal(buf + 15, "\x80\x00\x08", 3);
	scsi_sense_param_field(&s, 8, 0);
	format(&s, false, buf);
	assert_memory_equal(buf + 15, "\x88\x00\x08", 3);
}

static void information(void **state)
{
	u8 buf[TARGET_SENSE_BYTES];
	struct target_sense s;

	scsi_sense_set(&s, SENSE_MISCOMPARE, ASC_MISCOMPARE);
	s.flags |= TARGET_SENSE_INFO;
	s.info = 0x01020304;
	format(&s, false, buf);
	assert_int_equal(buf[0], 0xf0);
	assert_memory_equal(buf + 3, "\x01\x02\x03\x04", 4);
	assert_int_equal(format(&s, true, buf), 20);
	assert_memory_equal(buf + 8, "\x00\x0a\x80\x00\x00\x00\x00\x00\x01\x02\x03\x04", 12);

	s.info = 0x100000000ULL;	/* does not fit fixed format */
	format(&s, false, buf);
	assert_int_equal(buf[0], 0x70);
	assert_memory_equal(buf + 3, "\0\0\0\0", 4);
	format(&s, true, buf);
	assert_memory_equal(buf + 8, "\x00\x0a\x80\x00\x00\x00\x00\x01\x00\x00\x00\x00", 12);
}

static void progress(void **state)
{
	u8 buf[TARGET_SENSE_BYTES];
	struct target_sense s;

	scsi_sense_set(&s, SENSE_NOT_READY, 0x0404);
	s.flags |= TARGET_SENSE_PROGRESS;
	s.progress = 0x8000;
	format(&s, false, buf);
	assert_memory_equal(buf + 15, "\x80\x80\x00", 3);
}

static void every_room(void **state)
{
	u8 full[TARGET_SENSE_BYTES], buf[TARGET_SENSE_BYTES];
	struct target_sense s;
	unsigned int room, desc;
	u8 len;

	scsi_sense_cdb_field(&s, 9, 2);
	s.flags |= TARGET_SENSE_INFO;
	s.info = 7;
	for (desc = 0; desc < 2; desc++) {
		len = format(&s, desc, full);
		assert_int_equal(len, desc ? 28 : 18);
		for (room = 0; room < sizeof(buf); room++) {
			u8 want = min_t(unsigned int, room, len);

			memset(buf, 0xee, sizeof(buf));
			assert_int_equal(scsi_sense_format(&s, desc, buf, room), want);
			assert_memory_equal(buf, full, want);
			assert_int_equal(buf[want], 0xee);
		}
	}
}

static void progress_of_work(void **state)
{
	struct target_sense s;

	assert_int_equal(scsi_progress(0, 100), 0);
	assert_int_equal(scsi_progress(50, 100), 0x8000);
	assert_int_equal(scsi_progress(99999999, 100000000), 0xffff);
	assert_int_equal(scsi_progress(100, 100), 0xffff);
	assert_int_equal(scsi_progress(7, 3), 0xffff);
	assert_int_equal(scsi_progress(0, 0), 0xffff);
	assert_int_equal(scsi_progress(U64_MAX / 4, U64_MAX), 0x4000 - 1);
	assert_int_equal(scsi_progress(1, U64_MAX), 0);
	scsi_sense_progress(&s, ASC_FORMAT_IN_PROGRESS, 0x1234);
	assert_sense(&s, SENSE_NOT_READY, 0x0404);
	assert_int_equal(s.flags, TARGET_SENSE_PROGRESS);
	assert_int_equal(s.progress, 0x1234);
}

struct meaning {
	int	err;
	bool	write;
	u8	status;
	u8	key;
	u16	asc;
};

static void errno_meanings(void **state)
{
	static const struct meaning table[] = {
		{ -EIO, true, 0x02, SENSE_MEDIUM_ERROR, 0x0c00 },
		{ -EIO, false, 0x02, SENSE_MEDIUM_ERROR, 0x1100 },
		{ -ENOSPC, true, 0x02, SENSE_DATA_PROTECT, 0x2707 },
		{ -EROFS, true, 0x02, SENSE_DATA_PROTECT, 0x2700 },
		{ -EOPNOTSUPP, true, 0x02, SENSE_ILLEGAL_REQUEST, 0x2000 },
		{ -ENODEV, false, 0x02, SENSE_NOT_READY, 0x0403 },
		{ -ETIMEDOUT, false, 0x02, SENSE_ABORTED_COMMAND, 0x0801 },
		{ -EINVAL, false, 0x02, SENSE_HARDWARE_ERROR, 0x4400 },
		{ -4095, true, 0x02, SENSE_HARDWARE_ERROR, 0x4400 },
		{ -ENOMEM, true, 0x08 },
		{ -EAGAIN, false, 0x08 },
		{ -EBADE, true, 0x18 },
		{ 0, true, 0x00 },
	};
	struct target_sense s;
	unsigned int i;
	u8 status;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		memset(&s, 0, sizeof(s));
		scsi_sense_from_errno(&s, table[i].err, table[i].write, &status);
		assert_int_equal(status, table[i].status);
		if (status == TARGET_STAT_CHECK_CONDITION)
			assert_sense(&s, table[i].key, table[i].asc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_format),
		cmocka_unit_test(descriptor_format),
		cmocka_unit_test(field_pointer),
		cmocka_unit_test(information),
		cmocka_unit_test(progress),
		cmocka_unit_test(progress_of_work),
		cmocka_unit_test(every_room),
		cmocka_unit_test(errno_meanings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
