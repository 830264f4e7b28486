// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replies of PERSISTENT RESERVE IN (SPC-4 6.15). A reply that does not fit is cut
 * off; its lengths tell of the whole.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "pr_state.h"

#define HEADER_LEN	8
#define STATUS_LEN	24	/* full status descriptor without the TransportID */
#define R_HOLDER	0x01

static void put(struct pr_buf *out, const void *data, u32 len)
{
	if (out->len < out->room)
		memcpy(out->buf + out->len, data, min(len, out->room - out->len));
	out->len += len;
}

static void put_header(struct pr_buf *out, const struct pr_state *s, u32 additional)
{
	u8 header[HEADER_LEN];

	put_unaligned_be32(s ? s->generation : 0, header);
	put_unaligned_be32(additional, header + 4);
	put(out, header, sizeof(header));
}

static void read_keys(const struct pr_state *s, struct pr_buf *out)
{
	const struct pr_reg *reg;
	u8 key[8];

	put_header(out, s, s ? s->count * sizeof(key) : 0);
	pr_for_each(s, reg) {
		put_unaligned_be64(reg->key, key);
		put(out, key, sizeof(key));
	}
}

/* With an all registrants type nobody in particular holds it: key 0 (SPC-4 6.15.3.2). */
static void read_reservation(const struct pr_state *s, struct pr_buf *out)
{
	const struct pr_reg *holder;
	u8 desc[16] = {};

	if (!s || !s->type) {
		put_header(out, s, 0);
		return;
	}
	holder = pr_find_id((struct pr_state *)s, s->holder);
	if (holder && !pr_all_registrants(s->type))
		put_unaligned_be64(holder->key, desc);
	desc[13] = s->type;
	put_header(out, s, sizeof(desc));
	put(out, desc, sizeof(desc));
}

static void report_capabilities(const struct pr_state *s, struct pr_buf *out)
{
	u8 caps[8] = {};

	put_unaligned_be16(sizeof(caps), caps);
	caps[2] = 0x9d;		/* RLR_C, CRH, SIP_C, ATP_C, PTPL_C */
	caps[3] = 0xb0;		/* TMV; ALLOW COMMANDS 011b: as pr_denied() has it */
	if (s && s->aptpl)
		caps[3] |= 0x01;	/* PTPL_A */
	caps[4] = 0xea;		/* WR_EX_AR EX_AC_RO WR_EX_RO EX_AC WR_EX */
	caps[5] = 0x01;		/* EX_AC_AR */
	put(out, caps, sizeof(caps));
}

static void put_status(const struct pr_state *s, const struct pr_reg *reg, struct pr_buf *out)
{
	u8 desc[STATUS_LEN] = {}, tid[PR_TID_MAX];
	u32 tid_len = pr_tid_encode(&reg->nexus, tid);

	put_unaligned_be64(reg->key, desc);
	if (pr_relation(s, reg->id) == PR_HOLDER) {
		desc[12] = R_HOLDER;
		desc[13] = s->type;
	}
	put_unaligned_be16(READ_ONCE(reg->nexus.rtpi), desc + 18);
	put_unaligned_be32(tid_len, desc + 20);
	put(out, desc, sizeof(desc));
	put(out, tid, tid_len);
}

static void read_full_status(const struct pr_state *s, struct pr_buf *out)
{
	const struct pr_reg *reg;
	u8 tid[PR_TID_MAX];
	u32 len = 0;

	pr_for_each(s, reg)
		len += STATUS_LEN + pr_tid_encode(&reg->nexus, tid);
	put_header(out, s, len);
	pr_for_each(s, reg)
		put_status(s, reg, out);
}

/**
 * pr_in() - reply to PERSISTENT RESERVE IN
 * @action: enum pr_in_action
 * @s: NULL for nothing registered
 * @out: what has room is written; out->len becomes the length of the whole reply
 */
void pr_in(u8 action, const struct pr_state *s, struct pr_buf *out)
{
	switch (action) {
	case PR_READ_KEYS:
		read_keys(s, out);
		break;
	case PR_READ_RESERVATION:
		read_reservation(s, out);
		break;
	case PR_REPORT_CAPABILITIES:
		report_capabilities(s, out);
		break;
	default:
		read_full_status(s, out);
	}
}
