"""Finds rows that may be one person twice, or two people who cannot be told apart."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from issuer.cells import fold
from issuer.model import RosterProblem
from issuer.row_identity import person_key, row_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from issuer.model import Achievement, RosterRow


def find_same_people(
    rows: list[RosterRow], achievement: Achievement
) -> tuple[tuple[RosterRow, ...], tuple[RosterProblem, ...]]:
    """Take out rows that cannot be given to one certain person.

    Of two rows for the same person the first stays: `roster.duplicate_person` for the others, or
    `roster.duplicate_by_email` when one of the two tells a number and the other only the same name and address.
    Rows that share a number or an e-mail address under different names all go (`roster.id_shared`,
    `roster.email_shared`).
    A row with nothing but a name that stands twice goes (`roster.person_ambiguous`).

    Returns:
        The rows that stay, in order, and the problems.
    """
    shared = {
        **_shared(rows, lambda row: row.email if not row.person_id else "", "roster.email_shared"),
        **_shared(rows, lambda row: row.person_id.casefold(), "roster.id_shared"),
        **_ambiguous(rows),
    }
    seen: set[str] = set()
    numbers: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    good: list[RosterRow] = []
    problems: list[RosterProblem] = []
    for row in rows:
        key = row_key(row, achievement)
        known = numbers[row.email.lower(), fold(row.name), row.awarded_on] if row.email else set()
        code = shared.get(row.number, "")
        if not code and key in seen:
            code = "roster.duplicate_person"
        elif not code and known and (not row.person_id or "" in known):
            code = "roster.duplicate_by_email"
        if code:
            problems.append(RosterProblem(row=row.number, column="", code=code, value=row.name[:80], name=row.name))
        else:
            seen.add(key)
            known.add(row.person_id.casefold())
            good.append(row)
    return tuple(good), tuple(problems)


def _group(rows: Iterable[RosterRow], key: Callable[[RosterRow], str]) -> list[list[RosterRow]]:
    groups: defaultdict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        if value := key(row):
            groups[value].append(row)
    return [group for group in groups.values() if len(group) > 1]


def _shared(rows: list[RosterRow], key: Callable[[RosterRow], str], code: str) -> dict[int, str]:
    return {
        row.number: code for group in _group(rows, key) if len({fold(row.name) for row in group}) > 1 for row in group
    }


def _ambiguous(rows: list[RosterRow]) -> dict[int, str]:
    """A bare name is ambiguous as soon as any other row has the same name."""
    return {
        row.number: "roster.person_ambiguous"
        for group in _group(rows, lambda row: fold(row.name))
        for row in group
        if person_key(row)[0] == "name"
    }
