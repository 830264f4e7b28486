// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit attention conditions as asynchronous messages (RFC 7143 section 11.9.1, event 0), where a
 * TPG's attrib/aen asks for them. The condition itself stays and is reported as ever.
 */
#include "iscsit.h"

#define AEN_SENSE	18	/* fixed format */
#define KEY_ATTENTION	6

static const struct iscsit_sns no_sns;

void iscsit_aen_init(struct iscsit_aen *aen)
{
	spin_lock_init(&aen->lock);
}

/* The TPG, whose attribute it is, may be gone when the session is off its lists. */
void iscsit_aen_set(struct iscsit_sess *sess, bool on)
{
	spin_lock_irq(&sess->aen.lock);
	sess->aen.on = on;
	spin_unlock_irq(&sess->aen.lock);
}

/*
 * ops->unit_attention, any context: leave a note for the session's work. When there is no room left
 * initiators find out as they would without.
 */
void iscsit_unit_attention(struct target_nexus *nexus, u64 lun, u16 asc)
{
	struct iscsit_sess *sess = target_nexus_priv(nexus);
	struct iscsit_aen *aen = &sess->aen;
	unsigned long flags;
	bool noted;

	spin_lock_irqsave(&aen->lock, flags);
	noted = aen->on && READ_ONCE(sess->tpg->attrib[ISCSIT_TA_AEN]) &&
		aen->n < ARRAY_SIZE(aen->note);
	if (noted)
		aen->note[aen->n++] = (struct iscsit_aen_note){ .lun = lun, .asc = asc };
	spin_unlock_irqrestore(&aen->lock, flags);
	if (noted)
		queue_work(iscsit_wq, &sess->work);
}

static struct iscsit_conn *aen_conn(const struct iscsit_sess *sess)
{
	struct iscsit_conn *conn;

	list_for_each_entry(conn, &sess->conns, sess_link)
		if (conn->phase == ISCSIT_CONN_LOGGED_IN && conn->ctls < ISCSIT_CTL_MAX / 2)
			return conn;
	return NULL;
}

/* SAM-5 4.6: peripheral device addressing below 256, else flat space. */
static void put_lun(u8 *out, u64 lun)
{
	memset(out, 0, ISCSIT_LUN_LEN);
	out[0] = lun < 256 ? 0 : 0x40 | (lun >> 8 & 0x3f);
	out[1] = lun;
}

static void aen_send(struct iscsit_conn *conn, const struct iscsit_aen_note *note)
{
	struct iscsit_ctl *ctl = iscsit_ctl_alloc(conn, 2 + AEN_SENSE);
	struct iscsit_async async = { .event = ISCSIT_ASYNC_SCSI, .data_len = 2 + AEN_SENSE };
	u8 lun[ISCSIT_LUN_LEN], *sense;

	if (!ctl)
		return;
	put_lun(lun, note->lun);
	async.lun = lun;
	iscsit_build_async(&ctl->bhs, &async, &no_sns);
	ctl->data[1] = AEN_SENSE;
	sense = ctl->data + 2;
	sense[0] = 0x70;
	sense[2] = KEY_ATTENTION;
	sense[7] = AEN_SENSE - 8;
	sense[12] = note->asc >> 8;
	sense[13] = note->asc;
	ctl->len = 2 + AEN_SENSE;
	iscsit_tx_queue(conn, &ctl->tx);
}

/**
 * iscsit_aen_run() - send what has been noted
 * @sess: worker only
 */
void iscsit_aen_run(struct iscsit_sess *sess)
{
	struct iscsit_aen_note note[ISCSIT_AEN_MAX];
	struct iscsit_conn *conn;
	u32 n, i;

	if (!READ_ONCE(sess->aen.n))
		return;
	spin_lock_irq(&sess->aen.lock);
	n = sess->aen.n;
	memcpy(note, sess->aen.note, n * sizeof(note[0]));
	sess->aen.n = 0;
	spin_unlock_irq(&sess->aen.lock);
	for (i = 0; i < n && (conn = aen_conn(sess)); i++)
		aen_send(conn, &note[i]);
}
