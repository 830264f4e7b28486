// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backstore on a file, or on a block device through the page cache (plugin
 * "fileio"). Buffered with a write cache, buffered with O_DSYNC, or direct and
 * asynchronous.
 *
 * A file system may block for long wherever it likes, so an atomic caller always
 * goes through the device's workqueue (limits.may_sleep_io). For a caller that
 * may sleep, such as a connection's worker, only reads that IOCB_NOWAIT can do are
 * done at once: from the page cache, or started as direct I/O to a block device.
 * The rest is done again, from the start, on the workqueue. Writes always are: the
 * caller may be in a transaction of a file system on our own disk, and a write
 * starts one, too. So are direct reads of a regular file: whatever IOCB_NOWAIT says,
 * ext4 reads the file's map if it has to and waits for it, and what a caller within
 * submit_bio() waits for is not even sent before that returns.
 */
#include <linux/blkdev.h>
#include <linux/bvec.h>
#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/statfs.h>
#include <linux/uio.h>
#include <target/backstore.h>
#include <target/blkdev.h>
#include "file_options.h"

#define FD_BLOCK_SIZE		512		/* of a regular file */
#define FD_MAX_IO		(8 << 20)	/* bytes per READ or WRITE */
#define FD_MAX_ZERO		(1 << 30)	/* bytes per ZERO */
#define FD_CACHE		(64 << 20)	/* bytes the page cache has room for, safely */
#define FD_UNMAP_BLOCKS		0x2000
#define FD_UNMAP_DESCS		1

/**
 * struct fd_device - a file
 * @file: NULL while closed.
 * @opt: what it was configured with.
 * @direct: @opt.async, and the file can do direct I/O.
 * @flushed_err: @file's error of writing back, as of the last flush.
 */
struct fd_device {
	struct file		*file;
	struct fd_options	opt;
	bool			direct;
	errseq_t		flushed_err;
};

/**
 * struct fd_io - a READ or WRITE in progress, in target_io.priv
 * @iocb: the kernel's request.
 * @vecs: the scatterlist as segments: @inline_vecs, or allocated.
 * @inline_vecs: FD_INLINE_VECS of them.
 */
struct fd_io {
	struct kiocb	iocb;
	struct bio_vec	*vecs;
	struct bio_vec	inline_vecs[];
};

#define FD_INLINE_VECS	((TARGET_IO_PRIV - sizeof(struct fd_io)) / sizeof(struct bio_vec))

static struct workqueue_struct *fd_wq;	/* the rest of direct I/O that fell short */

static struct fd_io *fd_io(struct target_io *io)
{
	return (struct fd_io *)io->priv;
}

static struct fd_device *fd_dev(const struct target_io *io)
{
	return io->bdev->priv;
}

static int fd_create(struct target_backdev *bd)
{
	bd->priv = kzalloc(sizeof(struct fd_device), GFP_KERNEL);
	return bd->priv ? 0 : -ENOMEM;
}

static void fd_destroy(struct target_backdev *bd)
{
	kfree(bd->priv);
}

static int fd_control(struct target_backdev *bd, const char *key, char *value)
{
	struct fd_device *dev = bd->priv;
	u64 size = dev->opt.size;
	int err = fd_option(&dev->opt, key, value, dev->file);

	if (dev->file && dev->opt.size != size)
		target_backdev_capacity_changed(bd);
	return err;
}

static struct inode *fd_inode(const struct file *file)
{
	return file->f_mapping->host;
}

