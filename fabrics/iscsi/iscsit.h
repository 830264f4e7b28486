/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The private header of iscsi_target_mod's kernel half: connections, sessions, portals and the
 * functions its files share. Wire formats and negotiation are in iscsi_{pdu,keys,login}.h.
 *
 * Locks, outermost first; all but the last sleep:
 *   iscsit_tpg.lock	whether the TPG takes logins; held across target_nexus_open().
 *   iscsit_portal_lock	listeners, portals, targets and their lists.
 *   iscsit_conn_lock	the lists of connections and of sessions; a spinlock, process context.
 * Outside of all of them is iscsit_sess.lock, held by a work item for as long as it runs: all
 * the state of a session and of its connections is under it, and before login a connection
 * belongs to its work item alone. A login that makes a session takes the new lock inside of
 * iscsit_tpg.lock. "Worker only" below means: called from a work item, with that lock. What
 * others want they leave in iscsit_conn.events or in iscsit_sess.events, .answered or .cancelled
 * and kick the connection or the session.
 */
#ifndef ISCSIT_H
#define ISCSIT_H

#include <linux/bvec.h>
#include <linux/kref.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/rcupdate.h>
#include <linux/scatterlist.h>
#include <linux/socket.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <net/sock.h>
#include <target/fabric.h>
#include "iscsi_burst.h"
#include "iscsi_login.h"
#include "iscsi_prefix.h"
#include "iscsi_window.h"

#define ISCSIT_DEPTH_MAX	512	/* largest command window, attrib/default_cmdsn_depth */
#define ISCSIT_SPARE_TAGS	17	/* for immediate commands and an answer being sent */
#define ISCSIT_TAG_PAGES	4	/* pages a tag keeps between commands */
#define ISCSIT_RX_BUF		2048	/* holds the longest header: BHS, AHS and digest */
#define ISCSIT_CTL_MAX		64	/* requests other than SCSI commands a connection holds */
#define ISCSIT_TMF_MAX		16	/* task management requests of a connection in the core */
#define ISCSIT_PENDING_MAX	128	/* connections of a listener that have not logged in */
#define ISCSIT_DISCOVERY_MAX	256	/* discovery sessions on a listener */
#define ISCSIT_LOGIN_TIMEOUT	15	/* seconds, until the TPG with its own is known */
#define ISCSIT_TX_HDR		(ISCSIT_BHS_LEN + ISCSIT_DIGEST_LEN)
#define ISCSIT_TX_TAIL		8	/* padding and data digest */

struct iscsit_conn;
struct iscsit_sess;

/* Sense keys and additional sense codes iSCSI itself makes (RFC 7143 11.4.7.2) */
#define ISCSIT_KEY_ABORTED_COMMAND	0xb
#define ISCSIT_ASC_UNEXPECTED_DATA	0x0c0c
#define ISCSIT_ASC_WRONG_AMOUNT		0x0c0d
#define ISCSIT_ASC_PROTOCOL_CRC		0x4705
#define ISCSIT_ASC_NO_RESOURCES		0x5503

/** enum iscsit_tx_kind - what an element of iscsit_conn.tx is */
enum iscsit_tx_kind {
	ISCSIT_TX_TAG,		/* struct iscsit_tag: data-in and status */
	ISCSIT_TX_R2T,		/* struct iscsit_tag: the next R2T */
	ISCSIT_TX_CTL,		/* struct iscsit_ctl */
	ISCSIT_TX_RESEND,	/* struct iscsit_tag.resend: what a SNACK asks for */
};

/**
 * struct iscsit_tx - something to send
 * @answered: on iscsit_sess.answered, from any context
 * @entry: on iscsit_conn.tx, on .kept, or where the owner of an idle one keeps it
 * @kind: enum iscsit_tx_kind
 * @statsn: StatSN it was sent with
 */
struct iscsit_tx {
	struct llist_node	answered;
	struct list_head	entry;
	u8			kind;
	u32			statsn;
};

/**
 * struct iscsit_resend - PDUs of a read, or a status, to be sent again
 * @tx: place in the send queue.
 * @next, @end: DataSN of the Data-In PDUs, none if equal.
 * @status: a SCSI Response follows.
 * @over: the initiator has acknowledged the task: it ends after the present PDU.
 */
struct iscsit_resend {
	struct iscsit_tx	tx;
	u32			next;
	u32			end;
	bool			status;
	bool			over;
};

/**
 * struct iscsit_lost - a connection that was lost at error recovery level 2
 * @link: on iscsit_sess.lost.
 * @tags: iscsit_tag.lost_link: its tasks, in any state.
 * @deadline: jiffies at which they end.
 * @cid: its identifier.
 * @released: logged out, by a request or by a login: its tasks may be reassigned.
 */
struct iscsit_lost {
	struct list_head	link;
	struct list_head	tags;
	unsigned long		deadline;
	u16			cid;
	bool			released;
};

/**
 * struct iscsit_out - data-out of a task whose PDUs may be out of order or lost
 * @burst: what is here and what is on its way.
 * @stamp: jiffies of the last progress.
 * @ttts: target transfer tags used.
 * @retries: times that everything missing had to be asked for again.
 */
struct iscsit_out {
	struct iscsit_burst	burst;
	unsigned long		stamp;
	u32			ttts;
	u32			retries;
};

