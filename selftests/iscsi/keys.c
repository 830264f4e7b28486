// SPDX-License-Identifier: GPL-2.0-only
/*
 * Key negotiation against a table written from RFC 7143 section 13 and RFC 7144: each key with
 * legal and illegal values, in normal and discovery sessions, one login for each.
 *
 *	rawiscsi keys normal|discovery TARGET [only=KEY] [Key=OURS...]
 *
 * OURS is what the target is configured to accept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "raw.h"

#define INITIATOR_ERROR	2		/* Status-Class */

/* How the answer follows from what both sides want (6.2). */
enum rule {
	MINIMUM, MAXIMUM, OR, AND,
	LIST,			/* the first of the initiator's values that is one of ours */
	DECLARE_NUMBER,		/* no answer; an illegal one fails the login */
	DECLARE_TEXT,
	MARKER,			/* 13.25: No, never NotUnderstood */
	MARK_INT,		/* 13.25: Reject */
	UNKNOWN,		/* NotUnderstood */
	FORBIDDEN,		/* not in a login, or not from an initiator */
};

struct key {
	const char	*name;
	enum rule	rule;
	bool		normal_only;	/* Irrelevant when SessionType=Discovery */
	uint32_t	low, high;	/* of a number */
	const char	*ours;		/* unless the command line tells otherwise */
};

static struct key keys[] = {
	{ "HeaderDigest", LIST, false, 0, 0, "CRC32C,None" },
	{ "DataDigest", LIST, false, 0, 0, "CRC32C,None" },
	{ "MaxConnections", MINIMUM, true, 1, 65535, "1" },
	{ "InitialR2T", OR, true, 0, 0, "Yes" },
	{ "ImmediateData", AND, true, 0, 0, "Yes" },
	{ "MaxRecvDataSegmentLength", DECLARE_NUMBER, false, 512, 16777215, "" },
	{ "MaxBurstLength", MINIMUM, true, 512, 16777215, "262144" },
	{ "FirstBurstLength", MINIMUM, true, 512, 16777215, "65536" },
	{ "DefaultTime2Wait", MAXIMUM, false, 0, 3600, "2" },
	{ "DefaultTime2Retain", MINIMUM, false, 0, 3600, "20" },
	{ "MaxOutstandingR2T", MINIMUM, true, 1, 65535, "1" },
	{ "DataPDUInOrder", OR, true, 0, 0, "Yes" },
	{ "DataSequenceInOrder", OR, true, 0, 0, "Yes" },
	{ "ErrorRecoveryLevel", MINIMUM, false, 0, 2, "0" },
	/* Offered without MaxConnections, which is 1 then. */
	{ "TaskReporting", LIST, true, 0, 0, "ResponseFence,RFC3720" },
	{ "iSCSIProtocolLevel", MINIMUM, true, 0, 31, "2" },
	{ "InitiatorAlias", DECLARE_TEXT },
	{ "X-NodeArchitecture", DECLARE_TEXT },
	{ "IFMarker", MARKER },
	{ "OFMarker", MARKER },
	{ "IFMarkInt", MARK_INT },
	{ "OFMarkInt", MARK_INT },
	{ "RDMAExtensions", UNKNOWN },
	{ "InitiatorRecvDataSegmentLength", UNKNOWN },
	{ "TargetRecvDataSegmentLength", UNKNOWN },
	{ "MaxOutstandingUnexpectedPDUs", UNKNOWN },
	{ "iSERHelloRequired", UNKNOWN },
	{ "X-org.example.nothing", UNKNOWN },
	{ "initialR2T", UNKNOWN },
	{ "A", UNKNOWN },
	{ "TargetAlias", FORBIDDEN },
	{ "TargetAddress", FORBIDDEN },
	{ "TargetPortalGroupTag", FORBIDDEN },
	{ "SendTargets", FORBIDDEN },
};

/* 6.1: no sign, no leading zeros, nothing around it. */
static const char *const bad_numbers[] = {
	"", "-1", "+1", "0x", "0xg", "010", "1x", " 1", "1 ", "1,2", "1~2", "4294967296", "Yes",
	"99999999999999999999999", "0b10",
};

static const char *const bad_booleans[] = {
	"", "yes", "YES", "no", "1", "0", "True", "Yes,No", "No,Yes", " Yes", "Yes ", "Yess",
};

