/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: allocation. shim_alloc_fail makes the n-th allocation from now fail.
 */
#ifndef SHIM_LINUX_SLAB_H
#define SHIM_LINUX_SLAB_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/overflow.h>
#include <linux/types.h>

#define GFP_KERNEL	1U
#define GFP_ATOMIC	2U
#define GFP_NOIO	3U
#define GFP_NOWAIT	4U
#define __GFP_NOWARN	0U
#define __GFP_ZERO	0U

/* 0: none fails. Tests count up from 1 until the code under test succeeds. */
extern int shim_alloc_fail __attribute__((__weak__));

static inline void *kmalloc(size_t size, gfp_t gfp)
{
	if (&shim_alloc_fail && shim_alloc_fail && !--shim_alloc_fail)
		return NULL;
	return malloc(size ? size : 1);
}

static inline void *kzalloc(size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp);

	return p ? memset(p, 0, size) : NULL;
}

static inline void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	return size && n > (size_t)-1 / size ? NULL : kmalloc(n * size, gfp);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return size && n > (size_t)-1 / size ? NULL : kzalloc(n * size, gfp);
}

static inline void *krealloc(const void *p, size_t size, gfp_t gfp)
{
	if (&shim_alloc_fail && shim_alloc_fail && !--shim_alloc_fail)
		return NULL;
	return realloc((void *)p, size);
}

static inline void kfree(const void *p)
{
	free((void *)p);
}

static inline char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	char *p = kmalloc(len + 1, gfp);

	if (p) {
		memcpy(p, s, len);
		p[len] = 0;
	}
	return p;
}

static inline void *kmemdup(const void *s, size_t len, gfp_t gfp)
{
	void *p = kmalloc(len, gfp);

	return p ? memcpy(p, s, len) : NULL;
}

static inline char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strlen(s), gfp) : NULL;
}

static inline __printf(2, 3) char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	char *p = kmalloc(1024, gfp);
	va_list args;

	va_start(args, fmt);
	if (p)
		vsnprintf(p, 1024, fmt, args);
	va_end(args);
	return p;
}

static inline void kfree_sensitive(const void *p)
{
	kfree(p);
}

#define kvmalloc	kmalloc
#define kvzalloc	kzalloc
#define kvmalloc_array	kmalloc_array
#define kvcalloc	kcalloc
#define kvfree		kfree

#endif
