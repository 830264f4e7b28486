// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asymmetric access states in files below dbroot: written when a state changes,
 * and read when a group or a LUN that was made anew is told to keep one.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "alua.h"
#include "dbroot.h"
#include "store.h"

#define TEXT_MAX	128	/* longer than any of the files */

/* No package makes these directories. A failure shows when the file is written. */
static void make_directories(char *subdir)
{
	char *slash = subdir;

	while ((slash = strchr(slash, '/'))) {
		*slash = '\0';
		target_dbroot_mkdir(subdir);
		*slash++ = '/';
	}
	target_dbroot_mkdir(subdir);
}

static void not_written(const char *subdir, const char *name, int err)
{
	pr_warn_ratelimited("%s/%s/%s: not written: error %d\n", target_dbroot, subdir, name,
			    err);
}

static void write_file(char *subdir, const char *name, const char *text, size_t len)
{
	int err;

	make_directories(subdir);
	err = target_dbroot_write(subdir, name, text, len);
	if (err)
		not_written(subdir, name, err);
}

/* ---- target port groups ---- */

/*
 * For kfree(), or ERR_PTR() of -ENOMEM, or of -EINVAL if the serial number, which root has chosen,
 * is no file name.
 */
static char *group_directory(const struct target_port_group *pg)
{
	char *subdir;

	if (!target_store_possible(pg->dev))
		return ERR_PTR(-EINVAL);
	subdir = kasprintf(GFP_KERNEL, "alua/tpgs_%s", pg->dev->id.serial);
	return subdir ?: ERR_PTR(-ENOMEM);
}

/**
 * target_alua_save_group() - write the state of a group to its file
 * @pg: the group; its directory is held
 *
 * May sleep for as long as the medium takes. A failure is logged, nothing else: the
 * state has changed.
 */
void target_alua_save_group(struct target_port_group *pg)
{
	const char *name = config_item_name(&pg->group.cg_item);
	char *subdir = group_directory(pg);
	char text[TEXT_MAX];
	size_t len;

	if (IS_ERR(subdir)) {
		if (PTR_ERR(subdir) == -ENOMEM)
			not_written("alua", name, -ENOMEM);
		return;
	}
	len = scnprintf(text, sizeof(text),
			"tg_pt_gp_id=%u\nalua_access_state=0x%02x\nalua_access_status=0x%02x\n",
			pg->id, READ_ONCE(pg->state), READ_ONCE(pg->status));
	write_file(subdir, name, text, len);
	kfree(subdir);
}

/*
 * Return: 1; 0 if there is no file, or nothing in it that makes sense; -ENOMEM if nobody knows
 * what is in it.
 */
static int read_group(struct target_port_group *pg, struct alua_saved *saved)
{
	char *subdir = group_directory(pg);
	char text[TEXT_MAX];
	int len;

	if (IS_ERR(subdir))
		return PTR_ERR(subdir) == -ENOMEM ? -ENOMEM : 0;
	len = target_dbroot_read(subdir, config_item_name(&pg->group.cg_item), text, sizeof(text));
	kfree(subdir);
	if (len == -ENOMEM)
		return len;
	return len > 0 && alua_saved_group(text, saved);
}

/* What was written is what the group was in last, whatever user space has restored since. */
static void restore_group(struct target_port_group *pg, const struct alua_saved *saved)
{
	lockdep_assert_held(&target_lock);
	if (saved->id != pg->id || saved->state == TARGET_ALUA_TRANSITIONING || pg->change ||
	    !(pg->supported & alua_support_bit(saved->state)))
		return;
	WRITE_ONCE(pg->status, saved->status);
	if (pg->state == saved->state)
		return;
	WRITE_ONCE(pg->state, saved->state);
	target_ua_raise_device(pg->dev, TARGET_UA_ALUA_CHANGED, NULL);
}

/**
 * target_alua_keep_group() - alua_write_metadata
 * @pg: the group; its directory is held
 * @keep: whether its state is to be kept in a file
 *
 * The first time a group is told to, it takes the state that the file has: a group
 * of that name was there before, and has been made again. May sleep for as long as
 * the medium takes. Returns 0, -EINVAL if the group has no identifier, or -ENOMEM:
 * then nothing has changed, and the next time is the first.
 */
