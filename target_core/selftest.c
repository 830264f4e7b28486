// SPDX-License-Identifier: GPL-2.0-only
/*
 * Self-tests: they read the first, the middle and the last blocks of the medium, or
 * with an extended one all of it, piece by piece as a background operation, which
 * an abort, a reset and the end of the device stop at the next piece. The results
 * are kept in a file.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "exec.h"
#include "store.h"

#define SELFTEST_KIND	"selftest"	/* of the file, see store.c */
#define PIECE		(64 << 10)	/* bytes read at once */

/**
 * struct selftest - one that runs
 * @result: what comes of it.
 * @err: of the read that failed.
 * @io: one request after the other.
 * @sg: @buf.
 * @buf: what is read, which nobody looks at; its own memory, as media want it aligned.
 */
struct selftest {
	struct scsi_selftest	result;
	int			err;
	struct target_io	io;
	struct scatterlist	sg;
	u8			*buf;
};

static void selftest_free(struct selftest *test)
{
	kfree(test->buf);
	kfree(test);
}

static int selftest_run(struct target_device *dev, void *arg);
static void selftest_end(struct target_device *dev, void *arg, int err);

/* Others go on meanwhile, but not during a test that an initiator has to itself. */
static const struct target_background_op selftest_background = {
	.asc = ASC_SELF_TEST_IN_PROGRESS, .shares = true, .reset_ends = true,
	.run = selftest_run, .end = selftest_end,
};

static const struct target_background_op selftest_foreground = {
	.asc = ASC_SELF_TEST_IN_PROGRESS, .reset_ends = true, .abort_ends = true,
	.run = selftest_run, .end = selftest_end,
};

static const struct target_background_op selftest_default = {
	.asc = ASC_SELF_TEST_IN_PROGRESS, .shares = true, .reset_ends = true, .abort_ends = true,
	.run = selftest_run, .end = selftest_end,
};

/* Reads a piece at @lba, which may be as much as there is room for. Returns blocks or errno. */
static s64 selftest_read(struct target_device *dev, struct selftest *test, u64 lba, u64 blocks)
{
	u64 n = min3(blocks, (u64)PIECE >> dev->block_shift, (u64)dev->bd.limits.max_blocks);
	struct target_io *io = &test->io;

	io->pos = lba << dev->block_shift;
	io->len = n << dev->block_shift;
	io->flags = 0;
	test->err = target_io_sync(io);
	if (!test->err)
		return n;
	test->result.address = lba;
	return test->err;
}

/* The number of blocks is asked again and again: the medium may shrink meanwhile. */
static int selftest_read_all(struct target_device *dev, struct selftest *test)
{
	u64 lba = 0, end;
	s64 n;

	while ((end = READ_ONCE(dev->nr_blocks)) > lba) {
		n = selftest_read(dev, test, lba, end - lba);
		if (n < 0)
			return n;
		lba += n;
		if (!target_background_continue(dev, lba, end))
			break;
	}
	return 0;
}

static int selftest_read_some(struct target_device *dev, struct selftest *test)
{
	u64 end = READ_ONCE(dev->nr_blocks);
	u64 at[] = { 0, end / 2, end - min_t(u64, end, PIECE >> dev->block_shift) };
	unsigned int i;
	s64 n;

	for (i = 0; i < ARRAY_SIZE(at) && at[i] < end; i++) {
		n = selftest_read(dev, test, at[i], end - at[i]);
		if (n < 0)
			return n;
		if (!target_background_continue(dev, i + 1, ARRAY_SIZE(at)))
			break;
	}
	return 0;
}

/* A failure has one meaning to the initiator, whatever the errno (SPC-4 5.14.3). */
static int selftest_run(struct target_device *dev, void *arg)
{
	struct selftest *test = arg;
	int err;

	if (scsi_selftest_extended(test->result.code))
		err = selftest_read_all(dev, test);
	else
		err = selftest_read_some(dev, test);
	return err ? -ENOTRECOVERABLE : 0;
}

static u16 power_on_hours(const struct target_device *dev)
{
	return min_t(u64, jiffies64_to_msecs(get_jiffies_64() - dev->created) / (3600 * 1000),
		     U16_MAX);
}

