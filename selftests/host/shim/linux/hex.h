/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: hexadecimal digits.
 */
#ifndef SHIM_LINUX_HEX_H
#define SHIM_LINUX_HEX_H

#include <linux/errno.h>
#include <linux/types.h>

static inline int hex_to_bin(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline int hex2bin(u8 *dst, const char *src, size_t count)
{
	while (count--) {
		int hi = hex_to_bin(src[0]), lo = hi < 0 ? -1 : hex_to_bin(src[1]);

		if (lo < 0)
			return -EINVAL;
		*dst++ = hi << 4 | lo;
		src += 2;
	}
	return 0;
}

static inline char *bin2hex(char *dst, const void *src, size_t count)
{
	static const char digits[] = "0123456789abcdef";
	const u8 *p = src;

	while (count--) {
		*dst++ = digits[*p >> 4];
		*dst++ = digits[*p++ & 0xf];
	}
	return dst;
}

#endif
