#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Data-Out that are not what was asked for or promised: the task fails with the sense data of
# RFC 7143 11.4.7.2, when the initiator has ended its sequences (11.4.2, 7.8), and the connection goes
# on. In order, in any order, and with recovery.
# cost: 20

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:dataout
tpgt=$TARGET/iscsi/$target/tpgt_1
solicited="InitialR2T=Yes ImmediateData=No MaxBurstLength=4096 FirstBurstLength=4096"
unsolicited="InitialR2T=No ImmediateData=No MaxBurstLength=4096 FirstBurstLength=4096"
ordered="DataPDUInOrder=Yes DataSequenceInOrder=Yes"
disordered="DataPDUInOrder=No DataSequenceInOrder=No"
recovery="$ordered ErrorRecoveryLevel=1"
amount=0x0b0c0d
unexpected=0x0b0c0c
spoiled=0x0b4705

# session KEYS...: a script for the connection a of a session.
session()
{
	{
		echo "connect a"
		echo "login a $*"
		echo "ready a"
		cat
		echo "ready a"
		echo "write a lba=0 blocks=40 seed=77"
		echo "read a lba=0 blocks=40 seed=77"
	} | raw_script target=$target amount=$amount unexpected=$unexpected spoiled=$spoiled tpgt=$tpgt
}

ramdisk disk 16
ramdisk other 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
check "and another" iscsi_lun $target 1 other
for key in InitialR2T DataPDUInOrder DataSequenceInOrder; do
	echo No >$tpgt/param/$key
done
echo 8 >$tpgt/param/MaxOutstandingR2T
echo 4 >$tpgt/param/MaxConnections
echo 2 >$tpgt/param/ErrorRecoveryLevel

solicited()
{
	session "$solicited" "$@" <<'END'
task a t write lba=0 blocks=8 seed=1
expect a r2t task=t
send a data-out itt=$t ttt=$a.ttt pattern=1:0:8192
expect a response task=t status=2 sense=$amount
task a t write lba=0 blocks=8 seed=1
expect a r2t task=t
let ttt $a.ttt
send a data-out itt=$t ttt=$ttt F=0 pattern=1:0:4096
send a data-out itt=$t ttt=$ttt F=0 datasn=1 offset=4096 pattern=1:4096:512
expect a nothing timeout=0.2
send a data-out itt=$t ttt=$ttt datasn=2 offset=4608 pattern=1:4608:512
expect a response task=t status=2 sense=$amount expdatasn=1
task a t write lba=0 blocks=8 seed=1
expect a r2t task=t
let ttt $a.ttt
send a data-out itt=$t ttt=$ttt F=0 offset=8192 pattern=1:0:512
expect a nothing timeout=0.2
send a data-out itt=$t ttt=$ttt datasn=1 offset=512 pattern=1:512:3584
expect a response task=t status=2 sense=$amount
send a data-out itt=$t ttt=$ttt datasn=2 offset=512 pattern=1:512:3584
END
}
for order in "$ordered" "$disordered" "$recovery"; do
	check "too much, or elsewhere, than an R2T asks for, $order" solicited $order
done

short()
{
	session "$solicited" "$@" <<'END'
task a t write lba=0 blocks=16 seed=1
expect a r2t task=t
send a data-out itt=$t ttt=$a.ttt
expect a response task=t status=2 sense=$amount expdatasn=1
task a t write lba=0 blocks=8 seed=1
expect a r2t task=t
send a data-out itt=$t ttt=$a.ttt pattern=1:0:512
expect a response task=t status=2 sense=$amount
END
}
check "less than an R2T asks for" short $ordered
check "the same in any order" short $disordered

empty_end()
{
	session "$solicited" "$@" <<'END'
task a t write lba=0 blocks=16 seed=2
expect a r2t task=t
let ttt $a.ttt
send a data-out itt=$t ttt=$ttt F=0 pattern=2:0:4096
expect a nothing timeout=0.2
send a data-out itt=$t ttt=$ttt datasn=1 offset=4096
expect a r2t task=t offset=4096
answer a t
expect a response task=t status=0
read a lba=0 blocks=16 seed=2
END
}
check "a sequence may end with a PDU without data" empty_end $ordered
check "the same in any order" empty_end $disordered
check "and with recovery" empty_end $recovery

