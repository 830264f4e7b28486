// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers short of memory: commands that reach the medium, that say which ports lead to it, and
 * that copy.
 */
#include "cases.h"

#define LBA_16		0, 0, 0, 0, 0, 0, 0, 16

#define BLOCK		512

static const struct exec_case blocks[] = {
	{ "READ, a part of a block", .cdb = { 0x28, [5] = 16, [8] = 1 }, .room = 100, .least = 2 },
	{ "VERIFY", .cdb = { 0x2f, [5] = 16, [8] = 1 }, .least = 2 },
	{ "VERIFY, BYTCHK", .first = { 0x2a, [5] = 16, [8] = 1 }, .first_list = "abc",
	  .first_len = BLOCK, .cdb = { 0x2f, 0x02, [5] = 16, [8] = 1 }, .list = "abc", .len = BLOCK,
	  .least = 1 },
	{ "WRITE AND VERIFY", .cdb = { 0x2e, [5] = 16, [8] = 1 }, .list = "abc", .len = BLOCK,
	  .least = 2, .writes = true },
	{ "WRITE AND VERIFY, BYTCHK", .cdb = { 0x2e, 0x02, [5] = 16, [8] = 1 }, .list = "abc",
	  .len = BLOCK, .least = 1, .writes = true },
	{ "COMPARE AND WRITE", .first = { 0x2a, [5] = 16, [8] = 1 }, .first_list = "abc",
	  .first_len = BLOCK, .cdb = { 0x89, 0, LBA_16, [13] = 1 }, .list = "abc",
	  .len = 2 * BLOCK, .least = 2 },
	{ "ORWRITE", .cdb = { 0x8b, 0, LBA_16, [13] = 1 }, .list = "abc", .len = BLOCK,
	  .least = 1 },
	{ "WRITE ATOMIC", .cdb = { 0x9c, 0, LBA_16, [13] = 1 }, .list = "abc", .len = BLOCK },
	{ "WRITE SAME", .cdb = { 0x93, 0, LBA_16, [13] = 8 }, .list = "abc", .len = BLOCK,
	  .least = 2 },
	{ "WRITE SAME, zeroes", .cdb = { 0x93, 0x08, LBA_16, [13] = 8 }, .len = BLOCK,
	  .least = 2 },
	{ "UNMAP", .cdb = { 0x42, [8] = 24 }, .len = 24, .least = 1,
	  .list = { 0, 22, 0, 16, 0, 0, 0, 0, LBA_16, 0, 0, 0, 8 } },
	{ "PRE-FETCH", .cdb = { 0x34, 0, [5] = 16, [8] = 1 }, .least = 2 },
	{ "PRE-FETCH, IMMED", .cdb = { 0x34, 0x02, [5] = 16, [8] = 1 }, .least = 2,
	  .copes = true },
	{ "SYNCHRONIZE CACHE, IMMED", .cdb = { 0x35, 0x02 }, .least = 1, .copes = true },
	{ "GET LBA STATUS", .cdb = { 0x9e, 0x12, LBA_16, 0, 0, 0, 24 }, .least = 1 },
};

static void reach_blocks(void **state)
{
	exec_cases(blocks, ARRAY_SIZE(blocks));
}

/* That dbroot can't be written keeps nobody from erasing. */
static const struct exec_case erasing[] = {
	{ "FORMAT UNIT", .cdb = { 0x04 }, .least = 4, .copes = true },
	{ "FORMAT UNIT, IMMED", .cdb = { 0x04, 0x10 }, .list = { 0, 0x02 }, .len = 4, .least = 4,
	  .copes = true },
	{ "SANITIZE, BLOCK ERASE", .cdb = { 0x48, 0x02 }, .least = 4, .copes = true },
	{ "SANITIZE, OVERWRITE", .cdb = { 0x48, 0x01, [8] = 8 }, .len = 8, .least = 5,
	  .list = { 0x01, 0, 0, 4, 0xab, 0xcd, 0xef, 0x01 }, .copes = true },
};

static void erase(void **state)
{
	exec_cases(erasing, ARRAY_SIZE(erasing));
}

static const struct exec_case selftests[] = {
	{ "SEND DIAGNOSTIC, default", .cdb = { 0x1d, 0x04 }, .least = 2 },
	{ "SEND DIAGNOSTIC, background", .cdb = { 0x1d, 0x20 }, .least = 3, .copes = true },
	{ "SEND DIAGNOSTIC, foreground", .cdb = { 0x1d, 0xa0 }, .least = 3, .copes = true },
	{ "SEND DIAGNOSTIC, page", .cdb = { 0x1d, 0x10, [4] = 4 }, .len = 4, .least = 1 },
};

static void selftest(void **state)
{
	exec_cases(selftests, ARRAY_SIZE(selftests));
}

static const struct exec_case ports[] = {
	{ "REPORT TARGET PORT GROUPS", .cdb = { 0xa3, 0x0a, [8] = 1 }, .least = 1 },
	{ "REPORT TARGET PORT GROUPS, extended", .cdb = { 0xa3, 0x2a, [8] = 1 }, .least = 1 },
	{ "REPORT REFERRALS", .cdb = { 0x9e, 0x13, LBA_16, 0, 0, 1, 0 }, .least = 1 },
	{ "SET TARGET PORT GROUPS", .cdb = { 0xa4, 0x0a, [9] = 8 }, .len = 8, .least = 3,
	  .list = { 0, 0, 0, 0, 0x02, 0, 0, 1 }, .copes = true },
};

static void change_ports(void **state)
{
	exec_cases(ports, ARRAY_SIZE(ports));
}

/* List identifier 7, and a segment of one block within the unit that the command is sent to */
#define COPY_LIST(type)	{ 7, [11] = 28, [16] = type, 0, 0, 24, 0xff, 0xff, 0xff, 0xff, \
			  0, 0, 0, 1, LBA_16, LBA_16 }
#define COPY		{ 0x83, 0x00, [13] = 44 }

static const struct exec_case copies[] = {
	{ "EXTENDED COPY(LID1)", .cdb = COPY, .list = COPY_LIST(0x02), .len = 44, .least = 6 },
	{ "EXTENDED COPY(LID1), held data", .cdb = COPY, .list = COPY_LIST(0x0d), .len = 44,
	  .least = 7 },
	{ "EXTENDED COPY(LID4), IMMED", .cdb = { 0x83, 0x01, [13] = 76 }, .len = 76, .least = 2,
	  .list = { 0x01, 0, 0, 0x20, [15] = 0x02, 0xff, [23] = 9, [45] = 28, [48] = 0x02, 0, 0, 24,
		    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, LBA_16, LBA_16 }, .copes = true },
	{ "RECEIVE COPY STATUS(LID1)", .first = COPY, .first_list = COPY_LIST(0x02),
	  .first_len = 44, .cdb = { 0x84, 0x00, 7, [13] = 8 }, .least = 1 },
	{ "RECEIVE COPY DATA(LID1)", .first = COPY, .first_list = COPY_LIST(0x0d),
	  .first_len = 44, .cdb = { 0x84, 0x01, 7, [12] = 4 }, .least = 1 },
};

static void copy(void **state)
{
	exec_cases(copies, ARRAY_SIZE(copies));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reach_blocks),
		cmocka_unit_test(erase),
		cmocka_unit_test(selftest),
		cmocka_unit_test(change_ports),
		cmocka_unit_test(copy),
	};

	return cmocka_run_group_tests_name("exec_alloc_medium", tests, NULL, NULL);
}
