#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# libiscsi's conformance suite over iSCSI on each backstore, thin and thick. Every family whose
# commands exist must run without a failure; a table says how many tests each had.
# cost: 240
# timeout: 2400

. "$(dirname "$0")/lib.sh"

iqn=iqn.2024-01.org.example:conformance
# what every backstore has a part in
families="Inquiry Mandatory ModeSense6 NoMedia Read6 Read10 Read12 Read16 ReadCapacity10
	ReadCapacity16 ReadOnly TestUnitReady Unmap Verify10 Write10 Write12 Write16 WriteSame16
	GetLBAStatus CompareAndWrite ExtendedCopy.Simple iSCSIcmdsn iSCSIdatasn iSCSIResiduals
	iSCSITMF"
# what the engine does alone, or by the same handlers; of ExtendedCopy all but ValidTgtDescr, which
# in some versions of the suite takes a wrong parameter list for a wrong CDB
once="ReportSupportedOpcodes Verify12 Verify16 Prefetch10 ReadDefectData10 ReadDefectData12
	StartStopUnit WriteVerify10 WriteVerify16 MultipathIO ReceiveCopyResults
	ExtendedCopy.ParamHdr ExtendedCopy.DescrLimits ExtendedCopy.DescrType
	ExtendedCopy.ValidSegDescr"

# family LUN NAME: runs it and prints "run failed skipped"
family()
{
	iscsi-test-cu --dataloss --fail --test="ALL.$2" "iscsi://$PORTAL/$iqn/$1" >"$WORK/cu" 2>&1
	awk '/SKIPPED/ { skipped++ } /^ *tests / { ran = $3; bad = $5 }
		END { print ran + 0, bad + 0, skipped + 0 }' "$WORK/cu"
}

# conforms LUN NAME: no failure, and something ran
conforms()
{
	local ran bad skipped

	read -r ran bad skipped < <(family "$1" "$2")
	printf '# %-24s LUN %d: %3d run, %d failed, %d lines of skips\n' \
		"$2" "$1" "$ran" "$bad" "$skipped" >>"$WORK/table"
	[ "$ran" -gt 0 ] && [ "$bad" = 0 ] || { grep -A 6 FAILED "$WORK/cu"; return 1; }
}

thin()
{
	echo 1 >"$(device "$1")/attrib/emulate_tpu" && echo 1 >"$(device "$1")/attrib/emulate_tpws"
}

ramdisk ram 64
file_device file 64
block_device block "$(null_block_device 64)"
ramdisk thick 64
check "thin provisioning on the ramdisk" thin ram
check "thin provisioning on the file" thin file
check "a target" iscsi_target $iqn
lun=0
for name in ram file block thick; do
	check "$name is LUN $lun" iscsi_lun $iqn $lun $name
	lun=$((lun + 1))
done

for name in $families; do
	for lun in 0 1 2; do
		check "$name on LUN $lun" conforms $lun "$name"
	done
done
for name in $once; do
	check "$name on LUN 0" conforms 0 "$name"
done
for name in Inquiry Mandatory ReadCapacity16 Unmap WriteSame10; do
	check "$name, fully provisioned" conforms 3 "$name"
done
cat "$WORK/table"
