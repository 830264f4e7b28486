#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The fabric's half of configfs: that the files are those of Documentation/configfs-fabric.rst,
# which names, links and values are refused and how, what may be removed when, and that nothing
# is left of it.
# cost: 200
# timeout: 1200

. "$(dirname "$0")/lib.sh"

REFERENCE=$(realpath "$(dirname "$0")/../../Documentation/configfs-fabric.rst")
wwn=naa.5001405000000011
nexus=naa.6001405000000011
loop=$TARGET/loopback
target=$loop/$wwn
tpg=$target/tpgt_1
lun=$tpg/lun/lun_0
acl=$tpg/acls/$nexus
map=$acl/lun_0

# ---------------------------------------------------------------- helpers

# refused ERROR-TEXT COMMAND...: fails, for this reason.
refused()
{
	local text=$1 output
	shift
	if output=$(LC_ALL=C "$@" 2>&1); then
		echo "not refused: $*"
		return 1
	fi
	case $output in
	*"$text"*) ;;
	*) echo "expected '$text' from: $*"; echo "$output"; return 1 ;;
	esac
}

put()
{
	printf '%s\n' "$1" >"$2"
}

put_bare()
{
	printf %s "$1" >"$2"
}

holds()
{
	local content
	content=$(cat "$1") || return
	[ "$content" = "$2" ] || { echo "$1: '$content', not '$2'"; return 1; }
}

# has_files MODE DIRECTORY NAME...
has_files()
{
	local mode=$1 dir=$2 name
	shift 2
	for name; do
		[ "$(stat -c %a "$dir/$name")" = "$mode" ] || { ls -l "$dir"; return 1; }
	done
}

has_directories()
{
	local dir=$1 name
	shift
	for name; do
		[ -d "$dir/$name" ] || { ls -l "$dir"; return 1; }
	done
}

module_references()
{
	cat /sys/module/target_core_mod/refcnt /sys/module/tcm_loop/refcnt
}

invalid="Invalid argument"
out_of_range="out of range"
no_device="No such device"

# Each of the functions below is one check: it ends at the first command that fails.

# ---------------------------------------------------------------- fabrics and targets

fabric_directory()
{
	refused "$invalid" mkdir $TARGET/nonsense
	mkdir $loop
	test -d /sys/module/tcm_loop
	has_files 444 $loop version
	has_directories $loop discovery_auth
	refused "not permitted" rmdir $loop/discovery_auth
	fails rmmod tcm_loop
}

target_directory()
{
	refused "$invalid" mkdir $loop/nonsense
	refused "$invalid" mkdir "$loop/naa.$(printf '%0220d' 0)"
	mkdir $target
	has_directories $target param fabric_statistics
	has_files 644 $target/param cmd_completion_affinity
	refused "not permitted" mkdir $target/param/x
}

completion_affinity()
{
	local file=$target/param/cmd_completion_affinity

	holds $file -1
	put -2 $file
	holds $file -2
	put 0 $file
	refused "$invalid" put -3 $file
	refused "$invalid" put 99999 $file
	refused "$invalid" put x $file
	holds $file 0
}

start_target
check "mkdir loads a fabric and refuses an unknown one" fabric_directory
check "a target has its directories" target_directory
check "completion affinity is -1, -2 or a processor" completion_affinity

# ---------------------------------------------------------------- TPGs

tpg_names()
{
	local name

	for name in tpgt_ tpgt_x tpgt_1x tpgt_-1 tpgt_+1 "tpgt_ 1" tpgt_32 tpgt_65536 tpg_1 x; do
		refused "$invalid" mkdir "$target/$name"
	done
	mkdir $tpg
	refused "$invalid" mkdir $target/tpgt_0x1
}

tpg_directory()
{
	has_directories $tpg lun np acls attrib auth param
	has_files 644 $tpg rtpi nexus transport_status
	fails test -e $tpg/enable
	refused "not implemented" mkdir $tpg/np/127.0.0.1:3260
	refused "not empty" rmdir $target
}

port_identifier()
{
	mkdir $target/tpgt_2
	test $(($(cat $tpg/rtpi))) != 0
	fails holds $target/tpgt_2/rtpi "$(cat $tpg/rtpi)"
	put 0x123 $tpg/rtpi
	holds $tpg/rtpi 0x123
	put 291 $tpg/rtpi
	refused "$invalid" put 0 $tpg/rtpi
	refused "$out_of_range" put 65536 $tpg/rtpi
	refused "$invalid" put 0x123 $target/tpgt_2/rtpi
	holds $tpg/rtpi 0x123
	rmdir $target/tpgt_2
}

