// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of the commands that touch the medium. READ, WRITE and SYNCHRONIZE
 * CACHE start one request in whatever context they are called; the others run on
 * the device's workqueue and issue child requests one after the other.
 *
 * FUA on READ needs nothing: what a read returns after a write is in the cache,
 * and whether it is durable is what FUA on WRITE and SYNCHRONIZE CACHE are for.
 */
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "exec.h"

#define CDB_FUA		0x08	/* option of READ and WRITE */
#define CDB_IMMED	0x02	/* byte 1 of SYNCHRONIZE CACHE */
#define CDB_UNMAP	0x08	/* option of WRITE SAME */

#define FLUSHES_MAX	16	/* that nobody waits for: on a dead medium they add up */

#define COMPARE_BYTES	(64 << 10)	/* read at once to be compared */

/**
 * exec_durable() - flag of a write that has no FUA bit
 * @cmd: the command
 *
 * Without a volatile cache as the initiator sees it, everything is durable when it
 * ends. Any context. Return: TARGET_IO_FUA or 0.
 */
u8 exec_durable(const struct target_cmd *cmd)
{
	return target_device_write_cache(exec_dev(cmd)) ? 0 : TARGET_IO_FUA;
}

/*
 * A flush that fails may have lost what any initiator has written, and what lies below says so
 * once: each I_T_L nexus is told, by that flush or by its next one.
 */
static int exec_flush_lost(struct target_device *dev, int err)
{
	WRITE_ONCE(dev->flush_error, err);
	return atomic_inc_return(&dev->flush_losses);
}

/* Return: the error of a flush that the nexus has not been told of, or 0. */
static int exec_flush_untold(struct target_itl *itl)
{
	int losses = atomic_read(&itl->dev->flush_losses);

	return xchg(&itl->flush_losses, losses) == losses ? 0 : READ_ONCE(itl->dev->flush_error);
}

static void exec_flush_told(struct target_cmd *cmd, int err)
{
	WRITE_ONCE(cmd->itl->flush_losses, exec_flush_lost(exec_dev(cmd), err));
}

static void exec_io_done(struct target_io *io, int err)
{
	struct target_cmd *cmd = io->owner;

	if (unlikely(err && io->op == TARGET_IO_FLUSH))
		exec_flush_told(cmd, err);
	if (likely(!err))
		target_cmd_complete(cmd, io->op == TARGET_IO_READ ? cmd->xfer_len : 0);
	else
		target_cmd_complete_error(cmd, err);
}

static void exec_start(struct target_cmd *cmd, u8 op, u32 len, u8 flags)
{
	struct target_device *dev = exec_dev(cmd);
	struct target_io *io = &cmd->io;

	io->bdev = &dev->bd;
	io->pos = cmd->lba << dev->block_shift;
	io->len = len;
	io->sgl = cmd->sgl;
	io->sg_cnt = cmd->sg_cnt;
	io->op = op;
	io->flags = flags;
	if (cmd->flags & TARGET_CMDF_ATOMIC)
		io->flags |= TARGET_IO_NOWAIT;
	io->done = exec_io_done;
	io->owner = cmd;
	target_io_start(io);
}

/**
 * struct exec_tail - the last block of a READ whose buffer ends within a block
 * @io: reads that block.
 * @sg: the block's memory.
 * @buf: the same, one block.
 *
 * An initiator may give less room than its CDB asks for, by any number of bytes;
 * it gets as many. Rare, so it costs the normal way nothing.
 */
struct exec_tail {
	struct target_io	io;
	struct scatterlist	sg;
	u8			*buf;
};

static void exec_tail_done(struct target_io *io, int err)
{
	struct exec_tail *tail = container_of(io, struct exec_tail, io);
	struct target_cmd *cmd = io->owner;
	u32 part = cmd->xfer_len & (io->len - 1);
	u32 whole = cmd->xfer_len - part;

	if (!err)
		sg_pcopy_from_buffer(cmd->sgl, cmd->sg_cnt, tail->buf, part, whole);
	kfree(tail->buf);
	kfree(tail);
	if (err)
		target_cmd_complete_error(cmd, err);
	else if (whole)
		exec_start(cmd, TARGET_IO_READ, whole, TARGET_IO_NOWAIT);	/* any context */
	else
		target_cmd_complete(cmd, part);
}

