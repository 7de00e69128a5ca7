"""Credentials that programs had signed with version 0.1.0: one private file for each, named in the audit chain.

They are taken into the ledger when the data folder is opened. The folder then gets another name and stays as it
is; a file that cannot be taken over keeps its place, and the doctor names it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer import Finding, SignedFile, adopt_signed_file, list_signed_sha256
from schemas import BadgeError, LedgerError, read_datetime
from storage import AUDIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer import Ledger

_log = logging.getLogger(__name__)
FOLDER_NAME = "api-issued"
TAKEN_OVER_NAME = "api-issued-0.1.0"  # where the files are kept once the ledger has them
_SIGNED = "credential.signed"  # event
_INVARIANT = "API"


class SignedFiles:
    """The folder of version 0.1.0, if this installation has one.

    Args:
        ledger: Takes the credentials over.
        home: Data folder.
    """

    def __init__(self, ledger: Ledger, home: Path) -> None:
        self._ledger = ledger
        self._folder = home / FOLDER_NAME
        self._kept = home / TAKEN_OVER_NAME

    def take_over(self) -> None:
        """Record every file that the audit chain names; safe to call again, and from several processes.

        Killed in between, the next call goes on. What cannot be recorded now is left for the next call.
        """
        if not self._folder.is_dir():
            return
        records = self._read_records()
        try:
            left = [path.name for path in self._files() if not self._take(path, records)]
        except FileNotFoundError:
            if self._folder.is_dir():
                raise
            _log.info("another process took %s over meanwhile", FOLDER_NAME)
            return
        if left:
            _log.warning("%d files of %s were not taken over; skillmark doctor names them", len(left), FOLDER_NAME)
            return
        try:
            self._folder.rename(self._kept)
        except OSError as error:  # another process was first, or the folder is not ours to rename
            _log.info("%s keeps its name: %s", FOLDER_NAME, type(error).__name__)

    def _take(self, path: Path, records: dict[str, SignedFile]) -> bool:
        original = path.read_bytes()
        record = records.get(hashlib.sha256(original).hexdigest())
        if record is None:
            return False
        file = SignedFile(
            original=original,
            issuer_slug=record.issuer_slug,
            program=record.program,
            suite=record.suite,
            signed_at=record.signed_at,
        )
        try:
            adopt_signed_file(self._ledger, file)
        except BadgeError as error:
            _log.warning("a file of %s was not taken over: %s", FOLDER_NAME, error.code)
            return False
        return True

    def diagnose(self) -> tuple[Finding, ...]:
        """Compare the audit records of version 0.1.0 with ledger and files; at least one finding."""
        findings = tuple(self._find_faults())
        return findings or (Finding(invariant=_INVARIANT, ok=True, code="doctor.api_kept"),)

    def _find_faults(self) -> Iterator[Finding]:
        records = self._read_records()
        kept = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in self._files()}
        recorded = list_signed_sha256(self._ledger) if records else frozenset()
        for digest, record in records.items():
            if digest not in kept and digest not in recorded:
                detail = f"signed at {record.signed_at:%Y-%m-%d %H:%M:%S}"
                yield Finding(invariant=_INVARIANT, ok=False, code="doctor.api_missing", detail=detail)
        for digest, name in kept.items():
            if digest not in records:
                yield Finding(invariant=_INVARIANT, ok=False, code="doctor.api_unrecorded", detail=name)
            elif digest not in recorded:
                yield Finding(invariant=_INVARIANT, ok=False, code="doctor.api_not_taken_over", detail=name)

    def _files(self) -> list[Path]:
        # What a killed server of version 0.1.0 left unfinished has a name that begins with a full stop.
        return sorted(path for path in self._folder.rglob("*.json") if not path.name.startswith("."))

    def _read_records(self) -> dict[str, SignedFile]:
        """Return what the audit chain says of each, by the SHA-256 of its bytes; the bytes are left empty."""
        with self._ledger.database.read() as connection:
            rows = connection.execute(sa.select(AUDIT.c.time, AUDIT.c.record).where(AUDIT.c.event == _SIGNED)).all()
        found: dict[str, SignedFile] = {}
        for row in rows:
            record = json.loads(row.record)
            if not isinstance(record, dict):
                raise LedgerError("audit.chain_broken")
            found[str(record.get("sha256", ""))] = SignedFile(
                original=b"",
                issuer_slug=str(record.get("issuer", "")),
                program=str(record.get("key", "")),
                suite=str(record.get("suite", "")),
                signed_at=read_datetime(row.time),
            )
        return found
