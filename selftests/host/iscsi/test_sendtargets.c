// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text requests of the full feature phase: SendTargets in its three forms, answers longer than
 * a PDU, continued requests, and misuse of target transfer tags.
 */
#include "util.h"

#define F	ISCSIT_F_FINAL
#define C	ISCSIT_F_CONTINUE
#define NONE	ISCSIT_TAG_NONE

static struct iscsit_text *t;
static struct iscsit_params params;
static u32 targets;
static u64 generation;
static const char *asked;
static bool was_asked;

static u64 send_targets(void *priv, const char *name, struct iscsit_text_window *w)
{
	char tgt[64];
	u32 i;

	asked = name;
	was_asked = true;
	for (i = 0; i < targets; i++) {
		snprintf(tgt, sizeof(tgt), "iqn.2001-04.com.example:%u", i);
		if (name && strcmp(name, tgt))
			continue;
		iscsit_text_add_target(w, tgt);
		iscsit_text_add_address(w, "10.0.0.1:3260", 1);
		iscsit_text_add_address(w, "[fe80::1]:3260", 65535);
	}
	return generation;
}

static const struct iscsit_text_ops ops = { .send_targets = send_targets };

static int setup(void **state)
{
	iscsit_params_init(&params);
	params.max_xmit_dsl = 512;
	t = calloc(1, sizeof(*t));
	t->ops = &ops;
	t->discovery = true;
	t->target = "";
	t->params = &params;
	t->max_xmit_cap = 262144;
	t->out_cap = 4096;
	t->out = malloc(t->out_cap);
	targets = 2;
	generation = 1;
	was_asked = false;
	return 0;
}

static int teardown(void **state)
{
	free(t->out);
	free(t);
	return 0;
}

static enum iscsit_reject rx(u8 flags, u32 ttt, const char *spec)
{
	struct iscsit_text_req_bhs req = {
		.opcode = ISCSIT_OP_TEXT_REQ, .flags = flags, .itt = cpu_to_be32(9),
		.ttt = cpu_to_be32(ttt),
	};
	struct seg s = seg(spec);
	enum iscsit_reject why;

	iscsit_put_dlen(req.dlen, s.len);
	why = iscsit_text_rx(t, (struct iscsit_bhs *)&req, s.p, s.len);
	seg_free(&s);
	if (!why) {
		assert_int_equal(t->rsp.itt, 9);
		assert_int_equal(t->rsp.data_len, t->out_len);
		assert_true(t->out_len <= params.max_xmit_dsl || params.max_xmit_dsl < 512);
		/* 11.11: F and a valid tag exclude each other */
		assert_int_equal(!!(t->rsp.flags & F), t->rsp.ttt == NONE);
	}
	return why;
}

static const char two[] =
	"TargetName=iqn.2001-04.com.example:0|TargetAddress=10.0.0.1:3260,1|"
	"TargetAddress=[fe80::1]:3260,65535|"
	"TargetName=iqn.2001-04.com.example:1|TargetAddress=10.0.0.1:3260,1|"
	"TargetAddress=[fe80::1]:3260,65535|";

static void test_all(void **state)
{
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
	assert_int_equal(t->rsp.flags, F);
	assert_null(asked);
	assert_string_equal(flatten(t->out, t->out_len), two);
}

static void test_no_targets(void **state)
{
	targets = 0;
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
	assert_int_equal(t->rsp.flags, F);
	assert_int_equal(t->out_len, 0);
}

static void test_one(void **state)
{
	assert_int_equal(rx(F, NONE, "SendTargets=iqn.2001-04.com.EXAMPLE:1|"), 0);
	assert_string_equal(flatten(t->out, t->out_len),
			    "TargetName=iqn.2001-04.com.example:1|TargetAddress=10.0.0.1:3260,1|"
			    "TargetAddress=[fe80::1]:3260,65535|");
	assert_int_equal(rx(F, NONE, "SendTargets=iqn.2001-04.com.example:7|"), 0);
	assert_int_equal(t->out_len, 0);
	was_asked = false;
	assert_int_equal(rx(F, NONE, "SendTargets=no name|"), 0);
	assert_int_equal(t->out_len, 0);
	assert_false(was_asked);
}

