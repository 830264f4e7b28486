/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: reference counts, as members only.
 */
#ifndef SHIM_LINUX_KREF_H
#define SHIM_LINUX_KREF_H

struct kref {
	int	refs;
};

#endif
