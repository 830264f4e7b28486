// SPDX-License-Identifier: GPL-2.0-only
/*
 * INQUIRY: standard data, every page code, designators of odd identities, and
 * pages that have to agree with each other.
 */
#include <linux/slab.h>
#include "lu.h"
#include "scsi_diag.h"

static u32 inquiry(struct sample *s, u8 evpd, u8 page, u16 alloc)
{
	u8 cdb[6] = { 0x12, evpd, page, alloc >> 8, alloc & 0xff };

	return sample_ask(s, scsi_inquiry, cdb);
}

static u32 vpd(struct sample *s, u8 page)
{
	u32 len = inquiry(s, 1, page, 255);

	assert_true(len >= 4);
	assert_int_equal(s->buf[1], page);
	assert_int_equal(get_unaligned_be16(s->buf + 2), len - 4);
	return len;
}

static void standard_data(void **state)
{
	struct sample *s = *state;

	assert_int_equal(inquiry(s, 0, 0, 255), 96);
	assert_memory_equal(s->buf, "\x00\x00\x06\x12\x5b\x30\x00\x02", 8);
	assert_memory_equal(s->buf + 8, "LIO-ORG disk0           4.0 ", 28);
	assert_memory_equal(s->buf + 58, "\x00\xa0\x04\x60\x04\xc0\x09\x60", 8);
	s->attrib.removable = 1;
	inquiry(s, 0, 0, 255);
	assert_int_equal(s->buf[1], 0x80);
}

static void strings_fill_their_fields(void **state)
{
	struct sample *s = *state;

	strcpy(s->id.vendor, "12345678");
	strcpy(s->id.product, "1234567890123456");
	strcpy(s->id.revision, "");
	inquiry(s, 0, 0, 255);
	assert_memory_equal(s->buf + 8, "123456781234567890123456    ", 28);
}

static void allocation_length_changes_nothing_in_the_reply(void **state)
{
	struct sample *s = *state;
	u8 first[96];
	unsigned int alloc;

	inquiry(s, 0, 0, 255);
	memcpy(first, s->buf, sizeof(first));
	for (alloc = 0; alloc < 512; alloc++) {
		assert_int_equal(inquiry(s, 0, 0, alloc), sizeof(first));
		assert_memory_equal(s->buf, first, sizeof(first));
	}
}

static void page_code_needs_evpd(void **state)
{
	struct sample *s = *state;
	unsigned int page;

	for (page = 1; page < 256; page++) {
		assert_int_equal(inquiry(s, 0, page, 255), 0);
		assert_cdb_field(&s->sense, 2, -1);
	}
}

static void tpgs_follows_alua(void **state)
{
	struct sample *s = *state;

	for (u8 type = 0; type <= 3; type++) {
		s->lu.alua_access = type;
		inquiry(s, 0, 0, 255);
		assert_int_equal(s->buf[5], type << 4);
	}
	s->lu.alua_access = 0;
	s->attrib.alua_support = 0;
	inquiry(s, 0, 0, 255);
	assert_int_equal(s->buf[5], 0);
}

static void referrals_follow_the_map(void **state)
{
	struct sample *s = *state;

	assert_int_equal(inquiry(s, 1, 0xb3, 255), 0);
	vpd(s, 0x86);
	assert_int_equal(s->buf[8], 0);
	s->lu.referrals = true;
	s->lu.segment_size = 0x12345678;
	s->lu.segment_multiplier = 3;
	assert_int_equal(vpd(s, 0xb3), 16);
	assert_memory_equal(s->buf + 4, "\0\0\0\0\x12\x34\x56\x78\0\0\0\3", 12);
	vpd(s, 0x86);
	assert_int_equal(s->buf[8], 0x10);
}

