// SPDX-License-Identifier: GPL-2.0-only
/*
 * TPGs, their LUNs, and the mapping of LUNs to initiators. configfs calls these;
 * the directories themselves are in configfs_tpg.c and its neighbours.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include "mode.h"
#include "store.h"

static void tpg_free(struct kref *ref)
{
	struct target_tpg *tpg = container_of(ref, struct target_tpg, ref);

	xa_destroy(&tpg->luns);
	config_item_put(&tpg->wwn->group.cg_item);
	kfree(tpg);
}

/**
 * target_tpg_alloc() - a TPG for a new directory
 * @wwn: its target
 * @tag: its tag
 *
 * Holds the target's memory. May sleep. Return: the TPG with one reference, or
 * -EEXIST or -ENOMEM.
 */
struct target_tpg *target_tpg_alloc(struct target_wwn *wwn, u16 tag)
{
	struct target_tpg *tpg, *pos;

	tpg = kzalloc(sizeof(*tpg), GFP_KERNEL);
	if (!tpg)
		return ERR_PTR(-ENOMEM);
	kref_init(&tpg->ref);
	xa_init(&tpg->luns);
	INIT_LIST_HEAD(&tpg->acls);
	INIT_LIST_HEAD(&tpg->nexuses);
	tpg->wwn = wwn;
	tpg->ops = wwn->ops;
	tpg->tag = tag;

	mutex_lock(&target_lock);
	list_for_each_entry(pos, &wwn->tpgs, link) {
		if (pos->tag == tag) {
			mutex_unlock(&target_lock);
			kfree(tpg);
			return ERR_PTR(-EEXIST);
		}
	}
	config_item_get(&wwn->group.cg_item);
	list_add_tail(&tpg->link, &wwn->tpgs);
	mutex_unlock(&target_lock);
	return tpg;
}

/**
 * target_tpg_remove() - the directory of a TPG is removed
 * @tpg: no LUN, portal or ACL directory is left
 *
 * No session can start any more, the running ones are asked to end, dynamic ACLs
 * go. Does not wait. The directory's reference goes with its configfs item
 * (target_tpg_put()).
 */
void target_tpg_remove(struct target_tpg *tpg)
{
	mutex_lock(&target_lock);
	tpg->dead = true;
	list_del_init(&tpg->link);
	mutex_unlock(&target_lock);
	target_tpg_close_nexuses(tpg);
	target_acl_remove_all(tpg);
}

/**
 * target_tpg_get() - keep a TPG's memory for a login in progress
 * @tpg: found under a lock of the fabric's
 *
 * Return: false if the TPG is going away.
 */
bool target_tpg_get(struct target_tpg *tpg)
{
	return !READ_ONCE(tpg->dead) && kref_get_unless_zero(&tpg->ref);
}
TARGET_EXPORT(target_tpg_get);

/**
 * target_tpg_put() - drop a reference of target_tpg_get()
 * @tpg: the TPG. May sleep.
 */
void target_tpg_put(struct target_tpg *tpg)
{
	kref_put(&tpg->ref, tpg_free);
}
TARGET_EXPORT(target_tpg_put);

/**
 * target_tpg_has_luns() - whether a device is linked to any LUN
 * @tpg: the TPG. May sleep.
 */
bool target_tpg_has_luns(struct target_tpg *tpg)
{
	struct target_lun *lun;
	unsigned long number;
	bool found = false;

	mutex_lock(&target_lock);
	xa_for_each(&tpg->luns, number, lun)
		found |= !!lun->dev;
	mutex_unlock(&target_lock);
	return found;
}
TARGET_EXPORT(target_tpg_has_luns);

/**
 * target_lun_alloc() - a LUN for a new directory
 * @tpg: its TPG
 * @number: its number
 *
 * May sleep. Return: the LUN with one reference, or -EBUSY (number taken) or -ENOMEM.
 */
struct target_lun *target_lun_alloc(struct target_tpg *tpg, u64 number)
{
	struct target_lun *lun = kzalloc(sizeof(*lun), GFP_KERNEL);
	int ret;

	if (!lun)
		return ERR_PTR(-ENOMEM);
	kref_init(&lun->ref);
	INIT_LIST_HEAD(&lun->itls);
	INIT_LIST_HEAD(&lun->maps);
	INIT_LIST_HEAD(&lun->dev_link);
	INIT_LIST_HEAD(&lun->group_link);
	init_waitqueue_head(&lun->drain);
	lun->tpg = tpg;
	lun->number = number;

	mutex_lock(&target_lock);
	ret = xa_insert(&tpg->luns, number, lun, GFP_KERNEL);
	mutex_unlock(&target_lock);
	if (ret) {
		kfree(lun);
		return ERR_PTR(ret);
	}
	kref_get(&tpg->ref);
	return lun;
}

/**
 * target_lun_remove() - the directory of a LUN is removed
 * @lun: unlinked
 *
 * The directory's reference goes with its configfs item (target_lun_put()).
 */
void target_lun_remove(struct target_lun *lun)
{
	mutex_lock(&target_lock);
	lun->dead = true;
	xa_erase(&lun->tpg->luns, lun->number);
	mutex_unlock(&target_lock);
}

