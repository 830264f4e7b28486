#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
An iSCSI initiator that misbehaves on request: iscsi_peer.py CASE TARGET [ADDRESS [PORT]].
Exit status 0 when the target reacted as RFC 7143 wants. Used by iscsi_hostile.sh.
"""
import os
import socket
import struct
import sys
import time

NOP_OUT, SCSI, TMF, LOGIN, TEXT, DATA_OUT, LOGOUT, SNACK = 0, 1, 2, 3, 4, 5, 6, 0x10
NOP_IN, SCSI_RSP, TMF_RSP, LOGIN_RSP, TEXT_RSP, DATA_IN, LOGOUT_RSP = range(0x20, 0x27)
R2T, ASYNC, REJECT = 0x31, 0x32, 0x3f
NONE = 0xffffffff


class Closed(Exception):
    """The target has closed the connection."""


class Peer:
    """One connection, with as little protocol as the cases need."""

    initiator = "iqn.2024-01.org.example:peer"

    def __init__(self, target, address="127.0.0.1", port=3260, isid=b"\x80\x12\x34\x56\x78\x9a"):
        self.target, self.isid = target, isid
        self.sock = socket.create_connection((address, int(port)), timeout=10)
        self.sock.settimeout(10)
        self.cmdsn, self.itt = 1, 0
        self.expcmdsn = self.maxcmdsn = 0

    def send(self, bhs, data=b""):
        self.sock.sendall(bhs + data + bytes(-len(data) % 4))

    def read(self, length):
        got = b""
        while len(got) < length:
            try:
                part = self.sock.recv(length - len(got))
            except ConnectionError:
                part = b""
            if not part:
                raise Closed
            got += part
        return got

    def recv(self):
        bhs = self.read(48)
        length = int.from_bytes(bhs[5:8], "big")
        data = self.read(length + -length % 4)[:length]
        self.expcmdsn, self.maxcmdsn = struct.unpack(">II", bhs[28:36])
        return bhs, data

    def expect(self, opcode):
        while True:
            bhs, data = self.recv()
            if bhs[0] & 0x3f == opcode:
                return bhs, data
            if bhs[0] & 0x3f != NOP_IN:
                raise AssertionError("opcode 0x%02x instead of 0x%02x" % (bhs[0], opcode))

    def expect_close(self):
        try:
            while True:
                self.recv()
        except Closed:
            return

    def head(self, opcode, flags=0x80, length=0, ahs=0, lun=0, itt=None, word5=0, cmdsn=None,
             tail=b""):
        if itt is None:
            self.itt += 1
            itt = self.itt
        if cmdsn is None:
            cmdsn = self.cmdsn
            if not opcode & 0x40 and opcode in (NOP_OUT, SCSI, TMF, TEXT, LOGOUT):
                self.cmdsn += 1
        return (struct.pack(">BBHB", opcode, flags, 0, ahs) + length.to_bytes(3, "big") +
                struct.pack(">Q", lun << 48) + struct.pack(">IIII", itt, word5, cmdsn, 0) +
                tail.ljust(16, b"\0"))

    def login_bhs(self, flags, length, tsih=0):
        return (struct.pack(">BBBBB", 0x43, flags, 0, 0, 0) + length.to_bytes(3, "big") +
                self.isid + struct.pack(">HIHHII", tsih, 1, 0, 0, self.cmdsn, 0) + bytes(16))

    def login_text(self, keys):
        return b"".join(k.encode() + b"\0" for k in keys)

    def login(self, keys=(), discovery=False):
        text = self.login_text(["InitiatorName=" + self.initiator,
                                "SessionType=" + ("Discovery" if discovery else "Normal"),
                                "AuthMethod=None"] +
                               ([] if discovery else ["TargetName=" + self.target]))
        self.send(self.login_bhs(0x81, len(text)), text)
        bhs, _ = self.expect(LOGIN_RSP)
        assert bhs[36] == 0, "login status %02x%02x" % (bhs[36], bhs[37])
        text = self.login_text(["HeaderDigest=None", "DataDigest=None",
                                "MaxRecvDataSegmentLength=65536"] + list(keys))
        self.send(self.login_bhs(0x87, len(text)), text)
        bhs, _ = self.expect(LOGIN_RSP)
        assert bhs[36] == 0 and bhs[1] & 0x80, "login status %02x%02x" % (bhs[36], bhs[37])
        return self

    def scsi(self, cdb, flags=0x80, edtl=0, data=b"", lun=0, opcode=SCSI, cmdsn=None):
        bhs = self.head(opcode, flags | 1, len(data), 0, lun, None, edtl, cmdsn, cdb)
        self.send(bhs, data)
        return self.itt

    def status(self):
        """Status of the next command to answer; clears unit attentions away."""
        bhs, data = self.expect(SCSI_RSP)
        return bhs[3], data[2 + 2] & 0xf if len(data) > 4 else 0, data

    def wrong_amount(self):
        """A task has failed for its data, as in RFC 7143 11.4.7.2."""
        status, key, sense = self.status()
        assert (status, key) == (2, 11) and sense[2 + 12:2 + 14] == b"\x0c\x0d", sense.hex()

    def ready(self, lun=0):
        for _ in range(5):
            self.scsi(bytes(6), lun=lun)
            if self.status()[0] == 0:
                return self
        raise AssertionError("the LUN is not ready")


def write10(lba, blocks):
    return struct.pack(">BBIBHB", 0x2a, 0, lba, 0, blocks, 0)


def read10(lba, blocks):
    return struct.pack(">BBIBHB", 0x28, 0, lba, 0, blocks, 0)


CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


@case
def garbage(target, *where):
    for _ in range(20):
        p = Peer(target, *where)
        try:
            p.sock.sendall(os.urandom(4096))
        except ConnectionError:
            pass
        p.sock.close()


@case
def truncated_login(target, *where):
    for length in (1, 47, 48, 100):
        p = Peer(target, *where)
        p.send(p.login_bhs(0x87, 200)[:length])
        p.sock.close()


@case
def long_login(target, *where):
    """A data segment longer than is allowed before anything was negotiated."""
    p = Peer(target, *where)
    p.send(p.login_bhs(0x87, 0xffffff))
    p.expect_close()


@case
def endless_login(target, *where):
    """Login text that is continued for ever."""
    p = Peer(target, *where)
    try:
        for _ in range(1000):
            p.send(p.login_bhs(0x44, 4096), b"X" * 4096)
            bhs, _ = p.recv()
            if bhs[36]:
                p.expect_close()
                return
    except (Closed, ConnectionError):
        return
    raise AssertionError("never ended")


@case
def huge_key(target, *where):
    p = Peer(target, *where)
    text = b"InitiatorName=" + b"i" * 4000 + b"\0"
    p.send(p.login_bhs(0x87, len(text)), text)
    bhs, _ = p.expect(LOGIN_RSP)
    assert bhs[36] == 2, "accepted"


@case
def no_login(target, *where):
    p = Peer(target, *where)
    p.scsi(bytes(6))
    p.expect_close()


@case
def half_login(target, *where):
    """What is no Login Request is refused as such once the login has begun."""
    for opcode, status in (NOP_OUT, 0x020b), (SCSI, 0x020b), (TEXT | 0x40, 0x020b):
        p = Peer(target, *where)
        text = p.login_text(["InitiatorName=" + p.initiator, "SessionType=Discovery"])
        p.send(p.login_bhs(0x00, len(text)), text)
        bhs, _ = p.expect(LOGIN_RSP)
        assert bhs[36:38] == b"\0\0", bhs.hex()
        p.send(p.head(opcode, itt=0x77))
        bhs, data = p.expect(LOGIN_RSP)
        assert int.from_bytes(bhs[36:38], "big") == status, bhs.hex()
        assert bhs[16:20] == b"\0\0\0\x77" and bhs[8:14] == p.isid and not data, bhs.hex()
        p.expect_close()
    p = Peer(target, *where)
    p.send(p.login_bhs(0x87, len(text), tsih=0x1234), text)
    bhs, _ = p.expect(LOGIN_RSP)
    assert bhs[36:38] == b"\x02\x0a", bhs.hex()


@case
def silent(target, *where):
    """A connection that never logs in is closed in login_timeout."""
    p = Peer(target, *where)
    p.sock.settimeout(30)
    start = time.time()
    p.expect_close()
    assert time.time() - start < 25


@case
def flood(target, *where):
    """More connections than may wait for their login; a real login gets through."""
    crowd = [Peer(target, *where) for _ in range(300)]
    Peer(target, *where).login().ready()
    for p in crowd:
        p.sock.close()


@case
def unknown_opcode(target, *where):
    p = Peer(target, *where).login().ready()
    p.send(p.head(0x1d | 0x40))
    bhs, data = p.expect(REJECT)
    assert data[0] == 0x5d, "the header is not sent back"
    p.ready()


@case
def long_data(target, *where):
    p = Peer(target, *where).login()
    p.send(p.head(NOP_OUT | 0x40, 0x80, 0xffffff, word5=NONE))
    p.expect_close()


@case
def snack(target, *where):
    p = Peer(target, *where).login().ready()
    p.send(p.head(SNACK, 0x80, word5=NONE))
    assert p.expect(REJECT)[0][2] in (3, 4, 5)
    p.ready()


@case
def ping(target, *where):
    p = Peer(target, *where).login().ready()
    for length in (0, 1, 5, 1024):
        p.send(p.head(NOP_OUT, 0x80, length, word5=NONE), b"p" * length)
        bhs, data = p.recv()
        assert bhs[0] == NOP_IN and data == b"p" * length, (bhs, data)


@case
def immediate_ping(target, *where):
    p = Peer(target, *where).login().ready()
    for _ in range(200):
        p.send(p.head(NOP_OUT | 0x40, 0x80, 4, word5=NONE), b"ping")
    for _ in range(200):
        bhs, data = p.recv()
        assert bhs[0] == NOP_IN and data == b"ping"


@case
def r2t(target, *where):
    """Solicited data: offsets, sequence numbers, and the data itself."""
    p = Peer(target, *where).login(["InitialR2T=Yes", "ImmediateData=No", "MaxBurstLength=4096",
                                    "FirstBurstLength=4096"]).ready()
    data = os.urandom(16384)
    itt = p.scsi(write10(8, 32), 0xa0, len(data))
    done = 0
    while done < len(data):
        bhs, _ = p.expect(R2T)
        ttt, = struct.unpack(">I", bhs[20:24])
        offset, length = struct.unpack(">II", bhs[40:48])
        assert offset == done and length == 4096, (offset, length)
        for sn in range(4):
            part = data[offset + sn * 1024:offset + (sn + 1) * 1024]
            p.send(p.head(DATA_OUT, 0x80 if sn == 3 else 0, len(part), 0, 0, itt, ttt, 0,
                          struct.pack(">III", 0, sn, offset + sn * 1024)), part)
        done += length
    assert p.status()[0] == 0
    p.scsi(read10(8, 32), 0xc0, len(data))
    got = b""
    while len(got) < len(data):
        bhs, part = p.expect(DATA_IN)
        got += part
    assert got == data and bhs[1] & 1, "data differ"


@case
def unsolicited(target, *where):
    """InitialR2T=No: immediate data, then Data-Out without R2T."""
    p = Peer(target, *where).login(["InitialR2T=No", "ImmediateData=Yes",
                                    "FirstBurstLength=8192"]).ready()
    data = os.urandom(16384)
    itt = p.scsi(write10(64, 32), 0x20, len(data), data[:2048])
    for sn in range(6):
        offset = 2048 + sn * 1024
        p.send(p.head(DATA_OUT, 0x80 if sn == 5 else 0, 1024, 0, 0, itt, NONE, 0,
                      struct.pack(">III", 0, sn, offset)), data[offset:offset + 1024])
    bhs, _ = p.expect(R2T)
    offset, length = struct.unpack(">II", bhs[40:48])
    assert (offset, length) == (8192, 8192), (offset, length)
    p.send(p.head(DATA_OUT, 0x80, 8192, 0, 0, itt, struct.unpack(">I", bhs[20:24])[0], 0,
                  struct.pack(">III", 0, 0, 8192)), data[8192:])
    assert p.status()[0] == 0


def cdb32(action, lba, blocks):
    return struct.pack(">BxxxxxxBHxxQxxxxxxxxI", 0x7f, 0x18, action, lba, blocks)


@case
def long_cdb(target, *where):
    """A CDB of 32 bytes: the second half travels in an additional header segment."""
    p = Peer(target, *where).login(["ImmediateData=Yes"]).ready()

    def send(cdb, flags, edtl, data=b""):
        ahs = struct.pack(">HBx", len(cdb) - 15, 1) + cdb[16:]
        p.send(p.head(SCSI, flags | 1, len(data), len(ahs) // 4, 0, None, edtl, None, cdb[:16]) +
               ahs, data)
    data = os.urandom(4096)
    send(cdb32(0x0b, 40, 8), 0xa0, len(data), data)
    assert p.status()[0] == 0
    send(cdb32(0x09, 40, 8), 0xc0, len(data))
    bhs, got = p.expect(DATA_IN)
    assert got == data and bhs[1] & 1, "data differ"
    send(cdb32(0x0a, 1 << 40, 1), 0x80, 0)
    status, key, sense = p.status()
    assert (status, key) == (2, 5) and sense[2 + 12:2 + 14] == b"\x21\0", sense.hex()
    # Without its second half it is of no blocks.
    p.scsi(cdb32(0x09, 0, 8)[:16], 0xc0, len(data))
    assert p.status()[0] == 0


@case
def wrong_offset(target, *where):
    p = Peer(target, *where).login(["InitialR2T=Yes", "ImmediateData=No"]).ready()
    itt = p.scsi(write10(8, 8), 0xa0, 4096)
    bhs, _ = p.expect(R2T)
    ttt, = struct.unpack(">I", bhs[20:24])
    p.send(p.head(DATA_OUT, 0x80, 4096, 0, 0, itt, ttt, 0, struct.pack(">III", 0, 0, 512)),
           bytes(4096))
    p.wrong_amount()
    p.ready()


@case
def too_much_data(target, *where):
    p = Peer(target, *where).login(["InitialR2T=Yes", "ImmediateData=No"]).ready()
    itt = p.scsi(write10(8, 8), 0xa0, 4096)
    bhs, _ = p.expect(R2T)
    ttt, = struct.unpack(">I", bhs[20:24])
    p.send(p.head(DATA_OUT, 0x80, 8192, 0, 0, itt, ttt, 0, struct.pack(">III", 0, 0, 0)),
           bytes(8192))
    p.wrong_amount()
    p.ready()


@case
def stray_data(target, *where):
    """Data for a task that does not exist is dropped."""
    p = Peer(target, *where).login().ready()
    for ttt in (NONE, 0, 5, 0x12345678):
        p.send(p.head(DATA_OUT, 0x80, 512, 0, 0, 77, ttt, 0), bytes(512))
    p.ready()


@case
def numbers(target, *where):
    """CmdSN outside the window is ignored; inside, commands run in order."""
    p = Peer(target, *where).login().ready()
    sn = p.cmdsn
    p.scsi(bytes(6), cmdsn=sn - 1)
    p.scsi(bytes(6), cmdsn=sn + 100000)
    second = p.scsi(bytes(6), cmdsn=sn + 1)
    time.sleep(0.3)
    first = p.scsi(bytes(6), cmdsn=sn)
    order = [struct.unpack(">I", p.expect(SCSI_RSP)[0][16:20])[0] for _ in range(2)]
    assert order == [first, second], order
    p.cmdsn = sn + 2
    p.ready()


@case
def abort_waiting(target, *where):
    """ABORT TASK for a command that waits for its data."""
    p = Peer(target, *where).login(["InitialR2T=Yes", "ImmediateData=No"]).ready()
    sn = p.cmdsn
    itt = p.scsi(write10(8, 8), 0xa0, 4096)
    bhs, _ = p.expect(R2T)
    ttt, = struct.unpack(">I", bhs[20:24])
    p.send(p.head(TMF | 0x40, 0x81, word5=itt, tail=struct.pack(">I", sn)))
    bhs, _ = p.expect(TMF_RSP)
    assert bhs[2] == 0, "response %u" % bhs[2]
    p.send(p.head(DATA_OUT, 0x80, 4096, 0, 0, itt, ttt, 0, struct.pack(">III", 0, 0, 0)),
           bytes(4096))
    p.ready()


@case
def resets(target, *where):
    p = Peer(target, *where).login().ready()
    for fn, want in ((2, 0), (4, 0), (5, 0), (6, 0), (8, 4), (9, 5), (99, 5)):
        p.send(p.head(TMF | 0x40, 0x80 | fn, word5=NONE))
        bhs, _ = p.expect(TMF_RSP)
        assert bhs[2] == want, "function %u: response %u" % (fn, bhs[2])
    p.ready()
    p.send(p.head(TMF | 0x40, 0x85, lun=200, word5=NONE))
    assert p.expect(TMF_RSP)[0][2] == 2
    p.send(p.head(TMF | 0x40, 0x87, word5=NONE))
    assert p.expect(TMF_RSP)[0][2] == 0
    p.expect_close()


@case
def reinstate(target, *where):
    """A login with the same name and ISID ends the older session, and gets the LUN at once."""
    old = Peer(target, *where).login(["InitialR2T=Yes", "ImmediateData=No"]).ready()
    old.scsi(write10(8, 8), 0xa0, 4096)
    old.expect(R2T)
    start = time.time()
    new = Peer(target, *where).login().ready()
    assert time.time() - start < 2
    old.expect_close()
    other = Peer(target, *where, isid=b"\x80\x12\x34\x56\x78\x9b").login().ready()
    new.ready()
    other.ready()


@case
def drop(target, *where):
    """Connections that vanish in every state."""
    for _ in range(20):
        p = Peer(target, *where).login(["InitialR2T=Yes", "ImmediateData=No"]).ready()
        p.scsi(write10(8, 128), 0xa0, 65536)
        p.scsi(read10(0, 128), 0xc0, 65536)
        p.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        p.sock.close()


@case
def text(target, *where):
    p = Peer(target, *where).login(discovery=True)
    data = b"SendTargets=All\0"
    p.send(p.head(TEXT, 0x80, len(data), word5=NONE), data)
    bhs, got = p.expect(TEXT_RSP)
    assert b"TargetName=" + target.encode() in got, got
    p.scsi(bytes(6))
    p.expect(REJECT)


@case
def no_reader(target, *where):
    """A peer that asks for much and reads nothing must not cost more than a bounded amount."""
    p = Peer(target, *where).login().ready()
    p.sock.setblocking(False)
    try:
        for _ in range(100000):
            p.sock.send(p.head(NOP_OUT | 0x40, 0x80, 1024, word5=NONE) + b"x" * 1024)
    except BlockingIOError:
        pass
    p.sock.close()


@case
def logout(target, *where):
    p = Peer(target, *where).login().ready()
    p.send(p.head(LOGOUT, 0x82))
    assert p.expect(LOGOUT_RSP)[0][2] == 2
    p.send(p.head(LOGOUT, 0x80))
    assert p.expect(LOGOUT_RSP)[0][2] == 0
    p.expect_close()


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1] == "--list":
        print("\n".join(CASES))
    else:
        CASES[sys.argv[1]](*sys.argv[2:])
