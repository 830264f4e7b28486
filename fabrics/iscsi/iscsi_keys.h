/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iSCSI text keys (RFC 7143 section 13, RFC 7144): one table of all keys, a parser of text
 * segments, the negotiation of offers against a configuration, and the conversion between that
 * configuration and the strings of configfs. Pure code: it also builds in user space.
 */
#ifndef ISCSIT_KEYS_H
#define ISCSIT_KEYS_H

#include <linux/types.h>
#include <linux/stddef.h>

#define ISCSIT_KEY_NAME_MAX	63	/* bytes of a key name (6.1) */
#define ISCSIT_VALUE_MAX	255	/* bytes of a text value (6.1) */
#define ISCSIT_BINARY_MAX	8192	/* encoded characters of a CHAP challenge or response */
#define ISCSIT_NAME_MAX		223	/* bytes of an iSCSI name (4.2.7.2) */

/*
 * The largest key=value data accepted as one logical text segment, over all PDUs joined by the C
 * bit. 16384 is what section 6.2 obliges everyone to accept.
 */
#define ISCSIT_TEXT_MAX		16384

/* MaxRecvDataSegmentLength that both sides use until it is declared (13.12). */
#define ISCSIT_DEFAULT_DSL	8192

/*
 * What this target can do; configuration asks for at most this and negotiation offers no more.
 * Raise a line together with the code that keeps the promise.
 */
#define ISCSIT_CAP_ERL			2
#define ISCSIT_CAP_PROTOCOL_LEVEL	2	/* RFC 7144 */
#define ISCSIT_CAP_TASK_REPORTING	(1U << ISCSIT_TASK_RFC3720)
/* The only connection of a session delivers its responses in the order of their making. */
#define ISCSIT_CAP_TASK_REPORTING_ONE	(ISCSIT_CAP_TASK_REPORTING | \
					 1U << ISCSIT_TASK_RESPONSE_FENCE)

enum iscsit_key_id {
	/* security (section 12) */
	ISCSIT_KEY_AUTH_METHOD,
	ISCSIT_KEY_CHAP_A,
	ISCSIT_KEY_CHAP_I,
	ISCSIT_KEY_CHAP_C,
	ISCSIT_KEY_CHAP_N,
	ISCSIT_KEY_CHAP_R,
	/* naming */
	ISCSIT_KEY_INITIATOR_NAME,
	ISCSIT_KEY_INITIATOR_ALIAS,
	ISCSIT_KEY_TARGET_NAME,
	ISCSIT_KEY_TARGET_ALIAS,
	ISCSIT_KEY_TARGET_ADDRESS,
	ISCSIT_KEY_TPG_TAG,
	ISCSIT_KEY_SESSION_TYPE,
	ISCSIT_KEY_SEND_TARGETS,
	/* operational (section 13) */
	ISCSIT_KEY_HEADER_DIGEST,
	ISCSIT_KEY_DATA_DIGEST,
	ISCSIT_KEY_MAX_CONNECTIONS,
	ISCSIT_KEY_INITIAL_R2T,
	ISCSIT_KEY_IMMEDIATE_DATA,
	ISCSIT_KEY_MAX_RECV_DSL,
	ISCSIT_KEY_MAX_XMIT_DSL,	/* configuration only, never on the wire */
	ISCSIT_KEY_MAX_BURST,
	ISCSIT_KEY_FIRST_BURST,
	ISCSIT_KEY_TIME2WAIT,
	ISCSIT_KEY_TIME2RETAIN,
	ISCSIT_KEY_MAX_R2T,
	ISCSIT_KEY_PDU_IN_ORDER,
	ISCSIT_KEY_SEQ_IN_ORDER,
	ISCSIT_KEY_ERL,
	ISCSIT_KEY_TASK_REPORTING,
	ISCSIT_KEY_PROTOCOL_LEVEL,
	ISCSIT_KEY_NODE_ARCH,
	/* obsoleted (13.25) */
	ISCSIT_KEY_IF_MARKER,
	ISCSIT_KEY_OF_MARKER,
	ISCSIT_KEY_IF_MARK_INT,
	ISCSIT_KEY_OF_MARK_INT,
	/* iSER (RFC 7145 section 6) */
	ISCSIT_KEY_RDMA_EXTENSIONS,
	ISCSIT_KEY_TARGET_RECV_DSL,
	ISCSIT_KEY_INITIATOR_RECV_DSL,
	ISCSIT_KEY_MAX_UNEXPECTED,
	ISCSIT_KEY_MAX_AHS,
	ISCSIT_KEY_TAGGED_ONLY,
	ISCSIT_KEY_ISER_HELLO,

