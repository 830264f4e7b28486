/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure SCSI layer knows of a logical unit, and the opcode table. The
 * files that include only this header turn bytes into decisions and build in
 * user space as well (selftests/host).
 */
#ifndef TARGET_CORE_SCSI_H
#define TARGET_CORE_SCSI_H

#include <linux/types.h>
#include <target/backstore.h>
#include <target/command.h>

/* Sense keys, SPC-4 4.5.6 */
#define SENSE_NO_SENSE		0x0
#define SENSE_RECOVERED		0x1
#define SENSE_NOT_READY		0x2
#define SENSE_MEDIUM_ERROR	0x3
#define SENSE_HARDWARE_ERROR	0x4
#define SENSE_ILLEGAL_REQUEST	0x5
#define SENSE_UNIT_ATTENTION	0x6
#define SENSE_DATA_PROTECT	0x7
#define SENSE_COPY_ABORTED	0xa
#define SENSE_ABORTED_COMMAND	0xb
#define SENSE_MISCOMPARE	0xe
#define SENSE_COMPLETED		0xf

/* Additional sense code and qualifier in one number, SPC-4 annex F */
#define ASC_NONE			0x0000
#define ASC_START_REQUIRED		0x0402
#define ASC_NEEDS_OPERATOR		0x0403
#define ASC_FORMAT_IN_PROGRESS		0x0404
#define ASC_SELF_TEST_IN_PROGRESS	0x0409
#define ASC_ALUA_TRANSITION		0x040a
#define ASC_ALUA_STANDBY		0x040b
#define ASC_ALUA_UNAVAILABLE		0x040c
#define ASC_ALUA_OFFLINE		0x0412
#define ASC_SANITIZE_IN_PROGRESS	0x041b
#define ASC_FORMAT_CORRUPTED		0x3100
#define ASC_FORMAT_FAILED		0x3101
#define ASC_SANITIZE_FAILED		0x3103
#define ASC_LU_COMM_FAILURE		0x0800
#define ASC_LU_COMM_TIMEOUT		0x0801
#define ASC_WRITE_ERROR			0x0c00
#define ASC_UNEXPECTED_DATA		0x0c0c
#define ASC_NOT_ENOUGH_DATA		0x0c0d
#define ASC_GUARD_CHECK_FAILED		0x1001
#define ASC_UNRECOVERED_READ		0x1100
#define ASC_PARAM_LIST_LENGTH		0x1a00
#define ASC_MISCOMPARE			0x1d00
#define ASC_INVALID_OPCODE		0x2000
#define ASC_LBA_OUT_OF_RANGE		0x2100
#define ASC_INVALID_FIELD_CDB		0x2400
#define ASC_LUN_NOT_SUPPORTED		0x2500
#define ASC_SEQUENCE_ERROR		0x2c00
#define ASC_SELF_TEST_FAILED		0x3e03
#define ASC_ECHO_OVERWRITTEN		0x3f0f
#define ASC_INVALID_FIELD_PARAM		0x2600
#define ASC_WRITE_PROTECTED		0x2700
#define ASC_SPACE_ALLOC_FAILED		0x2707
#define ASC_TOO_MANY_SEGMENTS		0x2608
#define ASC_INVALID_MESSAGE		0x4900
#define ASC_INTERNAL_FAILURE		0x4400
#define ASC_PR_INFORMATION_LOST		0x4401
#define ASC_INSUFFICIENT_RESOURCES	0x5503
#define ASC_INSPECT_REFERRALS		0x3f15
#define ASC_SAVING_NOT_SUPPORTED	0x3900
#define ASC_MEDIUM_NOT_PRESENT		0x3a00
#define ASC_REMOVAL_PREVENTED		0x5302

