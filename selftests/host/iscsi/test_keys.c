// SPDX-License-Identifier: GPL-2.0-only
/*
 * Negotiation of every key with legal and illegal values, in every stage and kind of session.
 */
#include "util.h"

static struct iscsit_config cfg;
static struct iscsit_params params;
static char out[8192];
static struct iscsit_textbuf buf;
static struct iscsit_nego nego;

static int setup(void **state)
{
	iscsit_config_init(&cfg);
	iscsit_params_init(&params);
	buf = (struct iscsit_textbuf) { .p = out, .cap = sizeof(out) };
	nego = (struct iscsit_nego) {
		.cfg = &cfg, .params = &params, .out = &buf,
		.when = ISCSIT_KF_OPERATIONAL, .leading = true,
	};
	return 0;
}

/* Negotiates a whole segment; the error of admit, of the pair or of finish. */
static int run(const char *spec)
{
	struct seg s = seg(spec);
	struct iscsit_text_iter it;
	struct iscsit_pair pair;
	int ret = 0;

	iscsit_text_start(&it, s.p, s.len);
	while (!ret && iscsit_text_next(&it, &pair) > 0) {
		ret = iscsit_nego_admit(&nego, &pair);
		if (!ret)
			ret = iscsit_nego_pair(&nego, &pair);
	}
	if (!ret)
		ret = iscsit_nego_finish(&nego);
	seg_free(&s);
	return ret;
}

static void configure(const char *name, const char *value)
{
	unsigned int id;

	for (id = 0; id < ISCSIT_KEY_NR; id++)
		if (!strcmp(iscsit_keys[id].name, name))
			break;
	assert_int_equal(iscsit_config_store(&cfg, id, value, strlen(value)), 0);
}

/* key: offered, configured (NULL: default) and expected answer ("" for none), result */
struct offer {
	const char *key;
	const char *offer;
	const char *config;
	const char *answer;
	size_t	member;
	u32	result;
};

#define AT(m) offsetof(struct iscsit_params, m)
#define NOWHERE ((size_t)-1)

