/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS, the bytes of them, and the result
 * of a self-test as the log page and a file keep it.
 */
#ifndef TARGET_CORE_SCSI_DIAG_H
#define TARGET_CORE_SCSI_DIAG_H

#include "scsi.h"

#define SCSI_SELFTESTS		20	/* that the log page has room for, SPC-4 7.3.19 */

/* SELF-TEST CODE */
#define SELFTEST_BACK_SHORT	1
#define SELFTEST_BACK_EXTENDED	2
#define SELFTEST_ABORT		4
#define SELFTEST_FORE_SHORT	5
#define SELFTEST_FORE_EXTENDED	6

/* SELF-TEST RESULTS */
#define SELFTEST_GOOD		0x0
#define SELFTEST_ABORTED	0x1	/* by SEND DIAGNOSTIC */
#define SELFTEST_STOPPED	0x2	/* by anything else */
#define SELFTEST_FAILED		0x5	/* in its first, and only, segment */
#define SELFTEST_RUNNING	0xf

/**
 * struct scsi_selftest - one entry of the self-test results log page
 * @code: SELF-TEST CODE; 0 for an entry not in use.
 * @result: SELF-TEST RESULTS.
 * @number: SELF-TEST NUMBER, the segment that failed.
 * @key: sense key of a failure.
 * @asc: its additional sense code.
 * @ascq: and qualifier.
 * @hours: powered on when it ended.
 * @address: first block that failed, or all ones.
 */
struct scsi_selftest {
	u8	code;
	u8	result;
	u8	number;
	u8	key;
	u8	asc;
	u8	ascq;
	u16	hours;
	u64	address;
};

/** enum scsi_diag_action - what SEND DIAGNOSTIC asks for */
enum scsi_diag_action {
	DIAG_NOTHING,
	DIAG_DEFAULT_TEST,
	DIAG_BACKGROUND,
	DIAG_FOREGROUND,
	DIAG_ABORT,
	DIAG_PAGE,		/* of the parameter list */
	DIAG_REFUSED,
};

enum scsi_diag_action scsi_send_diagnostic(const u8 *cdb, struct target_sense *sense);
bool scsi_diagnostic_page(const u8 *list, u32 len, struct target_sense *sense);
u32 scsi_receive_diagnostic(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
			    struct target_sense *sense);
bool scsi_selftest_extended(u8 code);
u32 scsi_selftest_minutes(const struct scsi_lu *lu);
void scsi_selftest_entry(const struct scsi_selftest *test, u8 *entry);
int scsi_selftest_to_text(const struct scsi_selftest *test, char *text, size_t room);
bool scsi_selftest_from_text(struct scsi_selftest *test, const char *text);

#define SCSI_SELFTEST_TEXT	64	/* longest line of scsi_selftest_to_text() */
#define SCSI_SELFTEST_BYTES	16	/* of an entry in the log page */

#endif