static void fd_limits(struct fd_device *dev, struct target_limits *limits)
{
	struct inode *inode = fd_inode(dev->file);
	bool can_unmap = dev->file->f_op->fallocate;

	limits->block_size = FD_BLOCK_SIZE;
	if (S_ISBLK(inode->i_mode)) {
		limits->block_size = bdev_logical_block_size(I_BDEV(inode));
		limits->read_only = bdev_read_only(I_BDEV(inode));
		limits->resizes = true;
		/* Else a hole would be made by writing zeroes: no gain for anybody. */
		can_unmap = can_unmap && bdev_write_zeroes_sectors(I_BDEV(inode));
	}
	limits->max_blocks = FD_MAX_IO / limits->block_size;
	limits->queue_depth = 128;
	if (can_unmap) {
		limits->max_unmap_blocks = FD_UNMAP_BLOCKS;
		limits->max_unmap_descs = FD_UNMAP_DESCS;
		limits->unmap_gran = 1;
		limits->unmap_zeroes = true;
	}
	limits->max_zero_blocks = FD_MAX_ZERO / limits->block_size;
	limits->knows_space = S_ISREG(inode->i_mode);
	limits->cache_bytes = dev->direct ? 0 : FD_CACHE;
	limits->rotational = true;
	limits->write_cache = dev->opt.buffered;
	limits->may_sleep_io = true;
}

static int fd_check(const struct fd_device *dev)
{
	struct inode *inode = fd_inode(dev->file);

	if (!dev->file->f_op->read_iter || !dev->file->f_op->write_iter)
		return -EINVAL;
	if (S_ISBLK(inode->i_mode))
		return bdev_logical_block_size(I_BDEV(inode)) > 4096 ? -EINVAL : 0;
	if (!S_ISREG(inode->i_mode) || !dev->opt.has_size || dev->opt.size < FD_BLOCK_SIZE)
		return -EINVAL;
	return dev->opt.size > inode->i_sb->s_maxbytes ? -EFBIG : 0;
}

/* A block device that was taken away: whatever a request says, there is no medium left. */
static bool fd_gone(const struct fd_device *dev)
{
	struct inode *inode = fd_inode(dev->file);

	return S_ISBLK(inode->i_mode) && test_bit(GD_DEAD, &I_BDEV(inode)->bd_disk->state);
}

static u64 fd_size(struct target_backdev *bd)
{
	const struct fd_device *dev = bd->priv;

	if (!dev->file || !S_ISBLK(fd_inode(dev->file)->i_mode))
		return READ_ONCE(dev->opt.size);
	return fd_gone(dev) ? 0 : i_size_read(fd_inode(dev->file));
}

static int fd_open(struct target_backdev *bd)
{
	struct fd_device *dev = bd->priv;
	struct file *file;
	int err;

	if (!dev->opt.path[0])
		return -EINVAL;
	file = filp_open(dev->opt.path,
			 O_RDWR | O_CREAT | O_LARGEFILE | (dev->opt.buffered ? 0 : O_DSYNC), 0600);
	if (IS_ERR(file))
		return PTR_ERR(file);
	dev->file = file;
	err = fd_check(dev);
	if (err) {
		dev->file = NULL;
		filp_close(file, NULL);
		return err;
	}
	/* To note the time of a read is a write, which fd_try() has to stay clear of. */
	spin_lock(&file->f_lock);
	file->f_flags |= O_NOATIME;
	spin_unlock(&file->f_lock);
	dev->direct = dev->opt.async && (file->f_mode & FMODE_CAN_ODIRECT);
	dev->flushed_err = READ_ONCE(file->f_wb_err);
	fd_limits(dev, &bd->limits);
	return 0;
}

/*
 * The last close of a block device waits for its dirty pages, perhaps for ever: here and now, and
 * not in the one work item that closes all files a kernel thread lets go of.
 */
static void fd_close(struct target_backdev *bd)
{
	struct fd_device *dev = bd->priv;
	struct file *file = get_file(dev->file);

	dev->file = NULL;
	filp_close(file, NULL);
	if (current->flags & PF_KTHREAD)
		__fput_sync(file);
	else
		fput(file);
}

/* A full file system is not an I/O error, however it says so. */
static int fd_error(const struct target_io *io, ssize_t err)
{
	if (unlikely(err) && fd_gone(fd_dev(io)))
		return -ENODEV;
	return err == -EDQUOT || err == -EFBIG ? -ENOSPC : err;
}

