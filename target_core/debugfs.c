// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/debug/target: core/ of configfs again, with what an administrator looks at when
 * something is wrong. Without debugfs everything else works.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "debugfs.h"

#define TEXT_MAX	512	/* bytes written at once */

static struct dentry *debugfs_root;

/**
 * target_debugfs_text() - what is written to a file, as a string
 * @buf: in user space
 * @count: bytes of it
 *
 * May sleep. Return: the text, to be freed with kfree(), or as ERR_PTR() -EINVAL if it is too
 * long or has a NUL in it, -EFAULT or -ENOMEM.
 */
char *target_debugfs_text(const char __user *buf, size_t count)
{
	char *text;

	if (count > TEXT_MAX)
		return ERR_PTR(-EINVAL);
	text = memdup_user_nul(buf, count);
	if (IS_ERR(text) || strlen(text) == count)
		return text;
	kfree(text);
	return ERR_PTR(-EINVAL);
}

/** target_debugfs_add_hba() - the directory of an HBA, removed by its owner */
void target_debugfs_add_hba(struct target_hba *hba)
{
	hba->debugfs = debugfs_create_dir(config_item_name(&hba->group.cg_item), debugfs_root);
}

/**
 * target_debugfs_add_device() - the directory of a device and its files
 * @dev: named; removes the directory before it goes
 */
void target_debugfs_add_device(struct target_device *dev)
{
	struct dentry *dir = debugfs_create_dir(dev->bd.name, dev->hba->debugfs);

	dev->debugfs = dir;
	debugfs_create_file("commands", 0400, dir, dev, &target_commands_fops);
	debugfs_create_file("latency", 0600, dir, dev, &target_latency_fops);
	debugfs_create_file("inject", 0600, dir, dev, &target_inject_fops);
	debugfs_create_file("release", 0200, dir, dev, &target_release_fops);
}

/** target_debugfs_start() - module start; an error only means that there are no files */
void target_debugfs_start(void)
{
	debugfs_root = debugfs_create_dir("target", NULL);
	debugfs_create_file("commands", 0400, debugfs_root, NULL, &target_commands_fops);
}

/** target_debugfs_stop() - module end */
void target_debugfs_stop(void)
{
	debugfs_remove(debugfs_root);
}
