// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: a login of several requests. Each answer must be well formed, and nobody may get
 * into full feature phase past an authentication that is required.
 */
#include <stdlib.h>
#include "iscsi_world.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Bits of the first byte of an input. */
#define REQUIRED	1
#define ISER		2
#define NO_CREDS	4
#define ADDED		8
#define KNOWN		16	/* everybody knows the digests */
#define GIVEN_UP	32	/* by the owner of the login, in the end */

static u8 options;

static u16 find_target(void *priv, const struct iscsit_login_id *id,
		       struct iscsit_login_target *tgt)
{
	iscsit_config_init(&tgt->cfg);
	iscsit_config_set_auth(&tgt->cfg, options & REQUIRED);
	if (strlen(id->initiator) > ISCSIT_NAME_MAX || (!id->discovery && !id->target[0]))
		abort();
	return ISCSIT_LOGIN_OK;
}

static void get_creds(void *priv, const struct iscsit_login_id *id,
		      struct iscsit_chap_creds *creds)
{
	if (!(options & NO_CREDS))
		world_creds(creds);
}

static u16 establish(void *priv, const struct iscsit_login_id *id,
		     const struct iscsit_params *params, struct iscsit_login_grant *grant)
{
	if ((options & REQUIRED) && !(options & KNOWN))
		abort();
	if (params->first_burst > params->max_burst || params->max_xmit_dsl < 512)
		abort();
	grant->tsih = 1;
	return ISCSIT_LOGIN_OK;
}

static const struct iscsit_login_ops ops = {
	.find_target	= find_target,
	.get_creds	= get_creds,
	.establish	= establish,
};

static void check_answer(const struct iscsit_login *l)
{
	if (l->out_len > ISCSIT_LOGIN_OUT_MAX || (l->out_len && l->out[l->out_len - 1]))
		abort();
	if (l->status && (l->rsp.flags & ISCSIT_F_FINAL))
		abort();
}

/* Records: flags, length (two bytes), text */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct iscsit_login l;
	const struct iscsit_login_setup setup = {
		.ops = &ops, .chap_ops = &world_chap_ops, .iser = size && (data[0] & ISER),
	};
	enum iscsit_login_verdict verdict = ISCSIT_LOGIN_CONTINUE;

	if (!size)
		return 0;
	options = data[0];
	world_known = options & KNOWN;
	data++;
	size--;
	iscsit_login_init(&l, &setup);
	while (verdict == ISCSIT_LOGIN_CONTINUE && size >= 3) {
		u32 len = min_t(u32, (data[1] & 0x1f) << 8 | data[2], size - 3);
		struct iscsit_login_req_bhs req = {
			.opcode = ISCSIT_OP_LOGIN_REQ, .flags = data[0],
			.tsih = options & ADDED ? 1 : 0,
		};
		/* a copy of its own, so that ASan sees a byte too far */
		u8 *text = malloc(len ? len : 1);

		memcpy(text, data + 3, len);
		verdict = iscsit_login_rx(&l, (struct iscsit_bhs *)&req, text, len);
		free(text);
		check_answer(&l);
		data += 3 + len;
		size -= 3 + len;
	}
	if ((options & GIVEN_UP) && verdict == ISCSIT_LOGIN_CONTINUE) {
		const struct iscsit_login_req_bhs req = { .opcode = ISCSIT_OP_LOGIN_REQ };

		iscsit_login_fail(&l, (const struct iscsit_bhs *)&req, ISCSIT_LOGIN_NO_RESOURCES);
		check_answer(&l);
	}
	iscsit_login_wipe(&l);
	return 0;
}
