"""Take an attached credential out of a stranger's PDF, in the sandbox."""

from __future__ import annotations

from credentials.sandbox import ChildLimits, run_limited
from schemas import DecodingError

MAX_PDF_BYTES = 10 * 1024 * 1024
_LIMITS = ChildLimits(memory_bytes=256 * 1024 * 1024, cpu_seconds=3, wall_seconds=8.0, max_output_bytes=1024 * 1024)


def extract_pdf(data: bytes) -> bytes:
    """Return the credential attached to a PDF: a JSON document or a compact JWS, as the bytes that were attached.

    Attachments that are neither are passed over; the same credential twice is taken as one.

    Raises:
        DecodingError: `decoding.too_large`, `decoding.pdf_malformed` (damaged, encrypted, no PDF),
            `decoding.pdf_no_credential`, `decoding.pdf_ambiguous`, `decoding.inflate_limit`, `request.resource_limit`.
    """
    if len(data) > MAX_PDF_BYTES:
        raise DecodingError("decoding.too_large", detail={"bytes": len(data), "limit": MAX_PDF_BYTES})
    return run_limited("credentials.pdf_reading:read_attachment", data, code="request.resource_limit", limits=_LIMITS)
