/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sample logical units and the assertions the SCSI tests share.
 */
#ifndef HOST_LU_H
#define HOST_LU_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <compat/unaligned.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "scsi.h"

/**
 * struct sample - a logical unit with everything it points at
 *
 * The reply buffer is a heap block of exactly SCSI_REPLY_MAX bytes, so that ASan
 * sees the first byte too many.
 */
struct sample {
	struct target_dev_attrib attrib;
	struct target_limits	limits;
	struct target_identity	id;
	struct scsi_lu		lu;
	struct target_sense	sense;
	u8			*buf;
};

typedef u32 (*reply_fn)(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
			struct target_sense *sense);

void sample_init(struct sample *s);
void sample_thin(struct sample *s);
void sample_exit(struct sample *s);
int sample_setup(void **state);
int sample_teardown(void **state);

void sample_cdb(const struct scsi_op *op, u8 *cdb);
u32 sample_ask(struct sample *s, reply_fn fn, const u8 *cdb);
void assert_cdb_field(const struct target_sense *sense, u16 byte, int bit);
void assert_param_field(const struct target_sense *sense, u16 byte, int bit);
void assert_sense(const struct target_sense *sense, u8 key, u16 asc_ascq);

#define sample_test(fn)	cmocka_unit_test_setup_teardown(fn, sample_setup, sample_teardown)

#endif
