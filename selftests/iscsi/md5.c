// SPDX-License-Identifier: GPL-2.0-only
/*
 * MD5 (RFC 1321), for CHAP. The one algorithm of CHAP that every initiator has; not to be used for
 * anything that has to be safe.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "raw.h"

static uint32_t rol(uint32_t value, unsigned int n)
{
	return value << n | value >> (32 - n);
}

static void step(uint32_t s[4], unsigned int i, const uint32_t *x)
{
	static const uint8_t turns[4][4] = {
		{ 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 },
	};
	uint32_t a = s[0], b = s[1], c = s[2], d = s[3], f;
	uint32_t k = (uint32_t)(int64_t)(fabs(sin(i + 1)) * 4294967296.0);
	unsigned int g;

	switch (i / 16) {
	case 0:
		f = (b & c) | (~b & d);
		g = i;
		break;
	case 1:
		f = (d & b) | (~d & c);
		g = 5 * i + 1;
		break;
	case 2:
		f = b ^ c ^ d;
		g = 3 * i + 5;
		break;
	default:
		f = c ^ (b | ~d);
		g = 7 * i;
	}
	s[0] = d;
	s[1] = b + rol(a + f + k + x[g % 16], turns[i / 16][i % 4]);
	s[2] = b;
	s[3] = c;
}

static void block(uint32_t state[4], const uint8_t *p)
{
	uint32_t s[4], x[16];
	unsigned int i;

	memcpy(s, state, sizeof(s));
	for (i = 0; i < 16; i++, p += 4)
		x[i] = p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
	for (i = 0; i < 64; i++)
		step(s, i, x);
	for (i = 0; i < 4; i++)
		state[i] += s[i];
}

void md5(const void *data, size_t len, uint8_t digest[16])
{
	uint32_t state[4] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 };
	size_t whole = (len + 8) / 64 * 64 + 64, i;
	uint8_t *buf = calloc(1, whole);

	if (!buf)
		abort();
	memcpy(buf, data, len);
	buf[len] = 0x80;
	for (i = 0; i < 8; i++)
		buf[whole - 8 + i] = (uint64_t)len * 8 >> (8 * i);
	for (i = 0; i < whole; i += 64)
		block(state, buf + i);
	for (i = 0; i < 16; i++)
		digest[i] = state[i / 4] >> (8 * (i % 4));
	free(buf);
}
