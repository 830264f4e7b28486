// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules of fault injection: what text is one, whom they meet, how often; and the classes that
 * commands are counted by.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>
#include "inject_rule.h"

static int parse(const char *text, struct inject_rule *rule)
{
	char copy[512];

	strscpy(copy, text, sizeof(copy));
	return inject_parse(copy, rule);
}

static void assert_rule(const char *text, const char *shown)
{
	char buf[INJECT_TEXT_MAX];
	struct inject_rule rule;
	size_t len;

	assert_int_equal(parse(text, &rule), 0);
	len = inject_format(&rule, buf, sizeof(buf));
	assert_int_equal(len, strlen(buf));
	assert_string_equal(buf, shown);
	/* What is shown can be written again. */
	assert_int_equal(parse(buf, &rule), 0);
}

static void rules_are_read_and_shown(void **state)
{
	assert_rule("drop", "drop # seen 0, hit 0\n");
	assert_rule(" drop\n", "drop # seen 0, hit 0\n");
	assert_rule("delay ms=50\tclass=read", "delay ms=50 class=read # seen 0, hit 0\n");
	assert_rule("sense key=3 asc=0x11 ascq=1 lba=8 times=2",
		    "sense key=0x3 asc=0x11 ascq=0x1 times=2 lba=8-8 # seen 0, hit 0\n");
	assert_rule("drop lba=0-18446744073709551615 op=42 every=3 percent=100",
		    "drop op=0x2a every=3 percent=100 lba=0-18446744073709551615 # seen 0, hit 0\n");
}

static void the_longest_rule_fits(void **state)
{
	char buf[INJECT_TEXT_MAX];
	struct inject_rule rule;

	assert_int_equal(parse("sense key=15 asc=255 ascq=255 op=255 every=4294967295 percent=100 "
			       "times=4294967295 class=unmap "
			       "lba=18446744073709551615-18446744073709551615", &rule), 0);
	rule.seen = U64_MAX;
	rule.hits = U64_MAX;
	assert_true(inject_format(&rule, buf, sizeof(buf)) < sizeof(buf) - 1);
}

static void anything_else_is_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "\n", "#", "hang", "drop drop", "drop=1", "delay", "delay 50", "delay ms",
		"delay ms=", "delay ms=0", "delay ms=-1", "delay ms=+1", "delay ms=600001",
		"delay ms=5x", "delay ms=5 ms=6", "delay ms=99999999999999999999999", "drop ms=5",
		"sense", "sense asc=1", "sense key=16", "sense key=3 asc=256", "drop key=3",
		"sense key=3 asc=1 asc=1", "drop op=256", "drop op", "drop lba=", "drop lba=-1",
		"drop lba=5-", "drop lba=5-4", "drop lba=1-2-3", "drop lba=1 lba=1", "drop class=",
		"drop class=reads", "drop class=read class=read", "drop every=0", "drop percent=0",
		"drop percent=101", "drop times=0", "drop times=4294967296", "drop =", "drop =1",
		"drop times==1", "\xff\xfe", "drop \xff=1",
	};
	struct inject_rule rule;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_equal(parse(texts[i], &rule), -EINVAL);
}

static void noise_is_read_without_harm(void **state)
{
	static const char letters[] = "delay sense drop ms= key= asc= lba= class=read #-0123456789x\n";
	struct inject_rule rule;
	char text[64];
	unsigned int i, n;

	for (n = 0; n < 200000; n++) {
		for (i = 0; i < sizeof(text) - 1; i++)
			text[i] = letters[get_random_u32() % (sizeof(letters) - 1)];
		text[i] = '\0';
		parse(text, &rule);
	}
}

static bool met(struct inject_rule *rule, u8 opcode, u8 class, u64 lba, u64 blocks)
{
	struct inject_subject cmd = {
		.opcode = opcode, .class = class, .lba = lba, .blocks = blocks,
	};

	return inject_match(rule, &cmd, 0);
}

static void a_rule_meets_what_it_names(void **state)
{
	struct inject_rule rule;

	assert_int_equal(parse("drop", &rule), 0);
	assert_true(met(&rule, 0x12, OP_CLASS_OTHER, 0, 0));
	assert_int_equal(parse("drop op=0x28", &rule), 0);
	assert_true(met(&rule, 0x28, OP_CLASS_READ, 0, 1));
	assert_false(met(&rule, 0x88, OP_CLASS_READ, 0, 1));
	assert_int_equal(parse("drop class=sync", &rule), 0);
	assert_true(met(&rule, 0x35, OP_CLASS_SYNC, 0, 0));
	assert_false(met(&rule, 0x2a, OP_CLASS_WRITE, 0, 1));
}

