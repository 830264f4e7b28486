// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device, its ports and its session; a command through a handler; and all of the device's
 * state as text, to be compared.
 */
#include "alua.h"
#include "lba_map.h"
#include "pr.h"
#include "store.h"
#include "world.h"

struct world world;
struct mutex target_lock;

static void make_port(unsigned int i)
{
	struct target_tpg *tpg = &world.tpg[i];
	struct target_lun *lun = &world.lun[i];

	tpg->wwn = &world.wwn;
	tpg->ops = &world.fabric;
	tpg->tag = tpg->rtpi = i + 1;
	INIT_LIST_HEAD(&tpg->acls);
	lun->tpg = tpg;
	lun->dev = &world.dev;
	INIT_LIST_HEAD(&lun->itls);
	list_add_tail(&lun->dev_link, &world.dev.luns);
}

/* Group 1, which keeps its state in a file, has the second port. */
static void make_groups(struct target_device *dev)
{
	struct target_port_group *pg = &world.group;
	unsigned int i;

	INIT_LIST_HEAD(&dev->port_groups);
	dev->default_group.group.cg_item.ci_name = "default_tg_pt_gp";
	target_alua_init_default(dev);
	pg->group.cg_item.ci_name = "other";
	target_alua_init_group(pg, dev);
	target_alua_set_id(pg, 1);
	pg->write_metadata = true;
	mutex_lock(&target_lock);
	for (i = 0; i < 2; i++)
		target_alua_join(&world.lun[i], i ? pg : &dev->default_group);
	mutex_unlock(&target_lock);
}

static void set_map(struct target_lba_map *map)
{
	mutex_lock(&world.dev.config_lock);
	target_alua_set_map(&world.dev, map);
	mutex_unlock(&world.dev.config_lock);
}

static void make_map(void)
{
	int err;

	set_map(lba_map_parse("0 0\n0 1023 0:O 1:S\n1024 2047 0:S 1:O\n", &err));
	assert_int_equal(err, 0);
}

static void make_medium(struct target_backdev *bd)
{
	bd->ops = &world.backstore;
	bd->name = "disk0";
	bd->block_size = bd->limits.block_size = 512;
	bd->limits.max_unmap_blocks = bd->limits.max_zero_blocks = WORLD_BLOCKS;
	bd->limits.max_atomic_blocks = 8;
	bd->limits.max_blocks = WORLD_BLOCKS;
	bd->limits.cache_bytes = WORLD_MEDIUM;
	memset(world.medium, 0xa5, sizeof(world.medium));
}

static void make_device(struct target_device *dev)
{
	strcpy(dev->id.vendor, "LIO-ORG");
	strcpy(dev->id.serial, "0a1b2c3d");
	make_medium(&dev->bd);
	dev->attrib.block_size = 512;
	dev->attrib.emulate_tpu = dev->attrib.emulate_tpws = 1;
	dev->attrib.max_unmap_lba_count = WORLD_BLOCKS;
	dev->attrib.max_unmap_block_desc_count = 4;
	dev->block_shift = 9;
	dev->nr_blocks = WORLD_BLOCKS;
	dev->attrib.emulate_pr = dev->attrib.pgr_support = dev->attrib.alua_support = 1;
	dev->attrib.emulate_rsoc = dev->attrib.emulate_tas = 1;
	INIT_LIST_HEAD(&dev->luns);
	target_store_init(dev);
	target_pr_init(dev);
	target_log_init(dev);
	target_buffer_init(dev);
	target_ident_init(dev);
	target_background_init(dev);
	target_selftest_init(dev);
	dev->wq = &world.wq;
	dev->ctl_wq = &world.wq;
}

static void make_session(struct target_nexus *nexus)
{
	strcpy(world.acl.name, "iqn.i");
	list_add_tail(&world.acl.tpg_link, &world.tpg[0].acls);
	INIT_LIST_HEAD(&world.acl.maps);
	world.map.lun = &world.lun[0];
	list_add_tail(&world.map.acl_link, &world.acl.maps);
	nexus->tpg = &world.tpg[0];
	nexus->ops = &world.fabric;
	strcpy(nexus->initiator, "iqn.i");
	INIT_LIST_HEAD(&nexus->copies);
	world.itl.nexus = nexus;
	world.itl.lun = &world.lun[0];
	world.itl.dev = &world.dev;
	world.itl.map = &world.map;
	list_add_tail(&world.itl.lun_link, &world.lun[0].itls);
	nexus->itls.entry[0] = &world.itl;
}

/* A new one, without any state. */
void world_begin(void)
{
	memset(&world, 0, sizeof(world));
	world.fabric.name = "iSCSI";
	world.fabric.proto_id = TARGET_PROTO_ISCSI;
	strcpy(world.wwn.name, "iqn.t");
	make_device(&world.dev);
	make_port(0);
	make_port(1);
	make_groups(&world.dev);
	make_map();
	make_session(&world.nexus);
	sg_init_one(&world.sgl, world.data, WORLD_DATA);
	assert_int_equal(scsi_op_init(), 0);
}

void world_end(void)
{
	mutex_lock(&target_lock);
	xcopy_forget(&world.nexus, NULL);
	mutex_unlock(&target_lock);
	assert_true(list_empty(&world.nexus.copies));
	set_map(NULL);
	assert_int_equal(world.dev.ref.refs | world.itl.ref.refs | world.lun[1].ref.refs, 0);
	target_pr_exit(&world.dev);
	target_log_exit(&world.dev);
	target_buffer_exit(&world.dev);
	target_ident_exit(&world.dev);
	target_selftest_exit(&world.dev);
	assert_false(target_lock.locked);
}

