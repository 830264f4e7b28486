/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sample logical unit with counters, and LOG SENSE of it.
 */
#ifndef HOST_LOG_UTIL_H
#define HOST_LOG_UTIL_H

#include "lu.h"
#include "scsi_log.h"

/** struct log_sample - the counters are 1000 + their index */
struct log_sample {
	struct sample	s;
	struct scsi_log	log;
	struct scsi_selftest tests[SCSI_SELFTESTS];
};

int log_setup(void **state);
int log_teardown(void **state);
u32 log_sense(struct log_sample *l, u8 page, u8 subpage, u16 pointer);
const u8 *log_param(const u8 *page, u16 code);

#define log_test(fn)	cmocka_unit_test_setup_teardown(fn, log_setup, log_teardown)

#endif