/* SPC-4 5.15.2.4: through such a port the device is not connected, in every page. */
static void cut_off_by_the_state_of_the_port(void **state)
{
	static const u8 states[] = { 0x0, 0x1, 0x2, 0x4, 0xf, 0x3, 0xe };
	struct sample *s = *state;

	for (unsigned int i = 0; i < sizeof(states); i++) {
		s->lu.alua_state = states[i];
		inquiry(s, 0, 0, 255);
		assert_int_equal(s->buf[0], i < 5 ? 0x00 : 0x20);
		assert_true(vpd(s, 0x83) > 0);
		assert_int_equal(s->buf[0], i < 5 ? 0x00 : 0x20);
	}
}

static void a_lun_that_is_not_there(void **state)
{
	struct sample *s = *state;
	unsigned int page;

	s->lu.connected = false;
	assert_int_equal(inquiry(s, 0, 0, 255), 96);
	assert_int_equal(s->buf[0], 0x7f);
	assert_int_equal(vpd(s, 0), 5);
	assert_int_equal(s->buf[0], 0x7f);
	for (page = 1; page < 256; page++)
		assert_int_equal(inquiry(s, 1, page, 255), 0);
}

static void page_0_lists_what_there_is(void **state)
{
	struct sample *s = *state;
	u8 list[256];
	unsigned int page;
	u32 i, n;

	n = vpd(s, 0) - 4;
	memcpy(list, s->buf + 4, n);
	assert_int_equal(n, 10);
	for (i = 1; i < n; i++)
		assert_true(list[i] > list[i - 1]);
	for (page = 0; page < 256; page++) {
		if (memchr(list, page, n)) {
			vpd(s, page);
			continue;
		}
		assert_int_equal(inquiry(s, 1, page, 255), 0);
		assert_cdb_field(&s->sense, 2, -1);
	}
}

static void serial_page(void **state)
{
	struct sample *s = *state;

	vpd(s, 0x80);
	assert_memory_equal(s->buf + 4, s->id.serial, strlen(s->id.serial));
	memset(s->id.serial, 'x', 253);
	s->id.serial[253] = 0;
	assert_int_equal(vpd(s, 0x80), 4 + 253);
	s->id.serial[0] = 0;
	assert_int_equal(inquiry(s, 1, 0x80, 255), 0);
}

/* The designator of an association and a type, or NULL; checks the chain on the way. */
static const u8 *designator(struct sample *s, u8 assoc_type)
{
	const u8 *found = NULL, *p = s->buf + 4;
	const u8 *end = s->buf + vpd(s, 0x83);

	for (; p < end; p += 4 + p[3]) {
		assert_true(end - p >= 4 + p[3]);
		assert_int_equal(p[2], 0);
		assert_true(p[3]);
		if ((p[1] & 0x3f) == assoc_type) {
			assert_null(found);
			found = p;
		}
	}
	assert_ptr_equal(p, end);
	return found;
}

static void naa_designator(void **state)
{
	struct sample *s = *state;
	const u8 *p = designator(s, 0x03);

	assert_memory_equal(p, "\x01\x03\x00\x10", 4);
	assert_memory_equal(p + 4, "\x60\x01\x40\x50\xa1\xb2\xc3\xd4"
			    "\xe5\xf6\x07\x18\x29\x3a\x4b\x5c", 16);
	s->id.company_id = 0xabcdef;
	p = designator(s, 0x03);
	assert_memory_equal(p + 4, "\x6a\xbc\xde\xf0", 4);
	s->id.serial[0] = 0;
	assert_null(designator(s, 0x03));
}

/* Serial numbers without enough digits for the name: it is made of all their characters. */
static void naa_of_any_serial(void **state)
{
	static const char * const serials[] = {
		"1", "10", "disk1", "disk10", "disk2", "xyz", "xyy", "1z2", "12",
		"012345678-9abcdef01-2345678", "012345678-9abcdef01-2345679",
	};
	struct sample *s = *state;
	u8 names[ARRAY_SIZE(serials)][16];
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(serials); i++) {
		strcpy(s->id.serial, serials[i]);
		memcpy(names[i], designator(s, 0x03) + 4, 16);
		assert_memory_equal(names[i], "\x60\x01\x40\x5", 3);
		for (j = 0; j < i; j++)
			assert_memory_not_equal(names[i], names[j], 16);
	}
	/* Hosts know the disk by it: it never changes. FNV-1a of "1" is in its last 8 bytes. */
	assert_memory_equal(names[0] + 8, "\xaf\x63\xac\x4c\x86\x01\x9a\xfc", 8);
}

