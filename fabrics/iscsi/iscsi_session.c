// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions: opening and reinstating them, their tags and data pages, command numbering, and the end
 * when the core has let go of the nexus.
 */
#include <linux/idr.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "iscsit.h"

#define REINSTATE_WAIT	(5 * HZ)	/* an old connection's worker needs far less */

static DEFINE_IDA(sess_tsihs);
static atomic_t sess_ids;

/* ---- tags ---- */

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
 * The caller holds the connection in another way than by this command: by running in its worker.
 */
void iscsit_tag_put(struct iscsit_tag *tag)
{
	struct iscsit_sess *sess = tag->sess;

	if (tag->in_window) {
		tag->in_window = false;
		sess->max_cmdsn++;
	}
	tag->state = ISCSIT_TAG_FREE;
	list_add_tail(&tag->tx.entry, &sess->free);
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

static void sess_init_tag(struct iscsit_sess *sess, u32 i)
{
	struct iscsit_tag *tag = &sess->tags[i];

	tag->sess = sess;
	tag->index = i;
	tag->state = ISCSIT_TAG_FREE;
	INIT_LIST_HEAD(&tag->data);
	sg_init_table(tag->sgl, ISCSIT_TAG_PAGES);
	list_add_tail(&tag->tx.entry, &sess->free);
}

static int sess_alloc_tags(struct iscsit_sess *sess)
{
	u32 i;

	sess->nr_tags = sess->depth + ISCSIT_SPARE_TAGS;
	sess->tags = kvcalloc(sess->nr_tags, sizeof(*sess->tags), GFP_KERNEL);
	if (!sess->tags)
		return -ENOMEM;
	for (i = 0; i < sess->nr_tags; i++)
		sess_init_tag(sess, i);
	return 0;
}

static void sess_free_tags(struct iscsit_sess *sess)
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

static bool sn_is_parked(const struct iscsit_conn *conn, u32 cmdsn)
{
	const struct iscsit_park *park;

	list_for_each_entry(park, &conn->parked, entry)
		if (park->cmdsn == cmdsn)
			return true;
	return false;
}

/**
 * iscsit_sn_take() - decide about a request that consumes a CmdSN
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
	if (likely(park->cmdsn == sess->exp_cmdsn &&
		   iscsit_sn_before_eq(park->cmdsn, sess->max_cmdsn))) {
		sess->exp_cmdsn++;
		return ISCSIT_SN_NOW;
	}
	if (!iscsit_sn_in_window(park->cmdsn, sess->exp_cmdsn, sess->max_cmdsn) ||
	    sn_is_parked(conn, park->cmdsn))
		return ISCSIT_SN_DROP;
	park->on = true;
	list_add_tail(&park->entry, &conn->parked);
	return ISCSIT_SN_PARKED;
}

/* Run what waited for the CmdSN that has come. */
void iscsit_unpark(struct iscsit_conn *conn)
{
	struct iscsit_sess *sess = conn->sess;
	struct iscsit_park *park, *next;
	bool again = true;

	while (again) {
		again = false;
		list_for_each_entry_safe(park, next, &conn->parked, entry) {
			if (park->cmdsn != sess->exp_cmdsn)
				continue;
			sess->exp_cmdsn++;
			park->on = false;
			list_del(&park->entry);
			if (park->is_ctl)
				iscsit_ctl_run(conn, container_of(park, struct iscsit_ctl, park));
			else
				iscsit_cmd_unparked(conn, container_of(park, struct iscsit_tag,
								       park));
			again = true;
			break;
		}
	}
}

/* ---- sessions ---- */

static void sess_free(struct iscsit_sess *sess)
{
	sess_free_tags(sess);
	if (sess->tsih)
		ida_free(&sess_tsihs, sess->tsih);
	kfree(sess);
}

static struct iscsit_sess *sess_alloc(struct iscsit_conn *conn, const struct iscsit_login_id *id,
				      const struct iscsit_login_grant *grant)
{
	struct iscsit_sess *sess = kzalloc(sizeof(*sess), GFP_KERNEL);
	int tsih;

	if (!sess)
		return NULL;
	INIT_LIST_HEAD(&sess->link);
	INIT_LIST_HEAD(&sess->free);
	INIT_RCU_WORK(&sess->free_work, iscsit_sess_free_work);
	sess->conn = conn;
	sess->tpg = conn->tpg;
	sess->exp_cmdsn = grant->exp_cmdsn;
	sess->depth = conn->login->tgt.cmdsn_depth;
	sess->max_cmdsn = sess->exp_cmdsn + sess->depth - 1;
	sess->id = atomic_inc_return(&sess_ids);
	strscpy(sess->initiator, id->initiator, sizeof(sess->initiator));
	strscpy(sess->alias, id->initiator_alias, sizeof(sess->alias));
	memcpy(sess->isid, id->isid, sizeof(sess->isid));
	tsih = ida_alloc_range(&sess_tsihs, 1, 0xfffe, GFP_KERNEL);
	if (tsih < 0)
		goto out_free;
	sess->tsih = tsih;
	if (sess_alloc_tags(sess))
		goto out_free;
	return sess;

out_free:
	sess_free(sess);
	return NULL;
}

/* Any session of this initiator port with this TPG; all of them are told to end. */
static bool sess_end_old(const struct iscsit_sess *sess)
{
	struct iscsit_sess *old;
	bool found = false;

	spin_lock(&iscsit_conn_lock);
	list_for_each_entry(old, &iscsit_sessions, link) {
		if (old != sess && old->tpg == sess->tpg &&
		    !memcmp(old->isid, sess->isid, sizeof(old->isid)) &&
		    !strcmp(old->initiator, sess->initiator)) {
			iscsit_conn_close(old->conn);
			found = true;
		}
	}
	spin_unlock(&iscsit_conn_lock);
	return found;
}

/*
 * Session reinstatement (RFC 7143 6.3.5): the old session must have executed its last command
 * before the new one begins. Its worker needs a moment for that, but never waits for a backstore;
 * commands that do stay behind as orphans.
 */
static bool sess_reinstate(const struct iscsit_sess *sess)
{
	unsigned long end = jiffies + REINSTATE_WAIT;
	DEFINE_WAIT(wait);
	bool busy;

	for (;;) {
		prepare_to_wait(&iscsit_conn_wait, &wait, TASK_UNINTERRUPTIBLE);
		busy = sess_end_old(sess);
		if (!busy || time_after(jiffies, end))
			break;
		schedule_timeout(HZ / 10);
	}
	finish_wait(&iscsit_conn_wait, &wait);
	return !busy;
}

static u16 sess_status(int err)
{
	switch (err) {
	case -EACCES:
		return ISCSIT_LOGIN_NOT_AUTHORIZED;
	case -ENODEV:
		return ISCSIT_LOGIN_TARGET_REMOVED;
	case -ENOMEM:
		return ISCSIT_LOGIN_NO_RESOURCES;
	default:
		return ISCSIT_LOGIN_TARGET_ERROR;
	}
}

/* The session becomes visible: from here on others can close it. */
static void sess_publish(struct iscsit_conn *conn, struct iscsit_sess *sess)
{
	conn->sess = sess;
	spin_lock(&iscsit_conn_lock);
	list_add_tail(&sess->link, &iscsit_sessions);
	spin_unlock(&iscsit_conn_lock);
	atomic_inc(&conn->tpg->wwn->sessions);
}

/* With the TPG's lock held, so that disabling it either sees the session or keeps it out. */
static u16 sess_attach(struct iscsit_conn *conn, struct iscsit_sess *sess)
{
	struct target_nexus_params params = {
		.tpg = conn->tpg->tpg,
		.initiator = sess->initiator,
		.has_isid = true,
		.priv = sess,
	};

	lockdep_assert_held(&conn->tpg->lock);
	/* Two logins of one initiator port at the same time: the slower one has to try again. */
	if (!conn->tpg->active || sess_end_old(sess))
		return ISCSIT_LOGIN_UNAVAILABLE;
	memcpy(params.isid, sess->isid, sizeof(params.isid));
	sess->nexus = target_nexus_open(&params);
	if (IS_ERR(sess->nexus))
		return sess_status(PTR_ERR(sess->nexus));
	sess_publish(conn, sess);
	return ISCSIT_LOGIN_OK;
}

/**
 * iscsit_sess_open() - create the session of a login, ending an older one of the same port
 * @conn: worker only; its login has found the TPG
 * @id: who
 * @grant: TSIH and command window for the login response
 *
 * May sleep. Returns enum iscsit_login_status.
 */
u16 iscsit_sess_open(struct iscsit_conn *conn, const struct iscsit_login_id *id,
		     struct iscsit_login_grant *grant)
{
	struct iscsit_sess *sess = sess_alloc(conn, id, grant);
	u16 status = ISCSIT_LOGIN_NO_RESOURCES;

	if (!sess)
		return status;
	if (sess_reinstate(sess)) {
		mutex_lock(&conn->tpg->lock);
		status = sess_attach(conn, sess);
		mutex_unlock(&conn->tpg->lock);
	}
	if (status) {
		sess_free(sess);
		return status;
	}
	grant->tsih = sess->tsih;
	grant->max_cmdsn = sess->max_cmdsn;
	return ISCSIT_LOGIN_OK;
}

/* Caller holds iscsit_conn_lock. */
void iscsit_sess_unlink(struct iscsit_sess *sess)
{
	lockdep_assert_held(&iscsit_conn_lock);
	list_del_init(&sess->link);
	atomic_dec(&sess->tpg->wwn->sessions);
}

/* ops->close_nexus: start the end and return. The core holds the nexus meanwhile. */
void iscsit_close_nexus(struct target_nexus *nexus)
{
	struct iscsit_sess *sess = target_nexus_priv(nexus);

	iscsit_conn_close(sess->conn);
}

void iscsit_sess_free_work(struct work_struct *work)
{
	struct iscsit_sess *sess = container_of(to_rcu_work(work), struct iscsit_sess, free_work);

	cancel_work_sync(&sess->conn->work);
	iscsit_run_answered(sess->conn);	/* task management that came back last */
	kfree(sess->conn);
	sess_free(sess);
}

/*
 * ops->release_nexus: the last command has ended. Whoever handed it over may still be about to
 * kick the connection, and the worker may still be on its way out: both are waited for before
 * memory goes.
 */
void iscsit_release_nexus(struct target_nexus *nexus)
{
	struct iscsit_sess *sess = target_nexus_priv(nexus);

	queue_rcu_work(iscsit_free_wq, &sess->free_work);
}

void iscsit_for_each_cmd(struct target_nexus *nexus, void (*fn)(struct target_cmd *cmd, void *arg),
			 void *arg)
{
	struct iscsit_sess *sess = target_nexus_priv(nexus);
	u32 i;

	for (i = 0; i < sess->nr_tags; i++)
		fn(&sess->tags[i].cmd, arg);
}
