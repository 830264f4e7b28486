# SPDX-License-Identifier: GPL-2.0-only
"""Writes to a disk in ways that promise to be durable, and what of them has to be there later.

Each sector of a write names the operation and itself. After a loss of power every sector has to be
as the last operation left it that was acknowledged as durable (a write with FUA, or one that
SYNCHRONIZE CACHE followed, or any on a disk that is "durable", without a cache), or as a later one
did.

Some operations lie: they are noted as writes with FUA, but have no FUA. They must be caught, or
the losses prove nothing.
"""
import os
import random
import struct
import sys

import sg_io

SECTOR = 512
SECTORS = 128		# of a region that honest operations write
LIES = 16		# places behind them for lies
LIE_BLOCKS = 8
MOST = 16		# blocks of a write
UNIT_ATTENTION = 6
WRITE, FUA, SYNC, LIE = "write", "fua", "sync", "lie"


def content(number, lba, blocks):
    return b"".join(struct.pack(">QQ", number, lba + i) * (SECTOR // 16) for i in range(blocks))


def command(disk, cdb, direction=sg_io.NONE, data=b""):
    """Runs a command whatever unit attentions are in its way; returns its data."""
    for _ in range(5):
        status, sense, answer = sg_io.command(disk, cdb, direction, data)
        if not status:
            return answer
        if status != sg_io.CHECK_CONDITION or sense[2] & 15 != UNIT_ATTENTION:
            break
    sys.exit(f"{cdb.hex()}: status {status:#x}, sense {sense[:18].hex()}")


class Writer:
    """Carries out operations, and knows what the region holds.

    note(word, number, operation) is called with "begin" before each and "done" after it. The
    operations before the first one are others'; latest is what those have left, by sector.
    """

    def __init__(self, note, disk, region, first=0, latest=None):
        self.note, self.region, self.first = note, region, first
        self.disk = os.open(disk, os.O_RDWR)
        self.latest = latest or {}
        self.dirty = set()
        self.done = []
        self.lies = 0

    def out(self, cdb, data=b""):
        command(self.disk, cdb, sg_io.OUT if data else sg_io.NONE, data)

    def write(self, number, lba, blocks, fua):
        """WRITE(10), (12) or (16), or with FUA also COMPARE AND WRITE."""
        data, bits = content(number, lba, blocks), 8 * fua
        form = random.randrange(4 if fua else 3)
        if form == 0:
            self.out(struct.pack(">BBIBHB", 0x2a, bits, lba, 0, blocks, 0), data)
        elif form == 1:
            self.out(struct.pack(">BBIIBB", 0xaa, bits, lba, blocks, 0, 0), data)
        elif form == 2:
            self.out(struct.pack(">BBQIBB", 0x8a, bits, lba, blocks, 0, 0), data)
        else:
            old = b"".join(self.latest.get(lba + i, bytes(SECTOR)) for i in range(blocks))
            self.out(struct.pack(">BBQ3xBBB", 0x89, bits, lba, blocks, 0, 0), old + data)
        for i in range(blocks):
            self.latest[lba + i] = data[i * SECTOR:(i + 1) * SECTOR]

    def sync(self, lba, blocks):
        if random.getrandbits(1):
            self.out(struct.pack(">BBIBHB", 0x35, 0, lba, 0, blocks, 0))
        else:
            self.out(struct.pack(">BBQIBB", 0x91, 0, lba, blocks, 0, 0))

    def operate(self, kind, lba, blocks):
        operation = [kind, lba, blocks]
        self.done.append(operation)
        number = self.first + len(self.done)
        self.note("begin", number, operation)
        if kind == SYNC:
            self.sync(lba, blocks)
        else:
            self.write(number, lba, blocks, kind == FUA)
        self.note("done", number, operation)
        sectors = set(range(lba, lba + blocks))
        self.dirty = self.dirty | sectors if kind == WRITE else self.dirty - sectors

    def random_operation(self):
        kind = random.choice([WRITE, WRITE, FUA, FUA, SYNC])
        blocks = random.randint(1, SECTORS if kind == SYNC else MOST)
        lba = self.region + random.randint(0, SECTORS - blocks)
        # A record of the medium's writes can't tell which of the two came first.
        if kind == FUA and self.dirty & set(range(lba, lba + blocks)):
            self.operate(SYNC, self.region, SECTORS)
        self.operate(kind, lba, blocks)

    def lie(self):
        """A write that is none of what it is noted as."""
        place = SECTORS + self.lies % LIES * LIE_BLOCKS
        self.operate(LIE, self.region + place, LIE_BLOCKS)
        self.lies += 1


class Expectation:
    """What the sectors of one writer may hold, after the operations "done" or begun.

    The first one has number first + 1; before it the sectors had the data of the operations in
    base, by sector, or zeroes.
    """

    def __init__(self, name, done, durable=False, first=0, base=None):
        self.name, self.done, self.durable, self.first = name, done, durable, first
        self.base = base or {}
        self.begun = self.ended = first
        self.checked = self.caught = 0

    def mark(self, word, number):
        if word == "begin":
            self.begun = number
        else:
            self.ended = number

    def just_lied(self):
        return self.begun == self.ended > self.first and \
            self.done[self.ended - self.first - 1][0] == LIE

    def allowed(self):
        """Operations whose data each sector may have, by sector; and those that lies wrote."""
        may, newest, lies = {s: {n} for s, n in self.base.items()}, dict(self.base), set()
        for number, (kind, lba, blocks) in enumerate(self.done[:self.begun - self.first],
                                                     self.first + 1):
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
