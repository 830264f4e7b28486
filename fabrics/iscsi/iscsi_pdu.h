/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iSCSI wire formats: every PDU of RFC 7143 section 11 as a struct, the check of a received
 * basic header segment, serial-number arithmetic and the builders of the PDUs a target sends.
 * Pure code: it knows neither sockets nor sessions and also builds in user space.
 */
#ifndef ISCSIT_PDU_H
#define ISCSIT_PDU_H

#include <linux/types.h>
#include <linux/stddef.h>
#include <linux/build_bug.h>
#include <asm/byteorder.h>

#define ISCSIT_BHS_LEN		48
#define ISCSIT_CDB_LEN		16
#define ISCSIT_ISID_LEN		6
#define ISCSIT_LUN_LEN		8
#define ISCSIT_DIGEST_LEN	4
/* TotalAHSLength counts 4-byte words in one byte: no AHS can be longer (11.2.1.5). */
#define ISCSIT_AHS_MAX		(255 * 4)
#define ISCSIT_PORT		3260

/* ITT and TTT value that means "none" (11.2.1.8). */
#define ISCSIT_TAG_NONE		0xffffffffU

/* Byte 0 of a request: immediate-delivery bit and opcode (11.2.1.1, 11.2.1.2). */
#define ISCSIT_IMMEDIATE	0x40
#define ISCSIT_OPCODE_MASK	0x3f

enum iscsit_opcode {
	ISCSIT_OP_NOP_OUT	= 0x00,
	ISCSIT_OP_SCSI_CMD	= 0x01,
	ISCSIT_OP_TMF_REQ	= 0x02,
	ISCSIT_OP_LOGIN_REQ	= 0x03,
	ISCSIT_OP_TEXT_REQ	= 0x04,
	ISCSIT_OP_DATA_OUT	= 0x05,
	ISCSIT_OP_LOGOUT_REQ	= 0x06,
	ISCSIT_OP_SNACK_REQ	= 0x10,

	ISCSIT_OP_NOP_IN	= 0x20,
	ISCSIT_OP_SCSI_RSP	= 0x21,
	ISCSIT_OP_TMF_RSP	= 0x22,
	ISCSIT_OP_LOGIN_RSP	= 0x23,
	ISCSIT_OP_TEXT_RSP	= 0x24,
	ISCSIT_OP_DATA_IN	= 0x25,
	ISCSIT_OP_LOGOUT_RSP	= 0x26,
	ISCSIT_OP_R2T		= 0x31,
	ISCSIT_OP_ASYNC		= 0x32,
	ISCSIT_OP_REJECT	= 0x3f,
};

/* Byte 1. */
#define ISCSIT_F_FINAL		0x80	/* F; T (transit) in login PDUs */
#define ISCSIT_F_CONTINUE	0x40	/* C in login and text PDUs */
#define ISCSIT_CMD_F_READ	0x40
#define ISCSIT_CMD_F_WRITE	0x20
#define ISCSIT_CMD_ATTR_MASK	0x07
#define ISCSIT_TMF_FUNC_MASK	0x7f
#define ISCSIT_LOGOUT_REASON_MASK 0x7f
#define ISCSIT_SNACK_TYPE_MASK	0x0f
#define ISCSIT_LOGIN_CSG(flags)	(((flags) >> 2) & 3)
#define ISCSIT_LOGIN_NSG(flags)	((flags) & 3)
/* SCSI response (11.4.1) and Data-In (11.7.2, 11.7.6) */
#define ISCSIT_RSP_F_BIDI_OVERFLOW	0x10
#define ISCSIT_RSP_F_BIDI_UNDERFLOW	0x08
#define ISCSIT_RSP_F_OVERFLOW		0x04
#define ISCSIT_RSP_F_UNDERFLOW		0x02
#define ISCSIT_DATA_IN_F_ACK		0x40
#define ISCSIT_DATA_IN_F_STATUS		0x01

/* Task attributes of a SCSI Command PDU (11.3.1). */
enum iscsit_attr {
	ISCSIT_ATTR_UNTAGGED	= 0,
	ISCSIT_ATTR_SIMPLE	= 1,
	ISCSIT_ATTR_ORDERED	= 2,
	ISCSIT_ATTR_HEAD	= 3,
	ISCSIT_ATTR_ACA		= 4,
};

