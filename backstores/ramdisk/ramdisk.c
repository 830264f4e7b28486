// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backstore in RAM (plugin "rd_mcp"), linked into the core; the model of
 * Documentation/writing-a-backstore.rst. Thin: a page exists from the first
 * write to it until it is unmapped; what was never written reads as zeroes.
 *
 * Pages are found under RCU and freed by it, so READ and WRITE take no lock. An
 * UNMAP beside a WRITE to the same page may win or lose, as the initiator that
 * did not wait between them has to expect.
 */
#include <linux/highmem.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include "../../target_core/core.h"
#include "ramdisk_options.h"

#define RD_BLOCK_SIZE		512
#define RD_MAX_UNMAP		(1 << 30)	/* bytes per UNMAP or ZERO */
#define RD_MAX_ATOMIC		(1 << 20)	/* bytes of a WRITE that is done as a whole */
#define RD_MAX_MAP		(1 << 20)	/* pages looked at for one answer of rd_map() */
#define RD_MAX_ATOMIC_UNMAP	(1 << 20)	/* more than this is not for atomic context */

/**
 * struct rd_device - a RAM disk
 * @pages: struct page by page number. Its lock is taken with interrupts off.
 * @used: how many pages there are.
 * @opt: what it was configured with.
 */
struct rd_device {
	struct xarray		pages;
	atomic_t		used;
	struct rd_options	opt;
};

static int rd_create(struct target_backdev *bd)
{
	struct rd_device *rd = kzalloc(sizeof(*rd), GFP_KERNEL);

	if (!rd)
		return -ENOMEM;
	xa_init_flags(&rd->pages, XA_FLAGS_LOCK_IRQ);
	bd->priv = rd;
	return 0;
}

static void rd_destroy(struct target_backdev *bd)
{
	kfree(bd->priv);
}

static int rd_control(struct target_backdev *bd, const char *key, char *value)
{
	struct rd_device *rd = bd->priv;

	return rd_option(&rd->opt, key, value, bd->limits.block_size);
}

static int rd_open(struct target_backdev *bd)
{
	struct rd_device *rd = bd->priv;

	if (!rd->opt.nr_pages)
		return -EINVAL;
	bd->limits.block_size = RD_BLOCK_SIZE;
	bd->limits.max_blocks = U32_MAX;	/* none of its own */
	bd->limits.queue_depth = 128;
	bd->limits.max_unmap_blocks = RD_MAX_UNMAP / RD_BLOCK_SIZE;
	bd->limits.max_unmap_descs = 32;
	bd->limits.unmap_gran = PAGE_SIZE / RD_BLOCK_SIZE;
	bd->limits.max_zero_blocks = RD_MAX_UNMAP / RD_BLOCK_SIZE;
	bd->limits.max_atomic_blocks = rd->opt.nullio ? 0 : RD_MAX_ATOMIC / RD_BLOCK_SIZE;
	bd->limits.unmap_zeroes = true;
	bd->limits.knows_space = !rd->opt.nullio;
	bd->limits.cache_bytes = U64_MAX;
	return 0;
}

static void rd_close(struct target_backdev *bd)
{
	struct rd_device *rd = bd->priv;
	struct page *page;
	unsigned long index;

	xa_for_each(&rd->pages, index, page) {
		__free_page(page);
		cond_resched();
	}
	xa_destroy(&rd->pages);
	atomic_set(&rd->used, 0);
}

static u64 rd_size(struct target_backdev *bd)
{
	return (u64)((struct rd_device *)bd->priv)->opt.nr_pages << PAGE_SHIFT;
}

/* Another writer may have been faster: the page in the array then counts. */
static int rd_add_page(struct rd_device *rd, unsigned long index, bool nowait)
{
	gfp_t gfp = nowait ? GFP_NOWAIT | __GFP_NOWARN : GFP_NOIO;
	struct page *page = alloc_page(gfp | __GFP_ZERO | __GFP_HIGHMEM);
	unsigned long flags;
	void *old;

	if (!page)
		return -ENOMEM;
	if (nowait) {
		/* Interrupts may be off, which xa_cmpxchg_irq() would enable. */
		xa_lock_irqsave(&rd->pages, flags);
		old = __xa_cmpxchg(&rd->pages, index, NULL, page, gfp);
		xa_unlock_irqrestore(&rd->pages, flags);
	} else {
		old = xa_cmpxchg_irq(&rd->pages, index, NULL, page, gfp);
	}
	if (old)
		__free_page(page);
	else
		atomic_inc(&rd->used);
	return xa_err(old);
}

