// SPDX-License-Identifier: GPL-2.0-only
/* A SCSI host template can say that queuecommand may sleep since 6.5. */
#include <scsi/scsi_host.h>

struct scsi_host_template probe = { .queuecommand_may_block = true };
