// SPDX-License-Identifier: GPL-2.0-only
/*
 * tpgt_<tag>/acls/<initiator> in configfs: the initiator's own directory, its
 * mapped LUNs lun_<number> with their link to a LUN, and their statistics.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>
#include "configfs_fabric.h"

static struct target_acl *to_acl(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_acl, group);
}

static struct target_lun_map *to_map(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_lun_map, group);
}

/* ---- mapped LUN ---- */

/* Empty without a LUN: there is nothing to protect yet. */
static ssize_t map_write_protect_show(struct config_item *item, char *page)
{
	struct target_lun_map *map = to_map(item);
	ssize_t ret = 0;

	mutex_lock(&target_lock);
	if (map->lun)
		ret = sprintf(page, "%d\n", map->write_protect);
	mutex_unlock(&target_lock);
	return ret;
}

static ssize_t map_write_protect_store(struct config_item *item, const char *page, size_t count)
{
	unsigned long val;
	int ret;

	ret = target_parse_upto(page, 1, &val);
	if (ret)
		return ret;
	target_map_set_write_protect(to_map(item), val);
	return count;
}

CONFIGFS_ATTR(map_, write_protect);

static struct configfs_attribute *map_attrs[] = {
	&map_attr_write_protect,
	NULL,
};

/* ---- statistics ---- */

/* struct map_facts - what statistics say of a mapped LUN that has a link */
struct map_facts {
	const struct target_acl *acl;
	u32	hba;
	u32	dev;
	u16	rtpi;
	u32	att_count;
	u64	created;
	u32	nexus;			/* number of a session, 0 for none */
	u8	isid[6];
	struct target_io_stats io;
};

static void sum_sessions(const struct target_lun_map *map, struct map_facts *facts)
{
	const struct target_itl *itl;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(itl, &map->lun->itls, lun_link) {
		if (itl->map != map)
			continue;
		target_itl_stats(itl, &facts->io);
		facts->nexus = itl->nexus->id;
		memcpy(facts->isid, itl->nexus->isid, sizeof(facts->isid));
	}
}

/* Returns -ENODEV if the LUN is not mapped. @item is a group below statistics/. */
static int map_facts(struct config_item *item, struct map_facts *facts)
{
	struct target_lun_map *map = to_map(target_item_upto(item, &target_map_type));
	int ret = -ENODEV;

	memset(facts, 0, sizeof(*facts));
	mutex_lock(&target_lock);
	if (map->lun && map->lun->dev) {
		facts->acl = map->acl;
		facts->hba = map->lun->dev->hba->id;
		facts->dev = map->lun->dev->index;
		facts->rtpi = map->lun->tpg->rtpi;
		facts->att_count = map->att_count;
		facts->created = map->created;
		facts->io = map->retired;
		sum_sessions(map, facts);
		ret = 0;
	}
	mutex_unlock(&target_lock);
	return ret;
}

static ssize_t stat_inst_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "%u\n", facts.hba);
}

CONFIGFS_ATTR_RO(stat_, inst);

static ssize_t stat_dev_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "%u\n", facts.dev);
}

CONFIGFS_ATTR_RO(stat_, dev);

static ssize_t stat_port_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "%u\n", facts.rtpi);
}

CONFIGFS_ATTR_RO(stat_, port);

static ssize_t auth_indx_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "%u\n", facts.acl->index);
}

CONFIGFS_ATTR_RO(auth_, indx);

/* The authorization is for a port, not for the whole device. */
static ssize_t auth_dev_or_port_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "1\n");
}

CONFIGFS_ATTR_RO(auth_, dev_or_port);

static ssize_t auth_intr_name_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "%s\n", facts.acl->name);
}

CONFIGFS_ATTR_RO(auth_, intr_name);

static ssize_t auth_map_indx_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "0\n");
}

CONFIGFS_ATTR_RO(auth_, map_indx);

static ssize_t auth_att_count_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "%u\n", facts.att_count);
}

CONFIGFS_ATTR_RO(auth_, att_count);

static ssize_t auth_num_cmds_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "%llu\n", target_stats_cmds(&facts.io));
}

CONFIGFS_ATTR_RO(auth_, num_cmds);

static ssize_t auth_read_mbytes_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "%llu\n", facts.io.read_bytes >> 20);
}

CONFIGFS_ATTR_RO(auth_, read_mbytes);

