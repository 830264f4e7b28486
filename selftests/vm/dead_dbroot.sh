#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A dbroot that stops answering (a file system on a suspended dm device): commands that wait for a file
# are few, what needs none goes on, and who exports a device can be killed.
# cost: 60
# timeout: 900

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pr_lib.bash"
. "$(dirname "$0")/dead_lib.bash"

turns=16	# commands of one kind that may wait
PR_C=naa.50014050000000c1	# a third way, as a host holds back what comes behind a BUSY on its own
lun_b=$TARGET/loopback/$PR_B/tpgt_1/lun/lun_0

# The ports of "shared" are in groups 1, which keeps a file, and 2.
devices()
{
	modprobe ext4 && disk=$(stuck_disk 64) && mkfs.ext4 -q "$disk" && mkdir "$db" &&
		mount "$disk" "$db" && use_db && two_paths 16 && ramdisk other 16 &&
		loopback_target $PR_C && loopback_link $PR_C 0 shared &&
		wait_for 20 path_of $PR_C || return
	local pair=$CORE/alua/lu_gps/pair group number=1
	mkdir "$pair" && echo 5 >"$pair/lu_gp_id" || return
	for group in "$(device shared)/alua/ga" "$(device other)/alua/peer"; do
		mkdir "$group" && echo 1 >"$group/tg_pt_gp_id" || return
		echo pair >"${group%/alua/*}/alua_lu_gp" || return
	done
	mkdir "$(device shared)/alua/gb" && echo 2 >"$(device shared)/alua/gb/tg_pt_gp_id" || return
	echo 1 >"$(device shared)/alua/ga/alua_write_metadata" &&
		echo ga >"$TARGET/loopback/$PR_A/tpgt_1/lun/lun_0/alua_tg_pt_gp" &&
		echo gb >"$lun_b/alua_tg_pt_gp" && drain "$(path_of $PR_C)"
}

# Parameter lists: a registration that is kept, the control mode page as it is, a state for a group
lists()
{
	printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\012\0\0\0\0\1\0\0\0' >"$WORK/register"
	drain "$a" "$b" && sg_raw -r 16 -o "$WORK/sense" "$a" 1a 08 0a 00 10 00 &&
		{ printf '\0\0\0\0\012'; tail -c +6 "$WORK/sense"; } >"$WORK/mode" || return
	printf '\0\0\0\0\1\0\0\1' >"$WORK/group1"
	printf '\0\0\0\0\1\0\0\2' >"$WORK/group2"
}

# SECONDS PATH
register_kept()
{
	sg_raw --timeout="$1" -s 24 -i "$WORK/register" "$2" 5f 06 00 00 00 00 00 00 18 00
}

select_saved()
{
	sg_raw --timeout="$1" -s 16 -i "$WORK/mode" "$2" 15 11 00 00 10 00
}

# SECONDS PATH GROUP
set_group()
{
	sg_raw --timeout="$1" -s 8 -i "$WORK/group$3" "$2" a4 0a 00 00 00 00 00 00 00 08 00 00
}

all_are_known()
{
	drain "$a" "$b" && register_kept 20 "$a" && select_saved 20 "$a" && set_group 20 "$a" 1 &&
		sync -f "$db" && echo 0 >"$(device shared)/alua/ga/alua_access_state" && drain "$a" "$b"
}

# waiting NUMBER COMMAND...: so many of it, which don't end
waiting()
{
	local n=$1
	shift
	for ((; n; n--)); do
		"$@" >/dev/null 2>&1 &
		echo $! >>"$WORK/waiting"
	done
}

