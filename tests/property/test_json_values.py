"""JSON values (`@json`) in the canonical form: the same bytes as PyLD's, every word covered, nothing lost in silence.

The same documents stand beside jsonld.js and rdf-canonize in `tests/interop/test_canonical_identity.py`.
"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any, cast

import pytest

from credentials import canonicalize
from tests.doubles.document_variants import Dice
from tests.doubles.json_values import JSON_DOCUMENTS, make_json_document
from tests.doubles.pyld_oracle import canonicalize_with_pyld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas import JsonObject

SLICE = 100
DELETE = "\x7f"  # canonical N-Quads escapes it, JSON does not, and PyLD leaves it bare (W3C test060)
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"\^\^<http://www\.w3\.org/1999/02/22-rdf-syntax-ns#JSON>')


def _without_delete(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    return json.loads(json.dumps(value, ensure_ascii=False).replace(DELETE, "\u2421"))


def _json_parts(document: JsonObject) -> Iterator[tuple[Any, Any]]:
    """Give each place in a JSON value that holds a text, a number, a truth value or null."""
    schemas: Any = document["credentialSchema"]
    waiting: list[tuple[Any, Any]] = [
        (schema, "jsonSchema") for schema in (schemas if isinstance(schemas, list) else [schemas])
    ]
    waiting += [(document, "_sd")] if "_sd" in document else []
    waiting += [(cast("Any", document["cnf"]), "jwk")] if "cnf" in document else []
    while waiting:
        parent, token = waiting.pop()
        value = parent[token]
        if isinstance(value, dict | list):
            waiting += [(value, inner) for inner in (value if isinstance(value, dict) else range(len(value)))]
        else:
            yield parent, token


@pytest.mark.parametrize("first", range(0, JSON_DOCUMENTS, SLICE))
def test_equal_to_pyld(first: int) -> None:
    """All of them are accepted, and PyLD writes the same bytes."""
    for number in range(first, first + SLICE):
        document = _without_delete(make_json_document(number))
        assert canonicalize(document).decode() == canonicalize_with_pyld(document), number


@pytest.mark.parametrize("first", range(0, JSON_DOCUMENTS, SLICE))
def test_every_value_is_covered(first: int) -> None:
    """Whatever is changed inside a JSON value changes the canonical form."""
    changed = 0
    for number in range(first, first + SLICE):
        document = make_json_document(number)
        before = canonicalize(document)
        for place, _ in enumerate(_json_parts(document)):
            other = copy.deepcopy(document)
            parent, token = list(_json_parts(other))[place]
            parent[token] = "another value"
            assert canonicalize(other) != before, (number, place)
            changed += 1
    assert changed > SLICE


@pytest.mark.parametrize("number", range(0, JSON_DOCUMENTS, 7))
def test_read_back(number: int) -> None:
    """The literals, read as JSON, are the values of the document: nothing in them was lost on the way."""
    document = make_json_document(number)
    lines = canonicalize(document).decode()
    # The escapes of N-Quads are among those of JSON.
    found = [json.loads(json.loads(f'"{text}"')) for text in _LITERAL.findall(lines)]
    schemas: Any = document["credentialSchema"]
    expected = [schema["jsonSchema"] for schema in (schemas if isinstance(schemas, list) else [schemas])]
    expected += [document["_sd"]] if "_sd" in document else []
    expected += [cast("Any", document["cnf"])["jwk"]] if "cnf" in document else []
    assert sorted(map(_sorted_json, found)) == sorted(map(_sorted_json, expected))


def _sorted_json(value: Any) -> str:  # noqa: ANN401 - JSON of any shape
    # JSON knows one kind of number: 1.0 and 1 are one value, as are -0.0 and 0.
    return json.dumps(_as_doubles(value), sort_keys=True)


def _as_doubles(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, dict):
        return {name: _as_doubles(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_doubles(inner) for inner in value]
    return float(value) + 0.0 if isinstance(value, int | float) and not isinstance(value, bool) else value


def test_order_of_members_does_not_count() -> None:
    """RFC 8785 sorts members, at every depth; the order of an array stays."""
    dice = Dice("order")
    for number in range(0, JSON_DOCUMENTS, 11):
        document = make_json_document(number)
        assert canonicalize(_shuffled(document, dice)) == canonicalize(document)


def _shuffled(value: Any, dice: Dice) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, dict):
        return {name: _shuffled(inner, dice) for name, inner in dice.shuffle(list(value.items()))}
    return [_shuffled(inner, dice) for inner in value] if isinstance(value, list) else value
