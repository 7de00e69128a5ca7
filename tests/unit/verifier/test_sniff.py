"""Telling apart what was presented."""

from __future__ import annotations

import io

import pytest
from fpdf import FPDF
from PIL import Image

from credentials import bake_png, bake_svg, render_qr_png
from schemas import CannotCheckError, DecodingError
from verifier import MAX_PRESENTED_BYTES, PresentedKind, read_presented, read_scanned

JSON = b'{"@context": []}'
TOKEN = b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'


@pytest.fixture(scope="module")
def picture() -> bytes:
    return render_qr_png("https://college.example.edu/b/abc")


def test_json_file() -> None:
    """A file that starts with a brace is JSON and is taken byte for byte."""
    presented = read_presented(b"\n " + JSON)
    assert (presented.kind, presented.credential) == (PresentedKind.JSON, b"\n " + JSON)


def test_json_text_loses_what_pasting_added() -> None:
    """Blank characters around pasted JSON are dropped."""
    assert read_presented("\ufeff\u00a0 " + JSON.decode() + "\u200b\n").credential == JSON


def test_file_with_a_byte_order_mark_is_not_mended() -> None:
    """A byte order mark in a file goes to the strict reader, which refuses it."""
    assert read_presented(b"\xef\xbb\xbf" + JSON).credential == b"\xef\xbb\xbf" + JSON


@pytest.mark.parametrize("data", [TOKEN, b"\n" + TOKEN + b"\r\n"])
def test_jws_file(data: bytes) -> None:
    """White space around a token in a file is dropped."""
    presented = read_presented(data)
    assert (presented.kind, presented.credential) == (PresentedKind.JWS, TOKEN)


def test_jws_file_is_not_mended_inside() -> None:
    """A line break inside a token in a file stays, for the strict reader to refuse."""
    assert b"\n" in read_presented(TOKEN[:30] + b"\n" + TOKEN[30:]).credential


def test_pasted_jws_is_joined() -> None:
    """Mail programs break long lines: a pasted token is put together again."""
    text = TOKEN.decode()
    presented = read_presented(f'  "{text[:20]}\r\n  {text[20:]}" ')
    assert (presented.kind, presented.credential) == (PresentedKind.JWS, TOKEN)


def test_baked_png(picture: bytes) -> None:
    """The credential comes out of a baked PNG."""
    presented = read_presented(bake_png(picture, JSON))
    assert (presented.kind, presented.credential) == (PresentedKind.PNG, JSON)


@pytest.mark.parametrize("credential", [JSON, TOKEN])
def test_baked_svg(credential: bytes) -> None:
    """The credential comes out of a baked SVG, also when the text of the SVG was pasted."""
    baked = bake_svg(SVG, credential)
    assert read_presented(baked).credential == credential
    assert read_presented(baked).kind is PresentedKind.SVG
    assert read_presented("\n" + baked.decode() + "\n").credential == credential


def test_pdf_with_the_badge_attached() -> None:
    """The credential comes out of a PDF certificate."""
    paper = FPDF()
    paper.add_page()
    paper.embed_file(bytes=TOKEN, basename="badge.jwt")
    presented = read_presented(bytes(paper.output()))
    assert (presented.kind, presented.credential) == (PresentedKind.PDF, TOKEN)


def test_photo_of_a_code_with_an_address(picture: bytes) -> None:
    """An address in a photographed code is given back unopened and marked as scanned."""
    presented = read_presented(picture)
    assert presented.kind is PresentedKind.QR_PHOTO
    assert (presented.url, presented.host, presented.scanned) == (
        "https://college.example.edu/b/abc",
        "college.example.edu",
        True,
    )


def test_photo_of_a_code_with_a_badge() -> None:
    """A whole signed badge may stand in the code."""
    presented = read_presented(render_qr_png(TOKEN.decode()))
    assert (presented.kind, presented.credential) == (PresentedKind.QR_PHOTO, TOKEN)


def test_photo_of_two_codes() -> None:
    """Two different codes in one photo: nobody can say which was meant."""
    page = Image.new("RGB", (1000, 500), "white")
    for place, text in enumerate(("https://a.example.org/1", "https://b.example.org/2")):
        code = Image.open(io.BytesIO(render_qr_png(text))).convert("RGB").resize((400, 400))
        page.paste(code, (50 + 500 * place, 50))
    photo = io.BytesIO()
    page.save(photo, "JPEG")
    with pytest.raises(CannotCheckError) as caught:
        read_presented(photo.getvalue())
    assert caught.value.code == "scan.several_codes"


def test_photo_of_nothing() -> None:
    """A photo without a code asks for a better photo."""
    photo = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(photo, "JPEG")
    with pytest.raises(CannotCheckError) as caught:
        read_presented(photo.getvalue())
    assert caught.value.code == "scan.no_code_in_photo"


def test_damaged_baked_picture(picture: bytes) -> None:
    """A PNG that is damaged is not searched for a code."""
    with pytest.raises(DecodingError) as caught:
        read_presented(picture[:60])
    assert caught.value.code == "decoding.image_malformed"


def test_picture_without_anything() -> None:
    """A picture with neither a badge nor a code says that there is no badge in it."""
    plain = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(plain, "PNG")
    with pytest.raises(DecodingError) as caught:
        read_presented(plain.getvalue())
    assert caught.value.code == "decoding.image_no_credential"


