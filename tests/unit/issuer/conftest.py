"""Fixtures of the ledger tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doubles.ledgers import SetClock, make_issuer, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer import IssuerProfile, Ledger


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at the fixed time."""
    return SetClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: SetClock) -> Iterator[Ledger]:
    """A fresh ledger on a trial address."""
    opened = open_ledger(tmp_path, clock)
    yield opened
    opened.database.close()


@pytest.fixture
def issuer(ledger: Ledger) -> IssuerProfile:
    """An issuer with an Ed25519 key."""
    return make_issuer(ledger)
