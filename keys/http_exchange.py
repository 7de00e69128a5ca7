"""One HTTP request and answer over an open connection, with a deadline on every read and a cap on every byte.

Spec: RFC 9112 (HTTP/1.1); no keep-alive, no compression, no cookies.
"""

from __future__ import annotations

import http.client
import io
import re
import ssl
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from schemas import FetchError

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping

    from _typeshed import WriteableBuffer

    from keys.fetch_budget import Deadline
    from keys.fetch_target import FetchTarget

MAX_HEADER_BYTES = 32 * 1024
# Chunk sizes and trailers beside the body; a peer that needs more sends nothing but them.
_FRAMING_BYTES = 64 * 1024
_READ_BYTES = 64 * 1024
_BUFFER_BYTES = 8 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_HEADER_VALUE = re.compile(r"[ -~]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer, or where it sends us: exactly one of `body` and `location` is set."""

    body: bytes | None
    media_type: str
    location: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedAnswer:
    """What came back for a POST: any status, with its body."""

    status: int
    body: bytes
    media_type: str  # without parameters, lower case; empty when the server named none


class _GuardedStream(io.RawIOBase):
    """Reads from a socket no longer than the deadline and no more than the allowance."""

    def __init__(self, connection: socket.socket, deadline: Deadline, *, max_bytes: int) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline
        self._bytes_left = max_bytes

    def readable(self) -> bool:
        return True

    def allow(self, more_bytes: int) -> None:
        self._bytes_left += more_bytes

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._connection.settimeout(self._deadline.remaining_seconds())
        count = self._connection.recv_into(buffer)
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise FetchError("fetch.too_large", "the answer is longer than it may be")
        return count


class _Readable:
    """The part of a socket that `http.client.HTTPResponse` uses."""

    def __init__(self, stream: _GuardedStream) -> None:
        self._stream = stream

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._stream, _BUFFER_BYTES)


def exchange(
    connection: socket.socket, target: FetchTarget, *, accept: str, max_bytes: int, deadline: Deadline
) -> Answer:
    """Send one GET over an open TLS connection and read the answer; the caller closes the connection.

    Raises:
        FetchError: `fetch.timeout`, `fetch.too_large`, `fetch.encoding_forbidden`, `fetch.http_status`,
            `fetch.malformed_answer`, `fetch.tls` or `fetch.unreachable`.
    """
    request = _compose_request(target, accept)
    with _converse(connection, request, method="GET", max_bytes=max_bytes, deadline=deadline) as response:
        return _read_answer(response, max_bytes=max_bytes)


def exchange_post(
    connection: socket.socket,
    target: FetchTarget,
    *,
    body: bytes,
    headers: Mapping[str, str],
    max_bytes: int,
    deadline: Deadline,
) -> PostedAnswer:
    """Send one POST over an open TLS connection and read the answer, whatever its status; a redirect is not followed.

    Raises:
        FetchError: As `exchange`, but for `fetch.http_status`.
        ValueError: A header is no line of plain ASCII; a mistake of the caller.
    """
    if not all(_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value) for name, value in headers.items()):
        raise ValueError("a header is one line of plain ASCII")
    lines = (
        f"POST {target.request_target} HTTP/1.1",
        f"Host: {target.authority}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
        "Accept-Encoding: identity",
        "User-Agent: Skillmark",
        "Connection: close",
    )
    request = "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii") + body
    with _converse(connection, request, method="POST", max_bytes=max_bytes, deadline=deadline) as response:
        return PostedAnswer(
            status=response.status, body=_read_body(response, max_bytes=max_bytes), media_type=_media_type(response)
        )


@contextmanager
def _converse(
    connection: socket.socket, request: bytes, *, method: str, max_bytes: int, deadline: Deadline
) -> Iterator[http.client.HTTPResponse]:
    """Send a request and give the answer, with every fault of the way as a `FetchError`."""
    try:
        connection.settimeout(deadline.remaining_seconds())
        connection.sendall(request)
        stream = _GuardedStream(connection, deadline, max_bytes=MAX_HEADER_BYTES)
        with closing(http.client.HTTPResponse(cast("socket.socket", _Readable(stream)), method=method)) as response:
            response.begin()
            stream.allow(max_bytes + _FRAMING_BYTES)
            yield response
    except TimeoutError as error:
        raise FetchError("fetch.timeout", "no answer in time") from error
    except ssl.SSLError as error:
        raise FetchError("fetch.tls", "the secure connection broke") from error
    except OSError as error:
        raise FetchError("fetch.unreachable", "the connection broke") from error
    except http.client.HTTPException as error:
        if type(error) is http.client.HTTPException or isinstance(error, http.client.LineTooLong):
            # The bare class is raised for one reason only: more than a hundred header lines.
            raise FetchError("fetch.too_large", "too many header lines, or too long ones") from error
        raise FetchError("fetch.malformed_answer", "the answer is not HTTP") from error
    except ValueError as error:
        # `http.client` takes a negative chunk size for a number of bytes to read.
        raise FetchError("fetch.malformed_answer", "the answer is not HTTP") from error


def _compose_request(target: FetchTarget, accept: str) -> bytes:
    lines = (
        f"GET {target.request_target} HTTP/1.1",
        f"Host: {target.authority}",
        f"Accept: {accept}",
        "Accept-Encoding: identity",
        "User-Agent: Skillmark",
        "Connection: close",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")


def _read_answer(response: http.client.HTTPResponse, *, max_bytes: int) -> Answer:
    media_type = _media_type(response)
    if response.status in _REDIRECTS:
        location = response.headers.get("Location")
        if location is None:
            raise FetchError("fetch.malformed_answer", "a redirect that leads nowhere")
        return Answer(body=None, media_type=media_type, location=location)
    if response.status != _OK:
        raise FetchError(
            "fetch.http_status", f"the server answered {response.status}", detail={"status": response.status}
        )
    return Answer(body=_read_body(response, max_bytes=max_bytes), media_type=media_type, location=None)


def _media_type(response: http.client.HTTPResponse) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _read_body(response: http.client.HTTPResponse, *, max_bytes: int) -> bytes:
    encodings = {response.headers.get("Content-Encoding", "identity"), response.headers.get("Transfer-Encoding", "")}
    if not {encoding.strip().lower() for encoding in encodings} <= {"identity", "chunked", ""}:
        raise FetchError("fetch.encoding_forbidden", "the answer is compressed though it was asked not to be")
    if response.length is not None and response.length > max_bytes:
        raise FetchError("fetch.too_large", f"more than {max_bytes} bytes")
    body = bytearray()
    while part := response.read(_READ_BYTES):
        body += part
        if len(body) > max_bytes:
            raise FetchError("fetch.too_large", f"more than {max_bytes} bytes")
    if response.length:
        raise FetchError("fetch.malformed_answer", "the answer ended early")
    return bytes(body)
