"""What programs had signed: one private file for each credential, and an audit record that comes first.

The audit record decides who was first with an id, and holds the SHA-256 of the bytes. The file gets its
name after that, and only then does the credential leave. Killed in between, the id is used up, nobody
has the credential, and the doctor says that a file is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer import Finding
from schemas import IssuanceError, LedgerError
from storage import AUDIT, pseudonym

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer import Ledger
    from schemas import JsonValue

_SIGNED = "credential.signed"  # event
_INVARIANT = "API"


class ApiStore:
    """The folder of the credentials that programs had signed.

    Args:
        ledger: Audit records.
        folder: Made when the first credential is kept.
    """

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self._ledger = ledger
        self._folder = folder

    def has(self, credential_id: str) -> bool:
        """Say whether a credential of this id is kept; `keep` decides if two ask at once."""
        return self._path_of(credential_id).exists()

    def keep(self, credential_id: str, original: bytes, **facts: JsonValue) -> None:
        """Keep a signed credential for good.

        Args:
            credential_id: Chosen by the program, so it may tell of a person: the audit gets a pseudonym.
            original: The signed bytes.
            facts: For the audit record; no personal data.

        Raises:
            IssuanceError: `vc_api.duplicate_id`.
            LedgerError: `store.full`, or a fault of the store.
        """
        path = self._path_of(credential_id)
        fresh = _write_fresh(path, original)
        try:
            self._record(credential_id, path, sha256=hashlib.sha256(original).hexdigest(), facts=facts)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        try:
            fresh.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            raise LedgerError("store.full") from error

    def diagnose(self) -> tuple[Finding, ...]:
        """Compare files and audit records; at least one finding."""
        findings = tuple(self._find_faults())
        return findings or (Finding(invariant=_INVARIANT, ok=True, code="doctor.api_kept"),)

    def _record(self, credential_id: str, path: Path, *, sha256: str, facts: dict[str, JsonValue]) -> None:
        with self._ledger.transaction() as connection:
            subject = pseudonym(connection, credential_id)
            recorded = connection.scalar(
                sa.select(AUDIT.c.seq).where(AUDIT.c.event == _SIGNED, AUDIT.c.subject == subject).limit(1)
            )
            if recorded is not None or path.exists():
                raise IssuanceError("vc_api.duplicate_id", pointer="/credential/id")
            self._ledger.record(connection, _SIGNED, subject, sha256=sha256, **facts)

    def _find_faults(self) -> Iterator[Finding]:
        with self._ledger.database.read() as connection:
            rows = connection.execute(sa.select(AUDIT.c.seq, AUDIT.c.record).where(AUDIT.c.event == _SIGNED)).all()
        records = {str(json.loads(row.record).get("sha256", "")): row.seq for row in rows}
        kept = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in self._folder.rglob("*.json")}
        for digest, seq in records.items():
            if digest not in kept:
                yield Finding(invariant=_INVARIANT, ok=False, code="doctor.api_missing", detail=f"record {seq}")
        for digest, name in kept.items():
            if digest not in records:
                yield Finding(invariant=_INVARIANT, ok=False, code="doctor.api_unrecorded", detail=name)

    def _path_of(self, credential_id: str) -> Path:
        name = hashlib.sha256(credential_id.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"


def _write_fresh(path: Path, original: bytes) -> Path:
    """Write the whole file under a name of its own beside `path`, safe on the disk."""
    fresh = path.with_name(f".{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise LedgerError("store.full") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(original)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise LedgerError("store.full") from error
    return fresh


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
