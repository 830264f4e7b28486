/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: the size of the largest file.
 */
#ifndef SHIM_LINUX_FS_H
#define SHIM_LINUX_FS_H

#include <limits.h>

#define MAX_LFS_FILESIZE	LLONG_MAX

#endif
