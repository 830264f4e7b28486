// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recovery that takes time: data-out that does not come (ErrorRecoveryLevel 1), and at level 2 the
 * tasks of a lost connection, which wait to be reassigned to another one. RFC 7143 sections 6.3.6,
 * 7.2.2, 7.5 and 11.5.
 *
 * A lost connection's tasks hang on a struct iscsit_lost, in whatever state they are or come to be.
 * Its end of life: TASK REASSIGN takes them off one by one, and so does their end; what is left
 * when Time2Wait and Time2Retain are over, when a logout closes the connection for good, or when
 * the session ends, is aborted.
 */
#include <linux/slab.h>
#include "iscsit.h"

#define TICK	(HZ / 2)

/* ---- data-out that does not come ---- */

/* The clock runs while something waits: it is looked at twice a second. */
void iscsit_recovery_arm(struct iscsit_sess *sess)
{
	if (!timer_pending(&sess->timer))
		mod_timer(&sess->timer, jiffies + TICK);
}

/*
 * dataout_timeout without progress: what is missing is asked for again, and after
 * dataout_timeout_retries the connection is given up.
 */
static void out_stalled(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	u32 wait = iscsit_conn_attr(conn, ISCSIT_AA_DATAOUT_TIMEOUT);
	struct iscsit_out *out = tag->out;

	if (tag->park.on || !list_empty(&tag->tx.entry) || conn->rx.tag == tag ||
	    time_before(jiffies, out->stamp + wait * HZ))
		return;
	iscsit_count_error(conn, ISCSIT_ERR_TIMEOUT);
	if (++out->retries > iscsit_conn_attr(conn, ISCSIT_AA_DATAOUT_TIMEOUT_RETRIES)) {
		iscsit_conn_close(conn);
		return;
	}
	out->stamp = jiffies;
	iscsit_burst_forget(&out->burst);
	iscsit_out_look(tag);
	iscsit_cmd_go(conn, tag);
}

/* Returns whether something waits. */
static bool out_tick(struct iscsit_sess *sess)
{
	struct iscsit_tag *tag, *next;
	struct iscsit_conn *conn;
	bool waits = false;

	list_for_each_entry(conn, &sess->conns, sess_link) {
		list_for_each_entry_safe(tag, next, &conn->data_out, data) {
			if (!tag->out)
				continue;
			waits = true;
			out_stalled(conn, tag);
		}
	}
	return waits;
}

/* ---- tasks of lost connections ---- */

static struct iscsit_lost *lost_find(const struct iscsit_sess *sess, u16 cid)
{
	struct iscsit_lost *lost;

	list_for_each_entry(lost, &sess->lost, link)
		if (lost->cid == cid)
			return lost;
	return NULL;
}

static struct iscsit_lost *lost_get(struct iscsit_conn *conn)
{
	struct iscsit_sess *sess = conn->sess;
	struct iscsit_lost *lost = lost_find(sess, conn->cid);

	if (lost)
		return lost;
	lost = kzalloc(sizeof(*lost), GFP_NOIO);
	if (!lost)
		return NULL;
	lost->cid = conn->cid;
	INIT_LIST_HEAD(&lost->tags);
	list_add_tail(&lost->link, &sess->lost);
	return lost;
}

static void lost_hold(struct iscsit_lost *lost, struct iscsit_tag *tag)
{
	tag->lost = lost;
	list_add_tail(&tag->lost_link, &lost->tags);
}

/**
 * iscsit_lost_forget() - a task waits for no other connection any more
 * @tag: is lost; it has one now, or ends
 *
 * Worker only.
 */
void iscsit_lost_forget(struct iscsit_tag *tag)
{
	tag->lost = NULL;
	list_del_init(&tag->lost_link);
}

static void lost_add_tag(struct iscsit_lost *lost, struct iscsit_tag *tag)
{
	WRITE_ONCE(tag->conn, NULL);
	if (tag->state == ISCSIT_TAG_FREE)
		return;
	list_del_init(&tag->resend.tx.entry);
	if (tag->resend.over) {
		tag->resend.over = false;
		iscsit_tag_put(tag);
		return;
	}
	list_del_init(&tag->data);
	if (!list_empty(&tag->tx.entry))
		list_del_init(&tag->tx.entry);
	lost_hold(lost, tag);
	if (tag->state == ISCSIT_TAG_SEND)
		iscsit_keep_data(tag);
	tag->unsolicited = false;
	if (tag->out)
		iscsit_burst_forget(&tag->out->burst);
}

