"""The one door to jsonschema: our own transcription of the Open Badges schemas, never a remote one.

`schema_decision` says whether a document fits; jsonschema, some hundred times slower, explains why one does not.
"""

from __future__ import annotations

import enum
import json
import re
from functools import lru_cache
from importlib import resources
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

from jsonschema import Draft201909Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT201909

from schemas.datetimes import read_datetime
from schemas.errors import ConfigurationError, DataModelError
from schemas.schema_decision import SchemaDecider
from schemas.violations import UNEXPLAINED, Violation, describe_finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.json_types import JsonObject, JsonValue
    from schemas.violations import SchemaFinding

MAX_VIOLATIONS: Final = 50  # entries; the first ones are enough to act on

_ID_PREFIX: Final = "urn:skillmark:schema:"
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_ASCII: Final = "".join(map(chr, range(128)))

# Text that each format must refuse; a checker that accepts it is not installed completely.
_REFUSED: Final[Mapping[str, str]] = {
    "date": "2026-02-30",
    "date-time": "2026-11-22T09:00:00",
    "email": "nobody",
    "uri": "course/1",
}


class SchemaName(enum.Enum):
    """A schema and the form it asks for.

    The plain forms want an array wherever the model says `0..*` or `1..*`, except where OB 3.0 §7 allows the compacted
    form (`type`, `proof`, `credentialSchema`, `termsOfUse`). The `COMPACTED` forms allow one value without its array
    everywhere, as JSON-LD compaction writes it.
    """

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    ACHIEVEMENT_CREDENTIAL = "achievement_credential"
    ACHIEVEMENT_CREDENTIAL_COMPACTED = "achievement_credential compacted"
    ANY_ACHIEVEMENT_CREDENTIAL = "any_achievement_credential"
    ANY_ACHIEVEMENT_CREDENTIAL_COMPACTED = "any_achievement_credential compacted"
    ANY_ENDORSEMENT_CREDENTIAL = "any_endorsement_credential"
    ANY_ENDORSEMENT_CREDENTIAL_COMPACTED = "any_endorsement_credential compacted"
    CLR_CREDENTIAL = "clr_credential"
    CLR_CREDENTIAL_COMPACTED = "clr_credential compacted"
    ENDORSEMENT_CREDENTIAL = "endorsement_credential"
    ENDORSEMENT_CREDENTIAL_COMPACTED = "endorsement_credential compacted"
    PROFILE = "profile"
    PROFILE_COMPACTED = "profile compacted"


def _compose_format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    library = Draft201909Validator.FORMAT_CHECKER

    @checker.checks("date-time", raises=DataModelError)
    def _is_datetime(value: object) -> bool:
        return not isinstance(value, str) or bool(read_datetime(value))

    @checker.checks("email")
    def _is_email(value: object) -> bool:
        return not isinstance(value, str) or _EMAIL.fullmatch(value) is not None

    @checker.checks("uri")
    def _is_uri(value: object) -> bool:
        # An IRI counts as the URI that it maps to (RFC 3987 §3.1): JSON-LD identifies things by IRIs.
        if not isinstance(value, str):
            return True
        return value.isprintable() and bool(library.conforms(quote(value, _ASCII), "uri"))

    @checker.checks("date")
    def _is_date(value: object) -> bool:
        return bool(library.conforms(value, "date"))

    return checker


def check_formats(checker: FormatChecker) -> None:
    """Insist that every format that our schemas use is really checked, by both validators.

    Raises:
        ConfigurationError: A format is not asserted (`schema.format_checker_incomplete`).
    """
    for name, refused in _REFUSED.items():
        only_format: JsonObject = {"format": name}
        decider = SchemaDecider(only_format, schemas={}, formats=_list_formats(checker))
        if checker.conforms(refused, name) or decider.is_accepted(refused):
            raise ConfigurationError("schema.format_checker_incomplete", detail={"format": name})


def _list_formats(checker: FormatChecker) -> Mapping[str, Callable[[str], bool]]:
    """Return the functions of a checker, so that both validators ask the same."""

    def ask(name: str) -> Callable[[str], bool]:
        return lambda text: bool(checker.conforms(text, name))

    return {name: ask(name) for name in _REFUSED}


