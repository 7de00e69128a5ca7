"""What variants of documents are changed with: members that a type knows, odd texts, and one break for each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas import JsonObject, JsonValue

ODD_TEXTS: Final = (
    "",
    " ",
    "plain words",
    'a "quoted" one',
    "back\\slash",
    "new\nline and\ttab\r",
    "naïve café",
    "cafe\u0301",
    "\U0001f6a7\U0001f9d1\u200d\U0001f527",
    "שלום",
    "\u2028\u2029\ufeff",
    "\ufffd\uffff\U0010ffff",
    "'; DROP TABLE <b>&amp;</b>",
    "12",
    "true",
    "null",
    "_:b0",
    "_:c14n0",
    "@type",
    "a" * 400,
    "\\u0041",
    "\\n",
    ".",
    "\u0080\u009f\u00a0",
    # pyld does not escape these (W3C test060); jsonld.js does
    "bell \x07 back \b feed \f",
    "\x00\x01\x1f\x7f",
)
ODD_IRIS: Final = (
    "urn:uuid:9f0f0f0f-0000-4000-8000-00000000f001",
    "https://college.example.edu/a?b=c&d=e#f",
    "https://college.example.edu/caf\u00e9/\U0001f6a7",
    "HTTPS://COLLEGE.example.edu/%7Ex/../y/./z",
    "did:example:123/path?query=1#frag",
    "tag:college.example.edu,2026:x",
    "mailto:pat@example.org",
    "urn:x:",
    "https://",
    "x:y",
    "data:,x",
    "urn:example:a'b(c)*",
)
ODD_SCALARS: Final = (
    0,
    1,
    -1,
    7,
    100000,
    2**53 - 1,
    0.5,
    1.5,
    -0.0,
    2.0,
    1e21,
    1e-7,
    1.25e-5,
    123456.75,
    2**53,
    0.1,
    True,
)
TYPES: Final = (
    "Achievement",
    "AchievementCredential",
    "AchievementSubject",
    "Address",
    "Alignment",
    "EndorsementSubject",
    "Evidence",
    "GeoCoordinates",
    "IdentifierEntry",
    "IdentityObject",
    "Image",
    "OpenBadgeCredential",
    "Profile",
    "Related",
    "Result",
    "ResultDescription",
    "RubricCriterionLevel",
    "BitstringStatusListEntry",
    "https://example.org/types#Own",
    "urn:example:type",
)
_ALIGNMENT: Final[JsonObject] = {
    "type": ["Alignment"],
    "targetName": "Drive",
    "targetUrl": "https://skills.example.org/drive",
}
_PROFILE: Final[JsonObject] = {"id": "https://board.example.org", "type": ["Profile"], "name": "Example Board"}
_IMAGE: Final[JsonObject] = {"id": "https://college.example.edu/p.png", "type": "Image", "caption": "A picture"}
_IDENTIFIER: Final[JsonObject] = {"type": "IdentifierEntry", "identifier": "i-1", "identifierType": "identifier"}
_RELATED: Final[JsonObject] = {"id": "https://college.example.edu/r", "type": ["Related"], "inLanguage": "es"}
_LEVEL: Final[JsonObject] = {"id": "urn:x:level", "type": ["RubricCriterionLevel"], "name": "Good", "points": "1"}
_DESCRIPTION: Final[JsonObject] = {
    "id": "urn:x:part",
    "type": ["ResultDescription"],
    "name": "Part",
    "resultType": "Percent",
    "allowedValue": ["no", "yes", "no"],
    "rubricCriterionLevel": [_LEVEL],
}
_RESULT: Final[JsonObject] = {"type": ["Result"], "resultDescription": "urn:x:part", "value": "80"}
_EVIDENCE: Final[JsonObject] = {"type": ["Evidence"], "name": "Report", "narrative": "Page 2", "genre": "Document"}
_IDENTITY: Final[JsonObject] = {
    "type": "IdentityObject",
    "hashed": True,
    "identityHash": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
    "identityType": "emailAddress",
    "salt": "Kosher",
}
_ENDORSEMENT: Final[JsonObject] = {
    "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT],
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "issuer": {"id": "https://union.example.org", "type": ["Profile"], "name": "Example Union"},
    "validFrom": "2026-11-21T09:00:00Z",
    "credentialSubject": {"id": "urn:x:endorsed", "type": ["EndorsementSubject"], "endorsementComment": "Good."},
}
_STATUS: Final[JsonObject] = {
    "id": "https://college.example.edu/status/3#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "suspension",
    "statusListIndex": "7",
    "statusListCredential": "https://college.example.edu/status/3",
}
_TEXT: Final = ("one", "two words", "three é")
_DATES: Final = ("2026-11-22T09:00:00Z", "2026-11-22T09:00:00.123+05:30")
_CREDENTIAL_MEMBERS: Final[Mapping[str, tuple[JsonValue, ...]]] = {
    "name": _TEXT,
    "description": _TEXT,
    "validUntil": _DATES,
    "image": (_IMAGE, "https://college.example.edu/only-an-address.png"),
    "evidence": ([_EVIDENCE], [_EVIDENCE, _EVIDENCE], _EVIDENCE),
    "credentialStatus": (_STATUS, [_STATUS, {**_STATUS, "statusPurpose": "revocation", "id": "urn:x:s2"}]),
    "credentialSchema": ({"id": "urn:x:schema", "type": "1EdTechJsonSchemaValidator2019"},),
    "refreshService": ({"id": "urn:x:refresh", "type": "1EdTechCredentialRefresh"},),
    "termsOfUse": ({"id": "urn:x:terms", "type": "https://example.org/types#Terms"},),
    "endorsement": ([_ENDORSEMENT], [_ENDORSEMENT, {**_ENDORSEMENT, "id": "urn:x:e2"}]),
    "relatedResource": (
        {"id": "https://college.example.edu/r.txt", "digestMultibase": "zQm", "digestSRI": "sha-256-x"},
    ),
    "issuer": ("did:example:plain", _PROFILE),
    "iat": (1700000000,),
}
OPTIONAL_MEMBERS: Final[Mapping[str, Mapping[str, tuple[JsonValue, ...]]]] = {
    "VerifiableCredential": _CREDENTIAL_MEMBERS,
    "Achievement": {
        "achievementType": ("Certificate", "ext:Own"),
        "alignment": ([_ALIGNMENT], _ALIGNMENT, [_ALIGNMENT, {**_ALIGNMENT, "targetCode": "2"}]),
        "creator": (_PROFILE, {"type": ["Profile"], "name": "Unnamed"}),
        "creditsAvailable": ODD_SCALARS,
        "criteria": ({"id": "https://college.example.edu/c", "narrative": "Two parts."}, {"id": "urn:x:only"}),
        "fieldOfStudy": _TEXT,
        "humanCode": _TEXT,
        "image": (_IMAGE,),
        "inLanguage": ("en",),
        "otherIdentifier": ([_IDENTIFIER], [_IDENTIFIER, _IDENTIFIER]),
        "related": ([_RELATED],),
        "resultDescription": (
            [_DESCRIPTION],
            [_DESCRIPTION, {**_DESCRIPTION, "id": "urn:x:p2", "allowedValue": ["A"]}],
        ),
        "specialization": _TEXT,
        "tag": (["a"], ["b", "a", "c"], "single", ["é", "e\u0301"]),
        "version": ("1", 2, 2.5, True),
        "endorsement": ([_ENDORSEMENT],),
    },
    "AchievementSubject": {
        "activityStartDate": _DATES,
        "activityEndDate": _DATES,
        "creditsEarned": ODD_SCALARS,
        "identifier": ([_IDENTITY], [_IDENTITY, {**_IDENTITY, "hashed": False}]),
        "licenseNumber": _TEXT,
        "narrative": _TEXT,
        "result": ([_RESULT], [_RESULT, {**_RESULT, "status": "Completed", "achievedLevel": "urn:x:level"}]),
        "role": _TEXT,
        "source": (_PROFILE,),
        "term": _TEXT,
    },
    "Profile": {
        "address": ({"type": ["Address"], "addressCountry": "USA", "postalCode": "53081"},),
        "dateOfBirth": ("1990-01-01",),
        "description": _TEXT,
        "email": ("board@example.org",),
        "familyName": _TEXT,
        "image": (_IMAGE,),
        "official": _TEXT,
        "otherIdentifier": ([_IDENTIFIER], [_IDENTIFIER, _IDENTIFIER, _IDENTIFIER]),
        "parentOrg": (_PROFILE, {"type": ["Profile"], "name": "Parent"}),
        "phone": ("+1 555 0100",),
        "url": ("https://board.example.org",),
    },
    "Alignment": {"targetCode": _TEXT, "targetDescription": _TEXT, "targetFramework": _TEXT, "targetType": ("CTDL",)},
    "ResultDescription": {
        "allowedValue": (["1"], ["1", "2", "1"]),
        "valueMin": ("0",),
        "requiredLevel": ("urn:x:level",),
    },
    "BitstringStatusList": {"ttl": (1, 5), "statusPurpose": (["revocation", "suspension"],)},
    "DataIntegrityProof": {"domain": _TEXT, "challenge": _TEXT, "expires": _DATES, "previousProof": ("urn:x:p",)},
    "Multikey": {"revoked": _DATES, "expires": _DATES},
}


def _put(name: str, value: Any) -> Callable[[JsonObject, JsonObject, Callable[[int], int]], None]:  # noqa: ANN401
    def change(_document: JsonObject, node: JsonObject, _below: Callable[[int], int]) -> None:
        node[name] = value

    return change


def _spoil(make: Callable[[Any], Any]) -> Callable[[JsonObject, JsonObject, Callable[[int], int]], None]:
    """Put something wrong in the place of a member that stands there."""

    def change(_document: JsonObject, node: JsonObject, below: Callable[[int], int]) -> None:
        words = sorted(node.keys() - {"@context"})
        if words:
            word = words[below(len(words))]
            node[word] = make(node[word])

    return change


def _context(make: Callable[[Any], Any]) -> Callable[[JsonObject, JsonObject, Callable[[int], int]], None]:
    def change(document: JsonObject, _node: JsonObject, _below: Callable[[int], int]) -> None:
        document["@context"] = make(document.get("@context"))

    return change


def _own_context(_document: JsonObject, node: JsonObject, _below: Callable[[int], int]) -> None:
    node["@context"] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT]


# Ways to leave the one spelling that the product accepts; most are errors of JSON-LD or drop something in silence.
BREAKS: Final[Mapping[str, Callable[[JsonObject, JsonObject, Callable[[int], int]], None]]] = {
    "undefined word": _put("shoeColour", "red"),
    "word of JavaScript": _put("constructor", "x"),
    "word of prototypes": _put("__proto__", {"name": "x"}),
    "method of objects": _put("hasOwnProperty", "x"),
    "keyword id": _put("@id", "urn:x:alias"),
    "keyword type": _put("@type", "Profile"),
    "keyword graph": _put("@graph", [{"id": "urn:x:g", "type": "Profile"}]),
    "keyword included": _put("@included", [{"id": "urn:x:g", "type": "Profile"}]),
    "keyword reverse": _put("@reverse", {"name": {"id": "urn:x:r"}}),
    "keyword index": _put("@index", "i"),
    "keyword nest": _put("@nest", {"name": "x"}),
    "keyword-like word": _put("@future", "x"),
    "address as word": _put("https://schema.org/name", "x"),
    "short address as word": _put("xsd:name", "x"),
    "empty word": _put("", "x"),
    "relative id": _put("id", "only/a/path"),
    "fragment id": _put("id", "#here"),
    "empty id": _put("id", ""),
    "blank id": _put("id", "_:b0"),
    "id with a space": _put("id", "https://example.org/a b"),
    "id with a bracket": _put("id", "https://example.org/<b>"),
    "short id": _put("id", "xsd:x"),
    "id with half a pair": _put("id", "https://example.org/\ud800"),
    "id in an array": _put("id", ["urn:x:a"]),
    "unknown type": _put("type", ["NoSuchType"]),
    "no type": _put("type", []),
    "type that is a number": _put("type", 5),
    "type of JavaScript": _put("type", ["toString"]),
    "type of prototypes": _put("type", ["__proto__"]),
    "type twice": _put("type", ["Profile", "Profile"]),
    "null": _spoil(lambda _: None),
    "null beside": _spoil(lambda value: [value, None]),
    "array in an array": _spoil(lambda value: [[value]]),
    "empty array": _spoil(lambda _: []),
    "empty object": _spoil(lambda _: {}),
    "value twice": _spoil(lambda value: [value, value]),
    "value object": _spoil(lambda _: {"@value": "x"}),
    "value of a type": _spoil(lambda _: {"@value": "5", "@type": "http://www.w3.org/2001/XMLSchema#integer"}),
    "number with a language": _spoil(lambda _: {"@value": 5, "@language": "en"}),
    "language that is none": _spoil(lambda _: {"@value": "x", "@language": "not a language"}),
    "direction that is none": _spoil(lambda _: {"@value": "x", "@direction": "up"}),
    "directions only": _spoil(lambda _: ["x", {"@value": "x", "@direction": "rtl"}]),
    "prototype in a value": _spoil(lambda value: {"id": "urn:x:p", "__proto__": value}),
    "set object": _spoil(lambda value: {"@set": [value]}),
    "list object": _spoil(lambda value: {"@list": [value]}),
    "number": _spoil(lambda _: 5),
    "truth value": _spoil(lambda _: True),
    "text": _spoil(lambda _: "text"),
    "number as text": _put("creditsAvailable", "5"),
    "truth value as text": _put("hashed", "true"),
    "number too large": _put("creditsAvailable", 2**70),
    "digits lost": _put("creditsAvailable", 0.1 + 0.2),
    "half a pair": _put("name", "\ud83d"),
    "unknown context": _context(lambda old: [*(old or []), "https://example.org/unknown.json"]),
    "context object": _context(lambda old: [*(old or []), {"shoeColour": "https://example.org/shoe"}]),
    "contexts backwards": _context(lambda old: list(reversed(old or []))),
    "first context only": _context(lambda old: list(old or [""])[:1]),
    "no context": _context(lambda _: []),
    "context twice": _context(lambda old: [*(old or []), *(old or [])[:1]]),
    "contexts inside": _own_context,
}
