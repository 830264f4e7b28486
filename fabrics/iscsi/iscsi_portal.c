// SPDX-License-Identifier: GPL-2.0-only
/*
 * Portals, the listening sockets they share, accepting connections without a thread, and who sees
 * which target where (SendTargets).
 */
#include <linux/inet.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/tcp_states.h>
#include "iscsit.h"

#define LISTEN_BACKLOG	256
#define ACCEPT_BUDGET	64	/* connections per turn of the work item */
#define ACCEPT_RETRY	(HZ / 10)	/* after an error, of memory or file handles */

DEFINE_MUTEX(iscsit_portal_lock);
LIST_HEAD(iscsit_wwns);
static LIST_HEAD(listeners);
static atomic64_t targets_generation = ATOMIC64_INIT(1);

/* Something that SendTargets shows has changed. */
void iscsit_targets_changed(void)
{
	atomic64_inc(&targets_generation);
}

/* ---- addresses ---- */

/* IPv4 connections on an IPv6 socket are IPv4 for everybody to see. */
static void addr_unmap(struct sockaddr_storage *ss)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = in6->sin6_port };

	if (ss->ss_family != AF_INET6 || !ipv6_addr_v4mapped(&in6->sin6_addr))
		return;
	in.sin_addr.s_addr = in6->sin6_addr.s6_addr32[3];
	memcpy(ss, &in, sizeof(in));
}

static bool addr_is_any(const struct sockaddr_storage *ss)
{
	if (ss->ss_family == AF_INET)
		return ((const struct sockaddr_in *)ss)->sin_addr.s_addr == htonl(INADDR_ANY);
	return ipv6_addr_any(&((const struct sockaddr_in6 *)ss)->sin6_addr);
}

static __be16 addr_port(const struct sockaddr_storage *ss)
{
	/* The port is at the same place for both families. */
	return ((const struct sockaddr_in *)ss)->sin_port;
}

static bool addr_equal(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	const struct sockaddr_in6 *a6 = (const void *)a, *b6 = (const void *)b;
	const struct sockaddr_in *a4 = (const void *)a, *b4 = (const void *)b;

	if (a->ss_family != b->ss_family || addr_port(a) != addr_port(b))
		return false;
	if (a->ss_family == AF_INET)
		return a4->sin_addr.s_addr == b4->sin_addr.s_addr;
	return ipv6_addr_equal(&a6->sin6_addr, &b6->sin6_addr) &&
	       a6->sin6_scope_id == b6->sin6_scope_id;
}

/**
 * iscsit_addr_text() - an address as text
 * @ss: address
 * @buf: room for INET6_ADDRSTRLEN + 8 characters
 * @size: of @buf
 * @port: "1.2.3.4:3260" and "[fe80::1]:3260" instead of the address alone
 */
int iscsit_addr_text(const struct sockaddr_storage *ss, char *buf, size_t size, bool port)
{
	struct sockaddr_storage copy = *ss;

	addr_unmap(&copy);
	return scnprintf(buf, size, port ? "%pISpc" : "%pISc", &copy);
}

/* "1.2.3.4:3260", "[fe80::1]:3260", "[fe80::1%eth0]:3260" */
static int addr_parse(const char *name, struct sockaddr_storage *ss)
{
	struct net *net = current->nsproxy->net_ns;
	char buf[INET6_ADDRSTRLEN + IFNAMSIZ + 10];
	char *host = buf, *port, *end;

	if (strscpy(buf, name, sizeof(buf)) < 0)
		return -EINVAL;
	if (*host == '[') {
		end = strchr(++host, ']');
		if (!end || end[1] != ':')
			return -EINVAL;
		*end = '\0';
		port = end + 2;
		return inet_pton_with_scope(net, AF_INET6, host, port, ss);
	}
	port = strchr(host, ':');
	if (!port)
		return -EINVAL;
	*port++ = '\0';
	return inet_pton_with_scope(net, AF_INET, host, port, ss);
}

/* ---- listeners ---- */

static void listen_data_ready(struct sock *sk)
{
	struct iscsit_listener *lsn;

	/* A connection that nobody has accepted yet inherits this callback and the data. */
	read_lock_bh(&sk->sk_callback_lock);
	lsn = sk->sk_user_data;
	if (lsn && sk->sk_state == TCP_LISTEN)
		queue_delayed_work(iscsit_wq, &lsn->accept, 0);
	read_unlock_bh(&sk->sk_callback_lock);
}

/* The child socket starts with the callbacks TCP gives to all. */
static void child_unhook(struct iscsit_listener *lsn, struct sock *sk)
{
	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = lsn->old_data_ready;
	sk->sk_user_data = NULL;
	write_unlock_bh(&sk->sk_callback_lock);
}

static void child_options(const struct iscsit_listener *lsn, struct sock *sk)
{
	if (READ_ONCE(lsn->nodelay))
		tcp_sock_set_nodelay(sk);
	sock_set_priority(sk, READ_ONCE(lsn->priority));
}

