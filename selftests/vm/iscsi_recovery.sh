#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Error recovery levels 1 and 2 (RFC 7143 section 7): lost and spoiled data-out asked for again,
# SNACK of every type, acknowledgements, tasks reassigned after their connection was lost, and the
# end of what nobody comes back for.
# cost: 40

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:erl
tpgt=$TARGET/iscsi/$target/tpgt_1
acl=$tpgt/acls/iqn.2024-01.org.example:raw
connections=$acl/fabric_statistics/iscsi_conn_stats/connections
small="MaxBurstLength=4096 FirstBurstLength=1024 MaxRecvDataSegmentLength=1024"
one="ErrorRecoveryLevel=1 DataDigest=CRC32C ImmediateData=No $small"
two="ErrorRecoveryLevel=2 MaxConnections=4 ImmediateData=No $small"

raw()
{
	raw_script target=$target "$@"
}

# At level 1, a session of the connection a.
raw_one()
{
	{
		echo "connect a"
		echo "login a $one $1"
		echo "ready a"
		cat
	} | raw
}

# At level 2, a session of a and b.
raw_two()
{
	{
		echo "connect a"
		echo "login a $two $1"
		echo "ready a"
		echo "connect b"
		echo "login b join=a cid=2 MaxRecvDataSegmentLength=1024"
		cat
	} | raw
}

ramdisk disk 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
echo 2 >$tpgt/param/ErrorRecoveryLevel
echo 4 >$tpgt/param/MaxConnections
echo 4 >$tpgt/param/MaxOutstandingR2T
echo No >$tpgt/param/InitialR2T
mkdir $acl $acl/lun_0
ln -s $tpgt/lun/lun_0 $acl/lun_0/link
echo 2 >$acl/attrib/dataout_timeout
echo 2 >$acl/attrib/dataout_timeout_retries
# Connections that only keep a session together are not listened to.
echo 60 >$acl/attrib/nopin_timeout
echo 60 >$acl/attrib/nopin_response_timeout

check "the plain way, at both levels" raw <<END
connect a
login a $one
ready a
write a lba=0 blocks=100 seed=1
read a lba=0 blocks=100 seed=1
logout a
connect a
login a $two
ready a
write a lba=3 blocks=100 seed=2
read a lba=3 blocks=100 seed=2
logout a
expect a close
END

# ---- level 1: data-out

check "a spoiled Data-Out is asked for again" raw_one <<'END'
task a t write lba=0 blocks=16 seed=1
expect a r2t task=t r2tsn=0 offset=0 desired=4096
answer a t size=1024 bad=1
expect a reject reason=2
expect a r2t task=t r2tsn=1 offset=1024 desired=1024
answer a t
expect a r2t task=t r2tsn=2 offset=4096 desired=4096
answer a t size=1024 bad=3
expect a reject reason=2
expect a r2t task=t r2tsn=3 offset=7168 desired=1024
answer a t
expect a response task=t status=0 expdatasn=4
read a lba=0 blocks=16 seed=1
END

check "a missing Data-Out is asked for at the end of its burst" raw_one <<'END'
task a t write lba=0 blocks=8 seed=2
expect a r2t task=t
answer a t size=1024 skip=2
expect a r2t task=t offset=2048 desired=1024
answer a t
expect a response task=t status=0
read a lba=0 blocks=8 seed=2
END

check "a burst without end is asked for after dataout_timeout" raw_one <<'END'
task a t write lba=0 blocks=8 seed=3
expect a r2t task=t
answer a t size=1024 skip=3
expect a r2t task=t offset=3072 desired=1024 timeout=20
answer a t
expect a response task=t status=0
read a lba=0 blocks=8 seed=3
END

check "who sends nothing loses the connection after dataout_timeout_retries" raw_one <<'END'
task a t write lba=0 blocks=8 seed=3
expect a r2t task=t
expect a r2t task=t offset=0 desired=4096 timeout=20
expect a r2t task=t offset=0 desired=4096 timeout=20
expect a close timeout=30
END

