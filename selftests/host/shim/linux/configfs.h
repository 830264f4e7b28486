/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: directories of configfs: their names.
 */
#ifndef SHIM_LINUX_CONFIGFS_H
#define SHIM_LINUX_CONFIGFS_H

#include <linux/types.h>

struct config_item {
	char	*ci_name;
};

struct config_group {
	struct config_item cg_item;
};

struct configfs_attribute;

static inline const char *config_item_name(const struct config_item *item)
{
	return item->ci_name;
}

/* Whoever owns the directory keeps it. */
#define config_group_get(group)	((void)(group))
#define config_group_put(group)	((void)(group))

#endif
