/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small state of a device that outlives it: a text file of key=value lines per
 * kind of state, below dbroot.
 */
#ifndef TARGET_CORE_STORE_H
#define TARGET_CORE_STORE_H

#include "core.h"
#include "store_text.h"

#define TARGET_STORE_MAX	16384	/* bytes of a file */
#define TARGET_TURN_MAX		16	/* commands of a kind that may wait for one at a time */

/**
 * struct target_store_user - a part of the core that keeps a kind of state
 * @kind: first part of the file's name, a short word.
 * @restore: the device is about to be exported for the first time since it got
 *	its serial number, and there is a file. @text ends with a NUL and may be
 *	taken apart in place; it is what somebody wrote, so nothing in it is sure.
 *	Called from process context; the serial number stays, other attributes may change.
 * @lost: the same, but the file can't be read, if there is one. NULL if the device is none the
 *	worse for it.
 */
struct target_store_user {
	const char	*kind;
	void		(*restore)(struct target_device *dev, char *text);
	void		(*lost)(struct target_device *dev);
};

bool target_store_possible(const struct target_device *dev);
char *target_store_name(const struct target_device *dev, const char *kind);
int target_store_save(struct target_device *dev, const char *kind, const char *text, size_t len);
ssize_t target_store_load(struct target_device *dev, const char *kind, char *buf, size_t room);
int target_store_remove(struct target_device *dev, const char *kind);
bool target_store_enter(struct target_device *dev, enum target_turn turn);
void target_store_leave(struct target_device *dev, enum target_turn turn);
void target_store_init(struct target_device *dev);
int target_store_restore(struct target_device *dev);
bool target_store_settled(struct target_device *dev);

#endif
