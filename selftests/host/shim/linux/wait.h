/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: wait queues, as members only.
 */
#ifndef SHIM_LINUX_WAIT_H
#define SHIM_LINUX_WAIT_H

#include <linux/types.h>

typedef struct {
	struct list_head	head;
} wait_queue_head_t;

#endif
