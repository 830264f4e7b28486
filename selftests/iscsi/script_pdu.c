// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statements about PDUs and SCSI commands: send, expect, await, and tasks whose parts are sent or
 * withheld one by one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "script.h"

#define TASKS	256

static struct named_task tasks[TASKS];

struct named_task *find_task(const char *name)
{
	unsigned int i;

	for (i = 0; i < TASKS && tasks[i].name[0]; i++)
		if (!strcmp(tasks[i].name, name))
			return &tasks[i];
	return NULL;
}

static struct task *script_task(const char *name)
{
	struct named_task *named = find_task(name);

	if (!named)
		die("no task %s", name);
	return &named->task;
}

/* ---- send ---- */

static void add_hex(struct pdu *pdu, const char *hex)
{
	uint32_t n = 0;
	unsigned int byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
		pdu_room(pdu, n + 1)[n] = byte;
		n++;
	}
}

static void set_cdb(struct pdu *pdu, const char *hex)
{
	unsigned int byte, n = 0;

	for (; n < 16 && sscanf(hex, "%2x", &byte) == 1; hex += 2)
		pdu->bhs[32 + n++] = byte;
}

/* pattern=SEED:POS:LENGTH */
static void set_pattern(struct pdu *pdu, const char *text)
{
	unsigned long long seed, pos, len;

	if (sscanf(text, "%lli:%lli:%lli", &seed, &pos, &len) != 3)
		die("pattern=SEED:POS:LENGTH");
	pattern_fill(pdu_room(pdu, len), len, seed, pos);
}

static void spoil(struct pdu *pdu, const char *what)
{
	pdu->bad_header_digest = !strcmp(what, "header");
	pdu->bad_data_digest = !strcmp(what, "data");
}

static void set_word(struct pdu *pdu, const char *word)
{
	static const struct {
		const char	*name;
		void		(*set)(struct pdu *pdu, const char *value);
	} special[] = {
		{ "hex=", add_hex }, { "cdb=", set_cdb }, { "pattern=", set_pattern },
		{ "bad=", spoil }, { "+", pdu_add_text },
	};
	const char *equal = strchr(word, '=');
	const struct field *field;
	char name[24];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(special); i++) {
		size_t len = strlen(special[i].name);

		if (!strncmp(word, special[i].name, len)) {
			special[i].set(pdu, word + len);
			return;
		}
	}
	if (!equal)
		die("%s is no FIELD=VALUE", word);
	snprintf(name, sizeof(name), "%.*s", (int)(equal - word), word);
	if (!strcmp(name, "save"))
		return;
	field = field_find(pdu->bhs[0], name);
	if (!field)
		die("%s has no field %s", opcode_name(pdu->bhs[0]), name);
	field_put(pdu->bhs, field, number(equal + 1));
}

/* ITT, TTT and serial numbers as a well-behaved initiator would have them. */
static void send_defaults(struct conn *conn, struct pdu *pdu, const struct args *args)
{
	const struct session *sess = conn->sess;
	const struct field *ttt = field_find(pdu->bhs[0], "ttt");

	if (ttt)
		field_put(pdu->bhs, ttt, TAG_NONE);
	put_be(pdu->bhs + 28, 4, conn->exp_statsn);
	if (!sess)
		return;
	if (field_find(pdu->bhs[0], "cmdsn"))
		put_be(pdu->bhs + 24, 4, sess->cmdsn);
	put_be(pdu->bhs + 16, 4, sess->itt);
	if (field_find(pdu->bhs[0], "cmdsn") && !option(args, "itt"))
		put_be(pdu->bhs + 16, 4, ++conn->sess->itt);
}

static void save_task(const struct args *args, const struct pdu *pdu)
{
	const char *name = option(args, "save");
	char value[24];

	if (!name)
		return;
	snprintf(value, sizeof(value), "%llu", (unsigned long long)get_be(pdu->bhs + 16, 4));
	variable_set(name, value);
}

/* send CONN PDU [FIELD=VALUE...] [hex=|cdb=|pattern=|+Key=Value] [bad=header|data] [save=NAME] */
static void do_send(struct args *args)
{
	struct conn *conn = script_conn(args->v[1]);
	int opcode = opcode_find(args->v[2]);
	struct pdu pdu = { 0 };
	unsigned int i;

	if (opcode < 0)
		die("no PDU %s", args->v[2]);
	pdu_init(&pdu, opcode);
	send_defaults(conn, &pdu, args);
	for (i = 3; i < args->n; i++)
		set_word(&pdu, args->v[i]);
	if (conn->sess && field_find(opcode, "cmdsn") && !option(args, "cmdsn") &&
	    !(pdu.bhs[0] & 0x40))
		conn->sess->cmdsn++;
	must(conn_send(conn, &pdu), "send");
	save_task(args, &pdu);
	pdu_free(&pdu);
}

/* ---- expect ---- */

