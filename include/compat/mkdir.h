/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making a directory: what vfs_mkdir() is told of the mount differs between
 * kernels, in the same way as for vfs_rename().
 */
#ifndef TARGET_COMPAT_MKDIR_H
#define TARGET_COMPAT_MKDIR_H

#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/path.h>

/**
 * compat_mkdir_in() - make a directory inside another one
 * @dir: the other one, locked, its mount writable
 * @new: negative dentry in it
 * @mode: permissions
 */
static inline int compat_mkdir_in(const struct path *dir, struct dentry *new, umode_t mode)
{
#ifdef COMPAT_HAVE_RENAME_IDMAP
	return vfs_mkdir(mnt_idmap(dir->mnt), d_inode(dir->dentry), new, mode);
#else
	return vfs_mkdir(mnt_user_ns(dir->mnt), d_inode(dir->dentry), new, mode);
#endif
}

#endif
