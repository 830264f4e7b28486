// SPDX-License-Identifier: GPL-2.0-only
/*
 * SCSI commands: numbering of requests, READ(16) and WRITE(16) whose data are a pattern of seed
 * and place, unsolicited and solicited data as negotiated, and the check of what comes back.
 */
#include <stdlib.h>
#include <string.h>
#include "raw.h"

/* Eight bytes that depend on seed and place alone (splitmix64). */
static uint64_t pattern_word(uint32_t seed, uint64_t index)
{
	uint64_t z = ((uint64_t)seed << 40) + (index + 1) * 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static uint8_t pattern_byte(uint32_t seed, uint64_t pos)
{
	return pattern_word(seed, pos / 8) >> (8 * (pos % 8));
}

void pattern_fill(uint8_t *buf, size_t len, uint32_t seed, uint64_t pos)
{
	for (; len && pos % 8; len--)
		*buf++ = pattern_byte(seed, pos++);
	for (; len >= 8; len -= 8, pos += 8, buf += 8) {
		uint64_t word = pattern_word(seed, pos / 8);
		unsigned int i;

		for (i = 0; i < 8; i++)
			buf[i] = word >> (8 * i);
	}
	for (; len; len--)
		*buf++ = pattern_byte(seed, pos++);
}

bool pattern_check(const uint8_t *buf, size_t len, uint32_t seed, uint64_t pos)
{
	uint8_t want[512];
	size_t part;

	for (; len; len -= part, buf += part, pos += part) {
		part = len < sizeof(want) ? len : sizeof(want);
		pattern_fill(want, part, seed, pos);
		if (memcmp(buf, want, part))
			return false;
	}
	return true;
}

/* Serial numbers and a tag for a request that has not got them from elsewhere. */
void request_number(struct conn *conn, struct pdu *pdu)
{
	struct session *sess = conn->sess;

	put_be(pdu->bhs + 16, 4, ++sess->itt);
	put_be(pdu->bhs + 24, 4, sess->cmdsn);
	put_be(pdu->bhs + 28, 4, conn->exp_statsn);
	if (!(pdu->bhs[0] & 0x40))
		sess->cmdsn++;
}

static void build_cdb(uint8_t *cdb, const struct task *task)
{
	if (!task->len)
		return;				/* TEST UNIT READY */
	cdb[0] = task->write ? 0x8a : 0x88;
	put_be(cdb + 2, 8, task->lba);
	put_be(cdb + 10, 4, task->len / BLOCK);
}

/* One Data-Out of a task; the caller has set TTT, DataSN and F. */
enum result task_data_out(struct conn *conn, const struct task *task, struct pdu *pdu,
			  uint32_t offset, uint32_t len)
{
	put_be(pdu->bhs + 8, 2, task->lun);
	put_be(pdu->bhs + 16, 4, task->itt);
	put_be(pdu->bhs + 28, 4, conn->exp_statsn);
	put_be(pdu->bhs + 40, 4, offset);
	pattern_fill(pdu_room(pdu, len), len, task->seed, task->lba * BLOCK + offset);
	return conn_send(conn, pdu);
}

static uint32_t min32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* A sequence of Data-Out: unsolicited, or the answer to an R2T. */
static enum result send_sequence(struct conn *conn, const struct task *task, uint32_t ttt,
				 uint32_t offset, uint32_t end)
{
	struct pdu pdu = { 0 };
	enum result result = RAW_OK;
	uint32_t sn, len;

	for (sn = 0; offset < end && !result; sn++, offset += len) {
		len = min32(end - offset, conn->max_send);
		pdu_init(&pdu, DATA_OUT);
		pdu.bhs[1] = offset + len == end ? 0x80 : 0;
		pdu_put(&pdu, "ttt", ttt);
		pdu_put(&pdu, "datasn", sn);
		pdu.bad_data_digest = conn->corrupt && !(++conn->sent % conn->corrupt);
		result = task_data_out(conn, task, &pdu, offset, len);
	}
	pdu_free(&pdu);
	return result;
}

/* Send the command with its unsolicited data. A task that has a tag is sent again as it was. */
enum result task_start(struct conn *conn, struct task *task)
{
	const struct params *p = &conn->sess->params;
	uint32_t immediate = 0, burst = 0;
	struct pdu pdu = { 0 };
	enum result result;

	pdu_init(&pdu, SCSI_CMD);
	if (task->write && p->immediate_data)
		immediate = min32(min32(task->len, p->first_burst), conn->max_send);
	if (task->write && !p->initial_r2t)
		burst = min32(task->len, p->first_burst);
	if (burst > immediate)
		pdu.bhs[1] = 0;			/* more unsolicited data follow */
	pdu.bhs[1] |= (task->len ? task->write ? 0x20 : 0x40 : 0) | 1;
	pdu_put(&pdu, "lun", task->lun);
	pdu_put(&pdu, "edtl", task->len);
	build_cdb(pdu.bhs + 32, task);
	if (!task->itt) {
		request_number(conn, &pdu);
		task->itt = pdu_get(&pdu, "itt");
		task->cmdsn = pdu_get(&pdu, "cmdsn");
	} else {
		pdu_put(&pdu, "itt", task->itt);
		pdu_put(&pdu, "cmdsn", task->cmdsn);
		pdu_put(&pdu, "expstatsn", conn->exp_statsn);
	}
	if (immediate)
		pattern_fill(pdu_room(&pdu, immediate), immediate, task->seed, task->lba * BLOCK);
	result = conn_send(conn, &pdu);
	pdu_free(&pdu);
	if (!result && burst > immediate)
		result = send_sequence(conn, task, TAG_NONE, immediate, burst);
	return result;
}

enum result task_answer_r2t(struct conn *conn, const struct task *task, const struct pdu *r2t)
{
	uint32_t offset = pdu_get(r2t, "offset"), len = pdu_get(r2t, "desired");

	if (!task->write || !len || offset > task->len || len > task->len - offset ||
	    len > conn->sess->params.max_burst)
		return RAW_PROTOCOL;
	return send_sequence(conn, task, pdu_get(r2t, "ttt"), offset, offset + len);
}

/* Whether a Data-In belongs to the task and has the right data. */
bool task_data_in_ok(const struct task *task, const struct pdu *pdu)
{
	uint32_t offset = pdu_get(pdu, "offset");

	if (task->write || offset > task->len || pdu->len > task->len - offset)
		return false;
	return !task->checked ||
	       pattern_check(pdu->data, pdu->len, task->seed, task->lba * BLOCK + offset);
}

/* What a PDU means for the only task there is; RAW_TIMEOUT stands for "go on". */
static enum result task_pdu(struct conn *conn, struct task *task, uint32_t *received)
{
	struct pdu *pdu = &conn->last;

	switch (pdu->bhs[0] & 0x3f) {
	case R2T:
		if (get_be(pdu->bhs + 16, 4) != task->itt)
			return RAW_PROTOCOL;
		return task_answer_r2t(conn, task, pdu) ? RAW_CLOSED : RAW_TIMEOUT;
	case DATA_IN:
		if (get_be(pdu->bhs + 16, 4) != task->itt || !task_data_in_ok(task, pdu))
			return RAW_PROTOCOL;
		*received += pdu->len;
		if (!(pdu->bhs[1] & 1))
			return RAW_TIMEOUT;
		break;
	case SCSI_RSP:
		if (get_be(pdu->bhs + 16, 4) != task->itt || pdu->bhs[2])
			return RAW_PROTOCOL;
		break;
	case NOP_IN:
		return RAW_TIMEOUT;
	default:
		return RAW_PROTOCOL;
	}
	if (pdu->bhs[3])
		return RAW_REFUSED;
	return task->write || *received == task->len ? RAW_OK : RAW_PROTOCOL;
}

/* Do what the target asks for until the task's status is here; no other task may be active. */
enum result task_finish(struct conn *conn, struct task *task)
{
	uint32_t received = 0;
	enum result result;

	do {
		result = conn_recv(conn, &conn->last, conn->timeout);
		if (result)
			return result;
		result = task_pdu(conn, task, &received);
	} while (result == RAW_TIMEOUT);
	return result;
}

/* TEST UNIT READY until there is no unit attention left. */
enum result conn_ready(struct conn *conn, uint16_t lun)
{
	enum result result = RAW_REFUSED;
	unsigned int i;

	for (i = 0; i < 8 && result == RAW_REFUSED; i++) {
		struct task task = { .lun = lun };

		result = task_start(conn, &task);
		if (!result)
			result = task_finish(conn, &task);
	}
	return result;
}
