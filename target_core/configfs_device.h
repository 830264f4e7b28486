/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the files that make up core/<plugin>_<n>/<device>/ in configfs.
 *
 * A show or store runs with its directory alive: configfs lets rmdir wait for it.
 * Values that must not change while a LUN is linked are checked and written under
 * target_lock, which also guards the links.
 */
#ifndef TARGET_CORE_CONFIGFS_DEVICE_H
#define TARGET_CORE_CONFIGFS_DEVICE_H

#include "configfs_fabric.h"

#define TARGET_PAGE	4096	/* configfs shows no more than this */

extern const struct config_item_type target_attrib_type, target_action_type, target_pr_type;
extern const struct config_item_type target_wwn_files_type, target_alua_type;
extern const struct config_item_type target_port_group_type;
extern const struct config_item_type target_statistics_type, target_stat_dev_type;
extern const struct config_item_type target_stat_tgt_type, target_stat_lu_type;
extern const struct config_item_type target_hba_type, target_lu_groups_type;
extern const struct config_item_type target_lu_group_type;

extern struct target_lu_group target_default_lu_group;
extern struct list_head target_devices;		/* target_device.all_link, under target_lock */

struct config_group *target_configfs_make_hba(struct config_group *group, const char *name);
void target_configfs_drop_hba(struct config_group *group, struct config_item *item);
struct config_group *target_configfs_make_device(struct config_group *group, const char *name);
void target_configfs_drop_device(struct config_group *group, struct config_item *item);
struct target_lu_group *target_lu_group_find(const char *name);
int target_take_text(char *dst, size_t room, const char *page, size_t count);

#endif
