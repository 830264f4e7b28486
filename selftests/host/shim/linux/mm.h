/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: memory that is virtually contiguous is in slab.h.
 */
#ifndef SHIM_LINUX_MM_H
#define SHIM_LINUX_MM_H

#include <linux/slab.h>

#endif
