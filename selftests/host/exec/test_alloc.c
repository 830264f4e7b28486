// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers short of memory: whichever allocation fails, the command is answered once, with BUSY or
 * a failure that says so, nothing is lost and nothing of the device has changed.
 */
#include "alloc_fail.h"
#include "pr.h"
#include "world.h"

#define STATE_MAX	65536

/** struct case_ - a command; before it another, which is not short of memory, has run */
struct case_ {
	const char	*name;
	u8		first[TARGET_MAX_CDB];
	u8		cdb[TARGET_MAX_CDB];
	u8		first_list[64];
	u8		list[64];
	u8		first_len, len;
	u8		least;		/* allocations it makes, at least */
};

static char before[STATE_MAX], after[STATE_MAX];

static void begin(void *arg)
{
	const struct case_ *c = arg;

	world_begin();
	if (c->first_len)
		assert_int_equal(world_run(c->first, c->first_list, c->first_len), 0);
	world.told = 0;
	world_state(before, sizeof(before));
}

static bool says_no_memory(const struct target_cmd *cmd)
{
	const struct target_sense *sense = &cmd->sense;

	if (cmd->status == TARGET_STAT_BUSY || cmd->status == TARGET_STAT_TASK_SET_FULL)
		return true;
	/* No room, or what has to be kept can't be: target_store_save(), target_pr_save(). */
	return cmd->status == TARGET_STAT_CHECK_CONDITION &&
	       (sense->key == SENSE_HARDWARE_ERROR ||
		(sense->key == SENSE_ILLEGAL_REQUEST &&
		 (sense->asc << 8 | sense->ascq) == ASC_INSUFFICIENT_RESOURCES));
}

static int run(void *arg)
{
	const struct case_ *c = arg;
	u8 status = world_run(c->cdb, c->list, c->len);

	if (status && !says_no_memory(&world.cmd))
		fail_msg("%s: status %02x, sense %x/%02x/%02x, field %u", c->name, status,
			 world.cmd.sense.key, world.cmd.sense.asc, world.cmd.sense.ascq,
			 world.cmd.sense.field);
	return status;
}

static void failed(void *arg)
{
	world_state(after, sizeof(after));
	assert_string_equal(before, after);
}

static void end(void *arg)
{
	world_end();
}

static const struct alloc_fail handler = { begin, run, failed, end };

#define KEY	0, 0, 0, 0, 0, 0, 0, 1
#define NO_KEY	0, 0, 0, 0, 0, 0, 0, 0

/* REGISTER with APTPL; its list */
#define REGISTER	{ 0x5f, 0x00, 0, 0, 0, 0, 0, 0, 24 }
#define REGISTER_LIST	{ NO_KEY, KEY, 0, 0, 0, 0, 0x01, 0, 0, 0 }
#define TID		0x05, 0, 0, 20, 'i', 'q', 'n', '.', 'i'

