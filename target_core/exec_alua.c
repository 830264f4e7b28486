// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of REPORT and SET TARGET PORT GROUPS (SPC-4 6.36, 6.45) and REPORT
 * REFERRALS. They sleep: groups and their members change under target_lock.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <compat/unaligned.h>
#include "alua.h"
#include "exec.h"
#include "lba_map.h"
#include "store.h"

#define RTPG_EXTENDED		1	/* PARAMETER DATA FORMAT */
#define RTPG_HEADER		4
#define RTPG_EXT_HEADER		8
#define RTPG_GROUP_LEN		8
#define RTPG_PORT_LEN		4
#define ONE_SEG			0x01	/* REPORT REFERRALS */

/* ---- REPORT TARGET PORT GROUPS ---- */

/* A device linked to two LUNs of one TPG is behind one port all the same. */
static bool rtpg_port_seen(struct target_port_group *pg, const struct target_lun *lun)
{
	const struct target_lun *earlier;

	list_for_each_entry(earlier, &pg->members, group_link) {
		if (earlier == lun)
			return false;
		if (earlier->tpg == lun->tpg)
			return true;
	}
	return false;
}

/* Appends a port; a group has at most 255 to show. */
static u8 *rtpg_port(u8 *group, u8 *p, const struct target_lun *lun)
{
	if (group[7] == U8_MAX)
		return p;
	group[7]++;
	put_unaligned_be16(lun->tpg->rtpi, p + 2);
	return p + RTPG_PORT_LEN;
}

/* Target port group descriptor, SPC-4 6.36 */
static u8 *rtpg_group(struct target_port_group *pg, u8 *p)
{
	const struct target_lun *lun;
	u8 *group = p;

	group[0] = pg->state | (pg->preferred ? 0x80 : 0);
	group[1] = pg->supported;
	put_unaligned_be16(pg->id, group + 2);
	group[5] = pg->status;
	p += RTPG_GROUP_LEN;
	list_for_each_entry(lun, &pg->members, group_link)
		if (!rtpg_port_seen(pg, lun))
			p = rtpg_port(group, p, lun);
	return p;
}

/* An identifier that no group has, the highest. */
static u16 rtpg_spare_id(struct target_device *dev)
{
	u16 id = U16_MAX;

	while (target_alua_find_id(dev, id))
		id--;
	return id;
}

/*
 * The ports that are offline for this logical unit are in a secondary target port
 * group as well, whatever the state of their primary one (SPC-4 5.15.2.1).
 */
static u8 *rtpg_offline(struct target_device *dev, u8 *p)
{
	const struct target_lun *lun;
	u8 *group = p;

	p += RTPG_GROUP_LEN;
	list_for_each_entry(lun, &dev->luns, dev_link) {
		if (!lun->alua_offline)
			continue;
		group[5] = max(group[5], lun->alua_status);
		p = rtpg_port(group, p, lun);
	}
	if (!group[7])
		return group;
	group[0] = TARGET_ALUA_OFFLINE;
	group[1] = ALUA_SUP_OFFLINE;
	put_unaligned_be16(rtpg_spare_id(dev), group + 2);
	return p;
}

static size_t rtpg_size(struct target_device *dev)
{
	struct target_port_group *pg;
	struct target_lun *lun;
	size_t size = RTPG_EXT_HEADER + RTPG_GROUP_LEN;

	list_for_each_entry(lun, &dev->luns, dev_link)
		size += RTPG_PORT_LEN;
	list_for_each_entry(pg, &dev->port_groups, dev_link) {
		size += RTPG_GROUP_LEN;
		list_for_each_entry(lun, &pg->members, group_link)
			size += RTPG_PORT_LEN;
	}
	return size;
}

/* Returns the reply, for kvfree(), or NULL without memory. */
static u8 *rtpg_build(struct target_device *dev, bool extended, u32 *len)
{
	struct target_port_group *pg;
	u8 *buf, *p;

	lockdep_assert_held(&target_lock);
	buf = kvzalloc(rtpg_size(dev), GFP_NOIO);
	if (!buf)
		return NULL;
	p = buf + (extended ? RTPG_EXT_HEADER : RTPG_HEADER);
	list_for_each_entry(pg, &dev->port_groups, dev_link) {
		if (!pg->has_id)
			continue;
		p = rtpg_group(pg, p);
		if (extended)
			buf[5] = max_t(u32, buf[5], min_t(u32, pg->implicit_trans_secs, U8_MAX));
	}
	p = rtpg_offline(dev, p);
	if (extended)
		buf[4] = 0x10;		/* FORMAT TYPE */
	*len = p - buf;
	put_unaligned_be32(*len - RTPG_HEADER, buf);
	return buf;
}

/* REPORT TARGET PORT GROUPS */
void exec_report_target_port_groups(struct target_cmd *cmd)
{
	u8 format = cmd->cdb[1] >> 5;
	u32 len = 0;
	u8 *buf;

	if (format > RTPG_EXTENDED) {
		target_cmd_fail_cdb(cmd, 1, 7);
		return;
	}
	mutex_lock(&target_lock);
	buf = rtpg_build(cmd->itl->dev, format == RTPG_EXTENDED, &len);
	mutex_unlock(&target_lock);
	if (!buf) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	target_cmd_reply(cmd, buf, len);
	kvfree(buf);
}

/* ---- REPORT REFERRALS ---- */

/* Returns 0 if the map has gone meanwhile. */
static u32 referrals_build(struct target_cmd *cmd, u8 *buf)
{
	const struct target_lba_map *map;
	u32 len = 0;

	rcu_read_lock();
	map = rcu_dereference(exec_dev(cmd)->lba_map);
	if (map)
		len = lba_map_referrals(map, cmd->lba, cmd->cdb[14] & ONE_SEG, buf);
	rcu_read_unlock();
	return len;
}

