"""What a skills record says on paper: plain values, from what the last check of each badge proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallet.states import HoldingState, find_state, sort_by_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from wallet.model import Holding
    from wallet.records import RecordView

_HOLDING_STATES = (HoldingState.IN_FORCE, HoldingState.ENDS_SOON)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One badge on paper.

    Args:
        number: By which the list of skills names it.
        title: Empty when nothing of the badge is proven yet.
        issuer: Name of who issued it.
        issuer_domain: Address that the signature proves; empty when it proves none.
        recipient: Whom the badge names; empty when it names nobody.
        can_do: What the person can do, a sentence each.
        skills: Names of the skills.
        tested: How it was tested; empty when the badge does not say.
        earned_on: Day of the award.
        valid_until: End; None for no end.
        checked_at: When it was last verified.
        state: Today.
    """

    number: int
    title: str
    issuer: str
    issuer_domain: str
    recipient: str
    can_do: tuple[str, ...]
    skills: tuple[str, ...]
    tested: str
    earned_on: date | None
    valid_until: datetime | None
    checked_at: datetime | None
    state: HoldingState

    @property
    def holds(self) -> bool:
        """Whether it is in force."""
        return self.state in _HOLDING_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNote:
    """A training that the holder wrote down, on paper."""

    title: str
    place: str
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """A whole record on paper.

    Args:
        person_name: As the holder wants it.
        lines: Badges; what holds comes first.
        notes: Self-recorded training.
        made_at: When this paper was made.
        expires: End of the link; None for no end.
        signer: Who signed the attached file; empty without one.
    """

    person_name: str
    lines: tuple[RecordLine, ...]
    notes: tuple[RecordNote, ...]
    made_at: datetime
    expires: datetime | None
    signer: str

    @property
    def skills(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Each skill that a badge in force shows, with the numbers of those badges, by the alphabet."""
        numbers: dict[str, list[int]] = {}
        names: dict[str, str] = {}
        for line in self.lines:
            for skill in line.skills if line.holds else ():
                key = skill.casefold()
                names.setdefault(key, skill)
                numbers.setdefault(key, []).append(line.number)
        return tuple((names[key], tuple(dict.fromkeys(numbers[key]))) for key in sorted(numbers))

    @property
    def held(self) -> tuple[RecordLine, ...]:
        """The badges in force of which something is proven."""
        return tuple(line for line in self.lines if line.holds and line.title)

    @property
    def main_skills(self) -> tuple[str, ...]:
        """The skills that most badges show first, but for those that are called like a badge."""
        titles = {line.title.casefold() for line in self.held}
        shown = sorted(self.skills, key=lambda pair: -len(pair[1]))
        return tuple(name for name, _ in shown if name.casefold() not in titles)


def compose_record_facts(view: RecordView, *, now: datetime, signer: str) -> RecordFacts:
    """Return what is printed of a record.

    Args:
        view: What the holder chose.
        now: When it is printed, in the time zone in which its days are read.
        signer: Who signed the attached file; empty without one.
    """
    return RecordFacts(
        person_name=view.record.person_name,
        lines=_compose_lines(view.badges, now),
        notes=tuple(
            RecordNote(title=note.card.title, place=note.card.issuer, day=note.card.earned_on)
            for note in sort_by_day(view.notes)
        ),
        made_at=now,
        expires=view.share.expires.astimezone(now.tzinfo) if view.share.expires else None,
        signer=signer,
    )


def _compose_lines(badges: Sequence[Holding], now: datetime) -> tuple[RecordLine, ...]:
    states = {held.id: find_state(held, now) for held in badges}
    ordered = sorted(sort_by_day(badges), key=lambda held: states[held.id] not in _HOLDING_STATES)
    return tuple(
        RecordLine(
            number=number,
            title=held.card.title,
            issuer=held.card.issuer,
            issuer_domain=held.card.issuer_domain,
            recipient=held.card.recipient,
            can_do=held.card.can_do,
            skills=held.card.skills,
            tested=held.card.tested,
            earned_on=held.card.earned_on,
            valid_until=held.card.valid_until,
            checked_at=held.checked_at.astimezone(now.tzinfo) if held.checked_at else None,
            state=states[held.id],
        )
        for number, held in enumerate(ordered, start=1)
    )
