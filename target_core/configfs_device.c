// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/<plugin>_<n>/<device> in configfs: making and removing a device, and the
 * files in its own directory. Its subdirectories are in the files beside this one.
 */
#include <linux/ctype.h>
#include <linux/debugfs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "alua.h"
#include "configfs_device.h"
#include "latency.h"
#include "lba_map.h"
#include "option_text.h"

static struct target_device *to_dev(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_device, group);
}

/**
 * target_take_text() - a text from an attribute write, without white space around it
 * @dst: where to; unchanged on error
 * @room: bytes there, with the NUL
 * @page: what was written
 * @count: bytes of it; a NUL among them ends it
 *
 * Returns 0 or -EOVERFLOW.
 */
int target_take_text(char *dst, size_t room, const char *page, size_t count)
{
	const char *end = page + strnlen(page, count);

	while (page < end && isspace(*page))
		page++;
	while (end > page && isspace(end[-1]))
		end--;
	if (end - page >= room)
		return -EOVERFLOW;
	memcpy(dst, page, end - page);
	dst[end - page] = '\0';
	return 0;
}

/* ---- info, control, enable ---- */

static ssize_t device_info_show(struct config_item *item, char *page)
{
	struct target_device *dev = to_dev(item);
	size_t len;

	if (mutex_lock_killable(&dev->config_lock))
		return -EINTR;
	len = scnprintf(page, TARGET_PAGE,
			"Status: %s  Max Queue Depth: %u  SectorSize: %u  HwMaxSectors: %u\n%8s",
			target_device_exported(dev) ? "ACTIVATED" : "DEACTIVATED",
			dev->max_queue_depth, dev->attrib.block_size, dev->attrib.hw_max_sectors,
			"");
	len += dev->bd.ops->info(&dev->bd, page + len, TARGET_PAGE - len);
	mutex_unlock(&dev->config_lock);
	return len;
}

static ssize_t device_control_store(struct config_item *item, const char *page, size_t count)
{
	struct target_device *dev = to_dev(item);
	char *copy = kstrndup(page, count, GFP_KERNEL);
	char *rest = copy, *key, *value;
	int err;

	if (!copy)
		return -ENOMEM;
	err = mutex_lock_killable(&dev->config_lock);
	if (err)
		goto free;
	while (!err && target_option_next(&rest, &key, &value)) {
		err = dev->bd.ops->control(&dev->bd, key, value);
		/* Newer user space writes options unasked that the plugin does not know. */
		if (err == -ENOENT)
			err = 0;
	}
	mutex_unlock(&dev->config_lock);
free:
	kfree(copy);
	return err ?: count;
}

static ssize_t device_enable_show(struct config_item *item, char *page)
{
	return scnprintf(page, TARGET_PAGE, "%d\n", READ_ONCE(to_dev(item)->configured));
}

static ssize_t device_enable_store(struct config_item *item, const char *page, size_t count)
{
	if (!memchr(page, '1', count))
		return -EINVAL;
	return target_device_enable(to_dev(item)) ?: count;
}

/* ---- alias, udev_path: text kept for user space ---- */

static ssize_t show_note(struct target_device *dev, const char *note, char *page)
{
	ssize_t len = 0;

	if (mutex_lock_killable(&dev->config_lock))
		return -EINTR;
	if (*note)
		len = scnprintf(page, TARGET_PAGE, "%s\n", note);
	mutex_unlock(&dev->config_lock);
	return len;
}

static ssize_t store_note(struct target_device *dev, char note[512], const char *page, size_t count)
{
	size_t len = strnlen(page, count);

	if (count > 511)
		return -EINVAL;
	if (len && page[len - 1] == '\n')
		len--;
	if (mutex_lock_killable(&dev->config_lock))
		return -EINTR;
	memcpy(note, page, len);
	note[len] = '\0';
	mutex_unlock(&dev->config_lock);
	return count;
}

static ssize_t device_alias_show(struct config_item *item, char *page)
{
	return show_note(to_dev(item), to_dev(item)->alias, page);
}

static ssize_t device_alias_store(struct config_item *item, const char *page, size_t count)
{
	return store_note(to_dev(item), to_dev(item)->alias, page, count);
}

static ssize_t device_udev_path_show(struct config_item *item, char *page)
{
	return show_note(to_dev(item), to_dev(item)->udev_path, page);
}

static ssize_t device_udev_path_store(struct config_item *item, const char *page, size_t count)
{
	return store_note(to_dev(item), to_dev(item)->udev_path, page, count);
}

/* ---- alua_lu_gp, lba_map ---- */

static ssize_t device_alua_lu_gp_show(struct config_item *item, char *page)
{
	struct target_lu_group *group;
	ssize_t len = 0;

	mutex_lock(&target_lock);
	group = to_dev(item)->lu_group;
	if (group)
		len = scnprintf(page, TARGET_PAGE, "LU Group Alias: %s\nLU Group ID: %u\n",
				config_item_name(&group->group.cg_item), group->id);
	mutex_unlock(&target_lock);
	return len;
}

static int move_to_lu_group(struct target_device *dev, const char *name)
{
	struct target_lu_group *group = NULL;

	if (strcmp(name, "NULL")) {
		group = target_lu_group_find(name);
		if (!group)
			return -ENODEV;
	}
	target_lu_group_join(dev, group);
	return 0;
}

static ssize_t device_alua_lu_gp_store(struct config_item *item, const char *page, size_t count)
{
	struct target_device *dev = to_dev(item);
	char name[257];
	int err;

	/* User space may name the group too early: only an enabled device is in one. */
	if (!READ_ONCE(dev->configured))
		return count;
	if (count > 256 || target_take_text(name, sizeof(name), page, count))
		return -EINVAL;
	mutex_lock(&target_lock);
	err = move_to_lu_group(dev, name);
	mutex_unlock(&target_lock);
	return err ?: count;
}

