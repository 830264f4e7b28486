# SPDX-License-Identifier: GPL-2.0-only
#
# Handlers of commands on a stub of the core.

EXEC_DIR := $(TOP)/selftests/host/exec
EXEC := $(patsubst %,$(TOP)/target_core/%.c,exec_spc exec_inquiry exec_log exec_ident exec_buffer \
	exec_pr mode store pr pr_kept pr_state pr_param pr_tid pr_in pr_text pr_conflict scsi_log \
	scsi_buffer scsi_ident) $(EXEC_DIR)/world.c $(EXEC_DIR)/core_stubs.c

TESTS += exec_alloc
exec_alloc_SRCS := $(EXEC_DIR)/test_alloc.c $(CURDIR)/alloc_fail.c $(EXEC) $(SCSI)
