// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions (I_T nexuses), what they reach (I_T_L nexuses), and the ACLs that
 * decide it.
 *
 * End of life of an I_T_L nexus: itl_kill() takes it out of the look-up and
 * kills its reference, under target_lock. Commands that hold it run on. When the
 * last one is done the reference's release queues free_work, which lets go of
 * LUN, device and nexus after a grace period.
 *
 * End of life of a nexus: target_nexus_close() takes it out of the lists, kills
 * its I_T_L nexuses, orphans what still runs and kills the reference. Commands
 * and I_T_L nexuses hold it; the last one's release queues free_work, which
 * calls ops->release_nexus(): only then may the fabric free the command memory.
 * Nobody waits for any of this; the fabric's module is pinned until the end.
 */
#include <linux/percpu.h>
#include <linux/slab.h>
#include "mode.h"
#include "trace.h"

#define ACLS_IDLE_MAX	256	/* dynamic ones without a session that a TPG remembers */

LIST_HEAD(target_nexuses);
static atomic_t nexus_ids;

static void itl_fold_stats(const struct target_itl *itl)
{
	struct target_io_stats sum = {};

	target_itl_stats(itl, &sum);
	target_stats_add(&itl->lun->retired, &sum);
	target_stats_add(&itl->dev->retired, &sum);
}

/* Never published, or nobody's any more */
static void itl_free(struct target_itl *itl)
{
	target_task_set_drop(itl);
	percpu_ref_exit(&itl->ref);
	free_percpu(itl->stats);
	kfree(itl);
}

static void itl_free_work(struct work_struct *work)
{
	struct target_itl *itl = container_of(to_rcu_work(work), struct target_itl, free_work);
	struct target_lun *lun = itl->lun;

	mutex_lock(&target_lock);
	itl_fold_stats(itl);
	lun->draining--;
	mutex_unlock(&target_lock);
	wake_up_all(&lun->drain);

	target_task_set_drop(itl);	/* needs the device's workqueue */
	target_device_put(itl->dev);
	target_lun_put(lun);
	percpu_ref_put(&itl->nexus->ref);
	itl_free(itl);
}

static void itl_released(struct percpu_ref *ref)
{
	struct target_itl *itl = container_of(ref, struct target_itl, ref);

	queue_rcu_work(target_wq, &itl->free_work);
}

static struct target_itl *itl_alloc(void)
{
	struct target_itl *itl = kzalloc(sizeof(*itl), GFP_KERNEL);

	if (!itl)
		return NULL;
	itl->stats = alloc_percpu(struct target_io_stats);
	if (!itl->stats)
		goto out_free;
	if (percpu_ref_init(&itl->ref, itl_released, 0, GFP_KERNEL))
		goto out_free_stats;
	INIT_RCU_WORK(&itl->free_work, itl_free_work);
	return itl;

out_free_stats:
	free_percpu(itl->stats);
out_free:
	kfree(itl);
	return NULL;
}

/**
 * target_itl_create() - let a nexus reach a mapped LUN
 * @nexus: open
 * @map: linked
 *
 * Caller holds target_lock. Return: 0 or -ENOMEM.
 */
int target_itl_create(struct target_nexus *nexus, struct target_lun_map *map)
{
	struct target_itl *itl = itl_alloc();
	int ret;

	lockdep_assert_held(&target_lock);
	if (!itl)
		return -ENOMEM;
	itl->nexus = nexus;
	itl->lun = map->lun;
	itl->dev = map->lun->dev;
	itl->map = map;
	itl->number = map->number;
	itl->flush_losses = atomic_read(&itl->dev->flush_losses);
	target_itl_protect(itl);
	ret = itl->dev->attrib.mode_tst ? target_task_set_prepare(itl) : 0;
	if (ret) {
		itl_free(itl);
		return ret;
	}
	target_task_set_choose(itl);
	target_ua_raise(itl, TARGET_UA_POWER_ON);
	target_pr_bind(itl);
	ret = xa_insert(&nexus->itls, itl->number, itl, GFP_KERNEL);
	if (ret) {
		itl_free(itl);
		return ret;
	}
	kref_get(&itl->lun->ref);
	kref_get(&itl->dev->ref);
	percpu_ref_get(&nexus->ref);
	list_add_tail(&itl->lun_link, &itl->lun->itls);
	map->att_count++;
	return 0;
}

