// SPDX-License-Identifier: GPL-2.0-only
/*
 * Login and logout (RFC 7143 sections 6 and 11.12 to 11.15), with CHAP by MD5 (RFC 1994) in both
 * directions. Only what the initiator wants to be different is offered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "raw.h"

#define SECURITY	0
#define OPERATIONAL	1
#define FULL_FEATURE	3
#define CHALLENGE	24		/* bytes of our own challenge */

#define NUMBER(key, member)	{ key, offsetof(struct params, member), false }
#define BOOLEAN(key, member)	{ key, offsetof(struct params, member), true }

static const struct {
	const char	*key;
	size_t		off;
	bool		boolean;
} keys[] = {
	NUMBER("MaxConnections", max_connections),
	BOOLEAN("InitialR2T", initial_r2t),
	BOOLEAN("ImmediateData", immediate_data),
	NUMBER("MaxBurstLength", max_burst),
	NUMBER("FirstBurstLength", first_burst),
	NUMBER("DefaultTime2Wait", time2wait),
	NUMBER("DefaultTime2Retain", time2retain),
	NUMBER("MaxOutstandingR2T", max_r2t),
	BOOLEAN("DataPDUInOrder", pdu_in_order),
	BOOLEAN("DataSequenceInOrder", seq_in_order),
	NUMBER("ErrorRecoveryLevel", erl),
	NUMBER("iSCSIProtocolLevel", protocol_level),
	NUMBER("MaxRecvDataSegmentLength", max_send),
};

void params_defaults(struct params *params)
{
	*params = (struct params){
		.max_connections = 1, .initial_r2t = 1, .immediate_data = 1, .max_send = 8192,
		.max_recv = 8192, .max_burst = 262144, .first_burst = 65536, .time2wait = 2,
		.time2retain = 20, .max_r2t = 1, .pdu_in_order = 1, .seq_in_order = 1,
		.protocol_level = 1,
	};
}

/* What a connection can have of its own. */
struct login {
	struct conn		*conn;
	struct login_options	*options;
	struct params		params;
	struct pdu		req;
	uint8_t			stage;
	uint8_t			challenge[CHALLENGE];
};

static void start_request(struct login *l, uint8_t next)
{
	struct conn *conn = l->conn;
	struct session *sess = conn->sess;
	struct pdu *pdu = &l->req;

	pdu_init(pdu, LOGIN_REQ | 0x40);
	pdu->bhs[1] = l->stage << 2 | (next != l->stage ? 0x80 | next : 0);
	memcpy(pdu->bhs + 8, sess->isid, sizeof(sess->isid));
	pdu_put(pdu, "tsih", sess->tsih);
	pdu_put(pdu, "itt", 0);
	pdu_put(pdu, "cid", conn->cid);
	pdu_put(pdu, "cmdsn", sess->cmdsn);
	pdu_put(pdu, "expstatsn", conn->exp_statsn);
}

static void add_pair(struct login *l, const char *key, const char *value)
{
	char text[4096];

	snprintf(text, sizeof(text), "%s=%s", key, value);
	pdu_add_text(&l->req, text);
}

/* Take what the target declares and answers. */
static enum result read_answers(struct login *l)
{
	const struct pdu *pdu = &l->conn->last;
	const char *value;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		uint32_t *number = (uint32_t *)((char *)&l->params + keys[i].off);

		value = pdu_text(pdu, keys[i].key);
		if (!value || !strcmp(value, "Irrelevant"))
			continue;
		if (!strcmp(value, "Reject") || !strcmp(value, "NotUnderstood"))
			return RAW_PROTOCOL;
		*number = keys[i].boolean ? !strcmp(value, "Yes") : strtoul(value, NULL, 0);
	}
	value = pdu_text(pdu, "HeaderDigest");
	if (value)
		l->params.header_digest = !strcmp(value, "CRC32C");
	value = pdu_text(pdu, "DataDigest");
	if (value)
		l->params.data_digest = !strcmp(value, "CRC32C");
	value = pdu_text(pdu, "TargetAddress");
	if (value)
		snprintf(l->options->address, sizeof(l->options->address), "%s", value);
	return RAW_OK;
}

