# SPDX-License-Identifier: GPL-2.0-only
"""Reads a log of dm-log-writes and says what a power cut at an instant of it may leave.

The format is in the kernel's drivers/md/dm-log-writes.c.
"""
import random
import struct
import sys

MAGIC = 0x6a736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8
SECTOR = 512


def entries(path):
    """Yields (flags, byte position, data) in the order of the log."""
    with open(path, "rb") as log:
        magic, _, count, size = struct.unpack("<QQQI", log.read(28))
        if magic != MAGIC:
            sys.exit("no log")
        at = size
        for _ in range(count):
            log.seek(at)
            sector, sectors, flags, length = struct.unpack("<QQQQ", log.read(32))
            at += size
            if flags & MARK:
                yield flags, 0, log.read(length)
            elif flags & DISCARD:
                yield flags, sector * SECTOR, bytes(sectors * SECTOR)
            else:
                log.seek(at)
                yield flags, sector * SECTOR, log.read(sectors * SECTOR)
                at += sectors * SECTOR


class Medium:
    """What is on the medium for certain, and what may be.

    The log has forced writes at once and others when they are flushed, so a writer must not force
    a write to blocks that have another one in the cache.
    """

    def __init__(self, size):
        self.image = bytearray(size)
        self.cached = []

    def add(self, flags, at, data):
        if flags & FLUSH:
            for old_at, old in self.cached:
                self.image[old_at:old_at + len(old)] = old
            self.cached = []
        if flags & FUA:
            self.image[at:at + len(data)] = data
        elif data:
            self.cached.append((at, data))

    def cut(self):
        """The medium after a cut: of what was not flushed anything may be there."""
        image = bytearray(self.image)
        for at, data in self.cached:
            if random.getrandbits(1):
                image[at:at + len(data)] = data
        return image
