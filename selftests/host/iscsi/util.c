// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the iSCSI unit tests share: building of text segments and requests, look-up of answers,
 * and CHAP with OpenSSL's digests.
 */
#include <openssl/evp.h>
#include "util.h"

struct seg seg(const char *spec)
{
	struct seg s = { .len = strlen(spec) };
	u32 i;

	s.p = malloc(s.len ? s.len : 1);
	for (i = 0; i < s.len; i++)
		s.p[i] = spec[i] == '|' ? '\0' : spec[i];
	return s;
}

void seg_free(struct seg *s)
{
	free(s->p);
	s->p = NULL;
}

const char *find_key(const char *text, u32 len, const char *key)
{
	size_t n = strlen(key);
	u32 pos = 0;

	while (pos < len) {
		const char *pair = text + pos;

		assert_non_null(memchr(pair, 0, len - pos));
		if (!strncmp(pair, key, n) && pair[n] == '=')
			return pair + n + 1;
		pos += strlen(pair) + 1;
	}
	return NULL;
}

const char *flatten(const char *text, u32 len)
{
	static char buf[70000];
	u32 i;

	assert_true(len < sizeof(buf));
	for (i = 0; i < len; i++)
		buf[i] = text[i] ? text[i] : '|';
	buf[len] = '\0';
	return buf;
}

u32 test_chap_algs = ~0U;
u32 test_chap_digests;
int test_chap_error;

static const EVP_MD *evp(u32 alg)
{
	switch (alg) {
	case ISCSIT_CHAP_MD5:
		return EVP_md5();
	case ISCSIT_CHAP_SHA1:
		return EVP_sha1();
	case ISCSIT_CHAP_SHA256:
		return EVP_sha256();
	case ISCSIT_CHAP_SHA3_256:
		return EVP_sha3_256();
	default:
		return NULL;
	}
}

static bool test_available(u32 alg)
{
	return test_chap_algs & (1U << alg);
}

static int test_digest(u32 alg, const struct iscsit_chap_input *in, u8 *out)
{
	EVP_MD_CTX *ctx;
	unsigned int n;

	test_chap_digests++;
	if (test_chap_error)
		return test_chap_error;
	ctx = EVP_MD_CTX_new();
	assert_true(EVP_DigestInit_ex(ctx, evp(alg), NULL));
	assert_true(EVP_DigestUpdate(ctx, &in->id, 1));
	assert_true(EVP_DigestUpdate(ctx, in->secret, in->secret_len));
	assert_true(EVP_DigestUpdate(ctx, in->challenge, in->challenge_len));
	assert_true(EVP_DigestFinal_ex(ctx, out, &n));
	assert_int_equal(n, iscsit_chap_digest_len(alg));
	EVP_MD_CTX_free(ctx);
	return 0;
}

static void test_random(void *buf, size_t len)
{
	u8 *p = buf;

	while (len--)
		*p++ = random();
}

const struct iscsit_chap_ops test_chap_ops = {
	.available	= test_available,
	.digest		= test_digest,
	.random		= test_random,
};
