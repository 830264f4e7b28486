/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text that state of a device is kept as: lines of key=value, which an
 * administrator can read and edit. Builds in user space as well.
 */
#ifndef TARGET_CORE_STORE_TEXT_H
#define TARGET_CORE_STORE_TEXT_H

#include <linux/types.h>

bool target_store_next(char **text, char **key, char **value);

#endif