static void exec_read_tail(struct target_cmd *cmd)
{
	struct target_device *dev = exec_dev(cmd);
	u32 block = dev->bd.block_size;
	struct exec_tail *tail = kzalloc(sizeof(*tail), GFP_ATOMIC | __GFP_NOWARN);

	if (tail)
		tail->buf = kmalloc(block, GFP_ATOMIC | __GFP_NOWARN);
	if (!tail || !tail->buf) {
		kfree(tail);
		target_cmd_complete_error(cmd, -ENOMEM);
		return;
	}
	sg_init_one(&tail->sg, tail->buf, block);
	tail->io.bdev = &dev->bd;
	tail->io.pos = (cmd->lba << dev->block_shift) + round_down(cmd->xfer_len, block);
	tail->io.len = block;
	tail->io.sgl = &tail->sg;
	tail->io.sg_cnt = 1;
	tail->io.op = TARGET_IO_READ;
	tail->io.flags = cmd->flags & TARGET_CMDF_ATOMIC ? TARGET_IO_NOWAIT : 0;
	tail->io.done = exec_tail_done;
	tail->io.owner = cmd;
	target_io_start(&tail->io);
}

/* READ and WRITE (6), (10), (12), (16) and (32) */
void exec_read_write(struct target_cmd *cmd)
{
	u32 len = round_down(cmd->xfer_len, exec_dev(cmd)->bd.block_size);

	if (cmd->op->dir == TARGET_DATA_OUT) {
		bool fua = cmd->cdb[0] >= 0x20 && (scsi_cdb_options(cmd->cdb) & CDB_FUA);

		/* A block of which only a part has come stays as it is. */
		if (likely(len))
			exec_start(cmd, TARGET_IO_WRITE, len,
				   fua ? TARGET_IO_FUA : exec_durable(cmd));
		else
			target_cmd_complete(cmd, 0);
	} else if (unlikely(len != cmd->xfer_len)) {
		exec_read_tail(cmd);
	} else if (likely(len)) {
		exec_start(cmd, TARGET_IO_READ, len, 0);
	} else {
		target_cmd_complete(cmd, 0);
	}
}

/* The flush of a SYNCHRONIZE CACHE that has been answered; holds the device. */
static void exec_flush_done(struct target_io *io, int err)
{
	struct target_device *dev = io->owner;

	if (err)
		exec_flush_lost(dev, err);
	kfree(io);
	atomic_dec(&dev->flushes);
	target_device_put(dev);
}

/**
 * target_device_flush() - start a flush that nobody waits for
 * @dev: configured
 * @flags: TARGET_IO_NOWAIT in atomic context, or 0
 *
 * An error of it is the answer to the next flush of each initiator. Return: false without memory
 * for it, or when so many run that the caller had better wait for one.
 */
bool target_device_flush(struct target_device *dev, u8 flags)
{
	struct target_io *io = NULL;

	if (atomic_inc_return(&dev->flushes) <= FLUSHES_MAX)
		io = kzalloc(sizeof(*io), GFP_ATOMIC | __GFP_NOWARN);
	if (!io) {
		atomic_dec(&dev->flushes);
		return false;
	}
	kref_get(&dev->ref);
	io->bdev = &dev->bd;
	io->op = TARGET_IO_FLUSH;
	io->flags = flags;
	io->done = exec_flush_done;
	io->owner = dev;
	target_io_start(io);
	return true;
}

/** exec_flush_detached() - target_device_flush() for a command, which outlives it. Any context. */
bool exec_flush_detached(struct target_cmd *cmd)
{
	return target_device_flush(exec_dev(cmd), cmd->flags & TARGET_CMDF_ATOMIC ?
				   TARGET_IO_NOWAIT : 0);
}

