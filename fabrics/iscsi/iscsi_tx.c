// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sending: one PDU after the other from the connection's queue. Data leaves in its pages, without a
 * copy; what is queued together goes out in as few segments as TCP can make of it.
 */
#include <linux/crc32c.h>
#include <linux/highmem.h>
#include <linux/uio.h>
#include <compat/socket.h>
#include <compat/unaligned.h>
#include "iscsit.h"
#include "iscsi_trace.h"

#define TX_BUDGET	64	/* PDUs before requests are received again */

/**
 * iscsit_crc_sg() - CRC32C over a part of a scatterlist
 * @sg: entry
 * @off: bytes into it
 * @len: bytes
 * @crc: so far, from iscsit_crc_start(); the digest is the complement of the result
 */
u32 iscsit_crc_sg(struct scatterlist *sg, u32 off, u32 len, u32 crc)
{
	while (len) {
		u32 pos = sg->offset + off;
		u32 n = min3(len, sg->length - off, (u32)(PAGE_SIZE - offset_in_page(pos)));
		void *p = kmap_local_page(nth_page(sg_page(sg), pos >> PAGE_SHIFT));

		crc = crc32c(crc, p + offset_in_page(pos), n);
		kunmap_local(p);
		len -= n;
		off += n;
		if (off >= sg->length) {
			off = 0;
			sg = sg_next(sg);
		}
	}
	return crc;
}

/* A command may be executed, and answered, by the worker of another connection than its own. */
void iscsit_tx_queue(struct iscsit_conn *conn, struct iscsit_tx *tx)
{
	list_add_tail(&tx->entry, &conn->tx);
	iscsit_conn_kick(conn);
}

static void tx_sns(const struct iscsit_conn *conn, struct iscsit_sns *sns)
{
	sns->statsn = conn->statsn;
	sns->exp_cmdsn = conn->sess ? conn->sess->win.exp_cmdsn : conn->exp_cmdsn;
	sns->max_cmdsn = conn->sess ? conn->sess->win.max_cmdsn : conn->exp_cmdsn;
}

/* The header is complete: digest it and make it the first thing to send. */
static void tx_header(struct iscsit_conn *conn)
{
	struct iscsit_send *s = &conn->send;

	trace_iscsit_tx(conn, (const struct iscsit_bhs *)s->hdr);
	s->vec[0].iov_base = s->hdr;
	s->vec[0].iov_len = ISCSIT_BHS_LEN;
	if (conn->header_digest) {
		put_unaligned_le32(~crc32c(iscsit_crc_start(), s->hdr, ISCSIT_BHS_LEN),
				   s->hdr + ISCSIT_BHS_LEN);
		s->vec[0].iov_len += ISCSIT_DIGEST_LEN;
	}
	s->nvec = 1;
	s->page_left = 0;
	s->tail_off = 0;
	s->tail_len = 0;
	s->busy = true;
}

/* Padding and data digest behind @len bytes with CRC @crc; returns how many. */
static u32 tx_make_tail(const struct iscsit_conn *conn, u8 *tail, u32 len, u32 crc)
{
	u32 pad = iscsit_pad(len);

	memset(tail, 0, pad);
	if (!conn->data_digest)
		return pad;
	put_unaligned_le32(~crc32c(crc, tail, pad), tail + pad);
	return pad + ISCSIT_DIGEST_LEN;
}

/* A data segment in memory of ours, with room for ISCSIT_TX_TAIL bytes more. */
static void tx_linear(struct iscsit_conn *conn, u8 *data, u32 len)
{
	struct iscsit_send *s = &conn->send;
	u32 crc = iscsit_crc_start();

	if (!len)
		return;
	if (conn->data_digest)
		crc = crc32c(crc, data, len);
	s->vec[1].iov_base = data;
	s->vec[1].iov_len = len + tx_make_tail(conn, data + len, len, crc);
	s->nvec = 2;
}

static u8 tx_residual_flag(const struct target_cmd *cmd)
{
	if (cmd->flags & TARGET_CMDF_OVERFLOW)
		return ISCSIT_RSP_F_OVERFLOW;
	return cmd->flags & TARGET_CMDF_UNDERFLOW ? ISCSIT_RSP_F_UNDERFLOW : 0;
}

