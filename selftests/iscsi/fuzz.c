// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer over sockets: conversations as an initiator would have them, with some of their PDUs
 * mutated, cut off, doubled or left out. Digests fit what is sent, so that nonsense gets past them.
 * Between rounds a clean session has to work.
 *
 *	rawiscsi fuzz TARGET [seconds=N] [seed=N]
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "raw.h"

#define ROUNDS		25		/* conversations between two checks of the target */
#define PDUS		24		/* in a conversation, at most */
#define CONNS		3		/* of its session, at most */

static struct {
	const char	*target;
	unsigned int	seconds;
	unsigned int	seed;
	unsigned int	rng;
	unsigned long	conversations;
	unsigned long	pdus;
} fuzz = { .seconds = 10, .seed = 1 };

static uint32_t rnd(uint32_t below)
{
	return ((uint32_t)rand_r(&fuzz.rng) << 15 ^ rand_r(&fuzz.rng)) % below;
}

static bool one_in(uint32_t n)
{
	return !rnd(n);
}

/* ---- mutation ---- */

static uint32_t interesting(void)
{
	static const uint32_t values[] = {
		0, 1, 2, 3, 0x7f, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000,
		0xfffffffe, 0xffffffff, 511, 512, 513, 4095, 4096, 8192, 65536, 262144, 0xffffff,
	};

	return values[rnd(ARRAY_SIZE(values))];
}

static void mutate_header(struct pdu *pdu)
{
	unsigned int at = rnd(BHS_LEN);

	switch (rnd(4)) {
	case 0:
		pdu->bhs[at] ^= 1 << rnd(8);
		break;
	case 1:
		pdu->bhs[at] = rnd(256);
		break;
	case 2:
		put_be(pdu->bhs + (at & ~3U), 4, interesting());
		break;
	default:
		put_be(pdu->bhs + (at & ~3U), 4, get_be(pdu->bhs + (at & ~3U), 4) + rnd(7) - 3);
	}
}

static void mutate_data(struct pdu *pdu)
{
	uint32_t at, old = pdu->len;

	switch (rnd(3)) {
	case 0:
		pdu_room(pdu, rnd(2 * old + 2));
		if (pdu->len > old)
			memset(pdu->data + old, rnd(256), pdu->len - old);
		break;
	case 1:
		for (at = rnd(old + 1); at < old; at += 1 + rnd(32))
			pdu->data[at] ^= 1 << rnd(8);
		break;
	default:
		if (old)
			pdu->data[rnd(old)] = "\0=,:~ \xff\x80"[rnd(8)];
	}
}

/* An additional header that is one, or is not. */
static void mutate_ahs(struct pdu *pdu)
{
	unsigned int i;

	pdu->ahs_len = 4 * (1 + rnd(one_in(10) ? 255 : 8));
	for (i = 0; i < pdu->ahs_len; i++)
		pdu->ahs[i] = rnd(256);
	put_be(pdu->ahs, 2, one_in(3) ? rnd(65536) : pdu->ahs_len - 3);
	pdu->ahs[2] = rnd(3);
}

/* Commands that would make the target refuse honest ones afterwards stay out. */
static void keep_harmless(struct pdu *pdu)
{
	static const uint8_t cdbs[] = { 0x00, 0x03, 0x08, 0x12, 0x1a, 0x25, 0x28, 0x2a, 0x88, 0x8a,
					0x9e, 0xa0, 0xa8 };

	if ((pdu->bhs[0] & 0x3f) == SCSI_CMD && !memchr(cdbs, pdu->bhs[32], sizeof(cdbs)))
		pdu->bhs[32] = cdbs[rnd(sizeof(cdbs))];
}

static enum result send_mutated(struct conn *conn, struct pdu *pdu)
{
	enum result result;

	fuzz.pdus++;
	if (one_in(3))
		mutate_header(pdu);
	if (one_in(6))
		mutate_data(pdu);
	if (one_in(20))
		mutate_ahs(pdu);
	pdu->bad_header_digest = one_in(100);
	pdu->bad_data_digest = one_in(30);
	keep_harmless(pdu);
	if (one_in(40))
		return conn_write(conn, pdu->bhs, rnd(BHS_LEN));
	if (one_in(40))
		return RAW_OK;
	result = conn_send(conn, pdu);
	if (!result && one_in(20))
		result = conn_send(conn, pdu);
	return result;
}

