// SPDX-License-Identifier: GPL-2.0-only
/*
 * Latency histograms: how long commands took from execution to answer, by class, in powers of
 * two of a microsecond. Off until asked for, as the clock has to be read twice per command.
 *
 * The counters are per CPU and only grow; a reset remembers what they were.
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "debugfs.h"
#include "latency.h"

DEFINE_STATIC_KEY_FALSE(target_latency_key);

/**
 * target_latency_stamp() - a command's time begins
 * @cmd: of a LUN, being executed
 *
 * Any context.
 */
void target_latency_stamp(struct target_cmd *cmd)
{
	const struct target_latency *latency = smp_load_acquire(&cmd->itl->dev->latency);

	if (latency && READ_ONCE(latency->on))
		cmd->start = ktime_get_mono_fast_ns();
}

static unsigned int bucket_of(u64 ns)
{
	return min_t(unsigned int, fls64(div_u64(ns, NSEC_PER_USEC)), LATENCY_BUCKETS - 1);
}

/**
 * target_latency_count() - a command's time ends
 * @cmd: stamped
 *
 * Any context.
 */
void target_latency_count(const struct target_cmd *cmd)
{
	struct latency_counts __percpu *cpu = cmd->itl->dev->latency->cpu;
	enum op_class class = op_class(cmd->op);
	u64 now = ktime_get_mono_fast_ns();
	u64 ns = now > cmd->start ? now - cmd->start : 0;

	this_cpu_inc(cpu->bucket[class][bucket_of(ns)]);
	this_cpu_add(cpu->ns[class], ns);
}

static void counts_add(struct latency_counts *sum, const struct latency_counts *one, bool minus)
{
	unsigned int class, i;

	for (class = 0; class < OP_CLASSES; class++) {
		sum->ns[class] += minus ? -one->ns[class] : one->ns[class];
		for (i = 0; i < LATENCY_BUCKETS; i++)
			sum->bucket[class][i] += minus ? -one->bucket[class][i] :
							 one->bucket[class][i];
	}
}

/* Everything counted since the counters were made */
static void counts_sum(const struct target_latency *latency, struct latency_counts *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu)
		counts_add(sum, per_cpu_ptr(latency->cpu, cpu), false);
}

static struct target_latency *latency_alloc(void)
{
	struct target_latency *latency = kzalloc(sizeof(*latency), GFP_KERNEL);

	if (!latency)
		return NULL;
	latency->cpu = alloc_percpu(struct latency_counts);
	if (latency->cpu)
		return latency;
	kfree(latency);
	return NULL;
}

static int latency_switch_on(struct target_device *dev)
{
	struct target_latency *latency = dev->latency;

	lockdep_assert_held(&dev->latency_lock);
	if (!latency) {
		latency = latency_alloc();
		if (!latency)
			return -ENOMEM;
		smp_store_release(&dev->latency, latency);
	}
	if (!latency->on) {
		WRITE_ONCE(latency->on, true);
		static_branch_inc(&target_latency_key);
	}
	return 0;
}

static int latency_switch_off(struct target_device *dev)
{
	lockdep_assert_held(&dev->latency_lock);
	if (dev->latency && dev->latency->on) {
		WRITE_ONCE(dev->latency->on, false);
		static_branch_dec(&target_latency_key);
	}
	return 0;
}

static int latency_reset(struct target_device *dev)
{
	lockdep_assert_held(&dev->latency_lock);
	if (dev->latency)
		counts_sum(dev->latency, &dev->latency->base);
	return 0;
}

/* ---- the file ---- */

static u64 bucket_total(const struct latency_counts *counts, unsigned int i)
{
	unsigned int class;
	u64 total = 0;

	for (class = 0; class < OP_CLASSES; class++)
		total += counts->bucket[class][i];
	return total;
}

static u64 class_total(const struct latency_counts *counts, unsigned int class)
{
	unsigned int i;
	u64 total = 0;

	for (i = 0; i < LATENCY_BUCKETS; i++)
		total += counts->bucket[class][i];
	return total;
}

