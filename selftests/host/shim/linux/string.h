/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: the C library's string functions and the kernel's own.
 */
#ifndef SHIM_LINUX_STRING_H
#define SHIM_LINUX_STRING_H

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <linux/errno.h>
#include <linux/types.h>

#define strscpy(dst, src, size)	shim_strscpy(dst, src, size)

static inline ssize_t shim_strscpy(char *dst, const char *src, size_t size)
{
	size_t i;

	if (!size)
		return -E2BIG;
	for (i = 0; i < size - 1 && src[i]; i++)
		dst[i] = src[i];
	dst[i] = 0;
	return src[i] ? -E2BIG : (ssize_t)i;
}

static inline char *skip_spaces(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return (char *)s;
}

static inline char *strim(char *s)
{
	size_t len = strlen(s);

	while (len && isspace((unsigned char)s[len - 1]))
		s[--len] = 0;
	return skip_spaces(s);
}

static inline void *memchr_inv(const void *p, int c, size_t size)
{
	const unsigned char *b = p;

	/* Mostly all is as it should be, which memcmp() sees faster. */
	if (size && *b == (unsigned char)c && !memcmp(b, b + 1, size - 1))
		return NULL;
	for (; size; b++, size--)
		if (*b != (unsigned char)c)
			return (void *)b;
	return NULL;
}

static inline void memzero_explicit(void *p, size_t size)
{
	explicit_bzero(p, size);
}

#endif
