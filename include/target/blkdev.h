/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What backstores on a block device have to know of its driver.
 */
#ifndef TARGET_BLKDEV_H
#define TARGET_BLKDEV_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>

/**
 * target_bdev_waits() - whether the driver itself may sleep, whatever a bio asks for
 * @bdev: open
 *
 * nbd for one, whose driver waits for its network: a bio is for a worker to submit.
 */
static inline bool target_bdev_waits(struct block_device *bdev)
{
	struct request_queue *q = bdev_get_queue(bdev);

	return queue_is_mq(q) && (q->tag_set->flags & BLK_MQ_F_BLOCKING);
}

#endif
