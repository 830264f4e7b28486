/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core has to do with FORMAT UNIT and SANITIZE beside running them.
 */
#ifndef TARGET_CORE_EXEC_FORMAT_H
#define TARGET_CORE_EXEC_FORMAT_H

struct target_device;

void target_erase_restore(struct target_device *dev, char *text);
void target_erase_lost(struct target_device *dev);

#endif
