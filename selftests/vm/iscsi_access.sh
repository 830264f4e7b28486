#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The administrative side of iSCSI logins: redirection by target and by portal, address lists, limits,
# strangers and CHAP, floods of logins, keepalive, socket options, link-local portals and portals on
# addresses that are not there.
# cost: 45

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:access
tpg=$TARGET/iscsi/$target/tpgt_1
portal=$tpg/np/$PORTAL
joe=iqn.2024-01.org.example:joe
ann=iqn.2024-01.org.example:ann

raw()
{
	raw_script target=$target "$@"
}

# set_to VALUE FILE: accepted and read back
set_to()
{
	echo "$1" >"$2" && [ "$(cat "$2")" = "$1" ]
}

refused()
{
	! echo "$1" 2>/dev/null >"$2"
}

logs_in()
{
	raw "$@" <<'END'
connect a
login a isid=80f00baa00ff
ready a
logout a
END
}

ramdisk disk 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk

# ---------------------------------------------------------------- redirection

check "a redirection of the TPG" set_to "temporary 192.0.2.1:3261" $tpg/attrib/redirect
check "logins are sent there (0101h)" raw <<'END'
connect a
login a status=0x0101
same $redirect 192.0.2.1:3261
expect a close
END
check "a redirection of the portal" set_to "permanent [2001:db8::7]:3260,2" $portal/redirect
check "it goes before (0102h)" raw <<'END'
connect a
login a status=0x0102
same $redirect [2001:db8::7]:3260,2
connect d
login d type=Discovery
END
check "they are counted" grep -qx 2 \
	$TARGET/iscsi/$target/fabric_statistics/iscsi_login_stats/redirects
bad_redirects()
{
	local text

	for text in "192.0.2.1" "temporary" "temporary a b" "sometimes 192.0.2.1" \
		"temporary 192.0.2.1:99999" "temporary [::1" "temporary x=y" \
		"temporary $(printf 'a%.0s' {1..101})" "$(head -c 4000 /dev/zero | tr '\0' %)"; do
		refused "$text" $tpg/attrib/redirect && refused "$text" $portal/redirect || return
	done
	[ "$(cat $tpg/attrib/redirect)" = "temporary 192.0.2.1:3261" ]
}
check "what is no redirection is refused" bad_redirects
set_to none $tpg/attrib/redirect
echo >$portal/redirect
check "without them logins are served again" logs_in

# ---------------------------------------------------------------- addresses

check "a list of addresses" set_to "127.0.0.2 127.1.0.0/16 2001:db8::/32" \
	$tpg/attrib/allowed_addresses
check "it holds for logins and for discovery" raw <<'END'
connect a
login a status=0x0202
connect a from=127.0.0.2
login a
connect b from=127.1.2.3
login b isid=80f00baa0002
connect c from=127.2.2.3
login c isid=80f00baa0003 status=0x0202
connect d
login d type=Discovery
send d text +SendTargets=All
expect d text-response dlen=0
connect e from=127.1.2.3
login e type=Discovery
send e text +SendTargets=All
expect e text-response +TargetName=$target
END
bad_lists()
{
	local text

	for text in 10.0.0.1/8 10.0.0.0/33 10.0.0 ::/129 a "[::1]" 10.0.0.0/ \
		"$(printf '10.0.0.%s ' {1..65})" "$(head -c 4000 /dev/zero | tr '\0' 1)"; do
		refused "$text" $tpg/attrib/allowed_addresses || return
	done
	grep -q 127.1.0.0/16 $tpg/attrib/allowed_addresses
}
check "what is no list is refused" bad_lists
echo >$tpg/attrib/allowed_addresses
check "an empty list admits everybody" logs_in

# ---------------------------------------------------------------- limits

echo 2 >$tpg/attrib/connection_limit
check "no more connections than the TPG may have" raw <<'END'
connect a
login a isid=80f00baa0001
connect b
login b isid=80f00baa0002
connect c
login c isid=80f00baa0003 status=0x0302
connect c
login c isid=80f00baa0001
expect a close
ready c
logout b
expect b close
connect b
login b isid=80f00baa0003
END
echo 0 >$tpg/attrib/connection_limit
echo 1 >$portal/connection_limit
check "nor than the portal" raw <<'END'
connect a
login a isid=80f00baa0001
connect b
login b isid=80f00baa0002 status=0x0302
END
echo 0 >$portal/connection_limit
check "a flood of logins that lead nowhere keeps nobody out" raw <<'END'
repeat 60
  connect f$i
  bytes f$i 43
end
repeat 300
  connect g
  bytes g 4387000000
end
connect a
login a
ready a
END
check "a flood of discovery sessions neither" raw <<'END'
repeat 60
  connect d$i
  login d$i type=Discovery
end
connect a
login a
ready a
END

# ---------------------------------------------------------------- who

acl()
{
	mkdir $tpg/acls/"$1" && mkdir $tpg/acls/"$1"/lun_0 &&
	ln -s $tpg/lun/lun_0 $tpg/acls/"$1"/lun_0/link
}

# An ACL made for a name that demo mode has kept takes over what that knows of the initiator's LUN.
sessions_before()
{
	local name=iqn.2024-01.org.example:$1

	acl $name && cat $tpg/acls/$name/lun_0/statistics/scsi_auth_intr/att_count &&
	rm $tpg/acls/$name/lun_0/link && rmdir $tpg/acls/$name/lun_0 $tpg/acls/$name
}
check "as many names as an initiator cares to use" raw <<'END'
repeat 258
  connect a
  login a initiator=iqn.2024-01.org.example:Name$i
  logout a
  expect a close
end
END
check "demo mode remembers the latest" answers "1" sessions_before name257
check "and not more than 256" answers "0" sessions_before name1

