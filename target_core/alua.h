/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What configfs needs of alua.c beyond core.h.
 */
#ifndef TARGET_CORE_ALUA_H
#define TARGET_CORE_ALUA_H

#include "core.h"

/* target_port_group.supported, SPC-4 6.36: as in the REPORT TARGET PORT GROUPS descriptor */
#define ALUA_SUP_TRANSITION	0x80
#define ALUA_SUP_OFFLINE	0x40
#define ALUA_SUP_LBA_DEPENDENT	0x10
#define ALUA_SUP_UNAVAILABLE	0x08
#define ALUA_SUP_STANDBY	0x04
#define ALUA_SUP_NON_OPTIMIZED	0x02
#define ALUA_SUP_OPTIMIZED	0x01

/* target_port_group.access_type, the TPGS field of standard INQUIRY data */
#define ALUA_TYPE_IMPLICIT	1
#define ALUA_TYPE_EXPLICIT	2

/* target_port_group.status, SPC-4 6.36 STATUS CODE */
#define ALUA_STATUS_NONE	0
#define ALUA_STATUS_EXPLICIT	1
#define ALUA_STATUS_IMPLICIT	2

void target_alua_init_group(struct target_port_group *pg, struct target_device *dev);
int target_alua_set_id(struct target_port_group *pg, u16 id);
void target_alua_remove_group(struct target_port_group *pg);
void target_alua_set_map(struct target_device *dev, struct target_lba_map *map);
void target_alua_changed(struct target_device *dev);

#endif
