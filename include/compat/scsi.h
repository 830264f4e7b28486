/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SCSI host differences: the type that eh_timed_out returns.
 */
#ifndef TARGET_COMPAT_SCSI_H
#define TARGET_COMPAT_SCSI_H

#include <scsi/scsi_host.h>

#ifndef COMPAT_HAVE_SCSI_TIMEOUT_ACTION
#define scsi_timeout_action	blk_eh_timer_return
#define SCSI_EH_NOT_HANDLED	BLK_EH_DONE
#define SCSI_EH_RESET_TIMER	BLK_EH_RESET_TIMER
#endif

#endif
