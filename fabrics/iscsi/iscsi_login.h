/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Login phase of one iSCSI connection (RFC 7143 sections 6 and 11.12, 11.13) and text requests
 * of the full feature phase (11.10, Appendix C) as state machines over (header, data): no sockets,
 * no allocation, no locks. What needs the outside world is called through ops. Pure code.
 */
#ifndef ISCSIT_LOGIN_H
#define ISCSIT_LOGIN_H

#include <linux/types.h>
#include "iscsi_pdu.h"
#include "iscsi_keys.h"
#include "iscsi_chap.h"

/* Status-Class in the high byte, Status-Detail in the low one (11.13.5). */
enum iscsit_login_status {
	ISCSIT_LOGIN_OK			= 0x0000,
	ISCSIT_LOGIN_MOVED_TEMPORARILY	= 0x0101,
	ISCSIT_LOGIN_MOVED_PERMANENTLY	= 0x0102,
	ISCSIT_LOGIN_INITIATOR_ERROR	= 0x0200,
	ISCSIT_LOGIN_AUTH_FAILED	= 0x0201,
	ISCSIT_LOGIN_NOT_AUTHORIZED	= 0x0202,
	ISCSIT_LOGIN_NOT_FOUND		= 0x0203,
	ISCSIT_LOGIN_TARGET_REMOVED	= 0x0204,
	ISCSIT_LOGIN_VERSION		= 0x0205,
	ISCSIT_LOGIN_TOO_MANY_CONNS	= 0x0206,
	ISCSIT_LOGIN_MISSING_PARAMETER	= 0x0207,
	ISCSIT_LOGIN_CANT_INCLUDE	= 0x0208,
	ISCSIT_LOGIN_SESSION_TYPE	= 0x0209,
	ISCSIT_LOGIN_NO_SESSION		= 0x020a,
	ISCSIT_LOGIN_INVALID_REQUEST	= 0x020b,
	ISCSIT_LOGIN_TARGET_ERROR	= 0x0300,
	ISCSIT_LOGIN_UNAVAILABLE	= 0x0301,
	ISCSIT_LOGIN_NO_RESOURCES	= 0x0302,
};

enum iscsit_stage {
	ISCSIT_STAGE_SECURITY		= 0,
	ISCSIT_STAGE_OPERATIONAL	= 1,
	ISCSIT_STAGE_FULL_FEATURE	= 3,
};

/*
 * Login Requests accepted on one connection before full feature phase. An honest login takes
 * 2 to 6; continued ones (C bit) need at most ISCSIT_TEXT_MAX bytes. A peer that dribbles is
 * ended by this even before the login timer.
 */
#define ISCSIT_LOGIN_PDUS_MAX	32

/* Data segments of Login Responses fit the initiator's default MaxRecvDataSegmentLength. */
#define ISCSIT_LOGIN_OUT_MAX	ISCSIT_DEFAULT_DSL

/**
 * struct iscsit_login_id - who logs in where; complete from the find_target callback on
 * @initiator: InitiatorName, normalised, NUL terminated
 * @initiator_alias: InitiatorAlias with control characters replaced, may be empty; may arrive
 *	with any request of the login
 * @target: TargetName, normalised; empty in a discovery session that names none
 * @discovery: SessionType=Discovery
 * @isid: of the first request
 * @tsih: of the first request; 0 for a new (or reinstated) session
 * @cid: connection id
 * @cmdsn: CmdSN of the latest request
 * @exp_statsn: ExpStatSN of the first request (of the old connection on reinstatement)
 */
struct iscsit_login_id {
	char	initiator[ISCSIT_NAME_MAX + 1];
	char	initiator_alias[ISCSIT_VALUE_MAX + 1];
	char	target[ISCSIT_NAME_MAX + 1];
	bool	discovery;
	u8	isid[ISCSIT_ISID_LEN];
	u16	tsih;
	u16	cid;
	u32	cmdsn;
	u32	exp_statsn;
};

/**
 * struct iscsit_login_target - what find_target reports
 * @cfg: parameters, copied by the callback
 * @tpgt: target portal group tag, sent in the first response of a normal session
 * @auth_required: AuthMethod=None is refused for this initiator, whatever @cfg allows
 * @cmdsn_depth: command window of a new session
 * @exp_cmdsn: ExpCmdSN of the session that the login wants to join
 * @max_cmdsn: its MaxCmdSN
 * @redirect: "addr:port[,tpgt]" to send with a status of class 1, NUL terminated
 */
struct iscsit_login_target {
	struct iscsit_config cfg;
	u16	tpgt;
	bool	auth_required;
	u32	cmdsn_depth;
	u32	exp_cmdsn;
	u32	max_cmdsn;
	char	redirect[128];
};

