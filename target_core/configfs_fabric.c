// SPDX-License-Identifier: GPL-2.0-only
/*
 * target/<fabric> and target/<fabric>/<target> in configfs, the item types made
 * for each fabric, and the helpers for all directories below it.
 */
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/slab.h>
#include "configfs_fabric.h"

static struct target_fabric *to_fabric(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_fabric, group);
}

static struct target_wwn *to_wwn(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_wwn, group);
}

/* ---- helpers ---- */

/**
 * target_subdir - give a directory in the making a fixed subdirectory
 * @parent: directory that mkdir is making, or a subdirectory of it
 * @child: a member of the same struct as @parent
 * @name: its name
 * @type: its item type, without release
 */
void target_subdir(struct config_group *parent, struct config_group *child, const char *name,
		   const struct config_item_type *type)
{
	config_group_init_type_name(child, name, type);
	configfs_add_default_group(child, parent);
}

/*
 * A symlink(2) that lost the race with rmdir holds a reference on its target,
 * which may be a fixed subdirectory: a member of the object that is about to be
 * freed. configfs drops the reference on ci_parent when an item dies, so with
 * it set the last subdirectory takes the object along.
 */
static void orphan_subdirs(struct config_group *group)
{
	struct config_group *child;

	list_for_each_entry(child, &group->default_groups, group_entry) {
		orphan_subdirs(child);
		child->cg_item.ci_parent = config_item_get(&group->cg_item);
	}
	configfs_remove_default_groups(group);
}

/**
 * target_drop_dir - the end of every drop_item below a fabric
 * @group: directory that configfs has unlinked
 *
 * Drops the fixed subdirectories and mkdir's reference. Under su_mutex.
 */
void target_drop_dir(struct config_group *group)
{
	orphan_subdirs(group);
	config_group_put(group);
}

/**
 * target_item_upto - find the directory of a kind that an item is in
 * @item: where to begin; may be of that kind itself
 * @kind: core's item type of the kind
 *
 * For show, store and links: the ancestors can't go away. Returns NULL if there
 * is none.
 */
struct config_item *target_item_upto(struct config_item *item, const struct config_item_type *kind)
{
	while (item && (!item->ci_type || item->ci_type->ct_item_ops != kind->ct_item_ops))
		item = item->ci_parent;
	return item;
}

/**
 * target_stat_subdirs - make the fabric's groups below fabric_statistics
 * @parent: the fabric_statistics group of an object in the making
 * @stats: the fabric's list or NULL
 * @types: made from the list
 *
 * Return: the groups, to be freed with the object; NULL without a list;
 * ERR_PTR(-ENOMEM).
 */
struct config_group *target_stat_subdirs(struct config_group *parent,
					 const struct target_stat_group *stats,
					 const struct config_item_type *types)
{
	struct config_group *groups;
	unsigned int i, n = 0;

	while (stats && stats[n].name)
		n++;
	if (!n)
		return NULL;
	groups = kcalloc(n, sizeof(*groups), GFP_KERNEL);
	if (!groups)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < n; i++)
		target_subdir(parent, &groups[i], stats[i].name, &types[i]);
	return groups;
}

/**
 * target_parse_number - the number in a directory name such as lun_7
 * @name: the whole name
 * @prefix: text before the number
 * @number: result
 *
 * Return: 0, -EINVAL if anything but a number (base by its prefix) follows
 * @prefix, -ERANGE if it has over 64 bits.
 */
int target_parse_number(const char *name, const char *prefix, u64 *number)
{
	size_t len = strlen(prefix);

	/* kstrtou64() would take a sign before and a line feed after it. */
	if (strncmp(name, prefix, len) || !isdigit(name[len]) || strchr(name, '\n'))
		return -EINVAL;
	return kstrtou64(name + len, 0, number);
}

/**
 * target_parse_upto - a number of an attribute write
 * @page: text
 * @max: largest value allowed
 * @val: result
 *
 * Return: 0, -EINVAL if it is no number or too large, -ERANGE if it has too many
 * bits.
 */
int target_parse_upto(const char *page, unsigned long max, unsigned long *val)
{
	int ret = kstrtoul(page, 0, val);

	return ret ?: *val > max ? -EINVAL : 0;
}

