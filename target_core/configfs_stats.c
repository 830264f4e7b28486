// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/<plugin>_<n>/<device>/statistics in configfs: the device in the terms of
 * the SCSI MIB (RFC 4455).
 */
#include <linux/jiffies.h>
#include <linux/string.h>
#include "configfs_device.h"

static struct target_device *stat_dev_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_device, stat_dev_group);
}

static struct target_device *stat_tgt_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_device, stat_tgt_group);
}

static struct target_device *stat_lu_of(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_device, stat_lu_group);
}

static ssize_t show_count(u64 val, char *page)
{
	return scnprintf(page, TARGET_PAGE, "%llu\n", val);
}

static ssize_t show_line(const char *text, char *page)
{
	return scnprintf(page, TARGET_PAGE, "%s\n", text);
}

/* ---- scsi_dev ---- */

static ssize_t stat_dev_inst_show(struct config_item *item, char *page)
{
	return show_count(stat_dev_of(item)->hba->id, page);
}

static ssize_t stat_dev_indx_show(struct config_item *item, char *page)
{
	return show_count(stat_dev_of(item)->index, page);
}

static ssize_t stat_dev_role_show(struct config_item *item, char *page)
{
	return show_line("Target", page);
}

static ssize_t stat_dev_ports_show(struct config_item *item, char *page)
{
	return show_count(READ_ONCE(stat_dev_of(item)->export_count), page);
}

CONFIGFS_ATTR_RO(stat_dev_, inst);
CONFIGFS_ATTR_RO(stat_dev_, indx);
CONFIGFS_ATTR_RO(stat_dev_, role);
CONFIGFS_ATTR_RO(stat_dev_, ports);

static struct configfs_attribute *stat_dev_attrs[] = {
	&stat_dev_attr_inst,
	&stat_dev_attr_indx,
	&stat_dev_attr_role,
	&stat_dev_attr_ports,
	NULL,
};

const struct config_item_type target_stat_dev_type = {
	.ct_owner	= THIS_MODULE,
	.ct_attrs	= stat_dev_attrs,
};

/* ---- scsi_tgt_dev ---- */

static ssize_t stat_tgt_inst_show(struct config_item *item, char *page)
{
	return show_count(stat_tgt_of(item)->hba->id, page);
}

static ssize_t stat_tgt_indx_show(struct config_item *item, char *page)
{
	return show_count(stat_tgt_of(item)->index, page);
}

static ssize_t stat_tgt_num_lus_show(struct config_item *item, char *page)
{
	return show_count(1, page);
}

/* Without a line feed, as monitoring tools have always had it. */
static ssize_t stat_tgt_status_show(struct config_item *item, char *page)
{
	return scnprintf(page, TARGET_PAGE, "%s",
			 target_device_exported(stat_tgt_of(item)) ? "activated" : "deactivated");
}

static ssize_t stat_tgt_non_access_lus_show(struct config_item *item, char *page)
{
	return show_count(!target_device_exported(stat_tgt_of(item)), page);
}

static ssize_t stat_tgt_resets_show(struct config_item *item, char *page)
{
	return show_count((u32)atomic_read(&stat_tgt_of(item)->resets), page);
}

static ssize_t stat_tgt_aborts_complete_show(struct config_item *item, char *page)
{
	return show_count((u32)atomic_read(&stat_tgt_of(item)->aborts_complete), page);
}

static ssize_t stat_tgt_aborts_no_task_show(struct config_item *item, char *page)
{
	return show_count((u32)atomic_read(&stat_tgt_of(item)->aborts_no_task), page);
}

/* Commands that a task management function gave up waiting for and the backstore still has. */
static ssize_t stat_tgt_orphans_show(struct config_item *item, char *page)
{
	return show_count((u32)atomic_read(&stat_tgt_of(item)->orphans), page);
}

static ssize_t stat_tgt_orphans_ever_show(struct config_item *item, char *page)
{
	return show_count((u32)atomic_read(&stat_tgt_of(item)->orphans_ever), page);
}