several()
{
	session "$solicited" MaxOutstandingR2T=2 "$@" <<'END'
task a t write lba=0 blocks=32 seed=3
expect a r2t task=t offset=0
let first $a.ttt
expect a r2t task=t offset=4096
let second $a.ttt
send a data-out itt=$t ttt=$first pattern=3:0:4608
expect a nothing timeout=0.2
send a data-out itt=$t ttt=$second F=0 offset=4096 pattern=3:4096:512
expect a nothing timeout=0.2
send a data-out itt=$t ttt=$second datasn=1 offset=4608 pattern=3:4608:3584
expect a response task=t status=2 sense=$amount expdatasn=2
END
}
check "no other R2T is sent, and those that are out are waited for" several $ordered
check "the same in any order" several $disordered
check "and with recovery" several $recovery

check "the next sequence begins before the end of one" session "$solicited MaxOutstandingR2T=2 $ordered" <<'END'
task a t write lba=0 blocks=32 seed=3
expect a r2t task=t offset=0
let first $a.ttt
expect a r2t task=t offset=4096
send a data-out itt=$t ttt=$first F=0 pattern=3:0:512
send a data-out itt=$t ttt=$a.ttt offset=4096 pattern=3:4096:4096
expect a response task=t status=2 sense=$amount
END

unsolicited()
{
	session "$unsolicited" "$@" <<'END'
send a scsi cdb=2a000000000000001000 F=0 W=1 edtl=8192 save=t
send a data-out itt=$t F=0 pattern=4:0:4096
send a data-out itt=$t F=0 datasn=1 offset=4096 pattern=4:4096:512
expect a nothing timeout=0.2
send a data-out itt=$t datasn=2 offset=4608 pattern=4:4608:512
expect a response itt=$t status=2 sense=$amount expdatasn=0
END
}
check "more unsolicited data than FirstBurstLength" unsolicited $ordered
check "the same in any order" unsolicited $disordered
check "and with recovery" unsolicited $recovery

unsolicited_short()
{
	session "$unsolicited" "$@" <<'END'
send a scsi cdb=2a000000000000001000 F=0 W=1 edtl=8192 save=t
send a data-out itt=$t pattern=4:0:512
expect a response itt=$t status=2 sense=$amount
send a scsi cdb=2a000000000000000400 F=0 W=1 edtl=2048 save=t
send a data-out itt=$t pattern=4:0:512
expect a r2t itt=$t offset=512 desired=1536
send a data-out itt=$t ttt=$a.ttt offset=512 pattern=4:512:1536
expect a response itt=$t status=0
read a lba=0 blocks=4 seed=4
END
}
check "less unsolicited data than a first burst" unsolicited_short $ordered
check "the same in any order" unsolicited_short $disordered

unexpected()
{
	session "$unsolicited" "$@" <<'END'
send a scsi cdb=2a000000000000001000 W=1 edtl=8192 save=t
expect a r2t itt=$t
let ttt $a.ttt
send a data-out itt=$t pattern=4:0:512
expect a nothing timeout=0.2
send a data-out itt=$t ttt=$ttt pattern=4:0:4096
expect a response itt=$t status=2 sense=$unexpected
END
}
check "unsolicited data that were not announced" unexpected $ordered
check "the same in any order" unexpected $disordered

digest()
{
	session "$solicited" DataDigest=CRC32C MaxOutstandingR2T=2 "$@" <<'END'
task a t write lba=0 blocks=32 seed=5
expect a r2t task=t offset=0
let first $a.ttt
expect a r2t task=t offset=4096
let second $a.ttt
send a data-out itt=$t ttt=$first F=0 pattern=5:0:512 bad=data
expect a reject reason=2
send a data-out itt=$t ttt=$first F=0 datasn=1 offset=512 pattern=5:512:512 bad=data
expect a reject reason=2
send a data-out itt=$t ttt=$first datasn=2 offset=1024 pattern=5:1024:3072
expect a nothing timeout=0.2
send a data-out itt=$t ttt=$second offset=4096 pattern=5:4096:4096
expect a response task=t status=2 sense=$spoiled
task a t write lba=0 blocks=8 seed=5
expect a r2t task=t
send a data-out itt=$t ttt=$a.ttt pattern=5:0:4096 bad=data
expect a reject reason=2
expect a response task=t status=2 sense=$spoiled
END
}
check "data that are spoiled: the status comes behind the rest" digest $ordered
check "the same in any order" digest $disordered

