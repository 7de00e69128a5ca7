"""Read QR codes from a stranger's photo, in the sandbox."""

from __future__ import annotations

import json

from credentials.sandbox import ChildLimits, run_limited
from schemas import DecodingError

MAX_PHOTO_BYTES = 12 * 1024 * 1024
MAX_FRAME_BYTES = 2 * 1024 * 1024  # the camera page sends JPEG of some 200 kB
_OUTPUT_BYTES = 256 * 1024
_LIMITS = ChildLimits(
    memory_bytes=448 * 1024 * 1024, cpu_seconds=2, wall_seconds=6.0, max_output_bytes=_OUTPUT_BYTES, turn_seconds=0.5
)
# A camera shows the next frame soon: none is worth waiting for.
_FRAME_LIMITS = ChildLimits(
    memory_bytes=256 * 1024 * 1024, cpu_seconds=1, wall_seconds=2.0, max_output_bytes=_OUTPUT_BYTES, turn_seconds=0.0
)
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


def read_qr_photo(image: bytes) -> tuple[str, ...]:
    """Return the texts of the QR codes in a photo (JPEG, PNG or WebP), without judging or opening them.

    Returns:
        At most 16 texts; empty when there is no code in the picture.

    Raises:
        DecodingError: `image.type_mismatch` (HEIC, no picture at all), `image.too_large`,
            `decoding.image_malformed`, `request.resource_limit`.
        CannotCheckError: `request.busy`.
    """
    return _read(image, "read_codes", max_bytes=MAX_PHOTO_BYTES, limits=_LIMITS)


def read_qr_frame(image: bytes) -> tuple[str, ...]:
    """Return the texts of the QR codes in one frame of a camera; takes one quick look at a small copy.

    Returns:
        As `read_qr_photo`.

    Raises:
        DecodingError: As `read_qr_photo`.
        CannotCheckError: `request.busy`.
    """
    return _read(image, "read_frame", max_bytes=MAX_FRAME_BYTES, limits=_FRAME_LIMITS)


def _read(image: bytes, function: str, *, max_bytes: int, limits: ChildLimits) -> tuple[str, ...]:
    if len(image) > max_bytes:
        raise DecodingError("image.too_large", detail={"bytes": len(image), "max_bytes": max_bytes})
    if not image.startswith(_SIGNATURES):
        raise DecodingError("image.type_mismatch", "neither JPEG, PNG nor WebP")
    answer = run_limited(f"credentials.qr_reading:{function}", image, code="request.resource_limit", limits=limits)
    return tuple(str(text) for text in json.loads(answer))
