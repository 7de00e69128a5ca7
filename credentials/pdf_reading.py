"""The part of `pdf_attachment` that runs in the child process; the one door to pypdf."""

from __future__ import annotations

import io
import re
from itertools import islice

from pypdf import PdfReader

from schemas import MAX_CREDENTIAL_BYTES, BadgeError, DecodingError, encode_json, read_json_object

MAX_ATTACHMENTS = 32
_COMPACT_JWS = re.compile(rb"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# One of these words stands in every badge; other JSON (an invoice, say) is passed over.
_BADGE_WORDS = ("VerifiableCredential", "OpenBadgeCredential", "AchievementCredential")


def read_attachment(data: bytes) -> bytes:
    """Return the one credential among the attachments of the PDF in `data`.

    Raises:
        DecodingError: See `pdf_attachment.extract_pdf`.
    """
    try:
        found = _find_credentials(data)
    except (BadgeError, MemoryError, RecursionError):
        raise
    except Exception as error:  # whatever the library stumbles over on a stranger's file is the file's fault
        raise DecodingError("decoding.pdf_malformed", type(error).__name__) from error
    if not found:
        raise DecodingError("decoding.pdf_no_credential")
    if len(found) > 1:
        raise DecodingError("decoding.pdf_ambiguous", detail={"count": len(found)})
    return found.pop()


def _find_credentials(data: bytes) -> set[bytes]:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise DecodingError("decoding.pdf_malformed", "encrypted")
    attached = list(islice(reader.attachment_list, MAX_ATTACHMENTS + 1))
    if len(attached) > MAX_ATTACHMENTS:
        raise DecodingError("decoding.pdf_malformed", "too many attachments")
    contents = [file.content.strip() for file in attached]
    found = {content for content in contents if _is_credential(content)}
    if any(len(content) > MAX_CREDENTIAL_BYTES for content in found):
        raise DecodingError("decoding.inflate_limit", detail={"max_bytes": MAX_CREDENTIAL_BYTES})
    return found


def _is_credential(content: bytes) -> bool:
    if not content.startswith(b"{"):
        return _COMPACT_JWS.fullmatch(content) is not None
    if len(content) > MAX_CREDENTIAL_BYTES:
        return any(word.encode("ascii") in content for word in _BADGE_WORDS)
    try:
        # JSON may write each letter in another way: only its reader sees the words.
        text = encode_json(read_json_object(content)).decode("utf-8")
    except DecodingError:
        # Somebody less strict may read it; what looks like a badge is not passed over.
        text = content.decode("utf-8", "replace")
    return any(word in text for word in _BADGE_WORDS)
