#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A medium that stops answering, over iSCSI: sessions abort and reset their commands, come and go;
# portal, ACL, LUN, TPG, target and device are removed. Each has its answer or its end within its
# bound, others notice nothing, and nothing is left when the medium is back.
# cost: 90
# timeout: 1200

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/dead_lib.bash"

iqn=iqn.2024-01.org.example:dead
other=iqn.2024-01.org.example:other
tpg=$TARGET/iscsi/$iqn/tpgt_1
acl=$tpg/acls/iqn.2024-01.org.example:acl
tool=$(realpath "$(dirname "$0")/dead_iscsi.py")

sessions_are()
{
	[ "$(cat "$TARGET/iscsi/$iqn/fabric_statistics/iscsi_instance/sessions")" = "$1" ]
}

# A second at most, or ten times what it takes while all is well where that is more, up to five.
login_limit()
{
	local usual

	usual=$("$tool" live $iqn) || return
	echo "usual login: $usual s" >>"$WORK/times"
	awk -v t="$usual" 'BEGIN { print (t < 0.1 ? 1 : t < 0.5 ? t * 10 : 5) }' >"$WORK/limit"
}

storm()
{
	"$tool" storm $iqn "$1" 6 "$(cat "$WORK/limit")" >>"$WORK/times"
}

# With a cache, or the block layer makes nothing of a flush.
check "a device on device mapper" stuck_device 1
ramdisk alive 16
check "a target" iscsi_target $iqn
check "its LUN" iscsi_lun $iqn 0 stuck
check "another target" iscsi_target $other
check "its LUN" iscsi_lun $other 0 alive
check "the time of a login" login_limit

# What may run besides when the device begins to refuse more is what six sessions have sent.
bounded_orphans()
{
	[ "$(orphans stuck)" -le $((128 + 6 * 2 * 8)) ]
}

# ---- task management, sessions that come and go

suspend
check "aborts, resets, logouts and logins while the medium is dead" storm 10
check "what the medium holds are orphans" fails orphans_are 0 stuck
check "but no more and more of them" bounded_orphans
check "and of no session" wait_for 10 sessions_are 0
resume
check "the medium comes back: the orphans end" wait_for 20 orphans_are 0 stuck
check "and the unit works" "$tool" live $iqn
suspend
check "flushes that nobody waits for are so many and no more" "$tool" flush $iqn
resume

# ---- everything is removed

# closed NUMBER: that session of the holder's
closed()
{
	wait_for 20 test -e "$WORK/held.$1"
}

unmap()
{
	rm $acl/lun_0/link && rmdir $acl/lun_0 && rmdir $acl
}

unlink_lun()
{
	rm $tpg/lun/lun_0/link && rmdir $tpg/lun/lun_0
}

disable()
{
	echo 0 >$tpg/enable
}

remove_target()
{
	rmdir $tpg/np/* $tpg $TARGET/iscsi/$iqn
}

# Its status is that of its sessions.
holder_ends()
{
	wait_for 30 test -s "$WORK/holder" && [ "$(cat "$WORK/holder")" = 0 ]
}

hold()
{
	"$tool" hold $iqn $other "$WORK/held" >>"$WORK/times" 2>"$WORK/holder.log"
	echo $? >"$WORK/holder"
}

mkdir $tpg/np/127.0.0.1:3261 $acl $acl/lun_0
ln -s $tpg/lun/lun_0 $acl/lun_0/link
suspend
hold &
check "sessions with commands that don't end" wait_for 60 test -e "$WORK/held"
check "their portal is removed" bounded 2 "rmdir of a portal" rmdir $tpg/np/127.0.0.1:3261
check "which ends its session" closed 1
check "the ACL is removed" bounded 2 "rmdir of a mapped LUN and its ACL" unmap
check "which ends its session" closed 0
check "the TPG is in use" refused rmdir $tpg
check "the device is" refused rmdir "$(device stuck)"
check "the LUN is unlinked" bounded 13 "rm of a LUN's link" unlink_lun
check "the TPG is disabled" bounded 2 "disabling a TPG" disable
check "which ends the other sessions" closed 2
check "another target had its I/O all the time" holder_ends
check "TPG and target are removed" bounded 2 "rmdir of a TPG and its target" remove_target
check "so is the device" bounded 5 "rmdir of the device" rmdir "$(device stuck)"
check "another device takes its place in the same directory" within 5 mkdir "$CORE/iblock_0/next"
rmdir "$CORE/iblock_0/next"
for module in iscsi_target_mod target_core_iblock target_core_mod; do
	check "unloading $module is refused" refused rmmod $module
done
check "the block device is in use" fails dmsetup remove --noudevsync stuck
resume
check "the medium comes back: the block device is free" \
	wait_for 20 dmsetup remove --noudevsync stuck
times
