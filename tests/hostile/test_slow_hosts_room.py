"""While slow hosts of strangers hold all their room, a badge of a listed issuer is checked as ever (T-67)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

import pytest

from keys.network_share import MAX_PER_ASKER_AT_ONCE, MAX_STRANGERS_AT_ONCE
from schemas import FetchError
from tests.web.showroom import EXHIBITS, open_showroom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keys import FetchedDocument
    from tests.web.showroom import Showroom

LONGEST_SECONDS = 60.0


class SlowHosts:
    """Strangers' hosts that say nothing until they are let go, in front of a world that answers."""

    def __init__(self, room: Showroom) -> None:
        self._answer = room.world.fetch
        self.waiting = threading.Semaphore(0)
        self.released = threading.Event()

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Keep the caller waiting when the host is one of them."""
        if url.startswith("https://slow"):
            self.waiting.release()
            self.released.wait(LONGEST_SECONDS)
            raise FetchError("fetch.timeout")
        return self._answer(url, max_bytes=max_bytes, accept=accept)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Showroom]:
    opened = open_showroom(tmp_path)
    yield opened
    opened.database.close()


def test_room_of_known_issuers(room: Showroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listed college is verified, with its keys and its list; a stranger that would answer is told to try again."""
    genuine = EXHIBITS["genuine"](room)
    stranger = EXHIBITS["issuer-not-on-the-list"](room)
    hostile = [
        room.world.add_issuer(host=f"slow{number}.example.org").issue() for number in range(MAX_STRANGERS_AT_ONCE)
    ]
    slow = SlowHosts(room)
    monkeypatch.setattr(room.world, "fetch", slow.fetch)
    with ThreadPoolExecutor(MAX_STRANGERS_AT_ONCE) as crowd:
        storm = [crowd.submit(room.check, badge, address=f"198.51.100.{n}") for n, badge in enumerate(hostile)]
        try:
            assert all(slow.waiting.acquire(timeout=LONGEST_SECONDS) for _ in storm)
            known, unknown = room.check(genuine).text, room.check(stranger).text
        finally:
            slow.released.set()
        texts = [answer.result().text for answer in storm]
    assert '<h1 id="verdict">Genuine</h1>' in known
    assert "Many badges are being checked just now" in unknown
    assert all("Could not check" in text for text in texts)
    assert '<h1 id="verdict">Genuine</h1>' in room.check(stranger).text


def test_one_client_holds_a_part_of_the_room(room: Showroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever presents badges of many slow hosts from one place keeps nobody else from being answered."""
    stranger = EXHIBITS["issuer-not-on-the-list"](room)
    hostile = [
        room.world.add_issuer(host=f"slow{number}.example.org").issue() for number in range(MAX_STRANGERS_AT_ONCE)
    ]
    slow = SlowHosts(room)
    monkeypatch.setattr(room.world, "fetch", slow.fetch)
    with ThreadPoolExecutor(MAX_STRANGERS_AT_ONCE) as crowd:
        storm = [crowd.submit(room.check, badge, address="198.51.100.7") for badge in hostile]
        try:
            assert all(slow.waiting.acquire(timeout=LONGEST_SECONDS) for _ in range(MAX_PER_ASKER_AT_ONCE))
            refused = next(as_completed(storm, timeout=LONGEST_SECONDS)).result().text
            other = room.check(stranger, address="198.51.100.8").text
        finally:
            slow.released.set()
    assert "Many badges are being checked just now" in refused
    assert '<h1 id="verdict">Genuine</h1>' in other