static void fd_done(struct target_io *io, ssize_t err)
{
	io->done(io, fd_error(io, err));
}

static void fd_put_vecs(struct fd_io *fio)
{
	if (fio->vecs != fio->inline_vecs)
		kfree(fio->vecs);
}

/* Make the iterator of the request's data. The caller frees with fd_put_vecs(). */
static int fd_get_vecs(struct target_io *io, struct iov_iter *iter)
{
	struct fd_io *fio = fd_io(io);
	struct scatterlist *sg;
	unsigned int i;

	BUILD_BUG_ON(sizeof(struct fd_io) + 8 * sizeof(struct bio_vec) > TARGET_IO_PRIV);
	fio->vecs = fio->inline_vecs;
	if (io->sg_cnt > FD_INLINE_VECS)
		fio->vecs = kmalloc_array(io->sg_cnt, sizeof(*fio->vecs), GFP_NOIO);
	if (!fio->vecs)
		return -ENOMEM;
	for_each_sg(io->sgl, sg, io->sg_cnt, i)
		bvec_set_page(&fio->vecs[i], sg_page(sg), sg->length, sg->offset);
	iov_iter_bvec(iter, io->op == TARGET_IO_WRITE ? ITER_SOURCE : ITER_DEST, fio->vecs,
		      io->sg_cnt, io->len);
	return 0;
}

static void fd_init_iocb(struct target_io *io, int flags)
{
	struct kiocb *iocb = &fd_io(io)->iocb;

	init_sync_kiocb(iocb, fd_dev(io)->file);	/* has IOCB_DSYNC from O_DSYNC */
	iocb->ki_pos = io->pos;
	iocb->ki_flags |= flags;
	if (io->op == TARGET_IO_WRITE)
		iocb->ki_flags |= IOCB_WRITE;
	if (io->flags & TARGET_IO_FUA)
		iocb->ki_flags |= IOCB_DSYNC;
	if (!(io->flags & TARGET_IO_WORKER))
		iocb->ki_flags |= IOCB_NOWAIT;
}

/*
 * Protection against a freeze of the file system, on the workqueue, as it can last
 * for ever. It ends in another context, which is why lockdep is told at once.
 */
static void fd_start_write(struct target_io *io)
{
	struct inode *inode = fd_inode(fd_dev(io)->file);

	if (io->op != TARGET_IO_WRITE || !S_ISREG(inode->i_mode))
		return;
	sb_start_write(inode->i_sb);
	__sb_writers_release(inode->i_sb, SB_FREEZE_WRITE);
}

static void fd_end_write(struct target_io *io)
{
	struct super_block *sb = fd_inode(fd_dev(io)->file)->i_sb;

	if (io->op != TARGET_IO_WRITE || !S_ISREG(fd_inode(fd_dev(io)->file)->i_mode))
		return;
	__sb_writers_acquired(sb, SB_FREEZE_WRITE);
	sb_end_write(sb);
}

static ssize_t fd_call(struct target_io *io, struct iov_iter *iter)
{
	struct file *file = fd_dev(io)->file;
	struct kiocb *iocb = &fd_io(io)->iocb;

	if (io->op == TARGET_IO_WRITE)
		return file->f_op->write_iter(iocb, iter);
	return file->f_op->read_iter(iocb, iter);
}

/* What is not there of a sparse file reads as zeroes: @got bytes were, up to its end. */
static bool fd_zero_tail(struct target_io *io, u64 got)
{
	struct inode *inode = fd_inode(fd_dev(io)->file);

	if (io->op != TARGET_IO_READ || S_ISBLK(inode->i_mode) ||
	    io->pos + got < i_size_read(inode))
		return false;
	sg_zero_buffer(io->sgl, io->sg_cnt, io->len - got, got);
	return true;
}

