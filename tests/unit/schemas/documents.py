"""Documents that hold every property of every class once, and ways to break them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, cast

from schemas import OB_3_0_3_CONTEXT, OB_SCHEMA_TYPE, OB_SCHEMA_URL, VC_V1_CONTEXT, VC_V2_CONTEXT

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

PIXEL = "data:image/png;base64,iVBORw0KGgo="


def _image() -> JsonObject:
    return {"id": PIXEL, "type": "Image", "caption": "a badge"}


def _alignment() -> JsonObject:
    return {
        "type": ["Alignment"],
        "targetCode": "51-4041.00",
        "targetDescription": "Set up and operate machine tools",
        "targetFramework": "O*NET",
        "targetName": "Machinists",
        "targetType": "CFItem",
        "targetUrl": "https://example.org/skills/machinists",
    }


def _identifier_entry() -> JsonObject:
    return {"type": "IdentifierEntry", "identifier": "ORG-7", "identifierType": "sourcedId"}


def profile() -> JsonObject:
    """Return a Profile with every property of OB 3.0 App. B."""
    return {
        "id": "https://example.edu/issuer",
        "type": ["Profile"],
        "name": "Example Works College",
        "url": "https://example.edu/",
        "phone": "+1 555 0100",
        "description": "Trains machinists",
        "image": _image(),
        "email": "badges@example.edu",
        "address": {
            "type": ["Address"],
            "addressCountry": "United States",
            "addressCountryCode": "US",
            "addressRegion": "OH",
            "addressLocality": "Sampleton",
            "streetAddress": "1 Test Street",
            "postOfficeBoxNumber": "12",
            "postalCode": "00000",
            "geo": {"type": "GeoCoordinates", "latitude": 39.5, "longitude": -84},
        },
        "otherIdentifier": [_identifier_entry()],
        "official": "Sam Sample",
        "parentOrg": {"id": "https://example.edu/parent", "type": ["Profile"]},
        "familyName": "Sample",
        "givenName": "Sam",
        "additionalName": "S",
        "patronymicName": "S",
        "honorificPrefix": "Dr",
        "honorificSuffix": "Jr",
        "familyNamePrefix": "van",
        "dateOfBirth": "1990-01-31",
        "endorsement": [endorsement()],
        "endorsementJwt": ["e30.e30.c2ln"],
    }


def endorsement() -> JsonObject:
    """Return an EndorsementCredential with every property of OB 3.0 App. B."""
    return {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT],
        "id": "urn:uuid:00000000-0000-4000-8000-00000000000e",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "We accept this badge",
        "description": "Accepted at our plant",
        "issuer": {"id": "https://plant.example.com/", "type": ["Profile"]},
        "validFrom": "2026-11-22T09:00:00Z",
        "validUntil": "2027-11-22T09:00:00Z",
        "awardedDate": "2026-11-22T09:00:00+01:00",
        "credentialSubject": {
            "id": "https://example.edu/achievements/cmm",
            "type": ["EndorsementSubject"],
            "endorsementComment": "Fits our **QA** job",
        },
        **_vc_members(),
    }


def _vc_members() -> JsonObject:
    return {
        "credentialSchema": [{"id": OB_SCHEMA_URL, "type": OB_SCHEMA_TYPE}],
        "credentialStatus": {"id": "https://example.edu/status/1#7", "type": "BitstringStatusListEntry"},
        "refreshService": {"id": "https://example.edu/refresh/1", "type": "1EdTechCredentialRefresh"},
        "termsOfUse": [{"id": "https://example.edu/terms", "type": "ExampleTerms"}],
        "proof": [
            {
                "type": "DataIntegrityProof",
                "created": "2026-11-22T09:00:00Z",
                "cryptosuite": "eddsa-rdfc-2022",
                "challenge": "c",
                "domain": "d",
                "nonce": "n",
                "proofPurpose": "assertionMethod",
                "proofValue": "z1",
                "verificationMethod": "did:key:z6Mk#z6Mk",
            }
        ],
    }


def _achievement() -> JsonObject:
    return {
        "id": "https://example.edu/achievements/cmm",
        "type": ["Achievement"],
        "name": "CMM operation",
        "description": "Measures parts on a coordinate measuring machine",
        "criteria": {"id": "https://example.edu/criteria/cmm", "narrative": "Measure three parts"},
        "achievementType": "Certification",
        "alignment": [_alignment()],
        "creator": {"id": "https://example.edu/creator", "type": ["Profile"]},
        "creditsAvailable": 2.5,
        "endorsement": [endorsement()],
        "endorsementJwt": ["e30.e30.c2ln"],
        "fieldOfStudy": "Metrology",
        "humanCode": "CMM-1",
        "image": _image(),
        "inLanguage": "en-US",
        "otherIdentifier": [_identifier_entry()],
        "related": [{"id": "https://example.edu/r", "type": ["Related"], "inLanguage": "es", "version": "1"}],
        "resultDescription": [
            {
                "id": "https://example.edu/results/level",
                "type": ["ResultDescription"],
                "name": "Level",
                "resultType": "RubricCriterionLevel",
                "alignment": [_alignment()],
                "allowedValue": ["Basic", "Skilled"],
                "requiredLevel": "https://example.edu/levels/1",
                "requiredValue": "Basic",
                "rubricCriterionLevel": [
                    {
                        "id": "https://example.edu/levels/1",
                        "type": ["RubricCriterionLevel"],
                        "name": "Basic",
                        "alignment": [_alignment()],
                        "description": "With help",
                        "level": "1",
                        "points": "1",
                    }
                ],
                "valueMin": "0",
                "valueMax": "4",
            }
        ],
        "specialization": "Aerospace",
        "tag": ["metrology"],
        "version": "2",
    }


def badge() -> JsonObject:
    """Return an AchievementCredential with every property of OB 3.0 App. B."""
    return {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": "CMM operation",
        "description": "A badge",
        "image": _image(),
        "issuer": profile(),
        "validFrom": "2026-11-22T09:00:00Z",
        "validUntil": "2027-11-22T09:00:00.5Z",
        "awardedDate": "2026-11-20T17:00:00-05:00",
        "credentialSubject": {
            "id": "did:key:z6MkHolder",
            "type": ["AchievementSubject"],
            "achievement": _achievement(),
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": "sha256$00",
                    "identityType": "emailAddress",
                    "salt": "s",
                }
            ],
            "activityStartDate": "2026-10-01T08:00:00Z",
            "activityEndDate": "2026-11-20T17:00:00Z",
            "creditsEarned": 2,
            "image": _image(),
            "licenseNumber": "L-1",
            "narrative": "Did well",
            "result": [
                {
                    "type": ["Result"],
                    "achievedLevel": "https://example.edu/levels/1",
                    "alignment": [_alignment()],
                    "resultDescription": "https://example.edu/results/level",
                    "status": "Completed",
                    "value": "Basic",
                }
            ],
            "role": "Trainee",
            "source": {"id": "https://example.edu/assessor", "type": ["Profile"]},
            "term": "Fall",
        },
        "evidence": [
            {
                "id": "https://example.edu/evidence/1",
                "type": ["Evidence"],
                "narrative": "Measured three parts",
                "name": "Work sample",
                "description": "Photo",
                "genre": "Photo",
                "audience": "Employers",
            }
        ],
        "endorsement": [endorsement()],
        "endorsementJwt": ["e30.e30.c2ln"],
        **_vc_members(),
    }


def as_vc_1_1(document: JsonObject) -> JsonObject:
    """Return the document on VC Data Model 1.1: other context, other names of the dates."""
    names = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}
    renamed = {names.get(name, name): value for name, value in copy.deepcopy(document).items()}
    return {**renamed, "@context": [VC_V1_CONTEXT, OB_3_0_3_CONTEXT]}


def _walk(document: JsonObject, pointer: str) -> tuple[JsonValue, str]:
    *parents, last = pointer.lstrip("/").split("/")
    place: JsonValue = document
    for part in parents:
        place = place[int(part)] if isinstance(place, list) else cast("JsonObject", place)[part]
    return place, last


def replaced(document: JsonObject, pointer: str, value: JsonValue) -> JsonObject:
    """Return a copy with another value at `pointer`, which may be new."""
    changed = copy.deepcopy(document)
    place, last = _walk(changed, pointer)
    if isinstance(place, list):
        place[int(last)] = value
    else:
        cast("JsonObject", place)[last] = value
    return changed


def without(document: JsonObject, pointer: str) -> JsonObject:
    """Return a copy without the member at `pointer`."""
    changed = copy.deepcopy(document)
    place, last = _walk(changed, pointer)
    del cast("JsonObject", place)[last]
    return changed


def value_at(document: JsonObject, pointer: str) -> JsonValue:
    """Return the value at `pointer`."""
    place, last = _walk(document, pointer)
    return place[int(last)] if isinstance(place, list) else cast("JsonObject", place)[last]
