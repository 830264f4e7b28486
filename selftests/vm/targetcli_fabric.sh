#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Targets as targetcli makes, saves, clears, restores and deletes them, unmodified, and an
# initiator that finds its disk on the restored ones.
# cost: 150
# timeout: 1200

. "$(dirname "$0")/lib.sh"

iqn=iqn.2024-01.org.example:cli
naa=naa.5001405000000041
tpg=$TARGET/iscsi/$iqn/tpgt_1
acl=$tpg/acls/$INITIATOR
loop=$TARGET/loopback/$naa/tpgt_1

# cli LINE...: one session of the shell, which costs a second or more to start. It goes on after
# an error, but says so.
cli()
{
	printf '%s\n' "set global auto_save_on_exit=false" "$@" exit | targetcli >"$WORK/cli" 2>&1
	cat "$WORK/cli"
	# It misses its preferences the first time.
	! grep -v 'preferences file' "$WORK/cli" |
		grep -Eiq 'error|traceback|could not|cannot|no such|invalid|not permitted'
}

create_iscsi()
{
	cli "/backstores/ramdisk create name=one size=8M" \
	    "/backstores/ramdisk create name=two size=8M" \
	    "/iscsi create $iqn" \
	    "/iscsi/$iqn/tpg1/luns create /backstores/ramdisk/one" \
	    "/iscsi/$iqn/tpg1/luns create /backstores/ramdisk/two" \
	    "/iscsi/$iqn/tpg1/acls create $INITIATOR" \
	    "/iscsi/$iqn/tpg1/acls/$INITIATOR delete 1" \
	    "/iscsi/$iqn/tpg1/acls/$INITIATOR create mapped_lun=7 tpg_lun_or_backstore=lun1 \
write_protect=1" \
	    "/iscsi/$iqn/tpg1/acls/$INITIATOR set auth userid=me password=something-secret" \
	    "/iscsi/$iqn/tpg1/acls/$INITIATOR set attribute dataout_timeout=7" \
	    "/iscsi/$iqn/tpg1 set attribute authentication=1 default_cmdsn_depth=32" \
	    "/iscsi/$iqn/tpg1 set parameter MaxBurstLength=131072"
}

iscsi_is_there()
{
	test "$(cat "$tpg/enable")" = 1
	test -n "$(ls "$tpg/np")"
	test "$(realpath "$tpg"/lun/lun_1/*/ | grep -c /two$)" = 1
	test "$(cat "$acl/lun_0/write_protect" "$acl/lun_7/write_protect" | xargs)" = "0 1"
	test "$(realpath "$acl"/lun_7/*/ | grep -c /lun/lun_1$)" = 1
	fails test -d "$acl/lun_1"
	test "$(cat "$acl/auth/userid")" = me
	test "$(cat "$acl/auth/password")" = something-secret
	test "$(cat "$acl/attrib/dataout_timeout")" = 7
	test "$(cat "$tpg/attrib/default_cmdsn_depth")" = 32
	test "$(cat "$tpg/attrib/authentication")" = 1
	test "$(cat "$tpg/param/MaxBurstLength")" = 131072
}

create_loopback()
{
	cli "/loopback create $naa" "/loopback/$naa/luns create /backstores/ramdisk/one"
}

loopback_is_there()
{
	grep -q '^naa\.' "$loop/nexus"
	test "$(realpath "$loop"/lun/lun_0/*/ | grep -c /one$)" = 1
	wait_for 20 loop_disk
}

loop_disk()
{
	ls -d /sys/class/scsi_disk/"$(cut -d: -f1 "$loop/address")":*
}

# Saved configurations differ in the order of readdir and in nothing else.
same_configuration()
{
	python3 - "$@" <<-'END'
	import json, sys

	def ordered(value):
	    if isinstance(value, dict):
	        return sorted((key, ordered(item)) for key, item in value.items())
	    if isinstance(value, list):
	        return sorted((ordered(item) for item in value), key=repr)
	    return value

	first, second = [ordered(json.load(open(path))) for path in sys.argv[1:]]
	for a, b in zip(first, second):
	    if a != b:
	        sys.exit(f"{a}\n{b}")
	END
}

save_and_clear()
{
	targetcli saveconfig "$WORK/saved.json"
	targetcli clearconfig confirm=True
	test -z "$(find "$CORE" "$TARGET"/*/ -mindepth 1 -maxdepth 1 -type d \
		! -name alua ! -name discovery_auth)"
}

restore()
{
	targetcli restoreconfig "$WORK/saved.json" >"$WORK/restored" 2>&1
	cat "$WORK/restored"
	fails grep -Eiq 'skipped|error|cannot|could not' "$WORK/restored"
	iscsi_is_there
	loopback_is_there
	targetcli saveconfig "$WORK/again.json"
	same_configuration "$WORK/saved.json" "$WORK/again.json"
}

list()
{
	targetcli ls / >"$WORK/tree"
	cat "$WORK/tree"
	grep -q "$iqn" "$WORK/tree"
	grep -q "mapped_lun7" "$WORK/tree"
	grep -q "$naa" "$WORK/tree"
	targetcli sessions list
	targetcli "/iscsi/$iqn/tpg1" get attribute >/dev/null
	targetcli "/iscsi/$iqn/tpg1" get parameter >/dev/null
	targetcli "/iscsi/$iqn/tpg1/acls/$INITIATOR" info
}

delete()
{
	cli "/iscsi/$iqn/tpg1/acls/$INITIATOR delete 7" \
	    "/iscsi/$iqn/tpg1/acls delete $INITIATOR" \
	    "/iscsi/$iqn/tpg1/luns delete lun1" \
	    "/backstores/ramdisk delete one"
	test -z "$(ls "$acl" 2>/dev/null)"
	fails test -e "$tpg/lun/lun_0"
	fails test -e "$loop/lun/lun_0"
	cli "/iscsi delete $iqn" "/loopback delete $naa" "/backstores/ramdisk delete two"
	fails test -d "$TARGET/iscsi/$iqn"
	fails test -d "$TARGET/loopback/$naa"
}

if ! command -v targetcli >/dev/null; then
	skip "targetcli" "it is not installed"
	exit
fi
start_target
mkdir -p /run/dbus /etc/rtslib-fb-target
dbus-daemon --system --fork
check "targetcli makes an iSCSI target" create_iscsi
check "which is as it said" iscsi_is_there
check "targetcli makes a loopback target" create_loopback
check "whose disk appears" loopback_is_there
check "targetcli shows them" list
check "targetcli saves and clears" save_and_clear
check "targetcli restores the same" restore
check "targetcli deletes a device with its LUNs, and targets" delete