/* Task management functions (11.5.1; 9 and up are RFC 7144 section 6.1.1). */
enum iscsit_tmf {
	ISCSIT_TMF_ABORT_TASK		= 1,
	ISCSIT_TMF_ABORT_TASK_SET	= 2,
	ISCSIT_TMF_CLEAR_ACA		= 3,
	ISCSIT_TMF_CLEAR_TASK_SET	= 4,
	ISCSIT_TMF_LUN_RESET		= 5,
	ISCSIT_TMF_TARGET_WARM_RESET	= 6,
	ISCSIT_TMF_TARGET_COLD_RESET	= 7,
	ISCSIT_TMF_TASK_REASSIGN	= 8,
	ISCSIT_TMF_QUERY_TASK		= 9,
	ISCSIT_TMF_QUERY_TASK_SET	= 10,
	ISCSIT_TMF_IT_NEXUS_RESET	= 11,
	ISCSIT_TMF_QUERY_ASYNC_EVENT	= 12,
};

/* Task management responses (11.6.1; 7 is RFC 7144 section 6.2.1). */
enum iscsit_tmf_rsp_code {
	ISCSIT_TMF_RSP_COMPLETE		= 0,
	ISCSIT_TMF_RSP_NO_TASK		= 1,
	ISCSIT_TMF_RSP_NO_LUN		= 2,
	ISCSIT_TMF_RSP_TASK_ALLEGIANT	= 3,
	ISCSIT_TMF_RSP_NO_REASSIGN	= 4,
	ISCSIT_TMF_RSP_NOT_SUPPORTED	= 5,
	ISCSIT_TMF_RSP_NOT_AUTHORIZED	= 6,
	ISCSIT_TMF_RSP_SUCCEEDED	= 7,
	ISCSIT_TMF_RSP_REJECTED		= 255,
};

/* iSCSI service response of a SCSI Response PDU (11.4.3). */
enum iscsit_service_rsp {
	ISCSIT_RSP_COMPLETED		= 0x00,
	ISCSIT_RSP_TARGET_FAILURE	= 0x01,
};

/* Logout reasons (11.14.1) and responses (11.15.1). */
enum iscsit_logout_reason {
	ISCSIT_LOGOUT_SESSION		= 0,
	ISCSIT_LOGOUT_CONNECTION	= 1,
	ISCSIT_LOGOUT_RECOVERY		= 2,
};

enum iscsit_logout_rsp_code {
	ISCSIT_LOGOUT_RSP_OK		= 0,
	ISCSIT_LOGOUT_RSP_NO_CID	= 1,
	ISCSIT_LOGOUT_RSP_NO_RECOVERY	= 2,
	ISCSIT_LOGOUT_RSP_CLEANUP_FAILED = 3,
};

enum iscsit_snack_type {
	ISCSIT_SNACK_DATA_R2T		= 0,
	ISCSIT_SNACK_STATUS		= 1,
	ISCSIT_SNACK_DATA_ACK		= 2,
	ISCSIT_SNACK_RDATA		= 3,
};

/* Asynchronous events (11.9.1; 5 is FastAbort's of 11.9.1 as well). */
enum iscsit_async_event {
	ISCSIT_ASYNC_SCSI		= 0,
	ISCSIT_ASYNC_REQUEST_LOGOUT	= 1,
	ISCSIT_ASYNC_DROP_CONNECTION	= 2,
	ISCSIT_ASYNC_DROP_SESSION	= 3,
	ISCSIT_ASYNC_RENEGOTIATE	= 4,
	ISCSIT_ASYNC_TASKS_TERMINATED	= 5,
	ISCSIT_ASYNC_VENDOR		= 255,
};

/* Reject reasons (11.17.1). 0 is no reason of the RFC: here it means "accept". */
enum iscsit_reject {
	ISCSIT_REJECT_NONE		= 0x00,
	ISCSIT_REJECT_DATA_DIGEST	= 0x02,
	ISCSIT_REJECT_SNACK		= 0x03,
	ISCSIT_REJECT_PROTOCOL		= 0x04,
	ISCSIT_REJECT_NOT_SUPPORTED	= 0x05,
	ISCSIT_REJECT_IMMEDIATE		= 0x06,
	ISCSIT_REJECT_IN_PROGRESS	= 0x07,
	ISCSIT_REJECT_DATA_ACK		= 0x08,
	ISCSIT_REJECT_INVALID_FIELD	= 0x09,
	ISCSIT_REJECT_NO_RESOURCES	= 0x0a,
	ISCSIT_REJECT_NEGOTIATION_RESET	= 0x0b,
	ISCSIT_REJECT_WAIT_LOGOUT	= 0x0c,
};

