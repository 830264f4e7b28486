/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: work items, as members only.
 */
#ifndef SHIM_LINUX_WORKQUEUE_H
#define SHIM_LINUX_WORKQUEUE_H

#include <linux/types.h>

struct work_struct {
	void	(*func)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
};

#endif
