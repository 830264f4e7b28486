// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sums of the per-CPU counters. Only I_T_L nexuses count; LUNs and devices add
 * up theirs and what those that are gone left behind. What happens seldom is
 * counted by the device itself.
 */
#include <linux/percpu.h>
#include "core.h"

/**
 * target_stats_add() - add counters to a sum
 * @sum: added to
 * @one: what is added
 */
void target_stats_add(struct target_io_stats *sum, const struct target_io_stats *one)
{
	sum->reads += one->reads;
	sum->writes += one->writes;
	sum->others += one->others;
	sum->read_bytes += one->read_bytes;
	sum->write_bytes += one->write_bytes;
}

/**
 * target_itl_stats() - add the counters of an I_T_L nexus to a sum
 * @itl: alive
 * @sum: added to
 */
void target_itl_stats(const struct target_itl *itl, struct target_io_stats *sum)
{
	int cpu;

	for_each_possible_cpu(cpu)
		target_stats_add(sum, per_cpu_ptr(itl->stats, cpu));
}

static void lun_stats(const struct target_lun *lun, struct target_io_stats *sum)
{
	const struct target_itl *itl;

	lockdep_assert_held(&target_lock);
	target_stats_add(sum, &lun->retired);
	list_for_each_entry(itl, &lun->itls, lun_link)
		target_itl_stats(itl, sum);
}

/**
 * target_lun_stats() - counters of a LUN since its directory was made
 * @lun: the LUN
 * @sum: set
 *
 * May sleep (target_lock).
 */
void target_lun_stats(struct target_lun *lun, struct target_io_stats *sum)
{
	memset(sum, 0, sizeof(*sum));
	mutex_lock(&target_lock);
	lun_stats(lun, sum);
	mutex_unlock(&target_lock);
}

/**
 * target_device_stats() - counters of a device since it was made
 * @dev: the device
 * @sum: set
 *
 * May sleep (target_lock). Sessions that are ending count once they are gone.
 */
void target_device_stats(struct target_device *dev, struct target_io_stats *sum)
{
	struct target_itl *itl;
	struct target_lun *lun;

	mutex_lock(&target_lock);
	*sum = dev->retired;
	target_device_for_each_itl(dev, lun, itl)
		target_itl_stats(itl, sum);
	mutex_unlock(&target_lock);
}

/**
 * target_stats_other() - a command that is neither read nor write has ended well
 * @cmd: with status GOOD
 *
 * Any context.
 */
void target_stats_other(const struct target_cmd *cmd)
{
	struct target_device *dev = cmd->itl->dev;

	if (cmd->op->exec == exec_verify)
		atomic64_add(cmd->blocks << dev->block_shift, &dev->log.verified);
}

static enum target_error error_kind(const struct target_cmd *cmd)
{
	if (cmd->sense.key != SENSE_MEDIUM_ERROR)
		return TARGET_ERROR_NON_MEDIUM;
	if (cmd->op->exec == exec_verify)
		return TARGET_ERROR_VERIFY;
	return cmd->op->flags & SCSI_OP_WRITES ? TARGET_ERROR_WRITE : TARGET_ERROR_READ;
}

/**
 * target_stats_error() - a command has not ended with status GOOD
 * @cmd: the command
 *
 * Counts what the unit, not the initiator, is to blame for. Any context.
 */
void target_stats_error(const struct target_cmd *cmd)
{
	if (cmd->status != TARGET_STAT_CHECK_CONDITION)
		return;
	switch (cmd->sense.key) {
	case SENSE_MEDIUM_ERROR:
	case SENSE_HARDWARE_ERROR:
	case SENSE_ABORTED_COMMAND:
		atomic64_inc(&cmd->itl->dev->log.errors[error_kind(cmd)]);
	}
}
