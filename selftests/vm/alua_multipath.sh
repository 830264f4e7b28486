#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Linux's own multipath on asymmetric access: dm-multipath with the hardware handler of
# scsi_dh_alua over two loopback targets follows what the administrator changes, and asks for
# the state it needs with SET TARGET PORT GROUPS.
# cost: 25
# timeout: 600

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pr_lib.bash"

map=alua_test

# disk_behind WWN
disk_behind()
{
	local node

	node=$(path_of "$1") || return
	ls "/sys/class/scsi_generic/${node##*/}/device/block"
}

set_up()
{
	two_paths 16 || return
	dev=$(device shared)
	for group in ga:1 gb:2; do
		mkdir "$dev/alua/${group%:*}" || return
		echo "${group#*:}" >"$dev/alua/${group%:*}/tg_pt_gp_id" || return
	done
	echo ga >"$TARGET/loopback/$PR_A/tpgt_1/lun/lun_0/alua_tg_pt_gp" || return
	echo gb >"$TARGET/loopback/$PR_B/tpgt_1/lun/lun_0/alua_tg_pt_gp" || return
	# The handler has looked at the disks already; a port's group is nothing it expects to change.
	for group in $PR_A $PR_B; do
		echo 1 >"/sys/class/scsi_generic/$(basename "$(path_of $group)")/device/rescan"
	done
}

state()
{
	cat "$(device shared)/alua/$1/alua_access_state"
}

# put_state GROUP STATE
put_state()
{
	echo "$2" >"$(device shared)/alua/$1/alua_access_state"
}

# states_are A B
states_are()
{
	[ "$(state ga) $(state gb)" = "$1 $2" ]
}

# Where sleeping is watched for, the kernel complains of requests for disks like ours, which may wait,
# whatever they do then: device mapper passes on bios there.
multipath_up()
{
	local a b mode=0

	case $(uname -r) in *-x86-*) mode="2 queue_mode bio" ;; esac
	a=$(cat "/sys/block/$disk_a/dev") b=$(cat "/sys/block/$disk_b/dev")
	dmsetup create $map --table "0 $(cat "/sys/block/$disk_a/size") multipath \
		$mode 1 alua 2 1 round-robin 0 1 1 $a 1 round-robin 0 1 1 $b 1"
	dmsetup mknodes $map
	grep -q alua "/sys/block/$disk_a/device/dh_state"
	grep -q alua "/sys/block/$disk_b/device/dh_state"
}

# The handler logs a path's group and state: A active, N non-optimized, S standby, U unavailable.
logged()
{
	dmesg | grep -q "alua: port group $1 state $2 "
}

write_through()
{
	timeout 60 dd if=/dev/urandom of="$WORK/data" bs=4k count=16 status=none &&
		timeout 60 dd if="$WORK/data" of=/dev/mapper/$map bs=4k oflag=direct status=none &&
		timeout 60 dd if=/dev/mapper/$map of="$WORK/back" bs=4k count=16 iflag=direct \
			status=none && cmp "$WORK/data" "$WORK/back"
}

# commands WWN: how many have come through the target.
commands()
{
	cat "$TARGET/loopback/$1/tpgt_1/lun/lun_0/statistics/scsi_tgt_port/in_cmds"
}

# The data went through this target.
through()
{
	local before

	before=$(commands "$1")
	write_through || return
	[ $(($(commands "$1") - before)) -ge 32 ]
}

followed()
{
	put_state gb 0 && put_state ga 2 && through $PR_B && wait_for 20 logged 01 S
}

back_again()
{
	put_state ga 0 && put_state gb 3 && dmsetup message $map 0 "reinstate_path $major_a" &&
		through $PR_A
}

# B's group comes out of standby because the host asks for it.
explicit()
{
	put_state gb 2 && dmsetup message $map 0 "reinstate_path $major_b" &&
		put_state ga 3 && through $PR_B && states_are 3 0 &&
		grep -q "Altered by Explicit STPG" "$(device shared)/alua/gb/alua_access_status"
}

if ! modprobe -q dm-multipath || ! modprobe -q scsi_dh_alua || ! modprobe -q dm-round-robin; then
	skip "multipath" "the kernel has no dm-multipath or no scsi_dh_alua"
	exit
fi
check "a device behind two targets" set_up
disk_a=$(disk_behind $PR_A) disk_b=$(disk_behind $PR_B)
major_a=$(cat "/sys/block/$disk_a/dev") major_b=$(cat "/sys/block/$disk_b/dev")
put_state gb 2
check "dm-multipath takes both disks with the handler alua" multipath_up
check "the handler has found the group of A, active" wait_for 20 logged 01 A
check "the data goes through A" through $PR_A
check "A goes to standby, B becomes active: the data goes through B" followed
check "the other way round, with B unavailable" back_again
check "B is only in standby: the host makes it active" explicit
check "the map goes away" dmsetup remove --retry $map
