/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: a warning of the kernel is the end of a test.
 */
#ifndef SHIM_LINUX_BUG_H
#define SHIM_LINUX_BUG_H

#include <stdlib.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>

/* By a name of its own: abort is a good one for a variable. */
static inline void shim_bug(void)
{
	abort();
}

#define BUG()			shim_bug()
#define BUG_ON(cond)		do { if (cond) shim_bug(); } while (0)
#define WARN_ON(cond)		({ if (cond) shim_bug(); 0; })
#define WARN_ON_ONCE(cond)	WARN_ON(cond)

#endif
