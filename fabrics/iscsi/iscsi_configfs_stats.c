// SPDX-License-Identifier: GPL-2.0-only
/*
 * A target's fabric_statistics/: the iSCSI MIB's counters (RFC 4544), one number per file.
 */
#include <linux/inet.h>
#include <linux/kernel.h>
#include "iscsit.h"

static struct iscsit_wwn *item_wwn(struct config_item *item)
{
	return target_wwn_priv(target_wwn_of_item(item));
}

enum wwn_stat {
	WS_ZERO,
	WS_ONE,
	WS_INST,
	WS_PORTALS,
	WS_SESSIONS,
	WS_FAIL_SESS,
	WS_FAIL_TYPE,
	WS_DIGEST,
	WS_CXN,
	WS_FORMAT,
	WS_LOGIN_FAILS,
	WS_LAST_FAIL_TIME,
	WS_LAST_FAIL_TYPE,
	WS_ACCEPTS,
	WS_OTHER,
	WS_REDIRECTS,
	WS_AUTHORIZE,
	WS_AUTHENTICATE,
	WS_NEGOTIATE,
	WS_NORMAL_LOGOUTS,
	WS_ABNORMAL_LOGOUTS,
};

static u32 wwn_portals(const struct iscsit_wwn *wwn)
{
	const struct iscsit_tpg *tpg;
	struct list_head *pos;
	u32 n = 0;

	mutex_lock(&iscsit_portal_lock);
	list_for_each_entry(tpg, &wwn->tpgs, link)
		list_for_each(pos, &tpg->portals)
			n++;
	mutex_unlock(&iscsit_portal_lock);
	return n;
}

static u32 wwn_login_fails(const struct iscsit_wwn *wwn)
{
	u32 n = 0;
	int i;

	for (i = ISCSIT_LS_ACCEPT + 1; i < ISCSIT_LS_COUNT; i++)
		n += atomic_read(&wwn->logins[i]);
	return n;
}

/* 2 other, 3 redirect, 4 authorize, 5 authenticate, 6 negotiate; 0 before the first failure */
static u32 wwn_fail_type(const struct iscsit_wwn *wwn)
{
	return wwn->fail_time ? wwn->fail_type - ISCSIT_LS_OTHER + 2 : 0;
}

/* Hundredths of a second since the machine started; 0 before the first failure. */
static u32 wwn_fail_time(const struct iscsit_wwn *wwn)
{
	u64 since = wwn->fail_time - INITIAL_JIFFIES;

	return wwn->fail_time ? div_u64(jiffies64_to_nsecs(since), 10 * NSEC_PER_MSEC) : 0;
}

static u32 wwn_login_stat(const struct iscsit_wwn *wwn, enum wwn_stat stat)
{
	return atomic_read(&wwn->logins[ISCSIT_LS_ACCEPT + (stat - WS_ACCEPTS)]);
}

static u32 wwn_stat(struct iscsit_wwn *wwn, enum wwn_stat stat)
{
	switch (stat) {
	case WS_ZERO:
		return 0;
	case WS_ONE:
		return 1;
	case WS_INST:
		return wwn->index;
	case WS_PORTALS:
		return wwn_portals(wwn);
	case WS_SESSIONS:
		return atomic_read(&wwn->sessions);
	case WS_FAIL_SESS:
	case WS_CXN:
	case WS_ABNORMAL_LOGOUTS:
		return atomic_read(&wwn->abnormal_logouts);
	case WS_DIGEST:
		return atomic_read(&wwn->digest_errors);
	case WS_FORMAT:
		return atomic_read(&wwn->format_errors);
	case WS_LOGIN_FAILS:
		return wwn_login_fails(wwn);
	case WS_LAST_FAIL_TIME:
		return wwn_fail_time(wwn);
	case WS_FAIL_TYPE:
	case WS_LAST_FAIL_TYPE:
		return wwn_fail_type(wwn);
	case WS_NORMAL_LOGOUTS:
		return atomic_read(&wwn->normal_logouts);
	default:
		return wwn_login_stat(wwn, stat);
	}
}

static ssize_t wwn_stat_show(struct config_item *item, enum wwn_stat stat, char *page)
{
	return sprintf(page, "%u\n", wwn_stat(item_wwn(item), stat));
}

