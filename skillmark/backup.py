"""Backup of a data folder while it is in use, and its way back into a new folder.

A restored ledger is older than what people hold: it issues nothing until somebody says that this is meant
(`skillmark doctor --accept-restore`), and no place of a status list is given twice, also not one that the lost
badges had (docs/operations.md).
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from keys import Keystore
from schemas import ConfigurationError, format_datetime
from skillmark.backup_format import (
    DATABASE_NAME,
    SETTINGS_NAME,
    WITNESS_NAME,
    BackupList,
    add_file,
    add_list,
    is_backup_name,
    read_list,
    unpack_file,
)
from skillmark.settings import SECRET_BYTES, load_settings, write_secret
from storage import (
    AuditHead,
    append_checkpoint,
    check_snapshot,
    compare_with_witness,
    load_checkpoints,
    open_database,
    read_snapshot_head,
    witnessed_pool,
    write_snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from skillmark.settings import Settings
    from storage import Checkpoint

# Secrets that open something by themselves. The session secret is made anew: everybody signs in again.
UNLOCKS_KEYS = "passphrase"
NEVER_KEPT = frozenset({"session", "demo-desk-password"})
CLEAR_SECRETS = frozenset({UNLOCKS_KEYS, "mail-password", "text-secret"})
CLEAR_PREFIXES = ("oidc-",)  # with which sites know us, through which people sign in
_SINGLE_FILES = (SETTINGS_NAME, WITNESS_NAME, "trust.yaml", "status-marks.json", "key-pins.json")
_FOLDERS = ("keys", "secrets", "contexts", "course-drafts")
# Pools of 65,536 badges that may have been opened after the backup: their numbers are never given again.
SKIPPED_POOLS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back. `lost_records` of the audit chain are known to be missing; None when nobody can know."""

    listed: BackupList
    has_passphrase: bool
    lost_records: int | None


def write_backup(settings: Settings, path: Path, *, now: datetime, with_passphrase: bool = False) -> BackupList:
    """Write a backup of a data folder that may be in use.

    Args:
        settings: The data folder.
        path: The file to write; it must not be there yet. Only this user may read it.
        now: Aware UTC.
        with_passphrase: Also put the passphrase of the keys and the mail password into it.

    Raises:
        ConfigurationError: `backup.file_exists`, `backup.folder_missing`.
        LedgerError: A fault of the store.
    """
    if path.exists():
        raise ConfigurationError("backup.file_exists", path.name)
    if not path.absolute().parent.is_dir():
        raise ConfigurationError("backup.folder_missing", path.parent.name)
    with tempfile.TemporaryDirectory(prefix=".skillmark-backup-", dir=path.absolute().parent) as folder:
        staging = Path(folder)
        # The witness first: what it has seen must be in the copy of the ledger.
        witness = _copy_witness(settings, staging)
        write_snapshot(settings.database_path, staging / DATABASE_NAME)
        head = read_snapshot_head(staging / DATABASE_NAME)
        fresh = staging / "fresh.zip"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            with zipfile.ZipFile(stream, "w") as archive:
                entries = [add_file(archive, staging / DATABASE_NAME, DATABASE_NAME, now=now)]
                for source, name in _list_files(settings, witness, with_passphrase=with_passphrase):
                    entries.append(add_file(archive, source, name, now=now))
                listed = BackupList(
                    made_at=format_datetime(now), records=head.records, pool=head.pool, files=tuple(entries)
                )
                add_list(archive, listed)
            stream.flush()
            os.fsync(stream.fileno())
        _publish(fresh, path)
    return listed


def _publish(fresh: Path, path: Path) -> None:
    """Give a finished file its name: as a whole or not at all, and never over another file."""
    try:
        os.link(fresh, path)
    except FileExistsError as error:
        raise ConfigurationError("backup.file_exists", path.name) from error
    except OSError:  # a file system without hard links
        if path.exists():
            raise ConfigurationError("backup.file_exists", path.name) from None
        fresh.rename(path)


def _copy_witness(settings: Settings, staging: Path) -> Path | None:
    source = settings.home / WITNESS_NAME
    if not source.exists():
        return None
    target = staging / WITNESS_NAME
    write_secret(target, source.read_bytes())
    return target


def _list_files(settings: Settings, witness: Path | None, *, with_passphrase: bool) -> Iterator[tuple[Path, str]]:
    for name in _SINGLE_FILES:
        path = witness if name == WITNESS_NAME else settings.home / name
        if path is not None and path.is_file():
            yield path, name
    for folder in _FOLDERS:
        for path in sorted((settings.home / folder).glob("*")):
            name = f"{folder}/{path.name}"
            if path.is_file() and is_backup_name(name) and _is_kept(folder, path.name, with_passphrase=with_passphrase):
                yield path, name