	ISCSIT_KEY_NR,
	ISCSIT_KEY_UNKNOWN = ISCSIT_KEY_NR,
};

enum iscsit_key_type {
	ISCSIT_TYPE_BOOL_AND,		/* Yes only if both say Yes */
	ISCSIT_TYPE_BOOL_OR,		/* Yes if one says Yes */
	ISCSIT_TYPE_BOOL_NEVER,		/* obsoleted: No whatever is offered */
	ISCSIT_TYPE_BOOL_DECL,		/* declared, no answer */
	ISCSIT_TYPE_NUM_MIN,
	ISCSIT_TYPE_NUM_MAX,
	ISCSIT_TYPE_LIST,		/* first of the offer that we have as well */
	ISCSIT_TYPE_DECL_NUM,		/* declared, no answer */
	ISCSIT_TYPE_DECL_TEXT,
	ISCSIT_TYPE_OBSOLETE,		/* Reject whatever is offered */
	ISCSIT_TYPE_LOGIN,		/* belongs to the state machines of login and text */
	ISCSIT_TYPE_CONFIG_NUM,		/* exists in the configuration only */
};

/* Rules of use (the "Use", "Senders" and "Irrelevant when" lines of section 13) */
#define ISCSIT_KF_SECURITY	0x0001	/* may be sent in SecurityNegotiation */
#define ISCSIT_KF_OPERATIONAL	0x0002	/* may be sent in LoginOperationalNegotiation */
#define ISCSIT_KF_FULL_FEATURE	0x0004	/* may be sent in a Text Request */
#define ISCSIT_KF_LEADING	0x0008	/* LO: leading connection of a session only */
#define ISCSIT_KF_BY_INITIATOR	0x0010
#define ISCSIT_KF_BY_TARGET	0x0020
#define ISCSIT_KF_NORMAL_ONLY	0x0040	/* irrelevant when SessionType=Discovery */
#define ISCSIT_KF_ISER_ONLY	0x0080	/* understood on RDMA connections only */
#define ISCSIT_KF_BINARY	0x0100	/* value may have up to ISCSIT_BINARY_MAX characters */
#define ISCSIT_KF_CONFIG	0x0200	/* is a file in the TPG's param/ */

/**
 * struct iscsit_key - one row of the key table
 * @name: as on the wire
 * @type: how it is negotiated
 * @flags: ISCSIT_KF_*
 * @min: smallest legal number
 * @max: largest legal number
 * @def: value if nothing is negotiated; booleans are 0 and 1, lists the index of a token
 * @cfg_def: initial value of the TPG parameter; of numbers and booleans only
 * @param: offset of the u32 in struct iscsit_params that gets the result, -1 if none
 * @tokens: names of the values of a list, NULL otherwise; index is the value
 * @ntokens: number of them
 */
struct iscsit_key {
	const char *name;
	enum iscsit_key_type type;
	u16	flags;
	u32	min;
	u32	max;
	u32	def;
	u32	cfg_def;
	int	param;
	const char *const *tokens;
	u32	ntokens;
};

extern const struct iscsit_key iscsit_keys[ISCSIT_KEY_NR];

/* Values of the list keys: indices of their token lists and of configuration masks. */
enum iscsit_auth_method {
	ISCSIT_AUTH_NONE,
	ISCSIT_AUTH_CHAP,
	ISCSIT_AUTH_KRB5,
	ISCSIT_AUTH_SRP,
	ISCSIT_AUTH_SPKM1,
	ISCSIT_AUTH_SPKM2,
	ISCSIT_AUTH_NR,
};

enum iscsit_digest {
	ISCSIT_DIGEST_NONE,
	ISCSIT_DIGEST_CRC32C,
	ISCSIT_DIGEST_NR,
};

