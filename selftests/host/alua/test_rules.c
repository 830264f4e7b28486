// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asymmetric access: which command passes in which state, the parameter list of
 * SET TARGET PORT GROUPS, and the files that keep states.
 */
#include <stdlib.h>
#include "alua_rules.h"
#include "lu.h"

/*
 * SPC-4 5.15.2.4: what passes in states that are not active. A: in all of them;
 * S: in standby; M: in standby if we like, which the standard leaves to us. A name stands for every
 * row that begins with it. What is not here passes in the active states alone.
 */
static const struct {
	const char *name;
	char	    where;
} passes[] = {
	{ "INQUIRY",				'A' },
	{ "REPORT LUNS",			'A' },
	{ "REQUEST SENSE",			'A' },
	{ "REPORT TARGET PORT GROUPS",		'A' },
	{ "SET TARGET PORT GROUPS",		'A' },
	{ "LOG SELECT",				'S' },
	{ "LOG SENSE",				'S' },
	{ "MODE SELECT",			'S' },
	{ "MODE SENSE",				'S' },
	{ "PERSISTENT RESERVE IN",		'S' },
	{ "PERSISTENT RESERVE OUT",		'S' },
	{ "RECEIVE DIAGNOSTIC RESULTS",		'S' },
	{ "SEND DIAGNOSTIC",			'S' },
	{ "READ BUFFER",			'M' },
	{ "WRITE BUFFER",			'M' },
	{ "REPORT SUPPORTED",			'M' },
	{ "REPORT IDENTIFYING INFORMATION",	'M' },
	{ "SET IDENTIFYING INFORMATION",	'M' },
	{ "REPORT TIMESTAMP",			'M' },
	{ "SET TIMESTAMP",			'M' },
};

static char where_passes(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(passes); i++)
		if (!strncmp(name, passes[i].name, strlen(passes[i].name)))
			return passes[i].where;
	return ' ';
}

static const u8 shut[] = {
	TARGET_ALUA_STANDBY, TARGET_ALUA_UNAVAILABLE, TARGET_ALUA_OFFLINE,
	TARGET_ALUA_TRANSITIONING,
};

static void assert_cell(const struct scsi_op *op, u8 state)
{
	char where = where_passes(op->name);
	bool expected = where == 'A' || (where == 'S' && state == TARGET_ALUA_STANDBY);

	if (where == 'M' && state == TARGET_ALUA_STANDBY)
		return;
	if (alua_allows(state, op->flags) != expected)
		fail_msg("%s in state %xh: %s", op->name, state, expected ? "refused" : "passes");
}

static void every_state_and_command(void **state)
{
	const struct scsi_op *op;

	assert_int_equal(scsi_op_init(), 0);
	for (unsigned int i = 0; (op = scsi_op_row(i)); i++) {
		assert_true(alua_allows(TARGET_ALUA_OPTIMIZED, op->flags));
		assert_true(alua_allows(TARGET_ALUA_NON_OPTIMIZED, op->flags));
		for (unsigned int j = 0; j < ARRAY_SIZE(shut); j++)
			assert_cell(op, shut[j]);
	}
}

static void standby_echoes(void **state)
{
	const struct scsi_op wb = { .opcode = 0x3b }, rb = { .opcode = 0x3c }, other = { .opcode = 0x3a };
	u8 cdb[10] = {};

	for (unsigned int mode = 0; mode < 0x20; mode++) {
		bool echo = mode == 0x0a || mode == 0x0b;

		cdb[1] = 0xe0 | mode;
		assert_int_equal(alua_passes(TARGET_ALUA_STANDBY, &wb, cdb), echo);
		assert_int_equal(alua_passes(TARGET_ALUA_STANDBY, &rb, cdb), echo);
		assert_false(alua_passes(TARGET_ALUA_STANDBY, &other, cdb));
		assert_false(alua_passes(TARGET_ALUA_UNAVAILABLE, &rb, cdb));
		assert_true(alua_passes(TARGET_ALUA_NON_OPTIMIZED, &rb, cdb));
	}
}

static void each_state_has_its_code(void **state)
{
	assert_int_equal(alua_refusal(TARGET_ALUA_STANDBY), 0x040b);
	assert_int_equal(alua_refusal(TARGET_ALUA_UNAVAILABLE), 0x040c);
	assert_int_equal(alua_refusal(TARGET_ALUA_TRANSITIONING), 0x040a);
	assert_int_equal(alua_refusal(TARGET_ALUA_OFFLINE), 0x0412);
}

static void changes_need_support_and_the_way(void **state)
{
	const u8 both = ALUA_TYPE_IMPLICIT | ALUA_TYPE_EXPLICIT;

	for (unsigned int s = 0; s < 256; s++) {
		bool known = s <= 4 || s == 0xe || s == 0xf;

		assert_int_equal(!!alua_support_bit(s), known);
		assert_int_equal(alua_change_allowed(s, 0xff, both, true), s <= 3);
		assert_int_equal(alua_change_allowed(s, 0xff, both, false), known && s != 4);
		assert_int_equal(alua_change_allowed(s, 0xff, ALUA_TYPE_IMPLICIT, false), known);
		assert_false(alua_change_allowed(s, 0xff, ALUA_TYPE_IMPLICIT, true));
		assert_false(alua_change_allowed(s, 0xff, ALUA_TYPE_EXPLICIT, false));
		assert_false(alua_change_allowed(s, 0xff & ~alua_support_bit(s), both, false));
		assert_false(alua_change_allowed(s, 0xff & ~alua_support_bit(s), both, true));
	}
}

