/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opening a block device: a file since 6.9, a bare struct block_device with an
 * open mode before.
 */
#ifndef TARGET_COMPAT_BLKDEV_H
#define TARGET_COMPAT_BLKDEV_H

#include <linux/blkdev.h>
#include <linux/err.h>

/**
 * struct compat_bdev - an open block device
 * @bdev: the device.
 */
struct compat_bdev {
	struct block_device	*bdev;
#ifdef COMPAT_HAVE_BDEV_FILE_OPEN
	struct file		*file;
#else
	fmode_t			mode;
#endif
};

/* @holder claims the device for itself; NULL shares it. Returns 0 or errno. */
static inline int compat_bdev_open(struct compat_bdev *handle, const char *path, bool write,
				   void *holder)
{
#ifdef COMPAT_HAVE_BDEV_FILE_OPEN
	blk_mode_t mode = BLK_OPEN_READ | (write ? BLK_OPEN_WRITE : 0);

	handle->file = bdev_file_open_by_path(path, mode, holder, NULL);
	if (IS_ERR(handle->file))
		return PTR_ERR(handle->file);
	handle->bdev = file_bdev(handle->file);
#else
	fmode_t mode = FMODE_READ | (write ? FMODE_WRITE : 0) | (holder ? FMODE_EXCL : 0);
	struct block_device *bdev = blkdev_get_by_path(path, mode, holder);

	if (IS_ERR(bdev))
		return PTR_ERR(bdev);
	handle->bdev = bdev;
	handle->mode = mode;
#endif
	return 0;
}

static inline void compat_bdev_close(struct compat_bdev *handle)
{
#ifdef COMPAT_HAVE_BDEV_FILE_OPEN
	bdev_fput(handle->file);
#else
	blkdev_put(handle->bdev, handle->mode);
#endif
	handle->bdev = NULL;
}

#endif /* TARGET_COMPAT_BLKDEV_H */