static void test_nothing_in_discovery(void **state)
{
	assert_int_equal(rx(F, NONE, "SendTargets=|"), 0);
	assert_string_equal(flatten(t->out, t->out_len), "SendTargets=Reject|");
}

static void test_normal_session(void **state)
{
	t->discovery = false;
	t->target = "iqn.2001-04.com.example:1";
	assert_int_equal(rx(F, NONE, "SendTargets=|"), 0);
	assert_string_equal(find_key(t->out, t->out_len, "TargetName"),
			    "iqn.2001-04.com.example:1");
	assert_int_equal(rx(F, NONE, "SendTargets=iqn.2001-04.com.example:1|"), 0);
	assert_non_null(find_key(t->out, t->out_len, "TargetName"));
	was_asked = false;
	assert_int_equal(rx(F, NONE, "SendTargets=iqn.2001-04.com.example:0|"), 0);
	assert_int_equal(t->out_len, 0);
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
	assert_string_equal(flatten(t->out, t->out_len), "SendTargets=Reject|");
	assert_false(was_asked);
}

/* All pieces of an answer, joined; the number of PDUs in @pdus. */
static char *collect(const char *spec, u32 *pdus)
{
	char *all = NULL;
	u32 len = 0, ttt = NONE;

	for (*pdus = 0;; spec = "") {
		assert_int_equal(rx(F, ttt, spec), 0);
		++*pdus;
		all = realloc(all, len + t->out_len + 1);
		memcpy(all + len, t->out, t->out_len);
		len += t->out_len;
		if (t->rsp.flags & F)
			break;
		assert_int_equal(t->rsp.flags, C);
		assert_int_equal(t->out_len, params.max_xmit_dsl);
		assert_int_not_equal(t->rsp.ttt, ttt);
		ttt = t->rsp.ttt;
	}
	all[len] = '\0';
	strcpy(all, flatten(all, len));
	return all;
}

static void test_long_answer(void **state)
{
	u32 pdus, i;
	char *all, *p;

	targets = 300;
	all = collect("SendTargets=All|", &pdus);
	assert_true(pdus > 60);
	for (i = 0, p = all; (p = strstr(p, "TargetName=iqn.2001-04.com.example:")); i++)
		assert_int_equal(atoi(p += 35), i);
	assert_int_equal(i, 300);
	free(all);
	params.max_xmit_dsl = 4096;
	all = collect("SendTargets=All|", &pdus);
	assert_int_equal(pdus, (strlen(all) + 4095) / 4096);
	free(all);
}

/* An answer that is exactly as long as a PDU is not continued. */
static void test_exact_fit(void **state)
{
	params.max_xmit_dsl = sizeof(two) - 1;
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
	assert_int_equal(t->rsp.flags, F);
	params.max_xmit_dsl--;
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
	assert_int_equal(t->rsp.flags, C);
	assert_int_equal(rx(F, t->rsp.ttt, ""), 0);
	assert_int_equal(t->out_len, 1);
	assert_int_equal(t->rsp.flags, F);
}

static void test_changed_meanwhile(void **state)
{
	targets = 100;
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
	assert_int_equal(t->rsp.flags, C);
	generation++;
	assert_int_equal(rx(F, t->rsp.ttt, ""), ISCSIT_REJECT_NO_RESOURCES);
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
}

static void test_continued_request(void **state)
{
	u32 ttt;

	assert_int_equal(rx(C, NONE, "SendTar"), 0);
	assert_int_equal(t->rsp.flags, 0);
	assert_int_equal(t->out_len, 0);
	ttt = t->rsp.ttt;
	assert_int_equal(rx(F, ttt, "gets=All|"), 0);
	assert_string_equal(flatten(t->out, t->out_len), two);
	/* the exchange is over */
	assert_int_equal(rx(F, ttt, ""), ISCSIT_REJECT_PROTOCOL);
}

