// SPDX-License-Identifier: GPL-2.0-only
/*
 * Login phase of one iSCSI connection: stages, continued text, names, authentication method and
 * the final grant (RFC 7143 sections 6.3, 11.12, 11.13 and 12.1).
 * Pure code: a header and its data in, a response and a verdict out; also built in user space.
 */
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "iscsi_login.h"

/* The requests of a login: what rx found out about the present one. */
struct login_req {
	const struct iscsit_login_req_bhs *bhs;
	u8	csg;
	u8	nsg;
	bool	transit;
	bool	more;
};

void iscsit_login_init(struct iscsit_login *l, const struct iscsit_login_setup *setup)
{
	memset(l, 0, sizeof(*l));
	l->ops = setup->ops;
	l->chap_ops = setup->chap_ops;
	l->priv = setup->priv;
	l->iser = setup->iser;
	l->statsn = setup->statsn - 1;
	l->chap.ops = setup->chap_ops;
	iscsit_params_init(&l->params);
	l->nego.params = &l->params;
	l->nego.out = &l->text;
	l->nego.iser = setup->iser;
	l->text.p = l->out;
	l->text.cap = sizeof(l->out);
}

void iscsit_login_wipe(struct iscsit_login *l)
{
	iscsit_chap_wipe(&l->chap);
	memzero_explicit(l->in, sizeof(l->in));
	memzero_explicit(l->out, sizeof(l->out));
}

/* Responses */

static void respond(struct iscsit_login *l, const struct iscsit_login_req_bhs *req, u8 flags,
		    const struct iscsit_login_grant *grant)
{
	struct iscsit_login_rsp rsp = {
		.itt = be32_to_cpu(req->itt),
		.flags = flags,
		.tsih = grant->tsih,
		.status = l->status,
		.data_len = l->text.len,
	};
	struct iscsit_sns sns = {
		.statsn = ++l->statsn,
		.exp_cmdsn = grant->exp_cmdsn,
		.max_cmdsn = grant->max_cmdsn,
	};

	memcpy(rsp.isid, req->isid, ISCSIT_ISID_LEN);
	l->out_len = l->text.len;
	iscsit_build_login_rsp(&l->rsp, &rsp, &sns);
}

/* The window is that of the session to be joined; a new one has room for its first command. */
static struct iscsit_login_grant no_grant(const struct iscsit_login *l,
					  const struct iscsit_login_req_bhs *req)
{
	bool joins = l->found && l->id.tsih;
	u32 cmdsn = be32_to_cpu(req->cmdsn);

	return (struct iscsit_login_grant) {
		.tsih = be16_to_cpu(req->tsih),
		.exp_cmdsn = joins ? l->tgt.exp_cmdsn : cmdsn,
		.max_cmdsn = joins ? l->tgt.max_cmdsn : cmdsn,
	};
}

static enum iscsit_login_verdict fail(struct iscsit_login *l,
				      const struct iscsit_login_req_bhs *req, u16 status)
{
	struct iscsit_login_grant grant = no_grant(l, req);

	l->status = status;
	l->text.len = 0;
	l->text.overflow = false;
	if (status >> 8 == 1)
		iscsit_textbuf_add(&l->text, "TargetAddress", l->tgt.redirect);
	/* 11.13.3: no transition; the stage is the one that failed. */
	respond(l, req, req->flags & (3 << 2), &grant);
	return ISCSIT_LOGIN_FAIL;
}

enum iscsit_login_verdict iscsit_login_fail(struct iscsit_login *l, const struct iscsit_bhs *bhs,
					    u16 status)
{
	struct iscsit_login_req_bhs req = {
		.flags = l->stage << 2,
		.tsih = cpu_to_be16(l->id.tsih),
		.itt = bhs->itt,
		.cmdsn = cpu_to_be32(l->id.cmdsn),
	};

	if (!l->started || l->stage == ISCSIT_STAGE_FULL_FEATURE)
		return ISCSIT_LOGIN_DROP;
	memcpy(req.isid, l->id.isid, ISCSIT_ISID_LEN);
	return fail(l, &req, status);
}

