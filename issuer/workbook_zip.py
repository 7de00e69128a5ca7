"""Looks into the zip of a workbook before a spreadsheet library does.

Everything is counted before it is inflated and inflated before it is believed:
entries, names, sizes, checksums, and how far out a cell with content lies.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from schemas import RosterError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ENTRIES = 1_000
MAX_INFLATED_BYTES = 96 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
_OVERLAP_BYTES = 256  # longest start tag of a cell that may lie across two chunks
_NESTED = (".zip", ".xlsx", ".xlsm", ".xlsb", ".ods", ".docx", ".odt", ".pptx", ".jar", ".gz", ".7z", ".rar", ".xz")
_ENCRYPTED = 0x1
_STORED_OR_DEFLATED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ODS_MEDIA_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
# A cell with content right of column IV (256) or below row 199,999. Cells that only carry a style do no harm.
_FAR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["'](?:[A-Z]{3,}[0-9]+|(?:[J-Z][A-Z]|I[W-Z])[0-9]+|[A-Z]+(?:[2-9][0-9]{5}|[0-9]{7,}))["'][^<>]*(?<!/)>"""
)


def check_workbook_zip(data: bytes, *, kind: str) -> None:
    """Refuse a zip that is no workbook of this kind or that would cost too much.

    Args:
        data: The file, starting with the zip signature.
        kind: `xlsx` or `ods`.

    Raises:
        RosterError: `roster.workbook_malformed`, `roster.workbook_limit`, `roster.workbook_protected`,
            `roster.type_mismatch`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_directory(entries)
            if _kind_of(archive) != kind:
                raise RosterError("roster.type_mismatch")
            for entry in entries:
                _check_content(archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise RosterError("roster.workbook_malformed", type(error).__name__) from error


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise RosterError("roster.workbook_limit", f"{len(entries)} entries")
    if sum(entry.file_size for entry in entries) > MAX_INFLATED_BYTES:
        raise RosterError("roster.workbook_limit", "inflated size")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise RosterError("roster.workbook_malformed", "an entry stands twice")
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name:
            raise RosterError("roster.workbook_limit", "a path that leads outside")
        if name.lower().endswith(_NESTED):
            raise RosterError("roster.workbook_limit", "an archive inside the archive")
        if entry.flag_bits & _ENCRYPTED:
            raise RosterError("roster.workbook_protected")
        if entry.compress_type not in _STORED_OR_DEFLATED:
            raise RosterError("roster.workbook_malformed", "compression method")


def _kind_of(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return "xlsx"
    if "mimetype" in names and archive.read("mimetype").strip() == _ODS_MEDIA_TYPE and "content.xml" in names:
        return "ods"
    return ""


def _check_content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Inflate the whole entry, so that its size and checksum are proven, and look for far cells on the way."""
    is_sheet = entry.filename.startswith("xl/worksheets/")
    for window in read_windows(archive, entry):
        if is_sheet and _FAR_CELL.search(window):
            raise RosterError("roster.workbook_limit", "a cell far outside")


def read_windows(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Inflate an entry piece by piece; the pieces overlap, so that no start tag of a cell is cut in all of them."""
    tail = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield tail + chunk
            tail = chunk[-_OVERLAP_BYTES:]
