// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backstore on a block device (plugin "iblock"). Bios are built straight from
 * the command's scatterlist; the first one lives in the request itself, so a
 * small I/O allocates nothing.
 *
 * submit_bio() may sleep whatever the flags of the bio are, so an atomic caller
 * always goes through the device's workqueue (limits.may_sleep_io). A caller
 * that may sleep, such as a connection's worker, shall still not wait for a
 * medium that has run out of tags or does not answer: there the bios carry
 * REQ_NOWAIT, and what would block is done again from the workqueue. Doing a
 * READ or WRITE again as a whole is harmless even if a part was done.
 */
#include <linux/bio.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <compat/blkdev.h>
#include <target/backstore.h>
#include <target/blkdev.h>
#include "block_options.h"

#define IBLOCK_UNMAP_DESCS	32
#define IBLOCK_RANGE_SECTORS	(1U << 22)	/* 2 GiB, the largest power of two of a bio */

/**
 * struct iblock_device - a block device
 * @handle: handle.bdev is NULL while closed.
 * @bios: for requests with more segments than fit into struct iblock_io.
 * @opt: what it was configured with.
 */
struct iblock_device {
	struct compat_bdev	handle;
	struct bio_set		bios;
	struct iblock_options	opt;
};

/**
 * struct iblock_io - a request in progress, in target_io.priv
 * @pending: bios not ended, plus one while they are submitted.
 * @error: the first error, 0 if none.
 * @flush: a bio went through the queue's flush machinery, which ends it under a lock.
 * @bio: the first bio.
 * @vecs: its segments, IBLOCK_INLINE_VECS of them.
 */
struct iblock_io {
	atomic_t	pending;
	int		error;
	bool		flush;
	struct bio	bio;
	struct bio_vec	vecs[];
};

#define IBLOCK_INLINE_VECS \
	((TARGET_IO_PRIV - sizeof(struct iblock_io)) / sizeof(struct bio_vec))

static struct iblock_io *iblock_io(struct target_io *io)
{
	return (struct iblock_io *)io->priv;
}

static int iblock_create(struct target_backdev *bd)
{
	bd->priv = kzalloc(sizeof(struct iblock_device), GFP_KERNEL);
	return bd->priv ? 0 : -ENOMEM;
}

static void iblock_destroy(struct target_backdev *bd)
{
	kfree(bd->priv);
}

static int iblock_control(struct target_backdev *bd, const char *key, char *value)
{
	struct iblock_device *dev = bd->priv;

	return iblock_option(&dev->opt, key, value, dev->handle.bdev);
}

static void iblock_limits(struct block_device *bdev, struct target_limits *limits)
{
	struct request_queue *q = bdev_get_queue(bdev);
	unsigned int block = bdev_logical_block_size(bdev);
	unsigned int shift = ilog2(block) - SECTOR_SHIFT;

	limits->block_size = block;
	limits->max_blocks = queue_max_hw_sectors(q) >> shift;
	limits->queue_depth = q->nr_requests;
	limits->phys_exp = ilog2(bdev_physical_block_size(bdev) / block);
	limits->lowest_aligned = max(bdev_alignment_offset(bdev), 0) / block;
	limits->io_min = bdev_io_min(bdev) / block;
	limits->io_opt = bdev_io_opt(bdev) / block;
	limits->max_unmap_blocks = bdev_max_discard_sectors(bdev) >> shift;
	if (limits->max_unmap_blocks) {
		limits->max_unmap_descs = IBLOCK_UNMAP_DESCS;
		limits->unmap_gran = max(bdev_discard_granularity(bdev) / block, 1U);
		limits->unmap_align = bdev_discard_alignment(bdev) / block;
	}
	limits->max_zero_blocks = bdev_write_zeroes_sectors(bdev) >> shift;
	limits->rotational = !bdev_nonrot(bdev);
	limits->write_cache = bdev_write_cache(bdev);
	limits->read_only = bdev_read_only(bdev);
	limits->resizes = true;
	limits->may_sleep_io = true;
}

static int iblock_check(struct block_device *bdev)
{
	if (bdev_is_zoned(bdev)) {
		pr_err("%pg is a zoned device, which can't be exported as a disk\n", bdev);
		return -EOPNOTSUPP;
	}
	if (bdev_logical_block_size(bdev) > 4096 || !bdev_nr_sectors(bdev)) {
		pr_err("%pg has blocks of more than 4096 bytes or no medium\n", bdev);
		return -EINVAL;
	}
	return 0;
}

