// SPDX-License-Identifier: GPL-2.0-only
/*
 * configfs files of the fabric and of TPGs: attrib/, param/ and the few in the TPG directory
 * itself. Documentation/configfs.rst and iscsi-access.rst have them one by one.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include "iscsit.h"

static struct iscsit_tpg *item_tpg(struct config_item *item)
{
	return target_tpg_priv(target_tpg_of_item(item));
}

/* ---- the fabric's directory ---- */

static ssize_t fabric_lio_version_show(struct config_item *item, char *page)
{
	return sprintf(page, "Datera Inc. iSCSI Target v4.1.0\n");
}

CONFIGFS_ATTR_RO(fabric_, lio_version);

static ssize_t fabric_cpus_allowed_list_show(struct config_item *item, char *page)
{
	return iscsit_show_cpus(page);
}

static ssize_t fabric_cpus_allowed_list_store(struct config_item *item, const char *page,
					      size_t count)
{
	cpumask_var_t mask;
	int ret;

	if (!zalloc_cpumask_var(&mask, GFP_KERNEL))
		return -ENOMEM;
	ret = cpulist_parse(page, mask);
	if (!ret)
		iscsit_set_cpus(mask);
	free_cpumask_var(mask);
	return ret ? -EINVAL : count;
}

CONFIGFS_ATTR(fabric_, cpus_allowed_list);

struct configfs_attribute *iscsit_fabric_attrs[] = {
	&fabric_attr_lio_version,
	&fabric_attr_cpus_allowed_list,
	NULL,
};

/* ---- attrib/ ---- */

static const struct {
	u32	def;
	u32	min;
	u32	max;
} tpg_attribs[ISCSIT_TA_COUNT] = {
	[ISCSIT_TA_AUTHENTICATION]		= { 1, 0, 1 },
	[ISCSIT_TA_LOGIN_TIMEOUT]		= { 15, 5, 30 },
	[ISCSIT_TA_NETIF_TIMEOUT]		= { 2, 2, 15 },
	[ISCSIT_TA_GENERATE_NODE_ACLS]		= { 0, 0, 1 },
	[ISCSIT_TA_DEFAULT_CMDSN_DEPTH]		= { 64, 1, ISCSIT_DEPTH_MAX },
	[ISCSIT_TA_CACHE_DYNAMIC_ACLS]		= { 0, 0, 1 },
	[ISCSIT_TA_DEMO_MODE_WRITE_PROTECT]	= { 1, 0, 1 },
	[ISCSIT_TA_PROD_MODE_WRITE_PROTECT]	= { 0, 0, 1 },
	[ISCSIT_TA_DEMO_MODE_DISCOVERY]		= { 1, 0, 1 },
	[ISCSIT_TA_DEFAULT_ERL]			= { 0, 0, 2 },
	[ISCSIT_TA_T10_PI]			= { 0, 0, 1 },
	[ISCSIT_TA_FABRIC_PROT_TYPE]		= { 0, 0, 3 },
	[ISCSIT_TA_TPG_ENABLED_SENDTARGETS]	= { 1, 0, 1 },
	[ISCSIT_TA_LOGIN_KEYS_WORKAROUND]	= { 1, 0, 1 },
	[ISCSIT_TA_CONNECTION_LIMIT]		= { 0, 0, 65535 },
	[ISCSIT_TA_LOGOUT_TIMEOUT]		= { 0, 0, 60 },
	[ISCSIT_TA_AEN]				= { 0, 0, 1 },
};

/* The core's copy of what it decides by. */
static void tpg_set_policy(struct iscsit_tpg *tpg)
{
	struct target_tpg_policy *policy = target_tpg_policy(tpg->tpg);

	policy->dynamic_acls = tpg->attrib[ISCSIT_TA_GENERATE_NODE_ACLS];
	policy->cache_dynamic_acls = tpg->attrib[ISCSIT_TA_CACHE_DYNAMIC_ACLS];
	policy->dynamic_write_protect = tpg->attrib[ISCSIT_TA_DEMO_MODE_WRITE_PROTECT];
	policy->acl_write_protect = tpg->attrib[ISCSIT_TA_PROD_MODE_WRITE_PROTECT];
}

