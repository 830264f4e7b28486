#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Initiators of a target whose LUN 0 does not answer:

dead_iscsi.py live TARGET                            longest login while the medium is in order
dead_iscsi.py storm TARGET SECONDS SESSIONS LOGIN    sessions that send commands, abort and reset
                                                     them, and come and go, each way there is
dead_iscsi.py flush TARGET                           flushes that nobody waits for are counted
dead_iscsi.py hold TARGET ALIVE READY                sessions with stuck commands, until the target
                                                     has closed all of them but that to ALIVE

LOGIN is the longest that a login may take, in seconds. Exit status 0 when every bound held.
"""
import random
import socket
import struct
import sys
import threading
import time

from iscsi_peer import (DATA_IN, LOGOUT, LOGOUT_RSP, NONE, NOP_IN, NOP_OUT, SCSI, SCSI_RSP, TMF,
                        TMF_RSP, Closed, Peer, read10, write10)

ATTRIBUTES = (1, 1, 1, 2, 3)			# SIMPLE, ORDERED, HEAD OF QUEUE
INQUIRY = bytes((0x12, 0, 0, 0, 36, 0))
SYNC_CACHE = bytes((0x35,)) + bytes(9)
SYNC_CACHE_IMMED = bytes((0x35, 2)) + bytes(8)
FLUSHES_MAX = 16	# of the target
VERIFY = struct.pack(">BBIBHB", 0x2f, 0, 64, 0, 8, 0)
COMPARE_AND_WRITE = struct.pack(">BBQIBB", 0x89, 0, 32, 1, 0, 0)[:13] + bytes((1, 0, 0))
WRITE_SAME = struct.pack(">BBQIBB", 0x93, 0, 128, 8, 0, 0)
# CDB, flags, expected length, data
COMMANDS = ((read10(0, 8), 0xc0, 4096, b""), (write10(8, 8), 0xa0, 4096, bytes(4096)),
            (write10(16, 1), 0xa0, 512, bytes(512)), (SYNC_CACHE, 0x80, 0, b""),
            (VERIFY, 0x80, 0, b""), (COMPARE_AND_WRITE, 0xa0, 1024, bytes(1024)),
            (WRITE_SAME, 0xa0, 512, bytes(512)))
ABORT_TASK, ABORT_TASK_SET, CLEAR_TASK_SET, LUN_RESET, TARGET_RESET = 1, 2, 4, 5, 6
COMPLETE, NO_TASK, REJECTED = 0, 1, 255
TMF_LIMIT = 5 + 5	# the target's bound, and what an emulated machine needs

figures = {"logins": 0, "functions": 0, "login": 0.0, "function": 0.0}
lock = threading.Lock()
trouble = []


def note(what, seconds):
    with lock:
        figures[what] = max(figures[what], seconds)
        figures[what + "s"] += 1


def login(target, number, initiator=None, port=3260):
    start = time.monotonic()
    peer = Peer.__new__(Peer)
    if initiator:
        peer.initiator = initiator
    peer.__init__(target, port=port, isid=b"\x80\0\0\0\0" + bytes([number]))
    peer.sock.settimeout(60)
    peer.login()
    note("login", time.monotonic() - start)
    return peer


def send(peer, command, attribute=1):
    cdb, flags, edtl, data = command
    peer.send(peer.head(SCSI, flags | attribute, len(data), 0, 0, None, edtl, None, cdb), data)
    return peer.itt


def function(peer, number, tag=NONE):
    """Starts a task management function; returns its task tag."""
    peer.send(peer.head(TMF | 0x40, 0x80 | number, word5=tag,
                        tail=struct.pack(">I", peer.cmdsn)))
    return peer.itt


def await_answers(peer, opcode, tags):
    """Until each of @tags has an answer of this opcode; what else comes is of no interest."""
    answers = {}
    while len(answers) < len(tags):
        bhs, _ = peer.recv()
        tag = int.from_bytes(bhs[16:20], "big")
        if bhs[0] & 0x3f == opcode and tag in tags:
            answers[tag] = bhs
        elif bhs[0] & 0x3f not in (SCSI_RSP, DATA_IN, NOP_IN, TMF_RSP):
            raise AssertionError("opcode 0x%02x" % bhs[0])
    return answers


def abort_all(peer, tags):
    """Every function at once: each is answered in its time, whatever the medium does."""
    start = time.monotonic()
    asked = [function(peer, ABORT_TASK, tag) for tag in tags]
    asked += [function(peer, fn) for fn in (ABORT_TASK_SET, LUN_RESET, CLEAR_TASK_SET,
                                            TARGET_RESET, LUN_RESET)]
    for bhs in await_answers(peer, TMF_RSP, asked).values():
        assert bhs[2] in (COMPLETE, NO_TASK, REJECTED), "response %u" % bhs[2]
    note("function", time.monotonic() - start)


def still_there(peer):
    """The session goes on: pings, and commands that need no medium."""
    peer.send(peer.head(NOP_OUT | 0x40, word5=NONE))
    await_answers(peer, NOP_IN, [peer.itt])
    bhs = await_answers(peer, DATA_IN, [send(peer, (INQUIRY, 0xc0, 36, b""))])[peer.itt]
    assert bhs[1] & 1 and bhs[3] == 0, "INQUIRY ends with %u" % bhs[3]


def end(peer, way):
    if way == "reset":
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif way == "logout":
        peer.send(peer.head(LOGOUT | 0x40, 0x80))
        await_answers(peer, LOGOUT_RSP, [peer.itt])
    peer.sock.close()


def storm(target, number, deadline):
    rng = random.Random(number)
    older = None
    rounds = 0
    while time.monotonic() < deadline:
        peer = login(target, number)
        if older:
            older.expect_close()
            older.sock.close()
            older = None
        tags = [send(peer, rng.choice(COMMANDS), rng.choice(ATTRIBUTES)) for _ in range(8)]
        # Each initiator waits for the answers once; some ask and don't.
        if rounds == number % 3:
            abort_all(peer, tags)
            still_there(peer)
        elif rng.random() < 0.5:
            function(peer, rng.choice((ABORT_TASK_SET, LUN_RESET, CLEAR_TASK_SET)))
        way = rng.choice(("reset", "close", "logout", "reinstate"))
        if way == "reinstate":
            older = peer
        else:
            end(peer, way)
        rounds += 1
    assert rounds > 3, "%u rounds" % rounds


def guarded(*args):
    try:
        storm(*args)
    except Exception as error:	# pylint: disable=broad-except
        trouble.append("session %u: %r" % (args[1], error))


def background(function_, *args):
    thread = threading.Thread(target=function_, args=args, daemon=True)
    thread.start()
    return thread


def run_storm(target, seconds, sessions, limit):
    deadline = time.monotonic() + float(seconds)
    threads = [background(guarded, target, n, deadline) for n in range(int(sessions))]
    for thread in threads:
        thread.join(float(seconds) + 90)
        if thread.is_alive():
            trouble.append("a session hangs")
    print("%u logins, the longest took %.2f s of %.2f; %u bursts of functions, the longest %.2f s "
          "of %u" % (figures["logins"], figures["login"], float(limit), figures["functions"],
                     figures["function"], TMF_LIMIT))
    assert not trouble, trouble
    assert figures["login"] <= float(limit), "a login took too long"
    assert figures["functions"] >= int(sessions), "not all have aborted"
    assert figures["function"] <= TMF_LIMIT, "task management took too long"


def live(target):
    for number in range(8):
        end(login(target, number).ready(), "close")
    print("%.3f" % figures["login"])


def flush(target):
    """The answers to IMMED flushes that come at once; the others wait, and a ping overtakes them."""
    peer = login(target, 7)
    for _ in range(FLUSHES_MAX + 10):
        send(peer, (SYNC_CACHE_IMMED, 0x80, 0, b""))
    answers = 0
    peer.sock.settimeout(3)
    try:
        while True:
            answers += peer.recv()[0][0] & 0x3f == SCSI_RSP
    except TimeoutError:
        pass
    # One or the other has told of a unit attention.
    assert 1 <= answers <= FLUSHES_MAX + 3, "%u answers" % answers
    peer.sock.settimeout(60)
    still_there(peer)


def keep_reading(peer, stop):
    """I/O of another target meanwhile: the longest that a read took."""
    longest = 0.0
    while not stop.is_set():
        start = time.monotonic()
        await_answers(peer, DATA_IN, [send(peer, COMMANDS[0])])
        longest = max(longest, time.monotonic() - start)
        time.sleep(0.05)
    return longest


def await_close(peer, path):
    peer.sock.settimeout(300)
    peer.expect_close()
    with open(path, "w", encoding="ascii") as out:
        out.write("closed\n")


def hold(target, alive, ready):
    """A session for each way into the target that is removed; files tell what has become of it."""
    names = ("iqn.2024-01.org.example:acl", None, None)
    ports = (3260, 3261, 3260)
    peers = [login(target, n, names[n], ports[n]) for n in range(3)]
    other = login(alive, 9).ready()
    for peer in peers:
        for command in COMMANDS:
            send(peer, command)
    stop = threading.Event()
    result = []
    reader = background(lambda: result.append(keep_reading(other, stop)))
    ends = [background(await_close, peer, "%s.%u" % (ready, n)) for n, peer in enumerate(peers)]
    with open(ready, "w", encoding="ascii") as out:
        out.write("ready\n")
    for thread in ends:
        thread.join()
    stop.set()
    reader.join(30)
    print("longest read of the other target meanwhile: %.2f s" % result[0])


if __name__ == "__main__":
    {"live": live, "storm": run_storm, "flush": flush, "hold": hold}[sys.argv[1]](*sys.argv[2:])
