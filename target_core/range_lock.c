// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges of blocks in order of arrival: each waits for the earlier ones that
 * overlap it if either of the two is exclusive. As nobody waits for somebody
 * later, there is no deadlock, and nobody is overtaken for ever.
 */
#include "range_lock.h"

/**
 * range_lock_init - no ranges
 * @lock: to be initialised.
 */
void range_lock_init(struct range_lock *lock)
{
	INIT_LIST_HEAD(&lock->shared);
	INIT_LIST_HEAD(&lock->exclusive);
	lock->seq = 0;
}

static bool range_overlaps(const struct target_range *a, const struct target_range *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static u32 range_count(const struct list_head *list, const struct target_range *range)
{
	const struct target_range *pos;
	u32 n = 0;

	list_for_each_entry(pos, list, link)
		n += range_overlaps(pos, range);
	return n;
}

/**
 * range_lock_add - a command has come
 * @lock: the device's.
 * @range: @first, @last and @exclusive set; part of @lock until range_lock_del().
 *
 * Returns: true if it may go on; false: range_lock_del() of the last one it waits
 * for calls go().
 */
bool range_lock_add(struct range_lock *lock, struct target_range *range)
{
	range->seq = ++lock->seq;
	range->blockers = range_count(&lock->exclusive, range);
	if (range->exclusive)
		range->blockers += range_count(&lock->shared, range);
	list_add_tail(&range->link, range->exclusive ? &lock->exclusive : &lock->shared);
	return !range->blockers;
}

static void range_unblock(const struct list_head *list, const struct target_range *gone,
			  void (*go)(struct target_range *range))
{
	struct target_range *pos;

	list_for_each_entry(pos, list, link) {
		/* No blockers left: its wait was ended early, by an abort. */
		if (pos->seq < gone->seq || !pos->blockers || !range_overlaps(pos, gone))
			continue;
		if (!--pos->blockers)
			go(pos);
	}
}

/**
 * range_lock_keep - an ordinary command becomes exclusive while it runs
 * @lock: the device's.
 * @range: added before, without blockers; nothing if it is exclusive already.
 *
 * What runs beside it goes on. What waits for others, waits for this one as well.
 */
void range_lock_keep(struct range_lock *lock, struct target_range *range)
{
	struct target_range *pos;

	if (range->exclusive)
		return;
	range->exclusive = true;
	list_move_tail(&range->link, &lock->exclusive);
	list_for_each_entry(pos, &lock->shared, link)
		if (pos->seq > range->seq && pos->blockers && range_overlaps(pos, range))
			pos->blockers++;
}

/**
 * range_lock_del - a command has ended, or waits no longer
 * @lock: the device's.
 * @range: added before.
 * @go: called for each range that waited for this one alone.
 */
void range_lock_del(struct range_lock *lock, struct target_range *range,
		    void (*go)(struct target_range *range))
{
	list_del(&range->link);
	range_unblock(&lock->exclusive, range, go);
	if (range->exclusive)
		range_unblock(&lock->shared, range, go);
}
