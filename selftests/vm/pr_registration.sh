#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Persistent reservations with sg_persist, through two loopback targets to one device: who may
# write, who is told what, and what configfs shows.
# cost: 30
# timeout: 1200

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pr_lib.bash"

check "a device behind two targets" two_paths 16
a=$(path_of $PR_A) b=$(path_of $PR_B)
pr=$(device shared)/pr

check "nobody is registered" keys_are "$a"
check "capabilities: all types" says "00 08 9d b0 ea 01 00 00" \
	sg_persist --in --no-inquiry --report-capabilities --hex "$a"
check "configfs says so" file_has "$pr/res_pr_registered_i_pts" None
check "RESERVE takes a registration" conflicts reserve "$a" 0xa 1
check "A registers" register "$a" 0 0xa
check "B registers" register "$b" 0 0xb
check "both are there" keys_are "$b" 0xa 0xb
check "PRGENERATION counts" file_has "$pr/res_pr_generation" 0x00000002
check "configfs lists both" file_has "$pr/res_pr_registered_i_pts" \
	"loopback Node: naa.60014050000000b1 Key: 0x000000000000000b PRgen: 0x00000001"
check "REGISTER with a wrong key" conflicts register "$a" 0xb 0xc

check "A takes write exclusive" reserve "$a" 0xa 1
check "configfs names the holder" file_has "$pr/res_holder" \
	"SPC-3 Reservation: loopback Initiator: naa.60014050000000a1"
check "and the type" file_has "$pr/res_pr_type" "SPC-3 Reservation Type: Write Exclusive Access"
check "and the port" file_has "$pr/res_pr_holder_tg_port" \
	"SPC-3 Reservation: loopback Target Node Endpoint: $PR_A"
check "and how it was registered" file_has "$pr/res_pr_all_tgt_pts" \
	"SPC-3 Reservation: Single Target Port registration"
check "READ FULL STATUS names the initiators" says "SAS address: 0x60014050000000b1" \
	sg_persist --in --no-inquiry --read-full-status "$b"
check "A writes" can_write "$a"
check "B reads" can_read "$b"
check "B does not write" conflicts can_write "$b"
check "B does not get it" conflicts reserve "$b" 0xb 1
check "RESERVE(6) is good for the holder" sg_raw "$a" 16 00 00 00 00 00
check "and a conflict for the other" conflicts sg_raw "$b" 16 00 00 00 00 00
check "A resets the unit" sg_reset -d "$a"
check "everybody gets over it" drain "$a" "$b"
check "the reservation is still there" file_has "$pr/res_holder" naa.60014050000000a1
check "B still does not write" conflicts can_write "$b"

check "B preempts, exclusive access for registrants" preempt "$b" 0xb 0xa 6
check "B holds it" file_has "$pr/res_holder" naa.60014050000000b1
check "A does not read" conflicts can_read "$a"
check "A is told: registrations preempted" told "$a" 2a 05
check "A registers again" register "$a" 0 0xa
check "and reads" can_read "$a"
check "and writes" can_write "$a"
check "B releases" release "$b" 0xb 6
check "A is told: reservations released" told "$a" 2a 04
check "A takes it for all registrants" reserve "$a" 0xa 7
check "B writes" can_write "$b"
check "READ RESERVATION has no key" says "Key=0x0$" \
	sg_persist --in --no-inquiry --read-reservation "$b"
check "B clears" clear_all "$b" 0xb
check "A is told: reservations preempted" told "$a" 2a 03
check "nothing is left" keys_are "$a"

check "A registers" register "$a" 0 0x5
check "A takes exclusive access" reserve "$a" 0x5 3
rtpi=$(sg_vpd --page=di "$b" | sed -n 's/.*Relative target port: //p')
check "A moves it to B, unregisters" pr_out --register-move --unreg --param-rk=0x5 \
	--param-sark=0x7 --relative-target-port="${rtpi:-0}" \
	--transport-id=06,00,00,00,60,01,40,50,00,00,00,b1,00,00,00,00,00,00,00,00,00,00,00,00 "$a"
check "B holds it" file_has "$pr/res_holder" naa.60014050000000b1
check "A does not read" conflicts can_read "$a"
check "only B is registered" keys_are "$a" 0x7
check "B unregisters" register "$b" 0x7 0
check "A reads" can_read "$a"

check "A registers through all ports" register "$a" 0 0x9 --param-alltgpt
check "there are two" keys_are "$a" 0x9 0x9
check "B's initiator is not among them" conflicts reserve "$b" 0x9 1
check "A unregisters from all ports" register "$a" 0x9 0 --param-alltgpt
check "there is none" keys_are "$a"

check "the commands can be turned off" write_file "$(device shared)/attrib/emulate_pr" 0
check "READ KEYS is unknown then" fails_with "invalid opcode|invalid command op|not supported" \
	sg_persist --in --no-inquiry --read-keys -v "$a"
check "configfs says so" file_has "$pr/res_type" SPC_RESERVATIONS_DISABLED
