// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receiving: header, data and digests of one PDU after the other, as the socket delivers them. Data
 * goes straight into the command's pages; headers that follow each other are read in one go.
 */
#include <linux/crc32c.h>
#include <linux/highmem.h>
#include <linux/uio.h>
#include "iscsit.h"

#define CREATE_TRACE_POINTS
#include "iscsi_trace.h"

#define RX_BUDGET	32	/* PDUs and pieces of data before answers are sent */
#define RX_VECS		16	/* pages per call of the socket */
#define RX_AHEAD	(16 * ISCSIT_BHS_LEN)
#define RX_LOWAT_MAX	32768	/* well below any receive buffer */

static int rx_call(struct iscsit_conn *conn, struct msghdr *msg)
{
	int ret = sock_recvmsg(conn->sock, msg, MSG_DONTWAIT);

	if (ret > 0) {
		conn->last_rx = jiffies;
		return ret;
	}
	return ret ? ret : -ECONNRESET;
}

static int rx_read(struct iscsit_conn *conn, void *buf, u32 len)
{
	struct kvec vec = { .iov_base = buf, .iov_len = len };
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT };

	iov_iter_kvec(&msg.msg_iter, ITER_DEST, &vec, 1, len);
	return rx_call(conn, &msg);
}

/* Asking the queue first saves the call that would only say "nothing there". */
static bool rx_socket_ready(const struct sock *sk)
{
	return !skb_queue_empty_lockless(&sk->sk_receive_queue) || READ_ONCE(sk->sk_err) ||
	       (READ_ONCE(sk->sk_shutdown) & RCV_SHUTDOWN);
}

/*
 * Have @need bytes at rx.buf + rx.pos. Returns 0, -EAGAIN, or the error that ends the connection.
 */
static int rx_fill(struct iscsit_conn *conn, u32 need)
{
	struct iscsit_rx *rx = &conn->rx;
	u32 have = rx->end - rx->pos;
	u32 want;
	int ret;

	if (have >= need)
		return 0;
	if (!rx_socket_ready(conn->sock->sk))
		return -EAGAIN;
	if (rx->pos) {
		memmove(rx->buf, rx->buf + rx->pos, have);
		rx->pos = 0;
		rx->end = have;
	}
	want = rx->read_ahead ? max_t(u32, need, RX_AHEAD) : need;
	ret = rx_read(conn, rx->buf + have, want - have);
	if (ret < 0)
		return ret;
	rx->end += ret;
	return rx->end >= need ? 0 : -EAGAIN;
}

static bool rx_header_digest_ok(struct iscsit_conn *conn, const u8 *hdr, u32 len)
{
	__le32 got;

	if (!conn->header_digest)
		return true;
	memcpy(&got, hdr + len, sizeof(got));
	if (le32_to_cpu(got) == ~crc32c(iscsit_crc_start(), hdr, len))
		return true;
	/* The length can't be trusted, so the next PDU can't be found (RFC 7143 7.8). */
	iscsit_count_error(conn, ISCSIT_ERR_HEADER_DIGEST);
	return false;
}

static int rx_dispatch(struct iscsit_conn *conn, const u8 *ahs)
{
	struct iscsit_rx *rx = &conn->rx;

	switch (rx->info.opcode) {
	case ISCSIT_OP_SCSI_CMD:
		return iscsit_cmd_rx(conn, ahs);
	case ISCSIT_OP_DATA_OUT:
		iscsit_data_out_rx(conn);
		return 0;
	default:
		return iscsit_ctl_rx(conn);
	}
}

static int rx_pdu_done(struct iscsit_conn *conn, bool digest_ok);

static int rx_header(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = &conn->rx;
	const u8 *hdr;
	u32 len;
	int ret;

	ret = rx_fill(conn, ISCSIT_BHS_LEN);
	if (ret)
		return ret;
	len = ISCSIT_BHS_LEN + 4 * ((struct iscsit_bhs *)(rx->buf + rx->pos))->ahs_words;
	ret = rx_fill(conn, len + (conn->header_digest ? ISCSIT_DIGEST_LEN : 0));
	if (ret)
		return ret;
	hdr = rx->buf + rx->pos;
	if (!rx_header_digest_ok(conn, hdr, len))
		return -EBADMSG;
	rx->pos += len + (conn->header_digest ? ISCSIT_DIGEST_LEN : 0);
	memcpy(&rx->bhs, hdr, sizeof(rx->bhs));
	trace_iscsit_rx(conn, &rx->bhs);

	rx->reject = iscsit_pdu_check(&rx->bhs, &conn->limits, &rx->info);
	rx->sink = ISCSIT_SINK_DROP;
	rx->tag = NULL;
	rx->ctl = NULL;
	rx->keep = 0;
	rx->left = rx->info.data_len;
	rx->crc = iscsit_crc_start();
	rx->read_ahead = !rx->left;
	if (rx->reject)
		iscsit_count_error(conn, ISCSIT_ERR_FORMAT);
	if (rx->reject && conn->phase == ISCSIT_CONN_LOGIN)
		return iscsit_login_refuse(conn);
	if (rx->reject && rx->info.fatal)
		return iscsit_reject(conn, rx->reject, true);
	if (unlikely(conn->params.erl))
		iscsit_keep_ack(conn, rx->info.exp_statsn);
	if (!rx->reject) {
		ret = rx_dispatch(conn, hdr + ISCSIT_BHS_LEN);
		if (ret)
			return ret;
	}
	if (!rx->left)
		return rx_pdu_done(conn, true);
	rx->state = ISCSIT_RX_DATA;
	return 0;
}

