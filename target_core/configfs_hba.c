// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/<plugin>_<index> in configfs: a directory that names a backstore and in
 * which devices are made.
 */
#include <linux/ctype.h>
#include <linux/debugfs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "configfs_device.h"

#define HBA_NAME_MAX	63

static u32 next_hba_id;		/* under configfs' su_mutex */

static struct target_hba *to_hba(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_hba, group);
}

static ssize_t hba_hba_info_show(struct config_item *item, char *page)
{
	struct target_hba *hba = to_hba(item);

	return scnprintf(page, TARGET_PAGE, "HBA Index: %u plugin: %s version: v5.0\n", hba->id,
			 hba->ops->name);
}

/* Only a plugin that passes a whole SCSI host through could be in another mode. */
static ssize_t hba_hba_mode_show(struct config_item *item, char *page)
{
	return scnprintf(page, TARGET_PAGE, "0\n");
}

static ssize_t hba_hba_mode_store(struct config_item *item, const char *page, size_t count)
{
	return -EINVAL;
}

CONFIGFS_ATTR_RO(hba_, hba_info);
CONFIGFS_ATTR(hba_, hba_mode);

static struct configfs_attribute *hba_attrs[] = {
	&hba_attr_hba_info,
	&hba_attr_hba_mode,
	NULL,
};

/* The last of directory and devices: a device with an orphan outlives the directory. */
static void hba_release(struct config_item *item)
{
	struct target_hba *hba = to_hba(item);

	target_backstore_put(hba->ops);
	kfree(hba);
}

static struct configfs_item_operations hba_item_ops = {
	.release	= hba_release,
};

static struct configfs_group_operations hba_group_ops = {
	.make_group	= target_configfs_make_device,
	.drop_item	= target_configfs_drop_device,
};

const struct config_item_type target_hba_type = {
	.ct_owner	= THIS_MODULE,
	.ct_item_ops	= &hba_item_ops,
	.ct_group_ops	= &hba_group_ops,
	.ct_attrs	= hba_attrs,
};

/*
 * "rd_mcp_0": a plugin's name may have one underscore in it. Splits @name in
 * place at the underscore before the number.
 */
static int split_name(char *name, u32 *index)
{
	char *sep = strchr(name, '_');
	char *second;

	if (!sep)
		return -EINVAL;
	second = strchr(sep + 1, '_');
	if (second)
		sep = second;
	*sep = '\0';
	/* kstrtou32() would take a sign before and a line feed after it. */
	if (!isdigit(sep[1]) || strchr(sep + 1, '\n'))
		return -EINVAL;
	return kstrtou32(sep + 1, 0, index);
}

static struct target_hba *hba_alloc(const char *plugin, u32 index)
{
	const struct target_backstore_ops *ops = target_backstore_get(plugin);
	struct target_hba *hba;

	if (!ops)
		return ERR_PTR(-EINVAL);
	hba = kzalloc(sizeof(*hba), GFP_KERNEL);
	if (!hba) {
		target_backstore_put(ops);
		return ERR_PTR(-ENOMEM);
	}
	hba->ops = ops;
	hba->index = index;
	hba->id = next_hba_id++;
	INIT_LIST_HEAD(&hba->devices);
	return hba;
}

/**
 * target_configfs_make_hba() - mkdir core/<plugin>_<index>
 * @group: core/
 * @name: name of the directory
 *
 * Under configfs' su_mutex; may load the plugin's module. Returns the group, or as
 * ERR_PTR(): -ENAMETOOLONG, -EINVAL for another form of name or an unknown plugin,
 * -ERANGE, -ENOMEM.
 */
struct config_group *target_configfs_make_hba(struct config_group *group, const char *name)
{
	char plugin[HBA_NAME_MAX + 1];
	struct target_hba *hba;
	u32 index;
	int err;

	if (strscpy(plugin, name, sizeof(plugin)) < 0)
		return ERR_PTR(-ENAMETOOLONG);
	err = split_name(plugin, &index);
	if (err)
		return ERR_PTR(err);
	hba = hba_alloc(plugin, index);
	if (IS_ERR(hba))
		return ERR_CAST(hba);
	config_group_init_type_name(&hba->group, name, &target_hba_type);
	if (!config_item_name(&hba->group.cg_item)) {
		config_group_put(&hba->group);
		return ERR_PTR(-ENOMEM);
	}
	target_debugfs_add_hba(hba);
	return &hba->group;
}

/**
 * target_configfs_drop_hba() - rmdir core/<plugin>_<index>
 * @group: core/
 * @item: the directory, unlinked and empty
 */
void target_configfs_drop_hba(struct config_group *group, struct config_item *item)
{
	debugfs_remove(to_hba(item)->debugfs);
	target_drop_dir(to_config_group(item));
}
