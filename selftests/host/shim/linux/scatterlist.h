/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: a scatterlist entry, for its size in structures.
 */
#ifndef SHIM_LINUX_SCATTERLIST_H
#define SHIM_LINUX_SCATTERLIST_H

#include <linux/types.h>

struct scatterlist {
	unsigned long	page_link;
	unsigned int	offset;
	unsigned int	length;
};

#endif