def _allow_single_values(schema: JsonValue) -> JsonValue:
    """Let one value stand without its array in every property that is a plain array."""
    if isinstance(schema, list):
        return [_allow_single_values(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner: JsonObject = {name: _allow_single_values(part) for name, part in schema.items()}
    properties = inner.get("properties")
    if isinstance(properties, dict):
        inner["properties"] = {name: _single_or_array(part) for name, part in properties.items()}
    return inner


def _single_or_array(schema: JsonValue) -> JsonValue:
    if not isinstance(schema, dict) or schema.get("type") != "array":
        return schema
    is_plain = isinstance(schema.get("items"), dict) and "contains" not in schema and "allOf" not in schema
    return {"if": {"type": "array"}, "then": schema, "else": schema["items"]} if is_plain else schema


def _spell_patterns(schema: JsonValue) -> Any:  # noqa: ANN401 - a schema, as the library takes it
    """Spell patterns for Python, where `$` also stands before a last line break, and a digit may be of any script."""
    if isinstance(schema, list):
        return [_spell_patterns(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: _spell_patterns(part) for name, part in schema.items()}
    if isinstance(pattern := inner.get("pattern"), str):
        inner["pattern"] = pattern.removesuffix("$").replace(r"\d", "[0-9]") + (r"\Z" if pattern.endswith("$") else "")
    return inner


@lru_cache(maxsize=2)
def _load_schemas(form: str) -> Mapping[str, JsonObject]:
    folder = resources.files("schemas").joinpath("json")
    found = {}
    for file in folder.iterdir():
        if file.name.endswith(".schema.json"):
            schema = json.loads(file.read_text("utf-8"))
            found[schema["$id"]] = _allow_single_values(schema) if form == "compacted" else schema
    return cast("Mapping[str, JsonObject]", found)


@lru_cache(maxsize=1)
def _load_checker() -> FormatChecker:
    checker = _compose_format_checker()
    check_formats(checker)
    return checker


@lru_cache(maxsize=len(SchemaName))
def _load_decider(schema: SchemaName) -> SchemaDecider:
    name, _, form = schema.value.partition(" ")
    schemas = _load_schemas(form)
    return SchemaDecider(schemas[_ID_PREFIX + name], schemas=schemas, formats=_list_formats(_load_checker()))


@lru_cache(maxsize=len(SchemaName))
def _load_validator(schema: SchemaName) -> Draft201909Validator:
    name, _, form = schema.value.partition(" ")
    schemas = _load_schemas(form)
    # Holds only our own files and has no way to fetch another.
    registry = Registry().with_resources(
        (identifier, DRAFT201909.create_resource(_spell_patterns(content))) for identifier, content in schemas.items()
    )
    return Draft201909Validator(
        _spell_patterns(schemas[_ID_PREFIX + name]), registry=registry, format_checker=_load_checker()
    )


def validate(document: JsonObject, schema: SchemaName) -> tuple[Violation, ...]:
    """Compare a document with a schema; empty when it fits.

    Spec: OB 3.0 §8.3 step 1, App. B; JSON Schema 2019-09 with `format` asserted.

    Args:
        document: Left unchanged. `credentialSchema` in it is not followed.
        schema: Which schema, in which form.

    Returns:
        At most `MAX_VIOLATIONS` violations, in document order of the schema.

    Raises:
        ConfigurationError: A format checker is missing (`schema.format_checker_incomplete`).
    """
    if fits(document, schema):
        return ()
    return explain(document, schema) or (UNEXPLAINED,)


def fits(document: JsonObject, schema: SchemaName) -> bool:
    """Whether a document fits a schema, as `validate` without the reasons.

    Raises:
        ConfigurationError: As `validate`.
    """
    return _load_decider(schema).is_accepted(document)


def explain(document: JsonObject, schema: SchemaName) -> tuple[Violation, ...]:
    """Return what jsonschema finds; as `validate`, slowly."""
    findings = _load_validator(schema).iter_errors(document)
    return tuple(describe_finding(cast("SchemaFinding", finding)) for finding in islice(findings, MAX_VIOLATIONS))