static void listen_accept(struct work_struct *work)
{
	struct iscsit_listener *lsn =
		container_of(to_delayed_work(work), struct iscsit_listener, accept);
	struct socket *sock;
	int budget, err;

	for (budget = ACCEPT_BUDGET; budget; budget--) {
		err = kernel_accept(lsn->sock, &sock, O_NONBLOCK);
		if (err == -EAGAIN)
			return;
		if (err < 0)
			break;
		child_unhook(lsn, sock->sk);
		child_options(lsn, sock->sk);
		if (iscsit_conn_start(lsn, sock))
			sock_release(sock);
	}
	/* Nothing else calls for those that wait already: there may be memory for them later. */
	queue_delayed_work(iscsit_wq, &lsn->accept, budget ? ACCEPT_RETRY : 0);
}

static int listen_socket(struct iscsit_listener *lsn)
{
	int len = lsn->addr.ss_family == AF_INET ? sizeof(struct sockaddr_in) :
						   sizeof(struct sockaddr_in6);
	struct sock *sk;
	int ret;

	ret = sock_create(lsn->addr.ss_family, SOCK_STREAM, IPPROTO_TCP, &lsn->sock);
	if (ret)
		return ret;
	sk = lsn->sock->sk;
	sock_set_reuseaddr(sk);
	ip_sock_set_freebind(sk);
	ret = kernel_bind(lsn->sock, (struct sockaddr *)&lsn->addr, len);
	if (ret)
		goto out;
	write_lock_bh(&sk->sk_callback_lock);
	lsn->old_data_ready = sk->sk_data_ready;
	sk->sk_user_data = lsn;
	sk->sk_data_ready = listen_data_ready;
	write_unlock_bh(&sk->sk_callback_lock);
	ret = kernel_listen(lsn->sock, LISTEN_BACKLOG);
	if (!ret)
		return 0;
out:
	sock_release(lsn->sock);
	return ret;
}

/*
 * The listener of an address, with a reference; made if need be. Caller holds iscsit_portal_lock.
 */
static struct iscsit_listener *listener_get(const struct sockaddr_storage *addr)
{
	struct iscsit_listener *lsn;
	int ret;

	list_for_each_entry(lsn, &listeners, link) {
		if (addr_equal(&lsn->addr, addr)) {
			kref_get(&lsn->ref);
			return lsn;
		}
	}
	lsn = kzalloc(sizeof(*lsn), GFP_KERNEL);
	if (!lsn)
		return ERR_PTR(-ENOMEM);
	kref_init(&lsn->ref);
	INIT_LIST_HEAD(&lsn->portals);
	INIT_LIST_HEAD(&lsn->pending);
	INIT_DELAYED_WORK(&lsn->accept, listen_accept);
	lsn->addr = *addr;
	lsn->nodelay = true;
	ret = listen_socket(lsn);
	if (ret) {
		kfree(lsn);
		return ERR_PTR(ret);
	}
	list_add_tail(&lsn->link, &listeners);
	return lsn;
}

static void listener_free(struct kref *ref)
{
	kfree(container_of(ref, struct iscsit_listener, ref));
}

void iscsit_listener_put(struct iscsit_listener *lsn)
{
	kref_put(&lsn->ref, listener_free);
}

/*
 * The last portal is gone: stop listening. Connections keep the struct. The callback is off
 * first, so that nothing queues the work that is waited for.
 */
static void listener_stop(struct iscsit_listener *lsn)
{
	struct sock *sk = lsn->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = lsn->old_data_ready;
	sk->sk_user_data = NULL;
	write_unlock_bh(&sk->sk_callback_lock);
	cancel_delayed_work_sync(&lsn->accept);
	sock_release(lsn->sock);
}

/* ---- portals ---- */

static bool tpg_takes_portal(const struct iscsit_tpg *tpg, const struct iscsit_listener *lsn)
{
	const struct iscsit_portal *p;

	list_for_each_entry(p, &lsn->portals, link)
		if (p->tpg->wwn == tpg->wwn)
			return false;
	return true;
}

int iscsit_add_portal(struct target_portal *portal)
{
	struct iscsit_tpg *tpg = target_tpg_priv(target_portal_tpg(portal));
	struct sockaddr_storage addr = {};
	struct iscsit_listener *lsn;
	struct iscsit_portal *p;
	int ret;

	ret = addr_parse(target_portal_name(portal), &addr);
	if (ret)
		return ret;
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return -ENOMEM;
	p->tpg = tpg;
	mutex_lock(&iscsit_portal_lock);
	lsn = listener_get(&addr);
	ret = PTR_ERR_OR_ZERO(lsn);
	if (!ret && !tpg_takes_portal(tpg, lsn)) {
		/* An initiator that connects there could not say which TPG it means. */
		iscsit_listener_put(lsn);
		ret = -EADDRINUSE;
	}
	if (!ret) {
		p->listener = lsn;
		list_add_tail(&p->link, &lsn->portals);
		list_add_tail(&p->tpg_link, &tpg->portals);
		target_portal_set_priv(portal, p);
		iscsit_targets_changed();
	}
	mutex_unlock(&iscsit_portal_lock);
	if (ret)
		kfree(p);
	return ret;
}

