// SPDX-License-Identifier: GPL-2.0-only
/* A blocking tag set allocates its SRCU when it is made since 6.2: too late to change the flag. */
#include <linux/blk-mq.h>

struct srcu_struct *probe(struct blk_mq_tag_set *set);
struct srcu_struct *probe(struct blk_mq_tag_set *set)
{
	return set->srcu;
}
