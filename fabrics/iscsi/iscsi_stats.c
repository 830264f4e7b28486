// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of connections and sessions, and where an initiator's ACL shows them: its directories
 * fabric_statistics/iscsi_sess_stats (RFC 4544) and iscsi_conn_stats.
 */
#include <linux/inet.h>
#include <linux/kernel.h>
#include "iscsit.h"

/**
 * iscsit_count_error() - something went wrong on a connection
 * @conn: worker only, or with its session's lock
 * @class: what
 *
 * Also counts for the target, once the login has found it.
 */
void iscsit_count_error(struct iscsit_conn *conn, enum iscsit_error class)
{
	conn->stats.errors[class]++;
	if (!conn->tpg)
		return;
	switch (class) {
	case ISCSIT_ERR_HEADER_DIGEST:
	case ISCSIT_ERR_DATA_DIGEST:
		atomic_inc(&conn->tpg->wwn->digest_errors);
		break;
	case ISCSIT_ERR_FORMAT:
	case ISCSIT_ERR_SEQUENCE:
		atomic_inc(&conn->tpg->wwn->format_errors);
		break;
	default:
		break;
	}
}

static void stats_add(struct iscsit_stats *sum, const struct iscsit_stats *stats)
{
	int i;

	sum->cmd_pdus += READ_ONCE(stats->cmd_pdus);
	sum->rsp_pdus += READ_ONCE(stats->rsp_pdus);
	sum->tx_bytes += READ_ONCE(stats->tx_bytes);
	sum->rx_bytes += READ_ONCE(stats->rx_bytes);
	sum->snacks += READ_ONCE(stats->snacks);
	sum->resent += READ_ONCE(stats->resent);
	for (i = 0; i < ISCSIT_ERR_COUNT; i++)
		sum->errors[i] += READ_ONCE(stats->errors[i]);
}

/* The connection leaves its session, which remembers. Caller holds iscsit_conn_lock. */
void iscsit_stats_leave(struct iscsit_conn *conn)
{
	lockdep_assert_held(&iscsit_conn_lock);
	stats_add(&conn->sess->past, &conn->stats);
}

/* All that a session's connections have counted. Caller holds iscsit_conn_lock. */
static void stats_of_session(const struct iscsit_sess *sess, struct iscsit_stats *sum)
{
	const struct iscsit_conn *conn;

	lockdep_assert_held(&iscsit_conn_lock);
	*sum = sess->past;
	list_for_each_entry(conn, &sess->conns, sess_link)
		stats_add(sum, &conn->stats);
}

/* ---- fabric_statistics/iscsi_sess_stats ---- */

enum sess_stat { SS_NODE, SS_INDX, SS_CMD, SS_RSP, SS_TX, SS_RX, SS_DIGEST, SS_TIMEOUT };

static u64 sess_stat(const struct iscsit_sess *sess, enum sess_stat stat)
{
	struct iscsit_stats sum;

	stats_of_session(sess, &sum);
	switch (stat) {
	case SS_NODE:
		return 1;
	case SS_INDX:
		return sess->id;
	case SS_CMD:
		return sum.cmd_pdus;
	case SS_RSP:
		return sum.rsp_pdus;
	case SS_TX:
		return sum.tx_bytes;
	case SS_RX:
		return sum.rx_bytes;
	case SS_DIGEST:
		return sum.errors[ISCSIT_ERR_HEADER_DIGEST] + sum.errors[ISCSIT_ERR_DATA_DIGEST];
	default:
		return sum.errors[ISCSIT_ERR_TIMEOUT];
	}
}

/* Empty without a session. */
static ssize_t sess_stat_show(struct config_item *item, enum sess_stat stat, char *page)
{
	const struct iscsit_sess *sess;
	ssize_t len = 0;

	spin_lock(&iscsit_conn_lock);
	sess = iscsit_acl_session(target_acl_of_item(item));
	if (sess)
		len = sprintf(page, "%llu\n", sess_stat(sess, stat));
	spin_unlock(&iscsit_conn_lock);
	return len;
}

static ssize_t sess_inst_show(struct config_item *item, char *page)
{
	const struct iscsit_tpg *tpg = target_tpg_priv(target_acl_tpg(target_acl_of_item(item)));

	return sprintf(page, "%u\n", tpg->wwn->index);
}

