/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one private header of target_core_mod: every object of the core and the
 * functions its files share.
 *
 * Locks, outermost first:
 *   device.config_lock	  enable, attributes and control of one device; sleeps.
 *   device.latency_lock	  histograms on, off, reset; sleeps, a leaf.
 *   device.mode_lock	  one MODE SELECT at a time, its file included.
 *   device.store_lock	  one writer of a file that state is kept in (store.c); target_lock below.
 *   device.pr_lock	  one change of the device's reservations at a time, its file included.
 *   device.log.lock	  the same place: the counters of the device's log pages.
 *   target_lock	  which object belongs to which: LUNs of TPGs and devices, ACLs,
 *			  maps, nexuses, I_T_L nexuses. Never held across a wait for I/O.
 *   task_set.lock, target_abort_lock	spinlocks, taken with interrupts off.
 *   device.background.lock  the same.
 *   device.inject.lock	  the same.
 *   device.medium.lock	  the same, inside task_set.lock, background.lock and inject.lock: a leaf.
 * The I/O path takes none of them: look-up is RCU, references are per CPU.
 */
#ifndef TARGET_CORE_CORE_H
#define TARGET_CORE_CORE_H

#include <linux/configfs.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/xarray.h>
#include <target/fabric.h>
#include "alua_rules.h"
#include "background.h"
#include "inject_rule.h"
#include "primary.h"
#include "range_lock.h"
#include "scsi.h"
#include "scsi_log.h"

#define TARGET_NAME_MAX		224	/* iSCSI names are at most 223 bytes, RFC 7143 4.2.7.1 */
#define TARGET_ABORT_WAIT	(5 * HZ)	/* a task management function is answered by then */
#define TARGET_ORPHANS_MAX	128	/* with so many a device takes no more for its medium */
#define TARGET_DRAIN_WAIT	(10 * HZ)	/* unlinking a LUN waits no longer for its I/O */

extern struct mutex target_lock;
extern struct workqueue_struct *target_wq;	/* slow paths of the core */

/** struct target_hba - a directory core/<plugin>_<index> */
struct target_hba {
	struct config_group	group;
	const struct target_backstore_ops *ops;
	u32			index;		/* the number in the name */
	u32			id;		/* internal, for hba_info and statistics */
	struct list_head	devices;	/* target_device.hba_link, under target_lock */
	struct dentry		*debugfs;	/* its directory there */
};

/**
 * struct target_port_group - a target port group of a device (alua/<name>)
 *
 * @state is read on the I/O path with READ_ONCE(); everything is written under
 * target_lock. Freed by the last reference after a grace period.
 */
struct target_port_group {
	struct config_group	group;
	struct target_device	*dev;
	struct list_head	dev_link;	/* target_device.port_groups */
	struct list_head	members;	/* target_lun.group_link, under target_lock */
	struct rcu_head		rcu;
	struct alua_change	*change;	/* under way, or NULL */
	struct list_head	change_link;	/* in it */
	u8			next_state;	/* it leads to */
	bool			has_id;		/* with @id set once */
	u16			id;
	u8			state;		/* enum target_alua_state */
	u8			status;		/* 0 none, 1 explicit, 2 implicit */
	u8			access_type;	/* ALUA_TYPE_* */
	u8			supported;	/* ALUA_SUP_* */
	u8			preferred;
	u8			write_metadata;
	bool			loaded;		/* the file was looked at */
	u32			nonop_delay_msecs;
	u32			trans_delay_msecs;
	u32			implicit_trans_secs;
};

/** struct target_lu_group - core/alua/lu_gps/<name> */
struct target_lu_group {
	struct config_group	group;
	struct list_head	link;
	struct list_head	members;	/* target_device.lu_group_link, under target_lock */
	bool			has_id;
	u16			id;
};

/**
 * struct target_io_stats - per CPU counters of an I_T_L nexus; sums elsewhere
 * @reads: commands that read to the initiator. @writes: commands that write.
 * @others: all other commands.
 */
struct target_io_stats {
	u64	reads;
	u64	writes;
	u64	others;
	u64	read_bytes;
	u64	write_bytes;
};