static const char *const lists[] = {
	"None", "CRC32C", "CRC32C,None", "None,CRC32C", "Foo,CRC32C", "X-a.b,None", "Foo", "none",
	"crc32c", "", "CRC32", "RFC3720", "RFC3720,FastAbort", "ResponseFence,RFC3720",
	"FastAbort,RFC3720", "rfc3720", "FastAbort", "Foo,RFC3720", "ResponseFence",
	"FastAbort,ResponseFence,RFC3720", "RFC3720,ResponseFence", "responsefence",
};

static const char *const texts[] = { "", "Yes", "a b", "1", "0x10", "No,Yes" };
static const char *const answers[] = { "Irrelevant", "Reject", "NotUnderstood" };

static struct {
	const char	*target;
	const char	*only;
	bool		discovery;
	unsigned int	cases;
	unsigned int	failed;
} test;

/* What a legal offer has to be answered with. */
static void expect_list(const struct key *key, const char *offer, char *want)
{
	char list[256], ours[256], *token, *save;

	strcpy(want, "Reject");
	snprintf(list, sizeof(list), "%s", offer);
	for (token = strtok_r(list, ",", &save); token; token = strtok_r(NULL, ",", &save)) {
		char *own, *next;

		snprintf(ours, sizeof(ours), "%s", key->ours);
		for (own = strtok_r(ours, ",", &next); own; own = strtok_r(NULL, ",", &next)) {
			if (!strcmp(own, token)) {
				strcpy(want, token);
				return;
			}
		}
	}
}

static void expect_number(const struct key *key, uint32_t offer, char *want)
{
	uint32_t ours = strtoul(key->ours, NULL, 0);
	bool lower = offer < ours;

	if (offer < key->low || offer > key->high)
		strcpy(want, "Reject");
	else
		sprintf(want, "%u", lower == (key->rule == MINIMUM) ? offer : ours);
}

static void expect_boolean(const struct key *key, const char *offer, char *want)
{
	bool yes = !strcmp(offer, "Yes"), ours = !strcmp(key->ours, "Yes");

	if (key->rule == OR)
		yes = yes || ours;
	else
		yes = yes && ours;
	strcpy(want, yes ? "Yes" : "No");
}

static enum result login_with(const char *pair, struct conn *conn, struct pdu *pdu)
{
	char text[300];

	pdu_init(pdu, LOGIN_REQ | 0x40);
	pdu->bhs[1] = 0x87;
	put_be(pdu->bhs + 8, 6, 0x80f00bab0001);
	pdu_put(pdu, "cmdsn", 1);
	pdu_add_text(pdu, "InitiatorName=iqn.2024-01.org.example:raw");
	pdu_add_text(pdu, test.discovery ? "SessionType=Discovery" : "SessionType=Normal");
	snprintf(text, sizeof(text), "TargetName=%s", test.target);
	pdu_add_text(pdu, text);
	pdu_add_text(pdu, pair);
	if (conn_send(conn, pdu))
		return RAW_CLOSED;
	return conn_recv(conn, pdu, 10);
}

/* One login that offers the pair. @want: the answer, NULL for none, "!" for a failed login. */
static void offer(const struct key *key, const char *value, const char *want)
{
	struct conn conn = { .timeout = 10, .fd = -1 };
	struct pdu pdu = { 0 };
	const char *got = NULL;
	enum result result;
	char pair[300];
	bool ok;

	snprintf(pair, sizeof(pair), "%s=%s", key->name, value);
	result = conn_open(&conn, "127.0.0.1", "3260");
	if (!result)
		result = login_with(pair, &conn, &pdu);
	ok = !result && (pdu.bhs[0] & 0x3f) == LOGIN_RSP;
	if (ok && want && *want == '!') {
		ok = pdu.bhs[36] == INITIATOR_ERROR;
	} else if (ok) {
		/* Our own declaration of the same key is no answer. */
		got = key->rule == DECLARE_NUMBER ? NULL : pdu_text(&pdu, key->name);
		ok = !pdu.bhs[36] && (pdu.bhs[1] & 0x83) == 0x83 &&
		     (want ? got && !strcmp(got, want) : !got);
	}
	test.cases++;
	if (!ok) {
		test.failed++;
		printf("%s, %s: status %02x%02x, answer %s instead of %s (%s)\n",
		       test.discovery ? "discovery" : "normal", pair, pdu.bhs[36], pdu.bhs[37],
		       got ? got : "none", want ? want : "none", result_name(result));
	}
	conn_shut(&conn, false);
	pdu_free(&pdu);
}

