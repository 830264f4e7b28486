// SPDX-License-Identifier: GPL-2.0-only
/*
 * A connection's life: socket callbacks, the work item that does everything, the timer, and the
 * end. One work item per connection, bound to a CPU; no thread.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/tcp_states.h>
#include "iscsit.h"

#define CONN_ROUNDS	16		/* receive and send turns before others may run */
#define CONN_LINGER	(5 * HZ)	/* a last answer not taken by then is lost */
#define CONN_IDLE	(60 * HZ)	/* a silent discovery session is closed */

DEFINE_SPINLOCK(iscsit_conn_lock);
LIST_HEAD(iscsit_conns);
LIST_HEAD(iscsit_sessions);
DECLARE_WAIT_QUEUE_HEAD(iscsit_conn_wait);
struct workqueue_struct *iscsit_free_wq;

/**
 * iscsit_conn_kick() - make the worker look at the connection
 * @conn: not yet freed: the caller is in the lists' lock, a socket callback, or an RCU section that
 *	began before the nexus was released
 *
 * Any context. From the worker itself (or an interrupt on top of it) nothing has to be done: it
 * looks again after it has taken its name off.
 */
void iscsit_conn_kick(struct iscsit_conn *conn)
{
	if (READ_ONCE(conn->worker) != current)
		queue_work_on(conn->cpu, iscsit_wq, &conn->work);
}

/* End the connection soon; never waits. Contexts as for iscsit_conn_kick(). */
void iscsit_conn_close(struct iscsit_conn *conn)
{
	set_bit(ISCSIT_EV_CLOSE, &conn->events);
	iscsit_conn_kick(conn);
}

bool iscsit_conn_is_dead(const struct iscsit_conn *conn)
{
	return test_bit(ISCSIT_EV_DEAD, &conn->events);
}

static void conn_sk_event(struct sock *sk)
{
	struct iscsit_conn *conn;

	read_lock_bh(&sk->sk_callback_lock);
	conn = sk->sk_user_data;
	if (conn)
		iscsit_conn_kick(conn);
	read_unlock_bh(&sk->sk_callback_lock);
}

static void conn_write_space(struct sock *sk)
{
	struct iscsit_conn *conn;

	read_lock_bh(&sk->sk_callback_lock);
	conn = sk->sk_user_data;
	if (conn && sk_stream_is_writeable(sk)) {
		clear_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
		iscsit_conn_kick(conn);
	}
	read_unlock_bh(&sk->sk_callback_lock);
}

static void conn_timer(struct timer_list *timer)
{
	struct iscsit_conn *conn = container_of(timer, struct iscsit_conn, timer);

	set_bit(ISCSIT_EV_TIMER, &conn->events);
	iscsit_conn_kick(conn);
}

/* The callbacks come with the connection as user data, all or nothing. */
static void conn_hook_socket(struct iscsit_conn *conn)
{
	struct sock *sk = conn->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	conn->old_data_ready = sk->sk_data_ready;
	conn->old_write_space = sk->sk_write_space;
	conn->old_state_change = sk->sk_state_change;
	sk->sk_user_data = conn;
	sk->sk_data_ready = conn_sk_event;
	sk->sk_write_space = conn_write_space;
	sk->sk_state_change = conn_sk_event;
	write_unlock_bh(&sk->sk_callback_lock);
}

static void conn_unhook_socket(struct iscsit_conn *conn)
{
	struct sock *sk = conn->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = conn->old_data_ready;
	sk->sk_write_space = conn->old_write_space;
	sk->sk_state_change = conn->old_state_change;
	sk->sk_user_data = NULL;
	write_unlock_bh(&sk->sk_callback_lock);
}

static void conn_unpend(struct iscsit_conn *conn)
{
	lockdep_assert_held(&iscsit_conn_lock);
	if (!list_empty(&conn->pending)) {
		list_del_init(&conn->pending);
		conn->listener->nr_pending--;
	}
}

