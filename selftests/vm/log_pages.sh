#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Log pages, buffers, self-tests, ports, time and names, as sg3_utils sees them, over loopback. The
# counters are those of real commands; a second target shows what other initiators are told.
# cost: 30
# timeout: 300

. "$(dirname "$0")/lib.sh"

one=naa.5001405000000001
two=naa.5001405000000002

# refused BYTE [BIT] -- CDB...: INVALID FIELD IN CDB with this field pointer.
refused()
{
	local pointer="byte $1"
	[ "$2" = -- ] || { pointer+=" bit $2"; shift; }
	shift 2
	answers "Error in Command: $pointer\$" sg_raw -r 512 "$sg" "$@"
}

# second_disk DEVICE: the disk of the device that disk_of does not find.
second_disk()
{
	disks_of "$1" | grep -vxF "$(disk_of "$1")"
}

# is_told PATTERN: the other initiator has exactly one unit attention, which is this one.
is_told()
{
	answers "$1" sg_requests "$other" && answers 'No Sense' sg_requests "$other"
}

is_told_nothing()
{
	answers 'No Sense' sg_requests "$other"
}

read_blocks()
{
	sg_dd if="$sg" of=/dev/null bs=512 bpt=8 count="$1"
}

start_target
mkdir -p "$(cat "$TARGET/dbroot")"
ramdisk ram 64
loopback_target $one
loopback_lun $one 0 ram
disk=$(disk_of ram)
sg=$(sg_of "$disk")
loopback_target $two
loopback_lun $two 0 ram
wait_for 20 second_disk ram >/dev/null
other=$(sg_of "$(second_disk ram)")

check "log pages are listed" answers 'Informational exceptions' sg_logs "$sg"
check "every log page can be read" sg_logs -a "$sg"
check "log pages are listed with subpages" answers '0x00,0xff +Supported' sg_logs -p 0,0xff "$sg"

check "counters can be reset" sg_logs -R "$sg"
check "reset counters are zero" answers 'Total bytes processed = 0$' sg_logs -p 3 "$sg"
check "the other initiator is told" is_told 'Log parameters changed'
read_blocks 16
check "bytes read are counted" answers 'Total bytes processed = 8192$' sg_logs -p 3 "$sg"
check "reads are counted" answers 'number of read commands = 2$' sg_logs -p 0x19 "$sg"
check "blocks read are counted" answers 'logical blocks transmitted = 16$' sg_logs -p 0x19 "$sg"
sg_dd if=/dev/zero of="$sg" bs=512 bpt=8 count=24 2>/dev/null
check "bytes written are counted" answers 'Total bytes processed = 12288$' sg_logs -p 2 "$sg"
check "writes are counted" answers 'number of write commands = 3$' sg_logs -p 0x19 "$sg"
sg_verify --lba=8 --count=4 "$sg"
check "bytes verified are counted" answers 'Total bytes processed = 2048$' sg_logs -p 5 "$sg"
check "one page can be reset" sg_logs -R -p 3 "$sg"
check "the page is zero" answers 'Total bytes processed = 0$' sg_logs -p 3 "$sg"
check "the others are not" answers 'number of read commands = 2$' sg_logs -p 0x19 "$sg"
sg_requests "$other" >/dev/null
check "a page without counters can be reset" sg_logs -R -p 0x2f "$sg"
check "which changes nothing" is_told_nothing
check "thresholds are out of reach" answers 'Total uncorrected errors = 18446744073709551615' \
	sg_logs -c 0 -p 3 "$sg"
check "the parameter pointer skips parameters" answers '^ 00 +83 00 00 0c 00 06 22 08' \
	sg_logs -p 3 -P 6 -H "$sg"

check "a parameter pointer past the end is refused" refused 5 -- 4d 0 43 0 0 0 7 0 ff 0
check "a page that is not there is refused" refused 2 5 -- 4d 0 7e 0 0 0 0 0 ff 0
check "a subpage that is not there is refused" refused 3 -- 4d 0 43 1 0 0 0 0 ff 0
check "saving is refused" refused 1 0 -- 4d 1 43 0 0 0 0 0 ff 0

printf '\003\000\000\014\000\006\042\010\000\000\000\000\000\000\000\000' >"$WORK/list"
check "a parameter can be reset" sg_raw -s 16 -i "$WORK/list" "$sg" 4c 0 40 0 0 0 0 0 10 0
check "which the other initiator is told, too" is_told 'Log parameters changed'
check "a parameter list that is cut off is refused" answers 'Parameter list length error' \
	sg_raw -s 15 -i "$WORK/list" "$sg" 4c 0 40 0 0 0 0 0 10 0

