"""Bake a credential into a PNG and take it out again.

Spec: OB 3.0 §5.3.1 (PNG baking): one `iTXt` chunk with keyword `openbadgecredential`, not compressed.
"""

from __future__ import annotations

import zlib

from credentials.png_chunks import PngChunk, read_png_chunks, write_png
from schemas import MAX_CREDENTIAL_BYTES, DecodingError

KEYWORD = b"openbadgecredential"
# keyword, compression flag 0, compression method 0, empty language tag, empty translated keyword
_PLAIN_HEADER = KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0"
_TEXT_KINDS = (b"iTXt", b"tEXt", b"zTXt")
_OTHER_KEYWORDS = {b"openbadges": "open_badges_2", b"clrcredential": "comprehensive_learner_record"}
_BAKED_KEYWORDS = frozenset({KEYWORD, *_OTHER_KEYWORDS})
MAX_INFLATED_BYTES = MAX_CREDENTIAL_BYTES


def bake_png(image: bytes, credential: bytes) -> bytes:
    """Return `image` with `credential` in it; one baked before is replaced, also one of an older standard.

    Args:
        image: A PNG; its pixels and other chunks stay as they are.
        credential: Compact JWS, or the JSON document with its embedded proof, as UTF-8.

    Raises:
        DecodingError: See `read_png_chunks`.
        ValueError: `credential` is empty, larger than `MAX_CREDENTIAL_BYTES` or holds a NUL.
    """
    if not credential or len(credential) > MAX_CREDENTIAL_BYTES or b"\0" in credential:
        raise ValueError("a baked credential is 1 to MAX_CREDENTIAL_BYTES bytes without NUL")
    kept = [chunk for chunk in read_png_chunks(image) if _keyword(chunk) not in _BAKED_KEYWORDS]
    pixels = next((index for index, chunk in enumerate(kept) if chunk.kind == b"IDAT"), len(kept) - 1)
    baked = PngChunk(b"iTXt", _PLAIN_HEADER + credential)
    return write_png((*kept[:pixels], baked, *kept[pixels:]))


def extract_png(image: bytes) -> bytes:
    """Return the baked credential's bytes; what they are is for the caller to find out.

    A compressed chunk breaks the standard but is read, up to `MAX_INFLATED_BYTES`. The same credential
    twice is taken as one.

    Raises:
        DecodingError: `decoding.image_no_credential` (detail `found` hints at what is there instead),
            `decoding.image_ambiguous` (two different ones, or one of another standard beside it),
            `decoding.inflate_limit`, `decoding.image_malformed`, `image.type_mismatch`, `image.too_large`.
    """
    chunks = read_png_chunks(image)
    texts = {_read_text(chunk) for chunk in chunks if chunk.kind == b"iTXt" and _keyword(chunk) == KEYWORD}
    if len(texts) > 1:
        raise DecodingError("decoding.image_ambiguous", detail={"count": len(texts)})
    text = texts.pop() if texts else b""
    if not text:
        raise DecodingError("decoding.image_no_credential", detail={"found": _hint(chunks)})
    if any(_keyword(chunk) in _OTHER_KEYWORDS and _read_any_text(chunk).strip() != text.strip() for chunk in chunks):
        raise DecodingError("decoding.image_ambiguous", "a badge of another standard beside it")
    return text


def extract_other_png(image: bytes) -> bytes:
    """Return what an Open Badges 2.0 or CLR 2.0 picture holds: JSON, a compact JWS or an address.

    Spec: OB 2.0 Baking (keyword `openbadges`; `tEXt` is its older form); CLR 2.0 §Baking (keyword `clrcredential`).

    Raises:
        DecodingError: As `extract_png`.
    """
    chunks = read_png_chunks(image)
    texts = {_read_any_text(chunk).strip() for chunk in chunks if _keyword(chunk) in _OTHER_KEYWORDS}
    if len(texts) > 1:
        raise DecodingError("decoding.image_ambiguous", detail={"count": len(texts)})
    text = texts.pop() if texts else b""
    if not text:
        raise DecodingError("decoding.image_no_credential", detail={"found": ""})
    return text


def _read_any_text(chunk: PngChunk) -> bytes:
    if chunk.kind == b"iTXt":
        return _read_text(chunk)
    _, _, rest = chunk.data.partition(b"\0")
    if chunk.kind == b"zTXt":
        if rest[:1] != b"\0":
            raise DecodingError("decoding.image_malformed", "unknown compression")
        rest = _inflate(rest[1:])
    try:
        rest.decode("utf-8")  # what bakers wrote, against PNG §11.3.3.2
    except UnicodeDecodeError:
        return rest.decode("latin-1").encode("utf-8")
    return rest


def _keyword(chunk: PngChunk) -> bytes:
    return chunk.data.partition(b"\0")[0] if chunk.kind in _TEXT_KINDS else b""


def _read_text(chunk: PngChunk) -> bytes:
    _, _, rest = chunk.data.partition(b"\0")
    flags, rest = rest[:2], rest[2:]
    _language, first, rest = rest.partition(b"\0")
    _translated, second, text = rest.partition(b"\0")
    if not (first and second):
        raise DecodingError("decoding.image_malformed", "iTXt without its four fields")
    if flags[:1] == b"\0":
        return text
    if flags != b"\1\0":
        raise DecodingError("decoding.image_malformed", "unknown compression")
    return _inflate(text)


def _inflate(compressed: bytes) -> bytes:
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(compressed, MAX_INFLATED_BYTES + 1)
    except zlib.error as error:
        raise DecodingError("decoding.image_malformed", "compressed text is damaged") from error
    if len(text) > MAX_INFLATED_BYTES:
        raise DecodingError("decoding.inflate_limit", detail={"max_bytes": MAX_INFLATED_BYTES})
    if not stream.eof or stream.unused_data:
        raise DecodingError("decoding.image_malformed", "compressed text is damaged")
    return text


def _hint(chunks: tuple[PngChunk, ...]) -> str:
    """Say what stands in the place of a credential: another generation, another chunk, or nothing."""
    for chunk in chunks:
        keyword = _keyword(chunk)
        if keyword in _OTHER_KEYWORDS:
            return _OTHER_KEYWORDS[keyword]
        if keyword == KEYWORD:
            return f"{chunk.kind.decode('ascii')} chunk"
    return ""
