// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions: opening and reinstating them, connections that join and leave, and the end when the
 * core has let go of the nexus.
 */
#include <linux/idr.h>
#include <linux/slab.h>
#include "iscsit.h"

#define REINSTATE_WAIT	(5 * HZ)	/* an old session's work needs far less */

static DEFINE_IDA(sess_tsihs);
static atomic_t sess_ids;

/**
 * iscsit_sess_lock() - begin to work on a session
 * @sess: referenced
 *
 * Process context, from a work item: others leave a note and kick. What a holder does never waits
 * for a backstore.
 */
void iscsit_sess_lock(struct iscsit_sess *sess)
{
	mutex_lock(&sess->lock);
	WRITE_ONCE(sess->runner, current);
}

void iscsit_sess_unlock(struct iscsit_sess *sess)
{
	WRITE_ONCE(sess->runner, NULL);
	mutex_unlock(&sess->lock);
}

static void sess_free(struct iscsit_sess *sess)
{
	iscsit_tags_free(sess);
	if (sess->tsih)
		ida_free(&sess_tsihs, sess->tsih);
	kfree(sess);
}

static void sess_release(struct kref *ref)
{
	sess_free(container_of(ref, struct iscsit_sess, ref));
}

/* Process context, without the session's lock. */
void iscsit_sess_put(struct iscsit_sess *sess)
{
	kref_put(&sess->ref, sess_release);
}

/* End the session soon; never waits. The caller holds iscsit_conn_lock, or the nexus. */
void iscsit_sess_close(struct iscsit_sess *sess)
{
	set_bit(ISCSIT_SEV_CLOSE, &sess->events);
	queue_work(iscsit_wq, &sess->work);
}

/* The session's connection with this identifier, or NULL. Worker only. */
struct iscsit_conn *iscsit_sess_conn(const struct iscsit_sess *sess, u16 cid)
{
	struct iscsit_conn *conn;

	list_for_each_entry(conn, &sess->conns, sess_link)
		if (conn->cid == cid)
			return conn;
	return NULL;
}

/* Off iscsit_sessions: a login that reinstates the session may go on. */
static void sess_unlink(struct iscsit_sess *sess)
{
	struct iscsit_tpg *tpg = sess->tpg;

	spin_lock(&iscsit_conn_lock);
	list_del_init(&sess->link);
	atomic_dec(&tpg->wwn->sessions);
	spin_unlock(&iscsit_conn_lock);
	iscsit_tpg_unuse(tpg);
}

/*
 * The end of a session, in whichever work item finds it due:
 * - the nexus is closed: the core aborts what it has;
 * - each connection gives it what waited for data, loses its tasks, and is told to end. Commands
 *   stuck in a backstore stay behind as orphans and come back some day, to the session's own work;
 * - out of the lists: only now may a login that reinstates this session go on.
 * The memory lives until the core has let go of the nexus and the last connection has ended.
 */
static void sess_end(struct iscsit_sess *sess)
{
	struct iscsit_conn *conn;

	WRITE_ONCE(sess->ended, true);
	target_nexus_close(sess->nexus);
	iscsit_lost_end_all(sess);
	list_for_each_entry(conn, &sess->conns, sess_link) {
		conn->no_more_rx = true;	/* it may be in the middle of receiving */
		iscsit_conn_end_tasks(conn);
		iscsit_conn_close(conn);
	}
	iscsit_run_answered(sess);
	iscsit_drop_plugs(sess);
	iscsit_aen_set(sess, false);
	sess_unlink(sess);
}

static bool sess_wants_task(const struct target_cmd *cmd, const void *conn)
{
	return container_of(cmd, struct iscsit_tag, cmd)->conn == conn;
}

/**
 * iscsit_sess_leave() - a connection is no longer one of its session's
 * @conn: in its worker at its end, or in another's that logs it out
 *
 * At error recovery level 2 its tasks are kept for another connection, unless the initiator wants
 * to be rid of them. Otherwise they end without notice (RFC 7143 6.3.4, 7.2.2). Requests that were
 * not at their turn are as if never received, and the initiator sends them again. The session ends
 * with its last connection, when there is nothing kept either.
 *
 * It receives nothing from here on: a request of its own may have let that logout go on, and others
 * stand behind it.
 */
