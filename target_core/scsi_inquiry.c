// SPDX-License-Identifier: GPL-2.0-only
/*
 * INQUIRY: the standard data and the vital product data pages, a table of
 * fill functions. Pages say what exec_*.c does; nothing is claimed in advance.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "alua_rules.h"
#include "scsi_diag.h"
#include "xcopy_list.h"

#define EVPD			0x01
#define PQ_NO_LU		0x7f	/* qualifier 011b, type 1Fh: no logical unit here */
#define PQ_NOT_CONNECTED	0x20	/* qualifier 001b, type 00h: a disk, but not now */
#define TYPE_WELL_KNOWN	0x1e	/* peripheral device type */
#define VPD_HEADER		4
#define VPD_PORTS		0x88
#define STD_LEN			96
#define STD_VERSIONS		58	/* first version descriptor */
#define DESC_HEADER		4
#define DESC_MAX		252	/* longest designator that keeps a multiple of four */

/* Version descriptors "no version claimed", SPC-4 6.4.2 */
#define VERSION_SAM_5		0x00a0
#define VERSION_SPC_4		0x0460
#define VERSION_SBC_3		0x04c0

/* Designation descriptor: protocol and code set, then PIV, association and type */
#define CODE_BINARY		0x01
#define CODE_ASCII		0x02
#define CODE_UTF8		0x03
#define PIV			0x80
#define ASSOC_PORT		0x10
#define ASSOC_TARGET		0x20
#define TYPE_T10		0x01
#define TYPE_NAA		0x03
#define TYPE_RTPI		0x04
#define TYPE_PORT_GROUP		0x05
#define TYPE_LU_GROUP		0x06
#define TYPE_NAME		0x08

#define NAA_LEN			16
#define NAA_DIGITS		25	/* 36 bits vendor specific and 64 bits extension */
#define NAA_VENDOR_DIGITS	9
#define FNV_PRIME		0x100000001b3ULL

/* One vital product data page; fill returns the bytes after the header. */
struct vpd_page {
	u8	code;
	u16	(*fill)(const struct scsi_lu *lu, u8 *buf);
};

/* Through a port in one of these states the device is not connected, SPC-4 5.15.2.4.5. */
static bool inquiry_cut_off(const struct scsi_lu *lu)
{
	return lu->attrib->alua_support && (lu->alua_state == TARGET_ALUA_UNAVAILABLE ||
					    lu->alua_state == TARGET_ALUA_OFFLINE);
}

static u8 inquiry_peripheral(const struct scsi_lu *lu)
{
	if (lu->well_known)
		return TYPE_WELL_KNOWN;
	if (!lu->connected)
		return PQ_NO_LU;
	return inquiry_cut_off(lu) ? PQ_NOT_CONNECTED : 0x00;
}

/* Left-aligned ASCII, filled with blanks (SPC-4 4.3.1). */
static void inquiry_ascii(u8 *field, const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	memcpy(field, text, len);
	memset(field + len, ' ', size - len);
}

static u16 inquiry_transport_version(u8 proto_id)
{
	switch (proto_id) {
	case 0x0:
		return 0x0a40;	/* FCP-4 */
	case 0x3:
		return 0x0980;	/* SBP-3 */
	case 0x4:
		return 0x0940;	/* SRP */
	case 0x5:
		return 0x0960;	/* iSCSI */
	case 0x6:
		return 0x20a0;	/* SPL */
	case 0x9:
		return 0x1740;	/* UAS */
	default:
		return 0;
	}
}

/* SPC-4 6.4.2 */
static u32 inquiry_standard(const struct scsi_lu *lu, u8 *buf)
{
	buf[0] = inquiry_peripheral(lu);
	if (lu->connected && scsi_lu_removable(lu))
		buf[1] = 0x80;		/* RMB */
	buf[2] = 0x06;			/* SPC-4 */
	buf[3] = 0x10 | 0x02;		/* HISUP, response data format */
	buf[4] = STD_LEN - 5;
	if (lu->connected && lu->attrib->alua_support)
		buf[5] = lu->alua_access << 4;	/* TPGS */
	if (lu->connected && lu->attrib->emulate_3pc)
		buf[5] |= 0x08;		/* 3PC */
	buf[7] = 0x02;			/* CMDQUE */
	inquiry_ascii(buf + 8, lu->id->vendor, 8);
	inquiry_ascii(buf + 16, lu->id->product, 16);
	inquiry_ascii(buf + 32, lu->id->revision, 4);
	put_unaligned_be16(VERSION_SAM_5, buf + STD_VERSIONS);
	put_unaligned_be16(VERSION_SPC_4, buf + STD_VERSIONS + 2);
	if (!lu->well_known)
		put_unaligned_be16(VERSION_SBC_3, buf + STD_VERSIONS + 4);
	put_unaligned_be16(inquiry_transport_version(lu->proto_id), buf + STD_VERSIONS + 6);
	return STD_LEN;
}

