"""How badges stand inside a learner record: unchanged, tokens in an envelope, contexts behind the record's."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from credentials import (
    LearnerRecord,
    compose_learner_record,
    embed_credential,
    embed_in_record,
    list_embedded_ids,
    sign_vc_jwt,
    sign_w3c_vc_jwt,
)
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from schemas import (
    CLR_2_0_1_CONTEXT,
    OB_3_0_3_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    JsonObject,
    SchemaName,
    UnsupportedFeatureError,
    encode_json,
    validate,
)

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
RECORD = LearnerRecord(
    id="urn:uuid:7b0e6a52-4f0c-4f6e-9a8e-0d3c2b1a9f01",
    name="Skills record",
    description="Badges that their holder chose.",
    subject_id="urn:uuid:7b0e6a52-4f0c-4f6e-9a8e-0d3c2b1a9f02",
    identities=(),
    valid_from=AT,
    valid_until=None,
)
ISSUER: JsonObject = {"id": "did:key:zExample", "type": ["Profile"], "name": "Example"}
STATUS: JsonObject = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": "https://example.org/status/1",
}


def _badge(*contexts: str, number: int = 1) -> JsonObject:
    return {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, *contexts],
        "id": f"urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a0{number}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Forklift operator",
        "issuer": {"id": "did:key:zOther", "type": ["Profile"], "name": "Other"},
        "validFrom": "2026-11-02T09:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:0b9c1e52-7a53-4d6f-8f11-6f3d9b7a2c10",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://example.org/a",
                "type": ["Achievement"],
                "name": "Forklift operator",
                "description": "Drives.",
                "criteria": {"narrative": "Drive."},
            },
        },
    }


def _badge_of(signer: LocalSigner, *, number: int = 1) -> JsonObject:
    issuer: JsonObject = {"id": did_key(signer.public_key), "type": ["Profile"], "name": "Other"}
    return {**_badge(number=number), "issuer": issuer}


def _compose(*badges: JsonObject) -> JsonObject:
    return compose_learner_record(RECORD, issuer=ISSUER, badges=badges, status=STATUS).document


def test_contexts_stand_in_the_order_of_the_specification() -> None:
    """VC 2.0, CLR 2.0, Open Badges 3.0.3; what a badge brings follows, once."""
    document = _compose(_badge(OB_EXTENSIONS_CONTEXT), _badge(number=2), _badge(OB_EXTENSIONS_CONTEXT, number=3))
    assert document["@context"] == [VC_V2_CONTEXT, CLR_2_0_1_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT]


def test_record_follows_the_schema() -> None:
    """What is composed breaks no rule of the CLR schema, and says that it is a part of what is known."""
    document = _compose(_badge())
    assert validate(document, SchemaName.CLR_CREDENTIAL) == ()
    assert document["partial"] is True


def test_json_stands_as_it_came() -> None:
    """Members, their order and their values stay."""
    badge = _badge()
    assert encode_json(embed_in_record(encode_json(badge))) == encode_json(badge)


@pytest.mark.parametrize(
    "contexts",
    [
        [VC_V1_CONTEXT, "https://purl.imsglobal.org/spec/ob/v3p0/context.json"],
        [VC_V2_CONTEXT, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"],
    ],
)
def test_older_contexts_stand_in_a_bundle_and_in_no_record(contexts: list[str]) -> None:
    """Terms that the record defines in another way cannot be signed with it; a bundle signs nothing."""
    data = encode_json({**_badge(), "@context": [*contexts]})
    assert embed_credential(data)["@context"] == contexts
    with pytest.raises(UnsupportedFeatureError, match=r"record\.form_unsupported"):
        embed_in_record(data)


@pytest.mark.parametrize("data", [b'{"@context": "https://w3id.org/openbadges/v2"}', b"hello", b"eyJh.e30.x~"])
def test_what_is_no_such_credential_is_refused(data: bytes) -> None:
    """Open Badges 2.0, plain text and tokens with disclosures stand in neither."""
    with pytest.raises(UnsupportedFeatureError, match=r"record\.form_unsupported"):
        embed_credential(data)


@pytest.mark.parametrize("is_w3c", [True, False])
def test_token_stands_in_an_envelope(is_w3c: bool) -> None:  # noqa: FBT001 - both makers of tokens
    """A token of Open Badges, and one of VC-JOSE-COSE, is the same text behind `data:application/vc+jwt`."""
    signer = LocalSigner.generate(KeyType.ED25519)
    badge = _badge_of(signer)
    make = sign_w3c_vc_jwt if is_w3c else sign_vc_jwt
    token = make(badge, signer=signer, verification_method=did_key_method_id(signer.public_key))
    assert embed_in_record(token.encode())["id"] == f"data:application/vc+jwt,{token}"


def test_ids_inside_are_found_again() -> None:
    """Of JSON and of tokens."""
    signer = LocalSigner.generate(KeyType.ED25519)
    badge = _badge_of(signer, number=2)
    token = sign_vc_jwt(badge, signer=signer, verification_method=did_key_method_id(signer.public_key))
    record = _compose(_badge(), embed_in_record(token.encode()))
    assert list_embedded_ids(json.dumps(record).encode()) == {_badge()["id"], badge["id"]}
