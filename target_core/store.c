// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small state of a device that outlives it (saved mode pages and their like), in
 * dbroot/lu/<kind>_<unit serial number>.
 *
 * The serial number is what a device is known by when it is made again, and user
 * space sets it some time after enable. It is settled when a LUN is linked, and
 * from then on it can't change: so state is put back when the device is exported
 * for the first time with that number, before any initiator reaches it. Without a
 * serial number, or one that no file can be named after, nothing is kept.
 */
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include "dbroot.h"
#include "exec_format.h"
#include "mode.h"
#include "pr.h"
#include "store.h"

#define STORE_DIR	"lu"	/* below dbroot */
/* "selftest_" comes before it, and target_dbroot_write() adds to the name of a new file. */
#define STORE_SERIAL_MAX	(NAME_MAX - 16)

/* Who keeps state, ended by a NULL kind. */
static const struct target_store_user store_users[] = {
	{ "mode", target_mode_restore },
	{ "selftest", target_selftest_restore },
	{ "ident", target_ident_restore },
	{ "erase", target_erase_restore, target_erase_lost },
	{}
};

/**
 * target_store_possible() - whether state of a device can be kept
 * @dev: exported, or with config_lock held
 *
 * Any context. What can't be kept must not be promised (SPC-4 7.5.1, PS bit).
 */
bool target_store_possible(const struct target_device *dev)
{
	const char *serial = dev->id.serial;

	return serial[0] && !strchr(serial, '/') && strlen(serial) <= STORE_SERIAL_MAX;
}

/**
 * target_store_name() - what a file is called that keeps something of a device
 * @dev: as for target_store_possible()
 * @kind: what
 *
 * Return: <kind>_<unit serial number>, for kfree(), or ERR_PTR() of -EINVAL (no serial
 * number to keep it by) or -ENOMEM.
 */
char *target_store_name(const struct target_device *dev, const char *kind)
{
	char *name;

	if (!target_store_possible(dev))
		return ERR_PTR(-EINVAL);
	name = kasprintf(GFP_KERNEL, "%s_%s", kind, dev->id.serial);
	return name ?: ERR_PTR(-ENOMEM);
}

/**
 * target_store_save() - replace the state of one kind, so that it survives a power cut
 * @dev: as for target_store_possible()
 * @kind: as in struct target_store_user
 * @text: lines of key=value
 * @len: bytes of it, at most TARGET_STORE_MAX
 *
 * Takes as long as the medium of dbroot. Return: 0, -EINVAL (no serial number to
 * keep it by), -EFBIG, -ENOMEM or the file system's errno; then the file is as
 * it was.
 */
int target_store_save(struct target_device *dev, const char *kind, const char *text, size_t len)
{
	char *name = target_store_name(dev, kind);
	int err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	err = len > TARGET_STORE_MAX ? -EFBIG : target_dbroot_mkdir(STORE_DIR);
	if (!err) {
		mutex_lock(&dev->store_lock);
		err = target_dbroot_write(STORE_DIR, name, text, len);
		mutex_unlock(&dev->store_lock);
	}
	kfree(name);
	return err;
}

/**
 * target_store_load() - read the state of one kind
 * @dev: as for target_store_possible()
 * @kind: as in struct target_store_user
 * @buf: gets the text and a NUL
 * @room: bytes there
 *
 * Takes as long as the medium of dbroot. Return: length of the text, -ENOENT if
 * there is none, -EINVAL (no serial number, not a plain file), -EFBIG if it does
 * not fit, -ENOMEM or the file system's errno.
 */
ssize_t target_store_load(struct target_device *dev, const char *kind, char *buf, size_t room)
{
	char *name = target_store_name(dev, kind);
	ssize_t len;

	if (IS_ERR(name))
		return PTR_ERR(name);
	len = target_dbroot_read(STORE_DIR, name, buf, room);
	kfree(name);
	return len;
}

