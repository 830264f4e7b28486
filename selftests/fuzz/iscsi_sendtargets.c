// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: text requests of the full feature phase, following or breaking the chain of
 * target transfer tags. Answers must fit and flags must agree with tags.
 */
#include <stdlib.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "iscsi_login.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static u64 send_targets(void *priv, const char *name, struct iscsit_text_window *w)
{
	u32 i;

	for (i = 0; i < 20; i++) {
		iscsit_text_add_target(w, name ? name : "iqn.a");
		iscsit_text_add_address(w, "[fe80::1]:3260", i);
	}
	return 0;
}

static const struct iscsit_text_ops ops = { .send_targets = send_targets };

static void check_answer(const struct iscsit_text *t, u32 room)
{
	if (t->out_len > room || t->rsp.data_len != t->out_len)
		abort();
	if (!!(t->rsp.flags & ISCSIT_F_FINAL) != (t->rsp.ttt == ISCSIT_TAG_NONE))
		abort();
}

/* Records: flags, tag (0 none, 1 the right one, else wrong), length, text */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static char out[1024];
	static struct iscsit_text t;
	struct iscsit_params params;
	u32 ttt;

	if (!size)
		return 0;
	memset(&t, 0, sizeof(t));
	iscsit_params_init(&params);
	params.max_xmit_dsl = 512;
	t.ops = &ops;
	t.discovery = data[0] & 1;
	t.target = t.discovery ? "" : "iqn.a";
	t.params = &params;
	t.max_xmit_cap = 8192;
	t.out = out;
	t.out_cap = sizeof(out);
	for (data++, size--; size >= 3;) {
		u32 len = min_t(u32, data[2], size - 3);
		struct iscsit_text_req_bhs req = { .flags = data[0] & 0xc0 };
		u32 room = min(t.out_cap, params.max_xmit_dsl);
		char *text = malloc(len ? len : 1);

		memcpy(text, data + 3, len);
		ttt = data[1] == 0 ? ISCSIT_TAG_NONE : data[1] == 1 ? t.rsp.ttt : data[1];
		req.ttt = cpu_to_be32(ttt);
		if (!iscsit_text_rx(&t, (struct iscsit_bhs *)&req, text, len))
			check_answer(&t, room);
		free(text);
		data += 3 + len;
		size -= 3 + len;
	}
	return 0;
}
