/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Timestamp and identifying information, the bytes of them.
 */
#ifndef TARGET_CORE_SCSI_IDENT_H
#define TARGET_CORE_SCSI_IDENT_H

#include "scsi.h"

#define SCSI_TIMESTAMP_BYTES	12
#define SCSI_IDENT_BYTES	512	/* the most there may be, SPC-4 5.6 */
#define SCSI_IDENT_TEXT_BYTES	256

/** enum scsi_timestamp_origin - TIMESTAMP ORIGIN, SPC-4 5.15 */
enum scsi_timestamp_origin {
	SCSI_TIMESTAMP_SET	= 2,	/* by SET TIMESTAMP */
	SCSI_TIMESTAMP_OTHER	= 3,	/* by other means: the clock of the kernel */
};

/**
 * enum scsi_ident_type - INFORMATION TYPE; also which one of struct target_ident
 */
enum scsi_ident_type {
	SCSI_IDENT,		/* peripheral device identifying information */
	SCSI_IDENT_TEXT,	/* the same for people: UTF-8, ended by NUL */
	SCSI_IDENT_TYPES,
	SCSI_IDENT_SUPPORTED,	/* which types there are: to be reported only */
};

void scsi_report_timestamp(u64 ms, enum scsi_timestamp_origin origin, u8 *buf);
bool scsi_set_timestamp(const u8 *list, u32 len, u64 *ms, struct target_sense *sense);
bool scsi_ident_type(const u8 *cdb, enum scsi_ident_type *type, struct target_sense *sense);
u16 scsi_ident_max(enum scsi_ident_type type);
u32 scsi_ident_supported(u8 *buf);
u32 scsi_report_ident(const u8 *info, u16 len, u8 *buf);
bool scsi_ident_check(enum scsi_ident_type type, const u8 *info, u32 len,
		      struct target_sense *sense);

#endif