check "unsolicited data that are lost" raw_one InitialR2T=No <<'END'
task a t write lba=0 blocks=2 seed=4
expect a response task=t status=0
send a scsi cdb=2a000000000000000400 F=0 W=1 edtl=2048 save=u
send a data-out itt=$u ttt=0xffffffff pattern=5:0:1024 bad=data
expect a reject reason=2
expect a r2t itt=$u offset=0 desired=2048
send a data-out itt=$u ttt=$a.ttt pattern=5:0:1024 F=0
send a data-out itt=$u ttt=$a.ttt pattern=5:1024:1024 datasn=1 offset=1024
expect a response itt=$u status=0
read a lba=0 blocks=4 seed=5
END

check "an R2T is sent again" raw_one <<'END'
task a t write lba=0 blocks=16 seed=6
expect a r2t task=t r2tsn=0
send a snack type=0 itt=$t begrun=0 runlen=1
expect a r2t task=t r2tsn=0 offset=0 desired=4096
answer a t
expect a r2t task=t r2tsn=1 offset=4096
send a snack type=0 itt=$t begrun=0 runlen=0
expect a r2t task=t r2tsn=1 offset=4096
answer a t
expect a response task=t status=0
send a snack type=0 itt=0x9999 begrun=0 runlen=0
expect a reject reason=3
END

# ---- level 1: data-in and status

check "Data-In are sent again, with what they had" raw_one <<'END'
write a lba=0 blocks=20 seed=7
statsn a hold
task a r read lba=0 blocks=20 seed=7
repeat 9
  expect a data-in task=r datasn=$i S=0
end
expect a data-in task=r datasn=9 S=1 F=1
let status $a.statsn
send a snack type=0 itt=$r begrun=2 runlen=3
expect a data-in task=r datasn=2 offset=2048 A=0
expect a data-in task=r datasn=3 offset=3072 A=1 F=1
expect a data-in task=r datasn=4 offset=4096
send a snack type=0 itt=$r begrun=8 runlen=0
expect a data-in task=r datasn=8
expect a data-in task=r datasn=9 S=1 statsn=$status
send a snack type=0 itt=$r begrun=8 runlen=3
expect a reject reason=4
send a snack type=1 itt=0xffffffff ttt=0xffffffff begrun=$status runlen=1
expect a data-in task=r datasn=9 S=1 statsn=$status
statsn a auto
send a nop-out
await a nop-in
send a snack type=0 itt=$r begrun=0 runlen=0
expect a reject reason=3
END

check "Data-In are asked to be acknowledged, and then gone" raw_one <<'END'
statsn a hold
task a r read lba=0 blocks=20
repeat 3
  expect a data-in task=r A=0
end
expect a data-in task=r datasn=3 A=1
let ttt $a.ttt
repeat 3
  expect a data-in task=r A=0
end
expect a data-in task=r datasn=7 A=1
repeat 2
  expect a data-in task=r A=0
end
send a snack type=2 itt=0xffffffff ttt=$ttt begrun=4 runlen=0
send a snack type=0 itt=$r begrun=3 runlen=1
expect a reject reason=4
send a snack type=0 itt=$r begrun=4 runlen=1
expect a data-in task=r datasn=4 offset=4096
send a snack type=2 itt=0xffffffff ttt=$ttt begrun=40 runlen=0
expect a reject reason=8
END

check "statuses and other answers are sent again" raw_one <<'END'
statsn a hold
let first $a:expstatsn
send a nop-out pattern=1:0:10 save=nop
expect a nop-in itt=$nop statsn=$first
send a scsi cdb=ff0000000000 save=bad
expect a response itt=$bad status=2 statsn=$first+1
task a w write lba=0 blocks=1 seed=1
expect a r2t task=w
answer a w
expect a response task=w statsn=$first+2
send a snack type=1 itt=0xffffffff ttt=0xffffffff begrun=$first runlen=2
expect a nop-in itt=$nop statsn=$first dlen=10
expect a response itt=$bad status=2 statsn=$first+1
send a snack type=1 itt=0xffffffff ttt=0xffffffff begrun=0 runlen=0
expect a nop-in itt=$nop statsn=$first
expect a response itt=$bad status=2 statsn=$first+1
expect a response task=w statsn=$first+2
send a snack type=1 itt=0xffffffff ttt=0xffffffff begrun=$first+2 runlen=2
expect a reject reason=4
END

