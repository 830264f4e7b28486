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

static inline void synchronize_rcu(void)
{
}

#define rcu_dereference(p)			(p)
#define rcu_dereference_check(p, held)		((void)(held), (p))
#define rcu_assign_pointer(p, val)		((p) = (val))
#define RCU_INIT_POINTER(p, val)		((p) = (val))
#define rcu_replace_pointer(p, val, held)	\
	({ __typeof__(p) old_ = (p); (void)(held); (p) = (val); old_; })

#endif
