"""A verification leaves nothing behind that only the collector of circles would find: memory is free at once."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from keys import OfflineFetcher
from schemas import encode_json
from tests.web.showroom import EXHIBITS, open_showroom
from verifier import VerificationContext, verify_any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keys import Fetcher
    from tests.web.showroom import Showroom

TIMES = 20


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Showroom]:
    opened = open_showroom(tmp_path)
    yield opened
    opened.database.close()


def _count_left(badge: bytes, room: Showroom, fetcher: Fetcher) -> int:
    """Return how many objects the collector finds after some verifications."""
    context = VerificationContext(now=room.clock.now, fetcher=fetcher)
    verify_any(badge, context=context)  # what is kept from now on is kept by the first
    gc.collect()
    gc.disable()
    try:
        for _ in range(TIMES):
            verify_any(badge, context=context)
        return gc.collect()
    finally:
        gc.enable()


@pytest.mark.parametrize("name", [name for name in EXHIBITS if not name.startswith("ob2")])
@pytest.mark.parametrize("network", ["online", "offline"])
def test_badges(room: Showroom, name: str, network: str) -> None:
    """Genuine and false badges, with and without the world around them."""
    badge = EXHIBITS[name](room)
    assert _count_left(badge, room, room.world if network == "online" else OfflineFetcher()) < TIMES


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"{}",
        b'{"a":' * 200,
        encode_json({"@context": ["https://www.w3.org/ns/credentials/v2"], "type": []}),
        b"x",
    ],
    ids=repr,
)
def test_what_is_no_badge(room: Showroom, data: bytes) -> None:
    """What ends early."""
    assert _count_left(data, room, OfflineFetcher()) < TIMES
