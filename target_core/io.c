// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests from the core to a backstore: when they may run in the caller's
 * context and when they move to the device's workqueue.
 */
#include <linux/completion.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include "core.h"

/*
 * The caller may be inside the block layer, where its plug is being flushed: a
 * bio put on that plug now is counted there but never looked for. So the
 * backstore starts without one.
 */
static int io_submit(struct target_io *io)
{
	struct blk_plug *plug = current->plug;
	int err;

	if (io->flags & TARGET_IO_NOWAIT)
		return io->bdev->ops->submit(io);
	current->plug = NULL;
	err = io->bdev->ops->submit(io);
	current->plug = plug;
	return err;
}

static void io_work(struct work_struct *work)
{
	struct target_io *io = container_of(work, struct target_io, work);

	io->bdev->ops->submit(io);
}

/**
 * target_io_retry() - submit again from the device's own workqueue
 * @io: a request whose submitter gave up because it could not sleep
 *
 * For backstores, from any context: the request comes back to ops->submit
 * with TARGET_IO_WORKER and without TARGET_IO_NOWAIT. The queue belongs to the
 * device alone, so a medium that does not answer blocks no other device.
 */
void target_io_retry(struct target_io *io)
{
	io->flags &= ~TARGET_IO_NOWAIT;
	io->flags |= TARGET_IO_WORKER;
	INIT_WORK(&io->work, io_work);
	queue_work(target_bd_device(io->bdev)->wq, &io->work);
}
TARGET_EXPORT(target_io_retry);

/**
 * target_io_start() - hand a request to the backstore
 * @io: complete but for @work; TARGET_IO_NOWAIT set if the caller may not sleep
 *
 * Runs in the caller's context where the backstore can, which saves two context
 * switches; the only hop is the one the context forces.
 */
void target_io_start(struct target_io *io)
{
	const struct target_backdev *bd = io->bdev;

	if ((io->flags & TARGET_IO_NOWAIT) && bd->limits.may_sleep_io) {
		target_io_retry(io);
		return;
	}
	if (unlikely(io_submit(io) == -EAGAIN))
		target_io_retry(io);
}

static void io_done_work(struct work_struct *work)
{
	struct target_io *io = container_of(work, struct target_io, work);

	io->done(io, *(int *)io->priv);
}

/**
 * target_io_done_later() - end a request in a context of its own
 * @io: a request; the backstore has no more use for @priv
 * @err: 0 or a negative errno for @done
 *
 * For backstores that are called back under a lock. The block layer ends a flush
 * under the lock of the queue's flush machinery; the end of the command may be
 * the end of a flush of another queue, whose lock is of the same class. Any
 * context.
 */
void target_io_done_later(struct target_io *io, int err)
{
	*(int *)io->priv = err;
	INIT_WORK(&io->work, io_done_work);
	queue_work(target_wq, &io->work);
}
TARGET_EXPORT(target_io_done_later);

struct io_wait {
	struct completion	end;
	int			err;
};

static void io_sync_done(struct target_io *io, int err)
{
	struct io_wait *wait = io->owner;

	wait->err = err;
	complete(&wait->end);
}

/**
 * target_io_sync() - run a request and wait for its end
 * @io: as for target_io_start(); @done and @owner are taken
 *
 * Only on the device's own workqueue (SCSI_OP_PROCESS handlers), where waiting
 * for the medium stops nobody else. Returns 0 or a negative errno.
 */
int target_io_sync(struct target_io *io)
{
	struct io_wait wait;

	init_completion(&wait.end);
	io->owner = &wait;
	io->done = io_sync_done;
	io->flags &= ~TARGET_IO_NOWAIT;
	io->flags |= TARGET_IO_WORKER;
	target_io_start(io);
	wait_for_completion(&wait.end);
	return wait.err;
}
