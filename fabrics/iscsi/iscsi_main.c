// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module: its operations towards the core, the private parts of targets, TPGs and ACLs, and the
 * CPUs that connections are spread over.
 */
#include <linux/cpumask.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "iscsit.h"

struct workqueue_struct *iscsit_wq;
struct iscsit_auth iscsit_discovery_auth;
bool iscsit_discovery_enforce;

/* ---- CPUs ---- */

static DEFINE_SPINLOCK(cpus_lock);	/* cpus_allowed, cpus_next */
static cpumask_t cpus_allowed;
static int cpus_next = -1;

/* The next of the CPUs allowed, one connection after the other. */
int iscsit_pick_cpu(void)
{
	int cpu;

	spin_lock(&cpus_lock);
	cpu = cpumask_next_and(cpus_next, &cpus_allowed, cpu_online_mask);
	if (cpu >= nr_cpu_ids)
		cpu = cpumask_first_and(&cpus_allowed, cpu_online_mask);
	if (cpu >= nr_cpu_ids)
		cpu = cpumask_first(cpu_online_mask);	/* none of those allowed is online */
	cpus_next = cpu;
	spin_unlock(&cpus_lock);
	return cpu;
}

/* Connections that exist stay where they are. */
void iscsit_set_cpus(const struct cpumask *mask)
{
	spin_lock(&cpus_lock);
	cpumask_copy(&cpus_allowed, mask);
	spin_unlock(&cpus_lock);
}

int iscsit_show_cpus(char *page)
{
	int ret;

	spin_lock(&cpus_lock);
	ret = scnprintf(page, PAGE_SIZE, "%*pbl\n", cpumask_pr_args(&cpus_allowed));
	spin_unlock(&cpus_lock);
	return ret;
}

/* ---- targets, TPGs, ACLs ---- */

static atomic_t wwn_indices;

/* Is there a target of this name, in capitals or not (RFC 7143 4.2.7.1)? */
static bool wwn_exists(const char *name)
{
	const struct iscsit_wwn *wwn;

	lockdep_assert_held(&iscsit_portal_lock);
	list_for_each_entry(wwn, &iscsit_wwns, link)
		if (!strcasecmp(target_wwn_name(wwn->wwn), name))
			return true;
	return false;
}

static int add_wwn(struct target_wwn *target)
{
	struct iscsit_wwn *wwn;
	bool exists;

	if (strlen(target_wwn_name(target)) > ISCSIT_NAME_MAX)
		return -EINVAL;
	wwn = kzalloc(sizeof(*wwn), GFP_KERNEL);
	if (!wwn)
		return -ENOMEM;
	kref_init(&wwn->ref);
	wwn->wwn = target;
	wwn->index = atomic_inc_return(&wwn_indices);
	spin_lock_init(&wwn->fail_lock);
	INIT_LIST_HEAD(&wwn->tpgs);
	target_wwn_set_priv(target, wwn);
	mutex_lock(&iscsit_portal_lock);
	exists = wwn_exists(target_wwn_name(target));
	if (!exists)
		list_add_tail(&wwn->link, &iscsit_wwns);
	mutex_unlock(&iscsit_portal_lock);
	if (!exists)
		return 0;
	kfree(wwn);
	return -EEXIST;
}

static void wwn_release(struct kref *ref)
{
	kfree(container_of(ref, struct iscsit_wwn, ref));
}

static void wwn_put(struct iscsit_wwn *wwn)
{
	kref_put(&wwn->ref, wwn_release);
}

static void del_wwn(struct target_wwn *target)
{
	struct iscsit_wwn *wwn = target_wwn_priv(target);

	mutex_lock(&iscsit_portal_lock);
	list_del(&wwn->link);
	mutex_unlock(&iscsit_portal_lock);
	wwn_put(wwn);
}

static void tpg_release(struct kref *ref)
{
	struct iscsit_tpg *tpg = container_of(ref, struct iscsit_tpg, ref);

	wwn_put(tpg->wwn);
	target_tpg_put(tpg->tpg);
	memzero_explicit(&tpg->auth, sizeof(tpg->auth));
	kfree(tpg->allowed);
	kfree(tpg);
}

/**
 * iscsit_tpg_use() - a connection or a session points to a TPG from now on
 * @tpg: kept by its directory, or by another that uses it
 */
void iscsit_tpg_use(struct iscsit_tpg *tpg)
{
	kref_get(&tpg->ref);
	atomic_inc(&tpg->conns);
}

/**
 * iscsit_tpg_unuse() - the end of that; who waits for it is woken
 * @tpg: may be gone with this. May sleep.
 */
void iscsit_tpg_unuse(struct iscsit_tpg *tpg)
{
	atomic_dec(&tpg->conns);
	wake_up_all(&iscsit_conn_wait);
	kref_put(&tpg->ref, tpg_release);
}

static int add_tpg(struct target_tpg *core_tpg)
{
	struct iscsit_tpg *tpg = kzalloc(sizeof(*tpg), GFP_KERNEL);

	if (!tpg)
		return -ENOMEM;
	if (!target_tpg_get(core_tpg)) {
		kfree(tpg);
		return -ENODEV;
	}
	kref_init(&tpg->ref);
	tpg->tpg = core_tpg;
	tpg->wwn = target_wwn_priv(target_tpg_wwn(core_tpg));
	kref_get(&tpg->wwn->ref);
	INIT_LIST_HEAD(&tpg->portals);
	mutex_init(&tpg->lock);
	mutex_init(&tpg->config_lock);
	iscsit_config_init(&tpg->config);
	iscsit_tpg_defaults(tpg);
	target_tpg_set_priv(core_tpg, tpg);
	mutex_lock(&iscsit_portal_lock);
	list_add_tail(&tpg->link, &tpg->wwn->tpgs);
	mutex_unlock(&iscsit_portal_lock);
	return 0;
}

