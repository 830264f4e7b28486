// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/<plugin>_<n>/<device>/attrib in configfs: a number per file, each with a
 * row that says where it is kept and what may be written to it.
 */
#include <linux/ctype.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include "configfs_device.h"
#include "mode.h"

/* attrib_row.flags */
#define ATTRIB_BOOL	0x01	/* written as a truth value, else as u32 */
#define ATTRIB_FIXED	0x02	/* not while a LUN is linked: initiators have seen it */
#define ATTRIB_MODE	0x08	/* a mode page or its header tells of it: initiators are told */
#define ATTRIB_INQUIRY	0x10	/* INQUIRY data tell of it: the same */
#define ATTRIB_IGNORED	0x04	/* kept for saved configurations: takes anything, does nothing */

/**
 * struct attrib_row - one file
 * @offset: of the u32 in struct target_dev_attrib.
 * @flags: ATTRIB_*.
 * @max: largest value, 0 for any.
 * @set: NULL to store the value, or what to do instead. Called with config_lock
 *	and target_lock held; returns 0 or errno.
 */
struct attrib_row {
	u16	offset;
	u16	flags;
	u32	max;
	int	(*set)(struct target_device *dev, u32 val);
};

static struct target_device *attrib_dev(struct config_item *item)
{
	return container_of(to_config_group(item), struct target_device, attrib_group);
}

static u32 *attrib_word(struct target_device *dev, const struct attrib_row *row)
{
	return (void *)&dev->attrib + row->offset;
}

static ssize_t attrib_show(struct config_item *item, const struct attrib_row *row, char *page)
{
	return scnprintf(page, TARGET_PAGE, "%u\n", READ_ONCE(*attrib_word(attrib_dev(item), row)));
}

static int attrib_parse(const struct attrib_row *row, const char *page, u32 *val)
{
	bool on;
	int err;

	if (row->flags & ATTRIB_BOOL) {
		err = kstrtobool(page, &on);
		*val = on;
	} else {
		err = kstrtou32(page, 0, val);
		if (!err && row->max && *val > row->max)
			err = -EINVAL;
	}
	return err;
}

static void attrib_tell(struct target_device *dev, const struct attrib_row *row)
{
	if (row->flags & ATTRIB_MODE) {
		target_mode_settle(dev);
		target_ua_raise_device(dev, TARGET_UA_MODE_CHANGED, NULL);
	}
	if (row->flags & ATTRIB_INQUIRY)
		target_ua_raise_device(dev, TARGET_UA_INQUIRY_CHANGED, NULL);
}

static int attrib_set(struct target_device *dev, const struct attrib_row *row, u32 val)
{
	u32 old = READ_ONCE(*attrib_word(dev, row));
	int err = 0;

	if ((row->flags & ATTRIB_FIXED) && dev->export_count)
		return -EINVAL;
	if (row->set)
		err = row->set(dev, val);
	else
		WRITE_ONCE(*attrib_word(dev, row), val);
	if (READ_ONCE(*attrib_word(dev, row)) != old)
		attrib_tell(dev, row);
	return err;
}

static ssize_t attrib_store(struct config_item *item, const struct attrib_row *row,
			    const char *page, size_t count)
{
	struct target_device *dev = attrib_dev(item);
	u32 val;
	int err;

	if (row->flags & ATTRIB_IGNORED)
		return count;
	err = attrib_parse(row, page, &val);
	if (err)
		return err;
	err = mutex_lock_killable(&dev->config_lock);
	if (err)
		return err;
	mutex_lock(&target_lock);
	err = attrib_set(dev, row, val);
	mutex_unlock(&target_lock);
	mutex_unlock(&dev->config_lock);
	return err ?: count;
}

/* ---- values with a rule of their own ---- */

static int set_model_alias(struct target_device *dev, u32 on)
{
	char *c;

	/* 15 characters, one less than fit: hosts know the model by that name. */
	strscpy(dev->id.product, on ? dev->bd.name : dev->bd.ops->product,
		on ? 16 : sizeof(dev->id.product));
	/* A directory's name may be anything, INQUIRY data are ASCII graphic codes. */
	for (c = dev->id.product; *c; c++)
		if (!isascii(*c) || !isprint(*c))
			*c = '_';
	dev->attrib.emulate_model_alias = on;
	return 0;
}

static int set_write_cache(struct target_device *dev, u32 on)
{
	if (on && dev->bd.ops->reports_cache)
		return -EINVAL;
	WRITE_ONCE(dev->attrib.emulate_write_cache, on);
	/* Who finds no cache takes what was written before for durable. */
	if (!on && dev->configured)
		target_device_flush(dev, 0);
	return 0;
}

