"""QR codes are drawn so that cameras and other programs read them, and photos of them are read."""

from __future__ import annotations

import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image

from credentials import check_svg_inert, qr_runs, read_qr_photo, render_qr_png, render_qr_svg
from credentials.qr_reading import read_codes
from schemas import DecodingError

_ADDRESS = "https://skillmark.example.org/b/k3j9x2m8q7"


def _read_with_zxing(picture: Image.Image) -> list[str]:
    grey = picture.convert("L")
    pixels = memoryview(grey.tobytes()).cast("B", shape=[grey.height, grey.width])
    return [code.text for code in zxingcpp.read_barcodes(pixels, text_mode=zxingcpp.TextMode.Plain)]


def _saved(picture: Image.Image, form: str) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form)
    return stream.getvalue()


def _photo(*, angle: float = 12.0, form: str = "JPEG") -> bytes:
    """Return a code lying askew on a grey table."""
    table = Image.new("RGB", (1400, 1000), (120, 118, 110))
    code = Image.open(io.BytesIO(render_qr_png(_ADDRESS, module_px=12))).convert("RGB")
    table.paste(code.rotate(angle, expand=True, fillcolor=(120, 118, 110)), (300, 200))
    return _saved(table, form)


def test_png_is_read_by_an_independent_reader() -> None:
    """zxing-cpp reads what the qrcode library drew."""
    with Image.open(io.BytesIO(render_qr_png(_ADDRESS))) as picture:
        assert _read_with_zxing(picture) == [_ADDRESS]


def test_svg_draws_the_same_modules_as_the_png() -> None:
    """Drawn from its path alone, the SVG is read too; its square has the quiet zone of four modules."""
    root = ET.fromstring(render_qr_svg(_ADDRESS))  # noqa: S314 - our own output
    side = int(root.attrib["viewBox"].split()[2])
    picture = Image.new("L", (side * 6, side * 6), 255)
    path = root[1].attrib["d"]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        left, top = (int(x) + 4) * 6, (int(y) + 4) * 6
        picture.paste(0, (left, top, left + int(length) * 6, top + 6))
    assert root[1].attrib["transform"] == "translate(4 4)"
    assert _read_with_zxing(picture) == [_ADDRESS]


def test_svg_fits_into_a_page_with_a_strict_policy() -> None:
    """No prolog, no style, nothing active."""
    svg = render_qr_svg(_ADDRESS)
    assert svg.startswith("<svg ")
    assert "style" not in svg
    check_svg_inert(svg.encode())


def test_quiet_zone_of_the_png_is_white() -> None:
    """Four modules on every side stay empty (ISO/IEC 18004 §9.1)."""
    with Image.open(io.BytesIO(render_qr_png(_ADDRESS, module_px=3))) as picture:
        inner = picture.convert("L").point(lambda value: 255 - value).getbbox()
        assert inner == (12, 12, picture.width - 12, picture.height - 12)


def test_bytes_are_always_the_same() -> None:
    """Equal text gives equal files."""
    assert (render_qr_png(_ADDRESS), render_qr_svg(_ADDRESS)) == (render_qr_png(_ADDRESS), render_qr_svg(_ADDRESS))


@pytest.mark.parametrize("text", ["", "x" * 2954, "ñ" * 1477])
def test_text_that_does_not_fit_is_refused(text: str) -> None:
    """One to 2,953 bytes (version 40, level L, byte mode)."""
    with pytest.raises(ValueError, match="QR code holds"):
        qr_runs(text)


def test_largest_text_survives() -> None:
    """2,953 bytes come back: a whole signed badge fits."""
    text = "aZ09.-_" * 421 + "abcdef"
    assert read_qr_photo(render_qr_png(text, module_px=6)) == (text,)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_photo_is_read_in_every_form(form: str) -> None:
    """A code askew on a table is found."""
    assert read_qr_photo(_photo(form=form)) == (_ADDRESS,)


@pytest.mark.parametrize("angle", [0, 45, 90, 180, 271])
def test_photo_may_be_turned(angle: float) -> None:
    """Any way round."""
    assert read_qr_photo(_photo(angle=angle)) == (_ADDRESS,)


def test_white_on_black_is_read() -> None:
    """A screen in dark mode."""
    with Image.open(io.BytesIO(render_qr_png(_ADDRESS))) as picture:
        dark = picture.convert("L").point(lambda value: 255 - value)
    assert read_qr_photo(_saved(dark, "PNG")) == (_ADDRESS,)


def test_transparent_picture_is_read_on_white() -> None:
    """Black on nothing, as an SVG export often is."""
    with Image.open(io.BytesIO(render_qr_png(_ADDRESS))) as picture:
        grey = picture.convert("L")
    layer = Image.new("RGBA", grey.size)
    layer.putalpha(grey.point(lambda value: 255 - value))
    assert read_qr_photo(_saved(layer, "PNG")) == (_ADDRESS,)


def test_several_codes_are_all_returned() -> None:
    """Which one counts is not decided here."""
    table = Image.new("L", (900, 500), 255)
    for left, text in ((20, "https://example.org/one"), (470, "https://example.org/two")):
        with Image.open(io.BytesIO(render_qr_png(text, module_px=10))) as code:
            table.paste(code.convert("L"), (left, 50))
    assert set(read_qr_photo(_saved(table, "PNG"))) == {"https://example.org/one", "https://example.org/two"}


def test_picture_without_a_code_gives_nothing() -> None:
    """An empty table holds no code, and that is no error here."""
    assert read_qr_photo(_saved(Image.new("RGB", (800, 600), "grey"), "JPEG")) == ()


def test_letters_beyond_ascii_survive() -> None:
    """The text is UTF-8 both ways."""
    assert read_qr_photo(render_qr_png("https://example.org/ñandú/日本")) == ("https://example.org/ñandú/日本",)


@pytest.mark.parametrize(
    ("photo", "texts"),
    [
        (_photo(form="PNG"), [_ADDRESS]),
        (_photo(form="JPEG"), [_ADDRESS]),
        (_saved(Image.new("RGBA", (2500, 90)), "PNG"), []),
        (_saved(Image.new("P", (9, 9)), "PNG"), []),
    ],
    ids=["png", "jpeg", "transparent", "palette"],
)
def test_reader_gives_the_same_without_the_sandbox(photo: bytes, texts: list[str]) -> None:
    """The function that runs in the child, called here."""
    assert json.loads(read_codes(photo)) == texts


@pytest.mark.parametrize(
    ("photo", "code"),
    [
        (b"\xff\xd8\xff", "image.type_mismatch"),
        (_photo()[:2000], "decoding.image_malformed"),
        (_saved(Image.new("1", (16_001, 1000)), "PNG"), "image.too_large"),
    ],
    ids=["no picture", "cut", "17 Mpx"],
)
def test_reader_refuses_without_the_sandbox(photo: bytes, code: str) -> None:
    """Its refusals, called here."""
    with pytest.raises(DecodingError) as caught:
        read_codes(photo)
    assert caught.value.code == code