/**
 * target_store_remove() - forget the state of one kind
 * @dev: as for target_store_possible()
 * @kind: as in struct target_store_user
 *
 * Takes as long as the medium of dbroot. Return: 0 also if there was none, or as
 * target_store_save().
 */
int target_store_remove(struct target_device *dev, const char *kind)
{
	char *name = target_store_name(dev, kind);
	int err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	mutex_lock(&dev->store_lock);
	err = target_dbroot_unlink(STORE_DIR, name);
	mutex_unlock(&dev->store_lock);
	kfree(name);
	return err == -ENOENT ? 0 : err;
}

/* @buf: NULL without memory */
static void store_restore_one(struct target_device *dev, const struct target_store_user *user,
			      char *buf)
{
	ssize_t len = buf ? target_store_load(dev, user->kind, buf, TARGET_STORE_MAX + 1) : -ENOMEM;

	if (len >= 0) {
		user->restore(dev, buf);
		return;
	}
	if (len == -ENOENT)
		return;
	pr_warn("%s: can't read what was saved of it (%s): error %zd\n", dev->bd.name, user->kind,
		len);
	if (user->lost)
		user->lost(dev);
}

/**
 * target_store_enter() - a command is about to wait for its turn at something kept in a file
 * @dev: its device
 * @turn: what it is
 *
 * Each of those that wait has a worker, and the medium of dbroot may never answer. There are
 * enough for so many of every kind and for the commands that wait for no file.
 *
 * Return: whether it may; target_store_leave() has to follow, before the command is answered. If
 * not, the answer is BUSY.
 */
bool target_store_enter(struct target_device *dev, enum target_turn turn)
{
	return atomic_add_unless(&dev->turns[turn], 1, TARGET_TURN_MAX);
}

/**
 * target_store_leave() - the command waits no longer
 * @dev: of target_store_enter()
 * @turn: the same
 */
void target_store_leave(struct target_device *dev, enum target_turn turn)
{
	atomic_dec(&dev->turns[turn]);
}

static void store_restore_work(struct work_struct *work)
{
	struct target_device *dev = container_of(work, struct target_device, restore_work);
	const struct target_store_user *user;
	char *buf;

	target_pr_load(dev);
	buf = kvmalloc(TARGET_STORE_MAX + 1, GFP_KERNEL);
	for (user = store_users; user->kind; user++)
		store_restore_one(dev, user, buf);
	kvfree(buf);
	complete(&dev->restore_end);
	target_device_put(dev);
}

/**
 * target_store_init() - a new device
 * @dev: the device
 */
void target_store_init(struct target_device *dev)
{
	mutex_init(&dev->store_lock);
	INIT_WORK(&dev->restore_work, store_restore_work);
	init_completion(&dev->restore_end);
}

/**
 * target_store_restore() - the device is about to be exported
 * @dev: configured; caller holds config_lock
 *
 * Does nothing but the first time with a serial number. Files are read as they are
 * written, by a kernel thread: the caller's root directory may be another one. That takes as
 * long as the medium of dbroot, and goes on without a caller that is killed; who comes next
 * waits for the same.
 *
 * Return: 0, or -EINTR: the device can't be exported yet.
 */
int target_store_restore(struct target_device *dev)
{
	lockdep_assert_held(&dev->config_lock);
	if (dev->restored || !target_store_possible(dev))
		return 0;
	if (!dev->restoring) {
		dev->restoring = true;
		kref_get(&dev->ref);
		queue_work(dev->ctl_wq, &dev->restore_work);
	}
	if (wait_for_completion_killable(&dev->restore_end))
		return -EINTR;
	dev->restoring = false;
	dev->restored = true;
	return 0;
}

/**
 * target_store_settled() - whether the serial number may change
 * @dev: caller holds config_lock
 *
 * Return: false while files are read by it, for a caller of target_store_restore() that was killed.
 */
bool target_store_settled(struct target_device *dev)
{
	lockdep_assert_held(&dev->config_lock);
	if (dev->restoring && try_wait_for_completion(&dev->restore_end))
		dev->restoring = false;
	return !dev->restoring;
}
