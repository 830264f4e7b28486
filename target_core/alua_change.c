// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of asymmetric access states (SPC-4 5.15.2.5), by the administrator or by
 * SET TARGET PORT GROUPS: any number of groups at once, those of the LU group too.
 */
#include <linux/delay.h>
#include "alua.h"

/*
 * A change has two parts. Under target_lock each group is checked and taken:
 * target_port_group.change keeps every other change out. Only when all of them are
 * taken does anything happen, with no lock held while it waits or writes: the
 * groups that take time are transitioning, and their commands are told so and come
 * again; then all groups are in their new states. Those that keep no file are let go
 * of then; each of the others stays taken until its own is written, which may take
 * as long as the medium of dbroot.
 */

/**
 * target_alua_begin() - a change without any group
 * @change: filled in
 * @dev: the device whose groups will be added
 * @from: nexus that asked, or NULL for the administrator
 */
void target_alua_begin(struct alua_change *change, struct target_device *dev,
		       const struct target_nexus *from)
{
	INIT_LIST_HEAD(&change->groups);
	change->dev = dev;
	change->from = from;
	change->delay = 0;
	change->luns = false;
}

static bool takes_time(const struct target_port_group *pg)
{
	return (pg->supported & ALUA_SUP_TRANSITION) && READ_ONCE(pg->trans_delay_msecs) &&
	       pg->next_state != TARGET_ALUA_TRANSITIONING;
}

static void take_group(struct alua_change *change, struct target_port_group *pg, u8 state)
{
	pg->change = change;
	pg->next_state = state;
	kref_get(&pg->dev->ref);
	config_group_get(&pg->group);
	list_add_tail(&pg->change_link, &change->groups);
	if (takes_time(pg))
		change->delay = max(change->delay, READ_ONCE(pg->trans_delay_msecs));
}

static int take_checked(struct alua_change *change, struct target_port_group *pg, u8 state)
{
	lockdep_assert_held(&target_lock);
	if (!pg->has_id || !alua_change_allowed(state, pg->supported, pg->access_type,
						change->from != NULL))
		return -EINVAL;
	if (pg->change)
		return pg->change == change ? -EINVAL : -EBUSY;
	if (pg->state != state)
		take_group(change, pg, state);
	return 0;
}

/* The groups with the same identifier of the other devices follow as far as they can. */
static void take_peers(struct alua_change *change, const struct target_port_group *pg, u8 state)
{
	const struct target_lu_group *lu_group = pg->dev->lu_group;
	struct target_port_group *peer;
	struct target_device *dev;

	if (!lu_group || !lu_group->id)
		return;
	list_for_each_entry(dev, &lu_group->members, lu_group_link) {
		peer = dev == pg->dev ? NULL : target_alua_find_id(dev, pg->id);
		if (peer)
			take_checked(change, peer, state);
	}
}

/**
 * target_alua_add() - one more group, and its peers in the LU group
 * @change: the change
 * @pg: a group of the change's device
 * @state: what it is to become
 *
 * Caller holds target_lock. Nothing has changed when it returns.
 *
 * Return: 0, -EINVAL if the state or the way is not supported, the group has no
 * identifier or is in the change already, -EBUSY while another change is under way.
 */
int target_alua_add(struct alua_change *change, struct target_port_group *pg, u8 state)
{
	int err = take_checked(change, pg, state);

	if (!err)
		take_peers(change, pg, state);
	return err;
}

static void tell(const struct alua_change *change, struct target_device *dev)
{
	target_ua_raise_device(dev, TARGET_UA_ALUA_CHANGED,
			       dev == change->dev ? change->from : NULL);
}

static void publish(const struct alua_change *change, struct target_port_group *pg, u8 state)
{
	WRITE_ONCE(pg->state, state);
	WRITE_ONCE(pg->status, change->from ? ALUA_STATUS_EXPLICIT : ALUA_STATUS_IMPLICIT);
	tell(change, pg->dev);
}

/* Returns whether any group takes time. */
static bool publish_transition(struct alua_change *change)
{
	struct target_port_group *pg;

	if (!change->delay)
		return false;
	mutex_lock(&target_lock);
	list_for_each_entry(pg, &change->groups, change_link)
		if (takes_time(pg))
			publish(change, pg, TARGET_ALUA_TRANSITIONING);
	mutex_unlock(&target_lock);
	return true;
}

static void publish_all(struct alua_change *change)
{
	struct target_port_group *pg;

	mutex_lock(&target_lock);
	list_for_each_entry(pg, &change->groups, change_link)
		publish(change, pg, pg->next_state);
	mutex_unlock(&target_lock);
}

static void put_group(struct target_port_group *pg)
{
	struct target_device *dev = pg->dev;

	mutex_lock(&target_lock);
	list_del(&pg->change_link);
	pg->change = NULL;
	mutex_unlock(&target_lock);
	config_group_put(&pg->group);
	target_device_put(dev);
}

/**
 * target_alua_cancel() - let go of the groups
 * @change: after target_alua_begin(); done with
 */
