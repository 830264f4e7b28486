// SPDX-License-Identifier: GPL-2.0-only
/*
 * The opcode table: every bit of every row, every operation code and service
 * action, and rows that must not pass the table's own check.
 */
#include "lu.h"
#include "../../target_core/scsi_op.c"

static void base_cdb(const struct scsi_op *op, u8 *cdb)
{
	memset(cdb, 0, TARGET_MAX_CDB);
	sample_cdb(op, cdb);
}

static const struct scsi_op *row(u8 opcode, u16 sa)
{
	bool has_sa;
	const struct scsi_op *op = scsi_op_lookup(opcode, sa, &has_sa);

	assert_non_null(op);
	return op;
}

static void every_bit_of_every_row(void **state)
{
	struct target_sense sense;
	u8 cdb[TARGET_MAX_CDB];
	const struct scsi_op *op;
	unsigned int i, byte, bit;

	for (i = 0; (op = scsi_op_row(i)); i++) {
		for (byte = 1; byte < op->cdb_len; byte++) {
			for (bit = 0; bit < 8; bit++) {
				base_cdb(op, cdb);
				cdb[byte] |= 1 << bit;
				if (op->usage[byte] & (1 << bit)) {
					assert_true(scsi_op_check_cdb(op, cdb, &sense));
					continue;
				}
				assert_false(scsi_op_check_cdb(op, cdb, &sense));
				assert_cdb_field(&sense, byte, bit);
			}
		}
	}
}

static void all_known_bits_together(void **state)
{
	struct target_sense sense;
	u8 cdb[TARGET_MAX_CDB];
	const struct scsi_op *op;
	unsigned int i;

	for (i = 0; (op = scsi_op_row(i)); i++) {
		memcpy(cdb, op->usage, sizeof(cdb));
		assert_true(scsi_op_check_cdb(op, cdb, &sense));
		memset(cdb + op->cdb_len, 0xff, sizeof(cdb) - op->cdb_len);
		assert_true(scsi_op_check_cdb(op, cdb, &sense));
	}
}

static void first_bit_in_error_is_named(void **state)
{
	const struct scsi_op *op = row(0x28, 0);
	u8 cdb[TARGET_MAX_CDB] = { 0x28, 0xe7, 0, 0, 0, 0, 0xff, 0, 0, 0xff };
	struct target_sense sense;

	assert_false(scsi_op_check_cdb(op, cdb, &sense));
	assert_cdb_field(&sense, 1, 7);
	cdb[1] = 0;
	assert_false(scsi_op_check_cdb(op, cdb, &sense));
	assert_cdb_field(&sense, 6, 7);
	cdb[6] = 0x1f;
	cdb[9] = 0x04;			/* NACA */
	assert_false(scsi_op_check_cdb(op, cdb, &sense));
	assert_cdb_field(&sense, 9, 2);
}

static const struct scsi_op *scan(u8 opcode, u16 sa, bool *known)
{
	const struct scsi_op *op;
	unsigned int i;

	*known = false;
	for (i = 0; (op = scsi_op_row(i)); i++) {
		if (op->opcode != opcode)
			continue;
		*known = true;
		if (op->sa == SCSI_NO_SA || op->sa == sa)
			return op;
	}
	return NULL;
}

static void every_opcode_and_service_action(void **state)
{
	u8 cdb[TARGET_MAX_CDB] = {};
	struct target_sense sense;
	const struct scsi_op *op;
	unsigned int opcode, sa;
	bool known;

	for (opcode = 0; opcode < 256; opcode++) {
		for (sa = 0; sa < 32; sa++) {
			memset(cdb, 0, sizeof(cdb));
			sample_cdb(&(struct scsi_op) { .opcode = opcode, .sa = sa }, cdb);
			memset(&sense, 0, sizeof(sense));
			op = scan(opcode, sa, &known);
			assert_ptr_equal(scsi_op_find(cdb, &sense), op);
			if (op)
				assert_int_equal(sense.key, 0);
			else if (known && opcode == SCSI_VARIABLE_LEN)
				assert_cdb_field(&sense, 8, -1);
			else if (known)
				assert_cdb_field(&sense, 1, 4);
			else
				assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_INVALID_OPCODE);
		}
	}
}

