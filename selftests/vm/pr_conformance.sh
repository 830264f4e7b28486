#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The reservation families of libiscsi's conformance suite: two initiators to one LUN.
# cost: 120
# timeout: 1200

. "$(dirname "$0")/lib.sh"

iqn=iqn.2024-01.org.example:reservations
families="PrinReadKeys PrinServiceactionRange PrinReportCapabilities ProutRegister ProutReserve
	ProutClear ProutPreempt Reserve6"

# Nothing failed, nothing was skipped, and something ran.
conforms()
{
	iscsi-test-cu --dataloss --fail --test="ALL.$1" "iscsi://$PORTAL/$iqn/0" >"$WORK/cu" 2>&1
	cat "$WORK/cu"
	awk '/SKIPPED/ { bad++ } /^ *tests / { ran = $3; bad += $5 } END { exit !(ran && !bad) }' \
		"$WORK/cu"
}

ramdisk ram 64
check "a target" iscsi_target $iqn
check "its LUN" iscsi_lun $iqn 0 ram
for name in $families; do
	check "$name" conforms "$name"
done
check "no reservation is left" grep -q "No SPC-3 Reservation holder" "$(device ram)/pr/res_holder"
