"""Junk in the place of a passkey's answer, in the parts that a phone signs and in the form around them."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa

from keys import PasskeyOwner, Passkeys
from schemas import LedgerError
from storage import PasskeyStore
from tests.doubles.authenticator import AT, UP, UV, SoftAuthenticator, b64u, from_b64u
from tests.doubles.passkeys import ANA, REFUSED, SITE, make_phone
from tests.web.passkey_visits import PASSKEY_URL, WALLET, add_passkey, ask, make_device, send_answer, use_passkey
from tests.web.wallet_visits import get, send, sign_in
from tests.web.workshop import open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """A site with a name, at which browsers take passkeys."""
    opened = open_workshop(tmp_path / "shop", base_url=PASSKEY_URL)
    yield opened
    opened.database.close()


@pytest.fixture
def passkeys(shop: Workshop) -> Passkeys:
    return Passkeys(SITE, owner=PasskeyOwner.HOLDER, book=PasskeyStore(shop.database, "holder"), clock=shop.clock)


def _changed(answer: dict[str, Any], **members: object) -> dict[str, Any]:
    return {**answer, "response": {**answer["response"], **members}}


def _with_key(answer: dict[str, Any], key: object) -> dict[str, Any]:
    """Put another COSE_Key, or raw bytes, into an answer to the question to make a passkey."""
    attestation = cbor2.loads(from_b64u(answer["response"]["attestationObject"]))
    head = attestation["authData"][: 37 + 16 + 2 + 32]
    attestation["authData"] = head + (key if isinstance(key, bytes) else cbor2.dumps(key))
    return _changed(answer, attestationObject=b64u(cbor2.dumps(attestation)))


def _rsa_key(bits: int, exponent: int = 65_537) -> dict[int, Any]:
    numbers = generate_rsa(public_exponent=exponent, key_size=bits).public_key().public_numbers()
    return {1: 3, 3: -257, -1: numbers.n.to_bytes(bits // 8), -2: numbers.e.to_bytes(3)}


def _p384_key() -> dict[int, Any]:
    numbers = generate_private_key(SECP384R1()).public_key().public_numbers()
    return {1: 2, 3: -7, -1: 2, -2: numbers.x.to_bytes(48), -3: numbers.y.to_bytes(48)}


ODD_KEYS: dict[str, Any] = {
    "point beside the curve": {1: 2, 3: -7, -1: 1, -2: bytes(31) + b"\x01", -3: bytes(31) + b"\x01"},
    "coordinates that are numbers": {1: 2, 3: -7, -1: 1, -2: 1, -3: 2},
    "another curve than the algorithm's": _p384_key(),
    "another algorithm than the key's": {1: 1, 3: -7, -1: 6, -2: bytes(32)},
    "algorithm that was not asked for": {1: 2, 3: -36, -1: 3, -2: bytes(66), -3: bytes(66)},
    "short RSA key": _rsa_key(1024),
    "RSA key with exponent 3": _rsa_key(2048, 3),
    "RSA key of 60,000 bits": {1: 3, 3: -257, -1: b"\xff" * 7_500, -2: b"\x01\x00\x01"},
    "symmetric key": {1: 4, 3: -7, -1: b"secret"},
    "no key": {},
    "a list": [1, 2],
    "ten thousand brackets": b"\x81" * 9_000,
    "a length of 2^64": b"\x9b" + b"\xff" * 8,
    "a bignum without end": b"\xc2\x5f" + b"\x41\xff" * 4_000,
    "a regular expression": b"\xd8\x23\x66((((((",
    "nothing": b"",
}


@pytest.mark.parametrize("kind", ODD_KEYS)
def test_odd_keys(passkeys: Passkeys, kind: str) -> None:
    """What is no key of a kind that was asked for is refused, soon, and with the same words."""
    question = passkeys.ask_to_add(ANA, user_name="ana")
    answer = _with_key(make_phone().create(question.options), ODD_KEYS[kind])
    with pytest.raises(LedgerError, match=REFUSED):
        passkeys.add(ANA, ticket=question.ticket, answer=json.dumps(answer), name="phone")


def test_good_rsa_key(passkeys: Passkeys) -> None:
    """An RSA key as Windows makes them is taken: the ones above are refused for what is odd about them."""
    question = passkeys.ask_to_add(ANA, user_name="ana")
    answer = _with_key(make_phone().create(question.options), _rsa_key(2048))
    passkeys.add(ANA, ticket=question.ticket, answer=json.dumps(answer), name="laptop")


def _statement(device: SoftAuthenticator, options: Any, **members: object) -> dict[str, Any]:  # noqa: ANN401
    answer = device.create(options)
    attestation = {**cbor2.loads(from_b64u(answer["response"]["attestationObject"])), **members}
    return _changed(answer, attestationObject=b64u(cbor2.dumps(attestation)))


ODD_STATEMENTS: dict[str, dict[str, object]] = {
    "unknown format": {"fmt": "compound"},
    "format of Android": {"fmt": "android-safetynet", "attStmt": {"ver": "1", "response": b"a.b.c"}},
    "format of a TPM": {"fmt": "tpm", "attStmt": {"ver": "2.0", "alg": -257, "sig": b"x", "x5c": [b"x"]}},
    "format that is a list": {"fmt": ["none"]},
    "none with a signature": {"fmt": "none", "attStmt": {"sig": b"x"}},
    "packed without a signature": {"fmt": "packed", "attStmt": {"alg": -7}},
    "packed with a wrong signature": {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"x"}},
    "packed with junk for certificates": {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"x", "x5c": [b"1", 2]}},
    "statement that is a number": {"fmt": "none", "attStmt": 5},
    "data that is text": {"authData": "x"},
    "data that ends early": {"authData": hashlib.sha256(SITE.id.encode()).digest() + bytes([UP | UV | AT])},
    "data without a key": {"authData": hashlib.sha256(SITE.id.encode()).digest() + bytes([UP | UV]) + bytes(4)},
}


@pytest.mark.parametrize("kind", ODD_STATEMENTS)
def test_odd_statements(passkeys: Passkeys, kind: str) -> None:
    """A statement that is wrong, or of a kind that no browser passes on unasked, is refused."""
    question = passkeys.ask_to_add(ANA, user_name="ana")
    answer = _statement(make_phone(), question.options, **ODD_STATEMENTS[kind])
    with pytest.raises(LedgerError, match=REFUSED):
        passkeys.add(ANA, ticket=question.ticket, answer=json.dumps(answer), name="phone")


JUNK = {
    "nothing": "",
    "null": "null",
    "a list": "[]",
    "a text": '"passkey"',
    "half an object": '{"id":',
    "no members": "{}",
    "no response": '{"id":"eA","rawId":"eA","type":"public-key"}',
    "response that is a list": '{"id":"eA","rawId":"eA","type":"public-key","response":[]}',
    "response of numbers": '{"id":"eA","rawId":"eA","type":"public-key","response":{"clientDataJSON":1}}',
    "id that is a number": '{"id":1,"rawId":1,"type":"public-key","response":{}}',
    "id of 2,000 bytes": '{"id":"a","rawId":"' + "A" * 2_668 + '","type":"public-key","response":{}}',
    "another type": '{"id":"eA","rawId":"eA","type":"password","response":{}}',
    "brackets without end": "[" * 5_000,
    "a member twice": '{"id":"eA","id":"eB"}',
    "too long": '{"id":"' + "A" * 20_000 + '"}',
}


def _main(answer: TestResponse) -> str:
    """Return what the answer shows, without the token of its forms."""
    return re.sub(r'value="[^"]*"', "", answer.text.split("<main", 1)[1])


@pytest.mark.parametrize("kind", JUNK)
def test_junk_is_answered_like_an_unknown_passkey(shop: Workshop, kind: str) -> None:
    """Junk, an unknown passkey and a wrong signature get the same page with the same status."""
    device = make_device()
    add_passkey(sign_in(shop), WALLET, device)
    wrong = make_device(credential_id=device.credential_id, user_handle=device.user_handle)
    expected = {_main(use_passkey(shop.client(), WALLET, one)) for one in (wrong, make_device(credential_id=b"new"))}
    assert len(expected) == 1
    browser = shop.client()
    ask(browser, WALLET.sign_in_question, WALLET.sign_in_page)
    answer = send_answer(browser, WALLET.sign_in, WALLET.sign_in_page, JUNK[kind])
    assert answer.status_code == 401
    assert {_main(answer)} == expected


def test_answer_from_another_browser(shop: Workshop) -> None:
    """An answer counts only in the browser that was asked: nobody is signed in by a form that a thief filled in."""
    device = make_device()
    add_passkey(sign_in(shop), WALLET, device)
    thief = shop.client()
    options = ask(thief, WALLET.sign_in_question, WALLET.sign_in_page)
    victim = shop.client()
    assert send_answer(victim, WALLET.sign_in, WALLET.sign_in_page, device.get(options)).status_code == 401
    assert get(victim, "/wallet").status_code == 303


def test_wrong_answers_are_counted(shop: Workshop) -> None:
    """The eleventh wrong answer in a minute waits; right ones do not count."""
    device = make_device()
    add_passkey(sign_in(shop), WALLET, device)
    browser = shop.client()
    for _ in range(3):
        assert use_passkey(browser, WALLET, device).status_code == 303
    statuses = [send_answer(browser, WALLET.sign_in, WALLET.sign_in_page, "{}").status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


def test_questions_are_counted(shop: Workshop) -> None:
    """The twenty-first question in a minute waits, so that nobody fills the disk with them."""
    browser = shop.client()
    for _ in range(20):
        ask(browser, WALLET.sign_in_question, WALLET.sign_in_page)
    assert send(browser, WALLET.sign_in_question).status_code == 429
