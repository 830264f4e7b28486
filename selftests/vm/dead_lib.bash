# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A medium that stops answering or fails, and bounds that hold all the same; for the scripts
# dead_*.sh, which source lib.sh first.

dm=/dev/mapper/stuck

# within SECONDS COMMAND...: the command ends in that time; its status.
within()
{
	local limit=$1 pid
	shift
	"$@" &
	pid=$!
	wait_for "$limit" ended $pid || return 99
	wait $pid
}

ended()
{
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null
}

# answered SECONDS COMMAND...: the same, whatever its status.
answered()
{
	within "$@" || [ $? != 99 ]
}

# refused COMMAND...: fails, and soon.
refused()
{
	answered 5 "$@" && fails within 5 "$@"
}

# bounded SECONDS NAME COMMAND...: within, and the time taken is told at the end.
bounded()
{
	local limit=$1 name=$2 start=$EPOCHREALTIME status
	shift 2
	within "$limit" "$@"
	status=$?
	echo "$name: $(elapsed "$start") s of $limit" >>"$WORK/times"
	return $status
}

elapsed()
{
	local now=$EPOCHREALTIME us

	us=$((${now/./} - ${1/./}))
	printf '%d.%02d' $((us / 1000000)) $((us % 1000000 / 10000))
}

# What bounded has measured, as remarks.
times()
{
	sed 's/^/# /' "$WORK/times"
}

# stuck_device [MEGABYTES]: the device "stuck" on the dm device of that name; with so much cache.
stuck_device()
{
	block_device stuck "$(stuck_disk 64 "$1")"
}

# orphans DEVICE
orphans()
{
	cat "$(device "$1")/statistics/scsi_tgt_dev/orphans"
}

# orphans_are NUMBER DEVICE
orphans_are()
{
	[ "$(orphans "$2")" -eq "$1" ]
}
