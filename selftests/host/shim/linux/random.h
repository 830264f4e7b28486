/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: repeatable bytes, so that a failing test fails again.
 */
#ifndef SHIM_LINUX_RANDOM_H
#define SHIM_LINUX_RANDOM_H

#include <stdlib.h>
#include <linux/types.h>

static inline void get_random_bytes(void *buf, size_t len)
{
	u8 *p = buf;

	while (len--)
		*p++ = random();
}

static inline u32 get_random_u32(void)
{
	u32 val;

	get_random_bytes(&val, sizeof(val));
	return val;
}

#endif
