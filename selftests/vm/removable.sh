#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A removable medium: what two initiators are told when it is ejected, loaded, and kept in, as
# libiscsi's suite and as Linux's disk driver sees it.
# cost: 40
# timeout: 600

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/conformance_lib.bash"

wwn=naa.5001405000000032
removed="Medium not present"

tells_of_it()
{
	sg_inq "$disk" | grep "RMB=1"
	sg_opcodes --opcode=0x1e "$disk"
	[ "$(cat "/sys/block/${disk##*/}/removable")" = 1 ]
	sg_inq "$other" | grep "RMB=0"
	sg_opcodes --opcode=0x1e "$other" | grep -i "not supported"
	fails_with "Invalid field in cdb" sg_raw "$other" 1b 00 00 00 02 00
	fails_with "Invalid command operation code" sg_raw "$other" 1e 00 00 00 01 00
	sg_turs "$other"
	fails sh -c "echo 0 >'$(device disk)/attrib/removable'"
}

ejected()
{
	dd if=/dev/urandom of="$WORK/data" bs=64k count=1 status=none
	dd if="$WORK/data" of="$disk" bs=64k oflag=direct conv=notrunc status=none
	fails_with "Medium removal prevented" sg_raw "$disk" 1b 00 00 00 02 00
	sg_raw "$sg" 1b 00 00 00 02 00
	fails_with "$removed" sg_raw "$sg" 00 00 00 00 00 00
	fails_with "$removed" sg_raw -r 8 "$sg" 25 00 00 00 00 00 00 00 00 00
	fails_with "$removed" sg_raw -r 32 "$sg" 9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00
	fails_with "$removed" sg_raw -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00
	fails_with "$removed" sg_raw "$sg" 35 00 00 00 00 00 00 00 00 00
	fails_with "$removed" sg_raw "$sg" 04 00 00 00 00 00
	fails_with "$removed" sg_raw "$sg" 1b 00 00 00 01 00
	sg_inq "$sg" >/dev/null
	sg_modes "$sg" >/dev/null
}

loaded()
{
	sg_raw "$sg" 1b 00 00 00 03 00
	sg_raw "$sg" 00 00 00 00 00 00
	echo 1 >"/sys/block/${disk##*/}/device/rescan"
	dd if="$disk" of="$WORK/back" bs=64k count=1 iflag=direct status=none
	cmp "$WORK/data" "$WORK/back"
}

prevented()
{
	sg_prevent "$sg"
	fails_with "Medium removal prevented" sg_raw "$sg" 1b 00 00 00 02 00
	sg_raw "$sg" 00 00 00 00 00 00
	sg_prevent --allow "$sg"
	sg_raw "$sg" 1b 00 00 00 02 00
	sg_raw "$sg" 1b 00 00 00 03 00
	sg_prevent "$sg"
	sg_reset -N --device "$sg"
	sg_raw "$sg" 00 00 00 00 00 00 || :	# the reset is told
	sg_raw "$sg" 1b 00 00 00 02 00
	sg_raw "$sg" 1b 00 00 00 03 00
}

ramdisk disk 16
check "a device is made removable" sh -c "echo 1 >'$(device disk)/attrib/removable'"
ramdisk other 16
check "a loopback target" loopback_target $wwn
check "a removable disk" loopback_lun $wwn 0 disk
check "a fixed disk" loopback_lun $wwn 1 other
disk=$(disk_of disk)
# The disk's driver prevents the removal while it is open, sg does not.
sg=$(sg_of "$disk")
other=$(disk_of other)
check "the one says that it is removable, the other has no such commands" tells_of_it
check "what an ejected medium refuses" ejected
check "it is there again when it is loaded" loaded
check "an initiator prevents the removal until a reset" prevented
check "two targets" conformance_target
check "their LUN" conformance_lun 0 disk
check "the conformance suite" conforms disk 0 "${removable_tests[@]}"
cat "$WORK/table" "$WORK/verdicts.disk" | sed 's/^/# /'
