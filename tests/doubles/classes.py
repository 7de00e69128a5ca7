"""A class whose badges are issued and handed out, with a secret for links that tests know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer import Claims, DeliveryWay, Roster, RosterRow, SecondStep, choose_delivery, deliver_class
from issuer.claim_store import claim_token, find_by_slugs, hand_out_code
from keys import LinkSecret
from tests.doubles.ledgers import issue

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger

LINKS = LinkSecret(b"TEST ONLY secret of the links, 32 bytes")
PEOPLE = (("Ana Pérez", "ana@example.org"), ("Bo Lindqvist", "bo@example.org"), ("Cy Adams", ""))


def make_class(
    ledger: Ledger,
    issuer: IssuerProfile,
    people: tuple[tuple[str, str], ...] = PEOPLE,
    *,
    way: DeliveryWay = DeliveryWay.PAPER,
    second_step: SecondStep = SecondStep.NONE,
    word: str = "",
    key: str = "key",
) -> tuple[Claims, str, list[str]]:
    """Issue to a class and hand the badges out; return the rules, the job, and the badges in the order of the list."""
    rows = tuple(RosterRow(number=place + 2, name=name, email=email) for place, (name, email) in enumerate(people))
    job = issue(ledger, issuer, Roster(rows=rows, problems=()), key=key)
    claims = Claims(ledger, LINKS)
    choose_delivery(claims, job.job_id, way=way, second_step=second_step, word=word)
    deliver_class(claims, job.job_id)
    return claims, job.job_id, [badge.slug for badge in ledger.list_issued(job.job_id)]


def token_of(claims: Claims, slug: str) -> str:
    """Return the token that stands in the link of a badge."""
    with claims.ledger.database.read() as connection:
        claim = find_by_slugs(connection, [slug])[slug]
    return claim_token(claims.links, claim.id, claim.generation)


def paper_code_of(claims: Claims, slug: str) -> str:
    """Return the code on the hand-out of a badge."""
    with claims.ledger.database.read() as connection:
        claim = find_by_slugs(connection, [slug])[slug]
    return hand_out_code(claims.links, claim.id, claim.generation)