/* Additional header segments (11.2.2). */
enum iscsit_ahs_type {
	ISCSIT_AHS_EXTENDED_CDB		= 1,
	ISCSIT_AHS_BIDI_READ_LEN	= 2,
};

/*
 * The wire structs. Each is exactly one 48-byte basic header segment; all multi-byte members lie
 * on their natural boundary, so no packing is needed. The first eight bytes are common.
 */

/** struct iscsit_bhs - what all PDUs share (11.2.1); cast to the struct of the opcode. */
struct iscsit_bhs {
	u8	opcode;
	u8	flags;
	u8	byte2;
	u8	byte3;
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	word5;
	__be32	cmdsn;		/* requests that carry one; StatSN in responses */
	__be32	exp_statsn;	/* all requests; ExpCmdSN in responses */
	u8	specific[16];
};

struct iscsit_scsi_cmd_bhs {	/* 11.3 */
	u8	opcode;
	u8	flags;
	u8	byte2;
	u8	priority;	/* low nibble: RFC 7144 section 5.1 */
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	expected_len;
	__be32	cmdsn;
	__be32	exp_statsn;
	u8	cdb[ISCSIT_CDB_LEN];
};

struct iscsit_scsi_rsp_bhs {	/* 11.4 */
	u8	opcode;
	u8	flags;
	u8	response;
	u8	status;
	u8	ahs_words;
	u8	dlen[3];
	__be16	status_qualifier;	/* RFC 7144 section 5.2, iSCSIProtocolLevel 2 only */
	u8	rsvd10[6];
	__be32	itt;
	__be32	snack_tag;
	__be32	statsn;
	__be32	exp_cmdsn;
	__be32	max_cmdsn;
	__be32	exp_datasn;
	__be32	bidi_residual;
	__be32	residual;
};

struct iscsit_tmf_req_bhs {	/* 11.5 */
	u8	opcode;
	u8	flags;
	u8	rsvd2[2];
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	ref_itt;
	__be32	cmdsn;
	__be32	exp_statsn;
	__be32	ref_cmdsn;
	__be32	exp_datasn;
	u8	rsvd40[8];
};

struct iscsit_tmf_rsp_bhs {	/* 11.6 */
	u8	opcode;
	u8	flags;
	u8	response;
	u8	rsvd3;
	u8	ahs_words;
	u8	dlen[3];
	u8	info[3];	/* RFC 7144 section 6.2.2: additional response information */
	u8	rsvd11[5];
	__be32	itt;
	__be32	rsvd20;
	__be32	statsn;
	__be32	exp_cmdsn;
	__be32	max_cmdsn;
	u8	rsvd36[12];
};

struct iscsit_data_out_bhs {	/* 11.7 */
	u8	opcode;
	u8	flags;
	u8	rsvd2[2];
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	ttt;
	__be32	rsvd24;
	__be32	exp_statsn;
	__be32	rsvd32;
	__be32	datasn;
	__be32	offset;
	__be32	rsvd44;
};

struct iscsit_data_in_bhs {	/* 11.7 */
	u8	opcode;
	u8	flags;
	u8	rsvd2;
	u8	status;
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	ttt;
	__be32	statsn;
	__be32	exp_cmdsn;
	__be32	max_cmdsn;
	__be32	datasn;
	__be32	offset;
	__be32	residual;
};

struct iscsit_r2t_bhs {		/* 11.8 */
	u8	opcode;
	u8	flags;
	u8	rsvd2[2];
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	ttt;
	__be32	statsn;
	__be32	exp_cmdsn;
	__be32	max_cmdsn;
	__be32	r2tsn;
	__be32	offset;
	__be32	desired_len;
};

struct iscsit_async_bhs {	/* 11.9 */
	u8	opcode;
	u8	flags;
	u8	rsvd2[2];
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	rsvd20;
	__be32	statsn;
	__be32	exp_cmdsn;
	__be32	max_cmdsn;
	u8	event;
	u8	vcode;
	__be16	param1;
	__be16	param2;
	__be16	param3;
	__be32	rsvd44;
};

