"""Signing in through another site under attack: lying providers, mixed-up answers, replays, and addresses inside.

RFC 9700 §4 (mix-up, code injection, CSRF), RFC 8725 (tokens), RFC 9207 (who answers), security.md T-59.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.doubles.authenticator import b64u
from tests.doubles.oidc_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    ISSUER,
    Account,
    OidcProviderDouble,
    make_rsa,
    sign_hs256_with_public_key,
    sign_rs256,
)
from tests.web.oidc_visits import RETURN, begin, come_back, open_oidc_shop, provider_settings, sign_in, who_is
from tests.web.workshop import BASE_URL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.web.oidc_visits import OidcShop

HOUR = 3_600
NOW = 1_778_760_000  # noon of the workshop's day


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OidcShop]:
    """A site with one provider and one member, who would get in if the provider were honest."""
    opened = open_oidc_shop(tmp_path)
    opened.add_person()
    yield opened
    opened.shop.database.close()


@pytest.fixture(scope="module")
def kept_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcShop]:
    """One such site for many lies."""
    opened = open_oidc_shop(tmp_path_factory.mktemp("oidc"))
    opened.add_person()
    yield opened
    opened.shop.database.close()


@pytest.fixture
def liar(kept_site: OidcShop) -> OidcShop:
    """The site whose provider has told no lie yet."""
    provider = kept_site.provider
    provider.claims_members, provider.header_members, provider.make_token = {}, {}, None
    provider.token_status, provider.token_answer = 200, None
    return kept_site


def _state(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


def test_honest_provider(site: OidcShop) -> None:
    """Without a lie the member gets in: what follows is refused for the lie alone."""
    assert int(site.shop.clock().timestamp()) == NOW
    assert sign_in(site).status_code == 303


LYING_CLAIMS: dict[str, dict[str, Any]] = {
    "nonce of another sign-in": {"nonce": "TEST ONLY another"},
    "no nonce": {"nonce": None},
    "nonce that is a number": {"nonce": 1},
    "for another client": {"aud": "somebody-else"},
    "for nobody": {"aud": None},
    "for a list without us": {"aud": ["a", "b"]},
    "for many, without saying who got it": {"aud": [CLIENT_ID, "somebody-else"]},
    "for many, given to another": {"aud": [CLIENT_ID, "somebody-else"], "azp": "somebody-else"},
    "for us, given to another": {"azp": "somebody-else"},
    "for us, given to a list": {"azp": [CLIENT_ID]},
    "for us, given to an object": {"azp": {}},
    "of another issuer": {"iss": "https://login.evil.example"},
    "of the issuer with a slash": {"iss": f"{ISSUER}/"},
    "of no issuer": {"iss": None},
    "ended": {"exp": NOW - 61},
    "without an end": {"exp": None},
    "with an end that is text": {"exp": str(NOW + HOUR)},
    "with an end that is a flag": {"exp": True},
    "made an hour ago": {"iat": NOW - HOUR},
    "made in an hour": {"iat": NOW + HOUR},
    "without a beginning": {"iat": None},
    "not yet in force": {"nbf": NOW + HOUR},
    "about nobody": {"sub": None},
    "about an empty name": {"sub": ""},
    "about a number": {"sub": 7},
    "about a name of a thousand signs": {"sub": "x" * 1_000},
    "about a name with a line break": {"sub": "a\nb"},
}


@pytest.mark.parametrize("lie", LYING_CLAIMS)
def test_lying_claims(liar: OidcShop, lie: str) -> None:
    """A token that was not made for us, for this sign-in, just now and by this provider signs nobody in."""
    liar.provider.claims_members = LYING_CLAIMS[lie]
    browser = liar.client()
    answer = sign_in(liar, browser=browser)
    assert answer.status_code == 403
    assert "We could not believe what the other site said about you." in answer.text
    assert who_is(browser) == ""


def _none_token(claims: dict[str, Any]) -> str:
    return f"{b64u(json.dumps({'alg': 'none', 'typ': 'JWT'}).encode())}.{b64u(json.dumps(claims).encode())}."


def _own_key_in_header(claims: dict[str, Any]) -> str:
    thief = OidcProviderDouble(clock=lambda: (_ for _ in ()).throw(AssertionError))
    return sign_rs256({"alg": "RS256", "typ": "JWT", "jwk": thief.jwk(), "kid": "key-1"}, claims, thief.key)


def _with_header(**members: Any) -> Callable[[OidcShop], Callable[[dict[str, Any]], str]]:  # noqa: ANN401 - JSON
    def compose(site: OidcShop) -> Callable[[dict[str, Any]], str]:
        header = {"alg": "RS256", "typ": "JWT", "kid": site.provider.key_id, **members}
        return lambda claims: sign_rs256(header, claims, site.provider.key)

    return compose


LYING_TOKENS: dict[str, Callable[[OidcShop], Callable[[dict[str, Any]], str]]] = {
    "no signature": lambda _: _none_token,
    "HS256 with the public key": lambda site: (
        lambda claims: sign_hs256_with_public_key(claims, site.provider.key, site.provider.key_id)
    ),
    "key of a stranger under a known name": lambda site: (
        lambda claims: sign_rs256({"alg": "RS256", "kid": site.provider.key_id}, claims, make_rsa())
    ),
    "key that comes along in the header": lambda _: _own_key_in_header,
    "key that nobody published": lambda _: (
        lambda claims: sign_rs256({"alg": "RS256", "kid": "unknown"}, claims, make_rsa())
    ),
    "algorithm that the key is not for": _with_header(alg="PS256"),
    "algorithm of another kind of key": _with_header(alg="ES256"),
    "algorithm that is a number": _with_header(alg=256),
    "algorithm that is missing": _with_header(alg=None),
    "a token for another purpose": _with_header(typ="at+jwt"),
    "critical members that nobody knows": _with_header(crit=["x"], x=1),
    "unencoded payload": _with_header(crit=["b64"], b64=False),
    "a name of a key that is a list": _with_header(kid=["key-1"]),
    "four parts": lambda _: lambda _claims: "a.b.c.d",
    "nothing": lambda _: lambda _claims: "",
    "beyond ASCII": lambda _: lambda _claims: "é.é.é",
    "a megabyte": lambda _: lambda _claims: "A" * 100_000,
}


@pytest.mark.parametrize("lie", LYING_TOKENS)
def test_lying_tokens(liar: OidcShop, lie: str) -> None:
    """A token that the provider did not sign with a published key, in a way that is accepted, signs nobody in."""
    liar.provider.make_token = LYING_TOKENS[lie](liar)
    browser = liar.client()
    answer = sign_in(liar, browser=browser)
    assert answer.status_code == 403
    assert "We could not believe what the other site said about you." in answer.text
    assert who_is(browser) == ""


def _weak_key(site: OidcShop) -> None:
    site.provider.key = generate_private_key(public_exponent=65_537, key_size=1024)  # noqa: S505 - that is the attack


def _same_name_twice(site: OidcShop) -> None:
    site.provider.published = [{**OidcProviderDouble(clock=site.shop.clock).jwk(), "kid": site.provider.key_id}]


def _nameless_among_many(site: OidcShop) -> None:
    site.provider.published = [{**OidcProviderDouble(clock=site.shop.clock).jwk(), "kid": "second"}]
    site.provider.header_members = {"kid": None}


def _secret_published(site: OidcShop) -> None:
    jwk = {"kty": "oct", "k": b64u(b"x" * 32), "kid": "shared", "use": "sig"}
    site.provider.published = [jwk]
    site.provider.header_members = {"kid": "shared"}


@pytest.mark.parametrize("spoil", [_weak_key, _same_name_twice, _nameless_among_many, _secret_published])
def test_keys_that_are_none(site: OidcShop, spoil: Callable[[OidcShop], None]) -> None:
    """A key that is too short, shared, or cannot be told from another proves nothing."""
    spoil(site)
    assert sign_in(site).status_code == 403


@pytest.mark.parametrize(
    "address", ["\u212aim@example.edu", "mailto:kim@example.edu", "Kim <kim@example.edu>", "kim@example.edu\u200b"]
)
def test_checked_address_that_is_nearly_a_members(liar: OidcShop, address: str) -> None:
    """A post box whose name becomes a member's only when it is tidied up is another one, and signs nobody in."""
    browser = liar.client()
    assert sign_in(liar, Account(subject=f"other {address}", email=address), browser=browser).status_code == 403
    assert who_is(browser) == ""


