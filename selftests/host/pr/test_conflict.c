// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which commands a reservation keeps out: the tables of the standards, command
 * by command, against every type and every relation of the sender.
 */
#include "util.h"

/*
 * Columns as in SPC-4 table 35 and SBC-3 table 13: a command from a nexus that does not hold
 * 1 Write Exclusive, 2 Exclusive Access; 3 registered, "registrants only" or "all registrants";
 * not registered, 4 Write Exclusive and 5 Exclusive Access of these; 6 SPC-2: reserved by another
 * nexus with RESERVE. A is allowed, C is a conflict.
 */
static const struct {
	const char *name;
	const char *columns;
} table[] = {
	{ "COMPARE AND WRITE",				"CCACCC" },
	{ "EXTENDED COPY",				"CCACCC" },
	{ "FORMAT UNIT",				"CCACCC" },
	{ "GET LBA STATUS",				"ACAACC" },
	{ "INQUIRY",					"AAAAAA" },
	{ "LOG SELECT",					"CCACCC" },
	{ "LOG SENSE",					"AAAAAC" },
	{ "MODE SELECT(6)",				"CCACCC" },
	{ "MODE SELECT(10)",				"CCACCC" },
	{ "MODE SENSE(6)",				"ACAACC" },
	{ "MODE SENSE(10)",				"ACAACC" },
	{ "ORWRITE(16)",				"CCACCC" },
	{ "PERSISTENT RESERVE IN, READ KEYS",		"AAAAAC" },
	{ "PERSISTENT RESERVE OUT, REGISTER",		"AAAAAC" },
	{ "PERSISTENT RESERVE OUT, PREEMPT",		"AAAAAC" },
	{ "PRE-FETCH(10)",				"ACAACC" },
	{ "PRE-FETCH(16)",				"ACAACC" },
	{ "READ(6)",					"ACAACC" },
	{ "READ(10)",					"ACAACC" },
	{ "READ(12)",					"ACAACC" },
	{ "READ(16)",					"ACAACC" },
	{ "READ CAPACITY(10)",				"AAAAAC" },
	{ "READ CAPACITY(16)",				"AAAAAC" },
	{ "READ DEFECT DATA(10)",			"ACAACC" },
	{ "READ DEFECT DATA(12)",			"ACAACC" },
	{ "RELEASE(6)",					"AAAAAA" },
	{ "RELEASE(10)",				"AAAAAA" },
	{ "REPORT LUNS",				"AAAAAA" },
	{ "REPORT SUPPORTED OPERATION CODES",		"ACAACC" },
	{ "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",	"ACAACC" },
	{ "REPORT TARGET PORT GROUPS",			"AAAAAC" },
	{ "REQUEST SENSE",				"AAAAAA" },
	{ "SANITIZE",					"CCACCC" },
	{ "SET TARGET PORT GROUPS",			"CCACCC" },
	{ "SYNCHRONIZE CACHE(10)",			"CCACCC" },
	{ "SYNCHRONIZE CACHE(16)",			"CCACCC" },
	{ "TEST UNIT READY",				"AAAAAC" },
	{ "UNMAP",					"CCACCC" },
	{ "VERIFY(10)",					"ACAACC" },
	{ "VERIFY(12)",					"ACAACC" },
	{ "VERIFY(16)",					"ACAACC" },
	{ "WRITE(6)",					"CCACCC" },
	{ "WRITE(10)",					"CCACCC" },
	{ "WRITE(12)",					"CCACCC" },
	{ "WRITE(16)",					"CCACCC" },
	{ "WRITE AND VERIFY(10)",			"CCACCC" },
	{ "WRITE AND VERIFY(12)",			"CCACCC" },
	{ "WRITE AND VERIFY(16)",			"CCACCC" },
	{ "WRITE SAME(10)",				"CCACCC" },
	{ "WRITE SAME(16)",				"CCACCC" },
};

static const struct scsi_op *row(const char *name)
{
	const struct scsi_op *op;

	for (unsigned int i = 0; (op = scsi_op_row(i)); i++)
		if (!strcmp(op->name, name))
			return op;
	return NULL;
}

