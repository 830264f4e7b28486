/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: pages, each with the address of its memory for a pointer.
 */
#ifndef SHIM_LINUX_MM_H
#define SHIM_LINUX_MM_H

#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_ALIGN(x)	ALIGN(x, PAGE_SIZE)

struct page {
	u8	data[PAGE_SIZE];
};

static inline struct page *alloc_page(gfp_t gfp)
{
	return kzalloc(PAGE_SIZE, gfp);
}

static inline void __free_page(struct page *page)
{
	kfree(page);
}

static inline void *page_address(struct page *page)
{
	return page->data;
}

static inline struct page *virt_to_page(void *p)
{
	return p;
}

#endif
