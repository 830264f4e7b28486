// SPDX-License-Identifier: GPL-2.0-only
/*
 * Login sequences: what common initiators send, discovery, CHAP one-way and mutual, added
 * connections, redirection, continued text, and what a hostile peer tries instead.
 */
#include <openssl/evp.h>
#include "util.h"

#define T	ISCSIT_F_FINAL
#define C	ISCSIT_F_CONTINUE
#define SEC	(0 << 2)
#define OP	(1 << 2)
#define TO_OP	1
#define TO_FFP	3

#define NAMES	"InitiatorName=iqn.1993-08.org.debian:01:abc|TargetName=iqn.2001-04.com.example:a|"
#define NORMAL	NAMES "SessionType=Normal|"

static struct iscsit_login *l;
static struct iscsit_login_req_bhs req;

/* What the outside world answers, and what it was asked. */
static struct {
	struct iscsit_config cfg;
	u16	find_status;
	u16	establish_status;
	bool	auth_required;
	struct iscsit_chap_creds creds;
	int	finds;
	int	establishes;
	struct iscsit_login_id id;
	struct iscsit_params params;
	struct iscsit_login_grant grant;
} world;

static u16 find_target(void *priv, const struct iscsit_login_id *id,
		       struct iscsit_login_target *tgt)
{
	assert_ptr_equal(priv, &world);
	world.finds++;
	world.id = *id;
	tgt->cfg = world.cfg;
	tgt->tpgt = 3;
	tgt->auth_required = world.auth_required;
	tgt->cmdsn_depth = 64;
	tgt->exp_cmdsn = 1065;
	tgt->max_cmdsn = 1064;
	strcpy(tgt->redirect, "10.0.0.9:3260,7");
	return world.find_status;
}

static void get_creds(void *priv, const struct iscsit_login_id *id,
		      struct iscsit_chap_creds *creds)
{
	*creds = world.creds;
}

static u16 establish(void *priv, const struct iscsit_login_id *id,
		     const struct iscsit_params *params, struct iscsit_login_grant *grant)
{
	world.establishes++;
	world.id = *id;
	world.params = *params;
	world.grant = *grant;
	grant->tsih = 0x77;
	return world.establish_status;
}

static const struct iscsit_login_ops ops = {
	.find_target	= find_target,
	.get_creds	= get_creds,
	.establish	= establish,
};

static void start_login(void)
{
	const struct iscsit_login_setup s = {
		.ops = &ops, .chap_ops = &test_chap_ops, .priv = &world, .statsn = 0xffffffff,
	};

	iscsit_login_init(l, &s);
	memset(&req, 0, sizeof(req));
	req.opcode = ISCSIT_OP_LOGIN_REQ | ISCSIT_IMMEDIATE;
	memcpy(req.isid, "\x00\x02\x3d\x01\x02\x03", 6);
	req.itt = cpu_to_be32(0x1001);
	req.cid = cpu_to_be16(1);
	req.cmdsn = cpu_to_be32(42);
	req.exp_statsn = cpu_to_be32(5);
}

static int setup(void **state)
{
	memset(&world, 0, sizeof(world));
	iscsit_config_init(&world.cfg);
	iscsit_config_set_auth(&world.cfg, false);
	test_chap_algs = ~0U;
	test_chap_error = 0;
	l = malloc(sizeof(*l));
	start_login();
	return 0;
}

static int teardown(void **state)
{
	iscsit_login_wipe(l);
	free(l);
	return 0;
}

static enum iscsit_login_verdict rx_bytes(u8 flags, const char *p, u32 len)
{
	req.flags = flags;
	iscsit_put_dlen(req.dlen, len);
	return iscsit_login_rx(l, (struct iscsit_bhs *)&req, p, len);
}

static enum iscsit_login_verdict rx(u8 flags, const char *spec)
{
	struct seg s = seg(spec);
	enum iscsit_login_verdict v = rx_bytes(flags, s.p, s.len);
	const struct iscsit_login_rsp_bhs *rsp = (void *)&l->rsp;

