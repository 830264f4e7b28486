/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: a clock that stands still.
 */
#ifndef SHIM_LINUX_KTIME_H
#define SHIM_LINUX_KTIME_H

#include <linux/types.h>

typedef s64 ktime_t;

static inline ktime_t ktime_get_real(void)
{
	return 1700000000000000000LL;
}

static inline ktime_t ktime_get_boottime(void)
{
	return 1000000000;
}

static inline s64 ktime_to_ms(ktime_t t)
{
	return t / 1000000;
}

#endif
