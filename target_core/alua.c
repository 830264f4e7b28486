// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asymmetric logical unit access (SPC-4 5.15): the target port groups of a device,
 * their members, and what a command may do in the state of its port.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include "alua.h"
#include "lba_map.h"

/* ---- target port groups ---- */

/**
 * target_alua_init_group() - a new target port group with the default settings
 * @pg: zeroed
 * @dev: its device
 *
 * Puts it on the device's list, without an identifier. Takes target_lock.
 */
void target_alua_init_group(struct target_port_group *pg, struct target_device *dev)
{
	pg->dev = dev;
	INIT_LIST_HEAD(&pg->members);
	pg->state = TARGET_ALUA_OPTIMIZED;
	pg->access_type = ALUA_TYPE_IMPLICIT | ALUA_TYPE_EXPLICIT;
	pg->supported = ALUA_SUP_TRANSITION | ALUA_SUP_OFFLINE | ALUA_SUP_UNAVAILABLE |
			ALUA_SUP_STANDBY | ALUA_SUP_NON_OPTIMIZED | ALUA_SUP_OPTIMIZED;
	pg->nonop_delay_msecs = 100;
	mutex_lock(&target_lock);
	list_add_tail(&pg->dev_link, &dev->port_groups);
	mutex_unlock(&target_lock);
}

/**
 * target_alua_init_default() - the group a LUN is in that was put into no other
 * @dev: a device in the making
 */
void target_alua_init_default(struct target_device *dev)
{
	target_alua_init_group(&dev->default_group, dev);
	dev->default_group.has_id = true;
}

/**
 * target_alua_find_id() - look a group up by its identifier
 * @dev: the device
 * @id: TARGET PORT GROUP
 *
 * Caller holds target_lock. Returns NULL if there is none.
 */
struct target_port_group *target_alua_find_id(struct target_device *dev, u16 id)
{
	struct target_port_group *pg;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(pg, &dev->port_groups, dev_link)
		if (pg->has_id && pg->id == id)
			return pg;
	return NULL;
}

/**
 * target_alua_set_id() - give a group its identifier, once
 * @pg: the group
 * @id: TARGET PORT GROUP, 0 for any that is free
 *
 * Returns 0 or -EINVAL: the group has one, or another group has this one.
 */
int target_alua_set_id(struct target_port_group *pg, u16 id)
{
	u32 wanted = id;
	int err = -EINVAL;

	mutex_lock(&target_lock);
	if (pg->has_id)
		goto unlock;
	if (!wanted)
		do
			wanted++;
		while (wanted <= U16_MAX && target_alua_find_id(pg->dev, wanted));
	if (wanted > U16_MAX || target_alua_find_id(pg->dev, wanted))
		goto unlock;
	pg->id = wanted;
	smp_store_release(&pg->has_id, true);
	err = 0;
unlock:
	mutex_unlock(&target_lock);
	return err;
}

/**
 * target_alua_find() - look a group up by its directory's name
 * @dev: the device
 * @name: the name
 *
 * Caller holds target_lock. Returns NULL also for a group without identifier.
 */
struct target_port_group *target_alua_find(struct target_device *dev, const char *name)
{
	struct target_port_group *pg;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(pg, &dev->port_groups, dev_link)
		if (pg->has_id && !strcmp(config_item_name(&pg->group.cg_item), name))
			return pg;
	return NULL;
}

/**
 * target_alua_join() - put a LUN into a group, or move it there
 * @lun: a LUN with a device
 * @pg: a group of that device
 *
 * Caller holds target_lock.
 */
void target_alua_join(struct target_lun *lun, struct target_port_group *pg)
{
	struct target_port_group *old = target_lun_port_group(lun);

	lockdep_assert_held(&target_lock);
	if (old == pg)
		return;
	if (old)
		list_del(&lun->group_link);
	list_add_tail(&lun->group_link, &pg->members);
	rcu_assign_pointer(lun->port_group, pg);
	if (old)
		target_ua_raise_device(pg->dev, TARGET_UA_ALUA_CHANGED, NULL);
}

/**
 * target_alua_leave() - a LUN loses its device
 * @lun: the LUN; may be in no group
 *
 * Caller holds target_lock.
 */
