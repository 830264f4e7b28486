// SPDX-License-Identifier: GPL-2.0-only
/*
 * PDUs as bytes: the fields of each opcode by name (RFC 7143 section 11), CRC32C, text keys, and
 * a PDU as a line for people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "raw.h"

#define CMDSN		{ "cmdsn", 24, 4, 0 }, { "expstatsn", 28, 4, 0 }
#define STATSN		{ "statsn", 24, 4, 0 }, { "expcmdsn", 28, 4, 0 }, { "maxcmdsn", 32, 4, 0 }
#define LUN_ITT		{ "lun", 8, 2, 0 }, { "itt", 16, 4, 0 }
#define ITT		{ "itt", 16, 4, 0 }
#define TTT		{ "ttt", 20, 4, 0 }

static const struct field common[] = {
	{ "opcode", 0, 1, 0x3f }, { "I", 0, 1, 0x40 }, { "F", 1, 1, 0x80 }, { "flags", 1, 1, 0 },
	{ "ahslen", 4, 1, 0 }, { "dlen", 5, 3, 0 }, { NULL, 0, 0, 0 },
};

static const struct field nop_out[] = { LUN_ITT, TTT, CMDSN, { NULL, 0, 0, 0 } };
static const struct field scsi_cmd[] = {
	{ "R", 1, 1, 0x40 }, { "W", 1, 1, 0x20 }, { "attr", 1, 1, 7 }, { "priority", 3, 1, 15 },
	LUN_ITT, { "edtl", 20, 4, 0 }, CMDSN, { NULL, 0, 0, 0 },
};

static const struct field tmf_req[] = {
	{ "func", 1, 1, 0x7f }, LUN_ITT, { "ref", 20, 4, 0 }, CMDSN, { "refcmdsn", 32, 4, 0 },
	{ "expdatasn", 36, 4, 0 }, { NULL, 0, 0, 0 },
};

static const struct field login_req[] = {
	{ "T", 1, 1, 0x80 }, { "C", 1, 1, 0x40 }, { "csg", 1, 1, 0x0c }, { "nsg", 1, 1, 3 },
	{ "vmax", 2, 1, 0 }, { "vmin", 3, 1, 0 }, { "isid", 8, 6, 0 }, { "tsih", 14, 2, 0 }, ITT,
	{ "cid", 20, 2, 0 }, CMDSN, { NULL, 0, 0, 0 },
};

static const struct field text_req[] = {
	{ "C", 1, 1, 0x40 }, LUN_ITT, TTT, CMDSN, { NULL, 0, 0, 0 },
};

static const struct field data_out[] = {
	LUN_ITT, TTT, { "expstatsn", 28, 4, 0 }, { "datasn", 36, 4, 0 }, { "offset", 40, 4, 0 },
	{ NULL, 0, 0, 0 },
};

static const struct field logout_req[] = {
	{ "reason", 1, 1, 0x7f }, ITT, { "cid", 20, 2, 0 }, CMDSN, { NULL, 0, 0, 0 },
};

static const struct field snack_req[] = {
	{ "type", 1, 1, 15 }, LUN_ITT, TTT, { "expstatsn", 28, 4, 0 }, { "begrun", 40, 4, 0 },
	{ "runlen", 44, 4, 0 }, { NULL, 0, 0, 0 },
};

static const struct field nop_in[] = { LUN_ITT, TTT, STATSN, { NULL, 0, 0, 0 } };
static const struct field scsi_rsp[] = {
	{ "O", 1, 1, 4 }, { "U", 1, 1, 2 }, { "response", 2, 1, 0 }, { "status", 3, 1, 0 }, ITT,
	{ "qualifier", 8, 2, 0 }, { "snacktag", 20, 4, 0 }, STATSN, { "expdatasn", 36, 4, 0 },
	{ "bidiresidual", 40, 4, 0 }, { "residual", 44, 4, 0 }, { NULL, 0, 0, 0 },
};

static const struct field tmf_rsp[] = {
	{ "response", 2, 1, 0 }, { "info", 8, 3, 0 }, ITT, STATSN, { NULL, 0, 0, 0 },
};

static const struct field login_rsp[] = {
	{ "T", 1, 1, 0x80 }, { "C", 1, 1, 0x40 }, { "csg", 1, 1, 0x0c }, { "nsg", 1, 1, 3 },
	{ "vmax", 2, 1, 0 }, { "vactive", 3, 1, 0 }, { "isid", 8, 6, 0 }, { "tsih", 14, 2, 0 },
	ITT, STATSN, { "status", 36, 2, 0 }, { NULL, 0, 0, 0 },
};

static const struct field text_rsp[] = {
	{ "C", 1, 1, 0x40 }, LUN_ITT, TTT, STATSN, { NULL, 0, 0, 0 },
};

static const struct field data_in[] = {
	{ "A", 1, 1, 0x40 }, { "O", 1, 1, 4 }, { "U", 1, 1, 2 }, { "S", 1, 1, 1 },
	{ "status", 3, 1, 0 }, LUN_ITT, TTT, STATSN, { "datasn", 36, 4, 0 },
	{ "offset", 40, 4, 0 }, { "residual", 44, 4, 0 }, { NULL, 0, 0, 0 },
};

static const struct field logout_rsp[] = {
	{ "response", 2, 1, 0 }, ITT, STATSN, { "time2wait", 40, 2, 0 },
	{ "time2retain", 42, 2, 0 }, { NULL, 0, 0, 0 },
};

static const struct field r2t[] = {
	LUN_ITT, TTT, STATSN, { "r2tsn", 36, 4, 0 }, { "offset", 40, 4, 0 },
	{ "desired", 44, 4, 0 }, { NULL, 0, 0, 0 },
};

static const struct field async[] = {
	LUN_ITT, STATSN, { "event", 36, 1, 0 }, { "vcode", 37, 1, 0 }, { "param1", 38, 2, 0 },
	{ "param2", 40, 2, 0 }, { "param3", 42, 2, 0 }, { NULL, 0, 0, 0 },
};

static const struct field reject[] = {
	{ "reason", 2, 1, 0 }, ITT, STATSN, { "datasn", 36, 4, 0 }, { NULL, 0, 0, 0 },
};

static const struct {
	const char		*name;
	const struct field	*fields;
} opcodes[0x40] = {
	[NOP_OUT] = { "nop-out", nop_out },
	[SCSI_CMD] = { "scsi", scsi_cmd },
	[TMF_REQ] = { "tmf", tmf_req },
	[LOGIN_REQ] = { "login", login_req },
	[TEXT_REQ] = { "text", text_req },
	[DATA_OUT] = { "data-out", data_out },
	[LOGOUT_REQ] = { "logout", logout_req },
	[SNACK_REQ] = { "snack", snack_req },
	[NOP_IN] = { "nop-in", nop_in },
	[SCSI_RSP] = { "response", scsi_rsp },
	[TMF_RSP] = { "tmf-response", tmf_rsp },
	[LOGIN_RSP] = { "login-response", login_rsp },
	[TEXT_RSP] = { "text-response", text_rsp },
	[DATA_IN] = { "data-in", data_in },
	[LOGOUT_RSP] = { "logout-response", logout_rsp },
	[R2T] = { "r2t", r2t },
	[ASYNC] = { "async", async },
	[REJECT] = { "reject", reject },
};

uint32_t crc32c(uint32_t crc, const void *data, size_t len)
{
	static uint32_t table[256];
	const uint8_t *p = data;
	unsigned int i, bit;

	for (i = 0; i < 256 && !table[255]; i++) {
		uint32_t value = i;

		for (bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (value & 1 ? 0x82f63b78 : 0);
		table[i] = value;
	}
	while (len--)
		crc = crc >> 8 ^ table[(crc ^ *p++) & 0xff];
	return crc;
}

uint64_t get_be(const uint8_t *p, unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | *p++;
	return value;
}

void put_be(uint8_t *p, unsigned int bytes, uint64_t value)
{
	while (bytes--)
		*p++ = value >> (8 * bytes);
}

const char *opcode_name(uint8_t opcode)
{
	const char *name = opcodes[opcode & 0x3f].name;

	return name ? name : "unknown";
}

/* A number is taken as it is, so that an opcode that does not exist can be sent. */
int opcode_find(const char *name)
{
	unsigned int i;
	char *end;
	long value;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++)
		if (opcodes[i].name && !strcmp(opcodes[i].name, name))
			return i;
	value = strtol(name, &end, 0);
	return *end || end == name || value < 0 || value > 0x3f ? -1 : value;
}

