// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: the file that keeps registrations, and records of it that user space feeds
 * back. What was put back is written as text that puts back the same.
 *
 * Input: whether it is a record, then the text.
 */
#include "fuzz.h"
#include "pr_state.h"

#define ROOM	64

static struct pr_state *new_state(void)
{
	struct pr_state *s = kmalloc(pr_state_size(ROOM), GFP_KERNEL);

	pr_state_copy(s, ROOM, NULL);
	return s;
}

static void check_state(struct pr_state *s)
{
	struct pr_reg *reg;

	must(!s->type == !s->holder && s->count <= s->room);
	must(!s->type || (pr_type_valid(s->type) && pr_find_id(s, s->holder)));
	pr_for_each(s, reg) {
		must(reg->key && reg->nexus.initiator[0] && reg->nexus.target[0]);
		must(memchr(reg->nexus.fabric, 0, sizeof(reg->nexus.fabric)));
	}
}

/* As target_pr_restore(): one record. */
static int put_back(struct pr_state *s, char *record)
{
	struct pr_reg saved = {};
	u8 type = 0xff;
	int err = pr_text_parse(record, &saved, &type);

	if (err)
		return err;
	must(type == PR_NONE || pr_type_valid(type));
	return pr_restore(s, &saved, type) ? 0 : -ENOSPC;
}

/* As target_pr_load(): all of a file. */
static int put_back_file(struct pr_state *s, char *text)
{
	int count = pr_text_count(text), err, n = 0;
	char *record;

	if (count <= 0)
		return count;
	while ((err = pr_text_next(&text, &record)) > 0) {
		err = put_back(s, record);
		if (err)
			return err;
		n++;
	}
	must(err < 0 || n <= count);
	return err;
}

static char *text_of(const struct pr_state *s)
{
	struct pr_buf out = {};

	pr_text(s, &out);
	out = (struct pr_buf) { .buf = kmalloc(out.len, GFP_KERNEL), .room = out.len };
	pr_text(s, &out);
	must(out.len == out.room && strlen((char *)out.buf) + 1 == out.len);
	return (char *)out.buf;
}

static void same_again(const struct pr_state *s)
{
	char *text = text_of(s), *copy = kstrdup(text, GFP_KERNEL), *again;
	struct pr_state *back = new_state();

	must(!put_back_file(back, copy));
	must(back->count == s->count && back->type == s->type);
	again = text_of(back);
	must(!strcmp(text, again));
	kfree(text);
	kfree(copy);
	kfree(again);
	kfree(back);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, size };
	bool record = take_u8(&in) & 1;
	struct pr_state *s = new_state();
	char *text = take_text(&in);
	int err = record ? put_back(s, text) : put_back_file(s, text);

	if (!err) {
		check_state(s);
		same_again(s);
	}
	kfree(text);
	kfree(s);
	return 0;
}
