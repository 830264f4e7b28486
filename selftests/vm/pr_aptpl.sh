#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Registrations that outlive the device: the file they are kept in, feeding it back through
# configfs the way rtslib does, before the initiators come back, and what happens without that.
# cost: 40
# timeout: 1200

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pr_lib.bash"

file=$db/pr/aptpl_shared

# Splits at white space, joins what is between PR_REG_START and PR_REG_END and the number behind
# that with commas; rtslib writes each with one write.
feed_back()
{
	local word record=

	for word in $(tr -d '\0' <"$file"); do
		case $word in
		PR_REG_START:) [ -z "$record" ] || write_file "$pr/res_aptpl_metadata" "$record" || return
			record= ;;
		PR_REG_END:) ;;
		*) record=${record:+$record,}$word ;;
		esac
	done
	write_file "$pr/res_aptpl_metadata" "$record,"
}

teardown_shared()
{
	remove_tree "$TARGET/loopback/$PR_A" && remove_tree "$TARGET/loopback/$PR_B" &&
		remove_tree "$(device shared)"
}

expected()
{
	cat <<-END
		PR_REG_START: 0
		initiator_fabric=loopback
		initiator_node=naa.60014050000000a1
		sa_res_key=10
		res_holder=1
		res_type=05
		res_scope=00
		res_all_tg_pt=0
		mapped_lun=0
		target_fabric=loopback
		target_node=$PR_A
		tpgt=1
		port_rtpi=$1
		target_lun=0
		PR_REG_END: 0
		PR_REG_START: 1
		initiator_fabric=loopback
		initiator_node=naa.60014050000000b1
		sa_res_key=11
		res_holder=0
		res_all_tg_pt=0
		mapped_lun=0
		target_fabric=loopback
		target_node=$PR_B
		tpgt=1
		port_rtpi=$2
		target_lun=0
		PR_REG_END: 1
	END
	printf '\0'
}

file_is_as_expected()
{
	local numbers

	mapfile -t numbers < <(sed -n 's/port_rtpi=//p' "$file")
	expected "${numbers[@]}" >"$WORK/expected" && cmp "$file" "$WORK/expected"
}

file_says_nothing()
{
	printf 'No Registrations or Reservations\0' | cmp - "$file"
}

check "files are kept in a directory of our own" use_db
check "a device behind two targets" two_paths 16
a=$(path_of $PR_A) b=$(path_of $PR_B)
pr=$(device shared)/pr
check "A registers, not to be kept" register "$a" 0 0xa
check "nothing is written" fails test -e "$file"
check "A registers again, to be kept" register "$a" 0xa 0xa --param-aptpl
check "configfs says so" file_has "$pr/res_aptpl_active" Activated
check "B registers" register "$b" 0 0xb --param-aptpl
check "A reserves for registrants" reserve "$a" 0xa 5
check "the file is there to the byte" file_is_as_expected
check "and nothing else" test "$(ls -A "$db/pr")" = aptpl_shared

check_fails "an exported device takes no registration" \
	write_file "$pr/res_aptpl_metadata" "$(sed -n 2,15p "$file" | tr '\n' ,)"
check "the device goes away" teardown_shared
check "it comes back" ramdisk shared 16
pr=$(device shared)/pr
check "with nobody registered" file_has "$pr/res_pr_registered_i_pts" None
check "the file is fed back" feed_back
check "the holder holds it" file_has "$pr/res_pr_type" \
	"Write Exclusive Access, Registrants Only"
check "it is exported again" attach_paths
a=$(path_of $PR_A) b=$(path_of $PR_B)
check "both are registered" keys_are "$a" 0xa 0xb
check "PRGENERATION starts over" file_has "$pr/res_pr_generation" 0x00000000
check "READ RESERVATION tells" says "Key=0xa" \
	sg_persist --in --no-inquiry --read-reservation "$b"
check "READ FULL STATUS names the initiators" says "SAS address: 0x60014050000000a1" \
	sg_persist --in --no-inquiry --read-full-status "$b"
check "B writes, as a registrant" can_write "$b"
check "B unregisters" register "$b" 0xb 0 --param-aptpl
check "B does not write any more" conflicts can_write "$b"
check "the file follows" fails grep -q -F 00000000b1 "$file"
check "A releases with its key" release "$a" 0xa 5
check "B writes" can_write "$b"

# A directory in the file's place can't be replaced.
block_file()
{
	rm "$file" && mkdir "$file"
}

check "the file can't be written" block_file
check_fails "RESERVE fails then" reserve "$a" 0xa 3
check "and has done nothing" file_has "$pr/res_holder" "No SPC-3 Reservation holder"
check "the file can be written" rmdir "$file"
check "RESERVE does it now" reserve "$a" 0xa 3
check "A registers without" register "$a" 0xa 0xa
check "the file says so" file_says_nothing
check "configfs says so" file_has "$pr/res_aptpl_active" Disabled