struct iscsit_text_req_bhs {	/* 11.10 */
	u8	opcode;
	u8	flags;
	u8	rsvd2[2];
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	ttt;
	__be32	cmdsn;
	__be32	exp_statsn;
	u8	rsvd32[16];
};

struct iscsit_text_rsp_bhs {	/* 11.11 */
	u8	opcode;
	u8	flags;
	u8	rsvd2[2];
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	ttt;
	__be32	statsn;
	__be32	exp_cmdsn;
	__be32	max_cmdsn;
	u8	rsvd36[12];
};

struct iscsit_login_req_bhs {	/* 11.12 */
	u8	opcode;
	u8	flags;
	u8	version_max;
	u8	version_min;
	u8	ahs_words;
	u8	dlen[3];
	u8	isid[ISCSIT_ISID_LEN];
	__be16	tsih;
	__be32	itt;
	__be16	cid;
	__be16	rsvd22;
	__be32	cmdsn;
	__be32	exp_statsn;
	u8	rsvd32[16];
};

struct iscsit_login_rsp_bhs {	/* 11.13 */
	u8	opcode;
	u8	flags;
	u8	version_max;
	u8	version_active;
	u8	ahs_words;
	u8	dlen[3];
	u8	isid[ISCSIT_ISID_LEN];
	__be16	tsih;
	__be32	itt;
	__be32	rsvd20;
	__be32	statsn;
	__be32	exp_cmdsn;
	__be32	max_cmdsn;
	u8	status_class;
	u8	status_detail;
	u8	rsvd38[10];
};

struct iscsit_logout_req_bhs {	/* 11.14 */
	u8	opcode;
	u8	flags;
	u8	rsvd2[2];
	u8	ahs_words;
	u8	dlen[3];
	u8	rsvd8[8];
	__be32	itt;
	__be16	cid;
	__be16	rsvd22;
	__be32	cmdsn;
	__be32	exp_statsn;
	u8	rsvd32[16];
};

struct iscsit_logout_rsp_bhs {	/* 11.15 */
	u8	opcode;
	u8	flags;
	u8	response;
	u8	rsvd3;
	u8	ahs_words;
	u8	dlen[3];
	u8	rsvd8[8];
	__be32	itt;
	__be32	rsvd20;
	__be32	statsn;
	__be32	exp_cmdsn;
	__be32	max_cmdsn;
	__be32	rsvd36;
	__be16	time2wait;
	__be16	time2retain;
	__be32	rsvd44;
};

struct iscsit_snack_req_bhs {	/* 11.16 */
	u8	opcode;
	u8	flags;
	u8	rsvd2[2];
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	ttt;
	__be32	rsvd24;
	__be32	exp_statsn;
	u8	rsvd32[8];
	__be32	beg_run;
	__be32	run_len;
};

struct iscsit_reject_bhs {	/* 11.17 */
	u8	opcode;
	u8	flags;
	u8	reason;
	u8	rsvd3;
	u8	ahs_words;
	u8	dlen[3];
	u8	rsvd8[8];
	__be32	itt;
	__be32	rsvd20;
	__be32	statsn;
	__be32	exp_cmdsn;
	__be32	max_cmdsn;
	__be32	datasn;
	u8	rsvd40[8];
};

struct iscsit_nop_out_bhs {	/* 11.18 */
	u8	opcode;
	u8	flags;
	u8	rsvd2[2];
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	ttt;
	__be32	cmdsn;
	__be32	exp_statsn;
	u8	rsvd32[16];
};

struct iscsit_nop_in_bhs {	/* 11.19 */
	u8	opcode;
	u8	flags;
	u8	rsvd2[2];
	u8	ahs_words;
	u8	dlen[3];
	u8	lun[ISCSIT_LUN_LEN];
	__be32	itt;
	__be32	ttt;
	__be32	statsn;
	__be32	exp_cmdsn;
	__be32	max_cmdsn;
	u8	rsvd36[12];
};

/* Extended CDB (11.2.2.3): the CDB bytes after the sixteenth follow. */
struct iscsit_ahs {
	__be16	len;		/* bytes after the type byte */
	u8	type;		/* low six bits */
	u8	specific;
};

/* Lengths and padding */