static u16 vpd_serial(const struct scsi_lu *lu, u8 *buf)
{
	u16 len = strnlen(lu->id->serial, sizeof(lu->id->serial));

	memcpy(buf + VPD_HEADER, lu->id->serial, len);
	return len;
}

/* Header of a designation descriptor; the designator is at the returned address plus 4. */
static u8 *desig_header(u8 *p, u8 code, u8 type, u8 len)
{
	p[0] = code;
	p[1] = type;
	p[3] = len;
	return p + DESC_HEADER;
}

/* Hexadecimal digits of the serial number; other characters (a UUID's dashes) don't count. */
static unsigned int serial_digits(const char *serial, u8 *digits)
{
	unsigned int n = 0;
	int digit;

	for (; *serial && n < NAA_DIGITS; serial++) {
		digit = hex_to_bin(*serial);
		if (digit >= 0)
			digits[n++] = digit;
	}
	return n;
}

static void put_digits(u64 value, u8 *digits, unsigned int n)
{
	for (; n; value >>= 4)
		digits[--n] = value & 0xf;
}

/* FNV-1a of 64 bits: the name has to be the same for ever, and nobody gains by a collision. */
static void serial_hash(const char *serial, u8 *digits)
{
	u64 hash = 0xcbf29ce484222325ULL;

	for (; *serial; serial++)
		hash = (hash ^ (u8)*serial) * FNV_PRIME;
	put_digits(hash * FNV_PRIME >> (64 - 4 * NAA_VENDOR_DIGITS), digits, NAA_VENDOR_DIGITS);
	put_digits(hash, digits + NAA_VENDOR_DIGITS, NAA_DIGITS - NAA_VENDOR_DIGITS);
}

/*
 * NAA 6, SPC-4 7.8.6.6.5: company id, then the first hexadecimal digits of the serial
 * number, which is what hosts know disks by that rtslib gave a UUID. A serial number
 * that has fewer is hashed as a whole: "disk1" and "disk10" are different names.
 */
static u8 *desig_naa(const struct scsi_lu *lu, u8 *p)
{
	u8 digits[1 + 6 + NAA_DIGITS] = { 0x6 };
	unsigned int i;

	if (!lu->id->serial[0])
		return p;
	if (serial_digits(lu->id->serial, digits + 7) < NAA_DIGITS)
		serial_hash(lu->id->serial, digits + 7);
	for (i = 0; i < 6; i++)
		digits[1 + i] = (lu->id->company_id >> (20 - 4 * i)) & 0xf;
	p = desig_header(p, CODE_BINARY, TYPE_NAA, NAA_LEN);
	for (i = 0; i < NAA_LEN; i++)
		p[i] = digits[2 * i] << 4 | digits[2 * i + 1];
	return p + NAA_LEN;
}

/* Vendor, product and serial number as text, SPC-4 7.8.6.4. */
static u8 *desig_t10(const struct scsi_lu *lu, u8 *p)
{
	const struct target_identity *id = lu->id;
	int len;

	if (!id->serial[0])
		return p;
	inquiry_ascii(p + DESC_HEADER, id->vendor, 8);
	len = snprintf((char *)p + DESC_HEADER + 8, DESC_MAX - 8, "%s:%s", id->product, id->serial);
	len = min(len, DESC_MAX - 8 - 1);
	return desig_header(p, CODE_ASCII, TYPE_T10, 8 + len) + 8 + len;
}

static u8 *desig_number(u8 *p, u8 code, u8 type, u16 number)
{
	p = desig_header(p, code, type, 4);
	put_unaligned_be16(number, p + 2);
	return p + 4;
}

static bool is_scsi_name(const char *name)
{
	return !strncmp(name, "iqn.", 4) || !strncmp(name, "naa.", 4) || !strncmp(name, "eui.", 4);
}

/*
 * SCSI name string, SPC-4 7.8.6.11: UTF-8, ended by NUL and filled up to a
 * multiple of four. @buf is zeroed, so the padding is there already.
 */
