"""Plain words for the states of a badge, and for what went wrong."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import flash

from pages import N_, current_language, translate, translate_plural
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

UNSENT_MAIL = N_(
    "This site does not send e-mail yet. Whoever runs it finds the message as a file in its outbox folder."
)


def tell_replaced(count: int) -> None:
    """Say on the page that comes that badges gave their place to newer ones; nothing when none did."""
    if count:
        flash(
            translate_plural(
                "The issuer made a newer badge. It took the place of your old one.",
                "The issuer made %(num)s newer badges. They took the place of your old ones.",
                count,
            )
            % {"num": count}
        )


def tell_sent(sentence: str, *, leaves: bool) -> None:
    """Say on the page that comes that a message was sent; when it does not leave this machine, where it is instead."""
    flash(sentence if leaves else translate(UNSENT_MAIL))


def explain_code(code: str) -> dict[str, str]:
    """Return what went wrong and what to do next, in the language of the request."""
    info = describe_code(code)
    language = current_language()
    return {"code": code, "sentence": info.sentence(language), "next_step": info.next_step(language)}
