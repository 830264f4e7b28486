// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's side of CHAP: digests through the crypto API and random bytes. An algorithm that
 * this kernel does not have (or refuses in FIPS mode) reports itself unavailable, so that login
 * never chooses it.
 */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "iscsi_chap.h"

static struct {
	u32			alg;
	const char		*name;
	struct crypto_shash	*tfm;	/* NULL: this kernel has none; several may use it at once */
} chap_algs[] = {
	{ ISCSIT_CHAP_MD5, "md5" },
	{ ISCSIT_CHAP_SHA1, "sha1" },
	{ ISCSIT_CHAP_SHA256, "sha256" },
	{ ISCSIT_CHAP_SHA3_256, "sha3-256" },
};

/**
 * iscsit_chap_start() - get the algorithms
 *
 * Their modules are loaded here and now: not by an initiator's word, nor from a disk that may be
 * dead by then. May sleep.
 */
void iscsit_chap_start(void)
{
	struct crypto_shash *tfm;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(chap_algs); i++) {
		tfm = crypto_alloc_shash(chap_algs[i].name, 0, 0);
		chap_algs[i].tfm = IS_ERR(tfm) ? NULL : tfm;
	}
}

/* Nobody logs in any more. */
void iscsit_chap_stop(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(chap_algs); i++)
		if (chap_algs[i].tfm)
			crypto_free_shash(chap_algs[i].tfm);
}

static struct crypto_shash *chap_tfm(u32 alg)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(chap_algs); i++)
		if (chap_algs[i].alg == alg)
			return chap_algs[i].tfm;
	return NULL;
}

static bool chap_available(u32 alg)
{
	return chap_tfm(alg);
}

static int hash_parts(struct shash_desc *desc, const struct iscsit_chap_input *in, u8 *out)
{
	int ret = crypto_shash_init(desc);

	if (!ret)
		ret = crypto_shash_update(desc, &in->id, sizeof(in->id));
	if (!ret)
		ret = crypto_shash_update(desc, in->secret, in->secret_len);
	if (!ret)
		ret = crypto_shash_update(desc, in->challenge, in->challenge_len);
	if (!ret)
		ret = crypto_shash_final(desc, out);
	return ret;
}

static int chap_digest(u32 alg, const struct iscsit_chap_input *in, u8 *out)
{
	struct crypto_shash *tfm = chap_tfm(alg);
	struct shash_desc *desc;
	int ret = -ENOMEM;

	if (!tfm)
		return -ENOENT;
	desc = kzalloc(sizeof(*desc) + crypto_shash_descsize(tfm), GFP_KERNEL);
	if (desc) {
		desc->tfm = tfm;
		ret = hash_parts(desc, in, out);
		kfree_sensitive(desc);
	}
	return ret;
}

static void chap_random(void *buf, size_t len)
{
	get_random_bytes(buf, len);
}

const struct iscsit_chap_ops iscsit_chap_kernel_ops = {
	.available	= chap_available,
	.digest		= chap_digest,
	.random		= chap_random,
};
