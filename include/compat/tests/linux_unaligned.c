// SPDX-License-Identifier: GPL-2.0-only
/* get_unaligned_*() moved from asm/unaligned.h to linux/unaligned.h in 6.12. */
#include <linux/unaligned.h>

u32 probe(const u8 *p);
u32 probe(const u8 *p)
{
	return get_unaligned_be32(p);
}
