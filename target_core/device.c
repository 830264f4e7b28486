// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registry of backstore plugins, and the life of a device (storage object):
 * made by mkdir, opened by enable, closed when its last user has gone.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kmod.h>
#include <linux/log2.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include "configfs_device.h"
#include "latency.h"
#include "store.h"

#define CAPACITY_PERIOD	(2 * HZ)	/* nothing in the kernel tells of a disk that has grown */
#define DIR_PUT_WAIT	(2 * HZ)	/* rmdir waits no longer for other users of the device */
#define CLOSE_WAIT	(5 * HZ)	/* nor for the medium to be let go of */

/** struct backstore - a registered plugin */
struct backstore {
	struct list_head			link;
	const struct target_backstore_ops	*ops;
};

static LIST_HEAD(backstores);
static DEFINE_MUTEX(backstores_lock);	/* backstores */

static u32 next_device_index;		/* under target_lock */

static struct backstore *backstore_find(const char *plugin)
{
	struct backstore *b;

	lockdep_assert_held(&backstores_lock);
	list_for_each_entry(b, &backstores, link)
		if (!strcmp(b->ops->name, plugin))
			return b;
	return NULL;
}

static bool backstore_ops_complete(const struct target_backstore_ops *ops)
{
	return ops->name && ops->product && ops->create && ops->destroy && ops->control &&
	       ops->open && ops->close && ops->size && ops->submit && ops->info;
}

/**
 * target_backstore_register() - make a plugin known
 * @ops: the plugin's; stays valid until target_backstore_unregister()
 *
 * May sleep. Returns 0, -EINVAL if a required member is missing, -EEXIST if the
 * name is taken, or -ENOMEM.
 */
int target_backstore_register(const struct target_backstore_ops *ops)
{
	struct backstore *b;
	int err = 0;

	if (!backstore_ops_complete(ops))
		return -EINVAL;
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	b->ops = ops;
	mutex_lock(&backstores_lock);
	if (backstore_find(ops->name))
		err = -EEXIST;
	else
		list_add_tail(&b->link, &backstores);
	mutex_unlock(&backstores_lock);
	if (err)
		kfree(b);
	return err;
}
TARGET_EXPORT(target_backstore_register);

/**
 * target_backstore_unregister() - forget a plugin
 * @ops: as registered
 *
 * Each HBA directory and each device holds the plugin's module, so that a module's
 * exit function finds nothing of its own in use. May sleep.
 */
void target_backstore_unregister(const struct target_backstore_ops *ops)
{
	struct backstore *b;

	mutex_lock(&backstores_lock);
	b = backstore_find(ops->name);
	if (b && b->ops == ops) {
		list_del(&b->link);
		kfree(b);
	}
	mutex_unlock(&backstores_lock);
}
TARGET_EXPORT(target_backstore_unregister);

static const struct target_backstore_ops *backstore_try_get(const char *plugin)
{
	const struct target_backstore_ops *ops = NULL;
	struct backstore *b;

	mutex_lock(&backstores_lock);
	b = backstore_find(plugin);
	if (b && try_module_get(b->ops->owner))
		ops = b->ops;
	mutex_unlock(&backstores_lock);
	return ops;
}

/**
 * target_backstore_get() - find a plugin, loading its module if need be
 * @plugin: the plugin's name
 *
 * May sleep. Returns the plugin with its module held, or NULL if there is none.
 */
const struct target_backstore_ops *target_backstore_get(const char *plugin)
{
	const struct target_backstore_ops *ops = backstore_try_get(plugin);

	if (!ops) {
		request_module("target-backstore-%s", plugin);
		ops = backstore_try_get(plugin);
	}
	return ops;
}

/**
 * target_backstore_put() - let go of a plugin's module
 * @ops: from target_backstore_get()
 */
void target_backstore_put(const struct target_backstore_ops *ops)
{
	module_put(ops->owner);
}

#define MAX_UNMAP_BLOCKS	(1U << 20)

static const struct target_dev_attrib attrib_defaults = {
	.emulate_dpo		= 1,
	.emulate_fua_write	= 1,
	.emulate_fua_read	= 1,
	.emulate_tas		= 1,
	.emulate_caw		= 1,
	.emulate_3pc		= 1,
	.emulate_pr		= 1,
	.emulate_rsoc		= 1,
	.enforce_pr_isids	= 1,
	.alua_support		= 1,
	.pgr_support		= 1,
};

