#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode pages through two loopback targets to one device: what MODE SELECT changes, who is told of
# it, what a list that is wrong leaves alone, and saved values of a device that is made again.
# cost: 25
# timeout: 900

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pr_lib.bash"

# page_byte PATH PAGE BYTE [CONTROL]: one byte of a mode page (current, changeable, default, saved).
page_byte()
{
	sg_modes --page="$2" --control="${4:-0}" --dbd -r "$1" | od -An -tx1 -v -j $((8 + $3)) -N 1 |
		tr -d ' '
}

byte_is()
{
	local got

	got=$(page_byte "$1" "$2" "$3" "${5:-0}") && [ "$got" = "$4" ] || {
		echo "page $2 byte $3 is '$got', not '$4'"
		return 1
	}
}

# control PATH BYTE-2 BYTE-4 BYTE-5 [OPTION...]: MODE SELECT(10) of the control page; byte 3 is $qerr
control()
{
	local path=$1 page="0a,0a,$2,${qerr:-10},$3,$4,0,0,0,0,0,0"
	shift 4
	sg_wr_mode --page=a --contents="$page" "$@" "$path"
}

# denied PATH: a WRITE is refused with DATA PROTECT, WRITE PROTECTED
denied()
{
	sg_raw -s 512 -i /dev/zero "$1" 2a 00 00 00 00 00 00 00 01 00 2>&1 | tee /dev/stderr |
		grep -qi "write protected"
}

# refused PATH SENSE BYTES...: MODE SELECT(6) of these bytes fails with that sense data.
refused()
{
	local path=$1 sense=$2 file=$WORK/list
	shift 2
	printf "$(printf '\\x%s' "$@")" >"$file"
	sg_raw -s $# -i "$file" "$path" 15 10 00 00 "$(printf %02x $#)" 00 >"$WORK/refused" 2>&1 &&
		return 1
	cat "$WORK/refused"
	tr -s ' \n' ' ' <"$WORK/refused" | grep -q "$sense"
}

no_more_news()
{
	ready "$1"
}

drop_shared()
{
	remove_tree "$TARGET/loopback/$PR_A" && remove_tree "$TARGET/loopback/$PR_B" &&
		remove_tree "$(device shared)"
}

attr()
{
	cat "$(device shared)/attrib/$1"
}

check "files go to a directory of ours" use_db
check "a device behind two targets" two_paths 16
a=$(path_of $PR_A) b=$(path_of $PR_B)

for page in 1 2 7 8 0xa 0xa,1 0x1c; do
	check "page $page is there" sg_modes --page=$page "$a"
done
check "sdparm reads them" says "WCE .*cha: y" sdparm --page=ca --long "$a"
check_fails "no page 5" sg_modes --page=5 "$a"

check "WCE is off" byte_is "$a" 8 2 00
check "and can be changed" byte_is "$a" 8 2 04 1
check "sdparm sets WCE" sdparm --set=WCE=1 "$a"
check "the page says so" byte_is "$a" 8 2 04
check "and configfs" test "$(attr emulate_write_cache)" = 1
check "the other initiator is told" told "$b" 2a 01
check "once" no_more_news "$b"
check "the sender is not" no_more_news "$a"
check "configfs turns it off" sh -c "echo 0 >'$(device shared)/attrib/emulate_write_cache'"
check "both initiators are told" told "$a" 2a 01
drain "$b"
check "the page says so" byte_is "$b" 8 2 00

check "D_SENSE" control "$a" 04 00 40
drain "$b"
check "sense data are in descriptor format" sh -c \
	"sg_raw '$b' 28 00 ff ff ff ff 00 00 01 00 2>&1 | grep -qi 'descriptor format'"
check "fixed again" control "$a" 00 00 40
drain "$b"
check "SWP" control "$a" 00 08 40
drain "$b"
check "writes are refused" denied "$a"
check "on the other path as well" denied "$b"
check "reads are not" can_read "$b"
check "and WP tells" sh -c "sg_modes --page=8 '$b' | grep -q 'WP=1'"
check "writable again" control "$a" 00 00 40
drain "$b"
check "writes" can_write "$b"
check "TAS goes to configfs" control "$a" 00 00 00
check "configfs" test "$(attr emulate_tas)" = 0
check "and back" control "$a" 00 00 40
drain "$b"

check "UA_INTLCK_CTRL 10b" control "$a" 00 20 40
check "configfs" test "$(attr emulate_ua_intlck_ctrl)" = 1
check_fails "a unit attention" ready "$b"
check_fails "stays" ready "$b"
check "until REQUEST SENSE takes it" told "$b" 2a 01
check "UA_INTLCK_CTRL 11b" control "$a" 00 30 40
told "$b" 2a 01 2>/dev/null
check "A reserves" sg_raw "$a" 16 00 00 00 00 00
check "B has a conflict" conflicts can_write "$b"
check "A releases" sg_raw "$a" 17 00 00 00 00 00
check "B is told: previous reservation conflict" told "$b" 2c 09
check "normal again" control "$a" 00 00 40
drain "$b"

check "thin provisioning" sh -c "echo 1 >'$(device shared)/attrib/emulate_tpu'"
check "both are told: INQUIRY data changed" told "$a" 3f 03
check "the other" told "$b" 3f 03
check "once" no_more_news "$b"