/**
 * target_itl_kill() - a nexus may no longer reach a LUN
 * @itl: published
 *
 * Caller holds target_lock. Running commands end as usual.
 */
void target_itl_kill(struct target_itl *itl)
{
	lockdep_assert_held(&target_lock);
	xa_erase(&itl->nexus->itls, itl->number);
	list_del(&itl->lun_link);
	target_itl_stats(itl, &itl->map->retired);
	itl->map = NULL;
	target_pr_unbind(itl);
	itl->lun->draining++;
	percpu_ref_kill(&itl->ref);
}

static void acl_free(struct kref *ref)
{
	struct target_acl *acl = container_of(ref, struct target_acl, ref);

	target_tpg_put(acl->tpg);
	kfree(acl->stat_groups);
	kfree(acl);
}

/**
 * target_acl_put() - drop a reference of target_acl_find()
 * @acl: the ACL
 */
void target_acl_put(struct target_acl *acl)
{
	kref_put(&acl->ref, acl_free);
}
TARGET_EXPORT(target_acl_put);

/* Names of all protocols are the same in either case (RFC 7143 4.2.7.1; hexadecimal digits). */
static struct target_acl *acl_lookup(struct target_tpg *tpg, const char *name)
{
	struct target_acl *acl;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(acl, &tpg->acls, tpg_link)
		if (!strcasecmp(acl->name, name))
			return acl;
	return NULL;
}

/**
 * target_acl_find() - the ACL by which an initiator gets in now, explicit or dynamic
 * @tpg: where
 * @initiator: its name
 *
 * May sleep. Return: the ACL, to be put with target_acl_put(), or NULL.
 */
struct target_acl *target_acl_find(struct target_tpg *tpg, const char *initiator)
{
	struct target_acl *acl;

	mutex_lock(&target_lock);
	acl = acl_lookup(tpg, initiator);
	if (acl && !target_acl_admits(acl))
		acl = NULL;
	if (acl)
		kref_get(&acl->ref);
	mutex_unlock(&target_lock);
	return acl;
}
TARGET_EXPORT(target_acl_find);

static struct target_acl *acl_alloc(struct target_tpg *tpg, const char *name)
{
	struct target_acl *acl;
	int ret;

	if (strlen(name) >= TARGET_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	acl = kzalloc(sizeof(*acl), GFP_KERNEL);
	if (!acl)
		return ERR_PTR(-ENOMEM);
	strscpy(acl->name, name, sizeof(acl->name));
	kref_init(&acl->ref);
	INIT_LIST_HEAD(&acl->maps);
	INIT_LIST_HEAD(&acl->nexuses);
	acl->tpg = tpg;
	ret = tpg->ops->add_acl ? tpg->ops->add_acl(acl) : 0;
	if (ret) {
		kfree(acl);
		return ERR_PTR(ret);
	}
	kref_get(&tpg->ref);
	list_add_tail(&acl->tpg_link, &tpg->acls);
	return acl;
}

/**
 * target_acl_make() - an administrator makes an ACL
 * @tpg: where
 * @name: initiator name
 *
 * A dynamic ACL of that name becomes explicit in place: its sessions stay, and
 * so does what they reach until a mapped LUN of the same number replaces it.
 * The reference is the directory's.
 *
 * May sleep. Return: the ACL, or -EEXIST, -ENOMEM or the fabric's error.
 */
struct target_acl *target_acl_make(struct target_tpg *tpg, const char *name)
{
	struct target_acl *acl;

	mutex_lock(&target_lock);
	acl = acl_lookup(tpg, name);
	if (!acl)
		acl = acl_alloc(tpg, name);
	else if (acl->dynamic)
		acl->dynamic = false;
	else
		acl = ERR_PTR(-EEXIST);
	mutex_unlock(&target_lock);
	return acl;
}

/* Entries that no directory stands for: of dynamic ACLs, or left by a conversion. */
static void acl_drop_hidden_maps(struct target_acl *acl)
{
	struct target_lun_map *map, *next;

	lockdep_assert_held(&target_lock);
	list_for_each_entry_safe(map, next, &acl->maps, acl_link)
		if (!map->in_configfs)
			target_map_drop_hidden(map);
}

/* Nobody finds it any more. */
static void acl_unlist(struct target_acl *acl)
{
	lockdep_assert_held(&target_lock);
	acl_drop_hidden_maps(acl);
	acl->dead = true;
	list_del_init(&acl->tpg_link);
}

static struct target_acl *acl_make_dynamic(struct target_tpg *tpg, const char *name)
{
	struct target_acl *acl = acl_alloc(tpg, name);
	struct target_lun *lun;
	unsigned long number;

