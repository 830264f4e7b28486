// SPDX-License-Identifier: GPL-2.0-only
/*
 * The script interpreter: lines, words, variables, loops, and the statements that send nothing.
 * A script ends with status 0 when every statement did what it says, else at the first that did not.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "script.h"

#define LINE_ROOM	4096
#define VARIABLES	128
#define DEPTH		8

static struct {
	const char	*file;
	char		**lines;
	unsigned int	n;
	unsigned int	pc;
	struct {
		char	name[24];
		char	value[256];
	} var[VARIABLES];
	unsigned int	nr_vars;
	struct {
		unsigned int	start;
		uint64_t	left;
		uint64_t	round;
	} loop[DEPTH];
	unsigned int	depth;
} script;

void die(const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%u: ", script.file, script.pc + 1);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fprintf(stderr, "\n\t%s\n", script.pc < script.n ? script.lines[script.pc] : "");
	exit(1);
}

void must(enum result result, const char *what)
{
	if (result)
		die("%s: %s", what, result_name(result));
}

/* ---- words ---- */

const char *variable(const char *name)
{
	unsigned int i;

	for (i = 0; i < script.nr_vars; i++)
		if (!strcmp(script.var[i].name, name))
			return script.var[i].value;
	return NULL;
}

void variable_set(const char *name, const char *value)
{
	unsigned int i;

	for (i = 0; i < script.nr_vars; i++)
		if (!strcmp(script.var[i].name, name))
			break;
	if (i == VARIABLES)
		die("too many variables");
	if (i == script.nr_vars)
		script.nr_vars++;
	snprintf(script.var[i].name, sizeof(script.var[i].name), "%s", name);
	snprintf(script.var[i].value, sizeof(script.var[i].value), "%s", value);
}

double script_timeout(void)
{
	const char *seconds = variable("timeout");

	return seconds ? atof(seconds) : 10;
}

/* $a:cmdsn and the like: numbers of a connection, its session, or a task. */
static uint64_t state_number(const char *name, const char *what)
{
	struct named_task *task = find_task(name);
	struct conn *conn;

	if (task && !strcmp(what, "cmdsn"))
		return task->task.cmdsn;
	conn = script_conn(name);
	if (!strcmp(what, "expstatsn"))
		return conn->exp_statsn;
	if (!conn->sess)
		die("%s has no session", name);
	if (!strcmp(what, "cmdsn"))
		return conn->sess->cmdsn;
	if (!strcmp(what, "itt"))
		return conn->sess->itt;
	if (!strcmp(what, "tsih"))
		return conn->sess->tsih;
	if (!strcmp(what, "expcmdsn"))
		return conn->sess->exp_cmdsn;
	if (!strcmp(what, "maxcmdsn"))
		return conn->sess->max_cmdsn;
	if (!strcmp(what, "maxsend"))
		return conn->max_send;
	die("no number called %s", what);
}

/* The value of $NAME, $CONN.FIELD (of the PDU received last) or $CONN:NUMBER. */
static void lookup(char *name, char *out, size_t room)
{
	char *dot = strpbrk(name, ".:"), kind;
	struct named_task *task = find_task(name);
	const struct field *field;
	struct conn *conn;

	if (!dot) {
		if (task)
			snprintf(out, room, "%u", task->task.itt);
		else if (variable(name))
			snprintf(out, room, "%s", variable(name));
		else
			die("no variable %s", name);
		return;
	}
	kind = *dot;
	*dot++ = '\0';
	if (kind == ':') {
		snprintf(out, room, "%llu", (unsigned long long)state_number(name, dot));
		return;
	}
	conn = script_conn(name);
	field = field_find(conn->last.bhs[0], dot);
	if (!field)
		die("%s has no field %s", opcode_name(conn->last.bhs[0]), dot);
	snprintf(out, room, "%llu", (unsigned long long)field_get(conn->last.bhs, field));
}

static void expand(const char *in, char *out, size_t room)
{
	char name[64], *end = out + room - 1;
	size_t len;

	while (*in && out < end) {
		if (*in != '$') {
			*out++ = *in++;
			continue;
		}
		in++;
		for (len = 0; isalnum((unsigned char)in[len]) || strchr("_.:", in[len]); len++)
			if (!in[len] || len == sizeof(name) - 1)
				break;
		memcpy(name, in, len);
		name[len] = '\0';
		in += len;
		lookup(name, out, end - out);
		out += strlen(out);
	}
	*out = '\0';
}

/* Words are separated by blanks; "..." holds some together. */
static void split(char *line, struct args *args)
{
	char *out;

	for (args->n = 0; args->n < ARGS_MAX;) {
		bool quoted = false;

		line += strspn(line, " \t");
		if (!*line)
			return;
		args->v[args->n++] = out = line;
		for (; *line && (quoted || !strchr(" \t", *line)); line++) {
			if (*line == '"')
				quoted = !quoted;
			else
				*out++ = *line;
		}
		if (*line)
			line++;
		*out = '\0';
	}
	die("too many words");
}

/* A number or a sum of numbers. */
uint64_t number(const char *text)
{
	uint64_t sum = 0, value;
	bool minus = false;
	char *end;

	for (;;) {
		value = strtoull(text, &end, 0);
		if (end == text)
			die("%s is no number", text);
		sum += minus ? -value : value;
		if (!*end)
			return sum;
		if (*end != '+' && *end != '-')
			die("%s is no number", text);
		minus = *end == '-';
		text = end + 1;
	}
}

