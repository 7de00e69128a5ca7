"""Anonymous requests fill the files in which a site remembers what it saw; that never stops the site."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from schemas import encode_json
from tests.doubles.issuer_simulator import NOW, IssuerIdKind, IssuerSimulator, compose_status_entry
from verifier import CheckName, FileHighWaterStore, FileKeyPinStore, MemoryHighWaterStore, StatusCache
from verifier.state_file import MAX_STATE_BYTES, MAX_WRITTEN_BYTES, StateFile

if TYPE_CHECKING:
    from pathlib import Path

OLD = datetime(2026, 11, 1, tzinfo=UTC)
NEW = OLD + timedelta(days=1)
URL = "https://college.example.edu/status/1"
DID = "did:web:college.example.edu"
UNUSABLE = {
    "damaged": b"{",
    "empty": b"",
    "a list": b"[]",
    "too large": b'{"a":"' + b"x" * MAX_STATE_BYTES + b'"}',
    "not text": b"\xff\xfe\x00",
    "two members of one name": b'{"a":1,"a":2}',
}


def test_stranger_s_lists_leave_no_mark() -> None:
    """A badge that names eight lists of somebody else has nothing remembered about them."""
    world = IssuerSimulator()
    stranger, forger = world.add_issuer(host="stranger.example.net"), world.add_issuer(IssuerIdKind.DID_KEY)
    urls = [f"https://stranger.example.net/{number}" for number in range(2)]
    for url in urls:
        stranger.publish_status_list(url=url)
    high_water = MemoryHighWaterStore()
    badge = forger.issue(credentialStatus=[compose_status_entry(url=url, id=f"urn:x:{url[-1]}") for url in urls])
    report = world.verify(badge, status_cache=StatusCache(high_water=high_water))
    assert report.check(CheckName.STATUS).code == "status.list_issuer_mismatch"
    assert [high_water.find_mark(url) for url in urls] == [None, None]


def test_long_address_takes_no_more_room(tmp_path: Path) -> None:
    """A mark is some hundred bytes, however long the address, and the address itself is not written down."""
    path = tmp_path / "m.json"
    FileHighWaterStore(path).raise_mark(URL + "?" + "a" * 2_000, OLD)
    assert path.stat().st_size < 150
    assert b"college" not in path.read_bytes()


def test_file_never_outgrows_its_reader(tmp_path: Path) -> None:
    """Pins of many issuers with many keys: the first are dropped, the last are kept, and the file stays readable."""
    path = tmp_path / "p.json"
    many = {f"{number:043d}": OLD for number in range(32)}
    with StateFile(path).change() as state:
        for number in range(5_000):
            state[f"{number:064d}"] = {key: seen.isoformat() for key, seen in many.items()}
    pins = FileKeyPinStore(path)
    pins.keep_pins(DID, many)
    written = json.loads(path.read_bytes())
    assert path.stat().st_size <= MAX_WRITTEN_BYTES
    assert FileKeyPinStore(path).find_pins(DID) == many
    assert f"{4_999:064d}" in written
    assert f"{0:064d}" not in written


def test_one_member_larger_than_the_file_may_be(tmp_path: Path) -> None:
    """Even then something that can be read is written."""
    file = StateFile(tmp_path / "m.json")
    with file.change() as state:
        state["a"] = "x" * (MAX_WRITTEN_BYTES + 1)
    assert file.load() == {}


@pytest.mark.parametrize("name", UNUSABLE)
def test_file_that_cannot_be_used(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It counts as empty, the log names it, and the next change makes it good again."""
    path = tmp_path / "m.json"
    path.write_bytes(UNUSABLE[name])
    store = FileHighWaterStore(path)
    assert store.find_mark(URL) is None
    assert "m.json in the data folder cannot be used" in caplog.text
    store.raise_mark(URL, OLD)
    assert FileHighWaterStore(path).find_mark(URL) == OLD


def test_folder_in_place_of_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing can be written there; marks last as long as the process, and pins are not kept."""
    marks, pins = FileHighWaterStore(tmp_path), FileKeyPinStore(tmp_path)
    marks.raise_mark(URL, OLD)
    pins.keep_pins(DID, {"thumbprint": OLD})
    assert (marks.find_mark(URL), pins.find_pins(DID)) == (OLD, None)
    assert "cannot be used" in caplog.text


@pytest.mark.parametrize("value", ["yesterday", "2026-11-01T00:00:00", 7, None, ["2026-11-01T00:00:00Z"]])
def test_member_that_is_no_date(value: object, tmp_path: Path) -> None:
    """One damaged member is as if it were not there."""
    path = tmp_path / "m.json"
    FileHighWaterStore(path).raise_mark(URL, OLD)
    (name,) = json.loads(path.read_bytes())
    path.write_bytes(json.dumps({name: value}).encode())
    store = FileHighWaterStore(path)
    assert store.find_mark(URL) is None
    store.raise_mark(URL, NEW)
    assert store.find_mark(URL) == NEW


@pytest.mark.parametrize("value", ["2026-11-01T00:00:00", "yesterday", 7])
def test_pin_that_is_no_date(value: object, tmp_path: Path) -> None:
    """An issuer whose remembered keys are all damaged is new."""
    path = tmp_path / "p.json"
    FileKeyPinStore(path).keep_pins(DID, {"thumbprint": OLD})
    (name,) = json.loads(path.read_bytes())
    path.write_bytes(json.dumps({name: {"thumbprint": value}}).encode())
    assert FileKeyPinStore(path).find_pins(DID) is None


def test_file_is_read_once(tmp_path: Path) -> None:
    """A page does not pay for reading a large file that has not changed; another process's change is seen."""
    path = tmp_path / "m.json"
    first, second = StateFile(path), StateFile(path)
    with first.change() as state:
        state["a"] = "1"
    seen = second.load()
    assert second.load() is seen
    with first.change() as state:
        state["b"] = "2"
    assert second.load() == {"a": "1", "b": "2"}


def test_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    """What a failed change put in is not seen by the next reader."""
    file = StateFile(tmp_path / "m.json")
    with file.change() as state:
        state["a"] = "1"

    def fail() -> None:
        with file.change() as changed:
            changed["b"] = "2"
            raise OSError

    with pytest.raises(OSError, match=r"^$"):
        fail()
    assert file.load() == {"a": "1"}


def test_badge_is_judged_with_a_damaged_file(tmp_path: Path) -> None:
    """The whole procedure over a file of 17 MiB: a report, and the mark is written anew."""
    path = tmp_path / "m.json"
    path.write_bytes(encode_json({"a": "x" * MAX_STATE_BYTES}))
    issuer = IssuerSimulator().add_issuer()
    url = "https://college.example.edu/status/7"
    issuer.publish_status_list(url=url)
    cache = StatusCache(high_water=FileHighWaterStore(path))
    assert issuer.world.verify(issuer.issue(credentialStatus=compose_status_entry(url=url)), status_cache=cache)
    assert FileHighWaterStore(path).find_mark(url) == NOW - timedelta(hours=1)
    assert path.stat().st_size < 1_000
