"""Documents to make variants of: one for each thing that the canonical form has a rule for. All people are invented."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final, cast

from schemas import (
    CLR_2_0_1_CONTEXT,
    DATA_INTEGRITY_V2_CONTEXT,
    DID_V1_CONTEXT,
    MULTIKEY_CONTEXT,
    OB_3_0_3_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    VC_V2_CONTEXT,
)
from tests.doubles import sample_badges

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas import JsonObject

EXAMPLES_CONTEXT: Final = "https://www.w3.org/ns/credentials/examples/v2"
UNDEFINED_TERMS_CONTEXT: Final = "https://www.w3.org/ns/credentials/undefined-terms/v2"
PROOF: Final[JsonObject] = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-11-21T09:00:00Z",
    "verificationMethod": "https://union.example.org/keys#1",
    "proofPurpose": "assertionMethod",
    "proofValue": "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9",
}
MULTIKEY: Final = "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"


def badge_with(**members: Any) -> JsonObject:  # noqa: ANN401 - JSON of many shapes
    """Return a small badge with other members of its achievement, or of the whole where the name starts with `_`."""
    badge = cast("Any", sample_badges.small_badge())
    for name, value in members.items():
        place = badge if name.startswith("_") else badge["credentialSubject"]["achievement"]
        place[name.removeprefix("_")] = copy.deepcopy(value)
    return cast("JsonObject", badge)


def _lists() -> JsonObject:
    """Ordered lists of one, two and three values, and results that point into the document."""
    base = "urn:uuid:0f0f0f0f-0000-4000-8000-00000000031"
    descriptions = [
        {
            "id": f"{base}{number}",
            "type": ["ResultDescription"],
            "name": f"Part {number}",
            "resultType": "LetterGrade",
            "allowedValue": ["C", "B", "A"][:number],
        }
        for number in (1, 2, 3)
    ]
    badge = cast("Any", badge_with(resultDescription=descriptions))
    badge["credentialSubject"]["result"] = [
        {"type": ["Result"], "resultDescription": f"{base}1", "value": "C"},
        {"type": ["Result"], "resultDescription": f"{base}3", "value": "A"},
    ]
    return cast("JsonObject", badge)


def _languages() -> JsonObject:
    """Texts that say their language, their direction or both."""
    return badge_with(
        _name={"@value": "مشغل رافعة", "@language": "ar", "@direction": "rtl"},
        _description=[{"@value": "Lifts", "@language": "en"}, {"@value": "Hebt", "@language": "de"}],
        name={"@value": "Forklift", "@direction": "ltr"},
        tag=["lift", {"@value": "grúa", "@language": "es-419"}],
    )


def _numbers() -> JsonObject:
    """Numbers and truth values, under datatypes and without."""
    badge = cast("Any", badge_with(creditsAvailable=37.5, version=3))
    badge["credentialSubject"] |= {
        "creditsEarned": 36,
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": "Pat Example", "identityType": "name"}
        ],
    }
    badge["issuer"]["address"] = {
        "type": ["Address"],
        "geo": {"type": "GeoCoordinates", "latitude": 44.05, "longitude": -123.25},
    }
    badge["credentialStatus"] = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "message",
        "statusListIndex": "3",
        "statusListCredential": "https://college.example.edu/status/2",
        "statusSize": 2,
        "statusMessage": [{"status": "0x0", "message": "ok"}, {"status": "0x1", "message": "held"}],
    }
    return cast("JsonObject", badge)


def _several_types() -> JsonObject:
    """Objects with two or three types, each of which brings words of its own."""
    return badge_with(
        alignment=[
            {
                "type": ["Alignment", "Related"],
                "id": "https://skills.example.org/1",
                "targetName": "Lift",
                "targetUrl": "https://skills.example.org/1",
                "targetCode": "1",
                "inLanguage": "en",
                "version": "2",
            }
        ],
        image={"type": ["Image", "Evidence"], "id": "https://college.example.edu/a.png", "caption": "x", "genre": "y"},
        creator={
            "type": ["Profile", "Address", "IdentifierEntry"],
            "name": "Board",
            "addressCountry": "USA",
            "identifier": "b-1",
        },
    )


def _vocabulary() -> JsonObject:
    """Words that only a catch-all vocabulary defines."""
    return {
        "@context": [VC_V2_CONTEXT, EXAMPLES_CONTEXT],
        "type": ["VerifiableCredential", "AlumniCredential"],
        "issuer": {"id": "did:example:a", "favourite": [1, 2.5, True, "x", {"deep": {"er": "y"}}]},
        "credentialSubject": [{"alumniOf": "A"}, {"alumniOf": "B"}],
    }


def _json_values() -> JsonObject:
    """Values that are JSON all the way down."""
    badge = sample_badges.small_badge()
    badge["credentialSchema"] = {
        "id": "https://college.example.edu/schema",
        "type": "JsonSchema",
        "jsonSchema": {"type": "object", "b": [1, 2.5, None, {"é": "\u2028", "a": True}], "A": "\n"},
    }
    return badge


def _status_list() -> JsonObject:
    return {
        "@context": [VC_V2_CONTEXT],
        "id": "https://college.example.edu/status/1",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:example:college",
        "validFrom": "2026-11-22T09:00:00Z",
        "credentialSubject": {
            "id": "https://college.example.edu/status/1#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "uH4sIAAAAAAAAA",
            "ttl": 300000,
        },
        "proof": copy.deepcopy(PROOF),
    }


def _presentation() -> JsonObject:
    return {
        "@context": [VC_V2_CONTEXT, EXAMPLES_CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:worker",
        "verifiableCredential": [sample_badges.small_badge()],
        "proof": copy.deepcopy(PROOF),
    }


def _learner_record() -> JsonObject:
    """A record of CLR 2.0 that holds two signed badges."""
    held = []
    for number in (1, 2):
        badge = badge_with(_id=f"urn:uuid:0f0f0f0f-0000-4000-8000-00000000041{number}", _proof=[PROOF])
        held.append(badge)
    return {
        "@context": [VC_V2_CONTEXT, CLR_2_0_1_CONTEXT, OB_3_0_3_CONTEXT],
        "id": "urn:uuid:2f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a22",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Record of Robin Exampleson",
        "issuer": {"id": "did:example:college", "type": ["Profile"], "name": "Example College"},
        "validFrom": "2026-11-02T09:00:00Z",
        "partial": False,
        "credentialSubject": {
            "id": "urn:uuid:0b9c1e52-7a53-4d6f-8f11-6f3d9b7a2c10",
            "type": ["ClrSubject"],
            "verifiableCredential": [*held],
        },
    }


def _twins() -> JsonObject:
    """Equal unnamed parts in two places, which only their neighbours tell apart."""
    endorsement = cast("Any", sample_badges.endorsed_badge())["endorsement"][0]
    del endorsement["id"]
    entry = {"type": "IdentifierEntry", "identifier": "1", "identifierType": "identifier"}
    return badge_with(_endorsement=[endorsement], endorsement=[endorsement], otherIdentifier=[entry, entry])


def _did_document() -> JsonObject:
    did = "did:web:college.example.edu"
    methods: list[Any] = [
        {"id": f"{did}#key-{number}", "type": "Multikey", "controller": did, "publicKeyMultibase": MULTIKEY}
        for number in (1, 2)
    ]
    return {
        "@context": [DID_V1_CONTEXT, MULTIKEY_CONTEXT],
        "id": did,
        "alsoKnownAs": ["https://college.example.edu"],
        "verificationMethod": methods,
        "assertionMethod": [f"{did}#key-1", f"{did}#key-2"],
        "authentication": [{**methods[0], "id": f"{did}#key-3", "controller": "did:example:other"}],
    }


def _proof_options() -> JsonObject:
    """A proof without its value, under the contexts of its badge: what is hashed beside the document."""
    options = {name: value for name, value in PROOF.items() if name != "proofValue"}
    return {"@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT], **options, "nonce": "a"}


def _undefined_terms() -> JsonObject:
    badge = badge_with(shoeSize=44, favourite={"colour": "red", "shade": ["light", "dark"]})
    badge["@context"] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, UNDEFINED_TERMS_CONTEXT]
    return badge


def _chain() -> JsonObject:
    """Proofs that name each other, and a context that repeats what the first one says."""
    badge = badge_with(
        _proof=[{**PROOF, "id": "urn:uuid:1"}, {**PROOF, "id": "urn:uuid:2", "previousProof": "urn:uuid:1"}]
    )
    badge["@context"] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, DATA_INTEGRITY_V2_CONTEXT]
    return badge


# Each with its weight. The rich badge costs the peers most and is drawn least.
BASES: Final[Mapping[str, tuple[Callable[[], JsonObject], int]]] = {
    "small": (sample_badges.small_badge, 6),
    "rich": (sample_badges.rich_badge, 1),
    "endorsed": (sample_badges.endorsed_badge, 3),
    "version 1": (sample_badges.version_1_badge, 3),
    "lists": (_lists, 4),
    "languages": (_languages, 4),
    "numbers": (_numbers, 4),
    "several types": (_several_types, 4),
    "vocabulary": (_vocabulary, 4),
    "undefined terms": (_undefined_terms, 3),
    "JSON values": (_json_values, 2),
    "status list": (_status_list, 4),
    "presentation": (_presentation, 3),
    "learner record": (_learner_record, 2),
    "twins": (_twins, 3),
    "DID document": (_did_document, 4),
    "proof options": (_proof_options, 3),
    "proof chain": (_chain, 3),
}
# Not credentials or presentations: they are read under contexts that are given beside them.
UNDER_GIVEN_CONTEXTS: Final = frozenset({"DID document", "proof options"})