/* The command's number returns to the initiator with the PDU that carries its status. */
static void tx_end_task(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	if (tag->in_window) {
		tag->in_window = false;
		conn->sess->win.max_cmdsn++;
	}
	conn->stats.rsp_pdus++;
	conn->send.last = true;
	tag->status_sent = true;
	tag->tx.statsn = conn->statsn++;
}

/*
 * A good status rides in the last Data-In (11.7.3), unless a SNACK wants it to be on its own, or
 * all data had arrived before the task was reassigned.
 */
bool iscsit_tag_status_rides(const struct iscsit_tag *tag)
{
	return tag->cmd.data_in_len > tag->plan.base && tag->cmd.status == TARGET_STAT_GOOD &&
	       !tag->snack_tag;
}

/* Which bytes the next Data-In PDU has. They follow each other if nothing else was negotiated. */
static void tx_plan(const struct iscsit_conn *conn, struct iscsit_tag *tag,
		    struct iscsit_plan_pdu *pdu)
{
	u32 total = tag->cmd.data_in_len;
	u32 burst;

	if (unlikely(conn->careful)) {
		iscsit_plan_pdu(&tag->plan, tag->datasn, pdu);
		return;
	}
	burst = conn->params.max_burst - tag->sent % conn->params.max_burst;
	pdu->off = tag->sent;
	pdu->len = min3(total - tag->sent, conn->params.max_xmit_dsl, burst);
	pdu->last = tag->sent + pdu->len == total;
	pdu->final = pdu->last || pdu->len == burst;
}

/* At the end of a burst that is not the last one, the initiator is to acknowledge (11.7.2). */
static void tx_ask_ack(const struct iscsit_conn *conn, const struct iscsit_tag *tag,
		       const struct iscsit_plan_pdu *pdu, struct iscsit_data_in *din)
{
	if (!conn->params.erl || !pdu->final || pdu->last)
		return;
	din->flags |= ISCSIT_DATA_IN_F_ACK;
	din->ttt = iscsit_r2t_ttt(tag, din->datasn);
	din->lun = tag->lun;
}

/* A Data-In PDU, for the first time or again; @sns has the StatSN of the status, if one rides. */
static noinline_for_stack void tx_build_data_in(struct iscsit_conn *conn, struct iscsit_tag *tag,
						u32 datasn, const struct iscsit_plan_pdu *pdu)
{
	struct iscsit_send *s = &conn->send;
	struct iscsit_data_in din = {
		.itt = be32_to_cpu(tag->itt),
		.ttt = ISCSIT_TAG_NONE,
		.flags = pdu->final ? ISCSIT_F_FINAL : 0,
		.datasn = datasn,
		.offset = pdu->off,
		.data_len = pdu->len,
	};
	struct iscsit_sns sns;
	u32 crc = iscsit_crc_start();

	tx_sns(conn, &sns);
	if (unlikely(conn->careful)) {
		tx_ask_ack(conn, tag, pdu, &din);
		iscsit_tag_seek(tag, pdu->off);
	}
	if (pdu->last && iscsit_tag_status_rides(tag)) {
		din.flags |= ISCSIT_DATA_IN_F_STATUS | tx_residual_flag(&tag->cmd);
		din.residual = tag->cmd.residual;
		sns.statsn = tag->tx.statsn;
	}
	iscsit_build_data_in((struct iscsit_bhs *)s->hdr, &din, &sns);
	tx_header(conn);
	if (conn->data_digest)
		crc = iscsit_crc_sg(tag->sg, tag->sg_off, pdu->len, crc);
	s->tag = tag;
	s->page_left = pdu->len;
	s->tail_len = tx_make_tail(conn, s->tail, pdu->len, crc);
	conn->stats.tx_bytes += pdu->len;
}

static noinline_for_stack void tx_data_in(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	struct iscsit_plan_pdu pdu;

	tx_plan(conn, tag, &pdu);
	if (pdu.last && iscsit_tag_status_rides(tag))
		tx_end_task(conn, tag);
	tx_build_data_in(conn, tag, tag->datasn++, &pdu);
	tag->sent += pdu.len;
}