void iscsit_tpg_defaults(struct iscsit_tpg *tpg)
{
	int i;

	for (i = 0; i < ISCSIT_TA_COUNT; i++)
		tpg->attrib[i] = tpg_attribs[i].def;
	tpg_set_policy(tpg);
}

static ssize_t tpg_attrib_get(struct config_item *item, enum iscsit_tpg_attr id, char *page)
{
	return sprintf(page, "%u\n", READ_ONCE(item_tpg(item)->attrib[id]));
}

/* What else follows from a new value. Caller holds tpg->config_lock. */
static void tpg_attrib_changed(struct iscsit_tpg *tpg, enum iscsit_tpg_attr id, u32 val)
{
	switch (id) {
	case ISCSIT_TA_AUTHENTICATION:
		iscsit_config_set_auth(&tpg->config, val);
		break;
	case ISCSIT_TA_GENERATE_NODE_ACLS:
		if (val)
			WRITE_ONCE(tpg->attrib[ISCSIT_TA_CACHE_DYNAMIC_ACLS], 1);
		break;
	default:
		break;
	}
	tpg_set_policy(tpg);
	iscsit_targets_changed();
}

static ssize_t tpg_attrib_set(struct config_item *item, enum iscsit_tpg_attr id,
			      const char *page, size_t count)
{
	struct iscsit_tpg *tpg = item_tpg(item);
	u32 val;
	int ret;

	ret = kstrtou32(page, 0, &val);
	if (ret)
		return ret;
	if (val < tpg_attribs[id].min || val > tpg_attribs[id].max)
		return -EINVAL;
	if (id == ISCSIT_TA_FABRIC_PROT_TYPE && val == 2)
		return -EINVAL;
	mutex_lock(&tpg->config_lock);
	/* Demo mode goes with cached ACLs: the 0 is accepted and has no effect. */
	if (id != ISCSIT_TA_CACHE_DYNAMIC_ACLS || val ||
	    !tpg->attrib[ISCSIT_TA_GENERATE_NODE_ACLS]) {
		WRITE_ONCE(tpg->attrib[id], val);
		tpg_attrib_changed(tpg, id, val);
	}
	mutex_unlock(&tpg->config_lock);
	return count;
}

#define TPG_ATTRIB(_name, _id)								\
static ssize_t tpg_attrib_##_name##_show(struct config_item *item, char *page)		\
{											\
	return tpg_attrib_get(item, _id, page);						\
}											\
static ssize_t tpg_attrib_##_name##_store(struct config_item *item, const char *page,	\
					  size_t count)					\
{											\
	return tpg_attrib_set(item, _id, page, count);					\
}											\
CONFIGFS_ATTR(tpg_attrib_, _name)

TPG_ATTRIB(authentication, ISCSIT_TA_AUTHENTICATION);
TPG_ATTRIB(login_timeout, ISCSIT_TA_LOGIN_TIMEOUT);
TPG_ATTRIB(netif_timeout, ISCSIT_TA_NETIF_TIMEOUT);
TPG_ATTRIB(generate_node_acls, ISCSIT_TA_GENERATE_NODE_ACLS);
TPG_ATTRIB(default_cmdsn_depth, ISCSIT_TA_DEFAULT_CMDSN_DEPTH);
TPG_ATTRIB(cache_dynamic_acls, ISCSIT_TA_CACHE_DYNAMIC_ACLS);
TPG_ATTRIB(demo_mode_write_protect, ISCSIT_TA_DEMO_MODE_WRITE_PROTECT);
TPG_ATTRIB(prod_mode_write_protect, ISCSIT_TA_PROD_MODE_WRITE_PROTECT);
TPG_ATTRIB(demo_mode_discovery, ISCSIT_TA_DEMO_MODE_DISCOVERY);
TPG_ATTRIB(default_erl, ISCSIT_TA_DEFAULT_ERL);
TPG_ATTRIB(t10_pi, ISCSIT_TA_T10_PI);
TPG_ATTRIB(fabric_prot_type, ISCSIT_TA_FABRIC_PROT_TYPE);
TPG_ATTRIB(tpg_enabled_sendtargets, ISCSIT_TA_TPG_ENABLED_SENDTARGETS);
TPG_ATTRIB(login_keys_workaround, ISCSIT_TA_LOGIN_KEYS_WORKAROUND);
TPG_ATTRIB(connection_limit, ISCSIT_TA_CONNECTION_LIMIT);
TPG_ATTRIB(logout_timeout, ISCSIT_TA_LOGOUT_TIMEOUT);
TPG_ATTRIB(aen, ISCSIT_TA_AEN);

