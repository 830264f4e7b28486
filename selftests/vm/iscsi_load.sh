#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Many sessions of many connections under load, every byte verified, while connections are reset at
# random: nothing but what was under way may be lost, and no memory.
#
#	iscsi_load.sh [long [SECONDS]]
#
# The long form is 64 sessions of 4 connections for five minutes.
# cost: 40

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:load
tpg=$TARGET/iscsi/$target/tpgt_1

load()
{
	start_raw && "$RAWISCSI" load $target "$@" >"$WORK/load" || { cat "$WORK/load"; return 1; }
	echo "# $(cat "$WORK/load")" >>"$WORK/table"
}

no_sessions()
{
	[ "$(cat $TARGET/iscsi/$target/fabric_statistics/iscsi_instance/sessions)" = 0 ]
}

ramdisk disk 64
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
echo 16 >$tpg/param/MaxConnections

# What the kernel has in use, in KiB, when it has given back what it can.
memory()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(MemFree|Slab|VmallocUsed|Percpu):/ { printf "%s %s ", $1, $2 } END { print "" }' \
		/proc/meminfo
}

long()
{
	echo 2 >$tpg/param/ErrorRecoveryLevel
	echo 0 >$tpg/param/DefaultTime2Wait
	# What is allocated once is there before it is measured.
	check "a short load" load sessions=64 conns=4 depth=4 blocks=16 seconds=5 erl=2 kill=2000
	check "no session is left" wait_for 60 no_sessions
	echo "# before: $(memory)" >>"$WORK/table"
	check "64 sessions of 4 connections that are reset at random" load sessions=64 conns=4 \
		depth=4 blocks=16 "seconds=$1" erl=2 kill=3000 digests=1 corrupt=50
	check "no session is left" wait_for 60 no_sessions
	echo "# after:  $(memory)" >>"$WORK/table"
	cat "$WORK/table"
}
if [ "${1-}" = long ]; then
	long "${2-300}"
	exit
fi

check "16 sessions of 4 connections" load sessions=16 conns=4 seconds=4
check "the same with digests" load sessions=16 conns=4 seconds=3 digests=1
check "sessions that lose their connection and are reinstated" \
	load sessions=8 conns=1 seconds=4 kill=200
check "the same with 4 connections" load sessions=8 conns=4 seconds=4 kill=300 digests=1
echo 2 >$tpg/param/ErrorRecoveryLevel
echo 0 >$tpg/param/DefaultTime2Wait
check "level 1: spoiled data are sent again" \
	load sessions=8 conns=1 seconds=4 erl=1 digests=1 corrupt=7
check "level 2: lost connections come back, and no command fails" \
	load sessions=8 conns=4 seconds=6 erl=2 kill=400
check "level 2: both" load sessions=8 conns=4 seconds=5 erl=2 kill=500 digests=1 corrupt=9
check "no session is left" wait_for 5 no_sessions
cat "$WORK/table"