static const struct field *find_in(const struct field *field, const char *name)
{
	for (; field && field->name; field++)
		if (!strcmp(field->name, name))
			return field;
	return NULL;
}

const struct field *field_find(uint8_t opcode, const char *name)
{
	const struct field *field = find_in(common, name);

	return field ? field : find_in(opcodes[opcode & 0x3f].fields, name);
}

static unsigned int field_shift(const struct field *field)
{
	return field->mask ? __builtin_ctz(field->mask) : 0;
}

uint64_t field_get(const uint8_t *bhs, const struct field *field)
{
	uint64_t value = get_be(bhs + field->off, field->bytes);

	return field->mask ? (value & field->mask) >> field_shift(field) : value;
}

void field_put(uint8_t *bhs, const struct field *field, uint64_t value)
{
	uint64_t old = get_be(bhs + field->off, field->bytes);

	if (field->mask)
		value = (old & ~(uint64_t)field->mask) |
			(value << field_shift(field) & field->mask);
	put_be(bhs + field->off, field->bytes, value);
}

/* Only for fields the opcode has. */
static const struct field *must_find(const struct pdu *pdu, const char *name)
{
	const struct field *field = field_find(pdu->bhs[0], name);

	if (!field) {
		fprintf(stderr, "%s has no field %s\n", opcode_name(pdu->bhs[0]), name);
		exit(2);
	}
	return field;
}

