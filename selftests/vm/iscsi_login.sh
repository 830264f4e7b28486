#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may log in to an iSCSI target and who may not: ACLs, CHAP one-way and mutual, for targets
# and for discovery; several TPGs and targets on a portal; IPv6; what statistics say of it.
# cost: 60
# timeout: 1200

. "$(dirname "$0")/lib.sh"

t1=iqn.2024-01.org.example:t1
t2=iqn.2024-01.org.example:t2
us=iqn.2007-10.com.github:sahlberg:libiscsi:inq
tpg=$TARGET/iscsi/$t1/tpgt_1

# inq URL [ADDRESS]: whether a session can be opened and a command run.
inq()
{
	timeout 20 iscsi-inq -i "$us" "$1" | grep -q RAMDISK
}

# The user's part of a URL is name%secret, and the target's own comes as options.
at()
{
	echo "iscsi://${1:+$1@}127.0.0.1:3260/$t1/0${2:+?$2}"
}

ls_targets()
{
	timeout 20 iscsi-ls -i "$us" "iscsi://${1:+$1@}127.0.0.1:3260/"
}

secrets()
{
	local dir=$1
	printf %s "$2" >"$dir/userid" && printf %s "$3" >"$dir/password" &&
	printf %s "$4" >"$dir/userid_mutual" && printf %s "$5" >"$dir/password_mutual"
}

acl_target()
{
	iscsi_target $t1 || return
	iscsi_lun $t1 0 disk || return
	echo 0 >$tpg/attrib/generate_node_acls
	echo 0 >$tpg/attrib/cache_dynamic_acls
}

make_acl()
{
	mkdir $tpg/acls/$us && mkdir $tpg/acls/$us/lun_0 &&
	ln -s $tpg/lun/lun_0 $tpg/acls/$us/lun_0/link
}

sees()
{
	ls_targets "$2" | grep -q "Target:$1 "
}

second_target()
{
	iscsi_target $t2 && iscsi_lun $t2 0 disk
}

second_tpg()
{
	mkdir $TARGET/iscsi/$t1/tpgt_2 && mkdir $TARGET/iscsi/$t1/tpgt_2/np/127.0.0.1:3261
}

both_tpgs_listed()
{
	echo 1 >$TARGET/iscsi/$t1/tpgt_2/enable
	ls_targets | grep -q "Target:$t1 Portal:127.0.0.1:3260,1" &&
	ls_targets | grep -q "Target:$t1 Portal:127.0.0.1:3261,2"
}

v6_portal()
{
	ip link set lo up
	mkdir "$TARGET/iscsi/$t2/tpgt_1/np/[::1]:3260"
}

stat()
{
	cat "$TARGET/iscsi/$t1/fabric_statistics/$1"
}

grew()
{
	local before
	before=$(stat "$1")
	shift_stat=$1
	shift
	"$@" || :
	[ "$(stat "$shift_stat")" -gt "$before" ]
}

ramdisk disk 16
check "a target open to all" acl_target
check_fails "without an ACL nobody gets in" inq "$(at)"
check "that is counted as an authorization failure" \
	grew iscsi_login_stats/authorize_fails inq "$(at)"
check "an ACL with a mapped LUN" make_acl
check "with an ACL the initiator gets in" inq "$(at)"
check "its session is over afterwards" \
	wait_for 5 grep -q "No active iSCSI Session" $tpg/acls/$us/info

echo 1 >$tpg/attrib/authentication
check_fails "authentication=1 and no secret: refused" inq "$(at)"
check "CHAP secrets for the ACL" secrets $tpg/acls/$us/auth joe secretsecret12 NULL NULL
check "CHAP, right secret" inq "$(at joe%secretsecret12)"
check_fails "CHAP, wrong secret" inq "$(at joe%secretsecret13)"
check_fails "CHAP, wrong name" inq "$(at jim%secretsecret12)"
check_fails "no CHAP although it is required" inq "$(at)"
check "that is counted as an authentication failure" \
	grew iscsi_login_stats/authenticate_fails inq "$(at joe%wrongwrong123)"

secrets $tpg/acls/$us/auth joe secretsecret12 tgt targettarget34
check "authenticate_target says so" grep -qx 1 $tpg/acls/$us/auth/authenticate_target
check "mutual CHAP, right secrets" \
	inq "$(at joe%secretsecret12 'target_user=tgt&target_password=targettarget34')"
check_fails "mutual CHAP, wrong secret of the target" \
	inq "$(at joe%secretsecret12 'target_user=tgt&target_password=targettarget35')"
check "one-way CHAP still works" inq "$(at joe%secretsecret12)"

echo 0 >$tpg/acls/$us/attrib/authentication
check "the ACL can do without what the TPG requires" inq "$(at)"
echo -1 >$tpg/acls/$us/attrib/authentication
echo 0 >$tpg/attrib/authentication
check "authentication=0 needs no CHAP" inq "$(at)"

check "discovery without authentication" sees $t1
secrets $TARGET/iscsi/discovery_auth dis discoverysecret NULL NULL
echo 1 >$TARGET/iscsi/discovery_auth/enforce_discovery_auth
check_fails "discovery with enforced authentication" sees $t1
check "discovery with CHAP" sees $t1 dis%discoverysecret
check_fails "discovery with a wrong secret" sees $t1 dis%discoverywrong
secrets $TARGET/iscsi/discovery_auth NULL NULL NULL NULL
echo 0 >$TARGET/iscsi/discovery_auth/enforce_discovery_auth

check "a second target on the same portal" second_target
check "both are listed" sees $t2
check "the second one can be used" inq "iscsi://127.0.0.1:3260/$t2/0"
check "a second TPG with a portal of its own" second_tpg
check "both TPGs are listed when they are enabled" both_tpgs_listed
check_fails "a portal can't be in two TPGs of a target" \
	mkdir $TARGET/iscsi/$t1/tpgt_2/np/127.0.0.1:3260
check_fails "an address that is none" mkdir $TARGET/iscsi/$t1/tpgt_2/np/127.0.0.300:3260
echo 0 >$tpg/attrib/demo_mode_discovery
rmdir $tpg/acls/$us/lun_0 2>/dev/null || { rm $tpg/acls/$us/lun_0/link; rmdir $tpg/acls/$us/lun_0; }
check "an ACL can be removed" rmdir $tpg/acls/$us
check_fails "demo_mode_discovery=0 hides a target from strangers" \
	sh -c "iscsi-ls -i $us iscsi://127.0.0.1:3260/ | grep '$t1 Portal:127.0.0.1:3260'"
check_fails "a target that does not exist" inq iscsi://127.0.0.1:3260/iqn.2024-01.org.example:no/0
echo 0 >$TARGET/iscsi/$t2/tpgt_1/enable
check_fails "a disabled TPG takes no logins" inq "iscsi://127.0.0.1:3260/$t2/0"
echo 1 >$TARGET/iscsi/$t2/tpgt_1/enable

if [ -e /proc/net/if_inet6 ] && ip -6 addr show dev lo | grep -q ::1; then
	check "a portal on IPv6" v6_portal
	check "it can be used" inq "iscsi://[::1]:3260/$t2/0"
else
	skip "a portal on IPv6" "no IPv6 here"
fi
