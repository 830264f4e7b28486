/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What sense data of a refused command must be: ILLEGAL REQUEST with a field pointer at something
 * that is there.
 */
#ifndef FUZZ_REFUSED_H
#define FUZZ_REFUSED_H

#include "fuzz.h"
#include "scsi.h"

/* Of a command with a CDB of ten bytes at most and @len bytes of parameter list */
static inline void check_refused(const struct target_sense *sense, u32 len)
{
	must(sense->key == SENSE_ILLEGAL_REQUEST);
	if (sense->flags & TARGET_SENSE_IN_CDB)
		must(sense->field < 10);
	else if (sense->flags & TARGET_SENSE_FIELD)
		must(sense->field < len);
}

#endif
