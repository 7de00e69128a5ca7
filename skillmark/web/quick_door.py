"""Answers plain requests to the endpoints for programs without Flask, which costs as much as verifying a badge.

A request is plain when nothing in it has to be judged: our host, JSON of a stated length, no cookie, no query. Every
other one goes to Flask, which knows the rules; so does whatever a view raises, since Flask knows how an error is told.
The headers of an answer are asked of Flask once, at start. So there is one place for each rule, and an answer is the
same by either way.
"""

from __future__ import annotations

import re
from functools import lru_cache
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
    from skillmark.web.endpoints import Endpoint

_PLAIN_TYPE: Final = re.compile(r"application/(?:[a-z0-9.-]{1,40}\+)?json(?:; ?charset=utf-8)?", re.IGNORECASE)
_PLAIN_FORWARDED: Final = re.compile(r"[0-9a-fA-F:.]{1,45}(?:, ?[0-9a-fA-F:.]{1,45}){0,9}", re.ASCII)
# A port that goes without saying is left out by some and not by others.
_DEFAULT_PORTS: Final = (":80", ":443")
MAX_LENGTH_DIGITS: Final = 8
MAX_KEPT_ROUTES: Final = 4_096  # ways through proxies
MAX_ROUTE_CHARS: Final = 256
MAX_KEPT_TYPES: Final = 64
MAX_TYPE_CHARS: Final = 80
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
        path = environ["PATH_INFO"]
        endpoint = self._endpoints.get(path)
        client = None if endpoint is None else self._read_plain_client(environ)
        if endpoint is None or client is None or (length := int(environ["CONTENT_LENGTH"])) > endpoint.max_body_bytes:
            return self.flask_way(environ, start_response)
        try:
            with as_client(client):
                endpoint.take(client)
                found = endpoint.view(PlainCall(environ, length))
        except Exception as error:  # noqa: BLE001 - Flask tells it, whatever it is, as when its own view raises it
            return self.flask_way({**environ, RAISED: error}, start_response)
        body = found.body
        start_response(
            _STATUS_LINES[found.status], [*self._headers[path], ("Content-Length", str(len(body))), *found.headers]
        )
        return [body]

    def _read_plain_client(self, environ: WSGIEnvironment) -> str | None:
        """Return whose request it is; None when the request is not plain."""
        get = environ.get
        length, kind, route = get("CONTENT_LENGTH") or "", get("CONTENT_TYPE") or "", get("HTTP_X_FORWARDED_FOR")
        is_plain = (
            environ["REQUEST_METHOD"] == "POST"
            and not get("QUERY_STRING")
            and not get("SCRIPT_NAME")
            and "HTTP_COOKIE" not in environ
            and "HTTP_TRANSFER_ENCODING" not in environ
            and get("HTTP_HOST", "").lower() in self._hosts
            and len(length) <= MAX_LENGTH_DIGITS
            and length.isascii()
            and length.isdigit()
            and len(kind) <= MAX_TYPE_CHARS
            and _is_plain_type(kind)
        )
        if not is_plain:
            return None
        if route is None:
            return read_client(get("REMOTE_ADDR") or "")
        if not self._proxy_hops or len(route) > MAX_ROUTE_CHARS:
            return None
        named = _read_route(route)
        if named is None:
            return None
        # Fewer proxies than we were told of: then nobody's word is taken.
        is_named = len(named) >= self._proxy_hops
        return read_client((named[-self._proxy_hops] if is_named else get("REMOTE_ADDR")) or "")


@lru_cache(maxsize=MAX_KEPT_TYPES)
def _is_plain_type(kind: str) -> bool:
    return _PLAIN_TYPE.fullmatch(kind) is not None


@lru_cache(maxsize=MAX_KEPT_ROUTES)
def _read_route(forwarded: str) -> tuple[str, ...] | None:
    """Return who passed a request on, the nearest last; None when it does not say so in the usual way."""
    if _PLAIN_FORWARDED.fullmatch(forwarded) is None:
        return None
    return tuple([part.strip() for part in forwarded.split(",")])


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
