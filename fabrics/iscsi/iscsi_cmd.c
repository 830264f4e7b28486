// SPDX-License-Identifier: GPL-2.0-only
/*
 * SCSI commands and their data-out: from the header to the core, R2Ts, and what happens when the
 * core answers or wants a command back. RFC 7143 sections 11.3, 11.7 and 11.8.
 */
#include "iscsit.h"

static u8 cmd_attr(u8 flags)
{
	switch (flags & ISCSIT_CMD_ATTR_MASK) {
	case ISCSIT_ATTR_ORDERED:
		return TARGET_ATTR_ORDERED;
	case ISCSIT_ATTR_HEAD:
		return TARGET_ATTR_HEAD_OF_QUEUE;
	case ISCSIT_ATTR_ACA:
		return TARGET_ATTR_ACA;
	default:
		return TARGET_ATTR_SIMPLE;
	}
}

static u8 cmd_dir(u8 flags)
{
	switch (flags & (ISCSIT_CMD_F_READ | ISCSIT_CMD_F_WRITE)) {
	case ISCSIT_CMD_F_READ:
		return TARGET_DATA_IN;
	case ISCSIT_CMD_F_WRITE:
		return TARGET_DATA_OUT;
	case 0:
		return TARGET_DATA_NONE;
	default:
		return TARGET_DATA_BIDI;
	}
}

static bool tag_wants_data(const struct iscsit_tag *tag)
{
	return tag->cmd.dir == TARGET_DATA_OUT && tag->cmd.xfer_len;
}

/* Fill in the core's part of a new task. */
static void cmd_decode(struct iscsit_tag *tag, const struct iscsit_scsi_cmd_bhs *bhs,
		       const struct iscsit_ahs_info *ahs)
{
	struct target_cmd *cmd = &tag->cmd;
	u32 ext = min_t(u32, ahs->ext_cdb_len, TARGET_MAX_CDB - ISCSIT_CDB_LEN);

	cmd->nexus = tag->sess->nexus;
	cmd->tag = be32_to_cpu(bhs->itt);
	cmd->lun = target_lun_decode(bhs->lun);
	memcpy(cmd->cdb, bhs->cdb, ISCSIT_CDB_LEN);
	memset(cmd->cdb + ISCSIT_CDB_LEN, 0, TARGET_MAX_CDB - ISCSIT_CDB_LEN);
	if (ext)
		memcpy(cmd->cdb + ISCSIT_CDB_LEN, ahs->ext_cdb, ext);
	cmd->dir = cmd_dir(bhs->flags);
	cmd->edtl = cmd->dir == TARGET_DATA_NONE ? 0 : be32_to_cpu(bhs->expected_len);
	cmd->attr = cmd_attr(bhs->flags);
	cmd->flags = 0;		/* the worker may sleep; backstores know not to wait there */
	tag->itt = bhs->itt;
	memcpy(tag->lun, bhs->lun, sizeof(tag->lun));
}

static void tag_reset(struct iscsit_tag *tag)
{
	tag->answer_ready = false;
	tag->fail_asc = 0;
	tag->in_window = false;
	tag->unsolicited = false;
	tag->rcvd = 0;
	tag->burst_end = 0;
	tag->datasn = 0;
	tag->r2t_next = 0;
	tag->r2tsn = 0;
	tag->r2t_done = 0;
	tag->sent = 0;
	tag->plan.total = 0;
	tag->data_acked = 0;
	tag->snack_tag = 0;
	tag->status_sent = false;
}

static void tag_enter(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	tag->state = ISCSIT_TAG_DATA;
	WRITE_ONCE(tag->conn, conn);
	list_add_tail(&tag->data, &conn->data_out);
}

/* Leave ISCSIT_TAG_DATA, in whatever place the tag is waiting. */
static void tag_leave(struct iscsit_tag *tag)
{
	list_del_init(&tag->data);
	if (unlikely(tag->park.on))
		iscsit_window_forget(&tag->park);
	if (!list_empty(&tag->tx.entry))
		list_del_init(&tag->tx.entry);	/* an R2T not sent yet */
	if (likely(tag->conn))
		iscsit_rx_forget(tag->conn, tag);
	if (unlikely(tag->out))
		iscsit_out_end(tag);
	tag->state = ISCSIT_TAG_CORE;
}