/* ---- conversations ---- */

static void build_scsi(struct conn *conn, struct pdu *pdu)
{
	uint32_t blocks = 1 + rnd(64), immediate = rnd(2) * BLOCK;
	bool write = one_in(2);

	pdu_init(pdu, SCSI_CMD);
	pdu->bhs[1] |= (write ? 0x20 : 0x40) | rnd(5);
	pdu_put(pdu, "lun", one_in(10) ? rnd(300) : 0);
	pdu_put(pdu, "edtl", (blocks + (one_in(8) ? rnd(3) - 1 : 0)) * BLOCK);
	pdu->bhs[32] = write ? 0x2a : 0x28;
	put_be(pdu->bhs + 34, 4, rnd(30000));
	put_be(pdu->bhs + 39, 2, blocks);
	if (write && immediate)
		pattern_fill(pdu_room(pdu, immediate), immediate, 1, 0);
	request_number(conn, pdu);
}

static void build_data_out(struct conn *conn, struct pdu *pdu)
{
	uint32_t len = rnd(16) * BLOCK;

	pdu_init(pdu, DATA_OUT);
	pdu_put(pdu, "ttt", TAG_NONE);
	if ((conn->last.bhs[0] & 0x3f) == R2T) {
		memcpy(pdu->bhs + 8, conn->last.bhs + 8, 16);
		pdu_put(pdu, "offset", pdu_get(&conn->last, "offset"));
		len = pdu_get(&conn->last, "desired");
		len = len > 8192 ? 8192 : len;
	}
	pattern_fill(pdu_room(pdu, len), len, 1, 0);
	put_be(pdu->bhs + 28, 4, conn->exp_statsn);
}

static void build_text(struct conn *conn, struct pdu *pdu)
{
	static const char *const texts[] = {
		"SendTargets=All", "SendTargets=", "MaxRecvDataSegmentLength=65536", "X-a.b=c",
		"InitiatorAlias=x", "NOP=1", "SendTargets=iqn.2024-01.org.example:fuzz",
	};
	unsigned int i;

	pdu_init(pdu, TEXT_REQ);
	for (i = rnd(4); i; i--)
		pdu_add_text(pdu, texts[rnd(ARRAY_SIZE(texts))]);
	if (one_in(5))
		pdu->bhs[1] = 0x40;
	request_number(conn, pdu);
	pdu_put(pdu, "ttt", TAG_NONE);
}

static void build_other(struct conn *conn, struct pdu *pdu, uint8_t opcode)
{
	pdu_init(pdu, opcode | (one_in(2) ? 0x40 : 0));
	request_number(conn, pdu);
	switch (opcode) {
	case NOP_OUT:
		pdu_put(pdu, "ttt", TAG_NONE);
		pattern_fill(pdu_room(pdu, rnd(2000)), pdu->len, 2, 0);
		break;
	case TMF_REQ:
		pdu_put(pdu, "func", 1 + rnd(13));
		pdu_put(pdu, "ref", pdu_get(pdu, "itt") - rnd(8));
		pdu_put(pdu, "refcmdsn", pdu_get(pdu, "cmdsn") - rnd(8));
		break;
	case SNACK_REQ:
		pdu_put(pdu, "type", rnd(4));
		pdu_put(pdu, "itt", one_in(2) ? TAG_NONE : pdu_get(pdu, "itt") - rnd(4));
		pdu_put(pdu, "ttt", TAG_NONE);
		pdu_put(pdu, "begrun", rnd(8));
		pdu_put(pdu, "runlen", rnd(8));
		break;
	case LOGOUT_REQ:
		pdu_put(pdu, "reason", rnd(3));
		pdu_put(pdu, "cid", rnd(3));
		break;
	default:
		break;
	}
}

static void build_any(struct conn *conn, struct pdu *pdu)
{
	static const uint8_t others[] = { NOP_OUT, TMF_REQ, SNACK_REQ, NOP_OUT, SNACK_REQ, TMF_REQ };

	switch (rnd(10)) {
	case 0 ... 3:
		build_scsi(conn, pdu);
		break;
	case 4 ... 5:
		build_data_out(conn, pdu);
		break;
	case 6:
		build_text(conn, pdu);
		break;
	default:
		build_other(conn, pdu, one_in(12) ? LOGOUT_REQ : others[rnd(ARRAY_SIZE(others))]);
	}
}

