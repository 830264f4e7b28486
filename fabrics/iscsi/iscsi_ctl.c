// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests that are no SCSI commands: NOP-Out, Text, Logout, task management, login; and the
 * answers and rejections a target sends of its own. RFC 7143 sections 11.5 to 11.19.
 */
#include <linux/slab.h>
#include <compat/unaligned.h>
#include "iscsit.h"

#define CTL_TEXT_MAX		(256 << 10)	/* bytes of text in one answer */
#define CTL_UNIT		8192	/* bytes of an answer that count as one request */

/**
 * iscsit_ctl_alloc() - a request or an answer
 * @conn: worker only
 * @room: bytes of data it can hold
 *
 * Returns NULL for no memory. How many a connection may have is bounded where requests are
 * received: see ISCSIT_CTL_MAX.
 */
struct iscsit_ctl *iscsit_ctl_alloc(struct iscsit_conn *conn, u32 room)
{
	struct iscsit_ctl *ctl = kvzalloc(struct_size(ctl, data, room + ISCSIT_TX_TAIL), GFP_NOIO);

	if (!ctl)
		return NULL;
	INIT_LIST_HEAD(&ctl->tx.entry);
	ctl->tx.kind = ISCSIT_TX_CTL;
	ctl->conn = conn;
	ctl->room = room;
	ctl->statsn = true;
	ctl->park.kind = ISCSIT_PARK_CTL;
	INIT_LIST_HEAD(&ctl->active);
	conn->ctls++;
	return ctl;
}

void iscsit_ctl_free(struct iscsit_ctl *ctl)
{
	if (ctl->park.on)
		iscsit_window_forget(&ctl->park);
	if (ctl->conn)
		ctl->conn->ctls -= iscsit_ctl_weight(ctl);
	kvfree(ctl);
}

/* The connection has ended: forget its requests that are incomplete or wait for others. */
void iscsit_ctl_drop_all(struct iscsit_conn *conn)
{
	struct iscsit_park *park, *next;
	struct iscsit_ctl *ctl;

	if (conn->rx.ctl)
		iscsit_ctl_free(conn->rx.ctl);
	conn->rx.ctl = NULL;
	if (!conn->sess)
		return;
	list_for_each_entry_safe(park, next, &conn->sess->win.parked, entry) {
		ctl = container_of(park, struct iscsit_ctl, park);
		if (park->kind == ISCSIT_PARK_CTL && ctl->conn == conn)
			iscsit_ctl_free(ctl);
	}
}

/* Until it is sent a long answer counts for more: not every peer that asks for them reads them. */
static void ctl_send(struct iscsit_ctl *ctl)
{
	ctl->extra = ctl->room / CTL_UNIT;
	ctl->conn->ctls += ctl->extra;
	iscsit_tx_queue(ctl->conn, &ctl->tx);
}

/* Sequence numbers are filled in when the PDU is sent. */
static const struct iscsit_sns no_sns;

/**
 * iscsit_reject() - refuse the PDU being received
 * @conn: worker only
 * @reason: enum iscsit_reject
 * @close: the connection ends after it
 *
 * A numbered request that is refused has not used its number (RFC 7143 7.3): the initiator sends
 * another with it. That of one refused at its turn is given back: see iscsit_sn_return(). Returns
 * 0 or a negative errno.
 */
int iscsit_reject(struct iscsit_conn *conn, u8 reason, bool close)
{
	struct iscsit_rx *rx = &conn->rx;
	struct iscsit_ctl *ctl = iscsit_ctl_alloc(conn, ISCSIT_BHS_LEN);

	if (!ctl)
		return -ENOMEM;
	pr_debug("reject opcode 0x%02x, reason %u\n", rx->bhs.opcode, reason);
	iscsit_build_reject(&ctl->bhs, reason, 0, &no_sns);
	memcpy(ctl->data, &rx->bhs, ISCSIT_BHS_LEN);
	ctl->len = ISCSIT_BHS_LEN;
	if (close) {
		ctl->after = ISCSIT_AFTER_CLOSE;
		iscsit_conn_finish(conn);
	}
	ctl_send(ctl);
	return 0;
}

