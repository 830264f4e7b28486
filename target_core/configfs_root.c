// SPDX-License-Identifier: GPL-2.0-only
/*
 * The top of the tree in configfs: target/ with version and dbroot, and the
 * directories in core/ that are always there.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include "configfs_device.h"
#include "dbroot.h"

LIST_HEAD(target_devices);

/* ---- target/ ---- */

static ssize_t root_version_show(struct config_item *item, char *page)
{
	/* User space compares the first part with what it knows: it is a fixed text. */
	return scnprintf(page, TARGET_PAGE,
			 "Target Engine Core ConfigFS Infrastructure v5.0 on %s/%s on %s\n",
			 utsname()->sysname, utsname()->machine, utsname()->release);
}

static ssize_t root_dbroot_show(struct config_item *item, char *page)
{
	ssize_t len;

	mutex_lock(&target_lock);
	len = scnprintf(page, TARGET_PAGE, "%s\n", target_dbroot);
	mutex_unlock(&target_lock);
	return len;
}

/* Files of existing devices are below the old path; naming that again is no change. */
static int change_dbroot(const char *name)
{
	int err = target_dbroot_check(name);

	if (err)
		return err;
	mutex_lock(&target_lock);
	if (list_empty(&target_devices))
		target_dbroot_set(name);
	else if (strcmp(name, target_dbroot))
		err = -EINVAL;
	mutex_unlock(&target_lock);
	return err;
}

static ssize_t root_dbroot_store(struct config_item *item, const char *page, size_t count)
{
	size_t len = strnlen(page, count);
	char *name;
	int err;

	if (len && page[len - 1] == '\n')
		len--;
	if (!len)
		return -EINVAL;
	name = kstrndup(page, len, GFP_KERNEL);
	if (!name)
		return -ENOMEM;
	err = change_dbroot(name);
	kfree(name);
	return err ?: count;
}

CONFIGFS_ATTR_RO(root_, version);
CONFIGFS_ATTR(root_, dbroot);

static struct configfs_attribute *root_attrs[] = {
	&root_attr_version,
	&root_attr_dbroot,
	NULL,
};

static struct config_group *root_make_group(struct config_group *group, const char *name)
{
	return target_configfs_make_fabric(name);
}

static void root_drop_item(struct config_group *group, struct config_item *item)
{
	target_configfs_drop_fabric(item);
}

static struct configfs_group_operations root_group_ops = {
	.make_group	= root_make_group,
	.drop_item	= root_drop_item,
};

static const struct config_item_type root_type = {
	.ct_owner	= THIS_MODULE,
	.ct_group_ops	= &root_group_ops,
	.ct_attrs	= root_attrs,
};

struct configfs_subsystem target_subsys;

/* ---- core/, core/alua/ ---- */

static struct configfs_group_operations core_group_ops = {
	.make_group	= target_configfs_make_hba,
	.drop_item	= target_configfs_drop_hba,
};

static const struct config_item_type core_type = {
	.ct_owner	= THIS_MODULE,
	.ct_group_ops	= &core_group_ops,
};

static const struct config_item_type core_alua_type = {
	.ct_owner	= THIS_MODULE,
};

static struct config_group core_group, core_alua_group, lu_groups_group;

static void init_groups(void)
{
	struct config_group *root = &target_subsys.su_group;

	mutex_init(&target_subsys.su_mutex);
	config_group_init_type_name(root, "target", &root_type);
	target_subdir(root, &core_group, "core", &core_type);
	target_subdir(&core_group, &core_alua_group, "alua", &core_alua_type);
	target_subdir(&core_alua_group, &lu_groups_group, "lu_gps", &target_lu_groups_type);
	target_subdir(&lu_groups_group, &target_default_lu_group.group, "default_lu_gp",
		      &target_lu_group_type);
}

/**
 * target_configfs_start() - show the tree to user space
 *
 * Last in the start of the module: mkdir works when it returns. Returns 0 or errno.
 */
int target_configfs_start(void)
{
	target_dbroot_start();
	init_groups();
	return configfs_register_subsystem(&target_subsys);
}

/**
 * target_configfs_stop() - take the tree away
 *
 * Each directory made by mkdir holds the module, so the tree is empty here.
 */
void target_configfs_stop(void)
{
	configfs_unregister_subsystem(&target_subsys);
}