static void additional_length_and_service_action_of_long_cdbs(void **state)
{
	u8 cdb[TARGET_MAX_CDB] = { 0x7f, [7] = 0x18, [8] = 0x01, [9] = 0x09 };
	struct target_sense sense = {};

	assert_null(scsi_op_find(cdb, &sense));		/* all 16 bits count */
	assert_cdb_field(&sense, 8, -1);
	cdb[8] = 0;
	assert_ptr_equal(scsi_op_find(cdb, &sense), row(0x7f, 0x09));
	cdb[7] = 0x10;
	assert_null(scsi_op_find(cdb, &sense));
	assert_cdb_field(&sense, 7, -1);
	cdb[7] = 0x38;
	assert_null(scsi_op_find(cdb, &sense));
	assert_cdb_field(&sense, 7, -1);
}

static void protection_and_control_of_long_cdbs(void **state)
{
	const struct scsi_op *op = row(0x7f, 0x0b);
	u8 cdb[TARGET_MAX_CDB] = { 0x7f, [7] = 0x18, [9] = 0x0b, [10] = 0x20 };
	struct target_sense sense = {};

	assert_false(scsi_op_check_cdb(op, cdb, &sense));
	assert_cdb_field(&sense, 10, 5);		/* WRPROTECT */
	cdb[10] = 0;
	memset(cdb + 20, 0xff, 8);
	assert_true(scsi_op_check_cdb(op, cdb, &sense));
	cdb[1] = 0x04;
	assert_false(scsi_op_check_cdb(op, cdb, &sense));
	assert_cdb_field(&sense, 1, 2);			/* NACA */
}

static void rows_have_different_names(void **state)
{
	const struct scsi_op *a, *b;
	unsigned int i, j;

	for (i = 0; (a = scsi_op_row(i)); i++)
		for (j = i + 1; (b = scsi_op_row(j)); j++)
			assert_string_not_equal(a->name, b->name);
	assert_null(scsi_op_row(i));
	assert_null(scsi_op_row(-1U));
}

/* Puts a number where the row says, checks that it comes back. */
static void check_decode(const struct scsi_op *op, u64 want_lba, u64 want_len)
{
	u8 cdb[TARGET_MAX_CDB];
	struct target_sense sense;
	u64 lba, len;

	base_cdb(op, cdb);
	shim_put_be(want_lba, cdb + op->lba_at, op->lba_size);
	shim_put_be(want_len, cdb + op->len_at, op->len_size);
	assert_true(scsi_op_check_cdb(op, cdb, &sense));
	scsi_op_decode(op, cdb, &lba, &len);
	assert_int_equal(lba, want_lba);
	assert_int_equal(len, !want_len && op->flags & SCSI_OP_ZERO_IS_256 ? 256 : want_len);
}

static u64 field_max(const struct scsi_op *op, u8 at, u8 size)
{
	return size ? shim_get_be(op->usage + at, size) : 0;
}

static void lba_and_length_are_decoded(void **state)
{
	const struct scsi_op *op;
	unsigned int i;
	u64 lba, len;

	for (i = 0; (op = scsi_op_row(i)); i++) {
		lba = field_max(op, op->lba_at, op->lba_size);
		len = field_max(op, op->len_at, op->len_size);
		check_decode(op, lba, len);
		check_decode(op, 0, len);
		check_decode(op, lba, 0);
		check_decode(op, lba & 0x0123456789abcdefULL, len & 0x76543210);
	}
	assert_int_equal(field_max(row(0x08, 0), 1, 3), 0x1fffff);
	assert_int_equal(field_max(row(0x88, 0), 2, 8), U64_MAX);
}

