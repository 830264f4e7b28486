/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The script interpreter: what the words for control and the words for PDUs share. The language is
 * described in Documentation/rawiscsi.rst.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "raw.h"

#define ARGS_MAX	64

/* A line as words, with variables replaced. @v[0] is the statement. */
struct args {
	unsigned int	n;
	char		*v[ARGS_MAX];
};

struct statement {
	const char	*name;
	unsigned int	min;		/* words after it */
	void		(*run)(struct args *args);
};

struct named_conn {
	char		name[16];
	struct conn	conn;
};

struct named_task {
	char		name[16];
	struct task	task;
};

/* script.c */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void must(enum result result, const char *what);
uint64_t number(const char *text);
const char *option(const struct args *args, const char *name);
uint64_t option_number(const struct args *args, const char *name, uint64_t otherwise);
bool has_word(const struct args *args, const char *word);
const char *variable(const char *name);
void variable_set(const char *name, const char *value);
double script_timeout(void);

/* script_pdu.c */
extern const struct statement pdu_statements[];
struct named_task *find_task(const char *name);

/* script_conn.c */
extern const struct statement conn_statements[];
struct conn *script_conn(const char *name);

#endif
