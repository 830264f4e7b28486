/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LBA dependent access states: a table of block ranges, each with the state it
 * has through each target port group (SBC-3 4.25 referrals, SPC-4 5.15.2.4.6).
 * Text in, table out, and back: no kernel objects.
 */
#ifndef TARGET_CORE_LBA_MAP_H
#define TARGET_CORE_LBA_MAP_H

#include <linux/types.h>

#define LBA_MAP_GROUPS	16	/* target port groups one range can name */
#define LBA_MAP_RANGES	512	/* a page of text has no more */

/* Bytes of one user data segment referral descriptor, and of all a page of text can give */
#define LBA_MAP_REFERRAL	(20 + 4 * LBA_MAP_GROUPS)
#define LBA_MAP_REFERRALS	(4 + LBA_MAP_RANGES * LBA_MAP_REFERRAL)
#define LBA_MAP_SENSE		(4 + LBA_MAP_REFERRAL)

/** struct lba_map_group - the state of a range through one target port group */
struct lba_map_group {
	u16	id;
	u8	state;		/* enum target_alua_state */
};

/** struct lba_map_range - one range of blocks, both ends included */
struct lba_map_range {
	u64	first, last;
	struct lba_map_group group[LBA_MAP_GROUPS];
};

/**
 * struct target_lba_map - the map of a device
 * @segment_size: blocks; with @multiplier, only the first @segment_size of every
 *	@segment_size * @multiplier blocks of a range belong to it. 0: all do.
 * @groups: entries of each range's group[].
 * @nr: entries of range[].
 */
struct target_lba_map {
	u32	segment_size;
	u32	multiplier;
	u32	groups;
	u32	nr;
	struct lba_map_range range[];
};

struct target_lba_map *lba_map_parse(const char *text, int *err);
size_t lba_map_format(const struct target_lba_map *map, char *buf, size_t room);
u32 lba_map_referral(const struct target_lba_map *map, const struct lba_map_range *r, u8 *buf);
u32 lba_map_referrals(const struct target_lba_map *map, u64 lba, bool one, u8 *buf);
u8 lba_map_sense(const struct target_lba_map *map, u16 group, u64 lba, u64 blocks, u8 *buf);
u8 lba_map_state(const struct target_lba_map *map, u16 group, u64 lba, u64 blocks);

#endif
