#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes to a disk whose medium is recorded by dm-log-writes, and cuts the power afterwards.

power_cut_data.py write NAME MAP DISK REGION OPERATIONS JOURNALS [durable]
power_cut_data.py cut LOG BYTES CUTS JOURNALS [MOUNTPOINT]

Each sector of a write names the operation and itself. Writers are one after the other with their
own operations, each between marks "begin-NAME-N" and "done-NAME-N" in the log, and beside others
with a region (an LBA) of their own. After a cut every sector has to be as the last operation left
it that was acknowledged as durable (a write with FUA, or one that SYNCHRONIZE CACHE followed, or
any on a disk that is "durable", without a cache), or as a later one did. The journal is
JOURNALS/NAME; with a MOUNTPOINT the disk is the file NAME of the file system in the log.

Some operations lie: they are noted as writes with FUA, but have no FUA. They must be caught, or
the cuts prove nothing.
"""
import json
import os
import random
import struct
import subprocess
import sys

import sg_io
from write_log import MARK, SECTOR, Medium, entries

SECTORS = 128		# of a region that honest operations write
LIES = 16		# blocks behind them, each for one lie
LIE_BLOCKS = 8
MOST = 16		# blocks of a write
UNIT_ATTENTION = 6
WRITE, FUA, SYNC, LIE = "write", "fua", "sync", "lie"


def content(number, lba, blocks):
    return b"".join(struct.pack(">QQ", number, lba + i) * (SECTOR // 16) for i in range(blocks))


class Writer:
    """Carries out operations, and knows what the region holds."""

    def __init__(self, name, mapping, disk, region):
        self.name, self.mapping, self.region = name, mapping, region
        self.disk = os.open(disk, os.O_RDWR)
        self.latest = {}
        self.dirty = set()
        self.done = []

    def mark(self, word):
        subprocess.run(["dmsetup", "message", self.mapping, "0", "mark",
                        f"{word}-{self.name}-{len(self.done)}"], check=True)

    def command(self, cdb, data=b""):
        for _ in range(5):
            status, sense, _ = sg_io.command(self.disk, cdb, sg_io.OUT if data else sg_io.NONE, data)
            if not status:
                return
            if sense[2] & 15 != UNIT_ATTENTION:
                break
        sys.exit(f"{cdb.hex()}: status {status:#x}, sense {sense[:18].hex()}")

    def write(self, number, lba, blocks, fua):
        """WRITE(10), (12) or (16), or with FUA also COMPARE AND WRITE."""
        data, bits = content(number, lba, blocks), 8 * fua
        form = random.randrange(4 if fua else 3)
        if form == 0:
            self.command(struct.pack(">BBIBHB", 0x2a, bits, lba, 0, blocks, 0), data)
        elif form == 1:
            self.command(struct.pack(">BBIIBB", 0xaa, bits, lba, blocks, 0, 0), data)
        elif form == 2:
            self.command(struct.pack(">BBQIBB", 0x8a, bits, lba, blocks, 0, 0), data)
        else:
            old = b"".join(self.latest.get(lba + i, bytes(SECTOR)) for i in range(blocks))
            self.command(struct.pack(">BBQ3xBBB", 0x89, bits, lba, blocks, 0, 0), old + data)
        for i in range(blocks):
            self.latest[lba + i] = data[i * SECTOR:(i + 1) * SECTOR]

    def sync(self, lba, blocks):
        if random.getrandbits(1):
            self.command(struct.pack(">BBIBHB", 0x35, 0, lba, 0, blocks, 0))
        else:
            self.command(struct.pack(">BBQIBB", 0x91, 0, lba, blocks, 0, 0))

    def operate(self, kind, lba, blocks):
        self.done.append([kind, lba, blocks])
        number = len(self.done)
        self.mark("begin")
        if kind == SYNC:
            self.sync(lba, blocks)
        else:
            self.write(number, lba, blocks, kind == FUA)
        self.mark("done")
        sectors = set(range(lba, lba + blocks))
        self.dirty = self.dirty | sectors if kind == WRITE else self.dirty - sectors

    def random_operation(self):
        kind = random.choice([WRITE, WRITE, FUA, FUA, SYNC])
        blocks = random.randint(1, SECTORS if kind == SYNC else MOST)
        lba = self.region + random.randint(0, SECTORS - blocks)
        # The log can't tell which of the two came first.
        if kind == FUA and self.dirty & set(range(lba, lba + blocks)):
            self.operate(SYNC, self.region, SECTORS)
        self.operate(kind, lba, blocks)


def write(name, mapping, disk, region, operations, journals, *durable):
    writer = Writer(name, mapping, disk, int(region))
    lies = 0
    while len(writer.done) < int(operations):
        if len(writer.done) % 10 == 5 and lies < LIES and not durable:
            writer.operate(LIE, writer.region + SECTORS + lies * LIE_BLOCKS, LIE_BLOCKS)
            lies += 1
        writer.random_operation()
    with open(os.path.join(journals, name), "w", encoding="ascii") as file:
        json.dump({"region": writer.region, "durable": bool(durable), "done": writer.done}, file)


class Expectation:
    """What the sectors of one writer may hold."""

    def __init__(self, journals, name):
        self.name = name
        with open(os.path.join(journals, name), encoding="ascii") as file:
            self.__dict__.update(json.load(file))
        self.begun = self.ended = 0
        self.checked = self.caught = 0

    def mark(self, word, number):
        if word == "begin":
            self.begun = number
        else:
            self.ended = number

    def just_lied(self):
        return self.begun == self.ended > 0 and self.done[self.ended - 1][0] == LIE

    def allowed(self):
        """Operations whose data each sector may have, by sector; and those that lies wrote."""
        may, newest, lies = {}, {}, set()
        for number, (kind, lba, blocks) in enumerate(self.done[:self.begun], 1):
            sectors = range(lba, lba + blocks)
            ended = number <= self.ended
            if kind == SYNC:
                may.update((s, {newest.get(s, 0)}) for s in sectors if ended)
                continue
            if kind == LIE:
                lies.update(sectors)
            for sector in sectors:
                newest[sector] = number
                if ended and (kind in (FUA, LIE) or self.durable):
                    may[sector] = {number}
                else:
                    may.setdefault(sector, {0}).add(number)
        return may, lies

    def check(self, image, at):
        """Look at every sector; True when none that was promised is missing."""
        may, lies = self.allowed()
        good = True
        caught = False
        for sector, numbers in may.items():
            # A file may end before what was never written.
            found = bytes(image[sector * SECTOR:(sector + 1) * SECTOR]).ljust(SECTOR, b"\0")
            if found in [content(n, sector, 1) if n else bytes(SECTOR) for n in numbers]:
                continue
            if sector in lies:
                caught = True
                continue
            good = False
            print(f"cut at {at}: {self.name} sector {sector} has {found[:16].hex()}, allowed are "
                  f"{sorted(numbers)}; operations {self.ended} done, {self.begun} begun")
        self.checked += 1
        self.caught += caught
        return good


def disks(image, expectations, mountpoint):
    """What a reader finds on each disk after the cut."""
    if not mountpoint:
        return [image] * len(expectations)
    with open(mountpoint + ".img", "wb") as file:
        file.write(image)
    subprocess.run(["mount", "-o", "loop", mountpoint + ".img", mountpoint], check=True)
    try:
        found = []
        for expectation in expectations:
            with open(os.path.join(mountpoint, expectation.name), "rb") as file:
                found.append(file.read())
        return found
    finally:
        subprocess.run(["umount", mountpoint], check=True)


def cut(log, size, cuts, journals, mountpoint=None):
    seed = int.from_bytes(os.urandom(4), "little")
    random.seed(seed)
    writers = {name: Expectation(journals, name) for name in sorted(os.listdir(journals))}
    medium, bad, lied = Medium(int(size)), 0, 0
    log = list(entries(log))
    first = next(i for i, entry in enumerate(log) if entry[0] & MARK)
    chosen = set(random.sample(range(first, len(log)), min(int(cuts), len(log) - first)))
    for i, entry in enumerate(log):
        lie = False
        if entry[0] & MARK:
            words = entry[2].rstrip(b"\0").decode().split("-")
            if words[0] in ("begin", "done"):
                writer = writers[words[1]]
                writer.mark(words[0], int(words[2]))
                lie = writer.just_lied() and lied < 3
        else:
            medium.add(*entry)
        if i not in chosen and not lie:
            continue
        lied += lie
        found = disks(medium.cut(), writers.values(), mountpoint)
        bad += not all([w.check(image, i) for w, image in zip(writers.values(), found)])
    print(f"seed {seed}: {len(log)} entries, {len(chosen) + lied} cuts, {bad} bad")
    for name, writer in writers.items():
        print(f"{name}: {len(writer.done)} operations, lies caught {writer.caught} times")
    if not any(writer.caught for writer in writers.values()):
        sys.exit("no lie was ever caught: this proves nothing")
    sys.exit(bad != 0)


if __name__ == "__main__":
    {"write": write, "cut": cut}[sys.argv[1]](*sys.argv[2:])
