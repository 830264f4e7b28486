// SPDX-License-Identifier: GPL-2.0-only
/*
 * The directory for state that outlives the kernel (dbroot): choosing it, reading
 * a file in it, and replacing one so that a power cut leaves the old or the new content.
 */
#include <compat/mkdir.h>
#include <compat/rename.h>
#include <compat/unlink.h>
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "dbroot.h"

#define DBROOT_FALLBACK		"/var/target"
#define DBROOT_PREFERRED	"/etc/target"

char target_dbroot[PATH_MAX] = DBROOT_FALLBACK;	/* constant while there are devices */

static int check_directory(const char *name)
{
	struct path path;
	int err = kern_path(name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &path);

	if (!err)
		path_put(&path);
	return err;
}

/**
 * target_dbroot_start() - prefer the directory that distributions make, if it exists
 */
void target_dbroot_start(void)
{
	if (!check_directory(DBROOT_PREFERRED))
		strscpy(target_dbroot, DBROOT_PREFERRED, sizeof(target_dbroot));
}

/**
 * target_dbroot_check() - whether a path can be dbroot
 * @name: the path
 *
 * May sleep for as long as the medium takes. Returns 0, -EINVAL for a relative
 * path, -ENAMETOOLONG, or why it is no directory.
 */
int target_dbroot_check(const char *name)
{
	return name[0] == '/' ? check_directory(name) : -EINVAL;
}

/**
 * target_dbroot_set() - use another directory
 * @name: path that target_dbroot_check() found good
 *
 * Caller holds target_lock and sees to it that nobody uses the old one.
 */
void target_dbroot_set(const char *name)
{
	lockdep_assert_held(&target_lock);
	strscpy(target_dbroot, name, sizeof(target_dbroot));
}

static int sync_directory(const struct path *path)
{
	struct file *dir = dentry_open(path, O_RDONLY | O_DIRECTORY, current_cred());
	int err;

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	err = vfs_fsync(dir, 0);
	filp_close(dir, NULL);
	return err;
}

/**
 * target_dbroot_mkdir() - make a directory below dbroot unless it is there
 * @subdir: its name
 *
 * A new one is durable. May sleep for as long as the medium takes. Returns 0 or a negative errno.
 */
int target_dbroot_mkdir(const char *subdir)
{
	char *name = kasprintf(GFP_KERNEL, "%s/%s", target_dbroot, subdir);
	struct dentry *dentry;
	struct path dir;
	int err;

	if (!name)
		return -ENOMEM;
	dentry = kern_path_create(AT_FDCWD, name, &dir, LOOKUP_DIRECTORY);
	kfree(name);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry) == -EEXIST ? 0 : PTR_ERR(dentry);
	path_get(&dir);
	err = compat_mkdir_in(&dir, dentry, 0700);
	done_path_create(&dir, dentry);
	if (!err)
		err = sync_directory(&dir);
	path_put(&dir);
	return err;
}

static int write_new(const char *path, const char *text, size_t len)
{
	struct file *file = filp_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
	loff_t pos = 0;
	ssize_t n;
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	n = kernel_write(file, text, len, &pos);
	err = n < 0 ? n : n == len ? vfs_fsync(file, 0) : -ENOSPC;
	filp_close(file, NULL);
	return err;
}

static int rename_locked(const struct path *dir, const char *from, const char *to)
{
	struct dentry *old, *new;
	int err;

	old = lookup_one_len(from, dir->dentry, strlen(from));
	if (IS_ERR(old))
		return PTR_ERR(old);
	new = lookup_one_len(to, dir->dentry, strlen(to));
	if (IS_ERR(new)) {
		dput(old);
		return PTR_ERR(new);
	}
	err = d_is_positive(old) ? compat_rename_in(dir, old, new) : -ENOENT;
	dput(new);
	dput(old);
	return err;
}

static int rename_in(const struct path *dir, const char *from, const char *to)
{
	int err = mnt_want_write(dir->mnt);

	if (err)
		return err;
	lock_rename(dir->dentry, dir->dentry);
	err = rename_locked(dir, from, to);
	unlock_rename(dir->dentry, dir->dentry);
	mnt_drop_write(dir->mnt);
	return err;
}

