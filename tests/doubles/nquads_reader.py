"""A reader of N-Quads, for the canonicalization vectors only: the product never reads RDF text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from credentials.rdfc import escape_literal

if TYPE_CHECKING:
    from credentials.rdfc import Quad

_TERM = re.compile(
    r'\s*(?:(?P<iri><[^>]*>)|(?P<blank>_:[^\s<"]+)|(?P<text>"(?:[^"\\]|\\.)*")'
    r"(?P<suffix>\^\^<[^>]*>|@[A-Za-z0-9-]+)?|(?P<end>\.))"
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_XSD_STRING = "^^<http://www.w3.org/2001/XMLSchema#string>"


def _unescape(text: str) -> str:
    return _ESCAPE.sub(
        lambda match: _CHARACTERS[match[3]] if match[3] else chr(int(match[1] or match[2], 16)),
        text,
    )


def read_nquads(text: str) -> list[Quad]:
    """Read N-Quads into quads whose terms stand in canonical spelling."""
    quads: list[Quad] = []
    for line in text.split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        terms: list[str] = []
        position = 0
        while (match := _TERM.match(line, position)) and not match["end"]:
            position = match.end()
            if match["text"] is not None:
                suffix = _unescape(match["suffix"] or "")
                terms.append(
                    f'"{escape_literal(_unescape(match["text"][1:-1]))}"{"" if suffix == _XSD_STRING else suffix}'
                )
            else:
                terms.append(_unescape(match["iri"]) if match["iri"] else match["blank"])
        subject, predicate, value, *graph = terms
        quads.append((subject, predicate, value, graph[0] if graph else ""))
    return quads
