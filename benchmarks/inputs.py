"""Two deterministic credentials: a minimal one and a rich one. Nothing in them is random or timed.

Their sizes and their numbers of statements and blank nodes stay as they are: figures of other days were taken on them.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from credentials import BitstringStatusList, compose_status_list_credential, encode_status_list
from schemas import OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, OB_SCHEMA_URL, VC_V2_CONTEXT

if TYPE_CHECKING:
    from datetime import datetime

    from schemas import JsonObject, JsonValue

BASE = "https://badges.example.edu"
STATUS_URL = f"{BASE}/status/1"
ALIGNMENTS = 8
TAGS = 12
_NARRATIVE = ("Measured one more housing of the series by its drawing. " * 20)[:1093]


def _alignment(number: int) -> JsonObject:
    return {
        "type": ["Alignment"],
        "targetName": f"Measure parts with tool {number}",
        "targetUrl": f"https://www.onetonline.org/link/summary/51-9061.0{number}",
        "targetFramework": "O*NET-SOC 2019",
        "targetCode": f"51-9061.0{number}",
        "targetDescription": f"Set up tool {number}, measure the part and write down what was found.",
    }


def small(issuer_id: str) -> JsonObject:
    """Return a minimal Open Badge with one alignment."""
    return {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT],
        "id": f"{BASE}/b/small",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "CMM operator",
        "issuer": {"id": issuer_id, "type": ["Profile"], "name": "Example College"},
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:6f1c1d7e-6d57-4f4e-8c2e-1c54a3f0a001",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"{BASE}/achievements/cmm",
                "type": ["Achievement"],
                "name": "CMM operator",
                "description": "Measures parts",
                "criteria": {"narrative": "Pass the test."},
                "alignment": [_alignment(0)],
            },
        },
    }


def _result_descriptions() -> list[JsonValue]:
    level = f"{BASE}/achievements/cmm#level"
    return [
        {
            "id": f"{BASE}/achievements/cmm#score",
            "type": ["ResultDescription"],
            "name": "Test score",
            "resultType": "Percent",
            "requiredValue": "80",
            "valueMin": "0",
            "valueMax": "100",
        },
        {
            "id": f"{BASE}/achievements/cmm#grade",
            "type": ["ResultDescription"],
            "name": "Grade",
            "resultType": "LetterGrade",
            "allowedValue": ["C", "B", "A"],
            "requiredValue": "B",
        },
        {
            "id": f"{BASE}/achievements/cmm#skill",
            "type": ["ResultDescription"],
            "name": "Hands-on level",
            "resultType": "RubricCriterionLevel",
            "requiredLevel": f"{level}1",
            "rubricCriterionLevel": [
                {
                    "id": f"{level}{number}",
                    "type": ["RubricCriterionLevel"],
                    "name": f"Level {number}",
                    "description": f"Works at level {number}.",
                    "level": str(number),
                    "points": str(number),
                }
                for number in (1, 2)
            ],
        },
    ]


def rich(issuer_id: str) -> JsonObject:
    """Return an Open Badge that uses most of the data model."""
    document = copy.deepcopy(small(issuer_id))
    document["@context"] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT]
    document["id"] = f"{BASE}/b/rich"
    document["description"] = "Given after a forty-hour course with a hands-on test at the machine."
    document["validUntil"] = "2031-05-01T00:00:00Z"
    document["awardedDate"] = "2026-05-01T00:00:00Z"
    document["issuer"] = {
        "id": issuer_id,
        "type": ["Profile"],
        "name": "Example College",
        "url": "https://example.edu",
        "email": "badges@example.edu",
        "description": "An invented college for measurements.",
        "image": {"id": f"{BASE}/logo.png", "type": "Image", "caption": "Logo"},
        "address": {
            "type": ["Address"],
            "addressCountry": "United States",
            "addressCountryCode": "US",
            "addressRegion": "WI",
            "addressLocality": "Sheboygan",
            "postalCode": "53081",
            "geo": {"type": "GeoCoordinates", "latitude": 43.75, "longitude": -87.71},
        },
        "phone": "+1 920 555 0100",
        "official": "Robin Exampleson",
        "parentOrg": {"id": "https://state.example.edu", "type": ["Profile"], "name": "Example State Colleges"},
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": f"EX-{number}", "identifierType": "systemId"} for number in (1, 2)
        ],
    }
    document["credentialStatus"] = [
        {
            "id": f"{STATUS_URL}#42",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "42",
            "statusListCredential": STATUS_URL,
        }
    ]
    document["credentialSchema"] = [{"id": OB_SCHEMA_URL, "type": "1EdTechJsonSchemaValidator2019"}]
    document["evidence"] = [
        {
            "id": f"{BASE}/evidence/{number}",
            "type": ["Evidence"],
            "name": f"Report {number}",
            "narrative": f"Measurement report number {number}, signed by the instructor.",
            "description": "Filled in by hand at the machine and checked against the drawing.",
            "genre": "Report",
            "audience": "Employers",
        }
        for number in (1, 2)
    ]
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["identifier"] = [
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityType": "emailAddress",
            "salt": "Kosher",
            "identityHash": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
        }
    ]
    subject["licenseNumber"] = "CMM-0042"
    subject["narrative"] = _NARRATIVE
    subject["role"] = "Apprentice"
    subject["term"] = "Spring 2026"
    subject["result"] = [
        {"type": ["Result"], "resultDescription": f"{BASE}/achievements/cmm#score", "value": "92"},
        {"type": ["Result"], "resultDescription": f"{BASE}/achievements/cmm#grade", "value": "A"},
        {
            "type": ["Result"],
            "resultDescription": f"{BASE}/achievements/cmm#skill",
            "achievedLevel": f"{BASE}/achievements/cmm#level2",
        },
    ]
    achievement = subject["achievement"]
    assert isinstance(achievement, dict)
    achievement["achievementType"] = "Certificate"
    achievement["image"] = {"id": f"{BASE}/achievements/cmm/image.png", "type": "Image", "caption": "CMM operator"}
    achievement["criteria"] = {"id": f"{BASE}/achievements/cmm", "narrative": "Pass the written and the hands-on test."}
    achievement["alignment"] = [_alignment(number) for number in range(ALIGNMENTS)]
    achievement["resultDescription"] = _result_descriptions()
    achievement["fieldOfStudy"] = "Metrology"
    achievement["humanCode"] = "CMM-1"
    achievement["specialization"] = "Bridge machines"
    achievement["inLanguage"] = "en"
    achievement["version"] = "2"
    achievement["creditsAvailable"] = 37.5
    achievement["otherIdentifier"] = [{"type": "IdentifierEntry", "identifier": "ce-1", "identifierType": "identifier"}]
    achievement["tag"] = [f"measuring {number}" for number in range(TAGS)]
    return document


def status_list(issuer_id: str, *, valid_from: datetime, valid_until: datetime) -> JsonObject:
    """Return the status list that the badges name; nothing is revoked in it."""
    return compose_status_list_credential(
        url=STATUS_URL,
        issuer_id=issuer_id,
        purpose="revocation",
        encoded=encode_status_list(BitstringStatusList.with_set_indexes(())),
        valid_from=valid_from,
        valid_until=valid_until,
        ttl_milliseconds=300_000,
    ).document