/* A SCSI Response, for the first time or again. */
static noinline_for_stack void tx_build_status(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	struct iscsit_send *s = &conn->send;
	struct target_cmd *cmd = &tag->cmd;
	u8 *data = s->hdr + ISCSIT_TX_HDR;
	u32 len = cmd->sense_len ? cmd->sense_len + 2 : 0;
	struct iscsit_scsi_rsp rsp = {
		.itt = be32_to_cpu(tag->itt),
		.response = ISCSIT_RSP_COMPLETED,
		.status = cmd->status,
		.flags = tx_residual_flag(cmd),
		.exp_datasn = tag->datasn,
		.residual = cmd->residual,
		.data_len = len,
	};
	struct iscsit_sns sns;

	if (cmd->dir == TARGET_DATA_OUT)
		rsp.exp_datasn = tag->r2tsn;
	tx_sns(conn, &sns);
	sns.statsn = tag->tx.statsn;
	iscsit_build_scsi_rsp((struct iscsit_bhs *)s->hdr, &rsp, &sns);
	((struct iscsit_scsi_rsp_bhs *)s->hdr)->snack_tag = cpu_to_be32(tag->snack_tag);
	tx_header(conn);
	if (!len)
		return;
	/* SenseLength and the sense data (11.4.7) */
	put_unaligned_be16(cmd->sense_len, data);
	memcpy(data + 2, cmd->sense_data, cmd->sense_len);
	tx_linear(conn, data, len);
}

/* What a SNACK has asked for: some Data-In PDUs as they were, and the status. */
static void tx_resend(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	struct iscsit_resend *r = &tag->resend;
	struct iscsit_plan_pdu pdu;

	if (r->next == r->end) {
		conn->send.last = true;
		if (r->status)
			tx_build_status(conn, tag);
		conn->stats.resent += r->status;
		r->status = false;
		return;
	}
	iscsit_plan_pdu(&tag->plan, r->next, &pdu);
	tx_build_data_in(conn, tag, r->next++, &pdu);
	conn->stats.resent++;
	conn->send.last = (r->next == r->end && !r->status) || r->over;
}

static void tx_tag(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	if (tag->sent < tag->cmd.data_in_len) {
		tx_data_in(conn, tag);
		return;
	}
	tx_end_task(conn, tag);
	tx_build_status(conn, tag);
}

/* The task leaves the queue at once: its header is in our hands, and data may come any time. */
static noinline_for_stack void tx_r2t(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	u32 left = tag->cmd.xfer_len - tag->r2t_next;
	struct iscsit_r2t r2t = {
		.lun = tag->lun,
		.itt = be32_to_cpu(tag->itt),
		.ttt = iscsit_r2t_ttt(tag, tag->r2tsn),
		.r2tsn = tag->r2tsn,
		.offset = tag->r2t_next,
		.desired_len = min(conn->params.max_burst, left),
	};
	struct iscsit_sns sns;

	if (unlikely(tag->out)) {
		if (!iscsit_out_r2t(conn, tag, &r2t))
			return;
	} else {
		tag->r2tsn++;
		tag->r2t_next += r2t.desired_len;
	}
	tx_sns(conn, &sns);
	iscsit_build_r2t((struct iscsit_bhs *)conn->send.hdr, &r2t, &sns);
	tx_header(conn);
	conn->send.last = true;
	iscsit_cmd_go(conn, tag);
}

static noinline_for_stack void tx_ctl(struct iscsit_conn *conn, struct iscsit_ctl *ctl)
{
	struct iscsit_sns sns;

	if (!ctl->raw) {
		tx_sns(conn, &sns);
		ctl->bhs.cmdsn = cpu_to_be32(sns.statsn);
		ctl->bhs.exp_statsn = cpu_to_be32(sns.exp_cmdsn);
		put_unaligned_be32(sns.max_cmdsn, ctl->bhs.specific);
		ctl->tx.statsn = conn->statsn;
		conn->statsn += ctl->statsn;
	}
	memcpy(conn->send.hdr, &ctl->bhs, ISCSIT_BHS_LEN);
	tx_header(conn);
	tx_linear(conn, ctl->data, ctl->len);
	conn->send.last = true;
}

