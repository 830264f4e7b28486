#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The counters of sessions and connections in configfs: what went over them, and what went wrong, by
# class.
# cost: 10

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:counters
tpgt=$TARGET/iscsi/$target/tpgt_1
acl=$tpgt/acls/iqn.2024-01.org.example:raw
session=$acl/fabric_statistics/iscsi_sess_stats
connections=$acl/fabric_statistics/iscsi_conn_stats/connections
errors=$TARGET/iscsi/$target/fabric_statistics/iscsi_sess_err

# For the statement sh of scripts: has CID NAME=VALUE..., is FILE NUMBER.
cat >"$WORK/has" <<END
#!/bin/sh
line=\$(grep " cid=\$1 " $connections) || exit
shift
for pair; do
	case "\$line " in
	*" \$pair "*) ;;
	*)
		echo "no \$pair: \$line"
		exit 1
	esac
done
END
cat >"$WORK/is" <<'END'
#!/bin/sh
[ "$(cat "$1")" = "$2" ] || { echo "$1: $(cat "$1")"; exit 1; }
END
chmod +x "$WORK/has" "$WORK/is"

raw()
{
	raw_script target=$target has="$WORK/has" is="$WORK/is" session=$session
}

ramdisk disk 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
echo 2 >$tpgt/param/ErrorRecoveryLevel
echo 4 >$tpgt/param/MaxConnections
mkdir $acl $acl/lun_0
ln -s $tpgt/lun/lun_0 $acl/lun_0/link
echo 2 >$acl/attrib/dataout_timeout
check "nothing without a session" test -z "$(cat $connections)"

check "commands and bytes of each connection, and of the session" raw <<'END'
connect a
login a MaxConnections=4 ImmediateData=Yes
ready a
connect b
login b join=a cid=2
write a lba=0 blocks=16
read a lba=0 blocks=16
read b lba=0 blocks=8
sh "$has 1 rx_bytes=8192 tx_bytes=8192 timeouts=0"
sh "$has 2 cmd_pdus=1 rsp_pdus=1 rx_bytes=0 tx_bytes=4096"
sh "$is $session/txdata_octs 12288"
logout a reason=1 cid=2
sh "$has past cmd_pdus=1 rsp_pdus=1 tx_bytes=4096"
sh "$is $session/txdata_octs 12288"
sh "! $has 2"
END

digests=$(cat $errors/digest_errors)
formats=$(cat $errors/format_errors)
check "digests of data and of headers, PDUs that make no sense" raw <<'END'
connect a
login a MaxConnections=4 HeaderDigest=CRC32C DataDigest=CRC32C ImmediateData=Yes
ready a
send a nop-out pattern=1:0:100 bad=data
expect a reject reason=2
send a 0x1f
expect a reject
sh "$has 1 data_digest_errors=1 header_digest_errors=0 format_errors=1 sequence_errors=0"
connect b
login b join=a cid=2 HeaderDigest=CRC32C
send b nop-out bad=header
expect b close
sh "$has past header_digest_errors=1 data_digest_errors=0"
sh "$is $session/conn_digest_errors 2"
END
check "the target counts them, too" "$WORK/is" $errors/digest_errors $((digests + 2))
check "and the others" "$WORK/is" $errors/format_errors $((formats + 1))

check "data-out that are missing" raw <<'END'
connect a
login a ImmediateData=No
ready a
task a t write lba=0 blocks=16
expect a r2t
answer a t size=1024 skip=0
expect a response task=t status=2
sh "$has 1 sequence_errors=1 format_errors=0"
END

check "SNACKs, what they have sent again, and time-outs" raw <<'END'
connect a
login a ErrorRecoveryLevel=1 ImmediateData=No
ready a
statsn a hold
task a r read lba=0 blocks=8
expect a data-in task=r
send a snack type=0 itt=$r begrun=0 runlen=1
expect a data-in task=r
sh "$has 1 snacks=1 resent=1 timeouts=0"
task a t write lba=0 blocks=8
expect a r2t task=t
expect a r2t task=t timeout=20
sh "$has 1 timeouts=1"
END
