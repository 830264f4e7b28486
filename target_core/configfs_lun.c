// SPDX-License-Identifier: GPL-2.0-only
/*
 * tpgt_<tag>/lun/lun_<number> in configfs: the link to a device, the LUN's part
 * in asymmetric access (ALUA), and its statistics.
 */
#include <linux/slab.h>
#include "configfs_fabric.h"

static struct target_lun *to_lun(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_lun, group);
}

/**
 * target_lun_of_item - the LUN whose directory, or a subdirectory of it, this is
 * @item: any item
 *
 * Return: NULL if it is none.
 */
struct target_lun *target_lun_of_item(struct config_item *item)
{
	item = target_item_upto(item, &target_lun_type);
	return item ? to_lun(item) : NULL;
}

/* ---- ALUA ---- */

static ssize_t print_port_group(struct target_lun *lun, char *page)
{
	struct target_port_group *pg = target_lun_port_group(lun);

	if (!pg)
		return 0;
	return scnprintf(page, PAGE_SIZE,
			 "TG Port Alias: %s\n"
			 "TG Port Group ID: %hu\n"
			 "TG Port Primary Access State: %s\n"
			 "TG Port Primary Access Status: %s\n"
			 "TG Port Secondary Access State: %s\n"
			 "TG Port Secondary Access Status: %s\n",
			 config_item_name(&pg->group.cg_item), pg->id,
			 target_alua_state_name(READ_ONCE(pg->state)),
			 target_alua_status_name(pg->status),
			 lun->alua_offline ? "Offline" : "None",
			 target_alua_status_name(lun->alua_status));
}

static ssize_t lun_alua_tg_pt_gp_show(struct config_item *item, char *page)
{
	struct target_lun *lun = to_lun(item);
	ssize_t ret = -ENODEV;

	mutex_lock(&target_lock);
	if (lun->dev)
		ret = print_port_group(lun, page);
	mutex_unlock(&target_lock);
	return ret;
}

static int join_port_group(struct target_lun *lun, const char *name)
{
	struct target_port_group *pg = NULL;

	mutex_lock(&target_lock);
	/* A LUN in no group has a device that does ALUA itself. */
	if (lun->dev && target_lun_port_group(lun))
		pg = strcmp(name, "NULL") ? target_alua_find(lun->dev, name) :
					    &lun->dev->default_group;
	if (pg)
		target_alua_join(lun, pg);
	mutex_unlock(&target_lock);
	return pg ? 0 : -ENODEV;
}

static ssize_t lun_alua_tg_pt_gp_store(struct config_item *item, const char *page, size_t count)
{
	char *name;
	int ret;

	if (count > 256)
		return -EINVAL;
	name = kstrdup(page, GFP_KERNEL);
	if (!name)
		return -ENOMEM;
	ret = join_port_group(to_lun(item), strim(name));
	kfree(name);
	return ret ?: count;
}

CONFIGFS_ATTR(lun_, alua_tg_pt_gp);

/* Change a byte of a LUN that has a device. */
static ssize_t set_lun_byte(struct target_lun *lun, u8 *byte, u8 val, size_t count)
{
	ssize_t ret = -ENODEV;

	mutex_lock(&target_lock);
	if (lun->dev) {
		*byte = val;
		ret = count;
	}
	mutex_unlock(&target_lock);
	return ret;
}

static ssize_t show_lun_byte(struct target_lun *lun, const u8 *byte, char *page)
{
	ssize_t ret = -ENODEV;

	mutex_lock(&target_lock);
	if (lun->dev)
		ret = sprintf(page, "%d\n", *byte);
	mutex_unlock(&target_lock);
	return ret;
}

static ssize_t lun_alua_tg_pt_offline_show(struct config_item *item, char *page)
{
	struct target_lun *lun = to_lun(item);

	return show_lun_byte(lun, &lun->alua_offline, page);
}

static ssize_t lun_alua_tg_pt_offline_store(struct config_item *item, const char *page,
					    size_t count)
{
	struct target_lun *lun = to_lun(item);
	unsigned long val;
	int ret;

	ret = target_parse_upto(page, 1, &val) ?: target_alua_set_offline(lun, val);
	return ret ?: count;
}

CONFIGFS_ATTR(lun_, alua_tg_pt_offline);

static ssize_t lun_alua_tg_pt_status_show(struct config_item *item, char *page)
{
	struct target_lun *lun = to_lun(item);

	return show_lun_byte(lun, &lun->alua_status, page);
}

static ssize_t lun_alua_tg_pt_status_store(struct config_item *item, const char *page,
					   size_t count)
{
	struct target_lun *lun = to_lun(item);
	unsigned long val;
	int ret;

	ret = target_parse_upto(page, 2, &val);
	return ret ?: set_lun_byte(lun, &lun->alua_status, val, count);
}

CONFIGFS_ATTR(lun_, alua_tg_pt_status);

