/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Latency histograms of a device, for the command path. While no device has its histograms on,
 * they are two instructions that do nothing.
 */
#ifndef TARGET_CORE_LATENCY_H
#define TARGET_CORE_LATENCY_H

#include <linux/jump_label.h>
#include "core.h"

#define LATENCY_BUCKETS	32

/**
 * struct latency_counts - what is counted
 * @bucket: commands that took less than 1 us, and from 2^(n-1) to 2^n us; the last has the rest.
 * @ns: sum of their times.
 */
struct latency_counts {
	u64	bucket[OP_CLASSES][LATENCY_BUCKETS];
	u64	ns[OP_CLASSES];
};

/**
 * struct target_latency - histograms of a device
 * @on: commands that are executed from now on are measured.
 * @cpu: counters; only ever grow.
 * @base: what they were when they were reset; under target_device.latency_lock.
 */
struct target_latency {
	bool				on;
	struct latency_counts __percpu	*cpu;
	struct latency_counts		base;
};

DECLARE_STATIC_KEY_FALSE(target_latency_key);

void target_latency_stamp(struct target_cmd *cmd);
void target_latency_count(const struct target_cmd *cmd);
void target_latency_init(struct target_device *dev);
void target_latency_off(struct target_device *dev);
void target_latency_exit(struct target_device *dev);

/* A command of a LUN is being executed. */
static inline void target_latency_start(struct target_cmd *cmd)
{
	if (static_branch_unlikely(&target_latency_key))
		target_latency_stamp(cmd);
}

/* It has ended, seen with @state; an abort has no answer whose time could be measured. */
static inline void target_latency_end(const struct target_cmd *cmd, int state)
{
	if (static_branch_unlikely(&target_latency_key) && cmd->start &&
	    !(state & TARGET_CMD_ABORTED))
		target_latency_count(cmd);
}

#endif
