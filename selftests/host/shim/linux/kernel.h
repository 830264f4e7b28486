/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: the macros every kernel file expects, and number parsing.
 */
#ifndef SHIM_LINUX_KERNEL_H
#define SHIM_LINUX_KERNEL_H

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/hex.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/types.h>

#define U8_MAX		((u8)~0U)
#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)
#define U64_MAX		((u64)~0ULL)
#define S32_MAX		((s32)(U32_MAX >> 1))

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define DIV_ROUND_UP_ULL(n, d)	DIV_ROUND_UP((unsigned long long)(n), d)
#define ALIGN(x, a)		(((x) + ((a) - 1)) & ~((__typeof__(x))(a) - 1))
#define IS_ALIGNED(x, a)	(((x) & ((__typeof__(x))(a) - 1)) == 0)
#define round_up(x, y)		ALIGN(x, y)
#define round_down(x, y)	((x) & ~((__typeof__(x))(y) - 1))
#define swap(a, b)		do { __typeof__(a) t_ = (a); (a) = (b); (b) = t_; } while (0)
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* Like the kernel's: the bytes written, without the NUL. */
static inline __printf(3, 4) int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	if (!size)
		return 0;
	va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return n < 0 ? 0 : (size_t)n < size ? n : (int)size - 1;
}

/* The whole string is one number, perhaps with a newline behind; no blanks, no sign. */
static inline int kstrtoull(const char *s, unsigned int base, unsigned long long *res)
{
	unsigned long long val;
	char *end;

	if (*s == '+')
		s++;
	if (!((*s >= '0' && *s <= '9') || (base == 16 && hex_to_bin(*s) >= 0)))
		return -EINVAL;
	errno = 0;
	val = strtoull(s, &end, base);
	if (*end == '\n')
		end++;
	if (*end)
		return -EINVAL;
	if (errno)
		return -ERANGE;
	*res = val;
	return 0;
}

/* As kstrtoull(), with a sign. */
static inline int kstrtoint(const char *s, unsigned int base, int *res)
{
	unsigned long long val;
	bool minus = *s == '-';
	int ret = kstrtoull(minus ? s + 1 : s, base, &val);

	if (ret)
		return ret;
	if (val > (unsigned long long)INT_MAX + minus)
		return -ERANGE;
	*res = minus ? -(long long)val : (long long)val;
	return 0;
}

#define SHIM_KSTRTO(name, type, limit)						\
static inline int name(const char *s, unsigned int base, type *res)		\
{										\
	unsigned long long val;							\
	int ret = kstrtoull(s, base, &val);					\
										\
	if (ret)								\
		return ret;							\
	if (val > (limit))							\
		return -ERANGE;							\
	*res = val;								\
	return 0;								\
}

SHIM_KSTRTO(kstrtou64, u64, U64_MAX)
SHIM_KSTRTO(kstrtoul, unsigned long, ULONG_MAX)
SHIM_KSTRTO(kstrtouint, unsigned int, UINT_MAX)
SHIM_KSTRTO(kstrtou32, u32, U32_MAX)
SHIM_KSTRTO(kstrtou16, u16, U16_MAX)
SHIM_KSTRTO(kstrtou8, u8, U8_MAX)

#endif
