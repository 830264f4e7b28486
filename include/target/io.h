/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One data request from the core to a backstore. A backstore sees bytes,
 * never a CDB; the core sees an errno, never how the data is kept.
 */
#ifndef TARGET_IO_H
#define TARGET_IO_H

#include <linux/scatterlist.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct target_backdev;

/** enum target_io_op - what a backstore is asked to do with a byte range */
enum target_io_op {
	TARGET_IO_READ,		/* range -> sgl */
	TARGET_IO_WRITE,	/* sgl -> range */
	TARGET_IO_FLUSH,	/* make all completed writes durable; range unused */
	TARGET_IO_UNMAP,	/* deallocate the range; content as limits.unmap_zeroes says */
	TARGET_IO_ZERO,		/* range reads as zeroes afterwards */
};

/* target_io.flags */
#define TARGET_IO_FUA		0x01	/* WRITE, ZERO: durable before done() */
#define TARGET_IO_NOWAIT	0x02	/* caller may not sleep: -EAGAIN instead */
#define TARGET_IO_KEEP_MAPPED	0x04	/* ZERO: leave blocks allocated (no UNMAP bit) */
#define TARGET_IO_WORKER	0x08	/* on the device's workqueue: may block long */
#define TARGET_IO_ATOMIC	0x10	/* WRITE: all of it or nothing, limits.max_atomic_blocks */

/* Room for a backstore's own state per request: no allocation for a small I/O. */
#define TARGET_IO_PRIV		320

/**
 * struct target_io - one data request
 * @bdev: the device addressed. Set by the core.
 * @pos: first byte; a multiple of the device's block size.
 * @len: bytes; a multiple of the block size, 0 for FLUSH. READ and WRITE stay
 *	below 4 GiB, UNMAP and ZERO may not.
 * @sgl: data of READ and WRITE, at least @len bytes, each segment in whole
 *	multiples of 512 bytes from an address that is one, too. Owned by the
 *	submitter until @done.
 * @sg_cnt: entries in @sgl.
 * @op: enum target_io_op.
 * @flags: TARGET_IO_*.
 * @done: called exactly once for each accepted request, from any context
 *	including hard interrupt, with 0 or a negative errno. The request
 *	belongs to the submitter again when @done is entered.
 * @owner: the submitter's.
 * @work: the core's, to submit again from process context; the backstore's
 *	from submit to @done or target_io_retry().
 * @priv: the backstore's between submit and @done; undefined at submit.
 */
struct target_io {
	struct target_backdev	*bdev;
	u64			pos;
	u64			len;
	struct scatterlist	*sgl;
	u32			sg_cnt;
	u8			op;
	u8			flags;
	void			(*done)(struct target_io *io, int err);
	void			*owner;
	struct work_struct	work;
	u8			priv[TARGET_IO_PRIV] __aligned(sizeof(void *));
};

#endif
