"""A hostile issuer names lists and ids without end, to make this place forget what it knows of others (T-39)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.doubles.cost import assert_linear
from verifier import FileHighWaterStore, FileKeyPinStore, MemoryHighWaterStore, MemoryKeyPinStore
from verifier.fair_share import choose_forgotten, fold_name
from verifier.state_file import MAX_WRITTEN_BYTES, StateFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from verifier import HighWaterStore, KeyPinStore

DAY = datetime(2026, 11, 1, tzinfo=UTC)
COLLEGE_LISTS = [f"https://college.example.edu/status/{number}" for number in range(3)]
COLLEGE = "did:web:college.example.edu:issuers:training"
ROOM = 10
FLOODS: dict[str, Callable[[int], str]] = {
    "one host": lambda number: f"https://evil.example/status/{number}",
    "many subdomains": lambda number: f"https://{number}.evil.example/status",
    "one address": lambda number: f"https://93.184.215.14/status/{number}",
}


@pytest.fixture(params=["memory", "file"])
def marks(request: pytest.FixtureRequest, tmp_path: Path) -> HighWaterStore:
    if request.param == "memory":
        return MemoryHighWaterStore(max_marks=ROOM)
    return FileHighWaterStore(tmp_path / "m.json", max_marks=ROOM)


@pytest.fixture(params=["memory", "file"])
def pins(request: pytest.FixtureRequest, tmp_path: Path) -> KeyPinStore:
    if request.param == "memory":
        return MemoryKeyPinStore(max_issuers=ROOM)
    return FileKeyPinStore(tmp_path / "p.json", max_issuers=ROOM)


@pytest.mark.parametrize("flood", list(FLOODS.values()), ids=list(FLOODS))
def test_marks_of_others_outlast_a_flood(marks: HighWaterStore, flood: Callable[[int], str]) -> None:
    """A hundred hostile lists in a room for ten: those of the college are still known, though they are older."""
    for url in COLLEGE_LISTS:
        marks.raise_mark(url, DAY)
    for number in range(100):
        marks.raise_mark(flood(number), DAY)
    assert [marks.find_mark(url) for url in COLLEGE_LISTS] == [DAY] * len(COLLEGE_LISTS)


@pytest.mark.parametrize("method", ["did:web:{}.evil.example", "did:web:evil.example:{}", "https://evil.example/{}"])
def test_pins_of_others_outlast_a_flood(pins: KeyPinStore, method: str) -> None:
    """A hundred hostile issuers do not make the college a new one."""
    pins.keep_pins(COLLEGE, {"thumbprint": DAY})
    for number in range(100):
        pins.keep_pins(method.format(number), {"thumbprint": DAY})
    assert pins.find_pins(COLLEGE) == {"thumbprint": DAY}


def test_flood_of_bytes(tmp_path: Path) -> None:
    """The limit of the file in bytes is shared as fairly as the limit of members."""
    path = tmp_path / "p.json"
    pins = FileKeyPinStore(path)
    pins.keep_pins(COLLEGE, {"thumbprint": DAY})
    fat = {f"{number:043d}": DAY.isoformat() for number in range(32)}
    with StateFile(path).change() as state:
        for number in range(2_000):
            state[fold_name(f"did:web:{number}.evil.example")] = dict(fat)
    assert path.stat().st_size <= MAX_WRITTEN_BYTES
    assert pins.find_pins(COLLEGE) == {"thumbprint": DAY}


def test_the_oldest_of_the_fullest_goes_first() -> None:
    """Two sites: the one with three loses its oldest; then both have two, and the oldest of all goes."""
    names = ["a:1", "b:1", "b:2", "b:3", "a:2"]
    assert choose_forgotten(names, count=2) == ["b:1", "a:1"]
    assert choose_forgotten(names, count=0) == []
    assert choose_forgotten(names, count=-3) == []
    assert len(choose_forgotten(names, count=9)) == len(names)


def test_site_that_raises_its_mark_again_keeps_it(marks: HighWaterStore) -> None:
    """A hostile site with many marks loses its own oldest and not what it showed last."""
    for number in range(100):
        marks.raise_mark(f"https://evil.example/{number}", DAY + timedelta(minutes=number))
    assert marks.find_mark("https://evil.example/99") == DAY + timedelta(minutes=99)
    assert marks.find_mark("https://evil.example/0") is None


def test_choosing_does_not_grow_out_of_hand() -> None:
    """Twice the members cost about twice as much."""

    def build(size: int) -> Callable[[], object]:
        names = [f"{number % 97}:{number}" for number in range(size)]
        return lambda: choose_forgotten(names, count=size // 2)

    assert_linear(build, size=5_000)
