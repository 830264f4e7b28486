#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A disk gets larger and smaller: without any I/O each initiator is told once and sees the new
# capacity, for a block device below either backstore and for a file. What is no longer there is
# refused.
# cost: 35
# timeout: 600

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000034
other=naa.5001405000000035

two_paths()
{
	[ "$(disks_of "$1" | wc -w)" = 2 ]
}

# resize NAME MEGABYTES: the block device of that name, which has 64 MiB of its own to lie on.
resize()
{
	table "$1" "$2" | dmsetup load "$1"
	dmsetup suspend --nolockfs "$1"
	dmsetup resume "$1"
}

table()
{
	local start=0
	[ "$1" = direct ] || start=131072
	echo "0 $(($2 * 2048)) linear $below $start"
}

# TEST UNIT READY reaches the target, but not the medium.
ready()
{
	sg_raw "$1" 00 00 00 00 00 00
}

told()
{
	fails_with "capacity data has changed" ready "$1"
}

told_once()
{
	wait_for 20 told "$1"
	ready "$1"
}

# has DISK MEGABYTES
has()
{
	sg_readcap --16 --brief "$1" | tee "$WORK/capacity"
	[ "$(cat "$WORK/capacity")" = "$(printf '0x%x 0x200' $(($2 * 2048)))" ]
}

# seen NAME MEGABYTES: by both initiators, which have heard of it once.
seen()
{
	local disk
	for disk in $(disks_of "$1"); do
		told_once "$disk"
		has "$disk" "$2"
	done
}

grows()
{
	resize "$1" 32
	seen "$1" 32
	disk=$(disk_of "$1")
	echo 1 >"/sys/block/${disk##*/}/device/rescan"
	[ "$(blockdev --getsize64 "$disk")" = $((32 << 20)) ]
	compare_data "$disk" 1 31
}

# read_at DISK LBA, write_at DISK LBA: two blocks
read_at()
{
	sg_raw -r 1024 "$1" 28 00 00 00 "$(printf %02x $(($2 >> 8)))" "$(printf %02x $(($2 & 255)))" \
		00 00 02 00
}

write_at()
{
	sg_raw -s 1024 -i "$WORK/noise" "$1" 2a 00 00 00 "$(printf %02x $(($2 >> 8)))" \
		"$(printf %02x $(($2 & 255)))" 00 00 02 00
}

shrinks()
{
	local early="out of range|unrecovered read|write error|capacity data" late="out of range" disk
	disk=$(disks_of "$1" | tail -n 1)
	compare_data "$disk" 1 7
	resize "$1" 8
	fails_with "$early" read_at "$disk" 24576
	fails_with "$early" write_at "$disk" 24576
	fails_with "$early" write_at "$disk" 16383	# across the end
	told_once "$(disk_of "$1")"
	ready "$disk" || ready "$disk"
	for disk in $(disks_of "$1"); do
		has "$disk" 8
		fails_with "$late" read_at "$disk" 24576
		fails_with "$late" write_at "$disk" 16383
		read_at "$disk" 16382
		sg_sync "$disk"
		echo 1 >"/sys/block/${disk##*/}/device/rescan"
	done
	dd if="$disk" bs=1M skip=7 iflag=direct status=none | cmp - "$WORK/noise"
}

file_stays()
{
	truncate -s 24M "$WORK/plain.img"
	sleep 3
	for disk in $(disks_of plain); do
		ready "$disk"
		has "$disk" 16
	done
}

file_grows()
{
	echo "fd_dev_size=$((32 << 20))" >"$(device plain)/control"
	seen plain 32
	disk=$(disk_of plain)
	echo 1 >"/sys/block/${disk##*/}/device/rescan"
	compare_data "$disk" 1 31
}

file_is_cut()
{
	local disk
	disk=$(disk_of plain)
	truncate -s 1M "$WORK/plain.img"
	echo 3 >/proc/sys/vm/drop_caches
	dd if="$disk" bs=1M skip=31 iflag=direct status=none | cmp -n $((1 << 20)) - /dev/zero
	compare_data "$disk" 1 20
	has "$disk" 32
}

if ! modprobe -q dm-mod; then
	skip "disks that grow" "no device mapper"
	exit
fi
below=$(null_block_device 128)
check "a file" file_device plain 16
for name in direct cooked; do
	table $name 16 | dmsetup create $name
	dmsetup mknodes
done
check "a block device" block_device direct /dev/mapper/direct
check "a block device by the file backstore" new_device fileio cooked "fd_dev_name=/dev/mapper/cooked"
for target in $wwn $other; do
	check "a target" loopback_target $target
	lun=0
	for name in direct cooked plain; do
		check "a path to $name" loopback_link $target $lun $name
		lun=$((lun + 1))
	done
done
for name in direct cooked plain; do
	check "$name has two paths" wait_for 20 two_paths $name
	for disk in $(disks_of $name); do
		check "$name is ready" wait_for 5 ready "$disk"
		check "$name has 16 MiB" has "$disk" 16
	done
done
check "a file that gets longer keeps its size" file_stays
check "until it is given another one" file_grows
check "what is missing at its end reads as zeroes" file_is_cut
for name in direct cooked; do
	check "$name: growing is noticed without I/O, once" grows $name
	check "$name: what is gone is refused" shrinks $name
done
