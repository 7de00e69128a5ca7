"""Corpus of bad inputs, group H: QR codes and photos. Codes are read from real pictures."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from credentials import read_qr_photo, render_qr_png
from schemas import BadgeError
from tests.pictures import END, SIGNATURE, chunk, header
from verifier import PresentedKind, read_presented

_BAD_PAYLOADS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:application/json;base64,e30=",
    "http://skillmark.example.org/b/1",
    "ftp://example.org/badge.json",
    "file:///etc/hostname",
    "blob:https://example.org/1",
    "about:blank",
    "view-source:https://example.org/",
    "vbscript:msgbox(1)",
    "tel:+15550100",
    "sms:+15550100?body=hi",
    "mailto:someone@example.org",
    "geo:0,0",
    "intent://scan/#Intent;scheme=zxing;end",
    "market://details?id=org.example",
    "openid-credential-offer://?credential_offer_uri=https://attacker.example.org/offer",
    "openid4vp://authorize?client_id=https://attacker.example.org",
    "haip://x",
    "dcc://request?issuer=x",
    "WIFI:T:WPA;S:net;P:TEST ONLY;;",
    "otpauth://totp/x?secret=TESTONLY",
    "bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "chrome://settings",
    "ws://example.org/",
    "urn:uuid:00000000-0000-4000-8000-000000000000",
)


def _code(data: bytes) -> str:
    with pytest.raises(BadgeError) as caught:
        read_presented(data)
    return caught.value.code


@pytest.mark.parametrize("payload", _BAD_PAYLOADS)
def test_other_schemes_are_not_followed(payload: str) -> None:
    """Only an https address or a signed badge counts; everything else is named and left alone."""
    assert _code(render_qr_png(payload)) == "decoding.qr_unsupported_scheme"


def test_junk_of_full_size_is_no_badge() -> None:
    """2,953 bytes of letters are read and recognised as nothing."""
    assert _code(render_qr_png("junk " * 590)) == "decoding.not_recognized"


def test_look_alike_address_is_only_reported() -> None:
    """An address is returned with its host for a person to read; nothing is opened."""
    found = read_presented(render_qr_png("https://verify.examp1e.org/b/1"))
    assert (found.kind, found.host, found.scanned) == (PresentedKind.QR_PHOTO, "verify.examp1e.org", True)


def test_two_codes_in_one_photo_are_not_guessed_between() -> None:
    """A sticker beside the real code must not win."""
    table = Image.new("L", (900, 500), 255)
    for left, text in ((20, "https://example.org/one"), (470, "https://example.com/two")):
        with Image.open(io.BytesIO(render_qr_png(text, module_px=10))) as code:
            table.paste(code.convert("L"), (left, 50))
    stream = io.BytesIO()
    table.save(stream, "JPEG")
    assert _code(stream.getvalue()) == "scan.several_codes"


def _jpeg(width: int, height: int) -> bytes:
    """Return a small JPEG whose frame header claims another size (ITU-T T.81 §B.2.2)."""
    stream = io.BytesIO()
    Image.new("L", (8, 8)).save(stream, "JPEG")
    data = bytearray(stream.getvalue())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _png(width: int, height: int, pixels: bytes = b"") -> bytes:
    return SIGNATURE + header(width, height) + chunk(b"IDAT", zlib.compress(pixels)) + END


_BAD_PHOTOS = {
    "50 Mpx JPEG": (_jpeg(10_000, 5_000), "image.too_large"),
    "4,000 Mpx JPEG": (_jpeg(65_000, 65_000), "image.too_large"),
    "50 Mpx PNG": (_png(10_000, 5_000), "image.too_large"),
    "17 Mpx PNG": (_png(17_000, 1_000), "image.too_large"),
    "13 MiB": (b"\xff\xd8\xff" + bytes(13 * 1024 * 1024), "image.too_large"),
    "0 px PNG": (_png(0, 0), "image.type_mismatch"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "image.type_mismatch"),
    "AVIF": (b"\0\0\0\x18ftypavif" + bytes(100), "image.type_mismatch"),
    "TIFF": (b"II*\0" + bytes(100), "image.type_mismatch"),
    "GIF": (b"GIF89a" + bytes(100), "image.type_mismatch"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "image.type_mismatch"),
    "RIFF that is no picture": (b"RIFF\x24\0\0\0WAVEfmt " + bytes(30), "image.type_mismatch"),
    "nothing": (b"", "image.type_mismatch"),
}


@pytest.mark.parametrize("name", _BAD_PHOTOS)
def test_bad_photo_gives_its_code(name: str) -> None:
    """Sizes are judged before a pixel is decoded; only three kinds of picture are opened at all."""
    photo, code = _BAD_PHOTOS[name]
    with pytest.raises(BadgeError) as caught:
        read_qr_photo(photo)
    assert caught.value.code == code


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_cut_photo_gives_an_error_of_ours(form: str, share: float) -> None:
    """A broken upload is malformed; it never crashes and never hangs."""
    stream = io.BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(stream, form)
    data = stream.getvalue()
    with pytest.raises(BadgeError) as caught:
        read_qr_photo(data[: int(len(data) * share)])
    assert caught.value.code in {"decoding.image_malformed", "image.type_mismatch"}


def test_unpacked_colour_profile_does_not_grow_without_end() -> None:
    """A compressed profile of 300 MB inside a small PNG ends in an error of ours."""
    profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(300_000_000), 9))
    photo = SIGNATURE + header() + profile + chunk(b"IDAT", zlib.compress(bytes(14))) + END
    with pytest.raises(BadgeError) as caught:
        read_qr_photo(photo)
    assert caught.value.code == "decoding.image_malformed"