static void known_cdbs_decode_as_the_standard_says(void **state)
{
	static const u8 read_6[TARGET_MAX_CDB] = { 0x08, 0x1f, 0xfe, 0xdc, 0 };
	static const u8 write_12[TARGET_MAX_CDB] = { 0xaa, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const u8 read_32[TARGET_MAX_CDB] = { 0x7f, [7] = 0x18, [9] = 0x09,
		[12] = 1, 2, 3, 4, 5, 6, 7, 8, [28] = 9, 10, 11, 12 };
	u64 lba, len;

	scsi_op_decode(row(0x7f, 0x09), read_32, &lba, &len);
	assert_int_equal(lba, 0x0102030405060708);
	assert_int_equal(len, 0x090a0b0c);
	scsi_op_decode(row(0x08, 0), read_6, &lba, &len);
	assert_int_equal(lba, 0x1ffedc);
	assert_int_equal(len, 256);
	scsi_op_decode(row(0xaa, 0), write_12, &lba, &len);
	assert_int_equal(lba, 0x01020304);
	assert_int_equal(len, 0x05060708);
}

static bool lu_takes(struct sample *s, const u8 *cdb)
{
	const struct scsi_op *op;

	memset(&s->sense, 0, sizeof(s->sense));
	op = scsi_op_find(cdb, &s->sense);
	assert_non_null(op);
	return !scsi_op_asks_lu(op, cdb) || scsi_op_check_lu(op, &s->lu, cdb, &s->sense);
}

static void dpo_and_fua_follow_the_attribute(void **state)
{
	static const u8 opcodes[] = { 0x28, 0x2a, 0x88, 0x8a, 0xa8, 0xaa };
	struct sample *s = *state;
	u8 cdb[TARGET_MAX_CDB] = {};
	unsigned int i, on;

	for (on = 0; on < 2; on++) {
		s->attrib.emulate_fua_write = on;
		for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
			cdb[0] = opcodes[i];
			cdb[1] = 0;
			assert_true(lu_takes(s, cdb));
			cdb[1] = 0x08;
			assert_int_equal(lu_takes(s, cdb), on);
			if (!on)
				assert_cdb_field(&s->sense, 1, 3);
			cdb[1] = 0x18;
			assert_int_equal(lu_takes(s, cdb), on);
			if (!on)
				assert_cdb_field(&s->sense, 1, 4);
		}
		base_cdb(row(0x7f, 0x0b), cdb);
		cdb[10] = 0x08;
		assert_int_equal(lu_takes(s, cdb), on);
		if (!on)
			assert_cdb_field(&s->sense, 10, 3);
	}
}

static void write_same_unmap_follows_provisioning(void **state)
{
	struct sample *s = *state;
	u8 cdb[TARGET_MAX_CDB] = { 0x41, 0x08 };

	assert_false(lu_takes(s, cdb));
	assert_cdb_field(&s->sense, 1, 3);
	cdb[1] = 0;
	assert_true(lu_takes(s, cdb));
	sample_thin(s);
	cdb[1] = 0x08;
	assert_true(lu_takes(s, cdb));
	cdb[0] = 0x93;
	assert_true(lu_takes(s, cdb));
	base_cdb(row(0x7f, 0x0d), cdb);
	cdb[10] = 0x08;
	assert_true(lu_takes(s, cdb));
	s->limits.max_unmap_blocks = 0;
	assert_false(lu_takes(s, cdb));
}

static void a_device_without_a_command_refuses_it(void **state)
{
	struct sample *s = *state;
	u8 cdb[TARGET_MAX_CDB] = { 0x42 };

	assert_false(lu_takes(s, cdb));
	assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_INVALID_OPCODE);
	sample_thin(s);
	assert_true(lu_takes(s, cdb));
	s->attrib.max_unmap_block_desc_count = 0;
	assert_false(lu_takes(s, cdb));

	cdb[0] = 0xa3;
	cdb[1] = 0x0c;
	assert_true(lu_takes(s, cdb));
	s->attrib.emulate_rsoc = 0;
	assert_false(lu_takes(s, cdb));
	assert_cdb_field(&s->sense, 1, 4);
	cdb[1] = 0x0a;
	assert_true(lu_takes(s, cdb));
	s->attrib.alua_support = 0;
	assert_false(lu_takes(s, cdb));
}

