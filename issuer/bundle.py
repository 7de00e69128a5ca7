"""Everything that a class gets, in one zip file."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from typing import IO, TYPE_CHECKING

from issuer.job_sheet import render_job_sheet
from issuer.jobs import job_progress
from issuer.renditions import Renderer, list_endings

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.ledger import Ledger

_MAX_NAME_CHARS = 60
_PAGE_BADGES = 100
# Device names of Windows, which no file may have, whatever its ending.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")


def write_bundle(ledger: Ledger, job_id: str, stream: IO[bytes]) -> None:
    """Write a zip with each person's files in a folder of their own, and a workbook with all names and links.

    The badge files are the stored bytes. Badges of a person who had one before are in it too.

    Args:
        ledger: Where the badges are kept.
        job_id: Which job.
        stream: Where the zip goes; needs no seek.

    Raises:
        LedgerError: `job.unknown`, `ledger.bytes_damaged`.
    """
    progress = job_progress(ledger, job_id)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        offset, renderer = 0, Renderer(ledger)
        while page := ledger.list_issued(job_id, limit=_PAGE_BADGES, offset=offset):
            renderer.prepare(page)
            for number, issued in enumerate(page, start=offset + 1):
                person = safe_file_name(issued.recipient_name)
                folder = f"{number:03d} {person}".strip()
                for ending in list_endings(issued):
                    body = renderer.render(issued, ending).body
                    _write(bundle, f"{folder}/{f'{person} badge'.strip()}.{ending}", body, issued.issued_at)
            offset += len(page)
        _write(bundle, "badges.xlsx", render_job_sheet(ledger, job_id), progress.created_at)


def safe_file_name(name: str) -> str:
    """Return a name that every system takes as one file name: no path, no control or reserved sign, no trick dots."""
    plain = "".join(
        char if char.isalnum() or unicodedata.combining(char) or char in " -_'" else " "
        for char in unicodedata.normalize("NFC", name)
    )
    short = " ".join(plain.split())[:_MAX_NAME_CHARS].strip()
    return f"_{short}" if _RESERVED.fullmatch(short) else short


def _write(bundle: zipfile.ZipFile, path: str, body: bytes, time: datetime) -> None:
    entry = zipfile.ZipInfo(path, date_time=(time.year, time.month, time.day, time.hour, time.minute, time.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    bundle.writestr(entry, body)
