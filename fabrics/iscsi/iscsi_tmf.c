// SPDX-License-Identifier: GPL-2.0-only
/*
 * Task management requests: from the wire's function codes to the core's and back. RFC 7143 11.5
 * and 11.6, RFC 7144 section 6.
 */
#include "iscsit.h"

/* What iSCSIProtocolLevel 2 adds (RFC 7144 section 6.1). */
static int tmf_function_sam4(u8 fn, u8 *rsp)
{
	switch (fn) {
	case ISCSIT_TMF_QUERY_TASK:
		return TARGET_TMF_QUERY_TASK;
	case ISCSIT_TMF_QUERY_TASK_SET:
		return TARGET_TMF_QUERY_TASK_SET;
	case ISCSIT_TMF_IT_NEXUS_RESET:
		return TARGET_TMF_I_T_NEXUS_RESET;
	case ISCSIT_TMF_QUERY_ASYNC_EVENT:
		return TARGET_TMF_QUERY_ASYNC_EVENT;
	default:
		*rsp = ISCSIT_TMF_RSP_NOT_SUPPORTED;
		return -1;
	}
}

/* The core's function, or -1 with @rsp set for what never gets there. */
static int tmf_function(const struct iscsit_conn *conn, u8 fn, u8 *rsp)
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
	default:
		if (conn->params.protocol_level >= 2)
			return tmf_function_sam4(fn, rsp);
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

static void tmf_send(struct iscsit_ctl *ctl, u8 rsp)
{
	static const struct iscsit_sns no_sns;
	u32 itt = be32_to_cpu(ctl->bhs.itt);

	iscsit_build_tmf_rsp(&ctl->bhs, itt, rsp, &no_sns);
	memcpy(((struct iscsit_tmf_rsp_bhs *)&ctl->bhs)->info, ctl->tmf.additional,
	       sizeof(ctl->tmf.additional));
	ctl->len = 0;
	iscsit_tx_queue(ctl->conn, &ctl->tx);
}

/*
 * A task that the target has never seen, but whose number is before the request's: its command is
 * still on the way. RFC 7143 11.6.1 has the number treated as received, so that the command is
 * ignored when it comes.
 */
static bool tmf_task_lost(const struct iscsit_sess *sess, const struct iscsit_tmf_req_bhs *req)
{
	u32 ref = be32_to_cpu(req->ref_cmdsn);

	return iscsit_sn_in_window(ref, sess->win.exp_cmdsn, sess->win.max_cmdsn) &&
	       iscsit_sn_before(ref, be32_to_cpu(req->cmdsn));
}

/* On to the core. */
static void tmf_submit(struct iscsit_ctl *ctl)
{
	struct iscsit_conn *conn = ctl->conn;

	list_add_tail(&ctl->active, &conn->sess->tmfs);
	target_tmf_submit(&ctl->tmf);
}

/*
 * What is about a set of tasks is about all that were sent before it (4.2.3.3): on other
 * connections some may be on their way. A target reset takes the numbers for received.
 */
static bool tmf_waits(const struct iscsit_ctl *ctl)
{
	const struct iscsit_sess *sess = ctl->conn->sess;
	const struct iscsit_tmf_req_bhs *req = (const void *)&ctl->bhs;

	switch (ctl->tmf.fn) {
	case TARGET_TMF_ABORT_TASK_SET:
	case TARGET_TMF_CLEAR_TASK_SET:
	case TARGET_TMF_LUN_RESET:
	case TARGET_TMF_QUERY_TASK_SET:
		return sess->nr_conns > 1 &&
		       iscsit_sn_before(sess->win.exp_cmdsn, be32_to_cpu(req->cmdsn));
	default:
		return false;
	}
}

/* Requests have come: whose predecessors are complete goes on. Worker only. */
void iscsit_tmf_wake(struct iscsit_sess *sess)
{
	struct iscsit_ctl *ctl, *next;

	list_for_each_entry_safe(ctl, next, &sess->tmf_wait, active) {
		if (tmf_waits(ctl))
			continue;
		list_del_init(&ctl->active);
		tmf_submit(ctl);
	}
}

/* The answer goes before what the task sends on its new connection (RFC 7143 7.2.2). */
static void tmf_reassign(struct iscsit_conn *conn, struct iscsit_ctl *ctl)
{
	const struct iscsit_tmf_req_bhs req = *(const struct iscsit_tmf_req_bhs *)&ctl->bhs;
	u8 rsp = iscsit_reassign_check(conn->sess, req.ref_itt);

	tmf_send(ctl, rsp);
	if (rsp == ISCSIT_TMF_RSP_COMPLETE)
		iscsit_reassign(conn, req.ref_itt, be32_to_cpu(req.exp_datasn));
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
	int fn;

	if ((req->flags & ISCSIT_TMF_FUNC_MASK) == ISCSIT_TMF_TASK_REASSIGN) {
		tmf_reassign(conn, ctl);
		return;
	}
	fn = tmf_function(conn, req->flags & ISCSIT_TMF_FUNC_MASK, &rsp);
	if (fn < 0 || conn->tmfs >= ISCSIT_TMF_MAX) {
		tmf_send(ctl, rsp);
		return;
	}
	if (fn == TARGET_TMF_TARGET_COLD_RESET)
		ctl->after = ISCSIT_AFTER_COLD_RESET;
	ctl->tmf.nexus = conn->sess->nexus;
	ctl->tmf.lun = target_lun_decode(req->lun);
	ctl->tmf.tag = be32_to_cpu(req->ref_itt);
	ctl->tmf.fn = fn;
	conn->tmfs++;
	if (tmf_waits(ctl))
		list_add_tail(&ctl->active, &conn->sess->tmf_wait);
	else
		tmf_submit(ctl);
}

