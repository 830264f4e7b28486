/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options of the RAM disk. Builds in user space as well.
 */
#ifndef BACKSTORE_RAMDISK_OPTIONS_H
#define BACKSTORE_RAMDISK_OPTIONS_H

#include <linux/types.h>

/**
 * struct rd_options - what the control file has said
 * @nr_pages: capacity in pages, 0 until rd_pages= was given.
 * @nullio: writes are discarded, reads return zeroes.
 * @dummy: for the info file, changes nothing.
 */
struct rd_options {
	u32	nr_pages;
	bool	nullio;
	bool	dummy;
};

int rd_option(struct rd_options *opt, const char *key, const char *value, bool open);

#endif
