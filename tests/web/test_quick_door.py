"""A request is answered the same whether it goes past Flask or through it: status, headers and body."""

from __future__ import annotations

import io
import itertools
import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from credentials import add_presentation_proof, compose_presentation
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from pages import create_limiter, install_pages
from schemas import encode_json, read_json_object
from skillmark.web.endpoints import ApiAnswer, Endpoint
from skillmark.web.quick_door import QuickDoor
from skillmark.web.vc_api import VERIFY_LIMIT, create_vc_api, install_vc_api
from skillmark.web.vc_api_exchange import MAX_BODY_BYTES
from tests.web.workshop import BASE_URL, NOON, open_workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from schemas import JsonObject
    from skillmark.web.endpoints import ApiCall
    from tests.web.workshop import Workshop

VERIFY = "/api/vc/credentials/verify"
SHOWN = "/api/vc/presentations/verify"
DERIVE = "/api/vc/credentials/derive"
ISSUE = "/api/vc/credentials/issue"
STATUS = "/api/vc/credentials/status"
PATHS = (VERIFY, SHOWN, DERIVE, ISSUE, STATUS)
HTTPS = "https://badges.example.edu"
TOO_MANY = 429

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


def _ask(application: WSGIApplication, environ: dict[str, Any], body: bytes) -> Told:
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


def _door(app: Flask) -> QuickDoor:
    assert isinstance(app.wsgi_app, QuickDoor)
    return app.wsgi_app