static const struct offer offers[] = {
	{ "HeaderDigest", "None", NULL, "None", AT(header_digest), 0 },
	{ "HeaderDigest", "CRC32C", NULL, "CRC32C", AT(header_digest), 1 },
	{ "HeaderDigest", "CRC32C,None", NULL, "CRC32C", AT(header_digest), 1 },
	{ "HeaderDigest", "None,CRC32C", NULL, "None", AT(header_digest), 0 },
	{ "HeaderDigest", "CRC32C,None", "None", "None", AT(header_digest), 0 },
	{ "HeaderDigest", "CRC32C", "None", "Reject", AT(header_digest), 0 },
	{ "HeaderDigest", "None", "CRC32C", "Reject", AT(header_digest), 0 },
	{ "HeaderDigest", "X-foo,,CRC32C", NULL, "CRC32C", AT(header_digest), 1 },
	{ "HeaderDigest", "crc32c", NULL, "Reject", AT(header_digest), 0 },
	{ "HeaderDigest", "", NULL, "Reject", AT(header_digest), 0 },
	{ "DataDigest", "CRC32C,None", NULL, "CRC32C", AT(data_digest), 1 },
	{ "DataDigest", "None", NULL, "None", AT(data_digest), 0 },

	{ "MaxConnections", "8", NULL, "1", AT(max_connections), 1 },
	{ "MaxConnections", "8", "4", "4", AT(max_connections), 4 },
	{ "MaxConnections", "2", "4", "2", AT(max_connections), 2 },
	{ "MaxConnections", "0x10", "65535", "16", AT(max_connections), 16 },
	{ "MaxConnections", "0", NULL, "Reject", AT(max_connections), 1 },
	{ "MaxConnections", "65536", NULL, "Reject", AT(max_connections), 1 },

	{ "InitialR2T", "Yes", NULL, "Yes", AT(initial_r2t), 1 },
	{ "InitialR2T", "No", NULL, "Yes", AT(initial_r2t), 1 },
	{ "InitialR2T", "No", "No", "No", AT(initial_r2t), 0 },
	{ "InitialR2T", "Yes", "No", "Yes", AT(initial_r2t), 1 },
	{ "InitialR2T", "no", "No", "Reject", AT(initial_r2t), 1 },
	{ "InitialR2T", "1", NULL, "Reject", AT(initial_r2t), 1 },
	{ "ImmediateData", "Yes", NULL, "Yes", AT(immediate_data), 1 },
	{ "ImmediateData", "No", NULL, "No", AT(immediate_data), 0 },
	{ "ImmediateData", "Yes", "No", "No", AT(immediate_data), 0 },
	{ "ImmediateData", "", NULL, "Reject", AT(immediate_data), 1 },
	{ "DataPDUInOrder", "No", NULL, "Yes", AT(pdu_in_order), 1 },
	{ "DataPDUInOrder", "No", "No", "No", AT(pdu_in_order), 0 },
	{ "DataSequenceInOrder", "No", NULL, "Yes", AT(seq_in_order), 1 },
	{ "DataSequenceInOrder", "No", "No", "No", AT(seq_in_order), 0 },

	{ "MaxRecvDataSegmentLength", "65536", NULL, "", AT(max_xmit_dsl), 65536 },
	{ "MaxRecvDataSegmentLength", "512", NULL, "", AT(max_xmit_dsl), 512 },
	{ "MaxRecvDataSegmentLength", "16777215", NULL, "", AT(max_xmit_dsl), 262144 },
	{ "MaxBurstLength", "16776192", NULL, "262144", AT(max_burst), 262144 },
	{ "MaxBurstLength", "8192", NULL, "8192", AT(max_burst), 8192 },
	{ "MaxBurstLength", "8192", "4096", "4096", AT(max_burst), 4096 },
	{ "MaxBurstLength", "511", NULL, "Reject", AT(max_burst), 262144 },
	{ "MaxBurstLength", "16777216", NULL, "Reject", AT(max_burst), 262144 },
	{ "MaxBurstLength", "4294967296", NULL, "Reject", AT(max_burst), 262144 },
	{ "MaxBurstLength", "8192~65536", NULL, "Reject", AT(max_burst), 262144 },
	{ "FirstBurstLength", "262144", NULL, "65536", AT(first_burst), 65536 },
	{ "FirstBurstLength", "512", NULL, "512", AT(first_burst), 512 },
	{ "FirstBurstLength", "500", NULL, "Reject", AT(first_burst), 65536 },
	{ "FirstBurstLength", "1048576", "16777215", "262144", AT(first_burst), 262144 },
	{ "DefaultTime2Wait", "0", NULL, "2", AT(time2wait), 2 },
	{ "DefaultTime2Wait", "5", NULL, "5", AT(time2wait), 5 },
	{ "DefaultTime2Wait", "3601", NULL, "Reject", AT(time2wait), 2 },
	{ "DefaultTime2Retain", "0", NULL, "0", AT(time2retain), 0 },
	{ "DefaultTime2Retain", "3600", NULL, "20", AT(time2retain), 20 },
	{ "DefaultTime2Retain", "-1", NULL, "Reject", AT(time2retain), 20 },
	{ "MaxOutstandingR2T", "4", NULL, "1", AT(max_r2t), 1 },
	{ "MaxOutstandingR2T", "4", "16", "4", AT(max_r2t), 4 },
	{ "MaxOutstandingR2T", "0", NULL, "Reject", AT(max_r2t), 1 },
	{ "ErrorRecoveryLevel", "2", NULL, "0", AT(erl), 0 },
	{ "ErrorRecoveryLevel", "0", "2", "0", AT(erl), 0 },
	{ "ErrorRecoveryLevel", "2", "2", "2", AT(erl), 2 },
	{ "ErrorRecoveryLevel", "1", "2", "1", AT(erl), 1 },
	{ "ErrorRecoveryLevel", "3", NULL, "Reject", AT(erl), 0 },

	{ "iSCSIProtocolLevel", "2", NULL, "2", AT(protocol_level), 2 },
	{ "iSCSIProtocolLevel", "3", NULL, "2", AT(protocol_level), 2 },
	{ "iSCSIProtocolLevel", "1", NULL, "1", AT(protocol_level), 1 },
	{ "iSCSIProtocolLevel", "0", NULL, "0", AT(protocol_level), 0 },
	{ "iSCSIProtocolLevel", "32", NULL, "Reject", AT(protocol_level), 1 },
	{ "TaskReporting", "FastAbort,ResponseFence,RFC3720", NULL, "ResponseFence",
	  AT(task_reporting), ISCSIT_TASK_RESPONSE_FENCE },
	{ "TaskReporting", "FastAbort,RFC3720,ResponseFence", NULL, "RFC3720",
	  AT(task_reporting), 0 },
	{ "TaskReporting", "ResponseFence", NULL, "ResponseFence",
	  AT(task_reporting), ISCSIT_TASK_RESPONSE_FENCE },
	{ "TaskReporting", "FastAbort", NULL, "Reject", AT(task_reporting), 0 },

	{ "IFMarker", "Yes", NULL, "No", NOWHERE, 0 },
	{ "IFMarker", "No", "Yes", "No", NOWHERE, 0 },
	{ "OFMarker", "Yes", "Yes", "No", NOWHERE, 0 },
	{ "OFMarker", "perhaps", NULL, "Reject", NOWHERE, 0 },
	{ "IFMarkInt", "2048~8192", NULL, "Reject", NOWHERE, 0 },
	{ "OFMarkInt", "1", "1~65535", "Reject", NOWHERE, 0 },

	{ "InitiatorAlias", "box", NULL, "", NOWHERE, 0 },
	{ "InitiatorAlias", "Reject", NULL, "", NOWHERE, 0 },
	{ "X-NodeArchitecture", "Linux", NULL, "", NOWHERE, 0 },
	{ "X-com.example.foo", "bar", NULL, "NotUnderstood", NOWHERE, 0 },
	{ "maxburstlength", "8192", NULL, "NotUnderstood", NOWHERE, 0 },
	{ "MaxXmitDataSegmentLength", "8192", NULL, "NotUnderstood", NOWHERE, 0 },
	{ "RDMAExtensions", "Yes", NULL, "NotUnderstood", AT(rdma_extensions), 0 },
	{ "MaxOutstandingUnexpectedPDUs", "7", NULL, "NotUnderstood", AT(max_unexpected), 0 },

	/* answers to what we declared are not answered again */
	{ "TargetAlias", "NotUnderstood", NULL, "", NOWHERE, 0 },
	{ "TargetPortalGroupTag", "Irrelevant", NULL, "", NOWHERE, 0 },
	{ "MaxRecvDataSegmentLength", "Reject", NULL, "", AT(max_xmit_dsl), 8192 },
	{ "X-whatever", "NotUnderstood", NULL, "", NOWHERE, 0 },
	{ "MaxBurstLength", "Irrelevant", NULL, "", AT(max_burst), 262144 },
};

