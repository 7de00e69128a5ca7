"""T-39, T-41, corpus E 100: the host of the list is silent, or answers with something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from keys import OfflineFetcher
from tests.doubles.issuer_simulator import (
    NOW,
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_status_entry,
)
from verifier import CheckName, FileHighWaterStore, Headline, Outcome, StatusCache, Verdict

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = compose_status_entry()


@pytest.fixture
def issuer() -> SimulatedIssuer:
    # A did:key needs no network, so that only the status is in question.
    return IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)


@pytest.mark.parametrize(
    "code", ["fetch.http_status", "fetch.timeout", "fetch.unreachable", "fetch.too_large", "fetch.address_forbidden"]
)
def test_silent_host(issuer: SimulatedIssuer, code: str) -> None:
    """Whatever keeps the list away, the badge could not be checked, and the reason is named."""
    issuer.world.break_down(STATUS_URL, code=code)
    report = issuer.world.verify(issuer.issue(credentialStatus=ENTRY))
    status = report.check(CheckName.STATUS)
    assert (status.outcome, status.code) == (Outcome.INDETERMINATE, "status.unavailable")
    assert status.detail["reason"] == code
    assert (report.verdict, report.headline) == (Verdict.INCONCLUSIVE, Headline.COULD_NOT_CHECK)


@pytest.mark.parametrize("body", [b"<html>moved</html>", b"", b"\x1f\x8b\x08", b"{", b"[]"])
def test_host_answers_with_something_else(issuer: SimulatedIssuer, body: bytes) -> None:
    """A web page where the list should be is no list, and no proof against the badge."""
    issuer.world.publish(STATUS_URL, body)
    report = issuer.world.verify(issuer.issue(credentialStatus=ENTRY))
    assert report.check(CheckName.STATUS).code == "status.unavailable"


def test_offline(issuer: SimulatedIssuer) -> None:
    """Without a network the report says that the status was not looked up."""
    report = issuer.world.verify(issuer.issue(credentialStatus=ENTRY), fetcher=OfflineFetcher())
    assert report.check(CheckName.STATUS).code == "status.offline"
    assert report.headline is Headline.COULD_NOT_CHECK


def test_offline_with_a_fresh_copy(issuer: SimulatedIssuer) -> None:
    """A list that was verified minutes ago may be used, and the report says as of when."""
    cache = StatusCache()
    issuer.publish_status_list()
    badge = issuer.issue(credentialStatus=ENTRY)
    assert issuer.world.verify(badge, status_cache=cache)
    report = issuer.world.verify(
        badge, status_cache=cache, fetcher=OfflineFetcher(), now=NOW + timedelta(minutes=4, seconds=59)
    )
    assert report
    entries = report.check(CheckName.STATUS).detail["entries"]
    assert isinstance(entries, list)
    assert isinstance(entries[0], dict)
    assert entries[0]["asOf"] == NOW.isoformat()


def test_offline_with_a_stale_copy(issuer: SimulatedIssuer) -> None:
    """After its `ttl` (here 300,000 ms) the copy no longer decides, but the report says when it was seen."""
    cache = StatusCache()
    issuer.publish_status_list()
    badge = issuer.issue(credentialStatus=ENTRY)
    assert issuer.world.verify(badge, status_cache=cache)
    report = issuer.world.verify(badge, status_cache=cache, fetcher=OfflineFetcher(), now=NOW + timedelta(minutes=5))
    status = report.check(CheckName.STATUS)
    assert (status.code, status.detail["lastSeenAt"]) == ("status.offline", NOW.isoformat())


def _with_ttl(issuer: SimulatedIssuer, ttl_milliseconds: int, *, set_indexes: tuple[int, ...] = ()) -> None:
    document = issuer.compose_status_list(set_indexes=set_indexes)
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["ttl"] = ttl_milliseconds
    issuer.world.publish(STATUS_URL, issuer.sign(document))


def test_host_down_within_the_ttl(issuer: SimulatedIssuer) -> None:
    """F7: the kept list answers until its `ttl` is over, and the report says so and as of when."""
    cache = StatusCache()
    badge = issuer.issue(credentialStatus=ENTRY)
    _with_ttl(issuer, 6 * 3_600_000)
    assert issuer.world.verify(badge, status_cache=cache)
    issuer.world.break_down(STATUS_URL)
    report = issuer.world.verify(badge, status_cache=cache, now=NOW + timedelta(hours=5, minutes=59))
    status = report.check(CheckName.STATUS)
    assert report
    assert status.notes == ("status.list_kept",)
    assert status.detail["entries"][0]["asOf"] == NOW.isoformat()  # type: ignore[index,call-overload]
    late = issuer.world.verify(badge, status_cache=cache, now=NOW + timedelta(hours=6))
    assert late.check(CheckName.STATUS).code == "status.unavailable"


def test_host_up_within_the_ttl(issuer: SimulatedIssuer) -> None:
    """A long `ttl` does not keep a revocation from being seen while the host answers."""
    cache = StatusCache()
    badge = issuer.issue(credentialStatus=ENTRY)
    _with_ttl(issuer, 6 * 3_600_000)
    assert issuer.world.verify(badge, status_cache=cache)
    _with_ttl(issuer, 6 * 3_600_000, set_indexes=(94567,))
    issuer.world.now = NOW + timedelta(minutes=5)
    assert issuer.world.verify(badge, status_cache=cache).check(CheckName.STATUS).code == "status.revoked"


def test_kept_list_ends_with_its_validity(issuer: SimulatedIssuer) -> None:
    """`ttl` never outlasts `validUntil` (§2.2), nor a day."""
    cache = StatusCache()
    badge = issuer.issue(credentialStatus=ENTRY)
    _with_ttl(issuer, 10**10)
    assert issuer.world.verify(badge, status_cache=cache)
    issuer.world.break_down(STATUS_URL)
    report = issuer.world.verify(badge, status_cache=cache, now=NOW + timedelta(days=1))
    assert report.check(CheckName.STATUS).code == "status.unavailable"


def test_older_list_comes_back_after_a_restart(issuer: SimulatedIssuer, tmp_path: Path) -> None:
    """T-39: the mark is in the data folder, so a new process knows it too."""
    marks = tmp_path / "status-marks.json"
    world = issuer.world
    badge = issuer.issue(credentialStatus=ENTRY)
    world.publish(STATUS_URL, issuer.sign(issuer.compose_status_list()))
    old_list = world.answers[STATUS_URL]
    world.now = NOW + timedelta(hours=1)
    issuer.publish_status_list(set_indexes=(94567,))
    first = StatusCache(high_water=FileHighWaterStore(marks))
    assert world.verify(badge, status_cache=first).check(CheckName.STATUS).code == "status.revoked"
    world.now = NOW + timedelta(hours=2)
    world.answers[STATUS_URL] = old_list
    second = StatusCache(high_water=FileHighWaterStore(marks))
    assert world.verify(badge, status_cache=second).check(CheckName.STATUS).code == "status.list_rollback"


def test_list_is_asked_once_for_many_badges(issuer: SimulatedIssuer) -> None:
    """T-42: while it is fresh the host learns nothing of who is looked up."""
    cache = StatusCache()
    issuer.publish_status_list()
    for index in ("1", "2", "3"):
        badge = issuer.issue(credentialStatus=compose_status_entry(index=index))
        assert issuer.world.verify(badge, status_cache=cache)
    assert issuer.world.asked == [STATUS_URL]


def test_older_list_comes_back(issuer: SimulatedIssuer) -> None:
    """T-39: an old genuine list that is replayed hides a revocation."""
    cache = StatusCache()
    world = issuer.world
    badge = issuer.issue(credentialStatus=ENTRY)
    world.publish(STATUS_URL, issuer.sign(issuer.compose_status_list()))
    old_list = world.answers[STATUS_URL]
    world.now = NOW + timedelta(hours=1)
    issuer.publish_status_list(set_indexes=(94567,))
    assert world.verify(badge, status_cache=cache).check(CheckName.STATUS).code == "status.revoked"
    world.now = NOW + timedelta(hours=2)
    world.answers[STATUS_URL] = old_list
    assert world.verify(badge, status_cache=cache).check(CheckName.STATUS).code == "status.list_rollback"


def test_cache_holds_so_many_lists_and_no_more() -> None:
    """The list used longest ago goes first."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    cache = StatusCache(max_lists=2)
    issuer.publish_status_list()
    world.verify(issuer.issue(credentialStatus=ENTRY), status_cache=cache)
    kept = cache.find_any(STATUS_URL)
    assert kept is not None
    for name in ("b", "c"):
        cache.keep(replace(kept, url=name))
        cache.find_any("b")
    assert [cache.find_any(url) is not None for url in (STATUS_URL, "b", "c")] == [False, True, True]
