// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command numbering of a session: which request is executed at once, which waits for those before
 * it, and which is ignored (RFC 7143 section 4.2.2.1).
 * Pure code: numbers in, decision out; also built in user space.
 */
#include "iscsi_window.h"

/**
 * iscsit_window_init() - the window of a new session
 * @w: window
 * @exp_cmdsn: number of the first request
 * @depth: requests that may be outstanding, at least 1
 */
void iscsit_window_init(struct iscsit_window *w, u32 exp_cmdsn, u32 depth)
{
	w->exp_cmdsn = exp_cmdsn;
	w->max_cmdsn = exp_cmdsn + depth - 1;
	INIT_LIST_HEAD(&w->parked);
}

/**
 * iscsit_window_admits() - whether a request with this number would be taken
 * @w: window
 * @cmdsn: number
 *
 * False outside of the window, and for a second request with the number of one that waits.
 */
bool iscsit_window_admits(const struct iscsit_window *w, u32 cmdsn)
{
	const struct iscsit_park *park;

	if (!iscsit_sn_in_window(cmdsn, w->exp_cmdsn, w->max_cmdsn))
		return false;
	list_for_each_entry(park, &w->parked, entry)
		if (park->cmdsn == cmdsn)
			return false;
	return true;
}

/**
 * iscsit_window_take() - take in a complete request that consumes a CmdSN
 * @w: window
 * @park: of the request, with its number; on the list afterwards for ISCSIT_SN_PARKED
 *
 * After ISCSIT_SN_NOW others may be at their turn: see iscsit_window_next().
 */
enum iscsit_sn iscsit_window_take(struct iscsit_window *w, struct iscsit_park *park)
{
	struct iscsit_park *next;

	if (!iscsit_window_admits(w, park->cmdsn))
		return ISCSIT_SN_DROP;
	if (park->cmdsn == w->exp_cmdsn) {
		w->exp_cmdsn++;
		return ISCSIT_SN_NOW;
	}
	list_for_each_entry(next, &w->parked, entry)
		if (iscsit_sn_before(park->cmdsn, next->cmdsn))
			break;
	list_add_tail(&park->entry, &next->entry);
	park->on = true;
	return ISCSIT_SN_PARKED;
}

/**
 * iscsit_window_next() - the parked request whose turn it is
 * @w: window
 *
 * Return: the request, off the list and its number consumed; NULL if none is.
 */
struct iscsit_park *iscsit_window_next(struct iscsit_window *w)
{
	struct iscsit_park *park = list_first_entry_or_null(&w->parked, struct iscsit_park, entry);

	if (!park || park->cmdsn != w->exp_cmdsn)
		return NULL;
	iscsit_window_forget(park);
	w->exp_cmdsn++;
	return park;
}

/**
 * iscsit_window_return() - the last request that had its turn is as if never received
 * @w: window
 *
 * Its number is expected again, and those behind it wait.
 */
void iscsit_window_return(struct iscsit_window *w)
{
	w->exp_cmdsn--;
}

/* The request is gone and its number as if never received: it will be sent again (7.2.1). */
void iscsit_window_forget(struct iscsit_park *park)
{
	list_del(&park->entry);
	park->on = false;
}

/* The request is gone and its number consumed: @by, for which nothing happens, has its place. */
void iscsit_window_replace(struct iscsit_park *park, struct iscsit_park *by)
{
	by->cmdsn = park->cmdsn;
	by->on = true;
	list_add(&by->entry, &park->entry);
	iscsit_window_forget(park);
}
