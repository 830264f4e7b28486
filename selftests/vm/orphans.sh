#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Writes that are given up while the medium has them: nothing that comes later gets at their blocks
# before they have ended.
# cost: 25

. "$(dirname "$0")/lib.sh"

iqn=iqn.2024-01.org.example:orphans
tool=$(realpath "$(dirname "$0")/orphans.py")

late_device()
{
	local disk size

	modprobe dm_mod && modprobe dm_delay && disk=$(null_block_device 16) || return
	size=$(blockdev --getsz "$disk")
	dmsetup create late --table "0 $size delay $disk 0 0 $disk 0 0" && dmsetup mknodes &&
		block_device late /dev/mapper/late
}

check "a medium that takes its time for writes" late_device
check "a target" iscsi_target $iqn
check "a LUN" iscsi_lun $iqn 0 late
check "another one" iscsi_lun $iqn 1 late
check "what is late is waited for, on its blocks" \
	"$tool" $iqn "$(device late)/statistics/scsi_tgt_dev/orphans" \
	"$TARGET/iscsi/$iqn/tpgt_1/lun/lun_1/link"
check "remove the target" remove_tree "$TARGET/iscsi/$iqn"
check "remove the device" remove_tree "$(device late)"
dmsetup remove late
