/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: time does not pass.
 */
#ifndef SHIM_LINUX_DELAY_H
#define SHIM_LINUX_DELAY_H

static inline unsigned long msleep_interruptible(unsigned int msecs)
{
	return 0;
}

#endif
