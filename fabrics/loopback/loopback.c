// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loopback fabric: each target is a SCSI host of this kernel, each TPG a SCSI
 * target of that host. The data never leaves the pages of the initiator.
 */
#include <linux/completion.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <compat/scsi.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>
#include <target/fabric.h>

#define LOOP_TPGS		32
#define LOOP_QUEUE_DEPTH	1024
#define LOOP_MAX_SECTORS	16384		/* 8 MiB */
#define LOOP_DISK_WAIT		(10 * HZ)
#define LOOP_HOST_WAIT		(2 * HZ)

static struct device *loop_root;
static struct workqueue_struct *loop_wq;

/**
 * struct loop_end - the end of a host
 * @done: it is gone.
 * @ref: the host, and who waits.
 */
struct loop_end {
	struct completion	done;
	struct kref		ref;
};

/**
 * struct loop_host - a target
 * @shost: its SCSI host.
 * @tpgs: by tag, which is the SCSI target id. RCU.
 * @wq: its jobs, one after the other.
 * @users: jobs that have not ended, plus one for the target.
 * @remove_work: removes the host after those.
 * @end: who waits for that.
 * @proto_id: kind of port emulated, TARGET_PROTO_*.
 */
struct loop_host {
	struct Scsi_Host	*shost;
	struct loop_tpg __rcu	*tpgs[LOOP_TPGS];
	struct workqueue_struct	*wq;
	atomic_t		users;
	struct work_struct	remove_work;
	struct loop_end		*end;
	u8			proto_id;
};

/**
 * struct loop_tpg - a TPG
 * @host: its target.
 * @tag: its tag, the SCSI target id.
 * @offline: transport_status: every command fails.
 * @nexus: of the nexus file, or NULL. RCU: freed a grace period after its close.
 * @users: the directory and the nexus.
 * @rcu: frees it behind loop_queuecommand().
 */
struct loop_tpg {
	struct loop_host	*host;
	u16			tag;
	bool			offline;
	struct target_nexus __rcu *nexus;
	atomic_t		users;
	struct rcu_head		rcu;
};

/**
 * struct loop_job - something the midlayer does to the disks of a host
 * @work: on the host's workqueue.
 * @run: what.
 * @host: referenced.
 * @id: which disk, as the midlayer numbers them, with @lun.
 * @lun: the other half.
 * @end: for who waits.
 * @ref: the work and who waits.
 */
struct loop_job {
	struct work_struct	work;
	void			(*run)(struct loop_job *job);
	struct loop_host	*host;
	u16			id;
	u64			lun;
	struct completion	end;
	struct kref		ref;
};

/* ---- commands ---- */

static u64 loop_lun(u64 sdev_lun)
{
	struct scsi_lun lun;

	if (likely(sdev_lun < 256))
		return sdev_lun;
	int_to_scsilun(sdev_lun, &lun);
	return target_lun_decode(lun.scsi_lun);
}

static struct scsi_cmnd *loop_scmnd(struct target_cmd *cmd)
{
	return (struct scsi_cmnd *)cmd - 1;
}

static void loop_respond(struct target_cmd *cmd)
{
	struct scsi_cmnd *sc = loop_scmnd(cmd);

	if (unlikely(target_cmd_is_aborted(cmd))) {
		sc->result = DID_RESET << 16;
	} else {
		sc->result = cmd->status;
		if (cmd->sense_len)
			memcpy(sc->sense_buffer, cmd->sense_data,
			       min_t(unsigned int, cmd->sense_len, SCSI_SENSE_BUFFERSIZE));
		if (cmd->flags & TARGET_CMDF_UNDERFLOW)
			scsi_set_resid(sc, cmd->residual);
	}
	target_cmd_done(cmd);
	scsi_done(sc);
}

static u8 loop_dir(const struct scsi_cmnd *sc)
{
	switch (sc->sc_data_direction) {
	case DMA_FROM_DEVICE:
		return TARGET_DATA_IN;
	case DMA_TO_DEVICE:
		return TARGET_DATA_OUT;
	default:
		return TARGET_DATA_NONE;
	}
}

/*
 * Whether the midlayer's caller can't wait: its tag set may say so, and request-based device mapper
 * passes on clones in a reader of RCU, whatever our tag set says.
 */