static inline u32 iscsit_get_dlen(const u8 dlen[3])
{
	return (u32)dlen[0] << 16 | (u32)dlen[1] << 8 | dlen[2];
}

static inline void iscsit_put_dlen(u8 dlen[3], u32 len)
{
	dlen[0] = len >> 16;
	dlen[1] = len >> 8;
	dlen[2] = len;
}

/* Bytes that pad @len to the next word (11.2.3): 0 to 3. */
static inline u32 iscsit_pad(u32 len)
{
	return -len & 3;
}

/*
 * Serial numbers compare modulo 2^32 (RFC 1982, RFC 7143 section 4.2.2.1). At a distance of
 * exactly 2^31 the order is undefined by RFC 1982; here neither is before the other.
 */
static inline bool iscsit_sn_before(u32 a, u32 b)
{
	return a != b && (u32)(b - a) < 0x80000000U;
}

static inline bool iscsit_sn_after(u32 a, u32 b)
{
	return iscsit_sn_before(b, a);
}

static inline bool iscsit_sn_before_eq(u32 a, u32 b)
{
	return (u32)(b - a) < 0x80000000U;
}

/* True if @cmdsn may be accepted now: ExpCmdSN <= CmdSN <= MaxCmdSN (4.2.2.1). */
static inline bool iscsit_sn_in_window(u32 cmdsn, u32 exp_cmdsn, u32 max_cmdsn)
{
	return iscsit_sn_before_eq(exp_cmdsn, cmdsn) && iscsit_sn_before_eq(cmdsn, max_cmdsn);
}

/* Where a connection is, as far as it decides which PDUs are legal. */
enum iscsit_pdu_phase {
	ISCSIT_PHASE_LOGIN,
	ISCSIT_PHASE_DISCOVERY,		/* full feature phase of a discovery session */
	ISCSIT_PHASE_NORMAL,		/* full feature phase of a normal session */
};

/**
 * struct iscsit_pdu_limits - what a received header is measured against
 * @phase: phase of the connection
 * @max_data: own MaxRecvDataSegmentLength in bytes (8192 during login, 13.12)
 * @immediate_data: ImmediateData=Yes was negotiated
 * @initial_r2t: InitialR2T=Yes was negotiated
 * @first_burst: FirstBurstLength in bytes
 */
struct iscsit_pdu_limits {
	enum iscsit_pdu_phase phase;
	u32	max_data;
	bool	immediate_data;
	bool	initial_r2t;
	u32	first_burst;
};

/**
 * struct iscsit_pdu_info - a checked header, in host order
 * @opcode: enum iscsit_opcode of a request
 * @immediate: I bit; always false for PDUs that have none (Data-Out, SNACK)
 * @numbered: the PDU carries a CmdSN that it consumes (not immediate, not Data-Out or SNACK)
 * @fatal: a rejected PDU after which the byte stream cannot be trusted: close the connection.
 *	Otherwise @ahs_len and @data_len may be read and dropped and a Reject sent.
 * @ahs_len: bytes of additional header segments
 * @data_len: bytes of data segment without padding
 * @pad_len: bytes of padding after it
 * @itt: initiator task tag
 * @cmdsn: CmdSN; 0 where the PDU has none
 * @exp_statsn: ExpStatSN
 */
struct iscsit_pdu_info {
	u8	opcode;
	bool	immediate;
	bool	numbered;
	bool	fatal;
	u32	ahs_len;
	u32	data_len;
	u32	pad_len;
	u32	itt;
	u32	cmdsn;
	u32	exp_statsn;
};

/**
 * iscsit_pdu_check - validate a received basic header segment
 * @bhs: the 48 bytes, after the header digest was verified
 * @lim: limits of the connection
 * @info: filled in every case; lengths are valid even for a rejected PDU
 *
 * Reserved bits and fields are ignored (section 11); reserved code values in defined fields,
 * opcodes a target does not receive, opcodes out of phase and lengths over the limits are not.
 * Any context, no locks.
 *
 * Return: ISCSIT_REJECT_NONE or the reason to send in a Reject PDU.
 */
enum iscsit_reject iscsit_pdu_check(const struct iscsit_bhs *bhs,
				    const struct iscsit_pdu_limits *lim,
				    struct iscsit_pdu_info *info);