/* Advance the tag's place in its scatterlist past @n bytes. */
static void rx_tag_advance(struct iscsit_tag *tag, u32 n)
{
	tag->sg_off += n;
	while (tag->sg && tag->sg_off >= tag->sg->length) {
		tag->sg_off -= tag->sg->length;
		tag->sg = sg_next(tag->sg);
	}
}

/* From the read-ahead buffer to where the data belongs. */
static void rx_copy(struct iscsit_rx *rx, const u8 *from, u32 n)
{
	struct iscsit_ctl *ctl = rx->ctl;
	struct iscsit_tag *tag = rx->tag;

	if (rx->sink == ISCSIT_SINK_CTL) {
		memcpy(ctl->data + ctl->len, from, n);
		ctl->len += n;
	}
	if (rx->sink != ISCSIT_SINK_TAG)
		return;
	while (n) {
		struct page *page = nth_page(sg_page(tag->sg),
					     (tag->sg->offset + tag->sg_off) >> PAGE_SHIFT);
		u32 off = offset_in_page(tag->sg->offset + tag->sg_off);
		u32 len = min3(n, tag->sg->length - tag->sg_off, (u32)PAGE_SIZE - off);

		memcpy_to_page(page, off, from, len);
		rx_tag_advance(tag, len);
		from += len;
		n -= len;
	}
}

static int rx_read_pages(struct iscsit_conn *conn, u32 n)
{
	struct iscsit_tag *tag = conn->rx.tag;
	struct scatterlist *sg = tag->sg;
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT };
	struct bio_vec vec[RX_VECS];
	u32 off = tag->sg_off;
	u32 total = 0;
	int i;

	for (i = 0; i < RX_VECS && total < n; i++) {
		vec[i].bv_page = sg_page(sg);
		vec[i].bv_offset = sg->offset + off;
		vec[i].bv_len = min(n - total, sg->length - off);
		total += vec[i].bv_len;
		off = 0;
		sg = sg_next(sg);
	}
	iov_iter_bvec(&msg.msg_iter, ITER_DEST, vec, i, total);
	return rx_call(conn, &msg);
}

/* Data that is not in the buffer yet: read it where it belongs. Returns bytes or an error. */
static int rx_read_data(struct iscsit_conn *conn, u32 n)
{
	struct iscsit_rx *rx = &conn->rx;
	struct iscsit_tag *tag = rx->tag;
	struct scatterlist *sg = NULL;
	u32 off = 0;
	int ret;

	switch (rx->sink) {
	case ISCSIT_SINK_TAG:
		sg = tag->sg;
		off = tag->sg_off;
		ret = rx_read_pages(conn, n);
		if (ret <= 0)
			return ret;
		if (conn->data_digest)
			rx->crc = iscsit_crc_sg(sg, off, ret, rx->crc);
		rx_tag_advance(tag, ret);
		return ret;
	case ISCSIT_SINK_CTL:
		ret = rx_read(conn, rx->ctl->data + rx->ctl->len, n);
		if (ret <= 0)
			return ret;
		if (conn->data_digest)
			rx->crc = crc32c(rx->crc, rx->ctl->data + rx->ctl->len, ret);
		rx->ctl->len += ret;
		return ret;
	default:
		ret = rx_read(conn, rx->buf, min_t(u32, n, ISCSIT_RX_BUF));
		if (ret > 0 && conn->data_digest)
			rx->crc = crc32c(rx->crc, rx->buf, ret);
		return ret;
	}
}

static int rx_data(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = &conn->rx;
	u32 have = rx->end - rx->pos;
	u32 n;
	int ret;

	if (!rx->keep)
		rx->sink = ISCSIT_SINK_DROP;
	n = rx->sink == ISCSIT_SINK_DROP ? rx->left : min(rx->left, rx->keep);
	if (have) {
		n = min(n, have);
		if (conn->data_digest)
			rx->crc = crc32c(rx->crc, rx->buf + rx->pos, n);
		rx_copy(rx, rx->buf + rx->pos, n);
		rx->pos += n;
	} else {
		if (!rx_socket_ready(conn->sock->sk))
			return -EAGAIN;
		rx->pos = 0;
		rx->end = 0;
		ret = rx_read_data(conn, n);
		if (ret < 0)
			return ret;
		n = ret;
	}
	rx->left -= n;
	if (rx->sink != ISCSIT_SINK_DROP)
		rx->keep -= n;
	if (conn->sess)
		conn->stats.rx_bytes += n;
	if (rx->left)
		return 0;
	if (!rx->info.pad_len && !conn->data_digest)
		return rx_pdu_done(conn, true);
	rx->state = ISCSIT_RX_TAIL;
	return 0;
}

