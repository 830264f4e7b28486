// SPDX-License-Identifier: GPL-2.0-only
/*
 * Options of the RAM disk, from what the control file is given.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include "ramdisk_options.h"

/**
 * rd_option() - take one option
 * @opt: the options
 * @key: what is in front of the equals sign
 * @value: what is behind it
 * @open: the disk is open: nothing can change
 *
 * Return: 0, -ENOENT for an option there is not, -EBUSY with @open, -EINVAL or the error of a
 * number; then all is as it was.
 */
int rd_option(struct rd_options *opt, const char *key, const char *value, bool open)
{
	bool pages = !strcmp(key, "rd_pages"), nullio = !strcmp(key, "rd_nullio");
	int n, err;

	if (!pages && !nullio && strcmp(key, "rd_dummy"))
		return -ENOENT;
	if (open)
		return -EBUSY;
	err = kstrtoint(value, 0, &n);
	if (err)
		return err;
	if (pages && n <= 0)
		return -EINVAL;
	if (pages)
		opt->nr_pages = n;
	else if (nullio)
		opt->nullio |= n == 1;
	else
		opt->dummy |= n == 1;
	return 0;
}
