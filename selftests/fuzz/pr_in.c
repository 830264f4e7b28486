// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: TransportIDs as they come, registrations of the initiators they name, and what
 * PERSISTENT RESERVE IN says of them with any allocation length.
 *
 * Input: type of the reservation, service action, allocation length, protocol and name of a
 * port that has no TransportID, then TransportIDs.
 */
#include "fuzz.h"
#include "pr_state.h"

#define ROOM	32
#define POISON	0xa5

static const char *const names[] = {
	"naa.5001405000000001", "eui.0011223344556677", "20:00:00:11:22:33:44:55", "0xfe80",
	"fc.1", "ib.00000000000000000000000000000001", "nothing", "",
};

/* @other: the name of another initiator */
static void check_tid(const struct pr_tid *tid, const char *other)
{
	struct pr_nexus nexus = { .proto = tid->proto, .has_isid = tid->has_isid };
	u8 buf[PR_TID_MAX];
	struct pr_tid back;
	u32 len;

	must(memchr(tid->name, 0, sizeof(tid->name)) && tid->id_len <= sizeof(tid->id));
	pr_tid_names(tid, other);
	if (!tid->name[0])
		return;
	strscpy(nexus.initiator, tid->name, sizeof(nexus.initiator));
	memcpy(nexus.isid, tid->isid, sizeof(nexus.isid));
	soil_stack(POISON);
	len = pr_tid_encode(&nexus, buf);
	must(len % 4 == 0 && len <= sizeof(buf));
	must(pr_tid_decode(buf, len, &back) == len && !memcmp(&back, tid, sizeof(back)));
	must(pr_tid_names(tid, nexus.initiator));
}

static void add(struct pr_state *s, const char *initiator, u8 proto, const struct pr_tid *tid)
{
	struct pr_reg reg = { .key = s->count + 1, .nexus = { .proto = proto, .target = "t" } };

	strscpy(reg.nexus.initiator, initiator, sizeof(reg.nexus.initiator));
	if (tid) {
		reg.nexus.has_isid = tid->has_isid;
		memcpy(reg.nexus.isid, tid->isid, sizeof(tid->isid));
	}
	pr_restore(s, &reg, s->count ? PR_NONE : s->type);
}

/* What fits is the same whatever was in the buffer, and nothing else is touched. */
static void check_reply(const struct pr_state *s, u8 action, u32 room)
{
	struct pr_buf whole = {}, out = { .room = room };
	u8 *full;

	pr_in(action, s, &whole);
	full = kmalloc(whole.len, GFP_KERNEL);
	whole = (struct pr_buf) { .buf = full, .room = whole.len };
	memset(full, POISON, whole.room);
	pr_in(action, s, &whole);
	must(whole.len == whole.room);
	out.buf = kmalloc(room, GFP_KERNEL);
	memset(out.buf, (u8)~POISON, room);
	soil_stack(POISON);
	pr_in(action, s, &out);
	must(out.len == whole.len && !memcmp(out.buf, full, min(room, whole.len)));
	if (room > whole.len)
		must(!memchr_inv(out.buf + whole.len, (u8)~POISON, room - whole.len));
	if (action == PR_READ_KEYS || action == PR_READ_FULL_STATUS)
		must(get_unaligned_be32(full + 4) + 8 == whole.len);
	kfree(full);
	kfree(out.buf);
}

static void read_tids(struct pr_state *s, struct fuzz_in *in)
{
	size_t len = 4096;
	u8 *block = take_block(in, &len);
	struct pr_tid tid;
	u32 at = 0, n;

	while ((n = pr_tid_decode(block + at, len - at, &tid))) {
		must(n <= len - at);
		check_tid(&tid, names[at / 4 % ARRAY_SIZE(names)]);
		if (tid.name[0])
			add(s, tid.name, tid.proto, &tid);
		at += n;
	}
	kfree(block);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct pr_state *s = kmalloc(pr_state_size(ROOM), GFP_KERNEL);
	struct fuzz_in in = { data, size };
	u8 type = take_u8(&in), action = take_u8(&in) & 3;
	u32 room = take_u16(&in) & 0xfff;

	pr_state_copy(s, ROOM, NULL);
	if (pr_type_valid(type & 0xf))
		s->type = type & 0xf;
	s->aptpl = type & 0x10;
	type = take_u8(&in);
	if (s->type || type)
		add(s, names[type >> 4 & 7], type & 0xf, NULL);
	read_tids(s, &in);
	check_reply(s->count ? s : NULL, action, room);
	kfree(s);
	return 0;
}