static ssize_t auth_write_mbytes_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "%llu\n", facts.io.write_bytes >> 20);
}

CONFIGFS_ATTR_RO(auth_, write_mbytes);

static ssize_t auth_hs_num_cmds_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "0\n");
}

CONFIGFS_ATTR_RO(auth_, hs_num_cmds);

/* Time ticks of SNMP: hundredths of a second since boot. */
static ssize_t auth_creation_time_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?:
		sprintf(page, "%llu\n", div_u64((facts.created - INITIAL_JIFFIES) * 100, HZ));
}

CONFIGFS_ATTR_RO(auth_, creation_time);

static ssize_t auth_row_status_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return map_facts(item, &facts) ?: sprintf(page, "Ready\n");
}

CONFIGFS_ATTR_RO(auth_, row_status);

static struct configfs_attribute *stat_auth_attrs[] = {
	&stat_attr_inst,
	&stat_attr_dev,
	&stat_attr_port,
	&auth_attr_indx,
	&auth_attr_dev_or_port,
	&auth_attr_intr_name,
	&auth_attr_map_indx,
	&auth_attr_att_count,
	&auth_attr_num_cmds,
	&auth_attr_read_mbytes,
	&auth_attr_write_mbytes,
	&auth_attr_hs_num_cmds,
	&auth_attr_creation_time,
	&auth_attr_row_status,
	NULL,
};

static const struct config_item_type stat_auth_type = {
	.ct_attrs	= stat_auth_attrs,
	.ct_owner	= THIS_MODULE,
};

/* The attached initiator port exists while there is a session. */
static int session_facts(struct config_item *item, struct map_facts *facts)
{
	return map_facts(item, facts) ?: facts->nexus ? 0 : -ENODEV;
}

static ssize_t att_inst_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return session_facts(item, &facts) ?: sprintf(page, "%u\n", facts.hba);
}

CONFIGFS_ATTR_RO(att_, inst);

static ssize_t att_dev_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return session_facts(item, &facts) ?: sprintf(page, "%u\n", facts.dev);
}

CONFIGFS_ATTR_RO(att_, dev);

static ssize_t att_port_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return session_facts(item, &facts) ?: sprintf(page, "%u\n", facts.rtpi);
}

CONFIGFS_ATTR_RO(att_, port);

static ssize_t att_indx_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return session_facts(item, &facts) ?: sprintf(page, "%u\n", facts.nexus);
}

CONFIGFS_ATTR_RO(att_, indx);

static ssize_t att_port_auth_indx_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return session_facts(item, &facts) ?: sprintf(page, "%u\n", facts.acl->index);
}

CONFIGFS_ATTR_RO(att_, port_auth_indx);

static ssize_t att_port_ident_show(struct config_item *item, char *page)
{
	struct map_facts facts;

	return session_facts(item, &facts) ?:
		sprintf(page, "%s+i+%*phN\n", facts.acl->name, (int)sizeof(facts.isid),
			facts.isid);
}

CONFIGFS_ATTR_RO(att_, port_ident);

static struct configfs_attribute *stat_att_attrs[] = {
	&att_attr_inst,
	&att_attr_dev,
	&att_attr_port,
	&att_attr_indx,
	&att_attr_port_auth_indx,
	&att_attr_port_ident,
	NULL,
};

static const struct config_item_type stat_att_type = {
	.ct_attrs	= stat_att_attrs,
	.ct_owner	= THIS_MODULE,
};

/* ---- the mapped LUN's directory and its link ---- */

static int link_lun(struct config_item *item, struct config_item *target)
{
	if (!target->ci_type || target->ci_type->ct_item_ops != target_lun_type.ct_item_ops)
		return -EFAULT;
	return target_map_link(to_map(item), target_lun_of_item(target));
}

static void unlink_lun(struct config_item *item, struct config_item *target)
{
	target_map_unlink(to_map(item));
}

static void release_map(struct config_item *item)
{
	struct target_lun_map *map = to_map(item);
	struct target_acl *acl = map->acl;

	kfree(map);
	target_acl_put(acl);
}

static struct configfs_item_operations map_item_ops = {
	.release	= release_map,
	.allow_link	= link_lun,
	.drop_link	= unlink_lun,
};

