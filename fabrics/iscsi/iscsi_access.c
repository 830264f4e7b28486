// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may log in where: addresses a TPG admits, redirections of targets and of portals, and how
 * many connections each may have. Documentation/iscsi-access.rst has the administrator's view.
 */
#include <linux/slab.h>
#include <net/ipv6.h>
#include "iscsit.h"

/* iscsit_tpg.allowed and .redirect, iscsit_portal.redirect; nothing is locked below it */
static DEFINE_MUTEX(access_lock);

/* ---- addresses ---- */

/* Caller holds access_lock. IPv4 on an IPv6 socket counts as IPv4. */
static bool allowed(const struct iscsit_prefixes *set, const struct sockaddr_storage *ss)
{
	const struct in6_addr *in6 = &((const struct sockaddr_in6 *)ss)->sin6_addr;

	if (!set)
		return true;
	if (ss->ss_family == AF_INET)
		return iscsit_prefixes_match(set, (const u8 *)
			&((const struct sockaddr_in *)ss)->sin_addr, false);
	if (ipv6_addr_v4mapped(in6))
		return iscsit_prefixes_match(set, &in6->s6_addr[12], false);
	return iscsit_prefixes_match(set, in6->s6_addr, true);
}

/**
 * iscsit_access_address() - whether a TPG may be used from an address
 * @tpg: TPG
 * @ss: of the initiator
 *
 * May sleep.
 */
bool iscsit_access_address(struct iscsit_tpg *tpg, const struct sockaddr_storage *ss)
{
	bool ret;

	mutex_lock(&access_lock);
	ret = allowed(tpg->allowed, ss);
	mutex_unlock(&access_lock);
	return ret;
}

ssize_t iscsit_allowed_show(struct iscsit_tpg *tpg, char *page)
{
	ssize_t len;

	mutex_lock(&access_lock);
	len = scnprintf(page, PAGE_SIZE, "%s\n", tpg->allowed ? tpg->allowed->text : "");
	mutex_unlock(&access_lock);
	return len;
}

/* Sessions that exist stay; the list is for logins. */
ssize_t iscsit_allowed_store(struct iscsit_tpg *tpg, const char *page, size_t count)
{
	struct iscsit_prefixes *set = kmalloc(sizeof(*set), GFP_KERNEL);
	int ret;

	if (!set)
		return -ENOMEM;
	ret = iscsit_prefixes_parse(set, page, count);
	if (!ret) {
		mutex_lock(&access_lock);
		swap(tpg->allowed, set);
		mutex_unlock(&access_lock);
		iscsit_targets_changed();
	}
	kfree(set);
	return ret ? ret : count;
}

/* ---- redirections ---- */

ssize_t iscsit_redirect_get(const struct iscsit_redirect *r, char *page)
{
	ssize_t len;

	mutex_lock(&access_lock);
	len = iscsit_redirect_show(r, page, PAGE_SIZE);
	mutex_unlock(&access_lock);
	return len;
}

ssize_t iscsit_redirect_set(struct iscsit_redirect *r, const char *page, size_t count)
{
	int ret;

	mutex_lock(&access_lock);
	ret = iscsit_redirect_parse(r, page, count);
	mutex_unlock(&access_lock);
	return ret ? ret : count;
}

/* The portal a login came in by. Caller holds iscsit_portal_lock. */
static struct iscsit_portal *portal_of(const struct iscsit_conn *conn)
{
	struct iscsit_portal *p;

	lockdep_assert_held(&iscsit_portal_lock);
	list_for_each_entry(p, &conn->listener->portals, link)
		if (p->tpg == conn->tpg)
			return p;
	return NULL;
}

/**
 * iscsit_access_redirect() - whether a login has to go elsewhere
 * @conn: worker only; its TPG is known
 * @tgt: gets the address
 *
 * The portal's redirection goes before that of the TPG. May sleep. Returns enum
 * iscsit_login_status.
 */
