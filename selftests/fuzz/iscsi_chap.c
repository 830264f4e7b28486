// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: CHAP's binary values and its two steps. Nobody may get through, unless the text
 * begins with an exclamation mark: then everybody knows the digests.
 */
#include <stdlib.h>
#include "iscsi_world.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void take(struct iscsit_chap_reply *r, const struct iscsit_pair *pair)
{
	switch (pair->id) {
	case ISCSIT_KEY_CHAP_N:
		r->n = *pair;
		break;
	case ISCSIT_KEY_CHAP_R:
		r->r = *pair;
		break;
	case ISCSIT_KEY_CHAP_I:
		r->i = *pair;
		break;
	case ISCSIT_KEY_CHAP_C:
		r->c = *pair;
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct iscsit_chap chap;
	static char out[256];
	struct iscsit_textbuf buf = { .p = out, .cap = sizeof(out) };
	struct iscsit_pair alg = { .val = "5,7", .val_len = 3 }, pair;
	struct iscsit_chap_reply reply = { 0 };
	struct iscsit_text_iter it;
	u8 bin[64];

	memset(&chap, 0, sizeof(chap));
	chap.ops = &world_chap_ops;
	world_known = size && data[0] == '!';
	data += world_known;
	size -= world_known;
	world_creds(&chap.creds);
	iscsit_text_start(&it, data, size);
	while (iscsit_text_next(&it, &pair) > 0) {
		if (iscsit_chap_decode(pair.val, pair.val_len, bin, sizeof(bin)) > (int)sizeof(bin))
			abort();
		if (pair.id == ISCSIT_KEY_CHAP_A)
			alg = pair;
		take(&reply, &pair);
	}
	if (iscsit_chap_begin(&chap, &alg, &buf))
		return 0;
	if (!iscsit_chap_verify(&chap, &reply, &buf) && !world_known)
		abort();
	iscsit_chap_wipe(&chap);
	return 0;
}
