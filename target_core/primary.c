// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of what a device keeps for primary commands (primary.h).
 */
#include "core.h"

/**
 * target_primary_init() - a new device
 * @dev: the device
 */
void target_primary_init(struct target_device *dev)
{
	target_buffer_init(dev);
	target_selftest_init(dev);
	target_ident_init(dev);
}

/**
 * target_primary_exit() - the device goes away; no command holds it
 * @dev: the device
 */
void target_primary_exit(struct target_device *dev)
{
	target_buffer_exit(dev);
	target_selftest_exit(dev);
	target_ident_exit(dev);
}

/**
 * target_primary_reset() - a logical unit reset
 * @dev: the device; caller holds target_lock
 */
void target_primary_reset(struct target_device *dev)
{
	target_buffer_reset(dev);
	target_removal_allow_all(dev);
}