static ssize_t tpg_attrib_allowed_addresses_show(struct config_item *item, char *page)
{
	return iscsit_allowed_show(item_tpg(item), page);
}

static ssize_t tpg_attrib_allowed_addresses_store(struct config_item *item, const char *page,
						  size_t count)
{
	return iscsit_allowed_store(item_tpg(item), page, count);
}

CONFIGFS_ATTR(tpg_attrib_, allowed_addresses);

static ssize_t tpg_attrib_redirect_show(struct config_item *item, char *page)
{
	return iscsit_redirect_get(&item_tpg(item)->redirect, page);
}

static ssize_t tpg_attrib_redirect_store(struct config_item *item, const char *page,
					 size_t count)
{
	return iscsit_redirect_set(&item_tpg(item)->redirect, page, count);
}

CONFIGFS_ATTR(tpg_attrib_, redirect);

struct configfs_attribute *iscsit_tpg_attrib_attrs[] = {
	&tpg_attrib_attr_authentication,
	&tpg_attrib_attr_login_timeout,
	&tpg_attrib_attr_netif_timeout,
	&tpg_attrib_attr_generate_node_acls,
	&tpg_attrib_attr_default_cmdsn_depth,
	&tpg_attrib_attr_cache_dynamic_acls,
	&tpg_attrib_attr_demo_mode_write_protect,
	&tpg_attrib_attr_prod_mode_write_protect,
	&tpg_attrib_attr_demo_mode_discovery,
	&tpg_attrib_attr_default_erl,
	&tpg_attrib_attr_t10_pi,
	&tpg_attrib_attr_fabric_prot_type,
	&tpg_attrib_attr_tpg_enabled_sendtargets,
	&tpg_attrib_attr_login_keys_workaround,
	&tpg_attrib_attr_connection_limit,
	&tpg_attrib_attr_logout_timeout,
	&tpg_attrib_attr_aen,
	&tpg_attrib_attr_allowed_addresses,
	&tpg_attrib_attr_redirect,
	NULL,
};

/* ---- param/ ---- */

static ssize_t tpg_param_get(struct config_item *item, enum iscsit_key_id id, char *page)
{
	struct iscsit_tpg *tpg = item_tpg(item);
	int len;

	mutex_lock(&tpg->config_lock);
	len = iscsit_config_show(&tpg->config, id, page, PAGE_SIZE - 1);
	mutex_unlock(&tpg->config_lock);
	if (len < 0)
		return len;
	page[len] = '\n';
	return len + 1;
}

static ssize_t tpg_param_set(struct config_item *item, enum iscsit_key_id id,
			     const char *page, size_t count)
{
	struct iscsit_tpg *tpg = item_tpg(item);
	int ret;

	mutex_lock(&tpg->config_lock);
	ret = iscsit_config_store(&tpg->config, id, page, count);
	mutex_unlock(&tpg->config_lock);
	return ret ? ret : count;
}

#define TPG_PARAM(_name, _id)								\
static ssize_t tpg_param_##_name##_show(struct config_item *item, char *page)		\
{											\
	return tpg_param_get(item, _id, page);						\
}											\
static ssize_t tpg_param_##_name##_store(struct config_item *item, const char *page,	\
					 size_t count)					\
{											\
	return tpg_param_set(item, _id, page, count);					\
}											\
CONFIGFS_ATTR(tpg_param_, _name)

