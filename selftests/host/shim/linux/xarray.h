/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: the array of pointers, with room for few.
 */
#ifndef SHIM_LINUX_XARRAY_H
#define SHIM_LINUX_XARRAY_H

#include <linux/types.h>

#define SHIM_XA_ENTRIES	4

struct xarray {
	void	*entry[SHIM_XA_ENTRIES];
};

#define xa_for_each(xa, index, pos)						\
	for ((index) = 0; (index) < SHIM_XA_ENTRIES; (index)++)			\
		if (((pos) = (xa)->entry[index]) != NULL)

#endif
