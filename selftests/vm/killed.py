#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes to disks until the machine is killed, and what of it is there when it comes back.

killed.py verify JOURNALS NAME=DISK...    each disk against its journal; begins a new one
killed.py write JOURNALS NAME=DISK...     all at the same time, until one fails

The disk "keys" has persistent reservations instead of data; one with the word "durable" in its name
has no cache. All that is written to the disk "lies", which has one, pretends to be durable.

A journal lies outside the machine: its first line is what the disk held, then one for each time
that an operation began or was acknowledged.
"""
import json
import os
import random
import struct
import sys

import sg_io
from durable import LIES, LIE_BLOCKS, SECTOR, SECTORS, Expectation, Writer, command

REGION = SECTORS + LIES * LIE_BLOCKS
REGISTER_AND_IGNORE, RESERVE, RELEASE = 6, 1, 2
TYPES = 1, 3, 5, 6, 7, 8


class Journal:
    """What an operation is, when it begins and when it was acknowledged."""

    def __init__(self, directory, name):
        self.path = os.path.join(directory, name)
        self.file = None

    def read(self):
        """Its first line, the operations, the last one begun and the last one acknowledged."""
        with open(self.path, encoding="ascii") as file:
            first, *lines = map(json.loads, file)
        operations = [operation for word, _, operation in lines if word == "begin"]
        numbers = {word: number for word, number, _ in lines}
        return first, operations, numbers.get("begin"), numbers.get("done")

    def begin(self, first):
        with open(self.path + ".new", "w", encoding="ascii") as file:
            file.write(json.dumps(first) + "\n")
        os.rename(self.path + ".new", self.path)

    def note(self, word, number, operation):
        # One system call, no buffer: the host has it before the operation goes on.
        self.file = self.file or os.open(self.path, os.O_WRONLY | os.O_APPEND)
        os.write(self.file, (json.dumps([word, number, operation]) + "\n").encode())


def read_region(disk):
    """By a command of its own, past the page cache of the initiator."""
    return command(os.open(disk, os.O_RDWR), struct.pack(">BBIBHB", 0x28, 0, 0, 0, REGION, 0),
                   sg_io.IN, bytes(REGION * SECTOR))


def verify_data(journal, name, disk):
    """Returns whether all is there that has to be, and what to say of it."""
    image = read_region(disk)
    first, operations, begun, ended = journal.read()
    base = {int(sector): number for sector, number in first["base"].items()}
    expectation = Expectation(name, operations, "durable" in name, first["first"], base)
    expectation.begun = begun or first["first"]
    expectation.ended = ended or first["first"]
    good = expectation.check(image, f"{len(operations)} operations")
    found = {sector: struct.unpack_from(">Q", image, sector * SECTOR)[0] for sector in range(REGION)}
    journal.begin({"first": expectation.begun,
                   "base": {sector: number for sector, number in found.items() if number},
                   "caught": first["caught"] + expectation.caught})
    return good, f"{len(operations)} operations, {'some' if expectation.caught else 'none'} lost"


def pr_in(disk, action):
    return command(disk, struct.pack(">BB5xHB", 0x5e, action, 256, 0), sg_io.IN, bytes(256))


def reservation(disk):
    """The key that is registered and the type of the reservation, 0 without one."""
    keys, held = pr_in(disk, 0), pr_in(disk, 1)
    count = struct.unpack_from(">I", keys, 4)[0] // 8
    if count > 1:
        return [-count, 0]
    key = struct.unpack_from(">Q", keys, 8)[0] if count else 0
    return [key, held[21] & 15 if struct.unpack_from(">I", held, 4)[0] else 0]


def verify_reservation(journal, name, disk):
    found = reservation(os.open(disk, os.O_RDWR))
    first, states, begun, ended = journal.read()
    states = [first["base"]] + states
    done = (ended or first["first"]) - first["first"]
    allowed = states[done:]
    good = found in allowed
    if not good:
        print(f"{name}: key and type are {found}, allowed are {allowed}")
    journal.begin({"first": begun or first["first"], "base": found})
    return good, f"{len(states) - 1} changes"


def verify(directory, *disks):
    good = True
    for name, disk in (word.split("=") for word in disks):
        look = verify_reservation if name == "keys" else verify_data
        fine, text = look(Journal(directory, name), name, disk)
        print(f"{name}: {text}")
        good &= fine
    sys.exit(not good)


def write(directory, name, disk):
    journal = Journal(directory, name)
    first = journal.read()[0]
    image = read_region(disk)
    latest = {s: image[s * SECTOR:(s + 1) * SECTOR] for s in range(REGION)}
    writer = Writer(journal.note, disk, 0, first["first"], latest)
    while True:
        if name == "lies":
            writer.lie()
        else:
            writer.random_operation()


def reserve(directory, name, disk):
    """Registrations with a key that is the operation's number, and reservations, with APTPL."""
    journal = Journal(directory, name)
    number, (key, kind) = (journal.read()[0][word] for word in ("first", "base"))
    disk = os.open(disk, os.O_RDWR)
    while True:
        number += 1
        action = random.choice([REGISTER_AND_IGNORE, RELEASE if kind else RESERVE] if key else
                               [REGISTER_AND_IGNORE])
        wanted, old = kind or random.choice(TYPES), key
        if action == REGISTER_AND_IGNORE:
            key = number
        else:
            kind = wanted if action == RESERVE else 0
        journal.note("begin", number, [key, kind])
        command(disk, struct.pack(">BBB2xIB", 0x5f, action, wanted, 24, 0), sg_io.OUT,
                struct.pack(">QQ4xB3x", 0 if action == REGISTER_AND_IGNORE else old,
                            key if action == REGISTER_AND_IGNORE else 0,
                            action == REGISTER_AND_IGNORE))
        journal.note("done", number, [key, kind])


def write_all(directory, *disks):
    """All at the same time."""
    for name, disk in (word.split("=") for word in disks):
        if not os.fork():
            (reserve if name == "keys" else write)(directory, name, disk)
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))


if __name__ == "__main__":
    {"verify": verify, "write": write_all}[sys.argv[1]](*sys.argv[2:])
