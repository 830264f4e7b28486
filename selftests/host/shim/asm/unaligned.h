/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: integers at any address, byte by byte.
 */
#ifndef SHIM_ASM_UNALIGNED_H
#define SHIM_ASM_UNALIGNED_H

#include <linux/types.h>

static inline u64 shim_get_be(const void *p, unsigned int size)
{
	const u8 *b = p;
	u64 val = 0;

	while (size--)
		val = val << 8 | *b++;
	return val;
}

static inline u64 shim_get_le(const void *p, unsigned int size)
{
	const u8 *b = p;
	u64 val = 0;

	while (size--)
		val = val << 8 | b[size];
	return val;
}

static inline void shim_put_be(u64 val, void *p, unsigned int size)
{
	u8 *b = p;

	while (size--) {
		b[size] = val;
		val >>= 8;
	}
}

static inline void shim_put_le(u64 val, void *p, unsigned int size)
{
	u8 *b = p;

	for (; size--; val >>= 8)
		*b++ = val;
}

#define get_unaligned_be16(p)		((u16)shim_get_be(p, 2))
#define get_unaligned_be24(p)		((u32)shim_get_be(p, 3))
#define get_unaligned_be32(p)		((u32)shim_get_be(p, 4))
#define get_unaligned_be48(p)		shim_get_be(p, 6)
#define get_unaligned_be64(p)		shim_get_be(p, 8)
#define get_unaligned_le16(p)		((u16)shim_get_le(p, 2))
#define get_unaligned_le32(p)		((u32)shim_get_le(p, 4))
#define get_unaligned_le64(p)		shim_get_le(p, 8)
#define put_unaligned_be16(val, p)	shim_put_be(val, p, 2)
#define put_unaligned_be24(val, p)	shim_put_be(val, p, 3)
#define put_unaligned_be32(val, p)	shim_put_be(val, p, 4)
#define put_unaligned_be48(val, p)	shim_put_be(val, p, 6)
#define put_unaligned_be64(val, p)	shim_put_be(val, p, 8)
#define put_unaligned_le16(val, p)	shim_put_le(val, p, 2)
#define put_unaligned_le32(val, p)	shim_put_le(val, p, 4)
#define put_unaligned_le64(val, p)	shim_put_le(val, p, 8)

#endif