static void assert_cell(const char *name, u8 class, u8 type, enum pr_relation relation, char cell)
{
	if (pr_conflict(type, relation, class) != (cell == 'C'))
		fail_msg("%s, type %u, relation %u: not %c", name, type, relation, cell);
}

static void assert_row(const char *name, u8 class, const char *columns)
{
	static const u8 all[] = {
		PR_WRITE_EXCLUSIVE, PR_EXCLUSIVE_ACCESS, PR_WRITE_EXCLUSIVE_RO,
		PR_EXCLUSIVE_ACCESS_RO, PR_WRITE_EXCLUSIVE_AR, PR_EXCLUSIVE_ACCESS_AR,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++)
		assert_cell(name, class, all[i], PR_HOLDER, 'A');
	for (enum pr_relation r = PR_OTHER; r <= PR_REGISTRANT; r++) {
		assert_cell(name, class, PR_NONE, r, 'A');
		assert_cell(name, class, PR_WRITE_EXCLUSIVE, r, columns[0]);
		assert_cell(name, class, PR_EXCLUSIVE_ACCESS, r, columns[1]);
		assert_cell(name, class, PR_SPC2, r, columns[5]);
	}
	for (u8 type = PR_WRITE_EXCLUSIVE_RO; type <= PR_EXCLUSIVE_ACCESS_AR; type++)
		assert_cell(name, class, type, PR_REGISTRANT, columns[2]);
	assert_cell(name, class, PR_WRITE_EXCLUSIVE_RO, PR_OTHER, columns[3]);
	assert_cell(name, class, PR_WRITE_EXCLUSIVE_AR, PR_OTHER, columns[3]);
	assert_cell(name, class, PR_EXCLUSIVE_ACCESS_RO, PR_OTHER, columns[4]);
	assert_cell(name, class, PR_EXCLUSIVE_ACCESS_AR, PR_OTHER, columns[4]);
}

static void every_command_is_as_in_the_standard(void **state)
{
	u8 cdb[TARGET_MAX_CDB] = {};
	unsigned int seen = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(table); i++) {
		const struct scsi_op *op = row(table[i].name);

		if (!op)
			continue;
		seen++;
		assert_row(op->name, pr_class(op, cdb), table[i].columns);
	}
	assert_true(seen >= 25);
}

static void a_row_that_says_nothing_is_kept_out(void **state)
{
	struct scsi_op op = { .opcode = 0xff };
	u8 cdb[TARGET_MAX_CDB] = {};

	assert_row("unknown", pr_class(&op, cdb), "CCACCC");
	op.flags = SCSI_OP_READS;
	assert_row("reads", pr_class(&op, cdb), "ACAACC");
	op.flags = SCSI_OP_READS | SCSI_OP_WRITES;
	assert_row("both", pr_class(&op, cdb), "CCACCC");
}

static void each_service_action_has_the_class_of_its_command(void **state)
{
	u8 cdb[TARGET_MAX_CDB] = {};
	const struct scsi_op *op;
	unsigned int seen = 0;

	for (unsigned int i = 0; (op = scsi_op_row(i)); i++) {
		assert_int_not_equal(pr_class(op, cdb), 0);
		if (op->opcode != 0x5e && op->opcode != 0x5f)
			continue;
		seen++;
		assert_int_equal(pr_class(op, cdb), SCSI_RES_PERSISTENT);
	}
	assert_int_equal(seen, 13);
}

/* START STOP UNIT and PREVENT ALLOW MEDIUM REMOVAL: SBC-3 table 13 looks into the CDB. */
static void some_depend_on_the_cdb(void **state)
{
	static const struct scsi_op start = { .opcode = 0x1b }, prevent = { .opcode = 0x1e };
	u8 cdb[TARGET_MAX_CDB] = {};

	cdb[4] = 0x01;
	assert_row("start", pr_class(&start, cdb), "AAAAAC");
	assert_row("prevent", pr_class(&prevent, cdb), "CCACCC");
	cdb[4] = 0x00;
	assert_row("stop", pr_class(&start, cdb), "CCACCC");
	assert_row("allow", pr_class(&prevent, cdb), "AAAAAA");
	cdb[4] = 0x11;
	assert_row("power condition", pr_class(&start, cdb), "CCACCC");
}

