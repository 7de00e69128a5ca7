"""JSON scalars as RDF literals, each in one spelling only.

Spec: JSON-LD 1.1 API §8.2.2 (object to RDF conversion); RFC 7493 §2.2 (numbers that every reader can hold).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from credentials.document_places import refuse
from credentials.rdfc import escape_literal

if TYPE_CHECKING:
    from credentials.document_places import Place

MAX_SAFE_INTEGER: Final = 2**53 - 1  # beyond it readers disagree about the last digits

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_XSD_BOOLEAN: Final = f"{_XSD}boolean"
_XSD_DOUBLE: Final = f"{_XSD}double"
_XSD_INTEGER: Final = f"{_XSD}integer"
# Compared by local name: OB 3.0.3 spells the namespace with https, and its spelling is what gets signed.
_NUMBER_TYPES: Final = frozenset(
    {"decimal", "double", "float", "int", "integer", "long", "nonNegativeInteger", "positiveInteger", "short"}
)
_EXPONENT: Final = re.compile(r"(\d)0*E\+?(-)?0*(\d)")
# JavaScript writes 0.000001 and then 1e-7, where jsonld.js sees no point and signs "0".
_SMALLEST_WITH_POINT: Final = 1e-6
_WITHOUT_POINT: Final = re.compile(r"-?\de-\d+")
# Absolute, and free of every character that N-Quads does not allow between `<` and `>`.
_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\\x7f]+')


def is_absolute_iri(text: str) -> bool:
    """Whether `text` can stand between `<` and `>` as it is."""
    return _IRI.fullmatch(text) is not None


def write_text(text: str, datatype: str, place: Place) -> str:
    """Write a string as a literal of `datatype`; empty means xsd:string.

    Raises:
        DataModelError: `data_model.not_compacted`: a number or truth value written as text, which would sign the same.
    """
    if not datatype:
        return f'"{escape_literal(text)}"'
    if not is_text_datatype(datatype):
        raise refuse("not_compacted", place, "a number or truth value written as text")
    return f'"{escape_literal(text)}"^^<{datatype}>'


def write_scalar(value: bool | float, datatype: str, place: Place) -> str:  # noqa: FBT001 - a JSON value
    """Write a JSON number or truth value as a literal; without `datatype` the value decides.

    Raises:
        DataModelError: `data_model.not_compacted` where text belongs, `data_model.data_loss` when the canonical
            form would not keep every digit.
    """
    kind = _read_kind(datatype)
    if isinstance(value, bool):
        if datatype and kind != "boolean":
            raise refuse("not_compacted", place, "a truth value where another kind belongs")
        return f'"{"true" if value else "false"}"^^<{datatype or _XSD_BOOLEAN}>'
    if datatype and kind not in _NUMBER_TYPES:
        raise refuse("not_compacted", place, "a number where another kind belongs")
    if not math.isfinite(value) or (value == int(value) and abs(value) > MAX_SAFE_INTEGER):
        raise refuse("data_loss", place, "a number that not every reader can hold")
    if value == int(value) and datatype != _XSD_DOUBLE:
        return f'"{int(value)}"^^<{datatype or _XSD_INTEGER}>'
    if abs(value) < _SMALLEST_WITH_POINT and _WITHOUT_POINT.fullmatch(repr(value)):
        raise refuse("data_loss", place, "a number that jsonld.js reads as a whole one")
    text = _EXPONENT.sub(r"\1E\2\3", f"{value:1.15E}")
    if float(text) != value:
        raise refuse("data_loss", place, "a number with more digits than its canonical form keeps")
    return f'"{text}"^^<{datatype or _XSD_DOUBLE}>'


def is_text_datatype(datatype: str) -> bool:
    """Whether a text may stand as a literal of `datatype`; empty means xsd:string."""
    kind = _read_kind(datatype)
    return kind != "boolean" and kind not in _NUMBER_TYPES


def _read_kind(datatype: str) -> str:
    """Return the last word of a datatype; the CLR 2.0 context writes `xsd:boolean` and defines no such prefix."""
    return datatype.rpartition("#")[2].rpartition(":")[2]