	seg_free(&s);
	if (v == ISCSIT_LOGIN_DROP)
		return v;
	assert_int_equal(rsp->opcode, ISCSIT_OP_LOGIN_RSP);
	assert_int_equal(be32_to_cpu(rsp->itt), 0x1001);
	assert_memory_equal(rsp->isid, req.isid, 6);
	assert_int_equal(iscsit_get_dlen(rsp->dlen), l->out_len);
	assert_int_equal(rsp->status_class << 8 | rsp->status_detail, l->status);
	assert_int_equal(l->status != 0, v == ISCSIT_LOGIN_FAIL);
	return v;
}

static const char *answers(void)
{
	return flatten(l->out, l->out_len);
}

static void expect(u8 flags, const char *spec, u8 want_flags, const char *want)
{
	enum iscsit_login_verdict v = rx(flags, spec);
	bool last = want_flags & T && (want_flags & 3) == TO_FFP;

	if (l->status)
		fail_msg("%s: status %04x", spec, l->status);
	assert_int_equal(v, last ? ISCSIT_LOGIN_FULL_FEATURE : ISCSIT_LOGIN_CONTINUE);
	assert_int_equal(l->rsp.flags, want_flags);
	if (want)
		assert_string_equal(answers(), want);
}

static void expect_fail(u8 flags, const char *spec, u16 status)
{
	assert_int_equal(rx(flags, spec), ISCSIT_LOGIN_FAIL);
	if (l->status != status)
		fail_msg("%s: status %04x instead of %04x", spec, l->status, status);
	assert_false(l->rsp.flags & T);
}

/* Authentication off, keys as open-iscsi sends them. */
static void test_open_iscsi(void **state)
{
	const struct iscsit_login_rsp_bhs *rsp = (void *)&l->rsp;

	expect(T | SEC | TO_OP, "InitiatorName=iqn.1993-08.org.debian:01:abc|InitiatorAlias=box|"
	       "TargetName=iqn.2001-04.com.example:a|SessionType=Normal|AuthMethod=None|",
	       T | SEC | TO_OP, "TargetPortalGroupTag=3|TargetAlias=LIO Target|AuthMethod=None|");
	assert_int_equal(be32_to_cpu(rsp->statsn), 0xffffffff);
	assert_int_equal(be32_to_cpu(rsp->exp_cmdsn), 42);
	assert_int_equal(rsp->tsih, 0);
	expect(T | OP | TO_FFP, "HeaderDigest=None|DataDigest=None|DefaultTime2Wait=2|"
	       "DefaultTime2Retain=0|IFMarker=No|OFMarker=No|ErrorRecoveryLevel=0|InitialR2T=No|"
	       "ImmediateData=Yes|MaxBurstLength=16776192|FirstBurstLength=262144|"
	       "MaxOutstandingR2T=1|MaxConnections=1|DataPDUInOrder=Yes|DataSequenceInOrder=Yes|"
	       "MaxRecvDataSegmentLength=262144|",
	       T | OP | TO_FFP, "MaxRecvDataSegmentLength=8192|HeaderDigest=None|DataDigest=None|"
	       "DefaultTime2Wait=2|DefaultTime2Retain=0|IFMarker=No|OFMarker=No|"
	       "ErrorRecoveryLevel=0|InitialR2T=Yes|ImmediateData=Yes|MaxBurstLength=262144|"
	       "MaxOutstandingR2T=1|MaxConnections=1|DataPDUInOrder=Yes|DataSequenceInOrder=Yes|"
	       "FirstBurstLength=65536|");
	assert_int_equal(be32_to_cpu(rsp->statsn), 0);
	assert_int_equal(l->statsn, 0);
	assert_int_equal(be16_to_cpu(rsp->tsih), 0x77);
	assert_int_equal(be32_to_cpu(rsp->exp_cmdsn), 42);
	assert_int_equal(be32_to_cpu(rsp->max_cmdsn), 42 + 63);
	assert_int_equal(world.finds, 1);
	assert_int_equal(world.establishes, 1);
	assert_string_equal(world.id.initiator, "iqn.1993-08.org.debian:01:abc");
	assert_string_equal(world.id.initiator_alias, "box");
	assert_string_equal(world.id.target, "iqn.2001-04.com.example:a");
	assert_int_equal(world.params.max_xmit_dsl, 262144);
	assert_false(l->authenticated);
}

