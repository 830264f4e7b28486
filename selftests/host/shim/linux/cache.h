/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: cache line annotations mean nothing here.
 */
#ifndef SHIM_LINUX_CACHE_H
#define SHIM_LINUX_CACHE_H

#include <linux/compiler.h>

#define ____cacheline_aligned
#define ____cacheline_aligned_in_smp

#endif