static void rd_free_page_rcu(struct rcu_head *head)
{
	__free_page(container_of(head, struct page, rcu_head));
}

static void rd_drop_page(struct rd_device *rd, unsigned long index)
{
	struct page *page;
	unsigned long flags;

	xa_lock_irqsave(&rd->pages, flags);
	page = __xa_erase(&rd->pages, index);
	xa_unlock_irqrestore(&rd->pages, flags);
	if (!page)
		return;
	atomic_dec(&rd->used);
	call_rcu(&page->rcu_head, rd_free_page_rcu);
}

/* Within one page; false if a WRITE finds none. To read or to clear none is easy. */
static bool rd_move(struct rd_device *rd, u8 op, u64 pos, void *data, size_t len)
{
	struct page *page;

	rcu_read_lock();
	page = xa_load(&rd->pages, pos >> PAGE_SHIFT);
	if (op == TARGET_IO_READ && page)
		memcpy_from_page(data, page, offset_in_page(pos), len);
	else if (op == TARGET_IO_READ)
		memset(data, 0, len);
	else if (op == TARGET_IO_WRITE && page)
		memcpy_to_page(page, offset_in_page(pos), data, len);
	else if (page)
		memzero_page(page, offset_in_page(pos), len);
	rcu_read_unlock();
	return page || op != TARGET_IO_WRITE;
}

static int rd_read_write(struct rd_device *rd, struct target_io *io)
{
	u64 pos = io->pos, left = io->len;
	struct sg_mapping_iter miter;
	int err = 0;

	sg_miter_start(&miter, io->sgl, io->sg_cnt, SG_MITER_ATOMIC |
		       (io->op == TARGET_IO_READ ? SG_MITER_TO_SG : SG_MITER_FROM_SG));
	while (left && !err && sg_miter_next(&miter)) {
		size_t len = min3(left, (u64)miter.length, (u64)PAGE_SIZE - offset_in_page(pos));

		if (!rd_move(rd, io->op, pos, miter.addr, len)) {
			/* Unmap, as the allocation may sleep; then come here again. */
			miter.consumed = 0;
			sg_miter_stop(&miter);
			err = rd_add_page(rd, pos >> PAGE_SHIFT, io->flags & TARGET_IO_NOWAIT);
			continue;
		}
		miter.consumed = len;
		pos += len;
		left -= len;
	}
	sg_miter_stop(&miter);
	return err ?: left ? -EIO : 0;
}

/*
 * All the pages first, as nothing can fail after that. New ones read like the holes they
 * replace, and the core keeps everybody else off the blocks (SCSI_OP_ATOMIC).
 */
static int rd_write_atomic(struct rd_device *rd, struct target_io *io)
{
	unsigned long index = io->pos >> PAGE_SHIFT;
	unsigned long last = (io->pos + io->len - 1) >> PAGE_SHIFT;
	int err;

	for (; index <= last; index++) {
		if (xa_load(&rd->pages, index))
			continue;
		err = rd_add_page(rd, index, io->flags & TARGET_IO_NOWAIT);
		if (err)
			return err;
	}
	return rd_read_write(rd, io);
}

/* UNMAP and ZERO are the same here: no page is as good as a page of zeroes. */
static int rd_discard(struct rd_device *rd, struct target_io *io)
{
	u64 pos = io->pos, left = io->len;
	size_t len;

	if ((io->flags & TARGET_IO_NOWAIT) && left > RD_MAX_ATOMIC_UNMAP)
		return -EAGAIN;
	for (; left; pos += len, left -= len) {
		len = min(left, (u64)PAGE_SIZE - offset_in_page(pos));
		if (len == PAGE_SIZE)
			rd_drop_page(rd, pos >> PAGE_SHIFT);
		else
			rd_move(rd, TARGET_IO_ZERO, pos, NULL, len);
		if (!(io->flags & TARGET_IO_NOWAIT))
			cond_resched();
	}
	return 0;
}

