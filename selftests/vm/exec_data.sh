#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The commands on the medium: VERIFY, WRITE SAME, UNMAP, SYNCHRONIZE CACHE, READ and WRITE at
# the edges, sent as CDBs to a disk of each backstore and with blocks of 512 and 4096 bytes.
# cost: 60
# timeout: 1200

. "$(dirname "$0")/lib.sh"

wwn=naa.5001405000000012

# pattern CHARACTER BYTES
pattern()
{
	head -c "$2" /dev/zero | tr '\0' "$1"
}

# cdb [-s BYTES -i FILE | -r BYTES -o FILE] CDB...: through sg_raw, whose message we keep.
cdb()
{
	sg_raw "$@" >"$WORK/raw" 2>&1
}

# cdb_fails WORDS ...: with sense data that has the words.
cdb_fails()
{
	local words=$1
	shift
	cdb "$@" && { echo "no error"; return 1; }
	grep -q "$words" "$WORK/raw" || { cat "$WORK/raw"; return 1; }
}

# cdb16 BYTES-0-1 LBA BYTES-10-15 [sg_raw's options and the disk]: a CDB of 16 bytes
cdb16()
{
	local bytes
	bytes="$1 $(printf '%016x' "$2" | sed 's/../& /g') $3"
	shift 3
	# shellcheck disable=SC2086 # the bytes of a CDB are words
	cdb "$@" $bytes
}

# cdb32 SERVICE-ACTION BYTE-10 LBA BLOCKS [sg_raw's options and the disk]: a CDB of 32 bytes
cdb32()
{
	local bytes
	bytes=$(printf '7f000000000000180000%s00%016x0000000000000000%08x' "$2" "$3" "$4" |
		sed "s/../& /g; s/18 00 00/18 00 $1/")
	shift 4
	# shellcheck disable=SC2086 # the bytes of a CDB are words
	cdb "$@" $bytes
}

# medium_is FIRST-BLOCK FILE: past every cache.
medium_is()
{
	dd if="$disk" bs=$block skip="$1" count=$(($(stat -c %s "$2") / block)) iflag=direct \
		status=none | cmp - "$2"
}

fill()
{
	pattern A $((64 * block)) >"$WORK/fill"
	dd if="$WORK/fill" of="$disk" bs=$block oflag=direct status=none
	dd if="$WORK/fill" of="$disk" bs=$block seek=64 oflag=direct status=none
}

verify_bytchk()
{
	pattern A $((8 * block)) >"$WORK/same"
	sg_verify --lba=0 --count=128 "$disk"
	sg_verify --16 --lba=0 --count=128 "$disk"
	cdb -s $((8 * block)) -i "$WORK/same" "$disk" 2f 02 00 00 00 03 00 00 08 00
	cdb -s $block -i "$WORK/same" "$disk" 2f 06 00 00 00 00 00 00 80 00
	cdb -s $((8 * block)) -i "$WORK/same" "$disk" \
		8f 02 00 00 00 00 00 00 00 00 00 00 00 08 00 00
}

verify_miscompare()
{
	local at=$((3 * block + 17))

	pattern A $((8 * block)) >"$WORK/same"
	printf B | dd of="$WORK/same" bs=1 seek=$at conv=notrunc status=none
	cdb_fails "Miscompare" -s $((8 * block)) -i "$WORK/same" "$disk" \
		2f 02 00 00 00 00 00 00 08 00
	grep -qi "info.*0x$(printf %x $at)\b" "$WORK/raw" || { cat "$WORK/raw"; return 1; }
}

verify_refusals()
{
	cdb_fails "Invalid field in cdb" "$disk" 2f 04 00 00 00 00 00 00 08 00
	cdb_fails "Logical block address out of range" "$disk" 2f 00 ff ff ff 00 00 00 08 00
	pattern A $block >"$WORK/short"
	cdb_fails "Parameter list length error" -s $block -i "$WORK/short" "$disk" \
		2f 02 00 00 00 00 00 00 08 00
}

write_same_data()
{
	fill
	pattern C $block >"$WORK/one"
	sg_write_same --10 --lba=5 --num=40 --in="$WORK/one" "$disk"
	{ pattern A $((5 * block)); pattern C $((40 * block)); pattern A $((19 * block)); } \
		>"$WORK/expected"
	medium_is 0 "$WORK/expected"
	sg_write_same --16 --lba=6 --num=1 --in="$WORK/fill" --xferlen=$block "$disk"
	pattern A $block >"$WORK/expected"
	medium_is 6 "$WORK/expected"
}

write_same_large()
{
	pattern D $block >"$WORK/one"
	sg_write_same --16 --lba=1 --num=3001 --in="$WORK/one" "$disk"
	{ pattern D $((3001 * block)); } >"$WORK/expected"
	medium_is 1 "$WORK/expected"
}