static void selftest_set_result(struct target_device *dev, struct selftest *test, int err)
{
	struct scsi_selftest *r = &test->result;
	struct target_sense sense = {};
	u8 status;

	r->hours = power_on_hours(dev);
	r->result = SELFTEST_GOOD;
	if (err == -ECANCELED)
		r->result = dev->primary.selftests.by_command ? SELFTEST_ABORTED : SELFTEST_STOPPED;
	if (!err || err == -ECANCELED)
		return;
	scsi_sense_from_errno(&sense, test->err, false, &status);
	r->result = SELFTEST_FAILED;
	r->number = 1;
	r->key = sense.key;
	r->asc = sense.asc;
	r->ascq = sense.ascq;
}

/* The results as a file, for kfree(), or NULL without memory. */
static char *selftest_text(const struct target_selftests *tests)
{
	char *text = kzalloc(SCSI_SELFTESTS * SCSI_SELFTEST_TEXT, GFP_NOIO | __GFP_NOWARN);
	size_t len = 0;
	unsigned int i;

	lockdep_assert_held(&tests->lock);
	for (i = 0; text && i < SCSI_SELFTESTS && tests->results[i].code; i++)
		len += scsi_selftest_to_text(&tests->results[i], text + len, SCSI_SELFTEST_TEXT);
	return text;
}

/*
 * What the log page shows of the test that runs is replaced by what came of it.
 * Nothing is kept of a device that has no serial number, or that is on its way out.
 */
static void selftest_end(struct target_device *dev, void *arg, int err)
{
	struct target_selftests *tests = &dev->primary.selftests;
	struct selftest *test = arg;
	char *text = NULL;

	if (test->result.code) {
		mutex_lock(&tests->lock);
		selftest_set_result(dev, test, err);
		tests->results[0] = test->result;
		text = selftest_text(tests);
		mutex_unlock(&tests->lock);
	}
	if (text && target_device_exported(dev) && target_store_possible(dev))
		target_store_save(dev, SELFTEST_KIND, text, strlen(text));
	kfree(text);
	selftest_free(test);
}

static void selftest_note_start(struct target_selftests *tests, const struct scsi_selftest *result)
{
	lockdep_assert_held(&tests->lock);
	memmove(tests->results + 1, tests->results, sizeof(*result) * (SCSI_SELFTESTS - 1));
	tests->results[0] = *result;
}

static struct selftest *selftest_alloc(struct target_device *dev, u8 code)
{
	struct selftest *test = kzalloc(sizeof(*test), GFP_NOIO | __GFP_NOWARN);

	if (!test)
		return NULL;
	test->buf = kmalloc(PIECE, GFP_NOIO | __GFP_NOWARN);
	if (!test->buf) {
		kfree(test);
		return NULL;
	}
	test->result.code = code;
	test->result.result = SELFTEST_RUNNING;
	test->result.hours = power_on_hours(dev);
	test->result.address = U64_MAX;
	sg_init_one(&test->sg, test->buf, PIECE);
	test->io.bdev = &dev->bd;
	test->io.op = TARGET_IO_READ;
	test->io.sgl = &test->sg;
	test->io.sg_cnt = 1;
	return test;
}

/* The end of the test waits for the lock, so that it finds what is noted here. */
static int selftest_start(struct target_device *dev, const struct target_background_op *op,
			  struct selftest *test, struct target_cmd *cmd)
{
	struct target_selftests *tests = &dev->primary.selftests;
	struct scsi_selftest result = test->result;
	int err;

	mutex_lock(&tests->lock);
	tests->by_command = false;
	err = target_background_start(dev, op, test, cmd);
	if (!err && result.code)
		selftest_note_start(tests, &result);
	mutex_unlock(&tests->lock);
	return err;
}

/* Something else runs: SPC-4 5.14.3.2 wants to hear what. */
static void selftest_busy(struct target_cmd *cmd)
{
	struct target_sense sense = {};

	if (target_background_sense(exec_dev(cmd), &sense))
		target_cmd_complete_sense(cmd, &sense);
	else
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
}

