#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The block backstore: options and their errors, large and odd requests, block sizes, media that
# fail, that are read-only, that grow, and device mapper below.
# cost: 60
# timeout: 1200

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000014

# control_fails ERROR LINE: the device can't be configured like that.
control_fails()
{
	local path=$CORE/iblock_9/x message

	mkdir -p "$path" || return
	message=$({ echo "$2" >"$path/control" && echo 1 >"$path/enable"; } 2>&1) && message=success
	rmdir "$path" "${path%/*}" || return
	case $message in
	*": $1") ;;
	*) echo "got '$message', not '$1'"; return 1 ;;
	esac
}

# queue DISK FILE: what the kernel knows of a disk
queue()
{
	cat "/sys/block/$(basename "$1")/queue/$2"
}

start_target
modprobe target_core_iblock
backing=$(null_block_device 64)

check "enable without a path is refused" control_fails "Invalid argument" readonly=0
check "a path that is not there is refused" \
	control_fails "No such file or directory" udev_path=/dev/nowhere
check "a file is refused" control_fails "Block device required" udev_path=/etc/passwd
check "readonly of no number is refused" control_fails "Invalid argument" readonly=maybe
in_use()
{
	modprobe -q ext4 || :
	mkfs.ext4 -q -F "$backing" && mkdir "$WORK/mnt" && mount "$backing" "$WORK/mnt"
	control_fails "Device or resource busy" "udev_path=$backing"
	umount "$WORK/mnt"
}
check "a mounted device is refused" in_use
protected()
{
	blockdev --setro "$backing"
	control_fails "Read-only file system" "udev_path=$backing"
	new_device iblock protected "udev_path=$backing,readonly=1"
	grep "readonly: 1" "$(device protected)/info"
	rmdir "$CORE/iblock_0/protected"
	blockdev --setrw "$backing"
}
check "a read-only device needs readonly=1" protected

check "a device can be made" block_device plain "$backing" exclusive=1,force=1
check "info names the device" grep -q "iBlock device: $(basename "$backing")  UDEV PATH: $backing" \
	"$(device plain)/info"
check "info has its numbers" grep -q "CLAIMED: IBLOCK" "$(device plain)/info"
check_fails "another path is refused while it is open" \
	sh -c "echo udev_path=/dev/null >$(device plain)/control"
check_fails "it is claimed: nobody else can mount it" mount "$backing" "$WORK/mnt"

[ "$(cat "$(device plain)/attrib/max_unmap_lba_count")" = 0 ] ||
	echo 1 >"$(device plain)/attrib/emulate_tpu"
check "a loopback target can be made" loopback_target $wwn
check "plain: appears" loopback_lun $wwn 0 plain
disk=$(disk_of plain)
check "plain: random writes of all sizes can be verified" fio --name=v --filename="$disk" \
	--direct=1 --rw=randwrite --bsrange=512-512k --blockalign=512 --size=16m --iodepth=16 \
	--ioengine=libaio --verify=crc32c --verify_fatal=1 --output="$WORK/fio"
# Scattered pages: as many segments as there can be
check "plain: large requests of scattered pages" fio --name=l --filename="$disk" --rw=write --bs=4m \
	--size=32m --ioengine=psync --direct=1 --mem=malloc --verify=crc32c --verify_fatal=1 \
	--output="$WORK/fio"
check "plain: a file system works on it" sh -ec "mkfs.ext4 -q -F $disk; mkdir -p $WORK/mnt
	mount $disk $WORK/mnt; cp -r /etc/init.d $WORK/mnt; umount $WORK/mnt
	mount $disk $WORK/mnt; diff -r /etc/init.d $WORK/mnt/init.d; umount $WORK/mnt"

# What the block device says of itself comes through.
shaped()
{
	local config=/sys/kernel/config/nullb/shaped
	mkdir $config
	echo 64 >$config/size
	echo 4096 >$config/blocksize
	echo 1 >$config/memory_backed
	echo 1 >$config/discard
	echo 16 >$config/cache_size
	echo 1 >$config/power
	if [ -b /dev/shaped ]; then
		shaped=/dev/shaped
	else
		shaped=/dev/nullb$(cat $config/index)
	fi
	echo "$shaped" >"$WORK/shaped"
	block_device shaped "$shaped"
	echo 1 >"$(device shaped)/attrib/emulate_tpu"
	loopback_lun $wwn 1 shaped
}
check "shaped: a device with 4096 byte blocks, discard and a cache appears" shaped
shaped=$(cat "$WORK/shaped")
same_shape()
{
	local name
	for name in logical_block_size physical_block_size rotational write_cache; do
		echo "$name: $(queue "$shaped" $name), $(queue "$(disk_of shaped)" $name)"
		[ "$(queue "$shaped" $name)" = "$(queue "$(disk_of shaped)" $name)" ]
	done
	[ "$(queue "$(disk_of shaped)" discard_max_bytes)" != 0 ]
}
check "shaped: block sizes, kind of medium, cache and discard come through" same_shape
check "shaped: writes with FUA and flushes can be verified" fio --name=v \
	--filename="$(disk_of shaped)" --direct=1 --rw=randwrite --bs=4k --size=4m --iodepth=4 \
	--ioengine=libaio --fsync=16 --verify=crc32c --verify_fatal=1 --output="$WORK/fio"
