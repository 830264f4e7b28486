#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Sends every command that REPORT SUPPORTED OPERATION CODES lists to LUNs that the initiator may
write, may only read, and may not reach: command_walk.py TARGET COMMANDS. LUN 0 is writable, LUN 1
write protected, the others not mapped. COMMANDS is the page made from the opcode table, which says
what writes and what is for any LUN. Exit status 0 when each was answered as it has to be; what is
on the disks is for the caller to compare.

command_walk.py TARGET routes: what REPORT LUNS tells, and whom PERSISTENT RESERVE OUT registers.
"""
import re
import struct
import sys

from iscsi_peer import DATA_IN, NOP_IN, R2T, SCSI, SCSI_RSP, Peer

READ, WRITE = 0xc0, 0xa0
BLOCK = 512
DATA = b"\xff" * (8 * BLOCK)
UNMAPPED = (2, 9, 255)
WELL_KNOWN = 0xc101
MAPPED = "iqn.2024-01.org.example:other"	# with LUN 1


def table(path):
    """Notes of the commands by operation code and service action, -1 if it has none."""
    notes = {}
    for line in open(path, encoding="ascii"):
        row = re.match(r"\| .* \| (..)h(?:/(..)h)? \| \d+ \|.*\| (.*) \|$", line)
        if row:
            notes[int(row[1], 16), int(row[2] or "-1", 16)] = row[3]
    assert len(notes) > 60, "%d commands in %s" % (len(notes), path)
    return notes


def run(peer, lun, cdb, flags, data=b"", edtl=None):
    """Returns status, sense key, additional sense code and data-in."""
    edtl = len(data) if edtl is None else edtl
    if len(cdb) > 16:
        # The rest of it in an additional header segment, RFC 7143 11.2.2.3
        bhs = peer.head(SCSI, flags | 1, len(data), 5, lun, None, edtl, None, cdb[:16])
        peer.send(bhs + struct.pack(">HBB", len(cdb) - 15, 1, 0) + cdb[16:], data)
    else:
        peer.scsi(cdb, flags, edtl, data, lun)
    got = b""
    while True:
        bhs, data = peer.recv()
        opcode = bhs[0] & 0x3f
        if opcode == DATA_IN:
            got += data
            if bhs[1] & 1:
                return bhs[3], 0, 0, got
        elif opcode == SCSI_RSP:
            sense = data[2:]
            return (bhs[3], sense[2] & 0xf if len(sense) > 13 else 0,
                    sense[12] << 8 | sense[13] if len(sense) > 13 else 0, got)
        elif opcode == R2T:
            raise AssertionError("more data wanted for %s" % cdb.hex(" "))
        else:
            assert opcode == NOP_IN, "opcode 0x%02x" % opcode


def settled(peer, lun, *args):
    """Past the unit attentions."""
    while True:
        answer = run(peer, lun, *args)
        if answer[1] != 6:
            return answer


def commands(peer):
    """(operation code and service action, CDB of nothing or one block) for each row."""
    cdb = struct.pack(">BBBBHIBB", 0xa3, 0x0c, 0, 0, 0, 65536, 0, 0)
    status, _, _, listed = settled(peer, 0, cdb, READ, b"", 65536)
    assert status == 0, "status of REPORT SUPPORTED OPERATION CODES"
    for at in range(4, 4 + int.from_bytes(listed[:4], "big"), 8):
        opcode, action, length = listed[at], listed[at + 3], listed[at + 7]
        cdb = bytearray(length)
        cdb[0] = opcode
        if not listed[at + 5] & 1:
            action = -1
        elif opcode == 0x7f:
            cdb[7], cdb[9] = length - 8, action
        else:
            cdb[1] = action
        yield (opcode, action), bytes(cdb)
        # Where these lengths have a number of blocks; elsewhere it may be anything.
        cdb[{6: 4, 10: 8, 12: 9, 16: 13, 32: 31}[length]] |= 1
        yield (opcode, action), bytes(cdb)


def stays_ready(cdb):
    """Not what stops, formats or erases the unit before the walk is over."""
    return cdb[0] not in (0x04, 0x1b, 0x48)


def luns(peer, lun, select):
    """What REPORT LUNS lists."""
    cdb = struct.pack(">BBBBBBIBB", 0xa0, 0, select, 0, 0, 0, 1024, 0, 0)
    status, _, _, got = settled(peer, lun, cdb, READ, b"", 1024)
    assert status == 0, "status of REPORT LUNS"
    return [got[at:at + 8].hex() for at in range(8, 8 + int.from_bytes(got[:4], "big"), 8)]


def transport_id(name):
    """Of an iSCSI initiator, or of one of its ports, if the name has an ISID."""
    text = name.encode() + b"\0"
    text += bytes(max(20, -(-len(text) // 4) * 4) - len(text))
    return struct.pack(">BBH", 0x45 if ",i,0x" in name else 0x05, 0, len(text)) + text


def pr_out(peer, lun, action, kind, data):
    cdb = struct.pack(">BBBBBIB", 0x5f, action, kind, 0, 0, len(data), 0)
    return settled(peer, lun, cdb, WRITE, data)[:3]


def specify(peer, lun, name):
    """REGISTER with SPEC_I_PT"""
    tid = transport_id(name)
    return pr_out(peer, lun, 0, 0, struct.pack(">QQIBBHI", 0, 0x1234, 0, 0x08, 0, 0, len(tid)) + tid)


def move(peer, lun, name):
    """REGISTER AND MOVE, to the port that this comes through"""
    page = settled(peer, lun, bytes([0x12, 1, 0x83, 4, 0, 0]), READ, b"", 1024)[3]
    at = 4
    while page[at + 1] & 0x3f != 0x14:
        at += 4 + page[at + 3]
    tid = transport_id(name)
    return pr_out(peer, lun, 7, 0, struct.pack(">QQBB", 0x1234, 0x1234, 0, 0) +
                  page[at + 6:at + 8] + struct.pack(">I", len(tid)) + tid)


def routes(peer):
    """Each way to name a LUN or an initiator but the LUN field of a command."""
    mapped = [bytes(8).hex(), "0001" + bytes(6).hex()]
    known = ["c101" + bytes(6).hex()]
    for select, want in ((0, mapped), (1, known), (2, mapped + known), (0x11, mapped)):
        for lun in (0, 9, WELL_KNOWN):
            got = luns(peer, lun, select)
            assert sorted(got) == sorted(want), "SELECT REPORT %#x by %#x: %s" % (select, lun, got)
    # Byte 28 is the first TransportID.
    assert specify(peer, 0, MAPPED) == (2, 5, 0x2600), "registered where it reaches nothing"
    assert specify(peer, 0, MAPPED + "2") == (2, 5, 0x2600), "a stranger is registered"
    assert specify(peer, 1, MAPPED) == (0, 0, 0), "not registered where it is mapped"
    key = struct.pack(">Q16x", 0x1234)
    assert pr_out(peer, 1, 1, 1, key) == (0, 0, 0), "RESERVE"
    assert move(peer, 1, MAPPED) == (2, 5, 0x2600), "moved to all ports of an initiator"
    assert move(peer, 1, MAPPED + ",i,0x80f00baa0001") == (0, 0, 0), "not moved to one"
    assert pr_out(peer, 1, 3, 0, key) == (0, 0, 0), "CLEAR"


def main():
    if sys.argv[2] == "routes":
        routes(Peer(sys.argv[1]).login())
        return
    notes = table(sys.argv[2])
    peer = Peer(sys.argv[1]).login()
    walk = list(commands(peer))
    settled(peer, 1, bytes(6), 0x80)
    unreached = protected = written = 0
    for name, cdb in walk:
        what = "%s %s" % (name, cdb.hex(" "))
        writes = "writes the medium" in notes[name]
        for lun in UNMAPPED:
            status, key, asc, _ = run(peer, lun, cdb, WRITE, DATA)
            if "any LUN" not in notes[name]:
                assert (status, key, asc) == (2, 5, 0x2500), \
                    "%s to LUN %d: %x %x %04x" % (what, lun, status, key, asc)
                unreached += 1
        _, key, asc, _ = settled(peer, 1, cdb, WRITE, DATA)
        assert not writes or (key, asc) == (7, 0x2700), \
            "%s to a protected LUN: %x %04x" % (what, key, asc)
        protected += writes
        if stays_ready(cdb):
            status = settled(peer, 0, cdb, WRITE, DATA)[0]
            written += writes and status == 0
    print("%d commands, %d not reached, %d refused by protection, %d writes" %
          (len(walk), unreached, protected, written))
    assert protected >= 30 and written >= 15


main()
