"""The door to jsonschema: formats asserted, nothing fetched, sentences for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft201909Validator, FormatChecker

from schemas import (
    ACHIEVEMENT_TYPES,
    ALIGNMENT_TARGET_TYPES,
    IDENTIFIER_TYPES,
    MAX_VIOLATIONS,
    RESULT_STATUS_TYPES,
    RESULT_TYPES,
    ConfigurationError,
    JsonObject,
    JsonValue,
    SchemaName,
    validate,
)
from schemas.formats import FORMATS
from schemas.schema_decision import SchemaDecider
from schemas.schema_explanation import check_formats
from tests.doubles.cost import within_cost
from tests.unit.schemas.documents import badge, replaced

FOLDER = Path(__file__).resolve().parents[3] / "schemas" / "json"
MAX_COST = 4.0  # yardsticks
SCHEMA_FILES = sorted(FOLDER.glob("*.schema.json"))


def _strings(schema: JsonValue, member: str) -> set[str]:
    if isinstance(schema, list):
        return {text for part in schema for text in _strings(part, member)}
    if not isinstance(schema, dict):
        return set()
    value = schema.get(member)
    found = {value} if isinstance(value, str) else set()
    return found | {text for part in schema.values() for text in _strings(part, member)}


def _load(path: Path) -> JsonObject:
    content: JsonObject = json.loads(path.read_text("utf-8"))
    return content


@pytest.mark.parametrize("path", SCHEMA_FILES, ids=lambda path: path.name)
def test_schema_file_is_draft_2019_09(path: Path) -> None:
    """Each file is itself a valid schema of the dialect that OB 3.0 uses."""
    schema = _load(path)
    Draft201909Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2019-09/schema"


def test_references_stay_inside() -> None:
    """Every reference names one of our own files."""
    schemas = [_load(path) for path in SCHEMA_FILES]
    identifiers = {str(schema["$id"]) for schema in schemas}
    references = {reference.partition("#")[0] for schema in schemas for reference in _strings(schema, "$ref")}
    assert references - {""} <= identifiers


def test_every_format_is_asserted() -> None:
    """Each format that a schema names is one that the start-up test checks."""
    used = {name for path in SCHEMA_FILES for name in _strings(_load(path), "format")}
    assert used == {"date", "date-time", "email", "uri"}
    with pytest.raises(ConfigurationError) as caught:
        check_formats(FormatChecker(formats=()))
    assert caught.value.code == "schema.format_checker_incomplete"


@pytest.mark.parametrize(
    ("name", "fitting", "refused"),
    [
        ("date", "2026-02-28", "2026-02-30"),
        ("date", "2024-02-29", "2024-2-29"),
        ("date-time", "2026-11-22T09:00:00Z", "2026-11-22T09:00:00"),
        ("email", "nobody@example.org", "nobody"),
        ("uri", "https://example.org/a%20b", "course/1"),
        ("uri", "https://example.org/Fräsen", "https://example.org/a b\n"),
        ("uri", "https://[::1]/", "https://[::1/"),
    ],
)
def test_format(name: str, fitting: str, refused: str) -> None:
    """What decides whether a document fits tells a text of a format from one that only looks like it."""
    decider = SchemaDecider({"format": name}, schemas={}, formats=FORMATS)
    assert decider.is_accepted(fitting)
    assert not decider.is_accepted(refused)


@pytest.mark.parametrize("missing", ["date", "date-time", "email", "uri"])
def test_start_is_refused_without_a_format(missing: str) -> None:
    """A checker that lacks one format is refused by name."""
    checker = FormatChecker(formats=())
    for name in {"date", "date-time", "email", "uri"} - {missing}:
        checker.checks(name)(lambda _value: False)
    with pytest.raises(ConfigurationError) as caught:
        check_formats(checker)
    assert caught.value.detail == {"format": missing}


@pytest.mark.parametrize(
    ("words", "pointer"),
    [
        (ACHIEVEMENT_TYPES, "/credentialSubject/achievement/achievementType"),
        (ALIGNMENT_TARGET_TYPES, "/credentialSubject/achievement/alignment/0/targetType"),
        (IDENTIFIER_TYPES, "/credentialSubject/identifier/0/identityType"),
        (RESULT_TYPES, "/credentialSubject/achievement/resultDescription/0/resultType"),
        (RESULT_STATUS_TYPES, "/credentialSubject/result/0/status"),
    ],
)
def test_every_agreed_word_fits(words: frozenset[str], pointer: str) -> None:
    """The enumerations of the schema and of the terms are the same."""
    assert [
        word for word in words if validate(replaced(badge(), pointer, word), SchemaName.ACHIEVEMENT_CREDENTIAL)
    ] == []


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (ACHIEVEMENT_TYPES, 31),
        (ALIGNMENT_TARGET_TYPES, 7),
        (IDENTIFIER_TYPES, 19),
        (RESULT_TYPES, 12),
        (RESULT_STATUS_TYPES, 7),
    ],
)
def test_enumeration_is_complete(words: frozenset[str], count: int) -> None:
    """Each enumeration has as many words as OB 3.0 App. B lists."""
    assert len(words) == count


def test_validation_leaves_the_document_alone() -> None:
    """A document is the same after it was validated."""
    document = badge()
    validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL_COMPACTED)
    assert document == badge()


def test_violations_are_bounded() -> None:
    """A document with 80,000 faults costs little and gives a bounded list."""
    document = replaced(badge(), "/evidence", [{} for _ in range(80_000)])
    violations = within_cost(MAX_COST, lambda: validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL_COMPACTED))
    assert len(violations) == MAX_VIOLATIONS


def test_sentences_repeat_no_value() -> None:
    """What stands in the document is not repeated by a sentence."""
    document = replaced(badge(), "/issuer/email", "sam.sample@@example.org")
    (violation,) = validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL)
    assert "sam.sample" not in violation.sentence + violation.sentence_es


def test_pointer_leads_into_arrays() -> None:
    """A pointer counts array entries from 0."""
    violations = validate({"otherIdentifier": [{}]}, SchemaName.PROFILE)
    assert "/otherIdentifier/0" in {violation.pointer for violation in violations}


def test_sentence_comes_in_spanish() -> None:
    """Every violation explains itself in both languages."""
    document = replaced(badge(), "/validFrom", "today")
    (violation,) = validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL)
    assert violation.explain("en") == "This must be a date with a time and a time zone, such as 2026-11-22T09:00:00Z."
    assert violation.explain("es") == "Esto debe ser una fecha con hora y zona horaria, como 2026-11-22T09:00:00Z."


def test_foreign_schema_is_not_fetched() -> None:
    """A schema that the document names is not followed: an address that does not exist changes nothing."""
    schema: JsonValue = [{"id": "https://schema.invalid/x.json", "type": "1EdTechJsonSchemaValidator2019"}]
    assert validate(replaced(badge(), "/credentialSchema", schema), SchemaName.ACHIEVEMENT_CREDENTIAL) == ()
