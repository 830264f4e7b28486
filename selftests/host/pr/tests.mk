# SPDX-License-Identifier: GPL-2.0-only
#
# Unit tests of reservations.

PR_DIR := $(TOP)/selftests/host/pr
PR_TESTS := conflict state param tid text in
PR_PURE := $(patsubst %,$(TOP)/target_core/pr_%.c,$(PR_TESTS)) $(PR_DIR)/util.c

TESTS += $(PR_TESTS:%=pr_%)
$(foreach t,$(PR_TESTS),$(eval pr_$(t)_SRCS := $(PR_DIR)/test_$(t).c $(PR_PURE) $(SCSI)))