static inline u64 target_stats_cmds(const struct target_io_stats *stats)
{
	return stats->reads + stats->writes + stats->others;
}

/** enum target_error - errors by what met them (stats.c) */
enum target_error {
	TARGET_ERROR_READ,
	TARGET_ERROR_WRITE,
	TARGET_ERROR_VERIFY,
	TARGET_ERROR_NON_MEDIUM,
	TARGET_ERROR_COUNT,
};

/**
 * struct target_log - counters of a device that only log pages tell (exec_log.c)
 * @errors: commands that ended with an error of the medium or of the unit.
 * @verified: bytes VERIFY has looked at.
 * @lock: for @base.
 * @base: what the counters of the log pages were when they were reset.
 */
struct target_log {
	atomic64_t	errors[TARGET_ERROR_COUNT];
	atomic64_t	verified;
	struct mutex	lock;
	u64		base[LOG_COUNTERS];
};

/* target_device.gate: why commands have to ask target_medium_enter() */
#define TARGET_GATE_RANGES	0x01	/* ranges of blocks are recorded */
#define TARGET_GATE_STOPPED	0x02	/* START STOP UNIT has stopped the unit */
#define TARGET_GATE_BUSY	0x04	/* a background operation runs (background.c) */
#define TARGET_GATE_FAILED	0x08	/* formatting or sanitizing has failed (exec_format.c) */
#define TARGET_GATE_EJECTED	0x10	/* START STOP UNIT has put out the medium */
#define TARGET_GATE_PR_LOST	0x20	/* kept reservations can't be put back (pr_kept.c) */
#define TARGET_GATE_INJECT	0x40	/* faults are injected (inject.c) */
#define TARGET_GATE_GONE	0x80	/* the backstore has lost its medium (device.c) */
#define TARGET_GATE_CROWDED	0x100	/* TARGET_ORPHANS_MAX of them (tmf.c) */

/**
 * struct target_medium - who is on which blocks (medium.c)
 * @lock: protects the rest and the writers of target_device.gate.
 * @ranges: of commands with TARGET_CMD_RANGE.
 * @users: commands that have, or are about to have, an exclusive range.
 * @complete: every command that touches the medium has its range in @ranges.
 * @idle_work: stops recording when atomic commands have not come for a while.
 */
struct target_medium {
	spinlock_t		lock;
	struct range_lock	ranges;
	u32			users;
	bool			complete;
	struct delayed_work	idle_work;
};

/**
 * struct target_alua_delay - commands through non-optimized ports (alua_delay.c)
 * @lock: protects the rest.
 * @cmds: target_cmd.entry, by target_cmd.due.
 * @work: runs those that are due.
 */
struct target_alua_delay {
	spinlock_t		lock;
	struct list_head	cmds;
	struct delayed_work	work;
};

/* enum target_turn - kinds of commands that may wait for a file of their device (store.c) */
enum target_turn {
	TARGET_TURN_PR,
	TARGET_TURN_MODE,
	TARGET_TURN_ALUA,
	TARGET_TURN_IDENT,
	TARGET_TURN_ERASE,
	TARGET_TURNS,
};

#define TARGET_INJECT_RULES	8

/**
 * struct target_inject - faults an administrator asks for (inject.c)
 * @lock: protects the rest.
 * @rules: @count of them; the first that matches a command is applied.
 * @dropped: target_cmd.entry of commands that are held until they are released.
 */
struct target_inject {
	spinlock_t		lock;
	struct inject_rule	rules[TARGET_INJECT_RULES];
	unsigned int		count;
	struct list_head	dropped;
};

/**
 * struct target_task_set - commands that are ordered among each other (task_set.c)
 * @dev: whose workqueue runs @work.
 * @inflight: SIMPLE commands hold a reference. An ORDERED one kills it, runs alone
 *	when it is zero, then revives it.
 * @lock: protects the rest.
 * @delayed: target_cmd.entry, in order of arrival.
 * @ordered: the ORDERED command that runs, or NULL.
 * @barrier: @inflight is dying or dead.
 * @drained: @inflight has reached zero.
 * @work: runs what was delayed.
 */
