/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Removing a file: what vfs_unlink() is told of the mount differs between
 * kernels, in the same way as for vfs_rename().
 */
#ifndef TARGET_COMPAT_UNLINK_H
#define TARGET_COMPAT_UNLINK_H

#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/path.h>

/**
 * compat_unlink_in() - remove a file from a directory
 * @dir: the directory, locked, its mount writable
 * @file: positive dentry in it
 */
static inline int compat_unlink_in(const struct path *dir, struct dentry *file)
{
#ifdef COMPAT_HAVE_RENAME_IDMAP
	return vfs_unlink(mnt_idmap(dir->mnt), d_inode(dir->dentry), file, NULL);
#else
	return vfs_unlink(mnt_user_ns(dir->mnt), d_inode(dir->dentry), file, NULL);
#endif
}

#endif
