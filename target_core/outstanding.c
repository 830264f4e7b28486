// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands that are in the core now, for debugfs. They are found as task management finds
 * them, by walking the tags of every nexus, so the I/O path keeps no list. Those of a nexus that
 * is closed are orphans, on the list of tmf.c.
 *
 * A command that is seen running twice in the same incarnation, with its members read in
 * between, has held its I_T_L nexus then. The release of that, and of everything it leads to,
 * takes target_lock first; so the pointers that were read hold until the lock is dropped.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/string.h>
#include "debugfs.h"

#define OUTSTANDING_MAX	1024		/* lines */
#define OUTSTANDING_BUF	(16 << 10)	/* bytes to begin with */

/* One command: copied while it may end, shown later */
struct record {
	const struct target_nexus	*nexus;
	const struct target_device	*dev;
	const struct scsi_op		*op;
	u64				tag;
	u64				lun;
	u64				lba;
	u64				blocks;
	unsigned long			born;
	int				state;
	u16				flags;
	u8				opcode;
};

/**
 * struct outstanding - a walk
 * @dev: only its commands, or NULL for all.
 * @orphans: only commands of nexuses that are closed.
 * @count: commands found.
 * @records: of the first OUTSTANDING_MAX of them.
 */
struct outstanding {
	const struct target_device	*dev;
	bool				orphans;
	unsigned int			count;
	struct record			*records;
};

static void record_read(struct record *r, const struct target_cmd *cmd, int state)
{
	const struct target_itl *itl = READ_ONCE(cmd->itl);

	r->nexus = cmd->nexus;
	r->dev = itl ? itl->dev : NULL;
	r->op = READ_ONCE(cmd->op);
	r->tag = cmd->tag;
	r->lun = cmd->lun;
	r->lba = cmd->lba;
	r->blocks = cmd->blocks;
	r->born = cmd->born;
	r->flags = READ_ONCE(cmd->flags);
	r->opcode = cmd->cdb[0];
	r->state = state;
}

static bool record_wanted(const struct outstanding *walk, const struct record *r)
{
	if (walk->dev && r->dev != walk->dev)
		return false;
	return !walk->orphans || list_empty(&r->nexus->all_link);
}

/* Under RCU or the lock of the orphans, and under target_lock. */
static void outstanding_take(struct target_cmd *cmd, void *arg)
{
	struct outstanding *walk = arg;
	struct record r;
	int state;

	do {
		state = atomic_read_acquire(&cmd->state);
		if (!(state & TARGET_CMD_STATE_MASK))
			return;
		record_read(&r, cmd, state);
		smp_rmb();	/* the members first, then whether they are one command's */
	} while (atomic_read(&cmd->state) != state);
	if (!record_wanted(walk, &r))
		return;
	if (walk->count < OUTSTANDING_MAX)
		walk->records[walk->count] = r;
	walk->count++;
}

static void outstanding_collect(struct outstanding *walk)
{
	struct target_nexus *nexus;

	lockdep_assert_held(&target_lock);
	list_for_each_entry(nexus, &target_nexuses, all_link)
		target_nexus_for_each_cmd(nexus, outstanding_take, walk);
	walk->orphans = true;
	target_orphans_for_each(outstanding_take, walk);
}

static const char *state_name(int state)
{
	switch (state & TARGET_CMD_STATE_MASK) {
	case TARGET_CMD_DATA:
		return "data";
	case TARGET_CMD_DELAYED:
		return "delayed";
	default:
		return "active";
	}
}

static void show_flags(struct seq_file *m, const struct record *r)
{
	const struct {
		bool		on;
		const char	*name;
	} flags[] = {
		{ r->state & TARGET_CMD_ABORTED, "aborted" },
		{ r->state & TARGET_CMD_ORPHAN, "orphan" },
		{ r->flags & TARGET_CMDF_INJECTED, "injected" },
		{ r->flags & TARGET_CMDF_CHILD, "copy" },
		{ list_empty(&r->nexus->all_link), "session-ended" },
	};
	const char *sep = " flags=";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!flags[i].on)
			continue;
		seq_printf(m, "%s%s", sep, flags[i].name);
		sep = ",";
	}
}

/* An initiator chooses its name, so that comes last, and nothing in it ends the line. */
static void record_show(struct seq_file *m, const struct record *r)
{
	const struct target_nexus *nexus = r->nexus;

	seq_printf(m, "age_ms=%u state=%s", jiffies_to_msecs(jiffies - r->born),
		   state_name(r->state));
	show_flags(m, r);
	seq_printf(m, " tag=%#llx lun=%llu op=%#04x(%s)", r->tag, r->lun, r->opcode,
		   r->op ? r->op->name : "unknown");
	if (r->blocks)
		seq_printf(m, " lba=%llu blocks=%llu", r->lba, r->blocks);
	if (r->dev)
		seq_printf(m, " device=%s/%s", config_item_name(&r->dev->hba->group.cg_item),
			   r->dev->bd.name);
	seq_printf(m, " target=%s/%s/tpgt_%u", nexus->ops->dir, nexus->tpg->wwn->name,
		   nexus->tpg->tag);
	seq_printf(m, " nexus=%u initiator=%*pE\n", nexus->id, (int)strlen(nexus->initiator),
		   nexus->initiator);
}

static int commands_show(struct seq_file *m, void *v)
{
	struct outstanding walk = { .dev = m->private };
	unsigned int i;

	walk.records = kvmalloc_array(OUTSTANDING_MAX, sizeof(*walk.records), GFP_KERNEL);
	if (!walk.records)
		return -ENOMEM;
	mutex_lock(&target_lock);
	outstanding_collect(&walk);
	for (i = 0; i < min_t(unsigned int, walk.count, OUTSTANDING_MAX); i++)
		record_show(m, &walk.records[i]);
	mutex_unlock(&target_lock);
	if (walk.count > OUTSTANDING_MAX)
		seq_printf(m, "# and %u more\n", walk.count - OUTSTANDING_MAX);
	kvfree(walk.records);
	return 0;
}

static int commands_open(struct inode *inode, struct file *file)
{
	return single_open_size(file, commands_show, inode->i_private, OUTSTANDING_BUF);
}

const struct file_operations target_commands_fops = {
	.owner		= THIS_MODULE,
	.open		= commands_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};
