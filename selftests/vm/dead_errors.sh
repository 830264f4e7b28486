#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Media that fail, are slow, full, or taken away while fio runs: what the initiator is told, and that
# all is well afterwards. The same LUNs are reached by loopback and by open-iscsi.
# cost: 90
# timeout: 1500

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/dead_lib.bash"

wwn=naa.5001405000000041
iqn=iqn.2024-01.org.example:errors
tool=$(realpath "$(dirname "$0")/sense_check.py")
read=031100 write=030c00 full=072707 gone=020403

# export_device NUMBER NAME: as a LUN of both targets
export_device()
{
	loopback_lun $wwn "$1" "$2" || return
	iscsi_lun $iqn "$1" "$2"
}

targets()
{
	loopback_target $wwn || return
	iscsi_target $iqn
}

both_are_there()
{
	[ "$(disks_of "$1" | wc -w)" = 2 ]
}

# ends NAME COMMAND=SENSE...: on each path
ends()
{
	local disk name=$1
	shift
	for disk in $(disks_of "$name"); do
		"$tool" "$disk" "$@" || return
	done
}

table()
{
	case $1 in
	good) echo "0 131072 linear $below 0" ;;
	hole) echo "0 2048 linear $below 0
2048 8 error
2056 129016 linear $below 2056" ;;
	error) echo "0 131072 error" ;;
	slow) echo "0 131072 delay $below 0 1500" ;;
	flakey) echo "0 131072 flakey $below 0 1 1" ;;
	drop) echo "0 131072 flakey $below 0 0 60 1 drop_writes" ;;
	esac
}

# switch TABLE: what lies below the device now; what it holds ends first.
switch()
{
	table "$1" | dmsetup load bad && dmsetup suspend --nolockfs --noudevsync bad &&
		dmsetup resume --noudevsync bad
}

bad_device()
{
	modprobe dm_mod && modprobe dm_flakey && modprobe dm_delay &&
		below=$(null_block_device 64) || return
	echo "$below" >"$WORK/below"
	table good | dmsetup create --noudevsync bad && dmsetup mknodes &&
		block_device bad /dev/mapper/bad
}