static void device_set_identity(struct target_device *dev)
{
	strscpy(dev->id.vendor, "LIO-ORG", sizeof(dev->id.vendor));
	strscpy(dev->id.product, dev->bd.ops->product, sizeof(dev->id.product));
	strscpy(dev->id.revision, "4.0", sizeof(dev->id.revision));
	dev->id.company_id = 0x001405;
}

/*
 * A queue runs some hundred works at a time. A medium that does not answer may hold them all, which
 * must not keep from path checkers and from fencing what is known without it.
 */
static int device_alloc_queues(struct target_device *dev)
{
	const unsigned int flags = WQ_UNBOUND | WQ_MEM_RECLAIM;

	dev->wq = alloc_workqueue("target_%.16s", flags, 0, dev->bd.name);
	if (!dev->wq)
		return -ENOMEM;
	dev->ctl_wq = alloc_workqueue("target_ctl_%.12s", flags, 0, dev->bd.name);
	if (dev->ctl_wq)
		return 0;
	destroy_workqueue(dev->wq);
	dev->wq = NULL;
	return -ENOMEM;
}

static void device_free_queues(struct target_device *dev)
{
	destroy_workqueue(dev->ctl_wq);
	destroy_workqueue(dev->wq);
	dev->ctl_wq = NULL;
	dev->wq = NULL;
}

/*
 * The end of life. References are held by the configfs directory of the
 * device, by each LUN link and by each I_T_L nexus, which a command (an orphan in
 * the worst case) keeps alive. So when the count is zero there is no command, no
 * one can find the device, and the backstore has nothing outstanding: close it, in
 * a work item, as that may take as long as the medium does (somebody may have left
 * dirty pages in its page cache), which nobody waits for without a bound.
 * The device holds its HBA, the HBA holds the plugin's module, and the device
 * holds this module itself: an orphan may be all that is left of a configuration.
 */
static void device_close(struct target_device *dev)
{
	if (!dev->configured)
		return;
	cancel_delayed_work_sync(&dev->capacity_work);
	target_alua_delay_exit(dev);
	cancel_delayed_work_sync(&dev->thin_work);
	dev->bd.ops->close(&dev->bd);
	rcu_barrier();		/* the end of an ORDERED command's wait still queues work */
	device_free_queues(dev);
	dev->configured = false;
}

static void device_free(struct target_device *dev)
{
	struct target_hba *hba = dev->hba;

	device_close(dev);
	dev->bd.ops->destroy(&dev->bd);
	target_task_set_exit(&dev->tasks);
	target_pr_exit(dev);
	target_medium_exit(dev);
	mutex_destroy(&dev->mode_lock);
	mutex_destroy(&dev->store_lock);
	target_log_exit(dev);
	target_latency_exit(dev);
	target_primary_exit(dev);
	mutex_destroy(&dev->config_lock);
	kfree(rcu_dereference_protected(dev->lba_map, true));
	kfree(dev->bd.name);
	/* The default port group is part of it, and the I/O path looks at that under RCU. */
	kfree_rcu(dev, rcu);
	config_group_put(&hba->group);
	module_put(THIS_MODULE);
}

static void device_free_work(struct work_struct *work)
{
	device_free(container_of(work, struct target_device, free_work));
}

static void device_release(struct kref *ref)
{
	struct target_device *dev = container_of(ref, struct target_device, ref);

	queue_work(target_wq, &dev->free_work);
}

static void device_release_now(struct kref *ref)
{
	device_free(container_of(ref, struct target_device, ref));
}

/* Nobody uses the device any more, but who waits for this; the work has a reference. */
static void device_close_work(struct work_struct *work)
{
	struct target_device *dev = container_of(work, struct target_device, close_work);

	device_close(dev);
	complete(&dev->closed);
	kref_put(&dev->ref, device_release_now);
}

/**
 * target_device_put() - drop a reference
 * @dev: the device
 *
 * Any context. The last reference closes the backstore from a workqueue.
 */
