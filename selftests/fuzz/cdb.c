// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: any CDB with any parameter data to any logical unit, through the opcode table and
 * whatever decides about the command without the kernel. Asked twice it answers twice the same;
 * a refusal points at something that is there; a command that is let in has no bit set that
 * REPORT SUPPORTED OPERATION CODES does not know, and no block that is not on the medium.
 *
 * Input: the logical unit (disk.h), how the CDB is to be read, 32 bytes of CDB, then the
 * parameter list.
 */
#include "alua_rules.h"
#include "disk.h"
#include "lba_map.h"
#include "pr_state.h"
#include "scsi_buffer.h"
#include "scsi_format.h"
#include "scsi_ident.h"
#include "scsi_log.h"
#include "xcopy_list.h"

#define PARAM_MAX	65536	/* more a command does not get */

/**
 * struct run - a command
 * @s: its logical unit. @op: its row. @cdb: zero padded, as fabrics do.
 * @list: data-out. @len: bytes of it that came. @asked: that the CDB says.
 */
struct run {
	struct sample		*s;
	const struct scsi_op	*op;
	u8			cdb[TARGET_MAX_CDB];
	u8			*list;
	u32			len;
	u64			asked;
};

/* ---- refusals ---- */

static void check_wire(const struct target_sense *sense, bool descriptor)
{
	u8 buf[TARGET_SENSE_BYTES], again[TARGET_SENSE_BYTES];
	u8 len, room;

	soil_stack(0x55);
	len = scsi_sense_format(sense, descriptor, buf, sizeof(buf));
	soil_stack(0xaa);
	must(len == scsi_sense_format(sense, descriptor, again, sizeof(again)));
	must(len <= sizeof(buf) && !memcmp(buf, again, len));
	must((buf[descriptor ? 1 : 2] & 0xf) == sense->key);
	room = sense->field % sizeof(buf);
	must(scsi_sense_format(sense, descriptor, again, room) <= room);
}

static void check_refused(const struct run *r, const struct target_sense *sense)
{
	must(sense->key && sense->bit < 8);
	if ((sense->flags & TARGET_SENSE_FIELD) && (sense->flags & TARGET_SENSE_IN_CDB))
		must(sense->field < (r->op ? r->op->cdb_len : TARGET_MAX_CDB));
	else if (sense->flags & TARGET_SENSE_FIELD)
		must(sense->field < r->len);
	check_wire(sense, false);
	check_wire(sense, true);
}

/* ---- what is checked before a handler ---- */

/* The bit the sense data points at is set, and it is the first that must not be. */
static void check_stray(const struct run *r, const struct target_sense *sense)
{
	u8 at = sense->field;
	unsigned int i;

	check_refused(r, sense);
	must(sense->flags & TARGET_SENSE_BIT);
	must(r->cdb[at] & ~r->op->usage[at] & (1 << sense->bit));
	for (i = 0; i < at; i++)
		must(!(r->cdb[i] & ~r->op->usage[i]));
}

static void check_usage(const struct run *r)
{
	u8 usage[TARGET_MAX_CDB] = {};
	unsigned int i;

	scsi_op_usage(r->op, &r->s->lu, usage);
	for (i = 0; i < r->op->cdb_len; i++)
		must(!(r->cdb[i] & ~usage[i]));
}

/* As target_cmd_init(): the row, or NULL if the command is refused. */
static bool admit(struct run *r)
{
	struct target_sense sense = {};
	const struct scsi_lu *lu = &r->s->lu;

	r->op = scsi_op_find(r->cdb, &sense);
	if (!r->op) {
		check_refused(r, &sense);
		return false;
	}
	if (!lu->connected && !(r->op->flags & SCSI_OP_ANY_LUN))
		return false;
	if (lu->connected && scsi_op_asks_lu(r->op, r->cdb) &&
	    !scsi_op_check_lu(r->op, lu, r->cdb, &sense)) {
		check_refused(r, &sense);
		return false;
	}
	if (!scsi_op_check_cdb(r->op, r->cdb, &sense)) {
		check_stray(r, &sense);
		return false;
	}
	check_usage(r);
	return true;
}

