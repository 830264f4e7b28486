/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the iSCSI fuzz targets share: a digest that cannot be guessed and never repeats,
 * unless it is to be known, and credentials for it.
 */
#ifndef FUZZ_ISCSI_WORLD_H
#define FUZZ_ISCSI_WORLD_H

#include <linux/kernel.h>
#include <linux/string.h>
#include "iscsi_login.h"

static u64 world_counter;
static bool world_known;	/* the digest is known to everybody after all */

static inline bool world_available(u32 alg)
{
	return true;
}

/* Depends on the call, so that no input of the fuzzer can hold it. */
static inline int world_digest(u32 alg, const struct iscsit_chap_input *in, u8 *out)
{
	u64 x = ++world_counter * 0x9e3779b97f4a7c15ULL;
	u32 i;

	if (world_known) {
		memset(out, 0x11, iscsit_chap_digest_len(alg));
		return 0;
	}
	for (i = 0; i < iscsit_chap_digest_len(alg); i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		out[i] = x;
	}
	return 0;
}

static inline void world_random(void *buf, size_t len)
{
	memset(buf, 0x5a, len);
}

static const struct iscsit_chap_ops world_chap_ops = {
	.available	= world_available,
	.digest		= world_digest,
	.random		= world_random,
};

static inline void world_creds(struct iscsit_chap_creds *creds)
{
	creds->have_in = true;
	creds->have_out = true;
	strcpy(creds->name_in, "alice");
	strcpy(creds->secret_in, "initiatorsecret");
	strcpy(creds->name_out, "bob");
	strcpy(creds->secret_out, "targetsecret1");
}

#endif
