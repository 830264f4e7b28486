// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of REPORT and SET TIMESTAMP and of REPORT and SET IDENTIFYING
 * INFORMATION, which is kept in a file. The handlers that set sleep, and so does
 * REPORT IDENTIFYING INFORMATION.
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include "exec.h"
#include "scsi_ident.h"
#include "store.h"

#define IDENT_KIND	"ident"	/* of the file, see store.c */
#define IDENT_TEXT	(2 * (SCSI_IDENT_BYTES + SCSI_IDENT_TEXT_BYTES) + 64)

static const char * const ident_keys[SCSI_IDENT_TYPES] = {
	[SCSI_IDENT]		= "information",
	[SCSI_IDENT_TEXT]	= "text",
};

static void ident_tell_others(struct target_cmd *cmd, enum target_ua ua)
{
	mutex_lock(&target_lock);
	target_ua_raise_device(exec_dev(cmd), ua, cmd->nexus);
	mutex_unlock(&target_lock);
}

/* REPORT TIMESTAMP, SPC-4 6.38: the kernel's clock, until an initiator sets another time */
void exec_report_timestamp(struct target_cmd *cmd)
{
	const struct target_clock *clock = &exec_dev(cmd)->primary.clock;
	enum scsi_timestamp_origin origin = SCSI_TIMESTAMP_OTHER;
	u64 ms = ktime_to_ms(ktime_get_real());
	u8 buf[SCSI_TIMESTAMP_BYTES] = {};

	if (smp_load_acquire(&clock->set)) {
		origin = SCSI_TIMESTAMP_SET;
		ms = ktime_to_ms(ktime_get_boottime()) + READ_ONCE(clock->offset);
	}
	scsi_report_timestamp(ms, origin, buf);
	target_cmd_reply(cmd, buf, sizeof(buf));
}

static void set_timestamp(struct target_cmd *cmd, u64 ms)
{
	struct target_clock *clock = &exec_dev(cmd)->primary.clock;

	WRITE_ONCE(clock->offset, ms - ktime_to_ms(ktime_get_boottime()));
	smp_store_release(&clock->set, true);
	ident_tell_others(cmd, TARGET_UA_TIMESTAMP_CHANGED);
}

/* A parameter list longer than @max has to be refused before memory is allocated for it. */
static u8 *short_param_list(struct target_cmd *cmd, u32 max)
{
	if (cmd->scsi_len <= max)
		return exec_param_list(cmd);
	target_cmd_fail_cdb(cmd, cmd->op->len_at, -1);
	return NULL;
}

/* SET TIMESTAMP, SPC-4 6.47 */
void exec_set_timestamp(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	u64 ms = 0;
	u8 *list;

	if (!cmd->scsi_len) {
		target_cmd_complete(cmd, 0);
		return;
	}
	list = short_param_list(cmd, SCSI_TIMESTAMP_BYTES);
	if (!list)
		return;
	if (scsi_set_timestamp(list, cmd->scsi_len, &ms, &sense)) {
		set_timestamp(cmd, ms);
		target_cmd_complete(cmd, 0);
	} else {
		target_cmd_complete_sense(cmd, &sense);
	}
	kfree(list);
}

/* Returns its length; somebody may be writing the file. */
static u32 report_ident(struct target_ident *ident, enum scsi_ident_type type, u8 *buf)
{
	u32 len;

	mutex_lock(&ident->lock);
	if (type == SCSI_IDENT_SUPPORTED)
		len = scsi_ident_supported(buf);
	else
		len = scsi_report_ident(ident->info[type], ident->len[type], buf);
	mutex_unlock(&ident->lock);
	return len;
}

static void report_ident_in_turn(struct target_cmd *cmd, enum scsi_ident_type type, u8 *buf)
{
	struct target_device *dev = exec_dev(cmd);
	u32 len;

	if (!target_store_enter(dev, TARGET_TURN_IDENT)) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	len = report_ident(&dev->primary.ident, type, buf);
	target_store_leave(dev, TARGET_TURN_IDENT);
	target_cmd_reply(cmd, buf, len);
}

/* REPORT IDENTIFYING INFORMATION, SPC-4 6.32 */
void exec_report_ident(struct target_cmd *cmd)
{
	u8 *buf = kzalloc(SCSI_REPLY_MAX, GFP_NOIO | __GFP_NOWARN);
	struct target_sense sense = {};
	enum scsi_ident_type type;

	if (!buf) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	if (scsi_ident_type(cmd->cdb, &type, &sense))
		report_ident_in_turn(cmd, type, buf);
	else
		target_cmd_complete_sense(cmd, &sense);
	kfree(buf);
}

