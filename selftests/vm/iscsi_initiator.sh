#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The Linux initiator (open-iscsi) on our iSCSI target: data through every combination of digests
# and unsolicited data, large and small transfers, and objects removed under a running session.
# cost: 240
# timeout: 1200

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:data
tpg=$TARGET/iscsi/$target/tpgt_1

setting()
{
	iscsiadm -m node -T $target -p $PORTAL -o update -n "node.$1" -v "$2"
}

login()
{
	iscsiadm -m node -T $target -p $PORTAL --login && wait_for 20 disk_of disk >/dev/null
}

gone()
{
	! disk_of disk >/dev/null
}

discover()
{
	start_initiator && iscsiadm -m discovery -t st -p $PORTAL
}

negotiated()
{
	iscsiadm -m session -P 2 | grep -q "$1: $2"
}

verified()
{
	fio --name=verify --filename="$(disk_of disk)" --ioengine=libaio --direct=1 --iodepth=16 \
		--size=4m --verify=crc32c --do_verify=1 --minimal "$@"
}

reads()
{
	dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none
}

ramdisk disk 32
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
check "discovery" discover

for digests in None,None CRC32C,None None,CRC32C CRC32C,CRC32C; do
	setting 'conn[0].iscsi.HeaderDigest' "${digests%,*}"
	setting 'conn[0].iscsi.DataDigest' "${digests#*,}"
	check "login, digests $digests" login
	check "they are in force" negotiated HeaderDigest "${digests%,*}"
	check "data are the same, digests $digests" compare_data "$(disk_of disk)" 8
	check "logout, digests $digests" iscsi_logout $target
	wait_for 10 gone
done
setting 'conn[0].iscsi.HeaderDigest' None
setting 'conn[0].iscsi.DataDigest' None

for way in Yes,Yes Yes,No No,Yes No,No; do
	setting session.iscsi.InitialR2T "${way%,*}"
	setting session.iscsi.ImmediateData "${way#*,}"
	echo "${way%,*}" >$tpg/param/InitialR2T
	echo "${way#*,}" >$tpg/param/ImmediateData
	check "login, InitialR2T,ImmediateData=$way" login
	check "it is in force" negotiated InitialR2T "${way%,*}"
	check "small random writes" verified --rw=randwrite --bs=4k
	check "large writes" verified --rw=write --bs=1m
	check "logout" iscsi_logout $target
	wait_for 10 gone
done

check "login" login
disk=$(disk_of disk)
check "odd sizes" verified --rw=randwrite --bsrange=512-70k --blockalign=512
fio --name=load --filename="$disk" --ioengine=libaio --direct=1 --iodepth=16 --rw=randrw --bs=16k \
	--time_based --runtime=60 >/dev/null 2>&1 &
load=$!
sleep 1

disable()
{
	timeout 5 sh -c "echo 0 >$tpg/enable"
}
check "a TPG is disabled under load, at once" disable
check "and enabled" sh -c "echo 1 >$tpg/enable"
kill $load
wait $load 2>/dev/null
check "the initiator comes back" wait_for 30 reads
check "a portal is removed" timeout 5 rmdir $tpg/np/$PORTAL
check "and made again" mkdir $tpg/np/$PORTAL
check "the initiator comes back again" wait_for 30 reads
check "logout" iscsi_logout $target
