#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The file backstore: options and their errors, its three ways of doing I/O, sparse files, a
# full file system, a medium below that fails, and growing.
# cost: 60
# timeout: 1200

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000013

# control_fails ERROR LINE: the device can't be configured like that.
control_fails()
{
	local path=$CORE/fileio_9/x message

	mkdir -p "$path" || return
	message=$({ echo "$2" >"$path/control" && echo 1 >"$path/enable"; } 2>&1) && message=success
	rmdir "$path" "${path%/*}" || return
	case $message in
	*": $1") ;;
	*) echo "got '$message', not '$1'"; return 1 ;;
	esac
}

# small_mount NAME MEGABYTES LOOP [LOSETUP OPTIONS]: a small ext4 on a loop device.
small_mount()
{
	local name=$1 size=$2 loop=/dev/loop$3
	shift 3
	truncate -s "${size}M" "$WORK/$name.fs"
	losetup "$@" "$loop" "$WORK/$name.fs"
	mkfs.ext4 -q -F "$loop"
	mkdir -p "$WORK/$name"
	mount "$loop" "$WORK/$name"
}

start_target
modprobe target_core_file
modprobe loop
modprobe -q ext4

check "enable without a name is refused" control_fails "Invalid argument" fd_dev_size=1048576
check "enable without a size is refused" control_fails "Invalid argument" fd_dev_name=$WORK/x
check "a size that is none is refused" control_fails "Invalid argument" fd_dev_size=large
check "a size below one block is refused" \
	control_fails "Invalid argument" fd_dev_name=$WORK/x,fd_dev_size=511
check "fd_buffered_io=0 is refused" control_fails "Invalid argument" fd_buffered_io=0
check "fd_async_io=2 is refused" control_fails "Invalid argument" fd_async_io=2
check "a directory is refused" \
	control_fails "Is a directory" fd_dev_name=/etc,fd_dev_size=1048576
check "a path that is not there is refused" \
	control_fails "No such file or directory" fd_dev_name=/nowhere/x,fd_dev_size=1048576
check "a character device is refused" \
	control_fails "Invalid argument" fd_dev_name=/dev/null,fd_dev_size=1048576

check "a file system can be made" small_mount ext4 160 0
sync_file=$WORK/ext4/sync
new_device fileio sync "fd_dev_name=$sync_file,fd_dev_size=$((32 << 20)),exclusive=1"
new_device fileio buffered "fd_dev_name=$WORK/ext4/buffered,fd_dev_size=$((32 << 20)),fd_buffered_io=1"
new_device fileio direct "fd_dev_name=$WORK/ext4/direct,fd_dev_size=$((32 << 20)),fd_async_io=1"

check "info of O_DSYNC" grep -q "File: $sync_file  Size: 33554432  Mode: O_DSYNC Async: 0" \
	"$(device sync)/info"
check "info of a write cache" grep -q 'Mode: Buffered-WCE Async: 0' "$(device buffered)/info"
check "info of direct I/O" grep -q 'Mode: O_DSYNC Async: 1' "$(device direct)/info"
check "a write cache is reported" grep -q 1 "$(device buffered)/attrib/emulate_write_cache"
check "no write cache is reported" grep -q 0 "$(device sync)/attrib/emulate_write_cache"
check "the file is made, but not sized" test "$(stat -c %s "$sync_file")" = 0
check "the file is for root alone" test "$(stat -c %a "$sync_file")" = 600

check "a loopback target can be made" loopback_target $wwn
lun=0
for name in sync buffered direct; do
	echo 1 >"$(device $name)/attrib/emulate_tpu"
	check "$name: appears" loopback_lun $wwn $lun $name
	disk=$(disk_of $name)
	check "$name: what was never written reads as zeroes" cmp -n $((32 << 20)) "$disk" /dev/zero
	check "$name: random writes can be verified" fio --name=v --filename="$disk" --direct=1 \
		--rw=randwrite --bsrange=512-128k --blockalign=512 --size=8m --iodepth=8 \
		--ioengine=libaio --verify=crc32c --verify_fatal=1 --output="$WORK/fio"
	check "$name: the last block can be written" dd if=/etc/passwd of="$disk" bs=512 count=1 \
		seek=65535 oflag=direct status=none
	lun=$((lun + 1))
done
check "the file has grown to its size" test "$(stat -c %s "$sync_file")" = $((32 << 20))

trimmed()
{
	local disk before after
	disk=$(disk_of sync)

	dd if=/dev/urandom of="$disk" bs=1M count=16 oflag=direct status=none
	before=$(stat -c %b "$sync_file")
	blkdiscard -o $((4 << 20)) -l $((8 << 20)) "$disk"
	after=$(stat -c %b "$sync_file")
	echo "blocks: $before before, $after after"
	[ $((before - after)) -ge $((7 << 11)) ]
	cmp -i $((4 << 20)):0 -n $((8 << 20)) "$disk" /dev/zero
}
check "UNMAP makes holes" trimmed

grow()
{
	echo "fd_dev_size=$((40 << 20))" >"$(device sync)/control"
	echo 1 >"/sys/block/$(basename "$(disk_of sync)")/device/rescan"
	wait_for 5 grown
}
grown()
{
	# The first command after it is told that the capacity has changed.
	echo 1 >"/sys/block/$(basename "$(disk_of sync)")/device/rescan"
	[ "$(blockdev --getsize64 "$(disk_of sync)")" = $((40 << 20)) ]
}
check "the device can grow while it is in use" grow
check_fails "it can't shrink" sh -c "echo fd_dev_size=1048576 >$(device sync)/control"