static enum iscsit_login_verdict proceed(struct iscsit_login *l, const struct login_req *req,
					 bool transit)
{
	struct iscsit_login_grant grant = no_grant(l, req->bhs);
	u8 flags = req->csg << 2;

	if (transit) {
		flags |= ISCSIT_F_FINAL | req->nsg;
		l->stage = req->nsg;
	}
	respond(l, req->bhs, flags, &grant);
	return ISCSIT_LOGIN_CONTINUE;
}

static enum iscsit_login_verdict enter_full_feature(struct iscsit_login *l,
						    const struct login_req *req)
{
	struct iscsit_login_grant grant = no_grant(l, req->bhs);
	u16 status;

	/* 11.13.4: the login does not consume its CmdSN, so the first command has it too. */
	grant.max_cmdsn = grant.exp_cmdsn + max(l->tgt.cmdsn_depth, 1U) - 1;
	status = l->ops->establish(l->priv, &l->id, &l->params, &grant);
	if (status)
		return fail(l, req->bhs, status);
	l->stage = ISCSIT_STAGE_FULL_FEATURE;
	respond(l, req->bhs, ISCSIT_F_FINAL | req->csg << 2 | req->nsg, &grant);
	return ISCSIT_LOGIN_FULL_FEATURE;
}

/* Names */

static bool has_key(const struct iscsit_login *l, enum iscsit_key_id id)
{
	return l->keys[id].val;
}

static bool key_is(const struct iscsit_login *l, enum iscsit_key_id id, const char *word)
{
	return iscsit_text_is(l->keys[id].val, l->keys[id].val_len, word);
}

static u16 read_session_type(struct iscsit_login *l)
{
	/* 13.21: Normal is the default. */
	if (!has_key(l, ISCSIT_KEY_SESSION_TYPE) || key_is(l, ISCSIT_KEY_SESSION_TYPE, "Normal"))
		return ISCSIT_LOGIN_OK;
	if (!key_is(l, ISCSIT_KEY_SESSION_TYPE, "Discovery"))
		return ISCSIT_LOGIN_SESSION_TYPE;
	l->id.discovery = true;
	return ISCSIT_LOGIN_OK;
}

/* 6.3: the first request names the initiator, and the target unless it is for discovery. */
static u16 read_names(struct iscsit_login *l)
{
	const struct iscsit_pair *initiator = &l->keys[ISCSIT_KEY_INITIATOR_NAME];
	const struct iscsit_pair *target = &l->keys[ISCSIT_KEY_TARGET_NAME];

	if (!initiator->val || (!target->val && !l->id.discovery))
		return ISCSIT_LOGIN_MISSING_PARAMETER;
	if (iscsit_name_normalize(initiator->val, initiator->val_len, l->id.initiator))
		return ISCSIT_LOGIN_INITIATOR_ERROR;
	if (target->val && iscsit_name_normalize(target->val, target->val_len, l->id.target))
		return ISCSIT_LOGIN_NOT_FOUND;
	return ISCSIT_LOGIN_OK;
}

static u16 identify(struct iscsit_login *l)
{
	u16 status = read_session_type(l);

	if (!status)
		status = read_names(l);
	if (!status)
		status = l->ops->find_target(l->priv, &l->id, &l->tgt);
	if (status)
		return status;
	l->found = true;
	l->nego.cfg = &l->tgt.cfg;
	l->nego.discovery = l->id.discovery;
	l->nego.leading = !l->id.tsih;
	if (!l->id.discovery) {
		/* 13.9: in the first response, that is, now. */
		iscsit_textbuf_add_num(&l->text, "TargetPortalGroupTag", l->tgt.tpgt);
		if (l->tgt.cfg.target_alias[0])
			iscsit_textbuf_add(&l->text, "TargetAlias", l->tgt.cfg.target_alias);
	}
	return ISCSIT_LOGIN_OK;
}