/* One request and its response. */
static enum result exchange(struct login *l)
{
	struct conn *conn = l->conn;
	struct pdu *rsp = &conn->last;
	enum result result = conn_send(conn, &l->req);

	if (!result)
		result = conn_recv(conn, rsp, conn->timeout);
	if (result)
		return result;
	if ((rsp->bhs[0] & 0x3f) != LOGIN_RSP || get_be(rsp->bhs + 16, 4) != 0)
		return RAW_PROTOCOL;
	conn->exp_statsn = pdu_get(rsp, "statsn") + 1;
	l->options->status = pdu_get(rsp, "status");
	result = read_answers(l);
	if (l->options->status)
		return RAW_REFUSED;
	if (rsp->bhs[1] & 0x80)
		l->stage = pdu_get(rsp, "nsg");
	return result;
}

/* "0x..." into bytes; returns how many. */
static size_t from_hex(const char *text, uint8_t *out, size_t room)
{
	size_t n = 0;
	unsigned int byte;

	if (!text || strncasecmp(text, "0x", 2))
		return 0;
	for (text += 2; n < room && sscanf(text, "%2x", &byte) == 1; text += 2)
		out[n++] = byte;
	return n;
}

static void to_hex(const uint8_t *in, size_t len, char *out)
{
	strcpy(out, "0x");
	for (out += 2; len--; out += 2)
		sprintf(out, "%02x", *in++);
}

/* RFC 1994: MD5 of identifier, secret and challenge. */
static void chap_response(uint8_t id, const char *secret, const uint8_t *challenge, size_t len,
			  uint8_t digest[16])
{
	uint8_t buf[1 + 256 + 1024];
	size_t n = strnlen(secret, 256);

	buf[0] = id;
	memcpy(buf + 1, secret, n);
	memcpy(buf + 1 + n, challenge, len);
	md5(buf, 1 + n + len, digest);
}

static enum result chap_answer(struct login *l)
{
	const struct login_options *o = l->options;
	const char *id = pdu_text(&l->conn->last, "CHAP_I");
	uint8_t challenge[1024], digest[16];
	char hex[2 * CHALLENGE + 40];
	size_t len;

	len = from_hex(pdu_text(&l->conn->last, "CHAP_C"), challenge, sizeof(challenge));
	if (!id || !len)
		return RAW_PROTOCOL;
	chap_response(strtoul(id, NULL, 0), o->secret, challenge, len, digest);
	start_request(l, OPERATIONAL);
	add_pair(l, "CHAP_N", o->user);
	to_hex(digest, sizeof(digest), hex);
	add_pair(l, "CHAP_R", hex);
	if (o->target_secret) {
		for (len = 0; len < CHALLENGE; len++)
			l->challenge[len] = rand();
		to_hex(l->challenge, CHALLENGE, hex);
		add_pair(l, "CHAP_I", "77");
		add_pair(l, "CHAP_C", hex);
	}
	return exchange(l);
}

/* The target has to know the other secret, where that was asked for. */
static enum result chap_check(struct login *l)
{
	const struct login_options *o = l->options;
	const char *name = pdu_text(&l->conn->last, "CHAP_N");
	uint8_t want[16], got[17];

	if (!o->target_secret)
		return RAW_OK;
	chap_response(77, o->target_secret, l->challenge, CHALLENGE, want);
	if (!name || (o->target_user && strcmp(name, o->target_user)) ||
	    from_hex(pdu_text(&l->conn->last, "CHAP_R"), got, sizeof(got)) != sizeof(want) ||
	    memcmp(got, want, sizeof(want)))
		return RAW_REFUSED;
	return RAW_OK;
}

