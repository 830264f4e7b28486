#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# PREEMPT AND ABORT while the medium holds a command of the preempted: it ends when that command
# has ended, and does not claim so when it has not. And a thousand registrations.
# cost: 60
# timeout: 1200

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pr_lib.bash"

stuck_device()
{
	block_device shared "$(stuck_disk 16)" && attach_paths
}

# A write of A that the medium takes and does not end.
start_write()
{
	sg_raw --timeout=120 -s 512 -i /dev/zero "$a" 2a 00 00 00 00 00 00 00 01 00 \
		>"$WORK/write" 2>&1 &
	writer=$!
	sleep 1
}

write_was_aborted()
{
	wait_for 20 sh -c "! kill -0 $writer 2>/dev/null" &&
		grep -i "task aborted" "$WORK/write"
}

orphans_are()
{
	[ "$(cat "$(device shared)/statistics/scsi_tgt_dev/orphans")" = "$1" ]
}

registered()
{
	register "$a" 0 0xa && register "$b" 0 0xb && reserve "$a" 0xa 3
}

preempt_waits()
{
	local start=$SECONDS

	# Well within the five seconds that it waits.
	(sleep 2; resume) &
	preempt_abort "$b" 0xb 0xa 3 || return
	[ $((SECONDS - start)) -ge 1 ]
}

check "registrations are kept in a directory of our own" use_db
check "a device on device mapper behind two targets" stuck_device
a=$(path_of $PR_A) b=$(path_of $PR_B)
pr=$(device shared)/pr
check "A holds a reservation, B is registered" registered
suspend
start_write
check "B preempts and waits for the write of A" preempt_waits
check "which was aborted" write_was_aborted
check "B holds the reservation" file_has "$pr/res_holder" naa.60014050000000b1
check "A does not write" conflicts can_write "$a"
check "B writes" can_write "$b"
check "A is told: registrations preempted" told "$a" 2a 05

check "B clears" clear_all "$b" 0xb
check "once more" registered
suspend
start_write
check "when the medium stays dead B is not told that A is fenced off" \
	says "[Aa]borted command" preempt_abort "$b" 0xb 0xa 3
check "the write is an orphan" orphans_are 1
check "and A is out all the same" conflicts can_write "$a"
resume
check "the medium comes back: no orphan is left" wait_for 20 orphans_are 0
wait $writer

# ---- many ----

many=1024

feed()
{
	local i

	for ((i = 0; i < many; i++)); do
		printf 'initiator_node=naa.6001405%09x,sa_res_key=%d,target_node=naa.50014050000000ff,tpgt=1' \
			"$i" $((i + 1)) >"$1/res_aptpl_metadata" || return
	done
}

# reply PATH ACTION: the whole of what PERSISTENT RESERVE IN returns.
reply()
{
	sg_raw -r 65535 -o "$WORK/reply" "$1" 5e "$2" 00 00 00 00 00 ff ff 00 || return
	cat "$WORK/reply"
}

reply_is()
{
	reply "$1" "$2" | wc -c | grep -x "$3"
}

many_paths()
{
	ramdisk many 16 && feed "$(device many)/pr" || return
	loopback_target naa.50014050000000c1 && loopback_lun naa.50014050000000c1 0 many || return
	wait_for 20 path_of naa.50014050000000c1 && drain "$(path_of naa.50014050000000c1)"
}

one_more()
{
	local i

	for ((i = 0; i < 20; i++)); do
		register_ignore "$c" "c$(printf %02x "$i")" || return
	done
}

check "$many registrations" many_paths
c=$(path_of naa.50014050000000c1)
check "READ KEYS returns all" reply_is "$c" 00 $((8 + many * 8))
check "READ FULL STATUS too" reply_is "$c" 03 $((8 + many * (24 + 24)))
check "another one comes and changes" one_more
check "it takes a reservation" reserve "$c" 0xc13 8
check "and it preempts one of them" preempt "$c" 0xc13 0x10 8
check "and all of them" preempt "$c" 0xc13 0 3
check "and is alone" keys_are "$c" 0xc13
remove_tree $TARGET/loopback/$PR_A
remove_tree $TARGET/loopback/$PR_B
remove_tree "$(device shared)"
check "the block device is free again" wait_for 10 dmsetup remove --noudevsync stuck
