// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sample logical units and the assertions the SCSI tests share.
 */
#include <linux/slab.h>
#include "lu.h"

/* A fully provisioned disk of 1 GiB behind an iSCSI port. */
void sample_init(struct sample *s)
{
	static bool table_read;

	memset(s, 0, sizeof(*s));
	s->attrib = (struct target_dev_attrib) {
		.emulate_fua_write = 1, .emulate_tas = 1, .emulate_rsoc = 1, .alua_support = 1,
		.emulate_pr = 1, .pgr_support = 1,
		.block_size = 512, .hw_max_sectors = 16384, .optimal_sectors = 8192,
	};
	s->limits = (struct target_limits) { .block_size = 512, .io_min = 8, .phys_exp = 3 };
	s->id = (struct target_identity) {
		.vendor = "LIO-ORG", .product = "disk0", .revision = "4.0",
		.serial = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", .company_id = 0x001405,
	};
	s->lu = (struct scsi_lu) {
		.attrib = &s->attrib, .limits = &s->limits, .id = &s->id,
		.nr_blocks = 2097152, .connected = true, .proto_id = 5,
		.target_name = "iqn.2003-01.org.example:t0", .tpg_tag = 1, .rtpi = 7,
		.alua_group_known = true, .tpg_id = 0x1234, .alua_access = 3, .lu_group = 0x42,
	};
	s->buf = kzalloc(SCSI_REPLY_MAX, GFP_KERNEL);
	assert_non_null(s->buf);
	if (!table_read)
		assert_int_equal(scsi_op_init(), 0);
	table_read = true;
}

/* Makes it thin: UNMAP, and WRITE SAME with the UNMAP bit. */
void sample_thin(struct sample *s)
{
	s->attrib.emulate_tpu = 1;
	s->attrib.emulate_tpws = 1;
	s->attrib.max_unmap_lba_count = 8192;
	s->attrib.max_unmap_block_desc_count = 4;
	s->attrib.unmap_granularity = 8;
	s->attrib.unmap_granularity_alignment = 1;
	s->attrib.unmap_zeroes_data = 1;
	s->attrib.max_write_same_len = 0xffff;
	s->limits.max_unmap_blocks = 8192;
	s->lu.has_map = true;
}

void sample_exit(struct sample *s)
{
	kfree(s->buf);
}

int sample_setup(void **state)
{
	struct sample *s = kzalloc(sizeof(*s), GFP_KERNEL);

	sample_init(s);
	*state = s;
	return 0;
}

int sample_teardown(void **state)
{
	sample_exit(*state);
	kfree(*state);
	return 0;
}

/* Makes a CDB of TARGET_MAX_CDB bytes one of the row: operation code and service action. */
void sample_cdb(const struct scsi_op *op, u8 *cdb)
{
	cdb[0] = op->opcode;
	if (op->opcode == SCSI_VARIABLE_LEN) {
		cdb[7] = 0x18;
		put_unaligned_be16(op->sa, cdb + 8);
	} else if (op->sa != SCSI_NO_SA) {
		cdb[1] = (cdb[1] & 0xe0) | op->sa;
	}
}

/* A reply builder on a zeroed buffer, after the check every CDB passes first. */
u32 sample_ask(struct sample *s, reply_fn fn, const u8 *cdb)
{
	u8 padded[TARGET_MAX_CDB] = {};
	const struct scsi_op *op;
	u32 len;

	op = scsi_op_find(cdb, &s->sense);
	assert_non_null(op);
	memcpy(padded, cdb, op->cdb_len);
	assert_true(scsi_op_check_cdb(op, padded, &s->sense));
	memset(s->buf, 0, SCSI_REPLY_MAX);
	memset(&s->sense, 0, sizeof(s->sense));
	len = fn(&s->lu, padded, s->buf, &s->sense);
	assert_true(len <= SCSI_REPLY_MAX);
	assert_int_equal(!len, s->sense.key != 0);
	return len;
}

void assert_sense(const struct target_sense *sense, u8 key, u16 asc_ascq)
{
	assert_int_equal(sense->key, key);
	assert_int_equal(sense->asc << 8 | sense->ascq, asc_ascq);
}

static void assert_field(const struct target_sense *sense, u16 byte, int bit)
{
	assert_true(sense->flags & TARGET_SENSE_FIELD);
	assert_int_equal(sense->field, byte);
	assert_int_equal(!!(sense->flags & TARGET_SENSE_BIT), bit >= 0);
	if (bit >= 0)
		assert_int_equal(sense->bit, bit);
}

void assert_cdb_field(const struct target_sense *sense, u16 byte, int bit)
{
	assert_sense(sense, SENSE_ILLEGAL_REQUEST, ASC_INVALID_FIELD_CDB);
	assert_true(sense->flags & TARGET_SENSE_IN_CDB);
	assert_field(sense, byte, bit);
}

void assert_param_field(const struct target_sense *sense, u16 byte, int bit)
{
	assert_sense(sense, SENSE_ILLEGAL_REQUEST, ASC_INVALID_FIELD_PARAM);
	assert_false(sense->flags & TARGET_SENSE_IN_CDB);
	assert_field(sense, byte, bit);
}