void target_alua_leave(struct target_lun *lun)
{
	lockdep_assert_held(&target_lock);
	if (!target_lun_port_group(lun))
		return;
	list_del(&lun->group_link);
	RCU_INIT_POINTER(lun->port_group, NULL);
}

/**
 * target_lun_port_group() - the group a LUN is in, or NULL
 * @lun: the LUN
 *
 * Caller is in an RCU read section or holds target_lock.
 */
struct target_port_group *target_lun_port_group(struct target_lun *lun)
{
	return rcu_dereference_check(lun->port_group, lockdep_is_held(&target_lock));
}

/**
 * target_alua_remove_group() - the group's directory goes away
 * @pg: a group made by mkdir
 *
 * Its LUNs return to the default group. The I/O path may look at it for a grace
 * period more.
 */
void target_alua_remove_group(struct target_port_group *pg)
{
	struct target_lun *lun, *next;

	mutex_lock(&target_lock);
	list_for_each_entry_safe(lun, next, &pg->members, group_link)
		target_alua_join(lun, &pg->dev->default_group);
	list_del(&pg->dev_link);
	mutex_unlock(&target_lock);
}

/* ---- the I/O path ---- */

static u8 map_state(const struct target_cmd *cmd, const struct target_port_group *pg)
{
	const struct target_lba_map *map = rcu_dereference(pg->dev->lba_map);

	if (!map || !(cmd->op->flags & SCSI_OP_BLOCKS))
		return TARGET_ALUA_OPTIMIZED;
	return lba_map_state(map, pg->id, cmd->lba, cmd->blocks);
}

/**
 * target_alua_lun_state() - the state of a port for a logical unit
 * @lun: the logical unit through the port
 *
 * Caller is in an RCU read section or holds target_lock.
 *
 * Return: enum target_alua_state: the LUN's secondary state, else its group's.
 */
u8 target_alua_lun_state(const struct target_lun *lun)
{
	const struct target_port_group *pg;

	if (unlikely(READ_ONCE(lun->alua_offline)))
		return TARGET_ALUA_OFFLINE;
	pg = rcu_dereference_check(lun->port_group, lockdep_is_held(&target_lock));
	return pg ? READ_ONCE(pg->state) : TARGET_ALUA_OPTIMIZED;
}

static u8 command_state(const struct target_cmd *cmd, bool *mapped)
{
	u8 state;

	rcu_read_lock();
	state = target_alua_lun_state(cmd->itl->lun);
	*mapped = state == TARGET_ALUA_LBA_DEPENDENT;
	if (unlikely(*mapped))
		state = map_state(cmd, rcu_dereference(cmd->itl->lun->port_group));
	rcu_read_unlock();
	return state;
}

/* Of a segment that is accessible through other ports, the initiator learns which (SBC-3 4.28). */
static void refuse(u8 state, bool mapped, struct target_sense *sense)
{
	if (!mapped) {
		scsi_sense_set(sense, SENSE_NOT_READY, alua_refusal(state));
		return;
	}
	scsi_sense_set(sense, SENSE_ABORTED_COMMAND, ASC_INSPECT_REFERRALS);
	sense->flags |= TARGET_SENSE_REFERRAL;
}

/**
 * target_alua_append_referral() - say through which ports the command's blocks are accessible
 * @cmd: its sense data is in descriptor format
 *
 * Any context. What does not fit is left out.
 */
void target_alua_append_referral(struct target_cmd *cmd)
{
	const struct target_port_group *pg;
	const struct target_lba_map *map;
	u8 desc[LBA_MAP_SENSE] = {};
	u8 len = 0;

	rcu_read_lock();
	pg = rcu_dereference(cmd->itl->lun->port_group);
	map = rcu_dereference(cmd->itl->dev->lba_map);
	if (pg && map)
		len = lba_map_sense(map, pg->id, cmd->lba, cmd->blocks, desc);
	rcu_read_unlock();
	if (!len || len > sizeof(cmd->sense_data) - cmd->sense_len)
		return;
	memcpy(cmd->sense_data + cmd->sense_len, desc, len);
	cmd->sense_len += len;
	cmd->sense_data[7] += len;
}

/**
 * target_alua_lu_referrals() - what pages say of the map
 * @dev: the device
 * @lu: its logical unit, to be filled in
 *
 * Any context.
 */
