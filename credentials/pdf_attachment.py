"""Take an attached credential out of a stranger's PDF, in the sandbox."""

from __future__ import annotations

import re

from credentials.sandbox import ChildLimits, run_limited
from schemas import DecodingError

MAX_PDF_BYTES = 2 * 1024 * 1024  # a certificate with its badge takes a tenth of it
_LIMITS = ChildLimits(memory_bytes=256 * 1024 * 1024, cpu_seconds=1, wall_seconds=4.0, max_output_bytes=1024 * 1024)
# ISO 32000-2 §7.5.5: the end of a file says where its table of objects is. Without it a reader searches all of it.
_TRAILER_BYTES = 2048
_TRAILER = re.compile(rb"startxref\s{1,8}[0-9]{1,10}\s{1,8}%%EOF")


def extract_pdf(data: bytes) -> bytes:
    """Return the credential attached to a PDF: a JSON document or a compact JWS, as the bytes that were attached.

    Attachments that are neither are passed over; the same credential twice is taken as one.

    Raises:
        DecodingError: `decoding.too_large`, `decoding.pdf_malformed` (damaged, encrypted, no PDF),
            `decoding.pdf_no_credential`, `decoding.pdf_ambiguous`, `decoding.inflate_limit`, `request.resource_limit`.
        CannotCheckError: `request.busy`.
    """
    if len(data) > MAX_PDF_BYTES:
        raise DecodingError("decoding.too_large", detail={"bytes": len(data), "limit": MAX_PDF_BYTES})
    if not _TRAILER.search(data[-_TRAILER_BYTES:]):
        raise DecodingError("decoding.pdf_malformed", "no end of file that names its table")
    return run_limited("credentials.pdf_reading:read_attachment", data, code="request.resource_limit", limits=_LIMITS)
