#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The smallest complete use: a device on each backstore, through loopback and through iSCSI.
# cost: 40
# timeout: 1200

. "$(dirname "$0")/lib.sh"

unaligned()
{
	"$(dirname "$0")/sg_unaligned.py" "$(sg_of "$1")"
}

wwn=naa.5001405000000001
iqn=iqn.2024-01.org.example:smoke

check "a ramdisk can be made" ramdisk ram 64
check "a file device can be made" file_device file 64
disk=$(null_block_device 64)
check "a block device can be made" block_device block "$disk"

check "a loopback target can be made" loopback_target $wwn
lun=0
for name in ram file block; do
	check "$name appears as a disk" loopback_lun $wwn $lun $name
	check "$name has its size" test "$(blockdev --getsize64 "$(disk_of $name)")" = $((64 << 20))
	check "$name keeps data" compare_data "$(disk_of $name)" 8
	check "$name keeps data of unaligned buffers" unaligned "$(disk_of $name)"
	lun=$((lun + 1))
done
check "the target can be removed while its disks are attached" remove_tree $TARGET/loopback/$wwn

check "an iSCSI target can be made" iscsi_target $iqn
lun=0
for name in ram file block; do
	check "$name becomes LUN $lun" iscsi_lun $iqn $lun $name
	lun=$((lun + 1))
done
check "an initiator logs in and finds the disks" iscsi_login $iqn ram file block
for name in ram file block; do
	check "$name keeps data over iSCSI" compare_data "$(disk_of $name)" 4 8
done
check "the initiator logs out" iscsi_logout $iqn
