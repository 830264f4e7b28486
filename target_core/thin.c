// SPDX-License-Identifier: GPL-2.0-only
/*
 * Watching the thresholds of thin provisioning (mode page 1Ch/02h). While one is
 * enabled, and LBPERE is, the backstore is asked every second how much room there
 * is: the I/O path knows nothing of it, and others who write to the same file
 * system count as well.
 */
#include <linux/workqueue.h>
#include "core.h"

#define THIN_PERIOD	HZ

static bool thin_watched(const struct target_device *dev)
{
	const struct target_dev_attrib *a = &dev->attrib;
	unsigned int i;

	if (!READ_ONCE(a->mode_lbpere))
		return false;
	for (i = 0; i < SCSI_THRESHOLDS; i++)
		if (READ_ONCE(a->mode_threshold_on[i]))
			return true;
	return false;
}

/* The attributes that make a device thin come and go; the mode parameters stay. */
static bool thin_now(const struct target_device *dev)
{
	return dev->bd.limits.knows_space && target_dev_is_thin(dev);
}

static void thin_compare(struct target_device *dev, const struct target_space *space)
{
	static const enum target_ua ua[SCSI_THRESHOLDS] = {
		[SCSI_THRESHOLD_AVAILABLE]	= TARGET_UA_THIN_AVAILABLE,
		[SCSI_THRESHOLD_USED]		= TARGET_UA_THIN_USED,
	};
	const u64 bytes[SCSI_THRESHOLDS] = {
		[SCSI_THRESHOLD_AVAILABLE]	= space->available,
		[SCSI_THRESHOLD_USED]		= space->used,
	};
	u32 shift = dev->block_shift + scsi_threshold_exponent(dev->nr_blocks, dev->bd.block_size);
	unsigned int i;

	lockdep_assert_held(&target_lock);
	for (i = 0; i < SCSI_THRESHOLDS; i++)
		if (dev->attrib.mode_threshold_on[i] &&
		    scsi_threshold_reached(i, bytes[i], dev->attrib.mode_threshold_count[i], shift,
					   &dev->thin_armed[i]))
			target_ua_raise_device(dev, ua[i], NULL);
}

static void thin_work(struct work_struct *work)
{
	struct target_device *dev = container_of(work, struct target_device, thin_work.work);
	struct target_space space = {};

	if (!thin_watched(dev))
		return;
	if (thin_now(dev) && !dev->bd.ops->space(&dev->bd, &space)) {
		mutex_lock(&target_lock);
		thin_compare(dev, &space);
		mutex_unlock(&target_lock);
	}
	queue_delayed_work(dev->wq, &dev->thin_work, THIN_PERIOD);
}

/**
 * target_thin_changed() - mode parameters of thresholds have changed
 * @dev: enabled; caller holds target_lock
 *
 * Thresholds are armed anew: one that is beyond its count already is reported.
 */
void target_thin_changed(struct target_device *dev)
{
	unsigned int i;

	lockdep_assert_held(&target_lock);
	for (i = 0; i < SCSI_THRESHOLDS; i++)
		dev->thin_armed[i] = true;
	if (thin_watched(dev))
		mod_delayed_work(dev->wq, &dev->thin_work, THIN_PERIOD);
}

/**
 * target_thin_init() - a new device
 * @dev: the device
 */
void target_thin_init(struct target_device *dev)
{
	INIT_DELAYED_WORK(&dev->thin_work, thin_work);
}
