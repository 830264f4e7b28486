#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Power cuts during writes: the medium below the backstores is recorded by dm-log-writes while
# writers force data to it with FUA and SYNCHRONIZE CACHE. Then the power is cut at random instants:
# what was acknowledged as durable has to be there, and sectors in between are old or new.
# The long form: CUTS=100 OPERATIONS=400 in the environment, for example
# tools/vm/uml env CUTS=100 OPERATIONS=400 selftests/vm/power_cut_data.sh
# cost: 60
# timeout: 1800

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/power_cut_lib.bash"

CUTS=${CUTS:-5}
OPERATIONS=${OPERATIONS:-25}
program=$(dirname "$0")/power_cut_data.py
wwn=naa.5001405000000001
lun=0

# file_on_it NAME OPTIONS
file_on_it()
{
	new_device fileio "$1" "fd_dev_name=$WORK/mnt/$1,fd_dev_size=$((2 << 20))$2" &&
		loopback_lun $wwn $lun "$1"
}

block_on_it()
{
	block_device block /dev/mapper/$map && loopback_lun $wwn $lun block
}

# writers "NAME DEVICE REGION [durable]"...: all at the same time.
writers()
{
	local writer pid pids='' status=0

	rm -rf "$WORK/journals"
	mkdir "$WORK/journals"
	for writer in "$@"; do
		set -- $writer
		"$program" write "$1" $map "$(sg_of "$(disk_of "$2")")" "$3" "$OPERATIONS" "$WORK/journals" $4 &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || status=1
	done
	return $status
}

cut()
{
	"$program" cut "$WORK/log" $((SIZE << 20)) "$CUTS" "$WORK/journals" "$@"
}

if ! can_record; then
	skip "power cuts" "the kernel has no dm-log-writes, no loop devices or no ext4"
	exit
fi
check "a medium whose writes are recorded" recorded_medium
check "a loopback target" loopback_target $wwn
check "block: a disk on it" block_on_it
check "block: writers force their data" writers "a block 0" "b block 1024"
check "block: the device goes away" take_down
check "block: the recording ends" stop_recording
check "block: after $CUTS power cuts nothing acknowledged is missing" cut

check "a file system whose writes are recorded" recorded_file_system
check "a loopback target for files" loopback_target $wwn
check "file: a disk with a write cache" file_on_it buffered ,fd_buffered_io=1
lun=1
check "file: a disk without one" file_on_it synchronous
lun=2
check "file: a disk with direct I/O" file_on_it direct ,fd_async_io=1
check "file: writers force their data" writers "buffered buffered 0" \
	"synchronous synchronous 0 durable" "direct direct 0 durable"
check "file: the devices go away" take_down
check "file: the recording ends" stop_recording
check "file: after $CUTS power cuts nothing acknowledged is missing" cut "$WORK/after"