static ssize_t lun_alua_tg_pt_write_md_show(struct config_item *item, char *page)
{
	struct target_lun *lun = to_lun(item);

	return show_lun_byte(lun, &lun->alua_write_md, page);
}

static ssize_t lun_alua_tg_pt_write_md_store(struct config_item *item, const char *page,
					     size_t count)
{
	struct target_lun *lun = to_lun(item);
	unsigned long val;
	int ret;

	ret = target_parse_upto(page, 1, &val) ?: target_alua_keep_lun(lun, val);
	return ret ?: count;
}

CONFIGFS_ATTR(lun_, alua_tg_pt_write_md);

static struct configfs_attribute *lun_attrs[] = {
	&lun_attr_alua_tg_pt_gp,
	&lun_attr_alua_tg_pt_offline,
	&lun_attr_alua_tg_pt_status,
	&lun_attr_alua_tg_pt_write_md,
	NULL,
};

/* ---- statistics ---- */

/* struct lun_facts - what statistics say of a LUN that has a device */
struct lun_facts {
	u32	hba;
	u32	dev;
	u16	rtpi;
	struct target_io_stats io;
};

/* Returns -ENODEV if no device is linked. @item is a group below statistics/. */
static int lun_facts(struct config_item *item, struct lun_facts *facts)
{
	struct target_lun *lun = target_lun_of_item(item);
	int ret = -ENODEV;

	mutex_lock(&target_lock);
	if (lun->dev) {
		facts->hba = lun->dev->hba->id;
		facts->dev = lun->dev->index;
		facts->rtpi = lun->tpg->rtpi;
		ret = 0;
	}
	mutex_unlock(&target_lock);
	if (!ret)
		target_lun_stats(lun, &facts->io);
	return ret;
}

static ssize_t stat_inst_show(struct config_item *item, char *page)
{
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "%u\n", facts.hba);
}

CONFIGFS_ATTR_RO(stat_, inst);

static ssize_t stat_dev_show(struct config_item *item, char *page)
{
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "%u\n", facts.dev);
}

CONFIGFS_ATTR_RO(stat_, dev);

static ssize_t stat_indx_show(struct config_item *item, char *page)
{
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "%u\n", facts.rtpi);
}

CONFIGFS_ATTR_RO(stat_, indx);

static ssize_t port_role_show(struct config_item *item, char *page)
{
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "Device%u\n", facts.dev);
}

CONFIGFS_ATTR_RO(port_, role);

/* BUSY is never returned for a port's sake. */
static ssize_t port_busy_count_show(struct config_item *item, char *page)
{
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "0\n");
}

CONFIGFS_ATTR_RO(port_, busy_count);

static struct configfs_attribute *stat_port_attrs[] = {
	&stat_attr_inst,
	&stat_attr_dev,
	&stat_attr_indx,
	&port_attr_role,
	&port_attr_busy_count,
	NULL,
};

static const struct config_item_type stat_port_type = {
	.ct_attrs	= stat_port_attrs,
	.ct_owner	= THIS_MODULE,
};

static ssize_t tgt_port_name_show(struct config_item *item, char *page)
{
	struct target_lun *lun = target_lun_of_item(item);
	struct lun_facts facts;

	return lun_facts(item, &facts) ?:
		sprintf(page, "%sPort#%u\n", lun->tpg->ops->name, facts.rtpi);
}

CONFIGFS_ATTR_RO(tgt_port_, name);

static ssize_t tgt_port_port_index_show(struct config_item *item, char *page)
{
	struct target_tpg *tpg = target_lun_of_item(item)->tpg;
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "%s+t+%u\n", tpg->wwn->name, tpg->tag);
}

CONFIGFS_ATTR_RO(tgt_port_, port_index);

static ssize_t tgt_port_in_cmds_show(struct config_item *item, char *page)
{
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "%llu\n", target_stats_cmds(&facts.io));
}

CONFIGFS_ATTR_RO(tgt_port_, in_cmds);

static ssize_t tgt_port_write_mbytes_show(struct config_item *item, char *page)
{
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "%llu\n", facts.io.write_bytes >> 20);
}

CONFIGFS_ATTR_RO(tgt_port_, write_mbytes);

static ssize_t tgt_port_read_mbytes_show(struct config_item *item, char *page)
{
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "%llu\n", facts.io.read_bytes >> 20);
}

CONFIGFS_ATTR_RO(tgt_port_, read_mbytes);

/* High-speed counters are for 32-bit counters that wrap; ours do not. */
static ssize_t tgt_port_hs_in_cmds_show(struct config_item *item, char *page)
{
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "0\n");
}

CONFIGFS_ATTR_RO(tgt_port_, hs_in_cmds);

static struct configfs_attribute *stat_tgt_port_attrs[] = {
	&stat_attr_inst,
	&stat_attr_dev,
	&stat_attr_indx,
	&tgt_port_attr_name,
	&tgt_port_attr_port_index,
	&tgt_port_attr_in_cmds,
	&tgt_port_attr_write_mbytes,
	&tgt_port_attr_read_mbytes,
	&tgt_port_attr_hs_in_cmds,
	NULL,
};

