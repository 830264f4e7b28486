#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Asymmetric access through two loopback targets in groups of their own: REPORT and SET TARGET
# PORT GROUPS, what passes in each state, delays, LU groups, and states that outlive the groups.
# cost: 30
# timeout: 900

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pr_lib.bash"

# group NAME ID: a target port group of the device "shared".
group()
{
	mkdir "$dev/alua/$1" && echo "$2" >"$dev/alua/$1/tg_pt_gp_id"
}

# join WWN GROUP
join()
{
	echo "$2" >"$TARGET/loopback/$1/tpgt_1/lun/lun_0/alua_tg_pt_gp"
}

make_groups()
{
	dev=$(device shared)
	group ga 1 && group gb 2 && join $PR_A ga && join $PR_B gb && drain "$a" "$b"
}

set_file()
{
	echo "$2" >"$1"
}

file_is()
{
	[ "$(cat "$1")" = "$2" ]
}

# state_is PATH GROUP-ID STATE: what REPORT TARGET PORT GROUPS says, STATE in hex.
state_is()
{
	sg_rtpg --decode "$1" >"$WORK/rtpg" || return
	grep -A 3 "target port group id : 0x$2 " "$WORK/rtpg" |
		tee /dev/stderr | grep -q "target port group asymmetric access state : 0x0*$3 "
}