static bool loop_is_atomic(struct scsi_cmnd *sc)
{
	struct request *rq = scsi_cmd_to_rq(sc);

	return !compat_scsi_host_may_block(sc->device->host) ||
	       unlikely(rq->end_io && !blk_rq_is_passthrough(rq));
}

/* Take the command in, under RCU; from here on it holds the nexus. */
static bool loop_init_cmd(struct target_nexus *nexus, struct scsi_cmnd *sc)
{
	struct target_cmd *cmd = scsi_cmd_priv(sc);
	unsigned int len = min_t(unsigned int, sc->cmd_len, TARGET_MAX_CDB);

	cmd->nexus = nexus;
	cmd->tag = blk_mq_unique_tag(scsi_cmd_to_rq(sc));
	cmd->lun = loop_lun(sc->device->lun);
	memcpy(cmd->cdb, sc->cmnd, len);
	memset(cmd->cdb + len, 0, TARGET_MAX_CDB - len);
	cmd->edtl = scsi_bufflen(sc);
	cmd->dir = loop_dir(sc);
	cmd->attr = TARGET_ATTR_SIMPLE;
	cmd->flags = loop_is_atomic(sc) ? TARGET_CMDF_ATOMIC : 0;
	return target_cmd_init(cmd);
}

static struct target_nexus *loop_find_nexus(struct loop_host *host, unsigned int id, int *result)
{
	struct loop_tpg *tpg = id < LOOP_TPGS ? rcu_dereference(host->tpgs[id]) : NULL;

	*result = (tpg ? DID_TRANSPORT_DISRUPTED : DID_NO_CONNECT) << 16;
	if (!tpg || READ_ONCE(tpg->offline))
		return NULL;
	return rcu_dereference(tpg->nexus);
}

static int loop_queuecommand(struct Scsi_Host *shost, struct scsi_cmnd *sc)
{
	struct loop_host *host = *(struct loop_host **)shost_priv(shost);
	struct target_cmd *cmd = scsi_cmd_priv(sc);
	struct target_nexus *nexus;
	bool go;

	rcu_read_lock();
	nexus = loop_find_nexus(host, sc->device->id, &sc->result);
	go = nexus && loop_init_cmd(nexus, sc);
	rcu_read_unlock();

	if (likely(go)) {
		cmd->sgl = scsi_sglist(sc);
		cmd->sg_cnt = scsi_sg_count(sc);
		target_cmd_execute(cmd);
	} else if (nexus) {
		loop_respond(cmd);
	} else {
		scsi_done(sc);
	}
	return 0;
}

/*
 * A command in the target owns the initiator's pages: the midlayer may not take
 * it back while a slow medium may still write to them.
 */
static enum scsi_timeout_action loop_timed_out(struct scsi_cmnd *sc)
{
	struct target_cmd *cmd = scsi_cmd_priv(sc);

	return target_cmd_is_running(cmd) ? SCSI_EH_RESET_TIMER : SCSI_EH_NOT_HANDLED;
}

/* Zeroed once: the command's state word outlives one use of the tag. */
static int loop_init_cmd_priv(struct Scsi_Host *shost, struct scsi_cmnd *sc)
{
	memset(scsi_cmd_priv(sc), 0, sizeof(struct target_cmd));
	return 0;
}

/* ---- task management ---- */

struct loop_tmf {
	struct target_tmf	tmf;
	struct completion	end;
};

static void loop_tmf_done(struct target_tmf *tmf)
{
	complete(&container_of(tmf, struct loop_tmf, tmf)->end);
}

/* Starts the request if the TPG has a nexus. */
static bool loop_tmf_start(struct loop_host *host, unsigned int id, struct target_tmf *tmf)
{
	struct loop_tpg *tpg;

	rcu_read_lock();
	tpg = id < LOOP_TPGS ? rcu_dereference(host->tpgs[id]) : NULL;
	tmf->nexus = tpg ? rcu_dereference(tpg->nexus) : NULL;
	if (tmf->nexus)
		target_tmf_submit(tmf);
	rcu_read_unlock();
	return tmf->nexus;
}