static void test_offers(void **state)
{
	const struct offer *o;
	char spec[300], want[300];

	for (o = offers; o < offers + ARRAY_SIZE(offers); o++) {
		setup(NULL);
		if (o->config)
			configure(o->key, o->config);
		snprintf(spec, sizeof(spec), "%s=%s|", o->key, o->offer);
		snprintf(want, sizeof(want), "%s=%s|", o->key, o->answer);
		if (run(spec))
			fail_msg("%s: failed", spec);
		if (strcmp(flatten(out, buf.len), *o->answer ? want : ""))
			fail_msg("%s: answered \"%s\"", spec, flatten(out, buf.len));
		if (o->member != NOWHERE && *(u32 *)((char *)&params + o->member) != o->result)
			fail_msg("%s: wrong result", spec);
	}
}

/* What cannot be answered with Reject, or may not be said here at all, fails the login. */
static void test_refused(void **state)
{
	static const struct {
		const char *spec;
		u16	when;
		int	want;
	} cases[] = {
		{ "MaxRecvDataSegmentLength=511|", ISCSIT_KF_OPERATIONAL, -EPROTO },
		{ "MaxRecvDataSegmentLength=16777216|", ISCSIT_KF_OPERATIONAL, -EPROTO },
		{ "MaxRecvDataSegmentLength=many|", ISCSIT_KF_OPERATIONAL, -EPROTO },
		{ "MaxRecvDataSegmentLength=8192|", ISCSIT_KF_SECURITY, -EPROTO },
		{ "HeaderDigest=None|", ISCSIT_KF_SECURITY, -EPROTO },
		{ "HeaderDigest=None|", ISCSIT_KF_FULL_FEATURE, -EPROTO },
		{ "MaxBurstLength=8192|", ISCSIT_KF_FULL_FEATURE, -EPROTO },
		{ "AuthMethod=None|", ISCSIT_KF_OPERATIONAL, -EPROTO },
		{ "CHAP_A=5|", ISCSIT_KF_OPERATIONAL, -EPROTO },
		{ "CHAP_N=a|", ISCSIT_KF_FULL_FEATURE, -EPROTO },
		{ "SendTargets=All|", ISCSIT_KF_OPERATIONAL, -EPROTO },
		{ "InitiatorName=iqn.a|", ISCSIT_KF_FULL_FEATURE, -EPROTO },
		{ "TargetAlias=mine|", ISCSIT_KF_OPERATIONAL, -EPROTO },
		{ "TargetAddress=1.2.3.4|", ISCSIT_KF_OPERATIONAL, -EPROTO },
		{ "TargetPortalGroupTag=1|", ISCSIT_KF_SECURITY, -EPROTO },
		{ "MaxBurstLength=8192|MaxBurstLength=8192|", ISCSIT_KF_OPERATIONAL, -EEXIST },
		{ "InitiatorAlias=a|InitiatorAlias=b|", ISCSIT_KF_SECURITY, -EEXIST },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		setup(NULL);
		nego.when = cases[i].when;
		if (run(cases[i].spec) != cases[i].want)
			fail_msg("%s was not refused", cases[i].spec);
	}
}