/* Build the next PDU. */
static void tx_next(struct iscsit_conn *conn)
{
	struct iscsit_send *s = &conn->send;
	struct iscsit_tx *tx;

	s->last = false;
	if (!s->cur) {
		tx = list_first_entry(&conn->tx, struct iscsit_tx, entry);
		list_del_init(&tx->entry);
		if (tx->kind == ISCSIT_TX_R2T) {
			tx_r2t(conn, container_of(tx, struct iscsit_tag, tx));
			return;
		}
		s->cur = tx;
	}
	if (s->cur->kind == ISCSIT_TX_TAG)
		tx_tag(conn, container_of(s->cur, struct iscsit_tag, tx));
	else if (s->cur->kind == ISCSIT_TX_RESEND)
		tx_resend(conn, container_of(s->cur, struct iscsit_tag, resend.tx));
	else
		tx_ctl(conn, container_of(s->cur, struct iscsit_ctl, tx));
}

/* The initiator may have acknowledged meanwhile what was sent again. */
static void tx_resend_end(struct iscsit_tag *tag)
{
	if (!tag->resend.over)
		return;
	tag->resend.over = false;
	iscsit_tag_put(tag);
}

/* Something has been sent again; more of it may have been asked for meanwhile. */
static void tx_resent(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	struct iscsit_resend *r = &tag->resend;

	if (!r->over && (r->next != r->end || r->status))
		iscsit_tx_queue(conn, &r->tx);
	else
		tx_resend_end(tag);
}

/* With error recovery, what has a StatSN is kept until that is acknowledged. */
static void tx_sent_tag(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	if (unlikely(conn->params.erl))
		iscsit_keep(conn, &tag->tx);
	else
		iscsit_tag_put(tag);
}

static u8 tx_sent_ctl(struct iscsit_conn *conn, struct iscsit_ctl *ctl)
{
	u8 after = ctl->after;

	if (conn->params.erl && ctl->statsn && !after)
		iscsit_keep(conn, &ctl->tx);
	else
		iscsit_ctl_free(ctl);
	return after;
}

/* The PDU is out. Returns what to do next, which is done without the socket's lock. */
static u8 tx_sent(struct iscsit_conn *conn)
{
	struct iscsit_send *s = &conn->send;
	struct iscsit_tx *tx = s->cur;

	s->busy = false;
	if (!tx || !s->last)
		return ISCSIT_AFTER_NOTHING;
	s->cur = NULL;
	switch (tx->kind) {
	case ISCSIT_TX_TAG:
		tx_sent_tag(conn, container_of(tx, struct iscsit_tag, tx));
		return ISCSIT_AFTER_NOTHING;
	case ISCSIT_TX_RESEND:
		tx_resent(conn, container_of(tx, struct iscsit_tag, resend.tx));
		return ISCSIT_AFTER_NOTHING;
	default:
		return tx_sent_ctl(conn, container_of(tx, struct iscsit_ctl, tx));
	}
}

static int tx_after(struct iscsit_conn *conn, u8 after)
{
	switch (after) {
	case ISCSIT_AFTER_CLOSE:
		return -ESHUTDOWN;
	case ISCSIT_AFTER_FULL_FEATURE:
		iscsit_login_done(conn);
		break;
	case ISCSIT_AFTER_COLD_RESET:
		target_tpg_close_nexuses(conn->tpg->tpg);
		break;
	}
	return 0;
}

/* ---- to the socket, which is locked ---- */

static int tx_vec(struct iscsit_conn *conn, struct kvec *vec, unsigned int n, bool more)
{
	int ret = compat_send_vec(conn->sock->sk, vec, n, more);
	unsigned int i;
	size_t left;

	if (ret < 0)
		return ret;
	left = ret;
	for (i = 0; i < n; i++) {
		size_t len = min(left, vec[i].iov_len);

		vec[i].iov_base += len;
		vec[i].iov_len -= len;
		left -= len;
	}
	return vec[n - 1].iov_len ? -EAGAIN : 0;
}

static int tx_head(struct iscsit_conn *conn, bool more)
{
	struct iscsit_send *s = &conn->send;
	int ret = tx_vec(conn, s->vec, s->nvec, more || s->page_left);

	if (!ret)
		s->nvec = 0;
	return ret;
}