struct target_task_set {
	struct target_device	*dev;
	struct percpu_ref	inflight;
	spinlock_t		lock;
	struct list_head	delayed;
	struct target_cmd	*ordered;
	bool			barrier;
	bool			drained;
	struct work_struct	work;
};

/**
 * struct target_device - a storage object: the SCSI logical unit
 *
 * Made by mkdir below an HBA, configured by `enable`, gone when its directory
 * is removed and the last command (an orphan, perhaps) has ended: target_device_put().
 */
struct target_device {
	struct target_backdev	bd;
	struct target_hba	*hba;
	struct kref		ref;		/* directory, LUN links, I_T_L nexuses */
	struct rcu_head		rcu;
	struct work_struct	free_work;
	struct work_struct	close_work;
	struct completion	closed;		/* by close_work */
	struct list_head	hba_link;
	struct list_head	all_link;	/* every device, under target_lock */

	struct mutex		config_lock;
	bool			configured;
	bool			restored;	/* what is kept of it was put back; config_lock */
	bool			restoring;	/* that is under way; config_lock */
	struct work_struct	restore_work;	/* does it */
	struct completion	restore_end;	/* by restore_work */
	struct mutex		store_lock;	/* one writer of its files at a time; sleeps */
	atomic_t		turns[TARGET_TURNS];	/* commands that may wait: store.c */
	struct mutex		mode_lock;	/* one MODE SELECT at a time, its file included */
	struct scsi_mode_values	mode_saved;	/* written under target_lock; READ_ONCE */
	struct scsi_mode_values	mode_before;	/* what a reset brings back; target_lock */
	u32			export_count;	/* LUN links, under target_lock */
	u32			index;		/* internal, for statistics */
	struct target_dev_attrib attrib;
	struct target_identity	id;
	char			alias[512];
	char			udev_path[512];
	struct target_limits	hw_limits;	/* from ops->open, in its own blocks */
	u32			max_queue_depth;	/* last written to queue_depth */
	u64			nr_blocks;	/* READ_ONCE on the I/O path */
	u8			block_shift;
	u32			gate;		/* TARGET_GATE_*, READ_ONCE on the I/O path */
	u64			created;	/* jiffies64 */
	struct workqueue_struct	*wq;		/* handlers and backstore calls that sleep */
	struct workqueue_struct	*ctl_wq;	/* what sleeps, but not for the medium */
	struct delayed_work	capacity_work;
	atomic_t		flush_losses;	/* flushes that failed: exec_data.c */
	int			flush_error;	/* of the last of them */
	atomic_t		flushes;	/* IMMED ones that run */
	atomic_t		copies;		/* copy operations that name it: xcopy.c */

	struct list_head	luns;		/* target_lun.dev_link, under target_lock */
	struct list_head	port_groups;
	struct target_port_group default_group;
	struct target_lu_group	*lu_group;	/* under target_lock */
	u16			lu_group_id;	/* of it, or 0, for the I/O path */
	struct list_head	lu_group_link;
	struct target_lba_map __rcu *lba_map;	/* written under config_lock */

	/* Thresholds of thin provisioning (thin.c) */
	struct delayed_work	thin_work;
	bool			thin_armed[SCSI_THRESHOLDS];	/* under target_lock */

	struct target_task_set	tasks;		/* of all I_T nexuses, unless TST says otherwise */

	/* Reservations (pr.c): read under either lock, replaced under both */
	struct mutex		pr_lock;
	struct pr_state		*pr;		/* or NULL: nobody ever registered */
	struct target_itl	*spc2_holder;	/* by RESERVE(6) or (10), under target_lock */

	struct target_medium	medium;
	struct target_background background;
	u16			erase_failed;	/* ASC_* with TARGET_GATE_FAILED */
	bool			erase_ause;	/* EXIT FAILURE MODE may end that */
	struct target_log	log;
	struct target_alua_delay alua_delay;
	struct target_primary	primary;
	struct target_inject	inject;
	atomic64_t		injected;	/* commands a rule was applied to */
	struct target_latency	*latency;	/* or NULL: was never on; set once */
	struct mutex		latency_lock;	/* on, off and reset of it */
	struct dentry		*debugfs;	/* its directory there */

