/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: per CPU references, counted; their objects never go away.
 */
#ifndef SHIM_LINUX_PERCPU_REFCOUNT_H
#define SHIM_LINUX_PERCPU_REFCOUNT_H

#include <linux/types.h>

struct percpu_ref {
	long	refs;
};

static inline bool percpu_ref_is_dying(const struct percpu_ref *ref)
{
	return false;
}

static inline bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	ref->refs++;
	return true;
}

static inline void percpu_ref_get(struct percpu_ref *ref)
{
	ref->refs++;
}

static inline void percpu_ref_put(struct percpu_ref *ref)
{
	ref->refs--;
}

#endif
