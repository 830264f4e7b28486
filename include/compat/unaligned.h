/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * get_unaligned_*() and put_unaligned_*(), wherever the kernel keeps them: in
 * linux/ since 6.12, in asm/ before.
 */
#ifndef TARGET_COMPAT_UNALIGNED_H
#define TARGET_COMPAT_UNALIGNED_H

#ifdef COMPAT_HAVE_LINUX_UNALIGNED
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif
