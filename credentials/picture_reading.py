"""The part of `image_check` that runs in the child process: whether the pixels of a PNG can be unpacked."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

from schemas import DecodingError

# What Pillow raises on damaged files.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)


def check_pixels(image: bytes) -> bytes:
    """Return nothing when every pixel of the PNG can be read; its size was judged before.

    Raises:
        DecodingError: `decoding.image_malformed`.
    """
    Image.MAX_IMAGE_PIXELS = None  # ours has been applied to the header
    try:
        with Image.open(io.BytesIO(image), formats=("PNG",)) as picture:
            picture.load()
    except _DAMAGED as error:
        raise DecodingError("decoding.image_malformed", "the pixels cannot be read") from error
    return b""
