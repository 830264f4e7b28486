/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands that run short of memory: whichever allocation fails, the command is answered once,
 * with BUSY or a failure that says so, nothing is lost and nothing of the device has changed.
 */
#ifndef HOST_EXEC_CASES_H
#define HOST_EXEC_CASES_H

#include "world.h"

#define EXEC_LIST	128

/**
 * struct exec_case - a command; before it another, which is not short of memory, has run
 * @cdb: the command. @first: the one before it.
 * @list: data-out, zeroes behind it. @first_list: that of @first.
 * @len: bytes of data-out. @first_len: the same of @first; 0: there is none before.
 * @room: bytes of data-in that the initiator takes, 0 for as many as there are.
 * @least: allocations it makes, at least.
 * @copes: it may succeed without the memory.
 * @writes: it may have written to the medium before it fails.
 */
struct exec_case {
	const char	*name;
	u8		first[TARGET_MAX_CDB];
	u8		cdb[TARGET_MAX_CDB];
	u8		first_list[EXEC_LIST];
	u8		list[EXEC_LIST];
	u16		first_len, len, room;
	u8		least;
	bool		copes;
	bool		writes;
};

/* For struct alloc_fail, with a struct exec_case for an argument */
void exec_case_begin(void *arg);
int exec_case_run(void *arg);
void exec_case_failed(void *arg);
void exec_case_end(void *arg);

void exec_cases(const struct exec_case *cases, unsigned int n);

#endif
