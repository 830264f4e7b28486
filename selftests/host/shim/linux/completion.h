/* SPDX-License-Identifier: GPL-2.0-only */
/* Completions for user space: nobody waits there. */
#ifndef SHIM_LINUX_COMPLETION_H
#define SHIM_LINUX_COMPLETION_H

struct completion {
	unsigned int done;
};

#endif