	if (IS_ERR(acl))
		return acl;
	acl->dynamic = true;
	xa_for_each(&tpg->luns, number, lun)
		if (lun->dev && target_map_add_hidden(acl, lun))
			pr_warn_ratelimited("no memory to map LUN %llu to %s\n", lun->number, name);
	return acl;
}

/* Remove an ACL that is on no list any more. @del_acl runs without locks. */
static void acl_destroy(struct target_acl *acl)
{
	if (acl->tpg->ops->del_acl)
		acl->tpg->ops->del_acl(acl);
	target_acl_put(acl);
}

/**
 * target_acl_remove() - the directory of an ACL is removed
 * @acl: no mapped LUN directory is left
 *
 * Ends the initiator's sessions: they reach nothing from here on; the rest
 * happens in the background. Does not wait. Drops the directory's hold, not its
 * reference: that goes with the configfs item (target_acl_put()).
 */
void target_acl_remove(struct target_acl *acl)
{
	mutex_lock(&target_lock);
	acl_unlist(acl);
	mutex_unlock(&target_lock);
	target_acl_close_nexuses(acl);
	if (acl->tpg->ops->del_acl)
		acl->tpg->ops->del_acl(acl);
}

static struct target_acl *acl_unlist_first(struct target_tpg *tpg)
{
	struct target_acl *acl;

	mutex_lock(&target_lock);
	acl = list_first_entry_or_null(&tpg->acls, struct target_acl, tpg_link);
	if (acl)
		acl_unlist(acl);
	mutex_unlock(&target_lock);
	return acl;
}

/**
 * target_acl_remove_all() - remove the ACLs of a TPG that goes away
 * @tpg: dead; only dynamic ones are left
 *
 * May sleep. Sessions that end at the same time find theirs gone.
 */
void target_acl_remove_all(struct target_tpg *tpg)
{
	struct target_acl *acl;

	while ((acl = acl_unlist_first(tpg)))
		acl_destroy(acl);
}

static bool nexus_matches(const struct target_nexus *nexus, const struct target_acl *acl)
{
	return !nexus->kicked && (!acl || nexus->acl == acl);
}

/**
 * target_nexus_for_each_cmd() - every command struct of a nexus that may be in the core
 * @nexus: the nexus
 * @fn: called in atomic context, also for idle commands
 * @arg: for @fn
 *
 * The fabric's own and those of the copy manager. Caller holds target_lock.
 */
void target_nexus_for_each_cmd(struct target_nexus *nexus,
			       void (*fn)(struct target_cmd *cmd, void *arg), void *arg)
{
	lockdep_assert_held(&target_lock);
	rcu_read_lock();
	nexus->ops->for_each_cmd(nexus, fn, arg);
	xcopy_for_each_cmd(nexus, fn, arg);
	rcu_read_unlock();
}

/* The next nexus of @tpg (and @acl, if given) not yet told to close, referenced. */
static struct target_nexus *nexus_kick_next(struct target_tpg *tpg, const struct target_acl *acl)
{
	struct target_nexus *nexus, *found = NULL;

