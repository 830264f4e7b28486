// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data-out where it may come in any order, or where what is lost is asked for again: sessions with
 * DataPDUInOrder=No, DataSequenceInOrder=No or an ErrorRecoveryLevel. RFC 7143 sections 7.2, 7.8,
 * 11.7 and 11.8. Other sessions have the shorter way in iscsi_cmd.c.
 */
#include <linux/slab.h>
#include "iscsit.h"

/**
 * iscsit_out_begin() - a write begins
 * @conn: worker only; the command's header is in conn->rx
 * @tag: with pages
 * @final: no unsolicited Data-Out follows
 *
 * Returns false for no memory.
 */
bool iscsit_out_begin(struct iscsit_conn *conn, struct iscsit_tag *tag, bool final)
{
	u32 len = conn->rx.info.data_len;

	tag->out = kzalloc(sizeof(*tag->out), GFP_NOIO);
	if (!tag->out)
		return false;
	tag->out->burst.len = tag->cmd.xfer_len;
	tag->out->stamp = jiffies;
	if (conn->params.erl)
		iscsit_recovery_arm(conn->sess);
	if (!final)
		iscsit_burst_open(&tag->out->burst, ISCSIT_TAG_NONE, len,
				  max(len, min(conn->params.first_burst, tag->cmd.edtl)));
	return true;
}

void iscsit_out_end(struct iscsit_tag *tag)
{
	kfree(tag->out);
	tag->out = NULL;
}

/* Nothing is under way any more, and nothing is missing. */
void iscsit_out_look(struct iscsit_tag *tag)
{
	const struct iscsit_burst *burst = &tag->out->burst;

	if (!iscsit_burst_open_count(burst) && iscsit_burst_done(burst))
		tag->rcvd = tag->cmd.xfer_len;
}

/* The command PDU is complete, with its immediate data. */
void iscsit_out_immediate(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	iscsit_ranges_add(&tag->out->burst.got, 0,
			  min(conn->rx.info.data_len, tag->cmd.xfer_len));
	iscsit_out_look(tag);
}

static struct iscsit_seq *out_resend(struct iscsit_burst *burst)
{
	u32 i;

	for (i = 0; i < ISCSIT_SEQS_MAX; i++)
		if (burst->seq[i].used && burst->seq[i].resend)
			return &burst->seq[i];
	return NULL;
}

/* Whether another R2T may be sent; unsolicited data are waited for first. */
static bool out_may_ask(const struct iscsit_conn *conn, struct iscsit_tag *tag,
			struct iscsit_range *want)
{
	struct iscsit_burst *burst = &tag->out->burst;

	if (tag->fail_asc || iscsit_burst_find(burst, ISCSIT_TAG_NONE) ||
	    iscsit_burst_open_count(burst) >= min_t(u32, conn->params.max_r2t, ISCSIT_SEQS_MAX))
		return false;
	return iscsit_burst_want(burst, conn->params.max_burst, conn->r2t_backwards, want);
}

/* Ask for data, if there is anything to be asked for. */
void iscsit_out_ask(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	struct iscsit_range want;

	if (!list_empty(&tag->tx.entry) ||
	    (!out_resend(&tag->out->burst) && !out_may_ask(conn, tag, &want)))
		return;
	tag->tx.kind = ISCSIT_TX_R2T;
	iscsit_tx_queue(conn, &tag->tx);
}

/**
 * iscsit_out_r2t() - the next R2T of a task
 * @conn: worker only
 * @tag: waits for data
 * @r2t: filled in
 *
 * Returns false if there is nothing to be asked for any more.
 */
bool iscsit_out_r2t(struct iscsit_conn *conn, struct iscsit_tag *tag, struct iscsit_r2t *r2t)
{
	struct iscsit_out *out = tag->out;
	struct iscsit_seq *seq = out_resend(&out->burst);
	struct iscsit_range want;

	if (!seq) {
		if (!out_may_ask(conn, tag, &want))
			return false;
		seq = iscsit_burst_open(&out->burst, iscsit_r2t_ttt(tag, out->ttts++), want.off,
					want.end);
		if (!seq)
			return false;
		seq->r2tsn = tag->r2tsn++;
	}
	seq->resend = false;
	out->stamp = jiffies;
	r2t->ttt = seq->ttt;
	r2t->r2tsn = seq->r2tsn;
	r2t->offset = seq->range.off;
	r2t->desired_len = seq->range.end - seq->range.off;
	return true;
}

static void out_decode(const struct iscsit_rx *rx, struct iscsit_burst_pdu *pdu)
{
	const struct iscsit_data_out_bhs *bhs = (const void *)&rx->bhs;

	pdu->datasn = be32_to_cpu(bhs->datasn);
	pdu->off = be32_to_cpu(bhs->offset);
	pdu->len = rx->info.data_len;
	pdu->final = bhs->flags & ISCSIT_F_FINAL;
}

/* The data go to their place; what the command does not want, or has already, nowhere. */
static void out_sink(struct iscsit_rx *rx, struct iscsit_tag *tag,
		     const struct iscsit_burst_pdu *pdu)
{
	u32 end = min(pdu->off + pdu->len, tag->cmd.xfer_len);

	rx->tag = tag;
	rx->sink = ISCSIT_SINK_TAG;
	rx->keep = 0;
	if (pdu->off >= end || iscsit_ranges_has(&tag->out->burst.got, pdu->off, end))
		return;
	rx->keep = end - pdu->off;
	iscsit_tag_seek(tag, pdu->off);
}