/** enum iscsit_tag_state - who has a tag; changed by the connection's worker alone */
enum iscsit_tag_state {
	ISCSIT_TAG_FREE,	/* on iscsit_sess.free */
	ISCSIT_TAG_DATA,	/* on iscsit_conn.data_out: waits for data, or for its CmdSN */
	ISCSIT_TAG_CORE,	/* executed; the core or the answered list has it */
	ISCSIT_TAG_SEND,	/* on iscsit_conn.tx, being sent, or waiting for a connection */
	ISCSIT_TAG_KEPT,	/* sent, on iscsit_conn.kept until that is acknowledged */
};

/**
 * struct iscsit_tag - one SCSI task
 * @cmd: the core's part.
 * @tx: place in the send queue.
 * @cancelled: on iscsit_sess.cancelled.
 * @data: on iscsit_conn.data_out while in ISCSIT_TAG_DATA; on no list while lost.
 * @lost: the connection whose loss it survived, until it is reassigned or ends. @lost_link: on its
 *	tags for just as long, whatever becomes of the task meanwhile.
 * @resend: for SNACK.
 * @sess: the session, constant.
 * @conn: the connection the task is allegiant to; NULL when that has ended, and the answer with it.
 *	Read under RCU from any context, changed under the session's lock.
 * @index: place in iscsit_sess.tags; low half of a target transfer tag.
 * @state: enum iscsit_tag_state.
 * @in_window: the command took a CmdSN, and its end opens the window again.
 * @park: where it waits for the commands before it.
 * @answer_ready: target_cmd_init() refused it; nothing to execute.
 * @fail_asc: additional sense code the task ends with in place of being executed. With this or
 *	@answer_ready its data are dropped, and it ends when no sequence of them is open.
 * @unsolicited: more data comes without R2T.
 * @aborting: the core asked to stop fetching data; set from any context.
 * @itt: initiator task tag, as received. @lun: the same.
 * @rcvd: bytes of data-out received, in order.
 * @burst_end: @rcvd at which the present sequence ends.
 * @datasn: next DataSN, in either direction.
 * @r2t_next: first byte not asked for yet. @r2tsn: R2Ts sent.
 * @r2t_done: R2Ts whose data is complete.
 * @sent: bytes of data-in sent.
 * @out: of a write, @plan: of a read, where iscsit_conn.careful is set.
 * @data_acked: DataSN of the first Data-In not acknowledged. @snack_tag: for the SCSI Response.
 * @status_sent: the PDU with the status was built. @done: target_cmd_done() was called.
 * @own_data: TARGET_CMDF_OWN_SGL, if it applies, while @done.
 * @sg: where the next byte of data-out or data-in is. @sg_off: bytes of it done.
 * @pages: kept between commands; one still in flight in the network is replaced.
 * @sgl: of @pages.
 */
struct iscsit_tag {
	struct target_cmd	cmd;
	struct iscsit_tx	tx;
	struct llist_node	cancelled;
	struct iscsit_park	park;
	struct list_head	data;
	struct iscsit_lost	*lost;
	struct list_head	lost_link;
	struct iscsit_resend	resend;
	struct iscsit_sess	*sess;
	struct iscsit_conn	*conn;
	u16			index;
	u8			state;
	bool			in_window;
	bool			answer_ready;
	bool			unsolicited;
	u16			fail_asc;
	unsigned long		aborting;
	__be32			itt;
	u8			lun[ISCSIT_LUN_LEN];
	u32			rcvd;
	u32			burst_end;
	u32			datasn;
	u32			r2t_next;
	u32			r2tsn;
	u32			r2t_done;
	u32			sent;
	struct iscsit_out	*out;
	struct iscsit_plan	plan;
	u32			data_acked;
	u32			snack_tag;
	bool			status_sent;
	bool			done;
	u16			own_data;
	struct scatterlist	*sg;
	u32			sg_off;
	struct page		*pages[ISCSIT_TAG_PAGES];
	struct scatterlist	sgl[ISCSIT_TAG_PAGES];
};

/** enum iscsit_after - what happens once an answer has been sent */
enum iscsit_after {
	ISCSIT_AFTER_NOTHING,
	ISCSIT_AFTER_CLOSE,
	ISCSIT_AFTER_FULL_FEATURE,	/* the last login response */
	ISCSIT_AFTER_COLD_RESET,
};

/**
 * struct iscsit_ctl - a request that is no SCSI command, and its answer
 * @tx: place in the send queue.
 * @conn: the connection; NULL once it has ended while the core had the request.
 * @park: where it waits for the requests before it.
 * @tmf: for task management. @active: on iscsit_sess.tmfs or .tmf_wait. @looked_again: the core is
 *	asked for the task a second time.
 * @bhs: the request's header, overwritten by the answer's.
 * @raw: the answer's sequence numbers are filled in already.
 * @statsn: the answer consumes a StatSN.
 * @after: enum iscsit_after.
 * @len: bytes of @data. @room: size of @data without the tail. @extra: for how many more requests
 *	it counts, being a long answer.
 * @data: data segment; ISCSIT_TX_TAIL more bytes are allocated behind @room.
 */
struct iscsit_ctl {
	struct iscsit_tx	tx;
	struct iscsit_conn	*conn;
	struct iscsit_park	park;
	struct target_tmf	tmf;
	struct list_head	active;
	struct iscsit_bhs	bhs;
	bool			looked_again;
	bool			raw;
	bool			statsn;
	u8			after;
	u32			len;
	u32			room;
	u32			extra;
	u8			data[];
};

