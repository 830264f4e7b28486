#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Third-party copies from a medium that stops answering: they take their share and no more, and who
# has nothing to do with that medium any more is let go of.
# cost: 40
# timeout: 900

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/dead_lib.bash"

wwn=naa.5001405000000001
lun=$TARGET/loopback/$wwn/tpgt_1/lun
tool=$(realpath "$(dirname "$0")/xcopy.py")
share=8		# copies that one unit has at a time

# kept_device: on a dm device that can't be removed while somebody has it open
kept_device()
{
	dmsetup create --noudevsync kept --table "0 32768 linear $(null_block_device 16) 0" &&
		dmsetup mknodes && block_device kept /dev/mapper/kept
}

units()
{
	local name number=0

	stuck_device && kept_device && loopback_target $wwn || return
	for name in b c d; do
		ramdisk $name 16 || return
	done
	for name in stuck kept b c d; do
		loopback_lun $wwn $number $name || return
		number=$((number + 1))
	done
}

# copies FROM TO DESTINATION: operations of these numbers, sent to the medium that is dead
copies()
{
	local id

	for ((id = $1; id <= $2; id++)); do
		within 5 "$tool" start "$stuck" "$3" $id 4 || return
	done
}

copies_are_refused()
{
	local id

	for ((id = share + 1; id <= 12; id++)); do
		within 10 "$tool" full "$stuck" "$c" $id 4 || return
	done
}

copy_works()
{
	within 10 "$tool" copy "$1" "$2" 1 >"$WORK/copy" 2>&1
	cat "$WORK/copy"
	grep -q GOOD "$WORK/copy"
}

# remove NUMBER NAME
remove()
{
	bounded 6 "rm of a copy's other unit" rm "$lun/lun_$1/link" && rmdir "$lun/lun_$1" &&
		bounded 2 "rmdir of it" rmdir "$(device "$2")"
}

check "units" units
stuck=$(disk_of stuck) kept=$(disk_of kept) b=$(disk_of b) c=$(disk_of c) d=$(disk_of d)
check "a copy from the medium works" copy_works "$stuck" "$b"
suspend
check "copies to one unit while the medium is dead" copies 1 2 "$kept"
check "that unit can be removed" remove 1 kept
check "nothing of it is in use" wait_for 5 dmsetup remove --noudevsync kept
check "copies to another unit" copies 3 $share "$b"
check "more than the share of the medium are refused" copies_are_refused
check "other units are copied" copy_works "$c" "$d"
check "also to the one that waits for the medium" copy_works "$c" "$b"
check "LUN reset is answered" answered 12 sg_reset -N -d "$stuck"
check "the other unit of copies that were aborted can be removed" remove 2 b
check "they end when the medium lets them, and not before" copies_are_refused
resume
check "the medium comes back: the orphans end" wait_for 20 orphans_are 0 stuck
check "and copies from it work" wait_for 10 copy_works "$stuck" "$c"
check "the target goes away" remove_tree "$TARGET/loopback/$wwn"
check "and the medium" eval 'remove_tree "$(device stuck)" && wait_for 10 dmsetup remove --noudevsync stuck'
times
