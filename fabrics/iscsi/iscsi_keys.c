// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of iSCSI text keys (RFC 7143 sections 12 and 13, RFC 7144, RFC 7145) and the
 * negotiation of an initiator's offers by type of key (RFC 7143 section 6.2).
 * Pure code: bytes in, decision out; also built in user space.
 */
#include <linux/kernel.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "iscsi_keys.h"

/* iscsit_nego.seen has a bit for each key. */
static_assert(ISCSIT_KEY_NR <= 64);

static const char *const auth_tokens[] = {
	[ISCSIT_AUTH_NONE]	= "None",
	[ISCSIT_AUTH_CHAP]	= "CHAP",
	[ISCSIT_AUTH_KRB5]	= "KRB5",
	[ISCSIT_AUTH_SRP]	= "SRP",
	[ISCSIT_AUTH_SPKM1]	= "SPKM1",
	[ISCSIT_AUTH_SPKM2]	= "SPKM2",
};

static const char *const digest_tokens[] = {
	[ISCSIT_DIGEST_NONE]	= "None",
	[ISCSIT_DIGEST_CRC32C]	= "CRC32C",
};

static const char *const task_tokens[] = {
	[ISCSIT_TASK_RFC3720]		= "RFC3720",
	[ISCSIT_TASK_RESPONSE_FENCE]	= "ResponseFence",
	[ISCSIT_TASK_FAST_ABORT]	= "FastAbort",
};

static_assert(ARRAY_SIZE(auth_tokens) <= ISCSIT_LIST_MAX);

#define SECURITY	ISCSIT_KF_SECURITY
#define OPERATIONAL	ISCSIT_KF_OPERATIONAL
#define LOGIN		(ISCSIT_KF_SECURITY | ISCSIT_KF_OPERATIONAL)
#define FULL_FEATURE	ISCSIT_KF_FULL_FEATURE
#define ANY_TIME	(LOGIN | FULL_FEATURE)
#define LEADING		(ISCSIT_KF_LEADING | OPERATIONAL)
#define INITIATOR	ISCSIT_KF_BY_INITIATOR
#define TARGET		ISCSIT_KF_BY_TARGET
#define BOTH		(INITIATOR | TARGET)
#define NORMAL		ISCSIT_KF_NORMAL_ONLY
#define BINARY		ISCSIT_KF_BINARY
#define ISER		ISCSIT_KF_ISER_ONLY
#define CONFIG		ISCSIT_KF_CONFIG

#define DSL_MIN		512
#define DSL_MAX		0xffffff

