/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: reference counts, which the tests look at.
 */
#ifndef SHIM_LINUX_KREF_H
#define SHIM_LINUX_KREF_H

struct kref {
	int	refs;
};

static inline void kref_get(struct kref *ref)
{
	ref->refs++;
}

#endif