static int replace_and_sync(const char *dirname, const char *from, const char *to)
{
	struct file *dir = filp_open(dirname, O_RDONLY | O_DIRECTORY, 0);
	int err;

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	err = rename_in(&dir->f_path, from, to);
	if (!err)
		err = vfs_fsync(dir, 0);
	filp_close(dir, NULL);
	return err;
}

/**
 * target_dbroot_write() - replace a file below dbroot
 * @subdir: directory below dbroot, which must exist
 * @name: file in it
 * @text: new content
 * @len: bytes of it
 *
 * Writes a new file, makes it durable and renames it over the old one. May sleep
 * for as long as the medium takes; callers hold no lock that others wait for, and
 * don't write one file twice at a time. Returns 0 or a negative errno.
 */
int target_dbroot_write(const char *subdir, const char *name, const char *text, size_t len)
{
	char *dirname = kasprintf(GFP_KERNEL, "%s/%s", target_dbroot, subdir);
	char *tmp = kasprintf(GFP_KERNEL, ".%s.tmp", name);
	char *path = NULL;
	int err = -ENOMEM;

	if (dirname && tmp)
		path = kasprintf(GFP_KERNEL, "%s/%s", dirname, tmp);
	if (path)
		err = write_new(path, text, len);
	if (!err)
		err = replace_and_sync(dirname, tmp, name);
	kfree(path);
	kfree(tmp);
	kfree(dirname);
	return err;
}

static ssize_t read_all(struct file *file, char *buf, size_t room)
{
	loff_t pos = 0;
	ssize_t n;

	if (!S_ISREG(file_inode(file)->i_mode))
		return -EINVAL;
	while (pos < room) {
		n = kernel_read(file, buf + pos, room - pos, &pos);
		if (n < 0)
			return n;
		if (!n) {
			buf[pos] = '\0';
			return pos;
		}
	}
	return -EFBIG;
}

/**
 * target_dbroot_read() - read a file below dbroot
 * @subdir: directory below dbroot
 * @name: file in it
 * @buf: gets its content, and a NUL
 * @room: bytes there
 *
 * May sleep for as long as the medium takes. Returns the length of the content, or
 * -ENOENT, -EFBIG if it does not fit, -EINVAL for what is no plain file, or
 * another errno of the file system's.
 */
ssize_t target_dbroot_read(const char *subdir, const char *name, char *buf, size_t room)
{
	char *path = kasprintf(GFP_KERNEL, "%s/%s/%s", target_dbroot, subdir, name);
	struct file *file;
	ssize_t len;

	if (!path)
		return -ENOMEM;
	/* O_NONBLOCK: not even a FIFO that somebody put there holds this up. */
	file = filp_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	kfree(path);
	if (IS_ERR(file))
		return PTR_ERR(file);
	len = read_all(file, buf, room);
	filp_close(file, NULL);
	return len;
}

static int unlink_locked(const struct path *dir, const char *name)
{
	struct dentry *dentry = lookup_one_len(name, dir->dentry, strlen(name));
	int err;

	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	err = d_is_positive(dentry) ? compat_unlink_in(dir, dentry) : -ENOENT;
	dput(dentry);
	return err;
}

static int unlink_and_sync(struct file *dir, const char *name)
{
	const struct path *path = &dir->f_path;
	int err = mnt_want_write(path->mnt);

	if (err)
		return err;
	inode_lock_nested(d_inode(path->dentry), I_MUTEX_PARENT);
	err = unlink_locked(path, name);
	inode_unlock(d_inode(path->dentry));
	mnt_drop_write(path->mnt);
	return err ?: vfs_fsync(dir, 0);
}

/**
 * target_dbroot_unlink() - remove a file below dbroot, for good
 * @subdir: directory below dbroot
 * @name: file in it
 *
 * As target_dbroot_write(). Returns 0, -ENOENT or another errno.
 */
int target_dbroot_unlink(const char *subdir, const char *name)
{
	char *dirname = kasprintf(GFP_KERNEL, "%s/%s", target_dbroot, subdir);
	struct file *dir;
	int err;

	if (!dirname)
		return -ENOMEM;
	dir = filp_open(dirname, O_RDONLY | O_DIRECTORY, 0);
	kfree(dirname);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	err = unlink_and_sync(dir, name);
	filp_close(dir, NULL);
	return err;
}
