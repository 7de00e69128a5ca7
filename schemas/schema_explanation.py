"""The one door to jsonschema: names what a document breaks in its schema."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from jsonschema import Draft201909Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT201909

from schemas.errors import ConfigurationError
from schemas.formats import FORMATS
from schemas.violations import MAX_VIOLATIONS, describe_finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.json_types import JsonObject, JsonValue
    from schemas.violations import SchemaFinding, Violation

# Text that each format must refuse; a checker that accepts it is not installed completely.
_REFUSED: Final[Mapping[str, str]] = MappingProxyType(
    {"date": "2026-02-30", "date-time": "2026-11-22T09:00:00", "email": "nobody", "uri": "course/1"}
)


def check_formats(checker: FormatChecker) -> None:
    """Insist that every format that our schemas use is really checked.

    Raises:
        ConfigurationError: A format is not asserted (`schema.format_checker_incomplete`).
    """
    for name, refused in _REFUSED.items():
        if checker.conforms(refused, name):
            raise ConfigurationError("schema.format_checker_incomplete", detail={"format": name})


@lru_cache(maxsize=1)
def _load_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, is_of_format in FORMATS.items():
        checker.checks(name)(_ask_of_text(is_of_format))
    check_formats(checker)
    return checker


def _ask_of_text(is_of_format: Callable[[str], bool]) -> Callable[[object], bool]:
    """Return the function for any value; what is no text has no format to break."""
    return lambda value: not isinstance(value, str) or is_of_format(value)


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


class SchemaExplainer:
    """One schema, for a document that does not fit.

    Args:
        schema: The schema itself.
        schemas: Every schema that it may refer to, by its `$id`; nothing else can be reached.

    Raises:
        ConfigurationError: A format is not asserted (`schema.format_checker_incomplete`).
    """

    def __init__(self, schema: JsonObject, *, schemas: Mapping[str, JsonObject]) -> None:
        # Holds only our own files and has no way to fetch another.
        registry = Registry().with_resources(
            (name, DRAFT201909.create_resource(_spell_patterns(content))) for name, content in schemas.items()
        )
        self._validator = Draft201909Validator(
            _spell_patterns(schema), registry=registry, format_checker=_load_checker()
        )

    def list_violations(self, document: JsonObject) -> tuple[Violation, ...]:
        """Return what the document breaks, at most `MAX_VIOLATIONS`, in document order of the schema."""
        findings = self._validator.iter_errors(document)
        return tuple(describe_finding(cast("SchemaFinding", finding)) for finding in islice(findings, MAX_VIOLATIONS))