/* For how many of ISCSIT_CTL_MAX it counts */
static inline u32 iscsit_ctl_weight(const struct iscsit_ctl *ctl)
{
	return 1 + ctl->extra;
}

/** enum iscsit_rx_state - which part of a PDU comes next */
enum iscsit_rx_state {
	ISCSIT_RX_HEADER,
	ISCSIT_RX_DATA,
	ISCSIT_RX_TAIL,
};

/** enum iscsit_sink - where the data segment being received goes */
enum iscsit_sink {
	ISCSIT_SINK_DROP,
	ISCSIT_SINK_TAG,
	ISCSIT_SINK_CTL,
};

/**
 * struct iscsit_rx - the PDU being received
 * @buf: bytes read ahead, @pos up to @end.
 * @info: checked header of the present PDU. @bhs: the header itself.
 * @state, @sink: enums above. @tag, @ctl: for the sink.
 * @left: bytes of the data segment to come; @keep of them go into the tag, the rest is more than
 *	the command wants.
 * @crc: data digest so far.
 * @reject: the PDU is answered with this reason once its data is gone.
 * @retry: @buf may hold a whole header, do not wait for the socket.
 * @read_ahead: the last PDU had no data, so headers probably follow each other.
 */
struct iscsit_rx {
	u8			*buf;
	u32			pos;
	u32			end;
	struct iscsit_bhs	bhs;
	struct iscsit_pdu_info	info;
	u8			state;
	u8			sink;
	u8			reject;
	bool			retry;
	bool			read_ahead;
	struct iscsit_tag	*tag;
	struct iscsit_ctl	*ctl;
	u32			left;
	u32			keep;
	u32			crc;
};

/**
 * struct iscsit_send - the PDU being sent
 * @cur: the element of the send queue it belongs to, or NULL. @tag: whose pages are sent.
 * @hdr: header with digest, and the data segment where it is short (sense data).
 * @vec: unsent rest of @hdr and of a data segment that is not in pages. @nvec: entries.
 * @page_left: bytes to send from the tag's pages.
 * @tail: padding and data digest. @tail_off, @tail_len: unsent part.
 * @busy: something of the PDU is left.
 * @last: no other PDU of @cur follows.
 */
struct iscsit_send {
	struct iscsit_tx	*cur;
	struct iscsit_tag	*tag;
	u8			hdr[ISCSIT_TX_HDR + 2 + TARGET_SENSE_BYTES + ISCSIT_TX_TAIL];
	struct kvec		vec[2];
	u8			nvec;
	bool			busy;
	bool			last;
	u32			page_left;
	u8			tail[ISCSIT_TX_TAIL];
	u8			tail_off;
	u8			tail_len;
};

/** enum iscsit_error - errors of a connection by class (RFC 7143 section 7) */
enum iscsit_error {
	ISCSIT_ERR_HEADER_DIGEST,
	ISCSIT_ERR_DATA_DIGEST,
	ISCSIT_ERR_FORMAT,	/* PDUs that make no sense, or not here (7.7, 7.11) */
	ISCSIT_ERR_SEQUENCE,	/* data-out that are missing, or not where they belong (7.9) */
	ISCSIT_ERR_TIMEOUT,	/* of data-out, or of a ping */
	ISCSIT_ERR_COUNT,
};

/**
 * struct iscsit_stats - what went over a connection, or all there were in a session
 * @cmd_pdus: SCSI commands taken. @rsp_pdus: statuses sent.
 * @tx_bytes, @rx_bytes: data.
 * @snacks: SNACKs received. @resent: PDUs sent again for them.
 * @errors: by enum iscsit_error.
 *
 * Written by the worker; others may see a number on its way.
 */
struct iscsit_stats {
	u64	cmd_pdus;
	u64	rsp_pdus;
	u64	tx_bytes;
	u64	rx_bytes;
	u32	snacks;
	u32	resent;
	u32	errors[ISCSIT_ERR_COUNT];
};

/* iscsit_conn.events: bits others set, then kick */
enum {
	ISCSIT_EV_CLOSE,	/* end the connection */
	ISCSIT_EV_TIMER,	/* the timer has run out */
	ISCSIT_EV_DEAD,		/* torn down */
	/* for iscsit_async_run(): tell the initiator, and but for the first, end */
	ISCSIT_EV_ASK_LOGOUT,
	ISCSIT_EV_DROP,
	ISCSIT_EV_DROP_SESSION,
};

#define ISCSIT_EV_NOTES	(BIT(ISCSIT_EV_ASK_LOGOUT) | BIT(ISCSIT_EV_DROP) | \
			 BIT(ISCSIT_EV_DROP_SESSION))

/** enum iscsit_conn_phase - RFC 7143 7.1, as far as a target can tell them apart */
enum iscsit_conn_phase {
	ISCSIT_CONN_LOGIN,
	ISCSIT_CONN_LOGGED_IN,
	ISCSIT_CONN_LOGOUT,
};

/**
 * struct iscsit_conn - a TCP connection
 *
 * Made by a listener; dies in its own worker (conn_end()). Memory lives an RCU grace period longer,
 * because iscsit_conn_kick() may be in progress. No command refers to it then: those still in the
 * core have lost their allegiance and come back to the session.
 */
