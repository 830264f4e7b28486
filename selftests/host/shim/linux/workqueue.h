/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: work items, done at once but for a queue that keeps one.
 */
#ifndef SHIM_LINUX_WORKQUEUE_H
#define SHIM_LINUX_WORKQUEUE_H

#include <linux/completion.h>
#include <linux/slab.h>
#include <linux/types.h>

struct work_struct {
	void	(*func)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
};

struct rcu_work {
	struct work_struct work;
};

/** struct workqueue_struct - @kept: the item that the test is going to do */
struct workqueue_struct {
	struct work_struct *kept;
};

#define WQ_UNBOUND		1
#define WQ_MEM_RECLAIM		2
#define system_unbound_wq	((struct workqueue_struct *)NULL)
#define alloc_workqueue(name, flags, max) \
	((struct workqueue_struct *)kzalloc(sizeof(struct workqueue_struct), GFP_KERNEL))
#define destroy_workqueue(wq)	kfree(wq)
#define INIT_WORK(work, fn)	((work)->func = (fn))
#define INIT_WORK_ONSTACK(work, fn) INIT_WORK(work, fn)

static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	if (wq)
		wq->kept = work;
	else
		work->func(work);
	return true;
}

static inline void flush_work(struct work_struct *work)
{
}

static inline void destroy_work_on_stack(struct work_struct *work)
{
}

#endif