void iscsit_del_portal(struct target_portal *portal)
{
	struct iscsit_portal *p = target_portal_priv(portal);
	struct iscsit_listener *lsn = p->listener;
	bool last;

	mutex_lock(&iscsit_portal_lock);
	list_del(&p->link);
	list_del(&p->tpg_link);
	last = list_empty(&lsn->portals);
	if (last) {
		list_del(&lsn->link);
		listener_stop(lsn);
	}
	iscsit_targets_changed();
	mutex_unlock(&iscsit_portal_lock);
	iscsit_portal_end_conns(p, last);
	iscsit_listener_put(lsn);
	kfree(p);
}

/**
 * iscsit_find_tpg() - the TPG that a login means
 * @conn: worker only; holds the TPG from then on
 * @target: TargetName
 *
 * The portal decides: each target has at most one TPG there. Returns enum iscsit_login_status.
 */
u16 iscsit_find_tpg(struct iscsit_conn *conn, const char *target)
{
	u16 status = ISCSIT_LOGIN_NOT_FOUND;
	struct iscsit_portal *p;

	mutex_lock(&iscsit_portal_lock);
	list_for_each_entry(p, &conn->listener->portals, link) {
		if (strcasecmp(target_wwn_name(p->tpg->wwn->wwn), target))
			continue;
		status = ISCSIT_LOGIN_UNAVAILABLE;
		if (!READ_ONCE(p->tpg->active))
			break;
		iscsit_tpg_use(p->tpg);
		WRITE_ONCE(conn->tpg, p->tpg);
		status = ISCSIT_LOGIN_OK;
		break;
	}
	mutex_unlock(&iscsit_portal_lock);
	return status;
}

/* ---- SendTargets ---- */

static bool tpg_visible(const struct iscsit_conn *conn, struct iscsit_tpg *tpg)
{
	struct target_acl *acl;

	if (!iscsit_access_address(tpg, &conn->peer))
		return false;
	if (tpg->attrib[ISCSIT_TA_TPG_ENABLED_SENDTARGETS] && !READ_ONCE(tpg->active))
		return false;
	if (tpg->attrib[ISCSIT_TA_GENERATE_NODE_ACLS] ||
	    tpg->attrib[ISCSIT_TA_DEMO_MODE_DISCOVERY])
		return true;
	acl = target_acl_find(tpg->tpg, conn->initiator);
	if (!acl)
		return false;
	target_acl_put(acl);
	return true;
}

/* A wildcard portal is where the initiator found us, if that is of its family. */
static bool portal_address(const struct iscsit_conn *conn, const struct iscsit_portal *p,
			   struct sockaddr_storage *addr)
{
	const struct sockaddr_storage *listen = &p->listener->addr;

	*addr = *listen;
	if (!addr_is_any(listen))
		return true;
	*addr = conn->local;
	((struct sockaddr_in *)addr)->sin_port = addr_port(listen);
	addr_unmap(addr);
	return listen->ss_family == AF_INET6 || addr->ss_family == AF_INET;
}

static void send_tpg(const struct iscsit_conn *conn, struct iscsit_tpg *tpg, bool *named,
		     struct iscsit_text_window *w)
{
	char text[INET6_ADDRSTRLEN + 10];
	struct sockaddr_storage addr;
	struct iscsit_portal *p;

	if (!tpg_visible(conn, tpg))
		return;
	list_for_each_entry(p, &tpg->portals, tpg_link) {
		if (!portal_address(conn, p, &addr))
			continue;
		if (!*named)
			iscsit_text_add_target(w, target_wwn_name(tpg->wwn->wwn));
		*named = true;
		iscsit_addr_text(&addr, text, sizeof(text), true);
		iscsit_text_add_address(w, text, target_tpg_tag(tpg->tpg));
	}
}

u64 iscsit_send_targets(void *priv, const char *name, struct iscsit_text_window *w)
{
	struct iscsit_conn *conn = priv;
	struct iscsit_wwn *wwn;
	struct iscsit_tpg *tpg;
	bool named;

	mutex_lock(&iscsit_portal_lock);
	list_for_each_entry(wwn, &iscsit_wwns, link) {
		if (name && strcasecmp(name, target_wwn_name(wwn->wwn)))
			continue;
		named = false;
		list_for_each_entry(tpg, &wwn->tpgs, link)
			send_tpg(conn, tpg, &named, w);
	}
	mutex_unlock(&iscsit_portal_lock);
	return atomic64_read(&targets_generation);
}
