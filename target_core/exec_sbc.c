// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of the block commands beside READ, WRITE and VERIFY: atomic ones, WRITE
 * AND VERIFY, PRE-FETCH, where blocks are. All but the plain replies run on the device's
 * workqueue.
 */
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <compat/unaligned.h>
#include "exec.h"

#define CDB_FUA		0x08	/* byte 1 of COMPARE AND WRITE, ORWRITE and WRITE ATOMIC */
#define CDB_BYTCHK	0x02	/* option of WRITE AND VERIFY */
#define CDB_IMMED_2	0x02	/* byte 1 of PRE-FETCH */

#define COPY_BYTES	(64 << 10)	/* written at once from a copy of data-out */
#define PREFETCH_BYTES	(64 << 10)	/* read ahead at once */

static bool exec_aborted(const struct target_cmd *cmd)
{
	return atomic_read(&cmd->state) & TARGET_CMD_ABORTED;
}

static int exec_write(struct target_cmd *cmd, u64 lba, u64 blocks, struct scatterlist *sgl,
		      u8 flags)
{
	struct target_device *dev = exec_dev(cmd);
	struct target_io *io = &cmd->io;

	io->bdev = &dev->bd;
	io->pos = lba << dev->block_shift;
	io->len = blocks << dev->block_shift;
	io->sgl = sgl;
	io->sg_cnt = sg_nents_for_len(sgl, io->len);
	io->op = TARGET_IO_WRITE;
	io->flags = flags;
	return target_io_sync(io);
}

/* Data-out from @skip on, or'ed into @buf. */
static void exec_merge(struct target_cmd *cmd, u64 skip, u8 *buf, u32 len)
{
	struct sg_mapping_iter miter;
	u32 at = 0, i, n;

	sg_miter_start(&miter, cmd->sgl, cmd->sg_cnt, SG_MITER_ATOMIC | SG_MITER_FROM_SG);
	if (!sg_miter_skip(&miter, skip))
		len = 0;
	while (at < len && sg_miter_next(&miter)) {
		const u8 *data = miter.addr;

		n = min_t(u32, miter.length, len - at);
		for (i = 0; i < n; i++)
			buf[at + i] |= data[i];
		at += n;
	}
	sg_miter_stop(&miter);
}

/* What is to be written over @blocks blocks at @lba, made of data-out from @skip on. */
static int exec_make_data(struct target_cmd *cmd, struct scatterlist *sg, u64 lba, u64 skip)
{
	u8 *buf = sg_virt(sg);
	int err;

	if (cmd->op->exec != exec_orwrite) {
		sg_pcopy_to_buffer(cmd->sgl, cmd->sg_cnt, buf, sg->length, skip);
		return 0;
	}
	err = exec_child(cmd, TARGET_IO_READ, lba, sg->length >> exec_dev(cmd)->block_shift, sg);
	if (!err)
		exec_merge(cmd, skip, buf, sg->length);
	return err;
}

/*
 * Write @blocks blocks with data-out from @skip on. An abort does not stop it half
 * way: the range is the command's until it ends. Returns 0 or errno.
 */
static int exec_write_copy(struct target_cmd *cmd, u64 blocks, u64 skip)
{
	unsigned int shift = exec_dev(cmd)->block_shift;
	u8 flags = cmd->cdb[1] & CDB_FUA ? TARGET_IO_FUA : exec_durable(cmd);
	u32 room = min_t(u64, blocks << shift, COPY_BYTES);
	u8 *buf = kmalloc(room, GFP_NOIO | __GFP_NOWARN);
	struct scatterlist sg;
	u64 done = 0, n;
	int err = 0;

	if (!buf)
		return -ENOMEM;
	while (done < blocks && !err) {
		n = min_t(u64, blocks - done, room >> shift);
		sg_init_one(&sg, buf, n << shift);
		err = exec_make_data(cmd, &sg, cmd->lba + done, skip + (done << shift));
		if (!err)
			err = exec_write(cmd, cmd->lba + done, n, &sg, flags);
		done += n;
		cond_resched();
	}
	kfree(buf);
	return err;
}

/*
 * COMPARE AND WRITE, SBC-3 5.2: the first half of data-out is compared, the second
 * written. SCSI_OP_ATOMIC: no other command is on the blocks from here to the end.
 */
