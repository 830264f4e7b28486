// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT SUPPORTED OPERATION CODES in all its options, against the table, and
 * the encoding of logical unit numbers.
 */
#include "lu.h"

static u32 report(struct sample *s, u8 options, u8 opcode, u16 sa)
{
	u8 cdb[12] = { 0xa3, 0x0c, options, opcode, sa >> 8, sa & 0xff, 0xff, 0xff, 0xff, 0xff };

	return sample_ask(s, scsi_report_opcodes, cdb);
}

static unsigned int rows(const struct scsi_lu *lu)
{
	const struct scsi_op *op;
	unsigned int i, n = 0;

	for (i = 0; (op = scsi_op_row(i)); i++)
		n += !op->enabled || op->enabled(lu);
	return n;
}

static void all_commands(void **state)
{
	struct sample *s = *state;
	unsigned int i, n = rows(&s->lu);
	const u8 *p;

	assert_int_equal(report(s, 0, 0, 0), 4 + 8 * n);
	assert_int_equal(get_unaligned_be32(s->buf), 8 * n);
	for (i = 0, p = s->buf + 4; i < n; i++, p += 8) {
		assert_int_equal(p[5] & 1, p[0] == 0x9e || p[0] == 0xa3 ||
					      p[0] == 0x5e || p[0] == 0x5f || p[0] == 0x7f ||
					      p[0] == 0xa4 || p[0] == 0x48);
		assert_true(p[7] == 6 || p[7] == 10 || p[7] == 12 || p[7] == 16 ||
			    (p[7] == 32 && p[0] == 0x7f));
		assert_int_not_equal(p[0], 0x42);
	}
	sample_thin(s);
	s->lu.has_map = false;
	assert_int_equal(rows(&s->lu), n + 1);	/* without GET LBA STATUS */
	s->lu.has_map = true;
	assert_int_equal(rows(&s->lu), n + 2);	/* UNMAP, SANITIZE BLOCK ERASE */
	assert_int_equal(report(s, 0, 0, 0), 4 + 8 * (n + 2));
}

static void all_commands_with_timeouts(void **state)
{
	struct sample *s = *state;
	unsigned int i, n = rows(&s->lu);
	const u8 *p;

	assert_int_equal(report(s, 0x80, 0, 0), 4 + 20 * n);
	for (i = 0, p = s->buf + 4; i < n; i++, p += 20) {
		assert_true(p[5] & 2);
		assert_int_equal(get_unaligned_be16(p + 8), 10);
		assert_true(get_unaligned_be32(p + 16) > 0);
	}
}

static void each_command_by_itself(void **state)
{
	struct sample *s = *state;
	const struct scsi_op *op;
	unsigned int i;
	u8 option;

	sample_thin(s);
	s->attrib.emulate_caw = 1;
	s->limits.max_atomic_blocks = 8;
	s->attrib.emulate_3pc = 1;
	s->attrib.removable = 1;
	s->lu.referrals = true;
	for (i = 0; (op = scsi_op_row(i)); i++) {
		option = op->sa == SCSI_NO_SA ? 1 : 2;
		assert_int_equal(report(s, option, op->opcode, op->sa), 4 + op->cdb_len);
		assert_int_equal(s->buf[1], 3);
		assert_int_equal(get_unaligned_be16(s->buf + 2), op->cdb_len);
		assert_memory_equal(s->buf + 4, op->usage, op->cdb_len);
		assert_int_equal(report(s, 0x80 | option, op->opcode, op->sa),
				 4 + op->cdb_len + 12);
		assert_int_equal(s->buf[1], 0x83);
		assert_int_equal(get_unaligned_be32(s->buf + 4 + op->cdb_len + 8), op->timeout);
		assert_int_equal(report(s, 3, op->opcode, op->sa == SCSI_NO_SA ? 0 : op->sa),
				 4 + op->cdb_len);
	}
}

static void what_there_is_not(void **state)
{
	struct sample *s = *state;

	assert_int_equal(report(s, 1, 0xff, 0), 4);
	assert_int_equal(s->buf[1], 1);
	assert_int_equal(report(s, 2, 0xff, 0), 4);
	assert_int_equal(report(s, 2, 0xa3, 0x1f), 4);
	assert_int_equal(s->buf[1], 1);
	assert_int_equal(report(s, 2, 0xa3, 0x10c), 4);
	assert_int_equal(report(s, 3, 0x28, 1), 4);
	assert_int_equal(report(s, 1, 0x42, 0), 4);	/* UNMAP of a thick device */
}

