"""What a backup file is: a zip with a list of its files, their sizes and hashes. Nothing else is taken from one."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from schemas import ConfigurationError, DecodingError, encode_json, read_json_object

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from schemas import JsonObject

FORMAT = "skillmark-backup-1"
LIST_NAME = "backup.json"
DATABASE_NAME = "skillmark.sqlite3"
SETTINGS_NAME = "skillmark.toml"
WITNESS_NAME = "audit-witness.jsonl"
MAX_LIST_BYTES = 4 * 2**20
MAX_FILES = 10_000
MAX_SMALL_BYTES = 64 * 2**20  # any file but the database
# A ledger shrinks to a fifth or so; a file that shrinks to a hundredth was made to fill a disk.
MAX_GROWTH = 100
_GROWTH_FROM_BYTES = 2**20
_CHUNK_BYTES = 2**20
# No dot at the start, no slash but the one: nothing of an archive leaves the folder that it is unpacked into.
_PLAIN = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}"
_NAMES = re.compile(
    rf"{re.escape(SETTINGS_NAME)}|{re.escape(DATABASE_NAME)}|{re.escape(WITNESS_NAME)}"
    rf"|trust\.yaml|status-marks\.json|key-pins\.json|(?:keys|secrets|contexts|course-drafts)/{_PLAIN}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of a backup as the list names it."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupList:
    """What a backup says of itself.

    Args:
        made_at: When the copy of the ledger was taken; aware UTC, as `format_datetime` writes it.
        records: Length of the audit chain in it.
        pool: Number of its newest status pool.
        files: Everything in it.
    """

    made_at: str
    records: int
    pool: int
    files: tuple[FileEntry, ...]

    def to_json(self) -> JsonObject:
        """Return the list as it stands in the file."""
        return {
            "format": FORMAT,
            "madeAt": self.made_at,
            "records": self.records,
            "pool": self.pool,
            "files": [{"name": entry.name, "size": entry.size_bytes, "sha256": entry.sha256} for entry in self.files],
        }

    def has(self, name: str) -> bool:
        """Whether a file of that name is in it."""
        return any(entry.name == name for entry in self.files)


def is_backup_name(name: str) -> bool:
    """Whether a backup may hold a file of that name."""
    return _NAMES.fullmatch(name) is not None


def add_file(archive: zipfile.ZipFile, path: Path, name: str, *, now: datetime) -> FileEntry:
    """Put a file into an archive that is being written; the file may be large."""
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name, date_time=(now.year, now.month, now.day, now.hour, now.minute, now.second))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return FileEntry(name=name, size_bytes=size, sha256=digest.hexdigest())


def add_list(archive: zipfile.ZipFile, listed: BackupList) -> None:
    """Put the list into an archive, as its last file: an archive without one is not whole."""
    archive.writestr(LIST_NAME, encode_json(listed.to_json()))


def read_list(archive: zipfile.ZipFile) -> BackupList:
    """Read the list of an archive and compare it with what is in it.

    Raises:
        ConfigurationError: `backup.not_a_backup`, or `backup.tampered` when anything else is in the archive than its
            list names, under a name that no backup has, twice, or larger than a backup can be.
    """
    infos = archive.infolist()
    own = [info for info in infos if info.filename == LIST_NAME]
    if len(own) != 1 or own[0].file_size > MAX_LIST_BYTES or len(infos) > MAX_FILES:
        raise ConfigurationError("backup.not_a_backup")
    try:
        listed = _read(read_json_object(_read_small(archive, own[0]), max_bytes=MAX_LIST_BYTES))
    except (DecodingError, KeyError, TypeError, ValueError) as error:
        raise ConfigurationError("backup.not_a_backup") from error
    sizes = {entry.name: entry.size_bytes for entry in listed.files}
    found = {info.filename: info for info in infos if info.filename != LIST_NAME}
    if set(sizes) != set(found) or len(sizes) != len(listed.files) or len(found) + 1 != len(infos):
        raise ConfigurationError("backup.tampered", "the list names other files")
    for name, info in found.items():
        if not is_backup_name(name):
            raise ConfigurationError("backup.tampered", "a file has a name that no backup has")
        if info.file_size != sizes[name] or _is_bomb(info) or info.flag_bits & 1:
            raise ConfigurationError("backup.tampered", name)
    if not {DATABASE_NAME, SETTINGS_NAME} <= set(found):
        raise ConfigurationError("backup.not_a_backup")
    return listed


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    is_small = info.filename != DATABASE_NAME
    grows = info.file_size > _GROWTH_FROM_BYTES and info.file_size > MAX_GROWTH * max(info.compress_size, 1)
    return (is_small and info.file_size > MAX_SMALL_BYTES) or grows


def _read_small(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as file:
        data = file.read(MAX_LIST_BYTES + 1)
    if len(data) > MAX_LIST_BYTES:
        raise ConfigurationError("backup.not_a_backup")
    return data


def _read(value: JsonObject) -> BackupList:
    files = value["files"]
    if value["format"] != FORMAT or not isinstance(files, list):
        raise ValueError(FORMAT)
    entries = [entry for entry in files if isinstance(entry, dict)]
    return BackupList(
        made_at=str(value["madeAt"]),
        records=_whole(value["records"]),
        pool=_whole(value["pool"]),
        files=tuple(
            FileEntry(name=str(entry["name"]), size_bytes=_whole(entry["size"]), sha256=str(entry["sha256"]))
            for entry in entries
        ),
    )


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("no whole number")
    return value


def unpack_file(archive: zipfile.ZipFile, entry: FileEntry, target: IO[bytes]) -> None:
    """Write one file of an archive, never more bytes than its list names.

    Raises:
        ConfigurationError: `backup.tampered`: its bytes are not those that were put in.
    """
    digest, left = hashlib.sha256(), entry.size_bytes
    try:
        with archive.open(entry.name) as source:
            while chunk := source.read(_CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    raise ConfigurationError("backup.tampered", entry.name)
                digest.update(chunk)
                target.write(chunk)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise ConfigurationError("backup.tampered", entry.name) from error
    if left or digest.hexdigest() != entry.sha256:
        raise ConfigurationError("backup.tampered", entry.name)