	/* Aborts (tmf.c) */
	atomic_t		orphans;
	atomic_t		orphans_ever;
	atomic_t		aborted;	/* commands whose answer an abort has suppressed */
	atomic_t		resets;
	atomic_t		aborts_complete;
	atomic_t		aborts_no_task;
	struct target_io_stats	retired;	/* of gone nexuses, under target_lock */

	/* configfs directories (configfs_device.c); group.cg_item names the object */
	struct config_group	group, action_group, attrib_group, pr_group, wwn_group, alua_group;
	struct config_group	stat_group, stat_dev_group, stat_tgt_group, stat_lu_group;
};

/** struct target_fabric - a directory target/<fabric> */
struct target_fabric {
	struct config_group	group, discovery_group;
	const struct target_fabric_ops *ops;
	struct list_head	wwns;		/* target_wwn.link, under target_lock */
	/* Item types made from ops' attribute arrays; see configfs_fabric.c */
	struct target_fabric_types *types;
};

/** struct target_wwn - a target (device name) of a fabric */
struct target_wwn {
	struct config_group	group, param_group, stat_group;
	struct target_fabric	*fabric;
	const struct target_fabric_ops *ops;
	struct list_head	link;
	struct list_head	tpgs;		/* target_tpg.link, under target_lock */
	char			name[TARGET_NAME_MAX];
	int			cmd_completion_affinity;
	u32			index;		/* internal, for statistics */
	void			*priv;
	struct config_group	*stat_groups;	/* array, made from ops->wwn_stats */
};

/**
 * struct target_tpg - a target port group in configfs' sense (tpgt_<tag>)
 *
 * Held by its directory, by nexuses and logins in progress (target_tpg_get()).
 */
struct target_tpg {
	struct config_group	group, lun_group, np_group, acl_group, attrib_group, auth_group,
				param_group;
	struct target_wwn	*wwn;
	const struct target_fabric_ops *ops;
	struct kref		ref;
	struct list_head	link;
	u16			tag;
	u16			rtpi;		/* relative target port identifier, SPC-4 7.8.4 */
	bool			enabled;
	bool			dead;		/* directory removed: no new nexus */
	bool			rtpi_manual;	/* rtpi written by hand; target_lock */
	struct mutex		config_lock;	/* enable and nexus files; outside target_lock */
	struct target_tpg_policy policy;
	void			*priv;
	struct xarray		luns;		/* struct target_lun by number, under target_lock */
	struct list_head	acls;		/* target_acl.tpg_link, under target_lock */
	struct list_head	nexuses;	/* target_nexus.tpg_link, under target_lock */
	char			nexus_name[TARGET_NAME_MAX];	/* of the nexus file */
};

/**
 * struct target_lun - tpgt_<tag>/lun/lun_<number>
 *
 * @dev is NULL until a device is linked. Held by its directory and by each
 * I_T_L nexus, so that an orphan never outlives it.
 */
struct target_lun {
	struct config_group	group, stat_group, stat_port_group, stat_tgt_port_group,
				stat_transport_group;
	struct target_tpg	*tpg;
	u64			number;
	struct kref		ref;
	struct target_device	*dev;		/* under target_lock */
	struct list_head	dev_link;
	struct list_head	itls;		/* target_itl.lun_link, under target_lock */
	struct list_head	maps;		/* target_lun_map.lun_link, under target_lock */
	struct target_port_group __rcu *port_group;
	struct list_head	group_link;
	u8			alua_offline;	/* secondary state */
	u8			alua_status;
	u8			alua_write_md;
	bool			alua_loaded;	/* the file was looked at; target_lock */
	bool			alua_dirty;	/* the file is to be written; target_lock */
	struct target_io_stats	retired;
	wait_queue_head_t	drain;		/* I_T_L nexuses going away */
	u32			draining;	/* unlinked I_T_L nexuses still referenced */
	bool			dead;		/* its directory is gone; target_lock */
	struct rcu_head		rcu;
};