/**
 * struct iscsit_login_grant - what establish reports
 * @tsih: handle of the session, nonzero
 * @exp_cmdsn: ExpCmdSN for the final response; preset for a leading connection
 * @max_cmdsn: MaxCmdSN, likewise
 */
struct iscsit_login_grant {
	u16	tsih;
	u32	exp_cmdsn;
	u32	max_cmdsn;
};

struct iscsit_login;

/**
 * struct iscsit_login_ops - calls into the owner; all get iscsit_login.priv, all may sleep
 * @find_target: once per login, as soon as the names are known. Finds target and TPG for
 *	@id->target (compare with strcasecmp: it is folded to lower case) on the connection's
 *	portal, checks that the initiator may log in, fills @tgt.
 *	For a discovery session: the discovery configuration. With @id->tsih not 0: the session
 *	must exist (else ISCSIT_LOGIN_NO_SESSION) and have room (else ISCSIT_LOGIN_TOO_MANY_CONNS).
 *	Returns enum iscsit_login_status. After a status of class 1 @tgt->redirect is sent.
 * @get_creds: the CHAP credentials that apply (ACL, else TPG, or discovery). Not called for a
 *	login that never gets to AuthMethod. Leaves have_in false if there are none.
 * @establish: once, when negotiation and authentication are through: create or reinstate the
 *	session, or add the connection to it. Called before the final response is built.
 *	Returns enum iscsit_login_status.
 */
struct iscsit_login_ops {
	u16	(*find_target)(void *priv, const struct iscsit_login_id *id,
			       struct iscsit_login_target *tgt);
	void	(*get_creds)(void *priv, const struct iscsit_login_id *id,
			     struct iscsit_chap_creds *creds);
	u16	(*establish)(void *priv, const struct iscsit_login_id *id,
			     const struct iscsit_params *params,
			     struct iscsit_login_grant *grant);
};

#define ISCSIT_LOGIN_AUTH_START		0
#define ISCSIT_LOGIN_AUTH_CHAP_A	1	/* CHAP_A must come next */
#define ISCSIT_LOGIN_AUTH_CHAP_R	2	/* CHAP_N and CHAP_R must come next */
#define ISCSIT_LOGIN_AUTH_DONE		3

/* What the owner does next. Except for DROP the response is in rsp, out and out_len first. */
enum iscsit_login_verdict {
	ISCSIT_LOGIN_CONTINUE,		/* send, wait for the next Login Request */
	ISCSIT_LOGIN_FULL_FEATURE,	/* send, then full feature phase with params */
	ISCSIT_LOGIN_FAIL,		/* send, then close */
	ISCSIT_LOGIN_DROP,		/* close: not a Login Request at all */
};

/**
 * struct iscsit_login - one login; about 30 KiB, allocated by the owner (kvzalloc)
 * @ops: calls into the owner
 * @chap_ops: hashes and random numbers
 * @priv: for the owner
 * @iser: the connection runs on RDMA
 * @id: who and where
 * @tgt: configuration in use, valid once @found
 * @params: negotiated so far; final at ISCSIT_LOGIN_FULL_FEATURE
 * @stage: current stage
 * @authenticated: the security stage was passed with a method other than None
 * @status: status of the latest response
 * @rsp: the 48 bytes to send
 * @out: text to send after it
 * @out_len: its bytes, without padding
 * @statsn: StatSN of the latest response; the next PDU of the connection has @statsn + 1
 *
 * Single-threaded: the connection's worker owns it from iscsit_login_init() to
 * iscsit_login_wipe().
 */
struct iscsit_login {
	const struct iscsit_login_ops *ops;
	const struct iscsit_chap_ops *chap_ops;
	void	*priv;
	bool	iser;

	struct iscsit_login_id id;
	struct iscsit_login_target tgt;
	struct iscsit_params params;
	enum iscsit_stage stage;
	bool	authenticated;
	u16	status;
	struct iscsit_bhs rsp;
	char	out[ISCSIT_LOGIN_OUT_MAX];
	u32	out_len;
	u32	statsn;

	/* private: */
	bool	started;
	bool	found;
	bool	declared;
	u8	auth_step;
	u8	pdus;
	u32	in_len;
	struct iscsit_nego nego;
	struct iscsit_textbuf text;
	struct iscsit_chap chap;
	struct iscsit_pair keys[ISCSIT_KEY_SEND_TARGETS];	/* of the text being processed */
	char	in[ISCSIT_TEXT_MAX];
};

/* Callbacks, priv and flags of a new login; @statsn is the first StatSN of the connection. */
struct iscsit_login_setup {
	const struct iscsit_login_ops *ops;
	const struct iscsit_chap_ops *chap_ops;
	void	*priv;
	bool	iser;
	u32	statsn;
};

void iscsit_login_init(struct iscsit_login *l, const struct iscsit_login_setup *setup);

