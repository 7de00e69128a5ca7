"""Lists and opens the entries of a zip without unpacking it to disk and without holding its directory in memory.

A name in a zip is only ever a label: no path is made of it. What an entry may cost is decided before a byte of it
is inflated, and every size that the zip claims is proven while it is read.

Spec: PKWARE APPNOTE 6.3.10 §4.3 (records), §4.5.3 (Zip64).
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from schemas import CannotCheckError, DecodingError
from verifier.sniff import MAX_PRESENTED_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

# How many times larger than its packed form an entry may be; badges come to 3 to 10. Small entries may be anything.
MAX_ENTRY_RATIO = 100
MIN_JUDGED_BYTES = 1024 * 1024
# In all entries together, beside `MAX_TOTAL_RATIO` times the size of the zip.
FREE_TOTAL_BYTES = 64 * 1024 * 1024
MAX_TOTAL_RATIO = 50

_WINDOW_BYTES = 64 * 1024  # one name, the longest single read, is shorter
_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_SIGN, _END64_LOCATOR_SIGN, _END64_SIGN = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
_CENTRAL_SIGN, _LOCAL_SIGN = b"PK\x01\x02", b"PK\x03\x04"
_MAX_COMMENT_BYTES = 0xFFFF
_SEE_ZIP64_2, _SEE_ZIP64_4 = 0xFFFF, 0xFFFFFFFF
_ZIP64_FIELD = 0x0001
_LOCKED_FLAGS = 0x1 | 0x40 | 0x2000  # encrypted, strongly encrypted, encrypted directory
_UTF8_FLAG = 0x800
_STORED, _DEFLATED = 0, 8
_RAW_DEFLATE = -15
_MADE_BY_UNIX = 3


class ZipEntry(NamedTuple):
    """One entry as the directory of the zip describes it; nothing of it is proven.

    `problem` is the code of a reason not to open it; empty when there is none.
    """

    name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    offset: int
    is_link: bool
    problem: str = ""

    @property
    def path(self) -> str:
        """The name as text, with slashes; a label, never a place."""
        text = self.name.decode("utf-8", "replace") if self.flags & _UTF8_FLAG else self.name.decode("cp437")
        return text.replace("\\", "/")


class ZipDirectory(NamedTuple):
    """Where the directory of a zip stands, and how many entries it says it has."""

    entries: int
    offset: int
    size_bytes: int
    archive_bytes: int


def is_zip(head: bytes) -> bool:
    """Say whether a file begins as a zip does, also an empty one."""
    return head.startswith((_LOCAL_SIGN, _END_SIGN))


def find_zip_directory(descriptor: int) -> ZipDirectory:
    """Find the directory of an open zip.

    Raises:
        DecodingError: `bulk.zip_damaged`: none, in several parts, or not where the zip says.
    """
    archive_bytes = os.fstat(descriptor).st_size
    window = min(archive_bytes, _END.size + _MAX_COMMENT_BYTES)
    tail = os.pread(descriptor, window, archive_bytes - window)
    place = _find_end_record(tail)
    fields = _END.unpack_from(tail, place)
    end = archive_bytes - window + place
    found = ZipDirectory(entries=fields[4], offset=fields[6], size_bytes=fields[5], archive_bytes=archive_bytes)
    if found.entries == _SEE_ZIP64_2 or _SEE_ZIP64_4 in (found.offset, found.size_bytes):
        found, end = _find_zip64_directory(descriptor, end, archive_bytes)
    elif fields[1] or fields[2] or fields[3] != fields[4]:
        raise DecodingError("bulk.zip_damaged", "in several parts")
    if found.offset + found.size_bytes != end:
        raise DecodingError("bulk.zip_damaged", "the directory is not where it should be")
    return found


def _find_end_record(tail: bytes) -> int:
    """Return where the end record begins: the last one whose comment reaches exactly to the end of the file."""
    place = tail.rfind(_END_SIGN)
    while place >= 0:
        if len(tail) - place >= _END.size and place + _END.size + _END.unpack_from(tail, place)[7] == len(tail):
            return place
        place = tail.rfind(_END_SIGN, 0, place + len(_END_SIGN) - 1)
    raise DecodingError("bulk.zip_damaged", "no end record")


def _find_zip64_directory(descriptor: int, end: int, archive_bytes: int) -> tuple[ZipDirectory, int]:
    start = end - _END64_LOCATOR.size
    locator = os.pread(descriptor, _END64_LOCATOR.size, max(start, 0))
    if start < 0 or not locator.startswith(_END64_LOCATOR_SIGN):
        raise DecodingError("bulk.zip_damaged", "no Zip64 locator")
    place = _END64_LOCATOR.unpack(locator)[2]
    record = os.pread(descriptor, _END64.size, min(place, archive_bytes))
    if len(record) < _END64.size or not record.startswith(_END64_SIGN):
        raise DecodingError("bulk.zip_damaged", "no Zip64 end record")
    fields = _END64.unpack(record)
    if fields[4] or fields[5] or fields[6] != fields[7]:
        raise DecodingError("bulk.zip_damaged", "in several parts")
    return ZipDirectory(entries=fields[7], offset=fields[9], size_bytes=fields[8], archive_bytes=archive_bytes), place


class _DirectoryReader:
    """Reads the directory piece by piece.

    Args:
        descriptor: The open zip.
        directory: Where its directory stands.
    """

    def __init__(self, descriptor: int, directory: ZipDirectory) -> None:
        self._descriptor = descriptor
        self._next = directory.offset
        self._end = directory.offset + directory.size_bytes
        self._window = b""
        self._used = 0

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes.

        Raises:
            DecodingError: `bulk.zip_damaged`: the directory ends before.
        """
        if len(self._window) - self._used < count:
            fresh = os.pread(self._descriptor, min(_WINDOW_BYTES, self._end - self._next), self._next)
            self._next += len(fresh)
            self._window = self._window[self._used :] + fresh
            self._used = 0
        taken = self._window[self._used : self._used + count]
        if len(taken) < count:
            raise DecodingError("bulk.zip_damaged", "the directory ends early")
        self._used += count
        return taken