void iscsit_sess_leave(struct iscsit_conn *conn)
{
	struct iscsit_sess *sess = conn->sess;

	if (conn->left)
		return;
	conn->left = true;
	conn->no_more_rx = true;
	if (!sess->ended) {
		if (conn->ends_session || test_bit(ISCSIT_SEV_DROP, &sess->events)) {
			sess_end(sess);
		} else if (iscsit_lost_add(conn)) {
			/* it may come back */
		} else if (sess->nr_conns == 1 && list_empty(&sess->lost)) {
			sess_end(sess);
		} else {
			target_nexus_abort_cmds(sess->nexus, sess_wants_task, conn);
			iscsit_conn_end_tasks(conn);
			iscsit_run_answered(sess);
		}
	}
	sess->nr_conns--;
	spin_lock(&iscsit_conn_lock);
	iscsit_stats_leave(conn);
	list_del_init(&conn->sess_link);
	if (!sess->ended && list_empty(&sess->conns))
		conn->admitted = false;		/* the session counts in its place */
	spin_unlock(&iscsit_conn_lock);
	/* Who waited for what might come on this one does no longer. */
	if (!sess->ended)
		iscsit_tmf_wake(sess);
}

/* What no connection is there to do. */
static void sess_work(struct work_struct *work)
{
	struct iscsit_sess *sess = container_of(work, struct iscsit_sess, work);

	iscsit_sess_lock(sess);
	if (!llist_empty(&sess->cancelled))
		iscsit_run_cancelled(sess);
	iscsit_run_answered(sess);
	if (!sess->ended)
		iscsit_aen_run(sess);
	if (!sess->ended && test_and_clear_bit(ISCSIT_SEV_TIMER, &sess->events) &&
	    !iscsit_recovery_tick(sess))
		sess_end(sess);
	if (!sess->ended && test_bit(ISCSIT_SEV_CLOSE, &sess->events))
		sess_end(sess);
	iscsit_sess_unlock(sess);
}

static void sess_timer(struct timer_list *timer)
{
	struct iscsit_sess *sess = container_of(timer, struct iscsit_sess, timer);

	set_bit(ISCSIT_SEV_TIMER, &sess->events);
	queue_work(iscsit_wq, &sess->work);
}

/* The grace period after the release of the nexus is over. */
static void sess_free_work(struct work_struct *work)
{
	struct iscsit_sess *sess = container_of(to_rcu_work(work), struct iscsit_sess, free_work);

	del_timer_sync(&sess->timer);
	cancel_work_sync(&sess->work);
	iscsit_sess_lock(sess);
	iscsit_run_answered(sess);	/* task management that came back last */
	iscsit_sess_unlock(sess);
	iscsit_sess_put(sess);
}

static struct iscsit_sess *sess_alloc(struct iscsit_conn *conn, const struct iscsit_login_id *id,
				      const struct iscsit_login_grant *grant)
{
	struct iscsit_sess *sess = kzalloc(sizeof(*sess), GFP_KERNEL);
	int tsih;

	if (!sess)
		return NULL;
	mutex_init(&sess->lock);
	kref_init(&sess->ref);
	init_llist_head(&sess->answered);
	init_llist_head(&sess->cancelled);
	INIT_LIST_HEAD(&sess->link);
	INIT_LIST_HEAD(&sess->conns);
	INIT_LIST_HEAD(&sess->free);
	INIT_LIST_HEAD(&sess->lost);
	timer_setup(&sess->timer, sess_timer, 0);
	INIT_LIST_HEAD(&sess->tmfs);
	INIT_LIST_HEAD(&sess->tmf_wait);
	INIT_WORK(&sess->work, sess_work);
	iscsit_aen_init(&sess->aen);
	INIT_RCU_WORK(&sess->free_work, sess_free_work);
	sess->tpg = conn->tpg;
	sess->params = conn->login->params;
	sess->depth = conn->login->tgt.cmdsn_depth;
	iscsit_window_init(&sess->win, grant->exp_cmdsn, sess->depth);
	sess->id = atomic_inc_return(&sess_ids);
	strscpy(sess->initiator, id->initiator, sizeof(sess->initiator));
	strscpy(sess->alias, id->initiator_alias, sizeof(sess->alias));
	memcpy(sess->isid, id->isid, sizeof(sess->isid));
	tsih = ida_alloc_range(&sess_tsihs, 1, 0xfffe, GFP_KERNEL);
	if (tsih < 0)
		goto out_free;
	sess->tsih = tsih;
	if (iscsit_tags_alloc(sess))
		goto out_free;
	return sess;

out_free:
	sess_free(sess);
	return NULL;
}

/* Any session of this initiator port with this TPG; all of them are told to end. */
static bool sess_end_old(const struct iscsit_sess *sess)
{
	struct iscsit_sess *old;
	bool found = false;

	spin_lock(&iscsit_conn_lock);
	list_for_each_entry(old, &iscsit_sessions, link) {
		if (old != sess && old->tpg == sess->tpg &&
		    iscsit_sess_is_of(old, sess->initiator, sess->isid)) {
			iscsit_sess_close(old);
			found = true;
		}
	}
	spin_unlock(&iscsit_conn_lock);
	return found;
}

/*
 * Session reinstatement (RFC 7143 6.3.5): the old session must have executed its last command
 * before the new one begins. Its worker needs a moment for that, but never waits for a backstore;
 * commands that do stay behind as orphans.
 */