const struct config_item_type target_map_type = {
	.ct_item_ops	= &map_item_ops,
	.ct_attrs	= map_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_group *make_map(struct config_group *group, const char *name)
{
	struct target_acl *acl = container_of(group, struct target_acl, group);
	struct target_lun_map *map;
	u64 number;
	int ret;

	ret = target_parse_number(name, "lun_", &number);
	if (ret)
		return ERR_PTR(ret);
	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return ERR_PTR(-ENOMEM);
	kref_get(&acl->ref);
	map->acl = acl;
	map->number = number;
	INIT_LIST_HEAD(&map->acl_link);
	INIT_LIST_HEAD(&map->lun_link);

	config_group_init_type_name(&map->group, name,
				    &acl->tpg->wwn->fabric->types->dir[TARGET_DIR_MAP]);
	target_subdir(&map->group, &map->stat_group, "statistics", &target_stats_type);
	target_subdir(&map->stat_group, &map->stat_auth_group, "scsi_auth_intr", &stat_auth_type);
	target_subdir(&map->stat_group, &map->stat_att_group, "scsi_att_intr_port", &stat_att_type);
	return &map->group;
}

/* A link in the directory would have kept it: nothing is mapped. */
static void drop_map(struct config_group *group, struct config_item *item)
{
	target_map_remove(to_map(item));
	target_drop_dir(to_config_group(item));
}

/* ---- ACL ---- */

static void release_acl(struct config_item *item)
{
	target_acl_put(to_acl(item));
}

static struct configfs_item_operations acl_item_ops = {
	.release	= release_acl,
};

static struct configfs_group_operations acl_group_ops = {
	.make_group	= make_map,
	.drop_item	= drop_map,
};

const struct config_item_type target_acl_type = {
	.ct_item_ops	= &acl_item_ops,
	.ct_group_ops	= &acl_group_ops,
	.ct_owner	= THIS_MODULE,
};

/** target_acl_of_item - the ACL an attribute file belongs to, from show and store */
struct target_acl *target_acl_of_item(struct config_item *item)
{
	item = target_item_upto(item, &target_acl_type);
	return item ? to_acl(item) : NULL;
}
TARGET_EXPORT(target_acl_of_item);

static int init_dirs(struct target_acl *acl, const char *name)
{
	const struct target_fabric_types *types = acl->tpg->wwn->fabric->types;
	const struct config_item_type *dir = types->dir;
	struct config_group *stats;

	config_group_init_type_name(&acl->group, name, &dir[TARGET_DIR_ACL]);
	target_subdir(&acl->group, &acl->attrib_group, "attrib", &dir[TARGET_DIR_ACL_ATTRIB]);
	target_subdir(&acl->group, &acl->auth_group, "auth", &dir[TARGET_DIR_ACL_AUTH]);
	target_subdir(&acl->group, &acl->param_group, "param", &dir[TARGET_DIR_ACL_PARAM]);
	target_subdir(&acl->group, &acl->stat_group, "fabric_statistics", &target_plain_type);
	stats = target_stat_subdirs(&acl->stat_group, acl->tpg->ops->acl_stats, types->acl_stats);
	if (IS_ERR(stats))
		return PTR_ERR(stats);
	acl->stat_groups = stats;
	return 0;
}

static void remove_acl(struct target_acl *acl)
{
	target_acl_remove(acl);
	target_drop_dir(&acl->group);
}

static struct config_group *make_acl(struct config_group *group, const char *name)
{
	struct target_tpg *tpg = container_of(group, struct target_tpg, acl_group);
	struct target_acl *acl = target_acl_make(tpg, name);
	int ret;

	if (IS_ERR_OR_NULL(acl))
		return ERR_CAST(acl);
	acl->index = target_next_index();
	ret = init_dirs(acl, name);
	if (ret) {
		remove_acl(acl);
		return ERR_PTR(ret);
	}
	return &acl->group;
}

static void drop_acl(struct config_group *group, struct config_item *item)
{
	remove_acl(to_acl(item));
}

static struct configfs_group_operations acls_group_ops = {
	.make_group	= make_acl,
	.drop_item	= drop_acl,
};

static const struct config_item_type acls_type = {
	.ct_group_ops	= &acls_group_ops,
	.ct_owner	= THIS_MODULE,
};

/** target_configfs_acl_dir - the acls directory of a TPG in the making */
void target_configfs_acl_dir(struct target_tpg *tpg)
{
	target_subdir(&tpg->group, &tpg->acl_group, "acls", &acls_type);
}