enum iscsit_task_reporting {
	ISCSIT_TASK_RFC3720,
	ISCSIT_TASK_RESPONSE_FENCE,
	ISCSIT_TASK_FAST_ABORT,
	ISCSIT_TASK_NR,
};

/**
 * struct iscsit_params - result of a negotiation, all numbers
 * @header_digest: enum iscsit_digest, both directions, from full feature phase on
 * @data_digest: enum iscsit_digest
 * @max_connections: connections allowed in the session
 * @initial_r2t: 1 if unsolicited Data-Out PDUs are forbidden
 * @immediate_data: 1 if a command PDU may carry data
 * @max_recv_dsl: bytes we accept in a data segment (what we declared)
 * @max_xmit_dsl: bytes we may send in a data segment (what the initiator declared, capped by
 *	the configured MaxXmitDataSegmentLength)
 * @max_burst: bytes of a solicited sequence
 * @first_burst: unsolicited bytes per command, never above @max_burst
 * @time2wait: DefaultTime2Wait, seconds
 * @time2retain: DefaultTime2Retain, seconds
 * @max_r2t: outstanding R2Ts per command
 * @pdu_in_order: DataPDUInOrder
 * @seq_in_order: DataSequenceInOrder
 * @erl: ErrorRecoveryLevel
 * @task_reporting: enum iscsit_task_reporting
 * @protocol_level: iSCSIProtocolLevel
 * @rdma_extensions: 1 if the connection switches to iSER after login
 * @target_recv_dsl: TargetRecvDataSegmentLength (RFC 7145 6.4)
 * @initiator_recv_dsl: InitiatorRecvDataSegmentLength (RFC 7145 6.5)
 * @max_unexpected: initiator's MaxOutstandingUnexpectedPDUs, 0 = no limit declared
 * @max_ahs: initiator's MaxAHSLength
 * @tagged_only: initiator's TaggedBufferForSolicitedDataOnly
 * @iser_hello: iSERHelloRequired of the initiator
 */
struct iscsit_params {
	u32	header_digest;
	u32	data_digest;
	u32	max_connections;
	u32	initial_r2t;
	u32	immediate_data;
	u32	max_recv_dsl;
	u32	max_xmit_dsl;
	u32	max_burst;
	u32	first_burst;
	u32	time2wait;
	u32	time2retain;
	u32	max_r2t;
	u32	pdu_in_order;
	u32	seq_in_order;
	u32	erl;
	u32	task_reporting;
	u32	protocol_level;
	u32	rdma_extensions;
	u32	target_recv_dsl;
	u32	initiator_recv_dsl;
	u32	max_unexpected;
	u32	max_ahs;
	u32	tagged_only;
	u32	iser_hello;
};

/* Sets every member to the default of the standards. */
void iscsit_params_init(struct iscsit_params *p);

/* Constants that may stand for a value (6.2); 0 means: an ordinary value. */
enum iscsit_word {
	ISCSIT_WORD_NONE,
	ISCSIT_WORD_IRRELEVANT,
	ISCSIT_WORD_REJECT,
	ISCSIT_WORD_NOT_UNDERSTOOD,
};

#define ISCSIT_LIST_MAX		6	/* values of the longest list, AuthMethod */

/**
 * struct iscsit_list - a list value in order of preference
 * @n: number of entries
 * @v: indices into the key's tokens, each at most once
 */
struct iscsit_list {
	u8	n;
	u8	v[ISCSIT_LIST_MAX];
};

/**
 * struct iscsit_config - parameters of a TPG (param/ in configfs) or of discovery
 * @num: numbers and booleans by key, of rows whose type is numeric or boolean
 * @word: reserved constant stored instead of a value, by key (enum iscsit_word)
 * @auth_method: allowed methods
 * @header_digest: allowed digests
 * @data_digest: allowed digests
 * @target_alias: NUL terminated, may be empty
 * @if_mark_int: text as written
 * @of_mark_int: text as written
 *
 * A plain value: copy it by assignment under the owner's lock. Negotiation only reads it.
 */