void exec_compare_and_write(struct target_cmd *cmd)
{
	s64 diff = -1;
	int err;

	/* Where the second half of data-out begins is a guess with any other length. */
	if (cmd->xfer_len < cmd->scsi_len || cmd->edtl > cmd->scsi_len) {
		target_cmd_fail_cdb(cmd, cmd->op->len_at, -1);
		return;
	}
	if (!cmd->blocks) {
		target_cmd_complete(cmd, 0);
		return;
	}
	err = exec_verify_data(cmd, cmd->blocks, &diff);
	if (diff >= 0) {
		exec_miscompare(cmd, diff);
		return;
	}
	if (!err && !exec_aborted(cmd))
		err = exec_write_copy(cmd, cmd->blocks, cmd->blocks << exec_dev(cmd)->block_shift);
	exec_end(cmd, err);
}

/* ORWRITE(16), SBC-3 5.12; whole blocks that have come, as with WRITE */
void exec_orwrite(struct target_cmd *cmd)
{
	u64 blocks = cmd->xfer_len >> exec_dev(cmd)->block_shift;

	exec_end(cmd, blocks ? exec_write_copy(cmd, blocks, 0) : 0);
}

/*
 * WRITE ATOMIC(16), SBC-4 5.48: SCSI_OP_ATOMIC keeps others from seeing a part of it, the
 * backstore leaves none when it fails. All blocks at once is more than an atomic boundary
 * asks for.
 */
void exec_write_atomic(struct target_cmd *cmd)
{
	u8 flags = cmd->cdb[1] & CDB_FUA ? TARGET_IO_FUA : exec_durable(cmd);
	struct target_sense sense = {};
	struct scsi_lu lu;

	target_cmd_lu(cmd, &lu);
	if (!scsi_write_atomic_check(&lu, cmd->cdb, &sense))
		target_cmd_complete_sense(cmd, &sense);
	else if (cmd->xfer_len < cmd->scsi_len)
		target_cmd_fail_cdb(cmd, cmd->op->len_at, -1);	/* only a part has come */
	else if (!cmd->blocks)
		target_cmd_complete(cmd, 0);
	else
		exec_end(cmd, exec_write(cmd, cmd->lba, cmd->blocks, cmd->sgl,
					 flags | TARGET_IO_ATOMIC));
}

/*
 * WRITE AND VERIFY(10), (12), (16) and (32), SBC-3 5.42: on the medium first, then read
 * back, and compared if BYTCHK says so.
 */
void exec_write_verify(struct target_cmd *cmd)
{
	u64 blocks = cmd->xfer_len >> exec_dev(cmd)->block_shift;
	s64 diff = -1;
	int err;

	if (!blocks) {
		target_cmd_complete(cmd, 0);
		return;
	}
	err = exec_write(cmd, cmd->lba, blocks, cmd->sgl, TARGET_IO_FUA);
	if (!err && (scsi_cdb_options(cmd->cdb) & CDB_BYTCHK))
		err = exec_verify_data(cmd, blocks, &diff);
	else if (!err)
		err = exec_read_blocks(cmd, blocks);
	if (diff < 0)
		exec_end(cmd, err);
	else
		exec_miscompare(cmd, diff);
}

/**
 * struct exec_prefetch - reading ahead for a PRE-FETCH that has been answered
 * @work: does it, on the device's workqueue.
 * @dev: held.
 * @io: one request after the other.
 * @sg: @buf.
 * @pos: next byte.
 * @end: where it stops.
 * @buf: what nobody wants; its own memory, as media want it aligned.
 */
struct exec_prefetch {
	struct work_struct	work;
	struct target_device	*dev;
	struct target_io	io;
	struct scatterlist	sg;
	u64			pos;
	u64			end;
	u8			*buf;
};

static void exec_prefetch_work(struct work_struct *work)
{
	struct exec_prefetch *p = container_of(work, struct exec_prefetch, work);
	int err = 0;

	while (p->pos < p->end && !err) {
		p->io.pos = p->pos;
		p->io.len = min_t(u64, p->end - p->pos, PREFETCH_BYTES);
		p->io.flags = 0;
		err = target_io_sync(&p->io);
		p->pos += p->io.len;
		cond_resched();
	}
	target_device_put(p->dev);
	kfree(p->buf);
	kfree(p);
}

