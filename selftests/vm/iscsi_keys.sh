#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every key of the login with legal and illegal values, in normal and discovery sessions: the answers
# of the target against a table written from the RFC.
# cost: 30

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:keys
param=$TARGET/iscsi/$target/tpgt_1/param

# The target's own values: what it starts with, then others.
other="InitialR2T=No ImmediateData=No MaxBurstLength=131072 FirstBurstLength=8192
	DefaultTime2Wait=5 DefaultTime2Retain=100 MaxOutstandingR2T=8 MaxConnections=8
	DataPDUInOrder=No DataSequenceInOrder=No"

keys()
{
	local type=$1
	shift
	start_raw && "$RAWISCSI" keys "$type" $target "$@"
}

set_params()
{
	local pair

	for pair in $other; do
		echo "${pair#*=}" >"$param/${pair%%=*}" || return
	done
	echo None >$param/HeaderDigest
	echo None,CRC32C >$param/DataDigest
}

recovery_level()
{
	echo $1 >$param/ErrorRecoveryLevel &&
		keys normal only=ErrorRecoveryLevel ErrorRecoveryLevel=$1
}

ramdisk disk 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
check "every key with every kind of value" keys normal
check "the same for discovery" keys discovery
for erl in 1 2 0; do
	check "ErrorRecoveryLevel up to $erl" recovery_level $erl
done
check "other parameters of the target" set_params
check "the answers follow them" keys normal $other HeaderDigest=None DataDigest=None,CRC32C