static void selftest_exec(struct target_cmd *cmd, const struct target_background_op *op)
{
	bool detached = op == &selftest_background;
	struct selftest *test = selftest_alloc(exec_dev(cmd), cmd->cdb[1] >> 5);

	if (!test) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
	} else if (selftest_start(exec_dev(cmd), op, test, detached ? NULL : cmd)) {
		selftest_free(test);
		selftest_busy(cmd);
	} else if (detached) {
		target_cmd_complete(cmd, 0);
	}
}

/* Returns whether there was one. */
static bool selftest_abort(struct target_device *dev)
{
	struct target_selftests *tests = &dev->primary.selftests;
	bool found;

	mutex_lock(&tests->lock);
	found = target_background_cancel(dev, &selftest_background);
	if (found)
		tests->by_command = true;
	mutex_unlock(&tests->lock);
	return found;
}

static void diag_page(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	u8 *list = exec_param_list(cmd);

	if (!list)
		return;
	scsi_diagnostic_page(list, cmd->scsi_len, &sense);
	kfree(list);
	if (sense.key)
		target_cmd_complete_sense(cmd, &sense);
	else
		target_cmd_complete(cmd, 0);
}

/* SEND DIAGNOSTIC, SPC-4 6.42 */
void exec_send_diagnostic(struct target_cmd *cmd)
{
	struct target_sense sense = {};

	switch (scsi_send_diagnostic(cmd->cdb, &sense)) {
	case DIAG_DEFAULT_TEST:
		selftest_exec(cmd, &selftest_default);
		break;
	case DIAG_BACKGROUND:
		selftest_exec(cmd, &selftest_background);
		break;
	case DIAG_FOREGROUND:
		selftest_exec(cmd, &selftest_foreground);
		break;
	case DIAG_ABORT:
		if (selftest_abort(exec_dev(cmd)))
			target_cmd_complete(cmd, 0);
		else
			target_cmd_fail_cdb(cmd, 1, 7);
		break;
	case DIAG_PAGE:
		diag_page(cmd);
		break;
	case DIAG_NOTHING:
		target_cmd_complete(cmd, 0);
		break;
	default:
		target_cmd_complete_sense(cmd, &sense);
	}
}

/**
 * target_selftest_stop() - a command that a self-test in the background makes way for
 * @dev: the device
 *
 * START STOP UNIT (SPC-4 5.14.3.2). Process context; does not wait.
 */
void target_selftest_stop(struct target_device *dev)
{
	target_background_cancel(dev, &selftest_background);
}

/**
 * target_selftest_make_way() - another background operation is about to start
 * @dev: the device
 *
 * For FORMAT UNIT and SANITIZE, on the device's workqueue: waits for the end of a self-test in the
 * background that it stops, unless the medium does not answer.
 */
void target_selftest_make_way(struct target_device *dev)
{
	if (target_background_cancel(dev, &selftest_background))
		target_background_wait(dev, &selftest_background);
}

/**
 * target_selftest_results() - for the log page
 * @dev: the device
 * @results: SCSI_SELFTESTS of them, set
 *
 * May sleep.
 */
void target_selftest_results(struct target_device *dev, struct scsi_selftest *results)
{
	struct target_selftests *tests = &dev->primary.selftests;

	mutex_lock(&tests->lock);
	memcpy(results, tests->results, sizeof(tests->results));
	mutex_unlock(&tests->lock);
}

/**
 * target_selftest_restore() - target_store_user.restore of self-test results
 * @dev: the device
 * @text: the file
 */
void target_selftest_restore(struct target_device *dev, char *text)
{
	struct target_selftests *tests = &dev->primary.selftests;
	unsigned int n = 0;
	char *key, *value;

	mutex_lock(&tests->lock);
	memset(tests->results, 0, sizeof(tests->results));
	while (n < SCSI_SELFTESTS && target_store_next(&text, &key, &value))
		if (!strcmp(key, "result") && scsi_selftest_from_text(&tests->results[n], value))
			n++;
	mutex_unlock(&tests->lock);
}

/**
 * target_selftest_init() - a new device
 * @dev: the device
 */
void target_selftest_init(struct target_device *dev)
{
	mutex_init(&dev->primary.selftests.lock);
}

/**
 * target_selftest_exit() - the device goes away; nothing runs
 * @dev: the device
 */
void target_selftest_exit(struct target_device *dev)
{
	mutex_destroy(&dev->primary.selftests.lock);
}
