#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Conversations with mutated PDUs against a running target: clean sessions work in between, the
# kernel has nothing to complain of and does not talk much.
# cost: 40

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:fuzz
tpg=$TARGET/iscsi/$target/tpgt_1

fuzz()
{
	start_raw && "$RAWISCSI" fuzz $target "$@" >"$WORK/fuzz" || { cat "$WORK/fuzz"; return 1; }
	echo "# $(cat "$WORK/fuzz")" >>"$WORK/table"
}

ramdisk disk 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
for pair in InitialR2T=No ErrorRecoveryLevel=2 MaxConnections=4 MaxOutstandingR2T=4 \
	DataPDUInOrder=No DataSequenceInOrder=No; do
	echo "${pair#*=}" >"$tpg/param/${pair%%=*}"
done
few_lines_from_here
check "ten seconds at all recovery levels" fuzz seconds=10 seed="${FUZZ_SEED:-1}"
check "ten more, different each time" fuzz seconds=10 seed=$((RANDOM + 2))
echo 0 >"$tpg/param/ErrorRecoveryLevel"
check "five at level 0" fuzz seconds=5 seed=$((RANDOM + 3))
check "a session of another initiator works" timeout 20 iscsi-inq "iscsi://$PORTAL/$target/0"
check "few lines in the kernel log" few_lines
cat "$WORK/table"
