"""Answers that are files: an ETag made from the bytes, a time to keep them, 304 when the client has them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import Response, request

if TYPE_CHECKING:
    from collections.abc import Iterable


def send_bytes(body: bytes, media_type: str, *, seconds: int) -> Response:
    """Answer with bytes that anyone may keep for `seconds`."""
    response = Response(body, content_type=media_type)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.cache_control.max_age = seconds
    response.cache_control.public = True
    response.make_conditional(request)
    return response


def send_public_document(body: bytes, media_type: str, *, seconds: int) -> Response:
    """Answer with a machine document that a program on any site may read; old copies may bridge an outage of ours."""
    response = send_bytes(body, media_type, seconds=seconds)
    response.cache_control.stale_if_error = seconds * 24
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def send_download(body: bytes | Iterable[bytes], media_type: str, *, filename: str) -> Response:
    """Answer with a private file to save; `filename` is ours, never a stranger's."""
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "no-store"
    return response
