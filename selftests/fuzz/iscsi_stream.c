// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: everything an initiator sends on a connection, from the first byte of its login on,
 * through every pure function that looks at it: headers, negotiation, numbering, data-out in any
 * order, and how data-in is cut. Nobody gets past an authentication that is required.
 *
 * Input: what the target is configured for, then the bytes of the connection without digests.
 */
#include "iscsi_world.h"
#include "fuzz.h"
#include "iscsi_burst.h"
#include "iscsi_window.h"

/* Bits of the first byte */
#define REQUIRED	1
#define ERL		2
#define ANY_ORDER	4
#define ISER		8

#define TASKS		8
#define OUT_CAP		1024
#define PLAN_PDUS	64	/* Data-In PDUs of a read that are looked at */

/** struct task - a command that is not done */
struct task {
	bool			used;
	u32			itt;
	u32			expected;
	u32			r2tsn;
	struct iscsit_burst	burst;
	struct iscsit_park	park;
};

/** struct stream - a connection, and its session */
struct stream {
	u8			options;
	bool			discovery;
	u32			statsn;
	u32			ttts;
	struct iscsit_pdu_limits limits;
	struct iscsit_params	params;
	struct iscsit_login	login;
	struct iscsit_text	text;
	struct iscsit_window	window;
	struct task		tasks[TASKS];
	struct iscsit_park	plugs[TASKS];
	char			out[OUT_CAP];
};

/** struct pdu - a request; the parts behind the header are blocks of their own */
struct pdu {
	struct iscsit_bhs	bhs;
	struct iscsit_pdu_info	info;
	u8			*ahs;
	u8			*data;
};

/* ---- the owner of the login ---- */

static u16 find_target(void *priv, const struct iscsit_login_id *id,
		       struct iscsit_login_target *tgt)
{
	struct stream *s = priv;

	iscsit_config_init(&tgt->cfg);
	iscsit_config_set_auth(&tgt->cfg, s->options & REQUIRED);
	tgt->auth_required = s->options & REQUIRED;
	tgt->cfg.num[ISCSIT_KEY_ERL] = s->options & ERL ? 2 : 0;
	if (s->options & ANY_ORDER) {
		tgt->cfg.num[ISCSIT_KEY_PDU_IN_ORDER] = 0;
		tgt->cfg.num[ISCSIT_KEY_SEQ_IN_ORDER] = 0;
		tgt->cfg.num[ISCSIT_KEY_INITIAL_R2T] = 0;
		tgt->cfg.num[ISCSIT_KEY_MAX_R2T] = 8;
	}
	tgt->cmdsn_depth = 8;
	return ISCSIT_LOGIN_OK;
}

static void get_creds(void *priv, const struct iscsit_login_id *id,
		      struct iscsit_chap_creds *creds)
{
	world_creds(creds);
}

static u16 establish(void *priv, const struct iscsit_login_id *id,
		     const struct iscsit_params *params, struct iscsit_login_grant *grant)
{
	struct stream *s = priv;

	must(!(s->options & REQUIRED));
	s->discovery = id->discovery;
	grant->tsih = 1;
	return ISCSIT_LOGIN_OK;
}

static const struct iscsit_login_ops login_ops = {
	.find_target	= find_target,
	.get_creds	= get_creds,
	.establish	= establish,
};

static u64 send_targets(void *priv, const char *name, struct iscsit_text_window *w)
{
	u32 i;

	for (i = 0; i < 8; i++) {
		iscsit_text_add_target(w, name ? name : "iqn.a");
		iscsit_text_add_address(w, "[fe80::1]:3260", i);
	}
	return 0;
}

static const struct iscsit_text_ops text_ops = { .send_targets = send_targets };

/* ---- answers ---- */

static struct iscsit_sns sns(const struct stream *s)
{
	return (struct iscsit_sns){ s->statsn, s->window.exp_cmdsn, s->window.max_cmdsn };
}

static void check_answer(const struct iscsit_bhs *bhs, u8 opcode, u32 data_len)
{
	must(bhs->opcode == opcode && iscsit_get_dlen(bhs->dlen) == data_len);
}