check "TPG names are checked" tpg_names
check "a TPG has its directories and files" tpg_directory
check "port identifiers are unique" port_identifier

# ---------------------------------------------------------------- the nexus file

nexus_names()
{
	refused "$no_device" cat $tpg/nexus
	refused "$no_device" put NULL $tpg/nexus
	refused "$invalid" put $INITIATOR $tpg/nexus
	refused "$invalid" put nonsense $tpg/nexus
	refused "$invalid" put "naa.$(printf '%0300d' 0)" $tpg/nexus
	put $nexus $tpg/nexus
	holds $tpg/nexus $nexus
	refused "exists" put $nexus $tpg/nexus
	put NULL $tpg/nexus
	refused "$no_device" cat $tpg/nexus
	put_bare $nexus $tpg/nexus
	holds $tpg/nexus $nexus
}

tpg_with_nexus()
{
	rmdir $tpg
	mkdir $tpg
	put $nexus $tpg/nexus
}

check "a nexus is opened and closed by name" nexus_names
check "a TPG with a nexus can be removed" tpg_with_nexus

# ---------------------------------------------------------------- LUNs

lun_names()
{
	local name

	for name in lun_ lun_x lun_1x lun_-1 lun_+1 lun1 $'lun_1\n'; do
		refused "$invalid" mkdir "$tpg/lun/$name"
	done
	refused "" mkdir $tpg/lun/lun_18446744073709551616
	mkdir $tpg/lun/lun_18446744073709551615
	rmdir $tpg/lun/lun_18446744073709551615
	mkdir $lun
	fails mkdir $tpg/lun/lun_0x0
}

lun_without_device()
{
	local name

	has_files 644 $lun alua_tg_pt_gp alua_tg_pt_offline alua_tg_pt_status alua_tg_pt_write_md
	has_directories $lun/statistics scsi_port scsi_tgt_port scsi_transport
	for name in alua_tg_pt_gp alua_tg_pt_offline alua_tg_pt_status alua_tg_pt_write_md; do
		refused "$no_device" cat $lun/$name
		refused "$no_device" put 0 $lun/$name
	done
	refused "$no_device" cat $lun/statistics/scsi_port/indx
	refused "not implemented" mkdir $lun/statistics/x
}

lun_links()
{
	local name

	for name in $CORE $CORE/rd_mcp_0 $CORE/alua/lu_gps/default_lu_gp $lun $tpg \
		$CORE/rd_mcp_0/disk/attrib; do
		refused "Bad address" ln -s "$name" $lun/link
	done
	fails ln -s /sys/kernel/config $lun/link
	fails ln -s /tmp $lun/link
	refused "$no_device" ln -s $CORE/rd_mcp_0/unready $lun/link
	ln -s $CORE/rd_mcp_0/disk $lun/link
	refused "exists" ln -s $CORE/rd_mcp_0/disk $lun/another
	test "$(realpath $lun/link)" = $CORE/rd_mcp_0/disk
	refused "not empty" rmdir $lun
	refused "busy" rmdir $CORE/rd_mcp_0/disk
	refused "not permitted" put NULL $tpg/nexus
}

ramdisk disk 16
mkdir "$CORE/rd_mcp_0/unready"
check "LUN names are checked" lun_names
check "a LUN without a device has files but no values" lun_without_device
check "a LUN takes one link, to a device" lun_links
check "the disk appears" wait_for 20 disk_of disk

# ---------------------------------------------------------------- ALUA of a LUN

group=$CORE/rd_mcp_0/disk/alua/other

group_is()
{
	holds <(head -n 1 $lun/alua_tg_pt_gp) "TG Port Alias: $1"
}

port_group()
{
	group_is default_tg_pt_gp
	test "$(wc -l <$lun/alua_tg_pt_gp)" = 6
	refused "$no_device" put nonsense $lun/alua_tg_pt_gp
	mkdir $group
	refused "$no_device" put other $lun/alua_tg_pt_gp
	put 7 $group/tg_pt_gp_id
	put " other " $lun/alua_tg_pt_gp
	group_is other
	grep -q "^loopback/$wwn/tpgt_1/lun_0" $group/members
	put NULL $lun/alua_tg_pt_gp
	group_is default_tg_pt_gp
	put other $lun/alua_tg_pt_gp
	rmdir $group
	group_is default_tg_pt_gp
}