def list_zip_entries(descriptor: int, directory: ZipDirectory) -> Iterator[ZipEntry]:
    """Give each entry but folders, in the order of the directory, with what speaks against opening it.

    Raises:
        DecodingError: `bulk.zip_damaged`: the directory ends early or holds something else. Entries before it hold.
    """
    reader = _DirectoryReader(descriptor, directory)
    packed_left = directory.offset
    bytes_left = FREE_TOTAL_BYTES + MAX_TOTAL_RATIO * directory.archive_bytes
    for _ in range(directory.entries):
        entry = _read_entry(reader)
        if entry.name.endswith((b"/", b"\\")) and not entry.size_bytes:
            continue
        # Packed bytes that sum to more than there are lie on one another: the oldest way to a small bomb.
        packed_left -= entry.packed_bytes
        bytes_left -= entry.size_bytes
        beyond = packed_left < 0 or bytes_left < 0
        yield entry._replace(problem="bulk.zip_limit" if beyond else _find_problem(entry))


def _read_entry(reader: _DirectoryReader) -> ZipEntry:
    (
        sign,
        made_by,
        _,
        flags,
        method,
        _,
        _,
        crc,
        packed,
        full,
        name_bytes,
        extra_bytes,
        comment_bytes,
        _,
        _,
        mode,
        offset,
    ) = _CENTRAL.unpack(reader.take(_CENTRAL.size))
    if sign != _CENTRAL_SIGN:
        raise DecodingError("bulk.zip_damaged", "the directory holds something else")
    name, extra = reader.take(name_bytes), reader.take(extra_bytes)
    reader.take(comment_bytes)
    if _SEE_ZIP64_4 in (packed, full, offset):
        full, packed, offset = _read_zip64_sizes(extra, full, packed, offset)
    is_link = made_by >> 8 == _MADE_BY_UNIX and stat.S_ISLNK(mode >> 16)
    return ZipEntry(name, flags, method, crc, packed, full, offset, is_link)


def _read_zip64_sizes(extra: bytes, *sizes: int) -> tuple[int, int, int]:
    """Return size, packed size and offset; what does not fit into 4 bytes stands in an extra field, in this order."""
    place = 0
    while place + 4 <= len(extra):
        field, length = struct.unpack_from("<2H", extra, place)
        content = extra[place + 4 : place + 4 + length]
        place += 4 + length
        if field != _ZIP64_FIELD:
            continue
        wide = iter(struct.unpack_from(f"<{len(content) // 8}Q", content))
        full, packed, offset = (next(wide, size) if size == _SEE_ZIP64_4 else size for size in sizes)
        return full, packed, offset
    full, packed, offset = sizes
    return full, packed, offset


def _find_problem(entry: ZipEntry) -> str:
    """Return the code of the first reason not to open an entry; empty when there is none."""
    if entry.is_link:
        return "bulk.link_not_followed"
    if entry.flags & _LOCKED_FLAGS:
        return "bulk.zip_protected"
    if entry.method not in {_STORED, _DEFLATED}:
        return "bulk.zip_method"
    if entry.size_bytes > MIN_JUDGED_BYTES and entry.size_bytes > MAX_ENTRY_RATIO * entry.packed_bytes:
        return "bulk.zip_limit"
    return "decoding.too_large" if max(entry.size_bytes, entry.packed_bytes) > MAX_PRESENTED_BYTES else ""


def read_zip_entry(descriptor: int, entry: ZipEntry) -> bytes:
    """Inflate one entry and prove its size and checksum.

    Raises:
        DecodingError: `bulk.zip_entry_damaged`, or the code in `entry.problem`.
        CannotCheckError: The code in `entry.problem`.
    """
    if entry.problem:
        error = DecodingError if entry.problem in {"bulk.zip_limit", "decoding.too_large"} else CannotCheckError
        raise error(entry.problem)
    head = os.pread(descriptor, _LOCAL.size, entry.offset)
    if len(head) < _LOCAL.size or not head.startswith(_LOCAL_SIGN):
        raise DecodingError("bulk.zip_entry_damaged", "no local header")
    fields = _LOCAL.unpack(head)
    name_bytes, extra_bytes = fields[-2:]
    start = entry.offset + _LOCAL.size
    # Two headers that disagree show one file to us and another one to somebody else.
    if fields[3] != entry.method or os.pread(descriptor, name_bytes, start) != entry.name:
        raise DecodingError("bulk.zip_entry_damaged", "the two headers differ")
    packed = os.pread(descriptor, entry.packed_bytes, start + name_bytes + extra_bytes)
    data = packed if entry.method == _STORED else _inflate(packed, max_bytes=entry.size_bytes)
    if len(packed) != entry.packed_bytes or len(data) != entry.size_bytes or zlib.crc32(data) != entry.crc:
        raise DecodingError("bulk.zip_entry_damaged", "size or checksum")
    return data


def _inflate(packed: bytes, *, max_bytes: int) -> bytes:
    inflater = zlib.decompressobj(_RAW_DEFLATE)
    try:
        data = inflater.decompress(packed, max_bytes + 1)
    except zlib.error as error:
        raise DecodingError("bulk.zip_entry_damaged", "not deflated") from error
    if not inflater.eof or inflater.unused_data:
        raise DecodingError("bulk.zip_entry_damaged", "does not end where it should")
    return data