/*
 * Time2Wait becomes as long as the initiator wants: what it costs is limited by the TPG's own
 * settings. In seconds.
 */
static u32 lost_time(const struct iscsit_conn *conn)
{
	const struct iscsit_params *p = &conn->sess->params;
	const u32 *own = conn->tpg->config.num;

	return min(p->time2wait + p->time2retain, READ_ONCE(own[ISCSIT_KEY_TIME2WAIT]) +
						  READ_ONCE(own[ISCSIT_KEY_TIME2RETAIN]));
}

/**
 * iscsit_lost_add() - keep the tasks of a connection that is lost
 * @conn: leaves its session, at error recovery level 2
 *
 * Requests that were not received as a whole, or not at their turn, are as if never sent.
 * Returns false if they can't be kept.
 */
bool iscsit_lost_add(struct iscsit_conn *conn)
{
	struct iscsit_sess *sess = conn->sess;
	const struct iscsit_params *p = &sess->params;
	struct iscsit_lost *lost;
	u32 i;

	if (p->erl < 2 || !p->time2retain || conn->logged_out)
		return false;
	lost = lost_get(conn);
	if (!lost)
		return false;
	lost->released = conn->released;
	lost->deadline = jiffies + lost_time(conn) * HZ;
	iscsit_conn_forget_requests(conn);
	iscsit_tx_unsend(conn);
	for (i = 0; i < sess->nr_tags; i++)
		if (sess->tags[i].conn == conn)
			lost_add_tag(lost, &sess->tags[i]);
	iscsit_tx_drop_all(conn);
	iscsit_keep_drop_all(conn);
	iscsit_tmf_leave(conn);
	iscsit_ctl_drop_all(conn);
	iscsit_run_answered(sess);
	iscsit_recovery_arm(sess);
	return true;
}

static bool lost_wants_task(const struct target_cmd *cmd, const void *lost)
{
	return container_of(cmd, struct iscsit_tag, cmd)->lost == lost;
}

/*
 * No tag is idle: a task whose status was sent, and that nobody has asked for, gives way. Most
 * likely the status has arrived and only its acknowledgement was lost.
 */
void iscsit_lost_reclaim(struct iscsit_sess *sess)
{
	struct iscsit_lost *lost;
	struct iscsit_tag *tag;

	list_for_each_entry(lost, &sess->lost, link) {
		list_for_each_entry(tag, &lost->tags, lost_link) {
			if (tag->state == ISCSIT_TAG_KEPT) {
				iscsit_tag_put(tag);
				return;
			}
		}
	}
}

/* A new task has the tag of some whose status was sent: nobody can ask for them any more. */
void iscsit_lost_supersede(struct iscsit_sess *sess, __be32 itt)
{
	struct iscsit_tag *tag, *next;
	struct iscsit_lost *lost;

	list_for_each_entry(lost, &sess->lost, link)
		list_for_each_entry_safe(tag, next, &lost->tags, lost_link)
			if (tag->state == ISCSIT_TAG_KEPT && tag->itt == itt)
				iscsit_tag_put(tag);
}

static void lost_end(struct iscsit_sess *sess, struct iscsit_lost *lost)
{
	struct iscsit_tag *tag, *next;

	list_for_each_entry_safe(tag, next, &lost->tags, lost_link) {
		iscsit_lost_forget(tag);
		if (tag->state == ISCSIT_TAG_DATA)
			iscsit_cmd_give_up(tag);
		else if (tag->state != ISCSIT_TAG_CORE)
			iscsit_tag_put(tag);
	}
	list_del(&lost->link);
	kfree(lost);
	iscsit_run_answered(sess);
}

/* The session has ended, and its nexus is closed. */
void iscsit_lost_end_all(struct iscsit_sess *sess)
{
	struct iscsit_lost *lost, *next;

	list_for_each_entry_safe(lost, next, &sess->lost, link)
		lost_end(sess, lost);
}

/* Nobody wants the tasks any more. */
static void lost_terminate(struct iscsit_sess *sess, struct iscsit_lost *lost)
{
	target_nexus_abort_cmds(sess->nexus, lost_wants_task, lost);
	lost_end(sess, lost);
}

/**
 * iscsit_lost_logout() - a connection that is lost is logged out, by a request or by a login
 * @sess: worker only
 * @cid: its identifier
 * @recover: its tasks may be reassigned from now on; else they end
 *
 * Returns false if there is none.
 */