static void t10_designator(void **state)
{
	struct sample *s = *state;
	const u8 *p = designator(s, 0x01);
	char want[300];

	snprintf(want, sizeof(want), "LIO-ORG disk0:%s", s->id.serial);
	assert_int_equal(p[0], 2);
	assert_int_equal(p[3], strlen(want));
	assert_memory_equal(p + 4, want, strlen(want));
	memset(s->id.serial, 'x', 253);
	s->id.serial[253] = 0;
	p = designator(s, 0x01);
	assert_true(p[3] <= 252);
	s->id.serial[0] = 0;
	assert_null(designator(s, 0x01));
}

static void port_designators(void **state)
{
	struct sample *s = *state;

	assert_memory_equal(designator(s, 0x14), "\x51\x94\x00\x04\x00\x00\x00\x07", 8);
	assert_memory_equal(designator(s, 0x15), "\x51\x95\x00\x04\x00\x00\x12\x34", 8);
	assert_memory_equal(designator(s, 0x06), "\x01\x06\x00\x04\x00\x00\x00\x42", 8);
	s->lu.alua_group_known = false;
	assert_null(designator(s, 0x15));
	assert_null(designator(s, 0x06));
}

static void name_designators(void **state)
{
	struct sample *s = *state;
	const u8 *p = designator(s, 0x18);

	assert_int_equal(p[0], 0x53);
	assert_int_equal(p[1], 0x98);
	assert_int_equal(p[3], 36);
	assert_string_equal((const char *)p + 4, "iqn.2003-01.org.example:t0,t,0x0001");
	p = designator(s, 0x28);
	assert_int_equal(p[1], 0xa8);
	assert_int_equal(p[3], 28);
	assert_string_equal((const char *)p + 4, "iqn.2003-01.org.example:t0");

	s->lu.proto_id = 6;
	s->lu.target_name = "naa.5001405000000001";
	assert_string_equal((const char *)designator(s, 0x18) + 4, "naa.5001405000000001");
	s->lu.target_name = "20:00:00:11:22:33:44:55";
	assert_null(designator(s, 0x18));
	s->lu.target_name = NULL;
	assert_null(designator(s, 0x28));
}

static void longest_names_fit(void **state)
{
	struct sample *s = *state;
	char name[224];
	unsigned int len;
	const u8 *p;

	memset(s->id.serial, 'f', 253);
	s->id.serial[253] = 0;
	strcpy(s->id.product, "1234567890123456");
	for (len = 4; len < sizeof(name); len++) {
		memset(name, 'n', sizeof(name));
		memcpy(name, "iqn.", 4);
		name[len] = 0;
		s->lu.target_name = name;
		p = designator(s, 0x18);
		assert_int_equal(p[3] % 4, 0);
		assert_int_equal(strlen((const char *)p + 4), len + 9);
		assert_true(p[3] > len + 9 && p[3] <= len + 13);
		p = designator(s, 0x28);
		assert_string_equal((const char *)p + 4, name);
	}
}

static void extended_page(void **state)
{
	struct sample *s = *state;

	assert_int_equal(vpd(s, 0x86), 64);
	assert_int_equal(s->buf[5], 0x07);
	assert_int_equal(s->buf[6], 0);
	assert_int_equal(get_unaligned_be16(s->buf + 10), scsi_selftest_minutes(&s->lu));
	s->lu.write_cache = true;
	vpd(s, 0x86);
	assert_int_equal(s->buf[6], 1);
}

static void management_and_policy_pages(void **state)
{
	struct sample *s = *state;

	assert_int_equal(vpd(s, 0x85), 4);
	assert_int_equal(vpd(s, 0x87), 8);
	assert_memory_equal(s->buf + 4, "\x3f\xff\0\0", 4);
}

