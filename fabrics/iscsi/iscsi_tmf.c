// SPDX-License-Identifier: GPL-2.0-only
/*
 * Task management requests: from the wire's function codes to the core's and back. RFC 7143 11.5
 * and 11.6, RFC 7144 section 6.
 */
#include "iscsit.h"

/* The core's function, or -1 with @rsp set for what never gets there. */
static int tmf_function(u8 fn, u8 *rsp)
{
	switch (fn) {
	case ISCSIT_TMF_ABORT_TASK:
		return TARGET_TMF_ABORT_TASK;
	case ISCSIT_TMF_ABORT_TASK_SET:
		return TARGET_TMF_ABORT_TASK_SET;
	case ISCSIT_TMF_CLEAR_ACA:
		return TARGET_TMF_CLEAR_ACA;
	case ISCSIT_TMF_CLEAR_TASK_SET:
		return TARGET_TMF_CLEAR_TASK_SET;
	case ISCSIT_TMF_LUN_RESET:
		return TARGET_TMF_LUN_RESET;
	case ISCSIT_TMF_TARGET_WARM_RESET:
		return TARGET_TMF_TARGET_WARM_RESET;
	case ISCSIT_TMF_TARGET_COLD_RESET:
		return TARGET_TMF_TARGET_COLD_RESET;
	case ISCSIT_TMF_TASK_REASSIGN:
		*rsp = ISCSIT_TMF_RSP_NO_REASSIGN;
		return -1;
	default:
		/* 9 to 12 need iSCSIProtocolLevel 2 (RFC 7144 6.1), which is not negotiated. */
		*rsp = ISCSIT_TMF_RSP_NOT_SUPPORTED;
		return -1;
	}
}

static u8 tmf_response(const struct target_tmf *tmf)
{
	switch (tmf->response) {
	case TARGET_TMF_COMPLETE:
		return ISCSIT_TMF_RSP_COMPLETE;
	case TARGET_TMF_SUCCEEDED:
		return ISCSIT_TMF_RSP_SUCCEEDED;
	case TARGET_TMF_NO_TASK:
		return ISCSIT_TMF_RSP_NO_TASK;
	case TARGET_TMF_NO_LUN:
		return ISCSIT_TMF_RSP_NO_LUN;
	case TARGET_TMF_NOT_SUPPORTED:
		return ISCSIT_TMF_RSP_NOT_SUPPORTED;
	default:
		return ISCSIT_TMF_RSP_REJECTED;
	}
}

static void tmf_send(struct iscsit_conn *conn, struct iscsit_ctl *ctl, u8 rsp)
{
	static const struct iscsit_sns no_sns;
	u32 itt = be32_to_cpu(ctl->bhs.itt);

	iscsit_build_tmf_rsp(&ctl->bhs, itt, rsp, &no_sns);
	ctl->len = 0;
	iscsit_tx_queue(conn, &ctl->tx);
}

/*
 * A task that the target has never seen: its command is still on the way. RFC 7143 11.6.1 has the
 * number treated as received, so that the command is ignored when it comes; with one connection and
 * TCP's order it can't come any more once the request is here.
 */
static bool tmf_task_lost(const struct iscsit_conn *conn, const struct iscsit_tmf_req_bhs *req)
{
	const struct iscsit_sess *sess = conn->sess;

	return iscsit_sn_in_window(be32_to_cpu(req->ref_cmdsn), sess->exp_cmdsn, sess->max_cmdsn);
}

/**
 * iscsit_tmf_start() - a Task Management Function Request
 * @conn: worker only
 * @ctl: the request; becomes its answer
 */
void iscsit_tmf_start(struct iscsit_conn *conn, struct iscsit_ctl *ctl)
{
	const struct iscsit_tmf_req_bhs *req = (const void *)&ctl->bhs;
	u8 rsp = ISCSIT_TMF_RSP_REJECTED;
	int fn = tmf_function(req->flags & ISCSIT_TMF_FUNC_MASK, &rsp);

	if (fn < 0 || conn->tmfs >= ISCSIT_TMF_MAX) {
		tmf_send(conn, ctl, rsp);
		return;
	}
	if (fn == TARGET_TMF_TARGET_COLD_RESET)
		ctl->after = ISCSIT_AFTER_COLD_RESET;
	ctl->lost = fn == TARGET_TMF_ABORT_TASK && tmf_task_lost(conn, req);
	ctl->tmf.nexus = conn->sess->nexus;
	ctl->tmf.lun = target_lun_decode(req->lun);
	ctl->tmf.tag = be32_to_cpu(req->ref_itt);
	ctl->tmf.fn = fn;
	conn->tmfs++;
	target_tmf_submit(&ctl->tmf);
}

/* The core has answered; in the worker. */
void iscsit_tmf_answer(struct iscsit_conn *conn, struct iscsit_ctl *ctl)
{
	u8 rsp = tmf_response(&ctl->tmf);

	conn->tmfs--;
	if (iscsit_conn_is_dead(conn)) {
		iscsit_ctl_free(ctl);
		return;
	}
	if (rsp == ISCSIT_TMF_RSP_NO_TASK && ctl->lost)
		rsp = ISCSIT_TMF_RSP_COMPLETE;
	tmf_send(conn, ctl, rsp);
}
