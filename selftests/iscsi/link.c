// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TCP connection that carries PDUs: opening and ending it, sending and receiving with digests,
 * every wait with a time limit.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "raw.h"

bool raw_trace;

const char *result_name(enum result result)
{
	static const char *const names[] = {
		[RAW_OK] = "success", [RAW_TIMEOUT] = "timeout", [RAW_CLOSED] = "connection closed",
		[RAW_DIGEST] = "wrong digest from the target", [RAW_PROTOCOL] = "protocol error",
		[RAW_REFUSED] = "refused",
	};

	return names[result];
}

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void set_options(int fd, double timeout)
{
	struct timeval tv = { .tv_sec = timeout, .tv_usec = 0 };
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

static int bind_to(int fd, const char *from)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *found;
	int ret;

	if (!from)
		return 0;
	if (getaddrinfo(from, NULL, &hints, &found))
		return -1;
	ret = bind(fd, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return ret;
}

/* @conn->timeout and ->from are set; everything else is made anew. */
enum result conn_open(struct conn *conn, const char *address, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *found;
	int fd;

	if (getaddrinfo(address, port, &hints, &found))
		return RAW_REFUSED;
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		set_options(fd, conn->timeout);
	if (fd < 0 || bind_to(fd, conn->from) || connect(fd, found->ai_addr, found->ai_addrlen)) {
		freeaddrinfo(found);
		if (fd >= 0)
			close(fd);
		return RAW_REFUSED;
	}
	freeaddrinfo(found);
	conn->fd = fd;
	conn->exp_statsn = 0;
	conn->login = true;
	conn->header_digest = false;
	conn->data_digest = false;
	conn->max_send = 8192;
	return RAW_OK;
}

/* Give the connection a session, or none. */
void conn_bind(struct conn *conn, struct session *sess)
{
	if (sess)
		sess->refs++;
	if (conn->sess && !--conn->sess->refs)
		free(conn->sess);
	conn->sess = sess;
}

/* End it, by FIN or by RST; what was not asked for is forgotten. */
void conn_shut(struct conn *conn, bool reset)
{
	struct linger linger = { .l_onoff = 1 };
	struct pdu *pdu;

	if (conn->fd < 0)
		return;
	if (reset)
		setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(conn->fd);
	conn->fd = -1;
	while ((pdu = conn->stash)) {
		conn->stash = pdu->next;
		pdu_free(pdu);
		free(pdu);
	}
}

enum result conn_write(struct conn *conn, const void *buf, size_t len)
{
	const uint8_t *p = buf;
	ssize_t sent;

	while (len) {
		sent = send(conn->fd, p, len, MSG_NOSIGNAL);
		if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return RAW_TIMEOUT;
		if (sent < 0)
			return RAW_CLOSED;
		p += sent;
		len -= sent;
	}
	return RAW_OK;
}

/* A digest is sent as the CRC's bytes from the least significant on (RFC 7143 section 13.1). */
static void put_digest(uint8_t *p, uint32_t crc, bool bad)
{
	unsigned int i;

	crc = ~crc ^ (bad ? 0x01020304 : 0);
	for (i = 0; i < 4; i++)
		p[i] = crc >> (8 * i);
}

static enum result send_all(struct conn *conn, struct iovec *iov, unsigned int n)
{
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = n };
	ssize_t sent;

	while (msg.msg_iovlen) {
		sent = sendmsg(conn->fd, &msg, MSG_NOSIGNAL);
		if (sent < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? RAW_TIMEOUT : RAW_CLOSED;
		while (msg.msg_iovlen && (size_t)sent >= msg.msg_iov->iov_len) {
			sent -= msg.msg_iov->iov_len;
			msg.msg_iov++;
			msg.msg_iovlen--;
		}
		if (msg.msg_iovlen) {
			msg.msg_iov->iov_base = (uint8_t *)msg.msg_iov->iov_base + sent;
			msg.msg_iov->iov_len -= sent;
		}
	}
	return RAW_OK;
}

/*
 * Send a PDU with the digests in force. The length fields are those of the PDU unless the header
 * has others already: lying is part of the trade.
 */
enum result conn_send(struct conn *conn, struct pdu *pdu)
{
	uint8_t head_digest[4], tail[8] = { 0 };
	uint32_t pad = -pdu->len & 3, crc;
	struct iovec iov[5];
	unsigned int n = 0;

	if (!get_be(pdu->bhs + 5, 3))
		put_be(pdu->bhs + 5, 3, pdu->len);
	if (!pdu->bhs[4])
		pdu->bhs[4] = pdu->ahs_len / 4;
	if (raw_trace)
		pdu_print(">", pdu);
	iov[n++] = (struct iovec){ pdu->bhs, BHS_LEN };
	iov[n++] = (struct iovec){ pdu->ahs, pdu->ahs_len };
	if (conn->header_digest) {
		crc = crc32c(crc32c(~0U, pdu->bhs, BHS_LEN), pdu->ahs, pdu->ahs_len);
		put_digest(head_digest, crc, pdu->bad_header_digest);
		iov[n++] = (struct iovec){ head_digest, 4 };
	}
	if (pdu->len) {
		crc = crc32c(crc32c(~0U, pdu->data, pdu->len), tail, pad);
		put_digest(tail + pad, crc, pdu->bad_data_digest);
		iov[n++] = (struct iovec){ pdu->data, pdu->len };
		iov[n++] = (struct iovec){ tail, pad + (conn->data_digest ? 4 : 0) };
	}
	return send_all(conn, iov, n);
}

static enum result read_all(struct conn *conn, void *buf, size_t len, double deadline)
{
	struct pollfd poll_fd = { .fd = conn->fd, .events = POLLIN };
	uint8_t *p = buf;

	while (len) {
		double left = deadline - now();
		ssize_t got;

		if (poll(&poll_fd, 1, left > 0 ? left * 1000 + 1 : 0) <= 0)
			return RAW_TIMEOUT;
		got = recv(conn->fd, p, len, 0);
		if (got <= 0)
			return RAW_CLOSED;
		p += got;
		len -= got;
	}
	return RAW_OK;
}

static enum result read_digest(struct conn *conn, uint32_t crc, double deadline)
{
	uint8_t got[4], want[4];
	enum result result = read_all(conn, got, 4, deadline);

	put_digest(want, crc, false);
	if (!result && memcmp(got, want, 4))
		return RAW_DIGEST;
	return result;
}

static enum result read_pdu(struct conn *conn, struct pdu *pdu, double deadline)
{
	uint32_t len, whole;
	enum result result;

	pdu->len = 0;
	result = read_all(conn, pdu->bhs, BHS_LEN, deadline);
	if (result)
		return result;
	/* The rest of a PDU that has begun gets its own time. */
	deadline = now() + conn->timeout;
	pdu->ahs_len = pdu->bhs[4] * 4;
	result = read_all(conn, pdu->ahs, pdu->ahs_len, deadline);
	if (!result && conn->header_digest)
		result = read_digest(conn, crc32c(crc32c(~0U, pdu->bhs, BHS_LEN), pdu->ahs,
						  pdu->ahs_len), deadline);
	len = get_be(pdu->bhs + 5, 3);
	if (result || !len)
		return result;
	whole = (len + 3) & ~3U;
	result = read_all(conn, pdu_room(pdu, whole), whole, deadline);
	if (!result && conn->data_digest)
		result = read_digest(conn, crc32c(~0U, pdu->data, whole), deadline);
	pdu->len = len;
	return result;
}

/* PDUs that advance StatSN; a NOP-In that is a ping and an R2T do not (11.19, 11.8). */
static bool has_status(const struct pdu *pdu)
{
	switch (pdu->bhs[0] & 0x3f) {
	case DATA_IN:
		return pdu->bhs[1] & 1;
	case R2T:
		return false;
	case NOP_IN:
		return get_be(pdu->bhs + 16, 4) != TAG_NONE;
	default:
		return true;
	}
}

static void take_numbers(struct conn *conn, const struct pdu *pdu)
{
	struct session *sess = conn->sess;
	uint32_t statsn = get_be(pdu->bhs + 24, 4);

	if (has_status(pdu) && !conn->hold_statsn && (int32_t)(statsn + 1 - conn->exp_statsn) > 0)
		conn->exp_statsn = statsn + 1;
	if (!sess)
		return;
	/* 4.2.2.1: numbers that went back are those of an older PDU. */
	if ((int32_t)((uint32_t)get_be(pdu->bhs + 32, 4) - sess->max_cmdsn) > 0)
		sess->max_cmdsn = get_be(pdu->bhs + 32, 4);
	if ((int32_t)((uint32_t)get_be(pdu->bhs + 28, 4) - sess->exp_cmdsn) > 0)
		sess->exp_cmdsn = get_be(pdu->bhs + 28, 4);
}

/* Receive a PDU within @timeout seconds, check its digests, and take its sequence numbers. */
enum result conn_recv(struct conn *conn, struct pdu *pdu, double timeout)
{
	enum result result = read_pdu(conn, pdu, now() + timeout);

	if (result)
		return result;
	if (raw_trace)
		pdu_print("<", pdu);
	if (!conn->login)
		take_numbers(conn, pdu);
	return RAW_OK;
}
