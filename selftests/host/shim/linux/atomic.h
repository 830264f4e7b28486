/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: atomics; the tests have one thread.
 */
#ifndef SHIM_LINUX_ATOMIC_H
#define SHIM_LINUX_ATOMIC_H

#include <linux/types.h>

#define ATOMIC_INIT(i)	{ (i) }

static inline int atomic_read(const atomic_t *v)
{
	return v->counter;
}

static inline void atomic_set(atomic_t *v, int i)
{
	v->counter = i;
}

static inline void atomic_inc(atomic_t *v)
{
	v->counter++;
}

static inline void atomic_dec(atomic_t *v)
{
	v->counter--;
}

static inline s64 atomic64_read(const atomic64_t *v)
{
	return v->counter;
}

#define smp_mb()			barrier()
#define smp_load_acquire(p)		READ_ONCE(*(p))
#define smp_store_release(p, val)	WRITE_ONCE(*(p), val)

static inline int atomic_inc_return(atomic_t *v)
{
	return ++v->counter;
}

static inline bool atomic_add_unless(atomic_t *v, int add, int unless)
{
	if (v->counter == unless)
		return false;
	v->counter += add;
	return true;
}

#define xchg(p, val)	({ __typeof__(*(p)) old_ = *(p); *(p) = (val); old_; })

#endif