/* Both kinds as a file, for kfree(), or NULL without memory. */
static char *ident_text(const struct target_ident *ident)
{
	char *text = kzalloc(IDENT_TEXT, GFP_NOIO | __GFP_NOWARN), *p = text;
	unsigned int i;

	lockdep_assert_held(&ident->lock);
	for (i = 0; p && i < SCSI_IDENT_TYPES; i++) {
		p += sprintf(p, "%s=", ident_keys[i]);
		p = bin2hex(p, ident->info[i], ident->len[i]);
		*p++ = '\n';
	}
	return text;
}

/*
 * Information that can't be kept is refused, as it would not be found again
 * (SPC-4 5.6). It is put back then. Returns 0 or errno.
 */
static int ident_replace(struct target_device *dev, enum scsi_ident_type type, const u8 *info,
			 u32 len)
{
	struct target_ident *ident = &dev->primary.ident;
	u16 old_len = ident->len[type];
	u8 *old = kmemdup(ident->info[type], old_len, GFP_NOIO | __GFP_NOWARN);
	char *text = NULL;
	int err = -ENOMEM;

	lockdep_assert_held(&ident->lock);
	if (old || !old_len) {
		memcpy(ident->info[type], info, len);
		ident->len[type] = len;
		text = ident_text(ident);
		if (text && target_store_possible(dev))
			err = target_store_save(dev, IDENT_KIND, text, strlen(text));
		else if (text)
			err = 0;
		if (err) {
			memcpy(ident->info[type], old, old_len);
			ident->len[type] = old_len;
		}
	}
	kfree(text);
	kfree(old);
	return err;
}

static void set_ident(struct target_cmd *cmd, enum scsi_ident_type type, const u8 *info)
{
	struct target_device *dev = exec_dev(cmd);
	struct target_sense sense = {};
	int err;

	if (!scsi_ident_check(type, info, cmd->scsi_len, &sense)) {
		target_cmd_complete_sense(cmd, &sense);
		return;
	}
	if (!target_store_enter(dev, TARGET_TURN_IDENT)) {
		target_cmd_complete_status(cmd, TARGET_STAT_BUSY);
		return;
	}
	mutex_lock(&dev->primary.ident.lock);
	err = ident_replace(dev, type, info, cmd->scsi_len);
	mutex_unlock(&dev->primary.ident.lock);
	target_store_leave(dev, TARGET_TURN_IDENT);
	if (!err)
		ident_tell_others(cmd, TARGET_UA_IDENT_CHANGED);
	exec_end(cmd, err);
}

/* SET IDENTIFYING INFORMATION, SPC-4 6.44; no information at all takes away what there is */
void exec_set_ident(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	enum scsi_ident_type type;
	u8 *list = NULL;

	if (!scsi_ident_type(cmd->cdb, &type, &sense)) {
		target_cmd_complete_sense(cmd, &sense);
		return;
	}
	if (type == SCSI_IDENT_SUPPORTED) {
		target_cmd_fail_cdb(cmd, 10, 7);
		return;
	}
	if (cmd->scsi_len) {
		list = short_param_list(cmd, scsi_ident_max(type));
		if (!list)
			return;
	}
	set_ident(cmd, type, list ?: (const u8 *)"");
	kfree(list);
}

static void ident_restore_one(struct target_ident *ident, enum scsi_ident_type type,
			      const char *hex)
{
	struct target_sense sense = {};
	size_t len = strlen(hex) / 2;

	if (len > scsi_ident_max(type) || strlen(hex) % 2)
		return;
	if (hex2bin(ident->info[type], hex, len) ||
	    !scsi_ident_check(type, ident->info[type], len, &sense))
		len = 0;
	ident->len[type] = len;
}

/**
 * target_ident_restore() - target_store_user.restore of identifying information
 * @dev: the device
 * @text: the file
 */
void target_ident_restore(struct target_device *dev, char *text)
{
	struct target_ident *ident = &dev->primary.ident;
	char *key, *value;
	unsigned int i;

	mutex_lock(&ident->lock);
	while (target_store_next(&text, &key, &value))
		for (i = 0; i < SCSI_IDENT_TYPES; i++)
			if (!strcmp(key, ident_keys[i]))
				ident_restore_one(ident, i, value);
	mutex_unlock(&ident->lock);
}

/**
 * target_ident_init() - a new device
 * @dev: the device
 */
void target_ident_init(struct target_device *dev)
{
	mutex_init(&dev->primary.ident.lock);
}

/**
 * target_ident_exit() - the device goes away; no command holds it
 * @dev: the device
 */
void target_ident_exit(struct target_device *dev)
{
	mutex_destroy(&dev->primary.ident.lock);
}
