// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registrations that outlive a loss of power (APTPL, SPC-4 5.13.5): the file
 * dbroot/pr/aptpl_<unit serial number>, and putting them back from it.
 *
 * User space may feed back what it finds in that file, as rtslib does. Where it has
 * not, the file is read when the device is exported for the first time: before any
 * initiator reaches it, and after the last moment at which it can be fed.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "dbroot.h"
#include "pr.h"
#include "store.h"

#define PR_DIR		"pr"	/* below dbroot */
#define PR_KIND		"aptpl"	/* files there, with the unit serial number behind */
#define KEPT_LEAST	(64U << 10)	/* bytes to read a file into, at first */
#define KEPT_MOST	(8U << 20)	/* PR_MAX_REGISTRATIONS with the longest names */

/**
 * target_pr_lost() - whether kept registrations could not be put back
 * @dev: caller holds pr_lock
 *
 * True until REPLACE LOST RESERVATION makes new ones (SPC-4 5.13.5.3.2).
 */
bool target_pr_lost(const struct target_device *dev)
{
	lockdep_assert_held(&dev->pr_lock);
	return READ_ONCE(dev->gate) & TARGET_GATE_PR_LOST;
}

static int save_text(struct target_device *dev, const char *text, u32 len)
{
	char *name = target_store_name(dev, PR_KIND);
	int err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	err = target_dbroot_mkdir(PR_DIR);
	if (!err)
		err = target_dbroot_write(PR_DIR, name, text, len);
	kfree(name);
	return err;
}

/**
 * target_pr_save() - make a state outlive a loss of power, if it asks for that
 * @dev: caller holds pr_lock
 * @new: about to be published
 *
 * What replaces a lost state is written in any case: the file that can't be read has to go.
 * May take as long as the medium. Return: 0, or an errno: the file is as it was.
 */
int target_pr_save(struct target_device *dev, const struct pr_state *new)
{
	struct pr_buf out = {};
	int err;

	lockdep_assert_held(&dev->pr_lock);
	if (!new->aptpl && !(dev->pr && dev->pr->aptpl) && !target_pr_lost(dev))
		return 0;
	pr_text(new, &out);
	out.room = out.len;
	out.len = 0;
	out.buf = kvmalloc(out.room, GFP_KERNEL);
	if (!out.buf)
		return -ENOMEM;
	pr_text(new, &out);
	err = save_text(dev, (char *)out.buf, out.room);
	kvfree(out.buf);
	return err;
}

static int restore_locked(struct target_device *dev, const struct pr_reg *saved, u8 type)
{
	struct pr_state *copy = target_pr_copy(dev, 1);

	if (!copy)
		return -ENOMEM;
	if (!pr_restore(copy, saved, type)) {
		kvfree(copy);
		return -ENOSPC;
	}
	target_pr_publish(dev, copy, NULL, NULL);
	return 0;
}

/**
 * target_pr_restore() - put back a registration kept by user space
 * @dev: not exported
 * @text: its record; taken apart in place
 *
 * May sleep. Return: 0, -EINVAL for a bad record or an exported device, -ENOSPC,
 * -ENOMEM, -EINTR for a caller that is killed, or the error of a number.
 */
int target_pr_restore(struct target_device *dev, char *text)
{
	struct pr_reg saved = {};
	u8 type;
	int err;

	err = pr_text_parse(text, &saved, &type);
	if (err)
		return err;
	/* The file may be being read meanwhile, for as long as that takes. */
	err = mutex_lock_killable(&dev->pr_lock);
	if (err)
		return err;
	err = target_device_exported(dev) ? -EINVAL : restore_locked(dev, &saved, type);
	mutex_unlock(&dev->pr_lock);
	return err;
}

static int kept_fill(struct pr_state *s, char *text)
{
	struct pr_reg saved;
	char *record;
	u8 type;
	int err;

	while ((err = pr_text_next(&text, &record)) > 0) {
		memset(&saved, 0, sizeof(saved));
		err = pr_text_parse(record, &saved, &type);
		if (err)
			return err;
		if (!pr_restore(s, &saved, type))
			return -ENOSPC;
	}
	return err;
}

/* All of them or, if one makes no sense, none. */
static int kept_restore(struct target_device *dev, char *text)
{
	struct pr_state *copy;
	int count = pr_text_count(text), err;

	lockdep_assert_held(&dev->pr_lock);
	if (count <= 0)
		return count;
	copy = target_pr_copy(dev, min(count, PR_MAX_REGISTRATIONS));
	if (!copy)
		return -ENOMEM;
	err = kept_fill(copy, text);
	if (err)
		kvfree(copy);
	else
		target_pr_publish(dev, copy, NULL, NULL);
	return err;
}

/* Returns the content, for kvfree(), or an ERR_PTR(). */
static char *kept_read(const char *name)
{
	ssize_t len = -EFBIG;
	char *text = NULL;
	size_t room;

	for (room = KEPT_LEAST; room <= KEPT_MOST && len == -EFBIG; room *= 2) {
		kvfree(text);
		text = kvmalloc(room, GFP_KERNEL);
		if (!text)
			return ERR_PTR(-ENOMEM);
		len = target_dbroot_read(PR_DIR, name, text, room);
	}
	/* There is one NUL, the last byte. */
	if (len >= 0 && strlen(text) + 1 < len)
		len = -EINVAL;
	if (len >= 0)
		return text;
	kvfree(text);
	return ERR_PTR(len);
}

static int kept_load(struct target_device *dev)
{
	char *name = target_store_name(dev, PR_KIND), *text;
	int err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	text = kept_read(name);
	kfree(name);
	if (IS_ERR(text))
		return PTR_ERR(text) == -ENOENT ? 0 : PTR_ERR(text);
	err = kept_restore(dev, text);
	kvfree(text);
	return err;
}

/**
 * target_pr_load() - put back the registrations that nobody has fed back
 * @dev: about to be exported, with a serial number
 *
 * If that fails nobody gets to the medium, as nobody knows who may. In a thread of the
 * kernel; takes as long as the medium of dbroot.
 */
void target_pr_load(struct target_device *dev)
{
	int err = 0;

	mutex_lock(&dev->pr_lock);
	if (!dev->pr || !dev->pr->count)
		err = kept_load(dev);
	mutex_unlock(&dev->pr_lock);
	if (!err)
		return;
	target_medium_gate(dev, TARGET_GATE_PR_LOST, true);
	pr_warn("%s: can't put back the reservations kept of it: error %d\n", dev->bd.name, err);
}
