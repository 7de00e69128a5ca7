"""Tokens of W3C's types: their headers, their claims, and what VC 1.1 leaves to the claims."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from credentials import SecuringForm, TokenType, read_vc_jwt, sign_vc_jwt, sign_w3c_vc_jwt, verify_vc_jwt
from credentials.jws import read_compact_jws, sign_compact_jws
from keys import KeyType, PublicKey, SignatureAlgorithm
from schemas import BadgeError
from tests.doubles.showings import CREDENTIAL, HOLDER_ID, ISSUER, ISSUER_ID, ISSUER_METHOD
from tests.doubles.tokens import forge_token
from tests.unit.keys.published import RFC_7515_A3_TOKEN, RFC_7515_A3_X, RFC_7515_A3_Y, fresh_signer

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

HEADER: JsonObject = {"alg": "EdDSA", "kid": ISSUER_METHOD, "typ": "vc+jwt"}
OLD: JsonObject = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "type": ["VerifiableCredential"],
    "credentialSubject": {"name": "Rosa Ejemplo"},
}
# date -u -d 2026-06-01T09:00:00Z +%s, and two years on
OLD_CLAIMS: JsonObject = {
    "iss": ISSUER_ID,
    "sub": HOLDER_ID,
    "jti": "urn:x:1",
    "nbf": 1_780_304_400,
    "exp": 1_843_462_800,
}


def code_of(token: bytes) -> str:
    """Return the code with which a token is refused."""
    with pytest.raises(BadgeError) as caught:
        verify_vc_jwt(read_vc_jwt(token), public_key=ISSUER.public_key)
    return caught.value.code


@pytest.mark.parametrize("key_type", KeyType)
def test_w3c_token_is_the_credential(key_type: KeyType) -> None:
    """VC-JOSE-COSE 1.0 §3.1.1: the payload is the credential and nothing else; `typ` and `cty` say what it is."""
    signer = fresh_signer(key_type)
    jwt = read_vc_jwt(sign_w3c_vc_jwt(CREDENTIAL, signer=signer, verification_method=ISSUER_METHOD))
    name = key_type.algorithm.value
    assert jwt.header == {"alg": name, "kid": ISSUER_METHOD, "typ": "vc+jwt", "cty": "vc"}
    assert jwt.payload == CREDENTIAL
    verified = verify_vc_jwt(jwt, public_key=signer.public_key)
    assert (verified.document, verified.form, jwt.missing_claims) == (CREDENTIAL, SecuringForm.VC_JWT, ())


@pytest.mark.parametrize("name", ["RS256", "RS384", "RS512", "PS256"])
def test_rsa_algorithm_is_chosen(name: str) -> None:
    """An RSA key signs with the algorithm that it is asked for, and the header says so."""
    signer = fresh_signer(KeyType.RSA)
    token = sign_w3c_vc_jwt(
        CREDENTIAL, signer=signer, verification_method=ISSUER_METHOD, algorithm=SignatureAlgorithm(name)
    )
    assert verify_vc_jwt(read_vc_jwt(token), public_key=signer.public_key).cryptosuite == name


@pytest.mark.parametrize("claim", ["vc", "vp"])
def test_wrappers_are_not_signed(claim: str) -> None:
    """A credential with a `vc` or `vp` member is not made into a vc+jwt."""
    with pytest.raises(BadgeError) as caught:
        sign_w3c_vc_jwt({**CREDENTIAL, claim: {}}, signer=ISSUER, verification_method=ISSUER_METHOD)
    assert caught.value.code == "proof.claims_mismatch"


@pytest.mark.parametrize("kind", ["vc+jwt", "VC+JWT", "application/vc+jwt"])
@pytest.mark.parametrize("content", [None, "vc", "application/vc"])
def test_spellings_of_the_type(kind: str, content: str | None) -> None:
    """RFC 7515 §4.1.9 and §4.1.10: case does not matter, and `application/` may be left out."""
    header = {**HEADER, "typ": kind, **({} if content is None else {"cty": content})}
    jwt = read_vc_jwt(forge_token(header, CREDENTIAL, signer=ISSUER))
    assert jwt.jws.token_type is TokenType.VC_JWT


@pytest.mark.parametrize("content", ["vp", "JWT", "", None, 7, ["vc"]], ids=repr)
def test_content_type_that_does_not_fit(content: JsonValue) -> None:
    """`cty` of a vc+jwt is vc."""
    assert code_of(forge_token({**HEADER, "cty": content}, CREDENTIAL, signer=ISSUER)) == "proof.header_malformed"


def test_open_badges_header_has_no_content_type() -> None:
    """OB 3.0 §8.2.3: under `typ` JWT there are four parameters and no more."""
    token = forge_token({**HEADER, "typ": "JWT", "cty": "vc"}, CREDENTIAL, signer=ISSUER)
    assert code_of(token) == "proof.header_not_allowed"


def test_parameters_that_are_not_understood_are_ignored() -> None:
    """VC-JOSE-COSE 1.0 §3.1.3: further header parameters of a vc+jwt change nothing."""
    token = forge_token({**HEADER, "vendor": "x"}, CREDENTIAL, signer=ISSUER)
    assert verify_vc_jwt(read_vc_jwt(token), public_key=ISSUER.public_key).document == CREDENTIAL


@pytest.mark.parametrize("parameter", ["crit", "b64", "zip", "enc", "jku", "x5u", "x5c", "x5t", "x5t#S256"])
def test_parameters_that_would_change_the_meaning(parameter: str) -> None:
    """T-19, T-20: these are refused in each kind of token."""
    for kind in ("JWT", "vc+jwt"):
        token = forge_token({**HEADER, "typ": kind, parameter: "x"}, CREDENTIAL, signer=ISSUER)
        assert code_of(token) == "proof.header_not_allowed"


@pytest.mark.parametrize("kid", ["73voMXFNmNlOEpuYCSJlh8eN0dscykoO6gBukgRS1uU", None])
def test_key_named_by_thumbprint_or_not_at_all(kid: str | None) -> None:
    """VC-JOSE-COSE 1.0 §4.1: `kid` is a hint, and `iss` may be the only one."""
    header = {name: value for name, value in {**HEADER, "kid": kid}.items() if value is not None}
    jwt = read_vc_jwt(forge_token(header, {**CREDENTIAL, "iss": ISSUER_ID}, signer=ISSUER))
    assert jwt.kid == kid


@pytest.mark.parametrize("kid", [7, None, "", "a b", "é", "a" * 2049], ids=lambda kid: repr(kid)[:12])
def test_key_ids_that_are_none(kid: JsonValue) -> None:
    """A `kid` is printable ASCII text."""
    assert code_of(forge_token({**HEADER, "kid": kid}, CREDENTIAL, signer=ISSUER)) == "proof.header_malformed"


@pytest.mark.parametrize("claim", ["iss", "sub", "aud"])
def test_claims_in_the_header_agree(claim: str) -> None:
    """RFC 7519 §5.3: a claim that the header repeats is the same claim."""
    token = forge_token({**HEADER, claim: "did:web:other.example"}, CREDENTIAL, signer=ISSUER)
    assert code_of(token) == "proof.claims_mismatch"


def test_vc_1_takes_what_only_the_claims_say() -> None:
    """VCDM 1.1 §6.3.1: issuer, id, subject id and dates come from the claims when the `vc` claim lacks them."""
    token = forge_token({**HEADER, "typ": "JWT"}, {**OLD_CLAIMS, "vc": OLD}, signer=ISSUER)
    assert verify_vc_jwt(read_vc_jwt(token), public_key=ISSUER.public_key).document == {
        **OLD,
        "id": "urn:x:1",
        "issuer": ISSUER_ID,
        "credentialSubject": {"id": HOLDER_ID, "name": "Rosa Ejemplo"},
        "issuanceDate": "2026-06-01T09:00:00Z",
        "expirationDate": "2028-06-01T09:00:00Z",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "did:web:other.example"},
        {"issuer": {"name": "no id"}},
        {"id": "urn:x:2"},
        {"credentialSubject": {"id": "urn:x:2"}},
        {"credentialSubject": [{"name": "no id"}]},
        {"issuanceDate": "2026-06-01T09:00:01Z"},
        {"expirationDate": "2028-06-01T08:59:59Z"},
    ],
    ids=repr,
)
def test_vc_1_that_says_both_says_the_same(change: JsonObject) -> None:
    """What the `vc` claim says itself is never replaced by a claim."""
    token = forge_token({**HEADER, "typ": "JWT"}, {**OLD_CLAIMS, "vc": {**OLD, **change}}, signer=ISSUER)
    assert code_of(token) == "proof.claims_mismatch"


def test_untyped_token_in_an_envelope() -> None:
    """A token without `typ` is what its envelope says: there its `kid` may be a thumbprint."""
    token = forge_token({"alg": "EdDSA", "kid": "thumbprint"}, CREDENTIAL, signer=ISSUER)
    assert read_vc_jwt(token, media_type=TokenType.VC_JWT).kid == "thumbprint"
    assert code_of(token) == "proof.header_malformed"


def test_rfc_7515_example() -> None:
    """RFC 7515 §A.3 verifies when it is read as a token whose header names no key."""
    jws = read_compact_jws(RFC_7515_A3_TOKEN, untyped=TokenType.VC_JWT)
    key = PublicKey.from_jwk({"kty": "EC", "crv": "P-256", "x": RFC_7515_A3_X, "y": RFC_7515_A3_Y})
    key.verify(jws.signature, jws.signing_input, algorithm=jws.algorithm)
    assert jws.payload.startswith(b'{"iss":"joe"')


def test_open_badges_token_is_what_it_was() -> None:
    """What we issue for Open Badges has not changed: `alg`, `kid`, `typ`, and the five claims."""
    jwt = read_vc_jwt(sign_vc_jwt(CREDENTIAL, signer=ISSUER, verification_method=ISSUER_METHOD))
    assert jwt.header == {"alg": "EdDSA", "kid": ISSUER_METHOD, "typ": "JWT"}
    assert jwt.payload.keys() - CREDENTIAL.keys() == {"iss", "jti", "nbf", "sub", "exp"}


def test_token_without_a_key_id() -> None:
    """Only the holder's token names its key in another way; its header has no `kid`."""
    token = sign_compact_jws(b"{}", signer=ISSUER, kid=None, token_type=TokenType.KB_JWT)
    header = read_compact_jws(token, accepted=frozenset({TokenType.KB_JWT})).header
    assert header == {"alg": "EdDSA", "typ": "kb+jwt"}


@pytest.mark.parametrize("kind", ["vc+jwt", "JWT"])
def test_dates_of_the_signature(kind: str) -> None:
    """VC-JOSE-COSE 1.0 §3.1.3: `nbf` and `exp` of a vc+jwt are its own; OB 3.0 §8.2.4: those of a JWT repeat others."""
    token = forge_token(
        {**HEADER, "typ": kind}, {**CREDENTIAL, "nbf": 1_780_304_401, "exp": 1_843_462_801}, signer=ISSUER
    )
    if kind == "JWT":
        assert code_of(token) == "proof.claims_mismatch"
        return
    verified = verify_vc_jwt(read_vc_jwt(token), public_key=ISSUER.public_key)
    # date -u -d @1780304401 and @1843462801
    assert (verified.not_before, verified.expires_at) == (
        datetime(2026, 6, 1, 9, 0, 1, tzinfo=UTC),
        datetime(2028, 6, 1, 9, 0, 1, tzinfo=UTC),
    )
