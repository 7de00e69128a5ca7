"""A link for a badge that was claimed already: for a person who lost the wallet that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer import claim_store
from issuer.claims import CLAIM_LIFE, STATUS_REFUSALS
from schemas import LedgerError

if TYPE_CHECKING:
    from issuer.claims import Claims


def give_link_anew(claims: Claims, slug: str) -> None:
    """Let a badge that somebody has be claimed once more, under a new link and a new code on paper.

    The link that was used stays worthless. Whoever has the badge in a wallet keeps it there. Nothing is sent by itself,
    and the second step is the one that was chosen for the class.

    Raises:
        LedgerError: `claim.not_taken`, `claim.revoked` or `claim.suspended`.
    """
    now = claims.ledger.clock()
    with claims.ledger.transaction() as connection:
        claim = claim_store.find_by_slugs(connection, [slug]).get(slug)
        if claim is None or claim.claimed_at is None:
            raise LedgerError("claim.not_taken")
        purpose = claim_store.find_out_of_force(connection, [slug]).get(slug)
        if purpose:
            raise LedgerError(STATUS_REFUSALS[purpose])
        claim_store.end_link(connection, claims.links, slug)
        claim_store.wait_anew(connection, claim.id, now=now, expires=now + CLAIM_LIFE)
        claims.ledger.record(connection, "delivery.renewed", slug)
