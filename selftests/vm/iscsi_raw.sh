#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The raw initiator against the target, with all it can do on one connection: numbers, digests,
# solicited and unsolicited data in parts of any size, CHAP, texts, task management. What is checked
# is as much the initiator, which other scripts rely on, as the target.
# cost: 20

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:raw

raw()
{
	raw_script target=$target
}

ramdisk disk 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
echo No >$TARGET/iscsi/$target/tpgt_1/param/InitialR2T

check "solicited data in parts, with digests" raw <<'END'
connect a
login a InitialR2T=Yes ImmediateData=No MaxBurstLength=4096 FirstBurstLength=4096 HeaderDigest=CRC32C DataDigest=CRC32C
ready a
write a lba=0 blocks=64 seed=7
read a lba=0 blocks=64 seed=7
task a t write lba=100 blocks=8 seed=9
expect a r2t task=t offset=0 desired=4096
answer a t size=1000
expect a response status=0 task=t
task a r read lba=100 blocks=8 seed=9
expect a data-in task=r S=1 status=0
logout a
expect a close
END

check "unsolicited data of every amount" raw <<'END'
repeat 4
  connect b
  login b InitialR2T=No ImmediateData=Yes FirstBurstLength=8192
  ready b
  write b lba=$i blocks=256 seed=$i
  read b lba=$i blocks=256 seed=$i
  write b lba=1000 blocks=3 seed=$i
  write b lba=1003 blocks=17 seed=$i
  read b lba=1000 blocks=20 seed=$i
  logout b
  expect b close
  connect b
  login b InitialR2T=No ImmediateData=No FirstBurstLength=65536 DataDigest=CRC32C
  ready b
  write b lba=$i blocks=500 seed=$i
  read b lba=$i blocks=500 seed=$i
  close b
end
END

check "data spoiled before the command is at its turn fail it then" raw <<'END'
connect a
login a InitialR2T=No ImmediateData=No DataDigest=CRC32C
ready a
let n $a:cmdsn
send a scsi cdb=2a000000000000000200 F=0 W=1 edtl=1024 cmdsn=$n+1 save=early
send a data-out itt=$early ttt=0xffffffff F=0 pattern=1:0:512 bad=data
expect a reject reason=2
send a data-out itt=$early ttt=0xffffffff pattern=1:512:512 offset=512 datasn=1
send a scsi cdb=000000000000 save=first
await a response itt=$first status=0
await a response itt=$early status=2
send a scsi cdb=000000000000 cmdsn=$n+2 save=next
expect a response itt=$next status=0
END

check "pings, task management, a text" raw <<'END'
connect a
login a
ready a
send a nop-out save=x pattern=1:0:100
expect a nop-in itt=$x dlen=100
connect b
login b MaxRecvDataSegmentLength=65536 isid=80f00baa0002
send b nop-out save=y pattern=1:0:20000
expect b nop-in itt=$y dlen=20000
repeat 12
  send b nop-out pattern=1:0:65536
end
repeat 12
  expect b nop-in dlen=65536
end
send a tmf I=1 func=5
expect a tmf-response response=0
send a text +SendTargets=
expect a text-response +TargetName=$target
connect d
login d type=Discovery
send d text +SendTargets=All
expect d text-response +TargetName=$target
connect c
login c target=iqn.2024-01.org.example:none status=0x0203
expect c close
END

check "a text that is rejected has not used its number" raw <<'END'
connect a
login a
ready a
let n $a:cmdsn
let window $a:maxcmdsn-$a:expcmdsn
send a text ttt=5 cmdsn=$n +SendTargets=
expect a reject reason=4 expcmdsn=$n
send a nop-out cmdsn=$n+1 save=late
expect a nothing timeout=0.2
send a text cmdsn=$n +SendTargets=
expect a text-response +TargetName=$target
expect a nop-in itt=$late expcmdsn=$n+2
send a text ttt=5 cmdsn=$n+3 +SendTargets=
send a nop-out cmdsn=$n+4 save=last
expect a nothing timeout=0.2
send a nop-out cmdsn=$n+2 save=first
expect a nop-in itt=$first
expect a reject reason=4 expcmdsn=$n+3
expect a nothing timeout=0.2
send a nop-out cmdsn=$n+3 save=again
expect a nop-in itt=$again
expect a nop-in itt=$last expcmdsn=$n+5
let now $a:maxcmdsn-$a:expcmdsn
assert $now == $window
send a text I=1 ttt=5 cmdsn=$n+5 +SendTargets=
expect a reject reason=4 expcmdsn=$n+5
END

check "neither has one in a discovery session" raw <<'END'
connect d
login d type=Discovery
let n $d:cmdsn
send d text ttt=5 cmdsn=$n +SendTargets=All
expect d reject reason=4 expcmdsn=$n
send d text +SendTargets=All
expect d text-response +TargetName=$target
END

check_fails "wrong data are noticed" raw <<'END'
connect a
login a
ready a
write a lba=0 blocks=8 seed=1
read a lba=0 blocks=8 seed=2
END

check_fails "a condition that does not hold is noticed" raw <<'END'
connect a
login a
send a nop-out
expect a nop-in ttt=5
END

echo 1 >$TARGET/iscsi/$target/tpgt_1/attrib/authentication
echo -n joe >$TARGET/iscsi/$target/tpgt_1/auth/userid
echo -n secretsecret12 >$TARGET/iscsi/$target/tpgt_1/auth/password
echo -n tgt >$TARGET/iscsi/$target/tpgt_1/auth/userid_mutual
echo -n targettarget34 >$TARGET/iscsi/$target/tpgt_1/auth/password_mutual
check "CHAP, one-way and mutual" raw <<'END'
connect a
login a user=joe secret=secretsecret12
ready a
connect b
login b isid=80f00baa0002 user=joe secret=secretsecret12 target_user=tgt target_secret=targettarget34
ready b
connect c
login c isid=80f00baa0003 user=joe secret=secretsecret13 status=0x0201
connect c
login c isid=80f00baa0003 user=jim secret=secretsecret12 status=0x0201
connect c
login c isid=80f00baa0003 status=0x0201
END