@pytest.mark.parametrize(
    "text",
    [
        "https://college.example.edu/b/abc",
        "  <https://college.example.edu/b/abc>\n",
        '"https://college.example.edu/b/abc"',
        "My badge: https://college.example.edu/b/abc.",
        "Hi,\nhere it is (https://college.example.edu/b/abc), see you!",
    ],
)
def test_pasted_address(text: str) -> None:
    """One address in a pasted text is found."""
    presented = read_presented(text)
    assert presented.url == "https://college.example.edu/b/abc"
    assert not presented.scanned


def test_pasted_message_with_a_token() -> None:
    """One token in a pasted message is found."""
    presented = read_presented(f"See my badge: {TOKEN.decode()} and call me")
    assert (presented.kind, presented.credential) == (PresentedKind.TEXT, TOKEN)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "decoding.empty"),
        ("\u200b \n", "decoding.empty"),
        (b"  ", "decoding.empty"),
        ("hello there", "decoding.not_recognized"),
        ("https://a.example.org/1 https://b.example.org/2", "decoding.not_recognized"),
        ("javascript:alert(1)", "decoding.not_recognized"),
        ("mailto:someone@example.org", "decoding.not_recognized"),
        ("https://example.org/" + "a" * 3000, "decoding.too_large"),
        ("\ud800", "decoding.lone_surrogate"),
        ("x" * 300_000, "decoding.too_large"),
        (b"\x00\x01\x02\x03", "decoding.not_recognized"),
        (b"\xfe\x00binary", "decoding.not_recognized"),
        (b"PK\x03\x04" + bytes(400_000), "decoding.not_recognized"),
        (bytes(MAX_PRESENTED_BYTES + 1), "decoding.too_large"),
        (b"GIF89a" + bytes(100), "image.type_mismatch"),
        (bytes(4) + b"ftypheic" + bytes(100), "image.type_mismatch"),
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "decoding.xml_dtd_forbidden"),
        (SVG, "decoding.image_no_credential"),
        (b"<!DOCTYPE html><p>Hello", "decoding.page_without_badge"),
        (b"\n<HTML lang=en>", "decoding.page_without_badge"),
    ],
)
def test_what_is_no_badge(data: bytes | str, code: str) -> None:
    """Each thing that is no badge has its own code."""
    with pytest.raises(DecodingError) as caught:
        read_presented(data)
    assert caught.value.code == code


def test_broken_picture_is_called_by_its_name() -> None:
    """Bytes of no known form in a file called .png are a damaged picture, not an unknown badge."""
    with pytest.raises(DecodingError) as caught:
        read_presented(b"\x00\x01\x02", filename="Badge.PNG")
    assert caught.value.code == "image.type_mismatch"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "http://college.example.edu/b/abc",
        "file:///etc/passwd",
        "ftp://example.org/badge.json",
        "openid-credential-offer://?credential_offer_uri=https://evil.example.com",
        "intent://scan/#Intent;scheme=zxing;end",
        "tel:+15550100",
        "WIFI:S:shop;T:WPA;P:secret;;",
        "upi://pay?pa=someone@example",
        "\u200bjavascript:alert(1)",
        "https:///x",
        "https://[bad/",
    ],
)
def test_scanned_code_of_another_scheme_is_refused(text: str) -> None:
    """T-51, corpus H 126: a code that is neither a badge nor an https address leads nowhere."""
    with pytest.raises(DecodingError) as caught:
        read_scanned(text)
    assert caught.value.code == "decoding.qr_unsupported_scheme"


def test_scanned_junk_is_not_recognized() -> None:
    """A code full of random letters is no badge."""
    with pytest.raises(DecodingError) as caught:
        read_scanned("A" * 2953)
    assert caught.value.code == "decoding.not_recognized"


def test_scanned_text_longer_than_any_code_is_refused() -> None:
    """ISO/IEC 18004: version 40-L holds 2,953 bytes."""
    with pytest.raises(DecodingError) as caught:
        read_scanned("A" * 2954)
    assert caught.value.code == "decoding.too_large"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://EXAMPLE.org/b", "example.org"),
        ("https://good.example.org@evil.example.com/b", "evil.example.com"),
        ("https://exаmple.org/b", "xn--exmple-4nf.org"),  # noqa: RUF001 - Cyrillic a
    ],
)
def test_host_is_the_one_that_would_be_asked(url: str, host: str) -> None:
    """A look-alike or a user name before the host does not hide the host."""
    assert read_scanned(url).host == host


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("badges.example.edu/b/abc", "https://badges.example.edu/b/abc"),
        ("badges.example.edu:8443/b/abc", "https://badges.example.edu:8443/b/abc"),
        ("My badge: badges.example.edu/b/abc.", "https://badges.example.edu/b/abc"),
    ],
)
def test_address_without_its_scheme_is_an_https_address(text: str, url: str) -> None:
    """What is printed on paper can be typed as it stands."""
    assert read_presented(text).url == url


@pytest.mark.parametrize("text", ["either/or", "dana@example.edu/b/abc", "badges.example.edu", "a.b/c"])
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    """A slash or a dot alone makes no address."""
    with pytest.raises(DecodingError):
        read_presented(text)
