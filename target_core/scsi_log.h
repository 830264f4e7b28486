/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Log pages, the bytes of them: what a page is filled from, and the decisions of
 * LOG SENSE and LOG SELECT. See the table in scsi_log.c for how to add a page.
 */
#ifndef TARGET_CORE_SCSI_LOG_H
#define TARGET_CORE_SCSI_LOG_H

#include "scsi.h"
#include "scsi_diag.h"

#define LOG_ERROR_PARAMS	7	/* parameters 0000h to 0006h of an error counter page */
#define LOG_BYTES		5	/* total bytes processed */
#define LOG_UNCORRECTED		6	/* total uncorrected errors */

/**
 * enum scsi_log_counter - the data counters, as indices of scsi_log.counter
 *
 * An error counter page has LOG_ERROR_PARAMS of them from its own on.
 */
enum scsi_log_counter {
	LOG_WRITE_ERRORS	= 0,
	LOG_READ_ERRORS		= LOG_WRITE_ERRORS + LOG_ERROR_PARAMS,
	LOG_VERIFY_ERRORS	= LOG_READ_ERRORS + LOG_ERROR_PARAMS,
	LOG_NON_MEDIUM		= LOG_VERIFY_ERRORS + LOG_ERROR_PARAMS,
	LOG_READS,
	LOG_WRITES,
	LOG_BLOCKS_IN,		/* received from initiators, by writes */
	LOG_BLOCKS_OUT,		/* sent to initiators, by reads */
	LOG_COUNTERS,
};

#define LOG_PAGE_CODE		0x3f	/* in byte 2 of the CDB */
#define LOG_PROVISIONING	0x0c

/**
 * struct scsi_log - what log pages are filled from
 * @lu: a connected logical unit.
 * @tests: SCSI_SELFTESTS results of self-tests, the newest first.
 * @counter: data counters since they were reset.
 * @space: of a logical unit with thresholds, else zeroes.
 */
struct scsi_log {
	const struct scsi_lu	*lu;
	const struct scsi_selftest *tests;
	u64			counter[LOG_COUNTERS];
	struct target_space	space;
};

u32 scsi_log_sense(const struct scsi_log *log, const u8 *cdb, u8 *buf, struct target_sense *sense);
bool scsi_log_select(const struct scsi_log *log, const u8 *cdb, const u8 *list, u64 *reset,
		     struct target_sense *sense);

#endif
