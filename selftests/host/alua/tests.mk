# SPDX-License-Identifier: GPL-2.0-only
#
# Asymmetric access: rules, parameter lists and files.

TESTS += alua_rules
alua_rules_SRCS := $(CURDIR)/alua/test_rules.c $(TOP)/target_core/alua_rules.c $(SCSI)
