# SPDX-License-Identifier: GPL-2.0-only
#
# Unit tests of log pages and diagnostics.

LOG_DIR := $(TOP)/selftests/host/log
LOG_TESTS := log_sense log_select buffer diag ident
LOG_PURE := $(patsubst %,$(TOP)/target_core/scsi_%.c,log buffer ident) $(LOG_DIR)/util.c

TESTS += $(LOG_TESTS)
$(foreach t,$(LOG_TESTS),$(eval $(t)_SRCS := $(LOG_DIR)/test_$(t).c $(LOG_PURE) $(SCSI)))