/* All of the request through the page cache, as long as it takes. */
static int fd_cached(struct target_io *io)
{
	struct fd_io *fio = fd_io(io);
	struct iov_iter iter;
	ssize_t ret;
	u64 got = 0;

	ret = fd_get_vecs(io, &iter);
	if (ret)
		return ret;
	fd_init_iocb(io, 0);
	fd_start_write(io);
	while (got < io->len) {
		ret = fd_call(io, &iter);
		if (ret <= 0)
			break;
		got += ret;
	}
	fd_end_write(io);
	fd_put_vecs(fio);
	if (got == io->len || (!ret && fd_zero_tail(io, got)))
		return 0;
	return ret ?: -EIO;
}

/* A READ without blocking; false: it has to be done again. */
static bool fd_try_cached(struct target_io *io)
{
	struct iov_iter iter;
	ssize_t ret;

	if (fd_get_vecs(io, &iter))
		return false;
	/* NOIO: not even start reading ahead, for which tags may have run out. */
	fd_init_iocb(io, IOCB_NOIO);
	ret = fd_call(io, &iter);
	fd_put_vecs(fd_io(io));
	if (ret != io->len && (ret < 0 || !fd_zero_tail(io, ret)))
		return false;
	fd_done(io, 0);
	return true;
}

/*
 * Clean up after direct I/O. EOPNOTSUPP: it was short, or an alignment or a file
 * the file system has no direct I/O for: the page cache can do it.
 */
static int fd_direct_result(struct target_io *io, ssize_t ret)
{
	fd_end_write(io);
	fd_put_vecs(fd_io(io));
	if (ret == io->len || (ret >= 0 && fd_zero_tail(io, ret)))
		return 0;
	return ret >= 0 || ret == -EINVAL || ret == -ENOTBLK ? -EOPNOTSUPP : ret;
}

static void fd_redo_work(struct work_struct *work);

/*
 * Direct I/O has ended: any context. What it left undone goes through the page
 * cache, and not on the device's queue: a handler there may be waiting for it.
 */
static void fd_direct_end(struct kiocb *iocb, long ret)
{
	struct fd_io *fio = container_of(iocb, struct fd_io, iocb);
	struct target_io *io = container_of((void *)fio, struct target_io, priv);
	bool flushed = S_ISBLK(fd_inode(iocb->ki_filp)->i_mode) && (iocb->ki_flags & IOCB_DSYNC);
	int err = fd_direct_result(io, ret);

	if (err == -EAGAIN && !(io->flags & TARGET_IO_WORKER)) {
		target_io_retry(io);
	} else if (err == -EOPNOTSUPP) {
		INIT_WORK(&io->work, fd_redo_work);
		queue_work(fd_wq, &io->work);
	} else if (flushed) {
		target_io_done_later(io, fd_error(io, err));
	} else {
		fd_done(io, err);
	}
}

/* Returns -EIOCBQUEUED if fd_direct_end() is going to be called, else the result. */
static int fd_direct(struct target_io *io)
{
	struct iov_iter iter;
	ssize_t ret;

	ret = fd_get_vecs(io, &iter);
	if (ret)
		return ret;
	fd_init_iocb(io, IOCB_DIRECT);
	fd_io(io)->iocb.ki_complete = fd_direct_end;
	fd_start_write(io);
	ret = fd_call(io, &iter);
	return ret == -EIOCBQUEUED ? ret : fd_direct_result(io, ret);
}

static bool fd_try_direct(struct target_io *io)
{
	int err = fd_direct(io);

	if (!err)
		fd_done(io, 0);
	return !err || err == -EIOCBQUEUED;
}