/*
 * SYNCHRONIZE CACHE(10) and (16), SBC-3 5.26: all of the cache whatever the range,
 * which the standard allows, and more than SYNC_NV (SBC-2) asks for. With IMMED the
 * answer does not wait for the end.
 */
void exec_sync_cache(struct target_cmd *cmd)
{
	int err = exec_flush_untold(cmd->itl);

	if (unlikely(err))
		target_cmd_complete_error(cmd, err);
	else if ((cmd->cdb[1] & CDB_IMMED) && exec_flush_detached(cmd))
		target_cmd_complete(cmd, 0);
	else
		exec_start(cmd, TARGET_IO_FLUSH, 0, 0);
}

/* Of the commands that write zeroes, UNMAP is for letting go; WRITE SAME has a bit for it. */
static bool exec_lets_go(const struct target_cmd *cmd)
{
	return cmd->op->exec == exec_unmap || (scsi_cdb_options(cmd->cdb) & CDB_UNMAP);
}

/**
 * exec_child() - one child request
 * @cmd: the command
 * @op: enum target_io_op
 * @lba: first block
 * @blocks: how many; 0 for FLUSH
 * @sgl: data, or NULL
 *
 * Return: 0 or a negative errno.
 */
int exec_child(struct target_cmd *cmd, u8 op, u64 lba, u64 blocks, struct scatterlist *sgl)
{
	struct target_device *dev = exec_dev(cmd);
	struct target_io *io = &cmd->io;

	io->bdev = &dev->bd;
	io->pos = lba << dev->block_shift;
	io->len = blocks << dev->block_shift;
	io->sgl = sgl;
	io->sg_cnt = sgl ? sg_nents_for_len(sgl, io->len) : 0;
	io->op = op;
	io->flags = op == TARGET_IO_READ ? 0 : exec_durable(cmd);
	if (op == TARGET_IO_ZERO && !exec_lets_go(cmd))
		io->flags |= TARGET_IO_KEEP_MAPPED;
	return target_io_sync(io);
}

/**
 * exec_flush() - make durable what was written, on the device's workqueue
 * @cmd: the command, which ends with an error of it
 *
 * Return: 0 or a negative errno, maybe of an earlier flush.
 */
int exec_flush(struct target_cmd *cmd)
{
	int err = exec_flush_untold(cmd->itl);

	if (err)
		return err;
	err = exec_child(cmd, TARGET_IO_FLUSH, 0, 0, NULL);
	if (err)
		exec_flush_told(cmd, err);
	return err;
}

/**
 * exec_pattern_alloc() - a page of zeroes, many times
 *
 * Process context. Return: the pattern, or NULL without memory.
 */
struct exec_pattern *exec_pattern_alloc(void)
{
	struct exec_pattern *p = kmalloc(sizeof(*p), GFP_NOIO | __GFP_NOWARN);
	unsigned int i;

	if (!p)
		return NULL;
	p->page = alloc_page(GFP_NOIO | __GFP_NOWARN | __GFP_ZERO);
	if (!p->page) {
		kfree(p);
		return NULL;
	}
	sg_init_table(p->sgl, EXEC_PATTERN_SEGS);
	for (i = 0; i < EXEC_PATTERN_SEGS; i++)
		sg_set_page(&p->sgl[i], p->page, PAGE_SIZE, 0);
	return p;
}

/**
 * exec_pattern_free() - the end of a pattern
 * @p: by exec_pattern_alloc()
 */
void exec_pattern_free(struct exec_pattern *p)
{
	__free_page(p->page);
	kfree(p);
}