/* Read what is there, so that answers shape the next requests. */
static enum result drain(struct conn *conn)
{
	struct pollfd poll_fd = { .fd = conn->fd, .events = POLLIN };
	enum result result = RAW_OK;

	while (!result && poll(&poll_fd, 1, 1) > 0)
		result = conn_recv(conn, &conn->last, 0.2);
	return result;
}

static void bind_session(struct conn *conn, uint64_t isid)
{
	struct session *sess = calloc(1, sizeof(*sess));

	if (!sess)
		abort();
	snprintf(sess->initiator, sizeof(sess->initiator), "iqn.2024-01.org.example:raw");
	snprintf(sess->target, sizeof(sess->target), "%s", fuzz.target);
	put_be(sess->isid, 6, isid);
	sess->cmdsn = 1;
	params_defaults(&sess->params);
	conn_bind(conn, sess);
}

static enum result login(struct conn *conn)
{
	static const char *const digests[] = { "None", "CRC32C" };
	struct login_options options = { 0 };
	char text[7][40];
	unsigned int i;

	snprintf(text[0], 40, "HeaderDigest=%s", digests[rnd(2)]);
	snprintf(text[1], 40, "DataDigest=%s", digests[rnd(2)]);
	snprintf(text[2], 40, "InitialR2T=%s", one_in(2) ? "Yes" : "No");
	snprintf(text[3], 40, "ImmediateData=%s", one_in(2) ? "Yes" : "No");
	snprintf(text[4], 40, "ErrorRecoveryLevel=%u", rnd(3));
	snprintf(text[5], 40, "MaxBurstLength=%u", 512U << rnd(8));
	snprintf(text[6], 40, "MaxConnections=%u", 1 + rnd(CONNS));
	for (i = 0; i < ARRAY_SIZE(text); i++)
		options.keys[options.nr_keys++] = text[i];
	conn->sess->discovery = one_in(10);
	return conn_login(conn, &options);
}

/* A login request with all that may be in one, mutated. */
static enum result bad_login(struct conn *conn, struct pdu *pdu)
{
	static const char *const texts[] = {
		"SessionType=Normal", "SessionType=Discovery", "AuthMethod=CHAP,None", "CHAP_A=5,7",
		"CHAP_N=x", "CHAP_R=0x00112233445566778899aabbccddeeff", "CHAP_I=1", "CHAP_C=0bAAAA",
		"HeaderDigest=CRC32C", "MaxBurstLength=4096", "FirstBurstLength=0x1000", "X-1=",
		"MaxRecvDataSegmentLength=16384", "TargetName=", "InitiatorName=iqn.a", "OFMarkInt=1~2",
	};
	enum result result = RAW_OK;
	unsigned int i;
	char text[300];

	for (i = 1 + rnd(4); i && !result; i--) {
		unsigned int more;

		pdu_init(pdu, LOGIN_REQ | 0x40);
		pdu->bhs[1] = rnd(2) ? 0x81 : rnd(2) ? 0x87 : rnd(256);
		put_be(pdu->bhs + 8, 6, 0x80f00bac0000);
		pdu_add_text(pdu, "InitiatorName=iqn.2024-01.org.example:raw");
		snprintf(text, sizeof(text), "TargetName=%s", fuzz.target);
		pdu_add_text(pdu, text);
		for (more = rnd(6); more; more--)
			pdu_add_text(pdu, texts[rnd(ARRAY_SIZE(texts))]);
		result = send_mutated(conn, pdu);
		if (!result)
			result = drain(conn);
	}
	return result;
}

/* ---- several connections ---- */

/* A session, whose requests go over any of its connections. */
struct talk {
	struct conn	conn[CONNS];
	unsigned int	n;
};

static struct conn *any_conn(struct talk *talk)
{
	return &talk->conn[rnd(talk->n)];
}

static enum result enter(struct talk *talk)
{
	struct conn *conn = &talk->conn[talk->n++];

	*conn = (struct conn){ .fd = -1, .timeout = 5, .cid = talk->n };
	return conn_open(conn, "127.0.0.1", "3260");
}

