// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data of a task in any order (RFC 7143 sections 11.7, 11.8 and 13.18, 13.19): the bytes of a
 * write that are here, on their way or missing, and the PDUs of a read by number.
 * Pure code: numbers in, decision out; also built in user space.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "iscsi_burst.h"
#include "iscsi_pdu.h"

/* ---- sets of bytes ---- */

/* Ranges @from up to @to give way to @n of @with; the caller has checked that there is room. */
static void ranges_splice(struct iscsit_ranges *set, u32 from, u32 to,
			  const struct iscsit_range *with, u32 n)
{
	memmove(&set->r[from + n], &set->r[to], (set->n - to) * sizeof(set->r[0]));
	memcpy(&set->r[from], with, n * sizeof(set->r[0]));
	set->n = set->n - (to - from) + n;
}

/**
 * iscsit_ranges_add() - add bytes to a set
 * @set: the set
 * @off: first byte
 * @end: first byte that is not added
 *
 * Return: false if the set would have too many pieces; it is as it was then.
 */
bool iscsit_ranges_add(struct iscsit_ranges *set, u32 off, u32 end)
{
	struct iscsit_range with = { off, end };
	u32 from = 0, to;

	if (off >= end)
		return true;
	while (from < set->n && set->r[from].end < off)
		from++;
	for (to = from; to < set->n && set->r[to].off <= end; to++) {
		with.off = min(with.off, set->r[to].off);
		with.end = max(with.end, set->r[to].end);
	}
	if (to == from && set->n == ISCSIT_RANGES_MAX)
		return false;
	ranges_splice(set, from, to, &with, 1);
	return true;
}

/**
 * iscsit_ranges_del() - take bytes out of a set
 * @set: the set
 * @off: first byte
 * @end: first byte that stays
 *
 * More may go than was asked for, when what is left would have too many pieces.
 */
void iscsit_ranges_del(struct iscsit_ranges *set, u32 off, u32 end)
{
	struct iscsit_range with[2];
	u32 from = 0, to, n = 0;

	while (from < set->n && set->r[from].end <= off)
		from++;
	for (to = from; to < set->n && set->r[to].off < end; to++)
		;
	if (to == from || off >= end)
		return;
	if (set->r[from].off < off)
		with[n++] = (struct iscsit_range){ set->r[from].off, off };
	if (set->r[to - 1].end > end && set->n - (to - from) + n < ISCSIT_RANGES_MAX)
		with[n++] = (struct iscsit_range){ end, set->r[to - 1].end };
	ranges_splice(set, from, to, with, n);
}

/* Whether all the bytes are in the set. */
bool iscsit_ranges_has(const struct iscsit_ranges *set, u32 off, u32 end)
{
	u32 i;

	for (i = 0; i < set->n; i++)
		if (set->r[i].off <= off && set->r[i].end >= end)
			return true;
	return off >= end;
}

/* ---- data-out ---- */

/* The sequence that a Data-Out PDU belongs to, or NULL. */
struct iscsit_seq *iscsit_burst_find(struct iscsit_burst *b, u32 ttt)
{
	u32 i;

	for (i = 0; i < ISCSIT_SEQS_MAX; i++)
		if (b->seq[i].used && b->seq[i].ttt == ttt)
			return &b->seq[i];
	return NULL;
}

/* A new sequence; NULL if there are too many. */
struct iscsit_seq *iscsit_burst_open(struct iscsit_burst *b, u32 ttt, u32 off, u32 end)
{
	u32 i;

	for (i = 0; i < ISCSIT_SEQS_MAX; i++) {
		if (b->seq[i].used)
			continue;
		b->seq[i] = (struct iscsit_seq){
			.range = { off, end }, .ttt = ttt, .pos = off, .used = true,
		};
		return &b->seq[i];
	}
	return NULL;
}

u32 iscsit_burst_open_count(const struct iscsit_burst *b)
{
	u32 i, n = 0;

	for (i = 0; i < ISCSIT_SEQS_MAX; i++)
		n += b->seq[i].used;
	return n;
}

