"""VC-JWT: claims as Open Badges writes them, both payload forms, and claims that must agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from credentials import SecuringForm, UnverifiedJwt, read_vc_jwt, sign_vc_jwt, verify_vc_jwt
from credentials.jws import sign_compact_jws
from keys import KeyType, LocalSigner, SignatureAlgorithm, encode_base64url
from schemas import BadgeError, encode_json
from tests.unit.keys.published import fresh_signer

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

ISSUER = "did:web:issuer.example.org"
KID = f"{ISSUER}#key-1"
SIGNER = LocalSigner.generate(KeyType.ED25519)
CREDENTIAL: JsonObject = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential", "AchievementCredential"],
    "issuer": {"id": ISSUER, "type": ["Profile"], "name": "Lakeview Welding School"},
    "validFrom": "2026-06-01T09:00:00Z",
    "validUntil": "2028-06-01T09:00:00Z",
    "credentialSubject": {"id": "urn:uuid:00000000-0000-4000-8000-000000000002", "type": ["AchievementSubject"]},
}
VALID_FROM, VALID_UNTIL = 1_780_304_400, 1_843_462_800  # date -u -d 2026-06-01T09:00:00Z +%s, and two years on
CLAIMS: JsonObject = {
    "iss": ISSUER,
    "jti": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "nbf": VALID_FROM,
    "sub": "urn:uuid:00000000-0000-4000-8000-000000000002",
    "exp": VALID_UNTIL,
}
OLD_CREDENTIAL: JsonObject = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "id": CREDENTIAL["id"],
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": ISSUER},
    "issuanceDate": "2026-06-01T09:00:00Z",
    "expirationDate": "2028-06-01T09:00:00Z",
    "credentialSubject": CREDENTIAL["credentialSubject"],
}


def token_of(payload: JsonObject) -> str:
    """Sign a payload as it is, the way a careless issuer would."""
    return sign_compact_jws(encode_json(payload), signer=SIGNER, kid=KID)


def code_of(payload: JsonObject) -> str:
    """Return the code with which a well-signed payload is refused."""
    with pytest.raises(BadgeError) as caught:
        verify_vc_jwt(read_vc_jwt(token_of(payload)), public_key=SIGNER.public_key)
    return caught.value.code


def without(value: JsonObject, *names: str) -> JsonObject:
    """Return the object without some members."""
    return {name: member for name, member in value.items() if name not in names}


def test_payload_is_the_credential_and_its_claims() -> None:
    """OB 3.0 §8.2.3: the credential's members, then iss, jti, nbf, sub and exp, and no `vc`."""
    jwt = read_vc_jwt(sign_vc_jwt(CREDENTIAL, signer=SIGNER, verification_method=KID))
    assert jwt.payload == {**CREDENTIAL, **CLAIMS}


def test_a_badge_without_an_end_has_no_exp() -> None:
    """`exp` stands only when there is a `validUntil`."""
    jwt = read_vc_jwt(sign_vc_jwt(without(CREDENTIAL, "validUntil"), signer=SIGNER, verification_method=KID))
    assert "exp" not in jwt.payload


@pytest.mark.parametrize("key_type", KeyType)
def test_verified_document_is_the_credential(key_type: KeyType) -> None:
    """With each kind of key the credential comes back as it was, without the claims."""
    signer = fresh_signer(key_type)
    token = sign_vc_jwt(CREDENTIAL, signer=signer, verification_method=KID)
    verified = verify_vc_jwt(read_vc_jwt(token), public_key=signer.public_key)
    assert (verified.document, verified.original, verified.form, verified.verification_method) == (
        CREDENTIAL,
        token.encode(),
        SecuringForm.VC_JWT,
        KID,
    )


def test_dates_of_the_token_are_handed_on() -> None:
    """`created` is `validFrom` when there is no `iat`; `expires_at` is `exp`."""
    token = sign_vc_jwt(CREDENTIAL, signer=SIGNER, verification_method=KID)
    verified = verify_vc_jwt(read_vc_jwt(token), public_key=SIGNER.public_key)
    assert (verified.created, verified.expires_at) == (
        datetime(2026, 6, 1, 9, tzinfo=UTC),
        datetime(2028, 6, 1, 9, tzinfo=UTC),
    )