/** target_next_index - a number for an object to be told by in statistics */
u32 target_next_index(void)
{
	static atomic_t last;

	return atomic_inc_return(&last);
}

static struct config_group *refuse_mkdir(struct config_group *group, const char *name)
{
	return ERR_PTR(-ENOSYS);
}

static struct configfs_group_operations refuse_group_ops = {
	.make_group	= refuse_mkdir,
};

const struct config_item_type target_stats_type = {
	.ct_group_ops	= &refuse_group_ops,
	.ct_owner	= THIS_MODULE,
};

const struct config_item_type target_plain_type = {
	.ct_owner	= THIS_MODULE,
};

/* ---- target ---- */

static ssize_t wwn_cmd_completion_affinity_show(struct config_item *item, char *page)
{
	struct target_wwn *wwn = container_of(to_config_group(item), struct target_wwn,
					      param_group);

	return sprintf(page, "%d\n", READ_ONCE(wwn->cmd_completion_affinity));
}

static ssize_t wwn_cmd_completion_affinity_store(struct config_item *item, const char *page,
						 size_t count)
{
	struct target_wwn *wwn = container_of(to_config_group(item), struct target_wwn,
					      param_group);
	int cpu, ret;

	ret = kstrtoint(page, 0, &cpu);
	if (ret)
		return ret;
	if (cpu < -2 || (cpu >= 0 && (cpu >= nr_cpu_ids || !cpu_online(cpu))))
		return -EINVAL;
	WRITE_ONCE(wwn->cmd_completion_affinity, cpu);
	return count;
}

CONFIGFS_ATTR(wwn_, cmd_completion_affinity);

static struct configfs_attribute *wwn_param_attrs[] = {
	&wwn_attr_cmd_completion_affinity,
	NULL,
};

static const struct config_item_type wwn_param_type = {
	.ct_attrs	= wwn_param_attrs,
	.ct_owner	= THIS_MODULE,
};

static void release_wwn(struct config_item *item)
{
	struct target_wwn *wwn = to_wwn(item);
	struct target_fabric *fabric = wwn->fabric;

	kfree(wwn->stat_groups);
	kfree(wwn);
	config_group_put(&fabric->group);
}

static struct configfs_item_operations wwn_item_ops = {
	.release	= release_wwn,
};

static struct configfs_group_operations wwn_group_ops = {
	.make_group	= target_configfs_make_tpg,
	.drop_item	= target_configfs_drop_tpg,
};

static const struct config_item_type wwn_type = {
	.ct_item_ops	= &wwn_item_ops,
	.ct_group_ops	= &wwn_group_ops,
	.ct_owner	= THIS_MODULE,
};

/** target_wwn_of_item - the target an attribute file belongs to, from show and store */
struct target_wwn *target_wwn_of_item(struct config_item *item)
{
	item = target_item_upto(item, &wwn_type);
	return item ? to_wwn(item) : NULL;
}
TARGET_EXPORT(target_wwn_of_item);

static int init_wwn(struct target_wwn *wwn, struct target_fabric *fabric, const char *name)
{
	const struct target_fabric_types *types = fabric->types;
	const struct target_fabric_ops *ops = fabric->ops;
	struct config_group *stats;

	wwn->fabric = fabric;
	wwn->ops = ops;
	wwn->cmd_completion_affinity = -1;
	wwn->index = target_next_index();
	INIT_LIST_HEAD(&wwn->link);
	INIT_LIST_HEAD(&wwn->tpgs);
	strscpy(wwn->name, name, sizeof(wwn->name));

	config_group_init_type_name(&wwn->group, name, &types->dir[TARGET_DIR_WWN]);
	config_group_get(&fabric->group);
	target_subdir(&wwn->group, &wwn->param_group, "param", &wwn_param_type);
	target_subdir(&wwn->group, &wwn->stat_group, "fabric_statistics", &target_plain_type);
	stats = target_stat_subdirs(&wwn->stat_group, ops->wwn_stats, types->wwn_stats);
	if (IS_ERR(stats))
		return PTR_ERR(stats);
	wwn->stat_groups = stats;
	return ops->add_wwn ? ops->add_wwn(wwn) : 0;
}

