// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asymmetric access in configfs: <device>/alua/<group> (target port groups) and
 * core/alua/lu_gps/<group> (LU groups).
 */
#include <linux/slab.h>
#include <linux/string.h>
#include "alua.h"
#include "configfs_device.h"

static struct target_port_group *to_pg(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_port_group, group);
}

static ssize_t show_number(u32 val, char *page)
{
	return scnprintf(page, TARGET_PAGE, "%u\n", val);
}

/* ---- identity and state of a target port group ---- */

static ssize_t pg_tg_pt_gp_id_show(struct config_item *item, char *page)
{
	struct target_port_group *pg = to_pg(item);

	return smp_load_acquire(&pg->has_id) ? show_number(pg->id, page) : 0;
}

static ssize_t pg_tg_pt_gp_id_store(struct config_item *item, const char *page, size_t count)
{
	unsigned long id;

	return target_parse_upto(page, U16_MAX, &id) ?:
	       target_alua_set_id(to_pg(item), id) ?: count;
}

static ssize_t pg_alua_access_state_show(struct config_item *item, char *page)
{
	return show_number(READ_ONCE(to_pg(item)->state), page);
}

static ssize_t pg_alua_access_state_store(struct config_item *item, const char *page, size_t count)
{
	unsigned long state;

	return target_parse_upto(page, TARGET_ALUA_TRANSITIONING, &state) ?:
	       target_alua_set_state(to_pg(item), state) ?: count;
}

static ssize_t pg_alua_access_status_show(struct config_item *item, char *page)
{
	return scnprintf(page, TARGET_PAGE, "%s\n",
			 target_alua_status_name(READ_ONCE(to_pg(item)->status)));
}

static ssize_t pg_alua_access_type_show(struct config_item *item, char *page)
{
	static const char * const names[] = { "None", "Implicit", "Explicit",
					      "Implicit and Explicit" };

	return scnprintf(page, TARGET_PAGE, "%s\n", names[READ_ONCE(to_pg(item)->access_type)]);
}

/* ---- settings ---- */

/* 0 or -EINTR */
static int lock_pg(struct target_port_group *pg)
{
	int err = mutex_lock_killable(&pg->dev->config_lock);

	if (!err)
		mutex_lock(&target_lock);
	return err;
}

static void unlock_pg(struct target_port_group *pg)
{
	mutex_unlock(&target_lock);
	mutex_unlock(&pg->dev->config_lock);
}

/* The groups of a device differ by their identifier: without one it is no group yet. */
static ssize_t store_byte(struct target_port_group *pg, u8 *byte, unsigned long max,
			  const char *page, size_t count)
{
	unsigned long val;
	int err = target_parse_upto(page, max, &val);

	err = err ?: lock_pg(pg);
	if (err)
		return err;
	if (pg->has_id)
		WRITE_ONCE(*byte, val);
	else
		err = -EINVAL;
	unlock_pg(pg);
	return err ?: count;
}

static ssize_t store_time(struct target_port_group *pg, u32 *word, unsigned long max,
			  const char *page, size_t count)
{
	unsigned long val;
	int err = target_parse_upto(page, max, &val);

	if (err)
		return err;
	WRITE_ONCE(*word, val);
	return count;
}

static ssize_t show_support(struct config_item *item, u8 bit, char *page)
{
	return show_number(!!(READ_ONCE(to_pg(item)->supported) & bit), page);
}

static ssize_t store_support(struct config_item *item, u8 bit, const char *page, size_t count)
{
	struct target_port_group *pg = to_pg(item);
	unsigned long on;
	int err = target_parse_upto(page, 1, &on);

	err = err ?: lock_pg(pg);
	if (err)
		return err;
	if (!pg->has_id)
		err = -EINVAL;
	else if (on)
		pg->supported |= bit;
	else
		pg->supported &= ~bit;
	unlock_pg(pg);
	return err ?: count;
}

static ssize_t pg_alua_access_status_store(struct config_item *item, const char *page, size_t count)
{
	struct target_port_group *pg = to_pg(item);

	return store_byte(pg, &pg->status, ALUA_STATUS_IMPLICIT, page, count);
}