void target_alua_cancel(struct alua_change *change)
{
	struct target_port_group *pg, *next;

	list_for_each_entry_safe(pg, next, &change->groups, change_link)
		put_group(pg);
}

static void put_unkept(struct alua_change *change)
{
	struct target_port_group *pg, *next;

	list_for_each_entry_safe(pg, next, &change->groups, change_link)
		if (!READ_ONCE(pg->write_metadata))
			put_group(pg);
}

/**
 * target_alua_commit() - make the change
 * @change: with the groups it has; done with
 *
 * Waits for the longest transition delay, then for the files of the groups that
 * keep one.
 */
void target_alua_commit(struct alua_change *change)
{
	struct target_port_group *pg, *next;

	if (publish_transition(change))
		msleep_interruptible(change->delay);
	publish_all(change);
	put_unkept(change);
	list_for_each_entry_safe(pg, next, &change->groups, change_link) {
		target_alua_save_group(pg);
		put_group(pg);
	}
}

/**
 * target_alua_set_state() - the administrator changes the state of a group
 * @pg: the group; the caller keeps its directory alive
 * @state: enum target_alua_state
 *
 * May sleep for the transition delays. Returns 0, what target_alua_add() said, or
 * -ENODEV if the device is not configured.
 */
int target_alua_set_state(struct target_port_group *pg, u8 state)
{
	struct alua_change change;
	int err = -ENODEV;

	if (!smp_load_acquire(&pg->has_id))
		return -EINVAL;
	target_alua_begin(&change, pg->dev, NULL);
	mutex_lock(&target_lock);
	if (READ_ONCE(pg->dev->configured))
		err = target_alua_add(&change, pg, state);
	mutex_unlock(&target_lock);
	if (err)
		target_alua_cancel(&change);
	else
		target_alua_commit(&change);
	return err;
}

/* ---- secondary state ---- */

static void set_offline(struct target_lun *lun, bool offline, u8 status)
{
	lockdep_assert_held(&target_lock);
	WRITE_ONCE(lun->alua_offline, offline);
	lun->alua_status = status;
	lun->alua_dirty = lun->alua_write_md;
}

/**
 * target_alua_set_offline() - the administrator changes the secondary state of a LUN
 * @lun: a LUN with a device; the caller keeps its directory alive
 * @offline: take the port offline for this logical unit (SPC-4 5.15.2.4.8)
 *
 * May sleep. Returns 0, -ENODEV without a device.
 */
int target_alua_set_offline(struct target_lun *lun, bool offline)
{
	struct target_device *dev;
	bool save = false;

	mutex_lock(&target_lock);
	dev = lun->dev;
	if (dev) {
		kref_get(&dev->ref);
		set_offline(lun, offline, ALUA_STATUS_IMPLICIT);
		save = lun->alua_dirty;
		target_ua_raise_device(dev, TARGET_UA_ALUA_CHANGED, NULL);
	}
	mutex_unlock(&target_lock);
	if (!dev)
		return -ENODEV;
	if (save)
		target_alua_save_luns(dev);
	target_device_put(dev);
	return 0;
}

/**
 * target_alua_port_offline() - an initiator takes a target port offline
 * @change: its change
 * @rtpi: relative target port identifier
 * @apply: do it, not only look whether it could be done
 *
 * Caller holds target_lock, and calls target_alua_save_luns() without it afterwards if
 * change->luns is set.
 *
 * Return: 0, -EINVAL if the device is behind no such port, or its group does not
 * support the state or to be asked for it.
 */
int target_alua_port_offline(struct alua_change *change, u16 rtpi, bool apply)
{
	const struct target_port_group *pg;
	struct target_lun *lun;
	int err = -EINVAL;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(lun, &change->dev->luns, dev_link) {
		pg = target_lun_port_group(lun);
		if (lun->tpg->rtpi != rtpi || !pg || !(pg->supported & ALUA_SUP_OFFLINE) ||
		    !(pg->access_type & ALUA_TYPE_EXPLICIT))
			continue;
		err = 0;
		if (!apply || lun->alua_offline)
			continue;
		set_offline(lun, true, ALUA_STATUS_EXPLICIT);
		change->luns |= lun->alua_dirty;
		tell(change, change->dev);
	}
	return err;
}

/**
 * target_alua_ports_online() - an initiator has named the primary state of a group
 * @change: its change
 * @pg: the group
 *
 * Ends what an initiator did to its ports, so that initiators can undo it; not
 * what the administrator did. Caller as of target_alua_port_offline().
 */
void target_alua_ports_online(struct alua_change *change, struct target_port_group *pg)
{
	struct target_lun *lun;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(lun, &pg->members, group_link) {
		if (!lun->alua_offline || lun->alua_status != ALUA_STATUS_EXPLICIT)
			continue;
		set_offline(lun, false, ALUA_STATUS_EXPLICIT);
		change->luns |= lun->alua_dirty;
		tell(change, pg->dev);
	}
}
