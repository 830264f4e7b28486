/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running short of memory: an operation again and again, with the first, the second, ... of its
 * allocations failing, until none is left to fail.
 */
#ifndef HOST_ALLOC_FAIL_H
#define HOST_ALLOC_FAIL_H

/**
 * struct alloc_fail - an operation that allocates
 * @begin: makes all it works on anew, or NULL.
 * @run: does it, and returns 0 or an error. The error has to be one that is documented for no
 *	memory, which is for @run to check.
 * @failed: checks that after an error everything is as it was before, or NULL.
 * @end: frees what there is, or NULL; the leak check of ASan sees what it has not.
 */
struct alloc_fail {
	void	(*begin)(void *arg);
	int	(*run)(void *arg);
	void	(*failed)(void *arg);
	void	(*end)(void *arg);
};

unsigned int alloc_fail_each(const struct alloc_fail *op, void *arg);

#endif
