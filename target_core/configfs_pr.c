// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/<plugin>_<n>/<device>/pr in configfs: who holds a reservation. The device
 * server has no reservation commands, so these files say that there is none.
 */
#include "configfs_device.h"

#define NO_HOLDER	"No SPC-3 Reservation holder\n"
#define DISABLED	"SPC_RESERVATIONS_DISABLED\n"

static struct target_dev_attrib *pr_attrib(struct config_item *item)
{
	return &container_of(to_config_group(item), struct target_device, pr_group)->attrib;
}

static bool pr_emulated(struct config_item *item)
{
	return READ_ONCE(pr_attrib(item)->emulate_pr);
}

static ssize_t show_text(const char *text, char *page)
{
	return scnprintf(page, TARGET_PAGE, "%s", text);
}

static ssize_t pr_res_holder_show(struct config_item *item, char *page)
{
	return show_text(pr_emulated(item) ? NO_HOLDER : DISABLED, page);
}

static ssize_t pr_res_pr_all_tgt_pts_show(struct config_item *item, char *page)
{
	return show_text(NO_HOLDER, page);
}

static ssize_t pr_res_pr_generation_show(struct config_item *item, char *page)
{
	return show_text("0x00000000\n", page);
}

static ssize_t pr_res_pr_holder_tg_port_show(struct config_item *item, char *page)
{
	return show_text(NO_HOLDER, page);
}

static ssize_t pr_res_pr_registered_i_pts_show(struct config_item *item, char *page)
{
	return show_text("SPC-3 PR Registrations:\nNone\n", page);
}

static ssize_t pr_res_pr_type_show(struct config_item *item, char *page)
{
	return show_text(NO_HOLDER, page);
}

static ssize_t pr_res_type_show(struct config_item *item, char *page)
{
	return show_text(pr_emulated(item) ? "SPC3_PERSISTENT_RESERVATIONS\n" : DISABLED, page);
}

static ssize_t pr_res_aptpl_active_show(struct config_item *item, char *page)
{
	return pr_emulated(item) ? show_text("APTPL Bit Status: Disabled\n", page) : 0;
}

static ssize_t pr_res_aptpl_metadata_show(struct config_item *item, char *page)
{
	return pr_emulated(item) ? show_text("Ready to process PR APTPL metadata..\n", page) : 0;
}

/* A registration that nothing enforces must not be taken as restored. */
static ssize_t pr_res_aptpl_metadata_store(struct config_item *item, const char *page,
					   size_t count)
{
	return pr_emulated(item) ? -EOPNOTSUPP : count;
}

CONFIGFS_ATTR_RO(pr_, res_holder);
CONFIGFS_ATTR_RO(pr_, res_pr_all_tgt_pts);
CONFIGFS_ATTR_RO(pr_, res_pr_generation);
CONFIGFS_ATTR_RO(pr_, res_pr_holder_tg_port);
CONFIGFS_ATTR_RO(pr_, res_pr_registered_i_pts);
CONFIGFS_ATTR_RO(pr_, res_pr_type);
CONFIGFS_ATTR_RO(pr_, res_type);
CONFIGFS_ATTR_RO(pr_, res_aptpl_active);
CONFIGFS_ATTR(pr_, res_aptpl_metadata);

static struct configfs_attribute *pr_attrs[] = {
	&pr_attr_res_holder,
	&pr_attr_res_pr_all_tgt_pts,
	&pr_attr_res_pr_generation,
	&pr_attr_res_pr_holder_tg_port,
	&pr_attr_res_pr_registered_i_pts,
	&pr_attr_res_pr_type,
	&pr_attr_res_type,
	&pr_attr_res_aptpl_active,
	&pr_attr_res_aptpl_metadata,
	NULL,
};

const struct config_item_type target_pr_type = {
	.ct_owner	= THIS_MODULE,
	.ct_attrs	= pr_attrs,
};
