// SPDX-License-Identifier: GPL-2.0-only
/*
 * The auth/ directories of TPGs and ACLs, and discovery_auth/: CHAP names and secrets, for the
 * administrator's eyes only.
 */
#include <linux/capability.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "iscsit.h"

#define AUTH_TEXT_MAX	255	/* characters of a name or secret */

DEFINE_MUTEX(iscsit_auth_lock);

enum auth_field {
	AUTH_USERID,
	AUTH_PASSWORD,
	AUTH_USERID_MUTUAL,
	AUTH_PASSWORD_MUTUAL,
};

/* Where an auth/ directory keeps its strings, and whether a text too long is cut or refused. */
struct auth_place {
	struct iscsit_auth	*auth;
	bool			cut;
};

static char *auth_text(struct iscsit_auth *auth, enum auth_field field)
{
	switch (field) {
	case AUTH_USERID:
		return auth->userid;
	case AUTH_PASSWORD:
		return auth->password;
	case AUTH_USERID_MUTUAL:
		return auth->userid_mutual;
	default:
		return auth->password_mutual;
	}
}

/* Text that begins with NULL stands for none, but is shown as it was written. */
bool iscsit_auth_set(const char *s)
{
	return *s && strncmp(s, "NULL", 4);
}

/* What CHAP needs. Caller holds iscsit_auth_lock. Returns whether initiators can be checked. */
bool iscsit_auth_creds(const struct iscsit_auth *auth, struct iscsit_chap_creds *creds)
{
	creds->have_in = iscsit_auth_set(auth->userid) && iscsit_auth_set(auth->password);
	creds->have_out = iscsit_auth_set(auth->userid_mutual) &&
			  iscsit_auth_set(auth->password_mutual);
	if (creds->have_in) {
		strscpy(creds->name_in, auth->userid, sizeof(creds->name_in));
		strscpy(creds->secret_in, auth->password, sizeof(creds->secret_in));
	}
	if (creds->have_out) {
		strscpy(creds->name_out, auth->userid_mutual, sizeof(creds->name_out));
		strscpy(creds->secret_out, auth->password_mutual, sizeof(creds->secret_out));
	}
	return creds->have_in;
}

static ssize_t auth_show(struct iscsit_auth *auth, enum auth_field field, char *page)
{
	ssize_t len;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	mutex_lock(&iscsit_auth_lock);
	len = sprintf(page, "%s\n", auth_text(auth, field));
	mutex_unlock(&iscsit_auth_lock);
	return len;
}

static ssize_t auth_store(struct auth_place place, enum auth_field field, const char *page,
			  size_t count)
{
	size_t len = min_t(size_t, count, AUTH_TEXT_MAX);
	char *text;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (count > AUTH_TEXT_MAX && !place.cut)
		return -EINVAL;
	mutex_lock(&iscsit_auth_lock);
	text = auth_text(place.auth, field);
	memcpy(text, page, len);
	text[len] = '\0';
	mutex_unlock(&iscsit_auth_lock);
	return count;
}

static ssize_t auth_target_show(struct iscsit_auth *auth, char *page)
{
	bool on;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	mutex_lock(&iscsit_auth_lock);
	on = iscsit_auth_set(auth->userid_mutual) && iscsit_auth_set(auth->password_mutual);
	mutex_unlock(&iscsit_auth_lock);
	return sprintf(page, "%d\n", on);
}

static struct auth_place disc_place(struct config_item *item)
{
	return (struct auth_place){ .auth = &iscsit_discovery_auth };
}

static struct auth_place tpg_place(struct config_item *item)
{
	struct iscsit_tpg *tpg = target_tpg_priv(target_tpg_of_item(item));

	return (struct auth_place){ .auth = &tpg->auth, .cut = true };
}

static struct auth_place acl_place(struct config_item *item)
{
	struct iscsit_acl *acl = target_acl_priv(target_acl_of_item(item));

	return (struct auth_place){ .auth = &acl->auth };
}

#define AUTH_FILE(_dir, _name, _field)							\
static ssize_t _dir##_##_name##_show(struct config_item *item, char *page)		\
{											\
	return auth_show(_dir##_place(item).auth, _field, page);			\
}											\
static ssize_t _dir##_##_name##_store(struct config_item *item, const char *page,	\
				      size_t count)					\
{											\
	return auth_store(_dir##_place(item), _field, page, count);			\
}											\
CONFIGFS_ATTR(_dir##_, _name)

AUTH_FILE(disc, userid, AUTH_USERID);
AUTH_FILE(disc, password, AUTH_PASSWORD);
AUTH_FILE(disc, userid_mutual, AUTH_USERID_MUTUAL);
AUTH_FILE(disc, password_mutual, AUTH_PASSWORD_MUTUAL);
AUTH_FILE(tpg, userid, AUTH_USERID);
AUTH_FILE(tpg, password, AUTH_PASSWORD);
AUTH_FILE(tpg, userid_mutual, AUTH_USERID_MUTUAL);
AUTH_FILE(tpg, password_mutual, AUTH_PASSWORD_MUTUAL);
AUTH_FILE(acl, userid, AUTH_USERID);
AUTH_FILE(acl, password, AUTH_PASSWORD);
AUTH_FILE(acl, userid_mutual, AUTH_USERID_MUTUAL);
AUTH_FILE(acl, password_mutual, AUTH_PASSWORD_MUTUAL);

static ssize_t disc_authenticate_target_show(struct config_item *item, char *page)
{
	return auth_target_show(&iscsit_discovery_auth, page);
}

static ssize_t tpg_authenticate_target_show(struct config_item *item, char *page)
{
	return auth_target_show(tpg_place(item).auth, page);
}

static ssize_t acl_authenticate_target_show(struct config_item *item, char *page)
{
	return auth_target_show(acl_place(item).auth, page);
}

CONFIGFS_ATTR_RO(disc_, authenticate_target);
CONFIGFS_ATTR_RO(tpg_, authenticate_target);
CONFIGFS_ATTR_RO(acl_, authenticate_target);

static ssize_t disc_enforce_discovery_auth_show(struct config_item *item, char *page)
{
	return sprintf(page, "%d\n", READ_ONCE(iscsit_discovery_enforce));
}

static ssize_t disc_enforce_discovery_auth_store(struct config_item *item, const char *page,
						 size_t count)
{
	u32 val;
	int ret;

	ret = kstrtou32(page, 0, &val);
	if (ret)
		return ret;
	if (val > 1)
		return -EINVAL;
	WRITE_ONCE(iscsit_discovery_enforce, val);
	return count;
}

CONFIGFS_ATTR(disc_, enforce_discovery_auth);

struct configfs_attribute *iscsit_discovery_attrs[] = {
	&disc_attr_userid,
	&disc_attr_password,
	&disc_attr_userid_mutual,
	&disc_attr_password_mutual,
	&disc_attr_authenticate_target,
	&disc_attr_enforce_discovery_auth,
	NULL,
};

struct configfs_attribute *iscsit_tpg_auth_attrs[] = {
	&tpg_attr_userid,
	&tpg_attr_password,
	&tpg_attr_userid_mutual,
	&tpg_attr_password_mutual,
	&tpg_attr_authenticate_target,
	NULL,
};

struct configfs_attribute *iscsit_acl_auth_attrs[] = {
	&acl_attr_userid,
	&acl_attr_password,
	&acl_attr_userid_mutual,
	&acl_attr_password_mutual,
	&acl_attr_authenticate_target,
	NULL,
};
