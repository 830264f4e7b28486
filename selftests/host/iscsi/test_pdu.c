// SPDX-License-Identifier: GPL-2.0-only
/*
 * Received headers, additional header segments, serial numbers and built responses.
 */
#include "util.h"

static const struct iscsit_pdu_limits normal = {
	.phase = ISCSIT_PHASE_NORMAL, .max_data = 65536, .immediate_data = true,
	.first_burst = 32768,
};

struct header_case {
	const char *what;
	u8	opcode;
	u8	flags;
	u32	itt;
	u32	word5;
	u32	data_len;
	u8	ahs_words;
	enum iscsit_pdu_phase phase;
	enum iscsit_reject want;
	bool	fatal;
};

#define NORMAL		.phase = ISCSIT_PHASE_NORMAL
#define DISCOVERY	.phase = ISCSIT_PHASE_DISCOVERY
#define LOGIN		.phase = ISCSIT_PHASE_LOGIN
#define PROTOCOL	.want = ISCSIT_REJECT_PROTOCOL
#define I		ISCSIT_IMMEDIATE

static const struct header_case headers[] = {
	{ "nop", ISCSIT_OP_NOP_OUT, 0x80, 1, NORMAL },
	{ "nop with data", ISCSIT_OP_NOP_OUT, 0x80, 1, .data_len = 65536, NORMAL },
	{ "nop too long", ISCSIT_OP_NOP_OUT, 0x80, 1, .data_len = 65537, NORMAL, PROTOCOL, true },
	{ "nop without F", ISCSIT_OP_NOP_OUT, 0, 1, NORMAL, PROTOCOL },
	{ "nop reply", ISCSIT_OP_NOP_OUT | I, 0x80, ISCSIT_TAG_NONE, 7, NORMAL },
	{ "nop untagged, numbered", ISCSIT_OP_NOP_OUT, 0x80, ISCSIT_TAG_NONE, NORMAL, PROTOCOL },
	{ "nop in discovery", ISCSIT_OP_NOP_OUT, 0x80, 1, DISCOVERY, PROTOCOL },
	{ "nop in login", ISCSIT_OP_NOP_OUT, 0x80, 1, LOGIN, PROTOCOL, true },
	{ "nop with AHS", ISCSIT_OP_NOP_OUT, 0x80, 1, .ahs_words = 1, NORMAL, PROTOCOL },

	{ "read", ISCSIT_OP_SCSI_CMD, 0xc1, 1, 512, NORMAL },
	{ "write, all immediate", ISCSIT_OP_SCSI_CMD, 0xa1, 1, 512, 512, NORMAL },
	{ "write, unsolicited", ISCSIT_OP_SCSI_CMD, 0x21, 1, 65536, 4096, NORMAL },
	{ "write, past EDTL", ISCSIT_OP_SCSI_CMD, 0xa1, 1, 512, 513, NORMAL, PROTOCOL },
	{ "write, past first burst", ISCSIT_OP_SCSI_CMD, 0xa1, 1, 65536, 32769, NORMAL, PROTOCOL },
	{ "read with data", ISCSIT_OP_SCSI_CMD, 0xc1, 1, 512, 4, NORMAL, PROTOCOL },
	{ "read without F", ISCSIT_OP_SCSI_CMD, 0x41, 1, 512, NORMAL, PROTOCOL },
	{ "attribute ACA", ISCSIT_OP_SCSI_CMD, 0x84, 1, NORMAL },
	{ "attribute 5", ISCSIT_OP_SCSI_CMD, 0x85, 1, NORMAL, PROTOCOL },
	{ "command without tag", ISCSIT_OP_SCSI_CMD, 0x81, ISCSIT_TAG_NONE, NORMAL, PROTOCOL },
	{ "command with AHS", ISCSIT_OP_SCSI_CMD, 0xc1, 1, 512, .ahs_words = 255, NORMAL },
	{ "command in discovery", ISCSIT_OP_SCSI_CMD, 0xc1, 1, 512, DISCOVERY, PROTOCOL },
	{ "reserved bits ignored", ISCSIT_OP_SCSI_CMD | 0x80, 0xd9, 1, 512, NORMAL },

	{ "TMF", ISCSIT_OP_TMF_REQ | I, 0x81, 1, NORMAL },
	{ "TMF with data", ISCSIT_OP_TMF_REQ | I, 0x81, 1, .data_len = 1, NORMAL, PROTOCOL },
	{ "TMF without tag", ISCSIT_OP_TMF_REQ, 0x81, ISCSIT_TAG_NONE, NORMAL, PROTOCOL },

	{ "login", ISCSIT_OP_LOGIN_REQ | I, 0x87, 1, LOGIN, .data_len = 300 },
	{ "login without I", ISCSIT_OP_LOGIN_REQ, 0x87, 1, LOGIN },
	{ "login too long", ISCSIT_OP_LOGIN_REQ | I, 0x87, 1, LOGIN, .data_len = 65537,
	  PROTOCOL, true },
	{ "login when logged in", ISCSIT_OP_LOGIN_REQ | I, 0x87, 1, NORMAL, PROTOCOL },

	{ "text", ISCSIT_OP_TEXT_REQ, 0x80, 1, ISCSIT_TAG_NONE, 16, NORMAL },
	{ "text in discovery", ISCSIT_OP_TEXT_REQ | I, 0x80, 1, ISCSIT_TAG_NONE, 16, DISCOVERY },
	{ "text F and C", ISCSIT_OP_TEXT_REQ, 0xc0, 1, ISCSIT_TAG_NONE, 16, NORMAL, PROTOCOL },
	{ "text in login", ISCSIT_OP_TEXT_REQ, 0x80, 1, LOGIN, PROTOCOL, true },

	{ "data-out", ISCSIT_OP_DATA_OUT, 0x80, 1, 5, 512, NORMAL },
	{ "data-out, unsolicited", ISCSIT_OP_DATA_OUT, 0, 1, ISCSIT_TAG_NONE, 512, NORMAL },
	{ "data-out in discovery", ISCSIT_OP_DATA_OUT, 0x80, 1, 5, 512, DISCOVERY, PROTOCOL },

	{ "logout", ISCSIT_OP_LOGOUT_REQ, 0x80, 1, NORMAL },
	{ "logout in discovery", ISCSIT_OP_LOGOUT_REQ | I, 0x80, 1, DISCOVERY },
	{ "logout reason 2", ISCSIT_OP_LOGOUT_REQ, 0x82, 1, NORMAL },
	{ "logout reason 3", ISCSIT_OP_LOGOUT_REQ, 0x83, 1, NORMAL, PROTOCOL },

	{ "SNACK", ISCSIT_OP_SNACK_REQ, 0x81, ISCSIT_TAG_NONE, NORMAL },
	{ "SNACK type 4", ISCSIT_OP_SNACK_REQ, 0x84, 1, NORMAL, PROTOCOL },

	{ "hole in the table", 0x07, 0x80, 1, NORMAL, .want = ISCSIT_REJECT_NOT_SUPPORTED },
	{ "vendor opcode", 0x1c, 0x80, 1, NORMAL, .want = ISCSIT_REJECT_NOT_SUPPORTED },
	{ "target opcode", ISCSIT_OP_SCSI_RSP, 0x80, 1, NORMAL,
	  .want = ISCSIT_REJECT_NOT_SUPPORTED },
	{ "unknown in login", 0x3e, 0x80, 1, LOGIN, .want = ISCSIT_REJECT_NOT_SUPPORTED, true },
	{ "largest length", 0x3e, 0x80, 1, .data_len = 0xffffff, NORMAL,
	  .want = ISCSIT_REJECT_NOT_SUPPORTED },
};