struct iscsit_config {
	u32	num[ISCSIT_KEY_NR];
	u8	word[ISCSIT_KEY_NR];
	struct iscsit_list auth_method;
	struct iscsit_list header_digest;
	struct iscsit_list data_digest;
	char	target_alias[ISCSIT_VALUE_MAX + 1];
	char	if_mark_int[16];
	char	of_mark_int[16];
};

/* The defaults of a new TPG. AuthMethod is CHAP alone: see iscsit_config_set_auth(). */
void iscsit_config_init(struct iscsit_config *cfg);

/**
 * iscsit_config_store - set a parameter from configfs text
 * @cfg: configuration; unchanged on error
 * @id: a key with ISCSIT_KF_CONFIG
 * @buf: text, not NUL terminated
 * @len: its length; one trailing white-space character is dropped
 *
 * Return: 0 or -EINVAL.
 */
int iscsit_config_store(struct iscsit_config *cfg, enum iscsit_key_id id,
			const char *buf, size_t len);

/**
 * iscsit_config_show - the text of a parameter, as iscsit_config_store() takes it
 * @cfg: configuration
 * @id: a key with ISCSIT_KF_CONFIG
 * @buf: gets the text, NUL terminated, without newline
 * @size: size of @buf; 256 is always enough
 *
 * Return: length of the text without NUL, or -EINVAL.
 */
int iscsit_config_show(const struct iscsit_config *cfg, enum iscsit_key_id id,
		       char *buf, size_t size);

/**
 * iscsit_config_set_auth - follow a change of attrib/authentication
 * @cfg: configuration
 * @required: false appends None to AuthMethod if it is not there; true removes it, and a list
 *	that becomes empty is CHAP
 */
void iscsit_config_set_auth(struct iscsit_config *cfg, bool required);

/* True if AuthMethod lets an initiator log in without authentication. */
bool iscsit_config_auth_optional(const struct iscsit_config *cfg);

/* Look up a key by name: its id or ISCSIT_KEY_UNKNOWN. Configuration-only keys are not found. */
enum iscsit_key_id iscsit_key_find(const char *name, size_t len);

/* Text segments */

/**
 * struct iscsit_pair - one key=value inside the parsed buffer; nothing is NUL terminated
 * @id: known key or ISCSIT_KEY_UNKNOWN
 * @key: first byte of the name
 * @key_len: 1 to ISCSIT_KEY_NAME_MAX
 * @val: first byte of the value
 * @val_len: may be 0; at most what the key allows
 */
struct iscsit_pair {
	enum iscsit_key_id id;
	const char *key;
	u32	key_len;
	const char *val;
	u32	val_len;
};

/**
 * struct iscsit_text_iter - position in a text segment
 * @pos: next unread byte
 * @end: first byte behind the segment
 */
struct iscsit_text_iter {
	const char *pos;
	const char *end;
};

static inline void iscsit_text_start(struct iscsit_text_iter *it, const void *buf, u32 len)
{
	it->pos = buf;
	it->end = it->pos + len;
}

/**
 * iscsit_text_next - next key=value of a segment
 * @it: position
 * @pair: filled on 1
 *
 * Empty strings between pairs are skipped. The end of the segment ends the last pair as a NUL
 * does: some initiators leave the last one to the padding.
 *
 * Return: 1 for a pair, 0 at the end, -EINVAL for a pair without '=', with a bad key name, or
 * with a value longer than the key allows.
 */
int iscsit_text_next(struct iscsit_text_iter *it, struct iscsit_pair *pair);

/**
 * iscsit_text_number - decimal or 0x constant (6.1)
 * @s: characters
 * @len: number of them
 * @out: value
 *
 * Return: 0, or -EINVAL if empty, malformed or above 2^32 - 1.
 */
int iscsit_text_number(const char *s, u32 len, u32 *out);

/* "a~b" or a single number, with lo <= hi: 0 or -EINVAL. */
int iscsit_text_range(const char *s, u32 len, u32 *lo, u32 *hi);

/* One element of a comma separated list: true and advances, false at the end. */
bool iscsit_text_token(const char **s, u32 *len, const char **tok, u32 *tok_len);

/* True if the characters are exactly the C string @word. */
bool iscsit_text_is(const char *s, u32 len, const char *word);

