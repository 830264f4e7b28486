#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Data that are not in order, where that was negotiated (RFC 7143 13.18, 13.19), and all that R2Ts
# and bursts can be: several R2Ts at a time, every combination of InitialR2T and ImmediateData.
# cost: 15

. "$(dirname "$0")/lib.sh"

target=iqn.2024-01.org.example:order
tpgt=$TARGET/iscsi/$target/tpgt_1
acl=$tpgt/acls/iqn.2024-01.org.example:raw

# Many bursts of many PDUs.
small="MaxBurstLength=8192 FirstBurstLength=4096 MaxOutstandingR2T=4 MaxRecvDataSegmentLength=1024"

raw()
{
	raw_script target=$target
}

ramdisk disk 16
check "a target" iscsi_target $target
check "with a LUN" iscsi_lun $target 0 disk
for key in InitialR2T DataPDUInOrder DataSequenceInOrder; do
	echo No >$tpgt/param/$key
done
echo 8 >$tpgt/param/MaxOutstandingR2T

all_combinations()
{
	local r2t immediate order keys

	for r2t in Yes No; do
		for immediate in Yes No; do
			for order in Yes No; do
				keys="DataPDUInOrder=$order DataSequenceInOrder=$order $small"
				cat <<-END
				connect a
				login a InitialR2T=$r2t ImmediateData=$immediate $keys
				ready a
				write a lba=0 blocks=1 seed=1
				write a lba=1 blocks=7 seed=1
				write a lba=8 blocks=8 seed=1
				write a lba=16 blocks=9 seed=1
				write a lba=25 blocks=300 seed=1
				read a lba=0 blocks=325 seed=1
				read a lba=3 blocks=1 seed=1
				logout a
				expect a close
				END
			done
		done
	done | raw
}
check "every combination of R2T, immediate data and order" all_combinations

check "as many R2Ts as were negotiated, each for its own data" raw <<'END'
connect a
login a InitialR2T=Yes ImmediateData=No MaxBurstLength=4096 MaxOutstandingR2T=3
task a t write lba=0 blocks=40 seed=2
expect a r2t task=t r2tsn=0 offset=0 desired=4096
expect a r2t task=t r2tsn=1 offset=4096 desired=4096
expect a r2t task=t r2tsn=2 offset=8192 desired=4096
expect a nothing timeout=0.2
END

check "the PDUs of a burst from its end" raw <<'END'
connect a
login a InitialR2T=Yes ImmediateData=No DataPDUInOrder=No MaxBurstLength=8192
ready a
task a t write lba=0 blocks=64 seed=3
repeat 4
  expect a r2t task=t
  answer a t size=1000 reverse
end
expect a response task=t status=0
read a lba=0 blocks=64 seed=3
END

check "PDUs out of order fail the task where order was negotiated" raw <<'END'
connect a
login a InitialR2T=Yes ImmediateData=No DataPDUInOrder=Yes MaxBurstLength=8192
ready a
task a t write lba=0 blocks=16 seed=3
expect a r2t task=t
answer a t size=4096 reverse
expect a response task=t status=2 sense=0x0b0c0d
ready a
END

check "a burst that ends too early fails the task" raw <<'END'
connect a
login a InitialR2T=Yes ImmediateData=No DataPDUInOrder=No MaxBurstLength=8192
ready a
task a t write lba=0 blocks=16 seed=3
expect a r2t task=t
send a data-out itt=$t ttt=$a.ttt offset=4096 pattern=3:4096:4096
expect a response task=t status=2 sense=0x0b0c0d
ready a
END

check "a PDU that is missing fails the task" raw <<'END'
connect a
login a InitialR2T=Yes ImmediateData=No DataPDUInOrder=No MaxBurstLength=8192 DataDigest=CRC32C
ready a
task a t write lba=0 blocks=16 seed=3
expect a r2t task=t
answer a t size=2048 skip=1
expect a response task=t status=2
task a u write lba=0 blocks=16 seed=3
expect a r2t task=u
answer a u size=2048 bad=2
expect a reject reason=2
expect a response task=u status=2
END

# Sequences in the order we like: the later R2T is answered first.
check "the R2Ts of a task in any order" raw <<'END'
connect a
login a InitialR2T=Yes ImmediateData=No DataSequenceInOrder=No MaxBurstLength=4096 MaxOutstandingR2T=2
ready a
task a t write lba=0 blocks=16 seed=4
expect a r2t task=t offset=0
let first $a.ttt
expect a r2t task=t offset=4096
answer a t size=2048
send a data-out itt=$t ttt=$first F=0 pattern=4:0:2048
send a data-out itt=$t ttt=$first datasn=1 offset=2048 pattern=4:2048:2048
expect a response task=t status=0
read a lba=0 blocks=16 seed=4
END

check "an ACL" mkdir $acl
backwards()
{
	local file

	for file in random_datain_pdu_offsets random_datain_seq_offsets random_r2t_offsets; do
		echo 1 >$acl/attrib/$file || return
	done
	ln -s $tpgt/lun/lun_0 $acl/lun_0 2>/dev/null || {
		mkdir $acl/lun_0 && ln -s $tpgt/lun/lun_0 $acl/lun_0/link
	}
}
check "the target is asked for disorder" backwards
backwards_keys="DataPDUInOrder=No DataSequenceInOrder=No MaxBurstLength=4096 MaxRecvDataSegmentLength=1024"
check "data and R2Ts of the target come from the end" raw <<END
connect a
login a InitialR2T=Yes ImmediateData=No $backwards_keys
ready a
task a t write lba=0 blocks=20 seed=5
expect a r2t task=t r2tsn=0 offset=6144 desired=4096
answer a t
finish a t
task a r read lba=0 blocks=20 seed=5
expect a data-in task=r datasn=0 offset=9216 F=0
expect a data-in task=r datasn=1 offset=8192 F=1 S=0
expect a data-in task=r datasn=2 offset=7168 F=0
expect a data-in task=r datasn=3 offset=6144 F=0
expect a data-in task=r datasn=4 offset=5120 F=0
expect a data-in task=r datasn=5 offset=4096 F=1 S=0
expect a data-in task=r datasn=6 offset=3072 F=0
expect a data-in task=r datasn=7 offset=2048 F=0
expect a data-in task=r datasn=8 offset=1024 F=0
expect a data-in task=r datasn=9 offset=0 F=1 S=1 status=0
END
check "but in order, where order was negotiated" raw <<'END'
connect a
login a DataPDUInOrder=Yes DataSequenceInOrder=Yes MaxBurstLength=4096 MaxRecvDataSegmentLength=1024
ready a
task a r read lba=0 blocks=4 seed=5
expect a data-in task=r datasn=0 offset=0 F=0
expect a data-in task=r datasn=1 offset=1024 F=1 S=1
END