/* Blocks are on the medium; what the CDB asks for is known. */
static bool measure(struct run *r)
{
	const struct scsi_lu *lu = &r->s->lu;
	u32 block = r->s->attrib.block_size;
	u64 lba, len;

	scsi_op_decode(r->op, r->cdb, &lba, &len);
	if (r->op->flags & SCSI_OP_BLOCKS) {
		if (!scsi_on_medium(lu->nr_blocks, lba, len))
			return false;
		must(lba + len >= lba && lba + len <= lu->nr_blocks);
		len *= block;
	}
	r->asked = r->op->data_len ? r->op->data_len(r->cdb, block) : len;
	pr_class(r->op, r->cdb);
	return true;
}

/* ---- data-in ---- */

/* Where a reply says how long it is, it is right. */
static void check_length(const struct run *r, const u8 *buf, u32 len)
{
	switch (r->cdb[0]) {
	case 0x12:
		if (r->cdb[1] & 1)
			must(get_unaligned_be16(buf + 2) + 4U == len);
		else
			must(buf[4] + 5U == len);
		break;
	case 0x1a:
		must(buf[0] + 1U == len);
		break;
	case 0x1c:
	case 0x37:
	case 0x4d:
		must(get_unaligned_be16(buf + 2) + 4U == len || r->cdb[0] == 0x37);
		break;
	case 0x5a:
		must(get_unaligned_be16(buf) + 2U == len);
		break;
	default:
		break;
	}
}

static const u8 zeroes[SCSI_REPLY_MAX];

static u32 reply_once(const struct run *r, reply_fn fn, u8 *buf, u8 soil)
{
	struct target_sense sense = {};
	u32 len;

	soil_stack(soil);
	len = fn(&r->s->lu, r->cdb, buf, &sense);
	must(len <= SCSI_REPLY_MAX && !len == (sense.key != 0));
	if (!len) {
		check_refused(r, &sense);
		return 0;
	}
	check_length(r, buf, len);
	/* Nobody sees what is behind the reply; LOG SENSE leaves there what it has left out. */
	must(r->cdb[0] == 0x4d || !memcmp(buf + len, zeroes, SCSI_REPLY_MAX - len));
	return len;
}

static void reply(const struct run *r, reply_fn fn)
{
	u8 *again = kzalloc(SCSI_REPLY_MAX, GFP_KERNEL);
	u32 len;

	memset(r->s->buf, 0, SCSI_REPLY_MAX);
	len = reply_once(r, fn, r->s->buf, 0x55);
	must(len == reply_once(r, fn, again, 0xaa));
	must(!memcmp(again, r->s->buf, SCSI_REPLY_MAX));
	kfree(again);
}

static void run_inquiry(struct run *r)
{
	static const char name[] = "iqn.2003-01.org.example:another.target.with.a.longer.name";
	struct scsi_port ports[] = {
		{ r->s->lu.target_name, 1, 1, r->s->lu.proto_id }, { name, 2, 0xffff, 5 },
	};
	u8 *buf;
	u32 len;

	if (!r->s->lu.connected || !scsi_inquiry_asks_ports(r->cdb)) {
		reply(r, scsi_inquiry);
		return;
	}
	buf = kcalloc(ARRAY_SIZE(ports) + 1, SCSI_PORT_BYTES, GFP_KERNEL);
	len = scsi_inquiry_ports(&r->s->lu, ports, ARRAY_SIZE(ports), buf);
	must(len <= (ARRAY_SIZE(ports) + 1) * SCSI_PORT_BYTES);
	check_length(r, buf, len);
	kfree(buf);
}

static void run_mode_sense(struct run *r)
{
	reply(r, scsi_mode_sense);
}

