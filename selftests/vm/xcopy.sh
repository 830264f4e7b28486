#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Third-party copy over loopback: data against a model, who may copy what, results, what ends a
# copy before its time, and sg_xcopy.
# cost: 50
# timeout: 600

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000001
other=naa.5001405000000002
tool=$(realpath "$(dirname "$0")/xcopy.py")

xcopy()
{
	"$tool" "$@"
}

# A block device that takes a quarter of a second for each request, so that a copy outlasts the
# start of a few programs.
slow_device()
{
	local config=/sys/kernel/config/nullb/slow medium=/dev/slow

	modprobe null_blk nr_devices=0 && mkdir $config || return
	echo 128 >$config/size
	echo 1 >$config/memory_backed
	echo 2 >$config/irqmode
	echo 250000000 >$config/completion_nsec
	echo 1 >$config/power || return
	[ -b $medium ] || medium=/dev/nullb$(cat $config/index)
	echo "/sys/block/${medium##*/}" >"$WORK/slow"
	block_device e $medium
}

# Requests that the slow medium has written
slow_writes()
{
	awk '{ print $5 }' "$(cat "$WORK/slow")/stat"
}

slow_has_written_more_than()
{
	[ "$(slow_writes)" -gt "$1" ]
}

# The second disk of device b, through the other target
other_b()
{
	local disk
	for disk in /sys/block/sd*; do
		disk=/dev/${disk##*/}
		[ "$disk" != "$b" ] && cmp -s "/sys/block/${disk##*/}/device/vpd_pg80" \
			"/sys/block/${b##*/}/device/vpd_pg80" && echo "$disk" && return
	done
	return 1
}

reservation()
{
	local disk

	mkdir "$TARGET/loopback/$other/tpgt_1/lun/lun_1" || return
	ln -s "$(device b)" "$TARGET/loopback/$other/tpgt_1/lun/lun_1/link" || return
	wait_for 20 other_b || return
	disk=$(other_b)
	sg_turs -n 3 "$disk" || :
	sg_persist --out --register --param-sark=1 "$disk" || return
	sg_persist --out --reserve --param-rk=1 --prout-type=1 "$disk" || return
	xcopy refused "$a" "$b" 0d01 18 || return
	sg_persist --out --clear --param-rk=1 "$disk"
}

standby()
{
	local state=$(device b)/alua/default_tg_pt_gp/alua_access_state status

	echo 2 >"$state" || return
	# The disk itself can't be read in this state: all is in the sense data.
	xcopy copy "$a" "$b" 1 >"$WORK/standby"
	status=$?
	echo 0 >"$state"
	cat "$WORK/standby"
	[ $status = 0 ] && grep -q '^02 a 0d01' "$WORK/standby"
}

gated()
{
	echo 0 >"$(device a)/attrib/emulate_3pc" || return
	! sg_vpd -p tpc "$a" && ! sg_copy_results --params "$a" || return
	! sg_inq "$a" | grep -q 3PC=1 || return
	echo 1 >"$(device a)/attrib/emulate_3pc"
}

abort_it()
{
	xcopy start "$a" "$slow" 5 64 || return
	xcopy status "$a" 5 12 && xcopy busy "$a" "$slow" 5 || return
	xcopy abort "$a" 5 && xcopy status "$a" 5 60
}

reset_destination()
{
	xcopy start "$a" "$slow" 6 64 && sg_reset -d "$slow" && xcopy status "$a" 6 60
}

# The reset discards the results of the unit that has them, SPC-4 6.24.
reset_manager()
{
	xcopy start "$slow" "$a" 7 64 || return
	xcopy status "$slow" 7 12 && sg_reset -d "$slow" || return
	xcopy start "$slow" "$a" 7 1 && xcopy status "$slow" 7 1
}

foreground_reset()
{
	local before
	before=$(slow_writes)

	xcopy copy "$a" "$slow" 64 >"$WORK/foreground" 2>&1 &
	wait_for 10 slow_has_written_more_than "$before" || return
	sg_reset -d "$a" || return
	wait_for 10 test -s "$WORK/foreground" || return
	cat "$WORK/foreground"
	! grep -q GOOD "$WORK/foreground" && xcopy blocks "$a" "$b"
}

unlink_destination()
{
	local lun=$TARGET/loopback/$wwn/tpgt_1/lun/lun_4 start=$SECONDS

	xcopy start "$a" "$slow" 8 64 && rm $lun/link && rmdir $lun || return
	[ $((SECONDS - start)) -lt $((5 * ${WAIT_SCALE:-1})) ] && xcopy status "$a" 8 2
}

tools_copy()
{
	dd if=/dev/urandom of="$a" bs=64k count=16 oflag=direct status=none || return
	sg_xcopy if="$(sg_of "$a")" of="$(sg_of "$b")" bs=512 count=2000 seek=11 || return
	cmp -n 1024000 "$a" "$b" 0 $((11 * 512))
}

ramdisk a 64
ramdisk b 16
ramdisk c 16
echo 4096 >"$(device c)/attrib/block_size"
ramdisk aa 16
block_device d "$(null_block_device 16)" readonly=1
check "a slow device" slow_device
loopback_target $wwn
loopback_target $other
loopback_lun $wwn 0 a
loopback_lun $wwn 1 b
loopback_lun $wwn 2 c
loopback_lun $wwn 3 d
loopback_lun $wwn 4 e
loopback_lun $other 0 aa
a=$(disk_of a) b=$(disk_of b) big=$(disk_of c) foreign=$(disk_of aa) ro=$(disk_of d)
slow=$(disk_of e)

check "blocks are copied in pieces" xcopy blocks "$a" "$b"
check "a disk can be copied onto itself" xcopy overlap "$a"
check "any segments do what the standard says" xcopy random "$a" "$b" "$big" 60
check "data is held" xcopy held "$a" "$b"
check "results can be had" xcopy results "$a" "$b"
check "sg_xcopy copies" tools_copy
check "the page 8Fh can be decoded" sg_vpd -p tpc "$a"
check "the operating parameters can be decoded" sg_copy_results --params "$a"

check "a LUN of another nexus is not reached" xcopy refused "$a" "$foreign" 0d02
check "a write protected unit is not written" xcopy refused "$a" "$ro" 0d01 02
check "a reservation keeps the copy out" reservation
check "a unit in standby is not written" standby
check "the commands go with their attribute" gated

check "COPY OPERATION ABORT ends a copy" abort_it
check "a reset of the destination ends a copy" reset_destination
check "a reset of the copy manager ends a copy" reset_manager
check "a reset ends a copy in the foreground" foreground_reset
check "the destination can be removed under a copy" unlink_destination
# Ends when the session does, which taking down proves.
check "a copy is left running" xcopy start "$a" "$b" 9 15
