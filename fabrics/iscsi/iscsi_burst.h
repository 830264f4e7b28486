/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data of a task in any order: which bytes of a write have arrived and what is to be asked for
 * next, and which bytes each Data-In PDU of a read has. Pure code: it also builds in user space.
 */
#ifndef ISCSIT_BURST_H
#define ISCSIT_BURST_H

#include <linux/types.h>

#define ISCSIT_RANGES_MAX	32	/* pieces of a write that do not touch */
#define ISCSIT_SEQS_MAX		8	/* R2Ts of a task that are outstanding */

/** struct iscsit_range - bytes @off up to, not including, @end */
struct iscsit_range {
	u32	off;
	u32	end;
};

/** struct iscsit_ranges - a set of bytes as @n ranges, sorted and apart */
struct iscsit_ranges {
	u32			n;
	struct iscsit_range	r[ISCSIT_RANGES_MAX];
};

bool iscsit_ranges_add(struct iscsit_ranges *set, u32 off, u32 end);
void iscsit_ranges_del(struct iscsit_ranges *set, u32 off, u32 end);
bool iscsit_ranges_has(const struct iscsit_ranges *set, u32 off, u32 end);

/**
 * struct iscsit_seq - a sequence of Data-Out PDUs: the answer to an R2T, or unsolicited data
 * @range: bytes asked for.
 * @ttt: target transfer tag, of the R2T. @r2tsn: its number.
 * @datasn: of the next PDU. @pos: first byte of the next PDU, where they are in order.
 * @used: the slot holds a sequence. @resend: the R2T is to be sent again.
 */
struct iscsit_seq {
	struct iscsit_range	range;
	u32			ttt;
	u32			r2tsn;
	u32			datasn;
	u32			pos;
	bool			used;
	bool			resend;
};

/**
 * struct iscsit_burst - the data-out of a task
 * @len: bytes wanted in all.
 * @got: what has arrived.
 * @seq: what is on its way.
 */
struct iscsit_burst {
	u32			len;
	struct iscsit_ranges	got;
	struct iscsit_seq	seq[ISCSIT_SEQS_MAX];
};

/* What a Data-Out PDU is judged by */
struct iscsit_burst_rules {
	bool	pdu_in_order;	/* DataPDUInOrder */
	bool	recover;	/* ErrorRecoveryLevel: what is missing is asked for again */
};

/** enum iscsit_burst_verdict - what becomes of a Data-Out PDU */
enum iscsit_burst_verdict {
	ISCSIT_BURST_TAKE,
	ISCSIT_BURST_IGNORE,		/* it has been here before */
	ISCSIT_BURST_LOST,		/* PDUs before it are missing, and there is no recovery */
	ISCSIT_BURST_PROTOCOL,
};

/* A Data-Out PDU */
struct iscsit_burst_pdu {
	u32	datasn;
	u32	off;
	u32	len;
	bool	final;
};

struct iscsit_seq *iscsit_burst_find(struct iscsit_burst *b, u32 ttt);
struct iscsit_seq *iscsit_burst_open(struct iscsit_burst *b, u32 ttt, u32 off, u32 end);
u32 iscsit_burst_open_count(const struct iscsit_burst *b);
bool iscsit_burst_want(const struct iscsit_burst *b, u32 max, bool backwards,
		       struct iscsit_range *want);
enum iscsit_burst_verdict iscsit_burst_check(const struct iscsit_seq *seq,
					     const struct iscsit_burst_rules *rules,
					     const struct iscsit_burst_pdu *pdu);
bool iscsit_burst_took(struct iscsit_burst *b, struct iscsit_seq *seq,
		       const struct iscsit_burst_pdu *pdu);
void iscsit_burst_spoiled(struct iscsit_burst *b, struct iscsit_seq *seq,
			  const struct iscsit_burst_pdu *pdu);
bool iscsit_burst_done(const struct iscsit_burst *b);
void iscsit_burst_forget(struct iscsit_burst *b);

/**
 * struct iscsit_plan - how the data of a read are cut into Data-In PDUs
 * @total: bytes of the read.
 * @dsl: most bytes in a PDU. @burst: bytes of a sequence (MaxBurstLength).
 * @base_sn: DataSN of the first PDU planned. @base: its first byte.
 * @pdus_backwards: PDUs of a sequence from its end (DataPDUInOrder=No).
 * @seqs_backwards: the sequences from the last one (DataSequenceInOrder=No).
 *
 * Backwards only with a base of 0.
 */
struct iscsit_plan {
	u32	total;
	u32	dsl;
	u32	burst;
	u32	base_sn;
	u32	base;
	bool	pdus_backwards;
	bool	seqs_backwards;
};

/**
 * struct iscsit_plan_pdu - one PDU
 * @off, @len: its bytes. @final: ends a sequence. @last: no other follows.
 */
struct iscsit_plan_pdu {
	u32	off;
	u32	len;
	bool	final;
	bool	last;
};

u32 iscsit_plan_end(const struct iscsit_plan *plan);
void iscsit_plan_pdu(const struct iscsit_plan *plan, u32 datasn, struct iscsit_plan_pdu *pdu);

#endif /* ISCSIT_BURST_H */