int target_alua_keep_group(struct target_port_group *pg, bool keep)
{
	struct alua_saved saved;
	int found = 0, err = -EINVAL;
	bool load;

	mutex_lock(&target_lock);
	load = keep && pg->has_id && !pg->loaded;
	mutex_unlock(&target_lock);
	if (load)
		found = read_group(pg, &saved);
	if (found < 0)
		return found;
	mutex_lock(&target_lock);
	if (pg->has_id) {
		if (found && !pg->loaded)
			restore_group(pg, &saved);
		pg->loaded |= load;
		WRITE_ONCE(pg->write_metadata, keep);
		err = 0;
	}
	mutex_unlock(&target_lock);
	return err;
}

/* ---- LUNs ---- */

static char *lun_directory(const struct target_lun *lun)
{
	const struct target_tpg *tpg = lun->tpg;

	return kasprintf(GFP_KERNEL, "alua/%s/%s+%u", tpg->ops->name, tpg->wwn->name, tpg->tag);
}

static void save_lun(const struct target_lun *lun)
{
	char *subdir = lun_directory(lun);
	char name[32], text[TEXT_MAX];
	size_t len;

	snprintf(name, sizeof(name), "lun_%llu", lun->number);
	if (!subdir) {
		not_written("alua", name, -ENOMEM);
		return;
	}
	len = scnprintf(text, sizeof(text), "alua_tg_pt_offline=%d\nalua_tg_pt_status=0x%02x\n",
			READ_ONCE(lun->alua_offline), READ_ONCE(lun->alua_status));
	write_file(subdir, name, text, len);
	kfree(subdir);
}

/* A LUN whose file is to be written, held, or NULL. */
static struct target_lun *take_dirty(struct target_device *dev)
{
	struct target_lun *lun, *found = NULL;

	mutex_lock(&target_lock);
	list_for_each_entry(lun, &dev->luns, dev_link) {
		if (!lun->alua_dirty)
			continue;
		lun->alua_dirty = false;
		kref_get(&lun->ref);
		found = lun;
		break;
	}
	mutex_unlock(&target_lock);
	return found;
}

/**
 * target_alua_save_luns() - write the secondary states that have changed
 * @dev: the device, held
 *
 * As target_alua_save_group().
 */
void target_alua_save_luns(struct target_device *dev)
{
	struct target_lun *lun;

	/* Who is killed leaves it to the next one. */
	if (mutex_lock_killable(&dev->store_lock))
		return;
	while ((lun = take_dirty(dev))) {
		save_lun(lun);
		target_lun_put(lun);
	}
	mutex_unlock(&dev->store_lock);
}

/* As read_group() */
static int read_lun(const struct target_lun *lun, struct alua_saved *saved)
{
	char *subdir = lun_directory(lun);
	char name[32], text[TEXT_MAX];
	int len;

	if (!subdir)
		return -ENOMEM;
	snprintf(name, sizeof(name), "lun_%llu", lun->number);
	len = target_dbroot_read(subdir, name, text, sizeof(text));
	kfree(subdir);
	if (len == -ENOMEM)
		return len;
	return len > 0 && alua_saved_lun(text, saved);
}

static void restore_lun(struct target_lun *lun, const struct alua_saved *saved)
{
	lun->alua_status = saved->status;
	if (lun->alua_offline == saved->offline)
		return;
	WRITE_ONCE(lun->alua_offline, saved->offline);
	target_ua_raise_device(lun->dev, TARGET_UA_ALUA_CHANGED, NULL);
}

/**
 * target_alua_keep_lun() - alua_tg_pt_write_md
 * @lun: the LUN; its directory is held
 * @keep: whether its secondary state is to be kept in a file
 *
 * As target_alua_keep_group(). Returns 0, -ENODEV without a device, or -ENOMEM.
 */
int target_alua_keep_lun(struct target_lun *lun, bool keep)
{
	struct alua_saved saved;
	int found = 0, err = -ENODEV;
	bool load;

	mutex_lock(&target_lock);
	load = keep && lun->dev && !lun->alua_loaded;
	mutex_unlock(&target_lock);
	if (load)
		found = read_lun(lun, &saved);
	if (found < 0)
		return found;
	mutex_lock(&target_lock);
	if (lun->dev) {
		if (found && !lun->alua_loaded)
			restore_lun(lun, &saved);
		lun->alua_loaded |= load;
		lun->alua_write_md = keep;
		err = 0;
	}
	mutex_unlock(&target_lock);
	return err;
}
