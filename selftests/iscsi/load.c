// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load: sessions of several connections each, reads and writes striped over them, every byte
 * verified, while connections are reset at random and Data-Out are spoiled. With error recovery level
 * 2 a connection comes back by its CID and the tasks are reassigned to it: no command may fail. Below
 * that the session is reinstated and what was under way is lost, but nothing else.
 *
 *	rawiscsi load TARGET [sessions= conns= seconds= depth= blocks= span= erl= kill= corrupt=
 *			      digests=]
 *
 * kill= is the mean time in ms between resets in a session, corrupt= spoils one Data-Out of so many.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "load.h"

struct load_options load_options = {
	.sessions = 4, .conns = 1, .seconds = 5, .depth = 8, .blocks = 64, .span = 2048,
};

static double end_of_load;

void load_error(struct load *l, const char *what)
{
	l->errors++;
	if (l->errors <= 5)
		printf("session %u: %s\n", l->index, what);
}

uint32_t load_random(struct load *l, uint32_t below)
{
	return ((uint32_t)rand_r(&l->rng) << 8 ^ rand_r(&l->rng)) % below;
}

/* ---- logging in ---- */

static void login_options(struct login_options *options, char text[][64])
{
	const struct load_options *o = &load_options;
	unsigned int i;

	snprintf(text[0], 64, "MaxConnections=%u", o->conns);
	snprintf(text[1], 64, "ErrorRecoveryLevel=%u", o->erl);
	snprintf(text[2], 64, "HeaderDigest=%s", o->digests ? "CRC32C" : "None");
	snprintf(text[3], 64, "DataDigest=%s", o->digests ? "CRC32C" : "None");
	snprintf(text[4], 64, "MaxBurstLength=16384");
	snprintf(text[5], 64, "FirstBurstLength=4096");
	snprintf(text[6], 64, "DefaultTime2Wait=0");
	for (i = 0; i < 7; i++)
		options->keys[options->nr_keys++] = text[i];
}

enum result load_login(struct load *l, unsigned int i)
{
	struct conn *conn = &l->conn[i];
	struct login_options options = { 0 };
	char text[7][64];
	enum result result;

	conn->timeout = 20;
	conn->fd = -1;
	conn->cid = i + 1;
	conn_bind(conn, l->sess);
	login_options(&options, text);
	if (l->sess->tsih) {
		/* The keys of the leading connection are settled. */
		options.keys[0] = text[2];
		options.keys[1] = text[3];
		options.nr_keys = 2;
	}
	result = conn_open(conn, "127.0.0.1", "3260");
	if (!result)
		result = conn_login(conn, &options);
	conn->corrupt = load_options.digests ? load_options.corrupt : 0;
	return result;
}

/* All connections of a session that is new, or takes the place of its forerunner. */
enum result load_open(struct load *l)
{
	enum result result = RAW_OK;
	unsigned int i;

	l->sess->tsih = 0;
	l->sess->cmdsn = 1;
	for (i = 0; i < load_options.conns && !result; i++)
		result = load_login(l, i);
	if (!result && (l->sess->params.erl != load_options.erl ||
			l->sess->params.max_connections != load_options.conns))
		result = RAW_REFUSED;
	for (i = 0; i < load_options.conns && !result; i++)
		result = conn_ready(&l->conn[i], 0);
	return result;
}

/* ---- tasks ---- */

static struct load_task *find_task(struct load *l, uint32_t itt)
{
	unsigned int i;

	for (i = 0; i < load_options.depth; i++)
		if (l->task[i].busy && l->task[i].task.itt == itt)
			return &l->task[i];
	return NULL;
}

static bool chunk_busy(const struct load *l, unsigned int chunk)
{
	unsigned int i;

	for (i = 0; i < load_options.depth; i++)
		if (l->task[i].busy && l->task[i].chunk == chunk)
			return true;
	return false;
}

/* Write a chunk anew, or read one whose data are known. */
static void start_task(struct load *l, struct load_task *t)
{
	unsigned int chunk = load_random(l, load_options.span / load_options.blocks);
	struct task *task = &t->task;

	if (chunk_busy(l, chunk))
		return;
	t->busy = true;
	t->chunk = chunk;
	t->received = 0;
	t->since = now();
	t->conn = l->next_conn++ % load_options.conns;
	*task = (struct task){
		.lba = (uint64_t)l->index * load_options.span + chunk * load_options.blocks,
		.len = load_options.blocks * BLOCK,
		.write = !l->seed[chunk] || load_random(l, 2),
		.checked = true,
	};
	task->seed = task->write ? ++l->last_seed : l->seed[chunk];
	if (task->write)
		l->seed[chunk] = 0;		/* until it is done */
	if (task_start(&l->conn[t->conn], task))
		load_lost(l, t->conn, true);
}

