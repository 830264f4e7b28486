// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of FORMAT UNIT and SANITIZE, which run in the background, and what is kept of them:
 * a sanitize operation goes on when the device is made again, and a failed one stays failed.
 */
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "exec.h"
#include "exec_format.h"
#include "scsi_format.h"
#include "store.h"

#define ERASE_KIND	"erase"		/* file of the store */
#define ERASE_TEXT	(2 * SANITIZE_PATTERN_MAX + 128)
#define ERASE_PIECE	(8U << 20)	/* bytes zeroed or unmapped at once */

/**
 * struct erase - a format or sanitize operation
 * @san: what to do.
 * @formats: it is a format operation instead.
 * @pass: the pass that runs, 0 for the first.
 * @passes: how many there are.
 * @io: one request after the other.
 * @pattern: data of TARGET_IO_WRITE.
 */
struct erase {
	struct scsi_sanitize	san;
	bool			formats;
	unsigned int		pass;
	unsigned int		passes;
	struct target_io	io;
	struct exec_pattern	*pattern;
};

static void erase_free(struct erase *e)
{
	if (e->pattern)
		exec_pattern_free(e->pattern);
	kfree(e);
}

static struct erase *erase_alloc(void)
{
	struct erase *e = kzalloc(sizeof(*e), GFP_NOIO | __GFP_NOWARN);

	if (!e)
		return NULL;
	e->pattern = exec_pattern_alloc();
	if (!e->pattern) {
		erase_free(e);
		return NULL;
	}
	return e;
}

/* ---- what is kept ---- */

/* Without a serial number there is nothing to keep it by, and nothing that comes back. */
static int erase_save(struct target_device *dev, enum scsi_erase_state state,
		      const struct scsi_sanitize *san)
{
	char *text;
	int err;

	if (!target_store_possible(dev))
		return 0;
	if (state == ERASE_NONE)
		return target_store_remove(dev, ERASE_KIND);
	text = kmalloc(ERASE_TEXT, GFP_NOIO | __GFP_NOWARN);
	if (!text)
		return -ENOMEM;
	err = target_store_save(dev, ERASE_KIND, text,
				scsi_erase_save(state, san, text, ERASE_TEXT));
	kfree(text);
	return err;
}

static void erase_set_failed(struct target_device *dev, u16 asc, bool ause)
{
	WRITE_ONCE(dev->erase_failed, asc);
	WRITE_ONCE(dev->erase_ause, ause);
	target_medium_gate(dev, TARGET_GATE_FAILED, asc);
}

/* Nobody is helped by data that are not erased because dbroot can't be written. */
static void erase_note(struct target_device *dev, enum scsi_erase_state state,
		       const struct scsi_sanitize *san)
{
	int err = erase_save(dev, state, san);

	if (err)
		pr_warn_ratelimited("%s: can't keep how far erasing its blocks is: error %d\n",
				    dev->bd.name, err);
}

/* What is kept is again what was before; @san is free for that. */
static void erase_note_back(struct target_device *dev, struct scsi_sanitize *san)
{
	switch (READ_ONCE(dev->erase_failed)) {
	case ASC_FORMAT_CORRUPTED:
		erase_note(dev, ERASE_FORMATTING, NULL);
		break;
	case ASC_SANITIZE_FAILED:
		memset(san, 0, sizeof(*san));
		san->ause = READ_ONCE(dev->erase_ause);
		erase_note(dev, ERASE_SANITIZE_FAILED, san);
		break;
	default:
		erase_note(dev, ERASE_NONE, NULL);
	}
}

/* The same in the background, where the serial number might change. */
static void erase_keep(struct target_device *dev, enum scsi_erase_state state,
		       const struct scsi_sanitize *san)
{
	mutex_lock(&dev->config_lock);
	erase_note(dev, state, san);
	mutex_unlock(&dev->config_lock);
}

/* ---- the work ---- */

static u64 erase_piece(const struct target_device *dev, u8 op)
{
	const struct target_limits *limits = &dev->bd.limits;
	u64 most = ERASE_PIECE >> dev->block_shift;

	if (op == TARGET_IO_ZERO)
		return min_t(u64, most, limits->max_zero_blocks);
	if (op == TARGET_IO_UNMAP)
		return min_t(u64, most, limits->max_unmap_blocks);
	return ((u64)EXEC_PATTERN_SEGS << PAGE_SHIFT) >> dev->block_shift;
}

static int erase_submit(struct target_device *dev, struct erase *e, u8 op, u64 lba, u64 blocks)
{
	struct target_io *io = &e->io;

	io->bdev = &dev->bd;
	io->op = op;
	io->pos = lba << dev->block_shift;
	io->len = blocks << dev->block_shift;
	io->sgl = op == TARGET_IO_WRITE ? e->pattern->sgl : NULL;
	io->sg_cnt = io->sgl ? sg_nents_for_len(io->sgl, io->len) : 0;
	io->flags = op == TARGET_IO_ZERO ? TARGET_IO_KEEP_MAPPED : 0;
	return target_io_sync(io);
}