u16 iscsit_access_redirect(struct iscsit_conn *conn, struct iscsit_login_target *tgt)
{
	const struct iscsit_redirect *r = &conn->tpg->redirect;
	const struct iscsit_portal *p;
	u16 status;

	mutex_lock(&iscsit_portal_lock);
	mutex_lock(&access_lock);
	p = portal_of(conn);
	if (p && p->redirect.status)
		r = &p->redirect;
	status = r->status;
	if (status)
		strscpy(tgt->redirect, r->to, sizeof(tgt->redirect));
	mutex_unlock(&access_lock);
	mutex_unlock(&iscsit_portal_lock);
	return status;
}

/* ---- how many ---- */

/* Connections that a login competes with, and sessions of the TPG that wait for one. */
struct rivals {
	u32	tpg;
	u32	portal;
	u32	discovery;
};

/* The login takes this connection's place: it reinstates the session or the connection. */
static bool replaces(const struct iscsit_conn *old, const struct iscsit_login_id *id)
{
	const struct iscsit_sess *sess = READ_ONCE(old->sess);

	return sess && iscsit_sess_is_of(sess, id->initiator, id->isid) &&
	       (!id->tsih || old->cid == id->cid);
}

/* Sessions that have lost all connections (ErrorRecoveryLevel 2), but not the one of this login. */
static u32 count_waiting(const struct iscsit_tpg *tpg, const struct iscsit_login_id *id)
{
	const struct iscsit_sess *sess;
	u32 n = 0;

	lockdep_assert_held(&iscsit_conn_lock);
	list_for_each_entry(sess, &iscsit_sessions, link)
		n += sess->tpg == tpg && list_empty(&sess->conns) &&
		     !iscsit_sess_is_of(sess, id->initiator, id->isid);
	return n;
}

/* Caller holds iscsit_conn_lock. */
static void count_rivals(const struct iscsit_conn *conn, const struct iscsit_login_id *id,
			 struct rivals *n)
{
	const struct iscsit_conn *old;

	list_for_each_entry(old, &iscsit_conns, link) {
		if (old == conn || !old->admitted)
			continue;
		if (id->discovery) {
			n->discovery += old->discovery && old->listener == conn->listener;
		} else if (READ_ONCE(old->tpg) == conn->tpg && !replaces(old, id)) {
			n->tpg++;
			n->portal += old->listener == conn->listener;
		}
	}
	if (!id->discovery)
		n->tpg += count_waiting(conn->tpg, id);
}

static u32 portal_limit(const struct iscsit_conn *conn)
{
	const struct iscsit_portal *p;
	u32 limit = 0;

	mutex_lock(&iscsit_portal_lock);
	p = portal_of(conn);
	if (p)
		limit = READ_ONCE(p->connection_limit);
	mutex_unlock(&iscsit_portal_lock);
	return limit;
}

/**
 * iscsit_access_admit() - whether there is room for one more connection
 * @conn: worker only; its login is through but for this
 * @id: who
 *
 * Connections count from here to their end, so that logins that lead nowhere keep nobody out. May
 * sleep. Returns enum iscsit_login_status.
 */
u16 iscsit_access_admit(struct iscsit_conn *conn, const struct iscsit_login_id *id)
{
	u32 tpg = 0, portal = 0;
	struct rivals n = {};
	bool full;

	if (!id->discovery) {
		tpg = READ_ONCE(conn->tpg->attrib[ISCSIT_TA_CONNECTION_LIMIT]);
		portal = portal_limit(conn);
	}
	spin_lock(&iscsit_conn_lock);
	count_rivals(conn, id, &n);
	full = (tpg && n.tpg >= tpg) || (portal && n.portal >= portal) ||
	       n.discovery >= ISCSIT_DISCOVERY_MAX;
	conn->admitted = !full;
	spin_unlock(&iscsit_conn_lock);
	return full ? ISCSIT_LOGIN_NO_RESOURCES : ISCSIT_LOGIN_OK;
}
