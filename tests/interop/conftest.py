"""A class list, issued, for other people's software to read; the npm packages; the table of what was tried."""

from __future__ import annotations

import os
from dataclasses import astuple
from typing import TYPE_CHECKING

import pytest

from keys import system_clock
from tests.doubles.ledgers import SetClock, open_ledger
from tests.interop.node_peer import NodePeer
from tests.interop.samples import issue_first
from tests.interop.table import MARK, ROWS, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from issuer import IssuedCredential, Ledger, ProofChoice
    from keys import KeyType

    IssueExample = Callable[[KeyType, ProofChoice], IssuedCredential]


def pytest_configure(config: pytest.Config) -> None:
    """Let tests be marked with their row of docs/interop.md."""
    config.addinivalue_line("markers", f"{MARK}(peer, what, direction, result): a row of docs/interop.md")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note all rows before tests are left out by their marks, and hand each test its own."""
    noted = config.stash.setdefault(ROWS, {})
    for item in items:
        rows = rows_of(item)
        noted.setdefault(item.path, []).extend(rows)
        item.user_properties += [(MARK, astuple(row)) for row in rows]


@pytest.fixture(scope="session")
def node_peer(tmp_path_factory: pytest.TempPathFactory) -> NodePeer:
    """Install the npm packages, once for all tests and all workers."""
    run = tmp_path_factory.getbasetemp()
    folder = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "node"
    folder.mkdir(exist_ok=True)
    return NodePeer(folder)


@pytest.fixture
def issue_example(tmp_path: Path) -> IssueExample:
    """Issue the example class list and return the first badge. It never expires: peers read the real clock."""

    def issue(key_type: KeyType, proof: ProofChoice) -> IssuedCredential:
        ledger = open_ledger(tmp_path, SetClock())
        try:
            return issue_first(ledger, key_type, proof)
        finally:
            ledger.database.close()

    return issue


@pytest.fixture
def ledger_of_today(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with the real clock, whose status lists are in force for peers that read the real clock."""
    ledger = open_ledger(tmp_path, system_clock)
    try:
        yield ledger
    finally:
        ledger.database.close()