TPG_PARAM(AuthMethod, ISCSIT_KEY_AUTH_METHOD);
TPG_PARAM(HeaderDigest, ISCSIT_KEY_HEADER_DIGEST);
TPG_PARAM(DataDigest, ISCSIT_KEY_DATA_DIGEST);
TPG_PARAM(MaxConnections, ISCSIT_KEY_MAX_CONNECTIONS);
TPG_PARAM(TargetAlias, ISCSIT_KEY_TARGET_ALIAS);
TPG_PARAM(InitialR2T, ISCSIT_KEY_INITIAL_R2T);
TPG_PARAM(ImmediateData, ISCSIT_KEY_IMMEDIATE_DATA);
TPG_PARAM(MaxRecvDataSegmentLength, ISCSIT_KEY_MAX_RECV_DSL);
TPG_PARAM(MaxXmitDataSegmentLength, ISCSIT_KEY_MAX_XMIT_DSL);
TPG_PARAM(MaxBurstLength, ISCSIT_KEY_MAX_BURST);
TPG_PARAM(FirstBurstLength, ISCSIT_KEY_FIRST_BURST);
TPG_PARAM(DefaultTime2Wait, ISCSIT_KEY_TIME2WAIT);
TPG_PARAM(DefaultTime2Retain, ISCSIT_KEY_TIME2RETAIN);
TPG_PARAM(MaxOutstandingR2T, ISCSIT_KEY_MAX_R2T);
TPG_PARAM(DataPDUInOrder, ISCSIT_KEY_PDU_IN_ORDER);
TPG_PARAM(DataSequenceInOrder, ISCSIT_KEY_SEQ_IN_ORDER);
TPG_PARAM(ErrorRecoveryLevel, ISCSIT_KEY_ERL);
TPG_PARAM(IFMarker, ISCSIT_KEY_IF_MARKER);
TPG_PARAM(OFMarker, ISCSIT_KEY_OF_MARKER);
TPG_PARAM(IFMarkInt, ISCSIT_KEY_IF_MARK_INT);
TPG_PARAM(OFMarkInt, ISCSIT_KEY_OF_MARK_INT);

struct configfs_attribute *iscsit_tpg_param_attrs[] = {
	&tpg_param_attr_AuthMethod,
	&tpg_param_attr_HeaderDigest,
	&tpg_param_attr_DataDigest,
	&tpg_param_attr_MaxConnections,
	&tpg_param_attr_TargetAlias,
	&tpg_param_attr_InitialR2T,
	&tpg_param_attr_ImmediateData,
	&tpg_param_attr_MaxRecvDataSegmentLength,
	&tpg_param_attr_MaxXmitDataSegmentLength,
	&tpg_param_attr_MaxBurstLength,
	&tpg_param_attr_FirstBurstLength,
	&tpg_param_attr_DefaultTime2Wait,
	&tpg_param_attr_DefaultTime2Retain,
	&tpg_param_attr_MaxOutstandingR2T,
	&tpg_param_attr_DataPDUInOrder,
	&tpg_param_attr_DataSequenceInOrder,
	&tpg_param_attr_ErrorRecoveryLevel,
	&tpg_param_attr_IFMarker,
	&tpg_param_attr_OFMarker,
	&tpg_param_attr_IFMarkInt,
	&tpg_param_attr_OFMarkInt,
	NULL,
};

/* ---- the TPG's directory ---- */

/*
 * One line per session without an ACL of its own, each with a NUL behind it as it has always
 * been.
 */
static ssize_t tpg_dynamic_sessions_show(struct config_item *item, char *page)
{
	struct iscsit_tpg *tpg = item_tpg(item);
	struct iscsit_sess *sess;
	ssize_t len = 0;

	spin_lock(&iscsit_conn_lock);
	list_for_each_entry(sess, &iscsit_sessions, link) {
		if (sess->tpg != tpg || READ_ONCE(sess->ended) ||
		    !target_nexus_is_dynamic(sess->nexus))
			continue;
		if (len + strlen(sess->initiator) + 2 > PAGE_SIZE)
			break;
		len += sprintf(page + len, "%s\n", sess->initiator) + 1;
	}
	spin_unlock(&iscsit_conn_lock);
	return len;
}

CONFIGFS_ATTR_RO(tpg_, dynamic_sessions);

struct configfs_attribute *iscsit_tpg_attrs[] = {
	&tpg_attr_dynamic_sessions,
	NULL,
};