	mutex_lock(&target_lock);
	list_for_each_entry(nexus, &tpg->nexuses, tpg_link) {
		if (nexus_matches(nexus, acl) && percpu_ref_tryget_live(&nexus->ref)) {
			nexus->kicked = true;
			found = nexus;
			break;
		}
	}
	mutex_unlock(&target_lock);
	return found;
}

static void nexus_kick_all(struct target_tpg *tpg, const struct target_acl *acl)
{
	struct target_nexus *nexus;

	while ((nexus = nexus_kick_next(tpg, acl))) {
		if (tpg->ops->close_nexus)
			tpg->ops->close_nexus(nexus);
		percpu_ref_put(&nexus->ref);
	}
}

/**
 * target_acl_close_nexuses() - ask the fabric to end an initiator's sessions
 * @acl: the initiator
 *
 * May sleep, does not wait for the sessions.
 */
void target_acl_close_nexuses(struct target_acl *acl)
{
	nexus_kick_all(acl->tpg, acl);
}
TARGET_EXPORT(target_acl_close_nexuses);

/**
 * target_tpg_close_nexuses() - ask the fabric to end every session of a TPG
 * @tpg: the TPG
 *
 * May sleep, does not wait for the sessions.
 */
void target_tpg_close_nexuses(struct target_tpg *tpg)
{
	nexus_kick_all(tpg, NULL);
}
TARGET_EXPORT(target_tpg_close_nexuses);

static void nexus_free(struct target_nexus *nexus)
{
	struct module *owner = nexus->ops->owner;

	percpu_ref_exit(&nexus->ref);
	xa_destroy(&nexus->itls);
	kfree(nexus);
	module_put(owner);
}

static void nexus_free_work(struct work_struct *work)
{
	struct target_nexus *nexus =
		container_of(to_rcu_work(work), struct target_nexus, free_work);
	struct target_tpg *tpg = nexus->tpg;

	mutex_lock(&target_lock);
	xcopy_forget(nexus, NULL);
	mutex_unlock(&target_lock);
	if (!nexus->silent)
		nexus->ops->release_nexus(nexus);
	target_acl_put(nexus->acl);
	nexus_free(nexus);
	target_tpg_put(tpg);
}

static void nexus_released(struct percpu_ref *ref)
{
	struct target_nexus *nexus = container_of(ref, struct target_nexus, ref);

	queue_rcu_work(target_wq, &nexus->free_work);
}

static struct target_nexus *nexus_alloc(const struct target_nexus_params *params)
{
	struct target_nexus *nexus = kzalloc(sizeof(*nexus), GFP_KERNEL);

	if (!nexus)
		return NULL;
	if (percpu_ref_init(&nexus->ref, nexus_released, 0, GFP_KERNEL)) {
		kfree(nexus);
		return NULL;
	}
	nexus->tpg = params->tpg;
	nexus->ops = params->tpg->ops;
	nexus->priv = params->priv;
	nexus->has_isid = params->has_isid;
	memcpy(nexus->isid, params->isid, sizeof(nexus->isid));
	strscpy(nexus->initiator, params->initiator, sizeof(nexus->initiator));
	nexus->id = atomic_inc_return(&nexus_ids);
	xa_init(&nexus->itls);
	INIT_LIST_HEAD(&nexus->copies);
	INIT_RCU_WORK(&nexus->free_work, nexus_free_work);
	return nexus;
}

static struct target_acl *nexus_find_acl(struct target_tpg *tpg, const char *initiator)
{
	struct target_acl *acl = acl_lookup(tpg, initiator);