/* The task that is meant, if it is here and has not been answered. */
static struct iscsit_tag *tmf_task(const struct iscsit_ctl *ctl)
{
	const struct iscsit_tmf_req_bhs *req = (const void *)&ctl->bhs;
	const struct iscsit_sess *sess = ctl->conn->sess;
	u32 i;

	for (i = 0; i < sess->nr_tags; i++) {
		struct iscsit_tag *tag = &sess->tags[i];

		if ((tag->state == ISCSIT_TAG_DATA || tag->state == ISCSIT_TAG_CORE) &&
		    tag->itt == req->ref_itt && target_lun_decode(tag->lun) == ctl->tmf.lun)
			return tag;
	}
	return NULL;
}

/*
 * A task that came on another connection while the core was looking for it: the core looks again.
 * Once is enough: what it does not find then has ended.
 */
static bool tmf_look_again(struct iscsit_ctl *ctl)
{
	const struct iscsit_tag *tag = ctl->looked_again ? NULL : tmf_task(ctl);

	if (!tag || tag->answer_ready)
		return false;
	ctl->looked_again = true;
	tmf_submit(ctl);
	return true;
}

/* An ABORT TASK that found nothing: the command may be on its way, on another connection. */
static u8 tmf_abort_lost(struct iscsit_ctl *ctl)
{
	const struct iscsit_tmf_req_bhs *req = (const void *)&ctl->bhs;
	struct iscsit_sess *sess = ctl->conn->sess;
	struct iscsit_tag *tag = tmf_task(ctl);

	if (tag && tag->answer_ready && !iscsit_cmd_is_incoming(tag))
		return iscsit_cmd_drop_refused(tag) ? ISCSIT_TMF_RSP_COMPLETE :
						      ISCSIT_TMF_RSP_NO_TASK;
	if (!tmf_task_lost(sess, req) ||
	    !iscsit_sn_plug(sess, NULL, be32_to_cpu(req->ref_cmdsn)))
		return ISCSIT_TMF_RSP_NO_TASK;
	iscsit_unpark(sess);
	return ISCSIT_TMF_RSP_COMPLETE;
}

/* Which of the session's tasks have ended when the core has answered. */
static bool tmf_ends_tasks(const struct iscsit_ctl *ctl, const u8 *lun)
{
	switch (ctl->tmf.fn) {
	case TARGET_TMF_ABORT_TASK_SET:
	case TARGET_TMF_CLEAR_TASK_SET:
	case TARGET_TMF_LUN_RESET:
		return target_lun_decode(lun) == ctl->tmf.lun;
	case TARGET_TMF_I_T_NEXUS_RESET:
	case TARGET_TMF_TARGET_WARM_RESET:
	case TARGET_TMF_TARGET_COLD_RESET:
		return true;
	default:
		return false;
	}
}

/* The core does not know of tasks it has refused, which wait for the end of their data. */
static void tmf_end_refused(const struct iscsit_ctl *ctl)
{
	const struct iscsit_sess *sess = ctl->conn->sess;
	u32 i;

	for (i = 0; i < sess->nr_tags; i++) {
		struct iscsit_tag *tag = &sess->tags[i];

		if (tag->state == ISCSIT_TAG_DATA && tag->answer_ready && !tag->park.on &&
		    !iscsit_cmd_is_incoming(tag) && tmf_ends_tasks(ctl, tag->lun))
			iscsit_cmd_give_up(tag);
	}
}

/* The core has answered; in a worker. */
void iscsit_tmf_answer(struct iscsit_ctl *ctl)
{
	u8 rsp = tmf_response(&ctl->tmf);

	list_del_init(&ctl->active);
	if (!ctl->conn) {
		iscsit_ctl_free(ctl);
		return;
	}
	/* In a session that has ended there is nothing to look for, and nobody's turn comes. */
	if (rsp == ISCSIT_TMF_RSP_NO_TASK && ctl->tmf.fn == TARGET_TMF_ABORT_TASK &&
	    !ctl->conn->sess->ended) {
		if (tmf_look_again(ctl))
			return;
		rsp = tmf_abort_lost(ctl);
	}
	if (rsp == ISCSIT_TMF_RSP_COMPLETE)
		tmf_end_refused(ctl);
	ctl->conn->tmfs--;
	tmf_send(ctl, rsp);
}

/* The connection has ended: what the core has of it comes back to nobody. */
void iscsit_tmf_leave(struct iscsit_conn *conn)
{
	struct iscsit_ctl *ctl, *next;

	list_for_each_entry(ctl, &conn->sess->tmfs, active)
		if (ctl->conn == conn)
			WRITE_ONCE(ctl->conn, NULL);
	list_for_each_entry_safe(ctl, next, &conn->sess->tmf_wait, active) {
		if (ctl->conn != conn)
			continue;
		list_del_init(&ctl->active);
		iscsit_ctl_free(ctl);
	}
}
