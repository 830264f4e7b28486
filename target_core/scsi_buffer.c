// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ BUFFER(10) and WRITE BUFFER, the bytes of them: which part of which of the
 * two buffers a CDB means, and what the descriptors say.
 */
#include <linux/kernel.h>
#include <compat/unaligned.h>
#include "scsi_buffer.h"

#define EBOS		0x01	/* echo buffer descriptor: tells whose data is gone */

/* Modes 00h and 02h: there is one buffer, and the first has it from its start on. */
static bool buffer_check_data(const u8 *cdb, struct scsi_buffer *b, struct target_sense *sense)
{
	u32 offset = get_unaligned_be24(cdb + 3);
	bool combined = b->mode == BUFFER_COMBINED;

	if (cdb[2])
		scsi_sense_cdb_field(sense, 2, -1);
	else if (combined ? offset : offset > SCSI_BUFFER_BYTES)
		scsi_sense_cdb_field(sense, 3, -1);
	else
		b->offset = offset;
	b->skip = combined ? BUFFER_HEADER : 0;
	return !sense->key;
}

static void buffer_decode(const u8 *cdb, struct scsi_buffer *b)
{
	*b = (struct scsi_buffer) {
		.mode = cdb[1] & BUFFER_MODE, .len = get_unaligned_be24(cdb + 6),
	};
}

/**
 * scsi_read_buffer - what READ BUFFER(10) is to return, SPC-4 6.19
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @b: filled in; @len may exceed what there is.
 * @sense: filled in on error.
 *
 * Returns: whether the CDB is good.
 */
bool scsi_read_buffer(const u8 *cdb, struct scsi_buffer *b, struct target_sense *sense)
{
	buffer_decode(cdb, b);
	switch (b->mode) {
	case BUFFER_COMBINED:
	case BUFFER_DATA:
		return buffer_check_data(cdb, b, sense);
	case BUFFER_DESCRIPTOR:
	case BUFFER_ECHO:
	case BUFFER_ECHO_DESCRIPTOR:
		return true;	/* ignore BUFFER ID and BUFFER OFFSET, or answer to any */
	}
	scsi_sense_cdb_field(sense, 1, 4);
	return false;
}

/**
 * scsi_write_buffer - where the data of WRITE BUFFER go, SPC-4 6.49
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @b: filled in; there is room for all of it.
 * @sense: filled in on error.
 *
 * There is no microcode to be downloaded. Returns: whether the CDB is good.
 */
bool scsi_write_buffer(const u8 *cdb, struct scsi_buffer *b, struct target_sense *sense)
{
	u32 room;

	buffer_decode(cdb, b);
	switch (b->mode) {
	case BUFFER_COMBINED:
	case BUFFER_DATA:
		if (!buffer_check_data(cdb, b, sense))
			return false;
		room = b->skip + SCSI_BUFFER_BYTES - b->offset;
		break;
	case BUFFER_ECHO:
		room = SCSI_ECHO_BYTES;
		break;
	default:
		scsi_sense_cdb_field(sense, 1, 4);
		return false;
	}
	if (b->len > room) {
		scsi_sense_cdb_field(sense, 6, -1);
		return false;
	}
	if (b->len && b->len < b->skip) {
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_PARAM_LIST_LENGTH);
		return false;
	}
	return true;
}

/**
 * scsi_buffer_descriptor - four bytes of READ BUFFER(10) data that say what there is
 * @cdb: with mode 00h (its header), 03h or 0Bh.
 * @buf: zeroed. A buffer that does not exist has no capacity; any offset will do.
 */
void scsi_buffer_descriptor(const u8 *cdb, u8 buf[BUFFER_HEADER])
{
	if ((cdb[1] & BUFFER_MODE) == BUFFER_ECHO_DESCRIPTOR) {
		buf[0] = EBOS;
		put_unaligned_be16(SCSI_ECHO_BYTES, buf + 2);
	} else if (!cdb[2]) {
		put_unaligned_be24(SCSI_BUFFER_BYTES, buf + 1);
	}
}