check "shaped: discard" blkdiscard "$(disk_of shaped)"
check "shaped: emulate_write_cache can't be faked" \
	fails sh -c "echo 1 >$(device shaped)/attrib/emulate_write_cache"

# Device mapper: a hole that fails, and growing.
if ! modprobe -q dm-mod; then
	skip "a medium with a bad spot" "no device mapper"
	exit
fi
below=$(null_block_device 64)
bad_spot()
{
	{
		echo "0 32768 linear $below 0"
		echo "32768 8 error"
		echo "32776 32760 linear $below 32776"
	} | dmsetup create spot
	dmsetup mknodes
	block_device spot /dev/mapper/spot
	loopback_lun $wwn 2 spot
}
check "spot: a medium with a bad spot appears" bad_spot
spot=$(disk_of spot)
read_at()
{
	dd if="$spot" of=/dev/null bs=4096 skip="$1" count="$2" iflag=direct status=none
}
check "spot: around the spot all can be read" eval 'read_at 0 4096 && read_at 4097 100'
check_fails "spot: the spot can't be read" read_at 4096 1
check_fails "spot: a request across the spot fails as a whole" read_at 4090 16
check_fails "spot: the spot can't be written" dd if=/dev/zero of="$spot" bs=4096 seek=4096 count=1 \
	oflag=direct status=none
sense_of_spot()
{
	sg_raw -r 512 "$spot" 28 00 00 00 80 00 00 00 01 00 2>&1 | tee "$WORK/sense" |
		grep -i "Unrecovered read error"
}
check "spot: the sense data is of a medium error" sense_of_spot
check "spot: VERIFY finds the spot" fails sg_verify --lba=32000 --count=1000 "$spot"
check "spot: VERIFY passes elsewhere" sg_verify --lba=0 --count=32768 "$spot"

grow()
{
	echo "0 131072 linear $below 0" | dmsetup load spot
	dmsetup suspend spot
	dmsetup resume spot
	wait_for 10 grown
}
grown()
{
	echo 1 >"/sys/block/$(basename "$spot")/device/rescan"
	[ "$(blockdev --getsize64 "$spot")" = $((64 << 20)) ]
}
check "spot: a medium that grows is noticed" grow

# Without an answer for a second: nothing is lost.
stall()
{
	dmsetup suspend spot
	dd if=/dev/zero of="$spot" bs=4096 count=64 oflag=direct status=none &
	sleep 1
	kill -0 $!
	dmsetup resume spot
	wait $!
}
check "spot: a medium that pauses" stall

check "a read-only device can be made" new_device iblock ro \
	"udev_path=$(null_block_device 16),readonly=1"
check "ro: appears" loopback_lun $wwn 3 ro
check "ro: is read-only for the initiator" grep -q 1 "/sys/block/$(basename "$(disk_of ro)")/ro"
check "ro: refuses to be written" fails sg_raw -s 512 -i /etc/services "$(disk_of ro)" \
	2a 00 00 00 00 00 00 00 01 00

# Promised zeroes must not cost what UNMAP is for.
zeroed()
{
	modprobe loop && truncate -s 32M "$WORK/sparse" && loop=$(losetup -f --show "$WORK/sparse") &&
		block_device zeroed "$loop" && echo 1 >"$(device zeroed)/attrib/unmap_zeroes_data" &&
		echo 1 >"$(device zeroed)/attrib/emulate_tpu" && loopback_lun $wwn 4 zeroed
}
check "a thin device that promises zeroes" zeroed
unmapped()
{
	local disk

	disk=$(disk_of zeroed)
	dd if=/dev/urandom of="$disk" bs=1M count=32 oflag=direct status=none &&
		[ "$(du -k "$WORK/sparse" | cut -f 1)" -gt 30000 ] &&
		sg_unmap --lba=0 --num=65536 --force "$disk" &&
		[ "$(du -k "$WORK/sparse" | cut -f 1)" -lt 2000 ] &&
		cmp -n $((32 << 20)) "$disk" /dev/zero
}
check "UNMAP frees its blocks, which read zeroes" unmapped

check "everything is taken down" take_down
dmsetup remove spot
losetup -D