static u8 *desig_name(const struct scsi_port *port, u8 *p, u8 assoc, const char *suffix)
{
	int len = snprintf((char *)p + DESC_HEADER, DESC_MAX, "%s%s", port->name, suffix);

	len = ALIGN(min(len, DESC_MAX - 1) + 1, 4);
	return desig_header(p, port->proto_id << 4 | CODE_UTF8, PIV | assoc | TYPE_NAME, len) + len;
}

/* The port of an iSCSI target is its portal group (RFC 7143 4.4.1); elsewhere it is the name. */
static u8 *desig_port_name(const struct scsi_port *port, u8 *p)
{
	char suffix[sizeof(",t,0xffff")] = "";

	if (!port->name || !is_scsi_name(port->name))
		return p;
	if (port->proto_id == 0x5)
		snprintf(suffix, sizeof(suffix), ",t,0x%04x", port->tpg_tag);
	return desig_name(port, p, ASSOC_PORT, suffix);
}

static u8 *desig_names(const struct scsi_lu *lu, u8 *p)
{
	struct scsi_port port = {
		.name = lu->target_name, .tpg_tag = lu->tpg_tag, .proto_id = lu->proto_id,
	};

	if (!port.name || !is_scsi_name(port.name))
		return p;
	p = desig_port_name(&port, p);
	return desig_name(&port, p, ASSOC_TARGET, "");
}

/* Device identification, SPC-4 7.8.6 */
static u16 vpd_device_id(const struct scsi_lu *lu, u8 *buf)
{
	u8 code = lu->proto_id << 4 | CODE_BINARY;
	u8 port = PIV | ASSOC_PORT;
	u8 *p = buf + VPD_HEADER;

	p = desig_naa(lu, p);
	p = desig_t10(lu, p);
	p = desig_number(p, code, port | TYPE_RTPI, lu->rtpi);
	if (lu->attrib->alua_support && lu->alua_group_known) {
		p = desig_number(p, code, port | TYPE_PORT_GROUP, lu->tpg_id);
		p = desig_number(p, CODE_BINARY, TYPE_LU_GROUP, lu->lu_group);
	}
	p = desig_names(lu, p);
	return p - buf - VPD_HEADER;
}

/* Code set, association and type, length and designator agree; the rest of the header is not it. */
static bool desig_same(const u8 *a, const u8 *b)
{
	return (a[0] & 0xf) == (b[0] & 0xf) && (a[1] & 0x3f) == (b[1] & 0x3f) && a[3] == b[3] &&
	       !memcmp(a + DESC_HEADER, b + DESC_HEADER, a[3]);
}

/**
 * scsi_designates - whether page 83h has a designator for the logical unit
 * @id: names of the logical unit.
 * @desc: designation descriptor to look for, with as many bytes as it says.
 *
 * Names of ports and of the target are not the logical unit's. Any context.
 */
bool scsi_designates(const struct target_identity *id, const u8 *desc)
{
	const struct scsi_lu lu = { .id = id };
	u8 buf[DESC_HEADER + DESC_MAX];

	return (desig_naa(&lu, memset(buf, 0, sizeof(buf))) != buf && desig_same(buf, desc)) ||
	       (desig_t10(&lu, memset(buf, 0, sizeof(buf))) != buf && desig_same(buf, desc));
}

/* Extended INQUIRY data, SPC-4 7.8.8 */
static u16 vpd_extended(const struct scsi_lu *lu, u8 *buf)
{
	buf[5] = 0x07;			/* HEADSUP, ORDSUP, SIMPSUP */
	if (lu->write_cache)
		buf[6] = 0x01;		/* V_SUP: the cache is volatile */
	if (lu->referrals)
		buf[8] = 0x10;		/* R_SUP */
	put_unaligned_be16(scsi_selftest_minutes(lu), buf + 10);
	return 0x3c;
}

static void vpd_transfer_limits(const struct scsi_lu *lu, u8 *buf)
{
	const struct target_dev_attrib *a = lu->attrib;
	u32 max = TARGET_MAX_XFER / a->block_size;	/* what is taken, in however many pieces */
	u32 opt = min(READ_ONCE(a->optimal_sectors), READ_ONCE(a->hw_max_sectors));

	if (scsi_lu_caw(lu))
		buf[5] = SCSI_CAW_BLOCKS;
	put_unaligned_be16(min_t(u32, lu->limits->io_min, U16_MAX), buf + 6);
	put_unaligned_be32(max, buf + 8);
	put_unaligned_be32(min(opt, max), buf + 12);
}