static bool sess_reinstate(const struct iscsit_sess *sess)
{
	unsigned long end = jiffies + REINSTATE_WAIT;
	DEFINE_WAIT(wait);
	bool busy;

	for (;;) {
		prepare_to_wait(&iscsit_conn_wait, &wait, TASK_UNINTERRUPTIBLE);
		busy = sess_end_old(sess);
		if (!busy || time_after(jiffies, end))
			break;
		schedule_timeout(HZ / 10);
	}
	finish_wait(&iscsit_conn_wait, &wait);
	return !busy;
}

static u16 sess_status(int err)
{
	switch (err) {
	case -EACCES:
		return ISCSIT_LOGIN_NOT_AUTHORIZED;
	case -ENODEV:
		return ISCSIT_LOGIN_TARGET_REMOVED;
	case -ENOMEM:
		return ISCSIT_LOGIN_NO_RESOURCES;
	default:
		return ISCSIT_LOGIN_TARGET_ERROR;
	}
}

/* From here on the connection's worker runs with the session's lock, which is held. */
static void sess_add_conn(struct iscsit_sess *sess, struct iscsit_conn *conn)
{
	kref_get(&sess->ref);
	conn->sess = sess;
	sess->nr_conns++;
	spin_lock(&iscsit_conn_lock);
	list_add_tail(&conn->sess_link, &sess->conns);
	spin_unlock(&iscsit_conn_lock);
}

/* The session becomes visible. */
static void sess_publish(struct iscsit_conn *conn, struct iscsit_sess *sess)
{
	sess_add_conn(sess, conn);
	iscsit_tpg_use(sess->tpg);
	spin_lock(&iscsit_conn_lock);
	list_add_tail(&sess->link, &iscsit_sessions);
	spin_unlock(&iscsit_conn_lock);
	atomic_inc(&conn->tpg->wwn->sessions);
	iscsit_aen_set(sess, true);
}

/* The core has let go of it already; a note that it left meanwhile comes to nothing. */
static u16 sess_detach(struct iscsit_sess *sess, int err)
{
	WRITE_ONCE(sess->ended, true);
	iscsit_sess_unlock(sess);
	cancel_work_sync(&sess->work);
	return sess_status(err);
}

/*
 * With the TPG's lock held, so that disabling it either sees the session or keeps it out. As soon
 * as the core has the nexus it may want it closed again: the session's work, which does that, waits
 * for the lock until the login is through.
 */
static u16 sess_attach(struct iscsit_conn *conn, struct iscsit_sess *sess)
{
	struct target_nexus_params params = {
		.tpg = conn->tpg->tpg,
		.initiator = sess->initiator,
		.has_isid = true,
		.priv = sess,
	};

	lockdep_assert_held(&conn->tpg->lock);
	/* Two logins of one initiator port at the same time: the slower one has to try again. */
	if (!conn->tpg->active || sess_end_old(sess))
		return ISCSIT_LOGIN_UNAVAILABLE;
	memcpy(params.isid, sess->isid, sizeof(params.isid));
	iscsit_sess_lock(sess);
	sess->nexus = target_nexus_open(&params);
	if (IS_ERR(sess->nexus))
		return sess_detach(sess, PTR_ERR(sess->nexus));
	sess_publish(conn, sess);
	return ISCSIT_LOGIN_OK;
}

/**
 * iscsit_sess_open() - create the session of a login, ending an older one of the same port
 * @conn: worker only; its login has found the TPG
 * @id: who
 * @grant: TSIH and command window for the login response
 *
 * May sleep. Returns enum iscsit_login_status.
 */
u16 iscsit_sess_open(struct iscsit_conn *conn, const struct iscsit_login_id *id,
		     struct iscsit_login_grant *grant)
{
	struct iscsit_sess *sess = sess_alloc(conn, id, grant);
	u16 status = ISCSIT_LOGIN_NO_RESOURCES;

	if (!sess)
		return status;
	if (sess_reinstate(sess)) {
		mutex_lock(&conn->tpg->lock);
		status = sess_attach(conn, sess);
		mutex_unlock(&conn->tpg->lock);
	}
	if (status) {
		sess_free(sess);
		return status;
	}
	grant->tsih = sess->tsih;
	grant->max_cmdsn = sess->win.max_cmdsn;
	return ISCSIT_LOGIN_OK;
}

/* Caller holds iscsit_conn_lock. */
static struct iscsit_sess *sess_lookup(const struct iscsit_conn *conn,
				       const struct iscsit_login_id *id)
{
	struct iscsit_sess *sess;

	lockdep_assert_held(&iscsit_conn_lock);
	list_for_each_entry(sess, &iscsit_sessions, link)
		if (sess->tsih == id->tsih && sess->tpg == conn->tpg &&
		    iscsit_sess_is_of(sess, id->initiator, id->isid))
			return sess;
	return NULL;
}