/* Children from *@lba to @end; stops at an error or an abort, *@lba tells where. */
static int exec_repeat(struct target_cmd *cmd, u8 op, u64 *lba, u64 end, struct exec_pattern *p)
{
	const struct target_limits *limits = &exec_dev(cmd)->bd.limits;
	u64 max = ((u64)EXEC_PATTERN_SEGS << PAGE_SHIFT) >> exec_dev(cmd)->block_shift;
	int err;

	if (op == TARGET_IO_ZERO)
		max = limits->max_zero_blocks;
	else if (op == TARGET_IO_UNMAP)
		max = limits->max_unmap_blocks;
	if (!max)
		return -EOPNOTSUPP;
	while (*lba < end && !(atomic_read(&cmd->state) & TARGET_CMD_ABORTED)) {
		u64 n = min(end - *lba, max);

		err = exec_child(cmd, op, *lba, n, p ? p->sgl : NULL);
		if (err)
			return err;
		*lba += n;
		cond_resched();
	}
	return 0;
}

/**
 * exec_end() - end a command that returns no data
 * @cmd: the command
 * @err: 0 or a negative errno
 */
void exec_end(struct target_cmd *cmd, int err)
{
	if (err)
		target_cmd_complete_error(cmd, err);
	else
		target_cmd_complete(cmd, 0);
}

/* The first byte of data-out from @skip on that is not as in @buf; -1 if none. */
static s64 exec_differs(struct target_cmd *cmd, u64 skip, const u8 *buf, u32 len)
{
	struct sg_mapping_iter miter;
	s64 found = -1;
	u32 at = 0;

	sg_miter_start(&miter, cmd->sgl, cmd->sg_cnt, SG_MITER_ATOMIC | SG_MITER_FROM_SG);
	if (!sg_miter_skip(&miter, skip))
		len = 0;
	while (at < len && found < 0 && sg_miter_next(&miter)) {
		const u8 *data = miter.addr;
		u32 n = min_t(u32, miter.length, len - at);
		u32 i = 0;

		if (memcmp(data, buf + at, n)) {
			/* Bounded: whoever owns the pages may make them equal meanwhile. */
			while (i < n - 1 && data[i] == buf[at + i])
				i++;
			found = skip + at + i;
		}
		at += n;
	}
	sg_miter_stop(&miter);
	return found;
}

/* @blocks blocks just read against data-out, or against its one block (BYTCHK 11b). */
static s64 exec_compare(struct target_cmd *cmd, const u8 *buf, u64 blocks, u64 done)
{
	unsigned int shift = exec_dev(cmd)->block_shift;
	s64 diff = -1;
	u64 i;

	if ((scsi_cdb_options(cmd->cdb) & 0x06) != 0x06)
		return exec_differs(cmd, done << shift, buf, blocks << shift);
	for (i = 0; i < blocks && diff < 0; i++)
		diff = exec_differs(cmd, 0, buf + (i << shift), 1U << shift);
	return diff;
}

/**
 * exec_verify_data() - compare the medium with data-out
 * @cmd: the command; BYTCHK 11b in its CDB compares one block with all
 * @blocks: how many from cmd->lba on; data-out has as many
 * @diff: set to the offset in data-out of the first difference, if there is one
 *
 * Stops early when the command is aborted. Return: 0 or a negative errno.
 */
int exec_verify_data(struct target_cmd *cmd, u64 blocks, s64 *diff)
{
	unsigned int shift = exec_dev(cmd)->block_shift;
	u32 room = min_t(u64, blocks << shift, COMPARE_BYTES);
	u8 *buf = kmalloc(room, GFP_NOIO | __GFP_NOWARN);
	struct scatterlist sg;
	u64 done = 0, n;
	int err = 0;

	if (!buf)
		return -ENOMEM;
	while (done < blocks && *diff < 0 &&
	       !(atomic_read(&cmd->state) & TARGET_CMD_ABORTED)) {
		n = min_t(u64, blocks - done, room >> shift);
		sg_init_one(&sg, buf, n << shift);
		err = exec_child(cmd, TARGET_IO_READ, cmd->lba + done, n, &sg);
		if (err)
			break;
		*diff = exec_compare(cmd, buf, n, done);
		done += n;
		cond_resched();
	}
	kfree(buf);
	return err;
}