static void vpd_unmap_limits(const struct scsi_lu *lu, u8 *buf)
{
	const struct target_dev_attrib *a = lu->attrib;
	u32 gran = READ_ONCE(a->unmap_granularity);
	u32 align = READ_ONCE(a->unmap_granularity_alignment);

	if (scsi_lu_unmap(lu)) {
		put_unaligned_be32(READ_ONCE(a->max_unmap_lba_count), buf + 20);
		put_unaligned_be32(READ_ONCE(a->max_unmap_block_desc_count), buf + 24);
	}
	if (!gran || !scsi_lu_thin(lu))
		return;
	put_unaligned_be32(gran, buf + 28);
	put_unaligned_be32(0x80000000 | (align & 0x7fffffff), buf + 32);	/* UGAVALID */
}

/* SBC-4 6.6.4: no alignment and no granularity; a boundary changes nothing, however long. */
static void vpd_atomic_limits(const struct scsi_lu *lu, u8 *buf)
{
	u32 max = scsi_lu_atomic_blocks(lu);

	put_unaligned_be32(max, buf + 44);
	put_unaligned_be32(max, buf + 56);	/* with an atomic boundary */
	put_unaligned_be32(max, buf + 60);	/* of that */
}

/* Block limits, SBC-3 6.6.4; WSNZ is 0: WRITE SAME of no blocks goes to the end of the medium. */
static u16 vpd_block_limits(const struct scsi_lu *lu, u8 *buf)
{
	vpd_transfer_limits(lu, buf);
	vpd_unmap_limits(lu, buf);
	put_unaligned_be64(READ_ONCE(lu->attrib->max_write_same_len), buf + 36);
	vpd_atomic_limits(lu, buf);
	return 0x3c;
}

/* Block device characteristics, SBC-3 6.6.3: 1 is a medium that does not rotate. */
static u16 vpd_characteristics(const struct scsi_lu *lu, u8 *buf)
{
	put_unaligned_be16(READ_ONCE(lu->attrib->is_nonrot) ? 1 : 0, buf + 4);
	if (scsi_lu_block_erase(lu))
		buf[7] = 0x40;		/* WABEREQ: erased blocks can be read */
	return 0x3c;
}

/* Logical block provisioning, SBC-3 6.6.5; must agree with LBPME of READ CAPACITY(16). */
static u16 vpd_provisioning(const struct scsi_lu *lu, u8 *buf)
{
	bool unmap = scsi_lu_unmap(lu), write_same = scsi_lu_write_same_unmap(lu);

	if (unmap)
		buf[5] |= 0x80;		/* LBPU */
	if (write_same)
		buf[5] |= 0x60;		/* LBPWS, LBPWS10 */
	if (unmap || write_same) {
		if (READ_ONCE(lu->attrib->unmap_zeroes_data))
			buf[5] |= 0x04;	/* LBPRZ */
		buf[6] = 0x02;		/* thin provisioned */
	}
	if (scsi_lu_thresholds(lu))
		buf[4] = scsi_threshold_exponent(lu->nr_blocks, lu->attrib->block_size);
	return 4;
}

static u16 vpd_third_party_copy(const struct scsi_lu *lu, u8 *buf)
{
	return xcopy_vpd(buf);
}

/* Referrals, SBC-3 6.6.7 */
static u16 vpd_referrals(const struct scsi_lu *lu, u8 *buf)
{
	put_unaligned_be32(lu->segment_size, buf + 8);
	put_unaligned_be32(lu->segment_multiplier, buf + 12);
	return 0x0c;
}

/* Management network addresses, SPC-4 7.8.9: none is known here. */
static u16 vpd_management(const struct scsi_lu *lu, u8 *buf)
{
	return 0;
}

/* Mode page policy, SPC-4 7.8.10: all pages are shared by all I_T nexuses. */
static u16 vpd_mode_policy(const struct scsi_lu *lu, u8 *buf)
{
	buf[4] = 0x3f;
	buf[5] = 0xff;
	return 4;
}

/* A SCSI port designation descriptor; the port's name is its only designator. */
static u8 *vpd_port(const struct scsi_port *port, u8 *p)
{
	u8 *end = desig_port_name(port, p + 12);

	put_unaligned_be16(port->rtpi, p + 2);
	put_unaligned_be16(end - p - 12, p + 10);
	return end;
}

/* Of the port the command came by; scsi_inquiry_ports() has them all. */
static u16 vpd_ports(const struct scsi_lu *lu, u8 *buf)
{
	struct scsi_port port = {
		.name = lu->target_name, .rtpi = lu->rtpi, .tpg_tag = lu->tpg_tag,
		.proto_id = lu->proto_id,
	};

	return vpd_port(&port, buf + VPD_HEADER) - buf - VPD_HEADER;
}

