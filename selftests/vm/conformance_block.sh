#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# libiscsi's whole conformance suite, destructive tests included, on a thin block backstore.
# cost: 300
# timeout: 2400

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/conformance_lib.bash"

check "a thin disk" thin_disk block 0
check "two targets" conformance_target
check "their LUN" conformance_lun 0 block
check "the whole suite" conforms block 0 ALL
cat "$WORK/table"
