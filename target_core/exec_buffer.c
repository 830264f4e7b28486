// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of READ BUFFER(10) and WRITE BUFFER. The memory is allocated when it is
 * first written and kept as long as the device. Both handlers sleep.
 */
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include "exec.h"
#include "scsi_buffer.h"

/**
 * target_buffer_init() - a new device
 * @dev: the device
 */
void target_buffer_init(struct target_device *dev)
{
	mutex_init(&dev->primary.buffer.lock);
}

/**
 * target_buffer_exit() - the device goes away; no command holds it
 * @dev: the device
 */
void target_buffer_exit(struct target_device *dev)
{
	kvfree(dev->primary.buffer.data);
	kfree(dev->primary.buffer.echo);
	mutex_destroy(&dev->primary.buffer.lock);
}

/**
 * target_buffer_reset() - what was in the echo buffer is nobody's any more
 * @dev: the device; caller holds target_lock
 *
 * SPC-4 6.49.9: a logical unit reset may lose it.
 */
void target_buffer_reset(struct target_device *dev)
{
	WRITE_ONCE(dev->primary.buffer.forgotten, READ_ONCE(dev->primary.buffer.writes));
}

/*
 * The echo buffer is one for all I_T nexuses: who reads has to be who wrote last.
 * Returns whether the data are the reader's own.
 */
static bool buffer_own_echo(const struct target_cmd *cmd, struct target_sense *sense)
{
	const struct target_buffer *buffer = &exec_dev(cmd)->primary.buffer;
	u64 mine = cmd->itl->echo_write;

	lockdep_assert_held(&buffer->lock);
	if (mine && mine == buffer->writes && mine > READ_ONCE(buffer->forgotten))
		return true;
	if (mine <= READ_ONCE(buffer->forgotten))
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_SEQUENCE_ERROR);
	else
		scsi_sense_set(sense, SENSE_ABORTED_COMMAND, ASC_ECHO_OVERWRITTEN);
	return false;
}

/* Up to @len bytes at @buf, or zeroes for memory that was never written, at @at of data-in. */
static u32 buffer_put(struct target_cmd *cmd, const u8 *buf, u32 len, u32 at)
{
	u32 n = min(len, cmd->xfer_len - min(at, cmd->xfer_len));

	if (buf)
		return sg_pcopy_from_buffer(cmd->sgl, cmd->sg_cnt, buf, n, at);
	return sg_zero_buffer(cmd->sgl, cmd->sg_cnt, n, at);
}

/* Both return how many bytes of data-in are valid and set what there would have been. */
static u32 buffer_read_data(struct target_cmd *cmd, const struct scsi_buffer *b)
{
	const struct target_buffer *buffer = &exec_dev(cmd)->primary.buffer;
	u32 len = SCSI_BUFFER_BYTES - b->offset, n = 0;
	u8 header[BUFFER_HEADER] = {};

	if (b->skip) {
		scsi_buffer_descriptor(cmd->cdb, header);
		n = buffer_put(cmd, header, b->skip, 0);
	}
	n += buffer_put(cmd, buffer->data ? buffer->data + b->offset : NULL, len, b->skip);
	cmd->scsi_len = min_t(u64, cmd->scsi_len, b->skip + len);
	return n;
}

static u32 buffer_read_echo(struct target_cmd *cmd, struct target_sense *sense)
{
	const struct target_buffer *buffer = &exec_dev(cmd)->primary.buffer;

	if (!buffer_own_echo(cmd, sense))
		return 0;
	cmd->scsi_len = min_t(u64, cmd->scsi_len, buffer->echo_len);
	return buffer_put(cmd, buffer->echo, buffer->echo_len, 0);
}

static void buffer_read(struct target_cmd *cmd, const struct scsi_buffer *b)
{
	struct target_buffer *buffer = &exec_dev(cmd)->primary.buffer;
	struct target_sense sense = {};
	u32 n;

	mutex_lock(&buffer->lock);
	if (b->mode == BUFFER_ECHO)
		n = buffer_read_echo(cmd, &sense);
	else
		n = buffer_read_data(cmd, b);
	mutex_unlock(&buffer->lock);
	if (sense.key)
		target_cmd_complete_sense(cmd, &sense);
	else
		target_cmd_complete(cmd, n);
}

/* READ BUFFER(10), SPC-4 6.19 */
void exec_read_buffer(struct target_cmd *cmd)
{
	struct target_sense sense = {};
	u8 desc[BUFFER_HEADER] = {};
	struct scsi_buffer b;

	if (!scsi_read_buffer(cmd->cdb, &b, &sense)) {
		target_cmd_complete_sense(cmd, &sense);
	} else if (b.mode == BUFFER_DESCRIPTOR || b.mode == BUFFER_ECHO_DESCRIPTOR) {
		scsi_buffer_descriptor(cmd->cdb, desc);
		target_cmd_reply(cmd, desc, sizeof(desc));
	} else {
		buffer_read(cmd, &b);
	}
}

static bool buffer_alloc(struct target_buffer *buffer, bool echo)
{
	lockdep_assert_held(&buffer->lock);
	if (echo && !buffer->echo)
		buffer->echo = kzalloc(SCSI_ECHO_BYTES, GFP_NOIO | __GFP_NOWARN);
	if (!echo && !buffer->data)
		buffer->data = kvzalloc(SCSI_BUFFER_BYTES, GFP_NOIO | __GFP_NOWARN);
	return echo ? buffer->echo : buffer->data;
}

static void buffer_write(struct target_cmd *cmd, const struct scsi_buffer *b)
{
	struct target_buffer *buffer = &exec_dev(cmd)->primary.buffer;

	lockdep_assert_held(&buffer->lock);
	if (b->mode == BUFFER_ECHO) {
		buffer->echo_len = sg_copy_to_buffer(cmd->sgl, cmd->sg_cnt, buffer->echo, b->len);
		cmd->itl->echo_write = ++buffer->writes;
	} else {
		sg_pcopy_to_buffer(cmd->sgl, cmd->sg_cnt, buffer->data + b->offset,
				   b->len - b->skip, b->skip);
	}
}

/* WRITE BUFFER, SPC-4 6.49 */
void exec_write_buffer(struct target_cmd *cmd)
{
	struct target_buffer *buffer = &exec_dev(cmd)->primary.buffer;
	struct target_sense sense = {};
	struct scsi_buffer b;
	bool memory = true;

	if (scsi_write_buffer(cmd->cdb, &b, &sense) && cmd->xfer_len < b.len)
		scsi_sense_set(&sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
	if (sense.key) {
		target_cmd_complete_sense(cmd, &sense);
		return;
	}
	if (b.len) {
		mutex_lock(&buffer->lock);
		memory = buffer_alloc(buffer, b.mode == BUFFER_ECHO);
		if (memory)
			buffer_write(cmd, &b);
		mutex_unlock(&buffer->lock);
	}
	exec_end(cmd, memory ? 0 : -ENOMEM);
}