static void tpg_set_active(struct iscsit_tpg *tpg, bool active)
{
	mutex_lock(&tpg->lock);
	WRITE_ONCE(tpg->active, active);
	mutex_unlock(&tpg->lock);
	iscsit_targets_changed();
}

/* The end of the directory; what has not come to its end by then keeps the memory. */
static void del_tpg(struct target_tpg *core_tpg)
{
	struct iscsit_tpg *tpg = target_tpg_priv(core_tpg);

	tpg_set_active(tpg, false);
	mutex_lock(&iscsit_portal_lock);
	list_del(&tpg->link);
	mutex_unlock(&iscsit_portal_lock);
	iscsit_tpg_end_conns(tpg);
	kref_put(&tpg->ref, tpg_release);
}

/* Enabling settles what authentication=1 means for a list that says otherwise (None goes). */
static int enable_tpg(struct target_tpg *core_tpg, bool enable)
{
	struct iscsit_tpg *tpg = target_tpg_priv(core_tpg);

	if (enable && tpg->attrib[ISCSIT_TA_AUTHENTICATION]) {
		mutex_lock(&tpg->config_lock);
		iscsit_config_set_auth(&tpg->config, true);
		mutex_unlock(&tpg->config_lock);
	}
	if (enable)
		tpg->overdue = false;
	tpg_set_active(tpg, enable);
	if (!enable)
		iscsit_tpg_end_conns(tpg);
	return 0;
}

/* Called with the core's locks held. */
static int add_acl(struct target_acl *core_acl)
{
	struct iscsit_acl *acl = kzalloc(sizeof(*acl), GFP_KERNEL);

	if (!acl)
		return -ENOMEM;
	iscsit_acl_defaults(acl, target_tpg_priv(target_acl_tpg(core_acl)));
	target_acl_set_priv(core_acl, acl);
	iscsit_targets_changed();
	return 0;
}

/* Sessions may still be on their way out and look at it. */
static void del_acl(struct target_acl *core_acl)
{
	struct iscsit_acl *acl = target_acl_priv(core_acl);

	target_acl_set_priv(core_acl, NULL);
	kfree_rcu(acl, rcu);
	iscsit_targets_changed();
}

const struct target_fabric_ops iscsit_ops = {
	.owner			= THIS_MODULE,
	.dir			= "iscsi",
	.name			= "iSCSI",
	.proto_id		= TARGET_PROTO_ISCSI,
	.respond		= iscsit_respond,
	.tmf_done		= iscsit_tmf_done,
	.for_each_cmd		= iscsit_for_each_cmd,
	.cancel_data		= iscsit_cancel_data,
	.close_nexus		= iscsit_close_nexus,
	.unit_attention		= iscsit_unit_attention,
	.release_nexus		= iscsit_release_nexus,
	.add_wwn		= add_wwn,
	.del_wwn		= del_wwn,
	.add_tpg		= add_tpg,
	.del_tpg		= del_tpg,
	.enable_tpg		= enable_tpg,
	.add_portal		= iscsit_add_portal,
	.del_portal		= iscsit_del_portal,
	.add_acl		= add_acl,
	.del_acl		= del_acl,
	.fabric_attrs		= iscsit_fabric_attrs,
	.discovery_attrs	= iscsit_discovery_attrs,
	.tpg_attrs		= iscsit_tpg_attrs,
	.tpg_attrib_attrs	= iscsit_tpg_attrib_attrs,
	.tpg_auth_attrs		= iscsit_tpg_auth_attrs,
	.tpg_param_attrs	= iscsit_tpg_param_attrs,
	.acl_attrs		= iscsit_acl_attrs,
	.acl_attrib_attrs	= iscsit_acl_attrib_attrs,
	.acl_auth_attrs		= iscsit_acl_auth_attrs,
	.acl_param_attrs	= iscsit_acl_param_attrs,
	.portal_attrs		= iscsit_portal_attrs,
	.wwn_stats		= iscsit_wwn_stats,
	.acl_stats		= iscsit_acl_stats,
};

static int __init iscsit_init(void)
{
	int ret = -ENOMEM;

	cpumask_copy(&cpus_allowed, cpu_possible_mask);
	iscsit_wq = alloc_workqueue("iscsi_target", WQ_MEM_RECLAIM, 0);
	if (!iscsit_wq)
		return -ENOMEM;
	ret = iscsit_conn_init();
	if (ret)
		goto out_wq;
	iscsit_chap_start();
	ret = target_fabric_register(&iscsit_ops);
	if (ret)
		goto out_conn;
	return 0;

out_conn:
	iscsit_chap_stop();
	iscsit_conn_exit();
out_wq:
	destroy_workqueue(iscsit_wq);
	return ret;
}

static void __exit iscsit_exit(void)
{
	target_fabric_unregister(&iscsit_ops);
	iscsit_conn_exit();
	iscsit_chap_stop();
	destroy_workqueue(iscsit_wq);
	memzero_explicit(&iscsit_discovery_auth, sizeof(iscsit_discovery_auth));
}

module_init(iscsit_init);
module_exit(iscsit_exit);

MODULE_DESCRIPTION("iSCSI target over TCP");
MODULE_LICENSE("GPL");
MODULE_ALIAS_TARGET_FABRIC("iscsi");
TARGET_IMPORT_NS();
