// SPDX-License-Identifier: GPL-2.0-only
/*
 * target/<fabric>/<target>/tpgt_<tag> in configfs: its enable, rtpi and nexus
 * files, and its portals.
 */
#include <linux/slab.h>
#include "configfs_fabric.h"

/* Relative target port identifiers in use, over all fabrics; under target_lock. */
static DEFINE_XARRAY_ALLOC1(rtpi_owners);

/*
 * A portal: np/<name>. Only the fabric and configfs know it, so unlike the other
 * objects it is private to this file.
 */
struct target_portal {
	struct config_group	group;
	struct target_tpg	*tpg;
	char			*name;
	void			*priv;
};

static struct target_tpg *to_tpg(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_tpg, group);
}

static struct target_portal *to_portal(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_portal, group);
}

/* ---- relative target port identifier ---- */

/*
 * A number written by hand must be free; one of our own making may give way to
 * it, but stays the same over disable and enable if it can.
 */
static int rtpi_claim(struct target_tpg *tpg)
{
	u32 rtpi;
	int ret;

	lockdep_assert_held(&target_lock);
	if (tpg->rtpi) {
		ret = xa_insert(&rtpi_owners, tpg->rtpi, tpg, GFP_KERNEL);
		if (ret != -EBUSY)
			return ret;
		if (tpg->rtpi_manual) {
			pr_err("%s tpgt_%u: another TPG has rtpi %u\n", tpg->wwn->name, tpg->tag,
			       tpg->rtpi);
			return -EINVAL;
		}
	}
	ret = xa_alloc(&rtpi_owners, &rtpi, tpg, XA_LIMIT(1, U16_MAX), GFP_KERNEL);
	if (ret)
		return ret;
	tpg->rtpi = rtpi;
	return 0;
}

static void rtpi_release(struct target_tpg *tpg)
{
	lockdep_assert_held(&target_lock);
	if (tpg->rtpi && xa_load(&rtpi_owners, tpg->rtpi) == tpg)
		xa_erase(&rtpi_owners, tpg->rtpi);
}

/* Without an enable file the TPG is in use from mkdir on: the number is claimed at once. */
static int rtpi_set(struct target_tpg *tpg, u16 rtpi)
{
	struct target_tpg *owner;

	lockdep_assert_held(&target_lock);
	if (tpg->ops->enable_tpg) {
		if (tpg->enabled)
			return -EINVAL;
		tpg->rtpi_manual = true;
		tpg->rtpi = rtpi;
		return 0;
	}
	owner = xa_load(&rtpi_owners, rtpi);
	if (owner != tpg) {
		if (xa_insert(&rtpi_owners, rtpi, tpg, GFP_KERNEL))
			return -EINVAL;
		rtpi_release(tpg);
	}
	tpg->rtpi_manual = true;
	tpg->rtpi = rtpi;
	return 0;
}

static ssize_t tpg_rtpi_show(struct config_item *item, char *page)
{
	return sprintf(page, "%#x\n", to_tpg(item)->rtpi);
}

static ssize_t tpg_rtpi_store(struct config_item *item, const char *page, size_t count)
{
	struct target_tpg *tpg = to_tpg(item);
	u16 rtpi;
	int ret;

	ret = kstrtou16(page, 0, &rtpi);
	if (ret)
		return ret;
	if (!rtpi)
		return -EINVAL;
	mutex_lock(&tpg->config_lock);
	mutex_lock(&target_lock);
	ret = rtpi_set(tpg, rtpi);
	mutex_unlock(&target_lock);
	mutex_unlock(&tpg->config_lock);
	return ret ?: count;
}

CONFIGFS_ATTR(tpg_, rtpi);

/* ---- enable ---- */

static ssize_t tpg_enable_show(struct config_item *item, char *page)
{
	return sprintf(page, "%d\n", to_tpg(item)->enabled);
}