/* Whatever has aborted them: task management, the end of a session, PREEMPT AND ABORT, QERR. */
static ssize_t stat_tgt_aborted_show(struct config_item *item, char *page)
{
	return show_count((u32)atomic_read(&stat_tgt_of(item)->aborted), page);
}

static ssize_t stat_tgt_injected_show(struct config_item *item, char *page)
{
	return show_count(atomic64_read(&stat_tgt_of(item)->injected), page);
}

CONFIGFS_ATTR_RO(stat_tgt_, inst);
CONFIGFS_ATTR_RO(stat_tgt_, indx);
CONFIGFS_ATTR_RO(stat_tgt_, num_lus);
CONFIGFS_ATTR_RO(stat_tgt_, status);
CONFIGFS_ATTR_RO(stat_tgt_, non_access_lus);
CONFIGFS_ATTR_RO(stat_tgt_, resets);
CONFIGFS_ATTR_RO(stat_tgt_, aborts_complete);
CONFIGFS_ATTR_RO(stat_tgt_, aborts_no_task);
CONFIGFS_ATTR_RO(stat_tgt_, orphans);
CONFIGFS_ATTR_RO(stat_tgt_, orphans_ever);
CONFIGFS_ATTR_RO(stat_tgt_, aborted);
CONFIGFS_ATTR_RO(stat_tgt_, injected);

static struct configfs_attribute *stat_tgt_attrs[] = {
	&stat_tgt_attr_inst,
	&stat_tgt_attr_indx,
	&stat_tgt_attr_num_lus,
	&stat_tgt_attr_status,
	&stat_tgt_attr_non_access_lus,
	&stat_tgt_attr_resets,
	&stat_tgt_attr_aborts_complete,
	&stat_tgt_attr_aborts_no_task,
	&stat_tgt_attr_orphans,
	&stat_tgt_attr_orphans_ever,
	&stat_tgt_attr_aborted,
	&stat_tgt_attr_injected,
	NULL,
};

const struct config_item_type target_stat_tgt_type = {
	.ct_owner	= THIS_MODULE,
	.ct_attrs	= stat_tgt_attrs,
};

/* ---- scsi_lu ---- */

static ssize_t stat_lu_inst_show(struct config_item *item, char *page)
{
	return show_count(stat_lu_of(item)->hba->id, page);
}

static ssize_t stat_lu_dev_show(struct config_item *item, char *page)
{
	return show_count(stat_lu_of(item)->index, page);
}

static ssize_t stat_lu_indx_show(struct config_item *item, char *page)
{
	return show_count(1, page);
}

static ssize_t stat_lu_lun_show(struct config_item *item, char *page)
{
	return show_count(0, page);
}

static ssize_t show_id(const char *format, const char *text, char *page)
{
	ssize_t len;

	mutex_lock(&target_lock);
	len = scnprintf(page, TARGET_PAGE, format, *text ? text : "None");
	mutex_unlock(&target_lock);
	return len;
}

static ssize_t stat_lu_lu_name_show(struct config_item *item, char *page)
{
	return show_id("%s\n", stat_lu_of(item)->id.serial, page);
}

static ssize_t stat_lu_vend_show(struct config_item *item, char *page)
{
	return show_id("%-8s\n", stat_lu_of(item)->id.vendor, page);
}

static ssize_t stat_lu_prod_show(struct config_item *item, char *page)
{
	return show_id("%-16s\n", stat_lu_of(item)->id.product, page);
}

static ssize_t stat_lu_rev_show(struct config_item *item, char *page)
{
	return show_id("%-4s\n", stat_lu_of(item)->id.revision, page);
}

/* Peripheral device type of a direct access block device, SPC-4 6.4.2. */
static ssize_t stat_lu_dev_type_show(struct config_item *item, char *page)
{
	return show_count(0, page);
}

static ssize_t stat_lu_status_show(struct config_item *item, char *page)
{
	return show_line(target_device_exported(stat_lu_of(item)) ? "available" : "notavailable",
			 page);
}

static ssize_t stat_lu_state_bit_show(struct config_item *item, char *page)
{
	return show_line("exposed", page);
}

static struct target_io_stats lu_stats(struct config_item *item)
{
	struct target_io_stats sum = {};