void target_device_put(struct target_device *dev)
{
	kref_put(&dev->ref, device_release);
}

/**
 * target_device_dir_put() - drop the reference of the device's directory
 * @dev: the device
 *
 * Process context, no lock of ours held: if this is the last reference the backstore is
 * closed before it returns, so that after rmdir the medium is free. I_T_L nexuses
 * of LUNs just unlinked may be on their way out: it gives them a moment. An orphan
 * takes longer than that, and closes the backstore when it ends. Both waits are
 * killable and bounded, and what a dead medium has begun it ends by itself.
 */
void target_device_dir_put(struct target_device *dev)
{
	unsigned long end = jiffies + DIR_PUT_WAIT;

	while (kref_read(&dev->ref) > 1 && time_before(jiffies, end) &&
	       !fatal_signal_pending(current))
		msleep_interruptible(5);
	if (kref_read(&dev->ref) == 1 && dev->configured) {
		kref_get(&dev->ref);
		queue_work(target_wq, &dev->close_work);
		if (wait_for_completion_killable_timeout(&dev->closed, CLOSE_WAIT) > 0)
			flush_work(&dev->close_work);	/* ours is the last reference then */
		else
			pr_warn("%s: the medium does not let go; it is closed later\n",
				dev->bd.name);
	}
	kref_put(&dev->ref, device_release_now);
}

static u64 device_blocks(struct target_device *dev)
{
	return dev->bd.ops->size(&dev->bd) >> dev->block_shift;
}

/*
 * A medium without any blocks is one that has been taken away: that is no capacity to tell of, and
 * the unit is not ready until it is back.
 */
static void device_capacity_update(struct target_device *dev)
{
	u64 blocks;

	mutex_lock(&target_lock);
	blocks = device_blocks(dev);
	if (!blocks && !(dev->gate & TARGET_GATE_GONE))
		pr_warn("%s: the medium is gone\n", dev->bd.name);
	target_medium_gate(dev, TARGET_GATE_GONE, !blocks);
	if (blocks && blocks != dev->nr_blocks) {
		WRITE_ONCE(dev->nr_blocks, blocks);
		target_ua_raise_device(dev, TARGET_UA_CAPACITY_CHANGED, NULL);
	}
	mutex_unlock(&target_lock);
}

/* A word of memory is looked at: no I/O, and no lock while it stays the same. */
static void device_capacity_watch(struct target_device *dev)
{
	if (dev->hw_limits.resizes)
		queue_delayed_work(dev->wq, &dev->capacity_work, CAPACITY_PERIOD);
}

static void device_capacity_work(struct work_struct *work)
{
	struct target_device *dev = container_of(to_delayed_work(work), struct target_device,
						 capacity_work);

	if (device_blocks(dev) != READ_ONCE(dev->nr_blocks) ||
	    (READ_ONCE(dev->gate) & TARGET_GATE_GONE))
		device_capacity_update(dev);
	device_capacity_watch(dev);
}

/**
 * target_backdev_capacity_changed() - the medium has another size now
 * @bd: an open device
 *
 * For backstores, between the return of ops->open and ops->close, any context.
 * ops->size is asked again and the initiators are told (SBC-3 4.10, CAPACITY DATA
 * HAS CHANGED).
 */
void target_backdev_capacity_changed(struct target_backdev *bd)
{
	struct target_device *dev = target_bd_device(bd);

	if (smp_load_acquire(&dev->configured))
		mod_delayed_work(dev->wq, &dev->capacity_work, 0);
}
TARGET_EXPORT(target_backdev_capacity_changed);