/* The same key twice in different requests of one login is as wrong as twice in one. */
static void test_repeated_later(void **state)
{
	assert_int_equal(run("MaxBurstLength=8192|"), 0);
	assert_int_equal(run("MaxBurstLength=8192|"), -EEXIST);
}

static void test_unknown_may_repeat(void **state)
{
	assert_int_equal(run("Foo=1|Foo=1|"), 0);
	assert_string_equal(flatten(out, buf.len), "Foo=NotUnderstood|Foo=NotUnderstood|");
}

static void test_first_burst_order(void **state)
{
	assert_int_equal(run("FirstBurstLength=65536|MaxBurstLength=16384|"), 0);
	assert_string_equal(flatten(out, buf.len),
			    "MaxBurstLength=16384|FirstBurstLength=16384|");
	assert_int_equal(params.first_burst, 16384);
}

/* A fence is kept on one connection, whichever of the keys comes first. */
static void test_task_reporting(void **state)
{
	configure("MaxConnections", "4");
	assert_int_equal(run("TaskReporting=ResponseFence,RFC3720|MaxConnections=2|"), 0);
	assert_string_equal(flatten(out, buf.len), "MaxConnections=2|TaskReporting=RFC3720|");
	assert_int_equal(params.task_reporting, ISCSIT_TASK_RFC3720);
}

static void test_task_reporting_alone(void **state)
{
	configure("MaxConnections", "4");
	assert_int_equal(run("MaxConnections=2|TaskReporting=ResponseFence|FirstBurstLength=512|"),
			 0);
	assert_string_equal(flatten(out, buf.len),
			    "MaxConnections=2|TaskReporting=Reject|FirstBurstLength=512|");
	assert_int_equal(params.task_reporting, ISCSIT_TASK_RFC3720);
}

static void test_task_reporting_before(void **state)
{
	configure("MaxConnections", "4");
	assert_int_equal(run("TaskReporting=ResponseFence,RFC3720|"), 0);
	buf.len = 0;
	assert_int_equal(run("MaxConnections=2|"), 0);
	assert_string_equal(flatten(out, buf.len), "MaxConnections=1|");
	assert_int_equal(params.max_connections, 1);
}

static void test_first_burst_clamped(void **state)
{
	assert_int_equal(run("MaxBurstLength=512|"), 0);
	assert_int_equal(params.first_burst, 512);
}

static void test_discovery(void **state)
{
	nego.discovery = true;
	assert_int_equal(run("MaxConnections=1|InitialR2T=No|ImmediateData=Yes|MaxBurstLength=512|"
			     "FirstBurstLength=512|MaxOutstandingR2T=1|DataPDUInOrder=Yes|"
			     "DataSequenceInOrder=Yes|iSCSIProtocolLevel=1|TaskReporting=RFC3720|"
			     "DefaultTime2Wait=2|ErrorRecoveryLevel=0|HeaderDigest=None|"), 0);
	assert_string_equal(flatten(out, buf.len),
			    "MaxConnections=Irrelevant|InitialR2T=Irrelevant|"
			    "ImmediateData=Irrelevant|MaxBurstLength=Irrelevant|"
			    "FirstBurstLength=Irrelevant|MaxOutstandingR2T=Irrelevant|"
			    "DataPDUInOrder=Irrelevant|DataSequenceInOrder=Irrelevant|"
			    "iSCSIProtocolLevel=Irrelevant|TaskReporting=Irrelevant|"
			    "DefaultTime2Wait=2|ErrorRecoveryLevel=0|HeaderDigest=None|");
}

static void test_second_connection(void **state)
{
	nego.leading = false;
	assert_int_equal(run("MaxBurstLength=512|HeaderDigest=None|"
			     "MaxRecvDataSegmentLength=1024|"), 0);
	assert_string_equal(flatten(out, buf.len), "MaxBurstLength=Irrelevant|HeaderDigest=None|");
	assert_int_equal(params.max_burst, 262144);
	assert_int_equal(params.max_xmit_dsl, 1024);
}