/**
 * iscsit_login_rx - process one Login Request
 * @l: login
 * @bhs: header, after iscsit_pdu_check() with ISCSIT_PHASE_LOGIN
 * @data: data segment without padding
 * @len: its bytes, at most ISCSIT_DEFAULT_DSL
 *
 * Sleeps only in callbacks. After ISCSIT_LOGIN_FAIL or ISCSIT_LOGIN_DROP do not call it again.
 */
enum iscsit_login_verdict iscsit_login_rx(struct iscsit_login *l, const struct iscsit_bhs *bhs,
					  const void *data, u32 len);

/**
 * iscsit_login_fail - build a failure response outside of iscsit_login_rx()
 * @l: login
 * @bhs: the PDU that is answered, of whatever kind
 * @status: enum iscsit_login_status
 *
 * For what the owner finds out itself. ISCSIT_LOGIN_DROP if no login has begun or it is over.
 */
enum iscsit_login_verdict iscsit_login_fail(struct iscsit_login *l, const struct iscsit_bhs *bhs,
					    u16 status);

/* Forget secrets; call it before freeing. */
void iscsit_login_wipe(struct iscsit_login *l);

/* Text requests in full feature phase */

/**
 * struct iscsit_text_window - the part of a long answer that goes into one PDU
 * @out: receives bytes @skip .. @skip + @cap of the answer
 * @skip: bytes already sent
 * @cap: room in @out
 * @len: bytes stored
 * @total: bytes of the whole answer up to now
 *
 * A continued SendTargets answer is not kept: targets are enumerated again for every PDU and all
 * but the window is dropped, so that no answer is too long for memory.
 */
struct iscsit_text_window {
	char	*out;
	u64	skip;
	u32	cap;
	u32	len;
	u64	total;
};

void iscsit_text_add_target(struct iscsit_text_window *w, const char *name);
/* @addr: "1.2.3.4:3260" or "[fe80::1]:3260" */
void iscsit_text_add_address(struct iscsit_text_window *w, const char *addr, u16 tpgt);

/**
 * struct iscsit_text_ops - calls into the owner
 * @send_targets: emit TargetName and TargetAddress pairs into @w with iscsit_text_add_target()
 *	and iscsit_text_add_address(): of all targets visible to the initiator if @name is NULL,
 *	else of the target with this (normalised) name, nothing if it is not visible. Returns a
 *	generation number that changes whenever the answer may; a change in the middle of a
 *	continued answer ends it with a Reject. May sleep.
 */
struct iscsit_text_ops {
	u64	(*send_targets)(void *priv, const char *name, struct iscsit_text_window *w);
};

/**
 * struct iscsit_text - text negotiation state of a connection in full feature phase
 * @ops: calls into the owner
 * @priv: for the owner
 * @discovery: SessionType=Discovery: SendTargets=All is legal
 * @target: name of the session's target, empty in discovery
 * @params: of the connection; max_xmit_dsl may be changed by a request
 * @max_xmit_cap: configured MaxXmitDataSegmentLength
 * @out: answer, of @out_cap bytes, provided by the owner
 * @out_cap: at most params->max_xmit_dsl is used of it
 * @out_len: bytes to send
 * @rsp: itt, ttt and flags of the answer for iscsit_build_text_rsp(); lun is NULL
 *
 * About 17 KiB; allocate it at the first Text Request.
 */
struct iscsit_text {
	const struct iscsit_text_ops *ops;
	void	*priv;
	bool	discovery;
	const char *target;
	struct iscsit_params *params;
	u32	max_xmit_cap;
	char	*out;
	u32	out_cap;
	u32	out_len;
	struct iscsit_text_rsp rsp;

	/* private: */
	u32	ttt;
	u32	last_ttt;
	bool	open;
	u64	sent;
	u64	generation;
	u64	seen;
	u8	pdus;
	bool	answering;
	bool	all;
	char	name[ISCSIT_NAME_MAX + 1];
	u32	in_len;
	char	in[ISCSIT_TEXT_MAX];
};

/* Text Requests a peer may spread one logical text segment over. */
#define ISCSIT_TEXT_PDUS_MAX	64

/**
 * iscsit_text_rx - process one Text Request of the full feature phase
 * @t: state, zeroed and its public members filled before the first call
 * @bhs: header, after iscsit_pdu_check()
 * @data: data segment without padding
 * @len: its bytes
 *
 * One text exchange at a time per connection, as 11.10.4 demands: a request with TTT none drops
 * an unfinished one.
 *
 * Return: ISCSIT_REJECT_NONE with @t->rsp, @t->out and @t->out_len to send, or the reason for a
 * Reject; state is then reset.
 */
enum iscsit_reject iscsit_text_rx(struct iscsit_text *t, const struct iscsit_bhs *bhs,
				  const void *data, u32 len);

#endif /* ISCSIT_LOGIN_H */
