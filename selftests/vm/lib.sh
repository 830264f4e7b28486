# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Library of the test scripts that run in a guest: sets up devices and targets with mkdir, echo
# and ln, as a user would, and reports in TAP. A script sources it, calls check for each thing
# it proves, and ends. What it set up is taken down at its end, which is itself a test.
#
#	. "$(dirname "$0")/lib.sh"
#	ramdisk disk 64
#	loopback_target naa.5001405000000001
#	loopback_lun naa.5001405000000001 0 disk
#	check "the disk is there" test -b "$(disk_of disk)"

TARGET=/sys/kernel/config/target
CORE=$TARGET/core
TOP=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
TROUBLE=$TOP/tools/vm/kernel-trouble
RAWISCSI=$TOP/build/selftests/rawiscsi
SCRIPT=$(basename "$0" .sh)
WORK=$(mktemp -d --tmpdir "$SCRIPT.XXXXXX")
INITIATOR=iqn.2024-01.org.example:initiator
PORTAL=127.0.0.1:3260
tests=0
failures=0

# Under emulation most of what a script takes is the start of programs, and one without shared
# libraries starts three to ten times as fast: prefer busybox for the small ones.
fast_tools()
{
	local tool bin=/run/fast-tools

	if [ ! -d $bin ]; then
		command -v busybox >/dev/null && mkdir $bin || return
		for tool in basename cat chmod cut dirname dmesg grep head ln ls mkdir mv readlink \
			realpath rm rmdir sed seq sleep sort tail tee touch tr uniq wc; do
			ln -s "$(command -v busybox)" $bin/$tool
		done
	fi
	PATH=$bin:$PATH
}
fast_tools

# ---------------------------------------------------------------- reporting

# check DESCRIPTION COMMAND...: passes when the command succeeds and the kernel did not complain.
# The command may be a function; it runs in a subshell with errexit, its output is shown only
# when it fails.
check()
{
	local description=$1 status
	shift
	kernel_log_mark
	(set -e; "$@") >"$WORK/output" 2>&1
	status=$?
	kernel_log_trouble >"$WORK/trouble" && status=kernel
	result "$status" "$description"
	[ "$status" = 0 ] && return 0
	echo "#   status $status: $*"
	tail -n 40 "$WORK/output" "$WORK/trouble" | sed 's/^/#   /'
	return 1
}

# check_fails DESCRIPTION COMMAND...: the command has to fail, without the kernel complaining.
check_fails()
{
	local description=$1
	shift
	check "$description" fails "$@"
}

fails()
{
	! "$@"
}

skip()
{
	tests=$((tests + 1))
	echo "ok $tests - $SCRIPT: $1 # SKIP $2"
}

result()
{
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $SCRIPT: $2"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $SCRIPT: $2"
	fi
}

kernel_log_mark()
{
	mark="mark $SCRIPT $tests $RANDOM"
	echo "<6>$mark" >/dev/kmsg
}

kernel_log_since_mark()
{
	dmesg | sed -n "/$mark/,\$p"
}

kernel_log_trouble()
{
	kernel_log_since_mark | grep -A 30 -E -f "$TROUBLE"
}

# Runs at exit: takes everything down, which must leave nothing behind, and ends the TAP.
finish()
{
	if [ -d "$TARGET" ]; then
		check "everything set up can be taken down" take_down
	fi
	echo "1..$tests"
	rm -rf "$WORK"
	[ $failures = 0 ] || exit 1
}
trap finish EXIT

# answers PATTERN COMMAND...: the command's output matches, whatever its exit status.
answers()
{
	local pattern=$1
	shift
	"$@" 2>&1 | tee /dev/stderr | grep -q -E -e "$pattern"
}

# fails_with PATTERN COMMAND...: it fails, and its output matches in any case of letters.
fails_with()
{
	local pattern=$1
	shift
	"$@" >"$WORK/fails" 2>&1 && { echo "no error: $*"; return 1; }
	grep -qiE -e "$pattern" "$WORK/fails" || { cat "$WORK/fails"; return 1; }
}

# few_lines_from_here, then few_lines: an initiator may make the target say a line or two, whatever
# it sends; and lines_since, how many.
few_lines_from_here()
{
	log_lines=$(target_lines)
}

target_lines()
{
	dmesg | grep -cE '(target_core_[a-z]+|iscsi_target_mod|tcm_loop): ' || :
}

lines_since()
{
	echo $(($(target_lines) - log_lines))
}

few_lines()
{
	[ "$(lines_since)" -le 5 ]
}

# ---------------------------------------------------------------- waiting

# wait_for SECONDS COMMAND...: until the command succeeds. WAIT_SCALE is for guests whose clock
# runs away while they wait for the host.
wait_for()
{
	local deadline=$((SECONDS + $1 * ${WAIT_SCALE:-1}))
	shift
	until "$@"; do
		[ $SECONDS -lt $deadline ] || return 1
		sleep 0.1
	done
}

