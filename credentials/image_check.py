"""Say what an uploaded achievement picture is, and refuse what it must not be."""

from __future__ import annotations

import re
import struct
from pathlib import PurePath

from credentials.png_chunks import PNG_SIGNATURE, read_png_chunks, write_png
from credentials.sandbox import ChildLimits, run_limited
from credentials.svg_safety import check_svg_inert
from schemas import DecodingError

MAX_IMAGE_BYTES = 2 * 1024 * 1024
MAX_UPLOAD_PIXELS = 16_000_000  # a certificate unpacks them
_LIMITS = ChildLimits(cpu_seconds=3, wall_seconds=8.0, max_output_bytes=0)
_SUFFIXES = {"image/png": (".png",), "image/svg+xml": (".svg",)}
_SVG_START = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:\?xml|svg|!--|!DOCTYPE\s+svg|\w+:svg)", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype|html|script|body|iframe|svg)", re.IGNORECASE)


def check_image(image: bytes, *, filename: str = "") -> str:
    """Return the media type of an achievement picture that is safe to keep and serve.

    Only the first bytes decide what it is; `filename`, when given, must agree. The pixels of a PNG are unpacked once,
    in the sandbox: a picture that cannot be drawn later is refused now.

    Raises:
        DecodingError: `image.too_large`, `image.type_mismatch` (neither PNG nor SVG, another type than the
            file name says, or a PNG that is also something else), `image.active_content`,
            `decoding.image_malformed`, `decoding.xml_dtd_forbidden`, `request.resource_limit`.
    """
    if len(image) > MAX_IMAGE_BYTES:
        raise DecodingError("image.too_large", detail={"bytes": len(image), "max_bytes": MAX_IMAGE_BYTES})
    if image.startswith(PNG_SIGNATURE):
        media_type = "image/png"
        _check_png(image)
    elif _SVG_START.match(image):
        media_type = "image/svg+xml"
        check_svg_inert(image)
    else:
        raise DecodingError("image.type_mismatch", "neither PNG nor SVG")
    suffix = PurePath(filename).suffix.lower()
    if suffix and suffix not in _SUFFIXES[media_type]:
        raise DecodingError("image.type_mismatch", detail={"expected": suffix, "actual": media_type})
    return media_type


def _check_png(image: bytes) -> None:
    chunks = read_png_chunks(image)
    if len(write_png(chunks)) != len(image):
        raise DecodingError("image.type_mismatch", "something stands after the end of the PNG")
    width, height = struct.unpack_from(">II", chunks[0].data)
    if width * height > MAX_UPLOAD_PIXELS:
        raise DecodingError("image.too_large", detail={"width_px": width, "height_px": height})
    if any(chunk.kind != b"IDAT" and _MARKUP.search(chunk.data) for chunk in chunks):
        raise DecodingError("image.type_mismatch", "a page is hidden in the PNG")
    run_limited("credentials.picture_reading:check_pixels", image, code="request.resource_limit", limits=_LIMITS)
