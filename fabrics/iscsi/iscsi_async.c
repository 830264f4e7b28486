// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asynchronous messages (RFC 7143 section 11.9), and the orderly end that they announce: of the
 * sessions of a TPG or of an initiator, and of the connections of a portal.
 */
#include "iscsit.h"

#define DROP_WAIT	(3 * HZ)	/* for the messages to go out; then without */
#define CLOSE_WAIT	(10 * HZ)	/* for work items to see it, which takes them no time */

static const struct iscsit_sns no_sns;

/* Queue a message; with @last the connection ends behind it. */
static void async_send(struct iscsit_conn *conn, const struct iscsit_async *async, bool last)
{
	struct iscsit_ctl *ctl = iscsit_ctl_alloc(conn, 0);

	if (!ctl) {
		if (last)
			set_bit(ISCSIT_EV_CLOSE, &conn->events);
		return;
	}
	iscsit_build_async(&ctl->bhs, async, &no_sns);
	if (last) {
		ctl->after = ISCSIT_AFTER_CLOSE;
		iscsit_conn_finish(conn);
		mod_timer(&conn->timer, jiffies + HZ);
	}
	iscsit_tx_queue(conn, &ctl->tx);
}

/* Nothing of the session is kept: the initiator may come back at once, with a new one. */
static void drop_session(struct iscsit_conn *conn)
{
	struct iscsit_async async = {
		.event = ISCSIT_ASYNC_DROP_SESSION,
		.param2 = conn->params.time2wait,
	};

	conn->ends_session = true;
	async_send(conn, &async, true);
}

static void drop_connection(struct iscsit_conn *conn)
{
	struct iscsit_async async = {
		.event = ISCSIT_ASYNC_DROP_CONNECTION,
		.param1 = conn->cid,
		.param2 = conn->params.time2wait,
		.param3 = conn->params.erl == 2 ? conn->params.time2retain : 0,
	};

	async_send(conn, &async, true);
}

static void ask_logout(struct iscsit_conn *conn)
{
	struct iscsit_async async = {
		.event = ISCSIT_ASYNC_REQUEST_LOGOUT,
		.param3 = READ_ONCE(conn->tpg->attrib[ISCSIT_TA_LOGOUT_TIMEOUT]),
	};

	async_send(conn, &async, false);
}

/**
 * iscsit_async_run() - send what others asked for
 * @conn: worker only
 *
 * A connection that is not in full feature phase has nothing to be told.
 */
void iscsit_async_run(struct iscsit_conn *conn)
{
	bool told = conn->phase == ISCSIT_CONN_LOGGED_IN && conn->sess;
	bool ends = test_and_clear_bit(ISCSIT_EV_DROP_SESSION, &conn->events);
	bool ask = test_and_clear_bit(ISCSIT_EV_ASK_LOGOUT, &conn->events);
	bool drop = test_and_clear_bit(ISCSIT_EV_DROP, &conn->events);

	if (!told) {
		if (ends || drop)
			set_bit(ISCSIT_EV_CLOSE, &conn->events);
	} else if (ends) {
		drop_session(conn);
	} else if (drop) {
		drop_connection(conn);
	} else if (ask) {
		ask_logout(conn);
	}
}

static void conn_note(struct iscsit_conn *conn, int event)
{
	set_bit(event, &conn->events);
	iscsit_conn_kick(conn);
}

/*
 * Have the first connection tell of the end. Whatever becomes of the message, the session ends with
 * that connection; without one that could tell it ends at once. Caller holds iscsit_conn_lock.
 */
static void sess_drop(struct iscsit_sess *sess)
{
	struct iscsit_conn *conn;

	lockdep_assert_held(&iscsit_conn_lock);
	set_bit(ISCSIT_SEV_DROP, &sess->events);
	list_for_each_entry(conn, &sess->conns, sess_link) {
		if (READ_ONCE(conn->phase) == ISCSIT_CONN_LOGGED_IN) {
			conn_note(conn, ISCSIT_EV_DROP_SESSION);
			return;
		}
	}
	iscsit_sess_close(sess);
}

/* ops->close_nexus: start the end and return. The core holds the nexus meanwhile. */
void iscsit_close_nexus(struct target_nexus *nexus)
{
	struct iscsit_sess *sess = target_nexus_priv(nexus);

	spin_lock(&iscsit_conn_lock);
	if (list_empty(&sess->link))
		iscsit_sess_close(sess);	/* it ends already, or has not quite begun */
	else
		sess_drop(sess);
	spin_unlock(&iscsit_conn_lock);
}