# sg_read_buffer of sg3_utils 1.46 asks for no bytes whatever --length says.
read_buffer()
{
	sg_raw -r "$1" -o "$WORK/copy" "${@:2}"
}

check "the buffer has 64 KiB" answers '^ 00 +00 01 00 00' sg_raw -r 4 "$sg" 3c 3 0 0 0 0 0 0 4 0
read_buffer 512 "$sg" 3c 2 0 0 80 0 0 2 0 0
check "what was never written reads as zeroes" cmp -n 512 "$WORK/copy" /dev/zero
head -c 512 /dev/urandom >"$WORK/noise"
check "the buffer can be written" sg_write_buffer -m data -o 65024 -l 512 -I "$WORK/noise" "$sg"
read_buffer 512 "$sg" 3c 2 0 0 fe 0 0 2 0 0
check "and read" cmp "$WORK/noise" "$WORK/copy"
read_buffer 512 "$other" 3c 2 0 0 fe 0 0 2 0 0
check "by every initiator" cmp "$WORK/noise" "$WORK/copy"
check "writing past its end is refused" refused 6 -- 3b 2 0 0 fe 1 0 2 0 0
check "another buffer is refused" refused 2 -- 3c 2 1 0 0 0 0 2 0 0
check "microcode is refused" refused 1 4 -- 3b 5 0 0 0 0 0 0 0 0

check "nobody has written the echo buffer" answers 'Command sequence error' \
	sg_raw -r 512 "$sg" 3c a 0 0 0 0 0 2 0 0
check "it can be written" sg_write_buffer -m echo -l 512 -I "$WORK/noise" "$sg"
check "the echo buffer has 4 KiB" answers '^ 00 +01 00 10 00' sg_raw -r 4 "$sg" 3c b 0 0 0 0 0 0 4 0
read_buffer 512 "$sg" 3c a 0 0 0 0 0 2 0 0
check "and read" cmp "$WORK/noise" "$WORK/copy"
sg_write_buffer -m echo -l 4 -I "$WORK/noise" "$other"
check "who is overwritten is told" answers 'Echo buffer overwritten' \
	sg_raw -r 512 "$sg" 3c a 0 0 0 0 0 2 0 0