/* Thresholds of thin provisioning: descriptors of mode page 1Ch/02h */
enum scsi_threshold {
	SCSI_THRESHOLD_AVAILABLE,	/* reached when what is available has become less */
	SCSI_THRESHOLD_USED,		/* reached when what is used has become more */
	SCSI_THRESHOLDS,
};

/**
 * struct target_dev_attrib - the attrib/ directory of a device
 *
 * Plain words, written by configfs under the device's config mutex and read on
 * the I/O path with READ_ONCE().
 */
struct target_dev_attrib {
	u32	emulate_model_alias;
	u32	emulate_dpo;
	u32	emulate_fua_write;
	u32	emulate_fua_read;
	u32	emulate_write_cache;
	u32	emulate_ua_intlck_ctrl;
	u32	emulate_tas;
	u32	emulate_tpu;
	u32	emulate_tpws;
	u32	emulate_caw;
	u32	emulate_3pc;
	u32	emulate_pr;
	u32	emulate_rsoc;
	u32	pi_prot_type;
	u32	hw_pi_prot_type;
	u32	pi_prot_verify;
	u32	enforce_pr_isids;
	u32	is_nonrot;
	u32	emulate_rest_reord;
	u32	force_pr_aptpl;
	u32	hw_block_size;
	u32	block_size;
	u32	hw_max_sectors;
	u32	optimal_sectors;
	u32	hw_queue_depth;
	u32	queue_depth;
	u32	max_unmap_lba_count;
	u32	max_unmap_block_desc_count;
	u32	unmap_granularity;
	u32	unmap_granularity_alignment;
	u32	unmap_zeroes_data;
	u32	max_write_same_len;
	u32	alua_support;
	u32	pgr_support;
	u32	submit_type;
	u32	removable;

	/* Mode parameters without a file: scsi_mode.c */
	u32	mode_tst;		/* each I_T nexus has its own task set */
	u32	mode_d_sense;
	u32	mode_qerr;		/* 1: all commands, 2: those of the same I_T nexus */
	u32	mode_swp;
	u32	mode_lbpere;
	u32	mode_threshold_on[SCSI_THRESHOLDS];
	u32	mode_threshold_count[SCSI_THRESHOLDS];
};

/* Mode parameters that MODE SELECT can change: rows of mode_fields[] */
enum scsi_mode_id {
	SCSI_MODE_WCE,
	SCSI_MODE_TST,
	SCSI_MODE_D_SENSE,
	SCSI_MODE_QERR,
	SCSI_MODE_UA_INTLCK_CTRL,
	SCSI_MODE_SWP,
	SCSI_MODE_TAS,
	SCSI_MODE_LBPERE,
	SCSI_MODE_AVAILABLE_ENABLED,
	SCSI_MODE_AVAILABLE_COUNT,
	SCSI_MODE_USED_ENABLED,
	SCSI_MODE_USED_COUNT,
	SCSI_MODE_FIELDS,
};

/* Those of them that thresholds are made of */
#define SCSI_MODE_THRESHOLDS	GENMASK(SCSI_MODE_USED_COUNT, SCSI_MODE_LBPERE)

#define SCSI_MODE_TEXT_MAX	1024	/* bytes of scsi_mode_text() */

/**
 * struct scsi_mode_values - values of mode parameters
 * @mask: bit map of enum scsi_mode_id: whose.
 * @code: as in the field of the mode page.
 */
struct scsi_mode_values {
	u32	mask;
	u32	code[SCSI_MODE_FIELDS];
};

/** struct target_identity - names of a device; strings end with a NUL */
struct target_identity {
	char	vendor[8 + 1];
	char	product[16 + 1];
	char	revision[4 + 1];
	char	serial[254];
	u32	company_id;		/* IEEE company id, 24 bits */
};

/**
 * struct scsi_mode_request - what a MODE SELECT wants
 * @buf: parameter list. @len: bytes of it that came.
 * @change: the fields that get another value.
 */
struct scsi_mode_request {
	const u8		*buf;
	u32			len;
	struct scsi_mode_values	change;
};