/* Offers that have to be rejected, unless the key is irrelevant to the session. */
static void offer_illegal(const struct key *key, const char *const *values, unsigned int n)
{
	bool irrelevant = test.discovery && key->normal_only;

	for (; n--; values++)
		offer(key, *values, key->rule == DECLARE_NUMBER ? "!" :
				    irrelevant ? "Irrelevant" : "Reject");
}

static void offer_number(const struct key *key, uint64_t value, bool hex)
{
	char text[24], want[24];

	snprintf(text, sizeof(text), hex ? "0x%llx" : "%llu", (unsigned long long)value);
	if (key->rule == DECLARE_NUMBER) {
		offer(key, text, value < key->low || value > key->high ? "!" : NULL);
		return;
	}
	expect_number(key, value, want);
	offer(key, text, test.discovery && key->normal_only ? "Irrelevant" : want);
}

static void try_numbers(const struct key *key)
{
	uint64_t ours = strtoul(key->ours, NULL, 0), i;
	const uint64_t values[] = {
		0, 1, 2, key->low, key->high, key->high + 1ULL, ours, ours + 1, ours / 2, 4096,
		0xffffffffULL,
	};

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		offer_number(key, values[i], false);
		offer_number(key, values[i], true);
	}
	offer_illegal(key, bad_numbers, ARRAY_SIZE(bad_numbers));
}

static void try_booleans(const struct key *key)
{
	bool irrelevant = test.discovery && key->normal_only;
	char want[8];

	expect_boolean(key, "Yes", want);
	offer(key, "Yes", irrelevant ? "Irrelevant" : want);
	expect_boolean(key, "No", want);
	offer(key, "No", irrelevant ? "Irrelevant" : want);
	offer_illegal(key, bad_booleans, ARRAY_SIZE(bad_booleans));
}

static void try_lists(const struct key *key)
{
	char want[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		expect_list(key, lists[i], want);
		offer(key, lists[i], test.discovery && key->normal_only ? "Irrelevant" : want);
	}
}

static void try_each(const struct key *key, const char *want)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		offer(key, texts[i], want);
}

/* A constant that answers nothing we said must itself stay without an answer. */
static void try_answers(const struct key *key)
{
	unsigned int i;

	if (key->rule != FORBIDDEN && key->rule != DECLARE_NUMBER)
		for (i = 0; i < ARRAY_SIZE(answers); i++)
			offer(key, answers[i], NULL);
}

static void try_key(const struct key *key)
{
	switch (key->rule) {
	case MINIMUM:
	case MAXIMUM:
	case DECLARE_NUMBER:
		try_numbers(key);
		break;
	case OR:
	case AND:
		try_booleans(key);
		break;
	case LIST:
		try_lists(key);
		break;
	case DECLARE_TEXT:
		try_each(key, NULL);
		break;
	case MARKER:
		offer(key, "Yes", "No");
		offer(key, "No", "No");
		offer_illegal(key, bad_booleans, ARRAY_SIZE(bad_booleans));
		break;
	case MARK_INT:
		try_each(key, "Reject");
		break;
	case UNKNOWN:
		try_each(key, "NotUnderstood");
		break;
	case FORBIDDEN:
		try_each(key, "!");
	}
	try_answers(key);
}

static bool configure(char *pair)
{
	char *equal = strchr(pair, '=');
	unsigned int i;

	for (i = 0; equal && i < ARRAY_SIZE(keys); i++) {
		if (!strncmp(keys[i].name, pair, equal - pair) && !keys[i].name[equal - pair]) {
			keys[i].ours = equal + 1;
			return true;
		}
	}
	fprintf(stderr, "no key: %s\n", pair);
	return false;
}

int keys_main(int argc, char **argv)
{
	unsigned int i;

	if (argc < 3)
		return 2;
	test.discovery = !strcmp(argv[1], "discovery");
	test.target = argv[2];
	for (i = 3; i < (unsigned int)argc; i++)
		if (!strncmp(argv[i], "only=", 5))
			test.only = argv[i] + 5;
		else if (!configure(argv[i]))
			return 2;
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!test.only || !strcmp(test.only, keys[i].name))
			try_key(&keys[i]);
	printf("%u logins, %u with a wrong answer\n", test.cases, test.failed);
	return test.failed || !test.cases;
}
