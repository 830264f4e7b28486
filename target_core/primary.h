/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a device keeps for primary commands that have nothing to do with the
 * medium, each part with the file it belongs to.
 */
#ifndef TARGET_CORE_PRIMARY_H
#define TARGET_CORE_PRIMARY_H

#include <linux/mutex.h>
#include <linux/types.h>
#include "scsi_diag.h"
#include "scsi_ident.h"

struct target_device;

/**
 * struct target_buffer - what READ BUFFER and WRITE BUFFER work on (exec_buffer.c)
 * @lock: protects the rest, @forgotten but for target_buffer_reset().
 * @data: SCSI_BUFFER_BYTES or NULL.
 * @echo: echo buffer, SCSI_ECHO_BYTES or NULL.
 * @echo_len: bytes of it written.
 * @writes: how often the echo buffer was written.
 * @forgotten: of these, how many nobody may read any more.
 */
struct target_buffer {
	struct mutex		lock;
	u8			*data;
	u8			*echo;
	u32			echo_len;
	u64			writes;
	u64			forgotten;
};

/**
 * struct target_selftests - self-tests and what came of them (selftest.c)
 * @lock: protects the rest; sleeps.
 * @results: the newest first; unused ones are all zero.
 * @by_command: SEND DIAGNOSTIC has aborted the one in the background.
 */
struct target_selftests {
	struct mutex		lock;
	struct scsi_selftest	results[SCSI_SELFTESTS];
	bool			by_command;
};

/**
 * struct target_clock - of REPORT and SET TIMESTAMP (exec_ident.c)
 * @set: an initiator has set it, else it is the kernel's.
 * @offset: milliseconds it is ahead of the time since the kernel started.
 */
struct target_clock {
	bool			set;
	u64			offset;
};

/**
 * struct target_ident - identifying information (exec_ident.c)
 * @lock: protects the rest; sleeps, also for the file.
 * @len: bytes of @info in use.
 * @info: by enum scsi_ident_type.
 */
struct target_ident {
	struct mutex		lock;
	u16			len[SCSI_IDENT_TYPES];
	u8			info[SCSI_IDENT_TYPES][SCSI_IDENT_BYTES];
};

/**
 * struct target_primary - all of it
 * @buffer: of READ BUFFER and WRITE BUFFER.
 * @selftests: of SEND DIAGNOSTIC.
 * @clock: of REPORT and SET TIMESTAMP.
 * @ident: of REPORT and SET IDENTIFYING INFORMATION.
 */
struct target_primary {
	struct target_buffer	buffer;
	struct target_selftests	selftests;
	struct target_clock	clock;
	struct target_ident	ident;
};

void target_primary_init(struct target_device *dev);
void target_primary_exit(struct target_device *dev);
void target_primary_reset(struct target_device *dev);

/* exec_buffer.c */
void target_buffer_init(struct target_device *dev);
void target_buffer_exit(struct target_device *dev);
void target_buffer_reset(struct target_device *dev);

/* selftest.c */
void target_selftest_init(struct target_device *dev);
void target_selftest_exit(struct target_device *dev);
void target_selftest_restore(struct target_device *dev, char *text);
void target_selftest_results(struct target_device *dev, struct scsi_selftest *results);
void target_selftest_stop(struct target_device *dev);
void target_selftest_make_way(struct target_device *dev);

/* exec_ident.c */
void target_ident_init(struct target_device *dev);
void target_ident_exit(struct target_device *dev);
void target_ident_restore(struct target_device *dev, char *text);

#endif