# ---------------------------------------------------------------- devices

start_target()
{
	modprobe target_core_mod || exit 1
	modprobe sd_mod
	modprobe sg
	wait_for 5 test -d "$CORE"
}

# stuck_disk MEGABYTES [CACHE]: a block device as of null_block_device, below a dm device that suspend
# makes hang and resume goes on with; prints the path of that.
stuck_disk()
{
	local disk

	disk=$(null_block_device "$1" 1 "$2") && modprobe dm_mod || return
	dmsetup create --noudevsync stuck --table "0 $(($1 * 2048)) linear $disk 0" &&
		dmsetup mknodes >&2 && echo /dev/mapper/stuck
}

suspend()
{
	dmsetup suspend --noflush --nolockfs --noudevsync stuck
}

resume()
{
	dmsetup resume --noudevsync stuck
}

# new_device PLUGIN NAME CONTROL: a device of the plugin with the control line, enabled.
new_device()
{
	local path=$CORE/$1_0/$2

	start_target
	case $1 in
	fileio) modprobe target_core_file ;;
	iblock) modprobe target_core_iblock ;;
	esac
	mkdir -p "$path" || return
	echo "$3" >"$path/control" || return
	echo "$2" >"$path/wwn/vpd_unit_serial" || return
	echo 1 >"$path/enable"
}

# ramdisk NAME MEGABYTES [OPTIONS]
ramdisk()
{
	new_device rd_mcp "$1" "rd_pages=$(($2 * 256))${3:+,$3}"
}

# file_device NAME MEGABYTES [OPTIONS]: on a file in this script's work directory.
file_device()
{
	new_device fileio "$1" "fd_dev_name=$WORK/$1.img,fd_dev_size=$(($2 << 20))${3:+,$3}"
}

# block_device NAME PATH [OPTIONS]
block_device()
{
	new_device iblock "$1" "udev_path=$2${3:+,$3}"
}

# null_block_device MEGABYTES [0|1 [CACHE]]: a block device that keeps its data in RAM, or with 0 no
# data at all, and has so many megabytes of write cache; prints its path.
null_block_device()
{
	local config=/sys/kernel/config/nullb

	modprobe null_blk nr_devices=0 || return
	local name=nullb_$RANDOM
	mkdir "$config/$name" || return
	echo "$1" >"$config/$name/size"
	echo "${2:-1}" >"$config/$name/memory_backed"
	[ -z "$3" ] || echo "$3" >"$config/$name/cache_size"
	echo 1 >"$config/$name/power" || return
	# Some kernels call the disk by the directory's name, others by its index.
	if [ -b "/dev/$name" ]; then
		echo "/dev/$name"
	else
		echo "/dev/nullb$(cat "$config/$name/index")"
	fi
}

device()
{
	echo "$CORE"/*/"$1"
}

# ---------------------------------------------------------------- loopback

# loopback_target WWN
loopback_target()
{
	modprobe tcm_loop || return
	mkdir -p "$TARGET/loopback/$1/tpgt_1" || return
	echo "naa.6001405${1#naa.5001405}" >"$TARGET/loopback/$1/tpgt_1/nexus"
}

# loopback_link WWN LUN DEVICE: makes the LUN, whose disk may follow later.
loopback_link()
{
	local lun=$TARGET/loopback/$1/tpgt_1/lun/lun_$2

	mkdir "$lun" && ln -s "$(device "$3")" "$lun/link"
}

# loopback_lun WWN LUN DEVICE: returns when the disk is there.
loopback_lun()
{
	loopback_link "$1" "$2" "$3" || return
	wait_for 20 disk_of "$3" >/dev/null
}

# disks_of DEVICE: paths of the disks whose serial number is the device's name, one for each way to it.
disks_of()
{
	local page disk
	# Most disks are none of them, and a look at all at once is one program; busybox's -F ends at a NUL.
	for page in $(grep -l -e "$1" /sys/block/sd*/device/vpd_pg80 2>/dev/null); do
		disk=${page#/sys/block/}
		disk=/dev/${disk%%/*}
		if [ "$(tail -c +5 "$page" | tr -d ' \0')" = "$1" ] && [ -b "$disk" ]; then
			echo "$disk"
		fi
	done
}

# disk_of DEVICE: path of the first of them.
disk_of()
{
	local disk
	disk=$(disks_of "$1")
	[ -n "$disk" ] && echo "${disk%%[[:space:]]*}"
}

# sg_of DISK: its node of the SCSI generic driver.
sg_of()
{
	echo "/dev/$(ls "/sys/block/${1##*/}/device/scsi_generic")"
}

# ---------------------------------------------------------------- iSCSI