static void reject(struct stream *s, enum iscsit_reject reason)
{
	struct iscsit_sns numbers = sns(s);
	struct iscsit_bhs bhs;

	iscsit_build_reject(&bhs, reason, 0, &numbers);
	check_answer(&bhs, ISCSIT_OP_REJECT, ISCSIT_BHS_LEN);
	s->statsn++;
}

static void answer_command(struct stream *s, u32 itt, u32 datasn)
{
	const struct iscsit_scsi_rsp rsp = { .itt = itt, .exp_datasn = datasn, .data_len = 20 };
	struct iscsit_sns numbers = sns(s);
	struct iscsit_bhs bhs;

	iscsit_build_scsi_rsp(&bhs, &rsp, &numbers);
	check_answer(&bhs, ISCSIT_OP_SCSI_RSP, 20);
	s->statsn++;
}

/* ---- data-in ---- */

static void answer_read(struct stream *s, u32 itt, u32 total)
{
	const struct iscsit_plan plan = {
		.total = total, .dsl = s->params.max_xmit_dsl, .burst = s->params.max_burst,
		.pdus_backwards = !s->params.pdu_in_order,
		.seqs_backwards = !s->params.seq_in_order,
	};
	u32 end = total ? iscsit_plan_end(&plan) : 0, sn;
	struct iscsit_sns numbers = sns(s);
	struct iscsit_plan_pdu pdu;
	struct iscsit_bhs bhs;

	for (sn = 0; sn < min(end, PLAN_PDUS); sn++) {
		struct iscsit_data_in din = { .itt = itt, .ttt = ISCSIT_TAG_NONE, .datasn = sn };

		iscsit_plan_pdu(&plan, sn, &pdu);
		must(pdu.len && pdu.len <= plan.dsl && pdu.off < total);
		must(pdu.len <= total - pdu.off && pdu.last == (sn + 1 == end));
		must(!pdu.last || pdu.final);
		din.flags = pdu.final ? ISCSIT_F_FINAL : 0;
		din.offset = pdu.off;
		din.data_len = pdu.len;
		iscsit_build_data_in(&bhs, &din, &numbers);
		check_answer(&bhs, ISCSIT_OP_DATA_IN, pdu.len);
	}
	answer_command(s, itt, end);
}

/* ---- data-out ---- */

static void check_burst(const struct iscsit_burst *b)
{
	u32 i;

	must(b->got.n <= ISCSIT_RANGES_MAX);
	for (i = 0; i < b->got.n; i++) {
		must(b->got.r[i].off < b->got.r[i].end && b->got.r[i].end <= b->len);
		must(!i || b->got.r[i - 1].end < b->got.r[i].off);
	}
}

/* As long as R2Ts may be sent; what one asks for is neither here nor on its way. */
static void ask(struct stream *s, struct task *t)
{
	struct iscsit_sns numbers = sns(s);
	struct iscsit_range want;
	struct iscsit_bhs bhs;
	static const u8 lun[8];

	while (!iscsit_burst_find(&t->burst, ISCSIT_TAG_NONE) &&
	       iscsit_burst_open_count(&t->burst) < min(s->params.max_r2t, ISCSIT_SEQS_MAX) &&
	       iscsit_burst_want(&t->burst, s->params.max_burst, !s->params.seq_in_order, &want)) {
		struct iscsit_r2t r2t = {
			.lun = lun, .itt = t->itt, .ttt = s->ttts++ & 0xff, .r2tsn = t->r2tsn++,
			.offset = want.off, .desired_len = want.end - want.off,
		};

		must(want.off < want.end && want.end <= t->burst.len);
		must(want.end - want.off <= s->params.max_burst);
		must(!iscsit_ranges_has(&t->burst.got, want.off, want.end));
		must(iscsit_burst_open(&t->burst, r2t.ttt, want.off, want.end));
		iscsit_build_r2t(&bhs, &r2t, &numbers);
		check_answer(&bhs, ISCSIT_OP_R2T, 0);
	}
}

static void go_on(struct stream *s, struct task *t)
{
	check_burst(&t->burst);
	if (iscsit_burst_open_count(&t->burst) || !iscsit_burst_done(&t->burst)) {
		ask(s, t);
		return;
	}
	if (t->park.on)
		iscsit_window_forget(&t->park);
	t->used = false;
	answer_command(s, t->itt, t->r2tsn);
}

