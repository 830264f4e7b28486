#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Cuts the power at random instants of a log of dm-log-writes, and looks at what is left.

power_cut.py LOG BYTES STATES MOUNTPOINT CUTS

The log (its format is in the kernel's drivers/md/dm-log-writes.c) has marks "begin-N" and "done-N"
around the change to state N; STATES/NAME.N is what the file NAME holds then. After each cut the
file system has the writes up to the last flush, those that were forced to the medium, and any of
the others; it is mounted, and every file has to be in the last state that was done, or in the one
that was begun. The file "control" is written without any care and has to be caught.
"""
import os
import random
import struct
import subprocess
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
    """What is on the medium for certain, and what may be."""

    def __init__(self, size):
        self.image = bytearray(size)
        self.cached = []
        self.begun = self.done = 0

    def add(self, flags, at, data):
        if flags & MARK:
            word, _, number = data.rstrip(b"\0").partition(b"-")
            if word == b"begin":
                self.begun = int(number)
            elif word == b"done":
                self.done = int(number)
            return
        if flags & FLUSH:
            for old_at, old in self.cached:
                self.image[old_at:old_at + len(old)] = old
            self.cached = []
        if flags & FUA:
            self.image[at:at + len(data)] = data
        elif data:
            self.cached.append((at, data))

    def cut(self):
        image = bytearray(self.image)
        for at, data in self.cached:
            if random.getrandbits(1):
                image[at:at + len(data)] = data
        return image


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def look(image, mountpoint, names):
    """The files' contents after a crash with this medium."""
    path = mountpoint + ".img"
    with open(path, "wb") as file:
        file.write(image)
    subprocess.run(["mount", "-o", "loop", path, mountpoint], check=True)
    try:
        return [content(os.path.join(mountpoint, name)) for name in names]
    finally:
        subprocess.run(["umount", mountpoint], check=True)


def main():
    log, size, states, mountpoint, cuts = sys.argv[1:]
    names = ["pr/aptpl_shared", "control"]
    seed = int.from_bytes(os.urandom(4), "little")
    random.seed(seed)
    medium = Medium(int(size))
    all_entries = list(entries(log))
    first = next(i for i, entry in enumerate(all_entries)
                 if entry[0] & MARK and entry[2].startswith(b"begin"))
    chosen = set(random.sample(range(first, len(all_entries)), int(cuts)))
    bad = dict.fromkeys(names, 0)
    for i, entry in enumerate(all_entries):
        medium.add(*entry)
        if i not in chosen:
            continue
        for name, found in zip(names, look(medium.cut(), mountpoint, names)):
            allowed = [content(f"{states}/{os.path.basename(name)}.{number}")
                       for number in {medium.done, medium.begun}]
            if found not in allowed:
                bad[name] += 1
                print(f"cut at {i}: {name} in neither state {medium.done} nor {medium.begun}: {found!r}")
    print(f"seed {seed}: {len(all_entries)} entries, {cuts} cuts, bad {bad}")
    if bad["control"] == 0:
        sys.exit("the control file was never caught: this proves nothing")
    sys.exit(bad[names[0]] != 0)


main()
