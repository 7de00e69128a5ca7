"""Fixtures of several folders of tests; the `conftest.py` of each takes those that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doubles.ledgers import SetClock, make_issuer, open_ledger
from tests.doubles.loopback_hosts import TestAuthority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer import IssuerProfile, Ledger


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    """An authority that signs the certificates of hosts on this machine."""
    return TestAuthority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at the fixed time until it is moved."""
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