	target_device_stats(stat_lu_of(item), &sum);
	return sum;
}

static u64 lu_num_cmds(struct config_item *item)
{
	struct target_io_stats sum = lu_stats(item);

	return target_stats_cmds(&sum);
}

static ssize_t stat_lu_num_cmds_show(struct config_item *item, char *page)
{
	return show_count(lu_num_cmds(item), page);
}

static ssize_t stat_lu_read_mbytes_show(struct config_item *item, char *page)
{
	return show_count(lu_stats(item).read_bytes >> 20, page);
}

static ssize_t stat_lu_write_mbytes_show(struct config_item *item, char *page)
{
	return show_count(lu_stats(item).write_bytes >> 20, page);
}

static ssize_t stat_lu_resets_show(struct config_item *item, char *page)
{
	return show_count((u32)atomic_read(&stat_lu_of(item)->resets), page);
}

static ssize_t stat_lu_full_stat_show(struct config_item *item, char *page)
{
	return show_count(0, page);
}

static ssize_t stat_lu_hs_num_cmds_show(struct config_item *item, char *page)
{
	return show_count(0, page);
}

/* TimeStamp: hundredths of a second between start of the system and mkdir. */
static ssize_t stat_lu_creation_time_show(struct config_item *item, char *page)
{
	u64 ticks = stat_lu_of(item)->created - INITIAL_JIFFIES;

	return show_count(div_u64(ticks * 100, HZ), page);
}

CONFIGFS_ATTR_RO(stat_lu_, inst);
CONFIGFS_ATTR_RO(stat_lu_, dev);
CONFIGFS_ATTR_RO(stat_lu_, indx);
CONFIGFS_ATTR_RO(stat_lu_, lun);
CONFIGFS_ATTR_RO(stat_lu_, lu_name);
CONFIGFS_ATTR_RO(stat_lu_, vend);
CONFIGFS_ATTR_RO(stat_lu_, prod);
CONFIGFS_ATTR_RO(stat_lu_, rev);
CONFIGFS_ATTR_RO(stat_lu_, dev_type);
CONFIGFS_ATTR_RO(stat_lu_, status);
CONFIGFS_ATTR_RO(stat_lu_, state_bit);
CONFIGFS_ATTR_RO(stat_lu_, num_cmds);
CONFIGFS_ATTR_RO(stat_lu_, read_mbytes);
CONFIGFS_ATTR_RO(stat_lu_, write_mbytes);
CONFIGFS_ATTR_RO(stat_lu_, resets);
CONFIGFS_ATTR_RO(stat_lu_, full_stat);
CONFIGFS_ATTR_RO(stat_lu_, hs_num_cmds);
CONFIGFS_ATTR_RO(stat_lu_, creation_time);

static struct configfs_attribute *stat_lu_attrs[] = {
	&stat_lu_attr_inst,
	&stat_lu_attr_dev,
	&stat_lu_attr_indx,
	&stat_lu_attr_lun,
	&stat_lu_attr_lu_name,
	&stat_lu_attr_vend,
	&stat_lu_attr_prod,
	&stat_lu_attr_rev,
	&stat_lu_attr_dev_type,
	&stat_lu_attr_status,
	&stat_lu_attr_state_bit,
	&stat_lu_attr_num_cmds,
	&stat_lu_attr_read_mbytes,
	&stat_lu_attr_write_mbytes,
	&stat_lu_attr_resets,
	&stat_lu_attr_full_stat,
	&stat_lu_attr_hs_num_cmds,
	&stat_lu_attr_creation_time,
	NULL,
};

const struct config_item_type target_stat_lu_type = {
	.ct_owner	= THIS_MODULE,
	.ct_attrs	= stat_lu_attrs,
};

/* ---- statistics/ ---- */

static struct config_group *stats_make_group(struct config_group *group, const char *name)
{
	return ERR_PTR(-ENOSYS);
}

static struct configfs_group_operations stats_group_ops = {
	.make_group	= stats_make_group,
};

const struct config_item_type target_statistics_type = {
	.ct_owner	= THIS_MODULE,
	.ct_group_ops	= &stats_group_ops,
};
