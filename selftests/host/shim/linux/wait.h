/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: nobody has to wait, as all is done at once.
 */
#ifndef SHIM_LINUX_WAIT_H
#define SHIM_LINUX_WAIT_H

#include <linux/types.h>

typedef struct {
	struct list_head	head;
} wait_queue_head_t;

#define HZ					1000
#define DECLARE_WAIT_QUEUE_HEAD(name)		wait_queue_head_t name
#define init_waitqueue_head(wq)			((void)(wq))
#define wake_up_all(wq)				((void)(wq))
#define wait_event_timeout(wq, condition, time)	((condition) ? (time) : 0)

/* As with a timeout of nothing: asked again once */
#define TASK_UNINTERRUPTIBLE			2
#define DEFINE_WAIT_FUNC(name, function)	int name __maybe_unused
#define add_wait_queue(wq, wait)		((void)(wq))
#define remove_wait_queue(wq, wait)		((void)(wq))
#define wait_woken(wait, state, left)		0L

#endif
