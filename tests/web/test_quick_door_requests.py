"""Whatever stands around the body of a request, it is answered the same past Flask and through it."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest

from schemas import read_json_object
from tests.web.two_ways import DERIVE, VERIFY, assert_same, compose_bodies, compose_environ
from tests.web.workshop import open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.workshop import Workshop

HTTPS = "https://badges.example.edu"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A site whose bugs are answered and not raised, as under a real server."""
    workshop = open_workshop(tmp_path_factory.mktemp("door"))
    workshop.app.testing = False
    yield workshop
    workshop.database.close()


@pytest.fixture(scope="module")
def bodies(shop: Workshop) -> dict[str, bytes]:
    return compose_bodies(shop)


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
            assert_same(shop.app, compose_environ(path, body, **changes), body)

    @pytest.mark.parametrize("length", ["0", "5", "0005", "2097152"])
    def test_stated_lengths(self, shop: Workshop, bodies: dict[str, bytes], length: str) -> None:
        """A server hands on no more than the stated length, and it may be less."""
        assert_same(shop.app, compose_environ(VERIFY, b"", CONTENT_LENGTH=length), bodies["good"][: int(length)])

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
        assert_same(shop.app, compose_environ(path, bodies["good"]), bodies["good"])

    @pytest.mark.parametrize("terminated", [True, None])
    def test_a_body_that_breaks_off(self, shop: Workshop, bodies: dict[str, bytes], terminated: bool | None) -> None:  # noqa: FBT001 - as pytest passes it
        """Less than was announced."""
        environ = compose_environ(VERIFY, bodies["good"])
        if not terminated:
            del environ["wsgi.input_terminated"]
        assert assert_same(shop.app, environ, bodies["good"][:100])[0] == "400 BAD REQUEST"

    def test_at_an_https_address(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        """The header that keeps browsers to https is on it too."""
        shop = open_workshop(tmp_path_factory.mktemp("https"), base_url=HTTPS, is_known=False)
        body = json.dumps({"verifiableCredential": read_json_object(shop.badge().json_bytes)}).encode()
        changes = {"HTTP_HOST": "badges.example.edu", "wsgi.url_scheme": "https"}
        status, headers, _ = assert_same(shop.app, compose_environ(VERIFY, body, **changes), body)
        for host in ("badges.example.edu:443", "BADGES.example.edu", "badges.example.edu.", "127.0.0.1:8000"):
            assert_same(shop.app, compose_environ(VERIFY, body, **{**changes, "HTTP_HOST": host}), body)
        shop.database.close()
        assert status == "200 OK"
        assert "Strict-Transport-Security" in dict(headers)