static void a_rule_meets_its_blocks(void **state)
{
	struct inject_rule rule;

	assert_int_equal(parse("drop lba=10-19", &rule), 0);
	assert_false(met(&rule, 0x28, OP_CLASS_READ, 0, 10));
	assert_true(met(&rule, 0x28, OP_CLASS_READ, 0, 11));
	assert_true(met(&rule, 0x28, OP_CLASS_READ, 19, 1));
	assert_false(met(&rule, 0x28, OP_CLASS_READ, 20, 1));
	assert_false(met(&rule, 0x28, OP_CLASS_READ, 15, 0));
	assert_true(met(&rule, 0x88, OP_CLASS_READ, 0, U64_MAX));
}

static void a_rule_counts(void **state)
{
	struct inject_rule rule;
	unsigned int i, hits = 0;

	assert_int_equal(parse("drop class=read every=3 times=2", &rule), 0);
	for (i = 0; i < 30; i++) {
		assert_false(met(&rule, 0x2a, OP_CLASS_WRITE, 0, 1));
		assert_int_equal(inject_spent(&rule), i > 5);
		hits += met(&rule, 0x28, OP_CLASS_READ, 0, 1);
	}
	assert_int_equal(hits, 2);
	assert_int_equal(rule.hits, 2);
	assert_int_equal(rule.seen, 6);
}

static void a_rule_leaves_to_chance(void **state)
{
	struct inject_subject cmd = { .opcode = 0x28 };
	struct inject_rule rule;
	unsigned int i;

	assert_int_equal(parse("drop percent=25", &rule), 0);
	for (i = 0; i < 1000; i++)
		inject_match(&rule, &cmd, i);
	assert_int_equal(rule.hits, 250);
}

static void sense_data_name_the_block(void **state)
{
	struct inject_subject cmd = { .opcode = 0x28, .lba = 4, .blocks = 8 };
	struct target_sense sense = {};
	struct inject_rule rule;

	assert_int_equal(parse("sense key=3 asc=0x11 ascq=4", &rule), 0);
	inject_sense(&rule, &cmd, &sense);
	assert_int_equal(sense.key, SENSE_MEDIUM_ERROR);
	assert_int_equal(sense.asc, 0x11);
	assert_int_equal(sense.ascq, 4);
	assert_int_equal(sense.flags & TARGET_SENSE_INFO, 0);
	assert_int_equal(parse("sense key=3 lba=6-7", &rule), 0);
	inject_sense(&rule, &cmd, &sense);
	assert_true(sense.flags & TARGET_SENSE_INFO);
	assert_int_equal(sense.info, 6);
	cmd.lba = 7;
	inject_sense(&rule, &cmd, &sense);
	assert_int_equal(sense.info, 7);
}

static u8 class_of(u8 opcode, u16 sa)
{
	bool has_sa;
	const struct scsi_op *op = scsi_op_lookup(opcode, sa, &has_sa);

	assert_non_null(op);
	return op_class(op);
}

static void commands_have_classes(void **state)
{
	assert_int_equal(class_of(0x28, 0), OP_CLASS_READ);
	assert_int_equal(class_of(0x88, 0), OP_CLASS_READ);
	assert_int_equal(class_of(0x2a, 0), OP_CLASS_WRITE);
	assert_int_equal(class_of(0x89, 0), OP_CLASS_WRITE);	/* COMPARE AND WRITE */
	assert_int_equal(class_of(0x42, 0), OP_CLASS_UNMAP);
	assert_int_equal(class_of(0x93, 0), OP_CLASS_UNMAP);	/* WRITE SAME(16) */
	assert_int_equal(class_of(0x35, 0), OP_CLASS_SYNC);
	assert_int_equal(class_of(0x2f, 0), OP_CLASS_OTHER);	/* VERIFY(10) */
	assert_int_equal(class_of(0x12, 0), OP_CLASS_OTHER);
}

static int start(void **state)
{
	return scsi_op_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_read_and_shown),
		cmocka_unit_test(the_longest_rule_fits),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(noise_is_read_without_harm),
		cmocka_unit_test(a_rule_meets_what_it_names),
		cmocka_unit_test(a_rule_meets_its_blocks),
		cmocka_unit_test(a_rule_counts),
		cmocka_unit_test(a_rule_leaves_to_chance),
		cmocka_unit_test(sense_data_name_the_block),
		cmocka_unit_test(commands_have_classes),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