static int rd_submit(struct target_io *io)
{
	struct rd_device *rd = io->bdev->priv;
	int err = 0;

	if (rd->opt.nullio && io->op == TARGET_IO_READ)
		sg_zero_buffer(io->sgl, io->sg_cnt, io->len, 0);
	else if (!rd->opt.nullio && (io->flags & TARGET_IO_ATOMIC))
		err = rd_write_atomic(rd, io);
	else if (!rd->opt.nullio && (io->op == TARGET_IO_READ || io->op == TARGET_IO_WRITE))
		err = rd_read_write(rd, io);
	else if (!rd->opt.nullio && io->op != TARGET_IO_FLUSH)
		err = rd_discard(rd, io);
	/*
	 * No page at once: come back where that may take longer. What has been
	 * written by now will be written again, which does no harm.
	 */
	if ((io->flags & TARGET_IO_NOWAIT) && (err == -ENOMEM || err == -EAGAIN))
		return -EAGAIN;
	io->done(io, err);
	return 0;
}

/* First page from @index on, and before @end, that is there, or is not. */
static unsigned long rd_find(struct rd_device *rd, unsigned long index, unsigned long end,
			     bool there)
{
	unsigned long n = 0;

	if (there) {
		if (!xa_find(&rd->pages, &index, end - 1, XA_PRESENT))
			return end;
		return index;
	}
	end = min(end, index + RD_MAX_MAP);
	while (index < end && xa_load(&rd->pages, index)) {
		index++;
		if (!(++n % 1024))
			cond_resched();
	}
	return index;
}

static int rd_map(struct target_backdev *bd, u64 pos, u64 *len)
{
	struct rd_device *rd = bd->priv;
	unsigned long index = pos >> PAGE_SHIFT;
	unsigned long end = DIV_ROUND_UP_ULL(pos + *len, PAGE_SIZE);
	bool there = xa_load(&rd->pages, index);
	unsigned long next = rd_find(rd, index, end, !there);

	*len = min(*len, ((u64)next << PAGE_SHIFT) - pos);
	return there ? TARGET_MAPPED : TARGET_DEALLOCATED;
}

static int rd_space(struct target_backdev *bd, struct target_space *space)
{
	struct rd_device *rd = bd->priv;
	u32 used = clamp_t(s64, atomic_read(&rd->used), 0, rd->opt.nr_pages);

	space->used = (u64)used << PAGE_SHIFT;
	space->available = (u64)(rd->opt.nr_pages - used) << PAGE_SHIFT;
	space->shared = false;
	return 0;
}

static ssize_t rd_info(struct target_backdev *bd, char *page, size_t room)
{
	const struct rd_device *rd = bd->priv;

	return scnprintf(page, room, "TCM RamDisk ID: %u  RamDisk Makeup: rd_mcp\n        "
			 "PAGES/PAGE_SIZE: %u*%lu  SG_table_count: 0  nullio: %d dummy: %d\n",
			 bd->hba_index, rd->opt.nr_pages, PAGE_SIZE, rd->opt.nullio, rd->opt.dummy);
}

static const struct target_backstore_ops rd_ops = {
	.name		= "rd_mcp",
	.product	= "RAMDISK-MCP",
	.owner		= THIS_MODULE,
	.create		= rd_create,
	.destroy	= rd_destroy,
	.control	= rd_control,
	.open		= rd_open,
	.close		= rd_close,
	.size		= rd_size,
	.submit		= rd_submit,
	.info		= rd_info,
	.map		= rd_map,
	.space		= rd_space,
};

int target_ramdisk_start(void)
{
	return target_backstore_register(&rd_ops);
}

void target_ramdisk_stop(void)
{
	target_backstore_unregister(&rd_ops);
	rcu_barrier();	/* rd_free_page_rcu() is this module's code */
}