block_device bad "$(null_block_device 16)"
echo +64-71 >/sys/kernel/config/nullb/*/badblocks
loopback_lun $one 1 bad
bad=$(sg_of "$(disk_of bad)")
sg_logs -R "$bad"
sg_raw -r 512 "$bad" 28 0 0 0 0 40 0 0 1 0
sg_verify --lba=70 --count=1 "$bad"
check "an error of a read is counted" answers 'Total uncorrected errors = 1$' sg_logs -p 3 "$bad"
check "an error of VERIFY is counted" answers 'Total uncorrected errors = 1$' sg_logs -p 5 "$bad"
check "writes had none" answers 'Total uncorrected errors = 0$' sg_logs -p 2 "$bad"

# background CODE: runs a self-test in the background.
background()
{
	sg_senddiag -s "$1" "$sg" && wait_for 20 no_test_runs "$sg"
}

# no_test_runs DISK
no_test_runs()
{
	! answers 'elf-test in progress' sg_requests "$1"
}

newest_result()
{
	answers "$1" sg_raw -r 24 "$sg" 4d 0 50 0 0 0 0 0 18 0
}

sg_requests "$sg" >/dev/null
check "the default self-test passes" answers 'GOOD' sg_senddiag -t "$sg"
check "it is not in the log" newest_result '^ 00 +90 00 01 90 00 01 23 10  00 00'
check "a short self-test passes" sg_senddiag -s 5 "$sg"
check "it is in the log" newest_result '^ 00 +90 00 01 90 00 01 23 10  a0 00'
check "an extended self-test passes" sg_senddiag -s 6 "$sg"
check "it is the newest in the log" newest_result '^ 00 +90 00 01 90 00 01 23 10  c0 00'
check "a self-test in the background passes" background 1
check "that is in the log, too" newest_result '^ 00 +90 00 01 90 00 01 23 10  20 00'
check "sg_logs shows the results" answers 'result: completed without error' sg_logs -p 0x10 "$sg"
check "nothing is there to be aborted" refused 1 7 -- 1d 80 0 0 0 0
check "an unknown self-test is refused" refused 1 7 -- 1d 60 0 0 0 0
check "diagnostic pages are listed" answers 'Supported diagnostic pages' sg_senddiag -l "$sg"

sg_requests "$bad" >/dev/null
check "a self-test of a bad medium fails" answers 'self-test' sg_raw "$bad" 1d c0 0 0 0 0
check "the log says where" answers '^ 00 +90 00 01 90 00 01 23 10  c5 01 00 00 00 00 00 00' \
	sg_raw -r 24 "$bad" 4d 0 50 0 0 0 0 0 18 0
file_device big 1048576
loopback_lun $one 2 big
big=$(sg_of "$(disk_of big)")
sg_senddiag -s 2 "$big"
check "an extended self-test runs in the background" answers 'elf-test in progress' \
	sg_requests "$big"
check "commands go on meanwhile" sg_turs "$big"
check "another self-test is refused" answers 'elf-test in progress' sg_raw "$big" 1d 20 0 0 0 0
check "the self-test can be aborted" sg_raw "$big" 1d 80 0 0 0 0
wait_for 20 no_test_runs "$big"
check "the log says so" answers '^ 00 +90 00 01 90 00 01 23 10  41 00' \
	sg_raw -r 24 "$big" 4d 0 50 0 0 0 0 0 18 0
sg_senddiag -s 2 "$big"
sg_reset -d "$big"
wait_for 20 no_test_runs "$big"
check "a reset stops it" answers '^ 00 +90 00 01 90 00 01 23 10  42 00' \
	sg_raw -r 24 "$big" 4d 0 50 0 0 0 0 0 18 0
sg_senddiag -s 2 "$big"

check "every VPD page can be read" sg_vpd --all "$sg"
check "the mode pages are shared" answers 'Policy page code: 0x3f' sg_vpd -p mpp "$sg"
check "there are two ports" answers 'Relative port=2' sg_vpd -p sp "$sg"
check "they have names" answers 'naa.5001405000000002' sg_vpd -p sp "$sg"
check "no management address is known" sg_vpd -p mna "$sg"
check "an extended self-test takes a minute" answers 'Extended self-test completion minutes=1' \
	sg_vpd -p ei -l "$sg"

luns_of()
{
	sg_raw -r 64 "$sg" a0 0 "$1" 0 0 0 0 0 0 40 0 0 2>&1
}

check "there is one well known LUN" answers 'c101000000000000' sg_luns -s 1 "$sg"
check "it is listed behind the others" answers '^ 00 +00 00 00 20 00 00 00 00 ' luns_of 2
check "it is not among the ordinary ones" answers '^ 00 +00 00 00 18 00 00 00 00 ' luns_of 0
check "there are no administrative ones" answers '^ 00 +00 00 00 00 00 00 00 00 +\.' luns_of 10
check "all are ordinary" answers '^ 00 +00 00 00 18 00 00 00 00 ' luns_of 11
check "nobody has subsidiaries" refused 2 -- a0 0 12 0 0 0 0 0 0 40 0 0
check "timeouts of task management functions are reported" \
	sg_opcodes -t -R "$sg"

check "the time is the kernel's" answers 'initialized by other method' sg_timestamp -o "$sg"
now=$(($(date +%s) * 1000))
told=$(sg_timestamp "$sg" | tail -n 1)
check "to a minute" test $((told > now - 60000 && told < now + 60000)) = 1
check "it can be set" sg_timestamp -S -m 1600000000000 "$sg"
told=$(sg_timestamp "$sg" | tail -n 1)
check "and goes on from there" \
	test $((told >= 1600000000000 && told < 1600000300000)) = 1
check "its origin is told" answers '^ 00 +00 0a 02 00' sg_raw -r 12 "$sg" a3 f 0 0 0 0 0 0 0 c 0 0
check "the other initiator is told" is_told 'Timestamp changed'

check "no identifying information is set" answers '^ 00 +00 00 00 00 +\.' \
	sg_raw -r 64 "$sg" a3 5 0 0 0 0 0 0 0 40 0 0
printf 'rack 7' >"$WORK/ident"
check "it can be set" sg_ident -S "$sg" <"$WORK/ident"
check "and read" answers 'rack 7' sg_ident -A "$sg"
check "which the other initiator is told" is_told 'Device identifier changed'
check "its types are listed" answers '^ 00 +00 00 00 08 00 00 02 00 +04 00 01 00' \
	sg_raw -r 64 "$sg" a3 5 0 0 0 0 0 0 0 40 fe 0
check "text needs a NUL" answers 'byte 5$' \
	sg_raw -s 6 -i "$WORK/ident" "$sg" a4 6 0 0 0 0 0 0 0 6 4 0
check "more than there is room for is refused" refused 6 -- a4 6 0 0 0 0 0 0 2 1 0 0

again()
{
	find "$TARGET/loopback" -type l -delete
	take_down && ramdisk ram 64 && loopback_target $one && loopback_lun $one 0 ram
}

check "everything can be set up again" again
sg=$(sg_of "$(disk_of ram)")
sg_requests "$sg" >/dev/null
check "self-test results are kept" newest_result '^ 00 +90 00 01 90 00 01 23 10  20 00'
check "identifying information is kept" answers 'rack 7' sg_ident -A "$sg"