/* REPORT REFERRALS, SBC-3 5.14 */
void exec_report_referrals(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	u32 len;
	u8 *buf;

	if (cmd->lba >= READ_ONCE(exec_dev(cmd)->nr_blocks)) {
		scsi_sense_set(&sense, SENSE_ILLEGAL_REQUEST, ASC_LBA_OUT_OF_RANGE);
		target_cmd_complete_sense(cmd, &sense);
		return;
	}
	buf = kvzalloc(LBA_MAP_REFERRALS, GFP_NOIO);
	if (!buf) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	len = referrals_build(cmd, buf);
	if (len)
		target_cmd_reply(cmd, buf, len);
	else
		target_cmd_fail_cdb(cmd, 1, 4);
	kvfree(buf);
}

/* ---- SET TARGET PORT GROUPS ---- */

/**
 * struct stpg - a SET TARGET PORT GROUPS while it runs
 * @cmd: the command.
 * @change: what it makes.
 * @list: parameter list.
 * @nr: descriptors in it.
 * @sense: of a command that fails.
 */
struct stpg {
	struct target_cmd	*cmd;
	struct alua_change	change;
	u8			*list;
	int			nr;
	struct target_sense	sense;
};

static int stpg_add_group(struct stpg *stpg, const struct alua_stpg *desc)
{
	struct target_port_group *pg = target_alua_find_id(exec_dev(stpg->cmd), desc->id);

	if (!pg) {
		alua_stpg_refuse(desc, 2, &stpg->sense);
		return -ENOENT;
	}
	return target_alua_add(&stpg->change, pg, desc->state);
}

static int stpg_add(struct stpg *stpg, const struct alua_stpg *desc)
{
	if (desc->state == TARGET_ALUA_OFFLINE)
		return target_alua_port_offline(&stpg->change, desc->id, false);
	return stpg_add_group(stpg, desc);
}

/* All descriptors are good before anything changes. */
static int stpg_check(struct stpg *stpg)
{
	struct alua_stpg desc;
	int i, err = 0;

	lockdep_assert_held(&target_lock);
	for (i = 0; i < stpg->nr && !err; i++) {
		if (!alua_stpg_desc(stpg->list, i, &desc, &stpg->sense))
			return -ENOENT;
		err = stpg_add(stpg, &desc);
	}
	if (err == -EINVAL)
		alua_stpg_refuse(&desc, 0, &stpg->sense);
	else if (err == -EBUSY)
		scsi_sense_set(&stpg->sense, SENSE_NOT_READY, ASC_ALUA_TRANSITION);
	return err;
}

static void stpg_ports(struct stpg *stpg)
{
	struct target_device *dev = exec_dev(stpg->cmd);
	struct alua_stpg desc;
	int i;

	lockdep_assert_held(&target_lock);
	for (i = 0; i < stpg->nr; i++) {
		alua_stpg_desc(stpg->list, i, &desc, &stpg->sense);
		if (desc.state == TARGET_ALUA_OFFLINE)
			target_alua_port_offline(&stpg->change, desc.id, true);
		else
			target_alua_ports_online(&stpg->change, target_alua_find_id(dev, desc.id));
	}
}

static int stpg_run(struct stpg *stpg)
{
	struct target_device *dev = exec_dev(stpg->cmd);
	int err;

	target_alua_begin(&stpg->change, dev, stpg->cmd->nexus);
	mutex_lock(&target_lock);
	err = stpg_check(stpg);
	if (!err)
		stpg_ports(stpg);
	mutex_unlock(&target_lock);
	if (err) {
		target_alua_cancel(&stpg->change);
		return err;
	}
	target_alua_commit(&stpg->change);
	/* Somebody else's file is nothing to wait for. */
	if (stpg->change.luns)
		target_alua_save_luns(dev);
	return 0;
}

static u8 stpg_in_turn(struct stpg *stpg)
{
	struct target_device *dev = exec_dev(stpg->cmd);
	int err;

	if (!target_store_enter(dev, TARGET_TURN_ALUA))
		return TARGET_STAT_BUSY;
	err = stpg_run(stpg);
	target_store_leave(dev, TARGET_TURN_ALUA);
	return err ? TARGET_STAT_CHECK_CONDITION : TARGET_STAT_GOOD;
}

static void stpg_take(struct stpg *stpg)
{
	struct target_cmd *cmd = stpg->cmd;
	u8 status;

	stpg->list = kvzalloc(cmd->xfer_len, GFP_KERNEL);
	if (!stpg->list) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	target_cmd_gather(cmd, stpg->list, cmd->xfer_len);
	status = stpg_in_turn(stpg);
	if (status == TARGET_STAT_CHECK_CONDITION)
		target_cmd_complete_sense(cmd, &stpg->sense);
	else
		target_cmd_complete_status(cmd, status);
	kvfree(stpg->list);
}

/*
 * SET TARGET PORT GROUPS. The status comes when all groups are in their new states,
 * and the files of those that keep one are written.
 */
void exec_set_target_port_groups(struct target_cmd *cmd)
{
	struct stpg stpg = { .cmd = cmd };
	unsigned int noio;

	stpg.nr = alua_stpg_count(get_unaligned_be32(cmd->cdb + 6), cmd->xfer_len, &stpg.sense);
	if (stpg.nr < 0) {
		target_cmd_complete_sense(cmd, &stpg.sense);
		return;
	}
	if (!stpg.nr) {
		target_cmd_complete(cmd, 0);
		return;
	}
	noio = memalloc_noio_save();
	stpg_take(&stpg);
	memalloc_noio_restore(noio);
}