static int loop_tmf(struct scsi_cmnd *sc, u8 fn, u64 tag)
{
	struct loop_host *host = *(struct loop_host **)shost_priv(sc->device->host);
	struct loop_tmf *req = kzalloc(sizeof(*req), GFP_NOIO);
	int ret = FAILED;

	if (!req)
		return FAILED;
	init_completion(&req->end);
	req->tmf.lun = loop_lun(sc->device->lun);
	req->tmf.tag = tag;
	req->tmf.fn = fn;
	if (loop_tmf_start(host, sc->device->id, &req->tmf)) {
		wait_for_completion(&req->end);	/* bounded by the core */
		if (req->tmf.response == TARGET_TMF_COMPLETE ||
		    req->tmf.response == TARGET_TMF_NO_TASK)
			ret = SUCCESS;
	}
	kfree(req);
	return ret;
}

static int loop_eh_abort(struct scsi_cmnd *sc)
{
	return loop_tmf(sc, TARGET_TMF_ABORT_TASK, blk_mq_unique_tag(scsi_cmd_to_rq(sc)));
}

/* sg_reset comes with a command that has no tag. */
static int loop_eh_device_reset(struct scsi_cmnd *sc)
{
	return loop_tmf(sc, TARGET_TMF_LUN_RESET, 0);
}

static int loop_eh_target_reset(struct scsi_cmnd *sc)
{
	return loop_tmf(sc, TARGET_TMF_TARGET_WARM_RESET, 0);
}

struct loop_walk {
	struct target_nexus	*nexus;
	void			(*fn)(struct target_cmd *cmd, void *arg);
	void			*arg;
};

static bool loop_walk_one(struct scsi_cmnd *sc, void *data)
{
	const struct loop_walk *walk = data;
	struct target_cmd *cmd = scsi_cmd_priv(sc);

	if (cmd->nexus == walk->nexus)
		walk->fn(cmd, walk->arg);
	return true;
}

static void loop_for_each_cmd(struct target_nexus *nexus,
			      void (*fn)(struct target_cmd *cmd, void *arg), void *arg)
{
	struct loop_tpg *tpg = target_nexus_priv(nexus);
	struct loop_walk walk = { .nexus = nexus, .fn = fn, .arg = arg };

	scsi_host_busy_iter(tpg->host->shost, loop_walk_one, &walk);
}

static struct scsi_host_template loop_template = {
	.module			= THIS_MODULE,
	.name			= "TCM_Loopback",
	.proc_name		= "tcm_loopback",
	.queuecommand		= loop_queuecommand,
	.init_cmd_priv		= loop_init_cmd_priv,
	.cmd_size		= sizeof(struct target_cmd),
	.eh_timed_out		= loop_timed_out,
	.eh_abort_handler	= loop_eh_abort,
	.eh_device_reset_handler = loop_eh_device_reset,
	.eh_target_reset_handler = loop_eh_target_reset,
	.change_queue_depth	= scsi_change_queue_depth,
	.can_queue		= LOOP_QUEUE_DEPTH,
	.cmd_per_lun		= LOOP_QUEUE_DEPTH,
	.this_id		= -1,
	.sg_tablesize		= SG_MAX_SEGMENTS,
	.max_sectors		= LOOP_MAX_SECTORS,
	.track_queue_depth	= 1,
	.host_tagset		= 1,
	COMPAT_SCSI_MAY_BLOCK
	COMPAT_SCSI_SECTOR_ALIGNED	/* target_io.sgl has it so */
};

/* ---- disks ---- */

static u64 loop_sdev_lun(u64 number)
{
	struct scsi_lun lun = {};

	if (number < 256)
		return number;
	lun.scsi_lun[0] = 0x40 | (number >> 8 & 0x3f);
	lun.scsi_lun[1] = number;
	return scsilun_to_int(&lun);
}

static void loop_job_put(struct kref *ref)
{
	kfree(container_of(ref, struct loop_job, ref));
}

static void loop_host_put(struct loop_host *host)
{
	if (atomic_dec_and_test(&host->users))
		queue_work(loop_wq, &host->remove_work);
}

static void loop_job_work(struct work_struct *work)
{
	struct loop_job *job = container_of(work, struct loop_job, work);
	struct loop_host *host = job->host;

	job->run(job);
	complete(&job->end);
	kref_put(&job->ref, loop_job_put);
	loop_host_put(host);
}

/*
 * What the midlayer does to disks waits for their commands, which a dead medium
 * never ends: removing one flushes it, adding the second of a host freezes the
 * first. So that is left to work items, in order; the administrator waits for
 * them killably and not for ever.
 */