/* One operational request with everything, as small firmware initiators do. */
static void test_one_request(void **state)
{
	expect(T | OP | TO_FFP, NAMES "HeaderDigest=CRC32C,None|MaxRecvDataSegmentLength=65536|",
	       T | OP | TO_FFP, "TargetPortalGroupTag=3|TargetAlias=LIO Target|"
	       "MaxRecvDataSegmentLength=8192|HeaderDigest=CRC32C|");
	assert_int_equal(world.params.header_digest, ISCSIT_DIGEST_CRC32C);
}

/* libiscsi: an operational stage with empty last request. */
static void test_two_operational(void **state)
{
	expect(T | SEC | TO_OP, NORMAL "AuthMethod=None|", T | SEC | TO_OP, NULL);
	expect(OP, "MaxBurstLength=8192|", OP, "MaxRecvDataSegmentLength=8192|MaxBurstLength=8192|");
	expect(T | OP | TO_FFP, "", T | OP | TO_FFP, "");
	assert_int_equal(world.params.max_burst, 8192);
}

static void test_security_to_full_feature(void **state)
{
	expect(T | SEC | TO_FFP, NORMAL "AuthMethod=None|", T | SEC | TO_FFP, NULL);
	assert_int_equal(world.params.max_recv_dsl, 8192);
}

static void test_no_auth_method(void **state)
{
	expect(T | SEC | TO_OP, NORMAL, T | SEC | TO_OP, "TargetPortalGroupTag=3|TargetAlias=LIO Target|");
}

/* The names first, the method in a second request */
static void test_slow_security(void **state)
{
	expect(SEC, NORMAL, SEC, NULL);
	expect(SEC, "AuthMethod=CHAP,None|", SEC, "AuthMethod=None|");
	expect(T | SEC | TO_OP, "", T | SEC | TO_OP, "");
}

static void test_discovery(void **state)
{
	expect(T | SEC | TO_OP, "InitiatorName=iqn.1993-08.org.debian:01:abc|SessionType=Discovery|"
	       "AuthMethod=None|", T | SEC | TO_OP, "AuthMethod=None|");
	expect(T | OP | TO_FFP, "HeaderDigest=None|DataDigest=None|DefaultTime2Wait=2|"
	       "DefaultTime2Retain=0|ErrorRecoveryLevel=0|MaxRecvDataSegmentLength=32768|"
	       "InitialR2T=Yes|", T | OP | TO_FFP, "MaxRecvDataSegmentLength=8192|"
	       "HeaderDigest=None|DataDigest=None|DefaultTime2Wait=2|DefaultTime2Retain=0|"
	       "ErrorRecoveryLevel=0|InitialR2T=Irrelevant|");
	assert_true(world.id.discovery);
	assert_string_equal(world.id.target, "");
}

static void test_names_folded(void **state)
{
	expect(T | OP | TO_FFP, "InitiatorName=IQN.1993-08.org.Debian:01:ABC|"
	       "TargetName=IQN.2001-04.com.example:A|", T | OP | TO_FFP, NULL);
	assert_string_equal(world.id.initiator, "iqn.1993-08.org.debian:01:abc");
	assert_string_equal(world.id.target, "iqn.2001-04.com.example:a");
}

static void test_alias_sanitized(void **state)
{
	expect(T | OP | TO_FFP, NAMES "InitiatorAlias=a\nTARG_SESS\x7f z|", T | OP | TO_FFP, NULL);
	assert_string_equal(world.id.initiator_alias, "a?TARG_SESS? z");
}

/* CHAP */

static void want_chap(void)
{
	iscsit_config_set_auth(&world.cfg, true);
	world.creds.have_in = true;
	strcpy(world.creds.name_in, "alice");
	strcpy(world.creds.secret_in, "initiatorsecret");
}

static void want_mutual(void)
{
	want_chap();
	world.creds.have_out = true;
	strcpy(world.creds.name_out, "bob");
	strcpy(world.creds.secret_out, "targetsecret1");
}