check "what is kept of them has a limit, and what is gone is said to be" raw_one <<'END'
statsn a hold
let first $a:expstatsn
repeat 33
  send a nop-out
  expect a nop-in
end
send a snack type=1 itt=0xffffffff ttt=0xffffffff begrun=$first runlen=1
expect a reject reason=3
send a snack type=1 itt=0xffffffff ttt=0xffffffff begrun=$first+2 runlen=1
expect a nop-in statsn=$first+2
END

check "data of another segment length, with R-Data SNACK" raw_one <<'END'
write a lba=0 blocks=8 seed=8
statsn a hold
task a r read lba=0 blocks=8 seed=8
repeat 4
  expect a data-in task=r
end
let status $a.statsn
send a text +MaxRecvDataSegmentLength=2048
expect a text-response
send a snack type=3 itt=$r ttt=0x1234 begrun=0 runlen=0
expect a data-in task=r datasn=0 offset=0 dlen=2048 S=0
expect a data-in task=r datasn=1 offset=2048 dlen=2048 S=0 F=1
expect a response task=r status=0 snacktag=0x1234 statsn=$status expdatasn=2
END

check "who acknowledges nothing is forgotten, not run out of memory" raw_one <<'END'
statsn a hold
repeat 400
  read a lba=0 blocks=8
end
ready a
END

# holds_memory STATEMENTS: so many times, by an initiator that acknowledges nothing, and a few MiB are
# kept. Once before it is measured: what is allocated once is there then.
holds_memory()
{
	{ declare -f free_mb; echo free_mb; } >"$WORK/free_mb"
	raw <<-END
	connect a
	login a ErrorRecoveryLevel=1 MaxBurstLength=1048576
	ready a
	statsn a hold
	$1
	sh "bash $WORK/free_mb >$WORK/before"
	repeat 24
	  $1
	end
	sh "bash $WORK/free_mb >$WORK/after"
	END
	echo "free: $(cat "$WORK/before") MiB before, $(cat "$WORK/after") MiB after"
	[ $(($(cat "$WORK/before") - $(cat "$WORK/after"))) -lt 12 ]
}
check "nor does it keep the data of its writes" holds_memory "write a lba=0 blocks=2048"
check "or buffers of which it has read little" holds_memory \
	"send a scsi cdb=a00000000000001000000000 R=1 edtl=1048576
	expect a data-in S=1 U=1"

check "a SNACK is for the task that has the tag now" raw_one <<'END'
write a lba=0 blocks=2 seed=1
write a lba=100 blocks=2 seed=2
statsn a hold
send a scsi itt=$a:itt+1 cdb=28000000000000000200 R=1 edtl=1024
expect a data-in S=1
task a r read lba=100 blocks=2 seed=2
expect a data-in task=r S=1
send a snack type=0 itt=$r begrun=0 runlen=1
expect a data-in task=r S=1
END

check "SNACKs on top of each other, with sense and without" raw_one <<'END'
write a lba=0 blocks=20 seed=7
statsn a hold
task a r read lba=0 blocks=20 seed=7
repeat 10
  expect a data-in task=r
end
send a snack type=2 itt=0xffffffff ttt=$a.ttt begrun=0 runlen=0
repeat 30
  send a snack type=0 itt=$r begrun=$i runlen=3
  send a snack type=3 itt=$r ttt=$i+1 begrun=0 runlen=0
  send a snack type=0 itt=$r begrun=$i runlen=0
  send a snack type=1 itt=0xffffffff ttt=0xffffffff begrun=$i runlen=$i
  send a snack type=2 itt=0xffffffff ttt=$i begrun=$i runlen=0
  send a snack type=0 itt=$r begrun=0xfffffff0 runlen=0x20
  send a snack type=0 itt=$r begrun=0 runlen=0xffffffff
end
await a response task=r snacktag=30
send a nop-out save=n
await a nop-in itt=$n
END

# ---- level 2

check "a read goes on where it was" raw_two <<'END'
write a lba=0 blocks=20 seed=9
statsn b hold
task b r read lba=0 blocks=20 seed=9
repeat 10
  expect b data-in task=r
