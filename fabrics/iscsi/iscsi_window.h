/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command window of a session and the order in which requests are executed, whichever of its
 * connections they came on (RFC 7143 section 4.2.2.1). Pure code: it also builds in user space.
 */
#ifndef ISCSIT_WINDOW_H
#define ISCSIT_WINDOW_H

#include <linux/list.h>
#include <linux/types.h>
#include "iscsi_pdu.h"

/** enum iscsit_park_kind - what is parked */
enum iscsit_park_kind {
	ISCSIT_PARK_TAG,	/* struct iscsit_tag */
	ISCSIT_PARK_CTL,	/* struct iscsit_ctl */
	ISCSIT_PARK_PLUG,	/* struct iscsit_plug */
};

/**
 * struct iscsit_park - a request that came before others with a lower CmdSN
 * @entry: on iscsit_window.parked, in the order of the numbers.
 * @cmdsn: its number.
 * @on: it is on the list.
 * @kind: enum iscsit_park_kind.
 */
struct iscsit_park {
	struct list_head	entry;
	u32			cmdsn;
	bool			on;
	u8			kind;
};

/**
 * struct iscsit_window - the numbering of a session's requests
 * @exp_cmdsn: the request whose turn it is; all before it have been received.
 * @max_cmdsn: the last number the initiator may use.
 * @parked: requests from inside of the window that are not at their turn.
 *
 * No locks: the caller's. Numbers wrap.
 */
struct iscsit_window {
	u32			exp_cmdsn;
	u32			max_cmdsn;
	struct list_head	parked;
};

/* What a CmdSN says of a request */
enum iscsit_sn {
	ISCSIT_SN_NOW,
	ISCSIT_SN_PARKED,
	ISCSIT_SN_DROP,			/* outside the window, or a second time: ignore it */
};

void iscsit_window_init(struct iscsit_window *w, u32 exp_cmdsn, u32 depth);
bool iscsit_window_admits(const struct iscsit_window *w, u32 cmdsn);
enum iscsit_sn iscsit_window_take(struct iscsit_window *w, struct iscsit_park *park);
struct iscsit_park *iscsit_window_next(struct iscsit_window *w);
void iscsit_window_return(struct iscsit_window *w);
void iscsit_window_forget(struct iscsit_park *park);
void iscsit_window_replace(struct iscsit_park *park, struct iscsit_park *by);

#endif /* ISCSIT_WINDOW_H */
