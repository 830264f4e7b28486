#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sees to it that nobody sees a part of a WRITE ATOMIC(16).

write_atomic.py race DISK WRITERS TIMES [reset]   writers on the same blocks, each with a byte of
                                                  its own, beside readers; the logical unit is
                                                  reset meanwhile
write_atomic.py holes DISK MEGABYTES              one WRITE to each megabyte, where nothing was
                                                  written before, beside a reader

All blocks of one command are filled with one byte. A command that fails is no error here: what
is looked at is what it leaves.
"""
import os
import struct
import subprocess
import sys
from multiprocessing import Event, Process

import sg_io
from sg_io import IN, OUT

BLOCK = 512
BLOCKS = 255	# from LBA 1 of each megabyte: no page is whole at either end
MEGABYTE = (1 << 20) // BLOCK


def good(disk, cdb, direction, data):
    """Data of a command that succeeded, None of one that did not."""
    try:
        status, _, data = sg_io.command(disk, cdb, direction, data)
    except OSError:
        return None
    return None if status else data


def write(disk, lba, byte):
    cdb = struct.pack(">BBQHHBB", 0x9c, 0, lba, 0, BLOCKS, 0, 0)
    return good(disk, cdb, OUT, bytes([byte]) * (BLOCKS * BLOCK)) is not None


def look(disk, lba):
    """The byte that fills the blocks, None if they could not be read."""
    cdb = struct.pack(">BBQIBB", 0x88, 0, lba, BLOCKS, 0, 0)
    data = good(disk, cdb, IN, bytes(BLOCKS * BLOCK))
    if data is None:
        return None
    if data.count(data[:1]) != BLOCKS * BLOCK:
        raise ValueError("a part of an atomic write was seen")
    return data[0]


def writer(path, byte, times):
    disk = os.open(path, os.O_RDWR)
    done = sum(write(disk, 1, byte) for _ in range(times))
    sys.exit(done == 0)


def reader(path, over):
    disk = os.open(path, os.O_RDWR)
    while not over.is_set():
        look(disk, 1)


def race(path, writers, times, reset=None):
    over = Event()
    crowd = [Process(target=writer, args=(path, 1 + i, int(times))) for i in range(int(writers))]
    crowd += [Process(target=reader, args=(path, over)) for _ in range(2)]
    for process in crowd:
        process.start()
    while reset and any(process.is_alive() for process in crowd[:-2]):
        subprocess.run(["sg_reset", "-N", "--device", path], check=False)
    for process in crowd[:-2]:
        process.join()
    over.set()
    for process in crowd[-2:]:
        process.join()
    disk = os.open(path, os.O_RDWR)
    while (byte := look(disk, 1)) is None:
        pass
    return 1 <= byte <= int(writers) and not any(process.exitcode for process in crowd)


def fills(path, lba):
    disk = os.open(path, os.O_RDWR)
    while not look(disk, lba):
        pass


def holes(path, megabytes):
    disk = os.open(path, os.O_RDWR)
    for lba in range(1, int(megabytes) * MEGABYTE, MEGABYTE):
        watcher = Process(target=fills, args=(path, lba))
        watcher.start()
        while not write(disk, lba, 0xa5):
            look(disk, lba)
        watcher.join()
        if watcher.exitcode:
            return False
    return True


sys.exit(not {"race": race, "holes": holes}[sys.argv[1]](*sys.argv[2:]))
