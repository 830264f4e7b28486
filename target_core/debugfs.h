/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of a device in debugfs. Each has the device as its data and runs with it alive:
 * debugfs_remove() waits for who is in one.
 */
#ifndef TARGET_CORE_DEBUGFS_H
#define TARGET_CORE_DEBUGFS_H

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include "core.h"

extern const struct file_operations target_commands_fops, target_latency_fops;
extern const struct file_operations target_inject_fops, target_release_fops;

char *target_debugfs_text(const char __user *buf, size_t count);

#endif
