// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/<plugin>_<n>/<device>/pr in configfs: who is registered, who holds a
 * reservation, and where user space puts back what outlived a loss of power.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include "configfs_device.h"
#include "pr.h"

#define NO_HOLDER	"No SPC-3 Reservation holder\n"
#define DISABLED	"SPC_RESERVATIONS_DISABLED\n"
#define ISID_TEXT	(sizeof(",i,0x") + 2 * sizeof_field(struct pr_nexus, isid))

static struct target_device *pr_dev(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_device, pr_group);
}

static bool pr_emulated(struct config_item *item)
{
	return READ_ONCE(pr_dev(item)->attrib.emulate_pr);
}

static ssize_t show_text(const char *text, char *page)
{
	return scnprintf(page, TARGET_PAGE, "%s", text);
}

static const char *isid_text(const struct pr_nexus *nexus, char text[ISID_TEXT])
{
	if (nexus->has_isid)
		scnprintf(text, ISID_TEXT, ",i,0x%*phN", (int)sizeof(nexus->isid), nexus->isid);
	else
		text[0] = 0;
	return text;
}

typedef ssize_t (*show_fn)(const struct pr_state *s, const struct pr_reg *holder, char *page);

/* What a file tells of the registration that holds the reservation. */
static ssize_t show_holder(struct config_item *item, char *page, show_fn show)
{
	struct target_device *dev = pr_dev(item);
	const struct pr_reg *holder;
	ssize_t len;

	mutex_lock(&target_lock);
	holder = dev->pr && dev->pr->type ? pr_find_id(dev->pr, dev->pr->holder) : NULL;
	len = holder ? show(dev->pr, holder, page) : show_text(NO_HOLDER, page);
	mutex_unlock(&target_lock);
	return len;
}

static ssize_t show_spc2(const struct target_nexus *nexus, char *page)
{
	return scnprintf(page, TARGET_PAGE, "SPC-2 Reservation: %s Initiator: %s\n",
			 nexus->ops->name, nexus->initiator);
}

static ssize_t show_holder_name(const struct pr_state *s, const struct pr_reg *holder, char *page)
{
	char isid[ISID_TEXT];

	return scnprintf(page, TARGET_PAGE, "SPC-3 Reservation: %s Initiator: %s%s\n",
			 holder->nexus.fabric, holder->nexus.initiator,
			 isid_text(&holder->nexus, isid));
}

static ssize_t pr_res_holder_show(struct config_item *item, char *page)
{
	struct target_device *dev = pr_dev(item);
	ssize_t len = 0;

	if (!pr_emulated(item))
		return show_text(DISABLED, page);
	mutex_lock(&target_lock);
	if (dev->spc2_holder)
		len = show_spc2(dev->spc2_holder->nexus, page);
	mutex_unlock(&target_lock);
	return len ?: show_holder(item, page, show_holder_name);
}

static ssize_t show_all_tg_pt(const struct pr_state *s, const struct pr_reg *holder, char *page)
{
	return scnprintf(page, TARGET_PAGE,
			 "SPC-3 Reservation: %s Target Port%s registration\n",
			 holder->all_tg_pt ? "All" : "Single", holder->all_tg_pt ? "s" : "");
}

static ssize_t pr_res_pr_all_tgt_pts_show(struct config_item *item, char *page)
{
	return show_holder(item, page, show_all_tg_pt);
}

static ssize_t pr_res_pr_generation_show(struct config_item *item, char *page)
{
	struct target_device *dev = pr_dev(item);
	u32 generation;

	mutex_lock(&target_lock);
	generation = dev->pr ? dev->pr->generation : 0;
	mutex_unlock(&target_lock);
	return scnprintf(page, TARGET_PAGE, "0x%08x\n", generation);
}

