"""For any credential: what is baked, attached or drawn as a code comes out again."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from credentials import (
    BadgeArt,
    bake_png,
    bake_svg,
    check_svg_inert,
    extract_png,
    extract_svg,
    qr_runs,
    read_qr_photo,
    render_badge_svg,
    render_qr_png,
)
from issuer import CertificateFacts, render_certificate
from pages import printable_text
from schemas import DecodingError, encode_json
from tests.pictures import JSON_BADGE, SVG, png

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)
_OBJECTS = st.dictionaries(_TEXT, _JSON, min_size=1, max_size=6)
_PART = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=80)
_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@given(_OBJECTS)
def test_document_survives_a_png(document: dict[str, object]) -> None:
    """Any JSON object comes out of a PNG to the byte."""
    credential = encode_json(document)  # type: ignore[arg-type]
    assert extract_png(bake_png(png(), credential)) == credential


@given(_OBJECTS)
def test_document_survives_an_svg(document: dict[str, object]) -> None:
    """Any JSON object comes out of an SVG with the same meaning, and to the byte unless XML cannot carry a sign."""
    credential = encode_json(document)  # type: ignore[arg-type]
    extracted = extract_svg(bake_svg(SVG, credential))
    assert json.loads(extracted) == json.loads(credential)
    if not {"\ufffe", "\uffff"} & set(credential.decode()):
        assert extracted == credential


@given(_PART, _PART, _PART)
def test_jws_survives_both(header: str, payload: str, signature: str) -> None:
    """Any compact JWS comes out of either picture to the byte."""
    jws = f"{header}.{payload}.{signature}".encode()
    assert (extract_png(bake_png(png(), jws)), extract_svg(bake_svg(SVG, jws))) == (jws, jws)


@given(_OBJECTS, _OBJECTS)
def test_baking_again_leaves_only_the_last(first: dict[str, object], second: dict[str, object]) -> None:
    """Baking twice is the same as baking the second alone."""
    one, two = encode_json(first), encode_json(second)  # type: ignore[arg-type]
    assert bake_png(bake_png(png(), one), two) == bake_png(png(), two)
    assert bake_svg(bake_svg(SVG, one), two) == bake_svg(SVG, two)


@given(st.data())
def test_one_changed_byte_of_a_png_is_noticed(data: st.DataObject) -> None:
    """Any single changed byte gives an error of ours, never another credential."""
    baked = bytearray(bake_png(png(), JSON_BADGE))
    place = data.draw(st.integers(0, len(baked) - 1))
    baked[place] ^= data.draw(st.integers(1, 255))
    try:
        found = extract_png(bytes(baked))
    except DecodingError:
        return
    raise AssertionError(f"byte {place} changed and {len(found)} bytes came out")


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"<svg xmlns='http://www.w3.org/2000/svg'>"])
)
def test_any_bytes_give_an_error_of_ours(data: bytes, start: bytes) -> None:
    """Readers raise nothing else, whatever comes."""
    for read in (extract_png, extract_svg, check_svg_inert):
        try:
            read(start + data)
        except DecodingError:
            continue


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=250))
def test_qr_round_trip(text: str) -> None:
    """Any text that is drawn as a QR code is read again."""
    assert read_qr_photo(render_qr_png(text)) == (text,)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100))
def test_runs_cover_the_dark_modules(text: str) -> None:
    """The runs that PDF and SVG draw are the dark modules of the PNG."""
    with Image.open(io.BytesIO(render_qr_png(text, module_px=1))) as picture:
        dark = {(x, y) for y in range(picture.height) for x in range(picture.width) if picture.getpixel((x, y)) == 0}
    assert {(x + 4 + step, y + 4) for x, y, length in qr_runs(text) for step in range(length)} == dark


@settings(max_examples=30, deadline=None)
@given(_TEXT, _TEXT)
def test_any_title_gives_an_inert_badge(title: str, issuer_name: str) -> None:
    """No title breaks out of the drawing."""
    check_svg_inert(render_badge_svg(BadgeArt(title=title, issuer_name=issuer_name)))


@settings(max_examples=30, deadline=None)
@given(_TEXT, _TEXT, st.lists(_TEXT, max_size=5))
def test_any_words_give_a_certificate(name: str, title: str, sentences: list[str]) -> None:
    """No name and no sentence breaks the page, and every sign is one that its fonts have."""
    facts = CertificateFacts(recipient_name=name, achievement_name=title, issuer_name=name, can_do=tuple(sentences))
    pdf = render_certificate(
        facts, original=JSON_BADGE, original_name="badge.json", page_url="https://example.org/b/1", badge_png=b"",
        issued_at=_AT,
    )  # fmt: skip
    assert pdf.startswith(b"%PDF-")
    assert printable_text(name).isprintable()