/**
 * struct target_acl - an initiator known to a TPG; dynamic ones have no directory
 */
struct target_acl {
	struct config_group	group, attrib_group, auth_group, param_group, stat_group;
	struct target_tpg	*tpg;
	struct kref		ref;		/* directory or TPG, nexuses, logins */
	struct list_head	tpg_link;
	struct list_head	maps;		/* target_lun_map.acl_link, under target_lock */
	struct list_head	nexuses;	/* target_nexus.acl_link, under target_lock */
	char			name[TARGET_NAME_MAX];
	bool			dynamic;
	bool			dead;
	u32			index;		/* internal, for statistics; set by configfs */
	void			*priv;
	struct config_group	*stat_groups;	/* array, made from ops->acl_stats */
};

/* What demo mode has let in before it was turned off has no access afterwards. */
static inline bool target_acl_admits(const struct target_acl *acl)
{
	return !acl->dynamic || acl->tpg->policy.dynamic_acls;
}

/** struct target_lun_map - acls/<initiator>/lun_<number>, or an entry of a dynamic ACL */
struct target_lun_map {
	struct config_group	group, stat_group, stat_auth_group, stat_att_group;
	struct target_acl	*acl;
	u64			number;		/* LUN as the initiator sees it */
	struct target_lun	*lun;		/* NULL until linked, under target_lock */
	bool			write_protect;
	bool			in_configfs;
	bool			dead;		/* its directory is gone; target_lock */
	u64			created;	/* jiffies64 */
	u32			att_count;	/* nexuses that ever attached */
	struct target_io_stats	retired;	/* of gone nexuses, under target_lock */
	struct list_head	acl_link;
	struct list_head	lun_link;
};

/** enum target_ua - unit attention conditions, highest precedence first (SAM-5 5.14) */
enum target_ua {
	TARGET_UA_POWER_ON,
	TARGET_UA_BUS_RESET,
	TARGET_UA_LUN_RESET,
	TARGET_UA_NEXUS_LOSS,
	TARGET_UA_MEDIUM_CHANGED,
	TARGET_UA_LUNS_CHANGED,
	TARGET_UA_INQUIRY_CHANGED,
	TARGET_UA_MODE_CHANGED,
	TARGET_UA_LOG_CHANGED,
	TARGET_UA_TIMESTAMP_CHANGED,
	TARGET_UA_IDENT_CHANGED,
	TARGET_UA_RESERVATIONS_PREEMPTED,
	TARGET_UA_RESERVATIONS_RELEASED,
	TARGET_UA_REGISTRATIONS_PREEMPTED,
	TARGET_UA_CAPACITY_CHANGED,
	TARGET_UA_ALUA_CHANGED,
	TARGET_UA_THIN_AVAILABLE,
	TARGET_UA_THIN_USED,
	TARGET_UA_COMMANDS_CLEARED,
	TARGET_UA_PREVIOUS_BUSY,
	TARGET_UA_PREVIOUS_TASK_SET_FULL,
	TARGET_UA_PREVIOUS_CONFLICT,
	TARGET_UA_COUNT,
};

/**
 * struct target_itl - I_T_L nexus: one LUN through one nexus
 *
 * Found by nexus->itls under RCU; each command holds @ref. Goes away by
 * target_itl_kill(): out of the xarray, ref killed, and freed with the last
 * command by itl_free_work, which drops @lun, @dev and @nexus.
 */
struct target_itl {
	struct target_nexus	*nexus;
	struct target_lun	*lun;
	struct target_device	*dev;
	struct target_task_set	*tasks;		/* of the device or @own_tasks: READ_ONCE */
	struct target_lun_map	*map;		/* under target_lock; NULL once unmapped */
	u64			number;
	bool			write_protect;
	bool			dead;
	bool			prevents;	/* medium removal; target_lock */
	u8			pr_denied;	/* SCSI_RES_* kept out: READ_ONCE */
	bool			pr_aborting;	/* being preempted; target_lock */
	u64			pr_id;		/* registration or 0; target_lock */
	struct target_task_set	*own_tasks;	/* or NULL: TST was never 001b; target_lock */
	unsigned long		ua;		/* bit map of enum target_ua */
	u64			echo_write;	/* target_buffer.writes after its last one */
	int			flush_losses;	/* of the device's, those it has been told of */
	struct percpu_ref	ref;
	struct target_io_stats __percpu *stats;
	struct list_head	lun_link;
	struct rcu_work		free_work;
};

