"""F7: the issuer's network is down; keys and lists seen before stand in, and the report says so."""

from __future__ import annotations

from datetime import timedelta

from keys import CachingFetcher, DocumentCache
from tests.doubles.issuer_simulator import (
    NOW,
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_status_entry,
)
from verifier import CheckName, StatusCache, Verdict, VerificationReport


class Site:
    """A site that verifies: its caches live as long as it does."""

    def __init__(self, world: IssuerSimulator) -> None:
        self.world = world
        self.fetcher = CachingFetcher(world, cache=DocumentCache(), clock=lambda: world.now)
        self.status_cache = StatusCache()

    def verify(self, badge: bytes) -> VerificationReport:
        return self.world.verify(badge, fetcher=self.fetcher, status_cache=self.status_cache)


def make_site() -> tuple[Site, SimulatedIssuer, bytes]:
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.DID_WEB)
    document = issuer.compose_status_list()
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["ttl"] = 12 * 3_600_000
    world.publish(STATUS_URL, issuer.sign(document))
    return Site(world), issuer, issuer.issue(credentialStatus=compose_status_entry())


def test_all_hosts_of_the_issuer_are_down() -> None:
    """Seen this morning, checked at noon without the issuer: genuine, with both ages shown."""
    site, issuer, badge = make_site()
    assert site.verify(badge)
    site.world.break_down(issuer.document_url)
    site.world.break_down(STATUS_URL)
    site.world.now = NOW + timedelta(hours=3)
    report = site.verify(badge)
    assert report
    assert report.notes == ("issuer.document_kept", "status.list_kept")
    assert report.check(CheckName.ISSUER).detail["asOf"] == NOW.isoformat()


def test_the_next_day() -> None:
    """After a day nothing stands in: could not check."""
    site, issuer, badge = make_site()
    assert site.verify(badge)
    site.world.break_down(issuer.document_url)
    site.world.now = NOW + timedelta(days=1)
    report = site.verify(badge)
    assert (report.verdict, report.check(CheckName.ISSUER).code) == (Verdict.INCONCLUSIVE, "issuer.unproven")


def test_hosts_are_up() -> None:
    """Nothing is remarked on while everything answers."""
    site, _, badge = make_site()
    assert site.verify(badge).notes == ()
    assert site.verify(badge).notes == ()


def test_key_taken_out_while_the_host_answers() -> None:
    """A key that the issuer put away does not live on in the cache."""
    site, issuer, badge = make_site()
    assert site.verify(badge)
    issuer.publish_keys(assertionMethod=[])
    site.world.now = NOW + timedelta(minutes=5)
    assert site.verify(badge).check(CheckName.ISSUER).code == "issuer.not_assertion_method"
