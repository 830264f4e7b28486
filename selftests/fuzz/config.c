// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: what an administrator writes to configfs to make a device: the control strings of
 * each backstore, and the map of LBA dependent access states, which reads back as what it is.
 *
 * Input: which, then the text.
 */
#include "fuzz.h"
#include "block/block_options.h"
#include "file/file_options.h"
#include "lba_map.h"
#include "option_text.h"
#include "ramdisk/ramdisk_options.h"

#define TEXT_MAX	4096	/* configfs gives no more */

/** struct backstores - a device of each kind, zeroed at first with all padding */
struct backstores {
	struct fd_options	fd;
	struct iblock_options	iblock;
	struct rd_options	rd;
};

/* An error changes nothing, and neither does anything but a larger size while it is open. */
static void one_option(struct backstores *b, const char *key, const char *value, bool open)
{
	struct backstores old;
	int err;

	memcpy(&old, b, sizeof(old));
	err = fd_option(&b->fd, key, value, open);
	must(!err || !memcmp(&old, b, sizeof(old)));
	must(b->fd.size <= LLONG_MAX && (!open || b->fd.size >= old.fd.size));
	must(err || strcmp(key, "fd_dev_name") || !strcmp(b->fd.path, value));
	memcpy(&old.fd, &b->fd, sizeof(old.fd));
	err = iblock_option(&b->iblock, key, value, open);
	must((!err && !open) || !memcmp(&old, b, sizeof(old)));
	must(err || strcmp(key, "udev_path") || !strcmp(b->iblock.path, value));
	memcpy(&old, b, sizeof(old));
	err = rd_option(&b->rd, key, value, open);
	must((!err && !open) || !memcmp(&old, b, sizeof(old)));
	must(b->rd.nr_pages <= INT_MAX);
}

static void options(char *text, bool open)
{
	const char *end = text + strlen(text);
	struct backstores b;
	char *key, *value;

	memset(&b, 0, sizeof(b));
	while (target_option_next(&text, &key, &value)) {
		must(value + strlen(value) <= end);
		must(!strpbrk(key, ",\n=") && !strpbrk(value, ",\n"));
		one_option(&b, key, value, open);
	}
	must(!text);
}

static void look_up(const struct target_lba_map *map, u64 lba)
{
	u8 *data = kzalloc(LBA_MAP_REFERRALS, GFP_KERNEL), sense[LBA_MAP_SENSE] = {};
	u32 len = lba_map_referrals(map, lba, lba & 1, data);

	must(len >= 4 && len <= LBA_MAP_REFERRALS && get_unaligned_be16(data + 2) + 4U == len);
	must(lba_map_sense(map, 1, lba, lba & 0xffff, sense) <= sizeof(sense));
	must(lba_map_state(map, 1, lba, 1 + (lba & 0xffff)) <= 3);
	kfree(data);
}

static void map(const char *text)
{
	char *again = kmalloc(4 * TEXT_MAX, GFP_KERNEL), *twice = kmalloc(4 * TEXT_MAX, GFP_KERNEL);
	struct target_lba_map *one, *two;
	int err;
	u32 i;

	one = lba_map_parse(text, &err);
	must(one ? !err : !err || err == -EINVAL);
	if (one) {
		must(one->nr && one->nr <= LBA_MAP_RANGES && one->groups <= LBA_MAP_GROUPS);
		for (i = 0; i < one->nr; i++) {
			look_up(one, one->range[i].first);
			look_up(one, one->range[i].last + 1);
		}
		lba_map_format(one, again, 4 * TEXT_MAX);
		two = lba_map_parse(again, &err);
		must(two && two->nr == one->nr);
		lba_map_format(two, twice, 4 * TEXT_MAX);
		must(!strcmp(again, twice));
		kfree(two);
	}
	kfree(one);
	kfree(again);
	kfree(twice);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, min_t(size_t, size, TEXT_MAX) };
	u8 which = take_u8(&in);
	char *text = take_text(&in);

	if (which & 1)
		map(text);
	else
		options(text, which & 2);
	kfree(text);
	return 0;
}