static u16 identify_once(struct iscsit_login *l)
{
	if (!l->found)
		return identify(l);
	if (has_key(l, ISCSIT_KEY_INITIATOR_NAME) || has_key(l, ISCSIT_KEY_TARGET_NAME) ||
	    has_key(l, ISCSIT_KEY_SESSION_TYPE))
		return ISCSIT_LOGIN_INITIATOR_ERROR;
	return ISCSIT_LOGIN_OK;
}

/* The alias is shown in configfs, a line for each: it must not bring lines of its own. */
static void keep_alias(struct iscsit_login *l)
{
	const struct iscsit_pair *alias = &l->keys[ISCSIT_KEY_INITIATOR_ALIAS];
	u32 len = min_t(u32, alias->val_len, sizeof(l->id.initiator_alias) - 1), i;

	if (!alias->val)
		return;
	for (i = 0; i < len; i++) {
		unsigned char c = alias->val[i];

		l->id.initiator_alias[i] = c < ' ' || c == 0x7f ? '?' : c;
	}
	l->id.initiator_alias[len] = '\0';
}

/* Authentication */

static bool auth_required(const struct iscsit_login *l)
{
	return l->tgt.auth_required || !iscsit_config_auth_optional(&l->tgt.cfg);
}

static bool has_chap_key(const struct iscsit_login *l)
{
	enum iscsit_key_id id;

	for (id = ISCSIT_KEY_CHAP_A; id <= ISCSIT_KEY_CHAP_R; id++)
		if (has_key(l, id))
			return true;
	return false;
}

static bool chap_allowed(const struct iscsit_login *l)
{
	const struct iscsit_list *list = &l->tgt.cfg.auth_method;

	return l->tgt.auth_required || memchr(list->v, ISCSIT_AUTH_CHAP, list->n);
}

/*
 * The first method of the initiator's list that we may use. Without credentials CHAP can only
 * fail: it is then skipped where authentication is optional, and where it is required it is
 * played to the end, not to tell who has credentials.
 */
static int choose_method(struct iscsit_login *l)
{
	const struct iscsit_pair *list = &l->keys[ISCSIT_KEY_AUTH_METHOD];
	u32 len = list->val_len, tok_len;
	const char *s = list->val, *tok;
	bool required = auth_required(l);

	l->ops->get_creds(l->priv, &l->id, &l->chap.creds);
	while (iscsit_text_token(&s, &len, &tok, &tok_len)) {
		if (iscsit_text_is(tok, tok_len, "None") && !required)
			return ISCSIT_AUTH_NONE;
		if (iscsit_text_is(tok, tok_len, "CHAP") && chap_allowed(l) &&
		    (required || l->chap.creds.have_in))
			return ISCSIT_AUTH_CHAP;
	}
	return -EACCES;
}

static u16 auth_start(struct iscsit_login *l, bool transit)
{
	if (has_chap_key(l))
		return ISCSIT_LOGIN_INITIATOR_ERROR;
	if (!has_key(l, ISCSIT_KEY_AUTH_METHOD)) {
		/* No offer is no authentication, once the initiator wants to leave the stage. */
		if (transit && auth_required(l))
			return ISCSIT_LOGIN_AUTH_FAILED;
		if (transit)
			l->auth_step = ISCSIT_LOGIN_AUTH_DONE;
		return ISCSIT_LOGIN_OK;
	}
	switch (choose_method(l)) {
	case ISCSIT_AUTH_NONE:
		iscsit_textbuf_add(&l->text, "AuthMethod", "None");
		l->auth_step = ISCSIT_LOGIN_AUTH_DONE;
		return ISCSIT_LOGIN_OK;
	case ISCSIT_AUTH_CHAP:
		iscsit_textbuf_add(&l->text, "AuthMethod", "CHAP");
		l->auth_step = ISCSIT_LOGIN_AUTH_CHAP_A;
		return ISCSIT_LOGIN_OK;
	default:
		return ISCSIT_LOGIN_AUTH_FAILED;
	}
}

