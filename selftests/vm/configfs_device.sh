#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The device's half of configfs: that the files are those of Documentation/configfs.rst, their
# defaults, what each refuses, ALUA states as an initiator sees them, and targetcli's round trip.
# cost: 150
# timeout: 1200

. "$(dirname "$0")/lib.sh"

REFERENCE=$(realpath "$(dirname "$0")/../../Documentation/configfs.rst")
wwn=naa.5001405000000021
dev=$CORE/rd_mcp_0/one
attrib=$dev/attrib
alua=$dev/alua

# ---------------------------------------------------------------- helpers

put()
{
	printf '%s\n' "$1" >"$2"
}

# put_lines TEXT FILE: in one write, which bash makes only of a single line.
put_lines()
{
	printf '%s\n' "$1" | dd of="$2" bs=4k iflag=fullblock status=none
}

# refused ERROR-TEXT COMMAND...: fails, for this reason.
refused()
{
	local text=$1 output
	shift
	if output=$(LC_ALL=C "$@" 2>&1); then
		echo "not refused: $*"
		return 1
	fi
	case $output in
	*"$text"*) ;;
	*) echo "expected '$text' from: $*"; echo "$output"; return 1 ;;
	esac
}

# content_of FILE: in $content. Starts no process: there are hundreds of files.
content_of()
{
	content=
	{ IFS= read -r -d "" content || :; } <"$1" || return
	content=${content%$'\n'}
}

# holds FILE TEXT
holds()
{
	local content
	content_of "$1" || return
	[ "$content" = "$2" ] || { echo "$1: '$content', not '$2'"; return 1; }
}

# defaults DIRECTORY NAME=VALUE...
defaults()
{
	local dir=$1 pair
	shift
	for pair; do
		holds "$dir/${pair%%=*}" "${pair#*=}"
	done
}

# takes FILE VALUE...: each is accepted and then read back.
takes()
{
	local file=$1 value
	shift
	for value; do
		put "$value" "$file"
		holds "$file" "$value"
	done
}

# rejects FILE VALUE...: EINVAL, and the old value stays.
rejects()
{
	local file=$1 content before value
	shift
	content_of "$file"
	before=$content
	for value; do
		refused "$invalid" put "$value" "$file"
	done
	holds "$file" "$before"
}

repeat()
{
	printf "%0$2d" 0 | tr 0 "$1"
}

invalid="Invalid argument"
out_of_range="out of range"
no_device="No such device"
not_implemented="Function not implemented"
not_permitted="Operation not permitted"
too_large="Value too large"

# Each of the functions below is one check: it ends at the first command that fails.

# ---------------------------------------------------------------- the reference

# "FILE MODE" of each file in the section of the reference with this title.
documented()
{
	awk -v title="\`\`$1\`\`" '
		$0 == title { on = 1; next }
		/^``target/ { on = 0 }
		on && /^``[a-z_0-9]+`` +[0-9]/ { gsub("`", ""); print $1, $2 }' "$REFERENCE" | sort
}

present()
{
	find "$1" -mindepth 1 -maxdepth 1 -type f -printf '%f %m\n' | sort
}

matches_reference()
{
	documented "$1" >"$WORK/documented"
	present "$2" >"$WORK/present"
	diff "$WORK/documented" "$WORK/present"
}

reference()
{
	local top=target/core/PLUGIN/DEVICE sub

	matches_reference target "$TARGET"
	matches_reference target/core "$CORE"
	matches_reference target/core/alua/lu_gps/GROUP "$CORE/alua/lu_gps/default_lu_gp"
	matches_reference target/core/PLUGIN "${dev%/*}"
	matches_reference "$top" "$dev"
	for sub in attrib wwn pr statistics/scsi_dev statistics/scsi_tgt_dev statistics/scsi_lu; do
		test -n "$(documented "$top/$sub")"
		matches_reference "$top/$sub" "$dev/$sub"
	done
	matches_reference "$top/alua/GROUP" "$alua/default_tg_pt_gp"
	test -z "$(find "$dev" "$CORE/alua" -type d ! -perm 755)"
}

