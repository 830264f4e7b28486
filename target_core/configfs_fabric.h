/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the files that make up target/<fabric>/ in configfs: the kinds of
 * directories a fabric adds files to, and the few helpers all of them use.
 *
 * Lifetime: a directory's struct is released by its config_item, which drops
 * the directory's reference on the object. Each object holds its parent (ACL and
 * LUN their TPG, TPG its target, target its fabric), and the fabric's directory
 * holds the item types and the module, so types and code outlive every item.
 */
#ifndef TARGET_CORE_CONFIGFS_FABRIC_H
#define TARGET_CORE_CONFIGFS_FABRIC_H

#include "core.h"

/** enum target_dir - directories whose item type is made for each fabric */
enum target_dir {
	TARGET_DIR_FABRIC,
	TARGET_DIR_DISCOVERY,
	TARGET_DIR_WWN,
	TARGET_DIR_TPG,
	TARGET_DIR_TPG_ATTRIB,
	TARGET_DIR_TPG_AUTH,
	TARGET_DIR_TPG_PARAM,
	TARGET_DIR_PORTAL,
	TARGET_DIR_LUN,
	TARGET_DIR_ACL,
	TARGET_DIR_ACL_ATTRIB,
	TARGET_DIR_ACL_AUTH,
	TARGET_DIR_ACL_PARAM,
	TARGET_DIR_MAP,
	TARGET_DIR_COUNT,
};

/**
 * struct target_fabric_types - item types of one target/<fabric>
 * @dir: core's type of the directory with the fabric's files added and owned by
 *	its module.
 * @wwn_stats, @acl_stats: one for each group in ops->wwn_stats, ops->acl_stats.
 *
 * An item's kind is told by ct_item_ops, which the copies share with core's type.
 */
struct target_fabric_types {
	struct config_item_type	dir[TARGET_DIR_COUNT];
	struct config_item_type	*wwn_stats;
	struct config_item_type	*acl_stats;
};

/* Core's part of the types above, and the statistics directories without files. */
extern const struct config_item_type target_tpg_type, target_portal_type;
extern const struct config_item_type target_lun_type, target_acl_type, target_map_type;
extern const struct config_item_type target_plain_type, target_stats_type;

/* configfs_fabric.c */
void target_subdir(struct config_group *parent, struct config_group *child, const char *name,
		   const struct config_item_type *type);
void target_drop_dir(struct config_group *group);
struct config_item *target_item_upto(struct config_item *item, const struct config_item_type *kind);
struct config_group *target_stat_subdirs(struct config_group *parent,
					 const struct target_stat_group *stats,
					 const struct config_item_type *types);
int target_parse_number(const char *name, const char *prefix, u64 *number);
int target_parse_upto(const char *page, unsigned long max, unsigned long *val);
u32 target_next_index(void);

/* configfs_tpg.c, configfs_lun.c, configfs_acl.c: directories of a parent that is being made */
struct config_group *target_configfs_make_tpg(struct config_group *group, const char *name);
void target_configfs_drop_tpg(struct config_group *group, struct config_item *item);
bool target_tpg_has_attr(const struct target_fabric_ops *ops,
			 const struct configfs_attribute *attr);
void target_configfs_lun_dir(struct target_tpg *tpg);
void target_configfs_acl_dir(struct target_tpg *tpg);
struct target_lun *target_lun_of_item(struct config_item *item);

/* fabric.c */
const struct target_fabric_ops *target_fabric_find(const char *dir);

#endif
