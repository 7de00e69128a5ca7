"""Pictures built by hand for tests: PNG after the W3C PNG specification §5, with zlib and nothing of ours."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
JWS = b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJkaWQ6ZXhhbXBsZTppc3N1ZXIifQ.c2lnbmF0dXJl"
JSON_BADGE = b'{"type":["VerifiableCredential","OpenBadgeCredential"],"name":"Soldadura b\xc3\xa1sica"}'
OTHER_BADGE = b'{"type":["VerifiableCredential","OpenBadgeCredential"],"name":"Another"}'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" fill="#064"/></svg>'


def chunk(kind: bytes, data: bytes, *, crc: int | None = None) -> bytes:
    right = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", right if crc is None else crc)


def header(width: int = 2, height: int = 2) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


PIXELS = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0\0\xff\0" + b"\0\0\0\xff\xff\xff\xff"))
END = chunk(b"IEND", b"")


def png(*extra: bytes, after: bytes = b"") -> bytes:
    """Return a picture of 2 by 2 pixels with `extra` chunks before the pixels."""
    return SIGNATURE + header() + b"".join(extra) + PIXELS + END + after


def itxt(text: bytes, *, keyword: bytes = KEYWORD, flags: bytes = b"\0\0") -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + flags + b"\0\0" + text)


def squeezed(text: bytes) -> bytes:
    """Return an iTXt chunk with compressed text (flag 1, method 0)."""
    return itxt(zlib.compress(text, 9), flags=b"\1\0")
