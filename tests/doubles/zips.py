"""Zips as no honest program writes them: every header can be told to lie."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
UNIX_LINK_MODE = 0o120777 << 16
MADE_BY_UNIX = 3 << 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry; what is None is told as it is."""

    name: bytes
    data: bytes = b""
    method: int = DEFLATED
    flags: int = 0
    said_bytes: int | None = None
    said_packed_bytes: int | None = None
    said_crc: int | None = None
    local_name: bytes | None = None
    mode: int = 0
    packed: bytes | None = None


def deflate(data: bytes) -> bytes:
    """Return raw deflated data."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def compose_zip(*entries: Entry, overlapping: tuple[Entry, ...] = (), entry_count: int | None = None) -> bytes:
    """Return a zip of `entries`. Each of `overlapping` is only in the directory and points at the first entry."""
    body, directory = io.BytesIO(), io.BytesIO()
    for entry in (*entries, *overlapping):
        packed = entry.packed
        if packed is None:
            packed = deflate(entry.data) if entry.method == DEFLATED else entry.data
        crc = zlib.crc32(entry.data) if entry.said_crc is None else entry.said_crc
        packed_bytes = len(packed) if entry.said_packed_bytes is None else entry.said_packed_bytes
        full_bytes = len(entry.data) if entry.said_bytes is None else entry.said_bytes
        offset = 0 if entry in overlapping else body.tell()
        sizes = (crc, packed_bytes, full_bytes)
        if entry not in overlapping:
            name = entry.name if entry.local_name is None else entry.local_name
            body.write(
                struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, entry.flags, entry.method, 0, 0x21, *sizes, len(name), 0)
            )
            body.write(name + packed)
        directory.write(
            struct.pack(
                "<4s6H3L5H2L",
                b"PK\x01\x02",
                MADE_BY_UNIX | 20,
                20,
                entry.flags,
                entry.method,
                0,
                0x21,
                *sizes,
                len(entry.name),
                0,
                0,
                0,
                0,
                entry.mode,
                offset,
            )
        )
        directory.write(entry.name)
    count = len(entries) + len(overlapping) if entry_count is None else entry_count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory.getvalue()), len(body.getvalue()), 0)
    return body.getvalue() + directory.getvalue() + end


def honest_zip(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip as the standard library writes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()
