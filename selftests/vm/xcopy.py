#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Third-party copy by SG_IO. Names of disks are paths; each test compares data or sense data.

xcopy.py blocks A B            blocks of one disk to another, and in pieces
xcopy.py overlap A             one disk onto itself, both directions
xcopy.py random A B BIG ROUNDS any segments, against a model in memory
xcopy.py held A B              block -> block + application client
xcopy.py results A B           list identifiers, status, failure details
xcopy.py refused A B ASC [STATUS]  a copy from A to B fails: COPY ABORTED, ASC, forwarded STATUS
xcopy.py start A B ID MEGABYTES    EXTENDED COPY(LID4) with IMMED
xcopy.py full A B ID MEGABYTES     the same is answered BUSY
xcopy.py status A ID STATUS...     RECEIVE COPY STATUS(LID4) says one of STATUS, within 10 s
xcopy.py busy A B ID           ID is in use
xcopy.py abort A ID            COPY OPERATION ABORT
xcopy.py copy A B MEGABYTES    EXTENDED COPY(LID1) in the foreground; prints status and sense data
"""
import ctypes
import fcntl
import functools
import mmap
import os
import random
import struct
import sys
import time

SG_IO = 0x2285
NONE, OUT, IN = -1, -2, -3
MANAGER = 0xffff
HOLD, DISCARD, NO_LIST = 0, 2, 3
BLOCKS, VERIFY, BYTES, BLOCKS_HELD = 0x02, 0x07, 0x0a, 0x0d
UNIT_ATTENTION = 0x6
BUSY = 8
COPY_ABORTED = 0xa


class SgIoHdr(ctypes.Structure):
    _fields_ = [("interface_id", ctypes.c_int), ("dxfer_direction", ctypes.c_int),
                ("cmd_len", ctypes.c_ubyte), ("mx_sb_len", ctypes.c_ubyte),
                ("iovec_count", ctypes.c_ushort), ("dxfer_len", ctypes.c_uint),
                ("dxferp", ctypes.c_void_p), ("cmdp", ctypes.c_void_p),
                ("sbp", ctypes.c_void_p), ("timeout", ctypes.c_uint),
                ("flags", ctypes.c_uint), ("pack_id", ctypes.c_int),
                ("usr_ptr", ctypes.c_void_p), ("status", ctypes.c_ubyte),
                ("masked_status", ctypes.c_ubyte), ("msg_status", ctypes.c_ubyte),
                ("sb_len_wr", ctypes.c_ubyte), ("host_status", ctypes.c_ushort),
                ("driver_status", ctypes.c_ushort), ("resid", ctypes.c_int),
                ("duration", ctypes.c_uint), ("info", ctypes.c_uint)]


class Failed(Exception):
    """CHECK CONDITION, or another bad status"""

    def __init__(self, status, sense):
        super().__init__("status %#x sense %s" % (status, sense.hex(" ")))
        self.status = status
        self.sense = sense
        self.key = sense[2] & 0xf if len(sense) > 2 else 0
        self.asc = sense[12] << 8 | sense[13] if len(sense) > 13 else 0


class Disk:
    """A disk, by SCSI commands and by direct reads and writes."""

    def __init__(self, path):
        try:
            self.fd = os.open(path, os.O_RDWR | os.O_DIRECT)
        except OSError:
            self.fd = os.open(path, os.O_RDONLY | os.O_DIRECT)

    @functools.cached_property
    def capacity(self):
        data = self.command(bytes([0x9e, 0x10]) + bytes(8) + struct.pack(">IBB", 32, 0, 0), IN, 32)
        return struct.unpack(">QI", data[:12])

    @property
    def block(self):
        return self.capacity[1]

    @property
    def blocks(self):
        return self.capacity[0] + 1

    def command(self, cdb, direction=NONE, data=b"", timeout=60000):
        """Runs a command, again after unit attentions; returns data-in, or raises Failed."""
        while True:
            try:
                return self.command_once(cdb, direction, data, timeout)
            except Failed as failure:
                if failure.key != UNIT_ATTENTION:
                    raise

    def command_once(self, cdb, direction, data, timeout):
        size = data if direction == IN else len(data)
        buf = mmap.mmap(-1, max(size, 1))
        if direction == OUT:
            buf[:size] = data
        cmd = ctypes.create_string_buffer(bytes(cdb), len(cdb))
        sense = ctypes.create_string_buffer(96)
        hdr = SgIoHdr(interface_id=ord("S"), dxfer_direction=direction, cmd_len=len(cdb),
                      mx_sb_len=96, dxfer_len=size,
                      dxferp=ctypes.addressof(ctypes.c_char.from_buffer(buf)),
                      cmdp=ctypes.addressof(cmd), sbp=ctypes.addressof(sense), timeout=timeout)
        fcntl.ioctl(self.fd, SG_IO, hdr)
        self.sense = sense.raw[:hdr.sb_len_wr]
        if hdr.host_status:
            raise OSError("host status %#x" % hdr.host_status)
        if hdr.status:
            raise Failed(hdr.status, self.sense)
        return bytes(buf[:size - hdr.resid]) if direction == IN else b""

    def read(self, at, size):
        buf = mmap.mmap(-1, size)
        if os.preadv(self.fd, [buf], at) != size:
            raise OSError("short read")
        return bytes(buf)

    def write(self, at, data):
        buf = mmap.mmap(-1, len(data))
        buf[:] = bytes(data)
        if os.pwritev(self.fd, [buf], at) != len(data):
            raise OSError("short write")

    def designator(self):
        """Its NAA designation descriptor."""
        page = self.command([0x12, 1, 0x83, 1, 0xff, 0], IN, 0x1ff)[4:]
        while page:
            if page[1] & 0x3f == 3:
                return page[:4 + page[3]]
            page = page[4 + page[3]:]
        raise OSError("no NAA designator")

    def cscd(self, pad=False, block=None):
        desc = bytes([0xe4, 0, 0, 0]) + self.designator()
        desc += bytes(28 - len(desc)) + bytes([4 if pad else 0])
        return desc + (self.block if block is None else block).to_bytes(3, "big")

    def xcopy(self, cscds, segments, list_id=1, usage=HOLD, lid4=None, timeout=120000):
        """EXTENDED COPY; lid4 is None for LID1, or the flags of byte 15."""
        cscds, segments = b"".join(cscds), b"".join(segments)
        if lid4 is None:
            header = struct.pack(">BBH4xII", list_id, usage << 3, len(cscds), len(segments), 0)
        else:
            header = struct.pack(">BBH11xBB3xI18xHHH", 1, usage << 3, 32, lid4, 0xff, list_id,
                                 len(cscds), len(segments), 0)
        data = header + cscds + segments
        action = 0 if lid4 is None else 1
        self.command(struct.pack(">BB8xIBB", 0x83, action, len(data), 0, 0), OUT, data, timeout)

    def receive(self, action, list_id, size=65536):
        if action >= 5:
            cdb = struct.pack(">BBI4xIBB", 0x84, action, list_id, size, 0, 0)
        else:
            cdb = struct.pack(">BBB7xIBB", 0x84, action, list_id, size, 0, 0)
        return self.command(cdb, IN, size) if size else self.command(cdb)


def segment(kind, src, dst, count, src_lba, dst_lba, dc=False, cat=False, offsets=(0, 0)):
    flags = (2 if dc else 0) | (1 if cat else 0)
    if kind == BYTES:
        return struct.pack(">BBHHHIQQHH", kind, flags, 28, src, dst, count, src_lba, dst_lba,
                           *offsets)
    return struct.pack(">BBHHHHHQQ", kind, flags, 24, src, dst, 0, count, src_lba, dst_lba)


def verify(src, tur):
    return struct.pack(">BBHHHB3x", VERIFY, 0, 8, src, 0, tur)


def same(name, got, want):
    if got != want:
        if isinstance(got, bytes) and len(got) == len(want):
            at = next(i for i in range(len(got)) if got[i] != want[i])
            got, want = got[at:at + 16].hex(), want[at:at + 16].hex()
            name += " at %d" % at
        sys.exit("%s: %s instead of %s" % (name, got, want))


def fails(name, key, asc, function, *args, **kwargs):
    """Returns the failure."""
    try:
        function(*args, **kwargs)
    except Failed as failure:
        same(name, (failure.key, "%04x" % failure.asc), (key, "%04x" % asc))
        return failure
    return sys.exit(name + ": succeeded")


def test_blocks(a, b):
    """Several segments, several pieces each, ends that are not on a page."""
    size = 5 << 20
    data = os.urandom(size)
    a.write(0, data)
    b.write(0, bytes(size))
    count = (3 << 20) // a.block + 3
    a.xcopy([a.cscd(), b.cscd()],
            [segment(BLOCKS, 0, 1, count, 5, 7), verify(1, 1),
             segment(BLOCKS, MANAGER, 1, 9, count + 5, count + 7),
             segment(BLOCKS, 0, 1, 0, 0, 0)])
    got = b.read(0, size)
    end = (count + 9) * a.block
    same("copied", got[7 * b.block:][:end], data[5 * a.block:][:end])
    same("before", got[:7 * b.block], bytes(7 * b.block))
    same("behind", got[7 * b.block + end:], bytes(size - end - 7 * b.block))


def test_overlap(a):
    size = 8 << 20
    for shift in (1, -1, 2049, -2049, 0):
        count = (4 << 20) // a.block + 1
        src = 2100 if shift < 0 else 3
        data = bytearray(os.urandom(size))
        a.write(0, data)
        a.xcopy([], [segment(BLOCKS, MANAGER, MANAGER, count, src, src + shift)])
        start, moved = src * a.block, data[src * a.block:(src + count) * a.block]
        data[start + shift * a.block:][:0] = b""
        data[start + shift * a.block:start + shift * a.block + len(moved)] = moved
        same("shifted by %d" % shift, a.read(0, size), bytes(data))


class Model:
    """What the standard says of residue (SPC-4 tables 115 and 116), in memory."""

    def __init__(self, disks):
        self.disks = disks
        self.data = [bytearray(os.urandom(1 << 18)) for _ in disks]
        for disk, data in zip(disks, self.data):
            disk.write(0, data)
        self.held = b""

    def run(self, segs, pads):
        """Changes the model; returns whether all segments are possible."""
        src_left, dst_left, self.held = b"", b"", b""
        for kind, s, d, count, src_lba, dst_lba, dc, cat, offsets in segs:
            src_block, dst_block = self.disks[s].block, self.disks[d].block
            if kind == BYTES:
                process = write = read = count
            elif dc:
                write = count * dst_block
                process = max(write - len(dst_left), 0)
            else:
                process = count * src_block
                write = (process + len(dst_left)) // dst_block * dst_block
            if kind != BYTES:
                read = max(-((len(src_left) - process) // src_block) * src_block, 0)
            at = src_lba * src_block + (offsets[0] if kind == BYTES else 0)
            source = src_left + bytes(self.data[s][at:at + read])
            target = dst_left + source[:process]
            if kind == BLOCKS_HELD:
                self.held += source[:process]
            src_left, dst_left, target = source[process:], target[write:], target[:write]
            if not cat and (src_left or dst_left):
                if not pads[s] and not pads[d]:
                    return False
                if pads[s]:
                    src_left = b""
                if pads[d] and dst_left:
                    if dc or kind == BYTES:
                        return False
                    target += dst_left + bytes(dst_block - len(dst_left))
                dst_left = b""
            at = dst_lba * dst_block + (offsets[1] if kind == BYTES else 0)
            self.data[d][at:at + len(target)] = target
        return True

    def compare(self, what):
        for disk, data in zip(self.disks, self.data):
            same("disk of %d byte blocks %s" % (disk.block, what), disk.read(0, len(data)),
                 bytes(data))


def random_segment(disks):
    kind = random.choice((BLOCKS, BLOCKS, BYTES, BLOCKS_HELD))
    s = random.randrange(len(disks))
    d = random.choice([i for i in range(len(disks)) if i != s])
    # Far enough from the end of the 256 KiB compared: 40 blocks of 4096 at most.
    last = [(1 << 16) // disk.block for disk in disks]
    dc = kind != BYTES and random.random() < 0.4
    count = random.randrange(60000) if kind == BYTES else random.randrange(40)
    return (kind, s, d, count, random.randrange(last[s]), random.randrange(last[d]), dc,
            random.random() < 0.5,
            (random.randrange(disks[s].block), random.randrange(disks[d].block)))


def test_random(a, b, big, rounds):
    seed = int.from_bytes(os.urandom(4), "big")
    random.seed(seed)
    disks = [a, b, big]
    model = Model(disks)
    done = 0
    for turn in range(int(rounds)):
        segs = [random_segment(disks) for _ in range(random.randrange(1, 5))]
        pads = [random.random() < 0.6 for _ in disks]
        cscds = [disk.cscd(pad, random.choice((0, None))) for disk, pad in zip(disks, pads)]
        what = "after round %d of seed %d: %s" % (turn, seed, segs)
        before = [bytes(data) for data in model.data]
        possible = model.run(segs, pads)
        if not possible:
            # Segments up to the impossible one are done: begin again from what there is.
            fails("inexact segment " + what, COPY_ABORTED, 0x260a, a.xcopy, cscds,
                  [segment(*seg) for seg in segs])
            for disk, data in zip(disks, before):
                disk.write(0, data)
            model.data = [bytearray(data) for data in before]
            continue
        a.xcopy(cscds, [segment(*seg) for seg in segs])
        done += 1
        model.compare(what)
        held = a.receive(1, 1)
        same("held data " + what, held[4:], model.held[-16384:])
    print("%d of %s rounds copied" % (done, rounds))


def test_held(a, b):
    data = os.urandom(40960)
    a.write(0, data)
    a.xcopy([a.cscd(), b.cscd()],
            [segment(BLOCKS_HELD, 0, 1, 4, 0, 0), segment(BLOCKS_HELD, 0, 1, 3, 10, 10)], 9)
    want = data[:4 * a.block] + data[10 * a.block:13 * a.block]
    same("part", a.receive(1, 9, 100)[4:], want[:96])
    header = a.receive(6, 9)
    same("LID4", header[36:], want)
    same("given once", a.receive(1, 9), bytes(4))
    a.xcopy([a.cscd(), b.cscd()], [segment(BLOCKS_HELD, 0, 1, 40960 // a.block, 0, 0)], 9)
    same("discarded", a.receive(0, 9)[4], 0x81)
    same("newest", a.receive(1, 9)[4:], data[-16384:])
    a.xcopy([a.cscd(), b.cscd()], [segment(BLOCKS_HELD, 0, 1, 4, 0, 0)], 9)
    a.receive(1, 9, 0)
    same("allocation length 0", a.receive(1, 9), bytes(4))


def test_results(a, b):
    pair = [a.cscd(), b.cscd()]
    copy = [segment(BLOCKS, 0, 1, 8, 0, 0), segment(BLOCKS, 0, 1, 8, 0, 0)]
    fails("unknown list", 5, 0x2400, a.receive, 0, 77)
    fails("unknown list", 5, 0x2400, a.receive, 5, 77)
    fails("nothing to abort", 5, 0x2400, a.command,
          struct.pack(">BBI10x", 0x83, 0x1c, 77), NONE)
    a.xcopy(pair, copy, 1)
    same("status", a.receive(0, 1).hex(), struct.pack(">IBHBI", 8, 1, 2, 0, 16 * a.block).hex())
    fails("status is given once", 5, 0x2400, a.receive, 0, 1)
    same("no failure", a.receive(4, 1), bytes(4))
    status = a.receive(5, 1)
    same("LID4 sees it", (len(status), status[4:8].hex(), status[12]), (32, "00010004", 0))
    a.xcopy(pair, copy, 2, DISCARD)
    fails("discarded", 5, 0x2400, a.receive, 5, 2)
    a.xcopy(pair, copy, 0, NO_LIST)

    failure = fails("off the medium", COPY_ABORTED, 0, a.xcopy, pair,
                    copy + [segment(BLOCKS, 0, 1, 8, 0, b.blocks - 7)], 3)
    same("field", failure.sense[15:18].hex(), "a00014")
    same("segment", failure.sense[8:12].hex(), "00000002")
    details = a.receive(4, 3)
    same("details", (details[56], details[60:]), (2, failure.sense))
    same("details are given once", a.receive(4, 3), bytes(4))
    same("status of the failed", a.receive(0, 3)[4:7].hex(), "020003")
    status = a.receive(5, 3)
    same("LID4 has the sense data", status[32:][:status[14]], failure.sense)

    failure = fails("no such descriptor", COPY_ABORTED, 0x0804, a.xcopy, pair,
                    [segment(BLOCKS, 0, 2, 8, 0, 0)])
    same("its field", failure.sense[15:18].hex(), "a00006")
    failure = fails("wrong block length", COPY_ABORTED, 0x2600, a.xcopy,
                    [a.cscd(), b.cscd(block=520)], copy)
    same("its field", failure.sense[15:18].hex(), "80%04x" % (16 + 32 + 29))
    tape = bytearray(b.cscd())
    tape[1] = 1
    fails("a tape", COPY_ABORTED, 0x0d03, a.xcopy, [a.cscd(), bytes(tape)], copy)
    fails("a null device", COPY_ABORTED, 0x0d02, a.xcopy,
          [a.cscd(), bytes([0xe4, 0x20]) + b.cscd()[2:]], copy)
    fails("header descriptor of LID4", COPY_ABORTED, 0x0804, a.xcopy, pair, copy, lid4=0)
    lid4 = [segment(BLOCKS, 1, 2, 8, 0, 0)]
    a.xcopy(pair, lid4, 0x12345678, lid4=1)
    same("service action", a.receive(5, 0x12345678)[4:6].hex(), "0101")


def test_refused(a, b, asc, status=None):
    data = b.read(0, 4096)
    a.write(0, os.urandom(4096))
    failure = fails("copy", COPY_ABORTED, int(asc, 16), a.xcopy, [a.cscd(), b.cscd()],
                    [segment(BLOCKS, 0, 1, 8, 0, 0)])
    same("destination", b.read(0, 4096), data)
    same("points at the destination", failure.sense[15:18].hex(), "80%04x" % (16 + 32))
    if status:
        same("forwarded status", failure.sense[failure.sense[9]], int(status, 16))


def large(a, ids, megabytes):
    """Segments of at most 31 MiB."""
    block, left, at, segs = a.block, int(megabytes) << 20, 0, []
    while left:
        n = min(left, 31 << 20)
        segs.append(segment(BLOCKS, *ids, n // block, at // block, at // block))
        at += n
        left -= n
    return segs


def test_start(a, b, list_id, megabytes):
    a.xcopy([a.cscd(), b.cscd()], large(a, (1, 2), megabytes), int(list_id), lid4=2)


def test_full(a, b, list_id, megabytes):
    """The midlayer sends the command again for as long as its time."""
    try:
        a.xcopy([a.cscd(), b.cscd()], large(a, (1, 2), megabytes), int(list_id), lid4=2,
                timeout=1000)
    except Failed as failure:
        same("status", failure.status, BUSY)
    else:
        sys.exit("accepted")


def test_status(a, list_id, *wanted):
    wanted = [int(want, 16) for want in wanted]
    for _ in range(100):
        status = a.receive(5, int(list_id))
        if status[5] in wanted:
            print("status %#x, %d bytes" % (status[5], int.from_bytes(status[16:24], "big")))
            return
        time.sleep(0.1)
    sys.exit("status %#x" % status[5])


def test_busy(a, b, list_id):
    fails("the same list identifier", 5, 0x0016, test_start, a, b, list_id, 1)
    fails("the other format", 5, 0x2600, a.xcopy, [a.cscd(), b.cscd()], [], int(list_id))


def test_abort(a, list_id):
    a.command(struct.pack(">BBI10x", 0x83, 0x1c, int(list_id)), NONE)


def test_copy(a, b, megabytes):
    try:
        a.xcopy([a.cscd(), b.cscd(block=0)], large(a, (0, 1), megabytes), 200)
        print("GOOD")
    except Failed as failure:
        print("%02x %x %04x" % (failure.status, failure.key, failure.asc))
    except OSError as error:
        print(error)


def main():
    args = [Disk(arg) if arg.startswith("/dev/") else arg for arg in sys.argv[2:]]
    globals()["test_" + sys.argv[1]](*args)


main()
