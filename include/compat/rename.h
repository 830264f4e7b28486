/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Renaming inside one directory: what vfs_rename() is told of the mount differs
 * between kernels.
 */
#ifndef TARGET_COMPAT_RENAME_H
#define TARGET_COMPAT_RENAME_H

#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/path.h>

/**
 * compat_rename_in() - rename a file inside a directory
 * @dir: the directory, locked with lock_rename(), its mount writable
 * @from: positive dentry in it
 * @to: dentry in it, negative or to be replaced
 */
static inline int compat_rename_in(const struct path *dir, struct dentry *from, struct dentry *to)
{
	struct renamedata rd = {
#ifdef COMPAT_HAVE_RENAME_IDMAP
		.old_mnt_idmap	= mnt_idmap(dir->mnt),
		.new_mnt_idmap	= mnt_idmap(dir->mnt),
#else
		.old_mnt_userns	= mnt_user_ns(dir->mnt),
		.new_mnt_userns	= mnt_user_ns(dir->mnt),
#endif
		.old_dir	= d_inode(dir->dentry),
		.old_dentry	= from,
		.new_dir	= d_inode(dir->dentry),
		.new_dentry	= to,
	};

	return vfs_rename(&rd);
}

#endif
