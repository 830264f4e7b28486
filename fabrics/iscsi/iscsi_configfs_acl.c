// SPDX-License-Identifier: GPL-2.0-only
/*
 * configfs files of an ACL: what is known of the initiator's session, its command window, and the
 * attributes of its connections.
 */
#include <linux/inet.h>
#include <linux/kernel.h>
#include "iscsit.h"

static struct iscsit_acl *item_acl(struct config_item *item)
{
	return target_acl_priv(target_acl_of_item(item));
}

/* Whether a session is one of the initiator's. Its nexus is there until it ends. */
bool iscsit_acl_has(const struct target_acl *acl, const struct iscsit_sess *sess)
{
	lockdep_assert_held(&iscsit_conn_lock);
	return !READ_ONCE(sess->ended) && target_nexus_acl(sess->nexus) == acl;
}

/* The initiator's youngest session. Caller holds iscsit_conn_lock. */
struct iscsit_sess *iscsit_acl_session(const struct target_acl *acl)
{
	struct iscsit_sess *sess;

	lockdep_assert_held(&iscsit_conn_lock);
	list_for_each_entry_reverse(sess, &iscsit_sessions, link)
		if (iscsit_acl_has(acl, sess))
			return sess;
	return NULL;
}

/* ---- the ACL's directory ---- */

static const char *conn_state(const struct iscsit_conn *conn)
{
	switch (READ_ONCE(conn->phase)) {
	case ISCSIT_CONN_LOGIN:
		return "TARG_CONN_STATE_IN_LOGIN";
	case ISCSIT_CONN_LOGGED_IN:
		return "TARG_CONN_STATE_LOGGED_IN";
	default:
		return "TARG_CONN_STATE_IN_LOGOUT";
	}
}

static int info_connection(const struct iscsit_conn *conn, char *page, size_t room)
{
	char addr[INET6_ADDRSTRLEN + 10];

	iscsit_addr_text(&conn->peer, addr, sizeof(addr), false);
	return scnprintf(page, room,
			 "CID: %u  Connection State: %s\n   Address %s TCP  StatSN: 0x%08x\n",
			 conn->cid, conn_state(conn), addr, READ_ONCE(conn->statsn));
}

static int info_session(const struct iscsit_sess *sess, char *page, size_t room)
{
	static const char columns[] =
		"  CmdSN/WR  :  CmdSN/WC  :  ExpCmdSN  :  MaxCmdSN  :     ITT    :     TTT\n";
	u32 exp_cmdsn = READ_ONCE(sess->win.exp_cmdsn), max_cmdsn = READ_ONCE(sess->win.max_cmdsn);
	const struct iscsit_conn *conn;
	const char *state = "TARG_SESS_STATE_ACTIVE";
	int len;

	list_for_each_entry(conn, &sess->conns, sess_link)
		if (READ_ONCE(conn->phase) == ISCSIT_CONN_LOGGED_IN)
			state = "TARG_SESS_STATE_LOGGED_IN";

	len = scnprintf(page, room, "InitiatorName: %s\nInitiatorAlias: %s\n", sess->initiator,
			sess->alias);
	len += scnprintf(page + len, room - len,
			 "LIO Session ID: %u   ISID: 0x%6ph  TSIH: %u  SessionType: Normal\n",
			 sess->id, sess->isid, sess->tsih);
	len += scnprintf(page + len, room - len, "Session State: %s\n", state);
	len += scnprintf(page + len, room - len,
			 "---------------------[iSCSI Session Values]-----------------------\n");
	len += scnprintf(page + len, room - len, "%s", columns);
	len += scnprintf(page + len, room - len,
			 " 0x%08x   0x%08x   0x%08x   0x%08x   0x%08x   0x%08x\n",
			 sess->depth, max_cmdsn - exp_cmdsn + 1, exp_cmdsn, max_cmdsn, 0, 0);
	len += scnprintf(page + len, room - len,
			 "----------------------[iSCSI Connections]-------------------------\n");
	list_for_each_entry(conn, &sess->conns, sess_link)
		len += info_connection(conn, page + len, room - len);
	return len;
}

static ssize_t acl_info_show(struct config_item *item, char *page)
{
	struct target_acl *acl = target_acl_of_item(item);
	struct iscsit_sess *sess;
	ssize_t len;

	spin_lock(&iscsit_conn_lock);
	sess = iscsit_acl_session(acl);
	if (sess)
		len = info_session(sess, page, PAGE_SIZE);
	else
		len = sprintf(page, "No active iSCSI Session for Initiator Endpoint: %s\n",
			      target_acl_name(acl));
	spin_unlock(&iscsit_conn_lock);
	return len;
}