static void reserve_of_spc2(void **state)
{
	u8 persistent = SCSI_RES_PERSISTENT;

	/* SPC-2 5.5.1: PERSISTENT RESERVE conflicts even from the nexus that holds it. */
	assert_true(pr_conflict(PR_SPC2, PR_HOLDER, persistent));
	assert_false(pr_conflict(PR_SPC2, PR_HOLDER, SCSI_RES_WRITE));
	assert_false(pr_conflict(PR_SPC2, PR_HOLDER, SCSI_RES_HARMLESS));
	assert_true(pr_conflict(PR_SPC2, PR_OTHER, SCSI_RES_HARMLESS));
}

/* SPC-4 5.13.3 */
static void compatible_reservation_handling(void **state)
{
	assert_int_equal(pr_spc2_compatible(PR_NONE, PR_REGISTRANT), CONFLICT);
	assert_int_equal(pr_spc2_compatible(PR_NONE, PR_OTHER), CONFLICT);
	for (u8 type = 0; type < 16; type++) {
		if (!pr_type_valid(type))
			continue;
		assert_int_equal(pr_spc2_compatible(type, PR_HOLDER), GOOD);
		assert_int_equal(pr_spc2_compatible(type, PR_OTHER), CONFLICT);
	}
	assert_int_equal(pr_spc2_compatible(PR_WRITE_EXCLUSIVE, PR_REGISTRANT), CONFLICT);
	assert_int_equal(pr_spc2_compatible(PR_EXCLUSIVE_ACCESS, PR_REGISTRANT), CONFLICT);
	assert_int_equal(pr_spc2_compatible(PR_WRITE_EXCLUSIVE_RO, PR_REGISTRANT), GOOD);
	assert_int_equal(pr_spc2_compatible(PR_EXCLUSIVE_ACCESS_RO, PR_REGISTRANT), GOOD);
}

/* SPC-4 5.13.5.2 and 5.13.5.3.2: these rows and no others, by their names */
static void what_runs_while_a_reservation_is_lost(void **state)
{
	static const char * const want[] = {
		"INQUIRY", "LOG SENSE", "READ BUFFER", "REPORT LUNS", "REPORT TARGET PORT GROUPS",
		"REQUEST SENSE", "WRITE BUFFER", "PERSISTENT RESERVE OUT, REPLACE LOST RESERVATION",
	};
	unsigned int ran = 0;

	for (unsigned int i = 0; scsi_op_row(i); i++) {
		const struct scsi_op *op = scsi_op_row(i);
		u8 cdb[TARGET_MAX_CDB] = { op->opcode, op->sa == SCSI_NO_SA ? 0 : op->sa };
		bool expected = false;

		if (op->opcode == SCSI_VARIABLE_LEN)
			put_unaligned_be16(op->sa, cdb + 8);
		for (unsigned int j = 0; j < ARRAY_SIZE(want); j++)
			expected |= !strncmp(op->name, want[j], strlen(want[j]));
		if (pr_runs_while_lost(cdb) != expected)
			fail_msg("%s", op->name);
		ran += expected;
	}
	assert_true(ran >= ARRAY_SIZE(want));
	assert_true(pr_runs_while_lost((u8[16]){ 0x1b, [4] = 0x01 }));
	assert_false(pr_runs_while_lost((u8[16]){ 0x1b, [4] = 0x00 }));
	assert_false(pr_runs_while_lost((u8[16]){ 0x1b, [4] = 0x11 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_is_as_in_the_standard),
		cmocka_unit_test(a_row_that_says_nothing_is_kept_out),
		cmocka_unit_test(each_service_action_has_the_class_of_its_command),
		cmocka_unit_test(some_depend_on_the_cdb),
		cmocka_unit_test(reserve_of_spc2),
		cmocka_unit_test(compatible_reservation_handling),
		cmocka_unit_test(what_runs_while_a_reservation_is_lost),
	};

	return scsi_op_init() || cmocka_run_group_tests_name("pr_conflict", tests, NULL, NULL);
}
