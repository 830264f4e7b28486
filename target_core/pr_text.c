// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registrations as text: the file that keeps them through a loss of power, and
 * the records user space feeds back through pr/res_aptpl_metadata.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <target/fabric.h>
#include "pr_state.h"

#define TEXT_LINE	320	/* more than a token with a name has */
#define NOTHING		"No Registrations or Reservations"
#define RECORD_START	"PR_REG_START:"
#define RECORD_END	"PR_REG_END:"

static __printf(2, 3) void print(struct pr_buf *out, const char *fmt, ...)
{
	char line[TEXT_LINE];
	va_list args;
	u32 n;

	va_start(args, fmt);
	n = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	n = min_t(u32, n, sizeof(line) - 1);
	if (out->len < out->room)
		memcpy(out->buf + out->len, line, min(n, out->room - out->len));
	out->len += n;
}

static void print_reg(const struct pr_state *s, const struct pr_reg *reg, u32 number,
		      struct pr_buf *out)
{
	const struct pr_nexus *nexus = &reg->nexus;
	bool holder = s->type && s->holder == reg->id;

	print(out, RECORD_START " %u\n", number);
	print(out, "initiator_fabric=%s\ninitiator_node=%s\n", nexus->fabric, nexus->initiator);
	if (nexus->has_isid) {
		char isid[2 * sizeof(nexus->isid) + 1] = {};

		bin2hex(isid, nexus->isid, sizeof(nexus->isid));
		print(out, "initiator_sid=%s\n", isid);
	}
	print(out, "sa_res_key=%llu\nres_holder=%d\n", (unsigned long long)reg->key, holder);
	if (holder)
		print(out, "res_type=%02x\nres_scope=%02x\n", s->type, 0);
	print(out, "res_all_tg_pt=%d\nmapped_lun=%llu\n", reg->all_tg_pt,
	      (unsigned long long)nexus->mapped_lun);
	print(out, "target_fabric=%s\ntarget_node=%s\n", nexus->fabric, nexus->target);
	print(out, "tpgt=%u\nport_rtpi=%u\ntarget_lun=%llu\n", nexus->tpg_tag, nexus->rtpi,
	      (unsigned long long)nexus->target_lun);
	print(out, RECORD_END " %u\n", number);
}

/**
 * pr_text() - content of the file aptpl_<serial>
 * @s: NULL or not active: nothing is kept
 * @out: what has room is written; out->len becomes the length of the whole
 *
 * Readers split it at white space; they expect the NUL at its end.
 */
void pr_text(const struct pr_state *s, struct pr_buf *out)
{
	const struct pr_reg *reg;
	u32 number = 0;

	if (s && s->aptpl)
		pr_for_each(s, reg)
			print_reg(s, reg, number++, out);
	if (!number)
		print(out, NOTHING);
	print(out, "%c", 0);
}

/* ---- back ---- */

/** struct saved - a record while it is read */
struct saved {
	struct pr_reg	*reg;
	u8		type;
	bool		holder;
};

/* "08" is eight, whatever base a number with a leading zero has elsewhere. */
static int take_number(const char *text, u64 max, u64 *val)
{
	bool hex = text[0] == '0' && (text[1] | 0x20) == 'x';
	int err = kstrtou64(text, hex ? 16 : 10, val);

	return err ?: *val > max ? -ERANGE : 0;
}

static int take_name(char *dst, size_t room, const char *text)
{
	if (!*text)
		return 0;
	if (!pr_name_valid(text))
		return -EINVAL;
	return strscpy(dst, text, room) < 0 ? -EINVAL : 0;
}

static int take_isid(struct pr_nexus *nexus, const char *text)
{
	if (!*text)
		return 0;
	if (text[0] == '0' && text[1] == 'x')
		text += 2;
	if (strlen(text) != 2 * sizeof(nexus->isid) ||
	    hex2bin(nexus->isid, text, sizeof(nexus->isid)))
		return -EINVAL;
	nexus->has_isid = true;
	return 0;
}

static int take_fabric(struct pr_nexus *nexus, const char *text)
{
	if (!*text)
		return 0;
	if (!pr_name_valid(text))
		return -EINVAL;
	strscpy(nexus->fabric, text, sizeof(nexus->fabric));
	if (!strcmp(text, "iSCSI"))
		nexus->proto = TARGET_PROTO_ISCSI;
	return 0;
}

static int take_text(struct pr_nexus *nexus, const char *name, const char *text)
{
	if (!strcmp(name, "initiator_node"))
		return take_name(nexus->initiator, sizeof(nexus->initiator), text);
	if (!strcmp(name, "target_node"))
		return take_name(nexus->target, sizeof(nexus->target), text);
	if (!strcmp(name, "initiator_sid"))
		return take_isid(nexus, text);
	if (!strcmp(name, "target_fabric"))
		return take_fabric(nexus, text);
	return -ENOENT;
}

