"""How any credential is judged for the VC-API in conformance mode, and what came of it.

The verdict about a badge is not made here: `verifier` makes it, and is stricter (T-03, T-17, T-18).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import ContextRule

if TYPE_CHECKING:
    from datetime import datetime

    from keys import Fetcher
    from schemas import BadgeError

CLOCK_SKEW_SECONDS = 120


class AskedCheck(enum.Enum):
    """What `options.checks` may ask for."""

    PROOF = "proof"  # data model, proofs and, where it can be told, whose keys
    STATUS = "credentialStatus"
    VALIDITY = "validity"


@dataclass(frozen=True, slots=True, kw_only=True)
class VcPolicy:
    """Everything outside a credential that its verification depends on.

    Args:
        now: Aware UTC.
        fetcher: For issuers' documents and status lists.
        asked: Checks that decide; the others only warn.
        contexts: Whether a document may add words of its own.
        challenge: Must stand in the proof when the caller named one.
        domain: As `challenge`.
        is_for_list: Whether a status list is verified; its own status is not looked at.
    """

    now: datetime
    fetcher: Fetcher
    asked: frozenset[AskedCheck] = frozenset(AskedCheck)
    contexts: ContextRule = ContextRule.PINNED_AND_ADDED
    challenge: str | None = None
    domain: str | None = None
    is_for_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VcFindings:
    """What was found; verified when there is no error."""

    errors: tuple[BadgeError, ...] = ()
    warnings: tuple[BadgeError, ...] = ()

    @property
    def is_verified(self) -> bool:
        """Whether every check that was asked for passed."""
        return not self.errors

    def __add__(self, other: VcFindings) -> VcFindings:
        return VcFindings(errors=self.errors + other.errors, warnings=self.warnings + other.warnings)