/* Thin provisioning needs a medium that can unmap. */
static int check_unmap(struct target_device *dev)
{
	struct target_dev_attrib *a = &dev->attrib;
	const struct target_limits *l = &dev->bd.limits;

	if (!dev->configured)
		return -ENODEV;
	if (!l->max_unmap_blocks || !l->max_unmap_descs)
		return -ENOSYS;
	if (!a->max_unmap_block_desc_count) {
		a->max_unmap_lba_count = l->max_unmap_blocks;
		a->max_unmap_block_desc_count = l->max_unmap_descs;
	}
	return 0;
}

static int set_if_unmap(struct target_device *dev, u32 *word, u32 on)
{
	int err = on ? check_unmap(dev) : 0;

	if (!err)
		WRITE_ONCE(*word, on);
	return err;
}

static int set_tpu(struct target_device *dev, u32 on)
{
	return set_if_unmap(dev, &dev->attrib.emulate_tpu, on);
}

static int set_tpws(struct target_device *dev, u32 on)
{
	return set_if_unmap(dev, &dev->attrib.emulate_tpws, on);
}

/* A backstore that promises nothing of unmapped blocks is asked for zeroes: exec_unmap_op(). */
static int set_unmap_zeroes(struct target_device *dev, u32 on)
{
	const struct target_limits *l = &dev->hw_limits;

	if (on && dev->configured && !l->unmap_zeroes && !l->max_zero_blocks)
		return -ENOSYS;
	return set_if_unmap(dev, &dev->attrib.unmap_zeroes_data, on);
}

/* No backstore keeps protection information; type 2 needs 32 byte CDBs besides. */
static int set_pi_type(struct target_device *dev, u32 type)
{
	return type ? -ENOSYS : 0;
}

static int set_pi_format(struct target_device *dev, u32 on)
{
	return on ? -ENOSYS : 0;
}

static int set_pi_verify(struct target_device *dev, u32 on)
{
	/* Without protection information there is nothing to verify, but saved files say 1. */
	return 0;
}

static int set_rest_reord(struct target_device *dev, u32 on)
{
	return on ? -ENOSYS : 0;
}

static int set_optimal_sectors(struct target_device *dev, u32 blocks)
{
	if (blocks > dev->attrib.hw_max_sectors)
		return -EINVAL;
	WRITE_ONCE(dev->attrib.optimal_sectors, blocks);
	return 0;
}

static int set_queue_depth(struct target_device *dev, u32 depth)
{
	if (!depth || depth > dev->attrib.hw_queue_depth)
		return -EINVAL;
	WRITE_ONCE(dev->attrib.queue_depth, depth);
	dev->max_queue_depth = depth;
	return 0;
}

/* The core emulates both for every backstore. */
static int set_always_on(struct target_device *dev, u32 on)
{
	return on ? 0 : -ENOSYS;
}

/* ---- the files ---- */

/* attrib/<_name>: its row, its show and its store function. */
#define ATTRIB(_name, ...)								\
static const struct attrib_row attrib_##_name##_row = {				\
	.offset = offsetof(struct target_dev_attrib, _name), __VA_ARGS__ };		\