CONFIGFS_ATTR_RO(sess_, inst);

#define SESS_STAT(_name, _stat)								\
static ssize_t sess_##_name##_show(struct config_item *item, char *page)		\
{											\
	return sess_stat_show(item, _stat, page);					\
}											\
CONFIGFS_ATTR_RO(sess_, _name)

SESS_STAT(node, SS_NODE);
SESS_STAT(indx, SS_INDX);
SESS_STAT(cmd_pdus, SS_CMD);
SESS_STAT(rsp_pdus, SS_RSP);
SESS_STAT(txdata_octs, SS_TX);
SESS_STAT(rxdata_octs, SS_RX);
SESS_STAT(conn_digest_errors, SS_DIGEST);
SESS_STAT(conn_timeout_errors, SS_TIMEOUT);

static struct configfs_attribute *sess_stat_attrs[] = {
	&sess_attr_inst,
	&sess_attr_node,
	&sess_attr_indx,
	&sess_attr_cmd_pdus,
	&sess_attr_rsp_pdus,
	&sess_attr_txdata_octs,
	&sess_attr_rxdata_octs,
	&sess_attr_conn_digest_errors,
	&sess_attr_conn_timeout_errors,
	NULL,
};

/* ---- fabric_statistics/iscsi_conn_stats ---- */

static int print_stats(const struct iscsit_stats *stats, char *page, size_t room)
{
	static const char *const names[ISCSIT_ERR_COUNT] = {
		[ISCSIT_ERR_HEADER_DIGEST]	= "header_digest_errors",
		[ISCSIT_ERR_DATA_DIGEST]	= "data_digest_errors",
		[ISCSIT_ERR_FORMAT]		= "format_errors",
		[ISCSIT_ERR_SEQUENCE]		= "sequence_errors",
		[ISCSIT_ERR_TIMEOUT]		= "timeouts",
	};
	int len, i;

	len = scnprintf(page, room, " cmd_pdus=%llu rsp_pdus=%llu tx_bytes=%llu rx_bytes=%llu",
			stats->cmd_pdus, stats->rsp_pdus, stats->tx_bytes, stats->rx_bytes);
	len += scnprintf(page + len, room - len, " snacks=%u resent=%u", stats->snacks,
			 stats->resent);
	for (i = 0; i < ISCSIT_ERR_COUNT; i++)
		len += scnprintf(page + len, room - len, " %s=%u", names[i], stats->errors[i]);
	return len + scnprintf(page + len, room - len, "\n");
}

static int print_session(const struct iscsit_sess *sess, char *page, size_t room)
{
	const struct iscsit_conn *conn;
	int len = 0;

	list_for_each_entry(conn, &sess->conns, sess_link) {
		char addr[INET6_ADDRSTRLEN + 10];

		iscsit_addr_text(&conn->peer, addr, sizeof(addr), true);
		len += scnprintf(page + len, room - len, "tsih=%u cid=%u peer=%s", sess->tsih,
				 conn->cid, addr);
		len += print_stats(&conn->stats, page + len, room - len);
	}
	len += scnprintf(page + len, room - len, "tsih=%u cid=past", sess->tsih);
	return len + print_stats(&sess->past, page + len, room - len);
}

/*
 * A line for each connection of each session, and one for those that a session had before; as many
 * as a page holds.
 */
static ssize_t conn_connections_show(struct config_item *item, char *page)
{
	const struct target_acl *acl = target_acl_of_item(item);
	const struct iscsit_sess *sess;
	ssize_t len = 0;

	spin_lock(&iscsit_conn_lock);
	list_for_each_entry(sess, &iscsit_sessions, link)
		if (iscsit_acl_has(acl, sess))
			len += print_session(sess, page + len, PAGE_SIZE - len);
	spin_unlock(&iscsit_conn_lock);
	return len;
}

CONFIGFS_ATTR_RO(conn_, connections);

static struct configfs_attribute *conn_stat_attrs[] = {
	&conn_attr_connections,
	NULL,
};

const struct target_stat_group iscsit_acl_stats[] = {
	{ "iscsi_sess_stats", sess_stat_attrs },
	{ "iscsi_conn_stats", conn_stat_attrs },
	{ NULL },
};
