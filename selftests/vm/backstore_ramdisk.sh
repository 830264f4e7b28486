#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The RAM backstore: options and their errors, data under random load, thin provisioning.
# cost: 30
# timeout: 1200

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000011

# control_fails ERROR PLUGIN NAME LINE: the device can't be configured like that.
control_fails()
{
	local path=$CORE/$2_9/$3 message

	mkdir -p "$path" || return
	message=$({ echo "$4" >"$path/control" && echo 1 >"$path/enable"; } 2>&1) && message=success
	rmdir "$path" "${path%/*}" || return
	case $message in
	*": $1") ;;
	*) echo "got '$message', not '$1'"; return 1 ;;
	esac
}

start_target
check "enable without rd_pages is refused" control_fails "Invalid argument" rd_mcp x rd_nullio=1
check "rd_pages=0 is refused" control_fails "Invalid argument" rd_mcp x rd_pages=0
check "rd_pages=-1 is refused" control_fails "Invalid argument" rd_mcp x rd_pages=-1
check "rd_pages of no number is refused" control_fails "Invalid argument" rd_mcp x rd_pages=many

check "unknown options are ignored" ramdisk ram 64 exclusive=1,what=ever
check "info tells the size" grep -q 'PAGES/PAGE_SIZE: 16384\*4096 .*nullio: 0' "$(device ram)/info"
check "info tells that it is not exported" grep -q '^Status: DEACTIVATED' "$(device ram)/info"
check_fails "rd_pages can't be changed while it is open" \
	sh -c "echo rd_pages=1 >$(device ram)/control"

echo 1 >"$(device ram)/attrib/emulate_tpu"
echo 1 >"$(device ram)/attrib/emulate_tpws"
check "a loopback target can be made" loopback_target $wwn
check "the disk appears" loopback_lun $wwn 0 ram
disk=$(disk_of ram)
check "info tells that it is exported" grep -q '^Status: ACTIVATED' "$(device ram)/info"

only_zeroes()
{
	cmp -n "$((${3:-64} << 20))" -i "$((${2:-0} << 20)):0" "$1" /dev/zero
}

check "what was never written reads as zeroes" only_zeroes "$disk"
check "random writes of all sizes can be verified" fio --name=v --filename="$disk" --direct=1 \
	--rw=randwrite --bsrange=512-256k --bs_unaligned=0 --blockalign=512 --size=32m --iodepth=16 \
	--ioengine=libaio --verify=crc32c --verify_fatal=1 --output="$WORK/fio"
check "reads and writes beside each other can be verified" fio --name=m --filename="$disk" \
	--direct=1 --rw=randrw --bs=4k --size=16m --iodepth=32 --ioengine=libaio --verify=crc32c \
	--verify_fatal=1 --verify_backlog=64 --output="$WORK/fio"

unmap_gives_memory_back()
{
	local before after

	dd if=/dev/urandom of="$disk" bs=1M count=64 oflag=direct status=none
	before=$(free_mb)
	blkdiscard "$disk"
	# The pages go after a grace period.
	for _ in $(seq 100); do
		after=$(free_mb)
		[ $((after - before)) -lt 48 ] || break
		sleep 0.3
	done
	echo "free: $before MiB before, $after MiB after"
	[ $((after - before)) -ge 48 ] && only_zeroes "$disk"
}
check "UNMAP gives the memory back and leaves zeroes" unmap_gives_memory_back

partial_unmap()
{
	tr '\0' x </dev/zero | dd of="$disk" bs=64k count=1 iflag=fullblock oflag=direct status=none
	sg_unmap --lba=3 --num=10 "$disk"
	dd if="$disk" bs=64k count=1 iflag=direct status=none >"$WORK/after"
	{
		head -c 1536 /dev/zero | tr '\0' x
		head -c 5120 /dev/zero
		head -c $((65536 - 6656)) /dev/zero | tr '\0' x
	} | cmp - "$WORK/after"
}
check "UNMAP of parts of pages clears just these" partial_unmap

check "UNMAP beside writes leaves no trouble" fio --filename="$disk" --direct=1 --size=8m \
	--runtime=5 --time_based --output="$WORK/fio" --ioengine=libaio --iodepth=8 \
	--name=w --rw=randwrite --bs=4k --name=r --rw=randread --bs=16k \
	--name=t --rw=randtrim --bs=8k

file_system()
{
	mkfs.ext4 -q -F "$disk"
	mkdir -p "$WORK/mnt"
	mount "$disk" "$WORK/mnt"
	cp -r /etc/init.d "$WORK/mnt"
	fstrim -v "$WORK/mnt"
	umount "$WORK/mnt"
	mount "$disk" "$WORK/mnt"
	diff -r /etc/init.d "$WORK/mnt/init.d"
	umount "$WORK/mnt"
}
check "a file system can be made and trimmed" file_system

check "a device that keeps nothing can be made" ramdisk null 64 rd_nullio=1
check "it appears as a disk" loopback_lun $wwn 1 null
null_reads_zeroes()
{
	dd if=/dev/urandom of="$(disk_of null)" bs=1M count=4 oflag=direct status=none
	only_zeroes "$(disk_of null)" 0 4
}
check "it takes writes and reads as zeroes" null_reads_zeroes