bool iscsit_lost_logout(struct iscsit_sess *sess, u16 cid, bool recover)
{
	struct iscsit_lost *lost = lost_find(sess, cid);

	if (!lost)
		return false;
	if (recover)
		lost->released = true;
	else
		lost_terminate(sess, lost);
	return true;
}

static struct iscsit_lost *lost_overdue(const struct iscsit_sess *sess)
{
	struct iscsit_lost *lost;

	list_for_each_entry(lost, &sess->lost, link)
		if (time_after_eq(jiffies, lost->deadline))
			return lost;
	return NULL;
}

/**
 * iscsit_recovery_tick() - the clock of a session has run out
 * @sess: worker only
 *
 * Returns false if the session has no connection and no reason to wait for one any more.
 */
bool iscsit_recovery_tick(struct iscsit_sess *sess)
{
	struct iscsit_lost *lost;

	/* The end of one can let a Logout of another go on. */
	while ((lost = lost_overdue(sess)))
		lost_terminate(sess, lost);
	if (out_tick(sess) || !list_empty(&sess->lost))
		iscsit_recovery_arm(sess);
	return sess->nr_conns || !list_empty(&sess->lost);
}

/* ---- TASK REASSIGN ---- */

/* Where a read goes on: @exp_datasn if it makes sense, else what has been acknowledged. */
static void reassign_answer(struct iscsit_tag *tag, u32 exp_datasn)
{
	u32 from = tag->data_acked;

	if (exp_datasn > from && exp_datasn <= tag->datasn)
		from = exp_datasn;
	tag->state = ISCSIT_TAG_SEND;
	tag->status_sent = false;
	if (tag->cmd.data_in_len)
		iscsit_replan(tag, from);
	tag->tx.kind = ISCSIT_TX_TAG;
	iscsit_tx_queue(tag->conn, &tag->tx);
}

/*
 * A write asks for what is missing; its R2Ts are numbered from the first that did not arrive. One
 * that has failed ends.
 */
static void reassign_data_out(struct iscsit_tag *tag, u32 exp_r2tsn)
{
	list_add_tail(&tag->data, &tag->conn->data_out);
	if (exp_r2tsn <= tag->r2tsn)
		tag->r2tsn = exp_r2tsn;
	if (tag->out) {
		tag->out->stamp = jiffies;
		iscsit_out_look(tag);
	}
	iscsit_cmd_go(tag->conn, tag);
}

static struct iscsit_tag *reassign_find(struct iscsit_sess *sess, __be32 itt)
{
	u32 i;

	for (i = 0; i < sess->nr_tags; i++)
		if (sess->tags[i].itt == itt && sess->tags[i].state != ISCSIT_TAG_FREE &&
		    !sess->tags[i].resend.over && (sess->tags[i].conn || sess->tags[i].lost))
			return &sess->tags[i];
	return NULL;
}

/**
 * iscsit_reassign_check() - whether a task can change its connection (RFC 7143 11.5.1, 11.6.1)
 * @sess: worker only
 * @itt: of the task
 *
 * Returns enum iscsit_tmf_rsp_code.
 */
u8 iscsit_reassign_check(struct iscsit_sess *sess, __be32 itt)
{
	const struct iscsit_tag *tag = reassign_find(sess, itt);

	if (sess->params.erl < 2)
		return ISCSIT_TMF_RSP_NO_REASSIGN;
	if (!tag)
		return ISCSIT_TMF_RSP_NO_TASK;
	if (!tag->lost || !tag->lost->released)
		return ISCSIT_TMF_RSP_TASK_ALLEGIANT;
	return ISCSIT_TMF_RSP_COMPLETE;
}

/**
 * iscsit_reassign() - give a task its new connection
 * @conn: worker only; the response is queued there already
 * @itt: of the task, checked
 * @exp_datasn: first Data-In or R2T that the initiator has not received, or 0
 */
void iscsit_reassign(struct iscsit_conn *conn, __be32 itt, u32 exp_datasn)
{
	struct iscsit_tag *tag = reassign_find(conn->sess, itt);

	iscsit_lost_forget(tag);
	tag->snack_tag = 0;
	WRITE_ONCE(tag->conn, conn);
	if (tag->state == ISCSIT_TAG_DATA)
		reassign_data_out(tag, exp_datasn);
	else if (tag->state != ISCSIT_TAG_CORE)
		reassign_answer(tag, exp_datasn);
}
