/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the iSCSI unit tests share: building of text segments and requests, look-up of answers,
 * and CHAP with OpenSSL's digests.
 */
#ifndef TEST_ISCSI_UTIL_H
#define TEST_ISCSI_UTIL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "iscsi_login.h"

/* A text segment on the heap, exactly as long as its bytes, so that ASan sees a byte too far. */
struct seg {
	char	*p;
	u32	len;
};

/* "A=1|B=2|" becomes "A=1\0B=2\0"; without a last | there is no last NUL. */
struct seg seg(const char *spec);
void seg_free(struct seg *s);

/* The value of a key in an answer, or NULL; the text must be well formed. */
const char *find_key(const char *text, u32 len, const char *key);

/* Every pair of the answer as "A=1|B=2|", in a static buffer. */
const char *flatten(const char *text, u32 len);

/* CHAP with OpenSSL's digests and a repeatable generator of random bytes. */
extern const struct iscsit_chap_ops test_chap_ops;
/* Algorithms that test_chap_ops has, one bit each; all of them by default. */
extern u32 test_chap_algs;
/* Number of digests computed. */
extern u32 test_chap_digests;
/* If not 0, digest fails with it. */
extern int test_chap_error;

#endif
