"""Guesses what the columns of a class list mean, from English and Spanish headers."""

from __future__ import annotations

import enum
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer.cells import fold
from issuer.roster_words import header_uses, level_words, score_words
from schemas import RosterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from issuer.model import Achievement, ResultDescription
    from issuer.sheet_rows import SheetRow


class ColumnRole(enum.Enum):
    """What a column holds. The values are shown in the dry run."""

    NAME = "name"
    FIRST_NAME = "first_name"
    MIDDLE_NAME = "middle_name"
    LAST_NAME = "last_name"
    SECOND_LAST_NAME = "second_last_name"
    EMAIL = "email"
    PHONE = "phone"
    PERSON_ID = "person_id"
    AWARDED_ON = "awarded_on"
    RESULT = "result"
    COMPLETED = "completed"
    EVIDENCE_URL = "evidence_url"
    EVIDENCE_NOTE = "evidence_note"
    LICENSE_NUMBER = "license_number"
    UNUSED = ""


_NAME_ROLES = frozenset((ColumnRole.NAME, ColumnRole.FIRST_NAME, ColumnRole.LAST_NAME))
_RESULT_ENDINGS = (
    "",
    " level",
    " score",
    " result",
    " grade",
    " percent",
    " points",
    " nivel",
    " puntaje",
    " resultado",
)
# Innermost ones only: from each bracket no further than to the next, however many are left open.
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBER_SIGN = re.compile(r"#|n\s?[º°]\.?|№", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a class list."""

    index: int
    header: str  # as written
    role: ColumnRole = ColumnRole.UNUSED
    rank: int = 0  # 0 = the surest word for the role
    result_key: str = ""

    @property
    def meaning(self) -> str:
        """What the dry run shows: the role, `result:<key>` for a result, empty when not used."""
        return f"result:{self.result_key}" if self.role is ColumnRole.RESULT else self.role.value


def fold_header(header: str) -> str:
    """Return the words of a header without marks, brackets, accents and capitals."""
    named = _NUMBER_SIGN.sub(" no ", header) if len(header.strip()) > 1 else header
    return fold(_PARENTHESES.sub(" ", named)) or fold(named)


def _known_word(header: str) -> str:
    """Return the folded header, or of a bilingual one such as `Nombre / Name` the first part that is known."""
    whole = fold_header(header)
    if _is_known(whole):
        return whole
    return next((word for part in header.split("/") if _is_known(word := fold_header(part))), whole)


def _is_known(word: str) -> bool:
    return word in header_uses() or word in score_words() or word in level_words()


def is_result_word(header: str) -> bool:
    """Tell whether a header is a usual word for a result, such as Score or Level."""
    word = _known_word(header)
    return word in score_words() or word in level_words()


def measure_header(row: SheetRow) -> int:
    """Count the cells of a row that are known headers; 0 when no name is among them."""
    words = [_known_word(cell) for cell in row.cells]
    known = header_uses()
    if not _NAME_ROLES & {ColumnRole(role) for word in words for role, _ in known.get(word, ())}:
        return 0
    return sum(1 for word in set(words) if _is_known(word))


def read_columns(row: SheetRow, achievement: Achievement) -> tuple[Column, ...]:
    """Find out what each column of a header row holds.

    Raises:
        RosterError: `roster.header_duplicate` (the same header twice, or two columns that are equally
            likely to be the same thing), `roster.no_name_column`.
    """
    guessed = [_guess(index, header, achievement) for index, header in enumerate(row.cells)]
    _check_doubles(guessed, row)
    columns = _keep_surest(_tell_names_apart(guessed), row)
    roles = {column.role for column in columns}
    if not _NAME_ROLES & roles:
        raise RosterError("roster.no_name_column", row=row.number)
    return tuple(columns)


def _guess(index: int, header: str, achievement: Achievement) -> Column:
    word = fold_header(header)
    for result in achievement.results:
        names = (fold(result.key), fold(result.name))
        if word and any(word == name + ending for name in names for ending in _RESULT_ENDINGS):
            return Column(index, header, ColumnRole.RESULT, 0, result.key)
    word = _known_word(header)
    result_key = _generic_result(word, achievement.results)
    if result_key:
        return Column(index, header, ColumnRole.RESULT, 1, result_key)
    # "Employee" alone is a name; beside a name column it is a number (see _tell_names_apart).
    uses = _uses(word)
    return Column(index, header, *uses[0]) if uses else Column(index, header)


def _uses(word: str) -> tuple[tuple[ColumnRole, int], ...]:
    return tuple((ColumnRole(role), rank) for role, rank in header_uses().get(word, ()))


def _generic_result(word: str, results: Sequence[ResultDescription]) -> str:
    """A column called `Score` or `Level` is meant when only one result can be."""
    with_levels = [result.key for result in results if result.levels]
    without_levels = [result.key for result in results if not result.levels]
    if word in level_words() and len(with_levels) == 1:
        return with_levels[0]
    if word in score_words() and len(without_levels) == 1 and not (word in level_words() and with_levels):
        return without_levels[0]
    return ""


def _check_doubles(columns: list[Column], row: SheetRow) -> None:
    used = Counter(fold_header(column.header) for column in columns if column.role is not ColumnRole.UNUSED)
    for column in columns:
        # Lists have many columns of telephones: of equal ones the first is used.
        if used[fold_header(column.header)] > 1 and column.role is not ColumnRole.PHONE:
            raise RosterError("roster.header_duplicate", row=row.number, column=column.header)


def _tell_names_apart(columns: list[Column]) -> list[Column]:
    """`Nombre` beside `Apellidos` is the first name; `Employee` beside `Name` is a number."""
    roles = {column.role for column in columns}
    names = [column for column in columns if column.role is ColumnRole.NAME]
    best = min((column.rank for column in names), default=0)
    told = []
    for column in columns:
        role = column.role
        if role is ColumnRole.NAME and len(names) > 1 and column.rank > best:
            second = [use for use in _uses(_known_word(column.header)) if use[0] is not ColumnRole.NAME]
            told.append(Column(column.index, column.header, *(second[0] if second else (ColumnRole.UNUSED, 0))))
        elif role is ColumnRole.NAME and ColumnRole.LAST_NAME in roles and ColumnRole.FIRST_NAME not in roles:
            told.append(Column(column.index, column.header, ColumnRole.FIRST_NAME, column.rank))
        else:
            told.append(column)
    return told


def _keep_surest(columns: list[Column], row: SheetRow) -> list[Column]:
    """Of several columns with one role keep the surest; the others are not used."""
    best: dict[str, int] = {}
    for column in columns:
        best[column.meaning] = min(best.get(column.meaning, column.rank), column.rank)
    kept = []
    seen: set[str] = set()
    for column in columns:
        if column.role is ColumnRole.UNUSED or column.rank > best[column.meaning]:
            kept.append(Column(column.index, column.header))
            continue
        if column.meaning in seen and column.role is ColumnRole.PHONE:
            kept.append(Column(column.index, column.header))
            continue
        if column.meaning in seen:
            raise RosterError("roster.header_duplicate", row=row.number, column=column.header)
        seen.add(column.meaning)
        kept.append(column)
    return kept
