/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: configfs types, as members and pointers only.
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

#endif