/* All of the medium once. */
static int erase_pass(struct target_device *dev, struct erase *e, u8 op)
{
	u64 total = READ_ONCE(dev->nr_blocks), piece = erase_piece(dev, op), lba, n;
	int err;

	for (lba = 0; lba < total; lba += n) {
		if (!target_background_continue(dev, e->pass * total + lba, e->passes * total))
			return -ECANCELED;
		n = min(total - lba, piece);
		err = erase_submit(dev, e, op, lba, n);
		if (err)
			return err;
	}
	e->pass++;
	return 0;
}

static int erase_zero(struct target_device *dev, struct erase *e)
{
	int err = -EOPNOTSUPP;

	if (dev->bd.limits.max_zero_blocks)
		err = erase_pass(dev, e, TARGET_IO_ZERO);
	/* The medium may find out only now that it can't. */
	return err == -EOPNOTSUPP ? erase_pass(dev, e, TARGET_IO_WRITE) : err;
}

static bool erase_thin(const struct target_device *dev)
{
	return target_dev_is_thin(dev) && dev->bd.limits.max_unmap_blocks;
}

/* A thin medium ends up unmapped, and zeroes are what is read of any. */
static int erase_format(struct target_device *dev, struct erase *e)
{
	bool unmap = erase_thin(dev);
	int err = 0;

	e->passes = 1 + (unmap && !dev->bd.limits.unmap_zeroes);
	if (!unmap || !dev->bd.limits.unmap_zeroes)
		err = erase_zero(dev, e);
	return err || !unmap ? err : erase_pass(dev, e, TARGET_IO_UNMAP);
}

/* Zeroes over the old data first: unmapped is not erased. */
static int erase_blocks(struct target_device *dev, struct erase *e)
{
	bool unmap = erase_thin(dev);
	int err;

	e->passes = 1 + unmap;
	err = erase_zero(dev, e);
	if (!err && unmap)
		err = erase_submit(dev, e, TARGET_IO_FLUSH, 0, 0);
	return err || !unmap ? err : erase_pass(dev, e, TARGET_IO_UNMAP);
}

static int erase_overwrite(struct target_device *dev, struct erase *e)
{
	u8 *data = page_address(e->pattern->page);
	u32 block = dev->bd.block_size, at;
	int err = 0;

	e->passes = e->san.passes;
	while (e->pass < e->passes && !err) {
		scsi_sanitize_fill(&e->san, e->pass, data, block);
		for (at = block; at < PAGE_SIZE; at += block)
			memcpy(data + at, data, block);
		err = erase_pass(dev, e, TARGET_IO_WRITE);
		if (!err)	/* each pass reaches the medium */
			err = erase_submit(dev, e, TARGET_IO_FLUSH, 0, 0);
	}
	return err;
}

static int erase_run(struct target_device *dev, void *arg)
{
	struct erase *e = arg;
	int err;

	if (e->formats)
		err = erase_format(dev, e);
	else if (e->san.action == SANITIZE_OVERWRITE)
		err = erase_overwrite(dev, e);
	else
		err = erase_blocks(dev, e);
	return err ?: erase_submit(dev, e, TARGET_IO_FLUSH, 0, 0);
}

static void format_end(struct target_device *dev, void *arg, int err)
{
	if (!err)
		erase_keep(dev, ERASE_NONE, NULL);
	erase_set_failed(dev, err ? ASC_FORMAT_CORRUPTED : 0, false);
	erase_free(arg);
}

/* One that was cancelled, as the device is removed, goes on when it is there again. */
static void sanitize_end(struct target_device *dev, void *arg, int err)
{
	struct erase *e = arg;

	if (!err)
		erase_keep(dev, ERASE_NONE, NULL);
	else if (err != -ECANCELED)
		erase_keep(dev, ERASE_SANITIZE_FAILED, &e->san);
	erase_set_failed(dev, err ? ASC_SANITIZE_FAILED : 0, e->san.ause);
	erase_free(e);
}

/* A command that is aborted takes its format operation with it, a sanitize operation goes on. */
static const struct target_background_op format_op = {
	.asc		= ASC_FORMAT_IN_PROGRESS,
	.failed		= ASC_FORMAT_FAILED,
	.abort_ends	= true,
	.run		= erase_run,
	.end		= format_end,
};

static const struct target_background_op sanitize_op = {
	.asc		= ASC_SANITIZE_IN_PROGRESS,
	.failed		= ASC_SANITIZE_FAILED,
	.run		= erase_run,
	.end		= sanitize_end,
};

/* ---- the commands ---- */

/* What else runs is a self-test of a command that waits for it: this is told of that one. */
static void erase_busy(struct target_cmd *cmd)
{
	struct target_sense sense = {};

	if (target_background_sense(exec_dev(cmd), &sense))
		target_cmd_complete_sense(cmd, &sense);
	else
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
}

