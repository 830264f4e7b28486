/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: the C library's character classes.
 */
#ifndef SHIM_LINUX_CTYPE_H
#define SHIM_LINUX_CTYPE_H

#include <ctype.h>

#endif