static int rx_tail(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = &conn->rx;
	u32 pad = rx->info.pad_len;
	bool ok = true;
	__le32 got;
	int ret;

	ret = rx_fill(conn, pad + (conn->data_digest ? ISCSIT_DIGEST_LEN : 0));
	if (ret)
		return ret;
	if (conn->data_digest) {
		rx->crc = crc32c(rx->crc, rx->buf + rx->pos, pad);
		memcpy(&got, rx->buf + rx->pos + pad, sizeof(got));
		ok = le32_to_cpu(got) == ~rx->crc;
		pad += ISCSIT_DIGEST_LEN;
	}
	rx->pos += pad;
	return rx_pdu_done(conn, ok);
}

/*
 * A data segment with a wrong digest is gone (RFC 7143 7.8): Reject. Of a request nothing else
 * happens, not even its number is used (7.3): the initiator sends it again. A task that has lost
 * data-out fails at recovery level 0, when the initiator has sent the rest.
 */
static int rx_bad_digest(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = &conn->rx;
	int ret;

	iscsit_count_error(conn, ISCSIT_ERR_DATA_DIGEST);
	ret = iscsit_reject(conn, ISCSIT_REJECT_DATA_DIGEST, false);
	if (rx->ctl)
		iscsit_ctl_free(rx->ctl);
	else if (rx->tag && rx->info.opcode == ISCSIT_OP_SCSI_CMD)
		iscsit_cmd_forget(rx->tag);
	else if (rx->tag)
		iscsit_data_out_spoiled(conn, rx->tag);
	return ret;
}

/* The whole PDU is here. */
static int rx_pdu_done(struct iscsit_conn *conn, bool digest_ok)
{
	struct iscsit_rx *rx = &conn->rx;
	struct iscsit_tag *tag = rx->tag;
	struct iscsit_ctl *ctl = rx->ctl;
	int ret = 0;

	rx->state = ISCSIT_RX_HEADER;
	if (unlikely(!digest_ok)) {
		ret = rx_bad_digest(conn);
	} else if (unlikely(rx->reject)) {
		ret = iscsit_reject(conn, rx->reject, false);
	} else if (ctl) {
		rx->ctl = NULL;
		ret = iscsit_ctl_done(conn, ctl);
	} else if (tag) {
		rx->tag = NULL;
		if (rx->info.opcode == ISCSIT_OP_SCSI_CMD)
			iscsit_cmd_data_done(conn, tag);
		else
			iscsit_data_out_done(conn, tag);
	}
	rx->tag = NULL;
	rx->ctl = NULL;
	if (conn->sess && unlikely(!list_empty(&conn->sess->win.parked) ||
				   !list_empty(&conn->sess->tmf_wait)))
		iscsit_unpark(conn->sess);
	return ret;
}

/* A tag is ended while its data comes in: the rest of the PDU goes nowhere. */
void iscsit_rx_forget(struct iscsit_conn *conn, const struct iscsit_tag *tag)
{
	if (conn->rx.tag != tag)
		return;
	conn->rx.tag = NULL;
	conn->rx.sink = ISCSIT_SINK_DROP;
}

static int rx_step(struct iscsit_conn *conn)
{
	switch (conn->rx.state) {
	case ISCSIT_RX_HEADER:
		return rx_header(conn);
	case ISCSIT_RX_DATA:
		return rx_data(conn);
	default:
		return rx_tail(conn);
	}
}

/* Bytes without which there is nothing to do. */
static u32 rx_wants(const struct iscsit_conn *conn)
{
	const struct iscsit_rx *rx = &conn->rx;
	u32 have = rx->end - rx->pos;

	switch (rx->state) {
	case ISCSIT_RX_HEADER:
		return have < ISCSIT_BHS_LEN ? ISCSIT_BHS_LEN - have : 1;
	case ISCSIT_RX_DATA:
		return min_t(u32, rx->left, RX_LOWAT_MAX);
	default:
		return 1;
	}
}

/*
 * Be woken once for a data segment and not for each piece of it. The socket's lock makes sure that
 * data either counts against the new mark or is seen by the look at the queue that follows.
 */
static void rx_set_lowat(struct iscsit_conn *conn)
{
	struct sock *sk = conn->sock->sk;
	u32 want = rx_wants(conn);

	if (sk->sk_rcvlowat == want)
		return;
	spin_lock_bh(&sk->sk_lock.slock);
	WRITE_ONCE(sk->sk_rcvlowat, want);
	spin_unlock_bh(&sk->sk_lock.slock);
}

/**
 * iscsit_rx() - receive a bounded amount
 * @conn: worker only
 *
 * Returns 0, or a negative errno that ends the connection.
 */
int iscsit_rx(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = &conn->rx;
	int budget = RX_BUDGET;
	int ret = 0;

	rx->retry = false;
	while (!conn->no_more_rx && conn->ctls < ISCSIT_CTL_MAX && budget--) {
		ret = rx_step(conn);
		if (ret)
			break;
	}
	if (ret == -EAGAIN) {
		rx_set_lowat(conn);
		return 0;
	}
	rx->retry = rx->end != rx->pos;
	return ret;
}