def _is_kept(folder: str, name: str, *, with_passphrase: bool) -> bool:
    if folder != "secrets":
        return True
    if name in NEVER_KEPT:
        return False
    return with_passphrase or not (name in CLEAR_SECRETS or name.startswith(CLEAR_PREFIXES))


def restore_backup(
    path: Path, home: Path, *, now: datetime, passphrase: bytes | None = None, witness: Path | None = None
) -> Restored:
    """Unpack a backup into a new data folder. Killed in the middle, there is no new folder.

    Args:
        path: The backup.
        home: The new data folder: not there yet, or empty.
        now: Aware UTC.
        passphrase: Of the keys, when it is not in the backup; without it the folder gets none.
        witness: The newest witness file that is left of the old data folder.

    Raises:
        ConfigurationError: `backup.home_not_empty`, `backup.not_a_backup`, `backup.tampered`, `backup.no_room`,
            `backup.witness_differs`.
        KeystoreError: The passphrase does not open the keys.
        LedgerError: The ledger in it is damaged, or a fault of the store.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise ConfigurationError("backup.home_not_empty", home.name)
    home.absolute().parent.mkdir(parents=True, exist_ok=True)
    with _open_archive(path) as archive, _fresh_folder(home) as folder:
        listed = read_list(archive)
        if sum(entry.size_bytes for entry in listed.files) > shutil.disk_usage(folder).free:
            raise ConfigurationError("backup.no_room")
        for entry in listed.files:
            target = folder / entry.name
            target.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                unpack_file(archive, entry, stream)
                stream.flush()
                os.fsync(stream.fileno())
        lost = _hold_back(folder, witness, now=now)
        write_secret(folder / "secrets" / "session", secrets.token_urlsafe(SECRET_BYTES).encode("ascii"))
        if passphrase is not None:
            write_secret(folder / "secrets" / UNLOCKS_KEYS, passphrase)
        has_passphrase = (folder / "secrets" / UNLOCKS_KEYS).exists()
        if has_passphrase:
            _check_keys(folder)
        folder.rename(home)  # over an empty folder, or where there is none
    return Restored(listed=listed, has_passphrase=has_passphrase, lost_records=lost)


@contextmanager
def _open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise ConfigurationError("backup.not_a_backup", path.name) from error
    try:
        yield archive
    except (zipfile.BadZipFile, zlib.error) as error:
        raise ConfigurationError("backup.tampered", path.name) from error
    finally:
        archive.close()


@contextmanager
def _fresh_folder(home: Path) -> Iterator[Path]:
    """Give a folder beside the new one; it is gone afterwards, unless it has become the new one."""
    folder = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.absolute().parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _hold_back(folder: Path, newer_witness: Path | None, *, now: datetime) -> int | None:
    """Make the restored ledger wait until somebody accepts it, and keep it from the numbers of lost status lists.

    The witness gets a line of a record that the backup does not have. Accepting the restore takes that line back,
    but not its pool: lists that may have been opened after the backup are never opened again.
    """
    database_path, witness_path = folder / DATABASE_NAME, folder / WITNESS_NAME
    check_snapshot(database_path)
    head = read_snapshot_head(database_path)
    checkpoints = load_checkpoints(newer_witness) if newer_witness is not None else ()
    _check_witness(database_path, checkpoints)
    lost: int | None = None
    if newer_witness is not None:
        write_secret(witness_path, newer_witness.read_bytes())
        lost = max(0, max((checkpoint.count for checkpoint in checkpoints), default=0) - head.records)
    highest = max(head.pool, witnessed_pool(witness_path)) + SKIPPED_POOLS
    missing = AuditHead(count=head.records + (lost or 0) + 1, hash=secrets.token_bytes(32), time=None)
    append_checkpoint(witness_path, missing, pool=highest, now=now)
    return lost


def _check_witness(database_path: Path, checkpoints: Sequence[Checkpoint]) -> None:
    """Refuse a ledger that this program does not know, and the witness of another: it has seen our records otherwise.

    Raises:
        ConfigurationError: `store.schema_unknown` or `backup.witness_differs`.
    """
    database = open_database(database_path, witness_path=database_path.with_name("no-witness"))
    try:
        with database.read() as connection:
            findings = compare_with_witness(connection, checkpoints)
    finally:
        database.close()
    if any(finding.code == "audit.chain_broken" for finding in findings):
        raise ConfigurationError("backup.witness_differs")


def _check_keys(folder: Path) -> None:
    settings = load_settings(folder)
    keystore = Keystore(settings.keys_folder, (folder / "secrets" / UNLOCKS_KEYS).read_bytes().strip())
    for name in keystore.names():
        keystore.load(name)
