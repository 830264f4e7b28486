# SPDX-License-Identifier: GPL-2.0-only
#
# Build, install and check the target outside a kernel tree. Kbuild files do the compiling; the
# sources are linked into build/obj/RELEASE first, so that one tree serves several kernels.
#
#   make              all modules for KDIR (default: the running kernel, else the newest
#                     installed one that has headers, else the newest headers)
#   make install      into $(DESTDIR)/lib/modules/RELEASE/updates, which depmod prefers
#   make uninstall    give the distribution's modules back
#   make check        every test; also check-host, check-static, check-vm alone
#   make check-debug  the guest tests on a User-mode Linux kernel with KASAN, lockdep, kmemleak
#   make demo         a target in a guest, used by this machine over iSCSI
#   make fuzz         the parsers under libFuzzer, FUZZ_SECONDS= or FUZZ_RUNS= each
#   make bench        this target and the distribution's under the same load

TOP := $(CURDIR)
BUILD ?= $(TOP)/build
RUNNING := /lib/modules/$(shell uname -r)/build
newest = $(lastword $(shell printf '%s\n' $(1) | sort -V))
WITH_KERNEL = $(wildcard $(patsubst %/kernel,%/build,$(wildcard /lib/modules/*/kernel)))
KDIR ?= $(firstword $(wildcard $(RUNNING)) $(call newest,$(WITH_KERNEL)) \
	$(call newest,$(wildcard /lib/modules/*/build)))
RELEASE := $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h)
OBJ = $(BUILD)/obj/$(RELEASE)
MODDIR = $(DESTDIR)/lib/modules/$(RELEASE)/updates
DEPMOD ?= depmod

CONFIG := CONFIG_TARGET_CORE=m CONFIG_TCM_FILEIO=m CONFIG_TCM_IBLOCK=m \
	CONFIG_LOOPBACK_TARGET=m CONFIG_ISCSI_TARGET=m
# Debian's headers have no vmlinux, without which kbuild warns about BTF for every module.
KBUILD = +$(MAKE) --no-print-directory $(JOBS) -C $(KDIR) M=$(OBJ) \
	$(if $(ARCH),ARCH=$(ARCH)) $(CONFIG) CONFIG_DEBUG_INFO_BTF_MODULES=
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all modules prepare install uninstall clean help
all: modules

help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' Makefile

prepare:
	@test -n "$(RELEASE)" || { echo "no kernel headers: set KDIR (have: $(KDIR))" >&2; exit 1; }
	@tools/link-sources $(TOP) $(OBJ)
	@tools/probe-kernel $(KDIR) $(OBJ) $(if $(ARCH),ARCH=$(ARCH))

modules: prepare
	$(KBUILD) modules

# One object, e.g. make target_core/cmd.o
Makefile selftests/checks.mk: ;
%.o %.i %.s: prepare
	$(KBUILD) $@

install: modules
	@tools/install-modules $(OBJ) $(MODDIR)
	$(DEPMOD) $(if $(DESTDIR),-b $(DESTDIR)) $(RELEASE)

uninstall:
	@tools/install-modules --remove $(OBJ) $(MODDIR)
	$(DEPMOD) $(if $(DESTDIR),-b $(DESTDIR)) $(RELEASE)

clean:
	rm -rf $(BUILD)/obj $(BUILD)/vm

.PHONY: demo bench fuzz
demo:
	@tools/demo/run

bench:
	@tools/bench/run

fuzz:
	@tools/install-packages fuzz
	@$(MAKE) --no-print-directory -C selftests/fuzz fuzz OUT=$(BUILD)/fuzz

include selftests/checks.mk