static bool window_open(const struct load *l)
{
	return (int32_t)(l->sess->max_cmdsn - l->sess->cmdsn) >= 0;
}

static void fill(struct load *l)
{
	unsigned int i;

	for (i = 0; i < load_options.depth; i++)
		if (!l->task[i].busy && window_open(l))
			start_task(l, &l->task[i]);
}

static void task_done(struct load *l, struct load_task *t, uint8_t status)
{
	const struct task *task = &t->task;

	if (status)
		load_error(l, "a command failed");
	else if (!task->write && t->received != task->len)
		load_error(l, "data are missing");
	else if (task->write)
		l->seed[t->chunk] = task->seed;
	l->commands++;
	l->bytes += task->len;
	t->busy = false;
}

static void task_pdu(struct load *l, struct load_task *t, struct conn *conn)
{
	const struct pdu *pdu = &conn->last;

	switch (pdu->bhs[0] & 0x3f) {
	case R2T:
		if (task_answer_r2t(conn, &t->task, pdu) == RAW_PROTOCOL)
			load_error(l, "an R2T makes no sense");
		break;
	case DATA_IN:
		if (!task_data_in_ok(&t->task, pdu))
			load_error(l, "data differ");
		t->received += pdu->len;
		if (pdu->bhs[1] & 1)
			task_done(l, t, pdu->bhs[3]);
		break;
	default:
		task_done(l, t, pdu->bhs[2] | pdu->bhs[3]);
	}
}

static void answer_ping(struct conn *conn)
{
	struct pdu pdu = { 0 };

	if (pdu_get(&conn->last, "ttt") == TAG_NONE)
		return;
	pdu_init(&pdu, NOP_OUT | 0x40);
	pdu_put(&pdu, "itt", TAG_NONE);
	pdu_put(&pdu, "ttt", pdu_get(&conn->last, "ttt"));
	pdu_put(&pdu, "cmdsn", conn->sess->cmdsn);
	pdu_put(&pdu, "expstatsn", conn->exp_statsn);
	conn_send(conn, &pdu);
}

/* A PDU has arrived on a connection. */
static void handle(struct load *l, struct conn *conn)
{
	const struct pdu *pdu = &conn->last;
	struct load_task *t = find_task(l, get_be(pdu->bhs + 16, 4));

	switch (pdu->bhs[0] & 0x3f) {
	case R2T:
	case DATA_IN:
	case SCSI_RSP:
		if (t)
			task_pdu(l, t, conn);
		else
			load_error(l, "a PDU of no task");
		break;
	case NOP_IN:
		answer_ping(conn);
		break;
	case TMF_RSP:
		load_reassigned(l, conn);
		break;
	case REJECT:
		/* A spoiled Data-Out is asked for again. */
		if (!conn->corrupt || pdu->bhs[2] != 2)
			load_error(l, "something was rejected");
		break;
	default:
		load_error(l, "a PDU nobody asked for");
	}
}

/* ---- the session's thread ---- */

static void receive(struct load *l)
{
	struct pollfd fds[LOAD_CONNS];
	unsigned int i, n = load_options.conns;

	for (i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = l->conn[i].fd, .events = POLLIN };
	if (poll(fds, n, 20) <= 0)
		return;
	for (i = 0; i < n; i++) {
		/* Another one's recovery may have opened it anew. */
		if (!fds[i].revents || fds[i].fd != l->conn[i].fd)
			continue;
		if (conn_recv(&l->conn[i], &l->conn[i].last, 20))
			load_lost(l, i, true);
		else
			handle(l, &l->conn[i]);
	}
}

static void check_time(struct load *l)
{
	unsigned int i;

	for (i = 0; i < load_options.depth; i++) {
		if (l->task[i].busy && now() - l->task[i].since > 60) {
			load_error(l, "a command got no answer for a minute");
			l->dead = true;
		}
	}
}

