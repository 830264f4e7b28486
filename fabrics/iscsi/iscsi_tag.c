// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tags of a session, the data pages that stay with them, and what becomes of requests that come
 * before their turn.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "iscsit.h"

/**
 * iscsit_tag_get() - an idle tag
 * @sess: worker only
 *
 * The one idle for the longest: its pages have most likely left the network. Returns NULL if all
 * are in use.
 */
struct iscsit_tag *iscsit_tag_get(struct iscsit_sess *sess)
{
	struct iscsit_tag *tag = list_first_entry_or_null(&sess->free, struct iscsit_tag, tx.entry);

	if (tag)
		list_del_init(&tag->tx.entry);
	return tag;
}

/* Give back a tag that was never handed to the core. */
void iscsit_tag_unget(struct iscsit_tag *tag)
{
	list_add(&tag->tx.entry, &tag->sess->free);
}

/**
 * iscsit_tag_put() - the task has ended
 * @tag: the worker's; nothing of it is used any more
 *
 * The caller holds the session in another way than by this command: by running in a worker.
 */
void iscsit_tag_put(struct iscsit_tag *tag)
{
	struct iscsit_sess *sess = tag->sess;

	if (tag->in_window) {
		tag->in_window = false;
		sess->win.max_cmdsn++;
	}
	if (unlikely(tag->lost))
		iscsit_lost_forget(tag);
	tag->state = ISCSIT_TAG_FREE;
	list_add_tail(&tag->tx.entry, &sess->free);
	if (unlikely(tag->done))
		iscsit_keep_release(tag);
	else
		target_cmd_done(&tag->cmd);
}

/* A page of the tag that nobody else looks at: the network may still send the old one. */
static struct page *tag_page(struct iscsit_tag *tag, unsigned int i)
{
	struct page *page = tag->pages[i];

	if (likely(page && page_count(page) == 1))
		return page;
	if (page)
		put_page(page);
	tag->pages[i] = alloc_page(GFP_NOIO | __GFP_NOWARN);
	return tag->pages[i];
}

/**
 * iscsit_tag_alloc_data() - give the command xfer_len bytes of pages
 * @tag: target_cmd_init() returned true
 *
 * Small transfers use pages that stay with the tag, larger ones the core's allocator. May sleep.
 * Returns 0 or -ENOMEM.
 */
int iscsit_tag_alloc_data(struct iscsit_tag *tag)
{
	struct target_cmd *cmd = &tag->cmd;
	unsigned int n = DIV_ROUND_UP(cmd->xfer_len, PAGE_SIZE);
	u32 left = cmd->xfer_len;
	unsigned int i;

	if (n > ISCSIT_TAG_PAGES)
		return target_cmd_alloc_data(cmd, GFP_NOIO | __GFP_NOWARN);
	for (i = 0; i < n; i++) {
		struct page *page = tag_page(tag, i);
		u32 len = min_t(u32, left, PAGE_SIZE);

		if (unlikely(!page))
			return -ENOMEM;
		sg_unmark_end(&tag->sgl[i]);
		sg_set_page(&tag->sgl[i], page, len, 0);
		left -= len;
	}
	sg_mark_end(&tag->sgl[n - 1]);
	cmd->sgl = tag->sgl;
	cmd->sg_cnt = n;
	return 0;
}

/* The place of a byte of the data: where the next is received, or sent. */
void iscsit_tag_seek(struct iscsit_tag *tag, u32 off)
{
	tag->sg = tag->cmd.sgl;
	while (off >= tag->sg->length && !sg_is_last(tag->sg)) {
		off -= tag->sg->length;
		tag->sg = sg_next(tag->sg);
	}
	tag->sg_off = off;
}

static void tag_init(struct iscsit_sess *sess, u32 i)
{
	struct iscsit_tag *tag = &sess->tags[i];

	tag->sess = sess;
	tag->index = i;
	tag->state = ISCSIT_TAG_FREE;
	INIT_LIST_HEAD(&tag->data);
	INIT_LIST_HEAD(&tag->lost_link);
	tag->park.kind = ISCSIT_PARK_TAG;
	tag->resend.tx.kind = ISCSIT_TX_RESEND;
	INIT_LIST_HEAD(&tag->resend.tx.entry);
	sg_init_table(tag->sgl, ISCSIT_TAG_PAGES);
	list_add_tail(&tag->tx.entry, &sess->free);
}