static const struct config_item_type stat_tgt_port_type = {
	.ct_attrs	= stat_tgt_port_attrs,
	.ct_owner	= THIS_MODULE,
};

static ssize_t transport_device_show(struct config_item *item, char *page)
{
	struct target_lun *lun = target_lun_of_item(item);
	struct lun_facts facts;

	return lun_facts(item, &facts) ?:
		sprintf(page, "scsiTransport%s\n", lun->tpg->ops->name);
}

CONFIGFS_ATTR_RO(transport_, device);

static ssize_t transport_indx_show(struct config_item *item, char *page)
{
	struct target_lun *lun = target_lun_of_item(item);
	struct lun_facts facts;

	return lun_facts(item, &facts) ?: sprintf(page, "%u\n", lun->tpg->wwn->index);
}

CONFIGFS_ATTR_RO(transport_, indx);

static ssize_t transport_dev_name_show(struct config_item *item, char *page)
{
	struct target_lun *lun = target_lun_of_item(item);
	const struct target_identity *id;
	ssize_t ret = -ENODEV;

	mutex_lock(&target_lock);
	if (lun->dev) {
		id = &lun->dev->id;
		ret = sprintf(page, "%s+%s\n", lun->tpg->wwn->name,
			      id->serial[0] ? id->serial : id->vendor);
	}
	mutex_unlock(&target_lock);
	return ret;
}

CONFIGFS_ATTR_RO(transport_, dev_name);

static ssize_t transport_proto_id_show(struct config_item *item, char *page)
{
	struct target_tpg *tpg = target_lun_of_item(item)->tpg;
	struct lun_facts facts;
	u8 id = tpg->ops->proto_id;

	if (tpg->ops->get_proto_id)
		id = tpg->ops->get_proto_id(tpg->wwn);
	return lun_facts(item, &facts) ?: sprintf(page, "%u\n", id);
}

CONFIGFS_ATTR_RO(transport_, proto_id);

static struct configfs_attribute *stat_transport_attrs[] = {
	&stat_attr_inst,
	&transport_attr_device,
	&transport_attr_indx,
	&transport_attr_dev_name,
	&transport_attr_proto_id,
	NULL,
};

static const struct config_item_type stat_transport_type = {
	.ct_attrs	= stat_transport_attrs,
	.ct_owner	= THIS_MODULE,
};

/* ---- the directory and its link ---- */

static int link_device(struct config_item *item, struct config_item *target)
{
	struct target_device *dev = target_device_of_item(target);

	return dev ? target_lun_link(to_lun(item), dev) : -EFAULT;
}

static void unlink_device(struct config_item *item, struct config_item *target)
{
	target_lun_unlink(to_lun(item));
}

static void release_lun(struct config_item *item)
{
	target_lun_put(to_lun(item));
}

static struct configfs_item_operations lun_item_ops = {
	.release	= release_lun,
	.allow_link	= link_device,
	.drop_link	= unlink_device,
};

const struct config_item_type target_lun_type = {
	.ct_item_ops	= &lun_item_ops,
	.ct_attrs	= lun_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_group *make_lun(struct config_group *group, const char *name)
{
	struct target_tpg *tpg = container_of(group, struct target_tpg, lun_group);
	struct target_lun *lun;
	u64 number;
	int ret;

	ret = target_parse_number(name, "lun_", &number);
	if (ret)
		return ERR_PTR(ret);
	lun = target_lun_alloc(tpg, number);
	if (IS_ERR_OR_NULL(lun))
		return ERR_CAST(lun);

	config_group_init_type_name(&lun->group, name,
				    &tpg->wwn->fabric->types->dir[TARGET_DIR_LUN]);
	target_subdir(&lun->group, &lun->stat_group, "statistics", &target_stats_type);
	target_subdir(&lun->stat_group, &lun->stat_port_group, "scsi_port", &stat_port_type);
	target_subdir(&lun->stat_group, &lun->stat_tgt_port_group, "scsi_tgt_port",
		      &stat_tgt_port_type);
	target_subdir(&lun->stat_group, &lun->stat_transport_group, "scsi_transport",
		      &stat_transport_type);
	return &lun->group;
}

/* A link in the directory would have kept it: there is no device and no I/O. */
static void drop_lun(struct config_group *group, struct config_item *item)
{
	target_lun_remove(to_lun(item));
	target_drop_dir(to_config_group(item));
}

static struct configfs_group_operations luns_group_ops = {
	.make_group	= make_lun,
	.drop_item	= drop_lun,
};

static const struct config_item_type luns_type = {
	.ct_group_ops	= &luns_group_ops,
	.ct_owner	= THIS_MODULE,
};

/** target_configfs_lun_dir - the lun directory of a TPG in the making */
void target_configfs_lun_dir(struct target_tpg *tpg)
{
	target_subdir(&tpg->group, &tpg->lun_group, "lun", &luns_type);
}
