// SPDX-License-Identifier: GPL-2.0-only
/*
 * Error recovery level 1: what has been sent is kept until the initiator has acknowledged it, and
 * sent again when a SNACK asks for it. RFC 7143 sections 7.2.1, 7.9 and 11.16.
 */
#include "iscsit.h"

#define KEPT_BYTES	(4 << 20)	/* memory of a session kept for SNACK; the oldest goes */
#define KEPT_CTLS	32		/* answers other than to SCSI commands, of a connection */

static struct iscsit_tag *tx_tag_of(struct iscsit_tx *tx)
{
	return container_of(tx, struct iscsit_tag, tx);
}

/* ---- keeping ---- */

/* Bytes that a kept task holds: all that was allocated, however little of it has been read. */
static u32 kept_len(const struct iscsit_tag *tag)
{
	return tag->cmd.data_in_len ? tag->cmd.xfer_len : 0;
}

/**
 * iscsit_keep_release() - free the data of a task that had been kept
 * @tag: the core has been told that the command is done
 */
void iscsit_keep_release(struct iscsit_tag *tag)
{
	tag->done = false;
	tag->sess->kept_bytes -= kept_len(tag);
	tag->cmd.flags |= tag->own_data;
	target_cmd_free_data(&tag->cmd);
}

static u32 tx_weight(struct iscsit_tx *tx)
{
	return iscsit_ctl_weight(container_of(tx, struct iscsit_ctl, tx));
}

/* It counts as one that is being answered again. */
static void ctl_unkeep(struct iscsit_conn *conn, struct iscsit_tx *tx)
{
	conn->kept_ctls -= tx_weight(tx);
	conn->ctls += tx_weight(tx);
}

/* Off the list; if it is being sent again right now, its end waits for that. */
static void keep_drop(struct iscsit_conn *conn, struct iscsit_tx *tx)
{
	struct iscsit_tag *tag;

	list_del_init(&tx->entry);
	if (tx->kind == ISCSIT_TX_CTL) {
		ctl_unkeep(conn, tx);
		iscsit_ctl_free(container_of(tx, struct iscsit_ctl, tx));
		return;
	}
	tag = tx_tag_of(tx);
	list_del_init(&tag->resend.tx.entry);
	if (conn->send.cur == &tag->resend.tx)
		tag->resend.over = true;
	else
		iscsit_tag_put(tag);
}

void iscsit_keep_drop_all(struct iscsit_conn *conn)
{
	struct iscsit_tx *tx, *next;

	list_for_each_entry_safe(tx, next, &conn->kept, entry)
		keep_drop(conn, tx);
}

/* The connection's oldest of a kind. Returns false if there is none. */
static bool keep_drop_first(struct iscsit_conn *conn, u8 kind)
{
	struct iscsit_tx *tx;

	list_for_each_entry(tx, &conn->kept, entry) {
		if (tx->kind == kind) {
			keep_drop(conn, tx);
			return true;
		}
	}
	return false;
}

/* In the order of StatSN, which is nearly always at the end. */
static void keep_insert(struct iscsit_conn *conn, struct iscsit_tx *tx)
{
	struct iscsit_tx *pos;

	list_for_each_entry_reverse(pos, &conn->kept, entry)
		if (iscsit_sn_before(pos->statsn, tx->statsn))
			break;
	list_add(&tx->entry, &pos->entry);
}

/**
 * iscsit_keep_data() - an answered command may wait for long
 * @tag: its status, sense and data stay until iscsit_tag_put()
 *
 * The core has no more to do with the command, and neither have its LUN and device. The data are
 * the tag's own pages or those of target_cmd_alloc_data(), which go at once where there is nothing
 * in them to be sent. Worker only.
 */
