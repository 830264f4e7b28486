#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two sessions at once, each to a LUN of its own, header and data digests on: fio writes sizes from
# 4 KiB to 1 MiB at depth 32 and verifies every block.
# cost: 120
# timeout: 1200

. "$(dirname "$0")/lib.sh"

first=iqn.2024-01.org.example:first
second=iqn.2024-01.org.example:second

digests()
{
	local key

	for key in HeaderDigest DataDigest; do
		iscsiadm -m node -o update -n "node.conn[0].iscsi.$key" -v CRC32C || return
	done
}

logins()
{
	start_initiator && iscsiadm -m discovery -t st -p $PORTAL && digests || return
	iscsi_login_only $first ram && iscsi_login_only $second file
}

iscsi_login_only()
{
	iscsiadm -m node -T "$1" -p $PORTAL --login && wait_for 20 disk_of "$2"
}

in_force()
{
	[ "$(iscsiadm -m session -P 2 | grep -c 'Digest: CRC32C')" = 4 ]
}

verify()
{
	fio --name="$2" --filename="$(disk_of "$1")" --ioengine=libaio --direct=1 --iodepth=32 \
		--rw=randwrite --bsrange=4k-1m --blockalign=4k --size=48m --verify=crc32c \
		--do_verify=1 --verify_fatal=1 --randseed="$3" --minimal
}

both()
{
	local other

	verify ram one 1 &
	other=$!
	verify file two 2 && wait $other
}

ramdisk ram 64
file_device file 64
check "a target" iscsi_target $first
check "its LUN" iscsi_lun $first 0 ram
check "another target" iscsi_target $second
check "its LUN" iscsi_lun $second 0 file
check "two sessions" logins
check "all digests are in force" in_force
check "both verify at the same time" both
check "no digest error was seen" \
	fails grep -v '^0$' $TARGET/iscsi/{$first,$second}/fabric_statistics/iscsi_sess_err/digest_errors
check "first logout" iscsi_logout $first
check "second logout" iscsi_logout $second