/* How the task ends is settled, and its data are not wanted any more. */
static bool tag_is_doomed(const struct iscsit_tag *tag)
{
	return tag->answer_ready || tag->fail_asc;
}

/* Whether a sequence of Data-Out has not ended with F. */
static bool tag_expects_data(const struct iscsit_tag *tag)
{
	if (unlikely(tag->out))
		return iscsit_burst_open_count(&tag->out->burst);
	return tag->unsolicited || tag->r2t_done != tag->r2tsn;
}

/**
 * iscsit_cmd_doom() - a task ends with sense data of ours instead of being executed
 * @tag: in ISCSIT_TAG_DATA
 * @asc: additional sense code; the first one counts
 *
 * Worker only. Nothing more is asked for. iscsit_cmd_go() ends the task when it is its turn and the
 * initiator has ended its sequences.
 */
void iscsit_cmd_doom(struct iscsit_tag *tag, u16 asc)
{
	if (!tag->fail_asc)
		tag->fail_asc = asc;
	if (!list_empty(&tag->tx.entry))
		list_del_init(&tag->tx.entry);
}

/**
 * iscsit_cmd_forget() - as if the command had never been received
 * @tag: in ISCSIT_TAG_DATA
 *
 * Worker only. It comes back from the core at once, and without its connection nobody is told.
 */
void iscsit_cmd_forget(struct iscsit_tag *tag)
{
	tag_leave(tag);
	WRITE_ONCE(tag->conn, NULL);
	tag->in_window = false;
	if (tag->answer_ready)
		iscsit_tag_put(tag);
	else
		target_cmd_forget(&tag->cmd);
}

/* Prepare for data-out. False: no memory. */
static bool cmd_expect_data(struct iscsit_conn *conn, struct iscsit_tag *tag, bool final)
{
	struct iscsit_rx *rx = &conn->rx;
	u32 len = rx->info.data_len;

	if (iscsit_tag_alloc_data(tag))
		return false;
	if (unlikely(conn->careful) && !iscsit_out_begin(conn, tag, final))
		return false;
	tag->sg = tag->cmd.sgl;
	tag->sg_off = 0;
	tag->unsolicited = !final;
	tag->burst_end = final ? len : min(conn->params.first_burst, tag->cmd.edtl);
	rx->keep = min(len, tag->cmd.xfer_len);
	rx->sink = ISCSIT_SINK_TAG;
	return true;
}

/* Unsolicited data follow a command that has failed already. */
static bool cmd_data_follow(const struct iscsit_conn *conn, const struct iscsit_tag *tag,
			    const struct iscsit_scsi_cmd_bhs *bhs)
{
	return !(bhs->flags & ISCSIT_F_FINAL) && (bhs->flags & ISCSIT_CMD_F_WRITE) &&
	       !conn->params.initial_r2t &&
	       conn->rx.info.data_len < min(conn->params.first_burst, tag->cmd.edtl);
}

/* Over its buffer, over FirstBurstLength, or unsolicited where that was not negotiated. */
static bool cmd_data_fits(const struct iscsit_conn *conn, const struct iscsit_tag *tag, bool final)
{
	u32 len = conn->rx.info.data_len;

	if (len > tag->cmd.edtl)
		return false;
	return final || (!conn->params.initial_r2t && tag->cmd.dir == TARGET_DATA_OUT);
}

/**
 * iscsit_cmd_rx() - a SCSI Command header has arrived
 * @conn: worker only; the header is in conn->rx
 * @ahs: its additional header segments
 *
 * Sets where the immediate data goes. Returns 0 or the error that ends the connection.
 */