/* The digest an initiator computes over the CHAP_I and CHAP_C of the latest answer. */
static const char *initiator_digest(const char *secret)
{
	static char hex[2 + 2 * ISCSIT_CHAP_DIGEST_MAX + 1];
	u8 challenge[ISCSIT_CHAP_CHALLENGE_MAX], digest[ISCSIT_CHAP_DIGEST_MAX];
	const char *c = find_key(l->out, l->out_len, "CHAP_C");
	u32 alg = atoi(find_key(l->out, l->out_len, "CHAP_A")), i;
	struct iscsit_chap_input in = {
		.id = atoi(find_key(l->out, l->out_len, "CHAP_I")),
		.secret = (const u8 *)secret, .secret_len = strlen(secret),
		.challenge = challenge,
	};

	in.challenge_len = iscsit_chap_decode(c, strlen(c), challenge, sizeof(challenge));
	test_chap_ops.digest(alg, &in, digest);
	strcpy(hex, "0x");
	for (i = 0; i < iscsit_chap_digest_len(alg); i++)
		sprintf(hex + 2 + 2 * i, "%02x", digest[i]);
	return hex;
}

static const char *reply(const char *name, const char *secret, const char *more)
{
	static char spec[4096];

	snprintf(spec, sizeof(spec), "CHAP_N=%s|CHAP_R=%s|%s", name, initiator_digest(secret), more);
	return spec;
}

static void chap_to_challenge(const char *algs)
{
	char spec[100];

	expect(T | SEC | TO_OP, NORMAL "AuthMethod=CHAP,None|", SEC, "TargetPortalGroupTag=3|"
	       "TargetAlias=LIO Target|AuthMethod=CHAP|");
	snprintf(spec, sizeof(spec), "CHAP_A=%s|", algs);
	expect(SEC, spec, SEC, NULL);
}

static void test_chap(void **state)
{
	static const char *const algs[] = { "5", "6", "7,5", "8,7,6,5" };
	u32 i;

	want_chap();
	for (i = 0; i < ARRAY_SIZE(algs); i++) {
		start_login();
		chap_to_challenge(algs[i]);
		assert_int_equal(*find_key(l->out, l->out_len, "CHAP_A"), algs[i][0]);
		expect(T | SEC | TO_OP, reply("alice", "initiatorsecret", ""), T | SEC | TO_OP, "");
		assert_true(l->authenticated);
		expect(T | OP | TO_FFP, "", T | OP | TO_FFP, NULL);
	}
}

/* The requests leave T clear until CHAP is through. */
static void test_chap_then_transit(void **state)
{
	want_chap();
	chap_to_challenge("5");
	expect(SEC, reply("alice", "initiatorsecret", ""), SEC, "");
	expect(T | SEC | TO_FFP, "", T | SEC | TO_FFP, "");
}

static void test_chap_mutual(void **state)
{
	want_mutual();
	chap_to_challenge("7");
	expect(T | SEC | TO_OP, reply("alice", "initiatorsecret",
	       "CHAP_I=7|CHAP_C=0xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeff|"), T | SEC | TO_OP,
	       "CHAP_N=bob|CHAP_R=0xeca6dd14122f990f2836a6225d51cf4954449a1bfe3f4a966f9dc4502d925a98|");
	assert_true(l->authenticated);
}

static void test_chap_wrong(void **state)
{
	want_chap();
	chap_to_challenge("5");
	expect_fail(T | SEC | TO_OP, reply("alice", "guess", ""), ISCSIT_LOGIN_AUTH_FAILED);
	start_login();
	chap_to_challenge("5");
	expect_fail(T | SEC | TO_OP, reply("mallory", "initiatorsecret", ""),
		    ISCSIT_LOGIN_AUTH_FAILED);
	assert_int_equal(l->out_len, 0);
	assert_int_equal(world.establishes, 0);
}

/* Nobody learns from the exchange that this initiator has no credentials. */
static void test_chap_no_credentials(void **state)
{
	want_chap();
	world.creds.have_in = false;
	chap_to_challenge("5");
	expect_fail(T | SEC | TO_OP, reply("alice", "", ""), ISCSIT_LOGIN_AUTH_FAILED);
}