static struct task *find_task(struct stream *s, u32 itt)
{
	u32 i;

	for (i = 0; i < TASKS; i++)
		if (s->tasks[i].used && s->tasks[i].itt == itt)
			return &s->tasks[i];
	return NULL;
}

static struct task *new_task(struct stream *s, u32 itt)
{
	u32 i;

	for (i = 0; i < TASKS; i++) {
		if (s->tasks[i].used)
			continue;
		s->tasks[i] = (struct task){ .used = true, .itt = itt };
		return &s->tasks[i];
	}
	return NULL;
}

static bool data_out(struct stream *s, const struct pdu *p)
{
	const struct iscsit_data_out_bhs *bhs = (const void *)&p->bhs;
	const struct iscsit_burst_rules rules = { s->params.pdu_in_order, s->params.erl };
	struct task *t = find_task(s, p->info.itt);
	const struct iscsit_burst_pdu pdu = {
		.datasn = be32_to_cpu(bhs->datasn), .off = be32_to_cpu(bhs->offset),
		.len = p->info.data_len, .final = bhs->flags & ISCSIT_F_FINAL,
	};
	struct iscsit_seq *seq = t ? iscsit_burst_find(&t->burst, be32_to_cpu(bhs->ttt)) : NULL;

	if (!seq)
		return true;
	switch (iscsit_burst_check(seq, &rules, &pdu)) {
	case ISCSIT_BURST_TAKE:
		must(pdu.off + pdu.len <= max(t->burst.len, seq->range.end));
		if (s->params.erl && pdu.datasn & 1)	/* as if its digest were wrong */
			iscsit_burst_spoiled(&t->burst, seq, &pdu);
		else
			iscsit_burst_took(&t->burst, seq, &pdu);
		go_on(s, t);
		return true;
	case ISCSIT_BURST_IGNORE:
		return true;
	case ISCSIT_BURST_LOST:
		iscsit_burst_forget(&t->burst);
		go_on(s, t);
		return true;
	default:
		reject(s, ISCSIT_REJECT_PROTOCOL);
		return false;
	}
}

/* ---- requests ---- */

static bool check_ahs(struct stream *s, const struct pdu *p)
{
	struct iscsit_ahs_info ahs;

	if (iscsit_ahs_parse(p->ahs, p->info.ahs_len, &ahs)) {
		reject(s, ISCSIT_REJECT_INVALID_FIELD);
		return false;
	}
	must(ahs.ext_cdb_len <= 244);
	must(!ahs.ext_cdb || (ahs.ext_cdb >= p->ahs && ahs.ext_cdb + ahs.ext_cdb_len <=
						       p->ahs + p->info.ahs_len));
	return true;
}

static void begin_write(struct stream *s, const struct pdu *p, struct task *t)
{
	u32 len = p->info.data_len;

	t->burst.len = min_t(u32, t->expected, 1 << 20);
	iscsit_ranges_add(&t->burst.got, 0, min(len, t->burst.len));
	if (!(p->bhs.flags & ISCSIT_F_FINAL))
		iscsit_burst_open(&t->burst, ISCSIT_TAG_NONE, len,
				  max(len, min(s->params.first_burst, t->expected)));
	go_on(s, t);
}

static void command(struct stream *s, const struct pdu *p, struct task *t)
{
	if (p->bhs.flags & ISCSIT_CMD_F_WRITE) {
		begin_write(s, p, t);
		return;
	}
	t->used = false;
	answer_read(s, t->itt, p->bhs.flags & ISCSIT_CMD_F_READ ? t->expected : 0);
}

static void check_window(const struct iscsit_window *w)
{
	const struct iscsit_park *park;
	u32 last = w->exp_cmdsn;

	list_for_each_entry(park, &w->parked, entry) {
		must(park->on && iscsit_sn_in_window(park->cmdsn, w->exp_cmdsn, w->max_cmdsn));
		must(!iscsit_sn_before(park->cmdsn, last));
		last = park->cmdsn + 1;
	}
}

/* What has waited for the numbers before it */
static void unpark(struct stream *s)
{
	struct iscsit_park *park;

	while ((park = iscsit_window_next(&s->window))) {
		struct task *t = container_of(park, struct task, park);

		if (park->kind == ISCSIT_PARK_PLUG)
			continue;
		s->window.max_cmdsn = s->window.exp_cmdsn + 7;
		if (t->burst.len)
			continue;
		t->used = false;
		answer_read(s, t->itt, t->expected);
	}
	check_window(&s->window);
}