void target_alua_lu_referrals(struct target_device *dev, struct scsi_lu *lu)
{
	const struct target_lba_map *map;

	rcu_read_lock();
	map = rcu_dereference(dev->lba_map);
	if (map) {
		lu->referrals = lu->attrib->alua_support;
		lu->segment_size = map->segment_size;
		lu->segment_multiplier = map->multiplier;
	}
	rcu_read_unlock();
}

/**
 * target_alua_check() - whether the state of the port lets a command run
 * @cmd: a command with an I_T_L nexus; marked if it is to run later
 * @sense: filled in if not
 *
 * Any context. The marked commands wait in target_cmd_run(), at their turn in the
 * task set, so that what has to come behind them still does.
 *
 * Return: true if it may run.
 */
bool target_alua_check(struct target_cmd *cmd, struct target_sense *sense)
{
	bool mapped;
	u8 state = command_state(cmd, &mapped);

	if (likely(state == TARGET_ALUA_OPTIMIZED))
		return true;
	if (!alua_passes(state, cmd->op, cmd->cdb)) {
		refuse(state, mapped, sense);
		return false;
	}
	if (state == TARGET_ALUA_NON_OPTIMIZED &&
	    (cmd->op->flags & (SCSI_OP_READS | SCSI_OP_WRITES)))
		cmd->flags |= TARGET_CMDF_LAG;
	return true;
}

/* ---- texts ---- */

/**
 * target_alua_state_name() - state of a port, as configfs files show it
 * @state: enum target_alua_state
 */
const char *target_alua_state_name(u8 state)
{
	switch (state) {
	case TARGET_ALUA_OPTIMIZED:
		return "Active/Optimized";
	case TARGET_ALUA_NON_OPTIMIZED:
		return "Active/NonOptimized";
	case TARGET_ALUA_STANDBY:
		return "Standby";
	case TARGET_ALUA_UNAVAILABLE:
		return "Unavailable";
	case TARGET_ALUA_LBA_DEPENDENT:
		return "LBA Dependent";
	case TARGET_ALUA_OFFLINE:
		return "Offline";
	case TARGET_ALUA_TRANSITIONING:
		return "Transitioning";
	default:
		return "Unknown";
	}
}

/**
 * target_alua_status_name() - how the state came about, as configfs files show it
 * @status: ALUA_STATUS_*
 */
const char *target_alua_status_name(u8 status)
{
	switch (status) {
	case ALUA_STATUS_NONE:
		return "None";
	case ALUA_STATUS_EXPLICIT:
		return "Altered by Explicit STPG";
	case ALUA_STATUS_IMPLICIT:
		return "Altered by Implicit ALUA";
	default:
		return "Unknown";
	}
}

/* ---- LU groups, maps ---- */

/**
 * target_lu_group_join() - put a device into a LU group, or take it out
 * @dev: the device
 * @group: where to, or NULL
 *
 * Caller holds target_lock.
 */
void target_lu_group_join(struct target_device *dev, struct target_lu_group *group)
{
	lockdep_assert_held(&target_lock);
	list_del_init(&dev->lu_group_link);
	dev->lu_group = group;
	WRITE_ONCE(dev->lu_group_id, group ? group->id : 0);
	if (group)
		list_add_tail(&dev->lu_group_link, &group->members);
}

/**
 * target_alua_set_map() - replace the map of LBA dependent states
 * @dev: the device; caller holds config_lock
 * @map: from lba_map_parse(), owned by the device from now on; NULL for none
 *
 * With a map all groups support the state LBA dependent, without it none does.
 */
void target_alua_set_map(struct target_device *dev, struct target_lba_map *map)
{
	struct target_port_group *pg;
	struct target_lba_map *old;

	lockdep_assert_held(&dev->config_lock);
	old = rcu_replace_pointer(dev->lba_map, map, true);
	mutex_lock(&target_lock);
	list_for_each_entry(pg, &dev->port_groups, dev_link) {
		if (map)
			pg->supported |= ALUA_SUP_LBA_DEPENDENT;
		else
			pg->supported &= ~ALUA_SUP_LBA_DEPENDENT;
	}
	mutex_unlock(&target_lock);
	if (old) {
		synchronize_rcu();
		kfree(old);
	}
}
