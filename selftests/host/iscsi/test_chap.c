// SPDX-License-Identifier: GPL-2.0-only
/*
 * CHAP: decoding, choice of algorithm, digests of all four against independently computed
 * vectors, mutual authentication, and the attacks it has to refuse.
 */
#include "util.h"

static struct iscsit_chap chap;
static char out[4096];
static struct iscsit_textbuf buf;

static int setup(void **state)
{
	memset(&chap, 0, sizeof(chap));
	chap.ops = &test_chap_ops;
	chap.creds.have_in = true;
	strcpy(chap.creds.name_in, "alice");
	strcpy(chap.creds.secret_in, "initiatorsecret");
	buf = (struct iscsit_textbuf) { .p = out, .cap = sizeof(out) };
	test_chap_algs = ~0U;
	test_chap_error = 0;
	test_chap_digests = 0;
	return 0;
}

static void with_target_secret(const char *secret)
{
	chap.creds.have_out = true;
	strcpy(chap.creds.name_out, "bob");
	strcpy(chap.creds.secret_out, secret);
}

static struct iscsit_pair pair(const char *val)
{
	return (struct iscsit_pair) { .val = val, .val_len = val ? strlen(val) : 0 };
}

static void expect_decode(const char *s, int want_len, const char *want)
{
	struct seg in = seg(s);
	u8 *p = malloc(4);

	if (iscsit_chap_decode(in.p, in.len, p, 4) != want_len)
		fail_msg("decode of %s", s);
	if (want_len > 0)
		assert_memory_equal(p, want, want_len);
	free(p);
	seg_free(&in);
}

static void test_decode(void **state)
{
	expect_decode("0x01020304", 4, "\1\2\3\4");
	expect_decode("0XfFaB", 2, "\xff\xab");
	expect_decode("0x123", 2, "\x01\x23");
	expect_decode("0x0102030405", -EINVAL, NULL);
	expect_decode("0x01020304a", -EINVAL, NULL);
	expect_decode("0x", -EINVAL, NULL);
	expect_decode("0xg1", -EINVAL, NULL);
	expect_decode("01020304", -EINVAL, NULL);
	expect_decode("1", -EINVAL, NULL);
	expect_decode("", -EINVAL, NULL);
	expect_decode("0bAQIDBA==", 4, "\1\2\3\4");
	expect_decode("0BAQID", 3, "\1\2\3");
	expect_decode("0b+/8=", 2, "\xfb\xff");
	expect_decode("0bAQIDBAU=", -EINVAL, NULL);
	expect_decode("0bAQI", -EINVAL, NULL);
	expect_decode("0bAQ=D", -EINVAL, NULL);
	expect_decode("0b====", -EINVAL, NULL);
	expect_decode("0bAR==", -EINVAL, NULL);
	expect_decode("0b", -EINVAL, NULL);
	expect_decode("0b*QID", -EINVAL, NULL);
}

static int begin(const char *list)
{
	struct iscsit_pair p = pair(list);

	buf.len = 0;
	return iscsit_chap_begin(&chap, &p, &buf);
}

static void test_choice(void **state)
{
	assert_int_equal(begin("5"), 0);
	assert_int_equal(chap.alg, 5);
	assert_int_equal(begin("7,5"), 0);
	assert_int_equal(chap.alg, 7);
	assert_int_equal(begin("9,8,5"), 0);
	assert_int_equal(chap.alg, 8);
	assert_int_equal(begin("0x6"), 0);
	assert_int_equal(chap.alg, 6);
	assert_int_equal(begin("9,10,255"), -EACCES);
	assert_int_equal(begin(""), -EACCES);
	assert_int_equal(begin("md5"), -EACCES);
	assert_int_equal(begin("Reject"), -EACCES);
	assert_int_equal(begin("5;7"), -EACCES);
	test_chap_algs = 1U << ISCSIT_CHAP_SHA1;
	assert_int_equal(begin("8,7,5,6"), 0);
	assert_int_equal(chap.alg, 6);
	assert_int_equal(begin("8,7,5"), -EACCES);
}

static void test_challenge(void **state)
{
	static const struct {
		const char *alg;
		size_t digits;
	} cases[] = { { "5", 32 }, { "6", 40 }, { "7", 64 }, { "8", 64 } };
	u8 first[ISCSIT_CHAP_DIGEST_MAX];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(begin(cases[i].alg), 0);
		assert_string_equal(find_key(out, buf.len, "CHAP_A"), cases[i].alg);
		assert_non_null(find_key(out, buf.len, "CHAP_I"));
		assert_int_equal(strlen(find_key(out, buf.len, "CHAP_C")), 2 + cases[i].digits);
	}
	memcpy(first, chap.challenge, sizeof(first));
	assert_int_equal(begin("8"), 0);
	assert_memory_not_equal(first, chap.challenge, sizeof(first));
}

