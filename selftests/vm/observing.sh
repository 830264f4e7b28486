#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What debugfs tells of a device: the commands that are outstanding, orphans among them, and how
# long commands took. Faults of each kind are injected, by loopback and by iSCSI, and whatever they
# hold is let go when the device is removed.
# cost: 60
# timeout: 1200

. "$(dirname "$0")/lib.sh"

debug=/sys/kernel/debug/target
ram=$debug/rd_mcp_0/ram
wwn=naa.5001405000000001
iqn=iqn.2024-01.org.example:observing

# ---------------------------------------------------------------- helpers

inject()
{
	local rule

	echo clear >$ram/inject || return
	for rule; do
		echo "$rule" >$ram/inject || return
	done
}

release()
{
	echo clear >$ram/inject && echo 1 >$ram/release
}

# statistic NAME
statistic()
{
	cat "$(device ram)/statistics/scsi_tgt_dev/$1"
}

# listed FILE WORD...: one line of it has all the words.
listed()
{
	local file=$1 word lines
	shift
	lines=$(cat "$file")
	for word; do
		lines=$(grep -e "$word" <<<"$lines") || return
	done
}

not_listed()
{
	! grep -q -e "$2" "$1"
}

age_of_write()
{
	sed -n '/(WRITE(10))/s/^age_ms=\([0-9]*\) .*/\1/p' $ram/commands
}

# counted CLASS NUMBER [FROM]: so many commands of the class, or so many that took FROM us or more.
counted()
{
	awk -v class="$1" -v want="$2" -v from="${3:-commands}" '
		$1 == "from_us" { for (i = 2; i <= NF; i++) if ($i == class) column = i }
		$1 == "commands" { total = $column }
		$1 ~ /^[0-9]+$/ && $1 >= from + 0 { late += $column }
		END { exit (from == "commands" ? total : late) != want }' $ram/latency
}

# seen_and_hit SEEN HIT: counters of the only rule.
seen_and_hit()
{
	grep -q "# seen $1, hit $2\$" $ram/inject
}

# says PATTERN COMMAND...: whatever its status.
says()
{
	local pattern=$1
	shift
	"$@" 2>&1 | tee "$WORK/said"
	grep -q -i -e "$pattern" "$WORK/said"
}

read_block()
{
	sg_raw -r 512 "$disk" 28 00 00 00 00 "$1" 00 00 01 00
}

write_block()
{
	sg_raw --timeout=600 -s 512 -i "${2:-/dev/zero}" "$disk" 2a 00 00 00 00 "$1" 00 00 01 00
}

# Outside of check: in its subshell the process would not be ours.
start_write()
{
	write_block "$@" >"$WORK/write" 2>&1 &
	writer=$!
}

held()
{
	wait_for 20 listed $ram/commands "op=0x2a(WRITE(10))" state=active "lba=$1"
}

writer_ended()
{
	wait_for 20 sh -c "! kill -0 $writer 2>/dev/null"
}

# ---------------------------------------------------------------- files

set_up()
{
	ramdisk ram 16 && loopback_target $wwn && loopback_lun $wwn 0 ram
}

check "a ramdisk behind loopback" set_up
disk=$(disk_of ram)

modes()
{
	[ "$(stat -c %a $ram/commands $ram/latency $ram/inject $ram/release | tr '\n' ' ')" = \
	  "400 600 600 200 " ]
}

refuses_noise()
{
	local text

	for text in "" hang "drop drop" "delay" "delay ms=0" "delay ms=600001" "sense key=16" \
		"drop ms=5" "drop lba=5-4" "drop lba=-1" "drop class=reads" "drop percent=101" \
		"drop times=-1" "drop op=0x1ff" "drop =" "drop $(printf '%0600d' 0)"; do
		! echo "$text" >$ram/inject || return
	done 2>/dev/null
	! printf 'drop\0' >$ram/inject || return
	! printf '\377\376\0\1' >$ram/inject || return
	for text in 2 on "1 1" -1 ""; do
		! echo "$text" >$ram/latency || return
		! echo "$text" >$ram/release || return
	done 2>/dev/null
	[ -z "$(cat $ram/inject)" ]
}

eight_rules()
{
	inject drop{,,,,,,,}" op=0xff" && ! echo "drop op=0xff" >$ram/inject && inject
}

check "the files are for root alone" modes
check "what is no rule and no command is refused" refuses_noise
check "there is room for eight rules" eight_rules

# ---------------------------------------------------------------- latency