int iscsit_cmd_rx(struct iscsit_conn *conn, const u8 *ahs)
{
	struct iscsit_rx *rx = &conn->rx;
	const struct iscsit_scsi_cmd_bhs *bhs = (const void *)&rx->bhs;
	bool final = bhs->flags & ISCSIT_F_FINAL;
	struct iscsit_ahs_info ext = {};
	struct iscsit_tag *tag;

	if (rx->info.ahs_len)
		rx->reject = iscsit_ahs_parse(ahs, rx->info.ahs_len, &ext);
	if (rx->reject)
		return 0;
	if (rx->info.numbered && !iscsit_window_admits(&conn->sess->win, rx->info.cmdsn))
		return 0;
	if (unlikely(conn->params.erl))
		iscsit_keep_supersede(conn->sess, bhs->itt);
	tag = iscsit_tag_get(conn->sess);
	if (unlikely(!tag && conn->params.erl))
		tag = iscsit_keep_reclaim(conn->sess);
	if (unlikely(!tag)) {
		rx->reject = rx->info.numbered ? ISCSIT_REJECT_NO_RESOURCES :
						 ISCSIT_REJECT_IMMEDIATE;
		return 0;
	}
	tag->park.cmdsn = rx->info.cmdsn;
	conn->stats.cmd_pdus++;
	tag_reset(tag);
	cmd_decode(tag, bhs, &ext);
	tag->answer_ready = !target_cmd_init(&tag->cmd);
	tag_enter(conn, tag);
	rx->tag = tag;
	if (unlikely(tag->answer_ready))
		;	/* nothing is wanted */
	else if (unlikely(!cmd_data_fits(conn, tag, final)))
		tag->fail_asc = rx->info.data_len > tag->cmd.edtl ? ISCSIT_ASC_WRONG_AMOUNT :
								    ISCSIT_ASC_UNEXPECTED_DATA;
	else if (tag_wants_data(tag) && !cmd_expect_data(conn, tag, final))
		tag->fail_asc = ISCSIT_ASC_NO_RESOURCES;
	if (unlikely(tag_is_doomed(tag)))
		tag->unsolicited = cmd_data_follow(conn, tag, bhs);
	return 0;
}

/* All data is here and it is the command's turn. */
static void cmd_execute(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	tag_leave(tag);
	if (unlikely(tag->cmd.dir == TARGET_DATA_IN && tag->cmd.xfer_len &&
		     iscsit_tag_alloc_data(tag))) {
		target_cmd_fail(&tag->cmd, ISCSIT_KEY_ABORTED_COMMAND, ISCSIT_ASC_NO_RESOURCES);
		return;
	}
	target_cmd_execute(&tag->cmd);
}

static void cmd_ask_data(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	if (tag->r2t_next >= tag->cmd.xfer_len || !list_empty(&tag->tx.entry) ||
	    tag->r2tsn - tag->r2t_done >= conn->params.max_r2t)
		return;
	tag->tx.kind = ISCSIT_TX_R2T;
	iscsit_tx_queue(conn, &tag->tx);
}

/**
 * iscsit_cmd_give_up() - nobody waits for the data of a task any more, nor for its answer
 * @tag: in ISCSIT_TAG_DATA
 *
 * Worker only. An aborted command is executed without its data, and comes back at once. The core
 * does not know of those it has refused.
 */
void iscsit_cmd_give_up(struct iscsit_tag *tag)
{
	tag_leave(tag);
	if (unlikely(tag->answer_ready))
		iscsit_tag_put(tag);
	else
		target_cmd_execute(&tag->cmd);
}

/*
 * RFC 7143 11.4.2, 7.8: no answer before the initiator has ended its sequences. A command that the
 * core has refused keeps no LUN meanwhile.
 */
static void cmd_end_doomed(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	if (tag->fail_asc && target_cmd_is_aborted(&tag->cmd)) {
		iscsit_cmd_give_up(tag);
	} else if (tag_expects_data(tag)) {
		if (tag->answer_ready)
			iscsit_keep_data(tag);
		if (tag->out)
			iscsit_out_ask(conn, tag);
	} else if (tag->answer_ready) {
		tag_leave(tag);
		iscsit_answer(&tag->tx);
	} else {
		tag_leave(tag);
		target_cmd_fail(&tag->cmd, ISCSIT_KEY_ABORTED_COMMAND, tag->fail_asc);
	}
}

/**
 * iscsit_cmd_go() - let a task make its next step
 * @conn: worker only
 * @tag: in ISCSIT_TAG_DATA, between two PDUs
 */
