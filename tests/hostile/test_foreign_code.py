"""T-51, corpus H 126, 127: a QR code that leads somewhere."""

from __future__ import annotations

from credentials import render_qr_png
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from verifier import (
    CheckName,
    Headline,
    Outcome,
    TrustEntry,
    TrustList,
    VerificationContext,
    VerificationReport,
    verify_scanned,
)

URL = "https://verify.examp1e.org/b/abc"


def scan(world: IssuerSimulator, text: str, **changes: object) -> VerificationReport:
    return verify_scanned(text, context=VerificationContext(now=world.now, fetcher=world, **changes))  # type: ignore[arg-type]


def test_look_alike_host_is_shown_and_not_opened() -> None:
    """The address in a photographed code is not asked; its host stands in the report."""
    world = IssuerSimulator()
    report = world.verify(render_qr_png(URL))
    decoding = report.check(CheckName.DECODING)
    assert (decoding.outcome, decoding.code) == (Outcome.INDETERMINATE, "scan.foreign_host")
    assert decoding.detail["host"] == "verify.examp1e.org"
    assert report.headline is Headline.COULD_NOT_CHECK
    assert world.asked == []


def test_own_host_is_opened() -> None:
    """A code of our own pages is followed through the guarded door."""
    world = IssuerSimulator()
    world.publish(URL, world.add_issuer(IssuerIdKind.DID_KEY).issue())
    assert scan(world, URL, own_hosts=frozenset({"verify.examp1e.org"}))


def test_host_on_the_trust_list_is_opened() -> None:
    """A domain that the reader listed counts as known."""
    world = IssuerSimulator()
    world.publish(URL, world.add_issuer(IssuerIdKind.DID_KEY).issue())
    listed = TrustList(entries=(TrustEntry(name="Known", domain="verify.examp1e.org"),))
    assert scan(world, URL, trust_list=listed)


def test_whole_badge_in_the_code_needs_no_host() -> None:
    """A code that carries the signed badge itself is verified on the spot."""
    world = IssuerSimulator()
    token = world.add_issuer(IssuerIdKind.DID_KEY).issue_jwt()
    assert scan(world, token.decode())
    assert world.asked == []


def test_other_schemes_lead_nowhere() -> None:
    """A script or a deep link in a code is refused."""
    world = IssuerSimulator()
    for text in ("javascript:alert(1)", "data:text/html,x", "http://college.example.edu/b/1", "openid-vc://x"):
        report = scan(world, text)
        assert report.check(CheckName.DECODING).code == "decoding.qr_unsupported_scheme"
    assert world.asked == []
