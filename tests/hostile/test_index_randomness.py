"""Places in the status lists say nothing of the order of issue (T-42)."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from issuer.slot_store import MAX_TAKEN_SLOTS, SLOTS_PER_POOL, find_open_pool, open_pool, pick_free_slots
from tests.doubles.ledgers import SetClock, make_issuer, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer import Ledger

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PICKS = 10_000
CHUNK = 50
BINS = 64
# Upper 0.001 points of the normal approximation: a right generator fails one run in a thousand;
# two tries in a row make that one in a million.
CHI_SQUARE_LIMIT = 103.4  # 63 degrees of freedom, p = 0.001
NORMAL_LIMIT = 3.29  # two-sided, p = 0.001


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger with one issuer."""
    folder: Path = tmp_path_factory.mktemp("ledger")
    opened = open_ledger(folder, SetClock())
    make_issuer(opened)
    yield opened
    opened.database.close()


def _pick(ledger: Ledger) -> list[int]:
    """Pick places as a job does, 50 at a time, in the order of the rows."""
    picked: list[int] = []
    with ledger.database.write() as connection:
        pool = open_pool(connection, "north-shop-college", witnessed=0, now=NOW)
        for _ in range(PICKS // CHUNK):
            picked += pick_free_slots(connection, pool, CHUNK)
    return picked


def _chi_square(picked: list[int]) -> float:
    counts = [0] * BINS
    for index in picked:
        counts[index * BINS // SLOTS_PER_POOL] += 1
    expected = len(picked) / BINS
    return sum((count - expected) ** 2 / expected for count in counts)


def _runs_score(picked: list[int]) -> float:
    """Wald-Wolfowitz runs test about the middle: how far the number of runs lies from that of a random order."""
    above = [index >= SLOTS_PER_POOL // 2 for index in picked]
    high, low = sum(above), len(above) - sum(above)
    runs = 1 + sum(first != second for first, second in pairwise(above))
    expected = 2 * high * low / (high + low) + 1
    variance = (expected - 1) * (expected - 2) / (high + low - 1)
    return abs(runs - expected) / math.sqrt(variance)


def _rises_score(picked: list[int]) -> float:
    """How far the number of rises from one row to the next lies from that of a random order (mean n/2, var n/12)."""
    rises = sum(first < second for first, second in pairwise(picked))
    return abs(rises - (len(picked) - 1) / 2) / math.sqrt((len(picked) + 1) / 12)


def test_places_are_spread_evenly(ledger: Ledger) -> None:
    """10,000 places over 64 bins: chi-square is not beyond p = 0.001."""
    assert min(_chi_square(_pick(ledger)) for _ in range(2)) < CHI_SQUARE_LIMIT


def test_order_of_issue_does_not_show(ledger: Ledger) -> None:
    """Neither runs above the middle nor rises from row to row differ from those of a random order."""
    tries = [_pick(ledger) for _ in range(2)]
    assert min(_runs_score(picked) for picked in tries) < NORMAL_LIMIT
    assert min(_rises_score(picked) for picked in tries) < NORMAL_LIMIT


def test_tests_of_randomness_can_fail() -> None:
    """Places given in order, or sorted within a chunk, are found by these very tests."""
    in_order = list(range(0, PICKS * 10, 10))
    sorted_chunks = [
        index
        for start in range(0, PICKS, CHUNK)
        for index in sorted((start * 977 + k * 2621) % SLOTS_PER_POOL for k in range(CHUNK))
    ]
    assert _chi_square(in_order) > CHI_SQUARE_LIMIT
    assert _runs_score(in_order) > NORMAL_LIMIT
    assert _rises_score(sorted_chunks) > NORMAL_LIMIT


def test_pool_is_left_before_it_is_more_than_half_full(ledger: Ledger) -> None:
    """A pool with one place to go before half takes one more badge, not two."""
    with ledger.database.write() as connection:
        pool = open_pool(connection, "north-shop-college", witnessed=0, now=NOW)
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        savepoint = connection.begin_nested()
        connection.execute(
            sa.text("INSERT INTO status_slots VALUES (:pool, :idx, :slug)"),
            [{"pool": pool, "idx": index, "slug": str(index)} for index in range(MAX_TAKEN_SLOTS - 1)],
        )
        assert find_open_pool(connection, "north-shop-college", needed=1) == pool
        assert find_open_pool(connection, "north-shop-college", needed=2) is None
        assert not set(pick_free_slots(connection, pool, 1_000)) & set(range(MAX_TAKEN_SLOTS - 1))
        savepoint.rollback()
