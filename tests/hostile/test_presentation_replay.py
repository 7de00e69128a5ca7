"""Presentations that were made for another occasion, another verifier, another purpose, or by somebody else.

Security plan T-08, T-09 and T-11. That a challenge is random, stored and burnt once is tested where it is kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from credentials import (
    ProofPurpose,
    Showing,
    UnsecuredDocument,
    add_data_integrity_proof,
    add_presentation_proof,
    compose_presentation,
    read_presentation,
    verify_data_integrity_proof,
    verify_holder,
    verify_presentation,
)
from schemas import BadgeError, encode_json
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
    embedded,
    jwt_envelope,
    sd_jwt_text,
    signed,
    token,
)
from tests.doubles.tokens import forge_token

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

HEADER: JsonObject = {"alg": "EdDSA", "kid": HOLDER_METHOD, "typ": "vp+jwt", "cty": "vp"}
ISSUED_AT = int(NOW.timestamp())
CLAIMS: JsonObject = {
    "iss": HOLDER_ID,
    "aud": DOMAIN,
    "nonce": CHALLENGE,
    "iat": ISSUED_AT,
    "exp": ISSUED_AT + 600,
}


def with_claims(**claims: JsonValue) -> bytes:
    """Return a well-signed vp+jwt with other claims; None leaves one out."""
    document = compose_presentation([jwt_envelope()], holder=HOLDER_ID).document
    payload = {**document, **CLAIMS, **claims}
    return forge_token(HEADER, {name: one for name, one in payload.items() if one is not None}, signer=HOLDER)


def code_of(data: bytes | JsonObject, *, showing: Showing = SHOWING) -> str:
    """Return the code with which a presentation is refused."""
    presentation = read_presentation(data)
    proof = presentation.proofs[0] if presentation.proofs else None
    with pytest.raises(BadgeError) as caught:
        verify_presentation(presentation, public_key=HOLDER.public_key, showing=showing, proof=proof)
    return caught.value.code


def test_the_base_of_these_cases_is_good() -> None:
    """Both forms verify for the showing that they were made for."""
    presentation = read_presentation(signed(embedded()).document)
    verify_presentation(presentation, public_key=HOLDER.public_key, showing=SHOWING, proof=presentation.proofs[0])
    for data in (token(jwt_envelope()), with_claims()):
        verify_presentation(read_presentation(data), public_key=HOLDER.public_key, showing=SHOWING)


def test_answer_to_an_earlier_challenge() -> None:
    """T-09: yesterday's showing does not answer today's challenge."""
    assert code_of(signed(challenge="yesterday").document) == "proof.challenge_mismatch"
    assert code_of(token(jwt_envelope(), nonce="yesterday")) == "proof.challenge_mismatch"


def test_shown_to_somebody_else() -> None:
    """T-09: what was signed for another verifier is not for this one."""
    assert code_of(signed(domain="https://other.example.org").document) == "proof.domain_mismatch"
    assert code_of(token(jwt_envelope(), audience="https://other.example.org")) == "proof.domain_mismatch"


def test_shown_to_nobody_in_particular() -> None:
    """Without a domain anybody could pass it on."""
    assert code_of(signed(domain=None).document) == "proof.domain_mismatch"
    assert code_of(with_claims(aud=None)) == "proof.domain_mismatch"


@pytest.mark.parametrize("nonce", [None, "", [CHALLENGE], {"nonce": CHALLENGE}, 7, CHALLENGE.lower(), f"{CHALLENGE} "])
def test_challenges_of_other_shapes(nonce: JsonValue) -> None:
    """The challenge comes back as it was given, as text."""
    assert code_of(with_claims(nonce=nonce)) == "proof.challenge_mismatch"


def test_one_audience_of_several() -> None:
    """RFC 7519 §4.1.3: it is enough to be among those it was made for."""
    presentation = read_presentation(with_claims(aud=["https://other.example.org", DOMAIN]))
    assert verify_presentation(presentation, public_key=HOLDER.public_key, showing=SHOWING).holder == HOLDER_ID


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": ISSUED_AT - 121}, "presentation.expired"),
        ({"nbf": ISSUED_AT + 121}, "presentation.expired"),
        ({"iat": ISSUED_AT + 121}, "presentation.expired"),
        ({"exp": "tomorrow"}, "proof.claims_mismatch"),
        ({"exp": True}, "proof.claims_mismatch"),
        ({"iss": "did:web:other.example"}, "proof.claims_mismatch"),
        ({"iss": 7}, "proof.claims_mismatch"),
        ({"id": "urn:x:1", "jti": "urn:x:2"}, "proof.claims_mismatch"),
    ],
    ids=repr,
)
def test_claims_of_another_time_or_holder(claims: JsonObject, code: str) -> None:
    """Each claim that is there must hold."""
    assert code_of(with_claims(**claims)) == code


def test_token_an_hour_later() -> None:
    """Our own tokens are good for ten minutes."""
    later = Showing(challenge=CHALLENGE, domain=DOMAIN, now=NOW + timedelta(hours=1))
    assert code_of(token(jwt_envelope()), showing=later) == "presentation.expired"


def test_proof_that_has_expired() -> None:
    """`expires` of the proof is over at that second (VC-DATA-INTEGRITY 1.0 §2.1)."""
    options: JsonObject = {"challenge": CHALLENGE, "domain": DOMAIN, "expires": "2026-11-22T09:00:00Z"}
    secured = add_data_integrity_proof(
        compose_presentation([jwt_envelope()], holder=HOLDER_ID),
        signer=HOLDER,
        verification_method=HOLDER_METHOD,
        created=NOW - timedelta(hours=1),
        purpose=ProofPurpose.AUTHENTICATION,
        further_options=options,
    )
    assert code_of(secured.document) == "proof.expired"
    presentation = read_presentation(secured.document)
    earlier = Showing(challenge=CHALLENGE, domain=DOMAIN, now=NOW - timedelta(seconds=1))
    verify_presentation(presentation, public_key=HOLDER.public_key, showing=earlier, proof=presentation.proofs[0])


def test_proof_for_issuing_on_a_presentation() -> None:
    """T-08: a signature made to issue does not show."""
    secured = add_data_integrity_proof(
        compose_presentation([jwt_envelope()], holder=HOLDER_ID),
        signer=HOLDER,
        verification_method=HOLDER_METHOD,
        created=NOW,
        further_options={"challenge": CHALLENGE, "domain": DOMAIN},
    )
    assert code_of(secured.document) == "proof.purpose_mismatch"


def test_proof_for_showing_on_a_credential() -> None:
    """T-08: a signature made to show does not issue."""
    secured = add_presentation_proof(
        UnsecuredDocument(document=CREDENTIAL),
        signer=ISSUER,
        verification_method=HOLDER_METHOD,
        created=NOW,
        challenge=CHALLENGE,
    )
    proof = secured.document["proof"]
    assert isinstance(proof, dict)
    with pytest.raises(BadgeError) as caught:
        verify_data_integrity_proof(secured.document, proof, public_key=ISSUER.public_key, original=secured.original)
    assert caught.value.code == "proof.purpose_mismatch"


@pytest.mark.parametrize("member", ["challenge", "domain", "created", "verificationMethod"])
def test_one_member_of_the_proof_changed(member: str) -> None:
    """What the proof says of the occasion is signed with the rest."""
    document = signed(jwt_envelope(), challenge="of yesterday", domain="https://other.example.org").document
    proof = document["proof"]
    assert isinstance(proof, dict)
    other = {"created": "2026-11-22T09:00:01Z", "verificationMethod": "did:web:other.example#k"}
    answer: JsonObject = {"challenge": CHALLENGE, "domain": DOMAIN, **other}
    changed: JsonObject = {**document, "proof": {**proof, member: answer[member]}}
    assert code_of(changed) == "proof.signature_mismatch"


def test_another_holder_put_in() -> None:
    """A presentation of one person does not become another's."""
    assert code_of({**signed(jwt_envelope()).document, "holder": "did:web:other.example"}) == "proof.signature_mismatch"


