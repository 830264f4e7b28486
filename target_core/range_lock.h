/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The order of commands that touch the same blocks: an atomic one alone, nothing
 * behind a write that was given up, the others beside each other. Lists and numbers
 * only; medium.c gives it commands.
 */
#ifndef TARGET_CORE_RANGE_LOCK_H
#define TARGET_CORE_RANGE_LOCK_H

#include <linux/list.h>
#include <linux/types.h>
#include <target/command.h>

/**
 * struct range_lock - the ranges of a device
 * @shared: of ordinary commands, which do not look at each other.
 * @exclusive: of atomic commands, and of orphans that write. Few at a time, and the only
 *	list an ordinary command walks.
 * @seq: of the last one that came.
 *
 * The caller has a lock around every call.
 */
struct range_lock {
	struct list_head	shared;
	struct list_head	exclusive;
	u64			seq;
};

void range_lock_init(struct range_lock *lock);
bool range_lock_add(struct range_lock *lock, struct target_range *range);
void range_lock_keep(struct range_lock *lock, struct target_range *range);
void range_lock_del(struct range_lock *lock, struct target_range *range,
		    void (*go)(struct target_range *range));

#endif