end
reset b
connect c
login c join=a cid=2 MaxRecvDataSegmentLength=2048
send c tmf I=1 func=8 ref=$r expdatasn=6
expect c tmf-response response=0
expect c data-in task=r datasn=6 offset=6144 dlen=2048 F=1 S=0
expect c data-in task=r datasn=7 offset=8192 dlen=2048 F=1 S=1
read c lba=0 blocks=20 seed=9
END

check "a write asks for what is missing" raw_two <<'END'
task b t write lba=0 blocks=24 seed=10
expect b r2t task=t r2tsn=0
answer b t
expect b r2t task=t r2tsn=1 offset=4096
answer b t size=1024 only=0
sleep 0.2
reset b
logout a reason=2 cid=2
send a tmf I=1 func=8 ref=$t expdatasn=2
expect a tmf-response response=0
expect a r2t task=t r2tsn=2 offset=5120 desired=4096
answer a t
expect a r2t task=t r2tsn=3 offset=9216
answer a t
expect a response task=t status=0
read a lba=0 blocks=24 seed=10
END

check "a status that was not acknowledged is sent on the new connection" raw_two <<'END'
statsn b hold
task b t write lba=0 blocks=2 seed=11
expect b r2t task=t
answer b t
expect b response task=t
send b scsi cdb=ff0000000000 save=bad
expect b response itt=$bad status=2
reset b
connect c
login c join=a cid=2
send c tmf I=1 func=8 ref=$t
expect c tmf-response response=0
expect c response task=t status=0
send c tmf I=1 func=8 ref=$bad
expect c tmf-response response=0
expect c response itt=$bad status=2 dlen!=0
send c nop-out
expect c nop-in
send c tmf I=1 func=8 ref=$bad
expect c tmf-response response=1
END

check "what can't be reassigned" raw_two <<'END'
task b t write lba=0 blocks=8 seed=1
expect b r2t task=t
send a tmf I=1 func=8 ref=$t
expect a tmf-response response=3
send a tmf I=1 func=8 ref=0x5555
expect a tmf-response response=1
reset b
sleep 0.3
send a tmf I=1 func=8 ref=$t
expect a tmf-response response=3
logout a reason=2 cid=2
logout a reason=2 cid=9 response=1
send a tmf I=1 func=8 ref=$t
expect a tmf-response response=0
expect a r2t task=t
answer a t
expect a response task=t status=0
END

check "a connection logged out in the middle of what it sends takes no more" raw_two <<'END'
let n $a:cmdsn
send b logout reason=2 cid=1 cmdsn=$n+1
expect b nothing timeout=0.2
cork a on
send a nop-out cmdsn=$n
send a scsi itt=0x7777 cdb=2a000000000000001800 W=1 edtl=12288 cmdsn=$n+2
cork a off
expect b logout-response response=0
expect a close
send b tmf I=1 func=1 ref=0x7777 refcmdsn=$n+2 cmdsn=$n+2
expect b tmf-response response=1
send b scsi cdb=000000000000 cmdsn=$n+2
expect b response
END

check "a logout for good ends the tasks" raw_two <<'END'
task b t write lba=0 blocks=8 seed=1
expect b r2t task=t
reset b
sleep 0.3
logout a reason=1 cid=2
send a tmf I=1 func=8 ref=$t
expect a tmf-response response=1
ready a
END

check "ABORT TASK ends a task that waits to be reassigned" raw_two <<'END'
task b t write lba=0 blocks=8 seed=1
expect b r2t task=t
reset b
sleep 0.3
send a tmf I=1 func=1 ref=$t refcmdsn=$t:cmdsn
expect a tmf-response response=0
connect c
login c join=a cid=2
send c tmf I=1 func=8 ref=$t
expect c tmf-response response=1
ready c
END

# The tag of a task that was answered, and not acknowledged, is used again on another connection, and
# both are lost. $1 commands before it put the two in either order among the 145 of the session.
tag_used_again()
{
	raw_two <<-END
	write a lba=0 blocks=2 seed=1
	write a lba=100 blocks=2 seed=2
	repeat $1
	  ready a
	end
	statsn a hold
	statsn b hold
	send a scsi itt=\$a:itt+1 cdb=28000000000000000200 R=1 edtl=1024
	expect a data-in S=1
	task b r read lba=100 blocks=2 seed=2
	expect b data-in task=r S=1
	reset a
	reset b
	connect c
	login c join=b cid=2
	send c tmf I=1 func=8 ref=\$r
	expect c tmf-response response=0
	expect c data-in task=r S=1
	send c nop-out
	expect c nop-in
	send c tmf I=1 func=8 ref=\$r
	expect c tmf-response response=1
	END
}
check "what is reassigned is the task that has the tag now" tag_used_again 1
check "the same in the other order" tag_used_again 140

