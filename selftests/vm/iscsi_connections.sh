#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Several connections per session (RFC 7143 4.2.2, 6.3): joining, order of commands across the
# connections, allegiance, logout of one and of all, reinstatement of a connection, task
# management across connections, and a storm of reinstated sessions.
# cost: 25

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:mcs
tpgt=$TARGET/iscsi/$target/tpgt_1
four="MaxConnections=4 InitialR2T=Yes ImmediateData=Yes FirstBurstLength=2048"

raw()
{
	raw_script target=$target
}

# A session of four connections: a, b, c and d.
raw_four()
{
	{
		echo "connect a"
		echo "login a $four $1"
		cid=2
		for name in b c d; do
			echo "connect $name"
			echo "login $name join=a cid=$cid $2"
			cid=$((cid + 1))
		done
		echo "ready a"
		cat
	} | raw
}

ramdisk disk 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
echo 4 >$tpgt/param/MaxConnections
echo No >$tpgt/param/InitialR2T

check "four connections, commands striped over them" raw_four "" <<'END'
repeat 16
  task a w0 write lba=$i blocks=40 seed=1
  task b w1 write lba=$i+1000 blocks=40 seed=2
  task c w2 write lba=$i+2000 blocks=40 seed=3
  task d w3 write lba=$i+3000 blocks=40 seed=4
  finish d w3
  finish b w1
  finish a w0
  finish c w2
end
repeat 16
  task b r0 read lba=$i blocks=40 seed=1
  task c r1 read lba=$i+1000 blocks=40 seed=2
  task d r2 read lba=$i+2000 blocks=40 seed=3
  task a r3 read lba=$i+3000 blocks=40 seed=4
  finish a r3
  finish b r0
  finish c r1
  finish d r2
end
logout a
expect b close
expect c close
expect d close
END

check "digests are each connection's own" raw_four "" "HeaderDigest=CRC32C DataDigest=CRC32C" <<'END'
write b lba=0 blocks=100 seed=5
read a lba=0 blocks=100 seed=5
read d lba=0 blocks=100 seed=5
END

check "data for a task of another connection are nobody's" raw_four "" <<'END'
write a lba=0 blocks=64 seed=1
task a t write lba=0 blocks=64 seed=2
expect a r2t task=t
send b data-out itt=$t ttt=$a.ttt offset=$a.offset pattern=3:0:$a.desired
expect a nothing timeout=0.2
ready b
answer a t
finish a t
read b lba=0 blocks=64 seed=2
END

check "a fifth connection is one too many, and a stranger's TSIH none" raw_four "" <<'END'
connect e
login e join=a cid=9 status=0x0206
connect f
login f tsih=60000 status=0x020a
connect g
login g isid=80f00baa0009 tsih=$a:tsih status=0x020a
ready a
ready d
END

check "keys of the leading connection are irrelevant later" raw <<'END'
connect a
login a MaxConnections=2 MaxBurstLength=8192 FirstBurstLength=2048
connect b
login b join=a cid=2 MaxBurstLength=4096
assert $b:maxcmdsn >= $b:expcmdsn
ready a
task b t write lba=0 blocks=64 seed=3
await b r2t task=t
assert $b.desired <= 8192
answer b t
finish b t
END

check "one connection where no more are asked for" raw <<'END'
connect a
login a MaxConnections=1
connect b
login b join=a cid=2 status=0x0206
connect c
login c join=a cid=1
expect a close
ready c
END

check "commands wait for those before them on another connection" raw_four "" <<'END'
let n $a:cmdsn
send b scsi cdb=000000000000 cmdsn=$n+2 save=third
send c scsi cdb=000000000000 cmdsn=$n+1 save=second
expect b nothing timeout=0.3
expect c nothing timeout=0.1
send d scsi cdb=000000000000 cmdsn=$n save=first
expect d response itt=$first
expect c response itt=$second
expect b response itt=$third
END

check "an immediate command overtakes, a duplicate is ignored" raw_four "" <<'END'
let n $a:cmdsn
send b scsi cdb=000000000000 cmdsn=$n+1 save=later
send b scsi cdb=000000000000 cmdsn=$n+1
send c scsi I=1 cdb=000000000000 save=now
expect c response itt=$now
send d nop-out cmdsn=$n
expect d nop-in
expect b response itt=$later
expect b nothing timeout=0.3
send a scsi cdb=000000000000 cmdsn=$n
expect a nothing timeout=0.3
END