port_offline()
{
	holds $lun/alua_tg_pt_offline 0
	put 1 $lun/alua_tg_pt_offline
	grep -q "Secondary Access State: Offline" $lun/alua_tg_pt_gp
	holds $lun/alua_tg_pt_status 2
	put 0 $lun/alua_tg_pt_offline
	refused "$invalid" put 2 $lun/alua_tg_pt_offline
	put 1 $lun/alua_tg_pt_status
	refused "$invalid" put 3 $lun/alua_tg_pt_status
	put 1 $lun/alua_tg_pt_write_md
	refused "$invalid" put 2 $lun/alua_tg_pt_write_md
	put 0 $lun/alua_tg_pt_write_md
}

check "a LUN moves between port groups" port_group
check "a port can be taken offline" port_offline

# ---------------------------------------------------------------- ACLs and mapped LUNs

read_disk()
{
	dd if="$(disk_of disk)" of=/dev/null bs=1M count=4 iflag=direct status=none
}

write_disk()
{
	dd if=/dev/zero of="$(disk_of disk)" bs=1M count=2 oflag=direct status=none
}

acl_directory()
{
	fails test -d $acl
	mkdir $acl
	has_directories $acl attrib auth param fabric_statistics
	read_disk
	refused "exists" mkdir $acl
}

map_directory()
{
	local name

	for name in lun_ lun_x x; do
		refused "$invalid" mkdir $acl/$name
	done
	mkdir $map
	has_files 644 $map write_protect
	holds $map/write_protect ""
	put 1 $map/write_protect
	holds $map/write_protect ""
	refused "$no_device" cat $map/statistics/scsi_auth_intr/indx
	refused "not implemented" mkdir $map/statistics/x
}

map_links()
{
	mkdir $target/tpgt_2 $target/tpgt_2/lun/lun_0 $tpg/lun/lun_5 $acl/lun_0x0
	ln -s $CORE/rd_mcp_0/disk $target/tpgt_2/lun/lun_0/link
	refused "Bad address" ln -s $CORE/rd_mcp_0/disk $map/link
	refused "Bad address" ln -s $tpg $map/link
	refused "$invalid" ln -s $target/tpgt_2/lun/lun_0 $map/link
	refused "$invalid" ln -s $tpg/lun/lun_5 $map/link
	ln -s $lun $map/link
	refused "$invalid" ln -s $lun $map/another
	refused "$invalid" ln -s $lun $acl/lun_0x0/link
	rm $target/tpgt_2/lun/lun_0/link
	rmdir $target/tpgt_2/lun/lun_0 $target/tpgt_2 $tpg/lun/lun_5 $acl/lun_0x0
	grep -qx '[01]' $map/write_protect
	read_disk
	refused "busy" rmdir $lun
	refused "not empty" rmdir $map
	refused "not empty" rmdir $acl
}

write_protection()
{
	put 1 $map/write_protect
	fails write_disk
	put 0 $map/write_protect
	write_disk
	refused "$invalid" put 2 $map/write_protect
}

check "the dynamic ACL of a session becomes explicit in place" acl_directory
check "a mapped LUN without a link has files but no values" map_directory
check "a mapped LUN takes one link, to a LUN of its TPG" map_links
check "a mapped LUN can be write protected" write_protection

# ---------------------------------------------------------------- statistics

port=$lun/statistics/scsi_tgt_port
auth=$map/statistics/scsi_auth_intr
session=$map/statistics/scsi_att_intr_port

# counts FILE LEAST COMMAND...: the command adds at least that much.
counts()
{
	local file=$1 least=$2 before after
	before=$(cat "$file")
	shift 2
	"$@"
	after=$(cat "$file")
	echo "$file: $before, $after"
	test $((after - before)) -ge "$least"
}

lun_statistics()
{
	local rtpi=$(($(cat $tpg/rtpi)))

	holds $port/name "loopbackPort#$rtpi"
	holds $port/port_index "$wwn+t+1"
	holds $port/indx $rtpi
	holds $lun/statistics/scsi_transport/device scsiTransportloopback
	holds $lun/statistics/scsi_transport/proto_id 6
	holds $lun/statistics/scsi_transport/dev_name "$wwn+disk"
	counts $port/in_cmds 4 read_disk
	counts $port/read_mbytes 4 read_disk
	counts $port/write_mbytes 2 write_disk
}