static void test_chap_bypass(void **state)
{
	static const struct {
		u8	flags;
		const char *spec;
		u16	status;
	} cases[] = {
		{ T | SEC | TO_OP, NORMAL "AuthMethod=None|", ISCSIT_LOGIN_AUTH_FAILED },
		{ T | SEC | TO_OP, NORMAL, ISCSIT_LOGIN_AUTH_FAILED },
		{ T | SEC | TO_FFP, NORMAL, ISCSIT_LOGIN_AUTH_FAILED },
		{ T | SEC | TO_OP, NORMAL "AuthMethod=KRB5,SRP|", ISCSIT_LOGIN_AUTH_FAILED },
		{ T | SEC | TO_OP, NORMAL "AuthMethod=Reject|", ISCSIT_LOGIN_AUTH_FAILED },
		{ T | SEC | TO_OP, NORMAL "AuthMethod=|", ISCSIT_LOGIN_AUTH_FAILED },
		{ T | OP | TO_FFP, NORMAL, ISCSIT_LOGIN_AUTH_FAILED },
		{ OP, NORMAL, ISCSIT_LOGIN_AUTH_FAILED },
		{ SEC, NORMAL "CHAP_N=alice|CHAP_R=0x00|", ISCSIT_LOGIN_INITIATOR_ERROR },
		{ SEC, NORMAL "AuthMethod=CHAP|CHAP_A=5|", ISCSIT_LOGIN_INITIATOR_ERROR },
	};
	u32 i;

	want_chap();
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		start_login();
		expect_fail(cases[i].flags, cases[i].spec, cases[i].status);
	}
	assert_int_equal(world.establishes, 0);
}

/* In the middle of CHAP nothing else moves the login on. */
static void test_chap_skip(void **state)
{
	want_chap();
	chap_to_challenge("5");
	expect_fail(T | SEC | TO_FFP, "", ISCSIT_LOGIN_AUTH_FAILED);
	start_login();
	chap_to_challenge("5");
	expect_fail(T | OP | TO_FFP, "", ISCSIT_LOGIN_INVALID_REQUEST);
	start_login();
	expect(T | SEC | TO_OP, NORMAL "AuthMethod=CHAP|", SEC, NULL);
	expect_fail(T | SEC | TO_OP, "", ISCSIT_LOGIN_AUTH_FAILED);
	start_login();
	chap_to_challenge("5");
	expect_fail(SEC, "AuthMethod=None|", ISCSIT_LOGIN_INITIATOR_ERROR);
	start_login();
	expect(T | SEC | TO_OP, NORMAL "AuthMethod=CHAP|", SEC, NULL);
	expect_fail(SEC, "CHAP_A=1,2,3|", ISCSIT_LOGIN_AUTH_FAILED);
}

/* AuthMethod=CHAP,None at the target: CHAP where there are credentials, else None. */
static void test_chap_optional(void **state)
{
	expect(T | SEC | TO_OP, NORMAL "AuthMethod=CHAP,None|", T | SEC | TO_OP, NULL);
	assert_string_equal(find_key(l->out, l->out_len, "AuthMethod"), "None");
	want_chap();
	iscsit_config_set_auth(&world.cfg, false);
	start_login();
	expect(T | SEC | TO_OP, NORMAL "AuthMethod=CHAP,None|", SEC, NULL);
	assert_string_equal(find_key(l->out, l->out_len, "AuthMethod"), "CHAP");
	start_login();
	expect(T | SEC | TO_OP, NORMAL "AuthMethod=None,CHAP|", T | SEC | TO_OP, NULL);
	/* an ACL that requires it overrides the TPG */
	world.auth_required = true;
	start_login();
	expect_fail(T | SEC | TO_OP, NORMAL "AuthMethod=None|", ISCSIT_LOGIN_AUTH_FAILED);
}

static void test_digest_error(void **state)
{
	const char *r;

	want_chap();
	chap_to_challenge("5");
	r = reply("alice", "initiatorsecret", "");
	test_chap_error = -ENOMEM;
	expect_fail(T | SEC | TO_OP, r, ISCSIT_LOGIN_TARGET_ERROR);
}

/* Status codes */

