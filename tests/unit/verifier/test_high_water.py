"""The newest edition seen of each status list."""

from __future__ import annotations

import resource
import signal
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from credentials import BitstringStatusList
from verifier import FileHighWaterStore, MemoryHighWaterStore, StatusCache, VerifiedStatusList

if TYPE_CHECKING:
    from pathlib import Path

OLD = datetime(2026, 11, 1, tzinfo=UTC)
NEW = OLD + timedelta(days=1)
URL = "https://college.example.edu/status/1"


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MemoryHighWaterStore | FileHighWaterStore:
    if request.param == "memory":
        return MemoryHighWaterStore(max_marks=2)
    return FileHighWaterStore(tmp_path / "marks.json", max_marks=2)


def test_unknown_address_has_no_mark(store: MemoryHighWaterStore | FileHighWaterStore) -> None:
    """What was never seen cannot be rolled back."""
    assert store.find_mark(URL) is None


def test_mark_only_rises(store: MemoryHighWaterStore | FileHighWaterStore) -> None:
    """An older edition does not lower the mark."""
    store.raise_mark(URL, NEW)
    store.raise_mark(URL, OLD)
    assert store.find_mark(URL) == NEW


def test_so_many_marks_and_no_more(store: MemoryHighWaterStore | FileHighWaterStore) -> None:
    """Nobody can fill the disk with addresses: the one seen longest ago is forgotten."""
    for number in range(3):
        store.raise_mark(f"{URL}{number}", OLD)
    assert [store.find_mark(f"{URL}{number}") for number in range(3)] == [None, OLD, OLD]


def test_endless_address_gets_no_mark(store: MemoryHighWaterStore | FileHighWaterStore) -> None:
    """An address of three thousand characters is not written down."""
    store.raise_mark(URL + "x" * 3_000, OLD)
    assert store.find_mark(URL + "x" * 3_000) is None


def test_two_processes_share_a_file(tmp_path: Path) -> None:
    """What one store learns the other knows at once, and neither overwrites the other."""
    first, second = FileHighWaterStore(tmp_path / "m.json"), FileHighWaterStore(tmp_path / "m.json")
    first.raise_mark(URL, OLD)
    second.raise_mark(f"{URL}b", NEW)
    assert (first.find_mark(f"{URL}b"), second.find_mark(URL)) == (NEW, OLD)


def test_file_is_private(tmp_path: Path) -> None:
    """Whose badges are looked at is nobody else's business."""
    FileHighWaterStore(tmp_path / "m.json").raise_mark(URL, OLD)
    assert stat.S_IMODE((tmp_path / "m.json").stat().st_mode) == 0o600


def test_disk_that_refuses_does_not_stop_checking(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """F3: the mark is kept in memory and the log says why."""
    folder = tmp_path / "gone"
    folder.mkdir()
    store = FileHighWaterStore(folder / "m.json")
    folder.rmdir()
    store.raise_mark(URL, OLD)
    assert store.find_mark(URL) == OLD
    assert "could not be written" in caplog.text


def test_list_without_a_date_leaves_no_mark() -> None:
    """A kept list that states no `validFrom` sets no mark, and none is lowered."""
    cache = StatusCache()
    cache.keep(
        VerifiedStatusList(
            url=URL,
            issuer_id="did:web:college.example.edu",
            purposes=frozenset({"revocation"}),
            bits=BitstringStatusList.with_set_indexes([]),
            fetched_at=NEW,
            fresh_until=NEW,
            usable_until=NEW,
            valid_from=None,
        )
    )
    assert not cache.is_rollback(URL, OLD)


def test_disk_that_is_full_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """F3: a change that cannot be written whole is not written at all, and leaves no draft behind."""
    path = tmp_path / "m.json"
    store = FileHighWaterStore(path)
    store.raise_mark(URL, OLD)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal_before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before), limits[1]))
    try:
        store.raise_mark(f"{URL}/another", NEW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, signal_before)
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["m.json", "m.json.lock"]
    assert store.find_mark(f"{URL}/another") == NEW
