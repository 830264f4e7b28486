#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each mkdir, link and write of the fabric's half of configfs with its first, second, ... memory
# allocation failing: it fails or works, leaves nothing behind and can be done again. Needs a
# kernel with fault injection.
# cost: 60
# timeout: 1200

. "$(dirname "$0")/lib.sh"

start_target
if [ ! -e /proc/self/fail-nth ]; then
	skip "failing allocations" "the kernel has no fault injection"
	exit
fi
echo 0 >/sys/kernel/debug/failslab/verbose
echo N >/sys/kernel/debug/failslab/ignore-gfp-wait
modprobe tcm_loop
ramdisk disk 4

# nth STEP: with everything before the step set up, tries the step until no allocation is left
# to fail. Disks are made where none fails: the SCSI midlayer is not up to it.
nth()
{
	python3 - "$TARGET" "$CORE/rd_mcp_0/disk" "$1" <<'EOF'
import os
import sys

top, device, wanted = sys.argv[1:]
loop = top + "/loopback"
target = loop + "/naa.5001405000000031"
tpg = target + "/tpgt_1"
lun = tpg + "/lun/lun_0"
acl = tpg + "/acls/naa.6001405000000031"
lun_map = acl + "/lun_0"


def write(path, text):
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text)
    finally:
        os.close(fd)


# What is done, and how it is undone.
steps = {
    "fabric": (lambda: os.mkdir(loop), lambda: os.rmdir(loop)),
    "target": (lambda: os.mkdir(target), lambda: os.rmdir(target)),
    "tpg": (lambda: os.mkdir(tpg), lambda: os.rmdir(tpg)),
    "nexus": (lambda: write(tpg + "/nexus", b"naa.6001405000000031"),
              lambda: write(tpg + "/nexus", b"NULL")),
    "rtpi": (lambda: write(tpg + "/rtpi", b"1234"), lambda: write(tpg + "/rtpi", b"1")),
    "lun": (lambda: os.mkdir(lun), lambda: os.rmdir(lun)),
    "link": (lambda: os.symlink(device, lun + "/link"), lambda: os.unlink(lun + "/link")),
    "acl": (lambda: os.mkdir(acl), lambda: os.rmdir(acl)),
    "map": (lambda: os.mkdir(lun_map), lambda: os.rmdir(lun_map)),
    "maplink": (lambda: os.symlink(lun, lun_map + "/link"),
                lambda: os.unlink(lun_map + "/link")),
}


def fails(do, number):
    """Does it with allocation `number` failing; whether that many were made, and the error."""
    nth = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
    error = None
    os.write(nth, b"%d" % number)
    try:
        do()
    except OSError as e:
        error = e
    left = int(os.pread(nth, 32, 0))
    os.pwrite(nth, b"0", 0)
    os.close(nth)
    return left == 0, error


def torture(do, undo):
    number = 1
    while True:
        reached, error = fails(do, number)
        if not reached:
            if error:
                raise error
            undo()
            return
        if not error:
            undo()
        # A SCSI host makes thousands; ours are among the first and the last.
        number += 1 if number < 60 else number // 5


before = {
    "target": "fabric",
    "tpg": "fabric target",
    "rtpi": "fabric target tpg",
    "nexus": "fabric target tpg",
    "lun": "fabric target tpg",
    "link": "fabric target tpg lun",
    "acl": "fabric target tpg lun link nexus",
    "map": "fabric target tpg lun link nexus acl",
    "maplink": "fabric target tpg lun link nexus acl map",
}
setup = before.get(wanted, "").split()
for name in setup:
    steps[name][0]()
torture(*steps[wanted])
for name in ("map", "acl", "link", "nexus", "lun", "tpg", "target", "fabric"):
    if name in setup:
        steps[name][1]()
EOF
}

for step in fabric target tpg rtpi nexus lun link acl map maplink; do
	check "$step survives any allocation that fails" nth $step
done
