# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A medium whose writes dm-log-writes records in $WORK/log, for the scripts power_cut*.sh, which
# source lib.sh first.

SIZE=16		# MB of the medium
map=power_cut

can_record()
{
	modprobe -q dm-log-writes && modprobe -q loop && modprobe -q ext4
}

recorded_medium()
{
	local disk log

	rm -rf "$WORK/disk" "$WORK/log"
	mkdir -p "$WORK/mnt" "$WORK/after"
	truncate -s ${SIZE}M "$WORK/disk" && truncate -s 1G "$WORK/log" &&
		disk=$(losetup --find --show "$WORK/disk") &&
		log=$(losetup --find --show "$WORK/log") || return
	echo "$disk $log" >"$WORK/loops"
	dmsetup create $map --table "0 $((SIZE * 2048)) log-writes $disk $log" && dmsetup mknodes $map
}

recorded_file_system()
{
	recorded_medium && mkfs.ext4 -q -b 1024 /dev/mapper/$map && mount /dev/mapper/$map "$WORK/mnt"
}

stop_recording()
{
	if mountpoint -q "$WORK/mnt"; then
		umount "$WORK/mnt" || return
	fi
	dmsetup remove --retry $map && losetup -d $(cat "$WORK/loops")
}
