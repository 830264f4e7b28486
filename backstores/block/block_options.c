// SPDX-License-Identifier: GPL-2.0-only
/*
 * Options of the backstore on a block device, from what the control file is given.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include "block_options.h"

/* A path that is cut off would be another device's. */
static int iblock_option_path(struct iblock_options *opt, const char *value, bool open)
{
	if (open)
		return -EEXIST;
	if (strlen(value) >= sizeof(opt->path))
		return -ENAMETOOLONG;
	strscpy(opt->path, value, sizeof(opt->path));
	return 0;
}

/**
 * iblock_option() - take one option
 * @opt: the options
 * @key: what is in front of the equals sign
 * @value: what is behind it
 * @open: the device is open: nothing can change
 *
 * Return: 0, -ENOENT for an option there is not, -EEXIST or -EBUSY with @open, -ENAMETOOLONG or
 * the error of a number; then all is as it was.
 */
int iblock_option(struct iblock_options *opt, const char *key, const char *value, bool open)
{
	bool readonly = !strcmp(key, "readonly");
	unsigned long number;
	int err;

	if (!strcmp(key, "udev_path"))
		return iblock_option_path(opt, value, open);
	if (!strcmp(key, "force"))
		return 0;
	if (!readonly && strcmp(key, "exclusive"))
		return -ENOENT;
	err = kstrtoul(value, 0, &number);
	if (err)
		return err;
	if (open)
		return -EBUSY;
	if (readonly)
		opt->readonly = number;
	else
		opt->shared = !number;
	return 0;
}