struct iscsit_conn {
	struct work_struct	work;
	int			cpu;
	struct task_struct	*worker;	/* runs @work now; compared with current only */
	unsigned long		events;

	struct socket		*sock;
	void			(*old_data_ready)(struct sock *sk);
	void			(*old_write_space)(struct sock *sk);
	void			(*old_state_change)(struct sock *sk);

	struct iscsit_rx	rx;
	struct iscsit_send	send;
	struct list_head	tx;		/* iscsit_tx.entry */
	struct list_head	data_out;	/* iscsit_tag.data */
	u32			ctls;		/* struct iscsit_ctl allocated and not kept */
	struct list_head	kept;		/* iscsit_tx.entry: sent, not acknowledged */
	u32			kept_ctls;
	u32			acked;		/* the highest ExpStatSN */
	u32			tmfs;		/* task management requests in the core */

	u8			phase;		/* enum iscsit_conn_phase */
	bool			discovery;
	bool			no_more_rx;	/* logged out or failed: read nothing */
	bool			logged_out;	/* the end is the initiator's wish */
	bool			ends_session;	/* ... and that of the whole session */
	bool			released;	/* logged out, to be recovered */
	bool			left;		/* not one of the session's connections any more */
	bool			header_digest;	/* in force */
	bool			data_digest;
	bool			careful;	/* data in any order, or recovered */
	bool			r2t_backwards;
	bool			seqs_backwards;	/* of data-in */
	bool			pdus_backwards;
	u16			cid;
	u32			statsn;		/* of the next answer */
	u32			exp_cmdsn;	/* of a discovery session */
	struct iscsit_pdu_limits limits;
	struct iscsit_params	params;
	struct iscsit_sess	*sess;		/* a reference; once set, to the end */
	struct list_head	sess_link;	/* iscsit_sess.conns, also under iscsit_conn_lock */
	struct iscsit_login	*login;
	struct iscsit_text	*text;
	u32			max_xmit_cap;	/* configured MaxXmitDataSegmentLength */

	struct iscsit_stats	stats;
	struct timer_list	timer;
	unsigned long		deadline;	/* of the login, jiffies */
	unsigned long		last_rx;	/* jiffies */
	u32			nop_ttt;	/* of our ping, ISCSIT_TAG_NONE when none is out */
	unsigned long		nop_sent;

	struct iscsit_listener	*listener;	/* until the connection ends */
	struct iscsit_tpg	*tpg;		/* iscsit_tpg_use(); from login to the end */
	bool			admitted;	/* counts for limits; under iscsit_conn_lock */
	struct list_head	link;		/* iscsit_conns */
	struct list_head	pending;	/* iscsit_listener.pending until logged in */
	char			initiator[ISCSIT_NAME_MAX + 1];	/* from find_target on */
	struct sockaddr_storage	local;
	struct sockaddr_storage	peer;
	struct rcu_work		free_work;
};

#define ISCSIT_AEN_MAX	8	/* notes of a session that wait to be sent */

/**
 * struct iscsit_aen - unit attention conditions to tell of
 * @on: the session is open; before, it may still come to nothing.
 * @note, @n: what to tell, under @lock.
 */
struct iscsit_aen {
	bool		on;
	spinlock_t	lock;
	u32		n;
	struct iscsit_aen_note {
		u64	lun;
		u16	asc;
	} note[ISCSIT_AEN_MAX];
};

/* iscsit_sess.events */
enum {
	ISCSIT_SEV_CLOSE,	/* end the session */
	ISCSIT_SEV_DROP,	/* ... with the connection that tells of it */
	ISCSIT_SEV_TIMER,	/* look at what waits */
};

/**
 * struct iscsit_sess - a session
 *
 * Everything from @conns to @tmfs is under @lock, and so are the tags but for what struct
 * iscsit_tag says. References: one for the nexus, put when the core has let go of it
 * (ops->release_nexus()), and one for each connection.
 */
struct iscsit_sess {
	struct list_head	link;		/* iscsit_sessions, until the session ends */
	struct iscsit_tpg	*tpg;		/* iscsit_tpg_use(); valid while linked */
	struct target_nexus	*nexus;		/* valid until @ended */
	struct kref		ref;
	struct iscsit_params	params;		/* as negotiated on the leading connection */
	char			initiator[ISCSIT_NAME_MAX + 1];
	char			alias[ISCSIT_VALUE_MAX + 1];
	u8			isid[ISCSIT_ISID_LEN];
	u16			tsih;
	u32			id;

	struct mutex		lock;
	struct task_struct	*runner;	/* holds @lock; compared with current only */
	unsigned long		events;
	struct llist_head	answered;	/* iscsit_tx.answered */
	struct llist_head	cancelled;	/* iscsit_tag.cancelled */
	struct work_struct	work;		/* for what no connection is there to do */
	struct iscsit_aen	aen;

	struct list_head	conns;		/* iscsit_conn.sess_link */
	u32			nr_conns;
	bool			ended;
	struct iscsit_window	win;
	u32			depth;
	struct list_head	free;		/* iscsit_tag.tx.entry; oldest first */
	u32			nr_tags;
	struct iscsit_tag	*tags;
	struct list_head	lost;		/* iscsit_lost.link */
	struct timer_list	timer;		/* runs while something is to be recovered */
	u64			kept_bytes;	/* memory of data-in on iscsit_conn.kept */
	struct list_head	tmfs;		/* iscsit_ctl.active: in the core */
	struct list_head	tmf_wait;	/* iscsit_ctl.active: wait for earlier commands */

