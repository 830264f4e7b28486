// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TPG parameters of configfs: defaults, what may be written, what reads back, and the
 * coupling of AuthMethod with the authentication attribute.
 */
#include "util.h"

static struct iscsit_config cfg;

static int setup(void **state)
{
	iscsit_config_init(&cfg);
	return 0;
}

static enum iscsit_key_id id_of(const char *name)
{
	unsigned int id;

	for (id = 0; id < ISCSIT_KEY_NR; id++)
		if (!strcmp(iscsit_keys[id].name, name))
			return id;
	fail_msg("no key %s", name);
	return id;
}

static const char *show(const char *name)
{
	static char buf[256];
	int len = iscsit_config_show(&cfg, id_of(name), buf, sizeof(buf));

	assert_true(len >= 0);
	assert_int_equal(len, strlen(buf));
	return buf;
}

/* From the heap, so that ASan sees a byte too far. */
static int store_bytes(const char *name, const char *val, size_t len)
{
	char *p = malloc(len ? len : 1);
	int ret;

	memcpy(p, val, len);
	ret = iscsit_config_store(&cfg, id_of(name), p, len);
	free(p);
	return ret;
}

static int store(const char *name, const char *val)
{
	return store_bytes(name, val, strlen(val));
}

static const struct {
	const char *name;
	const char *val;
} defaults[] = {
	{ "AuthMethod", "CHAP" },
	{ "HeaderDigest", "CRC32C,None" },
	{ "DataDigest", "CRC32C,None" },
	{ "MaxConnections", "1" },
	{ "TargetAlias", "LIO Target" },
	{ "InitialR2T", "Yes" },
	{ "ImmediateData", "Yes" },
	{ "DataPDUInOrder", "Yes" },
	{ "DataSequenceInOrder", "Yes" },
	{ "IFMarker", "No" },
	{ "OFMarker", "No" },
	{ "IFMarkInt", "Reject" },
	{ "OFMarkInt", "Reject" },
	{ "MaxRecvDataSegmentLength", "8192" },
	{ "MaxXmitDataSegmentLength", "262144" },
	{ "MaxBurstLength", "262144" },
	{ "FirstBurstLength", "65536" },
	{ "DefaultTime2Wait", "2" },
	{ "DefaultTime2Retain", "20" },
	{ "MaxOutstandingR2T", "1" },
	{ "ErrorRecoveryLevel", "0" },
};

static void test_defaults(void **state)
{
	unsigned int id, n = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(defaults); i++)
		assert_string_equal(show(defaults[i].name), defaults[i].val);
	for (id = 0; id < ISCSIT_KEY_NR; id++)
		n += !!(iscsit_keys[id].flags & ISCSIT_KF_CONFIG);
	assert_int_equal(n, ARRAY_SIZE(defaults));
}

/* saveconfig writes back what it read, with and without the newline. */
static void test_round_trip(void **state)
{
	char line[300];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(defaults); i++) {
		assert_int_equal(store(defaults[i].name, defaults[i].val), 0);
		snprintf(line, sizeof(line), "%s\n", defaults[i].val);
		assert_int_equal(store(defaults[i].name, line), 0);
		assert_string_equal(show(defaults[i].name), defaults[i].val);
	}
}