/**
 * struct target_nexus - an I_T nexus (session)
 *
 * Each command holds @ref. target_nexus_close() unpublishes it and aborts what
 * runs; ops->release_nexus() follows when the last command has ended. Nobody
 * waits for that.
 */
struct target_nexus {
	struct target_tpg	*tpg;
	struct target_acl	*acl;
	const struct target_fabric_ops *ops;
	struct percpu_ref	ref;
	struct xarray		itls;		/* struct target_itl by LUN */
	struct list_head	all_link;	/* every open nexus, under target_lock */
	struct list_head	tpg_link;
	struct list_head	acl_link;
	char			initiator[TARGET_NAME_MAX];
	u8			isid[6];
	bool			has_isid;
	bool			kicked;		/* ops->close_nexus called; under target_lock */
	bool			silent;		/* open failed: no ops->release_nexus */
	u32			id;
	struct list_head	copies;		/* struct xcopy, under target_lock */
	void			*priv;
	struct rcu_work		free_work;
};

/* The flat number of the REPORT LUNS well known logical unit, SPC-4 7.7; no LUN has it. */
#define TARGET_LUN_REPORT_LUNS	0xc101000000000000ULL

/* Is the command for that one? */
static inline bool target_cmd_well_known(const struct target_cmd *cmd)
{
	return cmd->lun == TARGET_LUN_REPORT_LUNS;
}

/* Is unmapping on? An administrator may change it at any time. */
static inline bool target_dev_is_thin(const struct target_device *dev)
{
	return READ_ONCE(dev->attrib.emulate_tpu) || READ_ONCE(dev->attrib.emulate_tpws);
}

/* The SCSI protocol identifier of a port, SPC-4 7.6.1 */
static inline u8 target_tpg_proto_id(const struct target_tpg *tpg)
{
	return tpg->ops->get_proto_id ? tpg->ops->get_proto_id(tpg->wwn) : tpg->ops->proto_id;
}

/* cmd.c: completion, for handlers. Exactly one of these ends a command. */
void target_cmd_complete(struct target_cmd *cmd, u32 data_in_len);
void target_cmd_complete_status(struct target_cmd *cmd, u8 status);
void target_cmd_complete_sense(struct target_cmd *cmd, const struct target_sense *sense);
void target_cmd_set_sense(struct target_cmd *cmd, const struct target_sense *sense,
			  const struct scsi_forwarded *fwd);
void target_cmd_fail_cdb(struct target_cmd *cmd, u16 byte, int bit);
void target_cmd_complete_error(struct target_cmd *cmd, int err);
void target_cmd_reply(struct target_cmd *cmd, const u8 *buf, u32 len);
void target_cmd_finish(struct target_cmd *cmd);
bool target_cmd_set_state(struct target_cmd *cmd, enum target_cmd_state state);
u32 target_cmd_gather(struct target_cmd *cmd, u8 *buf, u32 len);
void target_cmd_lu(const struct target_cmd *cmd, struct scsi_lu *lu);
void target_cmd_run(struct target_cmd *cmd);

/* io.c */
void target_io_start(struct target_io *io);
int target_io_sync(struct target_io *io);

/* Each I_T_L nexus @itl of a device, by way of its LUNs @lun. Under target_lock; no break. */
#define target_device_for_each_itl(dev, lun, itl)			\
	list_for_each_entry(lun, &(dev)->luns, dev_link)		\
		list_for_each_entry(itl, &(lun)->itls, lun_link)

/* task_set.c */
int target_task_set_init(struct target_task_set *set, struct target_device *dev);
void target_task_set_exit(struct target_task_set *set);
bool target_task_set_enter(struct target_cmd *cmd);
void target_task_set_leave(struct target_cmd *cmd);
int target_task_set_prepare(struct target_itl *itl);
void target_task_set_choose(struct target_itl *itl);
void target_task_set_drop(struct target_itl *itl);
void target_task_set_orphan(struct target_cmd *cmd);
bool target_task_set_remove(struct target_cmd *cmd);

