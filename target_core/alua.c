// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asymmetric logical unit access (SPC-4 5.15): target port groups of a device,
 * their states, what a command may do in each, and what is kept on disk of it.
 */
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "alua.h"
#include "dbroot.h"
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

static struct target_port_group *find_id(struct target_device *dev, u16 id)
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
		for (wanted = 1; wanted <= U16_MAX && find_id(pg->dev, wanted); wanted++)
			;
	if (wanted > U16_MAX || find_id(pg->dev, wanted))
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
 * target_alua_changed() - tell all initiators to ask for the states again
 * @dev: the device
 *
 * ASYMMETRIC ACCESS STATE CHANGED for every I_T nexus: what REPORT TARGET PORT
 * GROUPS says has changed for all of them. Caller holds target_lock.
 */
void target_alua_changed(struct target_device *dev)
{
	target_ua_raise_device(dev, TARGET_UA_ALUA_CHANGED, NULL);
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
		target_alua_changed(pg->dev);
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

static u8 command_state(const struct target_cmd *cmd)
{
	const struct target_port_group *pg;
	u8 state = TARGET_ALUA_OPTIMIZED;

	rcu_read_lock();
	pg = rcu_dereference(cmd->itl->lun->port_group);
	if (pg)
		state = READ_ONCE(pg->state);
	if (unlikely(state == TARGET_ALUA_LBA_DEPENDENT))
		state = map_state(cmd, pg);
	rcu_read_unlock();
	return READ_ONCE(cmd->itl->lun->alua_offline) ? TARGET_ALUA_OFFLINE : state;
}

static u16 refusal(u8 state)
{
	switch (state) {
	case TARGET_ALUA_STANDBY:
		return ASC_ALUA_STANDBY;
	case TARGET_ALUA_UNAVAILABLE:
		return ASC_ALUA_UNAVAILABLE;
	case TARGET_ALUA_TRANSITIONING:
		return ASC_ALUA_TRANSITION;
	default:
		return ASC_ALUA_OFFLINE;
	}
}

/**
 * target_alua_check() - whether the state of the port lets a command run
 * @cmd: a command with an I_T_L nexus
 * @sense: filled in if not
 *
 * Any context. SPC-4 5.15.2.4: in every state but the active ones only commands
 * that neither read nor change the medium are left.
 *
 * Return: true if it may run.
 */
bool target_alua_check(const struct target_cmd *cmd, struct target_sense *sense)
{
	u8 state = command_state(cmd);

	if (likely(state <= TARGET_ALUA_NON_OPTIMIZED) || (cmd->op->flags & SCSI_OP_ALUA_STANDBY))
		return true;
	scsi_sense_set(sense, SENSE_NOT_READY, refusal(state));
	return false;
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

/* ---- what is kept on disk ---- */

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

static void write_metadata(char *subdir, const char *name, const char *text, size_t len)
{
	int err;

	make_directories(subdir);
	err = target_dbroot_write(subdir, name, text, len);
	if (err)
		pr_warn_ratelimited("%s/%s/%s: not written: error %d\n", target_dbroot, subdir,
				    name, err);
}

/* The serial number is a component of the path, and only root has chosen it. */
static bool serial_is_file_name(const char *serial)
{
	return *serial && !strchr(serial, '/');
}

static void write_group_metadata(struct target_port_group *pg)
{
	const char *serial = pg->dev->id.serial;
	char text[96];
	char *subdir;
	size_t len;

	if (!serial_is_file_name(serial))
		return;
	subdir = kasprintf(GFP_KERNEL, "alua/tpgs_%s", serial);
	if (!subdir)
		return;
	len = scnprintf(text, sizeof(text),
			"tg_pt_gp_id=%u\nalua_access_state=0x%02x\nalua_access_status=0x%02x\n",
			pg->id, pg->state, pg->status);
	write_metadata(subdir, config_item_name(&pg->group.cg_item), text, len);
	kfree(subdir);
}

static void write_lun_metadata(const struct target_lun *lun)
{
	const struct target_tpg *tpg = lun->tpg;
	char name[32], text[64];
	char *subdir;
	size_t len;

	subdir = kasprintf(GFP_KERNEL, "alua/%s/%s+%u", tpg->ops->name, tpg->wwn->name, tpg->tag);
	if (!subdir)
		return;
	snprintf(name, sizeof(name), "lun_%llu", lun->number);
	len = scnprintf(text, sizeof(text), "alua_tg_pt_offline=%d\nalua_tg_pt_status=0x%02x\n",
			lun->alua_offline, lun->alua_status);
	write_metadata(subdir, name, text, len);
	kfree(subdir);
}

/* ---- changes of state ---- */

static u8 support_bit(u8 state)
{
	switch (state) {
	case TARGET_ALUA_OPTIMIZED:
		return ALUA_SUP_OPTIMIZED;
	case TARGET_ALUA_NON_OPTIMIZED:
		return ALUA_SUP_NON_OPTIMIZED;
	case TARGET_ALUA_STANDBY:
		return ALUA_SUP_STANDBY;
	case TARGET_ALUA_UNAVAILABLE:
		return ALUA_SUP_UNAVAILABLE;
	case TARGET_ALUA_LBA_DEPENDENT:
		return ALUA_SUP_LBA_DEPENDENT;
	case TARGET_ALUA_OFFLINE:
		return ALUA_SUP_OFFLINE;
	case TARGET_ALUA_TRANSITIONING:
		return ALUA_SUP_TRANSITION;
	default:
		return 0;
	}
}

static int check_change(const struct target_port_group *pg, u8 state, bool explicit)
{
	if (!(pg->supported & support_bit(state)))
		return -EINVAL;
	if (!(pg->access_type & (explicit ? ALUA_TYPE_EXPLICIT : ALUA_TYPE_IMPLICIT)))
		return -EINVAL;
	/* Neither is for an initiator to ask for; a map and explicit changes exclude each other. */
	if (explicit && (state == TARGET_ALUA_TRANSITIONING || state == TARGET_ALUA_OFFLINE))
		return -EINVAL;
	if (state == TARGET_ALUA_LBA_DEPENDENT && (pg->access_type & ALUA_TYPE_EXPLICIT))
		return -EINVAL;
	return 0;
}

static void publish_state(struct target_port_group *pg, u8 state, bool explicit)
{
	mutex_lock(&target_lock);
	WRITE_ONCE(pg->state, state);
	WRITE_ONCE(pg->status, explicit ? ALUA_STATUS_EXPLICIT : ALUA_STATUS_IMPLICIT);
	target_alua_changed(pg->dev);
	mutex_unlock(&target_lock);
}

/* Returns 1 if there is something to change; pg->changing is set then. */
static int begin_change(struct target_port_group *pg, u8 state, bool explicit)
{
	struct target_device *dev = pg->dev;
	int err;

	mutex_lock(&dev->config_lock);
	if (!pg->has_id)
		err = -EINVAL;
	else if (!dev->configured)
		err = -ENODEV;
	else if (pg->changing)
		err = -EBUSY;
	else
		err = check_change(pg, state, explicit);
	if (!err && pg->state != state) {
		pg->changing = true;
		err = 1;
	}
	mutex_unlock(&dev->config_lock);
	return err;
}

static void end_change(struct target_port_group *pg)
{
	mutex_lock(&pg->dev->config_lock);
	pg->changing = false;
	mutex_unlock(&pg->dev->config_lock);
}

/*
 * No lock is held while it waits or writes: pg->changing keeps a second change
 * out. Commands that arrive during the delay are told LOGICAL UNIT NOT READY,
 * ASYMMETRIC ACCESS STATE TRANSITION, and come again.
 */
static int change_group(struct target_port_group *pg, u8 state, bool explicit)
{
	int ret = begin_change(pg, state, explicit);

	if (ret <= 0)
		return ret;
	if (pg->trans_delay_msecs && (pg->supported & ALUA_SUP_TRANSITION) &&
	    state != TARGET_ALUA_TRANSITIONING) {
		publish_state(pg, TARGET_ALUA_TRANSITIONING, explicit);
		msleep_interruptible(pg->trans_delay_msecs);
	}
	publish_state(pg, state, explicit);
	if (pg->write_metadata)
		write_group_metadata(pg);
	end_change(pg);
	return 0;
}

/* ---- LU groups ---- */

/* The next device of the LU group after the @n first, with its group @id held, or NULL. */
static struct target_port_group *get_peer(struct target_lu_group *lu_group, u16 id, unsigned int n)
{
	struct target_port_group *pg = NULL;
	struct target_device *dev;

	mutex_lock(&target_lock);
	list_for_each_entry(dev, &lu_group->members, lu_group_link) {
		if (n--)
			continue;
		pg = find_id(dev, id);
		if (!pg)
			pg = &dev->default_group;
		kref_get(&dev->ref);
		config_group_get(&pg->group);
		break;
	}
	mutex_unlock(&target_lock);
	return pg;
}

static void put_peer(struct target_port_group *pg)
{
	struct target_device *dev = pg->dev;

	config_group_put(&pg->group);
	target_device_put(dev);
}

/*
 * The members of the LU group follow. A device that joins or leaves meanwhile may
 * be missed or asked twice; being asked twice for the same state does nothing.
 */
static void change_peers(struct target_port_group *pg, u8 state, bool explicit)
{
	struct target_lu_group *lu_group = NULL;
	struct target_port_group *peer;
	unsigned int n = 0;

	mutex_lock(&target_lock);
	if (pg->dev->lu_group && pg->dev->lu_group->id) {
		lu_group = pg->dev->lu_group;
		config_group_get(&lu_group->group);
	}
	mutex_unlock(&target_lock);
	if (!lu_group)
		return;
	while ((peer = get_peer(lu_group, pg->id, n++))) {
		if (peer != pg && peer->id == pg->id)
			change_group(peer, state, explicit);
		put_peer(peer);
	}
	config_group_put(&lu_group->group);
}

/**
 * target_alua_set_state() - change the primary state of a target port group
 * @pg: the group; the caller keeps its directory alive
 * @state: enum target_alua_state
 * @explicit: an initiator asked for it (SET TARGET PORT GROUPS), else the target
 *
 * SPC-4 5.15.2.5. Waits for the group's transition delay, then for its metadata
 * file if it keeps one. Groups with the same identifier of all devices of the LU
 * group follow. Returns 0, -EINVAL if the state or the way is not supported or the
 * group has no identifier, -ENODEV if the device is not configured, -EBUSY while
 * another change is under way.
 */
int target_alua_set_state(struct target_port_group *pg, u8 state, bool explicit)
{
	int err = change_group(pg, state, explicit);

	if (!err)
		change_peers(pg, state, explicit);
	return err;
}

/**
 * target_alua_set_offline() - change the secondary state of a LUN
 * @lun: a LUN with a device; the caller keeps its directory alive
 * @offline: take the port offline for this logical unit (SPC-4 5.15.2.4.8)
 *
 * May sleep. Returns 0, -ENODEV without a device.
 */
int target_alua_set_offline(struct target_lun *lun, bool offline)
{
	int err = -ENODEV;

	mutex_lock(&target_lock);
	if (lun->dev) {
		WRITE_ONCE(lun->alua_offline, offline);
		lun->alua_status = ALUA_STATUS_IMPLICIT;
		target_alua_changed(lun->dev);
		err = 0;
	}
	mutex_unlock(&target_lock);
	if (!err && lun->alua_write_md)
		write_lun_metadata(lun);
	return err;
}

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
