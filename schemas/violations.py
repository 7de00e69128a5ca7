"""What a document breaks in its schema, as sentences for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.codes import Language
    from schemas.json_types import JsonValue

MAX_VIOLATIONS: Final = 50  # entries; the first ones are enough to act on

_MAX_NAMES: Final = 3  # unknown members that one sentence names
_MAX_NAME_CHARS: Final = 64  # characters of a member name that a sentence repeats

_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "string": ("text", "un texto"),
    "number": ("a number", "un número"),
    "array": ("a list", "una lista"),
    "object": ("a group of named values", "un grupo de valores con nombre"),
    "boolean": ("true or false", "verdadero o falso"),
}
_FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "date-time": (
        "a date with a time and a time zone, such as 2026-11-22T09:00:00Z",
        "una fecha con hora y zona horaria, como 2026-11-22T09:00:00Z",
    ),
    "date": ("a date, such as 2026-11-22", "una fecha, como 2026-11-22"),
    "uri": (
        "a complete address, such as https://example.org/course",
        "una dirección completa, como https://example.org/curso",
    ),
    "email": ("an e-mail address", "una dirección de correo electrónico"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One place where a document breaks its schema; repeats no value of the document.

    Args:
        pointer: RFC 6901 JSON Pointer to the value at fault; for a missing member, to the object that lacks it.
        keyword: JSON Schema keyword that failed.
        sentence: What is wrong, in English.
        sentence_es: The same in Spanish.
    """

    pointer: str
    keyword: str
    sentence: str
    sentence_es: str

    def explain(self, language: Language = "en") -> str:
        """Return the sentence in `language`."""
        return self.sentence_es if language == "es" else self.sentence


class SchemaFinding(Protocol):
    """The parts of a validator's error that are read here."""

    @property
    def validator(self) -> str:
        """Keyword that failed."""

    @property
    def validator_value(self) -> JsonValue:
        """What stands at the keyword in the schema."""

    @property
    def instance(self) -> JsonValue:
        """The value at fault."""

    @property
    def schema(self) -> JsonValue:
        """The schema that holds the keyword."""

    @property
    def message(self) -> str:
        """The validator's own words."""

    @property
    def absolute_path(self) -> Iterable[str | int]:
        """Where the value stands."""


def describe_finding(finding: SchemaFinding) -> Violation:
    """Say what one finding means for the person who has to mend the document."""
    english, spanish = _SENTENCES.get(finding.validator, _other_sentence)(finding)
    # No member that our schemas name has a slash or a tilde, so nothing is left to escape (RFC 6901 §3).
    pointer = "".join(f"/{part}" for part in finding.absolute_path)
    return Violation(pointer=pointer, keyword=finding.validator, sentence=english, sentence_es=spanish)


def _quote(names: Iterable[str], word: str) -> str:
    quoted = [f"“{name[:_MAX_NAME_CHARS]}”" for name in names]
    return f" {word} ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part)


def _required(finding: SchemaFinding) -> tuple[str, str]:
    names = cast("list[str]", finding.validator_value)
    missing = [name for name in names if finding.message.startswith(repr(name))] or names
    return f"{_quote(missing, 'and')} is missing.", f"Falta {_quote(missing, 'y')}."


def _unknown_members(finding: SchemaFinding) -> tuple[str, str]:
    known = cast("dict[str, dict[str, JsonValue]]", finding.schema)["properties"]
    names = [name for name in cast("dict[str, JsonValue]", finding.instance) if name not in known][:_MAX_NAMES]
    return f"{_quote(names, 'and')} does not belong here.", f"{_quote(names, 'y')} no va aquí."


def _type(finding: SchemaFinding) -> tuple[str, str]:
    value = finding.validator_value
    kinds = [_KINDS[kind] for kind in (value if isinstance(value, list) else [value]) if isinstance(kind, str)]
    return (
        f"This must be {' or '.join(english for english, _ in kinds)}.",
        f"Esto debe ser {' o '.join(spanish for _, spanish in kinds)}.",
    )


def _format(finding: SchemaFinding) -> tuple[str, str]:
    english, spanish = _FORMATS[str(finding.validator_value)]
    return f"This must be {english}.", f"Esto debe ser {spanish}."


def _words(value: JsonValue) -> list[str]:
    if not isinstance(value, dict):
        return []
    listed = value.get("enum", [value.get("const")])
    return [word for word in listed if isinstance(word, str)] if isinstance(listed, list) else []


def _enumeration(finding: SchemaFinding) -> tuple[str, str]:
    words = _words(finding.schema)
    return f"This must be {_quote(words, 'or')}.", f"Esto debe ser {_quote(words, 'o')}."


def _contains(finding: SchemaFinding) -> tuple[str, str]:
    words = _words(finding.validator_value)
    return f"This list must hold {_quote(words, 'or')}.", f"Esta lista debe contener {_quote(words, 'o')}."


def _min_items(finding: SchemaFinding) -> tuple[str, str]:
    count = finding.validator_value
    return f"This list needs {count} or more entries.", f"Esta lista necesita {count} o más elementos."


def _limit(finding: SchemaFinding) -> tuple[str, str]:
    low = finding.validator == "minimum"
    return (
        f"This must be {finding.validator_value} or {'more' if low else 'less'}.",
        f"Esto debe ser {finding.validator_value} o {'más' if low else 'menos'}.",
    )


def _any_of(finding: SchemaFinding) -> tuple[str, str]:
    branches = [branch for branch in cast("list[JsonValue]", finding.validator_value) if isinstance(branch, dict)]
    required = [names[0] for branch in branches if isinstance(names := branch.get("required"), list) and names]
    if len(required) == len(branches):
        words = [name for name in required if isinstance(name, str)]
        return f"Either {_quote(words, 'or')} must be given.", f"Debe indicarse {_quote(words, 'o')}."
    return (
        "This is not one of the agreed words. A word of your own starts with “ext:”.",
        "Esta no es una de las palabras acordadas. Una palabra propia empieza con “ext:”.",
    )


def _other_sentence(_finding: SchemaFinding) -> tuple[str, str]:
    return "This is not written in the agreed form.", "Esto no está escrito en la forma acordada."


_SENTENCES: Final = {
    "additionalProperties": _unknown_members,
    "anyOf": _any_of,
    "const": _enumeration,
    "contains": _contains,
    "enum": _enumeration,
    "format": _format,
    "maximum": _limit,
    "minItems": _min_items,
    "minimum": _limit,
    "required": _required,
    "type": _type,
}

# Of a document that does not fit, and of which nobody can say why, such as one with half a surrogate pair.
UNEXPLAINED: Final = Violation(
    pointer="",
    keyword="",
    sentence="This is not written in the agreed form.",
    sentence_es="Esto no está escrito en la forma acordada.",
)