# Another initiator port resets the unit: TAS has the task answered, when somebody asks.
reset_elsewhere='
task b t write lba=0 blocks=8 seed=1
expect b r2t task=t
reset b
sleep 0.3
connect x
login x isid=80f00baa0200
send x tmf I=1 func=5
expect x tmf-response response=0
logout x'

check "a task aborted from elsewhere answers on its new connection" raw_two <<END
$reset_elsewhere
connect c
login c join=a cid=2
send c tmf I=1 func=8 ref=\$t
expect c tmf-response response=0
expect c response task=t status=0x40
send c nop-out
expect c nop-in
send c tmf I=1 func=8 ref=\$t
expect c tmf-response response=1
END

check "a task aborted from elsewhere ends with its session" raw_two <<END
$reset_elsewhere
logout a
expect a close
END

# The answer of a long read waits, and nobody reads the connection it goes to.
unmap_lost()
{
	raw_two <<-END
	task b r read lba=0 blocks=20000
	expect b data-in
	reset b
	sleep 0.3
	sh "rm $acl/lun_0/link && rmdir $acl/lun_0 && timeout 5 rm $tpgt/lun/lun_0/link"
	connect c
	login c join=a cid=2
	send c tmf I=1 func=8 ref=\$r
	expect c tmf-response response=0
	repeat 100
	  expect c data-in task=r datasn=\$i
	end
	END
}
map_again()
{
	ln -s "$(device disk)" "$tpgt/lun/lun_0/link" &&
		mkdir "$acl/lun_0" && ln -s "$tpgt/lun/lun_0" "$acl/lun_0/link"
}
check "a LUN does not wait for answers that wait for a connection" unmap_lost
check "and comes back" map_again

check "a session without connections waits for one, and its tasks go on there" raw_two <<'END'
task b t write lba=0 blocks=8 seed=12
expect b r2t task=t
reset a
reset b
sleep 0.5
connect c
login c join=b cid=2
send c tmf I=1 func=8 ref=$t
expect c tmf-response response=0
expect c r2t task=t
answer c t
expect c response task=t status=0
read c lba=0 blocks=8 seed=12
END

check "after Time2Wait and Time2Retain nothing is left" raw_two "DefaultTime2Retain=1" <<'END'
task b t write lba=0 blocks=8 seed=1
expect b r2t task=t
reset b
connect c
sleep 6
login c join=a cid=2
send c tmf I=1 func=8 ref=$t
expect c tmf-response response=1
ready c
END

check "no recovery where it was not negotiated" raw <<'END'
connect a
login a ErrorRecoveryLevel=1 MaxConnections=2 ImmediateData=No
connect b
login b join=a cid=2
ready a
task b t write lba=0 blocks=8 seed=1
expect b r2t task=t
logout a reason=2 cid=2 response=2
send a tmf I=1 func=8 ref=$t
expect a tmf-response response=4
END

check "a new session ends the old one and the tasks it keeps" raw <<END
repeat 20
  connect a
  login a $two
  ready a
  task a t write lba=0 blocks=64
  expect a r2t task=t
  reset a
end
connect a
login a $two
ready a
END

