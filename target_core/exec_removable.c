// SPDX-License-Identifier: GPL-2.0-only
/*
 * START STOP UNIT, and what a removable medium (attribute removable) has besides: eject and
 * load, and PREVENT ALLOW MEDIUM REMOVAL.
 *
 * The medium that is ejected stays open, so that loading it is always possible; commands that need
 * one are kept out by TARGET_GATE_EJECTED. An I_T nexus that prevents the removal is marked in
 * its I_T_L nexus, and its loss takes that along.
 */
#include "exec.h"

#define CDB_IMMED	0x01	/* byte 1 of START STOP UNIT */
#define CDB_NO_FLUSH	0x04	/* byte 4 of START STOP UNIT */
#define CDB_LOEJ	0x02
#define CDB_START	0x01
#define CDB_PREVENT	0x01	/* byte 4 of PREVENT ALLOW MEDIUM REMOVAL */

static bool removal_prevented(struct target_device *dev)
{
	struct target_lun *lun;
	struct target_itl *itl;

	lockdep_assert_held(&target_lock);
	target_device_for_each_itl(dev, lun, itl)
		if (itl->prevents)
			return true;
	return false;
}

/**
 * target_removal_allow_all() - a logical unit reset ends every prevention (SBC-3 5.11)
 * @dev: the device; caller holds target_lock
 */
void target_removal_allow_all(struct target_device *dev)
{
	struct target_lun *lun;
	struct target_itl *itl;

	lockdep_assert_held(&target_lock);
	target_device_for_each_itl(dev, lun, itl)
		itl->prevents = false;
}

/* PREVENT ALLOW MEDIUM REMOVAL, SBC-3 5.11 */
void exec_prevent_allow(struct target_cmd *cmd)
{
	bool prevent = cmd->cdb[4] & CDB_PREVENT;
	int err = 0;

	/* What was written while it was prevented is on the medium before it may go. */
	if (!prevent)
		err = exec_flush(cmd);
	mutex_lock(&target_lock);
	cmd->itl->prevents = prevent && !(atomic_read(&cmd->state) & TARGET_CMD_ABORTED);
	mutex_unlock(&target_lock);
	exec_end(cmd, err);
}

static bool exec_eject(struct target_device *dev)
{
	bool prevented;

	mutex_lock(&target_lock);
	prevented = removal_prevented(dev);
	if (!prevented)
		target_medium_gate(dev, TARGET_GATE_EJECTED, true);
	mutex_unlock(&target_lock);
	return !prevented;
}

/* The others have to look at the medium again: it may be another one (SAM-5 5.14, SPC-4 5.10). */
static void exec_load(struct target_cmd *cmd)
{
	struct target_device *dev = exec_dev(cmd);

	mutex_lock(&target_lock);
	if (dev->gate & TARGET_GATE_EJECTED) {
		target_ua_raise_device(dev, TARGET_UA_MEDIUM_CHANGED, cmd->nexus);
		target_medium_gate(dev, TARGET_GATE_EJECTED, false);
	}
	mutex_unlock(&target_lock);
	target_backdev_capacity_changed(&dev->bd);
}

static int exec_stop_flush(struct target_cmd *cmd)
{
	if ((cmd->cdb[1] & CDB_IMMED) && exec_flush_detached(cmd))
		return 0;
	return exec_flush(cmd);
}

/* With LOEJ. NO_FLUSH is for a medium that stays. */
static void exec_stop(struct target_cmd *cmd, bool eject)
{
	struct target_device *dev = exec_dev(cmd);
	bool flush = eject || !(cmd->cdb[4] & CDB_NO_FLUSH);
	int err;

	if (eject && !exec_eject(dev)) {
		target_cmd_fail(cmd, SENSE_ILLEGAL_REQUEST, ASC_REMOVAL_PREVENTED);
		return;
	}
	target_selftest_stop(dev);
	err = flush ? exec_stop_flush(cmd) : 0;
	if (err && eject)
		target_medium_gate(dev, TARGET_GATE_EJECTED, false);
	if (!err)
		target_medium_gate(dev, TARGET_GATE_STOPPED, true);
	exec_end(cmd, err);
}

/*
 * START STOP UNIT, SBC-3 5.25: what is stopped or ejected refuses commands for the medium
 * until it is started or loaded. No initiator has to be told that it is stopped: each finds
 * out by its next command.
 */
void exec_start_stop(struct target_cmd *cmd)
{
	struct target_device *dev = exec_dev(cmd);
	bool loej = cmd->cdb[4] & CDB_LOEJ;

	if (!(cmd->cdb[4] & CDB_START)) {
		exec_stop(cmd, loej);
		return;
	}
	if (loej) {
		exec_load(cmd);
	} else if (READ_ONCE(dev->gate) & TARGET_GATE_EJECTED) {
		target_cmd_fail(cmd, SENSE_NOT_READY, ASC_MEDIUM_NOT_PRESENT);
		return;
	}
	target_medium_gate(dev, TARGET_GATE_STOPPED, false);
	target_cmd_complete(cmd, 0);
}
