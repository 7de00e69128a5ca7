"""Read QR codes from a stranger's photo, in the sandbox."""

from __future__ import annotations

import json

from credentials.sandbox import ChildLimits, run_limited
from schemas import DecodingError

MAX_PHOTO_BYTES = 12 * 1024 * 1024
_LIMITS = ChildLimits(memory_bytes=448 * 1024 * 1024, cpu_seconds=4, wall_seconds=10.0, max_output_bytes=256 * 1024)
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


def read_qr_photo(image: bytes) -> tuple[str, ...]:
    """Return the texts of the QR codes in a photo (JPEG, PNG or WebP), without judging or opening them.

    Returns:
        At most 16 texts; empty when there is no code in the picture.

    Raises:
        DecodingError: `image.type_mismatch` (HEIC, no picture at all), `image.too_large`,
            `decoding.image_malformed`, `request.resource_limit`.
    """
    if len(image) > MAX_PHOTO_BYTES:
        raise DecodingError("image.too_large", detail={"bytes": len(image), "max_bytes": MAX_PHOTO_BYTES})
    if not image.startswith(_SIGNATURES):
        raise DecodingError("image.type_mismatch", "neither JPEG, PNG nor WebP")
    answer = run_limited("credentials.qr_reading:read_codes", image, code="request.resource_limit", limits=_LIMITS)
    return tuple(str(text) for text in json.loads(answer))