static void lun_free(struct kref *ref)
{
	struct target_lun *lun = container_of(ref, struct target_lun, ref);

	target_tpg_put(lun->tpg);
	kfree_rcu(lun, rcu);
}

/**
 * target_lun_put() - drop a reference
 * @lun: the LUN. May sleep.
 */
void target_lun_put(struct target_lun *lun)
{
	kref_put(&lun->ref, lun_free);
}

/* Tell a nexus that its LUN inventory has changed; one LUN it reaches is enough (SPC-4 6.33). */
static void nexus_luns_changed(struct target_nexus *nexus)
{
	struct target_itl *itl;
	unsigned long number;

	xa_for_each(&nexus->itls, number, itl)
		target_ua_raise(itl, TARGET_UA_LUNS_CHANGED);
}

static int map_attach(struct target_lun_map *map)
{
	struct target_nexus *nexus;
	int ret;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(nexus, &map->acl->nexuses, acl_link) {
		ret = target_itl_create(nexus, map);
		if (ret)
			return ret;
		nexus_luns_changed(nexus);
	}
	return 0;
}

static void map_detach(struct target_lun_map *map)
{
	struct target_itl *itl, *next;

	lockdep_assert_held(&target_lock);
	list_for_each_entry_safe(itl, next, &map->lun->itls, lun_link) {
		if (itl->map != map)
			continue;
		target_itl_kill(itl);
		nexus_luns_changed(itl->nexus);
	}
	list_del_init(&map->lun_link);
	map->lun = NULL;
}

static struct target_lun_map *map_of_number(struct target_acl *acl, u64 number)
{
	struct target_lun_map *map;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(map, &acl->maps, acl_link)
		if (map->lun && map->number == number)
			return map;
	return NULL;
}

/* A directory takes the place of an entry the ACL had as a dynamic one; sessions keep the LUN. */
static void map_adopt(struct target_lun_map *map, struct target_lun_map *hidden)
{
	struct target_itl *itl;

	map->write_protect = hidden->write_protect;
	map->att_count = hidden->att_count;
	map->retired = hidden->retired;
	list_for_each_entry(itl, &hidden->lun->itls, lun_link)
		if (itl->map == hidden)
			itl->map = map;
	list_del(&hidden->lun_link);
	list_del(&hidden->acl_link);
	kfree(hidden);
}

static int map_link_locked(struct target_lun_map *map, struct target_lun *lun)
{
	struct target_lun_map *old = map_of_number(map->acl, map->number);
	int ret = 0;

	if (!lun->dev || lun->tpg != map->acl->tpg || map->lun || map->dead || map->acl->dead)
		return -EINVAL;
	if (old && old->in_configfs)
		return -EINVAL;
	map->write_protect = map->acl->tpg->policy.acl_write_protect;
	map->lun = lun;
	map->in_configfs = true;
	map->created = get_jiffies_64();
	list_add_tail(&map->lun_link, &lun->maps);
	list_add_tail(&map->acl_link, &map->acl->maps);
	if (old && old->lun == lun) {
		map_adopt(map, old);
	} else {
		if (old)
			target_map_drop_hidden(old);
		map->write_protect |= lun->dev->bd.limits.read_only;
		ret = map_attach(map);
	}
	if (ret) {
		map_detach(map);
		list_del_init(&map->acl_link);
	}
	return ret;
}

/**
 * target_map_link() - map a LUN to an initiator
 * @map: a mapped LUN directory
 * @lun: the LUN to reach by it
 *
 * May sleep. Return: 0, -EINVAL (no device, another TPG, number in use, already
 * linked, removed) or -ENOMEM.
 */
int target_map_link(struct target_lun_map *map, struct target_lun *lun)
{
	int ret;

	mutex_lock(&target_lock);
	ret = map_link_locked(map, lun);
	mutex_unlock(&target_lock);
	return ret;
}

/**
 * target_map_unlink() - an initiator no longer reaches a LUN by this number
 * @map: linked, or unlinked already because its LUN lost its device
 *
 * Running commands end by themselves; does not wait for them. May sleep.
 */
void target_map_unlink(struct target_lun_map *map)
{
	mutex_lock(&target_lock);
	if (map->lun) {
		map_detach(map);
		list_del_init(&map->acl_link);
	}
	mutex_unlock(&target_lock);
}

/**
 * target_map_remove() - the directory of a mapped LUN is removed
 * @map: unlinked
 */
void target_map_remove(struct target_lun_map *map)
{
	mutex_lock(&target_lock);
	map->dead = true;
	mutex_unlock(&target_lock);
}

/**
 * target_map_set_write_protect() - change write protection of a mapped LUN
 * @map: linked or not
 * @on: protect; a read-only device stays protected
 */
void target_map_set_write_protect(struct target_lun_map *map, bool on)
{
	struct target_itl *itl;

	mutex_lock(&target_lock);
	if (map->lun) {
		map->write_protect = on || map->lun->dev->bd.limits.read_only;
		list_for_each_entry(itl, &map->lun->itls, lun_link)
			if (itl->map == map)
				target_itl_protect(itl);
	}
	mutex_unlock(&target_lock);
}

