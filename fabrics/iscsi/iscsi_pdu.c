// SPDX-License-Identifier: GPL-2.0-only
/*
 * iSCSI wire formats: the check of received headers by a table of opcodes, the decoder of
 * additional header segments, and the builders of the PDUs a target sends (RFC 7143 section 11).
 * Pure code: bytes in, decision out; also built in user space.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include "iscsi_pdu.h"

/* Every field that is not a single byte is listed: a shifted member would go out on the wire. */
#define CHECK_BHS(type) static_assert(sizeof(struct iscsit_##type##_bhs) == ISCSIT_BHS_LEN)
#define CHECK_AT(type, member, offset) \
	static_assert(offsetof(struct iscsit_##type##_bhs, member) == (offset))
#define CHECK_HEAD(type) \
	CHECK_BHS(type); \
	CHECK_AT(type, ahs_words, 4); \
	CHECK_AT(type, dlen, 5); \
	CHECK_AT(type, itt, 16)
#define CHECK_RESPONSE(type) \
	CHECK_HEAD(type); \
	CHECK_AT(type, statsn, 24); \
	CHECK_AT(type, exp_cmdsn, 28); \
	CHECK_AT(type, max_cmdsn, 32)

static_assert(sizeof(struct iscsit_bhs) == ISCSIT_BHS_LEN);
static_assert(offsetof(struct iscsit_bhs, ahs_words) == 4);
static_assert(offsetof(struct iscsit_bhs, dlen) == 5);
static_assert(offsetof(struct iscsit_bhs, lun) == 8);
static_assert(offsetof(struct iscsit_bhs, itt) == 16);
static_assert(offsetof(struct iscsit_bhs, word5) == 20);
static_assert(offsetof(struct iscsit_bhs, cmdsn) == 24);
static_assert(offsetof(struct iscsit_bhs, exp_statsn) == 28);
static_assert(offsetof(struct iscsit_bhs, specific) == 32);
static_assert(sizeof(struct iscsit_ahs) == 4);

CHECK_HEAD(scsi_cmd);
CHECK_AT(scsi_cmd, lun, 8);
CHECK_AT(scsi_cmd, expected_len, 20);
CHECK_AT(scsi_cmd, cmdsn, 24);
CHECK_AT(scsi_cmd, exp_statsn, 28);
CHECK_AT(scsi_cmd, cdb, 32);

CHECK_RESPONSE(scsi_rsp);
CHECK_AT(scsi_rsp, status_qualifier, 8);
CHECK_AT(scsi_rsp, snack_tag, 20);
CHECK_AT(scsi_rsp, exp_datasn, 36);
CHECK_AT(scsi_rsp, bidi_residual, 40);
CHECK_AT(scsi_rsp, residual, 44);

CHECK_HEAD(tmf_req);
CHECK_AT(tmf_req, lun, 8);
CHECK_AT(tmf_req, ref_itt, 20);
CHECK_AT(tmf_req, cmdsn, 24);
CHECK_AT(tmf_req, exp_statsn, 28);
CHECK_AT(tmf_req, ref_cmdsn, 32);
CHECK_AT(tmf_req, exp_datasn, 36);

CHECK_RESPONSE(tmf_rsp);
CHECK_AT(tmf_rsp, response, 2);
CHECK_AT(tmf_rsp, info, 8);

CHECK_HEAD(data_out);
CHECK_AT(data_out, lun, 8);
CHECK_AT(data_out, ttt, 20);
CHECK_AT(data_out, exp_statsn, 28);
CHECK_AT(data_out, datasn, 36);
CHECK_AT(data_out, offset, 40);

CHECK_RESPONSE(data_in);
CHECK_AT(data_in, status, 3);
CHECK_AT(data_in, lun, 8);
CHECK_AT(data_in, ttt, 20);
CHECK_AT(data_in, datasn, 36);
CHECK_AT(data_in, offset, 40);
CHECK_AT(data_in, residual, 44);

CHECK_RESPONSE(r2t);
CHECK_AT(r2t, lun, 8);
CHECK_AT(r2t, ttt, 20);
CHECK_AT(r2t, r2tsn, 36);
CHECK_AT(r2t, offset, 40);
CHECK_AT(r2t, desired_len, 44);

CHECK_RESPONSE(async);
CHECK_AT(async, lun, 8);
CHECK_AT(async, event, 36);
CHECK_AT(async, param1, 38);
CHECK_AT(async, param2, 40);
CHECK_AT(async, param3, 42);

CHECK_HEAD(text_req);
CHECK_AT(text_req, ttt, 20);
CHECK_AT(text_req, cmdsn, 24);
CHECK_AT(text_req, exp_statsn, 28);

CHECK_RESPONSE(text_rsp);
CHECK_AT(text_rsp, ttt, 20);

CHECK_HEAD(login_req);
CHECK_AT(login_req, isid, 8);
CHECK_AT(login_req, tsih, 14);
CHECK_AT(login_req, cid, 20);
CHECK_AT(login_req, cmdsn, 24);
CHECK_AT(login_req, exp_statsn, 28);

CHECK_RESPONSE(login_rsp);
CHECK_AT(login_rsp, isid, 8);
CHECK_AT(login_rsp, tsih, 14);
CHECK_AT(login_rsp, status_class, 36);
CHECK_AT(login_rsp, status_detail, 37);

CHECK_HEAD(logout_req);
CHECK_AT(logout_req, cid, 20);
CHECK_AT(logout_req, cmdsn, 24);
CHECK_AT(logout_req, exp_statsn, 28);

CHECK_RESPONSE(logout_rsp);
CHECK_AT(logout_rsp, response, 2);
CHECK_AT(logout_rsp, time2wait, 40);
CHECK_AT(logout_rsp, time2retain, 42);

CHECK_HEAD(snack_req);
CHECK_AT(snack_req, ttt, 20);
CHECK_AT(snack_req, exp_statsn, 28);
CHECK_AT(snack_req, beg_run, 40);
CHECK_AT(snack_req, run_len, 44);

CHECK_RESPONSE(reject);
CHECK_AT(reject, reason, 2);
CHECK_AT(reject, datasn, 36);

CHECK_HEAD(nop_out);
CHECK_AT(nop_out, ttt, 20);
CHECK_AT(nop_out, cmdsn, 24);
CHECK_AT(nop_out, exp_statsn, 28);

CHECK_RESPONSE(nop_in);
CHECK_AT(nop_in, ttt, 20);

/* Received headers */

#define IN_LOGIN	(1U << ISCSIT_PHASE_LOGIN)
#define IN_DISCOVERY	(1U << ISCSIT_PHASE_DISCOVERY)
#define IN_NORMAL	(1U << ISCSIT_PHASE_NORMAL)

typedef enum iscsit_reject (*check_fn)(const struct iscsit_bhs *bhs,
				       const struct iscsit_pdu_limits *lim,
				       const struct iscsit_pdu_info *info);

/*
 * phases: where the request is legal; immediate: the I bit exists; numbered: has a CmdSN;
 * final: F must be 1; data, ahs: may have such segments; tagged: ITT must not be "none".
 */
struct request_rule {
	u8	phases;
	bool	immediate;
	bool	numbered;
	bool	final;
	bool	data;
	bool	ahs;
	bool	tagged;
	check_fn check;
};

static enum iscsit_reject check_nop_out(const struct iscsit_bhs *bhs,
					const struct iscsit_pdu_limits *lim,
					const struct iscsit_pdu_info *info)
{
	/* 11.18.1: without a tag there is no answer, so it must not take a CmdSN either. */
	if (info->itt == ISCSIT_TAG_NONE && !info->immediate)
		return ISCSIT_REJECT_PROTOCOL;
	return ISCSIT_REJECT_NONE;
}

static enum iscsit_reject check_immediate_data(const struct iscsit_bhs *bhs,
					       const struct iscsit_pdu_limits *lim,
					       const struct iscsit_pdu_info *info)
{
	const struct iscsit_scsi_cmd_bhs *cmd = (const void *)bhs;

	if (!(bhs->flags & ISCSIT_CMD_F_WRITE) || !lim->immediate_data)
		return ISCSIT_REJECT_PROTOCOL;
	/* 13.14: immediate data counts against FirstBurstLength; 11.3.4: never beyond EDTL */
	if (info->data_len > lim->first_burst ||
	    info->data_len > be32_to_cpu(cmd->expected_len))
		return ISCSIT_REJECT_PROTOCOL;
	return ISCSIT_REJECT_NONE;
}

static enum iscsit_reject check_scsi_cmd(const struct iscsit_bhs *bhs,
					 const struct iscsit_pdu_limits *lim,
					 const struct iscsit_pdu_info *info)
{
	if ((bhs->flags & ISCSIT_CMD_ATTR_MASK) > ISCSIT_ATTR_ACA)
		return ISCSIT_REJECT_PROTOCOL;
	/* 11.3.1: F=0 announces unsolicited Data-Out, which needs W and InitialR2T=No. */
	if (!(bhs->flags & ISCSIT_F_FINAL) &&
	    (!(bhs->flags & ISCSIT_CMD_F_WRITE) || lim->initial_r2t))
		return ISCSIT_REJECT_PROTOCOL;
	return info->data_len ? check_immediate_data(bhs, lim, info) : ISCSIT_REJECT_NONE;
}

static enum iscsit_reject check_text(const struct iscsit_bhs *bhs,
				     const struct iscsit_pdu_limits *lim,
				     const struct iscsit_pdu_info *info)
{
	/* 11.10.2: C=1 says more text follows, F=1 says none does. */
	if ((bhs->flags & ISCSIT_F_CONTINUE) && (bhs->flags & ISCSIT_F_FINAL))
		return ISCSIT_REJECT_PROTOCOL;
	return ISCSIT_REJECT_NONE;
}

static enum iscsit_reject check_logout(const struct iscsit_bhs *bhs,
				       const struct iscsit_pdu_limits *lim,
				       const struct iscsit_pdu_info *info)
{
	if ((bhs->flags & ISCSIT_LOGOUT_REASON_MASK) > ISCSIT_LOGOUT_RECOVERY)
		return ISCSIT_REJECT_PROTOCOL;
	return ISCSIT_REJECT_NONE;
}

static enum iscsit_reject check_snack(const struct iscsit_bhs *bhs,
				      const struct iscsit_pdu_limits *lim,
				      const struct iscsit_pdu_info *info)
{
	if ((bhs->flags & ISCSIT_SNACK_TYPE_MASK) > ISCSIT_SNACK_RDATA)
		return ISCSIT_REJECT_PROTOCOL;
	return ISCSIT_REJECT_NONE;
}

/* A discovery session accepts Text and Logout only (4.3). */
static const struct request_rule request_rules[] = {
	[ISCSIT_OP_NOP_OUT] = {
		.phases = IN_NORMAL, .immediate = true, .numbered = true, .final = true,
		.data = true, .check = check_nop_out,
	},
	[ISCSIT_OP_SCSI_CMD] = {
		.phases = IN_NORMAL, .immediate = true, .numbered = true,
		.data = true, .ahs = true, .tagged = true, .check = check_scsi_cmd,
	},
	[ISCSIT_OP_TMF_REQ] = {
		.phases = IN_NORMAL, .immediate = true, .numbered = true, .final = true,
		.tagged = true,
	},
	[ISCSIT_OP_LOGIN_REQ] = {
		.phases = IN_LOGIN, .immediate = true, .numbered = true, .data = true,
	},
	[ISCSIT_OP_TEXT_REQ] = {
		.phases = IN_NORMAL | IN_DISCOVERY, .immediate = true, .numbered = true,
		.data = true, .tagged = true, .check = check_text,
	},
	[ISCSIT_OP_DATA_OUT] = {
		.phases = IN_NORMAL, .data = true, .tagged = true,
	},
	[ISCSIT_OP_LOGOUT_REQ] = {
		.phases = IN_NORMAL | IN_DISCOVERY, .immediate = true, .numbered = true,
		.final = true, .tagged = true, .check = check_logout,
	},
	[ISCSIT_OP_SNACK_REQ] = {
		.phases = IN_NORMAL, .final = true, .check = check_snack,
	},
};

/* Opcodes without a row, and holes between rows, have no phase in which they are legal. */
static const struct request_rule *find_rule(u8 opcode)
{
	if (opcode >= ARRAY_SIZE(request_rules) || !request_rules[opcode].phases)
		return NULL;
	return &request_rules[opcode];
}

static void decode_header(const struct iscsit_bhs *bhs, struct iscsit_pdu_info *info)
{
	memset(info, 0, sizeof(*info));
	info->opcode = bhs->opcode & ISCSIT_OPCODE_MASK;
	info->ahs_len = bhs->ahs_words * 4;
	info->data_len = iscsit_get_dlen(bhs->dlen);
	info->pad_len = iscsit_pad(info->data_len);
	info->itt = be32_to_cpu(bhs->itt);
	info->exp_statsn = be32_to_cpu(bhs->exp_statsn);
}

static void decode_order(const struct iscsit_bhs *bhs, const struct request_rule *rule,
			 struct iscsit_pdu_info *info)
{
	/* 11.12: a login is immediate by nature; a forgotten bit there changes nothing. */
	info->immediate = rule->immediate &&
		((bhs->opcode & ISCSIT_IMMEDIATE) || info->opcode == ISCSIT_OP_LOGIN_REQ);
	info->numbered = rule->numbered && !info->immediate;
	if (rule->numbered)
		info->cmdsn = be32_to_cpu(bhs->cmdsn);
}

static enum iscsit_reject check_by_rule(const struct iscsit_bhs *bhs,
					const struct iscsit_pdu_limits *lim,
					const struct iscsit_pdu_info *info,
					const struct request_rule *rule)
{
	if (!(rule->phases & (1U << lim->phase)))
		return ISCSIT_REJECT_PROTOCOL;
	if ((info->ahs_len && !rule->ahs) || (info->data_len && !rule->data))
		return ISCSIT_REJECT_PROTOCOL;
	if (rule->final && !(bhs->flags & ISCSIT_F_FINAL))
		return ISCSIT_REJECT_PROTOCOL;
	if (rule->tagged && info->itt == ISCSIT_TAG_NONE)
		return ISCSIT_REJECT_PROTOCOL;
	return rule->check ? rule->check(bhs, lim, info) : ISCSIT_REJECT_NONE;
}

enum iscsit_reject iscsit_pdu_check(const struct iscsit_bhs *bhs,
				    const struct iscsit_pdu_limits *lim,
				    struct iscsit_pdu_info *info)
{
	const struct request_rule *rule;
	enum iscsit_reject why;

	decode_header(bhs, info);
	rule = find_rule(info->opcode);
	if (rule)
		decode_order(bhs, rule, info);

	if (info->data_len > lim->max_data)
		why = ISCSIT_REJECT_PROTOCOL;
	else if (!rule)
		why = ISCSIT_REJECT_NOT_SUPPORTED;
	else
		why = check_by_rule(bhs, lim, info, rule);

	/*
	 * A peer that breaks the declared length, or that does not speak login first, is not
	 * worth reading on: 7.7 allows to drop the connection on a protocol error.
	 */
	info->fatal = why && (info->data_len > lim->max_data || lim->phase == ISCSIT_PHASE_LOGIN);
	return why;
}

/* Additional header segments */

static enum iscsit_reject parse_ext_cdb(const u8 *body, u32 len, struct iscsit_ahs_info *info)
{
	/* AHSLength is CDB length - 15: the reserved byte counts. A CDB has at most 260 bytes. */
	if (info->ext_cdb || len < 2 || len - 1 > 244)
		return ISCSIT_REJECT_INVALID_FIELD;
	info->ext_cdb = body + 1;
	info->ext_cdb_len = len - 1;
	return ISCSIT_REJECT_NONE;
}

static enum iscsit_reject parse_bidi_len(const u8 *body, u32 len, struct iscsit_ahs_info *info)
{
	if (info->has_bidi || len != 5)
		return ISCSIT_REJECT_INVALID_FIELD;
	info->has_bidi = true;
	info->bidi_read_len = (u32)body[1] << 24 | (u32)body[2] << 16 | (u32)body[3] << 8 |
			      body[4];
	return ISCSIT_REJECT_NONE;
}

enum iscsit_reject iscsit_ahs_parse(const u8 *buf, u32 len, struct iscsit_ahs_info *info)
{
	enum iscsit_reject why = ISCSIT_REJECT_NONE;

	memset(info, 0, sizeof(*info));
	while (len && !why) {
		u32 body_len, size;

		if (len < sizeof(struct iscsit_ahs))
			return ISCSIT_REJECT_INVALID_FIELD;
		body_len = (u32)buf[0] << 8 | buf[1];
		size = 3 + body_len;
		size += iscsit_pad(size);
		if (size > len)
			return ISCSIT_REJECT_INVALID_FIELD;
		switch (buf[2] & 0x3f) {
		case ISCSIT_AHS_EXTENDED_CDB:
			why = parse_ext_cdb(buf + 3, body_len, info);
			break;
		case ISCSIT_AHS_BIDI_READ_LEN:
			why = parse_bidi_len(buf + 3, body_len, info);
			break;
		default:
			return ISCSIT_REJECT_INVALID_FIELD;
		}
		buf += size;
		len -= size;
	}
	return why;
}

/* Responses */

static void *start_response(struct iscsit_bhs *bhs, u8 opcode, u8 flags, u32 data_len)
{
	memset(bhs, 0, sizeof(*bhs));
	bhs->opcode = opcode;
	bhs->flags = flags;
	iscsit_put_dlen(bhs->dlen, data_len);
	return bhs;
}

static void put_lun(u8 *dst, const u8 *lun)
{
	if (lun)
		memcpy(dst, lun, ISCSIT_LUN_LEN);
}

#define PUT_SNS(pdu, sns) do { \
	(pdu)->statsn = cpu_to_be32((sns)->statsn); \
	(pdu)->exp_cmdsn = cpu_to_be32((sns)->exp_cmdsn); \
	(pdu)->max_cmdsn = cpu_to_be32((sns)->max_cmdsn); \
} while (0)

void iscsit_build_scsi_rsp(struct iscsit_bhs *bhs, const struct iscsit_scsi_rsp *rsp,
			   const struct iscsit_sns *sns)
{
	struct iscsit_scsi_rsp_bhs *pdu;

	pdu = start_response(bhs, ISCSIT_OP_SCSI_RSP, ISCSIT_F_FINAL | rsp->flags, rsp->data_len);
	pdu->response = rsp->response;
	pdu->status = rsp->status;
	pdu->status_qualifier = cpu_to_be16(rsp->status_qualifier);
	pdu->itt = cpu_to_be32(rsp->itt);
	PUT_SNS(pdu, sns);
	pdu->exp_datasn = cpu_to_be32(rsp->exp_datasn);
	pdu->bidi_residual = cpu_to_be32(rsp->bidi_residual);
	pdu->residual = cpu_to_be32(rsp->residual);
}

void iscsit_build_data_in(struct iscsit_bhs *bhs, const struct iscsit_data_in *din,
			  const struct iscsit_sns *sns)
{
	struct iscsit_data_in_bhs *pdu;

	pdu = start_response(bhs, ISCSIT_OP_DATA_IN, din->flags, din->data_len);
	put_lun(pdu->lun, din->lun);
	pdu->itt = cpu_to_be32(din->itt);
	pdu->ttt = cpu_to_be32(din->ttt);
	PUT_SNS(pdu, sns);
	pdu->datasn = cpu_to_be32(din->datasn);
	pdu->offset = cpu_to_be32(din->offset);
	if (din->flags & ISCSIT_DATA_IN_F_STATUS) {
		pdu->status = din->status;
		pdu->residual = cpu_to_be32(din->residual);
	} else {
		pdu->statsn = 0;
	}
}

void iscsit_build_r2t(struct iscsit_bhs *bhs, const struct iscsit_r2t *r2t,
		      const struct iscsit_sns *sns)
{
	struct iscsit_r2t_bhs *pdu;

	pdu = start_response(bhs, ISCSIT_OP_R2T, ISCSIT_F_FINAL, 0);
	put_lun(pdu->lun, r2t->lun);
	pdu->itt = cpu_to_be32(r2t->itt);
	pdu->ttt = cpu_to_be32(r2t->ttt);
	PUT_SNS(pdu, sns);
	pdu->r2tsn = cpu_to_be32(r2t->r2tsn);
	pdu->offset = cpu_to_be32(r2t->offset);
	pdu->desired_len = cpu_to_be32(r2t->desired_len);
}

void iscsit_build_nop_in(struct iscsit_bhs *bhs, const struct iscsit_nop_in *nop,
			 const struct iscsit_sns *sns)
{
	struct iscsit_nop_in_bhs *pdu;

	pdu = start_response(bhs, ISCSIT_OP_NOP_IN, ISCSIT_F_FINAL, nop->data_len);
	put_lun(pdu->lun, nop->lun);
	pdu->itt = cpu_to_be32(nop->itt);
	pdu->ttt = cpu_to_be32(nop->ttt);
	PUT_SNS(pdu, sns);
}

void iscsit_build_tmf_rsp(struct iscsit_bhs *bhs, u32 itt, u8 response,
			  const struct iscsit_sns *sns)
{
	struct iscsit_tmf_rsp_bhs *pdu;

	pdu = start_response(bhs, ISCSIT_OP_TMF_RSP, ISCSIT_F_FINAL, 0);
	pdu->response = response;
	pdu->itt = cpu_to_be32(itt);
	PUT_SNS(pdu, sns);
}

void iscsit_build_logout_rsp(struct iscsit_bhs *bhs, const struct iscsit_logout_rsp *rsp,
			     const struct iscsit_sns *sns)
{
	struct iscsit_logout_rsp_bhs *pdu;

	pdu = start_response(bhs, ISCSIT_OP_LOGOUT_RSP, ISCSIT_F_FINAL, 0);
	pdu->response = rsp->response;
	pdu->itt = cpu_to_be32(rsp->itt);
	PUT_SNS(pdu, sns);
	pdu->time2wait = cpu_to_be16(rsp->time2wait);
	pdu->time2retain = cpu_to_be16(rsp->time2retain);
}

void iscsit_build_text_rsp(struct iscsit_bhs *bhs, const struct iscsit_text_rsp *rsp,
			   const struct iscsit_sns *sns)
{
	struct iscsit_text_rsp_bhs *pdu;

	pdu = start_response(bhs, ISCSIT_OP_TEXT_RSP, rsp->flags, rsp->data_len);
	put_lun(pdu->lun, rsp->lun);
	pdu->itt = cpu_to_be32(rsp->itt);
	pdu->ttt = cpu_to_be32(rsp->ttt);
	PUT_SNS(pdu, sns);
}

void iscsit_build_login_rsp(struct iscsit_bhs *bhs, const struct iscsit_login_rsp *rsp,
			    const struct iscsit_sns *sns)
{
	struct iscsit_login_rsp_bhs *pdu;

	/* Version-max and Version-active stay 0: the only version there is (11.13.1). */
	pdu = start_response(bhs, ISCSIT_OP_LOGIN_RSP, rsp->flags, rsp->data_len);
	memcpy(pdu->isid, rsp->isid, ISCSIT_ISID_LEN);
	pdu->tsih = cpu_to_be16(rsp->tsih);
	pdu->itt = cpu_to_be32(rsp->itt);
	PUT_SNS(pdu, sns);
	pdu->status_class = rsp->status >> 8;
	pdu->status_detail = rsp->status & 0xff;
}

void iscsit_build_async(struct iscsit_bhs *bhs, const struct iscsit_async *async,
			const struct iscsit_sns *sns)
{
	struct iscsit_async_bhs *pdu;

	pdu = start_response(bhs, ISCSIT_OP_ASYNC, ISCSIT_F_FINAL, async->data_len);
	put_lun(pdu->lun, async->lun);
	pdu->itt = cpu_to_be32(ISCSIT_TAG_NONE);
	PUT_SNS(pdu, sns);
	pdu->event = async->event;
	pdu->vcode = async->vcode;
	pdu->param1 = cpu_to_be16(async->param1);
	pdu->param2 = cpu_to_be16(async->param2);
	pdu->param3 = cpu_to_be16(async->param3);
}

void iscsit_build_reject(struct iscsit_bhs *bhs, enum iscsit_reject reason, u32 datasn,
			 const struct iscsit_sns *sns)
{
	struct iscsit_reject_bhs *pdu;

	pdu = start_response(bhs, ISCSIT_OP_REJECT, ISCSIT_F_FINAL, ISCSIT_BHS_LEN);
	pdu->reason = reason;
	pdu->itt = cpu_to_be32(ISCSIT_TAG_NONE);
	PUT_SNS(pdu, sns);
	pdu->datasn = cpu_to_be32(datasn);
}