static bool tpg_is_idle(const struct iscsit_tpg *tpg)
{
	return !atomic_read(&tpg->conns);
}

/* Logged-in connections are asked to log out; returns whether there were any. */
static bool tpg_ask_logout(struct iscsit_tpg *tpg)
{
	struct iscsit_conn *conn;
	bool any = false;

	spin_lock(&iscsit_conn_lock);
	list_for_each_entry(conn, &iscsit_conns, link) {
		if (READ_ONCE(conn->tpg) == tpg &&
		    READ_ONCE(conn->phase) == ISCSIT_CONN_LOGGED_IN) {
			conn_note(conn, ISCSIT_EV_ASK_LOGOUT);
			any = true;
		}
	}
	spin_unlock(&iscsit_conn_lock);
	return any;
}

/* Sessions are told; what is still logging in ends without. */
static void tpg_drop(struct iscsit_tpg *tpg)
{
	struct iscsit_conn *conn;
	struct iscsit_sess *sess;

	spin_lock(&iscsit_conn_lock);
	list_for_each_entry(sess, &iscsit_sessions, link)
		if (sess->tpg == tpg)
			sess_drop(sess);
	list_for_each_entry(conn, &iscsit_conns, link)
		if (READ_ONCE(conn->tpg) == tpg &&
		    READ_ONCE(conn->phase) == ISCSIT_CONN_LOGIN)
			iscsit_conn_close(conn);
	spin_unlock(&iscsit_conn_lock);
}

static void tpg_close(struct iscsit_tpg *tpg)
{
	struct iscsit_conn *conn;
	struct iscsit_sess *sess;

	spin_lock(&iscsit_conn_lock);
	list_for_each_entry(conn, &iscsit_conns, link)
		if (READ_ONCE(conn->tpg) == tpg)
			iscsit_conn_close(conn);
	list_for_each_entry(sess, &iscsit_sessions, link)
		if (sess->tpg == tpg)
			iscsit_sess_close(sess);
	spin_unlock(&iscsit_conn_lock);
}

/* Not when the TPG's directory is being removed, which would keep all of configfs waiting. */
static void tpg_await_logout(struct iscsit_tpg *tpg)
{
	u32 seconds = READ_ONCE(tpg->attrib[ISCSIT_TA_LOGOUT_TIMEOUT]);

	if (!seconds || !target_tpg_get(tpg->tpg))
		return;
	if (tpg_ask_logout(tpg))
		wait_event_timeout(iscsit_conn_wait, tpg_is_idle(tpg), seconds * HZ);
	target_tpg_put(tpg->tpg);
}

/**
 * iscsit_tpg_end_conns() - end all sessions and connections of a TPG
 * @tpg: takes no new ones
 *
 * First initiators are asked to log out, and get logout_timeout seconds for it, unless the TPG is
 * being removed; then they are told that their session is dropped; what is left after that is
 * closed. Waits for all of it, but neither for a backstore nor forever: a work item that does not
 * get on ends its connection when it does, and keeps the TPG's memory until then. All of configfs
 * waits behind the caller. May sleep.
 */
void iscsit_tpg_end_conns(struct iscsit_tpg *tpg)
{
	tpg_await_logout(tpg);
	tpg_drop(tpg);
	if (!tpg->overdue && wait_event_timeout(iscsit_conn_wait, tpg_is_idle(tpg), DROP_WAIT))
		return;
	tpg_close(tpg);
	if (tpg->overdue || wait_event_timeout(iscsit_conn_wait, tpg_is_idle(tpg), CLOSE_WAIT))
		return;
	tpg->overdue = true;
	pr_warn_ratelimited("%s,%u: %d connections and sessions are still ending\n",
			    target_wwn_name(tpg->wwn->wwn), target_tpg_tag(tpg->tpg),
			    atomic_read(&tpg->conns));
}

/**
 * iscsit_portal_end_conns() - a portal is gone: end the connections that came in by it
 * @portal: off the lists
 * @last: nobody listens there any more, so logins that have not named a target end too
 *
 * Does not wait.
 */
void iscsit_portal_end_conns(struct iscsit_portal *portal, bool last)
{
	struct iscsit_conn *conn;

	spin_lock(&iscsit_conn_lock);
	list_for_each_entry(conn, &iscsit_conns, link) {
		struct iscsit_tpg *tpg = READ_ONCE(conn->tpg);

		if (conn->listener == portal->listener && (tpg == portal->tpg || (last && !tpg)))
			conn_note(conn, ISCSIT_EV_DROP);
	}
	spin_unlock(&iscsit_conn_lock);
}