/**
 * struct scsi_port - a target port that leads to a logical unit
 * @name: SCSI name of the target device, at most 223 bytes.
 * @rtpi: relative target port identifier.
 * @tpg_tag: target portal group tag (iSCSI port name).
 * @proto_id: SCSI protocol identifier.
 */
struct scsi_port {
	const char	*name;
	u16		rtpi;
	u16		tpg_tag;
	u8		proto_id;
};

#define SCSI_PORT_BYTES	(12U + 4U + 252U)	/* that a port takes in the VPD page, at most */
#define SCSI_PORTS_MAX	(U16_MAX / SCSI_PORT_BYTES)

/**
 * struct scsi_lu - a logical unit through one I_T nexus, for reply builders
 * @attrib: device attributes. @id: names.
 * @limits: the backstore's limits, in blocks of attrib->block_size.
 * @nr_blocks: capacity in blocks of attrib->block_size.
 * @write_cache: WCE as it is now.
 * @cache_fixed: WCE is the backstore's and can't be set.
 * @has_map: which blocks are mapped can be told.
 * @can_save: mode parameters can be saved. @mode_saved: those that are, or NULL.
 * @write_protect: this nexus may not write.
 * @connected: false for a LUN that does not exist (peripheral qualifier 011b).
 * @well_known: the REPORT LUNS well known logical unit; not @connected.
 * @proto_id: SCSI protocol identifier of the port.
 * @target_name: SCSI name of the target device (iqn., naa., eui.).
 * @tpg_tag: target portal group tag (iSCSI port name).
 * @rtpi: relative target port identifier.
 * @tpg_id: target port group (ALUA) of the LUN. @alua_state: its state.
 * @alua_preferred: PREF bit. @lu_group: LU group id.
 * @alua_access: ALUA_TYPE_* of the target port group.
 * @alua_group_known: @tpg_id is valid.
 * @referrals: ranges of blocks have access states of their own, of segments of
 * @segment_size blocks, every @segment_multiplier th; both may be 0 (SBC-3 6.6.7).
 */
struct scsi_lu {
	const struct target_dev_attrib	*attrib;
	const struct target_limits	*limits;
	const struct target_identity	*id;
	u64		nr_blocks;
	bool		write_cache;
	bool		cache_fixed;
	bool		has_map;
	bool		can_save;
	bool		write_protect;
	bool		connected;
	bool		well_known;
	bool		alua_group_known;
	u8		proto_id;
	const char	*target_name;
	u16		tpg_tag;
	u16		rtpi;
	u16		tpg_id;
	u8		alua_state;
	u8		alua_access;
	bool		alua_preferred;
	bool		referrals;
	u32		segment_size;
	u32		segment_multiplier;
	u16		lu_group;
	const struct scsi_mode_values	*mode_saved;
};

#define TARGET_MAX_XFER	(32U << 20)	/* most bytes one command moves; VPD B0 says so */

#define SCSI_NO_SA	0xffff
#define SCSI_VARIABLE_LEN 0x7f	/* the service action is in bytes 8 and 9 of the CDB */

