/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of asymmetric access share beyond core.h.
 */
#ifndef TARGET_CORE_ALUA_H
#define TARGET_CORE_ALUA_H

#include "core.h"

/**
 * struct alua_change - groups that change their state together
 * @groups: target_port_group.change_link; each holds its directory and its device.
 * @from: nexus of the initiator that asked, or NULL: the administrator did.
 * @dev: its device, whose other nexuses are told.
 * @delay: longest transition delay among the groups, in ms.
 * @luns: target_alua_save_luns() has something to write of it.
 */
struct alua_change {
	struct list_head	groups;
	const struct target_nexus *from;
	struct target_device	*dev;
	u32			delay;
	bool			luns;
};

void target_alua_init_group(struct target_port_group *pg, struct target_device *dev);
int target_alua_set_id(struct target_port_group *pg, u16 id);
void target_alua_remove_group(struct target_port_group *pg);
void target_alua_set_map(struct target_device *dev, struct target_lba_map *map);
struct target_port_group *target_alua_find_id(struct target_device *dev, u16 id);

/* alua_change.c */
void target_alua_begin(struct alua_change *change, struct target_device *dev,
		       const struct target_nexus *from);
int target_alua_add(struct alua_change *change, struct target_port_group *pg, u8 state);
void target_alua_commit(struct alua_change *change);
void target_alua_cancel(struct alua_change *change);
int target_alua_port_offline(struct alua_change *change, u16 rtpi, bool apply);
void target_alua_ports_online(struct alua_change *change, struct target_port_group *pg);

/* alua_store.c */
void target_alua_save_group(struct target_port_group *pg);
void target_alua_save_luns(struct target_device *dev);
int target_alua_keep_group(struct target_port_group *pg, bool keep);

#endif
