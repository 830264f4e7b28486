# SPDX-License-Identifier: GPL-2.0-only
#
# Unit tests of the iSCSI protocol logic. CHAP is checked with OpenSSL's digests.

ISCSI_DIR := $(TOP)/selftests/host/iscsi
ISCSI_TESTS := pdu text keys config chap login sendtargets window prefix burst
ISCSI_PURE := $(ISCSI_TESTS:%=$(TOP)/fabrics/iscsi/iscsi_%.c) $(ISCSI_DIR)/util.c

TESTS += $(ISCSI_TESTS:%=iscsi_%)
$(foreach t,$(ISCSI_TESTS),$(eval iscsi_$(t)_SRCS := $(ISCSI_DIR)/test_$(t).c $(ISCSI_PURE)))
$(foreach t,$(ISCSI_TESTS),$(eval test_iscsi_$(t)_LIBS := -lcrypto))
