// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/<plugin>_<n>/<device>/wwn in configfs: the names of a device, as INQUIRY
 * and its vital product data report them.
 */
#include <linux/ctype.h>
#include <linux/string.h>
#include "configfs_device.h"
#include "store.h"

static struct target_device *wwn_dev(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_device, wwn_group);
}

static ssize_t show_name(const char *format, const char *name, char *page)
{
	ssize_t len;

	mutex_lock(&target_lock);
	len = scnprintf(page, TARGET_PAGE, format, name);
	mutex_unlock(&target_lock);
	return len;
}

/* INQUIRY fields hold ASCII graphic codes and blanks only, SPC-4 4.3.1. */
static bool is_graphic(const char *name)
{
	for (; *name; name++)
		if (*name < 0x20 || *name > 0x7e)
			return false;
	return true;
}

/* Initiators have seen the names of a device that is exported: they stay. */
static ssize_t store_name(struct target_device *dev, char *name, size_t room, const char *page,
			  size_t count)
{
	char text[sizeof(dev->id.serial)];
	int err = target_take_text(text, room, page, count);

	if (err)
		return err;
	if (!is_graphic(text))
		return -EINVAL;
	mutex_lock(&target_lock);
	if (dev->export_count)
		err = -EINVAL;
	else
		strscpy(name, text, room);
	mutex_unlock(&target_lock);
	return err ?: count;
}

static ssize_t wwn_vendor_id_show(struct config_item *item, char *page)
{
	return show_name("%s\n", wwn_dev(item)->id.vendor, page);
}

static ssize_t wwn_vendor_id_store(struct config_item *item, const char *page, size_t count)
{
	struct target_device *dev = wwn_dev(item);

	return store_name(dev, dev->id.vendor, sizeof(dev->id.vendor), page, count);
}

static ssize_t wwn_product_id_show(struct config_item *item, char *page)
{
	return show_name("%s\n", wwn_dev(item)->id.product, page);
}

static ssize_t wwn_product_id_store(struct config_item *item, const char *page, size_t count)
{
	struct target_device *dev = wwn_dev(item);

	return store_name(dev, dev->id.product, sizeof(dev->id.product), page, count);
}

static ssize_t wwn_revision_show(struct config_item *item, char *page)
{
	return show_name("%s\n", wwn_dev(item)->id.revision, page);
}

static ssize_t wwn_revision_store(struct config_item *item, const char *page, size_t count)
{
	struct target_device *dev = wwn_dev(item);

	return store_name(dev, dev->id.revision, sizeof(dev->id.revision), page, count);
}

static ssize_t wwn_vpd_unit_serial_show(struct config_item *item, char *page)
{
	return show_name("T10 VPD Unit Serial Number: %s\n", wwn_dev(item)->id.serial, page);
}

static ssize_t wwn_vpd_unit_serial_store(struct config_item *item, const char *page,
					 size_t count)
{
	struct target_device *dev = wwn_dev(item);
	ssize_t ret;

	/* Another serial number is another logical unit: see target_store_restore(). */
	if (mutex_lock_killable(&dev->config_lock))
		return -EINTR;
	ret = target_store_settled(dev) ? store_name(dev, dev->id.serial, sizeof(dev->id.serial),
						     page, count) : -EBUSY;
	if (ret >= 0)
		dev->restored = false;
	mutex_unlock(&dev->config_lock);
	return ret;
}

static ssize_t wwn_company_id_show(struct config_item *item, char *page)
{
	return scnprintf(page, TARGET_PAGE, "%#08x\n", READ_ONCE(wwn_dev(item)->id.company_id));
}

static ssize_t wwn_company_id_store(struct config_item *item, const char *page, size_t count)
{
	struct target_device *dev = wwn_dev(item);
	u32 id;
	int err = kstrtou32(page, 0, &id);

	if (err)
		return err;
	if (id >> 24)
		return -EOVERFLOW;
	mutex_lock(&target_lock);
	if (dev->export_count)
		err = -EINVAL;
	else
		WRITE_ONCE(dev->id.company_id, id);
	mutex_unlock(&target_lock);
	return err ?: count;
}

/* Designators that came from hardware; a device whose SCSI part is ours has none. */
static ssize_t wwn_vpd_protocol_identifier_show(struct config_item *item, char *page)
{
	return 0;
}

static ssize_t wwn_vpd_assoc_logical_unit_show(struct config_item *item, char *page)
{
	return 0;
}

static ssize_t wwn_vpd_assoc_target_port_show(struct config_item *item, char *page)
{
	return 0;
}

static ssize_t wwn_vpd_assoc_scsi_target_device_show(struct config_item *item, char *page)
{
	return 0;
}

CONFIGFS_ATTR(wwn_, vendor_id);
CONFIGFS_ATTR(wwn_, product_id);
CONFIGFS_ATTR(wwn_, revision);
CONFIGFS_ATTR(wwn_, company_id);
CONFIGFS_ATTR(wwn_, vpd_unit_serial);
CONFIGFS_ATTR_RO(wwn_, vpd_protocol_identifier);
CONFIGFS_ATTR_RO(wwn_, vpd_assoc_logical_unit);
CONFIGFS_ATTR_RO(wwn_, vpd_assoc_target_port);
CONFIGFS_ATTR_RO(wwn_, vpd_assoc_scsi_target_device);

static struct configfs_attribute *wwn_attrs[] = {
	&wwn_attr_vendor_id,
	&wwn_attr_product_id,
	&wwn_attr_revision,
	&wwn_attr_company_id,
	&wwn_attr_vpd_unit_serial,
	&wwn_attr_vpd_protocol_identifier,
	&wwn_attr_vpd_assoc_logical_unit,
	&wwn_attr_vpd_assoc_target_port,
	&wwn_attr_vpd_assoc_scsi_target_device,
	NULL,
};

const struct config_item_type target_wwn_files_type = {
	.ct_owner	= THIS_MODULE,
	.ct_attrs	= wwn_attrs,
};