static void run_read_capacity(struct run *r)
{
	reply(r, r->cdb[0] == 0x25 ? scsi_read_capacity_10 : scsi_read_capacity_16);
}

static void run_report_opcodes(struct run *r)
{
	reply(r, scsi_report_opcodes);
}

static void run_read_defects(struct run *r)
{
	reply(r, scsi_read_defects);
}

static void run_report_tmfs(struct run *r)
{
	reply(r, scsi_report_tmfs);
}

static void run_receive_diagnostic(struct run *r)
{
	reply(r, scsi_receive_diagnostic);
}

static u32 log_sense(const struct scsi_lu *lu, const u8 *cdb, u8 *buf, struct target_sense *sense)
{
	static const struct scsi_selftest tests[SCSI_SELFTESTS] = { { .code = 1, .hours = 2 } };
	struct scsi_log log = { .lu = lu, .tests = tests, .space = { 1 << 20, 1 << 21, true } };

	scsi_selftest_minutes(lu);
	return scsi_log_sense(&log, cdb, buf, sense);
}

static void run_log_sense(struct run *r)
{
	reply(r, log_sense);
}

static u32 ident(const struct scsi_lu *lu, const u8 *cdb, u8 *buf, struct target_sense *sense)
{
	static const u8 info[SCSI_IDENT_BYTES] = { 1, 2, 3 };
	enum scsi_ident_type type;

	if (!scsi_ident_type(cdb, &type, sense))
		return 0;
	if (type == SCSI_IDENT_SUPPORTED)
		return scsi_ident_supported(buf);
	return scsi_report_ident(info, scsi_ident_max(type), buf);
}

static void run_report_ident(struct run *r)
{
	reply(r, ident);
}

static u32 timestamp(const struct scsi_lu *lu, const u8 *cdb, u8 *buf, struct target_sense *sense)
{
	scsi_report_timestamp(lu->nr_blocks, SCSI_TIMESTAMP_OTHER, buf);
	return SCSI_TIMESTAMP_BYTES;
}

static void run_report_timestamp(struct run *r)
{
	reply(r, timestamp);
}

/* As many descriptors as the allocation length has room for, of a medium in stripes */
static u32 lba_status(const struct scsi_lu *lu, const u8 *cdb, u8 *buf, struct target_sense *sense)
{
	struct scsi_lba_status list = {
		.buf = buf, .alloc = min_t(u32, get_unaligned_be32(cdb + 10), SCSI_REPLY_MAX),
	};
	u64 lba = get_unaligned_be64(cdb + 2);
	u32 n, i, len;

	if (lba >= lu->nr_blocks) {
		scsi_sense_set(sense, SENSE_ILLEGAL_REQUEST, ASC_LBA_OUT_OF_RANGE);
		return 0;
	}
	for (i = 0; i < 1000 && lba < lu->nr_blocks; i++, lba += n) {
		n = min_t(u64, lu->nr_blocks - lba, i & 1 ? U32_MAX : 8);
		if (!scsi_lba_status_add(&list, lba, n, i / 3 % 2))
			break;
	}
	len = scsi_lba_status_end(&list);
	must(len <= max_t(u32, list.alloc, 24) && get_unaligned_be32(buf) + 4 == len);
	return len;
}

static void run_lba_status(struct run *r)
{
	reply(r, lba_status);
}

static void run_report_referrals(struct run *r)
{
	static const char text[] = "64 2\n0 1023 1:O 2:S\n1024 4095 1:U 2:A\n4096 9999999 1:S 2:O\n";
	u64 lba = get_unaligned_be64(r->cdb + 2);
	int err;
	struct target_lba_map *map = lba_map_parse(text, &err);
	u8 *buf = kzalloc(LBA_MAP_REFERRALS, GFP_KERNEL), sense[LBA_MAP_SENSE] = {};
	u32 len = lba_map_referrals(map, lba, r->cdb[14] & 1, buf);

	must(len <= LBA_MAP_REFERRALS && get_unaligned_be16(buf + 2) + 4U == len);
	must(lba_map_sense(map, 1, lba, r->asked, sense) <= sizeof(sense));
	must(lba_map_state(map, 2, lba, r->asked) <= TARGET_ALUA_UNAVAILABLE);
	kfree(buf);
	kfree(map);
}