static u64 data_len(u8 opcode, u8 byte1, u8 at, u8 blocks)
{
	u8 cdb[TARGET_MAX_CDB] = { opcode, byte1 };

	cdb[at] = blocks;
	return row(opcode, 0)->data_len(cdb, 512);
}

static u64 data_len_32(u8 sa, u8 options, u8 blocks)
{
	u8 cdb[TARGET_MAX_CDB] = {};

	base_cdb(row(0x7f, sa), cdb);
	cdb[10] = options;
	cdb[31] = blocks;
	return row(0x7f, sa)->data_len(cdb, 512);
}

static void data_length_where_no_field_tells(void **state)
{
	assert_int_equal(data_len(0x25, 0, 8, 0), 8);
	assert_int_equal(data_len(0x2f, 0x00, 8, 9), 0);
	assert_int_equal(data_len(0x2f, 0x02, 8, 9), 9 * 512);
	assert_int_equal(data_len(0x2f, 0x02, 8, 0), 0);
	assert_int_equal(data_len(0x2f, 0x06, 8, 9), 512);
	assert_int_equal(data_len(0x8f, 0x02, 10, 0xff), 0xff000000ULL * 512);
	assert_int_equal(data_len(0x8f, 0x06, 13, 1), 512);
	assert_int_equal(data_len(0xaf, 0x02, 9, 3), 3 * 512);
	assert_int_equal(data_len(0x41, 0x00, 8, 9), 512);
	assert_int_equal(data_len(0x93, 0x00, 13, 9), 512);
	assert_int_equal(data_len(0x93, 0x01, 13, 9), 0);
	assert_int_equal(data_len_32(0x0a, 0x00, 9), 0);
	assert_int_equal(data_len_32(0x0a, 0x02, 9), 9 * 512);
	assert_int_equal(data_len_32(0x0a, 0x06, 9), 512);
	assert_int_equal(data_len_32(0x0d, 0x00, 9), 512);
	assert_int_equal(data_len_32(0x0d, 0x01, 9), 0);
	assert_int_equal(data_len(0x89, 0x00, 13, 0), 0);
	assert_int_equal(data_len(0x89, 0x00, 13, 255), 2 * 255 * 512);
}

/* A handler that issues child requests waits for them. */
static void handlers_that_wait_have_a_workqueue(void **state)
{
	static void (*const waiting[])(struct target_cmd *cmd) = {
		exec_verify, exec_unmap, exec_write_same, exec_report_target_port_groups,
		exec_set_target_port_groups, exec_report_referrals,
		exec_compare_and_write, exec_orwrite, exec_format_unit, exec_sanitize,
		exec_write_atomic, exec_write_verify, exec_prefetch,
		exec_get_lba_status, exec_start_stop, exec_prevent_allow, exec_persistent_reserve_in,
		exec_persistent_reserve_out, exec_reserve, exec_release, exec_log_sense,
		exec_log_select, exec_mode_select,
		exec_read_buffer, exec_write_buffer,
		exec_extended_copy, exec_copy_operation_abort, exec_receive_copy,
		exec_receive_copy_parameters, exec_send_diagnostic,
		exec_set_timestamp, exec_report_ident, exec_set_ident,
	};
	const struct scsi_op *op;
	unsigned int i, j;
	bool waits;

	for (i = 0; (op = scsi_op_row(i)); i++) {
		waits = false;
		for (j = 0; j < ARRAY_SIZE(waiting); j++)
			waits |= op->exec == waiting[j];
		assert_int_equal(!!(op->flags & SCSI_OP_PROCESS), waits);
		if (op->flags & SCSI_OP_ANY_LUN)	/* without a device there is none */
			assert_false(op->flags & SCSI_OP_PROCESS);
		if (op->flags & SCSI_OP_CONTROL) {
			assert_true(waits);
			assert_false(op->flags & SCSI_OP_MEDIUM);
		}
	}
}

