#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A disk as sdparm and sg3_utils see it over loopback: what they print of its pages, and the
# commands they send that the other scripts send as CDBs or not at all.
# cost: 25

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000001

# holds LBA FILE: these blocks are on the disk.
holds()
{
	sg_dd if="$sg" of="$WORK/read" bs=512 skip="$1" count=8 >/dev/null 2>&1 &&
		cmp -n 4096 "$WORK/read" "$2"
}

# copies CDB-SIZE: WRITE and READ of that many bytes
copies()
{
	sg_dd if="$WORK/noise" of="$sg" bs=512 seek=$((64 * $1)) count=8 cdbsz="$1" &&
		sg_dd if="$sg" of="$WORK/read" bs=512 skip=$((64 * $1)) count=8 cdbsz="$1" &&
		cmp "$WORK/read" "$WORK/noise"
}

ramdisk tools 16
echo 1 >"$(device tools)/attrib/emulate_tpu"
echo 1 >"$(device tools)/attrib/emulate_tpws"
loopback_target $wwn
loopback_lun $wwn 0 tools
disk=$(disk_of tools)
sg=$(sg_of "$disk")
head -c 4096 /dev/urandom >"$WORK/noise"
head -c 4096 /dev/zero >"$WORK/zeroes"

check "sg_inq: a disk" answers 'Peripheral device type: disk' sg_inq "$sg"
check "sg_inq: a name for udev" answers 'SCSI_IDENT_LUN_NAA_REGEXT=6001405' sg_inq --export --id "$sg"
while read -r page pattern; do
	check "sg_vpd: page $page" answers "$pattern" sg_vpd -p "$page" "$sg"
done <<'END'
sv [Ll]ogical block provisioning
sn Unit serial number: tools
di 0x6001405[0-9a-f]{25}$
ei HEADSUP=1 ORDSUP=1 SIMPSUP=1
bl Maximum unmap LBA count: [1-9]
bdc Block device characteristics VPD page
lbpv Unmap command supported \(LBPU\): 1
END
while read -r page pattern; do
	check "sg_modes: page $page" answers "$pattern" sg_modes -p "$page" "$sg"
done <<'END'
0x1 Read-Write error recovery
0x2 Disconnect-Reconnect
0x7 Verify error recovery
0x8 Caching
0xa Control
0xa,1 Control extension
0x1c Informational exceptions control
0x1c,2 Logical block provisioning
END
check "sg_logs: page 0xc" answers 'Available LBA mapping' sg_logs -p 0xc "$sg"
check "sdparm: identification" answers 'designator type: NAA' sdparm -i "$sg"
check "sdparm: mode parameters" answers 'Read write error recovery' sdparm --all "$sg"
check "sdparm: what can be changed" answers 'TST +0 +\[cha: y' sdparm --get=TST "$sg"
check "sdparm: capacity" answers 'blocks: 32768' sdparm --command=capacity "$sg"
check "sdparm: ready" answers 'Ready' sdparm --command=ready "$sg"
check "sg_opcodes: one command" answers 'Read\(10\)' sg_opcodes -o 0x28 "$sg"
check "sg_opcodes: a service action" answers '[Ss]upported' sg_opcodes -o 0x9e -s 0x12 "$sg"
check "sg_opcodes: task management" answers 'Abort task set' sg_opcodes --tmf "$sg"
check "sg_persist: no keys" answers 'NO registered' sg_persist --in -k "$sg"
check "sg_persist: capabilities" answers 'Report capabilities response' sg_persist --in -c "$sg"
check "sg_readcap" answers 'Last LBA=32767' sg_readcap "$sg"
check "sg_reassign: no grown defects" answers 'lements in (grown )?defect list: 0' sg_reassign -g "$sg"

for size in 6 10 12 16; do
	check "sg_dd: CDBs of $size bytes" copies $size
done
check "sg_write_x: WRITE(16)" sg_write_x --normal --lba=4096 --num=8 --in="$WORK/noise" "$sg"
check "the data are there" holds 4096 "$WORK/noise"
check "sg_write_x: WRITE(32)" sg_write_x --32 --normal --lba=4104 --num=8 --in="$WORK/noise" "$sg"
check "the data are there" holds 4104 "$WORK/noise"
check "sg_write_x: ORWRITE(16)" sg_write_x --or --lba=5000 --num=8 --in="$WORK/noise" "$sg"
check "it set the bits" holds 5000 "$WORK/noise"
check "sg_write_x: WRITE SAME(32)" \
	sg_write_x --32 --same=0 --lba=4104 --num=8 --in="$WORK/zeroes" "$sg"
check "the data are there" holds 4104 "$WORK/zeroes"
check "sg_write_verify" sg_write_verify --lba=4112 --num=8 --in="$WORK/noise" "$sg"
check "the data are there" holds 4112 "$WORK/noise"
check "sg_verify compares" sg_verify --lba=4112 --count=8 --ndo=4096 --in="$WORK/noise" "$sg"
check "sg_verify finds a difference" answers 'iscompare' \
	sg_verify --lba=4112 --count=8 --ndo=4096 --in="$WORK/zeroes" "$sg"
check "sg_compare_and_write finds one" answers 'iscompare' \
	sg_compare_and_write --lba=4112 --num=4 --in="$WORK/zeroes" "$sg"
check "sg_write_same unmaps" sg_write_same --16 --unmap --lba=4112 --num=8 --in=/dev/zero --xferlen=512 "$sg"
check "sg_get_lba_status: unmapped" answers 'deallocated' sg_get_lba_status --lba=4112 --maxlen=24 "$sg"
check "sg_sync" sg_sync --16 "$sg"
check "sg_start: stop" sg_start --stop "$sg"
check "it is not ready" answers 'nitializing command|not ready' sg_turs -v "$sg"
check "sg_start: start" sg_start --start "$sg"
check "it is ready" sg_turs "$sg"
check "sg_reset" sg_reset -N -d "$sg"
check "the initiator is told" answers 'reset' sg_requests "$sg"