write_same_zero()
{
	fill
	{ pattern A $((3 * block)); head -c $((10 * block)) /dev/zero; pattern A $block; } \
		>"$WORK/expected"
	head -c $block /dev/zero >"$WORK/one"
	sg_write_same --16 --lba=3 --num=10 --in="$WORK/one" "$disk"
	medium_is 0 "$WORK/expected"
	fill
	sg_write_same --16 --ndob --lba=3 --num=10 "$disk"
	medium_is 0 "$WORK/expected"
	fill
	sg_write_same --16 --unmap --lba=3 --num=10 --in="$WORK/one" "$disk"
	medium_is 0 "$WORK/expected"
}

# Zero blocks are all up to the last one.
write_same_to_the_end()
{
	local last
	last=$(($(blockdev --getsize64 "$disk") / block - 20))

	pattern E $block >"$WORK/one"
	pattern E $((20 * block)) >"$WORK/expected"
	cdb16 "93 00" $last "00 00 00 00 00 00" -s $block -i "$WORK/one" "$disk"
	medium_is $last "$WORK/expected"
}

write_same_refusals()
{
	pattern A $block >"$WORK/one"
	cdb_fails "Invalid field in cdb" -s $block -i "$WORK/one" "$disk" \
		93 10 00 00 00 00 00 00 00 00 00 00 00 01 00 00
	cdb_fails "Invalid field in cdb" -s $block -i "$WORK/one" "$disk" \
		93 02 00 00 00 00 00 00 00 00 00 00 00 01 00 00
	cdb_fails "Logical block address out of range" -s $block -i "$WORK/one" "$disk" \
		93 00 00 00 00 ff 00 00 00 00 00 00 00 01 00 00
}

unmap_ranges()
{
	fill
	sg_unmap --lba=8 --num=16 "$disk"
	{ pattern A $((8 * block)); head -c $((16 * block)) /dev/zero; pattern A $((8 * block)); } \
		>"$WORK/expected"
	medium_is 0 "$WORK/expected"
}

# list LBA BLOCKS: an UNMAP parameter list of one descriptor.
list()
{
	printf '%08x%08x%016x%08x00000000' $((0x00160010)) 0 "$1" "$2" | xxd -r -p
}

unmap_refusals()
{
	list 0xffffff00 8 >"$WORK/list"
	cdb_fails "Logical block address out of range" -s 24 -i "$WORK/list" "$disk" \
		42 00 00 00 00 00 00 00 18 00
	list 0 0x7fffffff >"$WORK/list"
	cdb_fails "Illegal" -s 24 -i "$WORK/list" "$disk" 42 00 00 00 00 00 00 00 18 00
	list 0 8 | head -c 12 >"$WORK/list"
	cdb_fails "Parameter list length error" -s 12 -i "$WORK/list" "$disk" \
		42 00 00 00 00 00 00 00 0c 00
	cdb_fails "Invalid field in cdb" -s 12 -i "$WORK/list" "$disk" \
		42 01 00 00 00 00 00 00 0c 00
	cdb "$disk" 42 00 00 00 00 00 00 00 00 00
	fill
	medium_is 0 "$WORK/fill"
}

sync_cache()
{
	sg_sync "$disk"
	sg_sync --16 "$disk"
	sg_sync --lba=4 --count=9 "$disk"
	sg_sync --immed "$disk"
	sg_sync --16 --immed "$disk"
	cdb_fails "Logical block address out of range" "$disk" 35 00 ff ff ff 00 00 00 08 00
}

read_write_edges()
{
	local blocks
	blocks=$(($(blockdev --getsize64 "$disk") / block))

	# No blocks at all is no error, not even at the end of the medium.
	cdb "$disk" 28 00 00 00 00 00 00 00 00 00
	cdb16 "88 00" $blocks "00 00 00 00 00 00" "$disk"
	! cdb16 "88 00" $blocks "00 00 00 01 00 00" -r $block "$disk"
	grep "Logical block address out of range" "$WORK/raw"
	cdb_fails "Logical block address out of range" -r $block "$disk" \
		88 00 ff ff ff ff ff ff ff ff 00 00 00 01 00 00
	# FUA and DPO
	pattern F $block >"$WORK/one"
	cdb -s $block -i "$WORK/one" "$disk" 2a 18 00 00 00 07 00 00 01 00
	cdb -r $block -o "$WORK/read" "$disk" 28 18 00 00 00 07 00 00 01 00
	cmp "$WORK/one" "$WORK/read"
}

