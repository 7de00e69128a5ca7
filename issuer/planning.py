"""What would happen to each row of a class list: the dry run, and the rule that a job follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer.award_dates import find_date_problem
from issuer.headers import ColumnRole
from issuer.issuer_store import get_issuer
from issuer.known_rows import find_known_rows, find_namesakes
from issuer.model import RosterProblem, RowFate, RowOutcome
from issuer.row_identity import row_fingerprint, row_key

if TYPE_CHECKING:
    from datetime import date

    from issuer.known_rows import KnownRow
    from issuer.ledger import Ledger
    from issuer.model import Achievement, Roster, RosterRow


def plan_roster(
    ledger: Ledger, roster: Roster, achievement: Achievement, *, issuer_slug: str, awarded_on: date | None = None
) -> tuple[RowOutcome, ...]:
    """Say what a job would do with each row, in the order of the sheet. Nothing is written.

    Args:
        ledger: Where badges are kept.
        roster: As read.
        achievement: What the badge is given for.
        issuer_slug: Who issues.
        awarded_on: Day of the award for rows that name none.

    Raises:
        LedgerError: `ledger.issuer_unknown`, or a fault of the store.
    """
    keys = [row_key(row, achievement) for row in roster.rows]
    with ledger.database.read() as connection:
        get_issuer(connection, issuer_slug)
        known = find_known_rows(connection, issuer_slug, achievement.slug, keys)
        strangers = [row for row, key in zip(roster.rows, keys, strict=True) if key not in known]
        namesakes = find_namesakes(connection, issuer_slug, achievement, strangers)
    now = ledger.clock()
    header = next((header for header, meaning in roster.columns if meaning == ColumnRole.AWARDED_ON.value), "")
    outcomes = []
    for row, key in zip(roster.rows, keys, strict=True):
        outcome = decide_fate(row, row_fingerprint(row), known.get(key), namesakes.get(row.number))
        problem = find_date_problem(row, achievement, row.awarded_on or awarded_on, now=now, column=header)
        if problem is not None and outcome.fate is RowFate.NEW:
            outcome = RowOutcome(number=row.number, name=row.name, fate=RowFate.PROBLEM, problems=(problem,))
        outcomes.append(outcome)
    outcomes += [
        RowOutcome(number=number, name=problems[0].name, fate=RowFate.PROBLEM, problems=problems)
        for number, problems in group_problems(roster).items()
    ]
    return tuple(sorted(outcomes, key=lambda outcome: outcome.number))


def decide_fate(
    row: RosterRow, fingerprint: str, known: KnownRow | None, namesake: KnownRow | None = None
) -> RowOutcome:
    """Compare one row with what was issued before.

    Args:
        row: The person.
        fingerprint: Of all that the row says.
        known: The badge of the very same person and day.
        namesake: Without `known`, a badge of that name and day that tells more or less of the person.
    """
    had = known or namesake
    fate, code = RowFate.NEW, ""
    if had is None:
        return RowOutcome(number=row.number, name=row.name, fate=fate)
    if had.is_revoked and fingerprint in had.revoked_fingerprints:
        fate, code = RowFate.REVOKED, "job.person_revoked"
    elif had.is_revoked:
        code = "job.replaces_revoked"
    elif known is None or known.fingerprint != fingerprint or _is_other_phone(row, known):
        fate, code = RowFate.DIFFERS, "job.person_differs"
    elif known.is_issued:
        fate = RowFate.ALREADY_ISSUED
    # Else fixed by a job that was stopped: this one, or the resumed one, brings the same badge out.
    problems = (RosterProblem(row=row.number, column="", code=code),) if code else ()
    return RowOutcome(number=row.number, name=row.name, fate=fate, slug=had.slug, problems=problems)


def _is_other_phone(row: RosterRow, known: KnownRow) -> bool:
    """Whether a bare name comes with a number that its badge has not: it may be somebody else of that name."""
    is_bare = not row.person_id and not row.email
    return is_bare and known.is_issued and row.phone not in {"", known.phone}


def group_problems(roster: Roster) -> dict[int, tuple[RosterProblem, ...]]:
    """Return the problems of each row that has some."""
    grouped: dict[int, tuple[RosterProblem, ...]] = {}
    for problem in roster.problems:
        grouped[problem.row] = (*grouped.get(problem.row, ()), problem)
    return grouped
