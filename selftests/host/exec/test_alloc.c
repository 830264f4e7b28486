// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers short of memory: commands that have to do with the device's state, and with who may
 * reach it.
 */
#include "alloc_fail.h"
#include "cases.h"
#include "pr.h"

#define KEY	0, 0, 0, 0, 0, 0, 0, 1
#define NO_KEY	0, 0, 0, 0, 0, 0, 0, 0

/* REGISTER with APTPL; its list */
#define REGISTER	{ 0x5f, 0x00, 0, 0, 0, 0, 0, 0, 24 }
#define REGISTER_LIST	{ NO_KEY, KEY, 0, 0, 0, 0, 0x01, 0, 0, 0 }
#define TID		0x05, 0, 0, 20, 'i', 'q', 'n', '.', 'i'

static const struct exec_case cases[] = {
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
	{ "REGISTER AND IGNORE EXISTING KEY", .first = REGISTER, .first_list = REGISTER_LIST,
	  .first_len = 24,
	  .cdb = { 0x5f, 0x06, [8] = 24 }, .list = { NO_KEY, [8] = 0, 0, 0, 0, 0, 0, 0, 2 },
	  .len = 24, .least = 3 },
	{ "CLEAR", .first = REGISTER, .first_list = REGISTER_LIST, .first_len = 24,
	  .cdb = { 0x5f, 0x03, 0, [8] = 24 }, .list = { KEY }, .len = 24, .least = 5 },
	{ "READ FULL STATUS", .first = REGISTER, .first_list = REGISTER_LIST, .first_len = 24,
	  .cdb = { 0x5e, 0x03, [7] = 1 }, .least = 1 },
};

static void every_handler(void **state)
{
	exec_cases(cases, ARRAY_SIZE(cases));
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
	const struct exec_case registered = {
		.first = REGISTER, .first_list = REGISTER_LIST, .first_len = 24,
	}, nothing = {};
	const struct alloc_fail op = { exec_case_begin, put_back, exec_case_failed, exec_case_end };

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
