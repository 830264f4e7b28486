#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The task set of a logical unit, shared by all sessions or one for each (TST): what an ORDERED
# command holds up, and what CLEAR TASK SET clears, while the medium does not answer.
# cost: 25

. "$(dirname "$0")/lib.sh"

iqn=iqn.2024-01.org.example:sets
tool=$(realpath "$(dirname "$0")/task_sets.py")

stuck_device()
{
	block_device stuck "$(stuck_disk 16)"
}

check "a medium that can hang" stuck_device
check "a target" iscsi_target $iqn
check "a LUN" iscsi_lun $iqn 0 stuck
check "ORDERED and CLEAR TASK SET reach as far as the task set" "$tool" $iqn
check "remove the target" remove_tree "$TARGET/iscsi/$iqn"
check "remove the device, TST set" remove_tree "$(device stuck)"
dmsetup remove stuck