static int enable_tpg(struct target_tpg *tpg)
{
	int ret;

	mutex_lock(&target_lock);
	ret = rtpi_claim(tpg);
	tpg->enabled = !ret;
	mutex_unlock(&target_lock);
	if (ret)
		return ret;
	ret = tpg->ops->enable_tpg(tpg, true);
	if (!ret)
		return 0;

	mutex_lock(&target_lock);
	tpg->enabled = false;
	rtpi_release(tpg);
	mutex_unlock(&target_lock);
	return ret;
}

static int disable_tpg(struct target_tpg *tpg)
{
	int ret = tpg->ops->enable_tpg(tpg, false);

	if (ret)
		return ret;
	mutex_lock(&target_lock);
	tpg->enabled = false;
	rtpi_release(tpg);
	mutex_unlock(&target_lock);
	return 0;
}

static ssize_t tpg_enable_store(struct config_item *item, const char *page, size_t count)
{
	struct target_tpg *tpg = to_tpg(item);
	bool enable;
	int ret;

	ret = kstrtobool(page, &enable);
	if (ret)
		return ret;
	mutex_lock(&tpg->config_lock);
	if (enable != tpg->enabled)
		ret = enable ? enable_tpg(tpg) : disable_tpg(tpg);
	mutex_unlock(&tpg->config_lock);
	return ret ?: count;
}

CONFIGFS_ATTR(tpg_, enable);

/* ---- nexus ---- */

/* The kinds of port names that emulated SAS, FC and iSCSI ports have. */
static int name_kind(const char *name)
{
	static const char * const kinds[] = { "naa.", "fc.", "iqn.", "eui." };
	int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strstr(name, kinds[i]))
			return i;
	}
	return -1;
}

static int open_nexus(struct target_tpg *tpg, const char *initiator)
{
	int kind = name_kind(initiator);
	int ret;

	lockdep_assert_held(&tpg->config_lock);
	if (tpg->nexus_name[0])
		return -EEXIST;
	if (kind < 0 || kind != name_kind(tpg->wwn->name))
		return -EINVAL;
	ret = tpg->ops->open_nexus_file(tpg, initiator);
	if (!ret)
		strscpy(tpg->nexus_name, initiator, sizeof(tpg->nexus_name));
	return ret;
}

static int close_nexus(struct target_tpg *tpg)
{
	int ret;

	lockdep_assert_held(&tpg->config_lock);
	if (!tpg->nexus_name[0])
		return -ENODEV;
	ret = tpg->ops->close_nexus_file(tpg);
	if (!ret)
		tpg->nexus_name[0] = '\0';
	return ret;
}

static ssize_t tpg_nexus_show(struct config_item *item, char *page)
{
	struct target_tpg *tpg = to_tpg(item);
	ssize_t ret = -ENODEV;

	mutex_lock(&tpg->config_lock);
	if (tpg->nexus_name[0])
		ret = sprintf(page, "%s\n", tpg->nexus_name);
	mutex_unlock(&tpg->config_lock);
	return ret;
}

static ssize_t tpg_nexus_store(struct config_item *item, const char *page, size_t count)
{
	struct target_tpg *tpg = to_tpg(item);
	char name[TARGET_NAME_MAX];
	int ret;

	mutex_lock(&tpg->config_lock);
	if (!strncmp(page, "NULL", 4)) {
		ret = close_nexus(tpg);
	} else if (count >= sizeof(name)) {
		ret = -EINVAL;
	} else {
		strscpy(name, page, sizeof(name));
		name[strcspn(name, "\n")] = '\0';
		ret = open_nexus(tpg, name);
	}
	mutex_unlock(&tpg->config_lock);
	return ret ?: count;
}

CONFIGFS_ATTR(tpg_, nexus);

/* ---- portals ---- */

static void release_portal(struct config_item *item)
{
	struct target_portal *portal = to_portal(item);
	struct target_tpg *tpg = portal->tpg;

	kfree(portal->name);
	kfree(portal);
	target_tpg_put(tpg);
}

static struct configfs_item_operations portal_item_ops = {
	.release	= release_portal,
};

const struct config_item_type target_portal_type = {
	.ct_item_ops	= &portal_item_ops,
	.ct_owner	= THIS_MODULE,
};