# unseen STATEMENTS: with QERR set so that a command that fails aborts everybody's, session a sends one
# that is as if never received. The one of session b, which the medium holds meanwhile, goes on.
debug=/sys/kernel/debug/target/rd_mcp_0/disk
qerr()
{
	cat <<-END
	send a scsi cdb=55100000000000001400 W=1 edtl=20 hex=00000000000000000a0a00${1}0040000000000000
	expect a response status=0
	ready a
	ready b
	END
}
two_sessions()
{
	cat <<-END
	connect b
	login b isid=80f00baa0200
	ready b
	connect a
	login a DataDigest=CRC32C ErrorRecoveryLevel=2 MaxConnections=4
	ready a
	END
}
unseen()
{
	local status=0

	raw <<-END || status=1
	$(two_sessions)
	$(qerr 12)
	sh "echo drop op=0x88 >$debug/inject"
	task b r read lba=0 blocks=1
	sh "for i in 1 2 3 4 5 6 7 8 9; do grep -q op=0x88 $debug/commands && break; sleep 0.1; done"
	$1
	ready a
	sleep 0.3
	sh "echo clear >$debug/inject; echo 1 >$debug/release"
	finish b r
	task b t ready
	finish b t
	END
	echo clear >$debug/inject
	echo 1 >$debug/release
	raw <<-END && return $status
	$(two_sessions)
	$(qerr 10)
	END
}
check "QERR does not see a command whose data were spoiled" unseen \
	"send a scsi cdb=2a000000000000000100 W=1 edtl=512 pattern=1:0:512 bad=data cmdsn=\$a:cmdsn
	expect a reject reason=2"
check "or one that waited for its turn on a connection that is lost" unseen \
	"connect c
	login c join=a cid=2
	send c scsi cdb=000000000000 cmdsn=\$a:cmdsn+1
	sleep 0.2
	reset c
	sh \"for i in 1 2 3 4 5 6 7 8 9; do grep -q cid=2 $connections || exit 0; sleep 0.5; done; exit 1\""

# kills SESSION ROUNDS: four connections; one of them is reset again and again in the middle of a
# write, which goes on when it is back. The others read what has been written.
kills()
{
	cat <<-END
	connect a
	login a isid=80f00baa010$1 $two
	ready a
	connect b
	login b join=a cid=2
	connect c
	login c join=a cid=3
	let at $(($1 * 5000))
	repeat $2
	  connect d
	  login d join=a cid=4
	  task d t write lba=\$at+\$i blocks=64 seed=13
	  await d r2t task=t
	  answer d t size=1024 skip=1
	  task b u write lba=\$at+1000 blocks=16 seed=\$i
	  finish b u
	  reset d
	  read c lba=\$at+1000 blocks=16 seed=\$i
	  connect d
	  login d join=a cid=4
	  send d tmf I=1 func=8 ref=\$t
	  expect d tmf-response response=0
	  finish d t
	  read c lba=\$at+\$i blocks=64 seed=13
	  reset d
	end
	logout a
	END
}

check_kills()
{
	kills 0 120 | raw
}
check "connections killed in the middle of writes" check_kills

crowd()
{
	local n pids=()

	start_raw
	for n in 1 2 3 4 5; do
		kills $n 20 >"$WORK/kills.$n"
		"$RAWISCSI" script "$WORK/kills.$n" target=$target timeout=60 &
		pids+=($!)
	done
	for n in "${pids[@]}"; do
		wait "$n" || return
	done
}
check "the same in five sessions at a time" crowd

sessions_gone()
{
	[ "$(cat $TARGET/iscsi/$target/fabric_statistics/iscsi_instance/sessions)" = "$1" ]
}
check "sessions that nobody comes back to end" wait_for 60 sessions_gone 0

# Sessions that have lost their connection take its place in connection_limit, but for who comes back,
# and end after the TPG's times, whatever Time2Wait the initiator has asked for.
left_behind()
{
	local n

	{
		for n in 0 1 2 3; do
			echo "connect a"
			echo "login a isid=80f00baa040$n $two DefaultTime2Wait=3600"
			echo "reset a"
		done
		for n in $(seq 20 35); do
			echo "connect a"
			echo "login a isid=80f00baa04$n $two DefaultTime2Wait=3600 status=0x0302"
		done
		echo "sleep 1"
		echo "connect a"
		echo "login a isid=80f00baa0499 $two DefaultTime2Wait=3600 status=0x0302"
		echo "connect a"
		echo "login a isid=80f00baa0402 $two"
		echo "logout a"
	} | raw
}
echo 4 >$tpgt/attrib/connection_limit
echo 0 >$tpgt/param/DefaultTime2Wait
echo 5 >$tpgt/param/DefaultTime2Retain
check "sessions left behind count for connection_limit" left_behind
check "and end after the TPG's times" wait_for 20 sessions_gone 0
check "which makes room" raw <<END
connect a
login a isid=80f00baa0499 $two
ready a
END