static const struct case_ cases[] = {
	{ "INQUIRY", .cdb = { 0x12, 0, 0, 0, 96 }, .least = 1 },
	{ "INQUIRY, ports", .cdb = { 0x12, 1, 0x88, 1, 0 }, .least = 2 },
	{ "MODE SENSE(10)", .cdb = { 0x5a, 0, 0x3f, 0xff, 0, 0, 0, 1, 0 }, .least = 1 },
	{ "READ CAPACITY(16)", .cdb = { 0x9e, 0x10, [13] = 32 }, .least = 1 },
	{ "RSOC", .cdb = { 0xa3, 0x0c, [8] = 16 }, .least = 1 },
	{ "LOG SENSE", .cdb = { 0x4d, 0, 0x42, 0, 0, 0, 0, 1, 0 }, .least = 1 },
	{ "LOG SELECT", .cdb = { 0x4c, 0, 0x40, 0, 0, 0, 0, 0, 16 }, .least = 1, .len = 16,
	  .list = { 0x02, 0, 0, 12, 0, 5, 0x22, 8 } },
	{ "SET TIMESTAMP", .cdb = { 0xa4, 0x0f, [9] = 12 }, .len = 12, .least = 1,
	  .list = { [9] = 1 } },
	{ "REPORT IDENTIFYING INFORMATION", .cdb = { 0xa3, 0x05, [8] = 1 }, .least = 1 },
	{ "SET IDENTIFYING INFORMATION", .cdb = { 0xa4, 0x06, [9] = 4 }, .list = "abc", .len = 4,
	  .first = { 0xa4, 0x06, [9] = 8 }, .first_list = "earlier", .first_len = 8, .least = 4 },
	{ "MODE SELECT(10), saved", .cdb = { 0x55, 0x11, [8] = 20 }, .len = 20, .least = 4,
	  .list = { [8] = 0x0a, 0x0a, 0x20, 0x10, 0, 0x40 } },
	{ "WRITE BUFFER", .cdb = { 0x3b, 2, [8] = 16 }, .list = "pattern", .len = 16, .least = 1 },
	{ "WRITE BUFFER, echo", .cdb = { 0x3b, 0x0a, [8] = 16 }, .list = "echo", .len = 16,
	  .least = 1 },
	{ "REGISTER", .cdb = REGISTER, .list = REGISTER_LIST, .len = 24, .least = 5 },
	{ "REGISTER, other ports", .cdb = REGISTER, .len = 24, .least = 6,
	  .list = { NO_KEY, KEY, 0, 0, 0, 0, 0x05 } },
	{ "REGISTER, other initiators", .cdb = { 0x5f, 0x00, [8] = 52 }, .len = 52, .least = 6,
	  .list = { NO_KEY, KEY, 0, 0, 0, 0, 0x09, 0, 0, 0, 0, 0, 0, 24, TID } },
	{ "RESERVE", .first = REGISTER, .first_list = REGISTER_LIST, .first_len = 24,
	  .cdb = { 0x5f, 0x01, 0x01, [8] = 24 }, .list = { KEY }, .len = 24, .least = 5 },
	{ "PREEMPT AND ABORT", .first = REGISTER, .first_list = REGISTER_LIST, .first_len = 24,
	  .cdb = { 0x5f, 0x05, 0x01, [8] = 24 }, .list = { KEY, KEY }, .len = 24, .least = 5 },
	{ "REGISTER AND IGNORE EXISTING KEY", .first = REGISTER, .first_list = REGISTER_LIST, .first_len = 24,
	  .cdb = { 0x5f, 0x06, [8] = 24 }, .list = { NO_KEY, [8] = 0, 0, 0, 0, 0, 0, 0, 2 },
	  .len = 24, .least = 3 },
	{ "CLEAR", .first = REGISTER, .first_list = REGISTER_LIST, .first_len = 24,
	  .cdb = { 0x5f, 0x03, 0, [8] = 24 }, .list = { KEY }, .len = 24, .least = 5 },
	{ "READ FULL STATUS", .first = REGISTER, .first_list = REGISTER_LIST, .first_len = 24,
	  .cdb = { 0x5e, 0x03, [7] = 1 }, .least = 1 },
};

static void every_handler(void **state)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		n = alloc_fail_each(&handler, (void *)&cases[i]);
		print_message("# %s: %u allocations\n", cases[i].name, n);
		assert_true(n >= cases[i].least);
	}
}

/* ---- records of registrations that come back ---- */

static int put_back(void *arg)
{
	char text[] = "initiator_node=iqn.i,target_node=iqn.t,tpgt=1,sa_res_key=7,res_holder=1,"
		      "res_type=3";
	int err = target_pr_restore(&world.dev, text);

	assert_true(!err || err == -ENOMEM);
	return err;
}

/* To a device without registrations and to one that has some */
static void records(void **state)
{
	const struct case_ registered = {
		.first = REGISTER, .first_list = REGISTER_LIST, .first_len = 24,
	}, nothing = {};
	const struct alloc_fail op = { begin, put_back, failed, end };

	assert_int_equal(alloc_fail_each(&op, (void *)&nothing), 1);
	assert_int_equal(alloc_fail_each(&op, (void *)&registered), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_handler),
		cmocka_unit_test(records),
	};

	return cmocka_run_group_tests_name("exec_alloc", tests, NULL, NULL);
}
