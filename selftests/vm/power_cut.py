#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Cuts the power at random instants of a log of dm-log-writes, and looks at what is left.

power_cut.py LOG BYTES STATES MOUNTPOINT CUTS

The log has marks "begin-N" and "done-N" around the change to state N; STATES/NAME.N is what the
file NAME holds then. After each cut the file system has the writes up to the last flush, those that
were forced to the medium, and any of the others; it is mounted, and every file has to be in the last
state that was done, or in the one that was begun. The file "control" is written without any care and
has to be caught.
"""
import os
import random
import subprocess
import sys

from write_log import MARK, Medium, entries


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
    begun = done = 0
    all_entries = list(entries(log))
    first = next(i for i, entry in enumerate(all_entries)
                 if entry[0] & MARK and entry[2].startswith(b"begin"))
    chosen = set(random.sample(range(first, len(all_entries)), int(cuts)))
    bad = dict.fromkeys(names, 0)
    for i, entry in enumerate(all_entries):
        if entry[0] & MARK:
            word, _, number = entry[2].rstrip(b"\0").partition(b"-")
            if word == b"begin":
                begun = int(number)
            elif word == b"done":
                done = int(number)
        else:
            medium.add(*entry)
        if i not in chosen:
            continue
        for name, found in zip(names, look(medium.cut(), mountpoint, names)):
            allowed = [content(f"{states}/{os.path.basename(name)}.{number}")
                       for number in {done, begun}]
            if found not in allowed:
                bad[name] += 1
                print(f"cut at {i}: {name} in neither state {done} nor {begun}: {found!r}")
    print(f"seed {seed}: {len(all_entries)} entries, {cuts} cuts, bad {bad}")
    if bad["control"] == 0:
        sys.exit("the control file was never caught: this proves nothing")
    sys.exit(bad[names[0]] != 0)


main()