/* The login is through: the worker is no longer bounded by the login timer. */
void iscsit_conn_logged_in(struct iscsit_conn *conn)
{
	spin_lock(&iscsit_conn_lock);
	conn_unpend(conn);
	spin_unlock(&iscsit_conn_lock);
	conn->phase = ISCSIT_CONN_LOGGED_IN;
	conn->last_rx = jiffies;
	iscsit_nop_timer(conn);
}

/* The ACL may be going away under its sessions: then the defaults do. */
u32 iscsit_conn_attr(const struct iscsit_conn *conn, enum iscsit_acl_attr attr)
{
	const struct iscsit_acl *acl;
	u32 value;

	rcu_read_lock();
	acl = target_acl_priv(target_nexus_acl(conn->sess->nexus));
	value = acl ? READ_ONCE(acl->attrib[attr]) : iscsit_acl_attr_default(attr);
	rcu_read_unlock();
	return value;
}

/**
 * iscsit_nop_timer() - set the timer of a logged-in connection
 * @conn: worker only
 *
 * It runs out when the initiator has been silent for nopin_timeout seconds, or when our ping has
 * been out for nopin_response_timeout seconds.
 */
void iscsit_nop_timer(struct iscsit_conn *conn)
{
	u32 idle;

	if (!conn->sess) {
		mod_timer(&conn->timer, jiffies + CONN_IDLE);
		return;
	}
	idle = iscsit_conn_attr(conn, ISCSIT_AA_NOPIN_TIMEOUT);
	if (conn->nop_ttt != ISCSIT_TAG_NONE)
		mod_timer(&conn->timer, conn->nop_sent +
			  iscsit_conn_attr(conn, ISCSIT_AA_NOPIN_RESPONSE_TIMEOUT) * HZ);
	else if (idle)
		mod_timer(&conn->timer, max(conn->last_rx + idle * HZ, jiffies + 1));
	else
		mod_timer(&conn->timer, jiffies + 15 * HZ);
}

static void conn_nop_check(struct iscsit_conn *conn)
{
	u32 idle = iscsit_conn_attr(conn, ISCSIT_AA_NOPIN_TIMEOUT);
	u32 wait = iscsit_conn_attr(conn, ISCSIT_AA_NOPIN_RESPONSE_TIMEOUT);

	if (conn->nop_ttt != ISCSIT_TAG_NONE) {
		if (time_after_eq(jiffies, conn->nop_sent + wait * HZ)) {
			iscsit_count_error(conn, ISCSIT_ERR_TIMEOUT);
			set_bit(ISCSIT_EV_CLOSE, &conn->events);
		}
	} else if (idle && time_after_eq(jiffies, conn->last_rx + idle * HZ)) {
		iscsit_ping(conn);
	}
	iscsit_nop_timer(conn);
}

static void conn_timer_event(struct iscsit_conn *conn)
{
	switch (conn->phase) {
	case ISCSIT_CONN_LOGGED_IN:
		if (conn->sess)
			conn_nop_check(conn);
		else if (time_after(jiffies, conn->last_rx + CONN_IDLE))
			set_bit(ISCSIT_EV_CLOSE, &conn->events);	/* idle discovery session */
		else
			iscsit_nop_timer(conn);
		break;
	default:
		set_bit(ISCSIT_EV_CLOSE, &conn->events);
	}
}

/* Only the answer is left to be sent; then the connection ends. */
void iscsit_conn_finish(struct iscsit_conn *conn)
{
	conn->no_more_rx = true;
	conn->phase = ISCSIT_CONN_LOGOUT;
	mod_timer(&conn->timer, jiffies + CONN_LINGER);
}

static bool conn_rx_ready(const struct iscsit_conn *conn)
{
	const struct sock *sk = conn->sock->sk;

	if (conn->no_more_rx || conn->ctls >= ISCSIT_CTL_MAX)
		return false;
	return conn->rx.retry || !skb_queue_empty_lockless(&sk->sk_receive_queue) ||
	       READ_ONCE(sk->sk_err) || (READ_ONCE(sk->sk_shutdown) & RCV_SHUTDOWN);
}