def test_code_twice(site: OidcShop) -> None:
    """The address that a browser came back to is worth nothing the second time, in this browser or another."""
    browser = site.client()
    answer = site.provider.sign_in(begin(browser), Account())
    assert come_back(browser, answer).status_code == 303
    for one in (browser, site.client()):
        assert come_back(one, answer).status_code == 400


def test_answer_for_another_browser(site: OidcShop) -> None:
    """A thief's answer signs nobody in elsewhere: nobody works in a thief's account without knowing it."""
    answer = site.provider.sign_in(begin(site.client()), Account())
    victim = site.client()
    assert come_back(victim, answer).status_code == 400
    begin(victim)
    assert come_back(victim, answer).status_code == 400
    assert who_is(victim) == ""


def test_stolen_code(site: OidcShop) -> None:
    """A code that was made for one browser is worth nothing in another, even with that one's own state (PKCE)."""
    stolen = site.provider.sign_in(begin(site.client()), Account())["code"]
    thief = site.client()
    answer = come_back(thief, {"code": stolen, "state": _state(begin(thief))})
    assert answer.status_code == 502
    assert who_is(thief) == ""


def test_after_ten_minutes(site: OidcShop) -> None:
    """Whoever comes back after ten minutes begins again."""
    browser = site.client()
    answer = site.provider.sign_in(begin(browser), Account())
    site.shop.clock.move(minutes=10)
    assert come_back(browser, answer).status_code == 400


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"code": "x"},
        {"state": "x"},
        {"code": "x", "state": ""},
        {"code": "", "state": "STATE"},
        {"state": "STATE"},
        {"code": "x" * 5_000, "state": "STATE"},
        {"code": "a\nb", "state": "STATE"},
        {"code": "é", "state": "STATE"},
    ],
    ids=repr,
)
def test_odd_answers(site: OidcShop, answer: dict[str, str]) -> None:
    """An answer without the right state or a code leads back to the beginning; the provider is asked nothing."""
    browser = site.client()
    state = _state(begin(browser))
    asked = list(site.provider.asked)
    filled = {name: state if value == "STATE" else value for name, value in answer.items()}
    assert come_back(browser, filled).status_code == 400
    assert site.provider.asked == asked