/**
 * struct iscsit_ahs_info - decoded additional header segments of a SCSI Command
 * @ext_cdb: CDB bytes from the seventeenth on, inside the caller's buffer; NULL if none
 * @ext_cdb_len: number of them, 0 to 244: with the BHS' sixteen a CDB of at most 260 bytes
 * @bidi_read_len: expected bidirectional read length in bytes
 * @has_bidi: a bidirectional read length segment was present
 */
struct iscsit_ahs_info {
	const u8 *ext_cdb;
	u32	ext_cdb_len;
	u32	bidi_read_len;
	bool	has_bidi;
};

/**
 * iscsit_ahs_parse - decode the additional header segments of a SCSI Command (11.2.2)
 * @buf: the segments
 * @len: iscsit_pdu_info.ahs_len
 * @info: filled on success
 *
 * Return: ISCSIT_REJECT_NONE, or ISCSIT_REJECT_INVALID_FIELD for a segment that overruns the
 * buffer, repeats, has an unknown type or a wrong length.
 */
enum iscsit_reject iscsit_ahs_parse(const u8 *buf, u32 len, struct iscsit_ahs_info *info);

/* Builders: each clears the 48 bytes and fills them; lengths and numbers in host order. */

/**
 * struct iscsit_sns - sequence numbers every response carries
 * @statsn: StatSN of this PDU (of the next one where the PDU consumes none)
 * @exp_cmdsn: ExpCmdSN of the session
 * @max_cmdsn: MaxCmdSN of the session
 */
struct iscsit_sns {
	u32	statsn;
	u32	exp_cmdsn;
	u32	max_cmdsn;
};

/**
 * struct iscsit_scsi_rsp - a SCSI Response (11.4)
 * @itt: task tag of the command
 * @response: enum iscsit_service_rsp
 * @status: SCSI status, meaningful for ISCSIT_RSP_COMPLETED only
 * @status_qualifier: SAM-4 status qualifier; leave 0 below iSCSIProtocolLevel 2
 * @flags: ISCSIT_RSP_F_*; F is added
 * @exp_datasn: Data-In and R2T PDUs sent for the command
 * @residual: bytes not moved or in excess, with @flags
 * @bidi_residual: the same for the read half of a bidirectional command
 * @data_len: bytes of the data segment: sense length field, sense and response data
 */
struct iscsit_scsi_rsp {
	u32	itt;
	u8	response;
	u8	status;
	u16	status_qualifier;
	u8	flags;
	u32	exp_datasn;
	u32	residual;
	u32	bidi_residual;
	u32	data_len;
};

void iscsit_build_scsi_rsp(struct iscsit_bhs *bhs, const struct iscsit_scsi_rsp *rsp,
			   const struct iscsit_sns *sns);

/**
 * struct iscsit_data_in - a SCSI Data-In (11.7)
 * @lun: eight LUN bytes, used with @ttt only; may be NULL
 * @itt: task tag of the command
 * @ttt: target transfer tag when acknowledgement is asked for, else ISCSIT_TAG_NONE
 * @flags: ISCSIT_F_FINAL, ISCSIT_DATA_IN_F_*, and with STATUS also ISCSIT_RSP_F_OVERFLOW/UNDERFLOW
 * @status: SCSI status, with ISCSIT_DATA_IN_F_STATUS only
 * @datasn: number of the PDU in the command
 * @offset: bytes from the beginning of the data
 * @residual: with ISCSIT_DATA_IN_F_STATUS only
 * @data_len: bytes in the data segment
 *
 * Without ISCSIT_DATA_IN_F_STATUS the StatSN, status and residual fields are sent as 0 (11.7.4).
 */
struct iscsit_data_in {
	const u8 *lun;
	u32	itt;
	u32	ttt;
	u8	flags;
	u8	status;
	u32	datasn;
	u32	offset;
	u32	residual;
	u32	data_len;
};

void iscsit_build_data_in(struct iscsit_bhs *bhs, const struct iscsit_data_in *din,
			  const struct iscsit_sns *sns);

/**
 * struct iscsit_r2t - a Ready To Transfer (11.8); @lun is mandatory, lengths in bytes
 * @lun: eight LUN bytes of the command
 * @itt: task tag of the command
 * @ttt: tag the Data-Out PDUs will carry
 * @r2tsn: number of the R2T in the command
 * @offset: first byte wanted
 * @desired_len: bytes wanted, 1 to MaxBurstLength
 */