# reached PATH OFFSET: THIN PROVISIONING SOFT THRESHOLD REACHED, by the descriptor at that offset
reached()
{
	sg_requests --hex --maxlen=18 "$1" | tee /dev/stderr |
		grep -q "^ *00 *f0 00 06 00 00 00 $2 0a  00 00 00 00 38 07"
}

# ENABLED COUNT ENABLED COUNT: of what is available, and of what is used
threshold()
{
	sg_wr_mode --page=1c,2 --contents="5c,2,0,1c,0,0,0,0,0,0,0,0,0,0,0,0,\
$1,1,0,0,0,0,0,$2,$(printf %x $((1 | 0x$3))),2,0,0,0,0,0,$4" "$a"
}

# The threshold is within the last one, and the command that passes it is the last to be sent: the
# next ones are told.
write_9_mib()
{
	sg_dd if=/dev/zero of="$a" bs=512 count=16384 &&
		sg_dd if=/dev/zero of="$a" bs=512 bpt=2048 seek=16384 count=2048
}

check "thresholds are counted in MiB" says "hreshold exponent: 11" sg_vpd -p lbpv "$a"
# Nothing of the 16 is used but what was written above.
check "15 whole MiB are available" says "Available .* count: 15" sg_logs --page=0xc "$a"
check "none is used" says "Used .* count: 0" sg_logs --page=0xc "$a"
check "the mode page has two thresholds" says "Logical block provisioning" \
	sg_modes --page=0x1c,2 "$a"
check "LBPERE" sg_wr_mode --page=1 --contents="1,a,0,0,0,0,0,80,0,0,0,0" "$a"
check "a threshold of 8 MiB" threshold 80 8 0 0
drain "$b"
sleep 2
check "is not reached" no_more_news "$b"
check "write 9 MiB" write_9_mib
check "it is reached" wait_for 20 reached "$b" 10
check "which everybody is told" reached "$a" 10
sleep 2
check "once" no_more_news "$b"
check "9 MiB are used" says "Used .* count: 9" sg_logs --page=0xc "$a"
check "unmap them" sg_unmap --lba=0 --num=18432 "$a"
sleep 3
check "write them again" write_9_mib
check "it is reached again" wait_for 20 reached "$b" 10
check "for everybody" reached "$a" 10
check "a threshold of 4 used MiB that is behind us" threshold 0 0 80 4
check "is reached at once" wait_for 20 reached "$b" 18
check "which everybody is told" reached "$a" 18
check "disable it" threshold 0 0 0 0
drain "$a" "$b"

check "a bit that can't change" refused "$a" "byte 6 bit 7" \
	00 00 00 00 08 12 80 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
check "a list cut off" refused "$a" "Parameter list length error" 00 00 00 00 08 12 04
check "good page, then a bad one" refused "$a" "byte 24 bit 5" \
	00 00 00 00 08 12 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 09 00
check "nothing of it was done" byte_is "$a" 8 2 00
check "nobody is told" no_more_news "$b"

check "nothing is saved" test ! -e "$db/lu/mode_shared"
check "D_SENSE and TAS off, saved" control "$a" 04 00 00 --save
check "the file" grep -qx D_SENSE=1 "$db/lu/mode_shared"
check "the saved page" byte_is "$a" 0xa 2 04 3
check "the default page" byte_is "$a" 0xa 2 00 2
check "WCE, not saved" sdparm --set=WCE=1 "$a"
check "D_SENSE off, not saved" control "$a" 00 00 00
drain "$b"
check "a reset of the unit" sg_reset -d "$b"
check "is all that initiators are told" told "$a" 29 03
drain "$a" "$b"
check "what was saved is back" byte_is "$a" 0xa 2 04
check "the cache as well" byte_is "$b" 8 2 00
check "D_SENSE off again" control "$a" 00 00 00
check "remove the device" drop_shared
printf 'SWP=7\nnonsense\n' >>"$db/lu/mode_shared"
check "make it again" two_paths 16
a=$(path_of $PR_A) b=$(path_of $PR_B)
check "the saved value is back" byte_is "$a" 0xa 2 04
check "what is no value is not" byte_is "$a" 0xa 4 00
check "configfs" test "$(attr emulate_tas)" = 0

# ---------------------------------------------------------------- QERR

stuck_device()
{
	block_device shared "$(stuck_disk 16)" && attach_paths
}

# hanging_read PATH OTHER: how a READ through OTHER that hangs ends when a command of PATH fails.
hanging_read()
{
	local status=0

	suspend || return
	can_read "$2" >"$WORK/read" 2>&1 &
	sleep 1
	sg_raw -r 512 "$1" 28 00 ff ff ff ff 00 00 01 00 && return 1
	resume
	wait $! || status=$?
	cat "$WORK/read"
	return $status
}

check "remove the device" drop_shared
rm "$db/lu/mode_shared"
check "a medium that can hang" stuck_device
a=$(path_of $PR_A) b=$(path_of $PR_B)
qerr=12
check "QERR 01b" control "$a" 00 00 40
drain "$b"
check_fails "a command that fails aborts the others" hanging_read "$a" "$b"
qerr=16
check "QERR 11b" control "$a" 00 00 40
drain "$b"
check "those of another nexus survive that" hanging_read "$a" "$b"
check "remove it" drop_shared
dmsetup remove stuck