/* A PDU of no sequence. With recovery, it may be of one that was given up. */
static void out_stray(struct iscsit_conn *conn, struct iscsit_tag *tag, u32 ttt)
{
	if (ttt == ISCSIT_TAG_NONE && !conn->params.erl && !tag->fail_asc)
		iscsit_data_out_wrong(conn, tag, ISCSIT_ASC_UNEXPECTED_DATA);
}

/**
 * iscsit_out_rx() - a Data-Out header has arrived
 * @conn: worker only; the header is in conn->rx
 * @tag: the task it names
 */
void iscsit_out_rx(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	const struct iscsit_data_out_bhs *bhs = (const void *)&conn->rx.bhs;
	const struct iscsit_burst_rules rules = {
		.pdu_in_order = conn->params.pdu_in_order,
		.recover = conn->params.erl,
	};
	u32 ttt = be32_to_cpu(bhs->ttt);
	struct iscsit_seq *seq = iscsit_burst_find(&tag->out->burst, ttt);
	struct iscsit_burst_pdu pdu;

	if (!seq) {
		out_stray(conn, tag, ttt);
		return;
	}
	if (tag->fail_asc) {
		conn->rx.tag = tag;
		return;
	}
	out_decode(&conn->rx, &pdu);
	switch (iscsit_burst_check(seq, &rules, &pdu)) {
	case ISCSIT_BURST_TAKE:
		out_sink(&conn->rx, tag, &pdu);
		break;
	case ISCSIT_BURST_IGNORE:
		break;
	case ISCSIT_BURST_LOST:
		iscsit_data_out_wrong(conn, tag, ISCSIT_ASC_PROTOCOL_CRC);
		break;
	default:
		iscsit_data_out_wrong(conn, tag, ISCSIT_ASC_WRONG_AMOUNT);
	}
}

/*
 * A sequence has ended with F and is not complete, where nothing is lost. Unsolicited data may be
 * short if the first burst could have had all (11.4.7.2).
 */
static bool out_is_short(const struct iscsit_conn *conn, const struct iscsit_tag *tag,
			 const struct iscsit_seq *seq)
{
	const struct iscsit_burst *burst = &tag->out->burst;

	if (conn->params.erl || seq->used ||
	    (seq->ttt == ISCSIT_TAG_NONE && tag->cmd.edtl <= conn->params.first_burst))
		return false;
	return !iscsit_ranges_has(&burst->got, seq->range.off, min(seq->range.end, burst->len));
}

/* Data of a task that will fail are gone; what counts is where the sequence ends. */
static void out_swallowed(struct iscsit_seq *seq, const struct iscsit_burst_pdu *pdu)
{
	if (seq && pdu->final)
		seq->used = false;
}

/**
 * iscsit_out_done() - a Data-Out PDU is complete
 * @conn: worker only
 * @tag: task it belongs to
 *
 * Its sequence may have been given up meanwhile; the data are good all the same.
 */
void iscsit_out_done(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	const struct iscsit_data_out_bhs *bhs = (const void *)&conn->rx.bhs;
	struct iscsit_burst *burst = &tag->out->burst;
	struct iscsit_seq *seq = iscsit_burst_find(burst, be32_to_cpu(bhs->ttt));
	struct iscsit_seq none = {};
	struct iscsit_burst_pdu pdu;

	out_decode(&conn->rx, &pdu);
	if (tag->fail_asc)
		out_swallowed(seq, &pdu);
	else if (!iscsit_burst_took(burst, seq ? seq : &none, &pdu) && !conn->params.erl)
		iscsit_cmd_doom(tag, ISCSIT_ASC_NO_RESOURCES);
	else if (seq && out_is_short(conn, tag, seq))
		iscsit_data_out_wrong(conn, tag, ISCSIT_ASC_WRONG_AMOUNT);
	tag->out->stamp = jiffies;
	iscsit_out_look(tag);
	iscsit_cmd_go(conn, tag);
}

/* A Data-Out PDU with a wrong digest (7.8): what it was to bring is asked for again. */
void iscsit_out_spoiled(struct iscsit_conn *conn, struct iscsit_tag *tag)
{
	const struct iscsit_data_out_bhs *bhs = (const void *)&conn->rx.bhs;
	struct iscsit_burst *burst = &tag->out->burst;
	struct iscsit_seq *seq = iscsit_burst_find(burst, be32_to_cpu(bhs->ttt));
	struct iscsit_seq none = {};
	struct iscsit_burst_pdu pdu;

	out_decode(&conn->rx, &pdu);
	/* What was not kept has overwritten nothing. */
	if (iscsit_ranges_has(&burst->got, pdu.off, min(pdu.off + pdu.len, burst->len)))
		iscsit_burst_took(burst, seq ? seq : &none, &pdu);
	else
		iscsit_burst_spoiled(burst, seq ? seq : &none, &pdu);
	tag->out->stamp = jiffies;
	iscsit_out_look(tag);
	iscsit_cmd_go(conn, tag);
}