readable()
{
	local file content

	for file in $(find "$CORE" -type f -perm -400); do
		content_of "$file"
		test ${#content} -le 4096
	done
}

# ---------------------------------------------------------------- directories

hba_names()
{
	local name

	for name in x _ rd_mcp rd_mcp_ rd_mcp_x rd_mcp_-1 rd_mcp_+1 "rd_mcp_ 1" rd_mcp_1x \
		    rd_mcp_0_1 nonsense_0 "$(repeat a 40)_1"; do
		refused "$invalid" mkdir "$CORE/$name"
	done
	refused "$out_of_range" mkdir "$CORE/rd_mcp_99999999999999999999999"
	refused "File name too long" mkdir "$CORE/$(repeat a 60)_1234"
	mkdir "$CORE/rd_mcp_0x7"
	defaults "$CORE/rd_mcp_0x7" hba_mode=0
	grep -Eq '^HBA Index: [0-9]+ plugin: rd_mcp version: v5.0$' "$CORE/rd_mcp_0x7/hba_info"
	rejects "$CORE/rd_mcp_0x7/hba_mode" 0 1 x
	rmdir "$CORE/rd_mcp_0x7"
}

plugin_modules()
{
	mkdir "$CORE/iblock_3" "$CORE/fileio_4"
	test -d /sys/module/target_core_iblock
	refused "is in use" rmmod target_core_file
	rmdir "$CORE/iblock_3" "$CORE/fileio_4"
	rmmod target_core_iblock target_core_file
}

fixed_directories()
{
	refused "$not_permitted" mkdir "$dev/x"
	refused "$not_permitted" mkdir "$dev/attrib/x"
	refused "$not_permitted" mkdir "$CORE/alua/x"
	refused "$not_implemented" mkdir "$dev/statistics/x"
	refused "$not_permitted" rmdir "$dev/attrib"
	refused "$not_permitted" rmdir "$alua/default_tg_pt_gp"
	refused "$not_permitted" rmdir "$CORE/alua/lu_gps/default_lu_gp"
	refused "not empty" rmdir "${dev%/*}"
}

device_names()
{
	local long

	long=${dev%/*}/$(repeat n 255)
	mkdir "$long"
	put rd_pages=1 "$long/control"
	put 1 "$long/enable"
	put 1 "$long/attrib/emulate_model_alias"
	holds "$long/wwn/product_id" "$(repeat n 15)"
	rmdir "$long"
}

# ---------------------------------------------------------------- top of the tree

dbroot()
{
	local old

	old=$(cat "$TARGET/dbroot")
	mkdir -p "$old" "$WORK/a/much/longer/path" "$WORK/b"
	put "$WORK/a/much/longer/path" "$TARGET/dbroot"
	printf %s "$WORK/b" >"$TARGET/dbroot"
	holds "$TARGET/dbroot" "$WORK/b"
	touch "$WORK/file"
	refused "No such file" put "$WORK/none" "$TARGET/dbroot"
	refused "Not a directory" put "$WORK/file" "$TARGET/dbroot"
	rejects "$TARGET/dbroot" "" relative
	holds "$TARGET/dbroot" "$WORK/b"
	refused "Permission denied" put x "$TARGET/version"
	put "$old" "$TARGET/dbroot"
}

dbroot_fixed()
{
	put "$(cat "$TARGET/dbroot")" "$TARGET/dbroot"
	refused "$invalid" put /tmp "$TARGET/dbroot"
}

# ---------------------------------------------------------------- a device before enable

unconfigured()
{
	mkdir -p "$dev"
	defaults "$dev" enable=0 alias= udev_path= alua_lu_gp= lba_map=
	defaults "$attrib" block_size=0 hw_block_size=0 hw_max_sectors=0 hw_queue_depth=0 \
		queue_depth=0 optimal_sectors=0 emulate_write_cache=0
	grep -q '^Status: DEACTIVATED  Max Queue Depth: 0  SectorSize: 0  HwMaxSectors: 0$' \
		"$dev/info"
	refused "$no_device" put 1 "$attrib/emulate_tpu"
	refused "$no_device" put 1 "$attrib/unmap_zeroes_data"
	refused "$no_device" put 512 "$attrib/block_size"
	refused "$no_device" put 1 "$alua/default_tg_pt_gp/alua_access_state"
	rejects "$dev/enable" 0 x "" 2
	takes "$attrib/emulate_write_cache" 1 0
}

not_linkable()
{
	loopback_target "$wwn"
	mkdir "$TARGET/loopback/$wwn/tpgt_1/lun/lun_0"
	refused "$no_device" ln -s "$dev" "$TARGET/loopback/$wwn/tpgt_1/lun/lun_0/link"
	remove_tree "$TARGET/loopback/$wwn"
}

enable()
{
	refused "$invalid" put 1 "$dev/enable"
	put "unknown=1,rd_pages=4096,,whatever" "$dev/control"
	put_lines $'x=\n=\n,=,' "$dev/control"
	refused "Permission denied" cat "$dev/control"
	put 1 "$dev/enable"
	refused "File exists" put 1 "$dev/enable"
	defaults "$dev" enable=1
	head -1 "$dev/info" | grep -q '^Status: DEACTIVATED  Max Queue Depth: 0  SectorSize: 512 '
	grep -q 'PAGES/PAGE_SIZE: 4096\*4096' "$dev/info"
	defaults "$attrib" hw_block_size=512 block_size=512 hw_queue_depth=128 queue_depth=128 \
		hw_max_sectors=4294967288
	test "$(cat "$attrib/optimal_sectors")" = "$(cat "$attrib/hw_max_sectors")"
}

notes()
{
	local file

	for file in alias udev_path; do
		takes "$dev/$file" "a note, with blanks" "$(repeat x 510)"
		refused "$invalid" put "$(repeat x 511)" "$dev/$file"
		printf %s "$(repeat y 511)" >"$dev/$file"
		holds "$dev/$file" "$(repeat y 511)"
		put "" "$dev/$file"
		holds "$dev/$file" ""
	done
}

# ---------------------------------------------------------------- attrib

attrib_defaults()
{
	defaults "$attrib" emulate_model_alias=0 emulate_dpo=1 emulate_fua_write=1 \
		emulate_fua_read=1 emulate_write_cache=0 emulate_ua_intlck_ctrl=0 emulate_tas=1 \
		emulate_tpu=0 emulate_tpws=0 emulate_caw=1 emulate_3pc=1 emulate_pr=1 \
		emulate_rsoc=1 pi_prot_type=0 hw_pi_prot_type=0 pi_prot_format=0 \
		pi_prot_verify=0 enforce_pr_isids=1 is_nonrot=1 emulate_rest_reord=0 \
		force_pr_aptpl=0 alua_support=1 pgr_support=1 submit_type=0 removable=0
}

attrib_round_trip()
{
	local file content value

	for file in $(find "$1" -maxdepth 1 -type f -perm 644 | sort); do
		content_of "$file"
		value=$content
		printf %s "$value" >"$file"
		holds "$file" "$value"
		put "$value" "$file"
		holds "$file" "$value"
	done
}

attrib_bool()
{
	local file name content before

	for name in emulate_model_alias emulate_fua_write emulate_tas emulate_caw emulate_3pc \
		    emulate_pr emulate_rsoc enforce_pr_isids is_nonrot force_pr_aptpl \
		    emulate_tpu emulate_tpws unmap_zeroes_data emulate_write_cache; do
		file=$attrib/$name
		content_of "$file"
		before=$content
		takes "$file" 0 1
		put no "$file" && holds "$file" 0
		put Yes "$file" && holds "$file" 1
		put off "$file" && holds "$file" 0
		put on "$file" && holds "$file" 1
		rejects "$file" 2 x
		put "$before" "$file"
	done
	rejects "$attrib/emulate_tas" "" -1 o " 1" "$(repeat z 4000)"
}

attrib_numbers()
{
	local name content before

	for name in max_unmap_lba_count max_unmap_block_desc_count unmap_granularity \
		    unmap_granularity_alignment max_write_same_len; do
		content_of "$attrib/$name"
		before=$content
		takes "$attrib/$name" 0 1 4294967295
		put 0x10 "$attrib/$name" && holds "$attrib/$name" 16
		put 010 "$attrib/$name" && holds "$attrib/$name" 8
		refused "$out_of_range" put 4294967296 "$attrib/$name"
		rejects "$attrib/$name" -1 1x
		put "$before" "$attrib/$name"
	done
	rejects "$attrib/max_unmap_lba_count" "" x " 1" "1 2" 0x
}

attrib_ranges()
{
	takes "$attrib/emulate_ua_intlck_ctrl" 2 1 0
	rejects "$attrib/emulate_ua_intlck_ctrl" 3 x
	takes "$attrib/submit_type" 2 1 0
	rejects "$attrib/submit_type" 3
	takes "$attrib/queue_depth" 1 64 128
	rejects "$attrib/queue_depth" 0 129
	grep -q 'Max Queue Depth: 128 ' "$dev/info"
	takes "$attrib/optimal_sectors" 8 "$(cat "$attrib/hw_max_sectors")"
	rejects "$attrib/optimal_sectors" $(($(cat "$attrib/hw_max_sectors") + 1))
	put junk "$attrib/emulate_dpo" && holds "$attrib/emulate_dpo" 1
	put junk "$attrib/emulate_fua_read" && holds "$attrib/emulate_fua_read" 1
	refused "Permission denied" put 1 "$attrib/hw_block_size"
}

attrib_unsupported()
{
	local value

	for value in 1 2 3; do
		refused "$not_implemented" put $value "$attrib/pi_prot_type"
	done
	rejects "$attrib/pi_prot_type" 4 x
	refused "$not_implemented" put 1 "$attrib/pi_prot_format"
	put 1 "$attrib/pi_prot_verify" && holds "$attrib/pi_prot_verify" 0
	refused "$not_implemented" put 1 "$attrib/emulate_rest_reord"
	refused "$not_implemented" put 0 "$attrib/alua_support"
	refused "$not_implemented" put 0 "$attrib/pgr_support"
}

attrib_block_size()
{
	local blocks

	blocks=$(cat "$attrib/hw_max_sectors")
	takes "$attrib/block_size" 1024 2048 4096
	rejects "$attrib/block_size" 0 1 256 1000 8192 x
	holds "$attrib/hw_max_sectors" $((blocks / 8))
	holds "$attrib/hw_block_size" 512
	grep -q 'SectorSize: 4096 ' "$dev/info"
	takes "$attrib/block_size" 512
	holds "$attrib/hw_max_sectors" "$blocks"
}

# ---------------------------------------------------------------- wwn, pr

names()
{
	local wwn=$dev/wwn

	defaults "$wwn" vendor_id=LIO-ORG product_id=RAMDISK-MCP revision=4.0 \
		company_id=0x001405 vpd_unit_serial="T10 VPD Unit Serial Number: "
	takes "$wwn/vendor_id" 12345678 "a b" LIO-ORG
	takes "$wwn/product_id" 1234567890123456 RAMDISK-MCP
	takes "$wwn/revision" 1234 4.0
	put "   spaced 	 " "$wwn/vendor_id" && holds "$wwn/vendor_id" spaced
	refused "$too_large" put 123456789 "$wwn/vendor_id"
	refused "$too_large" put 12345678901234567 "$wwn/product_id"
	refused "$too_large" put 12345 "$wwn/revision"
	refused "$invalid" put $'a\tb' "$wwn/vendor_id"
	refused "$invalid" put $'\xc3\xa4' "$wwn/vendor_id"
	put LIO-ORG "$wwn/vendor_id"
	put 0xabcdef "$wwn/company_id" && holds "$wwn/company_id" 0xabcdef
	refused "$too_large" put 0x1000000 "$wwn/company_id"
	refused "$invalid" put x "$wwn/company_id"
	put 0 "$wwn/company_id" && holds "$wwn/company_id" 0x000000
	put 0x001405 "$wwn/company_id"
}

serial()
{
	local file=$dev/wwn/vpd_unit_serial prefix="T10 VPD Unit Serial Number:"

	put "$(repeat s 253)" "$file"
	holds "$file" "$prefix $(repeat s 253)"
	refused "$too_large" put "$(repeat s 254)" "$file"
	refused "$too_large" put "$(repeat s 4000)" "$file"
	put " one " "$file"
	holds "$file" "$prefix one"
}

reservations()
{
	local pr=$dev/pr none="No SPC-3 Reservation holder"

	defaults "$pr" res_holder="$none" res_pr_all_tgt_pts="$none" \
		res_pr_holder_tg_port="$none" res_pr_type="$none" res_pr_generation=0x00000000 \
		res_type=SPC3_PERSISTENT_RESERVATIONS \
		res_aptpl_active="APTPL Bit Status: Disabled" \
		res_aptpl_metadata="Ready to process PR APTPL metadata.." \
		res_pr_registered_i_pts=$'SPC-3 PR Registrations:\nNone'
	rejects "$pr/res_aptpl_metadata" "initiator_node=x,sa_res_key=1" "target_node=x"
	put 0 "$attrib/emulate_pr"
	defaults "$pr" res_holder=SPC_RESERVATIONS_DISABLED res_type=SPC_RESERVATIONS_DISABLED \
		res_aptpl_active= res_aptpl_metadata=
	put "initiator_node=x,sa_res_key=1" "$pr/res_aptpl_metadata"
	put 1 "$attrib/emulate_pr"
}

# ---------------------------------------------------------------- ALUA

group_defaults()
{
	defaults "$1" alua_access_state=0 alua_access_status=None \
		alua_access_type="Implicit and Explicit" alua_support_transitioning=1 \
		alua_support_offline=1 alua_support_lba_dependent=0 \
		alua_support_unavailable=1 alua_support_standby=1 \
		alua_support_active_nonoptimized=1 alua_support_active_optimized=1 \
		alua_write_metadata=0 nonop_delay_msecs=100 trans_delay_msecs=0 \
		implicit_trans_secs=0 preferred=0 members=
}

group_id()
{
	mkdir "$alua/first" "$alua/second" "$alua/third"
	defaults "$alua/default_tg_pt_gp" tg_pt_gp_id=0
	group_defaults "$alua/default_tg_pt_gp"
	group_defaults "$alua/first"
	holds "$alua/first/tg_pt_gp_id" ""
	refused "$invalid" put 1 "$alua/first/alua_access_state"
	refused "$invalid" put 1 "$alua/first/preferred"
	refused "$invalid" put 1 "$alua/first/alua_support_standby"
	rejects "$alua/first/tg_pt_gp_id" 65536 -1 x ""
	takes "$alua/first/tg_pt_gp_id" 1
	rejects "$alua/first/tg_pt_gp_id" 1 2
	rejects "$alua/second/tg_pt_gp_id" 1
	put 0 "$alua/second/tg_pt_gp_id" && holds "$alua/second/tg_pt_gp_id" 2
	takes "$alua/third/tg_pt_gp_id" 65535
	rmdir "$alua/third"
}

group_settings()
{
	local group=$alua/first name content before

	for name in alua_support_transitioning alua_support_offline alua_support_lba_dependent \
		    alua_support_unavailable alua_support_standby \
		    alua_support_active_nonoptimized alua_support_active_optimized \
		    alua_write_metadata preferred; do
		content_of "$group/$name"
		before=$content
		takes "$group/$name" 1 0
		rejects "$group/$name" 2 x
		put "$before" "$group/$name"
	done
	takes "$group/nonop_delay_msecs" 10000 0 100
	rejects "$group/nonop_delay_msecs" 10001
	takes "$group/trans_delay_msecs" 30000 0
	rejects "$group/trans_delay_msecs" 30001
	takes "$group/implicit_trans_secs" 255 0
	rejects "$group/implicit_trans_secs" 256
	put 1 "$group/alua_access_status"
	holds "$group/alua_access_status" "Altered by Explicit STPG"
	rejects "$group/alua_access_status" 3 x
	put 0 "$group/alua_access_type" && holds "$group/alua_access_type" None
	rejects "$group/alua_access_type" 4
	rejects "$group/alua_access_state" 1
	put 2 "$group/alua_access_type" && holds "$group/alua_access_type" Explicit
	rejects "$group/alua_access_state" 1
	put 1 "$group/alua_access_type" && holds "$group/alua_access_type" Implicit
	put 3 "$group/alua_access_type"
}

group_state()
{
	local group=$alua/first

	takes "$group/alua_access_state" 1 2 3 14 15 0
	holds "$group/alua_access_status" "Altered by Implicit ALUA"
	rejects "$group/alua_access_state" 4 5 13 16 -1 x ""
	put 0 "$group/alua_support_standby"
	rejects "$group/alua_access_state" 2
	put 1 "$group/alua_support_standby"
}

# The identifier can be written once; status and type are shown in words.
group_round_trip()
{
	local file content value

	for file in $(find "$alua/first" -type f -perm 644 ! -name tg_pt_gp_id \
			! -name alua_access_status ! -name alua_access_type | sort); do
		content_of "$file"
		value=$content
		put "$value" "$file"
		holds "$file" "$value"
	done
}

group_delay()
{
	local group=$alua/first writer

	put 5000 "$group/trans_delay_msecs"
	put 2 "$group/alua_access_state" &
	writer=$!
	wait_for 30 grep -qx 15 "$group/alua_access_state"
	refused "busy" put 0 "$group/alua_access_state"
	wait $writer
	holds "$group/alua_access_state" 2
	put 0 "$group/trans_delay_msecs"
	put 0 "$group/alua_access_state"
}

group_metadata()
{
	local group=$alua/first dir

	dir=$(cat "$TARGET/dbroot")/alua/tpgs_one
	put 1 "$group/alua_write_metadata"
	mkdir -p "${dir%/*/*}"
	rm -rf "${dir%/*}"
	put 1 "$group/alua_access_state"
	grep -q state=0x01 "$dir/first"
	rm -r "$dir"
	touch "$dir"		# in the way: a line in the log, nothing else
	put 3 "$group/alua_access_state"
	holds "$group/alua_access_state" 3
	rm "$dir"
	put 2 "$group/alua_access_state"
	holds "$dir/first" $'tg_pt_gp_id=1\nalua_access_state=0x02\nalua_access_status=0x02'
	test "$(stat -c %a "$dir/first")" = 600
	put 0 "$group/alua_access_state"
	grep -q state=0x00 "$dir/first"
	test "$(ls -A "$dir")" = first
	put 0 "$group/alua_write_metadata"
}

map_text()
{
	local file=$dev/lba_map text bad

	for text in $'0 0\n0 1023 0:O 1:S' $'64 2\n0 511 1:A\n512 18446744073709551615 1:U'; do
		put_lines "$text" "$file"
		holds "$file" "$text"
		holds "$alua/first/alua_support_lba_dependent" 1
	done
	for bad in x 1 "0 0" $'0 0\n1' $'0 0\n1 2' $'0 0\n1 2 1' $'0 0\n1 2 1:' $'0 0\n1 2 1:X' \
		   $'0 0\n2 1 1:O' $'0 0\n1 2 65536:O' $'0 0\n1 18446744073709551616 1:O' \
		   $'0 0\n1 2 1:O\n3 4 1:O 2:O' $'4294967296 0\n1 2 1:O' $'0 0\n1 2 1:O x' \
		   "0 0
1 2 1:O 2:O 3:O 4:O 5:O 6:O 7:O 8:O 9:O 10:O 11:O 12:O 13:O 14:O 15:O 16:O 17:O"; do
		refused "$invalid" put_lines "$bad" "$file"
		holds "$file" "$text"
	done
	refused "$invalid" put "$(repeat 9 4000)" "$file"
	put " " "$file"
	holds "$file" ""
	holds "$alua/first/alua_support_lba_dependent" 0
}

lu_groups()
{
	local groups=$CORE/alua/lu_gps

	mkdir "$groups/a" "$groups/b"
	defaults "$groups/a" lu_gp_id= members=
	refused "$no_device" put a "$dev/alua_lu_gp"
	takes "$groups/a/lu_gp_id" 7
	rejects "$groups/a/lu_gp_id" 7 8
	rejects "$groups/b/lu_gp_id" 7 65536 x
	put 0 "$groups/b/lu_gp_id" && holds "$groups/b/lu_gp_id" 1
	holds "$dev/alua_lu_gp" $'LU Group Alias: default_lu_gp\nLU Group ID: 0'
	put a "$dev/alua_lu_gp"
	holds "$dev/alua_lu_gp" $'LU Group Alias: a\nLU Group ID: 7'
	holds "$groups/a/members" rd_mcp_0/one
	put NULL "$dev/alua_lu_gp" && holds "$dev/alua_lu_gp" ""
	refused "$no_device" put none "$dev/alua_lu_gp"
	refused "$invalid" put "$(repeat g 300)" "$dev/alua_lu_gp"
	put a "$dev/alua_lu_gp"
	mkdir -p "$CORE/rd_mcp_0/two"
	put rd_pages=16 "$CORE/rd_mcp_0/two/control"
	put 1 "$CORE/rd_mcp_0/two/enable"
	put a "$CORE/rd_mcp_0/two/alua_lu_gp"
	mkdir "$CORE/rd_mcp_0/two/alua/peer"
	put 1 "$CORE/rd_mcp_0/two/alua/peer/tg_pt_gp_id"
	put 1 "$alua/first/alua_access_state"
	holds "$CORE/rd_mcp_0/two/alua/peer/alua_access_state" 1
	holds "$CORE/rd_mcp_0/two/alua/default_tg_pt_gp/alua_access_state" 0
	put 0 "$alua/first/alua_access_state"
	rmdir "$CORE/rd_mcp_0/two/alua/peer" "$CORE/rd_mcp_0/two" "$groups/a" "$groups/b"
	holds "$dev/alua_lu_gp" $'LU Group Alias: default_lu_gp\nLU Group ID: 0'
}

# ---------------------------------------------------------------- an exported device

export_device()
{
	loopback_target "$wwn"
	loopback_lun "$wwn" 0 one
	grep -q '^Status: ACTIVATED ' "$dev/info"
	defaults "$dev/statistics" scsi_dev/ports=1 scsi_tgt_dev/status=activated \
		scsi_tgt_dev/non_access_lus=0 scsi_lu/status=available
	holds "$alua/default_tg_pt_gp/members" "loopback/$wwn/tpgt_1/lun_0"
	refused busy rmdir "$dev"
}

fixed_values()
{
	local name

	for name in emulate_model_alias emulate_ua_intlck_ctrl emulate_tas force_pr_aptpl \
		    block_size optimal_sectors queue_depth unmap_zeroes_data; do
		refused "$invalid" put "$(cat "$attrib/$name")" "$attrib/$name"
	done
	for name in vendor_id product_id revision company_id vpd_unit_serial; do
		refused "$invalid" put 1 "$dev/wwn/$name"
	done
	takes "$attrib/emulate_fua_write" 0 1
}

counters()
{
	local disk before

	disk=$(disk_of one)
	before=$(cat "$dev/statistics/scsi_lu/write_mbytes")
	dd if=/dev/zero of="$disk" bs=1M count=4 oflag=direct status=none
	dd if="$disk" of=/dev/null bs=1M count=8 iflag=direct status=none
	holds "$dev/statistics/scsi_lu/write_mbytes" $((before + 4))
	test "$(cat "$dev/statistics/scsi_lu/read_mbytes")" -ge 8
	test "$(cat "$dev/statistics/scsi_lu/num_cmds")" -gt 12
}

# sense TEXT COMMAND...: the command fails with that sense data.
sense()
{
	local text=$1 output
	shift
	output=$("$@" 2>&1) && { echo "no error: $*"; return 1; }
	grep -qi "$text" <<<"$output" || { echo "$output"; return 1; }
}

ready()
{
	sg_turs "$1"
}

state_seen()
{
	local disk lun=$TARGET/loopback/$wwn/tpgt_1/lun/lun_0 group=$alua/first

	disk=$(disk_of one)
	wait_for 30 ready "$disk"
	put first "$lun/alua_tg_pt_gp"
	holds "$group/members" "loopback/$wwn/tpgt_1/lun_0"
	holds "$alua/default_tg_pt_gp/members" ""
	wait_for 30 ready "$disk"
	put 2 "$group/alua_access_state"
	sense "unit attention" sg_turs -vv "$disk"
	sense "standby" sg_turs -vv "$disk"
	sg_inq "$disk" >/dev/null
	put 3 "$group/alua_access_state"
	wait_for 30 sense "unavailable" sg_turs -vv "$disk"
	put 15 "$group/alua_access_state"
	wait_for 30 sense "transition" sg_turs -vv "$disk"
	put 0 "$group/alua_access_state"
	wait_for 30 ready "$disk"
	compare_data "$disk" 2
}

lba_dependent()
{
	local disk group=$alua/first

	disk=$(disk_of one)
	put 1 "$group/alua_access_type"
	put_lines $'0 0\n0 16383 1:O\n16384 32767 1:U' "$dev/lba_map"
	put 4 "$group/alua_access_state"
	wait_for 30 ready "$disk"
	sg_dd if="$disk" of=/dev/null bs=512 count=8 blk_sgio=1 2>/dev/null
	sg_dd if="$disk" of=/dev/null bs=512 count=1 skip=16383 blk_sgio=1 2>/dev/null
	fails sg_dd if="$disk" of=/dev/null bs=512 count=1 skip=16384 blk_sgio=1
	fails sg_dd if="$disk" of=/dev/null bs=512 count=2 bpt=2 skip=16383 blk_sgio=1
	put "" "$dev/lba_map"
	put 0 "$group/alua_access_state"
	put 3 "$group/alua_access_type"
	wait_for 30 ready "$disk"
}

group_removal()
{
	local disk

	disk=$(disk_of one)
	rmdir "$alua/first"
	holds "$alua/default_tg_pt_gp/members" "loopback/$wwn/tpgt_1/lun_0"
	wait_for 30 ready "$disk"
	compare_data "$disk" 1
}

unexport()
{
	unlink "$TARGET/loopback/$wwn/tpgt_1/lun/lun_0/link"
	grep -q '^Status: DEACTIVATED ' "$dev/info"
	defaults "$dev/statistics" scsi_dev/ports=0 scsi_tgt_dev/status=deactivated \
		scsi_tgt_dev/non_access_lus=1 scsi_lu/status=notavailable
	remove_tree "$TARGET/loopback/$wwn"
	takes "$attrib/block_size" 4096 512
}

# ---------------------------------------------------------------- other backstores

file_defaults()
{
	file_device plain 16
	defaults "$CORE/fileio_0/plain/attrib" emulate_write_cache=0 is_nonrot=0 block_size=512 \
		hw_max_sectors=16384 queue_depth=128
	grep -q "File: $WORK/plain.img  Size: 16777216  Mode: O_DSYNC Async: 0" \
		"$CORE/fileio_0/plain/info"
	file_device cached 16 fd_buffered_io=1
	defaults "$CORE/fileio_0/cached/attrib" emulate_write_cache=1
	takes "$CORE/fileio_0/cached/attrib/emulate_write_cache" 0 1
	takes "$CORE/fileio_0/plain/attrib/block_size" 4096
	holds "$CORE/fileio_0/plain/attrib/hw_max_sectors" 2048
}

# claim BLOCK-DEVICE: as mount does.
claim()
{
	python3 -c 'import os, sys; os.open(sys.argv[1], os.O_RDWR | os.O_EXCL)' "$1"
}

# rmdir means that the medium is free, also right after a LUN was in use.
closed_by_rmdir()
{
	local disk round

	disk=$(null_block_device 32)
	for round in 1 2 3 4 5; do
		block_device exclusive "$disk"
		fails claim "$disk"
		loopback_target "$wwn"
		loopback_lun "$wwn" 0 exclusive
		dd if="$(disk_of exclusive)" of=/dev/null bs=1M count=2 iflag=direct status=none
		remove_tree "$TARGET/loopback/$wwn"
		rmdir "$CORE/iblock_0/exclusive"
		claim "$disk"
	done
	echo "$round rounds"
}

block_attributes()
{
	block_device disk "$(null_block_device 16)"
	refused "$invalid" put 1 "$CORE/iblock_0/disk/attrib/emulate_write_cache"
	put 0 "$CORE/iblock_0/disk/attrib/emulate_write_cache"
	attrib_round_trip "$CORE/iblock_0/disk/attrib"
}

# ---------------------------------------------------------------- targetcli

backstore_tree()
{
	targetcli ls /backstores | sed 's/ *\.\.\.* */ /; s/\x1b\[[0-9;]*m//g'
}

targetcli_create()
{
	local disk=$1 name

	targetcli /backstores/ramdisk create name=ram size=8M
	targetcli /backstores/fileio create name=file file_or_dev="$WORK/cli.img" size=8M \
		write_back=false
	targetcli /backstores/fileio create name=back file_or_dev="$WORK/back.img" size=8M
	targetcli /backstores/block create name=block dev="$disk"
	targetcli /backstores/ramdisk/ram set attribute emulate_tas=0
	targetcli /backstores/ramdisk/ram/alua create name=second tag=5
	backstore_tree >"$WORK/created"
	for name in ram file back block; do
		grep -q " $name " "$WORK/created"
		test "$(cat "$CORE"/*/$name/attrib/emulate_model_alias)" = 1
		test "$(cat "$CORE"/*/$name/wwn/product_id)" = $name
	done
	grep -q write-back "$WORK/created"
	grep -q write-thru "$WORK/created"
}

# same_objects FILE FILE: saved configurations, whose order is that of readdir.
same_objects()
{
	python3 - "$@" <<-'END'
	import json, sys
	a, b = [{o["name"]: o for o in json.load(open(f))["storage_objects"]} for f in sys.argv[1:]]
	for name in sorted(a | b):
	    if a.get(name) != b.get(name):
	        sys.exit(f"{a.get(name)}\n{b.get(name)}")
	END
}

targetcli_restore()
{
	targetcli saveconfig "$WORK/saved.json"
	targetcli clearconfig confirm=True
	test -z "$(find "$CORE" -mindepth 1 -maxdepth 1 -name '*_*')"
	targetcli restoreconfig "$WORK/saved.json" >"$WORK/restored-log" 2>&1
	cat "$WORK/restored-log"
	fails grep -Eiq 'skipped|error|cannot' "$WORK/restored-log"
	backstore_tree >"$WORK/restored"
	diff "$WORK/created" "$WORK/restored"
	holds "$(echo "$CORE"/*/ram)/attrib/emulate_tas" 0
	holds "$(echo "$CORE"/*/ram)/alua/second/tg_pt_gp_id" 5
	targetcli saveconfig "$WORK/again.json"
	same_objects "$WORK/saved.json" "$WORK/again.json"
}

targetcli_delete()
{
	targetcli /backstores/block delete block
	targetcli /backstores/fileio delete file
	targetcli clearconfig confirm=True
	test -z "$(find "$CORE" -mindepth 1 -maxdepth 1 -name '*_*')"
}

targetcli_checks()
{
	local disk tree

	if ! command -v targetcli >/dev/null; then
		skip "targetcli" "it is not installed"
		return
	fi
	for tree in "$CORE"/*_*; do
		remove_tree "$tree"
	done
	# It asks there for handlers of user backstores.
	mkdir -p /run/dbus
	dbus-daemon --system --fork
	mkdir -p /etc/rtslib-fb-target
	disk=$(null_block_device 16)
	check "targetcli makes every kind of backstore" targetcli_create "$disk"
	check "targetcli saves, clears and restores them" targetcli_restore
	check "targetcli deletes them" targetcli_delete
}

# ---------------------------------------------------------------- many at once

race()
{
	local i

	mkdir "$CORE/rd_mcp_9"
	for i in 1 2 3 4; do
		(
			for n in 1 2 3 4 5 6 7 8; do
				mkdir "$CORE/rd_mcp_9/r$i"
				echo rd_pages=8 >"$CORE/rd_mcp_9/r$i/control"
				echo 1 >"$CORE/rd_mcp_9/r$i/enable"
				mkdir "$CORE/rd_mcp_9/r$i/alua/g"
				echo $n >"$CORE/rd_mcp_9/r$i/alua/g/tg_pt_gp_id"
				grep -rs . "$CORE/rd_mcp_9" >/dev/null || :
				rmdir "$CORE/rd_mcp_9/r$i/alua/g" "$CORE/rd_mcp_9/r$i"
			done
		) &
	done
	wait
	rmdir "$CORE/rd_mcp_9"
}

# ---------------------------------------------------------------- the checks

start_target
check "dbroot is an existing directory, and ends where it ends" dbroot
check "names of HBA directories" hba_names
check "a plugin's module is loaded and held by its directories" plugin_modules
check "a device before enable" unconfigured
check "a device that is not enabled can't be exported" not_linkable
check "control skips what it does not know; enable once" enable
check "the files are those of the reference, with their modes" reference
check "every file can be read" readable
check "default groups stay, nothing else can be made" fixed_directories
check "dbroot stays while there are devices" dbroot_fixed
check "a device may have the longest name there is" device_names
check "alias and udev_path" notes
check "defaults of attrib" attrib_defaults
check "each attribute takes the value it shows" attrib_round_trip "$attrib"
check "truth values" attrib_bool
check "numbers" attrib_numbers
check "values with a range" attrib_ranges
check "what is not supported is refused" attrib_unsupported
check "block size" attrib_block_size
check "names" names
check "serial number" serial
check "reservations: none" reservations
check "target port group identifiers" group_id
check "target port group settings" group_settings
check "target port group states" group_state
check "transition delay" group_delay
check "metadata of a target port group" group_metadata
check "each setting of a group takes the value it shows" group_round_trip
check "LBA map" map_text
check "LU groups" lu_groups
check "an exported device is activated" export_device
check "what initiators have seen is fixed" fixed_values
check "counters" counters
check "ALUA states as an initiator sees them" state_seen
check "LBA dependent states" lba_dependent
check "a LUN survives its target port group" group_removal
check "the last link gone, the device is deactivated" unexport
check "fileio" file_defaults
check "iblock" block_attributes
check "rmdir of a device frees its medium" closed_by_rmdir
check "devices made and removed in parallel" race
targetcli_checks