/* Ranges are kept of what has SCSI_OP_READS or _WRITES; an atomic command sleeps before it runs. */
static void what_touches_the_medium_is_marked(void **state)
{
	const struct scsi_op *op;
	unsigned int i;

	for (i = 0; (op = scsi_op_row(i)); i++) {
		bool atomic = op->exec == exec_compare_and_write || op->exec == exec_orwrite ||
			      op->exec == exec_write_atomic;
		bool alone = op->exec == exec_format_unit || op->exec == exec_sanitize;

		assert_int_equal(!!(op->flags & SCSI_OP_ATOMIC), atomic || alone);
		if (atomic)
			assert_int_equal(op->flags & ATOMIC_FLAGS, ATOMIC_FLAGS);
		if (alone)
			assert_int_equal(op->flags & ATOMIC_FLAGS, ALONE_FLAGS);
		if ((op->flags & SCSI_OP_BLOCKS) && op->exec != exec_sync_cache)
			assert_true(op->flags & (SCSI_OP_READS | SCSI_OP_WRITES));
	}
	assert_true(row(0x00, 0)->flags & SCSI_OP_MEDIUM);
	assert_false(row(0x12, 0)->flags & SCSI_OP_MEDIUM);
	assert_false(row(0x1b, 0)->flags & SCSI_OP_MEDIUM);	/* else nobody could start it */
}

/* While a unit is formatted: what tells about it, nothing that needs or changes it. */
static void reporting_commands(void **state)
{
	static const u8 reporting[] = { 0x03, 0x12, 0x1a, 0x5a, 0xa0 };
	const struct scsi_op *op;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(reporting); i++)
		assert_true(scsi_op_reports(row(reporting[i], 0)));
	assert_true(scsi_op_reports(row(0x5e, 0)));
	assert_true(scsi_op_reports(row(0xa3, 0x0c)));
	assert_false(scsi_op_reports(row(0x00, 0)));
	assert_false(scsi_op_reports(row(0x1b, 0)));
	assert_false(scsi_op_reports(row(0x25, 0)));
	assert_false(scsi_op_reports(row(0x5f, 0)));
	for (i = 0; (op = scsi_op_row(i)); i++)
		assert_false(scsi_op_reports(op) && (op->flags & SCSI_OP_MEDIUM));
}

/* A command that writes, with DPO and FUA, is there while @word is not 0. */
static void write_comes_with(struct sample *s, u8 opcode, u32 *word)
{
	u8 cdb[TARGET_MAX_CDB] = { opcode };

	assert_false(lu_takes(s, cdb));
	assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_INVALID_OPCODE);
	*word = 1;
	assert_true(lu_takes(s, cdb));
	cdb[1] = 0x18;
	assert_true(lu_takes(s, cdb));
	s->attrib.emulate_fua_write = 0;
	assert_false(lu_takes(s, cdb));
	assert_cdb_field(&s->sense, 1, 4);
}

static void compare_and_write_follows_the_attribute(void **state)
{
	struct sample *s = *state;

	write_comes_with(s, 0x89, &s->attrib.emulate_caw);
}

static void write_atomic_follows_the_backstore(void **state)
{
	struct sample *s = *state;

	write_comes_with(s, 0x9c, &s->limits.max_atomic_blocks);
}

static void a_medium_is_removable_by_attribute(void **state)
{
	struct sample *s = *state;
	u8 prevent[TARGET_MAX_CDB] = { 0x1e }, eject[TARGET_MAX_CDB] = { 0x1b, 0, 0, 0, 0x02 };
	u8 stop[TARGET_MAX_CDB] = { 0x1b }, usage[TARGET_MAX_CDB];

	assert_false(lu_takes(s, prevent));
	assert_sense(&s->sense, SENSE_ILLEGAL_REQUEST, ASC_INVALID_OPCODE);
	assert_false(lu_takes(s, eject));
	assert_cdb_field(&s->sense, 4, 1);
	assert_true(lu_takes(s, stop));
	scsi_op_usage(row(0x1b, 0), &s->lu, usage);
	assert_int_equal(usage[4], 0x05);

	s->attrib.removable = 1;
	assert_true(lu_takes(s, prevent));
	assert_true(lu_takes(s, eject));
	scsi_op_usage(row(0x1b, 0), &s->lu, usage);
	assert_int_equal(usage[4], 0x07);
}