static void run_report_luns(struct run *r)
{
	struct target_sense sense = {};
	bool luns, well_known;
	u8 lun[8];

	if (!scsi_report_luns_check(r->cdb, &luns, &well_known, &sense))
		check_refused(r, &sense);
	scsi_lun_encode(r->asked, lun);
}

static void run_pr_in(struct run *r)
{
	struct pr_reg reg = { .key = 1, .nexus = { "iqn.i", "iqn.t", .proto = r->s->lu.proto_id } };
	u8 *space = kzalloc(pr_state_size(2), GFP_KERNEL);
	struct pr_state *s = (struct pr_state *)space;
	struct pr_buf out = { .room = min_t(u64, r->asked, PARAM_MAX) };

	pr_state_copy(s, 2, NULL);
	must(pr_restore(s, &reg, PR_EXCLUSIVE_ACCESS_AR));
	out.buf = kmalloc(out.room, GFP_KERNEL);
	pr_in(r->cdb[1] & 0x1f, s, &out);
	kfree(out.buf);
	kfree(space);
}

static u32 (*const receive_copy[])(const struct xcopy_report *, u8 *) = {
	xcopy_status_lid1, xcopy_data_lid1, NULL, NULL, xcopy_failure_details, xcopy_status_lid4,
	xcopy_data_lid4,
};

static void run_receive_copy(struct run *r)
{
	static const u8 held[XCOPY_HELD_LIMIT], sense[TARGET_SENSE_BYTES];
	u8 states[] = { XCOPY_DONE, XCOPY_FAILED, XCOPY_FOREGROUND, XCOPY_TERMINATED }, *buf;
	struct xcopy_report report = {
		.status = states[r->s->lu.alua_state & 3], .segments = 1, .counter = 0xffff,
		.written = r->s->lu.nr_blocks, .sense = sense, .sense_len = r->asked % 97,
		.held = held, .held_len = r->asked % (XCOPY_HELD_LIMIT + 1), .hdd = r->asked & 1,
	};
	u32 len;

	buf = kzalloc(XCOPY_REPLY_MAX, GFP_KERNEL);
	len = r->cdb[1] == 3 ? xcopy_operating_parameters(buf) :
			       receive_copy[r->cdb[1]](&report, buf);
	must(len >= 4 && len <= XCOPY_REPLY_MAX);
	must(get_unaligned_be32(buf) + 4 == len || r->cdb[1] == 4 || r->cdb[1] == 1);
	kfree(buf);
}

static void run_read_buffer(struct run *r)
{
	struct target_sense sense = {};
	u8 desc[BUFFER_HEADER] = {};
	struct scsi_buffer b;

	if (!scsi_read_buffer(r->cdb, &b, &sense)) {
		check_refused(r, &sense);
		return;
	}
	must(b.offset <= SCSI_BUFFER_BYTES && b.skip <= BUFFER_HEADER);
	if (b.mode == BUFFER_DESCRIPTOR || b.mode == BUFFER_ECHO_DESCRIPTOR || b.skip)
		scsi_buffer_descriptor(r->cdb, desc);
}

/* ---- data-out ---- */

static void run_write_buffer(struct run *r)
{
	struct target_sense sense = {};
	struct scsi_buffer b;

	if (!scsi_write_buffer(r->cdb, &b, &sense))
		check_refused(r, &sense);
	else if (b.mode == BUFFER_ECHO)
		must(b.len <= SCSI_ECHO_BYTES);
	else
		must(!b.len || (b.len >= b.skip &&
				b.offset + b.len - b.skip <= SCSI_BUFFER_BYTES));
}