static void loop_host_do(struct loop_tpg *tpg, u64 lun, void (*run)(struct loop_job *job))
{
	struct loop_job *job = kzalloc(sizeof(*job), GFP_KERNEL | __GFP_NOFAIL);

	job->host = tpg->host;
	job->id = tpg->tag;
	job->lun = lun;
	job->run = run;
	init_completion(&job->end);
	kref_init(&job->ref);
	kref_get(&job->ref);
	INIT_WORK(&job->work, loop_job_work);
	atomic_inc(&tpg->host->users);
	queue_work(tpg->host->wq, &job->work);
	if (wait_for_completion_killable_timeout(&job->end, LOOP_DISK_WAIT) <= 0)
		pr_warn("host %d waits for I/O that does not end; its disks follow later\n",
			tpg->host->shost->host_no);
	kref_put(&job->ref, loop_job_put);
}

static void loop_add_disk(struct loop_job *job)
{
	scsi_add_device(job->host->shost, 0, job->id, job->lun);
}

static void loop_remove_disk(struct loop_job *job)
{
	struct scsi_device *sdev = scsi_device_lookup(job->host->shost, 0, job->id, job->lun);

	if (!sdev)
		return;
	scsi_remove_device(sdev);
	scsi_device_put(sdev);
}

static void loop_scan(struct loop_job *job)
{
	scsi_scan_target(&job->host->shost->shost_gendev, 0, job->id, SCAN_WILD_CARD,
			 SCSI_SCAN_RESCAN);
}

static int loop_add_lun(struct target_lun *lun)
{
	struct loop_tpg *tpg = target_tpg_priv(target_lun_tpg(lun));

	if (target_lun_number(lun) >= 0x4000)
		return -EINVAL;
	if (rcu_access_pointer(tpg->nexus))
		loop_host_do(tpg, loop_sdev_lun(target_lun_number(lun)), loop_add_disk);
	return 0;
}

static void loop_del_lun(struct target_lun *lun)
{
	struct loop_tpg *tpg = target_tpg_priv(target_lun_tpg(lun));

	loop_host_do(tpg, loop_sdev_lun(target_lun_number(lun)), loop_remove_disk);
}

/* ---- the nexus ---- */

static int loop_open_nexus(struct target_tpg *ttpg, const char *initiator)
{
	struct loop_tpg *tpg = target_tpg_priv(ttpg);
	struct target_nexus_params params = {
		.tpg = ttpg, .initiator = initiator, .priv = tpg,
	};
	struct target_nexus *nexus = target_nexus_open(&params);

	if (IS_ERR(nexus))
		return PTR_ERR(nexus);
	atomic_inc(&tpg->users);
	rcu_assign_pointer(tpg->nexus, nexus);
	/* LUNs that were linked before there was an initiator to see them */
	if (target_tpg_has_luns(ttpg))
		loop_host_do(tpg, 0, loop_scan);
	return 0;
}

static int loop_close_nexus(struct target_tpg *ttpg)
{
	struct loop_tpg *tpg = target_tpg_priv(ttpg);
	struct target_nexus *nexus;

	if (target_tpg_has_luns(ttpg))
		return -EPERM;
	nexus = rcu_replace_pointer(tpg->nexus, NULL, true);
	synchronize_rcu();	/* loop_submit() has its reference or has not started */
	target_nexus_close(nexus);
	return 0;
}

static void loop_tpg_put(struct loop_tpg *tpg)
{
	if (atomic_dec_and_test(&tpg->users))
		kfree_rcu(tpg, rcu);
}

/* The commands are the SCSI host's, which ends them before it frees them. */
static void loop_release_nexus(struct target_nexus *nexus)
{
	struct loop_tpg *tpg = target_nexus_priv(nexus);

	loop_tpg_put(tpg);
}

/* ---- TPGs and targets ---- */

static int loop_add_tpg(struct target_tpg *ttpg)
{
	struct loop_host *host = target_wwn_priv(target_tpg_wwn(ttpg));
	struct loop_tpg *tpg = kzalloc(sizeof(*tpg), GFP_KERNEL);

	if (!tpg)
		return -ENOMEM;
	atomic_set(&tpg->users, 1);
	tpg->host = host;
	tpg->tag = target_tpg_tag(ttpg);
	target_tpg_policy(ttpg)->dynamic_acls = 1;
	target_tpg_set_priv(ttpg, tpg);
	rcu_assign_pointer(host->tpgs[tpg->tag], tpg);
	return 0;
}

