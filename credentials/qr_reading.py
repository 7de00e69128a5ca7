"""The part of `qr_photo` that runs in the child process; the one door to zxing-cpp."""

from __future__ import annotations

import io
import json
import struct
import zlib
from functools import partial
from typing import TYPE_CHECKING

import zxingcpp
from PIL import Image, UnidentifiedImageError

from schemas import DecodingError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_PIXELS = 50_000_000  # refused from here on
# JPEG is decoded at a fraction of its size; the others need every pixel, at some 10 ms for each million.
MAX_WHOLE_DECODE_PIXELS = 16_000_000
MAX_CODES = 16
_WORKING_PX = 2000
_LOOKS_PX = (1200, 2 * _WORKING_PX)  # longer side; a code that a small look misses may show in a larger one
_FRAME_PX = 1000  # longer side
_READ_QUICKLY = partial(zxingcpp.read_barcodes, try_rotate=False, try_downscale=False, try_invert=False)
# What Pillow raises on damaged files besides UnidentifiedImageError.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)


def read_codes(image: bytes) -> bytes:
    """Return the texts of the QR codes in `image` as a JSON list.

    Raises:
        DecodingError: See `qr_photo.read_qr_photo`.
    """
    return _read(image, _find_codes)


def read_frame(image: bytes) -> bytes:
    """Return the texts of the QR codes in one frame of a camera as a JSON list.

    Raises:
        DecodingError: See `qr_photo.read_qr_frame`.
    """
    return _read(image, _find_codes_quickly)


def _read(image: bytes, find: Callable[[Image.Image], list[str]]) -> bytes:
    Image.MAX_IMAGE_PIXELS = None  # ours follows, before any pixel is decoded
    try:
        with Image.open(io.BytesIO(image), formats=("JPEG", "PNG", "WEBP")) as picture:
            _check_size(picture)
            picture.draft("L", (_LOOKS_PX[-1], _LOOKS_PX[-1]))  # a JPEG is then not even decoded in full
            picture.load()
    except UnidentifiedImageError as error:
        raise DecodingError("image.type_mismatch", "no picture that can be read") from error
    except _DAMAGED as error:
        raise DecodingError("decoding.image_malformed", "the picture is damaged") from error
    # The file has been read: what goes wrong from here on is a mistake of ours, not damage.
    return json.dumps(find(picture)).encode("ascii")


def _check_size(picture: Image.Image) -> None:
    pixels = picture.width * picture.height
    if pixels == 0:
        raise DecodingError("image.type_mismatch", "a picture of no pixels")
    if pixels >= MAX_PIXELS or (picture.format != "JPEG" and pixels > MAX_WHOLE_DECODE_PIXELS):
        raise DecodingError("image.too_large", detail={"width_px": picture.width, "height_px": picture.height})


def _find_codes(picture: Image.Image) -> list[str]:
    grey = _flatten(picture)
    grey = grey.reduce(max(1, max(grey.size) // _WORKING_PX))
    for side in _LOOKS_PX:
        look = grey.copy()
        look.thumbnail((side, side), Image.Resampling.BOX)
        found = _scan(look)
        if found or max(grey.size) <= side:
            return found
    return []


def _find_codes_quickly(picture: Image.Image) -> list[str]:
    """Take one small look in one direction: a QR code has none, and the next frame comes soon."""
    look = _flatten(picture)
    look.thumbnail((_FRAME_PX, _FRAME_PX), Image.Resampling.BOX)
    return _scan(look, read=_READ_QUICKLY)


def _flatten(picture: Image.Image) -> Image.Image:
    """Return it in grey, on white where it is transparent."""
    if picture.mode.startswith("I;16"):  # Pillow would cut off what is brighter than 255
        return picture.convert("I").point(lambda level: level / 257).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("L")
    layer = picture.convert("RGBA").convert("LA")  # the colours of a palette have their own transparency
    paper = Image.new("L", layer.size, 255)
    paper.paste(layer.getchannel("L"), mask=layer.getchannel("A"))
    return paper


def _scan(look: Image.Image, *, read: Callable[..., list[zxingcpp.Barcode]] = zxingcpp.read_barcodes) -> list[str]:
    pixels = memoryview(look.tobytes()).cast("B", shape=[look.height, look.width])
    codes = read(
        pixels,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [code.text for code in codes if code.valid][:MAX_CODES]
