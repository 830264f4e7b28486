/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options of the backstore on a file. Builds in user space as well.
 */
#ifndef BACKSTORE_FILE_OPTIONS_H
#define BACKSTORE_FILE_OPTIONS_H

#include <linux/types.h>

#define FD_PATH_MAX	256

/**
 * struct fd_options - what the control file has said
 * @path: fd_dev_name=.
 * @size: fd_dev_size=, the capacity of a regular file. Grows while open.
 * @has_size: it was given.
 * @buffered: fd_buffered_io=1: the page cache is a volatile write cache.
 * @async: fd_async_io=1.
 */
struct fd_options {
	char	path[FD_PATH_MAX];
	u64	size;
	bool	has_size;
	bool	buffered;
	bool	async;
};

int fd_option(struct fd_options *opt, const char *key, const char *value, bool open);

#endif