#define WWN_STAT(_group, _name, _stat)							\
static ssize_t _group##_##_name##_show(struct config_item *item, char *page)		\
{											\
	return wwn_stat_show(item, _stat, page);					\
}											\
CONFIGFS_ATTR_RO(_group##_, _name)

WWN_STAT(instance, inst, WS_INST);
WWN_STAT(instance, min_ver, WS_ZERO);
WWN_STAT(instance, max_ver, WS_ZERO);
WWN_STAT(instance, portals, WS_PORTALS);
WWN_STAT(instance, nodes, WS_ONE);
WWN_STAT(instance, sessions, WS_SESSIONS);
WWN_STAT(instance, fail_sess, WS_FAIL_SESS);
WWN_STAT(instance, fail_type, WS_FAIL_TYPE);
WWN_STAT(instance, disc_time, WS_ZERO);
WWN_STAT(sess_err, inst, WS_INST);
WWN_STAT(sess_err, digest_errors, WS_DIGEST);
WWN_STAT(sess_err, cxn_errors, WS_CXN);
WWN_STAT(sess_err, format_errors, WS_FORMAT);
WWN_STAT(tgt_attr, inst, WS_INST);
WWN_STAT(tgt_attr, indx, WS_ONE);
WWN_STAT(tgt_attr, login_fails, WS_LOGIN_FAILS);
WWN_STAT(tgt_attr, last_fail_time, WS_LAST_FAIL_TIME);
WWN_STAT(tgt_attr, last_fail_type, WS_LAST_FAIL_TYPE);
WWN_STAT(login, inst, WS_INST);
WWN_STAT(login, indx, WS_ONE);
WWN_STAT(login, accepts, WS_ACCEPTS);
WWN_STAT(login, other_fails, WS_OTHER);
WWN_STAT(login, redirects, WS_REDIRECTS);
WWN_STAT(login, authorize_fails, WS_AUTHORIZE);
WWN_STAT(login, authenticate_fails, WS_AUTHENTICATE);
WWN_STAT(login, negotiate_fails, WS_NEGOTIATE);
WWN_STAT(logout, inst, WS_INST);
WWN_STAT(logout, indx, WS_ONE);
WWN_STAT(logout, normal_logouts, WS_NORMAL_LOGOUTS);
WWN_STAT(logout, abnormal_logouts, WS_ABNORMAL_LOGOUTS);

static ssize_t fail_name_show(struct iscsit_wwn *wwn, char *page)
{
	ssize_t len;

	spin_lock(&wwn->fail_lock);
	len = sprintf(page, "%s\n", wwn->fail_name[0] ? wwn->fail_name : "None");
	spin_unlock(&wwn->fail_lock);
	return len;
}

static ssize_t instance_fail_rem_name_show(struct config_item *item, char *page)
{
	return fail_name_show(item_wwn(item), page);
}

static ssize_t tgt_attr_fail_intr_name_show(struct config_item *item, char *page)
{
	return fail_name_show(item_wwn(item), page);
}

static ssize_t tgt_attr_fail_intr_addr_type_show(struct config_item *item, char *page)
{
	struct iscsit_wwn *wwn = item_wwn(item);

	return sprintf(page, "%s\n", wwn->fail_addr.ss_family == AF_INET6 ? "ipv6" : "ipv4");
}

static ssize_t tgt_attr_fail_intr_addr_show(struct config_item *item, char *page)
{
	struct iscsit_wwn *wwn = item_wwn(item);
	char addr[INET6_ADDRSTRLEN + 10] = "0.0.0.0";

	spin_lock(&wwn->fail_lock);
	if (wwn->fail_time)
		iscsit_addr_text(&wwn->fail_addr, addr, sizeof(addr), false);
	spin_unlock(&wwn->fail_lock);
	return sprintf(page, "%s\n", addr);
}

static ssize_t instance_description_show(struct config_item *item, char *page)
{
	return sprintf(page, "Storage Engine Target\n");
}

static ssize_t instance_vendor_show(struct config_item *item, char *page)
{
	return sprintf(page, "Datera, Inc. iSCSI-Target\n");
}

static ssize_t instance_version_show(struct config_item *item, char *page)
{
	return sprintf(page, "v4.1.0\n");
}

CONFIGFS_ATTR_RO(instance_, fail_rem_name);
CONFIGFS_ATTR_RO(instance_, description);
CONFIGFS_ATTR_RO(instance_, vendor);
CONFIGFS_ATTR_RO(instance_, version);
CONFIGFS_ATTR_RO(tgt_attr_, fail_intr_name);
CONFIGFS_ATTR_RO(tgt_attr_, fail_intr_addr_type);
CONFIGFS_ATTR_RO(tgt_attr_, fail_intr_addr);

static struct configfs_attribute *instance_attrs[] = {
	&instance_attr_inst,
	&instance_attr_min_ver,
	&instance_attr_max_ver,
	&instance_attr_portals,
	&instance_attr_nodes,
	&instance_attr_sessions,
	&instance_attr_fail_sess,
	&instance_attr_fail_type,
	&instance_attr_fail_rem_name,
	&instance_attr_disc_time,
	&instance_attr_description,
	&instance_attr_vendor,
	&instance_attr_version,
	NULL,
};

static struct configfs_attribute *sess_err_attrs[] = {
	&sess_err_attr_inst,
	&sess_err_attr_digest_errors,
	&sess_err_attr_cxn_errors,
	&sess_err_attr_format_errors,
	NULL,
};

static struct configfs_attribute *tgt_attr_attrs[] = {
	&tgt_attr_attr_inst,
	&tgt_attr_attr_indx,
	&tgt_attr_attr_login_fails,
	&tgt_attr_attr_last_fail_time,
	&tgt_attr_attr_last_fail_type,
	&tgt_attr_attr_fail_intr_name,
	&tgt_attr_attr_fail_intr_addr_type,
	&tgt_attr_attr_fail_intr_addr,
	NULL,
};

static struct configfs_attribute *login_attrs[] = {
	&login_attr_inst,
	&login_attr_indx,
	&login_attr_accepts,
	&login_attr_other_fails,
	&login_attr_redirects,
	&login_attr_authorize_fails,
	&login_attr_authenticate_fails,
	&login_attr_negotiate_fails,
	NULL,
};

static struct configfs_attribute *logout_attrs[] = {
	&logout_attr_inst,
	&logout_attr_indx,
	&logout_attr_normal_logouts,
	&logout_attr_abnormal_logouts,
	NULL,
};

const struct target_stat_group iscsit_wwn_stats[] = {
	{ "iscsi_instance", instance_attrs },
	{ "iscsi_sess_err", sess_err_attrs },
	{ "iscsi_tgt_attr", tgt_attr_attrs },
	{ "iscsi_login_stats", login_attrs },
	{ "iscsi_logout_stats", logout_attrs },
	{ NULL },
};