one_of_each_class()
{
	local cdb

	echo reset >$ram/latency
	read_block 0 && write_block 8 &&
		sg_raw -s 512 -i /dev/zero "$disk" 41 00 00 00 00 10 00 00 08 00 || return
	for cdb in "35 00 00 00 00 00 00 00 00 00" "00 00 00 00 00 00"; do
		# shellcheck disable=SC2086
		sg_raw "$disk" $cdb || return
	done
}

each_class_has_one()
{
	local class

	for class in read write unmap sync other; do
		counted $class 1 || return
	done
}

delayed_read()
{
	inject "delay ms=50 class=read lba=0-7 times=1" && read_block 4 && seen_and_hit 1 1
}

check "nothing is measured before it is switched on" grep -qx off $ram/latency
echo 1 >$ram/latency
check "a command of each class" one_of_each_class
check "counts in its class" each_class_has_one
echo reset >$ram/latency
check "a read is delayed by 50 ms" delayed_read
check "which is where the histogram has it" counted read 1 32768
check "the delay is no shorter" test "$(awk '$1 == "mean_us" { print $2 }' $ram/latency)" -ge 50000
check "other blocks are not delayed" inject "delay ms=600000 lba=0-7"
check "and are counted, too" read_block 8
check "twice" counted read 2
echo 0 >$ram/latency
check "switched off, counters stay" counted read 2
check "and do not grow" read_block 8
check "at all" counted read 2

# ---------------------------------------------------------------- sense data

injected=$(statistic injected)
check "a medium error on some blocks" inject "sense key=3 asc=0x11 ascq=4 lba=2-3 class=read"
check "is what a read of them says" says "medium error" read_block 3
check "with the additional sense code" grep -q -i "unrecovered read error - auto reallocate failed" \
	"$WORK/said"
check "and the block" grep -q "3 (0x3)\|Info fld=0x3" "$WORK/said"
check "a write does not" write_block 3
check "nor other blocks" read_block 4
check "every second command, three times" inject "sense key=0xb op=0 every=2 times=3"
sg_turs -n 9 "$disk" >/dev/null 2>&1
check "counts what it has seen and met" seen_and_hit 6 3
check "the device has counted them all" test "$(statistic injected)" -eq $((injected + 4))

# ---------------------------------------------------------------- hanging commands

age_grows()
{
	local age

	age=$(age_of_write) && [ "$age" -lt 100000 ] && wait_for 10 older_than "$age"
}

older_than()
{
	[ "$(age_of_write)" -gt "$1" ]
}

same_block()
{
	sg_raw -r 512 -o "$WORK/back" "$disk" 28 00 00 00 00 "$1" 00 00 01 00 && cmp "$WORK/back" "$2"
}

dd if=/dev/urandom of="$WORK/block" bs=512 count=1 status=none
check "writes of a block hang" inject "drop class=write lba=5"
start_write 5 "$WORK/block"
check "and are listed" held 5
check "with all there is to know" listed $ram/commands "lun=0" "lba=5 blocks=1" \
	"flags=injected " "device=rd_mcp_0/ram" "target=loopback/$wwn/tpgt_1" "initiator=naa.6001405"
check "and an age that grows" age_grows
check "other commands are not held" read_block 5
check "and are not listed when they have ended" not_listed $ram/commands "READ"
check "once released" release
check "it ends" writer_ended
wait $writer
check "well" test $? = 0
check "having done its work" same_block 5 "$WORK/block"

ever=$(statistic orphans_ever) aborted=$(statistic aborted)
check "another one" inject "drop op=0x2a"
start_write 6
check "is held" held 6
timeout 30 sg_reset -N -d "$disk" >/dev/null 2>&1
check "the reset of the unit is answered, and leaves an orphan" \
	listed $ram/commands "flags=aborted,orphan,injected" "lba=6"
check "also in the list of all devices" listed $debug/commands "flags=aborted,orphan" "lba=6"
check "one orphan is counted" test "$(statistic orphans)" = 1
release
check "released it is gone" wait_for 20 not_listed $ram/commands "lba=6"
check "its issuer has not waited in vain" writer_ended
check "no orphan is left" test "$(statistic orphans)" = 0
check "there was one" test "$(statistic orphans_ever)" = $((ever + 1))
check "an abort, too" test "$(statistic aborted)" = $((aborted + 1))

# ---------------------------------------------------------------- iSCSI

raw()
{
	raw_script target=$iqn ram=$ram debug=$debug listed="$WORK/listed"
}

# For the statement sh of scripts: waits until a line of the device's list has both texts.
cat >"$WORK/listed" <<END
#!/bin/sh
for i in \$(seq 300); do
	grep -e "\$1" $ram/commands | grep -q -e "\$2" && exit
	sleep 0.1
done
cat $ram/commands
exit 1
END
chmod +x "$WORK/listed"