static struct iscsit_bhs make_header(const struct header_case *c)
{
	struct iscsit_bhs bhs = {
		.opcode = c->opcode, .flags = c->flags, .ahs_words = c->ahs_words,
		.itt = cpu_to_be32(c->itt), .word5 = cpu_to_be32(c->word5),
		.cmdsn = cpu_to_be32(0x11223344), .exp_statsn = cpu_to_be32(0x55667788),
	};

	iscsit_put_dlen(bhs.dlen, c->data_len);
	return bhs;
}

static void test_headers(void **state)
{
	const struct header_case *c;

	for (c = headers; c < headers + ARRAY_SIZE(headers); c++) {
		struct iscsit_pdu_limits lim = normal;
		struct iscsit_bhs bhs = make_header(c);
		struct iscsit_pdu_info info;
		enum iscsit_reject want = c->want;

		lim.phase = c->phase;
		if (c->data_len > lim.max_data)
			want = ISCSIT_REJECT_PROTOCOL;
		if (iscsit_pdu_check(&bhs, &lim, &info) != want)
			fail_msg("%s: wrong reject reason", c->what);
		if (info.fatal != (c->fatal || c->data_len > lim.max_data))
			fail_msg("%s: fatal is wrong", c->what);
		assert_int_equal(info.data_len, c->data_len);
		assert_int_equal(info.ahs_len, c->ahs_words * 4);
		assert_int_equal((info.data_len + info.pad_len) % 4, 0);
		assert_true(info.pad_len < 4);
		assert_int_equal(info.itt, c->itt);
		assert_int_equal(info.exp_statsn, 0x55667788);
	}
}