/* The data segment a request may have, as far as we want it. */
static u32 ctl_room(const struct iscsit_conn *conn)
{
	const struct iscsit_rx *rx = &conn->rx;
	u32 len = rx->info.data_len;

	switch (rx->info.opcode) {
	case ISCSIT_OP_NOP_OUT:
		return min(len, conn->params.max_xmit_dsl);
	case ISCSIT_OP_TEXT_REQ:
	case ISCSIT_OP_LOGIN_REQ:
		return min_t(u32, len, ISCSIT_TEXT_MAX);
	default:
		return 0;
	}
}

/**
 * iscsit_ctl_rx() - the header of a request other than a SCSI command has arrived
 * @conn: worker only; the header is in conn->rx
 *
 * Returns 0 or the error that ends the connection.
 */
int iscsit_ctl_rx(struct iscsit_conn *conn)
{
	struct iscsit_rx *rx = &conn->rx;
	struct iscsit_ctl *ctl;
	u32 room = ctl_room(conn);

	if (rx->info.opcode == ISCSIT_OP_SNACK_REQ) {
		/* Recovery level 0 has none (11.16). */
		rx->reject = conn->params.erl ? iscsit_snack_rx(conn) : ISCSIT_REJECT_SNACK;
		return 0;
	}
	if (rx->info.opcode == ISCSIT_OP_TEXT_REQ && room < rx->info.data_len) {
		rx->reject = ISCSIT_REJECT_PROTOCOL;
		return 0;
	}
	if (rx->info.numbered && conn->sess &&
	    !iscsit_window_admits(&conn->sess->win, rx->info.cmdsn))
		return 0;
	ctl = iscsit_ctl_alloc(conn, max_t(u32, room, ISCSIT_BHS_LEN));
	if (!ctl)
		return -ENOMEM;
	ctl->park.cmdsn = rx->info.cmdsn;
	ctl->bhs = rx->bhs;
	rx->ctl = ctl;
	rx->sink = ISCSIT_SINK_CTL;
	rx->keep = room;
	return 0;
}

/* NOP-Out: a ping, or the answer to ours (11.18). */
static int ctl_nop(struct iscsit_conn *conn, struct iscsit_ctl *ctl)
{
	const struct iscsit_nop_out_bhs *req = (const void *)&ctl->bhs;
	struct iscsit_nop_in nop = {
		.itt = be32_to_cpu(req->itt),
		.ttt = ISCSIT_TAG_NONE,
		.data_len = ctl->len,
	};

	if (nop.itt == ISCSIT_TAG_NONE) {
		if (be32_to_cpu(req->ttt) == conn->nop_ttt && conn->nop_ttt != ISCSIT_TAG_NONE) {
			conn->nop_ttt = ISCSIT_TAG_NONE;
			iscsit_nop_timer(conn);
		}
		iscsit_ctl_free(ctl);
		return 0;
	}
	iscsit_build_nop_in(&ctl->bhs, &nop, &no_sns);
	ctl_send(ctl);
	return 0;
}

/* Ask the initiator whether it is there (11.19). */
int iscsit_ping(struct iscsit_conn *conn)
{
	struct iscsit_ctl *ctl = iscsit_ctl_alloc(conn, 0);
	struct iscsit_nop_in nop = { .itt = ISCSIT_TAG_NONE };

	if (!ctl)
		return -ENOMEM;
	nop.ttt = (u32)jiffies & 0x7fffffff;
	conn->nop_ttt = nop.ttt;
	conn->nop_sent = jiffies;
	iscsit_build_nop_in(&ctl->bhs, &nop, &no_sns);
	ctl->statsn = false;
	ctl_send(ctl);
	return 0;
}