	struct rcu_work		free_work;

	struct iscsit_stats	past;		/* of connections that left; iscsit_conn_lock */
};

/* Whether it is of this initiator port, which is a name and an ISID (RFC 7143 4.4.3). */
static inline bool iscsit_sess_is_of(const struct iscsit_sess *sess, const char *initiator,
				     const u8 *isid)
{
	return !memcmp(sess->isid, isid, sizeof(sess->isid)) &&
	       !strcmp(sess->initiator, initiator);
}

/** struct iscsit_plug - holds the place of a request that an abort has taken out (11.6.1) */
struct iscsit_plug {
	struct iscsit_park	park;
};

/**
 * struct iscsit_listener - a listening socket; portals of several targets share it
 */
struct iscsit_listener {
	struct list_head	link;
	struct list_head	portals;
	struct list_head	pending;	/* iscsit_conn.pending, under iscsit_conn_lock */
	u32			nr_pending;
	struct kref		ref;		/* portals and connections */
	struct sockaddr_storage	addr;
	struct socket		*sock;
	void			(*old_data_ready)(struct sock *sk);
	struct delayed_work	accept;
	/* options of the sockets accepted from now on; written under iscsit_portal_lock */
	bool			nodelay;
	u32			priority;
	char			device[IFNAMSIZ];	/* empty: any */
};

/** struct iscsit_portal - tpgt_<n>/np/<address>:<port> */
struct iscsit_portal {
	struct list_head	link;
	struct list_head	tpg_link;	/* iscsit_tpg.portals */
	struct iscsit_listener	*listener;
	struct iscsit_tpg	*tpg;
	struct iscsit_redirect	redirect;	/* iscsi_access.c */
	u32			connection_limit;	/* 0: none */
};

/** struct iscsit_auth - an auth/ directory; under iscsit_auth_lock */
struct iscsit_auth {
	char	userid[ISCSIT_CHAP_NAME_MAX + 1];
	char	password[ISCSIT_CHAP_SECRET_MAX + 1];
	char	userid_mutual[ISCSIT_CHAP_NAME_MAX + 1];
	char	password_mutual[ISCSIT_CHAP_SECRET_MAX + 1];
};

/* iscsit_tpg.attrib */
enum iscsit_tpg_attr {
	ISCSIT_TA_AUTHENTICATION,
	ISCSIT_TA_LOGIN_TIMEOUT,
	ISCSIT_TA_NETIF_TIMEOUT,
	ISCSIT_TA_GENERATE_NODE_ACLS,
	ISCSIT_TA_DEFAULT_CMDSN_DEPTH,
	ISCSIT_TA_CACHE_DYNAMIC_ACLS,
	ISCSIT_TA_DEMO_MODE_WRITE_PROTECT,
	ISCSIT_TA_PROD_MODE_WRITE_PROTECT,
	ISCSIT_TA_DEMO_MODE_DISCOVERY,
	ISCSIT_TA_DEFAULT_ERL,
	ISCSIT_TA_T10_PI,
	ISCSIT_TA_FABRIC_PROT_TYPE,
	ISCSIT_TA_TPG_ENABLED_SENDTARGETS,
	ISCSIT_TA_LOGIN_KEYS_WORKAROUND,
	ISCSIT_TA_CONNECTION_LIMIT,
	ISCSIT_TA_LOGOUT_TIMEOUT,
	ISCSIT_TA_AEN,
	ISCSIT_TA_COUNT,
};

/* iscsit_acl.attrib; authentication holds -1 as ISCSIT_INHERIT */
enum iscsit_acl_attr {
	ISCSIT_AA_DATAOUT_TIMEOUT,
	ISCSIT_AA_DATAOUT_TIMEOUT_RETRIES,
	ISCSIT_AA_DEFAULT_ERL,
	ISCSIT_AA_NOPIN_TIMEOUT,
	ISCSIT_AA_NOPIN_RESPONSE_TIMEOUT,
	ISCSIT_AA_RANDOM_DATAIN_PDU_OFFSETS,
	ISCSIT_AA_RANDOM_DATAIN_SEQ_OFFSETS,
	ISCSIT_AA_RANDOM_R2T_OFFSETS,
	ISCSIT_AA_AUTHENTICATION,
	ISCSIT_AA_COUNT,
};

#define ISCSIT_INHERIT	0xffffffffU

/**
 * struct iscsit_tpg - a TPG's private part
 *
 * References: one of the directory, and one of each connection and session that points here. They
 * may outlive the directory, and what is not configuration stays valid for them: the core's part
 * and the target's.
 */
struct iscsit_tpg {
	struct kref		ref;
	struct target_tpg	*tpg;		/* a reference */
	struct iscsit_wwn	*wwn;		/* the same */
	struct list_head	link;		/* iscsit_wwn.tpgs */
	struct list_head	portals;
	struct mutex		lock;
	bool			active;		/* under lock */
	bool			overdue;	/* disabled, and was waited for in vain */
	u32			attrib[ISCSIT_TA_COUNT];
	struct iscsit_auth	auth;
	struct iscsit_prefixes	*allowed;	/* NULL: all; iscsi_access.c */
	struct iscsit_redirect	redirect;	/* the same */
	struct mutex		config_lock;	/* config */
	struct iscsit_config	config;
	atomic_t		conns;		/* connections and sessions that point here */
};

