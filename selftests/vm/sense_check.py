#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
What commands end with: sense_check.py DISK COMMAND=SENSE... COMMAND is ready, capacity, sync, or
read, write, fua (a write with it), verify or unmap with :LBA[:BLOCKS]; SENSE is key, ASC and ASCQ in hexadecimal, with
:LBA if INFORMATION has to be valid and that, or good.
"""
import os
import struct
import sys

from sg_io import CHECK_CONDITION, GOOD, IN, NONE, OUT, command

BLOCK = 512


def run(disk, text):
    name, *numbers = text.split(":")
    lba = int(numbers[0], 0) if numbers else 0
    blocks = int(numbers[1], 0) if len(numbers) > 1 else 1
    cdb = struct.pack(">BBIBHB", {"read": 0x28, "write": 0x2a, "fua": 0x2a, "verify": 0x2f,
                                  "sync": 0x35, "capacity": 0x25}.get(name, 0),
                      0x08 if name == "fua" else 0, lba, 0, blocks, 0)
    if name == "ready":
        return command(disk, bytes(6), NONE)
    if name == "read":
        return command(disk, cdb, IN, bytes(blocks * BLOCK))
    if name in ("write", "fua"):
        return command(disk, cdb, OUT, os.urandom(BLOCK) * blocks)
    if name == "capacity":
        return command(disk, bytes([0x25]) + bytes(9), IN, bytes(8))
    return command(disk, cdb, NONE)


def ended(disk, text):
    """As in the command line. A unit attention is not what is asked for."""
    for _ in range(8):
        status, sense, _ = run(disk, text)
        if status != CHECK_CONDITION or sense[2] & 0xf != 6:
            break
    if status == GOOD:
        return "good"
    if status != CHECK_CONDITION:
        return "status %02x" % status
    said = "%02x%02x%02x" % (sense[2] & 0xf, sense[12], sense[13])
    if sense[0] & 0x80:
        said += ":%u" % int.from_bytes(sense[3:7], "big")
    return said


def main():
    disk = os.open(sys.argv[1], os.O_RDWR | os.O_NONBLOCK)
    for case in sys.argv[2:]:
        text, want = case.split("=")
        said = ended(disk, text)
        assert said == want, "%s: %s instead of %s" % (text, said, want)


main()
