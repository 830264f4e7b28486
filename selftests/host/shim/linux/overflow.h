/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: sizes that can't wrap around.
 */
#ifndef SHIM_LINUX_OVERFLOW_H
#define SHIM_LINUX_OVERFLOW_H

#define check_add_overflow(a, b, res)	__builtin_add_overflow(a, b, res)
#define check_sub_overflow(a, b, res)	__builtin_sub_overflow(a, b, res)
#define check_mul_overflow(a, b, res)	__builtin_mul_overflow(a, b, res)

static inline unsigned long shim_size(unsigned long base, unsigned long each, unsigned long n)
{
	unsigned long size;

	if (__builtin_mul_overflow(each, n, &size) || __builtin_add_overflow(size, base, &size))
		return -1UL;
	return size;
}

#define struct_size(p, member, n)	shim_size(sizeof(*(p)), sizeof((p)->member[0]), n)
#define array_size(a, b)		shim_size(0, a, b)

#endif