void iscsit_keep_data(struct iscsit_tag *tag)
{
	if (tag->done)
		return;
	tag->own_data = tag->cmd.data_in_len ? tag->cmd.flags & TARGET_CMDF_OWN_SGL : 0;
	tag->cmd.flags &= ~tag->own_data;
	target_cmd_done(&tag->cmd);
	tag->done = true;
	tag->sess->kept_bytes += kept_len(tag);
}

/**
 * iscsit_keep() - an answer has been sent for the first time, or again
 * @conn: worker only
 * @tx: with its StatSN
 */
void iscsit_keep(struct iscsit_conn *conn, struct iscsit_tx *tx)
{
	keep_insert(conn, tx);
	if (tx->kind == ISCSIT_TX_CTL) {
		conn->ctls -= tx_weight(tx);
		conn->kept_ctls += tx_weight(tx);
		while (conn->kept_ctls > KEPT_CTLS && keep_drop_first(conn, ISCSIT_TX_CTL))
			;
		return;
	}
	tx_tag_of(tx)->state = ISCSIT_TAG_KEPT;
	iscsit_keep_data(tx_tag_of(tx));
	while (conn->sess->kept_bytes > KEPT_BYTES && keep_drop_first(conn, ISCSIT_TX_TAG))
		;
}

/**
 * iscsit_keep_ack() - ExpStatSN of a request: what comes before it has arrived
 * @conn: worker only
 * @exp_statsn: as received; what makes no sense is ignored
 */
void iscsit_keep_ack(struct iscsit_conn *conn, u32 exp_statsn)
{
	struct iscsit_tx *tx, *next;

	if (!iscsit_sn_before(conn->acked, exp_statsn) ||
	    iscsit_sn_before(conn->statsn, exp_statsn))
		return;
	conn->acked = exp_statsn;
	list_for_each_entry_safe(tx, next, &conn->kept, entry) {
		if (!iscsit_sn_before(tx->statsn, exp_statsn))
			break;
		keep_drop(conn, tx);
	}
}

/**
 * iscsit_keep_supersede() - a task begins whose tag one that is kept had before
 * @sess: worker only; at error recovery level 1 or 2
 * @itt: initiator task tag
 *
 * A tag names one task in the whole session (RFC 7143 11.2.1.8): who uses it again has got the
 * answer, and what it asks for from now on is meant for the new task.
 */
void iscsit_keep_supersede(struct iscsit_sess *sess, __be32 itt)
{
	struct iscsit_conn *conn;
	struct iscsit_tx *tx, *next;

	list_for_each_entry(conn, &sess->conns, sess_link)
		list_for_each_entry_safe(tx, next, &conn->kept, entry)
			if (tx->kind == ISCSIT_TX_TAG && tx_tag_of(tx)->itt == itt)
				keep_drop(conn, tx);
	iscsit_lost_supersede(sess, itt);
}

/* No tag is idle: an initiator that acknowledges nothing loses what was kept for it. */
struct iscsit_tag *iscsit_keep_reclaim(struct iscsit_sess *sess)
{
	struct iscsit_conn *conn;

	iscsit_lost_reclaim(sess);
	list_for_each_entry(conn, &sess->conns, sess_link) {
		if (!list_empty(&sess->free))
			break;
		keep_drop_first(conn, ISCSIT_TX_TAG);
	}
	return iscsit_tag_get(sess);
}

/* ---- SNACK ---- */

/* A task of this connection that has something to be sent again. */
static struct iscsit_tag *snack_find(const struct iscsit_conn *conn, __be32 itt)
{
	struct iscsit_sess *sess = conn->sess;
	u32 i;

	for (i = 0; i < sess->nr_tags; i++) {
		struct iscsit_tag *tag = &sess->tags[i];

		if (tag->conn == conn && tag->itt == itt && tag->state != ISCSIT_TAG_FREE &&
		    tag->state != ISCSIT_TAG_CORE && !tag->resend.over)
			return tag;
	}
	return NULL;
}

