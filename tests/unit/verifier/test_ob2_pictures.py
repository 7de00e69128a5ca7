"""Pictures with a badge of Open Badges 2.0 in them: PNG and SVG, with an address, a document or a signed badge."""

from __future__ import annotations

import zlib

import pytest

from schemas import encode_json
from tests.doubles.issuer_simulator import IssuerSimulator
from tests.doubles.old_badges import OldIssuer
from tests.pictures import chunk, itxt, png
from verifier import CheckName, Headline, Outcome, Verdict

KEYWORD = b"openbadges"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">'
    "<openbadges:assertion {}</openbadges:assertion></svg>"
)


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> OldIssuer:
    return OldIssuer(world=world)


def _tagged(kind: bytes, text: bytes) -> bytes:
    if kind == b"iTXt":
        return itxt(text, keyword=KEYWORD)
    if kind == b"zTXt":
        return chunk(kind, KEYWORD + b"\0\0" + zlib.compress(text))
    return chunk(kind, KEYWORD + b"\0" + text)


@pytest.mark.parametrize("kind", [b"iTXt", b"tEXt", b"zTXt"])
@pytest.mark.parametrize("content", ["address", "document", "signed"])
def test_png(world: IssuerSimulator, issuer: OldIssuer, kind: bytes, content: str) -> None:
    """The chunk `openbadges` holds an address, a hosted badge or a signed one (OB 2.0 Baking)."""
    document = issuer.issue_hosted()
    texts = {"address": issuer.award_id.encode(), "document": document, "signed": issuer.issue_signed()}
    assert world.verify(png(_tagged(kind, texts[content]))).verdict is Verdict.VERIFIED


@pytest.mark.parametrize("content", ["address", "document", "address and document", "signed"])
def test_svg(world: IssuerSimulator, issuer: OldIssuer, content: str) -> None:
    """The element `assertion` holds it in its attribute, its body, or both (OB 2.0 Baking)."""
    body = f"<![CDATA[{issuer.issue_hosted().decode()}]]>"
    forms = {
        "address": f'verify="{issuer.award_id}">',
        "document": f">{body}",
        "address and document": f'verify="{issuer.award_id}">{body}',
        "signed": f'verify="{issuer.issue_signed().decode()}">',
    }
    assert world.verify(SVG.format(forms[content]).encode()).verdict is Verdict.VERIFIED


def test_picture_behind_an_address(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A link to a picture that holds the link of its badge is followed, once."""
    picture = png(itxt(issuer.award_id.encode(), keyword=KEYWORD))
    world.publish("https://badges.example.edu/picture.png", picture, media_type="image/png")
    assert world.verify("https://badges.example.edu/picture.png").verdict is Verdict.VERIFIED


def test_pictures_that_lead_on_are_not_followed(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A picture that leads to a picture that leads on ends in a report."""
    address = "https://badges.example.edu/picture.png"
    world.publish(address, png(itxt(address.encode(), keyword=KEYWORD)), media_type="image/png")
    report = issuer.world.verify(address)
    assert report.check(CheckName.DECODING).outcome is Outcome.FAILED
    assert world.asked == [address]


def test_picture_with_an_address_without_https(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """An old picture that names an http address is not opened; nothing speaks against the badge."""
    world.break_down("http://badges.example.edu/awards/1", code="fetch.scheme_forbidden")
    report = issuer.world.verify(png(itxt(b"http://badges.example.edu/awards/1", keyword=KEYWORD)))
    assert report.headline is Headline.COULD_NOT_CHECK
    assert report.check(CheckName.DECODING).code == "fetch.scheme_forbidden"


def test_two_badges_in_one_picture(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """Two different badges leave open which one was meant."""
    other = encode_json(issuer.compose_hosted(narrative="Another"))
    report = world.verify(png(_tagged(b"iTXt", issuer.issue_hosted()), _tagged(b"tEXt", other)))
    assert report.check(CheckName.DECODING).code == "decoding.image_ambiguous"


def test_signature_and_body_in_one_svg(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A signed badge beside another document leaves open which one was meant."""
    picture = SVG.format(f'verify="{issuer.issue_signed().decode()}">{{}}')
    assert world.verify(picture.encode()).check(CheckName.DECODING).code == "decoding.image_ambiguous"


def test_compressed_text_has_a_limit(world: IssuerSimulator) -> None:
    """A zTXt chunk that unpacks without end is refused."""
    bomb = chunk(b"zTXt", KEYWORD + b"\0\0" + zlib.compress(b" " * 40_000_000, 9))
    assert world.verify(png(bomb)).check(CheckName.DECODING).code == "decoding.inflate_limit"
