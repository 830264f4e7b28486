/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between the core and a fabric. A fabric registers one const ops
 * table; the objects it is handed (target, TPG, LUN, ACL, portal, nexus) are
 * opaque: what it may know of them is behind the accessors below.
 */
#ifndef TARGET_FABRIC_H
#define TARGET_FABRIC_H

#include <linux/configfs.h>
#include <linux/module.h>
#include <target/command.h>

struct target_wwn;
struct target_tpg;
struct target_lun;
struct target_acl;
struct target_portal;
struct target_nexus;

/* Protocol identifiers, SPC-4 7.6.1 */
#define TARGET_PROTO_FC		0x0
#define TARGET_PROTO_SRP	0x4
#define TARGET_PROTO_SBP	0x3
#define TARGET_PROTO_ISCSI	0x5
#define TARGET_PROTO_SAS	0x6
#define TARGET_PROTO_UAS	0x9

/* target_fabric_ops.flags */
#define TARGET_FABRIC_NEXUS_FILE 0x01	/* the TPG has a `nexus` file: made by hand */

/**
 * struct target_tpg_policy - who may log in without an ACL of its own, and how
 * @dynamic_acls: unknown initiators get an ACL made for them (demo mode).
 * @cache_dynamic_acls: that ACL stays when the last session ends.
 * @dynamic_write_protect: their LUNs are read-only.
 * @acl_write_protect: initial write_protect of a mapped LUN of a real ACL.
 *
 * Plain bytes; the fabric's attribute files write them at any time and the
 * core reads them at login and LUN mapping.
 */
struct target_tpg_policy {
	u8	dynamic_acls;
	u8	cache_dynamic_acls;
	u8	dynamic_write_protect;
	u8	acl_write_protect;
};

/** struct target_stat_group - a directory of read-only files below fabric_statistics */
struct target_stat_group {
	const char			*name;
	struct configfs_attribute	**attrs;
};

/**
 * struct target_fabric_ops - a fabric
 *
 * Required: @owner, @dir, @name, @respond, @tmf_done, @for_each_cmd and
 * @release_nexus. Every other callback may be NULL.
 *
 * @dir: directory name in configfs ("iscsi"); the module answers to the alias
 *	target-fabric-<dir> (MODULE_ALIAS_TARGET_FABRIC).
 * @name: display name in texts ("iSCSI").
 * @proto_id: TARGET_PROTO_*; @get_proto_id overrides it per target.
 * @flags: TARGET_FABRIC_*.
 * @max_tpgs: TPG tags are below this; 0 means 65536.
 *
 * I/O, any context:
 * @respond: the command has its answer (status, data, sense, residual), or has
 *	been aborted (target_cmd_is_aborted(): send nothing). The command is the
 *	fabric's again; it calls target_cmd_done() after the last use of its data.
 *	Called exactly once for each target_cmd_execute(), maybe from inside it.
 * @tmf_done: the task management request has its response.
 * @for_each_cmd: call @fn for each command struct of the nexus that may be in
 *	the core (idle ones do no harm). Atomic context; the command memory must
 *	not move or go away meanwhile.
 * @cancel_data: optional: a command that waits for data-out has been aborted;
 *	stop fetching and call target_cmd_execute() for it soon. Atomic context.
 *
 * Sessions, process context:
 * @close_nexus: the core wants this session ended (ACL removed, nexus lost).
 *	Start it and return without waiting; end with target_nexus_close().
 * @release_nexus: the last command has ended after target_nexus_close(): free
 *	what belonged to the nexus. The nexus pointer is invalid afterwards.
 * @unit_attention: optional: a unit attention condition was established for a LUN of the
 *	nexus; @asc has ASC and ASCQ. Any context, also before target_nexus_open() returns.
 *
 * Configuration, process context, the configfs directory being locked:
 * @add_wwn: a target directory was made; check the name (target_wwn_name()).
 * @del_wwn: it is going away.
 * @add_tpg, @del_tpg: the same for a TPG. Set the policy in @add_tpg.
 * @enable_tpg: the `enable` file (present only with this callback). Called when the
 *	state changes, and to disable a TPG whose directory is removed.
 * @open_nexus_file, @close_nexus_file: the `nexus` file. The core remembers the name
 *	and has compared its kind (naa., fc., iqn.) with the target's; an open one is
 *	closed before @del_tpg.
 * @add_portal, @del_portal: a portal; without @add_portal mkdir gives ENOSYS.
 *	The portal listens before @add_portal returns.
 * @add_acl, @del_acl: an ACL, explicit or dynamic.
 * @add_lun: a device was linked to a LUN (commands for it may arrive already).
 * @del_lun: it is about to be unlinked.
 *
 * Attribute files, NULL terminated arrays or NULL. Their show and store find the
 * object with the target_*_of_item() helpers:
 * @fabric_attrs (fabric directory), @discovery_attrs (discovery_auth/),
 * @tpg_attrs (TPG directory), @tpg_attrib_attrs (attrib/), @tpg_auth_attrs
 * (auth/), @tpg_param_attrs (param/), @acl_attrs, @acl_attrib_attrs,
 * @acl_auth_attrs, @acl_param_attrs, @portal_attrs.
 * @wwn_stats, @acl_stats: groups below fabric_statistics/, ended by a NULL name.
 */