/* To be recovered: the connection may have been lost before, and then only its tasks are here. */
static struct iscsit_conn *logout_recovery(struct iscsit_conn *conn, u16 cid, u8 *response)
{
	struct iscsit_conn *other;

	if (!conn->sess || conn->sess->params.erl < 2) {
		*response = ISCSIT_LOGOUT_RSP_NO_RECOVERY;
		return NULL;
	}
	other = iscsit_sess_conn(conn->sess, cid);
	if (other)
		other->released = true;
	else if (!iscsit_lost_logout(conn->sess, cid, true))
		*response = ISCSIT_LOGOUT_RSP_NO_CID;
	return other;
}

/* The connection whose end a Logout asks for, or NULL with @response set (11.14.1, 11.15.1). */
static struct iscsit_conn *logout_conn(struct iscsit_conn *conn,
				       const struct iscsit_logout_req_bhs *req, u8 *response)
{
	u16 cid = be16_to_cpu(req->cid);
	struct iscsit_conn *other;

	*response = ISCSIT_LOGOUT_RSP_OK;
	switch (req->flags & ISCSIT_LOGOUT_REASON_MASK) {
	case ISCSIT_LOGOUT_SESSION:
		return conn;
	case ISCSIT_LOGOUT_CONNECTION:
		other = conn->sess ? iscsit_sess_conn(conn->sess, cid) :
			cid == conn->cid ? conn : NULL;
		if (!other && !(conn->sess && iscsit_lost_logout(conn->sess, cid, false)))
			*response = ISCSIT_LOGOUT_RSP_NO_CID;
		return other;
	default:
		return logout_recovery(conn, cid, response);
	}
}

/* Another connection than the one that asks: its tasks have ended when the answer goes out. */
static void logout_other(struct iscsit_conn *conn)
{
	conn->logged_out = !conn->released;
	iscsit_sess_leave(conn);
	iscsit_conn_close(conn);
}

static struct iscsit_conn *logout_next(const struct iscsit_conn *conn)
{
	struct iscsit_conn *other;

	list_for_each_entry(other, &conn->sess->conns, sess_link)
		if (other != conn && !other->left)
			return other;
	return NULL;
}

/*
 * The whole session: all other connections go at once, this one when its answer is out. The end of
 * one can let a Logout of another go on.
 */
static void logout_session(struct iscsit_conn *conn)
{
	struct iscsit_conn *other;

	if (!conn->sess)
		return;
	conn->ends_session = true;
	while ((other = logout_next(conn)))
		logout_other(other);
}

static int ctl_logout(struct iscsit_conn *conn, struct iscsit_ctl *ctl)
{
	const struct iscsit_logout_req_bhs *req = (const void *)&ctl->bhs;
	struct iscsit_logout_rsp rsp = {
		.itt = be32_to_cpu(req->itt),
		.time2wait = conn->params.time2wait,
		.time2retain = conn->params.time2retain,
	};
	struct iscsit_conn *gone = logout_conn(conn, req, &rsp.response);

	if (gone && conn->tpg)
		atomic_inc(&conn->tpg->wwn->normal_logouts);
	if (gone == conn) {
		if ((req->flags & ISCSIT_LOGOUT_REASON_MASK) == ISCSIT_LOGOUT_SESSION)
			logout_session(conn);
		ctl->after = ISCSIT_AFTER_CLOSE;
		iscsit_conn_finish(conn);
		conn->logged_out = !conn->released;
	} else if (gone) {
		logout_other(gone);
	}
	iscsit_build_logout_rsp(&ctl->bhs, &rsp, &no_sns);
	ctl_send(ctl);
	return 0;
}

/* State for text negotiation; most sessions never need it. */
static struct iscsit_text *text_get(struct iscsit_conn *conn)
{
	struct iscsit_text *text = conn->text;