static ssize_t attrib_##_name##_show(struct config_item *item, char *page)		\
{ return attrib_show(item, &attrib_##_name##_row, page); }				\
static ssize_t attrib_##_name##_store(struct config_item *item, const char *page, size_t count) \
{ return attrib_store(item, &attrib_##_name##_row, page, count); }			\
CONFIGFS_ATTR(attrib_, _name)

/* The same for a file that can't be written. */
#define ATTRIB_RO(_name)								\
static const struct attrib_row attrib_##_name##_row = {				\
	.offset = offsetof(struct target_dev_attrib, _name) };				\
static ssize_t attrib_##_name##_show(struct config_item *item, char *page)		\
{ return attrib_show(item, &attrib_##_name##_row, page); }				\
CONFIGFS_ATTR_RO(attrib_, _name)

ATTRIB(emulate_model_alias, .flags = ATTRIB_BOOL | ATTRIB_FIXED, .set = set_model_alias);
ATTRIB(emulate_dpo, .flags = ATTRIB_IGNORED);
ATTRIB(emulate_fua_write, .flags = ATTRIB_BOOL | ATTRIB_MODE);
ATTRIB(emulate_fua_read, .flags = ATTRIB_IGNORED);
ATTRIB(emulate_write_cache, .flags = ATTRIB_BOOL | ATTRIB_MODE, .set = set_write_cache);
ATTRIB(emulate_ua_intlck_ctrl, .flags = ATTRIB_FIXED, .max = 2);
ATTRIB(emulate_tas, .flags = ATTRIB_BOOL | ATTRIB_FIXED);
ATTRIB(emulate_tpu, .flags = ATTRIB_BOOL | ATTRIB_INQUIRY, .set = set_tpu);
ATTRIB(emulate_tpws, .flags = ATTRIB_BOOL | ATTRIB_INQUIRY, .set = set_tpws);
ATTRIB(emulate_caw, .flags = ATTRIB_BOOL | ATTRIB_INQUIRY);
ATTRIB(emulate_3pc, .flags = ATTRIB_BOOL | ATTRIB_INQUIRY);
ATTRIB(emulate_pr, .flags = ATTRIB_BOOL);
ATTRIB(emulate_rsoc, .flags = ATTRIB_BOOL);
ATTRIB(pi_prot_type, .max = 3, .set = set_pi_type);
ATTRIB_RO(hw_pi_prot_type);
ATTRIB(pi_prot_verify, .flags = ATTRIB_BOOL, .set = set_pi_verify);
ATTRIB(enforce_pr_isids, .flags = ATTRIB_BOOL);
ATTRIB(is_nonrot, .flags = ATTRIB_BOOL | ATTRIB_INQUIRY);
ATTRIB(emulate_rest_reord, .flags = ATTRIB_BOOL, .set = set_rest_reord);
ATTRIB(force_pr_aptpl, .flags = ATTRIB_BOOL | ATTRIB_FIXED);
ATTRIB_RO(hw_block_size);
ATTRIB(block_size, .flags = ATTRIB_FIXED, .set = target_device_set_block_size);
ATTRIB_RO(hw_max_sectors);
ATTRIB(optimal_sectors, .flags = ATTRIB_FIXED, .set = set_optimal_sectors);
ATTRIB_RO(hw_queue_depth);
ATTRIB(queue_depth, .flags = ATTRIB_FIXED, .set = set_queue_depth);
ATTRIB(max_unmap_lba_count, .flags = ATTRIB_INQUIRY);
ATTRIB(max_unmap_block_desc_count, .flags = ATTRIB_INQUIRY);
ATTRIB(unmap_granularity, .flags = ATTRIB_INQUIRY);
ATTRIB(unmap_granularity_alignment, .flags = ATTRIB_INQUIRY);
ATTRIB(unmap_zeroes_data, .flags = ATTRIB_BOOL | ATTRIB_FIXED, .set = set_unmap_zeroes);
ATTRIB(max_write_same_len, .flags = ATTRIB_INQUIRY);
ATTRIB(alua_support, .flags = ATTRIB_BOOL, .set = set_always_on);
ATTRIB(pgr_support, .flags = ATTRIB_BOOL, .set = set_always_on);
ATTRIB(submit_type, .max = 2);
ATTRIB(removable, .flags = ATTRIB_BOOL | ATTRIB_FIXED);

/* A command, not a value: it reads as 0 whatever was written. */
static const struct attrib_row attrib_pi_prot_format_row = {
	.flags = ATTRIB_BOOL, .set = set_pi_format };

static ssize_t attrib_pi_prot_format_show(struct config_item *item, char *page)
{
	return scnprintf(page, TARGET_PAGE, "0\n");
}

static ssize_t attrib_pi_prot_format_store(struct config_item *item, const char *page,
					   size_t count)
{
	return attrib_store(item, &attrib_pi_prot_format_row, page, count);
}

CONFIGFS_ATTR(attrib_, pi_prot_format);

static struct configfs_attribute *attrib_attrs[] = {
	&attrib_attr_emulate_model_alias,
	&attrib_attr_emulate_dpo,
	&attrib_attr_emulate_fua_write,
	&attrib_attr_emulate_fua_read,
	&attrib_attr_emulate_write_cache,
	&attrib_attr_emulate_ua_intlck_ctrl,
	&attrib_attr_emulate_tas,
	&attrib_attr_emulate_tpu,
	&attrib_attr_emulate_tpws,
	&attrib_attr_emulate_caw,
	&attrib_attr_emulate_3pc,
	&attrib_attr_emulate_pr,
	&attrib_attr_emulate_rsoc,
	&attrib_attr_pi_prot_type,
	&attrib_attr_hw_pi_prot_type,
	&attrib_attr_pi_prot_format,
	&attrib_attr_pi_prot_verify,
	&attrib_attr_enforce_pr_isids,
	&attrib_attr_is_nonrot,
	&attrib_attr_emulate_rest_reord,
	&attrib_attr_force_pr_aptpl,
	&attrib_attr_hw_block_size,
	&attrib_attr_block_size,
	&attrib_attr_hw_max_sectors,
	&attrib_attr_optimal_sectors,
	&attrib_attr_hw_queue_depth,
	&attrib_attr_queue_depth,
	&attrib_attr_max_unmap_lba_count,
	&attrib_attr_max_unmap_block_desc_count,
	&attrib_attr_unmap_granularity,
	&attrib_attr_unmap_granularity_alignment,
	&attrib_attr_unmap_zeroes_data,
	&attrib_attr_max_write_same_len,
	&attrib_attr_alua_support,
	&attrib_attr_pgr_support,
	&attrib_attr_submit_type,
	&attrib_attr_removable,
	NULL,
};

const struct config_item_type target_attrib_type = {
	.ct_owner	= THIS_MODULE,
	.ct_attrs	= attrib_attrs,
};