check "a PDU that is missing: the same" session "$solicited $ordered" <<'END'
task a t write lba=0 blocks=8 seed=5
expect a r2t task=t
let ttt $a.ttt
send a data-out itt=$t ttt=$ttt F=0 datasn=1 offset=512 pattern=5:512:512
expect a nothing timeout=0.2
send a data-out itt=$t ttt=$ttt datasn=2 offset=1024 pattern=5:1024:3072
expect a response task=t status=2 sense=$spoiled
END

check "an abort ends the wait" session "$solicited $ordered" <<'END'
task a t write lba=0 blocks=8 seed=5
expect a r2t task=t
let ttt $a.ttt
send a data-out itt=$t ttt=$ttt F=0 offset=512 pattern=5:512:512
expect a nothing timeout=0.2
send a tmf I=1 func=1 ref=$t refcmdsn=$t:cmdsn
expect a tmf-response response=0
send a data-out itt=$t ttt=$ttt datasn=1 offset=1024 pattern=5:1024:3072
expect a nothing timeout=0.2
END

check "so does the end of the connection" raw_script target=$target <<END
connect a
login a $solicited
ready a
task a t write lba=0 blocks=8 seed=5
expect a r2t task=t
send a data-out itt=\$t ttt=\$a.ttt F=0 offset=512 pattern=5:512:512
send a scsi cdb=2a007fffffff00001000 F=0 W=1 edtl=8192
expect a reject
reset a
connect a
login a $unsolicited
ready a
send a scsi cdb=2a007fffffff00001000 F=0 W=1 edtl=8192
expect a nothing timeout=0.2
reset a
END

check "with recovery, dataout_timeout" session "$solicited $recovery" <<'END'
task a t write lba=0 blocks=8 seed=5
expect a r2t task=t
send a data-out itt=$t ttt=$a.ttt F=0 offset=8192 pattern=5:0:512
expect a response task=t status=2 sense=$amount timeout=30
END

check "a task that has failed is reassigned" raw_script target=$target amount=$amount <<END
connect a
login a $unsolicited ErrorRecoveryLevel=2 MaxConnections=4
ready a
connect b
login b join=a cid=2
send b scsi cdb=2a000000000000001000 F=0 W=1 edtl=8192 save=t
send b data-out itt=\$t F=0 offset=8192 pattern=5:0:512
send b scsi cdb=2a007fffffff00001000 F=0 W=1 edtl=8192 save=u
expect b nothing timeout=0.2
reset b
sleep 0.2
logout a reason=2 cid=2
send a tmf I=1 func=8 ref=\$t
expect a tmf-response response=0
expect a response itt=\$t status=2 sense=\$amount
send a tmf I=1 func=8 ref=\$u
expect a tmf-response response=0
expect a response itt=\$u status=2 sense=0x052100
ready a
END

# The core refuses a write beyond the end when it has its header.
refused()
{
	session "$unsolicited" "$@" <<'END'
let window $a:maxcmdsn-$a:expcmdsn
send a scsi cdb=2a007fffffff00001000 F=0 W=1 edtl=8192 save=t
send a data-out itt=$t F=0 pattern=4:0:2048
expect a nothing timeout=0.2
send a data-out itt=$t datasn=1 offset=2048 pattern=4:2048:2048
expect a response itt=$t status=2 sense=0x052100
send a scsi cdb=2a007fffffff00001000 F=0 W=1 edtl=8192 save=t
expect a nothing timeout=0.2
send a tmf I=1 func=1 ref=$t refcmdsn=$a:cmdsn-1
expect a tmf-response response=0
send a data-out itt=$t pattern=4:0:4096
send a scsi cdb=2a007fffffff00001000 F=0 W=1 edtl=8192 save=t
expect a nothing timeout=0.2
send a tmf I=1 func=5
expect a tmf-response response=0
send a data-out itt=$t pattern=4:0:4096
expect a nothing timeout=0.2
ready a
let now $a:maxcmdsn-$a:expcmdsn
assert $now == $window
END
}
check "the status of a write that is refused comes behind its data" refused $ordered
check "the same in any order" refused $disordered
check "and with recovery" refused $recovery

check "a write that is refused holds no LUN" session "$unsolicited" <<'END'
send a scsi lun=0x0001 cdb=2a007fffffff00001000 F=0 W=1 edtl=8192 save=t
expect a nothing timeout=0.2
sh "timeout 10 rm $tpgt/lun/lun_1/link && timeout 10 rmdir $tpgt/lun/lun_1"
send a data-out itt=$t pattern=4:0:4096
expect a response itt=$t status=2
END