echo 0 >$tpg/attrib/generate_node_acls
echo 0 >$tpg/attrib/cache_dynamic_acls
check "without demo mode those it has let in are strangers" raw <<'END'
connect a
login a initiator=iqn.2024-01.org.example:name256 status=0x0202
connect b
login b status=0x0202
END
cap=iqn.2024-01.org.Example:CAP
check "an ACL in capitals" acl $cap
check "is the initiator's in either case" raw cap=$cap <<'END'
connect a
login a initiator=$cap
ready a
connect b
login b initiator=IQN.2024-01.org.example:cap isid=80f00baa0002
ready b
END
capital()
{
	mkdir $TARGET/iscsi/iqn.2024-01.org.example:Access 2>/dev/null && return 1
	iscsi_target iqn.2024-01.org.example:CAPS
}
check "so of targets, whose names differ by more than that" capital
check "one in capitals is found in either case" raw caps=iqn.2024-01.org.example:caps <<'END'
connect a
login a type=Discovery
send a text +SendTargets=iqn.2024-01.org.example:caps
expect a text-response +TargetName=iqn.2024-01.org.example:CAPS
connect b
login b target=$caps
connect c
login c target=IQN.2024-01.org.example:CaPS isid=80f00baa0002
END
check_fails "there is one ACL of a name" mkdir $tpg/acls/${cap,,}
check "an ACL with CHAP" acl $joe
echo -n joe >$tpg/acls/$joe/auth/userid
echo -n secretsecret12 >$tpg/acls/$joe/auth/password
check "an ACL without" acl $ann
echo 1 >$tpg/attrib/authentication
echo 0 >$tpg/acls/$ann/attrib/authentication
check "both get in, each in its way" raw joe=$joe ann=$ann <<'END'
connect a
login a initiator=$joe user=joe secret=secretsecret12
ready a
connect b
login b initiator=$ann isid=80f00baa0002
ready b
connect c
login c initiator=$joe isid=80f00baa0003 status=0x0201
END
check "a stranger fails as one with a wrong secret does" raw joe=$joe <<'END'
connect a
login a initiator=$joe user=joe secret=wrongwrong1234 status=0x0201
connect b
login b initiator=iqn.2024-01.org.example:stranger user=joe secret=secretsecret12 status=0x0201
assert $a.flags == $b.flags
assert $a.statsn == $b.statsn
connect c
login c initiator=iqn.2024-01.org.example:stranger status=0x0201
END

ramdisk other 16
check "a LUN for one of them alone" sh -c "mkdir $tpg/lun/lun_1 && ln -s $(device other) $tpg/lun/lun_1/link &&
	mkdir $tpg/acls/$joe/lun_1 && ln -s $tpg/lun/lun_1 $tpg/acls/$joe/lun_1/link"
check "TARGET WARM RESET resets what its initiator may reach, and no more" raw joe=$joe ann=$ann <<'END'
connect a
login a initiator=$joe user=joe secret=secretsecret12
ready a
ready a lun=1
connect b
login b initiator=$ann isid=80f00baa0002
ready b
send b tmf I=1 func=6
expect b tmf-response response=0
send a scsi lun=1 cdb=000000000000
expect a response status=0
send a scsi cdb=000000000000
expect a response status=2
END

# ---------------------------------------------------------------- keepalive

echo 3 >$tpg/acls/$ann/attrib/nopin_timeout
echo 3 >$tpg/acls/$ann/attrib/nopin_response_timeout
check "a silent initiator is pinged, and let go when it does not answer" raw ann=$ann <<'END'
connect a
login a initiator=$ann
pings a manual
expect a nop-in ttt!=0xffffffff itt=0xffffffff timeout=6
send a nop-out I=1 itt=0xffffffff ttt=$a.ttt
expect a nop-in ttt!=0xffffffff timeout=6
set timeout 6
expect a close
END

# ---------------------------------------------------------------- sockets

options()
{
	set_to 0 $portal/nodelay && set_to 1 $portal/nodelay && refused 2 $portal/nodelay &&
	set_to 5 $portal/priority && refused -1 $portal/priority
}
check "nodelay and priority" options
echo 1 >$tpg/attrib/generate_node_acls
echo 0 >$tpg/attrib/authentication
device()
{
	set_to lo $portal/bind_device && logs_in &&
	refused none0 $portal/bind_device && refused 0123456789abcdef $portal/bind_device &&
	refused a/b $portal/bind_device && grep -qx lo $portal/bind_device || return
	if modprobe dummy && ip link add other type dummy; then
		set_to other $portal/bind_device && ! logs_in && ip link delete other || return
	fi
	echo >$portal/bind_device
	logs_in
}
check "a portal bound to a device" device

later()
{
	mkdir "$tpg/np/192.0.2.9:3260" || return
	raw <<'END' || return
connect-fails a 192.0.2.9 3260
END
	ip address add 192.0.2.9/32 dev lo
	logs_in address=192.0.2.9
}
check "a portal on an address that appears later" later
check_fails "an address that is none" mkdir "$tpg/np/192.0.2.300:3260"
check_fails "a port that is none" mkdir "$tpg/np/192.0.2.9:99999"

link_local()
{
	ip address add fe80::77/64 dev lo nodad && mkdir "$tpg/np/[fe80::77%lo]:3260" &&
	logs_in address=fe80::77%lo && refused lo "$tpg/np/[fe80::77%lo]:3260/bind_device"
}
if [ -e /proc/net/if_inet6 ]; then
	check "a link-local portal" link_local
	check_fails "one without its device" mkdir "$tpg/np/[fe80::77]:3261"
	check_fails "one with a device that is not there" mkdir "$tpg/np/[fe80::77%none0]:3261"
else
	skip "a link-local portal" "no IPv6 here"
fi
