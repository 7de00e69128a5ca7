"""Badges that use much of the data model, and a key that is TEST ONLY. All people and places are invented."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials import (
    Cryptosuite,
    SecuredDocument,
    UnsecuredDocument,
    VerifiedDocument,
    add_data_integrity_proof,
    list_proofs,
    verify_data_integrity_proof,
)
from keys import LocalSigner, PublicKey, did_key, did_key_method_id
from schemas import (
    DATA_INTEGRITY_V2_CONTEXT,
    OB_3_0_3_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    JsonObject,
    encode_json,
)

TEST_ONLY_SEED = bytes(range(32))
CREATED = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)


@lru_cache(maxsize=1)
def test_only_signer() -> LocalSigner:
    """Return a signer whose key anyone can make: TEST ONLY."""
    return LocalSigner(Ed25519PrivateKey.from_private_bytes(TEST_ONLY_SEED))


def issuer_id() -> str:
    return did_key(test_only_signer().public_key)


def method_id() -> str:
    return did_key_method_id(test_only_signer().public_key)


def small_badge() -> JsonObject:
    """Return about as little as a valid badge can say."""
    return {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT],
        "id": "urn:uuid:0f0f0f0f-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer_id(), "type": ["Profile"], "name": "Example College"},
        "validFrom": "2026-11-22T09:00:00Z",
        "name": "Forklift Operator",
        "credentialSubject": {
            "id": "did:example:worker",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://college.example.edu/achievements/forklift",
                "type": ["Achievement"],
                "name": "Forklift Operator",
                "description": "Drives a counterbalance forklift safely.",
                "criteria": {"narrative": "Passed the driving test."},
            },
        },
    }


def _skill(code: str) -> JsonObject:
    return {
        "type": ["Alignment"],
        "targetName": f"Skill {code}",
        "targetUrl": f"https://skills.example.org/{code}",
        "targetFramework": "Example Skills",
        "targetCode": code,
        "targetDescription": f"Can do {code}.",
        "targetType": "CFItem",
    }


def _result_description(number: int) -> JsonObject:
    base = f"urn:uuid:0f0f0f0f-0000-4000-8000-0000000001{number:02d}"
    return {
        "id": base,
        "type": ["ResultDescription"],
        "name": f"Test part {number}",
        "resultType": "RubricCriterionLevel",
        "allowedValue": ["Not yet", "Good", "Very good"],
        "requiredLevel": f"{base}a",
        "requiredValue": "Good",
        "valueMin": "0",
        "valueMax": "100",
        "alignment": [_skill(f"RD{number}")],
        "rubricCriterionLevel": [
            {
                "id": f"{base}a",
                "type": ["RubricCriterionLevel"],
                "name": "Good",
                "description": "Works alone.",
                "level": "2",
                "points": "5",
                "alignment": [_skill(f"L{number}")],
            },
            {"id": f"{base}b", "type": ["RubricCriterionLevel"], "name": "Very good", "level": "3", "points": "8"},
        ],
    }


def _achievement() -> JsonObject:
    return {
        "id": "https://college.example.edu/achievements/cmm",
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": 'CMM Operator "Level 1"',
        "description": "Measures parts on a coordinate measuring machine.\nReads drawings: Ø, ±, µm.",
        "criteria": {"id": "https://college.example.edu/criteria/cmm", "narrative": "Measured *three* parts."},
        "creator": {"id": "https://board.example.org", "type": ["Profile"], "name": "Example Board"},
        "creditsAvailable": 37.5,
        "fieldOfStudy": "Metrology",
        "humanCode": "CMM-1",
        "image": {"id": "https://college.example.edu/cmm.png", "type": "Image", "caption": "A probe"},
        "inLanguage": "en",
        "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "ce-1", "identifierType": "identifier"}],
        "related": [{"id": "https://college.example.edu/achievements/mmc", "type": ["Related"], "inLanguage": "es"}],
        "resultDescription": [_result_description(1), _result_description(2)],
        "specialization": "Bridge machines",
        "tag": ["cmm", "gd&t", "quality"],
        "version": "2",
        "alignment": [_skill("A1"), _skill("A2")],
    }


def _subject() -> JsonObject:
    return {
        "id": "did:example:worker",
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": "Pat Example", "identityType": "name"},
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
                "identityType": "emailAddress",
                "salt": "Kosher",
            },
        ],
        "activityStartDate": "2026-09-01T08:00:00Z",
        "activityEndDate": "2026-11-20T16:00:00Z",
        "creditsEarned": 36,
        "licenseNumber": "L-77",
        "narrative": "Measured a housing.",
        "role": "Apprentice",
        "term": "Fall 2026",
        "source": {"id": "https://lab.example.org", "type": ["Profile"], "name": "Example Lab"},
        "achievement": _achievement(),
        "result": [
            {
                "type": ["Result"],
                "resultDescription": "urn:uuid:0f0f0f0f-0000-4000-8000-000000000101",
                "value": "Very good",
                "achievedLevel": "urn:uuid:0f0f0f0f-0000-4000-8000-000000000101b",
                "alignment": [_skill("R1")],
            },
            {
                "type": ["Result"],
                "resultDescription": "urn:uuid:0f0f0f0f-0000-4000-8000-000000000102",
                "achievedLevel": "urn:uuid:0f0f0f0f-0000-4000-8000-000000000102a",
                "status": "Completed",
            },
        ],
    }


def rich_badge() -> JsonObject:
    """Return a badge with most members of the data model; no id is described twice."""
    return {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT],
        "id": "urn:uuid:0f0f0f0f-0000-4000-8000-000000000002",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "CMM Operator",
        "description": "Measures parts.",
        "image": {"id": "https://college.example.edu/badge.png", "type": "Image"},
        "issuer": {
            "id": issuer_id(),
            "type": ["Profile"],
            "name": "Example College",
            "url": "https://college.example.edu/",
            "email": "badges@college.example.edu",
            "phone": "+1 555 0100",
            "description": "A community college.",
            "image": {"id": "https://college.example.edu/logo.svg", "type": "Image", "caption": "Logo"},
            "official": "A. Example",
            "address": {
                "type": ["Address"],
                "addressCountry": "USA",
                "addressLocality": "Springfield",
                "geo": {"type": "GeoCoordinates", "latitude": 44.05, "longitude": -123.25},
            },
            "parentOrg": {"id": "https://state.example.edu", "type": ["Profile"], "name": "Example State"},
        },
        "validFrom": "2026-11-22T09:00:00Z",
        "validUntil": "2028-11-22T09:00:00Z",
        "awardedDate": "2026-11-20T16:00:00Z",
        "credentialSubject": _subject(),
        "evidence": [
            {
                "id": "https://college.example.edu/evidence/1",
                "type": ["Evidence"],
                "name": "Report",
                "description": "Measurement report",
                "narrative": "See page 2.",
                "genre": "Document",
                "audience": "Employers",
            }
        ],
        "credentialSchema": [
            {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
        "credentialStatus": [
            {
                "id": "https://college.example.edu/status/1#94567",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "94567",
                "statusListCredential": "https://college.example.edu/status/1",
            }
        ],
    }


def endorsed_badge() -> JsonObject:
    """Return a badge with two embedded endorsements, each with a proof of its own inside."""
    badge = small_badge()
    proof: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-21T09:00:00Z",
        "verificationMethod": "https://union.example.org/keys#1",
        "proofPurpose": "assertionMethod",
        "proofValue": "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9",
    }
    badge["endorsement"] = [
        {
            "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT],
            "id": f"urn:uuid:0f0f0f0f-0000-4000-8000-00000000020{number}",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": "Endorsement",
            "issuer": {"id": "https://union.example.org", "type": ["Profile"], "name": "Example Union"},
            "validFrom": "2026-11-21T09:00:00Z",
            "credentialSubject": {
                "id": badge["id"],
                "type": ["EndorsementSubject"],
                "endorsementComment": f"We know this course ({number}).",
            },
            "proof": [copy.deepcopy(proof)],
        }
        for number in (1, 2)
    ]
    return badge


def version_1_badge() -> JsonObject:
    """Return a badge in the shape of VC 1.1."""
    badge = small_badge()
    badge["@context"] = [VC_V1_CONTEXT, OB_3_0_3_CONTEXT, DATA_INTEGRITY_V2_CONTEXT]
    badge["issuanceDate"] = badge.pop("validFrom")
    badge["expirationDate"] = "2028-11-22T09:00:00Z"
    return badge


def sign(badge: JsonObject) -> SecuredDocument:
    """Sign a badge with the key that is TEST ONLY."""
    return add_data_integrity_proof(
        UnsecuredDocument(document=badge),
        signer=test_only_signer(),
        verification_method=method_id(),
        created=CREATED,
    )


def signed_copy(badge: JsonObject) -> dict[str, Any]:
    """Return the badge with its proof, for a test to change."""
    return copy.deepcopy(sign(badge).document)


def verify(
    document: JsonObject, key: PublicKey | None = None, accepted: frozenset[Cryptosuite] = frozenset(Cryptosuite)
) -> VerifiedDocument:
    """Verify the first proof of a document, by default with the key that is TEST ONLY."""
    return verify_data_integrity_proof(
        document,
        list_proofs(document)[0],
        public_key=key or test_only_signer().public_key,
        original=encode_json(document),
        accepted=accepted,
    )