def test_iat_is_when_it_was_signed() -> None:
    """`created` is `iat` when there is one."""
    token = token_of({**CREDENTIAL, **CLAIMS, "iat": VALID_FROM + 60})
    verified = verify_vc_jwt(read_vc_jwt(token), public_key=SIGNER.public_key)
    assert verified.created == datetime(2026, 6, 1, 9, 1, tzinfo=UTC)


def test_the_same_badge_signs_to_the_same_token() -> None:
    """A resumed row gives the same bytes."""
    first, second = (sign_vc_jwt(CREDENTIAL, signer=SIGNER, verification_method=KID) for _ in range(2))
    assert first == second


def test_the_document_is_left_unchanged() -> None:
    """Signing does not write claims into the caller's document."""
    document = dict(CREDENTIAL)
    sign_vc_jwt(document, signer=SIGNER, verification_method=KID)
    assert document == CREDENTIAL


def test_an_embedded_proof_is_carried_but_not_shown() -> None:
    """A badge with both proofs keeps its embedded one in the token; what may be shown is without it."""
    document: JsonObject = {**CREDENTIAL, "proof": [{"type": "DataIntegrityProof"}]}
    jwt = read_vc_jwt(sign_vc_jwt(document, signer=SIGNER, verification_method=KID))
    assert jwt.document == document
    assert verify_vc_jwt(jwt, public_key=SIGNER.public_key).document == CREDENTIAL


def test_a_subject_in_a_list_of_one_is_that_subject() -> None:
    """`credentialSubject` may be a list of one."""
    document: JsonObject = {**CREDENTIAL, "credentialSubject": [CREDENTIAL["credentialSubject"]]}
    token = sign_vc_jwt(document, signer=SIGNER, verification_method=KID)
    assert verify_vc_jwt(read_vc_jwt(token), public_key=SIGNER.public_key).document == document


def test_vc_1_1_form_is_read() -> None:
    """VC 1.1: the credential is the `vc` claim, with its own names for the dates."""
    token = token_of({**CLAIMS, "vc": OLD_CREDENTIAL})
    assert verify_vc_jwt(read_vc_jwt(token), public_key=SIGNER.public_key).document == OLD_CREDENTIAL


def test_issuer_as_text_is_compared_too() -> None:
    """`issuer` may be a bare id."""
    token = token_of({**CREDENTIAL, **CLAIMS, "issuer": ISSUER})
    assert verify_vc_jwt(read_vc_jwt(token), public_key=SIGNER.public_key).document["issuer"] == ISSUER


@pytest.mark.parametrize("missing", [("sub",), ("iss",), ("jti",), ("nbf",), ("exp",), ("iss", "sub", "jti", "nbf")])
def test_missing_claims_are_no_failure(missing: tuple[str, ...]) -> None:
    """W3C makes the claims optional, and published samples lack some: missing is only noted."""
    jwt = read_vc_jwt(token_of({**CREDENTIAL, **without(CLAIMS, *missing)}))
    assert verify_vc_jwt(jwt, public_key=SIGNER.public_key).document == CREDENTIAL
    assert set(jwt.missing_claims) == set(missing) - {"exp"}


def test_extra_registered_claims_are_not_the_credential() -> None:
    """`iat` and `aud`, as in published samples, do not enter the document."""
    token = token_of({**CREDENTIAL, **CLAIMS, "iat": VALID_FROM, "aud": "https://example.org"})
    assert verify_vc_jwt(read_vc_jwt(token), public_key=SIGNER.public_key).document == CREDENTIAL


@pytest.mark.parametrize("nbf", [VALID_FROM, float(VALID_FROM), VALID_FROM + 0.5])
def test_nbf_is_compared_in_whole_seconds(nbf: float) -> None:
    """RFC 7519 §2 allows fractions of a second; `validFrom` to the second decides."""
    token = token_of({**CREDENTIAL, **CLAIMS, "nbf": nbf})
    assert isinstance(read_vc_jwt(token), UnverifiedJwt)
    assert verify_vc_jwt(read_vc_jwt(token), public_key=SIGNER.public_key).document == CREDENTIAL


