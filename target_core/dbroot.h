/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State kept in files below dbroot.
 */
#ifndef TARGET_CORE_DBROOT_H
#define TARGET_CORE_DBROOT_H

#include "core.h"

void target_dbroot_start(void);
int target_dbroot_check(const char *name);
void target_dbroot_set(const char *name);
int target_dbroot_mkdir(const char *subdir);
int target_dbroot_write(const char *subdir, const char *name, const char *text, size_t len);
ssize_t target_dbroot_read(const char *subdir, const char *name, char *buf, size_t room);
int target_dbroot_unlink(const char *subdir, const char *name);

#endif