static int iblock_open(struct target_backdev *bd)
{
	struct iblock_device *dev = bd->priv;
	int err;

	if (!dev->opt.path[0])
		return -EINVAL;
	err = compat_bdev_open(&dev->handle, dev->opt.path, !dev->opt.readonly,
			       dev->opt.shared ? NULL : dev);
	if (err) {
		/* EACCES: write access to a device that is read-only; root lacks no permission. */
		dev->handle.bdev = NULL;
		return err == -EACCES ? -EROFS : err;
	}
	err = iblock_check(dev->handle.bdev);
	if (err)
		goto out_close;
	err = bioset_init(&dev->bios, BIO_POOL_SIZE, 0, BIOSET_NEED_BVECS);
	if (err)
		goto out_close;
	iblock_limits(dev->handle.bdev, &bd->limits);
	if (dev->opt.readonly)
		bd->limits.read_only = true;
	return 0;

out_close:
	compat_bdev_close(&dev->handle);
	return err;
}

static void iblock_close(struct target_backdev *bd)
{
	struct iblock_device *dev = bd->priv;

	bioset_exit(&dev->bios);
	compat_bdev_close(&dev->handle);
}

/* Taken away: whatever a request says, there is no medium left that could be in error. */
static bool iblock_gone(const struct block_device *bdev)
{
	return test_bit(GD_DEAD, &bdev->bd_disk->state);
}

static u64 iblock_size(struct target_backdev *bd)
{
	struct iblock_device *dev = bd->priv;

	if (!dev->handle.bdev || iblock_gone(dev->handle.bdev))
		return 0;
	return bdev_nr_bytes(dev->handle.bdev);
}

static bool iblock_write_cache(struct target_backdev *bd)
{
	struct iblock_device *dev = bd->priv;

	return dev->handle.bdev && bdev_write_cache(dev->handle.bdev);
}

static void iblock_note_error(struct target_io *io, int err)
{
	cmpxchg(&iblock_io(io)->error, 0, err);
}

/*
 * The errno for the submitter. A discard the device turns out not to have is no
 * error, as it promises nothing (unmap_zeroes is false). Drivers find out about
 * WRITE ZEROES only by trying; they clear the limit then.
 */
static int iblock_result(struct target_io *io)
{
	struct iblock_device *dev = io->bdev->priv;
	int err = iblock_io(io)->error;

	if (unlikely(err) && iblock_gone(dev->handle.bdev))
		return -ENODEV;
	if (io->op == TARGET_IO_UNMAP && err == -EOPNOTSUPP)
		return 0;
	if (io->op == TARGET_IO_ZERO && err && !bdev_write_zeroes_sectors(dev->handle.bdev))
		return -EOPNOTSUPP;
	return err;
}

static void iblock_put(struct target_io *io)
{
	int err;

	if (!atomic_dec_and_test(&iblock_io(io)->pending))
		return;
	err = iblock_result(io);
	/* EOPNOTSUPP: a stacked device has got a table without REQ_NOWAIT meanwhile. */
	if (unlikely(err == -EAGAIN || err == -EOPNOTSUPP) && !(io->flags & TARGET_IO_WORKER))
		target_io_retry(io);
	else if (iblock_io(io)->flush)
		target_io_done_later(io, err);
	else
		io->done(io, err);
}

static void iblock_end_io(struct bio *bio)
{
	struct target_io *io = bio->bi_private;

	if (unlikely(bio->bi_status))
		iblock_note_error(io, blk_status_to_errno(bio->bi_status));
	if (bio == &iblock_io(io)->bio)
		bio_uninit(bio);
	else
		bio_put(bio);
	iblock_put(io);
}

static void iblock_submit_bio(struct target_io *io, struct bio *bio, sector_t sector)
{
	bio->bi_iter.bi_sector = sector;
	bio->bi_private = io;
	bio->bi_end_io = iblock_end_io;
	if (op_is_flush(bio->bi_opf) && bdev_write_cache(bio->bi_bdev))
		iblock_io(io)->flush = true;
	atomic_inc(&iblock_io(io)->pending);
	submit_bio(bio);
}

static struct bio *iblock_first_bio(struct target_io *io, blk_opf_t opf)
{
	struct iblock_device *dev = io->bdev->priv;
	struct iblock_io *iio = iblock_io(io);