static void run_mode_select(struct run *r)
{
	struct scsi_mode_request rq = { .buf = r->list, .len = r->len };
	struct target_sense sense = {};
	struct scsi_mode_values all;

	if (!scsi_mode_select(&r->s->lu, r->cdb, &rq, &sense)) {
		check_refused(r, &sense);
		return;
	}
	scsi_mode_values(&r->s->lu, &rq.change, &all);
	scsi_mode_apply(&r->s->attrib, &rq.change);
	r->cdb[0] = 0x5a;
	r->cdb[1] = 0;
	r->cdb[2] = 0x3f;
	r->cdb[3] = 0xff;
	reply(r, scsi_mode_sense);
}

static void run_unmap(struct run *r)
{
	struct target_sense sense = {};
	int count = scsi_unmap_count(r->list, r->len, &sense);

	if (count < 0 || !scsi_unmap_check(&r->s->lu, r->list, count, &sense))
		check_refused(r, &sense);
}

/* Of these the whole list has to be there. */
static bool whole_list(const struct run *r)
{
	return r->asked && r->asked <= r->len;
}

static void run_log_select(struct run *r)
{
	struct scsi_log log = { .lu = &r->s->lu };
	struct target_sense sense = {};
	u64 reset;

	if ((!r->asked || whole_list(r)) &&
	    !scsi_log_select(&log, r->cdb, r->asked ? r->list : NULL, &reset, &sense))
		check_refused(r, &sense);
}

static void run_send_diagnostic(struct run *r)
{
	struct target_sense sense = {};
	enum scsi_diag_action action = scsi_send_diagnostic(r->cdb, &sense);

	must((action == DIAG_REFUSED) == (sense.key != 0));
	if (action == DIAG_PAGE && whole_list(r))
		scsi_diagnostic_page(r->list, r->asked, &sense);
	if (sense.key)
		check_refused(r, &sense);
}

static void run_format(struct run *r)
{
	struct target_sense sense = {};
	struct scsi_format format;

	if (!scsi_format_parse(r->cdb, r->list, min_t(u64, r->len, r->asked), &format, &sense))
		check_refused(r, &sense);
}

static void run_sanitize(struct run *r)
{
	static struct scsi_sanitize san;
	u32 block_size = r->s->attrib.block_size;
	struct target_sense sense = {};

	if (!scsi_sanitize_parse(r->cdb, block_size, &san, &sense) ||
	    (san.action == SANITIZE_OVERWRITE &&
	     !scsi_sanitize_parse_list(r->list, min_t(u64, r->len, r->asked), block_size, &san,
				       &sense)))
		check_refused(r, &sense);
}

static void run_set_timestamp(struct run *r)
{
	struct target_sense sense = {};
	u64 ms;

	if (whole_list(r) && !scsi_set_timestamp(r->list, r->asked, &ms, &sense))
		check_refused(r, &sense);
}

static void run_set_ident(struct run *r)
{
	struct target_sense sense = {};
	enum scsi_ident_type type;

	if (!scsi_ident_type(r->cdb, &type, &sense))
		check_refused(r, &sense);
	else if (type != SCSI_IDENT_SUPPORTED && whole_list(r) &&
		 r->asked <= scsi_ident_max(type) &&
		 !scsi_ident_check(type, r->list, r->asked, &sense))
		check_refused(r, &sense);
}

static void run_write_atomic(struct run *r)
{
	u32 max = scsi_lu_atomic_blocks(&r->s->lu);
	struct target_sense sense = {};

	if (scsi_write_atomic_check(&r->s->lu, r->cdb, &sense))
		must(get_unaligned_be16(r->cdb + 12) <= max);
	else
		check_refused(r, &sense);
}

