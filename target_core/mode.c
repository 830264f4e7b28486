// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SELECT between its decoded parameter list (scsi_mode_select.c) and the
 * device: what a change of a mode parameter does, who is told, what is kept on disk.
 *
 * A mode parameter is a word of target_dev_attrib, the same that a file in attrib/
 * shows where there is one, and takes effect where that word is read.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include "exec.h"
#include "mode.h"
#include "store.h"

#define CDB_SP		0x01	/* byte 1 of MODE SELECT */
#define CDB_SP_BIT	0
#define MODE_KIND	"mode"	/* of the file saved values are in */

/**
 * target_itl_protect() - whether the I_T_L nexus may write, after anything it hangs on changed
 * @itl: mapped; caller holds target_lock
 */
void target_itl_protect(struct target_itl *itl)
{
	lockdep_assert_held(&target_lock);
	WRITE_ONCE(itl->write_protect, itl->map->write_protect || itl->dev->attrib.mode_swp);
}

static void device_protect(struct target_device *dev)
{
	struct target_lun *lun;
	struct target_itl *itl;

	target_device_for_each_itl(dev, lun, itl)
		target_itl_protect(itl);
}

/* Memory for what a change needs, before anything changes. */
static int mode_prepare(struct target_device *dev, const struct scsi_mode_values *change)
{
	struct target_lun *lun;
	struct target_itl *itl;
	int err = 0;

	lockdep_assert_held(&target_lock);
	if (!(change->mask & BIT(SCSI_MODE_TST)) || !change->code[SCSI_MODE_TST])
		return 0;
	target_device_for_each_itl(dev, lun, itl)
		err = err ?: target_task_set_prepare(itl);
	return err;
}

/* A session that began since the preparation shares the device's task set if there is no memory. */
static void device_split_tasks(struct target_device *dev, const struct scsi_mode_values *change)
{
	struct target_lun *lun;
	struct target_itl *itl;

	mode_prepare(dev, change);
	target_device_for_each_itl(dev, lun, itl)
		target_task_set_choose(itl);
}

static void mode_set(struct target_device *dev, const struct scsi_mode_values *change)
{
	lockdep_assert_held(&target_lock);
	scsi_mode_apply(&dev->attrib, change);
	if (change->mask & BIT(SCSI_MODE_SWP))
		device_protect(dev);
	if (change->mask & BIT(SCSI_MODE_TST))
		device_split_tasks(dev, change);
	if (change->mask & SCSI_MODE_THRESHOLDS)
		target_thin_changed(dev);
}

/* Everybody but the sender is told once (SPC-4 6.9.1). */
static void mode_apply(struct target_device *dev, const struct scsi_mode_values *change,
		       const struct target_nexus *from)
{
	if (!change->mask)
		return;
	mode_set(dev, change);
	target_ua_raise_device(dev, TARGET_UA_MODE_CHANGED, from);
}

/* Who turns the cache off, or write protection on, takes what was written for durable. */
static bool mode_needs_flush(const struct scsi_mode_values *change)
{
	return ((change->mask & BIT(SCSI_MODE_WCE)) && !change->code[SCSI_MODE_WCE]) ||
	       ((change->mask & BIT(SCSI_MODE_SWP)) && change->code[SCSI_MODE_SWP]);
}

/* Of what changes without being saved, the values of before are kept for a reset. */
static void mode_note(struct target_device *dev, const struct scsi_mode_values *change,
		      const struct scsi_mode_values *before)
{
	struct scsi_mode_values *keep = &dev->mode_before;
	unsigned int id;

	lockdep_assert_held(&target_lock);
	for (id = 0; id < SCSI_MODE_FIELDS; id++)
		if (change->mask & ~keep->mask & BIT(id))
			keep->code[id] = before->code[id];
	keep->mask |= change->mask;
}

/**
 * target_mode_settle() - what is current now is what a reset leaves
 * @dev: its mode parameters have been saved, or an administrator has set some
 *
 * Caller holds target_lock.
 */
void target_mode_settle(struct target_device *dev)
{
	lockdep_assert_held(&target_lock);
	dev->mode_before.mask = 0;
}

/**
 * target_mode_reset() - logical unit reset: what was changed and not saved is as before
 * @dev: a device; caller holds target_lock
 *
 * The unit attention of the reset covers it (SAM-5 6.3.3). May sleep, for memory, but not for the
 * medium.
 */
void target_mode_reset(struct target_device *dev)
{
	unsigned int noio = memalloc_noio_save();

	mode_set(dev, &dev->mode_before);
	if (mode_needs_flush(&dev->mode_before))
		target_device_flush(dev, 0);
	target_mode_settle(dev);
	memalloc_noio_restore(noio);
}

/* All that can be saved is saved, not only what this command names (SPC-4 6.9.1). */
static int mode_save(struct target_device *dev, const struct scsi_mode_values *all)
{
	char *text = kmalloc(SCSI_MODE_TEXT_MAX, GFP_KERNEL);
	int err;

	if (!text)
		return -ENOMEM;
	err = target_store_save(dev, MODE_KIND, text,
				scsi_mode_text(all, text, SCSI_MODE_TEXT_MAX));
	kfree(text);
	return err;
}