/* What the device's workqueue has to do */
void world_work(void)
{
	struct work_struct *work = world.wq.kept;

	world.wq.kept = NULL;
	if (work)
		work->func(work);
	assert_null(world.wq.kept);
}

/* As the core has it of a command that asks for @asked blocks or bytes */
static u64 scsi_len(const struct scsi_op *op, const u8 *cdb, u64 asked)
{
	if (op->data_len)
		return op->data_len(cdb, 512);
	if (op->flags & SCSI_OP_NO_DATA_IO)
		return 0;
	if (op->flags & SCSI_OP_ONE_BLOCK_OUT)
		return 512;
	return op->flags & SCSI_OP_BLOCKS ? asked << 9 : asked;
}

/* Runs a command with @len bytes of data-out and returns its status. It is answered once. */
u8 world_run(const u8 *cdb, const void *list, u32 len)
{
	struct target_sense sense = {};
	struct target_cmd *cmd = &world.cmd;
	u64 asked;

	memset(cmd, 0, sizeof(*cmd));
	memcpy(cmd->cdb, cdb, TARGET_MAX_CDB);
	memset(world.data, 0, sizeof(world.data));
	memcpy(world.data, list, len);
	cmd->nexus = &world.nexus;
	cmd->itl = &world.itl;
	cmd->op = scsi_op_find(cdb, &sense);
	assert_non_null(cmd->op);
	assert_true(scsi_op_check_cdb(cmd->op, cdb, &sense));
	scsi_op_decode(cmd->op, cdb, &cmd->lba, &asked);
	cmd->blocks = cmd->op->flags & SCSI_OP_BLOCKS ? asked : 0;
	cmd->scsi_len = scsi_len(cmd->op, cdb, asked);
	cmd->edtl = cmd->op->dir == TARGET_DATA_OUT ? len : world.room ?: WORLD_DATA;
	cmd->xfer_len = min_t(u64, cmd->scsi_len, cmd->edtl);
	cmd->sgl = &world.sgl;
	cmd->sg_cnt = 1;
	world.answers = 0;
	world.told = 0;
	cmd->op->exec(cmd);
	world_work();
	assert_int_equal(world.answers, 1);
	assert_false(target_lock.locked);
	return cmd->status;
}

static size_t put_hex(char *text, size_t room, const char *name, const void *data, size_t len)
{
	const u8 *p = data;
	size_t n = scnprintf(text, room, "%s=", name);

	while (len--)
		n += scnprintf(text + n, room - n, "%02x", *p++);
	return n + scnprintf(text + n, room - n, "\n");
}

static unsigned long long medium_sum(void)
{
	u64 sum = 0, word;
	size_t i;

	for (i = 0; world.medium_compared && i < WORLD_MEDIUM; i += sizeof(word)) {
		memcpy(&word, world.medium + i, sizeof(word));
		sum = (sum ^ word) * 0x9e3779b97f4a7c15ULL;
	}
	return sum;
}

/* The blocks, and whether and how one gets to them */
static size_t put_medium(char *text, size_t room)
{
	const struct target_port_group *pgs[] = { &world.dev.default_group, &world.group };
	const struct target_device *dev = &world.dev;
	unsigned int i;
	size_t n;

	n = scnprintf(text, room, "gate=%x flushes=%d failed=%x/%d sum=%llx\n", dev->gate,
		      atomic_read(&dev->flushes), dev->erase_failed, dev->erase_ause, medium_sum());
	for (i = 0; i < 2; i++)
		n += scnprintf(text + n, room - n, "group=%x/%x,%p keeps=%d offline=%d/%x\n",
			       pgs[i]->state, pgs[i]->status, pgs[i]->change,
			       pgs[i]->write_metadata, world.lun[i].alua_offline,
			       world.lun[i].alua_status);
	return n;
}

/**
 * world_state() - all that a command may change and an initiator, or a restart, may see
 * @text: filled in
 * @room: bytes there
 *
 * Return: its length.
 */
size_t world_state(char *text, size_t room)
{
	const struct target_device *dev = &world.dev;
	const struct target_buffer *buffer = &dev->primary.buffer;
	struct pr_buf out = { .buf = (u8 *)text, .room = room };
	unsigned int i;
	size_t n;

	pr_in(PR_READ_FULL_STATUS, dev->pr, &out);
	n = scnprintf(text, room, "type=%u told=%x denied=%x\n", dev->pr ? dev->pr->type : 0,
		      world.told, world.itl.pr_denied);
	if (dev->pr)
		n += put_hex(text + n, room - n, "pr", dev->pr, pr_state_size(dev->pr->count));
	n += put_medium(text + n, room - n);
	n += put_hex(text + n, room - n, "attrib", &dev->attrib, sizeof(dev->attrib));
	n += put_hex(text + n, room - n, "mode", &dev->mode_saved, sizeof(dev->mode_saved));
	n += put_hex(text + n, room - n, "log", dev->log.base, sizeof(dev->log.base));
	n += put_hex(text + n, room - n, "ident", dev->primary.ident.len,
		     sizeof(dev->primary.ident) - offsetof(struct target_ident, len));
	n += put_hex(text + n, room - n, "clock", &dev->primary.clock, sizeof(bool));
	n += put_hex(text + n, room - n, "echo", buffer->echo ? buffer->echo : (u8 *)"",
		     buffer->echo_len);
	n += put_hex(text + n, room - n, "data", buffer->data ? buffer->data : (u8 *)"",
		     buffer->data ? 64 : 0);
	for (i = 0; i < WORLD_FILES; i++)
		n += scnprintf(text + n, room - n, "%s:%.*s\n", world.files[i].name,
			       (int)world.files[i].len, world.files[i].text);
	return n;
}