static void a_bad_row_is_found(void **state)
{
	const struct scsi_op good = *row(0x28, 0);
	struct scsi_op op = good;

	assert_true(scsi_op_valid(&op));
	op.name = NULL;
	assert_false(scsi_op_valid(&op));
	op = good;
	op.exec = NULL;
	assert_false(scsi_op_valid(&op));
	op = good;
	op.cdb_len = 12;
	assert_false(scsi_op_valid(&op));
	op = good;
	op.usage[0] = 0x2a;
	assert_false(scsi_op_valid(&op));
	op = good;
	op.usage[9] = 0x04;
	assert_false(scsi_op_valid(&op));
	op = good;
	op.usage[31] = 1;
	assert_false(scsi_op_valid(&op));
	op = good;
	op.len_at = 9;
	assert_false(scsi_op_valid(&op));
	op = good;
	op.lba_size = 0;
	assert_false(scsi_op_valid(&op));
	op = good;
	op.lu_bits = 0x20;
	assert_false(scsi_op_valid(&op));
	op = good;
	op.has_bits = NULL;
	assert_false(scsi_op_valid(&op));
	op = good;
	op.flags |= SCSI_OP_ANY_LUN;
	assert_false(scsi_op_valid(&op));
	op = *row(0x89, 0);
	op.flags &= ~SCSI_OP_PROCESS;
	assert_false(scsi_op_valid(&op));
	op = *row(0x9e, 0x10);
	op.sa = 0x11;
	assert_false(scsi_op_valid(&op));
	op = *row(0x7f, 0x09);
	assert_true(scsi_op_valid(&op));
	op.usage[1] = 0x04;
	assert_false(scsi_op_valid(&op));
	op = *row(0x7f, 0x09);
	op.usage[7] = 0x10;
	assert_false(scsi_op_valid(&op));
	op = *row(0x7f, 0x09);
	op.sa = 0x0109;
	assert_false(scsi_op_valid(&op));
}

static void the_order_of_the_table_is_checked(void **state)
{
	struct scsi_op a = *row(0x28, 0), b = *row(0x2a, 0);

	assert_true(scsi_op_follows(&b, &a));
	assert_false(scsi_op_follows(&a, &b));
	assert_false(scsi_op_follows(&a, &a));
	assert_true(scsi_op_follows(row(0xa3, 0x0c), row(0xa3, 0x0a)));
	assert_false(scsi_op_follows(row(0xa3, 0x0a), row(0xa3, 0x0c)));
	assert_int_equal(scsi_op_init(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		sample_test(every_bit_of_every_row),
		sample_test(all_known_bits_together),
		sample_test(first_bit_in_error_is_named),
		sample_test(every_opcode_and_service_action),
		sample_test(additional_length_and_service_action_of_long_cdbs),
		sample_test(protection_and_control_of_long_cdbs),
		sample_test(rows_have_different_names),
		sample_test(lba_and_length_are_decoded),
		sample_test(known_cdbs_decode_as_the_standard_says),
		sample_test(dpo_and_fua_follow_the_attribute),
		sample_test(write_same_unmap_follows_provisioning),
		sample_test(a_device_without_a_command_refuses_it),
		sample_test(data_length_where_no_field_tells),
		sample_test(handlers_that_wait_have_a_workqueue),
		sample_test(what_touches_the_medium_is_marked),
		sample_test(reporting_commands),
		sample_test(compare_and_write_follows_the_attribute),
		sample_test(write_atomic_follows_the_backstore),
		sample_test(a_medium_is_removable_by_attribute),
		sample_test(a_bad_row_is_found),
		sample_test(the_order_of_the_table_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