check "logout of one connection from another; its tasks end, its number remains" raw_four "" <<'END'
task b t write lba=0 blocks=64
await b r2t task=t
let n $a:cmdsn
send b scsi cdb=000000000000 cmdsn=$n+1
logout a reason=1 cid=2
expect b close
send c scsi cdb=000000000000 cmdsn=$n+2 save=last
send d nop-out cmdsn=$n+1
expect d nothing timeout=0.2
send c nop-out cmdsn=$n+3
send c scsi I=1 cdb=000000000000
expect c response
logout c reason=1 cid=7 response=1
END

check "logout of the connection itself leaves the others" raw_four "" <<'END'
logout b reason=1
expect b close
ready a
ready c
connect b
login b join=a cid=2
write b lba=0 blocks=8 seed=1
logout c
expect a close
expect b close
END

# A command that came behind the request which let another connection's logout of this one go on
# was never received: an abort that does not claim its number finds nothing.
check "a connection logged out in the middle of what it sends takes no more" raw_four "" <<'END'
let n $a:cmdsn
send b logout reason=1 cid=1 cmdsn=$n+1
expect b nothing timeout=0.2
cork a on
send a nop-out cmdsn=$n
send a scsi itt=0x7777 cdb=2a000000000000004000 W=1 edtl=32768 cmdsn=$n+2
cork a off
expect b logout-response response=0
expect a close
send c tmf I=1 func=1 ref=0x7777 refcmdsn=$n+2 cmdsn=$n+2
expect c tmf-response response=1
send d scsi cdb=000000000000 cmdsn=$n+2
expect d response
END

check "nor when its session is logged out" raw_four "" <<'END'
let n $a:cmdsn
send b logout reason=0 cmdsn=$n+1
expect b nothing timeout=0.2
cork a on
send a nop-out cmdsn=$n
send a scsi itt=0x7777 cdb=2a000000000000004000 W=1 edtl=32768 cmdsn=$n+2
cork a off
expect b logout-response response=0
expect a close
expect b close
expect c close
END

check "reinstating a connection ends the old one and its tasks" raw_four "" <<'END'
repeat 50
  task b t write lba=0 blocks=64
  await b r2t task=t
  connect e
  login e join=a cid=2
  expect b close
  write e lba=$i blocks=8 seed=1
  connect b
  login b join=a cid=2
  expect e close
  read b lba=$i blocks=8 seed=1
end
ready a
END

check "a lost connection leaves the session to the others" raw_four "" <<'END'
task b t write lba=0 blocks=64
task b u read lba=0 blocks=64
reset b
ready a
write c lba=0 blocks=64 seed=9
connect b
login b join=a cid=2
read b lba=0 blocks=64 seed=9
reset a
reset c
reset d
ready b
END

check "ABORT TASK reaches a command of another connection" raw_four "" <<'END'
task b t write lba=0 blocks=16 seed=1
expect b r2t task=t
send a tmf I=1 func=1 ref=$t refcmdsn=$t:cmdsn
expect a tmf-response response=0
expect b nothing timeout=0.2
send a tmf I=1 func=1 ref=$t refcmdsn=$t:cmdsn
expect a tmf-response response=1
ready b
END

check "ABORT TASK takes the number of a command that has not come" raw_four "" <<'END'
let n $a:cmdsn
send b scsi cdb=000000000000 cmdsn=$n+1 save=next
send a tmf I=1 func=1 ref=0x7777 refcmdsn=$n cmdsn=$n+2
expect a tmf-response response=0
expect b response itt=$next
send c scsi itt=0x7777 cdb=000000000000 cmdsn=$n
expect c nothing timeout=0.2
send c scsi cdb=000000000000 cmdsn=$n+2
expect c response
END

check "ABORT TASK of a command that waits for its turn" raw_four "" <<'END'
let n $a:cmdsn
send b scsi cdb=000000000000 cmdsn=$n+1 save=parked
send a tmf I=1 func=1 ref=$parked refcmdsn=$n+1 cmdsn=$n+2
expect a tmf-response response=0
send c scsi cdb=000000000000 cmdsn=$n
expect c response
send c scsi cdb=000000000000 cmdsn=$n+2
expect c response
expect b nothing timeout=0.2
END

check "ABORT TASK of a command that comes just after it" raw_four "" <<'END'
let n $a:cmdsn
repeat 40
  let k $i+$i+$i+$n
  send a tmf I=1 func=1 ref=0x100+$i refcmdsn=$k+1 cmdsn=$k+2
  send b scsi itt=0x100+$i cdb=000000000000 cmdsn=$k+1
  expect a tmf-response response=0
  send c scsi cdb=000000000000 cmdsn=$k
  expect c response
  send c scsi cdb=000000000000 cmdsn=$k+2
  expect c response
  expect b nothing timeout=0.01
end
expect b nothing timeout=0.2
END