/* Send PDUs again behind what is queued; a second request for the same task widens the first. */
static void snack_resend(struct iscsit_tag *tag, u32 beg, u32 end, bool status)
{
	struct iscsit_resend *r = &tag->resend;
	bool busy = !list_empty(&r->tx.entry) || tag->conn->send.cur == &r->tx;

	if (busy && r->next != r->end) {
		beg = iscsit_sn_before(r->next, beg) ? r->next : beg;
		end = iscsit_sn_before(end, r->end) ? r->end : end;
	}
	r->next = beg;
	r->end = end;
	r->status = status || (busy && r->status);
	if (!busy)
		iscsit_tx_queue(tag->conn, &r->tx);
}

/* R2Ts that are answered already are not asked for again. */
static u8 snack_r2t(struct iscsit_tag *tag, u32 beg, u32 run)
{
	u32 end = run ? beg + run : tag->r2tsn, i;

	if (!tag->out || end > tag->r2tsn || beg >= end)
		return ISCSIT_REJECT_PROTOCOL;
	for (i = 0; i < ISCSIT_SEQS_MAX; i++) {
		struct iscsit_seq *seq = &tag->out->burst.seq[i];

		if (seq->used && seq->ttt != ISCSIT_TAG_NONE && seq->r2tsn >= beg &&
		    seq->r2tsn < end)
			seq->resend = true;
	}
	iscsit_out_ask(tag->conn, tag);
	return 0;
}

static u8 snack_data(struct iscsit_tag *tag, u32 beg, u32 run)
{
	u32 end = run ? beg + run : tag->datasn;

	if (tag->state == ISCSIT_TAG_DATA)
		return snack_r2t(tag, beg, run);
	if (!tag->cmd.data_in_len || beg < tag->data_acked || end > tag->datasn || beg >= end)
		return ISCSIT_REJECT_PROTOCOL;
	snack_resend(tag, beg, end, false);
	return 0;
}

/* Status rides in the last Data-In, or has a PDU of its own. */
static void snack_tag_status(struct iscsit_tag *tag)
{
	u32 end = tag->datasn;

	if (iscsit_tag_status_rides(tag))
		snack_resend(tag, end - 1, end, false);
	else
		snack_resend(tag, end, end, true);
}

static void snack_ctl(struct iscsit_conn *conn, struct iscsit_tx *tx)
{
	list_del_init(&tx->entry);
	ctl_unkeep(conn, tx);
	container_of(tx, struct iscsit_ctl, tx)->raw = true;
	conn->stats.resent++;
	iscsit_tx_queue(conn, tx);
}

static bool conn_sends(const struct iscsit_conn *conn)
{
	return conn->send.cur || !list_empty(&conn->tx);
}

static u8 snack_status(struct iscsit_conn *conn, u32 beg, u32 run)
{
	u32 end = run ? beg + run : conn->statsn;
	struct iscsit_tx *tx, *next;
	bool sending = conn_sends(conn), found = beg == end;

	if (!beg && !run)
		beg = conn->acked;
	if (iscsit_sn_before(conn->statsn, end) || iscsit_sn_before(beg, conn->acked))
		return ISCSIT_REJECT_PROTOCOL;
	list_for_each_entry_safe(tx, next, &conn->kept, entry) {
		if (iscsit_sn_before(tx->statsn, beg) || !iscsit_sn_before(tx->statsn, end))
			continue;
		found = true;
		if (tx->kind == ISCSIT_TX_CTL)
			snack_ctl(conn, tx);
		else
			snack_tag_status(tx_tag_of(tx));
	}
	/* What is being sent may be what is asked for. */
	return found || sending ? 0 : ISCSIT_REJECT_SNACK;
}

