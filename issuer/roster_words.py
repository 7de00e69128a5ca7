"""Loads the words that class lists use, from `roster_words.yaml`."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, TypedDict, cast

from schemas import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Table(TypedDict):
    columns: dict[str, list[list[str]]]
    score: list[str]
    level: list[str]
    finished: list[str]
    unfinished: list[str]


@lru_cache(maxsize=1)
def _load_table() -> _Table:
    text = resources.files("issuer").joinpath("roster_words.yaml").read_text("utf-8")
    return cast("_Table", read_yaml(text))


@lru_cache(maxsize=1)
def header_uses() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return for each folded header what it can mean: role and rank, in the order of the file."""
    found: dict[str, list[tuple[str, int]]] = {}
    for role, ranks in _load_table()["columns"].items():
        for rank, words in enumerate(ranks):
            for word in words:
                found.setdefault(word, []).append((role, rank))
    return MappingProxyType({word: tuple(uses) for word, uses in found.items()})


@lru_cache(maxsize=1)
def score_words() -> frozenset[str]:
    """Return headers that mean the one result without levels."""
    return frozenset(_load_table()["score"])


@lru_cache(maxsize=1)
def level_words() -> frozenset[str]:
    """Return headers that mean the one result with levels."""
    return frozenset(_load_table()["level"])


@lru_cache(maxsize=1)
def completion_words() -> Mapping[str, bool]:
    """Return for each folded word, without spaces, whether it says that a person has finished."""
    table = _load_table()
    return MappingProxyType({**dict.fromkeys(table["finished"], True), **dict.fromkeys(table["unfinished"], False)})
