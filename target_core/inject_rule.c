// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules of fault injection: from text and to text, and whether one is for a command. See
 * Documentation/observing.rst for the words.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/string.h>
#include "inject_rule.h"

#define SEPARATORS	" \t\n"
#define ANY_KIND	((1U << INJECT_KINDS) - 1)

const char *const inject_kind_names[INJECT_KINDS] = {
	[INJECT_DELAY]	= "delay",
	[INJECT_SENSE]	= "sense",
	[INJECT_DROP]	= "drop",
};

/**
 * struct field - one of the numbers
 * @name: in the text.
 * @min: smallest value.
 * @max: largest value.
 * @kinds: bit map of enum inject_kind: for whom.
 * @hex: how it is shown.
 */
struct field {
	const char	*name;
	u64		min, max;
	u8		kinds;
	bool		hex;
};

static const struct field fields[INJECT_FIELDS] = {
	[INJECT_MS]	 = { "ms", 1, 600000, 1U << INJECT_DELAY },
	[INJECT_KEY]	 = { "key", 0, 0xf, 1U << INJECT_SENSE, true },
	[INJECT_ASC]	 = { "asc", 0, 0xff, 1U << INJECT_SENSE, true },
	[INJECT_ASCQ]	 = { "ascq", 0, 0xff, 1U << INJECT_SENSE, true },
	[INJECT_OP]	 = { "op", 0, 0xff, ANY_KIND, true },
	[INJECT_EVERY]	 = { "every", 1, U32_MAX, ANY_KIND },
	[INJECT_PERCENT] = { "percent", 1, 100, ANY_KIND },
	[INJECT_TIMES]	 = { "times", 1, U32_MAX, ANY_KIND },
};

/* Index of @word, or @count */
static unsigned int find_name(const char *const *names, unsigned int count, const char *word)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!strcmp(names[i], word))
			break;
	return i;
}

/* kstrtou64() would take a sign. */
static int parse_number(const char *text, u64 *val)
{
	return isdigit(*text) ? kstrtou64(text, 0, val) : -EINVAL;
}

/* FIRST or FIRST-LAST */
static int parse_lba(struct inject_rule *rule, char *value)
{
	char *first = strsep(&value, "-");

	if (rule->has_lba || parse_number(first, &rule->first) ||
	    parse_number(value ?: first, &rule->last) || rule->last < rule->first)
		return -EINVAL;
	rule->has_lba = true;
	return 0;
}

static int parse_class(struct inject_rule *rule, const char *value)
{
	if (rule->class != OP_CLASSES)
		return -EINVAL;
	rule->class = find_name(op_class_names, OP_CLASSES, value);
	return rule->class == OP_CLASSES ? -EINVAL : 0;
}

static int parse_field(struct inject_rule *rule, const char *name, const char *value)
{
	unsigned int i;
	u64 val;

	for (i = 0; i < INJECT_FIELDS; i++)
		if (!strcmp(fields[i].name, name))
			break;
	if (i == INJECT_FIELDS || (rule->given & (1U << i)))
		return -EINVAL;
	if (!(fields[i].kinds & (1U << rule->kind)) || parse_number(value, &val))
		return -EINVAL;
	if (val < fields[i].min || val > fields[i].max)
		return -EINVAL;
	rule->val[i] = val;
	rule->given |= 1U << i;
	return 0;
}

static int parse_word(struct inject_rule *rule, char *word)
{
	char *name = strsep(&word, "=");

	if (!word)
		return -EINVAL;
	if (!strcmp(name, "lba"))
		return parse_lba(rule, word);
	if (!strcmp(name, "class"))
		return parse_class(rule, word);
	return parse_field(rule, name, word);
}

/* What a kind can't do without */
static bool rule_complete(const struct inject_rule *rule)
{
	return (rule->kind != INJECT_DELAY || inject_has(rule, INJECT_MS)) &&
	       (rule->kind != INJECT_SENSE || inject_has(rule, INJECT_KEY));
}

/**
 * inject_parse() - read a rule
 * @text: KIND NAME=VALUE..., up to the first #; modified
 * @rule: set, with its counters at zero; undefined on error
 *
 * Return: 0, or -EINVAL for what is not exactly a rule.
 */
