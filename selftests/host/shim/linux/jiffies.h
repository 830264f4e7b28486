/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: time that does not pass.
 */
#ifndef SHIM_LINUX_JIFFIES_H
#define SHIM_LINUX_JIFFIES_H

#include <linux/types.h>

static inline u64 get_jiffies_64(void)
{
	return 0;
}

static inline u64 jiffies64_to_msecs(u64 jiffies)
{
	return jiffies;
}

#endif
