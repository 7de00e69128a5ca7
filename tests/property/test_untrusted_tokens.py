"""Whatever comes as a token or a controller document: a reading or a code, never a stray exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from credentials import read_vc_jwt, sign_vc_jwt, verify_vc_jwt
from keys import (
    KeyType,
    LocalSigner,
    OfflineFetcher,
    PublicKey,
    encode_base64url,
    read_controller_document,
    resolve_controller_document,
)
from schemas import BadgeError, all_codes, encode_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas import JsonObject, JsonValue

DID = "did:web:issuer.example.org"
SIGNER = LocalSigner.generate(KeyType.ED25519)
CREDENTIAL: JsonObject = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential"],
    "issuer": {"id": DID},
    "validFrom": "2026-06-01T09:00:00Z",
    "credentialSubject": {"id": "urn:uuid:00000000-0000-4000-8000-000000000002"},
}
TOKEN = sign_vc_jwt(CREDENTIAL, signer=SIGNER, verification_method=f"{DID}#1")
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
WORDS = st.sampled_from(
    [
        "",
        "EdDSA",
        "ES256",
        "none",
        DID,
        f"{DID}#1",
        "#1",
        "JWT",
        "Multikey",
        "JsonWebKey",
        "OKP",
        "Ed25519",
        "EC",
        "P-256",
    ]
)


def objects(*names: str) -> st.SearchStrategy[dict[str, JsonValue]]:
    """Return objects whose members have these names and any values."""
    return st.dictionaries(st.sampled_from(names), WORDS | JSON, max_size=len(names))


METHODS = objects(
    "id", "type", "controller", "publicKeyMultibase", "publicKeyJwk", "expires", "revoked", "secretKeyJwk"
)


def settle(read: Callable[[], object]) -> None:
    """Run; an error has a code that is explained."""
    try:
        read()
    except BadgeError as error:
        if error.code not in all_codes():
            raise AssertionError(error.code) from error


def sign_parts(header: JsonValue, payload: JsonValue) -> str:
    """Sign any header and payload."""
    signing_input = f"{encode_base64url(encode_json(header))}.{encode_base64url(encode_json(payload))}"
    signature = SIGNER.sign(signing_input.encode(), algorithm=KeyType.ED25519.algorithm)
    return f"{signing_input}.{encode_base64url(signature)}"


@given(st.text(max_size=200))
def test_any_text_as_a_token(text: str) -> None:
    """Any text is read or refused."""
    settle(lambda: read_vc_jwt(text))


@given(st.binary(max_size=200))
def test_any_bytes_as_a_token(data: bytes) -> None:
    """Any bytes are read or refused."""
    settle(lambda: read_vc_jwt(data))


@given(JSON | objects("alg", "kid", "jwk", "typ", "crit"))
def test_any_header(header: JsonValue) -> None:
    """Any JSON as a header is read or refused."""
    settle(lambda: read_vc_jwt(sign_parts(header, {})))


@given(
    JSON
    | objects("iss", "sub", "jti", "nbf", "exp", "iat", "vc", "vp", "id", "issuer", "credentialSubject", "validFrom")
)
def test_any_payload(payload: JsonValue) -> None:
    """Any JSON as a well-signed payload verifies or is refused."""
    token = sign_parts({"alg": "EdDSA", "kid": f"{DID}#1"}, payload)
    settle(lambda: verify_vc_jwt(read_vc_jwt(token), public_key=SIGNER.public_key))


@given(position=st.integers(0, len(TOKEN) - 1), character=st.characters(codec="ascii"))
def test_any_changed_character_of_a_token(position: int, character: str) -> None:
    """A genuine token with one character changed never verifies."""
    changed = TOKEN[:position] + character + TOKEN[position + 1 :]
    verified = False
    try:
        verify_vc_jwt(read_vc_jwt(changed), public_key=SIGNER.public_key)
        verified = True
    except BadgeError as error:
        settle(error.explain)
    assert verified == (changed == TOKEN)


@given(objects("kty", "crv", "x", "y", "n", "e", "d", "k", "use", "key_ops"))
def test_any_object_as_a_jwk(jwk: dict[str, JsonValue]) -> None:
    """Any object is a JWK or refused."""
    settle(lambda: PublicKey.from_jwk(jwk))


@given(st.binary(max_size=100))
def test_any_bytes_as_a_controller_document(data: bytes) -> None:
    """Any bytes are a controller document or refused."""
    settle(lambda: read_controller_document(data, url_or_did=DID))


@given(
    methods=JSON | METHODS | st.lists(METHODS, max_size=3),
    references=JSON | WORDS | st.lists(WORDS | METHODS, max_size=3),
)
def test_any_methods_in_a_controller_document(methods: JsonValue, references: JsonValue) -> None:
    """Any methods and references are read or refused, and asking for one answers or refuses."""
    data = encode_json({"id": DID, "verificationMethod": methods, "assertionMethod": references})
    settle(lambda: read_controller_document(data, url_or_did=DID).assertion_method(f"{DID}#1"))


@given(st.text(max_size=80) | st.text(max_size=80).map("did:".__add__) | st.text(max_size=80).map("did:jwk:".__add__))
def test_any_text_as_a_controller(text: str) -> None:
    """Any text is an identifier or refused."""
    settle(lambda: resolve_controller_document(text, fetcher=OfflineFetcher()))
