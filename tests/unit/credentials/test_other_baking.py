"""Pictures of Open Badges 2.0 and CLR 2.0: where their badge stands, and what is none."""

from __future__ import annotations

import zlib

import pytest

from credentials import bake_png, bake_svg, extract_other_png, extract_other_svg, extract_png, extract_svg
from schemas import DecodingError
from tests.pictures import JSON_BADGE, JWS, OTHER_BADGE, SVG, chunk, itxt, png

OB2 = "http://openbadges.org"
CLR = "https://purl.imsglobal.org/clr/v2p0"


def _svg(namespace: str, local: str, attributes: str = "", body: str = "", *, times: int = 1) -> bytes:
    element = f"<b:{local} {attributes}>{body}</b:{local}>" * times
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:b="{namespace}">{element}</svg>'.encode()


def _refused(call: object, image: bytes) -> str:
    assert callable(call)
    with pytest.raises(DecodingError) as caught:
        call(image)
    return caught.value.code


@pytest.mark.parametrize("keyword", [b"openbadges", b"clrcredential"])
def test_png(keyword: bytes) -> None:
    """Both keywords are read, from the chunk that the standards name."""
    assert extract_other_png(png(itxt(JSON_BADGE, keyword=keyword))) == JSON_BADGE


def test_text_in_two_encodings() -> None:
    """`tEXt` is Latin-1 by its standard and UTF-8 as bakers wrote it: both come out as UTF-8."""
    assert extract_other_png(png(chunk(b"tEXt", b"openbadges\0" + JSON_BADGE))) == JSON_BADGE
    latin = JSON_BADGE.decode("utf-8").encode("latin-1")
    assert extract_other_png(png(chunk(b"tEXt", b"openbadges\0" + latin))) == JSON_BADGE


def test_same_badge_twice() -> None:
    """The same badge in two chunks is one."""
    twice = png(itxt(JWS, keyword=b"openbadges"), chunk(b"tEXt", b"openbadges\0" + JWS))
    assert extract_other_png(twice) == JWS


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (png(), "decoding.image_no_credential"),
        (png(itxt(b"  ", keyword=b"openbadges")), "decoding.image_no_credential"),
        (png(itxt(JWS, keyword=b"openbadgesX")), "decoding.image_no_credential"),
        (
            png(itxt(JSON_BADGE, keyword=b"openbadges"), itxt(OTHER_BADGE, keyword=b"clrcredential")),
            "decoding.image_ambiguous",
        ),
        (png(chunk(b"zTXt", b"openbadges\0\1" + zlib.compress(JWS))), "decoding.image_malformed"),
        (png(chunk(b"zTXt", b"openbadges\0\0not compressed")), "decoding.image_malformed"),
        (png(chunk(b"iTXt", b"openbadges\0\0\0")), "decoding.image_malformed"),
    ],
)
def test_png_refused(image: bytes, code: str) -> None:
    """No badge, two badges, or a chunk that breaks the PNG standard."""
    assert _refused(extract_other_png, image) == code


@pytest.mark.parametrize("keyword", [b"openbadges", b"clrcredential"])
@pytest.mark.parametrize("turned", [False, True])
def test_png_of_two_standards(keyword: bytes, turned: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A badge of today beside another of an older standard is not guessed between, in either order."""
    chunks = [itxt(JSON_BADGE), itxt(OTHER_BADGE, keyword=keyword)]
    assert _refused(extract_png, png(*(chunks[::-1] if turned else chunks))) == "decoding.image_ambiguous"


def test_svg_of_two_standards() -> None:
    """The same in an SVG."""
    today = bake_svg(SVG, JSON_BADGE)
    element = f'<b:assertion xmlns:b="{OB2}" verify="https://a.example.org/1"/></svg>'.encode()
    assert _refused(extract_svg, today.replace(b"</svg>", element)) == "decoding.image_ambiguous"


def test_baking_replaces_an_older_standard() -> None:
    """What we bake can be read again, whatever was baked before."""
    assert extract_png(bake_png(png(itxt(OTHER_BADGE, keyword=b"openbadges")), JSON_BADGE)) == JSON_BADGE
    assert extract_svg(bake_svg(_svg(OB2, "assertion", 'verify="x"'), JSON_BADGE)) == JSON_BADGE


@pytest.mark.parametrize(("namespace", "local"), [(OB2, "assertion"), (CLR, "credential")])
def test_svg(namespace: str, local: str) -> None:
    """Both elements are read: an address or a token from the attribute, JSON from the body."""
    body = f"<![CDATA[{JSON_BADGE.decode()}]]>"
    assert extract_other_svg(_svg(namespace, local, body=body)) == JSON_BADGE
    assert extract_other_svg(_svg(namespace, local, f'verify="{JWS.decode()}"')) == JWS
    assert extract_other_svg(_svg(namespace, local, 'verify="https://a.example.org/1"', body)) == JSON_BADGE


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (_svg(OB2, "badge", 'verify="x"'), "decoding.image_no_credential"),
        (_svg(CLR, "assertion", 'verify="x"'), "decoding.image_no_credential"),
        (_svg(OB2, "assertion"), "decoding.image_no_credential"),
        (_svg(OB2, "assertion", 'verify="x"', times=2), "decoding.image_ambiguous"),
        (_svg(OB2, "assertion", f'verify="{JWS.decode()}"', "{}"), "decoding.image_ambiguous"),
        (_svg(OB2, "assertion", 'verify="x"', "<b:more/>"), "decoding.image_malformed"),
    ],
)
def test_svg_refused(image: bytes, code: str) -> None:
    """No badge, two badges, a token beside a document, or elements where text belongs."""
    assert _refused(extract_other_svg, image) == code