static bool scsi_command(struct stream *s, const struct pdu *p)
{
	struct task *t;

	if (!check_ahs(s, p) || find_task(s, p->info.itt))
		return true;
	t = new_task(s, p->info.itt);
	if (!t)
		return true;
	t->expected = be32_to_cpu(p->bhs.word5);
	t->park.cmdsn = p->info.cmdsn;
	switch (p->info.numbered ? iscsit_window_take(&s->window, &t->park) : ISCSIT_SN_NOW) {
	case ISCSIT_SN_DROP:
		t->used = false;
		return true;
	case ISCSIT_SN_PARKED:
		if (p->bhs.flags & ISCSIT_CMD_F_WRITE)
			begin_write(s, p, t);
		check_window(&s->window);
		return true;
	default:
		command(s, p, t);
		unpark(s);
		return true;
	}
}

static bool text_request(struct stream *s, const struct pdu *p)
{
	u32 room = min(s->text.out_cap, s->params.max_xmit_dsl);
	struct iscsit_sns numbers = sns(s);
	struct iscsit_bhs bhs;

	if (iscsit_text_rx(&s->text, &p->bhs, p->data, p->info.data_len)) {
		reject(s, ISCSIT_REJECT_PROTOCOL);
		return true;
	}
	must(s->text.out_len <= room);
	iscsit_build_text_rsp(&bhs, &s->text.rsp, &numbers);
	check_answer(&bhs, ISCSIT_OP_TEXT_RSP, s->text.out_len);
	s->statsn++;
	return true;
}

static bool nop_out(struct stream *s, const struct pdu *p)
{
	const struct iscsit_nop_in nop = {
		.lun = p->bhs.lun, .itt = p->info.itt, .ttt = ISCSIT_TAG_NONE,
		.data_len = p->info.data_len,
	};
	struct iscsit_sns numbers = sns(s);
	struct iscsit_bhs bhs;

	iscsit_build_nop_in(&bhs, &nop, &numbers);
	check_answer(&bhs, ISCSIT_OP_NOP_IN, nop.data_len);
	return true;
}

/* The number of a request that has waited for its turn is used up all the same. */
static void plug(struct stream *s, struct iscsit_park *park)
{
	struct iscsit_park *by = s->plugs;

	while (by->on)
		by++;
	must(by < s->plugs + TASKS);
	by->kind = ISCSIT_PARK_PLUG;
	iscsit_window_replace(park, by);
}

/* A task goes. */
static bool task_management(struct stream *s, const struct pdu *p)
{
	struct task *t = find_task(s, be32_to_cpu(p->bhs.word5));
	struct iscsit_sns numbers = sns(s);
	struct iscsit_bhs bhs;

	if (t) {
		if (t->park.on)
			plug(s, &t->park);
		t->used = false;
	}
	iscsit_build_tmf_rsp(&bhs, p->info.itt, t ? ISCSIT_TMF_RSP_COMPLETE :
						    ISCSIT_TMF_RSP_NO_TASK, &numbers);
	check_answer(&bhs, ISCSIT_OP_TMF_RSP, 0);
	check_window(&s->window);
	return true;
}

static bool logout(struct stream *s, const struct pdu *p)
{
	const struct iscsit_logout_rsp rsp = { .itt = p->info.itt, .time2wait = 2 };
	const struct iscsit_async async = { .event = ISCSIT_ASYNC_DROP_CONNECTION };
	struct iscsit_sns numbers = sns(s);
	struct iscsit_bhs bhs;

	iscsit_build_logout_rsp(&bhs, &rsp, &numbers);
	check_answer(&bhs, ISCSIT_OP_LOGOUT_RSP, 0);
	iscsit_build_async(&bhs, &async, &numbers);
	check_answer(&bhs, ISCSIT_OP_ASYNC, 0);
	return false;
}