/* Make the tags of a new session; @sess->depth is set. Returns 0 or -ENOMEM. */
int iscsit_tags_alloc(struct iscsit_sess *sess)
{
	u32 i;

	/* As many again for answers that are kept until they are acknowledged. */
	sess->nr_tags = sess->depth * (sess->params.erl ? 2 : 1) + ISCSIT_SPARE_TAGS;
	sess->tags = kvcalloc(sess->nr_tags, sizeof(*sess->tags), GFP_KERNEL);
	if (!sess->tags)
		return -ENOMEM;
	for (i = 0; i < sess->nr_tags; i++)
		tag_init(sess, i);
	return 0;
}

void iscsit_tags_free(struct iscsit_sess *sess)
{
	u32 i, j;

	if (!sess->tags)
		return;
	for (i = 0; i < sess->nr_tags; i++)
		for (j = 0; j < ISCSIT_TAG_PAGES; j++)
			if (sess->tags[i].pages[j])
				put_page(sess->tags[i].pages[j]);
	kvfree(sess->tags);
}

/* ---- numbering, RFC 7143 4.2.2.1 ---- */

/**
 * iscsit_sn_take() - decide about a complete request that consumes a CmdSN
 * @conn: worker only
 * @park: of the request, with its CmdSN; on the list afterwards if requests before it are missing
 */
enum iscsit_sn iscsit_sn_take(struct iscsit_conn *conn, struct iscsit_park *park)
{
	struct iscsit_sess *sess = conn->sess;

	if (!sess) {
		/* Discovery: one request at a time, so its number is the expected one. */
		conn->exp_cmdsn = park->cmdsn + 1;
		return ISCSIT_SN_NOW;
	}
	if (likely(park->cmdsn == sess->win.exp_cmdsn &&
		   iscsit_sn_before_eq(park->cmdsn, sess->win.max_cmdsn))) {
		sess->win.exp_cmdsn++;
		return ISCSIT_SN_NOW;
	}
	return iscsit_window_take(&sess->win, park);
}

/**
 * iscsit_sn_return() - a request that has just had its turn is refused
 * @conn: worker only; nothing has been sent, nor another number taken, since its own was
 * @park: of the request
 *
 * RFC 7143 7.3: a rejected request is as if never received. The initiator fills the gap, by sending
 * another with the same number, before those behind it go on.
 */
void iscsit_sn_return(struct iscsit_conn *conn, const struct iscsit_park *park)
{
	if (conn->sess) {
		iscsit_window_return(&conn->sess->win);
		conn->sess->win.max_cmdsn--;
	} else {
		conn->exp_cmdsn = park->cmdsn;
	}
}

/**
 * iscsit_sn_plug() - consider a number received, with nothing to execute
 * @sess: worker only
 * @park: the parked request that is taken out, NULL if there is none
 * @cmdsn: its number, inside of the window
 *
 * Returns false for no memory: nothing has happened then.
 */
bool iscsit_sn_plug(struct iscsit_sess *sess, struct iscsit_park *park, u32 cmdsn)
{
	struct iscsit_plug *plug = kzalloc(sizeof(*plug), GFP_NOIO);
	enum iscsit_sn sn = ISCSIT_SN_PARKED;

	if (!plug)
		return false;
	plug->park.kind = ISCSIT_PARK_PLUG;
	plug->park.cmdsn = cmdsn;
	if (park)
		iscsit_window_replace(park, &plug->park);
	else
		sn = iscsit_window_take(&sess->win, &plug->park);
	if (sn == ISCSIT_SN_NOW)
		sess->win.max_cmdsn++;
	if (sn != ISCSIT_SN_PARKED)
		kfree(plug);
	return true;
}

/* Run what waited for the CmdSN that has come. Worker only. */
void iscsit_unpark(struct iscsit_sess *sess)
{
	struct iscsit_park *park;

	while ((park = iscsit_window_next(&sess->win))) {
		if (park->kind == ISCSIT_PARK_TAG) {
			iscsit_cmd_unparked(container_of(park, struct iscsit_tag, park));
			continue;
		}
		sess->win.max_cmdsn++;
		if (park->kind == ISCSIT_PARK_CTL)
			iscsit_ctl_run(container_of(park, struct iscsit_ctl, park));
		else
			kfree(container_of(park, struct iscsit_plug, park));
	}
	if (!list_empty(&sess->tmf_wait))
		iscsit_tmf_wake(sess);
}

/* The session has ended, and with it the requests that were parked. */
void iscsit_drop_plugs(struct iscsit_sess *sess)
{
	struct iscsit_park *park, *next;

	list_for_each_entry_safe(park, next, &sess->win.parked, entry) {
		if (park->kind != ISCSIT_PARK_PLUG)
			continue;
		iscsit_window_forget(park);
		kfree(container_of(park, struct iscsit_plug, park));
	}
}
