# SPDX-License-Identifier: GPL-2.0-only
#
# The checks of the top Makefile; each ends with one line "N passed, N failed".

.PHONY: check check-host check-static check-vm check-kill check-debug
check:
	@tools/install-packages build check
	@selftests/check host static vm kill

check-host check-static check-vm check-kill: check-%:
	@selftests/check $*

# On a debug kernel, built the first time (10 minutes) and kept.
check-debug:
	@tools/install-packages build check debug
	@tools/vm/debug_kernel.py um >/dev/null
	@selftests/check debug
