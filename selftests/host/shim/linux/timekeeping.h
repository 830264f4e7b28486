/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: the clock is in ktime.h.
 */
#ifndef SHIM_LINUX_TIMEKEEPING_H
#define SHIM_LINUX_TIMEKEEPING_H

#include <linux/ktime.h>

#endif