static bool conn_has_work(const struct iscsit_conn *conn)
{
	const struct iscsit_sess *sess = conn->sess;

	if (READ_ONCE(conn->events))
		return true;
	if (sess && (!llist_empty(&sess->answered) || !llist_empty(&sess->cancelled)))
		return true;
	if (iscsit_tx_pending(conn) && sk_stream_is_writeable(conn->sock->sk))
		return true;
	return conn_rx_ready(conn);
}

/*
 * The end of a connection, in its worker. Order matters:
 * - no callbacks and no timer: nothing new wakes us but commands and the lists;
 * - it leaves its session, which may end with it;
 * - what was not sent is forgotten.
 */
static void conn_end(struct iscsit_conn *conn)
{
	struct iscsit_tpg *tpg = conn->tpg;

	conn_unhook_socket(conn);
	del_timer_sync(&conn->timer);
	kernel_sock_shutdown(conn->sock, SHUT_RDWR);
	set_bit(ISCSIT_EV_DEAD, &conn->events);
	if (conn->sess) {
		iscsit_sess_leave(conn);
		if (!conn->logged_out)
			atomic_inc(&tpg->wwn->abnormal_logouts);
	}
	iscsit_tx_drop_all(conn);
	iscsit_ctl_drop_all(conn);
	iscsit_login_end(conn);
	iscsit_text_free(conn);
	sock_release(conn->sock);
	kfree(conn->rx.buf);

	spin_lock(&iscsit_conn_lock);
	list_del_init(&conn->link);
	conn_unpend(conn);
	spin_unlock(&iscsit_conn_lock);
	iscsit_listener_put(conn->listener);
	queue_rcu_work(iscsit_free_wq, &conn->free_work);
	if (tpg)
		iscsit_tpg_unuse(tpg);
	else
		wake_up_all(&iscsit_conn_wait);
}

/*
 * One turn: what others left, then receive, then send. Returns false once the connection is over.
 */
static bool conn_round(struct iscsit_conn *conn)
{
	struct iscsit_sess *sess = conn->sess;

	if (iscsit_conn_is_dead(conn))
		return false;
	if (test_bit(ISCSIT_EV_CLOSE, &conn->events))
		goto end;
	if (READ_ONCE(conn->events) & ISCSIT_EV_NOTES)
		iscsit_async_run(conn);
	if (test_and_clear_bit(ISCSIT_EV_TIMER, &conn->events))
		conn_timer_event(conn);
	if (sess && !llist_empty(&sess->cancelled))
		iscsit_run_cancelled(sess);
	if (test_bit(ISCSIT_EV_CLOSE, &conn->events) || iscsit_rx(conn))
		goto end;
	if (sess && !llist_empty(&sess->answered))
		iscsit_run_answered(sess);
	if (iscsit_tx(conn) || test_bit(ISCSIT_EV_CLOSE, &conn->events))
		goto end;
	return true;
end:
	conn_end(conn);
	return false;
}

/* A login takes the session's lock on its way, and leaves it for the end of the turn. */
static void conn_work(struct work_struct *work)
{
	struct iscsit_conn *conn = container_of(work, struct iscsit_conn, work);
	int round;

	if (conn->sess)
		iscsit_sess_lock(conn->sess);
	WRITE_ONCE(conn->worker, current);
	for (round = 0; round < CONN_ROUNDS; round++) {
		if (!conn_round(conn))
			break;
		if (!conn_has_work(conn))
			break;
	}
	/* What came while we had our name on it did not queue us. */
	WRITE_ONCE(conn->worker, NULL);
	barrier();
	if (!iscsit_conn_is_dead(conn) && conn_has_work(conn))
		iscsit_conn_kick(conn);
	if (conn->sess)
		iscsit_sess_unlock(conn->sess);
}

static void conn_free_work(struct work_struct *work)
{
	struct iscsit_conn *conn = container_of(to_rcu_work(work), struct iscsit_conn, free_work);

	cancel_work_sync(&conn->work);
	if (conn->sess)
		iscsit_sess_put(conn->sess);
	kfree(conn);
}

