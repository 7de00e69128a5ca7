"""When address or number of a person changes: the link follows at once, and where no badge has to change, none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer import claim_store, delivery_store
from issuer.badge_rows import check_newest, load_badge_row
from issuer.claim_messages import end_stray_link, send_claim
from issuer.delivery_store import DeliveryWay
from issuer.phone_store import save_phones

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.claims import Claims
    from issuer.ledger import Ledger
    from keys import LinkSecret


def follow_contact(connection: Connection, links: LinkSecret, slug: str, *, now: datetime) -> None:
    """Send the link of a badge to the contact that its person has now, once, where the class gets messages.

    A link that went to another contact ends. One that was only printed stays: it is in the hands of its person.
    """
    claim = claim_store.find_by_slugs(connection, [slug]).get(slug)
    if claim is None:
        return
    chosen = delivery_store.find_delivery(connection, claim.job_id)
    is_sent = chosen is not None and chosen.way is DeliveryWay.EMAIL and chosen.delivered_at is not None
    if not (is_sent and send_claim(connection, links, claim, now=now)):
        end_stray_link(connection, links, claim)


def change_phone(claims: Claims, slug: str, phone: str) -> None:
    """Give a badge's person another telephone number; the badge stays, since the number is no part of it.

    Args:
        claims: The rules of claiming.
        slug: Which badge.
        phone: As `read_phone` returned it; empty takes the number away.

    Raises:
        LedgerError: As `find_badge_row`.
    """
    save_phone(claims.ledger, claims.links, slug, phone)


def save_phone(ledger: Ledger, links: LinkSecret, slug: str, phone: str) -> None:
    """Do as `change_phone`, for whoever has no rules of claiming at hand."""
    now = ledger.clock()
    with ledger.transaction() as connection:
        check_newest(connection, load_badge_row(connection, slug))
        save_phones(connection, {slug: phone})
        follow_contact(connection, links, slug, now=now)
        ledger.record(connection, "contact.changed", slug)
