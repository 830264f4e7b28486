#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A medium that stops answering (a suspended dm device): resets are answered, LUNs are removed and
# other objects are configured all the same, within stated bounds; when the medium comes back the
# orphans are gone and nothing is left.
# cost: 60
# timeout: 1200

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/dead_lib.bash"

wwn=naa.5001405000000001
wwn2=naa.5001405000000002
wwn3=naa.5001405000000003

start_stuck_io()
{
	suspend
	dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none &
	reader=$!
	dd if=/dev/zero of="$disk" bs=4k count=1 oflag=direct status=none &
	writer=$!
	sleep 1
}

io_ends()
{
	wait_for 20 sh -c "! kill -0 $reader 2>/dev/null && ! kill -0 $writer 2>/dev/null"
}

disks_are()
{
	[ "$(disks_of "$2" | wc -l)" -eq "$1" ]
}

check "a device on device mapper" stuck_device
check "a loopback target" loopback_target $wwn
check "its disk" loopback_lun $wwn 0 stuck
disk=$(disk_of stuck)
check "the medium works" compare_data "$disk" 4

start_stuck_io
check "LUN reset is answered while the medium is dead" answered 12 sg_reset -N -d "$disk"
check "what it could not end are orphans" orphans_are 2 stuck
check "target reset is answered, too" answered 12 sg_reset -N -t "$disk"
check "another device is made meanwhile" within 10 ramdisk other 16
# The block layer freezes a host's only disk to make room for a second, which waits for its I/O.
check "linking it to the same host ends all the same" within 25 loopback_link $wwn 1 other
check "another target, too" within 10 loopback_target $wwn2
check "and the device exported by it" within 20 loopback_lun $wwn2 0 other
check "and works" compare_data "$(disk_of other)" 2
check "the commands the medium holds are not given back" kill -0 $reader $writer
resume
check "the medium comes back: the orphans end" wait_for 20 orphans_are 0 stuck
check "and their issuers" io_ends
check "the disk of the second LUN follows" wait_for 20 disks_are 2 other
check "the disk works again" compare_data "$disk" 4

start_stuck_io
check "the LUN is unlinked while the medium is dead" \
	within 25 rm $TARGET/loopback/$wwn/tpgt_1/lun/lun_0/link
check "its directory goes" within 2 rmdir $TARGET/loopback/$wwn/tpgt_1/lun/lun_0
check "the other LUN works" compare_data "$(disk_of other)" 2
check "unloading the module is refused" refused rmmod target_core_iblock
resume
check "the medium comes back" io_ends
check "a removed disk leaves no command behind" wait_for 20 orphans_are 0 stuck

# The administrator has no patience with the disk, and then with its target.
delete_disk()
{
	echo 1 >"/sys/block/${disk##*/}/device/delete" &
	deleter=$!
	sleep 1
}

remove_lun()
{
	rm $TARGET/loopback/$wwn3/tpgt_1/lun/lun_0/link &&
		rmdir $TARGET/loopback/$wwn3/tpgt_1/lun/lun_0 $TARGET/loopback/$wwn3/tpgt_1
}

check "one more target" loopback_target $wwn3
check "with the medium's disk" loopback_lun $wwn3 0 stuck
disk=$(disk_of stuck)
start_stuck_io
delete_disk
check "the LUN of a disk that is being deleted goes" within 25 remove_lun
check "so does its target" bounded 4 "rmdir of a loopback target" rmdir $TARGET/loopback/$wwn3
check "and configfs goes on" within 5 mkdir $TARGET/loopback/$wwn3
resume
check "the medium comes back" io_ends
check "the disk is deleted" wait_for 20 ended $deleter
check "and leaves no command behind" wait_for 20 orphans_are 0 stuck
rmdir $TARGET/loopback/$wwn3

remove_tree $TARGET/loopback/$wwn
remove_tree "$(dirname "$(device stuck)")"

# Dirty pages of the block device, whoever has left them, are waited for when it is closed.
dirty_device()
{
	new_device "$1" dirty "$2" && dd if=/dev/zero of=$dm bs=1M count=4 status=none && suspend
}

open_and_close()
{
	file_device beside 1 && rmdir "$CORE/fileio_0/beside"
}

for control in "iblock udev_path=$dm" "fileio fd_dev_name=$dm"; do
	# shellcheck disable=SC2086
	check "a device of ${control% *} with pages that can't be written" dirty_device $control
	check "is removed all the same" bounded 9 "rmdir while dirty" rmdir "$(device dirty)"
	check "and makes room in its directory" within 2 mkdir "$CORE/${control% *}_0/next"
	rmdir "$CORE/${control% *}_0/next"
	check "files are opened and closed meanwhile" within 20 open_and_close
	resume
done
check "the block device is free again" wait_for 10 dmsetup remove --noudevsync stuck
times
