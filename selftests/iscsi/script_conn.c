// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statements about whole connections: connect, login, logout, close, and whole commands.
 */
#include <ctype.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "script.h"

#define CONNS	64

static struct named_conn conns[CONNS];

static struct named_conn *find_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < CONNS; i++)
		if (!strcmp(conns[i].name, name))
			return &conns[i];
	return NULL;
}

struct conn *script_conn(const char *name)
{
	struct named_conn *named = find_named(name);

	if (!named)
		die("no connection %s", name);
	named->conn.timeout = script_timeout();
	return &named->conn;
}

/* A connection of the name, closed; its session is left alone. */
static struct conn *new_conn(const char *name)
{
	struct named_conn *named = find_named(name);

	if (!named) {
		named = find_named("");
		if (!named)
			die("too many connections");
		snprintf(named->name, sizeof(named->name), "%s", name);
		named->conn.fd = -1;
	}
	conn_shut(&named->conn, false);
	named->conn.timeout = script_timeout();
	return &named->conn;
}

/* connect CONN [ADDRESS PORT] [from=ADDRESS] */
static enum result try_connect(struct args *args)
{
	bool named = args->n > 3 && !strchr(args->v[2], '=');
	struct conn *conn = new_conn(args->v[1]);
	enum result result;

	conn->from = option(args, "from");
	result = conn_open(conn, named ? args->v[2] : variable("address"),
			   named ? args->v[3] : variable("port"));
	conn->from = NULL;
	return result;
}

static void do_connect(struct args *args)
{
	must(try_connect(args), "connect");
}

static void do_connect_fails(struct args *args)
{
	if (!try_connect(args))
		die("connected");
}

static void set_isid(struct session *sess, const char *hex)
{
	put_be(sess->isid, sizeof(sess->isid), strtoull(hex, NULL, 16));
}

static struct session *new_session(const struct args *args)
{
	struct session *sess = calloc(1, sizeof(*sess));
	const char *target = option(args, "target");
	const char *initiator = option(args, "initiator");
	const char *type = option(args, "type");

	if (!sess)
		abort();
	if (!target)
		target = variable("target");
	if (!initiator)
		initiator = variable("initiator");
	sess->discovery = type && !strcmp(type, "Discovery");
	snprintf(sess->initiator, sizeof(sess->initiator), "%s", initiator);
	if (!sess->discovery || option(args, "target"))
		snprintf(sess->target, sizeof(sess->target), "%s", target ? target : "");
	set_isid(sess, "80f00baa0001");
	sess->cmdsn = 1;
	params_defaults(&sess->params);
	return sess;
}

/* Session and CID of a login: of the one joined, of the connection's own, or new ones. */
static void login_session(struct conn *conn, const struct args *args)
{
	const char *join = option(args, "join"), *isid = option(args, "isid");

	if (join) {
		struct session *sess = script_conn(join)->sess;

		if (!sess)
			die("%s has no session", join);
		conn_bind(conn, sess);
	} else if (!has_word(args, "again") || !conn->sess) {
		conn_bind(conn, new_session(args));
	}
	if (isid)
		set_isid(conn->sess, isid);
	if (option(args, "tsih"))
		conn->sess->tsih = option_number(args, "tsih", 0);
	conn->cid = option_number(args, "cid", join ? conn->cid : 1);
}

/* Words that are no option of ours are keys of the negotiation; those begin with a capital or X-. */
static void login_keys(const struct args *args, struct login_options *options)
{
	unsigned int i;

	for (i = 2; i < args->n; i++) {
		const char *word = args->v[i];

		if (!strchr(word, '=') || (islower((unsigned char)*word) &&
					   strncmp(word, "iSCSI", 5)))
			continue;
		if (options->nr_keys == ARRAY_SIZE(options->keys))
			die("too many keys");
		options->keys[options->nr_keys++] = word;
	}
}

/* login CONN [join=CONN|again] [isid= tsih= cid= type= user= secret= ... status=] [Key=Value...] */
static void do_login(struct args *args)
{
	struct conn *conn = script_conn(args->v[1]);
	const char *start = option(args, "start");
	struct login_options options = {
		.user = option(args, "user"), .secret = option(args, "secret"),
		.target_user = option(args, "target_user"),
		.target_secret = option(args, "target_secret"),
		.start_operational = start && !strcmp(start, "operational"),
	};
	uint16_t status = option_number(args, "status", 0);
	enum result result;

	login_session(conn, args);
	login_keys(args, &options);
	result = conn_login(conn, &options);
	if (options.status != status)
		die("login status 0x%04x (%s)", options.status, result_name(result));
	variable_set("redirect", options.address);
	if (!status)
		must(result, "login");
	else
		conn_bind(conn, NULL);
}

static void do_logout(struct args *args)
{
	struct conn *conn = script_conn(args->v[1]);
	uint64_t response;

	must(conn_logout(conn, option_number(args, "reason", 0),
			 option_number(args, "cid", conn->cid)), "logout");
	response = pdu_get(&conn->last, "response");
	if (response != option_number(args, "response", 0))
		die("logout response %llu", (unsigned long long)response);
}

static void do_close(struct args *args)
{
	conn_shut(script_conn(args->v[1]), false);
}

static void do_reset(struct args *args)
{
	conn_shut(script_conn(args->v[1]), true);
}

static void do_bytes(struct args *args)
{
	struct conn *conn = script_conn(args->v[1]);
	const char *hex = args->v[2];
	unsigned int byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
		uint8_t value = byte;

		must(conn_write(conn, &value, 1), "bytes");
	}
}

/* What is written before "off" arrives at once. */
static void do_cork(struct args *args)
{
	int on = !strcmp(args->v[2], "on");

	if (setsockopt(script_conn(args->v[1])->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)))
		die("cork");
}

static void do_pings(struct args *args)
{
	script_conn(args->v[1])->manual_nop = !strcmp(args->v[2], "manual");
}

static void do_statsn(struct args *args)
{
	struct conn *conn = script_conn(args->v[1]);

	conn->hold_statsn = !strcmp(args->v[2], "hold");
	if (strcmp(args->v[2], "hold") && strcmp(args->v[2], "auto"))
		conn->exp_statsn = number(args->v[2]);
}

const struct statement conn_statements[] = {
	{ "connect", 1, do_connect }, { "connect-fails", 1, do_connect_fails },
	{ "login", 1, do_login }, { "logout", 1, do_logout }, { "close", 1, do_close },
	{ "reset", 1, do_reset }, { "bytes", 2, do_bytes }, { "pings", 2, do_pings },
	{ "statsn", 2, do_statsn }, { "cork", 2, do_cork }, { NULL, 0, NULL },
};
