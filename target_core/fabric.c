// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registry of fabrics, found by their directory name in configfs, and the
 * accessors through which a fabric sees the core's objects.
 */
#include <linux/kmod.h>
#include <linux/slab.h>
#include "configfs_fabric.h"

/* struct fabric_entry - one registered fabric */
struct fabric_entry {
	struct list_head		link;
	const struct target_fabric_ops	*ops;
};

static LIST_HEAD(fabrics);
static DEFINE_MUTEX(fabrics_lock);	/* fabrics; a leaf */

static struct fabric_entry *find_entry(const char *dir)
{
	struct fabric_entry *entry;

	lockdep_assert_held(&fabrics_lock);
	list_for_each_entry(entry, &fabrics, link) {
		if (!strcmp(entry->ops->dir, dir))
			return entry;
	}
	return NULL;
}

static const struct target_fabric_ops *get_registered(const char *dir)
{
	const struct target_fabric_ops *ops = NULL;
	struct fabric_entry *entry;

	mutex_lock(&fabrics_lock);
	entry = find_entry(dir);
	if (entry && try_module_get(entry->ops->owner))
		ops = entry->ops;
	mutex_unlock(&fabrics_lock);
	return ops;
}

/**
 * target_fabric_find - look up a fabric, loading its module if need be
 * @dir: directory name in configfs
 *
 * Return: the fabric, its module referenced (module_put() of ops->owner is the
 * caller's), or NULL. May sleep for as long as a modprobe takes.
 */
const struct target_fabric_ops *target_fabric_find(const char *dir)
{
	const struct target_fabric_ops *ops = get_registered(dir);

	if (ops)
		return ops;
	/* The answer is in the registry, not in modprobe's return value. */
	request_module("target-fabric-%s", dir);
	return get_registered(dir);
}

/**
 * target_fabric_register - offer a fabric to configfs
 * @ops: constant until target_fabric_unregister() returns
 *
 * The last step of module init: a mkdir may use @ops before this returns.
 * Process context.
 *
 * Return: 0, -EINVAL if a required member is missing, -EEXIST if the directory
 * name is taken, -ENOMEM.
 */
int target_fabric_register(const struct target_fabric_ops *ops)
{
	struct fabric_entry *entry;
	int ret = 0;

	if (!ops->dir || !ops->name || !ops->respond || !ops->tmf_done || !ops->for_each_cmd ||
	    !ops->release_nexus) {
		pr_err("fabric %s lacks a required callback\n", ops->dir ?: "without a name");
		return -EINVAL;
	}
	if ((ops->flags & TARGET_FABRIC_NEXUS_FILE) &&
	    (!ops->open_nexus_file || !ops->close_nexus_file)) {
		pr_err("fabric %s has a nexus file but no callbacks for it\n", ops->dir);
		return -EINVAL;
	}

	entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	entry->ops = ops;

	mutex_lock(&fabrics_lock);
	if (find_entry(ops->dir))
		ret = -EEXIST;
	else
		list_add_tail(&entry->link, &fabrics);
	mutex_unlock(&fabrics_lock);
	if (ret)
		kfree(entry);
	return ret;
}
TARGET_EXPORT(target_fabric_register);

/**
 * target_fabric_unregister - withdraw a fabric
 * @ops: as registered
 *
 * The first step of module exit. The fabric's directory and everything below it,
 * nexuses included, hold the module, so nothing of them is left by then.
 */
void target_fabric_unregister(const struct target_fabric_ops *ops)
{
	struct fabric_entry *entry;

	mutex_lock(&fabrics_lock);
	entry = find_entry(ops->dir);
	if (entry && entry->ops == ops)
		list_del(&entry->link);
	else
		entry = NULL;
	mutex_unlock(&fabrics_lock);
	kfree(entry);
}
TARGET_EXPORT(target_fabric_unregister);

/** target_wwn_name - name of the target directory, as mkdir spelt it */
const char *target_wwn_name(const struct target_wwn *wwn)
{
	return wwn->name;
}
TARGET_EXPORT(target_wwn_name);

/** target_wwn_priv - what target_wwn_set_priv() left, NULL before */
void *target_wwn_priv(const struct target_wwn *wwn)
{
	return wwn->priv;
}
TARGET_EXPORT(target_wwn_priv);

/** target_wwn_set_priv - attach the fabric's own data; normally in ops->add_wwn */
void target_wwn_set_priv(struct target_wwn *wwn, void *priv)
{
	wwn->priv = priv;
}
TARGET_EXPORT(target_wwn_set_priv);

/** target_tpg_wwn - the target of a TPG; lives at least as long as the TPG */
struct target_wwn *target_tpg_wwn(const struct target_tpg *tpg)
{
	return tpg->wwn;
}
TARGET_EXPORT(target_tpg_wwn);

/** target_tpg_tag - the number in the TPG's name */
u16 target_tpg_tag(const struct target_tpg *tpg)
{
	return tpg->tag;
}
TARGET_EXPORT(target_tpg_tag);

/** target_tpg_priv - what target_tpg_set_priv() left, NULL before */
void *target_tpg_priv(const struct target_tpg *tpg)
{
	return tpg->priv;
}
TARGET_EXPORT(target_tpg_priv);

/** target_tpg_set_priv - attach the fabric's own data; normally in ops->add_tpg */
void target_tpg_set_priv(struct target_tpg *tpg, void *priv)
{
	tpg->priv = priv;
}
TARGET_EXPORT(target_tpg_set_priv);

/** target_tpg_policy - the TPG's policy, for the fabric to write at any time */
struct target_tpg_policy *target_tpg_policy(struct target_tpg *tpg)
{
	return &tpg->policy;
}
TARGET_EXPORT(target_tpg_policy);

/** target_lun_tpg - the TPG of a LUN */
struct target_tpg *target_lun_tpg(const struct target_lun *lun)
{
	return lun->tpg;
}
TARGET_EXPORT(target_lun_tpg);

/** target_lun_number - the number in the LUN's name */
u64 target_lun_number(const struct target_lun *lun)
{
	return lun->number;
}
TARGET_EXPORT(target_lun_number);

/** target_acl_name - initiator port name of an ACL */
const char *target_acl_name(const struct target_acl *acl)
{
	return acl->name;
}
TARGET_EXPORT(target_acl_name);

/** target_acl_tpg - the TPG of an ACL; lives at least as long as the ACL */
struct target_tpg *target_acl_tpg(const struct target_acl *acl)
{
	return acl->tpg;
}
TARGET_EXPORT(target_acl_tpg);

/** target_acl_is_dynamic - made by a login, without a directory of its own (yet) */
bool target_acl_is_dynamic(const struct target_acl *acl)
{
	return READ_ONCE(acl->dynamic);
}
TARGET_EXPORT(target_acl_is_dynamic);

/** target_acl_priv - what target_acl_set_priv() left, NULL before */
void *target_acl_priv(const struct target_acl *acl)
{
	return acl->priv;
}
TARGET_EXPORT(target_acl_priv);

/** target_acl_set_priv - attach the fabric's own data; normally in ops->add_acl */
void target_acl_set_priv(struct target_acl *acl, void *priv)
{
	acl->priv = priv;
}
TARGET_EXPORT(target_acl_set_priv);
