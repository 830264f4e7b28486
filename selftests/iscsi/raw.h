/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An iSCSI initiator that speaks raw PDUs: what its parts share. It knows the wire from RFC 7143
 * alone and has nothing in common with the target's code, so that a mistake there can't hide here.
 */
#ifndef RAW_H
#define RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BHS_LEN		48
#define AHS_MAX		1020
#define TAG_NONE	0xffffffffU
#define NAME_MAX_LEN	223
#define BLOCK		512
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

enum opcode {
	NOP_OUT = 0x00, SCSI_CMD = 0x01, TMF_REQ = 0x02, LOGIN_REQ = 0x03, TEXT_REQ = 0x04,
	DATA_OUT = 0x05, LOGOUT_REQ = 0x06, SNACK_REQ = 0x10,
	NOP_IN = 0x20, SCSI_RSP = 0x21, TMF_RSP = 0x22, LOGIN_RSP = 0x23, TEXT_RSP = 0x24,
	DATA_IN = 0x25, LOGOUT_RSP = 0x26, R2T = 0x31, ASYNC = 0x32, REJECT = 0x3f,
};

/* What became of a send or a receive. */
enum result {
	RAW_OK,
	RAW_TIMEOUT,
	RAW_CLOSED,		/* by the peer, or reset */
	RAW_DIGEST,		/* a digest from the target is wrong */
	RAW_PROTOCOL,		/* the target broke the RFC */
	RAW_REFUSED,		/* login refused, command failed */
};

/**
 * struct pdu - one PDU
 * @bhs: header. @ahs, @ahs_len: additional header segments.
 * @data, @len: data segment without padding. @room: bytes allocated.
 * @bad_header_digest, @bad_data_digest: on sending, spoil the digest.
 */
struct pdu {
	uint8_t		bhs[BHS_LEN];
	uint8_t		ahs[AHS_MAX];
	uint32_t	ahs_len;
	uint8_t		*data;
	uint32_t	len;
	uint32_t	room;
	bool		bad_header_digest;
	bool		bad_data_digest;
	struct pdu	*next;
};

/**
 * struct params - operational parameters, in force or to be offered
 *
 * Booleans are 0 and 1. @max_send is the target's MaxRecvDataSegmentLength, @max_recv ours.
 */
struct params {
	bool		header_digest;
	bool		data_digest;
	uint32_t	max_connections;
	uint32_t	initial_r2t;
	uint32_t	immediate_data;
	uint32_t	max_send;
	uint32_t	max_recv;
	uint32_t	max_burst;
	uint32_t	first_burst;
	uint32_t	time2wait;
	uint32_t	time2retain;
	uint32_t	max_r2t;
	uint32_t	pdu_in_order;
	uint32_t	seq_in_order;
	uint32_t	erl;
	uint32_t	protocol_level;
};

/** struct session - what the connections of a session share; @refs of them */
struct session {
	unsigned int	refs;
	char		initiator[NAME_MAX_LEN + 1];
	char		target[NAME_MAX_LEN + 1];
	uint8_t		isid[6];
	uint16_t	tsih;
	uint32_t	cmdsn;
	uint32_t	itt;		/* of the latest request */
	uint32_t	exp_cmdsn;
	uint32_t	max_cmdsn;
	bool		discovery;
	struct params	params;
};

/**
 * struct conn - a connection
 * @timeout: seconds any wait may last. @from: as the system likes if NULL. @login: in the login
 * phase. @last: PDU received last. @stash: received before it was asked for. @manual_nop: do not
 * answer pings unasked. @hold_statsn: ExpStatSN is not moved by what arrives.
 */
struct conn {
	int		fd;
	double		timeout;
	const char	*from;		/* address to connect from, or NULL */
	struct session	*sess;
	uint16_t	cid;
	uint32_t	exp_statsn;
	bool		login;
	bool		header_digest;
	bool		data_digest;
	bool		manual_nop;
	bool		hold_statsn;
	uint32_t	max_send;
	unsigned int	corrupt;	/* spoil one Data-Out of so many; 0: none */
	unsigned int	sent;		/* Data-Out, for that */
	struct pdu	last;
	struct pdu	*stash;
};