static int fd_write_zeroes(struct target_io *io)
{
	struct fd_io *fio = fd_io(io);
	struct file *file = fd_dev(io)->file;
	u64 left = io->len;
	struct iov_iter iter;
	unsigned int i;
	ssize_t ret = 0;

	for (i = 0; i < FD_INLINE_VECS; i++)
		bvec_set_page(&fio->inline_vecs[i], ZERO_PAGE(0), PAGE_SIZE, 0);
	fd_init_iocb(io, IOCB_WRITE);
	file_start_write(file);
	while (left) {
		iov_iter_bvec(&iter, ITER_SOURCE, fio->inline_vecs, FD_INLINE_VECS,
			      min_t(u64, left, FD_INLINE_VECS * PAGE_SIZE));
		ret = file->f_op->write_iter(&fio->iocb, &iter);
		if (ret <= 0)
			break;
		left -= ret;
		cond_resched();
	}
	file_end_write(file);
	return left ? (ret ?: -EIO) : 0;
}

/*
 * UNMAP and ZERO: both read as zeroes afterwards. Without a write cache a
 * completed one has to survive a power failure like any write.
 */
static int fd_zero(struct target_io *io)
{
	struct fd_device *dev = fd_dev(io);
	bool keep = io->op == TARGET_IO_ZERO && (io->flags & TARGET_IO_KEEP_MAPPED);
	int err;

	err = vfs_fallocate(dev->file, FALLOC_FL_KEEP_SIZE |
			    (keep ? FALLOC_FL_ZERO_RANGE : FALLOC_FL_PUNCH_HOLE),
			    io->pos, io->len);
	if (err == -EOPNOTSUPP)
		err = fd_write_zeroes(io);
	if (!err && (!dev->opt.buffered || (io->flags & TARGET_IO_FUA)))
		err = vfs_fsync_range(dev->file, io->pos, io->pos + io->len - 1, 1);
	return err;
}

static int fd_read_write(struct target_io *io)
{
	int err = -EOPNOTSUPP;

	if (fd_dev(io)->direct)
		err = fd_direct(io);
	return err == -EOPNOTSUPP ? fd_cached(io) : err;
}

/* A block device has shrunk, and the core does not know so far. */
static bool fd_past_end(const struct target_io *io)
{
	struct inode *inode = fd_inode(fd_dev(io)->file);

	return S_ISBLK(inode->i_mode) && io->op != TARGET_IO_FLUSH &&
	       io->pos + io->len > i_size_read(inode);
}

/*
 * The page cache tells an error of writing back only once to each who has the file open, which
 * may have been a write with FUA that waited for its own pages. That it was told shows.
 */
static int fd_flush(struct fd_device *dev)
{
	int err = vfs_fsync(dev->file, 1);
	errseq_t now = READ_ONCE(dev->file->f_wb_err);

	if (xchg(&dev->flushed_err, now) != now && !err)
		err = -EIO;
	return err;
}

/* On the device's workqueue: may block. */
static void fd_work(struct target_io *io)
{
	struct fd_device *dev = fd_dev(io);
	unsigned int flags = current->flags;
	int err;

	if (fd_past_end(io)) {
		fd_done(io, -EIO);
		return;
	}
	/*
	 * The initiator may be this machine, which waits for us to clean its dirty
	 * pages: neither wait for it to do so, nor count against its dirty limit.
	 */
	current->flags |= PF_LOCAL_THROTTLE;
	switch (io->op) {
	case TARGET_IO_READ:
	case TARGET_IO_WRITE:
		err = fd_read_write(io);
		break;
	case TARGET_IO_FLUSH:
		err = fd_flush(dev);
		break;
	case TARGET_IO_UNMAP:
	case TARGET_IO_ZERO:
		err = fd_zero(io);
		break;
	default:
		err = -EOPNOTSUPP;
	}
	current_restore_flags(flags, PF_LOCAL_THROTTLE);
	if (err != -EIOCBQUEUED)
		fd_done(io, err);
}

static void fd_redo_work(struct work_struct *work)
{
	struct target_io *io = container_of(work, struct target_io, work);
	unsigned int noio = memalloc_noio_save();

	io->flags |= TARGET_IO_WORKER;
	fd_done(io, fd_cached(io));
	memalloc_noio_restore(noio);
}

