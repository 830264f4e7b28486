// SPDX-License-Identifier: GPL-2.0-only
/*
 * The opcode table: one row per command the engine has. Validation, field
 * pointers, REPORT SUPPORTED OPERATION CODES, trace names and the documentation
 * all come from here; a command without a row does not exist.
 */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "alua_rules.h"
#include "scsi_format.h"

#define SA_MASK		0x1f	/* SERVICE ACTION in byte 1 */
#define SA_BIT		4	/* its most significant bit */
#define BYTCHK(cdb)	((scsi_cdb_options(cdb) >> 1) & 0x3)
#define NDOB		0x01	/* WRITE SAME(16) and (32): no data-out buffer */
#define ADDITIONAL_LEN	0x18	/* of a 32 byte CDB, in byte 7 */

/* In units of a row: seconds a host should wait before it aborts. */
#define TIMEOUT_QUICK	30
#define TIMEOUT_IO	60
#define TIMEOUT_LONG	600
#define TIMEOUT_SELFTEST	65535	/* an extended one in the foreground */
#define TIMEOUT_MEDIUM	36000	/* all of the medium */

#define READ_FLAGS	(SCSI_OP_READS | SCSI_OP_BLOCKS | SCSI_OP_FAST)
#define WRITE_FLAGS	(SCSI_OP_WRITES | SCSI_OP_BLOCKS | SCSI_OP_FAST)
#define VERIFY_FLAGS	(SCSI_OP_READS | SCSI_OP_BLOCKS | SCSI_OP_NO_DATA_IO | SCSI_OP_PROCESS)
#define PREFETCH_FLAGS	(SCSI_OP_READS | SCSI_OP_BLOCKS | SCSI_OP_NO_DATA_IO | SCSI_OP_PROCESS)
#define ALONE_FLAGS	(SCSI_OP_WRITES | SCSI_OP_ATOMIC | SCSI_OP_PROCESS)
#define ATOMIC_FLAGS	(ALONE_FLAGS | SCSI_OP_BLOCKS)
#define CONTROL_FLAGS	(SCSI_OP_PROCESS | SCSI_OP_CONTROL)
#define SAME_FLAGS	(SCSI_OP_WRITES | SCSI_OP_BLOCKS | SCSI_OP_ONE_BLOCK_OUT | SCSI_OP_PROCESS)
#define ALWAYS_FLAGS	(SCSI_OP_ANY_LUN | SCSI_OP_NO_UA | SCSI_OP_ALUA_ALWAYS | \
			 SCSI_OP_IMPLICIT_HOQ)

#define SANITIZE(action) \
	.opcode = 0x48, .sa = (action), .cdb_len = 10, .dir = TARGET_DATA_OUT, \
	.flags = ALONE_FLAGS, .len_at = 7, .len_size = 2, \
	.usage = { 0x48, 0xa0 | (action), 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff }, \
	.timeout = TIMEOUT_MEDIUM, .exec = exec_sanitize

/* Service actions of one opcode; SCOPE and TYPE are ignored where they mean nothing. */
#define PR_IN(action) \
	.opcode = 0x5e, .sa = (action), .cdb_len = 10, .dir = TARGET_DATA_IN, \
	.flags = CONTROL_FLAGS | SCSI_OP_ALUA_STANDBY, .len_at = 7, .len_size = 2, \
	.usage = { 0x5e, (action), 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff }, \
	.reserve = SCSI_RES_PERSISTENT, .timeout = TIMEOUT_QUICK, .enabled = lu_has_pr, \
	.exec = exec_persistent_reserve_in
#define PR_OUT(action) \
	.opcode = 0x5f, .sa = (action), .cdb_len = 10, .dir = TARGET_DATA_OUT, \
	.flags = CONTROL_FLAGS | SCSI_OP_ALUA_STANDBY, .len_at = 5, .len_size = 4, \
	.usage = { 0x5f, (action), 0xff, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff }, \
	.reserve = SCSI_RES_PERSISTENT, .timeout = TIMEOUT_IO, .enabled = lu_has_pr, \
	.exec = exec_persistent_reserve_out

/*
 * 32 byte CDBs, SPC-4 4.2.5.3: control in byte 1, the bits of byte 1 of the shorter
 * ones in byte 10. The tags of protection information in bytes 20 to 27 are ignored,
 * as nothing is checked against them.
 */
#define CDB_32(action, options) \
	.opcode = SCSI_VARIABLE_LEN, .sa = (action), .cdb_len = 32, \
	.lba_at = 12, .lba_size = 8, .len_at = 28, .len_size = 4, \
	.usage = { SCSI_VARIABLE_LEN, 0x00, 0x00, 0x00, 0x00, 0x00, 0x1f, ADDITIONAL_LEN, \
		   (action) >> 8, (action) & 0xff, (options), 0x00, \
		   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, \
		   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, \
		   0xff, 0xff, 0xff, 0xff }

#define COPY_OUT(action) \
	.opcode = 0x83, .sa = (action), .cdb_len = 16, .dir = TARGET_DATA_OUT, \
	.flags = SCSI_OP_PROCESS, .len_at = 10, .len_size = 4, \
	.usage = { 0x83, (action), 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, \
		   0xff, 0xff, 0xff, 0xff }, \
	.timeout = TIMEOUT_LONG, .enabled = lu_has_3pc, .exec = exec_extended_copy
/* The list identifier has one byte or four. */
#define COPY_IN(action, low_id_bytes) \
	.opcode = 0x84, .sa = (action), .cdb_len = 16, .dir = TARGET_DATA_IN, \
	.flags = SCSI_OP_PROCESS, .len_at = 10, .len_size = 4, \
	.usage = { 0x84, (action), 0xff, (low_id_bytes), (low_id_bytes), (low_id_bytes), \
		   0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff }, \
	.reserve = SCSI_RES_READ, .timeout = TIMEOUT_QUICK, .enabled = lu_has_3pc

static bool lu_has_3pc(const struct scsi_lu *lu)
{
	return lu->attrib->emulate_3pc;
}

static bool lu_has_pr(const struct scsi_lu *lu)
{
	return lu->attrib->emulate_pr && lu->attrib->pgr_support;
}

