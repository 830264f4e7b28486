// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's side of a login: which target is meant, which credentials and parameters apply,
 * and the step into the full feature phase. The login itself is in iscsi_login.c.
 */
#include <linux/slab.h>
#include "iscsit.h"

#define DISCOVERY_DEPTH		8
#define DECLARED_DSL		(256 << 10)	/* MaxRecvDataSegmentLength nobody has set */

/*
 * The parameter's default is that of the RFC, which user space expects to see. It fits nobody: data
 * goes straight into the command's pages, so a long segment costs no memory and saves a header, an
 * acknowledgement and a wake-up every 8 KiB. An administrator's own value is declared as it is.
 */
static void config_segment(struct iscsit_config *cfg)
{
	if (cfg->num[ISCSIT_KEY_MAX_RECV_DSL] == ISCSIT_DEFAULT_DSL)
		cfg->num[ISCSIT_KEY_MAX_RECV_DSL] = DECLARED_DSL;
}

static u16 find_discovery(struct iscsit_login_target *tgt)
{
	bool enforce = READ_ONCE(iscsit_discovery_enforce);

	iscsit_config_init(&tgt->cfg);
	iscsit_config_set_auth(&tgt->cfg, enforce);
	tgt->auth_required = enforce;
	tgt->cmdsn_depth = DISCOVERY_DEPTH;
	return ISCSIT_LOGIN_OK;
}

/*
 * The ACL's copy of what the login needs. An ACL can go away at any time, so its private part is
 * only looked at under RCU.
 */
struct acl_view {
	bool	found;
	u32	authentication;
	u32	cmdsn_depth;
};

static void acl_look(struct iscsit_tpg *tpg, const char *initiator, struct acl_view *view)
{
	struct target_acl *acl = target_acl_find(tpg->tpg, initiator);
	const struct iscsit_acl *a;

	view->authentication = ISCSIT_INHERIT;
	view->cmdsn_depth = READ_ONCE(tpg->attrib[ISCSIT_TA_DEFAULT_CMDSN_DEPTH]);
	view->found = acl;
	if (!acl)
		return;
	rcu_read_lock();
	a = target_acl_priv(acl);
	if (a && !target_acl_is_dynamic(acl)) {
		view->authentication = READ_ONCE(a->attrib[ISCSIT_AA_AUTHENTICATION]);
		view->cmdsn_depth = READ_ONCE(a->cmdsn_depth);
	}
	rcu_read_unlock();
	target_acl_put(acl);
}

/*
 * Where initiators have to prove who they are, a stranger is asked for it like the others and fails
 * like one with a wrong secret: names that have an ACL can't be found out by trying.
 */
static bool may_try(const struct iscsit_tpg *tpg, const struct acl_view *acl)
{
	return acl->found || READ_ONCE(tpg->attrib[ISCSIT_TA_GENERATE_NODE_ACLS]) ||
	       READ_ONCE(tpg->attrib[ISCSIT_TA_AUTHENTICATION]);
}

static u16 find_target(void *priv, const struct iscsit_login_id *id,
		       struct iscsit_login_target *tgt)
{
	struct iscsit_conn *conn = priv;
	struct acl_view acl;
	u16 status;

	strscpy(conn->initiator, id->initiator, sizeof(conn->initiator));
	conn->discovery = id->discovery;
	if (id->discovery)
		return id->tsih ? ISCSIT_LOGIN_NO_SESSION : find_discovery(tgt);
	status = iscsit_find_tpg(conn, id->target);
	if (status)
		return status;
	mod_timer(&conn->timer, conn->deadline - ISCSIT_LOGIN_TIMEOUT * HZ +
		  READ_ONCE(conn->tpg->attrib[ISCSIT_TA_LOGIN_TIMEOUT]) * HZ);
	if (!iscsit_access_address(conn->tpg, &conn->peer))
		return ISCSIT_LOGIN_NOT_AUTHORIZED;
	acl_look(conn->tpg, id->initiator, &acl);
	if (!may_try(conn->tpg, &acl))
		return ISCSIT_LOGIN_NOT_AUTHORIZED;
	status = id->tsih ? iscsit_sess_find(conn, id, tgt) : iscsit_access_redirect(conn, tgt);
	if (status)
		return status;
	mutex_lock(&conn->tpg->config_lock);
	tgt->cfg = conn->tpg->config;
	mutex_unlock(&conn->tpg->config_lock);
	config_segment(&tgt->cfg);
	if (acl.authentication != ISCSIT_INHERIT)
		iscsit_config_set_auth(&tgt->cfg, acl.authentication);
	tgt->auth_required = acl.authentication != ISCSIT_INHERIT ? acl.authentication :
			     READ_ONCE(conn->tpg->attrib[ISCSIT_TA_AUTHENTICATION]);
	tgt->tpgt = target_tpg_tag(conn->tpg->tpg);
	tgt->cmdsn_depth = max(acl.cmdsn_depth, 1U);
	return ISCSIT_LOGIN_OK;
}