	BUILD_BUG_ON(sizeof(struct iblock_io) + 4 * sizeof(struct bio_vec) > TARGET_IO_PRIV);
	bio_init(&iio->bio, dev->handle.bdev, iio->vecs, IBLOCK_INLINE_VECS, opf);
	return &iio->bio;
}

/* Another bio of the request; sleeps only on the device's workqueue, and never fails there. */
static struct bio *iblock_next_bio(struct target_io *io, unsigned int segs, blk_opf_t opf)
{
	struct iblock_device *dev = io->bdev->priv;
	gfp_t gfp = io->flags & TARGET_IO_WORKER ? GFP_NOIO : GFP_NOWAIT | __GFP_NOWARN;

	return bio_alloc_bioset(dev->handle.bdev, min_t(unsigned int, segs, BIO_MAX_VECS), opf,
				gfp, &dev->bios);
}

static blk_opf_t iblock_rw_opf(const struct target_io *io)
{
	blk_opf_t opf = REQ_OP_READ;

	/* Somebody waits for it: not for writeback throttling, which would sleep. */
	if (io->op == TARGET_IO_WRITE)
		opf = REQ_OP_WRITE | REQ_SYNC | REQ_IDLE;
	if (io->flags & TARGET_IO_FUA)
		opf |= REQ_FUA;
	if (!(io->flags & TARGET_IO_WORKER))
		opf |= REQ_NOWAIT;
	return opf;
}

/* Drivers cut other segments at sectors and misplace the rest without a word. */
static bool iblock_aligned(const struct target_io *io)
{
	struct scatterlist *sg;
	u64 left = io->len;
	unsigned int i;

	for_each_sg(io->sgl, sg, io->sg_cnt, i) {
		u32 len = min_t(u64, sg->length, left);

		if ((sg->offset | len) & (SECTOR_SIZE - 1))
			return false;
		left -= len;
		if (!left)
			break;
	}
	return true;
}

static void iblock_read_write(struct target_io *io)
{
	blk_opf_t opf = iblock_rw_opf(io);
	struct bio *bio = iblock_first_bio(io, opf);
	sector_t sector = io->pos >> SECTOR_SHIFT;
	u64 left = io->len;
	struct scatterlist *sg;
	unsigned int i;

	for_each_sg(io->sgl, sg, io->sg_cnt, i) {
		unsigned int len = min_t(u64, sg->length, left);

		while (bio_add_page(bio, sg_page(sg), len, sg->offset) != len) {
			unsigned int bytes = bio->bi_iter.bi_size;

			iblock_submit_bio(io, bio, sector);
			sector += bytes >> SECTOR_SHIFT;
			bio = iblock_next_bio(io, io->sg_cnt - i, opf);
			if (!bio) {
				iblock_note_error(io, -EAGAIN);
				return;
			}
		}
		left -= len;
		if (!left)
			break;
	}
	iblock_submit_bio(io, bio, sector);
}

/* No bio writes zeroes durably: wait, then flush. */
static void iblock_zero_durable(struct target_io *io)
{
	struct iblock_device *dev = io->bdev->priv;
	struct block_device *bdev = dev->handle.bdev;
	unsigned int flags = BLKDEV_ZERO_NOFALLBACK;
	int err;

	if (io->flags & TARGET_IO_KEEP_MAPPED)
		flags |= BLKDEV_ZERO_NOUNMAP;
	err = blkdev_issue_zeroout(bdev, io->pos >> SECTOR_SHIFT, io->len >> SECTOR_SHIFT,
				   GFP_NOIO, flags);
	if (!err)
		err = blkdev_issue_flush(bdev);
	if (err)
		iblock_note_error(io, err);
}

/* UNMAP and ZERO: cut at multiples of the largest bio, the block layer does the rest. */
static void iblock_range(struct target_io *io, blk_opf_t opf)
{
	struct bio *bio = iblock_first_bio(io, opf);
	sector_t sector = io->pos >> SECTOR_SHIFT;
	sector_t left = io->len >> SECTOR_SHIFT;

	for (;;) {
		sector_t n = min_t(sector_t, left, IBLOCK_RANGE_SECTORS -
				   (sector & (IBLOCK_RANGE_SECTORS - 1)));

		bio->bi_iter.bi_size = n << SECTOR_SHIFT;
		iblock_submit_bio(io, bio, sector);
		sector += n;
		left -= n;
		if (!left)
			return;
		bio = iblock_next_bio(io, 0, opf);
		cond_resched();
	}
}

