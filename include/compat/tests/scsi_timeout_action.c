// SPDX-License-Identifier: GPL-2.0-only
/* scsi_host_template.eh_timed_out returns an enum of its own since 6.2. */
#include <scsi/scsi_host.h>

enum scsi_timeout_action probe(void);
enum scsi_timeout_action probe(void)
{
	return SCSI_EH_RESET_TIMER;
}