static int device_init(struct target_device *dev, struct target_hba *hba, const char *name)
{
	dev->bd.name = kstrdup(name, GFP_KERNEL);
	if (!dev->bd.name)
		return -ENOMEM;
	dev->bd.ops = hba->ops;
	dev->bd.hba_index = hba->index;
	dev->hba = hba;
	dev->attrib = attrib_defaults;
	dev->created = get_jiffies_64();
	kref_init(&dev->ref);
	mutex_init(&dev->config_lock);
	target_store_init(dev);
	mutex_init(&dev->mode_lock);
	target_pr_init(dev);
	target_medium_init(dev);
	target_thin_init(dev);
	target_background_init(dev);
	target_log_init(dev);
	target_alua_delay_init(dev);
	target_inject_init(dev);
	target_latency_init(dev);
	target_primary_init(dev);
	INIT_WORK(&dev->free_work, device_free_work);
	INIT_WORK(&dev->close_work, device_close_work);
	init_completion(&dev->closed);
	INIT_DELAYED_WORK(&dev->capacity_work, device_capacity_work);
	INIT_LIST_HEAD(&dev->hba_link);
	INIT_LIST_HEAD(&dev->all_link);
	INIT_LIST_HEAD(&dev->luns);
	INIT_LIST_HEAD(&dev->port_groups);
	INIT_LIST_HEAD(&dev->lu_group_link);
	device_set_identity(dev);
	return 0;
}

/**
 * target_device_alloc() - make a device that is not configured yet
 * @hba: where its directory is being made; held until the device is freed
 * @name: name of the directory
 *
 * The caller adds it to the lists and drops the reference it gets with
 * target_device_dir_put(). May sleep. Returns the device or an ERR_PTR().
 */
struct target_device *target_device_alloc(struct target_hba *hba, const char *name)
{
	struct target_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int err;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	err = device_init(dev, hba, name);
	if (err)
		goto free_dev;
	err = target_task_set_init(&dev->tasks, dev);
	if (err)
		goto free_name;
	err = hba->ops->create(&dev->bd);
	if (err)
		goto exit_task_set;
	config_group_get(&hba->group);
	__module_get(THIS_MODULE);
	mutex_lock(&target_lock);
	dev->index = next_device_index++;
	mutex_unlock(&target_lock);
	target_alua_init_default(dev);
	return dev;

exit_task_set:
	target_task_set_exit(&dev->tasks);
free_name:
	kfree(dev->bd.name);
free_dev:
	kfree(dev);
	return ERR_PTR(err);
}

static bool block_size_valid(u32 size)
{
	return is_power_of_2(size) && size >= 512 && size <= 4096;
}

static bool limits_valid(const struct target_limits *l)
{
	return block_size_valid(l->block_size) && l->max_blocks && l->queue_depth;
}

/* The backstore's limits count its own blocks; the device may have larger ones. */
static void limits_scale(struct target_limits *l, unsigned int shift)
{
	l->max_blocks = max(l->max_blocks >> shift, 1U);
	l->phys_exp = l->phys_exp > shift ? l->phys_exp - shift : 0;
	l->lowest_aligned = l->phys_exp ? l->lowest_aligned >> shift : 0;
	l->io_min >>= shift;
	l->io_opt >>= shift;
	l->max_unmap_blocks >>= shift;
	if (l->unmap_gran)
		l->unmap_gran = max(l->unmap_gran >> shift, 1U);
	l->unmap_align >>= shift;
	l->max_zero_blocks >>= shift;
	l->max_atomic_blocks >>= shift;
}

/* Whole pages of blocks, which is what a merged request ends up as. */
static u32 whole_pages(u32 blocks, u32 block_size)
{
	u32 per_page = max_t(u32, PAGE_SIZE / block_size, 1);

	return blocks > per_page ? rounddown(blocks, per_page) : blocks;
}

/* Everything that is counted in logical blocks follows from their size. */
static void device_derive(struct target_device *dev, u32 block_size)
{
	struct target_dev_attrib *a = &dev->attrib;
	struct target_limits *l = &dev->bd.limits;
	u32 own = dev->hw_limits.block_size;

	*l = dev->hw_limits;
	limits_scale(l, ilog2(block_size) - ilog2(own));
	dev->bd.block_size = block_size;
	dev->block_shift = ilog2(block_size);
	WRITE_ONCE(dev->nr_blocks, device_blocks(dev));

	a->block_size = block_size;
	a->hw_max_sectors = whole_pages(l->max_blocks, block_size);
	a->optimal_sectors = a->hw_max_sectors;
	/* A bounded piece of work for one command; also what iscsi-test-cu calls sane. */
	a->max_unmap_lba_count = min(l->max_unmap_blocks, MAX_UNMAP_BLOCKS);
	a->max_unmap_block_desc_count = l->max_unmap_blocks ? l->max_unmap_descs : 0;
	a->unmap_granularity = l->unmap_gran;
	a->unmap_granularity_alignment = l->unmap_align;
	/* Where the backstore can't zero, the core writes: any limit would do. */
	a->max_write_same_len = l->max_zero_blocks ?: U16_MAX;
}