static u16 auth_challenge(struct iscsit_login *l)
{
	if (!has_key(l, ISCSIT_KEY_CHAP_A) ||
	    iscsit_chap_begin(&l->chap, &l->keys[ISCSIT_KEY_CHAP_A], &l->text))
		return ISCSIT_LOGIN_AUTH_FAILED;
	l->auth_step = ISCSIT_LOGIN_AUTH_CHAP_R;
	return ISCSIT_LOGIN_OK;
}

static u16 auth_verify(struct iscsit_login *l)
{
	struct iscsit_chap_reply reply = {
		.n = l->keys[ISCSIT_KEY_CHAP_N],
		.r = l->keys[ISCSIT_KEY_CHAP_R],
		.i = l->keys[ISCSIT_KEY_CHAP_I],
		.c = l->keys[ISCSIT_KEY_CHAP_C],
	};

	switch (iscsit_chap_verify(&l->chap, &reply, &l->text)) {
	case 0:
		l->auth_step = ISCSIT_LOGIN_AUTH_DONE;
		l->authenticated = true;
		return ISCSIT_LOGIN_OK;
	case -EACCES:
	case -EPROTO:
		return ISCSIT_LOGIN_AUTH_FAILED;
	default:
		return ISCSIT_LOGIN_TARGET_ERROR;
	}
}

static u16 security(struct iscsit_login *l, bool transit)
{
	switch (l->auth_step) {
	case ISCSIT_LOGIN_AUTH_START:
		return auth_start(l, transit);
	case ISCSIT_LOGIN_AUTH_CHAP_A:
		return auth_challenge(l);
	case ISCSIT_LOGIN_AUTH_CHAP_R:
		return auth_verify(l);
	default:
		return has_chap_key(l) ? ISCSIT_LOGIN_INITIATOR_ERROR : ISCSIT_LOGIN_OK;
	}
}

/* 6.3.3: an initiator may begin here, skipping authentication if that is allowed. */
static u16 operational(struct iscsit_login *l)
{
	if (l->auth_step != ISCSIT_LOGIN_AUTH_DONE && auth_required(l))
		return ISCSIT_LOGIN_AUTH_FAILED;
	l->auth_step = ISCSIT_LOGIN_AUTH_DONE;
	if (!l->declared)
		iscsit_nego_declare(&l->nego);
	l->declared = true;
	return ISCSIT_LOGIN_OK;
}

/* Text */

/* First pass: syntax, order of use, and the keys the state machine itself needs. */
static u16 collect(struct iscsit_login *l)
{
	struct iscsit_text_iter it;
	struct iscsit_pair pair;
	int ret;

	memset(l->keys, 0, sizeof(l->keys));
	iscsit_text_start(&it, l->in, l->in_len);
	while ((ret = iscsit_text_next(&it, &pair)) > 0) {
		if (iscsit_nego_admit(&l->nego, &pair))
			return ISCSIT_LOGIN_INITIATOR_ERROR;
		if (pair.id < ARRAY_SIZE(l->keys))
			l->keys[pair.id] = pair;
	}
	return ret ? ISCSIT_LOGIN_INITIATOR_ERROR : ISCSIT_LOGIN_OK;
}

/* Second pass: everything else, now that the configuration is known. */
static u16 negotiate(struct iscsit_login *l)
{
	struct iscsit_text_iter it;
	struct iscsit_pair pair;

	iscsit_text_start(&it, l->in, l->in_len);
	while (iscsit_text_next(&it, &pair) > 0) {
		if (pair.id < ARRAY_SIZE(l->keys) && iscsit_keys[pair.id].type == ISCSIT_TYPE_LOGIN)
			continue;
		if (iscsit_nego_pair(&l->nego, &pair))
			return ISCSIT_LOGIN_INITIATOR_ERROR;
	}
	return iscsit_nego_finish(&l->nego) ? ISCSIT_LOGIN_INITIATOR_ERROR : ISCSIT_LOGIN_OK;
}