static ssize_t device_lba_map_show(struct config_item *item, char *page)
{
	struct target_device *dev = to_dev(item);
	const struct target_lba_map *map;
	ssize_t len = 0;

	if (mutex_lock_killable(&dev->config_lock))
		return -EINTR;
	map = rcu_dereference_protected(dev->lba_map, lockdep_is_held(&dev->config_lock));
	if (map)
		len = lba_map_format(map, page, TARGET_PAGE);
	mutex_unlock(&dev->config_lock);
	return len;
}

static ssize_t device_lba_map_store(struct config_item *item, const char *page, size_t count)
{
	struct target_device *dev = to_dev(item);
	struct target_lba_map *map;
	int err;

	map = lba_map_parse(page, &err);
	if (err)
		return err;
	if (mutex_lock_killable(&dev->config_lock)) {
		kfree(map);
		return -EINTR;
	}
	target_alua_set_map(dev, map);
	mutex_unlock(&dev->config_lock);
	return count;
}

CONFIGFS_ATTR_RO(device_, info);
CONFIGFS_ATTR_WO(device_, control);
CONFIGFS_ATTR(device_, alias);
CONFIGFS_ATTR(device_, udev_path);
CONFIGFS_ATTR(device_, enable);
CONFIGFS_ATTR(device_, alua_lu_gp);
CONFIGFS_ATTR(device_, lba_map);

static struct configfs_attribute *device_attrs[] = {
	&device_attr_info,
	&device_attr_control,
	&device_attr_alias,
	&device_attr_udev_path,
	&device_attr_enable,
	&device_attr_alua_lu_gp,
	&device_attr_lba_map,
	NULL,
};

/* ---- the directory ---- */

static void device_dir_release(struct config_item *item)
{
	target_device_dir_put(to_dev(item));
}

static struct configfs_item_operations device_item_ops = {
	.release	= device_dir_release,
};

static const struct config_item_type device_type = {
	.ct_owner	= THIS_MODULE,
	.ct_item_ops	= &device_item_ops,
	.ct_attrs	= device_attrs,
};

/* No backstore has files of its own in action/. */
const struct config_item_type target_action_type = {
	.ct_owner	= THIS_MODULE,
};

/**
 * target_device_of_item() - the device of a directory, for links to it
 * @item: any directory of configfs
 *
 * Returns NULL if it is not that of a device.
 */
struct target_device *target_device_of_item(struct config_item *item)
{
	return item->ci_type == &device_type ? to_dev(item) : NULL;
}

/**
 * target_configfs_device_groups() - give a new device its directories
 * @dev: the device, named bd.name
 *
 * The device's group then owns the reference from target_device_alloc().
 */
void target_configfs_device_groups(struct target_device *dev)
{
	config_group_init_type_name(&dev->group, dev->bd.name, &device_type);
	target_subdir(&dev->group, &dev->action_group, "action", &target_action_type);
	target_subdir(&dev->group, &dev->attrib_group, "attrib", &target_attrib_type);
	target_subdir(&dev->group, &dev->pr_group, "pr", &target_pr_type);
	target_subdir(&dev->group, &dev->wwn_group, "wwn", &target_wwn_files_type);
	target_subdir(&dev->group, &dev->alua_group, "alua", &target_alua_type);
	target_subdir(&dev->alua_group, &dev->default_group.group, "default_tg_pt_gp",
		      &target_port_group_type);
	target_subdir(&dev->group, &dev->stat_group, "statistics", &target_statistics_type);
	target_subdir(&dev->stat_group, &dev->stat_dev_group, "scsi_dev", &target_stat_dev_type);
	target_subdir(&dev->stat_group, &dev->stat_tgt_group, "scsi_tgt_dev",
		      &target_stat_tgt_type);
	target_subdir(&dev->stat_group, &dev->stat_lu_group, "scsi_lu", &target_stat_lu_type);
}

/**
 * target_configfs_make_device() - mkdir core/<plugin>_<n>/<name>
 * @group: the HBA's directory
 * @name: name of the device
 *
 * Under configfs' su_mutex. Returns the group or an ERR_PTR().
 */
struct config_group *target_configfs_make_device(struct config_group *group, const char *name)
{
	struct target_hba *hba = container_of(group, struct target_hba, group);
	struct target_device *dev = target_device_alloc(hba, name);

	if (IS_ERR(dev))
		return ERR_CAST(dev);
	target_configfs_device_groups(dev);
	if (!config_item_name(&dev->group.cg_item)) {
		target_drop_dir(&dev->group);
		return ERR_PTR(-ENOMEM);
	}
	mutex_lock(&target_lock);
	list_add_tail(&dev->hba_link, &hba->devices);
	list_add_tail(&dev->all_link, &target_devices);
	mutex_unlock(&target_lock);
	target_debugfs_add_device(dev);
	return &dev->group;
}

/**
 * target_configfs_drop_device() - rmdir core/<plugin>_<n>/<name>
 * @group: the HBA's directory
 * @item: the device's directory, which no LUN links to
 *
 * Under configfs' su_mutex: closing the backstore is left to device_dir_release(),
 * which rmdir calls after it has dropped the mutex.
 */
void target_configfs_drop_device(struct config_group *group, struct config_item *item)
{
	struct target_device *dev = to_dev(item);

	mutex_lock(&target_lock);
	target_lu_group_join(dev, NULL);
	list_del_init(&dev->hba_link);
	list_del_init(&dev->all_link);
	mutex_unlock(&target_lock);
	debugfs_remove(dev->debugfs);
	target_latency_off(dev);
	target_inject_remove(dev);
	target_background_remove(dev);
	target_drop_dir(&dev->group);
}