void iscsit_cmd_go(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	if (unlikely(tag->park.on))
		return;		/* nothing is asked for either, before its turn */
	if (unlikely(tag_is_doomed(tag))) {
		cmd_end_doomed(conn, tag);
	} else if (!tag_wants_data(tag) || tag->rcvd >= tag->cmd.xfer_len) {
		cmd_execute(conn, tag);
	} else if (unlikely(target_cmd_is_aborted(&tag->cmd))) {
		iscsit_cmd_give_up(tag);
	} else if (unlikely(tag->out)) {
		iscsit_out_ask(conn, tag);
	} else if (!tag->unsolicited) {
		cmd_ask_data(conn, tag);
	}
}

/* A sequence of Data-Out begins at what has been received. */
static void data_out_next(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	u32 left = tag->cmd.xfer_len - tag->rcvd;

	tag->datasn = 0;
	tag->burst_end = tag->rcvd + min(conn->params.max_burst, left);
}

/* The command PDU is complete, with its immediate data: now it is received (RFC 7143 4.2.2.1). */
void iscsit_cmd_data_done(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	if (conn->rx.info.numbered) {
		if (unlikely(iscsit_sn_take(conn, &tag->park) == ISCSIT_SN_DROP)) {
			iscsit_cmd_forget(tag);
			return;
		}
		tag->in_window = true;
	}
	if (unlikely(tag->out)) {
		iscsit_out_immediate(conn, tag);
	} else if (tag_wants_data(tag)) {
		tag->rcvd = conn->rx.info.data_len;
		tag->r2t_next = tag->rcvd;
		if (!tag->unsolicited && tag->rcvd < tag->cmd.xfer_len)
			data_out_next(conn, tag);
	}
	iscsit_cmd_go(conn, tag);
}

/* The task that a Data-Out PDU names, if it waits for something. */
static struct iscsit_tag *data_out_find(struct iscsit_conn *conn,
					const struct iscsit_data_out_bhs *bhs)
{
	struct iscsit_sess *sess = conn->sess;
	u32 ttt = be32_to_cpu(bhs->ttt);
	struct iscsit_tag *tag;

	if (ttt == ISCSIT_TAG_NONE) {
		list_for_each_entry(tag, &conn->data_out, data)
			if (tag->itt == bhs->itt)
				return tag;
		return NULL;
	}
	if ((ttt & 0xffff) >= sess->nr_tags)
		return NULL;
	tag = &sess->tags[ttt & 0xffff];
	return tag->conn == conn && tag->state == ISCSIT_TAG_DATA && tag->itt == bhs->itt ? tag :
											    NULL;
}

/* How many R2Ts that are not answered come before the one with this tag; -1 if that is over. */
static int data_out_ahead(const struct iscsit_tag *tag, u32 ttt)
{
	u32 ahead = ((ttt >> 16) - tag->r2t_done) & 0x7fff;

	return ahead < tag->r2tsn - tag->r2t_done &&
	       ttt == iscsit_r2t_ttt(tag, tag->r2t_done + ahead) ? (int)ahead : -1;
}

/* 11.4.7.2: more than the first burst is to come, and that was announced. */
static bool data_out_must_fill(const struct iscsit_conn *conn, const struct iscsit_tag *tag)
{
	return !tag->unsolicited || tag->cmd.edtl > conn->params.first_burst;
}

/*
 * What section 11.7 lets us check: bytes in order, the sequence neither longer nor shorter than was
 * asked for or promised. Returns the additional sense code the task fails with, or 0.
 */
static u16 data_out_check(const struct iscsit_conn *conn, const struct iscsit_tag *tag,
			  const struct iscsit_data_out_bhs *bhs)
{
	u32 len = conn->rx.info.data_len;

	/* As if a PDU had been lost to a bad digest (7.9): the task fails, at level 0. */
	if (be32_to_cpu(bhs->datasn) != tag->datasn)
		return ISCSIT_ASC_PROTOCOL_CRC;
	if (be32_to_cpu(bhs->offset) != tag->rcvd || len > tag->burst_end - tag->rcvd)
		return ISCSIT_ASC_WRONG_AMOUNT;
	if ((bhs->flags & ISCSIT_F_FINAL) && tag->rcvd + len != tag->burst_end &&
	    data_out_must_fill(conn, tag))
		return ISCSIT_ASC_WRONG_AMOUNT;
	return 0;
}

