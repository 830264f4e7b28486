/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the load share: options, sessions and their tasks.
 */
#ifndef LOAD_H
#define LOAD_H

#include <pthread.h>
#include "raw.h"

#define LOAD_CONNS	16
#define LOAD_DEPTH	64

struct load_options {
	unsigned int	sessions;
	unsigned int	conns;		/* of a session */
	unsigned int	seconds;
	unsigned int	depth;		/* commands of a session at the same time */
	unsigned int	blocks;		/* of a command */
	unsigned int	span;		/* blocks of the LUN that are a session's own */
	unsigned int	erl;
	unsigned int	kill;		/* mean ms between resets in a session; 0: none */
	unsigned int	corrupt;	/* one Data-Out of so many; 0: none */
	unsigned int	digests;
};

/* @conn: index of the connection it is allegiant to. @tmf_itt: of its TASK REASSIGN, 0 if none. */
struct load_task {
	struct task	task;
	bool		busy;
	unsigned int	chunk;
	unsigned int	conn;
	uint32_t	received;
	uint32_t	tmf_itt;
	double		since;
};

/* @seed: of each chunk's data, 0 when they are not known. */
struct load {
	pthread_t		thread;
	unsigned int		index;
	unsigned int		rng;
	struct session		*sess;
	struct conn		conn[LOAD_CONNS];
	struct load_task	task[LOAD_DEPTH];
	uint32_t		*seed;
	uint32_t		last_seed;
	unsigned int		next_conn;
	double			kill_at;
	bool			dead;
	unsigned long		commands;
	unsigned long		bytes;
	unsigned long		kills;
	unsigned long		errors;
	unsigned long		reassigned;
	unsigned long		again;
};

extern struct load_options load_options;

/* load.c */
void load_error(struct load *l, const char *what);
uint32_t load_random(struct load *l, uint32_t below);
enum result load_login(struct load *l, unsigned int i);
enum result load_open(struct load *l);

/* load_recovery.c */
void load_lost(struct load *l, unsigned int i, bool unexpected);
void load_reassigned(struct load *l, struct conn *conn);

#endif
