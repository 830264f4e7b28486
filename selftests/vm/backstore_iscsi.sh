#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each backstore below a fabric that runs commands in process context but must not wait: what the
# backstore can do at once is done there, the rest on the device's workqueue.
# cost: 50
# timeout: 1200

. "$(dirname "$0")/lib.sh"

iqn=iqn.2024-01.org.example:backstores

start_target
modprobe target_core_file
modprobe loop
modprobe -q ext4
check "a file system can be made" sh -ec "truncate -s 120M $WORK/fs; losetup /dev/loop0 $WORK/fs
	mkfs.ext4 -q -F /dev/loop0; mkdir $WORK/ext4; mount /dev/loop0 $WORK/ext4"
ramdisk ram 32
for how in sync: buffered:,fd_buffered_io=1 direct:,fd_async_io=1 \
	both:,fd_async_io=1,fd_buffered_io=1; do
	new_device fileio "${how%%:*}" \
		"fd_dev_name=$WORK/ext4/${how%%:*},fd_dev_size=$((24 << 20))${how#*:}"
done
block_device block "$(null_block_device 32)"

# One request at a time, each taking its time: most that come find no tag.
tight()
{
	local config=/sys/kernel/config/nullb/tight path
	mkdir $config
	echo 32 >$config/size
	echo 1 >$config/memory_backed
	echo 1 >$config/hw_queue_depth
	echo 2 >$config/irqmode
	echo 1000000 >$config/completion_nsec
	echo 1 >$config/power
	path=/dev/tight
	[ -b $path ] || path=/dev/nullb$(cat $config/index)
	echo none >"/sys/block/${path#/dev/}/queue/scheduler"
	block_device tight "$path"
}
check "a disk with a short queue can be made" tight
devices="ram sync buffered direct both block tight"
for name in $devices; do
	[ "$(cat "$(device $name)/attrib/max_unmap_lba_count")" = 0 ] ||
		echo 1 >"$(device $name)/attrib/emulate_tpu"
done

check "an iSCSI target can be made" iscsi_target $iqn
lun=0
for name in $devices; do
	check "$name becomes LUN $lun" iscsi_lun $iqn $lun $name
	lun=$((lun + 1))
done
# shellcheck disable=SC2086 # names of devices are words
check "an initiator logs in and finds the disks" iscsi_login $iqn $devices

for name in $devices; do
	disk=$(disk_of $name)
	check "$name: what was never written reads as zeroes" cmp -n $((8 << 20)) "$disk" /dev/zero
	check "$name: random writes can be verified" fio --name=v --filename="$disk" --direct=1 \
		--rw=randwrite --bsrange=512-256k --blockalign=512 --size=8m --iodepth=16 \
		--ioengine=libaio --fsync=32 --verify=crc32c --verify_fatal=1 --output="$WORK/fio"
	check "$name: what is cached and what is not reads the same" sh -ec "
		dd if=$disk of=$WORK/first bs=256k count=32 iflag=direct status=none
		echo 3 >/proc/sys/vm/drop_caches
		dd if=$disk of=$WORK/second bs=64k count=128 iflag=direct status=none
		cmp $WORK/first $WORK/second"
done
trim()
{
	blkdiscard -o 1048576 -l 1048576 "$(disk_of "$1")"
	cmp -i 1048576:0 -n 1048576 "$(disk_of "$1")" /dev/zero
}
for name in ram sync buffered direct; do
	check "$name: discard" trim $name
done
check "the initiator logs out" iscsi_logout $iqn
check "everything is taken down" take_down
umount "$WORK/ext4"
losetup -D
