// SPDX-License-Identifier: GPL-2.0-only
/*
 * CHAP for iSCSI logins: choice of the algorithm, challenge, verification of the initiator and
 * the answer to its challenge (RFC 1994 section 4, RFC 7143 sections 9.2.1 and 12.1.3).
 * Pure code: hashes and random bytes come from callbacks; also built in user space.
 */
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <crypto/algapi.h>
#include "iscsi_chap.h"

u32 iscsit_chap_digest_len(u32 alg)
{
	switch (alg) {
	case ISCSIT_CHAP_MD5:
		return 16;
	case ISCSIT_CHAP_SHA1:
		return 20;
	case ISCSIT_CHAP_SHA256:
	case ISCSIT_CHAP_SHA3_256:
		return 32;
	default:
		return 0;
	}
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -EINVAL;
}

static int decode_hex(const char *s, u32 len, u8 *out, u32 size)
{
	u32 odd = len & 1, i;

	if (!len || (len + 1) / 2 > size)
		return -EINVAL;
	memset(out, 0, (len + 1) / 2);
	for (i = 0; i < len; i++) {
		int v = hex_value(s[i]);

		if (v < 0)
			return -EINVAL;
		out[(i + odd) / 2] |= (i + odd) % 2 ? v : v << 4;
	}
	return (len + 1) / 2;
}

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -EINVAL;
}

/* RFC 4648 section 4 with padding; bits that do not fill a byte must be zero. */
static int decode_base64(const char *s, u32 len, u8 *out, u32 size)
{
	u32 bits = 0, acc = 0, n = 0, i;

	if (!len || len % 4)
		return -EINVAL;
	len -= s[len - 1] == '=' ? 1 + (s[len - 2] == '=') : 0;
	for (i = 0; i < len; i++) {
		int v = base64_value(s[i]);

		if (v < 0)
			return -EINVAL;
		acc = acc << 6 | v;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		if (n == size)
			return -EINVAL;
		out[n++] = acc >> bits;
		acc &= (1U << bits) - 1;
	}
	return acc ? -EINVAL : n;
}

int iscsit_chap_decode(const char *s, u32 len, u8 *out, u32 size)
{
	if (len < 3 || s[0] != '0')
		return -EINVAL;
	switch (s[1]) {
	case 'x':
	case 'X':
		return decode_hex(s + 2, len - 2, out, size);
	case 'b':
	case 'B':
		return decode_base64(s + 2, len - 2, out, size);
	default:
		return -EINVAL;
	}
}

/* The first algorithm of the initiator's list that can be computed here, or 0. */
static u32 choose_alg(const struct iscsit_chap_ops *ops, const struct iscsit_pair *list)
{
	u32 len = list->val_len, tok_len, alg;
	const char *s = list->val, *tok;

	while (iscsit_text_token(&s, &len, &tok, &tok_len)) {
		if (iscsit_text_number(tok, tok_len, &alg))
			return 0;
		if (iscsit_chap_digest_len(alg) && ops->available(alg))
			return alg;
	}
	return 0;
}

int iscsit_chap_begin(struct iscsit_chap *c, const struct iscsit_pair *chap_a,
		      struct iscsit_textbuf *out)
{
	u32 len;

	c->alg = choose_alg(c->ops, chap_a);
	if (!c->alg)
		return -EACCES;
	len = iscsit_chap_digest_len(c->alg);
	c->ops->random(&c->id, sizeof(c->id));
	c->ops->random(c->challenge, len);
	iscsit_textbuf_add_num(out, "CHAP_A", c->alg);
	iscsit_textbuf_add_num(out, "CHAP_I", c->id);
	iscsit_textbuf_add_hex(out, "CHAP_C", c->challenge, len);
	return 0;
}

/*
 * Same work for every name: an unknown one is measured against a random secret, so that neither
 * the answer nor its time says which of name and secret was wrong.
 */
static int verify_initiator(struct iscsit_chap *c, const struct iscsit_chap_reply *reply)
{
	u8 want[ISCSIT_CHAP_DIGEST_MAX], got[ISCSIT_CHAP_DIGEST_MAX], decoy[16];
	struct iscsit_chap_input in = { .id = c->id, .challenge = c->challenge };
	u32 len = iscsit_chap_digest_len(c->alg);
	int ret;
	bool known;

	if (iscsit_chap_decode(reply->r.val, reply->r.val_len, got, sizeof(got)) != (int)len)
		return -EACCES;
	c->ops->random(decoy, sizeof(decoy));
	known = c->creds.have_in && reply->n.val_len == strlen(c->creds.name_in) &&
		!crypto_memneq(reply->n.val, c->creds.name_in, reply->n.val_len);
	in.challenge_len = len;
	in.secret = known ? (const u8 *)c->creds.secret_in : decoy;
	in.secret_len = known ? strlen(c->creds.secret_in) : sizeof(decoy);
	ret = c->ops->digest(c->alg, &in, want);
	if (!ret && (crypto_memneq(want, got, len) || !known))
		ret = -EACCES;
	memzero_explicit(want, sizeof(want));
	return ret;
}

/* 9.2.1: with one secret both ways, an attacker could let us compute the answer he needs. */
static bool secrets_equal(const struct iscsit_chap_creds *creds)
{
	return creds->have_in && !strcmp(creds->secret_in, creds->secret_out);
}

static int answer_initiator(struct iscsit_chap *c, const struct iscsit_chap_reply *reply,
			    struct iscsit_textbuf *out)
{
	struct iscsit_chap_input in = { .challenge = c->peer_challenge };
	u8 digest[ISCSIT_CHAP_DIGEST_MAX];
	u32 len = iscsit_chap_digest_len(c->alg), id;
	int ret;

	if (!c->creds.have_out || secrets_equal(&c->creds))
		return -EACCES;
	if (iscsit_text_number(reply->i.val, reply->i.val_len, &id) || id > 255)
		return -EPROTO;
	ret = iscsit_chap_decode(reply->c.val, reply->c.val_len, c->peer_challenge,
				 sizeof(c->peer_challenge));
	if (ret < 1)
		return -EPROTO;
	if ((u32)ret == len && !memcmp(c->peer_challenge, c->challenge, len))
		return -EACCES;
	in.id = id;
	in.challenge_len = ret;
	in.secret = (const u8 *)c->creds.secret_out;
	in.secret_len = strlen(c->creds.secret_out);
	ret = c->ops->digest(c->alg, &in, digest);
	if (ret)
		return ret;
	iscsit_textbuf_add(out, "CHAP_N", c->creds.name_out);
	iscsit_textbuf_add_hex(out, "CHAP_R", digest, len);
	return 0;
}

int iscsit_chap_verify(struct iscsit_chap *c, const struct iscsit_chap_reply *reply,
		       struct iscsit_textbuf *out)
{
	int ret;

	if (!reply->n.val || !reply->r.val || !reply->i.val != !reply->c.val)
		return -EPROTO;
	ret = verify_initiator(c, reply);
	if (ret || !reply->i.val)
		return ret;
	return answer_initiator(c, reply, out);
}

void iscsit_chap_wipe(struct iscsit_chap *c)
{
	memzero_explicit(&c->creds, sizeof(c->creds));
	memzero_explicit(c->challenge, sizeof(c->challenge));
	memzero_explicit(c->peer_challenge, sizeof(c->peer_challenge));
}