static ssize_t pg_alua_access_type_store(struct config_item *item, const char *page, size_t count)
{
	struct target_port_group *pg = to_pg(item);

	return store_byte(pg, &pg->access_type, ALUA_TYPE_IMPLICIT | ALUA_TYPE_EXPLICIT, page,
			  count);
}

static ssize_t pg_alua_write_metadata_show(struct config_item *item, char *page)
{
	return show_number(READ_ONCE(to_pg(item)->write_metadata), page);
}

static ssize_t pg_alua_write_metadata_store(struct config_item *item, const char *page,
					    size_t count)
{
	unsigned long keep;

	return target_parse_upto(page, 1, &keep) ?:
	       target_alua_keep_group(to_pg(item), keep) ?: count;
}

static ssize_t pg_preferred_show(struct config_item *item, char *page)
{
	return show_number(READ_ONCE(to_pg(item)->preferred), page);
}

static ssize_t pg_preferred_store(struct config_item *item, const char *page, size_t count)
{
	struct target_port_group *pg = to_pg(item);

	return store_byte(pg, &pg->preferred, 1, page, count);
}

static ssize_t pg_nonop_delay_msecs_show(struct config_item *item, char *page)
{
	return show_number(READ_ONCE(to_pg(item)->nonop_delay_msecs), page);
}

static ssize_t pg_nonop_delay_msecs_store(struct config_item *item, const char *page, size_t count)
{
	struct target_port_group *pg = to_pg(item);

	return store_time(pg, &pg->nonop_delay_msecs, 10000, page, count);
}

static ssize_t pg_trans_delay_msecs_show(struct config_item *item, char *page)
{
	return show_number(READ_ONCE(to_pg(item)->trans_delay_msecs), page);
}

static ssize_t pg_trans_delay_msecs_store(struct config_item *item, const char *page, size_t count)
{
	struct target_port_group *pg = to_pg(item);

	return store_time(pg, &pg->trans_delay_msecs, 30000, page, count);
}

static ssize_t pg_implicit_trans_secs_show(struct config_item *item, char *page)
{
	return show_number(READ_ONCE(to_pg(item)->implicit_trans_secs), page);
}

static ssize_t pg_implicit_trans_secs_store(struct config_item *item, const char *page,
					    size_t count)
{
	struct target_port_group *pg = to_pg(item);

	return store_time(pg, &pg->implicit_trans_secs, 255, page, count);
}

/* ---- members ---- */

static ssize_t pg_members_show(struct config_item *item, char *page)
{
	struct target_port_group *pg = to_pg(item);
	struct target_lun *lun;
	size_t len = 0;

	mutex_lock(&target_lock);
	list_for_each_entry(lun, &pg->members, group_link) {
		const struct target_tpg *tpg = lun->tpg;
		size_t n = snprintf(page + len, TARGET_PAGE - len, "%s/%s/tpgt_%u/lun_%llu\n",
				    tpg->ops->name, tpg->wwn->name, tpg->tag, lun->number);

		/* Half a line would name another LUN. */
		if (n >= TARGET_PAGE - len)
			break;
		len += n;
	}
	mutex_unlock(&target_lock);
	return len;
}

/* ---- alua_support_*: bits of REPORT TARGET PORT GROUPS ---- */

/* A file of one bit: its show and its store function. */
#define PG_SUPPORT(_name, _bit)								\
static ssize_t pg_##_name##_show(struct config_item *item, char *page)			\
{ return show_support(item, _bit, page); }						\
static ssize_t pg_##_name##_store(struct config_item *item, const char *page, size_t count) \
{ return store_support(item, _bit, page, count); }					\
CONFIGFS_ATTR(pg_, _name)

PG_SUPPORT(alua_support_transitioning, ALUA_SUP_TRANSITION);
PG_SUPPORT(alua_support_offline, ALUA_SUP_OFFLINE);
PG_SUPPORT(alua_support_lba_dependent, ALUA_SUP_LBA_DEPENDENT);
PG_SUPPORT(alua_support_unavailable, ALUA_SUP_UNAVAILABLE);
PG_SUPPORT(alua_support_standby, ALUA_SUP_STANDBY);
PG_SUPPORT(alua_support_active_nonoptimized, ALUA_SUP_NON_OPTIMIZED);
PG_SUPPORT(alua_support_active_optimized, ALUA_SUP_OPTIMIZED);