/*
 * Digests by Python's hashlib: of 2a, "initiatorsecret", 10 11 12.. (digest length) and of
 * 07, "targetsecret1", f0..ff.
 */
static const struct {
	u32	alg;
	const char *initiator;
	const char *target;
} vectors[] = {
	{ 5, "0xea33332364142960b12b084765e585d4", "0x91f48fdfffce37f3a78a2263dde3a163" },
	{ 6, "0x2f1c351c40406b03fd918740febfe03a119c3882",
	  "0xc35349a29ae7ce6e54e151cd32fefa52548bcd0b" },
	{ 7, "0x55d4f1ac3f0349dbd145f41c429db238255fa1c8ac762567c6ca511d4fed567d",
	  "0xeca6dd14122f990f2836a6225d51cf4954449a1bfe3f4a966f9dc4502d925a98" },
	{ 8, "0xe3b336ca74a3370c829f51c6a17453aeb1c8b08dd47bdec79e4808e12fdd5518",
	  "0xba3c64d29ecd24ae9e6aaf4a3ca0366e3a90c4a28777023ce672ec8c2d08e6da" },
};

static const char peer_challenge[] = "0xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

/* As iscsit_chap_begin() leaves it, with the challenge of the vectors. */
static void use_vector(u32 i)
{
	u32 k;

	chap.alg = vectors[i].alg;
	chap.id = 0x2a;
	for (k = 0; k < iscsit_chap_digest_len(chap.alg); k++)
		chap.challenge[k] = 0x10 + k;
	buf.len = 0;
}

static int verify(const char *n, const char *r, const char *i, const char *c)
{
	struct iscsit_chap_reply reply = { pair(n), pair(r), pair(i), pair(c) };

	return iscsit_chap_verify(&chap, &reply, &buf);
}

static void test_vectors(void **state)
{
	u32 i;

	with_target_secret("targetsecret1");
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		use_vector(i);
		assert_int_equal(verify("alice", vectors[i].initiator, NULL, NULL), 0);
		assert_int_equal(buf.len, 0);
		assert_int_equal(verify("alice", vectors[i].initiator, "7", peer_challenge), 0);
		assert_string_equal(find_key(out, buf.len, "CHAP_N"), "bob");
		assert_string_equal(find_key(out, buf.len, "CHAP_R"), vectors[i].target);
	}
}

static void test_wrong(void **state)
{
	const char *good = vectors[0].initiator;

	use_vector(0);
	assert_int_equal(verify("alice", "0xea33332364142960b12b084765e585d5", NULL, NULL), -EACCES);
	assert_int_equal(verify("alic", good, NULL, NULL), -EACCES);
	assert_int_equal(verify("alicea", good, NULL, NULL), -EACCES);
	assert_int_equal(verify("Alice", good, NULL, NULL), -EACCES);
	assert_int_equal(verify("", good, NULL, NULL), -EACCES);
	chap.creds.have_in = false;
	assert_int_equal(verify("alice", good, NULL, NULL), -EACCES);
}

/* Too short, too long, another algorithm's length: never compared beyond what was sent. */
static void test_wrong_length(void **state)
{
	use_vector(0);
	assert_int_equal(verify("alice", "0xea", NULL, NULL), -EACCES);
	assert_int_equal(verify("alice", "0xea33332364142960b12b084765e585d400", NULL, NULL), -EACCES);
	assert_int_equal(verify("alice", "0xea33332364142960b12b084765e585", NULL, NULL), -EACCES);
	assert_int_equal(verify("alice", vectors[1].initiator, NULL, NULL), -EACCES);
	assert_int_equal(verify("alice", vectors[2].initiator, NULL, NULL), -EACCES);
	assert_int_equal(verify("alice", "ea33332364142960b12b084765e585d4", NULL, NULL), -EACCES);
	assert_int_equal(verify("alice", "", NULL, NULL), -EACCES);
	assert_int_equal(buf.len, 0);
}

static void test_base64_response(void **state)
{
	use_vector(0);
	assert_int_equal(verify("alice", "0b6jMzI2QUKWCxKwhHZeWF1A==", NULL, NULL), 0);
}

