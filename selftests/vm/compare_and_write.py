#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Increments a counter on a disk by COMPARE AND WRITE, or sets bits by ORWRITE, from many openers.

compare_and_write.py count DISK LBA OPENERS TIMES   each opener adds TIMES to the counter
compare_and_write.py bits DISK LBA OPENERS TIMES    each opener sets bits that are its own

DISK may be several paths to it, with commas between: the openers take turns.

A counter fills BLOCKS blocks with its value; a reader beside the openers sees them all alike.
"""
import os
import struct
import sys
from multiprocessing import Event, Process

import sg_io
from sg_io import IN, OUT

BLOCK = 512
BLOCKS = 4
MISCOMPARE = 0xe


def command(disk, cdb, direction, data):
    """Runs a command; returns the sense key, 0 for GOOD status, and the data."""
    status, sense, data = sg_io.command(disk, cdb, direction, data)
    if status not in (sg_io.GOOD, sg_io.CHECK_CONDITION):
        raise OSError("status %#x" % status)
    return sense[2] & 0xf if status else 0, data


def good(result):
    if result[0]:
        raise OSError("sense key %x" % result[0])
    return result[1]


def read(disk, lba):
    return good(command(disk, struct.pack(">BBQIBB", 0x88, 0, lba, BLOCKS, 0, 0), IN,
                        bytes(BLOCKS * BLOCK)))


def pattern(value):
    return struct.pack(">Q", value) * (BLOCKS * BLOCK // 8)


def value_of(data):
    value = struct.unpack_from(">Q", data)[0]
    if data != pattern(value):
        raise ValueError("half of an atomic write was seen")
    return value


def increment(disk, lba):
    """Returns whether the counter was still what it was when it was read."""
    value = value_of(read(disk, lba))
    key = command(disk, struct.pack(">BBQ3xBBB", 0x89, 0, lba, BLOCKS, 0, 0), OUT,
                  pattern(value) + pattern(value + 1))[0]
    if key not in (0, MISCOMPARE):
        raise OSError("sense key %x" % key)
    return not key


def count(path, lba, opener, times):
    disk = os.open(path, os.O_RDWR)
    done = 0
    while done < times:
        done += increment(disk, lba)


def bits(path, lba, opener, times):
    disk = os.open(path, os.O_RDWR)
    for i in range(times):
        data = bytearray(BLOCKS * BLOCK)
        data[i % len(data)] = 1 << opener
        good(command(disk, struct.pack(">BBQIBB", 0x8b, 0, lba, BLOCKS, 0, 0), OUT, data))


def watch(path, lba, over):
    disk = os.open(path, os.O_RDWR)
    while not over.is_set():
        value_of(read(disk, lba))


def main():
    what, path, lba, openers, times = sys.argv[1:]
    lba, openers, times = int(lba), int(openers), int(times)
    paths = path.split(",")
    disk = os.open(paths[0], os.O_RDWR)
    good(command(disk, struct.pack(">BBQIBB", 0x8a, 0, lba, BLOCKS, 0, 0), OUT, pattern(0)))
    over = Event()
    work = {"count": count, "bits": bits}[what]
    crowd = [Process(target=work, args=(paths[i % len(paths)], lba, i, times))
             for i in range(openers)]
    watcher = Process(target=watch, args=(paths[0], lba, over))
    if what == "count":
        watcher.start()
    for process in crowd:
        process.start()
    for process in crowd:
        process.join()
    over.set()
    if what == "count":
        watcher.join()
        crowd.append(watcher)
        right = value_of(read(disk, lba)) == openers * times
    else:
        right = all(byte == (1 << openers) - 1 for byte in read(disk, lba)[:times])
    sys.exit(not right or any(process.exitcode for process in crowd))


main()
