#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
A write that was given up while the medium has it reaches the medium later. Nobody may have read
its blocks before, or written to them, and been told that this was done: orphans.py TARGET COUNT
LINK. LUN 0 and 1 are on the dm device "late", COUNT is the file that tells how many orphans it has,
LINK what makes LUN 1.
"""
import os
import subprocess
import sys
import threading
import time

from iscsi_peer import DATA_IN, Peer, read10, write10
from tasks import (COMPLETE, GOOD, LUN_RESET, READY, REJECTED, WARM_RESET, abort, all_end, ended,
                   manage, quiet, send, session)

BLOCK = 512
NEAR, FAR = 64, 4096	# blocks
HOUR = 3600000


def late(milliseconds):
    """So long takes each write from now on; those that wait go on at once. Reads take no time."""
    table = subprocess.run(["dmsetup", "table", "late"], check=True, capture_output=True,
                           text=True).stdout.split()
    table[-1] = str(milliseconds)
    subprocess.run(["dmsetup", "load", "late", "--table", " ".join(table)], check=True)
    subprocess.run(["dmsetup", "suspend", "--nolockfs", "late"], check=True)
    subprocess.run(["dmsetup", "resume", "late"], check=True)


def orphans_are(count, number, seconds=60):
    for _ in range(10 * seconds):
        with open(count, encoding="ascii") as file:
            if int(file.read()) == number:
                return
        time.sleep(0.1)
    raise AssertionError("not %d orphans" % number)


def write(peer, lba, byte, blocks=8, lun=0):
    data = bytes([byte]) * (blocks * BLOCK)
    return send(peer, write10(lba, blocks), flags=0xa0, edtl=len(data), data=data, lun=lun)


def read(peer, lba, blocks=8):
    return send(peer, read10(lba, blocks), flags=0xc0, edtl=blocks * BLOCK)


def holds(peer, tag, byte):
    """The READ ends, and with these data."""
    bhs, data = peer.expect(DATA_IN)
    assert int.from_bytes(bhs[16:20], "big") == tag, "another command ended"
    assert data == bytes([byte]) * len(data), "got 0x%02x, not 0x%02x" % (data[0], byte)
    if not bhs[1] & 1:
        all_end(peer, {tag: GOOD})


def compare_and_write(peer, lba, old, new):
    cdb = bytes([0x89, 0]) + lba.to_bytes(8, "big") + bytes([0, 0, 0, 1, 0, 0])
    data = bytes([old]) * BLOCK + bytes([new]) * BLOCK
    return send(peer, cdb, flags=0xa0, edtl=len(data), data=data)


def lost(target, byte, count):
    """A session ends while the medium has a write of it."""
    peer = session(target, 2)
    write(peer, NEAR, byte)
    quiet(peer)
    peer.sock.close()
    orphans_are(count, 1)


def waits_for_the_late(peer, byte, count):
    """A READ of blocks of the orphan, which ends behind it; of others it ends before."""
    tag = read(peer, NEAR + 7, 2)
    holds(peer, read(peer, FAR), 0)
    quiet(peer)
    late(0)
    orphans_are(count, 0)
    bhs, data = peer.expect(DATA_IN)
    assert int.from_bytes(bhs[16:20], "big") == tag
    assert data == bytes([byte]) * BLOCK + bytes(BLOCK), "the late write came later"
    holds(peer, read(peer, NEAR), byte)


def session_is_lost(target, peer, count):
    lost(target, 0xa1, count)
    waits_for_the_late(peer, 0xa1, count)


def task_is_aborted(target, _, count):
    peer = session(target, 2)
    all_end(peer, {abort(peer, write(peer, NEAR, 0xa2)): REJECTED})
    waits_for_the_late(peer, 0xa2, count)
    peer.sock.close()


def session_is_lost_amid_its_abort(target, peer, count):
    """Nobody waits for ABORT TASK any more, so the orphan is one before it would have ended."""
    other = session(target, 2)
    abort(other, write(other, NEAR, 0xa6))
    quiet(other)
    other.sock.close()
    orphans_are(count, 1, seconds=3)
    all_end(peer, {manage(peer, LUN_RESET): REJECTED})
    peer.ready()
    waits_for_the_late(peer, 0xa6, count)


def reset_finds_it_twice(target, peer, _):
    """By both LUNs; it ends in time."""
    other = session(target, 2)
    late(1500)
    write(other, NEAR, 0xa7)
    quiet(other)
    all_end(peer, {manage(peer, WARM_RESET): COMPLETE})
    peer.ready()
    holds(peer, read(peer, NEAR), 0xa7)
    other.sock.close()


def ready(peer, lun):
    tag = send(peer, READY, lun=lun)
    itt, status = ended(peer)
    assert itt == tag, "another command ended"
    return status == GOOD


def lun_is_unlinked(target, peer, count, link):
    """The reset of the unit by another LUN has to know of what came by the one that goes."""
    other = session(target, 2)
    other.ready(lun=1)
    write(other, NEAR, 0xa8, lun=1)
    quiet(other)
    unlink = threading.Thread(target=os.unlink, args=(link,))
    unlink.start()
    while ready(other, 1):
        time.sleep(0.1)
    all_end(peer, {manage(peer, LUN_RESET): REJECTED})
    peer.ready()
    waits_for_the_late(peer, 0xa8, count)
    unlink.join()
    other.sock.close()


def wait_is_aborted(target, peer, count):
    """What waits for an orphan has not begun: its abort succeeds, and at once."""
    lost(target, 0xa3, count)
    all_end(peer, {abort(peer, write(peer, NEAR, 0xb3)): COMPLETE})
    waits_for_the_late(peer, 0xa3, count)


def blocks_are_recorded(target, peer, count):
    """The same while an atomic command is on its way, which has all commands record their blocks."""
    other = session(target, 3)
    atomic = compare_and_write(other, 2 * FAR, 0, 0)
    quiet(other)
    lost(target, 0xa4, count)
    waits_for_the_late(peer, 0xa4, count)
    all_end(other, {atomic: GOOD})
    other.sock.close()


def later_write_stays(target, peer, count):
    lost(target, 0xa5, count)
    tag = write(peer, NEAR, 0xb5)
    quiet(peer)
    late(0)
    all_end(peer, {tag: GOOD})
    orphans_are(count, 0)
    holds(peer, read(peer, NEAR), 0xb5)


def main():
    target, count, link = sys.argv[1:]
    peer = session(target, 1)
    for case in (session_is_lost, task_is_aborted, session_is_lost_amid_its_abort, wait_is_aborted,
                 blocks_are_recorded, later_write_stays, reset_finds_it_twice):
        print(case.__name__, flush=True)
        late(HOUR)
        case(target, peer, count)
    late(HOUR)
    lun_is_unlinked(target, peer, count, link)


main()
