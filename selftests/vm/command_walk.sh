#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An initiator reaches only the LUNs mapped to it and changes only those it may write, whatever
# the command: every row of the opcode table is sent to a writable LUN, a write protected one and
# some that are not mapped. So are the other routes: lists of LUNs, the well known logical unit,
# names of initiators in parameter lists (xcopy.sh has the copy manager). The disks are compared through another target.
# cost: 15

. "$(dirname "$0")/lib.sh"

iqn=iqn.2024-01.org.example:walk
tpg=$TARGET/iscsi/$iqn/tpgt_1
acl=$tpg/acls/iqn.2024-01.org.example:peer
other=$tpg/acls/iqn.2024-01.org.example:other	# reaches another LUN
wwn=naa.5001405000000001
tool=$(realpath "$(dirname "$0")/command_walk.py")

map_luns()
{
	mkdir "$acl" "$acl/lun_0" "$acl/lun_1" || return
	ln -s "$tpg/lun/lun_0" "$acl/lun_0/link" && ln -s "$tpg/lun/lun_1" "$acl/lun_1/link" || return
	echo 0 >"$acl/lun_0/write_protect"
	echo 1 >"$acl/lun_1/write_protect"
	mkdir "$other" "$other/lun_1" && ln -s "$tpg/lun/lun_1" "$other/lun_1/link"
}

blank()
{
	cmp -n $((8 << 20)) "$1" /dev/zero
}

for name in a b c; do
	ramdisk $name 8
	echo 1 >"$(device $name)/attrib/emulate_tpu"
	echo 1 >"$(device $name)/attrib/emulate_tpws"
done
check "a target" iscsi_target $iqn
echo 0 >$tpg/attrib/generate_node_acls
echo 0 >$tpg/attrib/cache_dynamic_acls
for lun in 0 1 2; do
	names=(a b c)
	check "LUN $lun" iscsi_lun $iqn $lun ${names[$lun]}
done
check "two of them are mapped, one write protected" map_luns
check "LUNs and initiators are told and registered only where mapped" "$tool" $iqn routes
check "every command is answered as it has to be" "$tool" $iqn "$TOP/Documentation/commands.md"

loopback_target $wwn
for lun in 0 1 2; do
	loopback_lun $wwn $lun ${names[$lun]}
done
check_fails "the writable disk was written" blank "$(disk_of a)"
check "the write protected disk was not" blank "$(disk_of b)"
check "the disk that is not mapped was not" blank "$(disk_of c)"