/* Any 48 bytes get an answer, and what is accepted is within the limits. */
static void test_header_noise(void **state)
{
	struct iscsit_pdu_limits lim = normal;
	struct iscsit_pdu_info info;
	struct iscsit_bhs bhs;
	u32 round, i;

	srandom(1);
	for (round = 0; round < 200000; round++) {
		for (i = 0; i < sizeof(bhs); i++)
			((u8 *)&bhs)[i] = random();
		bhs.dlen[0] = 0;
		lim.phase = round % 3;
		if (iscsit_pdu_check(&bhs, &lim, &info))
			continue;
		assert_true(info.data_len <= lim.max_data);
		assert_true(info.ahs_len <= ISCSIT_AHS_MAX);
		assert_true(!info.ahs_len || info.opcode == ISCSIT_OP_SCSI_CMD);
	}
}

static void test_initial_r2t(void **state)
{
	const struct header_case c = { "", ISCSIT_OP_SCSI_CMD, 0x21, 1, 65536, 0 };
	struct iscsit_pdu_limits lim = normal;
	struct iscsit_bhs bhs = make_header(&c);
	struct iscsit_pdu_info info;

	assert_int_equal(iscsit_pdu_check(&bhs, &lim, &info), ISCSIT_REJECT_NONE);
	lim.initial_r2t = true;
	assert_int_equal(iscsit_pdu_check(&bhs, &lim, &info), ISCSIT_REJECT_PROTOCOL);
	bhs.flags |= ISCSIT_F_FINAL;
	assert_int_equal(iscsit_pdu_check(&bhs, &lim, &info), ISCSIT_REJECT_NONE);
	iscsit_put_dlen(bhs.dlen, 512);
	assert_int_equal(iscsit_pdu_check(&bhs, &lim, &info), ISCSIT_REJECT_NONE);
	lim.immediate_data = false;
	assert_int_equal(iscsit_pdu_check(&bhs, &lim, &info), ISCSIT_REJECT_PROTOCOL);
	assert_false(info.fatal);
}

static void test_numbered(void **state)
{
	static const struct {
		u8	opcode, flags;
		bool	immediate, numbered, has_cmdsn;
	} cases[] = {
		{ ISCSIT_OP_NOP_OUT, 0x80, false, true, true },
		{ ISCSIT_OP_NOP_OUT | I, 0x80, true, false, true },
		{ ISCSIT_OP_SCSI_CMD | I, 0x81, true, false, true },
		{ ISCSIT_OP_DATA_OUT | I, 0x80, false, false, false },
		{ ISCSIT_OP_SNACK_REQ | I, 0x80, false, false, false },
		{ ISCSIT_OP_TMF_REQ, 0x81, false, true, true },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct header_case c = { "", cases[i].opcode, cases[i].flags, 1 };
		struct iscsit_bhs bhs = make_header(&c);
		struct iscsit_pdu_info info;

		assert_int_equal(iscsit_pdu_check(&bhs, &normal, &info), 0);
		assert_int_equal(info.immediate, cases[i].immediate);
		assert_int_equal(info.numbered, cases[i].numbered);
		assert_int_equal(info.cmdsn, cases[i].has_cmdsn ? 0x11223344 : 0);
	}
}