/* A ping is answered unless the script wants to see it. */
static bool answer_ping(struct conn *conn, const struct pdu *ping)
{
	struct pdu pdu = { 0 };

	if ((ping->bhs[0] & 0x3f) != NOP_IN || pdu_get(ping, "ttt") == TAG_NONE ||
	    conn->manual_nop)
		return false;
	pdu_init(&pdu, NOP_OUT | 0x40);
	pdu_put(&pdu, "itt", TAG_NONE);
	pdu_put(&pdu, "ttt", pdu_get(ping, "ttt"));
	pdu_put(&pdu, "cmdsn", conn->sess->cmdsn);
	pdu_put(&pdu, "expstatsn", conn->exp_statsn);
	must(conn_send(conn, &pdu), "answer to a ping");
	return true;
}

static enum result next_pdu(struct conn *conn, double timeout)
{
	enum result result;

	do {
		result = conn_recv(conn, &conn->last, timeout);
	} while (!result && answer_ping(conn, &conn->last));
	return result;
}

/* FIELD=VALUE, FIELD!=VALUE, FIELD>=VALUE, sense=VALUE, task=NAME, +Key=Value */
static bool condition_holds(const struct pdu *pdu, const char *word)
{
	const char *equal = strchr(word, '=');
	const struct field *field;
	uint64_t got, want;
	char name[64];
	size_t len;

	if (!equal)
		die("%s is no condition", word);
	want = *word == '+' ? 0 : number(equal + 1);
	len = equal - word;
	if (len && strchr("!>", equal[-1]))
		len--;
	snprintf(name, sizeof(name), "%.*s", (int)len, word + (*word == '+'));
	if (*word == '+') {
		name[len - 1] = '\0';
		return pdu_text(pdu, name) && !strcmp(pdu_text(pdu, name), equal + 1);
	}
	if (!strcmp(name, "sense"))
		return pdu_sense(pdu) == want;
	field = field_find(pdu->bhs[0], name);
	if (!field)
		die("%s has no field %s", opcode_name(pdu->bhs[0]), name);
	got = field_get(pdu->bhs, field);
	if (equal[-1] == '!')
		return got != want;
	return equal[-1] == '>' ? got >= want : got == want;
}

static bool is_setting(const char *word)
{
	return !strncmp(word, "timeout=", 8) || !strncmp(word, "task=", 5);
}

static bool matches(const struct pdu *pdu, const struct args *args, bool loud)
{
	const char *task = option(args, "task");
	const char *bad = NULL;
	unsigned int i;

	if (opcode_find(args->v[2]) != (pdu->bhs[0] & 0x3f))
		bad = args->v[2];
	for (i = 3; !bad && i < args->n; i++)
		if (!is_setting(args->v[i]) && !condition_holds(pdu, args->v[i]))
			bad = args->v[i];
	if (!bad && task && get_be(pdu->bhs + 16, 4) != script_task(task)->itt)
		bad = task;
	if (bad && loud) {
		pdu_print("got", pdu);
		die("%s: not %s", args->v[1], bad);
	}
	if (!bad && task && (pdu->bhs[0] & 0x3f) == DATA_IN &&
	    !task_data_in_ok(script_task(task), pdu))
		die("wrong data");
	return !bad;
}

static void expect_end(struct conn *conn, const struct args *args, double timeout)
{
	bool nothing = !strcmp(args->v[2], "nothing");
	enum result result = next_pdu(conn, timeout);

	if (!result)
		pdu_print("got", &conn->last);
	if (result != (nothing ? RAW_TIMEOUT : RAW_CLOSED))
		die("%s", result ? result_name(result) : "a PDU instead");
	if (!nothing)
		conn_shut(conn, false);
}

/* Move a stashed PDU to conn->last. */
static void unstash(struct conn *conn, struct pdu **link)
{
	struct pdu *pdu = *link;

	*link = pdu->next;
	pdu_free(&conn->last);
	conn->last = *pdu;
	conn->last.next = NULL;
	free(pdu);
}

static void stash_last(struct conn *conn)
{
	struct pdu *pdu = malloc(sizeof(*pdu)), **link;

	if (!pdu)
		abort();
	*pdu = conn->last;
	pdu->next = NULL;
	memset(&conn->last, 0, sizeof(conn->last));
	for (link = &conn->stash; *link; link = &(*link)->next)
		;
	*link = pdu;
}

/* expect CONN PDU|close|nothing [CONDITION...] [task=NAME] [timeout=SECONDS]: the next one */
static void do_expect(struct args *args)
{
	struct conn *conn = script_conn(args->v[1]);
	const char *limit = option(args, "timeout");
	double timeout = limit ? atof(limit) : conn->timeout;

	if (conn->stash) {
		unstash(conn, &conn->stash);
	} else if (!strcmp(args->v[2], "close") || !strcmp(args->v[2], "nothing")) {
		expect_end(conn, args, timeout);
		return;
	} else {
		must(next_pdu(conn, timeout), "expect");
	}
	matches(&conn->last, args, true);
}

