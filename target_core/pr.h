/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reservations of a device, for the files that change or show them.
 */
#ifndef TARGET_CORE_PR_H
#define TARGET_CORE_PR_H

#include "core.h"
#include "pr_state.h"

void target_pr_name(const struct target_itl *itl, struct pr_nexus *nexus);
void target_pr_name_port(const struct target_lun *lun, struct pr_nexus *nexus);
u8 target_pr_proto(const struct target_tpg *tpg);
struct pr_state *target_pr_copy(struct target_device *dev, u32 more);
int target_pr_save(struct target_device *dev, const struct pr_state *new);
void target_pr_publish(struct target_device *dev, struct pr_state *new,
		       const struct target_nexus *from, struct target_tmf *abort);
void target_pr_set_spc2(struct target_device *dev, struct target_itl *holder);
bool target_pr_lost(const struct target_device *dev);
int target_pr_restore(struct target_device *dev, char *text);
void target_pr_load(struct target_device *dev);

#endif