# The first read from user space to the file system all in one task, which must not wait for itself
unread()
{
	local block
	for block in 0 2 4 6 8 10 12 14 16 18; do
		dd if="$TOP/README.md" of="$WORK/unread/x" bs=4k count=1 seek=$block conv=notrunc status=none
	done
	umount "$WORK/unread"
	mount /dev/loop4 "$WORK/unread"
	new_device fileio unread "fd_dev_name=$WORK/unread/x,fd_dev_size=$((1 << 20)),fd_async_io=1"
	loopback_lun $wwn 9 unread
	dd if="$(disk_of unread)" bs=4k skip=18 count=1 iflag=direct status=none |
		cmp -n 4096 - "$TOP/README.md"
}
check "a file system of its own can be made" small_mount unread 16 4
check "unread: direct I/O reads a file whose map is not in memory" unread

# 512 byte blocks on a file system that can do direct I/O in 4096 byte blocks only
check "a file system on 4096 byte blocks can be made" small_mount large 64 1 -b 4096
new_device fileio misfit "fd_dev_name=$WORK/large/x,fd_dev_size=$((16 << 20)),fd_async_io=1"
check "misfit: appears" loopback_lun $wwn 5 misfit
check "misfit: what direct I/O can't do goes through the cache" fio --name=v \
	--filename="$(disk_of misfit)" --direct=1 --rw=randwrite --bsrange=512-16k --blockalign=512 \
	--size=4m --iodepth=8 --ioengine=libaio --verify=crc32c --verify_fatal=1 \
	--output="$WORK/fio"

# More promised than there is
check "a small file system can be made" small_mount small 16 2
new_device fileio thin "fd_dev_name=$WORK/small/x,fd_dev_size=$((64 << 20))"
check "thin: appears" loopback_lun $wwn 6 thin
full()
{
	dd if=/dev/zero of="$(disk_of thin)" bs=1M oflag=direct 2>&1 |
		grep "No space left on device"
	# Nothing has been written there yet.
	sg_raw -s 4096 -i /dev/zero "$(disk_of thin)" 2a 00 00 01 f0 00 00 00 08 00 \
		>"$WORK/sense" 2>&1 || :
	grep -i "space allocation failed" "$WORK/sense" || { cat "$WORK/sense"; return 1; }
}
check "thin: a full file system is answered with SPACE ALLOCATION FAILED" full
check "thin: what has been written stays readable" dd if="$(disk_of thin)" of=/dev/null bs=1M \
	iflag=direct count=8 status=none

# More writes than a workqueue runs at a time
frozen()
{
	local disk name bad=0

	disk=$(disk_of sync)
	name=${disk##*/}
	echo 512 >"/sys/block/$name/device/queue_depth" && fsfreeze -f "$WORK/ext4" || return
	fio --name=frozen --filename="$disk" --rw=randwrite --bs=4k --size=4M --direct=1 \
		--ioengine=libaio --iodepth=320 --output="$WORK/fio" &
	wait_for 30 held_up "$name" || bad=1
	sg_persist --in --read-keys "$disk" && sg_rtpg "$disk" && sg_inq --page=0x88 "$disk" &&
		: >"$WORK/asked" &
	wait_for 10 test -e "$WORK/asked" || bad=1
	fsfreeze -u "$WORK/ext4"
	wait && return $bad
}
held_up()
{
	local reads writes

	read -r reads writes <"/sys/block/$1/inflight" && [ "$writes" -gt 300 ]
}
check "sync: a file system that is frozen keeps nobody from asking for keys and paths" frozen

# Below the file system the medium fails
failing()
{
	local size
	modprobe dm-mod && truncate -s 32M "$WORK/failing.fs"
	losetup /dev/loop3 "$WORK/failing.fs"
	size=$(blockdev --getsz /dev/loop3)
	echo "0 $size linear /dev/loop3 0" | dmsetup create failing
	dmsetup mknodes
	mkfs.ext4 -q -F /dev/mapper/failing
	mkdir -p "$WORK/failing"
	mount -o errors=continue /dev/mapper/failing "$WORK/failing"
	new_device fileio failing \
		"fd_dev_name=$WORK/failing/x,fd_dev_size=$((8 << 20)),fd_buffered_io=1"
	loopback_lun $wwn 7 failing
	dd if=/dev/zero of="$(disk_of failing)" bs=1M count=8 oflag=direct conv=fsync status=none
}
medium_dies()
{
	local size
	size=$(blockdev --getsz /dev/mapper/failing)
	dmsetup suspend --nolockfs failing
	echo "0 $size error" | dmsetup load failing
	dmsetup resume failing
	echo noise | dd of="$(disk_of failing)" bs=512 count=1 conv=sync oflag=direct status=none
	sg_sync "$(disk_of failing)" && { echo "the flush did not fail"; return 1; }
	return 0
}
if command -v dmsetup >/dev/null && modprobe -q dm-mod; then
	check "failing: a file on a device that is going to fail" failing
	check "failing: a write that the cache took is reported lost by the flush" medium_dies
else
	skip "failing: a lost write is reported by the flush" "no device mapper"
fi

check "block devices can be used" sh -c "truncate -s 16M $WORK/blk &&
	losetup -b 4096 /dev/loop6 $WORK/blk"
new_device fileio onblock "fd_dev_name=/dev/loop6"
check "a block device has its own block size" grep -q 4096 "$(device onblock)/attrib/block_size"
check "onblock: appears" loopback_lun $wwn 8 onblock
check "onblock: has the size of the device" \
	test "$(blockdev --getsize64 "$(disk_of onblock)")" = $((16 << 20))
check "onblock: keeps data" compare_data "$(disk_of onblock)" 4

check "everything is taken down" take_down
for name in failing small large unread ext4; do
	mountpoint -q "$WORK/$name" && umount "$WORK/$name"
done
dmsetup remove failing 2>/dev/null
losetup -D