static void test_status_codes(void **state)
{
	static const struct {
		u8	flags;
		const char *spec;
		u16	status;
	} cases[] = {
		{ T | OP | TO_FFP, "TargetName=iqn.a|", ISCSIT_LOGIN_MISSING_PARAMETER },
		{ T | OP | TO_FFP, "InitiatorName=iqn.a|", ISCSIT_LOGIN_MISSING_PARAMETER },
		{ T | OP | TO_FFP, "", ISCSIT_LOGIN_MISSING_PARAMETER },
		{ T | OP | TO_FFP, "InitiatorName=|TargetName=iqn.a|", ISCSIT_LOGIN_INITIATOR_ERROR },
		{ T | OP | TO_FFP, "InitiatorName=iqn.a/b|TargetName=iqn.a|",
		  ISCSIT_LOGIN_INITIATOR_ERROR },
		{ T | OP | TO_FFP, "InitiatorName=iqn.a|TargetName=bogus|", ISCSIT_LOGIN_NOT_FOUND },
		{ T | OP | TO_FFP, NAMES "SessionType=Other|", ISCSIT_LOGIN_SESSION_TYPE },
		{ T | OP | TO_FFP, NAMES "SessionType=|", ISCSIT_LOGIN_SESSION_TYPE },
		{ T | OP | TO_OP, NAMES, ISCSIT_LOGIN_INVALID_REQUEST },
		{ T | OP | 0, NAMES, ISCSIT_LOGIN_INVALID_REQUEST },
		{ T | SEC | 0, NAMES, ISCSIT_LOGIN_INVALID_REQUEST },
		{ T | SEC | 2, NAMES, ISCSIT_LOGIN_INVALID_REQUEST },
		{ T | 2 << 2 | 3, NAMES, ISCSIT_LOGIN_INVALID_REQUEST },
		{ T | 3 << 2 | 3, NAMES, ISCSIT_LOGIN_INVALID_REQUEST },
		{ T | C | OP | TO_FFP, NAMES, ISCSIT_LOGIN_INVALID_REQUEST },
		{ T | OP | TO_FFP, NAMES "MaxRecvDataSegmentLength=1|",
		  ISCSIT_LOGIN_INITIATOR_ERROR },
		{ T | OP | TO_FFP, NAMES "NoEqualSign|", ISCSIT_LOGIN_INITIATOR_ERROR },
		{ T | OP | TO_FFP, NAMES NAMES, ISCSIT_LOGIN_INITIATOR_ERROR },
		{ SEC, NAMES "MaxBurstLength=8192|", ISCSIT_LOGIN_INITIATOR_ERROR },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		start_login();
		expect_fail(cases[i].flags, cases[i].spec, cases[i].status);
	}
}

static void test_version(void **state)
{
	req.version_max = 1;
	expect(T | SEC | TO_OP, NORMAL, T | SEC | TO_OP, NULL);
	start_login();
	req.version_min = 1;
	req.version_max = 1;
	expect_fail(T | SEC | TO_OP, NORMAL, ISCSIT_LOGIN_VERSION);
}

static void test_owner_refuses(void **state)
{
	world.find_status = ISCSIT_LOGIN_NOT_AUTHORIZED;
	expect_fail(T | SEC | TO_OP, NORMAL, ISCSIT_LOGIN_NOT_AUTHORIZED);
	world.find_status = 0;
	world.establish_status = ISCSIT_LOGIN_TOO_MANY_CONNS;
	start_login();
	expect_fail(T | OP | TO_FFP, NORMAL, ISCSIT_LOGIN_TOO_MANY_CONNS);
}

static void test_redirect(void **state)
{
	world.find_status = ISCSIT_LOGIN_MOVED_TEMPORARILY;
	expect_fail(T | SEC | TO_OP, NORMAL, ISCSIT_LOGIN_MOVED_TEMPORARILY);
	assert_string_equal(answers(), "TargetAddress=10.0.0.9:3260,7|");
}

static void test_fail_from_outside(void **state)
{
	const struct iscsit_bhs nop = { .opcode = ISCSIT_OP_NOP_OUT, .itt = cpu_to_be32(0x55),
					.lun = { 1, 2, 3, 4, 5, 6, 7, 8 } };
	const struct iscsit_login_rsp_bhs *rsp = (void *)&l->rsp;

	assert_int_equal(iscsit_login_fail(l, &nop, ISCSIT_LOGIN_INVALID_REQUEST),
			 ISCSIT_LOGIN_DROP);
	expect(SEC, NORMAL, SEC, NULL);
	assert_int_equal(iscsit_login_fail(l, &nop, ISCSIT_LOGIN_INVALID_REQUEST),
			 ISCSIT_LOGIN_FAIL);
	assert_int_equal(l->status, ISCSIT_LOGIN_INVALID_REQUEST);
	assert_int_equal(l->out_len, 0);
	assert_int_equal(be32_to_cpu(rsp->itt), 0x55);
	assert_int_equal(be32_to_cpu(rsp->exp_cmdsn), 42);
	assert_memory_equal(rsp->isid, req.isid, 6);
	assert_int_equal(rsp->tsih, 0);
}

