#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# FORMAT UNIT and SANITIZE: what they leave on the medium, what other commands are told
# meanwhile, and what happens when they are aborted or the device goes away.
# cost: 25
# timeout: 900

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000031

# raw CDB...: sg_raw's message is kept
raw()
{
	sg_raw "$@" >"$WORK/raw" 2>&1 && return
	grep -A 2 "^Fixed format" "$WORK/raw"
	return 1
}

# raw_fails WORDS CDB...
raw_fails()
{
	local words=$1
	shift
	raw "$@" && { echo "no error: $*"; return 1; }
	grep -qi "$words" "$WORK/raw" || { cat "$WORK/raw"; return 1; }
}

fill()
{
	tr '\0' A </dev/zero | dd of="$1" bs=1M count="$2" iflag=fullblock oflag=direct \
		conv=notrunc status=none
}

# holds DISK MEGABYTES COMMAND...: the disk has what the command makes of cat
holds()
{
	local disk=$1 megabytes=$2
	shift 2
	dd if="$disk" of="$WORK/read" bs=1M count="$megabytes" iflag=direct status=none
	"$@" </dev/zero | head -c $((megabytes << 20)) | cmp - "$WORK/read"
}

# ---------------------------------------------------------------- on memory

format_all()
{
	fill "$ram" 16
	sg_format --mode=8 --format --quick --wait "$ram"
	holds "$ram" 16 cat
	sg_get_lba_status --brief --lba=0 "$ram" | grep -i "$(printf '%x' $((16 * 2048))) *1"
}

format_refusals()
{
	fill "$ram" 1
	printf '\0\0\0\010' >"$WORK/list"
	raw_fails "Invalid field in parameter list" -s 4 -i "$WORK/list" "$ram" 04 10 00 00 00 00
	printf '\0\010\0\0' >"$WORK/list"
	raw_fails "Invalid field in parameter list" -s 4 -i "$WORK/list" "$ram" 04 10 00 00 00 00
	raw_fails "Parameter list length error" -s 4 -i "$WORK/list" "$ram" 04 30 00 00 00 00
	raw_fails "Invalid field in cdb" "$ram" 04 80 00 00 00 00
	raw_fails "Invalid field in cdb" "$ram" 04 08 00 00 00 00
	holds "$ram" 1 tr '\0' A
}

overwrite()
{
	fill "$ram" 16
	printf 'abc' >"$WORK/pattern"
	sg_sanitize --overwrite --pattern="$WORK/pattern" --quick --wait "$ram"
	yes "$(yes abc | head -n 171 | tr -d '\n' | head -c 512)" | tr -d '\n' |
		head -c 1048576 >"$WORK/expected"
	holds "$ram" 1 cat "$WORK/expected"
	sg_sanitize --overwrite --zero --invert --count=2 --quick --wait "$ram"
	holds "$ram" 16 tr '\0' '\377'
}

block_erase()
{
	fill "$ram" 16
	sg_sanitize --block --quick --wait "$ram"
	holds "$ram" 16 cat
	sg_get_lba_status --brief --lba=0 "$ram" | grep -i "$(printf '%x' $((16 * 2048))) *1"
	sg_sanitize --fail --quick --wait "$ram"	# nothing to leave
	raw_fails "Invalid field in cdb" "$ram" 48 03 00 00 00 00 00 00 00 00
	raw_fails "Invalid field in cdb" "$ram" 48 42 00 00 00 00 00 00 00 00
	raw_fails "Invalid field in cdb" "$ram" 48 02 00 00 00 00 00 00 04 00
	echo 0 >"$(device ram)/attrib/emulate_tpu"
	raw "$ram" 00 00 00 00 00 00 || :	# INQUIRY DATA HAS CHANGED
	raw_fails "Invalid field in cdb" "$ram" 48 02 00 00 00 00 00 00 00 00
	sg_opcodes --opcode=0x48,1 "$ram"
}

# ---------------------------------------------------------------- on a disk that stalls half way

# The second half of the disk below takes so many milliseconds for each request.
table()
{
	echo "0 16384 linear $below 0"
	echo "16384 16384 delay $below 16384 $1"
}

# What was delayed before goes on at once.
delay()
{
	table "$1" | dmsetup load stalled
	dmsetup suspend --nolockfs stalled
	dmsetup resume stalled
}

stall()
{
	delay 3600000
}

go_on()
{
	delay 0
}

# The initiator asked for the capacity in vain.
rescan()
{
	echo 1 >"/sys/block/${slow##*/}/device/rescan"
}

stalling_disk()
{
	modprobe dm-mod
	modprobe dm-delay
	below=$(null_block_device 16)
	table 0 | dmsetup create stalled
	dmsetup mknodes
	block_device stalled /dev/mapper/stalled
	loopback_lun $wwn 1 stalled
}