CONFIGFS_ATTR(pg_, tg_pt_gp_id);
CONFIGFS_ATTR(pg_, alua_access_state);
CONFIGFS_ATTR(pg_, alua_access_status);
CONFIGFS_ATTR(pg_, alua_access_type);
CONFIGFS_ATTR(pg_, alua_write_metadata);
CONFIGFS_ATTR(pg_, nonop_delay_msecs);
CONFIGFS_ATTR(pg_, trans_delay_msecs);
CONFIGFS_ATTR(pg_, implicit_trans_secs);
CONFIGFS_ATTR(pg_, preferred);
CONFIGFS_ATTR_RO(pg_, members);

static struct configfs_attribute *pg_attrs[] = {
	&pg_attr_tg_pt_gp_id,
	&pg_attr_alua_access_state,
	&pg_attr_alua_access_status,
	&pg_attr_alua_access_type,
	&pg_attr_alua_support_transitioning,
	&pg_attr_alua_support_offline,
	&pg_attr_alua_support_lba_dependent,
	&pg_attr_alua_support_unavailable,
	&pg_attr_alua_support_standby,
	&pg_attr_alua_support_active_nonoptimized,
	&pg_attr_alua_support_active_optimized,
	&pg_attr_alua_write_metadata,
	&pg_attr_nonop_delay_msecs,
	&pg_attr_trans_delay_msecs,
	&pg_attr_implicit_trans_secs,
	&pg_attr_preferred,
	&pg_attr_members,
	NULL,
};

/* The default group is part of its device. */
static void pg_release(struct config_item *item)
{
	struct target_port_group *pg = to_pg(item);

	if (pg != &pg->dev->default_group)
		kfree_rcu(pg, rcu);
}

static struct configfs_item_operations pg_item_ops = {
	.release	= pg_release,
};

const struct config_item_type target_port_group_type = {
	.ct_owner	= THIS_MODULE,
	.ct_item_ops	= &pg_item_ops,
	.ct_attrs	= pg_attrs,
};

/* ---- <device>/alua/ ---- */

static struct config_group *alua_make_group(struct config_group *group, const char *name)
{
	struct target_device *dev = container_of(group, struct target_device, alua_group);
	struct target_port_group *pg = kzalloc(sizeof(*pg), GFP_KERNEL);

	if (!pg)
		return ERR_PTR(-ENOMEM);
	config_group_init_type_name(&pg->group, name, &target_port_group_type);
	if (!config_item_name(&pg->group.cg_item)) {
		kfree(pg);
		return ERR_PTR(-ENOMEM);
	}
	target_alua_init_group(pg, dev);
	return &pg->group;
}

static void alua_drop_item(struct config_group *group, struct config_item *item)
{
	target_alua_remove_group(to_pg(item));
	target_drop_dir(to_config_group(item));
}

static struct configfs_group_operations alua_group_ops = {
	.make_group	= alua_make_group,
	.drop_item	= alua_drop_item,
};

const struct config_item_type target_alua_type = {
	.ct_owner	= THIS_MODULE,
	.ct_group_ops	= &alua_group_ops,
};

/* ---- LU groups ---- */

struct target_lu_group target_default_lu_group = {
	.link		= LIST_HEAD_INIT(target_default_lu_group.link),
	.members	= LIST_HEAD_INIT(target_default_lu_group.members),
	.has_id		= true,
};

/* Every LU group made by mkdir; under target_lock. */
static LIST_HEAD(lu_groups);

static struct target_lu_group *to_lu_group(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_lu_group, group);
}

/**
 * target_lu_group_find() - look a LU group up by its directory's name
 * @name: the name
 *
 * Caller holds target_lock. Returns NULL also for a group without identifier.
 */
struct target_lu_group *target_lu_group_find(const char *name)
{
	struct target_lu_group *group;