/* In the caller's context; false if the request belongs on the workqueue. */
static bool fd_try(struct target_io *io)
{
	struct fd_device *dev = fd_dev(io);
	struct inode *inode = fd_inode(dev->file);

	if (io->op != TARGET_IO_READ || !(dev->file->f_mode & FMODE_NOWAIT))
		return false;
	if (!dev->direct)
		return fd_try_cached(io);
	return S_ISBLK(inode->i_mode) && !target_bdev_waits(I_BDEV(inode)) && fd_try_direct(io);
}

static int fd_submit(struct target_io *io)
{
	unsigned int noio;

	if (io->flags & TARGET_IO_NOWAIT)
		return -EAGAIN;
	/* Memory must not be had by writing to our own disk. */
	noio = memalloc_noio_save();
	if (io->flags & TARGET_IO_WORKER)
		fd_work(io);
	else if (!fd_try(io))
		target_io_retry(io);
	memalloc_noio_restore(noio);
	return 0;
}

/* What a file system can't tell is mapped; what is behind the end of the file is a hole. */
static int fd_map(struct target_backdev *bd, u64 pos, u64 *len)
{
	struct fd_device *dev = bd->priv;
	loff_t data = vfs_llseek(dev->file, pos, SEEK_DATA);
	loff_t hole;

	if (data == -ENXIO)
		return TARGET_DEALLOCATED;
	if (data < 0)
		return TARGET_MAPPED;
	if (data > pos) {
		*len = min_t(u64, *len, data - pos);
		return TARGET_DEALLOCATED;
	}
	hole = vfs_llseek(dev->file, pos, SEEK_HOLE);
	if (hole > (loff_t)pos)
		*len = min_t(u64, *len, hole - pos);
	return TARGET_MAPPED;
}

static ssize_t fd_info(struct target_backdev *bd, char *page, size_t room)
{
	const struct fd_device *dev = bd->priv;

	return scnprintf(page, room,
			 "TCM FILEIO ID: %u        File: %s  Size: %llu  Mode: %s Async: %d\n",
			 bd->hba_index, dev->opt.path, dev->opt.size,
			 dev->opt.buffered ? "Buffered-WCE" : "O_DSYNC", dev->opt.async);
}

/* What the file system has left is for all of its files. */
static int fd_space(struct target_backdev *bd, struct target_space *space)
{
	const struct fd_device *dev = bd->priv;
	struct kstatfs st;
	int err = vfs_statfs(&dev->file->f_path, &st);

	if (err)
		return err;
	space->used = (u64)READ_ONCE(fd_inode(dev->file)->i_blocks) << SECTOR_SHIFT;
	space->available = st.f_bavail * st.f_bsize;
	space->shared = true;
	return 0;
}

static const struct target_backstore_ops fd_ops = {
	.name		= "fileio",
	.product	= "FILEIO",
	.owner		= THIS_MODULE,
	.create		= fd_create,
	.destroy	= fd_destroy,
	.control	= fd_control,
	.open		= fd_open,
	.close		= fd_close,
	.size		= fd_size,
	.submit		= fd_submit,
	.info		= fd_info,
	.map		= fd_map,
	.space		= fd_space,
};

static int __init fd_init(void)
{
	int err;

	fd_wq = alloc_workqueue("target_file", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!fd_wq)
		return -ENOMEM;
	err = target_backstore_register(&fd_ops);
	if (err)
		destroy_workqueue(fd_wq);
	return err;
}

static void __exit fd_exit(void)
{
	target_backstore_unregister(&fd_ops);
	destroy_workqueue(fd_wq);
}

module_init(fd_init);
module_exit(fd_exit);

MODULE_DESCRIPTION("SCSI target backstore on files");
MODULE_LICENSE("GPL");
MODULE_ALIAS_TARGET_BACKSTORE("fileio");
TARGET_IMPORT_NS();
