/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of a device's control file: options of its backstore. Builds in user space as well.
 */
#ifndef TARGET_CORE_OPTION_TEXT_H
#define TARGET_CORE_OPTION_TEXT_H

#include <linux/types.h>

bool target_option_next(char **text, char **key, char **value);

#endif