check "ABORT TASK of a command whose refusal waits for its turn" raw_four "" <<'END'
let n $a:cmdsn
send b scsi itt=0x7777 cdb=ff00000000000000 cmdsn=$n+1
expect b nothing timeout=0.1
send a tmf I=1 func=1 ref=0x7777 refcmdsn=$n+1 cmdsn=$n+2
expect a tmf-response response=0
send c scsi cdb=000000000000 cmdsn=$n
expect c response
send c scsi cdb=000000000000 cmdsn=$n+2
expect c response
expect b nothing timeout=0.2
END

check "LOGICAL UNIT RESET waits for the commands sent before it" raw_four "" <<'END'
let n $a:cmdsn
send a tmf I=1 func=5 cmdsn=$n+1
expect a nothing timeout=0.3
send b nop-out cmdsn=$n
expect a tmf-response response=0
END

check "LOGICAL UNIT RESET does not wait for connections that have gone" raw_four "" <<'END'
let n $a:cmdsn
send a tmf I=1 func=5 cmdsn=$n+1
close b
close c
expect a nothing timeout=0.3
close d
expect a tmf-response response=0
END

check "a command with a bad digest has not used its number" raw_four "" DataDigest=CRC32C <<'END'
let n $a:cmdsn
send b nop-out cmdsn=$n pattern=1:0:64 bad=data
expect b reject reason=2
send b nop-out cmdsn=$n pattern=1:0:64
expect b nop-in
send c scsi cdb=2a000000000000000100 W=1 edtl=512 cmdsn=$n+1 pattern=1:0:512 bad=data
expect c reject reason=2
send d scsi cdb=2a000000000000000100 W=1 edtl=512 cmdsn=$n+1 pattern=1:0:512
await d response
END

check "task functions of RFC 7144, where they were negotiated" raw <<'END'
connect a
login a iSCSIProtocolLevel=2 MaxConnections=2 FirstBurstLength=512
connect b
login b join=a cid=2
send a tmf I=1 func=12
expect a tmf-response response=7 info!=0
ready a
send a tmf I=1 func=12
expect a tmf-response response=0 info=0
task b t write lba=0 blocks=16
await b r2t task=t
send a tmf I=1 func=9 ref=$t refcmdsn=$t:cmdsn
expect a tmf-response response=7
send a tmf I=1 func=9 ref=0x7777 refcmdsn=$t:cmdsn
expect a tmf-response response=0
send a tmf I=1 func=10
expect a tmf-response response=7
send a tmf I=1 func=11
expect a tmf-response response=0
send a tmf I=1 func=10
expect a tmf-response response=0
ready b
send a tmf I=1 func=13
expect a tmf-response response=5
connect c
login c isid=80f00baa0002 iSCSIProtocolLevel=1
send c tmf I=1 func=9
expect c tmf-response response=5
END

check "a session is reinstated with all its connections" raw_four "" <<'END'
task b t write lba=0 blocks=64
await b r2t task=t
connect e
login e
expect a close
expect b close
expect c close
expect d close
ready e
END

connections_listed()
{
	local acl=$tpgt/acls/iqn.2024-01.org.example:raw

	mkdir "$acl"
	raw_four "" <<-END
	sh grep -c 'State: TARG_CONN_STATE_LOGGED_IN' $acl/info | grep -qx 4
	sh grep -qx 4 $acl/param/MaxConnections
	sh rmdir $acl
	expect a async event=3
	expect a close
	expect d close
	END
}
check "the ACL lists the connections, and its removal ends them" connections_listed

# No login may take longer than two seconds, wherever the one before it was.
storm()
{
	raw_script target=$target timeout=$((2 * ${WAIT_SCALE:-1})) <<-'END'
	repeat 500
	  connect a
	  login a MaxConnections=4
	  ready a
	  connect b
	  login b MaxConnections=4
	  expect a close
	  ready b
	  task b t write lba=0 blocks=200
	  await b r2t task=t
	end
	write b lba=0 blocks=64 seed=1
	read b lba=0 blocks=64 seed=1
	END
}
check "1000 sessions reinstate each other" storm

events=/sys/kernel/debug/tracing/events/iscsi_target
traced()
{
	echo 1 >$events/enable
	raw_four "" <<-'END'
	send c nop-out
	expect c nop-in
	END
	echo 0 >$events/enable
	grep -q 'iscsit_rx: .*cid=3 nop-out ' $events/../../trace &&
		grep -q 'iscsit_tx: .*cid=3 nop-in ' $events/../../trace
}
if [ -d $events ]; then
	check "every PDU can be traced" traced
else
	skip "every PDU can be traced" "this kernel has no tracepoints"
fi

sessions_gone()
{
	[ "$(cat $TARGET/iscsi/$target/fabric_statistics/iscsi_instance/sessions)" = 0 ]
}
check "no session is left" wait_for 10 sessions_gone
