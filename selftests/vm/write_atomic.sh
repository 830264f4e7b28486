#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# WRITE ATOMIC(16): what tells of it, what it refuses, and that nobody sees a part of one, beside
# others, when the unit is reset, and when memory runs out half way (in a kernel that can do that).
# cost: 25
# timeout: 600

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000033
race=$(dirname "$0")/write_atomic.py
cdb="9c 00 00 00 00 00 00 00 00 00"	# up to the LBA, which is 0

tells_of_it()
{
	sg_opcodes --opcode=0x9c "$ram"
	sg_vpd --page=bl "$ram" >"$WORK/limits"
	grep "Maximum atomic transfer length: 2048" "$WORK/limits"
	grep "Atomic alignment: 0" "$WORK/limits"
	grep "Atomic transfer length granularity: 0" "$WORK/limits"
	grep "Maximum atomic transfer length with atomic boundary: 2048" "$WORK/limits"
	grep "Maximum atomic boundary size: 2048" "$WORK/limits"
}

# not_here DISK: a medium that can't promise it does not have it.
not_here()
{
	sg_opcodes --opcode=0x9c "$1" | grep -i "not supported"
	sg_vpd --page=bl "$1" | grep -i "Maximum atomic transfer length: 0"
	fails_with "Invalid command operation code" sg_raw -s 512 -i /dev/zero "$1" \
		$cdb 00 00 00 01 00 00
}

# atomic_write LBA BLOCKS OPTIONS: noise, compared
atomic_write()
{
	local lba=$1 blocks=$2
	shift 2
	head -c $((blocks * 512)) /dev/urandom >"$WORK/noise"
	sg_write_x "$@" --in="$WORK/noise" --lba="$lba" --num="$blocks" "$ram"
	dd if="$ram" bs=512 skip="$lba" count="$blocks" iflag=direct status=none |
		cmp - "$WORK/noise"
}

writes()
{
	atomic_write 5 64 --atomic=0
	atomic_write 4000 200 --atomic=8 --fua --dpo
	atomic_write 32767 1 --atomic=2048
	sg_raw "$ram" $cdb 00 00 00 00 00 00
}

refusals()
{
	head -c 1024 /dev/urandom >"$WORK/noise"
	dd if="$ram" of="$WORK/before" bs=512 count=8 iflag=direct status=none
	fails_with "Invalid field in cdb" sg_raw -s 512 -i "$WORK/noise" "$ram" $cdb 08 01 00 01 00 00
	fails_with "Invalid field in cdb" sg_raw -s 512 -i "$WORK/noise" "$ram" $cdb 00 00 08 01 00 00
	fails_with "Invalid field in cdb" sg_raw -s 512 -i "$WORK/noise" "$ram" $cdb 00 00 00 02 00 00
	fails_with "Invalid field in cdb" sg_raw -s 512 -i "$WORK/noise" "$ram" \
		9c 20 00 00 00 00 00 00 00 00 00 00 00 01 00 00
	fails_with "Logical block address out of range" sg_raw -s 1024 -i "$WORK/noise" "$ram" \
		9c 00 00 00 00 00 00 00 7f ff 00 00 00 02 00 00
	dd if="$ram" bs=512 count=8 iflag=direct status=none | cmp - "$WORK/before"
}

larger_blocks()
{
	sg_vpd --page=bl "$large" | grep "Maximum atomic transfer length: 256"
	head -c 8192 /dev/urandom >"$WORK/noise"
	sg_write_x --atomic=0 --in="$WORK/noise" --lba=1 --num=2 "$large"
	dd if="$large" bs=4096 skip=1 count=2 iflag=direct status=none | cmp - "$WORK/noise"
}

# Page allocations of the device's workqueue fail, one of ten: the commands end with BUSY.
memory_runs_out()
{
	local fault=/sys/kernel/debug/fail_page_alloc task status=0 before=100000

	echo 0 >$fault/verbose
	echo N >$fault/ignore-gfp-wait
	echo N >$fault/ignore-gfp-highmem
	echo 0 >$fault/min-order
	echo $before >$fault/times
	echo Y >$fault/task-filter
	for task in 2 $(pgrep kworker); do
		[ ! -e "/proc/$task/make-it-fail" ] || echo 1 >"/proc/$task/make-it-fail" || :
	done
	echo 10 >$fault/probability
	"$race" holes "$1" 8 || status=1
	echo 0 >$fault/probability
	for task in 2 $(pgrep kworker); do
		[ ! -e "/proc/$task/make-it-fail" ] || echo 0 >"/proc/$task/make-it-fail" || :
	done
	echo "$((before - $(cat $fault/times))) allocations have failed"
	[ "$(cat $fault/times)" -lt $before ]
	return $status
}

ramdisk ram 16
ramdisk large 16
ramdisk thin 8
echo 4096 >"$(device large)/attrib/block_size"
file_device file 16
block_device block "$(null_block_device 16)"
check "a loopback target can be made" loopback_target $wwn
lun=0
for name in ram large thin file block; do
	check "a disk: $name" loopback_lun $wwn $lun $name
	lun=$((lun + 1))
done
ram=$(disk_of ram)
large=$(disk_of large)
thin=$(disk_of thin)
for name in ram large thin file block; do
	check "$name is ready" wait_for 5 sg_turs "$(disk_of $name)"
done
check "the command and its limits are told" tells_of_it
check "a file does not have it" not_here "$(disk_of file)"
check "a block device does not have it" not_here "$(disk_of block)"
check "what sg_write_x writes is there" writes
check "what is refused leaves nothing" refusals
check "with blocks of 4096 bytes the limits are others" larger_blocks
if [ -d /sys/kernel/debug/fail_page_alloc ]; then
	check "without memory all is written or nothing" memory_runs_out "$thin"
else
	skip "without memory all is written or nothing" "the kernel has no fault injection"
fi
check "no reader sees a part of one" "$race" race "$ram" 4 40
check "nor when the unit is reset" "$race" race "$ram" 3 40 reset
