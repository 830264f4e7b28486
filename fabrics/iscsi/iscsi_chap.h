/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CHAP for iSCSI logins (RFC 1994, RFC 7143 sections 9.2.1, 12.1.3 and 13): one-way and mutual,
 * with MD5, SHA1, SHA-256 and SHA3-256. Pure logic: hashing and random bytes come in through
 * struct iscsit_chap_ops, so that it also builds in user space.
 */
#ifndef ISCSIT_CHAP_H
#define ISCSIT_CHAP_H

#include <linux/types.h>
#include "iscsi_keys.h"

#define ISCSIT_CHAP_NAME_MAX	255
#define ISCSIT_CHAP_SECRET_MAX	255
#define ISCSIT_CHAP_CHALLENGE_MAX 1024	/* bytes, decoded (12.1.3) */
#define ISCSIT_CHAP_DIGEST_MAX	32

/* CHAP_A numbers (IANA "PPP Authentication Algorithms") */
enum iscsit_chap_alg {
	ISCSIT_CHAP_MD5		= 5,
	ISCSIT_CHAP_SHA1	= 6,
	ISCSIT_CHAP_SHA256	= 7,
	ISCSIT_CHAP_SHA3_256	= 8,
};

/* Digest bytes of an algorithm, 0 if unknown. */
u32 iscsit_chap_digest_len(u32 alg);

/**
 * struct iscsit_chap_input - what is hashed, in this order (RFC 1994 section 4.1)
 * @id: CHAP_I
 * @secret: secret shared by the two sides
 * @secret_len: its bytes
 * @challenge: decoded CHAP_C
 * @challenge_len: its bytes
 */
struct iscsit_chap_input {
	u8	id;
	const u8 *secret;
	u32	secret_len;
	const u8 *challenge;
	u32	challenge_len;
};

/**
 * struct iscsit_chap_ops - the outside world
 * @available: can the algorithm be computed here? An algorithm that cannot is never chosen.
 * @digest: hash the input into @out (iscsit_chap_digest_len() bytes); 0 or -errno. May sleep.
 * @random: fill a buffer with cryptographically strong random bytes
 */
struct iscsit_chap_ops {
	bool	(*available)(u32 alg);
	int	(*digest)(u32 alg, const struct iscsit_chap_input *in, u8 *out);
	void	(*random)(void *buf, size_t len);
};

/* The kernel's ops: shash and get_random_bytes. Defined in iscsi_chap_hash.c. */
extern const struct iscsit_chap_ops iscsit_chap_kernel_ops;
void iscsit_chap_start(void);
void iscsit_chap_stop(void);

/**
 * struct iscsit_chap_creds - credentials that apply to one login
 * @name_in: CHAP_N the initiator must send; verbatim configfs bytes, NUL terminated
 * @secret_in: its secret
 * @name_out: CHAP_N we send when the initiator authenticates us
 * @secret_out: our secret
 * @have_in: @name_in and @secret_in are set
 * @have_out: @name_out and @secret_out are set
 */
struct iscsit_chap_creds {
	char	name_in[ISCSIT_CHAP_NAME_MAX + 1];
	char	secret_in[ISCSIT_CHAP_SECRET_MAX + 1];
	char	name_out[ISCSIT_CHAP_NAME_MAX + 1];
	char	secret_out[ISCSIT_CHAP_SECRET_MAX + 1];
	bool	have_in;
	bool	have_out;
};

/**
 * struct iscsit_chap - one exchange
 * @ops: outside world
 * @creds: credentials; owned by the login, wiped with iscsit_chap_wipe()
 * @alg: chosen algorithm
 * @id: our CHAP_I
 * @challenge: our CHAP_C, as many bytes as the digest has
 */
struct iscsit_chap {
	const struct iscsit_chap_ops *ops;
	struct iscsit_chap_creds creds;
	u32	alg;
	u8	id;
	u8	challenge[ISCSIT_CHAP_DIGEST_MAX];
	/* private: scratch, too large for a kernel stack */
	u8	peer_challenge[ISCSIT_CHAP_CHALLENGE_MAX];
};

/**
 * iscsit_chap_begin - answer CHAP_A with CHAP_A, CHAP_I and CHAP_C
 * @c: exchange, @c->ops and @c->creds filled
 * @chap_a: the initiator's list; its first algorithm that is available here is taken
 * @out: answers are appended
 *
 * Return: 0, or -EACCES if no algorithm is common or the list is malformed.
 */
int iscsit_chap_begin(struct iscsit_chap *c, const struct iscsit_pair *chap_a,
		      struct iscsit_textbuf *out);

/**
 * struct iscsit_chap_reply - the initiator's keys of the last step; an absent key has val NULL
 * @n: CHAP_N
 * @r: CHAP_R
 * @i: CHAP_I, mutual only
 * @c: CHAP_C, mutual only
 */
struct iscsit_chap_reply {
	struct iscsit_pair n;
	struct iscsit_pair r;
	struct iscsit_pair i;
	struct iscsit_pair c;
};

/**
 * iscsit_chap_verify - check CHAP_N and CHAP_R, and answer CHAP_I and CHAP_C if they were sent
 * @c: exchange after iscsit_chap_begin()
 * @reply: the initiator's keys
 * @out: CHAP_N and CHAP_R are appended for a mutual exchange
 *
 * An unknown name costs the same hash as a wrong secret and gives the same answer. Mutual
 * authentication is refused if the challenge is our own come back (reflection) or if both
 * directions share one secret (9.2.1).
 *
 * Return: 0; -EACCES for failed authentication, -EPROTO for missing or malformed keys;
 * or the error of @c->ops->digest.
 */
int iscsit_chap_verify(struct iscsit_chap *c, const struct iscsit_chap_reply *reply,
		       struct iscsit_textbuf *out);

/* Forget secrets and challenges. */
void iscsit_chap_wipe(struct iscsit_chap *c);

/**
 * iscsit_chap_decode - binary value in 0x or 0b notation (6.1)
 * @s: characters
 * @len: number of them
 * @out: gets the bytes
 * @size: room in @out
 *
 * An odd number of hex digits has an implied leading zero.
 *
 * Return: number of bytes, or -EINVAL for malformed text or a value over @size.
 */
int iscsit_chap_decode(const char *s, u32 len, u8 *out, u32 size);

#endif /* ISCSIT_CHAP_H */
