"""What a correction does to the link that a person got: it stays, unless a stranger may have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer import BadgeEdit, ClaimedBadge, DeliveryWay, deliver_class, plan_correction, replace_badge
from tests.doubles.classes import make_class, token_of

if TYPE_CHECKING:
    from issuer import Claims, IssuerProfile, Ledger


def _correct(claims: Claims, slug: str, **edit: str) -> str:
    planned = plan_correction(claims.ledger, slug, BadgeEdit(**edit))  # type: ignore[arg-type]
    return replace_badge(claims.ledger, planned.replacement, by="desk", links=claims.links)


def test_link_leads_to_the_corrected_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A name is corrected before anybody claimed: the link that was sent gives the right badge."""
    claims, _, slugs = make_class(ledger, issuer)
    token = token_of(claims, slugs[0])
    newer = _correct(claims, slugs[0], name="Right Name")
    assert claims.consume_claim(token, holder_ref="holder") == ClaimedBadge(slug=newer)


def test_link_that_went_to_a_wrong_address_ends(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever got the mail by mistake gets nothing; a new link leads to the right badge."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    token = token_of(claims, slugs[0])
    newer = _correct(claims, slugs[0], email="right@example.org")
    assert claims.find_claim(token) is None
    assert claims.consume_claim(token_of(claims, newer), holder_ref="holder") == ClaimedBadge(slug=newer)


def test_holder_of_a_claimed_badge_stays(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A badge that is corrected after claiming is claimed: the same holder asks again and gets the right one."""
    claims, _, slugs = make_class(ledger, issuer)
    token = token_of(claims, slugs[0])
    claims.consume_claim(token, holder_ref="holder")
    newer = _correct(claims, slugs[0], email="right@example.org")
    assert claims.consume_claim(token, holder_ref="holder") == ClaimedBadge(slug=newer)


def test_class_that_is_handed_out_again_has_the_corrected_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Handing out once more makes no claim for the badge that was revoked."""
    claims, job_id, slugs = make_class(ledger, issuer)
    newer = _correct(claims, slugs[0], name="Right Name")
    deliver_class(claims, job_id)
    with ledger.database.read() as connection:
        claimed = set(connection.exec_driver_sql("SELECT slug FROM claims").scalars())
    assert claimed == {newer, *slugs[1:]}
