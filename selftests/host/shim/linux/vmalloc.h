/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: all memory is in one piece.
 */
#ifndef SHIM_LINUX_VMALLOC_H
#define SHIM_LINUX_VMALLOC_H

#include <linux/mm.h>

#define is_vmalloc_addr(p)	false
#define vmalloc_to_page(p)	((struct page *)NULL)

#endif