/* scsi_op.flags */
#define SCSI_OP_ANY_LUN		0x0001	/* runs without a logical unit, too */
#define SCSI_OP_NO_UA		0x0002	/* is not stopped by a unit attention (SAM-5 5.14) */
#define SCSI_OP_WRITES		0x0004	/* changes the medium: write protection counts */
#define SCSI_OP_READS		0x0008	/* reads the medium */
#define SCSI_OP_BLOCKS		0x0010	/* has LBA and length, checked against the capacity */
#define SCSI_OP_PROCESS		0x0020	/* handler sleeps: runs on the device's workqueue */
#define SCSI_OP_ALUA_STANDBY	0x0040	/* allowed in the access state standby (SPC-4 5.15.2.4) */
#define SCSI_OP_IMPLICIT_HOQ	0x0080	/* may run ahead of the task set (SAM-5 8.6.2) */
#define SCSI_OP_ZERO_IS_256	0x0100	/* 6 byte CDB: length 0 means 256 blocks */
#define SCSI_OP_NO_DATA_IO	0x0200	/* has LBA and length but moves no such data */
#define SCSI_OP_FAST		0x0400	/* the plain READ/WRITE path */
#define SCSI_OP_ONE_BLOCK_OUT	0x0800	/* data-out is one block whatever the length (WRITE SAME) */
#define SCSI_OP_ATOMIC		0x1000	/* alone on its blocks (SBC-3 4.27) */
#define SCSI_OP_READY		0x2000	/* refused while stopped, though it is not for the medium */
#define SCSI_OP_ALUA_ALWAYS	0x4000	/* allowed in every access state */
#define SCSI_OP_LOADED		0x8000	/* tells of the medium: refused while that is out */
#define SCSI_OP_CONTROL		0x10000	/* with PROCESS: the handler never waits for the medium */

/* With one of these a command does not run on a unit that is stopped. */
#define SCSI_OP_MEDIUM	(SCSI_OP_READS | SCSI_OP_WRITES | SCSI_OP_BLOCKS | SCSI_OP_READY)

#define SCSI_CAW_BLOCKS	255	/* of COMPARE AND WRITE; VPD B0 says so */

/* scsi_op.reserve: what a reservation keeps out, see pr_denied() and pr_class() */
#define SCSI_RES_READ		0x01	/* conflicts with exclusive access */
#define SCSI_RES_WRITE		0x02	/* and with write exclusive: changes something */
#define SCSI_RES_HARMLESS	0x04	/* conflicts with RESERVE(6) and (10) alone */
#define SCSI_RES_PERSISTENT	0x08	/* PERSISTENT RESERVE IN and OUT: the same */
#define SCSI_RES_ALWAYS		0x10	/* conflicts with nothing */

/**
 * struct scsi_op - one row of the opcode table: (opcode, service action)
 * @name: command name in the standard's spelling.
 * @opcode: operation code. @sa: service action or SCSI_NO_SA.
 * @cdb_len: bytes. @dir: enum target_data_dir.
 * @flags: SCSI_OP_*.
 * @lba_at, @lba_size: position and size in bytes of the LOGICAL BLOCK ADDRESS.
 * @len_at, @len_size: position and size of the transfer length (in blocks with
 *	SCSI_OP_BLOCKS), allocation length or parameter list length.
 * @usage: bit map of CDB bits the row understands (SPC-4 6.35.3, CDB USAGE
 *	DATA); usage[0] is the opcode. Bytes past @cdb_len are zero. The service
 *	action bits hold the service action.
 * @timeout: recommended timeout in seconds (RSOC), 0 none.
 * @reserve: SCSI_RES_*, 0 for what follows from READS and WRITES in @flags: a row
 *	with neither is taken to change something.
 * @enabled: NULL or whether the device has the command.
 * @lu_bits: options in @usage that only some logical units have, and @has_bits: whether
 *	this one has them. See scsi_op_check_lu(). They are in scsi_cdb_options(), or in
 *	byte @lu_byte of a row that has @enabled, too.
 * @data_len: NULL, or the bytes the CDB asks for where @len_at can't say.
 * @exec: runs the command. Ends in exactly one call of target_cmd_complete(),
 *	target_cmd_fail*() now or later.
 */
struct scsi_op {
	const char	*name;
	u8		opcode;
	u16		sa;
	u8		cdb_len;
	u8		dir;
	u32		flags;
	u8		lba_at, lba_size;
	u8		len_at, len_size;
	u8		usage[TARGET_MAX_CDB] __aligned(8);
	u16		timeout;
	u8		lu_bits;
	u8		lu_byte;
	u8		reserve;
	bool		(*enabled)(const struct scsi_lu *lu);
	bool		(*has_bits)(const struct scsi_lu *lu);
	u64		(*data_len)(const u8 *cdb, u32 block_size);
	void		(*exec)(struct target_cmd *cmd);
};