def test_credential_added_taken_away_or_changed() -> None:
    """What is shown is signed with the rest."""
    document = signed(embedded(), jwt_envelope()).document
    first, second = embedded(), jwt_envelope()
    for credentials in (
        [first],
        [second, first, first],
        [first, {**second, "id": "data:application/vc+jwt,eyJ.eyJ.AAAA"}],
    ):
        assert code_of({**document, "verifiableCredential": [*credentials]}) == "proof.signature_mismatch"


def test_key_of_somebody_other_than_the_holder() -> None:
    """T-09: who proves a key must be who the presentation says holds the badges."""
    presentation = read_presentation(token(jwt_envelope()))
    verified = verify_presentation(presentation, public_key=HOLDER.public_key, showing=SHOWING)
    verify_holder(verified, controller=HOLDER_ID)
    with pytest.raises(BadgeError) as caught:
        verify_holder(verified, controller="did:web:other.example")
    assert caught.value.code == "presentation.holder_mismatch"


def test_signed_by_a_stranger() -> None:
    """Another key than the one that the caller resolved."""
    assert code_of(signed(jwt_envelope(), signer=ISSUER).document) == "proof.signature_mismatch"


def test_a_proof_of_another_presentation_is_not_taken() -> None:
    """The proof to check is one that stands on this presentation."""
    presentation = read_presentation(signed(jwt_envelope()).document)
    (other,) = read_presentation(signed(jwt_envelope(), challenge="x").document).proofs
    with pytest.raises(ValueError, match="which of the presentation's proofs"):
        verify_presentation(presentation, public_key=HOLDER.public_key, showing=SHOWING, proof=other)


def test_a_badge_is_no_presentation() -> None:
    """A badge that the holder only forwards answers no challenge."""
    for data, code in (
        (encode_json(embedded()), "presentation.malformed"),
        (sd_jwt_text().encode(), "proof.header_malformed"),
    ):
        with pytest.raises(BadgeError) as caught:
            read_presentation(data)
        assert caught.value.code == code
