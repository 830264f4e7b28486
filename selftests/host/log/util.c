// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sample logical unit with counters, and LOG SENSE of it.
 */
#include <linux/slab.h>
#include "util.h"

int log_setup(void **state)
{
	struct log_sample *l = kzalloc(sizeof(*l), GFP_KERNEL);
	unsigned int i;

	sample_init(&l->s);
	l->log.lu = &l->s.lu;
	l->log.tests = l->tests;
	for (i = 0; i < LOG_COUNTERS; i++)
		l->log.counter[i] = 1000 + i;
	*state = l;
	return 0;
}

int log_teardown(void **state)
{
	struct log_sample *l = *state;

	sample_exit(&l->s);
	kfree(l);
	return 0;
}

/* @page has PAGE CONTROL in it. The length in the header is checked here, once and for all. */
u32 log_sense(struct log_sample *l, u8 page, u8 subpage, u16 pointer)
{
	const u8 cdb[TARGET_MAX_CDB] = {
		0x4d, 0, page, subpage, 0, pointer >> 8, pointer & 0xff, 0xff, 0xff,
	};
	struct target_sense *sense = &l->s.sense;
	u32 len;

	memset(l->s.buf, 0, SCSI_REPLY_MAX);
	memset(sense, 0, sizeof(*sense));
	assert_true(scsi_op_check_cdb(scsi_op_find(cdb, sense), cdb, sense));
	len = scsi_log_sense(&l->log, cdb, l->s.buf, sense);
	assert_int_equal(!len, sense->key != 0);
	assert_true(len <= SCSI_REPLY_MAX);
	if (len)
		assert_int_equal(get_unaligned_be16(l->s.buf + 2), len - 4);
	return len;
}

/* The parameter of that code, or NULL. */
const u8 *log_param(const u8 *page, u16 code)
{
	const u8 *p = page + 4, *end = p + get_unaligned_be16(page + 2);

	for (; p < end; p += 4 + p[3])
		if (get_unaligned_be16(p) == code)
			return p;
	return NULL;
}
