/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Found only where the kernel has no <linux/unaligned.h> of its own, that is before 6.12: the
 * kernel's directories are searched first.
 */
#include <asm/unaligned.h>
