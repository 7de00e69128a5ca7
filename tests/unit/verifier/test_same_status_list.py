"""A status list that is fetched each time, as a site does with its own: one document is verified once in minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from keys import KeyType, LocalSigner
from tests.doubles.issuer_simulator import NOW, STATUS_URL, IssuerSimulator, SimulatedIssuer, compose_status_entry
from verifier import CheckName, StatusCache, VerificationReport

if TYPE_CHECKING:
    from datetime import datetime

    from schemas import JsonValue
    from verifier.status_cache import VerifiedStatusList


class AskEachTime(StatusCache):
    """Keeps lists, and lets none of them answer alone."""

    def find_fresh(self, url: str, *, now: datetime) -> VerifiedStatusList | None:  # noqa: ARG002 - as in the class above
        """Return nothing."""
        return None


@pytest.fixture
def issuer() -> SimulatedIssuer:
    issuer = IssuerSimulator().add_issuer()
    issuer.publish_status_list()
    return issuer


def verify(issuer: SimulatedIssuer, badge: bytes, cache: StatusCache) -> VerificationReport:
    issuer.world.asked.clear()
    report = issuer.world.verify(badge, status_cache=cache)
    assert STATUS_URL in issuer.world.asked
    return report


def find_moment(report: VerificationReport) -> JsonValue:
    entries = report.check(CheckName.STATUS).detail["entries"]
    assert isinstance(entries, list)
    assert isinstance(entries[0], dict)
    return entries[0]["asOf"]


def test_same_report_as_the_first_time(issuer: SimulatedIssuer) -> None:
    """What is said of a list that was verified before is what is said of one that is verified now, at its moment."""
    badge, cache = issuer.issue(credentialStatus=compose_status_entry()), AskEachTime()
    for minutes in (0, 1, 4, 5, 6, 20):
        issuer.world.now = NOW + timedelta(minutes=minutes)
        report = verify(issuer, badge, cache)
        assert report.to_json() == issuer.world.verify(badge, status_cache=AskEachTime()).to_json()
        assert find_moment(report) == issuer.world.now.isoformat()


def test_another_edition_counts_at_once(issuer: SimulatedIssuer) -> None:
    """A badge that was taken back a moment ago shows so, and no longer when it is given back."""
    badge, cache = issuer.issue(credentialStatus=compose_status_entry()), AskEachTime()
    for set_indexes in ((), (94567,), (), (94567,)):
        issuer.publish_status_list(set_indexes=set_indexes)
        for _ in range(2):
            report = verify(issuer, badge, cache)
            assert report.check(CheckName.STATUS).code == ("status.revoked" if set_indexes else "status.passed")


def test_forged_edition_is_verified(issuer: SimulatedIssuer) -> None:
    """What was verified a moment ago says nothing of other bytes under the same address."""
    badge, cache = issuer.issue(credentialStatus=compose_status_entry()), AskEachTime()
    assert verify(issuer, badge, cache)
    stranger = replace(issuer, signer=LocalSigner.generate(KeyType.ED25519))
    stranger.publish_status_list()
    assert verify(issuer, badge, cache).check(CheckName.STATUS).code == "status.list_proof_invalid"


def test_key_counts_anew_after_some_minutes(issuer: SimulatedIssuer) -> None:
    """However often a list is asked for meanwhile, whose key signed it is found anew after five minutes."""
    badge, cache = issuer.issue(credentialStatus=compose_status_entry()), AskEachTime()
    assert verify(issuer, badge, cache)
    # The list is signed with a key that the issuer no longer shows; the badge with its new one.
    issuer.signer = LocalSigner.generate(KeyType.ED25519)
    issuer.publish_keys()
    badge = issuer.issue(credentialStatus=compose_status_entry())
    for seconds, is_good in ((60, True), (299, True), (300, False)):
        issuer.world.now = NOW + timedelta(seconds=seconds)
        assert bool(verify(issuer, badge, cache)) is is_good


def test_list_of_another_issuer_is_not_taken_over(issuer: SimulatedIssuer) -> None:
    """A list that was verified for its own issuer is nobody else's."""
    other = issuer.world.add_issuer(host="other.example.edu")
    cache = AskEachTime()
    assert verify(issuer, issuer.issue(credentialStatus=compose_status_entry()), cache)
    report = verify(other, other.issue(credentialStatus=compose_status_entry()), cache)
    assert report.check(CheckName.STATUS).code == "status.list_issuer_mismatch"