/* A listener has room for so many logins; the oldest gives way, so that new ones always can try. */
static void conn_pend(struct iscsit_conn *conn)
{
	struct iscsit_listener *lsn = conn->listener;
	struct iscsit_conn *old;

	spin_lock(&iscsit_conn_lock);
	if (lsn->nr_pending >= ISCSIT_PENDING_MAX) {
		old = list_first_entry(&lsn->pending, struct iscsit_conn, pending);
		conn_unpend(old);
		iscsit_conn_close(old);
	}
	list_add_tail(&conn->pending, &lsn->pending);
	lsn->nr_pending++;
	list_add_tail(&conn->link, &iscsit_conns);
	spin_unlock(&iscsit_conn_lock);
}

static struct iscsit_conn *conn_alloc(struct iscsit_listener *lsn, struct socket *sock)
{
	struct iscsit_conn *conn = kzalloc(sizeof(*conn), GFP_KERNEL);

	if (!conn)
		return NULL;
	INIT_WORK(&conn->work, conn_work);
	INIT_RCU_WORK(&conn->free_work, conn_free_work);
	INIT_LIST_HEAD(&conn->tx);
	INIT_LIST_HEAD(&conn->data_out);
	INIT_LIST_HEAD(&conn->sess_link);
	INIT_LIST_HEAD(&conn->kept);
	INIT_LIST_HEAD(&conn->link);
	INIT_LIST_HEAD(&conn->pending);
	timer_setup(&conn->timer, conn_timer, 0);
	conn->cpu = iscsit_pick_cpu();
	conn->sock = sock;
	conn->listener = lsn;
	conn->nop_ttt = ISCSIT_TAG_NONE;
	conn->limits.phase = ISCSIT_PHASE_LOGIN;
	conn->limits.max_data = ISCSIT_DEFAULT_DSL;
	conn->last_rx = jiffies;
	iscsit_params_init(&conn->params);
	return conn;
}

/**
 * iscsit_conn_start() - begin the login phase on an accepted socket
 * @lsn: where it came from; a reference goes to the connection
 * @sock: owned by the connection on success
 *
 * May sleep. Returns 0 or a negative errno, with nothing taken over.
 */
int iscsit_conn_start(struct iscsit_listener *lsn, struct socket *sock)
{
	struct iscsit_conn *conn = conn_alloc(lsn, sock);
	int ret = -ENOMEM;

	if (!conn)
		return -ENOMEM;
	conn->rx.buf = kmalloc(ISCSIT_RX_BUF, GFP_KERNEL);
	if (!conn->rx.buf)
		goto free_conn;
	ret = iscsit_login_start(conn);
	if (ret)
		goto free_buf;
	ret = -ENOTCONN;
	if (kernel_getsockname(sock, (struct sockaddr *)&conn->local) < 0 ||
	    kernel_getpeername(sock, (struct sockaddr *)&conn->peer) < 0)
		goto end_login;
	sock->sk->sk_allocation = GFP_NOIO;
	kref_get(&lsn->ref);
	conn_pend(conn);
	mod_timer(&conn->timer, conn->deadline);
	conn_hook_socket(conn);
	/* Requests may have arrived before the callbacks were there. */
	queue_work_on(conn->cpu, iscsit_wq, &conn->work);
	return 0;

end_login:
	iscsit_login_end(conn);
free_buf:
	kfree(conn->rx.buf);
free_conn:
	kfree(conn);
	return ret;
}

/* Module exit: end what is left, logins without a target, and wait for the memory to be free. */
void iscsit_conn_exit(void)
{
	struct iscsit_conn *conn;

	spin_lock(&iscsit_conn_lock);
	list_for_each_entry(conn, &iscsit_conns, link)
		iscsit_conn_close(conn);
	spin_unlock(&iscsit_conn_lock);
	wait_event(iscsit_conn_wait, list_empty_careful(&iscsit_conns));
	flush_workqueue(iscsit_wq);
	rcu_barrier();
	destroy_workqueue(iscsit_free_wq);
}

int iscsit_conn_init(void)
{
	iscsit_free_wq = alloc_workqueue("iscsit_free", WQ_UNBOUND, 0);
	return iscsit_free_wq ? 0 : -ENOMEM;
}