static bool exec_prefetch_detached(struct target_cmd *cmd, u64 blocks)
{
	struct target_device *dev = exec_dev(cmd);
	struct exec_prefetch *p = kzalloc(sizeof(*p), GFP_NOIO | __GFP_NOWARN);

	if (!p)
		return false;
	p->buf = kmalloc(PREFETCH_BYTES, GFP_NOIO | __GFP_NOWARN);
	if (!p->buf) {
		kfree(p);
		return false;
	}
	kref_get(&dev->ref);
	p->dev = dev;
	p->pos = cmd->lba << dev->block_shift;
	p->end = p->pos + (blocks << dev->block_shift);
	sg_init_one(&p->sg, p->buf, PREFETCH_BYTES);
	p->io.bdev = &dev->bd;
	p->io.op = TARGET_IO_READ;
	p->io.sgl = &p->sg;
	p->io.sg_cnt = 1;
	INIT_WORK(&p->work, exec_prefetch_work);
	queue_work(dev->wq, &p->work);
	return true;
}

/*
 * PRE-FETCH(10) and (16), SBC-3 5.8: CONDITION MET if a cache has, or with IMMED
 * will have, all of the blocks; GOOD if it is too small for that. Reading into
 * nowhere is what fills a cache; a medium that is memory has nothing to fill.
 */
void exec_prefetch(struct target_cmd *cmd)
{
	struct target_device *dev = exec_dev(cmd);
	u64 nr_blocks = READ_ONCE(dev->nr_blocks);
	u64 blocks = cmd->blocks ?: nr_blocks - min(nr_blocks, cmd->lba);
	u64 cache = dev->bd.limits.cache_bytes;
	int err = 0;

	if (blocks > cache >> dev->block_shift) {
		target_cmd_complete(cmd, 0);
		return;
	}
	if (cache != U64_MAX) {
		if ((cmd->cdb[1] & CDB_IMMED_2) && exec_prefetch_detached(cmd, blocks))
			err = 0;
		else
			err = exec_read_blocks(cmd, blocks);
	}
	if (err)
		target_cmd_complete_error(cmd, err);
	else
		target_cmd_complete_status(cmd, TARGET_STAT_CONDITION_MET);
}

/*
 * State of the blocks from @lba on: sets *@blocks to how many of at most that many
 * have it. A block that is there in part is there.
 */
static int exec_map(struct target_device *dev, u64 lba, u64 *blocks)
{
	u64 bytes = *blocks << dev->block_shift;
	int state = dev->bd.ops->map(&dev->bd, lba << dev->block_shift, &bytes);

	if (state < 0)
		return state;
	if (state == TARGET_MAPPED)
		bytes += dev->bd.block_size - 1;
	*blocks = min(*blocks, bytes >> dev->block_shift);
	if (!*blocks) {
		*blocks = 1;
		state = TARGET_MAPPED;
	}
	return state;
}

/* Descriptors from the LBA of the CDB on, as many as there is room for. Returns 0 or errno. */
static int exec_lba_status_list(struct target_cmd *cmd, const struct scsi_lu *lu,
				struct scsi_lba_status *list)
{
	struct target_device *dev = exec_dev(cmd);
	bool thin = scsi_lu_thin(lu);
	u64 lba = get_unaligned_be64(cmd->cdb + 2);
	int state = TARGET_MAPPED;
	u64 n;

	do {
		n = min_t(u64, lu->nr_blocks - lba, U32_MAX);
		if (thin && dev->bd.ops->map)
			state = exec_map(dev, lba, &n);
		if (state < 0)
			return state;
		if (!scsi_lba_status_add(list, lba, n, state))
			break;
		lba += n;
		cond_resched();
	} while (lba < lu->nr_blocks && !exec_aborted(cmd));
	return 0;
}

/* GET LBA STATUS, SBC-3 5.4: what the backstore knows, and all mapped on a thick unit */
void exec_get_lba_status(struct target_cmd *cmd)
{
	struct scsi_lba_status list = { .alloc = min_t(u64, cmd->scsi_len, SCSI_REPLY_MAX) };
	struct target_sense sense = {};
	struct scsi_lu lu;
	int err;

	target_cmd_lu(cmd, &lu);
	if (get_unaligned_be64(cmd->cdb + 2) >= lu.nr_blocks) {
		scsi_sense_set(&sense, SENSE_ILLEGAL_REQUEST, ASC_LBA_OUT_OF_RANGE);
		target_cmd_complete_sense(cmd, &sense);
		return;
	}
	list.buf = kzalloc(SCSI_REPLY_MAX, GFP_NOIO | __GFP_NOWARN);
	if (!list.buf) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	err = exec_lba_status_list(cmd, &lu, &list);
	if (err)
		target_cmd_complete_error(cmd, err);
	else
		target_cmd_reply(cmd, list.buf, scsi_lba_status_end(&list));
	kfree(list.buf);
}