#define RESULT(member)	((int)offsetof(struct iscsit_params, member))
#define PLAIN(n, t, f) \
	{ .name = (n), .type = ISCSIT_TYPE_##t, .flags = (f), .param = -1 }
#define LIST(n, t, f, names, result) \
	{ .name = (n), .type = ISCSIT_TYPE_##t, .flags = (f), .param = (result), \
	  .tokens = (names), .ntokens = ARRAY_SIZE(names) }
/* @rfc: default of the standard; @tpg: initial value of the TPG's parameter */
#define BOOL(n, t, f, rfc, tpg, result) \
	{ .name = (n), .type = ISCSIT_TYPE_BOOL_##t, .flags = (f), .param = (result), \
	  .max = 1, .def = (rfc), .cfg_def = (tpg) }
#define NUM(n, t, f, lo, hi, rfc, tpg, result) \
	{ .name = (n), .type = ISCSIT_TYPE_##t, .flags = (f), .param = (result), \
	  .min = (lo), .max = (hi), .def = (rfc), .cfg_def = (tpg) }

const struct iscsit_key iscsit_keys[ISCSIT_KEY_NR] = {
	[ISCSIT_KEY_AUTH_METHOD] = LIST("AuthMethod", LOGIN, SECURITY | BOTH | CONFIG,
					auth_tokens, -1),
	[ISCSIT_KEY_CHAP_A] = PLAIN("CHAP_A", LOGIN, SECURITY | BOTH),
	[ISCSIT_KEY_CHAP_I] = PLAIN("CHAP_I", LOGIN, SECURITY | BOTH),
	[ISCSIT_KEY_CHAP_C] = PLAIN("CHAP_C", LOGIN, SECURITY | BOTH | BINARY),
	[ISCSIT_KEY_CHAP_N] = PLAIN("CHAP_N", LOGIN, SECURITY | BOTH),
	[ISCSIT_KEY_CHAP_R] = PLAIN("CHAP_R", LOGIN, SECURITY | BOTH | BINARY),

	[ISCSIT_KEY_INITIATOR_NAME] = PLAIN("InitiatorName", LOGIN, LOGIN | INITIATOR),
	[ISCSIT_KEY_INITIATOR_ALIAS] = PLAIN("InitiatorAlias", DECL_TEXT, ANY_TIME | INITIATOR),
	[ISCSIT_KEY_TARGET_NAME] = PLAIN("TargetName", LOGIN, LOGIN | INITIATOR),
	[ISCSIT_KEY_TARGET_ALIAS] = PLAIN("TargetAlias", DECL_TEXT, ANY_TIME | TARGET | CONFIG),
	[ISCSIT_KEY_TARGET_ADDRESS] = PLAIN("TargetAddress", DECL_TEXT, ANY_TIME | TARGET),
	[ISCSIT_KEY_TPG_TAG] = PLAIN("TargetPortalGroupTag", DECL_TEXT, LOGIN | TARGET),
	[ISCSIT_KEY_SESSION_TYPE] = PLAIN("SessionType", LOGIN, LOGIN | INITIATOR),
	[ISCSIT_KEY_SEND_TARGETS] = PLAIN("SendTargets", LOGIN, FULL_FEATURE | INITIATOR),

	[ISCSIT_KEY_HEADER_DIGEST] = LIST("HeaderDigest", LIST, OPERATIONAL | BOTH | CONFIG,
					  digest_tokens, RESULT(header_digest)),
	[ISCSIT_KEY_DATA_DIGEST] = LIST("DataDigest", LIST, OPERATIONAL | BOTH | CONFIG,
					digest_tokens, RESULT(data_digest)),
	[ISCSIT_KEY_MAX_CONNECTIONS] = NUM("MaxConnections", NUM_MIN,
					   LEADING | BOTH | NORMAL | CONFIG,
					   1, 65535, 1, 1, RESULT(max_connections)),
	[ISCSIT_KEY_INITIAL_R2T] = BOOL("InitialR2T", OR, LEADING | BOTH | NORMAL | CONFIG,
					1, 1, RESULT(initial_r2t)),
	[ISCSIT_KEY_IMMEDIATE_DATA] = BOOL("ImmediateData", AND, LEADING | BOTH | NORMAL | CONFIG,
					   1, 1, RESULT(immediate_data)),
	/* What the initiator declares limits what we may send. */
	[ISCSIT_KEY_MAX_RECV_DSL] = NUM("MaxRecvDataSegmentLength", DECL_NUM,
					OPERATIONAL | FULL_FEATURE | BOTH | CONFIG,
					DSL_MIN, DSL_MAX, 8192, 8192, RESULT(max_xmit_dsl)),
	[ISCSIT_KEY_MAX_XMIT_DSL] = NUM("MaxXmitDataSegmentLength", CONFIG_NUM, CONFIG,
					DSL_MIN, DSL_MAX, 0, 262144, -1),
	[ISCSIT_KEY_MAX_BURST] = NUM("MaxBurstLength", NUM_MIN, LEADING | BOTH | NORMAL | CONFIG,
				     DSL_MIN, DSL_MAX, 262144, 262144, RESULT(max_burst)),
	[ISCSIT_KEY_FIRST_BURST] = NUM("FirstBurstLength", NUM_MIN,
				       LEADING | BOTH | NORMAL | CONFIG,
				       DSL_MIN, DSL_MAX, 65536, 65536, RESULT(first_burst)),
	[ISCSIT_KEY_TIME2WAIT] = NUM("DefaultTime2Wait", NUM_MAX, LEADING | BOTH | CONFIG,
				     0, 3600, 2, 2, RESULT(time2wait)),
	[ISCSIT_KEY_TIME2RETAIN] = NUM("DefaultTime2Retain", NUM_MIN, LEADING | BOTH | CONFIG,
				       0, 3600, 20, 20, RESULT(time2retain)),
	[ISCSIT_KEY_MAX_R2T] = NUM("MaxOutstandingR2T", NUM_MIN, LEADING | BOTH | NORMAL | CONFIG,
				   1, 65535, 1, 1, RESULT(max_r2t)),
	[ISCSIT_KEY_PDU_IN_ORDER] = BOOL("DataPDUInOrder", OR, LEADING | BOTH | NORMAL | CONFIG,
					 1, 1, RESULT(pdu_in_order)),
	[ISCSIT_KEY_SEQ_IN_ORDER] = BOOL("DataSequenceInOrder", OR,
					 LEADING | BOTH | NORMAL | CONFIG,
					 1, 1, RESULT(seq_in_order)),
	[ISCSIT_KEY_ERL] = NUM("ErrorRecoveryLevel", NUM_MIN, LEADING | BOTH | CONFIG,
			       0, 2, 0, 0, RESULT(erl)),
	[ISCSIT_KEY_TASK_REPORTING] = LIST("TaskReporting", LIST, LEADING | BOTH | NORMAL,
					   task_tokens, RESULT(task_reporting)),
	[ISCSIT_KEY_PROTOCOL_LEVEL] = NUM("iSCSIProtocolLevel", NUM_MIN, LEADING | BOTH | NORMAL,
					  0, 31, 1, 0, RESULT(protocol_level)),
	[ISCSIT_KEY_NODE_ARCH] = PLAIN("X-NodeArchitecture", DECL_TEXT,
				       OPERATIONAL | LEADING | BOTH),

	[ISCSIT_KEY_IF_MARKER] = BOOL("IFMarker", NEVER, OPERATIONAL | BOTH | CONFIG, 0, 0, -1),
	[ISCSIT_KEY_OF_MARKER] = BOOL("OFMarker", NEVER, OPERATIONAL | BOTH | CONFIG, 0, 0, -1),
	[ISCSIT_KEY_IF_MARK_INT] = PLAIN("IFMarkInt", OBSOLETE, OPERATIONAL | BOTH | CONFIG),
	[ISCSIT_KEY_OF_MARK_INT] = PLAIN("OFMarkInt", OBSOLETE, OPERATIONAL | BOTH | CONFIG),

	[ISCSIT_KEY_RDMA_EXTENSIONS] = BOOL("RDMAExtensions", AND, LEADING | BOTH | ISER,
					    0, 1, RESULT(rdma_extensions)),
	[ISCSIT_KEY_TARGET_RECV_DSL] = NUM("TargetRecvDataSegmentLength", NUM_MIN,
					   OPERATIONAL | BOTH | ISER,
					   DSL_MIN, DSL_MAX, 8192, 0, RESULT(target_recv_dsl)),
	[ISCSIT_KEY_INITIATOR_RECV_DSL] = NUM("InitiatorRecvDataSegmentLength", NUM_MIN,
					      OPERATIONAL | BOTH | ISER, DSL_MIN, DSL_MAX,
					      8192, 0, RESULT(initiator_recv_dsl)),
	[ISCSIT_KEY_MAX_UNEXPECTED] = NUM("MaxOutstandingUnexpectedPDUs", DECL_NUM,
					  LEADING | BOTH | ISER,
					  0, U32_MAX, 0, 0, RESULT(max_unexpected)),
	[ISCSIT_KEY_MAX_AHS] = NUM("MaxAHSLength", DECL_NUM, OPERATIONAL | BOTH | ISER,
				   0, U32_MAX, 256, 0, RESULT(max_ahs)),
	[ISCSIT_KEY_TAGGED_ONLY] = BOOL("TaggedBufferForSolicitedDataOnly", DECL,
					LEADING | INITIATOR | ISER, 0, 0, RESULT(tagged_only)),
	[ISCSIT_KEY_ISER_HELLO] = BOOL("iSERHelloRequired", DECL, LEADING | INITIATOR | ISER,
				       0, 0, RESULT(iser_hello)),
};

static u32 *param_of(struct iscsit_params *p, const struct iscsit_key *key)
{
	return (u32 *)((char *)p + key->param);
}

void iscsit_params_init(struct iscsit_params *p)
{
	const struct iscsit_key *key;

	memset(p, 0, sizeof(*p));
	for (key = iscsit_keys; key < iscsit_keys + ISCSIT_KEY_NR; key++)
		if (key->param >= 0)
			*param_of(p, key) = key->def;
	/* No key of the initiator sets it: we declare it. */
	p->max_recv_dsl = ISCSIT_DEFAULT_DSL;
}

enum iscsit_key_id iscsit_key_find(const char *name, size_t len)
{
	unsigned int id;

	for (id = 0; id < ISCSIT_KEY_NR; id++)
		if (iscsit_keys[id].type != ISCSIT_TYPE_CONFIG_NUM &&
		    iscsit_text_is(name, len, iscsit_keys[id].name))
			return id;
	return ISCSIT_KEY_UNKNOWN;
}

/*
 * Only a key that we declare or negotiate can get a reserved constant as answer. In a name or an
 * alias of the initiator "Reject" is a word like any other.
 */
static bool is_answer(const struct iscsit_key *key, const struct iscsit_pair *pair)
{
	if (key->type == ISCSIT_TYPE_LOGIN)
		return false;
	if (key->type == ISCSIT_TYPE_DECL_TEXT && (key->flags & ISCSIT_KF_BY_INITIATOR))
		return false;
	return iscsit_text_word(pair->val, pair->val_len) != ISCSIT_WORD_NONE;
}

/* iSER's keys do not exist on other transports: they get NotUnderstood. */
static bool is_foreign(const struct iscsit_nego *n, const struct iscsit_pair *pair)
{
	return pair->id == ISCSIT_KEY_UNKNOWN ||
	       ((iscsit_keys[pair->id].flags & ISCSIT_KF_ISER_ONLY) && !n->iser);
}

int iscsit_nego_admit(struct iscsit_nego *n, const struct iscsit_pair *pair)
{
	const struct iscsit_key *key;

	if (pair->id == ISCSIT_KEY_UNKNOWN)
		return 0;
	key = &iscsit_keys[pair->id];
	if (is_answer(key, pair))
		return 0;
	if (!(key->flags & ISCSIT_KF_BY_INITIATOR) || !(key->flags & n->when))
		return -EPROTO;
	if (n->seen & (1ULL << pair->id))
		return -EEXIST;
	n->seen |= 1ULL << pair->id;
	return 0;
}

static void answer(struct iscsit_nego *n, const struct iscsit_pair *pair, const char *val)
{
	iscsit_textbuf_add_raw(n->out, pair->key, pair->key_len, val);
}

/* What we would accept of a number or boolean. */
static u32 own_value(const struct iscsit_nego *n, enum iscsit_key_id id)
{
	switch (id) {
	case ISCSIT_KEY_ERL:
		return min_t(u32, n->cfg->num[id], ISCSIT_CAP_ERL);
	case ISCSIT_KEY_PROTOCOL_LEVEL:
		return ISCSIT_CAP_PROTOCOL_LEVEL;
	case ISCSIT_KEY_FIRST_BURST:
		return min(n->cfg->num[id], n->params->max_burst);
	case ISCSIT_KEY_MAX_CONNECTIONS:
		/* A response fence that was promised before holds on one connection only. */
		return n->params->task_reporting == ISCSIT_TASK_RFC3720 ? n->cfg->num[id] : 1;
	case ISCSIT_KEY_RDMA_EXTENSIONS:
		return n->iser;
	case ISCSIT_KEY_TARGET_RECV_DSL:
		return n->cfg->num[ISCSIT_KEY_MAX_RECV_DSL];
	case ISCSIT_KEY_INITIATOR_RECV_DSL:
		return n->cfg->num[ISCSIT_KEY_MAX_XMIT_DSL];
	default:
		return n->cfg->num[id];
	}
}

static int parse_bool(const struct iscsit_pair *pair, u32 *out)
{
	if (iscsit_text_is(pair->val, pair->val_len, "Yes"))
		*out = 1;
	else if (iscsit_text_is(pair->val, pair->val_len, "No"))
		*out = 0;
	else
		return -EINVAL;
	return 0;
}

static int parse_num(const struct iscsit_key *key, const struct iscsit_pair *pair, u32 *out)
{
	if (iscsit_text_number(pair->val, pair->val_len, out))
		return -EINVAL;
	return *out < key->min || *out > key->max ? -EINVAL : 0;
}

static void nego_bool(struct iscsit_nego *n, const struct iscsit_key *key,
		      const struct iscsit_pair *pair)
{
	u32 own = own_value(n, pair->id), val;

	if (parse_bool(pair, &val)) {
		answer(n, pair, "Reject");
		return;
	}
	if (key->type == ISCSIT_TYPE_BOOL_NEVER)
		val = 0;
	else if (key->type == ISCSIT_TYPE_BOOL_AND)
		val = val && own;
	else
		val = val || own;
	if (key->param >= 0)
		*param_of(n->params, key) = val;
	answer(n, pair, val ? "Yes" : "No");
}

static void nego_num(struct iscsit_nego *n, const struct iscsit_key *key,
		     const struct iscsit_pair *pair)
{
	u32 own = own_value(n, pair->id), val;

	if (parse_num(key, pair, &val)) {
		answer(n, pair, "Reject");
		return;
	}
	val = key->type == ISCSIT_TYPE_NUM_MIN ? min(val, own) : max(val, own);
	*param_of(n->params, key) = val;
	iscsit_textbuf_add_num(n->out, key->name, val);
}

/* Bit mask of the list values we accept. */
static u32 own_choices(const struct iscsit_nego *n, enum iscsit_key_id id)
{
	const struct iscsit_list *list;
	u32 mask = 0, i;

	if (id == ISCSIT_KEY_TASK_REPORTING)
		return n->params->max_connections > 1 ? ISCSIT_CAP_TASK_REPORTING :
							ISCSIT_CAP_TASK_REPORTING_ONE;
	list = id == ISCSIT_KEY_HEADER_DIGEST ? &n->cfg->header_digest : &n->cfg->data_digest;
	for (i = 0; i < list->n; i++)
		mask |= 1U << list->v[i];
	return mask;
}

/* 6.2.1: the responder takes the first value of the originator's list that it may use. */
static void nego_list(struct iscsit_nego *n, const struct iscsit_key *key,
		      const struct iscsit_pair *pair)
{
	u32 own = own_choices(n, pair->id), len = pair->val_len, tok_len, i;
	const char *s = pair->val, *tok;

	while (iscsit_text_token(&s, &len, &tok, &tok_len)) {
		for (i = 0; i < key->ntokens; i++) {
			if (!(own & (1U << i)) || !iscsit_text_is(tok, tok_len, key->tokens[i]))
				continue;
			*param_of(n->params, key) = i;
			answer(n, pair, key->tokens[i]);
			return;
		}
	}
	answer(n, pair, "Reject");
}

static int nego_declared(struct iscsit_nego *n, const struct iscsit_key *key,
			 const struct iscsit_pair *pair)
{
	u32 val;

	if (key->type == ISCSIT_TYPE_DECL_TEXT)
		return 0;
	if (key->type == ISCSIT_TYPE_BOOL_DECL ? parse_bool(pair, &val) :
						 parse_num(key, pair, &val))
		return -EPROTO;
	if (pair->id == ISCSIT_KEY_MAX_RECV_DSL && n->cfg)
		val = min(val, n->cfg->num[ISCSIT_KEY_MAX_XMIT_DSL]);
	*param_of(n->params, key) = val;
	return 0;
}

/* Irrelevant in a discovery session, or already settled by the leading connection (13). */
static bool is_irrelevant(const struct iscsit_nego *n, const struct iscsit_key *key)
{
	return ((key->flags & ISCSIT_KF_NORMAL_ONLY) && n->discovery) ||
	       ((key->flags & ISCSIT_KF_LEADING) && !n->leading);
}

static bool is_declaration(const struct iscsit_key *key)
{
	return key->type == ISCSIT_TYPE_DECL_NUM || key->type == ISCSIT_TYPE_BOOL_DECL ||
	       key->type == ISCSIT_TYPE_DECL_TEXT;
}

static void nego_answered(struct iscsit_nego *n, const struct iscsit_key *key,
			  const struct iscsit_pair *pair)
{
	switch (key->type) {
	case ISCSIT_TYPE_BOOL_AND:
	case ISCSIT_TYPE_BOOL_OR:
	case ISCSIT_TYPE_BOOL_NEVER:
		nego_bool(n, key, pair);
		break;
	case ISCSIT_TYPE_NUM_MIN:
	case ISCSIT_TYPE_NUM_MAX:
		nego_num(n, key, pair);
		break;
	case ISCSIT_TYPE_LIST:
		nego_list(n, key, pair);
		break;
	default:
		/* 13.25: the marker intervals have no other answer. */
		answer(n, pair, "Reject");
		break;
	}
}

/*
 * FirstBurstLength is bounded by MaxBurstLength (13.14), and how tasks are reported is a question
 * of MaxConnections (13.23): both may follow in the same text.
 */
static bool is_deferred(enum iscsit_key_id id)
{
	return id == ISCSIT_KEY_FIRST_BURST || id == ISCSIT_KEY_TASK_REPORTING;
}

int iscsit_nego_pair(struct iscsit_nego *n, const struct iscsit_pair *pair)
{
	const struct iscsit_key *key;

	if (is_foreign(n, pair)) {
		/* A reserved constant answers nothing we said and must not be answered. */
		if (!iscsit_text_word(pair->val, pair->val_len))
			answer(n, pair, "NotUnderstood");
		return 0;
	}
	key = &iscsit_keys[pair->id];
	if (is_answer(key, pair))
		return 0;
	if (is_declaration(key))
		return nego_declared(n, key, pair);
	if (is_irrelevant(n, key)) {
		answer(n, pair, "Irrelevant");
	} else if (is_deferred(pair->id) && n->deferred < ISCSIT_DEFER_MAX) {
		n->defer[n->deferred++] = *pair;
	} else {
		nego_answered(n, key, pair);
	}
	return 0;
}

int iscsit_nego_finish(struct iscsit_nego *n)
{
	u32 i;

	for (i = 0; i < n->deferred; i++)
		nego_answered(n, &iscsit_keys[n->defer[i].id], &n->defer[i]);
	n->deferred = 0;
	n->params->first_burst = min(n->params->first_burst, n->params->max_burst);
	return n->out->overflow ? -ENOSPC : 0;
}

void iscsit_nego_declare(struct iscsit_nego *n)
{
	u32 len = n->cfg->num[ISCSIT_KEY_MAX_RECV_DSL];

	iscsit_textbuf_add_num(n->out, iscsit_keys[ISCSIT_KEY_MAX_RECV_DSL].name, len);
	n->params->max_recv_dsl = len;
}
