// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text requests of the full feature phase: SendTargets with answers of any length, and the few
 * keys that may change there (RFC 7143 sections 11.10, 11.11 and Appendix C).
 * Pure code: a header and its data in, a response out; also built in user space.
 */
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "iscsi_login.h"

/* Window of a long answer */

static void window_put(struct iscsit_text_window *w, const char *s, size_t n)
{
	u64 from = max(w->total, w->skip), to = w->total + n;

	to = min(to, w->skip + w->cap);
	if (from < to) {
		memcpy(w->out + (from - w->skip), s + (from - w->total), to - from);
		w->len += to - from;
	}
	w->total += n;
}

void iscsit_text_add_target(struct iscsit_text_window *w, const char *name)
{
	window_put(w, "TargetName=", 11);
	window_put(w, name, strlen(name) + 1);
}

void iscsit_text_add_address(struct iscsit_text_window *w, const char *addr, u16 tpgt)
{
	char tag[8];

	snprintf(tag, sizeof(tag), ",%u", tpgt);
	window_put(w, "TargetAddress=", 14);
	window_put(w, addr, strlen(addr));
	window_put(w, tag, strlen(tag) + 1);
}

/* State */

static void reset(struct iscsit_text *t)
{
	t->open = false;
	t->answering = false;
	t->in_len = 0;
	t->pdus = 0;
	t->seen = 0;
	t->out_len = 0;
}

static enum iscsit_reject reject(struct iscsit_text *t, enum iscsit_reject why)
{
	reset(t);
	return why;
}

/* Ends the exchange, or keeps it open with a fresh target transfer tag. */
static void answer(struct iscsit_text *t, const struct iscsit_text_req_bhs *req, bool done,
		   u8 flags)
{
	t->rsp = (struct iscsit_text_rsp) {
		.itt = be32_to_cpu(req->itt),
		.ttt = ISCSIT_TAG_NONE,
		.flags = flags,
		.data_len = t->out_len,
	};
	if (done) {
		u32 len = t->out_len;

		reset(t);
		t->out_len = len;
		return;
	}
	if (++t->last_ttt == ISCSIT_TAG_NONE)
		t->last_ttt = 0;
	t->ttt = t->last_ttt;
	t->rsp.ttt = t->ttt;
	t->open = true;
}

/*
 * 11.11.1: F=1 may only answer F=1. After a last piece of text that answers F=0 the initiator
 * has another word.
 */
static enum iscsit_reject answer_last(struct iscsit_text *t,
				      const struct iscsit_text_req_bhs *req)
{
	bool final = req->flags & ISCSIT_F_FINAL;

	t->answering = false;
	answer(t, req, final, final ? ISCSIT_F_FINAL : 0);
	return ISCSIT_REJECT_NONE;
}

/* SendTargets */

static u32 out_room(const struct iscsit_text *t)
{
	return min(t->out_cap, t->params->max_xmit_dsl);
}

/* The next piece of the list of targets, behind out_len bytes of other answers. */
static enum iscsit_reject send_piece(struct iscsit_text *t,
				     const struct iscsit_text_req_bhs *req, u32 room)
{
	struct iscsit_text_window w = {
		.out = t->out + t->out_len,
		.skip = t->sent,
		.cap = room - t->out_len,
	};
	u64 generation = t->ops->send_targets(t->priv, t->all ? NULL : t->name, &w);

	if (t->answering && generation != t->generation)
		return reject(t, ISCSIT_REJECT_NO_RESOURCES);
	t->generation = generation;
	t->out_len += w.len;
	t->sent += w.len;
	if (t->sent >= w.total)
		return answer_last(t, req);
	t->answering = true;
	answer(t, req, false, ISCSIT_F_CONTINUE);
	return ISCSIT_REJECT_NONE;
}

/*
 * Appendix C: All for discovery only; a normal session sees its own target, which it may leave
 * unnamed. False if the value is not for this kind of session.
 */
