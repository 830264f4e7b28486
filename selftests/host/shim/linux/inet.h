/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shim of <linux/inet.h>: addresses from text, as far as the whole text is one.
 */
#ifndef SHIM_INET_H
#define SHIM_INET_H

#include <arpa/inet.h>
#include <linux/string.h>
#include <linux/types.h>

static inline int shim_pton(int family, const char *src, u8 *dst, const char **end)
{
	*end = src + strlen(src);
	return inet_pton(family, src, dst) == 1;
}

static inline int in4_pton(const char *src, int srclen, u8 *dst, int delim, const char **end)
{
	return shim_pton(AF_INET, src, dst, end);
}

static inline int in6_pton(const char *src, int srclen, u8 *dst, int delim, const char **end)
{
	return shim_pton(AF_INET6, src, dst, end);
}

#endif