/* The initiator's own credentials, else the TPG's. */
static void get_creds(void *priv, const struct iscsit_login_id *id,
		      struct iscsit_chap_creds *creds)
{
	struct iscsit_conn *conn = priv;
	struct target_acl *acl;
	const struct iscsit_acl *a;
	bool done = false;

	if (id->discovery) {
		mutex_lock(&iscsit_auth_lock);
		iscsit_auth_creds(&iscsit_discovery_auth, creds);
		mutex_unlock(&iscsit_auth_lock);
		return;
	}
	acl = target_acl_find(conn->tpg->tpg, id->initiator);
	mutex_lock(&iscsit_auth_lock);
	rcu_read_lock();
	a = acl ? target_acl_priv(acl) : NULL;
	if (a && !target_acl_is_dynamic(acl))
		done = iscsit_auth_creds(&a->auth, creds);
	rcu_read_unlock();
	if (!done)
		iscsit_auth_creds(&conn->tpg->auth, creds);
	mutex_unlock(&iscsit_auth_lock);
	if (acl)
		target_acl_put(acl);
}

static u16 establish(void *priv, const struct iscsit_login_id *id,
		     const struct iscsit_params *params, struct iscsit_login_grant *grant)
{
	struct iscsit_conn *conn = priv;
	u16 status;

	conn->cid = id->cid;
	conn->exp_cmdsn = grant->exp_cmdsn;
	status = iscsit_access_admit(conn, id);
	if (status)
		return status;
	if (id->discovery) {
		grant->tsih = 0xffff;	/* no session joins it, so they may share one */
		return ISCSIT_LOGIN_OK;
	}
	return id->tsih ? iscsit_sess_join(conn, id, grant) : iscsit_sess_open(conn, id, grant);
}

static const struct iscsit_login_ops login_ops = {
	.find_target	= find_target,
	.get_creds	= get_creds,
	.establish	= establish,
};

const struct iscsit_text_ops iscsit_text_callbacks = {
	.send_targets	= iscsit_send_targets,
};

int iscsit_login_start(struct iscsit_conn *conn)
{
	struct iscsit_login_setup setup = {
		.ops = &login_ops,
		.chap_ops = &iscsit_chap_kernel_ops,
		.priv = conn,
	};

	conn->login = kvzalloc(sizeof(*conn->login), GFP_KERNEL);
	if (!conn->login)
		return -ENOMEM;
	iscsit_login_init(conn->login, &setup);
	conn->deadline = jiffies + ISCSIT_LOGIN_TIMEOUT * HZ;
	return 0;
}

void iscsit_login_end(struct iscsit_conn *conn)
{
	if (!conn->login)
		return;
	iscsit_login_wipe(conn->login);
	kvfree(conn->login);
	conn->login = NULL;
}

static enum iscsit_login_stat login_stat(u16 status)
{
	switch (status) {
	case ISCSIT_LOGIN_OK:
		return ISCSIT_LS_ACCEPT;
	case ISCSIT_LOGIN_MOVED_TEMPORARILY:
	case ISCSIT_LOGIN_MOVED_PERMANENTLY:
		return ISCSIT_LS_REDIRECT;
	case ISCSIT_LOGIN_AUTH_FAILED:
		return ISCSIT_LS_AUTHENTICATE;
	case ISCSIT_LOGIN_NOT_AUTHORIZED:
		return ISCSIT_LS_AUTHORIZE;
	case ISCSIT_LOGIN_INITIATOR_ERROR:
	case ISCSIT_LOGIN_MISSING_PARAMETER:
	case ISCSIT_LOGIN_INVALID_REQUEST:
		return ISCSIT_LS_NEGOTIATE;
	default:
		return ISCSIT_LS_OTHER;
	}
}

/* Statistics of a target: how a login ended. */
static void login_count(struct iscsit_conn *conn, u16 status)
{
	enum iscsit_login_stat stat = login_stat(status);
	struct iscsit_wwn *wwn;

	if (!conn->tpg)
		return;
	wwn = conn->tpg->wwn;
	atomic_inc(&wwn->logins[stat]);
	if (stat == ISCSIT_LS_ACCEPT)
		return;
	spin_lock(&wwn->fail_lock);
	strscpy(wwn->fail_name, conn->initiator, sizeof(wwn->fail_name));
	wwn->fail_addr = conn->peer;
	wwn->fail_type = stat;
	wwn->fail_time = get_jiffies_64();
	spin_unlock(&wwn->fail_lock);
}

