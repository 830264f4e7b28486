// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module start and end of the engine.
 */
#include <linux/module.h>
#include <linux/workqueue.h>
#include "core.h"

/* Which object belongs to which; see core.h. */
DEFINE_MUTEX(target_lock);
struct workqueue_struct *target_wq;

static int __init target_core_init(void)
{
	int ret = scsi_op_init();

	if (ret)
		return ret;
	target_wq = alloc_workqueue("target_core", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!target_wq)
		return -ENOMEM;
	ret = target_tmf_start();
	if (ret)
		goto out_wq;
	ret = xcopy_start();
	if (ret)
		goto out_tmf;
	ret = target_ramdisk_start();
	if (ret)
		goto out_xcopy;
	target_debugfs_start();
	ret = target_configfs_start();
	if (ret)
		goto out_debugfs;
	return 0;

out_debugfs:
	target_debugfs_stop();
	target_ramdisk_stop();
out_xcopy:
	xcopy_stop();
out_tmf:
	target_tmf_stop();
out_wq:
	destroy_workqueue(target_wq);
	return ret;
}

static void __exit target_core_exit(void)
{
	target_configfs_stop();
	target_debugfs_stop();
	target_ramdisk_stop();
	xcopy_stop();
	target_tmf_stop();
	/* The last objects are freed after a grace period, by work on target_wq. */
	rcu_barrier();
	destroy_workqueue(target_wq);
	rcu_barrier();
}

module_init(target_core_init);
module_exit(target_core_exit);

MODULE_DESCRIPTION("SCSI target engine");
MODULE_LICENSE("GPL");