static void run_pr_out(struct run *r)
{
	struct target_sense sense = {};
	struct pr_out out;

	if (!pr_out_decode(r->cdb, r->list, r->len, &out, &sense))
		check_refused(r, &sense);
	else if (out.tids_len)
		must(out.tids + out.tids_len <= r->list + r->len);
}

static void run_set_groups(struct run *r)
{
	struct target_sense sense = {};
	int i, count = alua_stpg_count(r->asked, r->len, &sense);
	struct alua_stpg desc;

	for (i = 0; i < count; i++)
		if (!alua_stpg_desc(r->list, i, &desc, &sense))
			break;
	if (sense.key)
		check_refused(r, &sense);
}

static void run_xcopy(struct run *r)
{
	static struct xcopy_list list;
	struct target_sense sense = {};

	if (whole_list(r) && !xcopy_parse(r->cdb[1] & 1, r->list, r->asked, &list, &sense))
		check_refused(r, &sense);
}

static const struct {
	void	(*exec)(struct target_cmd *cmd);
	void	(*run)(struct run *r);
} handlers[] = {
	{ exec_inquiry, run_inquiry },
	{ exec_mode_sense, run_mode_sense },
	{ exec_mode_select, run_mode_select },
	{ exec_read_capacity, run_read_capacity },
	{ exec_report_opcodes, run_report_opcodes },
	{ exec_read_defects, run_read_defects },
	{ exec_report_tmfs, run_report_tmfs },
	{ exec_receive_diagnostic, run_receive_diagnostic },
	{ exec_send_diagnostic, run_send_diagnostic },
	{ exec_log_sense, run_log_sense },
	{ exec_log_select, run_log_select },
	{ exec_report_ident, run_report_ident },
	{ exec_set_ident, run_set_ident },
	{ exec_report_timestamp, run_report_timestamp },
	{ exec_set_timestamp, run_set_timestamp },
	{ exec_get_lba_status, run_lba_status },
	{ exec_report_referrals, run_report_referrals },
	{ exec_report_luns, run_report_luns },
	{ exec_persistent_reserve_in, run_pr_in },
	{ exec_persistent_reserve_out, run_pr_out },
	{ exec_receive_copy, run_receive_copy },
	{ exec_receive_copy_parameters, run_receive_copy },
	{ exec_extended_copy, run_xcopy },
	{ exec_read_buffer, run_read_buffer },
	{ exec_write_buffer, run_write_buffer },
	{ exec_unmap, run_unmap },
	{ exec_format_unit, run_format },
	{ exec_sanitize, run_sanitize },
	{ exec_write_atomic, run_write_atomic },
	{ exec_set_target_port_groups, run_set_groups },
};

static void dispatch(struct run *r)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(handlers); i++)
		if (handlers[i].exec == r->op->exec)
			handlers[i].run(r);
}

/* Any CDB at all; or one of a row of the table; or one with no bit but those of the row. */
static void read_cdb(struct fuzz_in *in, u8 *cdb)
{
	u8 how = take_u8(in), number = take_u8(in);
	const struct scsi_op *op = scsi_op_row(number);
	unsigned int i;

	for (i = 0; i < TARGET_MAX_CDB; i++)
		cdb[i] = take_u8(in);
	if (!op || !(how & 3))
		return;
	for (i = 0; how & 1 && i < TARGET_MAX_CDB; i++)
		cdb[i] &= op->usage[i];
	sample_cdb(op, cdb);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, size };
	size_t len = PARAM_MAX;
	struct sample s;
	struct run r = { .s = &s };

	sample_init(&s);
	disk_shape(&s, &in);
	read_cdb(&in, r.cdb);
	r.list = take_block(&in, &len);
	r.len = len;
	if (admit(&r) && measure(&r)) {
		/* Of a longer list no more comes than the CDB says. */
		if (r.op->dir == TARGET_DATA_OUT)
			r.len = min_t(u64, r.len, r.asked);
		dispatch(&r);
	}
	kfree(r.list);
	sample_exit(&s);
	return 0;
}