/**
 * target_device_set_block_size() - change the size of a logical block
 * @dev: a configured device; caller holds config_lock and target_lock
 * @block_size: bytes
 *
 * Blocks smaller than the medium's own can't be written alone. Returns 0, -ENODEV
 * if not configured, -EINVAL for a size the medium can't have.
 */
int target_device_set_block_size(struct target_device *dev, u32 block_size)
{
	lockdep_assert_held(&dev->config_lock);
	if (!block_size_valid(block_size))
		return -EINVAL;
	if (!dev->configured)
		return -ENODEV;
	if (block_size < dev->hw_limits.block_size)
		return -EINVAL;
	if (block_size != dev->attrib.block_size)
		device_derive(dev, block_size);
	return 0;
}

static void device_set_defaults(struct target_device *dev)
{
	struct target_dev_attrib *a = &dev->attrib;
	const struct target_limits *l = &dev->hw_limits;

	a->hw_block_size = l->block_size;
	a->hw_queue_depth = l->queue_depth;
	a->queue_depth = l->queue_depth;
	a->is_nonrot = !l->rotational;
	if (l->write_cache && !dev->bd.ops->reports_cache)
		a->emulate_write_cache = 1;
	device_derive(dev, l->block_size);
}

static int device_open(struct target_device *dev)
{
	struct target_backdev *bd = &dev->bd;
	int err;

	memset(&bd->limits, 0, sizeof(bd->limits));
	err = bd->ops->open(bd);
	if (err)
		return err;
	if (!limits_valid(&bd->limits)) {
		pr_err("%s: backstore %s has limits a disk can't have\n", bd->name, bd->ops->name);
		bd->ops->close(bd);
		return -EINVAL;
	}
	dev->hw_limits = bd->limits;
	return 0;
}

/**
 * target_device_enable() - open the medium; from now on the device can be exported
 * @dev: the device
 *
 * May sleep. Returns 0, -EEXIST if it is enabled already, -EINTR for a caller that is
 * killed, or the errno of the backstore's ops->open.
 */
int target_device_enable(struct target_device *dev)
{
	int err = mutex_lock_killable(&dev->config_lock);

	if (err)
		return err;
	err = -EEXIST;
	if (dev->configured)
		goto unlock;
	err = device_alloc_queues(dev);
	if (err)
		goto unlock;
	err = device_open(dev);
	if (err)
		goto free_queues;
	device_set_defaults(dev);
	mutex_lock(&target_lock);
	target_lu_group_join(dev, &target_default_lu_group);
	mutex_unlock(&target_lock);
	smp_store_release(&dev->configured, true);
	device_capacity_watch(dev);
	goto unlock;

free_queues:
	device_free_queues(dev);
unlock:
	mutex_unlock(&dev->config_lock);
	return err;
}

/**
 * target_device_exported() - whether a LUN is linked to the device
 * @dev: the device
 *
 * A hint unless the caller holds target_lock.
 */
bool target_device_exported(struct target_device *dev)
{
	return READ_ONCE(dev->export_count) != 0;
}

/**
 * target_device_write_cache() - whether a volatile write cache is to be reported
 * @dev: a configured device
 *
 * Any context. WCE of the caching mode page (SBC-3 6.5.5).
 */
bool target_device_write_cache(const struct target_device *dev)
{
	const struct target_backdev *bd = &dev->bd;

	if (bd->ops->write_cache)
		return bd->ops->write_cache((struct target_backdev *)bd);
	if (bd->ops->reports_cache)
		return bd->limits.write_cache;
	return READ_ONCE(dev->attrib.emulate_write_cache);
}

/**
 * target_device_cache_fixed() - whether WCE is not ours to change
 * @dev: a configured device
 *
 * Any context.
 */
bool target_device_cache_fixed(const struct target_device *dev)
{
	return dev->bd.ops->reports_cache || dev->bd.ops->write_cache;
}