# iscsi_target IQN [ADDRESS:PORT]: open to every initiator.
iscsi_target()
{
	local tpg=$TARGET/iscsi/$1/tpgt_1 name

	start_target
	modprobe iscsi_target_mod || return
	mkdir -p "$tpg/np/${2:-$PORTAL}" || return
	echo 0 >"$tpg/attrib/authentication" || return
	for name in generate_node_acls cache_dynamic_acls; do
		echo 1 >"$tpg/attrib/$name" || return
	done
	echo 0 >"$tpg/attrib/demo_mode_write_protect" || return
	echo 1 >"$tpg/enable"
}

# iscsi_lun IQN LUN DEVICE
iscsi_lun()
{
	local lun=$TARGET/iscsi/$1/tpgt_1/lun/lun_$2

	mkdir "$lun" && ln -s "$(device "$3")" "$lun/link"
}

start_initiator()
{
	modprobe iscsi_tcp || return
	mkdir -p /etc/iscsi /run/lock/iscsi
	echo "InitiatorName=$INITIATOR" >/etc/iscsi/initiatorname.iscsi
	[ -s /run/iscsid.pid ] && kill -0 "$(cat /run/iscsid.pid)" 2>/dev/null && return
	iscsid -p /run/iscsid.pid
}

# iscsi_login IQN DEVICE...: returns when the disks of the devices are there.
iscsi_login()
{
	local iqn=$1 name

	start_initiator || return
	iscsiadm -m discovery -t st -p "$PORTAL" || return
	iscsiadm -m node -T "$iqn" -p "$PORTAL" --login || return
	shift
	for name in "$@"; do
		wait_for 20 disk_of "$name" >/dev/null || return
	done
}

# iscsi_logout IQN
iscsi_logout()
{
	iscsiadm -m node -T "$1" -p "$PORTAL" --logout
}

# raw_script [NAME=VALUE...] <<END: a script for our own initiator (Documentation/rawiscsi.rst).
raw_script()
{
	start_raw && "$RAWISCSI" script - "$@"
}

# The host has built it before; here that is only looked after.
start_raw()
{
	make -s -C "$TOP/selftests/iscsi"
}

# ---------------------------------------------------------------- data

# compare_data DISK MEGABYTES [OFFSET-IN-MEGABYTES]: writes noise past the cache and reads it back.
compare_data()
{
	dd if=/dev/urandom of="$WORK/noise" bs=1M count="$2" status=none || return
	dd if="$WORK/noise" of="$1" bs=256k oflag=direct,seek_bytes seek=$((${3:-0} << 20)) \
		conv=notrunc,fsync status=none || return
	dd if="$1" of="$WORK/copy" bs=256k iflag=direct,skip_bytes,count_bytes \
		skip=$((${3:-0} << 20)) count=$(($2 << 20)) status=none || return
	cmp "$WORK/noise" "$WORK/copy"
}

# free_mb: free memory in MiB. The page cache counts as free: it grows and shrinks meanwhile for
# reasons of its own. So do the free pages that the CPUs keep: MemFree is without them, and they may
# keep most of what we free.
free_mb()
{
	awk '/^(MemFree|Buffers|Cached|SReclaimable):/ { kb += $2 } $1 == "count:" { pages += $2 }
	     END { print int(kb / 1024 + pages / 256) }' /proc/meminfo /proc/zoneinfo
}

# ---------------------------------------------------------------- taking down

# Removes every link and directory below a configfs directory, children first; default groups
# refuse rmdir and are left to their parents.
remove_tree()
{
	[ -d "$1" ] || return 0
	find "$1" -type l -delete
	find "$1" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || :
	rmdir "$1"
}

take_down()
{
	local tree status=0

	if pgrep -x iscsid >/dev/null; then
		iscsiadm -m session >/dev/null 2>&1 && iscsiadm -m node --logoutall=all
	fi
	for tree in "$TARGET"/*/*/tpgt_*/enable; do
		# Not every fabric has the file.
		[ -w "$tree" ] && echo 0 >"$tree"
	done
	for tree in "$TARGET"/*/*/; do
		case $tree in
		"$CORE"/* | */discovery_auth/) ;;
		*) remove_tree "${tree%/}" || status=1 ;;
		esac
	done
	for tree in "$TARGET"/*/; do
		[ "$tree" = "$CORE/" ] || rmdir "$tree" || status=1
	done
	for tree in "$CORE"/*/; do
		[ "$tree" = "$CORE/alua/" ] || remove_tree "${tree%/}" || status=1
	done
	for tree in /sys/kernel/config/nullb/*/; do
		[ -d "$tree" ] && rmdir "$tree"
	done
	modules_unload || status=1
	return $status
}

# Our modules can be unloaded when nothing is set up: no reference has been lost.
modules_unload()
{
	local module

	for module in tcm_loop iscsi_target_mod target_core_file target_core_iblock \
		target_core_pscsi target_core_user target_core_mod; do
		[ -d "/sys/module/$module" ] || continue
		wait_for 5 rmmod "$module" || return
	done
}