	lockdep_assert_held(&target_lock);
	if (!strcmp(name, config_item_name(&target_default_lu_group.group.cg_item)))
		return &target_default_lu_group;
	list_for_each_entry(group, &lu_groups, link)
		if (group->has_id && !strcmp(name, config_item_name(&group->group.cg_item)))
			return group;
	return NULL;
}

static bool lu_group_id_taken(u32 id)
{
	struct target_lu_group *group;

	list_for_each_entry(group, &lu_groups, link)
		if (group->has_id && group->id == id)
			return true;
	return id == target_default_lu_group.id;
}

static int lu_group_set_id(struct target_lu_group *group, u32 id)
{
	if (group->has_id)
		return -EINVAL;
	if (!id)
		for (id = 1; id <= U16_MAX && lu_group_id_taken(id); id++)
			;
	if (id > U16_MAX || lu_group_id_taken(id))
		return -EINVAL;
	group->id = id;
	group->has_id = true;
	return 0;
}

static ssize_t lu_group_lu_gp_id_show(struct config_item *item, char *page)
{
	struct target_lu_group *group = to_lu_group(item);

	return READ_ONCE(group->has_id) ? show_number(group->id, page) : 0;
}

static ssize_t lu_group_lu_gp_id_store(struct config_item *item, const char *page, size_t count)
{
	unsigned long id;
	int err = target_parse_upto(page, U16_MAX, &id);

	if (err)
		return err;
	mutex_lock(&target_lock);
	err = lu_group_set_id(to_lu_group(item), id);
	mutex_unlock(&target_lock);
	return err ?: count;
}

static ssize_t lu_group_members_show(struct config_item *item, char *page)
{
	struct target_lu_group *group = to_lu_group(item);
	struct target_device *dev;
	size_t len = 0;

	mutex_lock(&target_lock);
	list_for_each_entry(dev, &group->members, lu_group_link) {
		size_t n = snprintf(page + len, TARGET_PAGE - len, "%s/%s\n",
				    config_item_name(&dev->hba->group.cg_item), dev->bd.name);

		if (n >= TARGET_PAGE - len)
			break;
		len += n;
	}
	mutex_unlock(&target_lock);
	return len;
}

CONFIGFS_ATTR(lu_group_, lu_gp_id);
CONFIGFS_ATTR_RO(lu_group_, members);

static struct configfs_attribute *lu_group_attrs[] = {
	&lu_group_attr_lu_gp_id,
	&lu_group_attr_members,
	NULL,
};

static void lu_group_release(struct config_item *item)
{
	if (to_lu_group(item) != &target_default_lu_group)
		kfree(to_lu_group(item));
}

static struct configfs_item_operations lu_group_item_ops = {
	.release	= lu_group_release,
};

const struct config_item_type target_lu_group_type = {
	.ct_owner	= THIS_MODULE,
	.ct_item_ops	= &lu_group_item_ops,
	.ct_attrs	= lu_group_attrs,
};

static struct config_group *lu_groups_make_group(struct config_group *parent, const char *name)
{
	struct target_lu_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return ERR_PTR(-ENOMEM);
	config_group_init_type_name(&group->group, name, &target_lu_group_type);
	if (!config_item_name(&group->group.cg_item)) {
		kfree(group);
		return ERR_PTR(-ENOMEM);
	}
	INIT_LIST_HEAD(&group->members);
	mutex_lock(&target_lock);
	list_add_tail(&group->link, &lu_groups);
	mutex_unlock(&target_lock);
	return &group->group;
}

static void lu_groups_drop_item(struct config_group *parent, struct config_item *item)
{
	struct target_lu_group *group = to_lu_group(item);
	struct target_device *dev, *next;

	mutex_lock(&target_lock);
	list_for_each_entry_safe(dev, next, &group->members, lu_group_link)
		target_lu_group_join(dev, &target_default_lu_group);
	list_del(&group->link);
	mutex_unlock(&target_lock);
	target_drop_dir(&group->group);
}

static struct configfs_group_operations lu_groups_group_ops = {
	.make_group	= lu_groups_make_group,
	.drop_item	= lu_groups_drop_item,
};

const struct config_item_type target_lu_groups_type = {
	.ct_owner	= THIS_MODULE,
	.ct_group_ops	= &lu_groups_group_ops,
};
