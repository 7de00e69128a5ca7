"""Parts of a JSON document named by JSON Pointers, cut out together with all that gives them meaning.

Spec: RFC 6901; VC-DI-ECDSA 1.0 §3.4.11 (jsonPointerToPaths), §3.4.12 (createInitialSelection), §3.4.13
(selectPaths) and §3.4.14 (selectJsonLd).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from schemas import ProofError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas import JsonObject, JsonValue

MAX_POINTERS: Final = 500  # in one proof
MAX_POINTER_CHARS: Final = 1_000
_MAX_STEPS: Final = 40  # parts of one pointer; documents are not deeper
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,5}")
_BAD_ESCAPE: Final = re.compile(r"~(?![01])")
# What stands on the way to a selected value comes along: its id, its types and the context.
_ALWAYS: Final = ("@context", "id", "type")

_Tree: TypeAlias = "dict[str | int, _Tree | None]"  # None: everything below


def select_parts(document: JsonObject, pointers: Sequence[str]) -> JsonObject:
    """Return the document with only what the pointers name; without pointers an empty object.

    Members keep the order of the document. Values are shared with `document`, not copied.

    Raises:
        ProofError: `proof.pointer_unmatched`: a pointer is malformed or names nothing, or there are too many.
    """
    if len(pointers) > MAX_POINTERS:
        raise ProofError("proof.pointer_unmatched", detail={"limit": MAX_POINTERS})
    if not pointers:
        return {}
    tree: _Tree | None = {}
    for pointer in pointers:
        tree = _plant(tree, read_steps(document, pointer))
    return document if tree is None else _cut_object(document, tree)


def has_part(document: JsonObject, pointer: str) -> bool:
    """Whether the pointer names something in the document."""
    try:
        read_steps(document, pointer)
    except ProofError:
        return False
    return True


def read_steps(document: JsonObject, pointer: str) -> list[str | int]:
    """Return the members and positions that a JSON Pointer names, from the outside in.

    Raises:
        ProofError: It is malformed or names nothing (`proof.pointer_unmatched`).
    """
    value: JsonValue = document
    steps: list[str | int] = []
    tokens = pointer.split("/")
    if tokens[0] or len(tokens) > _MAX_STEPS or len(pointer) > MAX_POINTER_CHARS or _BAD_ESCAPE.search(pointer):
        raise _unmatched(pointer, "not a JSON Pointer")
    for token in tokens[1:]:
        word = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and len(value) == 1 and not _INDEX.fullmatch(word):
            # Software that compacts the document first names the one entry of an array without its index.
            value = value[0]
            steps.append(0)
        if isinstance(value, dict) and word in value:
            value = value[word]
            steps.append(word)
        elif isinstance(value, list) and _INDEX.fullmatch(word) and int(word) < len(value):
            value = value[int(word)]
            steps.append(int(word))
        else:
            raise _unmatched(pointer, "names nothing in the document")
    return steps


def _unmatched(pointer: str, why: str) -> ProofError:
    return ProofError("proof.pointer_unmatched", why, detail={"pointer": pointer[:MAX_POINTER_CHARS]})


def _plant(tree: _Tree | None, steps: list[str | int]) -> _Tree | None:
    """Add one path; what is selected whole stays whole."""
    if tree is None or not steps:
        return None
    inner = tree.get(steps[0], {})
    tree[steps[0]] = _plant(inner, steps[1:])
    return tree


def _cut_object(value: JsonObject, tree: _Tree) -> JsonObject:
    return {
        word: entry if word in _ALWAYS else _cut(entry, tree[word])
        for word, entry in value.items()
        if word in tree or word in _ALWAYS
    }


def _cut(value: JsonValue, tree: _Tree | None) -> JsonValue:
    if tree is None:
        return value
    if isinstance(value, dict):
        return _cut_object(value, tree)
    if isinstance(value, list):
        return [_cut(entry, tree[index]) for index, entry in enumerate(value) if index in tree]
    return value