static bool choose_targets(struct iscsit_text *t, const struct iscsit_pair *value)
{
	t->all = false;
	t->name[0] = '\0';
	if (iscsit_text_is(value->val, value->val_len, "All")) {
		t->all = t->discovery;
		return t->discovery;
	}
	if (!value->val_len) {
		if (!t->discovery)
			strscpy(t->name, t->target, sizeof(t->name));
		return !t->discovery;
	}
	/* A name that cannot exist is answered like one that does not: with no target. */
	if (iscsit_name_normalize(value->val, value->val_len, t->name) ||
	    (!t->discovery && strcasecmp(t->name, t->target)))
		t->name[0] = '\0';
	return true;
}

/* Text */

static int negotiate(struct iscsit_text *t, struct iscsit_textbuf *b,
		     struct iscsit_pair *targets)
{
	struct iscsit_nego n = {
		.params = t->params,
		.out = b,
		.when = ISCSIT_KF_FULL_FEATURE,
		.leading = true,
		.discovery = t->discovery,
		.seen = t->seen,
	};
	struct iscsit_text_iter it;
	struct iscsit_pair pair;
	int ret;

	iscsit_text_start(&it, t->in, t->in_len);
	while ((ret = iscsit_text_next(&it, &pair)) > 0) {
		if (iscsit_nego_admit(&n, &pair))
			return -EPROTO;
		if (pair.id == ISCSIT_KEY_SEND_TARGETS)
			*targets = pair;
		else if (iscsit_nego_pair(&n, &pair))
			return -EPROTO;
	}
	t->seen = n.seen;
	t->params->max_xmit_dsl = min(t->params->max_xmit_dsl, t->max_xmit_cap);
	return ret ? ret : iscsit_nego_finish(&n);
}

static enum iscsit_reject process(struct iscsit_text *t, const struct iscsit_text_req_bhs *req)
{
	/* 13.12: a changed MaxRecvDataSegmentLength does not yet bind this answer. */
	struct iscsit_textbuf b = { .p = t->out, .cap = out_room(t) };
	struct iscsit_pair targets = { 0 };
	bool send;

	if (negotiate(t, &b, &targets))
		return reject(t, ISCSIT_REJECT_PROTOCOL);
	send = targets.val && choose_targets(t, &targets);
	if (targets.val && !send)
		iscsit_textbuf_add(&b, "SendTargets", "Reject");
	if (b.overflow)
		return reject(t, ISCSIT_REJECT_PROTOCOL);
	t->in_len = 0;
	t->out_len = b.len;
	t->sent = 0;
	if (send && (t->all || t->name[0]))
		return send_piece(t, req, b.cap);
	return answer_last(t, req);
}

/* Does the request begin an exchange or go on with the open one? */
static bool follows(struct iscsit_text *t, const struct iscsit_text_req_bhs *req, u32 len)
{
	u32 ttt = be32_to_cpu(req->ttt);

	if (ttt == ISCSIT_TAG_NONE) {
		reset(t);
		return true;
	}
	/* 11.10.4: while we send a long answer the initiator only asks for more of it. */
	return t->open && ttt == t->ttt && !(t->answering && len);
}

enum iscsit_reject iscsit_text_rx(struct iscsit_text *t, const struct iscsit_bhs *bhs,
				  const void *data, u32 len)
{
	const struct iscsit_text_req_bhs *req = (const void *)bhs;

	if (!follows(t, req, len))
		return reject(t, ISCSIT_REJECT_PROTOCOL);
	t->out_len = 0;
	if (t->answering)
		return send_piece(t, req, out_room(t));
	if (++t->pdus > ISCSIT_TEXT_PDUS_MAX || len > sizeof(t->in) - t->in_len)
		return reject(t, ISCSIT_REJECT_PROTOCOL);
	if (len)
		memcpy(t->in + t->in_len, data, len);
	t->in_len += len;
	if (req->flags & ISCSIT_F_CONTINUE) {
		answer(t, req, false, 0);
		return ISCSIT_REJECT_NONE;
	}
	return process(t, req);
}