	if (text)
		return text;
	text = kvzalloc(sizeof(*text), GFP_NOIO);
	if (!text)
		return NULL;
	/* All of it at once if it fits: libiscsi, which QEMU uses, refuses a continued answer. */
	text->out_cap = clamp_t(u32, conn->params.max_xmit_dsl, ISCSIT_DEFAULT_DSL,
				CTL_TEXT_MAX);
	text->out = kvmalloc(text->out_cap, GFP_NOIO);
	if (!text->out) {
		kvfree(text);
		return NULL;
	}
	text->ops = &iscsit_text_callbacks;
	text->priv = conn;
	text->discovery = conn->discovery;
	text->target = conn->tpg ? target_wwn_name(target_tpg_wwn(conn->tpg->tpg)) : "";
	text->params = &conn->params;
	text->max_xmit_cap = conn->max_xmit_cap;
	conn->text = text;
	return text;
}

void iscsit_text_free(struct iscsit_conn *conn)
{
	if (conn->text)
		kvfree(conn->text->out);
	kvfree(conn->text);
}

static int ctl_text(struct iscsit_conn *conn, struct iscsit_ctl *req)
{
	struct iscsit_text *text = text_get(conn);
	enum iscsit_reject reason;
	struct iscsit_ctl *ctl;

	if (!text)
		goto no_memory;
	reason = iscsit_text_rx(text, &req->bhs, req->data, req->len);
	ctl = iscsit_ctl_alloc(conn, max_t(u32, text->out_len, ISCSIT_BHS_LEN));
	if (!ctl)
		goto no_memory;
	if (reason) {
		if (!(req->bhs.opcode & ISCSIT_IMMEDIATE))
			iscsit_sn_return(conn, &req->park);
		iscsit_build_reject(&ctl->bhs, reason, 0, &no_sns);
		memcpy(ctl->data, &req->bhs, ISCSIT_BHS_LEN);
		ctl->len = ISCSIT_BHS_LEN;
	} else {
		text->rsp.data_len = text->out_len;
		iscsit_build_text_rsp(&ctl->bhs, &text->rsp, &no_sns);
		memcpy(ctl->data, text->out, text->out_len);
		ctl->len = text->out_len;
	}
	iscsit_ctl_free(req);
	ctl_send(ctl);
	return 0;

no_memory:
	iscsit_ctl_free(req);
	return -ENOMEM;
}

/*
 * A request whose turn it is. Frees it or turns it into its answer; an error ends the connection.
 */
static int ctl_run(struct iscsit_conn *conn, struct iscsit_ctl *ctl)
{
	switch (ctl->bhs.opcode & ISCSIT_OPCODE_MASK) {
	case ISCSIT_OP_NOP_OUT:
		return ctl_nop(conn, ctl);
	case ISCSIT_OP_TEXT_REQ:
		return ctl_text(conn, ctl);
	case ISCSIT_OP_LOGOUT_REQ:
		return ctl_logout(conn, ctl);
	case ISCSIT_OP_TMF_REQ:
		iscsit_tmf_start(conn, ctl);
		return 0;
	case ISCSIT_OP_LOGIN_REQ:
		return iscsit_login_pdu(conn, ctl);
	default:
		/* iscsit_pdu_check() lets nothing else through. */
		iscsit_ctl_free(ctl);
		return -EPROTO;
	}
}

/* A request that was parked has its turn. */
void iscsit_ctl_run(struct iscsit_ctl *ctl)
{
	struct iscsit_conn *conn = ctl->conn;

	if (ctl_run(conn, ctl))
		iscsit_conn_close(conn);
}

/* The PDU is complete. Returns 0 or the error that ends the connection. */
int iscsit_ctl_done(struct iscsit_conn *conn, struct iscsit_ctl *ctl)
{
	if (!conn->rx.info.numbered)
		return ctl_run(conn, ctl);
	switch (iscsit_sn_take(conn, &ctl->park)) {
	case ISCSIT_SN_DROP:
		iscsit_ctl_free(ctl);
		return 0;
	case ISCSIT_SN_PARKED:
		return 0;
	default:
		if (conn->sess)
			conn->sess->win.max_cmdsn++;
		return ctl_run(conn, ctl);
	}
}