static void add_names(struct login *l)
{
	const struct session *sess = l->conn->sess;

	add_pair(l, "InitiatorName", sess->initiator);
	add_pair(l, "SessionType", sess->discovery ? "Discovery" : "Normal");
	if (sess->target[0])
		add_pair(l, "TargetName", sess->target);
}

static enum result security(struct login *l)
{
	const struct login_options *o = l->options;
	enum result result;
	const char *method;

	start_request(l, OPERATIONAL);
	add_names(l);
	add_pair(l, "AuthMethod", o->user ? "CHAP,None" : "None");
	result = exchange(l);
	method = pdu_text(&l->conn->last, "AuthMethod");
	if (result || !method || strcmp(method, "CHAP"))
		return result;
	start_request(l, SECURITY);
	add_pair(l, "CHAP_A", "5");
	result = exchange(l);
	if (!result)
		result = chap_answer(l);
	return result ? result : chap_check(l);
}

static bool offered(const struct login_options *o, const char *key)
{
	size_t len = strlen(key);
	unsigned int i;

	for (i = 0; i < o->nr_keys; i++)
		if (!strncmp(o->keys[i], key, len) && o->keys[i][len] == '=')
			return true;
	return false;
}

static enum result operational(struct login *l)
{
	const struct login_options *o = l->options;
	unsigned int i;

	start_request(l, FULL_FEATURE);
	if (o->start_operational)
		add_names(l);
	if (!offered(o, "MaxRecvDataSegmentLength"))
		add_pair(l, "MaxRecvDataSegmentLength", "65536");
	for (i = 0; i < o->nr_keys; i++)
		pdu_add_text(&l->req, o->keys[i]);
	return exchange(l);
}

static void settle(struct login *l)
{
	struct conn *conn = l->conn;
	struct session *sess = conn->sess;
	const struct pdu *rsp = &conn->last;

	conn->login = false;
	conn->header_digest = l->params.header_digest;
	conn->data_digest = l->params.data_digest;
	conn->max_send = l->params.max_send;
	if (!sess->tsih) {
		sess->params = l->params;
		sess->exp_cmdsn = pdu_get(rsp, "expcmdsn");
		sess->max_cmdsn = pdu_get(rsp, "maxcmdsn");
	} else if ((int32_t)(pdu_get(rsp, "expcmdsn") - sess->exp_cmdsn) > 0) {
		sess->exp_cmdsn = pdu_get(rsp, "expcmdsn");
	}
	sess->tsih = pdu_get(rsp, "tsih");
}

/*
 * Log in: a leading connection if its session has no TSIH, else one more of the session, or the
 * same again if the CID is in use. @options->status tells why it was refused.
 */
enum result conn_login(struct conn *conn, struct login_options *options)
{
	struct login l = {
		.conn = conn, .options = options,
		.stage = options->start_operational ? OPERATIONAL : SECURITY,
	};
	enum result result = RAW_OK;

	params_defaults(&l.params);
	if (!options->start_operational)
		result = security(&l);
	if (!result && l.stage == OPERATIONAL)
		result = operational(&l);
	pdu_free(&l.req);
	if (result)
		return result;
	if (l.stage != FULL_FEATURE)
		return RAW_PROTOCOL;
	settle(&l);
	return RAW_OK;
}

/* Ask for a logout and wait for its response, whatever else arrives before. */
enum result conn_logout(struct conn *conn, uint8_t reason, uint16_t cid)
{
	struct pdu pdu = { 0 };
	enum result result;

	pdu_init(&pdu, LOGOUT_REQ | 0x40);
	pdu_put(&pdu, "reason", reason);
	pdu_put(&pdu, "cid", cid);
	request_number(conn, &pdu);
	result = conn_send(conn, &pdu);
	while (!result) {
		result = conn_recv(conn, &conn->last, conn->timeout);
		if (!result && (conn->last.bhs[0] & 0x3f) == LOGOUT_RSP)
			break;
	}
	return result;
}
