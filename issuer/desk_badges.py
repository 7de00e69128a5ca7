"""One badge of the organisation at the desk: what became of it, and what can be done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer.badge_rows import load_badge_row
from issuer.contact_changes import change_phone
from issuer.corrections import find_badge_row, plan_correction, plan_renewal
from issuer.delivery import read_deliveries
from issuer.replacing import replace_badge

if TYPE_CHECKING:
    from datetime import date

    from issuer.badge_rows import BadgeRow
    from issuer.claims import Claims
    from issuer.corrections import BadgeEdit, PlannedReplacement
    from issuer.delivery import Delivery
    from issuer.model import IssuedCredential
    from issuer.successors import Successor


class DeskBadge:
    """A badge that `Desk.find_badge` found; `issued` is the badge itself."""

    def __init__(self, claims: Claims, issued: IssuedCredential) -> None:
        self.issued = issued
        self._claims = claims
        self._ledger = claims.ledger

    def find_newer(self) -> Successor | None:
        """Return the newest badge in the place of this one; see `Ledger.find_newer`."""
        return self._ledger.find_newer(self.issued.slug)

    def find_older(self) -> Successor | None:
        """Return the badge that this one was issued in the place of."""
        return self._ledger.find_older(self.issued.slug)

    def revoke(self, reason: str, *, by: str) -> None:
        """Take the badge back for good; errors as `Ledger.revoke`."""
        self._ledger.revoke(self.issued.id, reason=reason, by=by)

    def suspend(self, reason: str, *, by: str) -> None:
        """Set the badge aside; errors as `Ledger.suspend`."""
        self._ledger.suspend(self.issued.id, reason=reason, by=by)

    def reinstate(self, reason: str, *, by: str) -> None:
        """End a suspension; errors as `Ledger.reinstate`."""
        self._ledger.reinstate(self.issued.id, reason=reason, by=by)

    def read_details(self) -> BadgeRow | None:
        """Return what the badge was made from, in force or not; None where a program composed it.

        Raises:
            LedgerError: `ledger.bytes_damaged`.
        """
        if self.issued.is_from_program:
            return None
        with self._ledger.database.read() as connection:
            return load_badge_row(connection, self.issued.slug)

    def read_delivery(self) -> Delivery | None:
        """Return how far the badge has come on its way to its person; None when it was never handed out."""
        return read_deliveries(self._claims, [self.issued.slug]).get(self.issued.slug)

    def read_row(self) -> BadgeRow:
        """Return what the badge was made from; errors as `find_badge_row`."""
        return find_badge_row(self._ledger, self.issued.slug)

    def plan_correction(self, edit: BadgeEdit) -> PlannedReplacement:
        """Return what a correction would change; errors as `plan_correction`."""
        return plan_correction(self._ledger, self.issued.slug, edit)

    def plan_renewal(self, edit: BadgeEdit, *, today: date) -> PlannedReplacement:
        """Return what a renewal would give; errors as `plan_renewal`."""
        return plan_renewal(self._ledger, self.issued.slug, edit, today=today)

    def change_phone(self, phone: str) -> None:
        """Give the person another telephone number; errors as `change_phone`."""
        change_phone(self._claims, self.issued.slug, phone)

    def replace(self, planned: PlannedReplacement, *, by: str) -> str:
        """Issue what was planned for this badge and return the slug of the new one; errors as `replace_badge`."""
        assert planned.replacement.slug == self.issued.slug
        return replace_badge(self._ledger, planned.replacement, by=by, links=self._claims.links)
