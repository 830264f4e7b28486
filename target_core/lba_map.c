// SPDX-License-Identifier: GPL-2.0-only
/*
 * LBA dependent access states: the text form of the map and the state of a run
 * of blocks. Pure code: builds in user space as well.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "lba_map.h"

#define STATE_OPTIMIZED		0x0
#define STATE_NON_OPTIMIZED	0x1
#define STATE_STANDBY		0x2
#define STATE_UNAVAILABLE	0x3

/* A command that runs over more segments than this is not looked at to its end. */
#define MAX_STEPS		256

static const char letters[] = "OASU";	/* index: state */

/* Decimal number at *p, which moves behind it. */
static bool take_number(const char **p, u64 max, u64 *val)
{
	const char *s = *p;
	u64 v = 0;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		unsigned int digit = *s - '0';

		if (v > (max - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*p = s;
	*val = v;
	return true;
}

static void skip_blanks(const char **p)
{
	while (**p == ' ' || **p == '\t')
		(*p)++;
}

static bool take_end_of_line(const char **p)
{
	skip_blanks(p);
	if (**p == '\n')
		(*p)++;
	else if (**p)
		return false;
	return true;
}

static bool take_group(const char **p, struct lba_map_group *g)
{
	const char *letter;
	u64 id;

	if (!take_number(p, 0xffff, &id) || **p != ':')
		return false;
	(*p)++;
	letter = **p ? strchr(letters, **p) : NULL;
	if (!letter)
		return false;
	(*p)++;
	g->id = id;
	g->state = letter - letters;
	return true;
}

/* A line of one range; @groups is the number of groups each line has, 0 on the first. */
static bool take_range(const char **p, struct lba_map_range *r, u32 *groups)
{
	u32 n = 0;

	if (!take_number(p, U64_MAX, &r->first))
		return false;
	skip_blanks(p);
	if (!take_number(p, U64_MAX, &r->last) || r->last < r->first)
		return false;
	skip_blanks(p);
	while (**p && **p != '\n') {
		if (n == LBA_MAP_GROUPS || !take_group(p, &r->group[n]))
			return false;
		n++;
		skip_blanks(p);
	}
	if (!n || (*groups && *groups != n))
		return false;
	*groups = n;
	return take_end_of_line(p);
}

static bool take_head(const char **p, struct target_lba_map *map)
{
	u64 size, multiplier;

	skip_blanks(p);
	if (!take_number(p, U32_MAX, &size))
		return false;
	skip_blanks(p);
	if (!take_number(p, U32_MAX, &multiplier))
		return false;
	map->segment_size = size;
	map->multiplier = multiplier;
	return take_end_of_line(p);
}

static bool take_ranges(const char **p, struct target_lba_map *map, u32 max)
{
	for (;;) {
		while (**p == '\n' || **p == ' ' || **p == '\t')
			(*p)++;
		if (!**p)
			return map->nr > 0;
		if (map->nr == max || !take_range(p, &map->range[map->nr], &map->groups))
			return false;
		map->nr++;
	}
}

static u32 count_lines(const char *text)
{
	u32 n = 1;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/**
 * lba_map_parse() - make a map of its text form
 * @text: as lba_map_format() writes it, at most one page
 * @err: 0, -EINVAL or -ENOMEM
 *
 * Return: the map, to be freed with kfree(); NULL on error and, with *err 0, for
 * a text of white space, which means no map.
 */
struct target_lba_map *lba_map_parse(const char *text, int *err)
{
	struct target_lba_map *map;
	u32 lines = min_t(u32, count_lines(text), LBA_MAP_RANGES);

	*err = 0;
	if (!text[strspn(text, " \t\n")])
		return NULL;
	*err = -ENOMEM;
	map = kzalloc(struct_size(map, range, lines), GFP_KERNEL);
	if (!map)
		return NULL;
	*err = -EINVAL;
	if (!take_head(&text, map) || !take_ranges(&text, map, lines)) {
		kfree(map);
		return NULL;
	}
	*err = 0;
	return map;
}

/**
 * lba_map_format() - the text form
 * @map: the map
 * @buf: where to
 * @room: bytes there; what does not fit is left out
 *
 * Return: bytes written, without the NUL.
 */
size_t lba_map_format(const struct target_lba_map *map, char *buf, size_t room)
{
	size_t len = scnprintf(buf, room, "%u %u\n", map->segment_size, map->multiplier);
	u32 i, j;

	for (i = 0; i < map->nr; i++) {
		const struct lba_map_range *r = &map->range[i];

		len += scnprintf(buf + len, room - len, "%llu %llu", (unsigned long long)r->first,
				 (unsigned long long)r->last);
		for (j = 0; j < map->groups; j++)
			len += scnprintf(buf + len, room - len, " %u:%c", r->group[j].id,
					 letters[r->group[j].state]);
		len += scnprintf(buf + len, room - len, "\n");
	}
	return len;
}

/* Blocks from @lba on that the range covers without a gap, 0 if it does not cover @lba. */
static u64 range_covers(const struct target_lba_map *map, const struct lba_map_range *r, u64 lba)
{
	u64 stride = (u64)map->segment_size * map->multiplier;
	u64 left, into;

	if (lba < r->first || lba > r->last)
		return 0;
	left = r->last - lba;
	left += left != U64_MAX;
	if (!stride)
		return left;
	into = (lba - r->first) % stride;
	if (into >= map->segment_size)
		return 0;
	return min(left, map->segment_size - into);
}

static u8 range_state(const struct target_lba_map *map, const struct lba_map_range *r, u16 group)
{
	u32 i;

	for (i = 0; i < map->groups; i++)
		if (r->group[i].id == group)
			return r->group[i].state;
	return STATE_OPTIMIZED;
}

/**
 * lba_map_state() - the worst state of a run of blocks through a target port group
 * @map: the map
 * @group: identifier of the target port group
 * @lba: first block
 * @blocks: number of blocks; 0 is taken as 1
 *
 * A block that no range covers is unavailable; a group that a range does not
 * name is active.
 */
u8 lba_map_state(const struct target_lba_map *map, u16 group, u64 lba, u64 blocks)
{
	u8 worst = STATE_OPTIMIZED;
	unsigned int step;
	u32 i;

	for (step = 0; step < MAX_STEPS; step++) {
		u64 covered = 0;

		for (i = 0; i < map->nr && !covered; i++)
			covered = range_covers(map, &map->range[i], lba);
		if (!covered)
			return STATE_UNAVAILABLE;
		worst = max(worst, range_state(map, &map->range[i - 1], group));
		if (covered >= blocks)
			return worst;
		lba += covered;
		blocks -= covered;
	}
	return STATE_UNAVAILABLE;
}

/* ---- referrals ---- */

/**
 * lba_map_referral() - user data segment referral descriptor, SBC-3 table 56
 * @map: the map
 * @r: one of its ranges
 * @buf: LBA_MAP_REFERRAL zeroed bytes
 *
 * Return: bytes written.
 */
u32 lba_map_referral(const struct target_lba_map *map, const struct lba_map_range *r, u8 *buf)
{
	u32 i, len = 20;

	buf[3] = map->groups;
	put_unaligned_be64(r->first, buf + 4);
	put_unaligned_be64(r->last, buf + 12);
	for (i = 0; i < map->groups; i++, len += 4) {
		buf[len] = r->group[i].state;
		put_unaligned_be16(r->group[i].id, buf + len + 2);
	}
	return len;
}

static const struct lba_map_range *range_of(const struct target_lba_map *map, u64 lba)
{
	u32 i;

	for (i = 0; i < map->nr; i++)
		if (range_covers(map, &map->range[i], lba))
			return &map->range[i];
	return NULL;
}

/**
 * lba_map_referrals() - parameter data of REPORT REFERRALS, SBC-3 5.14
 * @map: the map
 * @lba: the range with this block comes first, then those that go beyond it
 * @one: no other than the one with the block
 * @buf: LBA_MAP_REFERRALS zeroed bytes
 *
 * Return: bytes written.
 */
u32 lba_map_referrals(const struct target_lba_map *map, u64 lba, bool one, u8 *buf)
{
	const struct lba_map_range *first = range_of(map, lba);
	u32 i, len = 4;

	if (first)
		len += lba_map_referral(map, first, buf + len);
	for (i = 0; !one && i < map->nr; i++)
		if (&map->range[i] != first && map->range[i].last >= lba)
			len += lba_map_referral(map, &map->range[i], buf + len);
	put_unaligned_be16(len - 4, buf + 2);
	return len;
}

/**
 * lba_map_sense() - user data segment referral sense data descriptor, SBC-3 4.18.4
 * @map: the map
 * @group: target port group through which the command came
 * @lba: first block of the command
 * @blocks: how many
 * @buf: LBA_MAP_SENSE zeroed bytes
 *
 * Names the first range of the command that is not active through the group; there
 * may be more (NOT_ALL_R).
 *
 * Return: bytes written, 0 if no range has the block.
 */
u8 lba_map_sense(const struct target_lba_map *map, u16 group, u64 lba, u64 blocks, u8 *buf)
{
	const struct lba_map_range *r;
	unsigned int step;
	u64 covered;
	u8 len;

	for (step = 0; step < MAX_STEPS; step++) {
		r = range_of(map, lba);
		if (!r)
			return 0;
		covered = range_covers(map, r, lba);
		if (range_state(map, r, group) > STATE_NON_OPTIMIZED || covered >= blocks)
			break;
		lba += covered;
		blocks -= covered;
	}
	len = 4 + lba_map_referral(map, r, buf + 4);
	buf[0] = 0x0b;		/* DESCRIPTOR TYPE */
	buf[1] = len - 2;
	buf[2] = map->nr > 1;
	return len;
}
