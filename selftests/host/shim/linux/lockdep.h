/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: what lockdep would say of one thread.
 */
#ifndef SHIM_LINUX_LOCKDEP_H
#define SHIM_LINUX_LOCKDEP_H

#include <linux/bug.h>

#define lockdep_assert_held(lock)	BUG_ON(!(lock)->locked)

#define lockdep_is_held(lock)		((lock)->locked)

#endif