/* Without any service action it is the opcode that is unknown. */
static void opcodes_turned_off(void **state)
{
	static const u8 cdb[16] = { 0x5f, 0x06 };
	struct sample *s = *state;
	struct target_sense sense = {};
	const struct scsi_op *op = scsi_op_find(cdb, &sense);

	assert_true(scsi_op_check_lu(op, &s->lu, cdb, &sense));
	assert_int_equal(report(s, 1, 0x5f, 0), 0);
	s->attrib.emulate_pr = 0;
	assert_false(scsi_op_check_lu(op, &s->lu, cdb, &sense));
	assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_INVALID_OPCODE);
	assert_int_equal(report(s, 1, 0x5f, 0), 4);
	assert_int_equal(s->buf[1], 1);
}

static void wrong_questions(void **state)
{
	struct sample *s = *state;
	unsigned int option;

	assert_int_equal(report(s, 1, 0xa3, 0), 0);
	assert_cdb_field(&s->sense, 2, 2);
	assert_int_equal(report(s, 2, 0x28, 0), 0);
	assert_cdb_field(&s->sense, 2, 2);
	for (option = 4; option < 8; option++) {
		assert_int_equal(report(s, option, 0x28, 0), 0);
		assert_cdb_field(&s->sense, 2, 2);
	}
}

static void usage_follows_the_device(void **state)
{
	struct sample *s = *state;

	report(s, 1, 0x28, 0);
	assert_int_equal(s->buf[5], 0x18);
	report(s, 1, 0x41, 0);
	assert_int_equal(s->buf[5], 0x00);
	report(s, 2, 0x7f, 0x09);
	assert_int_equal(s->buf[4 + 10], 0x18);
	report(s, 2, 0x7f, 0x0d);
	assert_int_equal(s->buf[4 + 10], 0x01);
	s->attrib.emulate_fua_write = 0;
	report(s, 1, 0x28, 0);
	assert_int_equal(s->buf[5], 0x00);
	report(s, 2, 0x7f, 0x09);
	assert_int_equal(s->buf[4 + 10], 0x00);
	sample_thin(s);
	report(s, 1, 0x41, 0);
	assert_int_equal(s->buf[5], 0x08);
}

static void lun_encoding(void **state)
{
	u8 lun[8];

	assert_true(scsi_lun_encode(0, lun));
	assert_memory_equal(lun, "\0\0\0\0\0\0\0\0", 8);
	assert_true(scsi_lun_encode(255, lun));
	assert_memory_equal(lun, "\x00\xff\0\0\0\0\0\0", 8);
	assert_true(scsi_lun_encode(256, lun));
	assert_memory_equal(lun, "\x41\x00\0\0\0\0\0\0", 8);
	assert_true(scsi_lun_encode(0x3fff, lun));
	assert_memory_equal(lun, "\x7f\xff\0\0\0\0\0\0", 8);
	assert_true(scsi_lun_encode(0x4000, lun));
	assert_memory_equal(lun, "\xd2\x00\x40\x00\0\0\0\0", 8);
	assert_true(scsi_lun_encode(0xffffff, lun));
	assert_memory_equal(lun, "\xd2\xff\xff\xff\0\0\0\0", 8);
	assert_false(scsi_lun_encode(0x1000000, lun));
	assert_false(scsi_lun_encode(U64_MAX, lun));
}

static void luns_asked_for(void **state)
{
	static const struct {
		u8	select;
		bool	luns, well_known;
	} good[] = { { 0x00, true, false }, { 0x01, false, true }, { 0x02, true, true },
		     { 0x10, false, false }, { 0x11, true, false } };
	struct target_sense sense = {};
	u8 cdb[TARGET_MAX_CDB] = { 0xa0, [9] = 16 };
	bool luns, well_known;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		cdb[2] = good[i].select;
		assert_true(scsi_report_luns_check(cdb, &luns, &well_known, &sense));
		assert_int_equal(luns, good[i].luns);
		assert_int_equal(well_known, good[i].well_known);
	}
	cdb[9] = 15;
	assert_false(scsi_report_luns_check(cdb, &luns, &well_known, &sense));
	assert_cdb_field(&sense, 6, -1);
	cdb[2] = 0x12;
	assert_false(scsi_report_luns_check(cdb, &luns, &well_known, &sense));
	assert_cdb_field(&sense, 2, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		sample_test(all_commands),
		sample_test(all_commands_with_timeouts),
		sample_test(each_command_by_itself),
		sample_test(what_there_is_not),
		sample_test(opcodes_turned_off),
		sample_test(wrong_questions),
		sample_test(usage_follows_the_device),
		sample_test(lun_encoding),
		cmocka_unit_test(luns_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
