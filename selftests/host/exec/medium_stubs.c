// SPDX-License-Identifier: GPL-2.0-only
/*
 * The medium, which is memory, and what else of the core the handlers that reach it call: requests
 * end at once, and so do the commands of the copy manager.
 */
#include "world.h"
#include "xcopy.h"

/* ---- requests ---- */

static void medium_do(const struct target_io *io)
{
	u8 *at = world.medium + io->pos;

	assert_true(io->pos <= WORLD_MEDIUM && io->len <= WORLD_MEDIUM - io->pos);
	switch (io->op) {
	case TARGET_IO_READ:
		assert_int_equal(sg_copy_from_buffer(io->sgl, io->sg_cnt, at, io->len), io->len);
		break;
	case TARGET_IO_WRITE:
		assert_int_equal(sg_copy_to_buffer(io->sgl, io->sg_cnt, at, io->len), io->len);
		break;
	case TARGET_IO_ZERO:
	case TARGET_IO_UNMAP:
		memset(at, 0, io->len);
		break;
	default:
		break;
	}
}

void target_io_start(struct target_io *io)
{
	medium_do(io);
	io->done(io, 0);
}

int target_io_sync(struct target_io *io)
{
	medium_do(io);
	return 0;
}

/* ---- commands of the copy manager ---- */

bool target_cmd_init(struct target_cmd *cmd)
{
	struct target_sense sense = {};

	cmd->itl = &world.itl;
	cmd->status = 0;
	cmd->op = scsi_op_find(cmd->cdb, &sense);
	return cmd->op;
}

void target_cmd_execute(struct target_cmd *cmd)
{
	struct target_io *io = &cmd->io;

	io->op = cmd->dir == TARGET_DATA_OUT ? TARGET_IO_WRITE : TARGET_IO_READ;
	io->pos = get_unaligned_be64(cmd->cdb + 2) << 9;
	io->len = cmd->edtl;
	io->sgl = cmd->sgl;
	io->sg_cnt = cmd->sg_cnt;
	medium_do(io);
	cmd->data_in_len = cmd->edtl;
	target_cmd_finish(cmd);
}

void target_cmd_finish(struct target_cmd *cmd)
{
	if (cmd->flags & TARGET_CMDF_CHILD)
		xcopy_child_ended(cmd);
	else
		world.answers++;
}

void target_cmd_done(struct target_cmd *cmd)
{
	assert_ptr_not_equal(cmd, &world.cmd);
}

bool target_cmd_set_state(struct target_cmd *cmd, enum target_cmd_state state)
{
	return true;
}

void target_cmd_set_sense(struct target_cmd *cmd, const struct target_sense *sense,
			  const struct scsi_forwarded *fwd)
{
	assert_true(sense->key);
	cmd->sense = *sense;
	cmd->status = TARGET_STAT_CHECK_CONDITION;
}

/* ---- the device ---- */

void target_device_put(struct target_device *dev)
{
	dev->ref.refs--;
}

void target_lun_put(struct target_lun *lun)
{
	lun->ref.refs--;
}

bool target_device_write_cache(const struct target_device *dev)
{
	return false;
}

void target_medium_leave(struct target_cmd *cmd)
{
}