/* Bytes from @off on that are neither here nor on their way: none, or up to @gap->end. */
static bool burst_gap(const struct iscsit_burst *b, u32 off, struct iscsit_range *gap)
{
	const struct iscsit_range *r;
	bool moved;
	u32 i;

	do {
		moved = false;
		for (i = 0; i < b->got.n + ISCSIT_SEQS_MAX; i++) {
			r = i < b->got.n ? &b->got.r[i] : &b->seq[i - b->got.n].range;
			if (i >= b->got.n && !b->seq[i - b->got.n].used)
				continue;
			if (r->off <= off && off < r->end) {
				off = r->end;
				moved = true;
			}
		}
	} while (moved);
	*gap = (struct iscsit_range){ off, b->len };
	for (i = 0; i < b->got.n + ISCSIT_SEQS_MAX; i++) {
		r = i < b->got.n ? &b->got.r[i] : &b->seq[i - b->got.n].range;
		if (i >= b->got.n && !b->seq[i - b->got.n].used)
			continue;
		if (r->off > off)
			gap->end = min(gap->end, r->off);
	}
	return off < b->len;
}

/**
 * iscsit_burst_want() - what the next R2T asks for
 * @b: data-out
 * @max: most bytes of a sequence
 * @backwards: the last bytes that are missing instead of the first ones
 * @want: filled in
 *
 * Return: false if everything is here or on its way.
 */
bool iscsit_burst_want(const struct iscsit_burst *b, u32 max, bool backwards,
		       struct iscsit_range *want)
{
	struct iscsit_range gap;

	if (!burst_gap(b, 0, want))
		return false;
	if (!backwards) {
		want->end = min(want->end, want->off + max);
		return true;
	}
	while (burst_gap(b, want->end, &gap))
		*want = gap;
	if (want->end - want->off > max)
		want->off = want->end - max;
	return true;
}

/**
 * iscsit_burst_check() - judge a Data-Out PDU
 * @seq: sequence it belongs to
 * @rules: what was negotiated
 * @pdu: the PDU; its data have not arrived
 */
enum iscsit_burst_verdict iscsit_burst_check(const struct iscsit_seq *seq,
					     const struct iscsit_burst_rules *rules,
					     const struct iscsit_burst_pdu *pdu)
{
	if (pdu->off < seq->range.off || pdu->off > seq->range.end ||
	    pdu->len > seq->range.end - pdu->off)
		return ISCSIT_BURST_PROTOCOL;
	if (iscsit_sn_before(pdu->datasn, seq->datasn))
		return rules->recover ? ISCSIT_BURST_IGNORE : ISCSIT_BURST_LOST;
	if (pdu->datasn != seq->datasn && !rules->recover)
		return ISCSIT_BURST_LOST;
	if (rules->pdu_in_order && (pdu->datasn == seq->datasn ? pdu->off != seq->pos :
								 pdu->off < seq->pos))
		return ISCSIT_BURST_PROTOCOL;
	return ISCSIT_BURST_TAKE;
}

/* The PDU has been here, for better or worse. Its sequence ends with F, whatever is missing. */
static void burst_advance(struct iscsit_seq *seq, const struct iscsit_burst_pdu *pdu)
{
	seq->datasn = pdu->datasn + 1;
	seq->pos = pdu->off + pdu->len;
	if (pdu->final)
		seq->used = false;
}

/**
 * iscsit_burst_took() - the data of a PDU are here
 * @b: data-out
 * @seq: of it; ends with F
 * @pdu: judged ISCSIT_BURST_TAKE
 *
 * What is missing of a sequence that has ended is wanted again. Return: false if the data are in
 * too many pieces: then those of this PDU are forgotten.
 */
