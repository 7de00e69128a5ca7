"""Which skills of a badge say what it is about, and which are only wide headings of public lists that come near."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

# Elements and occupations of O*NET, groups of ESCO (`T1.2`): none names one skill. A single ESCO skill has a UUID.
_WIDE = re.compile(
    r"https?://(?:www\.onetonline\.org/(?:find|link)/|data\.europa\.eu/esco/(?:skill/[A-Z]\d+(?:\.\d+)*$|isco/|occupation/))"
)


class _HasUrl(Protocol):
    @property
    def url(self) -> str: ...


_SkillT = TypeVar("_SkillT", bound=_HasUrl)


def split_skills(skills: Iterable[_SkillT]) -> tuple[tuple[_SkillT, ...], tuple[_SkillT, ...]]:
    """Return the skills that are named for themselves, and the wide headings of public lists beside them.

    Where headings are all there is, they are the skills: nothing is ever hidden.
    """
    every = tuple(skills)
    named = tuple(skill for skill in every if not _WIDE.match(skill.url))
    if not named:
        return every, ()
    return named, tuple(skill for skill in every if _WIDE.match(skill.url))