struct target_fabric_ops {
	struct module	*owner;
	const char	*dir;
	const char	*name;
	u8		proto_id;
	u32		flags;
	u32		max_tpgs;

	void	(*respond)(struct target_cmd *cmd);
	void	(*tmf_done)(struct target_tmf *tmf);
	void	(*for_each_cmd)(struct target_nexus *nexus,
				void (*fn)(struct target_cmd *cmd, void *arg), void *arg);
	void	(*cancel_data)(struct target_cmd *cmd);

	void	(*close_nexus)(struct target_nexus *nexus);
	void	(*release_nexus)(struct target_nexus *nexus);
	void	(*unit_attention)(struct target_nexus *nexus, u64 lun, u16 asc);

	int	(*add_wwn)(struct target_wwn *wwn);
	void	(*del_wwn)(struct target_wwn *wwn);
	u8	(*get_proto_id)(struct target_wwn *wwn);
	int	(*add_tpg)(struct target_tpg *tpg);
	void	(*del_tpg)(struct target_tpg *tpg);
	int	(*enable_tpg)(struct target_tpg *tpg, bool enable);
	int	(*add_portal)(struct target_portal *portal);
	void	(*del_portal)(struct target_portal *portal);
	int	(*add_acl)(struct target_acl *acl);
	void	(*del_acl)(struct target_acl *acl);
	int	(*add_lun)(struct target_lun *lun);
	void	(*del_lun)(struct target_lun *lun);
	int	(*open_nexus_file)(struct target_tpg *tpg, const char *initiator);
	int	(*close_nexus_file)(struct target_tpg *tpg);

	struct configfs_attribute	**fabric_attrs;
	struct configfs_attribute	**discovery_attrs;
	struct configfs_attribute	**tpg_attrs;
	struct configfs_attribute	**tpg_attrib_attrs;
	struct configfs_attribute	**tpg_auth_attrs;
	struct configfs_attribute	**tpg_param_attrs;
	struct configfs_attribute	**acl_attrs;
	struct configfs_attribute	**acl_attrib_attrs;
	struct configfs_attribute	**acl_auth_attrs;
	struct configfs_attribute	**acl_param_attrs;
	struct configfs_attribute	**portal_attrs;
	const struct target_stat_group	*wwn_stats;
	const struct target_stat_group	*acl_stats;
};

#define MODULE_ALIAS_TARGET_FABRIC(dir) MODULE_ALIAS("target-fabric-" dir)

int target_fabric_register(const struct target_fabric_ops *ops);
void target_fabric_unregister(const struct target_fabric_ops *ops);