def test_exp_may_end_the_badge_earlier() -> None:
    """OB 3.0 §8.2.4: `exp` overrides `validUntil`; the earlier end is handed on."""
    token = token_of({**CREDENTIAL, **CLAIMS, "exp": VALID_FROM + 3_600})
    verified = verify_vc_jwt(read_vc_jwt(token), public_key=SIGNER.public_key)
    assert verified.expires_at == datetime(2026, 6, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "did:web:other.example.org"),
        ("iss", ISSUER + "/"),
        ("iss", [ISSUER]),
        ("iss", None),
        ("jti", "urn:uuid:00000000-0000-4000-8000-000000000009"),
        ("jti", 1),
        ("sub", "urn:uuid:00000000-0000-4000-8000-000000000009"),
        ("sub", ""),
        ("nbf", VALID_FROM + 1),
        ("nbf", VALID_FROM - 1),
        ("nbf", str(VALID_FROM)),
        ("nbf", True),
        ("nbf", None),
        ("exp", VALID_UNTIL + 1),
        ("exp", str(VALID_UNTIL)),
        ("exp", False),
        ("exp", [VALID_UNTIL]),
        ("iat", "yesterday"),
        ("iat", 10**17),
    ],
)
def test_claims_that_disagree(claim: str, value: JsonValue) -> None:
    """A claim that says something else than the credential is `proof.claims_mismatch` (T-13)."""
    assert code_of({**CREDENTIAL, **CLAIMS, claim: value}) == "proof.claims_mismatch"


@pytest.mark.parametrize(
    ("claim", "member"),
    [("iss", "issuer"), ("jti", "id"), ("sub", "credentialSubject"), ("nbf", "validFrom")],
)
def test_a_claim_about_nothing(claim: str, member: str) -> None:
    """A claim for which the credential has no value cannot agree."""
    assert claim in CLAIMS
    assert code_of({**without(CREDENTIAL, member), **CLAIMS}) == "proof.claims_mismatch"


def test_subjects_that_are_many_have_no_one_id() -> None:
    """`sub` cannot stand for two subjects."""
    subject = CREDENTIAL["credentialSubject"]
    assert code_of({**CREDENTIAL, **CLAIMS, "credentialSubject": [subject, subject]}) == "proof.claims_mismatch"


def test_a_malformed_date_is_named() -> None:
    """A `validFrom` that is no date is a fault of the data."""
    assert code_of({**CREDENTIAL, **CLAIMS, "validFrom": "2026-02-30T00:00:00Z"}) == "data_model.date_invalid"


@pytest.mark.parametrize(
    "payload",
    [
        {**CREDENTIAL, **CLAIMS, "vc": OLD_CREDENTIAL},
        {**CLAIMS, "vc": "x"},
        {**CLAIMS, "vc": [OLD_CREDENTIAL]},
        {**CLAIMS, "vp": {}},
        {**CLAIMS, "vp": {}, "vc": OLD_CREDENTIAL},
    ],
)
def test_two_credentials_in_one_token(payload: JsonObject) -> None:
    """Both forms at once, a presentation, or a `vc` that is no object: nobody could say what was meant."""
    assert code_of(payload) == "decoding.jwt_malformed"


@pytest.mark.parametrize("member", ["id", "issuer", "validFrom", "credentialSubject"])
def test_what_is_needed_to_sign(member: str) -> None:
    """Without id, issuer, start date or subject id the claims cannot be truthful."""
    with pytest.raises(BadgeError) as caught:
        sign_vc_jwt(without(CREDENTIAL, member), signer=SIGNER, verification_method=KID)
    assert caught.value.code == "proof.claims_incomplete"


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "vc", "vp"])
def test_a_document_brings_no_claims(claim: str) -> None:
    """Claims are written by the signer, never taken over from the document."""
    with pytest.raises(BadgeError) as caught:
        sign_vc_jwt({**CREDENTIAL, claim: "x"}, signer=SIGNER, verification_method=KID)
    assert caught.value.code == "proof.claims_mismatch"


def test_a_token_with_a_header_key_names_its_thumbprint() -> None:
    """Without `kid` the verification method is the thumbprint URI of the key (RFC 9278)."""
    header = encode_base64url(encode_json({"alg": "EdDSA", "jwk": SIGNER.public_key.jwk}))
    signing_input = f"{header}.{encode_base64url(encode_json({**CREDENTIAL, **CLAIMS}))}"
    signature = SIGNER.sign(signing_input.encode(), algorithm=SignatureAlgorithm.EDDSA)
    anonymous = read_vc_jwt(f"{signing_input}.{encode_base64url(signature)}")
    assert (anonymous.jwk, anonymous.kid) == (SIGNER.public_key, None)
    assert anonymous.header["alg"] == "EdDSA"
    verified = verify_vc_jwt(anonymous, public_key=SIGNER.public_key)
    assert verified.verification_method == (
        f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{SIGNER.public_key.thumbprint}"
    )
