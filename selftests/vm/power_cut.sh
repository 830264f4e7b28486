#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Power cuts: every write of the file system that holds dbroot is recorded by dm-log-writes while
# reservations are made that outlive a loss of power. Then the power is cut at random instants,
# and the file has to be in the old state or in the new one, and in the new one once the command
# has ended.
# cost: 40
# timeout: 900

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pr_lib.bash"
. "$(dirname "$0")/power_cut_lib.bash"

CHANGES=12
# Each mounts a file system, which takes long on the emulated lane.
[ "$VM_LANE" = uml ] && CUTS=${CUTS:-50}
CUTS=${CUTS:-20}
states=$WORK/states

recorded_dbroot()
{
	mkdir -p "$states"
	recorded_file_system && start_target && echo "$WORK/mnt" >"$TARGET/dbroot"
}

mark()
{
	dmsetup message $map 0 mark "$1"
}

# One change; its state is what a reader sees when it has ended. The control file is written behind
# it as if there were no power cuts: what the next change syncs makes it durable, too late.
change()
{
	mark "begin-$1"
	case $(($1 % 4)) in
	1) register_ignore "$a" "$1" --param-aptpl ;;
	2) register_ignore "$b" "$1" --param-aptpl ;;
	3) reserve "$a" $(($1 - 2)) 5 ;;
	0) pr_out --clear --param-rk=$(($1 - 2)) "$b" ;;
	esac >/dev/null || return
	drain "$a" "$b"
	cp "$WORK/mnt/pr/aptpl_shared" "$states/aptpl_shared.$1" || return
	echo "control $1" >"$WORK/mnt/control"
	echo "control $1" >"$states/control.$1"
	mark "done-$1"
}

# What a change makes of the file is known to the cuts during it only when it is over.
changes()
{
	local i a b

	a=$(path_of $PR_A) b=$(path_of $PR_B)
	sync "$WORK/mnt"
	mark begin-0 && mark done-0
	for ((i = 1; i <= CHANGES; i++)); do
		change $i || return
	done
}

if ! can_record; then
	skip "power cuts" "the kernel has no dm-log-writes, no loop devices or no ext4"
	exit
fi
check "a file system whose writes are recorded" recorded_dbroot
check "a device behind two targets" two_paths 16
check "registrations and reservations that outlive a loss of power" changes
check "the device goes away" take_down
check "the recording ends" stop_recording
check "after $CUTS power cuts: the old state or the new one" "$(dirname "$0")/power_cut.py" \
	"$WORK/log" $((SIZE << 20)) "$states" "$WORK/after" "$CUTS"
