#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write and read blocks by SG_IO from buffers at odd addresses, and compare.

usage: sg_unaligned.py SG-DEVICE
"""

import ctypes
import fcntl
import os
import struct
import sys

SG_IO = 0x2285
TO_DEVICE, FROM_DEVICE = -2, -3
BLOCKS = 24
HEADER = "iiBBHIPPPIIiPBBBBHHiII"


def command(fd, opcode, lba, address, direction):
    """READ(10) or WRITE(10) of BLOCKS blocks with the data at address."""
    cdb = ctypes.create_string_buffer(struct.pack(">BBIBHB", opcode, 0, lba, 0, BLOCKS, 0), 10)
    sense = ctypes.create_string_buffer(32)
    header = bytearray(struct.pack(
        HEADER, ord("S"), direction, 10, 32, 0, BLOCKS * 512, address,
        ctypes.addressof(cdb), ctypes.addressof(sense), 20000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    fcntl.ioctl(fd, SG_IO, header)
    status = struct.unpack(HEADER, header)[13]
    if status:
        sys.exit(f"opcode {opcode:#x}: status {status:#x}, sense {sense.raw[:18].hex()}")


def main():
    fd = os.open(sys.argv[1], os.O_RDWR)
    memory = ctypes.create_string_buffer(BLOCKS * 512 + 8192)
    page = (ctypes.addressof(memory) + 4095) & ~4095
    for turn, offset in enumerate((16, 100, 508, 512, 1030)):
        data = os.urandom(BLOCKS * 512)
        ctypes.memmove(page + offset, data, len(data))
        command(fd, 0x2a, 100 * turn, page + offset, TO_DEVICE)
        ctypes.memset(page + offset, 0, len(data))
        command(fd, 0x28, 100 * turn, page + offset, FROM_DEVICE)
        if ctypes.string_at(page + offset, len(data)) != data:
            sys.exit(f"data at offset {offset} came back changed")


main()
