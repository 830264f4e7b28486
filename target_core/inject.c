// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault injection: commands that an administrator wants to be late, to fail or to hang. While
 * a rule waits for commands, TARGET_GATE_INJECT is set and they ask here on their way to their
 * handler (medium.c); otherwise the I/O path knows nothing of it.
 *
 * A command that is held is what a slow or dead medium makes of it: ACTIVE, in its task set,
 * aborted but not ended by task management, so an orphan after a while. When it is let go it
 * runs on, or ends if it has been aborted. The end of the device's directory lets go of all.
 */
#include <linux/err.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "debugfs.h"
#include "trace.h"

static void inject_set_gate(struct target_device *dev)
{
	struct target_inject *inject = &dev->inject;
	bool armed = false;
	unsigned int i;

	lockdep_assert_held(&inject->lock);
	for (i = 0; i < inject->count; i++)
		armed |= !inject_spent(&inject->rules[i]);
	target_medium_gate(dev, TARGET_GATE_INJECT, armed);
}

static struct inject_rule *inject_find(struct target_inject *inject,
				       const struct inject_subject *subject, u32 random)
{
	unsigned int i;

	lockdep_assert_held(&inject->lock);
	for (i = 0; i < inject->count; i++)
		if (inject_match(&inject->rules[i], subject, random))
			return &inject->rules[i];
	return NULL;
}

/*
 * Copy the rule that is to be applied. A dropped command is on the list, and somebody else's,
 * when this returns.
 */
static bool inject_take(struct target_cmd *cmd, const struct inject_subject *subject,
			struct inject_rule *rule)
{
	struct target_device *dev = cmd->itl->dev;
	struct target_inject *inject = &dev->inject;
	u32 random = get_random_u32();
	struct inject_rule *found;
	unsigned long flags;

	spin_lock_irqsave(&inject->lock, flags);
	found = inject_find(inject, subject, random);
	if (found) {
		*rule = *found;
		if (inject_spent(found))
			inject_set_gate(dev);
		atomic64_inc(&dev->injected);
		trace_target_inject(cmd, rule->kind);
		cmd->flags |= TARGET_CMDF_INJECTED;
		if (rule->kind == INJECT_DROP)
			list_add_tail(&cmd->entry, &inject->dropped);
	}
	spin_unlock_irqrestore(&inject->lock, flags);
	return found;
}

/**
 * target_inject() - apply the first rule that matches a command
 * @cmd: about to run
 *
 * Any context. Return: false if it is to go on; true if it has been answered, or
 * target_cmd_run() will be called for it later.
 */
bool target_inject(struct target_cmd *cmd)
{
	struct inject_subject subject = {
		.opcode = cmd->cdb[0], .class = op_class(cmd->op),
		.lba = cmd->lba, .blocks = cmd->blocks,
	};
	struct target_sense sense = {};
	struct inject_rule rule;

	if ((cmd->flags & TARGET_CMDF_INJECTED) || !inject_take(cmd, &subject, &rule))
		return false;
	if (rule.kind == INJECT_DELAY) {
		target_cmd_delay(cmd, rule.val[INJECT_MS]);
	} else if (rule.kind == INJECT_SENSE) {
		inject_sense(&rule, &subject, &sense);
		target_cmd_complete_sense(cmd, &sense);
	}
	return true;
}

/* Delayed commands are let go of, too: whoever asks wants to have nothing held. */
static void inject_release(struct target_device *dev)
{
	struct target_cmd *cmd, *next;
	LIST_HEAD(run);

	spin_lock_irq(&dev->inject.lock);
	list_splice_init(&dev->inject.dropped, &run);
	spin_unlock_irq(&dev->inject.lock);
	list_for_each_entry_safe(cmd, next, &run, entry) {
		list_del_init(&cmd->entry);
		target_cmd_delay(cmd, 0);
	}
	target_cmd_delay_flush(dev);
}

static void inject_clear(struct target_device *dev)
{
	spin_lock_irq(&dev->inject.lock);
	dev->inject.count = 0;
	inject_set_gate(dev);
	spin_unlock_irq(&dev->inject.lock);
}

static int inject_add(struct target_device *dev, const struct inject_rule *rule)
{
	struct target_inject *inject = &dev->inject;
	int err = -ENOSPC;

	spin_lock_irq(&inject->lock);
	if (inject->count < TARGET_INJECT_RULES) {
		inject->rules[inject->count++] = *rule;
		inject_set_gate(dev);
		err = 0;
	}
	spin_unlock_irq(&inject->lock);
	return err;
}

/* ---- the files ---- */

static int inject_show(struct seq_file *m, void *v)
{
	struct target_device *dev = m->private;
	struct inject_rule rule;
	char text[INJECT_TEXT_MAX];
	unsigned int i;
	bool there;

	for (i = 0; i < TARGET_INJECT_RULES; i++) {
		spin_lock_irq(&dev->inject.lock);
		there = i < dev->inject.count;
		rule = dev->inject.rules[i];
		spin_unlock_irq(&dev->inject.lock);
		if (!there)
			break;
		inject_format(&rule, text, sizeof(text));
		seq_puts(m, text);
	}
	return 0;
}

static int inject_open(struct inode *inode, struct file *file)
{
	return single_open(file, inject_show, inode->i_private);
}

static int inject_command(struct target_device *dev, char *text)
{
	struct inject_rule rule;

	if (sysfs_streq(text, "clear")) {
		inject_clear(dev);
		return 0;
	}
	return inject_parse(text, &rule) ?: inject_add(dev, &rule);
}

static ssize_t inject_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	char *text = target_debugfs_text(buf, count);
	int err;

	if (IS_ERR(text))
		return PTR_ERR(text);
	err = inject_command(file_inode(file)->i_private, text);
	kfree(text);
	return err ?: count;
}

const struct file_operations target_inject_fops = {
	.owner		= THIS_MODULE,
	.open		= inject_open,
	.read		= seq_read,
	.write		= inject_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static ssize_t release_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	char *text = target_debugfs_text(buf, count);
	bool yes;

	if (IS_ERR(text))
		return PTR_ERR(text);
	yes = sysfs_streq(text, "1");
	kfree(text);
	if (!yes)
		return -EINVAL;
	inject_release(file_inode(file)->i_private);
	return count;
}

const struct file_operations target_release_fops = {
	.owner		= THIS_MODULE,
	.open		= simple_open,
	.write		= release_write,
	.llseek		= noop_llseek,
};

/** target_inject_init() - a new device has no rule */
void target_inject_init(struct target_device *dev)
{
	spin_lock_init(&dev->inject.lock);
	INIT_LIST_HEAD(&dev->inject.dropped);
}

/** target_inject_remove() - the device's directory is being removed, its files are gone */
void target_inject_remove(struct target_device *dev)
{
	inject_clear(dev);
	inject_release(dev);
}