bool iscsit_burst_took(struct iscsit_burst *b, struct iscsit_seq *seq,
		       const struct iscsit_burst_pdu *pdu)
{
	burst_advance(seq, pdu);
	return iscsit_ranges_add(&b->got, min(pdu->off, b->len), min(pdu->off + pdu->len, b->len));
}

/* The data of a PDU are wrong, and have perhaps overwritten good ones. */
void iscsit_burst_spoiled(struct iscsit_burst *b, struct iscsit_seq *seq,
			  const struct iscsit_burst_pdu *pdu)
{
	burst_advance(seq, pdu);
	iscsit_ranges_del(&b->got, pdu->off, pdu->off + pdu->len);
}

bool iscsit_burst_done(const struct iscsit_burst *b)
{
	return iscsit_ranges_has(&b->got, 0, b->len);
}

/* Nothing is on its way any more: what is missing is wanted again. */
void iscsit_burst_forget(struct iscsit_burst *b)
{
	u32 i;

	for (i = 0; i < ISCSIT_SEQS_MAX; i++)
		b->seq[i].used = false;
}

/* ---- data-in ---- */

/* The DataSN behind the last PDU. */
u32 iscsit_plan_end(const struct iscsit_plan *plan)
{
	u32 left = plan->total - plan->base;
	u32 first = min(plan->burst - plan->base % plan->burst, left);
	u32 n = DIV_ROUND_UP(first, plan->dsl);

	left -= first;
	n += left / plan->burst * DIV_ROUND_UP(plan->burst, plan->dsl);
	return plan->base_sn + n + DIV_ROUND_UP(left % plan->burst, plan->dsl);
}

/* The sequence that has the @n-th PDU, as if all were in order; @n becomes its place in there. */
static struct iscsit_range plan_seq(const struct iscsit_plan *plan, u32 *n)
{
	u32 per = DIV_ROUND_UP(plan->burst, plan->dsl);
	struct iscsit_range seq = { plan->base, 0 };
	u32 first;

	seq.end = plan->base + min(plan->burst - plan->base % plan->burst,
				   plan->total - plan->base);
	first = DIV_ROUND_UP(seq.end - seq.off, plan->dsl);
	if (*n < first)
		return seq;
	*n -= first;
	seq.off = seq.end + *n / per * plan->burst;
	seq.end = seq.off + min(plan->burst, plan->total - seq.off);
	*n %= per;
	return seq;
}

/* The same when the sequences are sent from the last one: only that may be short. */
static struct iscsit_range plan_seq_backwards(const struct iscsit_plan *plan, u32 *n)
{
	u32 per = DIV_ROUND_UP(plan->burst, plan->dsl);
	u32 off = (plan->total - 1) / plan->burst * plan->burst;
	u32 first = DIV_ROUND_UP(plan->total - off, plan->dsl);

	if (*n < first)
		return (struct iscsit_range){ off, plan->total };
	*n -= first;
	off -= (*n / per + 1) * plan->burst;
	*n %= per;
	return (struct iscsit_range){ off, off + plan->burst };
}

/**
 * iscsit_plan_pdu() - what a Data-In PDU has in it
 * @plan: of the read, with at least a byte
 * @datasn: from @plan->base_sn up to, not including, iscsit_plan_end()
 * @pdu: filled in
 */
void iscsit_plan_pdu(const struct iscsit_plan *plan, u32 datasn, struct iscsit_plan_pdu *pdu)
{
	u32 n = datasn - plan->base_sn, in_seq, at;
	struct iscsit_range seq;

	seq = plan->seqs_backwards ? plan_seq_backwards(plan, &n) : plan_seq(plan, &n);
	in_seq = DIV_ROUND_UP(seq.end - seq.off, plan->dsl);
	at = plan->pdus_backwards ? in_seq - 1 - n : n;
	pdu->off = seq.off + at * plan->dsl;
	pdu->len = min(plan->dsl, seq.end - pdu->off);
	pdu->final = n == in_seq - 1;
	pdu->last = datasn + 1 == iscsit_plan_end(plan);
}