static void leave(struct talk *talk, struct conn *conn)
{
	conn_shut(conn, one_in(2));
	conn_bind(conn, NULL);
	pdu_free(&conn->last);
	*conn = talk->conn[--talk->n];
}

/* Some of these are refused: there may be no session, or one for fewer connections. */
static void join(struct talk *talk)
{
	struct login_options options = { 0 };
	struct conn *conn = &talk->conn[talk->n];
	enum result result = enter(talk);

	if (!result) {
		conn_bind(conn, talk->conn[0].sess);
		result = conn_login(conn, &options);
	}
	if (result)
		leave(talk, conn);
}

/* A request, perhaps behind the one that comes after it; data for what another connection asked. */
static void say(struct talk *talk, struct pdu *pdu, struct pdu *next)
{
	struct conn *conn = any_conn(talk), *other = any_conn(talk);
	enum result result = RAW_OK;

	build_any(one_in(6) ? other : conn, pdu);
	if (one_in(6)) {
		build_any(other, next);
		result = send_mutated(other, next);
		if (result)
			conn = other;
	}
	if (!result)
		result = send_mutated(conn, pdu);
	if (!result && one_in(3))
		result = drain(conn);
	if (result)
		leave(talk, conn);
}

static void conversation(void)
{
	struct pdu pdu = { 0 }, next = { 0 };
	struct talk talk = { .n = 0 };
	unsigned int i;

	fuzz.conversations++;
	if (enter(&talk)) {
		leave(&talk, talk.conn);
	} else if (one_in(4)) {
		bad_login(talk.conn, &pdu);
	} else {
		bind_session(talk.conn, 0x80f00bac0000 + rnd(4));
		if (login(talk.conn))
			leave(&talk, talk.conn);
		while (talk.n && talk.n < CONNS && one_in(2))
			join(&talk);
		for (i = rnd(PDUS); i && talk.n; i--)
			say(&talk, &pdu, &next);
	}
	while (talk.n)
		leave(&talk, any_conn(&talk));
	pdu_free(&pdu);
	pdu_free(&next);
}

/* A clean session writes and reads. A reset by an earlier conversation may come in between. */
static enum result healthy(void)
{
	struct conn conn = { .fd = -1, .timeout = 20 };
	struct login_options options = { 0 };
	enum result result;
	unsigned int i;

	bind_session(&conn, 0x80f00bacffff);
	result = conn_open(&conn, "127.0.0.1", "3260");
	if (!result)
		result = conn_login(&conn, &options);
	for (i = 0; i < 4 && (!i || result == RAW_REFUSED); i++) {
		struct task write = { .lba = 31000, .len = 64 * BLOCK, .seed = 9, .write = true };
		struct task read = { .lba = 31000, .len = 64 * BLOCK, .seed = 9, .checked = true };

		if (!result || i)
			result = conn_ready(&conn, 0);
		if (!result)
			result = task_start(&conn, &write);
		if (!result)
			result = task_finish(&conn, &write);
		if (!result)
			result = task_start(&conn, &read);
		if (!result)
			result = task_finish(&conn, &read);
	}
	conn_shut(&conn, false);
	conn_bind(&conn, NULL);
	pdu_free(&conn.last);
	return result;
}

int fuzz_main(int argc, char **argv)
{
	double end;
	int i;

	if (argc < 2)
		return 2;
	fuzz.target = argv[1];
	for (i = 2; i < argc; i++)
		if (sscanf(argv[i], "seconds=%u", &fuzz.seconds) != 1 &&
		    sscanf(argv[i], "seed=%u", &fuzz.seed) != 1)
			return 2;
	fuzz.rng = fuzz.seed;
	for (end = now() + fuzz.seconds; now() < end;) {
		enum result result;

		for (i = 0; i < ROUNDS && now() < end; i++)
			conversation();
		result = healthy();
		if (result) {
			printf("seed %u: after %lu conversations a clean session fails: %s\n",
			       fuzz.seed, fuzz.conversations, result_name(result));
			return 1;
		}
	}
	printf("seed %u: %lu conversations, %lu PDUs\n", fuzz.seed, fuzz.conversations, fuzz.pdus);
	return 0;
}