def test_parameter_twice(site: OidcShop) -> None:
    """Two codes, or two states, are no answer (RFC 6749 §3.1)."""
    browser = site.client()
    answer = site.provider.sign_in(begin(browser), Account())
    path = f"{RETURN}?code={answer['code']}&code=other&state={answer['state']}"
    assert browser.get(path, base_url=BASE_URL).status_code == 400


@pytest.mark.parametrize("issuer", ["https://login.evil.example", "", f"{ISSUER}/"])
def test_answer_that_names_another_issuer(site: OidcShop, issuer: str) -> None:
    """An answer of another provider than the one that was asked is a mix-up (RFC 9207 §2.4)."""
    browser = site.client()
    answer = site.provider.sign_in(begin(browser), Account())
    assert come_back(browser, {**answer, "iss": issuer}).status_code == 400
    assert who_is(browser) == ""


def test_answer_that_ought_to_name_its_issuer(site: OidcShop) -> None:
    """A provider that says that it names itself does so, or the answer is not its own."""
    site.provider.names_itself = True
    browser = site.client()
    answer = site.provider.sign_in(begin(browser), Account())
    assert answer.pop("iss") == ISSUER
    assert come_back(browser, answer).status_code == 400
    assert sign_in(site).status_code == 303


def test_answer_at_the_address_of_another_provider(tmp_path: Path) -> None:
    """An answer counts only at the address of the provider that was asked."""
    other = provider_settings(name="mill", issuer="https://login.mill.example", label="Mill account")
    site = open_oidc_shop(tmp_path, provider_settings(), other)
    site.add_person()
    browser = site.client()
    answer = site.provider.sign_in(begin(browser), Account())
    assert come_back(browser, answer, "/desk/oidc/mill/return").status_code == 400
    assert who_is(browser) == ""
    site.shop.database.close()


BAD_ANSWERS: dict[str, tuple[int, bytes]] = {
    "redirect": (302, b""),
    "refusal": (400, b'{"error":"invalid_grant"}'),
    "fault": (500, b"<html>"),
    "page": (200, b"<html>"),
    "list": (200, b"[]"),
    "no token": (200, b'{"access_token":"x","token_type":"Bearer"}'),
    "token that is a number": (200, b'{"id_token":7}'),
    "brackets without end": (200, b"[" * 50_000),
    "member twice": (200, b'{"id_token":"a","id_token":"b"}'),
}


@pytest.mark.parametrize("kind", BAD_ANSWERS)
def test_bad_answers_for_a_code(liar: OidcShop, kind: str) -> None:
    """Anything but a token for the code ends the sign-in, with plain words."""
    liar.provider.token_status, liar.provider.token_answer = BAD_ANSWERS[kind]
    browser = liar.client()
    answer = sign_in(liar, browser=browser)
    assert answer.status_code == 502
    assert "The other site does not answer as it should." in answer.text
    assert who_is(browser) == ""


def test_ways_there_are_counted(site: OidcShop) -> None:
    """The eleventh way there in a minute waits, and so does the eleventh way back that leads nowhere."""
    browser = site.client()
    statuses = [browser.get("/desk/oidc/college", base_url=BASE_URL).status_code for _ in range(11)]
    assert statuses == [303] * 10 + [429]
    assert [come_back(browser, {}).status_code for _ in range(11)] == [400] * 10 + [429]


def test_secret_shows_nowhere(site: OidcShop) -> None:
    """The secret is in no repr, and in no address that a browser is sent to."""
    assert CLIENT_SECRET not in repr(provider_settings())
    assert CLIENT_SECRET not in begin(site.client())