static void test_window_of_the_session(void **state)
{
	const struct iscsit_login_rsp_bhs *rsp = (void *)&l->rsp;

	req.tsih = cpu_to_be16(0x77);
	expect(T | SEC | TO_OP, NORMAL, T | SEC | TO_OP, NULL);
	assert_int_equal(be32_to_cpu(rsp->exp_cmdsn), 1065);
	assert_int_equal(be32_to_cpu(rsp->max_cmdsn), 1064);
	expect_fail(SEC, "", ISCSIT_LOGIN_INVALID_REQUEST);
	assert_int_equal(be32_to_cpu(rsp->exp_cmdsn), 1065);
}

static void test_second_connection(void **state)
{
	req.tsih = cpu_to_be16(0x77);
	req.cid = cpu_to_be16(2);
	expect(T | OP | TO_FFP, NAMES "MaxBurstLength=512|DataDigest=CRC32C|", T | OP | TO_FFP,
	       "TargetPortalGroupTag=3|TargetAlias=LIO Target|MaxRecvDataSegmentLength=8192|"
	       "MaxBurstLength=Irrelevant|DataDigest=CRC32C|");
	assert_int_equal(world.id.tsih, 0x77);
	assert_int_equal(world.id.cid, 2);
}

/* Identity and stage may not change under way. */
static void test_changed_identity(void **state)
{
	expect(SEC, NORMAL, SEC, NULL);
	req.cid = cpu_to_be16(9);
	expect_fail(SEC, "", ISCSIT_LOGIN_INVALID_REQUEST);
	start_login();
	expect(SEC, NORMAL, SEC, NULL);
	req.tsih = cpu_to_be16(1);
	expect_fail(SEC, "", ISCSIT_LOGIN_INVALID_REQUEST);
	start_login();
	expect(SEC, NORMAL, SEC, NULL);
	req.isid[5]++;
	expect_fail(SEC, "", ISCSIT_LOGIN_INVALID_REQUEST);
	start_login();
	expect(T | SEC | TO_OP, NORMAL, T | SEC | TO_OP, NULL);
	expect_fail(T | SEC | TO_OP, "", ISCSIT_LOGIN_INVALID_REQUEST);
	start_login();
	expect(SEC, "InitiatorName=iqn.a|SessionType=Discovery|", SEC, NULL);
	expect_fail(SEC, "TargetName=iqn.b|", ISCSIT_LOGIN_INITIATOR_ERROR);
}

static void test_not_a_login(void **state)
{
	req.opcode = ISCSIT_OP_TEXT_REQ;
	assert_int_equal(rx(T | SEC | TO_OP, NORMAL), ISCSIT_LOGIN_DROP);
}

/* Continued text */

static void test_continued(void **state)
{
	expect(C | OP, "InitiatorName=iqn.1993-08.org.deb", OP, "");
	expect(C | OP, "ian:01:abc|TargetNa", OP, "");
	assert_int_equal(world.finds, 0);
	expect(T | OP | TO_FFP, "me=iqn.2001-04.com.example:a|MaxBurstLength=512|", T | OP | TO_FFP,
	       NULL);
	assert_string_equal(world.id.initiator, "iqn.1993-08.org.debian:01:abc");
	assert_int_equal(world.params.max_burst, 512);
}

/* Exactly the promised 16384 bytes, and one more */
static void test_continued_limit(void **state)
{
	char *p = malloc(8192);

	memset(p, 0, 8192);
	memcpy(p, "InitiatorName=iqn.a\0TargetName=iqn.b\0X-pad=", 43);
	memset(p + 43, 'x', 8192 - 43);
	assert_int_equal(rx_bytes(C | OP, p, 8192), ISCSIT_LOGIN_CONTINUE);
	memset(p, 'y', 8192);
	assert_int_equal(rx_bytes(T | OP | TO_FFP, p, 8192), ISCSIT_LOGIN_FULL_FEATURE);
	assert_string_equal(find_key(l->out, l->out_len, "X-pad"), "NotUnderstood");

	start_login();
	assert_int_equal(rx_bytes(C | OP, p, 8192), ISCSIT_LOGIN_CONTINUE);
	assert_int_equal(rx_bytes(C | OP, p, 8192), ISCSIT_LOGIN_CONTINUE);
	assert_int_equal(rx_bytes(C | OP, p, 1), ISCSIT_LOGIN_FAIL);
	assert_int_equal(l->status, ISCSIT_LOGIN_INITIATOR_ERROR);
	free(p);
}