/**
 * iscsit_data_out_wrong() - the Data-Out PDU being received is not as it should be
 * @conn: worker only; the header is in conn->rx
 * @tag: fails for it, but not before its sequences have ended
 * @asc: additional sense code
 *
 * The header says how long the PDU is: the connection goes on behind it.
 */
void iscsit_data_out_wrong(struct iscsit_conn *conn, struct iscsit_tag *tag, u16 asc)
{
	iscsit_count_error(conn, ISCSIT_ERR_SEQUENCE);
	iscsit_cmd_doom(tag, asc);
	conn->rx.tag = tag;
}

/* Sequences follow each other: one that has not ended before the next begins was too short. */
static void data_out_rx(struct iscsit_conn *conn, struct iscsit_tag *tag,
			const struct iscsit_data_out_bhs *bhs)
{
	struct iscsit_rx *rx = &conn->rx;
	u32 ttt = be32_to_cpu(bhs->ttt);
	int ahead = ttt == ISCSIT_TAG_NONE ? 0 : data_out_ahead(tag, ttt);
	u16 asc;

	/* An R2T that has been answered; data for what has none. */
	if (ahead < 0 || (!tag_is_doomed(tag) && !tag_wants_data(tag)))
		return;
	rx->tag = tag;
	if (tag_is_doomed(tag))
		return;
	if (ttt == ISCSIT_TAG_NONE && !tag->unsolicited)
		asc = ISCSIT_ASC_UNEXPECTED_DATA;
	else
		asc = ahead ? ISCSIT_ASC_WRONG_AMOUNT : data_out_check(conn, tag, bhs);
	if (asc) {
		iscsit_data_out_wrong(conn, tag, asc);
		return;
	}
	rx->sink = ISCSIT_SINK_TAG;
	rx->keep = tag->rcvd < tag->cmd.xfer_len ?
		   min(rx->info.data_len, tag->cmd.xfer_len - tag->rcvd) : 0;
}

/**
 * iscsit_data_out_rx() - a Data-Out header has arrived
 * @conn: worker only; the header is in conn->rx
 *
 * Data for a task that has ended meanwhile, or will fail, is dropped.
 */
void iscsit_data_out_rx(struct iscsit_conn *conn)
{
	const struct iscsit_data_out_bhs *bhs = (const void *)&conn->rx.bhs;
	struct iscsit_tag *tag = data_out_find(conn, bhs);

	if (!tag)
		return;
	if (unlikely(tag->out))
		iscsit_out_rx(conn, tag);
	else
		data_out_rx(conn, tag, bhs);
}

/* F: the sequence is over. */
static void data_out_end(struct iscsit_tag *tag, u32 ttt)
{
	if (ttt == ISCSIT_TAG_NONE) {
		if (tag->unsolicited)
			tag->r2t_next = tag->rcvd;
		tag->unsolicited = false;
	} else {
		tag->r2t_done += data_out_ahead(tag, ttt) + 1;
	}
}

/* A Data-Out PDU is complete. */
void iscsit_data_out_done(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	const struct iscsit_data_out_bhs *bhs = (const void *)&conn->rx.bhs;

	if (unlikely(tag->out)) {
		iscsit_out_done(conn, tag);
		return;
	}
	tag->rcvd += conn->rx.info.data_len;
	tag->datasn++;
	if (bhs->flags & ISCSIT_F_FINAL) {
		data_out_end(tag, be32_to_cpu(bhs->ttt));
		if (!tag_is_doomed(tag) && tag->rcvd < tag->cmd.xfer_len)
			data_out_next(conn, tag);
	} else if (!tag_is_doomed(tag)) {
		return;
	}
	iscsit_cmd_go(conn, tag);
}

/* A Data-Out PDU with a wrong digest (7.8): recovered, or the end of the task. */
void iscsit_data_out_spoiled(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	if (tag->out && conn->params.erl && !tag_is_doomed(tag)) {
		iscsit_out_spoiled(conn, tag);
		return;
	}
	if (!tag_is_doomed(tag))
		iscsit_cmd_doom(tag, ISCSIT_ASC_PROTOCOL_CRC);
	iscsit_data_out_done(conn, tag);
}

