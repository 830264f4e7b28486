/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: comparison of secrets in constant time.
 */
#ifndef SHIM_CRYPTO_ALGAPI_H
#define SHIM_CRYPTO_ALGAPI_H

#include <linux/types.h>

static inline unsigned long crypto_memneq(const void *a, const void *b, size_t size)
{
	const u8 *x = a, *y = b;
	unsigned long diff = 0;

	while (size--)
		diff |= *x++ ^ *y++;
	return diff;
}

#endif