static void test_missing(void **state)
{
	const char *good = vectors[0].initiator;

	use_vector(0);
	with_target_secret("targetsecret1");
	assert_int_equal(verify(NULL, good, NULL, NULL), -EPROTO);
	assert_int_equal(verify("alice", NULL, NULL, NULL), -EPROTO);
	assert_int_equal(verify("alice", good, "7", NULL), -EPROTO);
	assert_int_equal(verify("alice", good, NULL, peer_challenge), -EPROTO);
}

/* One digest for each attempt, whether the name is known or not. */
static void test_same_work(void **state)
{
	use_vector(0);
	test_chap_digests = 0;
	verify("mallory", vectors[0].initiator, NULL, NULL);
	assert_int_equal(test_chap_digests, 1);
	verify("alice", "0x00000000000000000000000000000000", NULL, NULL);
	assert_int_equal(test_chap_digests, 2);
	chap.creds.have_in = false;
	verify("alice", "0x00000000000000000000000000000000", NULL, NULL);
	assert_int_equal(test_chap_digests, 3);
}

/* Nothing is answered to a challenge before the initiator has proved itself. */
static void test_mutual_needs_proof(void **state)
{
	use_vector(0);
	with_target_secret("targetsecret1");
	assert_int_equal(verify("alice", "0x00000000000000000000000000000000", "7",
				peer_challenge), -EACCES);
	assert_int_equal(buf.len, 0);
}

static void test_mutual_refused(void **state)
{
	const char *good = vectors[0].initiator;

	use_vector(0);
	/* nothing to prove ourselves with */
	assert_int_equal(verify("alice", good, "7", peer_challenge), -EACCES);
	/* 9.2.1: one secret for both directions */
	with_target_secret("initiatorsecret");
	assert_int_equal(verify("alice", good, "7", peer_challenge), -EACCES);
	with_target_secret("targetsecret1");
	/* our own challenge reflected */
	assert_int_equal(verify("alice", good, "7", "0x101112131415161718191a1b1c1d1e1f"), -EACCES);
	assert_int_equal(verify("alice", good, "7", "0bEBESExQVFhcYGRobHB0eHw=="), -EACCES);
	assert_int_equal(verify("alice", good, "256", peer_challenge), -EPROTO);
	assert_int_equal(verify("alice", good, "", peer_challenge), -EPROTO);
	assert_int_equal(verify("alice", good, "7", "0x"), -EPROTO);
	assert_int_equal(verify("alice", good, "7", ""), -EPROTO);
	assert_int_equal(buf.len, 0);
}

static void test_challenge_bounds(void **state)
{
	static char c[2 + 2 * 1025 + 1];

	use_vector(0);
	with_target_secret("targetsecret1");
	memset(c, '1', sizeof(c) - 1);
	memcpy(c, "0x", 2);
	assert_int_equal(verify("alice", vectors[0].initiator, "7", c), -EPROTO);
	c[2 + 2 * 1024] = '\0';
	assert_int_equal(verify("alice", vectors[0].initiator, "7", c), 0);
	assert_int_equal(verify("alice", vectors[0].initiator, "7", "0x1"), 0);
}

static void test_digest_fails(void **state)
{
	use_vector(0);
	test_chap_error = -ENOMEM;
	assert_int_equal(verify("alice", vectors[0].initiator, NULL, NULL), -ENOMEM);
}

static void test_wipe(void **state)
{
	static const struct iscsit_chap_creds none;

	with_target_secret("targetsecret1");
	assert_int_equal(begin("5"), 0);
	iscsit_chap_wipe(&chap);
	assert_memory_equal(&chap.creds, &none, sizeof(none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_decode, setup),
		cmocka_unit_test_setup(test_choice, setup),
		cmocka_unit_test_setup(test_challenge, setup),
		cmocka_unit_test_setup(test_vectors, setup),
		cmocka_unit_test_setup(test_wrong, setup),
		cmocka_unit_test_setup(test_wrong_length, setup),
		cmocka_unit_test_setup(test_base64_response, setup),
		cmocka_unit_test_setup(test_missing, setup),
		cmocka_unit_test_setup(test_same_work, setup),
		cmocka_unit_test_setup(test_mutual_needs_proof, setup),
		cmocka_unit_test_setup(test_mutual_refused, setup),
		cmocka_unit_test_setup(test_challenge_bounds, setup),
		cmocka_unit_test_setup(test_digest_fails, setup),
		cmocka_unit_test_setup(test_wipe, setup),
	};

	return cmocka_run_group_tests_name("iscsi_chap", tests, NULL, NULL);
}
