#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: killed.bash SHARE ROUND [last]
# What kill-guest runs in each of its guests: exports what is on the two disks, checks it against
# the journals in SHARE, and writes until the guest is killed; not after the last time.

. "$(dirname "$0")/lib.sh"

SCRIPT=killed
share=$1
round=$2
program=$(dirname "$0")/killed.py
wwn=naa.5001405000000001
disks=''
lun=0

mounted()
{
	mkdir -p "$WORK/mnt" && modprobe virtio_blk && modprobe ext4 && mount /dev/vda "$WORK/mnt" &&
		start_target && echo "$WORK/mnt" >"$TARGET/dbroot" && loopback_target $wwn
}

# on_file OPTIONS NAME
on_file()
{
	new_device fileio "$2" "fd_dev_name=$WORK/mnt/$2,fd_dev_size=$((2 << 20))$1" &&
		loopback_lun $wwn $lun "$2"
}

# on_block NAME
on_block()
{
	block_device "$1" /dev/vdb && loopback_lun $wwn $lun "$1"
}

# with_disk NAME COMMAND...: makes the disk by the command, which gets the name as its last word.
with_disk()
{
	check "$round: $1" "${@:2}" "$1" || return
	disks="$disks $1=$(disk_of "$1")"
	lun=$((lun + 1))
}

check "$round: the file system comes back" mounted
with_disk block on_block
with_disk buffered on_file ,fd_buffered_io=1
with_disk durable on_file ""
with_disk direct on_file ,fd_async_io=1
with_disk lies on_file ,fd_buffered_io=1
with_disk keys on_file ""
[ $failures = 0 ] || exit
check "$round: nothing acknowledged is missing" "$program" verify "$share" $disks
cat "$WORK/output"
if [ "$3" = last ]; then
	check "$round: everything is taken down" take_down
	umount "$WORK/mnt"
	exit
fi
[ $failures = 0 ] || exit
touch "$share/writing"
"$program" write "$share" $disks
check "$round: writers go on until the guest is killed" false
