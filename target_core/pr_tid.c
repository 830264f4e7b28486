// SPDX-License-Identifier: GPL-2.0-only
/*
 * TransportIDs (SPC-4 7.6.4): initiator ports as PERSISTENT RESERVE OUT names
 * them and READ FULL STATUS reports them, from and to the names ACLs have.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include <target/fabric.h>
#include "pr_state.h"

#define TID_LEN		24	/* of every protocol but iSCSI */
#define TID_HEADER	4	/* iSCSI: the name follows */
#define TID_ISCSI_MIN	20	/* ADDITIONAL LENGTH is no less */
#define TID_PROTO	0x0f
#define TID_FORMAT_ISID	1
#define ISID_SEPARATOR	",i,0x"
#define ISID_DIGITS	12

/* Where the name is, by protocol identifier. No fabric has parallel SCSI's. */
static const struct tid_layout {
	u8	at, len;
} layouts[TID_PROTO + 1] = {
	[TARGET_PROTO_FC]	= { 8, 8 },	/* N_Port_Name */
	[TARGET_PROTO_SBP]	= { 8, 8 },	/* EUI-64 */
	[TARGET_PROTO_SRP]	= { 8, 16 },	/* initiator port identifier */
	[TARGET_PROTO_SAS]	= { 4, 8 },	/* SAS address */
};

/**
 * pr_name_valid() - whether a name can be kept
 * @name: of a port
 *
 * What separates the tokens of the APTPL file can't be part of one.
 */
bool pr_name_valid(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if ((u8)*p <= ' ' || *p == 0x7f || *p == ',' || *p == '=')
			return false;
	return p > name;
}

/* ",i,0x" and the ISID end the text of format 01b; returns the length of the name before it. */
static size_t decode_isid(const char *text, struct pr_tid *tid)
{
	const char *isid = strstr(text, ISID_SEPARATOR);

	if (!isid || strlen(isid) != strlen(ISID_SEPARATOR) + ISID_DIGITS ||
	    hex2bin(tid->isid, isid + strlen(ISID_SEPARATOR), sizeof(tid->isid)))
		return 0;
	tid->has_isid = true;
	return isid - text;
}

static u32 decode_iscsi(const u8 *buf, u32 len, struct pr_tid *tid)
{
	const char *text = (const char *)buf + TID_HEADER;
	u32 room = get_unaligned_be16(buf + 2);
	u8 format = buf[0] >> 6;
	size_t n;

	if (room < TID_ISCSI_MIN || room % 4 || room > len - TID_HEADER || format > TID_FORMAT_ISID)
		return 0;
	n = strnlen(text, room);
	if (n == room)
		return 0;
	if (format == TID_FORMAT_ISID)
		n = decode_isid(text, tid);
	if (n >= sizeof(tid->name))
		return 0;
	memcpy(tid->name, text, n);
	return pr_name_valid(tid->name) ? TID_HEADER + room : 0;
}

/**
 * pr_tid_decode() - take a TransportID apart
 * @buf: where it begins
 * @len: bytes there
 * @tid: filled in
 *
 * Return: bytes of the TransportID, 0 if there is none that we know.
 */
u32 pr_tid_decode(const u8 *buf, u32 len, struct pr_tid *tid)
{
	const struct tid_layout *layout = &layouts[len ? buf[0] & TID_PROTO : 0];

	memset(tid, 0, sizeof(*tid));
	if (len < TID_LEN)
		return 0;
	tid->proto = buf[0] & TID_PROTO;
	if (tid->proto == TARGET_PROTO_ISCSI)
		return decode_iscsi(buf, len, tid);
	if (!layout->len || buf[0] >> 6)
		return 0;
	tid->id_len = layout->len;
	memcpy(tid->id, buf + layout->at, layout->len);
	return TID_LEN;
}

static const char *skip_prefix(const char *name)
{
	static const char *const prefixes[] = { "naa.", "eui.", "fc.", "ib.", "0x" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return name + strlen(prefixes[i]);
	return name;
}

/* The number a name spells, "naa.5001...", "20:00:...", right-aligned in @len bytes. */
static bool name_to_id(const char *name, u8 *id, u8 len)
{
	u8 digits[2 * sizeof_field(struct pr_tid, id)];
	unsigned int n = 0, i;
	const char *p;

	for (p = skip_prefix(name); *p; p++) {
		int digit = hex_to_bin(*p);

		if (*p == ':')
			continue;
		if (digit < 0 || n == 2 * len)
			return false;
		digits[n++] = digit;
	}
	memset(id, 0, len);
	for (i = 0; i < n; i++)
		id[len - 1 - (n - 1 - i) / 2] |= digits[i] << ((n - 1 - i) % 2 ? 4 : 0);
	return n;
}

/**
 * pr_tid_names() - whether a TransportID means the initiator of an ACL
 * @tid: decoded
 * @name: the ACL's
 */
bool pr_tid_names(const struct pr_tid *tid, const char *name)
{
	u8 id[sizeof(tid->id)];

	if (tid->proto == TARGET_PROTO_ISCSI)
		return !strcasecmp(tid->name, name);
	return name_to_id(name, id, tid->id_len) && !memcmp(id, tid->id, tid->id_len);
}

static u32 encode_iscsi(const struct pr_nexus *nexus, u8 *buf)
{
	char *name = (char *)buf + TID_HEADER;
	u32 len = strnlen(nexus->initiator, sizeof(nexus->initiator) - 1);

	memcpy(name, nexus->initiator, len);
	if (nexus->has_isid) {
		memcpy(name + len, ISID_SEPARATOR, strlen(ISID_SEPARATOR));
		bin2hex(name + len + strlen(ISID_SEPARATOR), nexus->isid, sizeof(nexus->isid));
		len += strlen(ISID_SEPARATOR) + ISID_DIGITS;
		buf[0] |= TID_FORMAT_ISID << 6;
	}
	len = max_t(u32, round_up(len + 1, 4), TID_ISCSI_MIN);
	put_unaligned_be16(len, buf + 2);
	return TID_HEADER + len;
}

/**
 * pr_tid_encode() - the TransportID of an initiator port
 * @nexus: a nexus of it
 * @buf: filled in
 *
 * A name that is no number gives a TransportID with an identifier of zero.
 *
 * Return: its length.
 */
u32 pr_tid_encode(const struct pr_nexus *nexus, u8 buf[PR_TID_MAX])
{
	const struct tid_layout *layout = &layouts[nexus->proto & TID_PROTO];

	BUILD_BUG_ON(TID_HEADER + PR_NAME_MAX - 1 + sizeof(ISID_SEPARATOR) - 1 + ISID_DIGITS + 1 >
		     PR_TID_MAX);
	memset(buf, 0, PR_TID_MAX);
	buf[0] = nexus->proto & TID_PROTO;
	if (nexus->proto == TARGET_PROTO_ISCSI)
		return encode_iscsi(nexus, buf);
	if (layout->len && !name_to_id(nexus->initiator, buf + layout->at, layout->len))
		memset(buf + layout->at, 0, layout->len);
	return TID_LEN;
}
