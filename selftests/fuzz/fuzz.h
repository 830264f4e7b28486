/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share: the bytes of an input taken one after the other, a claim that
 * must hold, and a stack full of something that is not zero.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <compat/unaligned.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* A sanitizer says where; an assertion of cmocka would not. */
static inline void must(bool ok)
{
	if (!ok)
		abort();
}

/** struct fuzz_in - what is left of an input; zeroes follow its end */
struct fuzz_in {
	const u8	*p;
	size_t		left;
};

static inline u8 take_u8(struct fuzz_in *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->p++;
}

static inline u16 take_u16(struct fuzz_in *in)
{
	u16 high = take_u8(in);

	return high << 8 | take_u8(in);
}

static inline u64 take_u64(struct fuzz_in *in)
{
	u64 val = 0;
	unsigned int i;

	for (i = 0; i < 8; i++)
		val = val << 8 | take_u8(in);
	return val;
}

/* At most @len bytes in a block of their own, for kfree(), so that ASan sees the first too many. */
static inline u8 *take_block(struct fuzz_in *in, size_t *len)
{
	u8 *block;

	*len = min(*len, in->left);
	block = kmemdup(in->p, *len, GFP_KERNEL);
	in->p += *len;
	in->left -= *len;
	return block;
}

/* All that is left, as a string in a block of its own, for kfree(). */
static inline char *take_text(struct fuzz_in *in)
{
	char *text = kmemdup_nul((const char *)in->p, in->left, GFP_KERNEL);

	in->left = 0;
	return text;
}

/* What a function forgets to set differs between two calls with another @pattern each. */
static __attribute__((__noinline__, __unused__)) void soil_stack(u8 pattern)
{
	volatile u8 soil[4096];

	memset((u8 *)soil, pattern, sizeof(soil));
}

#endif
