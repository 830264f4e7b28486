// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of LOG SENSE and LOG SELECT: they bring the counters of a device to
 * the log pages of scsi_log.c. Both sleep.
 */
#include <linux/bitops.h>
#include <linux/slab.h>
#include <compat/unaligned.h>
#include "exec.h"

static u64 log_error(struct target_device *dev, enum target_error error)
{
	return atomic64_read(&dev->log.errors[error]);
}

/* The counters since the device was made. What is in blocks on the pages is in bytes here. */
static void log_count(struct target_device *dev, u64 *counter)
{
	struct target_io_stats io;

	target_device_stats(dev, &io);
	counter[LOG_WRITE_ERRORS + LOG_BYTES] = io.write_bytes;
	counter[LOG_READ_ERRORS + LOG_BYTES] = io.read_bytes;
	counter[LOG_VERIFY_ERRORS + LOG_BYTES] = atomic64_read(&dev->log.verified);
	counter[LOG_WRITE_ERRORS + LOG_UNCORRECTED] = log_error(dev, TARGET_ERROR_WRITE);
	counter[LOG_READ_ERRORS + LOG_UNCORRECTED] = log_error(dev, TARGET_ERROR_READ);
	counter[LOG_VERIFY_ERRORS + LOG_UNCORRECTED] = log_error(dev, TARGET_ERROR_VERIFY);
	counter[LOG_NON_MEDIUM] = log_error(dev, TARGET_ERROR_NON_MEDIUM);
	counter[LOG_READS] = io.reads;
	counter[LOG_WRITES] = io.writes;
	counter[LOG_BLOCKS_IN] = io.write_bytes;
	counter[LOG_BLOCKS_OUT] = io.read_bytes;
}

/* Sessions that are ending are missing from the sums for a moment: never below zero. */
static void log_since_reset(struct target_device *dev, u64 *counter)
{
	unsigned int i;

	mutex_lock(&dev->log.lock);
	for (i = 0; i < LOG_COUNTERS; i++)
		counter[i] -= min(counter[i], dev->log.base[i]);
	mutex_unlock(&dev->log.lock);
}

static void log_gather(const struct target_cmd *cmd, const struct scsi_lu *lu, struct scsi_log *log)
{
	struct target_device *dev = exec_dev(cmd);

	log->lu = lu;
	log_count(dev, log->counter);
	log_since_reset(dev, log->counter);
	log->counter[LOG_BLOCKS_IN] >>= dev->block_shift;
	log->counter[LOG_BLOCKS_OUT] >>= dev->block_shift;
	/* The page is there or not whatever the medium says now: zeroes are an estimate, too. */
	if ((cmd->cdb[2] & LOG_PAGE_CODE) == LOG_PROVISIONING && scsi_lu_thresholds(lu))
		dev->bd.ops->space(&dev->bd, &log->space);
}

/**
 * struct log_sense - what LOG SENSE needs memory for
 * @log: what the pages are filled from.
 * @tests: self-test results.
 * @buf: the reply.
 */
struct log_sense {
	struct scsi_log		log;
	struct scsi_selftest	tests[SCSI_SELFTESTS];
	u8			buf[SCSI_REPLY_MAX];
};

/* LOG SENSE, SPC-4 6.8 */
void exec_log_sense(struct target_cmd *cmd)
{
	struct log_sense *ls = kzalloc(sizeof(*ls), GFP_NOIO | __GFP_NOWARN);
	struct target_sense sense = {};
	struct scsi_lu lu;
	u32 len;

	if (!ls) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	target_cmd_lu(cmd, &lu);
	log_gather(cmd, &lu, &ls->log);
	target_selftest_results(exec_dev(cmd), ls->tests);
	ls->log.tests = ls->tests;
	len = scsi_log_sense(&ls->log, cmd->cdb, ls->buf, &sense);
	if (len)
		target_cmd_reply(cmd, ls->buf, len);
	else
		target_cmd_complete_sense(cmd, &sense);
	kfree(ls);
}

/* Other initiators are told that counters they may be watching have jumped (SPC-4 6.7.1). */
static void log_reset(struct target_cmd *cmd, u64 reset)
{
	struct target_device *dev = exec_dev(cmd);
	u64 counter[LOG_COUNTERS] = {};
	unsigned int i;

	if (!reset)
		return;
	log_count(dev, counter);
	mutex_lock(&dev->log.lock);
	for (i = 0; i < LOG_COUNTERS; i++)
		if (reset & BIT_ULL(i))
			dev->log.base[i] = counter[i];
	mutex_unlock(&dev->log.lock);
	mutex_lock(&target_lock);
	target_ua_raise_device(dev, TARGET_UA_LOG_CHANGED, cmd->nexus);
	mutex_unlock(&target_lock);
}

static void log_select(struct target_cmd *cmd, const u8 *list)
{
	struct target_sense sense = {};
	struct scsi_log log = {};
	struct scsi_lu lu;
	u64 reset;

	target_cmd_lu(cmd, &lu);
	log.lu = &lu;
	if (!scsi_log_select(&log, cmd->cdb, list, &reset, &sense)) {
		target_cmd_complete_sense(cmd, &sense);
		return;
	}
	log_reset(cmd, reset);
	target_cmd_complete(cmd, 0);
}

/* LOG SELECT, SPC-4 6.7 */
void exec_log_select(struct target_cmd *cmd)
{
	u8 *list = NULL;

	if (cmd->scsi_len) {
		list = exec_param_list(cmd);
		if (!list)
			return;
	}
	log_select(cmd, list);
	kfree(list);
}

/**
 * target_log_init() - a new device
 * @dev: the device
 */
void target_log_init(struct target_device *dev)
{
	mutex_init(&dev->log.lock);
}

/**
 * target_log_exit() - the device goes away; no command holds it
 * @dev: the device
 */
void target_log_exit(struct target_device *dev)
{
	mutex_destroy(&dev->log.lock);
}