static void put_value(struct saved *saved, const char *name, u64 val)
{
	if (!strcmp(name, "sa_res_key"))
		saved->reg->key = val;
	else if (!strcmp(name, "res_holder"))
		saved->holder = val;
	else if (!strcmp(name, "res_type"))
		saved->type = val;
	else if (!strcmp(name, "res_all_tg_pt"))
		saved->reg->all_tg_pt = val;
	else if (!strcmp(name, "mapped_lun"))
		saved->reg->nexus.mapped_lun = val;
	else if (!strcmp(name, "tpgt"))
		saved->reg->nexus.tpg_tag = val;
	else if (!strcmp(name, "target_lun"))
		saved->reg->nexus.target_lun = val;
}

/* A token that is none of ours is ignored. */
static int take_value(struct saved *saved, const char *name, const char *text)
{
	static const struct {
		const char	*name;
		u64		max;
	} numbers[] = {
		{ "sa_res_key", U64_MAX }, { "res_holder", U32_MAX }, { "res_type", U8_MAX },
		{ "res_all_tg_pt", U32_MAX }, { "mapped_lun", U64_MAX }, { "tpgt", U16_MAX },
		{ "target_lun", U64_MAX }, { "res_scope", U32_MAX }, { "port_rtpi", U32_MAX },
	};
	unsigned int i;
	u64 val = 0;
	int err;

	for (i = 0; i < ARRAY_SIZE(numbers) && strcmp(name, numbers[i].name); i++)
		;
	if (i == ARRAY_SIZE(numbers))
		return 0;
	err = take_number(text, numbers[i].max, &val);
	if (!err)
		put_value(saved, name, val);
	return err;
}

static int take_token(struct saved *saved, char *token)
{
	char *text = strchr(token, '=');
	int err;

	if (!text)
		return 0;
	*text++ = 0;
	err = take_text(&saved->reg->nexus, token, text);
	return err == -ENOENT ? take_value(saved, token, text) : err;
}

/**
 * pr_text_parse() - one record, as user space writes it
 * @text: tokens separated by ',' or newlines; taken apart in place
 * @reg: zeroed; filled in
 * @type: of the reservation it holds, PR_NONE if it holds none
 *
 * What is no known token, such as the record's number, is ignored.
 *
 * Return: 0, -EINVAL (a part that can't be missing is, or makes no sense) or the
 * error of a number.
 */
int pr_text_parse(char *text, struct pr_reg *reg, u8 *type)
{
	struct saved saved = { .reg = reg };
	char *token;
	int err;

	while ((token = strsep(&text, ",\n"))) {
		err = take_token(&saved, token);
		if (err)
			return err;
	}
	if (!reg->nexus.initiator[0] || !reg->nexus.target[0] || !reg->key)
		return -EINVAL;
	if (saved.holder && !pr_type_valid(saved.type))
		return -EINVAL;
	*type = saved.holder ? saved.type : PR_NONE;
	return 0;
}

/* The next line that begins with @mark; a name in the middle of a line may be anything. */
static char *find_mark(const char *text, const char *mark)
{
	const char *at = text;

	while ((at = strstr(at, mark)) && at != text && at[-1] != '\n')
		at++;
	return (char *)at;
}

/**
 * pr_text_count() - how many registrations a file aptpl_<serial> has
 * @text: its content
 *
 * Return: the number, or -EINVAL for what is no such content.
 */
int pr_text_count(const char *text)
{
	int n = 0;

	if (!strncmp(text, NOTHING, strlen(NOTHING)))
		return 0;
	while ((text = find_mark(text, RECORD_START))) {
		text += strlen(RECORD_START);
		n++;
	}
	return n ?: -EINVAL;
}

/**
 * pr_text_next() - cut the next record out of the content of aptpl_<serial>
 * @text: where to look; moved on, the content is taken apart in place
 * @record: set to the record, for pr_text_parse()
 *
 * Return: 1, 0 if there is none left, -EINVAL for one without an end.
 */
int pr_text_next(char **text, char **record)
{
	char *end, *next;

	*record = find_mark(*text, RECORD_START);
	if (!*record)
		return 0;
	end = find_mark(*record, RECORD_END);
	next = find_mark(*record + strlen(RECORD_START), RECORD_START);
	if (!end || (next && next < end))
		return -EINVAL;
	*end = 0;
	*text = end + 1;
	return 1;
}