static void iblock_zero(struct target_io *io)
{
	struct iblock_device *dev = io->bdev->priv;

	if ((io->flags & TARGET_IO_FUA) && bdev_write_cache(dev->handle.bdev))
		iblock_zero_durable(io);
	else
		iblock_range(io, REQ_OP_WRITE_ZEROES | REQ_SYNC |
			     (io->flags & TARGET_IO_KEEP_MAPPED ? REQ_NOUNMAP : 0));
}

static void iblock_do(struct target_io *io)
{
	switch (io->op) {
	case TARGET_IO_READ:
	case TARGET_IO_WRITE:
		if (likely(iblock_aligned(io)))
			iblock_read_write(io);
		else
			iblock_note_error(io, -EINVAL);
		break;
	case TARGET_IO_FLUSH:
		iblock_submit_bio(io, iblock_first_bio(io, REQ_OP_WRITE | REQ_PREFLUSH | REQ_SYNC),
				  0);
		break;
	case TARGET_IO_UNMAP:
		iblock_range(io, REQ_OP_DISCARD | REQ_SYNC);
		break;
	case TARGET_IO_ZERO:
		iblock_zero(io);
		break;
	default:
		iblock_note_error(io, -EOPNOTSUPP);
	}
}

/* Only what a REQ_NOWAIT bio can do without being split is tried in the caller's context. */
static bool iblock_wants_worker(const struct target_io *io, struct block_device *bdev)
{
	struct request_queue *q = bdev_get_queue(bdev);

	if (io->flags & TARGET_IO_WORKER)
		return false;
	if (io->op != TARGET_IO_READ && io->op != TARGET_IO_WRITE)
		return true;
	return !bdev_nowait(bdev) || target_bdev_waits(bdev) ||
	       io->len > (u64)queue_max_sectors(q) << SECTOR_SHIFT ||
	       io->sg_cnt > queue_max_segments(q);
}

static int iblock_submit(struct target_io *io)
{
	struct iblock_device *dev = io->bdev->priv;
	struct block_device *bdev = dev->handle.bdev;
	struct iblock_io *iio = iblock_io(io);
	struct blk_plug plug;

	if (io->flags & TARGET_IO_NOWAIT)
		return -EAGAIN;
	if (iblock_wants_worker(io, bdev)) {
		target_io_retry(io);
		return 0;
	}
	atomic_set(&iio->pending, 1);
	iio->error = 0;
	iio->flush = false;
	if (io->sg_cnt > IBLOCK_INLINE_VECS) {
		blk_start_plug(&plug);
		iblock_do(io);
		blk_finish_plug(&plug);
	} else {
		iblock_do(io);
	}
	iblock_put(io);
	return 0;
}

static ssize_t iblock_info(struct target_backdev *bd, char *page, size_t room)
{
	const struct iblock_device *dev = bd->priv;
	struct block_device *bdev = dev->handle.bdev;
	int len = 0;

	if (bdev)
		len += scnprintf(page, room, "iBlock device: %pg", bdev);
	if (dev->opt.path[0])
		len += scnprintf(page + len, room - len, "  UDEV PATH: %s", dev->opt.path);
	len += scnprintf(page + len, room - len, "  readonly: %d\n  exclusive: %d\n        ",
			 dev->opt.readonly, !dev->opt.shared);
	if (bdev)
		len += scnprintf(page + len, room - len, "Major: %d Minor: %d  CLAIMED: IBLOCK\n",
				 MAJOR(bdev->bd_dev), MINOR(bdev->bd_dev));
	else
		len += scnprintf(page + len, room - len, "Major: 0 Minor: 0\n");
	return len;
}

static const struct target_backstore_ops iblock_ops = {
	.name		= "iblock",
	.product	= "IBLOCK",
	.owner		= THIS_MODULE,
	.reports_cache	= true,
	.create		= iblock_create,
	.destroy	= iblock_destroy,
	.control	= iblock_control,
	.open		= iblock_open,
	.close		= iblock_close,
	.size		= iblock_size,
	.submit		= iblock_submit,
	.info		= iblock_info,
	.write_cache	= iblock_write_cache,
};

static int __init iblock_init(void)
{
	return target_backstore_register(&iblock_ops);
}

static void __exit iblock_exit(void)
{
	target_backstore_unregister(&iblock_ops);
}

module_init(iblock_init);
module_exit(iblock_exit);

MODULE_DESCRIPTION("SCSI target backstore on block devices");
MODULE_LICENSE("GPL");
MODULE_ALIAS_TARGET_BACKSTORE("iblock");
TARGET_IMPORT_NS();
