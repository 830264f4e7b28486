#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Usage: seeds.py pack DIRECTORY < NAMES
       seeds.py unpack DIRECTORY TO

Inputs that a fuzzer has found are kept as lines of hexadecimal digits in DIRECTORY.hex, beside
those with names of their own in DIRECTORY. "pack" writes there the files named that are not among
these; "unpack" makes files in TO of the lines.
"""

import hashlib
import os
import sys


def named(directory):
    """Contents of the files with names."""
    if not os.path.isdir(directory):
        return set()
    return {read(os.path.join(directory, name)) for name in os.listdir(directory)}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def pack(directory):
    inputs = {read(line.rstrip("\n")) for line in sys.stdin} - named(directory)
    with open(directory + ".hex", "w", encoding="ascii") as file:
        for data in sorted(inputs, key=lambda data: (len(data), data)):
            if data:
                file.write(data.hex() + "\n")
    print(f"{directory}: {len(named(directory))} inputs with names, {len(inputs)} found, "
          f"{sum(map(len, inputs))} bytes")


def unpack(directory, into):
    os.makedirs(into, exist_ok=True)
    if not os.path.exists(directory + ".hex"):
        return
    with open(directory + ".hex", encoding="ascii") as file:
        for line in file:
            data = bytes.fromhex(line)
            with open(os.path.join(into, hashlib.sha1(data).hexdigest()), "wb") as out:
                out.write(data)


if __name__ == "__main__":
    {"pack": pack, "unpack": unpack}[sys.argv[1]](*sys.argv[2:])