/* How the data of a read are sent where that is not just from the beginning to the end. */
static void cmd_plan(struct iscsit_tag *tag)
{
	const struct iscsit_conn *conn = tag->conn;

	tag->plan = (struct iscsit_plan){
		.total = tag->cmd.data_in_len,
		.dsl = conn->params.max_xmit_dsl,
		.burst = conn->params.max_burst,
		.pdus_backwards = conn->pdus_backwards,
		.seqs_backwards = conn->seqs_backwards,
	};
}

/* A command is back from the core, and a worker has it. */
void iscsit_answer(struct iscsit_tx *tx)
{
	struct iscsit_tag *tag;

	if (tx->kind == ISCSIT_TX_CTL) {
		iscsit_tmf_answer(container_of(tx, struct iscsit_ctl, tx));
		return;
	}
	tag = container_of(tx, struct iscsit_tag, tx);
	if (unlikely(target_cmd_is_aborted(&tag->cmd) || (!tag->conn && !tag->lost))) {
		iscsit_tag_put(tag);
		return;
	}
	tag->state = ISCSIT_TAG_SEND;
	tag->datasn = 0;
	tag->sg = tag->cmd.sgl;
	tag->sg_off = 0;
	tx->kind = ISCSIT_TX_TAG;
	if (unlikely(!tag->conn)) {
		iscsit_keep_data(tag);	/* until it is reassigned */
		return;
	}
	if (unlikely(tag->conn->careful))
		cmd_plan(tag);
	iscsit_tx_queue(tag->conn, tx);
}

/* Whoever works on the session does it right away, or will look again before it lets go. */
static bool sess_is_ours(const struct iscsit_sess *sess)
{
	return in_task() && READ_ONCE(sess->runner) == current;
}

/*
 * From the core: any context. RCU keeps the session for those who are between the list and the
 * kick, because a worker may end the last command of a dead session as soon as it sees it, and it
 * keeps the connection. One that ends takes itself out of its commands and looks at the list after
 * that: it has either been seen here, or sees what was added. The rest is up to the session's own
 * work. So is task management (no @from): nothing keeps its memory once it is on the list.
 */
static void sess_hand_over(struct iscsit_sess *sess, struct iscsit_tx *tx,
			   struct iscsit_conn *const *from)
{
	struct iscsit_conn *conn;

	rcu_read_lock();
	llist_add(&tx->answered, &sess->answered);
	smp_mb__after_atomic();
	conn = likely(from) ? READ_ONCE(*from) : NULL;
	if (likely(conn))
		iscsit_conn_kick(conn);
	else
		queue_work(iscsit_wq, &sess->work);
	rcu_read_unlock();
}

void iscsit_respond(struct target_cmd *cmd)
{
	struct iscsit_tag *tag = iscsit_tag_of(cmd);

	tag->tx.kind = ISCSIT_TX_TAG;
	if (sess_is_ours(tag->sess))
		iscsit_answer(&tag->tx);
	else
		sess_hand_over(tag->sess, &tag->tx, &tag->conn);
}

void iscsit_tmf_done(struct target_tmf *tmf)
{
	struct iscsit_ctl *ctl = container_of(tmf, struct iscsit_ctl, tmf);
	struct iscsit_sess *sess = target_nexus_priv(tmf->nexus);

	if (sess_is_ours(sess))
		iscsit_tmf_answer(ctl);
	else
		sess_hand_over(sess, &ctl->tx, NULL);
}

void iscsit_run_answered(struct iscsit_sess *sess)
{
	struct llist_node *list = llist_reverse_order(llist_del_all(&sess->answered));
	struct iscsit_tx *tx, *next;

	llist_for_each_entry_safe(tx, next, list, answered)
		iscsit_answer(tx);
}

/**
 * iscsit_cancel_data() - ops->cancel_data: an aborted command waits for data
 * @cmd: maybe it does not wait any more; the worker finds out
 *
 * Atomic context, under RCU.
 */
