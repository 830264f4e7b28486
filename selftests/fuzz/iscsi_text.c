// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: text segments, negotiation in each stage, and configfs parameters.
 */
#include <stdlib.h>
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/string.h>
#include "iscsi_keys.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void check_params(const struct iscsit_params *p)
{
	if (p->max_xmit_dsl < 512 || p->max_burst < 512 || p->first_burst > p->max_burst)
		abort();
	if (p->header_digest >= ISCSIT_DIGEST_NR || p->data_digest >= ISCSIT_DIGEST_NR)
		abort();
	if (p->erl > ISCSIT_CAP_ERL || !p->max_connections || !p->max_r2t)
		abort();
}

/* What is stored reads back, and reads back as something that can be stored. */
static void check_config(struct iscsit_config *cfg, const struct iscsit_pair *pair)
{
	char buf[256], again[256];

	if (pair->id == ISCSIT_KEY_UNKNOWN ||
	    iscsit_config_store(cfg, pair->id, pair->val, pair->val_len))
		return;
	if (iscsit_config_show(cfg, pair->id, buf, sizeof(buf)) < 0)
		abort();
	if (pair->id != ISCSIT_KEY_TARGET_ALIAS &&
	    (iscsit_config_store(cfg, pair->id, buf, strlen(buf)) ||
	     iscsit_config_show(cfg, pair->id, again, sizeof(again)) < 0 || strcmp(buf, again)))
		abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct iscsit_config cfg, scratch;
	static char out[2048];
	struct iscsit_textbuf buf = { .p = out, .cap = sizeof(out) };
	struct iscsit_params params;
	struct iscsit_nego n = { .cfg = &cfg, .params = &params, .out = &buf };
	struct iscsit_text_iter it;
	struct iscsit_pair pair;

	if (!size)
		return 0;
	iscsit_config_init(&cfg);
	iscsit_config_init(&scratch);
	iscsit_params_init(&params);
	n.when = 1 << (data[0] % 3);
	n.leading = data[0] & 4;
	n.discovery = data[0] & 8;
	n.iser = data[0] & 16;
	iscsit_text_start(&it, data + 1, size - 1);
	while (iscsit_text_next(&it, &pair) > 0) {
		if (pair.val + pair.val_len > (const char *)data + size)
			abort();
		check_config(&scratch, &pair);
		if (!iscsit_nego_admit(&n, &pair) &&
		    (pair.id == ISCSIT_KEY_UNKNOWN ||
		     iscsit_keys[pair.id].type != ISCSIT_TYPE_LOGIN))
			iscsit_nego_pair(&n, &pair);
	}
	iscsit_nego_finish(&n);
	if (buf.len > buf.cap || (buf.len && out[buf.len - 1]))
		abort();
	check_params(&params);
	return 0;
}
