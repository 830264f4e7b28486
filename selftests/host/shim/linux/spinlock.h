/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: spinlocks, as members only.
 */
#ifndef SHIM_LINUX_SPINLOCK_H
#define SHIM_LINUX_SPINLOCK_H

#include <linux/lockdep.h>
#include <linux/types.h>

typedef struct {
	bool	locked;
} spinlock_t;

#endif
