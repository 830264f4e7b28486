// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random CDBs, logical units and UNMAP lists through every pure function, with
 * ASan and UBSan as the judges. Repeatable: the seed is fixed.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include "lu.h"

#define ROUNDS	50000

struct builder {
	void		(*exec)(struct target_cmd *cmd);
	reply_fn	fn;
};

static const struct builder builders[] = {
	{ exec_inquiry, scsi_inquiry },
	{ exec_mode_sense, scsi_mode_sense },
	{ exec_read_capacity, scsi_read_capacity_10 },
	{ exec_read_capacity, scsi_read_capacity_16 },
	{ exec_report_opcodes, scsi_report_opcodes },
	{ exec_read_defects, scsi_read_defects },
	{ exec_report_tmfs, scsi_report_tmfs },
};

static void random_text(char *text, size_t size)
{
	size_t i, len = get_random_u32() % size;

	get_random_bytes(text, size);
	for (i = 0; i < len; i++)
		if (!text[i])
			text[i] = '-';
	text[len] = 0;
}

/* Anything the attribute files and a backstore could make of a logical unit. */
static void random_lu(struct sample *s)
{
	static const u32 sizes[] = { 512, 1024, 2048, 4096 };

	get_random_bytes(&s->attrib, sizeof(s->attrib));
	s->attrib.block_size = sizes[get_random_u32() % 4];
	get_random_bytes(&s->limits, offsetof(struct target_limits, rotational));
	s->limits.block_size = s->attrib.block_size;
	random_text(s->id.vendor, sizeof(s->id.vendor));
	random_text(s->id.product, sizeof(s->id.product));
	random_text(s->id.revision, sizeof(s->id.revision));
	random_text(s->id.serial, sizeof(s->id.serial));
	s->id.company_id = get_random_u32() & 0xffffff;
	get_random_bytes(&s->lu.nr_blocks, sizeof(s->lu.nr_blocks));
	s->lu.nr_blocks >>= get_random_u32() % 64;
	s->lu.connected = get_random_u32() % 8;
	s->lu.write_cache = get_random_u32() % 2;
	s->lu.alua_group_known = get_random_u32() % 2;
	s->lu.proto_id = get_random_u32() & 0xf;
	s->lu.tpg_tag = get_random_u32();
}

/* An operation code of the table, its own bits only or any; or all noise. */
static void random_cdb(u8 *cdb)
{
	u32 dice = get_random_u32() % 8;
	const struct scsi_op *op;
	unsigned int i;

	get_random_bytes(cdb, TARGET_MAX_CDB);
	if (!dice)
		return;
	op = scsi_op_row(get_random_u32() % 64);
	if (!op)
		return;
	for (i = 1; dice > 1 && i < TARGET_MAX_CDB; i++)
		cdb[i] &= op->usage[i];
	sample_cdb(op, cdb);
}

static void build(struct sample *s, const struct scsi_op *op, const u8 *cdb)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(builders); i++) {
		u32 len;

		if (builders[i].exec != op->exec)
			continue;
		memset(s->buf, 0, SCSI_REPLY_MAX);
		memset(&s->sense, 0, sizeof(s->sense));
		len = builders[i].fn(&s->lu, cdb, s->buf, &s->sense);
		assert_true(len <= SCSI_REPLY_MAX);
		assert_int_equal(!len, s->sense.key != 0);
	}
}

static void any_cdb_on_any_lun(void **state)
{
	struct sample *s = *state;
	char *name = kzalloc(224, GFP_KERNEL);
	u8 cdb[TARGET_MAX_CDB];
	const struct scsi_op *op;
	unsigned int round;
	u64 lba, len;

	s->lu.target_name = name;
	srandom(1);
	for (round = 0; round < ROUNDS; round++) {
		random_lu(s);
		random_text(name, 224);
		if (round % 2)
			memcpy(name, "iqn.", 4);
		random_cdb(cdb);
		op = scsi_op_find(cdb, &s->sense);
		if (!op || !scsi_op_check_cdb(op, cdb, &s->sense))
			continue;
		if (!s->lu.connected && !(op->flags & SCSI_OP_ANY_LUN))
			continue;
		if (scsi_op_asks_lu(op, cdb) && !scsi_op_check_lu(op, &s->lu, cdb, &s->sense))
			continue;
		scsi_op_decode(op, cdb, &lba, &len);
		if (op->data_len)
			op->data_len(cdb, s->attrib.block_size);
		build(s, op, cdb);
	}
	kfree(name);
}

static void any_unmap_list(void **state)
{
	struct sample *s = *state;
	unsigned int round;

	srandom(2);
	for (round = 0; round < ROUNDS; round++) {
		u32 len = get_random_u32() % 200;
		u8 *list = kmalloc(len, GFP_KERNEL);
		int n;

		get_random_bytes(list, len);
		if (len >= 8 && round % 4) {	/* honest lengths, so that descriptors count */
			put_unaligned_be16(len - 2, list);
			put_unaligned_be16(len - 8, list + 2);
		}
		random_lu(s);
		n = scsi_unmap_count(list, len, &s->sense);
		assert_true(n <= (int)len / 16);
		if (n > 0)
			scsi_unmap_check(&s->lu, list, n, &s->sense);
		kfree(list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		sample_test(any_cdb_on_any_lun),
		sample_test(any_unmap_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