/* Takes over @e. What is about to happen is on the medium of dbroot before it does. */
static void erase_start(struct target_cmd *cmd, struct erase *e, bool immed)
{
	struct target_device *dev = exec_dev(cmd);
	const struct target_background_op *op = e->formats ? &format_op : &sanitize_op;
	int err;

	if (!target_store_enter(dev, TARGET_TURN_ERASE)) {
		erase_free(e);
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	target_selftest_make_way(dev);
	erase_note(dev, e->formats ? ERASE_FORMATTING : ERASE_SANITIZING, &e->san);
	err = target_background_start(dev, op, e, immed ? NULL : cmd);
	if (err)
		erase_note_back(dev, &e->san);
	target_store_leave(dev, TARGET_TURN_ERASE);
	if (err) {
		erase_free(e);
		erase_busy(cmd);
	} else if (immed) {
		target_cmd_complete(cmd, 0);
	}
}

/* FORMAT UNIT, SBC-3 5.3 */
void exec_format_unit(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	struct scsi_format format;
	struct erase *e;
	u8 list[8];
	u32 len;

	len = target_cmd_gather(cmd, list, sizeof(list));
	if (!scsi_format_parse(cmd->cdb, list, len, &format, &sense)) {
		target_cmd_complete_sense(cmd, &sense);
		return;
	}
	e = erase_alloc();
	if (!e) {
		target_cmd_complete_error(cmd, -ENOMEM);
		return;
	}
	e->formats = true;
	erase_start(cmd, e, format.immed);
}

/* EXIT FAILURE MODE: only if the operation that failed allowed it, by AUSE. */
static void sanitize_exit(struct target_cmd *cmd)
{
	struct target_device *dev = exec_dev(cmd);

	if (READ_ONCE(dev->erase_failed) != ASC_SANITIZE_FAILED) {
		target_cmd_complete(cmd, 0);
	} else if (!READ_ONCE(dev->erase_ause)) {
		target_cmd_fail_cdb(cmd, 1, 4);
	} else if (!target_store_enter(dev, TARGET_TURN_ERASE)) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
	} else {
		erase_note(dev, ERASE_NONE, NULL);
		erase_set_failed(dev, 0, false);
		target_store_leave(dev, TARGET_TURN_ERASE);
		target_cmd_complete(cmd, 0);
	}
}

static bool sanitize_parse(struct target_cmd *cmd, struct scsi_sanitize *san,
			   struct target_sense *sense)
{
	u32 block_size = exec_dev(cmd)->bd.block_size, len;
	bool good;
	u8 *list;

	if (!scsi_sanitize_parse(cmd->cdb, block_size, san, sense))
		return false;
	if (san->action != SANITIZE_OVERWRITE)
		return true;
	list = kmalloc(cmd->scsi_len, GFP_NOIO | __GFP_NOWARN);
	if (!list) {
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_INSUFFICIENT_RESOURCES);
		return false;
	}
	len = target_cmd_gather(cmd, list, cmd->scsi_len);
	good = scsi_sanitize_parse_list(list, len, block_size, san, sense);
	kfree(list);
	return good;
}

/* SANITIZE, SBC-3 4.11 */
void exec_sanitize(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	struct erase *e = erase_alloc();

	if (!e) {
		target_cmd_complete_error(cmd, -ENOMEM);
	} else if (!sanitize_parse(cmd, &e->san, &sense)) {
		target_cmd_complete_sense(cmd, &sense);
		erase_free(e);
	} else if (e->san.action == SANITIZE_EXIT_FAILURE) {
		sanitize_exit(cmd);
		erase_free(e);
	} else {
		erase_start(cmd, e, e->san.immed);
	}
}

/**
 * target_erase_restore() - what was under way when the device went away
 * @dev: about to be exported
 * @text: what was kept
 *
 * For the store.
 */
void target_erase_restore(struct target_device *dev, char *text)
{
	struct erase *e = erase_alloc();
	enum scsi_erase_state state = ERASE_SANITIZE_FAILED;

	if (e)
		state = scsi_erase_restore(text, &e->san);
	if (state == ERASE_SANITIZING && !target_background_start(dev, &sanitize_op, e, NULL))
		return;
	if (state == ERASE_FORMATTING)
		erase_set_failed(dev, ASC_FORMAT_CORRUPTED, false);
	else if (state != ERASE_NONE)
		erase_set_failed(dev, ASC_SANITIZE_FAILED, e && e->san.ause);
	if (e)
		erase_free(e);
}

/**
 * target_erase_lost() - nobody knows what was under way when the device went away
 * @dev: about to be exported
 *
 * For the store. Data that were perhaps to be erased must not be read; that ends with another
 * SANITIZE, or when the device is made once more and the file can be read.
 */
void target_erase_lost(struct target_device *dev)
{
	erase_set_failed(dev, ASC_SANITIZE_FAILED, false);
}
