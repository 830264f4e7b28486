// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the handlers call of the rest of the core: answers are noted, files are kept in memory, and
 * nobody else is there to be told or to be waited for.
 */
#include <linux/errno.h>
#include "dbroot.h"
#include "mode.h"
#include "exec_format.h"
#include "world.h"

/* ---- answers ---- */

void target_cmd_complete(struct target_cmd *cmd, u32 data_in_len)
{
	cmd->data_in_len = data_in_len;
	assert_true(data_in_len <= cmd->xfer_len);
	world.answers++;
}

void target_cmd_complete_status(struct target_cmd *cmd, u8 status)
{
	cmd->status = status;
	world.answers++;
}

void target_cmd_complete_sense(struct target_cmd *cmd, const struct target_sense *sense)
{
	assert_true(sense->key);
	cmd->sense = *sense;
	target_cmd_complete_status(cmd, TARGET_STAT_CHECK_CONDITION);
}

void target_cmd_fail(struct target_cmd *cmd, u8 key, u16 asc_ascq)
{
	struct target_sense sense = {};

	scsi_sense_set(&sense, key, asc_ascq);
	target_cmd_complete_sense(cmd, &sense);
}

void target_cmd_fail_cdb(struct target_cmd *cmd, u16 byte, int bit)
{
	struct target_sense sense = {};

	scsi_sense_cdb_field(&sense, byte, bit);
	target_cmd_complete_sense(cmd, &sense);
}

void target_cmd_complete_error(struct target_cmd *cmd, int err)
{
	u8 status = TARGET_STAT_CHECK_CONDITION;
	struct target_sense sense = {};

	scsi_sense_from_errno(&sense, err, true, &status);
	if (status == TARGET_STAT_CHECK_CONDITION)
		target_cmd_complete_sense(cmd, &sense);
	else
		target_cmd_complete_status(cmd, status);
}

void target_cmd_reply(struct target_cmd *cmd, const u8 *buf, u32 len)
{
	u32 n = min_t(u64, min_t(u64, cmd->scsi_len, len), cmd->xfer_len);

	target_cmd_complete(cmd, sg_copy_from_buffer(cmd->sgl, cmd->sg_cnt, buf, n));
}

u32 target_cmd_gather(struct target_cmd *cmd, u8 *buf, u32 len)
{
	return sg_copy_to_buffer(cmd->sgl, cmd->sg_cnt, buf, min(len, cmd->xfer_len));
}

/* ---- files ---- */

static struct world_file *find_file(const char *name)
{
	unsigned int i;

	for (i = 0; i < WORLD_FILES; i++)
		if (!strcmp(world.files[i].name, name))
			return &world.files[i];
	return NULL;
}

int target_dbroot_mkdir(const char *subdir)
{
	return 0;
}

/* The real one needs memory, too. */
int target_dbroot_write(const char *subdir, const char *name, const char *text, size_t len)
{
	struct world_file *file = find_file(name);
	char *path = kasprintf(GFP_KERNEL, "%s/%s", subdir, name);

	if (!path)
		return -ENOMEM;
	kfree(path);
	file = file ? file : find_file("");
	assert_true(file && len <= WORLD_FILE_MAX);
	strscpy(file->name, name, sizeof(file->name));
	memcpy(file->text, text, len);
	file->len = len;
	return 0;
}

ssize_t target_dbroot_read(const char *subdir, const char *name, char *buf, size_t room)
{
	const struct world_file *file = find_file(name);
	char *path = kasprintf(GFP_KERNEL, "%s/%s", subdir, name);

	if (!path)
		return -ENOMEM;
	kfree(path);
	if (!file)
		return -ENOENT;
	if (file->len >= room)
		return -EFBIG;
	memcpy(buf, file->text, file->len);
	buf[file->len] = 0;
	return file->len;
}

int target_dbroot_unlink(const char *subdir, const char *name)
{
	struct world_file *file = find_file(name);

	if (file)
		file->name[0] = 0;
	return file ? 0 : -ENOENT;
}

/* ---- the device and its sessions ---- */

void target_cmd_lu(const struct target_cmd *cmd, struct scsi_lu *lu)
{
	const struct target_device *dev = &world.dev;

	*lu = (struct scsi_lu) {
		.attrib = &dev->attrib, .limits = &dev->bd.limits, .id = &dev->id,
		.nr_blocks = dev->nr_blocks, .connected = true, .can_save = true,
		.mode_saved = &dev->mode_saved, .target_name = world.wwn.name, .rtpi = 1,
		.proto_id = TARGET_PROTO_ISCSI, .tpg_tag = 1,
	};
}

void target_ua_raise(struct target_itl *itl, enum target_ua ua)
{
	world.told |= 1U << ua;
}

void target_ua_raise_device(struct target_device *dev, enum target_ua ua,
			    const struct target_nexus *except)
{
	lockdep_assert_held(&target_lock);
	world.told |= 1U << ua;
}

void target_ua_clear(struct target_itl *itl, enum target_ua ua)
{
}

bool target_ua_take(struct target_itl *itl, struct target_sense *sense)
{
	return false;
}

void target_device_stats(struct target_device *dev, struct target_io_stats *sum)
{
	*sum = (struct target_io_stats) { .reads = 1, .writes = 2, .read_bytes = 512 };
}

bool target_device_exported(struct target_device *dev)
{
	return false;
}

bool target_device_cache_fixed(const struct target_device *dev)
{
	return false;
}

void target_thin_changed(struct target_device *dev)
{
}

void target_medium_gate(struct target_device *dev, u32 bit, bool on)
{
	dev->gate = on ? dev->gate | bit : dev->gate & ~bit;
}

bool target_medium_sense(const struct target_device *dev, struct target_sense *sense)
{
	return false;
}

/* A task set of its own takes memory, and stays once it is there. */
int target_task_set_prepare(struct target_itl *itl)
{
	static struct target_task_set own;
	void *set;

	if (itl->own_tasks)
		return 0;
	set = kmalloc(1, GFP_KERNEL);
	kfree(set);
	itl->own_tasks = set ? &own : NULL;
	return set ? 0 : -ENOMEM;
}

void target_task_set_choose(struct target_itl *itl)
{
}

/* ---- aborts: nothing else runs ---- */

void target_abort_begin(struct target_tmf *tmf, struct target_nexus *nexus,
			void (*ended)(struct target_tmf *tmf))
{
	tmf->ended = ended;
}

void target_abort_itl(struct target_tmf *tmf, struct target_itl *itl)
{
}

void target_abort_gone(struct target_tmf *tmf, const struct target_device *dev)
{
}

void target_abort_commit(struct target_tmf *tmf)
{
	tmf->ended(tmf);
}