static bool request(struct stream *s, const struct pdu *p)
{
	switch (p->info.opcode) {
	case ISCSIT_OP_SCSI_CMD:
		return scsi_command(s, p);
	case ISCSIT_OP_DATA_OUT:
		return data_out(s, p);
	case ISCSIT_OP_TEXT_REQ:
		return text_request(s, p);
	case ISCSIT_OP_NOP_OUT:
		return nop_out(s, p);
	case ISCSIT_OP_TMF_REQ:
		return task_management(s, p);
	case ISCSIT_OP_LOGOUT_REQ:
		return logout(s, p);
	default:
		return true;
	}
}

/* ---- login ---- */

static void full_feature(struct stream *s)
{
	const struct iscsit_params *params = &s->login.params;

	must(params->max_xmit_dsl >= 512 && params->max_burst >= 512 && params->max_r2t);
	must(params->first_burst <= params->max_burst);
	s->params = *params;
	s->limits = (struct iscsit_pdu_limits) {
		.phase = s->discovery ? ISCSIT_PHASE_DISCOVERY : ISCSIT_PHASE_NORMAL,
		.max_data = params->max_recv_dsl, .immediate_data = params->immediate_data,
		.initial_r2t = params->initial_r2t, .first_burst = params->first_burst,
	};
	s->text = (struct iscsit_text) {
		.ops = &text_ops, .discovery = s->discovery,
		.target = s->discovery ? "" : s->login.id.target, .params = &s->params,
		.max_xmit_cap = 8192, .out = s->out, .out_cap = OUT_CAP,
	};
	iscsit_window_init(&s->window, s->login.id.cmdsn, 8);
	s->statsn = s->login.statsn + 1;
}

static bool login_request(struct stream *s, const struct pdu *p)
{
	struct iscsit_login *l = &s->login;
	enum iscsit_login_verdict verdict;

	verdict = iscsit_login_rx(l, &p->bhs, p->data, p->info.data_len);
	if (verdict != ISCSIT_LOGIN_DROP)
		check_answer(&l->rsp, ISCSIT_OP_LOGIN_RSP, l->out_len);
	must(l->out_len <= ISCSIT_LOGIN_OUT_MAX);
	if (verdict == ISCSIT_LOGIN_FULL_FEATURE)
		full_feature(s);
	return verdict == ISCSIT_LOGIN_CONTINUE || verdict == ISCSIT_LOGIN_FULL_FEATURE;
}

/* ---- the stream ---- */

static void skip(struct fuzz_in *in, size_t n)
{
	n = min(n, in->left);
	in->p += n;
	in->left -= n;
}

/* Returns whether the connection goes on. */
static bool receive(struct stream *s, struct fuzz_in *in)
{
	bool login = s->limits.phase == ISCSIT_PHASE_LOGIN, on = false;
	size_t ahs_len, data_len;
	struct pdu p = {};
	enum iscsit_reject why;

	memcpy(&p.bhs, in->p, sizeof(p.bhs));
	skip(in, sizeof(p.bhs));
	why = iscsit_pdu_check(&p.bhs, &s->limits, &p.info);
	if (why && (login || p.info.fatal))
		return false;
	must((p.info.data_len + p.info.pad_len) % 4 == 0);
	ahs_len = p.info.ahs_len;
	data_len = p.info.data_len;
	p.ahs = take_block(in, &ahs_len);
	p.data = take_block(in, &data_len);
	skip(in, p.info.pad_len);
	if (ahs_len != p.info.ahs_len || data_len != p.info.data_len)
		on = false;	/* the rest never comes */
	else if (!why)
		on = login ? login_request(s, &p) : request(s, &p);
	else
		reject(s, why);
	kfree(p.ahs);
	kfree(p.data);
	return on || why;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	/* Not allocated: it would be other memory each time, none of it in a cache. */
	static struct stream conn;
	struct stream *s = &conn;
	struct fuzz_in in = { data, size };
	struct iscsit_login_setup setup = {
		.ops = &login_ops, .chap_ops = &world_chap_ops, .priv = s,
	};

	memset(s, 0, sizeof(*s));
	s->options = take_u8(&in);
	setup.iser = s->options & ISER;
	s->limits.max_data = ISCSIT_DEFAULT_DSL;
	iscsit_login_init(&s->login, &setup);
	while (in.left >= sizeof(struct iscsit_bhs) && receive(s, &in))
		;
	iscsit_login_wipe(&s->login);
	return 0;
}
