/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options of the backstore on a block device. Builds in user space as well.
 */
#ifndef BACKSTORE_BLOCK_OPTIONS_H
#define BACKSTORE_BLOCK_OPTIONS_H

#include <linux/types.h>

#define IBLOCK_PATH_MAX	512

/**
 * struct iblock_options - what the control file has said
 * @path: udev_path= as given.
 * @readonly: open and export read-only.
 * @shared: do not claim the device exclusively.
 */
struct iblock_options {
	char	path[IBLOCK_PATH_MAX];
	bool	readonly;
	bool	shared;
};

int iblock_option(struct iblock_options *opt, const char *key, const char *value, bool open);

#endif