int inject_parse(char *text, struct inject_rule *rule)
{
	char *word;
	int err;

	memset(rule, 0, sizeof(*rule));
	rule->class = OP_CLASSES;
	rule->kind = INJECT_KINDS;
	text[strcspn(text, "#")] = '\0';
	while ((word = strsep(&text, SEPARATORS))) {
		if (!*word)
			continue;
		if (rule->kind == INJECT_KINDS) {
			rule->kind = find_name(inject_kind_names, INJECT_KINDS, word);
			err = rule->kind == INJECT_KINDS ? -EINVAL : 0;
		} else {
			err = parse_word(rule, word);
		}
		if (err)
			return err;
	}
	return rule->kind != INJECT_KINDS && rule_complete(rule) ? 0 : -EINVAL;
}

static bool overlaps(const struct inject_rule *rule, const struct inject_subject *cmd)
{
	return cmd->blocks && cmd->lba <= rule->last && cmd->lba + (cmd->blocks - 1) >= rule->first;
}

static bool is_multiple(u64 n, u64 of)
{
	return div64_u64(n, of) * of == n;
}

/**
 * inject_match() - is a rule to be applied to a command?
 * @rule: its counters count the command; caller serialises
 * @cmd: the command
 * @random: any number, for PERCENT
 */
bool inject_match(struct inject_rule *rule, const struct inject_subject *cmd, u32 random)
{
	if (inject_spent(rule))
		return false;
	if (inject_has(rule, INJECT_OP) && cmd->opcode != rule->val[INJECT_OP])
		return false;
	if (rule->class != OP_CLASSES && cmd->class != rule->class)
		return false;
	if (rule->has_lba && !overlaps(rule, cmd))
		return false;
	rule->seen++;
	if (inject_has(rule, INJECT_EVERY) && !is_multiple(rule->seen, rule->val[INJECT_EVERY]))
		return false;
	if (inject_has(rule, INJECT_PERCENT) && random % 100 >= rule->val[INJECT_PERCENT])
		return false;
	rule->hits++;
	return true;
}

/**
 * inject_sense() - the sense data a rule asks for
 * @rule: of kind INJECT_SENSE
 * @cmd: it matches
 * @sense: zeroed; set
 *
 * A rule for some blocks names the first of them that the command is for (INFORMATION,
 * SBC-3 4.18.1).
 */
void inject_sense(const struct inject_rule *rule, const struct inject_subject *cmd,
		  struct target_sense *sense)
{
	scsi_sense_set(sense, rule->val[INJECT_KEY],
		       rule->val[INJECT_ASC] << 8 | rule->val[INJECT_ASCQ]);
	if (!rule->has_lba)
		return;
	sense->info = max(cmd->lba, rule->first);
	sense->flags |= TARGET_SENSE_INFO;
}

static size_t format_fields(const struct inject_rule *rule, char *buf, size_t room)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < INJECT_FIELDS; i++)
		if (inject_has(rule, i))
			len += scnprintf(buf + len, room - len,
					 fields[i].hex ? " %s=%#llx" : " %s=%llu", fields[i].name,
					 (unsigned long long)rule->val[i]);
	return len;
}

/**
 * inject_format() - write a rule as it can be read again, with its counters as a comment
 * @rule: the rule
 * @buf: where to
 * @room: bytes there; INJECT_TEXT_MAX do
 *
 * Return: the length of the line.
 */
size_t inject_format(const struct inject_rule *rule, char *buf, size_t room)
{
	size_t len = scnprintf(buf, room, "%s", inject_kind_names[rule->kind]);

	len += format_fields(rule, buf + len, room - len);
	if (rule->class != OP_CLASSES)
		len += scnprintf(buf + len, room - len, " class=%s", op_class_names[rule->class]);
	if (rule->has_lba)
		len += scnprintf(buf + len, room - len, " lba=%llu-%llu",
				 (unsigned long long)rule->first, (unsigned long long)rule->last);
	return len + scnprintf(buf + len, room - len, " # seen %llu, hit %llu\n",
			       (unsigned long long)rule->seen, (unsigned long long)rule->hits);
}