/* User space knows one error for a name that does not suit: whatever failed, EINVAL. */
static struct config_group *make_wwn(struct config_group *group, const char *name)
{
	struct target_fabric *fabric = container_of(group, struct target_fabric, group);
	struct target_wwn *wwn;
	int ret;

	if (strlen(name) >= TARGET_NAME_MAX)
		return ERR_PTR(-EINVAL);
	wwn = kzalloc(sizeof(*wwn), GFP_KERNEL);
	if (!wwn)
		return ERR_PTR(-EINVAL);
	ret = init_wwn(wwn, fabric, name);
	if (ret) {
		pr_debug("%s target %s refused: %d\n", fabric->ops->name, name, ret);
		target_drop_dir(&wwn->group);
		return ERR_PTR(-EINVAL);
	}

	mutex_lock(&target_lock);
	list_add_tail(&wwn->link, &fabric->wwns);
	mutex_unlock(&target_lock);
	return &wwn->group;
}

static void drop_wwn(struct config_group *group, struct config_item *item)
{
	struct target_wwn *wwn = to_wwn(item);

	mutex_lock(&target_lock);
	list_del_init(&wwn->link);
	mutex_unlock(&target_lock);
	if (wwn->ops->del_wwn)
		wwn->ops->del_wwn(wwn);
	target_drop_dir(&wwn->group);
}

/* ---- fabric ---- */

static void free_types(struct target_fabric_types *types)
{
	unsigned int i;

	for (i = 0; i < TARGET_DIR_COUNT; i++)
		kfree(types->dir[i].ct_attrs);
	kfree(types->wwn_stats);
	kfree(types->acl_stats);
	kfree(types);
}

static void release_fabric(struct config_item *item)
{
	struct target_fabric *fabric = to_fabric(item);
	struct module *owner = fabric->ops->owner;

	free_types(fabric->types);
	kfree(fabric);
	module_put(owner);
}

static struct configfs_item_operations fabric_item_ops = {
	.release	= release_fabric,
};

static struct configfs_group_operations fabric_group_ops = {
	.make_group	= make_wwn,
	.drop_item	= drop_wwn,
};

static const struct config_item_type fabric_type = {
	.ct_item_ops	= &fabric_item_ops,
	.ct_group_ops	= &fabric_group_ops,
	.ct_owner	= THIS_MODULE,
};

#define OPS_ATTRS(member) offsetof(struct target_fabric_ops, member)

/* Which of the fabric's arrays goes with which of core's types; 0 (owner) for none. */
static const struct {
	const struct config_item_type	*core;
	size_t				attrs;
} recipes[TARGET_DIR_COUNT] = {
	[TARGET_DIR_FABRIC]	= { &fabric_type, OPS_ATTRS(fabric_attrs) },
	[TARGET_DIR_DISCOVERY]	= { &target_plain_type, OPS_ATTRS(discovery_attrs) },
	[TARGET_DIR_WWN]	= { &wwn_type, 0 },
	[TARGET_DIR_TPG]	= { &target_tpg_type, OPS_ATTRS(tpg_attrs) },
	[TARGET_DIR_TPG_ATTRIB]	= { &target_plain_type, OPS_ATTRS(tpg_attrib_attrs) },
	[TARGET_DIR_TPG_AUTH]	= { &target_plain_type, OPS_ATTRS(tpg_auth_attrs) },
	[TARGET_DIR_TPG_PARAM]	= { &target_plain_type, OPS_ATTRS(tpg_param_attrs) },
	[TARGET_DIR_PORTAL]	= { &target_portal_type, OPS_ATTRS(portal_attrs) },
	[TARGET_DIR_LUN]	= { &target_lun_type, 0 },
	[TARGET_DIR_ACL]	= { &target_acl_type, OPS_ATTRS(acl_attrs) },
	[TARGET_DIR_ACL_ATTRIB]	= { &target_plain_type, OPS_ATTRS(acl_attrib_attrs) },
	[TARGET_DIR_ACL_AUTH]	= { &target_plain_type, OPS_ATTRS(acl_auth_attrs) },
	[TARGET_DIR_ACL_PARAM]	= { &target_plain_type, OPS_ATTRS(acl_param_attrs) },
	[TARGET_DIR_MAP]	= { &target_map_type, 0 },
};