/* medium.c */
void target_medium_init(struct target_device *dev);
void target_medium_exit(struct target_device *dev);
bool target_medium_enter(struct target_cmd *cmd);
bool target_medium_crowded(struct target_cmd *cmd);
bool target_medium_sense(const struct target_device *dev, struct target_sense *sense);
void target_medium_leave(struct target_cmd *cmd);
void target_medium_abort(struct target_cmd *cmd);
void target_medium_keep(struct target_cmd *cmd);
void target_medium_gate(struct target_device *dev, u32 bit, bool on);

/* thin.c */
void target_thin_init(struct target_device *dev);
void target_thin_changed(struct target_device *dev);

/* inject.c */
void target_inject_init(struct target_device *dev);
void target_inject_remove(struct target_device *dev);
bool target_inject(struct target_cmd *cmd);

/* debugfs.c */
void target_debugfs_start(void);
void target_debugfs_stop(void);
void target_debugfs_add_hba(struct target_hba *hba);
void target_debugfs_add_device(struct target_device *dev);

/* tmf.c */
void target_orphans_for_each(void (*fn)(struct target_cmd *cmd, void *arg), void *arg);
void target_abort_nexus(struct target_nexus *nexus);
void target_abort_lun(struct target_lun *lun);
void target_abort_ended(struct target_cmd *cmd);
void target_abort_faulted(struct target_cmd *cmd);
void target_abort_begin(struct target_tmf *tmf, struct target_nexus *nexus,
			void (*ended)(struct target_tmf *tmf));
void target_abort_itl(struct target_tmf *tmf, struct target_itl *itl);
void target_abort_gone(struct target_tmf *tmf, const struct target_device *dev);
void target_abort_commit(struct target_tmf *tmf);
int target_tmf_start(void);
void target_tmf_stop(void);

/* ua.c */
void target_ua_raise(struct target_itl *itl, enum target_ua ua);
void target_ua_raise_device(struct target_device *dev, enum target_ua ua,
			    const struct target_nexus *except);
bool target_ua_take(struct target_itl *itl, struct target_sense *sense);
bool target_ua_report(struct target_itl *itl, struct target_sense *sense);
void target_ua_busy(struct target_itl *itl, u8 status);
bool target_ua_peek(struct target_itl *itl, struct target_sense *sense);
void target_ua_clear(struct target_itl *itl, enum target_ua ua);

/* xcopy.c */
int xcopy_start(void);
void xcopy_stop(void);
void xcopy_child_ended(struct target_cmd *cmd);
void xcopy_for_each_cmd(struct target_nexus *nexus,
			void (*fn)(struct target_cmd *cmd, void *arg), void *arg);
void xcopy_forget(struct target_nexus *nexus, const struct target_device *dev);
void target_nexus_for_each_cmd(struct target_nexus *nexus,
			       void (*fn)(struct target_cmd *cmd, void *arg), void *arg);

/* nexus.c, lun.c: caller holds nothing unless said; may sleep */
extern struct list_head target_nexuses;		/* target_nexus.all_link, under target_lock */
int target_lun_link(struct target_lun *lun, struct target_device *dev);
void target_lun_unlink(struct target_lun *lun);
struct target_lun *target_lun_alloc(struct target_tpg *tpg, u64 number);
void target_lun_remove(struct target_lun *lun);
void target_lun_put(struct target_lun *lun);
int target_map_link(struct target_lun_map *map, struct target_lun *lun);
void target_map_unlink(struct target_lun_map *map);
void target_map_remove(struct target_lun_map *map);
void target_map_set_write_protect(struct target_lun_map *map, bool on);
struct target_acl *target_acl_make(struct target_tpg *tpg, const char *name);
void target_acl_remove(struct target_acl *acl);
void target_acl_remove_all(struct target_tpg *tpg);
struct target_tpg *target_tpg_alloc(struct target_wwn *wwn, u16 tag);
void target_tpg_remove(struct target_tpg *tpg);
int target_itl_create(struct target_nexus *nexus, struct target_lun_map *map);
void target_itl_kill(struct target_itl *itl);
int target_map_add_hidden(struct target_acl *acl, struct target_lun *lun);
void target_map_drop_hidden(struct target_lun_map *map);
void target_stats_add(struct target_io_stats *sum, const struct target_io_stats *one);
void target_itl_stats(const struct target_itl *itl, struct target_io_stats *sum);
void target_lun_stats(struct target_lun *lun, struct target_io_stats *sum);
void target_device_stats(struct target_device *dev, struct target_io_stats *sum);
void target_stats_other(const struct target_cmd *cmd);
void target_stats_error(const struct target_cmd *cmd);