/**
 * target_map_add_hidden() - map a LUN of the TPG to a dynamic ACL
 * @acl: dynamic
 * @lun: has a device
 *
 * Caller holds target_lock. Return: 0 or -ENOMEM.
 */
int target_map_add_hidden(struct target_acl *acl, struct target_lun *lun)
{
	struct target_lun_map *map = kzalloc(sizeof(*map), GFP_KERNEL);
	int ret;

	if (!map)
		return -ENOMEM;
	map->acl = acl;
	map->number = lun->number;
	map->lun = lun;
	map->created = get_jiffies_64();
	map->write_protect = acl->tpg->policy.dynamic_write_protect ||
			     lun->dev->bd.limits.read_only;
	list_add_tail(&map->lun_link, &lun->maps);
	list_add_tail(&map->acl_link, &acl->maps);
	ret = map_attach(map);
	if (ret)
		target_map_drop_hidden(map);
	return ret;
}

/**
 * target_map_drop_hidden() - remove a mapping without a directory
 * @map: of target_map_add_hidden()
 *
 * Caller holds target_lock.
 */
void target_map_drop_hidden(struct target_lun_map *map)
{
	if (map->lun)
		map_detach(map);
	list_del(&map->acl_link);
	kfree(map);
}

static int lun_link_locked(struct target_lun *lun, struct target_device *dev)
{
	struct target_acl *acl;

	/* symlink(2) lets go of the directory for a while, and rmdir(2) may come first. */
	if (lun->dead)
		return -ENOENT;
	if (!dev->configured)
		return -ENODEV;
	if (lun->dev)
		return -EEXIST;
	lun->dev = dev;
	kref_get(&dev->ref);
	dev->export_count++;
	list_add_tail(&lun->dev_link, &dev->luns);
	target_alua_join(lun, &dev->default_group);
	list_for_each_entry(acl, &lun->tpg->acls, tpg_link)
		if (acl->dynamic && target_map_add_hidden(acl, lun))
			pr_warn_ratelimited("no memory to map LUN %llu to %s\n",
					    lun->number, acl->name);
	return 0;
}

/* Nobody finds the LUN afterwards; what runs on it goes on. */
static void lun_unpublish(struct target_lun *lun)
{
	struct target_lun_map *map, *next;

	lockdep_assert_held(&target_lock);
	list_for_each_entry_safe(map, next, &lun->maps, lun_link) {
		if (map->in_configfs) {
			map_detach(map);
			list_del_init(&map->acl_link);
		} else {
			target_map_drop_hidden(map);
		}
	}
}

/*
 * Wait for the LUN's own I/O: killable, and bounded, because the medium may never
 * answer. What is left is marked aborted, an orphan of the device.
 */
static void lun_drain(struct target_lun *lun)
{
	long left = wait_event_killable_timeout(lun->drain, !READ_ONCE(lun->draining),
						TARGET_DRAIN_WAIT);

	if (left > 0)
		return;
	mutex_lock(&target_lock);
	target_abort_lun(lun);
	mutex_unlock(&target_lock);
}

static void lun_disconnect(struct target_lun *lun)
{
	struct target_device *dev;

	mutex_lock(&target_lock);
	lun_unpublish(lun);
	dev = lun->dev;
	target_alua_leave(lun);
	list_del_init(&lun->dev_link);
	lun->dev = NULL;
	dev->export_count--;
	mutex_unlock(&target_lock);

	lun_drain(lun);
	target_device_put(dev);
}

/**
 * target_lun_link() - export a device as a LUN
 * @lun: without a device
 * @dev: enabled
 *
 * May sleep, killably for as long as the medium of dbroot. Return: 0, -ENODEV (not enabled),
 * -EEXIST (LUN in use), -ENOENT (removed), -EINTR (killed) or the fabric's error.
 */
int target_lun_link(struct target_lun *lun, struct target_device *dev)
{
	int ret = mutex_lock_killable(&dev->config_lock);

	if (ret)
		return ret;
	if (dev->configured)
		ret = target_store_restore(dev);
	if (!ret) {
		mutex_lock(&target_lock);
		ret = lun_link_locked(lun, dev);
		mutex_unlock(&target_lock);
	}
	mutex_unlock(&dev->config_lock);
	if (ret || !lun->tpg->ops->add_lun)
		return ret;
	ret = lun->tpg->ops->add_lun(lun);
	if (ret)
		lun_disconnect(lun);
	return ret;
}

/**
 * target_lun_unlink() - stop exporting a device as a LUN
 * @lun: linked
 *
 * Waits for the LUN's own I/O, killably and at most TARGET_DRAIN_WAIT; commands
 * the medium holds longer become orphans of the device. Not under a lock another
 * object's configuration or login needs.
 */
void target_lun_unlink(struct target_lun *lun)
{
	if (lun->tpg->ops->del_lun)
		lun->tpg->ops->del_lun(lun);
	lun_disconnect(lun);
}