/* A reserved constant or ISCSIT_WORD_NONE. */
enum iscsit_word iscsit_text_word(const char *s, u32 len);

/**
 * iscsit_name_normalize - check an iSCSI name and fold it to lower case (4.2.7)
 * @s: characters
 * @len: number of them
 * @out: ISCSIT_NAME_MAX + 1 bytes, NUL terminated on success
 *
 * Takes what a directory of configfs can be called: iqn., naa. and eui. names without control
 * characters, blanks, slashes and commas. Bytes above 0x7f pass, names are UTF-8.
 *
 * Return: 0 or -EINVAL.
 */
int iscsit_name_normalize(const char *s, u32 len, char *out);

/* Bounded output */

/**
 * struct iscsit_textbuf - key=value text under construction
 * @p: buffer
 * @cap: its size
 * @len: bytes used
 * @overflow: something did not fit; @len stays at the last whole pair
 */
struct iscsit_textbuf {
	char	*p;
	u32	cap;
	u32	len;
	bool	overflow;
};

/* All add "key=value" and the NUL, or set @overflow. */
void iscsit_textbuf_add(struct iscsit_textbuf *b, const char *key, const char *val);
void iscsit_textbuf_add_num(struct iscsit_textbuf *b, const char *key, u32 val);
void iscsit_textbuf_add_hex(struct iscsit_textbuf *b, const char *key, const u8 *bin, u32 len);
/* The same for a key of the peer, which is not NUL terminated. */
void iscsit_textbuf_add_raw(struct iscsit_textbuf *b, const char *key, u32 key_len,
			    const char *val);

/* Negotiation */

#define ISCSIT_DEFER_MAX	2	/* keys that is_deferred() names */

/**
 * struct iscsit_nego - negotiation of one login, or of one text request
 * @cfg: configuration; may be NULL in full feature phase
 * @params: results, initialised by the owner
 * @out: answers are appended here
 * @when: ISCSIT_KF_SECURITY, ISCSIT_KF_OPERATIONAL or ISCSIT_KF_FULL_FEATURE: the present stage
 * @leading: leading connection of its session
 * @discovery: SessionType=Discovery
 * @iser: the connection runs on RDMA
 * @seen: keys received, a bit each: a second time is a protocol error (6.2)
 * @defer: what is answered last because another key decides: FirstBurstLength is bounded by
 *	MaxBurstLength, TaskReporting depends on MaxConnections
 * @deferred: entries of @defer
 */
struct iscsit_nego {
	const struct iscsit_config *cfg;
	struct iscsit_params *params;
	struct iscsit_textbuf *out;
	u16	when;
	bool	leading;
	bool	discovery;
	bool	iser;
	u64	seen;
	struct iscsit_pair defer[ISCSIT_DEFER_MAX];
	u32	deferred;
};

/**
 * iscsit_nego_admit - may this key be sent here and now?
 * @n: negotiation
 * @pair: received pair
 *
 * Marks the key as seen. Unknown keys are always admitted. A reserved constant as value is the
 * answer to something we declared; it is admitted and not marked.
 *
 * Return: 0; -EPROTO for a wrong stage or sender; -EEXIST for a repeated key.
 */
int iscsit_nego_admit(struct iscsit_nego *n, const struct iscsit_pair *pair);

/**
 * iscsit_nego_pair - negotiate an admitted pair and append the answer
 * @n: negotiation
 * @pair: pair that is not of ISCSIT_TYPE_LOGIN
 *
 * A value outside the range is answered with Reject and changes nothing (6.2).
 *
 * Return: 0; -EPROTO for an illegal declaration, which has no answer to carry a Reject.
 */
int iscsit_nego_pair(struct iscsit_nego *n, const struct iscsit_pair *pair);

/**
 * iscsit_nego_finish - answer what was deferred and make the results consistent
 * @n: negotiation, at the end of each logical text segment
 *
 * Return: 0 or -ENOSPC if the answers did not fit in @n->out.
 */
int iscsit_nego_finish(struct iscsit_nego *n);

/* Append our own declarations of the operational stage (MaxRecvDataSegmentLength, iSER's). */
void iscsit_nego_declare(struct iscsit_nego *n);

#endif /* ISCSIT_KEYS_H */