void iscsit_cancel_data(struct target_cmd *cmd)
{
	struct iscsit_tag *tag = iscsit_tag_of(cmd);

	if (!test_and_set_bit(0, &tag->aborting))
		llist_add(&tag->cancelled, &tag->sess->cancelled);
	queue_work(iscsit_wq, &tag->sess->work);
}

/* Its turn has not come: the number stays in its place. False: no memory for that. */
static bool cmd_unplace(struct iscsit_tag *tag)
{
	if (!iscsit_sn_plug(tag->sess, &tag->park, tag->park.cmdsn))
		return false;
	tag->in_window = false;
	return true;
}

static void cmd_give_up_parked(struct iscsit_tag *tag)
{
	if (cmd_unplace(tag))	/* else when its turn comes */
		iscsit_cmd_give_up(tag);
}

/**
 * iscsit_cmd_drop_refused() - a task whose refusal waits, for its turn or its data, is aborted
 * @tag: in ISCSIT_TAG_DATA, with an answer; unknown to the core
 *
 * Worker only. Returns false for no memory: nothing has happened then.
 */
bool iscsit_cmd_drop_refused(struct iscsit_tag *tag)
{
	if (!tag->park.on) {
		iscsit_cmd_give_up(tag);
		return true;
	}
	if (!cmd_unplace(tag))
		return false;
	iscsit_cmd_forget(tag);
	return true;
}

/* The command PDU itself is not complete. */
bool iscsit_cmd_is_incoming(const struct iscsit_tag *tag)
{
	const struct iscsit_conn *conn = tag->conn;

	return conn && conn->rx.tag == tag && conn->rx.info.opcode == ISCSIT_OP_SCSI_CMD;
}

void iscsit_run_cancelled(struct iscsit_sess *sess)
{
	struct llist_node *node = llist_del_all(&sess->cancelled);

	while (node) {
		struct iscsit_tag *tag = llist_entry(node, struct iscsit_tag, cancelled);

		node = node->next;
		clear_bit(0, &tag->aborting);
		smp_mb__after_atomic();	/* an abort that saw the bit is seen below */
		/* The tag may serve another command by now, which nobody aborted. */
		if (tag->state != ISCSIT_TAG_DATA || tag->answer_ready ||
		    !target_cmd_is_aborted(&tag->cmd))
			continue;
		if (tag->park.on)
			cmd_give_up_parked(tag);
		else if (!iscsit_cmd_is_incoming(tag))
			iscsit_cmd_give_up(tag);
	}
}

/* A command that was parked has its turn. */
void iscsit_cmd_unparked(struct iscsit_tag *tag)
{
	if (!tag->answer_ready && target_cmd_is_aborted(&tag->cmd))
		iscsit_cmd_give_up(tag);
	else
		iscsit_cmd_go(tag->conn, tag);
}

/* Requests that were not received as a whole, or not at their turn, never were. */
void iscsit_conn_forget_requests(struct iscsit_conn *conn)
{
	struct iscsit_tag *tag, *next;

	list_for_each_entry_safe(tag, next, &conn->data_out, data)
		if (tag->park.on || iscsit_cmd_is_incoming(tag))
			iscsit_cmd_forget(tag);
}

/**
 * iscsit_conn_end_tasks() - a connection has ended: its requests go, and what it would have sent
 * @conn: of the session the caller works on
 *
 * The core has been told to abort the tasks: those waiting for data get no more, and the others
 * lose their connection.
 */
void iscsit_conn_end_tasks(struct iscsit_conn *conn)
{
	struct iscsit_sess *sess = conn->sess;
	struct iscsit_tag *tag, *next;
	u32 i;

	iscsit_conn_forget_requests(conn);
	list_for_each_entry_safe(tag, next, &conn->data_out, data)
		iscsit_cmd_give_up(tag);
	iscsit_tx_drop_all(conn);
	iscsit_keep_drop_all(conn);
	for (i = 0; i < sess->nr_tags; i++)
		if (sess->tags[i].conn == conn)
			WRITE_ONCE(sess->tags[i].conn, NULL);
	iscsit_tmf_leave(conn);
	iscsit_ctl_drop_all(conn);
}
