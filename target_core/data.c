// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages for a command's data, for fabrics that bring none of their own.
 */
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include "core.h"

#define DATA_MAX_ORDER	4	/* compound pages up to 64 KiB: fewer segments */

static struct page *data_page(u32 left, gfp_t gfp, unsigned int *order)
{
	unsigned int want = min_t(unsigned int, get_order(left), DATA_MAX_ORDER);
	struct page *page;

	/* Never round up: 20 KiB are 16 and 4, not 32. */
	if (want && (PAGE_SIZE << want) > left)
		want--;
	for (; want; want--) {
		page = alloc_pages(gfp | __GFP_COMP | __GFP_NOWARN | __GFP_NORETRY, want);
		if (page) {
			*order = want;
			return page;
		}
	}
	*order = 0;
	return alloc_page(gfp);
}

/**
 * target_cmd_alloc_data() - allocate cmd->xfer_len bytes of pages into cmd->sgl
 * @cmd: target_cmd_init() returned true
 * @gfp: allocation flags of the caller's context
 *
 * target_cmd_done() frees them. The pages are of the page allocator and may be
 * sent without copying.
 *
 * Return: 0 or -ENOMEM.
 */
int target_cmd_alloc_data(struct target_cmd *cmd, gfp_t gfp)
{
	unsigned int max = DIV_ROUND_UP(cmd->xfer_len, PAGE_SIZE);
	u32 left = cmd->xfer_len;
	unsigned int order;

	if (!left)
		return 0;
	cmd->sgl = max <= TARGET_INLINE_SG ? cmd->inline_sgl :
					     kvmalloc_array(max, sizeof(*cmd->sgl), gfp);
	if (!cmd->sgl)
		return -ENOMEM;
	cmd->flags |= TARGET_CMDF_OWN_SGL;
	sg_init_table(cmd->sgl, max);
	while (left) {
		struct page *page = data_page(left, gfp, &order);
		u32 n = min_t(u32, left, PAGE_SIZE << order);

		if (!page)
			goto out_free;
		sg_set_page(&cmd->sgl[cmd->sg_cnt++], page, n, 0);
		left -= n;
	}
	sg_mark_end(&cmd->sgl[cmd->sg_cnt - 1]);
	return 0;

out_free:
	target_cmd_free_data(cmd);
	return -ENOMEM;
}
TARGET_EXPORT(target_cmd_alloc_data);

/**
 * target_cmd_free_data() - free what target_cmd_alloc_data() gave
 * @cmd: any command; nothing happens if the pages are not the core's
 *
 * A page that the network still sends lives on by its own reference.
 */
void target_cmd_free_data(struct target_cmd *cmd)
{
	unsigned int i;

	if (!(cmd->flags & TARGET_CMDF_OWN_SGL))
		return;
	cmd->flags &= ~TARGET_CMDF_OWN_SGL;
	for (i = 0; i < cmd->sg_cnt; i++)
		put_page(sg_page(&cmd->sgl[i]));
	if (cmd->sgl != cmd->inline_sgl)
		kvfree(cmd->sgl);
	cmd->sgl = NULL;
	cmd->sg_cnt = 0;
}
TARGET_EXPORT(target_cmd_free_data);