static void login_respond(struct iscsit_conn *conn, struct iscsit_ctl *ctl)
{
	struct iscsit_login *login = conn->login;

	ctl->raw = true;
	ctl->bhs = login->rsp;
	ctl->len = login->out_len;
	memcpy(ctl->data, login->out, login->out_len);
	conn->statsn = login->statsn + 1;
	iscsit_tx_queue(conn, &ctl->tx);
}

static int login_answer(struct iscsit_conn *conn, enum iscsit_login_verdict verdict)
{
	struct iscsit_ctl *ctl;

	if (verdict == ISCSIT_LOGIN_DROP)
		return -EPROTO;
	ctl = iscsit_ctl_alloc(conn, max_t(u32, conn->login->out_len, ISCSIT_BHS_LEN));
	if (!ctl)
		return -ENOMEM;
	if (verdict == ISCSIT_LOGIN_FAIL) {
		login_count(conn, conn->login->status);
		ctl->after = ISCSIT_AFTER_CLOSE;
		iscsit_conn_finish(conn);
	} else if (verdict == ISCSIT_LOGIN_FULL_FEATURE) {
		login_count(conn, ISCSIT_LOGIN_OK);
		ctl->after = ISCSIT_AFTER_FULL_FEATURE;
	}
	login_respond(conn, ctl);
	return 0;
}

/**
 * iscsit_login_pdu() - a Login Request is complete
 * @conn: worker only
 * @req: the request; freed
 *
 * Returns 0, or a negative errno that ends the connection.
 */
int iscsit_login_pdu(struct iscsit_conn *conn, struct iscsit_ctl *req)
{
	enum iscsit_login_verdict verdict = ISCSIT_LOGIN_DROP;

	if (conn->login)
		verdict = iscsit_login_rx(conn->login, &req->bhs, req->data, req->len);
	iscsit_ctl_free(req);
	return login_answer(conn, verdict);
}

/**
 * iscsit_login_refuse() - during a login something else than a Login Request has arrived
 * @conn: worker only; the header is in conn->rx
 *
 * Once the login has begun it is told so (RFC 7143 4.2.4). Returns as iscsit_login_pdu().
 */
int iscsit_login_refuse(struct iscsit_conn *conn)
{
	const struct iscsit_bhs *bhs = &conn->rx.bhs;
	bool malformed = (bhs->opcode & ISCSIT_OPCODE_MASK) == ISCSIT_OP_LOGIN_REQ;

	if (!conn->login)
		return -EPROTO;
	return login_answer(conn, iscsit_login_fail(conn->login, bhs, malformed ?
						    ISCSIT_LOGIN_INITIATOR_ERROR :
						    ISCSIT_LOGIN_INVALID_REQUEST));
}

/*
 * Whether data need not be in order, or are recovered. An order of ours that is no order is for
 * testing initiators, where nothing is recovered.
 */
static void login_order(struct iscsit_conn *conn)
{
	const struct iscsit_params *p = &conn->params;

	conn->careful = p->erl || !p->pdu_in_order || !p->seq_in_order;
	conn->acked = conn->statsn;
	if (p->erl)
		return;
	conn->pdus_backwards = !p->pdu_in_order &&
			       iscsit_conn_attr(conn, ISCSIT_AA_RANDOM_DATAIN_PDU_OFFSETS);
	conn->seqs_backwards = !p->seq_in_order &&
			       iscsit_conn_attr(conn, ISCSIT_AA_RANDOM_DATAIN_SEQ_OFFSETS);
	conn->r2t_backwards = !p->seq_in_order &&
			      iscsit_conn_attr(conn, ISCSIT_AA_RANDOM_R2T_OFFSETS);
}

/* The last Login Response is out: what was negotiated is in force for the next PDU. */
void iscsit_login_done(struct iscsit_conn *conn)
{
	const struct iscsit_params *p = &conn->login->params;

	conn->params = *p;
	conn->max_xmit_cap = conn->login->tgt.cfg.num[ISCSIT_KEY_MAX_XMIT_DSL];
	conn->header_digest = p->header_digest == ISCSIT_DIGEST_CRC32C;
	conn->data_digest = p->data_digest == ISCSIT_DIGEST_CRC32C;
	if (conn->discovery)
		conn->params.erl = 0;	/* whatever was said: there are no tasks to recover */
	else
		login_order(conn);
	conn->limits = (struct iscsit_pdu_limits){
		.phase = conn->discovery ? ISCSIT_PHASE_DISCOVERY : ISCSIT_PHASE_NORMAL,
		.max_data = p->max_recv_dsl,
		.immediate_data = p->immediate_data,
		.initial_r2t = p->initial_r2t,
		.first_burst = p->first_burst,
	};
	iscsit_login_end(conn);
	iscsit_conn_logged_in(conn);
}
