/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SCSI host differences: the type that eh_timed_out returns, and how a host says
 * that its queuecommand may sleep and how buffers must be aligned.
 */
#ifndef TARGET_COMPAT_SCSI_H
#define TARGET_COMPAT_SCSI_H

#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

/* Initializer of a host template: the midlayer copies buffers not aligned to 512 bytes. */
#ifdef COMPAT_HAVE_HOST_DMA_ALIGNMENT
#define COMPAT_SCSI_SECTOR_ALIGNED	.dma_alignment = SECTOR_SIZE - 1,
#else
#define COMPAT_SCSI_SECTOR_ALIGNED	.slave_configure = compat_scsi_align,
static inline int compat_scsi_align(struct scsi_device *sdev)
{
	blk_queue_update_dma_alignment(sdev->request_queue, SECTOR_SIZE - 1);
	return 0;
}
#endif

#ifndef COMPAT_HAVE_SCSI_TIMEOUT_ACTION
#define scsi_timeout_action	blk_eh_timer_return
#define SCSI_EH_NOT_HANDLED	BLK_EH_DONE
#define SCSI_EH_RESET_TIMER	BLK_EH_RESET_TIMER
#endif

/*
 * From 6.5 on that is a word in the host template. Before 6.2 the flag in the tag
 * set is looked at only when a disk's queue is made, so that it can be set after
 * scsi_add_host() and before the first disk. In between there is no way.
 *
 * Without a scheduler of its own a disk's requests are issued in the context of
 * their submitter; whatever is behind the target has its own scheduler.
 */
#if defined(COMPAT_HAVE_QUEUECOMMAND_MAY_BLOCK)
#define COMPAT_SCSI_MAY_BLOCK	.queuecommand_may_block = true,
#define COMPAT_SCSI_TAG_FLAGS	BLK_MQ_F_NO_SCHED_BY_DEFAULT
#elif defined(COMPAT_HAVE_TAG_SET_SRCU)
#define COMPAT_SCSI_MAY_BLOCK
#define COMPAT_SCSI_TAG_FLAGS	BLK_MQ_F_NO_SCHED_BY_DEFAULT
#else
#define COMPAT_SCSI_MAY_BLOCK
#define COMPAT_SCSI_TAG_FLAGS	(BLK_MQ_F_NO_SCHED_BY_DEFAULT | BLK_MQ_F_BLOCKING)
#endif

static inline void compat_scsi_host_set_blocking(struct Scsi_Host *shost)
{
	shost->tag_set.flags |= COMPAT_SCSI_TAG_FLAGS;
}

static inline bool compat_scsi_host_may_block(const struct Scsi_Host *shost)
{
	return shost->tag_set.flags & BLK_MQ_F_BLOCKING;
}

#endif
