# SPDX-License-Identifier: GPL-2.0-only
#
# Handlers of commands on a stub of the core.

EXEC_DIR := $(TOP)/selftests/host/exec
EXEC := $(patsubst %,$(TOP)/target_core/%.c,exec_spc exec_inquiry exec_log exec_ident exec_buffer \
	exec_pr exec_sbc exec_data exec_format exec_alua exec_xcopy alua alua_change alua_store \
	alua_rules lba_map background selftest xcopy xcopy_io xcopy_move mode store pr pr_kept pr_state \
	pr_param pr_tid pr_in pr_text pr_conflict scsi_log scsi_buffer scsi_ident) \
	$(patsubst %,$(EXEC_DIR)/%.c,world cases core_stubs medium_stubs) $(CURDIR)/alloc_fail.c

TESTS += exec_alloc exec_alloc_medium exec_alloc_kept
exec_alloc_SRCS := $(EXEC_DIR)/test_alloc.c $(EXEC) $(SCSI)
exec_alloc_medium_SRCS := $(EXEC_DIR)/test_alloc_medium.c $(EXEC) $(SCSI)
exec_alloc_kept_SRCS := $(EXEC_DIR)/test_alloc_kept.c $(EXEC) $(SCSI)