static bool lu_has_rsoc(const struct scsi_lu *lu)
{
	return lu->attrib->emulate_rsoc;
}

static bool lu_has_alua(const struct scsi_lu *lu)
{
	return lu->attrib->alua_support;
}

static bool lu_has_referrals(const struct scsi_lu *lu)
{
	return lu->referrals;
}

static bool lu_has_explicit_alua(const struct scsi_lu *lu)
{
	return lu->attrib->alua_support && (lu->alua_access & ALUA_TYPE_EXPLICIT);
}

/* For a row that has only some of its bits on some. */
static bool lu_is_there(const struct scsi_lu *lu)
{
	return true;
}

static u64 read_capacity_10_data_len(const u8 *cdb, u32 block_size)
{
	return 8;	/* the CDB has no allocation length, SBC-3 5.15.2 */
}

static u32 verify_blocks(const u8 *cdb)
{
	switch (cdb[0]) {
	case 0x2f:
		return get_unaligned_be16(cdb + 7);
	case 0x8f:
		return get_unaligned_be32(cdb + 10);
	case SCSI_VARIABLE_LEN:
		return get_unaligned_be32(cdb + 28);
	default:
		return get_unaligned_be32(cdb + 6);
	}
}

/* BYTCHK, SBC-3 5.29: 00b medium only, 01b all blocks, 11b one block for all. */
static u64 verify_data_len(const u8 *cdb, u32 block_size)
{
	u32 blocks = verify_blocks(cdb);

	if (!blocks)
		return 0;
	switch (BYTCHK(cdb)) {
	case 1:
		return (u64)blocks * block_size;
	case 3:
		return block_size;
	default:
		return 0;
	}
}

/* SBC-3 5.2: what to compare with, and what to write */
static u64 compare_and_write_data_len(const u8 *cdb, u32 block_size)
{
	return 2ULL * cdb[13] * block_size;
}

static u64 write_same_data_len(const u8 *cdb, u32 block_size)
{
	return cdb[0] != 0x41 && (scsi_cdb_options(cdb) & NDOB) ? 0 : block_size;
}

/*
 * In ascending order of (opcode, service action), which scsi_op_init() insists
 * on. What no row allows: protection information (RDPROTECT, WRPROTECT and
 * VRPROTECT), NACA, and the bits the standards made obsolete.
 */
