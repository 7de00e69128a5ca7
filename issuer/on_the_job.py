"""A badge given at the machine: what a supervisor types on a phone, read as a class list of one person."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from issuer.cells import clean_cell, read_email, read_name, read_note, read_phone
from issuer.model import Roster, RosterProblem, RosterRow
from issuer.result_cells import read_result
from schemas import RosterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from issuer.model import Achievement, ResultDescription, RubricLevel

NAME, EMAIL, PHONE, EVIDENCE, RESULT = "name", "email", "phone", "evidence", "result:"
KEY_START = "on-the-job-"
MAX_TYPED_CHARS = 500
_MAX_SHOWN_CHARS = 80
_DIGEST_CHARS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedBadge:
    """What somebody typed, read yet by nobody; `results` go by their keys."""

    name: str
    evidence: str
    results: Mapping[str, str]
    email: str = ""
    phone: str = ""


def read_typed(typed: TypedBadge, course: Achievement, *, calling_code: str) -> Roster:
    """Read what was typed by the rules of a class list; a problem names its field as its column."""
    problems: list[RosterProblem] = []

    def read(text: str, reader: Callable[[str], str], field: str) -> str:
        try:
            return reader(text)
        except RosterError as error:
            problems.append(RosterProblem(row=1, column=field, code=error.code, value=text[:_MAX_SHOWN_CHARS]))
            return ""

    name = read(typed.name, read_name, NAME)
    email = read(typed.email, read_email, EMAIL)
    phone = read(typed.phone, partial(read_phone, calling_code=calling_code), PHONE)
    evidence = read(typed.evidence, read_note, EVIDENCE)
    results = []
    for description in course.results:
        text = typed.results.get(description.key, "")
        try:
            result = read_result(clean_cell(text), description)
        except RosterError as error:
            field = f"{RESULT}{description.key}"
            problems.append(RosterProblem(row=1, column=field, code=error.code, value=text[:_MAX_SHOWN_CHARS]))
            continue
        if result is not None:
            results.append(result)
    row = RosterRow(number=1, name=name, email=email, phone=phone, results=tuple(results), evidence_note=evidence)
    return Roster(rows=() if problems else (row,), problems=tuple(problems), sha256=_digest(typed))


def job_key(roster: Roster, *, person_id: str, form_id: str, course_slug: str) -> str:
    """Return the name of the request: the same form sent twice is one, and with another word in it a new one."""
    parts = hashlib.sha256(f"{form_id} {course_slug} {roster.sha256}".encode()).hexdigest()[: 2 * _DIGEST_CHARS]
    return f"{start_of_keys(person_id)}{parts}"


def start_of_keys(person_id: str) -> str:
    """Return how the names of everything begin that a person gave on the job."""
    return f"{KEY_START}{person_id}-"


def passing_levels(description: ResultDescription) -> tuple[RubricLevel, ...]:
    """Return the levels with which there is a badge, the lowest first."""
    keys = [level.key for level in description.levels]
    first = keys.index(description.required_level) if description.required_level in keys else 0
    return description.levels[first:]


def _digest(typed: TypedBadge) -> str:
    lines = (typed.name, typed.email, typed.phone, typed.evidence, *map(repr, sorted(typed.results.items())))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