/**
 * exec_read_blocks() - read blocks that nobody wants to have
 * @cmd: the command
 * @blocks: how many from cmd->lba on
 *
 * Stops early when the command is aborted. Return: 0 or a negative errno.
 */
int exec_read_blocks(struct target_cmd *cmd, u64 blocks)
{
	struct exec_pattern *sink = exec_pattern_alloc();
	u64 lba = cmd->lba;
	int err;

	if (!sink)
		return -ENOMEM;
	err = exec_repeat(cmd, TARGET_IO_READ, &lba, cmd->lba + blocks, sink);
	exec_pattern_free(sink);
	return err;
}

/**
 * exec_miscompare() - end a command that has found a difference
 * @cmd: the command
 * @diff: offset in data-out of the first byte that differs (SBC-3 5.3)
 */
void exec_miscompare(struct target_cmd *cmd, u64 diff)
{
	struct target_sense sense = {};

	scsi_sense_set(&sense, SENSE_MISCOMPARE, ASC_MISCOMPARE);
	sense.flags |= TARGET_SENSE_INFO;
	sense.info = diff;
	target_cmd_complete_sense(cmd, &sense);
}

static void exec_wrong_length(struct target_cmd *cmd)
{
	struct target_sense sense = {};

	scsi_sense_set(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	target_cmd_complete_sense(cmd, &sense);
}

/* VERIFY(10), (12), (16) and (32), SBC-3 5.30: BYTCHK says what the medium is compared with */
void exec_verify(struct target_cmd *cmd)
{
	u8 bytchk = (scsi_cdb_options(cmd->cdb) >> 1) & 3;
	s64 diff = -1;
	int err;

	if (bytchk == 2) {
		target_cmd_fail_cdb(cmd, scsi_cdb_options_at(cmd->cdb), 2);	/* reserved */
	} else if (!cmd->blocks) {
		target_cmd_complete(cmd, 0);
	} else if (!bytchk) {
		exec_end(cmd, exec_read_blocks(cmd, cmd->blocks));
	} else if (cmd->xfer_len < cmd->scsi_len) {
		exec_wrong_length(cmd);
	} else {
		err = exec_verify_data(cmd, cmd->blocks, &diff);
		if (diff < 0)
			exec_end(cmd, err);
		else
			exec_miscompare(cmd, diff);
	}
}

/* LBPRZ promises zeroes where a discard may leave anything. */
static u8 exec_unmap_op(const struct target_device *dev)
{
	bool zeroes = READ_ONCE(dev->attrib.unmap_zeroes_data);

	return zeroes && !dev->bd.limits.unmap_zeroes ? TARGET_IO_ZERO : TARGET_IO_UNMAP;
}

static int exec_unmap_list(struct target_cmd *cmd, const struct scsi_lu *lu, const u8 *list,
			   unsigned int count)
{
	struct target_sense sense = {};
	u8 op = exec_unmap_op(exec_dev(cmd));
	struct scsi_unmap_desc desc;
	unsigned int i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		u64 lba;

		if (!scsi_unmap_desc(lu, list, i, &desc, &sense))
			return -EIO;	/* not after scsi_unmap_check() of the same list */
		lba = desc.lba;
		err = exec_repeat(cmd, op, &lba, desc.lba + desc.blocks, NULL);
	}
	return err;
}

/*
 * The list, checked, to be freed by the caller; or NULL, with sense data unless there is no
 * memory. At most 64 KiB, as the length field has two bytes.
 */
static u8 *exec_unmap_get(struct target_cmd *cmd, const struct scsi_lu *lu, int *count,
			  struct target_sense *sense)
{
	u8 *list = kmalloc(max(cmd->xfer_len, 1U), GFP_NOIO | __GFP_NOWARN);

	if (!list)
		return NULL;
	*count = target_cmd_gather(cmd, list, cmd->xfer_len);
	if (!*count)
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	else
		*count = scsi_unmap_count(list, *count, sense);
	if (!sense->key && *count >= 0 && scsi_unmap_check(lu, list, *count, sense))
		return list;
	kfree(list);
	return NULL;
}