/* The answer to a Data-In with the A bit: what comes before has arrived (11.16.4). */
static u8 snack_data_ack(struct iscsit_conn *conn, u32 ttt, u32 beg)
{
	struct iscsit_sess *sess = conn->sess;
	struct iscsit_tag *tag;

	if ((ttt & 0xffff) >= sess->nr_tags)
		return ISCSIT_REJECT_DATA_ACK;
	tag = &sess->tags[ttt & 0xffff];
	if (tag->conn != conn || (tag->state != ISCSIT_TAG_SEND && tag->state != ISCSIT_TAG_KEPT) ||
	    beg < tag->data_acked || beg > tag->datasn)
		return ISCSIT_REJECT_DATA_ACK;
	tag->data_acked = beg;
	return 0;
}

/* First byte of a Data-In PDU that has been sent, or the end of all. */
static u32 plan_offset(const struct iscsit_plan *plan, u32 datasn)
{
	struct iscsit_plan_pdu pdu;

	if (!plan->total)
		return 0;		/* nothing has been sent */
	if (datasn <= plan->base_sn)
		return plan->base;
	if (datasn >= iscsit_plan_end(plan))
		return plan->total;
	iscsit_plan_pdu(plan, datasn, &pdu);
	return pdu.off;
}

/**
 * iscsit_replan() - cut the data of a read anew from some PDU on
 * @tag: has a connection, whose segment length counts
 * @datasn: number of the first PDU; those before it have arrived
 */
void iscsit_replan(struct iscsit_tag *tag, u32 datasn)
{
	const struct iscsit_params *p = &tag->conn->params;
	u32 base = plan_offset(&tag->plan, datasn);

	tag->plan = (struct iscsit_plan){
		.total = tag->cmd.data_in_len, .dsl = p->max_xmit_dsl, .burst = p->max_burst,
		.base_sn = datasn, .base = base,
	};
	tag->data_acked = datasn;
	tag->datasn = datasn;
	tag->sent = base;
}

/*
 * All data that are not acknowledged, in segments of the present length, and then a SCSI Response
 * with the tag of the request (11.16.3).
 */
static u8 snack_rdata(struct iscsit_tag *tag, u32 snack_tag)
{
	if (!tag->cmd.data_in_len || !snack_tag || snack_tag == ISCSIT_TAG_NONE)
		return ISCSIT_REJECT_SNACK;
	tag->snack_tag = snack_tag;
	tag->resend.next = tag->resend.end;	/* of what was to be sent again, numbers change */
	iscsit_replan(tag, tag->data_acked);
	if (!tag->status_sent)
		return 0;	/* goes on from there */
	tag->datasn = iscsit_plan_end(&tag->plan);
	tag->sent = tag->cmd.data_in_len;
	snack_resend(tag, tag->plan.base_sn, tag->datasn, true);
	return 0;
}

/**
 * iscsit_snack_rx() - a SNACK Request has arrived
 * @conn: worker only; the header is in conn->rx
 *
 * Returns enum iscsit_reject.
 */
u8 iscsit_snack_rx(struct iscsit_conn *conn)
{
	const struct iscsit_snack_req_bhs *req = (const void *)&conn->rx.bhs;
	u32 beg = be32_to_cpu(req->beg_run), run = be32_to_cpu(req->run_len);
	u8 type = req->flags & ISCSIT_SNACK_TYPE_MASK;
	struct iscsit_tag *tag;

	conn->stats.snacks++;
	if (type == ISCSIT_SNACK_STATUS)
		return snack_status(conn, beg, run);
	if (type == ISCSIT_SNACK_DATA_ACK)
		return snack_data_ack(conn, be32_to_cpu(req->ttt), beg);
	tag = snack_find(conn, req->itt);
	if (!tag || beg + run < beg)
		return ISCSIT_REJECT_SNACK;
	if (type == ISCSIT_SNACK_DATA_R2T)
		return snack_data(tag, beg, run);
	return tag->state == ISCSIT_TAG_DATA ? ISCSIT_REJECT_SNACK :
					       snack_rdata(tag, be32_to_cpu(req->ttt));
}