static void loop_del_tpg(struct target_tpg *ttpg)
{
	struct loop_tpg *tpg = target_tpg_priv(ttpg);

	RCU_INIT_POINTER(tpg->host->tpgs[tpg->tag], NULL);
	loop_tpg_put(tpg);
}

static u8 loop_proto_id(struct target_wwn *wwn)
{
	struct loop_host *host = target_wwn_priv(wwn);

	return host->proto_id;
}

/* The name says which kind of port is emulated. */
static int loop_parse_name(const char *name)
{
	if (strstr(name, "naa."))
		return TARGET_PROTO_SAS;
	if (strstr(name, "fc."))
		return TARGET_PROTO_FC;
	if (strstr(name, "iqn."))
		return TARGET_PROTO_ISCSI;
	return -EINVAL;
}

static void loop_end_free(struct kref *ref)
{
	kfree(container_of(ref, struct loop_end, ref));
}

static struct loop_end *loop_end_alloc(void)
{
	struct loop_end *end = kzalloc(sizeof(*end), GFP_KERNEL);

	if (!end)
		return NULL;
	init_completion(&end->done);
	kref_init(&end->ref);
	return end;
}

/* Unloading the module waits for its workqueue, and so for the end of this. */
static void loop_host_remove_work(struct work_struct *work)
{
	struct loop_host *host = container_of(work, struct loop_host, remove_work);
	struct loop_end *end = host->end;

	scsi_remove_host(host->shost);
	scsi_host_put(host->shost);
	destroy_workqueue(host->wq);
	kfree(host);
	module_put(THIS_MODULE);
	complete(&end->done);
	kref_put(&end->ref, loop_end_free);
}

static int loop_host_register(struct loop_host *host)
{
	struct Scsi_Host *shost = scsi_host_alloc(&loop_template, sizeof(host));
	int ret;

	if (!shost)
		return -ENOMEM;
	*(struct loop_host **)shost_priv(shost) = host;
	host->shost = shost;
	shost->max_id = LOOP_TPGS;
	shost->max_lun = ~0ULL;
	shost->max_cmd_len = TARGET_MAX_CDB;
	shost->nr_hw_queues = num_online_cpus();
	ret = scsi_add_host(shost, loop_root);
	if (ret)
		scsi_host_put(shost);
	else
		compat_scsi_host_set_blocking(shost);
	return ret;
}

static int loop_add_wwn(struct target_wwn *wwn)
{
	int ret = -ENOMEM, proto = loop_parse_name(target_wwn_name(wwn));
	struct loop_host *host;

	if (proto < 0)
		return proto;
	host = kzalloc(sizeof(*host), GFP_KERNEL);
	if (!host)
		return -ENOMEM;
	host->proto_id = proto;
	atomic_set(&host->users, 1);
	INIT_WORK(&host->remove_work, loop_host_remove_work);
	host->end = loop_end_alloc();
	if (!host->end)
		goto out_free;
	host->wq = alloc_ordered_workqueue("tcm_loop", 0);
	if (!host->wq)
		goto out_end;
	ret = loop_host_register(host);
	if (ret)
		goto out_wq;
	__module_get(THIS_MODULE);
	target_wwn_set_priv(wwn, host);
	return 0;

out_wq:
	destroy_workqueue(host->wq);
out_end:
	kref_put(&host->end->ref, loop_end_free);
out_free:
	kfree(host);
	return ret;
}

/*
 * Without a stuck disk the host is gone, and the module free, on return. A disk may also be stuck
 * that an administrator is deleting: no job of ours tells of that.
 */
static void loop_del_wwn(struct target_wwn *wwn)
{
	struct loop_host *host = target_wwn_priv(wwn);
	struct loop_end *end = host->end;

	kref_get(&end->ref);
	loop_host_put(host);
	wait_for_completion_killable_timeout(&end->done, LOOP_HOST_WAIT);
	kref_put(&end->ref, loop_end_free);
}

/* ---- attribute files ---- */

