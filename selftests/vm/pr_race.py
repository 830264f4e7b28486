#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Initiators take a reservation from each other by PREEMPT and PREEMPT AND ABORT.

pr_race.py SECONDS PATH...

Each path (an sg node) is an initiator with a key of its own. One reserves; from then on every READ
FULL STATUS has exactly one holder, for nobody releases. The loser of a preemption registers again.
A reader beside them looks at what it is told, and at the end everybody has won some.
"""
import os
import struct
import sys
import time
from multiprocessing import Event, Process, Value

import sg_io
from sg_io import CHECK_CONDITION, CONFLICT, GOOD, IN, OUT, TASK_ABORTED

REGISTER_AND_IGNORE, RESERVE, PREEMPT, PREEMPT_AND_ABORT = 6, 1, 4, 5
FULL_STATUS = 3
WRITE_EXCLUSIVE_RO = 5
UNIT_ATTENTION = 6


def pr_out(disk, action, key, new_key, kind=WRITE_EXCLUSIVE_RO):
    """Returns whether it ended with GOOD; False is a conflict. Unit attentions are passed over,
    and what a preemption aborts is done again."""
    cdb = struct.pack(">BBB2xIB", 0x5f, action, kind, 24, 0)
    while True:
        status, sense, _ = sg_io.command(disk, cdb, OUT, struct.pack(">QQ8x", key, new_key))
        if status in (GOOD, CONFLICT):
            return status == GOOD
        attention = status == CHECK_CONDITION and sense[2] & 0xf == UNIT_ATTENTION
        if not attention and status != TASK_ABORTED:
            raise OSError("status %#x sense %s" % (status, sense[:18].hex()))


def full_status(disk):
    """Returns the generation and the registrations: (key, holder, type, port, TransportID)."""
    cdb = struct.pack(">BB5xHB", 0x5e, FULL_STATUS, 8192, 0)
    status = TASK_ABORTED
    while status in (CHECK_CONDITION, TASK_ABORTED):
        status, sense, data = sg_io.command(disk, cdb, IN, bytes(8192))
    if status != GOOD:
        raise OSError("status %#x" % status)
    generation, length = struct.unpack_from(">II", data)
    data, found = data[8:8 + length], []
    if len(data) != length:
        raise ValueError("cut off")
    while data:
        key, flags, kind, port, more = struct.unpack_from(">Q4xBB4xHI", data)
        found.append((key, flags & 1, kind & 0xf, port, data[24:24 + more]))
        data = data[24 + more:]
    return generation, found


def check(found, initiators):
    holders = [reg for reg in found if reg[1]]
    if len(holders) != 1 or holders[0][2] != WRITE_EXCLUSIVE_RO:
        raise ValueError("holders: %r" % holders)
    if len({reg[3:] for reg in found}) != len(found):
        raise ValueError("one nexus twice: %r" % found)
    if any(not 1 <= reg[0] <= initiators for reg in found):
        raise ValueError("a key nobody has: %r" % found)
    if len({reg[0] for reg in found}) != len(found):
        raise ValueError("one key twice: %r" % found)
    return holders[0][0]


def initiator(path, own, crowd, over, wins):
    disk = os.open(path, os.O_RDWR)
    action = PREEMPT_AND_ABORT if own % 2 else PREEMPT
    while not over.is_set():
        pr_out(disk, REGISTER_AND_IGNORE, 0, own)
        holder = check(full_status(disk)[1], crowd)
        if holder != own and pr_out(disk, action, own, holder):
            wins.value += 1


def reader(path, crowd, over):
    disk = os.open(path, os.O_RDWR)
    last = 0
    while not over.is_set():
        generation, found = full_status(disk)
        check(found, crowd)
        if generation < last:
            raise ValueError("PRGENERATION went back")
        last = generation


def main():
    seconds, paths = float(sys.argv[1]), sys.argv[2:]
    disks = [os.open(path, os.O_RDWR) for path in paths]
    for own, disk in enumerate(disks, 1):
        if not pr_out(disk, REGISTER_AND_IGNORE, 0, own):
            sys.exit("no registration")
    if not pr_out(disks[0], RESERVE, 1, 0):
        sys.exit("no reservation")
    over = Event()
    wins = [Value("i", 0) for _ in paths]
    crowd = [Process(target=initiator, args=(path, own, len(paths), over, wins[own - 1]))
             for own, path in enumerate(paths, 1)]
    crowd.append(Process(target=reader, args=(paths[0], len(paths), over)))
    for process in crowd:
        process.start()
    time.sleep(seconds)
    over.set()
    for process in crowd:
        process.join()
    check(full_status(disks[0])[1], len(paths))
    print("preemptions:", [value.value for value in wins])
    sys.exit(any(process.exitcode for process in crowd) or not all(value.value for value in wins))


main()
