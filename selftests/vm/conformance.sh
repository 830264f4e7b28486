#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# libiscsi's whole conformance suite, destructive tests included, over two paths to a thin ramdisk;
# then what it skips there, in the configurations that these tests ask for. No test fails, and
# none of a command that is there is skipped everywhere. A table says how it went.
# cost: 400
# timeout: 2400

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/conformance_lib.bash"

protecting_target()
{
	iscsi_target "${iqn}3" && iscsi_lun "${iqn}3" 0 data || return
	echo 1 >"$TARGET/iscsi/${iqn}3/tpgt_1/attrib/demo_mode_write_protect"
}

# Serials with hexadecimal digits, which make the NAA designator that copies are told by
ramdisk data 64
check "a thin ramdisk" thin data
# Small enough that a command can be longer
check "with short WRITE SAMEs" sh -c "echo 4096 >'$(device data)/attrib/max_write_same_len'"
ramdisk zeroes 64
check "a thin one that promises zeroes" thin zeroes
check "and says so" sh -c "echo 1 >'$(device zeroes)/attrib/unmap_zeroes_data'"
ramdisk thick 64
check "a disk of large physical blocks" thin_disk sectors 3
ramdisk removable 16
check "a removable one" sh -c "echo 1 >'$(device removable)/attrib/removable'"
check "two targets" conformance_target
check "one that protects" protecting_target
check "the thin LUN" conformance_lun 0 data
check "the thick LUN" conformance_lun 1 thick
check "the LUN of large blocks" conformance_lun 2 sectors
check "the LUN that promises zeroes" conformance_lun 3 zeroes
check "the removable LUN" conformance_lun 4 removable

check "the whole suite, thin" conforms thin 0 ALL
# In the others what the first skips, and what depends on the difference.
check "promised zeroes" conforms zeroes 3 Unmap WriteSame10.Unmap WriteSame16.Unmap
check "thick" conforms thick 1 Inquiry ReadCapacity16 Unmap WriteSame10.Unmap WriteSame16.ZeroBlocks
check "large physical blocks" conforms sectors 2 CompareAndWrite.InvalidDataOutSize Unmap \
	WriteSame{10,16}.UnmapUnaligned WriteSame{10,16}.InvalidDataOutSize
check "removable" conforms removable 4 "${removable_tests[@]}"
paths=(3)
check "write protected" conforms protected 0 ReadOnly
# What the target does not have, and says so: SANITIZE CRYPTOGRAPHIC ERASE.
# A part of NoMedia has not been written, and a part of WriteAtomic16.VPD is for an alignment and a
# granularity that no medium here asks for.
check "no test is skipped everywhere but of what is not there" never_whole "${errata[@]}" \
	NoMedia WriteAtomic16.VPD Sanitize.CryptoErase Sanitize.Readonly Sanitize.Reservations
cat "$WORK/table"