uint64_t pdu_get(const struct pdu *pdu, const char *name)
{
	return field_get(pdu->bhs, must_find(pdu, name));
}

void pdu_put(struct pdu *pdu, const char *name, uint64_t value)
{
	field_put(pdu->bhs, must_find(pdu, name), value);
}

/* An empty PDU with the F bit; its data buffer stays. */
void pdu_init(struct pdu *pdu, uint8_t opcode)
{
	memset(pdu->bhs, 0, sizeof(pdu->bhs));
	pdu->bhs[0] = opcode;
	pdu->bhs[1] = 0x80;
	pdu->ahs_len = 0;
	pdu->len = 0;
	pdu->bad_header_digest = false;
	pdu->bad_data_digest = false;
	pdu->next = NULL;
}

void pdu_free(struct pdu *pdu)
{
	free(pdu->data);
	pdu->data = NULL;
	pdu->room = 0;
	pdu->len = 0;
}

/* Make the data segment @len bytes long; what it had stays. */
uint8_t *pdu_room(struct pdu *pdu, uint32_t len)
{
	if (len + 4 > pdu->room) {
		pdu->room = len + 4096;
		pdu->data = realloc(pdu->data, pdu->room);
		if (!pdu->data)
			abort();
	}
	pdu->len = len;
	return pdu->data;
}

void pdu_add_text(struct pdu *pdu, const char *pair)
{
	uint32_t old = pdu->len, len = strlen(pair) + 1;

	memcpy(pdu_room(pdu, old + len) + old, pair, len);
}

/* The value of a key in a text, or NULL. */
const char *pdu_text(const struct pdu *pdu, const char *key)
{
	const char *p = (const char *)pdu->data, *end = p + pdu->len;
	size_t len = strlen(key);

	if (!pdu->len || end[-1])
		return NULL;
	for (; p < end; p += strlen(p) + 1)
		if (!strncmp(p, key, len) && p[len] == '=')
			return p + len + 1;
	return NULL;
}

/* Sense key, ASC and ASCQ of a SCSI Response in one number, 0 without sense data. */
uint32_t pdu_sense(const struct pdu *pdu)
{
	const uint8_t *sense = pdu->data + 2;

	if ((pdu->bhs[0] & 0x3f) != SCSI_RSP || pdu->len < 2 + 14)
		return 0;
	return (sense[2] & 0xf) << 16 | sense[12] << 8 | sense[13];
}

void pdu_print(const char *what, const struct pdu *pdu)
{
	const struct field *field = opcodes[pdu->bhs[0] & 0x3f].fields;

	fprintf(stderr, "%s %s%s flags=0x%02x dlen=%u", what, opcode_name(pdu->bhs[0]),
		pdu->bhs[0] & 0x40 ? " I" : "", pdu->bhs[1], pdu->len);
	for (; field && field->name; field++)
		if (!field->mask)
			fprintf(stderr, " %s=0x%llx", field->name,
				(unsigned long long)field_get(pdu->bhs, field));
	fputc('\n', stderr);
}