/* 11.11.1: to a request with F=0 the response has F=0, and the last word is the initiator's. */
static void test_not_final(void **state)
{
	assert_int_equal(rx(0, NONE, "SendTargets=All|"), 0);
	assert_int_equal(t->rsp.flags, 0);
	assert_string_equal(flatten(t->out, t->out_len), two);
	assert_int_equal(rx(F, t->rsp.ttt, ""), 0);
	assert_int_equal(t->rsp.flags, F);
	assert_int_equal(t->out_len, 0);
}

static void test_wrong_tags(void **state)
{
	u32 ttt;

	assert_int_equal(rx(F, 1, "SendTargets=All|"), ISCSIT_REJECT_PROTOCOL);
	targets = 100;
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
	ttt = t->rsp.ttt;
	assert_int_equal(rx(F, ttt + 1, ""), ISCSIT_REJECT_PROTOCOL);
	/* a reject resets the exchange */
	assert_int_equal(rx(F, ttt, ""), ISCSIT_REJECT_PROTOCOL);
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
	ttt = t->rsp.ttt;
	assert_int_equal(rx(F, ttt, "SendTargets=All|"), ISCSIT_REJECT_PROTOCOL);
	/* a new exchange drops the old one */
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
	ttt = t->rsp.ttt;
	assert_int_equal(rx(F, NONE, "SendTargets=All|"), 0);
	assert_int_equal(rx(F, ttt, ""), ISCSIT_REJECT_PROTOCOL);
}

static void test_malformed(void **state)
{
	static const char *const specs[] = {
		"SendTargets|", "=All|", "SendTargets=All|SendTargets=All|", "AuthMethod=None|",
		"MaxBurstLength=512|", "MaxRecvDataSegmentLength=1|", "TargetName=iqn.a|",
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(specs); i++)
		assert_int_equal(rx(F, NONE, specs[i]), ISCSIT_REJECT_PROTOCOL);
}

static void test_other_keys(void **state)
{
	assert_int_equal(rx(F, NONE, ""), 0);
	assert_int_equal(t->out_len, 0);
	assert_int_equal(t->rsp.flags, F);
	assert_int_equal(rx(F, NONE, "X-foo=1|SendTargets=All|MaxRecvDataSegmentLength=1048576|"), 0);
	assert_non_null(find_key(t->out, t->out_len, "X-foo"));
	assert_non_null(find_key(t->out, t->out_len, "TargetName"));
	assert_int_equal(params.max_xmit_dsl, 262144);
}

static void test_flood(void **state)
{
	u32 n, ttt = NONE;

	for (n = 0; !rx(C, ttt, ""); n++) {
		assert_true(n < 100);
		ttt = t->rsp.ttt;
	}
	assert_int_equal(n, ISCSIT_TEXT_PDUS_MAX);
	for (n = 0, ttt = NONE; !rx(C, ttt, "SendTargets=................................"); n++) {
		assert_true(n < 1000);
		ttt = t->rsp.ttt;
	}
	for (n = 0, ttt = NONE; !rx(0, ttt, "X-foo=1|"); n++) {
		assert_true(n < 1000);
		ttt = t->rsp.ttt;
	}
}

static void test_tag_wraps(void **state)
{
	t->last_ttt = 0xfffffffe;
	assert_int_equal(rx(C, NONE, ""), 0);
	assert_int_equal(t->rsp.ttt, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(test_all),
		TEST(test_no_targets),
		TEST(test_one),
		TEST(test_nothing_in_discovery),
		TEST(test_normal_session),
		TEST(test_long_answer),
		TEST(test_exact_fit),
		TEST(test_changed_meanwhile),
		TEST(test_continued_request),
		TEST(test_not_final),
		TEST(test_wrong_tags),
		TEST(test_malformed),
		TEST(test_other_keys),
		TEST(test_flood),
		TEST(test_tag_wraps),
	};

	return cmocka_run_group_tests_name("iscsi_sendtargets", tests, NULL, NULL);
}
