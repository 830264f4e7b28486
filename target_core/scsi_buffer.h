/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * READ BUFFER(10) and WRITE BUFFER, the bytes of them. A device has one buffer
 * that nobody but these commands uses, and an echo buffer.
 */
#ifndef TARGET_CORE_SCSI_BUFFER_H
#define TARGET_CORE_SCSI_BUFFER_H

#include "scsi.h"

#define SCSI_BUFFER_BYTES	(64U << 10)
#define SCSI_ECHO_BYTES		4096U	/* the most there may be, SPC-4 6.19.6 */
#define BUFFER_HEADER		4

/* MODE, in byte 1 */
#define BUFFER_MODE		0x1f
#define BUFFER_COMBINED		0x00	/* header and data */
#define BUFFER_DATA		0x02
#define BUFFER_DESCRIPTOR	0x03
#define BUFFER_ECHO		0x0a
#define BUFFER_ECHO_DESCRIPTOR	0x0b

/**
 * struct scsi_buffer - what READ BUFFER(10) or WRITE BUFFER asks for
 * @mode: BUFFER_*.
 * @offset: first byte of the buffer.
 * @len: bytes to move, header included.
 * @skip: bytes of header before the data.
 */
struct scsi_buffer {
	u8	mode;
	u32	offset;
	u32	len;
	u32	skip;
};

bool scsi_read_buffer(const u8 *cdb, struct scsi_buffer *b, struct target_sense *sense);
bool scsi_write_buffer(const u8 *cdb, struct scsi_buffer *b, struct target_sense *sense);
void scsi_buffer_descriptor(const u8 *cdb, u8 buf[BUFFER_HEADER]);

/** scsi_buffer_echoes() - whether READ BUFFER(10) or WRITE BUFFER asks for nothing but an echo */
static inline bool scsi_buffer_echoes(const u8 *cdb)
{
	u8 mode = cdb[1] & BUFFER_MODE;

	return mode == BUFFER_ECHO || mode == BUFFER_ECHO_DESCRIPTOR;
}

#endif