static const struct scsi_op scsi_ops[] = {
	{
		.name = "TEST UNIT READY", .opcode = 0x00, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_NONE, .flags = SCSI_OP_READY,
		.usage = { 0x00 },
		.reserve = SCSI_RES_HARMLESS,
		.timeout = TIMEOUT_QUICK, .exec = exec_test_unit_ready,
	}, {
		.name = "REQUEST SENSE", .opcode = 0x03, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_IN, .flags = ALWAYS_FLAGS,
		.len_at = 4, .len_size = 1,
		.usage = { 0x03, 0x01, 0x00, 0x00, 0xff },
		.reserve = SCSI_RES_ALWAYS, .timeout = TIMEOUT_QUICK, .exec = exec_request_sense,
	}, {
		.name = "FORMAT UNIT", .opcode = 0x04, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_OUT, .flags = ALONE_FLAGS,
		.usage = { 0x04, 0x3f },
		.timeout = TIMEOUT_MEDIUM, .data_len = scsi_format_data_len,
		.exec = exec_format_unit,
	}, {
		.name = "READ(6)", .opcode = 0x08, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_IN, .flags = READ_FLAGS | SCSI_OP_ZERO_IS_256,
		.lba_at = 1, .lba_size = 3, .len_at = 4, .len_size = 1,
		.usage = { 0x08, 0x1f, 0xff, 0xff, 0xff },
		.timeout = TIMEOUT_IO, .exec = exec_read_write,
	}, {
		.name = "WRITE(6)", .opcode = 0x0a, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_OUT, .flags = WRITE_FLAGS | SCSI_OP_ZERO_IS_256,
		.lba_at = 1, .lba_size = 3, .len_at = 4, .len_size = 1,
		.usage = { 0x0a, 0x1f, 0xff, 0xff, 0xff },
		.timeout = TIMEOUT_IO, .exec = exec_read_write,
	}, {
		.name = "INQUIRY", .opcode = 0x12, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_IN, .flags = ALWAYS_FLAGS,
		.len_at = 3, .len_size = 2,
		.usage = { 0x12, 0x01, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_ALWAYS, .timeout = TIMEOUT_QUICK, .exec = exec_inquiry,
	}, {
		.name = "MODE SELECT(6)", .opcode = 0x15, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_OUT, .flags = SCSI_OP_ALUA_STANDBY | SCSI_OP_PROCESS,
		.len_at = 4, .len_size = 1,
		.usage = { 0x15, 0x11, 0x00, 0x00, 0xff },
		.timeout = TIMEOUT_IO, .exec = exec_mode_select,
	}, {
		.name = "RESERVE(6)", .opcode = 0x16, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_NONE, .flags = CONTROL_FLAGS,
		.usage = { 0x16 },
		.reserve = SCSI_RES_ALWAYS, .timeout = TIMEOUT_QUICK, .enabled = lu_has_pr,
		.exec = exec_reserve,
	}, {
		.name = "RELEASE(6)", .opcode = 0x17, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_NONE, .flags = CONTROL_FLAGS,
		.usage = { 0x17 },
		.reserve = SCSI_RES_ALWAYS, .timeout = TIMEOUT_QUICK, .enabled = lu_has_pr,
		.exec = exec_release,
	}, {
		.name = "MODE SENSE(6)", .opcode = 0x1a, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_ALUA_STANDBY,
		.len_at = 4, .len_size = 1,
		.usage = { 0x1a, 0x08, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_READ, .timeout = TIMEOUT_QUICK, .exec = exec_mode_sense,
	}, {
		.name = "START STOP UNIT", .opcode = 0x1b, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_NONE, .flags = SCSI_OP_PROCESS,
		.usage = { 0x1b, 0x01, 0x00, 0x00, 0x07 },
		.lu_bits = 0x02, .lu_byte = 4, .has_bits = scsi_lu_removable,
		.timeout = TIMEOUT_LONG, .enabled = lu_is_there, .exec = exec_start_stop,
	}, {
		.name = "RECEIVE DIAGNOSTIC RESULTS", .opcode = 0x1c, .sa = SCSI_NO_SA,
		.cdb_len = 6,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_ALUA_STANDBY,
		.len_at = 3, .len_size = 2,
		.usage = { 0x1c, 0x01, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_READ, .timeout = TIMEOUT_QUICK,
		.exec = exec_receive_diagnostic,
	}, {
		.name = "SEND DIAGNOSTIC", .opcode = 0x1d, .sa = SCSI_NO_SA, .cdb_len = 6,
		.dir = TARGET_DATA_OUT, .flags = SCSI_OP_PROCESS | SCSI_OP_ALUA_STANDBY,
		.len_at = 3, .len_size = 2,
		.usage = { 0x1d, 0xf7, 0x00, 0xff, 0xff },
		.timeout = TIMEOUT_SELFTEST, .exec = exec_send_diagnostic,
	}, {
		.name = "PREVENT ALLOW MEDIUM REMOVAL", .opcode = 0x1e, .sa = SCSI_NO_SA,
		.cdb_len = 6,
		.dir = TARGET_DATA_NONE, .flags = SCSI_OP_PROCESS,
		.usage = { 0x1e, 0x00, 0x00, 0x00, 0x01 },
		.timeout = TIMEOUT_QUICK, .enabled = scsi_lu_removable, .exec = exec_prevent_allow,
	}, {
		.name = "READ CAPACITY(10)", .opcode = 0x25, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_LOADED,
		.usage = { 0x25, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x01 },
		.reserve = SCSI_RES_HARMLESS,
		.timeout = TIMEOUT_QUICK, .data_len = read_capacity_10_data_len,
		.exec = exec_read_capacity,
	}, {
		.name = "READ(10)", .opcode = 0x28, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_IN, .flags = READ_FLAGS,
		.lba_at = 2, .lba_size = 4, .len_at = 7, .len_size = 2,
		.usage = { 0x28, 0x18, 0xff, 0xff, 0xff, 0xff, 0x1f, 0xff, 0xff },
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .exec = exec_read_write,
	}, {
		.name = "WRITE(10)", .opcode = 0x2a, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_OUT, .flags = WRITE_FLAGS,
		.lba_at = 2, .lba_size = 4, .len_at = 7, .len_size = 2,
		.usage = { 0x2a, 0x18, 0xff, 0xff, 0xff, 0xff, 0x1f, 0xff, 0xff },
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .exec = exec_read_write,
	}, {
		.name = "WRITE AND VERIFY(10)", .opcode = 0x2e, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_OUT, .flags = SCSI_OP_WRITES | SCSI_OP_BLOCKS | SCSI_OP_PROCESS,
		.lba_at = 2, .lba_size = 4, .len_at = 7, .len_size = 2,
		.usage = { 0x2e, 0x12, 0xff, 0xff, 0xff, 0xff, 0x1f, 0xff, 0xff },
		.lu_bits = 0x10, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_LONG, .exec = exec_write_verify,
	}, {
		.name = "VERIFY(10)", .opcode = 0x2f, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_OUT, .flags = VERIFY_FLAGS,
		.lba_at = 2, .lba_size = 4, .len_at = 7, .len_size = 2,
		.usage = { 0x2f, 0x16, 0xff, 0xff, 0xff, 0xff, 0x1f, 0xff, 0xff },
		.lu_bits = 0x10, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_LONG, .data_len = verify_data_len, .exec = exec_verify,
	}, {
		.name = "PRE-FETCH(10)", .opcode = 0x34, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_NONE, .flags = PREFETCH_FLAGS,
		.lba_at = 2, .lba_size = 4, .len_at = 7, .len_size = 2,
		.usage = { 0x34, 0x02, 0xff, 0xff, 0xff, 0xff, 0x1f, 0xff, 0xff },
		.timeout = TIMEOUT_LONG, .exec = exec_prefetch,
	}, {
		.name = "SYNCHRONIZE CACHE(10)", .opcode = 0x35, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_NONE, .flags = SCSI_OP_BLOCKS | SCSI_OP_NO_DATA_IO,
		.lba_at = 2, .lba_size = 4, .len_at = 7, .len_size = 2,
		.usage = { 0x35, 0x06, 0xff, 0xff, 0xff, 0xff, 0x1f, 0xff, 0xff },
		.timeout = TIMEOUT_LONG, .exec = exec_sync_cache,
	}, {
		.name = "READ DEFECT DATA(10)", .opcode = 0x37, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_LOADED,
		.len_at = 7, .len_size = 2,
		.usage = { 0x37, 0x00, 0x1f, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },
		.reserve = SCSI_RES_READ, .timeout = TIMEOUT_QUICK, .exec = exec_read_defects,
	}, {
		.name = "WRITE BUFFER", .opcode = 0x3b, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_OUT, .flags = CONTROL_FLAGS,
		.len_at = 6, .len_size = 3,
		.usage = { 0x3b, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.timeout = TIMEOUT_QUICK, .exec = exec_write_buffer,
	}, {
		.name = "READ BUFFER(10)", .opcode = 0x3c, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_IN, .flags = CONTROL_FLAGS,
		.len_at = 6, .len_size = 3,
		.usage = { 0x3c, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_READ, .timeout = TIMEOUT_QUICK, .exec = exec_read_buffer,
	}, {
		.name = "WRITE SAME(10)", .opcode = 0x41, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_OUT, .flags = SAME_FLAGS,
		.lba_at = 2, .lba_size = 4, .len_at = 7, .len_size = 2,
		.usage = { 0x41, 0x08, 0xff, 0xff, 0xff, 0xff, 0x1f, 0xff, 0xff },
		.lu_bits = 0x08, .has_bits = scsi_lu_write_same_unmap,
		.timeout = TIMEOUT_LONG, .data_len = write_same_data_len,
		.exec = exec_write_same,
	}, {
		.name = "UNMAP", .opcode = 0x42, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_OUT, .flags = SCSI_OP_WRITES | SCSI_OP_PROCESS,
		.len_at = 7, .len_size = 2,
		.usage = { 0x42, 0x00, 0x00, 0x00, 0x00, 0x00, 0x1f, 0xff, 0xff },
		.timeout = TIMEOUT_LONG, .enabled = scsi_lu_unmap, .exec = exec_unmap,
	}, {
		.name = "SANITIZE, OVERWRITE", SANITIZE(SANITIZE_OVERWRITE),
	}, {
		.name = "SANITIZE, BLOCK ERASE", SANITIZE(SANITIZE_BLOCK_ERASE),
		.enabled = scsi_lu_block_erase,
	}, {
		.name = "SANITIZE, EXIT FAILURE MODE", SANITIZE(SANITIZE_EXIT_FAILURE),
	}, {
		.name = "LOG SELECT", .opcode = 0x4c, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_OUT, .flags = CONTROL_FLAGS | SCSI_OP_ALUA_STANDBY,
		.len_at = 7, .len_size = 2,
		.usage = { 0x4c, 0x02, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff },
		.timeout = TIMEOUT_QUICK, .exec = exec_log_select,
	}, {
		.name = "LOG SENSE", .opcode = 0x4d, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_PROCESS | SCSI_OP_ALUA_STANDBY,
		.len_at = 7, .len_size = 2,
		.usage = { 0x4d, 0x00, 0xff, 0xff, 0x00, 0xff, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_HARMLESS, .timeout = TIMEOUT_QUICK, .exec = exec_log_sense,
	}, {
		.name = "MODE SELECT(10)", .opcode = 0x55, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_OUT, .flags = SCSI_OP_ALUA_STANDBY | SCSI_OP_PROCESS,
		.len_at = 7, .len_size = 2,
		.usage = { 0x55, 0x11, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff },
		.timeout = TIMEOUT_IO, .exec = exec_mode_select,
	}, {
		.name = "RESERVE(10)", .opcode = 0x56, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_NONE, .flags = CONTROL_FLAGS,
		.usage = { 0x56 },
		.reserve = SCSI_RES_ALWAYS, .timeout = TIMEOUT_QUICK, .enabled = lu_has_pr,
		.exec = exec_reserve,
	}, {
		.name = "RELEASE(10)", .opcode = 0x57, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_NONE, .flags = CONTROL_FLAGS,
		.usage = { 0x57 },
		.reserve = SCSI_RES_ALWAYS, .timeout = TIMEOUT_QUICK, .enabled = lu_has_pr,
		.exec = exec_release,
	}, {
		.name = "MODE SENSE(10)", .opcode = 0x5a, .sa = SCSI_NO_SA, .cdb_len = 10,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_ALUA_STANDBY,
		.len_at = 7, .len_size = 2,
		.usage = { 0x5a, 0x18, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff },
		.reserve = SCSI_RES_READ, .timeout = TIMEOUT_QUICK, .exec = exec_mode_sense,
	}, {
		.name = "PERSISTENT RESERVE IN, READ KEYS", PR_IN(0x00),
	}, {
		.name = "PERSISTENT RESERVE IN, READ RESERVATION", PR_IN(0x01),
	}, {
		.name = "PERSISTENT RESERVE IN, REPORT CAPABILITIES", PR_IN(0x02),
	}, {
		.name = "PERSISTENT RESERVE IN, READ FULL STATUS", PR_IN(0x03),
	}, {
		.name = "PERSISTENT RESERVE OUT, REGISTER", PR_OUT(0x00),
	}, {
		.name = "PERSISTENT RESERVE OUT, RESERVE", PR_OUT(0x01),
	}, {
		.name = "PERSISTENT RESERVE OUT, RELEASE", PR_OUT(0x02),
	}, {
		.name = "PERSISTENT RESERVE OUT, CLEAR", PR_OUT(0x03),
	}, {
		.name = "PERSISTENT RESERVE OUT, PREEMPT", PR_OUT(0x04),
	}, {
		.name = "PERSISTENT RESERVE OUT, PREEMPT AND ABORT", PR_OUT(0x05),
	}, {
		.name = "PERSISTENT RESERVE OUT, REGISTER AND IGNORE EXISTING KEY", PR_OUT(0x06),
	}, {
		.name = "PERSISTENT RESERVE OUT, REGISTER AND MOVE", PR_OUT(0x07),
	}, {
		.name = "PERSISTENT RESERVE OUT, REPLACE LOST RESERVATION", PR_OUT(0x08),
	}, {
		.name = "READ(32)", CDB_32(0x09, 0x18),
		.dir = TARGET_DATA_IN, .flags = READ_FLAGS,
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .exec = exec_read_write,
	}, {
		.name = "VERIFY(32)", CDB_32(0x0a, 0x16),
		.dir = TARGET_DATA_OUT, .flags = VERIFY_FLAGS,
		.lu_bits = 0x10, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_LONG, .data_len = verify_data_len, .exec = exec_verify,
	}, {
		.name = "WRITE(32)", CDB_32(0x0b, 0x18),
		.dir = TARGET_DATA_OUT, .flags = WRITE_FLAGS,
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .exec = exec_read_write,
	}, {
		.name = "WRITE AND VERIFY(32)", CDB_32(0x0c, 0x12),
		.dir = TARGET_DATA_OUT, .flags = SCSI_OP_WRITES | SCSI_OP_BLOCKS | SCSI_OP_PROCESS,
		.lu_bits = 0x10, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_LONG, .exec = exec_write_verify,
	}, {
		.name = "WRITE SAME(32)", CDB_32(0x0d, 0x09),
		.dir = TARGET_DATA_OUT, .flags = SAME_FLAGS,
		.lu_bits = 0x08, .has_bits = scsi_lu_write_same_unmap,
		.timeout = TIMEOUT_LONG, .data_len = write_same_data_len,
		.exec = exec_write_same,
	}, {
		.name = "EXTENDED COPY(LID1)", COPY_OUT(0x00),
	}, {
		.name = "EXTENDED COPY(LID4)", COPY_OUT(0x01),
	}, {
		.name = "COPY OPERATION ABORT", .opcode = 0x83, .sa = 0x1c, .cdb_len = 16,
		.dir = TARGET_DATA_NONE, .flags = CONTROL_FLAGS,
		.usage = { 0x83, 0x1c, 0xff, 0xff, 0xff, 0xff },
		.timeout = TIMEOUT_QUICK, .enabled = lu_has_3pc,
		.exec = exec_copy_operation_abort,
	}, {
		.name = "RECEIVE COPY STATUS(LID1)", COPY_IN(0x00, 0x00),
		.exec = exec_receive_copy,
	}, {
		.name = "RECEIVE COPY DATA(LID1)", COPY_IN(0x01, 0x00),
		.exec = exec_receive_copy,
	}, {
		/* SPC-3 has a list identifier there that is ignored. */
		.name = "RECEIVE COPY OPERATING PARAMETERS", COPY_IN(0x03, 0x00),
		.exec = exec_receive_copy_parameters,
	}, {
		.name = "RECEIVE COPY FAILURE DETAILS(LID1)", COPY_IN(0x04, 0x00),
		.exec = exec_receive_copy,
	}, {
		.name = "RECEIVE COPY STATUS(LID4)", COPY_IN(0x05, 0xff),
		.exec = exec_receive_copy,
	}, {
		.name = "RECEIVE COPY DATA(LID4)", COPY_IN(0x06, 0xff),
		.exec = exec_receive_copy,
	}, {
		.name = "READ(16)", .opcode = 0x88, .sa = SCSI_NO_SA, .cdb_len = 16,
		.dir = TARGET_DATA_IN, .flags = READ_FLAGS,
		.lba_at = 2, .lba_size = 8, .len_at = 10, .len_size = 4,
		.usage = { 0x88, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .exec = exec_read_write,
	}, {
		.name = "COMPARE AND WRITE", .opcode = 0x89, .sa = SCSI_NO_SA, .cdb_len = 16,
		.dir = TARGET_DATA_OUT, .flags = ATOMIC_FLAGS,
		.lba_at = 2, .lba_size = 8, .len_at = 13, .len_size = 1,
		.usage = { 0x89, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0x00, 0x00, 0x00, 0xff, 0x1f },
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .enabled = scsi_lu_caw,
		.data_len = compare_and_write_data_len, .exec = exec_compare_and_write,
	}, {
		.name = "WRITE(16)", .opcode = 0x8a, .sa = SCSI_NO_SA, .cdb_len = 16,
		.dir = TARGET_DATA_OUT, .flags = WRITE_FLAGS,
		.lba_at = 2, .lba_size = 8, .len_at = 10, .len_size = 4,
		.usage = { 0x8a, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .exec = exec_read_write,
	}, {
		.name = "ORWRITE(16)", .opcode = 0x8b, .sa = SCSI_NO_SA, .cdb_len = 16,
		.dir = TARGET_DATA_OUT, .flags = ATOMIC_FLAGS,
		.lba_at = 2, .lba_size = 8, .len_at = 10, .len_size = 4,
		.usage = { 0x8b, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .exec = exec_orwrite,
	}, {
		.name = "WRITE AND VERIFY(16)", .opcode = 0x8e, .sa = SCSI_NO_SA, .cdb_len = 16,
		.dir = TARGET_DATA_OUT, .flags = SCSI_OP_WRITES | SCSI_OP_BLOCKS | SCSI_OP_PROCESS,
		.lba_at = 2, .lba_size = 8, .len_at = 10, .len_size = 4,
		.usage = { 0x8e, 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x10, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_LONG, .exec = exec_write_verify,
	}, {
		.name = "VERIFY(16)", .opcode = 0x8f, .sa = SCSI_NO_SA, .cdb_len = 16,
		.dir = TARGET_DATA_OUT, .flags = VERIFY_FLAGS,
		.lba_at = 2, .lba_size = 8, .len_at = 10, .len_size = 4,
		.usage = { 0x8f, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x10, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_LONG, .data_len = verify_data_len, .exec = exec_verify,
	}, {
		.name = "PRE-FETCH(16)", .opcode = 0x90, .sa = SCSI_NO_SA, .cdb_len = 16,
		.dir = TARGET_DATA_NONE, .flags = PREFETCH_FLAGS,
		.lba_at = 2, .lba_size = 8, .len_at = 10, .len_size = 4,
		.usage = { 0x90, 0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x1f },
		.timeout = TIMEOUT_LONG, .exec = exec_prefetch,
	}, {
		.name = "SYNCHRONIZE CACHE(16)", .opcode = 0x91, .sa = SCSI_NO_SA, .cdb_len = 16,
		.dir = TARGET_DATA_NONE, .flags = SCSI_OP_BLOCKS | SCSI_OP_NO_DATA_IO,
		.lba_at = 2, .lba_size = 8, .len_at = 10, .len_size = 4,
		.usage = { 0x91, 0x06, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x1f },
		.timeout = TIMEOUT_LONG, .exec = exec_sync_cache,
	}, {
		.name = "WRITE SAME(16)", .opcode = 0x93, .sa = SCSI_NO_SA, .cdb_len = 16,
		.dir = TARGET_DATA_OUT, .flags = SAME_FLAGS,
		.lba_at = 2, .lba_size = 8, .len_at = 10, .len_size = 4,
		.usage = { 0x93, 0x09, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x08, .has_bits = scsi_lu_write_same_unmap,
		.timeout = TIMEOUT_LONG, .data_len = write_same_data_len,
		.exec = exec_write_same,
	}, {
		.name = "WRITE ATOMIC(16)", .opcode = 0x9c, .sa = SCSI_NO_SA, .cdb_len = 16,
		.dir = TARGET_DATA_OUT, .flags = ATOMIC_FLAGS,
		.lba_at = 2, .lba_size = 8, .len_at = 12, .len_size = 2,
		.usage = { 0x9c, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .enabled = scsi_lu_write_atomic,
		.exec = exec_write_atomic,
	}, {
		.name = "READ CAPACITY(16)", .opcode = 0x9e, .sa = 0x10, .cdb_len = 16,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_LOADED,
		.len_at = 10, .len_size = 4,
		.usage = { 0x9e, 0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x01 },
		.reserve = SCSI_RES_HARMLESS, .timeout = TIMEOUT_QUICK, .exec = exec_read_capacity,
	}, {
		.name = "GET LBA STATUS", .opcode = 0x9e, .sa = 0x12, .cdb_len = 16,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_PROCESS | SCSI_OP_READY,
		.len_at = 10, .len_size = 4,
		.usage = { 0x9e, 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x00 },
		.reserve = SCSI_RES_READ, .timeout = TIMEOUT_IO,
		.enabled = scsi_lu_lba_status, .exec = exec_get_lba_status,
	}, {
		.name = "REPORT REFERRALS", .opcode = 0x9e, .sa = 0x13, .cdb_len = 16,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_PROCESS | SCSI_OP_LOADED,
		.lba_at = 2, .lba_size = 8, .len_at = 10, .len_size = 4,
		.usage = { 0x9e, 0x13, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0x01 },
		.reserve = SCSI_RES_HARMLESS, .timeout = TIMEOUT_QUICK,
		.enabled = lu_has_referrals, .exec = exec_report_referrals,
	}, {
		.name = "REPORT LUNS", .opcode = 0xa0, .sa = SCSI_NO_SA, .cdb_len = 12,
		.dir = TARGET_DATA_IN, .flags = ALWAYS_FLAGS,
		.len_at = 6, .len_size = 4,
		.usage = { 0xa0, 0x00, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_ALWAYS, .timeout = TIMEOUT_QUICK, .exec = exec_report_luns,
	}, {
		.name = "REPORT IDENTIFYING INFORMATION", .opcode = 0xa3, .sa = 0x05, .cdb_len = 12,
		.dir = TARGET_DATA_IN, .flags = CONTROL_FLAGS,
		.len_at = 6, .len_size = 4,
		.usage = { 0xa3, 0x05, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xfe },
		.reserve = SCSI_RES_HARMLESS, .timeout = TIMEOUT_QUICK, .exec = exec_report_ident,
	}, {
		.name = "REPORT TARGET PORT GROUPS", .opcode = 0xa3, .sa = 0x0a, .cdb_len = 12,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_ALUA_ALWAYS | CONTROL_FLAGS,
		.len_at = 6, .len_size = 4,
		.usage = { 0xa3, 0xea, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_HARMLESS, .timeout = TIMEOUT_QUICK, .enabled = lu_has_alua,
		.exec = exec_report_target_port_groups,
	}, {
		.name = "REPORT SUPPORTED OPERATION CODES", .opcode = 0xa3, .sa = 0x0c,
		.cdb_len = 12, .dir = TARGET_DATA_IN, .flags = SCSI_OP_ALUA_STANDBY,
		.len_at = 6, .len_size = 4,
		.usage = { 0xa3, 0x0c, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_READ,
		.timeout = TIMEOUT_QUICK, .enabled = lu_has_rsoc, .exec = exec_report_opcodes,
	}, {
		.name = "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", .opcode = 0xa3, .sa = 0x0d,
		.cdb_len = 12, .dir = TARGET_DATA_IN, .flags = SCSI_OP_ALUA_STANDBY,
		.len_at = 6, .len_size = 4,
		.usage = { 0xa3, 0x0d, 0x80, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_READ, .timeout = TIMEOUT_QUICK, .exec = exec_report_tmfs,
	}, {
		.name = "REPORT TIMESTAMP", .opcode = 0xa3, .sa = 0x0f, .cdb_len = 12,
		.dir = TARGET_DATA_IN,
		.len_at = 6, .len_size = 4,
		.usage = { 0xa3, 0x0f, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_HARMLESS, .timeout = TIMEOUT_QUICK,
		.exec = exec_report_timestamp,
	}, {
		.name = "SET IDENTIFYING INFORMATION", .opcode = 0xa4, .sa = 0x06, .cdb_len = 12,
		.dir = TARGET_DATA_OUT, .flags = CONTROL_FLAGS,
		.len_at = 6, .len_size = 4,
		.usage = { 0xa4, 0x06, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xfe },
		.timeout = TIMEOUT_QUICK, .exec = exec_set_ident,
	}, {
		.name = "SET TARGET PORT GROUPS", .opcode = 0xa4, .sa = 0x0a, .cdb_len = 12,
		.dir = TARGET_DATA_OUT, .flags = SCSI_OP_ALUA_ALWAYS | CONTROL_FLAGS,
		.len_at = 6, .len_size = 4,
		.usage = { 0xa4, 0x0a, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.timeout = TIMEOUT_IO, .enabled = lu_has_explicit_alua,
		.exec = exec_set_target_port_groups,
	}, {
		.name = "SET TIMESTAMP", .opcode = 0xa4, .sa = 0x0f, .cdb_len = 12,
		.dir = TARGET_DATA_OUT, .flags = CONTROL_FLAGS,
		.len_at = 6, .len_size = 4,
		.usage = { 0xa4, 0x0f, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff },
		.timeout = TIMEOUT_QUICK, .exec = exec_set_timestamp,
	}, {
		.name = "READ(12)", .opcode = 0xa8, .sa = SCSI_NO_SA, .cdb_len = 12,
		.dir = TARGET_DATA_IN, .flags = READ_FLAGS,
		.lba_at = 2, .lba_size = 4, .len_at = 6, .len_size = 4,
		.usage = { 0xa8, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .exec = exec_read_write,
	}, {
		.name = "WRITE(12)", .opcode = 0xaa, .sa = SCSI_NO_SA, .cdb_len = 12,
		.dir = TARGET_DATA_OUT, .flags = WRITE_FLAGS,
		.lba_at = 2, .lba_size = 4, .len_at = 6, .len_size = 4,
		.usage = { 0xaa, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x18, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_IO, .exec = exec_read_write,
	}, {
		.name = "WRITE AND VERIFY(12)", .opcode = 0xae, .sa = SCSI_NO_SA, .cdb_len = 12,
		.dir = TARGET_DATA_OUT, .flags = SCSI_OP_WRITES | SCSI_OP_BLOCKS | SCSI_OP_PROCESS,
		.lba_at = 2, .lba_size = 4, .len_at = 6, .len_size = 4,
		.usage = { 0xae, 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x10, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_LONG, .exec = exec_write_verify,
	}, {
		.name = "VERIFY(12)", .opcode = 0xaf, .sa = SCSI_NO_SA, .cdb_len = 12,
		.dir = TARGET_DATA_OUT, .flags = VERIFY_FLAGS,
		.lba_at = 2, .lba_size = 4, .len_at = 6, .len_size = 4,
		.usage = { 0xaf, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f },
		.lu_bits = 0x10, .has_bits = scsi_lu_dpofua,
		.timeout = TIMEOUT_LONG, .data_len = verify_data_len, .exec = exec_verify,
	}, {
		.name = "READ DEFECT DATA(12)", .opcode = 0xb7, .sa = SCSI_NO_SA, .cdb_len = 12,
		.dir = TARGET_DATA_IN, .flags = SCSI_OP_LOADED,
		.len_at = 6, .len_size = 4,
		.usage = { 0xb7, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.reserve = SCSI_RES_READ, .timeout = TIMEOUT_QUICK, .exec = exec_read_defects,
	},
};

/* First row of each opcode; built by scsi_op_init(), constant afterwards. */
static const struct scsi_op *scsi_op_first[256] __ro_after_init;

/**
 * scsi_op_row - the table by index
 * @i: 0 for the first row.
 *
 * Returns: the row, or NULL past the end. Any context.
 */
const struct scsi_op *scsi_op_row(unsigned int i)
{
	return i < ARRAY_SIZE(scsi_ops) ? &scsi_ops[i] : NULL;
}

/* CDB length by the opcode's group code, SPC-4 4.2.5.1; 0 for groups without one. */
static u8 scsi_op_group_len(u8 opcode)
{
	static const u8 len[8] = { 6, 10, 10, 0, 16, 12, 0, 0 };

	return opcode == SCSI_VARIABLE_LEN ? 32 : len[opcode >> 5];
}

/* Nothing in the control byte is supported. */
static u8 scsi_op_control_at(const struct scsi_op *op)
{
	return op->opcode == SCSI_VARIABLE_LEN ? 1 : op->cdb_len - 1;
}

/* Where the LBA and length fields have to end. */
static u8 scsi_op_fields_end(const struct scsi_op *op)
{
	return op->opcode == SCSI_VARIABLE_LEN ? op->cdb_len : op->cdb_len - 1;
}

static bool scsi_op_sa_valid(const struct scsi_op *op)
{
	if (op->opcode == SCSI_VARIABLE_LEN)
		return op->usage[7] == ADDITIONAL_LEN &&
		       get_unaligned_be16(op->usage + 8) == op->sa;
	return op->sa == SCSI_NO_SA || (op->usage[1] & SA_MASK) == op->sa;
}

/* Where the bits are that only some logical units have */
static unsigned int scsi_op_lu_byte(const struct scsi_op *op, const u8 *cdb)
{
	return op->lu_byte ?: scsi_cdb_options_at(cdb);
}

/* The bits of a row that later code indexes with or masks by. */
static bool scsi_op_layout_valid(const struct scsi_op *op)
{
	unsigned int i;

	if (op->cdb_len != scsi_op_group_len(op->opcode) || op->usage[0] != op->opcode)
		return false;
	for (i = op->cdb_len; i < TARGET_MAX_CDB; i++)
		if (op->usage[i])
			return false;
	if (op->usage[scsi_op_control_at(op)] || !scsi_op_sa_valid(op))
		return false;
	if (op->lba_at + op->lba_size > scsi_op_fields_end(op) ||
	    op->len_at + op->len_size > scsi_op_fields_end(op))
		return false;
	return !(op->lu_bits & ~op->usage[scsi_op_lu_byte(op, op->usage)]);
}

static bool scsi_op_valid(const struct scsi_op *op)
{
	if (!op->name || !op->exec || op->dir >= TARGET_DATA_BIDI || !scsi_op_layout_valid(op))
		return false;
	if ((op->flags & SCSI_OP_BLOCKS) && (!op->lba_size || !op->len_size))
		return false;
	if (op->dir != TARGET_DATA_NONE && !op->len_size && !op->data_len)
		return false;
	if ((op->flags & SCSI_OP_MEDIUM) && (op->flags & SCSI_OP_ANY_LUN))
		return false;
	if ((op->flags & SCSI_OP_ATOMIC) && (op->flags & ALONE_FLAGS) != ALONE_FLAGS)
		return false;
	if (op->lu_byte && (!op->enabled || op->lu_byte >= op->cdb_len))
		return false;
	return !op->lu_bits == !op->has_bits;
}

/* Ascending order makes duplicates neighbours and keeps one opcode's rows together. */
static bool scsi_op_follows(const struct scsi_op *op, const struct scsi_op *prev)
{
	if (op->opcode != prev->opcode)
		return op->opcode > prev->opcode;
	return op->sa != SCSI_NO_SA && op->sa > prev->sa;
}

/**
 * scsi_op_init - check the table and build the look-up
 *
 * Once, before the first command. Returns: 0, or -EINVAL if a row contradicts
 * itself or the order of the table, in which case the module must not load.
 */
int scsi_op_init(void)
{
	const struct scsi_op *op, *prev = NULL;
	unsigned int i;

	/* REPORT SUPPORTED OPERATION CODES lists them all, with timeouts */
	BUILD_BUG_ON(4 + ARRAY_SIZE(scsi_ops) * 20 > SCSI_REPLY_MAX);
	for (i = 0; (op = scsi_op_row(i)); prev = op, i++) {
		if (!scsi_op_valid(op) || (prev && !scsi_op_follows(op, prev)))
			return -EINVAL;
		if (!scsi_op_first[op->opcode])
			scsi_op_first[op->opcode] = op;
	}
	return 0;
}

/**
 * scsi_op_lookup - row of an operation code
 * @opcode: operation code.
 * @sa: service action; ignored by an opcode that has none.
 * @has_sa: whether the opcode is known and has service actions.
 *
 * Returns: the row or NULL. Any context.
 */
const struct scsi_op *scsi_op_lookup(u8 opcode, u16 sa, bool *has_sa)
{
	const struct scsi_op *op = scsi_op_first[opcode], *end = scsi_ops + ARRAY_SIZE(scsi_ops);

	*has_sa = op && op->sa != SCSI_NO_SA;
	if (!*has_sa)
		return op;
	for (; op < end && op->opcode == opcode; op++)
		if (op->sa == sa)
			return op;
	return NULL;
}

/* An unknown opcode and an unknown service action are different errors, SPC-4 5.2. */
static void scsi_op_unknown(u8 opcode, bool has_sa, struct target_sense *sense)
{
	if (has_sa && opcode == SCSI_VARIABLE_LEN)
		scsi_sense_cdb_field(sense, 8, -1);
	else if (has_sa)
		scsi_sense_cdb_field(sense, 1, SA_BIT);
	else
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_INVALID_OPCODE);
}

/**
 * scsi_op_find - row of a CDB
 * @cdb: TARGET_MAX_CDB bytes.
 * @sense: filled in when there is no row.
 *
 * Returns: the row or NULL. Any context.
 */
const struct scsi_op *scsi_op_find(const u8 *cdb, struct target_sense *sense)
{
	const struct scsi_op *op = scsi_op_first[cdb[0]];
	bool variable = cdb[0] == SCSI_VARIABLE_LEN, has_sa;

	if (likely(op && op->sa == SCSI_NO_SA))
		return op;
	op = scsi_op_lookup(cdb[0], variable ? get_unaligned_be16(cdb + 8) : cdb[1] & SA_MASK,
			    &has_sa);
	if (!op) {
		scsi_op_unknown(cdb[0], has_sa, sense);
	} else if (variable && cdb[7] != ADDITIONAL_LEN) {
		scsi_sense_cdb_field(sense, 7, -1);	/* SPC-4 4.2.5.3 */
		return NULL;
	}
	return op;
}

static u64 scsi_op_strays_8(const struct scsi_op *op, const u8 *cdb, unsigned int at)
{
	return get_unaligned_le64(cdb + at) & ~get_unaligned_le64(op->usage + at);
}

/*
 * Nonzero if the CDB has a bit the row does not know. Bytes behind the CDB are
 * the transport's padding and not looked at.
 */
static u64 scsi_op_strays(const struct scsi_op *op, const u8 *cdb)
{
	u64 strays = scsi_op_strays_8(op, cdb, 0);

	switch (op->cdb_len) {
	case 6:
		return strays & GENMASK_ULL(47, 0);
	case 10:
		return strays | (get_unaligned_le16(cdb + 8) & ~get_unaligned_le16(op->usage + 8));
	case 12:
		return strays | (get_unaligned_le32(cdb + 8) & ~get_unaligned_le32(op->usage + 8));
	case 16:
		return strays | scsi_op_strays_8(op, cdb, 8);
	default:
		return strays | scsi_op_strays_8(op, cdb, 8) | scsi_op_strays_8(op, cdb, 16) |
		       scsi_op_strays_8(op, cdb, 24);
	}
}

/**
 * scsi_op_check_cdb - refuse reserved, obsolete and unsupported bits
 * @op: the CDB's row.
 * @cdb: at least @op->cdb_len bytes, and at least 8.
 * @sense: filled in on refusal, with a pointer to the first bit in error.
 *
 * Returns: whether every bit set in the CDB is one the row knows. Any context.
 */
bool scsi_op_check_cdb(const struct scsi_op *op, const u8 *cdb, struct target_sense *sense)
{
	unsigned int i;

	if (likely(!scsi_op_strays(op, cdb)))
		return true;
	for (i = 0; i < op->cdb_len - 1; i++)
		if (cdb[i] & ~op->usage[i])
			break;
	scsi_sense_cdb_field(sense, i, fls((u8)(cdb[i] & ~op->usage[i])) - 1);
	return false;
}

/**
 * scsi_op_any - whether a logical unit has an operation code, with any service action
 * @lu: a connected logical unit.
 * @opcode: operation code.
 *
 * Any context.
 */
bool scsi_op_any(const struct scsi_lu *lu, u8 opcode)
{
	const struct scsi_op *op = scsi_op_first[opcode], *end = scsi_ops + ARRAY_SIZE(scsi_ops);

	for (; op && op < end && op->opcode == opcode; op++)
		if (!op->enabled || op->enabled(lu))
			return true;
	return false;
}

/**
 * scsi_op_check_lu - refuse what this logical unit does not have
 * @op: the CDB's row.
 * @lu: a connected logical unit.
 * @cdb: the CDB.
 * @sense: filled in on refusal.
 *
 * Needed only where scsi_op_asks_lu(). Returns: whether the logical unit has
 * the command and every option set in the CDB. Any context.
 */
bool scsi_op_check_lu(const struct scsi_op *op, const struct scsi_lu *lu, const u8 *cdb,
		      struct target_sense *sense)
{
	unsigned int at = scsi_op_lu_byte(op, cdb);
	u8 asked = cdb[at] & op->lu_bits;

	if (op->enabled && !op->enabled(lu)) {
		scsi_op_unknown(op->opcode, scsi_op_any(lu, op->opcode), sense);
		return false;
	}
	if (asked && !op->has_bits(lu)) {
		scsi_sense_cdb_field(sense, at, fls(asked) - 1);
		return false;
	}
	return true;
}

/**
 * scsi_op_usage - CDB usage data as this logical unit has it
 * @op: a row.
 * @lu: a connected logical unit.
 * @usage: @op->cdb_len bytes to fill, SPC-4 6.35.3.
 */
void scsi_op_usage(const struct scsi_op *op, const struct scsi_lu *lu, u8 *usage)
{
	memcpy(usage, op->usage, op->cdb_len);
	if (op->lu_bits && !op->has_bits(lu))
		usage[scsi_op_lu_byte(op, usage)] &= ~op->lu_bits;
}

static u64 scsi_op_field(const u8 *field, u8 size)
{
	switch (size) {
	case 1:
		return field[0];
	case 2:
		return get_unaligned_be16(field);
	case 3:
		return get_unaligned_be24(field);
	case 4:
		return get_unaligned_be32(field);
	case 8:
		return get_unaligned_be64(field);
	default:
		return 0;
	}
}

/**
 * scsi_op_decode - LBA and length of a checked CDB
 * @op: its row.
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @lba: first block, 0 for a command without.
 * @len: blocks with SCSI_OP_BLOCKS, otherwise bytes; 0 for a command without.
 */
void scsi_op_decode(const struct scsi_op *op, const u8 *cdb, u64 *lba, u64 *len)
{
	*lba = scsi_op_field(cdb + op->lba_at, op->lba_size);
	*len = scsi_op_field(cdb + op->len_at, op->len_size);
	if ((op->flags & SCSI_OP_ZERO_IS_256) && !*len)
		*len = 256;
}