static ssize_t acl_cmdsn_depth_show(struct config_item *item, char *page)
{
	return sprintf(page, "%u\n", READ_ONCE(item_acl(item)->cmdsn_depth));
}

/* The window of a running session can't shrink: it begins anew. */
static ssize_t acl_cmdsn_depth_store(struct config_item *item, const char *page, size_t count)
{
	struct iscsit_acl *acl = item_acl(item);
	u32 depth;
	int ret;

	ret = kstrtou32(page, 0, &depth);
	if (ret)
		return ret;
	if (depth > ISCSIT_DEPTH_MAX)
		return -EINVAL;
	depth = max(depth, 1U);
	if (depth == READ_ONCE(acl->cmdsn_depth))
		return count;
	WRITE_ONCE(acl->cmdsn_depth, depth);
	target_acl_close_nexuses(target_acl_of_item(item));
	return count;
}

static ssize_t acl_tag_show(struct config_item *item, char *page)
{
	ssize_t len;

	mutex_lock(&iscsit_auth_lock);
	len = sprintf(page, "%s", item_acl(item)->tag);
	mutex_unlock(&iscsit_auth_lock);
	return len;
}

static ssize_t acl_tag_store(struct config_item *item, const char *page, size_t count)
{
	struct iscsit_acl *acl = item_acl(item);

	if (count >= sizeof(acl->tag))
		return -EINVAL;
	mutex_lock(&iscsit_auth_lock);
	if (!strncmp(page, "NULL", 4))
		acl->tag[0] = '\0';
	else
		strscpy(acl->tag, page, sizeof(acl->tag));
	mutex_unlock(&iscsit_auth_lock);
	return count;
}

CONFIGFS_ATTR_RO(acl_, info);
CONFIGFS_ATTR(acl_, cmdsn_depth);
CONFIGFS_ATTR(acl_, tag);

struct configfs_attribute *iscsit_acl_attrs[] = {
	&acl_attr_info,
	&acl_attr_cmdsn_depth,
	&acl_attr_tag,
	NULL,
};

/* ---- attrib/ ---- */

static const struct {
	u32	def;
	u32	min;
	u32	max;
	bool	off;		/* 0 is allowed too */
} acl_attribs[ISCSIT_AA_COUNT] = {
	[ISCSIT_AA_DATAOUT_TIMEOUT]		= { 3, 2, 60 },
	[ISCSIT_AA_DATAOUT_TIMEOUT_RETRIES]	= { 5, 1, 15 },
	[ISCSIT_AA_DEFAULT_ERL]			= { 0, 0, 2 },
	[ISCSIT_AA_NOPIN_TIMEOUT]		= { 15, 3, 60, true },
	[ISCSIT_AA_NOPIN_RESPONSE_TIMEOUT]	= { 30, 3, 60 },
	[ISCSIT_AA_RANDOM_DATAIN_PDU_OFFSETS]	= { 0, 0, 1 },
	[ISCSIT_AA_RANDOM_DATAIN_SEQ_OFFSETS]	= { 0, 0, 1 },
	[ISCSIT_AA_RANDOM_R2T_OFFSETS]		= { 0, 0, 1 },
	[ISCSIT_AA_AUTHENTICATION]		= { ISCSIT_INHERIT, 0, 1 },
};

u32 iscsit_acl_attr_default(enum iscsit_acl_attr attr)
{
	return acl_attribs[attr].def;
}

void iscsit_acl_defaults(struct iscsit_acl *acl, const struct iscsit_tpg *tpg)
{
	int i;

	for (i = 0; i < ISCSIT_AA_COUNT; i++)
		acl->attrib[i] = acl_attribs[i].def;
	acl->attrib[ISCSIT_AA_DEFAULT_ERL] = tpg->attrib[ISCSIT_TA_DEFAULT_ERL];
	acl->cmdsn_depth = tpg->attrib[ISCSIT_TA_DEFAULT_CMDSN_DEPTH];
}

static ssize_t acl_attrib_get(struct config_item *item, enum iscsit_acl_attr id, char *page)
{
	/* Only authentication can be -1; all others print the same with or without a sign. */
	return sprintf(page, "%d\n", (s32)READ_ONCE(item_acl(item)->attrib[id]));
}

static ssize_t acl_attrib_set(struct config_item *item, enum iscsit_acl_attr id,
			      const char *page, size_t count)
{
	s32 val;
	int ret;

	ret = kstrtos32(page, 0, &val);
	if (ret)
		return ret;
	if (!(id == ISCSIT_AA_AUTHENTICATION && val == -1) &&
	    !(acl_attribs[id].off && val == 0) &&
	    (val < (s32)acl_attribs[id].min || val > (s32)acl_attribs[id].max))
		return -EINVAL;
	WRITE_ONCE(item_acl(item)->attrib[id], val);
	return count;
}