static struct target_portal *alloc_portal(struct target_tpg *tpg, const char *name)
{
	struct target_portal *portal = kzalloc(sizeof(*portal), GFP_KERNEL);

	if (!portal)
		return NULL;
	portal->name = kstrdup(name, GFP_KERNEL);
	if (!portal->name) {
		kfree(portal);
		return NULL;
	}
	kref_get(&tpg->ref);
	portal->tpg = tpg;
	config_group_init_type_name(&portal->group, name,
				    &tpg->wwn->fabric->types->dir[TARGET_DIR_PORTAL]);
	return portal;
}

/* Whatever goes wrong, user space expects EINVAL. */
static struct config_group *make_portal(struct config_group *group, const char *name)
{
	struct target_tpg *tpg = container_of(group, struct target_tpg, np_group);
	struct target_portal *portal;
	int ret;

	if (!tpg->ops->add_portal)
		return ERR_PTR(-ENOSYS);
	portal = alloc_portal(tpg, name);
	if (!portal)
		return ERR_PTR(-EINVAL);
	ret = tpg->ops->add_portal(portal);
	if (ret) {
		pr_err("%s tpgt_%u: portal %s refused: %d\n", tpg->wwn->name, tpg->tag, name, ret);
		target_drop_dir(&portal->group);
		return ERR_PTR(-EINVAL);
	}
	return &portal->group;
}

static void drop_portal(struct config_group *group, struct config_item *item)
{
	struct target_portal *portal = to_portal(item);

	if (portal->tpg->ops->del_portal)
		portal->tpg->ops->del_portal(portal);
	target_drop_dir(&portal->group);
}

static struct configfs_group_operations np_group_ops = {
	.make_group	= make_portal,
	.drop_item	= drop_portal,
};

static const struct config_item_type np_type = {
	.ct_group_ops	= &np_group_ops,
	.ct_owner	= THIS_MODULE,
};

/** target_portal_name - the portal's directory name */
const char *target_portal_name(const struct target_portal *portal)
{
	return portal->name;
}
TARGET_EXPORT(target_portal_name);

/** target_portal_tpg - the portal's TPG; lives as long as the portal */
struct target_tpg *target_portal_tpg(const struct target_portal *portal)
{
	return portal->tpg;
}
TARGET_EXPORT(target_portal_tpg);

/** target_portal_priv - what target_portal_set_priv() left, NULL before */
void *target_portal_priv(const struct target_portal *portal)
{
	return portal->priv;
}
TARGET_EXPORT(target_portal_priv);

/** target_portal_set_priv - attach the fabric's own data; normally in ops->add_portal */
void target_portal_set_priv(struct target_portal *portal, void *priv)
{
	portal->priv = priv;
}
TARGET_EXPORT(target_portal_set_priv);

/** target_portal_of_item - the portal an attribute file belongs to, from show and store */
struct target_portal *target_portal_of_item(struct config_item *item)
{
	item = target_item_upto(item, &target_portal_type);
	return item ? to_portal(item) : NULL;
}
TARGET_EXPORT(target_portal_of_item);

/* ---- the TPG itself ---- */

static struct configfs_attribute *tpg_attrs[] = {
	&tpg_attr_enable,
	&tpg_attr_rtpi,
	&tpg_attr_nexus,
	NULL,
};

/**
 * target_tpg_has_attr - whether core's file exists for this fabric
 * @ops: the fabric
 * @attr: any of core's attributes
 */
bool target_tpg_has_attr(const struct target_fabric_ops *ops, const struct configfs_attribute *attr)
{
	if (attr == &tpg_attr_enable)
		return ops->enable_tpg;
	if (attr == &tpg_attr_nexus)
		return ops->flags & TARGET_FABRIC_NEXUS_FILE;
	return true;
}

static void release_tpg(struct config_item *item)
{
	target_tpg_put(to_tpg(item));
}

static struct configfs_item_operations tpg_item_ops = {
	.release	= release_tpg,
};

