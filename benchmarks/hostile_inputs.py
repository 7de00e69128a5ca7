"""Documents made to be slow: near every limit that the product has, none above 256 KiB."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from schemas import OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, VC_V2_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas import JsonObject, JsonValue

EXAMPLES_CONTEXT = "https://www.w3.org/ns/credentials/examples/v2"


def badge_of(**members: Any) -> JsonObject:  # noqa: ANN401 - JSON of many shapes
    """Return a badge in whose context every word has a meaning, and which is complete but for its proof."""
    return {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, EXAMPLES_CONTEXT],
        "id": "urn:x",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "did:example:issuer", "type": ["Profile"], "name": "Example College"},
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": _subject(),
        **members,
    }


def _subject(**members: JsonValue) -> JsonObject:
    named: JsonObject = {
        "id": "urn:a",
        "type": ["Achievement"],
        "name": "A",
        "description": "B",
        "criteria": {"id": "urn:c"},
    }
    return {"id": "did:example:worker", "type": ["AchievementSubject"], "achievement": named | members}


def achievement_of(**members: JsonValue) -> JsonObject:
    """Return a badge whose achievement has these members."""
    return badge_of(credentialSubject=_subject(**members))


def tree(depth: int, width: int) -> JsonObject:
    """Return a tree of unnamed objects."""
    return {"a": [tree(depth - 1, width) for _ in range(width)]} if depth else {"z": "1"}


def chain(length: int) -> JsonObject:
    """Return unnamed objects, each in the one before."""
    return {"a": chain(length - 1)} if length else {"z": "1"}


def alignments(count: int, *, mark: str = "") -> JsonObject:
    """Return a badge with so many different alignments; another mark makes all of them different ones."""
    entries: list[JsonValue] = [
        {
            "type": ["Alignment"],
            "targetName": f"Measure parts with tool {mark}{number}",
            "targetUrl": f"https://skills.example.org/{mark}{number}",
        }
        for number in range(count)
    ]
    return achievement_of(alignment=entries)


def equal_profiles(count: int) -> JsonObject:
    """Return two equal unnamed profiles with `count` equal parts each: their order can be tried in count! ways."""
    parts: JsonValue = [{"type": "IdentifierEntry", "identifier": "a"} for _ in range(count)]
    return achievement_of(creator=[{"type": "Profile", "otherIdentifier": parts} for _ in range(2)])


def _types() -> JsonObject:
    words = product(("Alignment", "Result", "Related", "Address"), repeat=4)
    return badge_of(t=[{"type": list(types)} for types in words])


def _contexts() -> JsonObject:
    parts: tuple[list[JsonValue], ...] = (
        [],
        [OB_3_0_3_CONTEXT],
        [EXAMPLES_CONTEXT],
        [OB_3_0_3_CONTEXT, EXAMPLES_CONTEXT],
    )
    nested: list[JsonValue] = [
        {"@context": [VC_V2_CONTEXT, *rest], "type": "VerifiableCredential"} for rest in parts * 200
    ]
    contexts: JsonValue = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, EXAMPLES_CONTEXT]
    return {**badge_of(endorsement=nested), "@context": contexts}


POISON: Mapping[str, Callable[[], JsonObject]] = {
    "two equal profiles, 8 equal parts each": lambda: equal_profiles(8),
    "two equal profiles, 12 equal parts each": lambda: equal_profiles(12),
    "twin trees of 9 levels": lambda: badge_of(t=[tree(9, 2), tree(9, 2)]),
    "twin trees, 8 branches each": lambda: badge_of(t=[tree(3, 8), tree(3, 8)]),
}
HEAVY: Mapping[str, Callable[[], JsonObject]] = {
    "equal alignments": lambda: achievement_of(
        alignment=[{"type": "Alignment", "targetName": "a"} for _ in range(1_000)]
    ),
    "distinct alignments": lambda: alignments(1_000),
    "equal pairs": lambda: badge_of(x={"w": [{"y": {"z": "1"}} for _ in range(1_000)]}),
    "equal chains": lambda: badge_of(t=[chain(33) for _ in range(230)]),
    "equal lists": lambda: achievement_of(
        resultDescription=[{"type": "ResultDescription", "allowedValue": ["a"] * 90} for _ in range(60)]
    ),
    "long equal lists": lambda: achievement_of(
        resultDescription=[{"type": "ResultDescription", "allowedValue": ["a"] * 900} for _ in range(2)]
    ),
    "fat twins": lambda: badge_of(
        t=[{"c": [{"k": "1", "f": [str(number) for number in range(130)]} for _ in range(5)]} for _ in range(12)]
    ),
    "empty objects": lambda: badge_of(**{f"k{number}": [{} for _ in range(1_000)] for number in range(7)}),
    "objects without end": lambda: badge_of(**{f"k{number}": [{} for _ in range(1_000)] for number in range(70)}),
    "a very long id": lambda: {
        **badge_of(**{f"k{number}": [str(value) for value in range(1_000)] for number in range(9)}),
        "id": "urn:" + "x" * 100_000,
    },
    "a very long word": lambda: badge_of(**{"k" * 200_000: "1"}),
    "a very long text": lambda: badge_of(k="\x01" * 40_000),
    "a very long name": lambda: badge_of(name="Č" * 120_000),
    "many short members": lambda: badge_of(**{f"m{number}": 1 for number in range(20_000)}),
    "many proofs": lambda: badge_of(proof=[{"type": "DataIntegrityProof", "nonce": "a"} for _ in range(900)]),
    "types without end": _types,
    "contexts without end": _contexts,
    "one id without end": lambda: badge_of(t=[{"id": "urn:s", f"a{number}": "x"} for number in range(1_000)]),
    "texts with languages": lambda: badge_of(
        name=[{"@value": f"x{number}", "@language": "en", "@direction": "ltr"} for number in range(1_000)],
        description=[{"@value": f"x{number}", "@direction": "rtl"} for number in range(1_000)],
    ),
    "numbers": lambda: badge_of(**{f"k{number}": [value + 0.5 for value in range(900)] for number in range(9)}),
}
