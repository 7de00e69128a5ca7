"""Skills to pick from: the starter library that comes with us, and lists that a trainer brings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, cast

from issuer.model import Skill
from schemas import read_yaml

STARTER_LIST = "starter"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarySkill:
    """One skill of a list.

    `terms` are what a badge says when it is picked (OB 3.0 Alignment): none where no public list has a term that is
    certain. `words` are further words that people look for. Texts are English and, where known, Spanish.
    """

    key: str
    name: str
    name_es: str = ""
    description: str = ""
    can_do: str = ""
    can_do_es: str = ""
    words: str = ""
    terms: tuple[Skill, ...] = ()


@lru_cache(maxsize=1)
def load_starter_skills() -> tuple[LibrarySkill, ...]:
    """Return the starter library."""
    text = resources.files("issuer").joinpath("skill_library.yaml").read_text("utf-8")
    document = cast("dict[str, Any]", read_yaml(text))
    lists: dict[str, Any] = document["lists"]
    return tuple(
        LibrarySkill(
            key=entry["key"],
            name=entry["name"],
            name_es=entry["name_es"],
            description=entry["description"],
            can_do=entry["can_do"],
            can_do_es=entry["can_do_es"],
            words=entry["words"],
            terms=tuple(_load_term(term, lists) for term in entry.get("terms", ())),
        )
        for entry in document["skills"]
    )


def _load_term(term: str, lists: dict[str, Any]) -> Skill:
    place, _, code = term.partition(":")
    source = lists[place]
    return Skill(
        name=source["names"][code],
        url=source["url"].format(code=code),
        framework=source["framework"],
        code=code,
    )
