/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: RCU; the tests have one thread.
 */
#ifndef SHIM_LINUX_RCUPDATE_H
#define SHIM_LINUX_RCUPDATE_H

#include <linux/types.h>

static inline void rcu_read_lock(void)
{
}

static inline void rcu_read_unlock(void)
{
}

#endif