# load NAME SECONDS: fio on each path, which goes on when I/O fails
load()
{
	local disk jobs=()

	for disk in $(disks_of "$1"); do
		jobs+=(--name="${disk##*/}" --filename="$disk" --offset=$((${#jobs[@]} * 4))m)
	done
	fio --ioengine=libaio --direct=1 --iodepth=16 --rw=randrw --bsrange=4k-64k --size=8m \
		--time_based --runtime="$2" --continue_on_error=all --minimal "${jobs[@]}" \
		>"$WORK/fio" 2>&1
	# That some I/O fails is the point; that fio ends is what counts.
	:
}

start_load()
{
	load "$@" &
	loader=$!
	sleep 2
}

load_ends()
{
	wait_for 60 ended "$loader"
}

all_well()
{
	local disk
	for disk in $(disks_of "$1"); do
		compare_data "$disk" 1 || return
	done
	wait_for 20 orphans_are 0 "$1"
}

reset_all()
{
	local disk
	for disk in $(disks_of "$1"); do
		within 20 sg_reset -N -d "$disk" || return
	done
}

check "a device on device mapper" bad_device
below=$(cat "$WORK/below")
check "targets" targets
check "its LUN" export_device 0 bad
check "the initiator logs in" iscsi_login $iqn
check "and has the disk, too" wait_for 30 both_are_there bad

# ---- dm-error: a hole in the medium, then nothing but

check "a hole of eight blocks" switch hole
check "what is read and written there says so, and where if it is one block" ends bad \
	read:2047=good read:2048=$read:2048 read:2055=$read:2055 read:2056=good \
	read:2040:16=$read read:2040:8=good write:2047=good write:2051=$write:2051 \
	write:2044:8=$write verify:2047=good verify:2050=$read:2050 ready=good
start_load bad 6
check "fio runs on a medium that fails altogether and comes back" switch error
check "resets are answered" reset_all
check "reads and writes" ends bad read:0=$read:0 write:9=$write:9 write:8:8=$write
check "the medium comes back" switch good
check "fio ends" load_ends
check "all is well" all_well bad

# ---- writing back fails, long after the writes were good

# The kernel does not write back by itself meanwhile, however slow the guest.
cached_device()
{
	echo 360000 >/proc/sys/vm/dirty_expire_centisecs
	new_device fileio cached fd_dev_name=/dev/mapper/bad,fd_buffered_io=1 &&
		export_device 4 cached && rescan && wait_for 30 both_are_there cached
}

rescan()
{
	iscsiadm -m session --rescan
}

first()
{
	"$tool" "$(disk_of cached)" "$@"
}

second()
{
	"$tool" "$(disks_of cached | awk 'END { print $NF }')" "$@"
}

check "a cache above it" cached_device
check "takes writes of two initiators" ends cached write:64=good write:80=good
check "the medium fails" switch error
check "one is told when it asks" first sync=$write
check "the medium comes back" switch good
check "the other is told, too" second sync=$write
check "each of them once" ends cached sync=good write:64=good sync=good
check "one writes" first write:64=good
check "the medium fails" switch error
check "the other waits for its write" second fua:80=$write:80
check "the medium comes back" switch good
check "the first is told of its own" first sync=$write
check "so is the other" second sync=$write
check "each of them once" ends cached sync=good

# ---- dm-flakey: every other second; and writes that vanish

start_load bad 5
check "a medium that fails every other second" switch flakey
check "resets meanwhile" reset_all
check "fio ends" load_ends
check "a medium that loses its writes" switch drop
check "says that they are good" ends bad write:100=good
check "it comes back" switch good
check "all is well" all_well bad

# ---- dm-dust, where there is one: single bad blocks, which a write mends

if modprobe dm_dust 2>/dev/null; then
	dust()
	{
		echo "0 131072 dust $below 0 512" | dmsetup load bad &&
			dmsetup suspend --nolockfs --noudevsync bad &&
			dmsetup resume --noudevsync bad &&
			dmsetup message bad 0 addbadblock 333 && dmsetup message bad 0 enable
	}
	check "a bad block" dust
	check "reading fails" ends bad read:332=good read:333=$read:333 verify:333=$read:333
	check "until it is written" ends bad write:333=good read:333=good
	check "it is good again" switch good
fi

# ---- dm-delay: slower than the initiator waits

slow_down()
{
	local disk
	for disk in $(disks_of bad); do
		echo 1 >"/sys/block/${disk##*/}/device/timeout"
	done
	switch slow
}

check "a medium slower than the initiator waits" slow_down
start_load bad 3
check "resets meanwhile" reset_all
check "fio ends" load_ends
check "the medium is fast again" switch good
check "all is well" all_well bad

# ---- dm-suspend: nothing comes back, whatever the initiators try

hang()
{
	dmsetup suspend --noflush --nolockfs --noudevsync bad
}

go_on()
{
	dmsetup resume --noudevsync bad
}

# Commands are aborted, the unit is reset, commands come again, and more of them hang.
hangs_on()
{
	wait_for 60 some_orphans bad && reset_all && within 5 iscsiadm -m discovery -t st -p "$PORTAL"
}

some_orphans()
{
	[ "$(orphans "$1")" -gt 0 ]
}

start_load bad 3
check "the medium hangs" hang
check "initiators with little patience" hangs_on
check "the medium goes on" go_on
check "fio ends" load_ends
check "all is well" all_well bad

# ---- a full file system

full_file()
{
	mkdir "$WORK/small" && mount -t tmpfs -o size=6m small "$WORK/small" &&
		new_device fileio full "fd_dev_name=$WORK/small/image,fd_dev_size=$((32 << 20))" &&
		export_device 1 full && rescan && wait_for 30 both_are_there full
}

fill()
{
	dd if=/dev/zero of="$(disk_of full)" bs=1M count=16 oflag=direct 2>"$WORK/dd" && return 1
	grep -q 'No space left' "$WORK/dd"
}

check "a thin file on a small file system" full_file
check "a host is told that there is no space left" fill
check "so is every command that needs some, and no other" ends full write:40000:64=$full \
	write:50000:64=$full read:40000:8=good write:0:8=good verify:50000:8=good ready=good
start_load full 3
check "resets under load" reset_all
check "fio ends" load_ends
check "space comes back" mount -o remount,size=64m "$WORK/small"
check "and with it the writes" all_well full

# ---- taken away

gone_disk()
{
	local path

	path=$(null_block_device 32) || return
	echo "$path" >"$WORK/gone"
	block_device gone "$path" && export_device 2 gone && rescan &&
		wait_for 30 both_are_there gone
}

# Its own removal waits for the commands it holds, but for no new ones.
take_away()
{
	local nullb
	for nullb in /sys/kernel/config/nullb/*; do
		if [ "/dev/${nullb##*/}" = "$(cat "$WORK/gone")" ] ||
		   [ "/dev/nullb$(cat "$nullb/index")" = "$(cat "$WORK/gone")" ]; then
			within 20 sh -c "echo 0 >$nullb/power"
			return
		fi
	done
	return 1
}

check "a disk" gone_disk
start_load gone 3
check "is taken away under load" take_away
check "fio ends" load_ends
check "the unit says that it is not ready" ends gone read:0=$gone write:0=$gone
check "to whom asks as well" wait_for 20 ends gone ready=$gone capacity=$gone verify:0=$gone sync=$gone
check "resets are answered" reset_all
check "a host that looks for disks does not wait for it" bounded 20 "a rescan" rescan

scsi_disk()
{
	modprobe scsi_debug dev_size_mb=16 delay=0 || return
	wait_for 20 scsi_debug_disk
	scsi_debug_disk >"$WORK/scsi"
	block_device scsi "$(cat "$WORK/scsi")" && export_device 3 scsi && rescan &&
		wait_for 30 both_are_there scsi
}

scsi_debug_disk()
{
	local disk
	for disk in /sys/block/sd*; do
		[ "$(cat "$disk/device/model")" != "scsi_debug      " ] || echo "/dev/${disk##*/}"
	done | grep .
}

delete_scsi()
{
	local disk
	disk=$(cat "$WORK/scsi")
	within 20 sh -c "echo 1 >/sys/block/${disk##*/}/device/delete"
}

check "a SCSI disk" scsi_disk
start_load scsi 3
check "is deleted under load" delete_scsi
check "fio ends" load_ends
check "the unit says that it is not ready" ends scsi read:0=$gone write:0=$gone
check "resets are answered" reset_all

# ---- nothing is left

unlink_all()
{
	local lun
	for lun in $TARGET/*/*/tpgt_1/lun/lun_*; do
		bounded 13 "rm of the link of $(basename "$lun")" rm "$lun/link" || return
	done
}

remove_devices()
{
	local name
	for name in cached bad full gone scsi; do
		orphans_are 0 $name && bounded 5 "rmdir of $name" rmdir "$(device $name)" || return
	done
}

check "logout" iscsi_logout $iqn
check "the LUNs are removed" unlink_all
check "the devices hold no command and are removed" remove_devices
check "the file system is free" umount "$WORK/small"
check "the dm device is" dmsetup remove --noudevsync bad
check "the SCSI disk is" wait_for 10 rmmod scsi_debug
times