static int tx_pages(struct iscsit_conn *conn, bool more)
{
	struct iscsit_send *s = &conn->send;
	struct iscsit_tag *tag = s->tag;

	while (s->page_left) {
		u32 pos = tag->sg->offset + tag->sg_off;
		u32 n = min(s->page_left, tag->sg->length - tag->sg_off);
		struct page *page = nth_page(sg_page(tag->sg), pos >> PAGE_SHIFT);
		int ret;

		if (!PageCompound(page))
			n = min_t(u32, n, PAGE_SIZE - offset_in_page(pos));
		ret = compat_send_page(conn->sock->sk, page, offset_in_page(pos), n,
				       more || s->tail_len || n < s->page_left);
		if (ret < 0)
			return ret;
		s->page_left -= ret;
		tag->sg_off += ret;
		if (tag->sg_off >= tag->sg->length) {
			tag->sg_off = 0;
			tag->sg = sg_next(tag->sg);
		}
	}
	return 0;
}

static int tx_tail(struct iscsit_conn *conn, bool more)
{
	struct iscsit_send *s = &conn->send;
	struct kvec vec = {
		.iov_base = s->tail + s->tail_off,
		.iov_len = s->tail_len,
	};
	int ret = tx_vec(conn, &vec, 1, more);

	s->tail_off += s->tail_len - vec.iov_len;
	s->tail_len = vec.iov_len;
	return ret;
}

static int tx_pdu(struct iscsit_conn *conn)
{
	struct iscsit_send *s = &conn->send;
	bool more = !s->last || !list_empty(&conn->tx);
	int ret = 0;

	if (s->nvec)
		ret = tx_head(conn, more);
	if (!ret && s->page_left)
		ret = tx_pages(conn, more);
	if (!ret && s->tail_len)
		ret = tx_tail(conn, more);
	return ret;
}

/* Whether there is something to send: the rest of a PDU, PDUs of a task begun, or others. */
bool iscsit_tx_pending(const struct iscsit_conn *conn)
{
	return conn->send.busy || conn->send.cur || !list_empty(&conn->tx);
}

/**
 * iscsit_tx() - send what is queued, as far as the socket takes it
 * @conn: worker only
 *
 * The socket stays locked over many PDUs. Returns 0, or a negative errno that ends the connection.
 */
int iscsit_tx(struct iscsit_conn *conn)
{
	struct iscsit_send *s = &conn->send;
	struct sock *sk = conn->sock->sk;
	u8 after = ISCSIT_AFTER_NOTHING;
	int budget = TX_BUDGET;
	int ret = 0;

	if (!iscsit_tx_pending(conn))
		return 0;
	lock_sock(sk);
	while (budget-- && iscsit_tx_pending(conn)) {
		if (!s->busy)
			tx_next(conn);
		ret = tx_pdu(conn);
		if (ret)
			break;
		after = tx_sent(conn);
		if (after)
			break;
	}
	release_sock(sk);
	if (ret)
		return ret == -EAGAIN ? 0 : ret;
	return tx_after(conn, after);
}

/* The connection has ended: what was being sent is as if it had not begun. */
void iscsit_tx_unsend(struct iscsit_conn *conn)
{
	if (conn->send.cur)
		list_add(&conn->send.cur->entry, &conn->tx);
	conn->send.cur = NULL;
	conn->send.busy = false;
}

/* Forget what was not sent. */
void iscsit_tx_drop_all(struct iscsit_conn *conn)
{
	struct iscsit_tx *tx, *next;

	iscsit_tx_unsend(conn);
	list_for_each_entry_safe(tx, next, &conn->tx, entry) {
		list_del_init(&tx->entry);
		if (tx->kind == ISCSIT_TX_CTL)
			iscsit_ctl_free(container_of(tx, struct iscsit_ctl, tx));
		else if (tx->kind == ISCSIT_TX_RESEND)
			tx_resend_end(container_of(tx, struct iscsit_tag, resend.tx));
		else
			iscsit_tag_put(container_of(tx, struct iscsit_tag, tx));
	}
}