#define ACL_ATTRIB(_name, _id)								\
static ssize_t acl_attrib_##_name##_show(struct config_item *item, char *page)		\
{											\
	return acl_attrib_get(item, _id, page);						\
}											\
static ssize_t acl_attrib_##_name##_store(struct config_item *item, const char *page,	\
					  size_t count)					\
{											\
	return acl_attrib_set(item, _id, page, count);					\
}											\
CONFIGFS_ATTR(acl_attrib_, _name)

ACL_ATTRIB(dataout_timeout, ISCSIT_AA_DATAOUT_TIMEOUT);
ACL_ATTRIB(dataout_timeout_retries, ISCSIT_AA_DATAOUT_TIMEOUT_RETRIES);
ACL_ATTRIB(default_erl, ISCSIT_AA_DEFAULT_ERL);
ACL_ATTRIB(nopin_timeout, ISCSIT_AA_NOPIN_TIMEOUT);
ACL_ATTRIB(nopin_response_timeout, ISCSIT_AA_NOPIN_RESPONSE_TIMEOUT);
ACL_ATTRIB(random_datain_pdu_offsets, ISCSIT_AA_RANDOM_DATAIN_PDU_OFFSETS);
ACL_ATTRIB(random_datain_seq_offsets, ISCSIT_AA_RANDOM_DATAIN_SEQ_OFFSETS);
ACL_ATTRIB(random_r2t_offsets, ISCSIT_AA_RANDOM_R2T_OFFSETS);
ACL_ATTRIB(authentication, ISCSIT_AA_AUTHENTICATION);

struct configfs_attribute *iscsit_acl_attrib_attrs[] = {
	&acl_attrib_attr_dataout_timeout,
	&acl_attrib_attr_dataout_timeout_retries,
	&acl_attrib_attr_default_erl,
	&acl_attrib_attr_nopin_timeout,
	&acl_attrib_attr_nopin_response_timeout,
	&acl_attrib_attr_random_datain_pdu_offsets,
	&acl_attrib_attr_random_datain_seq_offsets,
	&acl_attrib_attr_random_r2t_offsets,
	&acl_attrib_attr_authentication,
	NULL,
};

/* ---- param/: what the session negotiated ---- */

static ssize_t acl_param_get(struct config_item *item, size_t offset, char *page)
{
	struct iscsit_sess *sess;
	ssize_t len;

	spin_lock(&iscsit_conn_lock);
	sess = iscsit_acl_session(target_acl_of_item(item));
	if (sess)
		len = sprintf(page, "%u\n", *(u32 *)((u8 *)&sess->params + offset));
	else
		len = sprintf(page, "No Active iSCSI Session\n");
	spin_unlock(&iscsit_conn_lock);
	return len;
}

#define ACL_PARAM(_name, _member)							\
static ssize_t acl_param_##_name##_show(struct config_item *item, char *page)		\
{											\
	return acl_param_get(item, offsetof(struct iscsit_params, _member), page);	\
}											\
CONFIGFS_ATTR_RO(acl_param_, _name)

ACL_PARAM(MaxConnections, max_connections);
ACL_PARAM(InitialR2T, initial_r2t);
ACL_PARAM(ImmediateData, immediate_data);
ACL_PARAM(MaxBurstLength, max_burst);
ACL_PARAM(FirstBurstLength, first_burst);
ACL_PARAM(DefaultTime2Wait, time2wait);
ACL_PARAM(DefaultTime2Retain, time2retain);
ACL_PARAM(MaxOutstandingR2T, max_r2t);
ACL_PARAM(DataPDUInOrder, pdu_in_order);
ACL_PARAM(DataSequenceInOrder, seq_in_order);
ACL_PARAM(ErrorRecoveryLevel, erl);

struct configfs_attribute *iscsit_acl_param_attrs[] = {
	&acl_param_attr_MaxConnections,
	&acl_param_attr_InitialR2T,
	&acl_param_attr_ImmediateData,
	&acl_param_attr_MaxBurstLength,
	&acl_param_attr_FirstBurstLength,
	&acl_param_attr_DefaultTime2Wait,
	&acl_param_attr_DefaultTime2Retain,
	&acl_param_attr_MaxOutstandingR2T,
	&acl_param_attr_DataPDUInOrder,
	&acl_param_attr_DataSequenceInOrder,
	&acl_param_attr_ErrorRecoveryLevel,
	NULL,
};