static void test_iser(void **state)
{
	nego.iser = true;
	assert_int_equal(run("RDMAExtensions=Yes|TargetRecvDataSegmentLength=4096|"
			     "InitiatorRecvDataSegmentLength=65536|MaxAHSLength=0|"
			     "MaxOutstandingUnexpectedPDUs=9|iSERHelloRequired=No|"
			     "TaggedBufferForSolicitedDataOnly=Yes|"), 0);
	assert_string_equal(flatten(out, buf.len),
			    "RDMAExtensions=Yes|TargetRecvDataSegmentLength=4096|"
			    "InitiatorRecvDataSegmentLength=65536|");
	assert_int_equal(params.rdma_extensions, 1);
	assert_int_equal(params.max_unexpected, 9);
	assert_int_equal(params.tagged_only, 1);
	setup(NULL);
	nego.iser = true;
	assert_int_equal(run("iSERHelloRequired=Maybe|"), -EPROTO);
}

static void test_text_in_full_feature(void **state)
{
	nego.when = ISCSIT_KF_FULL_FEATURE;
	nego.cfg = NULL;
	assert_int_equal(run("MaxRecvDataSegmentLength=4096|InitiatorAlias=x|Foo=1|"), 0);
	assert_string_equal(flatten(out, buf.len), "Foo=NotUnderstood|");
	assert_int_equal(params.max_xmit_dsl, 4096);
}

static void test_declare(void **state)
{
	configure("MaxRecvDataSegmentLength", "65536");
	iscsit_nego_declare(&nego);
	assert_string_equal(flatten(out, buf.len), "MaxRecvDataSegmentLength=65536|");
	assert_int_equal(params.max_recv_dsl, 65536);
}

/* Short unknown keys grow by their answer: the output buffer must end that. */
static void test_answer_overflow(void **state)
{
	char *spec = malloc(4 * 1000 + 1);
	u32 i;

	for (i = 0; i < 1000; i++)
		memcpy(spec + 4 * i, "X=1|", 5);
	assert_int_equal(run(spec), -ENOSPC);
	assert_true(buf.len <= buf.cap);
	free(spec);
}

static void test_defaults(void **state)
{
	assert_int_equal(params.max_burst, 262144);
	assert_int_equal(params.first_burst, 65536);
	assert_int_equal(params.max_recv_dsl, 8192);
	assert_int_equal(params.max_xmit_dsl, 8192);
	assert_int_equal(params.initial_r2t, 1);
	assert_int_equal(params.immediate_data, 1);
	assert_int_equal(params.time2wait, 2);
	assert_int_equal(params.time2retain, 20);
	assert_int_equal(params.max_connections, 1);
	assert_int_equal(params.protocol_level, 1);
	assert_int_equal(params.header_digest, ISCSIT_DIGEST_NONE);
}

/* The table itself: names are unique and legal, results lie in the struct, ranges make sense. */
static void test_table(void **state)
{
	unsigned int id;

	for (id = 0; id < ISCSIT_KEY_NR; id++) {
		const struct iscsit_key *key = &iscsit_keys[id];

		assert_non_null(key->name);
		assert_true(strlen(key->name) <= ISCSIT_KEY_NAME_MAX);
		assert_true(key->min <= key->max);
		assert_true(key->param < (int)sizeof(params));
		assert_int_equal(iscsit_key_find(key->name, strlen(key->name)),
				 id == ISCSIT_KEY_MAX_XMIT_DSL ? ISCSIT_KEY_UNKNOWN : id);
	}
	assert_int_equal(iscsit_key_find("", 0), ISCSIT_KEY_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_offers, setup),
		cmocka_unit_test_setup(test_refused, setup),
		cmocka_unit_test_setup(test_repeated_later, setup),
		cmocka_unit_test_setup(test_unknown_may_repeat, setup),
		cmocka_unit_test_setup(test_first_burst_order, setup),
		cmocka_unit_test_setup(test_task_reporting, setup),
		cmocka_unit_test_setup(test_task_reporting_alone, setup),
		cmocka_unit_test_setup(test_task_reporting_before, setup),
		cmocka_unit_test_setup(test_first_burst_clamped, setup),
		cmocka_unit_test_setup(test_discovery, setup),
		cmocka_unit_test_setup(test_second_connection, setup),
		cmocka_unit_test_setup(test_iser, setup),
		cmocka_unit_test_setup(test_text_in_full_feature, setup),
		cmocka_unit_test_setup(test_declare, setup),
		cmocka_unit_test_setup(test_answer_overflow, setup),
		cmocka_unit_test_setup(test_defaults, setup),
		cmocka_unit_test_setup(test_table, setup),
	};

	return cmocka_run_group_tests_name("iscsi_keys", tests, NULL, NULL);
}
