"""Fixtures of several folders of tests; the `conftest.py` of each takes those that it needs."""

from __future__ import annotations

import shutil
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


@pytest.fixture(scope="session")
def new_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which nothing has happened; to copy, for making one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("new")
    open_ledger(folder, SetClock()).database.close()
    return folder


@pytest.fixture(scope="session")
def folder_with_issuer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one issuer; to copy."""
    folder = tmp_path_factory.mktemp("with-issuer")
    opened = open_ledger(folder, SetClock())
    make_issuer(opened)
    opened.database.close()
    return folder


@pytest.fixture
def ledger(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> Iterator[Ledger]:
    """A ledger of its own on a trial address, empty unless the test asks for its issuer too."""
    source = "folder_with_issuer" if "issuer" in request.fixturenames else "new_folder"
    shutil.copytree(request.getfixturevalue(source), tmp_path, dirs_exist_ok=True)
    opened = open_ledger(tmp_path, clock)
    yield opened
    opened.database.close()


@pytest.fixture
def issuer(ledger: Ledger) -> IssuerProfile:
    """An issuer with an Ed25519 key."""
    (profile,) = ledger.issuers() or (make_issuer(ledger),)
    return profile