/* The value of a word NAME=VALUE, or NULL. */
const char *option(const struct args *args, const char *name)
{
	size_t len = strlen(name);
	unsigned int i;

	for (i = 1; i < args->n; i++)
		if (!strncmp(args->v[i], name, len) && args->v[i][len] == '=')
			return args->v[i] + len + 1;
	return NULL;
}

uint64_t option_number(const struct args *args, const char *name, uint64_t otherwise)
{
	const char *value = option(args, name);

	return value ? number(value) : otherwise;
}

bool has_word(const struct args *args, const char *word)
{
	unsigned int i;

	for (i = 1; i < args->n; i++)
		if (!strcmp(args->v[i], word))
			return true;
	return false;
}

/* ---- statements ---- */

static void do_set(struct args *args)
{
	variable_set(args->v[1], args->v[2]);
}

static void do_let(struct args *args)
{
	char value[24];

	snprintf(value, sizeof(value), "%llu", (unsigned long long)number(args->v[2]));
	variable_set(args->v[1], value);
}

static void do_echo(struct args *args)
{
	unsigned int i;

	for (i = 1; i < args->n; i++)
		printf("%s%c", args->v[i], i + 1 < args->n ? ' ' : '\n');
	fflush(stdout);
}

static void do_sleep(struct args *args)
{
	usleep(atof(args->v[1]) * 1e6);
}

static void do_trace(struct args *args)
{
	raw_trace = !strcmp(args->v[1], "on");
}

/* The rest of the line for the shell; has to succeed. */
static void do_sh(struct args *args)
{
	char command[LINE_ROOM] = "";
	unsigned int i;

	for (i = 1; i < args->n; i++) {
		strncat(command, args->v[i], sizeof(command) - strlen(command) - 2);
		strcat(command, " ");
	}
	if (system(command))
		die("failed: %s", command);
}

static void do_assert(struct args *args)
{
	uint64_t a = number(args->v[1]), b = number(args->v[3]);
	const char *op = args->v[2];
	bool ok;

	if (!strcmp(op, "=="))
		ok = a == b;
	else if (!strcmp(op, "!="))
		ok = a != b;
	else if (!strcmp(op, "<="))
		ok = a <= b;
	else if (!strcmp(op, ">="))
		ok = a >= b;
	else
		die("no operator %s", op);
	if (!ok)
		die("%llu %s %llu is not true", (unsigned long long)a, op, (unsigned long long)b);
}

static void do_same(struct args *args)
{
	if (strcmp(args->v[1], args->v[2]))
		die("%s is not %s", args->v[1], args->v[2]);
}

static void loop_number(void)
{
	char value[24];

	snprintf(value, sizeof(value), "%llu",
		 (unsigned long long)script.loop[script.depth - 1].round);
	variable_set("i", value);
}

static void do_repeat(struct args *args)
{
	uint64_t times = number(args->v[1]);

	if (script.depth == DEPTH || !times)
		die("loops too deep, or none at all");
	script.loop[script.depth].start = script.pc;
	script.loop[script.depth].left = times - 1;
	script.loop[script.depth++].round = 0;
	loop_number();
}

static void do_end(struct args *args)
{
	(void)args;
	if (!script.depth)
		die("end without repeat");
	if (!script.loop[script.depth - 1].left--) {
		script.depth--;
		return;
	}
	script.loop[script.depth - 1].round++;
	script.pc = script.loop[script.depth - 1].start;
	loop_number();
}

static const struct statement control_statements[] = {
	{ "set", 2, do_set }, { "let", 2, do_let }, { "echo", 1, do_echo },
	{ "sleep", 1, do_sleep }, { "trace", 1, do_trace }, { "sh", 1, do_sh },
	{ "assert", 3, do_assert }, { "same", 2, do_same }, { "repeat", 1, do_repeat }, { "end", 0, do_end },
	{ NULL, 0, NULL },
};

static const struct statement *find_statement(const char *name)
{
	const struct statement *const tables[] = {
		control_statements, conn_statements, pdu_statements,
	};
	const struct statement *statement;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (statement = tables[i]; statement->name; statement++)
			if (!strcmp(statement->name, name))
				return statement;
	die("no statement %s", name);
}

static void run_line(const char *line)
{
	static char expanded[2 * LINE_ROOM];
	const struct statement *statement;
	struct args args;

	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return;
	expand(line, expanded, sizeof(expanded));
	split(expanded, &args);
	statement = find_statement(args.v[0]);
	if (args.n <= statement->min)
		die("%s wants %u words", args.v[0], statement->min);
	statement->run(&args);
}

static void read_script(FILE *file)
{
	char line[LINE_ROOM];

	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		script.lines = realloc(script.lines, (script.n + 1) * sizeof(*script.lines));
		if (!script.lines)
			abort();
		script.lines[script.n++] = strdup(line);
	}
}

/* script FILE|- [NAME=VALUE...] */
int script_main(int argc, char **argv)
{
	FILE *file = stdin;
	int i;

	script.file = argc > 1 ? argv[1] : "-";
	if (strcmp(script.file, "-"))
		file = fopen(script.file, "r");
	if (!file) {
		perror(script.file);
		return 2;
	}
	variable_set("initiator", "iqn.2024-01.org.example:raw");
	variable_set("address", "127.0.0.1");
	variable_set("port", "3260");
	for (i = 2; i < argc; i++) {
		char *equal = strchr(argv[i], '=');

		if (!equal)
			die("%s is no NAME=VALUE", argv[i]);
		*equal = '\0';
		variable_set(argv[i], equal + 1);
	}
	read_script(file);
	for (script.pc = 0; script.pc < script.n; script.pc++)
		run_line(script.lines[script.pc]);
	if (script.depth)
		die("repeat without end");
	return 0;
}
