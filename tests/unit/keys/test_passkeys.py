"""Passkeys: what browsers are asked, and which answers count (WebAuthn Level 3 §7, test vectors of §16)."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keys import PasskeySite, find_passkey_site
from keys.passkeys import (
    compose_assertion,
    compose_registration,
    read_passkey_answer,
    verify_assertion,
    verify_registration,
)
from schemas import LedgerError
from tests.doubles.authenticator import BE, BS, UP, UV, SoftAuthenticator, b64u, make_es256

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "vectors" / "w3c-webauthn" / "vectors.json").read_text("utf-8")
)
EXAMPLE = PasskeySite(id="example.org", origin="https://example.org", name="Example")
HANDLE = b"TEST ONLY user handle"
CHALLENGE = b"TEST ONLY challenge 000000000001"


def _answer(vector: dict[str, Any], part: str) -> dict[str, Any]:
    """Return a vector as a browser would send it; the user handle is not part of the vectors."""
    members = {name: b64u(bytes.fromhex(value)) for name, value in vector[part].items() if name != "challenge"}
    if part == "authentication":
        members["userHandle"] = b64u(HANDLE)
    name = b64u(bytes.fromhex(vector["credential_id"]))
    return {"id": name, "rawId": name, "type": "public-key", "response": members}


def _challenge(vector: dict[str, Any], part: str) -> bytes:
    return bytes.fromhex(vector[part]["challenge"])


def _record(**values: Any) -> Any:  # noqa: ANN401 - any KnownPasskey
    return SimpleNamespace(**{"user_handle": HANDLE, "sign_count": 0, "is_synced": False, **values})


def _public_key_of(vector: dict[str, Any]) -> bytes:
    """Return the key from a registration: it stands last in the authenticator data (§6.1)."""
    if "public_key" in vector:
        return bytes.fromhex(vector["public_key"])
    attestation = bytes.fromhex(vector["registration"]["attestationObject"])
    start = attestation.index(bytes.fromhex(vector["credential_id"])) + len(bytes.fromhex(vector["credential_id"]))
    return attestation[start:]


@pytest.mark.parametrize("name", ["packed-self.ES256", "packed.ES256"])
def test_registration_of_the_specification(name: str) -> None:
    """The registrations of the W3C with a verified person are taken, and give the key that stands in them."""
    vector = VECTORS[name]
    made = verify_registration(EXAMPLE, _answer(vector, "registration"), challenge=_challenge(vector, "registration"))
    assert made.credential_id.hex() == vector["credential_id"]
    assert made.public_key == _public_key_of(vector)


def test_authentication_of_the_specification() -> None:
    """The sign-in of the W3C with a verified person is taken."""
    vector = VECTORS["packed.ES256"]
    passkey = _record(
        credential_id=bytes.fromhex(vector["credential_id"]), public_key=_public_key_of(vector), is_synced=True
    )
    count = verify_assertion(
        EXAMPLE, _answer(vector, "authentication"), challenge=_challenge(vector, "authentication"), passkey=passkey
    )
    assert count == 0


@pytest.mark.parametrize("name", ["none.ES256", "none.ES256.crossOrigin", "none.ES256.topOrigin"])
def test_registration_that_is_not_enough(name: str) -> None:
    """A registration of the W3C whose person was not verified, or whose page stood in a foreign one, is refused."""
    vector = VECTORS[name]
    with pytest.raises(LedgerError, match=r"^passkey\.refused"):
        verify_registration(EXAMPLE, _answer(vector, "registration"), challenge=_challenge(vector, "registration"))


@pytest.mark.parametrize("name", ["none.ES256", "packed.EdDSA", "none.ES256.crossOrigin", "none.ES256.topOrigin"])
def test_authentication_that_is_not_enough(name: str) -> None:
    """A sign-in of the W3C whose person was not verified, or whose page stood in a foreign one, is refused."""
    vector = VECTORS[name]
    flags = bytes.fromhex(vector["authentication"]["authenticatorData"])[32]
    passkey = _record(
        credential_id=bytes.fromhex(vector["credential_id"]),
        public_key=_public_key_of(vector),
        is_synced=bool(flags & BE),
    )
    answer, challenge = _answer(vector, "authentication"), _challenge(vector, "authentication")
    with pytest.raises(LedgerError, match=r"^passkey\.refused"):
        verify_assertion(EXAMPLE, answer, challenge=challenge, passkey=passkey)


def _registered(device: SoftAuthenticator) -> Any:  # noqa: ANN401 - any KnownPasskey
    options = compose_registration(
        EXAMPLE, challenge=CHALLENGE, user_handle=HANDLE, user_name="dana@example.org", known=()
    )
    made = verify_registration(EXAMPLE, device.create(options), challenge=CHALLENGE)
    return _record(
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        is_synced=made.is_synced,
    )


def _device(**values: Any) -> SoftAuthenticator:  # noqa: ANN401 - fields of the double
    return SoftAuthenticator(**{"origin": EXAMPLE.origin, "rp_id": EXAMPLE.id, **values})


@pytest.mark.parametrize("statement", ["none", "packed"])
@pytest.mark.parametrize("make_key", [make_es256, Ed25519PrivateKey.generate])
def test_both_keys_and_both_statements(statement: str, make_key: Any) -> None:  # noqa: ANN401 - a maker of keys
    """A passkey on P-256 or Ed25519, with no statement or its own, is made and signs in."""
    device = _device(key=make_key(), statement=statement)
    passkey = _registered(device)
    answer = device.get(compose_assertion(EXAMPLE, challenge=CHALLENGE))
    assert verify_assertion(EXAMPLE, answer, challenge=CHALLENGE, passkey=passkey) == 0


def test_synced_passkey() -> None:
    """A passkey that is copied between devices is known as such."""
    assert _registered(_device(flags=UP | UV | BE | BS)).is_synced is True


def test_count_goes_up() -> None:
    """The count of a device that counts is returned, to be kept."""
    device = _device(counts=True)
    passkey = _registered(device)
    assert passkey.sign_count == 1
    answer = device.get(compose_assertion(EXAMPLE, challenge=CHALLENGE))
    assert verify_assertion(EXAMPLE, answer, challenge=CHALLENGE, passkey=passkey) == 2


def test_question_to_make_one() -> None:
    """A browser is asked for a passkey that needs no name typed and verifies the person, and not who made it."""
    options = compose_registration(
        EXAMPLE, challenge=CHALLENGE, user_handle=HANDLE, user_name="dana@example.org", known=(b"one",)
    )
    selection = options["authenticatorSelection"]
    assert isinstance(selection, dict)
    assert (selection["residentKey"], selection["userVerification"]) == ("required", "required")
    assert options["attestation"] == "none"
    assert options["excludeCredentials"] == [{"id": "b25l", "type": "public-key"}]
    assert json.loads(json.dumps(options))["rp"] == {"id": "example.org", "name": "Example"}


def test_question_to_sign_in() -> None:
    """A browser is asked for any passkey of the site, so that it is not told which ones there are."""
    options = compose_assertion(EXAMPLE, challenge=CHALLENGE)
    assert options["allowCredentials"] == []
    assert (options["rpId"], options["userVerification"]) == ("example.org", "required")


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://badges.example.edu", ("badges.example.edu", "https://badges.example.edu")),
        ("https://badges.example.edu:8443", ("badges.example.edu", "https://badges.example.edu:8443")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("https://[2001:db8::1]", None),
    ],
)
def test_site_of_an_address(base_url: str, expected: tuple[str, str] | None) -> None:
    """A host name can have passkeys, a numeric address cannot (WebAuthn §5.1.3: an effective domain)."""
    site = find_passkey_site(base_url, name="Example")
    assert (None if site is None else (site.id, site.origin)) == expected


@pytest.mark.parametrize("text", ["", "null", "[]", '"x"', "{", '{"a":1,"a":2}', "{}" + " " * 20_000, "\ud800"])
def test_answer_that_is_no_object(text: str) -> None:
    """What is too long or no JSON object is refused like any wrong answer."""
    with pytest.raises(LedgerError, match=r"^passkey\.refused"):
        read_passkey_answer(text)
