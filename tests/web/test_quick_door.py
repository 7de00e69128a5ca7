"""A request is answered the same whether it goes past Flask or through it: status, headers and body."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest

from credentials import add_presentation_proof, compose_presentation
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from schemas import encode_json, read_json_object
from skillmark.web.endpoints import ApiAnswer
from skillmark.web.vc_api import VERIFY_LIMIT
from tests.web.two_ways import (
    DERIVE,
    ISSUE,
    PATHS,
    SHOWN,
    STATUS,
    VERIFY,
    Way,
    ask_way,
    assert_same,
    compose_bodies,
    compose_environ,
    find_door,
    make_app,
)
from tests.web.workshop import NOON, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skillmark.web.endpoints import ApiCall
    from tests.web.workshop import Workshop


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


class TestBodies:
    """Whatever is sent."""

    def test_to_verify(self, shop: Workshop, bodies: dict[str, bytes]) -> None:
        """Good badges, false ones, and what is none."""
        told = {name: assert_same(shop.app, compose_environ(VERIFY, body), body) for name, body in bodies.items()}
        statuses = {name: status.partition(" ")[0] for name, (status, _, _) in told.items()}
        assert {name for name, status in statuses.items() if status == "200"} == {
            *("good", "good, compact", "good, white space", "good, escapes", "good, options", "good, options null"),
            "a token in an envelope",
        }
        assert statuses["changed"] == "400"
        assert statuses["too long"] == "413"

    def test_plain_ones_do_not_reach_flask(self, shop: Workshop, bodies: dict[str, bytes]) -> None:
        """A good badge and a changed one are answered in front of it; what is no JSON is told by it."""
        door = find_door(shop.app)
        flask_way = Way(door.flask_way)
        door.flask_way = flask_way
        try:
            for name, expected in {"good": 0, "changed": 0, "no JSON": 1}.items():
                flask_way.count = 0
                ask_way(door, compose_environ(VERIFY, bodies[name]), bodies[name])
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
            assert_same(shop.app, compose_environ(path, renamed, HTTP_AUTHORIZATION=key), renamed)

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
            told[name] = assert_same(shop.app, compose_environ(SHOWN, body), body)
        assert told["answers"][0] == "200 OK"
        assert {told[name][0] for name in told if name != "answers"} == {"400 BAD REQUEST"}


class TestLimits:
    """One count for both ways."""

    def test_one_count(self, shop: Workshop) -> None:
        """Half of the requests by each way; then both say no, and when to ask again."""
        door, body = find_door(shop.app), b"{}"
        environ = compose_environ(VERIFY, body)
        allowed = int(VERIFY_LIMIT.split()[0])
        for number in range(allowed):
            status, _, _ = ask_way(door if number % 2 else door.flask_way, environ, body)
            assert status == "400 BAD REQUEST"
        status, headers, told = assert_same(shop.app, environ, body)
        assert (status, json.loads(told)["code"]) == ("429 TOO MANY REQUESTS", "request.too_many")
        assert 0 < int(dict(headers)["Retry-After"]) <= 60
        assert ask_way(door, compose_environ(DERIVE, body, REMOTE_ADDR=environ["REMOTE_ADDR"]), body)[0] != status

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
        app = make_app(lambda call: ApiAnswer(body=encode_json(call.read_body())), take=seen.append, hops=hops)
        environ = compose_environ("/x", b"{}", HTTP_X_FORWARDED_FOR=forwarded)
        assert_same(app, environ, b"{}")
        assert len(seen) == 2
        assert seen[0] == seen[1]


class TestFaults:
    """What no view should raise."""

    @pytest.mark.parametrize("error", [RuntimeError("secret detail"), KeyError("x"), MemoryError(), TimeoutError()])
    def test_a_bug_of_ours(self, error: Exception, caplog: pytest.LogCaptureFixture) -> None:
        """It is a 500 that tells nothing, and stands in the log once."""

        def view(_: ApiCall) -> ApiAnswer:
            raise error

        app = make_app(view)
        quick = ask_way(find_door(app), compose_environ("/x", b"{}"), b"{}")
        assert len(caplog.records) == 1
        assert quick == ask_way(find_door(app).flask_way, compose_environ("/x", b"{}"), b"{}")
        assert quick[0] == "500 INTERNAL SERVER ERROR"
        assert b"secret" not in quick[2]

    def test_what_cannot_be_written(self) -> None:
        """An answer that is no JSON is a bug too."""
        app = make_app(lambda _: ApiAnswer(body=encode_json({"x": float("nan")})))
        assert assert_same(app, compose_environ("/x", b"{}"), b"{}")[0] == "500 INTERNAL SERVER ERROR"

    def test_headers_of_an_answer(self) -> None:
        """What a view says beside its body is said by both."""
        found = ApiAnswer(body=b'{"a":1}', status=201, headers=(("Location", "https://x.example/1"),))
        app = make_app(lambda _: found)
        status, headers, _ = assert_same(app, compose_environ("/x", b"{}"), b"{}")
        assert (status, dict(headers)["Location"]) == ("201 CREATED", "https://x.example/1")
