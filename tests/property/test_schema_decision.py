"""jsonschema-rs decides and jsonschema explains: on every sample and on its mutations they say the same."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemas import SchemaName, fits, validate
from schemas.validation import explain
from tests.doubles import sample_badges
from tests.doubles.document_variants import VARIANTS, make_variant
from tests.unit.schemas.documents import badge

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICE = 400
STEP = 3  # jsonschema takes its time
VECTORS = Path(__file__).resolve().parents[1] / "vectors"
BADGE_SCHEMAS = (
    SchemaName.ACHIEVEMENT_CREDENTIAL,
    SchemaName.ANY_ACHIEVEMENT_CREDENTIAL_COMPACTED,
    SchemaName.ANY_ENDORSEMENT_CREDENTIAL,
)
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.0, 1.5, 10**30, "", "US", "US\n", "ext:a", "ext:", "٣", [], {}, ["a"], [["a"]], {"id": 1}),
    *(
        "2026-11-22T09:00:00Z",
        "2026-11-22T09:00:00Z\n",
        "2026-02-30T09:00:00Z",
        "2026-11-22T24:00:00Z",
        "0000-01-01T00:00:00Z",
    ),
    *("2026-11-22t09:00:00z", "2026-11-22T09:00:00.1234567Z", "2026-11-22T09:00:00+14:00", "2026-11-22", "2026-02-30"),
    *("https://example.org/é", "https://example.org/%41", "https://example.org/%4", "https://exa mple.org", "https:"),
    *(
        "https://example.org:port/",
        "https://[::1]/",
        "http://a@b/c?d#e",
        "did:key:z",
        "did:",
        "urn:x\n",
        "course/1",
        "a:b",
    ),
    *("https://example.org/\x7f", "https://example.org/\u200b", "https://example.org/#a#b", "https://example.org/?a?b"),
    *("a@b", "a@b@c", "a b@c", "a@b\n", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.٣.json"),
    *("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json\n", "eyJ.e.s", "eyJ..s\n"),
)


def _agree(document: Any, schema: SchemaName) -> bool:  # noqa: ANN401 - JSON of any shape
    return fits(document, schema) == (explain(document, schema) == ())


@pytest.mark.parametrize("first", range(0, VARIANTS, SLICE))
def test_variants_are_judged_the_same(first: int) -> None:
    """Thousands of changed documents: both accept, or both refuse."""
    differing = [
        (number, schema)
        for number in range(first, first + SLICE, STEP)
        for schema in BADGE_SCHEMAS[number // STEP % 3 :: 3]
        if not _agree(make_variant(number).document, schema)
    ]
    assert differing == []


@pytest.mark.parametrize("path", sorted(VECTORS.rglob("*.json")), ids=lambda path: path.name)
def test_published_documents_are_judged_the_same(path: Path) -> None:
    """Whatever others have published is judged alike by every schema."""
    try:
        document = json.loads(path.read_bytes())
    except UnicodeDecodeError:
        pytest.skip("not meant to be read")
    assert [schema for schema in SchemaName if isinstance(document, dict) and not _agree(document, schema)] == []


def _places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    for token in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, token
        if isinstance(value[token], (dict, list)):
            yield from _places(value[token])


@pytest.mark.parametrize("make", [badge, sample_badges.rich_badge])
def test_every_place_with_odd_values(make: Any) -> None:  # noqa: ANN401
    """Each value of a badge in turn becomes odd things, at all places every one of them somewhere."""
    document = copy.deepcopy(make())
    differing = []
    for place, (parent, token) in enumerate(list(_places(document))):
        kept = parent[token]
        for value in ODD_VALUES[place % 31 :: 31]:
            parent[token] = value
            if not _agree(document, SchemaName.ACHIEVEMENT_CREDENTIAL):
                differing.append((token, value))
        parent[token] = kept
    assert differing == []


@pytest.mark.parametrize(
    ("member", "where"),
    [
        ("validFrom", ()),
        ("id", ()),
        ("email", ("issuer",)),
        ("url", ("issuer",)),
        ("achievementType", ("credentialSubject", "achievement")),
        ("dateOfBirth", ("issuer",)),
        ("endorsementJwt", ()),
        ("addressCountryCode", ("issuer", "address")),
    ],
)
def test_formats_and_patterns_are_the_same(member: str, where: tuple[str, ...]) -> None:
    """Dates, addresses, e-mail addresses and agreed words: every odd text is judged alike."""
    differing = []
    for value in ODD_VALUES:
        document: Any = copy.deepcopy(badge())
        node = document
        for step in where:
            node = node.setdefault(step, {})
        node[member] = [value] if member == "endorsementJwt" else value
        if not _agree(document, SchemaName.ACHIEVEMENT_CREDENTIAL):
            differing.append(value)
    assert differing == []


def test_what_cannot_be_explained_is_refused_all_the_same() -> None:
    """A document that is no JSON and that jsonschema has nothing against does not fit."""
    document: Any = {**copy.deepcopy(badge()), 1: "a member without a name"}
    assert explain(document, SchemaName.ACHIEVEMENT_CREDENTIAL) == ()
    (violation,) = validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL)
    assert violation.pointer == ""
