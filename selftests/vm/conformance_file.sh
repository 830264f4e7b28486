#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# libiscsi's whole conformance suite, destructive tests included, on a thin file backstore.
# cost: 300
# timeout: 2400

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/conformance_lib.bash"

file_device file 64
check "thin provisioning" thin file
check "two targets" conformance_target
check "their LUN" conformance_lun 0 file
check "the whole suite" conforms file 0 ALL
cat "$WORK/table"