static void lists_cut_off(void **state)
{
	struct target_sense sense;

	assert_int_equal(alua_stpg_count(0, 0, &sense), 0);
	assert_int_equal(alua_stpg_count(4, 4, &sense), 0);
	assert_int_equal(alua_stpg_count(8, 8, &sense), 1);
	assert_int_equal(alua_stpg_count(8, 100, &sense), 1);
	assert_int_equal(alua_stpg_count(4 + 4 * ALUA_STPG_MAX, 1 << 20, &sense), ALUA_STPG_MAX);
	for (u32 asked = 1; asked < 64; asked++) {
		memset(&sense, 0, sizeof(sense));
		if (asked >= 4 && asked % 4 == 0) {
			assert_int_equal(alua_stpg_count(asked, asked, &sense), asked / 4 - 1);
			assert_int_equal(alua_stpg_count(asked, asked - 1, &sense), -1);
		} else {
			assert_int_equal(alua_stpg_count(asked, asked, &sense), -1);
		}
		if (sense.key)
			assert_sense(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	}
	assert_int_equal(alua_stpg_count(8 + 4 * ALUA_STPG_MAX, 1 << 20, &sense), -1);
	assert_int_equal(alua_stpg_count(0xffffffff, 1 << 20, &sense), -1);
}

static void only_states_to_ask_for(void **state)
{
	struct target_sense sense;
	struct alua_stpg desc;

	for (unsigned int s = 0; s < 16; s++) {
		/* Exactly as long as the list, so that ASan sees the first byte too many. */
		u8 *list = calloc(1, 12);

		list[8] = 0xf0 | s;
		list[10] = 0x12;
		list[11] = 0x34;
		memset(&sense, 0, sizeof(sense));
		assert_int_equal(alua_stpg_desc(list, 1, &desc, &sense), s <= 3 || s == 0xe);
		assert_int_equal(desc.state, s);
		assert_int_equal(desc.id, 0x1234);
		if (s > 3 && s != 0xe)
			assert_param_field(&sense, 8, 3);
		free(list);
	}
	alua_stpg_refuse(&desc, 2, &sense);
	assert_param_field(&sense, 10, -1);
}

static bool group(const char *content, struct alua_saved *saved)
{
	char *text = strdup(content);
	bool good = alua_saved_group(text, saved);

	free(text);
	return good;
}

static void files_of_groups(void **state)
{
	static const char *const bad[] = {
		"", "\n", "tg_pt_gp_id=1\n", "tg_pt_gp_id=1\nalua_access_state=0x02\n",
		"tg_pt_gp_id=1\nalua_access_state=0x02\nalua_access_status=0x02",
		"tg_pt_gp_id=1\nalua_access_state=0x02\nalua_access_status=0x03\n",
		"tg_pt_gp_id=1\nalua_access_state=0x10\nalua_access_status=0x02\n",
		"tg_pt_gp_id=65536\nalua_access_state=0x02\nalua_access_status=0x02\n",
		"tg_pt_gp_id=-1\nalua_access_state=0x02\nalua_access_status=0x02\n",
		"tg_pt_gp_id=\nalua_access_state=0x02\nalua_access_status=0x02\n",
		"tg_pt_gp_id\nalua_access_state=0x02\nalua_access_status=0x02\n",
		"alua_access_state=0x02\ntg_pt_gp_id=1\nalua_access_status=0x02\n",
		"tg_pt_gp_id=1\nalua_access_state=0x02\nalua_access_status=0x02\nx\n",
	};
	struct alua_saved saved;

	assert_true(group("tg_pt_gp_id=65535\nalua_access_state=0x02\nalua_access_status=0x01\n",
			  &saved));
	assert_int_equal(saved.id, 65535);
	assert_int_equal(saved.state, TARGET_ALUA_STANDBY);
	assert_int_equal(saved.status, ALUA_STATUS_EXPLICIT);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		if (group(bad[i], &saved))
			fail_msg("taken: %s", bad[i]);
}

static void files_of_luns(void **state)
{
	char good[] = "alua_tg_pt_offline=1\nalua_tg_pt_status=0x02\n";
	char bad[] = "alua_tg_pt_offline=2\nalua_tg_pt_status=0x02\n";
	char cut[] = "alua_tg_pt_offline=1\n";
	struct alua_saved saved;

	assert_true(alua_saved_lun(good, &saved));
	assert_true(saved.offline);
	assert_int_equal(saved.status, ALUA_STATUS_IMPLICIT);
	assert_false(alua_saved_lun(bad, &saved));
	assert_false(alua_saved_lun(cut, &saved));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_and_command),
		cmocka_unit_test(standby_echoes),
		cmocka_unit_test(each_state_has_its_code),
		cmocka_unit_test(changes_need_support_and_the_way),
		cmocka_unit_test(lists_cut_off),
		cmocka_unit_test(only_states_to_ask_for),
		cmocka_unit_test(files_of_groups),
		cmocka_unit_test(files_of_luns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
