"""The hand-out of a class: a card for each person with the code that opens their badge, to print and cut out."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer import claim_store, credential_store
from issuer.certificate import short_address
from issuer.certificate_hand_out import HandOutCard, render_hand_out_sheet
from issuer.delivery_messages import claim_link
from issuer.delivery_store import list_members
from keys import show_code

if TYPE_CHECKING:
    from issuer.claims import Claims
    from issuer.model import JobProgress


class HandOutPeople(enum.Enum):
    """Who gets a card."""

    ALL = "all"
    WITHOUT_EMAIL = "without-email"  # and without telephone


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingBadge:
    """A badge that waits for its person, with both ways to it."""

    name: str
    issuer_name: str
    link: str
    code: str


def list_hand_out(claims: Claims, job_id: str, *, people: HandOutPeople) -> tuple[WaitingBadge, ...]:
    """Return everyone of a class who was handed out something and has not claimed it yet, in the order of the list.

    Badges that were taken back or are paused are not among them: nobody is given those.
    """
    with claims.ledger.database.read() as connection:
        members = list_members(connection, job_id)
        found = claim_store.find_by_slugs(connection, [member.slug for member in members])
        idle = claim_store.find_out_of_force(connection, list(found))
        issuer_slug = credential_store.find_issuer_of(connection, members[0].slug) if members else None
    issuer = claims.ledger.find_issuer(issuer_slug) if issuer_slug else None
    return tuple(
        WaitingBadge(
            name=member.name,
            issuer_name=issuer.name if issuer else "",
            link=claim_link(claims, claim),
            code=claim_store.hand_out_code(claims.links, claim.id, claim.generation),
        )
        for member in members
        if (claim := found.get(member.slug)) is not None
        and claim.claimed_at is None
        and claim.slug not in idle
        and (people is HandOutPeople.ALL or not (member.email or member.phone))
    )


def render_hand_out(claims: Claims, job: JobProgress, *, people: HandOutPeople = HandOutPeople.ALL) -> bytes:
    """Return a PDF with a card for everyone of a class who has not claimed their badge yet, eight to a page.

    Whoever was not handed out anything yet has no card: `deliver_class` comes first.
    """
    ledger = claims.ledger
    cards = list_hand_out(claims, job.job_id, people=people)
    course = ledger.find_achievement(job.achievement_slug)
    name = course.name if course else job.achievement_slug
    is_spanish = course is not None and course.language.lower().startswith("es")
    return render_hand_out_sheet(
        [
            HandOutCard(
                name=card.name,
                achievement_name=name,
                issuer_name=card.issuer_name,
                link=card.link,
                code=show_code(card.code),
            )
            for card in cards
        ],
        address=short_address(f"{ledger.base_url}/claim"),
        issued_at=job.created_at,
        title=name,
        language="es" if is_spanish else "en",
    )