static ssize_t show_port(const struct pr_state *s, const struct pr_reg *holder, char *page)
{
	const struct pr_nexus *nexus = &holder->nexus;

	return scnprintf(page, TARGET_PAGE,
			 "SPC-3 Reservation: %s Target Node Endpoint: %s\n"
			 "SPC-3 Reservation: Relative Port Identifier Tag: %hu"
			 " %s Portal Group Tag: %hu %s Logical Unit: %llu\n",
			 nexus->fabric, nexus->target, nexus->rtpi, nexus->fabric, nexus->tpg_tag,
			 nexus->fabric, nexus->target_lun);
}

static ssize_t pr_res_pr_holder_tg_port_show(struct config_item *item, char *page)
{
	return show_holder(item, page, show_port);
}

/* A line that does not fit whole ends the list. */
static ssize_t show_registrations(const struct pr_state *s, char *page)
{
	ssize_t len = show_text("SPC-3 PR Registrations:\n", page);
	char line[PR_NAME_MAX + 128], isid[ISID_TEXT];
	const struct pr_reg *reg;
	int n;

	if (!pr_next(s, NULL))
		return len + show_text("None\n", page + len);
	pr_for_each(s, reg) {
		n = scnprintf(line, sizeof(line), "%s Node: %s%s Key: 0x%016llx PRgen: 0x%08x\n",
			      reg->nexus.fabric, reg->nexus.initiator,
			      isid_text(&reg->nexus, isid), reg->key, reg->generation);
		if (len + n >= TARGET_PAGE)
			break;
		memcpy(page + len, line, n);
		len += n;
	}
	return len;
}

static ssize_t pr_res_pr_registered_i_pts_show(struct config_item *item, char *page)
{
	ssize_t len;

	mutex_lock(&target_lock);
	len = show_registrations(pr_dev(item)->pr, page);
	mutex_unlock(&target_lock);
	return len;
}

static ssize_t show_type(const struct pr_state *s, const struct pr_reg *holder, char *page)
{
	static const char *const names[] = {
		[PR_WRITE_EXCLUSIVE]	 = "Write Exclusive Access",
		[PR_EXCLUSIVE_ACCESS]	 = "Exclusive Access",
		[PR_WRITE_EXCLUSIVE_RO]	 = "Write Exclusive Access, Registrants Only",
		[PR_EXCLUSIVE_ACCESS_RO] = "Exclusive Access, Registrants Only",
		[PR_WRITE_EXCLUSIVE_AR]	 = "Write Exclusive Access, All Registrants",
		[PR_EXCLUSIVE_ACCESS_AR] = "Exclusive Access, All Registrants",
	};

	return scnprintf(page, TARGET_PAGE, "SPC-3 Reservation Type: %s\n", names[s->type]);
}

static ssize_t pr_res_pr_type_show(struct config_item *item, char *page)
{
	return show_holder(item, page, show_type);
}

static ssize_t pr_res_type_show(struct config_item *item, char *page)
{
	if (!pr_emulated(item))
		return show_text(DISABLED, page);
	return show_text(READ_ONCE(pr_dev(item)->spc2_holder) ? "SPC2_RESERVATIONS\n" :
			 "SPC3_PERSISTENT_RESERVATIONS\n", page);
}

static ssize_t pr_res_aptpl_active_show(struct config_item *item, char *page)
{
	struct target_device *dev = pr_dev(item);
	bool active;

	if (!pr_emulated(item))
		return 0;
	mutex_lock(&target_lock);
	active = dev->pr && dev->pr->aptpl;
	mutex_unlock(&target_lock);
	return scnprintf(page, TARGET_PAGE, "APTPL Bit Status: %s\n",
			 active ? "Activated" : "Disabled");
}

static ssize_t pr_res_aptpl_metadata_show(struct config_item *item, char *page)
{
	return pr_emulated(item) ? show_text("Ready to process PR APTPL metadata..\n", page) : 0;
}

static ssize_t pr_res_aptpl_metadata_store(struct config_item *item, const char *page,
					   size_t count)
{
	struct target_device *dev = pr_dev(item);
	char *text;
	int err;

	if (!pr_emulated(item) || READ_ONCE(dev->spc2_holder))
		return count;
	text = kmemdup_nul(page, count, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	err = target_pr_restore(dev, text);
	kfree(text);
	return err ?: count;
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
