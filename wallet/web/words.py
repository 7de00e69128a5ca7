"""Plain words for the states of a badge, and for what went wrong."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pages import N_, current_language
from schemas import describe_code
from wallet.states import HoldingState

if TYPE_CHECKING:
    from collections.abc import Mapping

STATE_LABELS: Mapping[HoldingState, str] = MappingProxyType(
    {
        HoldingState.IN_FORCE: N_("In force"),
        HoldingState.ENDS_SOON: N_("Ends soon"),
        HoldingState.EXPIRED: N_("Expired"),
        HoldingState.NOT_YET_VALID: N_("Not valid yet"),
        HoldingState.SUSPENDED: N_("Suspended"),
        HoldingState.REVOKED: N_("Taken back by the issuer"),
        HoldingState.NOT_CHECKED: N_("Could not check"),
        HoldingState.NOT_GENUINE: N_("Not genuine"),
        HoldingState.NOTE: N_("Your own note, not a badge"),
    }
)

# Names of icons in pages/icons.html.
STATE_ICONS: Mapping[HoldingState, str] = MappingProxyType(
    {
        HoldingState.IN_FORCE: "genuine",
        HoldingState.ENDS_SOON: "expired",
        HoldingState.EXPIRED: "expired",
        HoldingState.NOT_YET_VALID: "not_yet_valid",
        HoldingState.SUSPENDED: "suspended",
        HoldingState.REVOKED: "revoked",
        HoldingState.NOT_CHECKED: "could_not_check",
        HoldingState.NOT_GENUINE: "not_genuine",
        HoldingState.NOTE: "info",
    }
)


def explain_code(code: str) -> dict[str, str]:
    """Return what went wrong and what to do next, in the language of the request."""
    info = describe_code(code)
    language = current_language()
    return {"code": code, "sentence": info.sentence(language), "next_step": info.next_step(language)}