check "the same device by iSCSI" iscsi_target $iqn
check "as its LUN 0" iscsi_lun $iqn 0 ram
check "a write is listed while it waits for its data, and when it hangs" raw <<'END'
connect a
login a InitialR2T=Yes ImmediateData=No
ready a
task a w write lba=0 blocks=8 seed=1
expect a r2t task=w
sh $listed state=data target=iscsi/
sh echo "drop class=write times=1" >$ram/inject
answer a w
sh $listed state=active flags=injected
expect a nothing
sh echo 1 >$ram/release
expect a response task=w status=0
read a lba=0 blocks=8 seed=1
END
check "sense data and delays" raw <<'END'
connect a
login a
ready a
write a lba=0 blocks=8 seed=3
sh echo clear >$ram/inject
sh echo "sense key=4 asc=0x44 class=read times=1" >$ram/inject
sh echo "delay ms=300 class=read times=1" >$ram/inject
task a r read lba=0 blocks=8 seed=3
expect a response task=r status=2
read a lba=0 blocks=8 seed=3
sh grep -q "^delay .*# seen 1, hit 1" $ram/inject
END
check "the session of a hanging write ends: the write is an orphan" raw <<'END'
connect a
login a
ready a
sh echo clear >$ram/inject
sh echo "drop class=write times=1" >$ram/inject
task a w write lba=0 blocks=1 seed=4
sh $listed state=active target=iscsi/
reset a
sh $listed session-ended flags=aborted,orphan
END
check "and in the list of all devices" listed $debug/commands session-ended initiator=iqn
check "it keeps the next one from nothing but its block" raw <<'END'
connect a
login a
ready a
write a lba=1 blocks=8 seed=5
read a lba=1 blocks=8 seed=5
END
release
check "released it is gone" wait_for 20 not_listed $ram/commands session-ended

# ---------------------------------------------------------------- a medium that really hangs

stuck_device()
{
	block_device stuck "$(stuck_disk 16)" && loopback_lun $wwn 1 stuck
}

check "a device on device mapper" stuck_device
suspend
dd if="$(disk_of stuck)" of=/dev/null bs=4k count=1 iflag=direct status=none &
reader=$!
check "what a suspended medium holds is listed" wait_for 20 \
	listed $debug/iblock_0/stuck/commands "READ" "state=active" "device=iblock_0/stuck"
check "as nobody's fault" not_listed $debug/iblock_0/stuck/commands flags=
check "and not with another device" not_listed $ram/commands iblock
resume
wait $reader
check "it comes back" test $? = 0
check "with nothing outstanding" wait_for 10 not_listed $debug/iblock_0/stuck/commands tag

# ---------------------------------------------------------------- tracing

tracing=/sys/kernel/tracing

trace_has()
{
	local pattern

	[ -d $tracing/events ] || mount -t tracefs tracefs $tracing || return
	echo 1 >$tracing/events/target/enable || return
	inject "sense key=3 op=0 times=1"
	sg_turs "$disk" || :
	echo 0 >$tracing/events/target/enable
	cat $tracing/trace
	for pattern in 'target_cmd_state: .* opcode=0x00 state=data' \
		'target_inject: .* opcode=0x00 inject=sense' \
		'target_cmd_finish: .*(TEST UNIT READY) .* status=0x02 3/00/00 ms='; do
		grep -q "$pattern" $tracing/trace || return
	done
}

check "nothing is left to be told" wait_for 10 sg_turs "$disk"
if [ -d $tracing ] && [ "$VM_LANE" != uml ]; then
	check "trace events tell the way of a command" trace_has
else
	skip "trace events tell the way of a command" "this kernel has none"
fi

# ---------------------------------------------------------------- removal

no_lun()
{
	rm $TARGET/iscsi/$iqn/tpgt_1/lun/lun_0/link $TARGET/loopback/$wwn/tpgt_1/lun/lun_0/link &&
		rmdir $TARGET/iscsi/$iqn/tpgt_1/lun/lun_0 $TARGET/loopback/$wwn/tpgt_1/lun/lun_0
}

removed()
{
	[ ! -d $ram ] && ! cat <&7
}

check "commands hang and are late" inject "drop lba=1 op=0x2a" "delay ms=600000 lba=2 op=0x2a"
start_write 1
check "one hangs" held 1
start_write 2
check "one is late" held 2
exec 7<$ram/commands
check "and do not keep the LUNs" no_lun
check "nor the device" rmdir "$(device ram)"
check "they have ended with it" writer_ended
check "the files are gone, also for who has them open" removed
exec 7<&-
check "the medium is free" remove_tree "$TARGET/loopback/$wwn"
remove_tree "$(device stuck)"
dmsetup remove --noudevsync stuck