static void ports_page(void **state)
{
	static const char name[] = "iqn.2003-01.org.example:t0,t,0x0001";
	struct sample *s = *state;

	assert_int_equal(vpd(s, 0x88), 4 + 12 + 4 + 36);
	assert_memory_equal(s->buf + 4, "\0\0\0\7\0\0\0\0\0\0\0\x28\x53\x98\0\x24", 16);
	assert_memory_equal(s->buf + 20, name, sizeof(name));
}

/* As many as there may be, with the longest names: what the buffer has room for. */
static void ports_page_is_full(void **state)
{
	struct scsi_port *ports = kcalloc(SCSI_PORTS_MAX, sizeof(*ports), GFP_KERNEL);
	struct sample *s = *state;
	char name[224];
	unsigned int i;
	u32 len;
	u8 *buf;

	memset(name, 'x', sizeof(name));
	memcpy(name, "iqn.", 4);
	name[223] = 0;
	for (i = 0; i < SCSI_PORTS_MAX; i++)
		ports[i] = (struct scsi_port) {
			.name = name, .rtpi = i + 1, .tpg_tag = i, .proto_id = 5,
		};
	buf = kcalloc(SCSI_PORTS_MAX + 1, SCSI_PORT_BYTES, GFP_KERNEL);
	len = scsi_inquiry_ports(&s->lu, ports, SCSI_PORTS_MAX, buf);
	assert_true(len <= 0x10003);
	assert_int_equal(get_unaligned_be16(buf + 2), len - 4);
	assert_int_equal(get_unaligned_be16(buf + 4 + 12 + 4 + 236 + 2), 2);
	ports[0].name = "disk0";
	ports[0].proto_id = 6;
	memset(buf, 0, 64);
	assert_int_equal(scsi_inquiry_ports(&s->lu, ports, 1, buf), 4 + 12);
	assert_int_equal(buf[15], 0);
	kfree(buf);
	kfree(ports);
}

static void the_well_known_unit(void **state)
{
	struct sample *s = *state;
	unsigned int page;

	s->lu.connected = false;
	s->lu.well_known = true;
	s->lu.alua_group_known = false;
	s->id.serial[0] = 0;
	inquiry(s, 0, 0, 255);
	assert_memory_equal(s->buf, "\x1e\x00\x06\x12\x5b\x00\x00\x02", 8);
	assert_memory_equal(s->buf + 58, "\x00\xa0\x04\x60\x00\x00\x09\x60", 8);
	assert_int_equal(vpd(s, 0), 6);
	assert_memory_equal(s->buf, "\x1e\0\0\2\0\x83", 6);
	for (page = 1; page < 256; page++)
		assert_int_equal(!!inquiry(s, 1, page, 255), page == 0x83);
	vpd(s, 0x83);
	assert_int_equal(s->buf[5] & 0x30, 0x10);	/* of the port, not of the unit */
}

static void block_limits(void **state)
{
	struct sample *s = *state;

	assert_int_equal(vpd(s, 0xb0), 64);
	assert_int_equal(s->buf[4], 0);
	assert_int_equal(get_unaligned_be16(s->buf + 6), 8);
	assert_int_equal(get_unaligned_be32(s->buf + 8), TARGET_MAX_XFER / 512);
	assert_int_equal(get_unaligned_be32(s->buf + 12), 8192);
	assert_null(memchr_inv(s->buf + 16, 0, 48));
	sample_thin(s);
	vpd(s, 0xb0);
	assert_int_equal(get_unaligned_be32(s->buf + 20), 8192);
	assert_int_equal(get_unaligned_be32(s->buf + 24), 4);
	assert_int_equal(get_unaligned_be32(s->buf + 28), 8);
	assert_int_equal(get_unaligned_be32(s->buf + 32), 0x80000001);
	assert_int_equal(get_unaligned_be64(s->buf + 36), 0xffff);
	s->attrib.hw_max_sectors = U32_MAX;
	s->attrib.optimal_sectors = U32_MAX;
	vpd(s, 0xb0);
	assert_int_equal(get_unaligned_be32(s->buf + 8), TARGET_MAX_XFER / 512);
	assert_int_equal(get_unaligned_be32(s->buf + 12), TARGET_MAX_XFER / 512);
}