/* The opcode table: scsi_op.c */
int scsi_op_init(void);
const struct scsi_op *scsi_op_find(const u8 *cdb, struct target_sense *sense);
bool scsi_op_check_cdb(const struct scsi_op *op, const u8 *cdb, struct target_sense *sense);
void scsi_op_decode(const struct scsi_op *op, const u8 *cdb, u64 *lba, u64 *len);
const struct scsi_op *scsi_op_row(unsigned int i);	/* NULL past the end */
bool scsi_op_check_lu(const struct scsi_op *op, const struct scsi_lu *lu, const u8 *cdb,
		      struct target_sense *sense);
void scsi_op_usage(const struct scsi_op *op, const struct scsi_lu *lu, u8 *usage);
const struct scsi_op *scsi_op_lookup(u8 opcode, u16 sa, bool *has_sa);
bool scsi_op_any(const struct scsi_lu *lu, u8 opcode);

/* Byte with DPO, FUA, BYTCHK, UNMAP and their like: byte 10 in a 32 byte CDB, else byte 1. */
static inline unsigned int scsi_cdb_options_at(const u8 *cdb)
{
	return cdb[0] == SCSI_VARIABLE_LEN ? 10 : 1;
}

static inline u8 scsi_cdb_options(const u8 *cdb)
{
	return cdb[scsi_cdb_options_at(cdb)];
}

/* Only reports, and needs no medium for it: runs while the unit is formatted or sanitized. */
static inline bool scsi_op_reports(const struct scsi_op *op)
{
	return op->dir == TARGET_DATA_IN &&
	       (op->flags & (SCSI_OP_ALUA_STANDBY | SCSI_OP_ALUA_ALWAYS));
}

/* Does scsi_op_check_lu() have anything to look at? Spares the I/O path the scsi_lu. */
static inline bool scsi_op_asks_lu(const struct scsi_op *op, const u8 *cdb)
{
	return op->enabled || (scsi_cdb_options(cdb) & op->lu_bits);
}

/* Data from the medium go to the initiator: not by VERIFY and PRE-FETCH, which read it as well. */
static inline bool scsi_op_returns_blocks(const struct scsi_op *op)
{
	return (op->flags & (SCSI_OP_READS | SCSI_OP_NO_DATA_IO)) == SCSI_OP_READS;
}

/* Are all the blocks there? None are, even behind the last one. */
static inline bool scsi_on_medium(u64 nr_blocks, u64 lba, u64 blocks)
{
	return lba <= nr_blocks && blocks <= nr_blocks - lba;
}

/* Sense data: scsi_sense.c */
void scsi_sense_set(struct target_sense *s, u8 key, u16 asc_ascq);
void scsi_sense_cdb_field(struct target_sense *s, u16 byte, int bit);
void scsi_sense_param_field(struct target_sense *s, u16 byte, int bit);
void scsi_sense_progress(struct target_sense *s, u16 asc_ascq, u16 progress);
u16 scsi_progress(u64 done, u64 total);
u8 scsi_sense_format(const struct target_sense *s, bool descriptor, u8 *buf, u8 room);

#define SCSI_FORWARDED_SOURCE		1	/* SENSE DATA SOURCE, SPC-4 4.5.2.7 */
#define SCSI_FORWARDED_DESTINATION	2

/**
 * struct scsi_forwarded - what a unit answered to the copy manager
 * @source: SCSI_FORWARDED_*, which of the two it is. @status: SAM status.
 * @len: bytes of sense data in @data.
 */
struct scsi_forwarded {
	u8	source;
	u8	status;
	u8	len;
	u8	data[40];
};

