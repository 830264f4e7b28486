/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device with two ports and a session, made of the core's own structures, and as much of the
 * core as the handlers of commands need to run in user space.
 */
#ifndef HOST_EXEC_WORLD_H
#define HOST_EXEC_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <compat/unaligned.h>
#include "exec.h"
#include "pr_state.h"

#define WORLD_DATA	65536	/* bytes of data-out or data-in */
#define WORLD_BLOCKS	2048
#define WORLD_MEDIUM	(WORLD_BLOCKS << 9)
#define WORLD_FILES	8
#define WORLD_FILE_MAX	16384

/** struct world_file - a file below dbroot */
struct world_file {
	char	name[64];
	char	text[WORLD_FILE_MAX];
	size_t	len;
};

/**
 * struct world - all of it
 * @answers: how often the command was answered.
 * @wq: the device's.
 * @room: bytes of data-in that the initiator takes, 0 for WORLD_DATA.
 * @medium: the device's blocks. @medium_compared: they are part of its state.
 * @told: unit attention conditions raised since the last command began.
 */
struct world {
	struct target_fabric_ops	fabric;
	struct target_backstore_ops	backstore;
	struct target_wwn		wwn;
	struct target_tpg		tpg[2];
	struct target_acl		acl;
	struct target_lun		lun[2];
	struct target_lun_map		map;
	struct target_port_group	group;
	struct target_nexus		nexus;
	struct target_itl		itl;
	struct target_device		dev;
	struct target_cmd		cmd;
	struct scatterlist		sgl;
	u8				data[WORLD_DATA];
	struct world_file		files[WORLD_FILES];
	unsigned int			answers;
	struct workqueue_struct		wq;
	u32				room;
	u8				medium[WORLD_MEDIUM];
	bool				medium_compared;
	u32				told;
};

extern struct world world;

void world_begin(void);
void world_end(void);
void world_work(void);
u8 world_run(const u8 *cdb, const void *list, u32 len);
size_t world_state(char *text, size_t room);

#endif
