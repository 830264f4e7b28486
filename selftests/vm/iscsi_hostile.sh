#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An iSCSI initiator that breaks the rules in every way we could think of: the target does what
# RFC 7143 says, stays usable for others, and does not fill the kernel log.
# cost: 60
# timeout: 1200

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:hostile
peer=$(dirname "$(realpath "$0")")/iscsi_peer.py

ramdisk disk 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
# Yes on one side is Yes for both: leave it to the initiator.
echo No >$TARGET/iscsi/$target/tpgt_1/param/InitialR2T
few_lines_from_here
for name in $(python3 "$peer" --list); do
	check "peer: $name" timeout 60 python3 "$peer" "$name" $target
done
check "the target is as good as before" timeout 20 iscsi-inq "iscsi://127.0.0.1:3260/$target/0"

check "few lines in the kernel log" few_lines