static u16 vpd_supported(const struct scsi_lu *lu, u8 *buf);

/* Ascending, as page 00h has to list them (SPC-4 7.8.14). */
static const struct vpd_page vpd_pages[] = {
	{ 0x00, vpd_supported },
	{ 0x80, vpd_serial },
	{ 0x83, vpd_device_id },
	{ 0x85, vpd_management },
	{ 0x86, vpd_extended },
	{ 0x87, vpd_mode_policy },
	{ VPD_PORTS, vpd_ports },
	{ 0x8f, vpd_third_party_copy },
	{ 0xb0, vpd_block_limits },
	{ 0xb1, vpd_characteristics },
	{ 0xb2, vpd_provisioning },
	{ 0xb3, vpd_referrals },
};

static bool vpd_page_exists(const struct scsi_lu *lu, const struct vpd_page *page)
{
	if (lu->well_known)
		return page->fill == vpd_supported || page->fill == vpd_device_id;
	if (!lu->connected)
		return page->fill == vpd_supported;
	if (page->fill == vpd_third_party_copy)
		return lu->attrib->emulate_3pc;
	if (page->fill == vpd_referrals)
		return lu->referrals;
	return page->fill != vpd_serial || lu->id->serial[0];
}

static u16 vpd_supported(const struct scsi_lu *lu, u8 *buf)
{
	unsigned int i;
	u16 n = 0;

	for (i = 0; i < ARRAY_SIZE(vpd_pages); i++)
		if (vpd_page_exists(lu, &vpd_pages[i]))
			buf[VPD_HEADER + n++] = vpd_pages[i].code;
	return n;
}

static u32 inquiry_vpd(const struct scsi_lu *lu, u8 code, u8 *buf)
{
	unsigned int i;
	u16 len;

	for (i = 0; i < ARRAY_SIZE(vpd_pages); i++) {
		if (vpd_pages[i].code != code || !vpd_page_exists(lu, &vpd_pages[i]))
			continue;
		len = vpd_pages[i].fill(lu, buf);
		buf[0] = inquiry_peripheral(lu);
		buf[1] = code;
		put_unaligned_be16(len, buf + 2);
		return VPD_HEADER + len;
	}
	return 0;
}

/**
 * scsi_inquiry - INQUIRY data, SPC-4 6.4
 * @lu: the logical unit, perhaps one that is not there (see scsi_lu.connected).
 * @cdb: a CDB that passed scsi_op_check_cdb().
 * @buf: SCSI_REPLY_MAX zeroed bytes.
 * @sense: filled in on error.
 *
 * Returns: length of the reply, or 0 for a page that does not exist.
 */
u32 scsi_inquiry(const struct scsi_lu *lu, const u8 *cdb, u8 *buf, struct target_sense *sense)
{
	u32 len = 0;

	if (cdb[1] & EVPD)
		len = inquiry_vpd(lu, cdb[2], buf);
	else if (!cdb[2])
		len = inquiry_standard(lu, buf);
	if (!len)
		scsi_sense_cdb_field(sense, 2, -1);
	return len;
}

/**
 * scsi_inquiry_asks_ports - does it take the list of all ports to answer the INQUIRY?
 * @cdb: a CDB that passed scsi_op_check_cdb().
 */
bool scsi_inquiry_asks_ports(const u8 *cdb)
{
	return (cdb[1] & EVPD) && cdb[2] == VPD_PORTS;
}

/**
 * scsi_inquiry_ports - SCSI ports VPD page, SPC-4 7.8.15
 * @lu: a connected logical unit.
 * @ports: all target ports that lead to it, ascending by @rtpi.
 * @nr: how many, at most SCSI_PORTS_MAX.
 * @buf: (@nr + 1) * SCSI_PORT_BYTES zeroed bytes.
 *
 * Returns: length of the page.
 */
u32 scsi_inquiry_ports(const struct scsi_lu *lu, const struct scsi_port *ports, unsigned int nr,
		       u8 *buf)
{
	u8 *p = buf + VPD_HEADER;
	unsigned int i;

	for (i = 0; i < nr; i++)
		p = vpd_port(&ports[i], p);
	buf[0] = inquiry_peripheral(lu);
	buf[1] = VPD_PORTS;
	put_unaligned_be16(p - buf - VPD_HEADER, buf + 2);
	return p - buf;
}
