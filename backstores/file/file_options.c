// SPDX-License-Identifier: GPL-2.0-only
/*
 * Options of the backstore on a file, from what the control file is given.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include "file_options.h"

static int fd_option_size(struct fd_options *opt, const char *value, bool open)
{
	u64 size;
	int err = kstrtou64(value, 0, &size);

	if (err)
		return err;
	if (size > MAX_LFS_FILESIZE)
		return -EFBIG;
	if (open && size < opt->size)
		return -EBUSY;
	WRITE_ONCE(opt->size, size);
	opt->has_size = true;
	return 0;
}

static int fd_option_path(struct fd_options *opt, const char *value)
{
	if (strlen(value) >= sizeof(opt->path))
		return -ENAMETOOLONG;
	strscpy(opt->path, value, sizeof(opt->path));
	return 0;
}

/* A switch that can be turned on and not off again. */
static int fd_option_switch(bool *on, const char *value)
{
	int number, err = kstrtoint(value, 0, &number);

	if (err)
		return err;
	if (number != 1)
		return -EINVAL;
	*on = true;
	return 0;
}

/**
 * fd_option() - take one option
 * @opt: the options
 * @key: what is in front of the equals sign
 * @value: what is behind it
 * @open: the file is open: it can become larger and nothing else
 *
 * Return: 0, -ENOENT for an option there is not, -EBUSY, -ENAMETOOLONG, -EFBIG, -EINVAL or the
 * error of a number; then all is as it was.
 */
int fd_option(struct fd_options *opt, const char *key, const char *value, bool open)
{
	bool *on = !strcmp(key, "fd_buffered_io") ? &opt->buffered :
		   !strcmp(key, "fd_async_io") ? &opt->async : NULL;
	bool path = !strcmp(key, "fd_dev_name");

	if (!strcmp(key, "fd_dev_size"))
		return fd_option_size(opt, value, open);
	if (!path && !on)
		return -ENOENT;
	if (open)
		return -EBUSY;
	return path ? fd_option_path(opt, value) : fd_option_switch(on, value);
}
