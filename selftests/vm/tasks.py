# SPDX-License-Identifier: GPL-2.0-only
"""Sessions with several commands and task management functions at a time, over iscsi_peer."""
import struct

from iscsi_peer import DATA_IN, NONE, NOP_IN, NOP_OUT, SCSI, SCSI_RSP, TMF, TMF_RSP, Peer

SIMPLE, ORDERED = 1, 2
GOOD, CHECK_CONDITION, TASK_ABORTED = 0, 2, 0x40
ABORT_TASK, CLEAR_TASK_SET, LUN_RESET, WARM_RESET = 1, 4, 5, 6
COMPLETE, REJECTED = 0, 255
READY = bytes(6)


class Host(Peer):
    """A Peer that answers pings, because it may live longer than a silent one may."""

    def recv(self):
        bhs, data = super().recv()
        ping = int.from_bytes(bhs[20:24], "big")
        if bhs[0] & 0x3f == NOP_IN and ping != NONE:
            self.send(self.head(NOP_OUT | 0x40, itt=NONE, word5=ping))
        return bhs, data


def session(target, number):
    peer = Host(target, isid=b"\x80\0\0\0\0" + bytes([number]))
    peer.sock.settimeout(60)
    return peer.login().ready()


def send(peer, cdb, attr=SIMPLE, flags=0x80, edtl=0, data=b"", lun=0):
    """Returns the task tag."""
    peer.send(peer.head(SCSI, flags | attr, len(data), 0, lun, None, edtl, None, cdb), data)
    return peer.itt


def ended(peer):
    """Task tag and status, or response, of the next command or task management function to end."""
    while True:
        bhs, _ = peer.recv()
        opcode, itt = bhs[0] & 0x3f, int.from_bytes(bhs[16:20], "big")
        if opcode == TMF_RSP:
            return itt, bhs[2]
        if opcode == SCSI_RSP or (opcode == DATA_IN and bhs[1] & 1):
            return itt, bhs[3]
        assert opcode in (NOP_IN, DATA_IN), "opcode 0x%02x" % opcode


def quiet(peer):
    peer.sock.settimeout(0.5)
    try:
        answer = ended(peer)
    except TimeoutError:
        return
    finally:
        peer.sock.settimeout(60)
    raise AssertionError("task %d ended with %d" % answer)


def all_end(peer, want):
    """The tasks of @want, each with its status, in any order."""
    got = dict(ended(peer) for _ in want)
    assert got == want, "%s instead of %s" % (got, want)


def manage(peer, function, tag=NONE):
    """Returns the task tag of a task management function."""
    peer.send(peer.head(TMF | 0x40, 0x80 | function, word5=tag,
                        tail=struct.pack(">I", peer.cmdsn)))
    return peer.itt


def abort(peer, tag):
    return manage(peer, ABORT_TASK, tag)