/* iscsit_wwn.login_stats: how logins ended */
enum iscsit_login_stat {
	ISCSIT_LS_ACCEPT,
	ISCSIT_LS_OTHER,
	ISCSIT_LS_REDIRECT,
	ISCSIT_LS_AUTHORIZE,
	ISCSIT_LS_AUTHENTICATE,
	ISCSIT_LS_NEGOTIATE,
	ISCSIT_LS_COUNT,
};

/** struct iscsit_wwn - a target's private part: statistics; kept by its directory and its TPGs */
struct iscsit_wwn {
	struct kref		ref;
	struct target_wwn	*wwn;
	struct list_head	link;		/* iscsit_wwns */
	struct list_head	tpgs;
	u32			index;
	atomic_t		sessions;
	atomic_t		digest_errors;
	atomic_t		format_errors;
	atomic_t		logins[ISCSIT_LS_COUNT];
	atomic_t		normal_logouts;
	atomic_t		abnormal_logouts;
	spinlock_t		fail_lock;	/* the last failed login: */
	char			fail_name[ISCSIT_NAME_MAX + 1];
	struct sockaddr_storage	fail_addr;
	u8			fail_type;	/* enum iscsit_login_stat */
	u64			fail_time;	/* jiffies64 */
};

/** struct iscsit_acl - an ACL's private part */
struct iscsit_acl {
	u32			attrib[ISCSIT_AA_COUNT];
	u32			cmdsn_depth;
	struct iscsit_auth	auth;
	char			tag[64];
	struct rcu_head		rcu;
};

/* iscsi_main.c */
extern const struct target_fabric_ops iscsit_ops;
extern struct workqueue_struct *iscsit_wq;
extern struct workqueue_struct *iscsit_free_wq;
extern struct iscsit_auth iscsit_discovery_auth;
extern bool iscsit_discovery_enforce;
void iscsit_tpg_use(struct iscsit_tpg *tpg);
void iscsit_tpg_unuse(struct iscsit_tpg *tpg);
int iscsit_pick_cpu(void);
void iscsit_set_cpus(const struct cpumask *mask);
int iscsit_show_cpus(char *page);

/* iscsi_portal.c */
extern struct mutex iscsit_portal_lock;
extern struct list_head iscsit_wwns;
int iscsit_add_portal(struct target_portal *portal);
void iscsit_del_portal(struct target_portal *portal);
void iscsit_listener_put(struct iscsit_listener *lsn);
u16 iscsit_find_tpg(struct iscsit_conn *conn, const char *target);
u64 iscsit_send_targets(void *priv, const char *name, struct iscsit_text_window *w);
void iscsit_targets_changed(void);
int iscsit_addr_text(const struct sockaddr_storage *ss, char *buf, size_t size, bool port);

/* iscsi_access.c */
bool iscsit_access_address(struct iscsit_tpg *tpg, const struct sockaddr_storage *ss);
u16 iscsit_access_redirect(struct iscsit_conn *conn, struct iscsit_login_target *tgt);
u16 iscsit_access_admit(struct iscsit_conn *conn, const struct iscsit_login_id *id);
ssize_t iscsit_allowed_show(struct iscsit_tpg *tpg, char *page);
ssize_t iscsit_allowed_store(struct iscsit_tpg *tpg, const char *page, size_t count);
ssize_t iscsit_redirect_get(const struct iscsit_redirect *r, char *page);
ssize_t iscsit_redirect_set(struct iscsit_redirect *r, const char *page, size_t count);

/* iscsi_aen.c */
void iscsit_aen_init(struct iscsit_aen *aen);
void iscsit_aen_set(struct iscsit_sess *sess, bool on);
void iscsit_aen_run(struct iscsit_sess *sess);
void iscsit_unit_attention(struct target_nexus *nexus, u64 lun, u16 asc);

/* iscsi_async.c */
void iscsit_async_run(struct iscsit_conn *conn);
void iscsit_close_nexus(struct target_nexus *nexus);
void iscsit_tpg_end_conns(struct iscsit_tpg *tpg);
void iscsit_portal_end_conns(struct iscsit_portal *portal, bool last);

/* iscsi_conn.c */
extern spinlock_t iscsit_conn_lock;
extern struct list_head iscsit_conns;
extern struct list_head iscsit_sessions;
extern wait_queue_head_t iscsit_conn_wait;
int iscsit_conn_start(struct iscsit_listener *lsn, struct socket *sock);
void iscsit_conn_kick(struct iscsit_conn *conn);
void iscsit_conn_close(struct iscsit_conn *conn);
void iscsit_conn_logged_in(struct iscsit_conn *conn);
bool iscsit_conn_is_dead(const struct iscsit_conn *conn);
void iscsit_nop_timer(struct iscsit_conn *conn);
u32 iscsit_conn_attr(const struct iscsit_conn *conn, enum iscsit_acl_attr attr);
void iscsit_conn_finish(struct iscsit_conn *conn);
int iscsit_conn_init(void);
void iscsit_conn_exit(void);

/* iscsi_stats.c */
extern const struct target_stat_group iscsit_acl_stats[];
void iscsit_count_error(struct iscsit_conn *conn, enum iscsit_error class);
void iscsit_stats_leave(struct iscsit_conn *conn);

