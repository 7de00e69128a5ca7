"""The quick look at a status list that is at hand says what the thorough one says, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from credentials import BitstringStatusList
from keys import OfflineFetcher
from verifier import StatusCache, VerificationContext, VerifiedStatusList
from verifier.plain_status import check_plain_status
from verifier.report import Outcome
from verifier.status_budget import StatusBudget
from verifier.status_check import check_status

if TYPE_CHECKING:
    from schemas import JsonValue
    from verifier import Check

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ISSUER = "did:example:college"
URL = "https://college.example.edu/status/1"
BITS = 131_072
ENTRY: dict[str, JsonValue] = {
    "id": f"{URL}#4",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "4",
    "statusListCredential": URL,
}
KEPT = VerifiedStatusList(
    url=URL,
    issuer_id=ISSUER,
    purposes=frozenset({"revocation", "suspension"}),
    bits=BitstringStatusList.with_set_indexes(range(0, BITS, 5)),
    fetched_at=NOW - timedelta(minutes=1),
    fresh_until=NOW + timedelta(minutes=4),
    usable_until=NOW + timedelta(hours=1),
    valid_from=NOW - timedelta(days=1),
)
LISTS = {
    "kept": KEPT,
    "another issuer's": replace(KEPT, issuer_id="did:example:other"),
    "stale": replace(KEPT, fresh_until=NOW - timedelta(seconds=1)),
    "from the future": replace(KEPT, fetched_at=NOW + timedelta(seconds=1)),
    "standing in": replace(KEPT, stands_in=True),
    "of one purpose": replace(KEPT, purposes=frozenset({"suspension"})),
    "of odd purposes": replace(KEPT, purposes=frozenset({"", "revocation", "message", "tea"})),
    "short": replace(KEPT, bits=BitstringStatusList(bytes(64))),
}
VALUES: tuple[Any, ...] = (
    *("", "0", "1", "4", "04", "5", "131070", "131071", "131072", "1000000000", "-1", "4 ", "4\n", "\u0664", "4.0"),
    *("revocation", "suspension", "refresh", "message", "tea", URL, f"{URL}#", f" {URL}", "StatusList2021Entry"),
    *("BitstringStatusListEntry", 4, 5, 4.0, True, False, None, [], {}, ["4"], ["revocation"], [URL], {"id": URL}),
)
MEMBERS = (*ENTRY, "statusSize", "statusMessage", "statusReference", "name")


def _both(status: Any, kept: VerifiedStatusList) -> tuple[Check | None, Check]:  # noqa: ANN401 - JSON of any shape
    cache = StatusCache()
    cache.keep(kept)
    context = VerificationContext(now=NOW, fetcher=OfflineFetcher(), status_cache=cache)
    document = {"issuer": ISSUER, "credentialStatus": status}
    budget = StatusBudget(OfflineFetcher(), max_lists=8)
    plain = check_plain_status(status, issuer_id=ISSUER, cache=cache, now=NOW)
    return plain, check_status(document, context=context, budget=budget)


def _agree(status: Any, kept: VerifiedStatusList) -> bool:  # noqa: ANN401 - JSON of any shape
    plain, thorough = _both(status, kept)
    return plain is None or (plain == thorough and repr(plain) == repr(thorough))


def test_usual_entries_go_the_straight_way() -> None:
    """One place in a list that is at hand, and two, are judged quickly, and pass."""
    second = {**ENTRY, "statusPurpose": "suspension", "id": f"{URL}#s4"}
    for status in (ENTRY, [ENTRY], [ENTRY, second]):
        plain, thorough = _both(status, KEPT)
        assert plain is not None
        assert plain == thorough
        assert thorough.outcome is Outcome.PASSED


def test_what_is_set_never_passes() -> None:
    """No place that is set in the list is passed by the straight way, wherever it stands."""
    for index in (0, 5, 10, BITS - 2):
        entry = {**ENTRY, "statusListIndex": str(index)}
        assert KEPT.bits.read(index)
        for status in (entry, [ENTRY, entry], [entry, ENTRY]):
            plain, thorough = _both(status, KEPT)
            assert plain is None
            assert thorough.code == "status.revoked"


@pytest.mark.parametrize("kept", LISTS.values(), ids=LISTS)
def test_odd_values(kept: VerifiedStatusList) -> None:
    """Every member with odd values, alone and beside a usual entry, is judged alike, whatever list is at hand."""
    entries = [{**ENTRY, member: value} for member in MEMBERS for value in VALUES]
    entries += [{name: value for name, value in ENTRY.items() if name != member} for member in ENTRY]
    for entry in (ENTRY, *entries):
        for status in (entry, [entry], [ENTRY, entry], [entry, ENTRY]):
            assert _agree(status, kept), (status, kept)


@pytest.mark.parametrize("status", [None, "x", 4, [], [[]], ["x"], {}, [{}], [None], [ENTRY] * 3, [ENTRY] * 9], ids=str)
def test_odd_status(status: Any) -> None:  # noqa: ANN401 - JSON of any shape
    """What is no list of entries, or one of many, is judged alike."""
    assert _agree(status, KEPT)


def test_no_report_changes_another() -> None:
    """Whoever crosses something out in the JSON of one report leaves the next badge of the list its own."""
    plain, _ = _both(ENTRY, KEPT)
    assert plain is not None
    detail: Any = plain.to_json()["detail"]
    detail["entries"].clear()
    again, thorough = _both(ENTRY, KEPT)
    assert again == thorough