/* Commands: target_core/cmd.c */
bool target_cmd_init(struct target_cmd *cmd);
int target_cmd_alloc_data(struct target_cmd *cmd, gfp_t gfp);
void target_cmd_free_data(struct target_cmd *cmd);
void target_cmd_execute(struct target_cmd *cmd);
void target_cmd_fail(struct target_cmd *cmd, u8 key, u16 asc_ascq);
void target_cmd_forget(struct target_cmd *cmd);
void target_cmd_done(struct target_cmd *cmd);
void target_tmf_submit(struct target_tmf *tmf);
u64 target_lun_decode(const u8 lun[8]);

static inline bool target_cmd_is_aborted(const struct target_cmd *cmd)
{
	return !cmd->status && (atomic_read(&cmd->state) & TARGET_CMD_ABORTED);
}

/* Whether the core or the backstore still has the command (its buffers are in use). */
static inline bool target_cmd_is_running(const struct target_cmd *cmd)
{
	return atomic_read(&cmd->state) & TARGET_CMD_STATE_MASK;
}

/**
 * struct target_nexus_params - what identifies a new I_T nexus
 * @tpg: target port group logged in to.
 * @initiator: initiator port name as the ACL spells it (at most 223 bytes).
 * @isid: six bytes of ISID for iSCSI; @has_isid tells.
 * @priv: for target_nexus_priv().
 */
struct target_nexus_params {
	struct target_tpg	*tpg;
	const char		*initiator;
	u8			isid[6];
	bool			has_isid;
	void			*priv;
};

/* Sessions: target_core/nexus.c */
struct target_nexus *target_nexus_open(const struct target_nexus_params *params);
void target_nexus_close(struct target_nexus *nexus);
void target_nexus_abort_cmds(struct target_nexus *nexus,
			     bool (*want)(const struct target_cmd *cmd, const void *arg),
			     const void *arg);
void *target_nexus_priv(const struct target_nexus *nexus);
struct target_tpg *target_nexus_tpg(const struct target_nexus *nexus);
struct target_acl *target_nexus_acl(const struct target_nexus *nexus);
bool target_nexus_is_dynamic(const struct target_nexus *nexus);
const char *target_nexus_initiator(const struct target_nexus *nexus);

/* Objects: target_core/lun.c and configfs_fabric.c */
const char *target_wwn_name(const struct target_wwn *wwn);
void *target_wwn_priv(const struct target_wwn *wwn);
void target_wwn_set_priv(struct target_wwn *wwn, void *priv);

struct target_wwn *target_tpg_wwn(const struct target_tpg *tpg);
u16 target_tpg_tag(const struct target_tpg *tpg);
void *target_tpg_priv(const struct target_tpg *tpg);
void target_tpg_set_priv(struct target_tpg *tpg, void *priv);
struct target_tpg_policy *target_tpg_policy(struct target_tpg *tpg);
bool target_tpg_get(struct target_tpg *tpg);
void target_tpg_put(struct target_tpg *tpg);
void target_tpg_close_nexuses(struct target_tpg *tpg);
bool target_tpg_has_luns(struct target_tpg *tpg);

struct target_tpg *target_lun_tpg(const struct target_lun *lun);
u64 target_lun_number(const struct target_lun *lun);

struct target_acl *target_acl_find(struct target_tpg *tpg, const char *initiator);
void target_acl_put(struct target_acl *acl);
const char *target_acl_name(const struct target_acl *acl);
struct target_tpg *target_acl_tpg(const struct target_acl *acl);
bool target_acl_is_dynamic(const struct target_acl *acl);
void *target_acl_priv(const struct target_acl *acl);
void target_acl_set_priv(struct target_acl *acl, void *priv);
void target_acl_close_nexuses(struct target_acl *acl);

const char *target_portal_name(const struct target_portal *portal);
struct target_tpg *target_portal_tpg(const struct target_portal *portal);
void *target_portal_priv(const struct target_portal *portal);
void target_portal_set_priv(struct target_portal *portal, void *priv);

/* From a config_item of an attribute file to its object. */
struct target_wwn *target_wwn_of_item(struct config_item *item);
struct target_tpg *target_tpg_of_item(struct config_item *item);
struct target_acl *target_acl_of_item(struct config_item *item);
struct target_portal *target_portal_of_item(struct config_item *item);

#endif
