/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: mutexes; who takes one twice, or gives back none, is aborted.
 */
#ifndef SHIM_LINUX_MUTEX_H
#define SHIM_LINUX_MUTEX_H

#include <linux/lockdep.h>
#include <linux/types.h>

struct mutex {
	bool	locked;
};

#define DEFINE_MUTEX(name)	struct mutex name

static inline void mutex_init(struct mutex *lock)
{
	lock->locked = false;
}

static inline void mutex_destroy(struct mutex *lock)
{
	BUG_ON(lock->locked);
}

static inline void mutex_lock(struct mutex *lock)
{
	BUG_ON(lock->locked);
	lock->locked = true;
}

static inline int mutex_lock_killable(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}

static inline void mutex_unlock(struct mutex *lock)
{
	BUG_ON(!lock->locked);
	lock->locked = false;
}

#endif
