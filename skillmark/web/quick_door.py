"""Answers plain requests to the endpoints for programs without Flask, which costs as much as verifying a badge.

A request is plain when nothing in it has to be judged: our host, JSON of a stated length, no cookie, no query. Every
other one goes to Flask, which knows the rules; so does whatever a view raises, since Flask knows how an error is told.
The headers of an answer are asked of Flask once, at start. So there is one place for each rule, and an answer is the
same by either way.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import ClientDisconnected

from pages import allowed_hosts, as_client, read_client
from schemas import read_json_object
from skillmark.web.endpoints import RAISED
from skillmark.web.vc_api_exchange import MAX_BODY_BYTES, answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

    from schemas import JsonObject
    from skillmark.web.endpoints import ApiAnswer, Endpoint

_PLAIN_TYPE: Final = re.compile(r"application/(?:[a-z0-9.-]{1,40}\+)?json(?:; ?charset=utf-8)?", re.IGNORECASE)
_PLAIN_LENGTH: Final = re.compile(r"[0-9]{1,8}", re.ASCII)
_PLAIN_FORWARDED: Final = re.compile(r"[0-9a-fA-F:.]{1,45}(?:, ?[0-9a-fA-F:.]{1,45}){0,9}", re.ASCII)
# A port that goes without saying is left out by some and not by others.
_DEFAULT_PORTS: Final = (":80", ":443")
# What would have to be judged.
_NOT_PLAIN: Final = ("HTTP_COOKIE", "HTTP_TRANSFER_ENCODING")
_STATUS_LINES: Final = {status.value: f"{status.value} {status.phrase.upper()}" for status in HTTPStatus}


class PlainCall:
    """A plain request.

    Args:
        environ: Of WSGI.
        length: Of the body, in bytes.
    """

    __slots__ = ("_body", "_environ", "_length")

    def __init__(self, environ: WSGIEnvironment, length: int) -> None:
        self._environ = environ
        self._length = length
        self._body: bytes | None = None

    def read_body(self) -> JsonObject:
        """Return the JSON object that was sent.

        Raises:
            DecodingError: Not a JSON object, or one that cannot be read (`decoding.…`).
            ClientDisconnected: There was less of it than announced.
        """
        return read_json_object(self.read_data(), max_bytes=MAX_BODY_BYTES)

    def require_json(self) -> None:
        """Do nothing: what is said to be something else is not plain."""

    def read_header(self, name: str) -> str:
        """Return a header; empty when there is none."""
        value: str = self._environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")
        return value

    def read_data(self) -> bytes:
        """Return what was sent.

        Raises:
            ClientDisconnected: There was less of it than announced.
        """
        if self._body is None:
            self._body = _read_exactly(self._environ["wsgi.input"], self._length)
            if len(self._body) < self._length and not self._environ.get("wsgi.input_terminated"):
                raise ClientDisconnected
        return self._body


class QuickDoor:
    """Stands in front of Flask's own application.

    Args:
        app: With everything registered and installed.
        endpoints: Which Flask answers too.
        base_url: Public address of the site.
        proxy_hops: How many proxies' word on the client's address is believed.
    """

    def __init__(self, app: Flask, endpoints: Iterable[Endpoint], *, base_url: str, proxy_hops: int) -> None:
        self.flask_way: WSGIApplication = app.wsgi_app
        self._hosts = frozenset(host for host in allowed_hosts(base_url) if not host.endswith(_DEFAULT_PORTS))
        self._proxy_hops = proxy_hops
        self._endpoints = {endpoint.path: endpoint for endpoint in endpoints}
        self._headers = {path: _ask_headers(app, path, base_url) for path in self._endpoints}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        endpoint = self._endpoints.get(environ["PATH_INFO"])
        length = -1 if endpoint is None else self._read_plain_length(environ)
        if endpoint is None or not 0 <= length <= endpoint.max_body_bytes:
            return self.flask_way(environ, start_response)
        client = self._read_client(environ)
        try:
            with as_client(client):
                endpoint.take(client)
                found = endpoint.view(PlainCall(environ, length))
        except Exception as error:  # noqa: BLE001 - Flask tells it, whatever it is, as when its own view raises it
            return self.flask_way({**environ, RAISED: error}, start_response)
        start_response(_STATUS_LINES[found.status], self._compose_headers(endpoint, found))
        return [found.body]

    def _read_plain_length(self, environ: WSGIEnvironment) -> int:
        """Return the length of the body of a plain request; -1 when the request is not plain."""
        length = environ.get("CONTENT_LENGTH") or ""
        is_plain = (
            environ["REQUEST_METHOD"] == "POST"
            and not environ.get("QUERY_STRING")
            and not environ.get("SCRIPT_NAME")
            and environ.get("HTTP_HOST", "").lower() in self._hosts
            and _PLAIN_LENGTH.fullmatch(length) is not None
            and _PLAIN_TYPE.fullmatch(environ.get("CONTENT_TYPE") or "") is not None
            and not any(name in environ for name in _NOT_PLAIN)
            and self._is_plainly_forwarded(environ)
        )
        return int(length) if is_plain else -1

    def _is_plainly_forwarded(self, environ: WSGIEnvironment) -> bool:
        """Whether it came directly, or by proxies that we were told of."""
        forwarded = environ.get("HTTP_X_FORWARDED_FOR")
        return forwarded is None or (self._proxy_hops > 0 and _PLAIN_FORWARDED.fullmatch(forwarded) is not None)

    def _read_client(self, environ: WSGIEnvironment) -> str:
        named = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        is_named = self._proxy_hops and len(named) >= self._proxy_hops and named[0]
        return read_client((named[-self._proxy_hops] if is_named else environ.get("REMOTE_ADDR")) or "")

    def _compose_headers(self, endpoint: Endpoint, found: ApiAnswer) -> list[tuple[str, str]]:
        return [*self._headers[endpoint.path], ("Content-Length", str(len(found.body))), *found.headers]


def _read_exactly(stream: InputStream, length: int) -> bytes:
    """Read so many bytes, or all there are when that is fewer."""
    data = stream.read(length)
    while len(data) < length:
        more = stream.read(length - len(data))
        if not more:
            break
        data += more
    return data


def _ask_headers(app: Flask, path: str, base_url: str) -> tuple[tuple[str, str], ...]:
    """Return the headers that Flask and its hooks put on every JSON answer of a path, but for its length."""
    with app.test_request_context(path, base_url=base_url, method="POST") as context:
        response = app.process_response(answer({}))
        headers = response.get_wsgi_headers(context.request.environ)
    return tuple((name, value) for name, value in headers if name != "Content-Length")
