# SPDX-License-Identifier: GPL-2.0-only
#
# The checks of the top Makefile; each ends with one line "N passed, N failed".

.PHONY: check check-host check-static check-vm check-kill check-debug check-debug-x86
check:
	@tools/install-packages build check
	@selftests/check host static vm kill

check-host check-static check-vm check-kill: check-%:
	@selftests/check $*

# On debug kernels, built the first time (10 and 30 minutes) and kept.
check-debug check-debug-x86: check-%:
	@tools/install-packages build check debug
	@tools/vm/debug_kernel.py $(if $(filter %x86,$*),x86,um) >/dev/null
	@selftests/check $*