# Without anybody to feed it back the file is read when the device is exported.
reservation_is_there()
{
	keys_are "$a" 0xa 0xb && conflicts can_write "$b" &&
		file_has "$pr/res_pr_type" "Exclusive Access" && file_has "$pr/res_aptpl_active" Activated
}

recreate()
{
	teardown_shared && ramdisk shared 16 && file_has "$pr/res_pr_registered_i_pts" None
}

come_back()
{
	recreate && attach_paths
}

# REQUEST SENSE is answered all the same, and takes the unit attentions.
come_back_lost()
{
	recreate && link_paths && wait_for 10 no_attention "$(path_of $PR_A)" &&
		wait_for 10 no_attention "$(path_of $PR_B)"
}

no_attention()
{
	fails answers "Unit Attention" sg_requests "$1"
}

check "A registers, to be kept" register "$a" 0xa 0xa --param-aptpl
check "B too" register "$b" 0 0xb --param-aptpl
check "the device goes away and comes back" come_back
a=$(path_of $PR_A) b=$(path_of $PR_B)
check "its reservation is there" reservation_is_there
check "the file is cut short" sed -i '/PR_REG_END: 1/d' "$file"
check "the device comes back again" come_back_lost
a=$(path_of $PR_A) b=$(path_of $PR_B)
check "nobody is registered" file_has "$pr/res_pr_registered_i_pts" None
check "the log says why" sh -c "dmesg | tail -n 400 | grep -q \"shared: can't put back the reservations\""

# SPC-4 5.13.5.3: who may do what is not known any more, so nobody may but what helps.
lost="Persistent reservation information lost"

replace()
{
	pr_out --verbose --replace-lost --param-rk="$2" --param-sark="$3" --prout-type="$4" --param-aptpl "$1"
}

nobody_gets_to_it()
{
	local path

	for path in "$a" "$b"; do
		fails_with "Data Protect" sg_raw -v -r 512 "$path" 28 00 00 00 00 00 00 00 01 00
		fails_with "$lost" sg_raw -v "$path" 00 00 00 00 00 00
		fails_with "$lost" sg_persist --in --verbose --no-inquiry --read-keys "$path"
		fails_with "$lost" register "$path" 0 0xb --verbose
		sg_inq "$path"
		sg_luns "$path"
		sg_logs --page=0 "$path"
		sg_raw "$path" 1b 00 00 00 01 00
	done
}

turned_off()
{
	echo 0 >"$(device shared)/attrib/emulate_pr"
	can_write "$b" && echo 1 >"$(device shared)/attrib/emulate_pr" &&
		fails_with "$lost" can_write "$b"
}

not_replaced_unless_written()
{
	block_file
	fails_with "Hardware Error" replace "$a" 0 0xc 3
	rmdir "$file"
	fails_with "$lost" can_write "$a"
	fails_with "Invalid field in parameter list" replace "$a" 0xa 0xc 3
	fails_with "Invalid field in cdb" replace "$a" 0 0xc 2
	fails_with "$lost" can_write "$a"
}

check "nobody gets to the medium" nobody_gets_to_it
check "but with reservations turned off" turned_off
check "a reservation that can't be kept replaces none" not_replaced_unless_written
check "A replaces the lost reservation" replace "$a" 0 0xc 3
check "it holds the new one" keys_are "$a" 0xc
check "A writes" can_write "$a"
check "B does not" conflicts can_write "$b"
check "PRGENERATION is 0" file_has "$pr/res_pr_generation" 0x00000000
check "nothing is lost any more" fails_with "Invalid release of persistent reservation" \
	replace "$a" 0 0xd 3
check "the device comes back" come_back
a=$(path_of $PR_A) b=$(path_of $PR_B)
check "with the new reservation" keys_are "$a" 0xc
check "which B has to respect" conflicts can_write "$b"

# ---- a serial number that no file can be named after: nothing is kept, and nothing is lost ----

long=$(printf 'x%.0s' {1..253})

long_serial()
{
	local path=$CORE/rd_mcp_0/long

	mkdir -p "$path" && echo rd_pages=256 >"$path/control" &&
		echo "$long" >"$path/wwn/vpd_unit_serial" && echo 1 >"$path/enable" &&
		loopback_link $PR_A 1 long && wait_for 20 disk_of "$long" >/dev/null
}

check "a device with the longest serial number" long_serial
c=$(disk_of "$long")
drain "$c"
check "it can be used" can_write "$c"
check "a registration is taken" register "$c" 0 0xf
check "but not one to be kept" fails_with "Hardware Error" register "$c" 0xf 0xe --param-aptpl