static struct configfs_attribute **recipe_attrs(const struct target_fabric_ops *ops, size_t at)
{
	return at ? *(struct configfs_attribute ** const *)((const char *)ops + at) : NULL;
}

static unsigned int count_attrs(struct configfs_attribute **attrs)
{
	unsigned int n = 0;

	while (attrs && attrs[n])
		n++;
	return n;
}

static struct configfs_attribute **join_attrs(const struct target_fabric_ops *ops,
					      struct configfs_attribute **core,
					      struct configfs_attribute **own)
{
	struct configfs_attribute **all, **next;

	all = kcalloc(count_attrs(core) + count_attrs(own) + 1, sizeof(*all), GFP_KERNEL);
	if (!all)
		return NULL;
	next = all;
	for (; core && *core; core++) {
		if (target_tpg_has_attr(ops, *core))
			*next++ = *core;
	}
	for (; own && *own; own++)
		*next++ = *own;
	return all;
}

static int make_stat_types(const struct target_fabric_ops *ops,
			   const struct target_stat_group *stats, struct config_item_type **types)
{
	unsigned int i, n = 0;

	while (stats && stats[n].name)
		n++;
	*types = kcalloc(n, sizeof(**types), GFP_KERNEL);
	if (!*types)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		(*types)[i] = target_stats_type;
		(*types)[i].ct_attrs = stats[i].attrs;
		(*types)[i].ct_owner = ops->owner;
	}
	return 0;
}

static struct target_fabric_types *make_types(const struct target_fabric_ops *ops)
{
	struct target_fabric_types *types = kzalloc(sizeof(*types), GFP_KERNEL);
	unsigned int i;

	if (!types)
		return NULL;
	for (i = 0; i < TARGET_DIR_COUNT; i++) {
		struct config_item_type *type = &types->dir[i];

		*type = *recipes[i].core;
		type->ct_owner = ops->owner;
		type->ct_attrs = join_attrs(ops, recipes[i].core->ct_attrs,
					    recipe_attrs(ops, recipes[i].attrs));
		if (!type->ct_attrs)
			goto fail;
	}
	if (make_stat_types(ops, ops->wwn_stats, &types->wwn_stats) ||
	    make_stat_types(ops, ops->acl_stats, &types->acl_stats))
		goto fail;
	return types;
fail:
	free_types(types);
	return NULL;
}

static struct target_fabric *alloc_fabric(const struct target_fabric_ops *ops, const char *name)
{
	struct target_fabric *fabric = kzalloc(sizeof(*fabric), GFP_KERNEL);

	if (!fabric)
		return NULL;
	fabric->types = make_types(ops);
	if (!fabric->types) {
		kfree(fabric);
		return NULL;
	}
	fabric->ops = ops;
	INIT_LIST_HEAD(&fabric->wwns);
	config_group_init_type_name(&fabric->group, name, &fabric->types->dir[TARGET_DIR_FABRIC]);
	target_subdir(&fabric->group, &fabric->discovery_group, "discovery_auth",
		      &fabric->types->dir[TARGET_DIR_DISCOVERY]);
	return fabric;
}

/**
 * target_configfs_make_fabric - mkdir target/<name>
 * @name: directory name of a fabric
 *
 * Loads the fabric's module if it is not there. Under su_mutex.
 *
 * Return: the new directory, ERR_PTR(-EINVAL) for an unknown fabric,
 * ERR_PTR(-ENOMEM).
 */
struct config_group *target_configfs_make_fabric(const char *name)
{
	const struct target_fabric_ops *ops = target_fabric_find(name);
	struct target_fabric *fabric;

	if (!ops)
		return ERR_PTR(-EINVAL);
	fabric = alloc_fabric(ops, name);
	if (!fabric) {
		module_put(ops->owner);
		return ERR_PTR(-ENOMEM);
	}
	return &fabric->group;
}

/** target_configfs_drop_fabric - rmdir target/<fabric>; under su_mutex */
void target_configfs_drop_fabric(struct config_item *item)
{
	target_drop_dir(to_config_group(item));
}
