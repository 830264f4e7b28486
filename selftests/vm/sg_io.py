# SPDX-License-Identifier: GPL-2.0-only
"""SCSI commands by SG_IO, for the test programs beside this file."""
import ctypes
import fcntl
import mmap

SG_IO = 0x2285
NONE, OUT, IN = -1, -2, -3
GOOD, CHECK_CONDITION, CONFLICT, TASK_ABORTED = 0x00, 0x02, 0x18, 0x40


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


def command(disk, cdb, direction, data=b""):
    """Runs a command; returns its status, its sense data and its data."""
    buf = mmap.mmap(-1, max(len(data), 1))
    buf[:len(data)] = bytes(data)
    cmd = ctypes.create_string_buffer(bytes(cdb), len(cdb))
    sense = ctypes.create_string_buffer(64)
    hdr = SgIoHdr(interface_id=ord("S"), dxfer_direction=direction, cmd_len=len(cdb),
                  mx_sb_len=64, dxfer_len=len(data),
                  dxferp=ctypes.addressof(ctypes.c_char.from_buffer(buf)),
                  cmdp=ctypes.addressof(cmd), sbp=ctypes.addressof(sense), timeout=30000)
    fcntl.ioctl(disk, SG_IO, hdr)
    if hdr.host_status:
        raise OSError("host status %#x" % hdr.host_status)
    return hdr.status, sense.raw, bytes(buf[:len(data) - max(hdr.resid, 0)])