static void show_bucket(struct seq_file *m, const struct latency_counts *counts, unsigned int i)
{
	unsigned int class;

	if (!bucket_total(counts, i))
		return;
	seq_printf(m, "%-10lu", i ? 1UL << (i - 1) : 0);
	for (class = 0; class < OP_CLASSES; class++)
		seq_printf(m, " %10llu", counts->bucket[class][i]);
	seq_putc(m, '\n');
}

static void show_totals(struct seq_file *m, const struct latency_counts *counts)
{
	unsigned int class;
	u64 n;

	seq_printf(m, "%-10s", "commands");
	for (class = 0; class < OP_CLASSES; class++)
		seq_printf(m, " %10llu", class_total(counts, class));
	seq_printf(m, "\n%-10s", "mean_us");
	for (class = 0; class < OP_CLASSES; class++) {
		n = class_total(counts, class);
		seq_printf(m, " %10llu",
			   n ? div64_u64(div_u64(counts->ns[class], NSEC_PER_USEC), n) : 0);
	}
	seq_putc(m, '\n');
}

static void show_counts(struct seq_file *m, const struct latency_counts *counts, bool on)
{
	unsigned int i;

	seq_printf(m, "%s\n%-10s", on ? "on" : "off", "from_us");
	for (i = 0; i < OP_CLASSES; i++)
		seq_printf(m, " %10s", op_class_names[i]);
	seq_putc(m, '\n');
	for (i = 0; i < LATENCY_BUCKETS; i++)
		show_bucket(m, counts, i);
	show_totals(m, counts);
}

static int latency_show(struct seq_file *m, void *v)
{
	struct target_device *dev = m->private;
	struct latency_counts *counts = kzalloc(sizeof(*counts), GFP_KERNEL);

	if (!counts)
		return -ENOMEM;
	mutex_lock(&dev->latency_lock);
	if (dev->latency) {
		counts_sum(dev->latency, counts);
		counts_add(counts, &dev->latency->base, true);
	}
	show_counts(m, counts, dev->latency && dev->latency->on);
	mutex_unlock(&dev->latency_lock);
	kfree(counts);
	return 0;
}

static int latency_open(struct inode *inode, struct file *file)
{
	return single_open(file, latency_show, inode->i_private);
}

static int (*latency_command(const char *text))(struct target_device *dev)
{
	if (sysfs_streq(text, "1"))
		return latency_switch_on;
	if (sysfs_streq(text, "0"))
		return latency_switch_off;
	return sysfs_streq(text, "reset") ? latency_reset : NULL;
}

static ssize_t latency_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct target_device *dev = file_inode(file)->i_private;
	char *text = target_debugfs_text(buf, count);
	int (*command)(struct target_device *dev);
	int err;

	if (IS_ERR(text))
		return PTR_ERR(text);
	command = latency_command(text);
	kfree(text);
	if (!command)
		return -EINVAL;
	mutex_lock(&dev->latency_lock);
	err = command(dev);
	mutex_unlock(&dev->latency_lock);
	return err ?: count;
}

const struct file_operations target_latency_fops = {
	.owner		= THIS_MODULE,
	.open		= latency_open,
	.read		= seq_read,
	.write		= latency_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

/** target_latency_init() - a new device measures nothing */
void target_latency_init(struct target_device *dev)
{
	mutex_init(&dev->latency_lock);
}

/** target_latency_off() - the device's directory is being removed, its files are gone */
void target_latency_off(struct target_device *dev)
{
	mutex_lock(&dev->latency_lock);
	latency_switch_off(dev);
	mutex_unlock(&dev->latency_lock);
}

/** target_latency_exit() - the device goes away; no command is left */
void target_latency_exit(struct target_device *dev)
{
	if (dev->latency)
		free_percpu(dev->latency->cpu);
	kfree(dev->latency);
	mutex_destroy(&dev->latency_lock);
}