static u16 process(struct iscsit_login *l, const struct login_req *req)
{
	u16 status;

	l->nego.when = l->stage == ISCSIT_STAGE_SECURITY ? ISCSIT_KF_SECURITY :
							   ISCSIT_KF_OPERATIONAL;
	status = collect(l);
	if (!status)
		status = identify_once(l);
	if (status)
		return status;
	keep_alias(l);
	status = l->stage == ISCSIT_STAGE_SECURITY ? security(l, req->transit) : operational(l);
	return status ? status : negotiate(l);
}

/* Requests */

static void record_first(struct iscsit_login *l, const struct iscsit_login_req_bhs *bhs)
{
	memcpy(l->id.isid, bhs->isid, ISCSIT_ISID_LEN);
	l->id.tsih = be16_to_cpu(bhs->tsih);
	l->id.cid = be16_to_cpu(bhs->cid);
	l->id.exp_statsn = be32_to_cpu(bhs->exp_statsn);
	l->stage = ISCSIT_LOGIN_CSG(bhs->flags);
	l->started = true;
}

static bool same_login(const struct iscsit_login *l, const struct iscsit_login_req_bhs *bhs)
{
	return !memcmp(l->id.isid, bhs->isid, ISCSIT_ISID_LEN) &&
	       l->id.tsih == be16_to_cpu(bhs->tsih) && l->id.cid == be16_to_cpu(bhs->cid);
}

static bool stages_ok(const struct iscsit_login *l, const struct login_req *req)
{
	if (req->csg != l->stage || req->csg > ISCSIT_STAGE_OPERATIONAL)
		return false;
	/* 11.12.3: NSG means something with T only; stage 2 is reserved. */
	if (req->transit)
		return !req->more && req->nsg > req->csg && req->nsg != 2;
	return true;
}

static u16 check_request(struct iscsit_login *l, const struct login_req *req, u32 len)
{
	if (l->pdus++ == ISCSIT_LOGIN_PDUS_MAX || len > ISCSIT_DEFAULT_DSL)
		return ISCSIT_LOGIN_INITIATOR_ERROR;
	/* 11.12.4: version 0 is all there is. */
	if (req->bhs->version_min)
		return ISCSIT_LOGIN_VERSION;
	if (!l->started)
		record_first(l, req->bhs);
	if (!same_login(l, req->bhs) || !stages_ok(l, req))
		return ISCSIT_LOGIN_INVALID_REQUEST;
	if (len > sizeof(l->in) - l->in_len)
		return ISCSIT_LOGIN_INITIATOR_ERROR;
	return ISCSIT_LOGIN_OK;
}

static void decode_request(const struct iscsit_bhs *bhs, struct login_req *req)
{
	req->bhs = (const void *)bhs;
	req->csg = ISCSIT_LOGIN_CSG(bhs->flags);
	req->nsg = ISCSIT_LOGIN_NSG(bhs->flags);
	req->transit = bhs->flags & ISCSIT_F_FINAL;
	req->more = bhs->flags & ISCSIT_F_CONTINUE;
}

enum iscsit_login_verdict iscsit_login_rx(struct iscsit_login *l, const struct iscsit_bhs *bhs,
					  const void *data, u32 len)
{
	struct login_req req;
	bool transit;
	u16 status;

	if ((bhs->opcode & ISCSIT_OPCODE_MASK) != ISCSIT_OP_LOGIN_REQ)
		return ISCSIT_LOGIN_DROP;
	decode_request(bhs, &req);
	l->text.len = 0;
	status = check_request(l, &req, len);
	if (status)
		return fail(l, req.bhs, status);
	if (len)
		memcpy(l->in + l->in_len, data, len);
	l->in_len += len;
	l->id.cmdsn = be32_to_cpu(req.bhs->cmdsn);
	/* 11.13.2: a continued request gets an empty response until its last part is here. */
	if (req.more)
		return proceed(l, &req, false);

	status = process(l, &req);
	l->in_len = 0;
	if (status)
		return fail(l, req.bhs, status);
	transit = req.transit && l->auth_step == ISCSIT_LOGIN_AUTH_DONE;
	if (transit && req.nsg == ISCSIT_STAGE_FULL_FEATURE)
		return enter_full_feature(l, &req);
	return proceed(l, &req, transit);
}