map_statistics()
{
	counts $auth/num_cmds 4 read_disk
	counts $auth/read_mbytes 4 read_disk
	counts $auth/write_mbytes 2 write_disk
	holds $auth/intr_name $nexus
	holds $auth/att_count 1
	holds $auth/row_status Ready
	grep -qx '[1-9][0-9]*' $auth/creation_time
	grep -qx '[1-9][0-9]*' $session/indx
	holds $session/port_ident "$nexus+i+000000000000"
}

statistics_files()
{
	find $lun/statistics $map/statistics -type f -exec cat {} + >/dev/null
	test -z "$(find $lun/statistics $map/statistics -type f ! -perm 444)"
}

# "FILE MODE" of each file in the section of the reference with this title.
documented()
{
	awk -v title="\`\`$1\`\`" '
		$0 == title { on = 1; next }
		/^``(target|np)\// { on = 0 }
		on && /^``[a-z_]+`` +[0-9]/ { gsub("`", ""); print $1, $2 }' "$REFERENCE" | sort
}

matches_reference()
{
	documented "$1" >"$WORK/documented"
	find "$2" -mindepth 1 -maxdepth 1 -type f -printf '%f %m\n' | sort >"$WORK/present"
	diff "$WORK/documented" "$WORK/present"
}

reference()
{
	local top=target/FABRIC/TARGET/TPG sub

	matches_reference target/FABRIC $loop
	matches_reference target/FABRIC/TARGET $target
	matches_reference target/FABRIC/TARGET/param $target/param
	matches_reference $top $tpg
	matches_reference $top/attrib $tpg/attrib
	matches_reference $top/lun/LUN $lun
	for sub in scsi_port scsi_tgt_port scsi_transport; do
		test -n "$(documented $top/lun/LUN/statistics/$sub)"
		matches_reference $top/lun/LUN/statistics/$sub $lun/statistics/$sub
	done
	matches_reference $top/acls/ACL $acl
	matches_reference $top/acls/ACL/LUN $map
	for sub in scsi_auth_intr scsi_att_intr_port; do
		test -n "$(documented $top/acls/ACL/LUN/statistics/$sub)"
		matches_reference $top/acls/ACL/LUN/statistics/$sub $map/statistics/$sub
	done
	test -z "$(find $tpg/np $tpg/auth $tpg/param $acl/attrib $acl/auth $acl/param -type f)"
}

check "the files are those of the reference" reference
check "a LUN counts" lun_statistics
check "a mapped LUN counts" map_statistics
check "every statistics file can be read and none written" statistics_files

# ---------------------------------------------------------------- removing

lun_without_its_device_again()
{
	rm $lun/link
	holds $map/write_protect ""
	refused "$no_device" cat $auth/num_cmds
	wait_for 10 fails disk_of disk
}

removal()
{
	rm $map/link
	rmdir $map $lun
	rmdir $acl
	put NULL $tpg/nexus
	rmdir $tpg $target
}

check "a LUN can lose its device while it is mapped" lun_without_its_device_again
check "everything can be removed, the ACL with its session open" removal
rmdir $CORE/rd_mcp_0/unready

# ---------------------------------------------------------------- again and again

# A thousand of everything but targets, each of which is a SCSI host.
churn()
{
	python3 - "$target" $CORE/rd_mcp_0/disk $nexus "$1" <<'EOF'
import os
import sys

target, device, nexus, rounds = sys.argv[1:]
tpg = target + "/tpgt_1"
acl = f"{tpg}/acls/{nexus}"


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


for i in range(int(rounds)):
    os.mkdir(tpg)
    if i % 8 == 0:
        write(tpg + "/nexus", nexus)
    os.mkdir(tpg + "/lun/lun_3")
    os.symlink(device, tpg + "/lun/lun_3/link")
    os.mkdir(acl)
    os.mkdir(acl + "/lun_9")
    os.symlink(tpg + "/lun/lun_3", acl + "/lun_9/link")
    write(acl + "/lun_9/write_protect", "1")
    os.unlink(acl + "/lun_9/link")
    os.rmdir(acl + "/lun_9")
    os.unlink(tpg + "/lun/lun_3/link")
    os.rmdir(acl)
    os.rmdir(tpg + "/lun/lun_3")
    os.rmdir(tpg)
EOF
}

# Objects of each size in use; frees that wait for a grace period have their time first.
slab_objects()
{
	sleep 2
	awk '$1 ~ /^kmalloc-[0-9]/ { print $1, $2 }' /proc/slabinfo
}

