"""The badge behind an address."""

from __future__ import annotations

import pytest

from credentials import bake_svg, render_qr_png
from keys import OfflineFetcher
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from verifier import CheckName, Headline, Outcome, VerificationContext, VerificationReport, verify_url

PAGE_URL = "https://college.example.edu/b/abc"
JSON_URL = "https://college.example.edu/b/abc.json"


def make_page(links: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>A badge</title>{links}</head><body></body></html>".encode()


LINK = f'<link rel="alternate" type="application/vc+ld+json" href="{JSON_URL}">'


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def badge(world: IssuerSimulator) -> bytes:
    return world.add_issuer(IssuerIdKind.DID_KEY).issue()


def open_address(world: IssuerSimulator, url: str = PAGE_URL) -> VerificationReport:
    return verify_url(url, context=VerificationContext(now=world.now, fetcher=world))


def decoding_code(report: VerificationReport) -> str:
    return report.check(CheckName.DECODING).code


def test_json(world: IssuerSimulator, badge: bytes) -> None:
    """The address may be that of the JSON itself."""
    world.publish(JSON_URL, badge)
    assert open_address(world, JSON_URL)


def test_token(world: IssuerSimulator) -> None:
    """The address may be that of a token."""
    world.publish(PAGE_URL, world.add_issuer(IssuerIdKind.DID_KEY).issue_jwt(), media_type="text/plain")
    assert open_address(world)


def test_picture(world: IssuerSimulator, badge: bytes) -> None:
    """The address may be that of a baked picture."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'
    world.publish(PAGE_URL, bake_svg(svg, badge), media_type="image/svg+xml")
    assert open_address(world)


@pytest.mark.parametrize(
    "link",
    [
        LINK,
        "<link href='abc.json' type='application/vc' rel='alternate'>",
        '<link rel="stylesheet" href="x.css"><LINK TYPE="application/vc+ld+json" REL="Alternate" HREF="/b/abc.json">',
    ],
)
def test_page_that_points_to_its_badge(world: IssuerSimulator, badge: bytes, link: str) -> None:
    """A badge page names the document; it is followed once."""
    world.publish(PAGE_URL, make_page(link), media_type="text/html")
    world.publish(JSON_URL, badge)
    assert open_address(world)
    assert world.asked == [PAGE_URL, JSON_URL]


@pytest.mark.parametrize(
    "link",
    [
        "",
        '<link rel="alternate" type="application/rss+xml" href="/feed">',
        '<link rel="alternate" type="application/vc" href="https://evil.example.com/b.json">',
        '<link rel="alternate" type="application/vc" href="//evil.example.com/b.json">',
        '<link rel="alternate" type="application/vc" href="https://[bad/">',
        '<link rel="alternate" type="application/vc">',
        "x" * 70_000 + LINK,
    ],
)
def test_page_without_a_badge(world: IssuerSimulator, link: str) -> None:
    """A page without a link to a badge on its own host holds none, and nobody else is asked."""
    world.publish(PAGE_URL, make_page(link), media_type="text/html")
    assert decoding_code(open_address(world)) == "decoding.page_without_badge"
    assert world.asked[1:] in ([], [PAGE_URL])


def test_page_that_leads_to_a_page(world: IssuerSimulator) -> None:
    """Only one step is followed."""
    world.publish(PAGE_URL, make_page(LINK), media_type="text/html")
    world.publish(JSON_URL, make_page(LINK), media_type="text/html")
    assert not open_address(world)
    assert len(world.asked) == 2


def test_code_in_a_picture_behind_an_address(world: IssuerSimulator) -> None:
    """A chain from address to code to address is not followed."""
    world.publish(PAGE_URL, render_qr_png("https://evil.example.com/x"), media_type="image/png")
    assert decoding_code(open_address(world)) == "decoding.not_recognized"
    assert world.asked == [PAGE_URL]


def test_nothing_there(world: IssuerSimulator) -> None:
    """An address that does not answer could not be checked, with the reason of the door."""
    report = open_address(world)
    assert (report.check(CheckName.DECODING).outcome, decoding_code(report)) == (
        Outcome.INDETERMINATE,
        "fetch.http_status",
    )
    assert report.headline is Headline.COULD_NOT_CHECK


def test_offline() -> None:
    """Without a network an address could not be checked."""
    world = IssuerSimulator()
    report = verify_url(PAGE_URL, context=VerificationContext(now=world.now, fetcher=OfflineFetcher()))
    assert decoding_code(report) == "fetch.offline"


def test_pasted_address_is_opened(world: IssuerSimulator, badge: bytes) -> None:
    """Whoever pastes an address has read it: it is opened through the guarded door."""
    world.publish(JSON_URL, badge)
    assert world.verify(f" {JSON_URL}\n")