static void test_ahs(void **state)
{
	static const struct {
		const char *bytes;
		u32	len;
		enum iscsit_reject want;
		u32	cdb_len;
		u32	bidi;
	} cases[] = {
		{ "", 0, 0, 0, 0 },
		/* 32-byte CDB: 17 = 32 - 15 */
		{ "\x00\x11\x01\x00" "ABCDEFGHIJKLMNOP", 20, 0, 16, 0 },
		{ "\x00\x05\x02\x00" "\x00\x01\x00\x00", 8, 0, 0, 65536 },
		{ "\x00\x05\x02\x00" "\x00\x00\x02\x00" "\x00\x02\x01\x00" "Z\0\0\0", 16, 0, 1, 512 },
		{ "\x00\x05\xc2\x00" "\x00\x00\x02\x00", 8, 0, 0, 512 },
		{ "\x00\x11\x01\x00" "ABCDEFGHIJKLMNOP", 16, ISCSIT_REJECT_INVALID_FIELD, 0, 0 },
		{ "\xff\xff\x01\x00" "ABCD", 8, ISCSIT_REJECT_INVALID_FIELD, 0, 0 },
		{ "\x00\x00\x01\x00", 4, ISCSIT_REJECT_INVALID_FIELD, 0, 0 },
		{ "\x00\x01\x01\x00", 4, ISCSIT_REJECT_INVALID_FIELD, 0, 0 },
		{ "\x00\x05\x03\x00" "\x00\x00\x02\x00", 8, ISCSIT_REJECT_INVALID_FIELD, 0, 0 },
		{ "\x00\x04\x02\x00" "\x00\x00\x02\x00", 8, ISCSIT_REJECT_INVALID_FIELD, 0, 0 },
		{ "\x00\x05\x02\x00" "\x00\x00\x02\x00" "\x00\x05\x02\x00" "\x00\x00\x02\x00", 16,
		  ISCSIT_REJECT_INVALID_FIELD, 0, 0 },
		{ "\x00\x02\x01\x00" "Z\0\0\0" "\x00\x02\x01\x00" "Z\0\0\0", 16,
		  ISCSIT_REJECT_INVALID_FIELD, 0, 0 },
		{ "\x00\x05\x02", 3, ISCSIT_REJECT_INVALID_FIELD, 0, 0 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u8 *buf = malloc(cases[i].len + 1);
		struct iscsit_ahs_info info;

		memcpy(buf, cases[i].bytes, cases[i].len);
		buf = realloc(buf, cases[i].len ? cases[i].len : 1);
		assert_int_equal(iscsit_ahs_parse(buf, cases[i].len, &info), cases[i].want);
		if (!cases[i].want) {
			assert_int_equal(info.ext_cdb_len, cases[i].cdb_len);
			assert_int_equal(info.bidi_read_len, cases[i].bidi);
			assert_int_equal(info.has_bidi, !!cases[i].bidi);
		}
		free(buf);
	}
}

static void test_longest_cdb(void **state)
{
	struct iscsit_ahs_info info;
	u8 buf[252] = { 0, 245, ISCSIT_AHS_EXTENDED_CDB, 0, 'A' };

	assert_int_equal(iscsit_ahs_parse(buf, 248, &info), 0);
	assert_int_equal(info.ext_cdb_len, 244);
	assert_ptr_equal(info.ext_cdb, buf + 4);
	buf[1] = 246;
	assert_int_equal(iscsit_ahs_parse(buf, 252, &info), ISCSIT_REJECT_INVALID_FIELD);
}

static void test_serial_numbers(void **state)
{
	assert_true(iscsit_sn_before(1, 2));
	assert_false(iscsit_sn_before(2, 2));
	assert_true(iscsit_sn_before_eq(2, 2));
	assert_true(iscsit_sn_before(0xffffffff, 0));
	assert_true(iscsit_sn_before(0xffffff00, 0x10));
	assert_true(iscsit_sn_after(0x10, 0xffffff00));
	assert_false(iscsit_sn_before(0, 0x80000000));
	assert_false(iscsit_sn_after(0, 0x80000000));
	assert_false(iscsit_sn_before_eq(0, 0x80000000));
	assert_true(iscsit_sn_before(0, 0x7fffffff));
}

static void test_window(void **state)
{
	assert_true(iscsit_sn_in_window(5, 5, 5));
	assert_false(iscsit_sn_in_window(4, 5, 5));
	assert_false(iscsit_sn_in_window(6, 5, 5));
	assert_true(iscsit_sn_in_window(2, 0xfffffff0, 10));
	assert_false(iscsit_sn_in_window(11, 0xfffffff0, 10));
	/* A closed window, MaxCmdSN = ExpCmdSN - 1, takes nothing. */
	assert_false(iscsit_sn_in_window(5, 5, 4));
	assert_false(iscsit_sn_in_window(4, 5, 4));
}

static void test_lengths(void **state)
{
	u8 dlen[3];

	iscsit_put_dlen(dlen, 0x123456);
	assert_memory_equal(dlen, "\x12\x34\x56", 3);
	assert_int_equal(iscsit_get_dlen(dlen), 0x123456);
	assert_int_equal(iscsit_pad(0), 0);
	assert_int_equal(iscsit_pad(1), 3);
	assert_int_equal(iscsit_pad(3), 1);
	assert_int_equal(iscsit_pad(4), 0);
	assert_int_equal(iscsit_pad(0xffffff), 1);
}

static const struct iscsit_sns sns = { 0x01020304, 0x05060708, 0x090a0b0c };
static const u8 lun[ISCSIT_LUN_LEN] = { 0, 3 };

/* A builder's 48 bytes against the picture of the standard, over a dirty buffer. */
static void expect_bytes(const struct iscsit_bhs *bhs, const u8 *want)
{
	assert_memory_equal(bhs, want, ISCSIT_BHS_LEN);
}

static void test_build_scsi(void **state)
{
	static const u8 rsp_bytes[ISCSIT_BHS_LEN] = {
		0x21, 0x82, 0, 2, 0, 0, 0, 20, [16] = 0xa, 0xb, 0xc, 0xd,
		[24] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc, 0, 0, 0, 3,
		[44] = 0, 0, 2, 0,
	};
	static const u8 din_bytes[ISCSIT_BHS_LEN] = {
		0x25, 0x83, 0, 0x18, 0, 0, 2, 1, [16] = 0xa, 0xb, 0xc, 0xd, 0xff, 0xff, 0xff, 0xff,
		1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc, 0, 0, 0, 9, 0, 1, 0, 0, 0, 0, 0, 7,
	};
	struct iscsit_scsi_rsp rsp = {
		.itt = 0x0a0b0c0d, .status = 2, .flags = ISCSIT_RSP_F_UNDERFLOW,
		.exp_datasn = 3, .residual = 512, .data_len = 20,
	};
	struct iscsit_data_in din = {
		.itt = 0x0a0b0c0d, .ttt = ISCSIT_TAG_NONE, .status = 0x18, .datasn = 9,
		.flags = ISCSIT_F_FINAL | ISCSIT_DATA_IN_F_STATUS | ISCSIT_RSP_F_UNDERFLOW,
		.offset = 65536, .residual = 7, .data_len = 513,
	};
	struct iscsit_bhs bhs;

	memset(&bhs, 0xee, sizeof(bhs));
	iscsit_build_scsi_rsp(&bhs, &rsp, &sns);
	expect_bytes(&bhs, rsp_bytes);
	memset(&bhs, 0xee, sizeof(bhs));
	iscsit_build_data_in(&bhs, &din, &sns);
	expect_bytes(&bhs, din_bytes);
	/* 11.7.4: without S there is neither status nor StatSN */
	din.flags = 0;
	iscsit_build_data_in(&bhs, &din, &sns);
	assert_int_equal(bhs.byte3, 0);
	assert_int_equal(bhs.cmdsn, 0);
	assert_memory_equal(bhs.specific + 12, "\0\0\0\0", 4);
}

static void test_build_r2t(void **state)
{
	static const u8 bytes[ISCSIT_BHS_LEN] = {
		0x31, 0x80, [8] = 0, 3, [16] = 0, 0, 0, 1, 0, 0, 0, 2,
		1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5,
	};
	struct iscsit_r2t r2t = {
		.lun = lun, .itt = 1, .ttt = 2, .r2tsn = 3, .offset = 4, .desired_len = 5,
	};
	struct iscsit_bhs bhs;

	memset(&bhs, 0xee, sizeof(bhs));
	iscsit_build_r2t(&bhs, &r2t, &sns);
	expect_bytes(&bhs, bytes);
}

static void test_build_others(void **state)
{
	static const u8 nop[ISCSIT_BHS_LEN] = {
		0x20, 0x80, 0, 0, 0, 0, 0, 4, 0, 3, [16] = 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 9,
		1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc,
	};
	static const u8 tmf[ISCSIT_BHS_LEN] = {
		0x22, 0x80, 255, [16] = 0, 0, 0, 1, [24] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc,
	};
	static const u8 logout[ISCSIT_BHS_LEN] = {
		0x26, 0x80, 1, [16] = 0, 0, 0, 1, [24] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc,
		[40] = 0, 2, 0, 20,
	};
	static const u8 async[ISCSIT_BHS_LEN] = {
		0x32, 0x80, [16] = 0xff, 0xff, 0xff, 0xff, [24] = 1, 2, 3, 4, 5, 6, 7, 8,
		9, 0xa, 0xb, 0xc, 3, 0, 0, 1, 0, 2, 0, 20,
	};
	static const u8 reject[ISCSIT_BHS_LEN] = {
		0x3f, 0x80, 4, 0, 0, 0, 0, 48, [16] = 0xff, 0xff, 0xff, 0xff,
		[24] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc, 0, 0, 0, 5,
	};
	static const u8 text[ISCSIT_BHS_LEN] = {
		0x24, 0x40, 0, 0, 0, 0, 1, 0, [16] = 0, 0, 0, 1, 0, 0, 0, 2,
		1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc,
	};
	static const u8 login[ISCSIT_BHS_LEN] = {
		0x23, 0x87, 0, 0, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 0xab, 0xcd, 0, 0, 0, 1,
		[24] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc, 2, 1,
	};
	struct iscsit_bhs bhs;

	iscsit_build_nop_in(&bhs, &(struct iscsit_nop_in) { lun, ISCSIT_TAG_NONE, 9, 4 }, &sns);
	expect_bytes(&bhs, nop);
	iscsit_build_tmf_rsp(&bhs, 1, ISCSIT_TMF_RSP_REJECTED, &sns);
	expect_bytes(&bhs, tmf);
	iscsit_build_logout_rsp(&bhs, &(struct iscsit_logout_rsp) { 1, 1, 2, 20 }, &sns);
	expect_bytes(&bhs, logout);
	iscsit_build_async(&bhs, &(struct iscsit_async) { NULL, 3, 0, 1, 2, 20, 0 }, &sns);
	expect_bytes(&bhs, async);
	iscsit_build_reject(&bhs, ISCSIT_REJECT_PROTOCOL, 5, &sns);
	expect_bytes(&bhs, reject);
	iscsit_build_text_rsp(&bhs, &(struct iscsit_text_rsp) { NULL, 1, 2, 0x40, 256 }, &sns);
	expect_bytes(&bhs, text);
	iscsit_build_login_rsp(&bhs, &(struct iscsit_login_rsp) {
		1, 0x87, { 1, 2, 3, 4, 5, 6 }, 0xabcd, 0x0201, 7 }, &sns);
	expect_bytes(&bhs, login);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_header_noise),
		cmocka_unit_test(test_initial_r2t),
		cmocka_unit_test(test_numbered),
		cmocka_unit_test(test_ahs),
		cmocka_unit_test(test_longest_cdb),
		cmocka_unit_test(test_serial_numbers),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_build_scsi),
		cmocka_unit_test(test_build_r2t),
		cmocka_unit_test(test_build_others),
	};

	return cmocka_run_group_tests_name("iscsi_pdu", tests, NULL, NULL);
}
