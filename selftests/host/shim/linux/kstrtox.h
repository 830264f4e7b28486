/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: number parsing is in kernel.h.
 */
#ifndef SHIM_LINUX_KSTRTOX_H
#define SHIM_LINUX_KSTRTOX_H

#include <linux/kernel.h>

#endif
