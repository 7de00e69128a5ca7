"""What would happen to each row of a class list: the dry run, and the rule that a job follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer.credential_store import find_known_rows
from issuer.issuer_store import get_issuer
from issuer.model import RosterProblem, RowFate, RowOutcome
from issuer.row_identity import row_fingerprint, row_key

if TYPE_CHECKING:
    from issuer.credential_store import KnownRow
    from issuer.ledger import Ledger
    from issuer.model import Achievement, Roster


def plan_roster(
    ledger: Ledger, roster: Roster, achievement: Achievement, *, issuer_slug: str
) -> tuple[RowOutcome, ...]:
    """Say what a job would do with each row, in the order of the sheet. Nothing is written.

    Raises:
        LedgerError: `ledger.issuer_unknown`, or a fault of the store.
    """
    keys = [row_key(row, achievement) for row in roster.rows]
    with ledger.database.read() as connection:
        get_issuer(connection, issuer_slug)
        known = find_known_rows(connection, issuer_slug, achievement.slug, keys)
    outcomes = [
        decide_fate(row.number, row.name, row_fingerprint(row), known.get(key))
        for row, key in zip(roster.rows, keys, strict=True)
    ]
    outcomes += [
        RowOutcome(number=number, name="", fate=RowFate.PROBLEM, problems=problems)
        for number, problems in group_problems(roster).items()
    ]
    return tuple(sorted(outcomes, key=lambda outcome: outcome.number))


def decide_fate(number: int, name: str, fingerprint: str, known: KnownRow | None) -> RowOutcome:
    """Compare one row with what was issued before."""
    if known is None:
        return RowOutcome(number=number, name=name, fate=RowFate.NEW)
    fate, code = RowFate.ALREADY_ISSUED, ""
    if known.is_revoked:
        fate, code = RowFate.REVOKED, "job.person_revoked"
    elif known.fingerprint != fingerprint:
        fate, code = RowFate.DIFFERS, "job.person_differs"
    elif not known.is_issued:
        # Fixed by a job that was stopped: this one, or the resumed one, brings the same badge out.
        fate = RowFate.NEW
    problems = (RosterProblem(row=number, column="", code=code),) if code else ()
    return RowOutcome(number=number, name=name, fate=fate, slug=known.slug, problems=problems)


def group_problems(roster: Roster) -> dict[int, tuple[RosterProblem, ...]]:
    """Return the problems of each row that has some."""
    grouped: dict[int, tuple[RosterProblem, ...]] = {}
    for problem in roster.problems:
        grouped[problem.row] = (*grouped.get(problem.row, ()), problem)
    return grouped
