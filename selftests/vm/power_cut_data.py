#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes to a disk whose medium is recorded by dm-log-writes, and cuts the power afterwards.

power_cut_data.py write NAME MAP DISK REGION OPERATIONS JOURNALS [durable]
power_cut_data.py cut LOG BYTES CUTS JOURNALS [MOUNTPOINT]

Writers are one after the other with their own operations, each between marks "begin-NAME-N" and
"done-NAME-N" in the log, and beside others with a region (an LBA) of their own. What has to be
there after a cut is in durable.py. The journal is JOURNALS/NAME; with a MOUNTPOINT the disk is the
file NAME of the file system in the log.
"""
import json
import os
import random
import subprocess
import sys

from durable import Expectation, Writer
from write_log import MARK, Medium, entries


def write(name, mapping, disk, region, operations, journals, *durable):
    def note(word, number, _):
        subprocess.run(["dmsetup", "message", mapping, "0", "mark", f"{word}-{name}-{number}"],
                       check=True)

    writer = Writer(note, disk, int(region))
    while len(writer.done) < int(operations):
        if len(writer.done) % 10 == 5 and not durable:
            writer.lie()
        writer.random_operation()
    with open(os.path.join(journals, name), "w", encoding="ascii") as file:
        json.dump({"durable": bool(durable), "done": writer.done}, file)


def expectation(journals, name):
    with open(os.path.join(journals, name), encoding="ascii") as file:
        return Expectation(name, **json.load(file))


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
    writers = {name: expectation(journals, name) for name in sorted(os.listdir(journals))}
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
