/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands by what they do to the medium: the classes that latency is counted by and that
 * faults are injected into.
 */
#ifndef TARGET_CORE_OP_CLASS_H
#define TARGET_CORE_OP_CLASS_H

#include "scsi.h"

/** enum op_class - what an administrator would call a command */
enum op_class {
	OP_CLASS_READ,		/* data from the medium to the initiator */
	OP_CLASS_WRITE,		/* data from the initiator to the medium, COMPARE AND WRITE, too */
	OP_CLASS_UNMAP,		/* UNMAP and WRITE SAME */
	OP_CLASS_SYNC,		/* SYNCHRONIZE CACHE */
	OP_CLASS_OTHER,
	OP_CLASSES,
};

extern const char *const op_class_names[OP_CLASSES];

enum op_class op_class(const struct scsi_op *op);

#endif