start_sanitize()
{
	printf '\1\0\0\1S' >"$WORK/list"
	raw -s 5 -i "$WORK/list" "$slow" 48 81 00 00 00 00 00 00 05 00
}

half_way()
{
	sg_requests "$slow" 2>&1 | tee "$WORK/progress" | grep -q "50.00%"
}

ready()
{
	raw "$slow" 00 00 00 00 00 00
}

sanitize_in_progress()
{
	stall
	start_sanitize
	wait_for 20 half_way
	grep -i "sanitize in progress" "$WORK/progress"
	raw_fails "sanitize in progress" "$slow" 00 00 00 00 00 00
	raw_fails "sanitize in progress" -r 512 "$slow" 28 00 00 00 00 00 00 00 01 00
	raw_fails "sanitize in progress" "$slow" 1b 00 00 00 00 00
	raw_fails "sanitize in progress" "$slow" 48 9f 00 00 00 00 00 00 00 00
	raw_fails "sanitize in progress" "$slow" 04 00 00 00 00 00
	sg_inq "$slow" >/dev/null
	sg_opcodes "$slow" >/dev/null
	sg_reset -N --device "$slow"		# nothing stops it, and it ends
	wait_for 10 raw_fails "sanitize in progress" "$slow" 00 00 00 00 00 00
	go_on
	wait_for 20 ready
	holds "$slow" 16 tr '\0' S
}

# The device is removed at once, and the operation goes on when it is made again.
sanitize_goes_on()
{
	fill "$slow" 4
	stall
	start_sanitize
	wait_for 20 half_way
	local before=$SECONDS
	remove_tree $TARGET/loopback/$wwn/tpgt_1/lun/lun_1
	remove_tree "$CORE/iblock_0/stalled"
	[ $((SECONDS - before)) -le $((10 * ${WAIT_SCALE:-1})) ]
	stall					# lets the one piece end that was under way
	wait_for 10 block_device stalled /dev/mapper/stalled
	loopback_lun $wwn 1 stalled
	slow=$(disk_of stalled)
	wait_for 20 half_way
	wait_for 10 raw_fails "sanitize in progress" "$slow" 00 00 00 00 00 00
	go_on
	wait_for 20 ready
	rescan
	holds "$slow" 16 tr '\0' S
}

format_in_progress()
{
	raw_fails "format in progress" "$slow" 00 00 00 00 00 00
}

format_is_corrupt()
{
	raw_fails "format corrupted" "$slow" 00 00 00 00 00 00
}

# Its command is aborted, which is known when the request that is under way has ended.
format_aborted()
{
	slow=$(disk_of stalled)
	stall
	sg_raw "$slow" 04 00 00 00 00 00 &
	wait_for 20 half_way
	format_in_progress
	sg_reset -N --device "$slow" || :
	go_on
	! wait $!
	wait_for 10 format_is_corrupt
	raw_fails "format corrupted" -r 512 "$slow" 28 00 00 00 00 00 00 00 01 00
	raw "$slow" 1b 00 00 00 01 00
	printf '\0\2\0\0' >"$WORK/list"
	stall
	raw -s 4 -i "$WORK/list" "$slow" 04 10 00 00 00 00
	format_in_progress
	go_on
	wait_for 20 ready
	rescan
	holds "$slow" 4 cat
}

selftest_makes_way()
{
	slow=$(disk_of stalled)
	delay 100
	printf '\0\2\0\0' >"$WORK/list"
	sg_senddiag --selftest=2 "$slow"
	raw -s 4 -i "$WORK/list" "$slow" 04 10 00 00 00 00
	format_in_progress
	go_on
	wait_for 20 ready
	sg_logs --page=0x10 "$slow" >"$WORK/log"
	cat "$WORK/log"
	head -n 6 "$WORK/log" | grep -i "abort"
}

mkdir -p /var/target
check "a loopback target can be made" loopback_target $wwn
ramdisk ram 16
echo 1 >"$(device ram)/attrib/emulate_tpu"
check "a disk of memory" loopback_lun $wwn 0 ram
ram=$(disk_of ram)
check "FORMAT UNIT leaves zeroes and no block mapped" format_all
check "FORMAT UNIT refuses what it can't do" format_refusals
check "SANITIZE OVERWRITE" overwrite
check "SANITIZE BLOCK ERASE" block_erase
check "a disk that stalls" stalling_disk
slow=$(disk_of stalled)
below=/dev/$(dmsetup deps -o blkdevname stalled | sed -n 's/.*(\(.*\)).*/\1/p')
check "what is told and refused while SANITIZE runs, which a reset does not stop" \
	sanitize_in_progress
check "SANITIZE goes on when the device is made again" sanitize_goes_on
check "FORMAT UNIT ends with its command, and the medium waits for the next" format_aborted
check "a self-test in the background makes way" selftest_makes_way
