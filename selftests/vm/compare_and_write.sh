#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Atomic commands, and the rest of the block commands as sg3_utils sees them: no update is lost
# beside other openers, plain I/O and READs that look at half of it; a stopped unit refuses.
# cost: 60
# timeout: 1200

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000001
race=$(dirname "$0")/compare_and_write.py

# Plain I/O on the blocks behind, which has to go on while ranges are recorded.
beside_plain_io()
{
	local status

	while :; do
		dd if=/dev/zero of="$1" bs=64k seek=1 count=64 oflag=direct,nonblock conv=notrunc \
			status=none || exit 1
	done &
	status=0
	"$race" count "$1" 16 4 20 || status=1
	kill -0 $! && kill $!
	return $status
}

# Openers that are killed while their commands wait for each other.
killed_opener()
{
	timeout -s KILL 1 "$race" count "$1" 16 8 100000 || :
	"$race" count "$1" 16 2 10
}

miscompare()
{
	dd if=/dev/zero of="$1" bs=512 count=8 oflag=direct status=none
	printf '\1' | dd of="$WORK/caw" bs=1 seek=700 conv=notrunc status=none
	truncate -s 2048 "$WORK/caw"
	answers 'MISCOMPARE|Miscompare' sg_compare_and_write --in="$WORK/caw" --lba=0 --num=2 \
		--xferlen=2048 -v "$1" &&
		answers 'offset.* 700|offset.*0x2bc' sg_compare_and_write --in="$WORK/caw" --lba=0 \
			--num=2 --xferlen=2048 -v "$1"
}

stopped()
{
	sg_start --stop "$1" || return
	! sg_turs "$1" && ! sg_raw -r 512 "$1" 28 0 0 0 0 0 0 0 1 0 &&
		answers 'Not Ready|not ready' sg_raw -r 512 "$1" 28 0 0 0 0 0 0 0 1 0 &&
		answers 'initializing command required' sg_raw "$1" 0 0 0 0 0 0 &&
		sg_inq "$1" && sg_start --start "$1" && sg_turs "$1" &&
		sg_raw -r 512 "$1" 28 0 0 0 0 0 0 0 1 0
}

# lba_status DISK LBA PATTERN
lba_status()
{
	answers "$3" sg_get_lba_status --maxlen=512 --lba="$2" "$1"
}

holes()
{
	local disk=$1

	sg_unmap --lba=0 --num=256 "$disk" &&
		dd if=/dev/urandom of="$disk" bs=4096 seek=4 count=2 oflag=direct status=none &&
		lba_status "$disk" 0 '0x0*0 +blocks: +32 +deallocated' &&
		lba_status "$disk" 0 '0x0*20 +blocks: +16 +mapped' &&
		lba_status "$disk" 40 '0x0*28 +blocks: +8 +mapped'
}

caw()
{
	timeout -s KILL 20 sg_compare_and_write --in=/dev/zero --lba="$2" --num=1 --xferlen=1024 "$1"
}

# An UNMAP that hangs holds up what is atomic on its own blocks alone.
unmap_elsewhere()
{
	local disk=$1 dir=/sys/kernel/debug/target/rd_mcp_0/ram unmap status=0

	dd if=/dev/zero of="$disk" bs=512 count=2048 oflag=direct status=none
	echo "drop class=unmap times=1" >$dir/inject
	printf '\0\46\0\40\0\0\0\0\0\0\0\0\0\0\4\0\0\0\0\10\0\0\0\0' >"$WORK/list"
	printf '\0\0\0\0\0\0\2\0\0\0\0\1\0\0\0\0' >>"$WORK/list"
	sg_raw -t 300 -s 40 -i "$WORK/list" "$disk" 42 0 0 0 0 0 0 0 28 0 &
	unmap=$!
	wait_for 20 grep -q "hit 1" $dir/inject
	caw "$disk" 511 && caw "$disk" 1032 || status=1
	caw "$disk" 700 &
	sleep 1
	kill -0 $! && kill -0 $unmap || status=1
	echo clear >$dir/inject
	echo 1 >$dir/release
	wait $! && wait $unmap && return $status
}

ramdisk ram 32
file_device file 32
block_device block "$(null_block_device 32)"
for name in ram file; do
	check "thin provisioning on $name" tee "$(device $name)/attrib/emulate_tpu" <<<1
done
loopback_target $wwn
lun=0
for name in block ram file; do
	loopback_lun $wwn $lun $name
	lun=$((lun + 1))
	disk=$(disk_of $name)
	check "$name: no increment is lost" "$race" count "$disk" 16 8 20
	check "$name: no bit is lost" "$race" bits "$disk" 64 6 30
	check "$name: plain I/O goes on beside" beside_plain_io "$disk"
	check "$name: an opener that dies leaves nothing locked" killed_opener "$disk"
	check "$name: the offset of a miscompare" miscompare "$disk"
	check "$name: stop and start" stopped "$disk"
	check "$name: WRITE AND VERIFY compares" sg_raw -s 512 -i /dev/zero "$disk" \
		2e 02 0 0 0 8 0 0 1 0
	check "$name: PRE-FETCH" answers 'SCSI Status: (Good|Condition Met)' sg_raw -v "$disk" \
		34 0 0 0 0 8 0 0 8 0
	check "$name: PRE-FETCH with IMMED" answers 'SCSI Status: (Good|Condition Met)' \
		sg_raw -v "$disk" 34 2 0 0 0 8 0 0 8 0
done
check "an UNMAP holds up no blocks but its own" unmap_elsewhere "$(disk_of ram)"
# The LUNs that came later have left a unit attention.
for name in ram file block; do
	check "$name is ready" wait_for 5 sg_turs "$(disk_of $name)"
done
check "ram: GET LBA STATUS tells holes" holes "$(disk_of ram)"
check "file: GET LBA STATUS tells holes" holes "$(disk_of file)"
check "block: GET LBA STATUS has all mapped" lba_status "$(disk_of block)" 0 \
	'blocks: +65536 +mapped'
check "task management functions are told" answers 'Query async' \
	sg_opcodes --tmf "$(disk_of ram)"
check "Block Limits tell the length" answers 'compare and write length: 255' \
	sg_vpd -p bl "$(disk_of ram)"
