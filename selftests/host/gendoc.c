// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints Documentation/commands.md from the opcode table, so that the page can't
 * tell another story than the engine.
 */
#include <stdio.h>
#include "scsi.h"

struct flag {
	u16		bit;
	const char	*text;
};

static const struct flag flags[] = {
	{ SCSI_OP_READS,	"reads the medium" },
	{ SCSI_OP_WRITES,	"writes the medium" },
	{ SCSI_OP_ANY_LUN,	"any LUN" },
	{ SCSI_OP_NO_UA,	"passes a unit attention" },
	{ SCSI_OP_ALUA_ALWAYS,	"in every access state" },
	{ SCSI_OP_ALUA_STANDBY,	"in standby" },
	{ SCSI_OP_IMPLICIT_HOQ,	"ahead of the task set" },
};

static const char *const dirs[] = { "none", "in", "out" };

static void print_code(const struct scsi_op *op)
{
	if (op->sa == SCSI_NO_SA)
		printf("%02Xh", op->opcode);
	else
		printf("%02Xh/%02Xh", op->opcode, op->sa);
}

static void print_usage(const struct scsi_op *op)
{
	for (unsigned int i = 0; i < op->cdb_len; i++)
		printf("%s%02x", i ? " " : "", op->usage[i]);
}

static void print_flags(const struct scsi_op *op)
{
	const char *sep = "";

	for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!(op->flags & flags[i].bit))
			continue;
		printf("%s%s", sep, flags[i].text);
		sep = ", ";
	}
	if (op->enabled)
		printf("%sif the device has it", sep);
}

static void print_row(const struct scsi_op *op)
{
	printf("| %s | ", op->name);
	print_code(op);
	printf(" | %u | %s | ", op->cdb_len, dirs[op->dir]);
	if (op->lu_bits)
		printf("%02x", op->lu_bits);
	printf(" | %u s | ", op->timeout);
	print_flags(op);
	printf(" |\n");
}

int main(void)
{
	const struct scsi_op *op;

	if (scsi_op_init())
		return 1;
	puts("# SCSI commands\n\n"
	     "Generated from the opcode table (`make -C selftests/host docs`); do not edit.\n\n"
	     "A command that is not here ends with INVALID COMMAND OPERATION CODE, an unknown\n"
	     "service action and any bit that is zero in the usage data with INVALID FIELD IN CDB\n"
	     "and a field pointer. *Data* is seen from the initiator. *Optional* are the bits of\n"
	     "CDB byte 1 (byte 10 of 32 byte CDBs) that depend on the device: DPO and FUA on\n"
	     "`emulate_fua_write`, UNMAP of WRITE SAME on `emulate_tpws`. *Timeout* is what REPORT\n"
	     "SUPPORTED OPERATION CODES recommends.\n\n"
	     "| Command | Code | CDB bytes | Data | Optional | Timeout | Notes |\n"
	     "| --- | --- | --- | --- | --- | --- | --- |");
	for (unsigned int i = 0; (op = scsi_op_row(i)); i++)
		print_row(op);
	puts("\n## CDB usage data\n\n| Command | Usage data (hexadecimal) |\n| --- | --- |");
	for (unsigned int i = 0; (op = scsi_op_row(i)); i++) {
		printf("| %s | `", op->name);
		print_usage(op);
		puts("` |");
	}
	return 0;
}
