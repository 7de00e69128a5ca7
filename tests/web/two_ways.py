"""Requests by either way to an answer, past Flask or through it, and what somebody may send."""

from __future__ import annotations

import io
import itertools
import json
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from pages import create_limiter, install_pages
from schemas import read_json_object
from skillmark.web.endpoints import Endpoint
from skillmark.web.quick_door import QuickDoor
from skillmark.web.vc_api import create_vc_api, install_vc_api
from skillmark.web.vc_api_exchange import MAX_BODY_BYTES
from tests.web.workshop import BASE_URL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from schemas import JsonObject
    from skillmark.web.endpoints import ApiAnswer, ApiCall
    from tests.web.workshop import Workshop

VERIFY = "/api/vc/credentials/verify"
SHOWN = "/api/vc/presentations/verify"
DERIVE = "/api/vc/credentials/derive"
ISSUE = "/api/vc/credentials/issue"
STATUS = "/api/vc/credentials/status"
PATHS = (VERIFY, SHOWN, DERIVE, ISSUE, STATUS)

Told = tuple[str, list[tuple[str, str]], bytes]
_numbers = itertools.count()


class Way:
    """One of the two ways to an answer, which counts what took it."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.count = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.count += 1
        return self.application(environ, start_response)


def ask_way(application: WSGIApplication, environ: dict[str, Any], body: bytes) -> Told:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        started.append((status, headers))

    answer = application({**environ, "wsgi.input": io.BytesIO(body)}, cast("StartResponse", start_response))
    data = b"".join(answer)
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    ((status, headers),) = started
    return status, sorted(headers), data


def compose_environ(path: str, body: bytes, **changes: str | None) -> dict[str, Any]:
    """A plain request, as granian makes it, from a client of its own; a change of None takes a member away."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": f"10.0.{next(_numbers) // 250 % 250}.{next(_numbers) % 250}",
        "HTTP_HOST": "127.0.0.1:8000",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in changes.items():
        environ[name] = value
        if value is None:
            del environ[name]
    return environ


def find_door(app: Flask) -> QuickDoor:
    assert isinstance(app.wsgi_app, QuickDoor)
    return app.wsgi_app


def assert_same(app: Flask, environ: dict[str, Any], body: bytes) -> Told:
    door = find_door(app)
    quick, by_flask = ask_way(door, environ, body), ask_way(door.flask_way, environ, body)
    assert quick == by_flask
    return quick


def compose_bodies(shop: Workshop) -> dict[str, bytes]:
    """What somebody may send to one of the endpoints."""
    badge = read_json_object(shop.badge().json_bytes)
    subject = cast("JsonObject", badge["credentialSubject"])
    envelope = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": f"data:application/vc+jwt,{shop.badge().jwt}",
        "type": "EnvelopedVerifiableCredential",
    }

    def asked(value: object, **members: object) -> bytes:
        return json.dumps({"verifiableCredential": value, **members}).encode()

    compact = json.dumps(badge, separators=(",", ":"), ensure_ascii=False).encode()
    return {
        "good": asked(badge),
        "good, compact": b'{"verifiableCredential":' + compact + b"}",
        "good, white space": b' {\n"verifiableCredential" :\t' + compact + b" \n}\r\n",
        "good, escapes": b'{"verifiable\\u0043redential":' + compact + b"}",
        "good, options": asked(badge, options={"checks": ["proof"], "x": None}),
        "good, options null": asked(badge, options=None),
        "options a list": asked(badge, options=[]),
        "twice": b'{"verifiableCredential":' + compact + b',"verifiableCredential":' + compact + b"}",
        "twice inside": b'{"verifiableCredential":{"a":1,' + compact[1:] + b"}",
        "two values": b'{"verifiableCredential":' + compact + b"},{}",
        "cut off": asked(badge)[:-40],
        "changed": asked({**badge, "name": "Another name"}),
        "changed subject": asked({**badge, "credentialSubject": {**subject, "extra": 1.0}}),
        "long numbers": asked({**badge, "n": 10**30, "m": 1e-7}),
        "no proof": asked({name: value for name, value in badge.items() if name != "proof"}),
        "no context": asked({name: value for name, value in badge.items() if name != "@context"}),
        "a token in an envelope": asked(envelope),
        "a text": asked("eyJhbGciOiJFZERTQSJ9.e30.AA"),
        "a list": asked([badge]),
        "null": asked(None),
        "an empty object": asked({}),
        "another member": json.dumps({"credential": badge}).encode(),
        "nothing": b"",
        "spaces": b"  \n",
        "no object": b"[1, 2]",
        "a number": b"7",
        "no JSON": b"verifiableCredential=x",
        "no UTF-8": b'{"verifiableCredential":{"a":"\xff"}}',
        "half a character": b'{"verifiableCredential":{"a":"\\ud800"}}',
        "a mark at the front": b"\xef\xbb\xbf" + asked(badge),
        "UTF-16": asked(badge).decode().encode("utf-16"),
        "not a number": b'{"verifiableCredential":{"a":NaN}}',
        "a huge number": b'{"verifiableCredential":{"a":1e999}}',
        "deep": b'{"verifiableCredential":' + b'{"a":' * 200 + b"1" + b"}" * 200 + b"}",
        "just as deep as allowed": b'{"verifiableCredential":' + b'{"a":' * 63 + b"1" + b"}" * 63 + b"}",
        "a zero byte": b'{"verifiableCredential":{"a":"\x00"}}',
        "as long as allowed": b'{"verifiableCredential":{"a":"' + b"x" * (MAX_BODY_BYTES - 32) + b'"}}',
        "too long": b'{"verifiableCredential":{"a":"' + b"x" * MAX_BODY_BYTES + b'"}}',
    }


def make_app(
    view: Callable[[ApiCall], ApiAnswer], *, take: Callable[[str], None] = lambda _: None, hops: int = 0
) -> Flask:
    """A site with one endpoint, in front of which the door stands as in `skillmark.site`."""
    app = Flask("skillmark", static_folder=None, template_folder=None)
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    install_pages(app, base_url=BASE_URL, limiter=create_limiter())
    endpoint = Endpoint(name="x", path="/x", view=view, take=take)
    install_vc_api(app, create_vc_api([endpoint], base_url=BASE_URL))
    app.wsgi_app = QuickDoor(app, [endpoint], base_url=BASE_URL, proxy_hops=hops)  # type: ignore[method-assign]
    return app
