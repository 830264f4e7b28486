// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recovery of the load's sessions: of a connection (RFC 7143 section 7.2.2: reinstate it and reassign
 * its tasks) at error recovery level 2, of the session below.
 */
#include <string.h>
#include "load.h"

#define TASK_REASSIGN	8

/* Everything under way is lost; what was being written is not known any more. */
static void recover_session(struct load *l)
{
	unsigned int i;

	for (i = 0; i < load_options.conns; i++)
		conn_shut(&l->conn[i], true);
	for (i = 0; i < load_options.depth; i++)
		l->task[i].busy = false;
	if (load_open(l)) {
		load_error(l, "the session could not be reinstated");
		l->dead = true;
	}
}

static enum result reassign(struct load *l, struct load_task *t)
{
	struct conn *conn = &l->conn[t->conn];
	struct pdu pdu = { 0 };

	pdu_init(&pdu, TMF_REQ | 0x40);
	pdu_put(&pdu, "func", TASK_REASSIGN);
	request_number(conn, &pdu);
	pdu_put(&pdu, "ref", t->task.itt);
	t->tmf_itt = pdu_get(&pdu, "itt");
	l->reassigned++;
	return conn_send(conn, &pdu);
}

/*
 * A command the target can't have got is sent again with its own numbers; for all others the new
 * connection is made theirs, and data begin anew.
 */
static enum result recover_task(struct load *l, struct load_task *t)
{
	t->received = 0;
	t->tmf_itt = 0;
	if ((int32_t)(t->task.cmdsn - l->sess->exp_cmdsn) < 0)
		return reassign(l, t);
	l->again++;
	return task_start(&l->conn[t->conn], &t->task);
}

static enum result recover_connection(struct load *l, unsigned int i)
{
	enum result result = load_login(l, i);
	unsigned int n;

	/* The login's answer has the latest ExpCmdSN. */
	for (n = 0; n < load_options.depth && !result; n++)
		if (l->task[n].busy && l->task[n].conn == i)
			result = recover_task(l, &l->task[n]);
	return result;
}

/* A connection is gone, or is to be; @unexpected when that was not our doing. */
void load_lost(struct load *l, unsigned int i, bool unexpected)
{
	unsigned int attempt;

	if (unexpected)
		load_error(l, "a connection was lost");
	conn_shut(&l->conn[i], true);
	if (load_options.erl < 2) {
		recover_session(l);
		return;
	}
	for (attempt = 0; attempt < 3; attempt++) {
		if (!recover_connection(l, i))
			return;
		conn_shut(&l->conn[i], true);
	}
	load_error(l, "a connection could not be reinstated");
	l->dead = true;
}

void load_reassigned(struct load *l, struct conn *conn)
{
	uint32_t itt = pdu_get(&conn->last, "itt");
	unsigned int i;

	for (i = 0; i < load_options.depth; i++) {
		if (!l->task[i].busy || l->task[i].tmf_itt != itt)
			continue;
		l->task[i].tmf_itt = 0;
		if (pdu_get(&conn->last, "response"))
			load_error(l, "a task was not reassigned");
		return;
	}
	/* The task's own answer may have come before. */
}