# under_way PATH: commands that have been sent and not come back; the host miscounts some at first
under_way()
{
	local counts=/sys/class/scsi_generic/${1##*/}/device

	echo $(($(cat "$counts/iorequest_cnt") - $(cat "$counts/iodone_cnt")))
}

under_way_are()
{
	[ "$(under_way "$2")" = "$1" ]
}

all_are_sent()
{
	wait_for 40 under_way_are $((before_a + turns)) "$a" &&
		wait_for 40 under_way_are $((before_b + turns)) "$b"
}

all_have_ended()
{
	local pid
	for pid in $(cat "$WORK/waiting"); do
		! kill -0 "$pid" 2>/dev/null || return
	done
}

# The midlayer sends it again until its time is over.
busy()
{
	within 30 "$@" >"$WORK/busy" 2>&1 || true
	cat "$WORK/busy"
	grep -q "[Bb]usy" "$WORK/busy"
}

check "two devices whose dbroot may stop" devices
a=$(path_of $PR_A) b=$(path_of $PR_B) c=$(path_of $PR_C)
check "parameter lists" lists
check "all of it works" all_are_known
suspend

waiting 1 set_group 600 "$a" 1
check "a group that keeps a file is in its new state" \
	wait_for 10 file_has "$(device shared)/alua/ga/alua_access_state" 1
check "so is its peer" wait_for 10 file_has "$(device other)/alua/peer/alua_access_state" 1
check "which can be changed again" within 5 write_file "$(device other)/alua/peer/alua_access_state" 0
check "the others are told" drain "$b" "$c"
before_a=$(under_way "$a") before_b=$(under_way "$b")
waiting $turns register_kept 600 "$a"
waiting $turns select_saved 600 "$b"
check "they wait" all_are_sent
check "one more registration is busy" busy register_kept 2 "$c"
check "one more MODE SELECT, too" busy select_saved 2 "$c"
check "so is RESERVE, which would wait for registrations" busy sg_raw --timeout=2 "$c" 16 00 00 00 00 00
check "registrations can be read" within 30 sg_raw -r 8 "$c" 5e 00 00 00 00 00 00 00 08 00
check "a group that keeps no file is changed" within 30 set_group 5 "$c" 2
check "port groups are told of" within 30 sg_raw -r 64 "$c" a3 0a 00 00 00 00 00 00 00 40 00 00
check "blocks are read" within 30 can_read "$c"
resume
check "dbroot comes back: nobody waits any more" wait_for 30 all_have_ended
check "all is as ever" eval 'drain "$a" "$b" "$c"; register_kept 20 "$b" && select_saved 20 "$b"'

# ---- who waits for dbroot can be killed

remake()
{
	local wwn

	for wwn in $PR_A $PR_B $PR_C; do
		remove_tree $TARGET/loopback/$wwn || return
	done
	remove_tree "$(device shared)" && ramdisk shared 16 && loopback_target $PR_A &&
		mkdir "$lun_a" && sync -f "$db" && echo 3 >/proc/sys/vm/drop_caches
}

# killed COMMAND...: does not end by itself, but when it is killed
killed()
{
	local pid

	"$@" &
	pid=$!
	sleep 2
	kill -0 $pid && kill -9 $pid || return
	wait_for 5 ended $pid
}

link_it()
{
	exec ln -s "$(device shared)" "$lun_a/link"
}

# Another one that waits for who exports the device
kill_both()
{
	link_it &
	local linker=$!
	sleep 1
	killed cat "$(device shared)/info" && kill -0 $linker && kill -9 $linker || return
	wait_for 5 ended $linker
}

lun_a=$TARGET/loopback/$PR_A/tpgt_1/lun/lun_0
check "the device is made once more" remake
suspend
check "who exports it can be killed, and who waits for that" kill_both
check "the directory works" within 5 cat "$(device shared)/info"
check "its serial number stays meanwhile" refused write_file "$(device shared)/wwn/vpd_unit_serial" x
check "it is not exported" fails test -e "$lun_a/link"
check "nor by the next one" killed link_it
check "nor are registrations fed" killed write_file "$(device shared)/pr/res_aptpl_metadata" \
	"initiator_node=naa.6001405000000001,sa_res_key=1,target_node=$PR_A,tpgt=1"
resume
check "dbroot comes back: it is exported" within 20 ln -s "$(device shared)" "$lun_a/link"
check "with the registrations that were kept" file_has "$(device shared)/pr/res_pr_registered_i_pts" \
	naa.60014050000000a1
remove_tree $TARGET/loopback/$PR_A
remove_tree "$(device shared)"
remove_tree "$(device other)"
rmdir "$CORE/alua/lu_gps/pair"
check "nothing holds dbroot" umount "$db"
check "the block device is free again" wait_for 10 dmsetup remove --noudevsync stuck