/* Bytes 44 to 63: lengths, no alignment, no granularity; a length field has two bytes. */
static void atomic_limits(void **state)
{
	static const u32 blocks[] = { 1, 2048, 0xffff, 0x10000, U32_MAX };
	struct sample *s = *state;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		u32 max = min_t(u32, blocks[i], 0xffff);

		s->limits.max_atomic_blocks = blocks[i];
		assert_int_equal(vpd(s, 0xb0), 64);
		assert_int_equal(get_unaligned_be32(s->buf + 44), max);
		assert_int_equal(get_unaligned_be64(s->buf + 48), 0);
		assert_int_equal(get_unaligned_be32(s->buf + 56), max);
		assert_int_equal(get_unaligned_be32(s->buf + 60), max);
	}
}

static void characteristics(void **state)
{
	struct sample *s = *state;

	assert_int_equal(vpd(s, 0xb1), 64);
	assert_int_equal(get_unaligned_be16(s->buf + 4), 0);
	s->attrib.is_nonrot = 1;
	vpd(s, 0xb1);
	assert_int_equal(get_unaligned_be16(s->buf + 4), 1);
}

/* LBPU, LBPWS, the limits and LBPME say the same, whatever the attributes are. */
static void provisioning_pages_agree(void **state)
{
	static const u8 rc16[16] = { 0x9e, 0x10, [13] = 32 };
	struct sample *s = *state;
	unsigned int bits;
	bool tpu, tpws;

	sample_thin(s);
	for (bits = 0; bits < 32; bits++) {
		s->attrib.emulate_tpu = bits & 1;
		s->attrib.emulate_tpws = !!(bits & 2);
		s->limits.max_unmap_blocks = bits & 4;
		s->attrib.unmap_zeroes_data = !!(bits & 8);
		s->limits.knows_space = bits & 16;
		tpu = (bits & 5) == 5;
		tpws = (bits & 6) == 6;
		assert_int_equal(vpd(s, 0xb2), 8);
		assert_int_equal(s->buf[5], tpu * 0x80 + tpws * 0x60 +
				 ((tpu || tpws) && bits & 8 ? 4 : 0));
		assert_int_equal(s->buf[6], tpu || tpws ? 2 : 0);
		assert_int_equal(s->buf[4], (tpu || tpws) && bits & 16 ? 11 : 0);
		vpd(s, 0xb0);
		assert_int_equal(!!get_unaligned_be32(s->buf + 20), tpu);
		assert_int_equal(!!get_unaligned_be32(s->buf + 24), tpu);
		assert_int_equal(!!get_unaligned_be32(s->buf + 28), tpu || tpws);
		sample_ask(s, scsi_read_capacity_16, rc16);
		assert_int_equal(!!(s->buf[14] & 0x80), tpu || tpws);
		assert_int_equal(!!(s->buf[14] & 0x40), (tpu || tpws) && bits & 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		sample_test(standard_data),
		sample_test(strings_fill_their_fields),
		sample_test(allocation_length_changes_nothing_in_the_reply),
		sample_test(page_code_needs_evpd),
		sample_test(tpgs_follows_alua),
		sample_test(referrals_follow_the_map),
		sample_test(cut_off_by_the_state_of_the_port),
		sample_test(a_lun_that_is_not_there),
		sample_test(page_0_lists_what_there_is),
		sample_test(serial_page),
		sample_test(naa_designator),
		sample_test(naa_of_any_serial),
		sample_test(t10_designator),
		sample_test(port_designators),
		sample_test(name_designators),
		sample_test(longest_names_fit),
		sample_test(extended_page),
		sample_test(management_and_policy_pages),
		sample_test(ports_page),
		sample_test(ports_page_is_full),
		sample_test(the_well_known_unit),
		sample_test(block_limits),
		sample_test(atomic_limits),
		sample_test(characteristics),
		sample_test(provisioning_pages_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
