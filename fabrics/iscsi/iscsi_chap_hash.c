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

static const char *alg_name(u32 alg)
{
	switch (alg) {
	case ISCSIT_CHAP_MD5:
		return "md5";
	case ISCSIT_CHAP_SHA1:
		return "sha1";
	case ISCSIT_CHAP_SHA256:
		return "sha256";
	case ISCSIT_CHAP_SHA3_256:
		return "sha3-256";
	default:
		return NULL;
	}
}

/* Loads the module that has the algorithm, so it may sleep. */
static bool chap_available(u32 alg)
{
	const char *name = alg_name(alg);

	return name && crypto_has_shash(name, 0, 0);
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
	struct crypto_shash *tfm = crypto_alloc_shash(alg_name(alg), 0, 0);
	struct shash_desc *desc;
	int ret = -ENOMEM;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	desc = kzalloc(sizeof(*desc) + crypto_shash_descsize(tfm), GFP_KERNEL);
	if (desc) {
		desc->tfm = tfm;
		ret = hash_parts(desc, in, out);
		kfree_sensitive(desc);
	}
	crypto_free_shash(tfm);
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
