# SPDX-License-Identifier: GPL-2.0-only
#
# The inputs of the fuzz targets as tests, which need no fuzzer.

FUZZ_DIR := $(TOP)/selftests/fuzz
include $(FUZZ_DIR)/targets.mk

HOST_CPPFLAGS += -I$(FUZZ_DIR) -I$(TOP)/backstores
TESTS += $(FUZZ_TARGETS:%=fuzz_%)
$(foreach t,$(FUZZ_TARGETS),$(eval fuzz_$(t)_SRCS += $(FUZZ_DIR)/$(t).c $(FUZZ_DIR)/replay.c))

$(OUT)/obj/selftests/fuzz/%.o: HOST_CPPFLAGS += -DSEEDS='"$(FUZZ_DIR)/seeds"'