const struct config_item_type target_tpg_type = {
	.ct_item_ops	= &tpg_item_ops,
	.ct_attrs	= tpg_attrs,
	.ct_owner	= THIS_MODULE,
};

/** target_tpg_of_item - the TPG an attribute file belongs to, from show and store */
struct target_tpg *target_tpg_of_item(struct config_item *item)
{
	item = target_item_upto(item, &target_tpg_type);
	return item ? to_tpg(item) : NULL;
}
TARGET_EXPORT(target_tpg_of_item);

static void init_dirs(struct target_tpg *tpg, const char *name)
{
	const struct config_item_type *types = tpg->wwn->fabric->types->dir;

	config_group_init_type_name(&tpg->group, name, &types[TARGET_DIR_TPG]);
	target_configfs_lun_dir(tpg);
	target_subdir(&tpg->group, &tpg->np_group, "np", &np_type);
	target_configfs_acl_dir(tpg);
	target_subdir(&tpg->group, &tpg->attrib_group, "attrib", &types[TARGET_DIR_TPG_ATTRIB]);
	target_subdir(&tpg->group, &tpg->auth_group, "auth", &types[TARGET_DIR_TPG_AUTH]);
	target_subdir(&tpg->group, &tpg->param_group, "param", &types[TARGET_DIR_TPG_PARAM]);
}

static int start_tpg(struct target_tpg *tpg)
{
	int ret;

	/* Without an enable file the TPG is in use from now on. */
	if (!tpg->ops->enable_tpg) {
		mutex_lock(&target_lock);
		ret = rtpi_claim(tpg);
		mutex_unlock(&target_lock);
		if (ret)
			return ret;
	}
	return tpg->ops->add_tpg ? tpg->ops->add_tpg(tpg) : 0;
}

/* What remains of the TPG is memory, for as long as a session or its ACL holds it. */
static void remove_tpg(struct target_tpg *tpg)
{
	mutex_lock(&target_lock);
	tpg->enabled = false;
	rtpi_release(tpg);
	mutex_unlock(&target_lock);
	target_drop_dir(&tpg->group);
}

/** target_configfs_make_tpg - mkdir below a target; under su_mutex; every failure is EINVAL */
struct config_group *target_configfs_make_tpg(struct config_group *group, const char *name)
{
	struct target_wwn *wwn = container_of(group, struct target_wwn, group);
	u32 max = wwn->ops->max_tpgs ?: U16_MAX + 1;
	struct target_tpg *tpg;
	u64 tag;
	int ret;

	if (target_parse_number(name, "tpgt_", &tag) || tag >= max)
		return ERR_PTR(-EINVAL);
	tpg = target_tpg_alloc(wwn, tag);
	if (IS_ERR_OR_NULL(tpg))
		return ERR_PTR(-EINVAL);
	mutex_init(&tpg->config_lock);
	init_dirs(tpg, name);
	ret = start_tpg(tpg);
	if (ret) {
		pr_debug("%s tpgt_%u refused: %d\n", wwn->name, tpg->tag, ret);
		target_tpg_remove(tpg);
		remove_tpg(tpg);
		return ERR_PTR(-EINVAL);
	}
	return &tpg->group;
}

/*
 * A TPG that is still enabled, or has its nexus, is taken down as if the files
 * had been written first. No store runs any more and none will.
 */
static void shut_tpg(struct target_tpg *tpg)
{
	mutex_lock(&tpg->config_lock);
	if (tpg->ops->enable_tpg && tpg->enabled)
		disable_tpg(tpg);
	if (tpg->nexus_name[0])
		close_nexus(tpg);
	mutex_unlock(&tpg->config_lock);
}

/** target_configfs_drop_tpg - rmdir below a target; under su_mutex */
void target_configfs_drop_tpg(struct config_group *group, struct config_item *item)
{
	struct target_tpg *tpg = to_tpg(item);

	target_tpg_remove(tpg);
	shut_tpg(tpg);
	if (tpg->ops->del_tpg)
		tpg->ops->del_tpg(tpg);
	remove_tpg(tpg);
}