	if (acl)
		return target_acl_admits(acl) ? acl : ERR_PTR(-EACCES);
	if (!tpg->policy.dynamic_acls)
		return ERR_PTR(-EACCES);
	return acl_make_dynamic(tpg, initiator);
}

static int nexus_attach(struct target_nexus *nexus)
{
	struct target_tpg *tpg = nexus->tpg;
	struct target_lun_map *map;
	struct target_acl *acl;
	int ret;

	if (tpg->dead)
		return -ENODEV;
	acl = nexus_find_acl(tpg, nexus->initiator);
	if (IS_ERR(acl))
		return PTR_ERR(acl);
	nexus->acl = acl;
	kref_get(&acl->ref);
	kref_get(&tpg->ref);
	list_add_tail(&nexus->all_link, &target_nexuses);
	list_add_tail(&nexus->tpg_link, &tpg->nexuses);
	list_add_tail(&nexus->acl_link, &acl->nexuses);
	list_for_each_entry(map, &acl->maps, acl_link) {
		ret = map->lun ? target_itl_create(nexus, map) : 0;
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * The longest idle of too many dynamic ACLs, or NULL: initiators choose their names, as many as
 * they like.
 */
static struct target_acl *acl_surplus(struct target_tpg *tpg)
{
	struct target_acl *acl, *oldest = NULL;
	unsigned int idle = 0;

	list_for_each_entry(acl, &tpg->acls, tpg_link) {
		if (!acl->dynamic || !list_empty(&acl->nexuses))
			continue;
		oldest = oldest ?: acl;
		idle++;
	}
	return idle > ACLS_IDLE_MAX ? oldest : NULL;
}

/* An ACL has lost a session. Returns the dynamic one that is off the list for it, or NULL. */
static struct target_acl *acl_idle(struct target_acl *acl)
{
	struct target_acl *gone = acl;

	if (!acl->dynamic || acl->dead || !list_empty(&acl->nexuses))
		return NULL;
	if (acl->tpg->policy.cache_dynamic_acls) {
		list_move_tail(&acl->tpg_link, &acl->tpg->acls);
		gone = acl_surplus(acl->tpg);
	}
	if (gone)
		acl_unlist(gone);
	return gone;
}

/* Out of every list and every look-up. Returns the ACL that goes with it, or NULL. */
static struct target_acl *nexus_detach(struct target_nexus *nexus)
{
	struct target_itl *itl;
	unsigned long number;

	lockdep_assert_held(&target_lock);
	list_del_init(&nexus->all_link);
	list_del(&nexus->tpg_link);
	list_del(&nexus->acl_link);
	xa_for_each(&nexus->itls, number, itl)
		target_itl_kill(itl);
	return acl_idle(nexus->acl);
}

/**
 * target_nexus_close() - a session has ended
 * @nexus: the fabric starts no more commands on it
 *
 * Does not wait: commands in the backstore become orphans and ops->respond() is
 * still called for each, as aborted; for those waiting for data-out the fabric
 * calls target_cmd_execute(). ops->release_nexus() follows in process context,
 * maybe before this returns. May sleep.
 */
void target_nexus_close(struct target_nexus *nexus)
{
	struct target_acl *dynamic;

	trace_target_nexus_close(nexus);
	mutex_lock(&target_lock);
	dynamic = nexus_detach(nexus);
	target_abort_nexus(nexus);
	mutex_unlock(&target_lock);
	percpu_ref_kill(&nexus->ref);
	if (dynamic)
		acl_destroy(dynamic);
}
TARGET_EXPORT(target_nexus_close);

/**
 * target_nexus_open() - a new session
 * @params: who and where; the caller holds params->tpg
 *
 * The initiator's ACL decides which LUNs it reaches; without one the TPG's policy
 * may have a dynamic one made. May sleep.
 *
 * Return: the nexus, or -EACCES (no ACL), -ENODEV (TPG going away),
 * -ENAMETOOLONG, -ENOMEM or the fabric's add_acl error. After an error
 * ops->release_nexus() is not called.
 */
struct target_nexus *target_nexus_open(const struct target_nexus_params *params)
{
	struct target_nexus *nexus;
	int ret;

	if (strlen(params->initiator) >= TARGET_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	nexus = nexus_alloc(params);
	if (!nexus)
		return ERR_PTR(-ENOMEM);
	__module_get(nexus->ops->owner);
	mutex_lock(&target_lock);
	ret = nexus_attach(nexus);
	/* It may be listed in part, but the fabric gets none that it could be asked to close. */
	nexus->kicked = ret;
	mutex_unlock(&target_lock);
	if (!ret) {
		trace_target_nexus_open(nexus);
		return nexus;
	}
	nexus->silent = true;
	if (nexus->acl)
		target_nexus_close(nexus);
	else
		nexus_free(nexus);
	return ERR_PTR(ret);
}
TARGET_EXPORT(target_nexus_open);

/** target_nexus_priv() - params->priv of target_nexus_open() */
void *target_nexus_priv(const struct target_nexus *nexus)
{
	return nexus->priv;
}
TARGET_EXPORT(target_nexus_priv);

/** target_nexus_tpg() - where the session logged in */
struct target_tpg *target_nexus_tpg(const struct target_nexus *nexus)
{
	return nexus->tpg;
}
TARGET_EXPORT(target_nexus_tpg);

/** target_nexus_acl() - the ACL it came in by; valid until release_nexus */
struct target_acl *target_nexus_acl(const struct target_nexus *nexus)
{
	return nexus->acl;
}
TARGET_EXPORT(target_nexus_acl);

/** target_nexus_is_dynamic() - whether no administrator made that ACL */
bool target_nexus_is_dynamic(const struct target_nexus *nexus)
{
	return nexus->acl->dynamic;
}
TARGET_EXPORT(target_nexus_is_dynamic);

/** target_nexus_initiator() - initiator port name */
const char *target_nexus_initiator(const struct target_nexus *nexus)
{
	return nexus->initiator;
}
TARGET_EXPORT(target_nexus_initiator);
