// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control file of a device: its text taken apart, and the options of each backstore.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include "block/block_options.h"
#include "file/file_options.h"
#include "option_text.h"
#include "ramdisk/ramdisk_options.h"

static void the_text(void **state)
{
	char text[] = "a=1,no,,b= two words \nc==,=d,e=", *rest = text, *key, *value;
	static const char *const pairs[][2] = {
		{ "a", "1" }, { "b", " two words " }, { "c", "=" }, { "", "d" }, { "e", "" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		assert_true(target_option_next(&rest, &key, &value));
		assert_string_equal(key, pairs[i][0]);
		assert_string_equal(value, pairs[i][1]);
	}
	assert_false(target_option_next(&rest, &key, &value));
}

static void of_a_file(void **state)
{
	struct fd_options opt = {};
	char path[FD_PATH_MAX + 1];

	assert_int_equal(fd_option(&opt, "fd_dev_name", "/a b", false), 0);
	assert_string_equal(opt.path, "/a b");
	memset(path, 'p', sizeof(path));
	path[FD_PATH_MAX] = 0;
	assert_int_equal(fd_option(&opt, "fd_dev_name", path, false), -ENAMETOOLONG);
	assert_string_equal(opt.path, "/a b");
	path[FD_PATH_MAX - 1] = 0;
	assert_int_equal(fd_option(&opt, "fd_dev_name", path, false), 0);
	assert_int_equal(fd_option(&opt, "fd_dev_size", "0x1000\n", false), 0);
	assert_true(opt.has_size && opt.size == 4096);
	assert_int_equal(fd_option(&opt, "fd_dev_size", "9223372036854775808", false), -EFBIG);
	assert_int_equal(fd_option(&opt, "fd_dev_size", "-1", false), -EINVAL);
	assert_int_equal(fd_option(&opt, "fd_buffered_io", "1", false), 0);
	assert_int_equal(fd_option(&opt, "fd_async_io", "0", false), -EINVAL);
	assert_true(opt.buffered && !opt.async);
	assert_int_equal(fd_option(&opt, "rd_pages", "1", false), -ENOENT);
	/* Open, it can grow and nothing else. */
	assert_int_equal(fd_option(&opt, "fd_dev_size", "4095", true), -EBUSY);
	assert_int_equal(fd_option(&opt, "fd_dev_size", "8192", true), 0);
	assert_int_equal(fd_option(&opt, "fd_async_io", "1", true), -EBUSY);
	assert_int_equal(fd_option(&opt, "fd_dev_name", "x", true), -EBUSY);
	assert_int_equal(opt.size, 8192);
}

static void of_a_block_device(void **state)
{
	struct iblock_options opt = {};
	char path[IBLOCK_PATH_MAX + 1];

	memset(path, 'p', sizeof(path));
	path[IBLOCK_PATH_MAX] = 0;
	assert_int_equal(iblock_option(&opt, "udev_path", path, false), -ENAMETOOLONG);
	assert_string_equal(opt.path, "");
	assert_int_equal(iblock_option(&opt, "udev_path", "/dev/x", false), 0);
	assert_int_equal(iblock_option(&opt, "readonly", "1", false), 0);
	assert_int_equal(iblock_option(&opt, "exclusive", "0", false), 0);
	assert_true(opt.readonly && opt.shared && !strcmp(opt.path, "/dev/x"));
	assert_int_equal(iblock_option(&opt, "force", "1", false), 0);
	assert_int_equal(iblock_option(&opt, "readonly", "y", false), -EINVAL);
	assert_int_equal(iblock_option(&opt, "fd_dev_name", "x", false), -ENOENT);
	assert_int_equal(iblock_option(&opt, "udev_path", "/dev/y", true), -EEXIST);
	assert_int_equal(iblock_option(&opt, "readonly", "0", true), -EBUSY);
	assert_true(opt.readonly && !strcmp(opt.path, "/dev/x"));
}

static void of_a_ramdisk(void **state)
{
	struct rd_options opt = {};

	assert_int_equal(rd_option(&opt, "rd_pages", "0", false), -EINVAL);
	assert_int_equal(rd_option(&opt, "rd_pages", "-1", false), -EINVAL);
	assert_int_equal(rd_option(&opt, "rd_pages", "2147483648", false), -ERANGE);
	assert_int_equal(rd_option(&opt, "rd_pages", "256", false), 0);
	assert_int_equal(rd_option(&opt, "rd_nullio", "1", false), 0);
	assert_int_equal(rd_option(&opt, "rd_nullio", "0", false), 0);
	assert_int_equal(rd_option(&opt, "rd_dummy", "1", false), 0);
	assert_true(opt.nr_pages == 256 && opt.nullio && opt.dummy);
	assert_int_equal(rd_option(&opt, "udev_path", "x", false), -ENOENT);
	assert_int_equal(rd_option(&opt, "rd_pages", "1", true), -EBUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text),
		cmocka_unit_test(of_a_file),
		cmocka_unit_test(of_a_block_device),
		cmocka_unit_test(of_a_ramdisk),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
