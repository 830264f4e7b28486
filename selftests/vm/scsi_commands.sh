#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The primary commands as sg3_utils sees them, over loopback.
# cost: 60

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000001
attrib=$CORE/rd_mcp_0/ram/attrib

# The initiator is told that something changed, which this takes.
set_attrib()
{
	echo "$2" >"$attrib/$1"
	sg_requests "$sg" >/dev/null
}

# refused BYTE [BIT] -- CDB...: INVALID FIELD IN CDB with this field pointer.
refused()
{
	local pointer="byte $1"
	[ "$2" = -- ] || { pointer+=" bit $2"; shift; }
	shift 2
	answers "Error in Command: $pointer\$" sg_raw -r 512 "$sg" "$@"
}

ramdisk ram 64
loopback_target $wwn
loopback_lun $wwn 0 ram
disk=$(disk_of ram)
sg=$(sg_of "$disk")

check "INQUIRY names four standards" answers SBC-3 sg_inq -d "$sg"
check "the T10 designator has vendor, product and serial" \
	answers 'vendor specific: RAMDISK-MCP:ram' sg_vpd -p di "$sg"
check "the port has a relative identifier" answers 'Relative target port: 0x' sg_vpd -p di "$sg"
check "every VPD page that is listed can be read" sg_vpd --all "$sg"
check "mode pages are there" answers 'Control, page_control: current' sg_modes -a "$sg"
check "saved mode pages are there" answers 'Caching, page_control: saved' sg_modes -c 3 -p 8 "$sg"
check "commands can be listed with timeouts" answers 'Unmap|Write same\(16\)' sg_opcodes -R -n "$sg"
check "REQUEST SENSE has descriptor format" answers 'Descriptor format' sg_requests -d "$sg"
check "a fresh device has no sense" answers 'No Sense' sg_requests "$sg"

check "RDPROTECT is refused" refused 1 5 -- 28 20 0 0 0 0 0 0 1 0
check "NACA is refused" refused 9 2 -- 28 0 0 0 0 0 0 0 1 04
check "a reserved byte is refused" refused 5 0 -- 5a 0 3f 0 0 1 0 0 ff 0
check "an unknown service action is refused" refused 1 4 -- 9e 11 0 0 0 0 0 0 0 0 0 0 0 20 0 0
check "a short REPORT LUNS is refused" refused 6 -- a0 0 0 0 0 0 0 0 0 f 0 0
check "an unknown operation code is refused" \
	answers 'Invalid command operation code' sg_raw -r 512 "$sg" d0 0 0 0 0 0 0 0 0 0
check "UNMAP does not exist on a thick device" \
	answers 'Invalid command operation code' sg_raw "$sg" 42 0 0 0 0 0 0 0 0 0
check "the WRITE SAME of a thick device has no UNMAP bit" refused 1 3 -- 41 08 0 0 0 0 0 0 1 0

check "FUA is there" answers 'DpoFua=1' sg_modes -a "$sg"
set_attrib emulate_fua_write 0
check "FUA goes with its attribute" answers 'DpoFua=0' sg_modes -a "$sg"
check "FUA is refused then" refused 1 3 -- 28 08 0 0 0 0 0 0 1 0
set_attrib emulate_fua_write 1
set_attrib emulate_rsoc 0
check "REPORT SUPPORTED OPERATION CODES goes with its attribute" refused 1 4 -- \
	a3 0c 0 0 0 0 0 0 2 0 0 0
set_attrib emulate_rsoc 1

set_attrib emulate_tpu 1
set_attrib emulate_tpws 1
check "a thin device says so" answers 'thin provisioned' sg_vpd -p lbpv "$sg"
check "READ CAPACITY(16) agrees" answers 'lbpme=1' sg_readcap -16 "$sg"

check "the port group is active" answers 'active/optimized' sg_rtpg -d "$sg"
check "the extended header is there" answers 'Implicit transition time' sg_rtpg -de "$sg"
echo 1 >"$(device ram)/alua/default_tg_pt_gp/alua_access_state"
check "a change of the access state is a unit attention" \
	answers 'Asymmetric access state changed' sg_requests "$sg"
check "REPORT TARGET PORT GROUPS has the new state" answers 'active/non optimized' sg_rtpg -d "$sg"

luns=$TARGET/loopback/$wwn/tpgt_1/lun
for number in 1 255 256 16383; do
	mkdir "$luns/lun_$number" && ln -s "$(device ram)" "$luns/lun_$number/link"
done
check "REPORT LUNS uses peripheral addressing" answers '00ff000000000000' sg_luns "$sg"
check "REPORT LUNS uses flat space addressing" answers '7fff000000000000' sg_luns "$sg"
check "REPORT LUNS has all of them" answers 'imples 5 lun' sg_luns "$sg"
for number in 1 255 256 16383; do
	rm "$luns/lun_$number/link" && rmdir "$luns/lun_$number"
done
check "REPORT LUNS forgets what is gone" answers 'imples 1 lun' sg_luns "$sg"
check "there is one well known LUN" answers "imples 1 lun" sg_luns -s 1 "$sg"
