"""Walk the chunks of a PNG without decoding a single pixel.

Spec: PNG (W3C, third edition) §5 (chunk layout), §11.3.3 (textual information).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from schemas import DecodingError

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS = 20_000
MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 16_384
MAX_BAKED_IMAGE_BYTES = 4 * 1024 * 1024  # a picture of 2 MiB and what is baked into it
_LENGTH_AND_TYPE = struct.Struct(">I4s")
_CRC = struct.Struct(">I")
_IHDR_BYTES = 13


@dataclass(frozen=True, slots=True)
class PngChunk:
    """One chunk: its four-letter kind and its data, whose CRC was right."""

    kind: bytes
    data: bytes


def read_png_chunks(image: bytes) -> tuple[PngChunk, ...]:
    """Return the chunks from IHDR to IEND; bytes after IEND are left out.

    Raises:
        DecodingError: `image.type_mismatch` (not a PNG), `image.too_large` (bytes, sides or pixels),
            `decoding.image_malformed` (cut short, CRC, order, count).
    """
    if not image.startswith(PNG_SIGNATURE):
        raise DecodingError("image.type_mismatch", "no PNG signature")
    if len(image) > MAX_BAKED_IMAGE_BYTES:
        raise DecodingError("image.too_large", detail={"bytes": len(image), "max_bytes": MAX_BAKED_IMAGE_BYTES})
    chunks: list[PngChunk] = []
    position = len(PNG_SIGNATURE)
    while not chunks or chunks[-1].kind != b"IEND":
        if len(chunks) == MAX_CHUNKS:
            raise DecodingError("decoding.image_malformed", "too many chunks")
        chunk, position = _read_chunk(image, position)
        if not chunks:
            _check_header(chunk)
        chunks.append(chunk)
    return tuple(chunks)


def _read_chunk(image: bytes, position: int) -> tuple[PngChunk, int]:
    data_start = position + _LENGTH_AND_TYPE.size
    if data_start > len(image):
        raise DecodingError("decoding.image_malformed", "cut short")
    length, kind = _LENGTH_AND_TYPE.unpack_from(image, position)
    data_end = data_start + length
    if data_end + _CRC.size > len(image):
        raise DecodingError("decoding.image_malformed", "cut short inside a chunk")
    if not kind.isalpha():
        raise DecodingError("decoding.image_malformed", "chunk type is not four letters")
    data = image[data_start:data_end]
    if _CRC.unpack_from(image, data_end) != (zlib.crc32(data, zlib.crc32(kind)),):
        raise DecodingError("decoding.image_malformed", "wrong CRC", detail={"chunk": kind.decode("ascii")})
    return PngChunk(kind, data), data_end + _CRC.size


def _check_header(chunk: PngChunk) -> None:
    if chunk.kind != b"IHDR" or len(chunk.data) != _IHDR_BYTES:
        raise DecodingError("decoding.image_malformed", "does not begin with IHDR")
    width, height = struct.unpack_from(">II", chunk.data)
    if width == 0 or height == 0:
        raise DecodingError("decoding.image_malformed", "a side of no pixels")
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise DecodingError("image.too_large", detail={"width_px": width, "height_px": height})


def write_png(chunks: tuple[PngChunk, ...]) -> bytes:
    """Return the PNG made of `chunks`."""
    parts = [PNG_SIGNATURE]
    for chunk in chunks:
        crc = zlib.crc32(chunk.data, zlib.crc32(chunk.kind))
        parts += [_LENGTH_AND_TYPE.pack(len(chunk.data), chunk.kind), chunk.data, _CRC.pack(crc)]
    return b"".join(parts)
