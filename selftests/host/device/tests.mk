# SPDX-License-Identifier: GPL-2.0-only
#
# The device's configuration: parsers of what configfs is given.

TESTS += lba_map
lba_map_SRCS := $(CURDIR)/device/test_lba_map.c $(CURDIR)/alloc_fail.c $(TOP)/target_core/lba_map.c

TESTS += store_text
store_text_SRCS := $(CURDIR)/device/test_store_text.c $(TOP)/target_core/store_text.c

TESTS += options
options_SRCS := $(CURDIR)/device/test_options.c $(TOP)/target_core/option_text.c \
	$(patsubst %,$(TOP)/backstores/%_options.c,file/file block/block ramdisk/ramdisk)

TESTS += inject_rule
inject_rule_SRCS := $(CURDIR)/device/test_inject_rule.c $(TOP)/target_core/inject_rule.c \
	$(TOP)/target_core/op_class.c $(SCSI)