no_slab_growth()
{
	# KASAN keeps freed memory back; there kmemleak is the judge.
	grep -q ' kasan_quarantine_put$' /proc/kallsyms && return

	slab_objects >"$WORK/slab.now"
	join <(sort "$WORK/slab.before") <(sort "$WORK/slab.now") |
		awk '$3 > $2 + 600 { print; bad = 1 } END { exit bad }'
}

mkdir $target
churn 50
slab_objects >"$WORK/slab.before"
module_references >"$WORK/references.before"
check "a thousand TPGs come and go" churn 1000
check "no memory stays behind" no_slab_growth
module_references >"$WORK/references.now"
check "no module reference stays behind" cmp "$WORK/references.before" "$WORK/references.now"

# A symlink may find a fixed subdirectory of what is being removed. (To the directory itself
# configfs gives no such chance: it has a race of its own there.)
race()
{
	python3 - "$target" $CORE/rd_mcp_0/disk <<'EOF'
import os
import sys
import threading

target, device = sys.argv[1:]
tpg = target + "/tpgt_2"
stop = threading.Event()


def link():
    while not stop.is_set():
        for name in ("lun/lun_1/statistics", "lun/lun_1/statistics/scsi_port", "np", "lun"):
            try:
                os.symlink(f"{tpg}/{name}", target + "/tpgt_1/lun/lun_0/link")
            except OSError:
                pass


def read():
    while not stop.is_set():
        for name in ("rtpi", "nexus", "lun/lun_1/alua_tg_pt_gp"):
            try:
                with open(f"{tpg}/{name}") as file:
                    file.read()
            except OSError:
                pass


os.makedirs(target + "/tpgt_1/lun/lun_0")
threads = [threading.Thread(target=f) for f in (link, link, read)]
for thread in threads:
    thread.start()
for i in range(300):
    os.mkdir(tpg)
    os.mkdir(tpg + "/lun/lun_1")
    os.symlink(device, tpg + "/lun/lun_1/link")
    os.unlink(tpg + "/lun/lun_1/link")
    os.rmdir(tpg + "/lun/lun_1")
    os.rmdir(tpg)
stop.set()
for thread in threads:
    thread.join()
os.rmdir(target + "/tpgt_1/lun/lun_0")
os.rmdir(target + "/tpgt_1")
EOF
}
check "links and reads race with removal" race

targets_come_and_go()
{
	local i
	for ((i = 0; i < 20; i++)); do
		mkdir $loop/naa.500140500000002$((i % 10)) || return
		rmdir $loop/naa.500140500000002$((i % 10)) || return
	done
}
fabric_removal()
{
	rmdir $target
	rmdir $loop
	holds /sys/module/tcm_loop/refcnt 0
	rmmod tcm_loop
	mkdir $loop
}

check "targets come and go" targets_come_and_go
check "the fabric can be removed, its module unloaded and loaded again" fabric_removal

# ---------------------------------------------------------------- a fabric with portals and enable

iscsi=$TARGET/iscsi
iqn=$iscsi/iqn.2024-01.org.example:configfs

enable_file()
{
	local tpg=$iqn/tpgt_1

	mkdir $iscsi
	mkdir $iqn
	mkdir $tpg $iqn/tpgt_2
	has_files 644 $tpg enable rtpi
	fails test -e $tpg/nexus
	holds $tpg/enable 0
	test $(($(cat $tpg/rtpi))) = 0
	put 1 $tpg/enable
	put 1 $tpg/enable
	holds $tpg/enable 1
	test $(($(cat $tpg/rtpi))) != 0
	refused "$invalid" put 77 $tpg/rtpi
	put 0 $tpg/enable
	put 77 $tpg/rtpi
	put on $tpg/enable
	holds $tpg/rtpi 0x4d
	put 77 $iqn/tpgt_2/rtpi
	refused "$invalid" put 1 $iqn/tpgt_2/enable
	refused "$invalid" put maybe $tpg/enable
}

portals()
{
	local tpg=$iqn/tpgt_1 name

	mkdir "$tpg/np/$PORTAL"
	for name in nonsense 127.0.0.1 127.0.0.1:x 300.0.0.1:3260; do
		refused "$invalid" mkdir "$tpg/np/$name"
	done
	refused "not empty" rmdir $tpg
	rmdir "$tpg/np/$PORTAL"
	rmdir $tpg
}

if modinfo iscsi_target_mod 2>/dev/null | grep -q target-fabric-iscsi; then
	check "a TPG is enabled and disabled by its file" enable_file
	check "portals come and go, an enabled TPG goes" portals
else
	skip "portals and enable" "iscsi_target_mod is not built"
fi
