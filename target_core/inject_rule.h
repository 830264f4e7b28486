/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules of fault injection as plain data: the text an administrator writes, and which command
 * a rule is for. Pure: builds in user space as well (selftests/host).
 */
#ifndef TARGET_CORE_INJECT_RULE_H
#define TARGET_CORE_INJECT_RULE_H

#include <linux/types.h>
#include "op_class.h"

#define INJECT_TEXT_MAX	256	/* bytes of a rule's text, counters included */

/** enum inject_kind - what happens to the command */
enum inject_kind {
	INJECT_DELAY,	/* it runs later */
	INJECT_SENSE,	/* it ends with CHECK CONDITION, and does nothing */
	INJECT_DROP,	/* it is held until it is released, as by a medium that hangs */
	INJECT_KINDS,
};

/* The numbers a rule can have: index of inject_rule.val, bit of inject_rule.given */
enum inject_field {
	INJECT_MS,
	INJECT_KEY,
	INJECT_ASC,
	INJECT_ASCQ,
	INJECT_OP,
	INJECT_EVERY,
	INJECT_PERCENT,
	INJECT_TIMES,
	INJECT_FIELDS,
};

/**
 * struct inject_rule - one rule
 * @kind: enum inject_kind.
 * @class: enum op_class, or OP_CLASSES for any.
 * @has_lba: only commands on blocks from @first to @last, both included.
 * @given: bit map of enum inject_field: which of @val are there.
 * @val: the numbers, by enum inject_field.
 * @first: first block.
 * @last: last block.
 * @seen: commands that its conditions but EVERY and PERCENT let pass.
 * @hits: commands it was applied to.
 */
struct inject_rule {
	u8	kind;
	u8	class;
	bool	has_lba;
	u16	given;
	u64	val[INJECT_FIELDS];
	u64	first;
	u64	last;
	u64	seen;
	u64	hits;
};

/**
 * struct inject_subject - what a rule looks at of a command
 * @opcode: its operation code.
 * @class: enum op_class.
 * @lba: first of its blocks.
 * @blocks: their number, 0 if its CDB does not tell.
 */
struct inject_subject {
	u8	opcode;
	u8	class;
	u64	lba;
	u64	blocks;
};

static inline bool inject_has(const struct inject_rule *rule, enum inject_field field)
{
	return rule->given & (1U << field);
}

/* Has the rule been applied as often as it was to be? */
static inline bool inject_spent(const struct inject_rule *rule)
{
	return inject_has(rule, INJECT_TIMES) && rule->hits >= rule->val[INJECT_TIMES];
}

extern const char *const inject_kind_names[INJECT_KINDS];

int inject_parse(char *text, struct inject_rule *rule);
bool inject_match(struct inject_rule *rule, const struct inject_subject *cmd, u32 random);
void inject_sense(const struct inject_rule *rule, const struct inject_subject *cmd,
		  struct target_sense *sense);
size_t inject_format(const struct inject_rule *rule, char *buf, size_t room);

#endif