def _assert_same(app: Flask, environ: dict[str, Any], body: bytes) -> Told:
    door = _door(app)
    quick, by_flask = _ask(door, environ, body), _ask(door.flask_way, environ, body)
    assert quick == by_flask
    return quick


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A site whose bugs are answered and not raised, as under a real server."""
    workshop = open_workshop(tmp_path_factory.mktemp("door"))
    workshop.app.testing = False
    yield workshop
    workshop.database.close()


@pytest.fixture(scope="module")
def bodies(shop: Workshop) -> dict[str, bytes]:
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


class TestBodies:
    """Whatever is sent."""

    def test_to_verify(self, shop: Workshop, bodies: dict[str, bytes]) -> None:
        """Good badges, false ones, and what is none."""
        told = {name: _assert_same(shop.app, compose_environ(VERIFY, body), body) for name, body in bodies.items()}
        statuses = {name: status.partition(" ")[0] for name, (status, _, _) in told.items()}
        assert {name for name, status in statuses.items() if status == "200"} == {
            *("good", "good, compact", "good, white space", "good, escapes", "good, options", "good, options null"),
            "a token in an envelope",
        }
        assert statuses["changed"] == "400"
        assert statuses["too long"] == "413"

    def test_plain_ones_do_not_reach_flask(self, shop: Workshop, bodies: dict[str, bytes]) -> None:
        """A good badge and a changed one are answered in front of it; what is no JSON is told by it."""
        door = _door(shop.app)
        flask_way = Way(door.flask_way)
        door.flask_way = flask_way
        try:
            for name, expected in {"good": 0, "changed": 0, "no JSON": 1}.items():
                flask_way.count = 0
                _ask(door, compose_environ(VERIFY, bodies[name]), bodies[name])
                assert (name, flask_way.count) == (name, expected)
        finally:
            door.flask_way = flask_way.application

    @pytest.mark.parametrize("path", PATHS[1:])
    def test_to_other_endpoints(self, shop: Workshop, bodies: dict[str, bytes], path: str) -> None:
        """What another endpoint is asked for is refused in the same words, a key or not."""
        keys: tuple[str | None, ...] = (
            (None, "Bearer x", "Basic eDp5", "bearer smk_0_0") if path in {ISSUE, STATUS} else (None,)
        )
        for body, key in itertools.product(bodies.values(), keys):
            renamed = body.replace(b"verifiableCredential", b"verifiablePresentation") if path == SHOWN else body
            _assert_same(shop.app, compose_environ(path, renamed, HTTP_AUTHORIZATION=key), renamed)

    def test_presentations(self, shop: Workshop) -> None:
        """One that answers to the challenge of whoever asks, one that answers to none, and a changed one."""
        signer = LocalSigner.generate(KeyType.ED25519)
        holder = did_key(signer.public_key)
        shown = add_presentation_proof(
            compose_presentation([read_json_object(shop.badge().json_bytes)], holder=holder),
            signer=signer,
            verification_method=did_key_method_id(signer.public_key),
            created=NOON,
            challenge="asked-by-the-employer",
            domain="employer.example.org",
        ).document
        told = {}
        for name, document, options in (
            ("answers", shown, {"challenge": "asked-by-the-employer", "domain": "employer.example.org"}),
            ("another challenge", shown, {"challenge": "something else"}),
            ("not asked", shown, {}),
            ("changed", {**shown, "holder": "did:example:another"}, {"challenge": "asked-by-the-employer"}),
            ("wrong options", shown, {"challenge": 7}),
        ):
            body = json.dumps({"verifiablePresentation": document, "options": options}).encode()
            told[name] = _assert_same(shop.app, compose_environ(SHOWN, body), body)
        assert told["answers"][0] == "200 OK"
        assert {told[name][0] for name in told if name != "answers"} == {"400 BAD REQUEST"}


class TestRequests:
    """Whatever stands around the body."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"REQUEST_METHOD": method}
            for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "post", "TRACE", "QUERY", "X" * 40)
        ]
        + [
            {"CONTENT_TYPE": value}
            for value in (
                None,
                "",
                "application/vc+json",
                "application/ld+json; charset=utf-8",
                "APPLICATION/JSON",
                "application/json;charset=UTF-8",
                "application/json; charset=utf-16",
                "application/json; charset=latin-1",
                'application/json; profile="x"; charset=utf-8',
                "application/json, text/plain",
                " application/json",
                "application/json ",
                "application/json;",
                "application/+json",
                "application/x+json+json",
                "text/json",
                "text/json+json",
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json\u00e9",
                "*/*",
            )
        ]
        + [
            {"CONTENT_LENGTH": value}
            for value in (
                None,
                "",
                "-1",
                "+5",
                " 5",
                "5 ",
                "1e3",
                "0x10",
                "٣",
                "99999999999",
                "2097153",
            )
        ]
        + [
            {"HTTP_HOST": value}
            for value in (
                None,
                "",
                "127.0.0.1",
                "localhost:8000",
                "LOCALHOST:8000",
                "[::1]:8000",
                "127.0.0.1:80",
                "127.0.0.1:443",
                "evil.example",
                "127.0.0.1:8000.evil.example",
                "127.0.0.1:8000, evil.example",
                "user@127.0.0.1:8000",
                "127.0.0.1:8000/",
                "127.0.0.1:\u0663",
            )
        ]
        + [
            {"QUERY_STRING": "lang=es"},
            {"QUERY_STRING": "x=%ff"},
            {"SCRIPT_NAME": "/api"},
            {"HTTP_COOKIE": "session=x"},
            {"HTTP_COOKIE": "language=es"},
            {"HTTP_COOKIE": ""},
            {"HTTP_TRANSFER_ENCODING": "chunked"},
            {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": None},
            {"HTTP_CONTENT_ENCODING": "gzip"},
            {"HTTP_EXPECT": "100-continue"},
            {"HTTP_ORIGIN": "https://evil.example", "HTTP_REFERER": "https://evil.example/x"},
            {"HTTP_SEC_FETCH_SITE": "cross-site"},
            {"HTTP_ACCEPT": "text/html"},
            {"HTTP_ACCEPT": "application/json"},
            {"HTTP_ACCEPT": "image/png;q=0"},
            {"HTTP_ACCEPT_LANGUAGE": "es"},
            {"HTTP_ACCEPT_ENCODING": "gzip, br"},
            {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET"},
            {"HTTP_X_FORWARDED_FOR": "198.51.100.7"},
            {"HTTP_X_FORWARDED_HOST": "evil.example"},
            {"HTTP_X_FORWARDED_PROTO": "https"},
            {"HTTP_FORWARDED": "for=198.51.100.7;host=evil.example"},
            {"HTTP_RANGE": "bytes=0-1"},
            {"HTTP_IF_NONE_MATCH": "*"},
            {"wsgi.url_scheme": "https"},
            {"wsgi.input_terminated": None},
            {"REMOTE_ADDR": None},
            {"REMOTE_ADDR": ""},
            {"REMOTE_ADDR": "unix:"},
            {"REMOTE_ADDR": "2001:db8::1"},
        ],
        ids=repr,
    )
    def test_headers_and_methods(
        self, shop: Workshop, bodies: dict[str, bytes], changes: dict[str, str | None]
    ) -> None:
        """A good badge and one that was changed, in a request of every odd kind."""
        for body, path in itertools.product((bodies["good"], bodies["changed"], b"{}"), (VERIFY, DERIVE)):
            _assert_same(shop.app, compose_environ(path, body, **changes), body)

    @pytest.mark.parametrize("length", ["0", "5", "0005", "2097152"])
    def test_stated_lengths(self, shop: Workshop, bodies: dict[str, bytes], length: str) -> None:
        """A server hands on no more than the stated length, and it may be less."""
        _assert_same(shop.app, compose_environ(VERIFY, b"", CONTENT_LENGTH=length), bodies["good"][: int(length)])

    @pytest.mark.parametrize(
        "path",
        [
            f"{VERIFY}/",
            f"/{VERIFY}",
            VERIFY.upper(),
            VERIFY.replace("/verify", "%2Fverify"),
            f"{VERIFY};x",
            "/api/vc/credentials",
            "/api/vc/credentials/../credentials/verify",
            "",
            "*",
            "/verify",
            "/api/openapi.json",
        ],
    )
    def test_paths(self, shop: Workshop, bodies: dict[str, bytes], path: str) -> None:
        """Only the very path is the endpoint."""
        _assert_same(shop.app, compose_environ(path, bodies["good"]), bodies["good"])

    @pytest.mark.parametrize("terminated", [True, None])
    def test_a_body_that_breaks_off(self, shop: Workshop, bodies: dict[str, bytes], terminated: bool | None) -> None:  # noqa: FBT001 - as pytest passes it
        """Less than was announced."""
        environ = compose_environ(VERIFY, bodies["good"])
        if not terminated:
            del environ["wsgi.input_terminated"]
        assert _assert_same(shop.app, environ, bodies["good"][:100])[0] == "400 BAD REQUEST"

    def test_at_an_https_address(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        """The header that keeps browsers to https is on it too."""
        shop = open_workshop(tmp_path_factory.mktemp("https"), base_url=HTTPS, is_known=False)
        body = json.dumps({"verifiableCredential": read_json_object(shop.badge().json_bytes)}).encode()
        changes = {"HTTP_HOST": "badges.example.edu", "wsgi.url_scheme": "https"}
        status, headers, _ = _assert_same(shop.app, compose_environ(VERIFY, body, **changes), body)
        for host in ("badges.example.edu:443", "BADGES.example.edu", "badges.example.edu.", "127.0.0.1:8000"):
            _assert_same(shop.app, compose_environ(VERIFY, body, **{**changes, "HTTP_HOST": host}), body)
        shop.database.close()
        assert status == "200 OK"
        assert "Strict-Transport-Security" in dict(headers)


class TestLimits:
    """One count for both ways."""

    def test_one_count(self, shop: Workshop) -> None:
        """Half of the requests by each way; then both say no, and when to ask again."""
        door, body = _door(shop.app), b"{}"
        environ = compose_environ(VERIFY, body)
        allowed = int(VERIFY_LIMIT.split()[0])
        for number in range(allowed):
            status, _, _ = _ask(door if number % 2 else door.flask_way, environ, body)
            assert status == "400 BAD REQUEST"
        status, headers, told = _assert_same(shop.app, environ, body)
        assert (status, json.loads(told)["code"]) == ("429 TOO MANY REQUESTS", "request.too_many")
        assert 0 < int(dict(headers)["Retry-After"]) <= 60
        assert _ask(door, compose_environ(DERIVE, body, REMOTE_ADDR=environ["REMOTE_ADDR"]), body)[0] != status

    @pytest.mark.parametrize("hops", [0, 1, 2])
    @pytest.mark.parametrize(
        "forwarded",
        [
            None,
            "",
            " ",
            "198.51.100.7",
            "198.51.100.7, 203.0.113.9",
            "198.51.100.7,203.0.113.9",
            "198.51.100.7 ,203.0.113.9",
            "a, b, c",
            "198.51.100.7, 203.0.113.9, 192.0.2.1",
            "2001:db8:1:2:3::4",
            "::ffff:198.51.100.7",
            "198.51.100.007",
            "198.51.100.7:8080",
            "[2001:db8::1]:80",
            '"198.51.100.7, 192.0.2.1"',
            "198.51.100.7,",
            ",198.51.100.7",
            ", ,",
            "unknown",
            "fe80::1%eth0",
            "1" * 300,
            ", ".join(["198.51.100.7"] * 40),
        ],
        ids=repr,
    )
    def test_the_same_client(self, hops: int, forwarded: str | None) -> None:
        """Who counts as the client, behind so many proxies of ours."""
        seen: list[str] = []
        app = _make_app(lambda call: ApiAnswer(body=encode_json(call.read_body())), take=seen.append, hops=hops)
        environ = compose_environ("/x", b"{}", HTTP_X_FORWARDED_FOR=forwarded)
        _assert_same(app, environ, b"{}")
        assert len(seen) == 2
        assert seen[0] == seen[1]


class TestFaults:
    """What no view should raise."""

    @pytest.mark.parametrize("error", [RuntimeError("secret detail"), KeyError("x"), MemoryError(), TimeoutError()])
    def test_a_bug_of_ours(self, error: Exception, caplog: pytest.LogCaptureFixture) -> None:
        """It is a 500 that tells nothing, and stands in the log once."""

        def view(_: ApiCall) -> ApiAnswer:
            raise error

        app = _make_app(view)
        quick = _ask(_door(app), compose_environ("/x", b"{}"), b"{}")
        assert len(caplog.records) == 1
        assert quick == _ask(_door(app).flask_way, compose_environ("/x", b"{}"), b"{}")
        assert quick[0] == "500 INTERNAL SERVER ERROR"
        assert b"secret" not in quick[2]

    def test_what_cannot_be_written(self) -> None:
        """An answer that is no JSON is a bug too."""
        app = _make_app(lambda _: ApiAnswer(body=encode_json({"x": float("nan")})))
        assert _assert_same(app, compose_environ("/x", b"{}"), b"{}")[0] == "500 INTERNAL SERVER ERROR"

    def test_headers_of_an_answer(self) -> None:
        """What a view says beside its body is said by both."""
        found = ApiAnswer(body=b'{"a":1}', status=201, headers=(("Location", "https://x.example/1"),))
        app = _make_app(lambda _: found)
        status, headers, _ = _assert_same(app, compose_environ("/x", b"{}"), b"{}")
        assert (status, dict(headers)["Location"]) == ("201 CREATED", "https://x.example/1")


def _make_app(
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
