/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rest of the core asks of the mode parameters.
 */
#ifndef TARGET_CORE_MODE_H
#define TARGET_CORE_MODE_H

#include "core.h"

void target_itl_protect(struct target_itl *itl);
void target_mode_restore(struct target_device *dev, char *text);
void target_mode_settle(struct target_device *dev);
void target_mode_reset(struct target_device *dev);

#endif
