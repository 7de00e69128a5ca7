"""Corpus of bad inputs, group G: images and baking. Every input gives its code, and costs little."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from credentials import bake_png, check_image, extract_png, extract_svg
from credentials.picture_reading import check_pixels
from schemas import DecodingError
from tests.doubles.cost import within_cost
from tests.pictures import END, JSON_BADGE, KEYWORD, OTHER_BADGE, PIXELS, SIGNATURE, SVG, chunk, header, itxt, png

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_COST = 8.0  # yardsticks


def _code(read: Callable[[bytes], object], data: bytes) -> str:
    def refuse() -> str:
        with pytest.raises(DecodingError) as caught:
            read(data)
        return caught.value.code

    return within_cost(_MAX_COST, refuse)


_BAD_PNG = {
    "two different credentials": (png(itxt(JSON_BADGE), itxt(OTHER_BADGE)), "decoding.image_ambiguous"),
    "one byte differs": (png(itxt(JSON_BADGE), itxt(JSON_BADGE + b" ")), "decoding.image_ambiguous"),
    "wrong CRC on the credential": (
        png(chunk(b"iTXt", KEYWORD + bytes(5) + JSON_BADGE, crc=1)),
        "decoding.image_malformed",
    ),
    "wrong CRC on another chunk": (png(itxt(JSON_BADGE), chunk(b"gAMA", bytes(4), crc=0)), "decoding.image_malformed"),
    "length 2^31-1": (SIGNATURE + header() + struct.pack(">I", 2**31 - 1) + b"iTXtxxxx", "decoding.image_malformed"),
    "length 2^32-1": (SIGNATURE + header() + struct.pack(">I", 2**32 - 1) + b"iTXtxxxx", "decoding.image_malformed"),
    "no header": (SIGNATURE + itxt(JSON_BADGE) + END, "decoding.image_malformed"),
    "short header": (SIGNATURE + chunk(b"IHDR", bytes(12)) + END, "decoding.image_malformed"),
    "no end": (SIGNATURE + header() + itxt(JSON_BADGE) + PIXELS, "decoding.image_malformed"),
    "chunk type of digits": (png(chunk(b"12 4", b"")), "decoding.image_malformed"),
    "20,001 chunks": (png(chunk(b"tIME", b"") * 20_001), "decoding.image_malformed"),
    "0 pixels": (SIGNATURE + header(0, 5) + END, "decoding.image_malformed"),
    "30,000 by 30,000 pixels": (SIGNATURE + header(30_000, 30_000) + itxt(JSON_BADGE) + END, "image.too_large"),
    "169 million pixels": (SIGNATURE + header(13_000, 13_000) + itxt(JSON_BADGE) + END, "image.too_large"),
    "one very long line": (SIGNATURE + header(100_000, 1) + itxt(JSON_BADGE) + END, "image.too_large"),
    "5 MiB": (png(chunk(b"tEXt", bytes(5 * 1024 * 1024))), "image.too_large"),
    "tEXt": (png(chunk(b"tEXt", KEYWORD + b"\0" + JSON_BADGE)), "decoding.image_no_credential"),
    "Open Badges 2": (png(chunk(b"tEXt", b"openbadges\0https://example.org/1")), "decoding.image_no_credential"),
    "longer keyword": (png(itxt(JSON_BADGE, keyword=KEYWORD + b"X")), "decoding.image_no_credential"),
    "credential after the end": (png(after=itxt(JSON_BADGE)), "decoding.image_no_credential"),
    "GIF": (b"GIF89a" + bytes(30), "image.type_mismatch"),
    "line ends changed on the way": (png(itxt(JSON_BADGE)).replace(b"\r\n", b"\n", 1), "image.type_mismatch"),
}


@pytest.mark.parametrize("name", _BAD_PNG)
def test_bad_png_gives_its_code(name: str) -> None:
    """Extraction says what is wrong."""
    image, code = _BAD_PNG[name]
    assert _code(extract_png, image) == code


_APNG = chunk(b"acTL", struct.pack(">II", 1, 0)) + chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 2, 2, 0, 0, 1, 1, 0, 0))


def test_animated_png_keeps_its_credential() -> None:
    """An APNG is a PNG: its one credential is read and its frames survive baking."""
    assert extract_png(png(_APNG, itxt(JSON_BADGE))) == JSON_BADGE
    assert _APNG in bake_png(png(_APNG), JSON_BADGE)


def test_pixel_bomb_is_never_unpacked() -> None:
    """Pixels are not decoded: 200 MB of zeros behind the credential cost nothing."""
    bomb = chunk(b"IDAT", zlib.compress(bytes(200_000_000), 9))
    image = SIGNATURE + header(8000, 6000) + itxt(JSON_BADGE) + bomb + END
    assert within_cost(_MAX_COST, lambda: extract_png(image)) == JSON_BADGE


_ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
_BAD_SVG = {
    "document type": b"<!DOCTYPE svg>" + SVG,
    "public document type": b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">' + SVG,
    "external entity": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]><svg>&x;</svg>',
    "parameter entity": b'<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://127.0.0.1/x">%x;]><svg/>',
    "billion laughs": b'<!DOCTYPE svg [<!ENTITY a0 "ha">' + _ENTITIES + b"]><svg>&a8;</svg>",
    "quadratic blow-up": b'<!DOCTYPE svg [<!ENTITY a "' + b"x" * 50_000 + b'">]><svg>' + b"&a;" * 5000 + b"</svg>",
    "XInclude": SVG.replace(
        b"<circle", b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/><circle'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _BAD_SVG)
@pytest.mark.parametrize("read", [extract_svg, check_image], ids=["extract", "upload"])
def test_svg_that_pulls_in_text_is_refused(name: str, read: Callable[[bytes], object]) -> None:
    """No document type, no entity, no inclusion, whatever it holds."""
    assert _code(read, _BAD_SVG[name]) == "decoding.xml_dtd_forbidden"


_BAD_UPLOADS = {
    "HTML after the PNG": (png(after=b"<html><script>alert(1)</script>"), "", "image.type_mismatch"),
    "zip after the PNG": (png(after=b"PK\x05\x06" + bytes(18)), "", "image.type_mismatch"),
    "HTML inside the PNG": (png(chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")), "", "image.type_mismatch"),
    "page before the PNG": (b"<html>" + png(), "", "image.type_mismatch"),
    "PNG named .svg": (png(), "badge.svg", "image.type_mismatch"),
    "SVG named .png": (SVG, "badge.PNG", "image.type_mismatch"),
    "PNG named .html": (png(), "badge.html", "image.type_mismatch"),
    "GIF": (b"GIF89a" + bytes(30), "badge.gif", "image.type_mismatch"),
    "WebP": (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(30), "badge.webp", "image.type_mismatch"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(30), "", "image.type_mismatch"),
    "PDF": (b"%PDF-1.7", "", "image.type_mismatch"),
    "nothing": (b"", "", "image.type_mismatch"),
    "HTML page": (b"<!DOCTYPE html><html></html>", "badge.svg", "image.type_mismatch"),
    "XHTML page": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "", "image.type_mismatch"),
    "more than 2 MiB": (png(chunk(b"tEXt", bytes(2 * 1024 * 1024))), "", "image.too_large"),
    "30,000 by 30,000 pixels": (SIGNATURE + header(30_000, 30_000) + PIXELS + END, "", "image.too_large"),
    "20 million pixels": (SIGNATURE + header(5000, 4000) + PIXELS + END, "", "image.too_large"),
    "pixels that cannot be unpacked": (
        SIGNATURE + header() + chunk(b"IDAT", b"junk") + END,
        "",
        "decoding.image_malformed",
    ),
    "too few pixels": (SIGNATURE + header(900, 900) + PIXELS + END, "", "decoding.image_malformed"),
    "no pixels": (SIGNATURE + header() + END, "", "decoding.image_malformed"),
    "wrong CRC": (SIGNATURE + header() + chunk(b"IDAT", b"x", crc=0) + END, "", "decoding.image_malformed"),
}


@pytest.mark.parametrize("name", _BAD_UPLOADS)
def test_bad_upload_gives_its_code(name: str) -> None:
    """A picture for an achievement is what it says it is, and nothing else besides."""
    data, filename, code = _BAD_UPLOADS[name]
    assert _code(lambda image: check_image(image, filename=filename), data) == code


@pytest.mark.parametrize(
    ("data", "filename", "media_type"),
    [
        (png(), "", "image/png"),
        (png(), "Badge.PNG", "image/png"),
        (SVG, "badge.svg", "image/svg+xml"),
        (b'<?xml version="1.0"?>\n' + SVG, "", "image/svg+xml"),
        (b"<!-- made by hand -->" + SVG, "", "image/svg+xml"),
    ],
)
def test_good_upload_is_named(data: bytes, filename: str, media_type: str) -> None:
    """The bytes decide what it is."""
    assert check_image(data, filename=filename) == media_type


def test_pixels_are_judged_the_same_without_the_sandbox() -> None:
    """The function that runs in the child, called here."""
    assert check_pixels(png()) == b""
    with pytest.raises(DecodingError, match="image_malformed"):
        check_pixels(SIGNATURE + header() + chunk(b"IDAT", b"junk") + END)