# The initiator's buffer ends within a block: it gets what fits.
read_part()
{
	fill
	cdb -r $((2 * block + 100)) -o "$WORK/read" "$disk" 28 00 00 00 00 00 00 00 04 00
	[ "$(stat -c %s "$WORK/read")" = $((2 * block + 100)) ]
	cmp -n $((2 * block + 100)) "$WORK/read" "$WORK/fill"
	cdb -r 100 -o "$WORK/read" "$disk" 28 00 00 00 00 00 00 00 01 00
	cmp -n 100 "$WORK/read" "$WORK/fill"
}

# READ, WRITE, VERIFY, WRITE AND VERIFY and WRITE SAME, all (32)
long_cdbs()
{
	fill
	pattern G $((8 * block)) >"$WORK/eight"
	cdb32 0b 18 3 8 -s $((8 * block)) -i "$WORK/eight" "$disk"
	cdb32 0c 02 11 8 -s $((8 * block)) -i "$WORK/eight" "$disk"
	cdb32 09 18 3 16 -r $((16 * block)) -o "$WORK/read" "$disk"
	{ cat "$WORK/eight" "$WORK/eight"; } | cmp - "$WORK/read"
	cdb32 0a 00 0 64 "$disk"
	cdb32 0a 02 5 8 -s $((8 * block)) -i "$WORK/eight" "$disk"
	! cdb32 0a 02 2 8 -s $((8 * block)) -i "$WORK/eight" "$disk"
	grep Miscompare "$WORK/raw"
	pattern H $block >"$WORK/one"
	cdb32 0d 00 20 4 -s $block -i "$WORK/one" "$disk"
	cdb32 0d 01 30 2 "$disk"
	sg_write_same --32 --lba=40 --num=3 --in="$WORK/one" "$disk"
	{ pattern A $((3 * block)); pattern G $((16 * block)); pattern A $block
	  pattern H $((4 * block)); pattern A $((6 * block)); head -c $((2 * block)) /dev/zero
	  pattern A $((8 * block)); pattern H $((3 * block)); } >"$WORK/expected"
	medium_is 0 "$WORK/expected"
}

long_cdb_refusals()
{
	! cdb32 0a 20 0 1 "$disk"		# VRPROTECT
	grep "Invalid field in cdb" "$WORK/raw"
	! cdb32 1f 00 0 1 "$disk"
	grep "Invalid field in cdb" "$WORK/raw"
	! cdb32 09 00 $((0xffffffffff)) 1 -r $block "$disk"
	grep "Logical block address out of range" "$WORK/raw"
	sg_opcodes --opcode=0x7f,0x9 --mask "$disk" >"$WORK/opcode"
	grep -i "7f 00 00 00 00 00 1f 18 00 09 18 00 ff" "$WORK/opcode"
}

# commands NAME
commands()
{
	local provisioned=$2

	block=$(cat "$(device "$1")/attrib/block_size")
	disk=$(disk_of "$1")
	what="$1 with blocks of $block"
	check "$what: blocks can be written" fill
	check "$what: VERIFY of the medium and of data" verify_bytchk
	check "$what: VERIFY names the first difference" verify_miscompare
	check "$what: VERIFY refuses what it has to" verify_refusals
	check "$what: WRITE SAME of data" write_same_data
	check "$what: WRITE SAME of many blocks" write_same_large
	check "$what: WRITE SAME to the end of the medium" write_same_to_the_end
	check "$what: WRITE SAME refuses what it has to" write_same_refusals
	check "$what: SYNCHRONIZE CACHE" sync_cache
	check "$what: READ and WRITE at the edges" read_write_edges
	check "$what: 32 byte CDBs" long_cdbs
	check "$what: 32 byte CDBs are refused as the others are" long_cdb_refusals
	check "$what: READ into less than its blocks" read_part
	[ "$provisioned" = 0 ] && return
	check "$what: WRITE SAME of zeroes, and with UNMAP" write_same_zero
	check "$what: UNMAP" unmap_ranges
	check "$what: UNMAP refuses what it has to" unmap_refusals
}

check "a loopback target can be made" loopback_target $wwn
ramdisk ram4k 64
file_device file 64
block_device block "$(null_block_device 64)"
echo 4096 >"$(device ram4k)/attrib/block_size"
lun=0
for name in ram4k file block; do
	if [ "$(cat "$(device $name)/attrib/max_unmap_lba_count")" != 0 ]; then
		echo 1 >"$(device $name)/attrib/emulate_tpu"
		echo 1 >"$(device $name)/attrib/emulate_tpws"
	fi
	check "$name appears" loopback_lun $wwn $lun $name
	commands $name "$(cat "$(device $name)/attrib/max_unmap_lba_count")"
	lun=$((lun + 1))
done