/* Empty continued requests for ever */
static void test_continue_flood(void **state)
{
	int n = 0;

	while (rx(C | OP, "") == ISCSIT_LOGIN_CONTINUE)
		assert_true(n++ < 100);
	assert_int_equal(n, ISCSIT_LOGIN_PDUS_MAX);
	assert_int_equal(l->status, ISCSIT_LOGIN_INITIATOR_ERROR);
}

static void test_request_flood(void **state)
{
	int n = 0;

	expect(OP, NORMAL, OP, NULL);
	while (rx(OP, "") == ISCSIT_LOGIN_CONTINUE)
		assert_true(n++ < 100);
}

/* Thousands of unknown keys must not overflow the answer. */
static void test_key_flood(void **state)
{
	char *p = malloc(8192);
	u32 i;

	memcpy(p, "InitiatorName=iqn.a\0TargetName=iqn.b\0", 37);
	for (i = 37; i + 4 <= 8192; i += 4)
		memcpy(p + i, "A=1", 4);
	assert_int_equal(rx_bytes(T | OP | TO_FFP, p, i), ISCSIT_LOGIN_FAIL);
	assert_int_equal(l->status, ISCSIT_LOGIN_INITIATOR_ERROR);
	assert_int_equal(l->out_len, 0);
	free(p);
}

static void test_oversized_request(void **state)
{
	char *p = calloc(1, 8193);

	assert_int_equal(rx_bytes(T | OP | TO_FFP, p, 8193), ISCSIT_LOGIN_FAIL);
	free(p);
}

/* Random requests, with fragments that mean something mixed in */
static void test_noise(void **state)
{
	static const char *const parts[] = {
		NAMES, "SessionType=Discovery|", "AuthMethod=CHAP,None|", "AuthMethod=CHAP|",
		"CHAP_A=5,7|", "CHAP_N=alice|", "CHAP_R=0x", "CHAP_I=1|", "CHAP_C=0b", "AAAA", "|",
		"=", "MaxBurstLength=", "512|", "Yes|", "HeaderDigest=CRC32C|", "X-foo=1|", ",",
	};
	u32 round, i, n;

	srandom(7);
	want_mutual();
	iscsit_config_set_auth(&world.cfg, false);
	for (round = 0; round < 20000; round++) {
		start_login();
		for (n = 0; n < 6; n++) {
			char spec[2048] = "";

			if (n == 0)
				strcat(spec, random() % 4 ? NAMES : "");
			for (i = random() % 8; i; i--)
				strcat(spec, parts[random() % ARRAY_SIZE(parts)]);
			if (rx(random() & 0xcf, spec) != ISCSIT_LOGIN_CONTINUE)
				break;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(test_open_iscsi),
		TEST(test_one_request),
		TEST(test_two_operational),
		TEST(test_security_to_full_feature),
		TEST(test_no_auth_method),
		TEST(test_slow_security),
		TEST(test_discovery),
		TEST(test_names_folded),
		TEST(test_alias_sanitized),
		TEST(test_chap),
		TEST(test_chap_then_transit),
		TEST(test_chap_mutual),
		TEST(test_chap_wrong),
		TEST(test_chap_no_credentials),
		TEST(test_chap_bypass),
		TEST(test_chap_skip),
		TEST(test_chap_optional),
		TEST(test_digest_error),
		TEST(test_status_codes),
		TEST(test_version),
		TEST(test_owner_refuses),
		TEST(test_redirect),
		TEST(test_fail_from_outside),
		TEST(test_window_of_the_session),
		TEST(test_second_connection),
		TEST(test_changed_identity),
		TEST(test_not_a_login),
		TEST(test_continued),
		TEST(test_continued_limit),
		TEST(test_continue_flood),
		TEST(test_request_flood),
		TEST(test_key_flood),
		TEST(test_oversized_request),
		TEST(test_noise),
	};

	return cmocka_run_group_tests_name("iscsi_login", tests, NULL, NULL);
}