/* UNMAP, SBC-3 5.28: all of the list is checked before anything is unmapped */
void exec_unmap(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	struct scsi_lu lu;
	int count;
	u8 *list;

	if (!cmd->scsi_len) {
		target_cmd_complete(cmd, 0);
		return;
	}
	target_cmd_lu(cmd, &lu);
	list = exec_unmap_get(cmd, &lu, &count, &sense);
	if (list)
		exec_end(cmd, exec_unmap_list(cmd, &lu, list, count));
	else if (sense.key)
		target_cmd_complete_sense(cmd, &sense);
	else
		target_cmd_complete_error(cmd, -ENOMEM);
	kfree(list);
}

/**
 * exec_unmap_span() - which blocks an UNMAP command is about, before it runs
 * @cmd: the command, with its data-out. Others may look at the blocks meanwhile (medium.c).
 *
 * Process context. Without it, or if the list is refused later, it counts as one for all blocks.
 */
void exec_unmap_span(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	struct scsi_lu lu;
	int count;
	u8 *list;

	target_cmd_lu(cmd, &lu);
	list = exec_unmap_get(cmd, &lu, &count, &sense);
	if (!list)
		return;
	/* Who sees that there are blocks has to see the first. */
	smp_store_release(&cmd->blocks, scsi_unmap_span(list, count, &cmd->lba));
	kfree(list);
}

/* Fill the page with the block of data-out, or leave the zeroes. */
static bool exec_pattern_fill(struct target_cmd *cmd, struct exec_pattern *p)
{
	u32 block = exec_dev(cmd)->bd.block_size;
	u8 *data = page_address(p->page);
	u32 at;

	if (!cmd->scsi_len)
		return true;	/* NDOB */
	if (target_cmd_gather(cmd, data, block) != block)
		return false;
	for (at = block; at < PAGE_SIZE; at += block)
		memcpy(data + at, data, block);
	return true;
}

static int exec_write_pattern(struct target_cmd *cmd, u64 blocks, struct exec_pattern *p)
{
	u64 lba = cmd->lba, end = cmd->lba + blocks;
	int err = -EOPNOTSUPP;

	if (exec_dev(cmd)->bd.limits.max_zero_blocks &&
	    !memchr_inv(page_address(p->page), 0, PAGE_SIZE))
		err = exec_repeat(cmd, TARGET_IO_ZERO, &lba, end, NULL);
	/* The medium may find out only now that it can't; go on where it did. */
	if (err == -EOPNOTSUPP)
		err = exec_repeat(cmd, TARGET_IO_WRITE, &lba, end, p);
	return err;
}

/*
 * WRITE SAME(10), (16) and (32), SBC-3 5.39. No number of blocks means all up to the last
 * one. The UNMAP bit with any but zero data writes the data, as the blocks have to
 * read like that afterwards.
 */
void exec_write_same(struct target_cmd *cmd)
{
	struct target_device *dev = exec_dev(cmd);
	u64 nr_blocks = READ_ONCE(dev->nr_blocks);
	u64 blocks = cmd->blocks ?: nr_blocks - min(nr_blocks, cmd->lba);
	u32 max = READ_ONCE(dev->attrib.max_write_same_len);
	struct exec_pattern *p;

	if (max && blocks > max) {
		target_cmd_fail_cdb(cmd, cmd->op->len_at, -1);
		return;
	}
	/* More than the one block: the host means something else than it says. */
	if (cmd->scsi_len && cmd->edtl > cmd->scsi_len) {
		exec_wrong_length(cmd);
		return;
	}
	p = exec_pattern_alloc();
	if (!p) {
		target_cmd_complete_error(cmd, -ENOMEM);
		return;
	}
	if (exec_pattern_fill(cmd, p))
		exec_end(cmd, exec_write_pattern(cmd, blocks, p));
	else
		exec_wrong_length(cmd);
	exec_pattern_free(p);
}
