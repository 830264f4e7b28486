/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: spinlocks; nobody else wants them, but nobody takes one twice.
 */
#ifndef SHIM_LINUX_SPINLOCK_H
#define SHIM_LINUX_SPINLOCK_H

#include <linux/lockdep.h>
#include <linux/types.h>

typedef struct {
	bool	locked;
} spinlock_t;

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->locked = false;
}

static inline void spin_lock_irq(spinlock_t *lock)
{
	BUG_ON(lock->locked);
	lock->locked = true;
}

static inline void spin_unlock_irq(spinlock_t *lock)
{
	BUG_ON(!lock->locked);
	lock->locked = false;
}

#define spin_lock_irqsave(lock, flags)		((flags) = 0, spin_lock_irq(lock))
#define spin_unlock_irqrestore(lock, flags)	((void)(flags), spin_unlock_irq(lock))

#endif
