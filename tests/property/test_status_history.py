"""Whatever is done to badges in whatever order, the lists show it, and a revocation never goes away."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials import decode_status_list
from issuer import diagnose
from schemas import LedgerError
from tests.doubles.ledgers import SetClock, issue, make_issuer, make_roster, open_ledger

if TYPE_CHECKING:
    from issuer import Ledger

BADGES = 3
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["revoke", "suspend", "reinstate", "wait", "publish"]),
        st.integers(min_value=0, max_value=BADGES - 1),
    ),
    max_size=12,
)


def _set_bits(ledger: Ledger, number: int) -> set[int]:
    published = ledger.status_list(number)
    assert published is not None
    bits = decode_status_list(json.loads(published.body)["credentialSubject"]["encodedList"])
    filled = (place for place, byte in enumerate(bits.bits) if byte)
    return {index for place in filled for index in range(8 * place, 8 * place + 8) if bits.read(index)}


@pytest.fixture(scope="module")
def folder_with_badges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three badges; to copy."""
    folder = tmp_path_factory.mktemp("with-badges")
    ledger = open_ledger(folder, SetClock())
    issue(ledger, make_issuer(ledger), make_roster(BADGES))
    ledger.database.close()
    return folder


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_lists_show_what_was_done(folder_with_badges: Path, steps: list[tuple[str, int]]) -> None:
    """A simple model of two sets agrees with the published lists after every step."""
    with tempfile.TemporaryDirectory() as folder:
        clock = SetClock()
        shutil.copytree(folder_with_badges, folder, dirs_exist_ok=True)
        ledger = open_ledger(Path(folder), clock)
        badges = ledger.list_issued()
        places = [json.loads(badge.json_bytes)["credentialStatus"][0]["statusListIndex"] for badge in badges]
        revoked: set[int] = set()
        suspended: set[int] = set()
        for verb, place in steps:
            index = int(places[place])
            if verb == "wait":
                clock.advance(timedelta(hours=5))
                continue
            if verb != "publish":
                change = {"revoke": ledger.revoke, "suspend": ledger.suspend, "reinstate": ledger.reinstate}[verb]
                allowed = index not in revoked and (verb == "revoke" or (verb == "suspend") != (index in suspended))
                try:
                    change(badges[place].id, reason="test", by="desk")
                except LedgerError:
                    assert not allowed
                else:
                    assert allowed
                    {"revoke": revoked.add, "suspend": suspended.add, "reinstate": suspended.discard}[verb](index)
            assert (_set_bits(ledger, 1), _set_bits(ledger, 2)) == (revoked, suspended)
        assert [finding for finding in diagnose(ledger) if not finding.ok] == []
        ledger.database.close()
