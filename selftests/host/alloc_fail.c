// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running short of memory: the loop over the allocations of an operation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "alloc_fail.h"

/* Of the shim's slab.h: the n-th allocation from now fails, and then no other. */
int shim_alloc_fail;

static void call(void (*fn)(void *arg), void *arg)
{
	if (fn)
		fn(arg);
}

/**
 * alloc_fail_each() - run an operation with each of its allocations failing in turn
 * @op: the operation
 * @arg: of its functions
 *
 * In the end it has to succeed. Return: how many allocations it makes.
 */
unsigned int alloc_fail_each(const struct alloc_fail *op, void *arg)
{
	unsigned int n;

	for (n = 1; ; n++) {
		int err, left;

		call(op->begin, arg);
		shim_alloc_fail = n;
		err = op->run(arg);
		left = shim_alloc_fail;
		shim_alloc_fail = 0;
		if (err)
			call(op->failed, arg);
		call(op->end, arg);
		assert_int_equal(!err, left != 0);
		if (left)
			return n - 1;
	}
}