static ssize_t loop_version_show(struct config_item *item, char *page)
{
	return sprintf(page, "TCM Loopback Fabric module v2.1-rc2\n");
}
CONFIGFS_ATTR_RO(loop_, version);

static ssize_t loop_address_show(struct config_item *item, char *page)
{
	struct loop_tpg *tpg = target_tpg_priv(target_tpg_of_item(item));

	return sprintf(page, "%d:0:%d\n", tpg->host->shost->host_no, tpg->tag);
}
CONFIGFS_ATTR_RO(loop_, address);

static ssize_t loop_transport_status_show(struct config_item *item, char *page)
{
	struct loop_tpg *tpg = target_tpg_priv(target_tpg_of_item(item));

	return sprintf(page, "%s\n", tpg->offline ? "offline" : "online");
}

static ssize_t loop_transport_status_store(struct config_item *item, const char *page,
					   size_t count)
{
	struct loop_tpg *tpg = target_tpg_priv(target_tpg_of_item(item));

	if (!strncmp(page, "online", 6))
		WRITE_ONCE(tpg->offline, false);
	else if (!strncmp(page, "offline", 7))
		WRITE_ONCE(tpg->offline, true);
	else
		return -EINVAL;
	return count;
}
CONFIGFS_ATTR(loop_, transport_status);

static ssize_t loop_fabric_prot_type_show(struct config_item *item, char *page)
{
	return sprintf(page, "0\n");
}

/* Protection information is not carried: only type 0 can be chosen. */
static ssize_t loop_fabric_prot_type_store(struct config_item *item, const char *page,
					   size_t count)
{
	u8 type;
	int ret = kstrtou8(page, 0, &type);

	if (ret)
		return ret;
	return type ? -EINVAL : count;
}
CONFIGFS_ATTR(loop_, fabric_prot_type);

static struct configfs_attribute *loop_fabric_attrs[] = { &loop_attr_version, NULL };
static struct configfs_attribute *loop_tpg_attrs[] = {
	&loop_attr_address, &loop_attr_transport_status, NULL,
};
static struct configfs_attribute *loop_tpg_attrib_attrs[] = { &loop_attr_fabric_prot_type, NULL };

static const struct target_fabric_ops loop_ops = {
	.owner			= THIS_MODULE,
	.dir			= "loopback",
	.name			= "loopback",
	.flags			= TARGET_FABRIC_NEXUS_FILE,
	.max_tpgs		= LOOP_TPGS,
	.respond		= loop_respond,
	.tmf_done		= loop_tmf_done,
	.for_each_cmd		= loop_for_each_cmd,
	.release_nexus		= loop_release_nexus,
	.add_wwn		= loop_add_wwn,
	.del_wwn		= loop_del_wwn,
	.get_proto_id		= loop_proto_id,
	.add_tpg		= loop_add_tpg,
	.del_tpg		= loop_del_tpg,
	.add_lun		= loop_add_lun,
	.del_lun		= loop_del_lun,
	.open_nexus_file	= loop_open_nexus,
	.close_nexus_file	= loop_close_nexus,
	.fabric_attrs		= loop_fabric_attrs,
	.tpg_attrs		= loop_tpg_attrs,
	.tpg_attrib_attrs	= loop_tpg_attrib_attrs,
};

static int __init loop_init(void)
{
	int ret;

	loop_root = root_device_register("tcm_loop");
	if (IS_ERR(loop_root))
		return PTR_ERR(loop_root);
	ret = -ENOMEM;
	loop_wq = alloc_workqueue("tcm_loop", WQ_UNBOUND, 0);
	if (!loop_wq)
		goto out_root;
	ret = target_fabric_register(&loop_ops);
	if (ret)
		goto out_wq;
	return 0;

out_wq:
	destroy_workqueue(loop_wq);
out_root:
	root_device_unregister(loop_root);
	return ret;
}

static void __exit loop_exit(void)
{
	target_fabric_unregister(&loop_ops);
	destroy_workqueue(loop_wq);
	root_device_unregister(loop_root);
	rcu_barrier();
}

module_init(loop_init);
module_exit(loop_exit);

MODULE_DESCRIPTION("Loopback fabric of the SCSI target engine");
MODULE_LICENSE("GPL");
MODULE_ALIAS_TARGET_FABRIC("loopback");
TARGET_IMPORT_NS();
