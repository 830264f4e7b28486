/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in. The C library includes this very name, so it has the numbers alone.
 */
#ifndef SHIM_LINUX_ERRNO_H
#define SHIM_LINUX_ERRNO_H

#include <asm/errno.h>

#endif