u8 scsi_sense_forward(u8 *buf, u8 len, const struct scsi_forwarded *fwd);
void scsi_sense_from_errno(struct target_sense *s, int err, bool write, u8 *status);

/*
 * Reply builders: scsi_inquiry.c, scsi_mode.c, scsi_spc.c, scsi_sbc.c. Each fills
 * at most SCSI_REPLY_MAX bytes of a zeroed buffer and returns the length of the
 * whole reply, or 0 with @sense set.
 */
#define SCSI_REPLY_MAX	4096
u32 scsi_inquiry(const struct scsi_lu *lu, const u8 *cdb, u8 *buf, struct target_sense *sense);
u32 scsi_mode_sense(const struct scsi_lu *lu, const u8 *cdb, u8 *buf, struct target_sense *sense);
bool scsi_mode_select(const struct scsi_lu *lu, const u8 *cdb, struct scsi_mode_request *rq,
		      struct target_sense *sense);
void scsi_mode_values(const struct scsi_lu *lu, const struct scsi_mode_values *change,
		      struct scsi_mode_values *all);
void scsi_mode_apply(struct target_dev_attrib *attrib, const struct scsi_mode_values *values);
u32 scsi_mode_text(const struct scsi_mode_values *values, char *buf, u32 room);
bool scsi_mode_parse(const char *name, const char *code, struct scsi_mode_values *values);
u32 scsi_read_capacity_10(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
			  struct target_sense *sense);
u32 scsi_read_capacity_16(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
			  struct target_sense *sense);
u32 scsi_report_opcodes(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
			struct target_sense *sense);

u32 scsi_report_tmfs(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
		     struct target_sense *sense);
u32 scsi_read_defects(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
		      struct target_sense *sense);

/**
 * struct scsi_lba_status - GET LBA STATUS data in the making (SBC-3 5.4.2)
 * @buf: @alloc zeroed bytes. @alloc: at least 24 are used whatever it says.
 * @count: descriptors in it.
 */
struct scsi_lba_status {
	u8	*buf;
	u32	alloc;
	u32	count;
};

bool scsi_lba_status_add(struct scsi_lba_status *list, u64 lba, u32 blocks, u8 state);
u32 scsi_lba_status_end(const struct scsi_lba_status *list);

bool scsi_inquiry_asks_ports(const u8 *cdb);
u32 scsi_inquiry_ports(const struct scsi_lu *lu, const struct scsi_port *ports, unsigned int nr,
		       u8 *buf);
bool scsi_lun_encode(u64 number, u8 lun[8]);
bool scsi_report_luns_check(const u8 *cdb, bool *luns, bool *well_known,
			    struct target_sense *sense);
bool scsi_designates(const struct target_identity *id, const u8 *desc);

/* What a logical unit can do, for every page that tells: scsi_sbc.c */
bool scsi_lu_unmap(const struct scsi_lu *lu);
bool scsi_lu_thin(const struct scsi_lu *lu);
bool scsi_lu_lba_status(const struct scsi_lu *lu);
bool scsi_lu_write_same_unmap(const struct scsi_lu *lu);
bool scsi_lu_dpofua(const struct scsi_lu *lu);
bool scsi_lu_caw(const struct scsi_lu *lu);
u32 scsi_lu_atomic_blocks(const struct scsi_lu *lu);
bool scsi_lu_write_atomic(const struct scsi_lu *lu);
bool scsi_lu_thresholds(const struct scsi_lu *lu);
u8 scsi_threshold_offset(enum scsi_threshold which);
u8 scsi_threshold_exponent(u64 nr_blocks, u32 block_size);
bool scsi_threshold_reached(enum scsi_threshold which, u64 bytes, u32 count, u32 set_shift,
			    bool *armed);
bool scsi_lu_block_erase(const struct scsi_lu *lu);
bool scsi_lu_removable(const struct scsi_lu *lu);

