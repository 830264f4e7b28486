#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Eight initiators race for a reservation, and for a lock made of COMPARE AND WRITE; and a logical
# unit with a great many registrations.
# cost: 40
# timeout: 900

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pr_lib.bash"

INITIATORS=8
SECONDS_OF_RACE=${SECONDS_OF_RACE:-8}
MANY=1024

wwn_of()
{
	printf 'naa.50014050000000%02x' "$1"
}

crowd()
{
	local i

	use_db && ramdisk shared 16 || return
	for ((i = 1; i <= INITIATORS; i++)); do
		loopback_target "$(wwn_of $i)" && loopback_lun "$(wwn_of $i)" 0 shared &&
			wait_for 20 path_of "$(wwn_of $i)" && drain "$(path_of "$(wwn_of $i)")" || return
	done
}

# Each registration is a record of its own, so this is as many changes of the state.
many_registrations()
{
	local i pr

	ramdisk many 16 || return
	pr=$(device many)/pr
	for ((i = 1; i <= MANY; i++)); do
		printf 'initiator_node=naa.6001405%09x,sa_res_key=%d,target_node=%s,tpgt=1,%s' $i $i \
			naa.5001405000000099 "target_fabric=loopback,mapped_lun=0,target_lun=0" \
			>"$pr/res_aptpl_metadata" || return
	done
}

all_there()
{
	local many from i

	loopback_target naa.5001405000000098 && loopback_lun naa.5001405000000098 0 many || return
	many=$(path_of naa.5001405000000098) && drain "$many" || return
	says "^ *00 *00 00 00 .. 00 00 $(printf %02x $((MANY * 8 >> 8))) 00" \
		sg_raw -r 16 "$many" 5e 00 00 00 00 00 00 00 10 00 || return
	from=$(date +%s%N)
	for ((i = 1; i <= 20; i++)); do
		register_ignore "$many" 0x7fff || return
	done
	echo "# a registration beside $MANY: $((($(date +%s%N) - from) / 20000000)) ms" \
		>"$WORK/figure"
	# A descriptor has 48 bytes.
	says "^ *00 *.. .. .. .. 00 00 c0 30" \
		sg_raw -r 16 "$many" 5e 03 00 00 00 00 00 00 10 00 &&
		says "Received 49208 bytes" \
			sg_raw -r 49208 "$many" 5e 03 00 00 00 00 00 c0 38 00 || return
	preempt "$many" 0x7fff "$(printf 0x%x $MANY)" 1 && clear_all "$many" 0x7fff && keys_are "$many"
}

check "$INITIATORS initiators at one device" crowd
paths=
for ((i = 1; i <= INITIATORS; i++)); do
	paths="$paths $(path_of "$(wwn_of $i)")"
done
check "PREEMPT from all sides: always exactly one holder" \
	"$(dirname "$0")/pr_race.py" "$SECONDS_OF_RACE" $paths
first=${paths# }
check "the last one clears" eval 'register_ignore "${first%% *}" 0x1 && clear_all "${first%% *}" 1 &&
	keys_are "${first%% *}"'
check "everybody is ready" drain $paths
check "COMPARE AND WRITE as a lock: no update is lost" \
	"$(dirname "$0")/compare_and_write.py" count "$(echo $paths | tr ' ' ,)" 16 \
	$INITIATORS 25
check "$MANY registrations" many_registrations
check "they are all there, and go" all_there
cat "$WORK/figure"
