"""What a trainer writes to correct or renew a badge, and what that changes. Nothing is issued here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from issuer.badge_rows import BadgeRow, check_newest, load_badge_row
from issuer.cells import clean_cell, is_nothing, read_email, read_name, read_phone
from issuer.contact_changes import save_phone
from issuer.model import RosterProblem, RowFate, RowResult
from issuer.planning import plan_roster
from issuer.replacing import Replacement, replace_badge
from issuer.result_cells import read_result
from issuer.successors import SuccessorKind
from schemas import LedgerError, RosterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from issuer.ledger import Ledger
    from issuer.model import Achievement, Roster, RosterRow, RowOutcome
    from keys import LinkSecret

MAX_CORRECTED_ROWS = 500  # of one class list at once; the rest waits for the next time
NAME, EMAIL, PHONE, AWARDED_ON, RESULT = "name", "email", "phone", "awarded_on", "result"
# What stands in the way of one row and not of the next; anything else stops them all.
_ROW_FAULTS = ("correction.", "job.awarded_in_future", "job.already_expired", "job.document_invalid")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeEdit:
    """What somebody typed, read yet by nobody; None leaves a part as it is. `results` go by their keys."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    awarded_on: date | None = None
    results: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One thing that is told otherwise than before. `label` is the name of a result, else empty."""

    part: str
    before: str
    after: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReplacement:
    """What would stand in the place of a badge; with problems, or without a change, it must not be issued."""

    badge: BadgeRow
    replacement: Replacement
    course: Achievement
    changes: tuple[RowChange, ...]
    problems: tuple[RosterProblem, ...]

    @property
    def is_only_phone(self) -> bool:
        """Whether nothing changes but the telephone number, which no badge has to be issued anew for."""
        return {change.part for change in self.changes} == {PHONE}


def find_badge_row(ledger: Ledger, slug: str) -> BadgeRow:
    """Return a badge that may be replaced, with what it was made from.

    Raises:
        LedgerError: `ledger.credential_unknown`, `correction.from_program`, `correction.has_newer`,
            `correction.revoked` or `correction.suspended`.
    """
    with ledger.database.read() as connection:
        badge = load_badge_row(connection, slug)
        check_newest(connection, badge)
    return badge


def plan_correction(ledger: Ledger, slug: str, edit: BadgeEdit) -> PlannedReplacement:
    """Read what was typed to correct a badge; it keeps the text of the course that it was issued under.

    Raises:
        LedgerError: As `find_badge_row`.
    """
    badge = find_badge_row(ledger, slug)
    row, problems = _edit_row(badge.row, badge.course, edit, calling_code=ledger.calling_code)
    awarded_on = edit.awarded_on or badge.awarded_on
    if row.awarded_on is not None:
        row = replace(row, awarded_on=awarded_on)
    replacement = Replacement(slug=slug, row=row, awarded_on=awarded_on, course=None, kind=SuccessorKind.CORRECTED)
    return _compare(badge, replacement, badge.course, problems)


def plan_renewal(ledger: Ledger, slug: str, edit: BadgeEdit, *, today: date) -> PlannedReplacement:
    """Read what was typed to renew a badge: the same person, the course as it is now, a new day.

    Raises:
        LedgerError: As `find_badge_row`.
    """
    badge = find_badge_row(ledger, slug)
    course = ledger.find_achievement(badge.issued.achievement_slug) or badge.course
    row, problems = _edit_row(badge.row, course, edit, calling_code=ledger.calling_code)
    # The day stands in the row: it is what tells this award from the one before.
    row = replace(row, awarded_on=edit.awarded_on or today, evidence_url="", evidence_note="")
    replacement = Replacement(slug=slug, row=row, awarded_on=row.awarded_on, course=course, kind=SuccessorKind.RENEWED)
    return _compare(badge, replacement, course, problems)


def plan_roster_corrections(
    ledger: Ledger, roster: Roster, course: Achievement, *, issuer_slug: str
) -> tuple[PlannedReplacement, ...]:
    """Return what correcting the badges of people would change who stand on a list with other details than they have.

    Raises:
        LedgerError: `ledger.issuer_unknown`, or a fault of the store.
    """
    outcomes = plan_roster(ledger, roster, course, issuer_slug=issuer_slug)
    rows = {row.number: row for row in roster.rows}
    planned = []
    for outcome in outcomes:
        if outcome.fate is not RowFate.DIFFERS:
            continue
        try:
            badge = find_badge_row(ledger, outcome.slug)
        except LedgerError as error:
            if not error.code.startswith((*_ROW_FAULTS, "ledger.credential_unknown")):
                raise
            continue
        row = rows[outcome.number]
        row = row if row.phone else replace(row, phone=badge.row.phone)  # a list without numbers takes none away
        replacement = Replacement(
            slug=outcome.slug,
            row=row,
            awarded_on=row.awarded_on or badge.awarded_on,
            course=course,
            kind=SuccessorKind.CORRECTED,
        )
        planned.append(_compare(badge, replacement, course, ()))
    return tuple(planned)


def correct_roster(
    ledger: Ledger,
    roster: Roster,
    course: Achievement,
    *,
    issuer_slug: str,
    by: str,
    links: LinkSecret | None = None,
) -> tuple[RowOutcome, ...]:
    """Correct the badges of people who stand on a list with other details than they have, one after the other.

    A list that is sent again after a stop goes on with the rest: who has the corrected badge has it already.

    Returns:
        What the rows are like then; those that could not be corrected still differ, and say why.

    Raises:
        LedgerError: A fault of the store; what was corrected stays so.
        KeystoreError: The signing key cannot be used.
    """
    faults: dict[str, LedgerError] = {}
    for planned in plan_roster_corrections(ledger, roster, course, issuer_slug=issuer_slug)[:MAX_CORRECTED_ROWS]:
        try:
            _correct(ledger, planned, by=by, links=links)
        except LedgerError as error:
            if not error.code.startswith(_ROW_FAULTS):
                raise
            faults[planned.replacement.slug] = error
    return tuple(
        replace(outcome, problems=(RosterProblem(row=outcome.number, column="", code=faults[outcome.slug].code),))
        if outcome.slug in faults
        else outcome
        for outcome in plan_roster(ledger, roster, course, issuer_slug=issuer_slug)
    )


def _correct(ledger: Ledger, planned: PlannedReplacement, *, by: str, links: LinkSecret | None) -> None:
    if planned.is_only_phone and links is not None:
        save_phone(ledger, links, planned.replacement.slug, planned.replacement.row.phone)
    else:
        replace_badge(ledger, planned.replacement, by=by, links=links)


def _edit_row(
    row: RosterRow, course: Achievement, edit: BadgeEdit, *, calling_code: str
) -> tuple[RosterRow, tuple[RosterProblem, ...]]:
    problems: list[RosterProblem] = []

    def read(text: str, reader: Callable[[str], str], column: str, before: str) -> str:
        try:
            return reader(text)
        except RosterError as error:
            problems.append(RosterProblem(row=0, column=column, code=error.code, value=text[:80], name=row.name))
            return before

    name = row.name if edit.name is None else read(edit.name, read_name, NAME, row.name)
    email = row.email if edit.email is None else read(edit.email, read_email, EMAIL, row.email)
    read_number = partial(read_phone, calling_code=calling_code)
    phone = row.phone if edit.phone is None else read(edit.phone, read_number, PHONE, row.phone)
    results = []
    for description in course.results:
        text = edit.results.get(description.key, _result_text(row, description.key))
        try:
            result = read_result(clean_cell(text), description)
        except RosterError as error:
            problems.append(
                RosterProblem(row=0, column=description.name, code=error.code, value=text[:80], name=row.name)
            )
            continue
        if result is not None:
            results.append(result)
    kept = _order_as_before(row, results)
    return replace(row, name=name, email=email, phone=phone, results=kept), tuple(problems)


def _order_as_before(row: RosterRow, results: list[RowResult]) -> tuple[RowResult, ...]:
    places = {result.description_key: place for place, result in enumerate(row.results)}
    return tuple(sorted(results, key=lambda result: places.get(result.description_key, len(places))))


def _result_text(row: RosterRow, key: str) -> str:
    found = next((result for result in row.results if result.description_key == key), None)
    return "" if found is None else found.level or found.value


def _compare(
    badge: BadgeRow, replacement: Replacement, course: Achievement, problems: tuple[RosterProblem, ...]
) -> PlannedReplacement:
    return PlannedReplacement(
        badge=badge,
        replacement=replacement,
        course=course,
        changes=_list_changes(badge, replacement, course),
        problems=problems,
    )


def _list_changes(badge: BadgeRow, replacement: Replacement, course: Achievement) -> tuple[RowChange, ...]:
    before, after = badge.row, replacement.row
    found = [
        RowChange(part=NAME, before=before.name, after=after.name),
        RowChange(part=EMAIL, before=before.email, after=after.email),
        RowChange(part=PHONE, before=before.phone, after=after.phone),
        RowChange(part="person_id", before=before.person_id, after=after.person_id),
        RowChange(part=AWARDED_ON, before=_day(badge.awarded_on), after=_day(replacement.awarded_on)),
        RowChange(part="license_number", before=before.license_number, after=after.license_number),
        RowChange(part="evidence_url", before=before.evidence_url, after=after.evidence_url),
        RowChange(part="evidence_note", before=before.evidence_note, after=after.evidence_note),
    ]
    names = {description.key: description.name for description in (*badge.course.results, *course.results)}
    found += [
        RowChange(
            part=RESULT,
            label=name,
            before=_say_result(before, badge.course, key),
            after=_say_result(after, course, key),
        )
        for key, name in names.items()
    ]
    return tuple(change for change in found if change.before != change.after)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _say_result(row: RosterRow, course: Achievement, key: str) -> str:
    text = _result_text(row, key)
    levels = {level.key: level.name for result in course.results if result.key == key for level in result.levels}
    return levels.get(text, text)


def read_edit_results(course: Achievement, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed for the results of a course, by their keys.

    Args:
        course: What was measured.
        typed: Text by the key or the name of a result.

    Raises:
        LedgerError: `correction.result_unknown` names what the course does not measure.
    """
    keys = {description.key: description.key for description in course.results}
    names = {description.name.casefold(): description.key for description in course.results}
    found = {}
    for name, text in typed.items():
        key = keys.get(name) or names.get(name.casefold())
        if key is None:
            raise LedgerError("correction.result_unknown", name)
        found[key] = "" if is_nothing(text) else text
    return found
