/* SPDX-License-Identifier: GPL-2.0-only */
/* Completions for user space: nobody waits there. */
#ifndef SHIM_LINUX_COMPLETION_H
#define SHIM_LINUX_COMPLETION_H

#include <linux/bug.h>

struct completion {
	unsigned int done;
};

static inline void init_completion(struct completion *c)
{
	c->done = 0;
}

static inline void complete(struct completion *c)
{
	c->done++;
}

/* Nobody else is there to complete it. */
static inline void wait_for_completion(struct completion *c)
{
	BUG_ON(!c->done);
	c->done--;
}

static inline unsigned long wait_for_completion_timeout(struct completion *c,
							unsigned long timeout)
{
	wait_for_completion(c);
	return timeout;
}

static inline int wait_for_completion_killable(struct completion *c)
{
	wait_for_completion(c);
	return 0;
}

static inline bool try_wait_for_completion(struct completion *c)
{
	if (!c->done)
		return false;
	c->done--;
	return true;
}

static inline bool completion_done(const struct completion *c)
{
	return c->done;
}

#endif