/** struct scsi_unmap_desc - one UNMAP block descriptor (SBC-3 5.28.2) */
struct scsi_unmap_desc {
	u64	lba;
	u32	blocks;
};

int scsi_unmap_count(const u8 *list, u32 len, struct target_sense *sense);
bool scsi_unmap_desc(const struct scsi_lu *lu, const u8 *list, unsigned int i,
		     struct scsi_unmap_desc *desc, struct target_sense *sense);
bool scsi_unmap_check(const struct scsi_lu *lu, const u8 *list, unsigned int count,
		      struct target_sense *sense);
u64 scsi_unmap_span(const u8 *list, unsigned int count, u64 *first);
bool scsi_write_atomic_check(const struct scsi_lu *lu, const u8 *cdb,
			     struct target_sense *sense);

/* Handlers the table names: exec_spc.c, exec_data.c, exec_sbc.c */
void exec_inquiry(struct target_cmd *cmd);
void exec_test_unit_ready(struct target_cmd *cmd);
void exec_request_sense(struct target_cmd *cmd);
void exec_report_luns(struct target_cmd *cmd);
void exec_mode_sense(struct target_cmd *cmd);
void exec_mode_select(struct target_cmd *cmd);
void exec_read_capacity(struct target_cmd *cmd);
void exec_report_opcodes(struct target_cmd *cmd);
void exec_read_write(struct target_cmd *cmd);
void exec_verify(struct target_cmd *cmd);
void exec_sync_cache(struct target_cmd *cmd);
void exec_unmap(struct target_cmd *cmd);
void exec_unmap_span(struct target_cmd *cmd);
void exec_write_same(struct target_cmd *cmd);
void exec_compare_and_write(struct target_cmd *cmd);
void exec_orwrite(struct target_cmd *cmd);
void exec_write_atomic(struct target_cmd *cmd);
void exec_write_verify(struct target_cmd *cmd);
void exec_prefetch(struct target_cmd *cmd);
void exec_get_lba_status(struct target_cmd *cmd);
void exec_read_defects(struct target_cmd *cmd);
void exec_report_tmfs(struct target_cmd *cmd);

/* exec_format.c */
void exec_format_unit(struct target_cmd *cmd);
void exec_sanitize(struct target_cmd *cmd);

/* exec_removable.c */
void exec_start_stop(struct target_cmd *cmd);
void exec_prevent_allow(struct target_cmd *cmd);

/* exec_log.c */
void exec_log_sense(struct target_cmd *cmd);
void exec_log_select(struct target_cmd *cmd);
/* exec_alua.c */
void exec_report_target_port_groups(struct target_cmd *cmd);
void exec_set_target_port_groups(struct target_cmd *cmd);
void exec_report_referrals(struct target_cmd *cmd);

/* selftest.c, exec_spc.c */
void exec_send_diagnostic(struct target_cmd *cmd);
void exec_receive_diagnostic(struct target_cmd *cmd);

/* exec_ident.c */
void exec_report_timestamp(struct target_cmd *cmd);
void exec_set_timestamp(struct target_cmd *cmd);
void exec_report_ident(struct target_cmd *cmd);
void exec_set_ident(struct target_cmd *cmd);

/* exec_buffer.c */
void exec_read_buffer(struct target_cmd *cmd);
void exec_write_buffer(struct target_cmd *cmd);

/* exec_pr.c */
void exec_persistent_reserve_in(struct target_cmd *cmd);
void exec_persistent_reserve_out(struct target_cmd *cmd);
void exec_reserve(struct target_cmd *cmd);
void exec_release(struct target_cmd *cmd);

/* exec_xcopy.c */
void exec_extended_copy(struct target_cmd *cmd);
void exec_copy_operation_abort(struct target_cmd *cmd);
void exec_receive_copy(struct target_cmd *cmd);
void exec_receive_copy_parameters(struct target_cmd *cmd);

#endif
