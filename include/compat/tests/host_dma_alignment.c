// SPDX-License-Identifier: GPL-2.0-only
/* A SCSI host template says how data buffers must be aligned since 6.9. */
#include <scsi/scsi_host.h>

struct scsi_host_template probe = { .dma_alignment = 511 };
