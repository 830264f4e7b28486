# SPDX-License-Identifier: GPL-2.0-only
#
# The checks of the top Makefile; each ends with one line "N passed, N failed".
