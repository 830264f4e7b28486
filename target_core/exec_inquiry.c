// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handler of INQUIRY. The pure builder answers in any context; the VPD page that
 * lists the ports of a device needs a look at all its LUNs, which sleeps.
 */
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/workqueue.h>
#include "exec.h"

static int port_compare(const void *a, const void *b)
{
	const struct scsi_port *x = a, *y = b;

	return (int)x->rtpi - (int)y->rtpi;
}

static bool port_listed(const struct scsi_port *ports, unsigned int nr,
			const struct target_tpg *tpg)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (ports[i].rtpi == tpg->rtpi)
			return true;
	return false;
}

static unsigned int count_luns(struct target_device *dev)
{
	struct target_lun *lun;
	unsigned int nr = 0;

	list_for_each_entry(lun, &dev->luns, dev_link)
		nr++;
	return min(nr, SCSI_PORTS_MAX);
}

/* A port leads to the device once, however many LUNs it has it as. */
static unsigned int fill_ports(struct target_device *dev, struct scsi_port *ports, unsigned int max)
{
	struct target_lun *lun;
	unsigned int nr = 0;

	list_for_each_entry(lun, &dev->luns, dev_link) {
		struct target_tpg *tpg = lun->tpg;

		if (nr == max || port_listed(ports, nr, tpg))
			continue;
		ports[nr++] = (struct scsi_port) {
			.name = tpg->wwn->name, .rtpi = tpg->rtpi, .tpg_tag = tpg->tag,
			.proto_id = target_tpg_proto_id(tpg),
		};
	}
	sort(ports, nr, sizeof(*ports), port_compare, NULL);
	return nr;
}

/* Returns the page, for kvfree(), or NULL without memory. */
static u8 *build_ports(const struct target_cmd *cmd, u32 *len)
{
	struct target_device *dev = exec_dev(cmd);
	unsigned int max = count_luns(dev), nr;
	struct scsi_port *ports;
	struct scsi_lu lu;
	u8 *buf;

	lockdep_assert_held(&target_lock);
	ports = kvcalloc(max + 1, sizeof(*ports), GFP_NOIO);
	buf = kvcalloc(max + 1, SCSI_PORT_BYTES, GFP_NOIO);
	if (ports && buf) {
		nr = fill_ports(dev, ports, max);
		target_cmd_lu(cmd, &lu);
		*len = scsi_inquiry_ports(&lu, ports, nr, buf);
	} else {
		kvfree(buf);
		buf = NULL;
	}
	kvfree(ports);
	return buf;
}

static void inquiry_ports_work(struct work_struct *work)
{
	struct target_cmd *cmd = container_of(work, struct target_cmd, io.work);
	u32 len = 0;
	u8 *buf;

	mutex_lock(&target_lock);
	buf = build_ports(cmd, &len);
	mutex_unlock(&target_lock);
	if (buf)
		target_cmd_reply(cmd, buf, len);
	else
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
	kvfree(buf);
}

/* INQUIRY, with or without a logical unit */
void exec_inquiry(struct target_cmd *cmd)
{
	if (cmd->itl && scsi_inquiry_asks_ports(cmd->cdb)) {
		INIT_WORK(&cmd->io.work, inquiry_ports_work);
		queue_work(exec_dev(cmd)->ctl_wq, &cmd->io.work);
		return;
	}
	exec_reply(cmd, scsi_inquiry);
}
