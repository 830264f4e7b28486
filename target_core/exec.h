/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the handlers of exec_data.c and exec_sbc.c share. All but exec_dev() and
 * the ends of a command are for SCSI_OP_PROCESS handlers.
 */
#ifndef TARGET_CORE_EXEC_H
#define TARGET_CORE_EXEC_H

#include "core.h"

static inline struct target_device *exec_dev(const struct target_cmd *cmd)
{
	return cmd->itl->dev;
}

typedef u32 (*exec_reply_fn)(const struct scsi_lu *lu, const u8 *cdb, u8 *buf,
			     struct target_sense *sense);

void exec_reply(struct target_cmd *cmd, exec_reply_fn build);

#define EXEC_PATTERN_SEGS	64	/* pages written or read at once from one page of memory */

/**
 * struct exec_pattern - any amount of data in one page of memory
 * @page: the pattern, or what swallows data that nobody wants.
 * @sgl: that page again and again.
 */
struct exec_pattern {
	struct page		*page;
	struct scatterlist	sgl[EXEC_PATTERN_SEGS];
};

struct exec_pattern *exec_pattern_alloc(void);
void exec_pattern_free(struct exec_pattern *p);
u8 exec_durable(const struct target_cmd *cmd);
int exec_flush(struct target_cmd *cmd);
bool exec_flush_detached(struct target_cmd *cmd);
int exec_child(struct target_cmd *cmd, u8 op, u64 lba, u64 blocks, struct scatterlist *sgl);
int exec_read_blocks(struct target_cmd *cmd, u64 blocks);
int exec_verify_data(struct target_cmd *cmd, u64 blocks, s64 *diff);
void exec_end(struct target_cmd *cmd, int err);
u8 *exec_param_list(struct target_cmd *cmd);
void exec_miscompare(struct target_cmd *cmd, u64 diff);

#endif