static void next_kill(struct load *l)
{
	if (load_options.kill)
		l->kill_at = now() + load_random(l, 2 * load_options.kill) / 1000.0;
}

static bool any_busy(const struct load *l)
{
	unsigned int i;

	for (i = 0; i < load_options.depth; i++)
		if (l->task[i].busy)
			return true;
	return false;
}

static void *session_thread(void *arg)
{
	struct load *l = arg;

	if (load_open(l)) {
		load_error(l, "login failed");
		return NULL;
	}
	next_kill(l);
	while (!l->dead && (now() < end_of_load || any_busy(l))) {
		if (now() < end_of_load)
			fill(l);
		receive(l);
		if (l->kill_at && now() >= l->kill_at && now() < end_of_load) {
			l->kills++;
			load_lost(l, load_random(l, load_options.conns), false);
			next_kill(l);
		}
		check_time(l);
	}
	if (!l->dead && conn_logout(&l->conn[0], 0, 0))
		load_error(l, "logout failed");
	return NULL;
}

static bool load_init(struct load *l, unsigned int index, const char *target)
{
	l->index = index;
	l->rng = index + 1;
	l->sess = calloc(1, sizeof(*l->sess));
	l->seed = calloc(load_options.span / load_options.blocks, sizeof(*l->seed));
	if (!l->sess || !l->seed)
		return false;
	l->sess->refs = 1;
	snprintf(l->sess->initiator, sizeof(l->sess->initiator), "iqn.2024-01.org.example:raw");
	snprintf(l->sess->target, sizeof(l->sess->target), "%s", target);
	put_be(l->sess->isid, 6, 0x80f01000000ULL << 4 | index);
	params_defaults(&l->sess->params);
	return true;
}

static bool parse_options(int argc, char **argv)
{
	static const struct {
		const char	*name;
		unsigned int	*value;
	} names[] = {
		{ "sessions", &load_options.sessions }, { "conns", &load_options.conns },
		{ "seconds", &load_options.seconds }, { "depth", &load_options.depth },
		{ "blocks", &load_options.blocks }, { "span", &load_options.span },
		{ "erl", &load_options.erl }, { "kill", &load_options.kill },
		{ "corrupt", &load_options.corrupt }, { "digests", &load_options.digests },
	};
	unsigned int i;

	for (; argc; argc--, argv++) {
		size_t len = strcspn(*argv, "=");

		for (i = 0; i < ARRAY_SIZE(names); i++)
			if (strlen(names[i].name) == len && !strncmp(names[i].name, *argv, len))
				break;
		if (i == ARRAY_SIZE(names) || !(*argv)[len])
			return false;
		*names[i].value = strtoul(*argv + len + 1, NULL, 0);
	}
	return load_options.sessions && load_options.conns && load_options.conns <= LOAD_CONNS &&
	       load_options.depth && load_options.depth <= LOAD_DEPTH && load_options.blocks &&
	       load_options.span / load_options.blocks > load_options.depth;
}

static int report(const struct load *l)
{
	unsigned long commands = 0, bytes = 0, kills = 0, errors = 0, reassigned = 0, again = 0;
	unsigned int i;

	for (i = 0; i < load_options.sessions; i++, l++) {
		commands += l->commands;
		bytes += l->bytes;
		kills += l->kills;
		errors += l->errors;
		reassigned += l->reassigned;
		again += l->again;
	}
	printf("%lu commands, %lu MiB, %lu connections killed, %lu tasks reassigned, %lu sent again, %lu errors\n",
	       commands, bytes >> 20, kills, reassigned, again, errors);
	return errors || !commands;
}

int load_main(int argc, char **argv)
{
	struct load *loads;
	unsigned int i;

	if (argc < 2 || !parse_options(argc - 2, argv + 2))
		return 2;
	loads = calloc(load_options.sessions, sizeof(*loads));
	if (!loads)
		return 2;
	crc32c(0, NULL, 0);			/* makes its table before there are threads */
	end_of_load = now() + load_options.seconds;
	for (i = 0; i < load_options.sessions; i++)
		if (!load_init(&loads[i], i, argv[1]) ||
		    pthread_create(&loads[i].thread, NULL, session_thread, &loads[i]))
			return 2;
	for (i = 0; i < load_options.sessions; i++)
		pthread_join(loads[i].thread, NULL);
	return report(loads);
}
