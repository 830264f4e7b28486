// SPDX-License-Identifier: GPL-2.0-only
/*
 * configfs files of portals: transports, socket options, redirection and the number of connections.
 * Options belong to the listening socket, which portals of several targets may share.
 */
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include "iscsit.h"

static struct iscsit_portal *item_portal(struct config_item *item)
{
	return target_portal_priv(target_portal_of_item(item));
}

/* ---- transports ---- */

/* No listener other than TCP's exists: off is fine, on is not possible. */
static ssize_t portal_transport_set(const char *page, size_t count)
{
	u32 val;
	int ret;

	ret = kstrtou32(page, 0, &val);
	if (ret)
		return ret;
	if (val > 1)
		return -EINVAL;
	return val ? -EOPNOTSUPP : count;
}

static ssize_t portal_iser_show(struct config_item *item, char *page)
{
	return sprintf(page, "0\n");
}

static ssize_t portal_iser_store(struct config_item *item, const char *page, size_t count)
{
	return portal_transport_set(page, count);
}

static ssize_t portal_cxgbit_show(struct config_item *item, char *page)
{
	return sprintf(page, "0\n");
}

static ssize_t portal_cxgbit_store(struct config_item *item, const char *page, size_t count)
{
	return portal_transport_set(page, count);
}

CONFIGFS_ATTR(portal_, iser);
CONFIGFS_ATTR(portal_, cxgbit);

/* ---- socket options: of connections accepted from then on ---- */

static int parse_u32(const char *page, u32 max, u32 *val)
{
	int ret = kstrtou32(page, 0, val);

	if (ret)
		return ret;
	return *val > max ? -EINVAL : 0;
}

static ssize_t portal_nodelay_show(struct config_item *item, char *page)
{
	return sprintf(page, "%d\n", READ_ONCE(item_portal(item)->listener->nodelay));
}

static ssize_t portal_nodelay_store(struct config_item *item, const char *page, size_t count)
{
	u32 val;
	int ret = parse_u32(page, 1, &val);

	if (ret)
		return ret;
	WRITE_ONCE(item_portal(item)->listener->nodelay, val);
	return count;
}

static ssize_t portal_priority_show(struct config_item *item, char *page)
{
	return sprintf(page, "%u\n", READ_ONCE(item_portal(item)->listener->priority));
}

static ssize_t portal_priority_store(struct config_item *item, const char *page, size_t count)
{
	u32 val;
	int ret = parse_u32(page, U32_MAX, &val);

	if (ret)
		return ret;
	WRITE_ONCE(item_portal(item)->listener->priority, val);
	return count;
}

/* The name up to the line end. */
static int parse_device(const char *page, size_t count, char name[IFNAMSIZ])
{
	if (count && page[count - 1] == '\n')
		count--;
	if (count >= IFNAMSIZ || strnlen(page, count) != count)
		return -EINVAL;
	memcpy(name, page, count);
	name[count] = '\0';
	return !count || dev_valid_name(name) ? 0 : -EINVAL;
}

static int device_index(struct net *net, const char *name)
{
	struct net_device *dev;
	int index;

	if (!*name)
		return 0;
	dev = dev_get_by_name(net, name);
	if (!dev)
		return -ENODEV;
	index = dev->ifindex;
	dev_put(dev);
	return index;
}

/* A link-local address is one of a device already. */
static bool is_link_local(const struct iscsit_listener *lsn)
{
	const struct sockaddr_in6 *in6 = (const void *)&lsn->addr;

	return lsn->addr.ss_family == AF_INET6 && in6->sin6_scope_id;
}

static ssize_t portal_bind_device_show(struct config_item *item, char *page)
{
	ssize_t len;

	mutex_lock(&iscsit_portal_lock);
	len = sprintf(page, "%s\n", item_portal(item)->listener->device);
	mutex_unlock(&iscsit_portal_lock);
	return len;
}

static ssize_t portal_bind_device_store(struct config_item *item, const char *page,
					size_t count)
{
	struct iscsit_listener *lsn = item_portal(item)->listener;
	struct sock *sk = lsn->sock->sk;
	char name[IFNAMSIZ];
	int ret;

	ret = parse_device(page, count, name);
	if (ret)
		return ret;
	if (is_link_local(lsn))
		return -EBUSY;
	ret = device_index(sock_net(sk), name);
	if (ret < 0)
		return ret;
	mutex_lock(&iscsit_portal_lock);
	ret = sock_bindtoindex(sk, ret, true);
	if (!ret)
		strscpy(lsn->device, name, sizeof(lsn->device));
	mutex_unlock(&iscsit_portal_lock);
	return ret ? ret : count;
}

CONFIGFS_ATTR(portal_, nodelay);
CONFIGFS_ATTR(portal_, priority);
CONFIGFS_ATTR(portal_, bind_device);

/* ---- logins: of this portal's target alone ---- */

static ssize_t portal_redirect_show(struct config_item *item, char *page)
{
	return iscsit_redirect_get(&item_portal(item)->redirect, page);
}

static ssize_t portal_redirect_store(struct config_item *item, const char *page, size_t count)
{
	return iscsit_redirect_set(&item_portal(item)->redirect, page, count);
}

static ssize_t portal_connection_limit_show(struct config_item *item, char *page)
{
	return sprintf(page, "%u\n", READ_ONCE(item_portal(item)->connection_limit));
}

static ssize_t portal_connection_limit_store(struct config_item *item, const char *page,
					     size_t count)
{
	u32 val;
	int ret = parse_u32(page, 65535, &val);

	if (ret)
		return ret;
	WRITE_ONCE(item_portal(item)->connection_limit, val);
	return count;
}

CONFIGFS_ATTR(portal_, redirect);
CONFIGFS_ATTR(portal_, connection_limit);

struct configfs_attribute *iscsit_portal_attrs[] = {
	&portal_attr_iser,
	&portal_attr_cxgbit,
	&portal_attr_nodelay,
	&portal_attr_priority,
	&portal_attr_bind_device,
	&portal_attr_redirect,
	&portal_attr_connection_limit,
	NULL,
};