/* exec_removable.c */
void target_removal_allow_all(struct target_device *dev);

/* exec_log.c */
void target_log_init(struct target_device *dev);
void target_log_exit(struct target_device *dev);

/* device.c */
struct target_device *target_device_alloc(struct target_hba *hba, const char *name);
int target_device_enable(struct target_device *dev);
void target_device_put(struct target_device *dev);
bool target_device_exported(struct target_device *dev);
bool target_device_write_cache(const struct target_device *dev);
bool target_device_flush(struct target_device *dev, u8 flags);
bool target_device_cache_fixed(const struct target_device *dev);
void target_device_dir_put(struct target_device *dev);
int target_device_set_block_size(struct target_device *dev, u32 block_size);
const struct target_backstore_ops *target_backstore_get(const char *plugin);
void target_backstore_put(const struct target_backstore_ops *ops);
int target_ramdisk_start(void);
void target_ramdisk_stop(void);

/* alua.c */
struct target_port_group *target_lun_port_group(struct target_lun *lun);
bool target_alua_check(struct target_cmd *cmd, struct target_sense *sense);
void target_alua_append_referral(struct target_cmd *cmd);
void target_alua_lu_referrals(struct target_device *dev, struct scsi_lu *lu);
u8 target_alua_lun_state(const struct target_lun *lun);
void target_alua_init_default(struct target_device *dev);
void target_alua_join(struct target_lun *lun, struct target_port_group *pg);
void target_alua_leave(struct target_lun *lun);
struct target_port_group *target_alua_find(struct target_device *dev, const char *name);
const char *target_alua_state_name(u8 state);
const char *target_alua_status_name(u8 status);
void target_lu_group_join(struct target_device *dev, struct target_lu_group *group);

/* alua_change.c */
int target_alua_set_state(struct target_port_group *pg, u8 state);
int target_alua_set_offline(struct target_lun *lun, bool offline);

/* alua_store.c */
int target_alua_keep_lun(struct target_lun *lun, bool keep);

/* alua_delay.c */
void target_alua_delay_init(struct target_device *dev);
void target_alua_delay_exit(struct target_device *dev);
void target_alua_delay(struct target_cmd *cmd);
void target_cmd_delay(struct target_cmd *cmd, u32 msecs);
void target_cmd_delay_flush(struct target_device *dev);

/* pr.c */
void target_pr_init(struct target_device *dev);
void target_pr_exit(struct target_device *dev);
void target_pr_bind(struct target_itl *itl);
void target_pr_unbind(struct target_itl *itl);
void target_pr_reset(struct target_device *dev);
bool target_pr_denies(const struct target_cmd *cmd);
bool target_pr_lost_refuses(const struct target_cmd *cmd, struct target_sense *sense);

/* configfs_root.c, configfs_device.c, configfs_fabric.c */
extern struct configfs_subsystem target_subsys;
extern char target_dbroot[];
int target_configfs_start(void);
void target_configfs_stop(void);
void target_configfs_device_groups(struct target_device *dev);
struct config_group *target_configfs_make_fabric(const char *name);
void target_configfs_drop_fabric(struct config_item *item);
struct target_device *target_device_of_item(struct config_item *item);	/* or NULL */

static inline struct target_device *target_bd_device(struct target_backdev *bd)
{
	return container_of(bd, struct target_device, bd);
}

#endif