static void test_accepted(void **state)
{
	static const struct {
		const char *name, *val, *shown;
	} cases[] = {
		{ "AuthMethod", "KRB5,SPKM1,SPKM2,SRP,CHAP,None", NULL },
		{ "AuthMethod", "None", NULL },
		{ "HeaderDigest", "None,CRC32C", NULL },
		{ "DataDigest", "None", NULL },
		{ "MaxConnections", "65535", NULL },
		{ "MaxConnections", "0x10", "16" },
		{ "InitialR2T", "No\n", "No" },
		{ "ImmediateData", "No ", "No" },
		{ "IFMarker", "Yes", NULL },
		{ "IFMarkInt", "2048~8192", NULL },
		{ "OFMarkInt", "65535", NULL },
		{ "MaxRecvDataSegmentLength", "512", NULL },
		{ "MaxXmitDataSegmentLength", "16777215", NULL },
		{ "DefaultTime2Wait", "0", NULL },
		{ "DefaultTime2Retain", "3600", NULL },
		{ "ErrorRecoveryLevel", "2", NULL },
		{ "TargetAlias", "a disk", NULL },
		{ "TargetAlias", "", NULL },
		{ "MaxBurstLength", "Irrelevant", NULL },
		{ "HeaderDigest", "Reject", NULL },
		{ "InitialR2T", "NotUnderstood", NULL },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (store(cases[i].name, cases[i].val))
			fail_msg("%s=%s refused", cases[i].name, cases[i].val);
		assert_string_equal(show(cases[i].name),
				    cases[i].shown ? cases[i].shown : cases[i].val);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *name, *val;
	} cases[] = {
		{ "AuthMethod", "" }, { "AuthMethod", "chap" }, { "AuthMethod", "CHAP,CHAP" },
		{ "AuthMethod", "CHAP," }, { "AuthMethod", ",CHAP" }, { "AuthMethod", "CHAP None" },
		{ "HeaderDigest", "CRC32" }, { "DataDigest", "CRC32C,,None" },
		{ "MaxConnections", "0" }, { "MaxConnections", "65536" }, { "MaxConnections", "" },
		{ "MaxConnections", "1,2" }, { "MaxConnections", " 1" },
		{ "MaxConnections", "1\n\n" },
		{ "InitialR2T", "yes" }, { "InitialR2T", "1" }, { "InitialR2T", "Yes,No" },
		{ "IFMarker", "" }, { "IFMarkInt", "a" }, { "IFMarkInt", "0" },
		{ "IFMarkInt", "1~65536" }, { "IFMarkInt", "10000000000000000000" },
		{ "MaxRecvDataSegmentLength", "511" }, { "MaxRecvDataSegmentLength", "16777216" },
		{ "MaxBurstLength", "4294967808" }, { "FirstBurstLength", "-1" },
		{ "DefaultTime2Wait", "3601" }, { "ErrorRecoveryLevel", "3" },
		{ "TargetAlias", "a,b" }, { "TargetAlias", "a\nb" },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct iscsit_config before = cfg;

		if (store(cases[i].name, cases[i].val) != -EINVAL)
			fail_msg("%s=%s accepted", cases[i].name, cases[i].val);
		assert_memory_equal(&before, &cfg, sizeof(cfg));
	}
	assert_int_equal(iscsit_config_store(&cfg, ISCSIT_KEY_CHAP_A, "5", 1), -EINVAL);
	assert_int_equal(iscsit_config_store(&cfg, ISCSIT_KEY_UNKNOWN, "5", 1), -EINVAL);
}

static void test_long_text(void **state)
{
	char val[300], buf[256];

	memset(val, 'a', sizeof(val));
	assert_int_equal(store_bytes("TargetAlias", val, 255), 0);
	assert_int_equal(strlen(show("TargetAlias")), 255);
	assert_int_equal(store_bytes("TargetAlias", val, 257), -EINVAL);
	assert_int_equal(store_bytes("TargetAlias", "a\0b", 3), -EINVAL);
	assert_int_equal(iscsit_config_show(&cfg, ISCSIT_KEY_TARGET_ALIAS, buf, 10), 9);
	assert_int_equal(iscsit_config_show(&cfg, ISCSIT_KEY_CHAP_A, buf, 10), -EINVAL);
}

/* A value that follows a reserved word replaces it. */
static void test_word_replaced(void **state)
{
	assert_int_equal(store("MaxBurstLength", "Reject"), 0);
	assert_int_equal(cfg.num[ISCSIT_KEY_MAX_BURST], 262144);
	assert_int_equal(store("MaxBurstLength", "4096"), 0);
	assert_string_equal(show("MaxBurstLength"), "4096");
}

static void test_authentication(void **state)
{
	assert_false(iscsit_config_auth_optional(&cfg));
	iscsit_config_set_auth(&cfg, false);
	assert_string_equal(show("AuthMethod"), "CHAP,None");
	iscsit_config_set_auth(&cfg, false);
	assert_string_equal(show("AuthMethod"), "CHAP,None");
	assert_true(iscsit_config_auth_optional(&cfg));
	iscsit_config_set_auth(&cfg, true);
	assert_string_equal(show("AuthMethod"), "CHAP");
	assert_int_equal(store("AuthMethod", "None"), 0);
	iscsit_config_set_auth(&cfg, true);
	assert_string_equal(show("AuthMethod"), "CHAP");
	assert_int_equal(store("AuthMethod", "None,KRB5,SPKM1,SPKM2,SRP,CHAP"), 0);
	iscsit_config_set_auth(&cfg, true);
	assert_string_equal(show("AuthMethod"), "KRB5,SPKM1,SPKM2,SRP,CHAP");
	iscsit_config_set_auth(&cfg, false);
	assert_string_equal(show("AuthMethod"), "KRB5,SPKM1,SPKM2,SRP,CHAP,None");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_defaults, setup),
		cmocka_unit_test_setup(test_round_trip, setup),
		cmocka_unit_test_setup(test_accepted, setup),
		cmocka_unit_test_setup(test_refused, setup),
		cmocka_unit_test_setup(test_long_text, setup),
		cmocka_unit_test_setup(test_word_replaced, setup),
		cmocka_unit_test_setup(test_authentication, setup),
	};

	return cmocka_run_group_tests_name("iscsi_config", tests, NULL, NULL);
}
