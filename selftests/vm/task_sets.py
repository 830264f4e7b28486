#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
ORDERED commands and CLEAR TASK SET of one session beside the commands of another one, with one
task set for all and with one for each (TST of the control mode page), and commands that were
aborted but not ended by that, which no ORDERED command waits for: task_sets.py TARGET. LUN 0 is on
the dm device "stuck".
"""
import subprocess
import sys

from iscsi_peer import read10
from tasks import (CHECK_CONDITION, CLEAR_TASK_SET, COMPLETE, GOOD, ORDERED, READY, REJECTED, SIMPLE,
                   TASK_ABORTED, abort, all_end, manage, quiet, send, session)


def dmsetup(*args):
    subprocess.run(["dmsetup", *args, "stuck"], check=True)


def set_control(peer, others, tst, qerr=0):
    page = bytes([0x0a, 0x0a, tst << 5, 0x10 | qerr << 1, 0, 0x40]) + bytes(6)
    peer.ready()
    tag = send(peer, bytes([0x15, 0x10, 0, 0, 16, 0]), flags=0xa0, edtl=16, data=bytes(4) + page)
    all_end(peer, {tag: GOOD})
    for other in others:
        other.ready()


def stuck(peer):
    """A READ that hangs, an ORDERED command behind it, and one behind that."""
    dmsetup("suspend", "--noflush", "--nolockfs")
    tags = [send(peer, read10(0, 8), flags=0xc0, edtl=4096), send(peer, READY, ORDERED),
            send(peer, READY)]
    quiet(peer)
    return tags


def ordered(a, b, own):
    tags = stuck(a)
    tag = send(b, READY)
    if own:
        all_end(b, {tag: GOOD})
    else:
        quiet(b)
    quiet(a)
    dmsetup("resume")
    if not own:
        all_end(b, {tag: GOOD})
    all_end(a, dict.fromkeys(tags, GOOD))


def clear(a, b, own):
    tags = stuck(a)
    tag = manage(b, CLEAR_TASK_SET)
    if own:
        all_end(b, {tag: COMPLETE})
    dmsetup("resume")
    if not own:
        all_end(b, {tag: COMPLETE})
    all_end(a, dict.fromkeys(tags, GOOD if own else TASK_ABORTED))


def first_blocks(peer, attr):
    """A READ, which hangs while the medium does."""
    return send(peer, read10(0, 8), attr, flags=0xc0, edtl=4096)


def held_up(peer, by):
    """A command behind an ORDERED one that hangs, perhaps another session's."""
    quiet(by)
    tag = send(peer, READY)
    quiet(peer)
    return tag


def orphans(a, b):
    """One of a SIMPLE and one of an ORDERED command; @b is in the same task set as @a."""
    dmsetup("suspend", "--noflush", "--nolockfs")
    # The target gives up after five seconds.
    all_end(a, {abort(a, first_blocks(a, SIMPLE)): REJECTED})
    all_end(a, {send(a, READY, ORDERED): GOOD})

    tag = first_blocks(a, ORDERED)
    waits = held_up(b, a)
    asked = abort(a, tag)
    if a is b:
        all_end(a, {asked: REJECTED, waits: GOOD})
    else:
        all_end(a, {asked: REJECTED})
        all_end(b, {waits: GOOD})
    dmsetup("resume")
    for peer in (a, b):
        all_end(peer, {first_blocks(peer, ORDERED): GOOD, first_blocks(peer, SIMPLE): GOOD})


def lost(a, b):
    """A session ends: nobody waits for what it leaves behind."""
    dmsetup("suspend", "--noflush", "--nolockfs")
    first_blocks(a, SIMPLE)
    first_blocks(a, ORDERED)
    waits = held_up(b, a)
    a.sock.close()
    all_end(b, {waits: GOOD})
    all_end(b, {send(b, READY, ORDERED): GOOD})
    dmsetup("resume")
    all_end(b, {first_blocks(b, ORDERED): GOOD, first_blocks(b, SIMPLE): GOOD})


def beside_qerr(a, b):
    """A command that fails aborts the others, but what is being aborted is waited for as before."""
    set_control(a, [b], False, qerr=1)
    dmsetup("suspend", "--noflush", "--nolockfs")
    asked = abort(a, first_blocks(a, SIMPLE))
    quiet(a)
    all_end(b, {send(b, read10(0xfffffff0, 8), flags=0xc0, edtl=4096): CHECK_CONDITION})
    dmsetup("resume")
    all_end(a, {asked: COMPLETE})
    set_control(a, [b], False)


def main():
    target = sys.argv[1]
    a, b = session(target, 1), session(target, 2)
    for own in (False, True):
        set_control(a, [b], own)
        ordered(a, b, own)
        clear(a, b, own)
        # A session that begins now has the same.
        c = session(target, 3)
        ordered(a, c, own)
        ordered(c, b, own)
        c.sock.close()
        orphans(a, a if own else b)
    set_control(a, [b], False)
    ordered(b, a, False)
    beside_qerr(a, b)
    lost(session(target, 4), a)
    set_control(b, [a], True)


main()
