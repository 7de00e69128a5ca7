"""Presentations: each secured form taken apart, signed and verified, with its credentials in the form they had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import (
    CoseType,
    EnvelopeKind,
    MediaType,
    Showing,
    TokenType,
    UnsecuredDocument,
    add_presentation_proof,
    compose_envelope,
    compose_presentation,
    read_cose,
    read_presentation,
    read_sd_jwt,
    read_vc_jwt,
    sign_cose,
    sign_sd_jwt,
    sign_vp_jwt,
    verify_cose,
    verify_presentation,
    verify_sd_jwt,
    verify_vc_jwt,
)
from schemas import BadgeError, encode_json, read_json_object
from tests.doubles.showings import (
    CHALLENGE,
    CREDENTIAL,
    DOMAIN,
    HOLDER,
    HOLDER_ID,
    HOLDER_METHOD,
    ISSUER,
    NOW,
    SHOWING,
    cose_envelope,
    embedded,
    jwt_envelope,
    sd_jwt_envelope,
    sd_jwt_text,
    signed,
    token,
)
from tests.doubles.tokens import forge_token

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

V2 = "https://www.w3.org/ns/credentials/v2"
VP: JsonObject = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": HOLDER_ID}
JWT_HEADER: JsonObject = {"alg": "EdDSA", "kid": HOLDER_METHOD, "typ": "JWT"}
CLAIMS: JsonObject = {"iss": HOLDER_ID, "aud": DOMAIN, "nonce": CHALLENGE}


def code_of(data: bytes | JsonObject) -> str:
    """Return the code with which a presentation is not read."""
    with pytest.raises(BadgeError) as caught:
        read_presentation(data)
    return caught.value.code


def test_credentials_keep_their_forms() -> None:
    """One credential of each form, and each verifies as if it had come alone."""
    presentation = read_presentation(signed(embedded(), jwt_envelope(), sd_jwt_envelope(), cose_envelope()).original)
    verified = verify_presentation(
        presentation, public_key=HOLDER.public_key, showing=SHOWING, proof=presentation.proofs[0]
    )
    plain, jwt, sd_jwt, cose = verified.credentials
    assert [one.media_type for one in verified.credentials] == [
        None,
        MediaType.VC_JWT,
        MediaType.VC_SD_JWT,
        MediaType.VC_COSE,
    ]
    assert read_json_object(plain.original) == embedded()
    key = ISSUER.public_key
    assert verify_vc_jwt(read_vc_jwt(jwt.original), public_key=key).document == CREDENTIAL
    assert verify_sd_jwt(read_sd_jwt(sd_jwt.original), public_key=key).document == CREDENTIAL
    assert verify_cose(read_cose(cose.original), public_key=key).document == CREDENTIAL


def test_proof_is_made_for_showing() -> None:
    """VC-DATA-INTEGRITY 1.0 §2.1: purpose, challenge and domain stand in the proof."""
    (proof,) = read_presentation(signed(jwt_envelope()).original).proofs
    assert (proof["proofPurpose"], proof["challenge"], proof["domain"]) == ("authentication", CHALLENGE, DOMAIN)


def test_vp_jwt() -> None:
    """VC-JOSE-COSE 1.0 §3.1.2: `typ` vp+jwt, `cty` vp, the presentation as payload."""
    envelopes = [jwt_envelope(), sd_jwt_envelope()]
    presentation = read_presentation(token(*envelopes))
    verified = verify_presentation(presentation, public_key=HOLDER.public_key, showing=SHOWING)
    assert (verified.holder, verified.cryptosuite, len(verified.credentials)) == (HOLDER_ID, "EdDSA", 2)
    assert verified.document == compose_presentation(envelopes, holder=HOLDER_ID).document


def test_vp_jwt_in_its_envelope() -> None:
    """An enveloped presentation is read as the token inside."""
    envelope = compose_envelope(token(jwt_envelope()), kind=EnvelopeKind.PRESENTATION, media_type=MediaType.VP_JWT)
    for data in (envelope, encode_json(envelope)):
        presentation = read_presentation(data)
        assert verify_presentation(presentation, public_key=HOLDER.public_key, showing=SHOWING).holder == HOLDER_ID


def test_the_enveloped_form_of_the_vc_api_suite() -> None:
    """application/jwt with `typ` JWT and a `vp` claim; inside, application/jwt with a `vc` claim."""
    inner = forge_token(
        {"alg": "EdDSA", "kid": HOLDER_METHOD, "typ": "JWT"},
        {"iss": CREDENTIAL["issuer"], "sub": HOLDER_ID, "vc": CREDENTIAL},
        signer=ISSUER,
    )
    credential = compose_envelope(inner, kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.JWT)
    outer = forge_token(JWT_HEADER, {**CLAIMS, "vp": {**VP, "verifiableCredential": credential}}, signer=HOLDER)
    envelope = {
        **compose_envelope(outer, kind=EnvelopeKind.PRESENTATION, media_type=MediaType.JWT),
        "@context": V2,
    }
    presentation = read_presentation(envelope)
    showing = Showing(challenge=CHALLENGE, domain=None, now=NOW)
    verified = verify_presentation(presentation, public_key=HOLDER.public_key, showing=showing)
    (shown,) = verified.credentials
    assert shown.media_type is MediaType.JWT
    assert verify_vc_jwt(read_vc_jwt(shown.original), public_key=ISSUER.public_key).document == CREDENTIAL


def test_tokens_as_text_under_a_vp_claim() -> None:
    """VCDM 1.1 §6.3.1: credentials as compact tokens."""
    texts: JsonValue = ["eyJ.eyJ.AAAA", sd_jwt_text()]
    data = forge_token(JWT_HEADER, {**CLAIMS, "vp": {**VP, "verifiableCredential": texts}}, signer=HOLDER)
    forms = [one.media_type for one in read_presentation(data).credentials]
    assert forms == [MediaType.JWT, MediaType.VC_SD_JWT]


def test_holder_named_by_the_issuer_claim_only() -> None:
    """VCDM 1.1: `iss` of the token is the holder."""
    document = {name: value for name, value in VP.items() if name != "holder"}
    presentation = read_presentation(forge_token(JWT_HEADER, {**CLAIMS, "vp": document}, signer=HOLDER))
    assert verify_presentation(presentation, public_key=HOLDER.public_key, showing=SHOWING).holder == HOLDER_ID


def test_vp_sd_jwt() -> None:
    """A presentation as vp+sd-jwt, of which one credential may be left out."""
    unsecured = compose_presentation([jwt_envelope(), cose_envelope()], holder=HOLDER_ID).document
    data = sign_sd_jwt(
        {**unsecured, "nonce": CHALLENGE, "aud": DOMAIN},
        hideable=["/verifiableCredential/1"],
        signer=HOLDER,
        verification_method=HOLDER_METHOD,
        token_type=TokenType.VP_SD_JWT,
    )
    for text, count in ((data, 2), (data.split("~", maxsplit=1)[0] + "~", 1)):
        presentation = read_presentation(text.encode())
        verified = verify_presentation(presentation, public_key=HOLDER.public_key, showing=SHOWING)
        assert len(verified.credentials) == count


def test_vp_cose() -> None:
    """A presentation as vp+cose, alone and in its envelope."""
    message = sign_cose(
        compose_presentation([cose_envelope()], holder=HOLDER_ID).document,
        signer=HOLDER,
        verification_method=HOLDER_METHOD,
        cose_type=CoseType.VP_COSE,
    )
    envelope = compose_envelope(message, kind=EnvelopeKind.PRESENTATION, media_type=MediaType.VP_COSE)
    showing = Showing(challenge=None, domain=None, now=NOW)
    for data in (message, envelope):
        verified = verify_presentation(read_presentation(data), public_key=HOLDER.public_key, showing=showing)
        assert (verified.holder, verified.credentials[0].media_type) == (HOLDER_ID, MediaType.VC_COSE)


def test_holder_as_an_object() -> None:
    """`holder` may be text or an object with an id (VCDM 2.0 §4.13)."""
    document = compose_presentation([], holder=HOLDER_ID).document
    unsecured = UnsecuredDocument(document={**document, "holder": {"id": HOLDER_ID, "name": "Rosa Ejemplo"}})
    secured = add_presentation_proof(
        unsecured, signer=HOLDER, verification_method=HOLDER_METHOD, created=NOW, challenge=CHALLENGE
    )
    assert read_presentation(secured.document).holder == HOLDER_ID


@pytest.mark.parametrize(
    "change",
    [
        {"@context": []},
        {"@context": ["https://www.w3.org/ns/credentials/examples/v2"]},
        {"@context": None},
        {"type": []},
        {"type": None},
        {"type": "VerifiableCredential"},
        {"type": [["VerifiablePresentation"]]},
        {"holder": {}},
        {"holder": {"name": "x"}},
        {"holder": 7},
        {"holder": []},
        {"verifiableCredential": "eyJ.eyJ.AAAA"},
        {"verifiableCredential": [None]},
        {"verifiableCredential": [[{}]]},
        {"verifiableCredential": 7},
        {"verifiableCredential": [VP]},
        {
            "verifiableCredential": {
                "type": "EnvelopedVerifiablePresentation",
                "@context": V2,
                "id": "data:application/vp+jwt,x",
            }
        },
    ],
)
def test_what_is_no_presentation(change: JsonObject) -> None:
    """Each member has its form, and a presentation holds credentials only."""
    document = signed().document
    assert code_of({**document, **change}) == "presentation.malformed"


@pytest.mark.parametrize("proof", [None, [], {}, "x", [[]]], ids=repr)
def test_presentation_without_a_proof(proof: JsonValue) -> None:
    """An unsigned presentation shows nothing."""
    assert code_of({**VP, "proof": proof}) == "proof.missing"


def test_loose_credential_in_a_vp_jwt() -> None:
    """VC-JOSE-COSE 1.0 §3.1.2: credentials in it are enveloped."""
    data = forge_token(
        {"alg": "EdDSA", "kid": HOLDER_METHOD, "typ": "vp+jwt", "cty": "vp"},
        {**VP, **CLAIMS, "verifiableCredential": [embedded()]},
        signer=HOLDER,
    )
    assert code_of(data) == "presentation.credential_not_enveloped"


def test_loose_credential_is_not_signed_into_a_vp_jwt() -> None:
    """We do not make what we refuse."""
    with pytest.raises(BadgeError) as caught:
        token(embedded())
    assert caught.value.code == "presentation.credential_not_enveloped"


def test_a_holder_is_needed_to_sign_a_token() -> None:
    """`iss` repeats the holder, so there must be one."""
    with pytest.raises(BadgeError) as caught:
        sign_vp_jwt(
            UnsecuredDocument(document={"@context": [V2], "type": ["VerifiablePresentation"]}),
            signer=HOLDER,
            verification_method=HOLDER_METHOD,
            nonce=CHALLENGE,
            audience=DOMAIN,
            now=NOW,
        )
    assert caught.value.code == "proof.claims_incomplete"


def test_too_many_credentials() -> None:
    """Twenty credentials at once are the most, in making and in reading."""
    with pytest.raises(BadgeError) as caught:
        compose_presentation([jwt_envelope()] * 21, holder=HOLDER_ID)
    assert caught.value.code == "presentation.too_many_credentials"
    assert code_of({**VP, "verifiableCredential": [{}] * 21}) == "presentation.too_many_credentials"


@pytest.mark.parametrize("claim", ["vc", "vp"])
@pytest.mark.parametrize("media_type", [MediaType.VP_JWT, MediaType.JWT])
def test_wrappers_in_a_vp_jwt(claim: str, media_type: MediaType) -> None:
    """`vc` and `vp` have no place under vp+jwt, be it named in the header or outside."""
    header = JWT_HEADER if media_type is MediaType.VP_JWT else {**JWT_HEADER, "typ": "vp+jwt"}
    data = forge_token(header, {**CLAIMS, claim: VP}, signer=HOLDER)
    envelope = compose_envelope(data, kind=EnvelopeKind.PRESENTATION, media_type=media_type)
    assert code_of(envelope) == "decoding.jwt_malformed"


@pytest.mark.parametrize("kind", ["vc+jwt", "vc+sd-jwt", "kb+jwt", "at+jwt"])
def test_other_tokens(kind: str) -> None:
    """A token that says it is something else is no presentation."""
    assert (
        code_of(forge_token({**JWT_HEADER, "typ": kind}, {**CLAIMS, **VP}, signer=HOLDER)) == "proof.header_malformed"
    )


def test_enveloped_credential_is_no_presentation() -> None:
    """A credential's envelope shows no holder."""
    assert code_of(jwt_envelope()) == "presentation.malformed"


def test_token_that_is_not_ascii() -> None:
    """A token under a `vp` claim is ASCII text."""
    data = forge_token(JWT_HEADER, {**CLAIMS, "vp": {**VP, "verifiableCredential": ["é"]}}, signer=HOLDER)
    assert code_of(data) == "presentation.malformed"


def test_a_presentation_with_an_id() -> None:
    """A presentation may have an id, which `jti` may repeat."""
    document = compose_presentation([], holder=HOLDER_ID, identifier="urn:x:1").document
    assert document["id"] == "urn:x:1"
    data = forge_token(JWT_HEADER, {**CLAIMS, "jti": "urn:x:1", "vp": document}, signer=HOLDER)
    verified = verify_presentation(read_presentation(data), public_key=HOLDER.public_key, showing=SHOWING)
    assert verified.document == document