# stpg PATH DESCRIPTOR...: SET TARGET PORT GROUPS with raw descriptors "STATE ID-HI ID-LO".
stpg()
{
	local path=$1 bytes="00 00 00 00" desc state rest
	shift
	for desc; do
		state=${desc%% *} rest=${desc#* }
		bytes="$bytes $state 00 $rest"
	done
	stpg_bytes "$path" "$bytes"
}

# stpg_bytes PATH BYTES [LENGTH]
stpg_bytes()
{
	local byte n=0

	: >"$WORK/list"
	for byte in $2; do
		printf "\\x$byte" >>"$WORK/list"
		n=$((n + 1))
	done
	n=${3:-$n}
	[ "$n" = 0 ] && { sg_raw "$1" a4 0a 00 00 00 00 00 00 00 00 00 00; return; }
	sg_raw -s "$n" -i "$WORK/list" "$1" a4 0a 00 00 00 00 00 00 \
		"$(printf %02x $((n >> 8)))" "$(printf %02x $((n & 255)))" 00 00
}

# fails_with TEXT COMMAND...: the additional sense as sg_raw spells it.
fails_with()
{
	local text=$1
	shift
	"$@" >"$WORK/sense" 2>&1 && return 1
	cat "$WORK/sense"
	grep -q -i "$text" "$WORK/sense"
}

STANDBY="target port in standby state"
UNAVAILABLE="target port in unavailable state"
OFFLINE="logical unit not ready, offline"
TRANSITION="asymmetric access state transition"
BAD_LIST="invalid field in parameter list"
BAD_LENGTH="parameter list length error"
BAD_CDB="invalid field in cdb"

# told_state PATH: the unit attention about access states, which this takes.
told_state()
{
	sg_requests --hex --maxlen=18 "$1" | tee /dev/stderr |
		grep -q "^ *00 *70 00 06 00 00 00 00 0a  00 00 00 00 2a 06"
}

check "a device behind two targets" two_paths 16
a=$(path_of $PR_A) b=$(path_of $PR_B)
dev=$(device shared)
check "each port is in a group of its own" make_groups
ga=$dev/alua/ga gb=$dev/alua/gb

# ---------------------------------------------------------------- what is reported

check "INQUIRY: implicit and explicit" says "TPGS=3" sg_inq "$a"
check "REPORT TARGET PORT GROUPS has both" state_is "$a" 1 0
check "through either port" state_is "$b" 2 0
check "the opcodes list SET TARGET PORT GROUPS" says "Set target port groups" sg_opcodes "$a"
set_file "$ga/implicit_trans_secs" 17
set_file "$gb/preferred" 1
check "the extended header has the transition time" says "10 11 00 00" \
	sg_raw -r 64 "$a" a3 2a 00 00 00 00 00 00 00 40 00 00
check "the preferred bit" says "80 cf 00 02" \
	sg_raw -r 64 "$a" a3 0a 00 00 00 00 00 00 00 40 00 00
check "an allocation length of 4 gives the length" says "^ *00 *00 00 00 2[0-9a-f]" \
	sg_raw -r 4 "$a" a3 0a 00 00 00 00 00 00 00 04 00 00

# ---------------------------------------------------------------- explicit

check "A asks for standby of B's group" stpg "$a" "02 00 02"
check "it is" state_is "$a" 2 2
check "by an initiator" file_is "$gb/alua_access_status" "Altered by Explicit STPG"
check "B is told" told_state "$b"
check "A is not" ready "$a"
check "B can't read" fails_with "$STANDBY" can_read "$b"
check "B can ask" sg_rtpg "$b"
check "B can register" register "$b" 0 0xb
check "and MODE SENSE" sg_raw -r 64 "$b" 1a 00 08 00 40 00
check "and unregister" register "$b" 0xb 0
check "and use the echo buffer" sg_raw -r 4 "$b" 3c 0b 00 00 00 00 00 00 04 00
check "but not the other" fails_with "$STANDBY" sg_raw -r 4 "$b" 3c 03 00 00 00 00 00 00 04 00
check "B makes itself active and A unavailable" stpg "$b" "00 00 02" "03 00 01"
check "A is told" told_state "$a"
check "A can't read" fails_with "$UNAVAILABLE" can_read "$a"
check "A can't register" fails_with "Device not ready" register "$a" 0 0xa
check "INQUIRY says not connected" says "PQual=1" sg_inq "$a"
check "B reads" can_read "$b"
check "sg_stpg, from the port that is unavailable" sg_stpg --optimized --tp=1 "$a"
check "A reads" eval 'drain "$a" "$b"; can_read "$a"'

check "a state nobody may ask for: nothing changes" \
	fails_with "$BAD_LIST" stpg "$a" "02 00 01" "0f 00 02"
check "a group that is not there: nothing changes" \
	fails_with "$BAD_LIST" stpg "$a" "02 00 01" "01 00 09"
check "the same group twice: nothing changes" \
	fails_with "$BAD_LIST" stpg "$a" "02 00 01" "01 00 01"
check "LBA dependent is not to be asked for" fails_with "$BAD_LIST" stpg "$a" "04 00 01"
check "half a descriptor" fails_with "$BAD_LENGTH" stpg_bytes "$a" "00 00 00 00 02 00"
check "half a header" fails_with "$BAD_LENGTH" stpg_bytes "$a" "00 00 00"
check "no list is no error" stpg_bytes "$a" "" 0
check "a header alone is none either" stpg_bytes "$a" "00 00 00 00"
set_file "$ga/alua_support_standby" 0
check "a state the group does not support" fails_with "$BAD_LIST" stpg "$a" "00 00 02" "02 00 01"
set_file "$ga/alua_support_standby" 1
check "after all that: active" state_is "$a" 1 0
check "and nobody was told anything" eval 'ready "$a" && ready "$b"'

set_file "$gb/alua_access_type" 1
check "implicit only: INQUIRY says so" says "TPGS=1" sg_inq "$b"
check "there is no such command through that port" fails_with "$BAD_CDB" stpg "$b" "02 00 01"
check "nor for that group" fails_with "$BAD_LIST" stpg "$a" "02 00 02"
set_file "$gb/alua_access_type" 3

# ---------------------------------------------------------------- secondary state

rtpi_b=$(cat "$TARGET/loopback/$PR_B/tpgt_1/rtpi" 2>/dev/null)
: "${rtpi_b:=$(sg_vpd --page=di "$b" | sed -n 's/.*Relative target port: 0x//p')}"
low=$(printf %02x "$rtpi_b")
offline=$TARGET/loopback/$PR_B/tpgt_1/lun/lun_0/alua_tg_pt_offline
check "A takes B's port offline" stpg "$a" "0e 00 $low"
check "configfs says so" file_is "$offline" 1
check "B is told" told_state "$b"
check "B can't read" fails_with "$OFFLINE" can_read "$b"
check "a secondary group has the port" state_is "$a" ffff e
check "no port of that number: nothing changes" fails_with "$BAD_LIST" stpg "$a" "0e 7f ff"
check "B's group is asked to be active: online again" eval \
	'stpg "$b" "00 00 02" && file_is "$offline" 0'
set_file "$offline" 1
check "what the administrator does initiators can't undo" eval \
	'drain "$a"; stpg "$a" "00 00 02" && file_is "$offline" 1'
set_file "$offline" 0
check "online" eval 'drain "$a" "$b"; can_read "$b"'

# ---------------------------------------------------------------- delays

# Long enough for what comes next, in a slow guest too
set_file "$ga/trans_delay_msecs" 15000
stpg "$b" "01 00 01" >"$WORK/stpg" 2>&1 &
job=$!
check "transitioning for a while" wait_for 3 file_is "$ga/alua_access_state" 15
check "A is told" told_state "$a"
check "commands are to come again" fails_with "$TRANSITION" can_read "$a"
check "a second change has to wait" fails_with "$TRANSITION" stpg "$b" "02 00 01"
check "the state says transitioning" state_is "$b" 1 f
wait $job
result $? "SET TARGET PORT GROUPS ends"
check "with the new state" state_is "$b" 1 1
set_file "$ga/trans_delay_msecs" 0

# takes COMMAND...: sets ms.
takes()
{
	local from

	from=$(date +%s%N)
	"$@" >"$WORK/output" 2>&1
	ms=$((($(date +%s%N) - from) / 1000000))
}

is_delayed()
{
	local delay=$((1500 * ${WAIT_SCALE:-1}))

	set_file "$ga/nonop_delay_msecs" $delay
	takes can_read "$a"
	[ $ms -ge $delay ] || return
	takes ready "$a"
	[ $ms -lt $((delay - 100)) ] || return
	set_file "$ga/nonop_delay_msecs" 0
	takes can_read "$a"
	[ $ms -lt $((delay - 100)) ]
}
drain "$a"
check "a read through a non-optimized port is delayed, TEST UNIT READY is not" is_delayed

several_delayed()
{
	local i jobs=

	set_file "$ga/nonop_delay_msecs" 1000
	for i in 1 2 3 4; do
		can_read "$a" &
		jobs="$jobs $!"
	done
	takes wait $jobs
	set_file "$ga/nonop_delay_msecs" 100
	[ $ms -lt 3500 ]
}
check "delays run side by side" several_delayed

# ---------------------------------------------------------------- referrals

# read_at PATH LBA-IN-HEX
read_at()
{
	sg_raw -r 512 "$1" 28 00 00 00 "${2%??}" "${2#??}" 00 00 01 00
}

lba_dependent()
{
	local group

	printf '0 0\n0 1023 1:O 2:U\n1024 32767 1:U 2:O\n' >"$WORK/map"
	cat "$WORK/map" >"$dev/lba_map" || return
	for group in "$ga" "$gb"; do
		echo 1 >"$group/alua_access_type" && echo 4 >"$group/alua_access_state" || return
	done
	drain "$a" "$b"
}

all_active()
{
	local group

	for group in "$ga" "$gb"; do
		echo 0 >"$group/alua_access_state" && echo 3 >"$group/alua_access_type" || return
	done
	echo >"$dev/lba_map" && drain "$a" "$b"
}

REFERRALS="inspect referrals sense descriptors"
check "without a map there are no referrals" fails_with "$BAD_CDB" \
	sg_raw -r 64 "$a" 9e 13 00 00 00 00 00 00 00 00 00 00 00 40 00 00
check "the blocks of a map have states of their own" lba_dependent
check "A reads the first range" read_at "$a" 0000
check "B reads the second" read_at "$b" 0400
check "A is referred from the second" fails_with "$REFERRALS" read_at "$a" 0400
check "B is referred from the first" fails_with "$REFERRALS" read_at "$b" 0000
check "and from where they meet" fails_with "$REFERRALS" sg_raw -r 1024 "$b" \
	28 00 00 00 03 ff 00 00 02 00
check "REPORT REFERRALS has both ranges" says "00 00 00 38" \
	sg_raw -r 96 "$a" 9e 13 00 00 00 00 00 00 00 00 00 00 00 60 00 00
check "as sg_referrals reads them" says "target port descriptor 1:" sg_referrals "$b"
check "or the one with the block" says "00 00 00 1c" \
	sg_raw -r 96 "$a" 9e 13 00 00 00 00 00 00 04 00 00 00 00 60 01 00
check "not beyond the medium" fails_with "address out of range" \
	sg_raw -r 96 "$a" 9e 13 00 00 00 00 00 00 80 00 00 00 00 60 00 00
check "the page Referrals" says "User data segment size: 0" sg_vpd --page=0xb3 "$a"
check "Extended INQUIRY says R_SUP" says "R_SUP=1" sg_vpd --page=ei --long "$a"
check "without the map all is as before" all_active

# ---------------------------------------------------------------- LU groups

follow()
{
	ramdisk other 16 && mkdir "$CORE/alua/lu_gps/pair" &&
		echo 5 >"$CORE/alua/lu_gps/pair/lu_gp_id" &&
		echo pair >"$dev/alua_lu_gp" && echo pair >"$(device other)/alua_lu_gp" &&
		mkdir "$(device other)/alua/x" && echo 1 >"$(device other)/alua/x/tg_pt_gp_id" &&
		stpg "$b" "02 00 01" && file_is "$(device other)/alua/x/alua_access_state" 2 &&
		file_is "$(device other)/alua/x/alua_access_status" "Altered by Explicit STPG"
}
check "the same group of the other device in the LU group follows" follow

# ---------------------------------------------------------------- what outlives a group

root=$(cat "$TARGET/dbroot")
remake()
{
	mkdir -p "$root" && echo 1 >"$ga/alua_write_metadata" && stpg "$b" "01 00 01" &&
		grep -q 0x01 "$root/alua/tpgs_shared/ga" && rmdir "$ga" && group ga 1 &&
		file_is "$ga/alua_access_state" 0 && echo 1 >"$ga/alua_write_metadata" &&
		file_is "$ga/alua_access_state" 1 &&
		file_is "$ga/alua_access_status" "Altered by Explicit STPG"
}
check "a group made again takes its state from the file" remake

refresh()
{
	drain "$b"
	echo 0 >"$ga/alua_write_metadata" && stpg "$b" "00 00 01" &&
		echo 1 >"$ga/alua_write_metadata" && file_is "$ga/alua_access_state" 0
}
check "only once: later the file is behind" refresh

damaged()
{
	local text

	for text in "" x "tg_pt_gp_id=7" "tg_pt_gp_id=9
alua_access_state=0x02
alua_access_status=0x02"; do
		rmdir "$ga" && group ga 1 || return
		printf '%s\n' "$text" >"$root/alua/tpgs_shared/ga"
		echo 1 >"$ga/alua_write_metadata" && file_is "$ga/alua_access_state" 0 || return
	done
}
check "a file that is damaged or another group's changes nothing" damaged

lun_remade()
{
	local lun=$TARGET/loopback/$PR_B/tpgt_1/lun/lun_0

	echo 1 >"$lun/alua_tg_pt_write_md" && echo 1 >"$lun/alua_tg_pt_offline" &&
		rm "$lun/link" && rmdir "$lun" && mkdir "$lun" && ln -s "$dev" "$lun/link" &&
		file_is "$lun/alua_tg_pt_offline" 0 && echo 1 >"$lun/alua_tg_pt_write_md" &&
		file_is "$lun/alua_tg_pt_offline" 1 && echo 0 >"$lun/alua_tg_pt_offline" &&
		grep -q offline=0 "$root/alua/loopback/$PR_B+1/lun_0"
}
check "a LUN made again takes its secondary state from the file" lun_remade
rm -rf "$root/alua"
rmdir "$CORE/alua/lu_gps/pair"