struct iscsit_r2t {
	const u8 *lun;
	u32	itt;
	u32	ttt;
	u32	r2tsn;
	u32	offset;
	u32	desired_len;
};

/* @sns->statsn is the next StatSN; an R2T does not consume it (11.8.3). */
void iscsit_build_r2t(struct iscsit_bhs *bhs, const struct iscsit_r2t *r2t,
		      const struct iscsit_sns *sns);

/**
 * struct iscsit_nop_in - a NOP-In (11.19)
 * @lun: eight LUN bytes echoed or chosen with @ttt; may be NULL
 * @itt: tag of the NOP-Out answered, or ISCSIT_TAG_NONE for a ping of the target
 * @ttt: tag the initiator shall answer with, or ISCSIT_TAG_NONE
 * @data_len: bytes of echoed ping data
 */
struct iscsit_nop_in {
	const u8 *lun;
	u32	itt;
	u32	ttt;
	u32	data_len;
};

void iscsit_build_nop_in(struct iscsit_bhs *bhs, const struct iscsit_nop_in *nop,
			 const struct iscsit_sns *sns);

/* @response: enum iscsit_tmf_rsp_code */
void iscsit_build_tmf_rsp(struct iscsit_bhs *bhs, u32 itt, u8 response,
			  const struct iscsit_sns *sns);

/**
 * struct iscsit_logout_rsp - a Logout Response (11.15)
 * @itt: task tag of the request
 * @response: enum iscsit_logout_rsp_code
 * @time2wait: seconds before reconnecting
 * @time2retain: seconds tasks are kept
 */
struct iscsit_logout_rsp {
	u32	itt;
	u8	response;
	u16	time2wait;
	u16	time2retain;
};

void iscsit_build_logout_rsp(struct iscsit_bhs *bhs, const struct iscsit_logout_rsp *rsp,
			     const struct iscsit_sns *sns);

/**
 * struct iscsit_text_rsp - a Text Response (11.11)
 * @lun: eight LUN bytes, with a @ttt other than ISCSIT_TAG_NONE only; may be NULL
 * @itt: task tag of the request
 * @ttt: ISCSIT_TAG_NONE exactly when F is set
 * @flags: ISCSIT_F_FINAL or ISCSIT_F_CONTINUE or neither
 * @data_len: bytes of text
 */
struct iscsit_text_rsp {
	const u8 *lun;
	u32	itt;
	u32	ttt;
	u8	flags;
	u32	data_len;
};

void iscsit_build_text_rsp(struct iscsit_bhs *bhs, const struct iscsit_text_rsp *rsp,
			   const struct iscsit_sns *sns);

/**
 * struct iscsit_login_rsp - a Login Response (11.13)
 * @itt: task tag of the request
 * @flags: T, C, CSG and NSG as they go into byte 1
 * @isid: copied from the request
 * @tsih: session handle; nonzero in the last response of a successful login only
 * @status: class in the high byte, detail in the low one
 * @data_len: bytes of text
 */
struct iscsit_login_rsp {
	u32	itt;
	u8	flags;
	u8	isid[ISCSIT_ISID_LEN];
	u16	tsih;
	u16	status;
	u32	data_len;
};

void iscsit_build_login_rsp(struct iscsit_bhs *bhs, const struct iscsit_login_rsp *rsp,
			    const struct iscsit_sns *sns);

/**
 * struct iscsit_async - an Asynchronous Message (11.9)
 * @lun: eight LUN bytes for ISCSIT_ASYNC_SCSI, else NULL
 * @event: enum iscsit_async_event
 * @vcode: vendor code
 * @param1: see the table of 11.9.1
 * @param2: Time2Wait or so
 * @param3: Time2Retain or so
 * @data_len: bytes of sense data
 */
struct iscsit_async {
	const u8 *lun;
	u8	event;
	u8	vcode;
	u16	param1;
	u16	param2;
	u16	param3;
	u32	data_len;
};

void iscsit_build_async(struct iscsit_bhs *bhs, const struct iscsit_async *async,
			const struct iscsit_sns *sns);

/* The 48-byte header of the rejected PDU is the data segment; @datasn for R2T/Data SNACK only. */
void iscsit_build_reject(struct iscsit_bhs *bhs, enum iscsit_reject reason, u32 datasn,
			 const struct iscsit_sns *sns);

#endif /* ISCSIT_PDU_H */
