"""JSON inside a document, signed as one literal: the values of words that a context gives the type `@json`.

Spec: JSON-LD 1.1 §4.2.2 (JSON literals), §10.2 (the `rdf:JSON` datatype); JSON-LD 1.1 API §8.2.2; RFC 8785.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from credentials.document_places import pointer_of, refuse
from credentials.literals import MAX_SAFE_INTEGER
from credentials.rdfc import escape_literal
from schemas import DecodingError, UnsupportedFeatureError, encode_canonical_json

if TYPE_CHECKING:
    from credentials.document_places import Place
    from schemas import JsonValue

_RDF_JSON: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
# Software in JavaScript drops a member of this name in silence when it copies an object.
_PROTOTYPE: Final = "__proto__"


def write_json_literal(value: JsonValue, container: str, place: Place) -> str:
    """Write any JSON value, null included, as a literal; the order of members and white space do not count in it.

    Args:
        value: The whole value of the member; an array is one value.
        container: Of its word.
        place: Where it stands.

    Raises:
        UnsupportedFeatureError: `data_model.json_literal_unsupported`: a word for an ordered list of JSON values.
        DataModelError: `data_model.data_loss`: an integer that not every reader can hold, or a member `__proto__`.
        DecodingError: `decoding.lone_surrogate`.
    """
    if container not in {"", "@set"}:
        raise UnsupportedFeatureError("data_model.json_literal_unsupported", pointer=pointer_of(place))
    _check_kept(value, place)
    try:
        text = encode_canonical_json(value).decode("utf-8")
    except ValueError as error:  # all that is left: half a surrogate pair in a document that was made here
        raise DecodingError("decoding.lone_surrogate") from error
    return f'"{escape_literal(text)}"^^<{_RDF_JSON}>'


def _check_kept(value: JsonValue, place: Place) -> None:
    waiting = [value]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            if _PROTOTYPE in entry:
                raise refuse("data_loss", place, "a word that software in JavaScript drops")
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)
        elif isinstance(entry, int) and abs(entry) > MAX_SAFE_INTEGER:
            raise refuse("data_loss", place, "a number that not every reader can hold")
