// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is kept in files comes back when a device is made again, also with too little memory:
 * either it is back, or nobody takes the device for one that had nothing to be kept.
 */
#include "alloc_fail.h"
#include "alua.h"
#include "exec_format.h"
#include "pr.h"
#include "scsi_format.h"
#include "store.h"
#include "world.h"

static void end(void *arg)
{
	world_end();
}

/* ---- registrations ---- */

static void register_and_go(void *arg)
{
	const u8 cdb[TARGET_MAX_CDB] = { 0x5f, 0, [8] = 24 };
	const u8 list[24] = { [15] = 1, [20] = 0x01 };

	world_begin();
	assert_int_equal(world_run(cdb, list, sizeof(list)), 0);
	target_pr_exit(&world.dev);
	world.dev.pr = NULL;
	world.itl.pr_id = 0;
	target_pr_init(&world.dev);
}

static int load_registrations(void *arg)
{
	target_pr_load(&world.dev);
	if (world.dev.gate & TARGET_GATE_PR_LOST)
		return -ENOMEM;
	assert_int_equal(world.dev.pr->count, 1);
	return 0;
}

/* The file is as it was: the next time all is there. */
static void no_registrations(void *arg)
{
	assert_null(world.dev.pr);
	world.dev.gate = 0;
	assert_int_equal(load_registrations(arg), 0);
}

static void registrations(void **state)
{
	const struct alloc_fail op = { register_and_go, load_registrations, no_registrations, end };

	assert_true(alloc_fail_each(&op, NULL) >= 4);
}

/* ---- a sanitize operation that has not ended ---- */

static void sanitize_and_go(void *arg)
{
	const struct scsi_sanitize san = { .action = SANITIZE_BLOCK_ERASE, .passes = 1 };
	char text[512];

	world_begin();
	assert_int_equal(target_store_save(&world.dev, "erase", text,
					   scsi_erase_save(ERASE_SANITIZING, &san, text,
							   sizeof(text))), 0);
}

static int go_on_erasing(void *arg)
{
	world.dev.ctl_wq = NULL;	/* at once */
	mutex_lock(&world.dev.config_lock);
	assert_int_equal(target_store_restore(&world.dev), 0);
	assert_true(target_store_settled(&world.dev));
	mutex_unlock(&world.dev.config_lock);
	world_work();
	/* Nobody reads what was to be erased. */
	assert_true((world.dev.gate & TARGET_GATE_FAILED) ||
		    !memchr_inv(world.medium, 0, sizeof(world.medium)));
	return shim_alloc_fail ? 0 : -ENOMEM;
}

static void erasing(void **state)
{
	const struct alloc_fail op = { sanitize_and_go, go_on_erasing, NULL, end };

	assert_true(alloc_fail_each(&op, NULL) >= 6);
}

/* ---- asymmetric access states ---- */

static void change_group(void *arg)
{
	struct target_port_group *pg = &world.group;

	world_begin();
	world.dev.configured = true;
	assert_int_equal(target_alua_set_state(pg, TARGET_ALUA_NON_OPTIMIZED), 0);
	pg->state = TARGET_ALUA_OPTIMIZED;
	pg->write_metadata = false;
}

static int keep_group(void *arg)
{
	int err = target_alua_keep_group(&world.group, true);

	if (!err)
		assert_int_equal(world.group.state, TARGET_ALUA_NON_OPTIMIZED);
	return err;
}

/* It is asked for once more. */
static void not_kept_group(void *arg)
{
	assert_int_equal(world.group.state, TARGET_ALUA_OPTIMIZED);
	assert_false(world.group.write_metadata);
	assert_int_equal(keep_group(arg), 0);
}

static void groups(void **state)
{
	const struct alloc_fail op = { change_group, keep_group, not_kept_group, end };

	assert_true(alloc_fail_each(&op, NULL) >= 2);
}

static void change_lun(void *arg)
{
	struct target_lun *lun = &world.lun[1];

	world_begin();
	lun->alua_write_md = true;
	assert_int_equal(target_alua_set_offline(lun, true), 0);
	lun->alua_offline = false;
	lun->alua_write_md = false;
}

static int keep_lun(void *arg)
{
	int err = target_alua_keep_lun(&world.lun[1], true);

	if (!err)
		assert_true(world.lun[1].alua_offline);
	return err;
}

static void not_kept_lun(void *arg)
{
	assert_false(world.lun[1].alua_offline);
	assert_false(world.lun[1].alua_write_md);
	assert_int_equal(keep_lun(arg), 0);
}

static void luns(void **state)
{
	const struct alloc_fail op = { change_lun, keep_lun, not_kept_lun, end };

	assert_true(alloc_fail_each(&op, NULL) >= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registrations),
		cmocka_unit_test(erasing),
		cmocka_unit_test(groups),
		cmocka_unit_test(luns),
	};

	return cmocka_run_group_tests_name("exec_alloc_kept", tests, NULL, NULL);
}
