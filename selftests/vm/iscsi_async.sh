#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Asynchronous messages: what initiators are told when a TPG is disabled, an ACL or a portal is
# removed, and that none of it can be held up by an initiator that does not listen.
# cost: 25

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:async
tpg=$TARGET/iscsi/$target/tpgt_1
joe=iqn.2024-01.org.example:joe
other=127.0.0.1:3261

raw()
{
	raw_script target=$target tpg=$tpg joe=$joe
}

enabled()
{
	echo 1 >$tpg/enable
}

ramdisk disk 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
echo 4 >$tpg/param/MaxConnections

check "disabling the TPG drops sessions, and says so" raw <<'END'
connect a
login a DefaultTime2Wait=7
ready a
connect d
login d type=Discovery
sh echo 0 >$tpg/enable
expect a async event=3 param1=0 param2=7 param3=0 itt=0xffffffff F=1 dlen=0
expect a close
send d text +SendTargets=All
expect d text-response
END
check "enabled again" enabled

check "the first of several connections is told, all end" raw <<'END'
connect a
login a MaxConnections=4
connect b
login b join=a cid=2
connect c
login c join=a cid=3
ready a
sh echo 0 >$tpg/enable
expect a async event=3
expect a close
expect b close
expect c close
END
check "enabled again" enabled

echo 4 >$tpg/attrib/logout_timeout
check "with time to log out they are asked to" raw <<'END'
connect a
login a
connect b
login b isid=80f00baa0002
ready a
sh echo 0 >$tpg/enable &
expect a async event=1 param3=4 itt=0xffffffff
expect b async event=1 param3=4
write a lba=0 blocks=8 seed=1
logout a
expect a close
ready b
logout b reason=1
expect b close
sleep 0.5
sh grep -qx 0 $tpg/enable
END
check "enabled again" enabled

echo 1 >$tpg/attrib/logout_timeout
check "and dropped if they do not" raw <<'END'
connect a
login a
ready a
sh echo 0 >$tpg/enable &
expect a async event=1 param3=1
expect a async event=3
expect a close
sleep 0.5
sh grep -qx 0 $tpg/enable
END
check "enabled again" enabled
echo 0 >$tpg/attrib/logout_timeout

acl()
{
	mkdir $tpg/acls/$joe && mkdir $tpg/acls/$joe/lun_0 &&
	ln -s $tpg/lun/lun_0 $tpg/acls/$joe/lun_0/link
}
check "an ACL" acl

# Whether one of the logins gets through is a matter of luck.
login_storm()
{
	local end=$((SECONDS + 4)) i=0 closer

	while sleep 0.001; do
		echo $((32 + i++ % 2)) >$tpg/acls/$joe/cmdsn_depth
	done &
	closer=$!
	while [ $SECONDS -lt $end ]; do
		raw <<-'END' >/dev/null 2>&1 || :
		repeat 50
		  connect a
		  login a initiator=$joe isid=80f00baa10$i
		end
		END
	done
	kill $closer
	wait $closer 2>/dev/null || :
	raw <<-'END'
	connect a
	login a initiator=$joe
	ready a
	END
}
check "sessions can be ended while they log in" login_storm

check "removing it drops the sessions of its initiator" raw <<'END'
connect a
login a initiator=$joe
ready a
connect b
login b isid=80f00baa0002
ready b
sh rm $tpg/acls/$joe/lun_0/link && rmdir $tpg/acls/$joe/lun_0 && rmdir $tpg/acls/$joe
await a async event=3
expect a close
ready b
END

check "a second portal" mkdir $tpg/np/$other
check "removing it drops its connections, and the session lives on" raw <<'END'
connect a
login a MaxConnections=4 DefaultTime2Wait=5
connect b 127.0.0.1 3261
login b join=a cid=2
connect d 127.0.0.1 3261
login d type=Discovery
ready a
sh rmdir $tpg/np/127.0.0.1:3261
expect b async event=2 param1=2 param2=5 param3=0
expect b close
expect d close
write a lba=0 blocks=64 seed=3
read a lba=0 blocks=64 seed=3
connect-fails c 127.0.0.1 3261
END

echo 1 >$tpg/attrib/aen
check "unit attention conditions are told of when that is asked for" raw <<'END'
connect a
login a
ready a
connect b
login b isid=80f00baa0002
ready b
send b tmf I=1 func=5
await b tmf-response response=0
await b async event=0
expect a async event=0 lun=0 itt=0xffffffff dlen=20
ready b
send a scsi R=0
expect a response status=2
ready a
expect a nothing timeout=0.3
END
echo 0 >$tpg/attrib/aen
check "and not otherwise" raw <<'END'
connect a
login a
ready a
connect b
login b isid=80f00baa0002
ready b
send b tmf I=1 func=5
expect b tmf-response response=0
expect a nothing timeout=0.3
send a scsi R=0
expect a response status=2
END

# Replies that nobody takes fill the socket.
check "one that does not listen holds up nobody" raw <<'END'
connect a
login a MaxBurstLength=1048576
ready a
repeat 24
  task a t$i read lba=0 blocks=2048
end
sh echo 0 | timeout 8 tee $tpg/enable >/dev/null
END
check "enabled again" enabled
check "and usable" timeout 20 iscsi-inq "iscsi://127.0.0.1:3260/$target/0"
