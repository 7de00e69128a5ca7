"""Skills to pick from at the desk of an organisation: the starter library, and the lists that it brought."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from issuer.skill_address import own_skill_slug
from issuer.skill_library import STARTER_LIST, load_starter_skills
from issuer.skill_search import SkillIndex
from issuer.skill_store import MAX_ALL_SKILLS, delete_skill_list, list_skill_lists, load_skills, save_skill_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from issuer.desk_scope import DeskScope
    from issuer.ledger import Ledger
    from issuer.skill_library import LibrarySkill
    from issuer.skill_store import StoredList
    from storage import Database

MAX_FOUND = 30
_FIRST_SHOWN = 20  # more of the starter library than of another list
MAX_KEPT_SKILLS = 2 * MAX_ALL_SKILLS  # in memory, of the lists of all organisations together


class _Indexes:
    """Indexes that were made before; the one that was used longest ago goes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[Database, str, str, str], tuple[SkillIndex, int]] = {}

    def find(self, ledger: Ledger, organisation_id: str, one: StoredList) -> SkillIndex:
        # `saved` makes it another one when the list was replaced.
        key = (ledger.database, organisation_id, one.slug, one.saved)
        with self._lock:
            found = self._kept.pop(key, None)
            if found is not None:
                self._kept[key] = found
                return found[0]
        with ledger.database.read() as connection:
            index = SkillIndex(load_skills(connection, organisation_id, one.slug))
        with self._lock:
            self._kept[key] = index, one.skill_count
            while sum(count for _, count in self._kept.values()) > MAX_KEPT_SKILLS:
                del self._kept[next(iter(self._kept))]
        return index


_INDEXES = _Indexes()


@lru_cache(maxsize=1)
def _starter_index() -> SkillIndex:
    return SkillIndex(load_starter_skills())


def _find_starter(name: str) -> LibrarySkill | None:
    """Return the skill of the starter library that is called so, with its sentence in the language of that name."""
    slug = own_skill_slug(name)
    for skill in load_starter_skills():
        if own_skill_slug(skill.name) == slug:
            return skill
        if own_skill_slug(skill.name_es) == slug:
            return replace(skill, can_do=skill.can_do_es)
    return None


class DeskSkills:
    """The skills that one organisation can pick from."""

    def __init__(self, ledger: Ledger, scope: DeskScope) -> None:
        self._ledger = ledger
        self._organisation_id = scope.organisation_id

    def list_lists(self) -> tuple[StoredList, ...]:
        """Return the lists that the organisation brought, by name."""
        with self._ledger.database.read() as connection:
            return list_skill_lists(connection, self._organisation_id)

    def save_list(self, slug: str, *, name: str, skills: Sequence[LibrarySkill]) -> None:
        """Keep a list; one of the same slug is replaced; errors as `save_skill_list`."""
        ledger, owner = self._ledger, self._organisation_id
        with ledger.transaction() as connection:
            save_skill_list(connection, owner, slug=slug, name=name, skills=skills, now=ledger.clock())
            ledger.record(connection, "skill_list.saved", owner, list=slug, rows=len(skills))

    def remove_list(self, slug: str) -> None:
        """Forget a list; nothing happens when the organisation has none of that slug."""
        with self._ledger.transaction() as connection:
            if delete_skill_list(connection, self._organisation_id, slug):
                self._ledger.record(connection, "skill_list.removed", self._organisation_id, list=slug)

    def search(self, query: str) -> list[tuple[str, str, LibrarySkill]]:
        """Return what fits, each with its place (`list:key`) and the name of its list; the starter library first."""
        starter = _starter_index().search(query, limit=MAX_FOUND + _FIRST_SHOWN)
        found = [(f"{STARTER_LIST}:{skill.key}", "", skill) for skill in starter]
        if not query:
            return found
        for one in self.list_lists():
            index = _INDEXES.find(self._ledger, self._organisation_id, one)
            found += [(f"{one.slug}:{skill.key}", one.name, skill) for skill in index.search(query, limit=MAX_FOUND)]
        return found[: 2 * MAX_FOUND]

    def find_own(self, name: str) -> LibrarySkill | None:
        """Return what a list of the organisation, or the library, knows of a skill that has its page on this site."""
        for one in self.list_lists():
            index = _INDEXES.find(self._ledger, self._organisation_id, one)
            for skill in index.search(name, limit=MAX_FOUND):
                if any(not term.url and own_skill_slug(term.name) == own_skill_slug(name) for term in skill.terms):
                    return skill
        return _find_starter(name)

    def find(self, places: Sequence[str]) -> list[LibrarySkill]:
        """Return the skills at some places; a place where nothing is any more is left out."""
        lists = {one.slug: one for one in self.list_lists()}
        found = []
        for slug, _, key in (place.partition(":") for place in places):
            if slug == STARTER_LIST:
                skill = _starter_index().find(key)
            elif slug in lists:
                skill = _INDEXES.find(self._ledger, self._organisation_id, lists[slug]).find(key)
            else:
                skill = None
            if skill is not None:
                found.append(skill)
        return found