static void mode_set_saved(struct target_device *dev, const struct scsi_mode_values *all)
{
	unsigned int id;

	for (id = 0; id < SCSI_MODE_FIELDS; id++)
		WRITE_ONCE(dev->mode_saved.code[id], all->code[id]);
	WRITE_ONCE(dev->mode_saved.mask, all->mask);
	target_mode_settle(dev);
}

/**
 * struct mode_cmd - a MODE SELECT while it runs
 * @cmd: the command.
 * @lu: its logical unit.
 * @rq: its parameter list, decoded.
 * @sense: why it fails.
 */
struct mode_cmd {
	struct target_cmd	*cmd;
	struct scsi_lu		lu;
	struct scsi_mode_request rq;
	struct target_sense	sense;
};

static void mode_take(struct mode_cmd *mc, const struct scsi_mode_values *all, bool save)
{
	const struct scsi_mode_values nothing = {};
	struct target_device *dev = exec_dev(mc->cmd);
	struct scsi_mode_values before;

	scsi_mode_values(&mc->lu, &nothing, &before);
	mutex_lock(&target_lock);
	mode_apply(dev, &mc->rq.change, mc->cmd->nexus);
	if (save)
		mode_set_saved(dev, all);
	else
		mode_note(dev, &mc->rq.change, &before);
	mutex_unlock(&target_lock);
}

static bool mode_select_prepare(struct mode_cmd *mc)
{
	int err;

	mutex_lock(&target_lock);
	err = mode_prepare(exec_dev(mc->cmd), &mc->rq.change);
	mutex_unlock(&target_lock);
	if (err)
		scsi_sense_set(&mc->sense, SENSE_ILLEGAL_REQUEST, ASC_INSUFFICIENT_RESOURCES);
	return !err;
}

static bool mode_select_locked(struct mode_cmd *mc)
{
	struct target_device *dev = exec_dev(mc->cmd);
	bool save = mc->cmd->cdb[1] & CDB_SP;
	struct scsi_mode_values all;

	lockdep_assert_held(&dev->mode_lock);
	target_cmd_lu(mc->cmd, &mc->lu);
	if (save && !mc->lu.can_save) {
		scsi_sense_cdb_field(&mc->sense, 1, CDB_SP_BIT);
		return false;
	}
	if (!scsi_mode_select(&mc->lu, mc->cmd->cdb, &mc->rq, &mc->sense) ||
	    !mode_select_prepare(mc))
		return false;
	scsi_mode_values(&mc->lu, &mc->rq.change, &all);
	if (save && mode_save(dev, &all)) {
		scsi_sense_set(&mc->sense, SENSE_HARDWARE_ERROR, ASC_INTERNAL_FAILURE);
		return false;
	}
	mode_take(mc, &all, save);
	return true;
}

static u8 mode_select_in_turn(struct mode_cmd *mc)
{
	struct target_device *dev = exec_dev(mc->cmd);
	u8 status;

	if (!target_store_enter(dev, TARGET_TURN_MODE))
		return TARGET_STAT_BUSY;
	mutex_lock(&dev->mode_lock);
	/* It may have waited for another's file, for as long as that takes. */
	if (atomic_read(&mc->cmd->state) & TARGET_CMD_ABORTED)
		status = TARGET_STAT_TASK_ABORTED;
	else
		status = mode_select_locked(mc) ? TARGET_STAT_GOOD : TARGET_STAT_CHECK_CONDITION;
	mutex_unlock(&dev->mode_lock);
	target_store_leave(dev, TARGET_TURN_MODE);
	return status;
}

static void mode_select_run(struct target_cmd *cmd, u8 *list)
{
	struct mode_cmd mc = { .cmd = cmd, .rq.buf = list };
	u8 status;
	int err;

	mc.rq.len = target_cmd_gather(cmd, list, cmd->xfer_len);
	status = mode_select_in_turn(&mc);
	if (status == TARGET_STAT_CHECK_CONDITION) {
		target_cmd_complete_sense(cmd, &mc.sense);
		return;
	}
	if (status) {
		target_cmd_complete_status(cmd, status);
		return;
	}
	err = mode_needs_flush(&mc.rq.change) ? exec_flush(cmd) : 0;
	if (err)
		target_cmd_complete_error(cmd, err);
	else
		target_cmd_complete(cmd, 0);
}

/* MODE SELECT(6) and (10) */
void exec_mode_select(struct target_cmd *cmd)
{
	unsigned int noio = memalloc_noio_save();
	u8 *list = kvmalloc(max_t(u32, cmd->xfer_len, 1), GFP_KERNEL);

	if (list)
		mode_select_run(cmd, list);
	else
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
	kvfree(list);
	memalloc_noio_restore(noio);
}

/**
 * target_mode_restore() - the saved values become the current ones, as after power on
 * @dev: about to be exported; keeps its serial number
 * @text: the file; see struct target_store_user
 *
 * Lines that mean nothing are skipped.
 */
void target_mode_restore(struct target_device *dev, char *text)
{
	struct scsi_mode_values values = {};
	char *name, *code;

	while (target_store_next(&text, &name, &code))
		if (!scsi_mode_parse(name, code, &values))
			pr_warn("%s: no such mode parameter: %.32s=%.32s\n", dev->bd.name, name,
				code);
	if (target_device_cache_fixed(dev))
		values.mask &= ~BIT(SCSI_MODE_WCE);
	mutex_lock(&target_lock);
	mode_apply(dev, &values, NULL);
	mode_set_saved(dev, &values);
	mutex_unlock(&target_lock);
}
