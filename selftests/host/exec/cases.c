// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that run short of memory: one case, and all of them.
 */
#include "alloc_fail.h"
#include "cases.h"

#define STATE_MAX	65536

static char before[STATE_MAX], after[STATE_MAX];
static bool coped;		/* the last one that ran has done without */

static u8 run_one(const u8 *cdb, const u8 *data, u32 len)
{
	static u8 list[WORLD_DATA];

	memset(list, 0, sizeof(list));
	memcpy(list, data, EXEC_LIST);
	return world_run(cdb, list, len);
}

void exec_case_begin(void *arg)
{
	const struct exec_case *c = arg;

	world_begin();
	world.room = c->room;
	world.medium_compared = !c->writes;
	if (c->first_len)
		assert_int_equal(run_one(c->first, c->first_list, c->first_len), 0);
	world.told = 0;
	world_state(before, sizeof(before));
}

static bool says_no_memory(const struct target_cmd *cmd)
{
	const struct target_sense *sense = &cmd->sense;

	if (cmd->status == TARGET_STAT_BUSY || cmd->status == TARGET_STAT_TASK_SET_FULL)
		return true;
	/* No room, or what has to be kept can't be: target_store_save(), target_pr_save(). */
	return cmd->status == TARGET_STAT_CHECK_CONDITION &&
	       (sense->key == SENSE_HARDWARE_ERROR ||
		((sense->key == SENSE_ILLEGAL_REQUEST || sense->key == SENSE_COPY_ABORTED) &&
		 (sense->asc << 8 | sense->ascq) == ASC_INSUFFICIENT_RESOURCES));
}

int exec_case_run(void *arg)
{
	const struct exec_case *c = arg;
	u8 status = run_one(c->cdb, c->list, c->len);

	if (status == TARGET_STAT_CONDITION_MET)
		status = TARGET_STAT_GOOD;
	coped = c->copes && !shim_alloc_fail && !status;
	if (coped)
		return -EAGAIN;
	if (status && !says_no_memory(&world.cmd))
		fail_msg("%s: status %02x, sense %x/%02x/%02x, field %u", c->name, status,
			 world.cmd.sense.key, world.cmd.sense.asc, world.cmd.sense.ascq,
			 world.cmd.sense.field);
	return status;
}

void exec_case_failed(void *arg)
{
	if (coped)
		return;
	world_state(after, sizeof(after));
	assert_string_equal(before, after);
}

void exec_case_end(void *arg)
{
	world_end();
}

/**
 * exec_cases() - run each of them short of each allocation
 * @cases: the commands
 * @n: how many
 */
void exec_cases(const struct exec_case *cases, unsigned int n)
{
	const struct alloc_fail op = {
		exec_case_begin, exec_case_run, exec_case_failed, exec_case_end,
	};
	unsigned int i, made;

	for (i = 0; i < n; i++) {
		made = alloc_fail_each(&op, (void *)&cases[i]);
		print_message("# %s: %u allocations\n", cases[i].name, made);
		assert_true(made >= cases[i].least);
	}
}
