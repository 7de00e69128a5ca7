"""A backup file from a stranger: names that lead out of the folder, bombs, changed bytes, half a file."""

from __future__ import annotations

import hashlib
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from schemas import BadgeError, ConfigurationError
from skillmark.backup import restore_backup, write_backup
from skillmark.backup_format import LIST_NAME, read_list
from skillmark.settings import create_home
from storage import open_database
from tests.doubles.ledgers import NOW

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a good backup, without its list."""
    folder = tmp_path_factory.mktemp("good")
    settings = create_home(folder / "home", base_url="http://127.0.0.1:8000")
    open_database(settings.database_path).close()
    write_backup(settings, folder / "good.zip", now=NOW, with_passphrase=True)
    with zipfile.ZipFile(folder / "good.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != LIST_NAME}


def _write(path: Path, files: dict[str, bytes], *, listed: dict[str, bytes] | None = None) -> Path:
    """Write an archive whose list names `listed`, or else all that is in it."""
    entries = [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in (files if listed is None else listed).items()
    ]
    head = {"format": "skillmark-backup-1", "madeAt": "2026-11-22T09:00:00Z", "records": 0, "pool": 0, "files": entries}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr(LIST_NAME, json.dumps(head))
    return path


def _refused(path: Path, tmp_path: Path) -> str:
    """Return the code of the refusal; nothing is left on the disk."""
    before = sorted(entry.name for entry in tmp_path.iterdir())
    with pytest.raises(ConfigurationError) as caught:
        restore_backup(path, tmp_path / "new", now=NOW)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == before
    return caught.value.code


def test_good_archive_is_taken(good: dict[str, bytes], tmp_path: Path) -> None:
    """What the other tests change is good as it stands."""
    restore_backup(_write(tmp_path / "a.zip", good), tmp_path / "new", now=NOW)
    assert (tmp_path / "new" / "skillmark.sqlite3").exists()


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "/etc/evil.txt",
        "keys/../../evil.txt",
        "secrets/../skillmark.toml",
        "keys\\evil.txt",
        "C:\\evil.txt",
        "keys/.hidden",
        "keys/a/b",
        "other/file",
        "skillmark.sqlite3-wal",
        "keys/",
        "keys/a\nb",
    ],
)
def test_name_that_no_backup_has_is_refused(name: str, good: dict[str, bytes], tmp_path: Path) -> None:
    """Nothing is written outside the new folder, and nothing that is none of ours inside."""
    assert _refused(_write(tmp_path / "a.zip", good | {name: b"x"}), tmp_path) == "backup.tampered"


def test_bomb_is_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    """A file of zeros that grows to a thousand times its size is not unpacked."""
    bomb = {"trust.yaml": bytes(32 * 2**20)}
    assert _refused(_write(tmp_path / "a.zip", good | bomb), tmp_path) == "backup.tampered"


def test_size_that_lies_is_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    """A list that names fewer bytes than the archive holds is refused before anything is unpacked."""
    path = _write(tmp_path / "a.zip", good | {"trust.yaml": b"[]  "}, listed=good | {"trust.yaml": b"[]"})
    assert _refused(path, tmp_path) == "backup.tampered"


def test_changed_bytes_are_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    """Bytes of the right length but another hash restore nothing."""
    other = b"X" + good["skillmark.toml"][1:]
    path = _write(tmp_path / "a.zip", good | {"skillmark.toml": other}, listed=good)
    assert _refused(path, tmp_path) == "backup.tampered"


def test_every_flipped_byte_is_refused_or_changes_nothing(good: dict[str, bytes], tmp_path: Path) -> None:
    """A disk that flips a bit somewhere gives no other folder than the one that was saved."""
    whole = _write(tmp_path / "a.zip", good).read_bytes()
    path = tmp_path / "b.zip"
    for place in range(0, len(whole), len(whole) // 60):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        home = tmp_path / f"new-{place}"
        try:
            restore_backup(path, home, now=NOW)
        except ConfigurationError:
            assert not home.exists()
            continue
        for name in set(good) - {"skillmark.sqlite3", "audit-witness.jsonl", "secrets/session"}:
            assert (home / name).read_bytes() == good[name]


@pytest.mark.parametrize("missing", ["skillmark.sqlite3", "skillmark.toml"])
def test_archive_without_its_heart_is_refused(missing: str, good: dict[str, bytes], tmp_path: Path) -> None:
    """A ledger and settings belong to every backup."""
    files = {name: data for name, data in good.items() if name != missing}
    assert _refused(_write(tmp_path / "a.zip", files), tmp_path) == "backup.not_a_backup"


def test_half_a_file_is_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    """A copy that broke off is no backup."""
    path = _write(tmp_path / "a.zip", good)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert _refused(path, tmp_path) == "backup.not_a_backup"


@pytest.mark.parametrize("head", [b"", b"[]", b"{}", b'{"format": 1}', b'{"format":"skillmark-backup-1","files":{}}'])
def test_list_that_is_none_is_refused(head: bytes, good: dict[str, bytes], tmp_path: Path) -> None:
    """Whatever stands in the place of the list is refused with a code, never with a crash."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in good.items():
            archive.writestr(name, data)
        archive.writestr(LIST_NAME, head)
    assert _refused(path, tmp_path) == "backup.not_a_backup"


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_file_that_stands_twice_is_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    """Two files of one name could be checked as one and unpacked as the other."""
    path = _write(tmp_path / "a.zip", good)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("skillmark.toml", good["skillmark.toml"])
    with zipfile.ZipFile(path) as archive, pytest.raises(ConfigurationError) as caught:
        read_list(archive)
    assert caught.value.code == "backup.tampered"


def test_ledger_that_is_none_is_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    """A file of another kind in the place of the ledger restores nothing."""
    path = _write(tmp_path / "a.zip", good | {"skillmark.sqlite3": b"no database" * 1_000})
    with pytest.raises(BadgeError):
        restore_backup(path, tmp_path / "new", now=NOW)
    assert not (tmp_path / "new").exists()
