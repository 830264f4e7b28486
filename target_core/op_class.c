// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which class a command belongs to. It follows from the row of the opcode table, so that a new
 * row needs no entry here.
 */
#include "op_class.h"

const char *const op_class_names[OP_CLASSES] = {
	[OP_CLASS_READ]		= "read",
	[OP_CLASS_WRITE]	= "write",
	[OP_CLASS_UNMAP]	= "unmap",
	[OP_CLASS_SYNC]		= "sync",
	[OP_CLASS_OTHER]	= "other",
};

/**
 * op_class() - the class of a command
 * @op: its row
 *
 * VERIFY and PRE-FETCH move nothing to the initiator: they are other commands.
 */
enum op_class op_class(const struct scsi_op *op)
{
	if (scsi_op_returns_blocks(op))
		return OP_CLASS_READ;
	if (op->exec == exec_unmap || op->exec == exec_write_same)
		return OP_CLASS_UNMAP;
	if (op->exec == exec_sync_cache)
		return OP_CLASS_SYNC;
	return op->flags & SCSI_OP_WRITES ? OP_CLASS_WRITE : OP_CLASS_OTHER;
}