/* await ...: the first that fits; others are kept for later */
static void do_await(struct args *args)
{
	struct conn *conn = script_conn(args->v[1]);
	const char *limit = option(args, "timeout");
	double deadline = now() + (limit ? atof(limit) : conn->timeout);
	struct pdu **link;

	for (link = &conn->stash; *link; link = &(*link)->next) {
		if (matches(*link, args, false)) {
			unstash(conn, link);
			return;
		}
	}
	for (;;) {
		must(next_pdu(conn, deadline - now()), "await");
		if (matches(&conn->last, args, false))
			return;
		stash_last(conn);
	}
}

/* ---- tasks ---- */

static void task_from(struct task *task, const struct args *args)
{
	*task = (struct task){
		.write = has_word(args, "write"), .lun = option_number(args, "lun", 0),
		.lba = option_number(args, "lba", 0), .seed = option_number(args, "seed", 0),
		.len = option_number(args, "blocks", 0) * BLOCK, .checked = option(args, "seed"),
	};
}

/* task CONN NAME write|read|ready [lba= blocks= seed= lun=]: the command and its unsolicited data */
static void do_task(struct args *args)
{
	struct named_task *named = find_task(args->v[2]);
	unsigned int i = 0;

	while (!named && i < TASKS && tasks[i].name[0])
		i++;
	if (i == TASKS)
		die("too many tasks");
	if (!named)
		named = &tasks[i];
	snprintf(named->name, sizeof(named->name), "%s", args->v[2]);
	task_from(&named->task, args);
	must(task_start(script_conn(args->v[1]), &named->task), "task");
}

/* again CONN NAME: the command once more with the same numbers */
static void do_again(struct args *args)
{
	must(task_start(script_conn(args->v[1]), script_task(args->v[2])), "again");
}

/* The @sn-th PDU of an answer: from its beginning, or from its end. */
static void answer_part(struct conn *conn, const struct args *args, uint32_t sn, uint32_t parts)
{
	uint32_t place = has_word(args, "reverse") ? parts - 1 - sn : sn;
	const struct task *task = script_task(args->v[2]);
	uint32_t len = option_number(args, "size", conn->max_send);
	uint32_t offset = pdu_get(&conn->last, "offset") + place * len;
	uint32_t end = pdu_get(&conn->last, "offset") + pdu_get(&conn->last, "desired");
	struct pdu pdu = { 0 };

	pdu_init(&pdu, DATA_OUT);
	pdu.bhs[1] = sn + 1 == parts ? 0x80 : 0;
	pdu_put(&pdu, "ttt", pdu_get(&conn->last, "ttt"));
	pdu_put(&pdu, "datasn", sn);
	pdu.bad_data_digest = option_number(args, "bad", TAG_NONE) == sn;
	pdu.bad_header_digest = option_number(args, "bad-header", TAG_NONE) == sn;
	must(task_data_out(conn, task, &pdu, offset, len < end - offset ? len : end - offset),
	     "answer");
	pdu_free(&pdu);
}

/*
 * answer CONN NAME [size=BYTES] [bad=SN] [bad-header=SN] [skip=SN] [only=SN] [reverse]: Data-Out
 * for the R2T received last
 */
static void do_answer(struct args *args)
{
	struct conn *conn = script_conn(args->v[1]);
	uint32_t size = option_number(args, "size", conn->max_send), parts, sn;

	if ((conn->last.bhs[0] & 0x3f) != R2T)
		die("the last PDU was no R2T");
	parts = (pdu_get(&conn->last, "desired") + size - 1) / size;
	for (sn = 0; sn < parts; sn++) {
		if (option_number(args, "skip", TAG_NONE) == sn)
			continue;
		if (option_number(args, "only", sn) == sn)
			answer_part(conn, args, sn, parts);
	}
}

/* finish CONN NAME: whatever else the task needs, up to its good status */
static void do_finish(struct args *args)
{
	must(task_finish(script_conn(args->v[1]), script_task(args->v[2])), "finish");
}

/* write|read CONN lba= blocks= seed= [lun=] */
static void do_io(struct args *args)
{
	struct conn *conn = script_conn(args->v[1]);
	struct task task;

	task_from(&task, args);
	task.write = !strcmp(args->v[0], "write");
	must(task_start(conn, &task), args->v[0]);
	must(task_finish(conn, &task), args->v[0]);
}

static void do_ready(struct args *args)
{
	must(conn_ready(script_conn(args->v[1]), option_number(args, "lun", 0)), "ready");
}

const struct statement pdu_statements[] = {
	{ "send", 2, do_send }, { "expect", 2, do_expect }, { "await", 2, do_await },
	{ "task", 3, do_task }, { "again", 2, do_again }, { "answer", 2, do_answer },
	{ "finish", 2, do_finish }, { "write", 1, do_io }, { "read", 1, do_io },
	{ "ready", 1, do_ready }, { NULL, 0, NULL },
};