/* iscsi_rx.c: worker only */
int iscsit_rx(struct iscsit_conn *conn);
void iscsit_rx_forget(struct iscsit_conn *conn, const struct iscsit_tag *tag);

/* iscsi_tx.c: worker only */
int iscsit_tx(struct iscsit_conn *conn);
bool iscsit_tx_pending(const struct iscsit_conn *conn);
bool iscsit_tag_status_rides(const struct iscsit_tag *tag);
void iscsit_tx_unsend(struct iscsit_conn *conn);
void iscsit_tx_queue(struct iscsit_conn *conn, struct iscsit_tx *tx);
void iscsit_tx_drop_all(struct iscsit_conn *conn);
u32 iscsit_crc_sg(struct scatterlist *sg, u32 off, u32 len, u32 crc);

/* iscsi_dataout.c: worker only */
bool iscsit_out_begin(struct iscsit_conn *conn, struct iscsit_tag *tag, bool final);
void iscsit_out_end(struct iscsit_tag *tag);
void iscsit_out_immediate(struct iscsit_conn *conn, struct iscsit_tag *tag);
void iscsit_out_ask(struct iscsit_conn *conn, struct iscsit_tag *tag);
bool iscsit_out_r2t(struct iscsit_conn *conn, struct iscsit_tag *tag, struct iscsit_r2t *r2t);
void iscsit_out_rx(struct iscsit_conn *conn, struct iscsit_tag *tag);
void iscsit_out_done(struct iscsit_conn *conn, struct iscsit_tag *tag);
void iscsit_out_look(struct iscsit_tag *tag);
void iscsit_out_spoiled(struct iscsit_conn *conn, struct iscsit_tag *tag);

/* iscsi_snack.c: worker only; error recovery level 1 and 2 */
void iscsit_keep(struct iscsit_conn *conn, struct iscsit_tx *tx);
void iscsit_keep_data(struct iscsit_tag *tag);
void iscsit_keep_ack(struct iscsit_conn *conn, u32 exp_statsn);
void iscsit_keep_release(struct iscsit_tag *tag);
void iscsit_keep_drop_all(struct iscsit_conn *conn);
void iscsit_keep_supersede(struct iscsit_sess *sess, __be32 itt);
struct iscsit_tag *iscsit_keep_reclaim(struct iscsit_sess *sess);
void iscsit_replan(struct iscsit_tag *tag, u32 datasn);
u8 iscsit_snack_rx(struct iscsit_conn *conn);

/* iscsi_recovery.c: worker only */
void iscsit_recovery_arm(struct iscsit_sess *sess);
bool iscsit_recovery_tick(struct iscsit_sess *sess);
bool iscsit_lost_add(struct iscsit_conn *conn);
void iscsit_lost_forget(struct iscsit_tag *tag);
void iscsit_lost_end_all(struct iscsit_sess *sess);
void iscsit_lost_supersede(struct iscsit_sess *sess, __be32 itt);
void iscsit_lost_reclaim(struct iscsit_sess *sess);
bool iscsit_lost_logout(struct iscsit_sess *sess, u16 cid, bool recover);
u8 iscsit_reassign_check(struct iscsit_sess *sess, __be32 itt);
void iscsit_reassign(struct iscsit_conn *conn, __be32 itt, u32 exp_datasn);

/* iscsi_cmd.c: worker only, but for respond and cancel */
int iscsit_cmd_rx(struct iscsit_conn *conn, const u8 *ahs);
void iscsit_cmd_data_done(struct iscsit_conn *conn, struct iscsit_tag *tag);
void iscsit_data_out_rx(struct iscsit_conn *conn);
void iscsit_data_out_done(struct iscsit_conn *conn, struct iscsit_tag *tag);
void iscsit_data_out_spoiled(struct iscsit_conn *conn, struct iscsit_tag *tag);
void iscsit_data_out_wrong(struct iscsit_conn *conn, struct iscsit_tag *tag, u16 asc);
void iscsit_cmd_go(struct iscsit_conn *conn, struct iscsit_tag *tag);
void iscsit_cmd_doom(struct iscsit_tag *tag, u16 asc);
bool iscsit_cmd_is_incoming(const struct iscsit_tag *tag);
bool iscsit_cmd_drop_refused(struct iscsit_tag *tag);
void iscsit_cmd_unparked(struct iscsit_tag *tag);
void iscsit_cmd_forget(struct iscsit_tag *tag);
void iscsit_cmd_give_up(struct iscsit_tag *tag);
void iscsit_conn_forget_requests(struct iscsit_conn *conn);
void iscsit_answer(struct iscsit_tx *tx);
void iscsit_respond(struct target_cmd *cmd);
void iscsit_cancel_data(struct target_cmd *cmd);
void iscsit_run_cancelled(struct iscsit_sess *sess);
void iscsit_run_answered(struct iscsit_sess *sess);
void iscsit_conn_end_tasks(struct iscsit_conn *conn);

/* iscsi_session.c */
u16 iscsit_sess_open(struct iscsit_conn *conn, const struct iscsit_login_id *id,
		     struct iscsit_login_grant *grant);
u16 iscsit_sess_join(struct iscsit_conn *conn, const struct iscsit_login_id *id,
		     struct iscsit_login_grant *grant);
u16 iscsit_sess_find(const struct iscsit_conn *conn, const struct iscsit_login_id *id,
		     struct iscsit_login_target *tgt);