/* A parameter of a login that differs from its default: "Key=Value". */
struct login_options {
	const char	*keys[48];
	unsigned int	nr_keys;
	const char	*user;
	const char	*secret;
	const char	*target_user;
	const char	*target_secret;
	bool		start_operational;
	uint16_t	status;		/* the one seen */
	char		address[256];	/* TargetAddress of a redirection */
};

/* A SCSI command; data are the pattern of @seed at @lba. */
struct task {
	uint32_t	itt;
	uint32_t	cmdsn;
	uint16_t	lun;
	uint64_t	lba;
	uint32_t	len;
	uint32_t	seed;
	bool		write;
	bool		checked;	/* of a read: data have to be the pattern */
};

/* wire.c */
struct field {
	const char	*name;
	uint8_t		off;
	uint8_t		bytes;
	uint32_t	mask;		/* 0: all of it */
};

uint32_t crc32c(uint32_t crc, const void *data, size_t len);
const char *opcode_name(uint8_t opcode);
int opcode_find(const char *name);
const struct field *field_find(uint8_t opcode, const char *name);
uint64_t field_get(const uint8_t *bhs, const struct field *field);
void field_put(uint8_t *bhs, const struct field *field, uint64_t value);
uint64_t pdu_get(const struct pdu *pdu, const char *name);
void pdu_put(struct pdu *pdu, const char *name, uint64_t value);
void pdu_init(struct pdu *pdu, uint8_t opcode);
void pdu_free(struct pdu *pdu);
uint8_t *pdu_room(struct pdu *pdu, uint32_t len);
void pdu_add_text(struct pdu *pdu, const char *pair);
const char *pdu_text(const struct pdu *pdu, const char *key);
uint32_t pdu_sense(const struct pdu *pdu);
void pdu_print(const char *what, const struct pdu *pdu);
uint64_t get_be(const uint8_t *p, unsigned int bytes);
void put_be(uint8_t *p, unsigned int bytes, uint64_t value);

/* link.c */
extern bool raw_trace;
const char *result_name(enum result result);
enum result conn_open(struct conn *conn, const char *address, const char *port);
void conn_shut(struct conn *conn, bool reset);
void conn_bind(struct conn *conn, struct session *sess);
enum result conn_write(struct conn *conn, const void *buf, size_t len);
enum result conn_send(struct conn *conn, struct pdu *pdu);
enum result conn_recv(struct conn *conn, struct pdu *pdu, double timeout);
double now(void);

/* login.c */
void params_defaults(struct params *params);
enum result conn_login(struct conn *conn, struct login_options *options);
enum result conn_logout(struct conn *conn, uint8_t reason, uint16_t cid);
bool same_number(uint32_t a, uint32_t b);

/* md5.c */
void md5(const void *data, size_t len, uint8_t digest[16]);

/* task.c */
void pattern_fill(uint8_t *buf, size_t len, uint32_t seed, uint64_t pos);
bool pattern_check(const uint8_t *buf, size_t len, uint32_t seed, uint64_t pos);
void request_number(struct conn *conn, struct pdu *pdu);
enum result task_start(struct conn *conn, struct task *task);
enum result task_data_out(struct conn *conn, const struct task *task, struct pdu *pdu,
			  uint32_t offset, uint32_t len);
enum result task_answer_r2t(struct conn *conn, const struct task *task, const struct pdu *r2t);
bool task_data_in_ok(const struct task *task, const struct pdu *pdu);
enum result task_finish(struct conn *conn, struct task *task);
enum result conn_ready(struct conn *conn, uint16_t lun);

/* script.c, and the built-in tests */
int script_main(int argc, char **argv);
int keys_main(int argc, char **argv);
int load_main(int argc, char **argv);
int fuzz_main(int argc, char **argv);

#endif