/**
 * iscsit_sess_find() - whether a login may name this session
 * @conn: worker only; its login has found the TPG
 * @id: who, with a TSIH
 * @tgt: gets the session's command window
 *
 * An early answer, for an initiator that has not proved who it is: whether there is room is said by
 * iscsit_sess_join(). Returns enum iscsit_login_status.
 */
u16 iscsit_sess_find(const struct iscsit_conn *conn, const struct iscsit_login_id *id,
		     struct iscsit_login_target *tgt)
{
	const struct iscsit_sess *sess;

	spin_lock(&iscsit_conn_lock);
	sess = sess_lookup(conn, id);
	if (sess) {
		tgt->exp_cmdsn = READ_ONCE(sess->win.exp_cmdsn);
		tgt->max_cmdsn = READ_ONCE(sess->win.max_cmdsn);
	}
	spin_unlock(&iscsit_conn_lock);
	return sess ? ISCSIT_LOGIN_OK : ISCSIT_LOGIN_NO_SESSION;
}

/* The keys of the leading connection are the session's; these are a connection's own (13). */
static void join_params(struct iscsit_params *p, const struct iscsit_params *lead)
{
	struct iscsit_params own = *p;

	*p = *lead;
	p->header_digest = own.header_digest;
	p->data_digest = own.data_digest;
	p->max_recv_dsl = own.max_recv_dsl;
	p->max_xmit_dsl = own.max_xmit_dsl;
}

static bool sess_is_ending(const struct iscsit_sess *sess)
{
	const struct iscsit_conn *conn;

	list_for_each_entry(conn, &sess->conns, sess_link)
		if (conn->ends_session)
			return true;
	return sess->ended || test_bit(ISCSIT_SEV_CLOSE, &sess->events) ||
	       test_bit(ISCSIT_SEV_DROP, &sess->events);
}

/*
 * With the session's lock. A connection with the same CID is logged out by this (6.3.4), and makes
 * room. The new one comes first, so that the session does not end with the old one.
 */
static u16 sess_admit(struct iscsit_sess *sess, struct iscsit_conn *conn, u16 cid)
{
	struct iscsit_conn *old = iscsit_sess_conn(sess, cid);

	if (sess_is_ending(sess))
		return ISCSIT_LOGIN_NO_SESSION;
	if (!old && sess->nr_conns >= sess->params.max_connections)
		return ISCSIT_LOGIN_TOO_MANY_CONNS;
	sess_add_conn(sess, conn);
	if (old) {
		old->released = true;
		iscsit_sess_leave(old);
		iscsit_conn_close(old);
	} else {
		iscsit_lost_logout(sess, cid, true);
	}
	return ISCSIT_LOGIN_OK;
}

/**
 * iscsit_sess_join() - add the connection of a login to an existing session, or reinstate one
 * @conn: worker only; its login has found the TPG. Runs with the session's lock afterwards.
 * @id: who, with TSIH and CID
 * @grant: TSIH and command window for the login response
 *
 * May sleep. Returns enum iscsit_login_status.
 */
u16 iscsit_sess_join(struct iscsit_conn *conn, const struct iscsit_login_id *id,
		     struct iscsit_login_grant *grant)
{
	struct iscsit_sess *sess;
	u16 status;

	spin_lock(&iscsit_conn_lock);
	sess = sess_lookup(conn, id);
	if (sess)
		kref_get(&sess->ref);
	spin_unlock(&iscsit_conn_lock);
	if (!sess)
		return ISCSIT_LOGIN_NO_SESSION;
	iscsit_sess_lock(sess);
	status = sess_admit(sess, conn, id->cid);
	if (status) {
		iscsit_sess_unlock(sess);
	} else {
		join_params(&conn->login->params, &sess->params);
		grant->tsih = sess->tsih;
		grant->exp_cmdsn = sess->win.exp_cmdsn;
		grant->max_cmdsn = sess->win.max_cmdsn;
	}
	iscsit_sess_put(sess);
	return status;
}

/*
 * ops->release_nexus: the last command has ended. Whoever handed it over may still be about to
 * kick, and a work item may still be on its way out: both are waited for before memory goes.
 */
void iscsit_release_nexus(struct target_nexus *nexus)
{
	struct iscsit_sess *sess = target_nexus_priv(nexus);

	queue_rcu_work(iscsit_free_wq, &sess->free_work);
}

void iscsit_for_each_cmd(struct target_nexus *nexus, void (*fn)(struct target_cmd *cmd, void *arg),
			 void *arg)
{
	struct iscsit_sess *sess = target_nexus_priv(nexus);
	u32 i;

	for (i = 0; i < sess->nr_tags; i++)
		fn(&sess->tags[i].cmd, arg);
}