void iscsit_sess_lock(struct iscsit_sess *sess);
void iscsit_sess_unlock(struct iscsit_sess *sess);
void iscsit_sess_leave(struct iscsit_conn *conn);
void iscsit_sess_close(struct iscsit_sess *sess);
struct iscsit_conn *iscsit_sess_conn(const struct iscsit_sess *sess, u16 cid);
void iscsit_sess_put(struct iscsit_sess *sess);
void iscsit_release_nexus(struct target_nexus *nexus);
void iscsit_for_each_cmd(struct target_nexus *nexus, void (*fn)(struct target_cmd *cmd, void *arg),
			 void *arg);

/* iscsi_tag.c: worker only */
struct iscsit_tag *iscsit_tag_get(struct iscsit_sess *sess);
void iscsit_tag_put(struct iscsit_tag *tag);
void iscsit_tag_unget(struct iscsit_tag *tag);
int iscsit_tag_alloc_data(struct iscsit_tag *tag);
void iscsit_tag_seek(struct iscsit_tag *tag, u32 off);
int iscsit_tags_alloc(struct iscsit_sess *sess);
void iscsit_tags_free(struct iscsit_sess *sess);
enum iscsit_sn iscsit_sn_take(struct iscsit_conn *conn, struct iscsit_park *park);
void iscsit_sn_return(struct iscsit_conn *conn, const struct iscsit_park *park);
bool iscsit_sn_plug(struct iscsit_sess *sess, struct iscsit_park *park, u32 cmdsn);
void iscsit_unpark(struct iscsit_sess *sess);
void iscsit_drop_plugs(struct iscsit_sess *sess);

/* iscsi_ctl.c: worker only */
int iscsit_ctl_rx(struct iscsit_conn *conn);
int iscsit_ctl_done(struct iscsit_conn *conn, struct iscsit_ctl *ctl);
struct iscsit_ctl *iscsit_ctl_alloc(struct iscsit_conn *conn, u32 room);
void iscsit_ctl_free(struct iscsit_ctl *ctl);
void iscsit_ctl_run(struct iscsit_ctl *ctl);
int iscsit_reject(struct iscsit_conn *conn, u8 reason, bool close);
void iscsit_ctl_drop_all(struct iscsit_conn *conn);
void iscsit_text_free(struct iscsit_conn *conn);
int iscsit_ping(struct iscsit_conn *conn);

/* iscsi_tmf.c */
void iscsit_tmf_start(struct iscsit_conn *conn, struct iscsit_ctl *ctl);
void iscsit_tmf_done(struct target_tmf *tmf);
void iscsit_tmf_answer(struct iscsit_ctl *ctl);
void iscsit_tmf_wake(struct iscsit_sess *sess);
void iscsit_tmf_leave(struct iscsit_conn *conn);

/* iscsi_enter.c: the kernel's side of the login */
extern const struct iscsit_text_ops iscsit_text_callbacks;
int iscsit_login_start(struct iscsit_conn *conn);
void iscsit_login_end(struct iscsit_conn *conn);
int iscsit_login_pdu(struct iscsit_conn *conn, struct iscsit_ctl *ctl);
int iscsit_login_refuse(struct iscsit_conn *conn);
void iscsit_login_done(struct iscsit_conn *conn);


/* iscsi_configfs_*.c */
extern struct mutex iscsit_auth_lock;
extern struct configfs_attribute *iscsit_fabric_attrs[];
extern struct configfs_attribute *iscsit_discovery_attrs[];
extern struct configfs_attribute *iscsit_tpg_attrs[];
extern struct configfs_attribute *iscsit_tpg_attrib_attrs[];
extern struct configfs_attribute *iscsit_tpg_auth_attrs[];
extern struct configfs_attribute *iscsit_tpg_param_attrs[];
extern struct configfs_attribute *iscsit_portal_attrs[];
extern struct configfs_attribute *iscsit_acl_attrs[];
extern struct configfs_attribute *iscsit_acl_attrib_attrs[];
extern struct configfs_attribute *iscsit_acl_auth_attrs[];
extern struct configfs_attribute *iscsit_acl_param_attrs[];
extern const struct target_stat_group iscsit_wwn_stats[];
void iscsit_tpg_defaults(struct iscsit_tpg *t);
u32 iscsit_acl_attr_default(enum iscsit_acl_attr attr);
bool iscsit_acl_has(const struct target_acl *acl, const struct iscsit_sess *sess);
struct iscsit_sess *iscsit_acl_session(const struct target_acl *acl);
void iscsit_acl_defaults(struct iscsit_acl *a, const struct iscsit_tpg *t);
bool iscsit_auth_set(const char *s);
bool iscsit_auth_creds(const struct iscsit_auth *auth, struct iscsit_chap_creds *creds);

static inline struct iscsit_tag *iscsit_tag_of(struct target_cmd *cmd)
{
	return container_of(cmd, struct iscsit_tag, cmd);
}

/* Target transfer tag of a task's n-th R2T; never ISCSIT_TAG_NONE. */
static inline u32 iscsit_r2t_ttt(const struct iscsit_tag *tag, u32 n)
{
	return (n & 0x7fff) << 16 | tag->index;
}

static inline u32 iscsit_crc_start(void)
{
	return ~0U;
}

#endif /* ISCSIT_H */
